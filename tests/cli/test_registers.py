"""Ten registers of strangers: each comes in by the map that the sketch proposes, with at most five lines edited."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk
from tests.registers import TEXTS, books

MOST_EDITS = 5


def bring_in(desk: Desk, register: Path, **edits: str) -> dict[str, Any]:
    """Sketch a map, answer its doubts, and import the register: what the import answered.

    `edits`: lines by their key, each written anew. A line whose doubt is struck is an edited one too.
    """
    draft = desk.run("import", "--sketch", str(register), "--output", "-")
    assert draft.code == 0, draft.err
    lines = draft.out.splitlines()
    changed = [edits.get(line.partition(" = ")[0], line).replace("# ?", "#") for line in lines]
    assert sum(one != other for one, other in zip(lines, changed, strict=True)) <= MOST_EDITS
    answered = register.with_suffix(".toml")
    answered.write_text("\n".join(changed), encoding="utf-8")
    imported: dict[str, Any] = desk.do("import", str(register), "--map", str(answered))
    return {key: imported[key] for key in ("read", "new", "rejected", "customers", "appliances")}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with the registers that are texts."""
    for path in TEXTS:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def tickets(desk: Desk) -> list[tuple[str, str, str, str, str]]:
    """Customer, category, status, outcome and technician of each ticket."""
    keys = ("customer", "category", "status", "outcome", "technician")
    return [tuple(ticket[key] or "" for key in keys) for ticket in desk.do("export", "tickets")]  # type: ignore[misc]


def events(desk: Desk) -> Counter[str]:
    return Counter(event["kind"] for event in desk.do("export", "events"))


def scores(desk: Desk) -> list[tuple[int, int]]:
    """The ticket and the score of each answer."""
    return [(event["ticket_id"], event["score"]) for event in desk.do("export", "events") if event["score"]]


def test_two_rows_of_headings_merged_customers_and_phones_as_numbers(desk: Desk, tmp_path: Path) -> None:
    counts = bring_in(desk, books.write_merged(tmp_path / "merged.xlsx"))
    assert counts == {"read": 7, "new": 7, "rejected": 0, "customers": 4, "appliances": 7}
    assert tickets(desk) == [
        ("王芳", "fridge", "completed", "fixed", "李强"),
        ("王芳", "washer", "completed", "fixed", "李强"),
        ("张伟", "flat_tv", "completed", "not_repairable", "赵敏"),
        ("刘洋", "ac", "assigned", "", "李强"),
        ("刘洋", "ac", "completed", "fixed", "李强"),
        ("刘洋", "range_hood", "completed", "fixed", "赵敏"),
        ("陈静", "microwave", "completed", "fixed", "赵敏"),
    ]
    bought = [(one["bought_on"], one["bought_precision"]) for one in desk.do("export", "appliances")]
    assert bought[:3] == [("2017-06-01", "month"), (None, "unknown"), ("2019-11-01", "month")]
    assert desk.do("export", "customers")[2]["phones"] == ["13800138023"]


def test_a_sheet_a_month_with_totals_and_a_hidden_year(desk: Desk, tmp_path: Path) -> None:
    counts = bring_in(desk, books.write_months(tmp_path / "months.xlsx"))
    assert counts == {"read": 6, "new": 6, "rejected": 0, "customers": 5, "appliances": 5}
    assert tickets(desk) == [
        ("赵军", "washer", "completed", "fixed", "孙涛"),
        ("钱丽", "fridge", "completed", "fixed", "周强"),
        ("孙艳", "electric_water_heater", "completed", "fixed", "孙涛"),
        ("李勇", "ac", "cancelled", "", "周强"),
        ("钱丽", "fridge", "completed", "fixed", "周强"),
        ("吴娟", "small", "completed", "fixed", "孙涛"),
    ]
    assert [event["cancelled_by"] for event in desk.do("export", "events") if event["cancelled_by"]] == ["customer"]


def test_the_repair_orders_of_an_erp_system(desk: Desk, tmp_path: Path) -> None:
    counts = bring_in(desk, books.write_repairs(tmp_path / "repairs.xlsx"))
    assert counts == {"read": 5, "new": 5, "rejected": 0, "customers": 4, "appliances": 5}
    assert tickets(desk) == [
        ("Azure Interior", "fridge", "completed", "fixed", "Mitchell Admin"),
        ("Deco Addict", "washer", "completed", "fixed", "Marc Demo"),
        ("Azure Interior", "freezer", "cancelled", "", "Marc Demo"),
        ("Gemini Furniture", "microwave", "assigned", "", "Mitchell Admin"),
        ("Ready Mat", "dishwasher", "assigned", "", "Marc Demo"),
    ]


def test_members_with_their_appliances_and_no_ticket(desk: Desk, tmp_path: Path) -> None:
    counts = bring_in(desk, books.write_members(tmp_path / "members.xlsx"))
    assert counts == {"read": 6, "new": 6, "rejected": 0, "customers": 5, "appliances": 6}
    appliances = desk.do("export", "appliances")
    assert [one["category"] for one in appliances] == [
        "fridge", "washer", "ac", "gas_water_heater", "净水器", "range_hood",
    ]  # fmt: skip
    assert [one["bought_on"] for one in appliances] == [
        "2017-06-01", "2018-03-01", "2019-07-15", None, "2020-10-01", None,
    ]  # fmt: skip
    customers = desk.do("export", "customers")
    assert [one["tier"] for one in customers] == ["vip", "ordinary", "ordinary", "ordinary", "vip"]
    assert customers[0]["phones"] == ["13600136001", "13600136002"]


def test_one_row_a_visit(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "visits.csv")
    assert counts == {"read": 8, "new": 5, "rejected": 0, "customers": 5, "appliances": 5}
    assert tickets(desk) == [
        ("王芳", "fridge", "completed", "fixed", "李强"),
        ("张伟", "washer", "completed", "fixed", "赵敏"),
        ("刘洋", "ac", "completed", "fixed", "赵敏"),
        ("陈静", "range_hood", "completed", "not_repairable", "赵敏"),
        ("杨磊", "fridge", "cancelled", "", "李强"),
    ]
    assert (events(desk)["arrived"], events(desk)["surveyed"]) == (8, 3)


def test_a_log_of_calls_with_half_days(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "calls.csv")
    assert counts == {"read": 6, "new": 6, "rejected": 0, "customers": 6, "appliances": 6}
    assert tickets(desk) == [
        ("王女士", "ac", "completed", "resolved_remotely", ""),
        ("张先生", "fridge", "open", "", ""),
        ("刘先生", "washer", "completed", "resolved_remotely", ""),
        ("未留姓名", "electric_water_heater", "open", "", ""),
        ("陈女士", "ac", "open", "", ""),
        ("赵先生", "microwave", "completed", "resolved_remotely", ""),
    ]
    times = [ticket["reported_at"][:16] for ticket in desk.do("export", "tickets")]
    assert times[:3] == ["2025-03-09T09:05", "2025-03-09T10:40", "2025-03-09T14:15"]


def test_the_export_of_a_helpdesk_for_computers(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "glpi.csv")
    assert counts == {"read": 6, "new": 6, "rejected": 0, "customers": 5, "appliances": 6}
    assert tickets(desk) == [
        ("Anna Kraus", "fridge", "completed", "fixed", "Tom Hardy"),
        ("Ben Okafor", "washer", "completed", "fixed", "Rita Moss"),
        ("Carla Diaz", "dishwasher", "completed", "fixed", ""),
        ("Dmitri Sokol", "flat_tv", "assigned", "", "Tom Hardy"),
        ("Anna Kraus", "Dryer", "assigned", "", "Rita Moss"),
        ("Ella Brandt", "ac", "completed", "fixed", "Tom Hardy"),
    ]
    assert scores(desk) == [(1, 5), (2, 4), (6, 2)]


def test_the_export_of_a_ticket_system_with_types_and_words_for_scores(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "helpdesk.csv")
    assert counts == {"read": 5, "new": 5, "rejected": 0, "customers": 4, "appliances": 5}
    assert [(one["type"], one["status"], one["outcome"]) for one in desk.do("export", "tickets")] == [
        ("repair", "completed", "fixed"),
        ("install", "completed", "done"),
        ("repair", "assigned", None),
        ("guidance", "completed", "done"),
        ("repair", "assigned", None),
    ]
    assert scores(desk) == [(1, 5), (2, 4), (4, 2)]


def test_a_ledger_in_gb18030_with_semicolons(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "ledger.csv", **{'"彩电"': '"彩电" = "flat_tv"'})
    assert counts == {"read": 6, "new": 6, "rejected": 0, "customers": 5, "appliances": 5}
    assert tickets(desk) == [
        ("王芳", "fridge", "completed", "fixed", "李强"),
        ("张伟", "flat_tv", "completed", "fixed", "李强"),
        ("刘洋", "washer", "completed", "fixed", "赵敏"),
        ("陈静", "electric_water_heater", "completed", "fixed", "李强"),
        ("杨磊", "ac", "assigned", "", "赵敏"),
        ("王芳", "fridge", "completed", "fixed", "李强"),
    ]
    repeats = desk.do("kpi", "report", "--month", "2025-03", "--only", "repeat_repair_rate")
    assert [(row["hits"], row["total"]) for row in repeats] == [(1, 5)]


def test_a_workshop_book_in_utf_16_with_days_first_and_a_total(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "workshop.tsv")
    assert counts == {"read": 5, "new": 5, "rejected": 0, "customers": 4, "appliances": 5}
    assert tickets(desk) == [
        ("Mary Poole", "fridge", "completed", "fixed", "Ali"),
        ("John Deere", "washer", "completed", "fixed", "Ben"),
        ("Priya Nair", "flat_tv", "completed", "not_repairable", "Ali"),
        ("Mary Poole", "small", "completed", "no_fault_found", "Ben"),
        ("Omar Said", "dishwasher", "assigned", "", "Ali"),
    ]
    assert desk.do("export", "tickets")[1]["completed_at"] == "2025-03-14T00:00:00+08:00"

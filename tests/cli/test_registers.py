"""Registers of strangers: each comes in by the map that the sketch proposes, with at most five lines edited."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import workbooks
from tests.conftest import Desk
from tests.registers import TEXTS, books

MOST_EDITS = 5


def bring_in(desk: Desk, register: Path, *options: str, **edits: str) -> dict[str, Any]:
    """Sketch a map, answer its doubts, and import the register: what the import answered.

    `options`: of both commands. `edits`: lines by their key, each written anew. A line whose doubt is struck is an
    edited one too.
    """
    draft = desk.run("import", "--sketch", str(register), *options, "--output", "-")
    assert draft.code == 0, draft.err
    lines = draft.out.splitlines()
    changed = [edits.get(line.partition(" = ")[0], line).replace("# ?", "#") for line in lines]
    assert sum(one != other for one, other in zip(lines, changed, strict=True)) <= MOST_EDITS
    answered = register.with_suffix(".toml")
    answered.write_text("\n".join(changed), encoding="utf-8")
    imported: dict[str, Any] = desk.do("import", str(register), "--map", str(answered), *options)
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
        ("刘洋", "ac", "waiting", "", "李强"),
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
    assert desk.do("export", "tickets")[1]["completed_at"] == "2025-03-14T23:59:59+08:00"


def test_days_without_a_year_two_rows_of_headings_and_a_hidden_sheet(desk: Desk, tmp_path: Path) -> None:
    counts = bring_in(desk, books.write_november(tmp_path / "november.xlsx"))
    assert counts == {"read": 5, "new": 5, "rejected": 0, "customers": 4, "appliances": 5}
    assert tickets(desk) == [
        ("王芳", "fridge", "completed", "fixed", "李强"),
        ("张 伟", "washer", "completed", "fixed", "李强"),
        ("刘洋", "ac", "completed", "fixed", "赵敏"),
        ("陈静", "gas_water_heater", "waiting", "", "赵敏"),
        ("王芳", "range_hood", "cancelled", "", "李强"),
    ]
    days = [
        (one["reported_at"][:10], one["completed_at"] or one["cancelled_at"]) for one in desk.do("export", "tickets")
    ]
    assert [(first, last and last[5:10]) for first, last in days] == [
        ("2026-11-03", "11-04"), ("2026-11-03", "11-03"), ("2026-11-05", "11-06"), ("2026-11-07", None),
        ("2026-11-09", "11-10"),
    ]  # fmt: skip
    wang, zhang, liu, _ = desk.do("export", "customers")
    assert (wang["phones"], wang["address"]) == (["13800138000", "023-62345678"], "南坪西路12号 3栋502")
    assert (zhang["phones"], liu["phones"], liu["address"]) == (["13900139000", "13900139001"], [], None)


def test_months_between_the_rows_and_a_year_in_the_title(desk: Desk, tmp_path: Path) -> None:
    counts = bring_in(desk, books.write_bands(tmp_path / "bands.xlsx"))
    assert counts == {"read": 4, "new": 4, "rejected": 0, "customers": 3, "appliances": 4}
    assert tickets(desk) == [
        ("王芳", "fridge", "completed", "fixed", "老李"),
        ("老张", "flat_tv", "completed", "fixed", "老李"),
        ("刘洋", "ac", "completed", "fixed", "小赵"),
        ("刘洋", "washer", "assigned", "", "小赵"),
    ]


def test_a_sheet_for_each_technician_in_an_open_document(desk: Desk, tmp_path: Path) -> None:
    heading = ["报修时间", "用户", "电话", "小区", "楼栋", "机器", "问题", "上门时间", "完工时间", "评分"]
    one = ["2026-11-02 09:00", "王芳", "13800138000", "金色家园", "3-502", "冰箱", "不制冷", "2026-11-02 14:00",
           "2026-11-02 15:00", "5"]  # fmt: skip
    two = ["2026-11-02 10:00", "刘洋", "13700137000", "丽景", "2-202", "洗衣机", "异响", "2026-11-04 10:00",
           "2026-11-04 11:00", "3"]  # fmt: skip
    sheets = {"李强": [heading, one], "赵敏": [heading, two], "填写说明": [["每人一页"]]}
    counts = bring_in(desk, workbooks.write_ods(tmp_path / "staff.ods", sheets))
    assert counts == {"read": 2, "new": 2, "rejected": 0, "customers": 2, "appliances": 2}
    assert tickets(desk) == [
        ("王芳", "fridge", "completed", "fixed", "李强"), ("刘洋", "washer", "completed", "fixed", "赵敏"),
    ]  # fmt: skip
    assert desk.do("export", "customers")[0]["address"] == "金色家园 3-502"


def test_pages_with_their_titles_numbers_and_weekdays(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "pages.csv")
    assert counts == {"read": 4, "new": 4, "rejected": 0, "customers": 4, "appliances": 4}
    assert [(one["reported_at"][:10], one["status"]) for one in desk.do("export", "tickets")] == [
        ("2026-11-01", "completed"), ("2026-11-02", "completed"), ("2026-11-03", "assigned"),
        ("2026-11-04", "completed"),
    ]  # fmt: skip


def test_the_export_of_a_platform_with_masked_phones_and_stars(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "platform.csv")
    assert counts == {"read": 4, "new": 4, "rejected": 0, "customers": 4, "appliances": 4}
    assert [one["status"] for one in desk.do("export", "tickets")] == ["completed", "open", "completed", "cancelled"]
    assert scores(desk) == [(1, 5), (3, 3)]
    first = desk.do("export", "customers")[0]
    assert (first["address"], first["area"], first["phones"]) == ("南坪街道 珊瑚路1号", "南岸区", [])


def test_headings_that_stand_twice(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "twice.csv")
    assert counts == {"read": 2, "new": 2, "rejected": 0, "customers": 2, "appliances": 2}
    assert [(one["reported_at"][5:16], one["completed_at"][5:16]) for one in desk.do("export", "tickets")] == [
        ("11-03T09:30", "11-03T15:00"), ("11-04T10:30", "11-05T11:00"),
    ]  # fmt: skip


def test_name_phone_and_address_in_one_cell(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "contacts.csv")
    assert counts == {"read": 3, "new": 3, "rejected": 0, "customers": 3, "appliances": 3}
    assert [(one["name"], one["phones"], one["address"]) for one in desk.do("export", "customers")][:2] == [
        ("王芳", ["13800138000"], "南坪珊瑚路1号"), ("张伟", ["13900139000"], "弹子石2号"),
    ]  # fmt: skip
    assert [event["note"] for event in desk.do("export", "events") if event["note"]] == [
        "found: 换温控器", "found: 通排水管", "found: 换轴承",
    ]  # fmt: skip


def test_a_hotline_in_gb18030_with_tabs_and_half_days(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "hotline.tsv")
    assert counts == {"read": 4, "new": 4, "rejected": 0, "customers": 4, "appliances": 4}
    found = desk.do("export", "tickets")
    assert [(one["customer"], one["status"], (one["arrived_at"] or "")[11:16]) for one in found] == [
        ("龚㭎", "completed", "14:00"), ("李娜", "completed", "14:30"), ("赵先生", "open", ""),
        ("孙女士", "completed", "09:00"),
    ]  # fmt: skip
    assert scores(desk) == [(1, 5), (2, 3), (4, 2)]


def test_a_workshop_in_german_with_semicolons(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "werkstatt.csv", "--encoding", "cp1252")
    assert counts == {"read": 3, "new": 3, "rejected": 0, "customers": 2, "appliances": 3}
    assert tickets(desk) == [
        ("Müller, Jörg", "fridge", "completed", "fixed", "Weiß"),
        ("Groß GmbH", "washer", "arrived", "", "Weiß"),
        ("Müller, Jörg", "dishwasher", "cancelled", "", "Schäfer"),
    ]
    assert [one["serial"] for one in desk.do("export", "appliances")] == ["00123", "00777", None]


def test_a_service_log_whose_second_date_tells_day_from_month(desk: Desk, texts: Path) -> None:
    counts = bring_in(desk, texts / "service_log.csv")
    assert counts == {"read": 4, "new": 4, "rejected": 0, "customers": 3, "appliances": 4}
    assert [(one["reported_at"][:16], one["status"]) for one in desk.do("export", "tickets")] == [
        ("2026-11-02T09:05", "completed"), ("2026-11-02T13:40", "completed"), ("2026-11-04T10:00", "waiting"),
        ("2026-11-05T16:15", "cancelled"),
    ]  # fmt: skip

"""What `export NOUN` wrote is read back by the maps that come with the program; Open Repair Data goes out and in."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servicedesk.file.imports.maps.find_shipped import FOLDER, find_shipped_map
from servicedesk.file.imports.maps.parsing import parse_map
from tests.conftest import Desk, filled_once


@filled_once
def worked(desk: Desk) -> Desk:
    """An outlet with a completed, a cancelled and an open ticket."""
    desk.do("technician", "add", "李强", now="2026-10-01 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--phone", "023-62345678", "--area", "南坪",
            now="2026-10-01 08:00")  # fmt: skip
    desk.do("customer", "add", "林娜", "--phone", "13800138001", "--tier", "vip", now="2026-10-01 08:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--serial", "0012", "--bought", "2020-03")
    desk.do("appliance", "add", "--customer", "C2", "--category", "ac", "--bought", "2019")
    words = (("--appliance", "A1", "不制冷"), ("--appliance", "A2", "漏水"), ("--appliance", "A2", "异响"))
    for number, said in enumerate(words, 1):
        desk.do("ticket", "open", *said, now=f"2026-10-0{number} 09:00")
        desk.do("ticket", "assign", f"T{number}", "--to", "李强", now=f"2026-10-0{number} 09:30")
    desk.do("ticket", "arrive", "T1", now="2026-10-01 14:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-01 15:00")
    desk.do("survey", "record", "T1", "4", now="2026-10-03 10:00")
    desk.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer", now="2026-10-02 12:00")
    return desk


def exported(desk: Desk, noun: str, folder: Path) -> str:
    path = folder / f"{noun}.csv"
    path.write_text(desk.run("export", noun, "--format", "csv").out, encoding="utf-8")
    return str(path)


OURS = ("source", "ref", "recorded_at", "actor", "origin", "household_id", "household_relation")


def facts(desk: Desk, noun: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key not in OURS} for row in desk.do("export", noun)]


def test_every_noun_is_read_back_by_a_map_that_ships(worked: Desk, make: Callable[..., Desk], tmp_path: Path) -> None:
    other = make()
    for noun in ("customers", "appliances", "tickets"):
        answer = other.do("import", exported(worked, noun, tmp_path))
        assert answer["new"] == answer["read"] == len(worked.do("export", noun))
        assert facts(other, noun) == facts(worked, noun)
        assert other.do("import", exported(worked, noun, tmp_path))["known"] == answer["read"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_map_that_ships_is_found_by_its_columns_alone(path: Path) -> None:
    mapping = parse_map(path.read_text(encoding="utf-8"), path.name)
    columns = [column for fields in mapping.sections.values() for field in fields.values() for column in field.columns]
    found = find_shipped_map([*columns, "more"])
    assert found is not None
    assert found.name == path.name
    assert find_shipped_map({*columns} - {columns[0]}) is None


def test_repairs_go_out_and_come_in_as_open_repair_data(
    worked: Desk, make: Callable[..., Desk], tmp_path: Path
) -> None:
    path = exported(worked, "open-repair", tmp_path)
    with open(path, encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert [list(row.values()) for row in rows] == [
        ["T1", "Test outlet", "", "冰箱", "Large home electrical", "17", "", "", "6.6", "Fixed", "", "Test outlet",
         "2026-10-01", "不制冷"],
        ["T3", "Test outlet", "", "空调", "Aircon/dehumidifier", "1", "", "", "7.8", "Unknown", "", "Test outlet",
         "2026-10-03", "异响"],
    ]  # fmt: skip
    other = make()
    assert other.do("import", path)["new"] == 2
    assert [(t["status"], t["text"]) for t in other.do("export", "tickets")] == [
        ("completed", "不制冷"), ("open", "异响"),
    ]  # fmt: skip


def test_an_imported_ticket_is_shown_by_the_key_of_its_file(
    worked: Desk, make: Callable[..., Desk], tmp_path: Path
) -> None:
    other = make()
    other.do("import", exported(worked, "open-repair", tmp_path))
    assert other.do("ticket", "show", "open-repair:T3")["id"] == 2
    assert [row["ref"] for row in other.do("ticket", "list", "--all")] == ["open-repair:T3", "open-repair:T1"]
    rows = other.do("kpi", "rows", "arrival_24h_rate", "--month", "2026-10")
    assert [row["ref"] for row in rows] == ["open-repair:T1", "open-repair:T3"]
    assert "no ticket of an imported file has the key" in other.refused(3, "ticket", "show", "open-repair:T9")
    assert "T2 repair, open-repair:T3" in other.run("ticket", "show", "T2", "--format", "table").out

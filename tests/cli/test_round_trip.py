"""What `export NOUN` wrote is read back by the maps that come with the program, or told to be a table of the file.

Open Repair Data goes out and in.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servicedesk.file.exports.nouns import PLAIN
from servicedesk.file.imports.maps.find_shipped import FOLDER, find_shipped_map
from servicedesk.file.imports.maps.parsing import parse_map
from tests.conftest import Desk, filled_once


@filled_once
def worked(desk: Desk) -> Desk:
    """An outlet with a completed, a cancelled and an open ticket."""
    desk.do("technician", "add", "李强", now="2026-10-01 08:00")
    can = ("--skill", "fridge", "--skill", "ac", "--area", "南坪")
    desk.do("technician", "add", "赵敏", *can, now="2026-10-01 08:00")
    desk.do("technician", "leave", "赵敏", "--on", "2026-12-01", now="2026-10-01 08:00")
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
    desk.do("survey", "record", "T1", "2", "--reason", "又漏了", now="2026-10-20 10:00")
    window = ("2026-10-04 09:00", "--to", "11:00", "--asked-by", "customer")
    desk.do("ticket", "appoint", "T3", "--from", *window, now="2026-10-03 09:40")
    desk.do("ticket", "arrive", "T3", "--no-access", now="2026-10-04 09:30")
    desk.do("ticket", "arrive", "T3", "--technician", "赵敏", now="2026-10-05 09:30")
    desk.do("ticket", "wait", "T3", "--cause", "manufacturer_part", now="2026-10-05 10:00")
    desk.do("ticket", "resume", "T3", now="2026-10-08 10:00")
    desk.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer", now="2026-10-02 12:00")
    return desk


def exported(desk: Desk, noun: str, folder: Path) -> str:
    path = folder / f"{noun}.csv"
    path.write_text(desk.run("export", noun, "--format", "csv").out, encoding="utf-8")
    return str(path)


OURS = ("source", "ref", "recorded_at", "actor", "origin", "household_id", "household_relation")


def facts(desk: Desk, noun: str) -> list[dict[str, Any]]:
    left = (*OURS, "id") if noun == "surveys" else OURS  # an answer is numbered among all events
    return [{key: value for key, value in row.items() if key not in left} for row in desk.do("export", noun)]


def events(desk: Desk) -> list[tuple[str, str, str]]:
    return sorted((event["ticket_id"], event["at"], event["kind"]) for event in desk.do("export", "events"))


def verdicts(desk: Desk, kpi: str) -> list[tuple[str, str]]:
    return [(row["ticket_id"], row["verdict"]) for row in desk.do("kpi", "rows", kpi, "--month", "2026-10")]


READ_BACK = ["customers", "appliances", "technicians", "visits", "surveys"]  # in this order


def test_every_noun_is_read_back_by_a_map_that_ships(worked: Desk, make: Callable[..., Desk], tmp_path: Path) -> None:
    other = make()
    for noun in READ_BACK:
        answer = other.do("import", exported(worked, noun, tmp_path))
        assert (answer["read"], answer["changed"]) == (len(worked.do("export", noun)), 0)
        assert other.do("import", exported(worked, noun, tmp_path))["known"] == answer["read"]
    for noun in (*READ_BACK, "tickets"):
        assert facts(other, noun) == facts(worked, noun)
    assert events(other) == events(worked)
    for kpi in ("arrival_24h_rate", "satisfaction_rate"):
        assert verdicts(other, kpi) == verdicts(worked, kpi)


def test_tickets_alone_are_read_back_with_their_first_visit(
    worked: Desk, make: Callable[..., Desk], tmp_path: Path
) -> None:
    other = make()
    for noun in ("customers", "appliances", "tickets"):
        other.do("import", exported(worked, noun, tmp_path))
    lost = {"status", "technician"}  # T3 was reached twice, and waits no more
    assert [{key: value for key, value in row.items() if key not in lost} for row in facts(other, "tickets")] == [
        {key: value for key, value in row.items() if key not in lost} for row in facts(worked, "tickets")
    ]


@pytest.mark.parametrize("noun", PLAIN)
def test_a_table_of_the_file_is_not_read_back_alone(worked: Desk, tmp_path: Path, noun: str) -> None:
    error = worked.refused(4, "import", exported(worked, noun, tmp_path))
    assert f"this is the table {PLAIN[noun]}, which is not read back alone" in error
    assert "'export ./all' writes the whole outlet" in error


# Answers about tickets of an earlier import.

ANSWERS = 'source = "old"\n[ticket]\nref = "no"\n[survey]\nscore = "score"\nanswered_at = "on"\nreason = "why"\n'


@pytest.fixture
def asked(desk: Desk, tmp_path: Path) -> Callable[..., list[str]]:
    """The words of an import of answers about the tickets 1, which is completed, and 2, which is open."""
    toml = 'source = "old"\n[ticket]\nref = "no"\nreported_at = "day"\ncompleted_at = "done"\n'
    (tmp_path / "t.toml").write_text(toml + 'outcome = { value = "fixed" }\n', encoding="utf-8")
    (tmp_path / "t.csv").write_text("no,day,done\n1,2026-10-01,2026-10-02\n2,2026-10-01,\n", encoding="utf-8")
    desk.do("import", str(tmp_path / "t.csv"), "--map", str(tmp_path / "t.toml"))
    (tmp_path / "a.toml").write_text(ANSWERS, encoding="utf-8")

    def words(*lines: str, options: tuple[str, ...] = ()) -> list[str]:
        (tmp_path / "a.csv").write_text("\n".join(["no,score,on,why", *lines]) + "\n", encoding="utf-8")
        return ["import", str(tmp_path / "a.csv"), "--map", str(tmp_path / "a.toml"), *options]

    return words


def test_a_list_of_calls_brings_its_answers_to_the_tickets_of_an_earlier_import(
    desk: Desk, asked: Callable[..., list[str]]
) -> None:
    answer = desk.run(*asked("1,2,2026-10-05,等太久", "2,,,"), "--format", "json")
    assert (answer.json["new"], answer.err) == (1, "1 row without an answer\n")
    (given,) = desk.do("export", "surveys")
    assert (given["ticket_id"], given["score"], given["reason"]) == (1, 2, "等太久")
    assert desk.do(*asked("1,2,2026-10-05,等太久"))["known"] == 1
    assert desk.do("undo", "--yes") is not None
    assert [one["voided_at"] is None for one in desk.do("export", "surveys")] == [False]


def test_answers_that_cannot_be_are_rejected(desk: Desk, asked: Callable[..., list[str]]) -> None:
    error = desk.refused(4, *asked("9,5,2026-10-05,", "2,5,2026-10-05,", "1,5,,", "1,7,2026-10-05,", "1,5,2026-10-01,"))
    assert error.splitlines()[1:6] == [
        "  record 1, line 2 '9': no ticket of this key is known",
        "  record 2, line 3 '2': T2 is not completed yet",
        "  record 3, line 4, column 'on': an answer has a time",
        "  record 4, line 5, column 'score' '7': a score is 1, 2, 3, 4 or 5",
        "  record 5, line 6 '1': T1 was completed 2026-10-02 23:59:59, later than 2026-10-01 23:59:59",
    ]
    assert desk.do("export", "surveys") == []
    assert desk.do(*asked("1,5,2026-10-05,", options=("--dry-run",)))["new"] == 1
    assert desk.do("export", "surveys") == []


# Technicians.


def test_a_list_of_technicians_is_read(desk: Desk, tmp_path: Path) -> None:
    desk.do("technician", "add", "李强", "--skill", "fridge")
    staff = tmp_path / "staff.csv"
    staff.write_text(
        "name,skills,areas,left_on\n李强,空调,,\n赵敏,冰箱/空调,南坪、渝中,2026-12-01\n,冰箱,,\n孙涛,煤炉,,\n"
    )
    words = ["import", str(staff), "--rejects", str(tmp_path / "bad.csv"), "--format", "json"]
    answer = desk.run(*words)
    assert [answer.json[key] for key in ("read", "new", "known", "changed", "rejected")] == [4, 1, 0, 1, 2]
    assert "known otherwise, and left as they are: 1\n  there is a technician 李强 already (no 1, " in answer.err
    rejected = (tmp_path / "bad.csv").read_text().splitlines()[2]
    assert rejected.startswith("孙涛,煤炉,,,4,5,skills,煤炉,\"there is no category '煤炉' (")
    assert [(one["name"], one["skills"], one["areas"], one["left_on"]) for one in desk.do("export", "technicians")] == [
        ("李强", ["fridge"], [], None), ("赵敏", ["ac", "fridge"], ["南坪", "渝中"], "2026-12-01"),
    ]  # fmt: skip


def test_technicians_are_read_by_name_alone_and_without_a_map(desk: Desk, tmp_path: Path) -> None:
    staff, words = tmp_path / "staff.csv", ["import", str(tmp_path / "staff.csv"), "--as", "technicians"]
    staff.write_text("name\n李强\n")
    assert desk.do(*words, "--dry-run")["new"] == 1
    assert desk.do("technician", "list") == []
    assert desk.do(*words)["new"] == 1
    assert "without --map, --update, --correct and --changes" in desk.refused(2, *words, "--update")
    staff.write_text("who\n李强\n")
    assert "a list of technicians has a column 'name'" in desk.refused(4, *words)


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

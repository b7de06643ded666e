"""What an import says: a dry run whole, what differs and is corrected, what goes nowhere."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk

MAP = """
source = "old"
[customer]
ref = "K"
name = "Name"
phone = "Tel"
address = "Addr"
[appliance]
ref = "G"
category = "Kind"
serial = "SN"
bought = "Bought"
[ticket]
ref = "No"
reported_at = "Day"
completed_at = "Done"
outcome = { value = "fixed" }
technician = { column = "Who", split = "/", take = "first" }
fault = "Fault"
[[skip]]
column = "No"
contains = "合计"
"""
HEADING = "No,K,Name,Tel,Addr,G,Kind,SN,Bought,Day,Done,Who,Fault,Remark"
FIRST = "1,K1,王芳,13800138000,南坪路1号,G1,冰箱,S1,2020,2026-10-01 08:00,2026-10-01 12:00,李强,leak,rings"
SECOND = "2,K2,林娜,13800138001,南坪路2号,G2,空调,S2,2021,2026-10-02 08:00,,李强/赵敏,noise,"
CLOSING = "合计,,,,,,,,,,,,,2"
Given = Callable[..., list[str]]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """The words of an import of these lines."""

    def words(*lines: str, options: tuple[str, ...] = ()) -> list[str]:
        (tmp_path / "jobs.csv").write_text("\n".join([HEADING, *lines]) + "\n", encoding="utf-8")
        (tmp_path / "jobs.toml").write_text(MAP, encoding="utf-8")
        return ["import", str(tmp_path / "jobs.csv"), "--map", str(tmp_path / "jobs.toml"), *options]

    return words


def test_a_dry_run_shows_the_first_tickets_whole_and_what_goes_nowhere(desk: Desk, given: Given) -> None:
    before = desk.path.read_bytes()
    answer = desk.run(*given(FIRST, SECOND, "3,,,,,,,,,2026-10-03 08:00,,,,", CLOSING, options=("--dry-run",)))
    assert (answer.code, desk.path.read_bytes()) == (0, before)
    assert answer.err == (
        "new technicians: 李强\n"
        "categories recognised by name: 冰箱 as fridge, 空调 as ac\n"
        "no column says when somebody came: the 24-hour arrival rate counts every repair as a miss\n"
        "rows left out by [[skip]]: 1 No\n"
        "cells with several values, of which one was taken: 1 Who\n"
        "columns that nothing reads, with their filled cells: 1 Remark\n"
        "new tickets without: 1 customer, 1 appliance, 1 technician\n"
        "the first tickets, as they would stand:\n"
        "1 repair: 王芳 138****8000 南坪路1号; fridge S1 2020; leak\n"
        "  reported 2026-10-01 08:00, completed 2026-10-01 12:00 李强 fixed\n"
        "2 repair: 林娜 138****8001 南坪路2号; ac S2 2021; noise\n"
        "  reported 2026-10-02 08:00, assigned 2026-11-21 18:00 李强\n"
        "3 repair: no customer; no appliance; –\n"
        "  reported 2026-10-03 08:00\n"
        "dry run: nothing was written\n"
    )


def test_a_dry_run_names_near_names_and_probable_doubles(desk: Desk, given: Given) -> None:
    desk.do("technician", "add", "李墙")
    desk.do("customer", "add", "王方", "--phone", "13800138000")
    said = desk.run(*given(FIRST, options=("--dry-run",))).err
    assert "new names that are near to known ones: 李强 (near: 李墙)\n" in said
    assert "probable doubles:\n  C2 王芳 = C1 王方: the same phone\n" in said


def test_blanks_that_align_chinese_names_make_nobody_else(desk: Desk, given: Given) -> None:
    desk.do("technician", "add", "李强")
    second = SECOND.replace("李强/赵敏", "赵\u3000敏")
    third = second.replace("赵\u3000敏", "赵敏").replace("2,K2,林娜", "3,K4,林 娜").replace("G2,空调,S2", "G4,空调,S4")
    answer = desk.run(*given(FIRST.replace("李强", "李 强"), second, third))
    assert [one["name"] for one in desk.do("technician", "list")] == ["李强", "赵\u3000敏"]
    assert "(same name, same phone or address): C3 = C2" in answer.err


def test_a_dry_run_groups_rejects_by_cause(desk: Desk, given: Given) -> None:
    bad = [FIRST.replace("1,K1", f"{n},K1", 1).replace("10-01 12:00", "09-01 12:00") for n in (5, 6)]
    said = desk.refused(4, *given(*bad, FIRST.replace("13800138000", "1.38E+10"), options=("--dry-run",)))
    assert "rejected, by cause:\n  2 × column 'Done': it is before the report (…)\n  1 × column 'Tel': " in said


CHANGED = (
    FIRST.replace("王芳", "王方")
    .replace("13800138000", "13900139000")
    .replace("12:00", "13:00")
    .replace("leak", "noise")
)
TOLD = [
    ["customer", "1", "K1", "name", "王芳", "王方"],
    ["customer", "1", "K1", "phone", "13800138000", "13900139000"],
    ["ticket", "1", "1", "fault", "leak", "noise"],
    ["ticket", "1", "1", "completed_at", "2026-10-01 12:00", "2026-10-01 13:00"],
]


def listed(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source))


def test_changes_are_listed_with_field_old_and_new(desk: Desk, given: Given, tmp_path: Path) -> None:
    desk.do(*given(FIRST))
    answer = desk.run(*given(CHANGED, options=("--changes", str(tmp_path / "changes.csv"))))
    assert (answer.code, desk.do("export", "customers")[0]["name"]) == (0, "王芳")
    heading, *rows = listed(tmp_path / "changes.csv")
    assert heading == ["_record", "_line", "noun", "id", "ref", "field", "old", "new"]
    assert [row[2:] for row in rows] == TOLD
    assert "changed values: 4\n  C1 name: 王芳 → 王方\n" in answer.err


def test_correct_takes_changed_values_and_keeps_the_old_ones(desk: Desk, given: Given) -> None:
    desk.do(*given(FIRST))
    answer = desk.run(*given(CHANGED, options=("--correct",)), "--format", "json")
    assert answer.json["changed"] == 1
    assert "corrected values: 4\n" in answer.err
    customer = desk.do("export", "customers")[0]
    assert (customer["name"], customer["phones"]) == ("王方", ["13900139000"])
    ticket = desk.do("export", "tickets")[0]
    assert (ticket["fault"], ticket["completed_at"][11:16]) == ("noise", "13:00")
    ended = [(e["at"][11:16], e["voided_at"] is None) for e in desk.do("export", "events") if e["kind"] == "completed"]
    assert ended == [("12:00", False), ("13:00", True)]
    assert {row["kind"] for row in desk.do("check")} <= {"missing"}
    assert desk.do(*given(CHANGED))["known"] == 1


def test_correct_gives_an_appliance_to_the_owner_that_the_file_names(desk: Desk, given: Given) -> None:
    desk.do(*given(FIRST, SECOND))
    other = SECOND.replace("2,K2", "3,K2", 1).replace(",G2,空调,S2,2021", ",G1,冰箱,S1,2020")
    answer = desk.run(*given(FIRST, SECOND, other, options=("--correct",)))
    assert (answer.code, "corrected values: 1\n" in answer.err) == (0, True)
    assert [owner["customer_id"] for owner in desk.do("appliance", "show", "A1")["owners"]] == [1, 2]
    assert desk.do("ticket", "show", "T3")["customer_id"] == 2
    desk.do("undo", "--yes")
    assert desk.do("appliance", "show", "A1")["customer_id"] == 1


def test_correct_moves_a_ticket_to_another_appliance_but_not_to_another_customer(desk: Desk, given: Given) -> None:
    more = "3,K1,王芳,13800138000,南坪路1号,G3,空调,S3,2020,2026-10-03 08:00,,李强,,"
    desk.do(*given(FIRST, SECOND, more))
    desk.do(*given(FIRST, SECOND, more.replace("G3,空调,S3", "G1,冰箱,S1"), options=("--correct",)))
    assert desk.do("ticket", "show", "T3")["appliance_id"] == 1
    answer = desk.run(*given(FIRST, SECOND.replace("2,K2", "2,K1").replace("林娜,13800138001,南坪路2号",
                             "王芳,13800138000,南坪路1号"), options=("--correct",)))  # fmt: skip
    assert "not corrected: T2 customer: C2 → C1: a ticket keeps its customer; 'customer merge C1 C2' if" in answer.err


def test_what_was_corrected_is_undone_in_one_step(desk: Desk, given: Given) -> None:
    desk.do(*given(FIRST))
    desk.do(*given(CHANGED, options=("--correct",)))
    desk.do("undo", "--yes")
    assert desk.do("export", "customers")[0]["name"] == "王芳"


def test_what_a_rule_forbids_is_not_corrected_and_told(desk: Desk, given: Given) -> None:
    desk.do(*given(FIRST, SECOND))
    answer = desk.run(*given(FIRST, SECOND.replace("S2", "S1"), options=("--correct",)))
    assert answer.code == 0
    assert "not corrected: A2 serial: S2 → S1: " in answer.err
    assert [row["serial"] for row in desk.do("export", "appliances")] == ["S1", "S2"]


@pytest.mark.parametrize("options", [(), ("--format", "json")])
def test_rejected_rows_are_told_also_when_quiet(
    desk: Desk, given: Given, tmp_path: Path, options: tuple[str, ...]
) -> None:
    bad = str(tmp_path / "bad.csv")
    words = given(FIRST, SECOND.replace("2026-10-02", "2026-13-02"), options=("--rejects", bad))
    answer = desk.run("--quiet", *words, *options)
    assert (answer.code, answer.out, answer.err) == (0, "", f"1 rejected: see {bad}\n")


def test_rejects_and_changes_are_two_files(desk: Desk, given: Given, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    told = desk.refused(
        2, *given(FIRST, SECOND, options=("--rejects", str(path), "--changes", f"{tmp_path}/./new.csv"))
    )
    assert told == "error: --rejects and --changes are one file\nhint: name two\n"
    assert not path.exists()


def test_changes_cannot_be_written_over_the_file_itself(desk: Desk, given: Given) -> None:
    words: list[Any] = given(FIRST)
    assert "--changes names" in desk.refused(2, *words, "--changes", words[1])


def test_phones_that_may_be_mistyped_are_counted_and_kept(desk: Desk, given: Given) -> None:
    other = SECOND.replace("13800138001", "023-628")
    answer = desk.run(*given(FIRST.replace("13800138000", "1380013800"), other))
    assert "warning: 2 phones may be mistyped (first: 11 digits expected, 1380013800 has 10)\n" in answer.err
    assert desk.do("customer", "show", "C2")["phones"] == ["023-628"]


@pytest.mark.parametrize("name", ["\u202eanna", "\u200b王芳"])
def test_a_cause_with_a_number_in_its_own_form_is_told(desk: Desk, given: Given, name: str) -> None:
    said = desk.refused(4, *given(FIRST.replace("王芳", name), options=("--dry-run",)))
    assert "rejected, by cause:\n  1 × column 'Name': an invisible sign in it (U+…)\n" in said

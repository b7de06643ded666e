"""Appliances: registered, found, corrected, passed on, retired (S07, S08, M5, M13, M14, M21, M23)."""

import sqlite3
from typing import Any

import pytest

from tests.conftest import Desk, filled_once

FRIDGE = ("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier", "--serial", "000123")


@filled_once
def owners(desk: Desk) -> Desk:
    """C1 王芳 and C2 李雷, known since 2020."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 09:00")
    desk.do("customer", "add", "李雷", "--phone", "13900139000", now="2020-01-02 09:00")
    return desk


@filled_once
def fridge(owners: Desk) -> Desk:
    """A1, a fridge of C1 bought 2021-12-05, known since 2022; its fifth birthday is near."""
    owners.do(*FRIDGE, "--model", "-18X", "--bought", "2021-12-05", now="2022-01-01 09:00")
    return owners


def history(desk: Desk) -> list[tuple[Any, ...]]:
    return [(c["field"], c["old"], c["new"], c["on_date"]) for c in desk.do("appliance", "show", "A1")["changes"]]


def lines(desk: Desk) -> list[tuple[Any, ...]]:
    """How the care lines in the file ended."""
    with sqlite3.connect(desk.path) as file:
        return file.execute(
            "SELECT age, ended_as, ended_reason FROM maintenance_line WHERE role = 'care' ORDER BY id"
        ).fetchall()


def test_add_answers_with_the_keys_of_the_contract_first(owners: Desk) -> None:
    added = owners.do(*FRIDGE, "--model", "-18X", "--bought", "2024-03")
    assert list(added.items())[:8] == [
        ("id", 1), ("customer_id", 1), ("category", "fridge"), ("brand", "Haier"), ("model", "-18X"),
        ("serial", "000123"), ("bought_on", "2024-03-01"), ("bought_precision", "month"),
    ]  # fmt: skip
    assert (added["owner"], added["registered_at"]) == ("王芳", "2026-11-21T18:00:00+08:00")


def test_what_is_unknown_is_null(owners: Desk) -> None:
    added = owners.do("appliance", "add", "--customer", "1", "--category", "AC", "--bought", "unknown")
    known = {"id": 1, "customer_id": 1, "category": "ac", "bought_precision": "unknown"}
    assert {key: added[key] for key in known} == known
    assert [added[key] for key in ("brand", "model", "serial", "bought_on", "installed_on", "retired_on")] == [None] * 6


@pytest.mark.parametrize(
    ("typed", "on", "precision"),
    [("2024-02-29", "2024-02-29", "day"), ("2024-03", "2024-03-01", "month"), ("2024", "2024-01-01", "year")],
)
def test_dates_of_purchase_may_be_imprecise(owners: Desk, typed: str, on: str, precision: str) -> None:
    added = owners.do(*FRIDGE, "--bought", typed, "--installed", typed)
    assert (added["bought_on"], added["bought_precision"]) == (on, precision)
    assert (added["installed_on"], added["installed_precision"]) == (on, precision)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, ("--customer", "C9", "--category", "ac")),
        (4, ("--customer", "C1", "--category", "frige")),
        (2, ("--customer", "A1", "--category", "ac")),
        (2, ("--customer", "C1")),
        (2, ("--customer", "C1", "--category", "ac", "--brand", " ")),
        (2, ("--customer", "C1", "--category", "ac", "--serial", "")),
        (2, ("--customer", "C1", "--category", "ac", "--serial", "1\n2")),
        (2, ("--customer", "C1", "--category", "ac", "--model", "x\x1b[31m")),
        (2, ("--customer", "C1", "--category", "ac", "--bought", "31.02.2024")),
        (2, ("--customer", "C1", "--category", "ac", "--bought", "2023-02-29")),
        (4, ("--customer", "C1", "--category", "ac", "--bought", "2026-11-22")),
        (4, ("--customer", "C1", "--category", "ac", "--installed", "2027")),
        (4, ("--customer", "C1", "--category", "ac", "--bought", "2024-03-09", "--installed", "2024-03-08")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(owners: Desk, code: int, words: tuple[str, ...]) -> None:
    owners.refused(code, "appliance", "add", *words)
    assert owners.do("info")["appliances"] == 0


def test_an_unknown_category_is_refused_with_the_nearest(owners: Desk) -> None:
    err = owners.refused(4, "appliance", "add", "--customer", "C1", "--category", "fridgee")
    assert "did you mean fridge?" in err


def test_a_serial_is_unique_per_brand(fridge: Desk) -> None:
    again = ("appliance", "add", "--customer", "C2", "--category", "washer", "--serial", "000123", "--brand")
    err = fridge.refused(4, *again, "HAIER")
    assert "A1  fridge Haier -18X  王芳 C1" in err
    assert "appliance transfer A1" in err
    assert fridge.do(*again, "Midea")["id"] == 2
    fridge.do("appliance", "add", "--customer", "C2", "--category", "washer", "--serial", "000123")
    fridge.refused(4, "appliance", "add", "--customer", "C1", "--category", "ac", "--serial", "000123")
    assert fridge.do("appliance", "add", "--customer", "C1", "--category", "ac", "--serial", "123")["id"] == 4


def test_two_of_a_kind_are_two_machines_and_the_desk_is_told(owners: Desk) -> None:
    words = ("appliance", "add", "--customer", "C1", "--category", "ac", "--brand", "Gree", "--bought", "2024-03-09")
    owners.do(*words)
    again = owners.run(*words, "--format", "json")
    assert (again.code, again.json["id"]) == (0, 2)
    assert again.err == "A1 looks the same: two of a kind, or entered twice?\n"


def test_a_very_old_machine_gets_a_warning(owners: Desk) -> None:
    assert "warning: bought 1996" in owners.run(*FRIDGE, "--bought", "1996-11-20").err
    assert owners.run("appliance", "edit", "A1", "--bought", "1996-11-21").err == ""


@pytest.mark.parametrize("text", ["00012", "haier", "8x", "FRID", "冰箱", "王"])
def test_find_looks_for_a_part_of_everything(fridge: Desk, text: str) -> None:
    fridge.do("appliance", "add", "--customer", "C2", "--category", "ac", "--brand", "Gree")
    assert [row["id"] for row in fridge.do("appliance", "find", text)] == [1]


def test_find_takes_signs_as_they_are(fridge: Desk) -> None:
    assert fridge.do("appliance", "find", "%") == fridge.do("appliance", "find", "_") == []


def test_find_within_a_customer_and_among_the_retired(fridge: Desk) -> None:
    fridge.do("appliance", "add", "--customer", "C2", "--category", "fridge", "--brand", "Haier")
    fridge.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-01")
    assert [row["id"] for row in fridge.do("appliance", "find", "haier")] == [2]
    assert [row["id"] for row in fridge.do("appliance", "find", "haier", "--all")] == [1, 2]
    assert [row["id"] for row in fridge.do("appliance", "find", "--customer", "C1", "--all")] == [1]
    fridge.refused(3, "appliance", "find", "haier", "--customer", "C9")
    fridge.refused(2, "appliance", "find")


def test_show_tells_the_whole_story(fridge: Desk) -> None:
    fridge.do("ticket", "open", "--appliance", "A1", "no cold")
    fridge.do("note", "add", "A1", "stands in the yard")
    shown = fridge.do("appliance", "show", "A1")
    assert (shown["age"], shown["next_birthday"]) == (4, {"due_on": "2026-12-05", "age": 5})
    assert shown["owners"] == [{"customer_id": 1, "name": "王芳", "from_on": None, "to_on": None}]
    assert [t["id"] for t in shown["tickets"]] == [1]
    assert [n["text"] for n in shown["notes"]] == ["stands in the yard"]
    assert shown["changes"] == []


def test_an_age_needs_more_than_a_year(owners: Desk) -> None:
    owners.do(*FRIDGE, "--bought", "2019")
    shown = owners.do("appliance", "show", "A1")
    assert (shown["age"], shown["next_birthday"]) == (None, None)
    assert "bought" in owners.run("appliance", "show", "A1", "--format", "markdown").out


def test_a_machine_of_29_february_grows_older_on_the_28th(owners: Desk) -> None:
    owners.do(*FRIDGE, "--bought", "2020-02-29")
    ages = [owners.do("appliance", "show", "A1", now=f"{day} 12:00")["age"] for day in ("2027-02-27", "2027-02-28")]
    assert ages == [6, 7]


def test_show_warns_of_a_machine_beyond_its_safe_life(owners: Desk) -> None:
    owners.do(*FRIDGE, "--bought", "2016-11-20")
    answer = owners.run("appliance", "show", "A1", "--format", "json")
    assert answer.json["safe_life_years"] == 10
    assert answer.err == "A1 is 10 years old, its safe life was 10 years: advise a new one\n"


def test_unknown_appliances_are_not_found(owners: Desk) -> None:
    for words in (("show", "A1"), ("edit", "A1", "--model", "X"), ("transfer", "A1", "--to", "C1", "--on", "today")):
        owners.refused(3, "appliance", *words)
    owners.refused(2, "appliance", "show", "T1")


def test_edit_keeps_the_old_values(fridge: Desk) -> None:
    edited = fridge.do("appliance", "edit", "A1", "--serial", "000124", "--bought", "2021", "--model", "-18X")
    assert (edited["serial"], edited["bought_on"], edited["bought_precision"]) == ("000124", "2021-01-01", "year")
    assert history(fridge) == [
        ("serial", "000123", "000124", None),
        ("bought_on", "2021-12-05", "2021-01-01", None),
        ("bought_precision", "day", "year", None),
    ]


def test_a_date_can_become_unknown(fridge: Desk) -> None:
    edited = fridge.do("appliance", "edit", "A1", "--bought", "unknown")
    assert (edited["bought_on"], edited["bought_precision"]) == (None, "unknown")


def test_an_edit_of_nothing_and_an_edit_to_the_same(fridge: Desk) -> None:
    fridge.refused(2, "appliance", "edit", "A1")
    fridge.refused(2, "appliance", "edit", "A1", "--brand", "")
    again = fridge.run("appliance", "edit", "A1", "--brand", "Haier", "--category", "FRIDGE")
    assert (again.code, again.err, history(fridge)) == (0, "nothing differs, nothing to do\n", [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4, ("--serial", "9")),
        (4, ("--installed", "2021-12-04")),
        (4, ("--category", "frige")),
        (4, ("--bought", "2027")),
        (4, ("--bought", "2026-11-02")),
    ],
)
def test_an_edit_obeys_the_same_rules(fridge: Desk, code: int, words: tuple[str, ...]) -> None:
    fridge.do("appliance", "add", "--customer", "C1", "--category", "ac", "--brand", "haier", "--serial", "9")
    fridge.do("appliance", "retire", "A1", "--reason", "sold", "--on", "2026-11-01")
    before = history(fridge)
    fridge.refused(code, "appliance", "edit", "A1", *words)
    assert history(fridge) == before


def test_a_corrected_category_or_date_takes_back_its_birthday_lines(fridge: Desk) -> None:
    fridge.do("maintenance", "generate")
    assert lines(fridge) == [(5, None, None)]
    fridge.do("appliance", "edit", "A1", "--category", "crt_tv")
    assert lines(fridge) == [(5, "cancelled", "category_change")]
    fridge.do("appliance", "edit", "A1", "--category", "fridge")
    fridge.do("maintenance", "generate")
    fridge.do("appliance", "edit", "A1", "--bought", "2021-11-05")
    assert lines(fridge)[-1] == (5, "cancelled", "date_change")


def test_a_transfer_keeps_both_owners(fridge: Desk) -> None:
    moved = fridge.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-01")
    assert (moved["customer_id"], moved["owner"]) == (2, "李雷")
    assert fridge.do("appliance", "show", "A1")["owners"] == [
        {"customer_id": 1, "name": "王芳", "from_on": None, "to_on": "2026-11-01"},
        {"customer_id": 2, "name": "李雷", "from_on": "2026-11-01", "to_on": None},
    ]
    assert history(fridge) == [("customer_id", "1", "2", "2026-11-01")]


def test_the_tier_is_the_new_owners(owners: Desk) -> None:
    owners.do("customer", "tier", "C1", "vip", "--from", "2020-01-02")
    owners.do(*FRIDGE, "--bought", "2022-12-05", now="2026-11-01 09:00")
    owners.do("maintenance", "generate")
    assert lines(owners) == [(4, None, None)]
    owners.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-21")
    assert lines(owners) == [(4, "cancelled", "transferred")]
    assert owners.do("appliance", "show", "A1")["next_birthday"] == {"due_on": "2027-12-05", "age": 5}


def test_remarks_do_not_pass_on(fridge: Desk) -> None:
    fridge.do("note", "add", "A1", "the key is under the mat")
    answer = fridge.run("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-01")
    assert "ask 李雷 before the first birthday card" in answer.err
    assert fridge.do("appliance", "show", "A1")["notes"] == []


def test_a_transfer_to_its_owner_is_nothing_to_do(fridge: Desk) -> None:
    words = ("appliance", "transfer", "A1", "--to", "C2", "--on")
    assert fridge.run("appliance", "transfer", "A1", "--to", "C1", "--on", "2026-11-01").code == 0
    fridge.do(*words, "2026-11-01")
    again = fridge.run(*words, "2026-11-01")
    assert (again.code, again.err) == (0, "A1 belongs to C2 already, nothing to do\n")
    assert "since 2026-11-01" in fridge.refused(4, *words, "2026-11-02")
    assert len(history(fridge)) == 1


@pytest.mark.parametrize("on", ["2026-11-22", "2021-12-04", "2026-10-31"])
def test_a_transfer_takes_place_within_the_life_of_the_machine(fridge: Desk, on: str) -> None:
    fridge.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-01")
    fridge.refused(4, "appliance", "transfer", "A1", "--to", "C1", "--on", on)
    fridge.refused(4, "appliance", "retire", "A1", "--reason", "sold", "--on", on)
    assert len(history(fridge)) == 1


def test_what_is_open_is_said_at_a_transfer(fridge: Desk) -> None:
    fridge.do("ticket", "open", "--appliance", "A1", "no cold")
    answer = fridge.run("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-21")
    assert "warning: still open for A1: T1" in answer.err


def test_a_retired_machine_has_no_new_owner(fridge: Desk) -> None:
    fridge.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-01")
    err = fridge.refused(4, "appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-02")
    assert "appliance retire A1 --undo" in err


def test_retirement_ends_the_open_birthday_lines(fridge: Desk) -> None:
    fridge.do("maintenance", "generate")
    retired = fridge.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-20")
    assert (retired["retired_on"], retired["retire_reason"]) == ("2026-11-20", "scrapped")
    assert lines(fridge) == [(5, "cancelled", "retired")]
    assert fridge.do("appliance", "show", "A1")["next_birthday"] is None


def test_the_same_retirement_again_is_nothing_to_do_and_another_is_refused(fridge: Desk) -> None:
    words = ("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-20")
    fridge.do(*words)
    assert fridge.run(*words).code == 0
    assert "--undo" in fridge.refused(4, *words[:-1], "2026-11-19")
    assert len(history(fridge)) == 2
    fridge.refused(2, "appliance", "retire", "A1", "--on", "2026-11-20")
    assert "--on" not in fridge.refused(2, "appliance", "retire", "A1").splitlines()[0]


def test_a_retirement_is_taken_back_with_its_history(fridge: Desk) -> None:
    fridge.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-20")
    restored = fridge.do("appliance", "retire", "A1", "--undo")
    assert (restored["retired_on"], restored["retire_reason"]) == (None, None)
    assert history(fridge)[2:] == [("retired_on", "2026-11-20", None, None), ("retire_reason", "scrapped", None, None)]
    assert fridge.run("appliance", "retire", "A1", "--undo").err == "A1 is in use, nothing to do\n"
    assert fridge.do("maintenance", "generate")[0]["due_on"] == "2026-12-05"


def test_changes_name_the_owners_in_words(desk: Desk) -> None:
    for name, phone in (("王芳", "13800138000"), ("李雷", "13900139000")):
        desk.do("customer", "add", name, "--phone", phone, now="2026-01-02 08:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2026-01-02 08:00")
    desk.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-20")
    (change,) = desk.do("appliance", "show", "A1")["changes"]
    assert (change["field"], change["old"], change["new"]) == ("customer_id", "1", "2")
    told = desk.run("appliance", "show", "A1", "--format", "table").out
    assert "customer  C1 王芳  C2 李雷  2026-11-20" in told


def test_the_reason_of_a_retirement_is_read_in_chinese(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    for reason, kept in (("报废", "scrapped"), ("被水泡了", "被水泡了")):
        appliance = desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")["id"]
        assert desk.do("appliance", "retire", f"A{appliance}", "--reason", reason)["retire_reason"] == kept


def test_a_brand_keeps_the_spelling_in_which_it_was_first_typed(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    words = ("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand")
    assert desk.do(*words, "Haier")["brand"] == "Haier"
    answer = desk.run(*words, "haier", "--model", "X1")
    assert (answer.code, answer.err.splitlines()[0]) == (0, "brand 'haier' is written Haier, as before")
    assert desk.do(*words, "海尔", "--model", "X2")["brand"] == "Haier"
    assert desk.do(*words, "Hair", "--model", "X3")["brand"] == "Hair"
    assert desk.do("appliance", "edit", "A4", "--brand", "HAIER")["brand"] == "Haier"


def test_the_spelling_of_a_brand_is_corrected(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "haier")
    assert desk.do("appliance", "edit", "A1", "--brand", "海尔")["brand"] == "海尔"

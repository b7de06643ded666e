"""Spare parts: the stock, who holds what, the gate, and the tickets that wait (S26, S27)."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, filled_once

MONDAY, TUESDAY, WEDNESDAY = "2026-11-16 09:00", "2026-11-17 09:00", "2026-11-18 09:00"


@filled_once
def shelf(desk: Desk) -> Desk:
    """T1 and T2: repairs of 王芳's, with 李强; COMP-12: five in stock since Monday; VALVE-3: none."""
    for name in ("李强", "Wang"):
        desk.do("technician", "add", name, now="2026-01-05 09:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-01-05 09:00")
    for text in ("warm", "noisy"):
        desk.do("ticket", "open", "--customer", "C1", text, now="2026-11-16 08:00")
    desk.do("ticket", "assign", "T1", "T2", "李强", now="2026-11-16 08:05")
    desk.do(
        "part", "add", "COMP-12", "--name", "compressor", "--category", "fridge", "--main", "--min", "2", now=MONDAY
    )
    desk.do("part", "add", "VALVE-3", "--name", "valve", now=MONDAY)
    desk.do("part", "receive", "COMP-12", "5", now=MONDAY)
    return desk


def stock(desk: Desk, code: str = "COMP-12") -> tuple[int, int]:
    """How many are in stock, and with technicians."""
    found = desk.do("part", "show", code)
    return found["stock"], found["held"]


def movements(desk: Desk, code: str = "COMP-12") -> list[tuple[Any, ...]]:
    rows = desk.do("part", "show", code)["movements"]
    return [(row["number"], row["kind"], row["quantity"], row["technician"], row["ticket_id"]) for row in rows]


def test_a_part_is_known_by_every_key(shelf: Desk) -> None:
    assert shelf.do("part", "list")[0] == {
        "code": "COMP-12", "name": "compressor", "category": "fridge", "main": True, "stock": 5, "min": 2, "low": False,
        "held": 0, "waiting": [], "discontinued_on": None, "supplied_until": None,
    }  # fmt: skip


def test_a_code_is_found_however_it_is_spelt(shelf: Desk) -> None:
    assert shelf.do("part", "show", "ｃｏｍｐ-12")["code"] == "COMP-12"
    assert "there is no part 'COMP-1'\nhint: did you mean COMP-12 compressor?" in shelf.refused(
        3, "part", "show", "COMP-1"
    )


def test_the_same_part_again_does_nothing_and_another_one_is_refused(shelf: Desk) -> None:
    words = ("part", "add", "comp-12", "--name", "compressor", "--category", "fridge", "--main", "--min")
    assert shelf.run(*words, "2").err == "the part COMP-12 is already recorded, nothing to do\n"
    assert "there is a part COMP-12 already: compressor" in shelf.refused(4, *words, "3")
    assert shelf.do("part", "edit", "COMP-12", "--min", "3", "--no-main")["min"] == 3
    assert "nothing to change" in shelf.refused(2, "part", "edit", "COMP-12")


def test_what_is_issued_is_out_of_stock_and_used_or_given_back(shelf: Desk) -> None:
    made = shelf.do("part", "issue", "COMP-12", "3", "--to", "李强", "--ticket", "T1", now=MONDAY)
    assert (made["stock"], made["held"], made["technician"], made["quantity"], made["due_on"]) == (
        2, 3, "李强", 3, "2026-11-18",
    )  # fmt: skip
    shelf.do("part", "use", "T1", "COMP-12", now=TUESDAY)
    shelf.do("part", "return", "COMP-12", "2", "--from", "李强", now=TUESDAY)
    assert stock(shelf) == (4, 0)
    assert movements(shelf) == [
        (1, "received", 5, None, None), (2, "issued", 3, "李强", 1), (3, "used", 1, "李强", 1),
        (4, "returned", 2, "李强", None),
    ]  # fmt: skip


def test_no_more_goes_out_than_is_in_stock(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "4", "--to", "Wang", now=MONDAY)
    for words in (("part", "issue", "COMP-12", "2", "--to", "李强"), ("part", "use", "T1", "COMP-12", "2")):
        assert "COMP-12: 1 in stock, 2 wanted; some are with Wang\nhint: 'part receive" in shelf.refused(4, *words)
    assert "Wang holds 4 of COMP-12, not 5" in shelf.refused(4, "part", "return", "COMP-12", "5", "--from", "Wang")
    assert "李强 holds 0 of COMP-12, not 1" in shelf.refused(4, "part", "use", "T1", "COMP-12", "--by", "李强")
    assert stock(shelf) == (1, 4)


@pytest.mark.parametrize(
    ("issued", "sources"),
    [
        ((), "3 out of the stock\n"),
        ((("1", "李强"),), "1 of those that 李强 holds\n2 out of the stock\n"),
        ((("2", "Wang", "--ticket", "T1"), ("1", "李强")), "2 of those that Wang holds\n1 of those that 李强 holds\n"),
        ((("2", "Wang"),), "3 out of the stock\n"),
    ],
)
def test_parts_come_from_whoever_took_them_for_the_ticket_then_its_technician_then_the_stock(
    shelf: Desk, issued: tuple[tuple[str, ...], ...], sources: str
) -> None:
    for number, name, *ticket in issued:
        shelf.do("part", "issue", "COMP-12", number, "--to", name, *ticket, now=MONDAY)
    assert shelf.run("part", "use", "T1", "COMP-12", "3", now=MONDAY).err == sources


def test_how_many_come_back_is_not_guessed(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "2", "--to", "Wang", now=MONDAY)
    err = shelf.refused(2, "part", "return", "COMP-12", "--from", "Wang", now=MONDAY)
    assert err.splitlines() == [
        "error: Wang holds 2 of COMP-12: how many of them?",
        "hint: the number stands behind the part: COMP-12 2",
    ]
    shelf.do("part", "return", "COMP-12", "1", "--from", "Wang", now=MONDAY)
    assert shelf.do("part", "return", "COMP-12", "--from", "Wang", now=MONDAY)["held"] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("receive", "COMP-12", "0"), "0 is no number of parts"),
        (("receive", "COMP-12", "--", "-1"), "-1 is no number of parts"),
        (("receive", "COMP-12", "many"), "is not a valid int"),
        (("receive", "COMP-12"), "missing argument 'N'"),
        (("add", " ", "--name", "x"), "the part is empty"),
        (("add", "X", "--name", " "), "the name is empty"),
        (("add", "X"), "missing option '--name'"),
        (("discontinue", "COMP-12"), "missing option '--on'"),
    ],
)
def test_what_is_no_movement_is_a_usage_error(shelf: Desk, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in shelf.refused(2, "part", *words)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("issue", "COMP-12", "--to", "nobody"), 3, "there is no technician 'nobody'"),
        (("issue", "COMP-12", "--to", "Wang", "--ticket", "T9"), 3, "there is no ticket T9"),
        (("issue", "COMP-12", "--to", "Wang", "--due", "2026-11-20"), 4, "before they are issued 2026-11-21"),
        (("issue", "COMP-12", "--to", "Wang", "--at", "2026-11-22 09:00"), 4, "lies in the future"),
        (("use", "T1", "COMP-12", "--at", "2026-11-16 07:59"), 4, "T1 was reported 2026-11-16 08:00"),
        (("order", "COMP-12", "--for", "T9"), 3, "there is no ticket T9"),
        (("add", "X", "--name", "x", "--category", "fridg"), 4, "there is no category 'fridg'"),
        (("void", "COMP-12", "--movement", "9", "--reason", "x"), 3, "COMP-12 has no movement 9"),
    ],
)
def test_what_cannot_be_is_refused(shelf: Desk, words: tuple[str, ...], code: int, sentence: str) -> None:
    assert sentence in shelf.refused(code, "part", *words)


def test_who_has_left_takes_nothing_and_an_ended_ticket_neither(shelf: Desk) -> None:
    shelf.do("technician", "leave", "Wang", "--on", "2026-11-20")
    assert "Wang left 2026-11-20" in shelf.refused(4, "part", "issue", "COMP-12", "--to", "Wang")
    shelf.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer", now=TUESDAY)
    for words in (("issue", "COMP-12", "--to", "李强", "--ticket", "T1"), ("order", "COMP-12", "--for", "T1"),
                  ("use", "T1", "COMP-12")):  # fmt: skip
        assert "T1 was cancelled (works_again)" in shelf.refused(4, "part", *words)


def test_a_part_fitted_before_the_completion_may_be_typed_after_it(shelf: Desk) -> None:
    shelf.do("ticket", "complete", "T1", "--outcome", "fixed", now=TUESDAY)
    assert shelf.do("part", "use", "T1", "COMP-12", now=WEDNESDAY)["stock"] == 4


@pytest.mark.parametrize(
    "words",
    [
        ("receive", "COMP-12", "2"),
        ("issue", "COMP-12", "2", "--to", "Wang"),
        ("use", "T1", "COMP-12", "2"),
        ("order", "COMP-12", "2", "--for", "T1"),
    ],
)
def test_the_same_at_the_same_time_is_the_same(shelf: Desk, words: tuple[str, ...]) -> None:
    before = shelf.do("part", *words, "--at", TUESDAY)
    again = shelf.run("part", *words, "--at", TUESDAY, "-f", "json")
    assert (again.code, again.err) == (0, "COMP-12: already recorded, nothing changed\n")
    assert again.json["stock"] == before["stock"]


def test_a_return_at_the_same_time_is_the_same(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "3", "--to", "Wang", now=MONDAY)
    for _ in range(2):
        assert shelf.do("part", "return", "COMP-12", "1", "--from", "Wang", "--at", TUESDAY)["stock"] == 3


def test_a_discontinued_part_is_supplied_for_five_years(shelf: Desk) -> None:
    told = shelf.run("part", "discontinue", "COMP-12", "--on", "2024-02-29")
    assert told.err == "COMP-12: the maker has to supply it until 2029-02-28 (W16)\n"
    assert shelf.do("part", "show", "COMP-12")["supplied_until"] == "2029-02-28"
    assert shelf.do("part", "discontinue", "COMP-12", "--undo")["discontinued_on"] is None


def test_parts_below_their_minimum_are_low(shelf: Desk) -> None:
    shelf.do("part", "use", "T1", "COMP-12", "4")
    shelf.do("part", "order", "VALVE-3", "2", "--for", "T2")
    assert [(row["code"], row["stock"], row["waiting"]) for row in shelf.do("part", "list", "--low")] == [
        ("COMP-12", 1, []), ("VALVE-3", 0, [2]),
    ]  # fmt: skip
    assert shelf.do("part", "list", "--category", "fridge", "--low")[0]["code"] == "COMP-12"


# Wrong movements.


def void(desk: Desk, number: int, reason: str = "typed twice") -> Any:
    return desk.do("part", "void", "COMP-12", "--movement", str(number), "--reason", reason)


def test_a_voided_movement_moves_nothing_and_stays_readable(shelf: Desk) -> None:
    shelf.do("part", "receive", "COMP-12", "7")
    assert void(shelf, 2)["stock"] == 5
    row = shelf.do("part", "show", "COMP-12")["movements"][1]
    assert (row["quantity"], row["void_reason"], row["voided_by"]) == (7, "typed twice", "clerk")
    again = shelf.run("part", "void", "COMP-12", "--movement", "2", "--reason", "typed twice")
    assert (again.code, again.err) == (0, "COMP-12: already recorded, nothing changed\n")
    assert "no 2 was voided 2026-11-21 18:00 (typed twice)" in shelf.refused(
        4, "part", "void", "COMP-12", "--movement", "2", "--reason", "another"
    )


def test_what_others_stand_on_is_not_voided(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "2", "--to", "Wang", now=MONDAY)
    shelf.do("part", "use", "T1", "COMP-12", "--by", "Wang", now=MONDAY)
    words = ("part", "void", "COMP-12", "--reason", "x", "--movement")
    assert "COMP-12: movement 1 brought 5, and only 3 are left in stock" in shelf.refused(4, *words, "1")
    assert "no 3 uses or gives back what no 2 issued\nhint: 'part void COMP-12 --movement 3' first" in shelf.refused(
        4, *words, "2"
    )
    for number in (3, 2, 1):
        void(shelf, number)
    assert stock(shelf) == (0, 0)


def test_every_deed_is_undone_and_done_again(shelf: Desk) -> None:
    deeds = (
        ("issue", "COMP-12", "3", "--to", "李强", "--ticket", "T1"), ("use", "T1", "COMP-12"),
        ("transfer", "COMP-12", "1", "--from", "李强", "--to", "Wang"), ("return", "COMP-12", "--from", "李强"),
        ("order", "VALVE-3", "--for", "T1"),
        ("receive", "VALVE-3", "1"), ("edit", "VALVE-3", "--name", "other"),
        ("discontinue", "VALVE-3", "--on", "2026-01-01"), ("add", "NEW-1", "--name", "new"),
        ("void", "COMP-12", "--movement", "4", "--reason", "x"),
    )  # fmt: skip
    seen = []
    for deed in deeds:
        seen.append(shelf.do("part", "list"))
        shelf.do("part", *deed)
    last = shelf.do("part", "list")
    for before in reversed(seen):
        shelf.do("undo")
        assert shelf.do("part", "list") == before
    for after in [*seen[1:], last]:
        shelf.do("redo")
        assert shelf.do("part", "list") == after


def test_what_is_out_keeps_its_receipt_from_being_undone(shelf: Desk) -> None:
    shelf.do("part", "receive", "VALVE-3", "1")
    number = shelf.do("history")[0]["command_id"]
    shelf.do("part", "issue", "VALVE-3", "--to", "Wang")
    assert "no more parts go out than are in stock" in shelf.refused(4, "undo", str(number))


def test_a_part_that_was_undone_comes_again_under_its_code(shelf: Desk) -> None:
    shelf.do("part", "add", "NEW-1", "--name", "old name", "--main")
    shelf.do("undo")
    assert [row["code"] for row in shelf.do("part", "list")] == ["COMP-12", "VALVE-3"]
    again = shelf.do("part", "add", "NEW-1", "--name", "new name")
    assert (again["name"], again["main"], again["stock"]) == ("new name", False, 0)


def test_history_tells_it_in_words(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "3", "--to", "李强", "--ticket", "T1")
    shelf.do("part", "issue", "COMP-12", "--to", "Wang")
    shelf.do("part", "use", "T1", "COMP-12")
    shelf.do("part", "return", "COMP-12", "2", "--from", "李强")
    shelf.do("part", "order", "VALVE-3", "--for", "T1")
    told = [row["what"] for row in shelf.do("history", "--limit", "6")]
    assert told == [
        "ordered 1 VALVE-3 for T1", "李强 gave back 2 COMP-12", "used 1 COMP-12 on T1", "issued 1 COMP-12 to Wang",
        "issued 3 COMP-12 to 李强 for T1", "received 5 COMP-12",
    ]  # fmt: skip
    assert [row["field"] for row in shelf.do("history", "comp-12", "--limit", "3")] == [
        "part_movement", "part_movement", "part_issue",
    ]  # fmt: skip


def test_a_merged_category_takes_its_parts_along(shelf: Desk) -> None:
    shelf.do("category", "add", "cooler", "--years", "3")
    shelf.do("part", "add", "X", "--name", "x", "--category", "cooler")
    shelf.do("category", "merge", "cooler", "fridge")
    assert {row["category"] for row in shelf.do("part", "list", "--category", "fridge")} == {"fridge"}
    assert len(shelf.do("part", "list", "--category", "fridge")) == 2


def test_parts_go_from_one_technician_to_another_and_stay_for_their_ticket(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "--to", "李强", "--ticket", "T1", "--due", "2026-11-17", now=MONDAY)
    shelf.do("part", "issue", "COMP-12", "2", "--to", "李强", now=MONDAY)
    shelf.do("ticket", "assign", "T1", "Wang", now=MONDAY)
    words = ("part", "transfer", "COMP-12", "2", "--from", "李强", "--to", "Wang", "--at", TUESDAY)
    assert shelf.run(*words, now=TUESDAY).err == "Wang holds it; due back 2026-11-19\n"
    assert shelf.run(*words, now=TUESDAY).err == "COMP-12: already recorded, nothing changed\n"
    assert stock(shelf) == (2, 3)
    assert [(row["technician"], row["quantity"], row["ticket_id"]) for row in shelf.do("part", "overdue", "--all")] == [
        ("李强", 1, None), ("Wang", 1, 1), ("Wang", 1, None),
    ]  # fmt: skip
    shelf.do("part", "transfer", "COMP-12", "--from", "李强", "--to", "Wang", now=TUESDAY)
    assert shelf.refused(4, *words[:3], *words[4:-2], now=TUESDAY) == (
        "error: 李强 holds 0 of COMP-12, not 1\nhint: 'part show COMP-12' says who holds how many\n"
    )
    assert "Wang gives it to nobody else" in shelf.refused(2, *words[:5], "Wang", *words[6:], now=TUESDAY)


# The gate.


@filled_once
def late(shelf: Desk) -> Desk:
    """李强 holds two of COMP-12 since Monday, due back on Tuesday; one of them for T1."""
    shelf.do("part", "issue", "COMP-12", "--to", "李强", "--ticket", "T1", "--due", "2026-11-17", now=MONDAY)
    shelf.do("part", "issue", "COMP-12", "--to", "李强", "--due", "2026-11-17", now=MONDAY)
    return shelf


def test_a_part_is_overdue_from_the_day_after_its_last_one(late: Desk) -> None:
    assert late.do("part", "overdue", now="2026-11-17 23:59") == []
    assert late.do("part", "overdue", now="2026-11-18 00:00") == [
        {"technician": "李强", "code": "COMP-12", "name": "compressor", "quantity": 1, "ticket_id": ticket_id,
         "issued_at": "2026-11-16T09:00:00+08:00", "due_on": "2026-11-17", "days_overdue": 1, "forced": None}
        for ticket_id in (1, None)
    ]  # fmt: skip
    assert len(late.do("part", "overdue", "--all", "--technician", "李", now=MONDAY)) == 2
    assert late.do("part", "overdue", "--all", "--technician", "Wang", now=MONDAY) == []


def test_who_holds_overdue_parts_gets_no_more(late: Desk) -> None:
    err = late.refused(4, "part", "issue", "COMP-12", "--to", "李强", now=WEDNESDAY)
    assert err.splitlines() == [
        "error: 李强 holds overdue parts: 1 COMP-12 due 2026-11-17, 1 COMP-12 due 2026-11-17",
        "hint: first 'part use T1 COMP-12' or 'part return COMP-12 --from 李强'; if it has to be: --force 'why'",
    ]
    assert late.do("part", "issue", "COMP-12", "--to", "Wang", now=WEDNESDAY)["held"] == 3
    late.do("part", "use", "T1", "COMP-12", now=WEDNESDAY)
    late.do("part", "return", "COMP-12", "--from", "李强", now=WEDNESDAY)
    assert late.do("part", "issue", "COMP-12", "--to", "李强", now=WEDNESDAY)["held"] == 2


def test_neither_does_one_who_holds_overdue_parts_get_them_of_another(late: Desk) -> None:
    late.do("part", "issue", "COMP-12", "--to", "Wang", now=WEDNESDAY)
    words = ("part", "transfer", "COMP-12", "1", "--from", "Wang", "--to", "李强")
    assert "李强 holds overdue parts" in late.refused(4, *words, now=WEDNESDAY)
    late.do(*words, "--force", "on the road", now=WEDNESDAY)
    assert [row["verdict"] for row in late.do("kpi", "rows", "I20", "--month", "2026-11", now=WEDNESDAY)].count(
        "hit"
    ) == 1


def test_a_back_dated_issue_does_not_pass_the_gate(late: Desk) -> None:
    assert "holds overdue parts" in late.refused(
        4, "part", "issue", "COMP-12", "--to", "李强", "--at", MONDAY, now=WEDNESDAY
    )


def test_a_forced_issue_keeps_its_reason(late: Desk) -> None:
    words = ("part", "issue", "COMP-12", "--to", "李强", "--force", "a shop without cooling")
    late.do(*words, now=WEDNESDAY)
    assert late.do("part", "show", "COMP-12")["movements"][-1]["forced"] == "a shop without cooling"
    assert "the reason is empty" in late.refused(2, *words[:-1], " ", now=WEDNESDAY)


def test_i20_finds_what_was_forced(late: Desk) -> None:
    words = ("part", "issue", "COMP-12", "--to", "李强", "--ticket", "T2", "--force", "a shop without cooling")
    late.do(*words, now=WEDNESDAY)
    november = ("--month", "2026-11")
    (sight,) = late.do("kpi", "integrity", *november, "--only", "I20")
    assert (sight["hits"], sight["rows"], sight["look"]) == (1, 3, True)
    rows = late.do("kpi", "rows", "I20", *november)
    assert [(row["ticket_id"], row["technician"], row["clerk"], row["verdict"], row["what"]) for row in rows] == [
        (None, "李强", "clerk", "miss", "nothing_overdue_COMP-12"),
        (1, "李强", "clerk", "miss", "nothing_overdue_COMP-12"),
        (2, "李强", "clerk", "hit", "past_the_gate_COMP-12"),
    ]  # fmt: skip
    assert late.do("kpi", "integrity", *november, "--only", "I20", "--as-of", "2026-11-17")[0]["hits"] == 0
    late.do("part", "void", "COMP-12", "--movement", "4", "--reason", "typed twice", now="2026-12-02 09:00")
    found = late.run("kpi", "integrity", *november, "--only", "I20", "-f", "json", now="2026-12-02 09:00").json
    assert found[0]["hits"] == 0
    edits = late.do("kpi", "rows", "I16", *november, now="2026-12-02 09:00")
    assert [(row["ticket_id"], row["what"]) for row in edits] == [(2, "part_issue_voided")]
    assert "I20 Parts past the gate" in late.run("kpi", "explain", "I20", "--format", "table").out


def test_force_that_was_not_needed_is_no_fact(shelf: Desk) -> None:
    told = shelf.run("part", "issue", "COMP-12", "--to", "Wang", "--force", "in a hurry", now=MONDAY)
    assert told.err.endswith("Wang holds nothing overdue: --force was not needed\n")
    assert shelf.do("part", "show", "COMP-12")["movements"][-1]["forced"] is None


# Waiting.


@filled_once
def waiting(shelf: Desk) -> Desk:
    """T1 waits for VALVE-3 since Monday at ten, T2 since eleven; two were ordered for T2."""
    for n in (1, 2):
        words = ("ticket", "wait", f"T{n}", "--part", "valve-3", "--cause", "manufacturer_part")
        shelf.do(*words, now=f"2026-11-16 {9 + n}:00")
    shelf.do("part", "order", "VALVE-3", "2", "--for", "T2", now="2026-11-16 12:00")
    return shelf


def wanted(desk: Desk, now: str | None = None) -> list[tuple[int, int, bool]]:
    rows = desk.do("part", "show", "VALVE-3", now=now)["waiting_tickets"]
    return [(row["ticket_id"], row["quantity"], row["in_stock"]) for row in rows]


def status(desk: Desk) -> list[str]:
    return [desk.do("ticket", "show", f"T{n}")["status"] for n in (1, 2)]


def test_a_ticket_names_the_part_that_it_waits_for(waiting: Desk) -> None:
    event = waiting.do("ticket", "show", "T1")["events"][-1]
    assert (event["kind"], event["cause"], event["part"]) == ("waiting", "manufacturer_part", "VALVE-3")
    assert waiting.do("history", "--limit", "3")[2]["what"] == "T1 waits for VALVE-3: manufacturer_part"
    assert "there is no part 'VALVE-9'" in waiting.refused(
        3, "ticket", "wait", "T1", "--part", "VALVE-9", "--cause", "customer"
    )
    again = waiting.run("ticket", "wait", "T1", "--part", "VALVE-3", "--cause", "manufacturer_part")
    assert again.err == "T1: already recorded, nothing changed\n"


def test_whoever_waited_longest_gets_it_first(waiting: Desk) -> None:
    assert wanted(waiting) == [(1, 1, False), (2, 2, False)]
    told = waiting.run("part", "receive", "VALVE-3", "2", now=TUESDAY)
    assert told.err == "T1, T2 wait for it\nthe stock suffices for T1\n"
    assert wanted(waiting) == [(1, 1, True), (2, 2, False)]
    assert waiting.run("part", "receive", "VALVE-3", "1", now=TUESDAY).err == "T1, T2 wait for it\n"
    assert status(waiting) == ["waiting", "waiting"]


def test_the_tickets_that_wait_are_listed_in_every_format(waiting: Desk) -> None:
    asked = ("part", "list", "--fields", "code,waiting", "--format")
    assert waiting.run(*asked, "csv").out == "code,waiting\nCOMP-12,\nVALVE-3,1;2\n"
    assert waiting.run(*asked, "tsv").out == "code\twaiting\nCOMP-12\t\nVALVE-3\t1;2\n"
    assert waiting.run(*asked, "table").out.splitlines()[-1].split("  ", 1) == ["VALVE-3", "T1, T2"]
    assert "waiting" in waiting.run("part", "list", "--format", "csv").out.splitlines()[0].split(",")


def test_what_another_ticket_waits_for_is_not_given_away_without_a_word(waiting: Desk) -> None:
    short = "warning: T1, T2 wait for it, and the stock does not suffice any more"
    waiting.do("part", "receive", "VALVE-3", "3", now=TUESDAY)
    issued = waiting.run("part", "issue", "VALVE-3", "2", "--to", "Wang", now=TUESDAY)
    assert issued.err.splitlines()[1:] == ["warning: T2 waits for it, and the stock does not suffice any more"]
    waiting.do("undo", now=TUESDAY)
    assert short in waiting.run("part", "write-off", "VALVE-3", "3", "--reason", "wet", now=TUESDAY).err
    waiting.do("undo", now=TUESDAY)
    assert short in waiting.run("part", "count", "VALVE-3", "0", now=TUESDAY).err
    waiting.do("undo", now=TUESDAY)
    assert waiting.run("part", "use", "T1", "VALVE-3", now=TUESDAY).err == "1 out of the stock\n"
    assert waiting.run("part", "issue", "VALVE-3", "2", "--to", "李强", "--ticket", "T2", now=TUESDAY).err == (
        "李强 holds it; due back 2026-11-19\n"
    )


def test_a_part_of_another_kind_or_for_another_technician_is_doubted(shelf: Desk) -> None:
    shelf.do("appliance", "add", "--customer", "C1", "--category", "washer", now=MONDAY)
    shelf.do("ticket", "edit", "T1", "--appliance", "A1", now=MONDAY)
    doubts = ["warning: COMP-12 is for fridge, and T1 is about washer", "warning: T1 is with 李强"]
    issued = shelf.run("part", "issue", "COMP-12", "--to", "Wang", "--ticket", "T1", now=MONDAY)
    assert issued.err.splitlines()[1:] == doubts
    used = shelf.run("part", "use", "T1", "COMP-12", "--by", "Wang", now=MONDAY)
    assert used.err.splitlines() == ["1 of those that Wang holds", *doubts]
    assert shelf.run("part", "use", "T2", "COMP-12", now=MONDAY).err == "1 out of the stock\n"


def test_the_tickets_that_get_one_go_on_with_resume(waiting: Desk) -> None:
    told = waiting.run("part", "receive", "VALVE-3", "2", "--resume", now=TUESDAY)
    assert told.err == "T1 goes on\nT2 waits for it\n"
    assert status(waiting) == ["assigned", "waiting"]
    waiting.do("undo")
    assert status(waiting) == ["waiting", "waiting"]
    assert waiting.run("part", "receive", "VALVE-3", "9", "--resume", "--at", MONDAY, now=TUESDAY).err == (
        "T1 goes on\nT2 goes on\n"
    )


def test_a_want_ends_with_what_was_issued_or_used_and_with_the_ticket(waiting: Desk) -> None:
    waiting.do("part", "receive", "VALVE-3", "5", now=TUESDAY)
    waiting.do("part", "use", "T1", "VALVE-3", now=TUESDAY)
    waiting.do("part", "issue", "VALVE-3", "--to", "李强", "--ticket", "T2", now=TUESDAY)
    assert wanted(waiting) == [(2, 1, True)]
    waiting.do("part", "return", "VALVE-3", "--from", "李强", now=TUESDAY)
    assert wanted(waiting) == [(2, 2, True)]
    waiting.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer", now=TUESDAY)
    assert wanted(waiting) == []


def test_what_is_in_stock_already_is_told_who_waits_for_it(shelf: Desk) -> None:
    told = shelf.run("ticket", "wait", "T1", "--part", "COMP-12", "--cause", "outlet_part")
    assert told.err == "warning: COMP-12 is in stock\n"


def test_a_part_that_fails_again_is_waited_for_again(waiting: Desk) -> None:
    waiting.do("part", "receive", "VALVE-3", "1", "--resume", now=TUESDAY)
    waiting.do("part", "use", "T1", "VALVE-3", now=TUESDAY)
    words = ("ticket", "wait", "T1", "--part", "VALVE-3", "--cause", "manufacturer_part")
    waiting.do(*words, now=WEDNESDAY)
    assert wanted(waiting) == [(2, 2, False), (1, 1, False)]


def test_the_ticket_shows_its_parts(waiting: Desk) -> None:
    waiting.do("part", "receive", "VALVE-3", "3", now=TUESDAY)
    waiting.do("part", "use", "T2", "VALVE-3", now=WEDNESDAY)
    shown = waiting.do("ticket", "show", "T2")["parts"]
    assert [(row["code"], row["kind"], row["quantity"], row["in_stock"]) for row in shown] == [
        ("VALVE-3", "ordered", 2, True), ("VALVE-3", "used", 1, None),
    ]  # fmt: skip


def test_the_morning_page_has_what_came_and_what_is_overdue(waiting: Desk) -> None:
    waiting.do("part", "receive", "VALVE-3", "1", now=TUESDAY)
    waiting.do("part", "issue", "COMP-12", "2", "--to", "Wang", "--ticket", "T2", now=TUESDAY)
    page = waiting.do("today")
    found = [(row["section"], row["ref"], row["technician"], row["reason"], row["due_on"]) for row in page]
    assert [row for row in found if row[0].startswith("parts")] == [
        ("parts_arrived", "T1", "李强", "VALVE-3", None),
        ("parts_overdue", "COMP-12", "Wang", "COMP-12", "2026-11-19"),
    ]
    drawn = waiting.run("today", "--format", "table").out
    assert "Parts that are there (1)" in drawn
    assert "Overdue parts (1)" in drawn
    assert "manufacturer part VALVE-3: warm" in drawn


def test_the_day_has_what_to_take_along_and_what_is_held(waiting: Desk) -> None:
    waiting.do("part", "receive", "VALVE-3", "1", now=TUESDAY)
    waiting.do("part", "issue", "COMP-12", "2", "--to", "李强", "--ticket", "T2", now=TUESDAY)
    day = waiting.do("technician", "day", "李强", now=TUESDAY)
    assert [(row["ticket_id"], row["waiting_part"], row["parts"]) for row in day] == [
        (1, "VALVE-3", [{"code": "VALVE-3", "name": "valve", "quantity": 1, "held_by": None}]),
        (2, "VALVE-3", [{"code": "COMP-12", "name": "compressor", "quantity": 2, "held_by": "李强"}]),
    ]
    drawn = waiting.run("technician", "day", "李强", "--format", "table", now=TUESDAY).out
    lines = drawn.partition("To take along\n")[2].splitlines()
    assert [line for line in lines if not line.startswith("─")] == [
        "ticket  part     description  quantity  where",
        "T1      VALVE-3  valve               1  in stock",
        "T2      COMP-12  compressor          2  李强",
        "",
        "Holds",
        "part     description  quantity  for  due",
        "COMP-12  compressor          2  T2   2026-11-19",
    ]


def test_the_day_sheet_names_parts_to_take_along_and_to_give_back(waiting: Desk, tmp_path: Path) -> None:
    waiting.do("part", "receive", "VALVE-3", "1", now=TUESDAY)
    waiting.do("part", "issue", "COMP-12", "2", "--to", "李强", "--ticket", "T2", "--due", "2026-11-17", now=TUESDAY)
    waiting.do("technician", "day", "李强", "--sheet", str(tmp_path / "day.html"), now=WEDNESDAY)
    page = (tmp_path / "day.html").read_text(encoding="utf-8")
    assert "Take along</span> VALVE-3 valve × 1</p>" in page
    assert "<td>COMP-12</td><td>compressor × 2</td><td>T2</td><td><b>overdue since 2026-11-17</b></td>" in page


def test_an_outlet_without_parts_sees_its_screens_as_before(desk: Desk) -> None:
    desk.do("technician", "add", "Li")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "x")
    desk.do("ticket", "assign", "T1", "Li")
    for words in (("today",), ("technician", "day", "Li"), ("ticket", "show", "T1")):
        assert "part" not in desk.run(*words, "--format", "table").out.lower()


def test_an_export_read_back_has_the_same_shelf(waiting: Desk, blank: Desk, tmp_path: Path) -> None:
    waiting.do("part", "receive", "VALVE-3", "1", "--resume", now=TUESDAY)
    waiting.do("part", "issue", "COMP-12", "2", "--to", "李强", "--ticket", "T2", now=TUESDAY)
    waiting.do("part", "use", "T2", "COMP-12", now=TUESDAY)
    waiting.do("part", "void", "VALVE-3", "--movement", "1", "--reason", "not for T2")
    waiting.do("export", str(tmp_path / "all"))
    other = Desk(tmp_path / "other.db")
    other.do("init", "--outlet", "Other", now="2020-01-01 08:00")
    other.do("import", str(tmp_path / "all"))
    for code in ("COMP-12", "VALVE-3"):
        assert other.do("part", "show", code) == waiting.do("part", "show", code)
    assert "part" not in {row["kind"] for row in other.do("check")}


@pytest.mark.parametrize(
    "words",
    [
        ("add", "NEW-1", "--name", "new"),
        ("receive", "COMP-12", "5"),
        ("issue", "COMP-12", "--to", "Wang"),
        ("use", "T1", "COMP-12"),
        ("order", "VALVE-3", "--for", "T1"),
        ("discontinue", "COMP-12", "--on", "2026-01-01"),
        ("void", "COMP-12", "--movement", "1", "--reason", "x"),
    ],
)
def test_a_dry_run_writes_nothing(shelf: Desk, words: tuple[str, ...]) -> None:
    before = shelf.path.read_bytes()
    tried = shelf.run("part", *words, "--dry-run")
    assert (tried.code, shelf.path.read_bytes()) == (0, before), tried.err


def test_what_was_lost_or_broke_is_out_of_the_stock_or_of_who_had_it(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "2", "--to", "李强", "--ticket", "T1", now=MONDAY)
    shelf.do("part", "write-off", "COMP-12", "--reason", "rusty", now=TUESDAY)
    shelf.do("part", "write-off", "COMP-12", "--from", "李强", "--reason", "broke on the way", now=TUESDAY)
    assert stock(shelf) == (2, 1)
    assert [
        (row["kind"], row["technician"], row["reason"]) for row in shelf.do("part", "show", "COMP-12")["movements"]
    ][2:] == [("written_off", None, "rusty"), ("written_off", "李强", "broke on the way")]
    again = ("part", "write-off", "COMP-12", "--reason", "rusty", "--at", TUESDAY)
    assert shelf.run(*again).err == "COMP-12: already recorded, nothing changed\n"
    assert "COMP-12: 2 in stock, 3 wanted; some are with 李强" in shelf.refused(4, *again[:3], "3", *again[3:5])
    assert "李强 holds 1 of COMP-12, not 2" in shelf.refused(4, *again[:3], "2", *again[3:5], "--from", "李强")


def test_a_ticket_wants_again_what_was_lost_on_the_way(shelf: Desk) -> None:
    shelf.do("part", "order", "COMP-12", "--for", "T1", now=MONDAY)
    shelf.do("part", "issue", "COMP-12", "--to", "李强", "--ticket", "T1", now=TUESDAY)
    assert shelf.do("part", "show", "COMP-12")["waiting"] == []
    shelf.do("part", "write-off", "COMP-12", "--from", "李强", "--reason", "fell", now=TUESDAY)
    assert shelf.do("part", "show", "COMP-12")["waiting"] == [1]


def test_a_count_is_a_movement_of_what_differs(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "--to", "Wang", now=TUESDAY)
    count = ("part", "count", "COMP-12")
    assert shelf.run(*count, "4").err == "COMP-12: 4 counted, as on record\n"
    assert shelf.run(*count, "1", "--reason", "to the other outlet").err == "COMP-12: 1 counted, 4 on record\n"
    assert shelf.run(*count, "1").err == "COMP-12: 1 counted, as on record\n"
    assert shelf.run(*count, "6").err == "COMP-12: 6 counted, 1 on record\n"
    assert (stock(shelf), [row[1:3] for row in movements(shelf)][2:]) == ((6, 1), [("stocktake", -3), ("stocktake", 5)])
    shelf.do("part", "void", "COMP-12", "--movement", "3", "--reason", "miscounted")
    assert stock(shelf) == (9, 1)
    shelf.do("undo")
    shelf.do("part", "issue", "COMP-12", "5", "--to", "李强")
    assert "and only 1 are left in stock" in shelf.refused(
        4, "part", "void", "COMP-12", "--movement", "4", "--reason", "x"
    )


def test_a_count_of_an_earlier_hour_is_compared_with_the_stock_of_then(shelf: Desk) -> None:
    shelf.do("part", "issue", "COMP-12", "4", "--to", "Wang", now=WEDNESDAY)
    count = ("part", "count", "COMP-12", "--at", TUESDAY)
    assert shelf.run(*count, "5", now=WEDNESDAY).err == "COMP-12: 5 counted, as on record\n"
    assert shelf.refused(4, *count, "3", now=WEDNESDAY).splitlines() == [
        "error: COMP-12: 1 in stock by now, 2 fewer were counted",
        "hint: 'part show COMP-12' lists what was issued or used since; is --at right?",
    ]
    assert shelf.do(*count, "4", now=WEDNESDAY)["stock"] == 0
    assert "-1 is no number of parts" in shelf.refused(2, "part", "count", "COMP-12", "--", "-1")


def test_a_part_goes_by_its_name_where_only_one_has_it(shelf: Desk) -> None:
    assert shelf.do("part", "show", "Compressor")["code"] == "COMP-12"
    assert shelf.do("part", "receive", "val", "2")["code"] == "VALVE-3"
    shelf.do("part", "add", "VALVE-4", "--name", "valve of gas")
    assert shelf.do("part", "show", "valve")["code"] == "VALVE-3"
    assert shelf.refused(4, "part", "show", "val") == (
        "error: 'val' may be one of these: VALVE-3 valve, VALVE-4 valve of gas\nhint: name its code\n"
    )
    assert shelf.refused(3, "part", "show", "fan").endswith(
        "hint: one of COMP-12 compressor, VALVE-3 valve, VALVE-4 valve of gas\n"
    )

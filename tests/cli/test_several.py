"""One command for several tickets: a row each, one transaction, one undo; one that is refused stops all."""

import json
from typing import Any

import pytest

from tests.conftest import Desk, filled_once

MONDAY = "2026-11-16 09:00"


@filled_once
def three(desk: Desk) -> Desk:
    """T1, T2 and T3 of 王芳; 李强 and Zhang Wei repair."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now=MONDAY)
    for name in ("李强", "Zhang Wei"):
        desk.do("technician", "add", name, now=MONDAY)
    for what in ("warm", "leaks", "loud"):
        desk.do("ticket", "open", "--customer", "C1", what, now=MONDAY)
    return desk


def told(desk: Desk, key: str) -> list[Any]:
    return [row[key] for row in reversed(desk.do("ticket", "list", "--all"))]


@pytest.mark.parametrize(
    "words",
    [("T1", "T2", "李强"), ("T1", "t2", "T1", "李"), ("1", "T2", "--to", "李强"), ("T1", "2", "--to", "1"),
     ("T1", "T2", "1")],
)  # fmt: skip
def test_tickets_are_assigned_together(three: Desk, words: tuple[str, ...]) -> None:
    rows = three.do("ticket", "assign", *words)
    assert [(row["id"], row["technician"]) for row in rows] == [(1, "李强"), (2, "李强")]
    assert told(three, "technician") == ["李强", "李强", None]


def test_a_name_of_two_words_needs_no_quotes(three: Desk) -> None:
    assert [row["technician"] for row in three.do("ticket", "assign", "T1", "T3", "Zhang", "Wei")] == ["Zhang Wei"] * 2


def test_the_desk_divides_them_where_it_chooses(three: Desk) -> None:
    answer = three.run("ticket", "assign", "T1", "T2", "--auto")
    assert told(three, "technician") == ["李强", "Zhang Wei", None]
    assert [note.partition(": ")[0] for note in answer.err.splitlines()] == ["T1", "T2"]


def test_one_ticket_is_still_one_object(three: Desk) -> None:
    assert three.do("ticket", "assign", "T1", "李强")["technician"] == "李强"
    assert three.do("ticket", "arrive", "T1")["status"] == "arrived"
    assert three.do("ticket", "arrive", "T1", "T1")["status"] == "arrived"


def test_the_whole_way_goes_together(three: Desk) -> None:
    three.do("ticket", "appoint", "T1", "T2", "tomorrow", "9-11", "--asked-by", "customer", now=MONDAY)
    assert [row[11:16] for row in told(three, "window_to")[:2]] == ["11:00", "11:00"]
    three.do("ticket", "wait", "T1", "T2", "--cause", "outlet_part")
    assert told(three, "status") == ["waiting", "waiting", "open"]
    three.do("ticket", "resume", "T1", "T2")
    three.do("ticket", "arrive", "T1", "T2", "--technician", "Zhang")
    rows = three.do("ticket", "complete", "T1", "T2", "--outcome", "fixed", "--note", "new seal")
    assert [(row["status"], row["technician"]) for row in rows] == [("completed", "Zhang Wei")] * 2
    calls = three.do("callback", "log", "T1", "T2", "--no-answer")
    assert [(call["ticket_id"], call["outcome"]) for call in calls] == [(1, "no_answer"), (2, "no_answer")]
    three.do("ticket", "cancel", "T3", "--reason", "works_again", "--by", "customer")
    assert told(three, "status") == ["completed", "completed", "cancelled"]


def test_one_undo_takes_all_of_it_back(three: Desk) -> None:
    three.do("ticket", "cancel", "T1", "T2", "T3", "--reason", "no_contact", "--by", "outlet")
    assert told(three, "status") == ["cancelled"] * 3
    three.do("undo")
    assert told(three, "status") == ["open"] * 3
    three.do("redo")
    assert told(three, "status") == ["cancelled"] * 3
    assert [row["command"] for row in three.do("history")][:3] == ["redo", "undo", "ticket cancel"]


def test_one_that_is_refused_stops_all_and_is_named(three: Desk) -> None:
    three.do("ticket", "cancel", "T2", "--reason", "no_contact", "--by", "outlet")
    kept = three.path.read_bytes()
    assert three.refused(4, "ticket", "arrive", "T1", "T2", "T3") == (
        "error: T2 was cancelled (no_contact); nothing was written for any of them\n"
        "hint: allowed: reopen, edit, correct or void\n"
    )
    assert "there is no ticket T9; nothing" in three.refused(3, "ticket", "assign", "T1", "T9", "李强")
    assert "T1: there is no technician 'Nobody'" in three.refused(3, "ticket", "assign", "T1", "T3", "--to", "Nobody")
    assert three.path.read_bytes() == kept


def test_options_for_one_ticket_are_refused_for_several(three: Desk) -> None:
    told = three.refused(2, "ticket", "complete", "T1", "T2", "--outcome", "fixed", "--care", "A1")
    assert told == "error: --skip, --fault-at and --care are for one ticket\nhint: complete them one by one\n"
    assert "needs a technician" in three.refused(2, "ticket", "assign", "T1", "T2")


def test_notes_name_the_ticket_and_people_see_a_list(three: Desk) -> None:
    three.do("ticket", "arrive", "T1", "--technician", "Zhang")
    answer = three.run("ticket", "arrive", "T1", "T3", "--technician", "Zhang", "--format", "table")
    assert answer.err == "T1: already recorded, nothing changed\n"
    assert [line.split()[0] for line in answer.out.splitlines()] == ["ticket", answer.out.splitlines()[1], "T1", "T3"]
    assert [row["id"] for row in json.loads(three.run("ticket", "arrive", "T1", "T3", "-f", "json").out)] == [1, 3]

"""Remarks: on anything that has a letter, kept once, coming up on their day."""

from datetime import date
from typing import Any

import pytest

from servicedesk.records.notes import next_day
from tests.cli.test_customers import added, count
from tests.conftest import Desk, filled_once
from tests.terminal import Person


@filled_once
def full(desk: Desk) -> Desk:
    """C1 with A1, T1 and H1, and C2."""
    added(desk)
    added(desk, "李丽", "139")
    desk.do("household", "add", "王家", "--member", "C1")
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer", "--bought", "2024-03-09")
    desk.do("ticket", "open", "--appliance", "A1", "leaks")
    return desk


def due(desk: Desk, *words: str, now: str) -> list[tuple[str, str]]:
    return [(row["due_on"], row["text"]) for row in desk.do("note", "due", *words, now=now)]


@pytest.mark.parametrize(
    ("ref", "key"), [("C1", "customer_id"), ("a1", "appliance_id"), ("T1", "ticket_id"), ("H1", "household_id")]
)
def test_a_remark_stands_on_what_its_letter_says(full: Desk, ref: str, key: str) -> None:
    made = full.do("note", "add", ref, " first\r\nsecond ")
    keys = ("customer_id", "appliance_id", "ticket_id", "household_id")
    assert {k: made[k] for k in keys} == dict.fromkeys(keys) | {key: 1}
    assert (made["id"], made["text"], made["on_md"], made["yearly"]) == (1, "first\nsecond", None, False)
    assert [note["id"] for note in full.do("note", "list", ref)] == [1]


def test_a_bare_number_says_not_enough(full: Desk) -> None:
    assert "C12, A12, T12 or H12" in full.refused(2, "note", "add", "12", "text")
    full.refused(2, "note", "list", "1")
    full.refused(3, "note", "add", "X1", "text")
    full.refused(2, "note", "add", "", "text")


@pytest.mark.parametrize("ref", ["C9", "A9", "T9", "H9"])
def test_there_is_no_remark_on_what_is_not_there(full: Desk, ref: str) -> None:
    full.refused(3, "note", "add", ref, "text")
    full.refused(3, "note", "list", ref)


@pytest.mark.parametrize("text", ["", " \n ", "a\0b", "a\x1b[2Jb", "a\udc80"])
def test_a_remark_is_a_text(full: Desk, text: str) -> None:
    full.refused(2, "note", "add", "C1", text)
    assert count(full, "note") == 0


def test_the_same_remark_is_kept_once(full: Desk) -> None:
    words = ("note", "add", "C1", "生日", "--on", "03-09", "--yearly")
    assert full.do(*words)["id"] == 1
    assert full.do(*words)["id"] == 1
    assert "nothing changed" in full.run(*words).err
    full.do("note", "add", "C1", "生日")
    full.do("note", "add", "C2", "生日", "--on", "03-09", "--yearly")
    assert count(full, "note") == 3


@pytest.mark.parametrize("on", ["02-30", "13-01", "3-9", "2026-03-09", "tomorrow", "٠٣-٠٩", ""])
def test_the_day_of_a_remark_is_a_month_and_a_day(full: Desk, on: str) -> None:
    assert "write it like 03-09" in full.refused(2, "note", "add", "C1", "x", "--on", on, "--yearly")


def test_a_yearly_remark_needs_its_day(full: Desk) -> None:
    assert "--on 03-09" in full.refused(2, "note", "add", "C1", "x", "--yearly")


def test_all_remarks_are_listed_the_newest_first(full: Desk) -> None:
    for ref in ("C1", "A1", "T1", "H1", "C2"):
        full.do("note", "add", ref, f"on {ref}")
    assert [note["text"] for note in full.do("note", "list")] == ["on C2", "on H1", "on T1", "on A1", "on C1"]
    assert [note["text"] for note in full.do("note", "list", "C1")] == ["on H1", "on A1", "on C1"]


def test_a_yearly_remark_comes_up_every_year(full: Desk) -> None:
    full.do("note", "add", "A1", "daughter", "--on", "03-09", "--yearly", now="2026-11-21 09:00")
    assert due(full, now="2027-02-06 09:00") == []
    assert due(full, now="2027-02-07 09:00") == [("2027-03-09", "daughter")]
    assert due(full, "--within", "0d", now="2028-03-09 23:59") == [("2028-03-09", "daughter")]
    assert due(full, now="2028-03-10 09:00") == []


def test_another_dated_remark_comes_up_once(full: Desk) -> None:
    full.do("note", "add", "C1", "back from abroad", "--on", "01-05", now="2026-12-21 09:00")
    assert due(full, now="2026-12-22 09:00") == [("2027-01-05", "back from abroad")]
    assert due(full, now="2027-12-22 09:00") == []


def test_remarks_come_up_in_the_order_of_their_days(full: Desk) -> None:
    for day in ("12-24", "01-01", "11-21"):
        full.do("note", "add", "C1", day, "--on", day, "--yearly")
    expected = [("2026-11-21", "11-21"), ("2026-12-24", "12-24"), ("2027-01-01", "01-01")]
    assert due(full, "--within", "6w", now="2026-11-21 09:00") == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (date(2027, 2, 1), date(2027, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2028, 3, 1), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2027, 2, 28)),
    ],
)
def test_the_29th_of_february_stands_on_the_28th_in_common_years(since: date, expected: date) -> None:
    assert next_day("02-29", since=since) == expected


def test_a_remark_does_not_pass_on_with_the_machine(full: Desk) -> None:
    full.do("note", "add", "A1", "daughter", "--on", "11-25", "--yearly", now="2026-11-20 09:00")
    full.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-21")
    later: dict[str, Any] = {"now": "2026-11-21 18:00:01"}
    assert full.do("customer", "show", "C2", **later)["notes"] == []
    assert full.do("note", "list", "A1", **later) == []
    assert due(full, now="2026-11-21 19:00") == []
    full.do("note", "add", "A1", "new owner's", **later)
    assert [note["text"] for note in full.do("note", "list", "C2", **later)] == ["new owner's"]


def test_the_question_takes_a_name_as_it_promises_and_asks_for_the_note(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    code, shown = Person(desk).types("note", "add", answers=("王强", "王芳", "", "two flights up"))
    assert code == 0, shown
    assert shown.startswith("""\
What is the note about? (C12, A34, T101, H5, a phone or a name): 王强
no customer found for '王强'""")
    assert "The note: \nan answer is needed here; ^C ends, and nothing is written\nThe note: two flights up\n" in shown
    assert desk.do("note", "list", "C1")[0]["text"] == "two flights up"

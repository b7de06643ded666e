"""report contacts: how often customers had to get in touch, how soon the telephone was answered (K15, S22)."""

from typing import Any

from tests.conftest import Desk, filled_once

MONTH = ("--month", "2026-11")


@filled_once
def busy(desk: Desk) -> Desk:
    """T1, two calls after its report; T2, none; six calls, of which two were answered at the first ring."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    for day in ("02", "04"):
        desk.do("ticket", "open", "--customer", "C1", "x", now=f"2026-11-{day} 09:00")
        desk.do("ticket", "complete", f"T{int(day) // 2}", "--outcome", "fixed", now=f"2026-11-{day} 18:00")
    log(desk, "T1", "--rings", "1", at="2026-11-02 09:10")  # still the report
    log(desk, "T1", "--rings", "3", at="2026-11-02 12:00")
    log(desk, "T1", "--missed", at="2026-11-02 15:00")
    log(desk, "T2", at="2026-11-05 10:00")  # after the repair, and nobody counted the rings
    log(desk, "C1", "--rings", "1", at="2026-11-06 10:00")
    log(desk, "--busy", at="2026-11-07 10:00")
    log(desk, "C1", "--channel", "wechat", at="2026-11-08 10:00")
    return desk


def log(desk: Desk, *words: str, at: str) -> None:
    desk.do("contact", "log", *words, "--in", "--at", at)


def figures(desk: Desk, *words: str) -> dict[str, Any]:
    rows = desk.do("report", "contacts", *MONTH, *words)
    return {row["measure"]: (row["hits"], row["total"], row["median"], row["left_out"]) for row in rows}


def test_contacts_of_a_repair_and_calls_at_the_first_ring_are_counted(busy: Desk) -> None:
    assert figures(busy) == {"more_than_one_contact": (1, 2, 2, 0), "answered_at_the_first_ring": (2, 5, None, 1)}


def test_the_rows_lead_to_the_tickets_and_the_calls(busy: Desk) -> None:
    rows = busy.do("report", "contacts", *MONTH, "--rows")
    assert [(row["ticket_id"], row["contacts"]) for row in rows if row["contacts"] is not None] == [(1, 3), (2, 1)]
    assert [(row["contact_id"], row["answered"]) for row in rows if row["contact_id"]] == [
        (1, "first_ring"), (2, "later_ring"), (3, "missed"), (4, "not_counted"), (5, "first_ring"), (6, "busy"),
    ]  # fmt: skip


def test_people_read_what_is_left_out(busy: Desk) -> None:
    screen = busy.run("report", "contacts", *MONTH, "--format", "table").out
    assert "1 call without its rings is left out\n" in screen
    assert "2/5" in screen


def test_an_earlier_instant_gives_what_was_known_then(busy: Desk) -> None:
    busy.do("contact", "void", "L5", "--reason", "mistaken", now="2026-11-22 09:00")
    busy.now = "2026-11-22 10:00"
    assert figures(busy)["answered_at_the_first_ring"] == (1, 4, None, 1)
    assert figures(busy, "--as-of", "2026-11-21 18:00")["answered_at_the_first_ring"] == (2, 5, None, 1)


def test_without_records_it_says_so_instead_of_a_number(desk: Desk) -> None:
    answer = desk.run("report", "contacts", *MONTH, "--format", "json")
    assert {row["rate"] for row in answer.json} == {None}
    assert answer.err == (
        "no contact about a ticket is on record: nobody knows who had to call again; 'contact log T1 --in'\n"
        "no call with its rings is on record: 'contact log T1 --in --rings 1', or --missed\n"
    )

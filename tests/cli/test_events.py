"""event: user schools, days of free repairs, lectures, and who came."""

from typing import Any

import pytest

from tests.conftest import Desk, filled_once

KEYS = ("came", "appliances", "tickets")


@filled_once
def square(desk: Desk) -> Desk:
    """Two customers with an appliance each; V1 was a day of free repairs, V2 is a lecture to come."""
    for name, phone in (("王芳", "13800138000"), ("陈静", "13900139000")):
        desk.do("customer", "add", name, "--phone", phone)
    for customer, category in (("C1", "fridge"), ("C2", "washer")):
        desk.do("appliance", "add", "--customer", customer, "--category", category)
    desk.do("event", "add", "free_repair", "--on", "2026-11-21", "--place", "南坪广场")
    desk.do("event", "add", "lecture", "--on", "2026-12-05", "--place", "社区", "--topic", "空调保养")
    return desk


def came(desk: Desk) -> tuple[Any, ...]:
    page = desk.do("event", "show", "V1")
    return tuple(page[key] for key in KEYS)


def test_an_event_is_planned_once(square: Desk) -> None:
    assert square.do("event", "show", "V2") == {
        "id": 2, "kind": "lecture", "on_date": "2026-12-05", "place": "社区", "topic": "空调保养", "came": 0,
        "appliances": 0, "tickets": 0, "voided_at": None, "void_reason": None, "attendances": [],
    }  # fmt: skip
    again = square.run("event", "add", "免费修理", "--on", "today", "--place", "南坪广场")
    assert again.err == "V1: already recorded, nothing changed\n"
    assert [row["id"] for row in square.do("event", "list")] == [2, 1]
    assert [row["id"] for row in square.do("event", "list", "--kind", "lecture")] == [2]


def test_who_came_stands_on_the_event_and_on_the_customer(square: Desk) -> None:
    square.do("event", "attend", "E1", "--customer", "王芳")
    square.do("event", "attend", "v1", "--customer", "C1", "--appliance", "fridge")
    square.do("event", "attend", "1", "--customer", "13900139000")
    assert came(square) == (2, 1, 0)
    again = square.run("event", "attend", "V1", "--customer", "C1", "--appliance", "A1")
    assert again.err == "V1: already recorded, nothing changed\n"
    visited = square.do("customer", "show", "C2")["events"]
    assert visited == [{"event_id": 1, "kind": "free_repair", "on_date": "2026-11-21", "place": "南坪广场",
                        "appliance_id": None, "ticket_id": None}]  # fmt: skip
    shown = square.run("customer", "show", "C2", "-f", "table").out
    assert "V1            free repair  2026-11-21  南坪广场" in shown


def test_nobody_comes_twice(square: Desk) -> None:
    for words in ((), ("--appliance", "A1"), ()):
        square.do("event", "attend", "V1", "--customer", "C1", *words)
    assert [row["appliance_id"] for row in square.do("event", "show", "V1")["attendances"]] == [1]
    assert came(square) == (1, 1, 0)


def test_what_is_found_there_becomes_a_ticket_as_any_other(square: Desk) -> None:
    square.do("ticket", "open", "--appliance", "A1", "warm", now="2026-11-10 09:00")
    square.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-10 15:00")
    square.do("event", "attend", "V1", "--customer", "C1", "--appliance", "A1")
    found = square.run("event", "attend", "V1", "--customer", "C1", "--appliance", "A1", "--fault-at", "漏水")
    assert found.err.splitlines()[0] == "T2 opened"
    assert "warning: a repeat within 30 days: T1 was completed 11 days ago (fixed)" in found.err
    ticket = square.do("ticket", "show", "T2")
    assert [ticket[key] for key in ("type", "channel", "fault", "text", "appliance_id", "reported_at")] == [
        "repair", "public_event", "leak", "leak", 1, "2026-11-21T18:00:00+08:00"
    ]  # fmt: skip
    assert came(square) == (1, 1, 1)
    assert [row["ticket_id"] for row in square.do("event", "show", "V1")["attendances"]] == [2]
    square.do("undo")
    assert came(square) == (1, 1, 0)
    square.refused(3, "ticket", "show", "T2")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(("V2", "--customer", "C1"), 4, "V2 is on 2026-12-05: nobody came yet"),
     (("V1", "--customer", "C1", "--fault-at", "leak"), 2, "a fault is that of an appliance"),
     (("V1", "--customer", "C1", "--appliance", "A2"), 4, "A2 does not belong to C1"),
     (("V9", "--customer", "C1"), 3, "there is no event V9"), (("T1", "--customer", "C1"), 2, "does not name an event"),
     (("V1", "--customer", "C1", "--appliance", "A1", "--fault-at", "moon"), 4, "there is no fault code 'moon'")],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_nothing_written(
    square: Desk, words: tuple[str, ...], code: int, told: str
) -> None:
    assert told in square.refused(code, "event", "attend", *words)
    assert came(square) == (0, 0, 0)


def test_an_event_is_voided_once_nobody_came_to_it(square: Desk) -> None:
    fault = ("--appliance", "A1", "--fault-at", "leak")
    square.do("event", "attend", "V1", "--customer", "C1", *fault)
    void = ("event", "void", "V1", "--reason", "rained off")
    assert square.refused(4, *void) == (
        "error: 1 customer came to V1\nhint: first: event void V1 --customer C12 --reason R\n"
    )
    assert "C2 did not come to V1" in square.refused(3, *void, "--customer", "C2")
    assert square.run(*void, "--customer", "C1").err == "what it opened stays: T1\n"
    assert square.run(*void).err == "V1 voided\n"
    assert square.run(*void).err == "V1: already recorded, nothing changed\n"
    assert "V1 is voided: rained off" in square.refused(4, "event", "attend", "V1", "--customer", "C1")
    assert [row["id"] for row in square.do("event", "list")] == [2]
    square.do("undo")
    assert sorted(row["place"] for row in square.do("event", "list")) == ["南坪广场", "社区"]


def test_a_customer_who_is_merged_takes_the_events_along(square: Desk) -> None:
    square.do("event", "attend", "V1", "--customer", "C2")
    square.do("customer", "merge", "C1", "C2")
    assert [row["event_id"] for row in square.do("customer", "show", "C1")["events"]] == [1]
    assert [row["what"].partition(" ")[0] for row in square.do("history", "V1")][-1] == "public"

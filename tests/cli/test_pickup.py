"""ticket collect, ticket return: an appliance is repaired in the workshop, and another one lent meanwhile."""

import pytest

from tests.asking import figure
from tests.conftest import Desk, filled_once

CALLED, COLLECTED, DONE, BACK = "2026-11-02 09:00", "2026-11-02 15:00", "2026-11-05 10:00", "2026-11-06 09:00"


@filled_once
def called(desk: Desk) -> Desk:
    """C1 calls about a computer, A1; A2 is one that the outlet lends."""
    desk.do("technician", "add", "Li")
    for name, phone in (("王芳", "13800138000"), ("网点", "13900139000")):
        desk.do("customer", "add", name, "--phone", phone)
    for customer in ("C1", "C2"):
        desk.do("appliance", "add", "--customer", customer, "--category", "computer")
    desk.do("ticket", "open", "--appliance", "A1", "--mode", "pickup", "很慢", now=CALLED)
    desk.do("ticket", "assign", "T1", "Li", now=CALLED)
    return desk


def arrival(desk: Desk) -> tuple[int, int]:
    row = figure(desk, "arrival_24h_rate", "--month", "2026-11")
    return row["hits"], row["total"]


def test_a_collection_is_the_arrival_and_the_loan_ends_with_the_return(called: Desk) -> None:
    collected = called.do("ticket", "collect", "T1", "--loan", "A2", now=COLLECTED)
    assert (collected["status"], collected["arrived_at"]) == ("arrived", "2026-11-02T15:00:00+08:00")
    assert (collected["collected_at"], collected["loan_appliance_id"]) == ("2026-11-02T15:00:00+08:00", 2)
    done = called.run("ticket", "complete", "T1", "--outcome", "fixed", now=DONE)
    assert done.err == "the appliance of T1 is still here: ticket return T1\n"
    returned = called.run("ticket", "return", "T1", now=BACK)
    assert returned.err == (
        "T1: collected 2026-11-02 15:00, A2 was lent, returned 2026-11-06 09:00\nA2 is back: its loan ended\n"
    )
    assert called.do("ticket", "show", "T1")["handovers"] == [
        {"collected_at": "2026-11-02T15:00:00+08:00", "collected_by": "Li", "lent_id": 2,
         "lent_at": "2026-11-02T15:00:00+08:00", "returned_at": "2026-11-06T09:00:00+08:00"}
    ]  # fmt: skip
    assert arrival(called) == (1, 1)
    assert figure(called, "first_time_fix_rate", "--month", "2026-11")["pending"] == 1


def test_a_late_collection_misses_the_24_hours(called: Desk) -> None:
    called.do("ticket", "collect", "T1", now="2026-11-03 09:01")
    assert arrival(called) == (0, 1)


def test_what_a_visit_takes_along_is_one_visit(called: Desk) -> None:
    called.do("ticket", "arrive", "T1", now="2026-11-02 14:30")
    called.do("ticket", "collect", "T1", now=COLLECTED)
    page = called.do("ticket", "show", "T1")
    assert [
        (e["at"][11:16], e["collected"]) for e in page["events"] if e["kind"] == "arrived" and not e["voided_at"]
    ] == [("14:30", True)]
    called.do("ticket", "complete", "T1", "--outcome", "fixed", now=DONE)
    later = "2026-12-20 09:00"
    rows = called.do("kpi", "report", "--month", "2026-11", "--only", "first_time_fix_rate", now=later)
    assert [(row["hits"], row["total"]) for row in rows] == [(1, 1)]


def test_a_ticket_becomes_a_pick_up_on_site(called: Desk) -> None:
    called.do("ticket", "open", "--appliance", "A2", "noise", now=CALLED)
    assert called.do("ticket", "show", "T2")["mode"] is None
    called.do("ticket", "collect", "T2", "--technician", "Li", now=COLLECTED)
    assert called.do("ticket", "show", "T2")["mode"] == "pickup"
    called.do("undo")
    assert called.do("ticket", "show", "T2")["mode"] is None


def test_today_says_what_is_to_be_brought_back(called: Desk) -> None:
    called.do("ticket", "collect", "T1", "--loan", "A2", now=COLLECTED)
    assert [row for row in called.do("today", now=DONE) if row["section"] == "to_return"] == []
    called.do("ticket", "complete", "T1", "--outcome", "fixed", now=DONE)
    assert (
        "\nTo bring back (1)\nT1  10:00  王芳  13800138000  computer  A2 is lent\n"
        in called.run("today", "-f", "table", now=DONE).out
    )
    called.do("ticket", "return", "T1", now=BACK)
    assert [row for row in called.do("today", now=BACK) if row["section"] == "to_return"] == []


def test_an_appliance_says_where_it_is(called: Desk) -> None:
    called.do("ticket", "collect", "T1", "--loan", "A2", now=COLLECTED)
    assert (
        "where it is  in the workshop since 2026-11-02 15:00, T1\n"
        in called.run("appliance", "show", "A1", "-f", "table").out
    )
    assert (
        "where it is  lent to C1 since 2026-11-02 15:00, T1\n"
        in called.run("appliance", "show", "A2", "-f", "table").out
    )
    called.do("ticket", "return", "T1", "--at", BACK)
    assert "where it is" not in called.run("appliance", "show", "A2", "-f", "table").out


def test_a_cancelled_repair_is_brought_back_too(called: Desk) -> None:
    called.do("ticket", "collect", "T1", now=COLLECTED)
    called.do("ticket", "cancel", "T1", "--reason", "customer_changed_mind", "--by", "customer", now=DONE)
    assert [row["ref"] for row in called.do("today", now=DONE) if row["section"] == "to_return"] == ["T1"]
    assert called.do("ticket", "return", "T1", now=BACK)["status"] == "cancelled"


def test_the_same_again_is_nothing_to_do_and_other_times_are_refused(called: Desk) -> None:
    called.do("ticket", "collect", "T1", now=COLLECTED)
    assert called.run("ticket", "collect", "T1", now=DONE).err.startswith("T1: already recorded, nothing changed\n")
    assert "T1 was collected 2026-11-02 15:00 already" in called.refused(
        4, "ticket", "collect", "T1", "--at", "2026-11-02 16:00"
    )
    assert called.do("ticket", "collect", "T1", "--loan", "A2", now=DONE)["loan_appliance_id"] == 2
    called.do("ticket", "return", "T1", now=BACK)
    assert called.run("ticket", "return", "T1").err.startswith("T1: already recorded, nothing changed\n")
    assert "T1 was returned 2026-11-06 09:00 already" in called.refused(
        4, "ticket", "return", "T1", "--at", "2026-11-07 09:00"
    )


def test_a_return_or_a_loan_that_was_none_is_voided(called: Desk) -> None:
    called.do("ticket", "collect", "T1", "--loan", "A2", now=COLLECTED)
    called.do("ticket", "return", "T1", now=BACK)
    assert called.do("ticket", "return", "T1", "--void", "wrong ticket")["returned_at"] is None
    assert called.do("ticket", "collect", "T1", "--void-loan", "it stayed here")["loan_appliance_id"] is None
    assert "nothing was lent for T1" in called.refused(4, "ticket", "collect", "T1", "--void-loan", "x")
    assert "was not returned" in called.refused(4, "ticket", "return", "T1", "--void", "x")
    called.do("ticket", "void", "T1", "--event", "3", "--reason", "wrong ticket")
    assert "was not collected" in called.refused(4, "ticket", "return", "T1")


def test_a_collection_is_corrected_to_a_time_before_the_return(called: Desk) -> None:
    called.do("ticket", "collect", "T1", now=COLLECTED)
    called.do("ticket", "return", "T1", now=BACK)
    correct = ("ticket", "correct", "T1", "--event", "3", "--reason", "mistyped", "--at")
    assert called.refused(4, *correct, "2026-11-06 10:00") == (
        "error: T1 was returned 2026-11-06 09:00 already\nhint: if that is wrong: ticket return T1 --void REASON\n"
    )
    called.do(*correct, "2026-11-02 14:00")
    assert called.do("ticket", "show", "T1")["handovers"][0]["collected_at"] == "2026-11-02T14:00:00+08:00"


def test_what_cannot_be_is_one_sentence_with_the_way_out(called: Desk) -> None:
    assert called.refused(4, "ticket", "return", "T1") == (
        "error: the appliance of T1 was not collected\nhint: first: ticket collect T1\n"
    )
    called.do("ticket", "collect", "T1", "--loan", "A2", now=COLLECTED)
    called.do("ticket", "open", "--customer", "C2", "--no-appliance", "noise", now=CALLED)
    assert "A2 is lent for T1 since 2026-11-02 15:00\nhint: first: ticket return T1" in called.refused(
        4, "ticket", "collect", "T2", "--loan", "A2"
    )
    assert called.do("ticket", "show", "T2")["handovers"] == []
    assert "A2 was lent for T1, not A1" in called.refused(4, "ticket", "return", "T1", "--loan", "A1")
    assert "T1 was collected 2026-11-02 15:00, later than" in called.refused(
        4, "ticket", "return", "T1", "--at", "2026-11-02 14:00"
    )
    assert "lies in the future" in called.refused(4, "ticket", "return", "T1", "--at", "2026-12-01 09:00")
    assert "there is no appliance A9" in called.refused(3, "ticket", "collect", "T2", "--loan", "A9")


@pytest.mark.parametrize("kind", ["install", "guidance", "design", "delivery"])
def test_nothing_is_picked_up_for_what_is_done_at_home(called: Desk, kind: str) -> None:
    told = called.refused(4, "ticket", "open", "--customer", "C2", "--type", kind, "--mode", "pickup", "x")
    assert told.startswith(f"error: nothing is picked up for a ticket of type {kind}\nhint: a pick-up is for repair, ")


@pytest.mark.parametrize("kind", ["design", "upgrade", "delivery"])
def test_a_type_of_work_of_its_own_is_no_repair(called: Desk, kind: str) -> None:
    called.do("ticket", "open", "--appliance", "A2", "--type", kind, "kitchen", now=CALLED)
    called.do("ticket", "arrive", "T2", "--technician", "Li", now=COLLECTED)
    assert "cannot end 'fixed'" in called.refused(4, "ticket", "complete", "T2", "--outcome", "fixed")
    assert called.do("ticket", "complete", "T2", "--outcome", "done", now=DONE)["deadline_at"] is None
    assert [row["id"] for row in called.do("ticket", "list", "--all", "--type", kind)] == [2]
    assert figure(called, "repeat_repair_rate", "--month", "2026-11")["pending"] == 0
    assert figure(called, "satisfaction_rate", "--month", "2026-11")["pending"] == 0

"""`ticket edit`: what was asked for is put right; what was said before stays readable, and figures of then stay."""

import pytest

from tests.conftest import Desk, filled_once

NOVEMBER = ("--month", "2026-11")
K4, K6 = "repeat_repair_rate", "arrival_24h_rate"


@filled_once
def called(desk: Desk) -> Desk:
    """T1 is of C1, whose A1 was registered after the call."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-11-02 08:00")
    desk.do("ticket", "open", "--customer", "C1", "--fault", "leak", "not cold", now="2026-11-02 09:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2026-11-02 10:00")
    return desk


def changes(desk: Desk) -> list[tuple[str, str | None, str | None]]:
    rows = desk.do("history", "T1")
    return [(row["field"], row["old"], row["new"]) for row in rows if row["field"]]


def test_a_ticket_gets_the_appliance_that_was_registered_later(called: Desk) -> None:
    edited = called.do("ticket", "edit", "T1", "--appliance", "A1", "--fault", "Not_Cooling", "--text", "not cooling")
    assert (edited["id"], edited["appliance_id"], edited["fault"], edited["text"]) == (
        1, 1, "not_cooling", "not cooling",
    )  # fmt: skip
    again = called.run("ticket", "edit", "T1", "--appliance", "A1")
    assert (again.code, again.err) == (0, "T1: already recorded, nothing changed\n")
    called.do("undo")
    shown = called.do("ticket", "show", "T1")
    assert (shown["appliance_id"], shown["fault"], shown["text"]) == (None, "leak", "not cold")
    called.do("redo")
    assert called.do("ticket", "show", "T1")["appliance_id"] == 1
    assert {row["kind"] for row in called.do("check")} == {"missing"}


def test_history_tells_old_and_new(called: Desk) -> None:
    called.do("ticket", "edit", "T1", "--appliance", "A1", "--fault", "noise")
    assert {("fault", "leak", "noise"), ("appliance_id", None, "A1")} <= set(changes(called))


def test_figures_read_what_was_known_then(called: Desk) -> None:
    called.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-03 12:00")
    called.do("ticket", "edit", "T1", "--appliance", "A1", now="2026-11-05 09:00")
    reasons = [
        called.do("kpi", "rows", K4, *NOVEMBER, "--as-of", at)[0] for at in ("2026-11-05 08:59", "2026-11-05 09:00")
    ]
    assert [(row["category"], row["reason"]) for row in reasons] == [
        ("(none)", "no_appliance"),
        ("fridge", "not_yet_30_days"),
    ]


def test_a_question_that_was_a_repair_has_a_deadline_from_then_on(called: Desk) -> None:
    called.do("ticket", "edit", "T1", "--type", "guidance", now="2026-11-05 09:00")
    asked = ("kpi", "rows", K6, *NOVEMBER)
    assert called.do(*asked) == []
    (row,) = called.do(*asked, "--as-of", "2026-11-04")
    assert (row["verdict"], row["type"]) == ("miss", "repair")


@pytest.mark.parametrize("code", [("--appliance", "A9"), ("--appliance", "T1")])
def test_an_appliance_that_is_none_is_not_found(called: Desk, code: tuple[str, ...]) -> None:
    called.refused(3 if code[1] == "A9" else 2, "ticket", "edit", "T1", *code)
    called.refused(2, "ticket", "edit", "T1")
    called.refused(2, "ticket", "edit", "T1", "--text", " ")


def test_the_appliance_is_of_the_customer_or_the_home(called: Desk) -> None:
    called.do("customer", "add", "李雷", "--phone", "13900139000")
    called.do("appliance", "add", "--customer", "C2", "--category", "washer")
    assert called.refused(4, "ticket", "edit", "T1", "--appliance", "A2") == (
        "error: A2 does not belong to C1, whose ticket T1 is\nhint: 'appliance find --customer C1' lists theirs\n"
    )
    called.do("household", "add", "--member", "C1", "--member", "C2")
    assert called.do("ticket", "edit", "T1", "--appliance", "A2")["appliance_id"] == 2


def test_an_appliance_that_was_sold_since_may_be_named(called: Desk) -> None:
    called.do("customer", "add", "李雷", "--phone", "13900139000")
    called.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-10")
    assert called.do("ticket", "edit", "T1", "--appliance", "A1")["customer_id"] == 1


def test_a_completed_ticket_becomes_only_what_could_end_so(called: Desk) -> None:
    called.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-03 12:00")
    assert called.refused(4, "ticket", "edit", "T1", "--type", "guidance") == (
        "error: T1 was completed 'fixed': a ticket of type guidance cannot end so\n"
        "hint: first 'ticket void T1 --event 2 --reason R', then edit it and complete it again\n"
    )
    called.do("ticket", "correct", "T1", "--event", "2", "--outcome", "resolved_remotely", "--reason", "by phone")
    assert called.do("ticket", "edit", "T1", "--type", "guidance")["type"] == "guidance"


def test_a_visit_of_birthdays_keeps_its_type_and_its_appliances(called: Desk) -> None:
    called.do("appliance", "edit", "A1", "--bought", "2021-12-01")
    called.do("appliance", "add", "--customer", "C1", "--category", "washer")
    called.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer")
    called.do("maintenance", "generate")
    for words in (("--type", "guidance"), ("--appliance", "A2")):
        assert "is a birthday visit" in called.refused(4, "ticket", "edit", "T2", *words)
    assert called.do("ticket", "edit", "T2", "--text", "the fridge")["text"] == "the fridge"


def test_an_edit_after_the_month_is_seen_and_one_that_was_taken_back_is_not(called: Desk) -> None:
    def seen(at: str) -> list[tuple[int, str, str]]:
        rows = called.do("kpi", "rows", "I16", *NOVEMBER, "--as-of", at, now="2026-12-31 09:00")
        return [(row["ticket_id"], row["clerk"], row["what"]) for row in rows]

    called.do("ticket", "edit", "T1", "--fault", "noise", now="2026-11-30 23:59")
    called.do("ticket", "edit", "T1", "--appliance", "A1", now="2026-12-01 09:00")
    assert seen("2026-12-01 08:59") == []
    assert seen("2026-12-01 09:00") == [(1, "clerk", "appliance_edited")]
    called.do("undo", now="2026-12-02 09:00")
    assert (seen("2026-12-01 09:00"), seen("2026-12-02 09:00")) == ([(1, "clerk", "appliance_edited")], [])


def test_the_words_of_an_edited_ticket_are_forgotten_with_the_person(called: Desk) -> None:
    called.do("ticket", "edit", "T1", "--text", "her grandmother is ill")
    called.do("ticket", "edit", "T1", "--text", "not cold")
    called.do("customer", "forget", "C1", "--yes")
    assert b"grandmother" not in called.path.read_bytes()

"""A ticket from the call to its end, through the command line."""

from typing import Any

import pytest

from tests.conftest import Desk, filled_once

MONDAY = "2026-11-16 09:00"


@filled_once
def called(desk: Desk) -> Desk:
    """T1: a repair of A1 of C1, reported on Monday at nine; Li and Wang work here."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "north", now="2026-01-05 09:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier", now="2026-01-05 09:00")
    desk.do("technician", "add", "Li", now="2026-01-05 09:00")
    desk.do("technician", "add", "Wang", now="2026-01-05 09:00")
    opened = desk.do("ticket", "open", "--appliance", "A1", "--at", MONDAY, "warm inside", now=MONDAY)
    assert opened["id"] == 1
    return desk


@pytest.fixture
def ticket(called: Desk) -> int:
    """The number of that repair, in the file of `desk`."""
    return 1


def status(desk: Desk, now: str | None = None) -> str:
    shown: str = desk.do("ticket", "show", "T1", now=now)["status"]
    return shown


def event(desk: Desk, kind: str) -> dict[str, Any]:
    """The last standing event of that kind."""
    events = desk.do("ticket", "show", "T1")["events"]
    found: dict[str, Any] = [e for e in events if e["kind"] == kind and e["voided_at"] is None][-1]
    return found


@pytest.mark.parametrize(
    ("words", "begin", "end"),
    [
        (("tomorrow", "9-11"), "2026-11-17 09:00", "2026-11-17 11:00"),
        (("wed 14:00-16:00",), "2026-11-18 14:00", "2026-11-18 16:00"),
        (("明天下午2点到4点",), "2026-11-17 14:00", "2026-11-17 16:00"),
        (("11-18", "14:00–16:00"), "2026-11-18 14:00", "2026-11-18 16:00"),
        (("--from", "tomorrow 9:00", "--to", "11:00"), "2026-11-17 09:00", "2026-11-17 11:00"),
        (("--from", "周三 9:00", "--to", "+2h"), "2026-11-18 09:00", "2026-11-18 11:00"),
    ],
)
def test_a_window_is_typed_as_it_is_said(desk: Desk, ticket: int, words: tuple[str, ...], begin: str, end: str) -> None:
    desk.do("ticket", "appoint", "T1", *words, "--asked-by", "customer", now=MONDAY)
    found = event(desk, "appointed")
    assert [found[key][:16].replace("T", " ") for key in ("window_from", "window_to")] == [begin, end]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("tomorrow", "2-4"), "write 02:00 or 14:00"),
        (("mon", "14-16"), "write 2026-11-09 or 2026-11-16 or 2026-11-23"),
        (("9-11",), "write it like tomorrow 9-11"),
        (("tomorrow 9-11", "--to", "12:00"), "such as tomorrow 9-11"),
        (("--from", "tomorrow 9:00"), "such as tomorrow 9-11"),
        ((), "ticket appoint --help"),
    ],
)
def test_a_window_is_never_guessed(desk: Desk, ticket: int, words: tuple[str, ...], hint: str) -> None:
    assert hint in desk.refused(2, "ticket", "appoint", "T1", *words, "--asked-by", "customer", now=MONDAY)


def test_a_window_outside_the_hours_and_one_before_it_are_told(desk: Desk, ticket: int) -> None:
    words = ("ticket", "appoint", f"T{ticket}", "--asked-by", "customer")
    assert "the window is outside the opening hours 08:00–18:00\n" in desk.run(*words, "tomorrow 20-22").err
    told = desk.run(*words, "tomorrow 14-16").err
    assert "it replaces the window that began 2026-11-22 20:00\n" in told
    assert "outside" not in told


def test_a_technician_is_named_behind_the_ticket(desk: Desk, ticket: int) -> None:
    assert desk.do("ticket", "assign", "T1", "Li")["technician"] == "Li"
    for words in (("Li", "--to", "Wang"), ("Li", "--auto"), ()):
        assert "--auto" in desk.refused(2, "ticket", "assign", "T1", *words)


def test_what_happened_on_a_weekday_happened_on_the_last_one(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "arrive", "T1", "--technician", "Li", "--at", "tue 9:40", now="2026-11-19 09:00")
    assert event(desk, "arrived")["at"] == "2026-11-17T09:40:00+08:00"


def test_opened_ticket_has_the_keys_of_the_contract_in_order(desk: Desk, ticket: int) -> None:
    shown = desk.do("ticket", "show", "T1")
    assert list(shown)[:12] == [
        "id", "type", "status", "customer_id", "appliance_id", "technician", "reported_at", "deadline_at", "arrived_at",
        "completed_at", "outcome", "follows_ticket_id",
    ]  # fmt: skip
    assert shown["reported_at"] == "2026-11-16T09:00:00+08:00"
    assert shown["deadline_at"] == "2026-11-17T09:00:00+08:00"
    assert (shown["type"], shown["status"], shown["customer_id"], shown["appliance_id"]) == ("repair", "open", 1, 1)


def test_the_only_appliance_of_the_caller_is_taken(desk: Desk, ticket: int) -> None:
    assert desk.do("ticket", "open", "--phone", "138-0013-8000", "noise")["appliance_id"] == 1


def test_of_several_appliances_one_must_be_named(desk: Desk, ticket: int) -> None:
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer")
    err = desk.refused(4, "ticket", "open", "--customer", "C1", "noise")
    assert "A1 fridge Haier" in err
    assert "A2 washer" in err
    assert desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "how to wash wool")["appliance_id"] is None


def test_customer_without_appliance_opens_a_ticket_without(desk: Desk) -> None:
    desk.do("customer", "add", "李雷", "--phone", "13900000001")
    assert desk.do("ticket", "open", "--customer", "C1", "--type", "guidance", "remote control")["appliance_id"] is None


def test_unknown_references_are_not_found(desk: Desk) -> None:
    for words in (
        ("open", "--customer", "C9", "x"), ("open", "--appliance", "A9", "x"), ("open", "--phone", "139", "x"),
        ("show", "T9"), ("assign", "T9", "--auto"), ("complete", "T9", "--outcome", "fixed"),
    ):  # fmt: skip
        desk.refused(3, "ticket", *words)
    assert desk.do("ticket", "list", "--all") == []


def test_somebody_or_something_must_be_named(desk: Desk, ticket: int) -> None:
    assert "--appliance, --customer, --phone" in desk.refused(2, "ticket", "open", "x")


def test_caller_and_machine_may_both_be_named_where_they_agree(desk: Desk, ticket: int) -> None:
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer")
    assert desk.do("ticket", "open", "--phone", "13800138000", "--appliance", "A2", "x")["appliance_id"] == 2
    assert desk.do("ticket", "open", "--customer", "C1", "--appliance", "A2", "x")["customer_id"] == 1
    desk.do("customer", "add", "李雷", "--phone", "13900000001")
    err = desk.refused(4, "ticket", "open", "--phone", "13900000001", "--appliance", "A2", "x")
    assert "A2 does not belong to C2, who calls" in err


def test_end_of_a_number_names_the_candidates(desk: Desk, ticket: int) -> None:
    assert "C1  王芳  138****8000" in desk.refused(3, "customer", "show", "--phone", "8000")


def test_a_second_call_is_told_how_to_become_a_duplicate(desk: Desk, ticket: int) -> None:
    again = desk.run("ticket", "open", "--appliance", "A1", "warm, second call")
    assert "ticket cancel T2 --reason duplicate --duplicate-of T1 --by outlet" in again.err


def test_opening_tells_the_history_and_warns_of_a_repeat(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-11-16 09:05")
    desk.do("ticket", "arrive", "T1", now="2026-11-16 11:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-16 12:00")
    again = desk.run("ticket", "open", "--appliance", "A1", "warm again")
    assert "T1 repair 2026-11-16 warm inside: fixed 2026-11-16" in again.err
    assert "a repeat within 30 days: T1 was completed 5 days ago by Li (fixed)" in again.err
    assert desk.do("ticket", "open", "--appliance", "A1", "third")["repeat_of"] == 1


def test_a_repeat_on_the_day_of_the_completion_is_one_of_today(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-16 12:00")
    again = desk.run("ticket", "open", "--appliance", "A1", "warm again", now="2026-11-16 18:00")
    assert "a repeat within 30 days: T1 was completed today (fixed)" in again.err
    zh = desk.run("--language", "zh", "ticket", "open", "--appliance", "A1", "热", now="2026-11-16 18:05")
    assert "30天内重复报修：T1 今天完工" in zh.err


def test_day_31_is_no_repeat(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-16 12:00")
    opened = desk.do("ticket", "open", "--appliance", "A1", "warm", now="2026-12-17 08:00")
    assert opened["repeat_of"] is None
    assert desk.do("ticket", "open", "--appliance", "A1", "warm", now="2026-12-16 23:59")["repeat_of"] == 1


def test_status_follows_the_events(desk: Desk, ticket: int) -> None:
    assert status(desk) == "open"
    desk.do("ticket", "assign", "T1", "--to", "li", now="2026-11-16 09:05")
    assert status(desk) == "assigned"
    window = ("--from", "2026-11-17 14:00", "--to", "2026-11-17 16:00", "--asked-by", "customer")
    desk.do("ticket", "appoint", "T1", *window, now="2026-11-16 09:10")
    assert status(desk, now="2026-11-17 15:59") == "appointed"
    assert status(desk, now="2026-11-17 16:00") == "assigned"
    desk.do("ticket", "arrive", "T1", now="2026-11-17 15:00")
    assert status(desk) == "arrived"
    desk.do("ticket", "wait", "T1", "--cause", "outlet_part", now="2026-11-17 15:30")
    assert status(desk) == "waiting"
    desk.do("ticket", "resume", "T1", now="2026-11-19 09:00")
    assert status(desk) == "assigned"
    desk.do("ticket", "arrive", "T1", now="2026-11-19 10:00")
    done = desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-19 11:00")
    assert (done["status"], done["arrived_at"][:16], done["outcome"]) == ("completed", "2026-11-17T15:00", "fixed")
    assert done["deadline_at"] == "2026-11-17T16:00:00+08:00"


def test_no_access_leaves_the_former_status_but_is_an_arrival(desk: Desk, ticket: int) -> None:
    shown = desk.do("ticket", "arrive", "T1", "--no-access", "--technician", "Wang", now="2026-11-16 20:00")
    assert (shown["status"], shown["arrived_at"][:16]) == ("open", "2026-11-16T20:00")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("arrive", "T1", "--at", "2026-11-16 08:59"), "was reported"),
        (("arrive", "T1", "--at", "2026-11-22 09:00"), "in the future"),
        (("resume", "T1"), "not waiting"),
        (("complete", "T1", "--outcome", "done"), "cannot end 'done'"),
        (("complete", "T1", "--outcome", "glued"), "cannot end 'glued'"),
        (("cancel", "T1", "--reason", "bored", "--by", "customer"), "unknown reason"),
        (("cancel", "T1", "--reason", "duplicate", "--by", "outlet"), "names the ticket that stays"),
        (("cancel", "T1", "--reason", "duplicate", "--duplicate-of", "T1", "--by", "outlet"), "of itself"),
        (("reopen", "T1"), "still open"),
        (("void", "T1", "--event", "1", "--reason", "x"), "cannot be voided"),
        (("appoint", "T1", "--from", "16:00", "--to", "14:00", "--asked-by", "outlet"), "not after its begin"),
        (("complete", "T1", "--outcome", "fixed", "--skip", "A1:away"), "no maintenance visit"),
        (("correct", "T1", "--event", "1", "--technician", "Li", "--reason", "x"), "has no technician"),
    ],
)
def test_illegal_move_is_refused_and_nothing_is_written(
    desk: Desk, ticket: int, words: tuple[str, ...], sentence: str
) -> None:
    before = desk.do("ticket", "show", "T1")
    assert sentence in desk.refused(4, "ticket", *words)
    assert desk.do("ticket", "show", "T1") == before


def test_no_completion_before_the_last_arrival(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "arrive", "T1", "--at", "2026-11-16 11:00")
    err = desk.refused(4, "ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 10:59")
    assert "last arrival" in err


def test_on_a_completed_ticket_only_survey_reopen_correct_void(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    for words in (
        ("assign", "T1", "--to", "Li"), ("arrive", "T1"), ("wait", "T1", "--cause", "customer"),
        ("cancel", "T1", "--reason", "no_contact", "--by", "outlet"), ("complete", "T1", "--outcome", "exchanged"),
    ):  # fmt: skip
        assert "allowed: survey, reopen, edit, correct or void" in desk.refused(4, "ticket", *words)


def test_on_a_cancelled_ticket_only_reopen_correct_void(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer")
    assert "allowed: reopen, edit, correct or void" in desk.refused(4, "ticket", "arrive", "T1")
    assert "allowed: reopen, edit, correct or void" in desk.refused(4, "survey", "record", "T1", "5")
    assert desk.do("ticket", "reopen", "T1")["follows_ticket_id"] == 1


def test_survey_needs_a_completed_ticket(desk: Desk, ticket: int) -> None:
    assert "not completed yet" in desk.refused(4, "survey", "record", "T1", "5")


@pytest.mark.parametrize("score", ["0", "6", "10", "好评", "4.5", ""])
def test_other_scales_are_refused_never_converted(desk: Desk, ticket: int, score: str) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed")
    assert "is not a score" in desk.refused(4, "survey", "record", "T1", score)


@pytest.mark.parametrize(
    ("words", "other"),
    [
        (("assign", "T1", "--to", "Li"), None),
        (("arrive", "T1", "--at", "2026-11-16 10:00"), None),
        (("wait", "T1", "--cause", "customer"), None),
        (("complete", "T1", "--outcome", "fixed"), ("complete", "T1", "--outcome", "exchanged")),
        (("complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00"),
         ("complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:30")),
        (("cancel", "T1", "--reason", "no_contact", "--by", "outlet"),
         ("cancel", "T1", "--reason", "no_contact", "--by", "customer")),
    ],
)  # fmt: skip
def test_repeated_command_is_a_no_op_with_other_values_refused(
    desk: Desk, ticket: int, words: tuple[str, ...], other: tuple[str, ...] | None
) -> None:
    first = desk.do("ticket", *words)
    again = desk.run("ticket", *words)
    assert (again.code, "nothing changed" in again.err) == (0, True)
    assert desk.do("ticket", *words) == first
    assert len(desk.do("ticket", "show", "T1")["events"]) == 2
    if other:
        desk.refused(4, "ticket", *other)


def test_resumed_ticket_resumes_again_without_effect(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "wait", "T1", "--cause", "repairer", now="2026-11-17 09:00")
    desk.do("ticket", "resume", "T1", now="2026-11-18 09:00")
    assert "nothing changed" in desk.run("ticket", "resume", "T1", now="2026-11-18 10:00").err


def test_ticket_takes_several_visits(desk: Desk, ticket: int) -> None:
    for at in ("2026-11-16 10:00", "2026-11-18 10:00", "2026-11-20 10:00"):
        desk.do("ticket", "arrive", "T1", "--at", at)
    assert [e["kind"] for e in desk.do("ticket", "show", "T1")["events"]].count("arrived") == 3


def test_correction_is_a_new_fact_and_the_old_one_stays(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "arrive", "T1", "--technician", "Li", now="2026-11-16 12:00")
    corrected = desk.do(
        "ticket",
        "correct",
        "T1",
        "--event",
        "2",
        "--at",
        "2026-11-16 10:00",
        "--technician",
        "Wang",
        "--reason",
        "typed late",
    )
    old, new = sorted(
        (e for e in desk.do("ticket", "show", "T1")["events"] if e["kind"] == "arrived"), key=lambda e: e["number"]
    )
    assert corrected["arrived_at"] == "2026-11-16T10:00:00+08:00"
    assert (old["number"], old["voided_by"], old["void_reason"], old["technician"]) == (2, "clerk", "typed late", "Li")
    assert (new["number"], new["corrects_id"], new["technician"]) == (3, old["id"], "Wang")


def test_same_correction_again_is_a_no_op(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "arrive", "T1", now="2026-11-16 12:00")
    words = ("ticket", "correct", "T1", "--event", "2", "--at", "2026-11-16 10:00", "--reason", "late")
    desk.do(*words)
    assert "nothing changed" in desk.run(*words).err
    desk.refused(4, "ticket", "correct", "T1", "--event", "2", "--at", "2026-11-16 10:30", "--reason", "late")


def test_correction_must_fit_the_rest_of_the_ticket(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "arrive", "T1", "--at", "2026-11-16 12:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 13:00")
    for number, at in (("1", "2026-11-16 12:30"), ("2", "2026-11-16 13:30"), ("2", "2026-11-16 08:00"),
                       ("3", "2026-11-16 11:00"), ("3", "2026-11-23 11:00")):  # fmt: skip
        desk.refused(4, "ticket", "correct", "T1", "--event", number, "--at", at, "--reason", "x")
    assert (
        desk.do("ticket", "correct", "T1", "--event", "3", "--at", "2026-11-16 12:30", "--reason", "x")["status"]
        == "completed"
    )


def test_voided_completion_opens_the_ticket_again(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed")
    assert desk.do("ticket", "void", "T1", "--event", "2", "--reason", "wrong ticket")["status"] == "open"
    assert "nothing changed" in desk.run("ticket", "void", "T1", "--event", "2", "--reason", "wrong ticket").err
    desk.refused(4, "ticket", "void", "T1", "--event", "2", "--reason", "another reason")
    assert [t["id"] for t in desk.do("ticket", "list")] == [1]


def test_unknown_event_number_is_not_found(desk: Desk, ticket: int) -> None:
    desk.refused(3, "ticket", "void", "T1", "--event", "7", "--reason", "x")


def test_first_answer_counts_later_ones_are_follow_ups(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    first = desk.do("survey", "record", "T1", "2", "--reason", "late", now="2026-11-17 10:00")
    later = desk.do("survey", "record", "T1", "5", "--source", "sms", now="2026-11-18 10:00")
    assert list(first)[:7] == ["id", "ticket_id", "score", "reason", "source", "answered_at", "counted"]
    assert (first["counted"], later["counted"]) == (True, False)


def test_voided_survey_lets_the_next_count(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    desk.do("survey", "record", "T1", "2", now="2026-11-17 10:00")
    desk.do("survey", "record", "T1", "5", now="2026-11-18 10:00")
    desk.do("ticket", "void", "T1", "--event", "3", "--reason", "wrong customer")
    counted = desk.do("survey", "record", "T1", "5", "--at", "2026-11-18 10:00")
    assert counted["counted"] is True


def test_answer_after_fourteen_days_is_stored_not_counted(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 23:59")
    late = desk.run("survey", "record", "T1", "5", now="2026-12-01 00:00")
    assert (late.code, "stored as a follow-up" in late.err) == (0, True)
    assert desk.do("survey", "record", "T1", "4", "--at", "2026-11-30 23:59", now="2026-12-02 00:00")["counted"] is True


def test_duplicate_leaves_the_earlier_report_time_to_the_survivor(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "open", "--appliance", "A1", "--at", "2026-11-16 08:00", "warm, second call")
    done = desk.do("ticket", "cancel", "T2", "--reason", "duplicate", "--duplicate-of", "T1", "--by", "outlet")
    assert (done["status"], done["cancel_reason"]) == ("cancelled", "duplicate")
    assert desk.do("ticket", "show", "T1")["reported_at"] == "2026-11-16T08:00:00+08:00"
    desk.do("ticket", "open", "--appliance", "A1", "third call")
    err = desk.refused(4, "ticket", "cancel", "T3", "--reason", "duplicate", "--duplicate-of", "T2", "--by", "outlet")
    assert "--duplicate-of T1" in err


AS_DUPLICATE = ("--reason", "duplicate", "--by", "outlet", "--duplicate-of")
MENDED = "\nhint: cancel it for another reason; if it is the same call: --force 'why'\n"


@pytest.mark.parametrize(
    ("words", "difference"),
    [
        (("--customer", "C2"), "T2 and T1 belong to different customers"),
        (("--appliance", "A1", "--type", "guidance"), "T2 is of another type than T1: guidance, repair"),
        (("--appliance", "A2"), "T2 is about another appliance than T1: A2, A1"),
    ],
)
def test_a_duplicate_is_of_the_same_home_type_and_appliance(
    desk: Desk, ticket: int, words: tuple[str, ...], difference: str
) -> None:
    desk.do("customer", "add", "Zhou", "--phone", "13900139000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer")
    desk.do("ticket", "open", *words, "--at", "2026-11-16 08:00", "a call")
    assert desk.refused(4, "ticket", "cancel", "T2", *AS_DUPLICATE, "T1") == f"error: {difference}{MENDED}"
    forced = ("ticket", "cancel", "T2", *AS_DUPLICATE, "T1", "--force", "one call of two")
    assert desk.do(*forced)["status"] == desk.do(*forced)["status"] == "cancelled"
    assert desk.do("ticket", "show", "T1")["reported_at"] == "2026-11-16T08:00:00+08:00"
    (row,) = [row for row in desk.do("kpi", "rows", "I18", "--month", "2026-11") if row["verdict"] == "hit"]
    assert (row["ticket_id"], row["clerk"], row["what"]) == (2, "clerk", "forced_duplicate_of_T1")


def test_somebody_else_at_home_or_without_an_appliance_calls_twice(desk: Desk, ticket: int) -> None:
    desk.do("customer", "add", "Zhou", "--phone", "13900139000")
    desk.do("household", "add", "--member", "C1", "--member", "C2")
    desk.do("ticket", "open", "--customer", "C2", "--no-appliance", "the fridge again")
    done = desk.run("ticket", "cancel", "T2", *AS_DUPLICATE, "T1", "--force", "not needed")
    assert (done.code, done.err) == (0, "")
    assert desk.do("kpi", "rows", "I18", "--month", "2026-11") == []


def test_a_person_entered_twice_calls_twice(desk: Desk, ticket: int) -> None:
    desk.do("customer", "add", "Zhou", "--phone", "13900139000")
    desk.do("ticket", "open", "--customer", "C2", "warm")
    desk.refused(4, "ticket", "cancel", "T2", *AS_DUPLICATE, "T1")
    desk.do("customer", "merge", "C1", "C2")
    assert desk.do("ticket", "cancel", "T2", *AS_DUPLICATE, "T1")["status"] == "cancelled"


def test_a_duplicate_of_a_repair_that_was_done_is_taken_with_a_warning_and_seen(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    desk.do("ticket", "open", "--appliance", "A1", "--at", "2026-11-18 08:00", "warm again")
    done = desk.run("ticket", "cancel", "T2", *AS_DUPLICATE, "T1")
    assert done.err.startswith("warning: T1 was completed 2026-11-16 12:00, before T2 was reported")
    (row,) = desk.do("kpi", "rows", "I18", "--month", "2026-11")
    assert (row["ticket_id"], row["what"]) == (2, "after_completion_of_T1")


def test_an_entry_error_is_no_ticket_that_stays(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "open", "--appliance", "A1", "second call")
    desk.do("ticket", "open", "--appliance", "A1", "third call")
    desk.do("ticket", "cancel", "T3", "--reason", "entry_error", "--by", "outlet")
    assert "no ticket of this call would stay" in desk.refused(4, "ticket", "cancel", "T2", *AS_DUPLICATE, "T3")
    desk.do("ticket", "cancel", "T2", *AS_DUPLICATE, "T1")
    err = desk.refused(4, "ticket", "cancel", "T1", "--reason", "entry_error", "--by", "outlet")
    assert err.startswith("error: T1 also counts for its duplicates: T2\n")


def test_force_is_for_duplicates(desk: Desk, ticket: int) -> None:
    desk.refused(2, "ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer", "--force", "because")


def test_reopening_makes_a_linked_new_ticket_once(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    new = desk.do("ticket", "reopen", "T1", "warm again")
    assert (new["id"], new["follows_ticket_id"], new["appliance_id"], new["type"]) == (2, 1, 1, "repair")
    assert desk.do("ticket", "reopen", "T1", "warm again")["id"] == 2
    assert "as T2" in desk.refused(4, "ticket", "reopen", "T1", "something else")
    assert desk.do("ticket", "show", "T1")["followed_by"] == [{"id": 2}]


def test_auto_prefers_area_then_the_fewest_open_then_the_lowest_id(desk: Desk, ticket: int) -> None:
    desk.do("technician", "add", "Zhao", "--area", "north")
    first = desk.do("ticket", "assign", "T1", "--auto")
    assert first["technician"] == "Zhao"
    assert "area north" in first["why"]
    assert desk.do("ticket", "assign", "T1", "--auto")["technician"] == "Zhao"
    desk.do("customer", "add", "李雷", "--phone", "13900000001")
    for expected in ("Li", "Wang", "Li"):
        opened = desk.do("ticket", "open", "--customer", "C2", "no picture")
        assert desk.do("ticket", "assign", str(opened["id"]), "--auto")["technician"] == expected


def test_auto_respects_skill_and_absence(desk: Desk, ticket: int) -> None:
    desk.do("technician", "edit", "Li", "--skill", "washer")
    desk.do("technician", "absent", "Wang", "--from", "2026-11-20", "--to", "2026-11-22")
    assert "Wang absent" in desk.refused(4, "ticket", "assign", "T1", "--auto")
    assert "not skilled in fridge" in desk.run("ticket", "assign", "T1", "--to", "Li").err


def test_list_filters_and_is_newest_first(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "open", "--appliance", "A1", "--at", "2026-11-21 17:00", "noise")
    desk.do(
        "ticket", "open", "--customer", "C1", "--no-appliance", "--type", "guidance", "--at", "2026-11-18 09:00", "how"
    )
    desk.do("ticket", "assign", "T2", "--to", "Li")
    desk.do("ticket", "complete", "T3", "--outcome", "done")

    def ids(*words: str) -> list[int]:
        return [row["id"] for row in desk.do("ticket", "list", *words)]

    assert ids() == [2, 1]
    assert ids("--all") == [2, 3, 1]
    assert ids("--all", "--limit", "2") == [2, 3]
    assert ids("--overdue") == [1]
    assert ids("--technician", "li") == [2]
    assert ids("--all", "--type", "guidance") == [3]
    assert ids("--all", "--since", "2026-11-18", "--until", "2026-11-18") == [3]
    assert ids("--all", "--appliance", "A1") == [2, 1]
    assert ids("--customer", "C1") == [2, 1]


def test_empty_list_is_an_empty_json_list_and_a_heading(desk: Desk) -> None:
    assert desk.run("ticket", "list", "-f", "json").out == "[]\n"
    assert desk.run("ticket", "list").out.startswith("id\ttype\tstatus\t")
    assert desk.run("ticket", "list").out.count("\n") == 1


def test_codes_are_lower_case_words(desk: Desk, ticket: int) -> None:
    opened = desk.do("ticket", "open", "--appliance", "A1", "--fault", "Not_Cooling", "--channel", "WeChat", "warm")
    assert (opened["fault"], opened["channel"]) == ("not_cooling", "wechat")
    desk.refused(2, "ticket", "open", "--appliance", "A1", "--fault", "no power!", "x")


def test_text_that_begins_with_a_dash_gets_a_hint(desk: Desk, ticket: int) -> None:
    assert "'--'" in desk.refused(2, "ticket", "open", "--appliance", "A1", "-18 °C not reached")
    opened = desk.run("ticket", "open", "--appliance", "A1", "--format", "json", "--", "-18 °C")
    assert opened.json["text"] == "-18 °C"


def test_retired_machine_takes_no_ticket(desk: Desk, ticket: int) -> None:
    desk.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-20")
    assert "was retired" in desk.refused(4, "ticket", "open", "--appliance", "A1", "x")


def test_a_wrong_outcome_score_or_note_is_corrected(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    desk.do("survey", "record", "T1", "2", "--at", "2026-11-17 10:00")
    done = desk.do("ticket", "correct", "T1", "--event", "2", "--outcome", "user_caused", "--reason", "mistyped")
    assert (done["status"], done["outcome"]) == ("completed", "user_caused")
    desk.do("ticket", "correct", "T1", "--event", "3", "--score", "5", "--reason", "misheard")
    assert (event(desk, "surveyed")["score"], event(desk, "completed")["outcome"]) == (5, "user_caused")
    assert "has no outcome" in desk.refused(
        4, "ticket", "correct", "T1", "--event", "1", "--outcome", "fixed", "--reason", "x"
    )
    desk.refused(4, "ticket", "correct", "T1", "--event", "4", "--outcome", "done", "--reason", "x")


def test_a_completion_with_answers_is_corrected_not_voided(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    desk.do("survey", "record", "T1", "2")
    assert "void event 3 first" in desk.refused(4, "ticket", "void", "T1", "--event", "2", "--reason", "x")


def test_overdue_list_shows_the_deadline(desk: Desk, ticket: int) -> None:
    heading, _, row = desk.run("ticket", "list", "--overdue", "--format", "markdown").out.splitlines()
    assert ("| deadline |" in heading, "| 11-17 09:00 |" in row) == (True, True)


def test_reopening_warns_of_the_repeat(desk: Desk, ticket: int) -> None:
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-16 12:00")
    assert "a repeat within 30 days: T1" in desk.run("ticket", "reopen", "T1", "warm again").err


@pytest.mark.parametrize(
    ("now", "told"),
    [("2026-11-17 09:00", ""), ("2026-11-17 09:20", ", overdue by 20 min"), ("2026-11-17 12:30", ", overdue by 3 h"),
     ("2026-11-20 12:30", ", overdue by 3 d")],
)  # fmt: skip
def test_an_overdue_ticket_says_by_how_much(called: Desk, now: str, told: str) -> None:
    lines = called.run("ticket", "show", "T1", "--format", "table", now=now).out.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith("deadline")] == [f"2026-11-17 09:00{told}"]
    called.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer", now="2026-11-21 09:00")
    assert "overdue" not in called.run("ticket", "show", "T1", "--format", "table", now="2026-11-22 09:00").out


@pytest.mark.parametrize(
    ("language", "window", "told"),
    [
        ("en", "tommorow 9-11", "error: 'tommorow 9-11' is not a window\nhint: did you mean tomorrow?\n"),
        ("zh", "tommorow 9-11", "错误：“tommorow 9-11”不是时间段\n提示：是不是 tomorrow？\n"),
        (
            "en",
            "tomorrow 11-9",
            "error: the window 'tomorrow 11-9' ends before it begins\nhint: write it like tomorrow",
        ),
        ("zh", "明天 11-9", "错误：时间段“明天 11-9”的结束早于开始\n"),
    ],
)
def test_a_window_that_is_none_is_told_why(called: Desk, language: str, window: str, told: str) -> None:
    answer = called.run("--language", language, "ticket", "appoint", "T1", window, "--asked-by", "outlet")
    assert (answer.code, answer.err[: len(told)]) == (2, told)


def test_the_last_word_of_an_option_names_the_whole_of_it(called: Desk) -> None:
    told = called.refused(2, "ticket", "appoint", "T1", "tomorrow", "9-11", "--by", "outlet")
    assert told == "error: no such option: --by\nhint: did you mean --asked-by?\n"

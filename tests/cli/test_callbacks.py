"""Calls after the job: attempts, the answers given in them, and whom to call next (S44, S50, K9)."""

from typing import Any

import pytest

from tests.asking import table
from tests.conftest import Desk, filled_once
from tests.terminal import Person

KEYS = ["id", "ticket_id", "at", "outcome", "note", "score", "counted"]
DUE_KEYS = [
    "ticket_id", "type", "customer_id", "customer", "phone", "reported_at", "completed_at", "attempts", "last_outcome",
    "call_until_on", "at_risk",
]  # fmt: skip
DONE, LATER = "2026-11-16 12:00", "2026-11-17 10:00"


@filled_once
def done(desk: Desk) -> Desk:
    """T1: a repair of 王芳's A1, reported on Monday at nine, Li there at eleven, completed at noon."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-01-05 09:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2026-01-05 09:00")
    desk.do("technician", "add", "Li", now="2026-01-05 09:00")
    repaired(desk, "2026-11-16 09:00", "2026-11-16 11:00", DONE)
    return desk


def repaired(desk: Desk, reported: str, arrived: str, completed: str, *words: str) -> int:
    """A repair of A1, or of what `words` say; its number."""
    ticket: int = desk.do("ticket", "open", *(words or ("--appliance", "A1")), "x", now=reported)["id"]
    desk.do("ticket", "arrive", f"T{ticket}", "--technician", "Li", now=arrived)
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now=completed)
    return ticket


def log(desk: Desk, *words: str, now: str = LATER) -> Any:
    return desk.do("callback", "log", "T1", *words, now=now)


def due(desk: Desk, *words: str, now: str = LATER) -> list[int]:
    return [row["ticket_id"] for row in desk.do("callback", "due", *words, now=now)]


def events(desk: Desk, kind: str) -> list[dict[str, Any]]:
    """The standing events of that kind on T1."""
    found = desk.do("ticket", "show", "T1")["events"]
    return [event for event in found if event["kind"] == kind and event["voided_at"] is None]


def test_an_attempt_is_logged_with_every_key(done: Desk) -> None:
    made = log(done, "--no-answer", "--note", " rang\tten times ")
    assert list(made) == KEYS
    assert made == {
        "id": 1, "ticket_id": 1, "at": "2026-11-17T10:00:00+08:00", "outcome": "no_answer", "note": "rang ten times",
        "score": None, "counted": None,
    }  # fmt: skip
    assert events(done, "surveyed") == []


def test_a_score_is_the_answer_of_the_survey_too(done: Desk) -> None:
    made = log(done, "--reached", "--score", "4", "--reason", "来晚了")
    assert (made["score"], made["counted"]) == (4, True)
    (answer,) = events(done, "surveyed")
    assert (answer["score"], answer["reason"], answer["source"]) == (4, "来晚了", "callback")
    assert (answer["at"], answer["recorded_at"]) == ("2026-11-17T10:00:00+08:00",) * 2


def test_the_first_answer_counts_whoever_took_it(done: Desk) -> None:
    done.do("survey", "record", "T1", "2", "--source", "sms", now="2026-11-16 13:00")
    answer = done.run("callback", "log", "T1", "--reached", "--score", "5", "-f", "json", now=LATER)
    assert (answer.json["score"], answer.json["counted"]) == (5, False)
    assert "stored as a follow-up" in answer.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ((), "one of --reached, --no-answer, --wrong-number, --refused"),
        (("--reached", "--refused"), "one of --reached"),
        (("--no-answer", "--score", "5"), "--reached --score 5"),
        (("--refused", "--score", "5"), "--reached --score 5"),
        (("--reached", "--reason", "late"), "--score 5 --reason"),
        (("--reached", "--note", " "), "the note is empty"),
        (("--no-answer", "--at", "2026-11-17"), "2026-11-17 09:00"),
    ],
)
def test_how_the_call_ended_is_said_once_and_clearly(done: Desk, words: tuple[str, ...], hint: str) -> None:
    assert hint in done.refused(2, "callback", "log", "T1", *words)
    assert done.do("export", "callbacks") == []


@pytest.mark.parametrize("score", ["0", "6", "10", "好评", "4.5"])
def test_what_is_no_score_is_refused_and_nothing_is_written(done: Desk, score: str) -> None:
    assert "5 very satisfied" in done.refused(4, "callback", "log", "T1", "--reached", "--score", score)
    assert done.do("export", "callbacks") == []


def test_only_completed_work_is_called_back_about(done: Desk) -> None:
    done.do("ticket", "open", "--customer", "C1", "--no-appliance", "y")
    assert "T2 is not completed yet" in done.refused(4, "callback", "log", "T2", "--reached")
    done.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer")
    assert "T2 was cancelled (works_again)" in done.refused(4, "callback", "log", "T2", "--reached")
    assert "no ticket T9" in done.refused(3, "callback", "log", "T9", "--reached")
    assert "write it like T12" in done.refused(2, "callback", "log", "C1", "--reached")


def test_a_call_lies_between_completion_and_now(done: Desk) -> None:
    words = ("callback", "log", "T1", "--reached", "--at")
    assert "was completed 2026-11-16 12:00" in done.refused(4, *words, "2026-11-16 11:59")
    assert "lies in the future" in done.refused(4, *words, "2026-11-21 18:01")
    assert done.do(*words, "2026-11-16 12:00")["id"] == 1


def test_the_same_call_again_changes_nothing(done: Desk) -> None:
    words = ("callback", "log", "T1", "--reached", "--score", "4", "-f", "json")
    first = done.run(*words, now=LATER)
    again = done.run(*words, now="2026-11-17 10:30")
    assert (again.code, again.json) == (0, first.json)
    assert "T1: already recorded, nothing changed; --at records a further call" in again.err
    assert (len(done.do("export", "callbacks")), len(events(done, "surveyed"))) == (1, 1)


def test_who_was_not_reached_is_tried_again(done: Desk) -> None:
    assert log(done, "--no-answer")["id"] == 1
    assert log(done, "--no-answer")["id"] == 1
    assert log(done, "--no-answer", now="2026-11-17 15:00")["id"] == 2
    assert log(done, "--reached", now="2026-11-17 19:00")["id"] == 3
    assert log(done, "--reached", "--at", "2026-11-17 20:00", now="2026-11-17 21:00")["id"] == 4


def test_one_call_at_one_instant(done: Desk) -> None:
    log(done, "--no-answer")
    err = done.refused(4, "callback", "log", "T1", "--reached", "--at", LATER)
    assert "was called back 2026-11-17 10:00 already (no_answer)" in err
    assert "'callback void 1'" in err


def test_an_answer_may_be_added_to_the_call_in_which_it_was_given(done: Desk) -> None:
    log(done, "--reached")
    added = done.do("callback", "log", "T1", "--reached", "--score", "5", "--at", LATER)
    assert (added["id"], added["score"], added["counted"]) == (1, 5, True)
    err = done.refused(4, "callback", "log", "T1", "--reached", "--score", "4", "--at", LATER)
    assert "answered 5 in that call" in err


def test_a_wrong_attempt_is_taken_back_with_its_answer(done: Desk) -> None:
    log(done, "--reached", "--score", "1")
    void = ("callback", "void", "1", "--reason", "wrong ticket", "-f", "json")
    answer = done.run(*void)
    assert (answer.json["id"], answer.json["score"]) == (1, None)
    assert answer.err == "call-back 1 of T1 voided\nthe answer 1 given in it is voided too\n"
    assert events(done, "surveyed") == []
    assert "already recorded" in done.run(*void).err
    assert "was voided 2026-11-21 18:00 (wrong ticket)" in done.refused(4, "callback", "void", "1", "--reason", "other")
    (kept,) = done.do("export", "callbacks")
    assert (kept["voided_at"], kept["void_reason"]) == ("2026-11-21T18:00:00+08:00", "wrong ticket")


def test_an_answer_typed_at_another_time_stands(done: Desk) -> None:
    log(done, "--reached")
    done.do("survey", "record", "T1", "3", "--at", LATER)
    assert "'ticket void' voids it" in done.run("callback", "void", "1", "--reason", "x").err
    assert [answer["score"] for answer in events(done, "surveyed")] == [3]


def test_a_clock_set_back_voids_nothing(done: Desk) -> None:
    log(done, "--no-answer")
    assert "typed later than now" in done.refused(4, "callback", "void", "1", "--reason", "x", now="2026-11-17 09:00")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "99999999999999999999"])
def test_what_numbers_no_attempt_is_a_usage_error(done: Desk, number: str) -> None:
    done.refused(2, "callback", "void", "--reason", "x", "--", number)


def test_an_unknown_attempt_is_not_found(done: Desk) -> None:
    assert "no call-back 7" in done.refused(3, "callback", "void", "7", "--reason", "x")


def test_a_completion_stays_before_its_calls(done: Desk) -> None:
    log(done, "--no-answer")
    correct = ("ticket", "correct", "T1", "--event", "3", "--reason", "x", "--at")
    assert "would be called back 2026-11-17 10:00, before its completion" in done.refused(
        4, *correct, "2026-11-18 09:00"
    )
    assert "'callback void 1' first" in done.refused(4, "ticket", "void", "T1", "--event", "3", "--reason", "x")
    done.do("callback", "void", "1", "--reason", "x")
    assert done.do("ticket", "void", "T1", "--event", "3", "--reason", "x")["status"] == "arrived"


def test_whom_to_call_has_every_key(done: Desk) -> None:
    log(done, "--no-answer")
    (row,) = done.do("callback", "due", now=LATER)
    assert list(row) == DUE_KEYS
    assert row == {
        "ticket_id": 1, "type": "repair", "customer_id": 1, "customer": "王芳", "phone": "13800138000",
        "reported_at": "2026-11-16T09:00:00+08:00", "completed_at": "2026-11-16T12:00:00+08:00", "attempts": 1,
        "last_outcome": "no_answer", "call_until_on": "2026-11-23", "at_risk": [],
    }  # fmt: skip


def test_a_customer_is_due_until_the_seventh_day_is_over(done: Desk) -> None:
    assert due(done, now=DONE) == [1]
    assert due(done, now="2026-11-23 23:59") == [1]
    assert due(done, now="2026-11-24 00:00") == []


@pytest.mark.parametrize(
    ("words", "still"), [("--reached", []), ("--refused", []), ("--no-answer", [1]), ("--wrong-number", [1])]
)
def test_reached_is_who_picked_up(done: Desk, words: str, still: list[int]) -> None:
    log(done, words)
    assert due(done) == still


def test_who_answered_a_call_was_reached_who_answered_a_message_was_not(done: Desk) -> None:
    done.do("survey", "record", "T1", "5", "--source", "sms", now="2026-11-16 13:00")
    assert due(done) == [1]
    done.do("survey", "record", "T1", "5", "--source", "callback", now="2026-11-16 14:00")
    assert due(done) == []


def test_a_voided_attempt_reaches_nobody(done: Desk) -> None:
    log(done, "--reached", "--score", "5")
    done.do("callback", "void", "1", "--reason", "x", now="2026-11-17 11:00")
    assert due(done, now="2026-11-17 11:00") == [1]


def test_guidance_and_remote_help_are_not_called_back(done: Desk) -> None:
    for words, outcome in (
        (("--type", "guidance"), "done"),
        ((), "resolved_remotely"),
        (("--type", "install"), "done"),
    ):
        opened = done.do("ticket", "open", "--customer", "C1", "--no-appliance", *words, "x", now=DONE)["id"]
        done.do("ticket", "complete", f"T{opened}", "--outcome", outcome, now="2026-11-16 13:00")
    assert due(done) == [1, 4]
    assert due(done, "--limit", "1") == [1]
    assert due(done, "--limit", "0") == due(done)


def test_the_oldest_completion_is_called_first(done: Desk) -> None:
    repaired(done, "2026-11-14 08:00", "2026-11-14 09:00", "2026-11-14 10:00", "--customer", "C1", "--no-appliance")
    assert due(done) == [2, 1]


def risks(desk: Desk, now: str = "2026-11-20 18:00") -> dict[int, list[str]]:
    return {row["ticket_id"]: row["at_risk"] for row in desk.do("callback", "due", "--at-risk", now=now)}


def test_a_smooth_repair_is_no_risk(done: Desk) -> None:
    assert risks(done) == {}


def test_late_twice_again_and_waiting_are_risks(done: Desk) -> None:
    """S50: late (K6), a second visit, a repeat (K4), waiting for a part."""
    repaired(done, "2026-11-17 09:00", "2026-11-18 09:01", "2026-11-18 10:00")
    other = ("--customer", "C1", "--no-appliance")
    done.do("ticket", "open", *other, "x", now="2026-11-18 09:00")
    done.do("ticket", "arrive", "T3", "--technician", "Li", now="2026-11-18 10:00")
    done.do("ticket", "wait", "T3", "--cause", "outlet_part", now="2026-11-18 11:00")
    done.do("ticket", "arrive", "T3", "--technician", "Li", now="2026-11-19 10:00")
    done.do("ticket", "complete", "T3", "--outcome", "fixed", now="2026-11-19 11:00")
    assert risks(done) == {2: ["late", "repeat"], 3: ["second_visit", "waited_for_part"]}


def test_open_tickets_are_risks_too_and_come_last(done: Desk) -> None:
    other = ("--customer", "C1", "--no-appliance")
    done.do("ticket", "open", *other, "late", now="2026-11-19 17:59")
    done.do("ticket", "open", *other, "in time", now="2026-11-19 18:00")
    done.do("ticket", "open", *other, "--type", "install", "waits", now="2026-11-20 09:00")
    done.do("ticket", "wait", "T4", "--cause", "manufacturer_part", now="2026-11-20 10:00")
    done.do("ticket", "open", *other, "the customer waits", now="2026-11-20 09:00")
    done.do("ticket", "wait", "T5", "--cause", "customer", now="2026-11-20 10:00")
    repaired(done, "2026-11-17 09:00", "2026-11-18 10:00", "2026-11-18 10:00", *other)
    assert risks(done) == {6: ["late"], 2: ["late"], 4: ["waiting_for_part"]}
    assert list(risks(done)) == [6, 2, 4]
    done.do("ticket", "resume", "T4", now="2026-11-20 11:00")
    assert risks(done)[4] == ["waited_for_part"]
    assert due(done, now="2026-11-20 18:00") == [1, 6]


def test_a_visit_that_found_nobody_is_no_second_visit(done: Desk) -> None:
    done.do("ticket", "open", "--customer", "C1", "--no-appliance", "x", now="2026-11-18 09:00")
    done.do("ticket", "arrive", "T2", "--technician", "Li", "--no-access", now="2026-11-18 10:00")
    done.do("ticket", "arrive", "T2", "--technician", "Li", now="2026-11-18 14:00")
    assert risks(done, now="2026-11-18 15:00") == {}


def test_a_customer_without_a_phone_is_due_too(done: Desk) -> None:
    """K9: no phone number stays in the denominator."""
    done.do("customer", "edit", "C1", "--drop-phone", "13800138000")
    assert [(row["customer"], row["phone"]) for row in done.do("callback", "due")] == [("王芳", None)]


def test_whom_to_call_fits_eighty_columns(done: Desk) -> None:
    done.do("customer", "add", "欧阳淑芬", "--phone", "13900000001", now="2026-01-05 09:00")
    repaired(done, "2026-11-17 09:00", "2026-11-18 10:00", "2026-11-18 10:00", "--customer", "C2", "--no-appliance")
    done.do("callback", "log", "T2", "--wrong-number", now="2026-11-18 11:00")
    assert [line.rstrip() for line in table(done, "callback", "due", now="2026-11-18 12:00")] == [
        "ticket  customer  phone        done   tries  last          until  at risk",
        "─────────────────────────────────────────────────────────────────────────",
        "T1      王芳      13800138000  11-16      0                11-23",
        "T2      欧阳淑芬  13900000001  11-18      1  wrong number  11-25  late",
    ]


def test_a_ticket_shows_its_calls(done: Desk) -> None:
    log(done, "--no-answer")
    log(done, "--reached", "--score", "4", "--reason", "来晚了", "--note", "wants a receipt", now="2026-11-17 15:00")
    done.do("callback", "void", "1", "--reason", "misdialled")
    lines = table(done, "ticket", "show", "T1")
    assert [line.rstrip() for line in lines[lines.index("callbacks") :]] == [
        "callbacks",
        "no  at                outcome    what                     score  by",
        "──────────────────────────────────────────────────────────────────────",
        " 1  2026-11-17 10:00  no answer  [voided: misdialled]            clerk",
        " 2  2026-11-17 15:00  reached    来晚了, wants a receipt      4  clerk",
    ]
    assert list(done.do("ticket", "show", "T1")["callbacks"][0]) == [
        "id", "at", "outcome", "score", "actor", "note", "counted", "recorded_at", "voided_at", "void_reason",
    ]  # fmt: skip


def test_a_score_added_to_a_recorded_call_is_told_so(done: Desk) -> None:
    log(done, "--reached")
    words = ("callback", "log", "T1", "--reached", "--score", "5")
    answer = done.run(*words, "-f", "json", now=LATER)
    assert answer.err == "T1: the call is recorded already, its score 5 is added\n"
    assert (answer.json["id"], answer.json["score"], answer.json["counted"]) == (1, 5, True)
    told = done.run("--language", "zh", *words, now=LATER).err
    assert told == "T1：已有记录，未作改动；另一次回访请加 --at\n"


def test_whoever_was_reached_is_asked_for_the_score_at_a_terminal(done: Desk) -> None:
    code, shown = Person(done).types("callback", "log", "T1", answers=("接通", "满意", "came on time"))
    assert (code, shown.replace(" \n", "\n")) == (0, """\
  1) reached
  2) nobody answered
  3) wrong_number
  4) refused
How did the call end? 接通
How satisfied, from 5 (very) to 1 (not at all)? (Enter: not said): 满意
Why, in the customer's words (Enter: not said): came on time
no       1
ticket   T1
at       2026-11-21 18:00
outcome  reached
score    4
counted  yes
""")  # fmt: skip
    (answer,) = events(done, "surveyed")
    assert (answer["score"], answer["reason"]) == (4, "came on time")


def test_nobody_need_give_a_score(done: Desk) -> None:
    code, shown = Person(done, SERVICEDESK_LANGUAGE="zh").types("callback", "log", "T1", "--reached", answers=("",))
    assert code == 0
    assert shown.startswith("用户满意吗？（5 非常满意，4 满意，3 一般，2 不满意，1 非常不满意；回车：未表态）：")
    assert events(done, "surveyed") == []


def test_whoever_was_not_reached_is_asked_for_no_score(done: Desk) -> None:
    assert Person(done).types("callback", "log", "T1", answers=("没人接",))[0] == 0
    assert Person(done).types("callback", "log", "T1", "--refused", "--at", "17:00")[0] == 0


def test_at_a_terminal_open_work_is_refused_before_anything_is_asked(done: Desk) -> None:
    done.do("ticket", "open", "--customer", "C1", "--no-appliance", "y")
    code, shown = Person(done).types("callback", "log", "T2")
    assert (code, shown) == (4, "error: T2 is not completed yet\nhint: a survey is about completed work\n")

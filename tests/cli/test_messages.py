"""Short messages to customers, worded by the program or by the outlet."""

import pytest

from tests.asking import opened, staffed
from tests.conftest import Desk

WINDOW = ("ticket", "appoint", "T1", "--from", "2026-02-03 09:00", "--to", "11:00", "--asked-by", "customer")


@pytest.fixture
def ticket(desk: Desk) -> Desk:
    """T1 about the fridge A1 of 王芳."""
    staffed(desk, machines=1)
    desk.do("appliance", "edit", "A1", "--brand", "Haier")
    opened(desk, "2026-02-02 09:00", "--appliance", "A1")
    return desk


def text(desk: Desk, kind: str, *words: str, now: str = "2026-02-02 10:00") -> str:
    answer = desk.run("ticket", "message", "T1", kind, *words, now=now)
    assert answer.code == 0, answer.err
    return answer.out


def test_an_appointment_says_day_and_hours(ticket: Desk) -> None:
    ticket.do(*WINDOW, now="2026-02-02 09:10")
    assert text(ticket, "appointment") == (
        "Test outlet: 王芳, we come to you on Tuesday 3 February between 09:00 and 11:00 for your Haier fridge (T1)."
        " If the time does not suit you, please call us.\n"
    )
    assert text(ticket, "appointment", "--language", "zh") == (
        "【Test outlet】王芳您好，我们将于2月3日星期二 09:00–11:00 上门处理您的Haier冰箱（T1）。时间不便请来电告知。\n"
    )


def test_an_appointment_names_the_technician_and_the_phone_where_they_are_known(ticket: Desk) -> None:
    ticket.do(*WINDOW, now="2026-02-02 09:10")
    ticket.do("ticket", "assign", "T1", "--to", "Li", now="2026-02-02 09:10")
    ticket.do("outlet", "phone", "023-62801234", now="2026-02-02 09:10")
    assert text(ticket, "appointment") == (
        "Test outlet: 王芳, Li comes to you on Tuesday 3 February between 09:00 and 11:00 for your Haier fridge (T1)."
        " If the time does not suit you, please call 023-62801234.\n"
    )
    assert text(ticket, "appointment", "--language", "zh") == (
        "【Test outlet】王芳您好，Li师傅将于2月3日星期二 09:00–11:00 上门处理您的Haier冰箱（T1）。"
        "时间不便请致电 023-62801234。\n"
    )


def test_a_text_of_the_outlet_that_names_its_phone_needs_one(ticket: Desk) -> None:
    ticket.do("outlet", "wording", "ready", "{customer}: {phone}", now="2026-02-02 09:10")
    told = ticket.refused(4, "ticket", "message", "T1", "ready", now="2026-02-02 10:00")
    assert told == "error: the outlet has no phone\nhint: 'outlet phone 023-62801234' sets it\n"


@pytest.mark.parametrize("outcome", ["not_repairable", "referred", "resolved_remotely"])
def test_what_was_not_repaired_is_not_told_to_be_ready(ticket: Desk, outcome: str) -> None:
    ticket.do("ticket", "complete", "T1", "--outcome", outcome, now="2026-02-02 09:30")
    told = ticket.refused(4, "ticket", "message", "T1", "ready", now="2026-02-02 10:00")
    assert told == (
        f"error: T1 ended '{outcome}': nothing was repaired that could be fetched\n"
        "hint: ticket correct T1, if it ended in another way\n"
    )


def test_what_was_repaired_at_home_is_warned_of(ticket: Desk) -> None:
    ticket.do("ticket", "arrive", "T1", "--technician", "Li", now="2026-02-02 09:20")
    ticket.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-02-02 09:30")
    answer = ticket.run("ticket", "message", "T1", "可取件", now="2026-02-02 10:00")
    assert answer.err == "warning: T1 was done at the customer's on 2026-02-02: is there anything to fetch?\n"
    assert answer.out.startswith("Test outlet: 王芳, your Haier fridge is ready")


def test_what_was_taken_along_is_not(ticket: Desk) -> None:
    ticket.do("ticket", "arrive", "T1", "--technician", "Li", now="2026-02-02 09:20")
    ticket.do("ticket", "wait", "T1", "--cause", "repairer", now="2026-02-02 09:30")
    ticket.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-02-02 09:40")
    assert ticket.run("ticket", "message", "T1", "ready", now="2026-02-02 10:00").err == ""


def test_who_is_on_the_way_is_named(ticket: Desk) -> None:
    ticket.do("ticket", "assign", "T1", "--to", "Li", now="2026-02-02 09:10")
    assert text(ticket, "on-the-way") == "Test outlet: 王芳, Li is on the way to you for your Haier fridge (T1).\n"


def test_the_survey_and_the_ready_machine(ticket: Desk) -> None:
    assert "ready (T1). You can fetch it from 08:00 to 18:00" in text(ticket, "ready")
    ticket.do("ticket", "complete", "T1", "--outcome", "fixed", "--technician", "Li", now="2026-02-02 09:30")
    assert "on Monday 2 February (T1). Were you satisfied?" in text(ticket, "survey")


@pytest.mark.parametrize(
    ("kind", "sentence", "hint"),
    [
        ("appointment", "T1 has no appointment", "ticket appoint T1 tomorrow 9-11 --asked-by customer"),
        ("on-the-way", "T1 has no technician", "ticket assign T1 --auto, or with a name"),
        ("survey", "T1 is not completed", "ticket complete T1 --outcome fixed"),
    ],
)
def test_what_is_missing_is_named_with_the_command(ticket: Desk, kind: str, sentence: str, hint: str) -> None:
    told = ticket.refused(4, "ticket", "message", "T1", kind, now="2026-02-02 10:00")
    assert told == f"error: {sentence}\nhint: {hint}\n"


def test_a_window_that_has_passed_an_end_and_a_wait_refuse_it(ticket: Desk) -> None:
    ticket.do(*WINDOW, now="2026-02-02 09:10")
    told = ticket.refused(4, "ticket", "message", "T1", "appointment", now="2026-02-03 12:00")
    assert told.startswith("error: the window of T1 has passed: 2026-02-03 11:00\n")
    ticket.do("ticket", "wait", "T1", "--cause", "outlet_part", now="2026-02-03 12:10")
    told = ticket.refused(4, "ticket", "message", "T1", "ready", now="2026-02-03 12:20")
    assert told == "error: T1 is still waiting\nhint: ticket resume T1, when the wait is over\n"
    ticket.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer", now="2026-02-03 12:30")
    for kind in ("appointment", "on-the-way", "survey", "ready"):
        told = ticket.refused(4, "ticket", "message", "T1", kind, now="2026-02-03 12:40")
        assert told == "error: T1 was cancelled 2026-02-03 12:30\n"


def test_who_wants_no_calls_is_asked_nothing(ticket: Desk) -> None:
    ticket.do("ticket", "complete", "T1", "--outcome", "fixed", "--technician", "Li", now="2026-02-02 09:30")
    ticket.do("customer", "consent", "C1", "--calls", "no", now="2026-02-02 09:40")
    told = ticket.refused(4, "ticket", "message", "T1", "survey", now="2026-02-02 10:00")
    assert told.startswith("error: C1 wants no calls after the work\n")


def test_the_outlet_words_a_message_itself_and_takes_that_back(ticket: Desk) -> None:
    ticket.do("outlet", "wording", "ready", "{customer}: {appliance} {ticket} fertig", now="2026-02-02 09:10")
    assert text(ticket, "ready") == "王芳: Haier fridge T1 fertig\n"
    assert text(ticket, "ready", "--language", "zh").startswith("【Test outlet】")
    listed = ticket.do("outlet", "wording")
    assert [(row["kind"], row["language"]) for row in listed if row["own"]] == [("ready", "en")]
    assert ticket.do("history", "--limit", "1")[0]["what"].startswith("ready en: wording – → {customer}: {appliance}")
    ticket.do("undo", now="2026-02-02 09:20")
    assert text(ticket, "ready").startswith("Test outlet: 王芳, your")
    ticket.do("redo", now="2026-02-02 09:30")
    ticket.do("outlet", "wording", "ready", "--off", now="2026-02-02 09:40")
    assert text(ticket, "ready").startswith("Test outlet: 王芳, your")


@pytest.mark.parametrize("name", ["{name}", "{customer.name}", "{customer!r}", "{customer:>9}", "{}", "{0}"])
def test_an_unknown_name_is_refused_with_all_that_there_are(ticket: Desk, name: str) -> None:
    told = ticket.refused(2, "outlet", "wording", "ready", f"come {name}")
    assert "is no name for a message" in told
    assert "{outlet}, {phone}, {customer}, {ticket}, {appliance}, {problem}, {technician}, {day}, {from}, {to}" in told


def test_a_single_brace_and_no_words_are_refused(ticket: Desk) -> None:
    assert ticket.refused(2, "outlet", "wording", "ready", "come {customer").startswith(
        "error: a brace is open or closed alone\nhint: a brace itself is typed twice\n"
    )
    assert ticket.refused(2, "outlet", "wording", "ready").startswith("error: a message needs its words, or --off\n")


def test_a_target_is_set_listed_changed_and_taken_back(desk: Desk) -> None:
    desk.do("outlet", "target", "arrival_24h_rate", "95", now="2026-02-02 09:00")
    desk.do("outlet", "target", "满意率", "90.5", now="2026-02-02 09:10")
    desk.do("outlet", "target", "arrival_24h_rate", "96", now="2026-02-02 09:20")
    assert [(row["kpi"], row["percent"]) for row in desk.do("outlet", "target")] == [
        ("satisfaction_rate", 90.5), ("arrival_24h_rate", 96),
    ]  # fmt: skip
    assert desk.do("history", "--limit", "1")[0]["what"] == (
        "arrival_24h_rate: target 95 % → –; arrival_24h_rate: target – → 96 %"
    )
    desk.do("undo", now="2026-02-02 09:30")
    desk.do("outlet", "target", "satisfaction_rate", "--off", now="2026-02-02 09:40")
    assert [(row["kpi"], row["percent"]) for row in desk.do("outlet", "target")] == [("arrival_24h_rate", 95)]


def test_no_target_for_what_is_no_percentage(desk: Desk) -> None:
    assert desk.refused(4, "outlet", "target", "backlog", "5").startswith("error: backlog is no percentage\n")
    assert desk.refused(2, "outlet", "target", "arrival_24h_rate", "120").startswith("error: 120.0 is no percentage\n")
    assert desk.refused(2, "outlet", "target", "arrival_24h_rate").startswith("error: a target needs its per cent")
    assert desk.refused(3, "outlet", "target", "nonsense", "5").startswith("error: there is no KPI 'nonsense'\n")


def test_an_outlet_without_a_name_is_left_out_and_init_says_how_to_name_it(blank: Desk) -> None:
    assert "outlet rename" in blank.run("init", "--format", "table").out
    blank.do("customer", "add", "王芳", "--phone", "13800138000")
    blank.do("ticket", "open", "leaks", "--customer", "C1")
    assert text(blank, "ready", "--language", "zh", now="2026-11-21 18:00").startswith("王芳您好，您的家电（T1）已修好")
    assert text(blank, "ready", now="2026-11-21 18:00").startswith("王芳, your appliance is ready (T1).")
    blank.do("outlet", "rename", "星级服务")
    assert text(blank, "ready", "--language", "zh", now="2026-11-21 18:00").startswith("【星级服务】王芳您好")


def test_nobody_is_addressed_twice(ticket: Desk) -> None:
    ticket.do("technician", "edit", "Li", "--name", "王师傅", now="2026-02-02 09:10")
    ticket.do("ticket", "assign", "T1", "--to", "王师傅", now="2026-02-02 09:10")
    assert text(ticket, "on-the-way", "--language", "zh").startswith("【Test outlet】王芳您好，王师傅已出发")

"""What a technician does next, on one screen."""

from tests.conftest import Desk, filled_once

MONDAY = "2026-11-16 09:00"


@filled_once
def working(desk: Desk) -> Desk:
    """李强 has T1 without a window, T2 with one at 14:00 on Monday, T3 on Tuesday; 王芳 has two phones."""
    words = ("--phone", "13800138000", "--phone", "023-62801234", "--address", "人民路8号")
    desk.do("customer", "add", "王芳", *words, now="2026-01-05 09:00")
    machine = ("--category", "fridge", "--brand", "Haier", "--serial", "AB-001")
    desk.do("appliance", "add", "--customer", "C1", *machine, now="2026-01-05 09:00")
    desk.do("technician", "add", "李强", now="2026-01-05 09:00")
    for text in ("warm", "leaks", "loud"):
        desk.do("ticket", "open", "--appliance", "A1", "--fault", "not_cooling", text, now=MONDAY)
    desk.do("ticket", "assign", "T1", "T2", "T3", "李强", now=MONDAY)
    for ticket, day in (("T2", "today"), ("T3", "tomorrow")):
        desk.do("ticket", "appoint", ticket, day, "14-16", "--asked-by", "customer", now=MONDAY)
    return desk


def first(desk: Desk, now: str) -> int:
    found: int = desk.do("next", "--technician", "李", now=now)["id"]
    return found


def test_the_next_visit_has_all_that_it_needs(working: Desk) -> None:
    assert (
        working.run("next", "--technician", "李", "--format", "table", now="2026-11-16 13:00").out
        == """\
technician  李强
ticket      T2 repair appointed
why first   the next window of today
customer    王芳 C1
phone       13800138000, 023-62801234
address     人民路8号
appliance   fridge Haier AB-001
problem     leaks (not_cooling)
window      14:00–16:00
deadline    2026-11-17 09:00
to type     servicedesk ticket arrive T2

then
ticket  window             customer  phone        address
───────────────────────────────────────────────────────────
T1                         王芳      13800138000  人民路8号
T3      11-17 14:00–16:00  王芳      13800138000  人民路8号
"""
    )


def test_what_falls_due_first_comes_first_and_what_waits_last(working: Desk) -> None:
    assert first(working, "2026-11-16 13:00") == 2
    assert first(working, "2026-11-16 17:00") == 1
    working.do("ticket", "arrive", "T3", now="2026-11-16 10:00")
    found = working.do("next", now="2026-11-16 13:00")
    assert (found["id"], found["command"]) == (3, "servicedesk ticket complete T3 --outcome fixed")
    working.do("ticket", "wait", "T3", "--cause", "outlet_part", now="2026-11-16 14:00")
    found = working.do("next", now="2026-11-16 14:30")
    assert (found["id"], [row["id"] for row in found["then"]]) == (2, [1, 3])
    assert found["phones"] == ["13800138000", "023-62801234"]


def test_a_passed_window_and_deadline_are_marked(working: Desk) -> None:
    told = working.run("next", "--format", "table", now="2026-11-17 13:00").out
    assert "deadline    2026-11-17 09:00, passed\n" in told
    assert "T2      11-16 14:00–16:00, passed" in told


def test_what_is_overdue_comes_before_a_window_of_today_and_says_by_how_much(working: Desk) -> None:
    later = "2026-11-17 13:00"
    assert first(working, later) == 1
    told = working.run("next", "--format", "table", now=later).out.splitlines()
    assert told[2] == "why first   overdue by 4 h"
    told = working.run("--language", "zh", "next", "--format", "table", now=later).out.splitlines()
    assert told[2].split() == ["为何先去", "已超时", "4", "小时"]


def test_what_waited_and_has_no_window_comes_after_what_is_overdue(working: Desk) -> None:
    working.do("ticket", "arrive", "T1", now="2026-11-16 10:00")
    working.do("ticket", "wait", "T1", "--cause", "outlet_part", now="2026-11-16 11:00")
    working.do("ticket", "resume", "T1", now="2026-11-16 12:00")
    found = working.do("next", now="2026-11-17 13:00")
    assert (found["id"], [row["id"] for row in found["then"]]) == (2, [3, 1])


def test_the_reason_is_told_in_words(working: Desk) -> None:
    def reason(now: str) -> str:
        return working.run("next", "--format", "table", now=now).out.splitlines()[2].removeprefix("why first   ")

    assert reason("2026-11-16 13:00") == "the next window of today"
    assert reason("2026-11-16 17:00") == "the next deadline"
    working.do("ticket", "arrive", "T3", now="2026-11-16 10:00")
    assert reason("2026-11-16 13:00") == "somebody is there"


def test_without_a_name_it_is_who_types_or_the_only_one(working: Desk) -> None:
    assert working.do("next", now=MONDAY)["technician"] == "李强"
    working.do("technician", "add", "Clerk", now=MONDAY)
    assert working.do("next", now=MONDAY) == []
    assert working.run("next", now=MONDAY).err == "nothing is assigned to Clerk\n"
    working.do("technician", "edit", "Clerk", "--name", "Zhang", now=MONDAY)
    assert working.refused(2, "next", now=MONDAY) == ("error: the technician is not named\nhint: next NAME\n")


def test_the_name_may_stand_behind_next(working: Desk) -> None:
    assert working.do("next", "李强", now=MONDAY) == working.do("next", "--technician", "李强", now=MONDAY)


def test_whoever_is_away_is_said_to_be(working: Desk) -> None:
    working.do("technician", "absent", "李强", "--from", "2026-11-16", "--to", "2026-11-17", now=MONDAY)
    assert working.run("next", now=MONDAY).err == "李强: absent to 2026-11-17\n"

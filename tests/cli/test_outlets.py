"""The outlet itself: its opening hours, at its making and later, told, undone, taken along."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.terminal import Person


def hours(desk: Desk) -> tuple[str, str]:
    told = desk.do("info")
    return told["opens"], told["closes"]


def test_an_outlet_is_open_from_eight_to_six_unless_told_otherwise(desk: Desk, make: Callable[..., Desk]) -> None:
    assert hours(desk) == ("08:00", "18:00")
    assert hours(make("late.db", "--open", "9:30-24:00")) == ("09:30", "24:00")
    assert "08:00–18:00" in desk.run("info", "--format", "table").out


def test_other_hours_are_one_command_to_undo(desk: Desk) -> None:
    assert desk.do("outlet", "hours", "07:00–21:00")["opens"] == "07:00"
    desk.do("undo")
    assert hours(desk) == ("08:00", "18:00")
    desk.do("redo")
    assert hours(desk) == ("07:00", "21:00")
    assert [row["command"] for row in desk.do("history")] == ["redo", "undo", "outlet hours"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9-17", ("09:00", "17:00")), ("8点半到18点", ("08:30", "18:00")), ("８：００－１８：３０", ("08:00", "18:30")),
     ("8:30—24:00", ("08:30", "24:00")), ("8am-6pm", ("08:00", "18:00")), ("上午8点到下午6点", ("08:00", "18:00")),
     ("7:00 to 19:00", ("07:00", "19:00"))],
)  # fmt: skip
def test_hours_are_read_as_people_say_them(desk: Desk, text: str, expected: tuple[str, str]) -> None:
    desk.do("outlet", "hours", text)
    assert hours(desk) == expected


@pytest.mark.parametrize(
    "text", ["", "9", "18:00-08:00", "08:00-08:00", "08:00-24:30", "08:60-18:00", "tomorrow 8-18", "8点到", "9-25"]
)
def test_hours_that_are_none_are_refused(desk: Desk, text: str) -> None:
    assert "08:00-18:00" in desk.refused(2, "outlet", "hours", text)
    assert hours(desk) == ("08:00", "18:00")


def test_an_export_takes_the_hours_along(desk: Desk, make: Callable[..., Desk], tmp_path: Path) -> None:
    desk.do("outlet", "hours", "07:00-21:00")
    desk.do("export", str(tmp_path / "out"))
    other = make("copy.db")
    other.do("import", str(tmp_path / "out"))
    assert hours(other) == ("07:00", "21:00")


def outlet(desk: Desk) -> dict[str, object]:
    found: dict[str, object] = desk.do("outlet", "show")
    return found


def test_an_outlet_is_shown_renamed_and_called(desk: Desk) -> None:
    assert outlet(desk) == {
        "outlet": "Test outlet", "phone": None, "zone": "Asia/Shanghai", "opens": "08:00", "closes": "18:00",
        "classroom": False, "maintenance_since": "2020-01-01",
    }  # fmt: skip
    assert desk.do("outlet", "rename", "南坪星辰服务")["outlet"] == "南坪星辰服务"
    assert desk.do("outlet", "phone", "023-62801234")["phone"] == "023-62801234"
    assert desk.do("info")["phone"] == "023-62801234"
    assert desk.run("outlet", "phone", "023-628").err == (
        "warning: 023-628 is no area code with 7 or 8 digits behind it\n"
    )
    assert desk.do("outlet", "phone", "--off")["phone"] is None
    for _ in range(4):
        desk.do("undo")
    assert (outlet(desk)["outlet"], outlet(desk)["phone"]) == ("Test outlet", None)
    assert [row["command"] for row in desk.do("history")][-3:] == ["outlet phone", "outlet phone", "outlet rename"]


def test_the_same_again_is_told_and_what_is_nothing_refused(desk: Desk) -> None:
    assert desk.run("outlet", "rename", "Test outlet").err == "nothing differs, nothing to do\n"
    desk.refused(2, "outlet", "rename", " ")
    desk.refused(2, "outlet", "phone", "none")
    assert "a phone, or --off" in desk.refused(2, "outlet", "phone")
    desk.refused(2, "outlet", "zone", "Mars/Olympus")


def test_a_zone_may_be_changed_while_no_time_is_recorded(desk: Desk) -> None:
    answer = desk.run("outlet", "zone", "Europe/Berlin")
    assert (answer.code, answer.err) == (
        0,
        "nothing that is recorded changes; from now on times are those of Europe/Berlin,"
        " where it is 2026-11-21 11:00\n",
    )
    assert outlet(desk)["zone"] == "Europe/Berlin"
    desk.do("undo")
    assert outlet(desk)["zone"] == "Asia/Shanghai"


def test_a_zone_with_other_hours_is_refused_once_times_are_recorded(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "warm", now="2026-11-20 09:30")
    assert desk.refused(4, "outlet", "zone", "Europe/Berlin") == (
        "error: times are recorded in Asia/Shanghai; 2026-11-20 09:00 would be 2026-11-20 02:00 in Europe/Berlin\n"
        "hint: the file keeps its zone; 'servicedesk --db NEW init --zone Europe/Berlin' begins another\n"
    )
    assert desk.do("outlet", "zone", "Asia/Chongqing")["zone"] == "Asia/Chongqing"
    assert desk.do("ticket", "show", "T1")["reported_at"] == "2026-11-20T09:30:00+08:00"


def test_an_export_takes_name_and_phone_along(desk: Desk, make: Callable[..., Desk], tmp_path: Path) -> None:
    desk.do("outlet", "phone", "023-62801234")
    desk.do("export", str(tmp_path / "out"))
    other = make("copy.db")
    other.do("import", str(tmp_path / "out"))
    assert outlet(other) == outlet(desk)


def test_a_zone_is_not_undone_behind_what_was_written_in_it(desk: Desk) -> None:
    desk.do("outlet", "zone", "Europe/Berlin")
    desk.do("customer", "add", "Anna", "--phone", "030 901820")
    assert "no 1 cannot be undone: since then times are written in that zone" in desk.refused(4, "undo", "1")
    desk.do("undo")
    assert desk.do("undo", "1")
    assert outlet(desk)["zone"] == "Asia/Shanghai"


def test_init_asks_for_the_outlets_name_at_a_terminal_and_nowhere_else(blank: Desk) -> None:
    code, _ = Person(blank).types("init", answers=("海尔南坪社区服务网点",))
    assert (code, blank.do("info")["outlet"]) == (0, "海尔南坪社区服务网点")
    code, shown = Person(blank).types("init")
    assert (code, "already" in shown or "exists" in shown) == (4, True)


def test_init_takes_an_empty_answer_for_a_name_to_come(blank: Desk) -> None:
    code, shown = Person(blank).types("init", answers=("",))
    assert (code, blank.do("info")["outlet"]) == (0, "Service outlet")
    assert shown.startswith("The outlet's name (Enter: none yet): \n")


def test_whoever_answers_wrongly_three_times_is_told_how_to_leave(desk: Desk) -> None:
    _, shown = Person(desk).types("outlet", "hours", answers=("soon", "later", "never", "9-17"))
    assert shown.count("^C ends, and nothing is written\n") == 1
    assert hours(desk) == ("09:00", "17:00")

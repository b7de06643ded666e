"""The outlet itself: its opening hours, at its making and later, told, undone, taken along."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk


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
    "text", ["", "9-17", "18:00-08:00", "08:00-08:00", "08:00-24:30", "08:60-18:00", "０8:00-18:00"]
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

"""A clock that was set back writes nothing: one sentence, the file untouched."""

import datetime as real
from collections.abc import Callable
from pathlib import Path

import pytest

from servicedesk.cli import main
from tests.conftest import Desk

Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock of this machine."""

    def set_to(text: str) -> None:
        class Set(real.datetime):
            @classmethod
            def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
                return real.datetime.fromisoformat(f"{text}+08:00").astimezone(tz)

        monkeypatch.setattr(main, "datetime", Set)

    return set_to


@pytest.fixture
def typed(desk: Desk, clock: Clock) -> Desk:
    """An outlet whose clock is not pinned, with a customer typed at six."""
    desk.now = None
    clock("2026-11-21 18:00")
    desk.do("customer", "add", "王芳", "--phone", "138")
    return desk


ADD = ("customer", "add", "李娜", "--phone", "139")


def test_a_clock_set_back_writes_nothing(typed: Desk, clock: Clock) -> None:
    before = typed.path.read_bytes()
    clock("2026-11-21 17:58")
    told = typed.refused(5, *ADD)
    assert "the clock says 2026-11-21 17:58, but the newest entry in the file was typed 2026-11-21 18:00" in told
    assert told.count("error:") == 1
    assert typed.path.read_bytes() == before
    clock("2026-11-21 18:01")
    typed.do(*ADD)


def test_two_machines_may_differ_by_a_minute(typed: Desk, clock: Clock) -> None:
    clock("2026-11-21 17:59")
    typed.do(*ADD)


def test_a_reader_is_warned_and_answered(typed: Desk, clock: Clock) -> None:
    clock("2026-11-20 18:00")
    answer = typed.run("ticket", "list")
    assert answer.code == 0
    assert answer.err.count("the clock says 2026-11-20 18:00, but") == 1
    clock("2026-11-21 18:00")
    assert "the clock says" not in typed.run("ticket", "list").err


def test_events_tell_as_well_as_commands(typed: Desk, clock: Clock) -> None:
    typed.do("ticket", "open", "--customer", "C1", "no heat")
    clock("2026-11-21 17:00")
    assert "the clock says" in typed.refused(5, "ticket", "cancel", "T1", "--reason", "no_contact", "--by", "outlet")


def test_a_pinned_clock_may_be_any(typed: Desk, clock: Clock) -> None:
    typed.do(*ADD, now="2020-01-02 08:00")
    typed.do("customer", "add", "赵敏", "--phone", "137", now="2026-11-21 19:00")
    clock("2026-11-21 18:30")
    typed.do("customer", "add", "周芷", "--phone", "136")


def test_a_classroom_s_clock_may_be_any(blank: Desk, clock: Clock) -> None:
    blank.now = None
    clock("2026-11-21 18:00")
    blank.do("init", "--classroom")
    blank.do(*ADD)
    clock("2026-01-01 08:00")
    blank.do("customer", "add", "王芳", "--phone", "138")
    assert "the clock says" not in blank.run("ticket", "list").err


def test_what_a_wrong_clock_typed_can_be_taken_back(typed: Desk, clock: Clock) -> None:
    clock("2036-11-21 18:00")
    typed.do(*ADD)
    clock("2026-11-21 18:30")
    told = typed.refused(5, "customer", "add", "赵敏", "--phone", "137")
    assert "servicedesk --now '2036-11-21T18:00:00+08:00' undo" in told
    typed.do("undo", now="2036-11-21T18:00:00+08:00")
    typed.do("customer", "add", "赵敏", "--phone", "137")


def test_imports_and_generation_are_stopped_too(typed: Desk, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("name,phone\n李娜,139\n")
    clock("2026-11-01 08:00")
    before = typed.path.read_bytes()
    assert "the clock says" in typed.refused(5, "maintenance", "generate")
    assert typed.path.read_bytes() == before

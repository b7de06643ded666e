"""The night in which the clock goes back, and the day that has no midnight: everything is compared by its instant."""

import datetime as real
from collections.abc import Callable
from itertools import chain, repeat

import pytest

from servicedesk.cli import main
from tests.conftest import Desk

FIRST, SECOND = "2026-10-25T02:45:00+02:00", "2026-10-25T02:15:00+01:00"  # half an hour apart, in this order


@pytest.fixture
def berlin(make: Callable[..., Desk]) -> Desk:
    """An outlet with a customer where 02:00 to 03:00 comes twice on 2026-10-25."""
    desk = make("berlin.db", "--zone", "Europe/Berlin")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-10-24 09:00")
    return desk


def test_a_figure_is_taken_as_of_an_earlier_instant_whatever_the_clocks_say(berlin: Desk) -> None:
    ask = ("kpi", "report", "--month", "2026-09", "--only", "backlog", "--as-of")
    assert berlin.run(*ask, FIRST, now=SECOND).code == 0
    assert "is still to come" in berlin.refused(4, *ask, SECOND, now=FIRST)


def test_a_window_ends_after_it_begins_whatever_the_clocks_say(berlin: Desk) -> None:
    berlin.do("ticket", "open", "--customer", "C1", "no heat", now="2026-10-24 09:00")
    window = ("ticket", "appoint", "T1", "--asked-by", "customer")
    told = berlin.refused(4, *window, "--from", SECOND, "--to", FIRST, now="2026-10-24 09:00")
    assert "not after its begin" in told
    assert berlin.do(*window, "--from", FIRST, "--to", SECOND, now="2026-10-24 09:00")["status"] == "appointed"


def test_what_waited_for_the_file_is_recorded_when_it_got_it(berlin: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = chain([FIRST], repeat(SECOND))

    class Ticking(real.datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
            return real.datetime.fromisoformat(next(readings)).astimezone(tz)

    berlin.now = None
    monkeypatch.setattr(main, "datetime", Ticking)
    berlin.do("customer", "add", "李娜", "--phone", "139")
    assert berlin.do("history", now="2026-10-25 09:00")[0]["at"] == SECOND


def test_the_history_of_a_thing_goes_from_the_newest_to_the_oldest(berlin: Desk) -> None:
    for at, address in ((FIRST, "Nordweg 1"), (SECOND, "Nordweg 2")):
        berlin.do("customer", "edit", "C1", "--address", address, now=at)
    found = [row["new"] for row in berlin.do("history", "C1", now="2026-10-25 09:00") if row["field"] == "address"]
    assert found == ["Nordweg 2", "Nordweg 1"]


def test_the_next_deadline_stands_first(berlin: Desk) -> None:
    for at in ("2026-10-24T02:45:00+02:00", "2026-10-24T03:15:00+02:00"):
        berlin.do("ticket", "open", "--customer", "C1", "no heat", "--at", at, now="2026-10-24 09:00")
    rows = berlin.do("today", now="2026-10-24 09:00")
    found = [(row["ticket_id"], row["due_at"]) for row in rows if row["section"] == "unassigned"]
    assert found == [(1, FIRST), (2, SECOND)]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Africa/Cairo", "2026-04-24"), ("Asia/Beirut", "2026-03-29"), ("America/Santiago", "2026-09-06"),
     ("America/Havana", "2026-11-01")],
)  # fmt: skip
def test_the_page_of_a_day_without_or_with_two_midnights(make: Callable[..., Desk], zone: str, day: str) -> None:
    desk = make("outlet.db", "--zone", zone)
    desk.do("customer", "add", "王芳", "--phone", "138", now="2026-01-01 09:00")
    desk.do("ticket", "open", "--customer", "C1", "no heat", now="2026-01-02 09:00")
    rows = desk.do("today", "--on", day, now="2026-01-02 10:00")
    assert [(row["section"], row["ticket_id"]) for row in rows] == [("overdue", 1), ("unassigned", 1)]

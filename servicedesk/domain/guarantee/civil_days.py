"""Count days, months and years as the Civil Code does (articles 200 to 203), and days under repair.

The day on which a period begins is not counted (201). The period ends on the corresponding day, or on the last day of
the month if there is no such day (202). If that is a holiday, the period ends on the day after the holiday (203).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple


class Holidays(NamedTuple):
    """The recorded holidays. A year without any is unknown: nobody has listed its holidays."""

    days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def last_day(self, day: date) -> date:
        """Return the day on which a period that would end on `day` ends: the first day that is no holiday."""
        while day in self.days:
            day += timedelta(days=1)
        return day

    def may_move(self, day: date) -> bool:
        """Return whether it is unknown if that day is a holiday."""
        return day.year not in self.years


def list_holidays(days: Iterable[date]) -> Holidays:
    """Return these days as holidays; their years count as listed."""
    known = frozenset(days)
    return Holidays(known, frozenset(day.year for day in known))


def days_after(day: date, count: int) -> date:
    """Return the last day of a period of `count` days: the 7th day after 10 November is the 17th."""
    return day + timedelta(days=count)


def months_after(day: date, count: int) -> date:
    """Return the last day of a period of `count` months: six months after 31 August end on the last of February."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + month // 11, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def years_after(day: date, count: int) -> date:
    """Return the last day of a period of `count` years: one year after 29 February ends on the 28th."""
    return months_after(day, 12 * count)


def count_days(spans: Iterable[tuple[date, date]]) -> int:
    """Return how many days the spans take together, each from its first day to its last.

    A day in several spans counts once, and a span within one day counts 0 days.
    """
    days, until = 0, date.min
    for first, last in sorted(spans):
        days += max(0, (last - max(first, until)).days)
        until = max(until, last)
    return days

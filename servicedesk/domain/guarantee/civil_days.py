"""Count days, months and years as the Civil Code does (articles 200 to 203), and days under repair.

The day on which a period begins is not counted (201). It ends on the corresponding day, or on the last day of a month
that has none (202); where that is a holiday, on the day after the holiday (203).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple


class Holidays(NamedTuple):
    """The holidays that are known: a year without any is one that nobody listed."""

    days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def last_day(self, day: date) -> date:
        """Return the day on which a period ends whose last day is `day`: the first one that is no holiday."""
        while day in self.days:
            day += timedelta(days=1)
        return day

    def may_move(self, day: date) -> bool:
        """Return whether nobody knows if that day is a holiday."""
        return day.year not in self.years


def list_holidays(days: Iterable[date]) -> Holidays:
    """Return those days as holidays, and their years as listed."""
    known = frozenset(days)
    return Holidays(known, frozenset(day.year for day in known))


def days_after(day: date, count: int) -> date:
    """Return the last day of a period of so many days: the 7th day after 10 November is the 17th."""
    return day + timedelta(days=count)


def months_after(day: date, count: int) -> date:
    """Return the last day of a period of so many months: six months after 31 August end on the last of February."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + month // 11, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def years_after(day: date, count: int) -> date:
    """Return the last day of a period of so many years: one year after 29 February ends on the 28th."""
    return months_after(day, 12 * count)


def count_days(spans: Iterable[tuple[date, date]]) -> int:
    """Return the days that the spans take together, each from its first day to its last: days in several count once,
    and a span within one day is none.
    """
    days, until = 0, date.min
    for first, last in sorted(spans):
        days += max(0, (last - max(first, until)).days)
        until = max(until, last)
    return days

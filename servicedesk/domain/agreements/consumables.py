"""Due dates of consumables (S38). As with birthdays they are counted from the base day, not from the last due date."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = 12
_LONGEST_YEAR, _SHORTEST_YEAR = 366, 365


def due_date(base: date, per_year: int, number: int) -> date:
    """Return the due date of the consumable with that number: number × 12 / per_year months after the base day.

    A part of a month counts as 30 days a month: 5 a year are due every 2 months and 12 days, the fifth on the
    anniversary. If the month lacks the day, its last day counts.
    """
    from dateutil.relativedelta import relativedelta

    months, rest = divmod(MONTHS * number, per_year)
    return base + relativedelta(months=months) + timedelta(days=rest * 30 // per_year)


class Plan(NamedTuple):
    """A plan to send consumables for an appliance, and the numbers already sent. Nothing is due from `end` on."""

    base: date
    per_year: int
    first: date
    end: date
    sent: frozenset[int] = frozenset()

    def due_on(self, number: int) -> date:
        return due_date(self.base, self.per_year, number)

    def numbers(self, until: date) -> range:
        """Return the numbers that are due from the plan's first day until that day, including sent ones."""
        last = min(until, self.end - timedelta(days=1))
        if last < self.first:
            return range(0)
        before = max(1, (self.first - self.base).days * self.per_year // _LONGEST_YEAR - 1)
        candidates = range(before, (last - self.base).days * self.per_year // _SHORTEST_YEAR + 3)
        return candidates[
            bisect_left(candidates, self.first, key=self.due_on) : bisect_right(candidates, last, key=self.due_on)
        ]

    def unsent(self, until: date) -> list[int]:
        """Return the numbers that are due until that day and were not sent."""
        return [number for number in self.numbers(until) if number not in self.sent]

    def next_number(self, after: date) -> int | None:
        """Return the first unsent number that is due after that day, or None."""
        if after >= self.end:
            return None
        ahead = max(after, self.first) + timedelta(days=_LONGEST_YEAR * (2 + len(self.sent) // self.per_year))
        return next((n for n in self.unsent(ahead) if self.due_on(n) > after), None)

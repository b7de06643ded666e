"""Periods of local dates: months, quarters, or from one day to another (C2)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width


class Period(NamedTuple):
    """A period of local dates from `first` until the day before `end` (C2)."""

    first: date
    end: date
    label: str

    def months(self) -> Iterator["Period"]:
        """Yield the calendar months of the period; the first and the last are cut to the period."""
        from dateutil.relativedelta import relativedelta

        first = self.first
        while first < self.end:
            following = first.replace(day=1) + relativedelta(months=1)
            yield Period(first, min(following, self.end), f"{first:%Y-%m}")
            first = following


def month(text: str) -> Period:
    """Return the month written as `2026-10`."""
    text = half_width(text)
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise UsageError(
            say("'{text}' is not a month", text=text), hint=say("write it like 2026-10, this, last, 本月, 上月")
        )
    dates.check_year(int(text[:4]), text)
    return _months(date(int(text[:4]), int(text[5:]), 1), 1, text)


def quarter(text: str) -> Period:
    """Return the quarter written as `2026-Q4`."""
    text = half_width(text)
    if not re.fullmatch(r"[0-9]{4}-[Qq][1-4]", text):
        raise UsageError(say("'{text}' is not a quarter", text=text), hint=say("write it like 2026-Q4"))
    dates.check_year(int(text[:4]), text)
    return _months(date(int(text[:4]), int(text[6]) * 3 - 2, 1), 3, text.upper())


def between(first: date, last: date) -> Period:
    """Return the period from one day to another, both included."""
    if last < first:
        raise UsageError(say("the period ends ({last}) before it begins ({first})", last=last, first=first))
    return Period(first, last + timedelta(days=1), f"{first}..{last}")


def last_full_month(today: date) -> Period:
    """Return the month before today's."""
    return month(f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")


def period_before(period: Period) -> Period:
    """Return the period just before this one: as many months if it has whole months, otherwise as many days."""
    from dateutil.relativedelta import relativedelta

    first, end = period.first, period.end
    if first.day == end.day == 1:
        months = (end.year - first.year) * 12 + end.month - first.month
        if months == 1:
            return last_full_month(first)
        return between(first - relativedelta(months=months), first - timedelta(days=1))
    return between(first - (end - first), first - timedelta(days=1))


def _months(first: date, count: int, label: str) -> Period:
    from dateutil.relativedelta import relativedelta

    return Period(first, first + relativedelta(months=count), label)

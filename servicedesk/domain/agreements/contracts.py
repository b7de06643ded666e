"""What a contract agrees on (S30): when it holds, which of its visits are due, how soon somebody must be there."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class ContractKind(StrEnum):
    """What is agreed: service visits, a longer guarantee, the appliances of a project."""

    SERVICE = "service"
    EXTENSION = "extension"
    PROJECT = "project"


class Terms(NamedTuple):
    """When a contract holds, first and last day included, and the visits that it includes."""

    first: date
    last: date
    visits: int | None = None
    warn_days: int = 30

    def holds_on(self, day: date) -> bool:
        return self.first <= day <= self.last

    def status(self, day: date) -> str:
        """Return coming, running or over."""
        if day < self.first:
            return "coming"
        return "running" if day <= self.last else "over"

    def visit_due_on(self, number: int) -> date:
        """Return the day by which the n-th visit is due: its visits divide the time of the contract evenly."""
        assert self.visits, "the contract includes visits"
        days = (self.last - self.first).days + 1
        return self.first + timedelta(days=days * number // self.visits - 1)

    def is_ending(self, day: date, within: int | None = None) -> bool:
        """Return whether it holds on that day, and ends so soon that somebody should be told."""
        days = self.warn_days if within is None else within
        return self.holds_on(day) and self.last <= day + timedelta(days=days)


def renewed_until(first: date, last: date) -> date:
    """Return the last day of the contract that follows one from `first` to `last`: as many months, else as many days.

    A year until 31 December 2026 goes on until 31 December 2027, a leap day or not.
    """
    from dateutil.relativedelta import relativedelta

    day = timedelta(days=1)
    begin = last + day
    if not (months := relativedelta(begin, first)).days:
        return begin + months - day
    if not (months := relativedelta(last, first - day)).days:  # from a leap day until 28 February
        return last + months
    return last + (begin - first)


def response_verdict(reported_unix: int, arrived_unix: int | None, respond_minutes: int, now_unix: int) -> str:
    """Return kept, broken or pending: somebody is there so many minutes after the report at the latest."""
    limit = reported_unix + respond_minutes * 60
    if arrived_unix is not None:
        return "kept" if arrived_unix <= limit else "broken"
    return "pending" if now_unix <= limit else "broken"

"""Terms of a contract (S30): when it is valid, when its visits are due, how soon a technician must arrive."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class ContractKind(StrEnum):
    """The kind of contract: service visits, a longer guarantee, the appliances of a project."""

    SERVICE = "service"
    EXTENSION = "extension"
    PROJECT = "project"


class Terms(NamedTuple):
    """The first and last day of a contract, both included, and the visits that it includes."""

    first: date
    last: date
    visits: int | None = None
    warn_days: int = 30

    def holds_on(self, day: date) -> bool:
        return self.first <= day <= self.last

    def status(self, day: date) -> str:
        """Return the status on that day: coming, running or over."""
        if day < self.first:
            return "coming"
        return "running" if day <= self.last else "over"

    def visit_due_on(self, number: int) -> date:
        """Return the day by which the visit with that number is due. The visits divide the contract's time evenly."""
        assert self.visits, "the contract includes visits"
        days = (self.last - self.first).days + 1
        return self.first + timedelta(days=days * number // self.visits - 1)

    def is_ending(self, day: date, within: int | None = None) -> bool:
        """Return whether the contract is valid on that day and ends so soon that the desk should be told."""
        days = self.warn_days if within is None else within
        return self.holds_on(day) and self.last <= day + timedelta(days=days)


def renewed_until(first: date, last: date) -> date:
    """Return the last day of the contract that renews one from `first` to `last`.

    It has as many months, or as many days if the contract is not of whole months. A year until 31 December 2026 is
    renewed until 31 December 2027, with or without a leap day.
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
    """Return kept, broken or pending: whether a technician arrived at most that many minutes after the report."""
    limit = reported_unix + respond_minutes * 60
    if arrived_unix is not None:
        return "kept" if arrived_unix <= limit else "broken"
    return "pending" if now_unix <= limit else "broken"

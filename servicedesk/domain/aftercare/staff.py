"""The questionnaire of the staff: roles, the line of 85 %, and which sums may be shown without giving anybody away."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

LEAST = 5  # answers that are shown together: fewer would tell what somebody said
LINE = 0.85  # of the staff satisfied (S62)
LONGEST = 500  # characters of a remark


class Role(StrEnum):
    """What somebody does at the outlet."""

    TECHNICIAN = "technician"
    CLERK = "clerk"
    MANAGER = "manager"
    OWNER = "owner"


class PeriodToShow(NamedTuple):
    """A month or a quarter whose answers may be shown, by the months that it is of."""

    label: str
    months: tuple[str, ...]


def quarter_of(month: str) -> str:
    """Return the quarter of a month: 2026-Q4 of 2026-11."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def months_of(quarter: str) -> tuple[str, ...]:
    """Return the three months of a quarter."""
    last = int(quarter[6:]) * 3
    return tuple(f"{quarter[:4]}-{month:02}" for month in range(last - 2, last + 1))


def periods_to_show(quarter: str, answers: Mapping[str, int], *, this_month: str) -> Sequence[PeriodToShow]:
    """Return the quarter and the months whose answers of one role may be shown; `answers`: how many of each month.

    A period is shown when it is over, so that no two looks differ by one answer, and from LEAST answers on. A quarter
    beside its months must not give away the sum of the few answers of the others.
    """
    months = months_of(quarter)
    own = [month for month in months if month < this_month and answers.get(month, 0) >= LEAST]
    rest = sum(answers.get(month, 0) for month in months if month not in own)
    whole = sum(answers.get(month, 0) for month in months)
    is_safe = months[-1] < this_month and whole >= LEAST and (rest == 0 or rest >= LEAST)
    return [*([PeriodToShow(quarter, months)] if is_safe else []), *(PeriodToShow(month, (month,)) for month in own)]

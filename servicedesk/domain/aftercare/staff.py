"""The staff questionnaire: roles, the target of 85 %, and which sums can be shown without revealing single answers."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

LEAST = 5  # answers that are shown together; fewer would reveal what somebody answered
LINE = 0.85  # target: share of the staff that is satisfied (S62)
LONGEST = 500  # characters of a remark


class Role(StrEnum):
    """The role of a member of staff at the outlet."""

    TECHNICIAN = "technician"
    CLERK = "clerk"
    MANAGER = "manager"
    OWNER = "owner"


class PeriodToShow(NamedTuple):
    """A month or a quarter whose answers may be shown, with its months."""

    label: str
    months: tuple[str, ...]


def quarter_of(month: str) -> str:
    """Return the quarter of a month: 2026-Q4 for 2026-11."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def months_of(quarter: str) -> tuple[str, ...]:
    """Return the three months of a quarter: 2026-10, 2026-11 and 2026-12 for 2026-Q4."""
    last = int(quarter[6:]) * 3
    return tuple(f"{quarter[:4]}-{month:02}" for month in range(last - 2, last + 1))


def periods_to_show(quarter: str, answers: Mapping[str, int], *, this_month: str) -> Sequence[PeriodToShow]:
    """Return the periods of a quarter (the quarter, its months) for which the answers of one role may be shown.

    `answers` is the number of answers in each month. A period must be over and have at least LEAST answers: otherwise
    two looks at it could differ by one answer. The quarter is left out if it would reveal, by subtracting the shown
    months, the sum of fewer than LEAST answers.
    """
    months = months_of(quarter)
    own = [month for month in months if month < this_month and answers.get(month, 0) >= LEAST]
    rest = sum(answers.get(month, 0) for month in months if month not in own)
    whole = sum(answers.get(month, 0) for month in months)
    is_safe = months[-1] < this_month and whole >= LEAST and (rest == 0 or rest >= LEAST)
    return [*([PeriodToShow(quarter, months)] if is_safe else []), *(PeriodToShow(month, (month,)) for month in own)]

"""Solutions to known problems (S24): their kinds and fields, how often one worked, which of two edits counts (S25)."""

from enum import StrEnum
from typing import Any, NamedTuple

from servicedesk.base import dates


class SolutionKind(StrEnum):
    """The kind of solution: how to mend a fault, what a manual or the law says, a lesson from something that failed."""

    FAULT = "fault"
    MANUAL = "manual"
    LAW = "law"
    LESSON = "lesson"


# The fields of a solution that outlets exchange, besides its uuid and the instant of its newest edit.
FIELDS = ("kind", "category", "model", "fault", "cause", "fix", "parts", "link", "retired")


class Success(NamedTuple):
    """How many repairs completed with a solution were not repeated, were repeated, or are not known yet (K4).

    `rank` is the lower end of the confidence interval of the share that worked, so that 9 of 10 rank before 1 of 1.
    """

    worked: int = 0
    failed: int = 0
    pending: int = 0
    rank: float = 0.0

    @property
    def total(self) -> int:
        return self.worked + self.failed


def edit_order(edited_at: str, fields: dict[str, Any]) -> tuple[int, list[str]]:
    """Return the sort key by which the newest of two edits is found: the instant, then the text.

    So two outlets that exchange their files end with the same text, whichever reads first.
    """
    return dates.unix_of(edited_at), [str(fields[name] or "") for name in FIELDS]

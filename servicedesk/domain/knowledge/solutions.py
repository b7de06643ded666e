"""A problem and what helps (S24): its fields, how often it worked, and which of two edits counts (S25)."""

from enum import StrEnum
from typing import Any, NamedTuple

from servicedesk.base import dates


class SolutionKind(StrEnum):
    """What is known: how a fault is mended, what a manual or the law says, what a bad day taught."""

    FAULT = "fault"
    MANUAL = "manual"
    LAW = "law"
    LESSON = "lesson"


# What outlets tell each other of a solution, beside its uuid and the instant of its newest edit.
FIELDS = ("kind", "category", "model", "fault", "cause", "fix", "parts", "link", "retired")


class Success(NamedTuple):
    """The repairs that were completed with a solution, by the verdict of K4: not repeated, repeated, not yet known.

    `rank`: the lower end of the interval of the share that worked, so that 9 of 10 stand before 1 of 1.
    """

    worked: int = 0
    failed: int = 0
    pending: int = 0
    rank: float = 0.0

    @property
    def total(self) -> int:
        return self.worked + self.failed


def edit_order(edited_at: str, fields: dict[str, Any]) -> tuple[int, list[str]]:
    """Return by what the newest of two edits is found: the instant; of one instant, whose text is greater.

    So two outlets that exchange their files come to the same text, whoever reads first.
    """
    return dates.unix_of(edited_at), [str(fields[name] or "") for name in FIELDS]

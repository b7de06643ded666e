"""Number the customers and appliances of a file, so that each is read and looked up once, however often it is named."""

from array import array
from collections.abc import Callable
from typing import Any

MOST = 200_000  # keys of each noun that are remembered, 150 bytes each

# The values of a CustomerRow, ApplianceRow or TicketRow (rows.py), as a plain tuple because there are millions.
Facts = tuple[Any, ...]


class Numbers:
    """The numbers of one noun, counted from 1. A number stands for a key with its values; 0 is none.

    For each key the hash of its last values is remembered: a row with the same values gets the same number.
    """

    def __init__(self) -> None:
        self.fresh: list[Facts] = []  # the values of the numbers that are new in this batch
        self._last: dict[str, int] = {}
        self._marks = array("q", [0])

    @property
    def is_full(self) -> bool:
        """Return whether as many keys are remembered as may be (MOST)."""
        return len(self._last) >= MOST

    def number(self, key: str, said: object, facts: Callable[[], Facts]) -> int:
        """Return the number of a key with these values; `facts` makes the row if they are new."""
        mark, known = hash(said), self._last.get(key, 0)
        if known and self._marks[known] == mark:
            return known
        self.fresh.append(facts())
        self._marks.append(mark)
        self._last[key] = number = len(self._marks) - 1
        return number

"""What a file says of its customers and machines, numbered: most files name each many times."""

from array import array
from collections.abc import Callable
from typing import Any

MOST = 200_000  # keys of a noun that are told again by their number; 150 bytes each

# A customer, an appliance or a ticket in the order of its row in rows.py. Millions are carried around so, plain.
Facts = tuple[Any, ...]


class Numbers:
    """The numbers of one noun, counted from 1: each stands for a key and all that was said of it. 0 is nobody.

    Of a key the last thing said is remembered, by its hash: whoever says the same again gets the same number.
    """

    def __init__(self) -> None:
        self.fresh: list[Facts] = []  # of the numbers that were given since the last batch began
        self._last: dict[str, int] = {}
        self._marks = array("q", [0])

    @property
    def is_full(self) -> bool:
        return len(self._last) >= MOST

    def number(self, key: str, said: object, facts: Callable[[], Facts]) -> int:
        """The number of what is said; `facts` makes it where it is said for the first time."""
        mark, known = hash(said), self._last.get(key, 0)
        if known and self._marks[known] == mark:
            return known
        self.fresh.append(facts())
        self._marks.append(mark)
        self._last[key] = number = len(self._marks) - 1
        return number

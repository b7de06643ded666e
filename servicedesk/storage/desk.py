"""The desk that a writing command works with: the open file, the stamp and the clock; and one deed for several ids."""

from collections.abc import Callable, Sequence
from datetime import datetime

from servicedesk.base.errors import ServiceDeskError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Result, Table
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database


class Desk:
    """One run of a command: the file, the `stamp` written with every row, and `now` in the outlet's time zone."""

    __slots__ = ("db", "now", "stamp")

    def __init__(self, db: Database, stamp: Stamp, now: datetime) -> None:
        self.db = db
        self.stamp = stamp
        self.now = now

    @property
    def today(self) -> str:
        """Return the day on which the command is typed, as ISO text."""
        return self.stamp.recorded_at[:10]


def do_each(desk: Desk, letter: str, ids: Sequence[int], deed: Callable[[int], Result]) -> Result:
    """Do the same deed for several ids in one transaction. Return one row for each.

    One `undo` takes back all of them. If one is refused, nothing is written, and the error names its reference.
    """
    done: list[Result] = []
    with desk.db.atomic():
        for one in dict.fromkeys(ids):
            try:
                done.append(deed(one))
            except ServiceDeskError as error:
                sentence = _with_reference(letter, one, error.sentence)
                whole = say("{sentence}; nothing was written for any of them", sentence=sentence)
                raise type(error)(whole, hint=error.hint) from None
    rows = [row for result in done for row in result.table.rows]
    notes = [_with_reference(letter, one, note) for one, result in zip(dict.fromkeys(ids), done, strict=True)
             for note in result.notes]  # fmt: skip
    return Result(Table(done[0].table.columns, rows), notes, any(result.changed for result in done))


def _with_reference(letter: str, number: int, sentence: str) -> str:
    """Return the sentence with the reference before it, unless the sentence names the reference itself."""
    ref = f"{letter}{number}"
    is_named = ref in sentence.replace(":", " ").replace(",", " ").split()
    return sentence if is_named else joined(": ", [ref, sentence])

"""The rows that an import rejects: count them, list the first, and write all to a file if one is named."""

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import Message, joined, say
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.tables.arrange import Record
from servicedesk.file.imports.tables.layout import REJECT_COLUMNS
from servicedesk.storage import paths
from servicedesk.storage.new_files import replacing

_MOST_NAMED = 10
_WIDEST = 60


class Rejects:
    """The rejected rows of one import. `writer` is None if no file is written."""

    def __init__(self, headings: Sequence[str], writer: Any = None) -> None:
        self.count = 0
        self.causes: Counter[tuple[str, str]] = Counter()
        self.told: list[str] = []
        self._width = len(headings)
        self._writer = writer
        self._kept = [at for at, name in enumerate(headings) if name not in REJECT_COLUMNS]  # rejects may be read again
        if writer:
            writer.writerow([*(headings[at] for at in self._kept), *REJECT_COLUMNS])

    def add(self, record: Record, error: RowError) -> None:
        """Add a rejected row. Cells beyond the headings go into the column `_value` of the file."""
        self.count += 1
        self.causes[cause_of(error)] += 1
        if len(self.told) < _MOST_NAMED:
            self.told.append(_sentence(record, error))
        if self._writer:
            cells = record.cells[: self._width] + [""] * (self._width - len(record.cells))
            kept = [cells[at] for at in self._kept]
            self._writer.writerow([*kept, record.number, record.place, error.column, error.value, error.reason])

    def refuse(self, read: int, notes: Sequence[str] = ()) -> None:
        """Raise RefusedError with the first rejected rows and the notes, if there are rejected rows."""
        if not self.count:
            return
        more = [say("  and {count} more", count=self.count - len(self.told))] if self.count > len(self.told) else []
        raise RefusedError(
            joined(
                "\n",
                [
                    say("{count} of {read} records rejected, nothing was written:", count=self.count, read=read),
                    *self.told,
                    *more,
                    *notes,
                ],
            ),
            hint=say("--rejects FILE takes the good ones and writes the bad ones there"),
        )


class _Any(str):
    """The text …, in place of a value of any format."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return str(self)


_ANY = _Any("…")


def cause_of(error: RowError) -> tuple[str, str]:
    """Return the column and the reason of an error, with … in place of the row's own values."""
    reason = error.reason
    if isinstance(reason, Message) and isinstance(reason.template, str) and reason.values:
        values = {name: value if isinstance(value, Message) else _ANY for name, value in reason.values.items()}
        return error.column, Message(reason.template.format(**values), reason.template, values)
    return error.column, reason


def _sentence(record: Record, error: RowError) -> str:
    value = " ".join(error.value.split())
    shown = f" '{value if len(value) <= _WIDEST else value[:_WIDEST] + '…'}'" if value else ""
    column = say(", column '{name}'", name=error.column) if error.column else ""
    return say(
        "  record {number}, line {line}{column}{shown}: {reason}",
        number=record.number,
        line=record.place,
        column=column,
        shown=shown,
        reason=error.reason,
    )


@contextmanager
def collect_rejects(headings: Sequence[str], path: Path | None, *, outlet: Path) -> Iterator[Rejects]:
    """Yield a collector of rejects; with a path, it writes them to a file that appears when the block ends well."""
    if path is None:
        yield Rejects(headings)
        return
    with replacing(path, outlet=outlet) as made, made.open("w", encoding="utf-8", newline="") as out:
        yield Rejects(headings, csv.writer(out))
        out.flush()


def check(path: Path | None, option: str, *, outlet: Path, inputs: Collection[Path]) -> None:
    """Raise an error if an output cannot be written: UsageError for an input file, else as paths.check_output."""
    if path is None or paths.is_dash(path):
        return
    for other in (*inputs, outlet):
        if not paths.is_dash(other) and paths.is_same(path, other):
            raise UsageError(
                say("{option} names {other} itself", option=option, other=other), hint=say("name another file")
            )
    paths.check_output(path, outlet)

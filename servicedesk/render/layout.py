"""What tables.py and overview.py share: the screen that is drawn on, and cells side by side."""

import os
import shutil
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from servicedesk.base.table import Column, For, Table, shown
from servicedesk.base.width import padded, shortened

_GAP = "  "


_NOTHING: tuple[object, ...] = (None, "", [], ())


Row = Sequence[str]


class Screen(NamedTuple):
    """Where a table is drawn; width and height are None in a pipe."""

    width: int | None
    height: int | None
    is_styled: bool

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.is_styled and text else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.is_styled and text.strip() else text


def screen(*, terminal: bool) -> Screen:
    """Return the terminal; without styles if it has none (TERM=dumb) or the user wants none (NO_COLOR)."""
    if not terminal:
        return Screen(None, None, False)
    size = shutil.get_terminal_size()
    return Screen(size.columns, size.lines, not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def people(table: Table) -> tuple[list[Column], list[list[str]]]:
    """Return the columns and cells for people, without columns that have no value."""
    kept = [(i, c) for i, c in enumerate(table.columns) if c.who is not For.MACHINES and c.kind != "nested"]
    if table.rows:
        kept = [(i, c) for i, c in kept if any(row[i] not in _NOTHING for row in table.rows)]
    return [c for _, c in kept], [[shown(row[i], c.kind) for i, c in kept] for row in table.rows]


def side_by_side(columns: Sequence[Sequence[str]], room: Sequence[int], right: Sequence[bool] = ()) -> Iterator[str]:
    """Yield the lines of one row whose cells may take several lines."""
    for at in range(max(map(len, columns))):
        texts = [lines[at] if at < len(lines) else "" for lines in columns]
        sides = right or [False] * len(room)
        yield _GAP.join(padded(text, width, right=side) for text, width, side in zip(texts, room, sides, strict=True))


def narrower_widths(found: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return the column widths, the widest ones reduced until all fit into the room; none below its minimum."""
    made = list(found)
    while sum(made) > room:
        give = [(width, at) for at, width in enumerate(made) if width > least[at]]
        if not give:
            break
        made[max(give)[1]] -= 1
    return made


def one_row(row: Row, room: Sequence[int]) -> str:
    """Return the row on one line, shortened to the room."""
    return _GAP.join(padded(shortened(cell, width), width) for cell, width in zip(row, room, strict=True))

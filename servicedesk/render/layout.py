"""Helpers of tables.py and overview.py: the screen to draw on, and cells drawn side by side."""

import os
import shutil
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from servicedesk.base.table import Column, For, Table, shown
from servicedesk.base.width import padded

GAP = "  "
Row = Sequence[str]
_NOTHING: tuple[object, ...] = (None, "", [], ())
_UNSEEN = {"nested", "urgency"}  # kinds of columns that are not drawn
_COLOURS = {"late": 31, "soon": 33}  # red, yellow


class Screen(NamedTuple):
    """The screen on which a table is drawn; width and height are None in a pipe."""

    width: int | None
    height: int | None
    is_styled: bool

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.is_styled and text else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.is_styled and text.strip() else text

    def coloured(self, text: str, urgency: str | None) -> str:
        """Return the text in the colour of its urgency: `late` or `soon`."""
        colour = _COLOURS.get(urgency or "")
        return f"\x1b[{colour}m{text}\x1b[0m" if colour and self.is_styled and text.strip() else text


def screen(*, terminal: bool) -> Screen:
    """Return the terminal's screen; without styles if it has none (TERM=dumb) or the user wants none (NO_COLOR)."""
    if not terminal:
        return Screen(None, None, False)
    size = shutil.get_terminal_size()
    return Screen(size.columns, size.lines, not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def people(table: Table) -> tuple[list[Column], list[list[str]]]:
    """Return the columns and cells for people, without columns that have no value."""
    kept = [(i, c) for i, c in enumerate(table.columns) if c.who is not For.MACHINES and c.kind not in _UNSEEN]
    if table.rows:
        kept = [(i, c) for i, c in kept if any(row[i] not in _NOTHING for row in table.rows)]
    return [c for _, c in kept], [[shown(row[i], c.kind) for i, c in kept] for row in table.rows]


def urgencies(table: Table) -> list[str | None]:
    """Return the urgency of each row, by which its `due` cell is coloured."""
    at = next((i for i, column in enumerate(table.columns) if column.kind == "urgency"), None)
    return [None if at is None else row[at] for row in table.rows]


def side_by_side(columns: Sequence[Sequence[str]], room: Sequence[int], right: Sequence[bool] = ()) -> Iterator[Row]:
    """Yield the lines of one row, each as a list of padded cells; a cell may take several lines."""
    sides = right or [False] * len(room)
    for at in range(max(map(len, columns))):
        texts = [lines[at] if at < len(lines) else "" for lines in columns]
        yield [padded(text, width, right=side) for text, width, side in zip(texts, room, sides, strict=True)]


def one_line(line: Row, fields: Sequence[Column], here: Screen, urgency: str | None = None) -> str:
    """Return one line from its padded cells; `due` cells have the colour of their row."""
    return GAP.join(
        here.coloured(cell, urgency if field.kind == "due" else None) for cell, field in zip(line, fields, strict=True)
    )

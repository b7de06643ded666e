"""Tables drawn for people: on a terminal as wide as it is, in a pipe as wide as they are and without a style."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from servicedesk.core.table import Column, For, Table, shown
from servicedesk.core.widths import cells, longest, padded, shortened, wrapped

_GAP = "  "
_WORD = 10  # columns; a longer word may be broken in a narrow column
_GIVING = {"text", "words"}  # kinds whose columns give way where room is short
_NUMBERS = {"count", "rate", "share"}
_NOTHING: tuple[object, ...] = (None, "", [], ())
Row = Sequence[str]


class Screen(NamedTuple):
    """Where it is drawn; no width and no height in a pipe."""

    width: int | None
    height: int | None
    is_styled: bool

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.is_styled and text else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.is_styled and text.strip() else text


def screen(*, terminal: bool) -> Screen:
    """The terminal at hand; without styles where it has none (TERM=dumb) or nobody wants them (NO_COLOR)."""
    if not terminal:
        return Screen(None, None, False)
    size = shutil.get_terminal_size()
    return Screen(size.columns, size.lines, not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def people(table: Table) -> tuple[list[Column], list[list[str]]]:
    """Columns and cells for people; a column without any value is left out."""
    kept = [(i, c) for i, c in enumerate(table.columns) if c.who is not For.MACHINES and c.kind != "nested"]
    if table.rows:
        kept = [(i, c) for i, c in kept if any(row[i] not in _NOTHING for row in table.rows)]
    return [c for _, c in kept], [[shown(row[i], c.kind) for i, c in kept] for row in table.rows]


def write(table: Table, out: TextIO, *, terminal: bool) -> None:
    """The table with its sections below it."""
    here = screen(terminal=terminal)
    for line in drawn(table, here):
        out.write(f"{line.rstrip()}\n")


def drawn(table: Table, here: Screen) -> Iterator[str]:
    """Its lines; rows that have no room side by side stand below one another."""
    yield from _heading(table.heading, here)
    fields, rows = people(table)
    if table.one and fields:
        yield from _facts([(field.heading, cell) for field, cell in zip(fields, rows[0], strict=True)], here)
    elif fields:
        room = widths(fields, rows, here.width)
        yield from _grid(fields, rows, room, here) if room else _stack(fields, rows, here)
    if any(section.more for _, section in table.sections):
        from servicedesk.output import overviews

        yield from overviews.drawn(table, here)
        return
    for name, section in table.sections:
        if section.rows:
            yield ""
            yield from _heading(name.replace("_", " "), here)
            yield from drawn(section, here)


def _heading(text: str, here: Screen) -> Iterator[str]:
    for line in text.split("\n") if text else ():
        yield from map(here.bold, _fitted(line, here.width))


def _fitted(text: str, width: int | None) -> list[str]:
    return [text] if width is None or cells(text) <= width else wrapped(text, width)


def _lines(cell: str, width: int | None) -> list[str]:
    return [row for line in cell.split("\n") for row in _fitted(line, width)]


def _facts(pairs: Iterable[tuple[str, str]], here: Screen, label: int = 0) -> Iterator[str]:
    """One object: its labels beside what they say."""
    pairs = list(pairs)
    label = label or max((cells(name) for name, _ in pairs), default=0)
    room = max(here.width - label - 2, 2) if here.width else None
    for name, cell in pairs:
        for at, line in enumerate(_lines(cell, room)):
            yield here.dim(padded(name if at == 0 else "", label)) + _GAP + line


def _stack(fields: Sequence[Column], rows: Iterable[Row], here: Screen) -> Iterator[str]:
    """Every row as one object, a blank line between two."""
    label = max(cells(field.heading) for field in fields)
    for at, row in enumerate(rows):
        if at:
            yield ""
        yield from _facts([(f.heading, cell) for f, cell in zip(fields, row, strict=True) if cell], here, label)


def _grid(fields: Sequence[Column], rows: Iterable[Row], room: Sequence[int], here: Screen) -> Iterator[str]:
    """The rows side by side under their headings, long texts in lines below one another."""
    right = [field.kind in _NUMBERS for field in fields]
    headings = [_fitted(field.heading, width) for field, width in zip(fields, room, strict=True)]
    most = max(map(len, headings))
    headings = [[""] * (most - len(lines)) + lines for lines in headings]
    yield from map(here.bold, side_by_side(headings, room, right))
    yield "─" * (sum(room) + len(_GAP) * (len(room) - 1))
    for row in rows:
        yield from side_by_side([_lines(cell, width) for cell, width in zip(row, room, strict=True)], room, right)


def side_by_side(columns: Sequence[Sequence[str]], room: Sequence[int], right: Sequence[bool] = ()) -> Iterator[str]:
    """The lines of a row whose cells have these lines."""
    for at in range(max(map(len, columns))):
        texts = [lines[at] if at < len(lines) else "" for lines in columns]
        sides = right or [False] * len(room)
        yield _GAP.join(padded(text, width, right=side) for text, width, side in zip(texts, room, sides, strict=True))


def widths(fields: Sequence[Column], rows: Sequence[Row], room: int | None) -> list[int]:
    """The width of each column: the widest text gives way first, none below its longest word. [] where none will do."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
    found = [
        max([cells(field.heading), *(cells(line) for cell in column for line in cell.split("\n"))])
        for field, column in zip(fields, columns, strict=True)
    ]
    left = (room - len(_GAP) * (len(fields) - 1)) if room is not None else sum(found)
    if sum(found) <= left:
        return found
    least = [
        min(wide, max(longest(field.heading), *(min(longest(cell), _WORD) for cell in column), 2))
        if field.kind in _GIVING
        else wide
        for field, column, wide in zip(fields, columns, found, strict=True)
    ]
    if sum(least) > left:
        return []
    return narrowed(found, least, left)


def narrowed(found: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths, the widest made narrower until all of them have room, none below its least."""
    made = list(found)
    while sum(made) > room:
        give = [(width, at) for at, width in enumerate(made) if width > least[at]]
        if not give:
            break
        made[max(give)[1]] -= 1
    return made


def cut(row: Row, room: Sequence[int]) -> str:
    """The row on one line."""
    return _GAP.join(padded(shortened(cell, width), width) for cell, width in zip(row, room, strict=True))

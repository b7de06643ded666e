"""Draw a table as text: as wide as the terminal, or in a pipe as wide as its cells and without styles."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from servicedesk.base.table import Column, Table
from servicedesk.base.width import cells, longest, padded, wrapped
from servicedesk.render.layout import _GAP, Row, Screen, narrower_widths, people, screen, side_by_side

_WORD = 10  # columns; a longer word may be broken in a narrow column
_GIVING = {"text", "words"}  # kinds of columns that shrink first
_NUMBERS = {"count", "rate", "share"}


def write(table: Table, out: TextIO, *, terminal: bool) -> None:
    """Write the table with its sections below it."""
    here = screen(terminal=terminal)
    for line in draw(table, here):
        out.write(f"{line.rstrip()}\n")


def draw(table: Table, here: Screen) -> Iterator[str]:
    """Yield the lines of the table; if the columns do not fit side by side, each row is drawn as a list of fields."""
    yield from _heading(table.heading, here)
    fields, rows = people(table)
    if table.one and fields:
        yield from _facts([(field.heading, cell) for field, cell in zip(fields, rows[0], strict=True)], here)
    elif fields:
        room = widths(fields, rows, here.width)
        yield from _grid(fields, rows, room, here) if room else _stack(fields, rows, here)
    if any(section.more for _, section in table.sections):
        from servicedesk.render import overview

        yield from overview.draw_page(table, here)
        return
    for name, section in table.sections:
        if section.rows:
            yield ""
            yield from _heading(name.replace("_", " "), here)
            yield from draw(section, here)


def _heading(text: str, here: Screen) -> Iterator[str]:
    for line in text.split("\n") if text else ():
        yield from map(here.bold, _rows_of(line, here.width))


def _rows_of(text: str, width: int | None) -> list[str]:
    return [text] if width is None or cells(text) <= width else wrapped(text, width)


def _lines(cell: str, width: int | None) -> list[str]:
    return [row for line in cell.split("\n") for row in _rows_of(line, width)]


def _facts(pairs: Iterable[tuple[str, str]], here: Screen, label: int = 0) -> Iterator[str]:
    """Yield the lines of one object: each label with its value."""
    pairs = list(pairs)
    label = label or max((cells(name) for name, _ in pairs), default=0)
    room = max(here.width - label - 2, 2) if here.width else None
    for name, cell in pairs:
        for at, line in enumerate(_lines(cell, room)):
            yield here.dim(padded(name if at == 0 else "", label)) + _GAP + line


def _stack(fields: Sequence[Column], rows: Iterable[Row], here: Screen) -> Iterator[str]:
    """Yield every row as one object, with a blank line between two."""
    label = max(cells(field.heading) for field in fields)
    for at, row in enumerate(rows):
        if at:
            yield ""
        yield from _facts([(f.heading, cell) for f, cell in zip(fields, row, strict=True) if cell], here, label)


def _grid(fields: Sequence[Column], rows: Iterable[Row], room: Sequence[int], here: Screen) -> Iterator[str]:
    """Yield the rows under their headings; long texts continue on further lines."""
    right = [field.kind in _NUMBERS for field in fields]
    headings = [_rows_of(field.heading, width) for field, width in zip(fields, room, strict=True)]
    most = max(map(len, headings))
    headings = [[""] * (most - len(lines)) + lines for lines in headings]
    yield from map(here.bold, side_by_side(headings, room, right))
    yield "─" * (sum(room) + len(_GAP) * (len(room) - 1))
    for row in rows:
        yield from side_by_side([_lines(cell, width) for cell, width in zip(row, room, strict=True)], room, right)


def widths(fields: Sequence[Column], rows: Sequence[Row], room: int | None) -> list[int]:
    """Return the width of each column: the widest shrinks first, none below its longest word. [] if they do not fit."""
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
    return narrower_widths(found, least, left)

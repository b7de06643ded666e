"""Draw a table as text: fitted to the terminal, or in a pipe as wide as its cells and without styles."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from servicedesk.base.table import Column, Table
from servicedesk.base.width import cells, padded, shortened, wrapped
from servicedesk.render.layout import GAP, Row, Screen, one_line, people, screen, side_by_side, urgencies
from servicedesk.render.widths import column_widths

_NUMBERS = {"count", "rate", "share", "fen"}


def write(table: Table, out: TextIO, *, terminal: bool, keys: str = "") -> None:
    """Write the table with its sections below it.

    A table longer than the terminal's screen goes through the pager, with `keys` as its help line; "" means no pager.
    """
    here = screen(terminal=terminal)
    lines = [line.rstrip() for line in draw(table, here)]
    if keys and here.height is not None and len(lines) >= here.height:
        from servicedesk.render import pager

        if chosen := pager.command(out):
            pager.write_pages(lines, chosen, keys=keys)
            return
    out.writelines(f"{line}\n" for line in lines)


def draw(table: Table, here: Screen) -> Iterator[str]:
    """Yield the lines of the table. If the columns do not fit side by side, each row is drawn as a list of fields.

    One object with its sections is drawn with less spacing if it would not fit on the screen.
    """
    if here.height is None or not table.one or any(section.more for _, section in table.sections):
        return _table_lines(table, here, _AIRY)
    for spacing in (_AIRY, _CLOSE, _BARE):
        lines = list(_table_lines(table, here, spacing))
        if len(lines) < here.height:
            return iter(lines)
    return iter(lines)


class _Spacing(NamedTuple):
    """The spacing between sections: blank lines, and rules under column headings. The headings are always drawn."""

    has_blanks: bool  # if False, the title of a section is the heading of its first column
    has_rules: bool


_AIRY = _Spacing(has_blanks=True, has_rules=True)
_CLOSE = _Spacing(has_blanks=True, has_rules=False)
_BARE = _Spacing(has_blanks=False, has_rules=False)


def _table_lines(table: Table, here: Screen, spacing: _Spacing) -> Iterator[str]:
    yield from _heading(table.heading, here)
    fields, rows = people(table)
    if table.one and fields:
        yield from _facts(fields, rows[0], urgencies(table)[0], here)
    elif here.height is not None and not rows and not table.sections:
        if table.empty and table.empty != table.heading:
            yield from _rows_of(table.empty, here.width)
    elif fields:
        drawn, room = column_widths(fields, rows, here.width)
        if drawn:
            seen = [[row[at] for at in drawn] for row in rows]
            yield from _grid([fields[at] for at in drawn], seen, room, urgencies(table), here, spacing)
        else:
            yield from _stack(fields, rows, here)
    if any(section.more for _, section in table.sections):
        from servicedesk.render import overview

        yield from overview.draw_page(table, here)
        return
    for name, section in table.sections:
        if section.rows:
            title = name.replace("_", " ")
            if not (spacing.has_blanks or section.one):
                section = _with_title(section, title)
            else:
                yield from [""] * spacing.has_blanks
                yield from _heading(title, here)
            yield from _table_lines(section, here, spacing)


def _with_title(section: Table, title: str) -> Table:
    """Return the section with its title as the heading of the first column that is drawn."""
    first = people(section)[0][0].key
    fields = [field._replace(title=title) if field.key == first else field for field in section.columns]
    return section._replace(columns=tuple(fields))


def _heading(text: str, here: Screen) -> Iterator[str]:
    for line in text.split("\n") if text else ():
        yield from map(here.bold, _rows_of(line, here.width))


def _rows_of(text: str, width: int | None) -> list[str]:
    return [text] if width is None or cells(text) <= width else wrapped(text, width)


def _lines(cell: str, width: int | None) -> list[str]:
    return [row for line in cell.split("\n") for row in _rows_of(line, width)]


def _facts(fields: Sequence[Column], row: Row, urgency: str | None, here: Screen, label: int = 0) -> Iterator[str]:
    """Yield the lines of one object: each label with its value."""
    label = label or max((cells(field.heading) for field in fields), default=0)
    room = max(here.width - label - 2, 2) if here.width else None
    for field, cell in zip(fields, row, strict=True):
        for at, line in enumerate(_lines(cell, room)):
            value = here.coloured(line, urgency) if field.kind == "due" else line
            yield here.dim(padded(field.heading if at == 0 else "", label)) + GAP + value


def _stack(fields: Sequence[Column], rows: Iterable[Row], here: Screen) -> Iterator[str]:
    """Yield every row as a list of fields, with a blank line between two rows."""
    label = max(cells(field.heading) for field in fields)
    for at, row in enumerate(rows):
        if at:
            yield ""
        filled = [n for n, cell in enumerate(row) if cell]
        yield from _facts([fields[n] for n in filled], [row[n] for n in filled], None, here, label)


def _grid(
    fields: Sequence[Column],
    rows: Iterable[Row],
    room: Sequence[int],
    urgent: Sequence[str | None],
    here: Screen,
    spacing: _Spacing,
) -> Iterator[str]:
    """Yield the rows under their headings. Long texts continue on further lines; brief texts are cut with …."""
    right = [field.kind in _NUMBERS for field in fields]
    headings = [_rows_of(field.heading, width) for field, width in zip(fields, room, strict=True)]
    most = max(map(len, headings))
    headings = [[""] * (most - len(lines)) + lines for lines in headings]
    style = here.dim if spacing == _CLOSE else here.bold
    yield from (style(GAP.join(line)) for line in side_by_side(headings, room, right))
    if spacing.has_rules:
        yield "─" * (sum(room) + len(GAP) * (len(room) - 1))
    for row, urgency in zip(rows, urgent, strict=True):
        lines = [_cell(cell, field, width) for cell, field, width in zip(row, fields, room, strict=True)]
        yield from (one_line(line, fields, here, urgency) for line in side_by_side(lines, room, right))


def _cell(cell: str, field: Column, width: int) -> list[str]:
    """Return the lines of a cell in a column of that width."""
    if field.kind == "brief" and any(cells(line) > width for line in cell.split("\n")):
        return [shortened(cell, width)]
    return _lines(cell, width)

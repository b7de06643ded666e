"""Draw several sections on one page with common columns; on a screen only as many rows as fit."""

from collections.abc import Iterator, Sequence

from servicedesk.base.table import Column, Table
from servicedesk.base.width import cells, shortened
from servicedesk.render.layout import Screen, narrower_widths, one_row, people, side_by_side

LEAST = 3  # rows of a section, however many sections there are
_NARROW = 8  # narrower texts say nothing


def draw_page(table: Table, here: Screen) -> Iterator[str]:
    """Yield the lines of the page.

    On a screen each row takes one line, cut with …, and each section as many lines as fit, with the command that shows
    the rest below them. In a pipe everything is written in full.
    """
    fields, parts = _together(table)
    shares = _shares([len(rows) for rows in parts], here.height and here.height - 3)
    shown = [rows[:share] for rows, share in zip(parts, shares, strict=True)]
    room = _room(fields, [row for rows in shown for row in rows], here.width)
    for (_, section), rows in zip(table.sections, shown, strict=True):
        yield ""
        yield here.bold(shortened(section.heading, here.width) if here.width else section.heading)
        for row in rows:
            if here.width:
                yield one_row(row[: len(room)], room)
            else:
                yield from side_by_side([cell.split("\n") for cell in row], room)
        if rest := len(section.rows) - len(rows):
            yield here.dim(f"… +{rest}: servicedesk {section.more}")


def _together(table: Table) -> tuple[list[Column], list[list[list[str]]]]:
    """Return the columns that any section has a value in, and the cells of each section."""
    sections = [section for _, section in table.sections]
    fields, rows = people(sections[0]._replace(rows=[row for section in sections for row in section.rows]))
    parts = []
    for section in sections:
        parts.append(rows[: len(section.rows)])
        rows = rows[len(section.rows) :]
    return fields, parts


def _room(fields: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """Return the width of each column; the last ones are left out if there is no room for all."""
    found = [max(cells(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=True)]
    least = [min(wide, _NARROW) if field.kind == "text" else wide for field, wide in zip(fields, found, strict=True)]
    if width is None:
        return found
    while sum(least) + 2 * (len(least) - 1) > width and len(least) > 1:
        least.pop()
    return narrower_widths(found[: len(least)], least, width - 2 * (len(least) - 1))


def _shares(counts: list[int], height: int | None) -> list[int]:
    """Return how many rows each section shows: equal shares of the lines; unused ones go to the other sections."""
    if height is None:
        return counts
    shares = [min(count, LEAST) for count in counts]
    room = height - sum(3 + share for share in shares)  # a blank line, the heading, the line for what is left out
    while room > 0 and shares != counts:
        for at, count in enumerate(counts):
            if shares[at] < count and room > 0:
                shares[at] += 1
                room -= 1
    return shares

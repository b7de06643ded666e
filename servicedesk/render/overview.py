"""Draw a page of several sections with common columns; a screen shows only as many rows as fit."""

from collections.abc import Iterator

from servicedesk.base.table import Column, Table
from servicedesk.base.width import cells, shortened
from servicedesk.render.layout import GAP, Screen, one_line, people, side_by_side, urgencies
from servicedesk.render.widths import column_widths

LEAST = 3  # rows of each section; if there is no room for so many, the blank lines between sections are left out


def draw_page(table: Table, here: Screen) -> Iterator[str]:
    """Yield the lines of the page.

    On a screen each row takes one line, cut with …, and each section shows as many rows as fit. The heading tells how
    many more there are, and the command that shows them. In a pipe everything is written in full.
    """
    fields, parts = _together(table)
    counts = [len(rows) for rows in parts]
    height = None if here.height is None else here.height - 1 - len(table.heading.split("\n"))
    shares, is_airy = _shares(counts, height)
    shown = [rows[:share] for rows, share in zip(parts, shares, strict=True)]
    drawn, room = column_widths(fields, [row for rows in shown for row in rows], here.width, one_line=True)
    if not drawn:
        drawn, room = [0], [here.width or 0]
    kept = [fields[at] for at in drawn]
    for (_, section), rows in zip(table.sections, shown, strict=True):
        if is_airy:
            yield ""
        yield _heading(section, len(section.rows) - len(rows), here)
        for row, urgency in zip(rows, urgencies(section), strict=False):
            lines = [_lines(row[at], width, here) for at, width in zip(drawn, room, strict=True)]
            yield from (one_line(line, kept, here, urgency) for line in side_by_side(lines, room))


def _heading(section: Table, rest: int, here: Screen) -> str:
    """Return the title of a section, with the number of rows that do not fit."""
    if here.width is None:
        return section.heading
    if not rest:
        return here.bold(shortened(section.heading, here.width))
    for more in (f"… +{rest}: servicedesk {section.more}", f"… +{rest}: {section.more}", f"… +{rest}"):
        room = here.width - cells(more) - len(GAP)
        if cells(section.heading) <= room:
            break
    return here.bold(shortened(section.heading, max(room, 1))) + GAP + here.dim(more)


def _lines(cell: str, width: int, here: Screen) -> list[str]:
    return cell.split("\n") if here.width is None else [shortened(cell, width)]


def _together(table: Table) -> tuple[list[Column], list[list[list[str]]]]:
    """Return the columns in which any section has a value, and the cells of each section."""
    sections = [section for _, section in table.sections]
    fields, rows = people(sections[0]._replace(rows=[row for section in sections for row in section.rows]))
    fields = [field._replace(title="") for field in fields]  # headings are not drawn
    parts = []
    for section in sections:
        parts.append(rows[: len(section.rows)])
        rows = rows[len(section.rows) :]
    return fields, parts


def _shares(counts: list[int], height: int | None) -> tuple[list[int], bool]:
    """Return how many rows each section shows, and whether each has a blank line before it.

    All sections get equal shares of the lines. Unused lines go to the other sections, the first sections first.
    """
    if height is None:
        return counts, True
    is_airy = 2 * len(counts) + sum(min(count, LEAST) for count in counts) <= height
    room = height - len(counts) * (2 if is_airy else 1)
    shares = [0] * len(counts)
    while room > 0 and shares != counts:
        for at, count in enumerate(counts):
            if shares[at] < count and room > 0:
                shares[at] += 1
                room -= 1
    return shares, is_airy

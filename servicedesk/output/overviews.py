"""A page of sections for people, each under its heading, their columns in line; on a screen as much as it holds."""

from typing import TYPE_CHECKING

from servicedesk.core.table import Column, Table

if TYPE_CHECKING:
    from rich.console import Console

LEAST = 3  # rows of a section, however many sections there are


def drawn(table: Table, console: "Console", *, terminal: bool) -> None:
    """The sections of a page. On a terminal each row takes one line, cut with … where it ends, and each section as many
    lines as the screen gives it, with the command that has the rest below them. In a pipe all is whole.
    """
    from rich.table import Table as Grid
    from rich.text import Text

    from servicedesk.output.formats import widths

    fields, parts = _together(table)
    shares = _shares([len(rows) for rows in parts], console.height - 3 if terminal else None)
    if terminal:
        parts = [[_one_line(row) for row in rows[:share]] for rows, share in zip(parts, shares, strict=True)]
    room = widths(fields, [row for rows in parts for row in rows], console.width)
    for (_, section), rows in zip(table.sections, parts, strict=True):
        grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
        for width in room:
            grid.add_column(width=width, no_wrap=terminal, overflow="ellipsis" if terminal else "fold")
        for row in rows:
            grid.add_row(*(Text(cell) for cell in row))
        console.print()
        console.print(Text(section.heading, style="bold"))
        console.print(grid)
        if rest := len(section.rows) - len(rows):
            console.print(Text(f"… +{rest}: servicedesk {section.more}", style="dim"))


def _one_line(row: list[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


def _together(table: Table) -> tuple[list[Column], list[list[list[str]]]]:
    """The columns that any section has a value in, and the cells of each section."""
    from servicedesk.output.formats import people

    sections = [section for _, section in table.sections]
    fields, rows = people(sections[0]._replace(rows=[row for section in sections for row in section.rows]))
    parts = []
    for section in sections:
        parts.append(rows[: len(section.rows)])
        rows = rows[len(section.rows) :]
    return fields, parts


def _shares(counts: list[int], height: int | None) -> list[int]:
    """How many rows each section shows: equal shares of the lines, what one leaves goes to the others."""
    if height is None:
        return counts
    shares = [min(count, LEAST) for count in counts]
    room = height - sum(3 + share for share in shares)  # a blank line, the heading, what is left out
    while room > 0 and shares != counts:
        for at, count in enumerate(counts):
            if shares[at] < count and room > 0:
                shares[at] += 1
                room -= 1
    return shares

"""One writer per format, and the choice between them. What a value looks like is decided in core/table.py."""

from collections.abc import Callable, Generator
from typing import Any, TextIO

from servicedesk.core.table import ABSENT, Column, For, Table, Value, shown

_WIDEST = 100_000  # piped tables are never folded or cut
_STREAMED = {"json", "csv", "tsv"}  # row by row, whatever their number
_NESTED = {list, tuple, dict}


def write(table: Table, name: str, out: TextIO, *, terminal: bool) -> None:
    """The answer in that format, to that stream; a page is text as it is for everybody but json and csv."""
    pages = [i for i, column in enumerate(table.columns) if column.kind == "page"]
    try:
        if pages and name not in {"json", "csv"}:
            out.writelines(f"{shown(table.rows[0][i])}\n" for i in pages)
        else:
            WRITERS[name](table if name in _STREAMED else table.whole(), out, terminal)
    finally:
        if isinstance(table.coming, Generator):  # whoever reads us may have had enough (| head)
            table.coming.close()


def _json(table: Table, out: TextIO, terminal: bool) -> None:
    import json

    if table.one:
        json.dump(table.objects()[0], out, ensure_ascii=False, indent=2)
        out.write("\n")
        return
    # As json.dump(indent=2) writes a list, a row at a time, and each by C where it holds no list of its own: a fifth of
    # the time.
    flat = json.JSONEncoder(ensure_ascii=False, separators=(",\n    ", ": ")).encode
    first = True
    for row in table.each_object():
        out.write("[\n  " if first else ",\n  ")
        first = False
        if not row or not _NESTED.isdisjoint(map(type, row.values())):
            out.write(json.dumps(row, ensure_ascii=False, indent=2).replace("\n", "\n  "))
        else:
            out.write(f"{{\n    {flat(row)[1:-1]}\n  }}")
    out.write("[]\n" if first else "\n]\n")


def _csv(table: Table, out: TextIO, terminal: bool) -> None:
    import csv

    plain = csv.writer(out, lineterminator="\n")
    # A lone CR would end the line for many readers, and is not quoted by itself.
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    keys, rows = _flat(table)
    plain.writerow(keys)
    for row in rows:
        cells = [_cell(value) for value in row]
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)


def _tsv(table: Table, out: TextIO, terminal: bool) -> None:
    keys, rows = _flat(table)
    out.write("\t".join(keys) + "\n")
    for row in rows:
        out.write("\t".join(_escaped(_cell(value)) for value in row) + "\n")


def _flat(table: Table) -> tuple[list[str], Any]:
    """Keys and rows for machines; nested values have no cell."""
    kept = [(i, c.key) for i, c in enumerate(table.columns) if c.who is not For.PEOPLE and c.kind != "nested"]
    return [key for _, key in kept], ([row[i] for i, _ in kept] for row in table.each())


def _cell(value: Value) -> str:
    if value is None or value is ABSENT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ";".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return ";".join(f"{key}={_cell(item)}" for key, item in value.items())
    return str(value)


def _escaped(text: str) -> str:
    """One line, one cell: tab, line ends and the backslash itself as \\t, \\n, \\r, \\\\."""
    if not any(c in text for c in "\\\t\n\r"):
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def people(table: Table) -> tuple[list[Column], list[list[str]]]:
    """Columns and cells for people; a column without any value is left out."""
    kept = [(i, c) for i, c in enumerate(table.columns) if c.who is not For.MACHINES and c.kind != "nested"]
    if table.rows:
        kept = [(i, c) for i, c in kept if any(row[i] is not None and row[i] != "" for row in table.rows)]
    return [c for _, c in kept], [[shown(row[i], c.kind) for i, c in kept] for row in table.rows]


def _markdown(table: Table, out: TextIO, terminal: bool) -> None:
    if table.heading:
        out.write(f"**{table.heading}**\n\n")
    fields, rows = people(table)
    if fields:
        out.write(f"| {' | '.join(field.heading for field in fields)} |\n|{'---|' * len(fields)}\n")
        for row in rows:
            cells = (cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>") for cell in row)
            out.write(f"| {' | '.join(cells)} |\n")
    for name, section in table.sections:
        if section.rows and section.more:  # its heading is its title
            out.write(f"\n### {section.heading}\n\n")
            _markdown(section._replace(heading=""), out, terminal)
        elif section.rows:
            out.write(f"\n### {name.replace('_', ' ')}\n\n")
            _markdown(section, out, terminal)


def widths(fields: list[Column], rows: list[list[str]], room: int) -> list[int]:
    """The width of each column: texts give way first, but not below their heading; then all of them.

    Not left to rich: it narrows every column alike and then cuts what is wider than it planned.
    """
    from rich.cells import cell_len

    cells = zip(*rows, strict=True) if rows else iter([()] * len(fields))
    headings = [cell_len(field.heading) for field in fields]
    widths = [
        max([heading, *(cell_len(line) for cell in column for line in cell.split("\n"))])
        for heading, column in zip(headings, cells, strict=True)
    ]
    floors = [h if field.kind in {"text", "words"} else w for h, w, field in zip(headings, widths, fields, strict=True)]
    for least in (floors, [4] * len(fields)):
        while sum(widths) + 2 * len(widths) > room + 1:
            give = [(width, at) for at, width in enumerate(widths) if width > least[at]]
            if not give:
                break
            widths[max(give)[1]] -= 1
    return widths


def _table(table: Table, out: TextIO, terminal: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    # People's text is never markup; a pipe gets every character and no colour.
    console = Console(
        file=out, markup=False, emoji=False, highlight=False, width=None if terminal else _WIDEST, soft_wrap=False,
        no_color=None if terminal else True, force_terminal=None if terminal else False,
    )  # fmt: skip

    def draw(part: Table) -> None:
        fields, rows = people(part)
        if part.heading:
            console.print(Text(part.heading, style="bold"))
        if not fields:
            return
        if part.one:
            grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
            grid.add_column(no_wrap=True, style="dim")
            grid.add_column(overflow="fold")
            for field, cell in zip(fields, rows[0], strict=True):
                grid.add_row(Text(field.heading), Text(cell))
        else:
            grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
            for field, width in zip(fields, widths(fields, rows, console.width), strict=True):
                justify = "right" if field.kind in {"count", "rate", "share"} else "left"
                grid.add_column(field.heading, justify=justify, width=width, overflow="fold")  # type: ignore[arg-type]
            for row in rows:
                grid.add_row(*(Text(cell) for cell in row))
        console.print(grid)

    draw(table)
    if table.sections and table.sections[0][1].more:
        from servicedesk.output import overviews

        overviews.drawn(table, console, terminal=terminal)
        return
    for name, section in table.sections:
        if section.rows:
            console.print()
            console.print(Text(name.replace("_", " "), style="bold"))
            draw(section)


WRITERS: dict[str, Callable[[Table, TextIO, bool], None]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "tsv": _tsv,
    "markdown": _markdown,
}

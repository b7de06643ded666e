"""Write a table as JSON, JSON lines, CSV, TSV, Markdown or text. base/table.py decides what a value looks like."""

from collections.abc import Callable, Generator, Iterable
from itertools import chain
from typing import Any, TextIO, cast

from servicedesk.base.table import ABSENT, For, Table, Value, printable, shown

_STREAMED = {"json", "jsonl", "csv", "tsv"}  # formats written row by row, for any number of rows
_NESTED = {list, tuple, dict}
_PLAIN = {int, float, bool, type(None)}


def write(
    table: Table,
    name: str,
    out: TextIO,
    *,
    terminal: bool,
    spreadsheet: bool = False,
    keys: str = "",
) -> None:
    """Write the table to `out` in the format `name`.

    A page is written as plain text, in Markdown inside a fence, and in json, jsonl and csv as a value. `spreadsheet`:
    CSV for Excel, with a byte order mark. `keys`: the help line of the pager for a table longer than the screen; ""
    means no pager.
    """
    pages = [i for i, column in enumerate(table.columns) if column.kind == "page"]
    if terminal and name != "table":
        out = cast(TextIO, _Harmless(out, is_json=name in {"json", "jsonl"}))
    try:
        if pages and name not in {"json", "jsonl", "csv"}:
            texts = [f"{shown(table.rows[0][i])}\n" for i in pages]
            if name == "markdown":
                from servicedesk.base.marks import fenced

                texts = list(map(fenced, texts))
            out.writelines(texts)
        elif spreadsheet and name == "csv":
            from servicedesk.base.marks import guarded

            out.write("\ufeff")
            _csv(table, out, terminal, guard=guarded)
        elif name == "table":
            from servicedesk.render import tables

            tables.write(table.whole(), out, terminal=terminal, keys=keys)
        else:
            is_read_whole = name not in _STREAMED or (table.one and table.sections)
            WRITERS[name](table.whole() if is_read_whole else table, out, terminal)
    finally:
        if isinstance(table.coming, Generator):  # the reader may have closed the pipe (| head)
            table.coming.close()


class _Harmless:
    """A terminal stream that shows control characters as escapes (in JSON) or marks, so that they have no effect."""

    def __init__(self, out: TextIO, *, is_json: bool) -> None:
        self._out, self._is_json = out, is_json

    def write(self, text: str) -> int:
        if self._is_json and not text.isprintable():
            text = "".join(_escape(sign) for sign in text)
        return self._out.write("\t".join(printable(part) for part in text.split("\t")))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def _escape(sign: str) -> str:
    import json

    if sign.isprintable() or sign in "\n\u3000\u00a0":
        return sign
    return f"\\u{ord(sign):04x}" if sign < "\U00010000" else json.dumps(sign)[1:-1]


def json_text(table: Table) -> str:
    """Return the answer as JSON."""
    from io import StringIO

    out = StringIO()
    _json(table, out, False)
    return out.getvalue()


def _json(table: Table, out: TextIO, terminal: bool) -> None:
    import json

    if table.one:
        json.dump(table.objects()[0], out, ensure_ascii=False, indent=2)
        out.write("\n")
        return
    # The same output as json.dump(indent=2), but row by row, and each row without a nested list is written by C: this
    # takes a fifth of the time.
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


def _jsonl(table: Table, out: TextIO, terminal: bool) -> None:
    """Write each row as a JSON object on its own line."""
    import json

    encode = json.JSONEncoder(ensure_ascii=False).encode
    for row in table.objects() if table.one else table.each_object():
        out.write(f"{encode(row)}\n")


def _csv(table: Table, out: TextIO, terminal: bool, guard: Callable[[str], str] = str) -> None:
    """Write the exact values for programs; `guard` changes every text for spreadsheets."""
    import csv

    plain = csv.writer(out, lineterminator="\n")
    # Many programs end a line at a lone CR, and the csv module does not quote it.
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    keys, rows = _flat(table)
    plain.writerow(keys)
    for row in rows:
        cells = [_cell(value) if type(value) in _PLAIN else guard(_cell(value)) for value in row]
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)


def _tsv(table: Table, out: TextIO, terminal: bool) -> None:
    keys, rows = _flat(table)
    out.write("\t".join(keys) + "\n")
    for row in rows:
        out.write("\t".join(_tsv_text(_cell(value)) for value in row) + "\n")
    for name, section in table.sections if table.one else ():  # the sections of a list repeat its rows
        if section.rows:
            out.write(f"\n{name}\n")
            _tsv(section, out, terminal)


def _flat(table: Table) -> tuple[list[str], Any]:
    """Return keys and rows for programs, without nested values."""
    kept = [(i, c.key) for i, c in enumerate(table.columns) if c.who is not For.PEOPLE and c.kind != "nested"]
    return [key for _, key in kept], ([row[i] for i, _ in kept] for row in chain(table.rows, table.coming))


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


def _tsv_text(text: str) -> str:
    """Return the text as one cell on one line: tab, line ends and the backslash itself as \\t, \\n, \\r, \\\\."""
    if not any(c in text for c in "\\\t\n\r"):
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _markdown(table: Table, out: TextIO, terminal: bool) -> None:
    from servicedesk.base.marks import escaped, lines
    from servicedesk.render.layout import people

    if table.heading:
        out.write(f"**{lines(table.heading)}**\n\n")
    fields, rows = people(table)
    if fields:
        out.write(f"| {' | '.join(escaped(field.heading) for field in fields)} |\n|{'---|' * len(fields)}\n")
        for row in rows:
            out.write(f"| {' | '.join(map(lines, row))} |\n")
    for name, section in table.sections:
        if section.rows and section.more:  # the section's title stands for it
            out.write(f"\n### {escaped(section.heading)}\n\n")
            _markdown(section._replace(heading=""), out, terminal)
        elif section.rows:
            out.write(f"\n### {escaped(name.replace('_', ' '))}\n\n")
            _markdown(section, out, terminal)


WRITERS: dict[str, Callable[[Table, TextIO, bool], None]] = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "tsv": _tsv,
    "markdown": _markdown,
}

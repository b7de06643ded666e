"""Read every sheet of a file as plain rows, before anything is known of its headings."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.file.imports.tables import encodings, open_table, workbooks
from servicedesk.file.imports.tables.cells import Merge, Row
from servicedesk.file.imports.tables.delimited import read_rows
from servicedesk.file.imports.tables.layout import Layout

MOST_ROWS = 100_100  # of a text that are read: a hundred thousand, and the rows around the table
MOST_CELLS = 250_000  # of a workbook, whose cells take twenty times as long to read
_NONE: dict[int, str] = {}
DELIMITERS = (",", ";", "\t", "|")


class Sheet(NamedTuple):
    """A sheet of a workbook, or a text as a whole: its rows that are not blank, and its merged cells."""

    name: str
    rows: list[Row]
    merges: tuple[Merge, ...] = ()
    is_whole: bool = True  # else the rows are its first ones


class Source(NamedTuple):
    """A file as it was read: its sheets with something in them, and the names of hidden ones."""

    sheets: list[Sheet]
    hidden: tuple[str, ...] = ()
    encoding: str = ""
    layout: Layout = Layout()  # the delimiter and the quotation mark of a text

    @property
    def is_workbook(self) -> bool:
        """Return whether the file is a workbook, not a text."""
        return self.layout.delimiter is None


def read_source(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Source:
    """Return the rows of a file. StorageError if it cannot be read, NotFoundError if it has no such sheet."""
    if encoding is not None:
        encodings.encoding_name(encoding)
    with open_table.open_source(path) as stream:
        if open_table.is_workbook(stream):
            found = _read_workbook(stream, path, sheet)
        elif sheet is not None:
            raise open_table.no_workbook(path, sheet)
        else:
            found = _read_text(stream, path, encoding)
    if not found.sheets:
        raise StorageError(say("{path} is empty: it has not even a heading", path=path))
    return found


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, [] for a text. StorageError if it cannot be read."""
    with open_table.open_source(path) as stream:
        if not open_table.is_workbook(stream):
            return []
        with open_table.blame_workbook(path):
            if open_table.is_new_workbook(stream):
                return [tab.name for tab in workbooks.Workbook(stream).tabs]
            from servicedesk.file.imports.tables import old_workbooks

            return old_workbooks.read_sheet(stream, None).names


def _read_text(stream: BinaryIO, path: Path, encoding: str | None) -> Source:
    name = encodings.find_encoding(stream, path, encoding)
    stream.seek(0)
    text = io.TextIOWrapper(stream, {"utf-8": "utf-8-sig"}.get(name, name), newline="")
    plain = Layout(delimiter=_delimiter(text))
    layout, sheet = plain, _read_sheet(text, plain)
    if any(row.fault for row in sheet.rows):
        others = [replace(plain, escape="\\"), replace(plain, quote="")]
        tried = [(layout, sheet), *((other, _read_sheet(text, other)) for other in others)]
        layout, sheet = min(tried, key=lambda one: _count_odd(one[1]))
    text.detach()
    return Source([sheet] if sheet.rows else [], encoding=name, layout=layout)


def _read_sheet(text: io.TextIOWrapper, layout: Layout) -> Sheet:
    """Return the first rows of a text."""
    found = read_rows(text, layout)
    kept: dict[str, str] = {}  # a cell that stands there often is held once: a third of the memory
    rows = [
        Row(row.line, [kept.setdefault(cell, cell) for cell in row.cells], _NONE, row.fault)
        for row in islice(found, MOST_ROWS)
    ]
    return Sheet("", rows, is_whole=next(found, None) is None)


def _count_odd(sheet: Sheet) -> int:
    """Return how many rows cannot be right, or have more or fewer cells than most."""
    widths = Counter(len(row.cells) for row in sheet.rows)
    usual = widths.most_common(1)[0][0] if widths else 0
    return sum(1 for row in sheet.rows if row.fault or len(row.cells) != usual)


def _delimiter(text: io.TextIOWrapper) -> str:
    """Return the delimiter that divides most of the first lines into the same number of cells."""
    csv.field_size_limit(2**31 - 1)
    text.seek(0)
    lines = [line for line in islice(text, 200) if line.strip()]

    def score(delimiter: str) -> int:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter))
        return max((count * (width - 1) for width, count in widths.items()), default=0)

    return max(DELIMITERS, key=score)


def _read_workbook(stream: BinaryIO, path: Path, wanted: str | None) -> Source:
    with open_table.blame_workbook(path):
        if not open_table.is_new_workbook(stream):
            return _read_old(stream, path, wanted)
        book = workbooks.Workbook(stream)
        if wanted is not None and wanted not in {tab.name for tab in book.tabs}:
            raise open_table.no_sheet(path, wanted, [tab.name for tab in book.tabs])
        tabs = [tab for tab in book.tabs if tab.name == wanted or (wanted is None and not tab.is_hidden)]
        hidden = tuple(tab.name for tab in book.tabs if tab.is_hidden and tab not in tabs)
        merges = [tuple(book.merges(tab)) for tab in tabs]
        found = _first_sheets([(tab.name, book.rows(tab)) for tab in tabs])
        sheets = [sheet._replace(merges=merged) for sheet, merged in zip(found, merges, strict=True)]
    return Source([sheet for sheet in sheets if sheet.rows], hidden, "xlsx")


def _read_old(stream: BinaryIO, path: Path, wanted: str | None) -> Source:
    """Return the sheets of an .xls or .ods."""
    from servicedesk.file.imports.tables import old_workbooks

    first = old_workbooks.read_sheet(stream, wanted)
    if first.name is None:
        if wanted is not None:
            raise open_table.no_sheet(path, wanted, first.names)
        return Source([], encoding="xlsx")
    names = [first.name] if wanted is not None else first.names
    books = [first if name == first.name else old_workbooks.read_sheet(stream, name) for name in names]
    each = ((Row(number, cells, {}) for number, cells in enumerate(book.rows, 1)) for book in books)
    sheets = _first_sheets(list(zip(names, each, strict=True)))
    return Source([sheet for sheet in sheets if sheet.rows], encoding="xlsx")


def _first_sheets(sheets: list[tuple[str, Iterator[Row]]]) -> list[Sheet]:
    """Return the first rows of each sheet: what a small one leaves of MOST_CELLS is for the others."""
    found: list[Sheet] = []
    left = MOST_CELLS
    for at, (name, rows) in enumerate(sheets):
        found.append(_first_rows(name, rows, left // (len(sheets) - at)))
        left -= sum(len(row.cells) for row in found[-1].rows)
    return found


def _first_rows(name: str, rows: Iterator[Row], most_cells: int) -> Sheet:
    """Return the first rows of a sheet, with at most so many cells."""
    found: list[Row] = []
    cells = 0
    for row in rows:
        if "".join(row.cells).strip():
            cells += len(row.cells)
            if cells > most_cells:
                return Sheet(name, found, is_whole=False)
            found.append(row)
    return Sheet(name, found)

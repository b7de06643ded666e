"""Open a CSV file or a workbook as headings and records. Only encoding and delimiter are guessed.

A text file is read twice, first to find its encoding, and is never held in memory as a whole.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from servicedesk.base.errors import NotFoundError, StorageError, UsageError
from servicedesk.base.messages import cause, say
from servicedesk.file.imports import encodings, workbooks
from servicedesk.file.imports.cells import Row, TooLargeError
from servicedesk.file.imports.maps.mapping import squeezed
from servicedesk.storage.new_files import reading_input
from servicedesk.storage.paths import is_dash

DELIMITERS = (",", ";", "\t")
_LONGEST_CELL = 2**31 - 1
_ZIP = b"PK\x03\x04"  # .xlsx, .xlsm, .ods
_WORKBOOKS = (_ZIP, b"\xd0\xcf\x11\xe0")  # .xls


class Record(NamedTuple):
    """One record. `line` is its first line in the file, counted from 1; `fault` says why it cannot be right."""

    number: int
    line: int
    cells: list[str]
    fault: str | None = None
    bad: Mapping[int, str] = {}  # why a cell holds no value, by its column


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of a file. `position` returns how many of the `size` bytes were read so far."""

    headings: tuple[str, ...]
    records: Iterator[Record]
    encoding: str
    size: int
    position: Callable[[], int]
    notes: tuple[str, ...] = ()
    is_workbook: bool = False


@contextmanager
def open_table(path: Path, encoding: str | None = None, *, sheet: str | None = None) -> Iterator[Sheet]:
    """Open the table of a file. `encoding` is used if there is no byte order mark; `sheet` names one of a workbook.

    Raises StorageError, UsageError or NotFoundError.
    """
    if encoding is not None:
        encodings.encoding_name(encoding)
    with _stream(path) as stream, _seekable(stream, path) as source:
        try:
            if source.read(4) in _WORKBOOKS:
                yield _workbook(source, path, sheet)
            elif sheet is not None:
                raise UsageError(
                    say("{path} is no workbook: it has no sheet '{name}'", path=path, name=sheet),
                    hint=say("leave out --sheet, and 'sheet' in the map"),
                )
            else:
                yield _text(source, path, encoding)
        except csv.Error as error:
            raise StorageError(say("{path} cannot be read: {error}", path=path, error=error)) from None


def _stream(path: Path) -> AbstractContextManager[BinaryIO]:
    """Open a file, a pipe or the input for reading. StorageError if that is not possible."""
    if is_dash(path):
        return reading_input()
    try:
        if path.exists() and not (path.is_file() or path.is_fifo()):
            raise StorageError(say("{path} is not a file", path=path))
        return path.open("rb")
    except FileNotFoundError:
        raise StorageError(say("there is no file {path}", path=path)) from None
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {strerror}", path=path, strerror=cause(error))) from None


@contextmanager
def _seekable(stream: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    """Return the same bytes, from a temporary file if `path` is a pipe or the input.

    A pipe can be read only once, and a second process (batches.py) has no input.
    """
    if stream.seekable() and not is_dash(path):
        yield stream
        return
    import shutil
    import tempfile

    with tempfile.TemporaryFile() as copied:
        shutil.copyfileobj(stream, copied)
        copied.seek(0)
        yield copied


def _text(stream: BinaryIO, path: Path, encoding: str | None) -> Sheet:
    size = stream.seek(0, io.SEEK_END)
    name = encodings.of(stream, path, encoding)
    stream.seek(0)
    codec = {"utf-8": "utf-8-sig"}.get(name, name)
    text = io.TextIOWrapper(stream, codec, newline="")
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = _delimiter(text)
    if delimiter is None:
        raise _empty(path)
    text.seek(0)
    headings, records = _records(text, delimiter)
    if any("\0" in heading for heading in headings):
        raise StorageError(
            say("{path} is no text: its heading holds NUL characters", path=path),
            hint=say("--encoding utf-16-le, if it is"),
        )
    return Sheet(headings, records, name, size, lambda: size if stream.closed else stream.tell())


def _delimiter(text: io.TextIOWrapper) -> str | None:
    """Return the delimiter that gives the heading most cells; None if there is no heading."""
    best, most = None, 0
    for delimiter in DELIMITERS:
        text.seek(0)
        cells = next((row for row in csv.reader(text, delimiter=delimiter) if not _blank(row)), None)
        if cells is not None and len(cells) > most:
            best, most = delimiter, len(cells)
    return best


def _records(text: io.TextIOWrapper, delimiter: str) -> tuple[tuple[str, ...], Iterator[Record]]:
    """Return the headings, and the records one by one without blank lines and lines of delimiters alone."""
    ended: list[bool] = []

    def end() -> Iterator[str]:
        ended.append(True)
        yield from ()

    reader = csv.reader(chain(text, end()), delimiter=delimiter)
    headings = _headings(next(row for row in reader if not _blank(row)))

    def records() -> Iterator[Record]:
        number, following = 0, reader.line_num + 1
        for cells in reader:
            line, following = following, reader.line_num + 1
            if (cells and cells[0].strip()) or not _blank(cells):
                number += 1
                # The csv reader reached the end of the file inside a record.
                fault = say("a quotation mark that is never closed") if ended else _repeats_heading(headings, cells)
                yield Record(number, line, cells, fault)

    return headings, records()


def _headings(cells: list[str]) -> tuple[str, ...]:
    """Return the headings as they are compared, without empty ones at the end."""
    names = [squeezed(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _repeats_heading(headings: tuple[str, ...], cells: list[str]) -> str | None:
    """Return the fault of a record that repeats the heading, as in two files put together; else None."""
    is_heading = bool(headings) and squeezed(cells[0]) == headings[0] and _headings(cells) == headings
    return say("the heading once more") if is_heading and len(headings) > 1 else None


def _blank(cells: list[str]) -> bool:
    return not "".join(cells).strip()


def _workbook(stream: BinaryIO, path: Path, wanted: str | None) -> Sheet:
    """Return the sheet of that name, else the first visible one that is not empty. Cells are texts."""
    stream.seek(0)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    with _blame_workbook(path):
        is_new = stream.read(4) == _ZIP and b"mimetype" not in stream.read(60)
        rows, notes = _of_new(stream, path, wanted) if is_new else _of_old(stream, path, wanted)
    guarded = _guard_rows(rows, path)
    first = next(guarded, None)
    if first is None:
        raise _empty(path)
    headings = _headings(first.cells)
    blanks = [""] * len(headings)  # a row of a workbook ends with its last filled cell
    records = (
        Record(number, row.number, row.cells + blanks[len(row.cells) :], _repeats_heading(headings, row.cells), row.bad)
        for number, row in enumerate(guarded, 1)
    )
    return Sheet(headings, records, "xlsx", size, lambda: size, tuple(notes), is_workbook=True)


def _of_new(stream: BinaryIO, path: Path, wanted: str | None) -> tuple[Iterator[Row], list[str]]:
    """Return the rows of an .xlsx, and notes on merged cells and other sheets."""
    book = workbooks.Workbook(stream)
    tab = workbooks.choose(book, wanted)
    if tab is None:
        raise _no_sheet(path, wanted, [tab.name for tab in book.tabs]) if wanted else _empty(path)
    merged = book.merged(tab)
    rows = book.rows(tab)
    heading = next(rows, None)
    if heading is None:
        raise _empty(path)
    # Cells merged below the heading hold for each of their rows; those merged with the heading are part of it.
    below = {
        column: spans
        for column, found in merged.items()
        if (spans := [(first, until) for first, until in found if first > heading.number])
    }
    notes = []
    if below:
        names = [heading.cells[column] for column in sorted(below) if column < len(heading.cells)]
        notes.append(
            say("merged cells were filled down: {n} in {names}", n=sum(map(len, below.values())),
                names=", ".join(filter(None, names)))
        )  # fmt: skip
    others = [other.name for other in book.tabs if not other.is_hidden and other != tab and book.holds_something(other)]
    return chain([heading], workbooks.fill_merged(rows, below)), [*_which(tab.name, others, wanted), *notes]


def _of_old(stream: BinaryIO, path: Path, wanted: str | None) -> tuple[Iterator[Row], list[str]]:
    """Return the rows of an .xls or .ods, and notes."""
    from servicedesk.file.imports import old_workbooks

    book = old_workbooks.read_sheet(stream, wanted)
    if book.name is None:
        raise _no_sheet(path, wanted, book.names) if wanted else _empty(path)
    rows = (Row(number, cells, {}) for number, cells in enumerate(book.rows, 1) if not _blank(cells))
    unseen = say(
        "errors and merged cells of such a workbook are read as blanks; save it as .xlsx to have them reported"
    )
    others = [name for name in book.names if name != book.name]
    return rows, [*_which(book.name, others, wanted), unseen]


def _which(name: str, others: list[str], wanted: str | None) -> list[str]:
    if wanted is not None or not others:
        return []
    return [say("sheet '{name}' was read, not {more}", name=name, more=", ".join(others))]


def _no_sheet(path: Path, wanted: str, names: list[str]) -> NotFoundError:
    return NotFoundError(
        say("{path} has no sheet '{name}'", path=path, name=wanted),
        hint=say("it has: {names}", names=", ".join(names)),
    )


def _empty(path: Path) -> StorageError:
    return StorageError(say("{path} is empty: it has not even a heading", path=path))


@contextmanager
def _blame_workbook(path: Path, row: int = 0) -> Iterator[None]:
    """Turn errors in the block into StorageErrors about the workbook. `row`: the last row that could be read."""
    try:
        yield
    except TooLargeError as error:
        raise StorageError(
            say("{path} is too large for a workbook: {error}", path=path, error=error.args[0]),
            hint=say("delete the empty rows and columns around the table, or save the sheet as CSV"),
        ) from None
    except workbooks.DAMAGE as error:
        where = say(" behind row {row}", row=row) if row else ""
        why = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
        raise StorageError(
            say("{path} is no workbook that can be read{where}: {error}", path=path, where=where, error=why)
        ) from None


def _guard_rows(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    """Yield the same rows; an error while reading one becomes a StorageError about the workbook."""
    number = 0
    while True:
        with _blame_workbook(path, number):
            row = next(rows, None)
        if row is None:
            return
        number = row.number
        yield row

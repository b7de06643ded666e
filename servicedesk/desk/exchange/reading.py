"""Strangers' files as headings and records: encodings, delimiters, workbooks. Nothing is guessed beyond them.

Streamed: a file is read twice (does it decode? what is in it?) and never held as a whole, but for workbooks.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from servicedesk.core.errors import StorageError
from servicedesk.core.maps.mapping import squeezed
from servicedesk.core.said import cause, say
from servicedesk.desk.exchange import encodings
from servicedesk.desk.exchange.outfiles import reading_input
from servicedesk.desk.paths import is_dash

DELIMITERS = (",", ";", "\t")
_LONGEST_CELL = 2**31 - 1
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xlsm, .ods; .xls


class Record(NamedTuple):
    """One record; `line` is where it begins, the first line of the file being 1. `fault`: it cannot be right."""

    number: int
    line: int
    cells: list[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a file. `position` says how many of the `size` bytes were read so far."""

    headings: tuple[str, ...]
    records: Iterator[Record]
    encoding: str
    size: int
    position: Callable[[], int]
    notes: tuple[str, ...] = ()
    is_workbook: bool = False


@contextmanager
def opened(path: Path, encoding: str | None = None) -> Iterator[Sheet]:
    """The sheet in that file; `encoding` is tried where no byte order mark speaks. StorageError, UsageError."""
    if encoding is not None:
        encodings.known(encoding)
    with _stream(path) as stream, _seekable(stream) as source:
        try:
            if source.read(4) in _WORKBOOKS:
                yield _workbook(source, path)
            else:
                yield _text(source, path, encoding)
        except csv.Error as error:
            raise StorageError(say("{path} cannot be read: {error}", path=path, error=error)) from None


def _stream(path: Path) -> AbstractContextManager[BinaryIO]:
    """The bytes of a file or a pipe, or what comes on the input; StorageError."""
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
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """A pipe is kept in a temporary file, since it can be read only once."""
    if stream.seekable():
        yield stream
        return
    import shutil
    import tempfile

    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(stream, kept)
        kept.seek(0)
        yield kept


def _text(stream: BinaryIO, path: Path, encoding: str | None) -> Sheet:
    size = stream.seek(0, io.SEEK_END)
    name = encodings.of(stream, path, encoding)
    stream.seek(0)
    codec = {"utf-8": "utf-8-sig"}.get(name, name)
    text = io.TextIOWrapper(stream, codec, newline="")
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = _delimiter(text)
    if delimiter is None:
        raise StorageError(say("{path} is empty: it has not even a heading", path=path))
    text.seek(0)
    headings, records = _records(text, delimiter)
    if any("\0" in heading for heading in headings):
        raise StorageError(
            say("{path} is no text: its heading holds NUL characters", path=path),
            hint=say("--encoding utf-16-le, if it is"),
        )
    return Sheet(headings, records, name, size, lambda: size if stream.closed else stream.tell())


def _delimiter(text: io.TextIOWrapper) -> str | None:
    """The one that gives the heading most cells; None where there is no heading."""
    best, most = None, 0
    for delimiter in DELIMITERS:
        text.seek(0)
        cells = next((row for row in csv.reader(text, delimiter=delimiter) if not _blank(row)), None)
        if cells is not None and len(cells) > most:
            best, most = delimiter, len(cells)
    return best


def _records(text: io.TextIOWrapper, delimiter: str) -> tuple[tuple[str, ...], Iterator[Record]]:
    """The headings, then the records one by one; blank lines and lines of nothing but delimiters are none."""
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
                # The reader went on to the end of the file in the middle of a record.
                fault = say("a quotation mark that is never closed") if ended else None
                yield Record(number, line, cells, fault)

    return headings, records()


def _headings(cells: list[str]) -> tuple[str, ...]:
    """The headings as they are compared, without nameless columns at the end."""
    names = [squeezed(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _blank(cells: list[str]) -> bool:
    return not "".join(cells).strip()


def _workbook(stream: BinaryIO, path: Path) -> Sheet:
    """The first sheet that holds something; cells as texts."""
    import python_calamine

    stream.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except python_calamine.CalamineError as error:
        raise StorageError(say("{path} is no workbook that can be read: {error}", path=path, error=error)) from None
    filled = {name: rows for name, rows in sheets.items() if any(not _blank(_texts(row)) for row in rows)}
    if not filled:
        raise StorageError(say("{path} is empty: it has not even a heading", path=path))
    name, rows = next(iter(filled.items()))
    numbered = ((line, _texts(row)) for line, row in enumerate(rows, 1))
    kept = ((line, cells) for line, cells in numbered if not _blank(cells))
    _, cells = next(kept)
    headings = _headings(cells)
    records = (Record(number, line, cells) for number, (line, cells) in enumerate(kept, 1))
    more = [other for other in filled if other != name]
    notes = (say("sheet '{name}' was read, not {more}", name=name, more=", ".join(more)),) if more else ()
    size = stream.seek(0, io.SEEK_END)
    return Sheet(headings, records, "xlsx", size, lambda: size, notes, is_workbook=True)


def _texts(row: Sequence[object]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Workbooks keep whole numbers as fractions: 13800138000.0 is a phone. Dates as ISO text."""
    import datetime

    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)

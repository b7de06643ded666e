"""Open a CSV file or a workbook as headings and records. Only encoding and delimiter are guessed.

A text file is read twice, first to find its encoding, and is never held in memory as a whole.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from servicedesk.base.errors import NotFoundError, StorageError, UsageError
from servicedesk.base.messages import cause, item_list, joined, say, say_count
from servicedesk.file.imports.tables import encodings, workbooks
from servicedesk.file.imports.tables.arrange import Headings, Part, Record, arrange_parts, name_pieces
from servicedesk.file.imports.tables.cells import EPOCH, Row, TooLargeError
from servicedesk.file.imports.tables.delimited import read_rows
from servicedesk.file.imports.tables.layout import REJECT_COLUMNS, Layout, Tally, squeezed
from servicedesk.storage.new_files import reading_input
from servicedesk.storage.paths import is_dash

_ZIP = b"PK\x03\x04"  # .xlsx, .xlsm, .ods
_REJECTS = [name.encode() for name in REJECT_COLUMNS]
_LONGEST_HEADING = 1 << 16
_WORKBOOKS = (_ZIP, b"\xd0\xcf\x11\xe0")  # .xls


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of a file. `position` returns how many of the `size` bytes were read so far.

    `epoch`: the day from which a workbook counts its dates. `tally`: counts of the records that the layout leaves out.
    """

    headings: Headings
    records: Iterator[Record]
    encoding: str
    size: int
    position: Callable[[], int]
    notes: tuple[str, ...] = ()
    is_workbook: bool = False
    has_rejects: bool = False
    epoch: datetime = EPOCH
    sheets: tuple[str, ...] = ()  # names of the sheets that are read; `others`: that are not
    others: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)


@contextmanager
def open_table(path: Path, layout: Layout | None = None) -> Iterator[Sheet]:
    """Open the table of a file as it lies there. StorageError, UsageError or NotFoundError if that is not possible."""
    layout = layout or Layout()
    if layout.encoding is not None:
        encodings.encoding_name(layout.encoding)
    with open_source(path) as source:
        if is_workbook(source):
            yield (
                _workbook(source, path, layout)
                if not _is_book_of_rejects(source, path, layout)
                else _as_rejects(_workbook(source, path, layout.for_rejects()[0]), layout)
            )
        elif holds_rejects(source):
            yield _rejects(source, path, layout)
        elif layout.sheets:
            raise no_workbook(path, layout.sheets[0])
        else:
            yield _text(source, path, layout)


@contextmanager
def open_source(path: Path) -> Iterator[BinaryIO]:
    """Open a file, a pipe or the input for reading more than once. StorageError if that is not possible."""
    with _stream(path) as stream, _seekable(stream, path) as source:
        yield source


def is_workbook(source: BinaryIO) -> bool:
    """Return whether a file is a workbook of any kind."""
    source.seek(0)
    return source.read(4) in _WORKBOOKS


def holds_rejects(source: BinaryIO) -> bool:
    """Return whether a text file is what --rejects wrote, with commas or as a spreadsheet saved it."""
    source.seek(0)
    heading = source.read(_LONGEST_HEADING).partition(b"_record")
    return [
        name.strip(b'" ') for name in re.split(rb"[,;\t\r\n]", heading[1] + heading[2])[: len(_REJECTS)]
    ] == _REJECTS


def is_new_workbook(source: BinaryIO) -> bool:
    """Return whether a workbook is an .xlsx, not an .xls or .ods."""
    source.seek(0)
    return source.read(4) == _ZIP and b"mimetype" not in source.read(60)


def no_workbook(path: Path, sheet: str) -> UsageError:
    """Return the error of a text file that is asked for a sheet."""
    return UsageError(
        say("{path} is no workbook: it has no sheet '{name}'", path=path, name=sheet),
        hint=say("leave out --sheet, and 'sheet' in the map"),
    )


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


def _text(stream: BinaryIO, path: Path, layout: Layout) -> Sheet:
    size = stream.seek(0, io.SEEK_END)
    name = encodings.find_encoding(stream, path, layout.encoding)
    stream.seek(0)
    codec = {"utf-8": "utf-8-sig"}.get(name, name)
    text = io.TextIOWrapper(stream, codec, newline="")
    rows = (Row(row.line, row.cells, {}, row.fault) for row in read_rows(text, layout))
    tally = Tally()
    headings, records, _ = arrange_parts([Part("", rows)], layout, path, tally)
    check_headings(headings.names, path)
    position = lambda: size if stream.closed else stream.tell()  # noqa: E731
    return Sheet(headings, records, name, size, position, tally=tally)


def _rejects(stream: BinaryIO, path: Path, layout: Layout) -> Sheet:
    """Return the rows that --rejects wrote; the layout of the file that they came from does not apply to them."""
    return _as_rejects(_text(stream, path, layout.for_rejects()[0]), layout)


def _as_rejects(sheet: Sheet, layout: Layout) -> Sheet:
    """Return the table of a file of rejects, and say which words of the map are not about it."""
    _, left = layout.for_rejects()
    headings = name_pieces(sheet.headings.names) if len(layout.heading) > 1 else sheet.headings
    told = say("rejected rows of an import: {words} in the map are left aside", words=item_list(left))
    return replace(sheet, headings=headings, notes=(*sheet.notes, *([told] if left else [])), has_rejects=True)


def _is_book_of_rejects(stream: BinaryIO, path: Path, layout: Layout) -> bool:
    """Return whether a workbook is a file of rejects that a spreadsheet saved; only asked if its layout matters."""
    if not layout.for_rejects()[1]:
        return False
    stream.seek(0)
    with blame_workbook(path):
        if is_new_workbook(stream):
            book = workbooks.Workbook(stream)
            tab = workbooks.choose(book, None)
            first = next(book.rows(tab), None) if tab else None
            cells = first.cells if first else []
        else:
            from servicedesk.file.imports.tables import old_workbooks

            cells = next(iter(old_workbooks.read_sheet(stream, None).rows), [])
    names = [name for name in map(squeezed, cells) if name]
    return tuple(names[-len(REJECT_COLUMNS) :]) == REJECT_COLUMNS


def check_headings(names: Iterable[str], path: Path) -> None:
    """Raise StorageError if the headings show that the file is no text of this encoding."""
    if any("\0" in name for name in names):
        raise StorageError(
            say("{path} is no text: its heading holds NUL characters", path=path),
            hint=say("--encoding utf-16-le, if it is"),
        )


def _workbook(stream: BinaryIO, path: Path, layout: Layout) -> Sheet:
    """Return the sheets of the layout, else the first visible one that is not empty. Cells are texts."""
    stream.seek(0)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    tally = Tally()
    with blame_workbook(path):
        found = _of_new(stream, path, layout) if is_new_workbook(stream) else _of_old(stream, path, layout)
        parts = [part._replace(rows=_guard_rows(part.rows, path)) for part in found.parts]
        headings, records, merged = arrange_parts(parts, layout, path, tally)
    notes = [*found.notes]
    if merged:
        down = say("merged cells were filled down: {n} in {names}", n=sum(merged.values()), names=item_list(merged))
        notes.append(down)
    names = tuple(part.name for part in parts)
    return Sheet(headings, records, "xlsx", size, lambda: size, tuple(notes), is_workbook=True, epoch=found.epoch,
                 sheets=names, others=found.others, tally=tally)  # fmt: skip


class _ChosenSheets(NamedTuple):
    """The sheets of a workbook that are read, those that are not, notes, and the epoch of its dates."""

    parts: list[Part]
    others: tuple[str, ...]
    notes: list[str]
    epoch: datetime


def _of_new(stream: BinaryIO, path: Path, layout: Layout) -> _ChosenSheets:
    """Return the sheets of an .xlsx."""
    book = workbooks.Workbook(stream)
    tabs = [workbooks.choose(book, name) for name in layout.sheets or (None,)]
    for name, tab in zip(layout.sheets or (None,), tabs, strict=True):
        if tab is None:
            raise no_sheet(path, name, [tab.name for tab in book.tabs]) if name else _empty(path)
    parts = [Part(tab.name, book.rows(tab), tuple(book.merges(tab))) for tab in tabs if tab is not None]
    others = [other.name for other in book.tabs
              if not other.is_hidden and other not in tabs and book.holds_something(other)]  # fmt: skip
    counts = partial(_count_rows, stream, layout)
    return _ChosenSheets(parts, tuple(others), _which(parts, others, layout, counts), book.epoch)


def _of_old(stream: BinaryIO, path: Path, layout: Layout) -> _ChosenSheets:
    """Return the sheets of an .xls or .ods."""
    from servicedesk.file.imports.tables import old_workbooks

    parts: list[Part] = []
    others: list[str] = []
    for wanted in layout.sheets or (None,):
        book = old_workbooks.read_sheet(stream, wanted)
        if book.name is None:
            raise no_sheet(path, wanted, book.names) if wanted else _empty(path)
        rows = (Row(number, cells, {}) for number, cells in enumerate(book.rows, 1) if "".join(cells).strip())
        parts.append(Part(book.name, rows))
        others = book.names
    others = [name for name in others if name not in {part.name for part in parts}]
    unseen = say(
        "errors and merged cells of such a workbook are read as blanks; save it as .xlsx to have them reported"
    )

    def count(name: str) -> int:
        rows = old_workbooks.read_sheet(stream, name).rows
        return sum(number > _heading_end(layout) and bool("".join(row).strip()) for number, row in enumerate(rows, 1))

    return _ChosenSheets(parts, tuple(others), [*_which(parts, others, layout, count), unseen], EPOCH)


def _count_rows(stream: BinaryIO, layout: Layout, name: str) -> int:
    """Return the rows below the heading of a sheet of an .xlsx, unpacked apart from those that are read."""
    book = workbooks.Workbook(stream)
    tab = workbooks.choose(book, name)
    return sum(row.number > _heading_end(layout) for row in book.rows(tab)) if tab else 0


def _heading_end(layout: Layout) -> int:
    return max(layout.heading, default=layout.skip_first + 1)


def _which(parts: list[Part], others: list[str], layout: Layout, count: Callable[[str], int]) -> list[str]:
    """Return the sentence about the sheets that are left unread, with their rows where the map names its sheets.

    Nothing is said of those that the map leaves out by name.
    """
    others = [name for name in others if name not in layout.skip_sheets]
    if not others:
        return []
    if not layout.sheets:
        return [say("sheet '{name}' was read, not {more}", name=parts[0].name, more=item_list(others))]
    told = [joined("", [name, _row_count_text(name, count)]) for name in others]
    return [say("sheets not read: {names}", names=item_list(told))]


def _row_count_text(name: str, count: Callable[[str], int]) -> str:
    """Return how many rows an unread sheet has; nothing if it cannot be read."""
    try:
        return say_count(" ({n} row)", " ({n} rows)", n=count(name))
    except (TooLargeError, *workbooks.DAMAGE):
        return ""


def no_sheet(path: Path, wanted: str, names: list[str]) -> NotFoundError:
    """Return the error about a sheet that a workbook does not have; the hint names those that it has."""
    return NotFoundError(
        say("{path} has no sheet '{name}'", path=path, name=wanted),
        hint=say("it has: {names}", names=item_list(names)),
    )


def _empty(path: Path) -> StorageError:
    return StorageError(say("{path} is empty: it has not even a heading", path=path))


@contextmanager
def blame_workbook(path: Path, row: int = 0) -> Iterator[None]:
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
        with blame_workbook(path, number):
            row = next(rows, None)
        if row is None:
            return
        number = row.number
        yield row

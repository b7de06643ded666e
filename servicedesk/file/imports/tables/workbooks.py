"""Read .xlsx and .xlsm workbooks row by row: texts, dates, errors and merged cells. Hidden sheets are skipped.

A sheet is streamed from the archive and never held as a whole, so one stray cell far away costs nothing. Parts that are
larger than LARGEST together are not unpacked.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from servicedesk.base.messages import say
from servicedesk.file.imports.tables.cells import (  # fmt: skip
    DATES,
    EPOCH,
    EPOCH_1904,
    MOST_CELLS,
    Merge,
    Row,
    SheetReader,
    TooLargeError,
    check_cells,
    check_length,
    column_number,
    kind_of,
    plain_text,
)

LARGEST = 200 << 20  # unpacked bytes of all parts that are read
_MOST_PARTS = 10_000
_CHUNK = 1 << 16
_PEEKED = 1 << 20
_SOMETHING = re.compile(rb"<(?:\w+:)?(?:v|t)[\s>]")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
# Errors that mean that the workbook is damaged or malicious.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, RuntimeError, ValueError, LookupError,
    ArithmeticError, OSError,
)  # fmt: skip


class Tab(NamedTuple):
    """A sheet of a workbook."""

    name: str
    part: str
    is_hidden: bool


class Workbook:
    """An open workbook. Raises one of DAMAGE if it cannot be read, TooLargeError if it is too large to read."""

    def __init__(self, stream: BinaryIO) -> None:
        _check_directory(stream)
        self._zip = zipfile.ZipFile(stream)
        self._left = LARGEST
        self._main = self._parts_of_kind("_rels/.rels", "", "officeDocument")[0]
        self._texts: list[str] | None = None
        self.tabs, is_1904 = self._read_tabs()
        self.epoch = EPOCH_1904 if is_1904 else EPOCH

    def _part(self, name: str) -> Any:
        """Open a part of the archive. TooLargeError if all parts so far are larger than LARGEST."""
        size = self._zip.getinfo(name).file_size
        if size > self._left:
            raise TooLargeError(
                say("unpacked it is larger than the {n} MiB that are read of a workbook", n=LARGEST >> 20)
            )
        self._left -= size
        return self._zip.open(name)

    def _parts_of_kind(self, rels: str, base: str, kind: str) -> list[str]:
        """Return the parts of that kind that a part refers to."""
        return [target for _, target in sorted(self._relations(rels, base, kind).items())]

    def _relations(self, rels: str, base: str, kind: str) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("Type", "").endswith(f"/{kind}"):
                target = attributes["Target"]
                place = target.lstrip("/") if target.startswith("/") else normpath(join(base, target))
                found[attributes["Id"]] = place

        if rels in self._zip.NameToInfo:
            for _ in self._parse(rels, start=start):
                pass
        return found

    def _read_tabs(self) -> tuple[list[Tab], bool]:
        base, file = dirname(self._main), self._main.rpartition("/")[2]
        parts = self._relations(join(base, "_rels", f"{file}.rels"), base, "worksheet")
        tabs: list[Tab] = []
        is_1904 = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_1904
            if name == "workbookPr":
                is_1904 = attributes.get("date1904") in {"1", "true"}
            elif name == "sheet":
                part = parts.get(next((value for key, value in attributes.items() if key.endswith(":id")), ""))
                if part is not None:  # else a chart
                    is_hidden = attributes.get("state", "visible") != "visible"
                    tabs.append(Tab(attributes.get("name", ""), part, is_hidden))

        for _ in self._parse(self._main, start=start):
            pass
        return tabs, is_1904

    def _beside(self, kind: str) -> str | None:
        """Return the name of the part with the styles or the shared texts, or None."""
        base, file = dirname(self._main), self._main.rpartition("/")[2]
        found = self._parts_of_kind(join(base, "_rels", f"{file}.rels"), base, kind)
        return found[0] if found and found[0] in self._zip.NameToInfo else None

    def _parse(
        self,
        part: str,
        *,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Parse a part, and yield after each piece of it. Element names have no prefix."""
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def refuse(*_: object) -> None:
            raise ValueError(say("it declares a document type"))

        def first(name: str, attributes: dict[str, str]) -> None:
            """Note the prefix of the root element: all elements that we look for have it too."""
            if ":" in name:
                parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
                parser.EndElementHandler = lambda name: end(name.rpartition(":")[2]) if end else None
            else:
                parser.StartElementHandler, parser.EndElementHandler = start, end
            start(name.rpartition(":")[2], attributes)

        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = first
        if text is not None:
            parser.CharacterDataHandler = text
        with self._part(part) as source:
            while chunk := source.read(_CHUNK):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield

    def _shared_texts(self) -> list[str]:
        """Return the shared texts, to which cells refer by number."""
        found: list[str] = []
        pieces: list[str] = []
        is_text, phonetic, length = False, 0, 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_text, phonetic, length
            if name == "si":
                length = 0
                pieces.clear()
            phonetic += name == "rPh"
            is_text = name == "t" and not phonetic

        def end(name: str) -> None:
            nonlocal is_text, phonetic
            is_text = False
            phonetic -= name == "rPh"
            if name == "si":
                found.append(plain_text("".join(pieces)))
                if len(found) > MOST_CELLS:
                    raise TooLargeError(say("it holds more than {n} texts", n=MOST_CELLS))

        def text(piece: str) -> None:
            nonlocal length
            if is_text:
                length = check_length(length, piece)
                pieces.append(piece)

        part = self._beside("sharedStrings")
        if part is not None:
            for _ in self._parse(part, start=start, end=end, text=text):
                pass
        return found

    def _styles(self) -> list[str]:
        """Return what a number means in each cell style: '' for a number, 'date', or 'span' for a duration."""
        formats: dict[str, str] = {}
        found: list[str] = []
        inside = ""

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            if name in {"cellXfs", "cellStyleXfs"}:
                inside = name
            elif name == "numFmt":
                formats[attributes.get("numFmtId", "")] = kind_of(attributes.get("formatCode", ""))
            elif name == "xf" and inside == "cellXfs":
                number = attributes.get("numFmtId", "0")
                known = "date" if number.isdecimal() and int(number) in DATES else ""
                found.append(formats.get(number, "span" if number == "46" else known))

        part = self._beside("styles")
        if part is not None:
            for _ in self._parse(part, start=start):
                pass
        return found

    def holds_something(self, tab: Tab) -> bool:
        """Return whether the sheet has a cell with a value near its beginning."""
        with self._zip.open(tab.part) as source:
            return _SOMETHING.search(source.read(_PEEKED)) is not None

    def merges(self, tab: Tab) -> list[Merge]:
        """Return the merged cells of a sheet.

        TooLargeError if the sheet has too many cells: counting them takes a tenth of the time of reading them.
        """
        found: list[Merge] = []
        before, cells = b"", 0
        with self._part(tab.part) as source:
            self._left += self._zip.getinfo(tab.part).file_size  # it is read again
            while chunk := source.read(_CHUNK):
                window = before + chunk
                cells += chunk.count(b"<c ")
                check_cells(cells)
                last = 0
                for match in _MERGED.finditer(window):
                    last = match.end()
                    column, first, last_column, until = match.groups()
                    if len(found) > MOST_CELLS:
                        raise TooLargeError(say("it has more than {n} merged cells", n=MOST_CELLS))
                    columns = column_number(column.decode()), column_number(last_column.decode())
                    found.append(Merge(columns[0], int(first), columns[1], int(until)))
                before = window[max(last, len(window) - 1000) :]
        return found

    def rows(self, tab: Tab) -> Iterator[Row]:
        """Yield the rows of a sheet that are not blank."""
        if self._texts is None:
            self._texts = self._shared_texts()
        reader = SheetReader(self._texts, self._styles(), self.epoch)
        for _ in self._parse(tab.part, start=reader.start, end=reader.end, text=reader.text):
            yield from reader.take_rows()


def _check_directory(stream: BinaryIO) -> None:
    """Raise TooLargeError if the archive lists more parts than any workbook has: the list could fill the memory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - (1 << 16) - 22))
    end = stream.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and int.from_bytes(end[at + 10 : at + 12], "little") > _MOST_PARTS:
        raise TooLargeError(say("it lists more than {n} parts", n=_MOST_PARTS))
    stream.seek(0)


def choose(book: Workbook, wanted: str | None) -> Tab | None:
    """Return the sheet of that name, else the first visible one that is not empty; None if there is none."""
    if wanted is not None:
        return next((tab for tab in book.tabs if tab.name == wanted), None)
    return next((tab for tab in book.tabs if not tab.is_hidden and book.holds_something(tab)), None)

"""Read a text file as rows of cells: delimiters, quotation marks, `sep=` lines. A stray mark is a fault of its row.

A mark that is never closed, or only rows later, would swallow the rows between: its line alone is the fault, and the
next line is read as a row again.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from servicedesk.base.messages import say
from servicedesk.file.imports.tables.layout import Layout

DELIMITERS = (",", ";", "\t")
_LONGEST_CELL = 2**31 - 1
_MOST_LINES = 500  # of one record
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.ASCII)
_END_OF_FILE = "\x1a"  # that MS-DOS programs write


class Row(NamedTuple):
    """A row of a text file: its first line, its cells, why it cannot be right."""

    line: int
    cells: list[str]
    fault: str | None


class Lines:
    """The lines of a text, one record at a time: `take` accepts the record, `give_up` only its first line."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._held: list[str] = []
        self.done = 0  # lines of all records that were taken

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if len(self._held) >= _MOST_LINES:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._text)
        self._held.append(line)
        return line

    @property
    def count(self) -> int:
        """Return how many lines the record has so far."""
        return len(self._held)

    def take(self) -> None:
        """Accept the lines of the record, and begin the next one."""
        self.done += len(self._held)
        self._held.clear()

    def give_up(self) -> str:
        """Return the first line of the record, and read the lines behind it again."""
        first, *others = self._held
        self._again.extendleft(reversed(others))
        self.done += 1
        self._held.clear()
        return first


def read_rows(text: io.TextIOWrapper, layout: Layout) -> Iterator[Row]:
    """Yield the rows of a text that are not blank, with the cells as they stand there."""
    csv.field_size_limit(_LONGEST_CELL)
    announced, delimiter = _delimiter(text, layout)
    text.seek(0)
    lines = Lines(text)
    for _ in range(announced):
        next(lines)
        lines.take()
    form = {"delimiter": delimiter, "skipinitialspace": True, "escapechar": layout.escape}
    form |= {"quotechar": layout.quote} if layout.quote else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(lines, strict=True, **form)  # type: ignore[arg-type]
    closed = 0  # the line of a late mark
    while True:
        line = lines.done + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            stray = say("a stray quotation mark")
            fault = say("a quotation mark that is never closed") if "end of data" in str(error) else stray
            bad = next(csv.reader([lines.give_up()], **form), [])  # type: ignore[arg-type]
            yield Row(line, bad, fault)
            continue
        if lines.count > 1 and _swallows(cells, delimiter):
            closed = line + lines.count - 1
            bad = next(csv.reader([lines.give_up()], **form), [])  # type: ignore[arg-type]
            yield Row(line, bad, say("a quotation mark that is closed in line {closed} only", closed=closed))
            continue
        lines.take()
        if line == closed:
            yield Row(line, cells, say("a stray quotation mark"))
        elif (cells and cells[0].strip() not in {"", _END_OF_FILE}) or "".join(cells).strip(" \t\r\n\x1a\u3000"):
            yield Row(line, cells, None)


def _swallows(cells: list[str], delimiter: str) -> bool:
    """Return whether a cell looks like rows of the same width that a late mark put together.

    From a cell of one row to the same cell some rows later there are as many delimiters as those rows have.
    """
    apart = len(cells) - 1
    for cell in cells:
        ends = cell.count("\n") or cell.count("\r")
        # A remark of two lines with two commas is no rare thing.
        if ends and apart * ends > 2 and cell.count(delimiter) == ends * apart:
            return True
    return False


def _delimiter(text: io.TextIOWrapper, layout: Layout) -> tuple[int, str]:
    """Return how many lines at the beginning only say the delimiter, and the delimiter.

    The map's delimiter counts first, then that of a `sep=` line, then the one that divides the heading into most cells
    outside quotation marks.
    """
    text.seek(0)
    first = next((line for line in text if line.strip()), "")
    announced = _SEP.fullmatch(first)
    if announced:
        text.seek(0)
        count = next(number for number, line in enumerate(text, 1) if line.strip())
        return count, layout.delimiter or announced[1]
    if layout.delimiter:
        return 0, layout.delimiter
    heading = _heading(text, layout)
    return 0, max(DELIMITERS, key=heading.count)


def _heading(text: io.TextIOWrapper, layout: Layout) -> str:
    """Return the heading without what stands in quotation marks."""
    text.seek(0)
    begin = max(layout.heading[0] - 1 if layout.heading else 0, layout.skip_first)
    found = ""
    for line in islice(text, begin, begin + _MOST_LINES):
        if not (found or line.strip()):
            continue
        found += line
        if not layout.quote or found.count(layout.quote) % 2 == 0:
            break
    return re.sub(rf"{re.escape(layout.quote)}[^{re.escape(layout.quote)}]*{re.escape(layout.quote)}", "", found) \
        if layout.quote else found  # fmt: skip

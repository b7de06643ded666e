"""Read the cells of an .xlsx sheet as texts: numbers, dates and durations as they are shown, errors as faults."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from servicedesk.base.messages import say

MOST_CELLS = 2_000_000
MOST_COLUMNS = 2_000
LONGEST_CELL = 1 << 20  # characters; Excel's own limit is 32,767
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # what the numbers of dates are counted from
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"-?\d{1,15}")
_DIGITS = re.compile(r"-?\d+", re.ASCII)
# Number formats of dates and times that every workbook knows (ECMA-376, 18.8.30).
DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class TooLargeError(Exception):
    """The workbook is larger than what is read; the message says how large."""


class Row(NamedTuple):
    """A row that is not blank: its number, its cells, the faults of cells without a value by their columns.

    `fault`: why the row as a whole cannot be right.
    """

    number: int
    cells: list[str]
    bad: Mapping[int, str]
    fault: str | None = None


class Merge(NamedTuple):
    """A group of merged cells: its first column and row, its last column and row."""

    column: int
    first: int
    last_column: int
    last: int


class SheetReader:
    """The handlers that the XML parser of a sheet calls, and the rows that they collect."""

    def __init__(self, texts: list[str], dated: list[str], epoch: datetime) -> None:
        self._texts, self._dated, self._epoch = texts, dated, epoch
        self._rows: list[Row] = []
        self._number = self._column = self._cells = self._length = self._phonetic = 0
        self._values: dict[int, str] = {}
        self._bad: dict[int, str] = {}
        self._kind = self._style = ""
        self._has_formula = self._is_inside = self._is_text = False
        self._pieces: list[str] = []
        self._columns: dict[str, int] = {}

    def take_rows(self) -> list[Row]:
        """Return the rows that are complete, and forget them."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "v":
            self._is_text = self._is_inside
        elif name == "c":
            self._cells += 1
            check_cells(self._cells)
            if "r" in attributes:
                letters = attributes["r"].rstrip("0123456789")
                if letters not in self._columns:
                    self._columns[letters] = column_number(letters)
                self._column = self._columns[letters]
            else:
                self._column += 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._has_formula, self._is_inside, self._length, self._pieces = False, True, 0, []
        elif name == "row":
            number = attributes.get("r")
            self._number = int(number) if number else self._number + 1
            self._column, self._values, self._bad = -1, {}, {}
        elif self._is_inside:
            if name == "t":
                self._is_text = not self._phonetic
            elif name == "f":
                self._has_formula = True
            elif name == "rPh":
                self._phonetic += 1

    def text(self, piece: str) -> None:
        if self._is_text:
            if self._pieces:
                self._length = check_length(self._length, piece)
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        if name == "v":
            self._is_text = False
        elif name == "c":
            self._is_inside = False
            if self._pieces or self._has_formula:
                self._close("".join(self._pieces))
        elif name == "t":
            self._is_text = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "row" and (self._bad or any(map(str.strip, self._values.values()))):
            self._rows.append(Row(self._number, _dense(self._values), self._bad))

    def _close(self, text: str) -> None:
        """Add a cell to the row."""
        kind = self._kind
        if kind == "s" and text.strip():
            text = _text_number(self._texts, text)
        elif kind in {"inlineStr", "str"}:
            text = plain_text(text)
        elif kind == "b":
            text = {"0": "false", "1": "true"}.get(text.strip(), text)
        elif kind == "e":
            self._bad[self._column] = say("the cell holds an error")
        elif kind == "n" and text:
            style = _text_number(self._dated, self._style) if self._style and self._dated else ""
            written = text.strip()
            text = number_text(written, style, self._epoch)
            if not style and _is_rounded(written):
                self._bad[self._column] = say("a number of more than 15 digits: the workbook has lost the others")
        if self._has_formula and not text and kind != "str":
            text, self._bad[self._column] = "", say("a formula without a stored value: open the file and save it")
        if text:
            self._values[self._column] = text


def _text_number(values: list[str], number: str) -> str:
    """Return the value of that number, counted from 0. IndexError if there is none."""
    at = int(number)
    if not 0 <= at < len(values):
        raise IndexError(say("it names text or style {n} of {many}", n=at, many=len(values)))
    return values[at]


def check_cells(count: int) -> None:
    """Raise TooLargeError if a sheet has more than MOST_CELLS cells."""
    if count > MOST_CELLS:
        raise TooLargeError(say("a sheet has more than {n} cells", n=f"{MOST_CELLS:,}"))


def check_length(length: int, piece: str) -> int:
    """Return the length with the piece added. TooLargeError if it is more than LONGEST_CELL."""
    length += len(piece)
    if length > LONGEST_CELL:
        raise TooLargeError(say("a cell holds more than {n} characters", n=f"{LONGEST_CELL:,}"))
    return length


def column_number(letters: str) -> int:
    """Return the number of a column: `A` is 0, `XFD` is 16383. ValueError if the letters name no column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(say("'{letters}' is no column", letters=letters))
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16384:
        raise ValueError(say("'{letters}' is no column", letters=letters))
    return number - 1


def _dense(values: dict[int, str]) -> list[str]:
    """Return the cells of a row with blanks between them; cells far to the right follow without blanks."""
    near = max((column for column in values if column < MOST_COLUMNS), default=-1)
    return [*(values.get(column, "") for column in range(near + 1)),
            *(text for column, text in sorted(values.items()) if column >= MOST_COLUMNS and text.strip())]  # fmt: skip


def plain_text(text: str) -> str:
    """Return the text with its escapes resolved: `_x000D_` is the character of that number (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def kind_of(form: str) -> str:
    """Return 'date' or 'span' if a number format shows a date or a duration, else ''."""
    letters = _NO_LETTERS.sub("", form.partition(";")[0]).lower()
    if re.search(r"\[[hms]+\]", letters):
        return "span"
    return "date" if re.search("[dmyhs]", letters) and "general" not in letters else ""


def number_text(text: str, style: str, epoch: datetime) -> str:
    """Return a number as it is shown: whole ones without a fraction, dates and times as ISO text."""
    if not style and _WHOLE.fullmatch(text):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    if style == "span" and 0 <= value < 1e6:
        return str(timedelta(seconds=round(value * 86400)))
    if style == "date" and 0 <= value < date.max.toordinal() + 1 - epoch.toordinal():
        return _moment(value, epoch)
    if _DIGITS.fullmatch(text):  # a program wrote it: float() would change the digits past the 15th
        return text
    return str(int(value)) if value.is_integer() else str(value)


def _is_rounded(text: str) -> bool:
    """Return whether a spreadsheet has cut a whole number to its 15 digits, as in 1.23456789012345E+19."""
    try:
        return not _DIGITS.fullmatch(text) and abs(float(text)) >= 1e15
    except ValueError:
        return False


def _moment(value: float, epoch: datetime) -> str:
    """Return the date and time of that many days since the workbook's epoch; a time alone if it is less than one."""
    if value < 1:
        return f"{(epoch + timedelta(seconds=round(value * 86400))).time():%H:%M:%S}"
    if epoch == EPOCH and value < 60:
        value += 1  # Excel takes 1900 for a leap year
    at = epoch + timedelta(seconds=round(value * 86400))
    return at.date().isoformat() if value == int(value) else at.isoformat(sep=" ", timespec="seconds")

"""Where the table lies in its file: sheets, heading, rows to leave out, columns to fill down, delimiters."""

from collections import Counter
from dataclasses import dataclass, fields

DITTO = frozenset(("", "〃", "同上", '"', "″"))  # in a column that is filled down: as in the row above

SHEET = "sheet"  # the column with the name of a row's sheet
# How many values were read and are not kept, by kind and column: an import reports them.
Tally = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows whose cell in `column` is one of `values`, or contains one of `parts`."""

    column: str
    values: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()

    def fits(self, cell: str) -> bool:
        """Return whether the rule is about a row with this trimmed cell."""
        return cell in self.values or any(part in cell for part in self.parts)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table lies in its file. Rows are counted from 1, as a spreadsheet shows them.

    `skip_sheets`: sheets that are left out without a note. `heading`: its rows; empty: the first row that is not blank.
    `skip_first`: how many rows are left out at the beginning. `quote`: empty if the file has no quotation marks.
    `escape`: the sign before a quotation mark that belongs to a text. `with_sheet`: each row has a cell with the name
    of its sheet.
    """

    sheets: tuple[str, ...] = ()
    heading: tuple[int, ...] = ()
    skip_first: int = 0
    skip: tuple[Rule, ...] = ()
    skip_sheets: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    escape: str | None = None
    with_sheet: bool = False

    def for_rejects(self) -> tuple["Layout", list[str]]:
        """Return the layout of a file of rejects, and the words of the map that do not apply to it."""
        plain = Layout(skip=self.skip, with_sheet=self.with_sheet)
        words = {"sheets": "sheet", "skip_sheets": "[[skip]] sheet"}
        names = [one.name for one in fields(Layout) if getattr(self, one.name) != getattr(plain, one.name)]
        return plain, [words.get(name, name) for name in names]


# The columns that a file of rejects has behind those of the rows. The same map reads such a file back.
REJECT_COLUMNS = ("_record", "_line", "_column", "_value", "_reason")


def squeezed(text: str) -> str:
    """Return a heading as it is compared: trimmed, with line ends and runs of blanks as one space."""
    return " ".join(text.split())

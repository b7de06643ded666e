"""How the table of a file lies there: its sheets, its heading, rows to leave out, columns to fill down, delimiters."""

from collections import Counter
from dataclasses import dataclass, fields

DITTO = frozenset(("", "〃", "同上", '"', "″"))  # in a column that is filled down: as in the row above

SHEET = "sheet"  # the column with the name of a row's sheet
# What was read and goes nowhere, by its kind and its column, so that an import can say how much it is.
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

    `skip_sheets`: sheets that are left out and not told. `heading`: its rows; empty: the first row that is not blank.
    `skip_first`: rows at the beginning that are nothing. `quote`: empty if the file has no quotation marks. `escape`:
    what stands before a mark that is meant as such. `with_sheet`: the name of its sheet is a cell of each row.
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
        """Return how the rejects of such a file lie in theirs, and the words of the map that say otherwise."""
        plain = Layout(skip=self.skip, with_sheet=self.with_sheet)
        words = {"sheets": "sheet", "skip_sheets": "[[skip]] sheet"}
        names = [one.name for one in fields(Layout) if getattr(self, one.name) != getattr(plain, one.name)]
        return plain, [words.get(name, name) for name in names]


# What a file of rejected rows has behind the columns of the rows. Such a file is read back by the same map.
REJECT_COLUMNS = ("_record", "_line", "_column", "_value", "_reason")


def squeezed(text: str) -> str:
    """Return a heading as it is compared: trimmed, with line ends and runs of blanks as one space."""
    return " ".join(text.split())

"""Make the rows of a file into headings and records: joined heading rows, merged cells, closing rows, ditto signs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from servicedesk.base.errors import StorageError, UsageError
from servicedesk.base.messages import say
from servicedesk.file.imports.tables.cells import Merge, Row
from servicedesk.file.imports.tables.layout import DITTO, SHEET, Layout, Tally, squeezed

_NONE: Mapping[int, str] = {}


class Record(NamedTuple):
    """One record. `line` is its first line in the file or the sheet, from 1; `fault` says why it cannot be right.

    `sheet`: its name if several sheets are read, else empty.
    """

    number: int
    line: int
    cells: list[str]
    fault: str | None = None
    bad: Mapping[int, str] = _NONE  # why a cell holds no value, by its column
    sheet: str = ""

    @property
    def place(self) -> int | str:
        """Return the line, with its sheet if several are read."""
        return f"{self.sheet}:{self.line}" if self.sheet else self.line

    @classmethod
    def at(cls, place: int | str, number: int, cells: list[str]) -> "Record":
        """Return a record at a place, which is a line or `sheet:line`."""
        sheet, _, line = str(place).rpartition(":")
        return cls(number, int(line), cells, sheet=sheet)


class Part(NamedTuple):
    """A sheet of a workbook, or a text as a whole: its rows that are not blank, and its merged cells."""

    name: str
    rows: Iterator[Row]
    merges: tuple[Merge, ...] = ()


class Headings(NamedTuple):
    """The headings of a table as they are compared, and other names of columns, by which a map may call them too."""

    names: tuple[str, ...]
    aliases: Mapping[str, int]


class _Beginning(NamedTuple):
    """A part whose heading was read: its names, its last row, each heading row by itself, and the rows below."""

    part: Part
    names: tuple[str, ...]
    last: int
    single: list[tuple[str, ...]]
    rows: Iterator[Row]


def arrange_parts(
    parts: Sequence[Part], layout: Layout, path: Path, tally: Tally
) -> tuple[Headings, Iterator[Record], dict[str, int]]:
    """Return the headings, the records one by one, and how many groups of merged cells are filled down, by heading.

    Sheets are put together by their headings; a column that only one of them has is blank in the others.
    """
    begun = [_read_heading(part, layout, path) for part in parts]
    names = list(begun[0].names)
    for other in begun[1:]:
        names += [name for name in dict.fromkeys(other.names) if name and name not in names]
    if layout.with_sheet and SHEET not in names and parts[0].name:
        names.append(SHEET)
    pieces = _aliases(begun, names) if len(layout.heading) > 1 else {}
    headings = Headings(tuple(names), pieces | _columns_of_repeats(names))
    merged: dict[str, int] = {}
    for one in begun:
        for column, spans in _merges_below(one).items():
            if column < len(one.names) and one.names[column]:
                merged[one.names[column]] = merged.get(one.names[column], 0) + len(spans)
    return headings, _read_records(begun, headings, layout, tally), merged


def _read_heading(part: Part, layout: Layout, path: Path) -> _Beginning:
    """Read the rows of the heading. StorageError if there is none, UsageError if the map names rows that are blank."""
    found: list[Row] = []
    until = max(layout.heading, default=0)
    rest = part.rows
    for row in part.rows:
        if until and row.number > until:
            rest = chain([row], part.rows)
            break
        if row.number in layout.heading if until else row.number > layout.skip_first:
            found.append(row)
            if not until:
                break
    if not found and until:
        raise UsageError(
            say("{path} has nothing in row {row}, which heading names", path=path, row=until),
            hint=say("heading = [2, 3] joins the rows 2 and 3, counted as a spreadsheet shows them"),
        )
    if not found:
        raise StorageError(say("{path} is empty: it has not even a heading", path=path))
    rows = _spread(found, part.merges) if part.merges else [row.cells for row in found]
    width = max(map(len, rows))
    whole = [[squeezed(row[at]) if at < len(row) else "" for row in rows] for at in range(width)]
    names = [" ".join(dict.fromkeys(filter(None, pieces))) for pieces in whole]
    last = max(until, found[-1].number)
    return _Beginning(part, _names(names), last, [_names(map(squeezed, row.cells)) for row in found], rest)


def _spread(rows: list[Row], merges: Sequence[Merge]) -> list[list[str]]:
    """Return the rows of the heading with what merged cells say in each cell that they stand over."""
    numbers = {row.number: at for at, row in enumerate(rows)}
    spread = [list(row.cells) for row in rows]
    for merge in merges:
        if merge.first not in numbers:
            continue
        top = spread[numbers[merge.first]]
        text = top[merge.column] if merge.column < len(top) else ""
        for number, at in numbers.items():
            if merge.first <= number <= merge.last:
                cells = spread[at]
                cells += [""] * (merge.last_column + 1 - len(cells))
                for column in range(merge.column, merge.last_column + 1):
                    cells[column] = cells[column] or text
    return spread


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without empty ones at the end."""
    found = list(names)
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _aliases(begun: Sequence[_Beginning], names: Sequence[str]) -> dict[str, int]:
    """Return the single rows of joined headings as names of the columns, where they name one column alone."""
    found: dict[str, set[int]] = {}
    for single in begun[0].single:
        for at, name in enumerate(single):
            if name and at < len(names):
                found.setdefault(name, set()).add(at)
    return {name: ats.pop() for name, ats in found.items() if len(ats) == 1 and name not in names}


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the headings made unique: a 日期 that stands twice becomes 日期 (1) and 日期 (2)."""
    places = {at: name for name, at in _columns_of_repeats(names).items()}
    return [places.get(at, name) for at, name in enumerate(names)]


def _columns_of_repeats(names: Sequence[str]) -> dict[str, int]:
    """Return the unique names of columns whose heading stands more than once, each with its column."""
    found: dict[str, int] = {}
    for name in dict.fromkeys(names):
        ats = [at for at, other in enumerate(names) if other == name] if name else []
        found |= {f"{name} ({n})": at for n, at in enumerate(ats, 1) if len(ats) > 1}
    return {name: at for name, at in found.items() if name not in names}


def name_pieces(names: Sequence[str]) -> Headings:
    """Return joined headings that were written to a file, with their beginnings and ends as other names.

    As in _aliases, a piece counts only if it names one column alone.
    """
    found: dict[str, set[int]] = {}
    for at, words in enumerate(name.split(" ") for name in names):
        for cut in range(1, len(words)):
            for piece in (" ".join(words[:cut]), " ".join(words[cut:])):
                found.setdefault(piece, set()).add(at)
    pieces = {piece: ats.pop() for piece, ats in found.items() if len(ats) == 1 and piece not in names}
    return Headings(tuple(names), pieces | _columns_of_repeats(names))


def _merges_below(begun: _Beginning) -> dict[int, dict[int, int]]:
    """Return the merged cells below the heading, by their column: the first row of each, and the last.

    Merged cells that begin in the heading are a part of the heading.
    """
    found: dict[int, dict[int, int]] = {}
    for merge in begun.part.merges:
        if merge.first > begun.last and merge.last > merge.first:
            found.setdefault(merge.column, {})[merge.first] = merge.last
    return found


def _read_records(begun: Sequence[_Beginning], headings: Headings, layout: Layout, tally: Tally) -> Iterator[Record]:
    places = {name: at for at, name in reversed(list(enumerate(headings.names)))} | dict(headings.aliases)
    skip = [(places[rule.column], rule) for rule in layout.skip]
    fill = [places[name] for name in layout.fill]
    with_sheet = headings.names[-1:] == (SHEET,) and begun[0].part.name != "" and SHEET not in begun[0].names
    width, number = len(headings.names) - with_sheet, 0
    for one in begun:
        merged = _merges_below(one)
        rows = _fill_merged(one.rows, merged) if merged else one.rows
        targets = _targets(one.names, headings.names)
        above = [""] * len(fill)
        for row in rows:
            if row.number <= layout.skip_first:
                continue
            cells, bad = row.cells, row.bad
            if targets is not None:
                cells, bad = (
                    _move_cells(cells, targets, width),
                    {targets[at]: why for at, why in bad.items() if at in targets},
                )
            elif one.part.name and len(cells) < width:  # a row of a workbook ends with its last filled cell
                cells = cells + [""] * (width - len(cells))
            left_out = next((rule for at, rule in skip if at < len(cells) and rule.fits(cells[at].strip())), None)
            if left_out is not None:
                tally["skipped", left_out.column] += 1
                continue
            number += 1
            fault = row.fault or _repeats_heading(one.single, cells)
            if with_sheet:
                cells.insert(width, one.part.name)
            if fill and not fault:
                _fill_down(cells, fill, above)
            yield Record(number, row.number, cells, fault, bad, one.part.name if len(begun) > 1 else "")


def _targets(names: Sequence[str], wanted: Sequence[str]) -> dict[int, int] | None:
    """Return where each column of a sheet stands among all headings; None if it stands where it is."""
    if tuple(wanted[: len(names)]) == tuple(names):
        return None
    found: dict[int, int] = {}
    for at, name in enumerate(names):
        free = (place for place, other in enumerate(wanted) if other == name and place not in found.values())
        place = next(free, None)
        if place is not None and name:
            found[at] = place
    return found


def _move_cells(cells: list[str], targets: Mapping[int, int], width: int) -> list[str]:
    """Return the cells under the headings of all sheets. Cells without a heading come behind them."""
    moved = [""] * width
    for at, text in enumerate(cells):
        if at in targets:
            moved[targets[at]] = text
        elif text.strip():
            moved.append(text)
    return moved


def _fill_down(cells: list[str], fill: Sequence[int], above: list[str]) -> None:
    """Give blank cells of these columns what stands above them.

    A filled cell clears what the columns behind it hold, so that no customer gets the phone of the one above.
    """
    for place, at in enumerate(fill):
        if at >= len(cells):
            continue
        if cells[at].strip() in DITTO:
            cells[at] = above[place]
        else:
            above[place:] = [cells[at], *[""] * (len(fill) - place - 1)]


def _repeats_heading(single: Sequence[tuple[str, ...]], cells: Sequence[str]) -> str | None:
    """Return the fault of a record that repeats the heading, as in two files put together; else None."""
    for names in single:
        if len(names) > 1 and cells and squeezed(cells[0]) == names[0] and _names(list(map(squeezed, cells))) == names:
            return say("the heading once more")
    return None


def _fill_merged(rows: Iterator[Row], merged: Mapping[int, Mapping[int, int]]) -> Iterator[Row]:
    """Yield the rows with what merged cells say in each row that they stand over."""
    said: dict[int, tuple[int, str, str | None]] = {}  # by column: the last row, the text, why it is no value
    for row in rows:
        cells, bad = row.cells, dict(row.bad)
        for column, until in merged.items():
            if row.number in until:
                text = cells[column] if column < len(cells) else ""
                said[column] = until[row.number], text, bad.get(column)
            elif column in said and row.number <= said[column][0]:
                _, text, why = said[column]
                cells += [""] * (column + 1 - len(cells))
                if not cells[column].strip():
                    cells[column] = text
                    if why:
                        bad[column] = why
        yield Row(row.number, cells, bad)

"""Find where the table lies in a file: which sheets, heading rows, closing rows, columns to fill down."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from servicedesk.file.imports.sketch.codes import closings
from servicedesk.file.imports.sketch.meanings import heading_meanings
from servicedesk.file.imports.sketch.parts import Sheet, Source
from servicedesk.file.imports.tables.arrange import Part, Record, arrange_parts
from servicedesk.file.imports.tables.cells import Row
from servicedesk.file.imports.tables.layout import DITTO, Layout, Rule, Tally, squeezed

_LOOKED_AT = 15  # rows at the beginning among which the heading is
_MOST_JOINED = 3
_LEAST_SHARE = 0.05  # of rows that go on with the customer above: fewer are rows without a customer
_FEW_TEXTS = 12
_LAST = 4  # rows at the end of a sheet that may be remarks
_VALUE = re.compile(r"[\d\s./:+()-]{4,}|\d{1,3}|\d+\.\d+|\d{4}年.*\d|\d+月\d+[日号]", re.ASCII)
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_BAND = re.compile(
    rf"(?:(?:19|20)\d{{2}}\s*年?)?\s*{_NUMBER}\s*月份?.{{0,6}}|(?:19|20)\d{{2}}年?|第.{{1,3}}[周季].{{0,4}}", re.ASCII
)

_PAGE = re.compile(r"第\s*\d+\s*页.{0,12}|page \d+(?: of \d+)?|-\s*\d+\s*-", re.ASCII | re.IGNORECASE)


class FoundTable(NamedTuple):
    """A table as it lies in its file, its headings, its records, and what stands around them.

    `left`: sheets that are not read, each with its number of rows. `is_fill_doubtful`: blank cells may mean the cell
    above, though no sign says so.
    """

    layout: Layout
    names: tuple[str, ...]
    records: list[Record]
    left: tuple[tuple[str, int], ...]
    hidden: tuple[str, ...]
    closing: int
    merged: dict[str, int]
    is_fill_doubtful: bool
    is_whole: bool
    has_heading: bool


def find_layout(source: Source, path: Path) -> FoundTable:
    """Return the table of a file: its layout, headings and records."""
    headings = [_heading_rows(sheet) for sheet in source.sheets]
    used = _sheets_used(source.sheets, headings)
    rows = headings[source.sheets.index(used[0])]
    first = min(row.number for row in used[0].rows)
    several = len(source.sheets) + len(source.hidden) > 1 and source.is_workbook
    layout = replace(
        source.layout,
        sheets=tuple(sheet.name for sheet in used) if several else (),
        heading=() if rows == (first,) else rows,
    )
    names, records, merged = _arrange(used, layout, path)
    skip, closing = _closing_rules(names, records, _titles(used, rows))
    if skip:
        layout = replace(layout, skip=skip)
        names, records, merged = _arrange(used, layout, path)
    fill, signs = _fill_columns(names, records)
    if fill:
        layout = replace(layout, fill=fill)
        names, records, merged = _arrange(used, layout, path)
    return FoundTable(
        layout, names, records,
        tuple((sheet.name, len(sheet.rows)) for sheet in source.sheets if sheet not in used), source.hidden,
        closing, merged, bool(fill) and not signs, all(sheet.is_whole for sheet in used), _is_heading(used[0], rows),
    )  # fmt: skip


def _arrange(
    sheets: Sequence[Sheet], layout: Layout, path: Path
) -> tuple[tuple[str, ...], list[Record], dict[str, int]]:
    """Return headings, records and merged columns just as the import will see them."""
    is_changed = bool(layout.fill) or any(sheet.merges for sheet in sheets)  # filling down changes the rows
    parts = [
        Part(sheet.name, map(_copy, sheet.rows) if is_changed else iter(sheet.rows), sheet.merges) for sheet in sheets
    ]
    headings, records, merged = arrange_parts(parts, layout, path, Tally())
    return headings.names, list(records), merged


def _copy(row: Row) -> Row:
    return row._replace(cells=list(row.cells))


def _heading_rows(sheet: Sheet) -> tuple[int, ...]:
    """Return the numbers of the heading rows: those that name most known columns."""
    best: tuple[int, ...] = (sheet.rows[0].number,)
    most = -99.0
    for at in range(min(_LOOKED_AT, len(sheet.rows))):
        for depth in range(1, _MOST_JOINED + 1):
            rows = sheet.rows[at : at + depth]
            is_together = len(rows) == depth and rows[-1].number - rows[0].number == depth - 1
            if not is_together or (depth > 1 and any(_count_filled(row) < 2 for row in rows)):  # a title has one cell
                break
            score = _score(rows, sheet) - 0.4 * (depth - 1)
            if score > most + 1e-9:
                best, most = tuple(row.number for row in rows), score
    return best


def _count_filled(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _score(rows: Sequence[Row], sheet: Sheet) -> float:
    """Return how much these rows look like a heading: known names count, values and repeated names count against."""
    part = Part(sheet.name, iter([_copy(row) for row in rows]), sheet.merges)
    layout = Layout(heading=tuple(row.number for row in rows))
    names = [name for name in arrange_parts([part], layout, Path(), Tally())[0].names if name]
    cells = [cell.strip() for row in rows for cell in row.cells if cell.strip()]
    known = sum(1.0 if meanings and meanings[0].weight > 1 else 0.5 if meanings else 0.0
                for meanings in map(heading_meanings, dict.fromkeys(names)))  # fmt: skip
    values = sum(1 for cell in cells if _VALUE.fullmatch(cell) or len(cell) > 40)
    repeated = len(names) - len(set(names))
    return known + 0.05 * len(set(names)) - 1.5 * values - 0.5 * repeated


def _is_heading(sheet: Sheet, numbers: tuple[int, ...]) -> bool:
    """Return whether the first row looks like a heading at all, not like the first record of a table without one."""
    cells = [cell.strip() for row in sheet.rows if row.number in numbers for cell in row.cells if cell.strip()]
    values = sum(1 for cell in cells if _VALUE.fullmatch(cell))
    return values * 3 <= len(cells)


def _sheets_used(sheets: Sequence[Sheet], headings: Sequence[tuple[int, ...]]) -> list[Sheet]:
    """Return the sheets with alike headings in the same rows: the group with most known columns and rows."""
    groups: list[list[tuple[Sheet, set[str]]]] = []
    for sheet, rows in zip(sheets, headings, strict=True):
        names = {squeezed(cell) for row in sheet.rows if row.number in rows for cell in row.cells if cell.strip()}
        for group in groups:
            first, others = group[0]
            if headings[sheets.index(first)] == rows and len(names & others) * 2 > len(names | others):
                group.append((sheet, names))
                break
        else:
            groups.append([(sheet, names)])

    def worth(group: list[tuple[Sheet, set[str]]]) -> tuple[float, int]:
        known = sum(1 for name in group[0][1] if heading_meanings(name))
        return min(known, 4), sum(len(sheet.rows) for sheet, _ in group)

    return _without_summaries([sheet for sheet, _ in max(groups, key=worth)])


def _without_summaries(sheets: list[Sheet]) -> list[Sheet]:
    """Return the sheets without those that repeat the rows of others, as a sheet of the whole year does."""
    if len(sheets) < 3:
        return sheets
    # The first cell may be a running number.
    left = {sheet.name: {tuple(row.cells[1:]) for row in sheet.rows} for sheet in sheets}
    for sheet in sorted(sheets, key=lambda sheet: -len(sheet.rows)):
        rows = left.pop(sheet.name)
        if len(rows & set().union(*left.values())) * 5 < len(rows) * 4:
            left[sheet.name] = rows
    return [sheet for sheet in sheets if sheet.name in left]


def _titles(sheets: Sequence[Sheet], heading: tuple[int, ...]) -> set[str]:
    """Return the titles above the heading, which stand there again on every page."""
    return {cell.strip() for sheet in sheets for row in sheet.rows if row.number < heading[0] for cell in row.cells}


def _closing_rules(names: Sequence[str], records: Sequence[Record], titles: set[str]) -> tuple[tuple[Rule, ...], int]:
    """Return rules for rows that are no records: totals, bands such as 三月, titles and heading rows of further pages.

    Also remarks below the table.
    """
    filled = [len(record.cells) - record.cells.count("") for record in records]
    widths = Counter(filled)
    usual = max(widths, key=lambda width: width * widths[width], default=0)  # totals and bands may be more than records
    last = {id(record) for record in _last_rows(records)}
    found: dict[str, list[str]] = {}
    count = 0
    for record, many in zip(records, filled, strict=True):
        if many > max(usual - 1, 1) and not record.fault:
            continue  # a row as full as others is no total
        cells = [(at, cell.strip()) for at, cell in enumerate(record.cells) if cell.strip()]
        is_title = len(cells) == 1 and cells[0][1] in titles
        place = cells[0] if is_title else _closing_cell(cells, usual, is_last=id(record) in last, fault=record.fault)
        if place is not None and place[0] < len(names) and names.count(names[place[0]]) == 1 and names[place[0]]:
            found.setdefault(names[place[0]], []).append(place[1])
            count += 1
    rules = []
    for column, texts in found.items():
        starts = dict.fromkeys(text for text in texts)
        if len(starts) <= _FEW_TEXTS:
            rules.append(Rule(column, frozenset(starts)))
        else:
            words = sorted({word for text in starts for word in closings()[1] if word in text.lower()}, key=len)
            rules.append(Rule(column, frozenset(), tuple(words)) if words else Rule(column, frozenset(starts)))
    return tuple(rules), count


def _last_rows(records: Sequence[Record]) -> list[Record]:
    """Return the last rows of each sheet."""
    sheets = [record.sheet for record in records]
    behind = [*sheets[_LAST:], *[None] * _LAST]
    return [record for record, other in zip(records, behind, strict=False) if record.sheet != other]


def is_closing(text: str) -> bool:
    """Return whether a text says by itself that its row is no record: 合计, 三月, 制表人：李强, or a heading."""
    is_band = _BAND.fullmatch(text) is not None
    return _is_total(text) or is_band or text.lower().startswith(closings()[1]) or bool(heading_meanings(text))


def _is_total(text: str) -> bool:
    return "".join(text.lower().split()).rstrip(":：") in closings()[0]


def _closing_cell(
    cells: Sequence[tuple[int, str]], usual: int, *, is_last: bool, fault: str | None
) -> tuple[int, str] | None:
    """Return the cell by which a row that is no record is known, or None for a record."""
    if fault and len(cells) > 1 and "heading" in fault:
        return cells[0]
    for at, text in cells[:3]:
        if _is_total(text) or (text.lower().startswith(closings()[1]) and len(cells) < max(usual, 3)):
            return at, text
    if not cells or usual < 4:
        return None
    if len(cells) == 1 and (_BAND.fullmatch(cells[0][1]) or _PAGE.fullmatch(cells[0][1])):
        return cells[0]
    is_sentence = (not cells[0][1].isascii() and len(cells[0][1]) > 4) or " " in cells[0][1]
    return cells[0] if is_last and len(cells) == 1 and is_sentence else None


def _fill_columns(names: Sequence[str], records: Sequence[Record]) -> tuple[tuple[str, ...], bool]:
    """Return the columns whose blank cells mean the cell above, and whether a sign such as 同上 says so.

    A row goes on with the customer above if it has no name, phone or address but an appliance or a text.
    """
    owner = [at for at, name in enumerate(names) if _is(name, "customer.") and names.count(name) == 1]
    lead = next((at for at in owner if _is(names[at], "customer.name")), None)
    if lead is None:
        return _fill_days(names, records), False
    matter = [at for at, name in enumerate(names) if _is(name, "appliance.") or _is(name, "ticket.")]

    def has(record: Record, ats: Sequence[int]) -> bool:
        return any(at < len(record.cells) and record.cells[at].strip() not in DITTO for at in ats)

    going_on = [at for at, record in enumerate(records) if not has(record, owner) and has(record, matter)]
    signs = any(lead < len(record.cells) and record.cells[lead].strip() in DITTO - {""} for record in records)
    share = len(going_on) / max(1, len(records))
    if not signs and (not going_on or going_on[0] == 0 or not _LEAST_SHARE <= share <= 0.5):
        return _fill_days(names, records), False
    others = [at for at in owner if at != lead]
    dates = [at for at, name in enumerate(names) if _may_be_report(name) and names.count(name) == 1]
    shared = [at for at in dates if going_on and all(not has(records[row], [at]) for row in going_on)]
    # A value of its own begins the columns behind it anew, so a day on the left comes first, then the name.
    days = [at for at in shared if at < lead]
    return tuple(names[at] for at in [*days, lead, *others, *(at for at in shared if at > lead)]), signs


def _fill_days(names: Sequence[str], records: Sequence[Record]) -> tuple[str, ...]:
    """Return the column of days if only the first row of each day has it."""
    report = next((at for at, name in enumerate(names) if _may_be_report(name) and names.count(name) == 1), None)
    if report is None or not records:
        return ()
    days = [record.cells[report].strip() if report < len(record.cells) else "" for record in records]
    blank = days.count("")
    return (names[report],) if days[0] and _LEAST_SHARE * len(days) <= blank < len(days) - 1 else ()


def _may_be_report(name: str) -> bool:
    return any(meaning.field == "ticket.reported_at" for meaning in heading_meanings(name))


def _is(name: str, field: str) -> bool:
    meanings = heading_meanings(name)
    return bool(meanings) and meanings[0].weight > 1 and meanings[0].field.startswith(field)

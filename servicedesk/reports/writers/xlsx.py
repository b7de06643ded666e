"""Write the report as an Excel file: one sheet per table, real numbers; every figure links to its verdicts."""

import io
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from servicedesk.language.words import Words
from servicedesk.reports.report import Page
from servicedesk.reports.writers.workbook_sheets import Field, Sheet, sheets

FORMS = {
    "count": "0", "rate": "0.0%", "number": "General", "ticket": '"T"0', "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm", "text": "@",
}  # fmt: skip
WIDEST = 48


def write(page: Page, words: Words, path: Path) -> None:
    """Write the report as a workbook; the same `page` gives the same bytes."""
    import xlsxwriter

    made = io.BytesIO()  # a full disk is reported where the bytes are written
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        at = datetime.fromisoformat(page.as_of).replace(tzinfo=None)
        book.set_properties({"title": f"{page.outlet} {page.period}", "created": at})
        forms = {kind: book.add_format({"num_format": form, "valign": "top"}) for kind, form in FORMS.items()}
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        linked = book.add_format({"num_format": "0", "valign": "top", "font_color": "#1f6f8b"})
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        every = list(sheets(page, words))
        found = {sheet.key: sheet for sheet in every}
        for sheet in every:
            _fill(book.add_worksheet(sheet.title), sheet, forms, wrapped, heading)
        for key, named, n, rows in (("figures", 1, 3, "rows"), ("signals", 0, 2, "findings")):
            _link(book.get_worksheet_by_name(found[key].title), found[key], named, n, found[rows], linked)
    path.write_bytes(made.getvalue())


def _fill(page: Any, sheet: Sheet, forms: dict[str, Any], wrapped: Any, heading: Any) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    for at, (field, width) in enumerate(zip(sheet.fields, _widths(sheet), strict=True)):
        page.set_column(at, at, width)
        page.write_string(0, at, field.heading, heading)
    for line, row in enumerate(sheet.rows, 1):
        for at, (field, value) in enumerate(zip(sheet.fields, row, strict=True)):
            if value not in (None, ""):
                form = wrapped if sheet.key == "definitions" else forms[field.kind]
                _cell(page, field, value)(line, at, _excel_value(field, value), form)
    if sheet.rows and sheet.key != "about":
        page.autofilter(0, 0, len(sheet.rows), len(sheet.fields) - 1)


def _cell(page: Any, field: Field, value: Any) -> Callable[..., Any]:
    """Return the function that writes a value. A text is never a formula, an address or a number, whatever it begins
    with.
    """
    if isinstance(value, str):
        found = page.write_datetime if field.kind in {"date", "instant"} else page.write_string
    else:
        found = page.write_number
    return found  # type: ignore[no-any-return]


def _excel_value(field: Field, value: Any) -> Any:
    """Return dates and instants as Excel stores them; instants lose their offset: they are in the outlet's zone."""
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind == "instant":
        return datetime.fromisoformat(value).replace(tzinfo=None)
    return value


def _widths(sheet: Sheet) -> list[float]:
    """Return each column's width for its longest text, a Chinese character as wide as two letters."""
    fixed = {"rate": 8, "count": 8, "number": 10, "ticket": 8, "date": 11, "instant": 16}
    found: list[float] = []
    for at, field in enumerate(sheet.fields):
        texts = [row[at] for row in sheet.rows if isinstance(row[at], str)] if field.kind in {"text", "number"} else []
        longest = max((_wide(text) for text in [*texts, field.heading]), default=0)
        found.append(min(WIDEST, max(longest + 3, fixed.get(field.kind, 6))))
    return found


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _first_rows(rows: Sheet) -> dict[str, int]:
    """Return the line in which the rows of each figure or signal begin, as Excel counts lines."""
    found: dict[str, int] = {}
    for line, row in enumerate(rows.rows, 2):
        found.setdefault(row[1], line)
    return found


def _link(page: Any, sheet: Sheet, named: int, n: int, rows: Sheet, form: Any) -> None:
    """Link the numbers in the column `n` to the first of their rows; they stay numbers."""
    first = _first_rows(rows)
    for line, row in enumerate(sheet.rows, 1):
        if row[n] and row[named] in first:
            page.write_url(line, n, f"internal:'{rows.title}'!A{first[row[named]]}", form)
            page.write_number(line, n, row[n], form)

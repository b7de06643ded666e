"""Write the report as a folder of CSV files, one per table, safe to open in a spreadsheet."""

import csv
from pathlib import Path
from typing import Any

from servicedesk.base.marks import guarded
from servicedesk.language.words import Words
from servicedesk.reports.report import Page
from servicedesk.reports.writers.workbook_sheets import sheets


def write(page: Page, words: Words, folder: Path) -> None:
    """Write new files into that folder, mode 0600, UTF-8 with the byte order mark that Excel needs."""
    for sheet in sheets(page, words):
        path = folder / f"{sheet.key}.csv"
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, lineterminator="\r\n")
            writer.writerow(field.heading for field in sheet.fields)
            writer.writerows([_cell(value) for value in row] for row in sheet.rows)


def _cell(value: Any) -> str:
    """Return a number unchanged; a text that a spreadsheet would read as a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return repr(value)

"""Workbooks as WPS and Excel users keep them, made of the texts in cells/: merged cells, totals, a sheet a month.

Whole numbers become numbers, ISO dates date cells, everything else a text.
"""

import csv
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

CELLS = Path(__file__).with_name("cells")


def write_merged(path: Path) -> Path:
    """A title, two rows of headings with merged groups, merged customers, a row of totals, phones as numbers."""
    with xlsxwriter.Workbook(path) as book:
        rows = _fill(book, "登记表", "merged")
        for first, last, left, right in ((0, 0, 0, 12), (1, 1, 0, 2), (1, 1, 3, 6)):
            book.get_worksheet_by_name("登记表").merge_range(first, left, last, right, rows[first][left])
        for first, last, columns in ((1, 2, range(7, 13)), (3, 4, range(3)), (6, 8, range(3))):
            for column in columns:
                _merge_down(book, "登记表", first, last, column, rows[first][column])
        book.add_worksheet("说明").write(0, 0, "填写说明：日期请写年月日")
    return path


def write_months(path: Path) -> Path:
    """A sheet for each month with a title and a total, a hidden sheet, and notes that are no table."""
    with xlsxwriter.Workbook(path) as book:
        for month in "123":
            _fill(book, f"{month}月", f"month{month}")
        book.add_worksheet("去年").hide()
        book.add_worksheet("使用说明").write(0, 0, "每月一张表")
    return path


def write_repairs(path: Path) -> Path:
    """The list of repair orders of an ERP system: one date, states, serials."""
    with xlsxwriter.Workbook(path) as book:
        _fill(book, "Repair Orders", "repairs")
    return path


def write_members(path: Path) -> Path:
    """A list of members with their appliances: no tickets, two phones in a cell, a year in a date cell."""
    with xlsxwriter.Workbook(path) as book:
        _fill(book, "会员", "members")
    return path


def write_november(path: Path) -> Path:
    """Days without their year, which stands in the sheet's name; two phones and addresses of two lines in a cell."""
    with xlsxwriter.Workbook(path) as book:
        rows = _fill(book, "2026年11月", "november")
        sheet = book.get_worksheet_by_name("2026年11月")
        for first, last, left, right in ((0, 0, 0, 12), (1, 1, 2, 4), (1, 1, 5, 7), (1, 1, 10, 11)):
            sheet.merge_range(first, left, last, right, rows[first][left])
        for column in (0, 1, 8, 9, 12):
            sheet.merge_range(1, column, 2, column, rows[1][column])
        book.add_worksheet("2025年底稿").hide()
    return path


def write_bands(path: Path) -> Path:
    """A year in the title, months between the rows, ditto signs, headings as people speak."""
    with xlsxwriter.Workbook(path) as book:
        _fill(book, "登记", "bands")
    return path


def _fill(book: Any, name: str, cells: str) -> list[list[str]]:
    """Write a sheet and return its texts."""
    sheet, stamp = book.add_worksheet(name), book.add_format({"num_format": "yyyy/m/d h:mm"})
    with (CELLS / f"{cells}.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", text):
                sheet.write_datetime(number, column, datetime.fromisoformat(text), stamp)
            elif text.isdecimal():
                sheet.write_number(number, column, int(text))
            elif text:
                sheet.write_string(number, column, text)
    return rows


def _merge_down(book: Any, sheet: str, first: int, last: int, column: int, text: str) -> None:
    value = int(text) if text.isdecimal() else text
    book.get_worksheet_by_name(sheet).merge_range(first, column, last, column, value)

"""Read .xls and .ods workbooks with calamine, in a process of its own.

A damaged or malicious workbook can make that library panic, print a backtrace or ask for too much memory. Then only
that process ends.
"""

import os
import pickle
import resource
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO, NamedTuple

from servicedesk.base.messages import say

MEMORY = 1536 << 20  # bytes that the process may ask for
MOST_CELLS = 2_000_000


class Old(NamedTuple):
    """The names of the visible sheets of a workbook, and the rows of one; `name` None: no sheet fits."""

    names: list[str]
    name: str | None
    rows: list[list[str]]


def read_sheet(stream: BinaryIO, wanted: str | None) -> Old:
    """Return the sheet of that name, else the first visible one that is not empty. ValueError if it cannot be read."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover (its end leaves no trace)
        try:
            os.close(ours)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            with open(theirs, "wb") as pipe:
                pickle.dump(_answer(stream, wanted), pipe)
        finally:
            os._exit(0)
    os.close(theirs)
    try:
        with open(ours, "rb") as pipe:
            answer: Old | str = pickle.load(pipe)
    except (EOFError, pickle.UnpicklingError):
        answer = say("it is damaged, or needs more memory than a workbook may")
    finally:
        os.waitpid(child, 0)
    if isinstance(answer, str):
        raise ValueError(answer)
    return answer


def _answer(stream: BinaryIO, wanted: str | None) -> Old | str:  # pragma: no cover (in the other process)
    try:
        return _read_workbook(stream, wanted)
    except MemoryError:
        return "it needs more memory than a workbook may"
    except BaseException as error:  # calamine's panic is no Exception
        return str(error).partition("\n")[0][:200] or type(error).__name__


def _read_workbook(stream: BinaryIO, wanted: str | None) -> Old:  # pragma: no cover (in the other process)
    import python_calamine

    # A buffer of its own: that of the other process does not know how far an earlier child has read.
    with open(stream.fileno(), "rb", closefd=False) as own:
        own.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(own)
    seen = [tab.name for tab in book.sheets_metadata if tab.visible == python_calamine.SheetVisibleEnum.Visible]
    if wanted is not None and wanted not in book.sheet_names:
        return Old(book.sheet_names, None, [])
    for name in seen if wanted is None else [wanted]:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise ValueError(f"a sheet of more than {MOST_CELLS:,} cells")
        rows = [[cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        if any("".join(row).strip() for row in rows) or wanted is not None:
            return Old(seen, name, rows)
    return Old(seen, None, [])


def cell(value: object) -> str:
    """Return a cell as text: whole numbers without the .0 (13800138000.0 is a phone), dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)

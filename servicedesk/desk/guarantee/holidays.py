"""Holidays, on which no period ends (art. 203): list them, read them from a file."""

import re
from datetime import date, timedelta
from pathlib import Path

from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import cause, say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result, Table, columns
from servicedesk.base.text import one_line
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

COLUMNS = columns("on_date:date=day", "name")
_DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_LINE = rf"{_DAY}(?:\s*(?:\.\.|~|至|到|—|–)\s*{_DAY})?(?:[\s,;:]+(.*))?"
_LONGEST = 31  # days of one holiday
_ALL = "SELECT on_date, name FROM holiday ORDER BY on_date"


def list_holidays(db: Database) -> Table:
    """Return the holidays that the outlet knows."""
    empty = say("No holidays: 'outlet holidays FILE' reads a list")
    return Table(COLUMNS, [tuple(row) for row in db.rows(_ALL)], empty=empty)


def read_holidays(desk: Desk, path: Path) -> Result:
    """Import holidays from a file. For each year in the file they replace the holidays known before."""
    found = parse_holidays(_text_of(path), path)
    years = sorted({day[:4] for day in found})
    with desk.db.atomic():
        known = {row["on_date"]: row["name"] for row in desk.db.rows(_ALL) if row["on_date"][:4] in years}
        for day in known.keys() - found.keys():
            desk.db.run("DELETE FROM holiday WHERE on_date = :day", day=day)
        for day, name in found.items():
            if day not in known:
                desk.db.insert("holiday", desk.stamp, on_date=day, name=name)
            elif known[day] != name:
                desk.db.run("UPDATE holiday SET name = :name WHERE on_date = :day", name=name, day=day)
        is_new = known != found
        rows = [(day, name) for day, name in found.items()]
        return Result(Table(COLUMNS, rows), [] if is_new else [say("nothing differs, nothing to do")], is_new)


def _text_of(path: Path) -> str:
    """Return the text of a file in UTF-8, or in the Chinese encoding of older programs."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=path, why=cause(error))) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def parse_holidays(text: str, path: Path) -> dict[str, str | None]:
    """Return the days of a list with their names, sorted by day. RefusedError names the line that is no holiday.

    A line is one day, or two with .. between them, and a name. A first line without a digit is a heading.
    """
    found: dict[str, str | None] = {}
    for number, typed in enumerate(text.splitlines(), 1):
        line = half_width(typed).partition("#")[0].strip()
        if not line or (number == 1 and not any(sign.isdecimal() for sign in line)):
            continue
        match = re.fullmatch(_LINE, line)
        days = _days_between(match[1], match[2] or match[1]) if match else []
        if match is None or not days:
            raise RefusedError(
                say("line {number} of {path} is no holiday: {line}", number=number, path=path.name, line=line),
                hint=say("write it like 2026-10-01..2026-10-07 国庆节; nothing was written"),
            )
        name = one_line(match[3], say("the name")) if (match[3] or "").strip() else None
        found |= dict.fromkeys((day.isoformat() for day in days), name)
    if not found:
        raise RefusedError(say("{path} names no holiday", path=path.name), hint=say("a line each: 2026-10-01 国庆节"))
    return dict(sorted(found.items()))


def _days_between(first: str, last: str) -> list[date]:
    """Return the days from the first to the last; [] if one is no date, if they are in wrong order, or too many."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return []
    count = (end - begin).days + 1
    return [begin + timedelta(days=n) for n in range(count)] if 0 < count <= _LONGEST else []

"""Rotation of dated backups: choose which ones stay, list them, read their time from their names."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, Table, columns
from servicedesk.storage.database import Database

DATED = re.compile(r"servicedesk-(\d{4}-\d{2}-\d{2})T(\d{2})(B?)(\d{2})(?:x\d+)?\.db")
COLUMNS = columns("path", "made_at:instant=made", "age_hours:count=hours old", "bytes:count")
_SPAN = re.compile(r"(\d{1,5})\s*([hd])", re.ASCII)


class Keep(NamedTuple):
    """How many backups stay: the newest ones, and the last backup of each of so many days, weeks and months."""

    newest: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0


def backups_to_keep(paths: Iterable[Path], keep: Keep) -> set[Path]:
    """Return the dated backups that stay; the newest of all is always one of them."""
    newest_first = sorted(paths, key=lambda path: path.name, reverse=True)
    stay = set(newest_first[: max(keep.newest, 1)])
    for many, period in _periods(keep):
        last_of: dict[str, Path] = {}
        for path in newest_first:
            last_of.setdefault(period(path), path)
        stay.update([*last_of.values()][:many])
    return stay


def _periods(keep: Keep) -> list[tuple[int, Callable[[Path], str]]]:
    """Return how many days, weeks and months there are to keep, and which of them a backup is of."""
    return [
        (keep.daily, lambda path: _day(path).isoformat()),
        (keep.weekly, lambda path: "{}-{:02}".format(*_day(path).isocalendar()[:2])),
        (keep.monthly, lambda path: _day(path).isoformat()[:7]),
    ]


def _day(path: Path) -> datetime:
    match = DATED.fullmatch(path.name)
    assert match is not None
    return datetime.fromisoformat(match[1])


def made_at(path: Path, db: Database) -> datetime:
    """Return when a dated backup was made, read from its name; a B marks the second of two equal hours."""
    match = DATED.fullmatch(path.name)
    assert match is not None
    local = datetime.fromisoformat(f"{match[1]}T{match[2]}:{match[4]}")
    return local.replace(tzinfo=db.outlet.zone, fold=int(match[3] == "B"))


def list_backups(db: Database, paths: Iterable[Path], *, now: datetime) -> Result:
    """Return these dated backups as a table, the newest first, each with its age in hours and its bytes."""
    rows = []
    for path in sorted(paths, key=lambda path: path.name, reverse=True):
        at = made_at(path, db)
        with suppress(FileNotFoundError):  # another run has just removed it
            rows.append([str(path), dates.stamp(at), hours_between(now, at), path.stat().st_size])
    return Result(Table(COLUMNS, rows, empty=say("No backups here")), changed=False)


def age(text: str) -> timedelta:
    """Return the time span of a text such as 26h (hours) or 2d (days). UsageError for any other text."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        raise UsageError(say("'{text}' is no age", text=text), hint=say("write it like 26h or 2d"))
    return timedelta(hours=int(match[1]) * (24 if match[2] == "d" else 1))


def hours_between(now: datetime, at: datetime) -> float:
    """Return the hours from `at` to `now`, rounded to a tenth."""
    return round((now.astimezone(UTC) - at.astimezone(UTC)).total_seconds() / 3600, 1)

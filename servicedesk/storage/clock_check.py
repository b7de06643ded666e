"""Refuse to write while this computer's clock is behind the newest row of the file.

Only rows that people typed count, because pinned, imported and undone rows say nothing about this clock. Only the last
few rows are read: one process writes at a time, so the newest row is the last one.
"""

from collections.abc import Callable
from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import say
from servicedesk.base.table import moment
from servicedesk.domain.model import Outlet, Stamp
from servicedesk.storage.database import Database, Row

PATIENCE = 60  # seconds by which the clocks of two computers may differ
NEWEST = """
SELECT recorded_at, unixepoch(recorded_at) AS unix FROM (
  SELECT recorded_at FROM (SELECT id, recorded_at, origin FROM command ORDER BY id DESC LIMIT 20) AS c
   WHERE origin = 'typed' AND NOT EXISTS (SELECT 1 FROM command u WHERE u.undoes_id = c.id)
  UNION ALL
  SELECT recorded_at FROM (SELECT recorded_at, origin, voided_at FROM event ORDER BY id DESC LIMIT 20)
   WHERE origin = 'typed' AND voided_at IS NULL)
 ORDER BY unix DESC LIMIT 1
"""


def ahead(db: Database, now: datetime) -> Row | None:
    """Return the newest row if it was typed more than PATIENCE seconds after now, or None. Classrooms are exempt."""
    if db.outlet.classroom:
        return None
    newest = db.row(NEWEST)
    return newest if newest is not None and newest["unix"] > now.timestamp() + PATIENCE else None


def check_clock(db: Database, now: datetime) -> None:
    """Raise StorageError if this computer's clock was set back."""
    newest = ahead(db, now)
    if newest is not None:
        raise StorageError(
            clock_note(now, newest),
            hint=say(
                "set the clock; if it was wrong then, 'servicedesk --now {at} undo' undoes that",
                at=f"'{newest['recorded_at']}'",
            ),
        )


def renew_stamp(db: Database, stamp: Stamp, read_clock: Callable[[], datetime]) -> None:
    """Move the stamp to the instant at which the file was locked; raise StorageError if the clock was set back."""
    now = read_clock().astimezone(db.outlet.zone)
    check_clock(db, now)
    if now.timestamp() > datetime.fromisoformat(stamp.recorded_at).timestamp():
        stamp.recorded_at = dates.stamp(now)


def clock_note(now: datetime, newest: Row) -> str:
    """Return the sentence that says how far the clock is behind; it refuses a write or warns a reader."""
    return say(
        "the clock says {now}, but the newest entry in the file was typed {newest}",
        now=moment(dates.stamp(now)),
        newest=moment(newest["recorded_at"]),
    )


def standing_clock(outlet: Outlet, now_text: str | None) -> datetime:
    """Return the fixed instant of an exercise's file, so that the whole class reads the same figures.

    Raise RefusedError if another instant was given with --now.
    """
    assert outlet.clock
    if now_text is not None:
        raise RefusedError(
            say("the clock of this exercise stands at {at}", at=moment(outlet.clock)),
            hint=say("leave --now and SERVICEDESK_NOW out"),
        )
    return datetime.fromisoformat(outlet.clock).astimezone(outlet.zone)

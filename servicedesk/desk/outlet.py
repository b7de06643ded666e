"""The outlet itself: its name, time zone, phone and opening hours."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from servicedesk.base import dates, phones
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, Table, columns, moment, record
from servicedesk.base.text import one_line
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.info import get_info, hours_label

COLUMNS = columns(
    "outlet", "phone", "zone", "hours+=open hours", "opens-", "closes-", "classroom",
    "maintenance_since:date=birthdays since",
)  # fmt: skip


def get_outlet(db: Database) -> Table:
    """Return the outlet as one object."""
    outlet = db.outlet
    row = [
        outlet.name, outlet.phone, outlet.zone.key, hours_label(outlet), outlet.opens, outlet.closes, outlet.classroom,
        outlet.maintenance_since,
    ]  # fmt: skip
    return record(COLUMNS, row)


def set_opening_hours(desk: Desk, opens: str, closes: str) -> Result:
    """Set the opening hours of the outlet."""
    changed = (desk.db.outlet.opens, desk.db.outlet.closes) != (opens, closes)
    with desk.db.atomic():
        desk.db.run("UPDATE outlet SET opens = :opens, closes = :closes", opens=opens, closes=closes)
    del desk.db.outlet
    return get_info(desk.db)._replace(changed=changed)


def rename_outlet(desk: Desk, name: str) -> Result:
    """Give the outlet another name; papers and reports bear it from now on."""
    new = one_line(name, say("the outlet's name"))
    changed = desk.db.outlet.name != new
    with desk.db.atomic():
        desk.db.run("UPDATE outlet SET name = :name", name=new)
    return _result(desk, changed=changed)


def set_phone(desk: Desk, number: str | None) -> Result:
    """Set the outlet's own phone, which stands on papers; None removes it."""
    new = phones.parse_phone(number).number if number is not None else None
    changed = desk.db.outlet.phone != new
    with desk.db.atomic():
        desk.db.run("UPDATE outlet SET phone = :phone", phone=new)
    return _result(desk, changed=changed)


def _result(desk: Desk, notes: list[str] | None = None, *, changed: bool) -> Result:
    del desk.db.outlet
    said = (notes or []) if changed else [say("nothing differs, nothing to do")]
    return Result(get_outlet(desk.db), said, changed)


# Each hour in which something happened or was agreed, also voided facts, which earlier figures read.
HOURS = """
SELECT at_unix / 3600 AS hour FROM event
 UNION
SELECT unixepoch(window_from) / 3600 FROM event WHERE window_from IS NOT NULL
 UNION
SELECT unixepoch(window_to) / 3600 FROM event WHERE window_to IS NOT NULL
 UNION
SELECT at_unix / 3600 FROM callback
 UNION
SELECT at_unix / 3600 FROM promise
 UNION
SELECT due_unix / 3600 FROM promise
 UNION
SELECT at_unix / 3600 FROM promise_end
 UNION
SELECT at_unix / 3600 FROM complaint
 UNION
SELECT at_unix / 3600 FROM complaint_step
 UNION
SELECT at_unix / 3600 FROM quote
 UNION
SELECT at_unix / 3600 FROM quote_answer
 UNION
SELECT at_unix / 3600 FROM charge
 UNION
SELECT at_unix / 3600 FROM compensation
 ORDER BY 1
"""


def set_zone(desk: Desk, name: str) -> Result:
    """Move the outlet to another time zone.

    RefusedError if a recorded time would have another hour: its day, and so the figures of the past, could change.
    """
    old, new = desk.db.outlet.zone, dates.zone(name)
    with desk.db.atomic():
        for row in desk.db.rows(HOURS):
            at = datetime.fromtimestamp(row["hour"] * 3600, UTC)
            if at.astimezone(old).utcoffset() != at.astimezone(new).utcoffset():
                raise _other_hour(at, old, new)
        desk.db.run("UPDATE outlet SET zone = :zone", zone=new.key)
    note = say(
        "nothing that is recorded changes; from now on times are those of {zone}, where it is {now}",
        zone=new.key,
        now=_label(desk.now, new),
    )
    return _result(desk, [note], changed=old.key != new.key)


def _other_hour(at: datetime, old: ZoneInfo, new: ZoneInfo) -> RefusedError:
    times = {"at": _label(at, old), "other": _label(at, new)}
    return RefusedError(
        say("times are recorded in {old}; {at} would be {other} in {zone}", old=old.key, zone=new.key, **times),
        hint=say("the file keeps its zone; 'servicedesk --db NEW init --zone {zone}' begins another", zone=new.key),
    )


def _label(at: datetime, where: ZoneInfo) -> str:
    return moment(dates.stamp(at.astimezone(where)))[:16]

"""What the file says of itself."""

from servicedesk.base.table import Result, columns, record
from servicedesk.domain.model import Outlet
from servicedesk.storage import drives
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

# Every table of facts has an origin; the set-up of the file itself is not counted.
FACT_TABLES = (
    "category", "household", "customer", "phone", "tier", "consent", "appliance", "technician", "absence", "change",
    "ticket", "event", "maintenance_line", "maintenance_interval", "note", "callback", "promise", "promise_end",
    "complaint", "complaint_step",
)  # fmt: skip

COUNTS = """
SELECT (SELECT count(*) FROM customer WHERE voided_at IS NULL AND merged_into_id IS NULL) AS customers,
       (SELECT count(*) FROM appliance WHERE voided_at IS NULL) AS appliances,
       (SELECT count(*) FROM ticket WHERE voided_at IS NULL) AS tickets,
       (SELECT count(*) FROM event WHERE kind = 'surveyed' AND voided_at IS NULL) AS surveys
"""


def origins(db: Database, *, as_of: int | None = None) -> tuple[int, int]:
    """How many facts were imported, how many written under a pinned clock; those recorded by then, or all.

    What was undone is not among them, once it was.
    """
    found = {"imported": 0, "pinned": 0}
    known = "" if as_of is None else "AND unixepoch(recorded_at) <= :as_of"
    undone = _undone(db, "" if as_of is None else " AND unixepoch(voided_at) <= :as_of")
    for table in FACT_TABLES:
        gone = undone.get(table, "")
        sql = f"SELECT origin, count(*) FROM {table} WHERE origin <> 'typed' {known} {gone} GROUP BY origin"
        for row in db.rows(sql, as_of=as_of):
            found[row[0]] += row[1]
    return found["imported"], found["pinned"]


def _undone(db: Database, by_then: str) -> dict[str, str]:
    """The condition on what still stands, by table; none in a file without an undo, which is counted by index alone."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM command WHERE undoes_id IS NOT NULL)"):
        return {}
    found = {"change": "AND field <> 'voided_at'"}  # what an undo notes for itself
    for table in FACT_TABLES:
        names = [row["name"] for row in db.rows(f"PRAGMA table_info({table})")]
        if "voided_at" in names:
            reason = " AND void_reason = 'undone'" if "void_reason" in names else ""
            found[table] = f"AND NOT (voided_at IS NOT NULL{reason}{by_then})"
    return found


def _hours(outlet: Outlet) -> str:
    return f"{outlet.opens}–{outlet.closes}"


def set_opening_hours(desk: Desk, opens: str, closes: str) -> Result:
    """Set from when to when the outlet is open."""
    changed = (desk.db.outlet.opens, desk.db.outlet.closes) != (opens, closes)
    with desk.db.atomic():
        desk.db.run("UPDATE outlet SET opens = :opens, closes = :closes", opens=opens, closes=closes)
    desk.db.forget_outlet()
    return get_info(desk.db)._replace(changed=changed)


def get_info(db: Database) -> Result:
    """Return one object: path, outlet, zone, opening hours, schema, how many of what."""
    fields = columns(
        "path", "outlet", "zone", "hours+=open hours", "opens-", "closes-", "schema:count", "customers:count",
        "appliances:count", "tickets:count", "surveys:count", "imported:count", "pinned:count",
    )  # fmt: skip
    counts = db.row(COUNTS)
    assert counts is not None
    version = db.value("PRAGMA user_version")
    outlet = db.outlet
    row = [
        str(db.path),
        outlet.name,
        outlet.zone,
        _hours(outlet),
        outlet.opens,
        outlet.closes,
        version,
        *counts,
        *origins(db),
    ]
    return Result(record(fields, row), drives.notes(db.path), changed=False)

"""Information about the file: its outlet, how many customers, appliances and tickets, how many imported rows."""

from servicedesk.base.table import Result, columns, record
from servicedesk.domain.model import Outlet
from servicedesk.storage import drives
from servicedesk.storage.database import Database

# Every table of facts has a column `origin`; the set-up of the file itself is not counted. For each table: whether its
# rows can be voided, and whether they have a reason.
FACT_TABLES = """
SELECT m.name, sum(c.name = 'voided_at') AS is_voided, sum(c.name = 'void_reason') AS has_reason
  FROM sqlite_master m
  JOIN pragma_table_info(m.name) c ON c.name IN ('origin', 'voided_at', 'void_reason')
 WHERE m.type = 'table' AND m.name <> 'command'
 GROUP BY m.name
HAVING sum(c.name = 'origin')
"""

COUNTS = """
SELECT (SELECT count(*) FROM customer WHERE voided_at IS NULL AND merged_into_id IS NULL) AS customers,
       (SELECT count(*) FROM appliance WHERE voided_at IS NULL) AS appliances,
       (SELECT count(*) FROM ticket WHERE voided_at IS NULL) AS tickets,
       (SELECT count(*) FROM event WHERE kind = 'surveyed' AND voided_at IS NULL) AS surveys
"""


def origins(db: Database, *, as_of: int | None = None) -> tuple[int, int]:
    """Return how many facts were imported, and how many were written with a pinned clock.

    With `as_of` (seconds) only facts recorded until then count. Undone facts do not count.
    """
    found = {"imported": 0, "pinned": 0}
    known = "" if as_of is None else "AND unixepoch(recorded_at) <= :as_of"
    by_then = "" if as_of is None else " AND unixepoch(voided_at) <= :as_of"
    # In a file without any undo the count reads only an index.
    has_undo = db.value("SELECT EXISTS (SELECT 1 FROM command WHERE undoes_id IS NOT NULL)")
    for table, is_voided, has_reason in db.rows(FACT_TABLES):
        gone = ""
        if has_undo and is_voided:
            reason = " AND void_reason = 'undone'" * has_reason
            gone = f"AND NOT (voided_at IS NOT NULL{reason}{by_then})"
        elif has_undo and table == "change":
            gone = "AND field <> 'voided_at'"  # the changes that an undo itself records
        sql = f"SELECT origin, count(*) FROM {table} WHERE origin <> 'typed' {known} {gone} GROUP BY origin"
        for origin, many in db.rows(sql, as_of=as_of):
            found[origin] += many
    return found["imported"], found["pinned"]


def hours_label(outlet: Outlet) -> str:
    """Return the opening hours as a text for people."""
    return f"{outlet.opens}–{outlet.closes}"


def get_info(db: Database, *, next_steps: str | None = None) -> Result:
    """Return one object: path, outlet, zone, opening hours, schema, counts.

    People also see `next_steps`, which are given if the file is new and empty.
    """
    counted = ("schema", "customers", "appliances", "tickets", "surveys", "imported", "pinned")
    whose = "-" if next_steps is not None else ""  # zeros say nothing to people
    fields = columns(
        "path", "outlet", "zone", "hours+=open hours", "opens-", "closes-",
        *(f"{key}:count{whose}" for key in counted), "phone", "next+",
    )  # fmt: skip
    counts = db.row(COUNTS)
    assert counts is not None
    version = db.value("PRAGMA user_version")
    outlet = db.outlet
    row = [
        str(db.path),
        outlet.name,
        outlet.zone.key,
        hours_label(outlet),
        outlet.opens,
        outlet.closes,
        version,
        *counts,
        *origins(db),
        outlet.phone,
        next_steps,
    ]
    return Result(record(fields, row), drives.notes(db.path), changed=False)

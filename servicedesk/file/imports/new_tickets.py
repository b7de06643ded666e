"""Insert imported tickets: a batch goes into a temporary table, then one statement each makes tickets, events, facts.

An imported ticket has at most one event of a kind, recorded when it happened, none voided or corrected, so its row of
ticket_fact is read off the one row. The rules between its events were checked with the row, where cells can be named
(maps/rows.py); to ask the views of the rules again would cost an import a twelfth of its speed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.base import dates
from servicedesk.domain.model import Stamp
from servicedesk.file.guard import Guard
from servicedesk.file.imports.maps.rows import TicketRow
from servicedesk.records.ticket_facts import ANSWER_DAYS
from servicedesk.storage.database import Database
from servicedesk.storage.search.index import mark_customers

COLUMNS = ("id", "customer_id", "appliance_id", "technician_id", *TicketRow._fields)


TABLE = f"CREATE TEMP TABLE arriving (id INTEGER PRIMARY KEY, {', '.join(COLUMNS[1:])})"

_TICKETS = """
INSERT INTO ticket (id, type, customer_id, appliance_id, channel, fault, text, area, ended_at, source, ref, digest,
                    assignment_unknown, recorded_at, actor, origin)
SELECT id, type, customer_id, appliance_id, channel, fault, text, area, coalesce(completed_at, cancelled_at), :source,
       ref, digest, :assignment_unknown, reported_at, :actor, :origin
  FROM arriving ORDER BY id"""


# When the technician was assigned. If the file does not say, an open ticket counts as assigned at the import. In a
# ticket that has ended the technician is the one who came.
_IS_THEIRS = "technician_id IS NOT NULL AND completed_at IS NULL AND cancelled_at IS NULL"
_ASSIGNED_AT = f"coalesce(assigned_at, CASE WHEN {_IS_THEIRS} THEN :now END)"
_ASSIGNED_UNIX = f"coalesce(assigned_unix, CASE WHEN {_IS_THEIRS} THEN :now_unix END)"
# The events of a ticket in the order in which they happen, so that their ids have this order too.
_LOG = f"""
INSERT INTO event (ticket_id, kind, at, technician_id, no_access, outcome, reason, cancelled_by, score, satisfied,
                   recorded_at, actor, origin)
SELECT id, kind, at, CASE WHEN step BETWEEN 2 AND 5 THEN technician_id END, CASE step WHEN 3 THEN 0 END,
       CASE step WHEN 4 THEN outcome END, CASE step WHEN 5 THEN reason END, CASE step WHEN 5 THEN cancelled_by END,
       CASE step WHEN 6 THEN score END, CASE step WHEN 6 THEN satisfied END, at, :actor, :origin
  FROM (SELECT a.*, k.step, k.kind,
               CASE k.step WHEN 1 THEN reported_at WHEN 2 THEN {_ASSIGNED_AT} WHEN 3 THEN arrived_at
                           WHEN 4 THEN completed_at WHEN 5 THEN cancelled_at ELSE answered_at END AS at
          FROM arriving a CROSS JOIN arriving_kind k)
 WHERE at IS NOT NULL"""
_KINDS = ("reported", "assigned", "arrived", "completed", "cancelled", "surveyed")


def _day(at: str) -> str:
    return f"unixepoch(substr({at}, 1, 10)) / 86400"


def _month(at: str) -> str:
    return f"CAST(substr({at}, 1, 4) || substr({at}, 6, 2) AS INTEGER)"


_IS_COUNTED = f"{_day('answered_at')} <= {_day('completed_at')} + {ANSWER_DAYS}"


def _if(unix: str, value: str) -> str:
    return f"CASE WHEN {unix} IS NOT NULL THEN {value} END"


# The columns of ticket_fact at a tenth of the cost of records/ticket_facts.py; `check` and the tests compare the two.
_FACTS = {
    "ticket_id": "id", "type": "type", "customer_id": "customer_id", "appliance_id": "appliance_id", "fault": "fault",
    "on_site": "0", "assignment_unknown": ":assignment_unknown", "known_unix": "reported_unix",
    "touched_unix": "max(coalesce(answered_unix, completed_unix, cancelled_unix, arrived_unix, reported_unix),"
                    f" coalesce({_ASSIGNED_UNIX}, 0))",
    "reported_unix": "reported_unix", "reported_day": _day("reported_at"), "reported_month": _month("reported_at"),
    "deadline_unix": "CASE type WHEN 'repair' THEN reported_unix + 86400 END",
    "first_assigned_unix": _ASSIGNED_UNIX, "assignments": f"{_ASSIGNED_UNIX} IS NOT NULL",
    "assigned_id": _if(_ASSIGNED_UNIX, "technician_id"),
    "assigned_due_id": f"CASE WHEN type = 'repair' AND {_ASSIGNED_UNIX} <= reported_unix + 86400"
                       " THEN technician_id END",
    "assigned_strict_id": f"CASE WHEN {_ASSIGNED_UNIX} <= reported_unix + 86400 THEN technician_id END",
    "arrived_unix": "arrived_unix",
    "arrived_id": _if("arrived_unix", "technician_id"), "arrived_no_access": _if("arrived_unix", "0"),
    "visits": "arrived_unix IS NOT NULL", "no_access": "0", "cancelled_unix": "cancelled_unix",
    "cancel_reason": "reason", "cancelled_by": "cancelled_by", "done_unix": "completed_unix",
    "done_day": _day("completed_at"), "done_month": _month("completed_at"),
    "done_id": _if("completed_unix", "technician_id"), "outcome": "outcome",
    "answer_id": f"CASE WHEN {_IS_COUNTED} THEN"
                 " (SELECT e.id FROM event e WHERE e.ticket_id = arriving.id AND e.kind = 'surveyed') END",
    "answer": f"CASE WHEN {_IS_COUNTED} THEN coalesce("
              "CASE satisfied WHEN 1 THEN 'satisfied' WHEN 0 THEN 'not_satisfied' END, 'score_' || score) END",
    "answer_source": "NULL",
}  # fmt: skip
_KEEP = f"""
INSERT INTO ticket_fact ({", ".join(_FACTS)})
SELECT {", ".join(_FACTS.values())} FROM arriving ORDER BY id"""
_ARRIVE = f"INSERT INTO arriving ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"

# The indexes that a large load drops and makes again. Unique ones stay, because they refuse rows and find keys; so do
# those whose new entries all come at the end, and small ones.
_INDEXES = """
SELECT name, sql FROM sqlite_master
 WHERE type = 'index' AND tbl_name IN ('customer', 'phone', 'appliance', 'ticket', 'event', 'ticket_fact')
   AND sql NOT LIKE 'CREATE UNIQUE%' AND name NOT GLOB '*_origin'
   AND name NOT IN ('event_ticket', 'appliance_customer', 'customer_household', 'customer_merged', 'ticket_open',
                    'ticket_follows', 'ticket_fact_open')
"""


# The triggers on new customers, phones, tiers and appliances. With a trigger each insert may fail halfway, so SQLite
# keeps a copy of each page: half of the cost of such a row.
_MARKS = """
SELECT name, sql FROM sqlite_master
 WHERE type = 'trigger' AND tbl_name IN ('customer', 'phone', 'tier', 'appliance') AND sql LIKE '% AFTER INSERT ON %'
"""


class Arrivals(Guard):
    """Inserts tickets, inside a transaction. For a large load triggers and indexes are dropped and made again."""

    def __init__(self, db: Database, stamp: Stamp, *, source: str, assignment_unknown: bool) -> None:
        super().__init__(db)
        self._values = {
            "source": source,
            "assignment_unknown": int(assignment_unknown),
            "now": stamp.recorded_at,
            "now_unix": dates.unix_of(stamp.recorded_at),
            "actor": stamp.actor,
            "origin": stamp.origin,
        }
        self._without: list[str] = []
        db.run(TABLE)
        db.run("CREATE TEMP TABLE arriving_kind (step INTEGER PRIMARY KEY, kind)")
        db.run_many("INSERT INTO arriving_kind VALUES (?, ?)", enumerate(_KINDS, 1))

    def make_way(self, *, indexes: bool) -> None:
        """Drop the triggers for a large load, and the indexes if most rows of the file will be new."""
        if self._aside:
            return
        self.step_aside()
        for row in self.db.rows(_MARKS):
            self._aside.append((row["name"], row["sql"]))
            self.db.run(f"DROP TRIGGER {row['name']}")
        if indexes:
            for row in self.db.rows(_INDEXES):
                self._without.append(row["sql"])
                self.db.run(f"DROP INDEX {row['name']}")

    def take(self, tickets: Sequence[tuple[Any, ...]]) -> None:
        """Insert these tickets: values in the order of COLUMNS, ids ascending."""
        if not tickets:
            return
        self.db.run_many(_ARRIVE, tickets)
        for statement in (_TICKETS, _LOG, *([_KEEP] if self._aside else [])):
            named = {key: value for key, value in self._values.items() if re.search(rf":{key}\b", statement)}
            self.db.run(statement, **named)
        self.db.run("DELETE FROM arriving")

    def finish(self, first_ids: Mapping[str, int]) -> None:
        """Make triggers and indexes again. `first_ids`: the first new customer and appliance."""
        self.db.run("DROP TABLE temp.arriving")
        self.db.run("DROP TABLE temp.arriving_kind")
        if self._without:
            # Sort in pieces of this size; a second thread sorts one piece while the next is read.
            self.db.connection.execute("PRAGMA cache_size = -16384")
            self.db.connection.execute("PRAGMA threads = 1")
        if self._aside:
            mark_customers(self.db, customer_id=first_ids["customer"], appliance_id=first_ids["appliance"])
            for sql in (*self._without, *(sql for _, sql in self._aside)):
                self.db.run(sql)

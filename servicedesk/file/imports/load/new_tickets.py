"""Insert imported tickets with their events, a batch at a time, and check them against the rules of the file.

For a large load the triggers are dropped. At the end guard.py computes the stored facts of the new tickets
(records/ticket_facts.py) and checks every rule for them (rules.py). 100,000 tickets: 1.0 and 0.7 seconds of 6.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from servicedesk.domain.model import Stamp
from servicedesk.file.guard import Guard
from servicedesk.file.imports.maps.row_values import PLAIN, TicketRow
from servicedesk.storage.database import Database
from servicedesk.storage.search.index import mark_customers

_TICKET = """
INSERT INTO ticket (id, customer_id, appliance_id, ref, type, channel, fault, text, area, recorded_at, ended_at, digest,
                    source, assignment_unknown, actor, origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# Two thirds of what is said of any event: a third of the time.
_PLAIN_EVENT = """
INSERT INTO event (ticket_id, technician_id, kind, at, no_access, outcome, reason, cancelled_by, score, satisfied,
                   recorded_at, actor, origin)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?4, ?11, ?12)
"""
_EVENT = """
INSERT INTO event (ticket_id, technician_id, kind, at, no_access, outcome, reason, cancelled_by, score, satisfied,
                   cause, window_from, window_to, asked_by, note, found, found_cause, recorded_at, actor, origin)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?4, ?11, ?12)
"""

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
_EVENTS = TicketRow._fields.index("events") + 3


class Arrivals(Guard):
    """Inserts tickets, inside a transaction. For a large load triggers and indexes are dropped and made again."""

    def __init__(self, db: Database, stamp: Stamp, *, source: str, assignment_unknown: bool) -> None:
        super().__init__(db)
        self._now = stamp.recorded_at
        self._beside = (source, int(assignment_unknown), stamp.actor, stamp.origin)
        self._by = (stamp.actor, stamp.origin)
        self._without: list[str] = []

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

    def take(self, tickets: Sequence[tuple[Any, ...]], technicians: Mapping[str, int]) -> None:
        """Insert these tickets: id, customer and appliance before the values of a TicketRow, ids ascending."""
        if not tickets:
            return
        beside = self._beside
        rows = [
            (number, customer, appliance, ref, kind, channel, fault, text, area, reported, ended, digest, *beside)
            for number, customer, appliance, ref, kind, channel, fault, text, area, _, reported, ended, _, digest
            in tickets
        ]  # fmt: skip
        self.db.run_many(_TICKET, rows)
        are_plain = all(len(event) == PLAIN for ticket in tickets for event in ticket[_EVENTS])
        self.db.run_many(
            _PLAIN_EVENT if are_plain else _EVENT, self._events(tickets, technicians, () if are_plain else (None,) * 7)
        )

    def _events(
        self, tickets: Sequence[tuple[Any, ...]], technicians: Mapping[str, int], no_more: tuple[None, ...]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the events as rows, each recorded when it happened.

        If the file does not say when the technician was assigned, an open ticket counts as assigned at the import. In a
        ticket that has ended the file's technician is the one who came.
        """
        by = self._by
        for number, *_, name, _, ended, events, _ in tickets:
            for event in events:
                kind, at, _, who, *more = event[:PLAIN]
                yield (
                    number,
                    technicians[who] if who else None,
                    kind,
                    at,
                    *more,
                    *by,
                    *(*event[PLAIN:], *no_more)[: len(no_more)],
                )
            if name and not ended and not any(event[0] == "assigned" for event in events):
                yield (number, technicians[name], "assigned", self._now, *(None,) * 6, *by, *no_more)

    def finish(self, what: object, first_ids: Mapping[str, int]) -> None:
        """Make triggers and indexes again. `first_ids`: the first new customer, appliance and ticket.

        RefusedError if the new tickets break a rule: reading a row should have rejected it.
        """
        if self._without:
            # Sort in pieces of this size; a second thread sorts one piece while the next is read.
            self.db.connection.execute("PRAGMA cache_size = -16384")
            self.db.connection.execute("PRAGMA threads = 1")
        if self._aside:
            mark_customers(self.db, customer_id=first_ids["customer"], appliance_id=first_ids["appliance"])
            self.stand(what, since_ticket_id=first_ids["ticket"])
            for sql in self._without:
                self.db.run(sql)


# The values that _events unpacks.
assert TicketRow._fields[-5:] == ("technician", "reported_at", "ended_at", "events", "digest")

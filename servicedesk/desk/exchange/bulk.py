"""Mapped rows into the file, a batch at a time: refs resolved by one statement a noun, rows written by executemany."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servicedesk.core.maps.binding import RowError
from servicedesk.core.maps.mapping import SECTIONS
from servicedesk.core.maps.rows import ApplianceRow, CustomerRow, Row, TicketRow
from servicedesk.core.model import Stamp, Tier
from servicedesk.core.said import say
from servicedesk.desk import standing
from servicedesk.desk.checks import Guard
from servicedesk.desk.database import Database
from servicedesk.desk.exchange.reading import Record
from servicedesk.desk.forgetting import REF, known_ref

BATCH = 5_000
MANY = 5_000  # events in one batch

SEEN = """
SELECT ref, {id}, digest FROM {noun}
 WHERE source = :source AND ref IN (SELECT value FROM json_each(:refs)) AND voided_at IS NULL
"""

# The key of somebody who was merged means who it is by now.
IDS = {"customer": "coalesce(merged_into_id, id)"}
# Keys of people who were forgotten, told from others by what stands for them.
FORGOTTEN = f"""
SELECT ref, id, digest FROM {{noun}}
 WHERE source = :source AND ref > '{REF}' AND ref < '{REF[:-1]};' AND voided_at IS NULL
"""

# Equal to the expressions of the index appliance_serial, so that it is used.
TAKEN = """
SELECT p.key, a.id
  FROM json_each(:pairs) AS p
  JOIN appliance a ON coalesce(a.brand, '') COLLATE NOCASE = json_extract(p.value, '$[0]')
                  AND a.serial = json_extract(p.value, '$[1]')
 WHERE a.serial IS NOT NULL AND a.voided_at IS NULL
"""

INSERTS = {
    "customer": "id, name, address, area, source, ref, digest, recorded_at, actor, origin",
    "phone": "customer_id, number, digits, recorded_at, actor, origin",
    "tier": "customer_id, tier, from_on, recorded_at, actor, origin",
    "appliance": "id, customer_id, category, brand, model, serial, bought_on, bought_precision, installed_on,"
    " installed_precision, source, ref, digest, recorded_at, actor, origin",
    "ticket": "id, type, customer_id, appliance_id, channel, fault, text, area, ended_at, source, ref, digest,"
    " recorded_at, actor, origin",
    "event": "ticket_id, kind, at, technician_id, no_access, outcome, reason, cancelled_by, score, satisfied,"
    " recorded_at, actor, origin",
}


@dataclass
class Counts:
    """What became of the records; `customers` and `appliances` are new ones."""

    new: int = 0
    known: int = 0
    changed: int = 0
    customers: int = 0
    appliances: int = 0
    completed: int = 0
    forgotten: int = 0
    first_changed: str = ""
    differing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECTIONS, 0))
    categories: list[str] = field(default_factory=list)
    technicians: list[str] = field(default_factory=list)


class Loader:
    """One import under way, inside a transaction. `depth` says which noun a record is about (mapping.DEPTHS)."""

    def __init__(
        self, db: Database, stamp: Stamp, *, source: str, depth: int, now: datetime, update: bool = False
    ) -> None:
        self.db, self.stamp, self.source, self.now, self.update = db, stamp, source, now, update
        self.noun = SECTIONS[depth - 1]
        self.counts = Counts()
        self._beside = (stamp.recorded_at, stamp.actor, stamp.origin)
        self._next = {noun: (db.value(f"SELECT max(id) FROM {noun}") or 0) + 1 for noun in SECTIONS}
        self._categories = {row[0] for row in db.rows("SELECT code FROM category WHERE voided_at IS NULL")}
        everybody = db.rows("SELECT name, id FROM technician WHERE voided_at IS NULL")
        self._technicians: dict[str, int] = {row[0]: row[1] for row in everybody}
        self._seen: dict[str, dict[str, tuple[int, str | None]]] = {}
        self._serials: dict[tuple[str, str], int] = {}
        self._forgotten = {
            noun: {row[0]: (row[1], row[2]) for row in db.rows(FORGOTTEN.format(noun=noun), source=source)}
            for noun in SECTIONS
        }
        self._gone: set[str] = set()  # the keys of this file that are theirs
        self._first_ticket_id, self._guard = self._next["ticket"], Guard(db)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}

    def take(self, rows: Sequence[tuple[Record, Row]]) -> list[tuple[Record, RowError]]:
        """Write what is new of these rows; those that the file refuses."""
        self._look_up([row for _, row in rows])
        refused: list[tuple[Record, RowError]] = []
        later: list[Row] = []
        for record, row in rows:
            try:
                if self._is_other(record, row):
                    later.append(row)
            except RowError as error:
                refused.append((record, error))
        self._flush()
        if self.update:
            from servicedesk.desk.exchange import updating

            self.counts.completed += sum(updating.completed(self, row) for row in later)
        return refused

    def seen(self, noun: str, ref: str) -> tuple[int, str | None] | None:
        """Id and digest of a ref of this batch, if it is in the file by now."""
        return self._seen[noun].get(ref)

    def known_id(self, noun: str, ref: str) -> int | None:
        """Its id alone."""
        found = self.seen(noun, ref)
        return found[0] if found else None

    def remember(self, noun: str, ref: str, noun_id: int, digest: str | None) -> None:
        """From now on a row with that digest says nothing new."""
        self._seen[noun][ref] = noun_id, digest

    def holder(self, facts: ApplianceRow) -> int | None:
        """The appliance that has this serial of this brand."""
        return self._serials.get(_serial_key(facts.brand or "", facts.serial or ""))

    def _look_up(self, rows: Sequence[Row]) -> None:
        for at, noun in enumerate(SECTIONS):
            refs = {facts.ref for row in rows if (facts := row[at]) is not None}
            sql = SEEN.format(noun=noun, id=IDS.get(noun, "id"))
            found = self.db.rows(sql, source=self.source, refs=json.dumps(list(refs))) if refs else []
            self._seen[noun] = {row[0]: (row[1], row[2]) for row in found}
            if self._forgotten[noun]:
                self._recognise(noun, [facts for row in rows if (facts := row[at]) is not None])
        pairs = list(
            {(r.appliance.brand or "", r.appliance.serial) for r in rows if r.appliance and r.appliance.serial}
        )
        taken = self.db.rows(TAKEN, pairs=json.dumps(pairs)) if pairs else []
        self._serials = {_serial_key(*pairs[row[0]]): row[1] for row in taken}

    def _recognise(self, noun: str, rows: Sequence[CustomerRow | ApplianceRow | TicketRow]) -> None:
        """Keys of forgotten people are known, and nothing that the file says of them is new."""
        for facts in rows:
            found = self._forgotten[noun].get(known_ref(self.db, self.source, facts.ref))
            if found is not None:
                self._seen[noun][facts.ref] = (found[0], found[1] or facts.digest)
                self._gone |= {facts.ref} if noun == "customer" else set()

    def _is_other(self, record: Record, row: Row) -> bool:
        """Queue what is new in the row and count it; whether it says anything else about something known."""
        facts = row[SECTIONS.index(self.noun)]
        assert facts is not None
        is_new = facts.ref not in self._seen[self.noun]
        self.counts.forgotten += row.customer is not None and row.customer.ref in self._gone
        if is_new:
            self._check(row)
        others = [noun for noun, said in zip(SECTIONS, row, strict=True) if said and self._differs(noun, said)]
        for noun in others:
            self.counts.differing[noun] += 1
        if is_new:
            self.counts.new += 1
            self._queue(row)
        elif others:
            self.counts.changed += 1
            self.counts.first_changed = self.counts.first_changed or say(
                "record {number}, line {line}", number=record.number, line=record.line
            )
        else:
            self.counts.known += 1
        return bool(others)

    def _differs(self, noun: str, facts: CustomerRow | ApplianceRow | TicketRow) -> bool:
        found = self._seen[noun].get(facts.ref)
        return found is not None and facts.digest is not None and found[1] != facts.digest

    def _check(self, row: Row) -> None:
        """Nothing of a row is written before all of it may be."""
        customer, appliance = row.customer, row.appliance
        if customer and customer.ref in self._gone:
            raise RowError("", customer.ref, say("this customer was forgotten"))
        if customer and customer.name is None and customer.ref not in self._seen["customer"]:
            raise RowError("", customer.ref, say("no customer of this key is known"))
        if appliance is None or appliance.ref in self._seen["appliance"]:
            return
        if appliance.category is None:
            raise RowError("", appliance.ref, say("no appliance of this key is known"))
        holder = self.holder(appliance) if appliance.serial else None
        if holder is not None:
            raise RowError("", appliance.serial, say("the serial of A{holder}: unique within a brand", holder=holder))

    def _queue(self, row: Row) -> None:
        customer_id = self._customer_id(row.customer)
        appliance_id = self._appliance_id(row.appliance, customer_id)
        if row.ticket:
            self._ticket(row.ticket, customer_id, appliance_id)

    def _new_id(self, noun: str, ref: str, digest: str | None) -> int:
        new_id = self._next[noun]
        self._next[noun] += 1
        self._seen[noun][ref] = (new_id, digest)
        return new_id

    def _customer_id(self, facts: CustomerRow | None) -> int | None:
        if facts is None:
            return None
        if facts.ref in self._seen["customer"]:
            return self._seen["customer"][facts.ref][0]
        new_id = self._new_id("customer", facts.ref, facts.digest)
        self.counts.customers += 1
        put = self._waiting
        put["customer"].append(
            (new_id, facts.name, facts.address, facts.area, self.source, facts.ref, facts.digest, *self._beside)
        )
        if facts.phone:
            put["phone"].append((new_id, facts.phone, facts.digits, *self._beside))
        if facts.tier and facts.tier != Tier.ORDINARY:
            put["tier"].append((new_id, facts.tier, self.now.date().isoformat(), *self._beside))
        return new_id

    def _appliance_id(self, facts: ApplianceRow | None, customer_id: int | None) -> int | None:
        if facts is None:
            return None
        if facts.ref in self._seen["appliance"]:
            return self._seen["appliance"][facts.ref][0]
        new_id = self._new_id("appliance", facts.ref, facts.digest)
        self.counts.appliances += 1
        assert facts.category is not None
        self._categorised(facts.category)
        if facts.serial:
            self._serials[_serial_key(facts.brand or "", facts.serial)] = new_id
        self._waiting["appliance"].append(
            (new_id, customer_id, facts.category, facts.brand, facts.model, facts.serial, *facts.bought,
             *facts.installed, self.source, facts.ref, facts.digest, *self._beside)
        )  # fmt: skip
        return new_id

    def _ticket(self, facts: TicketRow, customer_id: int | None, appliance_id: int | None) -> None:
        """The ticket and its events; every fact is recorded at its own time, since a file has no typing times."""
        new_id = self._new_id("ticket", facts.ref, facts.digest)
        _, actor, origin = self._beside
        self._waiting["ticket"].append(
            (new_id, facts.type, customer_id, appliance_id, facts.channel, facts.fault, facts.text, facts.area,
             facts.ended_at, self.source, facts.ref, facts.digest, facts.facts[0].at, actor, origin)
        )  # fmt: skip
        add = self._waiting["event"].append
        for f in facts.facts:
            who = self.technician_id(f.technician) if f.technician else None
            add((new_id, f.kind, f.at, who, f.no_access, f.outcome, f.reason, f.cancelled_by, f.score, f.satisfied,
                 f.at, actor, origin))  # fmt: skip

    def technician_id(self, name: str) -> int:
        """Of that name, to the letter; one unknown so far is added."""
        if name not in self._technicians:
            again = standing.revived(self.db, "technician", "name", name, left_on=None)
            self._technicians[name] = again or self.db.insert("technician", self.stamp, name=name)
            self.counts.technicians.append(name)
        return self._technicians[name]

    def knows(self, technician: str) -> bool:
        """Whether there is a technician of that name."""
        return technician in self._technicians

    def _categorised(self, code: str) -> None:
        """An unknown category is added verbatim (cli.md)."""
        if code not in self._categories:
            if standing.revived(self.db, "category", "code", code, label_zh=None) is None:
                self.db.insert("category", self.stamp, code=code)
            self._categories.add(code)
            self.counts.categories.append(code)

    def finish(self, what: object) -> None:
        """After the last batch: every rule holds, or RefusedError."""
        self._guard.stand(what, since_ticket_id=self._first_ticket_id)

    def _flush(self) -> None:
        # The rows were checked one by one already; --update leans on the triggers.
        if len(self._waiting["event"]) > MANY and not self.update:
            self._guard.step_aside()
        for table, names in INSERTS.items():
            if self._waiting[table]:
                marks = ", ".join("?" * (names.count(",") + 1))
                self.db.run_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", self._waiting[table])
                self._waiting[table].clear()


def _serial_key(brand: str, serial: str) -> tuple[str, str]:
    """As the index compares: brands without ASCII capitals, serials to the letter."""
    return "".join(sign.lower() if sign.isascii() else sign for sign in brand), serial

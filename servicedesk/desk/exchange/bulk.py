"""Mapped rows into the file, a batch at a time: refs resolved by one statement a noun, tickets as in arriving.py.

Of the nouns of a row (mapped.Mapped) the ref comes first and the digest last.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from servicedesk.core.maps.binding import RowError
from servicedesk.core.maps.mapping import SECTIONS
from servicedesk.core.maps.rows import Facts, Row, TicketRow
from servicedesk.core.model import Stamp, Tier
from servicedesk.core.said import say
from servicedesk.desk import standing
from servicedesk.desk.database import Database
from servicedesk.desk.exchange.arriving import Arrivals
from servicedesk.desk.exchange.mapped import Mapped
from servicedesk.desk.forgetting import REF, known_ref

MANY = 1_000  # tickets in one batch, or in the whole file
MOST_SEEN = 20_000  # keys of a noun that are known without a look

SEEN = """
SELECT ref, {id}, digest FROM {noun}
 WHERE source = :source AND ref IN (SELECT value FROM json_each(:refs)) AND voided_at IS NULL
"""

HIGHEST = "SELECT max(ref) FROM ticket WHERE source = :source AND ref IS NOT NULL AND voided_at IS NULL"

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
}


_TECHNICIAN = TicketRow._fields.index("technician")


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
        self.noun, self._place = SECTIONS[depth - 1], depth - 1
        self.counts = Counts()
        self._beside = (stamp.recorded_at, stamp.actor, stamp.origin)
        self._next = {noun: (db.value(f"SELECT max(id) FROM {noun}") or 0) + 1 for noun in SECTIONS}
        self._categories = {row[0] for row in db.rows("SELECT code FROM category WHERE voided_at IS NULL")}
        everybody = db.rows("SELECT name, id FROM technician WHERE voided_at IS NULL")
        self._technicians: dict[str, int] = {row[0]: row[1] for row in everybody}
        self._seen: dict[str, dict[str, tuple[int, str | None]]] = {noun: {} for noun in SECTIONS}
        self._highest: str = db.value(HIGHEST, source=source) or ""
        self._serials: dict[tuple[str, str], int] = {}
        self._forgotten = {
            noun: {row[0]: (row[1], row[2]) for row in db.rows(FORGOTTEN.format(noun=noun), source=source)}
            for noun in SECTIONS
        }
        self._gone: set[str] = set()  # the keys of this file that are theirs
        self.expected = 0  # about how many records there are
        self._first_ticket_id = self._next["ticket"]
        self._arrivals = Arrivals(db, source=source, actor=stamp.actor, origin=stamp.origin)
        self._tickets: list[Facts] = []
        self._waiting: dict[str, list[Facts]] = {table: [] for table in INSERTS}

    def take(self, rows: Sequence[Mapped]) -> list[tuple[Mapped, RowError]]:
        """Write what is new of these rows; those that the file refuses."""
        self._look_up(rows)
        refused: list[tuple[Mapped, RowError]] = []
        later: list[Mapped] = []
        for row in rows:
            try:
                if self._is_other(row):
                    later.append(row)
            except RowError as error:
                refused.append((row, error))
        self._flush()
        if self.update:
            from servicedesk.desk.exchange import updating

            self.counts.completed += sum(updating.completed(self, Row.of(*row[3:])) for row in later)
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

    def _look_up(self, rows: Sequence[Mapped]) -> None:
        for noun, column in zip(SECTIONS, list(zip(*rows, strict=True))[3:], strict=False):
            self._remember(noun, [facts for facts in column if facts])
        known = self._seen["appliance"]
        new = {appliance for *_, appliance, _ in rows if appliance and appliance[0] not in known}
        pairs = list({(brand or "", serial) for _, _, brand, _, serial, *_ in new if serial})
        taken = self.db.rows(TAKEN, pairs=json.dumps(pairs)) if pairs else []
        self._serials = {_serial_key(*pairs[row[0]]): row[1] for row in taken}

    def _remember(self, noun: str, said: Sequence[Facts]) -> None:
        """Who of these is in the file by now. What earlier batches named is known still, up to a bound."""
        seen = self._seen[noun]
        refs = {facts[0] for facts in said}
        if len(seen) > MOST_SEEN or noun == "ticket":
            seen.clear()
        asked = refs.difference(seen)
        if noun == "ticket" and asked:
            # Keys that only rise are new without a look.
            lowest, highest = min(asked), max(asked)
            asked = asked if lowest <= self._highest else set()
            self._highest = max(self._highest, highest)
        if asked:
            sql = SEEN.format(noun=noun, id=IDS.get(noun, "id"))
            for row in self.db.rows(sql, source=self.source, refs=json.dumps(list(asked))):
                seen[row[0]] = row[1], row[2]
        if self._forgotten[noun]:
            self._recognise(noun, said)

    def _recognise(self, noun: str, said: Sequence[Facts]) -> None:
        """Keys of forgotten people are known, and nothing that the file says of them is new."""
        for ref, *_, digest in said:
            found = self._forgotten[noun].get(known_ref(self.db, self.source, ref))
            if found is not None:
                self._seen[noun][ref] = (found[0], found[1] or digest)
                self._gone |= {ref} if noun == "customer" else set()

    def _is_other(self, row: Mapped) -> bool:
        """Queue what is new in the row and count it; whether it says anything else about something known."""
        number, line, _, customer, appliance, ticket = row
        nouns: Facts = (customer, appliance, ticket)
        is_new = nouns[self._place][0] not in self._seen[self.noun]
        if self._gone:
            self.counts.forgotten += customer is not None and customer[0] in self._gone
        if is_new:
            self._check(customer, appliance)
        is_other = False
        for noun, facts in zip(SECTIONS, nouns, strict=True):
            found = self._seen[noun].get(facts[0]) if facts else None
            if found is not None and found[1] != facts[-1] and facts[-1] is not None:
                self.counts.differing[noun] += 1
                is_other = True
        if is_new:
            self.counts.new += 1
            self._queue(customer, appliance, ticket)
        elif is_other:
            self.counts.changed += 1
            self.counts.first_changed = self.counts.first_changed or say(
                "record {number}, line {line}", number=number, line=line
            )
        else:
            self.counts.known += 1
        return is_other

    def _check(self, customer: Facts | None, appliance: Facts | None) -> None:
        """Nothing of a row is written before all of it may be."""
        if customer:
            ref, name, *_ = customer
            if ref in self._gone:
                raise RowError("", ref, say("this customer was forgotten"))
            if name is None and ref not in self._seen["customer"]:
                raise RowError("", ref, say("no customer of this key is known"))
        if appliance is None or appliance[0] in self._seen["appliance"]:
            return
        ref, category, brand, _, serial, *_ = appliance
        if category is None:
            raise RowError("", ref, say("no appliance of this key is known"))
        holder = self._serials.get(_serial_key(brand or "", serial)) if serial else None
        if holder is not None:
            raise RowError("", serial, say("the serial of A{holder}: unique within a brand", holder=holder))

    def _queue(self, customer: Facts | None, appliance: Facts | None, ticket: Facts | None) -> None:
        customer_id = self._customer_id(customer) if customer else None
        appliance_id = self._appliance_id(appliance, customer_id) if appliance else None
        if ticket:
            new_id = self._new_id("ticket", ticket[0], ticket[-1])
            name = ticket[_TECHNICIAN]
            who = self.technician_id(name) if name else None
            self._tickets.append((new_id, customer_id, appliance_id, who, *ticket))

    def _new_id(self, noun: str, ref: str, digest: str | None) -> int:
        new_id = self._next[noun]
        self._next[noun] += 1
        self._seen[noun][ref] = (new_id, digest)
        return new_id

    def _customer_id(self, facts: Facts) -> int:
        ref, name, phone, digits, address, area, tier, digest = facts
        found = self._seen["customer"].get(ref)
        if found:
            return found[0]
        new_id = self._new_id("customer", ref, digest)
        self.counts.customers += 1
        put = self._waiting
        put["customer"].append((new_id, name, address, area, self.source, ref, digest, *self._beside))
        if phone:
            put["phone"].append((new_id, phone, digits, *self._beside))
        if tier and tier != Tier.ORDINARY:
            put["tier"].append((new_id, tier, self.now.date().isoformat(), *self._beside))
        return new_id

    def _appliance_id(self, facts: Facts, customer_id: int | None) -> int:
        ref, category, brand, model, serial, bought, installed, digest = facts
        found = self._seen["appliance"].get(ref)
        if found:
            return found[0]
        new_id = self._new_id("appliance", ref, digest)
        self.counts.appliances += 1
        self._categorised(category)
        if serial:
            self._serials[_serial_key(brand or "", serial)] = new_id
        self._waiting["appliance"].append(
            (new_id, customer_id, category, brand, model, serial, *bought, *installed, self.source, ref, digest,
             *self._beside)
        )  # fmt: skip
        return new_id

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

    def finish(self) -> None:
        """After the last batch: everything stands as it stood."""
        self._arrivals.finish()

    def _flush(self) -> None:
        # The rows were checked one by one already; --update leans on the triggers, and looks for events.
        if self._tickets and max(len(self._tickets), self.expected) > MANY and not self.update:
            self._arrivals.make_way(indexes=self.expected >= self._first_ticket_id)
        for table, names in INSERTS.items():
            if self._waiting[table]:
                marks = ", ".join("?" * (names.count(",") + 1))
                self.db.run_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", self._waiting[table])
                self._waiting[table].clear()
        self._arrivals.take(self._tickets)
        self._tickets.clear()


def _serial_key(brand: str, serial: str) -> tuple[str, str]:
    """As the index compares: brands without ASCII capitals, serials to the letter."""
    return brand.lower() if brand.isascii() else "".join(s.lower() if s.isascii() else s for s in brand), serial

"""Write imported rows in batches: look up refs with one statement for each noun, then insert the new rows.

In the values of a customer, an appliance or a ticket the ref comes first and the digest last. Tickets are inserted by
new_tickets.py.
"""

import json
from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from servicedesk.base import sameness
from servicedesk.base.messages import say
from servicedesk.base.sameness import Phone
from servicedesk.desk.appliances.register import oldest_likely
from servicedesk.desk.customers.forget import REF, stand_in_ref
from servicedesk.domain.customer_codes import Tier
from servicedesk.domain.model import Stamp
from servicedesk.file.doubles import Double, find_doubles
from servicedesk.file.imports.batches import Batch, Mapped
from servicedesk.file.imports.load.counts import Counts
from servicedesk.file.imports.load.names import Names
from servicedesk.file.imports.load.new_tickets import Arrivals
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.numbering import Facts
from servicedesk.file.imports.maps.row_values import Row, TicketRow
from servicedesk.file.imports.maps.words import SECTIONS
from servicedesk.storage.database import Database
from servicedesk.storage.search.index import refresh_index

MANY = 1_000  # tickets in one batch, or in the whole file
_NAMED = SECTIONS[:2]  # customers and appliances, which rows name by numbers

SEEN = """
SELECT ref, {id}, digest FROM {noun}
 WHERE source = :source AND ref IN (SELECT value FROM json_each(:refs)) AND voided_at IS NULL
"""

HIGHEST = "SELECT max(ref) FROM ticket WHERE source = :source AND ref IS NOT NULL AND voided_at IS NULL"

# The key of a merged customer means the customer that it was merged into.
IDS = {"customer": "coalesce(merged_into_id, id)"}
# Keys of forgotten customers, which are stored in a form of their own.
FORGOTTEN = f"""
SELECT ref, id, digest FROM {{noun}}
 WHERE source = :source AND ref > '{REF}' AND ref < '{REF[:-1]};' AND voided_at IS NULL
"""

TAKEN = """
SELECT plate, id FROM appliance WHERE plate IN (SELECT value FROM json_each(:plates)) AND voided_at IS NULL
"""

_FIELDS = {
    "customer": "id, name, address, area, source, ref, digest, recorded_at, actor, origin",
    "phone": "customer_id, number, digits, extension, recorded_at, actor, origin",
    "tier": "customer_id, tier, from_on, recorded_at, actor, origin",
    "appliance": "id, customer_id, category, brand, model, serial, plate, bought_on, bought_precision, installed_on,"
    " installed_precision, delivered_on, invoice_on, invoice_no, price_fen, installed_by, use, remote_sale, source,"
    " ref, digest, recorded_at, actor, origin",
}

_NO_SALE = (None,) * 7  # of an appliance whose row has no values of its sale

INSERTS = {
    table: f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * (names.count(',') + 1))})"
    for table, names in _FIELDS.items()
}
_TECHNICIAN, _EVENTS = map(TicketRow._fields.index, ("technician", "events"))


class KnownRow(NamedTuple):
    """A row with other values than at the last import, its number and its line. `is_new`: its record is new."""

    row: Row
    number: int
    line: int | str
    is_new: bool


class Loader:
    """One import under way, inside a transaction. `depth` says which noun a record is about (words.DEPTHS).

    `has_visits`: a ticket may have several arrivals. `compare_record` is called with every row that says other things
    of a known record than at the last import; with `keeps_values` it gets all values of that row.
    """

    def __init__(
        self,
        db: Database,
        stamp: Stamp,
        *,
        source: str,
        depth: int,
        now: datetime,
        compare_record: "Callable[[Loader, KnownRow], None]",
        labels: bool = True,
        assignment_unknown: bool = False,
        has_visits: bool = False,
        keeps_values: bool = False,
    ) -> None:
        self.has_visits, self._compare_record, self._keeps_values = has_visits, compare_record, keeps_values
        self.db, self.stamp, self.source, self.now = db, stamp, source, now
        self.noun, self._place = SECTIONS[depth - 1], depth - 1
        self.counts = Counts()
        self._beside = (stamp.recorded_at, stamp.actor, stamp.origin)
        self._next = {noun: (db.value(f"SELECT max(id) FROM {noun}") or 0) + 1 for noun in SECTIONS}
        self.names = Names(db, stamp, self.counts, labels=labels)
        self._seen: dict[str, dict[str, tuple[int, str | None]]] = {noun: {} for noun in SECTIONS}
        self._highest: str = db.value(HIGHEST, source=source) or ""
        self._plates: dict[str, int] = {}  # the appliances that have them
        self._forgotten = {
            noun: {row[0]: (row[1], row[2]) for row in db.rows(FORGOTTEN.format(noun=noun), source=source)}
            for noun in SECTIONS
        }
        self._oldest = oldest_likely(now.date().isoformat())
        self._begin()
        self.expected = 0  # estimate of the number of records
        self.first_ids = dict(self._next)
        self._arrivals = Arrivals(db, stamp, source=source, assignment_unknown=assignment_unknown)
        self._tickets: list[Facts] = []
        self._waiting: dict[str, list[Facts]] = {table: [] for table in INSERTS}

    def _begin(self) -> None:
        """Forget the numbers: they start at 1 again."""
        # The id of each number; negative: other values are stored; 0: not looked up yet, or new.
        self._ids = {noun: array("q", [0]) for noun in _NAMED}
        # The values of the numbers that have no id yet, or whose values may be needed.
        self._open: dict[str, dict[int, Facts]] = {noun: {} for noun in _NAMED}
        self._gone: dict[int, str] = {}  # the numbers of forgotten customers, and their keys in this file

    def take(self, batch: Batch) -> list[tuple[Mapped, RowError]]:
        """Write what is new in these rows, and return the rows that are rejected."""
        if batch.is_anew:
            self._begin()
        for noun, fresh in zip(_NAMED, (batch.customers, batch.appliances), strict=True):
            self._open[noun].update(enumerate(fresh, len(self._ids[noun])))
            self._ids[noun].extend([0] * len(fresh))
        self._look_up(batch.rows)
        refused: list[tuple[Mapped, RowError]] = []
        later: list[tuple[Mapped, bool]] = []
        customers, appliances, known = *self._ids.values(), self._seen["ticket"]
        for row in batch.rows:
            _, _, _, customer, appliance, ticket = row
            customer_id, appliance_id = customers[customer], appliances[appliance]
            if not (
                ticket
                and ticket[0] not in known
                and (customer_id > 0 or not customer)
                and (appliance_id > 0 or not appliance)
            ):
                try:
                    ids = self._ids_of_new(row, later)
                except RowError as error:
                    refused.append((row, error))
                    continue
                if not ids or not ticket:
                    continue
                customer_id, appliance_id = ids
            self._queue(customer_id, appliance_id, ticket)
        self._flush()
        for row, is_new in later:
            self._compare_record(self, KnownRow(self._open_values(row), row[0], row[1], is_new))
        return refused

    def _open_values(self, row: Mapped) -> Row:
        customer, appliance, ticket = row[3:]
        values = Row.of(self._open["customer"].get(customer), self._open["appliance"].get(appliance), ticket)
        ids = self._ids["customer"][customer], self._ids["appliance"][appliance]
        return values._replace(customer_id=abs(ids[0]), appliance_id=abs(ids[1]))

    def id_and_digest(self, noun: str, ref: str) -> tuple[int, str | None] | None:
        """Return id and digest of a ref of this batch, None if the outlet's file does not have it."""
        return self._seen[noun].get(ref)

    def remember(self, noun: str, ref: str, noun_id: int, digest: str | None) -> None:
        """Remember a ref with its digest, so that later rows with both count as known."""
        self._seen[noun][ref] = noun_id, digest

    def _look_up(self, rows: Sequence[Mapped]) -> None:
        *_, customers, appliances, tickets = zip(*rows, strict=True) if rows else ((),) * 6
        for noun, column in zip(_NAMED, (customers, appliances), strict=True):
            waiting = self._open[noun]
            numbers = waiting.keys() & set(column)
            self._remember(noun, [waiting[number] for number in numbers], numbers)
        told = [ticket for ticket in tickets if ticket]
        self._remember("ticket", told, range(len(told)))
        known, waiting = self._seen["appliance"], self._open["appliance"]
        new = [waiting[number] for number in waiting.keys() & set(appliances) if waiting[number][0] not in known]
        plates = {sameness.plate(brand, serial) for _, _, brand, _, serial, *_ in new if serial}
        taken = self.db.rows(TAKEN, plates=json.dumps(list(plates))) if plates else []
        self._plates = {row[0]: row[1] for row in taken}

    def _remember(self, noun: str, said: Collection[Facts], numbers: Iterable[int]) -> None:
        """Look up which of these refs are in the file."""
        seen = self._seen[noun] = {}
        asked = {facts[0] for facts in said}
        if noun == "ticket" and asked:
            # Keys above all stored ones are new without a look-up.
            lowest, highest = min(asked), max(asked)
            asked = asked if lowest <= self._highest else set()
            self._highest = max(self._highest, highest)
        if asked:
            sql = SEEN.format(noun=noun, id=IDS.get(noun, "id"))
            for row in self.db.rows(sql, source=self.source, refs=json.dumps(list(asked))):
                seen[row[0]] = row[1], row[2]
        if self._forgotten[noun]:
            self._recognise(noun, zip(numbers, said, strict=True))

    def _recognise(self, noun: str, said: Iterable[tuple[int, Facts]]) -> None:
        """Take the keys of forgotten customers as known, whatever the file says of them."""
        for number, (ref, *_, digest) in said:
            found = self._forgotten[noun].get(stand_in_ref(self.db, self.source, ref))
            if found is not None:
                self._seen[noun][ref] = (found[0], found[1] or digest)
                if noun == "customer":
                    self._gone[number] = ref

    def _id(self, noun: str, number: int) -> int:
        """Return the id of a number; negative: other values are stored; 0: none, or not in the file yet."""
        found = self._ids[noun][number]
        if found or not number:
            return found
        facts = self._open[noun][number]
        found = self._compare(noun, facts)
        if found and not (noun == "customer" and number in self._gone):
            self._settle(noun, number, found)
        return found

    def _compare(self, noun: str, facts: Facts) -> int:
        """Return the id of these values; negative: other values are stored; 0: not in the file yet."""
        found = self._seen[noun].get(facts[0])
        if found is None:
            return 0
        return found[0] if facts[-1] is None or found[1] == facts[-1] else -found[0]

    def _settle(self, noun: str, number: int, found: int) -> None:
        """Set the id of a number, and drop its values unless they are needed later."""
        self._ids[noun][number] = found
        if found > 0 and not self._keeps_values:
            del self._open[noun][number]

    def _ids_of_new(self, row: Mapped, later: list[tuple[Mapped, bool]]) -> tuple[int, int] | None:
        """Return the ids of a new record's customer and appliance, 0 for none; None if the record is known.

        New ones are queued and counted. A record that differs from a known one goes into `later`, with whether it is
        new itself. RowError if it is rejected.
        """
        *_, customer, appliance, ticket = row
        found = (
            self._id("customer", customer),
            self._id("appliance", appliance),
            self._compare("ticket", ticket) if ticket else 0,
        )
        is_new = not found[self._place]
        self.counts.forgotten += customer in self._gone
        if is_new:
            self._check(customer, appliance)
        differs = min(found) < 0
        if differs:
            later.append((row, is_new))
        if is_new:
            self.counts.new += not ticket
            customer_id = abs(found[0]) or (self._customer_id(customer) if customer else 0)
            return customer_id, abs(found[1]) or (self._appliance_id(appliance, customer_id) if appliance else 0)
        if not differs:
            self.counts.known += 1
            self.counts.further += found[self._place] >= self.first_ids[self.noun]
        return None

    def _check(self, customer: int, appliance: int) -> None:
        """Raise RowError if any part of the row is rejected, before any part is queued."""
        if customer in self._gone:
            raise RowError("", self._gone[customer], say("this customer was forgotten"))
        if customer and not self._ids["customer"][customer]:
            ref, name, *_ = self._open["customer"][customer]
            if name is None:
                raise RowError("", ref, say("no customer of this key is known"))
        if not appliance or self._ids["appliance"][appliance]:
            return
        ref, category, brand, _, serial, *_ = self._open["appliance"][appliance]
        if category is None:
            raise RowError("", ref, say("no appliance of this key is known"))
        holder = self._plates.get(sameness.plate(brand, serial)) if serial else None
        if holder is not None:
            raise RowError("", serial, say("the serial of A{holder}: unique within a brand", holder=holder))

    def _queue(self, customer_id: int, appliance_id: int, ticket: Facts) -> None:
        """Queue a new ticket. Customer or appliance 0 means none."""
        new_id = self._new_id("ticket", ticket[0], ticket[-1])
        for event in ticket[_EVENTS]:
            if event[3] and event[3] not in self.names.technicians:
                self.names.technician_id(event[3])
        name = ticket[_TECHNICIAN]
        if name and name not in self.names.technicians:
            self.names.technician_id(name)
        self._tickets.append((new_id, customer_id or None, appliance_id or None, *ticket))
        if not (customer_id and appliance_id and name):
            self.counts.lack(customer_id, appliance_id, name)

    def _new_id(self, noun: str, ref: str, digest: str | None) -> int:
        new_id = self._next[noun]
        self._next[noun] += 1
        self._seen[noun][ref] = (new_id, digest)
        return new_id

    def _customer_id(self, number: int) -> int:
        """Queue a new customer and return the id."""
        ref, name, phones, address, area, tier, digest = self._open["customer"][number]
        new_id = self._new_id("customer", ref, digest)
        self._settle("customer", number, new_id)
        self.counts.customers += 1
        put = self._waiting
        put["customer"].append((new_id, name, address, area, self.source, ref, digest, *self._beside))
        for phone in phones:
            put["phone"].append((new_id, *phone, *self._beside))
            self.counts.look_at_phone(Phone(*phone), self.db.outlet.zone.key)
        if tier and tier != Tier.ORDINARY:
            put["tier"].append((new_id, tier, self.now.date().isoformat(), *self._beside))
        return new_id

    def _appliance_id(self, number: int, customer_id: int) -> int:
        """Queue a new appliance and return its id. Customer 0 means none."""
        ref, category, brand, model, serial, bought, installed, sale, digest = self._open["appliance"][number]
        new_id = self._new_id("appliance", ref, digest)
        self._settle("appliance", number, new_id)
        self.counts.appliances += 1
        category = self.names.categories.get(category) or self.names.category(category)
        since = bought[0] or installed[0]
        if since and since < self._oldest:
            self.counts.old += 1
            self.counts.first_old = self.counts.first_old or f"{ref} {since}"
        plate = sameness.plate(brand, serial) if serial else None
        if plate:
            self._plates[plate] = new_id
        self._waiting["appliance"].append(
            (new_id, customer_id or None, category, brand, model, serial, plate, *bought, *installed,
             *(sale or _NO_SALE), self.source, ref, digest, *self._beside)
        )  # fmt: skip
        return new_id

    def finish(self, what: object) -> list[Double]:
        """Finish after the last batch. Return the new customers who look like others. `what`: the file."""
        self._arrivals.finish(what, self.first_ids)
        if not self.counts.customers:
            return []
        refresh_index(self.db.connection)
        return find_doubles(self.db, since_id=self.first_ids["customer"])

    def _flush(self) -> None:
        # Each row is checked already, so triggers may step aside; --update needs them, and looks events up.
        if self._tickets and max(len(self._tickets), self.expected) > MANY and not self._keeps_values:
            self._arrivals.make_way(indexes=self.expected >= max(self.first_ids.values()))
        for table, statement in INSERTS.items():
            if self._waiting[table]:
                self.db.run_many(statement, self._waiting[table])
                self._waiting[table].clear()
        self.counts.new += len(self._tickets)
        self._arrivals.take(self._tickets, self.names.technicians)
        self._tickets.clear()

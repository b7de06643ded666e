"""The values of a row of an imported file: a customer, an appliance, a ticket with its events.

Millions of rows pass as plain tuples (Facts) with the values in this order. Their digests tell the next import whether
a row has changed.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from servicedesk.file.imports.maps.binding import Values
from servicedesk.file.imports.maps.numbering import Facts

# An event of a plain kind is its first ten values; the others are rare.
PLAIN = 10


class Fact(NamedTuple):
    """One event of an imported ticket."""

    kind: str
    at: str
    at_unix: int
    technician: str | None = None
    no_access: int | None = None
    outcome: str | None = None
    reason: str | None = None
    cancelled_by: str | None = None
    score: int | None = None
    satisfied: int | None = None
    cause: str | None = None
    window_from: str | None = None
    window_to: str | None = None
    asked_by: str | None = None
    note: str | None = None
    found: str | None = None
    found_cause: str | None = None


class CustomerRow(NamedTuple):
    """A customer of a row. `name` None: the row only refers to one. `digest` shows later if the values have changed."""

    ref: str
    name: str | None
    phones: tuple[tuple[str, str, str | None], ...]  # each the values of a sameness.Phone
    address: str | None
    area: str | None
    tier: str | None
    digest: str | None


SALE_COLUMNS = ("delivered_on", "invoice_on", "invoice_no", "price_fen", "installed_by", "use", "remote_sale")


class ApplianceRow(NamedTuple):
    """An appliance of a row. `category` None: the row only refers to one. Days come with their precision."""

    ref: str
    category: str | None
    brand: str | None
    model: str | None
    serial: str | None
    bought: tuple[str | None, str]
    installed: tuple[str | None, str]
    sale: tuple[str | int | None, ...] | None  # of SALE_COLUMNS; None: nothing of it is said
    digest: str | None


class TicketRow(NamedTuple):
    """A ticket of a row. `events` are the values of Facts, in the order in which they happened, the report first.

    `ended_at`: when it was completed or cancelled.
    """

    ref: str
    type: str
    channel: str
    fault: str | None
    text: str | None
    area: str | None
    technician: str | None
    reported_at: str
    ended_at: str | None
    events: tuple[Facts, ...]
    digest: str

    @property
    def is_theirs(self) -> bool:
        """Return whether the ticket is open and assigned, and the file does not say since when."""
        return bool(self.technician) and not self.ended_at and not any(one[0] == "assigned" for one in self.events)

    @property
    def facts(self) -> list[Fact]:
        """Return the events by name."""
        return [Fact(*values) for values in self.events]


class Row(NamedTuple):
    """A row with named values, and the ids of its customer and appliance in the outlet's file, 0 where it has none."""

    customer: CustomerRow | None
    appliance: ApplianceRow | None
    ticket: TicketRow | None
    customer_id: int = 0
    appliance_id: int = 0

    @property
    def parts(self) -> "list[tuple[str, CustomerRow | ApplianceRow | TicketRow]]":
        """Return the nouns that the row names, with what it says of each."""
        named = (("customer", self.customer), ("appliance", self.appliance), ("ticket", self.ticket))
        return [(noun, facts) for noun, facts in named if facts is not None]

    @classmethod
    def of(cls, customer: Facts | None, appliance: Facts | None, ticket: Facts | None) -> "Row":
        """Return the row of these plain tuples."""
        return cls(
            CustomerRow._make(customer) if customer else None,
            ApplianceRow._make(appliance) if appliance else None,
            TicketRow._make(ticket) if ticket else None,
        )


# The numbers of a record's customer and appliance, 0 if it names none, and the values of its TicketRow.
Nouns = tuple[int, int, Facts | None]
Event = tuple[Any, ...]


def digest_of(keys: tuple[str, ...], values: Values) -> str:
    """Return the digest of a customer or appliance: of the pairs of key and value, without fields that have none."""
    said = [f"('{key}', {value!r})" for key, value in zip(keys, values, strict=True) if value is not None]
    return _blake(f"({', '.join(said)}{',' * (len(said) == 1)})")


def ticket_digest(said: Values, pointed: tuple[str | None, str | None], events: Iterable[Facts]) -> str:
    """Return the digest of a ticket: of its own values, its customer and appliance, and its events."""
    _, kind, channel, fault, text, area, technician = said
    told = ", ".join(map(repr, events))
    return _blake(f"({kind!r}, {channel!r}, {fault!r}, {text!r}, {area!r}, {pointed!r}, {technician!r}, [{told}])")


def joined_digest(first: str, events: Iterable[Facts]) -> str:
    """Return the digest of a ticket of several rows: that of its first row, and all events."""
    return _blake(f"{first} {list(events)!r}")


def _blake(said: str) -> str:
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

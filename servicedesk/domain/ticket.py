"""A ticket and its events as values, on which the rules decide."""

from enum import StrEnum
from typing import NamedTuple


class AskedBy(StrEnum):
    """The side that asked for a time window or cancelled: customer or outlet."""

    CUSTOMER = "customer"
    OUTLET = "outlet"


class Cause(StrEnum):
    """The reason why a repair waits."""

    MANUFACTURER_PART = "manufacturer_part"
    OUTLET_PART = "outlet_part"
    REPAIRER = "repairer"
    CUSTOMER = "customer"


class Event(NamedTuple):
    """An event of a ticket. Instants are RFC 3339 text, `…_unix` are seconds; fields that its kind lacks are None.

    kinds: reported, assigned, appointed, arrived, waiting, resumed, completed, cancelled, surveyed, announced.
    """

    kind: str
    at: str
    at_unix: int
    id: int | None = None
    number: int | None = None
    technician_id: int | None = None
    window_from: str | None = None
    window_to: str | None = None
    asked_by: str | None = None
    no_access: int | None = None
    cause: str | None = None
    outcome: str | None = None
    reason: str | None = None
    cancelled_by: str | None = None
    duplicate_of_id: int | None = None
    score: int | None = None
    satisfied: int | None = None
    source: str | None = None
    note: str | None = None
    corrects_id: int | None = None
    recorded_unix: int | None = None
    voided_at: str | None = None
    void_reason: str | None = None
    exclusion: str | None = None
    evidence: str | None = None
    part_id: int | None = None
    found: str | None = None
    found_cause: str | None = None
    solution_id: int | None = None
    collected: int | None = None
    steps_done: str | None = None


class Ticket(NamedTuple):
    """A ticket with its events in the order of recording, including voided ones."""

    id: int
    type: str
    customer_id: int | None
    appliance_id: int | None
    events: tuple[Event, ...]

    def valid(self, *kinds: str) -> list[Event]:
        """Return the events of those kinds that are not voided, in the order in which they happened."""
        return sorted((e for e in self.events if e.voided_at is None and e.kind in kinds), key=lambda e: e.at_unix)

    def last(self, *kinds: str) -> Event | None:
        """Return the latest valid event of those kinds, or None."""
        found = self.valid(*kinds)
        return found[-1] if found else None

    def with_event(self, event: Event) -> "Ticket":
        """Return the ticket with one more event, numbered."""
        return self._replace(events=(*self.events, event._replace(number=len(self.events) + 1)))

    @property
    def report(self) -> Event:
        return self.valid("reported")[0]

    @property
    def technician_id(self) -> int | None:
        """Return the id of the technician who is assigned now, or None."""
        last = self.last("assigned")
        return last.technician_id if last else None

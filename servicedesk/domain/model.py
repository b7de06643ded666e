"""The values and codes of tickets: type, event, outcome, cause and the rest; the outlet, and the stamp of every row.

Values are NamedTuples: a dataclass of this size takes seventeen times as long at each start. What every command makes
once (Stamp, storage/desk.py, cli/run/settings.py) is a class with `__slots__`, which takes a sixth of a NamedTuple.
"""

from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo


class TicketType(StrEnum):
    REPAIR = "repair"
    INSTALL = "install"
    MAINTENANCE = "maintenance"
    GUIDANCE = "guidance"
    DESIGN = "design"
    UPGRADE = "upgrade"
    DELIVERY = "delivery"


class Mode(StrEnum):
    """How the work is done, where that is not at the customer's home."""

    PICKUP = "pickup"


class Status(StrEnum):
    """How far a ticket is; the last two are its ends."""

    OPEN = "open"
    ASSIGNED = "assigned"
    APPOINTED = "appointed"
    ARRIVED = "arrived"
    WAITING = "waiting"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class AskedBy(StrEnum):
    """The side that asked for a time window, or cancelled."""

    CUSTOMER = "customer"
    OUTLET = "outlet"


class Cause(StrEnum):
    """The reason why a repair waits."""

    MANUFACTURER_PART = "manufacturer_part"
    OUTLET_PART = "outlet_part"
    REPAIRER = "repairer"
    CUSTOMER = "customer"


RETIRE_REASONS = ("scrapped", "exchanged", "returned", "sold", "given_away", "lost")  # usual ones; any text will do
REPAIR_OUTCOMES = (
    "fixed", "no_fault_found", "user_caused", "not_repairable", "exchanged", "referred", "resolved_remotely",
)  # fmt: skip
# After these a machine that fails again is no repeat (K4).
NOT_REPEATABLE = ("exchanged", "not_repairable", "resolved_remotely")
REPEAT_DAYS = 30
CALL_DAYS = 7  # after a completion in which the customer is to be reached (K9)
COMPLAINT_DAYS = 30  # after a completion in which a complaint is held against it (K10)
# Why a repair is not covered by the guarantee, whatever its periods (W14).
EXCLUSIONS = ("misuse", "opened_by_others", "no_proof_of_purchase", "altered_certificate", "force_majeure")
OTHER_OUTCOMES = ("done", "referred", "resolved_remotely")
CANCEL_REASONS = (
    "duplicate", "entry_error", "customer_changed_mind", "customer_went_elsewhere", "works_again", "out_of_area",
    "no_contact",
)  # fmt: skip


FORGOTTEN = "(forgotten)"  # stands for the words of a customer who was forgotten
UNNAMED = "Service outlet"  # the name of an outlet that nobody named


class Outlet(NamedTuple):
    """The outlet that the file belongs to.

    A classroom's facts are never marked as pinned; it is open from `opens` to `closes` (`24:00` is midnight).
    """

    name: str
    zone: ZoneInfo
    uuid: str
    classroom: bool
    maintenance_since: str
    opens: str = "08:00"
    closes: str = "18:00"
    phone: str | None = None

    @property
    def own_name(self) -> str | None:
        """Return the name that people gave it, None where nobody did."""
        return None if self.name == UNNAMED else self.name


class Stamp:
    """What is recorded with every fact: when it was typed (RFC 3339), by whom, and how.

    `origin` is `typed`, `pinned` (the clock was given) or `imported`. `recorded_at` changes once, to the instant at
    which the file was locked for this run: a report taken while it waited stays the same when it is taken again.
    """

    __slots__ = ("actor", "origin", "recorded_at")

    def __init__(self, recorded_at: str, actor: str, origin: str = "typed") -> None:
        self.recorded_at = recorded_at
        self.actor = actor
        self.origin = origin


class Event(NamedTuple):
    """A fact of a ticket. Instants are RFC 3339 text, `…_unix` are seconds; fields that a kind does not use are None.

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
    """A ticket with its events in the order in which they were recorded, voided ones too."""

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
        """Return the technician who is assigned now."""
        last = self.last("assigned")
        return last.technician_id if last else None

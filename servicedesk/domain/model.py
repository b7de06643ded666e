"""Codes of tickets (type, mode, reasons), the outlet, and the stamp of every row.

The values that every command makes once (Outlet, Stamp, storage/desk.py, cli/run/settings.py) are classes with
`__slots__`: at each start they take a sixth of the time of a NamedTuple, which takes a seventeenth of a dataclass.
"""

from enum import StrEnum
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
    """How the work is done if it is not done at the customer's home."""

    PICKUP = "pickup"


RETIRE_REASONS = ("scrapped", "exchanged", "returned", "sold", "given_away", "lost")  # or any other text
REPAIR_OUTCOMES = (
    "fixed", "no_fault_found", "user_caused", "not_repairable", "exchanged", "referred", "resolved_remotely",
)  # fmt: skip
# After these outcomes a new repair of the appliance is no repeat (K4).
NOT_REPEATABLE = ("exchanged", "not_repairable", "resolved_remotely")
REPEAT_DAYS = 30
CALL_DAYS = 7  # days after a completion within which the customer is to be reached (K9)
COMPLAINT_DAYS = 30  # days after a completion within which a complaint counts against it (K10)
# Reasons why the guarantee does not cover a repair, even within its periods (W14).
EXCLUSIONS = ("misuse", "opened_by_others", "no_proof_of_purchase", "altered_certificate", "force_majeure")
OTHER_OUTCOMES = ("done", "referred", "resolved_remotely")
CANCEL_REASONS = (
    "duplicate", "entry_error", "customer_changed_mind", "customer_went_elsewhere", "works_again", "out_of_area",
    "no_contact",
)  # fmt: skip


FORGOTTEN = "(forgotten)"  # replaces the personal texts of a forgotten customer
UNNAMED = "Service outlet"  # the name of an outlet without a name of its own


class Outlet:
    """The outlet that the file belongs to.

    The outlet is open from `opens` to `closes` (`24:00` is midnight). Facts of a `classroom` are never marked as
    pinned. `clock` is the instant at which the clock of an exercise's file stands.
    """

    __slots__ = ("classroom", "clock", "closes", "maintenance_since", "name", "opens", "phone", "uuid", "zone")

    def __init__(
        self,
        name: str,
        zone: ZoneInfo,
        uuid: str,
        classroom: bool,
        maintenance_since: str,
        opens: str = "08:00",
        closes: str = "18:00",
        phone: str | None = None,
        clock: str | None = None,
    ) -> None:
        self.name = name
        self.zone = zone
        self.uuid = uuid
        self.classroom = classroom
        self.maintenance_since = maintenance_since
        self.opens = opens
        self.closes = closes
        self.phone = phone
        self.clock = clock

    @property
    def own_name(self) -> str | None:
        """Return the name that people gave the outlet, or None."""
        return None if self.name == UNNAMED else self.name


class Stamp:
    """The stamp of every recorded fact: when it was typed (RFC 3339), by whom, and how.

    `origin` is `typed`, `pinned` (the clock was given) or `imported`. `recorded_at` changes once, to the instant at
    which the file was locked for this run, so that a report made during the wait stays the same when it is repeated.
    """

    __slots__ = ("actor", "origin", "recorded_at")

    def __init__(self, recorded_at: str, actor: str, origin: str = "typed") -> None:
        self.recorded_at = recorded_at
        self.actor = actor
        self.origin = origin

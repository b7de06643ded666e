"""The values and codes of tickets: type, event, outcome, cause and the rest; the outlet, and the stamp of every row.

What every command makes once (Outlet, Stamp, storage/desk.py, cli/run/settings.py) is a class with `__slots__`: it
takes a sixth of a NamedTuple at each start, which takes a seventeenth of a dataclass.
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
    """How the work is done, where that is not at the customer's home."""

    PICKUP = "pickup"


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


class Outlet:
    """The outlet that the file belongs to.

    A classroom's facts are never marked as pinned; it is open from `opens` to `closes` (`24:00` is midnight). `clock`:
    the instant at which the clock of an exercise's file stands.
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

"""Open and reopen tickets: find customer and appliance, tell the appliance's history, warn of a repeat."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, item_list, joined, say, say_count
from servicedesk.base.table import Result, moment
from servicedesk.base.text import free_text
from servicedesk.domain import wording
from servicedesk.domain.model import NOT_REPEATABLE, REPEAT_DAYS, TicketType
from servicedesk.domain.ticket_rules import check_not_in_future
from servicedesk.records import codes, tickets
from servicedesk.records.appliances import get_appliance_in_use, guarantee_text
from servicedesk.records.customers import find_caller, list_customers_by_phone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

if TYPE_CHECKING:
    from servicedesk.domain.ticket import Ticket

_LONGEST = 40  # characters of a problem on a line of earlier tickets


class NewTicket(NamedTuple):
    """A ticket to open, reported at `at` or now. It names an appliance, customer or phone; several must agree."""

    type: str
    text: str
    appliance_id: int | None = None
    customer_id: int | None = None
    phone: str | None = None
    no_appliance: bool = False
    fault: str | None = None
    channel: str = "hotline"
    at: datetime | None = None
    new_code: bool = False  # fault and channel may be new codes
    contract_id: int | None = None  # the contract that counts the visit
    mode: str | None = None  # pickup: the appliance is fetched for the workshop
    is_mystery: bool = False  # a mystery shopper's: in no figure (C7)
    asked_for: str | None = None  # the technician whom the customer asked for by name (S60)


def check_codes(db: Database, wanted: NewTicket) -> tuple[str, str | None]:
    """Return the codes of channel and fault as the file stores them. RefusedError if unknown, unless `new_code`."""
    channel = codes.check_code(db, "channel", wanted.channel, new=wanted.new_code)
    fault = wanted.fault and codes.check_code(db, "fault", wanted.fault, new=wanted.new_code)
    return channel, fault


def is_complete(db: Database, wanted: NewTicket) -> bool:
    """Return whether the ticket can be opened without a question: caller, problem and appliance are clear."""
    if not wanted.text or (wanted.appliance_id is None and wanted.customer_id is None and wanted.phone is None):
        return False
    if wanted.appliance_id is not None:
        return True
    callers = [wanted.customer_id]
    if wanted.customer_id is None:
        callers = [row["id"] for row in list_customers_by_phone(db, str(wanted.phone))]
    return len(callers) == 1 and (wanted.no_appliance or len(db.rows(OWNED, id=callers[0])) <= 1)


def open_ticket(desk: Desk, wanted: NewTicket) -> Result:
    """Open a ticket and return it. The notes tell the history of the appliance and warn of a repeat (K4)."""
    with desk.db.atomic():
        return write_ticket(desk, wanted)


def write_ticket(desk: Desk, wanted: NewTicket) -> Result:
    """Open a ticket, inside a transaction. RefusedError if the customer has several appliances and none is named."""
    if wanted.appliance_id is None and wanted.customer_id is None and wanted.phone is None:
        raise UsageError(say("the ticket names no customer"), hint=say("one of --appliance, --customer, --phone"))
    problem = free_text(wanted.text, say("the problem"))
    when = wanted.at or desk.now
    if wanted.mode is not None:
        from servicedesk.domain.job_rules import check_fetched

        check_fetched(wanted.type)
    reported_at, reported_unix = dates.stamp(when), dates.unix(when)
    check_not_in_future(reported_at, reported_unix, now_unix=dates.unix(desk.now))
    channel, fault = check_codes(desk.db, wanted)
    owner_id, machine = _find_machine(desk.db, wanted)
    history = machine_history(desk.db, machine, when, wanted.type) if machine else MachineHistory([])
    ticket_id = tickets.begin_ticket(
        desk.db,
        desk.stamp,
        type=wanted.type,
        customer_id=owner_id,
        appliance_id=machine["id"] if machine else None,
        at=reported_at,
        channel=channel,
        text=problem,
        fault=fault,
        mode=wanted.mode,
        is_mystery=wanted.is_mystery,
        asked_for_id=_technician_id(desk.db, wanted.asked_for),
    )
    if history.still_open:
        way_out = say(
            "ticket cancel T{ticket_id} --reason duplicate --duplicate-of T{still_open} --by outlet",
            ticket_id=ticket_id,
            still_open=history.still_open,
        )
        history.notes.append(say("  if it is the same call: {way_out}", way_out=way_out))
    notes = [*history.lines, *_contract_notes(desk, ticket_id, wanted.contract_id, owner_id)]
    notes += _brand_notes(desk.db, machine, on=reported_at[:10]) if machine else []
    return tickets.ticket_result(desk, ticket_id, notes, repeat_of=history.repeat_of)


def _technician_id(db: Database, name: str | None) -> int | None:
    """Return the id of the technician with that name; None if the customer asked for nobody. NotFoundError."""
    if name is None:
        return None
    from servicedesk.records.technicians import get_technician  # most ask for nobody, and need not wait for it

    return int(get_technician(db, name)["id"])


def _brand_notes(db: Database, machine: Row, *, on: str) -> list[str]:
    """Return a warning if the brand of the appliance does not authorise the outlet (S11)."""
    if machine["brand"] is None or not db.value("SELECT EXISTS (SELECT 1 FROM brand WHERE voided_at IS NULL)"):
        return []
    from servicedesk.records.jobs import brands

    return brands.warnings(db, machine["brand"], on=on)


_HAS_CONTRACT = "SELECT EXISTS (SELECT 1 FROM contract WHERE customer_id = :id AND voided_at IS NULL)"
_NAME_CONTRACT = "UPDATE ticket SET contract_id = :contract_id WHERE id = :id"


def _contract_notes(desk: Desk, ticket_id: int, contract_id: int | None, customer_id: int | None) -> list[str]:
    """Name the contract on the ticket, inside a transaction. Return what is left of it, or which may cover it."""
    if contract_id is None and not desk.db.value(_HAS_CONTRACT, id=customer_id):
        return []
    from servicedesk.desk.agreements import contracts

    ticket = tickets.load_ticket(desk.db, ticket_id)
    if contract_id is None:
        return contracts.covering_notes(desk.db, ticket)
    named = contracts.check_naming(desk.db, contract_id, ticket)
    desk.db.run(_NAME_CONTRACT, contract_id=named, id=ticket_id)
    return contracts.naming_notes(desk.db, named, ticket)


OWNED = """
SELECT * FROM appliance
 WHERE customer_id = :id AND retired_on IS NULL AND voided_at IS NULL ORDER BY id
"""


def _find_machine(db: Database, wanted: NewTicket) -> tuple[int | None, Row | None]:
    """Return the customer's id and the appliance. RefusedError if those that were named do not belong together."""
    appliance_id, no_appliance = wanted.appliance_id, wanted.no_appliance
    if appliance_id is not None and no_appliance:
        raise UsageError(say("--appliance and --no-appliance exclude each other"))
    machine = get_appliance_in_use(db, appliance_id) if appliance_id is not None else None
    caller_id = find_caller(db, wanted.customer_id, wanted.phone, owner_id=machine["customer_id"] if machine else None)
    if machine is not None:
        if caller_id is not None and machine["customer_id"] != caller_id:
            raise RefusedError(
                say(
                    "A{appliance_id} does not belong to C{caller_id}, who calls",
                    appliance_id=appliance_id,
                    caller_id=caller_id,
                ),
                hint=say(
                    "ticket open --appliance A{appliance_id} without the caller, or 'appliance transfer' first",
                    appliance_id=appliance_id,
                ),
            )
        return machine["customer_id"], machine
    machines = [] if no_appliance else db.rows(OWNED, id=caller_id)
    if len(machines) > 1:
        listed = joined("; ", [joined(" ", (f"A{m['id']}", _name(m))) for m in machines])
        raise RefusedError(
            say("C{caller_id} has {n} appliances: {listed}", caller_id=caller_id, n=len(machines), listed=listed),
            hint=say("name the appliance with --appliance A1, or say --no-appliance"),
        )
    return caller_id, machines[0] if machines else None


def _name(machine: Row) -> str:
    return wording.appliance_name(machine["category"], machine["brand"], machine["model"])


# What happened to a machine before an instant: newest first.
BEFORE = """
SELECT t.id, t.type, t.fault, t.text, r.at AS reported_at, done.at AS completed_at, done.at_unix AS completed_unix,
       done.outcome, t.ended_at, k.name AS technician
  FROM ticket t
 CROSS JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN event done ON done.ticket_id = t.id AND done.kind = 'completed' AND done.voided_at IS NULL
  LEFT JOIN technician k ON k.id = done.technician_id
 WHERE t.appliance_id = :appliance_id AND r.at_unix <= :at_unix
 ORDER BY r.at_unix DESC, t.id DESC
"""


_STILL_OPEN = """
SELECT id FROM ticket WHERE appliance_id = :appliance_id AND ended_at IS NULL AND voided_at IS NULL ORDER BY id DESC
"""


class MachineHistory:
    """Notes on an appliance for its next ticket, the repair that this one would repeat (K4), a ticket still open."""

    __slots__ = ("guarantee", "notes", "repeat_of", "still_open")

    def __init__(
        self,
        notes: list[str],
        repeat_of: int | None = None,
        still_open: int | None = None,
        guarantee: str | None = None,
    ) -> None:
        self.notes = notes
        self.repeat_of = repeat_of
        self.still_open = still_open
        self.guarantee = guarantee

    @property
    def lines(self) -> list[str]:
        """Return all notes, the guarantee first."""
        return [self.guarantee, *self.notes] if self.guarantee else self.notes


def machine_history(db: Database, machine: Row, at: datetime, type: str) -> MachineHistory:
    """Return what happened to an appliance before `at`, for a ticket of that type that is reported then."""
    before = db.rows(BEFORE, appliance_id=machine["id"], at_unix=dates.unix(at))
    notes = _notes_on_earlier(machine, before) if before else []
    still_open = [row["id"] for row in db.rows(_STILL_OPEN, appliance_id=machine["id"])]  # reported later too
    if still_open:
        notes.append(
            say_count(
                "warning: {tickets} of this appliance is still open",
                "warning: {tickets} of this appliance are still open",
                n=len(still_open),
                tickets=item_list(f"T{key}" for key in still_open),
            )
        )
    repeat_of = _repeat_of(before, at) if type == TicketType.REPAIR else None
    if repeat_of:
        notes.append(_warning_of_repeat(repeat_of, at))
    guarantee = guarantee_text(db, machine, on=dates.stamp(at)[:10])
    return MachineHistory(
        notes,
        repeat_of["id"] if repeat_of else None,
        still_open[0] if still_open else None,
        say("A{id}: {guarantee}", id=machine["id"], guarantee=guarantee) if guarantee else None,
    )


def _notes_on_earlier(machine: Row, before: list[Row]) -> list[str]:
    """Return how many earlier tickets the appliance has, and the newest three."""
    head = say_count(
        "A{appliance_id} {name}: {n} earlier ticket",
        "A{appliance_id} {name}: {n} earlier tickets",
        n=len(before),
        appliance_id=machine["id"],
        name=_name(machine),
    )
    return [head, *(say("  {line}", line=_line(row)) for row in before[:3])]


def _warning_of_repeat(repair: Row, at: datetime) -> str:
    """Return the warning that a report at that instant repeats the repair (K4)."""
    days = dates.days_between(repair["completed_at"], dates.stamp(at))
    return say(
        "warning: a repeat within 30 days: T{id} was completed {ago}{who} ({outcome})",
        id=repair["id"],
        ago=say("{days} days ago", days=days) if days else say("today"),
        who=say(" by {technician}", technician=repair["technician"]) if repair["technician"] else "",
        outcome=coded(repair["outcome"]),
    )


def _short(text: str) -> str:
    """Return the beginning of what was said; what a birthday visit is about stays whole, for it is translated."""
    return wording.problem_text(text) or "" if wording.machines_of_visit_text(text) else text[:_LONGEST]


def _line(row: Row) -> str:
    what = coded(row["fault"]) if row["fault"] else _short(row["text"] or "")
    end = coded("open" if row["ended_at"] is None else "cancelled")
    if row["ended_at"] and row["completed_at"]:
        end = joined(" ", (coded(row["outcome"]), row["completed_at"][:10]))
    begin = joined(" ", (f"T{row['id']}", coded(row["type"]), row["reported_at"][:10], what))
    return joined(": ", (begin, end))


def _repeat_of(before: list[Row], at: datetime) -> Row | None:
    """Return the last completed repair of the cohort of K4 whose thirty days hold this report."""
    repaired = [
        row
        for row in before
        if row["type"] == TicketType.REPAIR
        and row["completed_at"]
        and row["completed_unix"] < dates.unix(at)
        and row["outcome"] not in NOT_REPEATABLE
        and dates.days_between(row["completed_at"], dates.stamp(at)) <= REPEAT_DAYS
    ]
    return max(repaired, key=lambda row: int(row["completed_unix"]), default=None)


def reopen_ticket(desk: Desk, ticket_id: int, *, at: datetime | None, text: str | None) -> Result:
    """Open a new ticket linked to the ended one; an ended ticket itself never opens again."""
    when = at or desk.now
    reported_at, reported_unix = dates.stamp(when), dates.unix(when)
    with desk.db.atomic():
        _check_reopening(tickets.load_ticket(desk.db, ticket_id), reported_at, reported_unix, now=desk.now)
        row = desk.db.row("SELECT * FROM ticket WHERE id = :id", id=ticket_id)
        assert row is not None
        problem = free_text(text, say("the problem")) if text is not None else row["text"]
        again = desk.db.row(REOPENED, id=ticket_id, type=row["type"])
        if again:
            if again["text"] == problem and (at is None or again["reported_at"] == reported_at):
                return tickets.ticket_result(desk, again["id"], changed=False)
            raise RefusedError(
                say("T{ticket_id} is reopened already, as T{id}", ticket_id=ticket_id, id=again["id"]),
                hint=say("that one is still open"),
            )
        owner_id, history = row["customer_id"], MachineHistory([])
        if row["appliance_id"] is not None:
            machine = get_appliance_in_use(desk.db, row["appliance_id"])
            owner_id, history = machine["customer_id"], machine_history(desk.db, machine, when, row["type"])
        new_id = tickets.begin_ticket(
            desk.db,
            desk.stamp,
            type=row["type"],
            customer_id=owner_id,
            appliance_id=row["appliance_id"],
            at=reported_at,
            text=problem,
            fault=row["fault"],
            area=row["area"] if owner_id == row["customer_id"] else None,
            follows_ticket_id=ticket_id,
        )
        notes = [*history.lines, say("T{new_id} follows T{ticket_id}", new_id=new_id, ticket_id=ticket_id)]
        return tickets.ticket_result(desk, new_id, notes, repeat_of=history.repeat_of)


def _check_reopening(ticket: "Ticket", at: str, at_unix: int, *, now: datetime) -> None:
    """Raise RefusedError if the ticket is open, or ended later than the new report."""
    end = ticket.last("completed", "cancelled")
    if end is None:
        raise RefusedError(
            say("T{ticket_id} is still open", ticket_id=ticket.id), hint=say("only an ended ticket is reopened")
        )
    check_not_in_future(at, at_unix, now_unix=dates.unix(now))
    if at_unix < end.at_unix:
        ends = {"at": moment(end.at), "when": moment(at)}
        raise RefusedError(say("T{ticket_id} ended {at}, later than {when}", ticket_id=ticket.id, **ends))


# A repair that was opened for a fault found on a visit follows the visit too, but does not reopen it.
REOPENED = """
SELECT id, text, reported_at FROM ticket_now
 WHERE follows_ticket_id = :id AND type = :type AND on_site = 0 AND ended_at IS NULL
"""

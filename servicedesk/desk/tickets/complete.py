"""The end of the work: who is credited with it, and what it means for the birthdays of the machines."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Table
from servicedesk.base.text import remark
from servicedesk.desk.maintenance.lines import SKIPPED
from servicedesk.desk.tickets.move import move_ticket
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import Event, Stamp, Ticket, TicketType
from servicedesk.records import tickets
from servicedesk.storage.database import Database, Row


class Machines(NamedTuple):
    """What a completion says of machines by their id: left out and why, found faulty, cared for beside a repair."""

    skips: dict[int, str]
    faults: dict[int, str]
    care: list[int]


def complete_ticket(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    *,
    now: datetime,
    at: datetime | None,
    outcome: str,
    note: str | None,
    machines: Machines,
    settle: bool = False,
) -> Table:
    """The work is done, by whoever came last, else by the assigned one (C9).

    `settle`: what it means for the machine (Unsettled) is done too; else it is said with the command that does it.
    """
    when = at or now
    with db.atomic():
        ticket = tickets.load_ticket(db, ticket_id)
        if (machines.skips or machines.faults) and ticket.type != TicketType.MAINTENANCE:
            raise RefusedError(
                say("T{ticket_id} is no maintenance visit", ticket_id=ticket_id),
                hint=say("--skip and --fault-at are for visits"),
            )
        fact = Event(
            "completed",
            dates.stamp(when),
            dates.unix(when),
            technician_id=_technician_to_credit(ticket),
            outcome=ticket_rules.outcome_for(ticket.type, outcome),
            note=remark(note, say("the note")) if note is not None else None,
        )
        notes = move_ticket(db, stamp, ticket, fact, now=now, same_at=at is not None)
        if notes is None:
            _same_of_machines(db, ticket_id, machines)
            return tickets.one(db, ticket_id, now=now, notes=tickets.repetition_note(ticket_id))
        notes += _birthdays(db, stamp, ticket, fact, machines)
        if left := find_unsettled(db, ticket, outcome=fact.outcome or "", on=fact.at[:10]):
            notes += _settle_machine(db, stamp, left) if settle else [left.told]
        return tickets.one(db, ticket_id, now=now, notes=notes)


class Unsettled(NamedTuple):
    """What the end of a ticket left of its machine: exchanged and in use, or installed on a day that nobody typed."""

    machine: Row
    is_exchanged: bool
    on: str

    @property
    def what(self) -> str:
        if self.is_exchanged:
            return say("A{id} was exchanged and is in use still, with its birthdays", id=self.machine["id"])
        return say("A{id} was installed, and no day of installation is known", id=self.machine["id"])

    @property
    def command(self) -> str:
        if self.is_exchanged:
            return say("appliance retire A{id} --reason exchanged --on {on}", id=self.machine["id"], on=self.on)
        return say("appliance edit A{id} --installed {on}", id=self.machine["id"], on=self.on)

    @property
    def told(self) -> str:
        return say("{what}: {command}", what=self.what, command=self.command)


def preview_unsettled(db: Database, ticket_id: int, *, outcome: str, on: str) -> Unsettled | None:
    """What an open ticket would leave of its machine, ended so on that day."""
    ticket = tickets.load_ticket(db, ticket_id)
    return None if ticket.last("completed", "cancelled") else find_unsettled(db, ticket, outcome=outcome, on=on)


def find_unsettled(db: Database, ticket: Ticket, *, outcome: str, on: str) -> Unsettled | None:
    """What a ticket that ended so leaves of its machine."""
    machine = db.row("SELECT * FROM appliance WHERE id = :id AND voided_at IS NULL", id=ticket.appliance_id)
    if machine is None or machine["retired_on"]:
        return None
    if outcome == "exchanged":
        return Unsettled(machine, True, on)
    if ticket.type == TicketType.INSTALL and outcome == "done" and machine["installed_on"] is None:
        return Unsettled(machine, False, on)
    return None


def _settle_machine(db: Database, stamp: Stamp, left: Unsettled) -> list[str]:
    """Inside the transaction that completes: the machine is retired, or gets its day of installation."""
    from servicedesk.desk.appliances import lifecycle
    from servicedesk.desk.appliances.register import edit_appliance

    if left.is_exchanged:
        return list(lifecycle.retire(db, stamp, left.machine, on=left.on, reason="exchanged"))
    installed = {"installed_on": left.on, "installed_precision": "day"}
    return list(edit_appliance(db, stamp, left.machine, installed) or ())


def _technician_to_credit(ticket: Ticket) -> int | None:
    visits = [event for event in ticket.valid("arrived") if not event.no_access]
    return visits[-1].technician_id if visits else ticket.technician_id


def _birthdays(db: Database, stamp: Stamp, ticket: Ticket, fact: Event, machines: Machines) -> list[str]:
    """Inside a transaction: the lines of a visit are fulfilled, care beside a repair counts (M7, M9, M24)."""
    if ticket.type != TicketType.MAINTENANCE and not machines.care:
        return []
    from servicedesk.desk.maintenance import lines

    notes = []
    if ticket.type == TicketType.MAINTENANCE:
        notes = lines.fulfil_visit(
            db,
            stamp,
            ticket,
            at=fact.at,
            outcome=fact.outcome or "",
            skips=machines.skips,
            faults=machines.faults,
            technician_id=fact.technician_id,
        )
    if machines.care:
        lines.record_care(db, stamp, ticket, at=fact.at, appliance_ids=machines.care)
    return notes


SAID = """
SELECT 'skip' AS what, appliance_id, substr(ended_reason, length(:skipped) + 1) AS word FROM maintenance_line
 WHERE ticket_id = :id AND voided_at IS NULL AND substr(ended_reason, 1, length(:skipped)) = :skipped
 UNION ALL
SELECT 'fault', appliance_id, fault FROM ticket WHERE follows_ticket_id = :id AND on_site = 1 AND voided_at IS NULL
 UNION ALL
SELECT 'care', m.appliance_id, NULL FROM maintenance_line m JOIN ticket t ON t.id = m.ticket_id
 WHERE m.ticket_id = :id AND t.type <> 'maintenance' AND m.ended_as IS NULL AND m.voided_at IS NULL
"""


def _same_of_machines(db: Database, ticket_id: int, machines: Machines) -> None:
    """Inside a transaction: RefusedError unless a repeated completion says the same of every machine."""
    said = {(row["what"], row["appliance_id"], row["word"]) for row in db.rows(SAID, id=ticket_id, skipped=SKIPPED)}
    again = {("skip", key, word) for key, word in machines.skips.items()} | {
        ("care", key, None) for key in machines.care
    }
    again |= {("fault", key, word.lower()) for key, word in machines.faults.items()}
    if again != said:
        raise RefusedError(
            say("T{ticket_id} was completed with other words about its machines", ticket_id=ticket_id),
            hint=say(
                "'ticket show T{ticket_id}' tells; a repair forgotten is opened with 'ticket open'", ticket_id=ticket_id
            ),
        )

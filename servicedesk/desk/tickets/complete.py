"""Complete a ticket: who is credited with the work, what was found, what it means for appliances and birthdays."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import category_name, coded, say
from servicedesk.base.table import Result
from servicedesk.base.text import free_text
from servicedesk.desk.maintenance.lines import SKIPPED
from servicedesk.desk.tickets.finding import Finding, read_finding
from servicedesk.desk.tickets.move import event_at, move_ticket
from servicedesk.domain import job_rules, ticket_rules
from servicedesk.domain.customer_codes import Installer
from servicedesk.domain.guarantee.exclusions import exclusion_for
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import codes, tickets
from servicedesk.records.appliances import has_guarantee
from servicedesk.records.jobs.checklists import load_steps
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


class Machines(NamedTuple):
    """What a completion says about appliances, by id: skipped and why, found faulty, cared for beside a repair."""

    skips: dict[int, str]
    faults: dict[int, str]
    care: list[int]
    new_code: bool = False  # the codes of the faults may be new


def complete_ticket(
    desk: Desk,
    ticket_id: int,
    *,
    at: datetime | None,
    outcome: str,
    note: str | None,
    machines: Machines,
    technician: str | None = None,
    exclusion: str | None = None,
    evidence: str | None = None,
    finding: Finding | None = None,
    settle: "Settlement | None" = None,
    done: str | None = None,
) -> Result:
    """Record that the work is done: by `technician`, else by the last one who came, else by the assigned one (C9).

    `exclusion`: why the guarantee does not cover a repair; `evidence`: what proves it (W13, W14). `settle`: settle the
    appliance too (Unsettled); without it, a note names the command that does. `finding`: what was found, and what
    helped. `done`: the checklist steps that were done, all or their codes (S21).
    """
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        if (machines.skips or machines.faults) and ticket.type != TicketType.MAINTENANCE:
            raise RefusedError(
                say("T{ticket_id} is no maintenance visit", ticket_id=ticket_id),
                hint=say("--skip and --fault-at are for visits"),
            )
        fact = event_at(
            "completed",
            at or desk.now,
            technician_id=_find_technician(desk.db, technician) or _technician_to_credit(ticket),
            outcome=ticket_rules.outcome_for(ticket.type, outcome),
            note=free_text(note, say("the note")) if note is not None else None,
            exclusion=exclusion_for(ticket.type, exclusion),
            evidence=free_text(evidence, say("the evidence")) if evidence is not None else None,
            **(read_finding(desk.db, finding, new=machines.new_code) if finding else {}),
        )
        steps = load_steps(desk.db, on=fact.at[:10]).get(ticket.type, [])
        if done is not None:
            fact = fact._replace(steps_done=read_done(ticket, done, steps, on=fact.at[:10]))
        if not move_ticket(desk, ticket, fact, same_at=at is not None):
            _check_same_machines(desk.db, ticket_id, machines)
            return tickets.ticket_result(desk, ticket_id, changed=False)
        notes = [*_doubts(ticket, fact), *_record_maintenance(desk, ticket, fact, machines)]
        notes += _notes_on_proof(desk.db, ticket, fact)
        notes += _notes_on_solution(desk.db, ticket, fact.solution_id)
        if left := find_unsettled(desk.db, ticket, outcome=fact.outcome or "", on=fact.at[:10]):
            notes += _settle_machine(desk, left, settle) if settle else [left.note]
        notes += _notes_on_steps(ticket, fact, steps)
        return tickets.ticket_result(desk, ticket_id, [*notes, *_notes_on_handing_back(desk.db, ticket)])


def _notes_on_proof(db: Database, ticket: Ticket, fact: Event) -> Iterator[str]:
    """Yield a warning if no evidence was given and the outlet still has to prove the fault (W13)."""
    until = find_proof_until(db, ticket, outcome=fact.outcome or "", exclusion=fact.exclusion)
    if until and fact.evidence is None:
        way = say("ticket correct T{id} --event {n} --evidence TEXT --reason R", id=ticket.id, n=len(ticket.events) + 1)
        yield say("warning: until {on} the fault is ours to prove (W13): {way}", on=until, way=way)


def _notes_on_steps(ticket: Ticket, fact: Event, steps: list[str]) -> Iterator[str]:
    """Yield a note if nobody recorded which checklist steps were done, with the command that records them."""
    if steps and fact.steps_done is None and _is_visited(ticket, fact.outcome):
        way = say("ticket correct T{id} --event {n} --done all --reason R", id=ticket.id, n=len(ticket.events) + 1)
        yield say("its checklist has {n} steps; which were done: {way}", n=len(steps), way=way)


def _notes_on_solution(db: Database, ticket: Ticket, solution_id: int | None) -> Iterator[str]:
    """Yield a warning if the solution is for another kind of appliance: a wrong number is easily typed."""
    if solution_id is None or ticket.appliance_id is None:
        return
    from servicedesk.records.knowledge.solutions import get_solution

    meant = get_solution(db, solution_id).category
    actual = db.value("SELECT category FROM appliance WHERE id = :id", id=ticket.appliance_id)
    if meant not in {None, actual}:
        yield say("warning: S{id} is for {meant}, T{ticket} is about {actual}", id=solution_id, ticket=ticket.id,
                  meant=category_name(str(meant)), actual=category_name(actual))  # fmt: skip


def _notes_on_handing_back(db: Database, ticket: Ticket) -> Iterator[str]:
    """Yield what is still to be settled of the money, and that a collected appliance is to be brought back."""
    if tickets.has_money(db, ticket.id):
        from servicedesk.desk.money import charges

        yield from charges.completion_notes(db, ticket)
    if any(event.collected for event in ticket.valid("arrived")):
        from servicedesk.records.jobs import handovers

        yield from handovers.completion_notes(db, ticket.id)


def read_done(ticket: Ticket, text: str, steps: list[str], *, on: str) -> str:
    """Return the steps that were done, between commas. RefusedError if the type has no checklist on that day."""
    if not steps:
        raise RefusedError(
            say("no checklist of {type} holds on {on}", type=coded(ticket.type), on=on),
            hint=say("'checklist set {type} …' makes one; without --done the ticket is completed", type=ticket.type),
        )
    return ",".join(job_rules.steps_done(text, steps))


def find_proof_until(db: Database, ticket: Ticket, *, outcome: str, exclusion: str | None) -> str | None:
    """Return until when the outlet has to show why the guarantee does not cover a repair (W13).

    None if that time is over, or nothing is known of the guarantee.
    """
    if outcome != "user_caused" and exclusion is None:
        return None
    machine = db.row("SELECT * FROM appliance WHERE id = :id AND voided_at IS NULL", id=ticket.appliance_id)
    if machine is None or not has_guarantee(machine):
        return None
    from servicedesk.records.guarantee.line import proof_until

    return proof_until(db, machine, on=ticket.report.at[:10])


def check_outcomes(db: Database, ticket_ids: Iterable[int], outcome: str) -> None:
    """Raise an error if one of the tickets does not exist or cannot end with that outcome."""
    for ticket_id in ticket_ids:
        ticket_rules.outcome_for(tickets.load_ticket(db, ticket_id).type, outcome)


class Settlement(NamedTuple):
    """A request to settle an appliance; `successor_id`: what came in place of an exchanged one (None: a new one)."""

    successor_id: int | None = None


class Asked(NamedTuple):
    """Answers given at a terminal: who did the work, what proves it, what becomes of the appliance."""

    technician: str | None = None
    evidence: str | None = None
    settle: Settlement | None = None


class Unsettled(NamedTuple):
    """An appliance to settle after its ticket: exchanged but still in use, or installed on a day that nobody typed."""

    machine: Row
    is_exchanged: bool
    on: str

    @property
    def what(self) -> str:
        if self.is_exchanged:
            return say("A{id} was exchanged but is still in use, with its birthdays", id=self.machine["id"])
        return say("A{id} was installed, and no day of installation is known", id=self.machine["id"])

    @property
    def command(self) -> str:
        if self.is_exchanged:
            return say("appliance exchange A{id} --for new --on {on}", id=self.machine["id"], on=self.on)
        return say("appliance edit A{id} --installed {on} --installed-by outlet", id=self.machine["id"], on=self.on)

    @property
    def note(self) -> str:
        return say("{what}: {command}", what=self.what, command=self.command)


def preview_unsettled(db: Database, ticket_id: int, *, outcome: str, on: str) -> Unsettled | None:
    """Return what would be unsettled of the appliance if the open ticket ended with that outcome on that day."""
    ticket = tickets.load_ticket(db, ticket_id)
    return None if ticket.last("completed", "cancelled") else find_unsettled(db, ticket, outcome=outcome, on=on)


def find_unsettled(db: Database, ticket: Ticket, *, outcome: str, on: str) -> Unsettled | None:
    """Return what is unsettled of the appliance after a ticket with that outcome; None if nothing is."""
    machine = db.row("SELECT * FROM appliance WHERE id = :id AND voided_at IS NULL", id=ticket.appliance_id)
    if machine is None or machine["retired_on"]:
        return None
    if outcome == "exchanged":
        return Unsettled(machine, True, on)
    if ticket.type == TicketType.INSTALL and outcome == "done" and machine["installed_on"] is None:
        return Unsettled(machine, False, on)
    return None


def _settle_machine(desk: Desk, left: Unsettled, settle: Settlement) -> list[str]:
    """Exchange the appliance, or record who installed it on which day, inside the transaction that completes."""
    from servicedesk.desk.appliances.exchange import write_exchange
    from servicedesk.desk.appliances.register import correct_appliance

    if left.is_exchanged:
        return write_exchange(desk, left.machine, successor_id=settle.successor_id, on=left.on)
    installed = {"installed_on": left.on, "installed_precision": "day", "installed_by": Installer.OUTLET.value}
    return correct_appliance(desk, left.machine, installed) or []


def lacks_technician(db: Database, ticket_id: int, *, outcome: str) -> bool:
    """Return whether an open ticket, ended with that outcome, would name no technician though the outlet has some."""
    ticket = tickets.load_ticket(db, ticket_id)
    if ticket.last("completed", "cancelled") or not _is_visited(ticket, outcome):
        return False
    if _technician_to_credit(ticket) is not None:
        return False
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM technician WHERE left_on IS NULL AND voided_at IS NULL)"))


def _is_visited(ticket: Ticket, outcome: str | None) -> bool:
    """Return whether work with that outcome needs somebody on the spot."""
    return ticket.type != TicketType.GUIDANCE and outcome != "resolved_remotely"


def _doubts(ticket: Ticket, fact: Event) -> list[str]:
    """Return warnings about what the figures will miss: who did the work, and when somebody arrived."""
    if not _is_visited(ticket, fact.outcome):
        return []
    notes = []
    if fact.technician_id is None:
        way = say(
            "ticket correct T{id} --event {n} --technician NAME --reason R", id=ticket.id, n=len(ticket.events) + 1
        )
        notes.append(say("warning: nobody is named for the work of T{id}: {way}", id=ticket.id, way=way))
    if not ticket.valid("arrived"):
        way = say("ticket arrive T{id} --at TIME", id=ticket.id)
        notes.append(say("warning: nobody arrived at T{id}; a forgotten arrival: {way}", id=ticket.id, way=way))
    return notes


def _find_technician(db: Database, text: str | None) -> int | None:
    if text is None:
        return None
    from servicedesk.records.technicians import get_technician

    return int(get_technician(db, text)["id"])


def _technician_to_credit(ticket: Ticket) -> int | None:
    visits = [event for event in ticket.valid("arrived") if not event.no_access]
    return visits[-1].technician_id if visits else ticket.technician_id


def _record_maintenance(desk: Desk, ticket: Ticket, fact: Event, machines: Machines) -> list[str]:
    """Fulfil the lines of a visit, record care given beside a repair (M7, M9, M24), inside a transaction."""
    if ticket.type != TicketType.MAINTENANCE and not machines.care:
        return []
    from servicedesk.desk.maintenance import lines

    notes = []
    if ticket.type == TicketType.MAINTENANCE:
        known = partial(codes.check_code, desk.db, "fault", new=machines.new_code)
        notes = lines.fulfil_visit(
            desk,
            ticket,
            at=fact.at,
            outcome=fact.outcome or "",
            skips=machines.skips,
            faults={key: known(code) for key, code in machines.faults.items()},
            technician_id=fact.technician_id,
        )
    if machines.care:
        lines.record_care(desk, ticket, at=fact.at, appliance_ids=machines.care)
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


def _check_same_machines(db: Database, ticket_id: int, machines: Machines) -> None:
    """Raise RefusedError unless a repeated completion says the same of every machine, inside a transaction."""
    said = {(row["what"], row["appliance_id"], row["word"]) for row in db.rows(SAID, id=ticket_id, skipped=SKIPPED)}
    again = {("skip", key, word) for key, word in machines.skips.items()} | {
        ("care", key, None) for key in machines.care
    }
    again |= {("fault", key, word.lower()) for key, word in machines.faults.items()}
    if again != said:
        raise RefusedError(
            say("T{ticket_id} was completed with other options for its appliances", ticket_id=ticket_id),
            hint=say(
                "'ticket show T{ticket_id}' shows why; a forgotten repair is opened with 'ticket open'",
                ticket_id=ticket_id,
            ),
        )

"""Correct a ticket: void a wrong event, replace a mistyped one, edit what was asked for.

What was asked for (appliance, fault, words, type) is no event: it is edited, and `change` keeps the old values.
"""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Result, moment
from servicedesk.base.text import free_text
from servicedesk.desk.aftercare import voiding
from servicedesk.desk.agreements import contracts
from servicedesk.desk.tickets.finding import Finding, read_finding
from servicedesk.desk.tickets.move import check_after_recording, replace_event
from servicedesk.domain import correction_rules, ticket_rules
from servicedesk.domain.guarantee.exclusions import exclusion_for
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import codes, tickets
from servicedesk.records.agreements.contracts import contract_id_of_ticket
from servicedesk.records.technicians import get_technician
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def correct_event(desk: Desk, ticket_id: int, *, number: int, reason: str, **said: str | datetime | None) -> Result:
    """Replace the event numbered `number` by a corrected one.

    `said`: the right values of `at` (an instant), `technician`, `outcome`, `score`, `note`, `exclusion` (none removes
    it), `evidence`, `found`, `cause`, `solution` (its number), `done` (the checklist steps, all or their codes). None
    leaves a value as it is.
    """
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        raise UsageError(
            say("nothing to correct"),
            hint=say("such as --at, --technician, --outcome, --score, --note: what it was"),
        )
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        changes = _changes(desk.db, ticket, number, given)
        if _is_corrected_so(ticket, number, changes):
            return tickets.ticket_result(desk, ticket_id, changed=False)
        old = correction_rules.event_of_number(ticket, number)
        correction_rules.check_correctable(ticket, old, changes)
        new = old._replace(**changes)  # type: ignore[arg-type]
        if new == old:
            return tickets.ticket_result(desk, ticket_id, changed=False)
        if new.collected:
            _check_before_return(desk.db, ticket_id, new)
        replace_event(desk, ticket, old, new, reason=reason)
        note = say(
            "event {number} of T{ticket_id} voided; event {n} stands instead",
            number=number,
            ticket_id=ticket_id,
            n=len(ticket.events) + 1,
        )
        return tickets.ticket_result(desk, ticket_id, [note, *_notes_on_machine(desk.db, ticket, new, changes)])


def _notes_on_machine(db: Database, ticket: Ticket, fact: Event, changes: dict[str, object]) -> list[str]:
    """Return what another outcome leaves to be done about the machine."""
    from servicedesk.desk.tickets.complete import find_unsettled

    left = find_unsettled(db, ticket, outcome=fact.outcome or "", on=fact.at[:10])
    return [left.note] if left and "outcome" in changes else []


def _check_before_return(db: Database, ticket_id: int, collection: Event) -> None:
    """Raise RefusedError if the appliance would be collected after it was brought back."""
    from servicedesk.records.jobs.handovers import find_handover

    found = find_handover(db, ticket_id)
    if found and found.returned_at and dates.unix_of(found.returned_at) < collection.at_unix:
        raise RefusedError(
            say("T{id} was returned {at} already", id=ticket_id, at=moment(found.returned_at)),
            hint=say("if that is wrong: ticket return T{id} --void REASON", id=ticket_id),
        )


def _steps_done(db: Database, ticket: Ticket, number: int, text: str) -> dict[str, object]:
    """Return the steps of the checklist that were done at the completion with that number."""
    from servicedesk.desk.tickets.complete import read_done
    from servicedesk.records.jobs.checklists import load_steps

    event = next((e for e in ticket.events if e.number == number and e.kind == "completed"), None)
    if event is None:  # it has no steps, as `check_correctable` will say
        return {"steps_done": text}
    on = event.at[:10]
    return {"steps_done": read_done(ticket, text, load_steps(db, on=on).get(ticket.type, []), on=on)}


def _changes(db: Database, ticket: Ticket, number: int, given: dict[str, str | datetime]) -> dict[str, object]:
    """Return the corrected values as the fields of the event with that number."""
    from servicedesk.desk.aftercare import surveys
    from servicedesk.records import technicians

    changes: dict[str, object] = {}
    for name, value in given.items():
        if isinstance(value, datetime):
            changes |= {"at": dates.stamp(value), "at_unix": dates.unix(value)}
        elif name == "technician":
            changes["technician_id"] = technicians.get_technician(db, value)["id"]
        elif name == "outcome":
            changes["outcome"] = ticket_rules.outcome_for(ticket.type, value)
        elif name == "exclusion":
            changes["exclusion"] = None if value == "none" else exclusion_for(ticket.type, value)
        elif name == "done":
            changes |= _steps_done(db, ticket, number, value)
        elif name in Finding._fields:
            changes |= read_finding(db, Finding(**{name: value}))
        elif name == "score":
            changes |= {"score": surveys.valid_score(value), "satisfied": None}
        else:
            changes[name] = free_text(value, say("the {name}", name=name))
    return changes


def _is_corrected_so(ticket: Ticket, number: int, changes: dict[str, object]) -> bool:
    """Return whether the event is voided and its replacement has all of these values already."""
    old = next((e for e in ticket.events if e.number == number and e.voided_at), None)
    if old is None:
        return False
    heirs = [e for e in ticket.events if e.voided_at is None and e.corrects_id in {old.id, old.corrects_id or old.id}]
    return any(all(getattr(heir, key) == value for key, value in changes.items()) for heir in heirs)


def void_event(desk: Desk, ticket_id: int, *, number: int, reason: str) -> Result:
    """Void the event numbered `number`; it stays readable."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        old = next((e for e in ticket.events if e.number == number), None)
        heirs = [
            e for e in ticket.events if old and e.voided_at is None and e.corrects_id == (old.corrects_id or old.id)
        ]
        if old and old.void_reason == reason and not heirs:
            return tickets.ticket_result(desk, ticket_id, changed=False)
        event = correction_rules.event_of_number(ticket, number)
        correction_rules.check_voidable(ticket, event)
        if event.kind == "completed":
            voiding.check_not_called_back(desk.db, ticket)
        check_after_recording(desk.stamp, event)
        assert event.id is not None
        tickets.void_event(desk.db, desk.stamp, event.id, reason=reason)
        what = coded(event.kind)
        notes = [say("event {number} of T{ticket_id} ({kind}) voided", number=number, ticket_id=ticket_id, kind=what)]
        if event.kind == "completed":
            from servicedesk.desk.maintenance import lines

            notes += lines.reopen_lines(desk, ticket)
        return tickets.ticket_result(desk, ticket_id, notes)


def edit_ticket(
    desk: Desk,
    ticket_id: int,
    *,
    appliance_id: int | None = None,
    fault: str | None = None,
    text: str | None = None,
    type: str | None = None,
    contract_id: int | None = None,
    is_mystery: bool | None = None,
    asked_for: str | None = None,
    new_code: bool = False,
) -> Result:
    """Edit what was asked for; None leaves a value. Figures as of an earlier instant read the values of then.

    `contract_id`: 0 for none. `is_mystery`: a mystery shopper's ticket, from now on in no figure (C7).
    """
    said = {
        "appliance_id": appliance_id,
        "fault": codes.check_code(desk.db, "fault", fault, new=new_code) if fault is not None else None,
        "text": free_text(text, say("the problem")) if text is not None else None,
        "type": type,
        "contract_id": contract_id,
        "asked_for_id": get_technician(desk.db, asked_for)["id"] if asked_for is not None else None,
        "is_mystery": None if is_mystery is None else int(is_mystery),
    }
    given: dict[str, str | int | None] = {field: value for field, value in said.items() if value is not None}
    if not given:
        raise UsageError(
            say("nothing to change"),
            hint=say("one of --appliance, --fault, --text, --type, --contract, --asked-for, --mystery says it"),
        )
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        _check_birthdays(desk.db, ticket, given)
        is_other = appliance_id is not None and appliance_id != ticket.appliance_id
        if appliance_id is not None and is_other:
            _check_owner(desk.db, ticket, appliance_id)
        if type is not None:
            ticket_rules.check_type_change(ticket, type)
            completed = ticket.last("completed")
            exclusion_for(type, completed.exclusion if completed else None)
        if contract_id is not None or is_other:
            given |= _contract_to_name(desk.db, ticket, contract_id, appliance_id)
        changed = bool(write_changes(desk.db, desk.stamp, "ticket", ticket_id, given))
        notes = contracts.naming_notes(desk.db, contract_id, ticket) if contract_id else []
        return tickets.ticket_result(desk, ticket_id, notes, changed=changed)


def _contract_to_name(
    db: Database, ticket: Ticket, contract_id: int | None, appliance_id: int | None
) -> dict[str, int | None]:
    """Return the contract of the ticket, which has to cover the appliance that it is about from now on; 0 is none."""
    named = contract_id_of_ticket(db, ticket.id) if contract_id is None else contract_id
    if named:
        contracts.check_naming(db, named, ticket._replace(appliance_id=appliance_id or ticket.appliance_id))
    return {"contract_id": named or None}


LINES = "SELECT EXISTS (SELECT 1 FROM maintenance_line WHERE ticket_id = :id AND voided_at IS NULL)"


def _check_birthdays(db: Database, ticket: Ticket, given: dict[str, str | int | None]) -> None:
    """Raise RefusedError if a new type or appliance of a visit would leave its birthdays behind."""
    types = {ticket.type, given.get("type", ticket.type)}
    differs = len(types) > 1 or given.get("appliance_id", ticket.appliance_id) != ticket.appliance_id
    if differs and TicketType.MAINTENANCE in types and db.value(LINES, id=ticket.id):
        raise RefusedError(
            say("T{id} is a birthday visit: its birthdays decide its type and its appliances", id=ticket.id),
            hint=say("'ticket show T{id}' lists them; 'maintenance decline' takes one off", id=ticket.id),
        )


MAY_BE_ABOUT = """
SELECT c.id = a.customer_id OR c.household_id = o.household_id
       OR EXISTS (SELECT 1 FROM change h WHERE h.appliance_id = a.id AND h.field = 'customer_id' AND h.old = c.id)
  FROM customer c, appliance a LEFT JOIN customer o ON o.id = a.customer_id
 WHERE c.id = :customer_id AND a.id = :appliance_id
"""


def _check_owner(db: Database, ticket: Ticket, appliance_id: int) -> None:
    """Raise RefusedError if the appliance is not, and never was, of the customer's home; NotFoundError without one."""
    from servicedesk.records import appliances

    appliances.get_appliance(db, appliance_id)
    about = {"customer_id": ticket.customer_id, "appliance_id": appliance_id}
    if ticket.customer_id is not None and not db.value(MAY_BE_ABOUT, **about):
        raise RefusedError(
            say(
                "A{appliance_id} does not belong to C{customer_id}, whose ticket T{id} is",
                appliance_id=appliance_id,
                customer_id=ticket.customer_id,
                id=ticket.id,
            ),
            hint=say("'appliance find --customer C{customer_id}' lists theirs", customer_id=ticket.customer_id),
        )

"""Pick-up: collect an appliance for the workshop, lend another one meanwhile, bring it back (S17, K6)."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, moment
from servicedesk.base.text import free_text
from servicedesk.desk.tickets.move import event_at, move_ticket, replace_event
from servicedesk.domain import job_rules
from servicedesk.domain.model import Mode
from servicedesk.domain.ticket import Ticket
from servicedesk.domain.ticket_rules import check_not_in_future, check_open
from servicedesk.records import tickets
from servicedesk.records.jobs import handovers
from servicedesk.storage.changes import write_changes
from servicedesk.storage.desk import Desk


def collect_appliance(
    desk: Desk, ticket_id: int, *, at: datetime | None, technician: str | None = None, loan_id: int | None = None
) -> Result:
    """Record that the appliance was taken to the workshop; `loan_id`: the appliance lent meanwhile.

    For K6 this is the arrival: that of the visit under way, else a new one. From then on the ticket is a pick-up.
    """
    when = at or desk.now
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        job_rules.check_fetched(ticket.type)
        known = job_rules.find_collection(ticket)
        if known is not None and at is not None and known.at_unix != dates.unix(at):
            raise RefusedError(
                say("T{id} was collected {at} already", id=ticket_id, at=moment(known.at)),
                hint=say("'ticket correct T{id} --event {number} --at TIME --reason R' if that is wrong",
                         id=ticket_id, number=known.number),
            )  # fmt: skip
        if known is None:
            _write_collection(desk, ticket, when, technician)
            write_changes(desk.db, desk.stamp, "ticket", ticket_id, {"mode": Mode.PICKUP.value})
        lent = _lend(desk, ticket, loan_id, when) if loan_id is not None else False
        return _result(desk, ticket_id, changed=known is None or lent)


def _write_collection(desk: Desk, ticket: Ticket, when: datetime, technician: str | None) -> None:
    """Mark the arrival of the visit under way as a collection, or record a new arrival, inside a transaction."""
    check_open(ticket)
    fact = event_at("arrived", when, no_access=0, collected=1)
    check_not_in_future(fact.at, fact.at_unix, now_unix=dates.unix(desk.now))
    visit = job_rules.find_visit(ticket, at_unix=fact.at_unix)
    if technician is not None:
        from servicedesk.records.technicians import get_technician

        fact = fact._replace(technician_id=get_technician(desk.db, technician)["id"])
    if visit is not None and fact.technician_id in {None, visit.technician_id}:
        replace_event(desk, ticket, visit, visit._replace(collected=1), reason=say("the appliance was collected"))
    else:
        move_ticket(desk, ticket, fact._replace(technician_id=fact.technician_id or ticket.technician_id), same_at=True)


def _lend(desk: Desk, ticket: Ticket, appliance_id: int, when: datetime) -> bool:
    """Record that the appliance is lent for a ticket, inside a transaction. Return False if it already is."""
    from servicedesk.records.appliances import get_appliance_in_use

    found = handovers.find_handover(desk.db, ticket.id)
    if found is not None and found.lent_id == appliance_id:
        return False
    get_appliance_in_use(desk.db, appliance_id)
    if found is not None and found.lent_id is not None:
        raise RefusedError(
            say("A{lent} is lent for T{id} already", lent=found.lent_id, id=ticket.id),
            hint=say("if that is wrong: ticket collect T{id} --void-loan REASON", id=ticket.id),
        )
    if found is not None and found.returned_at is not None:
        raise RefusedError(
            say("T{id} was returned {at} already", id=ticket.id, at=moment(found.returned_at)),
            hint=say("if that is wrong: ticket return T{id} --void REASON", id=ticket.id),
        )
    if appliance_id == ticket.appliance_id:
        raise RefusedError(
            say("A{id} is the appliance that was collected", id=appliance_id), hint=say("--loan names another one")
        )
    if (loan := handovers.find_loan(desk.db, appliance_id)) is not None:
        raise RefusedError(
            say("A{id} is lent for T{ticket} since {at}", id=appliance_id, ticket=loan["ticket_id"],
                at=moment(loan["at"])),
            hint=say("first: ticket return T{ticket}", ticket=loan["ticket_id"]),
        )  # fmt: skip
    at = dates.stamp(when)
    desk.db.insert("handover", desk.stamp, ticket_id=ticket.id, kind="lent", appliance_id=appliance_id, at=at)
    return True


def return_appliance(desk: Desk, ticket_id: int, *, at: datetime | None, loan_id: int | None = None) -> Result:
    """Record that the customer has their own appliance back, which ends a loan; `loan_id`: what came back for it."""
    when = at or desk.now
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        fact = event_at("returned", when)
        check_not_in_future(fact.at, fact.at_unix, now_unix=dates.unix(desk.now))
        job_rules.check_returnable(ticket, at_unix=fact.at_unix, at=fact.at)
        found = handovers.find_handover(desk.db, ticket_id)
        assert found is not None, "it was collected"
        if loan_id is not None and loan_id != found.lent_id:
            raise _not_lent_error(found, loan_id)
        if found.returned_at is not None:
            if at is not None and dates.unix_of(found.returned_at) != fact.at_unix:
                raise RefusedError(
                    say("T{id} was returned {at} already", id=ticket_id, at=moment(found.returned_at)),
                    hint=say("if that is wrong: ticket return T{id} --void REASON", id=ticket_id),
                )
            return _result(desk, ticket_id, changed=False)
        desk.db.insert("handover", desk.stamp, ticket_id=ticket_id, kind="returned", at=fact.at)
        notes = [say("A{id} is back: its loan ended", id=found.lent_id)] if found.lent_id is not None else []
        if ticket.last("completed", "cancelled") is None:
            notes.append(say("T{id} is still open: ticket complete T{id} --outcome fixed", id=ticket_id))
        return _result(desk, ticket_id, notes)


def void_handover(desk: Desk, ticket_id: int, kind: str, *, reason: str) -> Result:
    """Void the loan (`kind` lent) or the return (`kind` returned) of a ticket. RefusedError if there is none."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        tickets.load_ticket(desk.db, ticket_id)
        handover_id = desk.db.value(handovers.STANDING, ticket_id=ticket_id, kind=kind)
        if handover_id is None:
            nothing = say("nothing was lent for T{id}", id=ticket_id)
            raise RefusedError(nothing if kind == "lent" else say("the appliance of T{id} was not returned",
                                                                  id=ticket_id))  # fmt: skip
        desk.db.void("handover", desk.stamp, handover_id, reason)
        return _result(desk, ticket_id)


def _not_lent_error(found: handovers.Handover, loan_id: int) -> RefusedError:
    if found.lent_id is None:
        return RefusedError(
            say("nothing was lent for T{id}", id=found.ticket_id),
            hint=say("'ticket return T{id}' without --loan", id=found.ticket_id),
        )
    return RefusedError(
        say("A{lent} was lent for T{id}, not A{other}", lent=found.lent_id, id=found.ticket_id, other=loan_id),
        hint=say("'ticket return T{id}' without --loan", id=found.ticket_id),
    )


def _result(desk: Desk, ticket_id: int, notes: list[str] | None = None, *, changed: bool = True) -> Result:
    """Return the ticket with what was collected, lent and returned."""
    found = handovers.find_handover(desk.db, ticket_id)
    if found is None:  # its collection was voided since
        return tickets.ticket_result(desk, ticket_id, changed=changed)
    told = [say("T{id}: {what}", id=ticket_id, what=handovers.handover_text(found)), *(notes or [])]
    more = {"collected_at": found.collected_at, "loan_appliance_id": found.lent_id, "returned_at": found.returned_at}
    return tickets.ticket_result(desk, ticket_id, told, changed=changed, **more)

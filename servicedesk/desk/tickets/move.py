"""What happens to a ticket: assign, appoint, arrive, wait, resume, cancel.

Its completion is in complete.py, what is taken back in correct.py. Each loads the ticket, asks domain/ticket_rules.py,
writes one event, and gives the ticket back. A command that is repeated changes nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, moment
from servicedesk.base.text import remark
from servicedesk.desk.aftercare import voiding
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import AskedBy, Event, Stamp, Ticket
from servicedesk.records import tickets
from servicedesk.storage.database import Database


def move_ticket(
    db: Database, stamp: Stamp, ticket: Ticket, fact: Event, *, now: datetime, same_at: bool, notes: Iterable[str] = ()
) -> list[str] | None:
    """Inside a transaction: the fact is written where it may be; None where it was known already."""
    if ticket_rules.find_repeated(ticket, fact, same_at=same_at):
        return None
    ticket_rules.allow(ticket, fact, now_unix=dates.unix(now))
    tickets.insert_event(db, stamp, ticket.id, fact)
    return list(notes)


Warn = Callable[[Database, Ticket, Event, Any], list[str]]


def _simple(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    kind: str,
    *,
    now: datetime,
    at: datetime | None,
    warn: Warn | None = None,
    **values: object,
) -> Table:
    """One fact without further consequences; `at` None is now. An arrival by nobody named is the assigned one's.

    `warn` is asked what the desk should hear: of the ticket with the fact, the fact, the ticket as it is shown.
    """
    when = at or now
    fact = Event(kind, dates.stamp(when), dates.unix(when), **values)  # type: ignore[arg-type]
    with db.atomic():
        ticket = tickets.load_ticket(db, ticket_id)
        if kind == "arrived" and fact.technician_id is None:
            done = ticket.last("completed")
            fact = fact._replace(technician_id=ticket.technician_id or (done.technician_id if done else None))
        same_at = at is not None or kind == "arrived"
        notes = move_ticket(db, stamp, ticket, fact, now=now, same_at=same_at)
        answer = tickets.one(db, ticket_id, now=now)
        talk = tickets.repetition_note(ticket_id) if notes is None else notes
        if warn:
            talk += warn(db, tickets.load_ticket(db, ticket_id), fact, answer.objects()[0])
        return answer._replace(notes=tuple(talk))


def assign_ticket(
    db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None, to: str | None
) -> Table:
    """The ticket is somebody's: the named technician, or where `to` is None the one that dispatch.py finds."""
    from servicedesk.desk.tickets import dispatch
    from servicedesk.records import technicians

    when = at or now
    with db.atomic():
        ticket = tickets.load_ticket(db, ticket_id)
        why = None
        if to is None:
            technician_id, why = dispatch.find_technician(db, ticket, at=when)
        else:
            technician_id = technicians.get_technician(db, to)["id"]
        fact = Event("assigned", dates.stamp(when), dates.unix(when), technician_id=technician_id)
        notes = move_ticket(db, stamp, ticket, fact, now=now, same_at=at is not None, notes=[why] if why else [])
        talk = tickets.repetition_note(ticket_id) if notes is None else notes
        talk += dispatch.warnings(db, ticket, technician_id, at=when)
        return tickets.one(db, ticket_id, now=now, notes=talk, **({"why": why} if to is None else {}))


def appoint_ticket(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    *,
    now: datetime,
    at: datetime | None,
    window_from: datetime,
    window_to: datetime,
    asked_by: str,
) -> Table:
    """A window is agreed. One that the customer asked for may move the deadline of K6, if it is recorded in time."""
    if dates.unix(window_to) <= dates.unix(window_from):
        raise RefusedError(
            say(
                "the window ends {window_to}, not after its begin {window_from}",
                window_to=moment(dates.stamp(window_to)),
                window_from=moment(dates.stamp(window_from)),
            )
        )
    return _simple(
        db,
        stamp,
        ticket_id,
        "appointed",
        now=now,
        at=at,
        window_from=dates.stamp(window_from),
        window_to=dates.stamp(window_to),
        asked_by=asked_by,
        warn=_window_warnings,
    )


def _window_warnings(db: Database, ticket: Ticket, fact: Event, shown: Any) -> list[str]:
    """What keeps the assigned technician from coming, and what a window of the outlet's own costs."""
    from servicedesk.desk.tickets import dispatch

    notes = []
    if ticket.technician_id is not None:
        at = datetime.fromisoformat(fact.at)
        notes = dispatch.window_warnings(db, ticket, ticket.technician_id, at=at)
    deadline = shown["deadline_at"]
    if fact.asked_by == AskedBy.OUTLET and deadline and not shown["arrived_at"]:
        last = dates.unix_of(deadline)
        if dates.unix_of(str(fact.window_from)) > last:
            notes.append(
                say(
                    "warning: the deadline of T{id} is {deadline}, and a window of the outlet does not move it:"
                    " coming in this window is a sure miss",
                    id=ticket.id,
                    deadline=moment(deadline),
                )
            )
        elif dates.unix_of(str(fact.window_to)) > last:
            notes.append(
                say(
                    "warning: the deadline of T{id} is {deadline}, before this window ends: be there by then",
                    id=ticket.id,
                    deadline=moment(deadline),
                )
            )
    return notes


def record_arrival(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    *,
    now: datetime,
    at: datetime | None,
    technician: str | None,
    no_access: bool,
) -> Table:
    """A technician stands at the door; the assigned one where nobody is named."""
    from servicedesk.records import technicians

    technician_id = technicians.get_technician(db, technician)["id"] if technician is not None else None
    return _simple(
        db,
        stamp,
        ticket_id,
        "arrived",
        now=now,
        at=at,
        technician_id=technician_id,
        no_access=int(no_access),
        warn=_arrival_warnings,
    )


def _arrival_warnings(db: Database, ticket: Ticket, fact: Event, shown: Any) -> list[str]:
    """Nobody is named who came, or somebody who does not work on that day."""
    if fact.technician_id is None:
        arrival = ticket_rules.find_repeated(ticket, fact, same_at=True)
        return [
            say(
                "warning: nobody is assigned to T{id}, so nobody is named who came;"
                " 'ticket correct T{id} --event {number} --technician NAME --reason R' names them",
                id=ticket.id,
                number=arrival.number if arrival else "N",
            )
        ]
    from servicedesk.desk.tickets import dispatch

    notes = dispatch.away_warnings(db, fact.technician_id, (fact.at[:10], fact.at[:10]))
    done = ticket.last("completed")
    if done and done.technician_id != fact.technician_id and not fact.no_access:
        notes.append(
            say(
                "the completion of T{id} names somebody else, or nobody;"
                " 'ticket correct T{id} --event {number} --technician NAME --reason R' changes that",
                id=ticket.id,
                number=done.number,
            )
        )
    return notes


def wait_ticket(db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None, cause: str) -> Table:
    """The work waits, and for whose part."""
    return _simple(db, stamp, ticket_id, "waiting", now=now, at=at, cause=cause)


def resume_ticket(db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None) -> Table:
    """The wait is over."""
    return _simple(db, stamp, ticket_id, "resumed", now=now, at=at)


def cancel_ticket(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    *,
    now: datetime,
    at: datetime | None,
    reason: str,
    by: str,
    duplicate_of_id: int | None = None,
    force: str | None = None,
) -> Table:
    """The ticket ends without work. The ticket a duplicate leaves to inherits the earlier report time (C7).

    `force`: why two tickets that look like two calls are one; it is kept as the note of the cancellation.
    """
    when = at or now
    ticket_rules.cancel_reason(reason, duplicate_of_id=duplicate_of_id)
    if force is not None and duplicate_of_id is None:
        raise UsageError(say("--force is for duplicates"), hint=say("--reason duplicate --duplicate-of T100"))
    fact = Event(
        "cancelled",
        dates.stamp(when),
        dates.unix(when),
        reason=reason,
        cancelled_by=by,
        duplicate_of_id=duplicate_of_id,
    )
    with db.atomic():
        ticket = tickets.load_ticket(db, ticket_id)
        survivor = tickets.load_ticket(db, duplicate_of_id) if duplicate_of_id is not None else None
        if survivor:
            fact = _duplicate(db, ticket, survivor, fact, force, same_at=at is not None)
        elif reason == "entry_error":
            _without_duplicates(db, ticket)
        notes = move_ticket(db, stamp, ticket, fact, now=now, same_at=at is not None)
        if notes is None:
            return tickets.one(db, ticket_id, now=now, notes=tickets.repetition_note(ticket_id))
        if survivor:
            notes += _inherit_report(db, stamp, ticket, survivor, now=now)
        return tickets.one(db, ticket_id, now=now, notes=notes)


AT_HOME = """
SELECT EXISTS (SELECT 1 FROM customer a JOIN customer b ON a.id = b.id OR a.household_id = b.household_id
                WHERE a.id = :customer_id AND b.id = :other_id)
"""


def _duplicate(
    db: Database, ticket: Ticket, survivor: Ticket, fact: Event, force: str | None, *, same_at: bool
) -> Event:
    """The cancellation with the reason for which it was forced, where it had to be; RefusedError without one."""
    ticket_rules.may_stay(survivor, ticket)
    people = ticket.customer_id, survivor.customer_id
    is_one_machine = ticket.appliance_id is not None and ticket.appliance_id == survivor.appliance_id
    same_home = is_one_machine if None in people else bool(db.value(AT_HOME, customer_id=people[0], other_id=people[1]))
    difference = ticket_rules.difference(ticket, survivor, same_home=same_home)
    if difference is None:
        return fact
    if force is not None:
        return fact._replace(note=remark(force, say("the reason")))
    if ticket_rules.find_repeated(ticket, fact, same_at=same_at):
        return fact
    raise RefusedError(
        difference,
        hint=say("cancel it for another reason; if it is the same call: --force 'why'"),
    )


DUPLICATES = """
SELECT e.ticket_id FROM event e
 WHERE e.kind = 'cancelled' AND e.duplicate_of_id = :id AND e.voided_at IS NULL ORDER BY e.ticket_id
"""


def _without_duplicates(db: Database, ticket: Ticket) -> None:
    """RefusedError where other tickets left their call to this one: the call would be gone from every figure."""
    own = [f"T{row[0]}" for row in db.rows(DUPLICATES, id=ticket.id)]
    if own and not ticket.last("cancelled"):
        raise RefusedError(
            say("T{id} stands for its duplicates too: {own}", id=ticket.id, own=", ".join(own)),
            hint=say("cancel it for another reason, or first take their cancellations back with 'ticket void'"),
        )


def _inherit_report(db: Database, stamp: Stamp, ticket: Ticket, survivor: Ticket, *, now: datetime) -> list[str]:
    """Inside a transaction: the ticket that stays counts from the earlier report. What is to be said of it."""
    done = survivor.last("completed")
    if done and done.at_unix < ticket.report.at_unix:
        why = say(
            "warning: T{id} was completed {at}, before T{ticket_id} was reported: as a duplicate it is no repeat",
            id=survivor.id,
            at=moment(done.at),
            ticket_id=ticket.id,
        )
        return [why, say("  if it is a new call: ticket void T{ticket_id}", ticket_id=ticket.id)]
    if ticket.report.at_unix >= survivor.report.at_unix:
        return []
    why = say("T{ticket_id}, its duplicate, was reported earlier", ticket_id=ticket.id)
    earlier = survivor.report._replace(at=ticket.report.at, at_unix=ticket.report.at_unix)
    replace_event(db, stamp, survivor, survivor.report, earlier, now=now, reason=why)
    return [say("T{id} counts from {at} now: {why}", id=survivor.id, at=moment(ticket.report.at), why=why)]


def replace_event(
    db: Database, stamp: Stamp, ticket: Ticket, old: Event, new: Event, *, now: datetime, reason: str
) -> None:
    """Inside a transaction: old voided, new in its place."""
    check_after_recording(stamp, old)
    fact = ticket_rules.correction_of(ticket, old, new, now_unix=dates.unix(now))
    voiding.agree(db, ticket, fact)
    assert old.id is not None
    tickets.void_event(db, stamp, old.id, reason=reason)
    tickets.insert_event(db, stamp, ticket.id, fact)


def check_after_recording(stamp: Stamp, event: Event) -> None:
    ticket_rules.recorded_before(event.recorded_unix, now_unix=voiding.typing_unix(stamp))

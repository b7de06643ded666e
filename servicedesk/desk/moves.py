"""What happens to a ticket: assign, appoint, arrive, wait, resume, cancel, reopen.

Its completion is in completions.py, what is taken back in corrections.py.
Each loads the ticket, asks core/rules.py, writes one event, and gives the ticket back. The repetition of a command is
a no-op (cli.md, Habits).
"""

from collections.abc import Iterable
from datetime import datetime

from servicedesk.core import dates, rules
from servicedesk.core.errors import RefusedError
from servicedesk.core.model import Event, Stamp, Ticket
from servicedesk.core.table import Table, moment
from servicedesk.core.texts import remark
from servicedesk.desk import corrections, tickets
from servicedesk.desk.database import Database


def moved(
    db: Database, stamp: Stamp, ticket: Ticket, fact: Event, *, now: datetime, same_at: bool, notes: Iterable[str] = ()
) -> list[str] | None:
    """Inside a transaction: the fact is written where it may be; None where it was known already."""
    if rules.repeated(ticket, fact, same_at=same_at):
        return None
    rules.allow(ticket, fact, now_unix=dates.unix(now))
    tickets.added(db, stamp, ticket.id, fact)
    return list(notes)


def known_already(ticket_id: int) -> list[str]:
    return [f"T{ticket_id}: known already, nothing changed"]


def _simple(
    db: Database, stamp: Stamp, ticket_id: int, kind: str, *, now: datetime, at: datetime | None, **values: object
) -> Table:
    """One fact without further consequences; `at` None is now."""
    when = at or now
    fact = Event(kind, dates.stamp(when), dates.unix(when), **values)  # type: ignore[arg-type]
    with db.atomic():
        ticket = tickets.loaded(db, ticket_id)
        same_at = at is not None or kind == "arrived"
        notes = moved(db, stamp, ticket, fact, now=now, same_at=same_at)
        return tickets.one(db, ticket_id, now=now, notes=known_already(ticket_id) if notes is None else notes)


def assigned(
    db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None, to: str | None
) -> Table:
    """The ticket is somebody's: the named technician, or where `to` is None the one that dispatch.py finds."""
    from servicedesk.desk import dispatch, technicians

    when = at or now
    with db.atomic():
        ticket = tickets.loaded(db, ticket_id)
        why: str | None
        if to is None:
            technician_id, why = dispatch.chosen(db, ticket, on=when.date().isoformat())
        else:
            named = technicians.named(db, to)
            technician_id, why = named["id"], dispatch.misgiving(db, ticket, named, on=when.date().isoformat())
        fact = Event("assigned", dates.stamp(when), dates.unix(when), technician_id=technician_id)
        notes = moved(db, stamp, ticket, fact, now=now, same_at=at is not None, notes=[why] if why else [])
        talk = known_already(ticket_id) if notes is None else notes
        return tickets.one(db, ticket_id, now=now, notes=talk, **({"why": why} if to is None else {}))


def appointed(
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
    if window_to <= window_from:
        raise RefusedError(
            f"the window ends {moment(dates.stamp(window_to))}, not after its begin {moment(dates.stamp(window_from))}"
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
    )


def arrived(
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
    from servicedesk.desk import technicians

    if technician:
        technician_id = technicians.named(db, technician)["id"]
    else:
        technician_id = tickets.loaded(db, ticket_id).technician_id
    return _simple(
        db, stamp, ticket_id, "arrived", now=now, at=at, technician_id=technician_id, no_access=int(no_access)
    )


def waited(db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None, cause: str) -> Table:
    """The work waits, and for whose part."""
    return _simple(db, stamp, ticket_id, "waiting", now=now, at=at, cause=cause)


def resumed(db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None) -> Table:
    """The wait is over."""
    return _simple(db, stamp, ticket_id, "resumed", now=now, at=at)


def cancelled(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    *,
    now: datetime,
    at: datetime | None,
    reason: str,
    by: str,
    duplicate_of_id: int | None = None,
) -> Table:
    """The ticket ends without work. The ticket a duplicate leaves to inherits the earlier report time (C7)."""
    when = at or now
    rules.cancel_reason(reason, duplicate_of_id=duplicate_of_id)
    fact = Event(
        "cancelled",
        dates.stamp(when),
        dates.unix(when),
        reason=reason,
        cancelled_by=by,
        duplicate_of_id=duplicate_of_id,
    )
    with db.atomic():
        ticket = tickets.loaded(db, ticket_id)
        survivor = _survivor(db, ticket, duplicate_of_id) if duplicate_of_id is not None else None
        notes = moved(db, stamp, ticket, fact, now=now, same_at=at is not None)
        if notes is None:
            return tickets.one(db, ticket_id, now=now, notes=known_already(ticket_id))
        if survivor and ticket.report.at_unix < survivor.report.at_unix:
            why = f"T{ticket_id}, its duplicate, was reported earlier"
            earlier = survivor.report._replace(at=ticket.report.at, at_unix=ticket.report.at_unix)
            corrections.replaced(db, stamp, survivor, survivor.report, earlier, now=now, reason=why)
            notes.append(f"T{survivor.id} counts from {moment(ticket.report.at)} now: {why}")
        return tickets.one(db, ticket_id, now=now, notes=notes)


def _survivor(db: Database, ticket: Ticket, duplicate_of_id: int) -> Ticket:
    survivor = tickets.loaded(db, duplicate_of_id)
    end = survivor.last("cancelled")
    if survivor.id == ticket.id:
        raise RefusedError(f"T{ticket.id} cannot be a duplicate of itself")
    if end and end.reason == "duplicate":
        raise RefusedError(
            f"T{survivor.id} was cancelled as a duplicate itself", hint=f"--duplicate-of T{end.duplicate_of_id}"
        )
    return survivor


def reopened(
    db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None, text: str | None
) -> Table:
    """A new ticket linked to the ended one; an ended ticket itself never opens again (domain.md 0.1 no. 4)."""
    when = at or now
    with db.atomic():
        ticket = tickets.loaded(db, ticket_id)
        end = ticket.last("completed", "cancelled")
        if end is None:
            raise RefusedError(f"T{ticket_id} is still open", hint="only an ended ticket is reopened")
        rules.in_time(Event("reported", dates.stamp(when), dates.unix(when)), now_unix=dates.unix(now))
        if when < datetime.fromisoformat(end.at):
            raise RefusedError(f"T{ticket_id} ended {moment(end.at)}, later than {moment(dates.stamp(when))}")
        row = db.row("SELECT * FROM ticket WHERE id = :id", id=ticket_id)
        assert row is not None
        known = db.row(f"{tickets.TICKETS} AND t.follows_ticket_id = :id AND t.ended_at IS NULL", id=ticket_id,
                       now_unix=dates.unix(now))  # fmt: skip
        words = remark(text, "the problem") if text else row["text"]
        if known:
            if known["text"] == words and (at is None or known["reported_at"] == dates.stamp(when)):
                return tickets.one(db, known["id"], now=now, notes=known_already(known["id"]))
            raise RefusedError(f"T{ticket_id} is reopened already, as T{known['id']}", hint="that one is still open")
        machine_id, notes = row["appliance_id"], list[str]()
        if machine_id:
            from servicedesk.desk import intake

            notes, _, _ = intake.told(db, machine_id, when, row["type"])
        new_id = tickets.begun(
            db,
            stamp,
            type=row["type"],
            customer_id=row["customer_id"],
            appliance_id=row["appliance_id"],
            at=dates.stamp(when),
            text=words,
            fault=row["fault"],
            follows_ticket_id=ticket_id,
        )
        return tickets.one(db, new_id, now=now, notes=[*notes, f"T{new_id} follows T{ticket_id}"])

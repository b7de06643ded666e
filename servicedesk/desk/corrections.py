"""A wrong fact is voided, and where it was only mistyped another takes its place; both stay readable."""

from datetime import datetime

from servicedesk.core import dates, rules
from servicedesk.core.errors import UsageError
from servicedesk.core.model import Event, Stamp, Ticket
from servicedesk.core.said import coded, say
from servicedesk.core.table import Table
from servicedesk.core.texts import remark
from servicedesk.desk import contacts, tickets
from servicedesk.desk.database import Database


def corrected(
    db: Database,
    stamp: Stamp,
    ticket_id: int,
    *,
    now: datetime,
    number: int,
    reason: str,
    **said: str | datetime | None,
) -> Table:
    """A new fact takes the place of the one numbered `number`.

    `said`: what it should have been, of `at` (an instant), `technician`, `outcome`, `score`, `note`; None is left.
    """
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        raise UsageError(
            say("nothing to correct"), hint=say("--at, --technician, --outcome, --score or --note says what it was")
        )
    reason = remark(reason, say("the reason"))
    with db.atomic():
        ticket = tickets.loaded(db, ticket_id)
        changes = _changes(db, ticket, given)
        if _made_before(ticket, number, changes):
            return _known(db, ticket_id, now)
        old = rules.numbered(ticket, number)
        rules.correctable(ticket, old, changes)
        new = old._replace(**changes)  # type: ignore[arg-type]
        if new == old:
            return _known(db, ticket_id, now)
        replaced(db, stamp, ticket, old, new, now=now, reason=reason)
        told = say(
            "event {number} of T{ticket_id} voided; event {n} stands instead",
            number=number,
            ticket_id=ticket_id,
            n=len(ticket.events) + 1,
        )
        return tickets.one(db, ticket_id, now=now, notes=[told])


def _known(db: Database, ticket_id: int, now: datetime) -> Table:
    return tickets.one(db, ticket_id, now=now, notes=tickets.known_already(ticket_id))


def _changes(db: Database, ticket: Ticket, given: dict[str, str | datetime]) -> dict[str, object]:
    """What was said, as the fields of an event."""
    from servicedesk.desk import surveys, technicians

    changes: dict[str, object] = {}
    for name, value in given.items():
        if isinstance(value, datetime):
            changes |= {"at": dates.stamp(value), "at_unix": dates.unix(value)}
        elif name == "technician":
            changes["technician_id"] = technicians.named(db, value)["id"]
        elif name == "outcome":
            changes["outcome"] = rules.outcome_for(ticket.type, value)
        elif name == "score":
            changes |= {"score": surveys.valid_score(value), "satisfied": None}
        else:
            changes[name] = remark(value, say("the {name}", name=name))
    return changes


def _made_before(ticket: Ticket, number: int, changes: dict[str, object]) -> bool:
    """Whether this very correction has been made: the event is voided and the one in its place says so already."""
    old = next((e for e in ticket.events if e.number == number and e.voided_at), None)
    if old is None:
        return False
    heirs = [e for e in ticket.events if e.voided_at is None and e.corrects_id in {old.id, old.corrects_id or old.id}]
    return any(all(getattr(heir, key) == value for key, value in changes.items()) for heir in heirs)


def replaced(db: Database, stamp: Stamp, ticket: Ticket, old: Event, new: Event, *, now: datetime, reason: str) -> None:
    """Inside a transaction: old voided, new in its place."""
    _after_its_recording(stamp, old)
    fact = rules.corrected(ticket, old, new, now_unix=dates.unix(now))
    contacts.agree(db, ticket, fact)
    assert old.id is not None
    tickets.voided(db, stamp, old.id, reason=reason)
    tickets.added(db, stamp, ticket.id, fact)


def voided(db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, number: int, reason: str) -> Table:
    """The fact numbered `number` no longer stands; it stays readable."""
    reason = remark(reason, say("the reason"))
    with db.atomic():
        ticket = tickets.loaded(db, ticket_id)
        old = next((e for e in ticket.events if e.number == number), None)
        heirs = [
            e for e in ticket.events if old and e.voided_at is None and e.corrects_id == (old.corrects_id or old.id)
        ]
        if old and old.void_reason == reason and not heirs:
            return tickets.one(db, ticket_id, now=now, notes=tickets.known_already(ticket_id))
        event = rules.numbered(ticket, number)
        rules.voidable(ticket, event)
        if event.kind == "completed":
            contacts.uncalled(db, ticket)
        _after_its_recording(stamp, event)
        assert event.id is not None
        tickets.voided(db, stamp, event.id, reason=reason)
        notes = [
            say(
                "event {number} of T{ticket_id} ({kind}) voided",
                number=number,
                ticket_id=ticket_id,
                kind=coded(event.kind),
            )
        ]
        if event.kind == "completed":
            from servicedesk.desk import fulfilment

            notes += fulfilment.undone(db, stamp, ticket)
        return tickets.one(db, ticket_id, now=now, notes=notes)


def _after_its_recording(stamp: Stamp, event: Event) -> None:
    rules.recorded_before(event.recorded_unix, now_unix=contacts.recorded_unix(stamp))

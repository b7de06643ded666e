"""Move a ticket on: assign, appoint, arrive, wait, resume, cancel.

Its completion is in complete.py, corrections are in correct.py. Each function loads the ticket, asks
domain/ticket_rules.py, writes one event, and returns the ticket as it is then. A repeated command changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import item_list, say
from servicedesk.base.table import Result, moment, nothing_changed, span
from servicedesk.base.text import free_text
from servicedesk.desk.aftercare import voiding
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import Stamp
from servicedesk.domain.ticket import AskedBy, Event, Ticket
from servicedesk.records import tickets
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def move_ticket(desk: Desk, ticket: Ticket, fact: Event, *, same_at: bool) -> bool:
    """Record the event if the rules allow it, inside a transaction. Return False if it was already recorded."""
    if ticket_rules.find_repeated(ticket, fact, same_at=same_at):
        return False
    ticket_rules.check_event(ticket, fact, now_unix=dates.unix(desk.now))
    tickets.insert_event(desk.db, desk.stamp, ticket.id, fact)
    return True


_EARLY = 3600  # seconds; an arrival earlier than that before its window is asked about
Warn = Callable[[Database, Ticket, Event, tickets.TicketRow], list[str]]


def _record_event(
    desk: Desk, ticket_id: int, kind: str, at: datetime | None, *, warn: Warn | None = None, **values: object
) -> Result:
    """Record one event without further consequences. An arrival without a technician is the assigned one's.

    `warn` returns warnings from the ticket with the event, the event, and the ticket as it is shown.
    """
    fact = event_at(kind, at or desk.now, **values)
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        if kind == "arrived" and fact.technician_id is None:
            done = ticket.last("completed")
            fact = fact._replace(technician_id=ticket.technician_id or (done.technician_id if done else None))
        changed = move_ticket(desk, ticket, fact, same_at=at is not None or kind == "arrived")
        row = tickets.get_ticket_row(desk.db, ticket_id, now=desk.now)
        notes = [] if changed else _notes_on_repeat(ticket, fact)
        if warn:
            notes += warn(desk.db, ticket.with_event(fact) if changed else ticket, fact, row)
        table = tickets.ticket_table(row, waits_for=tickets.cause_of_wait(desk.db, row))
        return Result(table, notes, changed)


def _notes_on_repeat(ticket: Ticket, fact: Event) -> list[str]:
    """Return that the event is already recorded, and that the ticket has ended since, if it has."""
    notes = [nothing_changed(f"T{ticket.id}")]
    if fact.kind != "arrived":
        try:
            ticket_rules.check_open(ticket)
        except RefusedError as ended:
            notes.append(ended.sentence)
    return notes


def event_at(kind: str, when: datetime, **values: Any) -> Event:
    """Return a ticket event of that kind at that instant."""
    return Event(kind, dates.stamp(when), dates.unix(when), **values)


def assign_ticket(desk: Desk, ticket_id: int, *, at: datetime | None, to: str | None) -> Result:
    """Assign the ticket to the technician `to`; None: to the one that dispatch.py chooses."""
    from servicedesk.desk.tickets import dispatch
    from servicedesk.records import technicians

    when = at or desk.now
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        wanted = technicians.get_technician(desk.db, to)["id"] if to is not None else None
        choice = dispatch.choose_technician(desk.db, ticket, at=when, technician_id=wanted)
        fact = event_at("assigned", when, technician_id=choice.technician_id)
        changed = move_ticket(desk, ticket, fact, same_at=at is not None)
        notes = [choice.why, *choice.warnings] if choice.why and changed else [*choice.warnings]
        if choice.asked_for is not None and changed:
            notes.append(say("T{id}: the customer asked for {name}", id=ticket_id, name=choice.asked_for))
        more = {} if choice.why is None else {"why": choice.why}
        return tickets.ticket_result(desk, ticket_id, notes, changed=changed, **more)


def appoint_ticket(
    desk: Desk, ticket_id: int, *, at: datetime | None, window_from: datetime, window_to: datetime, asked_by: str
) -> Result:
    """Record an agreed window. One that the customer asked for may move the deadline of K6 if recorded in time."""
    if dates.unix(window_to) <= dates.unix(window_from):
        raise RefusedError(
            say(
                "the window ends {window_to}, not after its begin {window_from}",
                window_to=moment(dates.stamp(window_to)),
                window_from=moment(dates.stamp(window_from)),
            )
        )
    window = {"window_from": dates.stamp(window_from), "window_to": dates.stamp(window_to), "asked_by": asked_by}
    return _record_event(desk, ticket_id, "appointed", at, warn=_window_warnings, **window)


def _window_warnings(db: Database, ticket: Ticket, fact: Event, shown: tickets.TicketRow) -> list[str]:
    """Return warnings about a window: odd hours, a holiday, an absent or busy technician, a deadline before its end."""
    from servicedesk.desk.tickets import dispatch

    notes = [*_odd_window(db, ticket, fact), *_holiday_warnings(db, str(fact.window_from)[:10])]
    if ticket.technician_id is not None:
        notes += dispatch.window_warnings(db, ticket, ticket.technician_id, at=datetime.fromisoformat(fact.at))
    if fact.asked_by == AskedBy.OUTLET and shown.deadline_at and not shown.arrived_at:
        last, said = dates.unix_of(shown.deadline_at), {"id": ticket.id, "deadline": moment(shown.deadline_at)}
        if dates.unix_of(str(fact.window_from)) > last:
            notes.append(
                say(
                    "warning: the deadline of T{id} is {deadline}, and a window of the outlet does not move it:"
                    " coming in this window is a sure miss",
                    **said,
                )
            )
        elif dates.unix_of(str(fact.window_to)) > last:
            notes.append(
                say("warning: the deadline of T{id} is {deadline}, before this window ends: be there by then", **said)
            )
    return notes


def _odd_window(db: Database, ticket: Ticket, fact: Event) -> list[str]:
    """Return notes if the window is outside the opening hours, or replaces a window that was still to come."""
    notes, opens, closes = [], db.outlet.opens, db.outlet.closes
    if str(fact.window_to)[11:16] <= opens or str(fact.window_from)[11:16] >= closes:
        notes.append(say("the window is outside the opening hours {hours}", hours=f"{opens}–{closes}"))
    earlier = [one for one in ticket.valid("appointed") if one.at_unix <= fact.at_unix][:-1]
    if earlier and dates.unix_of(str(earlier[-1].window_to)) > fact.at_unix:
        notes.append(say("it replaces the window that began {begin}", begin=moment(str(earlier[-1].window_from))))
    return notes


def _holiday_warnings(db: Database, day: str) -> list[str]:
    """Return a note if the day is a holiday of 'outlet holidays'."""
    row = db.row("SELECT name FROM holiday WHERE on_date = :day", day=day)
    if row is None:
        return []
    return [say("{day} is a holiday: {name}", day=day, name=row["name"]) if row["name"] else
            say("{day} is a holiday", day=day)]  # fmt: skip


def record_arrival(
    desk: Desk, ticket_id: int, *, at: datetime | None, technician: str | None, no_access: bool
) -> Result:
    """Record that a technician stands at the customer's door; without a name, the assigned one."""
    from servicedesk.records import technicians

    technician_id = technicians.get_technician(desk.db, technician)["id"] if technician is not None else None
    came = {"technician_id": technician_id, "no_access": int(no_access)}
    return _record_event(desk, ticket_id, "arrived", at, warn=_arrival_warnings, **came)


def _arrival_warnings(db: Database, ticket: Ticket, fact: Event, shown: tickets.TicketRow) -> list[str]:
    """Return a warning if the arrival is long before its window, or has no technician, or one who is away that day."""
    return _early_warnings(ticket, fact) + _visitor_warnings(db, ticket, fact)


def _early_warnings(ticket: Ticket, fact: Event) -> list[str]:
    """Return a warning if the arrival is more than an hour before the window that was agreed on by then."""
    agreed = [event for event in ticket.valid("appointed") if event.at_unix <= fact.at_unix]
    if not agreed or dates.unix_of(str(agreed[-1].window_from)) - fact.at_unix <= _EARLY:
        return []
    window = span(str(agreed[-1].window_from), str(agreed[-1].window_to))
    return [say("warning: the window of T{id} is {window}: is the arrival right?", id=ticket.id, window=window)]


def _visitor_warnings(db: Database, ticket: Ticket, fact: Event) -> list[str]:
    if fact.technician_id is None:
        arrival = ticket_rules.find_repeated(ticket, fact, same_at=True)
        return [
            say(
                "warning: nobody is assigned to T{id}, so the arrival has no technician;"
                " 'ticket correct T{id} --event {number} --technician NAME --reason R' adds the name",
                id=ticket.id,
                number=arrival.number if arrival else "N",
            )
        ]
    from servicedesk.desk.tickets import dispatch

    notes = dispatch.absence_warnings(db, fact.technician_id, (fact.at[:10], fact.at[:10]))
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


def wait_ticket(desk: Desk, ticket_id: int, *, at: datetime | None, cause: str, part: str | None = None) -> Result:
    """Record that the work waits, and for what `cause`; `part`: the spare part that it waits for (S27)."""
    if part is None:
        return _record_event(desk, ticket_id, "waiting", at, cause=cause)
    from servicedesk.records.parts.register import get_part

    part_id = get_part(desk.db, part)["id"]
    return _record_event(desk, ticket_id, "waiting", at, warn=_stock_warnings, cause=cause, part_id=part_id)


def _stock_warnings(db: Database, ticket: Ticket, fact: Event, shown: tickets.TicketRow) -> list[str]:
    """Return a warning if the part that the work waits for is in stock."""
    from servicedesk.records.parts.waiting import find_arrived

    found = [want for want in find_arrived(db, part_id=fact.part_id) if want.ticket_id == ticket.id]
    return [say("warning: {code} is in stock", code=want.code) for want in found]


def resume_ticket(desk: Desk, ticket_id: int, *, at: datetime | None) -> Result:
    """Record that the wait is over."""
    return _record_event(desk, ticket_id, "resumed", at)


def cancel_ticket(
    desk: Desk,
    ticket_id: int,
    *,
    at: datetime | None,
    reason: str,
    by: str,
    duplicate_of_id: int | None = None,
    force: str | None = None,
) -> Result:
    """End the ticket without work. If it is a duplicate, ticket `duplicate_of_id` takes over the earlier report (C7).

    `force`: why two tickets that look like two calls are one; it is kept as the note of the cancellation.
    """
    ticket_rules.cancel_reason(reason, duplicate_of_id=duplicate_of_id)
    if force is not None and duplicate_of_id is None:
        raise UsageError(say("--force is for duplicates"), hint=say("--reason duplicate --duplicate-of T100"))
    fact = event_at("cancelled", at or desk.now, reason=reason, cancelled_by=by, duplicate_of_id=duplicate_of_id)
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        survivor = tickets.load_ticket(desk.db, duplicate_of_id) if duplicate_of_id is not None else None
        if survivor:
            fact = _duplicate(desk.db, ticket, survivor, fact, force, same_at=at is not None)
        elif reason == "entry_error":
            _check_no_duplicates(desk.db, ticket)
        changed = move_ticket(desk, ticket, fact, same_at=at is not None)
        notes = _inherit_report(desk, ticket, survivor) if changed and survivor else []
        return tickets.ticket_result(desk, ticket_id, notes, changed=changed)


AT_HOME = """
SELECT EXISTS (SELECT 1 FROM customer a JOIN customer b ON a.id = b.id OR a.household_id = b.household_id
                WHERE a.id = :customer_id AND b.id = :other_id)
"""


def _duplicate(
    db: Database, ticket: Ticket, survivor: Ticket, fact: Event, force: str | None, *, same_at: bool
) -> Event:
    """Return the cancellation of a duplicate, with `force` as its note if it must be forced. RefusedError without."""
    ticket_rules.check_survivor(survivor, ticket)
    people = ticket.customer_id, survivor.customer_id
    is_one_machine = ticket.appliance_id is not None and ticket.appliance_id == survivor.appliance_id
    same_home = is_one_machine if None in people else bool(db.value(AT_HOME, customer_id=people[0], other_id=people[1]))
    difference = ticket_rules.difference(ticket, survivor, same_home=same_home)
    if difference is None:
        return fact
    if force is not None:
        return fact._replace(note=free_text(force, say("the reason")))
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


def _check_no_duplicates(db: Database, ticket: Ticket) -> None:
    """Raise RefusedError if the ticket has duplicates: their call would be gone from every figure."""
    own = [f"T{row[0]}" for row in db.rows(DUPLICATES, id=ticket.id)]
    if own and not ticket.last("cancelled"):
        raise RefusedError(
            say("T{id} also counts for its duplicates: {own}", id=ticket.id, own=item_list(own)),
            hint=say("cancel it for another reason, or first take their cancellations back with 'ticket void'"),
        )


def _inherit_report(desk: Desk, ticket: Ticket, survivor: Ticket) -> list[str]:
    """Let the surviving ticket count from the earlier report, inside a transaction. Return the notes about it."""
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
    replace_event(desk, survivor, survivor.report, earlier, reason=why)
    return [say("T{id} now counts from {at}: {why}", id=survivor.id, at=moment(ticket.report.at), why=why)]


def replace_event(desk: Desk, ticket: Ticket, old: Event, new: Event, *, reason: str) -> None:
    """Void the old event and record the new one in its place, inside a transaction."""
    from servicedesk.domain import correction_rules

    check_after_recording(desk.stamp, old)
    fact = correction_rules.correction_of(ticket, old, new, now_unix=dates.unix(desk.now))
    voiding.check_order(desk.db, ticket, fact)
    assert old.id is not None
    tickets.void_event(desk.db, desk.stamp, old.id, reason=reason)
    tickets.insert_event(desk.db, desk.stamp, ticket.id, fact)


def check_after_recording(stamp: Stamp, event: Event) -> None:
    """Raise RefusedError if the event was recorded later than now."""
    ticket_rules.check_recorded_before(event.recorded_unix, now_unix=voiding.typing_unix(stamp))

"""Public events: plan one, record who came with which appliance, open tickets for faults found there (S42)."""

from datetime import datetime
from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import item_list, say, say_count
from servicedesk.base.table import Result, Table, columns, nothing_changed, record
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.tickets.open import NewTicket, write_ticket
from servicedesk.domain.customer_codes import EventKind
from servicedesk.domain.model import TicketType
from servicedesk.records import customers
from servicedesk.records.appliances import get_appliance_in_use
from servicedesk.records.outreach.events import get_event, list_attendances, list_events
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

CHANNEL = "public_event"  # of the tickets that an event opened
COLUMNS = columns(
    "id:V=public event", "kind:words", "on_date:date=on", "place", "topic", "came:count", "appliances:count??",
    "tickets:count??", "voided_at-", "void_reason-",
)  # fmt: skip
_CAME = columns(
    "customer_id:C=customer", "customer:name=name", "appliance_id:A=appliance", "category:words??", "brand-",
    "ticket_id:T=ticket",
)  # fmt: skip


class Comer(NamedTuple):
    """A customer who came to an event: the appliance that was looked at, and the fault found at `at`."""

    customer_id: int
    appliance_id: int | None = None
    fault: str | None = None
    text: str | None = None
    at: datetime | None = None
    new_code: bool = False


def add_event(desk: Desk, kind: EventKind, *, on: str, place: str, topic: str | None) -> Result:
    """Record an event, planned or past. The same one again changes nothing."""
    where = one_line(place, say("the place"))
    about = one_line(topic, say("the topic")) if topic is not None else None
    with desk.db.atomic():
        for row in list_events(desk.db, kind=kind.value):
            if (row["on_date"], row["place"], row["topic"]) == (on, where, about):
                return Result(event_table(row), [nothing_changed(f"V{row['id']}")], changed=False)
        said = {"kind": kind.value, "on_date": on, "place": where, "topic": about}
        event_id = desk.db.insert("public_event", desk.stamp, **said)
        return Result(event_table(get_event(desk.db, event_id)))


def attend_event(desk: Desk, event_id: int, comer: Comer) -> Result:
    """Record that a customer came; a fault of the appliance opens a repair, as `ticket open` does."""
    if comer.fault is not None and comer.appliance_id is None:
        raise UsageError(say("a fault is that of an appliance"), hint=say("--appliance A34 --fault-at CODE"))
    with desk.db.atomic():
        event = get_event(desk.db, event_id)
        _check_held(event, desk.today)
        person = customers.get_standing_customer(desk.db, comer.customer_id)
        known = _find_attendance(desk.db, event["id"], person["id"], comer.appliance_id)
        if known is not None and (comer.fault is None or known["ticket_id"] is not None):
            return Result(event_table(event), [nothing_changed(f"V{event['id']}")], changed=False)
        ticket_id, notes = None, []
        if comer.appliance_id is not None:
            _check_owner(desk.db, comer.appliance_id, person["id"])
        if comer.fault is not None:
            opened = write_ticket(desk, _ticket(comer))
            ticket_id = opened.table.objects()[0]["id"]
            notes = [say("T{id} opened", id=ticket_id), *opened.notes]
        known = known or _find_attendance(desk.db, event["id"], person["id"], appliance_id=None, alone=True)
        if known is not None:
            desk.db.void("attendance", desk.stamp, known["id"], "with more")
        came = {"customer_id": person["id"], "appliance_id": comer.appliance_id, "ticket_id": ticket_id}
        desk.db.insert("attendance", desk.stamp, public_event_id=event["id"], **came)
        return Result(event_table(get_event(desk.db, event["id"])), notes)


def _ticket(comer: Comer) -> NewTicket:
    return NewTicket(
        TicketType.REPAIR,
        comer.text or str(comer.fault).replace("_", " "),
        appliance_id=comer.appliance_id,
        fault=comer.fault,
        channel=CHANNEL,
        at=comer.at,
        new_code=comer.new_code,
    )


def _check_held(event: Row, today: str) -> None:
    """Raise RefusedError if the event is still to come, or was voided."""
    if event["voided_at"] is not None:
        raise RefusedError(
            say("V{id} is voided: {reason}", id=event["id"], reason=event["void_reason"]),
            hint=say("'event list' shows those that stand"),
        )
    if event["on_date"] > today:
        raise RefusedError(say("V{id} is on {on}: nobody came yet", id=event["id"], on=event["on_date"]))


def _check_owner(db: Database, appliance_id: int, customer_id: int) -> None:
    if get_appliance_in_use(db, appliance_id)["customer_id"] != customer_id:
        raise RefusedError(
            say("A{appliance} does not belong to C{customer}", appliance=appliance_id, customer=customer_id),
            hint=say("'appliance find' shows whose it is"),
        )


def _find_attendance(
    db: Database, event_id: int, customer_id: int, appliance_id: int | None, *, alone: bool = False
) -> Row | None:
    """Return the record that the customer came with that appliance (None: with any); `alone`: without an appliance."""
    came = [row for row in list_attendances(db, event_id) if row["customer_id"] == customer_id]
    if alone or appliance_id is not None:
        came = [row for row in came if row["appliance_id"] == appliance_id]
    return next(iter(came), None)


def void_event(desk: Desk, event_id: int, *, reason: str) -> Result:
    """Void an event that was typed by mistake. RefusedError if customers came to it."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        event = get_event(desk.db, event_id)
        if event["voided_at"] is not None:
            return Result(event_table(event), [nothing_changed(f"V{event['id']}")], changed=False)
        if event["came"]:
            raise RefusedError(
                say_count("{n} customer came to V{id}", "{n} customers came to V{id}", n=event["came"], id=event["id"]),
                hint=say("first: event void V{id} --customer C12 --reason R", id=event["id"]),
            )
        desk.db.void("public_event", desk.stamp, event["id"], reason)
        return Result(event_table(get_event(desk.db, event["id"])), [say("V{id} voided", id=event["id"])])


def void_attendance(desk: Desk, event_id: int, customer_id: int, *, reason: str) -> Result:
    """Void the records that a customer came, with any appliance. NotFoundError if there are none."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        event = get_event(desk.db, event_id)
        found = [row for row in list_attendances(desk.db, event["id"]) if row["customer_id"] == customer_id]
        if not found:
            raise NotFoundError(
                say("C{customer} did not come to V{id}", customer=customer_id, id=event["id"]),
                hint=say("'event show V{id}' shows who came", id=event["id"]),
            )
        for row in found:
            desk.db.void("attendance", desk.stamp, row["id"], reason)
        opened = [f"T{row['ticket_id']}" for row in found if row["ticket_id"]]
        notes = [say("what it opened stays: {tickets}", tickets=item_list(opened))] if opened else []
        return Result(event_table(get_event(desk.db, event["id"])), notes)


def event_table(event: Row) -> Table:
    """Return the event as one object."""
    return record(COLUMNS, [event[column.key] for column in COLUMNS])


def get_event_page(db: Database, event_id: int) -> Table:
    """Return the event with everybody who came."""
    event = get_event(db, event_id)
    rows: list[Any] = [[row[column.key] for column in _CAME] for row in list_attendances(db, event["id"])]
    return event_table(event)._replace(sections=(("attendances", Table(_CAME, rows)),))


def list_table(db: Database, *, kind: str | None, every: bool) -> Table:
    """Return the events, the newest first."""
    rows = [[event[column.key] for column in COLUMNS] for event in list_events(db, kind=kind, every=every)]
    return Table(COLUMNS, rows, empty=say("No event is planned or past"))

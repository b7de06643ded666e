"""Contacts (calls and messages) between customers and the outlet: record, void and list them (S13, S22)."""

from datetime import datetime
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, UsageError
from servicedesk.base.messages import coded, joined, say, say_count
from servicedesk.base.table import Result, Table, columns, nothing_changed, record
from servicedesk.base.text import free_text
from servicedesk.domain.ticket import Event
from servicedesk.domain.ticket_rules import check_not_in_future
from servicedesk.records import codes, consents, customers, tickets
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

PHONE = "phone"  # the channel that rings
_SAME_SECONDS = 60  # typed again within these seconds, the same contact is not a new one

_KEYS = ("direction-", "channel-", "rings-", "unanswered-")
COLUMNS = columns(
    "id:L=contact", "ticket_id:T=ticket", "customer_id-", "customer-", "whose:name+=customer", "at:instant", *_KEYS,
    "how+", "text", "actor:name=by", "voided_at-", "void_reason-",
)  # fmt: skip
_LIST_COLUMNS = columns(
    "id:L=contact", "ticket_id:T=ticket", "customer_id-", "customer:name", "at:instant", *_KEYS, "how+",
    "text:brief", "actor:name??=by", "voided_at-", "void_reason-",
)  # fmt: skip
_IN_TICKET = columns(
    "id:L=contact", "at:instant", *_KEYS, "how+", "text", "actor:name=by", "voided_at-", "void_reason-"
)
_OF_CUSTOMER = columns("id:L=contact", "ticket_id:T=ticket", "at:instant", *_KEYS, "how+", "text:brief")


class NewContact(NamedTuple):
    """A call or message to record, about a ticket or with a customer; both None: with an unknown caller."""

    ticket_id: int | None
    customer_id: int | None
    direction: str  # in or out
    channel: str = PHONE
    rings: int | None = None
    unanswered: str | None = None  # missed or busy
    text: str | None = None
    new_channel: bool = False


def log_contact(desk: Desk, wanted: NewContact, *, at: datetime | None) -> Result:
    """Record a contact. Nothing changes if the same one is recorded within the last minute, or at the given `at`."""
    fact = Event("contact", dates.stamp(at or desk.now), dates.unix(at or desk.now))
    with desk.db.atomic():
        values = _contact_columns(desk.db, wanted)
        check_not_in_future(fact.at, fact.at_unix, now_unix=dates.unix(desk.now))
        since = 0 if at is not None else _SAME_SECONDS
        known = desk.db.value(SAME, **values, first_unix=fact.at_unix - since, last_unix=fact.at_unix)
        if known is not None:
            again = say("L{id}: already recorded, nothing changed; --at records a further contact", id=known)
            return Result(contact_table(desk.db, known), [again], changed=False)
        contact_id = desk.db.insert("contact", desk.stamp, **values, at=fact.at)
        table = contact_table(desk.db, contact_id)
        return Result(table, _wishes(desk.db, wanted, table.column("customer_id")[0]))


def _wishes(db: Database, wanted: NewContact, customer_id: int | None) -> list[str]:
    """Return a note if the outlet called a customer who wants no calls (M22)."""
    is_call = (wanted.direction, wanted.channel) == ("out", PHONE)
    if is_call and consents.is_refused(db, customer_id, "calls"):
        return [say("C{id} wants no calls: 'customer show C{id}'", id=customer_id)]
    return []


SAME = """
SELECT max(id)
  FROM contact
 WHERE voided_at IS NULL AND at_unix BETWEEN :first_unix AND :last_unix
   AND ticket_id IS :ticket_id AND customer_id IS :customer_id AND direction = :direction AND channel = :channel
   AND rings IS :rings AND unanswered IS :unanswered AND text IS :text
"""


def _contact_columns(db: Database, wanted: NewContact) -> dict[str, Any]:
    """Return the columns of the contact. UsageError or RefusedError if they do not go together."""
    channel = codes.check_code(db, "contact", wanted.channel, new=wanted.new_channel)
    if channel != PHONE and (wanted.rings or wanted.unanswered):
        raise UsageError(
            say("only a telephone rings, is busy or is missed"), hint=say("--channel phone, or without it")
        )
    if wanted.direction == "out" and wanted.rings:
        raise UsageError(say("--rings is for calls that came in"), hint=say("--missed or --busy, if nobody answered"))
    customer_id = wanted.customer_id
    if wanted.ticket_id is not None:
        tickets.load_ticket(db, wanted.ticket_id)
    elif customer_id is not None:
        customer_id = customers.get_standing_customer(db, customer_id)["id"]
    elif wanted.direction == "out":
        raise UsageError(say("say whom the outlet called or wrote to"), hint=say("a ticket T101 or a customer C12"))
    return {
        "ticket_id": wanted.ticket_id,
        "customer_id": customer_id,
        "direction": wanted.direction,
        "channel": channel,
        "rings": wanted.rings,
        "unanswered": wanted.unanswered,
        "text": free_text(wanted.text, say("the text")) if wanted.text is not None else None,
    }


def void_contact(desk: Desk, contact_id: int, *, reason: str) -> Result:
    """Take back a contact that was typed by mistake."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        contact_id = undone.fact_id(desk.db, "contact", contact_id)
        known = _get_row(desk.db, contact_id)
        if known["voided_at"] is not None:
            return Result(contact_table(desk.db, contact_id), [nothing_changed(f"L{contact_id}")], changed=False)
        desk.db.void("contact", desk.stamp, contact_id, reason)
        return Result(contact_table(desk.db, contact_id), [say("L{id} voided", id=contact_id)])


# Contacts with their customer: for a contact about a ticket, the customer of the ticket. Each SELECT of the UNION reads
# one index.
CONTACTS = """
SELECT l.id, l.ticket_id, c.id AS customer_id, c.name AS customer, l.at, l.direction, l.channel, l.rings, l.unanswered,
       l.text, l.actor, l.voided_at, l.void_reason
  FROM contact l
  LEFT JOIN ticket t ON t.id = l.ticket_id
  LEFT JOIN customer c ON c.id = coalesce(t.customer_id, l.customer_id)
 WHERE l.id IN (SELECT id FROM contact WHERE id = :id
                 UNION ALL
                SELECT id FROM contact WHERE ticket_id = :ticket_id
                 UNION ALL
                SELECT id FROM contact WHERE customer_id = :customer_id
                 UNION ALL
                SELECT k.id FROM ticket o JOIN contact k ON k.ticket_id = o.id WHERE o.customer_id = :customer_id
                 UNION ALL
                SELECT id FROM contact WHERE :every)
   AND (:since IS NULL OR substr(l.at, 1, 10) >= :since) AND (:until IS NULL OR substr(l.at, 1, 10) <= :until)
   AND (NOT :missed OR l.direction = 'in' AND l.unanswered IS NOT NULL)
   AND (:voided OR l.voided_at IS NULL)
 ORDER BY l.at_unix DESC, l.id DESC
 LIMIT :most
"""
_NONE: dict[str, Any] = {
    "id": None, "ticket_id": None, "customer_id": None, "every": 0, "since": None, "until": None, "missed": 0,
    "voided": 0, "most": -1,
}  # fmt: skip


def _get_row(db: Database, contact_id: int) -> Row:
    row = db.row(CONTACTS, **_NONE | {"id": contact_id, "voided": 1})
    if row is None:
        raise NotFoundError(say("there is no contact L{id}", id=contact_id), hint=say("'contact list' shows them"))
    return row


def contact_table(db: Database, contact_id: int) -> Table:
    """Return the contact as one object."""
    values = _values(_get_row(db, undone.fact_id(db, "contact", contact_id)))
    return record(COLUMNS, [values[column.key] for column in COLUMNS])


def list_contacts(db: Database, **wanted: Any) -> Table:
    """Return contacts, the newest first. `wanted`: limits by keys of _NONE, always with ticket_id and customer_id."""
    every = wanted["ticket_id"] is None and wanted["customer_id"] is None
    rows = (_values(row) for row in db.rows(CONTACTS, **_NONE | {"every": int(every)} | wanted))
    return Table(
        _LIST_COLUMNS, [[row[column.key] for column in _LIST_COLUMNS] for row in rows], empty=say("No contacts")
    )


def list_of_ticket(db: Database, ticket_id: int) -> Table:
    """Return all contacts about a ticket, voided ones too, the oldest first."""
    found = [_values(row) for row in db.rows(CONTACTS, **_NONE | {"ticket_id": ticket_id, "voided": 1})][::-1]
    return Table(_IN_TICKET, [[row[column.key] for column in _IN_TICKET] for row in found])


def list_of_customer(db: Database, customer_id: int, *, most: int) -> Table:
    """Return the newest `most` contacts of a customer, about tickets or not."""
    found = [_values(row) for row in db.rows(CONTACTS, **_NONE | {"customer_id": customer_id, "most": most})]
    return Table(_OF_CUSTOMER, [[row[column.key] for column in _OF_CUSTOMER] for row in found])


def _values(row: Row) -> dict[str, Any]:
    whose = joined(" ", (f"C{row['customer_id']}", row["customer"])) if row["customer_id"] else say("unknown")
    voided = say("[voided: {void_reason}]", void_reason=undone.void_label(row["void_reason"]))
    how = [_way(row), voided] if row["voided_at"] else [_way(row)]
    return dict(row) | {"whose": whose, "how": joined(" ", how)}


def _way(row: Row) -> str:
    """Return channel, direction and rings in words: `phone in, 2 rings`."""
    channel = coded(row["channel"])
    way = say("{channel} in", channel=channel) if row["direction"] == "in" else say("{channel} out", channel=channel)
    if row["unanswered"] is not None:
        return joined(", ", (way, say("unanswered") if row["unanswered"] == "missed" else coded("busy")))
    if row["rings"] is not None:
        return joined(", ", (way, say_count("{n} ring", "{n} rings", n=row["rings"])))
    return way

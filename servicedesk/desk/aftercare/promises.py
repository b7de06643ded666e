"""The register of promises: what was promised, by when, and whether it was kept (S55, K8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, in_words, say
from servicedesk.base.table import Result, Table, columns, moment, nothing_changed, record
from servicedesk.base.text import free_text
from servicedesk.desk.aftercare import voiding
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.aftercare.rules import End, Promise
from servicedesk.domain.ticket import Event
from servicedesk.records import tickets
from servicedesk.records.ticket_lists import urgency
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.undone import void_label

_KEYS = ("due_at-", "made_at-", "status-", "kept_at-", "withdrawn_at-", "withdrawn_by-")
COLUMNS = columns(
    "id:P=promise", "ticket_id:T=ticket", "customer_id-", "what", *_KEYS, "name+=customer", "made+", "due+",
    "state+=status", "ended+",
)  # fmt: skip
_LIST_COLUMNS = columns(
    "id:P=promise", "ticket_id:T=ticket", "customer_id-", "name:name+=customer", "what", *_KEYS, "urgency:urgency+",
    "due:due+", "state:words+=status",
)  # fmt: skip
_IN_TICKET = columns("id:P=promise", "what", *_KEYS, "due:due+", "state:code+=status", "voided_at-", "void_reason-")


def add_promise(desk: Desk, ticket_id: int, *, at: datetime | None, what: str, due: datetime) -> Result:
    """Record a promise made at `at`. RefusedError if it would be due already (K8)."""
    when = at or desk.now
    what = free_text(what, say("the promise"))
    fact = Event("promised", dates.stamp(when), dates.unix(when))
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        same = desk.db.row(SAME, ticket_id=ticket_id, what=what, due_unix=dates.unix(due))
        if same:
            aftercare_rules.check_same_promise(same["id"], same["at"], fact, same_at=at is not None)
            return _result(desk, same["id"], changed=False)
        aftercare_rules.check_promise(
            ticket,
            fact,
            due_at=dates.stamp(due),
            due_unix=dates.unix(due),
            now_unix=dates.unix(desk.now),
            typed_unix=voiding.typing_unix(desk.stamp),
        )
        values = {"ticket_id": ticket_id, "what": what, "due_at": dates.stamp(due), "at": fact.at}
        return _result(desk, desk.db.insert("promise", desk.stamp, **values))


def _result(desk: Desk, promise_id: int, notes: Sequence[str] = (), *, changed: bool = True) -> Result:
    """Return the current state of the promise, with the notes."""
    said = notes if changed else [nothing_changed(f"P{promise_id}")]
    return Result(promise_table(desk.db, promise_id, now=desk.now), said, changed)


# The valid promise of that ticket with the same words and due time; a withdrawn one may be made again.
SAME = """
SELECT p.id, p.at FROM promise p
 WHERE p.ticket_id = :ticket_id AND p.what = :what AND p.due_unix = :due_unix AND p.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM promise_end e
                    WHERE e.promise_id = p.id AND e.kind = 'withdrawn' AND e.voided_at IS NULL)
 ORDER BY p.id DESC
 LIMIT 1
"""


def keep_promise(desk: Desk, promise_id: int, *, at: datetime | None) -> Result:
    """Record that the promise was kept; after the due time it is kept late."""
    return _end_promise(desk, promise_id, "kept", at)


def withdraw_promise(desk: Desk, promise_id: int, *, at: datetime | None, by: str) -> Result:
    """Record that the promise was withdrawn. K8 leaves it out only if the customer withdrew it before the due time."""
    return _end_promise(desk, promise_id, "withdrawn", at, by)


def _end_promise(desk: Desk, promise_id: int, kind: str, at: datetime | None, by: str | None = None) -> Result:
    when = at or desk.now
    end = End(kind, dates.stamp(when), dates.unix(when), by)
    with desk.db.atomic():
        promise_id = undone.fact_id(desk.db, "promise", promise_id)
        promise = _load_promise(desk.db, promise_id)
        if aftercare_rules.is_repeated_end(promise, end, same_at=at is not None):
            return _result(desk, promise_id, changed=False)
        aftercare_rules.check_end(promise, end, now_unix=dates.unix(desk.now))
        values = {"promise_id": promise_id, "kind": end.kind, "at": end.at, "withdrawn_by": end.withdrawn_by}
        desk.db.insert("promise_end", desk.stamp, **values)
        note = aftercare_rules.notes_on_end(promise, end)
        return _result(desk, promise_id, [note] if note else [])


def void_promise(desk: Desk, promise_id: int, *, reason: str, only_end: bool = False) -> Result:
    """Void a promise that was typed by mistake; `only_end`: void only its end, so that it is open again."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        promise_id = undone.fact_id(desk.db, "promise", promise_id)
        name = f"P{promise_id}"
        promise = _load_promise(desk.db, promise_id)
        if only_end:
            note = _void_end(desk, promise, reason=reason)
        elif aftercare_rules.is_voided_already(name, promise.voided_at, promise.void_reason, reason):
            note = None
        else:
            desk.db.void("promise", desk.stamp, promise_id, reason)
            note = say("{name} voided", name=name)
        return _result(desk, promise_id, [note] if note else [], changed=note is not None)


ENDS_VOIDED = """
SELECT void_reason FROM promise_end WHERE promise_id = :id AND voided_at IS NOT NULL ORDER BY id DESC LIMIT 1
"""


def _void_end(desk: Desk, promise: Promise, *, reason: str) -> str | None:
    """Void the end of the promise, inside a transaction. Return the note, or None if it was voided before."""
    name = f"P{promise.id}"
    if promise.end is None:
        if desk.db.value(ENDS_VOIDED, id=promise.id) == reason:
            return None
        raise RefusedError(
            say("{name} has no end to void", name=name),
            hint=say("'promise void {name}' voids the promise", name=name),
        )
    desk.db.void("promise_end", desk.stamp, promise.end.id, reason)
    return say(
        "{name} is open again; '{kind} {at}' is voided",
        name=name,
        kind=coded(promise.end.kind),
        at=moment(promise.end.at),
    )


def _get_row(db: Database, promise_id: int) -> Row:
    row = db.row("SELECT * FROM promise_now WHERE id = :id", id=promise_id)
    if row is None:
        raise NotFoundError(
            say("there is no promise P{promise_id}", promise_id=promise_id),
            hint=say("'promise list --all' shows them all"),
        )
    return row


def _load_promise(db: Database, promise_id: int) -> Promise:
    """Return the promise with its end, as the rules read it. NotFoundError if there is none."""
    row = _get_row(db, promise_id)
    end = None
    if row["end_id"] is not None:
        end = End(
            row["end_kind"], row["ended_at"], row["ended_unix"], row["withdrawn_by"], row["end_id"],
            row["end_recorded_unix"],
        )  # fmt: skip
    return Promise(
        row["id"], row["made_at"], row["at_unix"], row["due_at"], row["due_unix"], row["recorded_unix"],
        row["voided_at"], row["void_reason"], end,
    )  # fmt: skip


def promise_table(db: Database, promise_id: int, *, now: datetime) -> Table:
    """Return the promise as one object."""
    promise_id = undone.fact_id(db, "promise", promise_id)
    row = _values(_get_row(db, promise_id), now)
    return record(COLUMNS, [row[column.key] for column in COLUMNS])


def _values(row: Row, now: datetime) -> dict[str, Any]:
    """Return the columns for programs, and for people due time and status in words.

    An open promise past its due time is broken, whether or not it is kept later (K8); the due second itself is in time.
    """
    status = "broken" if row["status"] == "open" and row["due_unix"] < dates.unix(now) else row["status"]
    state = in_words(status)
    if row["withdrawn_by"]:
        state = say("{state} by {person}", state=state, person=coded(row["withdrawn_by"]))
    ended = row["kept_at"] or row["withdrawn_at"]
    return dict(row) | {
        "status": status,
        "name": row["customer"],
        "made": moment(row["made_at"]),
        "due": moment(row["due_at"]),
        "urgency": None if row["end_id"] else urgency(row["due_at"], now),
        "ended": moment(ended) if ended else None,
        "state": say("[voided: {reason}]", reason=void_label(row["void_reason"])) if row["voided_at"] else state,
    }


PROMISE_LIST = """
SELECT * FROM promise_now
 WHERE voided_at IS NULL AND (:every OR end_id IS NULL) AND (NOT :overdue OR due_unix < :now_unix)
   AND (:ticket_id IS NULL OR ticket_id = :ticket_id)
 ORDER BY due_unix, id
"""


def find_promises(
    db: Database, *, now: datetime, every: bool = False, overdue: bool = False, ticket_id: int | None = None
) -> list[dict[str, Any]]:
    """Return open promises (broken ones too), the soonest due first; `overdue`: broken ones only; `every`: all."""
    if ticket_id is not None:
        tickets.load_ticket(db, ticket_id)
    wanted = {"every": every and not overdue, "overdue": overdue, "ticket_id": ticket_id}
    return [_values(row, now) for row in db.rows(PROMISE_LIST, now_unix=dates.unix(now), **wanted)]


def list_promises(db: Database, *, now: datetime, **wanted: Any) -> Table:
    """Return the promises of `find_promises` as a table."""
    return _table(_LIST_COLUMNS, find_promises(db, now=now, **wanted))


def list_of_ticket(db: Database, ticket_id: int, *, now: datetime) -> Table:
    """Return all promises on a ticket, voided ones too, the oldest first."""
    rows = db.rows("SELECT * FROM promise_now WHERE ticket_id = :id ORDER BY at_unix, id", id=ticket_id)
    return _table(_IN_TICKET, [_values(row, now) for row in rows])


OPEN_OF_CUSTOMER = """
SELECT * FROM promise_now WHERE customer_id = :id AND voided_at IS NULL AND end_id IS NULL ORDER BY due_unix, id
"""
_OF_CUSTOMER = columns("id:P=promise", "ticket_id:T=ticket", "what", *_KEYS, "urgency:urgency+", "due:due+",
                       "state:words+=status")  # fmt: skip


def list_open_of_customer(db: Database, customer_id: int, *, now: datetime) -> Table:
    """Return the customer's open promises, broken ones too, the soonest due first."""
    return _table(_OF_CUSTOMER, [_values(row, now) for row in db.rows(OPEN_OF_CUSTOMER, id=customer_id)])


def _table(fields: tuple[Any, ...], rows: Sequence[dict[str, Any]]) -> Table:
    return Table(fields, [[row[column.key] for column in fields] for row in rows])

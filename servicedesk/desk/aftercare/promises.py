"""The register of promises: what was promised, by when, and whether it was kept (S55, K8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, in_words, say
from servicedesk.base.table import Table, columns, moment, record
from servicedesk.base.text import remark
from servicedesk.desk.aftercare import voiding
from servicedesk.domain import aftercare_rules as lawful
from servicedesk.domain.aftercare_rules import End, Promise
from servicedesk.domain.model import Event, Stamp
from servicedesk.records import tickets
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row

# An open promise past its due time is broken, whether or not it is kept later (K8); the due second itself is in time.
PROMISES = """
SELECT p.id, p.ticket_id, p.what, p.due_at, p.at AS made_at,
       CASE WHEN e.kind = 'withdrawn' THEN 'withdrawn'
            WHEN e.kind = 'kept' AND e.at_unix <= p.due_unix THEN 'kept'
            WHEN e.kind = 'kept' THEN 'kept_late'
            WHEN p.due_unix < :now_unix THEN 'broken'
            ELSE 'open' END AS status,
       CASE WHEN e.kind = 'kept' THEN e.at END AS kept_at,
       CASE WHEN e.kind = 'withdrawn' THEN e.at END AS withdrawn_at,
       e.withdrawn_by, p.at_unix, p.due_unix, p.recorded_unix, p.voided_at, p.void_reason, e.id AS end_id,
       e.kind AS end_kind, e.at AS ended_at, e.at_unix AS ended_unix, e.recorded_unix AS end_recorded_unix,
       t.customer_id, c.name AS customer
  FROM promise p
  LEFT JOIN promise_end e ON e.promise_id = p.id AND e.voided_at IS NULL
  JOIN ticket t ON t.id = p.ticket_id
  LEFT JOIN customer c ON c.id = t.customer_id
"""

_KEYS = ("due_at-", "made_at-", "status-", "kept_at-", "withdrawn_at-", "withdrawn_by-")
COLUMNS = columns(
    "id:P=promise", "ticket_id:T=ticket", "customer_id-", "what", *_KEYS, "name+=customer", "made+", "due+",
    "state+=status", "ended+",
)  # fmt: skip
_LISTED = columns(
    "id:P=promise", "ticket_id:T=ticket", "customer_id-", "name+=customer", "what", *_KEYS, "due+", "state+=status"
)
_IN_TICKET = columns("id:P=promise", "what", *_KEYS, "due+", "state+=status", "voided_at-", "void_reason-")


def add_promise(
    db: Database, stamp: Stamp, ticket_id: int, *, now: datetime, at: datetime | None, what: str, due: datetime
) -> Table:
    """A promise made at `at`. RefusedError where it would be due by now (K8)."""
    when = at or now
    what = remark(what, say("the promise"))
    fact = Event("promised", dates.stamp(when), dates.unix(when))
    with db.atomic():
        ticket = tickets.load_ticket(db, ticket_id)
        known = db.row(SAME, ticket_id=ticket_id, what=what, due_unix=dates.unix(due))
        if known:
            lawful.same_promise(known["id"], known["at"], fact, same_at=at is not None)
            return one(db, known["id"], now=now, notes=[say("P{id}: known already, nothing changed", id=known["id"])])
        lawful.allow_promise(
            ticket,
            fact,
            due_at=dates.stamp(due),
            due_unix=dates.unix(due),
            now_unix=dates.unix(now),
            typed_unix=voiding.typing_unix(stamp),
        )
        values = {"ticket_id": ticket_id, "what": what, "due_at": dates.stamp(due), "at": fact.at}
        return one(db, db.insert("promise", stamp, **values), now=now)


# The standing promise of that ticket that says the same; one that was withdrawn may be made again.
SAME = """
SELECT p.id, p.at FROM promise p
 WHERE p.ticket_id = :ticket_id AND p.what = :what AND p.due_unix = :due_unix AND p.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM promise_end e
                    WHERE e.promise_id = p.id AND e.kind = 'withdrawn' AND e.voided_at IS NULL)
 ORDER BY p.id DESC
 LIMIT 1
"""


def keep_promise(db: Database, stamp: Stamp, promise_id: int, *, now: datetime, at: datetime | None) -> Table:
    """It was done; after the due time it is kept late."""
    when = at or now
    end = End("kept", dates.stamp(when), dates.unix(when))
    return _end_promise(db, stamp, promise_id, end, now=now, same_at=at is not None)


def withdrawn(db: Database, stamp: Stamp, promise_id: int, *, now: datetime, at: datetime | None, by: str) -> Table:
    """It is wished no more. Only the customer's withdrawal before the due time leaves it out of K8."""
    when = at or now
    end = End("withdrawn", dates.stamp(when), dates.unix(when), by)
    return _end_promise(db, stamp, promise_id, end, now=now, same_at=at is not None)


def _end_promise(db: Database, stamp: Stamp, promise_id: int, end: End, *, now: datetime, same_at: bool) -> Table:
    with db.atomic():
        promise_id = undone.fact_id(db, "promise", promise_id)
        promise = _load_promise(db, promise_id, now=now)
        if lawful.ends_again(promise, end, same_at=same_at):
            return one(
                db,
                promise_id,
                now=now,
                notes=[say("P{promise_id}: known already, nothing changed", promise_id=promise_id)],
            )
        lawful.allow_end(promise, end, now_unix=dates.unix(now))
        values = {"promise_id": promise_id, "kind": end.kind, "at": end.at, "withdrawn_by": end.withdrawn_by}
        db.insert("promise_end", stamp, **values)
        told = lawful.notes_on_end(promise, end)
        return one(db, promise_id, now=now, notes=[told] if told else [])


def void_promise(
    db: Database, stamp: Stamp, promise_id: int, *, now: datetime, reason: str, only_end: bool = False
) -> Table:
    """Typed by mistake: the promise no longer stands, or `only_end` how it ended, so that it is open again."""
    reason = remark(reason, say("the reason"))
    with db.atomic():
        promise_id = undone.fact_id(db, "promise", promise_id)
        name = f"P{promise_id}"
        promise = _load_promise(db, promise_id, now=now)
        if only_end:
            notes = [_end_voided(db, stamp, promise, reason=reason)]
        elif lawful.is_voided_already(name, promise.voided_at, promise.void_reason, reason):
            notes = [say("{name}: known already, nothing changed", name=name)]
        else:
            voiding.void_row(db, stamp, "promise", promise_id, typed_unix=promise.recorded_unix, reason=reason)
            notes = [say("{name} voided", name=name)]
        return one(db, promise_id, now=now, notes=notes)


ENDS_VOIDED = """
SELECT void_reason FROM promise_end WHERE promise_id = :id AND voided_at IS NOT NULL ORDER BY id DESC LIMIT 1
"""


def _end_voided(db: Database, stamp: Stamp, promise: Promise, *, reason: str) -> str:
    """Inside a transaction: the end no longer stands; what is said of it."""
    name = f"P{promise.id}"
    if promise.end is None:
        if db.value(ENDS_VOIDED, id=promise.id) == reason:
            return say("{name}: known already, nothing changed", name=name)
        raise RefusedError(
            say("{name} has no end to take back", name=name),
            hint=say("'promise void {name}' takes the promise back", name=name),
        )
    voiding.void_row(db, stamp, "promise_end", promise.end.id, typed_unix=promise.end.recorded_unix, reason=reason)
    return say(
        "{name} is open again: that it was {kind} {at} is voided",
        name=name,
        kind=coded(promise.end.kind),
        at=moment(promise.end.at),
    )


def _row(db: Database, promise_id: int, *, now: datetime) -> Row:
    row = db.row(f"{PROMISES} WHERE p.id = :id", id=promise_id, now_unix=dates.unix(now))
    if row is None:
        raise NotFoundError(
            say("there is no promise P{promise_id}", promise_id=promise_id),
            hint=say("'promise list --all' shows them all"),
        )
    return row


def _load_promise(db: Database, promise_id: int, *, now: datetime) -> Promise:
    """The promise as a value, for a decision. NotFoundError where there is none."""
    row = _row(db, promise_id, now=now)
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


def one(db: Database, promise_id: int, *, now: datetime, notes: Sequence[str] = ()) -> Table:
    """The promise as one object."""
    promise_id = undone.fact_id(db, "promise", promise_id)
    row = _values(_row(db, promise_id, now=now))
    return record(COLUMNS, [row[column.key] for column in COLUMNS], notes=tuple(notes))


def _values(row: Row) -> dict[str, Any]:
    """What machines read, and for people when it is due and what became of it."""
    state = in_words(row["status"])
    if row["withdrawn_by"]:
        state = say("{state} by {person}", state=state, person=coded(row["withdrawn_by"]))
    ended = row["kept_at"] or row["withdrawn_at"]
    return dict(row) | {
        "name": row["customer"],
        "made": moment(row["made_at"]),
        "due": moment(row["due_at"]),
        "ended": moment(ended) if ended else None,
        "state": say("[voided: {reason}]", reason=row["void_reason"]) if row["voided_at"] else state,
    }


def list_promises(
    db: Database, *, now: datetime, every: bool = False, overdue: bool = False, ticket_id: int | None = None
) -> Table:
    """Standing promises, the soonest due first: open ones, broken ones too; `overdue` only these; or `every`."""
    if ticket_id is not None:
        tickets.load_ticket(db, ticket_id)
    clauses = ["p.voided_at IS NULL"]
    clauses += ["e.id IS NULL"] * (not every or overdue) + ["p.due_unix < :now_unix"] * overdue
    clauses += ["p.ticket_id = :ticket_id"] * (ticket_id is not None)
    values = {"ticket_id": ticket_id} if ticket_id is not None else {}
    sql = f"{PROMISES} WHERE {' AND '.join(clauses)} ORDER BY p.due_unix, p.id"
    return _table(_LISTED, db.rows(sql, now_unix=dates.unix(now), **values))


def of_ticket(db: Database, ticket_id: int, *, now: datetime) -> Table:
    """All promises on a ticket, voided ones too, in the order in which they were made."""
    sql = f"{PROMISES} WHERE p.ticket_id = :ticket_id ORDER BY p.at_unix, p.id"
    return _table(_IN_TICKET, db.rows(sql, now_unix=dates.unix(now), ticket_id=ticket_id))


def _table(fields: tuple[Any, ...], rows: Sequence[Row]) -> Table:
    found = [_values(row) for row in rows]
    return Table(fields, [[row[column.key] for column in fields] for row in found])

"""Survey answers of customers: list them, show one with its questionnaire, mark one as read (S45, S56)."""

import json
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, in_words, item_list, joined, say
from servicedesk.base.table import Result, Table, columns, record, shown
from servicedesk.domain.aftercare.questionnaire import Reply
from servicedesk.domain.ticket import Event
from servicedesk.domain.ticket_rules import check_not_in_future
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.undone import void_label

MORE = columns("expect:words", "time:count", "technique:count", "promise:count", "attributes:nested", "recommend:count",
                "again:words", "csi:code")  # fmt: skip
COLUMNS = (
    *columns(
        "id:E=answer", "ticket_id:T=ticket", "customer_id-", "customer-", "whose+=customer",
        "answered_at:instant=answered", "score-", "satisfied-", "given:code+=score", "reason", "source:words",
        "counted-", "follow_up+=counts",
    ),
    *MORE,
    *columns("important+=attributes", "read_by:name=read by", "read_at:instant=read", "voided_at-", "void_reason-",
             "state:code+=voided"),
)  # fmt: skip
_LIST_COLUMNS = columns(
    "id:E=answer", "ticket_id:T=ticket", "customer_id-", "customer:name", "answered_at:instant=answered", "score-",
    "satisfied-", "given:code+=score", "reason:brief", "source:words??", "counted-", "recommend:count??", "expect-",
    "time-", "technique-", "promise-", "again-", "csi-", "read_by:name?=read by", "read_at-",
)  # fmt: skip

# Answers with their questionnaire and their reader. Both are found through any version of the answer, so that a
# corrected answer keeps them. The parameters narrow: one id, a month, scores, only unread ones.
ANSWERS = """
SELECT e.id, e.ticket_id, t.customer_id, c.name AS customer, e.at AS answered_at, e.score, e.satisfied,
       coalesce(e.reason, e.note) AS reason, e.source, e.id = f.answer_id AS counted, r.expect, r.time_score,
       r.technique_score, r.promise_score, r.attributes, r.recommend, r.again, r.csi_overall, r.csi_expected,
       r.csi_ideal, d.at AS read_at, d.actor AS read_by, e.voided_at, e.void_reason
  FROM event e
  JOIN ticket t ON t.id = e.ticket_id
  LEFT JOIN ticket_fact f ON f.ticket_id = e.ticket_id
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN reply r ON r.id = (
         SELECT x.id FROM event o JOIN reply x ON x.event_id = o.id AND x.voided_at IS NULL
          WHERE o.ticket_id = e.ticket_id AND o.kind = 'surveyed'
            AND coalesce(o.corrects_id, o.id) = coalesce(e.corrects_id, e.id))
  LEFT JOIN reading d ON d.id = (
         SELECT x.id FROM event o JOIN reading x ON x.event_id = o.id AND x.voided_at IS NULL
          WHERE o.ticket_id = e.ticket_id AND o.kind = 'surveyed'
            AND coalesce(o.corrects_id, o.id) = coalesce(e.corrects_id, e.id))
 WHERE e.kind = 'surveyed' AND (e.id = :id OR :id IS NULL AND e.voided_at IS NULL)
   AND e.at_unix >= :first_unix AND e.at_unix < :end_unix
   AND (:low IS NULL OR e.score BETWEEN :low AND :high)
   AND (NOT :unread OR d.id IS NULL AND (e.reason <> '(forgotten)' OR e.note IS NOT NULL))
 ORDER BY e.at_unix DESC, e.id DESC
 LIMIT :most
"""
_ALL: dict[str, Any] = {
    "id": None, "first_unix": -(2**62), "end_unix": 2**62, "low": None, "high": None, "unread": 0, "most": -1,
}  # fmt: skip


def list_answers(db: Database, **wanted: Any) -> Table:
    """Return answers, the newest first. `wanted`: limits by the keys of _ALL, such as `unread` or `most`."""
    rows = [_values(row) for row in db.rows(ANSWERS, **_ALL | wanted)]
    empty = say("Nothing to read") if wanted.get("unread") else say("No answers")
    return Table(_LIST_COLUMNS, [[row[column.key] for column in _LIST_COLUMNS] for row in rows], empty=empty)


# The valid version of an answer: the answer itself, or its correction.
STANDING = """
SELECT s.id
  FROM event e
  JOIN event s ON s.ticket_id = e.ticket_id AND s.kind = 'surveyed' AND s.voided_at IS NULL
              AND coalesce(s.corrects_id, s.id) = coalesce(e.corrects_id, e.id)
 WHERE e.id = :id AND e.kind = 'surveyed'
"""


def get_answer(db: Database, event_id: int) -> Row:
    """Return the answer with that number, or its correction. NotFoundError if there is none."""
    row = db.row(ANSWERS, **_ALL | {"id": db.value(STANDING, id=event_id) or event_id})
    if row is None:
        raise NotFoundError(
            say("there is no answer E{id}", id=event_id), hint=say("'survey list' shows them with their numbers")
        )
    return row


def answer_page(db: Database, event_id: int) -> Table:
    """Return an answer and its questionnaire as one object."""
    values = _values(get_answer(db, event_id))
    return record(COLUMNS, [values[column.key] for column in COLUMNS])


def read_answer(desk: Desk, event_id: int, *, at: datetime | None) -> Result:
    """Record that the current user has read the words of an answer. RefusedError if the answer has no words."""
    when = at or desk.now
    fact = Event("read", dates.stamp(when), dates.unix(when))
    with desk.db.atomic():
        row = get_answer(desk.db, event_id)
        _check_readable(desk, row, fact)
        if row["read_at"] is not None:
            known = say("E{id}: {who} read it {at} already", id=row["id"], who=row["read_by"],
                        at=shown(row["read_at"], "instant"))  # fmt: skip
            return Result(answer_page(desk.db, row["id"]), [known], changed=False)
        desk.db.insert("reading", desk.stamp, event_id=row["id"], at=fact.at)
        return Result(answer_page(desk.db, row["id"]))


def _check_readable(desk: Desk, row: Row, fact: Event) -> None:
    if row["voided_at"] is not None:
        raise RefusedError(say("E{id} is voided: {reason}", id=row["id"], reason=void_label(row["void_reason"])))
    if row["reason"] is None:
        raise RefusedError(
            say("E{id} has no words to read", id=row["id"]), hint=say("'survey list --unread' shows those that have")
        )
    check_not_in_future(fact.at, fact.at_unix, now_unix=dates.unix(desk.now))
    given = dates.unix_of(row["answered_at"])
    if fact.at_unix < given:
        raise RefusedError(
            say("E{id} was given {at}, after that", id=row["id"], at=shown(row["answered_at"], "instant"))
        )


def _values(row: Row) -> dict[str, Any]:
    reply = Reply(*(row[name] for name in Reply._fields))
    attributes = json.loads(reply.attributes) if reply.attributes else []
    return dict(row) | {
        "whose": joined(" ", (f"C{row['customer_id']}", row["customer"])) if row["customer_id"] else None,
        "given": row["score"] or coded("satisfied" if row["satisfied"] else "not_satisfied"),
        "satisfied": None if row["satisfied"] is None else bool(row["satisfied"]),
        "counted": bool(row["counted"]),
        "follow_up": None if row["counted"] or row["voided_at"] else say("no, it is a follow-up"),
        "time": reply.time_score,
        "technique": reply.technique_score,
        "promise": reply.promise_score,
        "attributes": [{"attribute": name, "importance": one, "rating": other} for name, one, other in attributes],
        "important": item_list(_attribute_text(*one) for one in attributes) if attributes else None,
        "again": None if reply.again is None else "yes" if reply.again else "no",
        "csi": reply.csi,
        "state": void_label(row["void_reason"]) if row["voided_at"] else None,
    }


def _attribute_text(name: str, importance: int, rating: int) -> str:
    return say("{name} {rating} (importance {importance})", name=in_words(name), rating=rating, importance=importance)


def find_unread(db: Database, *, since_unix: int) -> list[dict[str, Any]]:
    """Return answers given since `since_unix` whose words nobody has read yet."""
    return [_values(row) for row in db.rows(ANSWERS, **_ALL | {"unread": 1, "first_unix": since_unix})]


REPLY = """
SELECT r.expect, r.time_score, r.technique_score, r.promise_score, r.attributes, r.recommend, r.again, r.csi_overall,
       r.csi_expected, r.csi_ideal
  FROM event o
  JOIN reply r ON r.event_id = o.id AND r.voided_at IS NULL
 WHERE o.ticket_id = :ticket_id AND o.kind = 'surveyed' AND coalesce(o.corrects_id, o.id) = :line_id
"""


def find_reply(db: Database, ticket_id: int, answer: Event) -> Reply | None:
    """Return the questionnaire of an answer (everything but the score), or None if none is recorded."""
    row = db.row(REPLY, ticket_id=ticket_id, line_id=answer.corrects_id or answer.id)
    return Reply(*row) if row is not None else None


def write_reply(desk: Desk, event_id: int, reply: Reply) -> None:
    """Record the questionnaire of an answer (everything but the score), inside a transaction."""
    values = {name: value for name, value in zip(Reply._fields, reply, strict=True) if value is not None}
    desk.db.insert("reply", desk.stamp, event_id=event_id, **values)

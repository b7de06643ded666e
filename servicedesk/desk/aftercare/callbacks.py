"""Call-backs after a job: record and void attempts, list the customers to call next (S44, S50, K9)."""

import json
from datetime import datetime, timedelta
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import in_words, item_list, joined, say
from servicedesk.base.table import Result, Table, columns, moment, nothing_changed, record, shown
from servicedesk.base.text import free_text
from servicedesk.domain import wording
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.aftercare.rules import Call, CallOutcome, Source
from servicedesk.domain.model import CALL_DAYS, NOT_REPEATABLE, REPEAT_DAYS
from servicedesk.domain.ticket import Ticket
from servicedesk.records import consents, tickets
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.undone import void_label

# One attempt, or all of a ticket, each with its answer: the survey answer by call-back of the same second.
CALLS = """
SELECT b.id, b.ticket_id, b.at, b.at_unix, b.outcome, b.note, b.actor, b.recorded_unix, b.recorded_at, b.voided_at,
       b.void_reason, s.id AS event_id, s.score, s.reason, s.recorded_unix AS answer_unix,
       CASE WHEN s.id IS NOT NULL THEN s.id = done.answer_id END AS counted
  FROM callback b
  LEFT JOIN ticket_fact done ON done.ticket_id = b.ticket_id
  LEFT JOIN event s ON s.id = (
         SELECT min(e.id) FROM event e
          WHERE e.ticket_id = b.ticket_id AND e.kind = 'surveyed' AND e.source = 'callback' AND e.voided_at IS NULL
            AND e.at_unix = b.at_unix AND b.outcome = 'reached' AND b.voided_at IS NULL)
 WHERE b.id = :id OR b.ticket_id = :ticket_id
 ORDER BY b.at_unix, b.id
"""

COLUMNS = columns("id:count=no", "ticket_id:T=ticket", "at:second", "outcome:words", "note", "score:count", "counted")
_IN_TICKET = columns("id:count=no", "at:instant", "outcome:words", "what+=", "score:count", "actor:name=by", "note-",
                     "counted-", "recorded_at-", "voided_at-", "void_reason-")  # fmt: skip


def log_callback(
    desk: Desk,
    ticket_id: int,
    *,
    at: datetime | None,
    outcome: str,
    score: str | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> Result:
    """Record one call-back attempt. Its score is also recorded as a survey answer: the first valid one counts (K1)."""
    from servicedesk.desk.aftercare import surveys  # the list of calls to make needs none of it

    if score is not None and outcome != CallOutcome.REACHED:
        raise UsageError(say("only a customer who was reached gives a score"), hint=say("--reached --score 5"))
    if reason is not None and score is None:
        raise UsageError(
            say("a reason needs a score"), hint=say("--score 5 --reason T; what else was said is a --note")
        )
    when = at or desk.now
    fact = surveys.survey_event(score, when, source=Source.CALLBACK.value, reason=reason) if score is not None else None
    call = Call(
        ticket_id,
        dates.stamp(when),
        dates.unix(when),
        outcome,
        free_text(note, say("the note")) if note is not None else None,
        fact.score if fact else None,
        fact.reason if fact else None,
    )
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        callback_id, is_new = _record_call(desk, ticket, call, same_at=at is not None)
        answer = None
        if fact is not None and _get_call(desk.db, callback_id)["event_id"] is None:
            answer = surveys.write_answer(desk, ticket, fact, same_at=True)
        has_answered = answer is not None and not answer.was_known
        notes = [] if is_new else [_again_note(ticket_id, fact.score if fact and has_answered else None)]
        notes += surveys.follow_up_note(answer) if answer else []
        return Result(_callback_table(desk.db, callback_id), notes, is_new or has_answered)


def _again_note(ticket_id: int, score: int | None) -> str:
    """Return the note for a call that is already recorded. `score`: the score that was added to it."""
    if score is not None:
        return say("T{ticket_id}: the call is recorded already, its score {score} is added", ticket_id=ticket_id,
                   score=score)  # fmt: skip
    return say("T{ticket_id}: already recorded, nothing changed; --at records a further call", ticket_id=ticket_id)


def _record_call(desk: Desk, ticket: Ticket, call: Call, *, same_at: bool) -> tuple[int, bool]:
    """Record the attempt if it is new, inside a transaction. Return its id, and whether it is new."""
    rows = desk.db.rows(CALLS, id=None, ticket_id=ticket.id)
    calls = [_call(row) for row in rows if row["voided_at"] is None]
    same = aftercare_rules.find_repeated_call(calls, call, same_at=same_at)
    if same and same.id:
        return same.id, False
    aftercare_rules.check_call(ticket, call, now_unix=dates.unix(desk.now))
    _check_wanted(desk.db, ticket, call)
    values = {"ticket_id": ticket.id, "at": call.at, "outcome": call.outcome, "note": call.note}
    return desk.db.insert("callback", desk.stamp, **values), True


def _check_wanted(db: Database, ticket: Ticket, call: Call) -> None:
    """Raise RefusedError for a call-back after the customer said that they want no calls (M22)."""
    since = consents.refused_since(db, ticket.customer_id, "calls")
    if since is not None and dates.unix_of(since) <= call.at_unix:
        raise RefusedError(
            say("C{id} wants no calls since {at}, nothing was written", id=ticket.customer_id, at=moment(since)),
            hint=say("'customer consent C{id} --calls yes' when the customer asks for it; a call that was made all the"
                     " same: 'contact log T{ticket_id} --out'", id=ticket.customer_id, ticket_id=ticket.id),
        )  # fmt: skip


def _call(row: Row) -> Call:
    return Call(**{name: row[name] for name in Call._fields})


def _get_call(db: Database, callback_id: int) -> Row:
    row = db.row(CALLS, id=callback_id, ticket_id=None)
    if row is None:
        raise NotFoundError(
            say("there is no call-back {callback_id}", callback_id=callback_id),
            hint=say("'ticket show T101' numbers them"),
        )
    return row


def _callback_table(db: Database, callback_id: int) -> Table:
    row = _values(_get_call(db, callback_id))
    return record(COLUMNS, [row[column.key] for column in COLUMNS])


def _values(row: Row) -> dict[str, Any]:
    voided = say("[voided: {void_reason}]", void_reason=void_label(row["void_reason"])) if row["voided_at"] else None
    said = (row["reason"], row["note"], voided)
    return dict(row) | {
        "counted": None if row["counted"] is None else bool(row["counted"]),
        "what": joined(", ", (part for part in said if part)),
    }


def void_callback(desk: Desk, callback_id: int, *, reason: str) -> Result:
    """Void a call-back attempt, and the answer that was recorded with it."""
    reason = free_text(reason, say("the reason"))
    name = say("call-back {callback_id}", callback_id=callback_id)
    with desk.db.atomic():
        row = _get_call(desk.db, callback_id)
        if aftercare_rules.is_voided_already(name, row["voided_at"], row["void_reason"], reason):
            return Result(_callback_table(desk.db, callback_id), [nothing_changed(name)], changed=False)
        desk.db.void("callback", desk.stamp, callback_id, reason)
        notes = [say("{name} of T{ticket_id} voided", name=name, ticket_id=row["ticket_id"])]
        if row["event_id"] is not None:
            if row["answer_unix"] == row["recorded_unix"]:
                tickets.void_event(desk.db, desk.stamp, row["event_id"], reason=reason)
                notes.append(say("the answer {score} given in it is voided too", score=row["score"]))
            else:
                notes.append(
                    say(
                        "the answer {score} is recorded with another time; 'ticket void' voids it",
                        score=row["score"],
                    )
                )
        return Result(_callback_table(desk.db, callback_id), notes)


def list_of_ticket(db: Database, ticket_id: int) -> Table:
    """Return all attempts on a ticket, voided ones too, by the time they were made."""
    rows = [_values(row) for row in db.rows(CALLS, id=None, ticket_id=ticket_id)]
    return Table(_IN_TICKET, [[row[column.key] for column in _IN_TICKET] for row in rows])


# Work completed in the last :call_days days; :with_open adds open work. Two kinds of customers count as reached (K9):
# those who refused to answer, and those with an answer by call-back that nobody logged as a call. Signs of an unhappy
# customer (S50) are columns of the row; _risks puts them into words.
DUE = """
SELECT f.ticket_id, f.type, f.customer_id, c.name AS customer, f.visits,
       (SELECT p.number FROM phone p WHERE p.customer_id = c.id AND p.voided_at IS NULL ORDER BY p.id LIMIT 1) AS phone,
       r.at AS reported_at, done.at AS completed_at,
       date(substr(done.at, 1, 10), :call_days || ' days') AS call_until_on,
       (SELECT count(*) FROM callback b WHERE b.ticket_id = f.ticket_id AND b.voided_at IS NULL) AS attempts,
       (SELECT b.outcome FROM callback b WHERE b.ticket_id = f.ticket_id AND b.voided_at IS NULL
         ORDER BY b.at_unix DESC, b.id DESC LIMIT 1) AS last_outcome,
       f.type = 'repair' AND f.on_site = 0 AND coalesce(f.arrived_unix, :now_unix) > f.deadline_unix AS is_late,
       f.type = 'repair' AND EXISTS (
         SELECT 1 FROM ticket_fact x
          WHERE x.type = 'repair' AND x.appliance_id = f.appliance_id AND x.done_unix < f.reported_unix
            AND f.reported_day - x.done_day <= :repeat_days
            AND x.outcome NOT IN (SELECT value FROM json_each(:not_repeatable))) AS is_repeat,
       EXISTS (SELECT 1 FROM event w
                WHERE w.ticket_id = f.ticket_id AND w.kind = 'waiting' AND w.voided_at IS NULL
                  AND (w.cause = 'manufacturer_part' OR w.cause = 'outlet_part')) AS has_waited,
       done.id IS NULL AND (SELECT w.kind FROM event w
                             WHERE w.ticket_id = f.ticket_id AND (w.kind = 'waiting' OR w.kind = 'resumed')
                               AND w.voided_at IS NULL
                             ORDER BY w.at_unix DESC, w.id DESC LIMIT 1) = 'waiting' AS is_waiting,
       EXISTS (SELECT 1 FROM wish w
                WHERE w.customer_id = f.customer_id AND w.purpose = 'calls' AND w.wanted = 'no') AS is_refused
  FROM ticket_fact f
  JOIN event r ON r.ticket_id = f.ticket_id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN event done ON done.ticket_id = f.ticket_id AND done.kind = 'completed' AND done.voided_at IS NULL
  LEFT JOIN customer c ON c.id = f.customer_id
 WHERE f.ticket_id IN (SELECT ticket_id FROM ticket_fact WHERE done_month >= :first_month AND done_day >= :first_day
                        UNION ALL
                       SELECT id FROM ticket WHERE ended_at IS NULL AND :with_open)
   AND (f.type = 'repair' OR f.type = 'install' OR f.type = 'maintenance') AND c.forgotten_at IS NULL
   AND (done.id IS NULL OR f.outcome <> 'resolved_remotely' AND NOT (
         EXISTS (SELECT 1 FROM callback b
                  WHERE b.ticket_id = f.ticket_id AND (b.outcome = 'reached' OR b.outcome = 'refused')
                    AND b.voided_at IS NULL AND b.at_unix >= f.done_unix)
      OR EXISTS (SELECT 1 FROM event s
                  WHERE s.ticket_id = f.ticket_id AND s.kind = 'surveyed' AND s.source = 'callback'
                    AND s.voided_at IS NULL AND s.at_unix >= f.done_unix)))
 ORDER BY f.done_unix IS NULL, f.done_unix, f.reported_unix, f.ticket_id
"""

_DUE_COLUMNS = columns(
    "ticket_id:T=ticket", "type-", "customer_id-", "customer:name", "phone-", "call:phone+=phone", "done:date??+",
    "reported_at-", "completed_at-",
    "attempts:count=tries", "last_outcome:words=last", "urgency:urgency+", "until:due+", "call_until_on-",
    "why:brief+=at risk", "at_risk-",
)  # fmt: skip


def find_due(db: Database, *, now: datetime, at_risk: bool = False, limit: int | None = None) -> list[dict[str, Any]]:
    """Return work completed in the last seven days whose customer was not reached yet, the oldest first (K9).

    Customers who want no calls are left out (M22). `at_risk`: only customers who may be unhappy (S50), also those of
    open tickets, which come last.
    """
    found = [_due_values(row, now) for row in _due_rows(db, now, with_open=at_risk) if not row["is_refused"]]
    return [row for row in found if row["at_risk"] or not at_risk][:limit]


def _due_rows(db: Database, now: datetime, *, with_open: bool) -> list[Row]:
    """Return the rows of DUE, also those of customers who want no calls."""
    first = now.date() - timedelta(days=CALL_DAYS)
    return db.rows(
        DUE,
        now_unix=dates.unix(now),
        first_month=first.year * 100 + first.month,
        first_day=dates.day_number(first),
        with_open=int(with_open),
        call_days=CALL_DAYS,
        repeat_days=REPEAT_DAYS,
        not_repeatable=json.dumps(sorted(NOT_REPEATABLE)),
    )


def list_due(db: Database, *, now: datetime, at_risk: bool = False, limit: int | None = None) -> Result:
    """Return the work of `find_due` as a table. A note names the tickets whose customers want no calls."""
    found = find_due(db, now=now, at_risk=at_risk, limit=limit)
    refused = [f"T{row['ticket_id']}" for row in _due_rows(db, now, with_open=False) if row["is_refused"]]
    notes = [say("left out, they want no calls: {refs}", refs=item_list(refused))] if refused else []
    table = Table(_DUE_COLUMNS, [[row[column.key] for column in _DUE_COLUMNS] for row in found],
                  empty=say("No calls to make"))  # fmt: skip
    return Result(table, notes, changed=False)


def _due_values(row: Row, now: datetime) -> dict[str, Any]:
    risks = _risks(row)
    return dict(row) | {
        "call": row["phone"] or wording.NO_PHONE,
        "done": shown(row["completed_at"], "instant")[5:10],
        "until": (row["call_until_on"] or "")[5:],
        "urgency": "soon" if row["call_until_on"] == now.date().isoformat() else None,
        "why": item_list(in_words(risk) for risk in risks),
        "at_risk": risks,
    }


def _risks(row: Row) -> list[str]:
    """Return why the customer may be unhappy: late arrival (K6), second visit, repeat repair (K4), wait for a part."""
    signs = {
        "late": row["is_late"],
        "second_visit": row["visits"] > 1,
        "repeat": row["is_repeat"],
        "waiting_for_part": row["has_waited"] and row["is_waiting"],
        "waited_for_part": row["has_waited"] and not row["is_waiting"],
    }
    return [sign for sign, is_seen in signs.items() if is_seen]

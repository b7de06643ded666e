"""Record survey answers after a job: the first valid one counts for ever, later ones are follow-ups (K1)."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.base.text import free_text
from servicedesk.desk.aftercare import answers
from servicedesk.domain import ticket_rules
from servicedesk.domain.aftercare.questionnaire import Reply
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import tickets
from servicedesk.records.ticket_facts import ANSWER_DAYS
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

_IS_COUNTED = "SELECT answer_id = :event_id FROM ticket_fact WHERE ticket_id = :ticket_id"

_COLUMNS = columns(
    "id:E=answer", "ticket_id:T=ticket", "score:count", "reason", "source", "answered_at:instant=answered", "counted",
)  # fmt: skip


NO_REPLY = Reply()
SCORES = ("5", "4", "3", "2", "1")


class Answer(NamedTuple):
    """A recorded answer: its event, whether K1 counts it, and whether all of it was recorded before.

    `counted` is None on a mystery shopper's ticket, which is in no figure (C7).
    """

    event_id: int
    fact: Event
    counted: bool | None
    was_known: bool


def record_survey(
    desk: Desk,
    ticket_id: int,
    *,
    at: datetime | None,
    score: str,
    source: str,
    reason: str | None,
    reply: Reply = NO_REPLY,
) -> Result:
    """Record a survey answer with a score of 1 to 5. `counted` in the result says whether K1 counts it.

    `reply`: the rest of the questionnaire. If the same answer is recorded without one, `reply` is added to that answer.
    """
    fact = survey_event(score, at or desk.now, source=source, reason=reason)
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, ticket_id)
        answer = write_answer(desk, ticket, fact, same_at=at is not None, reply=reply)
        table = _answer_table(desk.db, ticket_id, answer)
    notes = follow_up_note(answer)
    if answer.was_known:
        again = say(
            "T{ticket_id}: already recorded, nothing changed; --at records a further answer", ticket_id=ticket_id
        )
        notes.insert(0, again)
    return Result(table, notes, changed=not answer.was_known)


def _answer_table(db: Database, ticket_id: int, answer: Answer) -> Table:
    """Return the answer and its questionnaire as one object."""
    fact = answer.fact
    row = (answer.event_id, ticket_id, fact.score, fact.reason, fact.source, fact.at, bool(answer.counted))
    more = answers.answer_page(db, answer.event_id)
    keys = [column for column in more.columns if column in answers.MORE]
    return record((*_COLUMNS, *keys), [*row, *(more.column(column.key)[0] for column in keys)])


def check_surveyable(db: Database, ticket_id: int) -> None:
    """Raise an error if the ticket does not exist, was cancelled or is not completed."""
    ticket = tickets.load_ticket(db, ticket_id)
    ticket_rules.check_not_cancelled(ticket)
    ticket_rules.check_completed(ticket, hint=say("a survey is about completed work"))


def survey_event(score: str, when: datetime, *, source: str, reason: str | None) -> Event:
    """Return the ticket event of an answer. RefusedError if `score` is no score."""
    return Event(
        "surveyed",
        dates.stamp(when),
        dates.unix(when),
        score=valid_score(score),
        source=source,
        reason=free_text(reason, say("the reason")) if reason else None,
    )


def write_answer(desk: Desk, ticket: Ticket, fact: Event, *, same_at: bool, reply: Reply = NO_REPLY) -> Answer:
    """Record the answer if it is new and the rules allow it, inside a transaction. `same_at`: see `find_repeated`."""
    known = _find_same(desk.db, ticket, fact, reply, same_at=same_at)
    is_new_reply = not reply.is_empty and (known is None or answers.find_reply(desk.db, ticket.id, known) is None)
    if known and known.id:
        event_id, fact = known.id, known
    else:
        ticket_rules.check_event(ticket, fact, now_unix=dates.unix(desk.now))
        event_id = tickets.insert_event(desk.db, desk.stamp, ticket.id, fact)
    if is_new_reply:
        answers.write_reply(desk, event_id, reply)
    counted = desk.db.row(_IS_COUNTED, ticket_id=ticket.id, event_id=event_id)
    return Answer(event_id, fact, None if counted is None else bool(counted[0]), known is not None and not is_new_reply)


def _find_same(db: Database, ticket: Ticket, fact: Event, reply: Reply, *, same_at: bool) -> Event | None:
    """Return the recorded answer that `fact` repeats or `reply` completes; None if the answer is new."""
    known = ticket_rules.find_repeated(ticket, fact, same_at=same_at)
    if reply.is_empty:
        return known
    if known is None and fact.reason is None:  # the reason may be recorded already
        last = ticket.valid("surveyed")[-1:]
        known = (
            ticket_rules.find_repeated(ticket, fact._replace(reason=last[0].reason), same_at=same_at) if last else None
        )
    said = answers.find_reply(db, ticket.id, known) if known else None
    return known if said in {None, reply} else None


def follow_up_note(answer: Answer) -> list[str]:
    """Return the note that the answer is only a follow-up, or [] if it counts."""
    if answer.counted:
        return []
    if answer.counted is None:
        return [say("a mystery shopper's: the answer is in no figure")]
    return [
        say(
            "stored as a follow-up: the first answer within {answer_days} days of the completion counts",
            answer_days=ANSWER_DAYS,
        )
    ]


def valid_score(text: str) -> int:
    """Return the score from 1 to 5, typed as a number or in words (satisfied, 满意; K1). RefusedError if it is none."""
    score = half_width(text).strip()
    if score not in SCORES:
        from servicedesk.domain.synonyms import code_meant

        score = code_meant(score, SCORES)
    if score not in SCORES:
        raise RefusedError(
            say("'{text}' is not a score", text=text),
            hint=say("5 very satisfied, 4 satisfied, 3 neither, 2 dissatisfied, 1 very dissatisfied"),
        )
    return int(score)

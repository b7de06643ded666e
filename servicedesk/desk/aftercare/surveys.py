"""What customers say after the job: the first valid answer counts for ever, later ones are follow-ups (K1)."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result, columns, record
from servicedesk.base.text import free_text
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import Event, Ticket
from servicedesk.records import tickets
from servicedesk.records.ticket_facts import ANSWER_DAYS
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

_IS_COUNTED = "SELECT answer_id = :event_id FROM ticket_fact WHERE ticket_id = :ticket_id"

_COLUMNS = columns(
    "id:count=event", "ticket_id:T=ticket", "score:count", "reason", "source", "answered_at:instant=answered",
    "counted",
)  # fmt: skip


SCORES = ("5", "4", "3", "2", "1")


class Answer(NamedTuple):
    """An answer in the file: the event, what it says, whether K1 counts it, whether it was known before."""

    event_id: int
    fact: Event
    counted: bool
    was_known: bool


def record_survey(
    desk: Desk, ticket_id: int, *, at: datetime | None, score: str, source: str, reason: str | None
) -> Result:
    """Record an answer, 1 to 5; `counted` says whether it is the one that K1 counts."""
    fact = survey_event(score, at or desk.now, source=source, reason=reason)
    with desk.db.atomic():
        answer = write_answer(desk, tickets.load_ticket(desk.db, ticket_id), fact, same_at=at is not None)
    notes = follow_up_note(answer)
    if answer.was_known:
        again = say(
            "T{ticket_id}: already recorded, nothing changed; --at records a further answer", ticket_id=ticket_id
        )
        notes.insert(0, again)
    fact = answer.fact
    row = (answer.event_id, ticket_id, fact.score, fact.reason, fact.source, fact.at, answer.counted)
    return Result(record(_COLUMNS, row), notes, changed=not answer.was_known)


def check_surveyable(db: Database, ticket_id: int) -> None:
    """Raise an error where there is no such ticket, or its work is not done."""
    ticket = tickets.load_ticket(db, ticket_id)
    ticket_rules.check_not_cancelled(ticket)
    ticket_rules.check_completed(ticket, hint=say("a survey is about completed work"))


def survey_event(score: str, when: datetime, *, source: str, reason: str | None) -> Event:
    """Return an answer as a fact of its ticket. RefusedError where the score is none."""
    return Event(
        "surveyed",
        dates.stamp(when),
        dates.unix(when),
        score=valid_score(score),
        source=source,
        reason=free_text(reason, say("the reason")) if reason else None,
    )


def write_answer(desk: Desk, ticket: Ticket, fact: Event, *, same_at: bool) -> Answer:
    """Inside a transaction: record the answer if the rules allow it and it is new; `same_at`: see `find_repeated`."""
    known = ticket_rules.find_repeated(ticket, fact, same_at=same_at)
    if known and known.id:
        event_id, fact = known.id, known
    else:
        ticket_rules.check_event(ticket, fact, now_unix=dates.unix(desk.now))
        event_id = tickets.insert_event(desk.db, desk.stamp, ticket.id, fact)
    counted = bool(desk.db.value(_IS_COUNTED, ticket_id=ticket.id, event_id=event_id))
    return Answer(event_id, fact, counted, known is not None)


def follow_up_note(answer: Answer) -> list[str]:
    """Return the note that the answer is only a follow-up, or [] if it counts."""
    if answer.counted:
        return []
    return [
        say(
            "stored as a follow-up: the first answer within {answer_days} days of the completion counts",
            answer_days=ANSWER_DAYS,
        )
    ]


def valid_score(text: str) -> int:
    """Return the score, 1 to 5, typed as such or in the words of the question: satisfied, 满意 (K1). RefusedError."""
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

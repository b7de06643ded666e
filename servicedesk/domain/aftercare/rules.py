"""Rules for call-backs, promises and complaints (K8–K10). Triggers in the file enforce the same rules."""

from enum import StrEnum
from typing import NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import moment
from servicedesk.domain import ticket_rules
from servicedesk.domain.ticket import Event, Ticket


class Source(StrEnum):
    """How a survey answer was collected."""

    CALLBACK = "callback"
    SMS = "sms"
    PAPER = "paper"
    TECHNICIAN = "technician"


class CallOutcome(StrEnum):
    """How an attempt to call ended. A customer who refused to answer still counts as reached (K9)."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


class Severity(StrEnum):
    """How serious a complaint is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Matter(StrEnum):
    """The kind of a customer's message. Only complaints and disputes count in K10 and need an acknowledgement."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    DISPUTE = "dispute"
    PRAISE = "praise"


class Call(NamedTuple):
    """One attempt to call, with the score and the reason that the customer gave in it."""

    ticket_id: int
    at: str
    at_unix: int
    outcome: str
    note: str | None = None
    score: int | None = None
    reason: str | None = None
    id: int | None = None
    recorded_unix: int | None = None
    voided_at: str | None = None
    void_reason: str | None = None


class End(NamedTuple):
    """The end of a promise: kept, or withdrawn by the customer or the outlet."""

    kind: str
    at: str
    at_unix: int
    withdrawn_by: str | None = None
    id: int | None = None
    recorded_unix: int | None = None


class Promise(NamedTuple):
    """A promise and its end, which is None while the promise is open."""

    id: int
    at: str
    at_unix: int
    due_at: str
    due_unix: int
    recorded_unix: int
    voided_at: str | None
    void_reason: str | None
    end: End | None = None


class Step(NamedTuple):
    """A step of a complaint: acknowledged, recovered or closed. `text` is the action or the remedy.

    A closing may name the cause, a measure against it, and the day by which the measure is to be done.
    """

    kind: str
    at: str
    at_unix: int
    text: str | None = None
    upheld: int | None = None
    cause: str | None = None
    measure: str | None = None
    measure_by: str | None = None
    id: int | None = None
    number: int | None = None
    recorded_unix: int | None = None
    voided_at: str | None = None
    void_reason: str | None = None


class Complaint(NamedTuple):
    """A complaint with its steps in the order of recording, including voided ones."""

    id: int
    at: str
    at_unix: int
    recorded_unix: int
    voided_at: str | None
    void_reason: str | None
    steps: tuple[Step, ...] = ()
    kind: str = "complaint"

    def valid(self, *kinds: str) -> list[Step]:
        """Return the steps of those kinds that are not voided, in the order in which they happened."""
        return sorted((s for s in self.steps if s.voided_at is None and s.kind in kinds), key=lambda s: s.at_unix)


def check_call(ticket: Ticket, call: Call, *, now_unix: int) -> None:
    """Raise RefusedError if a call-back is before the completion, because it asks about the work (K9)."""
    fact = _in_time("called", call.at, call.at_unix, now_unix)
    ticket_rules.check_after_report(ticket, fact)
    ticket_rules.check_not_cancelled(ticket)
    hint = say("a call-back is about completed work; what was said before: note add T{id} TEXT", id=ticket.id)
    ticket_rules.check_after_completion(ticket, fact, hint=hint)


def find_repeated_call(calls: list[Call], call: Call, *, same_at: bool) -> Call | None:
    """Return the recorded attempt that this one repeats, or None; raise RefusedError if another has the same instant.

    An attempt that reached nobody repeats only an attempt at the same instant, because people are called again. A call
    that reached the customer and has no given time repeats the last call with the same answers.
    """
    for known in calls:
        if known.at_unix != call.at_unix:
            continue
        if (known.outcome, known.note) != (call.outcome, call.note):
            raise RefusedError(
                say(
                    "T{ticket_id} was called back {at} already ({outcome})",
                    ticket_id=call.ticket_id,
                    at=moment(known.at),
                    outcome=coded(known.outcome),
                ),
                hint=say("'callback void {id}' voids that one; another call needs its own --at", id=known.id),
            )
        if known.score and call.score and (known.score, known.reason) != (call.score, call.reason):
            raise RefusedError(
                say(
                    "T{ticket_id} answered {score} in that call{why}",
                    ticket_id=call.ticket_id,
                    score=known.score,
                    why=say(" ({reason})", reason=known.reason) if known.reason else "",
                ),
                hint=say("'ticket correct T{ticket_id}' corrects the answer", ticket_id=call.ticket_id),
            )
        return known
    last = calls[-1] if calls and not same_at and call.outcome in {"reached", "refused"} else None
    return last if last and _call_text(last) == _call_text(call) else None


def _call_text(call: Call) -> tuple[str, str | None, int | None, str | None]:
    return call.outcome, call.note, call.score, call.reason


def check_promise(ticket: Ticket, fact: Event, *, due_at: str, due_unix: int, now_unix: int, typed_unix: int) -> None:
    """Raise RefusedError unless the promise is typed before it is due (K8).

    A promise may be made on a completed ticket (an invoice, a spare part), but not on a cancelled one, because nobody
    would keep it.
    """
    ticket_rules.check_not_in_future(fact.at, fact.at_unix, now_unix=now_unix)
    ticket_rules.check_after_report(ticket, fact)
    ticket_rules.check_not_cancelled(ticket)
    if due_unix <= typed_unix:
        raise RefusedError(
            say("the promise would be due {due_at}, which is over", due_at=moment(due_at)),
            hint=say("a promise is recorded before it falls due: --by names a time to come"),
        )


def check_same_promise(promise_id: int, made_at: str, fact: Event, *, same_at: bool) -> None:
    """Raise RefusedError if the same promise is already recorded with another time."""
    if same_at and made_at != fact.at:
        raise RefusedError(
            say("P{promise_id} says the same and was made {made_at}", promise_id=promise_id, made_at=moment(made_at)),
            hint=say("'promise void P{promise_id}' voids a wrong one", promise_id=promise_id),
        )


def is_repeated_end(promise: Promise, end: End, *, same_at: bool) -> bool:
    """Return whether the promise has already ended in the same way."""
    known = promise.end
    if known is None or (known.kind, known.withdrawn_by) != (end.kind, end.withdrawn_by):
        return False
    return not same_at or known.at_unix == end.at_unix


def check_end(promise: Promise, end: End, *, now_unix: int) -> None:
    """Raise RefusedError unless the promise is open, and the end is after it was made and not in the future."""
    name = f"P{promise.id}"
    _standing(name, promise.voided_at, promise.void_reason)
    if promise.end is not None:
        by = say(" by the {person}", person=coded(promise.end.withdrawn_by)) if promise.end.withdrawn_by else ""
        raise RefusedError(
            say(
                "{name} was {kind} {at}{by}", name=name, kind=coded(promise.end.kind), at=moment(promise.end.at), by=by
            ),
            hint=say("'promise void {name} --end' voids that end; a changed promise is a new one", name=name),
        )
    _in_time(end.kind, end.at, end.at_unix, now_unix)
    if end.at_unix < promise.at_unix:
        raise RefusedError(
            say("{name} was made {at}, later than {at2}", name=name, at=moment(promise.at), at2=moment(end.at)),
            hint=say("is --at right?"),
        )


def notes_on_end(promise: Promise, end: End) -> str | None:
    """Return a warning if the promise counts as broken or late in spite of this end (K8), otherwise None."""
    name = f"P{promise.id}"
    if end.kind == "kept":
        return (
            say("{name} was due {due_at}: kept late", name=name, due_at=moment(promise.due_at))
            if end.at_unix > promise.due_unix
            else None
        )
    if end.withdrawn_by == "outlet":
        return say("{name} counts as broken: only the customer can release the outlet from a promise", name=name)
    return (
        say("{name} was due {due_at} already: it stays broken", name=name, due_at=moment(promise.due_at))
        if end.at_unix >= promise.due_unix
        else None
    )


def check_standing(complaint: Complaint) -> None:
    """Raise RefusedError if the complaint was voided."""
    _standing(f"K{complaint.id}", complaint.voided_at, complaint.void_reason)


def check_complaint(ticket: Ticket | None, fact: Event, *, now_unix: int) -> None:
    """Raise RefusedError if the complaint is before the report of its ticket; the ticket may be in any state."""
    ticket_rules.check_not_in_future(fact.at, fact.at_unix, now_unix=now_unix)
    if ticket is not None:
        ticket_rules.check_after_report(ticket, fact)


def is_repeated_step(complaint: Complaint, step: Step, *, same_at: bool) -> bool:
    """Return whether the step is already recorded. A recovery without a given time is compared with the last one."""
    known = complaint.valid(step.kind)
    if not same_at:
        known = known[-1:]
    return any(_content(s) == _content(step) and (not same_at or s.at_unix == step.at_unix) for s in known)


def _content(step: Step) -> tuple[object, ...]:
    return step.text, step.upheld, step.cause, step.measure, step.measure_by


def check_step(complaint: Complaint, step: Step, *, now_unix: int) -> None:
    """Raise RefusedError unless the step is between receipt and closing (ISO 10002). Only a recovery may repeat."""
    name = f"K{complaint.id}"
    _standing(name, complaint.voided_at, complaint.void_reason)
    _check_asks_for(complaint, step)
    known = complaint.valid(step.kind)
    if known and step.kind != "recovered":
        raise RefusedError(
            say("{name} was {kind} {at} already", name=name, kind=coded(step.kind), at=moment(known[0].at)),
            hint=say("'complaint void {name} --step {number}' voids that step", name=name, number=known[0].number),
        )
    _in_time(step.kind, step.at, step.at_unix, now_unix)
    if step.at_unix < complaint.at_unix:
        raise RefusedError(
            say("{name} was received {at}, later than {at2}", name=name, at=moment(complaint.at), at2=moment(step.at)),
            hint=say("is --at right?"),
        )
    for closed in complaint.valid("closed"):
        if step.at_unix > closed.at_unix:
            raise RefusedError(
                say("{name} was closed {at}", name=name, at=moment(closed.at)),
                hint=say(
                    "--at records an earlier step; 'complaint void {name} --step {number}' opens the complaint again",
                    name=name,
                    number=closed.number,
                ),
            )
    last = complaint.valid("acknowledged", "recovered")
    if step.kind == "closed" and last and step.at_unix < last[-1].at_unix:
        raise RefusedError(
            say(
                "{name} was {kind} {at}, later than {at2}",
                name=name,
                kind=coded(last[-1].kind),
                at=moment(last[-1].at),
                at2=moment(step.at),
            )
        )


def _check_asks_for(complaint: Complaint, step: Step) -> None:
    """Raise RefusedError for a step that the kind of message does not need: praise is noted, a suggestion answered."""
    is_praise = complaint.kind == Matter.PRAISE
    if is_praise or (complaint.kind == Matter.SUGGESTION and step.kind == "recovered"):
        raise RefusedError(
            say("K{id} is praise: it is noted, nothing is to be done", id=complaint.id)
            if is_praise
            else say("K{id} is a suggestion: nothing is to be made up for", id=complaint.id),
            hint=say("if it is another kind: complaint void K{id} --reason R, and open it again", id=complaint.id),
        )


def check_measure_by(step: Step) -> None:
    """Raise RefusedError if the measure is to be done before the day of the closing."""
    if step.measure_by is not None and step.measure_by < step.at[:10]:
        raise RefusedError(
            say("the measure is to be done by {day}, before the closing {at}", day=step.measure_by, at=step.at[:10]),
            hint=say("--measure-by names a day to come"),
        )


def standing_measure(complaint: Complaint) -> Step:
    """Return the complaint's closing, which names a measure; raise RefusedError if there is no closing or measure."""
    name = f"K{complaint.id}"
    _standing(name, complaint.voided_at, complaint.void_reason)
    for closed in complaint.valid("closed"):
        if closed.measure is not None:
            return closed
        raise RefusedError(
            say("{name} was closed without a measure", name=name),
            hint=say("'complaint void {name} --step {number}', then close it again with --measure", name=name,
                     number=closed.number),
        )  # fmt: skip
    raise RefusedError(
        say("{name} is not closed: no measure is named yet", name=name),
        hint=say("complaint close {name} --upheld --measure 'what is changed so that it does not come again'",
                 name=name),
    )  # fmt: skip


def check_measure_done(complaint_id: int, closing: Step, done: Event, *, now_unix: int) -> None:
    """Raise RefusedError if the measure was done in the future, or before the closing that names it."""
    ticket_rules.check_not_in_future(done.at, done.at_unix, now_unix=now_unix)
    if done.at_unix < closing.at_unix:
        raise RefusedError(
            say("K{id} was closed {at}, later than {at2}", id=complaint_id, at=moment(closing.at), at2=moment(done.at)),
            hint=say("is --at right?"),
        )


def step_of_number(complaint: Complaint, number: int) -> Step:
    """Return the step that has that number in `complaint show`."""
    for step in complaint.steps:
        if step.number == number:
            return step
    raise NotFoundError(
        say("K{id} has no step {number}", id=complaint.id, number=number),
        hint=say("complaint show K{id} numbers them", id=complaint.id),
    )


def is_voided_already(name: str, voided_at: str | None, void_reason: str | None, reason: str) -> bool:
    """Return whether the fact is already voided for this reason; raise RefusedError if voided for another reason."""
    if voided_at is not None and void_reason != reason:
        _standing(name, voided_at, void_reason)
    return voided_at is not None


def _standing(name: str, voided_at: str | None, void_reason: str | None) -> None:
    if voided_at is not None:
        raise RefusedError(
            say(
                "{name} was voided {voided_at} ({void_reason})",
                name=name,
                voided_at=moment(voided_at),
                void_reason=void_reason,
            )
        )


def _in_time(kind: str, at: str, at_unix: int, now_unix: int) -> Event:
    fact = Event(kind, at, at_unix)
    ticket_rules.check_not_in_future(fact.at, fact.at_unix, now_unix=now_unix)
    return fact

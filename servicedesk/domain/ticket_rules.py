"""Rules for the events of a ticket: which may be added, and in which order. Triggers in the file enforce them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, nearest
from servicedesk.base.messages import coded, say
from servicedesk.base.table import moment
from servicedesk.domain.model import CANCEL_REASONS, OTHER_OUTCOMES, REPAIR_OUTCOMES, TicketType

if TYPE_CHECKING:
    from servicedesk.domain.ticket import Event, Ticket

_ON_COMPLETED = say("survey, reopen, edit, correct or void")
_ON_CANCELLED = say("reopen, edit, correct or void")


def find_repeated(ticket: Ticket, fact: Event, *, same_at: bool) -> Event | None:
    """Return the recorded event that is the same, so that a repeated command changes nothing, or None.

    With `same_at` a time was given and must be the same too. Otherwise the latest event of that kind is compared.
    """
    line = ("waiting", "resumed") if fact.kind in {"waiting", "resumed"} else (fact.kind,)
    candidates = ticket.valid(*line) if same_at else ticket.valid(*line)[-1:]
    for known in candidates:
        if same_at and known.at_unix != fact.at_unix:
            continue
        if _values(known) == _values(fact):
            return known
    return None


def _values(fact: Event) -> Event:
    """Return the event without times, numbers and stamps, which differ from row to row."""
    return fact._replace(
        at="", at_unix=0, id=None, number=None, corrects_id=None, recorded_unix=None, voided_at=None, void_reason=None
    )


def check_event(ticket: Ticket, fact: Event, *, now_unix: int) -> None:
    """Raise RefusedError unless the event may be added to the ticket."""
    name = f"T{ticket.id}"
    check_not_in_future(fact.at, fact.at_unix, now_unix=now_unix)
    check_after_report(ticket, fact)
    if fact.window_to is not None:
        check_window_after_report(ticket, fact.window_to, ticket.report)
    end = ticket.last("cancelled", "completed")
    if end and end.kind == "cancelled":
        raise _was_cancelled(ticket, end)
    if fact.kind == "surveyed":
        check_after_completion(ticket, fact, hint=say("a survey is about completed work"))
        return
    if end:
        if fact.kind != "arrived":
            raise _was_completed(ticket, end)
        _before_completion(ticket, fact, end)
        return
    if fact.kind == "resumed":
        turn = ticket.last("waiting", "resumed")
        if turn is None or turn.kind != "waiting":
            raise RefusedError(
                say("{name} is not waiting", name=name),
                hint=say("allowed: assign, appoint, arrive, wait, complete, cancel"),
            )
        if fact.at_unix < turn.at_unix:
            raise RefusedError(
                say("{name} waits since {at}, later than {at2}", name=name, at=moment(turn.at), at2=moment(fact.at))
            )
    if fact.kind in {"completed", "cancelled"}:
        arrived = ticket.last("arrived")
        if arrived and fact.at_unix < arrived.at_unix:
            said = {"name": name, "at": moment(arrived.at), "at2": moment(fact.at)}
            raise RefusedError(say("{name} had its last arrival {at}, later than {at2}", **said))


def check_open(ticket: Ticket) -> None:
    """Raise RefusedError if the ticket is completed or cancelled."""
    check_not_cancelled(ticket)
    if completed := ticket.last("completed"):
        raise _was_completed(ticket, completed)


def _was_completed(ticket: Ticket, completed: Event) -> RefusedError:
    return RefusedError(
        say(
            "{name} was completed {at} ({outcome})",
            name=f"T{ticket.id}",
            at=moment(completed.at),
            outcome=coded(completed.outcome),
        ),
        hint=say("allowed: {on_completed}", on_completed=_ON_COMPLETED),
    )


def check_completed(ticket: Ticket, *, hint: str) -> Event:
    """Return the completion of the ticket; raise RefusedError if there is none."""
    completed = ticket.last("completed")
    if completed is None:
        raise RefusedError(say("T{id} is not completed yet", id=ticket.id), hint=hint)
    return completed


def _before_completion(ticket: Ticket, fact: Event, completed: Event) -> None:
    """Raise RefusedError unless an arrival recorded after the completion happened before it."""
    if fact.at_unix > completed.at_unix:
        raise RefusedError(
            say(
                "T{id} was completed {at} ({outcome}), and nobody arrives after that",
                id=ticket.id,
                at=moment(completed.at),
                outcome=coded(completed.outcome),
            ),
            hint=say(
                "allowed: {on_completed}; for a forgotten arrival: --at TIME, not later than {at}",
                on_completed=_ON_COMPLETED,
                at=moment(completed.at),
            ),
        )


def check_window_after_report(ticket: Ticket, window_to: str, report: Event) -> None:
    """Raise RefusedError if the window ends before the report, because nobody can have agreed on it."""
    if dates.unix_of(window_to) <= report.at_unix:
        raise RefusedError(
            say(
                "the window ends {window_to}, before {name} was reported {at}",
                window_to=moment(window_to),
                name=f"T{ticket.id}",
                at=moment(report.at),
            ),
            hint=say("check the day of the window"),
        )


def check_after_report(ticket: Ticket, fact: Event) -> None:
    """Raise RefusedError if the event is before the report."""
    if fact.at_unix < ticket.report.at_unix:
        raise RefusedError(
            say(
                "T{id} was reported {at}, later than {at2}",
                id=ticket.id,
                at=moment(ticket.report.at),
                at2=moment(fact.at),
            ),
            hint=say("is --at right? 'ticket correct' corrects a wrong report"),
        )


def check_not_cancelled(ticket: Ticket) -> None:
    """Raise RefusedError if the ticket is cancelled."""
    if cancelled := ticket.last("cancelled"):
        raise _was_cancelled(ticket, cancelled)


def _was_cancelled(ticket: Ticket, cancelled: Event) -> RefusedError:
    return RefusedError(
        say("T{id} was cancelled ({reason})", id=ticket.id, reason=cancelled.reason or say("no reason")),
        hint=say("allowed: {on_cancelled}", on_cancelled=_ON_CANCELLED),
    )


def check_after_completion(ticket: Ticket, fact: Event, *, hint: str) -> None:
    """Raise RefusedError unless the event is after the completion, because it asks about the work."""
    completed = check_completed(ticket, hint=hint)
    if fact.at_unix < completed.at_unix:
        raise RefusedError(
            say(
                "T{id} was completed {at}, later than {at2}", id=ticket.id, at=moment(completed.at), at2=moment(fact.at)
            )
        )


def check_recorded_before(recorded_unix: int | None, *, now_unix: int) -> None:
    """Raise RefusedError if the fact was recorded later than now, because the clock was set back."""
    if now_unix < (recorded_unix or 0):
        raise RefusedError(say("that fact was typed later than now"), hint=say("check the clock, or --now"))


def check_not_in_future(at: str, at_unix: int, *, now_unix: int) -> None:
    """Raise RefusedError if the instant is in the future."""
    if at_unix > now_unix:
        raise RefusedError(
            say("{at} lies in the future", at=moment(at)), hint=say("facts are recorded when they have happened")
        )


def check_outcome(outcome: str) -> None:
    """Raise RefusedError if the word is no outcome of any type of ticket."""
    known = dict.fromkeys((*REPAIR_OUTCOMES, *OTHER_OUTCOMES))
    if outcome not in known:
        raise RefusedError(
            say("no ticket ends '{outcome}'", outcome=outcome), hint=nearest(outcome, known, shown=coded)
        )


def outcome_for(ticket_type: str, outcome: str) -> str:
    """Return the outcome if a ticket of this type can have it; otherwise raise RefusedError."""
    allowed = REPAIR_OUTCOMES if ticket_type == TicketType.REPAIR else OTHER_OUTCOMES
    if outcome not in allowed:
        raise RefusedError(
            say(
                "a ticket of type {ticket_type} cannot end '{outcome}'",
                ticket_type=coded(ticket_type),
                outcome=coded(outcome),
            ),
            hint=nearest(outcome, allowed, shown=coded),
        )
    return outcome


def check_type_change(ticket: Ticket, ticket_type: str) -> None:
    """Raise RefusedError if the outcome of this ticket is impossible for the new type."""
    completed = ticket.last("completed")
    allowed = REPAIR_OUTCOMES if ticket_type == TicketType.REPAIR else OTHER_OUTCOMES
    if completed and ticket_type != ticket.type and completed.outcome not in allowed:
        raise RefusedError(
            say(
                "T{id} was completed '{outcome}': a ticket of type {type} cannot end so",
                id=ticket.id,
                outcome=coded(completed.outcome),
                type=coded(ticket_type),
            ),
            hint=say(
                "first 'ticket void T{id} --event {number} --reason R', then edit it and complete it again",
                id=ticket.id,
                number=completed.number,
            ),
        )


def cancel_reason(reason: str, *, duplicate_of_id: int | None) -> str:
    """Return the reason of a cancellation; raise RefusedError if it is not allowed.

    A duplicate, and only a duplicate, must name the ticket that stays (C7).
    """
    if reason not in CANCEL_REASONS:
        raise RefusedError(
            say("unknown reason '{reason}'", reason=reason), hint=nearest(reason, CANCEL_REASONS, shown=coded)
        )
    if (reason == "duplicate") != (duplicate_of_id is not None):
        raise RefusedError(
            say("a duplicate names the ticket that stays, and only a duplicate does"),
            hint=say("--reason duplicate --duplicate-of T100"),
        )
    return reason


def check_survivor(survivor: Ticket, ticket: Ticket) -> None:
    """Raise RefusedError unless `ticket` may be cancelled as a duplicate of `survivor`."""
    end = survivor.last("cancelled")
    if survivor.id == ticket.id:
        raise RefusedError(say("T{id} cannot be a duplicate of itself", id=ticket.id))
    if end and end.reason == "duplicate":
        raise RefusedError(
            say("T{id} was cancelled as a duplicate itself", id=survivor.id),
            hint=say("--duplicate-of T{duplicate_of_id}", duplicate_of_id=end.duplicate_of_id),
        )
    if end and end.reason == "entry_error":
        raise RefusedError(
            say("T{id} was cancelled as an entry error: no ticket of this call would stay", id=survivor.id),
            hint=say(
                "'ticket void T{id} --event {number} --reason R' brings it back first",
                id=survivor.id,
                number=end.number,
            ),
        )


def difference(ticket: Ticket, survivor: Ticket, *, same_home: bool) -> str | None:
    """Return why two tickets cannot be duplicates, or None if they can. `same_home`: same customer or household."""
    if not same_home:
        return say("T{id} and T{other} belong to different customers", id=ticket.id, other=survivor.id)
    if ticket.type != survivor.type:
        return say(
            "T{id} is of another type than T{other}: {type}, {other_type}",
            id=ticket.id,
            other=survivor.id,
            type=coded(ticket.type),
            other_type=coded(survivor.type),
        )
    if None not in {ticket.appliance_id, survivor.appliance_id} and ticket.appliance_id != survivor.appliance_id:
        return say(
            "T{id} is about another appliance than T{other}: A{appliance_id}, A{other_appliance_id}",
            id=ticket.id,
            other=survivor.id,
            appliance_id=ticket.appliance_id,
            other_appliance_id=survivor.appliance_id,
        )
    return None

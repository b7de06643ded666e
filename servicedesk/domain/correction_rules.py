"""Rules for correcting a ticket: which recorded event may be voided or corrected, and how."""

from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, say, say_count
from servicedesk.base.table import moment
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.domain.ticket_rules import check_after_report, check_not_in_future, check_window_after_report

KINDS = (
    "reported", "assigned", "appointed", "arrived", "waiting", "resumed", "completed", "cancelled", "surveyed",
    "announced",
)  # fmt: skip


def event_of_number(ticket: Ticket, number: int) -> Event:
    """Return the valid event that has that number in `ticket show`."""
    for event in ticket.events:
        if event.number == number:
            if event.voided_at is not None:
                raise RefusedError(
                    say(
                        "event {number} of T{id} was voided {voided_at}",
                        number=number,
                        id=ticket.id,
                        voided_at=moment(event.voided_at),
                    )
                )
            return event
    raise NotFoundError(
        say("T{id} has no event {number}", id=ticket.id, number=number),
        hint=say("ticket show T{id} numbers them", id=ticket.id),
    )


def check_voidable(ticket: Ticket, event: Event) -> None:
    """Raise RefusedError unless the event can be voided: never the report; a completion only after its answers."""
    if event.kind == "reported":
        raise RefusedError(
            say("the report of T{id} cannot be voided", id=ticket.id),
            hint=say("ticket cancel T{id} --reason entry_error --by outlet", id=ticket.id),
        )
    answers = ticket.valid("surveyed")
    if event.kind == "completed" and answers:
        raise RefusedError(
            say_count(
                "T{id} was surveyed ({n} answer) since it was completed",
                "T{id} was surveyed ({n} answers) since it was completed",
                n=len(answers),
                id=ticket.id,
            ),
            hint=say(
                "'ticket correct' corrects the completion; or void event {number} first", number=answers[-1].number
            ),
        )


_HELD_BY = {
    "technician_id": ("assigned", "arrived", "completed"), "outcome": ("completed",), "score": ("surveyed",),
    "satisfied": ("surveyed",), "note": ("completed",), "exclusion": ("completed",), "evidence": ("completed",),
    "found": ("completed",), "found_cause": ("completed",), "solution_id": ("completed",),
    "steps_done": ("completed",),
}  # fmt: skip


def check_correctable(ticket: Ticket, event: Event, changes: dict[str, object]) -> None:
    """Raise RefusedError if the event has none of the fields to be corrected."""
    for name in changes:
        if event.kind not in _HELD_BY.get(name, KINDS):
            word = name.removesuffix("_id").removeprefix("steps_")
            raise RefusedError(
                say(
                    "event {number} of T{id} ({kind}) has no {word}",
                    number=event.number,
                    id=ticket.id,
                    kind=coded(event.kind),
                    word=word,
                )
            )


def correction_of(ticket: Ticket, old: Event, new: Event, *, now_unix: int) -> Event:
    """Return the event that replaces the old one; raise RefusedError if the rest of the ticket forbids it."""
    check_not_in_future(new.at, new.at_unix, now_unix=now_unix)
    others = [e for e in ticket.valid(*KINDS) if e.id != old.id]
    if old.kind == "reported":
        _check_report_first(ticket, new, others)
    else:
        check_after_report(ticket, new)
    ends = _with_kinds(new, others, "completed", "cancelled")
    _check_ends_after_arrivals(ticket, ends, _with_kinds(new, others, "arrived"))
    for answer in _with_kinds(new, others, "surveyed"):
        if any(answer.at_unix < end.at_unix for end in ends if end.kind == "completed"):
            raise RefusedError(say("T{id} would be surveyed before its completion", id=ticket.id))
    return new._replace(corrects_id=old.corrects_id or old.id)


def _with_kinds(new: Event, others: list[Event], *kinds: str) -> list[Event]:
    """Return the corrected event and the others of these kinds."""
    return [e for e in (new, *others) if e.kind in kinds]


def _check_report_first(ticket: Ticket, report: Event, others: list[Event]) -> None:
    """Raise RefusedError if any event of the ticket would be before the corrected report."""
    for window in (e for e in others if e.window_to is not None):
        check_window_after_report(ticket, str(window.window_to), report)
    earliest = min(others, key=lambda e: e.at_unix, default=None)
    if earliest and earliest.at_unix < report.at_unix:
        at, kind = moment(earliest.at), coded(earliest.kind)
        raise RefusedError(say("T{id} has an event at {at} already ({kind})", id=ticket.id, at=at, kind=kind))


def _check_ends_after_arrivals(ticket: Ticket, ends: list[Event], arrivals: list[Event]) -> None:
    """Raise RefusedError if the ticket would end before an arrival."""
    for end in ends:
        for arrival in arrivals:
            if arrival.at_unix > end.at_unix:
                raise RefusedError(
                    say(
                        "T{id} would be {kind} {at}, before the arrival {at2}",
                        id=ticket.id,
                        kind=coded(end.kind),
                        at=moment(end.at),
                        at2=moment(arrival.at),
                    )
                )

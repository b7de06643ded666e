"""Commands: a ticket after the call: assign, appoint, arrive, wait, resume, complete, cancel, reopen."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.options import At, CauseFound, FaultFound, Helped, NewCode, StepsDone, TicketRef, TicketRefs
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.several import check_open_tickets, check_windows, leading_tickets, move_tickets
from servicedesk.domain.ticket import AskedBy, Cause
from servicedesk.domain.wording import reference

if TYPE_CHECKING:
    from servicedesk.base.table import Result
    from servicedesk.storage.desk import Desk

app = typer.Typer()

DoneBy = Annotated[
    str | None,
    typer.Option("--technician", help="Who did it; default: who came last, or the assigned one.", metavar="NAME"),
]
Exclusion = Annotated[
    str | None, typer.Option("--exclusion", help="Why the guarantee does not cover it: misuse, …", metavar="EXCLUSION")
]
Evidence = Annotated[
    str | None, typer.Option("--evidence", help="What proves that: a note, a photo and where it lies.", metavar="T")
]
Skip = Annotated[
    list[str] | None, typer.Option("--skip", help="Maintenance: not cared for this time.", metavar="A34:REASON")
]
FaultAt = Annotated[
    list[str] | None, typer.Option("--fault-at", help="Maintenance: opens a repair.", metavar="A18:CODE")
]
Care = Annotated[
    list[str] | None, typer.Option("--care", help="Care given beside a repair: fulfils its birthday.", metavar="A34")
]


def _pairs(session: Session, texts: list[str], option: str) -> dict[int, str]:
    """Return `A34:REASON` as {34: 'REASON'}."""
    pairs = {}
    for text in texts:
        ref, colon, rest = text.partition(":")
        if not colon or not rest.strip():
            raise UsageError(
                say("'{text}' is not a value for {option}", text=text, option=option),
                hint=say("write it like {option} A34:word", option=option),
            )
        pairs[session.appliance(ref)] = rest.strip()
    return pairs


@app.command("assign")
def assign(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="T101... [NAME]", help="The ticket, or several, and the technician as with --to."),
    ],
    to: Annotated[str | None, typer.Option("--to", help="The technician, by name or id.", metavar="NAME")] = None,
    auto: Annotated[bool, typer.Option("--auto", help="Find one, and say why.")] = False,
    at: At = None,
) -> None:
    """Assign a ticket, or several, to a technician.

    Example: servicedesk ticket assign T101 T102 李强
    """
    from servicedesk.desk.tickets.move import assign_ticket

    session: Session = ctx.obj
    refs, rest = leading_tickets(words, are_all=to is not None or auto)
    who = " ".join(rest) or None
    if who is None and to is None and not auto and session.may_ask:
        from servicedesk.cli.run.people import ask_who_goes

        check_open_tickets(session, refs)
        who = ask_who_goes(session, reference(refs[0], "T")) or None
        auto = who is None
    if [who is not None, to is not None, auto].count(True) != 1:
        raise UsageError(say("the ticket needs a technician"), hint=say("one of NAME, --to NAME and --auto"))
    move_tickets(session, refs, partial(assign_ticket, at=session.at(at), to=who or to))


@app.command("appoint")
def appoint(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="T101... [WINDOW]", help="The ticket, or several; tomorrow 9-11, or --from and --to."),
    ],
    asked_by: Annotated[AskedBy | None, typer.Option("--asked-by", help="Who asked for the window; needed.")] = None,
    window_from: Annotated[str | None, typer.Option("--from", help="Begin of the window.", metavar="INSTANT")] = None,
    window_to: Annotated[
        str | None, typer.Option("--to", help="Its end; 11:00 or +2h count from --from.", metavar="INSTANT")
    ] = None,
    at: Annotated[str | None, typer.Option(help="When it was agreed; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record an agreed time window. Only one that the customer asked for, recorded in time, moves the 24-hour deadline.

    Example: servicedesk ticket appoint T101 tomorrow 14-16 --asked-by customer
    """
    from servicedesk.desk.tickets.move import appoint_ticket

    session: Session = ctx.obj
    refs, window = leading_tickets(words)
    if session.may_ask and (not window or asked_by is None):
        check_open_tickets(session, refs)
    begin, end = _window(session, " ".join(window), window_from, window_to, refs)
    if asked_by is None and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        asked_by = AskedBy(ask_option(ctx, "asked_by"))
    if asked_by is None:
        raise UsageError(say("missing option '--asked-by'"), hint="servicedesk ticket appoint --help")
    deed = partial(appoint_ticket, at=session.at(at), window_from=begin, window_to=end, asked_by=asked_by.value)
    move_tickets(session, refs, deed)


def _window(
    session: Session, text: str, first: str | None, last: str | None, refs: list[str]
) -> tuple[datetime, datetime]:
    """Return the window, typed in words or by --from and --to; asked for at a terminal if it is missing."""
    if not text and first is not None and last is not None:
        begin = session.instant(first)
        return begin, session.instant(last, after=begin)
    if first is not None or last is not None:
        raise UsageError(say("the window needs --from and --to, or words"), hint=say("such as tomorrow 9-11"))
    if not text and not session.may_ask:
        raise UsageError(say("missing argument '{name}'", name="WINDOW"), hint="servicedesk ticket appoint --help")
    return dates.window(text, session.now) if text else _ask_window(session, refs)


def _ask_window(session: Session, refs: list[str]) -> tuple[datetime, datetime]:
    """Ask for the window of a visit, which lies after the reports; for a day without hours, ask for the hours too."""
    from servicedesk.base.said_times import hours_of
    from servicedesk.cli.run.asking import ask

    def read(text: str) -> tuple[datetime, datetime]:
        try:
            window = dates.window(text, session.now)
        except dates.HoursMissingError:
            hours = say("{day}: from when to when, such as {hours}", day=text, hours=hours_of(text)[1])
            return ask(hours, lambda answer: read(f"{text} {answer}"))
        check_windows(session, refs, window[1])
        return window

    return ask(say("The window, such as tomorrow 9-11"), read)


@app.command("arrive")
def arrive(
    ctx: typer.Context,
    tickets: TicketRefs,
    at: At = None,
    technician: Annotated[str | None, typer.Option(help="Who came; default: the assigned one.", metavar="NAME")] = None,
    no_access: Annotated[bool, typer.Option("--no-access", help="Nobody was at home.")] = False,
) -> None:
    """Record that a technician arrived, once for each visit. A forgotten arrival can be added after the completion,
    with --at before it.

    Example: servicedesk ticket arrive T101 --at 09:40
    """
    from servicedesk.desk.tickets.move import record_arrival

    session: Session = ctx.obj
    deed = partial(record_arrival, at=session.at(at), technician=technician, no_access=no_access)
    move_tickets(session, tickets, deed)


@app.command("wait")
def wait(
    ctx: typer.Context,
    tickets: TicketRefs,
    cause: Annotated[Cause, typer.Option(help="What the repair waits for.")],
    part: Annotated[str | None, typer.Option(metavar="PART", help="For which spare part, such as COMP-12.")] = None,
    at: At = None,
) -> None:
    """Record that the work has to wait; with --part 'today' tells when the part is there.

    Example: servicedesk ticket wait T101 --cause outlet_part
    """
    from servicedesk.desk.tickets.move import wait_ticket

    session: Session = ctx.obj
    move_tickets(session, tickets, partial(wait_ticket, at=session.at(at), cause=cause.value, part=part))


@app.command("resume")
def resume(ctx: typer.Context, tickets: TicketRefs, at: At = None) -> None:
    """Record that the wait is over.

    Example: servicedesk ticket resume T101
    """
    from servicedesk.desk.tickets.move import resume_ticket

    session: Session = ctx.obj
    move_tickets(session, tickets, partial(resume_ticket, at=session.at(at)))


@app.command("complete")
def complete(
    ctx: typer.Context,
    tickets: TicketRefs,
    outcome: Annotated[str, typer.Option(help="repair: fixed, no_fault_found, …; else done, …", metavar="CODE")],
    at: At = None,
    technician: DoneBy = None,
    note: Annotated[str | None, typer.Option(help="What was done.", metavar="T")] = None,
    exclusion: Exclusion = None,
    evidence: Evidence = None,
    found: FaultFound = None,
    cause: CauseFound = None,
    solution: Helped = None,
    skip: Skip = None,
    fault_at: FaultAt = None,
    care: Care = None,
    done: StepsDone = None,
    new_code: NewCode = False,
) -> None:
    """Complete a ticket. Repair: fixed, no_fault_found, user_caused, not_repairable, exchanged, referred,
    resolved_remotely; other types: done, referred, resolved_remotely.

    Example: servicedesk ticket complete T101 --outcome fixed --note 'new thermostat'
    """
    from servicedesk.desk.tickets.complete import Asked, Machines, complete_ticket
    from servicedesk.desk.tickets.finding import Finding

    session: Session = ctx.obj
    if len(tickets) > 1 and (skip or fault_at or care):
        raise UsageError(say("--skip, --fault-at and --care are for one ticket"), hint=say("complete them one by one"))
    outcome, when = outcome.strip().lower(), session.at(at)
    reason = exclusion.strip().lower() if exclusion is not None else None
    skips, faults = _pairs(session, skip or [], "--skip"), _pairs(session, fault_at or [], "--fault-at")
    machines = Machines(skips, faults, [session.appliance(text) for text in care or []], new_code)
    given, asked = Asked(technician, evidence), dict[int, Asked]()
    if session.may_ask:
        from servicedesk.cli.run.completing import ask_of_completions

        ids = [reference(text, "T") for text in tickets]
        asked = ask_of_completions(session, ids, given, outcome=outcome, exclusion=reason, at=when)
    deed = partial(complete_ticket, at=when, outcome=outcome, note=note, machines=machines, exclusion=reason,
                   finding=Finding(found, cause, solution), done=done)  # fmt: skip

    def complete_one(desk: Desk, ticket_id: int) -> Result:
        who, proof, settle = asked.get(ticket_id, given)
        return deed(desk, ticket_id, technician=who, evidence=proof, settle=settle)

    move_tickets(session, tickets, complete_one)


@app.command("cancel")
def cancel(
    ctx: typer.Context,
    tickets: TicketRefs,
    reason: Annotated[str, typer.Option(help="duplicate, entry_error, customer_changed_mind, …", metavar="CODE")],
    by: Annotated[AskedBy, typer.Option(help="Who cancels.")],
    duplicate_of: Annotated[str | None, typer.Option(help="The ticket that stays.", metavar="T100")] = None,
    force: Annotated[
        str | None,
        typer.Option(help="Why it is one call although customer, type or appliance differ.", metavar="REASON"),
    ] = None,
    at: At = None,
) -> None:
    """End the ticket without work. Reasons: duplicate, entry_error, customer_changed_mind, customer_went_elsewhere,
    works_again, out_of_area, no_contact.

    Example: servicedesk ticket cancel T102 --reason duplicate --duplicate-of T101 --by outlet
    """
    from servicedesk.desk.tickets.move import cancel_ticket

    session: Session = ctx.obj
    why = reason.strip().lower()
    if why == "duplicate" and duplicate_of is None and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        duplicate_of = ask_option(ctx, "duplicate_of")
    stays_id = reference(duplicate_of, "T") if duplicate_of else None
    deed = partial(cancel_ticket, at=session.at(at), reason=why, by=by.value, duplicate_of_id=stays_id, force=force)
    move_tickets(session, tickets, deed)


@app.command("reopen")
def reopen(
    ctx: typer.Context,
    ticket: TicketRef,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What is wrong now.")] = None,
    at: At = None,
) -> None:
    """Open a linked new ticket after an ended one.

    Example: servicedesk ticket reopen T101 'warm again'
    """
    from servicedesk.desk.tickets.open import reopen_ticket

    session: Session = ctx.obj
    session.show(reopen_ticket(session.begin(), reference(ticket, "T"), at=session.at(at), text=text))

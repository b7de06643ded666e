"""Commands that put right what was recorded of a ticket: edit, correct, void."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.options import CauseFound, FaultFound, Helped, NewCode, TicketRef
from servicedesk.cli.run.session import Session
from servicedesk.domain.model import TicketType
from servicedesk.domain.wording import reference

app = typer.Typer()

Reason = Annotated[str, typer.Option("--reason", help="Why; kept beside the old fact.", metavar="R")]


@app.command("edit")
def edit(
    ctx: typer.Context,
    ticket: TicketRef,
    appliance: Annotated[
        str | None, typer.Option(help="The appliance, or its owner's phone or name.", metavar="A34")
    ] = None,
    fault: Annotated[str | None, typer.Option(help="A code such as not_cooling.", metavar="CODE")] = None,
    text: Annotated[str | None, typer.Option(help="The problem, in the customer's words.", metavar="T")] = None,
    type: Annotated[TicketType | None, typer.Option(help="What kind of work.")] = None,
    contract: Annotated[
        str | None, typer.Option(help="The contract whose visit it is, or none.", metavar="G7|none")
    ] = None,
    mystery: Annotated[
        bool | None, typer.Option("--mystery/--no-mystery", help="A mystery shopper's: in no figure.")
    ] = None,
    asked_for: Annotated[
        str | None,
        typer.Option("--asked-for", help="The technician whom the customer wants.", metavar="NAME"),
    ] = None,
    new_code: NewCode = False,
) -> None:
    """Correct what the ticket asks for: appliance, fault, text, type, contract. Its history keeps the earlier values.

    Example: servicedesk ticket edit T101 --fault leak --text 'drips at the back'
    """
    from servicedesk.desk.tickets.correct import edit_ticket

    session: Session = ctx.obj
    session.show(
        edit_ticket(
            session.begin(),
            reference(ticket, "T"),
            appliance_id=session.appliance(appliance) if appliance else None,
            fault=fault,
            text=text,
            type=type.value if type else None,
            contract_id=_contract(contract),
            is_mystery=mystery,
            asked_for=asked_for,
            new_code=new_code,
        )
    )


def _contract(text: str | None) -> int | None:
    """Return the number of the contract, 0 for none."""
    if text is None:
        return None
    return 0 if text.strip().lower() in {"none", "无"} else reference(text, "G")


@app.command("correct")
def correct(
    ctx: typer.Context,
    ticket: TicketRef,
    event: Annotated[int, typer.Option(help="Its number in 'ticket show'.", metavar="N")],
    reason: Reason,
    at: Annotated[str | None, typer.Option(help="When it really happened.", metavar="INSTANT")] = None,
    technician: Annotated[str | None, typer.Option(help="Who it really was.", metavar="NAME")] = None,
    outcome: Annotated[str | None, typer.Option(help="How it really ended.", metavar="CODE")] = None,
    score: Annotated[str | None, typer.Option(help="What the customer really said.", metavar="1-5")] = None,
    note: Annotated[str | None, typer.Option(help="What was really done.", metavar="T")] = None,
    exclusion: Annotated[
        str | None, typer.Option(help="Why the guarantee does not cover it, or none.", metavar="EXCLUSION")
    ] = None,
    evidence: Annotated[str | None, typer.Option(help="What proves that.", metavar="T")] = None,
    found: FaultFound = None,
    cause: CauseFound = None,
    solution: Helped = None,
    done: Annotated[
        str | None, typer.Option("--done", help="The steps that were really done.", metavar="all|CODES")
    ] = None,
) -> None:
    """Replace a fact: the old one is voided and stays readable.

    Example: servicedesk ticket correct T101 --event 3 --at 09:20 --reason 'typed an hour late'
    """
    from servicedesk.desk.tickets.correct import correct_event

    session: Session = ctx.obj
    session.show(
        correct_event(
            session.begin(),
            reference(ticket, "T"),
            number=event,
            at=session.at(at),
            technician=technician,
            outcome=outcome.strip().lower() if outcome else None,
            score=score,
            note=note,
            exclusion=exclusion.strip().lower() if exclusion else None,
            evidence=evidence,
            found=found,
            cause=cause,
            solution=solution,
            done=done,
            reason=reason,
        )
    )


@app.command("void")
def void(
    ctx: typer.Context,
    ticket: TicketRef,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why; kept beside the old fact; needed.", metavar="R")
    ] = None,
    event: Annotated[int | None, typer.Option(help="Its number in 'ticket show'.", metavar="N")] = None,
    money: Annotated[
        int | None, typer.Option(help="The number of a quote, its answer or a charge in 'ticket show'.", metavar="N")
    ] = None,
) -> None:
    """Void a fact; it stays readable.

    Example: servicedesk ticket void T101 --event 4 --reason 'wrong ticket'
    """
    session: Session = ctx.obj
    ticket_id = reference(ticket, "T")
    if event is None and money is None and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        event = int(ask_option(ctx, "event"))
    if (event is None) == (money is None):
        raise UsageError(say("say what is to be voided"), hint=say("either --event N or --money N"))
    if reason is None and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        reason = ask_option(ctx, "reason")
    if reason is None:
        raise UsageError(say("missing option '--reason'"), hint="servicedesk ticket void --help")
    if money is not None:
        from servicedesk.desk.money.charges import void_money

        session.show(void_money(session.begin(), ticket_id, number=money, reason=reason))
        return
    from servicedesk.desk.tickets.correct import void_event

    session.show(void_event(session.begin(), ticket_id, number=event or 0, reason=reason))

"""Commands: notes on customers, appliances, tickets and households, and those that come up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.dates import span_days
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.money import parse_amount
from servicedesk.base.phones import may_be_phone
from servicedesk.base.sameness import half_width
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number

app = typer.Typer()


def _about(session: Session, text: str) -> tuple[str, int]:
    """Return `A34` as ('A', 34), a phone or a name as its customer; a short number is refused: it could be anything."""
    if found := letter_and_number(text, "CATH"):
        return found
    number = half_width(text).strip()
    if number.isdecimal() and not may_be_phone(number):
        each = say("C{number}, A{number}, T{number} or H{number}", number=number)
        raise UsageError(
            say("'{text}' does not name what the note is about", text=text),
            hint=say("write it like {each}", each=each),
        )
    return "C", session.customer(text)


@app.command("add")
def add(
    ctx: typer.Context,
    about: Annotated[str, typer.Argument(metavar="REF", help="C12, A34, T101 or H5; a customer's phone or name.")],
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The note; with --file its name may do.")] = None,
    on: Annotated[str | None, typer.Option(help="The day on which it comes up.", metavar="MM-DD")] = None,
    yearly: Annotated[bool, typer.Option("--yearly", help="It comes up every year.")] = False,
    personal: Annotated[bool, typer.Option("--personal", help="About the person: it stays out of exports.")] = False,
    under_14: Annotated[bool, typer.Option("--under-14", help="About a child under 14; needs --consent.")] = False,
    consent: Annotated[bool, typer.Option("--consent", help="The customer agreed that it is kept.")] = False,
    file: Annotated[
        str | None,
        typer.Option(help="A photo or paper: it stays where it lies, 'check' says if it changed.", metavar="PATH"),
    ] = None,
    gift: Annotated[str | None, typer.Option(help="What the customer was given, as cake.", metavar="WORD")] = None,
    cost: Annotated[str | None, typer.Option(help="What the gift cost.", metavar="YUAN")] = None,
) -> None:
    """Add a note to a customer, an appliance, a ticket or a household.

    Example: servicedesk note add A34 'daughter born on this day' --on 03-09 --yearly
    """
    from servicedesk.records import notes

    session: Session = ctx.obj
    letter, ref_id = _about(session, about)
    text = gift if text is None else text
    if text is None and file is None and session.may_ask:
        from servicedesk.cli.run.asking import ask

        text = ask(say("The note"), str)
    if text is None:
        if file is None:
            raise UsageError(say("a note needs its words, or --file"), hint=say("note add {ref} 'words'", ref=about))
        text = Path(file).name
    session.show(
        notes.add_note(
            session.begin(),
            letter,
            ref_id,
            text,
            on_md=on,
            yearly=yearly,
            personal=personal,
            under_14=under_14,
            consent=consent,
            file=file,
            gift=gift,
            cost_fen=parse_amount(cost) if cost is not None else None,
        )
    )


@app.command("list")
@lists
def list_notes(
    ctx: typer.Context,
    about: Annotated[
        str | None,
        typer.Argument(metavar="REF", help="C12, A34, T101, H5, a phone or a name; default: all."),
    ] = None,
) -> None:
    """List notes, the newest first.

    Example: servicedesk note list C12
    """
    from servicedesk.records import notes

    session: Session = ctx.obj
    letter, ref_id = _about(session, about) if about is not None else (None, None)
    session.show(notes.list_notes(session.db, letter=letter, ref_id=ref_id))


@app.command("due")
@lists
def due(
    ctx: typer.Context,
    within: Annotated[str, typer.Option(help="How far to look ahead.", metavar="SPAN")] = "30d",
) -> None:
    """List notes whose day comes up, once or every year.

    Example: servicedesk note due --within 14d
    """
    from servicedesk.records import notes

    session: Session = ctx.obj
    session.show(notes.list_due(session.db, on=session.on(None), within=span_days(within)))

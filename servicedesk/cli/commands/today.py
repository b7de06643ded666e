"""The commands of the day: today, next."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import joined, say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("today")
@lists
def today(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day; default: today.")] = None,
    section: Annotated[
        list[str] | None, typer.Option(metavar="S", help="Only this section, as overdue; may be repeated.")
    ] = None,
) -> None:
    """Show the desk's morning page: what is late, due, unassigned, waiting and promised, whom to call, what comes up.

    Example: servicedesk today --on tomorrow
    """
    from servicedesk.desk.today import SECTION_KEYS, get_page

    session: Session = ctx.obj
    for key in section or ():
        if key not in SECTION_KEYS:
            hint = nearest(key, SECTION_KEYS) or say("one of {words}", words=joined(", ", SECTION_KEYS))
            raise UsageError(say("today has no section '{key}'", key=key), hint=hint)
    session.show(get_page(session.db, on=session.on(on), now=session.now, only=section or ()), full=True)


@app.command("next")
def next_(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Whose next visit; default: the technician who types, or the only one."),
    ] = None,
    technician: Annotated[str | None, typer.Option(metavar="NAME", help="The same, for scripts.")] = None,
) -> None:
    """Show what a technician does next: the ticket with phone, address, appliance, problem, window, and what to type.

    Example: servicedesk next 李强
    """
    from servicedesk.desk.technicians.next_visit import get_next
    from servicedesk.records.technicians import find_typist

    session: Session = ctx.obj
    who = technician or name or find_typist(session.db, session.who, on=session.on(None))
    if who is None and session.may_ask:
        from servicedesk.cli.run.people import ask_technician

        who = ask_technician(session, say("Whose next visit?"))
    if who is None:
        raise UsageError(say("the technician is not named"), hint=say("next NAME"))
    session.show(get_next(session.db, who, now=session.now), full=True)

"""The command of the morning: today."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("today")
def today(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day; default: today.")] = None,
) -> None:
    """Show the desk's morning page: what is late, due, unassigned, waiting and promised, whom to call, what comes up.

    Example: servicedesk today --on tomorrow
    """
    from servicedesk.desk.today import get_page

    session: Session = ctx.obj
    session.show(get_page(session.db, on=session.on(on), now=session.now), full=True)

"""The command of the outlet itself: hours."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("hours")
def hours(
    ctx: typer.Context,
    hours: Annotated[str, typer.Argument(metavar="HOURS", help="The opening hours, for example 08:00-18:00.")],
) -> None:
    """Change the opening hours; 'today' shows what falls due before the outlet opens again.

    Example: servicedesk outlet hours 08:00-18:00
    """
    from servicedesk.base import dates
    from servicedesk.storage.info import set_opening_hours

    session: Session = ctx.obj
    opens, closes = dates.opening_hours(hours)
    session.show(set_opening_hours(session.begin(), opens, closes))

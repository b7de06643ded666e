"""Commands: who wrote what; undo and redo."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import REFERENCES
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Limit
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number

app = typer.Typer()

Yes = Annotated[bool, typer.Option("--yes", help="Also what somebody else wrote.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; nothing is written.")]


@app.command("history")
@lists
def history(
    ctx: typer.Context,
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="REF",
            help="C12, A34, T101, H5, P3, K2, G7, S3, V3, a customer, a technician, a category, a part; default: all.",
        ),
    ] = None,
    limit: Limit = None,
    full: Annotated[bool, typer.Option("--full", help="Phones in full.")] = False,
) -> None:
    """List the commands that wrote, the newest first: who, when, and what in words; of REF the old and new values.

    Example: servicedesk history T101
    """
    from servicedesk.history import story

    session: Session = ctx.obj
    if about is None:
        table = story.list_commands(session.db, limit=limit)
    elif found := letter_and_number(about, REFERENCES):
        table = story.list_history(session.db, *found, full=full, limit=limit)
    else:
        table = story.list_named_history(session.db, about, full=full, limit=limit)
    session.show(table)


@app.command("undo")
def undo(
    ctx: typer.Context,
    number: Annotated[
        str | None,
        typer.Argument(metavar="N", help="That command of 'history', where nothing was written on its rows since."),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Undo the last command as a whole, or command N of 'history'; repeated, the one before it.

    Example: servicedesk undo --dry-run
    """
    from servicedesk.history.undo import undo_command

    session: Session = ctx.obj
    wanted = None if number is None else _number_of_command(number)
    session.show(undo_command(session.begin(), wanted, yes=yes, dry_run=dry_run))


def _number_of_command(text: str) -> int:
    """Return the number in the history; UsageError for a text that is none, such as a ticket's reference."""
    digits = half_width(text).strip()
    if digits.isascii() and digits.isdecimal() and 0 < int(digits[:19]) < 10**18:
        return int(digits)
    about = f" {text}" if letter_and_number(text, REFERENCES) else ""
    raise UsageError(
        say("'{text}' is no number of a command", text=text),
        hint=say("'servicedesk history{about}' lists them with their numbers", about=about),
    )


@app.command("redo")
def redo(ctx: typer.Context, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Redo the last undone command, unless something else was written since.

    Example: servicedesk redo
    """
    from servicedesk.history.undo import redo_command

    session: Session = ctx.obj
    session.show(redo_command(session.begin(), yes=yes, dry_run=dry_run))

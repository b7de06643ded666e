"""Commands: a trainer's class, from the roster to the marks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session

app = typer.Typer()

Code = Annotated[str, typer.Argument(metavar="EXERCISE", help="The exercise, as E3.")]
Class = Annotated[
    Path, typer.Option("--class", help="The folder of the class; default: this one.", metavar="DIR", show_default=False)
]


@app.command("init")
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the class.")],
    roster: Annotated[Path, typer.Option(help="CSV: a column name; student for own keys.", metavar="FILE")],
) -> None:
    """Make a class from a roster. classroom.toml holds its secret: keep it to yourself. The language is this run's.

    Example: servicedesk classroom init autumn --roster roster.csv
    """
    from servicedesk.classroom.trainer.room import make_room

    session: Session = ctx.obj
    session.show(make_room(folder, roster, language=speech.words.language if speech.words else "en"))


@app.command("hand-out")
def hand_out(
    ctx: typer.Context,
    code: Code,
    paper: Annotated[bool, typer.Option(help="Also the task with lines for the answers, for printing.")] = False,
    same: Annotated[bool, typer.Option(help="The same variant for all; default: one of their own.")] = False,
    folder: Class = Path(),
) -> None:
    """Write a package for each student who has none yet: out/E3/S07/. Safe to run twice.

    Example: servicedesk classroom hand-out E3 --class autumn
    """
    from servicedesk.classroom.trainer import room
    from servicedesk.render.progress import progress_bar

    session: Session = ctx.obj
    with progress_bar(sys.stderr, quiet=session.quiet) as tell:
        made = room.hand_out(
            room.open_room(folder), code, paper=paper, same=same, now=session.clock("UTC"), tell=tell or _ignore
        )
    session.show(made)


def _ignore(done: int, total: int) -> None:
    """Do nothing: the progress function if no bar is drawn."""


@app.command("mark")
@lists
def mark(
    ctx: typer.Context,
    code: Code,
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with what was handed in.")],
    folder: Class = Path(),
) -> None:
    """Mark what was handed in: a line a student. A file that cannot be read spoils nothing else.

    Example: servicedesk classroom mark E3 inbox --class autumn
    """
    from servicedesk.classroom.trainer.inbox import mark_inbox
    from servicedesk.classroom.trainer.room import open_room
    from servicedesk.render.progress import progress_bar

    session: Session = ctx.obj
    with progress_bar(sys.stderr, quiet=session.quiet) as tell:
        marked = mark_inbox(open_room(folder), code, inbox, tell=tell or _ignore)
    session.show(marked)


@app.command("show")
@lists
def show(
    ctx: typer.Context,
    code: Code,
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The student, as S07, or the name.")],
    folder: Class = Path(),
) -> None:
    """Show each mark of a student, with the sentence for what was lost.

    Example: servicedesk classroom show E3 S07 --class autumn
    """
    from servicedesk.classroom.trainer.marks import show_marks
    from servicedesk.classroom.trainer.room import open_room

    session: Session = ctx.obj
    session.show(show_marks(open_room(folder), code, student))


@app.command("decide")
def decide(
    ctx: typer.Context,
    code: Code,
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The student, as S07, or the name.")],
    given: Annotated[list[str], typer.Argument(metavar="ITEM=POINTS...", help="As T6.reason=1.")],
    folder: Class = Path(),
) -> None:
    """Decide how many points an answer gets that could not be read; it stays when the exercise is marked again.

    Example: servicedesk classroom decide E3 S07 T2=1 --class autumn
    """
    from servicedesk.classroom.trainer.marks import decide
    from servicedesk.classroom.trainer.room import open_room

    session: Session = ctx.obj
    session.show(decide(open_room(folder), code, student, given))


@app.command("overview")
def overview(
    ctx: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="[EXERCISE]", help="Default: all, a column each.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write a page (.html) or a table (.csv) of the exercise.", metavar="FILE")
    ] = None,
    folder: Class = Path(),
) -> None:
    """Show what the class did: a column an item; as a page with misconceptions, hard items and look-alikes.

    Example: servicedesk classroom overview E3 --output e3.html --class autumn
    """
    from servicedesk.base.errors import UsageError
    from servicedesk.base.messages import say
    from servicedesk.classroom.trainer import overview as views
    from servicedesk.classroom.trainer.room import open_room

    session: Session = ctx.obj
    room = open_room(folder)
    if output is None:
        session.show(views.list_items(room, code) if code else views.list_totals(room))
        return
    if code is None:
        raise UsageError(
            say("a page is of one exercise"), hint=say("servicedesk classroom overview E3 --output e3.html")
        )
    session.show(views.write_overview(room, code, output))


@app.command("reveal")
@lists
def reveal(
    ctx: typer.Context,
    code: Code,
    student: Annotated[
        str | None, typer.Option(help="Only the key of this student, S07 or the name.", metavar="STUDENT")
    ] = None,
    folder: Class = Path(),
) -> None:
    """Show the key: what is right for each item, a column a student.

    Example: servicedesk classroom reveal E3 --student S07 --class autumn
    """
    from servicedesk.classroom.trainer.overview import list_key
    from servicedesk.classroom.trainer.room import open_room

    session: Session = ctx.obj
    session.show(list_key(open_room(folder), code, student))

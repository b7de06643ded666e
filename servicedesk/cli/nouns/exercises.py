"""Commands: exercises that mark themselves, as a student uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Part
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session

app = typer.Typer()


def find_here(ctx: typer.Context) -> Session:
    """Return the run; without --db its file is the exercise of this folder."""
    from servicedesk.classroom.package import find_file

    session: Session = ctx.obj
    if session.db_path is None and (found := find_file(Path())) is not None:
        session.db_path = str(found)
    return session


@app.command("list")
@lists
def list_exercises(ctx: typer.Context) -> None:
    """List the exercises: what one learns, and how long it takes.

    Example: servicedesk exercise list
    """
    from servicedesk.classroom.student import exercise_table

    session: Session = ctx.obj
    session.show(exercise_table())


@app.command("start")
def start(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="EXERCISE|FOLDER", help="E3, or the folder from the trainer.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where to make it; default: ./E3.", metavar="DIR")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Each number makes another variant; default: any.", min=0, metavar="N")
    ] = None,
) -> None:
    """Begin an exercise: alone in a new folder, or with the package of a trainer.

    Example: servicedesk exercise start E3 --seed 7
    """
    from servicedesk.classroom import student
    from servicedesk.language.words import Words

    session: Session = ctx.obj
    now = session.clock("UTC")
    if Path(what).is_dir() and (folder is None and seed is None):
        session.show(student.start_package(Path(what), now=now))
        return
    words = speech.words or Words("en")
    session.show(student.start_alone(what, folder, seed=seed, words=words, now=now))


@app.command("show")
def show(ctx: typer.Context) -> None:
    """Show the task.

    Example: servicedesk exercise show
    """
    from servicedesk.classroom.student import show_task
    from servicedesk.language.words import Words

    session = find_here(ctx)
    session.show(show_task(session.db, speech.words or Words("en")))


@app.command("answer")
def answer(
    ctx: typer.Context,
    given: Annotated[list[str], typer.Argument(metavar="ITEM=ANSWER...", help="As T1=hit or headline=6/13.")],
) -> None:
    """Write answers into answers.csv, which a spreadsheet opens too.

    Example: servicedesk exercise answer T1=hit T2=miss
    """
    from servicedesk.classroom.student import give_answers
    from servicedesk.language.words import Words

    session = find_here(ctx)
    session.show(give_answers(session.db, given, speech.words or Words("en")))


@app.command("hint")
def hint(ctx: typer.Context) -> None:
    """Show the next hint. The trainer sees how many were asked for; they cost nothing.

    Example: servicedesk exercise hint
    """
    from servicedesk.classroom.student import give_hint

    session = find_here(ctx)
    session.show(give_hint(session.db))


@app.command("check")
@lists
def check(ctx: typer.Context) -> None:
    """List the answers that are missing or cannot be read; never what is right.

    Example: servicedesk exercise check
    """
    from servicedesk.classroom.student import check_answers

    session = find_here(ctx)
    session.show(check_answers(session.db))


@app.command("submit")
def submit(
    ctx: typer.Context,
    part: Annotated[Part | None, typer.Option(help="hand: freeze what was done by hand, and open the file.")] = None,
) -> None:
    """Hand in: write one file such as E3-S07.handin, which the trainer gets. Again as often as you like.

    Example: servicedesk exercise submit --part hand
    """
    from servicedesk.classroom import student

    session = find_here(ctx)
    if part is Part.TOOL:
        raise UsageError(say("only the part by hand is handed in alone"), hint=say("servicedesk exercise submit"))
    session.show(student.submit(session.db, part=part, now=session.clock(session.db.outlet.zone.key)))


@app.command("reveal")
def reveal(ctx: typer.Context) -> None:
    """Show the marks and the key, after handing in; only to one who works alone.

    Example: servicedesk exercise reveal
    """
    from servicedesk.classroom.student import reveal
    from servicedesk.classroom.trainer.marks import draw_marks

    session = find_here(ctx)
    marked = reveal(session.db)
    session.show(draw_marks(marked.marks, marked.answers, marked.key, marked.total, marked.open_points))


@app.command("call")
def call(
    ctx: typer.Context,
    next_: Annotated[bool, typer.Option("--next", help="Let the next call come in; the clock moves there.")] = False,
) -> None:
    """Show the call that came in last; with --next the next one. The clock only goes forward.

    Example: servicedesk exercise call --next
    """
    from servicedesk.classroom import student

    session = find_here(ctx)
    session.show(student.call_next(session.db) if next_ else student.last_call(session.db))

"""The command that makes a file filled with a made-up outlet."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.messages import say
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.session import Session
from servicedesk.demo.work.plan import Plan, Scenario, plan_of, read_stories, resized

if TYPE_CHECKING:
    from servicedesk.storage.database import Database

app = typer.Typer()
_MANY = 1000  # homes take some seconds


@app.command("demo")
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(help="Each number makes another outlet.", metavar="N")] = 7,
    months: Annotated[int, typer.Option(help="Full months of history.", min=1, max=36, metavar="N")] = 12,
    scenario: Annotated[
        Scenario | None,
        typer.Option(
            help="A large outlet for a class, 3,000 homes; b: it closes earlier in summer; c: one certificate fewer;"
            " d: fewer reports."
        ),
    ] = None,
    story: Annotated[
        list[str] | None,
        typer.Option(
            help="What goes wrong in a large outlet, for a class to find: backdater, deferrer, cherry_caller, recoder,"
            " hard_jobs, lost_certificate, slow_part, twin_machine.",
            metavar="X,X",
        ),
    ] = None,
    homes: Annotated[int | None, typer.Option(help="How many homes.", min=20, max=5000, metavar="N")] = None,
    technicians: Annotated[int | None, typer.Option(help="How many technicians.", min=1, max=12, metavar="N")] = None,
    certified: Annotated[
        int | None,
        typer.Option(help="How many of them may open a cooling circuit.", min=1, max=12, metavar="N"),
    ] = None,
    reports_a_day: Annotated[
        float | None, typer.Option(help="Repairs reported a day, mean of a year.", min=0.1, max=40, metavar="N")
    ] = None,
) -> None:
    """Make a file filled with a made-up outlet, and look around in it: --db, else ./servicedesk-demo.db.

    The same seed on the same day makes the same outlet. Its history ends yesterday; today is yours. Facts are not
    marked as pinned: it is a classroom.

    Example: servicedesk demo --seed 7
    """
    from servicedesk.demo.make import ZONE
    from servicedesk.demo.tour import tour

    session: Session = ctx.obj
    plan = resized(plan_of(scenario, read_stories(story or ())), homes=homes, technicians=technicians,
                   certified=certified, reports_a_day=reports_a_day)  # fmt: skip
    session.db_path = session.db_path or "servicedesk-demo.db"
    now = session.clock(ZONE).replace(microsecond=0)
    db = session.adopt(_fill(session, seed=seed, months=months, now=now, plan=plan))
    db.has_written = True  # by the connection that filled the new file
    answer = tour(db, seed=seed, months=months, now=now, is_pinned=session.now_text is not None, stories=plan.stories)
    if session.format is None and not sys.stdout.isatty():
        for step in dict(answer.sections)["go_on"].objects():
            session.say(say("{what}: {command}", what=step["what"], command=step["command"]))
    session.show(answer)


def _fill(session: Session, *, seed: int, months: int, now: datetime, plan: Plan) -> Database:
    """Make the file; of a large outlet say that it takes a while, with a bar at a terminal."""
    from servicedesk.demo.make import make_demo
    from servicedesk.render.progress import progress_bar

    is_large, doing = plan.homes >= _MANY, speech.translation(say("filling"))
    if is_large:
        session.say(say("filling an outlet of {homes} homes takes a while", homes=plan.homes))
    with progress_bar(sys.stderr, quiet=session.quiet or not is_large, doing=doing) as progress:
        return make_demo(session.path, seed=seed, months=months, now=now, plan=plan, progress=progress)

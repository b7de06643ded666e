"""The command that makes a file filled with a made-up outlet."""

import sys
from typing import Annotated

import typer

from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("demo")
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(help="Another number, another outlet.", metavar="N")] = 7,
    months: Annotated[int, typer.Option(help="How many full months lie behind it.", min=1, max=36, metavar="N")] = 12,
) -> None:
    """Make a file filled with a made-up outlet, and look around in it: --db, else ./servicedesk-demo.db.

    The same seed and day make the same outlet, whatever the hour: it ends with the day before, and today is yours.
    Its facts are not marked: it is a classroom.

    Example: servicedesk demo --seed 7
    """
    from servicedesk.demo import fill
    from servicedesk.demo import tour as tours

    session: Session = ctx.obj
    session.db_path = session.db_path or "servicedesk-demo.db"
    now = session.clock(fill.ZONE).replace(microsecond=0)
    db = session.adopt(fill.make_demo(session.path, seed=seed, months=months, now=now))
    tour = tours.tour(db, seed=seed, months=months, now=now, is_pinned=session.now_text is not None)
    if session.format is None and not sys.stdout.isatty():
        for step in dict(tour.sections)["go_on"].objects():
            session.say(say("{what}: {command}", what=step["what"], command=step["command"]))
    session.show(tour)

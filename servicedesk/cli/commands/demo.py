"""The command that makes a file filled with a made-up outlet."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("demo")
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(help="Each number makes another outlet.", metavar="N")] = 7,
    months: Annotated[int, typer.Option(help="Full months of history.", min=1, max=36, metavar="N")] = 12,
) -> None:
    """Make a file filled with a made-up outlet, and look around in it: --db, else ./servicedesk-demo.db.

    The same seed on the same day makes the same outlet. Its history ends yesterday; today is yours. Facts are not
    marked as pinned: it is a classroom.

    Example: servicedesk demo --seed 7
    """
    from servicedesk.demo import fill
    from servicedesk.demo.tour import tour

    session: Session = ctx.obj
    session.db_path = session.db_path or "servicedesk-demo.db"
    now = session.clock(fill.ZONE).replace(microsecond=0)
    db = session.adopt(fill.make_demo(session.path, seed=seed, months=months, now=now))
    db.has_written = True  # by the connection that filled the new file
    answer = tour(db, seed=seed, months=months, now=now, is_pinned=session.now_text is not None)
    if session.format is None and not sys.stdout.isatty():
        for step in dict(answer.sections)["go_on"].objects():
            session.say(say("{what}: {command}", what=step["what"], command=step["command"]))
    session.show(answer)

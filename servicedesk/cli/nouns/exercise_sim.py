"""The command with which the council of E10 looks ahead: simulate a summer."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.nouns.exercises import find_here
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.demo.work.options import Option

app = typer.Typer()


@app.command("sim")
@lists
def sim(
    ctx: typer.Context,
    summer: Annotated[int, typer.Argument(min=1, metavar="SUMMER", help="Each number is another summer.")] = 1,
    option: Annotated[
        Option | None, typer.Argument(help="Look at this one closely; default: all side by side.")
    ] = None,
) -> None:
    """Simulate July of a summer for E10: what each option of the council comes to. Nothing is written.

    The same summer and option give the same figures everywhere.

    Example: servicedesk exercise sim 3 course
    """
    from servicedesk.classroom.exercises.heat_wave import views
    from servicedesk.demo.simulation.names import LABELS

    session = find_here(ctx)  # for --output
    if speech.words is not None:
        speech.words.categories = lambda: LABELS  # no file is opened that has names for them
    session.show(views.show_option(option, summer) if option else views.compare_options(summer))

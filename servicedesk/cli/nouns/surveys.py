"""Commands: what customers say after the job."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.session import Session, reference
from servicedesk.domain.aftercare_rules import Source

app = typer.Typer()


@app.command("record")
def record(
    ctx: typer.Context,
    ticket: Annotated[str, typer.Argument(metavar="T101")],
    score: Annotated[str, typer.Argument(metavar="SCORE", help="5 very satisfied … 1 very dissatisfied.")],
    reason: Annotated[str | None, typer.Option(help="Why, in the customer's words.", metavar="T")] = None,
    source: Annotated[Source, typer.Option(help="How the answer was collected.")] = Source.CALLBACK,
    at: Annotated[str | None, typer.Option(help="When it was given; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record an answer: the first valid one counts, later ones are follow-ups.

    Example: servicedesk survey record T101 5 --reason 'came at once'
    """
    from servicedesk.desk.aftercare import surveys

    session: Session = ctx.obj
    session.show(
        surveys.record_survey(
            session.begin(),
            reference(ticket, "T"),
            at=session.at(at),
            score=score,
            source=source.value,
            reason=reason,
        )
    )

"""Commands: what was promised, and whether it was kept."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import At
from servicedesk.cli.run.session import Session
from servicedesk.domain.ticket import AskedBy
from servicedesk.domain.wording import reference

app = typer.Typer()

PromiseRef = Annotated[str, typer.Argument(metavar="P7", help="The promise.")]


@app.command("add")
def add(
    ctx: typer.Context,
    ticket: Annotated[str, typer.Argument(metavar="T101", help="The ticket it belongs to.")],
    what: Annotated[str, typer.Option(help="What was promised.", metavar="TEXT")],
    by: Annotated[str, typer.Option(help="When it is due, in the future.", metavar="INSTANT")],
    at: Annotated[str | None, typer.Option(help="When it was made; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record a promise before it falls due; a changed promise is a new one.

    Example: servicedesk promise add T101 --what 'part fitted' --by 'tomorrow 18:00'
    """
    from servicedesk.desk.aftercare import promises

    session: Session = ctx.obj
    session.show(
        promises.add_promise(
            session.begin(),
            reference(ticket, "T"),
            at=session.at(at),
            what=what,
            due=session.instant(by),
        )
    )


@app.command("kept")
def keep(ctx: typer.Context, promise: PromiseRef, at: At = None) -> None:
    """Record that it was kept, in time or late.

    Example: servicedesk promise kept P7 --at 17:30
    """
    from servicedesk.desk.aftercare import promises

    session: Session = ctx.obj
    session.show(promises.keep_promise(session.begin(), reference(promise, "P"), at=session.at(at)))


@app.command("withdraw")
def withdraw(
    ctx: typer.Context,
    promise: PromiseRef,
    by: Annotated[AskedBy, typer.Option(help="Who withdraws it; only the customer can release the outlet.")],
    at: At = None,
) -> None:
    """Record that it is no longer wanted. Withdrawn by the customer before it is due, it does not count in the figure.

    Example: servicedesk promise withdraw P7 --by customer
    """
    from servicedesk.desk.aftercare import promises

    session: Session = ctx.obj
    session.show(
        promises.withdraw_promise(
            session.begin(),
            reference(promise, "P"),
            at=session.at(at),
            by=by.value,
        )
    )


@app.command("list")
@lists
def list_promises(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also kept and withdrawn ones.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Past their due time and still open.")] = False,
    ticket: Annotated[str | None, typer.Option(metavar="T101", help="On this ticket.")] = None,
) -> None:
    """List open promises, the next one due first; all with --all.

    Example: servicedesk promise list --overdue
    """
    from servicedesk.desk.aftercare import promises

    session: Session = ctx.obj
    ticket_id = reference(ticket, "T") if ticket is not None else None
    session.show(promises.list_promises(session.db, now=session.now, every=every, overdue=overdue, ticket_id=ticket_id))


@app.command("void")
def void(
    ctx: typer.Context,
    promise: PromiseRef,
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
    only_end: Annotated[bool, typer.Option("--end", help="Void only its end: that it was kept or withdrawn.")] = False,
) -> None:
    """Void a promise that was typed by mistake, or only its end; it stays readable.

    Example: servicedesk promise void P7 --reason 'wrong ticket'
    """
    from servicedesk.desk.aftercare import promises

    session: Session = ctx.obj
    session.show(promises.void_promise(session.begin(), reference(promise, "P"), reason=reason, only_end=only_end))

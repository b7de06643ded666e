"""The commands of checklists: list, show, set, report."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.nouns.kpis import AsOf
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.period_options import From, Month, Quarter, To, period
from servicedesk.cli.run.session import Session
from servicedesk.domain.model import TicketType

app = typer.Typer()

OfType = Annotated[TicketType, typer.Argument(metavar="TYPE", help="The type of the tickets: install, repair, …")]


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    examples: Annotated[
        bool, typer.Option("--examples", help="Show examples to begin with; they are not in use.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Past ones too.")] = False,
) -> None:
    """List today's checklists and coming ones: the steps of a visit for each type of ticket.

    Example: servicedesk checklist list --examples
    """
    from servicedesk.records.jobs import checklists

    session: Session = ctx.obj
    if examples:
        session.show(checklists.list_examples())
        return
    session.show(checklists.list_checklists(session.db, on=session.on(None), every=every))


@app.command("show")
def show(ctx: typer.Context, type: OfType) -> None:
    """Show the steps of a type, in their order.

    Example: servicedesk checklist show install
    """
    from servicedesk.desk.jobs.checklists import get_checklist

    session: Session = ctx.obj
    session.show(get_checklist(session.db, type.value, on=session.on(None)))


@app.command("set")
def set_(
    ctx: typer.Context,
    type: OfType,
    steps: Annotated[
        list[str],
        typer.Argument(metavar="STEPS", help="Codes with commas between them, the name of an example, or 'none'."),
    ],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="D", help="The first day on which it holds; default: today.")
    ] = None,
) -> None:
    """Set the steps of a type of ticket from a day on. They stand on every sheet, and 'ticket complete --done' ticks
    them.

    Example: servicedesk checklist set install shoe_covers,floor_cloth,dust_free --from 2027-01-01
    """
    from servicedesk.desk.jobs.checklists import set_checklist

    session: Session = ctx.obj
    from_on = session.on(from_) if from_ is not None else None
    session.show(set_checklist(session.begin(), type.value, steps, from_on=from_on))


@app.command("report")
@lists
def report(
    ctx: typer.Context,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    mystery: Annotated[bool, typer.Option("--mystery", help="Only the tickets of mystery shoppers.")] = False,
    as_of: AsOf = None,
) -> None:
    """Show the share of steps that were done, by default in the last full month: a figure of the outlet, never one of
    a person.

    Example: servicedesk checklist report --month 2026-11
    """
    from servicedesk.reports.checklist_steps import report_steps

    session: Session = ctx.obj
    then = session.as_of(as_of)
    chosen = period(session, month, quarter, first, last, as_of=then)
    session.show(report_steps(session.db, chosen, as_of=then, mystery=mystery))

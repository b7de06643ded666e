"""Commands: the boss's questions, verbs of `report`; each answers with its definition and rows that lead on."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from servicedesk.base import dates
from servicedesk.cli.nouns.kpis import AsOf
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import OfCategory
from servicedesk.cli.run.period_options import From, Month, Quarter, To, period
from servicedesk.cli.run.session import Session
from servicedesk.domain.groups import Bring, Fails, Model

app = typer.Typer()

WithRows = Annotated[bool, typer.Option("--rows", help="List what the figures are counted from.")]


def _ask(session: Session, key: str, as_of: str | None, periods: tuple[str | None, ...] = (), **options: Any) -> None:
    """Ask the question of that key and show its answer; with `periods`, of the twelve months before by default."""
    from servicedesk.reports.questions.question import ask, last_year
    from servicedesk.reports.questions.registry import find_question

    then = session.as_of(as_of)
    if periods:
        is_asked = any(text is not None for text in periods)
        options["period"] = period(session, *periods, as_of=then) if is_asked else last_year(then)
    session.show(ask(session.db, find_question(key), as_of=then, **options))


@app.command("lost")
@lists
def lost(
    ctx: typer.Context,
    no_contact: Annotated[str, typer.Option("--no-contact", help="For how long.", metavar="24m")] = "24m",
    as_of: AsOf = None,
) -> None:
    """List the homes without any contact for a time: last contact, last score, appliances.

    Example: servicedesk report lost --no-contact 24m
    """
    session: Session = ctx.obj
    _ask(session, "lost", as_of, since=dates.before(session.as_of(as_of).date(), no_contact))


@app.command("pareto")
@lists
def pareto(
    ctx: typer.Context,
    by: Annotated[Bring, typer.Option(help="What is counted.")] = Bring.REVENUE,
    cut: Annotated[
        int, typer.Option(help="The first so many percent of the customers.", metavar="20", min=1, max=99)
    ] = 20,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """List the customers of the last twelve months by what they paid or by visits, with the share of the first 20 %.

    Example: servicedesk report pareto --by revenue --cut 20
    """
    _ask(ctx.obj, "pareto", as_of, (month, quarter, first, last), by=by.value, cut=cut)


@app.command("retention")
@lists
def retention(ctx: typer.Context, rows: WithRows = False, as_of: AsOf = None) -> None:
    """Show year by year how many customers came back, how many are new, and what they paid.

    Example: servicedesk report retention
    """
    _ask(ctx.obj, "retention", as_of, rows=rows)


@app.command("prospects")
@lists
def prospects(ctx: typer.Context, as_of: AsOf = None) -> None:
    """List who may want something next: moved, an old appliance, a note; only of those who want to be told.

    Example: servicedesk report prospects
    """
    _ask(ctx.obj, "prospects", as_of)


@app.command("old-appliances")
@lists
def old_appliances(
    ctx: typer.Context,
    older_than: Annotated[str, typer.Option("--older-than", help="How old.", metavar="10y")] = "10y",
    as_of: AsOf = None,
) -> None:
    """List the appliances in use above an age, with how long they are safe to use.

    Example: servicedesk report old-appliances --older-than 10y
    """
    session: Session = ctx.obj
    _ask(session, "old-appliances", as_of, before=dates.before(session.as_of(as_of).date(), older_than))


@app.command("gaps")
@lists
def gaps(
    ctx: typer.Context,
    share: Annotated[
        int, typer.Option(help="What at least so many percent of the homes have.", metavar="30", min=1, max=100)
    ] = 30,
    category: OfCategory = None,
    as_of: AsOf = None,
) -> None:
    """List the homes that lack a kind of appliance that many others have.

    Example: servicedesk report gaps --category dishwasher
    """
    _ask(ctx.obj, "gaps", as_of, share=share, category=_category(ctx.obj, category))


@app.command("failures")
@lists
def failures(
    ctx: typer.Context,
    by: Annotated[Fails, typer.Option(help="What is compared.")] = Fails.MODEL,
    category: OfCategory = None,
    rows: WithRows = False,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """Show how many appliances of each model or brand failed in the last twelve months, or which parts were used.

    Example: servicedesk report failures --by model --category fridge
    """
    category = _category(ctx.obj, category)
    _ask(ctx.obj, "failures", as_of, (month, quarter, first, last), by=by.value, category=category, rows=rows)


@app.command("word-of-mouth")
@lists
def word_of_mouth(
    ctx: typer.Context,
    model: Annotated[Model, typer.Option(help="Whose numbers: told (12, 10, 20) or deals (8, 25).")] = Model.TOLD,
    rows: WithRows = False,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """Show what satisfied and dissatisfied customers might tell others, under the assumptions of one model.

    Example: servicedesk report word-of-mouth --model deals
    """
    _ask(ctx.obj, "word-of-mouth", as_of, (month, quarter, first, last), model=model.value, rows=rows)


@app.command("csi")
@lists
def csi(
    ctx: typer.Context,
    rows: WithRows = False,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """Show five indices of the last twelve months: reputation, asked by name, returning, complaints, selling power.

    Example: servicedesk report csi
    """
    _ask(ctx.obj, "csi", as_of, (month, quarter, first, last), rows=rows)


@app.command("customer-cost")
@lists
def customer_cost(
    ctx: typer.Context,
    rows: WithRows = False,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """Show what repairs of the last twelve months cost customers beside the price: contacts, visits, hours, days.

    Example: servicedesk report customer-cost --month 2026-10
    """
    _ask(ctx.obj, "customer-cost", as_of, (month, quarter, first, last), rows=rows)


@app.command("technician")
@lists
def technician(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The technician's name or number.")],
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """Show one technician's rates of the last twelve months beside all others together; volume last, no rank.

    Example: servicedesk report technician 李强
    """
    from servicedesk.records.technicians import get_technician

    session: Session = ctx.obj
    found = get_technician(session.db, name)
    _ask(session, "technician", as_of, (month, quarter, first, last), technician_id=found["id"])


@app.command("measures")
@lists
def measures(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    as_of: AsOf = None,
) -> None:
    """List what was promised when complaints were closed, and is not done; the first to be done first.

    Example: servicedesk report measures
    """
    _ask(ctx.obj, "measures", as_of, every=every)


@app.command("recovery")
@lists
def recovery(
    ctx: typer.Context,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """List the complaints of the last twelve months, what was done to make up for them, and the score after it.

    Example: servicedesk report recovery --month 2026-10
    """
    _ask(ctx.obj, "recovery", as_of, (month, quarter, first, last))


@app.command("staff")
@lists
def staff(
    ctx: typer.Context,
    quarter: Quarter = None,
    rows: Annotated[bool, typer.Option("--rows", help="List what they wrote.")] = False,
    as_of: AsOf = None,
) -> None:
    """Show how satisfied the staff are, by role, quarter and month; no answer leads to a person.

    Example: servicedesk report staff --quarter 2026-Q3
    """
    from servicedesk.base import periods

    wanted = periods.quarter(quarter).label if quarter is not None else None
    _ask(ctx.obj, "staff", as_of, quarter=wanted, rows=rows)


@app.command("contacts")
@lists
def contacts(
    ctx: typer.Context,
    rows: WithRows = False,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """Show how many contacts repairs took their customers, and how many calls were answered at the first ring.

    Example: servicedesk report contacts --month 2026-10
    """
    _ask(ctx.obj, "contacts", as_of, (month, quarter, first, last), rows=rows)


@app.command("explain")
@lists
def explain(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="[REPORT]", help="One report; default: all.")] = None,
) -> None:
    """Explain what a report counts, and name its keys for programs.

    Example: servicedesk report explain lost
    """
    from servicedesk.reports.questions import registry

    session: Session = ctx.obj
    session.show(registry.explain(key))


def _category(session: Session, text: str | None) -> str | None:
    """Return the code of the category that was typed."""
    from servicedesk.records.categories import check_category

    return None if text is None else check_category(session.db, text)

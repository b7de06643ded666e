"""Commands of the KPIs: reports, the tickets behind a figure, definitions, honesty signals."""

from __future__ import annotations

import shutil
from enum import StrEnum
from typing import Annotated

import typer

from servicedesk.base import periods
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.period_options import From, Month, Quarter, To, comparison_period, period
from servicedesk.cli.run.session import Session
from servicedesk.domain.groups import By, Outcome, Person

app = typer.Typer()


class Charge(StrEnum):
    """What became of the price of a ticket."""

    PAID = "paid"
    FREE = "free"
    NONE = "none"  # nothing is on record

    @property
    def group(self) -> str:
        """Return the group of `kpi report --by charge`."""
        return "(none)" if self is Charge.NONE else self.value


class Mix(StrEnum):
    """The groups whose mix `--standardise` holds constant."""

    CATEGORY = "category"


AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The time of the figures; a bare date is the end of that day; default: now.",
        metavar="INSTANT",
    ),
]


@app.command("report")
@lists
def report_figures(
    ctx: typer.Context,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    by: Annotated[list[By] | None, typer.Option(help="A row each; twice for pairs.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="This KPI only; may be repeated.", metavar="KEY")] = None,
    compare: Annotated[
        str | None, typer.Option(help="The same figures of another period beside them.", metavar="2025-10")
    ] = None,
    standardise: Annotated[
        Mix | None,
        typer.Option(help="With --by: also the rates under the outlet's own mix of these."),
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="All figures, not only the headline ones.")] = False,
    keys: Annotated[bool, typer.Option("--keys", help="Name the headline figures by their keys.")] = False,
    as_of: AsOf = None,
) -> None:
    """Show the figures of a period, by default the last full month; on a screen the headline ones, with this month's.

    Example: servicedesk kpi report --month 2026-10 --by technician
    """
    from servicedesk.kpis import headline, report

    session: Session = ctx.obj
    if standardise:
        _check_mix(by or [], compare)
    then = session.as_of(as_of)
    chosen = period(session, month, quarter, first, last, as_of=then)
    fits = shutil.get_terminal_size((80, 24)).columns >= 80  # a page is never folded: a narrow terminal gets the board
    if session.shows_table and fits and not (whole or by or only or compare):
        is_asked = any(text is not None for text in (month, quarter, first, last))
        spans = [chosen] if is_asked else [chosen, periods.month(f"{then:%Y-%m}")]
        session.show(headline.headline(session.db, spans, as_of=then, keys=keys))
        return
    other = comparison_period(session, compare)
    session.show(
        report.report(
            session.db,
            chosen,
            as_of=then,
            by=by or [],
            only=only or [],
            compare=other,
            same_mix=standardise is not None,
        )
    )


def _check_mix(by: list[By], compare: str | None) -> None:
    """Raise an error if --standardise has nothing to compare under one mix."""
    if not by or By.CATEGORY in by:
        raise UsageError(
            say("--standardise compares groups under one mix of categories"),
            hint=say("--by technician --standardise category"),
        )
    if compare is not None:
        raise UsageError(say("either --standardise or --compare"))


@app.command("rows")
@lists
def list_rows(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The KPI, as in 'kpi explain', or a signal: I9.")],
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    by: Annotated[Person | None, typer.Option(help="Only for a signal: its hits by person.")] = None,
    technician: Annotated[
        str | None, typer.Option(help="Only the tickets of this group, as in --by.", metavar="NAME")
    ] = None,
    category: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="CODE")] = None,
    type: Annotated[str | None, typer.Option("--type", help="Only the tickets of this group.", metavar="TYPE")] = None,
    area: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="AREA")] = None,
    charge: Annotated[Charge | None, typer.Option(help="Only the tickets of this group.")] = None,
    brand: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="TEXT")] = None,
    model: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="TEXT")] = None,
    tier: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="CODE")] = None,
    channel: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="CODE")] = None,
    source: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="CODE")] = None,
    lateness: Annotated[str | None, typer.Option(help="Only the tickets of this group.", metavar="CODE")] = None,
    verdict: Annotated[Outcome | None, typer.Option(help="Only the tickets of this verdict.")] = None,
    as_of: AsOf = None,
) -> None:
    """List the tickets behind a figure, each with its verdict and reason; or the rows behind a signal.

    Example: servicedesk kpi rows arrival_24h_rate --month 2026-10
    """
    from servicedesk.kpis import report
    from servicedesk.kpis.integrity.registry import is_signal

    session: Session = ctx.obj
    then = session.as_of(as_of)
    chosen = period(session, month, quarter, first, last, as_of=then)
    asked = {
        By.TECHNICIAN: technician, By.CATEGORY: category, By.TYPE: type, By.AREA: area,
        By.CHARGE: charge.group if charge else None,
        By.BRAND: brand, By.MODEL: model, By.TIER: tier, By.CHANNEL: channel, By.SOURCE: source, By.LATENESS: lateness,
    }  # fmt: skip
    of = {group: value for group, value in asked.items() if value is not None}
    if is_signal(key):
        from servicedesk.kpis.integrity import panel

        if of or verdict:
            raise UsageError(say("a signal can only be grouped by person"), hint=say("kpi rows I8 --by technician"))
        session.show(panel.list_rows(session.db, key, chosen, as_of=then, by=by))
        return
    if by is not None:
        raise UsageError(say("--by is for signals"), hint=say("kpi rows I8 --by technician"))
    session.show(report.list_rows(session.db, key, chosen, as_of=then, of=of, verdict=verdict))


@app.command("why")
@lists
def why(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The KPI: its key, its name, or a beginning of one.")],
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
) -> None:
    """List the tickets that pull a figure down, worst first, and those not decided yet; each with its reason.

    Example: servicedesk kpi why satisfaction --month 2026-10
    """
    from servicedesk.kpis.why import explain_misses

    session: Session = ctx.obj
    then = session.as_of(as_of)
    chosen = period(session, month, quarter, first, last, as_of=then)
    if session.may_ask and chosen == periods.last_full_month(then.date()) and month is None:
        session.say(say("{month} is the last full month; --month this is the one that runs", month=chosen.label))
    session.show(explain_misses(session.db, key, chosen, as_of=then))


@app.command("integrity")
@lists
def integrity(
    ctx: typer.Context,
    month: Month = None,
    quarter: Quarter = None,
    first: From = None,
    last: To = None,
    by: Annotated[
        Person | None, typer.Option(help="One row for each technician or clerk, if persons make sense.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="This signal only; may be repeated.", metavar="I4")] = None,
    as_of: AsOf = None,
) -> None:
    """Show signals of figures that look better than they are: a reason to look at the rows, not a verdict.

    Example: servicedesk kpi integrity --month 2026-10 --by technician
    """
    from servicedesk.kpis.integrity import panel

    session: Session = ctx.obj
    then = session.as_of(as_of)
    chosen = period(session, month, quarter, first, last, as_of=then)
    session.show(panel.panel(session.db, chosen, as_of=then, by=by, only=only or []))


@app.command("backlog")
def backlog(ctx: typer.Context, as_of: AsOf = None) -> None:
    """Show what is open at a given time, by age and state, and what has waited too long.

    Example: servicedesk kpi backlog --as-of 2026-10-31
    """
    from servicedesk.kpis import backlog_grid

    session: Session = ctx.obj
    session.show(backlog_grid.backlog(session.db, as_of=session.as_of(as_of)))


@app.command("explain")
def explain(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="One KPI or signal; default: all KPIs.")] = None,
) -> None:
    """Explain a figure: which tickets are in it, what counts, what does not, and where the definition comes from.

    Example: servicedesk kpi explain repeat_repair_rate
    """
    from servicedesk.kpis import report
    from servicedesk.kpis.integrity.registry import is_signal

    session: Session = ctx.obj
    if key and is_signal(key):
        from servicedesk.kpis.integrity import panel

        session.show(panel.explain(key))
        return
    session.show(report.explain(key))

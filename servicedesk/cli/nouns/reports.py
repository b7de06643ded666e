"""Commands of reports: files that people read, print and pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import columns, moment, record
from servicedesk.cli.nouns.kpis import AsOf
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.papers import paper_path
from servicedesk.cli.run.period_options import From, Month, To, period
from servicedesk.cli.run.session import Session
from servicedesk.storage.paths import is_dash

app = typer.Typer()

_MADE = columns("path", "month", "as_of:instant", "format:code", "language:code", "figures:count", "tickets:count")


@app.command("monthly")
def monthly(
    ctx: typer.Context,
    output: Annotated[
        str | None,
        typer.Option(
            help="Where to: .html, .md, .xlsx, .csv or / for a folder of CSV files, - for the output;"
            " {month} is its month.",
            metavar="PATH",
        ),
    ] = None,
    month: Month = None,
    as_of: AsOf = None,
    language: Annotated[str | None, typer.Option(help="Default: the language of this run.", metavar="en|zh")] = None,
    short: Annotated[bool, typer.Option("--short", help="The headline figures alone: one page of A4 (.html).")] = False,
) -> None:
    """Write the monthly report: figures, the tickets behind each, what is open; by default the last full month.

    Example: servicedesk report monthly --month 2026-10 --output october.html
    """
    from servicedesk.language.words import CODE, Words, language_code
    from servicedesk.reports import writers
    from servicedesk.reports.assemble import assemble_report
    from servicedesk.storage import new_files

    session: Session = ctx.obj
    words = Words(language_code(language, {})) if language is not None else speech.words
    words = words or Words(CODE)
    then = session.as_of(as_of)
    chosen = period(session, month, None, None, None, as_of=then)
    if chosen.first > then.date():
        raise RefusedError(
            say("{label} had not begun by {then}", label=chosen.label, then=moment(dates.stamp(then))),
            hint=say("a later --as-of"),
        )
    if output is not None:
        output = output.replace("{month}", chosen.label).replace("{date}", session.on(None))
    output = paper_path(session, output, proposed=f"{chosen.label}.html", check=writers.suffix)
    suffix, path = writers.suffix(output, session.format), Path(output)
    write = writers.writer(suffix, short=short)
    with (
        new_files.filling(path, writers.FILES, say("a report"))
        if suffix == ".csv"
        else new_files.replacing(path, outlet=session.db.path, is_page=True)
    ) as made:
        page = assemble_report(session.db, chosen, as_of=then)
        write(page, words, made)
    row = (
        str(path), page.period, page.as_of, suffix[1:], words.language, len(page.figures), len(page.tickets)
    )  # fmt: skip
    session.show(record(_MADE, row), aside=is_dash(path))


@app.command("fund")
def fund(ctx: typer.Context, as_of: AsOf = None) -> None:
    """Show the fund for compensation: its opening, what was paid, what was got back, what is left.

    Example: servicedesk report fund --as-of 2026-10-31
    """
    from servicedesk.records.money.fund import get_fund

    session: Session = ctx.obj
    session.show(get_fund(session.db, as_of=session.as_of(as_of)))


@app.command("money")
@lists
def money(
    ctx: typer.Context,
    month: Month = None,
    first: From = None,
    last: To = None,
    uncharged: Annotated[
        bool, typer.Option("--uncharged", help="The finished work that is neither paid nor free.")
    ] = False,
) -> None:
    """Show what customers paid and how, and what was free and why; by default in the last full month.

    Example: servicedesk report money --month this
    """
    from servicedesk.records.money import income

    session: Session = ctx.obj
    chosen = period(session, month, None, first, last, as_of=session.now)
    session.show((income.list_uncharged if uncharged else income.list_charged)(session.db, chosen))


@app.command("load")
@lists
def load(
    ctx: typer.Context,
    weeks: Annotated[int, typer.Option(help="How many weeks ahead.", metavar="N", min=1, max=60)] = 12,
    by_skill: Annotated[bool, typer.Option("--by-skill", help="The sums of each skill, not of each week.")] = False,
) -> None:
    """Show the work ahead by week and skill: birthdays, contract visits, consumables; beside them last year's calls.

    Example: servicedesk report load --weeks 12
    """
    from servicedesk.desk.agreements.load import get_load

    session: Session = ctx.obj
    session.show(get_load(session.db, weeks=weeks, by_skill=by_skill, now=session.now))

"""Commands: appliance birthdays and the visits they become."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.table import columns, record
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Full, InArea
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import reference

app = typer.Typer()

_ROUND = columns("path", "stops:count", "appliances:count")

Visit = Annotated[str, typer.Argument(metavar="T101", help="The maintenance visit.")]


class Language(StrEnum):
    """What cards are written in."""

    ZH = "zh"
    EN = "en"


@app.command("due")
@lists
def due(
    ctx: typer.Context,
    within: Annotated[str, typer.Option(help="How far to look ahead, both ends included.", metavar="30d")] = "30d",
    area: InArea = None,
    sheet: Annotated[
        str | None, typer.Option(help="Write the round instead, stops by address: an .html file, or -.", metavar="FILE")
    ] = None,
    full: Full = False,
) -> None:
    """List birthdays that have no visit yet, overdue ones too, with the day of the visit they would join.

    --sheet writes the round through a part of the town: one stop an address, boxes to tick, lines to sign.

    Example: servicedesk maintenance due --within 60d
    """
    from servicedesk.base import dates
    from servicedesk.desk.maintenance.generate import list_due
    from servicedesk.domain import birthday_rules

    session: Session = ctx.obj
    today = session.on(None)
    until = birthday_rules.later(today, dates.span_days(within))
    if sheet is not None:
        _write_round(session, sheet, area, on=today, until=until)
        return
    session.show(list_due(session.db, on=today, until=until, area=area), full=full)


def _write_round(session: Session, path: str, area: str | None, *, on: str, until: str) -> None:
    """Write the round as a page; it has whole phones."""
    from servicedesk.cli.run.papers import imprint, page_beside_list
    from servicedesk.desk.maintenance import round_sheet
    from servicedesk.desk.maintenance.generate import find_due_in
    from servicedesk.storage import new_files, paths

    path = page_beside_list(session, path, "--sheet")
    stops = round_sheet.list_stops(session.db, find_due_in(session.db, area, on=on, until=until))
    printed = imprint(session)
    page = round_sheet.render_round(
        session.db, stops, area=area, on=on, until=until, outlet=printed["outlet"], words=printed["words"]
    )
    with new_files.replacing(Path(path), outlet=session.db.path, is_page=True) as made:
        made.write_bytes(page)
    if not paths.is_dash(path):
        session.show(record(_ROUND, [path, len(stops), sum(len(stop.machines) for stop in stops)]))


@app.command("generate")
def generate(
    ctx: typer.Context,
    until: Annotated[str, typer.Option(help="The horizon, that day included.", metavar="DATE")] = "+30d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would make; nothing is written.")] = False,
    full: Full = False,
) -> None:
    """Plan household visits for due birthdays: the daily run. A second run adds nothing.

    Example: servicedesk maintenance generate --until +30d
    """
    from servicedesk.desk.maintenance.generate import generate_visits

    session: Session = ctx.obj
    session.show(generate_visits(session.begin(), until=session.on(until, ahead=True), dry_run=dry_run), full=full)


@app.command("unknown")
@lists
def unknown(ctx: typer.Context, full: Full = False) -> None:
    """List appliances without a birthday, because their date of purchase is unknown: ask at the next contact.

    Example: servicedesk maintenance unknown
    """
    from servicedesk.desk.maintenance.generate import list_undated

    session: Session = ctx.obj
    session.show(list_undated(session.db), full=full)


@app.command("decline")
def decline(
    ctx: typer.Context,
    appliance: Annotated[str, typer.Argument(metavar="A34", help="The appliance, or the phone or name of its owner.")],
    age: Annotated[int, typer.Option(help="Which birthday: the appliance's age in years.", metavar="N")],
    reason: Annotated[str, typer.Option(help="Why the customer does not want it.", metavar="R")],
) -> None:
    """Record that the customer does not want the visit for this birthday.

    Example: servicedesk maintenance decline A34 --age 5 --reason 'no visits, please'
    """
    from servicedesk.desk.maintenance.lines import decline_birthday

    session: Session = ctx.obj
    session.show(decline_birthday(session.begin(), session.appliance(appliance), age=age, reason=reason))


@app.command("sheet")
def sheet(ctx: typer.Context, ticket: Visit) -> None:
    """Print the technician's page: all appliances of the household, birthdays first.

    Example: servicedesk maintenance sheet T103 > sheet.txt
    """
    from servicedesk.desk.maintenance import papers

    session: Session = ctx.obj
    session.show(papers.get_sheet(session.db, reference(ticket, "T")))


@app.command("card")
def card(
    ctx: typer.Context,
    ticket: Visit,
    language: Annotated[Language, typer.Option(help="What it is written in.")] = Language.ZH,
) -> None:
    """Print the customer's birthday card; the first printing announces the visit.

    Example: servicedesk maintenance card T103 --language en
    """
    from servicedesk.desk.maintenance import papers

    session: Session = ctx.obj
    session.show(papers.print_card(session.begin(), reference(ticket, "T"), language=language.value))

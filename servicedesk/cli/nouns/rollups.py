"""The commands of a brand's head office: take the shares of outlets, check them, and the figures over all of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.messages import say
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session
from servicedesk.domain.groups import BrandBy, Outcome

if TYPE_CHECKING:
    from servicedesk.base import periods
    from servicedesk.kpis.definitions.kpi import Kpi
    from servicedesk.rollup.figures.cores import Progress
    from servicedesk.rollup.figures.counted_shares import CountedShares

app = typer.Typer()

CatalogueFolder = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        metavar="DIR",
        envvar="SERVICEDESK_CATALOGUE",
        help="The folder of all shares taken; default: catalogue in the data folder.",
    ),
]


def catalogue_folder(folder: Path | None) -> Path:
    """Return the folder of the catalogue: the typed folder, else the one in the data folder."""
    from servicedesk.storage.paths import data_folder

    if folder is not None:
        return folder
    home = Path(data_folder())
    os.makedirs(home, mode=0o700, exist_ok=True)
    return home / "catalogue"


@app.command("take")
@lists
def take(
    ctx: typer.Context,
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder into which outlets put their shares.")],
    catalogue: CatalogueFolder = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The brand's key; shares under another one are refused.")
    ] = None,
) -> None:
    """Take the shares of outlets into the catalogue, each whole or not at all; the inbox stays as it is.

    Taking twice changes nothing, and the order is no matter: of each outlet the share of the highest number is counted.

    Example: servicedesk rollup take inbox --catalogue catalogue
    """
    from servicedesk.rollup.brand_key import fingerprint, read_key
    from servicedesk.rollup.take import check_taken, take_inbox

    session: Session = ctx.obj
    mark = fingerprint(read_key(key)) if key is not None else None
    answer = take_inbox(inbox, catalogue_folder(catalogue), key=mark)
    session.show(answer)
    check_taken(answer.table)


@contextmanager
def _progress(session: Session) -> Iterator[Progress | None]:
    """Return the function that draws on a terminal how many shares are judged."""
    from servicedesk.render.progress import progress_bar

    with progress_bar(sys.stderr, quiet=session.quiet, doing=speech.translation(say("judging"))) as progress:
        yield progress


@app.command("check")
@lists
def check(
    ctx: typer.Context,
    catalogue: CatalogueFolder = None,
    outlet: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this outlet; may be repeated.")] = None,
) -> None:
    """Judge each share that counts anew, and compare it with the figures that its outlet printed.

    Exit 5 where one differs. An outlet takes some seconds.

    Example: servicedesk rollup check --catalogue catalogue
    """
    from servicedesk.rollup.check import check_agreed, check_catalogue

    session: Session = ctx.obj
    with _progress(session) as advance:
        answer = check_catalogue(catalogue_folder(catalogue), outlet or (), advance=advance)
    session.show(answer)
    check_agreed(answer.table)


Month = Annotated[
    str | None,
    typer.Option("--month", help="A month, or this, or last; default: the last full one.", metavar="2026-10"),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The time of the figures, and only outlets whose share reaches it; default: that of the oldest share.",
        metavar="INSTANT",
    ),
]


def _counted(session: Session, folder: Path | None, as_of: str | None) -> CountedShares:
    """Return the shares that are counted, as of the oldest share or of the typed instant."""
    from servicedesk.base import dates
    from servicedesk.rollup.catalogue import list_newest_summaries, open_catalogue
    from servicedesk.rollup.figures.category_names import list_built_in
    from servicedesk.rollup.figures.counted_shares import brand_zone, choose_shares

    if speech.words is not None:
        speech.words.categories = list_built_in
    shares = list_newest_summaries(open_catalogue(catalogue_folder(folder)))
    clock = session.clock(brand_zone(shares))
    return choose_shares(shares, dates.instant(as_of, clock, end_of_day=True, ahead=False) if as_of else None)


def _month(counted: CountedShares, text: str | None) -> periods.Period:
    """Return the month asked for, by default the last full one before the instant of the figures."""
    from servicedesk.base import periods, said_times
    from servicedesk.rollup.figures.counted_shares import check_reaches

    today = counted.as_of.date()
    found = periods.month(said_times.month(text, today)) if text else periods.last_full_month(today)
    check_reaches(counted, found)
    return found


def _chosen(only: list[str] | None, *, whole: bool) -> list[Kpi]:
    """Return the figures that were asked for, by default the headline ones."""
    from servicedesk.kpis.definitions.registry import HEADLINE, KPIS, find_kpi

    keys = only or [kpi.key for kpi in KPIS if whole or kpi.key in HEADLINE]
    return list(dict.fromkeys(map(find_kpi, keys)))


@app.command("report")
@lists
def report(
    ctx: typer.Context,
    month: Month = None,
    by: Annotated[BrandBy | None, typer.Option(help="A row each; by month: that one and the eleven before.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="This KPI only; may be repeated.", metavar="KEY")] = None,
    whole: Annotated[bool, typer.Option("--all", help="All figures, not only the headline ones.")] = False,
    as_of: AsOf = None,
    catalogue: CatalogueFolder = None,
) -> None:
    """Show the figures of all outlets together, and of each outlet: as of the oldest share, so that all are as old.

    No outlet has a rank: of 5,000 outlets ten lie outside the limits of 99.8 % by chance. What was counted is kept.

    Example: servicedesk rollup report --month 2026-10 --catalogue catalogue
    """
    from servicedesk.rollup.figures.report import RESPONSE, report_figures, year_up_to
    from servicedesk.rollup.figures.tallies import Question, load_tallies

    session: Session = ctx.obj
    chosen = _chosen(only, whole=whole)
    counted = _counted(session, catalogue, as_of)
    period = _month(counted, month)
    judged = list(dict.fromkeys([*chosen, *_chosen([RESPONSE], whole=False)]))
    question = Question(judged, year_up_to(period) if by == BrandBy.MONTH else period, counted.as_of)
    with _progress(session) as progress:
        tallies = load_tallies(catalogue_folder(catalogue), counted.shares, question, progress)
    session.show(report_figures(tallies, counted, question, chosen, by))


@app.command("rows")
@lists
def list_rows(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The KPI, as in 'kpi explain'.")],
    outlet: Annotated[str, typer.Option(metavar="NAME", help="The outlet: its name, or how its uuid begins.")],
    month: Month = None,
    verdict: Annotated[Outcome | None, typer.Option(help="Only tickets of this verdict.")] = None,
    as_of: AsOf = None,
    catalogue: CatalogueFolder = None,
) -> None:
    """Show the tickets behind a figure of one outlet, each with its verdict and the reason. People stand by number.

    Example: servicedesk rollup rows repeat_repair_rate --outlet Harbour --month 2026-10 --catalogue catalogue
    """
    from servicedesk.rollup.figures import rows
    from servicedesk.rollup.figures.tallies import Question

    session: Session = ctx.obj
    counted = _counted(session, catalogue, as_of)
    question = Question(_chosen([key], whole=False), _month(counted, month), counted.as_of)
    session.show(rows.list_rows(counted, rows.find_outlet(counted.shares, outlet), question, verdict=verdict))


@app.command("repeats")
def repeats(
    ctx: typer.Context,
    month: Month = None,
    as_of: AsOf = None,
    catalogue: CatalogueFolder = None,
) -> None:
    """Show how many repairs came back to the same outlet, to another one, and to both, told by serials.

    They stand beside the sum of the outlets, never in it: no outlet sees what another one was called for.

    Example: servicedesk rollup repeats --month 2026-10 --catalogue catalogue
    """
    from servicedesk.rollup.figures.repeats import REPEATS, pooled_repeats
    from servicedesk.rollup.figures.tallies import Question

    session: Session = ctx.obj
    counted = _counted(session, catalogue, as_of)
    question = Question([REPEATS], _month(counted, month), counted.as_of)
    with _progress(session) as progress:
        answer = pooled_repeats(counted, question, progress)
    session.show(answer)

"""Judge a share with DuckDB: the verdicts of each figure, counted by month and category, as of any instant.

The verdicts are those of the outlet itself: the statements of the figures are one text for both engines.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from servicedesk.base import periods
from servicedesk.base.statements import load_statements
from servicedesk.kpis.definitions.kpi import Kpi
from servicedesk.rollup.figures.facts import Facts, share_facts
from servicedesk.rollup.manifest import Share

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_MONTH = 0  # of a snapshot, which is taken at the instant itself
ORIGINS = "origins"  # stands for a figure where reported tickets are counted by how they came into the file


class SharedVerdict(NamedTuple):
    """A ticket of a cohort at an outlet, with its verdict; technicians are known by their ids alone."""

    ticket_id: int | None
    period: str
    technician_id: int | None
    category: str
    type: str
    verdict: str
    reason: str
    amount: float | None
    counted_on: str


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("judge.sql")).items()}


def month_number(month: periods.Period) -> int:
    """Return a month as the number that the tables use: 202610."""
    return month.first.year * 100 + month.first.month


def judge_share(
    engine: "DuckDBPyConnection",
    share: Share,
    kpis: Iterable[Kpi],
    period: periods.Period,
    as_of: datetime,
    *,
    origins: bool = False,
) -> None:
    """Add the counted verdicts of a share to the table `tally` of the engine: each month of the period by itself.

    `period` is of whole months. Columns: share (its digest), kpi, month (202610), category, verdict, why it is left
    out, amount, tickets. `origins`: also count how reported tickets came into the file, with ORIGINS as the kpi.
    """
    engine.execute(_texts()["make_tally"])
    months = [month_number(month) for month in period.months()]
    with share_facts(engine, share.folder, share.zone, period, as_of) as facts:
        for kpi in kpis:
            judge_figure(facts, kpi)
            named = {"share": share.digest, "kpi": kpi.key}
            facts.run(_texts()["count_verdicts"], named | {"is_snapshot": kpi.is_snapshot, "amounts": not kpi.is_rate})
            engine.execute(_texts()["mark_judged"], named | {"months": [NO_MONTH] if kpi.is_snapshot else months})
        if origins:
            named = {"share": share.digest, "kpi": ORIGINS}
            facts.run(_texts()["count_origins"], named)
            engine.execute(_texts()["mark_judged"], named | {"months": months})


def list_verdicts(
    engine: "DuckDBPyConnection", share: Share, kpi: Kpi, period: periods.Period, as_of: datetime
) -> Iterator[SharedVerdict]:
    """Yield the verdicts of a figure one by one, in the order of their days."""
    with share_facts(engine, share.folder, share.zone, period, as_of) as facts:
        judge_figure(facts, kpi)
        rows: list[Any] = facts.run(_texts()["list_verdicts"]).fetchall()
    yield from (SharedVerdict(*row) for row in rows)


def judge_figure(facts: Facts, kpi: Kpi) -> None:
    """Make the view `judged`, which lists the verdicts of that figure."""
    facts.make_view("judged", kpi.sql)

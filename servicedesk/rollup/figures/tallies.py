"""Keep the counted verdicts of shares in the catalogue, so that an unchanged share is judged once.

    tallies/<digest of the statements>/<instant>/<a random name>.parquet         rows of judge.py's `tally`

Everything here is computed from the shares: the folder may be deleted at any time, and the next report makes it anew.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from servicedesk.base import dates, periods
from servicedesk.base.statements import load_statements
from servicedesk.kpis.definitions.registry import Kpi
from servicedesk.rollup.catalogue import TALLIES
from servicedesk.rollup.engine import exact
from servicedesk.rollup.figures.cores import Progress, spread_over_cores
from servicedesk.rollup.figures.facts import connect, digest_statements
from servicedesk.rollup.figures.judge import NO_MONTH, ORIGINS, judge_share, month_number
from servicedesk.rollup.manifest import Share
from servicedesk.storage.new_files import sync_folder, telling, workshop

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Sum(NamedTuple):
    """Tickets of one verdict in one group; the parts that were not asked for are None."""

    kpi: str
    share: str | None
    month: int | None
    category: str | None
    verdict: str
    why: str | None
    amount: float | None
    tickets: int


class Question(NamedTuple):
    """The question to shares: figures, a period of whole months (each counted by itself), and the instant."""

    kpis: Sequence[Kpi]
    period: periods.Period
    as_of: datetime

    def months(self) -> list[tuple[str, int]]:
        """Return every pair of a figure and a month that is asked for."""
        months = [month_number(month) for month in self.period.months()]
        asked = [(kpi.key, month) for kpi in self.kpis for month in ([NO_MONTH] if kpi.is_snapshot else months)]
        return asked + [(ORIGINS, month) for month in months]


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("tallies.sql")).items()}


class Tallies:
    """The counted verdicts of some shares, made by `load_tallies`."""

    def __init__(self, engine: "DuckDBPyConnection") -> None:
        self._engine = engine

    def sums(self, *, by_share: bool = False, by_month: bool = False, by_category: bool = False) -> Iterator[Sum]:
        """Yield the sums over all shares, or one for each share, month or category that is asked for."""
        groups = {"by_share": by_share, "by_month": by_month, "by_category": by_category}
        for row in self._engine.execute(_texts()["sum_tallies"], groups).fetchall():
            yield Sum(*row)


def load_tallies(
    catalogue: Path, shares: Sequence[Share], question: Question, progress: Progress | None = None
) -> Tallies:
    """Return the counted verdicts of the shares. Judge shares that were not judged before, and keep the result."""
    folder = catalogue / TALLIES / digest_statements()[:16] / str(dates.unix(question.as_of))
    with telling(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = connect(threads=os.cpu_count() or 1)
    asked = question.months()
    engine.execute(_texts()["ask"], {"shares": [share.digest for share in shares]})
    engine.execute(
        _texts()["ask_figures"], {"kpis": [kpi for kpi, _ in asked], "months": [month for _, month in asked]}
    )
    if missing := _list_missing(engine, folder):
        by_digest = {share.digest: share for share in shares}
        with workshop(folder) as made:
            work = partial(_judge_some, question=question, made=made, folder=folder)
            spread_over_cores([(by_digest[digest], keys) for digest, keys in missing], work, progress)
        _list_missing(engine, folder)
    return Tallies(engine)


def _list_missing(engine: "DuckDBPyConnection", folder: Path) -> list[tuple[str, list[str]]]:
    """Load the kept tallies, and return the missing ones: the digest of a share and its figures."""
    files = sorted(folder.glob("*.parquet"))
    if files:
        engine.read_parquet([exact(path) for path in files], filename=True).create_view("kept", replace=True)
    else:
        engine.execute(_texts()["nothing_kept"])
    engine.execute(_texts()["judged_in"])
    return engine.execute(_texts()["list_missing"]).fetchall()


def _judge_some(some: Sequence[tuple[Share, list[str]]], question: Question, made: Path, folder: Path) -> None:
    """Judge some shares, and put the file of what was counted into its place."""
    engine = connect()
    for share, keys in some:
        kpis = [kpi for kpi in question.kpis if kpi.key in keys]
        judge_share(engine, share, kpis, question.period, question.as_of, origins=ORIGINS in keys)
    path = made / f"{secrets.token_hex(8)}.parquet"
    engine.table("tally").to_parquet(str(path), compression="zstd")
    engine.close()
    path.chmod(0o600)
    sync_folder(path)
    os.replace(path, folder / path.name)

"""A share is judged as its outlet judges itself: every figure row for row, as of any instant, in any zone."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("duckdb")

from servicedesk.base import periods
from servicedesk.domain.groups import By
from servicedesk.file.opening import open_outlet
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import KPIS, Kpi
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.rollup.figures.facts import connect, share_facts
from servicedesk.rollup.figures.judge import judge_share
from tests import random_outlets
from tests.rollup.shares import share_of


def sorted_verdicts(run: Callable[[str], Any], kpi: Kpi) -> list[tuple[Any, ...]]:
    """Return the verdicts of a figure from whatever engine runs its statement, amounts to three places."""
    columns = "ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, reason, ref, amount, verdict"
    rows = run(f"SELECT {columns} FROM ({kpi.sql}) AS v").fetchall()
    return sorted((tuple(round(cell, 3) if isinstance(cell, float) else cell for cell in row) for row in rows), key=str)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.seeds) for seed in range(2, 8))])
def test_every_figure_of_a_share_is_row_for_row_what_the_outlet_says_as_of_any_instant(
    tmp_path: Path, seed: int
) -> None:
    rng = Random(seed)
    outlet = random_outlets.made(tmp_path / "chance.db", rng, tickets=60)
    db = open_outlet(outlet.path)
    share = share_of(db, tmp_path / "shares", outlet.now)
    period = periods.between(outlet.first - timedelta(days=5), outlet.day(outlet.now))
    for as_of in (outlet.now, rng.choice(outlet.moments)):
        then = as_of.astimezone(db.outlet.zone)
        with facts_as_of(db, then), share_facts(connect(), share.folder, share.zone, period, then) as facts:
            count.ask(db, period, monthly=True)
            for kpi in KPIS:
                assert sorted_verdicts(facts.run, kpi) == sorted_verdicts(db.connection.execute, kpi), kpi.key
    db.close()


def test_the_tallies_of_a_share_are_the_counts_of_each_month_and_category(tmp_path: Path) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(8), tickets=60)
    db, engine = open_outlet(outlet.path), connect()
    share = share_of(db, tmp_path / "shares", outlet.now)
    period = periods.between(outlet.first.replace(day=1), outlet.day(outlet.now))
    kpis = [kpi for kpi in KPIS if not kpi.is_snapshot]

    judge_share(engine, share, kpis, period, outlet.now)

    found: dict[Any, count.Tally] = {}
    for kpi, month, category, *rest, tickets in engine.execute(
        "SELECT kpi, month, category, verdict, why, amount, tickets FROM tally WHERE category IS NOT NULL"
    ).fetchall():
        group = found.setdefault((kpi, f"{month // 100}-{month % 100:02}", category), Counter())
        group[tuple(rest)] += tickets
    with facts_as_of(db, outlet.now):
        for kpi in kpis:
            ours = count.count_verdicts(db, kpi, period, [By.MONTH, By.CATEGORY])
            assert {key[1:]: tally for key, tally in found.items() if key[0] == kpi.key} == ours, kpi.key
    db.close()

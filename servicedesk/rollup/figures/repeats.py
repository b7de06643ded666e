"""Repairs that came back to another outlet of the brand: beside the sum of the outlets' repeats, never in it."""

import secrets
import tempfile
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from servicedesk.base.messages import joined, say, say_count
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Table, columns, record
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.rollup.engine import exact
from servicedesk.rollup.figures.cores import Progress, spread_over_cores
from servicedesk.rollup.figures.counted_shares import CountedShares, heading_lines
from servicedesk.rollup.figures.facts import connect, share_facts
from servicedesk.rollup.figures.judge import judge_figure
from servicedesk.rollup.figures.tallies import Question
from servicedesk.rollup.manifest import Share

REPEATS = find_kpi("repeat_repair_rate")
_FIELDS = columns(
    "period-", "repairs:count=repairs counted", "without_serial:count=without a serial",
    "shared_serial:count=with a serial that many have", "at_two_outlets:count=of appliances that two outlets repaired",
    "appliances:count=appliances that two outlets repaired", "own:count=repeated at the same outlet",
    "elsewhere:count=repeated at another outlet", "both:count=repeated at both",
)  # fmt: skip
_TICKETS = columns(
    "outlet:name", "ticket_id:T=ticket", "done_on:date", "again_outlet:name=again at", "again_ticket_id:T=ticket",
    "reported_on:date", "days:count", "also_own=own outlet too",
)  # fmt: skip


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("repeats.sql")).items()}


def pooled_repeats(counted: CountedShares, question: Question, progress: Progress | None = None) -> Table:
    """Return how many repairs of a month were repeated at the same outlet, at another one, and at both."""
    with tempfile.TemporaryDirectory() as folder:
        work = partial(_list_repairs, question=question, folder=Path(folder))
        spread_over_cores(counted.shares, work, progress)
        engine = connect()
        engine.read_parquet(f"{exact(Path(folder))}/*.parquet").create("repair")
    for name in ("told_apart", "cohort"):
        engine.execute(_texts()[name])
    counts = engine.execute(_texts()["count_cohort"]).fetchall()[0]
    named = {share.digest: share.outlet for share in counted.shares}
    rows = [
        [named[share], ticket, done_on, named[again], again_ticket, reported_on, days, also_own]
        for share, ticket, done_on, again, again_ticket, reported_on, days, also_own in engine.execute(
            _texts()["list_elsewhere"]
        ).fetchall()
    ]
    lines = heading_lines(counted)
    keyless = sum(share.about["key"] is None for share in counted.shares)
    if keyless:
        lines.append(say_count(
            "{n} outlet shared no serials: 'share --key FILE' lets them leave as digests",
            "{n} outlets shared no serials: 'share --key FILE' lets them leave as digests", n=keyless))  # fmt: skip
    return record(
        _FIELDS,
        [question.period.label, *counts],
        heading=joined("\n", [joined(": ", (question.period.label, lines[0])), *lines[1:]]),
        sections=((say("tickets"), Table(_TICKETS, rows)),),
    )


def _list_repairs(shares: Sequence[Share], question: Question, folder: Path) -> None:
    """Write the repairs of some shares to a file."""
    engine = connect()
    engine.execute(_texts()["make_table"])
    for share in shares:
        zone = share.zone
        with share_facts(engine, share.folder, zone, question.period, question.as_of) as facts:
            judge_figure(facts, REPEATS)
            facts.run(_texts()["add_repairs"], {"share": share.digest})
    engine.table("repair").to_parquet(str(folder / f"{secrets.token_hex(8)}.parquet"))
    engine.close()

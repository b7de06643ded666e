"""Check the catalogue: judge the newest share of each outlet again, and compare it with what its outlet printed."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicedesk import __version__
from servicedesk.base import dates, periods
from servicedesk.base.errors import NotFoundError, StorageError, nearest
from servicedesk.base.messages import say, say_count
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Result, Table, columns, shown
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.registry import KPIS, Kpi
from servicedesk.kpis.figure import Group, figure
from servicedesk.rollup import manifest
from servicedesk.rollup.catalogue import list_newest_shares, open_catalogue
from servicedesk.rollup.figures.cores import Progress, spread_over_cores
from servicedesk.rollup.figures.facts import connect
from servicedesk.rollup.figures.judge import NO_MONTH, judge_share
from servicedesk.rollup.manifest import Share
from servicedesk.rollup.receipt import Receipt, receipt_line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FIELDS = columns(
    "outlet", "share:count=share no.", "kpi:code", "month", "receipt-", "judged-", "printed+=at the outlet",
    "counted+=at head office", "why", "product=its version", "ours=this version", "same_texts-",
)  # fmt: skip
_NOTHING = [0, 0, 0, 0]
_ROUNDED = 0.0002  # the statements round amounts to four places, and engines round a half up or down


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("check.sql")).items()}


def check_catalogue(folder: Path, outlets: Sequence[str] = (), *, advance: Progress | None = None) -> Result:
    """Return every difference between the newest share of an outlet and its receipt.

    `outlets`: names or uuids of the only outlets to check; NotFoundError for one that is not in the catalogue.
    `advance` is called with how many shares of how many are done.
    """
    shares = _chosen(list_newest_shares(open_catalogue(folder)), outlets)
    found: dict[str, list[list[Any]]] = {}

    def check_some(some: Sequence[Share]) -> None:
        found.update({share.uuid: list(_check_share(share)) for share in some})

    spread_over_cores(shares, check_some, advance)
    rows = [row for share in shares for row in found[share.uuid]]
    agreed = sum(not differing for differing in found.values())
    good = say_count("{n} share agrees with its receipt", "{n} shares agree with their receipts", n=agreed)
    return Result(Table(_FIELDS, rows, empty=good), [good] if rows and agreed else [], changed=False)


def _chosen(shares: list[Share], outlets: Sequence[str]) -> list[Share]:
    """Return the shares of those outlets, of all where none is named."""
    for name in outlets:
        if not any(name in {share.outlet, share.uuid} for share in shares):
            raise NotFoundError(
                say("there is no outlet '{name}' in the catalogue", name=name),
                hint=nearest(name, {share.outlet for share in shares}),
            )
    return [share for share in shares if not outlets or {share.outlet, share.uuid} & set(outlets)]


def check_agreed(table: Table) -> None:
    """Raise StorageError if the table of differences has rows. Show the table first."""
    if table.rows:
        raise StorageError(
            say_count("{n} difference", "{n} differences", n=len(table.rows)),
            hint=say("a figure of another version counts otherwise; else the outlet's file is damaged or was changed"),
        )


def _check_share(share: Share) -> Iterator[list[Any]]:
    """Yield the differences of one share, each a row."""
    about = share.about
    versions = [about["product"], __version__, about["texts"] == manifest.digest_texts()]
    try:
        manifest.check_files(share)
    except StorageError as error:
        yield [share.outlet, share.sequence, None, None, None, None, "", "", error.sentence, *versions]
        return
    judged = judge_anew(share)
    for kpi in dict.fromkeys((*about["receipt"], *judged)):
        printed, counted = about["receipt"].get(kpi, {}), judged.get(kpi, {})
        for month in sorted({*printed, *counted}):
            ours, theirs = counted.get(month, _NOTHING), printed.get(month, _NOTHING)
            if not _is_same(theirs, ours):
                cells = [theirs, ours, _line_text(kpi, theirs), _line_text(kpi, ours)]
                yield [share.outlet, share.sequence, kpi, month, *cells, "", *versions]


def judge_anew(share: Share) -> Receipt:
    """Return the figures of a share as its receipt should have them."""
    if not share.about["months"]:
        return {}
    where = dates.zone(share.about["outlet"]["zone"])
    as_of = datetime.fromisoformat(share.about["as_of"]).astimezone(where)
    first, last = (periods.month(month) for month in share.about["months"])
    period = periods.between(first.first, date.fromordinal(last.end.toordinal() - 1))
    engine = connect()
    judge_share(engine, share, [kpi for kpi in KPIS if not kpi.is_snapshot], period, as_of)
    found = dict(_figures(engine, as_of, period.months()))
    for month in period.months():
        end = min(dates.end_of(month.end - timedelta(days=1), where), as_of, key=dates.unix)
        engine.execute(_texts()["forget_tallies"])
        judge_share(engine, share, [kpi for kpi in KPIS if kpi.is_snapshot], month, end)
        found |= dict(_figures(engine, end, [month]))
    receipt: Receipt = {}
    for (kpi, label), line in found.items():
        if any(line):
            receipt.setdefault(kpi, {})[label] = line
    return receipt


def _figures(
    engine: "DuckDBPyConnection", as_of: datetime, months: Sequence[periods.Period] | Iterator[periods.Period]
) -> Iterator[tuple[tuple[str, str], list[Any]]]:
    """Yield a line of the receipt for each figure that was judged, in each of those months."""
    tallies: dict[tuple[str, int], Tally] = {}
    for of, at, verdict, why, amount, tickets in engine.execute(_texts()["list_tallies"]).fetchall():
        tallies.setdefault((of, at), Tally())[verdict, why, amount] += tickets
    known = {kpi.key: kpi for kpi in KPIS}
    for month in months:
        number = month.first.year * 100 + month.first.month
        for key, at in tallies:
            if at in {number, NO_MONTH}:
                yield (key, month.label), _line(known[key], month, tallies[key, at], as_of)


def _line(kpi: Kpi, month: periods.Period, tally: Tally, as_of: datetime) -> list[Any]:
    """Return the line of the receipt for a figure with that tally."""
    return receipt_line(figure(kpi, Group(month, None, tally, None), as_of=as_of, by_month=True))


def _is_same(theirs: Sequence[Any], ours: Sequence[Any]) -> bool:
    """Return whether two lines say the same."""
    head, other = theirs[0], json.loads(json.dumps(ours[0]))
    if isinstance(head, float) and isinstance(other, float):
        return isclose(head, other, abs_tol=_ROUNDED) and list(theirs[1:]) == list(ours[1:])
    return [head or 0, *theirs[1:]] == [other or 0, *ours[1:]]


def _line_text(kpi: str, line: Sequence[Any]) -> str:
    """Return a line of a receipt for people."""
    head, second, pending, excluded = line
    if any(known.key == kpi and not known.is_rate for known in KPIS):
        value = say("n/a") if head is None else shown(round(head, 2) if isinstance(head, float) else head)
        return say(
            "{value} of {n}, {pending} pending, {excluded} excluded",
            value=value, n=second, pending=pending, excluded=excluded,
        )  # fmt: skip
    return say(
        "{hits} of {n}, {pending} pending, {excluded} excluded",
        hits=head, n=head + second, pending=pending, excluded=excluded,
    )  # fmt: skip

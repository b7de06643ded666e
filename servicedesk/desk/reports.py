"""Figures made of counted verdicts, the tickets behind them, and what they mean. Counting is in counts.py."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from servicedesk.core import dates, stats
from servicedesk.core.model import By
from servicedesk.core.table import ABSENT, Column, For, Table, columns, shown
from servicedesk.desk import comparisons, counts, files
from servicedesk.desk.counts import Tally
from servicedesk.desk.database import Database
from servicedesk.desk.facts import seen_at
from servicedesk.desk.kpis import HEADLINE, KPIS, Kpi, named

_FIGURE = columns(
    "kpi-", "period-", "group-", "hits-", "total-", "rate-", "low-", "high-", "value-", "unit-", "n-", "bound_low-",
    "bound_high-", "pending-", "excluded-", "final_since-", *(f"{key}-" for key in comparisons.KEYS), "name:code+=kpi",
    "by+", "k_of_n:count+=k of n", "figure:share+=figure", "interval:count+=95 %", "bar:code+=",
    *comparisons.COLUMNS, "undecided:count+=pend.", "left_out:count+=excl.", "final+",
)  # fmt: skip
_KEYS = [column.key for column in _FIGURE]

Group = tuple[dates.Period, Any, Tally]  # (its period, what it is grouped by: None, a text or several, its tickets)


def report(
    db: Database,
    period: dates.Period,
    *,
    as_of: datetime,
    by: Sequence[By] = (),
    only: Sequence[str] = (),
    compare: dates.Period | None = None,
) -> Table:
    """The figures of a period as of an instant, one row per KPI and group; rates as fractions, with Wilson bounds.

    `compare` puts the same figures of another period beside them, and whether the difference is within chance (C11).
    """
    chosen = _chosen(only)
    groups = list(dict.fromkeys(by))
    tallies = {kpi.key: list(found) for kpi, found in _tallies(db, chosen, period, as_of, groups)}
    others = {}
    if compare:
        others = {kpi.key: list(found) for kpi, found in _tallies(db, chosen, compare, as_of, groups)}
    rows: list[dict[str, Any]] = []
    for kpi in chosen:
        beside = {_group_key(group): (part, tally) for part, group, tally in others.get(kpi.key, ())}
        for part, group, tally in tallies[kpi.key]:
            row = _figure(db, kpi, part, group, tally, as_of=as_of, by_month=By.MONTH in by)
            if compare:
                row |= comparisons.compared(kpi, row, compare, *beside.get(_group_key(group), (compare, Tally())))
            rows.append(row)
    return _told(
        db, rows, tallies, chosen, heading=_heading(db, period, as_of, compare), grouped=bool(groups), is_board=not only
    )


def _chosen(only: Sequence[str]) -> list[Kpi]:
    return [named(key) for key in dict.fromkeys(only)] or list(KPIS)


def _tallies(
    db: Database, chosen: Sequence[Kpi], period: dates.Period, as_of: datetime, by: Sequence[By]
) -> Iterator[tuple[Kpi, Iterator[Group]]]:
    with seen_at(db, dates.unix(as_of)):
        for kpi in chosen:
            if not (kpi.is_snapshot and By.MONTH in by):
                yield kpi, _groups(counts.counted(db, kpi, period, as_of, by), period, by)
    for kpi in chosen:
        if kpi.is_snapshot and By.MONTH in by:
            yield kpi, _month_ends(db, kpi, period, as_of, by)


def _month_ends(db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, by: Sequence[By]) -> Iterator[Group]:
    """A snapshot by month is taken at the end of each (K13), of the running month at the instant itself."""
    others = [name for name in by if name != By.MONTH]
    for month in period.months():
        end = datetime.combine(month.end, datetime.min.time(), tzinfo=dates.zone(db.outlet.zone)) - timedelta(seconds=1)
        if month.first <= as_of.date():
            with seen_at(db, dates.unix(min(end, as_of))):
                found = counts.counted(db, kpi, month, min(end, as_of), others)
            yield from _groups(found, month, others)


def _groups(found: dict[tuple[str, ...], Tally], period: dates.Period, by: Sequence[By]) -> Iterator[Group]:
    """One without groups; every month of the range where only months are asked for."""
    months = {part.label: part for part in period.months()} if By.MONTH in by else {}
    if not by:
        yield period, None, found.get((), Tally())
    elif list(by) == [By.MONTH]:
        for label, part in months.items():
            yield part, None, found.get((label,), Tally())
    else:
        for key, tally in sorted(found.items()):
            values = dict(zip(by, key, strict=True))
            part = months[values.pop(By.MONTH)] if months else period
            group = {name.value: value for name, value in values.items()}
            yield part, group if len(group) > 1 else next(iter(group.values())), tally


def _group_key(group: Any) -> Any:
    return tuple(group.values()) if isinstance(group, dict) else group


def _figure(
    db: Database, kpi: Kpi, period: dates.Period, group: Any, tally: Tally, *, as_of: datetime, by_month: bool
) -> dict[str, Any]:
    """The figure of one group: what machines read and what people read."""
    parts = counts.parts(tally)
    groups = [] if group is None else [group] if isinstance(group, str) else list(group.values())
    name = kpi.key if kpi.beside is None else f"  {kpi.key}"
    row = {"kpi": kpi.key, "period": period.label, "group": group, "name": name}
    row |= {"by": " / ".join([period.label] * by_month + groups)}
    row |= _rate(kpi, tally) if kpi.is_rate else _value(kpi, parts)
    row |= {"pending": stats.count(parts, "pending"), "excluded": stats.count(parts, "excluded")}
    final = _final_since(db, kpi, period, as_of)
    row["final_since"] = final.isoformat() if final and final <= as_of.date() and not row["pending"] else None
    row["final"] = f"{final:%m-%d}" if final and row["final_since"] else "–" if kpi.is_snapshot else "no"
    return row | {"undecided": str(row["pending"]), "left_out": str(row["excluded"])}


def _rate(kpi: Kpi, tally: Tally) -> dict[str, Any]:
    """hits ÷ total with its interval; K1 has the bounds too: every silent customer unsatisfied, or satisfied."""
    parts = counts.parts(tally)
    hits, total = stats.count(parts, "hit"), stats.count(parts, "hit", "miss")
    rate = hits / total if total else None
    low, high = stats.wilson(hits, total) if total else (None, None)
    # C10: no percentage below ten, no interval from a hundred on.
    interval = f"{shown(low, 'rate')[:-2]}–{shown(high, 'rate')[:-2]}" if 10 <= total < 100 else ""
    row: dict[str, Any] = {"hits": hits, "total": total, "rate": rate, "low": low, "high": high}
    row |= {"k_of_n": f"{hits}/{total}" if total else "–", "interval": interval}
    row |= {"figure": "n/a" if rate is None else shown(rate, "rate") if total >= 10 else ""}
    if kpi.key == "satisfaction_rate":
        silent = sum(n for (verdict, why, _), n in tally.items() if verdict == "pending" or why == "no_answer")
        completed = total + silent
        row |= {"bound_low": hits / completed if completed else None}
        row |= {"bound_high": (hits + silent) / completed if completed else None}
    return row


def _value(kpi: Kpi, parts: list[stats.Part]) -> dict[str, Any]:
    """A figure that is no rate, over n tickets."""
    value, n = kpi.measure(parts), stats.count(parts, "hit", "miss")
    row = {"value": value, "unit": kpi.unit, "n": n, "k_of_n": str(n) if n else "–", "interval": ""}
    return row | {"figure": stats.worded(value, str(kpi.unit))}


def _final_since(db: Database, kpi: Kpi, period: dates.Period, as_of: datetime) -> date | None:
    """The day from which no ticket of the period can mature any more; None: a snapshot is of one instant."""
    if kpi.is_snapshot:
        return None
    days = period.end.toordinal() + kpi.settles_after
    if kpi.settled:
        with seen_at(db, dates.unix(as_of)):
            last = db.connection.execute(kpi.settled, counts.bound(db, period, as_of)).fetchone()[0]
        if last is not None:
            days = max(days, datetime.fromtimestamp(last, dates.zone(db.outlet.zone)).date().toordinal() + 1)
    return date.fromordinal(days)


def _told(
    db: Database,
    rows: list[dict[str, Any]],
    tallies: dict[str, list[Group]],
    chosen: list[Kpi],
    *,
    heading: str,
    grouped: bool,
    is_board: bool,
) -> Table:
    """The rows as a table: by group people read one per figure, of the whole board the headline; machines a list."""
    for count, how in zip(files.origins(db), ("imported", "written under a pinned clock"), strict=True):
        heading += f"; {count} facts {how}" if count else ""
    used = {key for row in rows for key in row}
    figure = tuple(column for column in _FIGURE if column.key in used or column.key in _ALWAYS)
    if not grouped:
        left = [
            (kpi.key, *key, count)
            for kpi in chosen
            for _, _, tally in tallies[kpi.key]
            for key, count in sorted(counts.left_out(tally).items())
        ]
        reasons = Table(columns("kpi:code", "verdict", "reason:words", "tickets:count"), left)
        return Table(figure, _cells(figure, rows), heading=heading, sections=(("not in the rate", reasons),))
    machines = tuple(c._replace(who=For.MACHINES) if c.who is For.PEOPLE else c for c in figure)
    people = tuple(c._replace(who=For.MACHINES) if c.key == "name" else c for c in figure)
    parts = [(kpi.name, Table(people, _cells(people, _with_bars([r for r in rows if r["kpi"] == kpi.key]))))
             for kpi in chosen if not is_board or kpi.key in HEADLINE]  # fmt: skip
    notes = ("the headline figures; --only KEY shows others by group",) if is_board else ()
    kept = tuple(c for c in machines if c.key not in _PEOPLES)
    return Table(kept, _cells(kept, rows), heading=heading, sections=tuple(parts), notes=notes)


_ALWAYS = ("kpi", "period", "group", "hits", "total", "rate", "low", "high")
_PEOPLES = {column.key for column in _FIGURE if column.who is For.PEOPLE}
_BAR = 12


def _with_bars(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A bar beside each rate, so that a trend or an odd one out is seen."""
    return [row | {"bar": stats.bar(row["rate"], _BAR) if row.get("total", 0) >= 10 else ""} for row in rows]


def _cells(fields: Sequence[Column], rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row.get(column.key, ABSENT if column.who is For.MACHINES else None) for column in fields] for row in rows]


def _heading(db: Database, period: dates.Period, as_of: datetime, compare: dates.Period | None = None) -> str:
    other = f", compared with {_named_period(compare)}" if compare else ""
    return f"{db.outlet.name}, {_named_period(period)}{other}, as of {shown(dates.stamp(as_of), 'instant')}"


def _named_period(period: dates.Period) -> str:
    days = f"{period.first}..{date.fromordinal(period.end.toordinal() - 1)}"
    return days if period.label == days else f"{period.label} ({days})"


_ROWS = columns(
    "kpi-", "ticket_id:T=ticket", "period-", "technician", "category:words", "type:code", "area", "verdict:code",
    "reason:words", "amount:count", "counted_on:date=on",
)  # fmt: skip


def rows(db: Database, key: str, period: dates.Period, *, as_of: datetime) -> Table:
    """Exactly the tickets of the cohort, each with its verdict and reason: the SELECT itself."""
    kpi = named(key)
    with seen_at(db, dates.unix(as_of)):
        found = [(kpi.key, *row) for row in counts.rows(db, kpi, period, as_of)]
        tally = counts.counted(db, kpi, period, as_of, ()).get((), Tally())
    parts = counts.parts(tally)
    told = _rate(kpi, tally)["k_of_n"].replace("/", " of ") if kpi.is_rate else _value(kpi, parts)["figure"]
    heading = f"{kpi.name}: {told}, {stats.count(parts, 'pending')} pending, {stats.count(parts, 'excluded')} excluded"
    heading += f"\n{_heading(db, period, as_of)}"
    return Table(_ROWS, found, heading=heading)


_ASPECTS = ("formula", "cohort", "hit", "miss", "pending", "excluded", "source")
_EXPLAIN = columns("kpi-", "title-", "chinese-", "better-", *(f"{aspect}-" for aspect in _ASPECTS), "unit-", "beside-")


def explain(key: str | None = None) -> Table:
    """What the figures mean: one object per KPI; people read a block each."""
    chosen = [named(key)] if key else list(KPIS)
    blocks = tuple(
        (
            kpi.name,
            Table(
                columns("key", *_ASPECTS, "unit", "better", "beside"),
                [[kpi.key, *(getattr(kpi, a) for a in _ASPECTS), kpi.unit, f"{kpi.better} is better", kpi.beside]],
                one=True,
            ),
        )
        for kpi in chosen
    )
    rows = [[kpi.key, kpi.name, kpi.chinese, kpi.better, *(getattr(kpi, a) for a in _ASPECTS), kpi.unit, kpi.beside]
            for kpi in chosen]  # fmt: skip
    return Table(_EXPLAIN, rows, sections=blocks)

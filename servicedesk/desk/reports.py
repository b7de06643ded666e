"""Figures counted from the verdicts of kpis.py, the tickets behind them, and what they mean."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from servicedesk.core import dates
from servicedesk.core.model import By
from servicedesk.core.stats import wilson
from servicedesk.core.table import Column, For, Table, columns, shown
from servicedesk.desk import files
from servicedesk.desk.database import Database
from servicedesk.desk.kpis import KPIS, Kpi, named, seen


def _then(noun: str, field: str, key: str, instant: str) -> str:
    """SQL for what a field said at an instant: `old` of the first change recorded after it, else what it says now."""
    later = f"FROM change h WHERE h.{noun}_id = {key} AND h.field = '{field}' AND h.recorded_unix > {instant}"
    return (
        f"CASE WHEN EXISTS (SELECT 1 {later}) THEN (SELECT h.old {later} ORDER BY h.recorded_unix, h.id LIMIT 1)"
        f" ELSE (SELECT x.{field} FROM {noun} x WHERE x.id = {key}) END"
    )


# Whose a verdict is (C9): a hit or a miss has somebody charged, the others belong to whoever was assigned as of then.
_WHOSE = f"""CASE WHEN v.verdict = 'hit' OR v.verdict = 'miss' THEN v.charged_id
     ELSE (SELECT e.technician_id FROM event e
            WHERE e.ticket_id = v.ticket_id AND e.kind = 'assigned' AND {seen("e")}
            ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END"""

# The properties of a ticket as of then; its area is the customer's at the report.
_PROPERTIES = {
    "period": "substr(v.period_on, 1, 7)",
    "technician": f"coalesce((SELECT {_then('technician', 'name', 'whose.id', ':as_of')}"
    f" FROM (SELECT {_WHOSE} AS id) whose), :nobody)",
    "category": f"coalesce({_then('appliance', 'category', 't.appliance_id', ':as_of')}, '(none)')",
    "type": "t.type",
    "area": f"""coalesce({_then("ticket", "area", "t.id", ":as_of")}, (
        SELECT {_then("customer", "area", "t.customer_id", "r.at_unix")} FROM event r
        WHERE r.ticket_id = t.id AND r.kind = 'reported' AND {seen("r")}), '(none)')""",
}


def _bound(db: Database, kpi: Kpi, period: dates.Period, as_of: datetime) -> dict[str, Any]:
    zone = dates.zone(db.outlet.zone)

    def midnight(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())

    return {
        "from_unix": midnight(period.first),
        "until_unix": midnight(period.end),
        "as_of": dates.unix(as_of),
        "as_of_on": as_of.date().isoformat(),
        "nobody": kpi.nobody,
    }


Tally = Counter[tuple[str, str | None]]  # tickets by (verdict, reason); the reason of pending and excluded ones only


def _counted(
    db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, by: Sequence[By]
) -> dict[tuple[str, ...], Tally]:
    """The verdicts of the cohort, counted for each group."""
    keys = ["period" if name == By.MONTH else name.value for name in by]
    select = "".join(f"{_PROPERTIES[key]} AS g{i}, " for i, key in enumerate(keys))
    groups = "".join(f"g{i}, " for i in range(len(keys)))
    found: dict[tuple[str, ...], Tally] = {}
    for row in db.stream(
        f"SELECT {groups}verdict, why, count(*) FROM (SELECT {select}v.verdict,"
        " CASE WHEN v.verdict = 'pending' OR v.verdict = 'excluded' THEN v.reason END AS why"
        f" FROM ({kpi.verdicts}) v JOIN ticket t ON t.id = v.ticket_id)"
        f" GROUP BY {groups}verdict, why ORDER BY {groups}verdict, why",
        **_bound(db, kpi, period, as_of),
    ):
        *group, verdict, why, count = row
        found.setdefault(tuple(group), Counter())[verdict, why] += count
    return found


_FIGURE = columns(
    "kpi-", "period-", "group-", "hits-", "total-", "rate-", "low-", "high-", "pending-", "excluded-", "name:code+=kpi",
    "by+",
    "k_of_n:count+=k of n", "percent:share+=rate", "interval:count+=95 %", "undecided:count+=pending",
    "left_out:count+=excluded", "is_final+=final",
)  # fmt: skip


def report(
    db: Database,
    period: dates.Period,
    *,
    as_of: datetime,
    by: Sequence[By] = (),
    only: Sequence[str] = (),
) -> Table:
    """The figures of a period as of an instant, one row per KPI and group; rates as fractions, with Wilson bounds."""
    chosen = [named(key) for key in dict.fromkeys(only)] or list(KPIS)
    groups = list(dict.fromkeys(by))
    rows: list[list[Any]] = []
    left: list[tuple[Any, ...]] = []
    parts: list[tuple[str, Table]] = []
    for kpi in chosen:
        begun = len(rows)
        for part, group, tally in _grouped(db, kpi, period, as_of, groups):
            rows.append(_figure(kpi, part, group, tally, as_of=as_of, by_month=By.MONTH in by))
            left += [(kpi.key, *key, count) for key, count in sorted(_left_out(tally).items())]
        parts.append((kpi.title, Table(_FIGURE, rows[begun:])))
    heading = _heading(db, period, as_of)
    for count, how in zip(files.origins(db), ("imported", "written under a pinned clock"), strict=True):
        heading += f"; {count} facts {how}" if count else ""
    if groups:  # people read a table per figure, machines one list
        machines = tuple(c._replace(who=For.MACHINES) for c in _FIGURE if c.who is not For.PEOPLE)
        parts = [(title, part._replace(columns=_without_name(part))) for title, part in parts]
        return Table(machines, rows, heading=heading, sections=tuple(parts))
    reasons = Table(columns("kpi:code", "verdict", "reason:words", "tickets:count"), left)
    return Table(_FIGURE, rows, heading=heading, sections=(("not in the rate", reasons),))


def _without_name(part: Table) -> tuple[Column, ...]:
    return tuple(c._replace(who=For.MACHINES) if c.key == "name" else c for c in part.columns)


def _left_out(tally: Tally) -> Counter[tuple[str, str]]:
    """Pending and excluded tickets by reason; which ticket repeated an undecided one is for `kpi rows`."""
    found: Counter[tuple[str, str]] = Counter()
    for (verdict, why), count in tally.items():
        if why is not None:
            found[verdict, "repeated_already" if why.startswith("repeated_by_") else why] += count
    return found


def _heading(db: Database, period: dates.Period, as_of: datetime) -> str:
    first, last = period.first, period.end.toordinal() - 1
    days = f"{first}..{date.fromordinal(last)}"
    label = days if period.label == days else f"{period.label} ({days})"
    return f"{db.outlet.name}, {label}, as of {shown(dates.stamp(as_of), 'instant')}"


def _grouped(
    db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, by: list[By]
) -> Iterator[tuple[dates.Period, Any, Tally]]:
    """(period, group, tally): one without groups; every month of the range where only months are asked for."""
    found = _counted(db, kpi, period, as_of, by)
    months = {part.label: part for part in period.months()} if By.MONTH in by else {}
    if not by:
        yield period, None, found.get((), Counter())
    elif by == [By.MONTH]:
        for label, part in months.items():
            yield part, None, found.get((label,), Counter())
    else:
        for key, tally in found.items():
            values = dict(zip(by, key, strict=True))
            part = months[values.pop(By.MONTH)] if months else period
            group = {name.value: value for name, value in values.items()}
            yield part, group if len(group) > 1 else next(iter(group.values())), tally


def _settled(kpi: Kpi, period: dates.Period, as_of: datetime) -> bool:
    """Whether no ticket of the period can still mature."""
    return as_of.date().toordinal() > period.end.toordinal() - 1 + kpi.settles_after


def _figure(kpi: Kpi, period: dates.Period, group: Any, tally: Tally, *, as_of: datetime, by_month: bool) -> list[Any]:
    by_verdict: Counter[str] = Counter()
    for (verdict, _), count in tally.items():
        by_verdict[verdict] += count
    hits, pending, excluded = by_verdict["hit"], by_verdict["pending"], by_verdict["excluded"]
    total = hits + by_verdict["miss"]
    rate = hits / total if total else None
    low, high = wilson(hits, total) if total else (None, None)
    groups = [] if group is None else [group] if isinstance(group, str) else list(group.values())
    words = " / ".join([period.label] * by_month + groups)
    # C10: no percentage below ten, no interval from a hundred on.
    percent = None if rate is None else shown(rate, "rate") if total >= 10 else ""
    interval = f"{shown(low, 'rate')[:-2]}–{shown(high, 'rate')[:-2]}" if 10 <= total < 100 else ""
    is_final = "yes" if _settled(kpi, period, as_of) and not pending else "not yet"
    return [
        kpi.key, period.label, group, hits, total, rate, low, high, pending, excluded, kpi.key, words,
        f"{hits}/{total}" if total else "–", percent, interval, str(pending), str(excluded), is_final,
    ]  # fmt: skip


_ROWS = columns(
    "kpi-", "ticket_id:T=ticket", "period-", "technician", "category:words", "type:code", "area", "verdict:code",
    "reason:words",
    "counted_on:date+=on",
)  # fmt: skip


def rows(db: Database, key: str, period: dates.Period, *, as_of: datetime) -> Table:
    """Exactly the tickets of the cohort, each with its verdict and reason: the SELECT itself."""
    kpi = named(key)
    select = ", ".join(
        f"{_PROPERTIES[name]} AS {name}" for name in ("period", "technician", "category", "type", "area")
    )
    found = db.rows(
        f"SELECT v.ticket_id, {select}, v.verdict, v.reason, v.period_on"
        f" FROM ({kpi.verdicts}) v JOIN ticket t ON t.id = v.ticket_id ORDER BY v.period_on, v.ticket_id",
        **_bound(db, kpi, period, as_of),
    )
    counts = Counter(row["verdict"] for row in found)
    figure = f"{counts['hit']} of {counts['hit'] + counts['miss']}"
    heading = f"{kpi.title}: {figure}, {counts['pending']} pending, {counts['excluded']} excluded"
    heading += f"\n{_heading(db, period, as_of)}"
    return Table(_ROWS, [(kpi.key, *row) for row in found], heading=heading)


_EXPLAIN = columns(
    "kpi-", "title-", "better-", "formula-", "cohort-", "hit-", "miss-", "pending-", "excluded-", "source-"
)


def explain(key: str | None = None) -> Table:
    """What the figures mean: one object per KPI; people read a block each."""
    chosen = [named(key)] if key else list(KPIS)
    aspects = ("formula", "cohort", "hit", "miss", "pending", "excluded", "source")
    blocks = tuple(
        (
            kpi.title,
            Table(
                columns("key", *aspects, "better"),
                [[kpi.key, *(getattr(kpi, aspect) for aspect in aspects), f"{kpi.better} is better"]],
                one=True,
            ),
        )
        for kpi in chosen
    )
    rows = [[kpi.key, kpi.title, kpi.better, *(getattr(kpi, a) for a in aspects)] for kpi in chosen]
    return Table(_EXPLAIN, rows, sections=blocks)

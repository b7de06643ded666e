"""Figures counted from the verdicts of kpis.py, the tickets behind them, and what they mean."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from servicedesk.core import dates
from servicedesk.core.stats import wilson
from servicedesk.core.table import Table, columns, shown
from servicedesk.desk import files
from servicedesk.desk.database import Database, Row
from servicedesk.desk.kpis import KPIS, Kpi, named, seen


class By(StrEnum):
    """What figures can be grouped by; at most two at a time."""

    MONTH = "month"
    TECHNICIAN = "technician"
    CATEGORY = "category"
    TYPE = "type"
    AREA = "area"


# Each property of a ticket as of then. The value of a changed field is `old` of the first change after the instant.
_PROPERTIES = {
    "period": "substr(v.period_on, 1, 7)",
    "technician": f"""coalesce(
        (SELECT k.name FROM technician k WHERE k.id =
           CASE WHEN v.verdict = 'hit' OR v.verdict = 'miss' THEN v.charged_id
                ELSE (SELECT e.technician_id FROM event e
                       WHERE e.ticket_id = v.ticket_id AND e.kind = 'assigned' AND {seen("e")}
                       ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END), :nobody)""",
    "category": """coalesce(
        CASE WHEN EXISTS (SELECT 1 FROM change h WHERE h.appliance_id = t.appliance_id AND h.field = 'category'
                             AND h.recorded_unix > :as_of)
             THEN (SELECT h.old FROM change h WHERE h.appliance_id = t.appliance_id AND h.field = 'category'
                      AND h.recorded_unix > :as_of ORDER BY h.recorded_unix, h.id LIMIT 1)
             ELSE (SELECT a.category FROM appliance a WHERE a.id = t.appliance_id) END, '(none)')""",
    "type": "t.type",
    "area": f"""coalesce(t.area, (
        SELECT CASE WHEN EXISTS (SELECT 1 FROM change h WHERE h.customer_id = t.customer_id AND h.field = 'area'
                                    AND h.recorded_unix > r.at_unix)
                    THEN (SELECT h.old FROM change h WHERE h.customer_id = t.customer_id AND h.field = 'area'
                             AND h.recorded_unix > r.at_unix ORDER BY h.recorded_unix, h.id LIMIT 1)
                    ELSE (SELECT c.area FROM customer c WHERE c.id = t.customer_id) END
          FROM event r WHERE r.ticket_id = t.id AND r.kind = 'reported' AND {seen("r")}), '(none)')""",
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


def _counted(db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, by: Sequence[str]) -> list[Row]:
    """hits, total, pending, excluded for each group of the cohort."""
    keys = ["period" if name == By.MONTH else name for name in by]
    select = "".join(f"{_PROPERTIES[key]} AS g{i}, " for i, key in enumerate(keys))
    groups = ", ".join(f"g{i}" for i in range(len(keys)))
    return db.rows(
        f"SELECT {groups}{', ' if groups else ''}"
        " count(*) FILTER (WHERE verdict = 'hit') AS hits,"
        " count(*) FILTER (WHERE verdict = 'hit' OR verdict = 'miss') AS total,"
        " count(*) FILTER (WHERE verdict = 'pending') AS pending,"
        " count(*) FILTER (WHERE verdict = 'excluded') AS excluded"
        f" FROM (SELECT {select}v.verdict FROM ({kpi.verdicts}) v JOIN ticket t ON t.id = v.ticket_id)"
        f"{f' GROUP BY {groups} ORDER BY {groups}' if groups else ''}",
        **_bound(db, kpi, period, as_of),
    )


_REPORT = columns(
    "kpi", "period-", "group-", "hits-", "total-", "rate-", "low-", "high-", "pending-", "excluded-", "by+",
    "k_of_n:count+=k of n", "percent:share+=rate", "interval:count+=95 %", "undecided:count+=pending",
    "left_out:count+=excluded",
    "state+",
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
    rows = []
    for kpi in chosen:
        for label, group, counts in _grouped(db, kpi, period, as_of, list(dict.fromkeys(by))):
            rows.append(_figure(kpi, label, group, counts, _settled(kpi, period, as_of), by_month=By.MONTH in by))
    imported, pinned = files.origins(db)
    told = [f"{count} facts of this file were {how}" for count, how in
            ((imported, "imported"), (pinned, "written under a pinned clock")) if count]  # fmt: skip
    return Table(_REPORT, rows, heading=_heading(db, period, as_of), notes=tuple(told))


def _heading(db: Database, period: dates.Period, as_of: datetime) -> str:
    first, last = period.first, period.end.toordinal() - 1
    days = f"{first}..{date.fromordinal(last)}"
    label = days if period.label == days else f"{period.label} ({days})"
    return f"{db.outlet.name}, {label}, as of {shown(dates.stamp(as_of), 'instant')}"


def _grouped(
    db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, by: list[By]
) -> Iterator[tuple[str, Any, tuple[int, int, int, int]]]:
    """(period label, group, counts): every month of the range where only months are asked for, empty ones too."""
    rows = _counted(db, kpi, period, as_of, by)
    named_groups = [name for name in by if name != By.MONTH]
    found: dict[tuple[str, ...], tuple[int, int, int, int]] = {}
    for row in rows:
        found[tuple(row)[: len(by)]] = (row["hits"], row["total"], row["pending"], row["excluded"])
    if by == [By.MONTH]:
        for part in period.months():
            yield part.label, None, found.get((part.label,), (0, 0, 0, 0))
        return
    for key, counts in found.items():
        values = dict(zip(by, key, strict=True))
        label = values.get(By.MONTH, period.label)
        group: Any = None
        if len(named_groups) == 1:
            group = values[named_groups[0]]
        elif named_groups:
            group = {name.value: values[name] for name in named_groups}
        yield label, group, counts


def _settled(kpi: Kpi, period: dates.Period, as_of: datetime) -> bool:
    """Whether no ticket of the period can still mature."""
    return as_of.date().toordinal() > period.end.toordinal() - 1 + kpi.settles_after


def _figure(
    kpi: Kpi, label: str, group: Any, counts: tuple[int, int, int, int], settled: bool, *, by_month: bool
) -> list[Any]:
    hits, total, pending, excluded = counts
    rate = hits / total if total else None
    low, high = wilson(hits, total) if total else (None, None)
    groups = [] if group is None else [group] if isinstance(group, str) else list(group.values())
    words = " / ".join([label] * by_month + groups)
    # C10: no percentage below ten, no interval from a hundred on.
    percent = None if rate is None else shown(rate, "rate") if total >= 10 else ""
    interval = f"{shown(low, 'rate')[:-2]}–{shown(high, 'rate')[:-2]}" if 10 <= total < 100 else ""
    state = "final" if settled and not pending else "provisional"
    return [
        kpi.key, label, group, hits, total, rate, low, high, pending, excluded, words,
        f"{hits}/{total}" if total else "–", percent, interval, str(pending), str(excluded), state,
    ]  # fmt: skip


_ROWS = columns(
    "kpi-", "ticket_id:T=ticket", "period-", "technician", "category", "type", "area", "verdict", "reason",
    "counted_on:date=on",
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
    heading = f"{kpi.title}, {_heading(db, period, as_of)}"
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
                columns("name", *aspects, "better"),
                [[kpi.key, *(getattr(kpi, aspect) for aspect in aspects), f"{kpi.better} is better"]],
                one=True,
            ),
        )
        for kpi in chosen
    )
    rows = [[kpi.key, kpi.title, kpi.better, *(getattr(kpi, a) for a in aspects)] for kpi in chosen]
    return Table(_EXPLAIN, rows, sections=blocks)

"""Make one figure from the counted verdicts of a group: values for programs, texts for people (C5, C10)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from servicedesk.base import periods
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import shown
from servicedesk.kpis import count, stats
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.kpi import Kpi
from servicedesk.storage.database import Database

FEW, MANY = 10, 100  # C10: no percentage below ten tickets, no interval from a hundred on
_BAR = 12


class Group(NamedTuple):
    """A group of counted tickets. `by` is None, a name, or a dict of names; from `final_on` on all can be decided."""

    period: periods.Period
    by: Any
    tally: Tally
    final_on: date | None

    @property
    def names(self) -> list[str]:
        """Return the names of the group as a list; empty for all tickets."""
        return [] if self.by is None else [self.by] if isinstance(self.by, str) else list(self.by.values())


def final_on(db: Database, kpi: Kpi, period: periods.Period, lasts: Mapping[int, int]) -> date | None:
    """Return the day from which every ticket of the period is old enough to be decided; None for a snapshot."""
    if kpi.is_snapshot:
        return None
    day = period.end.toordinal() + kpi.settles_after
    end = date.fromordinal(period.end.toordinal() - 1)
    months = range(period.first.year * 100 + period.first.month, end.year * 100 + end.month + 1)
    last = max((lasts[month] for month in months if month in lasts), default=None)
    if last is not None:
        day = max(day, datetime.fromtimestamp(last, db.outlet.zone).date().toordinal() + 1)
    return date.fromordinal(day)


def figure(kpi: Kpi, group: Group, *, as_of: datetime, by_month: bool) -> dict[str, Any]:
    """Return one row with values for programs and texts for people. A rate fills `rate`, any other figure `value`.

    `final_since` is the day since which the figure is final. `final_from` is that day if it is known and still to come.
    """
    parts = count.parts(group.tally)
    row = {"kpi": kpi.key, "period": group.period.label, "group": group.by}
    row |= {"name": joined("  ", ("", coded(kpi.key))) if kpi.beside else coded(kpi.key)}
    row |= {"by": " / ".join([group.period.label] * by_month + group.names)}
    row |= _rate(kpi, group.tally) if kpi.is_rate else _value(kpi, parts)
    pending = stats.count(parts, "pending")
    is_final = group.final_on is not None and group.final_on <= as_of.date() and not pending
    row |= {"pending": pending, "excluded": stats.count(parts, "excluded")}
    row |= {"final_since": group.final_on.isoformat() if is_final and group.final_on else None}
    is_known = group.final_on is not None and kpi.settles_by_time and group.final_on > as_of.date()
    row |= {"final_from": group.final_on.isoformat() if is_known and group.final_on else None}
    row |= {"final": f"{group.final_on:%m-%d}" if is_final else "–" if kpi.is_snapshot else say("no")}
    if is_known:
        row["final"] = say("from {day}", day=f"{group.final_on:%m-%d}")
    return row | {"undecided": str(pending), "left_out": str(row["excluded"])}


def _rate(kpi: Kpi, tally: Tally) -> dict[str, Any]:
    """Return hits ÷ total with its interval; for K1 also the bounds if all silent customers were (dis)satisfied."""
    parts = count.parts(tally)
    hits, total = stats.count(parts, "hit"), stats.count(parts, "hit", "miss")
    rate = hits / total if total else None
    low, high = stats.wilson(hits, total) if total else (None, None)
    row: dict[str, Any] = {"hits": hits, "total": total, "rate": rate, "low": low, "high": high}
    row |= {"k_of_n": f"{hits}/{total}" if total else "–"}
    row |= {"interval": interval_text(low, high) if FEW <= total < MANY else ""}
    row |= {"figure": rate_text(rate, total)}
    row |= {"bar": stats.bar(rate, _BAR) if rate is not None and total >= FEW else ""}
    if kpi.key == "satisfaction_rate":
        silent = sum(n for (verdict, why, _), n in tally.items() if verdict == "pending" or why == "no_answer")
        completed = total + silent
        row |= {"bound_low": hits / completed if completed else None}
        row |= {"bound_high": (hits + silent) / completed if completed else None}
    return row


def interval_text(low: float | None, high: float | None) -> str:
    """Return the bounds of a rate for people: `77.4–98.0`."""
    return f"{shown(low, 'rate')[:-2]}–{shown(high, 'rate')[:-2]}"


def rate_text(rate: float | None, total: int) -> str:
    """Return a rate as text; in brackets if fewer than ten tickets make it, since one more could move it far (C10)."""
    if rate is None or not total:
        return say("n/a")
    return say("({rate}) few", rate=shown(rate, "rate")) if is_few(rate, total) else shown(rate, "rate")


def is_few(rate: float | None, total: int | None) -> bool:
    """Return whether fewer than ten tickets make the rate, so that one more could move it far (C10)."""
    return rate is not None and 0 < (total or 0) < FEW


def few_note() -> str:
    """Return the note that explains "few" beside a rate."""
    return say("few: of fewer than {n}, where chance weighs more than the work", n=FEW)


def _value(kpi: Kpi, parts: list[stats.Part]) -> dict[str, Any]:
    """Return a figure that is no rate, over n tickets."""
    n = stats.count(parts, "hit", "miss")
    value = kpi.measure(parts) if n >= kpi.floor else None
    row = {"value": value, "unit": kpi.unit, "n": n, "k_of_n": str(n) if n else "–", "interval": "", "bar": ""}
    told = stats.figure_text(value, str(kpi.unit))
    if 0 < n < kpi.floor:
        told = say("fewer than {n}", n=kpi.floor)
    if value is None and (still := stats.longest(parts, "pending")) is not None:
        # K12: too many tickets are open to reach the quantile, so it is longer than the longest of them.
        told = say("> {amount}", amount=stats.figure_text(still, str(kpi.unit)))
    return row | {"figure": told}

"""The whole board: the verdicts of every KPI, the figure made of them, and the groups they fall into."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from tests.oracle import (
    arrival,
    backlog,
    callbacks,
    complaints,
    costs,
    figures,
    maintenance,
    promises,
    questionnaires,
    repeats,
    returns,
    satisfaction,
    times,
)
from tests.oracle.figures import Figure, valued
from tests.oracle.then import NOBODY, Then, Verdict

_FAMILIES = (satisfaction, repeats, arrival, promises, callbacks, complaints, times, backlog, maintenance,
             questionnaires, costs, returns)  # fmt: skip
_VERDICTS = {key: judge for family in _FAMILIES for key, judge in family.VERDICTS.items()}
KPIS = {*_VERDICTS, "complaint_rate"}
SNAPSHOTS = {
    "backlog",
    "oldest_open",
    "complaints_open_7d",
    "returning_customer_rate",
}  # of the instant, whatever the period
OPTIONAL = {*questionnaires.VERDICTS, "returning_intention_rate"}  # not in a report where nobody answered
DISPATCHED = {*arrival.VERDICTS, *times.VERDICTS}  # where nobody means that nobody was sent
GROUPS = (
    "technician", "category", "type", "area", "charge", "brand", "model", "tier", "channel", "source", "lateness",
)  # fmt: skip

_hours = partial(valued, "hours")
_FIGURES: dict[str, Callable[[Sequence[Verdict]], Figure]] = {
    "satisfaction_rate": figures.bounded,
    "net_satisfaction": valued("points", figures.points),
    "csat_mean": valued("score", figures.mean),
    "score_distribution": valued("answers", figures.distribution),
    "repeats_already": valued("tickets", figures.hits),
    "visits_per_fault": valued("visits", figures.mean),
    "promise_lead_hours": _hours(figures.median),
    "callback_hours": _hours(figures.median),
    "complaints_per_100": valued("per 100 tickets", figures.per_100),
    "latent_complaints": valued("tickets", figures.hits),
    "complaint_days_to_resolve": valued("days", figures.median),
    "complaints_open_7d": valued("complaints", figures.hits),
    "time_to_arrive": _hours(figures.median),
    "time_to_arrive_p90": _hours(figures.p90),
    "time_to_arrive_mean": _hours(figures.mean),
    "time_to_repair": _hours(figures.median),
    "time_to_repair_p90": _hours(figures.p90),
    "time_to_repair_mean": _hours(figures.mean),
    "time_waiting": _hours(figures.mean),
    "time_hands_on": _hours(figures.median),
    "customer_cost_contacts": valued("contacts", figures.median),
    "customer_cost_visits": valued("visits", figures.median),
    "customer_cost_hours": _hours(figures.median),
    "customer_cost_days": valued("days", figures.median),
    "customer_cost_money": valued("yuan", figures.median),
    "backlog": valued("tickets", figures.hits),
    "oldest_open": valued("days", figures.longest),
    "nps": valued("points", figures.net_promoters),
    "csi_equal_weights": valued("of 100", figures.equal_weights),
}
RATES = KPIS - {key for key in _FIGURES if key != "satisfaction_rate"}
COUNTS = {"repeats_already", "latent_complaints", "complaints_open_7d", "backlog"}  # their parts add up, too


def verdicts(then: Then, kpi: str, *, first: date, end: date) -> list[Verdict]:
    """Every ticket of the cohort whose date lies in `[first, end)` (C2); of a snapshot every one there is."""
    if kpi == "complaint_rate":
        return list(complaints.complaint_rate(then, first, end))
    found = list(_VERDICTS[kpi](then))
    if kpi in DISPATCHED:
        found = [replace(v, technician="(dispatch)") if v.technician == NOBODY else v for v in found]
    return found if kpi in SNAPSHOTS else [v for v in found if first <= v.on < end]


def figure(kpi: str, found: Sequence[Verdict]) -> Figure:
    """What `kpi report` answers of these verdicts."""
    return _FIGURES.get(kpi, figures.rate)(found) | figures.left_out(found)


def grouped(found: Iterable[Verdict], by: Sequence[str]) -> dict[tuple[str, ...], list[Verdict]]:
    """The verdicts of every group that has any; `by` names fields of GROUPS."""
    parts: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in found:
        parts.setdefault(tuple(str(getattr(verdict, name)) for name in by), []).append(verdict)
    return parts

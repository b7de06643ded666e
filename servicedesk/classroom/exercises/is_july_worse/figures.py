"""The figures of both months of E6 as `kpi report` counts them, and the right conclusion about the difference."""

from datetime import datetime
from typing import Any, NamedTuple

from servicedesk.base import periods
from servicedesk.domain.groups import By
from servicedesk.kpis.report import report
from servicedesk.storage.database import Database

CLOCK = "2026-08-20T09:00:00+08:00"
SATISFACTION, RESPONSE, MEAN, SCORES = "satisfaction_rate", "response_rate", "csat_mean", "score_distribution"
_MONTHS = {"june": periods.month("2026-06"), "july": periods.month("2026-07")}


class Month(NamedTuple):
    """The figures of a month; rates are in per cent. `satisfied`: (satisfied, answers).

    `scores`: how many answers gave 5, 4, 3, 2, 1. `responses`: (answers, completed jobs), on time and late.
    """

    satisfied: tuple[int, int]
    low: float
    high: float
    bound_low: float
    bound_high: float
    mean: float
    scores: tuple[int, ...]
    completed: int
    responses: dict[str, tuple[int, int]]

    @property
    def rate(self) -> float:
        """Return the satisfaction rate in per cent."""
        return 100 * self.satisfied[0] / self.satisfied[1]


def get_months(db: Database) -> dict[str, Month]:
    """Return the figures of June and July."""
    as_of = _as_of(db)
    found = {}
    for name, period in _MONTHS.items():
        rows = report(db, period, as_of=as_of, only=[SATISFACTION, RESPONSE, MEAN, SCORES]).objects()
        figures: dict[str, dict[str, Any]] = {row["kpi"]: row for row in rows}
        halves = report(db, period, as_of=as_of, only=[RESPONSE], by=[By.LATENESS]).objects()
        rate = figures[SATISFACTION]
        found[name] = Month(
            satisfied=(rate["hits"], rate["total"]),
            **{key: 100 * rate[key] for key in ("low", "high", "bound_low", "bound_high")},
            mean=figures[MEAN]["value"],
            scores=tuple(figures[SCORES]["value"].get(score, 0) for score in "54321"),
            completed=figures[RESPONSE]["total"],
            responses={row["group"]: (row["hits"], row["total"]) for row in halves},
        )
    return found


def find_conclusion(db: Database) -> str:
    """Return the right conclusion: `not_distinguishable`, `policy_effect` or `really_worse`.

    It is an effect of the call-backs if nothing is left once jobs on time and late jobs are compared apart.
    """
    as_of = _as_of(db)
    june, july = _MONTHS.values()
    (whole,) = report(db, july, as_of=as_of, only=[SATISFACTION], compare=june).objects()
    if whole["within_chance"]:
        return "not_distinguishable"
    halves = report(db, july, as_of=as_of, only=[SATISFACTION], by=[By.LATENESS], compare=june).objects()
    return "policy_effect" if all(half["within_chance"] for half in halves) else "really_worse"


def _as_of(db: Database) -> datetime:
    return datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)

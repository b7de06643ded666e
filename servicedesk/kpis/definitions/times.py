"""KPIs of waiting times (K12): hours from the report to the arrival and to the repair."""

from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi
from servicedesk.kpis.stats import Measure

_COHORT = "repair tickets reported in the period"


def _time(
    key: str, title: str, chinese: str, measure: Measure, formula: str, *, is_repair: bool, beside: str | None = None
) -> Kpi:
    what = "completion" if is_repair else "first arrival"
    return Kpi(
        key=key,
        title=title,
        chinese=chinese,
        better="lower",
        formula=f"{formula} of the hours from the report to the {what}",
        cohort=_COHORT,
        hit=f"there is a {what} (amount: hours)",
        miss="never",
        pending=f"open, without a {what} so far (amount: hours since the report)",
        excluded="cancelled as duplicate or entry error; found on site; resolved remotely; cancelled"
        + ("" if is_repair else " or completed without an arrival"),
        source="K12: over closed tickets alone a median is biased low, so that open ones count as lasting longer"
        " (product-limit, Kaplan and Meier); the clock is the customer's downtime, EN 15341's time to restoration",
        settles_after=0,
        statement="time_to_repair" if is_repair else "time_to_arrive",
        settled="last_end" if is_repair else "last_arrival",
        measure=measure,
        unit="hours",
        beside=beside,
        nobody="(dispatch)",
    )


def _clock(key: str, title: str, chinese: str, measure: Measure, formula: str) -> Kpi:
    """Return one of the other clocks of K12, over completed repairs."""
    return Kpi(
        key=key,
        title=title,
        chinese=chinese,
        better="lower",
        formula=formula,
        cohort=_COHORT,
        hit="completed (amount: hours)",
        miss="never",
        pending="open",
        excluded="cancelled; found on site; resolved remotely; nothing to measure from",
        source="K12: three clocks, each by its name: downtime, waiting, hands-on",
        settles_after=0,
        settled="last_end",
        measure=measure,
        unit="hours",
        beside="time_to_repair",
        nobody="(dispatch)",
    )


KPIS = (
    _time("time_to_arrive", "Time to arrive", "到位时间", stats.median, "median", is_repair=False),
    _time("time_to_arrive_p90", "Time to arrive, P90", "到位时间P90", stats.p90, "nine tenths quantile",
          is_repair=False, beside="time_to_arrive"),
    _time("time_to_arrive_mean", "Time to arrive, mean of the closed", "平均到位时间（已到）", stats.mean, "mean",
          is_repair=False, beside="time_to_arrive"),
    _time("time_to_repair", "Time to repair", "修复时间", stats.median, "median", is_repair=True),
    _time("time_to_repair_p90", "Time to repair, P90", "修复时间P90", stats.p90, "nine tenths quantile",
          is_repair=True, beside="time_to_repair"),
    _time("time_to_repair_mean", "Time to repair, mean of the closed", "平均修复时间（已完成）", stats.mean, "mean",
          is_repair=True, beside="time_to_repair"),
    _clock("time_waiting", "Time waiting, mean", "平均等待时间", stats.mean,
           "mean of the hours that completed repairs waited, for whatever cause"),
    _clock("time_hands_on", "Time hands-on", "上门作业时间", stats.median,
           "median of the hours from the last visit that got in to the completion"),
)  # fmt: skip

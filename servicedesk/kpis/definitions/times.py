"""K12: how long customers wait, for somebody to come and for the machine to work."""

from servicedesk.base import stats
from servicedesk.base.stats import Measure
from servicedesk.kpis.definitions.kpi import WITHDRAWN, Kpi, Verdicts, last_of, of_tickets
from servicedesk.records.ticket_facts import visible

_COHORT = "repair tickets reported in the period"
_OUTSIDE = f"""
         WHEN {WITHDRAWN} THEN 'excluded ' || cancel_reason
         WHEN on_site THEN 'excluded on_site'"""
_ARRIVE = f"""CASE {_OUTSIDE}
         WHEN arrived_unix IS NOT NULL THEN 'hit arrived'
         WHEN outcome = 'resolved_remotely' THEN 'excluded remote'
         WHEN cancelled_unix IS NOT NULL THEN 'excluded cancelled_without_arrival'
         WHEN done_unix IS NOT NULL THEN 'excluded completed_without_arrival'
         ELSE 'pending waiting' END"""
_REPAIR = f"""CASE {_OUTSIDE}
         WHEN outcome = 'resolved_remotely' THEN 'excluded remote'
         WHEN done_unix IS NOT NULL THEN 'hit completed'
         WHEN cancelled_unix IS NOT NULL THEN 'excluded cancelled'
         ELSE 'pending open' END"""


_ARRIVED = last_of("arrived_unix", "done_unix", "cancelled_unix")
_ENDED = last_of("done_unix", "cancelled_unix")


def _hours(end: str, judgement: str, hit_to: str) -> Verdicts:
    return of_tickets(
        "reported",
        "type = 'repair'",
        judgement,
        hit_to=hit_to,
        amount=f"round((coalesce({end}, :as_of) - reported_unix) / 3600.0, 4)",
        while_pending=True,
    )


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
        settled=_ENDED if is_repair else _ARRIVED,
        measure=measure,
        unit="hours",
        beside=beside,
        nobody="(dispatch)",
        verdicts=_hours("done_unix", _REPAIR, "done_id")
        if is_repair
        else _hours("arrived_unix", _ARRIVE, "arrived_id"),
    )


_WAITED = f"""
       (SELECT sum(max(min(ends, fact.done_unix) - begins, 0)) FROM (
          SELECT w.at_unix AS begins, coalesce(
                 (SELECT e.at_unix FROM event e
                   WHERE e.ticket_id = w.ticket_id AND (e.kind = 'resumed' OR e.kind = 'waiting') AND {visible("e")}
                     AND (e.at_unix > w.at_unix OR e.at_unix = w.at_unix AND e.id > w.id)
                   ORDER BY e.at_unix, e.id LIMIT 1), fact.done_unix) AS ends
            FROM event w
           WHERE w.ticket_id = fact.ticket_id AND w.kind = 'waiting' AND {visible("w")}))"""
_LAST_VISIT = f"""
       (SELECT max(a.at_unix) FROM event a
         WHERE a.ticket_id = fact.ticket_id AND a.kind = 'arrived' AND NOT a.no_access AND {visible("a")})"""


def _clock(key: str, title: str, chinese: str, measure: Measure, formula: str, searched: str, judgement: str) -> Kpi:
    """The other clocks of K12, over completed repairs: `searched` is what is measured, in seconds."""
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
        settled=_ENDED,
        measure=measure,
        unit="hours",
        beside="time_to_repair",
        nobody="(dispatch)",
        verdicts=of_tickets(
            "reported",
            "type = 'repair'",
            _REPAIR.replace("WHEN done_unix IS NOT NULL", f"{judgement} WHEN done_unix IS NOT NULL"),
            amount="round(coalesce(seconds, 0) / 3600.0, 4)",
            searched={"seconds": searched},
        ),
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
           "mean of the hours that completed repairs waited, for whatever cause", _WAITED, ""),
    _clock("time_hands_on", "Time hands-on", "上门作业时间", stats.median,
           "median of the hours from the last visit that got in to the completion", f"fact.done_unix - {_LAST_VISIT}",
           "WHEN done_unix IS NOT NULL AND seconds IS NULL THEN 'excluded completed_without_arrival'"),
)  # fmt: skip

"""K12 and K13: how long customers wait, and what is still open."""

from servicedesk.core import stats
from servicedesk.core.stats import Measure
from servicedesk.desk.facts import seen
from servicedesk.desk.kpis.kpi import WITHDRAWN, Kpi, Verdicts, of_tickets

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


def _hours(end: str, judgement: str, hit_to: str) -> Verdicts:
    return of_tickets(
        "reported",
        "type = 'repair'",
        judgement,
        hit_to=hit_to,
        amount=f"round((coalesce({end}, :as_of) - reported_unix) / 3600.0, 4)",
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
        measure=measure,
        unit="hours",
        beside=beside,
        nobody="(dispatch)",
        verdicts=_hours("done_unix", _REPAIR, "done_id")
        if is_repair
        else _hours("arrived_unix", _ARRIVE, "arrived_id"),
    )


_WAITED = f"""
       (SELECT sum(ends - begins) FROM (
          SELECT w.at_unix AS begins, coalesce(
                 (SELECT e.at_unix FROM event e
                   WHERE e.ticket_id = w.ticket_id AND (e.kind = 'resumed' OR e.kind = 'waiting') AND {seen("e")}
                     AND (e.at_unix > w.at_unix OR e.at_unix = w.at_unix AND e.id > w.id)
                   ORDER BY e.at_unix, e.id LIMIT 1), fact.done_unix) AS ends
            FROM event w
           WHERE w.ticket_id = fact.ticket_id AND w.kind = 'waiting' AND {seen("w")}))"""
_LAST_VISIT = f"""
       (SELECT max(a.at_unix) FROM event a
         WHERE a.ticket_id = fact.ticket_id AND a.kind = 'arrived' AND NOT a.no_access AND {seen("a")})"""


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
        measure=measure,
        unit="hours",
        beside="time_to_repair",
        nobody="(dispatch)",
        verdicts=of_tickets(
            "reported",
            "type = 'repair'",
            _REPAIR.replace("WHEN done_unix IS NOT NULL", f"{judgement} WHEN done_unix IS NOT NULL"),
            amount="CASE WHEN judgement LIKE 'hit%' THEN round(coalesce(seconds, 0) / 3600.0, 4) END",
            searched={"seconds": searched},
        ),
    )


# K13: the state is what the last wait, the windows and the assignments say, as `ticket list` does (cli.md). Age counts
# from the earliest report of the tickets that a reopened one follows: cancel and reopen does not make it young.
_STATE = f"""
       (SELECT CASE e.kind WHEN 'waiting' THEN 'waiting_' || e.cause END FROM event e
         WHERE e.ticket_id = fact.ticket_id AND (e.kind = 'waiting' OR e.kind = 'resumed') AND {seen("e")}
         ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)"""
_WINDOW = f"""
       (SELECT e.window_to_unix FROM event e
         WHERE e.ticket_id = fact.ticket_id AND e.kind = 'appointed' AND {seen("e")}
         ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)"""
_SINCE = f"""
       (WITH RECURSIVE line(id) AS (
          SELECT fact.ticket_id
           UNION
          SELECT t.follows_ticket_id FROM line JOIN ticket t ON t.id = line.id WHERE t.follows_ticket_id IS NOT NULL)
        SELECT min(e.at_unix) FROM line
          JOIN event e ON e.ticket_id = line.id AND e.kind = 'reported' AND {seen("e")})"""


def _backlog() -> Verdicts:
    names = "ticket_id, reported_day, reported_month, assigned_id"
    return Verdicts(f"""
SELECT ticket_id, reported_day AS day, reported_month AS month, assigned_id AS who_id,
       'hit ' || coalesce(waits, CASE WHEN window_to_unix > :as_of THEN 'appointed'
                                        WHEN assigned_id IS NOT NULL THEN 'assigned' ELSE 'unassigned' END)
         AS judgement,
       round((:as_of - since_unix) / 86400.0, 4) AS amount, NULL AS detail
  FROM (SELECT {names}, {_STATE} AS waits, {_WINDOW} AS window_to_unix, {_SINCE} AS since_unix FROM ticket_fact fact
         WHERE done_unix IS NULL AND cancelled_unix IS NULL AND reported_unix <= :as_of LIMIT -1)
""")


_OPEN_AGE = "days since the earliest linked report"

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
    Kpi(
        key="backlog",
        title="Backlog",
        chinese="未结工单",
        better="lower",
        formula="tickets neither completed nor cancelled as of the instant, whenever they were reported",
        cohort="tickets of every type that are open as of the instant",
        hit=f"open (amount: {_OPEN_AGE}); the reason is its state",
        miss="never",
        pending="never",
        excluded="never",
        source="K13: a snapshot, computed anew for any past instant; by month: as of the end of each",
        settles_after=0,
        measure=stats.number,
        unit="tickets",
        is_snapshot=True,
        verdicts=_backlog(),
    ),
    Kpi(
        key="oldest_open",
        title="Oldest open ticket",
        chinese="最久未结",
        better="lower",
        formula="the greatest age of the backlog in days",
        cohort="tickets of every type that are open as of the instant",
        hit=f"open (amount: {_OPEN_AGE}); the reason is its state",
        miss="never",
        pending="never",
        excluded="never",
        source="K13: a reopened ticket is as old as the first of its line",
        settles_after=0,
        measure=stats.longest,
        unit="days",
        is_snapshot=True,
        beside="backlog",
        verdicts=_backlog(),
    ),
)  # fmt: skip

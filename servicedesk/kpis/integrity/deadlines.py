"""I1, I2, I4, I13: how close to 24 hours the outlet's promise is kept, and by what (K6, K17)."""

from fractions import Fraction

from servicedesk.kpis.definitions.kpi import within
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, COUNTED, FIELDS, TECHNICIAN, Signal, events, typist_sql
from servicedesk.records.ticket_facts import visible

_HEADLINE, _STRICT = (find_kpi(f"arrival_24h_rate{key}").verdicts.select for key in ("", "_strict"))
_CALLS = f"fact.type = 'repair' AND NOT fact.on_site AND {COUNTED}"  # as K6 counts them

# Who sent somebody: who typed the window that moved the deadline, else the last assignment, else the report.
_DISPATCHER = f"""coalesce(
                 (SELECT w.actor FROM event w
                   WHERE fact.deadline_unix > fact.reported_unix + 86400 AND w.ticket_id = fact.ticket_id
                     AND w.kind = 'appointed' AND w.asked_by = 'customer' AND w.window_to_unix = fact.deadline_unix
                     AND {visible("w")}
                   ORDER BY w.recorded_unix, w.id LIMIT 1),
                 {typist_sql("assigned", "DESC")}, r.actor)"""
_REPORT = (
    f"""ticket_fact fact JOIN event r ON r.ticket_id = fact.ticket_id AND r.kind = 'reported' AND {visible("r")}"""
)

_GAP = f"""
SELECT {FIELDS}
  FROM (SELECT fact.ticket_id, fact.appliance_id, fact.customer_id,
               coalesce(fact.arrived_id, fact.assigned_due_id) AS who_id, {_DISPATCHER} AS clerk,
               fact.reported_unix AS at_unix, r.recorded_unix,
               CASE substr(headline.judgement, 1, 1) || substr(strict.judgement, 1, 1)
                 WHEN 'hh' THEN 'miss in_time' WHEN 'hm' THEN 'hit in_time_by_window' WHEN 'mm' THEN 'miss late'
                 WHEN 'ph' THEN 'miss strict_in_time' WHEN 'pm' THEN 'miss strict_late'
                 WHEN 'em' THEN 'miss strict_late' END AS judgement,
               NULL AS detail
          FROM ({_HEADLINE}) headline JOIN ({_STRICT}) strict ON strict.ticket_id = headline.ticket_id
          JOIN {_REPORT}
         WHERE fact.ticket_id = headline.ticket_id)
 WHERE judgement IS NOT NULL
"""

_BUSY = f"""
WITH call AS (
  SELECT ticket_id, reported_day FROM ticket_fact fact
   WHERE {within("fact.reported")} AND {_CALLS}),
 load AS (SELECT reported_day, count(*) AS calls FROM call GROUP BY reported_day),
 placed AS (SELECT calls, row_number() OVER (ORDER BY calls) AS n, count(*) OVER () AS days FROM load),
 middle AS (SELECT avg(calls) AS calls FROM placed WHERE n = (days + 1) / 2 OR n = (days + 2) / 2)
SELECT fact.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.arrived_id, fact.assigned_id) AS who_id,
       {_DISPATCHER} AS clerk, fact.reported_unix AS at_unix, r.recorded_unix,
       CASE WHEN fact.deadline_unix > fact.reported_unix + 86400 THEN 'hit ' ELSE 'miss ' END
         || CASE WHEN load.calls > middle.calls THEN 'busy' ELSE 'quiet' END AS judgement,
       'day_with_' || load.calls || '_calls' AS detail
  FROM call JOIN load ON load.reported_day = call.reported_day CROSS JOIN middle
  JOIN {_REPORT}
 WHERE fact.ticket_id = call.ticket_id AND load.calls <> middle.calls
"""

_WAIT = "fact.arrived_unix - fact.reported_unix"
_FIRST = "e.at_unix = fact.arrived_unix AND e.id = (SELECT x.id FROM event x WHERE x.ticket_id = e.ticket_id"
_IS_FIRST = f"""{_FIRST} AND x.kind = 'arrived' AND {visible("x")} ORDER BY x.at_unix, x.id LIMIT 1)"""

SIGNALS = (
    Signal(
        key="I1",
        title="Headline less strict",
        chinese="到位率与严格口径之差",
        formula="24-hour arrival rate less its strict twin; hits: reports in time by a later window only",
        look_when="above 15 points, or growing",
        limit="> 15, grown",
        unit="points",
        why="windows 'asked for by the customer' that the outlet imposed move the deadline, never the strict one (K6)",
        innocent="customers who are at work all day do ask for another day",
        source="K17, K6; where one customer in seven asks for a later day an honest outlet shows 11 points: the line is"
        " 15, not 10; growing: wider than in the period of the same length before, by more than chance",
        people=(TECHNICIAN, CLERK),
        measure=measures.growing_gap(Fraction(15)),
        select=_GAP,
        grows=True,
    ),
    Signal(
        key="I2",
        title="Deferred on busy days",
        chinese="忙日与闲日改约之差",
        formula="share of repairs with a moved deadline on days above the median load less that on days below",
        look_when="above 10 points",
        limit="> 10 points",
        unit="points",
        why="customers ask for later windows on any day; where they do so when the outlet is full, it asked (K6)",
        innocent="a heat wave fills the days and the customers' own diaries; the load is of the whole outlet, and days"
        " at the median itself are in neither share",
        source="K17, K6; the load of a day: repairs reported on it, days without any left out",
        people=(TECHNICIAN, CLERK),
        measure=measures.gap(Fraction(10), "busy", "quiet"),
        select=_BUSY,
    ),
    Signal(
        key="I4",
        title="Just before the limit",
        chinese="临界前堆积",
        formula="first arrivals 23.5 to 24 hours after the report ÷ those 24 to 24.5 hours after it",
        look_when="above 5, from 10 cases on",
        limit="> 5, n ≥ 10",
        unit="ratio",
        why="arrivals dated back in order to be in time heap in the last half hour, and few come just after it (K6)",
        innocent="who sees the clock hurries: a good dispatcher sends somebody to the oldest call first",
        source="K17, K6; by the day of the report; cases: arrivals in either half hour",
        people=(TECHNICIAN, CLERK),
        measure=measures.ratio(Fraction(5), cases=10),
        select=events(
            "arrived",
            f"CASE WHEN {_WAIT} > 84600 AND {_WAIT} <= 86400 THEN 'hit just_before'"
            f" WHEN {_WAIT} > 86400 AND {_WAIT} <= 88200 THEN 'miss just_after' END",
            period=within("fact.reported"),
            condition=f"{_CALLS} AND {_IS_FIRST}",
        ),
    ),
    Signal(
        key="I13",
        title="Reached in 15 minutes",
        chinese="报修15分钟内到达",
        formula="repairs reached less than 15 minutes after the report ÷ repairs reached",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="a report typed when somebody is free to go starts the clock too late (K6)",
        innocent="a technician may be next door; a neighbour may ask him in; calls found on site are left out",
        source="K17, K6; by the day of the report",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
        select=events(
            "reported",
            f"CASE WHEN {_WAIT} < 900 THEN 'hit within_15_min' WHEN {_WAIT} >= 900 THEN 'miss later' END",
            who="fact.arrived_id",
            condition=_CALLS,
        ),
    ),
)

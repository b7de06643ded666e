"""Every KPI once: its meaning, and the one SELECT that gives each ticket of its cohort a verdict.

A SELECT yields (ticket_id, period_on, charged_id, verdict, reason): verdict is hit, miss, pending or excluded;
charged_id the technician a hit or a miss is attributed to (domain.md C9). It takes :from_unix and :until_unix (the
period), :as_of (seconds) and :as_of_on (its local date). Counting is done in reports.py, nowhere else.
"""

from dataclasses import dataclass, field

from servicedesk.core.errors import NotFoundError, nearest
from servicedesk.core.model import NOT_REPEATABLE, REPEAT_DAYS
from servicedesk.desk.surveys import ANSWER_DAYS, COUNTED
from servicedesk.desk.tickets import DEADLINE

_NOT_REPEATABLE = " OR ".join(f"outcome = '{outcome}'" for outcome in NOT_REPEATABLE)


def seen(alias: str) -> str:
    """Whether a fact is visible as of :as_of: it had happened, was recorded, and was not yet voided (C3)."""
    return (
        f"({alias}.at_unix <= :as_of AND {alias}.recorded_unix <= :as_of"
        f" AND ({alias}.voided_unix IS NULL OR {alias}.voided_unix > :as_of))"
    )


def in_period(alias: str) -> str:
    """Whether a fact's instant lies in the period (C2)."""
    return f"{alias}.at_unix >= :from_unix AND {alias}.at_unix < :until_unix"


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure and how it is made. `settles_after` is the days after the period in which tickets still mature."""

    key: str
    title: str
    better: str
    formula: str
    cohort: str
    hit: str
    miss: str
    pending: str
    excluded: str
    source: str
    settles_after: int
    verdicts: str = field(repr=False)
    nobody: str = "(none)"


SATISFACTION = f"""
WITH job AS MATERIALIZED (
  SELECT done.ticket_id, substr(done.at, 1, 10) AS done_on, done.technician_id, done.outcome,
         (SELECT coalesce(CASE s.satisfied WHEN 1 THEN 'satisfied' WHEN 0 THEN 'not_satisfied' END, 'score_' || s.score)
            FROM event s WHERE s.id = ({COUNTED.format(visible=seen("s"))})) AS answer
    FROM event done
    JOIN ticket t ON t.id = done.ticket_id
   WHERE done.kind = 'completed' AND {in_period("done")} AND {seen("done")}
     AND (t.type = 'repair' OR t.type = 'install' OR t.type = 'maintenance')
)
SELECT ticket_id, done_on AS period_on, technician_id AS charged_id,
       CASE
         WHEN outcome = 'resolved_remotely' THEN 'excluded'
         WHEN answer = 'score_5' OR answer = 'score_4' OR answer = 'satisfied' THEN 'hit'
         WHEN answer IS NOT NULL THEN 'miss'
         WHEN date(done_on, '+{ANSWER_DAYS} days') >= :as_of_on THEN 'pending'
         ELSE 'excluded'
       END AS verdict,
       CASE
         WHEN outcome = 'resolved_remotely' THEN 'resolved_remotely'
         WHEN answer IS NOT NULL THEN answer
         WHEN date(done_on, '+{ANSWER_DAYS} days') >= :as_of_on THEN 'no_answer_yet'
         ELSE 'no_answer'
       END AS reason
  FROM job
"""

REPEAT_REPAIR = f"""
WITH job AS MATERIALIZED (
  SELECT done.ticket_id, substr(done.at, 1, 10) AS done_on, done.technician_id, done.outcome, t.appliance_id,
         (SELECT n.id
            FROM ticket n
            CROSS JOIN event r ON r.ticket_id = n.id AND r.kind = 'reported' AND {seen("r")}
           WHERE n.appliance_id = t.appliance_id AND n.type = 'repair'
             AND r.at_unix > done.at_unix AND r.at_unix < done.at_unix + ({REPEAT_DAYS} + 2) * 86400
             AND substr(r.at, 1, 10) <= date(substr(done.at, 1, 10), '+{REPEAT_DAYS} days')
             -- of r, not of n: the few reports in time are asked for a cancellation, not every ticket of the machine
             AND NOT EXISTS (SELECT 1 FROM event x
                              WHERE x.ticket_id = r.ticket_id AND x.kind = 'cancelled' AND {seen("x")}
                                AND (x.reason = 'duplicate' OR x.reason = 'entry_error'))
           ORDER BY r.at_unix, n.id LIMIT 1) AS repeat_id
    FROM event done
    JOIN ticket t ON t.id = done.ticket_id AND t.type = 'repair'
   WHERE done.kind = 'completed' AND {in_period("done")} AND {seen("done")}
)
SELECT ticket_id, done_on AS period_on, technician_id AS charged_id,
       CASE
         WHEN appliance_id IS NULL THEN 'excluded'
         WHEN {_NOT_REPEATABLE} THEN 'excluded'
         WHEN date(done_on, '+{REPEAT_DAYS} days') >= :as_of_on THEN 'pending'
         WHEN repeat_id IS NOT NULL THEN 'hit'
         ELSE 'miss'
       END AS verdict,
       CASE
         WHEN appliance_id IS NULL THEN 'no_appliance'
         WHEN {_NOT_REPEATABLE} THEN outcome
         WHEN repeat_id IS NOT NULL THEN 'repeated_by_T' || repeat_id
         WHEN date(done_on, '+{REPEAT_DAYS} days') >= :as_of_on THEN 'not_yet_{REPEAT_DAYS}_days'
         ELSE 'not_repeated'
       END AS reason
  FROM job
"""

_ARRIVAL = """
WITH call AS MATERIALIZED (
  SELECT r.ticket_id, substr(r.at, 1, 10) AS reported_on, t.on_site,
         arr.at_unix AS arrived_unix, arr.technician_id AS arrived_by, arr.no_access,
         x.at_unix AS cancelled_unix, x.reason AS cancel_reason, x.cancelled_by,
         done.at_unix AS done_unix, done.outcome,
         {deadline} AS deadline
    FROM event r
    JOIN ticket t ON t.id = r.ticket_id AND t.type = 'repair'
    LEFT JOIN event arr ON arr.id = (
           SELECT e.id FROM event e
            WHERE e.ticket_id = r.ticket_id AND e.kind = 'arrived' AND {seen_e}
            ORDER BY e.at_unix, e.id LIMIT 1)
    LEFT JOIN event x ON x.ticket_id = r.ticket_id AND x.kind = 'cancelled' AND {seen_x}
    LEFT JOIN event done ON done.ticket_id = r.ticket_id AND done.kind = 'completed' AND {seen_done}
   WHERE r.kind = 'reported' AND {in_period} AND {seen_r}
),
judged AS MATERIALIZED (
  SELECT *,
         CASE
           WHEN cancel_reason = 'duplicate' OR cancel_reason = 'entry_error' THEN 'excluded ' || cancel_reason
           WHEN on_site THEN 'excluded on_site'
           WHEN arrived_unix IS NOT NULL AND deadline > :as_of THEN 'pending arrived'
           WHEN arrived_unix <= deadline AND no_access THEN 'hit in_time_no_access'
           WHEN arrived_unix <= deadline THEN 'hit in_time'
           WHEN arrived_unix IS NOT NULL THEN 'miss late'
           WHEN cancelled_unix <= deadline AND cancelled_by = 'customer' THEN 'excluded cancelled_by_customer'
           WHEN cancelled_unix <= deadline AND cancel_reason = 'out_of_area' THEN 'excluded out_of_area'
           WHEN done_unix <= deadline AND outcome = 'resolved_remotely' THEN 'excluded remote'
           WHEN deadline > :as_of THEN 'pending not_yet_due'
           WHEN cancelled_unix IS NOT NULL THEN 'miss cancelled_without_arrival'
           WHEN done_unix IS NOT NULL THEN 'miss completed_without_arrival'
           ELSE 'miss no_arrival'
         END AS judgement
    FROM call
)
SELECT ticket_id, reported_on AS period_on,
       CASE WHEN judgement LIKE 'hit%' THEN arrived_by
            ELSE (SELECT e.technician_id FROM event e
                   WHERE e.ticket_id = judged.ticket_id AND e.kind = 'assigned' AND {seen_e} AND e.at_unix <= deadline
                   ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
       END AS charged_id,
       substr(judgement, 1, instr(judgement, ' ') - 1) AS verdict,
       substr(judgement, instr(judgement, ' ') + 1) AS reason
  FROM judged
"""


def _arrival(deadline: str) -> str:
    return _ARRIVAL.format(
        deadline=deadline,
        seen_e=seen("e"),
        seen_x=seen("x"),
        seen_done=seen("done"),
        seen_r=seen("r"),
        in_period=in_period("r"),
    )


_ARRIVAL_EXCLUDED = (
    "cancelled as duplicate or entry error; found on site during our own visit; not reached and, at or before the"
    " deadline, cancelled by the customer, found out of area, or resolved remotely"
)

KPIS = (
    Kpi(
        key="satisfaction_rate",
        title="Satisfaction rate (用户满意率)",
        better="higher",
        formula="tickets whose counted answer is 4 or 5 ÷ tickets with a counted answer",
        cohort="repair, install and maintenance tickets completed in the period",
        hit="the first valid answer is 4 or 5, or an imported yes",
        miss="the first valid answer is 1, 2 or 3, or an imported no",
        pending=f"no answer yet, and not more than {ANSWER_DAYS} days since the completion",
        excluded=f"no answer within {ANSWER_DAYS} days (no_answer); resolved remotely",
        source="K1: the two upper boxes, as the trade counts CSAT; the first answer and the 14 days are ours",
        settles_after=ANSWER_DAYS,
        verdicts=SATISFACTION,
    ),
    Kpi(
        key="repeat_repair_rate",
        title="Repeat-repair rate (多次维修率)",
        better="lower",
        formula="repairs reported again on the same machine within 30 days ÷ completed repairs",
        cohort="repair tickets completed in the period",
        hit="a later repair report on the same machine, any fault, up to 30 calendar days after the completion",
        miss="no such report; charged to the technician who completed the first repair",
        pending=f"not more than {REPEAT_DAYS} days since the completion",
        excluded="no machine known; exchanged; not repairable; resolved remotely",
        source="K4: same machine, any fault, as Rossware and Samsung count; 30 days is the legal guarantee of a repair",
        settles_after=REPEAT_DAYS,
        verdicts=REPEAT_REPAIR,
    ),
    Kpi(
        key="arrival_24h_rate",
        title="24-hour arrival rate (24小时服务到位率)",
        better="higher",
        formula="repairs with the first arrival not later than the deadline ÷ repairs whose deadline has passed",
        cohort="repair tickets reported in the period",
        hit="first arrival at or before the deadline: 24 hours after the report, or the end of a later window that the"
        " customer asked for and that was recorded before the deadline valid then",
        miss="arrived later, or nobody arrived and the deadline has passed",
        pending="the deadline has not passed",
        excluded=_ARRIVAL_EXCLUDED,
        source="K6: 24 hours around the clock, as promised; only the customer's own wish moves the deadline",
        settles_after=1,
        verdicts=_arrival(DEADLINE.format(visible=seen("e"))),
        nobody="(dispatch)",
    ),
    Kpi(
        key="arrival_24h_rate_strict",
        title="24-hour arrival rate, strict",
        better="higher",
        formula="the same, the deadline always 24 hours after the report",
        cohort="repair tickets reported in the period",
        hit="first arrival at most 24 hours after the report",
        miss="arrived later, or nobody arrived within 24 hours",
        pending="24 hours have not passed",
        excluded=_ARRIVAL_EXCLUDED,
        source="K6 strict: printed beside K6, so that deferrals show",
        settles_after=1,
        verdicts=_arrival("r.at_unix + 86400"),
        nobody="(dispatch)",
    ),
)


def named(key: str) -> Kpi:
    """The KPI of that key; NotFoundError names the nearest."""
    for kpi in KPIS:
        if kpi.key == key.strip().lower():
            return kpi
    raise NotFoundError(f"there is no KPI '{key}'", hint=nearest(key, [kpi.key for kpi in KPIS]))

"""K14: birthdays that were celebrated in time."""

from servicedesk.domain.birthday_rules import VISIT_DAYS
from servicedesk.kpis.definitions.kpi import Judged, Kpi, Shown, Verdicts
from servicedesk.records.ticket_facts import day, month, then

# A visit may care for several machines of a home: each birthday counts under its own.
_SHOWN = Shown("due_day", "due_month", "done_id", "coalesce(done_id, assigned_id)", appliance_id="appliance_id")
_JUDGEMENT = f"""CASE
         WHEN ended_as = 'declined' THEN 'excluded declined'
         WHEN ended_as = 'cancelled' AND ended_reason = 'retired' OR retired_day <= due_day THEN 'excluded retired'
         WHEN ended_as = 'cancelled' THEN 'excluded cancelled'
         WHEN cancel_reason = 'out_of_area' THEN 'excluded out_of_area'
         WHEN cancelled_by = 'customer' THEN 'excluded declined'
         WHEN due_day + {VISIT_DAYS} >= :as_of_day THEN 'pending not_yet_{VISIT_DAYS}_days'
         WHEN is_done AND abs(done_day - due_day) <= {VISIT_DAYS} THEN 'hit done'
         WHEN is_done THEN 'miss done_late'
         WHEN ended_as = 'missed' THEN 'miss missed'
         ELSE 'miss not_done' END"""
_RETIRED = f"({then('appliance', 'retired_on', 'l.appliance_id', ':as_of')})"
_ENDED = "CASE WHEN unixepoch(l.ended_at) <= :as_of THEN l.{column} END AS {column}"

_LINES = f"""(
    SELECT f.ticket_id, l.appliance_id, {day("l.due_on")} AS due_day, {month("l.due_on")} AS due_month,
           {_ENDED.format(column="ended_as")}, {_ENDED.format(column="ended_reason")},
           {day(_RETIRED)} AS retired_day, f.done_id, f.assigned_id, f.done_day, f.cancel_reason, f.cancelled_by,
           f.done_unix IS NOT NULL AND (f.outcome = 'done' OR f.type <> 'maintenance') AS is_done
      FROM maintenance_line l
      LEFT JOIN ticket_fact f ON f.ticket_id = l.ticket_id
     WHERE l.role = 'care' AND unixepoch(l.recorded_at) <= :as_of
       AND (l.voided_at IS NULL OR unixepoch(l.voided_at) > :as_of)
       AND {day("l.due_on")} >= :from_day AND {day("l.due_on")} < :until_day LIMIT -1)"""

KPIS = (
    Kpi(
        key="maintenance_completion_rate",
        title="Maintenance completion",
        chinese="保养完成率",
        better="higher",
        formula=f"birthdays cared for within {VISIT_DAYS} days of their due date ÷ birthdays due",
        cohort="birthdays due in the period that 'maintenance generate' has made a line of",
        hit=f"the machine was cared for at most {VISIT_DAYS} days before or after the day",
        miss="cared for outside these days, missed, or not cared for",
        pending=f"not more than {VISIT_DAYS} days since the due date",
        excluded="machine retired; declined, or the visit cancelled by the customer; out of area; line cancelled",
        source="K14, M19: thirty days around the birthday",
        settles_after=VISIT_DAYS,
        verdicts=Verdicts(Judged(_SHOWN, _JUDGEMENT, _LINES)),
    ),
)

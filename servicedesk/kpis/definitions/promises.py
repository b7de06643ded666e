"""K8: what was promised, the windows included, and whether it was kept."""

from servicedesk.base import stats
from servicedesk.kpis.definitions.kpi import WITHDRAWN, Judged, Kpi, Shown, Verdicts, in_period
from servicedesk.records.ticket_facts import day, month, visible

EARLY = 15 * 60  # seconds before a window in which an arrival is still on time


def _assigned_at(instant: str) -> str:
    return f"""(SELECT e.technician_id FROM event e
         WHERE e.ticket_id = p.ticket_id AND e.kind = 'assigned' AND {visible("e")} AND e.at_unix <= {instant}
         ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)"""


_KEPT = """CASE
         WHEN kind = 'withdrawn' AND withdrawn_by = 'customer' AND end_unix < due_unix
           THEN 'excluded withdrawn_by_customer'
         WHEN due_unix > :as_of THEN 'pending not_yet_due'
         WHEN kind = 'kept' AND end_unix <= due_unix THEN 'hit kept'
         WHEN kind = 'kept' THEN 'miss kept_late'
         WHEN kind = 'withdrawn' THEN 'miss withdrawn'
         ELSE 'miss not_kept' END"""
_LEAD = "CASE WHEN due_unix > :as_of THEN 'pending not_yet_due' ELSE 'hit promised' END"


_PROMISES = f"""(
    SELECT p.id, p.ticket_id, p.due_at, p.due_unix, p.at_unix, x.kind, x.at_unix AS end_unix, x.withdrawn_by,
           {_assigned_at("p.due_unix")} AS due_to, {_assigned_at(":as_of")} AS assigned_id
      FROM promise p
      LEFT JOIN promise_end x ON x.promise_id = p.id AND {visible("x")}
     WHERE {in_period("p.due_unix")} AND {visible("p")} LIMIT -1)"""


def _promises(judgement: str, amount: str = "NULL") -> Verdicts:
    shown = Shown(day("due_at"), month("due_at"), "due_to", "due_to", amount=amount, detail="'P' || id")
    return Verdicts(Judged(shown, judgement, _PROMISES))


# A window that the customer moved before it was over is not broken, unless somebody had come in it: then it was kept.
# One that the outlet moved is judged all the same. A corrected window keeps its place among them, as in K6.
_WINDOW = f"""CASE
         WHEN {WITHDRAWN} THEN 'excluded ' || cancel_reason
         WHEN moved_by = 'customer' AND (in_window IS NULL OR in_window > moved_unix) THEN 'excluded moved_by_customer'
         WHEN in_window IS NULL AND cancelled_unix <= due_unix AND cancelled_by = 'customer'
           THEN 'excluded cancelled_by_customer'
         WHEN in_window IS NULL AND done_unix < from_unix THEN 'excluded done_before'
         WHEN due_unix > :as_of THEN 'pending not_yet_over'
         WHEN in_window IS NOT NULL THEN 'hit in_window'
         WHEN moved_by = 'outlet' THEN 'miss moved_by_outlet'
         WHEN first_unix < from_unix THEN 'miss early'
         WHEN first_unix IS NOT NULL THEN 'miss late'
         ELSE 'miss nobody_came' END"""
_ARRIVAL = f"""SELECT a.{{column}} FROM event a
             WHERE a.ticket_id = p.ticket_id AND a.kind = 'arrived' AND {visible("a")}
               AND a.at_unix >= p.at_unix{{more}}
             ORDER BY a.at_unix, a.id LIMIT 1"""
_IN = f" AND a.at_unix >= unixepoch(p.window_from) - {EARLY} AND a.at_unix <= p.window_to_unix"
_AGREED = "coalesce({first}.recorded_unix, {alias}.recorded_unix)"
_PLACE = f"({_AGREED}, coalesce({{first}}.id, {{alias}}.id))"
_MOVED = f"""SELECT {{column}} FROM event m LEFT JOIN event l ON l.id = m.corrects_id
             WHERE m.ticket_id = p.ticket_id AND m.kind = 'appointed' AND {visible("m")}
               AND {_PLACE.format(alias="m", first="l")} > {_PLACE.format(alias="p", first="q")}
               AND {_AGREED.format(alias="m", first="l")} <= p.window_to_unix
             ORDER BY {_AGREED.format(alias="m", first="l")}, coalesce(l.id, m.id) LIMIT 1"""
_WINDOWS = f"""(
    SELECT p.ticket_id, p.window_to, unixepoch(p.window_from) AS from_unix, p.window_to_unix AS due_unix,
           f.cancel_reason, f.cancelled_unix, f.cancelled_by, f.done_unix,
           ({_MOVED.format(column="m.asked_by")}) AS moved_by,
           ({_MOVED.format(column=_AGREED.format(alias="m", first="l"))}) AS moved_unix,
           ({_ARRIVAL.format(column="at_unix", more=_IN)}) AS in_window,
           ({_ARRIVAL.format(column="technician_id", more=_IN)}) AS in_window_id,
           ({_ARRIVAL.format(column="at_unix", more="")}) AS first_unix,
           {_assigned_at("p.window_to_unix")} AS due_to, f.assigned_id
      FROM event p
      LEFT JOIN event q ON q.id = p.corrects_id
      JOIN ticket_fact f ON f.ticket_id = p.ticket_id
     WHERE p.kind = 'appointed' AND {in_period("p.window_to_unix")} AND {visible("p")} LIMIT -1)"""
_CAME = Shown(day("window_to"), month("window_to"), "in_window_id", "due_to")

KPIS = (
    Kpi(
        key="promise_kept_rate",
        title="Promises kept",
        chinese="承诺兑现率",
        better="higher",
        formula="promises kept by the time they fell due ÷ promises that fell due",
        cohort="promises due in the period, each recorded before it fell due",
        hit="kept at or before the due time",
        miss="kept later, open past due, or withdrawn otherwise than by the customer in time",
        pending="not yet due, kept already or not",
        excluded="withdrawn by the customer before it fell due",
        source="K8: open ones past due are broken; a changed promise is a new one, the old one stays",
        settles_after=0,
        verdicts=_promises(_KEPT),
    ),
    Kpi(
        key="promise_lead_hours",
        title="Promised lead time",
        chinese="承诺提前量",
        better="lower",
        formula="median of the hours from the making of a promise to its due time",
        cohort="promises due in the period",
        hit="fell due (amount: hours)",
        miss="never",
        pending="not yet due",
        excluded="never",
        source="K8, companion: who promises late keeps easily",
        settles_after=0,
        measure=stats.median,
        unit="hours",
        beside="promise_kept_rate",
        verdicts=_promises(_LEAD, "CASE WHEN due_unix <= :as_of THEN round((due_unix - at_unix) / 3600.0, 4) END"),
    ),
    Kpi(
        key="window_on_time_rate",
        title="On time within the window",
        chinese="预约时段准时率",
        better="higher",
        formula="windows in which somebody arrived ÷ windows agreed",
        cohort="windows that end in the period, whoever proposed them",
        hit=f"an arrival in the window, or up to {EARLY // 60} minutes before it",
        miss="arrived earlier or later, nobody came, or the outlet moved the window",
        pending="the window is not over",
        excluded="duplicates and entry errors; nobody had come and, at or before its end, the customer moved it or"
        " cancelled the ticket; ticket completed before it began",
        source="K8: a window is a promise; early is not on time",
        settles_after=0,
        verdicts=Verdicts(Judged(_CAME, _WINDOW, _WINDOWS)),
        beside="promise_kept_rate",
    ),
)

"""K13: what is still open at an instant, in which state, and for how long."""

from servicedesk.base import stats
from servicedesk.kpis.definitions.kpi import Judged, Kpi, Shown, Verdicts
from servicedesk.records.ticket_facts import visible


def _newest(column: str, kinds: str, more: str = "") -> str:
    """SQL: that column of the ticket's newest visible event of those kinds."""
    return f"""(SELECT e.{column} FROM event e WHERE e.ticket_id = fact.ticket_id AND ({kinds}) AND {visible("e")}{more}
         ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)"""


_TURN = "e.kind = 'waiting' OR e.kind = 'resumed'"
# The state is what `ticket list` shows, a wait by its cause.
_STATE = f"""CASE
         WHEN {_newest("kind", _TURN)} = 'waiting' THEN 'waiting_' || {_newest("cause", "e.kind = 'waiting'")}
         WHEN {_newest("at_unix", "e.kind = 'arrived'", " AND NOT e.no_access")}
              >= coalesce({_newest("at_unix", _TURN)}, 0) THEN 'arrived'
         WHEN {_newest("window_to_unix", "e.kind = 'appointed'")} > :as_of THEN 'appointed'
         WHEN assigned_id IS NOT NULL THEN 'assigned'
         ELSE 'unassigned' END"""
# Age counts from the earliest report of the tickets that a reopened one follows: cancel and reopen makes nothing young.
# No join: after an ANALYZE, SQLite 3.40 filters one by the line of the first ticket for all (tests/bench/test_big.py).
_SINCE = f"""
       (WITH RECURSIVE line(id) AS (
          SELECT fact.ticket_id
           UNION
          SELECT (SELECT t.follows_ticket_id FROM ticket t WHERE t.id = line.id) AS follows FROM line
           WHERE follows IS NOT NULL)
        SELECT min((SELECT e.at_unix FROM event e
                     WHERE e.ticket_id = line.id AND e.kind = 'reported' AND {visible("e")}))
          FROM line)"""
_OPEN = f"""(
    SELECT ticket_id, reported_day, reported_month, assigned_id, {_STATE} AS state, {_SINCE} AS since_unix
      FROM ticket_fact fact
     WHERE done_unix IS NULL AND cancelled_unix IS NULL AND reported_unix <= :as_of LIMIT -1)"""
_SHOWN = Shown(
    "reported_day", "reported_month", "assigned_id", "assigned_id", amount="round((:as_of - since_unix) / 86400.0, 4)"
)
_BACKLOG = Verdicts(Judged(_SHOWN, "'hit ' || state", _OPEN))
_OPEN_AGE = "days since the earliest linked report"

KPIS = (
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
        verdicts=_BACKLOG,
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
        verdicts=_BACKLOG,
    ),
)

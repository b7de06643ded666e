"""KPIs of the backlog (K13): the tickets open at an instant, their state and age."""

from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi

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
    ),
    Kpi(
        key="oldest_open",
        statement="backlog",
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
    ),
)

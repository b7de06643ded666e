"""KPIs of promises (K8): promises and agreed windows that were kept."""

from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi

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
    ),
    Kpi(
        key="window_on_time_rate",
        title="On time within the window",
        chinese="预约时段准时率",
        better="higher",
        formula="windows in which somebody arrived ÷ windows agreed",
        cohort="windows that end in the period, whoever proposed them",
        hit="an arrival in the window, or up to 15 minutes before it",
        miss="arrived earlier or later, nobody came, or the outlet moved the window",
        pending="the window is not over",
        excluded="duplicates and entry errors; nobody had come and, at or before its end, the customer moved it or"
        " cancelled the ticket; ticket completed before it began",
        source="K8: a window is a promise; early is not on time",
        settles_after=0,
        beside="promise_kept_rate",
    ),
)

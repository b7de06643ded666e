"""KPIs of repeat repairs (K4) and of faults fixed at the first visit (K5)."""

from servicedesk.domain.model import REPEAT_DAYS
from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi

_EXCLUDED = "no appliance known; exchanged; not repairable; resolved remotely"


def _repeats(
    key: str, title: str, chinese: str, formula: str, source: str, *, days: int, excluded: str = _EXCLUDED
) -> Kpi:
    """Return a companion of K4 over the same repairs."""
    return Kpi(
        key=key,
        title=title,
        chinese=chinese,
        better="lower",
        formula=formula,
        cohort="repair tickets completed in the period",
        hit="such a report",
        miss="no such report; charged to the technician who completed the first repair",
        pending=f"not more than {days} days since the completion",
        excluded=excluded,
        source=source,
        settles_after=days,
        along="done",
        beside="repeat_repair_rate",
    )


KPIS = (
    Kpi(
        key="repeat_repair_rate",
        title="Repeat-repair rate",
        chinese="多次维修率",
        better="lower",
        formula="repairs reported again on the same appliance within 30 days ÷ completed repairs",
        cohort="repair tickets completed in the period",
        hit="a later repair report on the same appliance, any fault, up to 30 calendar days after the completion",
        miss="no such report; charged to the technician who completed the first repair",
        pending=f"not more than {REPEAT_DAYS} days since the completion",
        excluded="no appliance known; exchanged; not repairable; resolved remotely",
        source="K4: same appliance, any fault, as Rossware and Samsung count; 30 days is the legal guarantee of a"
        " repair",
        settles_after=REPEAT_DAYS,
        along="done",
    ),
    _repeats(
        "same_fault_repeat_rate",
        "Repeats of the same fault",
        "同一故障重修率",
        "repairs reported again on the same appliance with the same fault within 30 days ÷ completed repairs with a"
        " fault code",
        "K4, companion: the narrow reading, beside the headline because fault codes can be chosen",
        days=REPEAT_DAYS,
        excluded=f"{_EXCLUDED}; without a fault code (no_fault_code)",
    ),
    *(
        _repeats(
            f"repeat_repair_rate_{days}d",
            f"Repeats within {days} days",
            f"{days}天内重修率",
            f"repairs reported again on the same appliance within {days} days ÷ completed repairs",
            f"K4, companion: printed when {days} days are over",
            days=days,
        )
        for days in (60, 90)
    ),
    _repeats(
        "repeat_net_of_excused_rate",
        "Repeats net of excused ones",
        "剔除免责后的重修率",
        "the same, but repeats that ended as the user's doing, found by another technician, do not count",
        "K4, companion net_of_excused",
        days=REPEAT_DAYS,
    ),
    Kpi(
        key="repeats_already",
        title="Early warning: repeated already",
        chinese="重修预警",
        better="lower",
        formula="repairs whose 30 days are not over and that were reported again already",
        cohort="repair tickets completed in the period",
        hit="reported again, although 30 days are not over",
        miss="30 days are over: in the repeat-repair rate itself",
        pending="not reported again so far",
        excluded="no appliance known; exchanged; not repairable; resolved remotely",
        source="K4, companion: early warning among the un-matured",
        settles_after=REPEAT_DAYS,
        measure=stats.number,
        unit="tickets",
        beside="repeat_repair_rate",
    ),
    Kpi(
        key="first_time_fix_rate",
        title="First-time-fix rate",
        chinese="一次修复率",
        better="higher",
        formula="repairs with exactly one visit and no repeat within 30 days ÷ completed repairs",
        cohort="repair tickets completed in the period",
        hit="one visit (nobody home is none), and not reported again within 30 days",
        miss="no visit or several, or reported again",
        pending=f"not more than {REPEAT_DAYS} days since the completion",
        excluded="no appliance known; exchanged; not repairable; resolved remotely",
        source="K5: the strict reading, 'any repeat visit cannot be for the same issue'",
        settles_after=REPEAT_DAYS,
        along="done",
    ),
    Kpi(
        key="first_time_fix_rate_incl_remote",
        title="First-time-fix rate with remote ones",
        chinese="一次修复率（含远程）",
        better="higher",
        formula="the same, where a remote resolution counts as a first-time fix",
        cohort="repair tickets completed in the period",
        hit="one visit, or resolved remotely, and not reported again",
        miss="no visit or several, or reported again",
        pending=f"not more than {REPEAT_DAYS} days since the completion",
        excluded="no appliance known; exchanged; not repairable",
        source="K5: remote resolutions are a line of their own, counted only here",
        settles_after=REPEAT_DAYS,
        along="done",
        beside="first_time_fix_rate",
    ),
    Kpi(
        key="single_visit_rate",
        title="Single-visit rate",
        chinese="一次上门率",
        better="higher",
        formula="repairs with exactly one visit ÷ completed repairs",
        cohort="repair tickets completed in the period",
        hit="one visit (nobody home is none)",
        miss="no visit or several",
        pending="never: settled with the completion",
        excluded="no appliance known; exchanged; not repairable; resolved remotely",
        source="K5: the lenient reading, 'resolved in the first service visit'",
        settles_after=0,
        along="done",
        beside="first_time_fix_rate",
    ),
    Kpi(
        key="visits_per_fault",
        title="Visits per fault",
        chinese="每故障上门次数",
        better="lower",
        formula="visits of all repairs of a chain ÷ chains; a chain is repairs of the same fault on the same appliance,"
        " each reported again within 30 days",
        cohort="repair tickets completed in the period",
        hit="the last repair of its chain, mostly the only one (amount: the visits of the whole chain)",
        miss="never",
        pending=f"not more than {REPEAT_DAYS} days since the completion; or repeated, and the repeat is still open",
        excluded="no appliance known; exchanged; not repairable; resolved remotely; an earlier link of a chain, counted"
        " with the visits at its end (repeated_by)",
        source="K5: the service handbook's wording, the number of times needed to repair it",
        settles_after=REPEAT_DAYS,
        waits_for_ends=True,
        measure=stats.mean,
        unit="visits",
        beside="first_time_fix_rate",
    ),
)

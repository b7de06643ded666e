"""K4 and K5: repairs that come back, and faults mended at the first visit."""

from servicedesk.base import stats
from servicedesk.domain.model import NOT_REPEATABLE, REPEAT_DAYS
from servicedesk.kpis.definitions.kpi import Kpi, Verdicts, of_tickets

_NOT_REPEATABLE = " OR ".join(f"outcome = '{outcome}'" for outcome in NOT_REPEATABLE)
_OTHER = "(n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')"  # C7


def _again(of: str, days: int, more: str = "") -> str:
    """The earliest later report of the machine of `of` within so many calendar days, not withdrawn (C4, C7)."""
    return f"""SELECT n.ticket_id FROM ticket_fact n
         WHERE n.type = 'repair' AND n.appliance_id = {of}.appliance_id
           AND n.reported_unix > {of}.done_unix AND n.reported_unix < {of}.done_unix + ({days} + 2) * 86400
           AND n.reported_day <= {of}.done_day + {days} AND {_OTHER}{more}
         ORDER BY n.reported_unix, n.ticket_id LIMIT 1"""


def repairs(judgement: str, *, days: int = REPEAT_DAYS, more: str = "", amount: str = "NULL") -> Verdicts:
    """Completed repairs with `again_id`, the ticket that repeated each; `judgement` says what that means."""
    detail = "CASE WHEN judgement LIKE '%_by' THEN 'T' || again_id END"
    searched = {"again_id": _again("fact", days, more)}
    return of_tickets("done", "type = 'repair'", judgement, amount=amount, detail=detail, searched=searched)


_OUTSIDE = f"""
         WHEN appliance_id IS NULL THEN 'excluded no_appliance'
         WHEN {_NOT_REPEATABLE} THEN 'excluded ' || outcome"""


def _judged(days: int, hit: str = "hit", miss: str = "miss") -> str:
    return f"""CASE {_OUTSIDE}
         WHEN done_day + {days} >= :as_of_day THEN
           CASE WHEN again_id IS NULL THEN 'pending not_yet_{days}_days' ELSE 'pending repeated_by' END
         WHEN again_id IS NULL THEN '{miss} not_repeated' ELSE '{hit} repeated_by' END"""


def _repeats(key: str, title: str, chinese: str, formula: str, source: str, *, verdicts: Verdicts, days: int) -> Kpi:
    """A companion of K4 over the same repairs."""
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
        excluded="no machine known; exchanged; not repairable; resolved remotely",
        source=source,
        settles_after=days,
        beside="repeat_repair_rate",
        verdicts=verdicts,
    )


# A repeat is excused where it ended as the user's doing, completed by somebody else than the one charged with it; where
# one of them is not known it is not excused: missing data never helps (C8).
_NOT_EXCUSED = """
              AND NOT coalesce(n.outcome = 'user_caused' AND n.done_id <> fact.done_id, 0)"""

_FIRST_TIME = f"""CASE {_OUTSIDE}
         WHEN done_day + {REPEAT_DAYS} >= :as_of_day THEN 'pending not_yet_{REPEAT_DAYS}_days'
         WHEN visits <> 1 THEN 'miss ' || visits || '_visits'
         WHEN again_id IS NOT NULL THEN 'miss repeated_by' ELSE 'hit one_visit' END"""

# K5: a chain links repairs of the same fault. What was cancelled is no link of it, so every chain has an end that was,
# or will be, completed: there its visits are counted, all of them, and nowhere else.
_LINK = " AND n.fault = {of}.fault AND n.cancelled_unix IS NULL"
_CHAINED = f"""CASE {_OUTSIDE}
         WHEN again_id IS NOT NULL THEN
           CASE WHEN (SELECT d.done_unix FROM ticket_fact d WHERE d.ticket_id = again_id) IS NULL
                THEN 'pending repeated_by' ELSE 'excluded repeated_by' END
         WHEN done_day + {REPEAT_DAYS} >= :as_of_day THEN 'pending not_yet_{REPEAT_DAYS}_days'
         ELSE 'hit ended' END"""
_VISITS = f"""(WITH RECURSIVE link(id) AS (
          SELECT ticket_id
           UNION
          SELECT p.ticket_id FROM link
            JOIN ticket_fact b ON b.ticket_id = link.id
            JOIN ticket_fact p ON p.type = 'repair' AND p.appliance_id = b.appliance_id AND p.fault = b.fault
                              AND NOT ({_NOT_REPEATABLE.replace("outcome", "p.outcome")})
           WHERE ({_again("p", REPEAT_DAYS, _LINK.format(of="p"))}) = link.id)
        SELECT sum(f.visits) FROM link JOIN ticket_fact f ON f.ticket_id = link.id)"""

KPIS = (
    Kpi(
        key="repeat_repair_rate",
        title="Repeat-repair rate",
        chinese="多次维修率",
        better="lower",
        formula="repairs reported again on the same machine within 30 days ÷ completed repairs",
        cohort="repair tickets completed in the period",
        hit="a later repair report on the same machine, any fault, up to 30 calendar days after the completion",
        miss="no such report; charged to the technician who completed the first repair",
        pending=f"not more than {REPEAT_DAYS} days since the completion",
        excluded="no machine known; exchanged; not repairable; resolved remotely",
        source="K4: same machine, any fault, as Rossware and Samsung count; 30 days is the legal guarantee of a repair",
        settles_after=REPEAT_DAYS,
        verdicts=repairs(_judged(REPEAT_DAYS)),
    ),
    _repeats(
        "same_fault_repeat_rate",
        "Repeats of the same fault",
        "同一故障重修率",
        "repairs reported again on the same machine with the same fault within 30 days ÷ completed repairs",
        "K4, companion: the narrow reading, beside the headline because fault codes can be chosen",
        verdicts=repairs(_judged(REPEAT_DAYS), more=" AND n.fault = fact.fault"),
        days=REPEAT_DAYS,
    ),
    *(
        _repeats(
            f"repeat_repair_rate_{days}d",
            f"Repeats within {days} days",
            f"{days}天内重修率",
            f"repairs reported again on the same machine within {days} days ÷ completed repairs",
            f"K4, companion: printed when {days} days are over",
            verdicts=repairs(_judged(days), days=days),
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
        verdicts=repairs(_judged(REPEAT_DAYS), more=_NOT_EXCUSED),
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
        excluded="no machine known; exchanged; not repairable; resolved remotely",
        source="K4, companion: early warning among the un-matured",
        settles_after=REPEAT_DAYS,
        measure=stats.number,
        unit="tickets",
        beside="repeat_repair_rate",
        verdicts=repairs(f"""CASE {_OUTSIDE}
         WHEN done_day + {REPEAT_DAYS} < :as_of_day THEN 'miss {REPEAT_DAYS}_days_over'
         WHEN again_id IS NULL THEN 'pending not_repeated' ELSE 'hit repeated_by' END"""),
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
        excluded="no machine known; exchanged; not repairable; resolved remotely",
        source="K5: the strict reading, 'any repeat visit cannot be for the same issue'",
        settles_after=REPEAT_DAYS,
        verdicts=repairs(_FIRST_TIME),
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
        excluded="no machine known; exchanged; not repairable",
        source="K5: remote resolutions are a line of their own, counted only here",
        settles_after=REPEAT_DAYS,
        beside="first_time_fix_rate",
        verdicts=repairs(
            f"""CASE WHEN outcome = 'resolved_remotely' AND appliance_id IS NOT NULL THEN
           CASE WHEN done_day + {REPEAT_DAYS} >= :as_of_day THEN 'pending not_yet_{REPEAT_DAYS}_days'
                WHEN again_id IS NOT NULL THEN 'miss repeated_by' ELSE 'hit resolved_remotely' END
         ELSE {_FIRST_TIME} END"""
        ),
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
        excluded="no machine known; exchanged; not repairable; resolved remotely",
        source="K5: the lenient reading, 'resolved in the first service visit'",
        settles_after=0,
        beside="first_time_fix_rate",
        verdicts=repairs(
            f"CASE {_OUTSIDE} WHEN visits = 1 THEN 'hit one_visit' ELSE 'miss ' || visits || '_visits' END",
        ),
    ),
    Kpi(
        key="visits_per_fault",
        title="Visits per fault",
        chinese="每故障上门次数",
        better="lower",
        formula="visits of all repairs of a chain ÷ chains; a chain is repairs of the same fault on the same machine,"
        " each reported again within 30 days",
        cohort="repair tickets completed in the period",
        hit="the last repair of its chain, mostly the only one (amount: the visits of the whole chain)",
        miss="never",
        pending=f"not more than {REPEAT_DAYS} days since the completion; or repeated, and the repeat is still open",
        excluded="no machine known; exchanged; not repairable; resolved remotely; an earlier link of a chain, counted"
        " with the visits at its end (repeated_by)",
        source="K5: the seeds' own gloss, the number of times needed to repair it",
        settles_after=REPEAT_DAYS,
        waits_for_ends=True,
        measure=stats.mean,
        unit="visits",
        beside="first_time_fix_rate",
        verdicts=repairs(_CHAINED, more=_LINK.format(of="fact"), amount=_VISITS),
    ),
)

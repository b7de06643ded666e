"""KPIs of call-backs (K9): customers called, reached and asked after the job."""

from servicedesk.domain.model import CALL_DAYS
from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi
from servicedesk.records.ticket_facts import ANSWER_DAYS

_COHORT = "repair, install and maintenance tickets completed in the period"
_EXCLUDED = "resolved remotely; the customer wanted no calls, typed before the completion"
_PENDING = f"not more than {CALL_DAYS} days since the completion"

KPIS = (
    Kpi(
        key="callback_coverage",
        title="Call-back coverage",
        chinese="回访率",
        better="higher",
        formula=f"completed tickets whose customer was reached within {CALL_DAYS} days ÷ completed tickets",
        cohort=_COHORT,
        hit=f"reached within {CALL_DAYS} days of the completion, also who refused to answer; an answer by call-back was"
        " given by somebody reached",
        miss="reached later, tried in vain, or never called; no phone is no excuse",
        pending=_PENDING,
        excluded=_EXCLUDED,
        source="K9: reached but refused counts as reached",
        settles_after=CALL_DAYS,
    ),
    Kpi(
        key="callback_attempt_rate",
        title="Call-backs tried",
        chinese="回访尝试率",
        better="higher",
        formula=f"completed tickets whose customer was called within {CALL_DAYS} days ÷ completed tickets",
        cohort=_COHORT,
        hit=f"at least one attempt within {CALL_DAYS} days of the completion",
        miss="none, or later",
        pending=_PENDING,
        excluded=_EXCLUDED,
        source="K9, companion",
        settles_after=CALL_DAYS,
        beside="callback_coverage",
    ),
    Kpi(
        key="callback_answer_rate",
        title="Answers of the reached",
        chinese="回访应答率",
        better="higher",
        formula="reached customers with a counted answer ÷ reached customers",
        cohort=_COHORT,
        hit=f"reached within {CALL_DAYS} days, and a counted answer (K1)",
        miss="reached, and no counted answer",
        pending=f"not more than {ANSWER_DAYS} days since the completion",
        excluded=f"{_EXCLUDED}; not reached within {CALL_DAYS} days",
        source="K9, companion: answers ÷ reached",
        settles_after=ANSWER_DAYS,
        beside="callback_coverage",
    ),
    Kpi(
        key="callback_hours",
        title="Hours to the call-back",
        chinese="回访及时性",
        better="lower",
        formula="median of the hours from the completion to the first time the customer was reached",
        cohort=_COHORT,
        hit=f"reached within {CALL_DAYS} days (amount: hours)",
        miss="never",
        pending=_PENDING,
        excluded=f"{_EXCLUDED}; not reached within {CALL_DAYS} days",
        source="K9, companion",
        settles_after=CALL_DAYS,
        measure=stats.median,
        unit="hours",
        beside="callback_coverage",
    ),
)

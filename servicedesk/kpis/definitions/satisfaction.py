"""KPIs of customer satisfaction (K1, K2): the answers after the job, and the share of customers who answer."""

from typing import Any

from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi
from servicedesk.records.ticket_facts import ANSWER_DAYS

_COHORT = "repair, install and maintenance tickets completed in the period"
_PENDING = f"no answer yet, and not more than {ANSWER_DAYS} days since the completion"
_EXCLUDED = f"no answer within {ANSWER_DAYS} days (no_answer); resolved remotely"
SATISFACTION = Kpi(
    key="satisfaction_rate",
    title="Satisfaction rate",
    chinese="用户满意率",
    better="higher",
    formula="tickets whose counted answer is 4 or 5 ÷ tickets with a counted answer",
    cohort=_COHORT,
    hit="the first valid answer is 4 or 5, or an imported yes",
    miss="the first valid answer is 1, 2 or 3, or an imported no",
    pending=_PENDING,
    excluded=_EXCLUDED,
    source="K1: the two upper boxes, as the trade counts CSAT; the first answer and the 14 days are ours",
    settles_after=ANSWER_DAYS,
    along="done",
)

_BESIDE: dict[str, Any] = {
    "cohort": _COHORT, "pending": _PENDING, "excluded": _EXCLUDED, "settles_after": ANSWER_DAYS,
    "beside": SATISFACTION.key,
}  # fmt: skip
_OF_SCORES = _BESIDE | {"excluded": f"{_EXCLUDED}; an imported yes or no (not_on_the_scale)"}
_SCORED = "an answer on the scale of five (an imported yes or no has no place on it: excluded, not_on_the_scale)"
KPIS = (
    SATISFACTION,
    Kpi(
        key="response_rate",
        title="Response rate",
        chinese="应答率",
        better="higher",
        formula="tickets with a counted answer ÷ completed tickets",
        cohort=_COHORT,
        hit=f"an answer within {ANSWER_DAYS} days of the completion",
        miss=f"no answer within {ANSWER_DAYS} days",
        pending=f"not more than {ANSWER_DAYS} days since the completion",
        excluded="resolved remotely",
        source="K1: always printed with it; a figure of the answering ones alone says little about the silent ones",
        settles_after=ANSWER_DAYS,
        along="done",
        beside=SATISFACTION.key,
    ),
    Kpi(
        key="top_box_rate",
        along="done",
        title="Top-box share",
        chinese="非常满意率",
        better="higher",
        formula="tickets whose counted answer is 5 ÷ tickets with a counted score",
        hit="the first valid answer is 5",
        miss="it is 1 to 4",
        source=f"K2; {_SCORED}",
        **_OF_SCORES,
    ),
    Kpi(
        key="dissatisfied_rate",
        along="done",
        title="Dissatisfied share",
        chinese="不满意率",
        better="lower",
        formula="tickets whose counted answer is 1 or 2 ÷ tickets with a counted score",
        hit="the first valid answer is 1 or 2",
        miss="it is 3 to 5",
        source=f"K2; {_SCORED}",
        **_OF_SCORES,
    ),
    Kpi(
        key="net_satisfaction",
        title="Net satisfaction",
        chinese="净满意度",
        better="higher",
        formula="share of 4 and 5 − share of 1 and 2, in points",
        hit="the first valid answer is 4 or 5 (amount 1)",
        miss="it is 3 (amount 0), 1 or 2 (amount −1)",
        source=f"K2; {_SCORED}",
        measure=stats.points,
        unit="points",
        **_OF_SCORES,
    ),
    Kpi(
        key="csat_mean",
        title="Mean score",
        chinese="平均分",
        better="higher",
        formula="sum of the counted scores ÷ their number; never called CSAT",
        hit="the first valid answer is 4 or 5 (amount: the score)",
        miss="it is 1 to 3",
        source=f"K2; {_SCORED}",
        measure=stats.mean,
        unit="score",
        **_OF_SCORES,
    ),
    Kpi(
        key="score_distribution",
        statement="csat_mean",
        title="Answers by score",
        chinese="评分分布",
        better="higher",
        formula="how many counted answers there are of each score",
        hit="the first valid answer is 4 or 5 (amount: the score)",
        miss="it is 1 to 3",
        source=f"K1: always printed with it; {_SCORED}",
        measure=stats.distribution,
        unit="answers",
        **_OF_SCORES,
    ),
    Kpi(
        key="self_collected_rate",
        along="done",
        title="Answers collected by the technician himself",
        chinese="服务工程师自收评价占比",
        better="lower",
        formula="counted answers with the source technician ÷ counted answers whose source is known",
        hit="the counted answer was collected by the technician",
        miss="by call-back, message or paper",
        source="K1: always printed with it; signal I7 looks from 20 % on",
        **_BESIDE | {"excluded": f"{_EXCLUDED}; nobody knows who collected it (source_unknown)"},
    ),
)

"""K1 and K2: what customers answer after the job, and how many do."""

from typing import Any

from servicedesk.base import stats
from servicedesk.kpis.definitions.kpi import SERVICE, Kpi, Verdicts, of_tickets
from servicedesk.records.ticket_facts import ANSWER_DAYS

_COHORT = "repair, install and maintenance tickets completed in the period"
_SILENT = f"""
         WHEN outcome = 'resolved_remotely' THEN 'excluded resolved_remotely'
         WHEN answer IS NULL AND done_day + {ANSWER_DAYS} >= :as_of_day THEN 'pending no_answer_yet'
         WHEN answer IS NULL THEN 'silent no_answer'"""
_PENDING = f"no answer yet, and not more than {ANSWER_DAYS} days since the completion"
_EXCLUDED = f"no answer within {ANSWER_DAYS} days (no_answer); resolved remotely"
_SCORE = "CASE WHEN answer LIKE 'score_%' THEN CAST(substr(answer, 7) AS INTEGER) END"


def _answers(judged: str, amount: str = "NULL") -> Verdicts:
    """The cohort of K1, silent tickets apart; `judged` are WHEN … THEN … over `answer`."""
    return of_tickets("done", SERVICE, f"CASE {_SILENT} {judged} END", amount=amount)


def _boxed(hits: str) -> Verdicts:
    return _answers(f"WHEN {hits} THEN 'hit ' || answer ELSE 'miss ' || answer")


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
    verdicts=_boxed("answer = 'score_5' OR answer = 'score_4' OR answer = 'satisfied'"),
)

_BESIDE: dict[str, Any] = {
    "cohort": _COHORT, "pending": _PENDING, "excluded": _EXCLUDED, "settles_after": ANSWER_DAYS,
    "beside": SATISFACTION.key,
}  # fmt: skip
_SCORED = "an answer on the scale of five (an imported yes or no has no place on it: excluded, not_on_the_scale)"
_ON_SCALE = "WHEN answer NOT LIKE 'score_%' THEN 'excluded not_on_the_scale'"


def _scored(hits: str) -> Verdicts:
    return _answers(f"{_ON_SCALE} WHEN {hits} THEN 'hit ' || answer ELSE 'miss ' || answer")


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
        beside=SATISFACTION.key,
        # C5: early answers alone would bias the rate upward, so they wait with the silent ones.
        verdicts=of_tickets(
            "done",
            SERVICE,
            f"""CASE
         WHEN outcome = 'resolved_remotely' THEN 'excluded resolved_remotely'
         WHEN done_day + {ANSWER_DAYS} >= :as_of_day THEN
           CASE WHEN answer IS NULL THEN 'pending no_answer_yet' ELSE 'pending answered' END
         WHEN answer IS NULL THEN 'miss no_answer' ELSE 'hit answered' END""",
        ),
    ),
    Kpi(
        key="top_box_rate",
        title="Top-box share",
        chinese="非常满意率",
        better="higher",
        formula="tickets whose counted answer is 5 ÷ tickets with a counted score",
        hit="the first valid answer is 5",
        miss="it is 1 to 4",
        source=f"K2; {_SCORED}",
        verdicts=_scored("answer = 'score_5'"),
        **_BESIDE,
    ),
    Kpi(
        key="dissatisfied_rate",
        title="Dissatisfied share",
        chinese="不满意率",
        better="lower",
        formula="tickets whose counted answer is 1 or 2 ÷ tickets with a counted score",
        hit="the first valid answer is 1 or 2",
        miss="it is 3 to 5",
        source=f"K2; {_SCORED}",
        verdicts=_scored("answer = 'score_1' OR answer = 'score_2'"),
        **_BESIDE,
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
        verdicts=_answers(
            f"{_ON_SCALE} WHEN answer >= 'score_4' THEN 'hit ' || answer ELSE 'miss ' || answer",
            amount="CASE WHEN answer >= 'score_4' THEN 1 WHEN answer <= 'score_2' THEN -1 ELSE 0 END",
        ),
        **_BESIDE,
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
        verdicts=_answers(
            f"{_ON_SCALE} WHEN answer >= 'score_4' THEN 'hit ' || answer ELSE 'miss ' || answer", amount=_SCORE
        ),
        **_BESIDE,
    ),
    Kpi(
        key="score_distribution",
        title="Answers by score",
        chinese="评分分布",
        better="higher",
        formula="how many counted answers there are of each score",
        hit="the first valid answer is 4 or 5 (amount: the score)",
        miss="it is 1 to 3",
        source=f"K1: always printed with it; {_SCORED}",
        measure=stats.distribution,
        unit="answers",
        verdicts=_answers(
            f"{_ON_SCALE} WHEN answer >= 'score_4' THEN 'hit ' || answer ELSE 'miss ' || answer", amount=_SCORE
        ),
        **_BESIDE,
    ),
    Kpi(
        key="self_collected_rate",
        title="Answers collected by the technician himself",
        chinese="技师自收回答占比",
        better="lower",
        formula="counted answers with the source technician ÷ counted answers",
        hit="the counted answer was collected by the technician",
        miss="by call-back, message or paper, or from where is not known",
        source="K1: always printed with it; signal I7 looks from 20 % on",
        verdicts=of_tickets(
            "done",
            SERVICE,
            f"CASE {_SILENT} WHEN answer_source = 'technician' THEN 'hit technician'"
            " ELSE 'miss ' || coalesce(answer_source, 'unknown') END",
        ),
        **_BESIDE,
    ),
)

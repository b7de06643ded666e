"""K9: who was called back after the job, and reached."""

from servicedesk.base import stats
from servicedesk.domain.model import CALL_DAYS
from servicedesk.kpis.definitions.kpi import SERVICE, Kpi, Verdicts, of_tickets
from servicedesk.records.ticket_facts import ANSWER_DAYS, day, visible, whose_then

# An answer collected by call-back was given by somebody who was reached, whether or not the call was logged too.
_CALLS = f"""SELECT {{what}}(x) FROM (
           SELECT {{call}} AS x FROM callback c
            WHERE c.ticket_id = fact.ticket_id AND c.at_unix >= fact.done_unix AND {visible("c")}{{only}}
            UNION ALL
           SELECT {{answer}} FROM event s
            WHERE s.ticket_id = fact.ticket_id AND s.kind = 'surveyed' AND s.source = 'callback' AND {visible("s")})"""
_REACHED = " AND (c.outcome = 'reached' OR c.outcome = 'refused')"
_REACHED_DAY = _CALLS.format(what="min", call=day("c.at"), answer=day("s.at"), only=_REACHED)
_TRIED_DAY = _CALLS.format(what="min", call=day("c.at"), answer=day("s.at"), only="")
_REACHED_UNIX = _CALLS.format(what="min", call="c.at_unix", answer="s.at_unix", only=_REACHED)

_COHORT = "repair, install and maintenance tickets completed in the period"
_REMOTE = "WHEN outcome = 'resolved_remotely' THEN 'excluded resolved_remotely'"
# M22: the latest wish that was typed before the completion, of whose ticket it was then. Whoever asks for peace after
# the work stays in: else a bad job could be made to vanish.
_UNWANTED = f"""EXISTS (SELECT 1 FROM consent) AND (
         SELECT w.wanted FROM consent w
          WHERE w.customer_id = {whose_then("ticket", "fact.ticket_id", "fact.done_unix")} AND w.purpose = 'calls'
            AND w.recorded_unix <= fact.done_unix AND {visible("w")}
          ORDER BY w.at_unix DESC, w.id DESC LIMIT 1) IS 'no'"""
_NO_CALLS = "WHEN no_calls THEN 'excluded wants_no_calls'"
_EXCLUDED = "resolved remotely; the customer wanted no calls, typed before the completion"


def _called(judged: str, searched: dict[str, str], *, days: int = CALL_DAYS, amount: str = "NULL") -> Verdicts:
    searched = {"no_calls": _UNWANTED, **searched}
    pending = f"WHEN done_day + {days} >= :as_of_day THEN 'pending not_yet_{days}_days'"
    judgement = f"CASE {_REMOTE} {_NO_CALLS} {pending} {judged} END"
    return of_tickets("done", SERVICE, judgement, searched=searched, amount=amount)


_IN_TIME = f"reached_day <= done_day + {CALL_DAYS}"
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
        verdicts=_called(
            f"WHEN {_IN_TIME} THEN 'hit reached' WHEN reached_day IS NOT NULL THEN 'miss reached_late'"
            " WHEN tried_day IS NOT NULL THEN 'miss not_reached' ELSE 'miss not_called'",
            {"reached_day": _REACHED_DAY, "tried_day": _TRIED_DAY},
        ),
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
        verdicts=_called(
            f"WHEN tried_day <= done_day + {CALL_DAYS} THEN 'hit called' ELSE 'miss not_called'",
            {"tried_day": _TRIED_DAY},
        ),
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
        verdicts=_called(
            f"WHEN reached_day IS NULL OR reached_day > done_day + {CALL_DAYS} THEN 'excluded not_reached'"
            " WHEN answer IS NOT NULL THEN 'hit answered' ELSE 'miss no_answer'",
            {"reached_day": _REACHED_DAY},
            days=ANSWER_DAYS,
        ),
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
        verdicts=_called(
            f"WHEN {_IN_TIME} THEN 'hit reached' ELSE 'excluded not_reached'",
            {"reached_day": _REACHED_DAY, "reached_unix": _REACHED_UNIX},
            amount="round((reached_unix - done_unix) / 3600.0, 4)",
        ),
    ),
)

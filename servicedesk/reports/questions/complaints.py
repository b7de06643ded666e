"""Questions about complaints: recoveries (what made up for them) and measures (what is to change; S52, S53)."""

from datetime import timedelta
from statistics import median
from typing import Any

from servicedesk.base import dates, periods
from servicedesk.base.messages import in_words, item_list, joined, msgid, say, say_count
from servicedesk.base.table import columns
from servicedesk.reports.questions.customers import score_of
from servicedesk.reports.questions.question import Answer, Asked, Question, period_days

_SATISFIED = 4  # the lowest score of a satisfied customer

_MEASURES = columns(
    "urgency:urgency+", "complaint_id:K=complaint", "customer_id-", "customer:name?", "ticket_id:T??=ticket", "kind-",
    "about:words??", "cause:words", "measure", "measure_by:due=done by",
    "named_at-", "named_by-", "days_open:count=days",
    "is_late-", "done_at-", "done_on:date+=done", "done_text-",
)  # fmt: skip


def _list_measures(asked: Asked, *, every: bool) -> Answer:
    """Return the open measures, the earliest due first; `every` adds the measures that are done."""
    found = [_measure(dict(row), asked.today.isoformat()) for row in asked.rows("measures")]
    open_ones = [row for row in found if row["done_at"] is None]
    late = sum(row["is_late"] for row in open_ones)
    told = [say("{open} of {n} are not done, {late} of them late", open=len(open_ones), n=len(found), late=late)]
    if not found:
        told = [say("no complaint was closed with a measure yet: complaint close K5 --upheld --measure 'what changes'")]
    elif not open_ones:
        told = [say("every measure is done")]
    shown = found if every else open_ones
    return Answer(_MEASURES, [[row[column.key] for column in _MEASURES] for row in shown], told)


def _measure(row: dict[str, Any], today: str) -> dict[str, Any]:
    until = row["done_at"][:10] if row["done_at"] else today
    is_late = row["measure_by"] is not None and until > row["measure_by"]
    return row | {
        "urgency": "late" if is_late and row["done_at"] is None else None,
        "days_open": dates.days_between(row["named_at"][:10], until),
        "is_late": is_late,
        "done_on": until if row["done_at"] else None,
    }


MEASURES = Question(
    "measures",
    msgid("Measures after complaints"),
    msgid(
        "What the outlet said it would change when it closed a complaint, so that it does not come again; open from"
        " 'complaint close --measure' until 'complaint done'."
    ),
    _list_measures,
    _MEASURES,
)

_RECOVERIES = columns(
    "complaint_id:K=complaint", "ticket_id:T??=ticket", "customer_id-", "customer:name?", "kind-", "about:words??",
    "severity-", "received_at-", "received_on:date??+=received", "hours_to_contact=hours to first contact",
    "actions-", "action+=made up for by", "hours_to_recovery-", "upheld-", "counted_score:count=score (K1)",
    "score_after:count=score after",
)  # fmt: skip


def _list_recoveries(asked: Asked, *, period: periods.Period) -> Answer:
    """Return the complaints of the period with what was done after each, and what the customer said then."""
    days = period_days(period)
    actions: dict[int, list[str]] = {}
    for row in asked.rows("recoveries", **days):
        if row["action"]:  # a forgotten customer's words are erased
            actions.setdefault(row["complaint_id"], []).append(row["action"])
    scores = {row["complaint_id"]: row["score"] for row in asked.rows("scores_afterwards", **days)}
    found = [
        _recovery(dict(row), actions.get(row["complaint_id"], []), scores.get(row["complaint_id"]))
        for row in asked.rows("complaints_received", **days)
    ]
    first, last = period.first.isoformat(), (period.end - timedelta(days=1)).isoformat()
    told = [say("received from {first} to {last}", first=first, last=last), _sums(found)]
    missing = []
    if any(row["actions"] for row in found) and not scores:
        missing = [say("nobody was asked after a recovery: 'survey record T1 4' counts in no other figure then")]
    return Answer(_RECOVERIES, [[row[column.key] for column in _RECOVERIES] for row in found], told, missing)


def _recovery(row: dict[str, Any], actions: list[str], score: int | None) -> dict[str, Any]:
    hours = {
        f"hours_to_{what}": None if row[unix] is None else round((row[unix] - row["received_unix"]) / 3600, 1)
        for what, unix in (("contact", "contact_unix"), ("recovery", "recovered_unix"))
    }
    return (
        row
        | hours
        | {
            "actions": actions,
            "action": item_list(map(in_words, actions)) or None,
            "received_on": row["received_at"][:10],
            "upheld": None if row["upheld"] is None else bool(row["upheld"]),
            "counted_score": score_of(row["answer"]) if row["answer"] else None,
            "score_after": score,
        }
    )


def _sums(found: list[dict[str, Any]]) -> str:
    """Return the sums of the rows as a sentence, each number beside the number it is counted from."""
    if not found:
        return say("no complaint came in: nothing to make up for")
    recovered = sum(bool(row["actions"]) for row in found)
    contacts = [row["hours_to_contact"] for row in found if row["hours_to_contact"] is not None]
    scores = [row["score_after"] for row in found if row["score_after"] is not None]
    parts = [
        say_count("{n} complaint", "{n} complaints", n=len(found)),
        say("{n} made up for", n=recovered) if recovered else say("none made up for yet: 'complaint recover'"),
        say("first contact after {hours} h (median of {n})", hours=f"{median(contacts):.1f}", n=len(contacts))
        if contacts
        else say("nobody was contacted yet"),
    ]
    if scores:
        satisfied = sum(score >= _SATISFIED for score in scores)
        parts.append(say("{k} of {n} satisfied afterwards", k=satisfied, n=len(scores)))
    return joined("; ", parts)


RECOVERY = Question(
    "recovery",
    msgid("Recoveries after complaints"),
    msgid(
        "Complaints and disputes by the day they came in. First contact: the first step, or a call of ours that was"
        " answered. The score after: the last answer about the ticket since the first recovery, apart from the"
        " satisfaction rate (K1), which always counts the first answer."
    ),
    _list_recoveries,
    _RECOVERIES,
)

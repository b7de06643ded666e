"""Question about word of mouth: what customers tell others, if a model's assumptions hold."""

from collections.abc import Callable
from typing import NamedTuple

from servicedesk.base import periods
from servicedesk.base.messages import msgid, say, say_count
from servicedesk.base.table import columns
from servicedesk.domain.groups import Model
from servicedesk.reports.questions.customers import period_text, score_of
from servicedesk.reports.questions.question import Answer, Asked, Question, period_days

_WORDS = columns("group:words=customers", "customers:count=n", "times:count", "effect:words", "people:count=in all")
_WORDS_ROWS = columns(
    "group:words=customers", "customer_id:C=customer", "name:name", "ticket_id:T=ticket", "answer:words"
)


class _Effect(NamedTuple):
    """An assumption of a model: each customer of the group counts as `times` people or deals."""

    group: str
    has: Callable[[str], bool]
    times: int
    effect: str


def _has_score(*scores: int) -> Callable[[str], bool]:
    return lambda answer: score_of(answer) in scores


_EFFECTS = {
    Model.TOLD: (
        _Effect("very_satisfied", _has_score(5), 12, "told_good"),
        _Effect("very_satisfied", _has_score(5), 10, "would_come"),
        _Effect("very_dissatisfied", _has_score(1), 20, "told_bad"),
    ),
    Model.DEALS: (
        _Effect("satisfied", lambda answer: score_of(answer) in {4, 5} or answer == "satisfied", 8, "deals_won"),
        _Effect(
            "dissatisfied", lambda answer: score_of(answer) in {1, 2} or answer == "not_satisfied", 25, "deals_lost"
        ),
    ),
}
_ASSUMED = {
    Model.TOLD: msgid(
        "assumed: each very satisfied customer tells 12 people, 10 of whom come once they need it;"
        " each very dissatisfied one tells 20"
    ),
    Model.DEALS: msgid("assumed: each satisfied customer brings 8 possible deals; each dissatisfied one loses 25"),
}


def _count_words(asked: Asked, *, period: periods.Period, model: Model, rows: bool) -> Answer:
    """Return how many customers are in each group of the model, and the people or deals that it assumes."""
    found = [(row, row["answer"]) for row in asked.rows("last_answers", **period_days(period))]
    effects = _EFFECTS[model]
    told = [period_text(period), say(_ASSUMED[model]), say("no study stands behind the numbers: what if, not what is")]
    missing = [] if found else [say("nobody was asked, so that nothing is known: 'survey record T1 5'")]
    if rows:
        groups = {effect.group: effect.has for effect in effects}
        listed = [
            [group, row["customer_id"], row["name"], row["ticket_id"], answer]
            for row, answer in found for group, has in groups.items() if has(answer)
        ]  # fmt: skip
        return Answer(_WORDS_ROWS, listed, told, missing)
    made = []
    for effect in effects if found else ():
        n = sum(effect.has(answer) for _, answer in found)
        made.append([effect.group, n, effect.times, effect.effect, n * effect.times])
    told.append(say_count("{n} customer answered", "{n} customers answered", len(found)))
    return Answer(_WORDS, made, told, missing)


WORD_OF_MOUTH = Question(
    "word-of-mouth",
    msgid("What if they tell others"),
    msgid(
        "Customers by their last counted answer about a ticket completed in the period, times what the model"
        " assumes; the two models speak of different people and are never added."
    ),
    _count_words,
    _WORDS,
    _WORDS_ROWS,
)

"""Exercise E6, is July worse? What the satisfaction rates of two months say, and what call-backs hide (K1, C11).

Points: 50 for the figures of two months (in each: k/n 5, per cent 2, each bound 3, each end of the interval 2, each
response rate 4), 30 for the conclusion (20, and 10 for the month that is flattered), 20 for the split that shows it
(10) and two sentences (4 by hand, 6 with the tool). By hand are k/n, per cent, bounds and one sentence: 30. The right
split is the same in every file: K1 names it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Answer, Exercise, Mark, Slip, Variant, Work
from servicedesk.classroom.exercises.is_july_worse.cases import fill
from servicedesk.classroom.exercises.is_july_worse.figures import CLOCK, Month, find_conclusion, get_months
from servicedesk.classroom.exercises.is_july_worse.task import ask, describe, sheet
from servicedesk.classroom.marking import get_answer, mark_following, mark_value, mark_words
from servicedesk.kpis.stats import wilson
from servicedesk.storage.database import Database

SPLIT = "lateness"
_RATE, _PERCENT, _BOUND, _END, _RESPONSE = 5, 2, 3, 2, 4  # points, each in two months
_CONCLUSION, _FLATTERS, _SPLIT, _DOUBT, _SENTENCE = 20, 10, 10, 4, 6
# One of the words is enough.
_DOUBTS = (
    "how many", "number", "n =", "interval", "chance", "sample", "who answered", "who was", "asked", "called", "silent",
    "response", "answered", "policy", "select", "多少", "样本", "区间", "偶然", "谁", "回访", "应答", "没回答", "沉默",
    "数量", "人数",
)  # fmt: skip
_REASONS = {
    "not_distinguishable": (
        "chance", "interval", "overlap", "few", "small", "random", "n =", "too little", "significan", "偶然", "区间",
        "重叠", "太少", "样本", "随机", "显著", "人数",
    ),
    "policy_effect": (
        "late", "called", "call-back", "callback", "call back", "policy", "response", "asked", "answered", "迟到",
        "超时", "回访", "应答", "晚到", "口径",
    ),
    "really_worse": ("late", "on time", "迟到", "超时"),
}  # fmt: skip


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    given: dict[str, str] = {}
    for key, month in get_months(db).items():
        given |= {key: _fraction(month.satisfied), f"{key}.rate": f"{month.rate:.1f} %"}
        for what in ("bound_low", "bound_high", "low", "high"):
            given[f"{key}.{what}"] = f"{getattr(month, what):.1f} %"
        given |= {f"{key}.{half}": _fraction(rate) for half, rate in month.responses.items()}
    conclusion = find_conclusion(db)
    told = {
        "not_distinguishable": say("the intervals overlap: with so few answers chance alone does that"),
        "policy_effect": say(
            "in June hardly anybody whose job was late was called; like with like nothing has changed"
        ),
        "really_worse": say("also like with like, on time and late, July is worse"),
    }
    return given | {
        "doubt": say("how many answered, and who was called"),
        "conclusion": conclusion,
        "flatters": _flattered(conclusion),
        "split": SPLIT,
        "sentence": told[conclusion],
    }


def _fraction(rate: tuple[int, int]) -> str:
    return f"{rate[0]}/{rate[1]}"


def _flattered(conclusion: str | None) -> str:
    """Return the month whose call-backs flatter it, after that conclusion."""
    return "june" if conclusion == "policy_effect" else "neither"


_THREES = Slip("threes_satisfied", say("a 3 is not satisfied: only 4 and 5 are (K1)"))
_TOP = Slip("only_fives", say("4 and 5 are satisfied; the share of 5 alone is the top box (K2)"))
_SILENT = Slip("silent_dissatisfied", say("silent customers are in the bounds, not in the rate: of all answers (K1)"))
MEAN = Slip("mean_used", say("that is the mean score; the rate is the share of 4 and 5 among the answers (K1, K2)"))
NO_N = Slip("percentages_alone", say("two percentages differ, but with so few answers chance alone does that (C11)"))
POLICY_MISSED = Slip(
    "policy_missed", say("the work is as before, on time and late; what changed is who was called (K1)")
)
_POLICY_SEEN = Slip("policy_imagined", say("in both months on time and late were asked alike: it is no policy"))


def mark(work: Work) -> Iterable[Mark]:
    """Give the points. An answer that follows from the student's own k/n or own conclusion keeps its points."""
    for key, month in get_months(work.given).items():
        yield from _mark_hand(key, month, work.hand)
        yield from _mark_tool(key, month, work)
    ask_first = say("what is missing: how many answered, or who was called")
    yield mark_words("doubt", get_answer(work.hand, "doubt"), [_DOUBTS], _DOUBT, ask_first)
    conclusion = find_conclusion(work.given)
    given = get_answer(work.answers, "conclusion")
    slips = {
        "not_distinguishable": [(NO_N, "really_worse"), (_POLICY_SEEN, "policy_effect")],
        "policy_effect": [(POLICY_MISSED, "really_worse")],
    }
    yield mark_value("conclusion", given, conclusion, _CONCLUSION, slips=slips.get(conclusion, []))
    follows = _flattered(given.value) if given.value else None
    flatters = get_answer(work.answers, "flatters")
    yield mark_following("flatters", flatters, _flattered(conclusion), _FLATTERS, own=follows)
    yield mark_value("split", get_answer(work.answers, "split"), SPLIT, _SPLIT)
    reasons = _REASONS[given.value or conclusion]
    missing = say("what is missing: the reason, such as who was called, or how few answered")
    yield mark_words("sentence", get_answer(work.answers, "sentence"), [reasons], _SENTENCE, missing)


def _mark_hand(key: str, month: Month, hand: Mapping[str, Answer]) -> Iterable[Mark]:
    """Give the points for k/n, per cent and bounds of a month."""
    satisfied, answers = month.satisfied
    fives, _, threes, *_ = month.scores
    given = get_answer(hand, key)
    yield mark_value(key, given, month.satisfied, _RATE, shown=_fraction(month.satisfied), slips=[
        (_THREES, (satisfied + threes, answers)), (_TOP, (fives, answers)), (_SILENT, (satisfied, month.completed))
    ])  # fmt: skip
    own = _own(given)
    yield _mark_percent(f"{key}.rate", hand, month.rate, _PERCENT, own and 100 * own[0] / own[1], [
        (MEAN, 20 * month.mean), (MEAN, month.mean), (MEAN, 25 * (month.mean - 1)),
        (_THREES, 100 * (satisfied + threes) / answers), (_SILENT, month.bound_low),
    ])  # fmt: skip
    lowest = own and 100 * own[0] / month.completed
    yield _mark_percent(f"{key}.bound_low", hand, month.bound_low, _BOUND, lowest)
    highest = own and 100 * (own[0] + month.completed - own[1]) / month.completed
    yield _mark_percent(f"{key}.bound_high", hand, month.bound_high, _BOUND, highest)


def _mark_tool(key: str, month: Month, work: Work) -> Iterable[Mark]:
    """Give the points for the interval and the response rates of a month."""
    own = _own(get_answer(work.hand, key))
    ends = wilson(*own) if own and own[0] <= own[1] else (None, None)
    for what, end in zip(("low", "high"), ends, strict=True):
        follows = None if end is None else 100 * end
        yield _mark_percent(f"{key}.{what}", work.answers, getattr(month, what), _END, follows)
    for half, rate in month.responses.items():
        item = f"{key}.{half}"
        yield mark_value(item, get_answer(work.answers, item), rate, _RESPONSE, shown=_fraction(rate))


def _own(given: Answer) -> tuple[int, int] | None:
    """Return the student's own k/n, if other figures can follow from it."""
    return given.value if given.value and given.value[1] else None


def _mark_percent(
    item: str, answers: Mapping[str, Answer], wanted: float, out_of: float, own: Any, slips: Any = ()
) -> Mark:
    return mark_following(item, get_answer(answers, item), wanted, out_of, own=own, slips=slips,
                          shown=f"{wanted:.1f} %")  # fmt: skip


EXERCISE = Exercise(
    code="E6",
    version=1,
    title=say("Is July worse?"),
    learns=say("What a satisfaction rate says, and what it hides: how many answered, and who was asked."),
    minutes=45,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("A percentage without the number behind it says nothing: look at the intervals first."),
        say("Compare like with like: jobs in time with jobs in time, late ones with late ones."),
        say("Who was hardly asked at all in one of the months?"),
    ),
)

"""Exercise E8, fair or unfair? The better of two technicians looks worse by the total (Simpson's paradox; K4, C13).

Points by hand: 20 for the two totals and 10 for a sentence on what may make them unfair, so that the part by hand is
worth 30 and asks for a reason. Points with the tool: 30 for the rates by category, 20 for the rates in the same mix,
10 for the better technician, and 10 for a sentence on the intervals.
"""

from collections.abc import Iterable, Mapping

from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Answer, Exercise, Mark, Slip, Variant, Work
from servicedesk.classroom.exercises.fair_or_unfair.cases import fill
from servicedesk.classroom.exercises.fair_or_unfair.figures import CLOCK, Rates, list_rates, percent, weights
from servicedesk.classroom.exercises.fair_or_unfair.task import ask, describe, sheet
from servicedesk.classroom.marking import get_answer, mark_following, mark_value, mark_words
from servicedesk.storage.database import Database

_TOTAL, _CATEGORY, _MIXED, _BETTER, _SENTENCE = 10, 7.5, 10, 10, 10  # points
# One of the words is enough.
_UNFAIR = (
    "mix", "categor", "kind of", "kinds", "type", "hard", "difficult", "easy", "easier", "other jobs", "same jobs",
    "结构", "品类", "类别", "种类", "类型", "难", "容易", "简单", "不同", "不一样", "比例", "占比", "构成",
)  # fmt: skip
# Reasons to be unsure. A student who only says "not sure" gives no reason: the trainer decides.
_UNSURE = (
    "interval", "overlap", "confidence", "chance", "random", "luck", "few", "small", "sample", "significan", "wilson",
    "区间", "重叠", "置信", "偶然", "运气", "样本", "太少", "很少", "不多", "数量少", "显著", "随机",
)  # fmt: skip


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    rates = list_rates(db)
    given = {f"{each.ref}.all": _fraction(each.all_of_them) for each in rates}
    for each in rates:
        given |= {f"{each.ref}.{category}": f"{percent(rate):.1f} %" for category, rate in each.by_category.items()}
        given[f"{each.ref}.same_mix"] = f"{each.mixed:.1f} %"
    return given | {
        "better": find_better(rates),
        "doubt": say("the mix: one of them has more of the hard jobs, whose categories come back more often"),
        "caution": say("the numbers are small and the intervals overlap: it may be chance"),
    }


def find_better(rates: Iterable[Rates]) -> str:
    """Return the technician (P1 or P2) whose repairs come back less often in the same mix."""
    return min(rates, key=lambda each: each.mixed).ref


def _fraction(rate: tuple[int, int]) -> str:
    return f"{rate[0]}/{rate[1]}"


TURNED = Slip("shares_turned", say("that is the share that did not come back; the rate counts those that did (K4)"))
CRUDE = Slip("crude_rate", say("that is the rate in the technician's own mix; weigh both with one mix (C13)"))
SWAPPED = Slip("people_swapped", say("that is the figure of the other technician: P1 and P2 are swapped"))
PLAIN = Slip("plain_mean", say("the plain mean of both categories is not it: the outlet's mix is not half and half"))
SIMPSON = Slip(
    "simpson",
    say("by the total; but in each category the other one is better: the mix misleads (Simpson's paradox, C13)"),
)


def mark(work: Work) -> Iterable[Mark]:
    """Give the points. A same-mix rate that follows from the student's own rates by category keeps its points."""
    rates = list_rates(work.given)
    pairs = list(zip(rates, reversed(rates), strict=True))
    for each, other in pairs:
        again, total = each.all_of_them
        given = get_answer(work.hand, f"{each.ref}.all")
        slips = [(TURNED, (total - again, total)), (SWAPPED, other.all_of_them)]
        shown = _fraction(each.all_of_them)
        yield mark_value(f"{each.ref}.all", given, each.all_of_them, _TOTAL, slips=slips, shown=shown)
    unfair = say("what is missing: one had more of the jobs that come back more often, so the mix of jobs counts")
    yield mark_words("doubt", get_answer(work.hand, "doubt"), [_UNFAIR], _SENTENCE, unfair)
    for each, other in pairs:
        for category, rate in each.by_category.items():
            item = f"{each.ref}.{category}"
            shares = [(TURNED, 100 - percent(rate)), (SWAPPED, percent(other.by_category[category]))]
            yield mark_value(item, get_answer(work.answers, item), percent(rate), _CATEGORY, slips=shares,
                             shown=f"{percent(rate):.1f} %")  # fmt: skip
    yield from _mark_mixed(rates, work.answers)
    unsure = say("what is missing: the intervals, or that the numbers are small")
    yield mark_words("caution", get_answer(work.answers, "caution"), [_UNSURE], _SENTENCE, unsure)


def _mark_mixed(rates: list[Rates], answers: Mapping[str, Answer]) -> Iterable[Mark]:
    """Give the points for the rates in the same mix, and for who is better."""
    shares = weights(rates)
    own_mixed: dict[str, float] = {}
    for each, other in zip(rates, reversed(rates), strict=True):
        item = f"{each.ref}.same_mix"
        own = {category: get_answer(answers, f"{each.ref}.{category}").value for category in each.by_category}
        is_whole = all(value is not None for value in own.values())
        follows = sum(shares[category] * own[category] for category in own) if is_whole else None
        plain = sum(map(percent, each.by_category.values())) / len(each.by_category)
        given = get_answer(answers, item)
        yield mark_following(item, given, each.mixed, _MIXED, own=follows,
                             slips=[(CRUDE, percent(each.all_of_them)), (PLAIN, plain), (SWAPPED, other.mixed)],
                             shown=f"{each.mixed:.1f} %")  # fmt: skip
        if given.value is not None:
            own_mixed[each.ref] = given.value
    better, by_total = find_better(rates), min(rates, key=lambda each: percent(each.all_of_them)).ref
    follows_from = min(own_mixed, key=lambda ref: own_mixed[ref]) if len(own_mixed) == len(rates) else None
    yield mark_following("better", get_answer(answers, "better"), better, _BETTER, own=follows_from,
                         slips=[(SIMPSON, by_total)])  # fmt: skip


EXERCISE = Exercise(
    code="E8",
    version=1,
    title=say("Fair or unfair?"),
    learns=say("Why a total can name the wrong one, and how rates are compared in the same mix."),
    minutes=40,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("Who had more of the jobs that come back often?"),
        say("In the same mix: weigh each category's rate with the share of that category among the repairs of both."),
        say("Look at the intervals beside the rates: do they overlap?"),
    ),
)

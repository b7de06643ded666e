"""Exercise E10, the heat wave council: which of four options helps most in July (K6), and what is the bottleneck?

Reproducible figures have 40 points: 3 for each of twelve runs and 4 for the forecast. The forecast is right if it lies
between the rates of the proposed option in the three summers, give or take 3 percentage points. The choice (30) is
right if the option is the best, or behind the best, on average of the three summers, by no more than two standard
errors of the difference. The argument (30) is searched for four groups of words; if none is found, the trainer decides.

The summers are drawn from only six, because marking a class simulates them: 0.5 s for each summer and option.
"""

from collections.abc import Iterable, Iterator
from statistics import mean, stdev

from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Answer, Exercise, Mark, MarkKind, Slip, Variant, Work
from servicedesk.classroom.exercises.heat_wave.july import MEAN, simulate
from servicedesk.classroom.exercises.heat_wave.task import (
    ask,
    describe,
    draw_papers,
    fill,
    list_summers,
    sheet,
)
from servicedesk.classroom.marking import get_answer, mark_value, mark_words
from servicedesk.demo.work.options import CHOICES, Option
from servicedesk.storage.database import Database

_RUN, _FORECAST, _CHOICE, _ARGUMENT = 3, 4, 30, 30  # points
_BESIDE = 3.0  # percentage points by which a forecast may lie outside the simulated rates
_ERRORS = 2.0  # standard errors within which a difference is noise

_UTILISATION = Slip(
    "mean_utilisation",
    say(
        "it relieves the mean of all, not those who have no time: the bottleneck is the certificate, not the head count"
    ),
)
_STRICT = Slip("strict_rate", say("this is the strict rate, without the windows that customers asked for (K6)"))
_WORDS = (
    ("k6", "24", "arriv", "reach", "in time", "late", "wait", "到位", "及时", "等", "晚"),
    (
        "categor", "air con", "aircon", " ac ", "acs", "fridge", "cooling", "kind", "washer", "品类", "空调", "冰箱",
        "制冷", "冷柜",
    ),
    ("utili", "load", "busy", "idle", "overtime", "no time", "capacity", "利用率", "负荷", "忙", "闲", "加班"),
    ("certif", "skill", "qualif", "licen", "证", "技能", "资格"),
)  # fmt: skip


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    summers = list_summers(db)
    runs = {f"{option}.{n}": simulate(option, n) for option in CHOICES for n in summers}
    best = find_best(summers)
    rate = mean(simulate(best, n).rate for n in summers)
    argument = say(
        "K6 falls for air conditioners and fridges alone: the utilisation of those with a certificate is above 95 %,"
        " while the others are idle. The skill is the bottleneck."
    )
    figures = {key: "/".join(map(str, july.arrivals)) for key, july in runs.items()}
    return figures | {"choice": str(best), "forecast": f"{rate:.1f} %", "argument": argument}


def find_best(summers: list[int]) -> Option:
    """Return the option with the highest mean 24-hour arrival rate over the summers."""
    return max(CHOICES, key=lambda option: mean(simulate(option, n).rate for n in summers))


def is_within_noise(option: Option, summers: list[int]) -> bool:
    """Return whether an option is the best one, or behind it by no more than two standard errors."""
    best = find_best(summers)
    behind = [simulate(best, n).rate - simulate(option, n).rate for n in summers]
    return option is best or mean(behind) <= _ERRORS * stdev(behind) / len(behind) ** 0.5


def mark(work: Work) -> Iterable[Mark]:
    """Give 3 points for each run, 4 for the forecast, 30 for the choice, 30 for the argument."""
    summers, answers = list_summers(work.given), work.answers
    for option in CHOICES:
        for n in summers:
            key, july = f"{option}.{n}", simulate(option, n)
            shown = "{}/{}".format(*july.arrivals)
            slips = _list_slips(option, n, summers)
            yield mark_value(key, get_answer(answers, key), july.rate, _RUN, slips=slips, shown=shown)
    choice = get_answer(answers, "choice")
    yield _mark_choice(choice, summers)
    proposed = Option(choice.value) if choice.value else find_best(summers)
    yield _mark_forecast(get_answer(answers, "forecast"), proposed, summers)
    yield _mark_argument(get_answer(answers, "argument"))


def _list_slips(option: Option, summer: int, summers: list[int]) -> Iterator[tuple[Slip, float]]:
    """Yield the figures that a mistake gives: the strict rate, or the rate of another run."""
    yield _STRICT, simulate(option, summer).strict_rate
    for other in Option:
        for n in summers:
            if (other, n) != (option, summer):
                sentence = say("this is the figure of {option}, summer {summer}", option=str(other), summer=n)
                yield Slip("other_run", sentence), simulate(other, n).rate


def _mark_choice(choice: Answer, summers: list[int]) -> Mark:
    if choice.value and is_within_noise(Option(choice.value), summers):
        return Mark("choice", MarkKind.RESULT, _CHOICE, _CHOICE)
    least = min(CHOICES, key=lambda option: mean(simulate(option, n).utilisation(MEAN) for n in summers))
    return mark_value("choice", choice, str(find_best(summers)), _CHOICE, slips=[(_UTILISATION, str(least))])


def _mark_forecast(forecast: Answer, proposed: Option, summers: list[int]) -> Mark:
    """Mark the forecast by the rates that the summers gave with the option that the student proposed."""
    rates = [simulate(proposed, n).rate for n in summers]
    low, high = min(rates) - _BESIDE, max(rates) + _BESIDE
    if forecast.value is not None and low <= forecast.value <= high:
        return Mark("forecast", MarkKind.RESULT, _FORECAST, _FORECAST)
    shown = say("{low} to {high} %", low=f"{min(rates):.1f}", high=f"{max(rates):.1f}")
    return mark_value("forecast", forecast, mean(rates), _FORECAST, shown=shown)


def _mark_argument(argument: Answer) -> Mark:
    sentence = say(
        "it names not all of these: the arrival rate, kinds of appliances, utilisation, the certificate. Words alone"
        " were looked for; the trainer may decide otherwise"
    )
    marked = mark_words("argument", argument, _WORDS, _ARGUMENT, sentence)
    return marked._replace(is_open=argument.is_given and not marked.points)


EXERCISE = Exercise(
    code="E10",
    version=1,
    title=say("Heat wave council"),
    learns=say("How options are compared by simulation, and how a mean hides the bottleneck."),
    minutes=60,
    clock="2026-03-27T17:00:00+08:00",
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("One summer is chance: compare the options within the same summer, and then over all three."),
        say("A mean hides who is idle and who works overtime: look at both groups of technicians."),
        say("Which appliances are reached late in every summer, and who alone may repair them?"),
    ),
    papers=draw_papers,
)

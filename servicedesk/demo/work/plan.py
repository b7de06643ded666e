"""Plans of simulated outlets: size, technicians, scenarios, and the stories (hidden problems) planted in them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say


class Story(StrEnum):
    """Something that goes wrong in an outlet, for a class to find."""

    BACKDATER = "backdater"  # a technician types late arrivals afterwards, and sets them before the deadline
    DEFERRER = "deferrer"  # a clerk records that the customer asked for a later day when the day is full
    CHERRY_CALLER = "cherry_caller"  # nobody calls back those who waited
    RECODER = "recoder"  # what comes back after one technician's repairs is logged as guidance
    HARD_JOBS = "hard_jobs"  # the best technician gets the air conditioners, and looks the worst
    LOST_CERTIFICATE = "lost_certificate"  # from 1 June on one technician fewer may open a cooling circuit
    SLOW_PART = "slow_part"  # one spare part takes more than three months
    TWIN_MACHINE = "twin_machine"  # appliances are registered a second time


class Scenario(StrEnum):
    """An outlet of 3,000 homes, with one thing changed."""

    A = "a"
    B = "b"  # technicians finish at 19:00 in the summer, not at 20:00
    C = "c"  # three certified technicians, not four
    D = "d"  # eleven reports a day, not fourteen


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters of a simulated outlet. Numbers that end in `_a_day` are means of a year.

    `visits_a_day` are birthday visits that find a technician; `is_cared_for_in_summer`: from June to August too.
    `without_visits` is the share of the customers who want none. `has_work_left`: some calls of the last days are still
    open. `crew` are the places of the technicians' names in the list of names, by default the first ones; technicians
    are numbered in the order of these places. `clerk` is the clerk (0 or 1) of the story deferrer. `checked_early` is
    the share of air conditioners that are checked in spring, so that faults of the summer are found and repaired then.
    """

    homes: int
    technicians: int
    certified: int
    reports_a_day: float
    installs_a_day: float
    questions_a_day: float
    visits_a_day: float
    is_cared_for_in_summer: bool
    without_visits: float
    summer_close: int = 20  # o'clock
    has_work_left: bool = False
    stories: frozenset[Story] = frozenset()
    crew: tuple[int, ...] = ()
    clerk: int = 0
    checked_early: float = 0.0

    @property
    def key(self) -> str:
        """Return all parameters as text; equal plans have the same text."""
        return " ".join(str(sorted(value) if name == "stories" else value) for name, value in asdict(self).items())


SMALL = Plan(
    homes=270, technicians=3, certified=2, reports_a_day=1.5, installs_a_day=0.35, questions_a_day=0.3,
    visits_a_day=1.0, is_cared_for_in_summer=True, without_visits=0,
    has_work_left=True,
)  # fmt: skip
FULL = Plan(
    homes=3000, technicians=6, certified=4, reports_a_day=14, installs_a_day=3.5, questions_a_day=2.2,
    visits_a_day=3.3, is_cared_for_in_summer=False, without_visits=0.55,
)  # fmt: skip


def plan_of(scenario: Scenario | None = None, stories: Iterable[Story] = ()) -> Plan:
    """Return the plan of a scenario; without one and without stories, that of the small outlet of a first look."""
    planted = frozenset(stories)
    if scenario is None and not planted:
        return SMALL
    changed: dict[Scenario | None, Plan] = {
        Scenario.B: replace(FULL, summer_close=19),
        Scenario.C: replace(FULL, certified=3),
        Scenario.D: replace(FULL, reports_a_day=11),
    }
    return replace(changed.get(scenario, FULL), stories=planted)


def resized(plan: Plan, *, homes: int | None, technicians: int | None, certified: int | None,
            reports_a_day: float | None) -> Plan:  # fmt: skip
    """Return the plan with other numbers; the number of calls grows or shrinks with the number of homes.

    UsageError if more technicians would be certified than there are.
    """
    ratio = (homes or plan.homes) / plan.homes
    many = technicians or plan.technicians
    if certified and certified > many:
        said = {"certified": certified, "technicians": many}
        raise UsageError(say("{certified} of {technicians} technicians cannot be certified", **said),
                         hint=say("--certified N, at most --technicians"))  # fmt: skip
    return replace(
        plan,
        homes=homes or plan.homes,
        technicians=many,
        certified=certified or min(plan.certified, many),
        reports_a_day=reports_a_day or plan.reports_a_day * ratio,
        installs_a_day=plan.installs_a_day * ratio,
        questions_a_day=plan.questions_a_day * ratio,
        visits_a_day=plan.visits_a_day * ratio,
    )


def read_stories(texts: Iterable[str]) -> list[Story]:
    """Return the stories that were typed, separated by commas or blanks. UsageError names all stories."""
    typed = [word for text in texts for word in text.replace("，", ",").replace(",", " ").split()]
    known = {story.value: story for story in Story}
    for word in typed:
        if word.lower().replace("-", "_") not in known:
            raise UsageError(say("no story is called '{word}'", word=word), hint=", ".join(known))
    return sorted({known[word.lower().replace("-", "_")] for word in typed})

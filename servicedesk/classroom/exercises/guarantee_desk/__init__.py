"""Exercise E9, the guarantee desk: find the rule, the day and the entitlement of eight customers (W1 to W14).

Points: each customer has four for the rule, four for the day, four for the entitlement, and a half for what must be
asked first. By hand are the days and what to ask: 36. Cases come from the vectors V1 to V14 (test_warranties.py): V2 is
part of V11, and V8 is the same right as V3, since its amount is not asked. Two customers lack a fact: one has no date
at all (V14), the other has main parts still covered and does not say which part failed.
"""

from collections.abc import Iterable

from servicedesk.base.messages import coded, joined, say
from servicedesk.classroom.exercise import Exercise, Mark, Slip, Variant, Work
from servicedesk.classroom.exercises.guarantee_desk.cases import Case, fill, list_cases
from servicedesk.classroom.exercises.guarantee_desk.task import ask, describe, find_entitlement, list_open, sheet
from servicedesk.classroom.exercises.guarantee_desk.verdicts import (
    CLOCK,
    MISTAKES,
    UNKNOWN,
    Verdict,
    judge,
    judge_mistaken,
)
from servicedesk.classroom.marking import get_answer, mark_following, mark_value
from servicedesk.domain.guarantee.rules import CONDITIONS
from servicedesk.storage.database import Database

_DAY, _RULE, _ENTITLEMENT, _ASK = 4, 4, 4, 0.5  # points, each of eight customers
_TOO_LITTLE = say("too little is known")
GUESSED = Slip("guessed", say("a fact is missing: ask for it, do not guess"))


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    given: dict[str, str] = {}
    for row in list_open(db):
        ref = f"T{row['id']}"
        right = judge(db, ref)
        given |= {f"{ref}.day": str(right.until), f"{ref}.ask": right.ask}
        given |= {f"{ref}.rule": right.rule, f"{ref}.right": right.entitlement}
    return given


def mark(work: Work) -> Iterable[Mark]:
    """Give the points; a day or an entitlement that follows from the student's own rule keeps its points."""
    for ref, case in list_cases(work.given, work.variant).items():
        right = judge(work.given, ref)
        wrong = _list_mistaken(work.given, ref, case)
        until, rule = get_answer(work.hand, f"{ref}.day"), get_answer(work.answers, f"{ref}.rule")
        asked, entitled = get_answer(work.hand, f"{ref}.ask"), get_answer(work.answers, f"{ref}.right")
        # If too little is known of a customer, any answer is a guess.
        guess = [] if right.rule != UNKNOWN else [(GUESSED, given.value) for given in (until, rule, entitled)]
        days = [*guess, *((slip, each.until) for slip, each in wrong)]
        own_day = right.days.get(rule.value or "")
        shown = say("{what} ({why})", what=coded(str(right.until)), why=joined("; ", right.facts or (_TOO_LITTLE,)))
        yield mark_following(f"{ref}.day", until, right.until, _DAY, own=own_day, slips=days, shown=shown)
        yield mark_value(f"{ref}.ask", asked, right.ask, _ASK, slips=[(GUESSED, "nothing")])
        rules = [*guess, *((slip, each.rule) for slip, each in wrong)]
        why = say(CONDITIONS[right.rule]) if right.rule in CONDITIONS else _TOO_LITTLE
        shown = say("{what} ({why})", what=coded(right.rule), why=why)
        yield mark_value(f"{ref}.rule", rule, right.rule, _RULE, slips=rules, shown=shown)
        yield mark_following(f"{ref}.right", entitled, right.entitlement, _ENTITLEMENT,
                             own=find_entitlement(rule.value), slips=guess)  # fmt: skip


def _list_mistaken(db: Database, ref: str, case: Case) -> list[tuple[Slip, Verdict]]:
    """Return the verdict that each typical mistake in this case leads to, with the slip that names the mistake."""
    return [(mistake.slip, judge_mistaken(db, ref, case, mistake)) for mistake in MISTAKES.get(case.name, ())]


EXERCISE = Exercise(
    code="E9",
    version=1,
    title=say("The guarantee desk"),
    learns=say("Which guarantee rule holds, until which day, and what to ask instead of guessing."),
    minutes=60,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("The day on which a period begins is not counted: the 7th day after 1 October is the 8th."),
        say("First add the years, then the days under repair; days in two repairs count once."),
        say("More than 90 days is day 91; up to 30 days is day 30."),
        say("A main part is covered for longer than the whole: which part is it?"),
    ),
)

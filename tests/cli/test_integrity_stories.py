"""`kpi integrity` over planted stories: the right signal looks at the right person, and at no other (K17)."""

from random import Random

from tests.conftest import Desk
from tests.stories import (
    DAY,
    HOUR,
    Job,
    at,
    backdater,
    honest,
    looks,
    told,
)  # fmt: skip


def deferrer(rng: Random, job: Job) -> Job:
    """On busy days ben writes 'asked for by the customer' of six in ten of those for whom there is nobody."""
    overflows = job["load"] == 10 and job["clerk"] == "ben"
    return {"window": 50 * HOUR, "arrived": 49 * HOUR} if overflows and rng.random() < 0.6 else {}


def cherry_caller(rng: Random, job: Job) -> Job:
    """Only who was served in time is called back."""
    return {"called": job["arrived"] <= 24 * HOUR or "window" in job}


def test_an_honest_outlet_is_looked_at_nowhere(desk: Desk) -> None:
    with told(desk) as story:
        honest(story)
    assert [looks(desk, by) for by in (None, "technician", "clerk")] == [set(), set(), set()]


def test_the_backdater_is_found_by_late_entries_and_heaping(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, backdater)
    assert looks(desk, "technician") == {("I3", "Chen"), ("I4", "Chen")}
    assert looks(desk, "clerk") == {("I3", "chen"), ("I4", "chen")}


def test_the_deferrer_is_found_by_the_gap_and_the_busy_days(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, deferrer)
    assert looks(desk, "clerk") == {("I1", "ben"), ("I2", "ben")}


def test_the_cherry_caller_is_found_by_the_coverage_gap(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, cherry_caller)
    assert looks(desk) == {("I6", None)}
    assert looks(desk, "clerk") == set()


def test_the_recoder_is_found_by_what_follows_the_repairs(desk: Desk) -> None:
    with told(desk) as story:
        honest(story)
        for number, technician in enumerate(("Chen", "Li", "Wang") * 2):
            machine = story.machine()
            first = at("10-02 08:00") + number * HOUR
            story.ticket(first, appliance=machine, technician=technician)
            again: Job = {"type": "guidance", "arrived": None} if technician == "Chen" else {}
            story.ticket(first + 10 * DAY, appliance=machine, technician=technician, **again)
    assert looks(desk, "technician") == {("I9", "Chen")}


def test_who_registers_machines_twice_is_found_by_the_twins(desk: Desk) -> None:
    with told(desk) as story:
        honest(story)
        for number in range(3):
            story.machine(at("10-05 09:00") + number * DAY, model=f"X{number}", clerk="ada")
            story.machine(at("10-15 09:00") + number * DAY, model=f"X{number}", clerk="ben", serial=None)
            story.machine(at("10-25 09:00") + number * DAY, model=f"Z{number}", clerk="ada", serial=None)
    assert looks(desk, "clerk") == {("I10", "ben")}

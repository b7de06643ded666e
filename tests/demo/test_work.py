"""The outlet at work, without a file: who is where, what does not change with the rest, what a scenario changes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from servicedesk.demo.simulation.jobs import DAY, Fact, Job
from servicedesk.demo.work.crew import COOLING, closes_at, opens_at
from servicedesk.demo.work.figures import course
from servicedesk.demo.work.outlet import Simulation
from servicedesk.demo.work.plan import FULL, SMALL, Plan, Scenario, Story, plan_of
from tests.bench import outlet as bench
from tests.bench import stories

TOWN = replace(FULL, homes=1000)
NOW = datetime(2026, 8, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


@cache
def simulated(plan: Plan, seed: int = 1, months: int = 2) -> Simulation:
    return Simulation(plan, seed, NOW, months)


def town(scenario: Scenario | None, *planted: Story) -> Plan:
    return replace(plan_of(scenario, planted), homes=TOWN.homes)


def told(outlet: Simulation) -> list[Any]:
    return [(job.key, job.type, job.machine and job.machine.key, job.facts) for job in outlet.jobs]


def visits(outlet: Simulation) -> Iterator[tuple[Job, Fact]]:
    """Each arrival that stands."""
    for job in outlet.jobs:
        for fact, after in zip(job.facts, [*job.facts[1:], None], strict=True):
            if fact.kind == "arrived" and not (after and after.is_fix):
                yield job, fact


def test_same_plan_seed_and_day_give_the_same_jobs() -> None:
    plan = replace(SMALL, homes=100)
    assert told(Simulation(plan, 3, NOW, 2)) == told(Simulation(plan, 3, NOW, 2))


@pytest.mark.parametrize("plan", [SMALL, TOWN])
def test_nobody_is_in_two_places_at_once(plan: Plan) -> None:
    outlet = simulated(plan)
    trips = defaultdict(list)
    for trip in outlet.trips:
        trips[trip.technician.key].append(trip)
    for own in trips.values():
        for before, after in pairwise(own):
            assert before.until <= after.since
    for job, fact in visits(outlet):
        own = trips[fact.values["technician_id"]]
        assert any(trip.since <= fact.at <= trip.until for trip in own), (job.key, fact)


@pytest.mark.parametrize("plan", [SMALL, TOWN])
def test_nobody_works_on_a_day_off_out_of_hours_or_without_a_certificate(plan: Plan) -> None:
    outlet = simulated(plan)
    people = {technician.key: technician for technician in outlet.technicians}
    for trip in outlet.trips:
        day = trip.since.date()
        assert trip.technician.is_present(day)
        assert opens_at(day, NOW) <= trip.since < closes_at(day, plan, NOW)
    for job, fact in visits(outlet):
        if job.type == "repair" and job.machine and job.machine.category in COOLING:
            assert people[fact.values["technician_id"]].may_repair(job.machine.category, fact.at.date())


def test_facts_are_in_order_and_none_is_typed_later_than_now() -> None:
    for job in simulated(TOWN).jobs:
        typed = [fact.typed_at for fact in job.facts]
        assert typed == sorted(typed)
        assert all(fact.at <= fact.typed_at <= NOW for fact in job.facts)
        assert all(job.facts[0].at <= fact.at for fact in job.facts)


def test_an_answer_that_another_scenario_gives_comes_to_the_same_calls() -> None:
    """A scenario changes who comes when, and not what customers call for: that has random numbers of its own."""
    first, other = (simulated(town(scenario)) for scenario in (Scenario.A, Scenario.C))
    reported = [{(job.facts[0].at, job.text) for job in outlet.jobs if not job.is_repeat} for outlet in (first, other)]
    assert len(reported[0] & reported[1]) > 0.97 * len(reported[0])


def test_one_certificate_fewer_halves_july_and_leaves_utilisation() -> None:
    found = []
    for scenario in (Scenario.A, Scenario.C):
        outlet = simulated(town(scenario))
        july = [course(job, None) for job in outlet.jobs
                if job.type == "repair" and job.duplicates is None and job.facts[0].at.month == 7]  # fmt: skip
        busy = sum((trip.until - trip.since).total_seconds() for trip in outlet.trips)
        found.append((bench.arrival(july, lambda c: c.deadline), busy))
    assert found[0][0] - found[1][0] > 20
    assert abs(found[0][1] - found[1][1]) < 0.06 * found[0][1]


def test_the_lost_certificate_is_that_of_the_last_who_has_one_from_1_june_on() -> None:
    outlet = simulated(town(None, Story.LOST_CERTIFICATE), months=3)
    lost = {k.key: k.certified_until for k in outlet.technicians if k.certified_until}
    assert lost == {1: date.max, 2: date.max, 3: date.max, 4: date(2026, 6, 1)}


def test_what_comes_back_after_the_recoder_is_logged_as_guidance_and_visited() -> None:
    outlet = simulated(town(None, Story.RECODER))
    recoded = [job for job in outlet.jobs if job.is_repeat and job.type == "guidance"]
    assert {job.facts[0].actor for job in recoded} == {outlet.technicians[5].name}
    assert any(fact.kind == "arrived" for job in recoded for fact in job.facts)


def test_the_backdater_alone_comes_just_before_the_deadline_and_types_it_later() -> None:
    outlet = simulated(town(None, Story.BACKDATER))
    reached = [(fact.at - job.facts[0].at, fact) for job, fact in visits(outlet) if job.type == "repair"]
    just_before = [fact for wait, fact in reached
                   if DAY * 0.98 < wait <= DAY and fact.typed_at - fact.at > DAY / 12]  # fmt: skip
    assert len(just_before) >= 5
    assert {fact.values["technician_id"] for fact in just_before} == {4}


@pytest.mark.seeds
def test_a_year_has_the_figures_that_it_should_have() -> None:
    found = bench.measured(Scenario.A, range(1, 4))
    for key, (wanted, slack) in bench.WANTED.items():
        if wanted[0] is not None:
            assert abs(sum(found[key]) / 3 - wanted[0]) <= slack * (3 if key == "arrival July" else 1.3), key


@pytest.mark.seeds
@pytest.mark.parametrize("story", [Story.RECODER, Story.HARD_JOBS, Story.LOST_CERTIFICATE, Story.SLOW_PART])
def test_a_story_is_found_and_nobody_else_is_accused(story: Story) -> None:
    assert stories.judged(story, 1) == stories.Verdict(True)

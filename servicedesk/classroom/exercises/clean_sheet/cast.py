"""Draw the culprit and the method of E7 for each student, and write the outlet in which it happened."""

from dataclasses import replace
from itertools import count
from typing import NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.exercises.clean_sheet.evidence import get_clock, list_looks, rank_by_repeats
from servicedesk.demo.fill import fill_outlet
from servicedesk.demo.simulation import names
from servicedesk.demo.work.outlet import Simulation
from servicedesk.demo.work.plan import FULL, Plan, Story, resized
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

MONTHS = 2  # June and July: the outlet is busy, and a file is made in about a second
TECHNICIANS = 6
_PLACES = {Story.BACKDATER: 3, Story.RECODER: 5}  # of the culprit among the technicians of the simulation
# Ten reports a day from 400 homes: enough for each story to be seen in two months.
_OUTLET = replace(resized(FULL, homes=400, technicians=TECHNICIANS, certified=4, reports_a_day=10), visits_a_day=0.5)


class Cast(NamedTuple):
    """The story of one student's file, the name of the culprit, and the plan of the simulated outlet."""

    story: Story
    culprit: str
    plan: Plan


def draw_cast(variant: Variant) -> Cast:
    """Return the cast of a variant: one of three stories, and a culprit drawn from all technicians or clerks."""
    rng = variant.rng("cast")
    story = rng.choice((Story.BACKDATER, Story.DEFERRER, Story.RECODER))
    crew = tuple(rng.sample(range(len(names.TECHNICIANS)), TECHNICIANS))
    clerk = rng.randrange(len(names.CLERKS))
    culprit = names.CLERKS[clerk] if story is Story.DEFERRER else names.TECHNICIANS[crew[_PLACES[story]]]
    return Cast(story, culprit, replace(_OUTLET, stories=frozenset({story}), crew=crew, clerk=clerk))


def fill(db: Database, variant: Variant) -> None:
    """Write the outlet of a variant: the first one drawn in which signals find the culprit and point at nobody else."""
    cast = draw_cast(variant)
    midnight = get_clock(db).replace(hour=0, minute=0)
    for attempt in count():
        db.connection.execute("SAVEPOINT attempt")
        seed = variant.rng("outlet", attempt).randrange(2**32)
        fill_outlet(db, Simulation(cast.plan, seed, midnight, MONTHS))
        if _is_fair(db, cast):
            db.connection.execute("RELEASE attempt")
            return
        db.connection.execute("ROLLBACK TO attempt")
        db.connection.execute("RELEASE attempt")


def _is_fair(db: Database, cast: Cast) -> bool:
    """Return whether a signal finds the culprit, none points at anybody else, and the worst rate is an innocent's."""
    db.connection.execute("SAVEPOINT panel")
    try:
        with facts_as_of(db, get_clock(db)):
            looks = list_looks(db)
            return (
                any(look.person == cast.culprit for look in looks)
                and all(look.tells_of is cast.story and look.person in {cast.culprit, None} for look in looks)
                and rank_by_repeats(db)[0][0] != cast.culprit
            )
    finally:  # drop the tables that the figures made for themselves
        db.connection.execute("ROLLBACK TO panel")
        db.connection.execute("RELEASE panel")

"""Draw the fifteen tickets of E4 for a student (stories, appliances, days), and write them into the file."""

from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.storage.database import Database

_REGISTERED = "2026-01-05 08:00"


class Step(NamedTuple):
    """One ticket of a story: its case, and the days (MM-DD) of its report and its completion.

    `fault` and `who` are indexes into two faults and into the crew, which differ from student to student. `ending`: an
    outcome, `cancelled` by the customer, or `duplicate` of the story's first ticket.
    """

    case: str
    reported: str
    completed: str
    fault: int = 0
    who: int = 0
    ending: str = "fixed"
    type: str = "repair"


# A story is what happened to one appliance. Its days move together, so that the days between them stay.
STORIES: dict[str, tuple[Step, ...]] = {
    "chain": (
        Step("began_in_september", "09-29", "10-01"),
        Step("again_other_fault", "10-20", "10-21", who=1),
        Step("november", "11-19", "11-19", fault=1),
    ),
    "day_30": (Step("on_day_30", "10-04", "10-05"), Step("november", "11-04", "11-05", fault=1, who=2)),
    "day_31": (Step("on_day_31", "10-05", "10-06", who=1), Step("november", "11-06", "11-06", who=1)),
    "not_a_repair": (
        Step("maintained", "10-09", "10-10", who=2),
        Step("maintenance", "10-15", "10-15", who=2, ending="done", type="maintenance"),
        Step("duplicate", "10-20", "10-20", ending="duplicate"),
    ),
    "nothing_found": (
        Step("first_of_two", "10-11", "10-12", who=1),
        Step("itself_a_repeat", "10-14", "10-14", ending="no_fault_found"),
    ),
    "two_open": (Step("still_open", "10-12", "10-15"), Step("beside_it", "10-13", "10-15", fault=1)),
    "no_appliance": (Step("no_appliance", "10-17", "10-18", who=2),),
    "same_fault": (Step("same_fault", "10-07", "10-08", who=3), Step("last_of_two", "10-17", "10-18", who=1)),
    "given_up": (
        Step("called_again", "10-13", "10-14", who=1),
        Step("cancelled", "10-23", "10-24", ending="cancelled"),
    ),
    "late": (Step("too_early", "10-26", "10-27", who=2), Step("november", "11-05", "11-06", who=3)),
    "good": (Step("came_once", "10-02", "10-03", who=3),),
}  # fmt: skip
_ALWAYS = ("day_30", "day_31", "nothing_found", "two_open", "no_appliance")
# Stories of six more tickets: each student gets one of these sets.
_OTHERS = (
    ("chain", "not_a_repair"), ("chain", "same_fault", "good"), ("not_a_repair", "given_up", "good"),
    ("not_a_repair", "late", "good"), ("same_fault", "late", "given_up"), ("chain", "given_up", "good"),
    ("chain", "late", "good"), ("not_a_repair", "same_fault", "good"), ("same_fault", "same_fault", "late"),
)  # fmt: skip
_FAULTS = {
    "fridge": ("not_cooling", "noise"), "washer": ("drain", "noise"), "ac": ("water_leak", "not_cooling"),
    "flat_tv": ("no_picture", "sound"), "range_hood": ("weak", "light"),
}  # fmt: skip
_MOST_DAYS = {"day_30": 3, "day_31": 3, "chain": 0, "late": 2, "good": 20}  # by which a story may move


class Ticket(NamedTuple):
    """A step of the story of number `story`, with the instants drawn for its report and its completion."""

    story: int
    step: Step
    reported: datetime
    completed: datetime


def draw_tickets(rng: Random) -> list[Ticket]:
    """Return the fifteen tickets in the order of their reports."""
    tickets = []
    for number, story in enumerate((*_ALWAYS, *rng.choice(_OTHERS))):
        days = timedelta(days=rng.randint(0, _MOST_DAYS.get(story, 2)))
        minutes = timedelta(minutes=rng.randrange(0, 90, 10))
        for step in STORIES[story]:
            first, last = (date.fromisoformat(f"2026-{day}") + days for day in (step.reported, step.completed))
            # All within a day: reported in the morning, done in the afternoon.
            reported = datetime(first.year, first.month, first.day, 9) + minutes
            completed = datetime(last.year, last.month, last.day, 15) + minutes
            tickets.append(Ticket(number, step, reported, completed))
    return sorted(tickets, key=lambda ticket: (ticket.reported, ticket.story, ticket.completed))


def fill(db: Database, variant: Variant) -> None:
    """Write the tickets of the appliances, each with its report and its end."""
    scene, rng = Scene(db), variant.rng("people")
    crew = [scene.technician(_REGISTERED, name) for name in rng.sample(names.TECHNICIANS, 4)]
    tickets = draw_tickets(variant.rng("tickets"))
    homes: dict[int, tuple[int, int | None, tuple[str, str]]] = {}  # customer, appliance and faults of each story
    for number in sorted({ticket.story for ticket in tickets}):
        customer = scene.customer(_REGISTERED, names.person(rng, rng.choice(names.SURNAMES), is_female=True))
        category, faults = rng.choice(tuple(_FAULTS.items()))
        is_known = any(ticket.story == number and ticket.step.case != "no_appliance" for ticket in tickets)
        brand = rng.choice(names.BRANDS)
        appliance = scene.appliance(_REGISTERED, customer, category, brand=brand) if is_known else None
        homes[number] = customer, appliance, faults
    first: dict[int, int] = {}  # the ticket with which each story began
    for story, step, reported, completed in tickets:
        customer, appliance, faults = homes[story]
        fault = None if step.type == "maintenance" else faults[step.fault]
        at = reported.isoformat(" ")
        ticket = scene.ticket(at, customer, appliance, fault=fault, type=step.type)
        first.setdefault(story, ticket)
        if step.ending in {"cancelled", "duplicate"}:
            _cancel(scene, ticket, step, (reported + timedelta(minutes=20)).isoformat(" "), first[story])
            continue
        who = crew[step.who]
        scene.event((completed - timedelta(hours=1)).isoformat(" "), ticket, "arrived", technician_id=who)
        scene.event(completed.isoformat(" "), ticket, "completed", technician_id=who, outcome=step.ending)


def _cancel(scene: Scene, ticket: int, step: Step, at: str, first: int) -> None:
    if step.ending == "duplicate":
        scene.event(at, ticket, "cancelled", reason="duplicate", duplicate_of_id=first, cancelled_by="outlet")
    else:
        scene.event(at, ticket, "cancelled", reason="customer_went_elsewhere", cancelled_by="customer")


def list_cases(variant: Variant) -> dict[str, str]:
    """Return the case of each ticket by its reference (`T3`)."""
    return {f"T{number}": ticket.step.case for number, ticket in enumerate(draw_tickets(variant.rng("tickets")), 1)}

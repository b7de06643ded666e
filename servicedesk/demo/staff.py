"""Fill the demo with technicians: their skills, areas and days off."""

from collections.abc import Iterator
from datetime import date, timedelta

from servicedesk.demo.shelf import add_parts
from servicedesk.demo.simulation import names
from servicedesk.demo.work.crew import COOLING
from servicedesk.demo.work.outlet import Simulation
from servicedesk.storage.desk import Desk


def write_technicians(desk: Desk, outlet: Simulation) -> None:
    """Write the technicians with their skills and areas, and the kinds of parts that they take along."""
    with desk.db.atomic():
        for technician in outlet.technicians:
            desk.db.insert("technician", desk.stamp, id=technician.key, name=technician.name)
        add_parts(desk.db, desk.stamp)
        for technician in outlet.technicians:
            is_certified = technician.certified_until is not None
            for skill in names.MODELS:
                if is_certified or skill not in COOLING:
                    desk.db.insert("technician_skill", technician_id=technician.key, category=skill)
            for area in technician.areas:
                desk.db.insert("technician_area", technician_id=technician.key, area=area)


def list_days_off(outlet: Simulation, first: date) -> Iterator[tuple[int, str]]:
    """Yield (technician id, day) for each day off in the month that begins on `first`."""
    days = [first + timedelta(days=n) for n in range(31)]
    for day in (day for day in days if day.month == first.month):
        for technician in outlet.technicians:
            if not technician.is_present(day):
                yield technician.key, day.isoformat()

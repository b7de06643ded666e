"""Read a list of technicians, as `export technicians` writes it: name, skills, areas, the day of leaving."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, ServiceDeskError
from servicedesk.base.messages import joined, say
from servicedesk.desk.technicians.register import add_technician, record_leaving
from servicedesk.domain.model import Stamp
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.ticket_rows import advice_of
from servicedesk.file.imports.rejects import Rejects
from servicedesk.file.imports.tables.arrange import Record
from servicedesk.file.imports.tables.open_table import Sheet
from servicedesk.records import categories
from servicedesk.storage.desk import Desk

NOUN = "technicians"
_TELLING = {"name", "skills", "areas"}
_BETWEEN = re.compile(r"[;；,，、/]")
_MOST_NAMED = 5


@dataclass
class Staff:
    """How many technicians are new, known, or known with other skills, areas or another day."""

    read: int = 0
    new: int = 0
    known: int = 0
    others: list[str] = field(default_factory=list)  # what is said of the last kind


def is_staff_list(headings: Collection[str]) -> bool:
    """Return whether these are the headings of a list of technicians."""
    return set(headings) >= _TELLING


def read_staff(desk: Desk, table: Sheet, bad: Rejects) -> Staff:
    """Add the technicians of the table, inside a transaction. RefusedError if it has no column of names."""
    if "name" not in table.headings.names:
        raise RefusedError(
            say("a list of technicians has a column 'name'"), hint=say("beside it: skills, areas, left_on")
        )
    desk = Desk(desk.db, Stamp(desk.stamp.recorded_at, desk.stamp.actor, "imported"), desk.now)
    staff = Staff()
    for record in table.records:
        staff.read += 1
        try:
            _take(desk, staff, record, table.headings.names)
        except RowError as error:
            bad.add(record, error)
    return staff


def tell_others(staff: Staff) -> list[str]:
    """Return the note about known technicians whose values differ in the file; [] if there are none."""
    if not staff.others:
        return []
    told = joined("\n", [joined("", ["  ", one]) for one in staff.others[:_MOST_NAMED]])
    return [joined("\n", [say("known otherwise, and left as they are: {n}", n=len(staff.others)), told])]


def _take(desk: Desk, staff: Staff, record: Record, names: tuple[str, ...]) -> None:
    """Add one technician, or count who is known. RowError if that is not possible."""
    if record.fault:
        raise RowError("", "", record.fault)
    cells = dict(zip(names, map(str.strip, record.cells), strict=False))
    skills = [_category(desk, code) for code in _several(cells, "skills")]
    try:
        left_on = dates.local_date(cells["left_on"], desk.now).isoformat() if cells.get("left_on") else None
        if not cells["name"]:
            raise RowError("name", "", say("a technician has a name"))
        added = add_technician(desk, cells["name"], skills=skills, areas=_several(cells, "areas"))
        has_left = left_on is not None and record_leaving(desk, cells["name"], left_on=left_on).changed
    except RefusedError as error:
        staff.others.append(error.sentence)
        return
    except ServiceDeskError as error:
        raise RowError("", cells["name"], advice_of(error)) from None
    if added.changed:
        staff.new += 1
    elif has_left:
        staff.others.append(say("{name} leaves on {day}", name=cells["name"], day=left_on))
    else:
        staff.known += 1


def _category(desk: Desk, code: str) -> str:
    """Return the category as the file writes it. RowError if there is none."""
    try:
        return categories.check_category(desk.db, code)
    except RefusedError as error:
        raise RowError("skills", code, advice_of(error)) from None


def _several(cells: Mapping[str, str], key: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(cells.get(key, "")) if part.strip()]

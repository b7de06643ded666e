"""Plan appliance birthdays: their dates, the visits that they share, and the missed ones."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

VISIT_DAYS = 30  # M6: how long after its anchor a birthday still joins a visit; M9: how early care counts


class Line(NamedTuple):
    """One birthday of one appliance; dates are ISO text.

    `id` is the row of a line that already waits for its visit. `is_over`: a newer birthday replaced this one, so it is
    recorded as missed (M10); its due day still counts when birthdays are grouped into visits.
    """

    appliance_id: int
    age: int
    due_on: str
    id: int | None = None
    is_over: bool = False


class Visit(NamedTuple):
    """The birthdays of one household that are cared for in one visit.

    The anchor is the planned day; ticket_id is None for a new visit.
    """

    anchor_on: str
    ticket_id: int | None = None
    lines: tuple[Line, ...] = ()

    def takes(self, due_on: str) -> bool:
        """Return whether a birthday joins the visit (M6).

        Its day is compared with the anchor, not with the last line, so that a visit does not grow over months.
        """
        return self.anchor_on <= due_on <= later(self.anchor_on, VISIT_DAYS)

    @property
    def open_lines(self) -> list[Line]:
        """Return the lines of the visit that are not over."""
        return [line for line in self.lines if not line.is_over]


def is_leap_year(year: int) -> bool:
    """Return whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def later(day: str, days: int) -> str:
    """Return the ISO date that many days later, at most the last possible date."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return date.max.isoformat()


def windows(first_on: str, last_on: str) -> list[tuple[int, str, str]]:
    """Return the month-days of the birthdays between two days, by year: (year, first month-day, last month-day).

    A window that ends on 28 February of a common year includes 29 February (M1).
    """
    first, last = int(first_on[:4]), int(last_on[:4])
    found = []
    for year in range(first, last + 1):
        ends = last_on[5:] if year == last else "12-31"
        if ends == "02-28" and not is_leap_year(year):
            ends = "02-29"
        found.append((year, first_on[5:] if year == first else "01-01", ends))
    return found


def birthday(base_on: str, age: int) -> str:
    """Return the birthday at that age, counted from the base date. In common years 02-28 replaces 02-29 (M1)."""
    year = int(base_on[:4]) + age
    day = "-02-28" if base_on[5:] == "02-29" and not is_leap_year(year) else base_on[4:]
    return f"{year:04d}{day}"


def grouped_visits(lines: Iterable[Line], open_visits: Iterable[Visit], *, until: str) -> list[Visit]:
    """Return the visits of one household that get lines, existing visits first.

    A birthday up to `until` or a waiting line starts a visit. Later birthdays only join a visit (M6).
    """
    visits = sorted(open_visits, key=lambda v: (v.anchor_on, v.ticket_id or 0))
    taken: list[list[Line]] = [[] for _ in visits]
    for line in sorted(lines, key=lambda line: (line.due_on, line.appliance_id, line.age)):
        at = next((i for i, visit in enumerate(visits) if visit.takes(line.due_on)), None)
        if at is not None:
            taken[at].append(line)
        elif line.due_on <= until or line.id is not None:
            visits.append(Visit(line.due_on))
            taken.append([line])
    return [Visit(x.anchor_on, x.ticket_id, tuple(its)) for x, its in zip(visits, taken, strict=True) if its]


def planned_visits(lines: Iterable[Line], open_visits: Iterable[Visit], *, today: str, until: str) -> list[Visit]:
    """Return the visits of one household. Each appliance has one open line, the newest; older lines are missed (M10).

    A future birthday cannot be missed, so the birthday after it waits for a later run.
    """
    visits = grouped_visits(_without_the_far(list(lines), today), open_visits, until=until)
    newest: dict[int, int] = {}
    for line in (line for visit in visits for line in visit.open_lines):
        newest[line.appliance_id] = max(line.age, newest.get(line.appliance_id, 0))
    return [
        Visit(
            visit.anchor_on, visit.ticket_id, tuple(_over(x, x.age != newest.get(x.appliance_id)) for x in visit.lines)
        )
        for visit in visits
    ]


def _over(line: Line, is_over: bool) -> Line:
    return line if line.is_over == is_over else line._replace(is_over=is_over)


def _without_the_far(lines: list[Line], today: str) -> list[Line]:
    nearest: dict[int, int] = {}
    for line in lines:
        if line.due_on >= today and not line.is_over:
            nearest[line.appliance_id] = min(line.age, nearest.get(line.appliance_id, line.age))
    return [line for line in lines if line.age <= nearest.get(line.appliance_id, line.age)]

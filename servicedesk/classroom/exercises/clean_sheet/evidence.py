"""What the file of E7 shows of each person, by the code of `kpi integrity` and `kpi report`."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from servicedesk.base import periods
from servicedesk.classroom.answers import plain
from servicedesk.demo.work.plan import Story
from servicedesk.domain.groups import By, Person
from servicedesk.kpis.count import count_verdicts
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.integrity.panel import NOBODY, panel
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

CLOCK = "2026-08-01T09:00:00+08:00"
PERIOD = periods.between(date(2026, 6, 1), date(2026, 7, 31))
CLUES = {Story.BACKDATER: ("I3", "I4"), Story.DEFERRER: ("I1", "I2"), Story.RECODER: ("I9",)}
SHOWN = ("I1", "I2", "I3", "I4", "I9")  # on the sheet
_TOLERANCE = 0.1 + 1e-9  # of points and percentages


class Look(NamedTuple):
    """A row of the panel: one signal of one person, or of the outlet where `person` is None.

    `is_chance`: it is above its line, but no further than chance goes.
    """

    signal: str
    person: str | None
    hits: int
    total: int | None
    value: float | None
    unit: str
    is_looked_at: bool
    is_chance: bool

    @property
    def tells_of(self) -> Story | None:
        """Return the story that this signal finds."""
        return next((story for story, signals in CLUES.items() if self.signal in signals), None)

    @property
    def text(self) -> str:
        """Return the figure as short as `kpi integrity` writes it."""
        if self.value is None and not self.hits:
            return "–"
        if self.unit == "points":
            return f"{self.value or 0:+.1f}".replace("-", "−")
        others = (self.total or 0) - self.hits
        return f"{self.hits} : {others}" if self.unit == "ratio" else f"{self.hits}/{self.total}"

    def is_meant_by(self, text: str) -> bool:
        """Return whether a student's text gives this figure: as k/n, as a percentage or points, as hits to others."""
        numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d+(?:[.,]\d+)?", plain(text))]
        pairs = list(pairwise(numbers))
        total = self.total or 0
        if (self.hits, total) in pairs or (self.unit == "ratio" and (self.hits, total - self.hits) in pairs):
            return True
        if self.value is None or len(numbers) != 1:
            return False
        value = self.value * 100 if self.unit == "share" else abs(self.value)
        return abs(numbers[0] - value) <= _TOLERANCE


def get_clock(db: Database) -> datetime:
    """Return the instant at which the clock of the file stands, in its zone."""
    return datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)


def list_panel(
    db: Database, only: Sequence[str] = (), *, people: Sequence[Person | None] = tuple(Person)
) -> list[Look]:
    """Return the signals of each technician and clerk; with None among `people` those of the outlet, too."""
    as_of = get_clock(db)
    found: dict[tuple[str, str | None], Look] = {}
    with facts_as_of(db, as_of):
        for by in people:
            for row in panel(db, PERIOD, as_of=as_of, by=by, only=only).objects():
                if row["group"] != NOBODY:
                    # Somebody may stand in both lists: who typed it, and who was there.
                    found.setdefault((row["signal"], row["group"]), _look(row))
    return list(found.values())


def list_looks(db: Database) -> list[Look]:
    """Return whatever the whole panel looks at."""
    return [look for look in list_panel(db, people=(*Person, None)) if look.is_looked_at]


def rank_by_repeats(db: Database) -> list[tuple[str, int, int]]:
    """Return technician, repeats and repairs of the repeat-repair rate, the worst rate first (K4)."""
    with facts_as_of(db, get_clock(db)):
        tallies = count_verdicts(db, find_kpi("repeat_repair_rate"), PERIOD, [By.TECHNICIAN])
    people, counted = list_people(db), []
    for (name,), tally in tallies.items():
        hits, misses = (sum(n for (verdict, *_), n in tally.items() if verdict == wanted) for wanted in ("hit", "miss"))
        if hits + misses and name in people:
            counted.append((name, hits, hits + misses))
    return sorted(counted, key=lambda one: (-one[1] / one[2], one[0]))


def list_people(db: Database) -> dict[str, Person]:
    """Return the technicians in their order, and the clerks: all who typed a report and are no technician."""
    technicians = [row["name"] for row in db.rows("SELECT name FROM technician ORDER BY id")]
    clerks = [row["actor"] for row in db.rows("SELECT DISTINCT actor FROM event WHERE kind = 'reported' ORDER BY 1")]
    return dict.fromkeys(technicians, Person.TECHNICIAN) | {
        name: Person.CLERK for name in clerks if name not in technicians
    }


def _look(row: dict[str, Any]) -> Look:
    figures = (row["hits"], row["total"], row["value"], row["unit"])
    return Look(row["signal"], row["group"], *figures, bool(row["look"]), bool(row["within_chance"]))

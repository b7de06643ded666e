"""The signals and repeat rates of each person in the file of E7, as `kpi integrity` and `kpi report` count them."""

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
    """One signal of one person, or of the outlet where `person` is None: a row of `kpi integrity`.

    `is_looked_at`: it is above its line by more than chance; `is_chance`: above its line, but within chance.
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
        """Return the figure in the short form of `kpi integrity`."""
        if self.value is None and not self.hits:
            return "–"
        if self.unit == "points":
            return f"{self.value or 0:+.1f}".replace("-", "−")
        others = (self.total or 0) - self.hits
        return f"{self.hits} : {others}" if self.unit == "ratio" else f"{self.hits}/{self.total}"

    def is_meant_by(self, text: str) -> bool:
        """Return whether a text gives this figure: as k/n, as a percentage, in points, or as hits : others."""
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
    """Return the signals of each technician and clerk; None in `people` adds the outlet's. `only`: codes of signals."""
    as_of = get_clock(db)
    found: dict[tuple[str, str | None], Look] = {}
    with facts_as_of(db, as_of):
        for by in people:
            for row in panel(db, PERIOD, as_of=as_of, by=by, only=only).objects():
                if row["group"] != NOBODY:
                    # A person may be in both groups: as the clerk who typed, and as the technician who came.
                    found.setdefault((row["signal"], row["group"]), _look(row))
    return list(found.values())


def list_looks(db: Database) -> list[Look]:
    """Return all signals, of people and of the outlet, that are above their line by more than chance."""
    return [look for look in list_panel(db, people=(*Person, None)) if look.is_looked_at]


def rank_by_repeats(db: Database) -> list[tuple[str, int, int]]:
    """Return (technician, repeats, repairs) of each technician, the worst repeat-repair rate first (K4)."""
    with facts_as_of(db, get_clock(db)):
        tallies = count_verdicts(db, find_kpi("repeat_repair_rate"), PERIOD, [By.TECHNICIAN])
    people, counted = list_people(db), []
    for (name,), tally in tallies.items():
        hits, misses = (sum(n for (verdict, *_), n in tally.items() if verdict == wanted) for wanted in ("hit", "miss"))
        if hits + misses and name in people:
            counted.append((name, hits, hits + misses))
    return sorted(counted, key=lambda one: (-one[1] / one[2], one[0]))


def list_people(db: Database) -> dict[str, Person]:
    """Return the people by name: the technicians, then the clerks, who typed reports and are no technicians."""
    technicians = [row["name"] for row in db.rows("SELECT name FROM technician ORDER BY id")]
    clerks = [row["actor"] for row in db.rows("SELECT DISTINCT actor FROM event WHERE kind = 'reported' ORDER BY 1")]
    return dict.fromkeys(technicians, Person.TECHNICIAN) | {
        name: Person.CLERK for name in clerks if name not in technicians
    }


def _look(row: dict[str, Any]) -> Look:
    figures = (row["hits"], row["total"], row["value"], row["unit"])
    return Look(row["signal"], row["group"], *figures, bool(row["look"]), bool(row["within_chance"]))

"""What a KPI is: its meaning in words, and one SQL statement that gives each ticket of its cohort a verdict.

The statements are in the .sql files beside the families, each a whole text. They read the table `asked` (the period and
the instant, records/ticket_facts.py), `ticket_fact`, and the views of facts as of the instant, and yield

    ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, reason, ref, amount, verdict

`verdict` is hit, miss, pending, excluded, or silent: excluded, but counted apart, since the bounds of K1 need it.
`reason` says why. `ref` is the other ticket (T), promise (P) or complaint (K) that the reason is about. `day` and
`month` are the local date that puts the ticket into a period. `hit_to`, `miss_to` and `else_to` are the technicians to
whom a hit, a miss or any other verdict is attributed (C9). `amount` is the quantity that a KPI measures if it is no
rate. `appliance_id` is the appliance whose category counts.

The statements use only SQL that SQLite and DuckDB both read: the tests count every KPI with both.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from servicedesk.base.statements import Statement, load_families
from servicedesk.kpis.stats import Measure, rate

FAMILIES = (
    "satisfaction", "repeats", "arrival", "promises", "callbacks", "complaints", "times", "backlog", "maintenance",
    "questionnaires", "customers",
)  # fmt: skip


@cache
def load_texts() -> dict[str, Statement]:
    """Return every statement of this folder's .sql files by name; a view comes after the views that it reads."""
    return load_families(Path(__file__).parent, FAMILIES)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI: its meaning in words and how its figure is made.

    `statement` names its SQL statement if that is not the key. `measure` makes the figure from the counted verdicts
    (kpis/stats.py), in `unit` if it is no rate. `beside` is the key of the KPI that this one accompanies.
    `settles_after` is the number of days after the period until every ticket is old enough to be decided. `settled`
    names a statement that yields for each month the second of the last decision, if that depends on the tickets.
    `waits_for_ends`: some tickets stay pending until another ticket ends. `is_snapshot`: the figure is of an instant,
    whatever the period. `along` names the index that gives the rows by month and technician (count.sql), None if they
    must be sorted. `nobody`: the name printed if no technician is charged. `floor`: the fewest answers for which a
    figure is printed. `is_optional`: a report shows the KPI only if it has tickets or is asked for.
    """

    key: str
    title: str
    chinese: str
    better: str
    formula: str
    cohort: str
    hit: str
    miss: str
    pending: str
    excluded: str
    source: str
    settles_after: int
    statement: str = ""
    along: str | None = None
    nobody: str = "(none)"
    measure: Measure = field(default=rate, repr=False)
    unit: str | None = None
    beside: str | None = None
    is_snapshot: bool = False
    waits_for_ends: bool = False
    settled: str | None = None
    floor: int = 0
    is_optional: bool = False

    @property
    def sql(self) -> str:
        """Return the statement that gives the verdicts."""
        return load_texts()[self.statement or self.key].text

    @property
    def name(self) -> str:
        """Return the title in both languages."""
        return f"{self.title} ({self.chinese})"

    @property
    def settles_by_time(self) -> bool:
        """Return whether time alone settles every ticket: nobody can move a deadline, nothing has to end."""
        return not (self.is_snapshot or self.settled or self.waits_for_ends)

    @property
    def is_rate(self) -> bool:
        return self.unit is None

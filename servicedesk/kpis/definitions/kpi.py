"""What a KPI is: its meaning in words, and one SQL statement that gives each ticket of its cohort a verdict.

The statements are in the .sql files beside the families, each a whole text. They read the table `asked` (the period and
the instant, records/ticket_facts.py), `ticket_fact`, and the views of facts as of then, and yield

    ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, reason, ref, amount, verdict

`verdict` is hit, miss, pending, excluded, or silent: excluded, but counted apart, since the bounds of K1 need it.
`reason` says why, `ref` is the other ticket (T), promise (P) or complaint (K) that the reason is about. `day` and
`month` are the local date that puts the ticket into a period; `hit_to`, `miss_to`, `else_to` whom a hit, a miss or
anything else is attributed to (C9); `amount` what a figure that is no rate measures; `appliance_id` whose category
counts.

The texts keep to what SQLite and DuckDB both read: the tests count every KPI with both.
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
    """Return every statement of the .sql files of this folder by name, those that others read before their readers."""
    return load_families(Path(__file__).parent, FAMILIES)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure and how it is made.

    `statement` names its SQL where that is not its key. `measure` makes the figure from the counted verdicts
    (kpis/stats.py), in `unit` where it is no rate. `beside` names the figure it stands beside. `settles_after` is the
    days after the period in which tickets still mature, `settled` names a statement that yields each month and the last
    second of that, where it depends on the tickets. `waits_for_ends`: some stay pending until another ticket ends.
    `is_snapshot`: taken at an instant, of whatever period. `along` names the index that gives its rows in the order of
    months and technicians (count.sql), None where they are sorted. `nobody`: what to print where nobody is named.
    `floor`: below so many answers nothing is printed. `is_optional`: a report has it only where there is something to
    count, or where it is asked for.
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

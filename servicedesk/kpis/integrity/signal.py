"""What a signal is: its meaning, and one SQL statement that yields the rows behind it, some marked as hits.

The statements are in the .sql files beside the families. They read the same as the statements of KPIs
(definitions/kpi.py), and `asked.by_person`: whose rows are counted apart (technician, clerk or outlet). They yield

    ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail

`judgement` is the verdict and a code, such as `hit late`. `who_id` is the technician, `clerk` the person who typed the
fact. `at_unix` is when it happened, `recorded_unix` when it was typed. `detail` ends the sentence of a row.
measures.py makes the figure from the counted rows.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from servicedesk.base.statements import Statement, load_families
from servicedesk.kpis.integrity.measures import Measure

FAMILIES = ("deadlines", "visits", "answers", "machines", "ends", "money", "parts")
TECHNICIAN, CLERK = "technician", "clerk"


@cache
def load_texts() -> dict[str, Statement]:
    """Return every statement of this folder's .sql files by name; a view comes after the views that it reads."""
    return load_families(Path(__file__).parent, FAMILIES)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal: its meaning in words and how its figure is made.

    `look_when` is the line in words, `limit` the same in short. `why` says what the signal makes visible, `innocent`
    what else may explain it. `unit` is share, points, ratio, probability, or the thing counted. `people` says whether
    technicians or clerks can be compared. `grows`: the period before is read too. `names_clerk`: a row names the clerk,
    though clerks are not compared. `uses`: the KPIs whose verdicts the statement reads, as the views `kpi_KEY`.
    """

    key: str
    title: str
    chinese: str
    formula: str
    look_when: str
    limit: str
    unit: str
    why: str
    innocent: str
    source: str
    people: tuple[str, ...]
    measure: Measure = field(repr=False)
    grows: bool = False
    names_clerk: bool = False
    uses: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """Return the statement that gives the rows."""
        return load_texts()[self.key].text

    @property
    def name(self) -> str:
        """Return the title in both languages."""
        return f"{self.key} {self.title} ({self.chinese})"

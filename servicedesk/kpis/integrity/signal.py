"""What a signal is: its meaning, and one SQL statement of the rows behind it, some marked as hits. Holds no signal.

The statements are in the .sql files beside the families. They read what those of KPIs read (definitions/kpi.py), and
`asked.by_person`, who the rows are told apart by (technician, clerk or outlet), and yield

    ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail

`judgement` is the verdict and a code, `hit late`; `who_id` the technician, `clerk` who typed what the signal is about,
`at_unix` when it happened, `recorded_unix` when it was typed; `detail` ends the sentence of a row. What is made of the
counted rows is in measures.py.
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
    """Return every statement of the .sql files of this folder by name, those that others read before their readers."""
    return load_families(Path(__file__).parent, FAMILIES)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal and how it is made.

    `look_when` is the line in words, `limit` in short; `why` what it makes visible, `innocent` what else may be behind
    it. `unit` is share, points, ratio, probability, or what is counted; `people` are who the rows can be told apart by.
    `grows`: the period before is looked at too. `names_clerk`: a row says who typed it, though clerks are not compared.
    `uses`: the KPIs whose verdicts the statement reads, as the views `kpi_KEY`.
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

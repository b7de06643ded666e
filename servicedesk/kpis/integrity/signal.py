"""What a signal is: its meaning, and one SELECT of the rows behind it, some marked as hits. Holds no signal.

The SELECT takes the parameters of a KPI's (definitions/kpi.py) and :by, who the rows are told apart by (technician,
clerk or outlet), and yields

    ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail

`judgement` is the verdict and a code, `hit late`; `who_id` the technician, `clerk` who typed what the signal is about,
`at_unix` when it happened, `recorded_unix` when it was typed; `detail` ends the sentence of a row. What is made of the
counted rows is in measures.py.
"""

from dataclasses import dataclass, field

from servicedesk.kpis.definitions.kpi import in_period
from servicedesk.kpis.integrity.measures import Measure
from servicedesk.records.ticket_facts import visible

FIELDS = "ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail"
COUNTED = "NOT coalesce(fact.cancel_reason = 'duplicate' OR fact.cancel_reason = 'entry_error', FALSE)"  # C7
TECHNICIAN, CLERK = "technician", "clerk"


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal and how it is made.

    `look_when` is the line in words, `limit` in short; `why` what it makes visible, `innocent` what else may be behind
    it. `unit` is share, points, ratio, probability, or what is counted; `people` are who the rows can be told apart by.
    `grows`: the period before is looked at too. `names_clerk`: a row says who typed it, though clerks are not compared.
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
    select: str = field(repr=False)
    grows: bool = False
    names_clerk: bool = False

    @property
    def name(self) -> str:
        """The title in both languages."""
        return f"{self.key} {self.title} ({self.chinese})"


def events(
    kind: str,
    judgement: str,
    *,
    who: str = "e.technician_id",
    clerk: str = "e.actor",
    condition: str = "TRUE",
    detail: str = "NULL",
    period: str = in_period("e.at_unix"),
) -> str:
    """The rows of the events `e` of a kind in the period, each with the facts of its ticket; withdrawn ones left out.

    `judgement` may be NULL for events that the signal does not look at.
    """
    return f"""
SELECT {FIELDS}
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, {who} AS who_id, {clerk} AS clerk, e.at_unix,
               e.recorded_unix, {judgement} AS judgement, {detail} AS detail
          FROM event e JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
         WHERE e.kind = '{kind}' AND {period} AND {visible("e")} AND {COUNTED} AND {condition})
 WHERE judgement IS NOT NULL
"""


def typist_sql(kind: str, order: str = "ASC") -> str:
    """SQL for who typed the first (DESC: the last) event of a kind of the ticket `fact`."""
    return f"""(SELECT x.actor FROM event x WHERE x.ticket_id = fact.ticket_id AND x.kind = '{kind}' AND {visible("x")}
                 ORDER BY x.at_unix {order}, x.id {order} LIMIT 1)"""

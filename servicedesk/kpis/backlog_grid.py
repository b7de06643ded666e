"""The backlog as a grid: open tickets by age and state at an instant, and those that have waited too long (K13)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Table, columns, shown
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.records.ticket_facts import day as local_day
from servicedesk.records.ticket_facts import facts_as_of, visible
from servicedesk.storage.database import Database

AGES = ((1, "< 24 h"), (3, "1-3 d"), (7, "3-7 d"), (15, "7-15 d"), (30, "15-30 d"), (90, "30-90 d"), (None, "> 90 d"))
STATES = (
    "unassigned", "assigned", "appointed", "arrived", "waiting_manufacturer_part", "waiting_outlet_part",
    "waiting_repairer", "waiting_customer",
)  # fmt: skip
_KEYS = columns("age-", *(f"{state}-" for state in STATES), "all-")
_GRID = columns("state:words", *(f"{name}:count" for _, name in AGES), "all:count")

# W7, W8: the causes of the law and their days; and silence towards the customer. Days are those of the calendar, the
# first not counted, and a limit is passed on the day after it.
_WAITED = f"(:as_of_day - {local_day('w.at')})"
_WAITS = f"""
SELECT w.ticket_id, w.cause, {_WAITED} AS days
  FROM ticket_fact fact
  JOIN event w ON w.id = (SELECT e.id FROM event e
                           WHERE e.ticket_id = fact.ticket_id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                             AND {visible("e")} ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
 WHERE fact.done_unix IS NULL AND fact.cancelled_unix IS NULL AND w.kind = 'waiting'
   AND (w.cause <> 'customer' AND w.cause <> 'manufacturer_part' AND {_WAITED} > 30
     OR w.cause = 'manufacturer_part' AND {_WAITED} > 90)
"""
_SILENT = f"""
SELECT ticket_id, NULL AS cause, :as_of_day - last_day AS days
  FROM (SELECT fact.ticket_id, max(
          coalesce((SELECT max({local_day("e.at")}) FROM event e WHERE e.ticket_id = fact.ticket_id AND {visible("e")}
                       AND (e.kind = 'reported' OR e.kind = 'appointed' OR e.kind = 'arrived')), 0),
          coalesce((SELECT max({local_day("c.at")}) FROM callback c
                     WHERE c.ticket_id = fact.ticket_id AND {visible("c")}
                       AND (c.outcome = 'reached' OR c.outcome = 'refused')), 0),
          coalesce((SELECT max({local_day("p.at")}) FROM promise p
                     WHERE p.ticket_id = fact.ticket_id AND {visible("p")}), 0)
        ) AS last_day
          FROM ticket_fact fact
         WHERE fact.done_unix IS NULL AND fact.cancelled_unix IS NULL LIMIT -1)
 WHERE :as_of_day - last_day > 3
"""


def backlog(db: Database, *, as_of: datetime) -> Table:
    """One row an age group, the last one all; `kpi rows backlog` has the tickets."""
    then = dates.unix(as_of)
    with facts_as_of(db, then):
        day = dates.between(as_of.date(), as_of.date())
        cells = Counter((_age(row[8]), row[7]) for row in count.rows(db, find_kpi("backlog"), day, as_of))
        marked = [
            (
                row["ticket_id"],
                say("waits for {cause}", cause=coded(row["cause"])) if row["cause"] else say("no contact"),
                row["days"],
            )
            for sql in (_WAITS, _SILENT)
            for row in db.rows(
                f"SELECT * FROM ({sql}) ORDER BY days DESC, ticket_id",
                as_of=then,
                as_of_day=dates.day_number(as_of.date()),
            )
        ]
    names = [name for _, name in AGES]
    by_age = _summed(names, [[cells[name, state] for state in STATES] for name in names])
    by_state = _summed(STATES, [[cells[name, state] for name in names] for state in STATES])
    marks = Table(columns("ticket_id:T=ticket", "mark:words", "days:count"), marked)
    heading = say("{name}, open tickets as of {as_of}", name=db.outlet.name, as_of=shown(dates.stamp(as_of), "instant"))
    sections = ((say("by state and age"), Table(_GRID, by_state)), (say("waiting too long"), marks))
    return Table(_KEYS, by_age, heading=heading, sections=sections)


def _summed(names: Sequence[str], rows: Sequence[Sequence[int]]) -> list[list[str | int]]:
    """The rows with their names and sums, and below them the sums of the columns."""
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return [[name, *row, sum(row)] for name, row in zip((*names, "all"), (*rows, sums), strict=True)]


def _age(days: float) -> str:
    return next(name for limit, name in AGES if limit is None or days < limit)

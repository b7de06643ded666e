"""The backlog (K13): open tickets by age and state at an instant, and the tickets that have waited too long."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from servicedesk.base import dates, periods
from servicedesk.base.messages import coded, say
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Table, columns, shown
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

AGES = ((1, "< 24 h"), (3, "1-3 d"), (7, "3-7 d"), (15, "7-15 d"), (30, "15-30 d"), (90, "30-90 d"), (None, "> 90 d"))
STATES = (
    "unassigned", "assigned", "appointed", "arrived", "waiting_manufacturer_part", "waiting_outlet_part",
    "waiting_repairer", "waiting_customer",
)  # fmt: skip
_KEYS = columns("age-", *(f"{state}-" for state in STATES), "all-")
_GRID = columns("state:words", *(f"{name}:count" for _, name in AGES), "all:count")


def backlog(db: Database, *, as_of: datetime) -> Table:
    """Return the open tickets: one row for each age group and one for the sum; `kpi rows backlog` lists them."""
    texts = load_statements(Path(__file__).with_name("backlog_grid.sql"))
    with facts_as_of(db, as_of):
        day = periods.between(as_of.date(), as_of.date())
        verdicts = count.list_verdicts(db, find_kpi("backlog"), day)
        cells = Counter((_age(found.amount or 0), found.reason) for found in verdicts)
        marked = [
            (
                row["ticket_id"],
                say("waits for {cause}", cause=coded(row["cause"])) if row["cause"] else say("no contact"),
                row["days"],
            )
            for name in ("list_waits", "list_silences")
            for row in db.rows(texts[name].text)
        ]
    names = [name for _, name in AGES]
    by_age = _with_sums(names, [[cells[name, state] for state in STATES] for name in names])
    by_state = _with_sums(STATES, [[cells[name, state] for name in names] for state in STATES])
    marks = Table(columns("ticket_id:T=ticket", "mark:words", "days:count"), marked)
    heading = say("{name}, open tickets as of {as_of}", name=db.outlet.name, as_of=shown(dates.stamp(as_of), "instant"))
    sections = ((say("by state and age"), Table(_GRID, by_state)), (say("waiting too long"), marks))
    return Table(_KEYS, by_age, heading=heading, sections=sections)


def _with_sums(names: Sequence[str], rows: Sequence[Sequence[int]]) -> list[list[str | int]]:
    """Return the rows with their names and sums, and a last row with the sums of the columns."""
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return [[name, *row, sum(row)] for name, row in zip((*names, "all"), (*rows, sums), strict=True)]


def _age(days: float) -> str:
    return next(name for limit, name in AGES if limit is None or days < limit)

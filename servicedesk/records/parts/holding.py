"""Parts held by technicians: taken, but neither used nor given back; and which of them are overdue."""

from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.table import Table, columns
from servicedesk.storage.database import Database

HELD = """
SELECT i.id, i.part_id, p.code, p.name, i.technician_id, k.name AS technician, i.ticket_id, i.at, i.due_on, i.forced,
       i.quantity - (SELECT coalesce(sum(m.quantity), 0) FROM part_movement m
                      WHERE m.part_issue_id = i.id AND m.voided_at IS NULL) AS quantity
  FROM part_issue i
  JOIN part p ON p.id = i.part_id
  JOIN technician k ON k.id = i.technician_id
 WHERE i.voided_at IS NULL AND (:technician_id IS NULL OR i.technician_id = :technician_id)
   AND (:part_id IS NULL OR i.part_id = :part_id)
 ORDER BY i.due_on, i.id
"""

COLUMNS = columns(
    "technician:name", "code:code=part", "name:name=description", "quantity:count", "ticket_id:T=for", "issued_at-",
    "due_on:date=due", "days_overdue:count??=days late", "forced-",
)  # fmt: skip


class Holding(NamedTuple):
    """The rest of one issue of a part that a technician still holds; `due_on` is the last day to give it back."""

    issue_id: int
    part_id: int
    code: str
    name: str
    technician_id: int
    technician: str
    ticket_id: int | None
    issued_at: str
    due_on: str
    forced: str | None
    quantity: int

    @property
    def text(self) -> str:
        """Return the part's name and quantity on one line, with the ticket if it is for one."""
        what = f"{self.name} × {self.quantity}"
        return f"{what} (T{self.ticket_id})" if self.ticket_id else what

    def is_overdue(self, on: str) -> bool:
        """Return whether the part was due back before that day."""
        return self.due_on < on


def find_held(db: Database, *, technician_id: int | None = None, part_id: int | None = None) -> list[Holding]:
    """Return the parts that technicians hold, sorted by the day on which they are due back."""
    rows = (Holding(*row) for row in db.rows(HELD, technician_id=technician_id, part_id=part_id))
    return [held for held in rows if held.quantity > 0]


def list_held(db: Database, *, on: str, technician_id: int | None = None, part_id: int | None = None) -> Table:
    """Return the parts that technicians hold as a table."""
    return holding_table(find_held(db, technician_id=technician_id, part_id=part_id), on=on)


def list_overdue(db: Database, *, on: str, technician_id: int | None = None, every: bool = False) -> Table:
    """Return a table of the parts due back before that day, the longest overdue first; with `every` all held parts."""
    found = find_held(db, technician_id=technician_id)
    return holding_table([held for held in found if every or held.is_overdue(on)], on=on)


def holding_table(held: list[Holding], *, on: str) -> Table:
    """Return the holdings as a table, with the days overdue as of that day."""
    rows = [
        [one.technician, one.code, one.name, one.quantity, one.ticket_id, one.issued_at, one.due_on,
         dates.days_between(one.due_on, on) if one.is_overdue(on) else None, one.forced]
        for one in held
    ]  # fmt: skip
    return Table(COLUMNS, rows)

"""Checklists: set and show the steps of a visit, by the type of its ticket (S21)."""

from collections.abc import Sequence

from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Result, Table, nothing_changed
from servicedesk.domain import job_rules
from servicedesk.records.jobs import checklists
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

SAME_DAY = """
SELECT steps FROM checklist
 WHERE type = :type AND from_on = :from_on AND voided_at IS NULL
 ORDER BY id DESC
 LIMIT 1
"""


def set_checklist(desk: Desk, ticket_type: str, texts: Sequence[str], *, from_on: str | None) -> Result:
    """Set the checklist of a ticket type from that day on (default: today); the text `none` ends it."""
    steps = job_rules.read_steps(texts)
    day = from_on or desk.today
    with desk.db.atomic():
        known = desk.db.value(SAME_DAY, type=ticket_type, from_on=day)
        before = checklists.find_checklist(desk.db, ticket_type, on=day)
        wanted = ",".join(steps)
        if not wanted and known is None and before is None:
            raise NotFoundError(
                say("no checklist of {type} holds on {on}", type=coded(ticket_type), on=day), hint=_way_out()
            )
        changed = known != wanted
        if changed:
            desk.db.insert("checklist", desk.stamp, type=ticket_type, steps=wanted, from_on=day)
        notes = [] if changed else [nothing_changed(coded(ticket_type))]
        if any(set(example) <= set(steps) for example in job_rules.EXAMPLES.values()):
            notes.append(say("an example: the trade names these steps, and nobody defines them; make them yours"))
        row = next(
            row for row in desk.db.rows(checklists.CHECKLISTS) if (row["type"], row["from_on"]) == (ticket_type, day)
        )
        return Result(checklists.checklist_table(row), notes, changed)


def get_checklist(db: Database, ticket_type: str, *, on: str) -> Table:
    """Return the checklist of that type that holds on that day. NotFoundError if there is none."""
    row = checklists.find_checklist(db, ticket_type, on=on)
    if row is None:
        raise NotFoundError(
            say("no checklist of {type} holds on {on}", type=coded(ticket_type), on=on), hint=_way_out()
        )
    return checklists.checklist_table(row)


def _way_out() -> str:
    return say("checklist set install shoe_covers,floor_cloth; 'checklist list --examples' shows some")

"""Propose solutions for a ticket, to whoever takes the call and to the technician."""

from collections.abc import Mapping

from servicedesk.base.messages import in_words, joined, say
from servicedesk.desk.knowledge.search import find_best
from servicedesk.desk.knowledge.show import success_text
from servicedesk.domain.knowledge.solutions import Success
from servicedesk.domain.model import TicketType
from servicedesk.records.knowledge.solutions import Solution
from servicedesk.storage.database import Database

_LONGEST = 90  # characters of what helps, on a line

ABOUT = """
SELECT t.type, t.fault, t.text, a.category, a.model
  FROM ticket t
  JOIN appliance a ON a.id = t.appliance_id
 WHERE t.id = :id AND t.voided_at IS NULL
"""


def list_proposals(db: Database, ticket_id: int, success: Mapping[int, Success]) -> list[str]:
    """Return a line for each of the best two solutions for the ticket's appliance and fault."""
    row = db.row(ABOUT, id=ticket_id)
    if row is None or row["type"] not in {TicketType.REPAIR, TicketType.GUIDANCE}:
        return []
    found = find_best(
        db, category=row["category"], model=row["model"], fault=row["fault"], text=row["text"], success=success
    )
    return [_line(known, success.get(known.id)) for known in found]


def _line(known: Solution, success: Success | None) -> str:
    fix = known.fix.replace("\n", " ")
    what = joined(": ", [in_words(known.cause), _short(fix)]) if known.cause else _short(fix)
    if known.parts:
        what = say("{what} [{parts}]", what=what, parts=known.parts)
    told = success_text(success) if success and success.total else None
    ref = f"S{known.id}"
    return say("{ref} (worked {told}): {what}", ref=ref, told=told, what=what) if told else joined(": ", [ref, what])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

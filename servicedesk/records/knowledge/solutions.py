"""Solutions to known problems: find one, list them, and list the tickets completed with one (S24)."""

from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.domain.knowledge.solutions import FIELDS
from servicedesk.domain.wording import reference_number
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row

# A filter that is NULL does not apply. A solution without a category applies to all categories.
SOLUTIONS = """
SELECT id, uuid, kind, category, model, fault, cause, fix, parts, link, retired, edited_at, recorded_at, actor
  FROM solution
 WHERE voided_at IS NULL AND (:id IS NULL OR id = :id) AND (:every OR retired IS NULL)
   AND (:category IS NULL OR category = :category OR category IS NULL)
   AND (:kind IS NULL OR kind = :kind)
 ORDER BY id
"""

PARTS_BETWEEN = ", "


class Solution(NamedTuple):
    """A row of SOLUTIONS as a value."""

    id: int
    uuid: str
    kind: str
    category: str | None
    model: str | None
    fault: str | None
    cause: str | None
    fix: str
    parts: str | None
    link: str | None
    retired: str | None
    edited_at: str
    recorded_at: str
    actor: str

    @property
    def part_codes(self) -> list[str]:
        return self.parts.split(PARTS_BETWEEN) if self.parts else []

    def fields(self) -> dict[str, Any]:
        """Return the fields that are exported to other outlets."""
        return {name: getattr(self, name) for name in FIELDS}


def list_solutions(
    db: Database, *, category: str | None = None, kind: str | None = None, every: bool = False
) -> list[Solution]:
    """Return solutions by number: those in use, or `every` one; optionally of one category or one kind."""
    rows = db.rows(SOLUTIONS, id=None, every=every, category=category, kind=kind)
    return [Solution._make(row) for row in rows]


def get_solution(db: Database, solution_id: int) -> Solution:
    """Return the solution, also a retired one; raise NotFoundError if there is none or it was undone."""
    row = db.row(SOLUTIONS, id=solution_id, every=True, category=None, kind=None)
    if row is None:
        raise undone.undone_error(db, "solution", solution_id) or NotFoundError(
            say("there is no solution S{id}", id=solution_id), hint=say("'solution list --all' shows them all")
        )
    return Solution._make(row)


def check_in_use(db: Database, text: str) -> int:
    """Return the id of the solution that a text such as S3 names. Raise NotFoundError, or RefusedError if retired."""
    number = reference_number(text, "S")
    if number is None:
        raise UsageError(
            say("'{text}' does not name {what}", text=text, what=say("a solution")),
            hint=say("write it like {letter}12 or 12", letter="S"),
        )
    known = get_solution(db, number)
    if known.retired is not None:
        raise RefusedError(
            say("S{id} is retired: {reason}", id=known.id, reason=known.retired),
            hint=say("'solution search' finds another, 'solution retire S{id} --undo' takes it back", id=known.id),
        )
    return known.id


# The tickets that were completed with a solution.
NAMING = """
SELECT e.ticket_id, e.at AS completed_at, e.outcome, a.category, a.model
  FROM event e
  JOIN ticket t ON t.id = e.ticket_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE e.solution_id = :id AND e.voided_at IS NULL
 ORDER BY e.at_unix DESC, e.id DESC
"""


def list_naming(db: Database, solution_id: int) -> list[Row]:
    """Return the tickets that were completed with the solution, the newest first."""
    return db.rows(NAMING, id=solution_id)

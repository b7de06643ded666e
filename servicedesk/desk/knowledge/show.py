"""Show solutions: a list, or one solution with the tickets that were completed with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns, record
from servicedesk.domain.knowledge.solutions import Success
from servicedesk.records.knowledge.solutions import Solution, get_solution, list_naming
from servicedesk.storage.database import Database

_NOBODY: Mapping[int, Success] = {}
COLUMNS = columns(
    "id:S=solution", "kind:words??", "category:words?", "fault:words", "cause:words??", "fix:brief=what helps",
    "success+=worked", "worked-", "counted-", "pending-", "model-", "parts:nested", "parts_told???+=parts", "link-",
    "retired-", "edited_at-", "uuid-",
)  # fmt: skip
_PAGE = columns(
    "id:S=solution", "kind:words", "category:words", "model", "fault:words", "cause:words", "fix=what helps",
    "parts:nested", "parts_told+=parts", "link", "success+=worked", "worked-", "counted-", "pending-", "retired",
    "edited_at:instant=edited", "uuid-",
)  # fmt: skip
_TICKETS = columns(
    "ticket_id:T=ticket", "completed_at:instant=completed", "outcome:words", "verdict:words", "reason:words",
    "model:code??",
)  # fmt: skip
_VERDICTS = {"miss": "worked", "hit": "repeated"}  # a hit of K4 is a repeat


def success_text(success: Success | None) -> str | None:
    """Return in words how often a solution worked: 9 of 10; None if nothing is known yet."""
    if success is None or not (success.total or success.pending):
        return None
    if not success.total:
        return say("{n} not yet known", n=success.pending)
    return say("{worked} of {counted}", worked=success.worked, counted=success.total)


def _values(known: Solution, success: Success | None) -> dict[str, Any]:
    counted = success or Success()
    return known._asdict() | {
        "parts": known.part_codes,
        "parts_told": known.parts,
        "success": success_text(success),
        "worked": counted.worked,
        "counted": counted.total,
        "pending": counted.pending,
    }


def list_table(found: Iterable[Solution], success: Mapping[int, Success] = _NOBODY, *, empty: str) -> Table:
    """Return solutions as a table, each with how often it worked."""
    rows = [_values(known, success.get(known.id)) for known in found]
    return Table(COLUMNS, [[values[column.key] for column in COLUMNS] for values in rows], empty=empty)


def solution_table(known: Solution, success: Success | None = None) -> Table:
    """Return the solution as one object."""
    values = _values(known, success)
    return record(_PAGE, [values[column.key] for column in _PAGE])


def get_solution_page(
    db: Database, solution_id: int, *, success: Success | None, verdicts: Mapping[int, tuple[str, str]]
) -> Table:
    """Return the solution with the tickets that were completed with it, each with its verdict of K4 and the reason."""
    known = get_solution(db, solution_id)
    rows = []
    for row in list_naming(db, known.id):
        verdict, reason = verdicts.get(row["ticket_id"], ("excluded", "no_repair"))
        values = dict(row) | {"verdict": _VERDICTS.get(verdict, verdict), "reason": reason}
        rows.append([values[column.key] for column in _TICKETS])
    return solution_table(known, success)._replace(sections=(("tickets", Table(_TICKETS, rows)),))

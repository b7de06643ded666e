"""Solutions: add, edit and retire them (S24)."""

from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, in_words, item_list, say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result, nothing_changed
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.knowledge.people import check_nobody
from servicedesk.desk.knowledge.show import solution_table
from servicedesk.domain.knowledge.solutions import FIELDS, SolutionKind
from servicedesk.records import codes, tickets
from servicedesk.records.categories import check_category
from servicedesk.records.knowledge.solutions import PARTS_BETWEEN, Solution, get_solution, list_solutions
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

# Words that clear a field; only the fields of _MAY_BE_EMPTY can be cleared.
_NONE = {"none", "无"}
_MAY_BE_EMPTY = {"category", "model", "cause", "parts", "link"}

WRITE = """
UPDATE solution
   SET kind = :kind, category = :category, model = :model, fault = :fault, cause = :cause, fix = :fix, parts = :parts,
       link = :link, retired = :retired, edited_at = :edited_at
 WHERE id = :id
"""


# What was found and used. Without a finding, the reported fault counts.
FROM_TICKET = """
SELECT a.category, coalesce(e.found, t.fault) AS fault, e.found_cause,
       (SELECT group_concat(code, ', ')
          FROM (SELECT DISTINCT p.code FROM part_movement m JOIN part p ON p.id = m.part_id
                 WHERE m.ticket_id = t.id AND m.kind = 'used' AND m.voided_at IS NULL ORDER BY p.code)) AS parts
  FROM ticket t
  LEFT JOIN event e ON e.ticket_id = t.id AND e.kind = 'completed' AND e.voided_at IS NULL
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE t.id = :id
"""


def copy_from_ticket(db: Database, ticket_id: int) -> dict[str, str]:
    """Return the codes (never words) that a solution copies from a ticket.

    NotFoundError; RefusedError if the ticket is not completed.
    """
    ticket = tickets.load_ticket(db, ticket_id)
    if ticket.last("completed") is None:
        raise RefusedError(
            say("T{id} is not completed", id=ticket_id), hint=say("what helped is known when the work is done")
        )
    row = db.row(FROM_TICKET, id=ticket_id)
    assert row is not None
    cause = row["found_cause"].replace("_", " ") if row["found_cause"] else None
    found = {"category": row["category"], "fault": row["fault"], "cause": cause, "parts": row["parts"]}
    return {name: value for name, value in found.items() if value}


def add_solution(
    desk: Desk, *, kind: SolutionKind, from_ticket: int | None = None, force: bool = False, new_code: bool = False,
    uuid: str | None = None, **given: str | None,
) -> Result:  # fmt: skip
    """Add a solution. `given`: category, model, fault, cause, fix, parts, link. The same again changes nothing.

    From a ticket only codes are copied. RefusedError if a text names a customer, unless `force`.
    """
    with desk.db.atomic():
        copied = copy_from_ticket(desk.db, from_ticket) if from_ticket is not None else {}
        typed = {name: value for name, value in given.items() if value is not None}
        fields = {"kind": kind.value, "retired": None} | _read(desk.db, copied | typed, new_code=new_code)
        _check_whole(fields)
        if not force:
            check_nobody(desk.db, typed.values(), what=say("the text"))
        for known in list_solutions(desk.db, every=True):
            if all(getattr(known, name) == fields.get(name) for name in FIELDS):
                return Result(solution_table(known), [nothing_changed(f"S{known.id}")], changed=False)
        values = {name: fields.get(name) for name in FIELDS}
        at = desk.stamp.recorded_at
        solution_id = desk.db.insert("solution", desk.stamp, uuid=uuid or _new_uuid(), edited_at=at, **values)
        notes = [_copy_note(from_ticket, copied.keys() - typed.keys())] if from_ticket is not None else []
        return Result(solution_table(get_solution(desk.db, solution_id)), notes)


def _new_uuid() -> str:
    import uuid  # 5 ms that only a new solution needs

    return str(uuid.uuid4())


def _copy_note(ticket_id: int, names: set[str]) -> str:
    copied = item_list(in_words(name) for name in FIELDS if name in names)
    if not copied:
        return say("nothing was copied from T{id}", id=ticket_id)
    return say("copied from T{id}: {what}; no words of the customer or of a note", id=ticket_id, what=copied)


def _read(db: Database, typed: dict[str, str], *, new_code: bool = False) -> dict[str, str | None]:
    """Return the typed fields as the file stores them; `none` clears a field that may be empty."""
    found: dict[str, str | None] = {}
    for name, text in typed.items():
        if name in _MAY_BE_EMPTY and half_width(text).strip().lower() in _NONE:
            found[name] = None
        elif name == "category":
            found[name] = check_category(db, text)
        elif name == "fault":
            found[name] = codes.check_code(db, "fault", text, new=new_code)
        elif name == "fix":
            found[name] = free_text(text, say("what helps"))
        else:
            found[name] = one_line(text, say("the {what}", what=coded(name)))
    return found


def part_list(parts: list[str]) -> str | None:
    """Return the codes of parts as one text; None for none. UsageError for a code with a comma."""
    if any(PARTS_BETWEEN.strip() in code for code in parts):
        raise UsageError(say("one part at a time"), hint=say("--part COMP-12 --part FAN-3"))
    return PARTS_BETWEEN.join(code.strip() for code in dict.fromkeys(parts)) or None


def _check_whole(fields: dict[str, Any]) -> None:
    """Raise UsageError if the fix is missing, or of a fault its code or category."""
    is_fault = fields["kind"] == SolutionKind.FAULT
    missing = [name for name in (("fault", "fix") if is_fault else ("fix",)) if not fields.get(name)]
    if is_fault and "category" not in fields:
        missing.insert(0, "category")
    if missing:
        raise UsageError(say("missing option '--{name}'", name=missing[0]), hint="servicedesk solution add --help")


def edit_solution(
    desk: Desk, solution_id: int, *, kind: SolutionKind | None = None, force: bool = False, new_code: bool = False,
    **given: str | None,
) -> Result:  # fmt: skip
    """Change fields of a solution. The newest edit counts in every outlet that imports it."""
    typed = {name: value for name, value in given.items() if value is not None}
    if not typed and kind is None:
        raise UsageError(say("nothing to change"), hint=say("such as: solution edit S3 --fix TEXT"))
    with desk.db.atomic():
        known = get_solution(desk.db, solution_id)
        if not force:
            check_nobody(desk.db, typed.values(), what=say("the text"))
        read = _read(desk.db, typed, new_code=new_code) | ({"kind": kind.value} if kind else {})
        return _write(desk, known, read)


def retire_solution(desk: Desk, solution_id: int, *, reason: str | None) -> Result:
    """Retire a solution: it is no longer found or proposed, but stays readable. `reason` None takes that back."""
    why = one_line(reason, say("the reason")) if reason is not None else None
    with desk.db.atomic():
        return _write(desk, get_solution(desk.db, solution_id), {"retired": why})


def _write(desk: Desk, known: Solution, fields: dict[str, Any]) -> Result:
    """Write the fields that differ, inside a transaction, with a time after the last edit whatever the clocks say."""
    wanted = known.fields() | fields
    _check_whole(wanted)
    if wanted == known.fields():
        return Result(solution_table(known), [nothing_changed(f"S{known.id}")], changed=False)
    after = max(dates.unix_of(desk.stamp.recorded_at), dates.unix_of(known.edited_at) + 1)
    desk.db.run(WRITE, id=known.id, edited_at=dates.stamp_of(after, desk.db.outlet.zone), **wanted)
    return Result(solution_table(get_solution(desk.db, known.id)))

"""Find the later commands that are in the way of `undo N`, because they built on the rows of command N.

A later command is in the way if it changed a row of the earlier one, wrote a row that names an inserted row, or
continued the same course: the events of one ticket, the steps of one complaint. A row that only names a changed row is
not in the way: a customer's address was changed, then a ticket was opened for the customer.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, joined, say
from servicedesk.history import story
from servicedesk.history.summary import Summaries
from servicedesk.storage.database import Database, Row
from servicedesk.storage.entries import Teller
from servicedesk.storage.journal import FORGET, JOURNALED, Kinds
from servicedesk.storage.undone import LINE

# Rows that continue a course: the events of a ticket, the birthdays of an appliance.
_COURSES = (
    ("event", "ticket_id", "ticket"), ("maintenance_line", "ticket_id", "ticket"),
    ("maintenance_line", "appliance_id", "appliance"), ("promise_end", "promise_id", "promise"),
    ("complaint_step", "complaint_id", "complaint"), ("contract_end", "contract_id", "contract"),
    ("consumable_sent", "consumable_id", "consumable"), ("consumable_stop", "consumable_id", "consumable"),
    ("reply", "event_id", "event"), ("reading", "event_id", "event"),
)  # fmt: skip
# Rows that depend on how far a course has come.
_DEPENDING = {*_COURSES, ("callback", "ticket_id", "ticket"), ("ticket", "follows_ticket_id", "ticket"),
              ("event", "duplicate_of_id", "ticket")}  # fmt: skip
# A row that names a changed row of these tables depends on its values.
_READ_BY_OTHERS = ("ticket", "promise", "complaint", "maintenance_line")

_CHANGED = """
SELECT m.command_id, m.noun, m.row_id
  FROM temp.touched AS t
  JOIN command_change AS m ON m.noun = t.noun AND m.row_id = t.id
 WHERE m.command_id > :since AND m.field IS NOT 'copy'
 ORDER BY m.command_id
"""
# Fields whose old value, which an undo would restore, names a row that was merged or undone since.
_GONE = """
SELECT m.command_id, m.noun, m.row_id
  FROM command_change AS r
  JOIN command_change AS m ON m.noun = :parent AND m.row_id = CAST(r.old AS INTEGER)
 WHERE r.command_id = :root AND r.noun = :child AND r.field = :column
   AND m.command_id > :root AND m.field IN ('merged_into_id', 'voided_at')
 ORDER BY m.command_id
"""
_WHOLE_ROWS = """
SELECT command_id, noun, row_id, coalesce(new, old) AS cells
  FROM command_change
 WHERE command_id > :since AND field IS NULL
 ORDER BY command_id
"""


_MOST = 10  # commands that are named
_ROWS_AT_A_TIME = 1000  # rows of a table that are looked at


class Later(NamedTuple):
    """A row that was written later, and the command that wrote it; None if no command recorded it."""

    command_id: int | None
    ref: str


def check_untouched(db: Database, kinds: Kinds, root: Row) -> None:
    """Raise RefusedError if something written later, and not undone, builds on the rows of that command."""
    forgotten = db.row("SELECT * FROM command WHERE name = :name AND id > :id ORDER BY id", name=FORGET, id=root["id"])
    if forgotten is not None:
        raise RefusedError(
            say("{command} cannot be undone, nor anything before it", command=story.command_label(forgotten)),
            hint=say("'history' lists what was written"),
        )
    _check_zone(db, root["id"])
    found = _find_later(db, kinds, root["id"])
    if not found:
        return
    if None in found:
        raise RefusedError(
            say("no {n} cannot be undone: {ref} was written since without a command", n=root["id"], ref=found[None]),
            hint=say("'history {ref}' shows what happened", ref=found[None]),
        )
    raise _in_the_way(db, root["id"], {n: ref for n, ref in found.items() if n is not None})


def _find_later(db: Database, kinds: Kinds, root_id: int) -> dict[int | None, str]:
    """Return the commands in the way, and in the way of these, each with a row that it wrote. Key None: no command."""
    found = {later.command_id: later.ref for later in _list_later(db, kinds, root_id)}
    asked = {None, root_id}
    while (left := found.keys() - asked) and None not in found and len(found) <= _MOST:
        asked |= left
        for n in left:
            found |= {later.command_id: later.ref for later in _list_later(db, kinds, n or 0)} | found
    return found


def _in_the_way(db: Database, root_id: int, found: dict[int, str]) -> RefusedError:
    """Return the error that names every command in the way, the newest first, in the order in which to undo them."""
    times = _count_standing(db, root_id) + 1
    numbers = sorted(found, reverse=True)
    if len(numbers) == 1:
        later = story.command_label(story.command(db, numbers[0]))
        return RefusedError(
            say("no {n} cannot be undone: {ref} was written later by no {later}, {command}",
                n=root_id, later=numbers[0], ref=found[numbers[0]], command=later),
            hint=say("'undo {later}' first, if that was wrong too, or 'undo' {n} times, which takes back all since;"
                     " 'history' shows it", later=numbers[0], n=times),
        )  # fmt: skip
    summaries = Summaries(db)
    lines = [say("  no {n}  {what}", n=n, what=summaries.of_command(n)) for n in numbers[:_MOST]]
    lines += [say("  and {n} more", n=len(numbers) - _MOST)] if len(numbers) > _MOST else []
    steps = item_list([say("'undo {n}'", n=n) for n in [*numbers[:_MOST], root_id]])
    return RefusedError(
        say("no {n} cannot be undone, these were written on it later:\n{lines}", n=root_id, lines=joined("\n", lines)),
        hint=say("if they were wrong too: {steps}; or 'undo' {n} times, which takes back all since",
                 steps=steps, n=times)
        if len(numbers) <= _MOST
        else say("'undo' {n} times takes back all since", n=times),
    )  # fmt: skip


_MOVED = """
SELECT EXISTS (SELECT 1 FROM command_change WHERE command_id = :id AND noun = 'outlet' AND field = 'zone')
"""
_SINCE = "SELECT id FROM command WHERE id > :id AND name <> 'undo' AND name <> 'redo' ORDER BY id"


def _count_standing(db: Database, root_id: int) -> int:
    """Return how many later commands are not undone."""
    return sum(_stands_after(db, row["id"], root_id) for row in db.rows(_SINCE, id=root_id))


def _check_zone(db: Database, root_id: int) -> None:
    """Raise RefusedError if the command moved the outlet to another zone and something was written since."""
    if not db.value(_MOVED, id=root_id):
        return
    later = next((row["id"] for row in db.rows(_SINCE, id=root_id) if _stands_after(db, row["id"], root_id)), None)
    if later is not None:
        raise RefusedError(
            say("no {n} cannot be undone: since then times are written in that zone", n=root_id),
            hint=say("'outlet zone' changes it, as long as no recorded time would have another hour"),
        )


def _list_later(db: Database, kinds: Kinds, root_id: int) -> Iterator[Later]:
    """Yield the commands in the way, each once with a row that it wrote."""
    _fill_touched(db, kinds, root_id)
    teller = Teller(db)
    seen: set[int] = set()

    def about(command_id: int) -> int | None:
        """Return the command of the history that stands there, if it is in the way and was not yielded yet."""
        if command_id in seen:
            return None
        seen.add(command_id)
        root = story.root(db, command_id)
        return root if root > root_id and story.end(db, root)[1] % 2 == 0 else None

    changes = [db.rows(_CHANGED, since=root_id)]
    for child, column, parent, _ in kinds.keys:
        changes.append(db.rows(_GONE, root=root_id, child=child, column=column, parent=parent))
    for lines in changes:
        for line in lines:
            if n := about(line["command_id"]):
                yield Later(n, _ref(teller, line["noun"], line["row_id"]))
    for line in db.stream(_WHOLE_ROWS, since=root_id):
        cells = json.loads(line["cells"]) if line["cells"] else {}
        if _names_touched(db, kinds, line["noun"], cells) and (n := about(line["command_id"])):
            yield Later(n, teller.ref(line["noun"], cells | {"id": line["row_id"]}))
    for child, column, parent, key in kinds.keys:
        if child in JOURNALED and child != "change":
            for row_id in _list_naming(db, teller, (child, column, parent, key), root_id):
                written = story.command_of(db, child, row_id)
                n = about(written) if written is not None else None
                if written is None or n is not None:
                    yield Later(n, _ref(teller, child, row_id))


def _list_naming(db: Database, teller: Teller, foreign_key: tuple[str, str, str, str], root_id: int) -> Iterator[int]:
    """Yield the first valid rows of a table that name a noted row and are not of the command itself."""
    child, column, parent, key = foreign_key
    depends = (child, column, parent) in _DEPENDING
    voided = "c.voided_at IS NULL" if "voided_at" in teller.columns[child] else "1"
    sql = (
        f"SELECT c.rowid FROM {child} AS c JOIN {parent} AS p ON p.{key} = c.{column}"
        f" WHERE c.rowid > :since AND {voided}"
        " AND (EXISTS (SELECT 1 FROM temp.touched AS t WHERE t.noun = :parent AND t.id = p.rowid AND t.is_inserted)"
        " OR :depends AND EXISTS (SELECT 1 FROM temp.touched AS t WHERE t.noun = :course AND t.id = p.rowid))"
        " AND NOT EXISTS (SELECT 1 FROM temp.touched AS own WHERE own.noun = :child AND own.id = c.rowid)"
        " ORDER BY c.rowid LIMIT :most"
    )
    spans = "SELECT max(last_id) FROM command_span WHERE noun = :noun AND command_id <= :id"
    since = db.value(spans, noun=child, id=root_id) or 0
    values = {"since": since, "parent": parent, "child": child, "depends": int(depends), "most": _ROWS_AT_A_TIME}
    yield from (row[0] for row in db.rows(sql, course=f"course of {parent}", **values))


def _stands_after(db: Database, command_id: int, root_id: int) -> bool:
    """Return whether a command, or the one that it undoes or redoes, is later than the root and not undone."""
    about = story.root(db, command_id)
    return about > root_id and story.end(db, about)[1] % 2 == 0


def _fill_touched(db: Database, kinds: Kinds, root_id: int) -> None:
    """Note the rows that the command inserted or changed, the rows that replaced them since, and their courses."""
    db.run("""CREATE TEMP TABLE IF NOT EXISTS touched (
                noun TEXT, id INTEGER, is_inserted INTEGER, PRIMARY KEY (noun, id)) WITHOUT ROWID""")
    db.run("DELETE FROM temp.touched")
    spans = "SELECT noun, first_id, last_id FROM command_span WHERE command_id = :id AND noun <> 'change'"
    for noun, first, last in db.rows(spans, id=root_id):
        row_ids = f"SELECT rowid AS id FROM {noun} WHERE rowid BETWEEN :first AND :last"
        if noun in kinds.facts:
            row_ids += f" UNION SELECT id FROM ({LINE})"
        db.run(f"INSERT INTO temp.touched SELECT :noun, id, 1 FROM ({row_ids})", noun=noun, first=first, last=last)
    db.run(
        "INSERT OR IGNORE INTO temp.touched SELECT noun, row_id, noun IN (SELECT value FROM json_each(:read))"
        " FROM command_change WHERE command_id = :id AND field IS NOT 'copy'",
        id=root_id, read=json.dumps(_READ_BY_OTHERS),
    )  # fmt: skip
    # Both customers of a merge: what is written for one of them since would go with the other.
    db.run(
        """INSERT OR REPLACE INTO temp.touched SELECT 'customer', each.value, 1
                FROM command_change AS m, json_each(json_array(m.row_id, CAST(m.new AS INTEGER))) AS each
               WHERE m.command_id = :id AND m.noun = 'customer' AND m.field = 'merged_into_id'""",
        id=root_id,
    )
    for noun, column, parent in _COURSES:
        db.run(f"INSERT OR IGNORE INTO temp.touched SELECT 'course of {parent}', x.{column}, 0 FROM temp.touched AS t"
               f" JOIN {noun} AS x ON x.id = t.id WHERE t.noun = '{noun}' AND x.{column} IS NOT NULL")  # fmt: skip


def _names_touched(db: Database, kinds: Kinds, noun: str, cells: dict[str, Any]) -> bool:
    """Return whether a note, an absence or a skill names a row that the command inserted."""
    for child, column, parent, key in kinds.keys:
        if child == noun and cells.get(column) is not None:
            sql = (f"SELECT 1 FROM temp.touched AS t JOIN {parent} AS p ON p.rowid = t.id"
                   f" WHERE t.noun = :parent AND t.is_inserted AND p.{key} = :value")  # fmt: skip
            if db.value(sql, parent=parent, value=cells[column]):
                return True
    return False


def _ref(teller: Teller, noun: str, row_id: int) -> str:
    """Return what that row belongs to, as people name it."""
    row = teller.row(noun, row_id)
    return (teller.ref(noun, row) if row else "") or story.ref_of(noun, row_id)

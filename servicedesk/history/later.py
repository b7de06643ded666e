"""What was written after a command and stands on its rows: asked before `undo N` takes back one in the middle.

A later command is in the way where it changed a row of the earlier one, wrote a row that names one, or went on with the
same course: the events of one ticket, the steps of one complaint. What only names a row that the earlier command
changed is not (a customer's address, and a ticket opened for the customer).
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.history import story
from servicedesk.storage.database import Database, Row
from servicedesk.storage.entries import Teller
from servicedesk.storage.journal import FORGET, KEPT, Kinds
from servicedesk.storage.undone import LINE

# Rows that go on with the course of something: the events of a ticket, the birthdays of an appliance.
_COURSES = (
    ("event", "ticket_id", "ticket"), ("maintenance_line", "ticket_id", "ticket"),
    ("maintenance_line", "appliance_id", "appliance"), ("promise_end", "promise_id", "promise"),
    ("complaint_step", "complaint_id", "complaint"),
)  # fmt: skip
# What depends on how far a course has come.
_DEPENDING = {*_COURSES, ("callback", "ticket_id", "ticket"), ("ticket", "follows_ticket_id", "ticket"),
              ("event", "duplicate_of_id", "ticket")}  # fmt: skip
# A row that names a changed one of these depends on what it said.
_READ_BY_OTHERS = ("ticket", "promise", "complaint", "maintenance_line")

_CHANGED = """
SELECT m.command_id, m.noun, m.row_id
  FROM temp.touched AS t
  JOIN command_change AS m ON m.noun = t.noun AND m.row_id = t.id
 WHERE m.command_id > :since AND m.field IS NOT 'copy'
 ORDER BY m.command_id
"""
# Where an undo would give a field its old value back, and what that names was merged or undone since.
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


class Later(NamedTuple):
    """A row that was written later, and by which command; None where no command put it down."""

    command_id: int | None
    ref: str


def check_untouched(db: Database, kinds: Kinds, root: Row) -> None:
    """Raise RefusedError where something that stands was written on the rows of that command since."""
    forgotten = db.row("SELECT * FROM command WHERE name = :name AND id > :id ORDER BY id", name=FORGET, id=root["id"])
    if forgotten is not None:
        raise RefusedError(
            say("{command} cannot be undone, nor anything before it", command=story.command_label(forgotten)),
            hint=say("'history' lists what was written"),
        )
    _check_zone(db, root["id"])
    found = list(_list_later(db, kinds, root["id"]))
    if not found:
        return
    first = min(found, key=lambda later: later.command_id or 0)
    if first.command_id is None:
        raise RefusedError(
            say("no {n} cannot be undone: {ref} was written since without a command", n=root["id"], ref=first.ref),
            hint=say("'history {ref}' shows what happened", ref=first.ref),
        )
    later = story.command_label(story.command(db, first.command_id))
    raise RefusedError(
        say("no {n} cannot be undone: {ref} was written later by no {later}, {command}",
            n=root["id"], later=first.command_id, ref=first.ref, command=later),
        hint=say("'undo {later}' first, if that was wrong too, or 'undo' {n} times, which takes back all since;"
                 " 'history' shows it", later=first.command_id, n=_count_standing(db, root["id"]) + 1),
    )  # fmt: skip


_MOVED = """
SELECT EXISTS (SELECT 1 FROM command_change WHERE command_id = :id AND noun = 'outlet' AND field = 'zone')
"""
_SINCE = "SELECT id FROM command WHERE id > :id AND name <> 'undo' AND name <> 'redo' ORDER BY id"


def _count_standing(db: Database, root_id: int) -> int:
    """Count the commands since that are not undone."""
    return sum(_stands_after(db, row["id"], root_id) for row in db.rows(_SINCE, id=root_id))


def _check_zone(db: Database, root_id: int) -> None:
    """Raise RefusedError where the command moved the outlet to another zone, and something was written there since."""
    if not db.value(_MOVED, id=root_id):
        return
    later = next((row["id"] for row in db.rows(_SINCE, id=root_id) if _stands_after(db, row["id"], root_id)), None)
    if later is not None:
        raise RefusedError(
            say("no {n} cannot be undone: since then times are written in that zone", n=root_id),
            hint=say("'outlet zone' changes it, as long as no recorded time would have another hour"),
        )


def _list_later(db: Database, kinds: Kinds, root_id: int) -> Iterator[Later]:
    """Yield of each kind the first row in the way."""
    _fill_touched(db, kinds, root_id)
    teller = Teller(db)
    changes = [db.rows(_CHANGED, since=root_id)]
    for child, column, parent, _ in kinds.keys:
        changes.append(db.rows(_GONE, root=root_id, child=child, column=column, parent=parent))
    for lines in changes:
        for line in lines:
            if _stands_after(db, line["command_id"], root_id):
                yield Later(line["command_id"], _ref(teller, line["noun"], line["row_id"]))
                break
    for line in db.stream(_WHOLE_ROWS, since=root_id):
        cells = json.loads(line["cells"]) if line["cells"] else {}
        if _names_touched(db, kinds, line["noun"], cells) and _stands_after(db, line["command_id"], root_id):
            yield Later(line["command_id"], teller.ref(line["noun"], cells | {"id": line["row_id"]}))
            break
    for child, column, parent, key in kinds.keys:
        if child in KEPT and child != "change":
            yield from _list_naming(db, teller, (child, column, parent, key), root_id)


def _list_naming(db: Database, teller: Teller, foreign_key: tuple[str, str, str, str], root_id: int) -> Iterator[Later]:
    """Yield the first valid row of a table that names a touched one and is not of the command itself."""
    child, column, parent, key = foreign_key
    depends = (child, column, parent) in _DEPENDING
    voided = "c.voided_at IS NULL" if "voided_at" in teller.columns[child] else "1"
    sql = (
        f"SELECT c.rowid FROM {child} AS c JOIN {parent} AS p ON p.{key} = c.{column}"
        f" WHERE c.rowid > :since AND {voided}"
        " AND (EXISTS (SELECT 1 FROM temp.touched AS t WHERE t.noun = :parent AND t.id = p.rowid AND t.is_inserted)"
        " OR :depends AND EXISTS (SELECT 1 FROM temp.touched AS t WHERE t.noun = :course AND t.id = p.rowid))"
        " AND NOT EXISTS (SELECT 1 FROM temp.touched AS own WHERE own.noun = :child AND own.id = c.rowid)"
        " ORDER BY c.rowid"
    )
    spans = "SELECT max(last_id) FROM command_span WHERE noun = :noun AND command_id <= :id"
    since = db.value(spans, noun=child, id=root_id) or 0
    for (row_id,) in db.stream(
        sql, since=since, parent=parent, depends=int(depends), course=f"course of {parent}", child=child
    ):
        written = story.command_of(db, child, row_id)
        if written is None or _stands_after(db, written, root_id):
            yield Later(written, _ref(teller, child, row_id))
            return


def _stands_after(db: Database, command_id: int, root_id: int) -> bool:
    """Whether that command is about a later one than the root, and not undone."""
    about = story.root(db, command_id)
    return about > root_id and story.end(db, about)[1] % 2 == 0


def _fill_touched(db: Database, kinds: Kinds, root_id: int) -> None:
    """Note the rows of the command: inserted, or standing for those since, or changed; and their courses."""
    db.run("""CREATE TEMP TABLE IF NOT EXISTS touched (
                noun TEXT, id INTEGER, is_inserted INTEGER, PRIMARY KEY (noun, id)) WITHOUT ROWID""")
    db.run("DELETE FROM temp.touched")
    spans = "SELECT noun, first_id, last_id FROM command_span WHERE command_id = :id AND noun <> 'change'"
    for noun, first, last in db.rows(spans, id=root_id):
        row_ids = f"SELECT rowid AS id FROM {noun} WHERE rowid BETWEEN :first AND :last"
        if noun in kinds.facts:
            row_ids += f" UNION SELECT id FROM ({LINE.format(noun=noun)})"
        db.run(f"INSERT INTO temp.touched SELECT '{noun}', id, 1 FROM ({row_ids})", first=first, last=last)
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
    """Whether a note, an absence, a skill names a row that the command inserted."""
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

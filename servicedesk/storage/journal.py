"""The journal of a command, recorded while it writes: the spans of inserted ids, and the changed fields.

This module knows no rule of the desk: tables and columns are read from the schema. history/story.py shows the journal,
and history/undo.py takes back what it records.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

FORGET = "customer forget"  # undo cannot go back beyond this command (history/undo.py)
# Tables whose rows no other row refers to and no figure reads: whole rows are inserted and deleted.
PLAIN = ("note", "absence", "technician_skill", "technician_area", "target", "wording", "holiday")
# Tables whose rows keep their ids: facts and the register, parents first. Spans of ids are enough to record inserts.
JOURNALED = (
    "outlet", "category", "maintenance_interval", "warranty_term", "main_part", "household", "customer", "phone",
    "tier", "consent", "appliance", "exchange", "contract", "contract_appliance", "contract_end", "technician",
    "credential", "brand", "checklist", "part", "change", "solution", "ticket", "event", "reply", "reading", "contact",
    "maintenance_line", "callback", "promise", "promise_end", "complaint", "complaint_step", "quote", "quote_answer",
    "charge", "price", "fund_opening", "compensation", "part_order", "part_issue", "part_movement", "consumable",
    "consumable_sent", "consumable_stop", "public_event", "attendance", "handover", "measure_done",
)  # fmt: skip
# Anonymous tables: nobody may know who wrote a row and when, so history, undo and `export NOUN` leave them out.
NAMELESS = ("staff_answer", "staff_remark")
_DERIVED = ("ticket", "ended_at")  # a column that triggers keep

_COMMAND = "INSERT INTO command (name, recorded_at, actor, origin) VALUES (?, ?, ?, ?)"
_SPAN = "INSERT INTO command_span (command_id, noun, first_id, last_id) VALUES (?, ?, ?, ?)"
_HAS_CHANGED = "SELECT EXISTS (SELECT 1 FROM command_change WHERE command_id = :id)"
_CHANGED = """INSERT INTO command_change (command_id, noun, row_id, field, old, new)
SELECT (SELECT max(id) FROM command), '{noun}', OLD.rowid, field, old, new FROM ({cells}) WHERE old IS NOT new"""
_WHOLE = """INSERT INTO command_change (command_id, noun, row_id, {side})
SELECT (SELECT max(id) FROM command), '{noun}', {key}, json_object({cells})"""


class Journal:
    """The journal of one run; `name` is its command, such as `ticket open`."""

    def __init__(self, name: str, stamp: Stamp) -> None:
        self.name = name
        self.stamp = stamp
        self.command_id = 0
        self._before: dict[str, int] = {}
        self._watched: set[str] = set()
        self._undoes: int | None = None

    def begin(self, db: Database) -> None:
        """Record the command itself, when the write lock is held and nothing is written yet."""
        self._before.clear()
        self._watched.clear()
        self._undoes = None
        facts = (self.name, self.stamp.recorded_at, self.stamp.actor, self.stamp.origin)
        self.command_id = db.connection.execute(_COMMAND, facts).lastrowid or 0

    def undoing(self, db: Database, command_id: int) -> None:
        """Record that this command undoes the command with that id."""
        self._undoes = command_id
        db.run("UPDATE command SET undoes_id = :undoes_id WHERE id = :id", undoes_id=command_id, id=self.command_id)

    def watch(self, db: Database, sql: str) -> None:
        """Prepare for a statement: remember the last id of its table, or make triggers that record its changes.

        The first words of the statement name the table. Triggers on all tables at once would cost every command 5 to
        11 ms. They are temporary, so that they do not record what other programs write.
        """
        verb, *rest = sql.split(None, 3)
        noun = rest[0] if verb == "UPDATE" else rest[1] if verb in {"INSERT", "DELETE"} else ""
        if verb == "INSERT" and noun in JOURNALED and noun not in self._before:
            self._before[noun] = last_id(db, noun)
        if noun in self._watched or not (noun in PLAIN or (noun in JOURNALED and verb == "UPDATE")):
            return
        self._watched.add(noun)
        names = columns(db, noun)
        if noun in PLAIN:
            _watch_rows(db, noun, names)
        if "id" in names or noun in JOURNALED:
            cells = " UNION ALL ".join(f"SELECT '{n}' AS field, OLD.{n} AS old, NEW.{n} AS new" for n in names)
            changed = _CHANGED.format(noun=noun, cells=cells)
            made = f"CREATE TEMP TRIGGER IF NOT EXISTS journal_{noun} AFTER UPDATE OF {', '.join(names)}"
            db.run(f"{made} ON main.{noun} BEGIN {changed}; END")

    @contextmanager
    def aside(self, db: Database) -> Iterator[None]:
        """Record nothing inside the block, because its writes follow from the journal of the undone command."""
        for row in db.rows("SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND name GLOB 'journal_*'"):
            db.run(f"DROP TRIGGER temp.{row['name']}")
        self._watched = {*JOURNALED, *PLAIN}
        yield
        self._watched = set()

    def before(self, db: Database, noun: str) -> int:
        """Return the last id of a table before this command."""
        return self._before[noun] if noun in self._before else last_id(db, noun)

    def end(self, db: Database) -> bool:
        """Record the spans of inserted ids just before the commit. Return whether the command wrote anything."""
        spans = [
            (self.command_id, noun, before + 1, last)
            for noun, before in self._before.items()
            if (last := last_id(db, noun)) > before
        ]
        db.connection.executemany(_SPAN, spans)
        return bool(spans or self._undoes) or bool(db.value(_HAS_CHANGED, id=self.command_id))


def columns(db: Database, noun: str) -> list[str]:
    """Return the columns of a table that the journal records."""
    return [row["name"] for row in db.rows(f"PRAGMA table_info({noun})") if (noun, row["name"]) != _DERIVED]


def last_id(db: Database, noun: str) -> int:
    """Return the last id of a table, 0 for an empty one."""
    found: int | None = db.connection.execute(f"SELECT max(rowid) FROM {noun}").fetchone()[0]
    return found or 0


def _watch_rows(db: Database, noun: str, names: list[str]) -> None:
    key = "id" if "id" in names else "technician_id"
    for event, side, row in (("INSERT", "new", "NEW"), ("DELETE", "old", "OLD")):
        cells = ", ".join(f"'{name}', {row}.{name}" for name in names)
        whole = _WHOLE.format(noun=noun, side=side, key=f"{row}.{key}", cells=cells)
        db.run(
            f"CREATE TEMP TRIGGER IF NOT EXISTS journal_{noun}_{side} AFTER {event} ON main.{noun} BEGIN {whole}; END"
        )


class Kinds:
    """The kinds of tables and the links between them, read from the schema."""

    def __init__(self, db: Database) -> None:
        self.columns = {noun: columns(db, noun) for noun in (*JOURNALED, *PLAIN)}
        self.facts = [noun for noun in JOURNALED if "void_reason" in self.columns[noun]]
        self.register = [
            noun for noun in JOURNALED if "voided_at" in self.columns[noun] and "void_reason" not in self.columns[noun]
        ]
        self.changing = {noun for noun in JOURNALED if f"{noun}_id" in self.columns["change"]}
        # (child, column, parent, key of the parent)
        self.keys = [
            (noun, row["from"], row["table"], row["to"] or ("code" if row["table"] == "category" else "id"))
            for noun in (*JOURNALED, *PLAIN)
            for row in db.rows(f"PRAGMA foreign_key_list({noun})")
        ]

    def parents(self, noun: str) -> list[tuple[str, str]]:
        """Return the (column, noun) of each fact that a fact of this noun belongs to."""
        return [(column, parent) for child, column, parent, _ in self.keys
                if child == noun and parent in self.facts and parent != noun]  # fmt: skip

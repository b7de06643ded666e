"""Undo or redo one command, inside a transaction. How to do it is derived from its journal and the schema.

A figure as of an instant stays what it was, so nothing is deleted that a figure reads. There are four kinds of tables:

- facts (they have a `void_reason`): what was inserted is voided, what was voided comes back as a copy, recorded now;
- the register (`voided_at` without a reason): rows are voided and stand again in place, fields get their old values;
- `change`: what was changed back is one more change;
- plain rows (journal.PLAIN): inserted ones are deleted, deleted ones inserted.

An undo is a command itself, and `redo` undoes an undo: both are a Reversal. Which inserted rows a reversal voids or
brings back follows from the spans of its command, so the journal does not record them a second time.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import moment
from servicedesk.domain.model import Stamp
from servicedesk.history import story
from servicedesk.storage.database import Database, Row
from servicedesk.storage.journal import JOURNALED, PLAIN, Journal, Kinds
from servicedesk.storage.undone import LINE, UNDONE, standing_id

_MANY = 2_000  # facts; with more the triggers step aside (file/guard.py)
# A report is copied before the events that followed it, whichever of them was corrected last.
_ORDER = {"event": "x.kind = 'reported' DESC, x.kind = 'completed' DESC, x.id"}

_IN_SPAN = f"(x.rowid BETWEEN :first AND :last OR x.rowid IN ({LINE}))"
_IS_LATEST = """NOT EXISTS (SELECT 1 FROM command_change m
                 WHERE m.noun = :noun AND m.field = 'copy' AND CAST(m.old AS INTEGER) = x.rowid)"""
# A row that a command both inserted and voided does not come back with it.
_NOT_ITS_OWN = """NOT EXISTS (SELECT 1 FROM command_change m
                 WHERE m.noun = :noun AND m.row_id = x.rowid AND m.field = 'voided_at'
                    AND m.command_id = :done_by)"""
# The newest row that stands for another one.
_STANDS_FOR = """(WITH RECURSIVE line (id) AS (
    SELECT x.{column}
     UNION
    SELECT m.row_id FROM line JOIN command_change m
        ON m.noun = '{noun}' AND m.field = 'copy' AND CAST(m.old AS INTEGER) = line.id)
  SELECT max(id) FROM line)"""


class Reversal:
    """The reversal of one command, inside a transaction: its undo, or the redo of that."""

    def __init__(self, db: Database, stamp: Stamp, journal: Journal, command: Row) -> None:
        self.db, self.journal, self.command = db, journal, command
        self.kinds = Kinds(db)
        self.now = {"at": stamp.recorded_at, "by": stamp.actor}
        self.stamp = {"recorded_at": stamp.recorded_at, "actor": stamp.actor, "origin": stamp.origin}
        self.root = story.command(db, story.root(db, command["id"]))
        self.goes = story.depth(db, command["id"]) % 2 == 0  # else the root comes back
        self.own = self._spans(command["id"])
        before = self._spans(command["undoes_id"]) if command["undoes_id"] else {}
        registered = {noun: span for noun, span in self._spans(self.root["id"]).items() if noun in self.kinds.register}
        facts = {noun: span for noun, span in self.own.items() if noun in self.kinds.facts}
        # Facts come back as copies; rows of the register keep the ids of the first command of the line.
        self.inserted = facts | registered if self.goes else facts
        self.undone = {noun: span for noun, span in before.items() if noun in self.kinds.facts}
        self.undone |= {} if self.goes else registered
        self.altered: dict[tuple[str, int], dict[str, Any]] = {}  # lines that come back with other values
        from servicedesk.file.guard import Guard

        self.guard = Guard(db)

    def _spans(self, command_id: int) -> dict[str, tuple[int, int]]:
        sql = "SELECT noun, first_id, last_id FROM command_span WHERE command_id = :id"
        return {row[0]: (row[1], row[2]) for row in self.db.rows(sql, id=command_id)}

    def run(self) -> None:
        """Reverse the command. RefusedError if the file was changed since without a command."""
        db = self.db
        db.run("CREATE TEMP TABLE IF NOT EXISTS back (noun TEXT, id INTEGER, PRIMARY KEY (noun, id)) WITHOUT ROWID")
        db.run("DELETE FROM temp.back")
        many = any(last - first > _MANY for spans in (self.own, self.undone)
                   for noun, (first, last) in spans.items() if noun in self.kinds.facts)  # fmt: skip
        if many:
            self.guard.step_aside()
        try:
            with self.journal.aside(db):
                self._void_inserted()
                self._stand_again()
            self._change_back()
            self._copy_back()
            self._plain_back()
            self._check_references()
        except sqlite3.IntegrityError as error:
            raise self._since(_reason(error)) from None
        if many:
            self._restore_ends()

    def _since(self, what: str) -> RefusedError:
        return RefusedError(
            say(
                "{command} cannot be reversed, nothing was written: {what}",
                command=story.command_label(self.root),
                what=what,
            ),
            hint=say("the file was changed since without a command; 'history' and 'check' show more"),
        )

    # Inserted rows.

    def _void_inserted(self) -> None:
        """Void the rows that the command inserted, or those that stand for them; children first."""
        for noun in reversed(JOURNALED):
            if noun not in self.inserted:
                continue
            more = f", void_reason = '{UNDONE}'" if noun in self.kinds.facts else ""
            more += ", ended_at = :at" * (noun == "ticket")
            first, last = self.inserted[noun]
            self.db.run(
                f"UPDATE {noun} AS x SET voided_at = :at, voided_by = :by{more}"
                f" WHERE {self._in_span(noun)} AND voided_at IS NULL",
                noun=noun, first=first, last=last, **self.now,
            )  # fmt: skip

    def _in_span(self, noun: str) -> str:
        if noun not in self.kinds.facts:
            return "x.rowid BETWEEN :first AND :last"
        return _IN_SPAN

    def _stand_again(self) -> None:
        """Bring back what the undone command had inserted: the register in place, facts later as copies."""
        for noun in JOURNALED:
            if noun not in self.undone:
                continue
            first, last = self.undone[noun]
            where = f"{self._in_span(noun)} AND x.voided_at IS NOT NULL AND {_NOT_ITS_OWN}"
            values: dict[str, Any] = {"noun": noun, "first": first, "last": last, "done_by": self.command["undoes_id"]}
            if noun in self.kinds.register:
                values["done_by"] = self.root["id"]
            if noun in self.kinds.facts:
                sql = f"INSERT INTO temp.back SELECT :noun, x.rowid FROM {noun} x WHERE {where} AND {_IS_LATEST}"
                self.db.run(sql, **values)
                continue
            if noun in self.kinds.changing:
                # As of meanwhile it was not there (facts.then).
                self.db.run(
                    f"INSERT INTO change ({noun}_id, field, old, undone, recorded_at, actor, origin)"
                    " SELECT x.id, 'voided_at', x.voided_at, 1, :recorded_at, :actor, :origin"
                    f" FROM {noun} x WHERE {where}",
                    **values, **self.stamp,
                )  # fmt: skip
            open_again = ", ended_at = NULL" * (noun == "ticket")
            sql = f"UPDATE {noun} AS x SET voided_at = NULL, voided_by = NULL{open_again} WHERE {where}"
            self.db.run(sql, **values)

    # Changed rows.

    def _change_back(self) -> None:
        """Give fields their old values; facts come back as copies, but for what `change` keeps of them."""
        self._changes_back()  # first: what is kept of a ticket reads its changes
        changed: dict[tuple[str, int], dict[str, tuple[Any, Any]]] = {}
        sql = """SELECT noun, row_id, field, old, new FROM command_change
                  WHERE command_id = :id AND field IS NOT NULL AND field <> 'copy' ORDER BY id"""
        for row in self.db.stream(sql, id=self.command["id"]):
            first, last = self.own.get(row["noun"], (0, -1))
            if row["noun"] in JOURNALED and not first <= row["row_id"] <= last:
                fields = changed.setdefault((row["noun"], row["row_id"]), {})
                fields[row["field"]] = (fields.get(row["field"], (row["old"],))[0], row["new"])
        for (noun, row_id), fields in changed.items():
            if noun not in self.kinds.facts:
                self._write_fields(noun, row_id, fields)
            elif fields.get("voided_at", ("", None))[0] is None:
                self.db.run("INSERT INTO temp.back VALUES (:noun, :id)", noun=noun, id=row_id)
            elif noun in self.kinds.changing:
                self._write_fields(noun, row_id, fields)
                self._write_newest(noun, row_id, fields)
            else:
                newest = standing_id(self.db, noun, row_id)
                self.altered[noun, newest] = {field: old for field, (old, _) in fields.items()}
                self.db.run("INSERT INTO temp.back VALUES (:noun, :id)", noun=noun, id=newest)

    def _write_newest(self, noun: str, row_id: int, fields: dict[str, tuple[Any, Any]]) -> None:
        """Write the old values into the fact that replaced the row; `change` keeps the values of meanwhile."""
        newest = standing_id(self.db, noun, row_id)
        row = self.db.row(f"SELECT * FROM {noun} WHERE id = :id", id=newest)
        assert row is not None
        for field, (old, _) in fields.items():
            if _text(row[field]) != old:
                self.db.insert(
                    "change", None, **{f"{noun}_id": newest}, field=field, old=_text(row[field]), new=old, undone=1,
                    **self.stamp,
                )  # fmt: skip
        self._write_fields(noun, newest, fields)

    def _write_fields(self, noun: str, row_id: int, fields: dict[str, tuple[Any, Any]]) -> None:
        """Write the old values, all at once: a date and its precision stand or fall together."""
        row = self.db.row(f"SELECT * FROM {noun} WHERE rowid = :id", id=row_id)
        assert row is not None, "nothing is deleted"
        for field, (old, new) in fields.items():
            if _text(row[field]) not in {old, new}:
                ref = story.ref_of(noun, row_id)
                raise self._since(say("{field} of {ref} was changed since", field=field, ref=ref))
        names = ", ".join(f"{field} = :{field}" for field in fields)
        values = {field: old for field, (old, _) in fields.items()}
        self.db.run(f"UPDATE {noun} SET {names} WHERE rowid = :row_id", row_id=row_id, **values)

    def _changes_back(self) -> None:
        """Add one more change for each: the value at an instant is `old` of the first change after it.

        The changes are written before the fields, because the stored facts of a ticket read the newest change. History
        shows the changes of the first command as long as that stands.
        """
        if "change" not in self.own:
            return
        first, last = self._spans(self.root["id"]).get("change", (0, -1))
        with self.journal.aside(self.db):
            mark = "UPDATE change SET undone = :undone WHERE id BETWEEN :first AND :last AND field <> 'voided_at'"
            self.db.run(mark, undone=int(self.goes), first=first, last=last)
        kept = ", ".join(name for name in self.kinds.columns["change"] if name.endswith("_id"))
        first, last = self.own["change"]
        self.db.run(
            f"INSERT INTO change ({kept}, field, old, new, on_date, undone, recorded_at, actor, origin)"
            f" SELECT {kept}, field, new, old, on_date, 1, :recorded_at, :actor, :origin FROM change"
            " WHERE id BETWEEN :first AND :last AND field <> 'voided_at' ORDER BY id DESC",
            first=first, last=last, **self.stamp,
        )  # fmt: skip

    # Facts that come back.

    def _copy_back(self) -> None:
        """Make the voided facts in `back` valid again as copies, parents first; their valid children are copied too."""
        for noun in self.kinds.facts:
            for column, parent in self.kinds.parents(noun):
                self.db.run(
                    "INSERT OR IGNORE INTO temp.back SELECT :noun, x.id FROM command_change m"
                    f" JOIN {noun} x ON x.{column} = CAST(m.old AS INTEGER) AND x.voided_at IS NULL"
                    " WHERE m.command_id = :id AND m.noun = :parent AND m.field = 'copy'",
                    id=self.journal.command_id, noun=noun, parent=parent,
                )  # fmt: skip
            if not self.db.value("SELECT EXISTS (SELECT 1 FROM temp.back WHERE noun = :noun)", noun=noun):
                continue
            if noun == "promise":
                self._not_due()
            self.db.run(
                f"UPDATE {noun} SET voided_at = :at, voided_by = :by, void_reason = '{UNDONE}'"
                " WHERE voided_at IS NULL AND id IN (SELECT id FROM temp.back WHERE noun = :noun)",
                noun=noun,
                **self.now,
            )
            with self._without_triggers(noun):
                self._copy_rows(noun)

    @contextmanager
    def _without_triggers(self, noun: str) -> Iterator[None]:
        """Drop the noun's rule trigger inside: it would refuse rows that belong to a fact that is still voided."""
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"
        lawful = self.db.rows(sql, name=f"{noun}_is_lawful") if self.kinds.parents(noun) else []
        for row in lawful:
            self.db.run(f"DROP TRIGGER {row['name']}")
        yield
        for row in lawful:
            self.db.run(row["sql"])

    def _not_due(self) -> None:
        """Raise RefusedError for a promise that was due meanwhile: a promise is recorded before it falls due (K8)."""
        sql = "SELECT x.id, x.due_at FROM temp.back b JOIN promise x ON x.id = b.id WHERE b.noun = 'promise' ORDER BY 1"
        for row in self.db.rows(sql):
            if dates.unix_of(row["due_at"]) <= dates.unix_of(self.now["at"]):
                raise RefusedError(
                    say("P{id} cannot come back: it was due {at}", id=row["id"], at=moment(row["due_at"])),
                    hint=say("a promise is recorded before it falls due"),
                )

    def _copy_rows(self, noun: str) -> None:
        order = _ORDER.get(noun, "x.id")
        parents = dict(self.kinds.parents(noun))
        cells = {}
        for name in self.kinds.columns[noun]:
            if name == "corrects_id":
                cells[name] = "coalesce(x.corrects_id, x.id)"
            elif name == "recorded_at":
                cells[name] = ":at"
            elif name in parents:
                cells[name] = _STANDS_FOR.format(column=name, noun=parents[name])
            elif name != "id" and name not in {"voided_at", "voided_by", "void_reason"}:
                cells[name] = f"x.{name}"
        source = f"FROM temp.back b JOIN {noun} x ON x.id = b.id WHERE b.noun = :noun"
        before = self.db.value(f"SELECT max(id) FROM {noun}")
        changed = [(key, values) for key, values in self.altered.items() if key[0] == noun]
        if changed:
            self.db.run_many(
                "UPDATE temp.back SET noun = 'altered' WHERE noun = ? AND id = ?", [key for key, _ in changed]
            )
        self.db.run(
            f"INSERT INTO {noun} ({', '.join(cells)}) SELECT {', '.join(cells.values())} {source} ORDER BY {order}",
            noun=noun,
            at=self.now["at"],
        )
        self.db.run(
            "INSERT INTO command_change (command_id, noun, row_id, field, old)"
            f" SELECT :id, :noun, :before + row_number() OVER (ORDER BY {order}), 'copy', x.id {source}"
            f" ORDER BY {order}",
            id=self.journal.command_id, noun=noun, before=before,
        )  # fmt: skip
        for (_, row_id), values in changed:
            row = self.db.row(f"SELECT * FROM {noun} WHERE id = :id", id=row_id)
            assert row is not None
            whole = {name: row[name] for name in cells} | values | {"recorded_at": self.now["at"]}
            new_id = self.db.insert(noun, None, **whole)
            self.db.insert("command_change", None, command_id=self.journal.command_id, noun=noun, row_id=new_id,
                           field="copy", old=str(row_id))  # fmt: skip

    def _plain_back(self) -> None:
        sql = "SELECT noun, row_id, field, old, new FROM command_change WHERE command_id = :id ORDER BY id DESC"
        rows = [row for row in self.db.rows(sql, id=self.command["id"]) if row["noun"] in PLAIN]
        for row in rows:
            noun = row["noun"]
            if row["field"] is not None:
                self._write_fields(noun, row["row_id"], {row["field"]: (row["old"], row["new"])})
            elif row["new"] is None:
                self.db.insert(noun, None, **json.loads(row["old"]))
            else:
                cells = json.loads(row["new"])
                same = " AND ".join(f"{name} IS :{name}" for name in cells)
                found = self.db.value(f"SELECT count(*) FROM {noun} WHERE {same}", **cells)
                if not found:
                    raise self._since(say("{ref} was changed since", ref=story.ref_of(noun, row["row_id"])))
                self.db.run(f"DELETE FROM {noun} WHERE {same}", **cells)

    # Checks afterwards.

    def _check_references(self) -> None:
        """Raise RefusedError if a valid row refers to an undone one: something wrote it without a journal."""
        for child, column, parent, key in self.kinds.keys:
            if parent not in self.inserted or child == parent or child == "change":
                continue
            first, last = self.inserted[parent]
            standing = "AND c.voided_at IS NULL" if "voided_at" in self.kinds.columns[child] else ""
            # Rows that this reversal brought back may name a voided row, as they did before.
            before = self.journal.before(self.db, child) if child in JOURNALED else 2**62
            row = self.db.row(
                f"SELECT c.rowid, p.rowid AS parent_id FROM {child} c JOIN {parent} p ON p.{key} = c.{column}"
                f" WHERE c.rowid > :since AND c.rowid <= :before AND p.rowid BETWEEN :first AND :last"
                f" AND p.voided_at IS NOT NULL {standing}"
                if child not in {"technician_skill", "technician_area"} else
                f"SELECT p.rowid, p.rowid AS parent_id FROM {child} c JOIN {parent} p ON p.{key} = c.{column}"
                " WHERE :since = 0 AND :before AND p.rowid BETWEEN :first AND :last AND p.voided_at IS NOT NULL",
                since=0 if child in PLAIN else self._since_id(child), before=before, first=first, last=last,
            )  # fmt: skip
            if row is not None:
                named = story.ref_of(parent, row["parent_id"])
                raise self._since(say("{child} names {ref}", child=story.ref_of(child, row[0]), ref=named))

    def _since_id(self, noun: str) -> int:
        """Return the id up to which rows of a table are older than the command, or written by it."""
        sql = "SELECT max(last_id) FROM command_span WHERE noun = :noun AND command_id <= :id"
        return self.db.value(sql, noun=noun, id=self.command["id"]) or 0

    def _restore_ends(self) -> None:
        """Set what the dropped triggers would have kept, then check all rules."""
        first_id: int | None = None
        for spans in (self.own, self.undone):
            if "event" in spans:
                first, last = spans["event"]
                sql = "SELECT min(ticket_id) FROM event WHERE id BETWEEN :first AND :last"
                found = self.db.value(sql, first=first, last=last)
                first_id = found if first_id is None else min(first_id, found)
                self.db.run(_ENDED, first=first, last=last, before=self.journal.before(self.db, "event"))
        self.guard.stand(story.command_label(self.root), since_ticket_id=first_id or 1)


_ENDED = """
UPDATE ticket
   SET ended_at = (SELECT e.at FROM event e WHERE e.ticket_id = ticket.id AND e.voided_at IS NULL
                      AND (e.kind = 'completed' OR e.kind = 'cancelled'))
 WHERE voided_at IS NULL
   AND id IN (SELECT ticket_id FROM event WHERE id BETWEEN :first AND :last OR id > :before)"""


def _reason(error: sqlite3.IntegrityError) -> str:
    """Return why the file refuses a row: a trigger's own sentence, or that a later row has its place."""
    if error.sqlite_errorname == "SQLITE_CONSTRAINT_UNIQUE":
        return say("something recorded later has its place ({what})", what=str(error).rpartition(": ")[2])
    return say(str(error))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)

"""Describe in words what a command wrote, one line for each row or field (history/story.py lists them)."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from servicedesk.base.messages import category_name, coded, in_words, item_list, joined, say, say_count
from servicedesk.base.money import amount_text
from servicedesk.base.table import moment, shown
from servicedesk.domain.model import CANCEL_REASONS, FORGOTTEN, RETIRE_REASONS
from servicedesk.domain.wording import problem_text
from servicedesk.storage.changes import NOUNS
from servicedesk.storage.database import Database, Row
from servicedesk.storage.journal import JOURNALED, PLAIN
from servicedesk.storage.journal import columns as stored
from servicedesk.storage.undone import LETTERS

_EACH = 200  # rows of one table described one by one; more rows are only counted
# Columns left out: the stamp of every row, and values that only programs compare.
_BESIDE = {
    "id", "recorded_at", "actor", "origin", "voided_at", "voided_by", "void_reason", "source", "ref", "digest",
    "digits", "extension", "plate", "corrects_id", "quote_id", "consumable_id", "event_id", "uuid", "edited_at",
    "complaint_step_id", "file_sha256",
}  # fmt: skip
_PHONES = {"number", "digits"}
# Columns whose values are codes; other columns hold typed texts.
_CODES = {
    "kind", "type", "tier", "outcome", "cause", "asked_by", "cancelled_by", "withdrawn_by", "severity", "role",
    "ended_as", "channel", "purpose", "wanted", "bought_precision", "installed_precision", "installed_by",
    "use", "exclusion", "free_as", "method", "purse", "fault", "about", "action", "direction", "unanswered", "expect",
    "found", "found_cause", "mode", "trade_class",
}  # fmt: skip
_CALLED = {"outlet", "household"}  # the field `name` of these is shown as "called"
_REASONS = {
    *(("reason", code) for code in CANCEL_REASONS),
    *(("retire_reason", code) for code in RETIRE_REASONS),
}  # reasons that are codes; other reasons are typed texts
# Columns of yes or no, shown by their name.
_FLAGS = {"yearly", "personal", "no_access", "satisfied", "upheld", "remote_sale", "is_mystery", "collected", "is_free"}


# Rows without a letter of their own, which belong to a row of another table.
_PARENTS = {
    "quote_id": "quote", "consumable_id": "consumable", "event_id": "event", "complaint_step_id": "complaint_step",
}  # fmt: skip
# Numbers that are shown with the name of their column.
SCALES = {
    "time_score", "technique_score", "promise_score", "recommend", "again", "csi_overall", "csi_expected", "csi_ideal",
    "rings", "respond_minutes", "warn_days", "per_year",
}  # fmt: skip


class Entry(NamedTuple):
    """One effect of a command: a row of `noun` was added (`old` is None), removed (`new` is None), or a field changed.

    `about` is the noun and the id of the thing that the row belongs to. For a whole row `field` is the table.
    """

    noun: str
    row_id: int
    about: tuple[str, int | None]
    ref: str
    field: str
    old: str | None
    new: str | None

    def inverse(self) -> "Entry":
        """Return the opposite entry, as the command that undoes this one shows it."""
        return self._replace(old=self.new, new=self.old)


# The first change of each field of a row; its old value is the value with which the row was created.
_FIRST = """
SELECT field, old FROM command_change
 WHERE id IN (SELECT min(id) FROM command_change
               WHERE noun = :noun AND row_id = :id AND field IS NOT NULL AND field <> 'copy' GROUP BY field)"""
_FIRST_CHANGES = """
SELECT field, old FROM change WHERE id IN (SELECT min(id) FROM change WHERE {noun}_id = :id GROUP BY field)"""

_TAKER = "SELECT technician_id FROM part_issue WHERE id = :id"


def field_in_words(field: str, noun: str = "") -> str:
    """Return the name of a field for people: "customer" for `customer_id`, "price" for `price_fen`.

    The name of a household or an outlet is "called".
    """
    if field == "name" and noun in _CALLED:
        return say("called")
    return in_words(field.removesuffix("_id").removesuffix("_fen"))


class Teller:
    """Describe rows in words. The schema is read only once."""

    def __init__(self, db: Database, *, full: bool = False) -> None:
        self.db, self.full = db, full
        self.columns = {noun: stored(db, noun) for noun in (*JOURNALED, *PLAIN)}
        self.keys: dict[str, dict[str, str]] = {
            noun: {row["from"]: row["table"] for row in db.rows(f"PRAGMA foreign_key_list({noun})")}
            for noun in (*JOURNALED, *PLAIN)
        }

    def about(self, noun: str, row: dict[str, Any]) -> tuple[str, int | None]:
        """Return noun and id of the thing that a row belongs to: itself if it has a letter, else the first it names."""
        if noun in LETTERS:
            return noun, row["id"]
        for name in self.columns[noun]:
            parent = self.keys[noun].get(name)
            if parent in LETTERS and row.get(name) is not None:
                return parent, row[name]
        for name, parent in _PARENTS.items():
            if row.get(name) is not None and (found := self.row(parent, row[name])) is not None and noun != parent:
                return self.about(parent, found)
        return noun, row.get("id")

    def ref(self, noun: str, row: dict[str, Any]) -> str:
        about, row_id = self.about(noun, row)
        if about in LETTERS:
            return shown(row_id, LETTERS[about])
        if noun == "technician":
            return str(row["name"])
        if "part_id" in row:
            return str(self.db.value("SELECT code FROM part WHERE id = :id", id=row["part_id"]))
        if "technician_id" in row:
            return str(self.db.value("SELECT name FROM technician WHERE id = :id", id=row["technician_id"]))
        return str(row.get("code") or row.get("category") or "")

    def words(self, noun: str, row: dict[str, Any]) -> str:
        """Return the values of a row as a text for people, without its stamp."""
        own = self.about(noun, row)
        said = []
        for name in self.columns[noun]:
            value = row.get(name)
            if (
                value is None
                or name in _BESIDE
                or (value in {0, "unknown", "day"} and name not in SCALES)
                or (self.keys[noun].get(name), value) == own
            ):
                continue
            is_opening = noun == "event" and value == "reported" and not self._is_repair(row["ticket_id"])
            said.append(say("opened") if is_opening else self.value(noun, name, value) or "")
        return joined(", ", said)

    def _is_repair(self, ticket_id: int) -> bool:
        return bool(self.db.value("SELECT type = 'repair' FROM ticket WHERE id = :id", id=ticket_id))

    def value(self, noun: str, field: str, value: Any) -> str | None:
        """Return a value as a text for people: references with their letters, instants short, phones masked."""
        if value is None:
            return None
        parent = self.keys[noun].get(field)
        if parent in LETTERS:
            return shown(value, LETTERS[parent])
        if parent == "technician":
            name = self.db.value("SELECT name FROM technician WHERE id = :id", id=value)
            return str(name or value)
        if parent == "part":
            return str(self.db.value("SELECT code FROM part WHERE id = :id", id=value))
        if parent == "part_issue":  # shown as the technician who took the parts
            return self.value("part_issue", "technician_id", self.db.value(_TAKER, id=value))
        if field == "at" or field.endswith(("_at", "_from", "_to")):
            return moment(str(value))
        if noun == "phone" and field in _PHONES and not self.full:
            from servicedesk.base.phones import masked

            return masked(str(value))
        if field.endswith("_fen"):
            return amount_text(int(value))
        if field == "category":
            return category_name(str(value), is_code=True)
        if field == "text" and noun == "ticket":
            return problem_text(str(value))
        if field == "text" and noun == "complaint_step":
            return coded(str(value))
        if field == "attributes":
            return item_list(f"{name} {one}:{other}" for name, one, other in json.loads(value))
        if field == "visits":
            return say_count("{n} visit", "{n} visits", n=value)
        if field in SCALES:
            return joined(" ", (in_words(field), str(value)))
        if field in _FLAGS and value == 1:
            return in_words(field)
        if value == FORGOTTEN or (field, value) in _REASONS:
            return coded(str(value))
        return coded(str(value)) if field in _CODES else str(value)

    def value_text(self, noun: str, field: str, value: Any) -> str | None:
        """Return a value as a text for people; a customer also with the name."""
        told = self.value(noun, field, value)
        if told is None or self.keys[noun].get(field) != "customer":
            return told
        name = self.db.value("SELECT name FROM customer WHERE id = :id", id=value)
        return f"{told} {name}" if name else told

    def row(self, noun: str, row_id: int) -> dict[str, Any] | None:
        found = self.db.row(f"SELECT * FROM {noun} WHERE rowid = :id", id=row_id)
        return dict(found) | {"id": row_id} if found else None

    def rows_between(self, noun: str, first: int, last: int) -> list[dict[str, Any]]:
        """Return the rows from one id to another as they are now."""
        sql = f"SELECT rowid AS id, * FROM {noun} WHERE rowid BETWEEN :first AND :last ORDER BY rowid"
        return [dict(row) for row in self.db.rows(sql, first=first, last=last)]

    def first_written(self, noun: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row as it was created: a field that changed later has the value before its first change."""
        first = {old["field"]: old["old"] for old in self.db.rows(_FIRST, noun=noun, id=row["id"])}
        if noun in NOUNS:  # rows imported from an export have no journal of their changes
            changes = self.db.rows(_FIRST_CHANGES.format(noun=noun), id=row["id"])
            first |= {change["field"]: change["old"] for change in changes}
        numbers = {cell["name"] for cell in self.db.rows(f"PRAGMA table_info({noun})") if cell["type"] == "INTEGER"}
        for name, old in first.items():
            if name in row:
                row = row | {name: int(old) if old is not None and name in numbers else old}
        return row

    def whole(self, noun: str, row: dict[str, Any], *, came: bool) -> Entry:
        """Return the entry of a whole row that was added (`came`) or removed."""
        told = self.words(noun, row)
        old, new = (None, told) if came else (told, None)
        return Entry(noun, row.get("id") or 0, self.about(noun, row), self.ref(noun, row), noun, old, new)

    def entries(self, command_id: int) -> list[Entry]:
        """Return the entries of a command; for an undo the opposite of the entries that it undoes."""
        undoes_id = self.db.value("SELECT undoes_id FROM command WHERE id = :id", id=command_id)
        if undoes_id is not None:
            return [entry.inverse() for entry in self.entries(undoes_id)]
        return [*self._list_inserts(command_id), *self._list_changes(command_id)]

    def _list_inserts(self, command_id: int) -> Iterator[Entry]:
        spans = "SELECT noun, first_id, last_id FROM command_span WHERE command_id = :id"
        found = {row[0]: (row[1], row[2]) for row in self.db.rows(spans, id=command_id)}
        for noun in JOURNALED:
            if noun not in found or noun == "change":
                continue
            first, last = found[noun]
            if last - first >= _EACH:
                many = say_count("{n} row", "{n} rows", n=last - first + 1)
                yield Entry(noun, first, (noun, None), "", noun, None, many)
                continue
            for row in self.rows_between(noun, first, last):
                yield self.whole(noun, row, came=True)

    def _list_changes(self, command_id: int) -> list[Entry]:
        sql = "SELECT * FROM command_change WHERE command_id = :id ORDER BY id"
        rows = self.db.rows(sql, id=command_id)
        return [entry for row in rows[: _EACH * 5] if (entry := self.entry_of(row)) is not None]

    def entry_of(self, row: Row) -> Entry | None:
        """Return the entry of one line of the journal, or None if another line's entry says it already."""
        noun, field = row["noun"], row["field"]
        if field is None:
            whole = json.loads(row["new"] or row["old"])
            return self.whole(noun, whole | {"id": row["row_id"]}, came=row["new"] is not None)
        if field in {"copy", "voided_by", "void_reason", "digest", "plate", "edited_at"}:
            return None
        whole = self.row(noun, row["row_id"]) or {"id": row["row_id"]}
        if field == "voided_at":
            entry = self.whole(noun, whole, came=row["new"] is None)
            reason = whole.get("void_reason")
            return entry._replace(new=say("voided: {reason}", reason=reason)) if reason and row["new"] else entry
        old, new = (self.value(noun, field, value) for value in (row["old"], row["new"]))
        return Entry(noun, row["row_id"], self.about(noun, whole), self.ref(noun, whole), field, old, new)

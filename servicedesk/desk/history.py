"""Who wrote what, when, with which command, old → new: told from the journal and, for what is older, from the rows.

Nothing here knows a rule of the desk: what a row belongs to and which rows name it is read from the schema.
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from servicedesk.core import dates
from servicedesk.core.errors import NotFoundError, UsageError
from servicedesk.core.said import coded, count_said, joined, kind, say, word
from servicedesk.core.table import Table, columns, moment, shown
from servicedesk.desk.changes import NOUNS
from servicedesk.desk.database import Database, Row
from servicedesk.desk.journal import KEPT, PLAIN
from servicedesk.desk.journal import columns as stored
from servicedesk.desk.standing import LETTERS

_NOUNS = {letter: noun for noun, letter in LETTERS.items()}
_EACH = 200  # rows of one table told one by one; more are counted
# What stands beside every row, and what only machines compare by.
_BESIDE = {
    "id", "recorded_at", "actor", "origin", "voided_at", "voided_by", "void_reason", "source", "ref", "digest",
    "digits", "corrects_id",
}  # fmt: skip
_PHONES = {"number", "digits"}
# Columns of codes; what stands in others is somebody's own words.
_CODES = {
    "kind", "type", "tier", "outcome", "cause", "asked_by", "cancelled_by", "withdrawn_by", "severity", "role",
    "ended_as", "channel", "bought_precision", "installed_precision",
}  # fmt: skip


class Entry(NamedTuple):
    """One thing that a command did: a row of `noun` came (`old` is None) or went (`new` is None), or a field changed.

    `about` is the noun and id of what it belongs to, `field` the table for a whole row.
    """

    noun: str
    row_id: int
    about: tuple[str, int | None]
    ref: str
    field: str
    old: str | None
    new: str | None

    def turned(self) -> "Entry":
        """Seen from the command that takes it back."""
        return self._replace(old=self.new, new=self.old)


# Commands.


def command(db: Database, command_id: int) -> Row:
    """One command; it is there."""
    row = db.row("SELECT * FROM command WHERE id = :id", id=command_id)
    assert row is not None
    return row


def named(row: Row) -> str:
    """`'ticket open' of ada, 2026-11-21 18:00`."""
    return say("'{name}' of {who}, {at}", name=row["name"], who=row["actor"], at=moment(row["recorded_at"]))


def end(db: Database, command_id: int) -> tuple[int, int]:
    """Where a command stands by now: the last undo or redo of it, and how many there are."""
    many = 0
    while (later := db.value("SELECT id FROM command WHERE undoes_id = :id", id=command_id)) is not None:
        command_id, many = later, many + 1
    return command_id, many


def root(db: Database, command_id: int) -> int:
    """The command that an undo or a redo is about in the end."""
    while (earlier := db.value("SELECT undoes_id FROM command WHERE id = :id", id=command_id)) is not None:
        command_id = earlier
    return command_id


def depth(db: Database, command_id: int) -> int:
    """0 for a command, 1 for its undo, 2 for the redo."""
    many = 0
    while (earlier := db.value("SELECT undoes_id FROM command WHERE id = :id", id=command_id)) is not None:
        command_id, many = earlier, many + 1
    return many


# Entries.


# The first change of each field of a row; its old value is what the row was created with.
_FIRST = """
SELECT field, old FROM command_change
 WHERE id IN (SELECT min(id) FROM command_change
               WHERE noun = :noun AND row_id = :id AND field IS NOT NULL AND field <> 'copy' GROUP BY field)"""
_FIRST_CHANGES = """
SELECT field, old FROM change WHERE id IN (SELECT min(id) FROM change WHERE {noun}_id = :id GROUP BY field)"""


class Teller:
    """Rows in words; what the schema says is read once."""

    def __init__(self, db: Database, *, full: bool = False) -> None:
        self.db, self.full = db, full
        self.columns = {noun: stored(db, noun) for noun in (*KEPT, *PLAIN)}
        self.keys: dict[str, dict[str, str]] = {
            noun: {row["from"]: row["table"] for row in db.rows(f"PRAGMA foreign_key_list({noun})")}
            for noun in (*KEPT, *PLAIN)
        }

    def about(self, noun: str, row: dict[str, Any]) -> tuple[str, int | None]:
        """What a row belongs to: itself where it has a letter, else the first thing with a letter that it names."""
        if noun in LETTERS:
            return noun, row["id"]
        for name in self.columns[noun]:
            parent = self.keys[noun].get(name)
            if parent in LETTERS and row.get(name) is not None:
                return parent, row[name]
        return noun, row.get("id")

    def ref(self, noun: str, row: dict[str, Any]) -> str:
        about, row_id = self.about(noun, row)
        if about in LETTERS:
            return shown(row_id, LETTERS[about])
        if noun == "technician":
            return str(row["name"])
        if "technician_id" in row:
            return str(self.db.value("SELECT name FROM technician WHERE id = :id", id=row["technician_id"]))
        return str(row.get("code") or row.get("category") or "")

    def words(self, noun: str, row: dict[str, Any]) -> str:
        """What a row says, without what stands beside every row."""
        own = self.about(noun, row)
        said = []
        for name in self.columns[noun]:
            value = row.get(name)
            if value is None or name in _BESIDE or value in {0, "unknown"} or (self.keys[noun].get(name), value) == own:
                continue
            said.append(self.value(noun, name, value) or "")
        return joined(", ", said)

    def value(self, noun: str, field: str, value: Any) -> str | None:
        """A cell for people: references with their letters, instants short, phones masked."""
        if value is None:
            return None
        parent = self.keys[noun].get(field)
        if parent in LETTERS:
            return shown(value, LETTERS[parent])
        if parent == "technician":
            name = self.db.value("SELECT name FROM technician WHERE id = :id", id=value)
            return str(name or value)
        if field == "at" or field.endswith(("_at", "_from", "_to")):
            return moment(str(value))
        if noun == "phone" and field in _PHONES and not self.full:
            from servicedesk.core.texts import masked

            return masked(str(value))
        if field == "category":
            return kind(str(value), is_code=True)
        return coded(str(value)) if field in _CODES else str(value)

    def row(self, noun: str, row_id: int) -> dict[str, Any] | None:
        found = self.db.row(f"SELECT * FROM {noun} WHERE rowid = :id", id=row_id)
        return dict(found) | {"id": row_id} if found else None

    def first_written(self, noun: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row as it was created: of a field that changed since, the value before its first change."""
        first = {old["field"]: old["old"] for old in self.db.rows(_FIRST, noun=noun, id=row["id"])}
        if noun in NOUNS:  # what came with an export has no journal of its changes
            changes = self.db.rows(_FIRST_CHANGES.format(noun=noun), id=row["id"])
            first |= {change["field"]: change["old"] for change in changes}
        numbers = {cell["name"] for cell in self.db.rows(f"PRAGMA table_info({noun})") if cell["type"] == "INTEGER"}
        for name, old in first.items():
            if name in row:
                row = row | {name: int(old) if old is not None and name in numbers else old}
        return row

    def whole(self, noun: str, row: dict[str, Any], *, came: bool) -> Entry:
        """A row came or went."""
        told = self.words(noun, row)
        old, new = (None, told) if came else (told, None)
        return Entry(noun, row.get("id") or 0, self.about(noun, row), self.ref(noun, row), noun, old, new)

    def entries(self, command_id: int) -> list[Entry]:
        """What a command did; an undo the contrary of what it undoes."""
        undoes_id = self.db.value("SELECT undoes_id FROM command WHERE id = :id", id=command_id)
        if undoes_id is not None:
            return [entry.turned() for entry in self.entries(undoes_id)]
        return [*self._inserted(command_id), *self._changed(command_id)]

    def _inserted(self, command_id: int) -> Iterator[Entry]:
        spans = "SELECT noun, first_id, last_id FROM command_span WHERE command_id = :id"
        found = {row[0]: (row[1], row[2]) for row in self.db.rows(spans, id=command_id)}
        for noun in KEPT:
            if noun not in found or noun == "change":
                continue
            first, last = found[noun]
            if last - first >= _EACH:
                many = count_said("{n} row", "{n} rows", n=last - first + 1)
                yield Entry(noun, first, (noun, None), "", noun, None, many)
                continue
            sql = f"SELECT rowid AS id, * FROM {noun} WHERE rowid BETWEEN :first AND :last ORDER BY rowid"
            for row in self.db.rows(sql, first=first, last=last):
                yield self.whole(noun, dict(row), came=True)

    def _changed(self, command_id: int) -> list[Entry]:
        sql = "SELECT * FROM command_change WHERE command_id = :id ORDER BY id"
        rows = self.db.rows(sql, id=command_id)
        return [entry for row in rows[: _EACH * 5] if (entry := self.changed(row)) is not None]

    def changed(self, row: Row) -> Entry | None:
        """One line of a journal; None where another line says it."""
        noun, field = row["noun"], row["field"]
        if field is None:
            whole = json.loads(row["new"] or row["old"])
            return self.whole(noun, whole | {"id": row["row_id"]}, came=row["new"] is not None)
        if field in {"copy", "voided_by", "void_reason", "digest"}:
            return None
        whole = self.row(noun, row["row_id"]) or {"id": row["row_id"]}
        if field == "voided_at":
            entry = self.whole(noun, whole, came=row["new"] is None)
            reason = whole.get("void_reason")
            return entry._replace(new=say("voided: {reason}", reason=reason)) if reason and row["new"] else entry
        old, new = (self.value(noun, field, value) for value in (row["old"], row["new"]))
        return Entry(noun, row["row_id"], self.about(noun, whole), self.ref(noun, whole), field, old, new)


def ref_of(noun: str, row_id: int) -> str:
    """`T5`, or the table and the id."""
    return shown(row_id, LETTERS[noun]) if noun in LETTERS else f"{noun} {row_id}"


# Answers.

_TURNED = columns("noun-", "id-", "ref+", "field:words", "old", "new")


def turned(db: Database, command_id: int) -> Table:
    """What taking that command back does."""
    entries = [entry.turned() for entry in Teller(db).entries(command_id)]
    return Table(_TURNED, [[*e.about, e.ref, e.field, e.old, e.new] for e in entries])


COMMANDS = columns(
    "command_id:count=no", "at:instant", "actor=who", "command", "what+", "undoes_id-", "undone_by-", "wrote:nested-",
    "state+",
)  # fmt: skip

_COMMANDS = """
SELECT c.*, u.id AS undone_by FROM command c LEFT JOIN command u ON u.undoes_id = c.id
 WHERE c.id < :before ORDER BY c.id DESC"""


def listed(db: Database, *, limit: int | None = None) -> Table:
    """Every command that wrote, the newest first, each with what it wrote of which."""
    rows = islice(db.stream(_COMMANDS, before=2**62), limit)
    return Table(COMMANDS, (), coming=(_told(db, row) for row in rows))


def _told(db: Database, row: Row) -> list[Any]:
    wrote = _wrote(db, row["undoes_id"] or row["id"])
    what = joined(", ", [_count(noun, many) for noun, many in wrote.items()])
    state: str = ""
    if row["undoes_id"]:
        state = say("of no {n}", n=row["undoes_id"])
    if row["undone_by"]:
        state = say("taken back by no {n}", n=row["undone_by"])
    return [row["id"], row["recorded_at"], row["actor"], row["name"], what, row["undoes_id"], row["undone_by"], wrote,
            state]  # fmt: skip


def _wrote(db: Database, command_id: int) -> dict[str, int]:
    """How many rows of which table a command inserted or changed."""
    root_id = root(db, command_id)
    sql = """
SELECT noun, sum(many) FROM (
  SELECT noun, last_id - first_id + 1 AS many FROM command_span WHERE command_id = :id AND noun <> 'change'
   UNION ALL
  SELECT noun, count(DISTINCT row_id) FROM command_change WHERE command_id = :id AND field IS NOT 'copy' GROUP BY noun)
 GROUP BY noun"""
    found = {row[0]: row[1] for row in db.rows(sql, id=root_id)}
    return {noun: found[noun] for noun in (*KEPT, *PLAIN) if noun in found}


def _count(noun: str, many: int) -> str:
    return say("{many} {noun}", many=many, noun=word(noun))


ENTRIES = columns(
    "command_id-", "at:instant", "actor=who", "command", "noun-", "id-", "ref+", "field:words", "old", "new",
    "undone_by-", "state+",
)  # fmt: skip


def of(db: Database, letter: str, row_id: int, *, full: bool = False) -> Table:
    """All that was written of one thing and of the rows that name it, the newest first. NotFoundError."""
    noun = _NOUNS[letter]
    if db.value(f"SELECT id FROM {noun} WHERE id = :id", id=row_id) is None:
        raise NotFoundError(say("there is no {ref}", ref=f"{letter}{row_id}"), hint=say("'history' lists the commands"))
    return _of(db, noun, row_id, full=full)


def of_named(db: Database, name: str) -> Table:
    """The same of the category of that code, else of the technician of that name. UsageError where there is neither."""
    from servicedesk.desk import technicians

    category = db.row("SELECT rowid FROM category WHERE code = :code", code=name.strip().lower())
    if category is not None:
        return _of(db, "category", category[0])
    try:
        technician = technicians.named(db, name)
    except NotFoundError:
        raise UsageError(
            say("'{text}' does not say whose history", text=name),
            hint=say("C12, A34, T101, H5, P3, K2, a technician or a category"),
        ) from None
    return _of(db, "technician", technician["id"])


def _of(db: Database, noun: str, row_id: int, *, full: bool = False) -> Table:
    teller = Teller(db, full=full)
    rows = _belonging(teller, noun, row_id)
    found = [*_journaled(teller, rows, noun, row_id), *_older(teller, rows)]
    found.sort(key=lambda line: (dates.unix_of(line[1]), line[0] or 0), reverse=True)
    return Table(ENTRIES, found)


def _belonging(teller: Teller, noun: str, row_id: int) -> list[tuple[str, dict[str, Any]]]:
    """The row itself, the rows that name it, and those that name a promise or a complaint among them."""
    row = teller.row(noun, row_id)
    assert row is not None
    found = [(noun, row)]
    for at_noun, at_row in found:
        if (at_noun, at_row["id"]) != (noun, row_id) and at_noun not in {"promise", "complaint"}:
            continue
        for child in _OWN.get(at_noun, (*KEPT, *PLAIN)):
            for name, parent in teller.keys[child].items():
                if parent == at_noun and child != parent:
                    sql = f"SELECT {_ROWID.get(child, 'rowid')} AS id, * FROM {child} WHERE {name} = :key"
                    key = at_row["code"] if at_noun == "category" else at_row["id"]
                    found += [(child, dict(each)) for each in teller.db.rows(sql, key=key)]
    return found


_ROWID = dict.fromkeys(("technician_skill", "technician_area"), "technician_id")  # WITHOUT ROWID
# What refers to a technician or a category and has a history of its own is not told with them.
_OWN = {
    "technician": {"change", "absence", "technician_skill", "technician_area"},
    "category": {"maintenance_interval"},
}


def _journaled(
    teller: Teller, rows: Iterable[tuple[str, dict[str, Any]]], noun: str, row_id: int
) -> Iterator[list[Any]]:
    db = teller.db
    of_command: dict[int, list[Entry]] = {}
    for each, row in rows:
        written = _command_of(db, each, row["id"])
        if written is not None and each != "change":
            of_command.setdefault(written, []).append(teller.whole(each, teller.first_written(each, row), came=True))
        if each in KEPT:
            sql = "SELECT * FROM command_change WHERE noun = :noun AND row_id = :id ORDER BY id"
            for line in db.rows(sql, noun=each, id=row["id"]):
                entry = teller.changed(line)
                if entry is not None:
                    of_command.setdefault(line["command_id"], []).append(entry)
    plain = """SELECT * FROM command_change WHERE noun = :noun AND field IS NULL
                  AND json_extract(coalesce(new, old), :path) = :id ORDER BY id"""
    for each in PLAIN:
        for name, parent in teller.keys[each].items():
            if parent == noun:
                for line in db.rows(plain, noun=each, path=f"$.{name}", id=row_id):
                    entry = teller.changed(line)
                    assert entry is not None
                    of_command.setdefault(line["command_id"], []).append(entry)
    for command_id, entries in of_command.items():
        yield from _lines(db, command_id, entries)


def _lines(db: Database, command_id: int, entries: list[Entry]) -> Iterator[list[Any]]:
    """The entries under their command, and again, turned, under each undo and redo of it."""
    row: Row | None = command(db, command_id)
    if row is not None and row["undoes_id"] is not None:
        return  # told with the command that it undoes
    while row is not None:
        later = db.row("SELECT * FROM command WHERE undoes_id = :id", id=row["id"])
        state = say("taken back by no {n}", n=later["id"]) if later else ""
        for e in entries:
            yield [row["id"], row["recorded_at"], row["actor"], row["name"], *e.about, e.ref, e.field, e.old, e.new,
                   later["id"] if later else None, state]  # fmt: skip
        entries, row = [entry.turned() for entry in entries], later


def _command_of(db: Database, noun: str, row_id: int) -> int | None:
    sql = """SELECT command_id FROM command_span WHERE noun = :noun AND first_id <= :id AND last_id >= :id"""
    found: int | None = db.value(sql, noun=noun, id=row_id)
    return found


def _older(teller: Teller, rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[list[Any]]:
    """What no command has put down: an older version, a library, an export read back. The rows say who and when."""
    db = teller.db
    for noun, row in rows:
        if "recorded_at" not in row or _command_of(db, noun, row["id"]) is not None:
            continue
        if noun in PLAIN:
            sql = "SELECT EXISTS (SELECT 1 FROM command_change WHERE noun = :noun AND row_id = :id AND field IS NULL)"
            if db.value(sql, noun=noun, id=row["id"]):
                continue
        entry = teller.whole(noun, teller.first_written(noun, row), came=True)
        if noun == "change":
            old, new = (_field(teller, noun, row, value) for value in (row["old"], row["new"]))
            entry = entry._replace(field=row["field"], old=old, new=new)
        line = partial(_unknown, entry)
        yield line(row["recorded_at"], row["actor"])
        sql = "SELECT EXISTS (SELECT 1 FROM command_change WHERE noun = :noun AND row_id = :id AND field = 'voided_at')"
        if row.get("void_reason") and row["void_reason"] != "undone" and not db.value(sql, noun=noun, id=row["id"]):
            gone = entry._replace(old=entry.new, new=say("voided: {reason}", reason=row["void_reason"]))
            yield _unknown(gone, row["voided_at"], row["voided_by"])


def _field(teller: Teller, noun: str, row: dict[str, Any], value: Any) -> str | None:
    about, _ = teller.about(noun, row)
    about = "technician" if row.get("technician_id") else about
    return teller.value(about, row["field"], value)


def _unknown(e: Entry, at: str, who: str) -> list[Any]:
    return [None, at, who, None, *e.about, e.ref, e.field, e.old, e.new, None, ""]

"""`history`: list who wrote what, when and with which command, old → new. Rows older than the journal are read too.

No rule of the desk is used here: what a row belongs to and which rows name it is read from the schema.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns, moment, shown
from servicedesk.history.summary import Summaries
from servicedesk.storage.database import Database, Row
from servicedesk.storage.entries import Entry, Teller, field_in_words
from servicedesk.storage.journal import JOURNALED, PLAIN
from servicedesk.storage.undone import LETTERS

_NOUNS = {letter: noun for noun, letter in LETTERS.items()} | {"E": "event"}


# Commands.


def command(db: Database, command_id: int) -> Row:
    """Return the journal's row of a command, which must exist."""
    row = db.row("SELECT * FROM command WHERE id = :id", id=command_id)
    assert row is not None
    return row


def command_label(row: Row) -> str:
    """Return a command as people name it: `'ticket open' of ada, 2026-11-21 18:00`."""
    return say("'{name}' of {who}, {at}", name=row["name"], who=row["actor"], at=moment(row["recorded_at"]))


def end(db: Database, command_id: int) -> tuple[int, int]:
    """Return the last undo or redo of a command, or the command itself, and how many there are."""
    many = 0
    while (later := db.value("SELECT id FROM command WHERE undoes_id = :id", id=command_id)) is not None:
        command_id, many = later, many + 1
    return command_id, many


def root(db: Database, command_id: int) -> int:
    """Return the command that an undo or a redo goes back to in the end; the command itself if it is neither."""
    while (earlier := db.value("SELECT undoes_id FROM command WHERE id = :id", id=command_id)) is not None:
        command_id = earlier
    return command_id


def depth(db: Database, command_id: int) -> int:
    """Return 0 for a command, 1 for its undo, 2 for the redo."""
    many = 0
    while (earlier := db.value("SELECT undoes_id FROM command WHERE id = :id", id=command_id)) is not None:
        command_id, many = earlier, many + 1
    return many


def ref_of(noun: str, row_id: int) -> str:
    """Return a row as people name it: `T5`, or the table and the id."""
    return shown(row_id, LETTERS[noun]) if noun in LETTERS else f"{noun} {row_id}"


# Answers.

TURNED = columns("noun-", "id-", "ref:code+", "what+=field", "field-", "old", "new")


def turn_text(db: Database, command_id: int) -> Table:
    """Return a table of what undoing or redoing a command does: each field with its old and new value."""
    entries = [entry.inverse() for entry in Teller(db).entries(command_id)]
    return Table(TURNED, [[*e.about, e.ref, field_in_words(e.field, e.noun), e.field, e.old, e.new] for e in entries])


COMMANDS = columns(
    "command_id:count=no", "at:instant", "actor:name=who", "command-", "what", "undoes_id-", "undone_by-",
    "wrote:nested-", "state+",
)  # fmt: skip

_COMMANDS = """
SELECT c.*, u.id AS undone_by FROM command c LEFT JOIN command u ON u.undoes_id = c.id
 WHERE c.id < :before ORDER BY c.id DESC"""


def list_commands(db: Database, *, limit: int | None = None) -> Table:
    """Return every command that wrote, the newest first, each with what it did in words."""
    rows = islice(db.stream(_COMMANDS, before=2**62), limit)
    summaries = Summaries(db)
    return Table(COMMANDS, (), coming=(_story_line(db, summaries, row) for row in rows))


def _story_line(db: Database, summaries: Summaries, row: Row) -> list[Any]:
    what, wrote = summaries.of_command(row["id"]), _wrote(db, row["id"])
    state = say("undone by no {n}", n=row["undone_by"]) if row["undone_by"] else ""
    return [row["id"], row["recorded_at"], row["actor"], row["name"], what, row["undoes_id"], row["undone_by"], wrote,
            state]  # fmt: skip


def _wrote(db: Database, command_id: int) -> dict[str, int]:
    """Return how many rows of each table a command inserted or changed."""
    root_id = root(db, command_id)
    sql = """
SELECT noun, sum(many) FROM (
  SELECT noun, last_id - first_id + 1 AS many FROM command_span WHERE command_id = :id AND noun <> 'change'
   UNION ALL
  SELECT noun, count(DISTINCT row_id) FROM command_change WHERE command_id = :id AND field IS NOT 'copy' GROUP BY noun)
 GROUP BY noun"""
    found = {row[0]: row[1] for row in db.rows(sql, id=root_id)}
    return {noun: found[noun] for noun in (*JOURNALED, *PLAIN) if noun in found}


ENTRIES = columns(
    "command_id-", "at:instant", "actor:name=who", "command-", "noun-", "id-", "ref:code+", "what", "field-",
    "old-", "new-", "undone_by-", "state+",
)  # fmt: skip


def list_history(db: Database, letter: str, row_id: int, *, full: bool = False, limit: int | None = None) -> Table:
    """Return all that was written about one row and the rows that name it, the newest first.

    NotFoundError if there is no such row.
    """
    return _list_existing(db, _NOUNS[letter], row_id, f"{letter}{row_id}", full=full, limit=limit)


def _list_existing(db: Database, noun: str, row_id: int, ref: str, *, full: bool, limit: int | None) -> Table:
    if db.value(f"SELECT id FROM {noun} WHERE id = :id", id=row_id) is None:
        raise NotFoundError(say("there is no {ref}", ref=ref), hint=say("'history' lists the commands"))
    return _list_entries(db, noun, row_id, full=full, limit=limit)


def list_named_history(db: Database, name: str, *, full: bool = False, limit: int | None = None) -> Table:
    """Return the history of the category or part with that code, else of the technician or customer of that name.

    UsageError if the text names none of them.
    """
    from servicedesk.records import references, technicians
    from servicedesk.records.parts.register import find_part

    category = db.row("SELECT rowid FROM category WHERE code = :code", code=name.strip().lower())
    if category is not None:
        return _list_entries(db, "category", category[0], limit=limit)
    part = find_part(db, name)
    if part is not None:
        return _list_entries(db, "part", part["id"], limit=limit)
    ways = (
        ("technician", lambda: technicians.get_technician(db, name, whole=True)["id"]),
        ("customer", lambda: references.get_customer_id(db, name)),
        ("technician", lambda: technicians.get_technician(db, name)["id"]),
    )
    for noun, get_id in ways:
        with suppress(NotFoundError):
            return _list_existing(db, noun, get_id(), name, full=full, limit=limit)
    raise UsageError(
        say("'{text}' names nothing that has a history", text=name),
        hint=say("C12, A34, T101, H5, P3, K2, G7, S3, V3, a customer, a technician, a category or a part"),
    )


def _list_entries(db: Database, noun: str, row_id: int, *, full: bool = False, limit: int | None) -> Table:
    teller = Teller(db, full=full)
    rows = _belonging(teller, noun, row_id)
    found = [*_list_journal(teller, rows, noun, row_id), *_older(teller, rows)]
    found.sort(key=lambda line: (dates.unix_of(line[1]), line[0] or 0), reverse=True)
    return Table(ENTRIES, found[:limit])


def _belonging(teller: Teller, noun: str, row_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the row itself, the rows that name it, and those that name one of _CARRYING among them."""
    row = teller.row(noun, row_id)
    assert row is not None
    found = [(noun, row)]
    for at_noun, at_row in found:
        if (at_noun, at_row["id"]) != (noun, row_id) and at_noun not in _CARRYING:
            continue
        for child in _OWN.get(at_noun, (*JOURNALED, *PLAIN)):
            for name, parent in teller.keys[child].items():
                if parent == at_noun and child != parent:
                    sql = f"SELECT {_ROWID.get(child, 'rowid')} AS id, * FROM {child} WHERE {name} = :key"
                    key = at_row["code"] if at_noun == "category" else at_row["id"]
                    found += [(child, dict(each)) for each in teller.db.rows(sql, key=key)]
    return found


# Rows that name one of these are listed with its owner.
_CARRYING = {"promise", "complaint", "complaint_step", "quote", "contract", "consumable", "event"}
_ROWID = dict.fromkeys(("technician_skill", "technician_area"), "technician_id")  # WITHOUT ROWID
# Only these rows are listed with a technician, a category or a contract; others have a history of their own.
_OWN = {
    "technician": {"change", "absence", "technician_skill", "technician_area"},
    "category": {"maintenance_interval"},
    "contract": {"contract_appliance", "contract_end"},
}


def _list_journal(
    teller: Teller, rows: Iterable[tuple[str, dict[str, Any]]], noun: str, row_id: int
) -> Iterator[list[Any]]:
    db = teller.db
    of_command: dict[int, list[Entry]] = {}
    for each, row in rows:
        written = command_of(db, each, row["id"])
        if written is not None and each != "change":
            of_command.setdefault(written, []).append(teller.whole(each, teller.first_written(each, row), came=True))
        if each in JOURNALED:
            sql = "SELECT * FROM command_change WHERE noun = :noun AND row_id = :id ORDER BY id"
            for line in db.rows(sql, noun=each, id=row["id"]):
                entry = teller.entry_of(line)
                if entry is not None:
                    of_command.setdefault(line["command_id"], []).append(entry)
    plain = """SELECT * FROM command_change WHERE noun = :noun AND field IS NULL
                  AND json_extract(coalesce(new, old), :path) = :id ORDER BY id"""
    for each in PLAIN:
        for name, parent in teller.keys[each].items():
            if parent == noun:
                for line in db.rows(plain, noun=each, path=f"$.{name}", id=row_id):
                    entry = teller.entry_of(line)
                    assert entry is not None
                    of_command.setdefault(line["command_id"], []).append(entry)
    for command_id, entries in of_command.items():
        yield from _lines(db, command_id, entries)


def _lines(db: Database, command_id: int, entries: list[Entry]) -> Iterator[list[Any]]:
    """Yield the entries under their command, and again, turned, under each undo and redo of it."""
    row: Row | None = command(db, command_id)
    if row is not None and row["undoes_id"] is not None:
        return  # told with the command that it undoes
    while row is not None:
        later = db.row("SELECT * FROM command WHERE undoes_id = :id", id=row["id"])
        state = say("undone by no {n}", n=later["id"]) if later else ""
        for e in entries:
            yield [row["id"], row["recorded_at"], row["actor"], row["name"], *e.about, e.ref, _entry_text(e), e.field,
                   e.old, e.new, later["id"] if later else None, state]  # fmt: skip
        entries, row = [entry.inverse() for entry in entries], later


def command_of(db: Database, noun: str, row_id: int) -> int | None:
    """Return the command that inserted a row; None if no command recorded it."""
    sql = """SELECT command_id FROM command_span WHERE noun = :noun AND first_id <= :id AND last_id >= :id"""
    found: int | None = db.value(sql, noun=noun, id=row_id)
    return found


def _older(teller: Teller, rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[list[Any]]:
    """Yield rows that no command recorded (by an older version, a library, a read-back). The rows say who and when."""
    db = teller.db
    for noun, row in rows:
        if "recorded_at" not in row or command_of(db, noun, row["id"]) is not None:
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
    return [None, at, who, None, *e.about, e.ref, _entry_text(e), e.field, e.old, e.new, None, ""]


def _entry_text(e: Entry) -> str:
    """Return an entry as one line: `fault: noise → not cooling`; of a whole row what it says."""
    field = field_in_words(e.field, e.noun)
    if (e.old is not None and e.new is not None) or e.field != e.noun:
        return say("{field}: {old} → {new}", field=field, old=e.old or "–", new=e.new or "–")
    if e.old is not None:
        return say("{field} removed: {old}", field=field, old=e.old)
    return say("{field}: {new}", field=field, new=e.new)

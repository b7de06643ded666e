"""Every rule that the code holds and that no single row can hold, as a SELECT of what breaks it.

Beside those of check.py, which an import is measured against too. Whole sets at a time: a file of a million tickets
is looked through in the time of a few scans.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from servicedesk.base import sameness
from servicedesk.base.messages import msgid
from servicedesk.domain.model import CANCEL_REASONS, Cause, Source
from servicedesk.storage.journal import KEPT


class Rule(NamedTuple):
    """A SELECT of the ids that break a rule, or lack something; `letter` is that of their noun, else its name."""

    letter: str
    finding: str
    remedy: str
    sql: str


STANDING = "voided_at IS NULL"
BESIDE = msgid("go back to a backup, or ask who wrote into the file beside servicedesk")
ANEW = msgid("'export' the file, 'import' that into a new one")


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


_EVENTS = (
    Rule("T", msgid("was cancelled before an arrival"), msgid("'ticket correct' mends the wrong time"), f"""
SELECT DISTINCT c.ticket_id AS id FROM event c
  JOIN event a ON a.ticket_id = c.ticket_id AND a.kind = 'arrived' AND a.{STANDING}
 WHERE c.kind = 'cancelled' AND c.{STANDING} AND c.at_unix < a.at_unix"""),
    # A copy that 'undo' made of an older fact, or one that corrects it, is younger than what came after.
    Rule("T", msgid("was worked on after it had ended"), msgid("'ticket void' takes the later event back"), f"""
SELECT DISTINCT e.ticket_id AS id FROM event z
  JOIN event e ON e.ticket_id = z.ticket_id AND e.id > z.id AND e.kind <> 'reported'
   AND (e.kind <> 'surveyed' AND e.kind <> 'arrived' OR z.kind = 'cancelled')
 WHERE (z.kind = 'completed' OR z.kind = 'cancelled') AND z.{STANDING} AND z.corrects_id IS NULL
   AND e.{STANDING} AND e.corrects_id IS NULL AND e.origin <> 'imported'
   AND NOT EXISTS (SELECT 1 FROM command_change m
                    WHERE m.noun = 'event' AND m.field = 'copy' AND m.row_id = e.id)"""),
    Rule("T", msgid("has a window that ends before its report"), msgid("'ticket void' takes the window back"), f"""
SELECT DISTINCT w.ticket_id AS id FROM event w
  JOIN event r ON r.ticket_id = w.ticket_id AND r.kind = 'reported' AND r.{STANDING}
 WHERE w.kind = 'appointed' AND w.{STANDING} AND w.window_to_unix <= r.at_unix"""),
    Rule("T", msgid("was cancelled for a reason that is none"),
         msgid("'ticket void' the cancellation, then cancel it again"), f"""
SELECT e.ticket_id AS id FROM event e JOIN ticket t ON t.id = e.ticket_id AND t.type <> 'maintenance'
 WHERE e.kind = 'cancelled' AND e.{STANDING} AND e.origin <> 'imported'
   AND coalesce(e.reason, '') NOT IN ({_codes(CANCEL_REASONS)})"""),
    Rule("T", msgid("waits for a cause that is none"), msgid("'ticket void' the wait, then wait again"), f"""
SELECT ticket_id AS id FROM event
 WHERE kind = 'waiting' AND {STANDING} AND cause NOT IN ({_codes(tuple(Cause))})"""),
    Rule("T", msgid("was answered in a way that is none"), msgid("'ticket void' takes the answer back"), f"""
SELECT ticket_id AS id FROM event
 WHERE kind = 'surveyed' AND {STANDING} AND source NOT IN ({_codes(tuple(Source))})"""),
    Rule("T", msgid("is the duplicate of its own duplicate"), msgid("'ticket void' one of the cancellations"), f"""
SELECT e.ticket_id AS id FROM event e
  JOIN event o ON o.ticket_id = e.duplicate_of_id AND o.kind = 'cancelled' AND o.{STANDING}
   AND o.duplicate_of_id = e.ticket_id
 WHERE e.kind = 'cancelled' AND e.{STANDING}"""),
    Rule("T", msgid("follows itself"), BESIDE, "SELECT id FROM ticket WHERE follows_ticket_id = id"),
    Rule("P", msgid("was promised for a ticket that was cancelled"), msgid("'promise void {ref}' takes it back"), f"""
SELECT p.id FROM promise p
  JOIN event c ON c.ticket_id = p.ticket_id AND c.kind = 'cancelled' AND c.{STANDING}
 WHERE p.{STANDING} AND p.recorded_unix > c.recorded_unix"""),
)  # fmt: skip

_REGISTER = (
    Rule("A", msgid("was installed before it was bought"), msgid("'appliance edit' mends the date"), f"""
SELECT id FROM appliance
 WHERE {STANDING} AND bought_precision = 'day' AND installed_precision = 'day' AND installed_on < bought_on"""),
    Rule("A", msgid("has a birthday on a visit that was taken back"), BESIDE, f"""
SELECT l.appliance_id AS id FROM maintenance_line l JOIN ticket t ON t.id = l.ticket_id AND t.voided_at IS NOT NULL
 WHERE l.{STANDING}"""),
    Rule("C", msgid("has a phone that is compared by other digits"),
         msgid("'customer edit' the phone, and back again"), f"""
SELECT customer_id AS id FROM phone
 WHERE {STANDING} AND (digits <> phone_digits(number) OR extension IS NOT phone_extension(number))"""),
    Rule("A", msgid("has a serial that is compared by another one"),
         msgid("'appliance edit {ref} --serial' with the serial as it is"), f"""
SELECT id FROM appliance WHERE {STANDING} AND serial IS NOT NULL AND plate <> plate(brand, serial)"""),
    Rule("technician ", msgid("has the name of another one"), msgid("'technician edit' renames one of them"), f"""
SELECT max(id) AS id FROM technician WHERE {STANDING} GROUP BY folded_name(name) HAVING count(*) > 1"""),
    Rule("C", msgid("was merged into one that is merged or taken back itself"), BESIDE, """
SELECT c.id FROM customer c JOIN customer o ON o.id = c.merged_into_id
 WHERE o.voided_at IS NOT NULL OR o.merged_into_id IS NOT NULL"""),
    Rule("category ", msgid("was merged into one that is merged or taken back itself"), BESIDE, """
SELECT k.rowid AS id FROM category k JOIN category o ON o.code = k.merged_into
 WHERE o.voided_at IS NOT NULL OR o.merged_into IS NOT NULL"""),
    Rule("A", msgid("is of a category that was merged into another"),
         msgid("'appliance edit {ref} --category' names the other"), """
SELECT a.id FROM appliance a JOIN category k ON k.code = a.category AND k.merged_into IS NOT NULL"""),
    Rule("technician ", msgid("is skilled in a category that was merged into another"),
         msgid("'technician edit --skill' names the other"), """
SELECT s.technician_id AS id FROM technician_skill s JOIN category k ON k.code = s.category
 WHERE k.merged_into IS NOT NULL"""),
    Rule("C", msgid("was merged and has tickets, machines or complaints of its own yet"), BESIDE, f"""
SELECT id FROM customer c
 WHERE merged_into_id IS NOT NULL
   AND (EXISTS (SELECT 1 FROM ticket WHERE customer_id = c.id)
        OR EXISTS (SELECT 1 FROM appliance WHERE customer_id = c.id)
        OR EXISTS (SELECT 1 FROM complaint WHERE customer_id = c.id AND {STANDING}))"""),
    Rule("T", msgid("was taken back and has facts that stand"), BESIDE, f"""
SELECT id FROM ticket t
 WHERE voided_at IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE ticket_id = t.id AND {STANDING})"""),
)  # fmt: skip

# The newest change of a field says what the row says. (Of people who were forgotten it says nothing.)
_FIELDS = {
    "customer": ("C", ("name", "household_id", "address", "area")),
    "appliance": (
        "A", ("customer_id", "category", "brand", "model", "serial", "bought_on", "installed_on", "retired_on"),
    ),
    "ticket": ("T", ("customer_id", "appliance_id", "type", "fault")),
    "technician": ("technician ", ("name", "left_on")),
}  # fmt: skip
_CHANGED = """
SELECT h.{noun}_id AS id FROM change h JOIN {noun} x ON x.id = h.{noun}_id
 WHERE h.id IN (SELECT max(id) FROM change WHERE {noun}_id IS NOT NULL GROUP BY {noun}_id, field)
   AND h.new IS NOT NULL AND h.field IN ({fields})
   AND h.new IS NOT CASE h.field {cells} END"""


def _changed(noun: str, letter: str, fields: tuple[str, ...]) -> Rule:
    cells = " ".join(f"WHEN '{field}' THEN CAST(x.{field} AS TEXT)" for field in fields)
    sql = _CHANGED.format(noun=noun, fields=_codes(fields), cells=cells)
    return Rule(letter, msgid("says otherwise than its last change"), BESIDE, sql)


# Days and instants that no column can check without a price on every row.
_DAYS = {
    "appliance": ("A", ("bought_on", "installed_on", "retired_on")),
    "technician": ("technician ", ("left_on",)),
    "absence": ("absence ", ("from_on", "to_on")),
    "tier": ("tier ", ("from_on",)),
    "maintenance_interval": ("maintenance_interval ", ("from_on",)),
    "maintenance_line": ("maintenance_line ", ("due_on",)),
}
_TIMED = {
    "customer": "C", "appliance": "A", "ticket": "T", "household": "household ", "phone": "phone ", "tier": "tier ",
    "technician": "technician ", "absence": "absence ", "note": "note ", "change": "change ", "command": "command ",
    "maintenance_line": "maintenance_line ", "maintenance_interval": "maintenance_interval ",
}  # fmt: skip


def _dated(table: str, letter: str, fields: tuple[str, ...]) -> Rule:
    wrong = " OR ".join(f"date({field}, '+0 days') IS NOT {field}" for field in fields)
    return Rule(letter, msgid("holds a day that is none"), BESIDE, f"SELECT id FROM {table} WHERE {wrong}")


def _timed(table: str, letter: str) -> Rule:
    sql = f"SELECT id FROM {table} WHERE unixepoch(recorded_at) IS NULL"
    return Rule(letter, msgid("was recorded at a time that is none"), BESIDE, sql)


ORIGINS = ("typed", "pinned", "imported")
_BY_TICKET = {"event": "ticket_id", "callback": "ticket_id"}


def _origin(table: str, letter: str) -> Rule:
    key = _BY_TICKET.get(table, "id")
    sql = f"SELECT {key} AS id FROM {table} WHERE origin NOT IN ({_codes(ORIGINS)})"
    return Rule(letter, msgid("came in in a way that is none"), BESIDE, sql)


_BEYOND = " UNION ALL ".join(
    f"SELECT command_id AS id FROM command_span WHERE noun = '{noun}'"
    f" AND last_id > (SELECT coalesce(max(rowid), 0) FROM {noun})"
    for noun in KEPT
)
_COMMANDS = (
    Rule("command ", msgid("wrote rows that are not there"), BESIDE, f"SELECT DISTINCT id FROM ({_BEYOND})"),
    Rule("command ", msgid("takes back what came after it"), BESIDE, "SELECT id FROM command WHERE undoes_id >= id"),
    Rule("T", msgid("stands, and its customer or appliance was undone"), BESIDE, f"""
SELECT t.id FROM ticket t LEFT JOIN customer c ON c.id = t.customer_id LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE t.{STANDING} AND (c.voided_at IS NOT NULL OR a.voided_at IS NOT NULL)"""),
    Rule("A", msgid("stands, and its customer was undone"), BESIDE, f"""
SELECT a.id FROM appliance a JOIN customer c ON c.id = a.customer_id AND c.voided_at IS NOT NULL
 WHERE a.{STANDING}"""),
)  # fmt: skip

RULES = (
    *_EVENTS,
    *_COMMANDS,
    *_REGISTER,
    *(_changed(noun, letter, fields) for noun, (letter, fields) in _FIELDS.items()),
    *(_dated(table, letter, fields) for table, (letter, fields) in _DAYS.items()),
    *(_timed(table, letter) for table, letter in _TIMED.items()),
    *(_origin(table, letter) for table, letter in {**_TIMED, "event": "T", "callback": "T"}.items()),
)

MISSING = (
    Rule("A", msgid("no brand"), msgid("appliance edit {ref} --brand B"),
         f"SELECT id FROM appliance WHERE brand IS NULL AND {STANDING}"),
    Rule("T", msgid("no customer"), msgid("name who calls when opening: --customer or --phone"),
         f"SELECT id FROM ticket WHERE customer_id IS NULL AND {STANDING}"),
    Rule("T", msgid("completed, and nobody is named who did it"),
         msgid("'ticket correct {ref}' names the technician of the completion"), f"""
SELECT d.ticket_id AS id FROM event d JOIN ticket t ON t.id = d.ticket_id AND t.type <> 'guidance'
 WHERE d.kind = 'completed' AND d.{STANDING} AND d.technician_id IS NULL AND d.outcome <> 'resolved_remotely'"""),
    Rule("T", msgid("resumed although it did not wait: the wait was taken back"),
         msgid("'ticket void' takes the resumption back too"), f"""
SELECT DISTINCT ticket_id AS id FROM (
  SELECT ticket_id, kind, lag(kind) OVER (PARTITION BY ticket_id ORDER BY at_unix, id) AS before FROM event
   WHERE (kind = 'waiting' OR kind = 'resumed') AND {STANDING})
 WHERE kind = 'resumed' AND before IS NOT 'waiting'"""),
)  # fmt: skip


def ready(connection: sqlite3.Connection) -> None:
    """What the rules ask of the code itself."""
    connection.create_function("phone_digits", 1, sameness.phone_digits, deterministic=True)
    connection.create_function("phone_extension", 1, sameness.phone_extension, deterministic=True)
    connection.create_function("plate", 2, sameness.plate, deterministic=True)


def strange(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What the file is made of, where that is not as this version makes it: what (`trigger event_stays`), and how."""
    there = _made_of(connection)
    for name, sql in _new().items():
        if there.get(name) != sql:
            yield name, msgid("is other than this version makes it") if name in there else msgid("is not there")


def _new() -> dict[str, str]:
    """What a new file is made of."""
    from servicedesk.file import opening

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        opening.empty(new)
        return _made_of(new)


def _made_of(connection: sqlite3.Connection) -> dict[str, str]:
    sql = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    return dict(tuple(row) for row in connection.execute(sql))

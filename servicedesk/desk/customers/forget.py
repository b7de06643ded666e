"""Forget a person: who it was goes, for good and from every byte of the file; every figure stays what it was.

What is left is a number without a name: the entry, its tickets with their instants, outcomes, scores and codes, its
machines (a machine is no person), its area and tiers. What anybody wrote in words about the person goes. There is no
way back, and nothing from before can be undone any more.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Result, columns, record
from servicedesk.records import customers
from servicedesk.storage import erase
from servicedesk.storage.changes import NOUNS
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import FORGET
from servicedesk.storage.search.index import forget_texts

GONE = "(forgotten)"
REF = "forgotten:"  # and by what a ref is known when it comes again

_THEM = "(SELECT id FROM temp.gone WHERE noun = '{noun}')"
_CUSTOMERS, _MACHINES, _TICKETS = (_THEM.format(noun=noun) for noun in ("customer", "appliance", "ticket"))
_VOIDED = f"CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '{GONE}' END"
_KEPT_REF = "known_ref(source, ref)"
# A remark on a machine is about who had it then; in doubt, within the second of a transfer, about the former owner.
_REMARKS = f"""
SELECT n.id FROM note n
 WHERE n.customer_id IN {_CUSTOMERS} OR n.ticket_id IN {_TICKETS} OR n.household_id IN {_THEM.format(noun="household")}
    OR n.appliance_id IN {_MACHINES}
       AND CAST(CASE
         WHEN EXISTS (SELECT 1 FROM change h WHERE h.appliance_id = n.appliance_id AND h.field = 'customer_id'
                         AND h.recorded_unix > unixepoch(n.recorded_at) - 1)
         THEN (SELECT h.old FROM change h WHERE h.appliance_id = n.appliance_id AND h.field = 'customer_id'
                  AND h.recorded_unix > unixepoch(n.recorded_at) - 1 ORDER BY h.recorded_unix, h.id LIMIT 1)
         ELSE (SELECT a.customer_id FROM appliance a WHERE a.id = n.appliance_id) END AS INTEGER) IN {_CUSTOMERS}"""

# Every table with words about people: whose rows, parents first, and what becomes of the columns that hold them.
# Whoever adds a text for people puts it here (tests/cli/test_forget.py asks every column).
WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "customer": ("SELECT id FROM customer WHERE id = :id OR merged_into_id = :id", {
        "name": f"'{GONE}'", "household_id": "NULL", "household_relation": "NULL", "address": "NULL",
        "ref": _KEPT_REF, "digest": "NULL"}),
    # A home whose last member goes has no name either.
    "household": (f"""SELECT household_id FROM customer c WHERE id IN {_CUSTOMERS} AND household_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM customer o
                            WHERE o.household_id = c.household_id AND o.id NOT IN {_CUSTOMERS})""",
        {"name": "NULL"}),
    "phone": (f"SELECT id FROM phone WHERE customer_id IN {_CUSTOMERS}", {
        "number": f"'{GONE}'", "digits": f"'{GONE}'", "extension": "NULL"}),
    # Machines of a former time too: the key of a file may be made of its owner's name.
    "appliance": (f"""SELECT id FROM appliance WHERE customer_id IN {_CUSTOMERS} UNION
        SELECT appliance_id FROM change WHERE field = 'customer_id' AND appliance_id IS NOT NULL
           AND CAST(old AS INTEGER) IN {_CUSTOMERS}""", {
        "ref": _KEPT_REF, "retire_reason": f"CASE WHEN retired_on IS NOT NULL AND customer_id IN {_CUSTOMERS}"
                                           f" THEN '{GONE}' ELSE retire_reason END"}),
    "ticket": (f"SELECT id FROM ticket WHERE customer_id IN {_CUSTOMERS}", {
        "text": "NULL", "ref": _KEPT_REF, "digest": "NULL"}),
    "event": (f"SELECT id FROM event WHERE ticket_id IN {_TICKETS}", {
        "note": f"CASE WHEN kind = 'cancelled' AND note IS NOT NULL THEN '{GONE}' END",  # I18: it was forced
        "reason": "CASE kind WHEN 'cancelled' THEN reason END", "void_reason": _VOIDED}),
    "maintenance_line": (f"""SELECT id FROM maintenance_line WHERE ticket_id IN {_TICKETS}
         OR appliance_id IN (SELECT id FROM appliance WHERE customer_id IN {_CUSTOMERS})""", {
        "ended_reason": f"CASE ended_as WHEN 'declined' THEN '{GONE}' ELSE ended_reason END", "void_reason": _VOIDED}),
    "callback": (f"SELECT id FROM callback WHERE ticket_id IN {_TICKETS}", {"note": "NULL", "void_reason": _VOIDED}),
    "promise": (f"SELECT id FROM promise WHERE ticket_id IN {_TICKETS}", {
        "what": f"'{GONE}'", "void_reason": _VOIDED}),
    "promise_end": (f"SELECT id FROM promise_end WHERE promise_id IN {_THEM.format(noun='promise')}", {
        "void_reason": _VOIDED}),
    "complaint": (f"SELECT id FROM complaint WHERE customer_id IN {_CUSTOMERS}", {
        "text": "NULL", "void_reason": _VOIDED}),
    "complaint_step": (f"SELECT id FROM complaint_step WHERE complaint_id IN {_THEM.format(noun='complaint')}", {
        "text": "CASE kind WHEN 'recovered' THEN text END", "void_reason": _VOIDED}),
    "consent": (f"SELECT id FROM consent WHERE customer_id IN {_CUSTOMERS}", {
        "given_by": "NULL", "void_reason": _VOIDED}),
    "note": (_REMARKS, {
        "text": f"'{GONE}'", "on_md": "NULL", "yearly": "0", "personal": "0", "under_14": "0", "consent": "0"}),
}  # fmt: skip
_COLUMNS = columns("id:C=customer", "forgotten_at:instant=forgotten")


def forget_customer(desk: Desk, customer_id: int, *, agreed: Callable[[str], bool]) -> Result:
    """Forget the person. NotFoundError; RefusedError where nobody `agreed`; StorageError where bytes stay.

    Repeated, it cleans the file once more.
    """
    db = desk.db
    known = customers.get_customer(db, customer_id)
    if known["forgotten_at"] is None and not agreed(
        say("{name} (C{id}) is forgotten for good, there is no undo; go on?", name=known["name"], id=known["id"])
    ):
        raise RefusedError(
            say("C{id} is not forgotten, nothing was written", id=known["id"]),
            hint=say("there is no undo: --yes if it is meant"),
        )
    with _without_journal(db), db.atomic():
        person = customers.get_customer(db, customer_id)
        notes = []
        if person["forgotten_at"] is None:
            notes = _open_notes(db, person["id"])
            _erase_words(desk, person["id"])
        when = db.value("SELECT forgotten_at FROM customer WHERE id = :id", id=person["id"])
    erase.erase_deleted_rows(db, person["id"])
    return Result(record(_COLUMNS, [person["id"], when]), [*notes, *erase.list_copies(db)])


@contextmanager
def _without_journal(db: Database) -> Iterator[None]:
    """Write without the journal: it keeps what was, and here it must not."""
    journal, db.journal = db.journal, None
    try:
        yield
    finally:
        db.journal = journal


def _erase_words(desk: Desk, customer_id: int) -> None:
    """Inside a transaction: erase every word of the person, and what the histories keep of it."""
    db, stamp = desk.db, desk.stamp
    assert db.outlet  # read before the function asks for it
    db.connection.create_function("known_ref", 2, lambda source, ref: stand_in_ref(db, source, ref), deterministic=True)
    db.run("CREATE TEMP TABLE IF NOT EXISTS gone (noun TEXT, id INTEGER, PRIMARY KEY (noun, id)) WITHOUT ROWID")
    db.run("DELETE FROM temp.gone")
    for noun, (whose, _) in WORDS.items():
        values = {"id": customer_id} if ":id" in whose else {}
        db.run(f"INSERT OR IGNORE INTO temp.gone SELECT '{noun}', * FROM ({whose})", **values)
    for row in db.rows(f"SELECT id FROM customer WHERE id IN {_CUSTOMERS}"):
        forget_texts(db, row["id"], _list_search_texts(db, row["id"]))
    _erase_histories(db)
    db.run(f"UPDATE phone SET voided_at = :at, voided_by = :by WHERE customer_id IN {_CUSTOMERS} AND voided_at IS NULL",
           at=stamp.recorded_at, by=stamp.actor)  # fmt: skip
    with _mutable(db):
        for noun, (_, texts) in WORDS.items():
            words = ", ".join(f"{name} = {value}" for name, value in texts.items())
            db.run(f"UPDATE {noun} SET {words} WHERE id IN {_THEM.format(noun=noun)}")
    db.run(f"UPDATE customer SET forgotten_at = :at WHERE id IN {_CUSTOMERS}", at=stamp.recorded_at)
    db.insert("command", stamp, name=FORGET)


def _list_search_texts(db: Database, customer_id: int) -> list[str]:
    """Return all texts by which the search may have known the person."""
    return [row[0] for row in db.rows(CALLED, id=customer_id)]


CALLED = """
SELECT name FROM customer WHERE id = :id
 UNION SELECT address FROM customer WHERE id = :id AND address IS NOT NULL
 UNION SELECT digits FROM phone WHERE customer_id = :id
 UNION SELECT serial FROM appliance WHERE customer_id = :id AND serial IS NOT NULL
 UNION SELECT old FROM change WHERE customer_id = :id AND field IN ('name', 'address') AND old IS NOT NULL
 UNION SELECT new FROM change WHERE customer_id = :id AND field IN ('name', 'address') AND new IS NOT NULL
"""
# Remarks come and go whole, also those that are gone by now.
_OF_A_REMARK = " OR ".join(
    f"json_extract(coalesce(new, old), '$.{noun}_id') IN {_THEM.format(noun=noun)}"
    for noun in ("customer", "ticket", "household")
)


def _erase_histories(db: Database) -> None:
    """Inside a transaction: keep that something was changed, when and by whom; not what it said."""
    for noun, (_, texts) in WORDS.items():
        fields = json.dumps(list(texts))
        them = _THEM.format(noun=noun)
        mine = "field IN (SELECT value FROM json_each(:fields))"
        if noun in NOUNS:
            db.run(f"UPDATE change SET old = NULL, new = NULL WHERE {noun}_id IN {them} AND {mine}", fields=fields)
        sql = f"UPDATE command_change SET old = NULL, new = NULL WHERE noun = '{noun}' AND row_id IN {them} AND {mine}"
        db.run(sql, fields=fields)
    remarks = _THEM.format(noun="note")
    db.run("UPDATE command_change SET old = NULL, new = NULL"
           f" WHERE noun = 'note' AND field IS NULL AND (row_id IN {remarks} OR {_OF_A_REMARK})")  # fmt: skip


@contextmanager
def _mutable(db: Database) -> Iterator[None]:
    """Let facts that are voided and never changed be changed this once."""
    rows = db.rows("""SELECT name, sql FROM sqlite_master
                       WHERE type = 'trigger' AND (name GLOB '*_only_voids' OR name GLOB '*_stays_voided')""")
    for row in rows:
        db.run(f"DROP TRIGGER {row['name']}")
    yield
    for row in rows:
        db.run(row["sql"])


def stand_in_ref(db: Database, source: str | None, ref: str | None) -> str | None:
    """Return what stands for the key of a file, so that it is known when that file comes again, and says nothing else.

    Ten digits: many keys share them, so that nobody can be found by trying all phones.
    """
    if ref is None or ref.startswith(REF):
        return ref
    return REF + hashlib.sha256(f"{db.outlet.uuid}\0{source}\0{ref}".encode()).hexdigest()[:10]


def _open_notes(db: Database, customer_id: int) -> list[str]:
    """Return the note about what waits for somebody who cannot be reached any more."""
    tickets = [f"T{row[0]}" for row in db.rows(OPEN_TICKETS, id=customer_id)]
    complaints = [f"K{row[0]}" for row in db.rows(OPEN_COMPLAINTS, id=customer_id)]
    if not tickets + complaints:
        return []
    return [say("still open, and nobody is left to call: {those}", those=joined(", ", tickets + complaints))]


OPEN_TICKETS = "SELECT id FROM ticket WHERE customer_id = :id AND ended_at IS NULL AND voided_at IS NULL ORDER BY id"
OPEN_COMPLAINTS = """
SELECT k.id FROM complaint k
 WHERE k.customer_id = :id AND k.voided_at IS NULL AND k.kind <> 'praise'
   AND NOT EXISTS (SELECT 1 FROM complaint_step s
                    WHERE s.complaint_id = k.id AND s.kind = 'closed' AND s.voided_at IS NULL)
 ORDER BY k.id
"""

"""Forget a person: who it was goes, for good and from every byte of the file; every figure stays what it was.

What is left is a number without a name: the entry, its tickets with their instants, outcomes, scores and codes, its
machines (a machine is no person), its area and tiers. What anybody wrote in words about the person goes. There is no
way back, and nothing from before can be undone any more.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, say
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Result, columns, record
from servicedesk.records import customers
from servicedesk.storage import erase
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import FORGET
from servicedesk.storage.search.index import forget_texts

REF = "forgotten:"  # and by what a ref is known when it comes again
_COLUMNS = columns("id:C=customer", "forgotten_at:instant=forgotten")


def forget_customer(desk: Desk, customer_id: int, *, agreed: Callable[[str], bool]) -> Result:
    """Forget the person. NotFoundError; RefusedError where nobody `agreed`; StorageError where bytes stay.

    Repeated, it cleans the file once more.
    """
    db = desk.db
    known = customers.get_customer(db, customer_id)
    if known["forgotten_at"] is None and not agreed(
        say(
            "{name} (C{id}) is forgotten for good: neither this nor any command before it can be undone; go on?",
            name=known["name"],
            id=known["id"],
        )
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
            files = _erase_words(desk, person["id"])
            if files:
                notes.append(say("files of the person are still there: delete {files}", files=item_list(files)))
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


def _erase_words(desk: Desk, customer_id: int) -> list[str]:
    """Erase every word of the person, and what the histories keep of it, inside a transaction.

    Return the files that the erased notes and complaints named.
    """
    db, texts = desk.db, load_statements(Path(__file__).with_name("forget.sql"))
    assert db.outlet  # read before the function asks for it
    db.connection.create_function("known_ref", 2, lambda source, ref: stand_in_ref(db, source, ref), deterministic=True)

    def run(*steps: str) -> None:
        for name, statement in texts.items():
            if name.startswith(steps):
                db.run(statement.text, id=customer_id, at=desk.stamp.recorded_at, by=desk.stamp.actor)

    run("make_", "find_")
    for row in db.rows(texts["list_gone"].text):
        forget_texts(db, row["id"], [found[0] for found in db.rows(texts["list_search_texts"].text, id=row["id"])])
    files = [found[0] for found in db.rows(texts["list_files"].text)]
    with _mutable(db):
        run("erase_", "drop_")
    db.insert("command", desk.stamp, name=FORGET)
    return files


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
    return [say("still open, and nobody is left to call: {those}", those=item_list(tickets + complaints))]


OPEN_TICKETS = "SELECT id FROM ticket WHERE customer_id = :id AND ended_at IS NULL AND voided_at IS NULL ORDER BY id"
OPEN_COMPLAINTS = """
SELECT k.id FROM complaint k
 WHERE k.customer_id = :id AND k.voided_at IS NULL AND k.kind <> 'praise'
   AND NOT EXISTS (SELECT 1 FROM complaint_step s
                    WHERE s.complaint_id = k.id AND s.kind = 'closed' AND s.voided_at IS NULL)
 ORDER BY k.id
"""

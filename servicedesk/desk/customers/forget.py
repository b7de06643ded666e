"""Forget a customer: erase name and words for good, from every byte of the file; every figure stays the same.

What stays is a number without a name: the entry, its tickets with times, outcomes, scores and codes, its appliances (an
appliance is no person), its area and tiers. Everything that anybody wrote in words about the person is erased.
Forgetting cannot be undone, nor can any command before it.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, say
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Result, columns, record
from servicedesk.desk.customers.ownership import Hanging, list_hanging
from servicedesk.desk.customers.words import Person, Rule, list_words
from servicedesk.records import customers
from servicedesk.storage import erase
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import FORGET
from servicedesk.storage.search.index import forget_texts

REF = "forgotten:"  # then the hash by which a later import knows the row again
_COLUMNS = columns("id:C=customer", "forgotten_at:instant=forgotten")


def forget_customer(desk: Desk, customer_id: int, *, agreed: Callable[[str], bool]) -> Result:
    """Forget a customer if `agreed` says yes. NotFoundError; RefusedError if it says no; StorageError if bytes remain.

    Called again, it cleans the file once more.
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
    """Write without the journal, which would keep the erased values."""
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

    def run(*steps: str) -> None:
        for name, statement in texts.items():
            if name.startswith(steps):
                db.run(statement.text, id=customer_id, at=desk.stamp.recorded_at, by=desk.stamp.actor)

    run("make_", "find_")
    _find_hanging(db)
    words = list_words(db)
    db.run_many("INSERT INTO temp.word VALUES (?, ?)", [(noun, field) for noun in words for field in words[noun]])
    ids = frozenset(row["id"] for row in db.rows(texts["list_gone"].text))
    for gone_id in ids:
        forget_texts(db, gone_id, [found[0] for found in db.rows(texts["list_search_texts"].text, id=gone_id)])
    files = [found[0] for found in db.rows(texts["list_files"].text)]
    with _mutable(db):
        run("erase_", "end_")  # void the phones before their digits become equal: two valid phones may not
        for noun, rules in words.items():
            _erase_rows(db, noun, rules, Person(ids, lambda source, ref: stand_in_ref(db, source, ref)))
        run("drop_")
    db.insert("command", desk.stamp, name=FORGET)
    return files


def _find_hanging(db: Database) -> None:
    """Add to temp.gone all rows that belong to its rows, and so on, until nothing more is found.

    Notes on appliances are found by forget.sql, as they are about the owner at that time.
    """
    edges, nouns = [], ["customer", "household", "appliance"]
    for noun in nouns:  # grows while it is read
        parts = [edge for edge in list_hanging(db, noun) if (edge.table, edge.column) != ("note", "appliance_id")]
        edges += parts
        nouns += [table for table in dict.fromkeys(edge.table for edge in parts) if table not in nouns]
    found = 1
    while found:
        found = sum(_find_rows(db, edge) for edge in edges)


def _find_rows(db: Database, edge: Hanging) -> int:
    """Add the rows of that table which belong to rows of temp.gone. Return how many are new."""
    unset = "".join(f" AND {column} IS NULL" for column in edge.before)
    noun = "own_appliance" if edge.noun == "appliance" else edge.noun
    sql = f"""INSERT OR IGNORE INTO temp.gone SELECT '{edge.table}', id FROM {edge.table}
               WHERE {edge.column} IN (SELECT id FROM temp.gone WHERE noun = '{noun}'){unset}"""
    return db.run_many(sql, [()])


def _erase_rows(db: Database, noun: str, rules: Mapping[str, Rule], person: Person) -> None:
    """Replace the words in the rows of temp.gone by what the rules leave of them."""
    rows = db.rows(f"SELECT * FROM {noun} WHERE id IN (SELECT id FROM temp.gone WHERE noun = :noun)", noun=noun)
    for row in rows:
        left = {column: rule(row[column], row, person) for column, rule in rules.items()}
        assignments = ", ".join(f"{column} = :{column}" for column in left)
        db.run(f"UPDATE {noun} SET {assignments} WHERE id = :row_id", row_id=row["id"], **left)


@contextmanager
def _mutable(db: Database) -> Iterator[None]:
    """Drop the triggers by which facts can only be voided, and create them again afterwards."""
    rows = db.rows("""SELECT name, sql FROM sqlite_master
                       WHERE type = 'trigger' AND (name GLOB '*_only_voids' OR name GLOB '*_stays_voided')""")
    for row in rows:
        db.run(f"DROP TRIGGER {row['name']}")
    yield
    for row in rows:
        db.run(row["sql"])


def stand_in_ref(db: Database, source: str | None, ref: str | None) -> str | None:
    """Return a hash in place of the key of an imported row, by which a later import knows the row again.

    Ten digits: many keys share them, so that nobody can be found by trying all phones.
    """
    if ref is None or ref.startswith(REF):
        return ref
    return REF + hashlib.sha256(f"{db.outlet.uuid}\0{source}\0{ref}".encode()).hexdigest()[:10]


def _open_notes(db: Database, customer_id: int) -> list[str]:
    """Return a note on open tickets and complaints of a person who cannot be called any more."""
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

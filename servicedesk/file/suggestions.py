"""Suggestions for shell completion: ids, names and codes that begin like the typed word. The file is only read."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.domain import wording
from servicedesk.file import opening
from servicedesk.records import codes, customers
from servicedesk.storage import paths
from servicedesk.storage.database import Database, Row

Suggestions = list[tuple[str, str]]  # (value, description)
MOST = 40  # more than a screen helps nobody
LATEST = 5000  # rows in which codes are looked for: what was used lately is typed again


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """Open the file for reading. StorageError if it is of another schema version: pressing a key upgrades nothing."""
    paths.check_regular(path)
    with path.open("rb") as file:
        header = file.read(100)
    if int.from_bytes(header[60:64]) != opening.VERSION:  # user_version, in the head of every SQLite file
        raise StorageError(say("{path} is not of this version", path=path))
    db = opening.open_outlet(path)
    try:
        db.connection.execute("PRAGMA query_only = ON")
        yield db
    finally:
        db.close()


# Queries for ids and their descriptions, the newest first.
_REFS = {
    "C": """
SELECT id, name FROM customer
 WHERE id BETWEEN :low AND :high AND merged_into_id IS NULL AND voided_at IS NULL ORDER BY id DESC LIMIT :most""",
    "A": """
SELECT a.id, a.category, a.brand, a.model, c.name
  FROM appliance a LEFT JOIN customer c ON c.id = a.customer_id
 WHERE a.id BETWEEN :low AND :high AND a.retired_on IS NULL AND a.voided_at IS NULL ORDER BY a.id DESC LIMIT :most""",
    "H": """
SELECT h.id, coalesce(h.name, (SELECT group_concat(name) FROM customer WHERE household_id = h.id))
  FROM household h WHERE h.id BETWEEN :low AND :high AND h.voided_at IS NULL ORDER BY h.id DESC LIMIT :most""",
    "P": """
SELECT p.id, p.what FROM promise p
 WHERE p.id BETWEEN :low AND :high AND p.voided_at IS NULL ORDER BY p.id DESC LIMIT :most""",
    "K": """
SELECT k.id, k.about, c.name FROM complaint k LEFT JOIN customer c ON c.id = k.customer_id
 WHERE k.id BETWEEN :low AND :high AND k.voided_at IS NULL ORDER BY k.id DESC LIMIT :most""",
    "L": """
SELECT l.id, l.channel, coalesce('T' || l.ticket_id, c.name), substr(l.text, 1, 30)
  FROM contact l LEFT JOIN customer c ON c.id = l.customer_id
 WHERE l.id BETWEEN :low AND :high AND l.voided_at IS NULL ORDER BY l.id DESC LIMIT :most""",
    "V": """
SELECT id, kind, on_date, place FROM public_event
 WHERE id BETWEEN :low AND :high AND voided_at IS NULL ORDER BY id DESC LIMIT :most""",
    "S": """
SELECT id, fix FROM solution
 WHERE id BETWEEN :low AND :high AND voided_at IS NULL AND retired IS NULL ORDER BY id DESC LIMIT :most""",
    "E": """
SELECT e.id, e.score, c.name, substr(e.reason, 1, 30)
  FROM event e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN customer c ON c.id = t.customer_id
 WHERE e.id IN (SELECT x.id FROM event x WHERE x.kind = 'surveyed' ORDER BY x.at_unix DESC LIMIT 2000)
   AND e.id BETWEEN :low AND :high AND e.voided_at IS NULL ORDER BY e.id DESC LIMIT :most""",
    "G": """
SELECT k.id, k.kind, c.name FROM contract k JOIN customer c ON c.id = k.customer_id
 WHERE k.id BETWEEN :low AND :high AND k.voided_at IS NULL ORDER BY k.id DESC LIMIT :most""",
}  # fmt: skip
# The tickets in a state. Few are open, and only that index knows which.
_TICKETS = {
    "open": """
SELECT t.id, t.type, c.name, coalesce(t.fault, substr(t.text, 1, 30))
  FROM ticket t INDEXED BY ticket_open LEFT JOIN customer c ON c.id = t.customer_id
 WHERE t.id BETWEEN :low AND :high AND t.ended_at IS NULL AND t.voided_at IS NULL ORDER BY t.id DESC LIMIT :most""",
    "ended": """
SELECT t.id, t.type, c.name, coalesce(t.fault, substr(t.text, 1, 30))
  FROM ticket t LEFT JOIN customer c ON c.id = t.customer_id
 WHERE t.id BETWEEN :low AND :high AND t.ended_at IS NOT NULL AND t.voided_at IS NULL ORDER BY t.id DESC LIMIT :most""",
    "completed": """
SELECT t.id, t.type, c.name, coalesce(t.fault, substr(t.text, 1, 30))
  FROM ticket t LEFT JOIN customer c ON c.id = t.customer_id
 WHERE t.id BETWEEN :low AND :high AND t.ended_at IS NOT NULL AND t.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM event e WHERE e.ticket_id = t.id AND e.kind = 'cancelled' AND e.voided_at IS NULL)
 ORDER BY t.id DESC LIMIT :most""",
}
_OWNED = """
SELECT id, category, brand, model, NULL FROM appliance
 WHERE customer_id = :customer_id AND retired_on IS NULL ORDER BY id
"""


def references(
    db: Database, letter: str, part: str, *, customer_id: int | None = None, states: Sequence[str] = ("open", "ended")
) -> Suggestions:
    """Return the ids that begin like `part`, with descriptions: T101, T100 … for `T10`. The letter stays as typed.

    `states`: which tickets are offered, those of the first state first. `customer_id`: only the appliances of that
    customer.
    """
    typed = part[:1] if part[:1].upper() == letter else "" if part else letter
    digits = part[len(typed) :] if part else ""
    if digits and not (digits.isascii() and digits.isdecimal() and digits[0] != "0" and len(digits) <= 18):
        return []
    if letter == "A" and customer_id is not None:
        rows = [row for row in db.rows(_OWNED, customer_id=customer_id) if str(row[0]).startswith(digits)]
        return [(f"{typed}{row[0]}", _suggestion(letter, row)) for row in rows[:MOST]]
    found: Suggestions = []
    for sql in [_TICKETS[state] for state in states] if letter == "T" else [_REFS[letter]]:
        for low, high in _ranges(digits):
            most = MOST - len(found)
            found += [
                (f"{typed}{row[0]}", _suggestion(letter, row)) for row in db.rows(sql, low=low, high=high, most=most)
            ]
    return found


def collected(db: Database, part: str) -> Suggestions:
    """Return the tickets whose appliance is in the workshop, the longest there first, for `ticket return`."""
    from servicedesk.records.jobs.handovers import list_here

    typed = part[:1] if part[:1].upper() == "T" else "" if part else "T"
    digits = part[len(typed) :]
    here = [found for found in list_here(db) if str(found.ticket_id).startswith(digits)]
    return [
        (f"{typed}{found.ticket_id}", f"{found.row['category'] or 'appliance'} {found.row['customer'] or ''}".rstrip())
        for found in here[:MOST]
    ]


# The other tickets of the same customers and their households, open tickets first.
_SURVIVORS = """
WITH gone (id, customer_id) AS (SELECT id, customer_id FROM ticket WHERE id IN (SELECT value FROM json_each(:ids))),
home (id) AS (
  SELECT customer_id FROM gone
   UNION
  SELECT b.id FROM gone g JOIN customer a ON a.id = g.customer_id JOIN customer b ON b.household_id = a.household_id)
SELECT t.id, t.type, c.name, coalesce(t.fault, substr(t.text, 1, 30))
  FROM home h
  JOIN ticket t ON t.customer_id = h.id
  JOIN customer c ON c.id = h.id
 WHERE t.voided_at IS NULL AND t.id NOT IN (SELECT id FROM gone)
   AND NOT EXISTS (SELECT 1 FROM event e WHERE e.ticket_id = t.id AND e.kind = 'cancelled' AND e.voided_at IS NULL)
 ORDER BY CASE WHEN t.ended_at IS NULL THEN 0 ELSE 1 END, t.id DESC
 LIMIT :most
"""


def survivors(db: Database, part: str, gone: Collection[int]) -> Suggestions:
    """Return the tickets that may stay when the tickets `gone` are cancelled as duplicates.

    These are the other tickets of the same home, or the open tickets if it has none. They have the letter T unless a
    number is typed.
    """
    letter = "" if part[:1].isdecimal() else "T"
    rows = db.rows(_SURVIVORS, ids=str([*gone]), most=MOST)
    if rows:
        return [(f"{letter}{row[0]}", _suggestion("T", row)) for row in rows]
    itself = {f"{letter}{number}" for number in gone}
    return [offer for offer in references(db, "T", part or letter, states=("open",)) if offer[0] not in itself]


def names(db: Database, part: str) -> Suggestions:
    """Return the customer names that begin like `part`, each once, with the first such customer's reference."""
    from servicedesk.storage.search import index  # 2 ms that only names need

    ids = islice(index.find_names(db, part, whole=False), MOST)
    found: dict[str, str] = {}
    for row in customers.list_customers(db, ids):
        found.setdefault(row["name"], f"C{row['id']}")
    return list(found.items())


def _ranges(digits: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of numbers that begin with these digits: 12, 120–129, 1200–1299 …"""
    if not digits:
        yield 1, 2**63 - 1
        return
    for more in range(12):
        low = int(digits) * 10**more
        if low < 2**62:
            yield low, low + 10**more - 1


def _suggestion(letter: str, row: Row) -> str:
    _, *rest = row
    if letter == "A":
        category, brand, model, owner = (str(value) if value else None for value in rest)
        rest = [wording.appliance_name(category, brand, model), owner]
    return " ".join(str(value) for value in rest if value)


_LISTS = {
    "technician": "SELECT name, CASE WHEN left_on IS NULL THEN '' ELSE 'left ' || left_on END FROM technician"
    " WHERE voided_at IS NULL ORDER BY left_on IS NOT NULL, id",
    "category": "SELECT code, label_zh FROM category WHERE voided_at IS NULL AND merged_into IS NULL ORDER BY rowid",
    "part": "SELECT code, name FROM part WHERE voided_at IS NULL ORDER BY code",
    "area": "SELECT area, '' FROM technician_area UNION SELECT area, ''"
    " FROM (SELECT area FROM customer ORDER BY id DESC LIMIT :latest) WHERE area IS NOT NULL",
    "month": """
WITH RECURSIVE span AS (SELECT min(at_unix) AS first, max(at_unix) AS last FROM event WHERE kind = 'reported'),
  month (on_date, last) AS (
    SELECT date(last, 'unixepoch', '+14 hours', 'start of month'), date(first, 'unixepoch', 'start of month') FROM span
     UNION ALL SELECT date(on_date, '-1 month'), last FROM month WHERE on_date > last LIMIT 36)
SELECT substr(on_date, 1, 7), '' FROM month WHERE on_date IS NOT NULL""",
    # Values that were written lately, the most frequent first.
    "brand": """
SELECT brand, '' FROM (SELECT brand FROM appliance WHERE brand IS NOT NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1""",
    "retire_reason": """
SELECT retire_reason, ''
  FROM (SELECT retire_reason FROM appliance WHERE retire_reason IS NOT NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1""",
    "action": """
SELECT text, ''
  FROM (SELECT text FROM complaint_step
         WHERE text IS NOT NULL AND kind = 'recovered' ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1""",
    "item": """
SELECT item, '' FROM (SELECT item FROM consumable WHERE item IS NOT NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1""",
}


def values(db: Database, kind: str) -> Suggestions:
    """Return all values of a kind: technician, category, area, month, brand, retire_reason, action, item, a code."""
    if kind == "priced":
        return [*values(db, "fault"), *values(db, "category"), ("travel", "")]
    if kind in codes.BUILT_IN:
        return [(code, "") for code in codes.list_codes(db, kind)]
    return [(row[0], row[1] or "") for row in db.connection.execute(_LISTS[kind], {"latest": LATEST})]


def ticket_type(db: Database, ticket_id: int) -> str | None:
    """Return the type of a ticket."""
    found: str | None = db.value("SELECT type FROM ticket WHERE id = :id", id=ticket_id)
    return found


def events(db: Database, ticket_id: int) -> Suggestions:
    """Return the events of a ticket with kind and time, numbered as `ticket show` numbers them."""
    from servicedesk.desk.tickets.show import get_timeline

    return [
        (str(fact["number"]), f"{fact['kind']} {fact['at'][:16]}") for fact in get_timeline(db, ticket_id).objects()
    ]


def money(db: Database, ticket_id: int) -> Suggestions:
    """Return the valid quotes, quote answers and charges of a ticket, with their numbers."""
    from servicedesk.records.money.ticket_money import load_facts

    facts = [fact for fact in load_facts(db, ticket_id) if fact["voided_at"] is None]
    return [(str(fact["number"]), f"{fact['kind']} {fact['at'][:16]}") for fact in facts]


def payments(db: Database, complaint_id: int) -> Suggestions:
    """Return the valid payments of a complaint, with their numbers."""
    from servicedesk.records.money.compensation import list_payments

    rows = [row for row in list_payments(db, complaint_id) if row["voided_at"] is None]
    return [(str(row["number"]), f"{row['kind']} {row['at'][:16]}") for row in rows]

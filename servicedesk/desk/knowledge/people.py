"""Keep people out of solutions: find names, phones and addresses of customers in a text (S25)."""

import json
import re
from collections.abc import Iterable

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.sameness import folded_name, phone_digits
from servicedesk.storage.database import Database, Row

_DIGITS = re.compile(r"\+?\d[\d ()-]{4,}\d", re.ASCII)
_SHORTEST = {"name": 2, "address": 4}  # characters; a shorter text stands in many words
_SHORTEST_WORD = 6  # letters of a name of one word; shorter ones, as Fan or Li, are words too

# instr() leaves few of all customers; _is_in compares them exactly.
NAMED = """
SELECT id, name, address
  FROM customer
 WHERE voided_at IS NULL AND forgotten_at IS NULL
   AND (instr(:text, lower(name)) OR address IS NOT NULL AND instr(:text, lower(address)))
 ORDER BY id
"""
CALLED = """
SELECT customer_id AS id
  FROM phone
 WHERE digits IN (SELECT value FROM json_each(:digits)) AND voided_at IS NULL
 ORDER BY customer_id
"""


OWN = "SELECT id, name, address FROM customer WHERE id = :id"


def is_named(db: Database, customer_id: int | None, text: str) -> bool:
    """Return whether a text names that customer, or has their address or anybody's phone."""
    row = db.row(OWN, id=customer_id)
    return (row is not None and _is_in(folded_name(text), row)) or _find_called(db, text) is not None


def _find_called(db: Database, text: str) -> int | None:
    digits = [phone_digits(found) for found in _DIGITS.findall(text)]
    found: int | None = db.value(CALLED, digits=json.dumps(digits)) if digits else None
    return found


def _is_in(folded: str, row: Row) -> bool:
    return any(_stands_in(folded, row[key] or "", least) for key, least in _SHORTEST.items())


def find_person(db: Database, texts: Iterable[str | None]) -> int | None:
    """Return the id of a customer whose name, address or phone stands in one of the texts; None without any."""
    text = "\n".join(filter(None, texts))
    if (called := _find_called(db, text)) is not None:
        return called
    folded = folded_name(text)
    return next((int(row["id"]) for row in db.rows(NAMED, text=text.lower()) if _is_in(folded, row)), None)


def _stands_in(text: str, part: str, least: int) -> bool:
    """Return whether the text contains the part; a part in ASCII letters must be a word of its own."""
    wanted = folded_name(part)
    if len(wanted) < least or (wanted.isascii() and wanted.isalpha() and len(wanted) < _SHORTEST_WORD):
        return False
    return wanted in text if not wanted.isascii() else bool(re.search(rf"\b{re.escape(wanted)}\b", text))


def check_nobody(db: Database, texts: Iterable[str | None], *, what: str) -> None:
    """Raise RefusedError if one of the texts names a customer. `what` is named in the error."""
    named = find_person(db, texts)
    if named is not None:
        raise RefusedError(
            say("{what} names C{id}, or has their phone or address: what the house knows is about no customer",
                what=what, id=named),
            hint=say("write it without; --force if it is not about that person"),
        )  # fmt: skip

"""Find customers by any part of a name, its pinyin, an address, a phone or a serial, with an index of n-grams.

The index `customer_text` only gives candidates; their rows are compared with the query again, so outdated entries do no
harm. Triggers put every customer whose texts change into `customer_text_stale`, also when another program writes. A
search reads these customers too, and our own transactions index them before they end.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
from typing import Any

from servicedesk.base import sameness
from servicedesk.storage.database import Database, Row
from servicedesk.storage.search import grams as searching
from servicedesk.storage.search import pinyin
from servicedesk.storage.search.grams import Fields, Sought

_FEW, _MANY = 64, 2_000  # candidates read at once: in the first step, which is enough for most searches, and at most

# FTS5 adds customer_text_data and other tables. detail=none keeps only row ids; hashsize collects 16 MB before a
# segment is written. FTS5's own phrases (trigrams, detail=full) are as fast among a million customers, at most 7 ms,
# but take four times the room: 578 MiB.
TABLES = (
    "CREATE VIRTUAL TABLE customer_text USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii')",
    "INSERT INTO customer_text (customer_text, rank) VALUES ('hashsize', 16777216)",
    "CREATE TABLE customer_text_stale (customer_id INTEGER PRIMARY KEY) STRICT",
    "CREATE TRIGGER customer_text_1 AFTER INSERT ON customer"
    " BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.id); END",
    "CREATE TRIGGER customer_text_2 AFTER UPDATE OF name, address, voided_at, merged_into_id ON customer"
    " BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.id); END",
    "CREATE TRIGGER customer_text_3 AFTER INSERT ON phone"
    " BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END",
    "CREATE TRIGGER customer_text_4 AFTER UPDATE OF digits, customer_id, voided_at ON phone WHEN NEW.voided_at IS NULL"
    " BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END",
    "CREATE TRIGGER customer_text_5 AFTER INSERT ON appliance"
    " WHEN NEW.serial IS NOT NULL AND NEW.customer_id IS NOT NULL"
    " BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END",
    "CREATE TRIGGER customer_text_6 AFTER UPDATE OF serial, customer_id, voided_at ON appliance"
    " WHEN NEW.serial IS NOT NULL AND NEW.customer_id IS NOT NULL"
    " BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END",
)

# The texts of the customers that can be found: neither undone nor forgotten. The name of a merged customer leads to the
# customer it was merged into.
_TEXTS = """
SELECT c.id, c.name, c.address,
       (SELECT group_concat(digits, char(10)) FROM phone WHERE customer_id = c.id AND voided_at IS NULL) AS phones,
       (SELECT group_concat(serial, char(10)) FROM appliance
         WHERE customer_id = c.id AND serial IS NOT NULL AND voided_at IS NULL) AS serials,
       coalesce(c.merged_into_id, c.id) AS person_id
  FROM customer c
 WHERE c.id IN (SELECT value FROM json_each(:ids)) AND c.voided_at IS NULL AND c.forgotten_at IS NULL
 ORDER BY c.id
"""
_MAYBE = "SELECT rowid FROM customer_text WHERE customer_text MATCH :grams ORDER BY rowid"
_STALE = "SELECT customer_id FROM customer_text_stale ORDER BY customer_id LIMIT :most"


def find_matches(db: Database, text: str) -> Iterator[int]:
    """Yield the ids of all customers with that text: exact matches, then beginnings, then the rest, each sorted by id.

    If nobody has the text as typed, other spellings are tried: traditional or simplified characters (張偉 for 张伟),
    then the name in a form of address (王芳家).
    """
    return _first_found(text, lambda spelling: _find_matches(db, spelling))


def _find_matches(db: Database, text: str) -> Iterator[int]:
    wanted = searching.parse_query(text)
    return _persons(
        row
        for step in (searching.EXACT, searching.BEGINS, searching.INSIDE)
        for row in _candidates(db, searching.query_grams(wanted, step))
        if searching.distance(wanted, _fields(row)) == step
    )


def find_names(db: Database, text: str, *, whole: bool) -> Iterator[int]:
    """Yield the ids of all customers whose name contains the text or its pinyin; with `whole` equals the text.

    If nobody has the text as typed, other spellings are tried as in `find_matches`.
    """
    return _first_found(text, lambda spelling: _find_names(db, spelling, whole=whole))


def find_namesakes(db: Database, name: str) -> Iterator[int]:
    """Yield the ids of all customers with that name, in both traditional and simplified characters."""
    from servicedesk.storage.search.spellings import other_spellings

    return chain.from_iterable(_find_names(db, one, whole=True) for one in (name, *other_spellings(name)))


def _find_names(db: Database, text: str, *, whole: bool) -> Iterator[int]:
    wanted = searching.parse_query(text)._replace(digits="", serial="")
    return _persons(
        row
        for step in ((searching.EXACT,) if whole else (searching.BEGINS, searching.INSIDE))
        for row in _candidates(db, searching.query_grams(wanted, step))
        if searching.distance(wanted, _name_fields(row)) == step
    )


def _first_found(text: str, find: Callable[[str], Iterator[int]]) -> Iterator[int]:
    """Yield the results of `find` for the first spelling that has any: as typed, other characters, the bare name.

    The bare name is the name in a form of address, such as 王芳家. Other spellings are only made if they are needed.
    """
    from servicedesk.storage.search.spellings import other_spellings
    from servicedesk.storage.search.spoken import bare_name

    for spelling in chain([text], other_spellings(text), filter(None, [bare_name(text)])):
        found = find(spelling)
        if (first := next(found, None)) is not None:
            yield first
            yield from found
            return


def _name_fields(row: Row) -> Fields:
    name = sameness.folded_name(row["name"])
    return Fields((name,), name=pinyin.readings_of_name(name))


def find_phone_endings(db: Database, digits: str) -> Iterator[int]:
    """Yield the ids of all customers with a phone that ends in these digits."""
    wanted = Sought("", digits, "")
    return _persons(
        row
        for row in _candidates(db, searching.query_grams(wanted, searching.INSIDE))
        if any(phone.endswith(digits) for phone in (row["phones"] or "").split())
    )


def find_at_address(db: Database, name: str, address: str) -> Iterator[int]:
    """Yield the ids of all customers with that name and address; case, signs and blanks make no difference."""
    wanted = tuple(sameness.folded_name(one) for one in (name, address))
    return _persons(
        row
        for row in _candidates(db, [[searching.whole(one) for one in wanted]])
        if (sameness.folded_name(row["name"]), sameness.folded_name(row["address"] or "")) == wanted
    )


def _persons(rows: Iterable[Row]) -> Iterator[int]:
    """Yield the customer ids of these rows, each only once."""
    seen: set[int] = set()
    for row in rows:
        if row["person_id"] not in seen:
            seen.add(row["person_id"])
            yield row["person_id"]


def _candidates(db: Database, grams: list[list[str]]) -> Iterator[Row]:
    """Yield the texts of every candidate that has all grams of one of these lists, sorted by id."""
    match = " OR ".join('("' + '" AND "'.join(each) + '")' for each in grams)
    known = (row[0] for row in db.stream(_MAYBE, grams=match))
    ids = merge(known, [row[0] for row in db.rows(_STALE, most=-1)])
    last, many = 0, _FEW
    while batch := list(islice(ids, many)):
        fresh = sorted(set(batch) - {last})
        last, many = batch[-1], min(many * 2, _MANY)
        yield from db.rows(_TEXTS, ids=json.dumps(fresh))


def _fields(row: Sequence[Any]) -> Fields:
    """Return a row of _TEXTS as fields, folded for comparison."""
    _, name, address, phones, serials, _ = row
    folded = tuple(sameness.folded_name(text) for text in (name, address) if text)
    kept = tuple(sameness.folded_serial(serial) for serial in serials.split("\n")) if serials else ()
    return Fields(folded, tuple((phones or "").split()), pinyin.readings_of_name(folded[0]), kept)


def refresh_index(connection: sqlite3.Connection) -> None:
    """Index all customers whose texts have changed. Call it inside a transaction."""
    while ids := _stale(connection, _MANY):
        _write(connection, ids, _grams(_texts(connection, ids)))


def _stale(connection: sqlite3.Connection, most: int) -> list[int]:
    return [row[0] for row in connection.execute(_STALE, {"most": most})]


def _texts(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Row]:
    return connection.execute(_TEXTS, {"ids": json.dumps(ids)}).fetchall()


def _grams(rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    return ((row[0], " ".join(searching.index_grams(_fields(row)))) for row in rows)


def _write(connection: sqlite3.Connection, ids: Sequence[int], grams: Iterable[tuple[int, str]]) -> None:
    """Write these grams and mark all stale customers up to the last id as indexed, also those without texts."""
    connection.executemany("INSERT INTO customer_text (rowid, grams) VALUES (?, ?)", grams)
    connection.execute("DELETE FROM customer_text_stale WHERE customer_id <= :last", {"last": max(ids, default=0)})


def mark_customers(db: Database, *, customer_id: int, appliance_id: int) -> None:
    """Mark customers and owners of appliances from these ids on as changed, as triggers would. Inside a transaction."""
    db.run(
        "INSERT OR IGNORE INTO customer_text_stale SELECT id FROM customer WHERE id >= :customer_id UNION"
        " SELECT customer_id FROM appliance WHERE id >= :appliance_id"
        " AND serial IS NOT NULL AND customer_id IS NOT NULL",
        customer_id=customer_id,
        appliance_id=appliance_id,
    )


def fill_index(connection: sqlite3.Connection) -> None:
    """Fill the empty index with all customers. Call it inside a transaction."""
    connection.execute("INSERT OR IGNORE INTO customer_text_stale SELECT id FROM customer")
    refresh_index(connection)


def forget_texts(db: Database, customer_id: int, texts_of: Iterable[str]) -> None:
    """Delete a customer's texts from the index. Call it in a transaction, before the texts themselves are deleted.

    `texts_of`: the former names, addresses and phones of the customer.
    """
    rows = db.rows(_TEXTS, ids=json.dumps([customer_id]))
    fields = [_fields(row) for row in rows]
    for text in texts_of:
        folded, digits = sameness.folded_name(text), sameness.phone_digits(text)
        fields.append(Fields((folded,), (digits,), pinyin.readings_of_name(folded), (sameness.folded_serial(text),)))
    grams = set().union(*(searching.index_grams(one) for one in fields))
    values = {"id": customer_id, "grams": " ".join(grams)}
    # Insert first, so that FTS5's count of rows is right after the delete.
    db.run("INSERT INTO customer_text (rowid, grams) VALUES (:id, :grams)", **values)
    db.run("INSERT INTO customer_text (customer_text, rowid, grams) VALUES ('delete', :id, :grams)", **values)
    # Deleted entries stay in older segments until all segments are merged.
    db.run("INSERT INTO customer_text (customer_text) VALUES ('optimize')")

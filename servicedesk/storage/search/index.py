"""Customers by a few signs of name, pinyin, phone, address or serial: an index of grams, and who is found by it.

The index `customer_text` is no fact, and only ever says who may be meant: the rows themselves are looked at again. So
what it knows too much does no harm, and whoever it does not know yet stands in `customer_text_stale`: triggers put
everybody there whose texts change, whoever writes; a transaction of ours indexes them before it ends.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from servicedesk.base import sameness
from servicedesk.storage.database import Database, Row
from servicedesk.storage.search import grams as searching
from servicedesk.storage.search import pinyin
from servicedesk.storage.search.grams import Fields, Sought

INDEX = "customer_text"  # and its shadows: customer_text_data, …
STALE = "customer_text_stale"
_FEW, _MANY = 64, 2_000  # looked at together: most searches need no more; most at all

_MARK = f"BEGIN INSERT OR IGNORE INTO {STALE} VALUES ({{key}}); END"
_MARKS = {
    "INSERT ON customer": "NEW.id",
    "UPDATE OF name, address, voided_at, merged_into_id ON customer": "NEW.id",
    "INSERT ON phone": "NEW.customer_id",
    "UPDATE OF digits, customer_id, voided_at ON phone WHEN NEW.voided_at IS NULL": "NEW.customer_id",
    "INSERT ON appliance WHEN NEW.serial IS NOT NULL AND NEW.customer_id IS NOT NULL": "NEW.customer_id",
    "UPDATE OF serial, customer_id, voided_at ON appliance WHEN NEW.serial IS NOT NULL AND NEW.customer_id IS NOT NULL":
        "NEW.customer_id",
}  # fmt: skip
# Rows alone (detail=none), none of the texts; in 16 MB of memory before a piece of it is written.
TABLES = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii')",
    f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('hashsize', {16 << 20})",
    f"CREATE TABLE {STALE} (customer_id INTEGER PRIMARY KEY) STRICT",
    *(
        f"CREATE TRIGGER {INDEX}_{number} AFTER {event} {_MARK.format(key=key)}"
        for number, (event, key) in enumerate(_MARKS.items(), 1)
    ),
)

# Of entries that can be found at all: not of who was taken back, or is forgotten. Who was merged keeps the old name and
# leads to who that is by now.
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
_MAYBE = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :grams ORDER BY rowid"
_STALE = f"SELECT customer_id FROM {STALE} ORDER BY customer_id"


def near(db: Database, text: str) -> Iterator[int]:
    """The ids of everybody who has that text, one after the other: exact ones, beginnings, insides; each by id."""
    wanted = searching.parse_query(text)
    return _persons(
        row
        for step in (searching.EXACT, searching.BEGINS, searching.INSIDE)
        for row in _candidates(db, searching.wanted_grams(wanted, step))
        if searching.distance(wanted, _fields(row)) == step
    )


def ending(db: Database, digits: str) -> Iterator[int]:
    """The ids of everybody with a phone that ends so."""
    wanted = Sought("", digits, "")
    return _persons(
        row
        for row in _candidates(db, searching.wanted_grams(wanted, searching.INSIDE))
        if any(phone.endswith(digits) for phone in (row["phones"] or "").split())
    )


def at_home(db: Database, name: str, address: str) -> Iterator[int]:
    """The ids of everybody of that name at that address, however the two are spelt."""
    wanted = tuple(sameness.folded_name(one) for one in (name, address))
    return _persons(
        row
        for row in _candidates(db, [[searching.whole(one) for one in wanted]])
        if (sameness.folded_name(row["name"]), sameness.folded_name(row["address"] or "")) == wanted
    )


def _persons(rows: Iterable[Row]) -> Iterator[int]:
    """The ids of whose entries these are, each at the first of them."""
    seen: set[int] = set()
    for row in rows:
        if row["person_id"] not in seen:
            seen.add(row["person_id"])
            yield row["person_id"]


def _candidates(db: Database, grams: list[list[str]]) -> Iterator[Row]:
    """The texts of every entry that may be meant, by id."""
    match = " OR ".join('("' + '" AND "'.join(each) + '")' for each in grams)
    known = (row[0] for row in db.stream(_MAYBE, grams=match))
    ids = merge(known, [row[0] for row in db.rows(_STALE)])
    last, many = 0, _FEW
    while batch := list(islice(ids, many)):
        fresh = sorted(set(batch) - {last})
        last, many = batch[-1], min(many * 2, _MANY)
        yield from db.rows(_TEXTS, ids=json.dumps(fresh))


def _fields(row: Sequence[Any]) -> Fields:
    """What is in a row of _TEXTS."""
    _, name, address, phones, serials, _ = row
    folded = tuple(sameness.folded_name(text) for text in (name, address) if text)
    kept = tuple(sameness.folded_serial(serial) for serial in serials.split("\n")) if serials else ()
    return Fields(folded, tuple((phones or "").split()), pinyin.of_name(folded[0]), kept)


def refresh_index(connection: sqlite3.Connection) -> None:
    """Inside a transaction: the index knows everybody whose texts have changed."""
    while ids := _stale(connection, _MANY):
        _write(connection, ids, _grams(_texts(connection, ids)))


def _stale(connection: sqlite3.Connection, most: int) -> list[int]:
    return [row[0] for row in connection.execute(f"{_STALE} LIMIT {most}")]


def _texts(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Row]:
    return connection.execute(_TEXTS, {"ids": json.dumps(ids)}).fetchall()


def _grams(rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    return ((row[0], " ".join(searching.index_grams(_fields(row)))) for row in rows)


def _write(connection: sqlite3.Connection, ids: Sequence[int], grams: Iterable[tuple[int, str]]) -> None:
    """What is stale up to the last of these ids, those are; without grams where nobody is to be found."""
    connection.executemany(f"INSERT INTO {INDEX} (rowid, grams) VALUES (?, ?)", grams)
    connection.execute(f"DELETE FROM {STALE} WHERE customer_id <= :last", {"last": max(ids, default=0)})


def mark_customers(db: Database, *, customer_id: int, appliance_id: int) -> None:
    """Inside a transaction: what the triggers would have marked of the customers and machines from those ids on."""
    db.run(
        f"INSERT OR IGNORE INTO {STALE} SELECT id FROM customer WHERE id >= :customer_id UNION"
        " SELECT customer_id FROM appliance WHERE id >= :appliance_id"
        " AND serial IS NOT NULL AND customer_id IS NOT NULL",
        customer_id=customer_id,
        appliance_id=appliance_id,
    )


def fill_index(connection: sqlite3.Connection) -> None:
    """Inside a transaction: an empty index, filled."""
    connection.execute(f"INSERT OR IGNORE INTO {STALE} SELECT id FROM customer")
    refresh_index(connection)


def forget_texts(db: Database, customer_id: int, texts_of: Iterable[str]) -> None:
    """Inside a transaction, before the texts go: nothing of them is left in the index.

    `texts_of`: what the customer was called, lived at, could be called by before.
    """
    rows = db.rows(_TEXTS, ids=json.dumps([customer_id]))
    fields = [_fields(row) for row in rows]
    for text in texts_of:
        folded, digits = sameness.folded_name(text), sameness.phone_digits(text)
        fields.append(Fields((folded,), (digits,), pinyin.of_name(folded), (sameness.folded_serial(text),)))
    grams = set().union(*(searching.index_grams(one) for one in fields))
    values = {"id": customer_id, "grams": " ".join(grams)}
    # Written first, for SQLite counts what there is to delete.
    db.run(f"INSERT INTO {INDEX} (rowid, grams) VALUES (:id, :grams)", **values)
    db.run(f"INSERT INTO {INDEX} ({INDEX}, rowid, grams) VALUES ('delete', :id, :grams)", **values)
    # What was deleted lies in older pieces until they are put together.
    db.run(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')")

"""Whose a row is: the schema says what hangs on a person, directly or on something of theirs.

What a new table keeps of people is exported for them and forgotten with them without a word here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from servicedesk.storage.database import Database

_OWNED = ("customer_id", "ticket_id", "appliance_id")  # where a row names several, it is a part of the first of them
# References among equals, and to what another person asked for or bought.
_BESIDE = {"merged_into_id", "follows_ticket_id", "duplicate_of_id", "corrects_id", "successor_id", "sold_by_id"}


class Hanging(NamedTuple):
    """Rows of `table` are part of the row of `noun` that `column` names, unless one of the columns `before` is set."""

    table: str
    column: str
    noun: str
    before: tuple[str, ...]


def list_referring(db: Database, noun: str) -> list[tuple[str, str]]:
    """Return every table with a column that refers to that one: its name and the column's."""
    sql = """SELECT m.name, k."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) k
              WHERE m.type = 'table' AND k."table" = :noun ORDER BY m.rowid, k.id DESC"""
    return [(row[0], row[1]) for row in db.rows(sql, noun=noun)]


def list_hanging(db: Database, noun: str) -> Iterator[Hanging]:
    """Yield what is part of a row of that table; a customer is nobody's part."""
    for table, column in list_referring(db, noun):
        if column not in _BESIDE and table != "customer":
            first = _OWNED[: _OWNED.index(column)] if column in _OWNED else ()
            yield Hanging(table, column, noun, tuple(name for name in first if name in column_names(db, table)))


def column_names(db: Database, table: str) -> set[str]:
    """Return the names of a table's columns."""
    return {row["name"] for row in db.rows("SELECT name FROM pragma_table_info(:name)", name=table)}

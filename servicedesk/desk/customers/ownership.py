"""Which rows belong to a person, directly or through something of theirs: read from the schema's foreign keys.

So the rows of a new table are exported and forgotten with the person without any change here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from servicedesk.storage.database import Database

_OWNED = ("customer_id", "ticket_id", "appliance_id")  # a row that names several is a part of the first of them
# References that do not mean ownership: among equals, and to what another person asked for or bought.
_BESIDE = {"merged_into_id", "follows_ticket_id", "duplicate_of_id", "corrects_id", "successor_id", "sold_by_id"}


class Hanging(NamedTuple):
    """Rows of `table` are part of the row of `noun` that `column` names, unless one of the columns `before` is set."""

    table: str
    column: str
    noun: str
    before: tuple[str, ...]


def list_referring(db: Database, noun: str) -> list[tuple[str, str]]:
    """Return (table, column) for every foreign key that refers to the table `noun`."""
    sql = """SELECT m.name, k."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) k
              WHERE m.type = 'table' AND k."table" = :noun ORDER BY m.rowid, k.id DESC"""
    return [(row[0], row[1]) for row in db.rows(sql, noun=noun)]


def list_hanging(db: Database, noun: str) -> Iterator[Hanging]:
    """Yield the tables whose rows are part of a row of `noun`. A customer is never part of anything."""
    for table, column in list_referring(db, noun):
        if column not in _BESIDE and table != "customer":
            first = _OWNED[: _OWNED.index(column)] if column in _OWNED else ()
            yield Hanging(table, column, noun, tuple(name for name in first if name in column_names(db, table)))


def column_names(db: Database, table: str) -> set[str]:
    """Return the names of a table's columns."""
    return {row["name"] for row in db.rows("SELECT name FROM pragma_table_info(:name)", name=table)}

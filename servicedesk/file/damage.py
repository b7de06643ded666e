"""Find out whether the file is to blame for an unexpected error: damaged pages, a changed structure, broken rules.

A version under development is another cause: its files have the current schema number but other tables.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.file import opening
from servicedesk.storage.database import Database, go_back


def find_damage(path: Path) -> StorageError | None:
    """Return an error that says what is wrong with the file, else None. The file is only read.

    None also for a missing file and for a file of another schema version.
    """
    if not path.is_file():
        return None
    try:
        with closing(opening.connect_file(path)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != opening.VERSION:
                return None  # another version: its structure is not known here
            if other := _other_tables(connection):
                return _of_another_version(path, other)
            why = _first_finding(Database(connection, path))
    except Exception as error:  # an error that stops the check is the damage
        why = str(error)
    if why is None:
        return None
    return StorageError(say("{path} is damaged: {why}", path=path, why=why), hint=go_back())


def _first_finding(db: Database) -> str | None:
    from servicedesk.file.check import check_file

    findings = check_file(db).table
    for kind, ref, finding in zip(*(findings.column(key) for key in ("kind", "ref", "finding")), strict=True):
        if kind != "missing":
            return say("{ref}: {finding}", ref=ref, finding=finding) if ref else str(finding)
    return None


def _other_tables(connection: sqlite3.Connection) -> str | None:
    """Return the first table or column of this version that the file lacks; None if none, or for damaged pages."""
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        return None
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        opening.empty(new)
        lacking = set(new.execute(_STORED)) - {tuple(row) for row in connection.execute(_STORED)}
    return ".".join(filter(None, min(lacking))) if lacking else None


# Each table, and each column of each table.
_STORED = """
SELECT m.name, '' FROM sqlite_master m WHERE m.type = 'table'
 UNION ALL
SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'
"""


def _of_another_version(path: Path, lacking: str) -> StorageError:
    said = {"path": path, "lacking": lacking, "version": opening.VERSION}
    return StorageError(
        say("{path} has no {lacking}, though its schema is {version}: a version of servicedesk in the making made it, "
            "or another program changed it", **said),
        hint=say("'check --salvage NEW' copies what fits into a file of this version"),
    )  # fmt: skip

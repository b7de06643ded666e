"""A consistent, verified copy of the file while others write."""

import sqlite3
from pathlib import Path

from servicedesk.core.errors import RefusedError, StorageError
from servicedesk.core.said import say
from servicedesk.core.table import Table, columns, record
from servicedesk.desk.database import Database
from servicedesk.desk.exchange.outfiles import replacing, unclaimed
from servicedesk.desk.files import COUNTS
from servicedesk.desk.schema import APPLICATION_ID

COLUMNS = columns("path", "bytes:count", "customers:count", "appliances:count", "tickets:count", "surveys:count")

# Rows are only ever added to these: a file with a higher id knows something that ours does not.
GROWING = ("customer", "appliance", "ticket", "event")


def copied(db: Database, path: Path) -> Table:
    """The copy at that path, mode 0600, checked before it takes its place.

    RefusedError where there is anything else than an earlier backup of the same outlet.
    """
    _allowed(db, path)
    with replacing(path) as made:
        copy = sqlite3.connect(made, isolation_level=None)
        try:
            db.connection.backup(copy)
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise StorageError(
                    say("the copy of {path} is damaged: {verdict}", path=db.path, verdict=verdict),
                    hint=say("servicedesk check tells more"),
                )
            counts = copy.execute(COUNTS).fetchone()
        finally:
            copy.close()
        size = made.stat().st_size
    return record(COLUMNS, [str(path), size, *counts])


def _allowed(db: Database, path: Path) -> None:
    if path.is_dir():
        return
    if path.exists() and path.samefile(db.path):
        raise RefusedError(say("{path} is the outlet's file itself", path=path), hint=say("name another file"))
    unclaimed(path)
    if not path.exists():
        return
    theirs = _identity(path)
    if theirs is None:
        raise RefusedError(
            say("{path} exists already and is no backup of servicedesk", path=path), hint=say("name another file")
        )
    if theirs[0] != db.outlet.uuid:
        raise RefusedError(say("{path} is the file of another outlet", path=path), hint=say("name another file"))
    ours = [db.value(f"SELECT max(id) FROM {table}") or 0 for table in GROWING]
    if any(their > our for their, our in zip(theirs[1], ours, strict=True)):
        raise RefusedError(
            say("{path} holds more than {path2}: no earlier backup of it", path=path, path2=db.path),
            hint=say("name another file"),
        )


def _identity(path: Path) -> tuple[str, list[int]] | None:
    """The outlet in a file and how far its tables go; None where it is no file of ours. Leaves no trace beside it."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return None
        uuid = str(connection.execute("SELECT uuid FROM outlet").fetchone()[0])
        return uuid, [connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0 for table in GROWING]
    except (sqlite3.DatabaseError, TypeError):
        return None
    finally:
        connection.close()

"""A file of the current schema: made, opened, or refused. Holds no statement of the desk's daily work."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from servicedesk.core.errors import StorageError
from servicedesk.core.model import Stamp
from servicedesk.desk.database import BUSY_MS, Database

APPLICATION_ID = 0x53444B31  # "SDK1"
VERSION = 3
OLDEST_SQLITE = (3, 38, 0)  # unixepoch()
MAKE_ONE = "'servicedesk init' makes a file, 'servicedesk demo' a filled one; --db or SERVICEDESK_DB names another"


def opened(path: Path) -> Database:
    """The file, ready for work: StorageError where it is missing, foreign, newer or damaged."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageError(f"SQLite {sqlite3.sqlite_version} is too old", hint="Python with SQLite 3.38 or newer")
    try:
        if not path.stat().st_size:
            raise StorageError(f"{path} is empty, not a servicedesk file", hint=MAKE_ONE)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        hint = MAKE_ONE if missing else "check the permissions"
        raise StorageError(f"there is no file {path}" if missing else f"{path} cannot be read", hint=hint) from None
    if not path.is_file():
        raise StorageError(f"{path} is not a file", hint=MAKE_ONE)
    connection = _connected(path)
    try:
        _gate(connection, path)
    except BaseException:
        connection.close()
        raise
    return Database(connection, path)


def _connected(path: Path) -> sqlite3.Connection:
    """Read and write where that is possible, read only where it is not (a trainer's USB stick)."""
    if not os.access(path, os.R_OK):
        raise StorageError(f"{path} cannot be read", hint="check the permissions")
    mode = "mode=rw"
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        # A WAL file in a folder where no -shm can be made is readable only as immutable.
        mode = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _gate(connection: sqlite3.Connection, path: Path) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application_id != APPLICATION_ID:
        raise StorageError(f"{path} is not a servicedesk file", hint=MAKE_ONE)
    if version > VERSION:
        raise StorageError(
            f"{path} was written by a newer servicedesk (schema {version}, this one knows {VERSION})",
            hint="upgrade servicedesk",
        )
    if version < VERSION:
        _upgrade(connection, path)


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Run the numbered steps that the file lacks, all or none; of several openers one does it.

    A file that holds something is copied beside itself first, as it was.
    """
    from servicedesk.desk import derived

    steps = sorted((Path(__file__).parent / "sql").glob("[0-9][0-9][0-9]_*.sql"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        if 0 < done < VERSION:
            _put_aside(path, done)
        for step in steps[done:VERSION]:
            for statement in _statements(step.read_text(encoding="utf-8")):
                connection.execute(statement)
        if done < VERSION:
            derived.build(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _put_aside(path: Path, version: int) -> None:
    """A copy of the older file, `outlet.db.schema-1`; one that is there already stays. Nobody else can write now."""
    from servicedesk.desk.exchange.outfiles import placing

    aside = path.with_name(f"{path.name}.schema-{version}")
    if aside.exists():
        return
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with placing(aside) as made, closing(sqlite3.connect(uri, uri=True)) as old, closing(sqlite3.connect(made)) as copy:
        old.backup(copy)


def _statements(script: str) -> Iterator[str]:
    """One statement after the other, a trigger as one. (executescript() would commit what is open.)"""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def created(
    path: Path,
    stamp: Stamp,
    *,
    outlet: str,
    zone: str,
    classroom: bool = False,
    group: bool = False,
    maintenance_since: str | None = None,
    identity: str | None = None,
    fill: Callable[[Database], None] | None = None,
) -> Database:
    """A new file, readable by its owner only (by the group too where `group`); RefusedError where something is.

    It is made and filled (`fill` gets it first) beside its place and goes there whole: nobody ever sees half of it.
    """
    import uuid  # 5 ms that only a new file needs

    from servicedesk.desk.exchange.outfiles import placing

    with placing(path, mode=0o660 if group else 0o600) as made, closing(_connected(made)) as connection:
        # Half of it is worth nothing, and what is whole is put on the disk before it gets its name.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _upgrade(connection, made)
        db = Database(connection, made)
        with db.atomic():
            db.insert(
                "outlet",
                id=1,
                name=outlet,
                zone=zone,
                uuid=identity or str(uuid.uuid4()),
                classroom=int(classroom),
                maintenance_since=maintenance_since or stamp.recorded_at[:10],
                created_at=stamp.recorded_at,
            )
        if fill:
            fill(db)
        # Last, so that no row is left in a log that does not go along.
        connection.execute("PRAGMA journal_mode = WAL")
    return opened(path)

"""Create, open and upgrade the file of an outlet; refuse one that is missing, foreign, newer or damaged.

No statement of the desk's daily work is here.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from servicedesk.base import sameness
from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.domain.model import Stamp
from servicedesk.storage import paths
from servicedesk.storage.database import BUSY_MS, Database, go_back

APPLICATION_ID = 0x53444B31  # "SDK1"
FIRST = 6  # the first version whose files are carried on; 1 to 5 were in the making
VERSION = 6
OLDEST_SQLITE = (3, 38, 0)  # unixepoch()
STEPS = Path(__file__).parent / "sql"
NO_DISK = {0}  # major device numbers that are no disk of this machine: a share, memory, a container's layers


def _make_one() -> str:
    return say("'servicedesk init' makes a file, 'servicedesk demo' a filled one; --db or SERVICEDESK_DB names another")


def open_outlet(path: Path) -> Database:
    """Open an outlet's file. StorageError if it is missing, foreign, newer or damaged; it is not touched then."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        version = sqlite3.sqlite_version
        raise StorageError(
            say("SQLite {version} is too old", version=version), hint=say("Python with SQLite 3.38 or newer")
        )
    try:
        status = path.stat()
    except FileNotFoundError:
        raise StorageError(say("there is no file {path}", path=path), hint=_make_one()) from None
    except OSError:
        way = say("check the permissions, or name another with --db or SERVICEDESK_DB")
        raise StorageError(say("{path} cannot be read", path=path), hint=way) from None
    if not stat.S_ISREG(status.st_mode):
        paths.check_regular(path, hint=_make_one())
    if not status.st_size:
        raise StorageError(say("{path} is empty, not a servicedesk file", path=path), hint=go_back())
    if status.st_nlink > 1:
        paths.check_one_name(path)
    connection = connect_file(path)
    try:
        notes = _gate(connection, path, status.st_dev)
    except BaseException:
        connection.close()
        raise
    return Database(connection, path, notes, refresh_search)


def refresh_search(connection: sqlite3.Connection) -> None:
    """Update the search index for the customers that a transaction wrote. Runs before its commit."""
    if connection.execute("SELECT EXISTS (SELECT 1 FROM customer_text_stale)").fetchone()[0]:
        from servicedesk.storage.search import index

        index.refresh_index(connection)


def connect_file(path: Path) -> sqlite3.Connection:
    """Return a connection that reads and writes where possible, else only reads (a trainer's USB stick).

    StorageError if the file cannot be read.
    """
    if not os.access(path, os.R_OK):
        raise StorageError(say("{path} cannot be read", path=path), hint=say("check the permissions"))
    mode, is_alone = "mode=rw", False
    if _is_writable(path):
        _check_owner_of_log(path)
    else:
        mode, is_alone = _mode_without_writing(path)
    uri = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    if is_alone:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.row_factory = sqlite3.Row
    # For queries only: what a file holds (an index, a trigger) must not need a function that other programs lack.
    for name, function in (("folded_name", sameness.folded_name), ("folded_serial", sameness.folded_serial)):
        connection.create_function(name, 1, _or_none(function), deterministic=True)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _or_none(function: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else function(text)


def _mode_without_writing(path: Path) -> tuple[str, bool]:
    """Return the mode for a file that we may not write, and whether to open it exclusively.

    Without a log the file is read as it is. A log needs the memory that its writers share (-shm). If there is none and
    none can be made, nobody writes, and SQLite can do without it when it is alone.
    """
    log, shared = (Path(f"{path}{suffix}").exists() for suffix in ("-wal", "-shm"))
    if not log:
        return "mode=ro&immutable=1", False
    return ("mode=ro", False) if shared else ("mode=ro&vfs=unix-none", True)


def _check_owner_of_log(path: Path) -> None:
    """Raise StorageError if a file with a log beside it is not ours, before it is opened for writing.

    The last writer that closes a file folds the log into it, or deletes the log of a damaged file.
    """
    if Path(f"{path}-wal").exists():
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(uri, uri=True)) as first:
            check_schema(first, path)


def check_schema(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema version of a servicedesk file. StorageError if it is foreign, damaged, too old or newer."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StorageError(say("{path} is not a servicedesk file", path=path), hint=_make_one())
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < 1:
        raise StorageError(
            say("{path} is damaged: it says that it is of version {version}", path=path, version=version),
            hint=go_back(),
        )
    if version < FIRST:
        raise StorageError(
            say("{path} was written by a version of servicedesk in the making (schema {version}), which is not carried"
                " on", path=path, version=version),
            hint=say("export customers, appliances and tickets with the version that wrote it, and import them here"),
        )  # fmt: skip
    if version > VERSION:
        raise StorageError(
            say("{path} was written by a newer servicedesk (schema {version}, this one knows {ours})",
                path=path, version=version, ours=VERSION),
            hint=say("upgrade servicedesk"),
        )  # fmt: skip
    return version


def _gate(connection: sqlite3.Connection, path: Path, device: int) -> tuple[str, ...]:
    """Check the schema, turn the write-ahead log on where that works, upgrade; return notes about the file's place."""
    shared = None
    if os.major(device) in NO_DISK and _is_writable(path):
        from servicedesk.storage import drives

        shared = drives.network_kind(device)
        if shared:
            drives.lock_file(connection)
    version = check_schema(connection, path)
    notes: tuple[str, ...] = ()
    if shared:
        notes = drives.turn_log_off(connection, path)
    elif connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete" and _is_writable(path):
        with suppress(sqlite3.OperationalError):  # somebody is at work
            connection.execute("PRAGMA journal_mode = WAL")
    if version < VERSION:
        if not _is_writable(path):
            raise StorageError(
                say("{path} is of an older servicedesk and lies where it cannot be upgraded", path=path),
                hint=say("copy it to a folder where you can write, and name the copy with --db"),
            )
        _upgrade(connection, path)
    return notes


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Run the upgrade steps that the file lacks, all or none. Of several programs at once only one runs them.

    A file that holds something is copied beside itself first, as it was.
    """
    from servicedesk.file import derived

    connection.execute("BEGIN IMMEDIATE")
    try:
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        if 0 < done < VERSION:
            _whole(connection, path)
            _copy_aside(path, done)
            derived.drop(connection)  # so that no view stands in a step's way
        for statement in steps(done, VERSION):
            connection.execute(statement)
        if done < VERSION:
            derived.build(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        if connection.in_transaction:  # SQLite has rolled it back by itself where the disk is full
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _whole(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError if pages are damaged: a damaged file is not upgraded."""
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StorageError(say("{path} is damaged: {why}", path=path, why=verdict), hint=go_back())


def _copy_aside(path: Path, version: int) -> None:
    """Copy the older file to `outlet.db.schema-1` beside it, unless that is there. (Nobody else can write now.)"""
    from servicedesk.storage.new_files import placing

    aside = path.with_name(f"{path.name}.schema-{version}")
    if aside.exists():
        return
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with placing(aside) as made, closing(sqlite3.connect(uri, uri=True)) as old, closing(sqlite3.connect(made)) as copy:
        old.backup(copy)


def steps(done: int, version: int) -> Iterator[str]:
    """Yield the statements that bring a file from one version to a later one; from 0, those that make a new file.

    `sql/version_6/` makes the whole first version, one SQL file for each family of nouns. Each later version is a
    folder whose files, in order, change the version before.
    """
    for number in range(max(done + 1, FIRST), version + 1):
        for part in sorted((STEPS / f"version_{number}").glob("*.sql")):
            yield from split_statements(part.read_text(encoding="utf-8"))


def split_statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, a trigger as one. (executescript() would commit the open transaction.)"""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def empty(connection: sqlite3.Connection) -> None:
    """Make a new file of the current schema, without an outlet."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _upgrade(connection, Path())


def create_outlet(
    path: Path,
    stamp: Stamp,
    *,
    outlet: str,
    zone: str,
    classroom: bool = False,
    group: bool = False,
    maintenance_since: str | None = None,
    hours: tuple[str, str] = ("08:00", "18:00"),
    identity: str | None = None,
    fill: Callable[[Database], None] | None = None,
) -> Database:
    """Create a file that only its owner can read, or the `group` too, and return it open. RefusedError if it exists.

    The file is made beside its place, filled by `fill`, and moved there whole: nobody ever sees half of it.
    """
    import uuid  # 5 ms that only a new file needs

    from servicedesk.storage.new_files import placing

    with placing(path, mode=0o660 if group else 0o600) as made, closing(connect_file(made)) as connection:
        # Half a file is worth nothing, and the whole file is synced to the disk before it gets its name.
        connection.execute("PRAGMA synchronous = OFF")
        empty(connection)
        db = Database(connection, made, before_commit=refresh_search)
        row: dict[str, Any] = {
            "id": 1, "name": outlet, "zone": zone, "opens": hours[0], "closes": hours[1],
            "uuid": identity or str(uuid.uuid4()), "classroom": int(classroom),
            "maintenance_since": maintenance_since or stamp.recorded_at[:10], "created_at": stamp.recorded_at,
        }  # fmt: skip
        with db.atomic():
            db.insert("outlet", **row)
        if fill:
            fill(db)
        # Last, so that no row is left in a log that is not moved along.
        connection.execute("PRAGMA journal_mode = WAL")
    return open_outlet(path)

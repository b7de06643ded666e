"""The connection to the outlet's file: queries, writes, transactions, lists as JSON, explained SQLite errors."""

import errno
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, ServiceDeskError, StorageError
from servicedesk.base.messages import cause, say
from servicedesk.domain.model import Outlet, Stamp

if TYPE_CHECKING:
    from typing import Protocol

    class Recorder(Protocol):
        """The journal of a command: it records what the command writes (storage/journal.py)."""

        def begin(self, db: "Database") -> None:
            """Start the journal, when the write lock is held and nothing is written yet."""

        def watch(self, db: "Database", sql: str) -> None:
            """Prepare for a statement that is about to run."""

        def end(self, db: "Database") -> bool:
            """Write the journal to the file, and return whether the command wrote anything."""


BUSY_MS = 30_000
Row = sqlite3.Row
# The names of SQLite's errors if the file or its folder cannot be written, for any reason.
WRITING = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")


class Database:
    """An open file of the current schema. Values are bound by name; no SQL text comes from a user."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        notes: tuple[str, ...] = (),
        before_commit: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        self.connection = connection
        self.path = path
        self.notes = notes  # notes about the place of the file, such as a network drive
        self.seen_at: int | None = None  # the second as of which a report counts, or None
        # Called when the write lock is held, to read the clock again after the wait for it.
        self.on_lock: Callable[[], None] | None = None
        # Prints a note beside the result, for example "C31 was merged into C12".
        self.talk: Callable[[str], None] | None = None
        # Records what a command writes (storage/journal.py); None if no history is kept.
        self.journal: Recorder | None = None
        self.before_commit = before_commit  # refreshes the search index at the end of a transaction
        self._is_atomic = False  # whether a transaction of `atomic` is open
        self.has_written = False  # whether anything was committed, even if a later step fails

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """Return all rows of a query."""
        return self.connection.execute(sql, values).fetchall()

    def stream(self, sql: str, **values: Any) -> Iterator[Row]:
        """Return the rows of a query one by one, without holding them all."""
        return self.connection.execute(sql, values)

    def row(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, or None."""
        found: Row | None = self.connection.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, **values: Any) -> Any:
        """Return the first cell of the first row, or None."""
        found = self.connection.execute(sql, values).fetchone()
        return found[0] if found else None

    def run(self, sql: str, **values: Any) -> int:
        """Run one statement inside a transaction and return the id of the row that it inserted."""
        assert self.connection.in_transaction, "writes happen inside atomic()"
        if self.journal:
            self.journal.watch(self, sql)
        return self.connection.execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, rows: Iterable[Any]) -> int:
        """Run one statement for many rows (dicts or tuples) and return how many rows changed."""
        assert self.connection.in_transaction, "writes happen inside atomic()"
        if self.journal:
            self.journal.watch(self, sql)
        return self.connection.executemany(sql, rows).rowcount

    def insert(self, table: str, stamp: Stamp | None = None, **values: Any) -> int:
        """Insert one row with its stamp and return its id. Column names come from the code, never from a user."""
        if stamp is not None:
            values |= {"recorded_at": stamp.recorded_at, "actor": stamp.actor, "origin": stamp.origin}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        return self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", **values)

    def void(self, table: str, stamp: Stamp, row_id: int | None, reason: str) -> None:
        """Void the fact with that id; it stays readable. The table's name comes from the code, never from a user.

        Raise RefusedError if the fact was recorded later than now, because the clock was set back.
        """
        from servicedesk.domain.ticket_rules import check_recorded_before

        recorded = self.value(f"SELECT recorded_at FROM {table} WHERE id = :id", id=row_id)
        check_recorded_before(dates.unix_of(recorded), now_unix=dates.unix_of(stamp.recorded_at))
        sql = f"UPDATE {table} SET voided_at = :at, voided_by = :by, void_reason = :reason WHERE id = :id"
        self.run(sql, at=stamp.recorded_at, by=stamp.actor, reason=reason, id=row_id)

    def make_view(self, name: str, text: str, *, anew: bool = False) -> None:
        """Make a view for this connection only. An existing view of that name stays, unless `anew` replaces it."""
        if anew:
            self.connection.execute(f"DROP VIEW IF EXISTS temp.{name}")
        self.connection.execute(f"CREATE TEMP VIEW IF NOT EXISTS {name} AS {text}")

    @contextmanager
    def atomic(self, *, dry_run: bool = False) -> Iterator[None]:
        """Run the block in one transaction that holds the write lock from the start; roll a dry run back at its end.

        A block inside another atomic block belongs to the outer transaction.
        """
        if self._is_atomic:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        self._is_atomic = True
        try:
            if self.on_lock:
                self.on_lock()
            if self.journal:
                self.journal.begin(self)
            yield
            if self.before_commit:
                self.before_commit(self.connection)
            if self.journal and not self.journal.end(self):
                dry_run = True  # nothing changed: leave the file as it is, byte for byte
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        finally:
            self._is_atomic = False
        self.connection.execute("ROLLBACK" if dry_run else "COMMIT")
        self.has_written |= not dry_run

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Run the block in one read transaction: all its queries see the same file, even if others write meanwhile.

        Temporary tables that the block makes are gone afterwards. A block inside another transaction, such as that of a
        dry run or of a share, belongs to the outer transaction.
        """
        is_part = self.connection.in_transaction
        self.connection.execute("SAVEPOINT seen" if is_part else "BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK TO seen" if is_part else "ROLLBACK")
            if is_part:
                self.connection.execute("RELEASE seen")

    @cached_property
    def outlet(self) -> Outlet:
        """Return the outlet of this file. It is read once; call `del db.outlet` after a change to read it again."""
        row = self.row("SELECT name, zone, uuid, classroom, maintenance_since, opens, closes, phone, clock FROM outlet")
        if row is None:
            raise StorageError(say("{path} holds no outlet", path=self.path), hint=go_back())
        try:
            zone = ZoneInfo(row["zone"])
        except (KeyError, ValueError, OSError):
            why = say("unknown time zone '{name}'", name=row["zone"])
            raise StorageError(say("{path} is damaged: {why}", path=self.path, why=why), hint=go_back()) from None
        return Outlet(row["name"], zone, row["uuid"], bool(row["classroom"]), *row[4:])

    def close(self) -> None:
        self.connection.close()


def from_json(text: str) -> Any:
    """Return the list that `json_group_array` made."""
    import json  # 1 ms that few commands need

    return json.loads(text)


def to_json(values: Iterable[Any]) -> str:
    """Return the values as JSON for `json_each`."""
    import json

    return json.dumps(list(values))


def _place_error(path: Path, error: OSError) -> StorageError:
    """Return the error for a place that cannot be written, with the cause from the operating system."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    way = say("make room and repeat the command; nothing was written") if full else None
    if error.errno == errno.ENOSPC:
        return StorageError(say("{file} cannot grow: the disk is full", file=str(path)), hint=way)
    return StorageError(
        say("{file} cannot be written: {why}", file=str(path), why=cause(error)),
        hint=way or say("check the permissions of the file and its folder"),
    )


def go_back() -> str:
    """Return the hint for a damaged file: restore a backup, or salvage."""
    return say("'restore BACKUP' goes back to a backup, 'check --salvage NEW' copies what can still be read")


def translate_error(error: sqlite3.Error, path: Path) -> ServiceDeskError | None:
    """Return SQLite's error in the user's words with a hint, or None if it is a bug in this program."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CONSTRAINT_TRIGGER"):
        return RefusedError(say(str(error)))  # the sentence of a trigger
    if name.startswith(WRITING):
        from servicedesk.storage import drives

        if found := drives.obstacle(path):
            return _place_error(path, found)
    file = str(path)
    if str(error).startswith("Could not decode"):
        return StorageError(say("{file} is damaged", file=file), hint=go_back())
    locked = say("{file} is locked by another program", file=file), say("try again when it has finished")
    rights = say("check the permissions of the file and its folder")
    sentences = {
        "SQLITE_BUSY": locked,
        "SQLITE_LOCKED": locked,
        "SQLITE_READONLY": (say("{file} cannot be written", file=file), rights),
        "SQLITE_CANTOPEN": (say("{file} cannot be opened", file=file), rights),
        "SQLITE_PERM": (say("{file} cannot be opened", file=file), rights),
        "SQLITE_FULL": (say("{file} cannot grow: the disk is full", file=file),
                        say("make room and repeat the command; nothing was written")),
        "SQLITE_IOERR_SHM": (say("{file} lies on a drive that cannot carry SQLite's log", file=file),
                             say("keep it on a disk of this computer; 'backup' brings copies to the drive")),
        "SQLITE_IOERR": (say("{file} cannot be read or written", file=file),
                         say("check the disk; nothing was written")),
        "SQLITE_CORRUPT": (say("{file} is damaged", file=file), go_back()),
        "SQLITE_NOTADB": (say("{file} is not a servicedesk file", file=file),
                          say("is --db right? If it was one: {way}", way=go_back())),
    }  # fmt: skip
    for prefix, (sentence, hint) in sentences.items():
        if name.startswith(prefix):
            return StorageError(sentence, hint=hint)
    return None

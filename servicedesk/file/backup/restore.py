"""`restore`: put a backup in the place of the file, and keep the replaced file beside it.

The pages of a sound file are replaced in one transaction: other programs wait and then see the backup, and a killed
restore has changed nothing. Only a file that SQLite cannot open is moved aside.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import cache
from itertools import chain, count
from pathlib import Path

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, ServiceDeskError, StorageError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns, record
from servicedesk.file import opening
from servicedesk.file.backup.backup import damage_of, reader
from servicedesk.storage.database import BUSY_MS, Database, translate_error
from servicedesk.storage.info import COUNTS
from servicedesk.storage.new_files import (
    blaming,
    check_unclaimed,
    placing,
    receive_input,
    taking_turns,
    telling,
    workshop,
)
from servicedesk.storage.paths import SIDES, WORKSHOP, check_one_name, check_regular, is_dash, is_same, true_path

COLUMNS = columns(
    "path", "backup", "replaced", "schema:count", "customers:count", "appliances:count", "tickets:count",
    "surveys:count",
)  # fmt: skip
_SIDES = ("", *SIDES)  # a file and what SQLite keeps beside it


def restore_backup(
    place: Path, backup: Path, *, agreed: Callable[[str], bool], clock: Callable[[str], datetime]
) -> tuple[Database, Callable[[Database], Table]]:
    """Verify the backup, put it at `place`, and return the open file and a function that makes the answer.

    `agreed` asks the user whether a file of the same outlet may be replaced; `clock` returns the time now in a zone.
    StorageError if the backup is damaged or no servicedesk file; RefusedError if another outlet's or program's file is
    at `place`, or if `agreed` says no.
    """
    if is_dash(backup):
        with workshop(Path(tempfile.gettempdir())) as folder:
            return restore_backup(place, receive_input(folder / "input"), agreed=agreed, clock=clock)
    backup = true_path(backup)
    check_regular(backup, hint=say("name a backup"))
    if not backup.exists():
        raise StorageError(say("there is no file {path}", path=backup), hint=say("name a backup"))
    if is_same(place, backup):
        raise RefusedError(say("{path} is the database file itself", path=backup), hint=say("name a backup"))
    _check_place(place)
    uuid, zone = _outlet(backup)
    agreed = cache(agreed)
    _may_go(place, uuid, agreed)
    with telling(place), taking_turns(place.parent), workshop(place.parent) as folder:
        made = _copy_verified(backup, folder / "new", place)
        is_sound = _may_go(place, uuid, agreed)  # again: another restore may have put its backup there meanwhile
        aside = _aside(place, clock(zone)) if is_sound is not None else None
        if aside is None:
            check_unclaimed(place)
            os.link(made, place)
        elif is_sound:
            _replace_pages(made, place, aside)
        else:
            _swap_files(made, place, aside)
    return opening.open_outlet(place), lambda db: _restore_notes(db, backup, aside)


def _check_place(place: Path) -> None:
    """Raise StorageError where no backup can be put: a link, something that is no file, no folder."""
    check_regular(place, hint=say("it is left as it is; move it away first, or name another with --db"))
    if place.exists():
        check_one_name(place)
    elif place.is_symlink():
        raise StorageError(
            say("{path} is a link that leads nowhere", path=place),
            hint=say("it is left as it is; move it away first, or name another with --db"),
        )
    if not place.parent.is_dir():
        raise StorageError(
            say("there is no folder {path}", path=place.parent), hint=say("mkdir -p '{path}'", path=place.parent)
        )


def _restore_notes(db: Database, backup: Path, aside: Path | None) -> Table:
    counts = db.row(COUNTS)
    assert counts is not None
    version = db.value("PRAGMA user_version")
    source = "-" if backup.parent.match(WORKSHOP) else str(backup)
    return record(COLUMNS, [str(db.path), source, str(aside) if aside else None, version, *counts])


def _outlet(backup: Path) -> tuple[str, str]:
    """Return the uuid and the zone of the outlet in a backup."""
    try:
        with closing(reader(backup)) as connection:
            opening.check_schema(connection, backup)
            return tuple(connection.execute("SELECT uuid, zone FROM outlet").fetchone())
    except TypeError:
        raise _useless(backup, say("it holds no outlet")) from None
    except sqlite3.DatabaseError as error:
        raise _useless(backup, error) from None


def _useless(backup: Path, why: Exception | str) -> ServiceDeskError:
    told = translate_error(why, backup) if isinstance(why, sqlite3.Error) else None
    sentence = told.sentence if told else say("{path} is damaged: {why}", path=backup, why=why)
    if backup.parent.match(WORKSHOP):  # the backup came on the input: its path is temporary
        return StorageError(sentence, hint=say("take another backup"))
    way = say("take another backup; 'servicedesk --db {path} check --salvage NEW' copies what can be read", path=backup)
    return StorageError(sentence, hint=way)


def _may_go(place: Path, uuid: str, agreed: Callable[[str], bool]) -> bool | None:
    """Return True if a file of that outlet is in the place, False if it is too damaged to tell, None if nothing is.

    RefusedError if it must stay: it belongs to another outlet or program, or `agreed` said no.
    """
    if not os.path.lexists(place):
        return None
    theirs = _whose(place)
    if theirs not in {uuid, None}:
        raise RefusedError(
            say("{path} is the file of another outlet", path=place),
            hint=say("move it away first, or name another with --db"),
        )
    if not agreed(say("{path} is replaced by the backup and kept beside it; go on?", path=place)):
        raise RefusedError(
            say("{path} exists already", path=place),
            hint=say("--yes replaces it and keeps what it replaces beside it"),
        )
    return theirs is not None


def _whose(place: Path) -> str | None:
    """Return the outlet's uuid; None if the file is empty or too damaged. RefusedError if it is no servicedesk file."""
    if not place.stat().st_size:
        return None
    try:
        with closing(reader(place)) as connection:
            opening.check_schema(connection, place)
            return str(connection.execute("SELECT uuid FROM outlet").fetchone()[0])
    except StorageError as error:
        raise RefusedError(
            error.sentence, hint=say("it is left as it is; move it away first, or name another with --db")
        ) from None
    except TypeError:
        return None
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")):
            return None
        raise


def _writer(place: Path) -> sqlite3.Connection:
    uri = f"{place.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)


def _copy_verified(backup: Path, made: Path, place: Path) -> Path:
    """Copy the backup to `made`, mode 0600, and verify the copy. Errors of writing name `place`."""
    made.touch()
    made.chmod(0o600)
    try:
        with (
            blaming(place),
            closing(reader(backup)) as source,
            closing(sqlite3.connect(made, isolation_level=None)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # moves everything from the log into the file
            damage = damage_of(copy)
    except sqlite3.DatabaseError as error:
        raise _useless(backup, error) from error
    if damage is not None:
        raise _useless(backup, damage)
    return made


def _aside(place: Path, now: datetime) -> Path:
    """Return a free path beside the file, for the file that is replaced."""
    name = f"{place.name}.replaced-{dates.name_of(now, seconds=True)}"
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    return next(place.with_name(name) for name in names if not os.path.lexists(place.with_name(name)))


def _swap_files(made: Path, place: Path, aside: Path) -> None:
    """Move a file that SQLite cannot open aside with its logs, and put the backup in its place."""
    made.chmod(place.stat().st_mode & 0o660 | 0o600)
    moved = [(f"{place}{side}", f"{aside}{side}") for side in _SIDES if os.path.lexists(f"{place}{side}")]
    done = []
    try:
        for here, there in moved:
            os.rename(here, there)
            done.append((here, there))
            os.chmod(there, 0o600)
        os.link(made, place)
    except BaseException:
        for here, there in reversed(done):
            os.rename(there, here)
        raise


def _replace_pages(made: Path, place: Path, aside: Path) -> None:
    """Copy the file aside, then replace its pages by those of the backup, all or none."""
    with closing(_writer(place)) as target, closing(reader(made)) as source:
        has_log = target.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        try:
            if has_log:
                # From the first page on SQLite's backup holds the write lock, and readers can still copy the old state.
                source.backup(target, pages=1, progress=_first(lambda: _keep_copy(place, aside), place))
            else:
                target.execute("PRAGMA locking_mode = EXCLUSIVE")
                target.execute("BEGIN EXCLUSIVE")
                target.execute("COMMIT")
                _keep_copy(target, aside)
                source.backup(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        if has_log:
            target.execute("PRAGMA busy_timeout = 0")  # do not wait for readers
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _first(deed: Callable[[], None], place: Path) -> Callable[[int, int, int], None]:
    """Return a progress function that runs the deed once, after the first page, when the lock is held."""
    todo = [deed]

    def on_progress(status: int, left: int, total: int) -> None:
        if status & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StorageError(
                say("{file} is locked by another program", file=str(place)), hint=say("try again when it has finished")
            )
        if status == sqlite3.SQLITE_OK and todo:
            todo.pop()()

    return on_progress


def _keep_copy(file: Path | sqlite3.Connection, aside: Path) -> None:
    """Copy the file as it is, with its log, to `aside`."""
    source = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True) if isinstance(file, Path) else file
    try:
        with placing(aside) as kept, closing(sqlite3.connect(kept)) as copy:
            source.backup(copy)
    finally:
        if source is not file:
            source.close()

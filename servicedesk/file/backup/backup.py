"""`backup`: write a verified copy of the file, even while others write: to one path, or dated into a folder."""

import filecmp
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import cause, say, say_count
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.file import derived, rules
from servicedesk.file.backup.rotation import DATED, Keep, backups_to_keep, hours_between, list_backups, made_at
from servicedesk.file.opening import APPLICATION_ID
from servicedesk.storage.database import Database
from servicedesk.storage.info import COUNTS
from servicedesk.storage.new_files import blaming, check_unclaimed, drafting, place_new, replacing, telling
from servicedesk.storage.paths import check_output, is_dash, true_path

COLUMNS = columns("path", "bytes:count", "customers:count", "appliances:count", "tickets:count", "surveys:count")
FILES = columns("path", "bytes:count")

# Rows of these tables are never deleted: a file with a higher id holds something that ours does not.
HIGHEST_IDS = """
SELECT (SELECT max(id) FROM customer), (SELECT max(id) FROM appliance),
       (SELECT max(id) FROM ticket), (SELECT max(id) FROM event)
"""


class Copy(NamedTuple):
    """A backup that was read back: path, bytes, row counts, and how many rules its rows break."""

    path: Path
    size: int
    counts: tuple[int, ...]
    broken: int

    @property
    def row(self) -> list[object]:
        return [str(self.path), self.size, *self.counts]

    @property
    def notes(self) -> tuple[str, ...]:
        if not self.broken:
            return ()
        return (
            say_count(
                "the copy is the file as it is, with {n} broken rule: servicedesk check names it",
                "the copy is the file as it is, with {n} broken rules: servicedesk check names them",
                n=self.broken,
            ),
        )


def write_backup(db: Database, path: Path, *, figures: bool = False) -> Result:
    """Write a backup to `path`, mode 0600. The copy is verified before it replaces an earlier backup.

    `figures`: add the views of the figures, for other programs. RefusedError if anything but an earlier backup of the
    same outlet is at `path`.
    """
    if path.is_dir():
        raise StorageError(
            say("{path} is a folder", path=path),
            hint=say("'servicedesk backup --keep 14 {path}' keeps dated copies in it", path=path),
        )
    _check_allowed(db, path)
    with replacing(path, outlet=db.path) as made, blaming(path):
        copy = _write_verified(db, made, path, figures=figures)
    return Result(record(COLUMNS, copy.row), copy.notes, changed=False)


def write_dated_backup(db: Database, folder: Path, *, keep: Keep, now: datetime) -> Result:
    """Write a backup named after this minute, and delete the dated backups of this outlet beyond `keep`.

    No backup replaces another: if the name is taken the new one gets a number, unless both hold the same.

    Older backups are deleted only after the new one is written, verified and breaks no rule. Two runs at once are safe:
    each keeps the newest backups by name and the backup that it wrote.
    """
    _make_folder(folder)
    made = _copy_dated(db, folder, now)
    dated = sorted(list_dated(db, folder), reverse=True)
    staying = backups_to_keep(dated, keep)
    gone = [] if made.broken else [path for path in dated if path not in staying and path != made.path]
    stays = [path for path in dated if path not in gone]
    sections = (("kept", _path_table(stays)), ("removed", _path_table(gone)))
    for path in gone:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            why = say("{path} cannot be removed: {why}", path=path, why=cause(error))
            raise StorageError(why, hint=say("the new backup is whole: {made}", made=made.path)) from None
    notes = made.notes
    if made.broken:
        notes += (say("no older backup was removed"),)
    return Result(record(COLUMNS, made.row, sections=sections), notes, changed=False)


def _make_folder(folder: Path) -> None:
    """Create the folder with mode 0700 if it is missing."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise StorageError(say("{path} is not a folder", path=folder), hint=say("name a folder"))
    with telling(folder, "made"):
        folder.mkdir(mode=0o700, exist_ok=True)


def list_dated(db: Database, folder: Path, *, also_damaged: bool = False) -> Iterator[Path]:
    """Yield the dated backups of this outlet in `folder`. Files in use and other files are skipped.

    `also_damaged`: yield files with the name of a backup that cannot be read, too. StorageError if there is no such
    folder.
    """
    if not folder.is_dir():
        raise StorageError(say("{path} is not a folder", path=folder), hint=say("name a folder"))
    for path in folder.iterdir():
        if not _may_be_backup(path, db.path):
            continue
        theirs = identity(path)
        if (theirs is None and also_damaged and path.exists()) or (theirs is not None and theirs[0] == db.outlet.uuid):
            yield path


def _may_be_backup(path: Path, outlet: Path) -> bool:
    """Return whether a file has the name of a dated backup, is not in use and is not the outlet's own."""
    if not DATED.fullmatch(path.name) or any(Path(f"{path}{suffix}").exists() for suffix in ("-wal", "-journal")):
        return False
    try:
        return not path.is_symlink() and path.is_file() and not path.samefile(outlet)
    except FileNotFoundError:  # another run has just removed it
        return False


def check_newest(db: Database, folder: Path, *, max_age: timedelta, now: datetime) -> Result:
    """Return the newest backup. StorageError if there is none, or if it is older than `max_age` or damaged."""
    again = say("servicedesk backup --keep 14 FOLDER makes one")
    newest = max(list_dated(db, folder, also_damaged=True), key=lambda path: path.name, default=None)
    if newest is None:
        raise StorageError(say("there is no backup of this outlet in the folder"), hint=again)
    hours = hours_between(now, made_at(newest, db))
    if hours * 3600 > max_age.total_seconds():
        raise StorageError(say("the newest backup, {path}, is {hours} hours old", path=newest, hours=hours), hint=again)
    damage = _damage_in(newest)
    answer = list_backups(db, [newest], now=now)
    if not answer.table.rows:  # another run has just removed it, for a newer one
        return check_newest(db, folder, max_age=max_age, now=now)
    if damage is not None:
        raise StorageError(say("the newest backup, {path}, is damaged: {why}", path=newest, why=damage), hint=again)
    return answer


def _damage_in(path: Path) -> str | None:
    """Return the first damage in a backup, or None."""
    try:
        with closing(reader(path)) as copy:
            return damage_of(copy)
    except sqlite3.DatabaseError as error:
        return str(error)


def _path_table(paths: list[Path]) -> Table:
    rows = []
    for path in paths:
        with suppress(FileNotFoundError):  # another run deleted it
            rows.append([str(path), path.stat().st_size])
    return Table(FILES, rows)


def _copy_dated(db: Database, folder: Path, now: datetime) -> Copy:
    """Write the copy under the first name of this minute that is free or whose file holds the same."""
    name = f"servicedesk-{dates.name_of(now)}"
    path = folder / f"{name}.db"
    others = (folder / f"{name}x{n:02}.db" for n in count(2))
    check_unclaimed(path)
    with drafting(path) as made:
        copy = _write_verified(db, made, path)
        while not place_new(made, path) and not _is_same(db, path, made):
            path = next(others)
    return copy._replace(path=path)


def _is_same(db: Database, path: Path, made: Path) -> bool:
    """Return whether the backup at `path` holds the same as the new copy. RefusedError if it is no backup of ours."""
    try:
        _ours(db, path)
        return filecmp.cmp(path, made, shallow=False)
    except (OSError, RefusedError):
        if os.path.lexists(path):
            raise
        return place_new(made, path)  # another run has just removed it


def _write_verified(db: Database, made: Path, path: Path, *, figures: bool = False) -> Copy:
    """Copy the file into `made`, which will be moved to `path`, and verify it."""
    with db.snapshot():
        held = rows_of_each(db.connection)
        with closing(sqlite3.connect(made, isolation_level=None)) as copy:
            db.connection.backup(copy)
            if figures:
                copy.execute("BEGIN")
                derived.add_figures(copy)
                copy.execute("COMMIT")
    with closing(reader(made)) as copy:
        damage = damage_of(copy)
        if damage is None and rows_of_each(copy) != held:
            damage = say("it does not hold the rows of the file")
        if damage is not None:
            raise StorageError(
                say("the copy of {path} is damaged: {why}", path=db.path, why=damage),
                hint=say("'servicedesk check' shows more"),
            )
        counts = copy.execute(COUNTS).fetchone()
        broken = sum(found.many for found in rules.broken_file(Database(copy, made)))
    return Copy(path, made.stat().st_size, tuple(counts), broken)


def reader(path: Path) -> sqlite3.Connection:
    """Return a read-only connection to a file that nobody writes; its log is read too, no file is left beside it."""
    mode = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def damage_of(connection: sqlite3.Connection) -> str | None:
    """Return the first damage that SQLite finds in the file, or None."""
    verdict = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return None if verdict == "ok" else verdict


def rows_of_each(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND rootpage > 0"
    names = [row[0] for row in connection.execute(sql)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def _check_allowed(db: Database, path: Path) -> None:
    if is_dash(path):
        return
    check_output(path, db.path)
    check_unclaimed(true_path(path))
    if not path.exists():
        return
    ours = [number or 0 for number in db.rows(HIGHEST_IDS)[0]]
    if any(their > our for their, our in zip(_ours(db, path), ours, strict=True)):
        raise RefusedError(
            say("{path} holds more than {ours}: no earlier backup of it", path=path, ours=db.path),
            hint=say("name another file"),
        )


def _ours(db: Database, path: Path) -> list[int]:
    """Return the highest ids in a backup of this outlet. RefusedError if it is another outlet's file."""
    check_output(path, db.path)
    another = say("name another file")
    theirs = identity(path)
    if theirs is None:
        raise RefusedError(say("{path} exists already and is no backup of servicedesk", path=path), hint=another)
    if theirs[0] != db.outlet.uuid:
        raise RefusedError(
            say("{path} is the file of another outlet", path=path), hint=say("a file or a folder for each outlet")
        )
    return theirs[1]


def identity(path: Path) -> tuple[str, list[int]] | None:
    """Return the outlet's uuid and the highest ids in a file; None if it is no servicedesk file or was deleted."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return None
            uuid = str(connection.execute("SELECT uuid FROM outlet").fetchone()[0])
            return uuid, [number or 0 for number in connection.execute(HIGHEST_IDS).fetchone()]
    except (sqlite3.DatabaseError, TypeError):
        return None

"""`export FOLDER`: write every table as CSV; `import` makes the same file from the folder. One noun alone: nouns.py."""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import cause, say
from servicedesk.base.table import Result, Table, columns
from servicedesk.file.derived import DERIVED_TABLES
from servicedesk.file.exports import nouns
from servicedesk.records.notes import MAY_LEAVE
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import own_folder, sync_folder
from servicedesk.storage.paths import WORKSHOP, check_regular

if TYPE_CHECKING:
    import sqlite_utils

MANIFEST = "servicedesk.json"
FORMAT = 1


def introspect(db: Database) -> "sqlite_utils.Database":
    """Return the connection as a sqlite-utils database, which lists tables, keys and stored columns."""
    import sqlite_utils

    return sqlite_utils.Database(db.connection, recursive_triggers=False, execute_plugins=False)


def tables(db: Database) -> dict[str, list[str]]:
    """Return the stored columns of every table of facts, in the order of the schema. Generated columns are left out.

    The table `exercise` is left out too: which exercise a file is belongs to the file, not to its facts.
    """
    return {
        table.name: [column.name for column in table.columns]
        for table in introspect(db).tables
        if not table.name.startswith(("sqlite_", *DERIVED_TABLES)) and table.name != "exercise"
    }


def keys(db: Database) -> dict[str, list[str]]:
    """Return the primary key of every table."""
    return {table.name: table.pks for table in introspect(db).tables}


# Personal notes are exported only on request (notes.MAY_LEAVE), and so are their rows in the journal: a note and its
# journal belong together.
_STAYS = f"SELECT id FROM note WHERE NOT ({MAY_LEAVE})"
_OF_JOURNAL = "json_extract(coalesce(new, old), '$.{name}')"
_FILTERS = {
    "note": MAY_LEAVE,
    "command_change": f"""noun <> 'note' OR row_id NOT IN ({_STAYS}) AND (field IS NOT NULL OR CASE
        WHEN {_OF_JOURNAL.format(name="under_14")} THEN :under_14
        WHEN {_OF_JOURNAL.format(name="personal")} THEN :personal ELSE 1 END)""",
}


def table_rows(db: Database, table: str, names: list[str], key: list[str], **asked: int) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a table in the order of its key. `asked`: which personal notes may leave; else all rows."""
    where = f" WHERE {_FILTERS[table]}" if asked and table in _FILTERS else ""
    values = asked if where else {}
    sql = f"SELECT {', '.join(names)} FROM {table}{where} ORDER BY {', '.join(key)}"
    return (tuple(row) for row in db.stream(sql, **values))


def cell(value: Any) -> str:
    """Return a value as CSV text: NULL is blank; an empty text or one that begins with a backslash gets a backslash."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"\\{value}" if not value or value.startswith("\\") else value
    return str(value)


def write_folder(
    db: Database, folder: Path, *, now: datetime, personal: bool = False, under_14: bool = False
) -> Result:
    """Write every table as CSV into `folder`, all as of one instant, and return one row for each table.

    A missing folder is made, mode 0700. RefusedError if it holds anything but an earlier export of the same outlet.
    Personal notes are left out unless `personal`, notes about children under 14 unless `under_14`; with both, `import`
    gives the same file.
    """
    _check_replaceable(db, folder)
    asked = {"personal": int(personal), "under_14": int(under_14)}
    with _folder(folder) as made:
        counts, left = _dump_tables(db, made, asked)
        about = {
            "format": FORMAT,
            "schema": db.value("PRAGMA user_version"),
            "outlet": db.outlet.uuid,
            "exported_at": dates.stamp(now),
            "tables": counts,
            "left_out": left,
        }
        _place_files(made, folder, about)
    rows = [(table, count, str(folder / f"{table}.csv")) for table, count in counts.items()]
    table = Table(columns("table", "rows:count", "path"), rows)
    return Result(table, nouns.notes_left_out(left), changed=False)


def _dump_tables(db: Database, folder: Path, asked: dict[str, int]) -> tuple[dict[str, int], int]:
    """Write each table. Return how many rows of each went out, and how many notes stayed."""
    key = keys(db)
    counts = {}
    # One read transaction: all tables as of the same instant.
    db.connection.execute("BEGIN")
    try:
        for table, names in tables(db).items():
            counts[table] = 0
            with _private(folder / f"{table}.csv") as out:
                # \r\n ends the lines, so that a lone \r or \n inside a text is quoted.
                writer = csv.writer(out, lineterminator="\r\n")
                writer.writerow(names)
                for row in table_rows(db, table, names, key[table], **asked):
                    writer.writerow([cell(value) for value in row])
                    counts[table] += 1
        left = len(db.rows(_STAYS, **asked))
    finally:
        db.connection.execute("COMMIT")
    return counts, left


def manifest(folder: Path) -> dict[str, Any] | None:
    """Return the content of the folder's servicedesk.json, None if it holds no export. StorageError if unreadable."""
    try:
        check_regular(folder / MANIFEST)
        about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(
            say("{folder} cannot be read: {strerror}", folder=folder / MANIFEST, strerror=cause(error))
        ) from None
    except (ValueError, RecursionError):
        return None
    return about if isinstance(about, dict) and isinstance(about.get("tables"), dict) else None


def _check_replaceable(db: Database, folder: Path) -> None:
    """Raise RefusedError unless the folder is new, empty or an earlier export of this outlet."""
    if folder.exists() and not folder.is_dir():
        raise RefusedError(say("{folder} exists already and is not a folder", folder=folder))
    if not folder.is_dir() or all(path.match(WORKSHOP) for path in folder.iterdir()):
        return  # new, empty, or left by a run that was killed before it put anything in its place
    about = manifest(folder)
    if about is None:
        raise RefusedError(
            say("{folder} holds other things than an export", folder=folder), hint=say("name a new or an empty folder")
        )
    if about.get("outlet") != db.outlet.uuid:
        raise RefusedError(
            say("{folder} holds the export of another outlet", folder=folder), hint=say("name a new or an empty folder")
        )


@contextmanager
def _folder(folder: Path) -> Iterator[Path]:
    """Make a temporary folder inside `folder` to write to. If writing fails, nothing of it is left."""
    try:
        with own_folder(folder) as made:
            yield made
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not folder.parent.is_dir():
            raise StorageError(
                say("there is no folder {parent}", parent=folder.parent),
                hint=say("mkdir -p '{parent}'", parent=folder.parent),
            ) from None
        raise StorageError(
            say("{folder} cannot be written: {strerror}", folder=folder, strerror=cause(error))
        ) from None


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """Open a new text file, mode 0600, that is on the disk when the block ends."""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8", newline="") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _place_files(made: Path, folder: Path, about: dict[str, Any]) -> None:
    """Move file by file to its place. Until the last one the manifest says that the export is not complete."""
    for is_complete in (False, True):
        with _private(made / MANIFEST) as out:
            json.dump(about | {"complete": is_complete}, out, ensure_ascii=False, indent=2)
        os.replace(made / MANIFEST, folder / MANIFEST)
        sync_folder(folder)
        for file in sorted(made.glob("*.csv")):
            os.replace(file, folder / file.name)
        sync_folder(folder)

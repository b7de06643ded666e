"""Read a folder that `export` wrote into a new file: the same ids, times and voids, table by table."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import cause, say, say_count
from servicedesk.base.table import Result, record
from servicedesk.file.exports import folder as exporting
from servicedesk.file.guard import Guard
from servicedesk.file.imports.import_file import COLUMNS
from servicedesk.file.opening import VERSION
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import taking_turns

SEEDED = (
    "category",
    "maintenance_interval",
    "warranty_term",
    "main_part",
)  # rows that `init` wrote, by the actor `servicedesk`
_LONGEST_CELL = 2**31 - 1


def import_folder(db: Database, folder: Path, *, dry_run: bool = False) -> Result:
    """Read an exported folder into a new file. If the file holds the same outlet, only compare the two.

    RefusedError if the file holds other data, if it lacks rows of the folder, or if the rows break rules.
    """
    counts: Counter[str] = Counter()
    with taking_turns(folder), db.atomic(dry_run=dry_run):  # so that no export changes the files meanwhile
        about = _about(folder)
        if _is_new(db):
            counts["new"] = _load_rows(db, folder, about)
        elif about.get("outlet") == db.outlet.uuid:
            counts = _compare_rows(db, folder, about)
        else:
            raise RefusedError(
                say("{path} holds the data of another outlet", path=db.path),
                hint=say("make a new file: servicedesk init"),
            )
    found = {name: about["tables"].get(name, 0) if counts["new"] else 0 for name in ("customer", "appliance")}
    notes = []
    if counts["changed"]:
        notes.append(
            say(
                "warning: {changed} rows have other values in {path} by now, which are left",
                changed=counts["changed"],
                path=db.path,
            )
        )
    if counts["new"] and isinstance(about.get("left_out"), int) and about["left_out"]:
        notes.append(
            say_count(
                "the export left out {n} personal note",
                "the export left out {n} personal notes",
                n=about["left_out"],
            )
        )
    if dry_run:
        notes.append(say("dry run: nothing was written"))
    row = [counts.total(), counts["new"], counts["known"], counts["changed"], 0, *found.values(), "utf-8"]
    return Result(record(COLUMNS, row), notes, db.has_written)


def _about(folder: Path) -> dict[str, Any]:
    about = exporting.manifest(folder)
    if about is None:
        raise RefusedError(
            say("{folder} was not written by 'export'", folder=folder),
            hint=say("a single file is imported by its name"),
        )
    if not about.get("complete"):
        raise RefusedError(say("the export in {folder} is not complete", folder=folder), hint=say("export again"))
    if about.get("schema") != VERSION or about.get("format") != exporting.FORMAT:
        raise StorageError(
            say("{folder} was written by another version of servicedesk", folder=folder),
            hint=say("export it with this one"),
        )
    return about


def _is_new(db: Database) -> bool:
    """Return whether the file holds nothing but what `init` wrote."""
    for table in exporting.tables(db):
        others = "" if table not in SEEDED else " WHERE actor <> 'servicedesk'"
        if table != "outlet" and db.value(f"SELECT EXISTS (SELECT 1 FROM {table}{others})"):
            return False
    return True


def _load_rows(db: Database, folder: Path, about: dict[str, Any]) -> int:
    """Write every row as it stands in the folder, inside a transaction; return how many.

    A valid history cannot be replayed row by row, so all rules are checked at the end (Guard).
    """
    db.run("PRAGMA defer_foreign_keys = ON")
    guard = Guard(db)
    guard.step_aside()
    read = 0
    for table, names in exporting.tables(db).items():
        if table in {"outlet", *SEEDED}:
            db.run(f"DELETE FROM {table}")
        marks = ", ".join("?" * len(names))
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        try:
            loaded = db.run_many(insert, _rows_of_table(db, folder, table, names))
        except (sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise RefusedError(
                say("{folder} breaks a rule of the file: {error}", folder=folder / f"{table}.csv", error=error)
            ) from None
        if loaded != about["tables"].get(table, 0):
            raise RefusedError(
                say(
                    "{folder} has {loaded} rows, the export had {get}",
                    folder=folder / f"{table}.csv",
                    loaded=loaded,
                    get=about["tables"].get(table),
                )
            )
        read += loaded
    guard.stand(folder)
    return read


def _rows_of_table(db: Database, folder: Path, table: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one table; StorageError or RefusedError names the file and the line that does not fit."""
    path = folder / f"{table}.csv"
    integers = {row["name"] for row in db.rows(f"PRAGMA table_info({table})") if row["type"] == "INTEGER"}
    csv.field_size_limit(_LONGEST_CELL)
    line = 1
    try:
        with path.open(encoding="utf-8", newline="") as source:
            reader = csv.reader(source, strict=True)
            if next(reader, None) != names:
                raise RefusedError(
                    say("{path} has other columns than this version writes", path=path), hint=say("export again")
                )
            for cells in reader:
                line = reader.line_num
                if len(cells) != len(names):
                    raise ValueError(say("{n} cells under {n2} headings", n=len(cells), n2=len(names)))
                yield tuple(_value(text, name in integers) for text, name in zip(cells, names, strict=True))
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {strerror}", path=path, strerror=cause(error))) from None
    except (ValueError, csv.Error) as error:
        raise RefusedError(
            say("{path} is not as 'export' wrote it, line {line}: {error}", path=path, line=line, error=error)
        ) from None


def _value(text: str, is_integer: bool) -> str | int | None:
    """Return the value that `cell` of folder.py wrote."""
    if not text:
        return None
    if is_integer:
        number = int(text)
        if not -(2**63) <= number < 2**63:
            raise ValueError(say("'{number}' is larger than any number that can be kept", number=text[:40]))
        return number
    return text[1:] if text.startswith("\\") else text


def _compare_rows(db: Database, folder: Path, about: dict[str, Any]) -> Counter[str]:
    """Count the rows that the file has, with the same or with other values. RefusedError if it lacks some.

    Both sides are read in the order of their keys, so that they are compared in step and never held in memory.
    """
    counts: Counter[str] = Counter()
    all_keys = exporting.keys(db)
    for table, names in exporting.tables(db).items():
        places = [names.index(name) for name in all_keys[table]]
        ours = exporting.table_rows(db, table, names, all_keys[table])
        own = next(ours, None)
        for row in _rows_of_table(db, folder, table, names):
            key = [row[at] for at in places]
            while own is not None and [own[at] for at in places] < key:
                own = next(ours, None)
            if own is None or [own[at] for at in places] != key:
                counts["lacking"] += 1
            else:
                counts["known" if own == row else "changed"] += 1
    if counts["lacking"]:
        raise RefusedError(
            say(
                "{folder} holds {lacking} rows that {path} lacks, nothing was written",
                folder=folder,
                lacking=counts["lacking"],
                path=db.path,
            ),
            hint=say("a folder is read into a new file: servicedesk init"),
        )
    return counts

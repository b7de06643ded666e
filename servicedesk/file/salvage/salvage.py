"""`check --salvage`: copy the readable rows of a damaged file into a new file.

The damaged file is only read, page by page and without SQLite. Rows are copied as they are; indexes and derived tables
are made from them again.
"""

import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path

from servicedesk.base import dates
from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, Table, columns
from servicedesk.domain.model import UNNAMED
from servicedesk.file import derived, opening
from servicedesk.file.salvage.pages import Cell, Pages
from servicedesk.file.salvage.tables import Shape, Tree, cells_of_pages, roots, shapes, strays
from servicedesk.storage.new_files import placing
from servicedesk.storage.paths import check_regular

COLUMNS = columns("table", "read:count", "lost:count", "which")
_AT_ONCE = 10_000
_MOST = 12  # ranges of lost rows that the answer lists


def salvage_file(damaged: Path, new: Path, *, clock: Callable[[str], datetime]) -> Result:
    """Copy what can be read into a new file, mode 0600, and return how many rows of each table were read and lost.

    StorageError if the file holds no servicedesk table; RefusedError if the new path is taken.
    """
    check_regular(damaged)
    if not damaged.exists():
        raise StorageError(say("there is no file {path}", path=damaged))
    pages = _ours(damaged)
    with placing(new, outlet=damaged) as made, closing(opening.connect_file(made)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        opening.empty(connection)
        connection.execute("BEGIN")
        salvage = _Salvage(connection, pages.word(60) if pages.is_headed else opening.VERSION)
        found = salvage.fill(pages)
        if not any(row[1] for row in found):
            raise StorageError(
                say("nothing of a servicedesk file can be read in {path}", path=damaged),
                hint=say("go back to a backup"),
            )
        notes = salvage.finish(clock)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    notes += (
        say("{new} holds what could be read; 'servicedesk --db {new} check' says what is missing in it", new=new),
    )
    return Result(Table(COLUMNS, found), notes, changed=False)


def _nothing(damaged: Path) -> StorageError:
    sentence = say("nothing of a servicedesk file can be read in {path}", path=damaged)
    return StorageError(sentence, hint=say("go back to a backup"))


def _ours(damaged: Path) -> Pages:
    try:
        pages = Pages(damaged)
    except ValueError:
        raise _nothing(damaged) from None
    if pages.is_headed and pages.word(68) not in {opening.APPLICATION_ID, 0}:
        raise StorageError(say("{path} is not a servicedesk file", path=damaged))
    if pages.is_headed and 0 < pages.word(60) < opening.FIRST:
        raise StorageError(
            say("{path} was written by a version of servicedesk in the making", path=damaged),
            hint=say("only the version that wrote it can read it"),
        )
    if pages.is_headed and opening.VERSION < pages.word(60) < 1000:
        raise StorageError(
            say("{path} was written by a newer servicedesk", path=damaged), hint=say("upgrade servicedesk")
        )
    return pages


class _Salvage:
    """A new file that takes the rows: without triggers, indexes and derived tables until the end."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self.db = connection
        self.shapes = _then(version)  # of the tables in the damaged file
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        derived.drop(connection)
        derived_names = {name for name, _ in triggers if name.startswith(derived.DERIVED_TABLES)}
        self.triggers = [sql for name, sql in triggers if name not in derived_names]
        self.tables = shapes(connection)
        self.seeds = {table: self._take_rows(table) for table in self.tables}
        self.broken: set[str] = set()  # tables of which something could not be read

    def _take_rows(self, table: str) -> list[sqlite3.Row]:
        """Delete and return the rows that every new file has."""
        number = "rowid AS rowid, " if self.tables[table].has_rowid else ""
        found = self.db.execute(f"SELECT {number}* FROM {table}").fetchall()
        self.db.execute(f"DELETE FROM {table}")
        return found

    def fill(self, pages: Pages) -> list[list[object]]:
        """Copy the rows, first along the trees, then from stray pages. Return table, read, lost, lost ids of each."""
        first, is_whole = roots(pages)
        seen: set[int] = {1}
        trees = {name: Tree(pages, root) for name, root in first.items()}
        for tree in trees.values():
            seen |= tree.seen
        for table, shape in self.shapes.items():
            if table in trees:
                self._insert(shape, cells_of_pages(pages, trees[table].pages))
            if trees[table].is_broken if table in trees else not is_whole:
                self.broken.add(table)
        for stray in strays(pages, seen):
            self._insert_stray(stray)
        return [[table, self._count(table), *self._lost(shape)] for table, shape in self.tables.items()]

    def _count(self, table: str) -> int:
        return int(self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def _insert(self, shape: Shape, found: Iterable[Cell | None]) -> int:
        """Insert the rows that the table accepts and return how many. Old rows may lack the newest columns."""
        taken = 0
        fitting = self._fitting(shape, found)
        names = [*(["rowid"] if shape.has_rowid else []), *shape.names]
        while some := sorted(islice(fitting, _AT_ONCE), key=len):
            took = 0
            for width, alike in groupby(some, key=len):
                marks = ", ".join("?" * width)
                sql = f"INSERT OR IGNORE INTO {shape.table} ({', '.join(names[:width])}) VALUES ({marks})"
                took += self.db.executemany(sql, alike).rowcount
            taken += took
            if took < len(some):
                self.broken.add(shape.table)
        return taken

    def _fitting(self, shape: Shape, found: Iterable[Cell | None]) -> Iterator[list[object]]:
        for cell in found:
            if cell is not None and shape.fits(cell.values):
                yield _cell_values(shape, cell)
            else:
                self.broken.add(shape.table)

    def _insert_stray(self, stray: list[Cell]) -> None:
        """Insert the rows of a page of unknown table into the one table that accepts most of them."""
        scores = []
        for shape in self.shapes.values():
            if shape.has_rowid and sum(shape.fits(cell.values) for cell in stray) * 2 > len(stray):
                self.db.execute("SAVEPOINT tried")
                broken = set(self.broken)
                scores.append((self._insert(shape, stray), shape.table))
                self.broken = broken
                self.db.execute("ROLLBACK TO tried")
                self.db.execute("RELEASE tried")
        scores.sort(reverse=True)
        if scores and scores[0][0] and (len(scores) == 1 or scores[0][0] > scores[1][0]):
            self._insert(self.shapes[scores[0][1]], stray)

    def _lost(self, shape: Shape) -> tuple[int | None, str | None]:
        """Return how many ids and which are missing up to the highest id, if the table was not read completely."""
        if shape.table not in self.broken:
            return 0, None
        if not shape.has_rowid:
            return None, say("how many is not known")
        highest = self._highest(shape.table)
        sql = f"""
SELECT before + 1, rowid - 1 FROM (
  SELECT rowid, lag(rowid, 1, 0) OVER (ORDER BY rowid) AS before FROM
    (SELECT rowid FROM {shape.table} UNION SELECT {highest + 1})) WHERE rowid > before + 1"""
        gaps = self.db.execute(sql).fetchall()
        told = [str(low) if low == high else f"{low}–{high}" for low, high in gaps]
        which = ", ".join(told[:_MOST]) + (", …" if len(told) > _MOST else "")
        return sum(high - low + 1 for low, high in gaps), which or None

    def _highest(self, table: str) -> int:
        """Return the highest id in the table or in a reference to it."""
        asked = [f"SELECT max(rowid) FROM {table}"]
        for other in self.tables:
            named = self.db.execute(f"PRAGMA foreign_key_list({other})").fetchall()
            asked += [f"SELECT max({row[3]}) FROM {other}" for row in named if row[2] == table != "category"]
        return max(int(self.db.execute(sql).fetchone()[0] or 0) for sql in asked)

    def finish(self, clock: Callable[[str], datetime]) -> tuple[str, ...]:
        """Add the rows that every file has, the triggers and the derived tables; return the notes."""
        notes: tuple[str, ...] = ()
        if not self._count("outlet"):
            zone = "Asia/Shanghai"
            now = dates.stamp(clock(zone))
            values = (UNNAMED, zone, str(uuid.uuid4()), now[:10], now)
            self.db.execute(
                "INSERT INTO outlet (id, name, zone, uuid, maintenance_since, created_at) VALUES (1, ?, ?, ?, ?, ?)",
                values,
            )
            notes = (
                say("the outlet's name and zone are lost: it is called {name}, in {zone}", name=values[0], zone=zone),
            )
        for table, some in self.seeds.items():
            for row in some:
                names, marks = ", ".join(row.keys()), ", ".join("?" * len(row))
                self.db.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", tuple(row))
        derived.build(self.db)
        for sql in self.triggers:
            self.db.execute(sql)
        return notes


def _then(version: int) -> dict[str, Shape]:
    """Return the tables of a file of that schema version."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as then:
        for statement in opening.steps(0, version if opening.FIRST <= version <= opening.VERSION else opening.VERSION):
            then.execute(statement)
        return shapes(then)


def _cell_values(shape: Shape, cell: Cell) -> list[object]:
    values: list[object] = list(cell.values)
    if shape.key is not None:
        values[shape.key] = cell.rowid
    return [cell.rowid, *values] if shape.has_rowid else values

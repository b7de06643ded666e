"""Find out which page of a damaged file belongs to which table: by its tree, or by its rows if the tree is broken."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from servicedesk.file.salvage.pages import (
    INDEX_LEAF,
    INDEX_NODE,
    TABLE_LEAF,
    TABLE_NODE,
    Cell,
    Pages,
    Value,
    cells,
    children,
    kind,
)

_KINDS = {"table", "index", "view", "trigger"}
_TYPES: dict[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "ANY": (int, float, str, bytes)}


class Shape(NamedTuple):
    """The stored columns of a table, each with its type and whether it may be NULL.

    `key`: the column that is the rowid, or None. `least`: how many columns even the oldest row has.
    """

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    needed: tuple[bool, ...]
    key: int | None
    least: int
    has_rowid: bool

    def fits(self, values: list[Value]) -> bool:
        """Return whether a row could belong to this table."""
        if not self.least <= len(values) <= len(self.names):
            return False
        for i, value in enumerate(values):
            if value is None:
                if self.needed[i] and i != self.key:
                    return False
            elif i == self.key or not isinstance(value, _TYPES[self.types[i]]):
                return False
        return True


def shapes(connection: sqlite3.Connection) -> dict[str, Shape]:
    """Return the tables of a new file. Columns of later versions stand at the end, and old rows lack them."""
    found = {}
    listed = (
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*'"
    )
    for table, without in connection.execute(listed).fetchall():
        cells_of_pages = [row for row in connection.execute(f'PRAGMA table_xinfo("{table}")') if row[6] == 0]
        whole = [i for i, row in enumerate(cells_of_pages) if row[5] == 1 and row[2] == "INTEGER" and not without]
        key = whole[0] if len([row for row in cells_of_pages if row[5]]) == 1 and whole else None
        needed = [bool(row[3]) and row[4] is None for row in cells_of_pages]
        least = max((i + 1 for i, is_needed in enumerate(needed) if is_needed), default=1)
        found[table] = Shape(
            table,
            tuple(row[1] for row in cells_of_pages),
            tuple(row[2] for row in cells_of_pages),
            tuple(bool(row[3]) for row in cells_of_pages),
            key,
            least,
            not without,
        )
    return found


class Tree:
    """The leaf pages under a root that can be reached; of an index also the inner pages, which hold entries too."""

    def __init__(self, pages: Pages, root: int) -> None:
        self.pages: list[int] = []
        self.seen: set[int] = set()
        self.is_broken = False
        todo = [root]
        while todo:
            number = todo.pop()
            try:
                what = kind(pages, number)
                if number in self.seen or what not in {TABLE_LEAF, TABLE_NODE, INDEX_LEAF, INDEX_NODE}:
                    raise ValueError("no page of a tree")
                self.seen.add(number)
                if what in {TABLE_NODE, INDEX_NODE}:
                    todo += reversed(children(pages, number))
                if what != TABLE_NODE:
                    self.pages.append(number)
            except (ValueError, IndexError):
                self.is_broken = True


def roots(pages: Pages) -> tuple[dict[str, int], bool]:
    """Return the root page of each table and index in sqlite_schema, and whether sqlite_schema is complete."""
    tree = Tree(pages, 1)
    found = dict(_schema_entries(pages, tree.pages))
    if tree.is_broken or not found:
        for number in range(2, pages.count + 1):
            if number not in tree.seen and _is_leaf(pages, number):
                found = {**dict(_schema_entries(pages, [number])), **found}
    return found, not tree.is_broken


def _schema_entries(pages: Pages, numbers: Iterable[int]) -> Iterator[tuple[str, int]]:
    for number in numbers:
        for cell in _cells(pages, number):
            values = cell.values if cell else []
            if len(values) == 5 and values[0] in _KINDS and isinstance(values[3], int) and values[3] > 1:
                yield str(values[1]), values[3]


def _is_leaf(pages: Pages, number: int) -> bool:
    try:
        return kind(pages, number) == TABLE_LEAF
    except ValueError:
        return False


def _cells(pages: Pages, number: int) -> Iterator[Cell | None]:
    """Yield the cells of a page; None for each that cannot be read, or for the page as a whole."""
    try:
        yield from cells(pages, number)
    except (ValueError, IndexError):
        yield None


def cells_of_pages(pages: Pages, numbers: Iterable[int]) -> Iterator[Cell | None]:
    """Yield the cells of those pages; None for each that cannot be read."""
    return (cell for number in numbers for cell in _cells(pages, number))


def strays(pages: Pages, seen: set[int]) -> Iterator[list[Cell]]:
    """Yield the cells of each leaf page that belongs to no tree and is not free."""
    skipped = seen | pages.free()
    for number in range(2, pages.count + 1):
        if number not in skipped and _is_leaf(pages, number):
            found = [cell for cell in _cells(pages, number) if cell is not None]
            if found:
                yield found

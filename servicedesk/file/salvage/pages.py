"""Read the pages and cells of a damaged SQLite file without SQLite.

Follows https://sqlite.org/fileformat2.html. No number in the file is trusted: a cell or page that makes no sense raises
ValueError, and its neighbours are still read.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MAGIC = b"SQLite format 3\0"
TABLE_LEAF, TABLE_NODE, INDEX_LEAF, INDEX_NODE = 13, 5, 10, 2
_SIZES = [2**power for power in range(9, 17)]
_USUAL = 4096
_LONG = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # bytes of an integer by its serial type
Value = int | float | str | bytes | None


class Cell(NamedTuple):
    """One cell of a leaf page: the rowid (0 in an index) and the stored columns."""

    rowid: int
    values: list[Value]


class Pages:
    """The pages of a file. A page that its log has committed replaces the page in the file."""

    def __init__(self, path: Path) -> None:
        self._file = _map_file(path)
        log = Path(f"{path}-wal")
        self._log = _map_file(log) if log.exists() else b""
        head = self._file[:100]
        self.size = next((size for size in (_size(head), _log_size(self._log)) if size), _USUAL)
        self._newer = _frames(self._log, self.size)
        self.count = max([len(self._file) // self.size, *self._newer])
        first = self.page(1)
        self.is_headed = first[:16] == MAGIC
        self.usable = self.size - (first[20] if self.is_headed else 0)

    def page(self, number: int) -> bytes:
        """Return the bytes of a page. ValueError if the file has no such page."""
        at = self._newer.get(number)
        if at is not None:
            return self._log[at : at + self.size]
        found = self._file[(number - 1) * self.size : number * self.size] if number > 0 else b""
        if len(found) < self.size:
            raise ValueError(f"no page {number}")
        return found

    def word(self, at: int) -> int:
        """Return the four bytes of the file header at that offset as a number."""
        return int.from_bytes(self.page(1)[at : at + 4], "big")

    def free(self) -> set[int]:
        """Return the free pages, which hold no rows."""
        found: set[int] = set()
        trunk = self.word(32) if self.is_headed else 0
        with suppress(ValueError):
            while trunk and trunk not in found:
                found.add(trunk)
                page = self.page(trunk)
                following, count = struct.unpack_from(">II", page)
                found.update(struct.unpack_from(f">{min(count, self.size // 4 - 2)}I", page, 8))
                trunk = following
        return found


def _map_file(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as source:
        try:
            return mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # empty
            return b""


def _size(head: bytes) -> int | None:
    size = int.from_bytes(head[16:18], "big")
    size = 65536 if size == 1 else size
    return size if head[:16] == MAGIC and size in _SIZES else None


def _log_size(log: bytes | mmap.mmap) -> int | None:
    size = int.from_bytes(log[8:12], "big")
    return size if int.from_bytes(log[:4], "big") | 1 == 0x377F0683 and size in _SIZES else None


def _frames(log: bytes | mmap.mmap, size: int) -> dict[int, int]:
    """Return the offset in the log of the newest committed frame of each page."""
    if _log_size(log) != size:
        return {}
    order = ">" if log[3] & 1 else "<"
    sums = _checksum(order, log[:24], (0, 0))
    found: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for at in range(32, len(log) - size - 23, size + 24):
        number, commit, *rest = struct.unpack_from(">6I", log, at)
        sums = _checksum(order, log[at + 24 : at + 24 + size], _checksum(order, log[at : at + 8], sums))
        if log[at + 8 : at + 16] != log[16:24] or tuple(rest[2:]) != sums:
            break
        waiting[number] = at + 24
        if commit:
            found |= waiting
            waiting = {}
    return found


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    for first, second in struct.iter_unpack(f"{order}II", data):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def kind(pages: Pages, number: int) -> int:
    """Return the type byte of a page."""
    return pages.page(number)[_head(number)]


def _head(number: int) -> int:
    return 100 if number == 1 else 0


def _pointers(page: bytes, head: int, width: int) -> tuple[int, ...]:
    count = int.from_bytes(page[head + 3 : head + 5], "big")
    if head + width + 2 * count > len(page):
        raise ValueError("more cells than room")
    return struct.unpack_from(f">{count}H", page, head + width)


def children(pages: Pages, number: int) -> list[int]:
    """Return the child pages of an inner page, from left to right."""
    page, head = pages.page(number), _head(number)
    found = [int.from_bytes(page[at : at + 4], "big") for at in _pointers(page, head, 12)]
    return [*found, int.from_bytes(page[head + 8 : head + 12], "big")]


def cells(pages: Pages, number: int) -> Iterator[Cell | None]:
    """Yield the rows of a leaf or the entries of an index page; None for each that cannot be read."""
    page, head = pages.page(number), _head(number)
    what = page[head]
    for at in _pointers(page, head, 12 if what == INDEX_NODE else 8):
        try:
            at += 4 if what == INDEX_NODE else 0
            length, at = _varint(page, at)
            rowid, at = _varint(page, at) if what == TABLE_LEAF else (0, at)
            yield Cell(rowid, _record(_payload(pages, page, at, length, is_table=what == TABLE_LEAF)))
        except (ValueError, IndexError, struct.error):
            yield None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64) if value >> 63 else value, at + 9


def _payload(pages: Pages, page: bytes, at: int, length: int, *, is_table: bool) -> bytes:
    """Return all bytes of a row, also those on its overflow pages."""
    usable = pages.usable
    most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
    if not 0 < length <= pages.count * pages.size:
        raise ValueError("no such length")
    local = length
    if length > most:
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        local = local if local <= most else least
    if at + local > usable:
        raise ValueError("beyond its page")
    parts, got = [page[at : at + local]], local
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    while got < length:
        further = pages.page(following)
        parts.append(further[4 : min(usable, 4 + length - got)])
        got += len(parts[-1])
        following = int.from_bytes(further[:4], "big")
    return b"".join(parts)


def _record(payload: bytes) -> list[Value]:
    """Return the columns of a row. ValueError if their lengths do not match."""
    head, at = _varint(payload, 0)
    types = []
    while at < head:
        serial, at = _varint(payload, at)
        types.append(serial)
    values: list[Value] = []
    for serial in types:
        if serial >= 12:
            end = at + (serial - 12) // 2
            values.append(payload[at:end].decode() if serial % 2 else payload[at:end])
        elif serial == 7:
            end = at + 8
            values.append(struct.unpack_from(">d", payload, at)[0])
        elif serial in _LONG:
            end = at + _LONG[serial]
            values.append(int.from_bytes(payload[at:end], "big", signed=True))
        elif serial in {0, 8, 9}:
            end = at
            values.append({0: None, 8: 0, 9: 1}[serial])
        else:
            raise ValueError("no such type")
        at = end
    if at != len(payload):
        raise ValueError("longer or shorter than it says")
    return values

"""What the file refuses of spare parts, whoever writes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.conftest import Desk, filled_once

AT = "2026-11-16T12:00:00+08:00"
STAMP = {"at": AT, "recorded_at": "2026-11-21T18:00:00+08:00", "actor": "x", "origin": "typed"}
ROWS: dict[str, dict[str, object]] = {
    "part_order": {"part_id": 1, "ticket_id": 1, "quantity": 1},
    "part_issue": {"part_id": 1, "technician_id": 1, "quantity": 3, "due_on": "2026-11-18"},
    "part_movement": {"part_id": 1, "kind": "used", "quantity": 1, "part_issue_id": 1, "ticket_id": 1},
}
RECEIVED = {"kind": "received", "part_issue_id": None, "ticket_id": None}


@filled_once
def five(desk: Desk) -> Desk:
    """COMP-12: five came, three of them are with Li, one of which was used on T1; one is ordered."""
    desk.do("technician", "add", "Li")
    desk.do("customer", "add", "王芳", "--phone", "138")
    desk.do("ticket", "open", "--customer", "C1", "--at", "2026-11-16 09:00", "x")
    desk.do("part", "add", "COMP-12", "--name", "compressor")
    desk.do("part", "receive", "COMP-12", "5", "--at", "2026-11-16 12:00")
    with closing(sqlite3.connect(desk.path)) as raw, raw:
        for table in ROWS:
            put(raw, table)
    return desk


@pytest.fixture
def raw(five: Desk) -> Iterator[sqlite3.Connection]:
    """A bare connection to that file."""
    with closing(sqlite3.connect(five.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def put(raw: sqlite3.Connection, table: str, **values: object) -> None:
    row = STAMP | ROWS[table] | values
    raw.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", list(row.values()))


@pytest.mark.parametrize(
    ("table", "values", "sentence"),
    [
        ("part_issue", {}, "no more parts go out than are in stock"),
        ("part_movement", {"part_issue_id": None, "quantity": 3}, "no more parts go out than are in stock"),
        ("part_movement", {"quantity": 3}, "nobody uses or gives back more parts than they took"),
        ("part_movement", {"kind": "returned", "ticket_id": None, "quantity": 3}, "more parts than they took"),
        ("part_movement", RECEIVED | {"quantity": 0}, "CHECK"),
        ("part_movement", {"kind": "used", "ticket_id": None}, "CHECK"),
        ("part_movement", {"kind": "returned", "ticket_id": None, "part_issue_id": None}, "CHECK"),
        ("part_movement", RECEIVED | {"part_issue_id": 1}, "CHECK"),
        ("part_movement", RECEIVED | {"at": "2026-11-21T18:00:01+08:00"}, "CHECK"),
        ("part_movement", RECEIVED | {"part_id": 9}, "FOREIGN KEY"),
        ("part_issue", {"due_on": "2026-11-15", "quantity": 1}, "CHECK"),
        ("part_issue", {"due_on": "soon", "quantity": 1}, "CHECK"),
        ("part_issue", {"forced": "", "quantity": 1}, "CHECK"),
        ("part_order", {"ticket_id": 9}, "FOREIGN KEY"),
    ],
)
def test_an_unlawful_movement_is_refused_by_the_file(
    raw: sqlite3.Connection, table: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=sentence):
        put(raw, table, **values)


@pytest.mark.parametrize("table", ROWS)
def test_movements_are_never_changed_and_never_deleted(raw: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if not row[1].startswith("void")]
    for name in columns:
        with pytest.raises(sqlite3.IntegrityError, match="are voided, never changed"):
            raw.execute(f"UPDATE {table} SET {name} = '77'")
    with pytest.raises(sqlite3.IntegrityError, match="are voided, never deleted"):
        raw.execute(f"DELETE FROM {table}")


def void(raw: sqlite3.Connection, table: str, row_id: int) -> None:
    at = "2026-11-22T12:00:00+08:00"
    raw.execute(f"UPDATE {table} SET voided_at = ?, voided_by = 'x', void_reason = 'y' WHERE id = ?", [at, row_id])


def test_what_others_stand_on_is_voided_last_and_once(raw: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="no more parts go out than are in stock"):
        void(raw, "part_movement", 1)
    with pytest.raises(sqlite3.IntegrityError, match="nobody uses or gives back more parts than they took"):
        void(raw, "part_issue", 1)
    for table, row_id in (("part_movement", 2), ("part_issue", 1), ("part_movement", 1), ("part_order", 1)):
        void(raw, table, row_id)
        with pytest.raises(sqlite3.IntegrityError, match="are voided, never changed"):
            void(raw, table, row_id)


def test_the_part_that_a_wait_names_is_never_changed(raw: sqlite3.Connection) -> None:
    row = STAMP | {"ticket_id": 1, "kind": "waiting", "cause": "outlet_part", "part_id": 1}
    raw.execute(f"INSERT INTO event ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", list(row.values()))
    with pytest.raises(sqlite3.IntegrityError, match="events are voided, never changed"):
        raw.execute("UPDATE event SET part_id = NULL WHERE kind = 'waiting'")
    row |= {"kind": "resumed", "cause": None}
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        raw.execute(f"INSERT INTO event ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", list(row.values()))

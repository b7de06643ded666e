"""An outlet's rows as they lie in the file, their instants parsed."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

NOUNS = ("ticket", "customer", "appliance", "technician", "change", "maintenance_line", "part", "tier")
LOGS = (
    "event", "callback", "promise", "promise_end", "complaint", "complaint_step", "consent", "quote", "quote_answer",
    "charge", "part_issue", "reply", "contact", "contract", "exchange",
)  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a log. `place` is where it stands in the recording order (K1)."""

    id: int
    kind: str
    at: datetime
    recorded_at: datetime
    voided_at: datetime | None
    row: Row
    first_recorded_at: datetime

    @property
    def place(self) -> int:
        """A corrected fact keeps the place of the first of its line."""
        return int(self.row.get("corrects_id") or self.id)

    @property
    def technician_id(self) -> int | None:
        found: int | None = self.row["technician_id"]
        return found

    def is_visible(self, as_of: datetime) -> bool:
        """C3: happened and recorded by then, and not taken back by then."""
        return self.at <= as_of and self.recorded_at <= as_of and not (self.voided_at and self.voided_at <= as_of)


@dataclass(frozen=True, slots=True)
class Raw:
    """The tables that the KPIs rest on, logs in the order of their ids."""

    zone: ZoneInfo
    tickets: tuple[Row, ...]
    customers: dict[int, Row]
    appliances: dict[int, Row]
    technicians: dict[int, Row]
    lines: tuple[Row, ...]
    changes: tuple[Row, ...]
    histories: dict[tuple[str, int, str], list[tuple[datetime, str | None]]]
    logs: dict[str, tuple[Fact, ...]]
    parts: dict[int, Row]
    tiers: tuple[Row, ...]

    def day(self, at: datetime) -> date:
        """C1: the outlet's local date of an instant."""
        return at.astimezone(self.zone).date()

    def value_at(self, noun: str, row: Row, field: str, at: datetime) -> str | None:
        """What stood in a field at an instant: `old` of the first change recorded after it, else what stands now."""
        later = self.histories.get((noun, row["id"], field), [])
        found: str | None = next((old for recorded_at, old in later if recorded_at > at), row[field])
        return found


def raw(path: Path) -> Raw:
    """Every row of the tables that the KPIs rest on."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        tables = {name: _rows(connection, name) for name in (*NOUNS, *LOGS)}
        zone = ZoneInfo(connection.execute("SELECT * FROM outlet").fetchone()["zone"])
    finally:
        connection.close()
    return Raw(
        zone,
        tuple(tables["ticket"]),
        _by_id(tables["customer"]),
        _by_id(tables["appliance"]),
        _by_id(tables["technician"]),
        tuple(tables["maintenance_line"]),
        tuple(tables["change"]),
        _histories(tables["change"]),
        {name: tuple(_facts(name, tables[name])) for name in LOGS},
        _by_id(tables["part"]),
        tuple(tables["tier"]),
    )


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY id")]


def _by_id(rows: Iterable[Row]) -> dict[int, Row]:
    return {row["id"]: row for row in rows}


def _histories(changes: Iterable[Row]) -> dict[tuple[str, int, str], list[tuple[datetime, str | None]]]:
    """What each field was before, and until when, in the order of typing."""
    found: dict[tuple[str, int, str], list[tuple[datetime, str | None]]] = {}
    for change in sorted(changes, key=lambda change: (instant(change["recorded_at"]), change["id"])):
        (noun,) = (noun for noun in NOUNS[:4] if change[f"{noun}_id"] is not None)
        past = found.setdefault((noun, change[f"{noun}_id"], change["field"]), [])
        past.append((instant(change["recorded_at"]), change["old"]))
    return found


def instant(text: str) -> datetime:
    """In UTC, where instants of both sides of a change of the clock compare as they happened."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _facts(table: str, rows: Iterable[Row]) -> Iterable[Fact]:
    recorded = {row["id"]: instant(row["recorded_at"]) for row in rows}
    for row in rows:
        voided = row["voided_at"]
        yield Fact(
            row["id"],
            row.get("kind", table),
            instant(row.get("at") or row["recorded_at"]),
            recorded[row["id"]],
            instant(voided) if voided else None,
            row,
            recorded[row.get("corrects_id") or row["id"]],
        )

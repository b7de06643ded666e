"""Honesty signals in the monthly report: each signal of the month with the rows that it found (K17)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from servicedesk.base import periods
from servicedesk.base.table import Table
from servicedesk.kpis.integrity import panel, registry
from servicedesk.reports.report import Finding, Signal
from servicedesk.storage.database import Database

MOST = 5_000  # rows that one page takes, of all signals together


def signals(db: Database, month: periods.Period, *, as_of: datetime) -> tuple[Signal, ...]:
    """Return every signal of the month as of an instant, with its hits if the page has room for them."""
    found, room = [], MOST
    for told in _people(panel.panel(db, month, as_of=as_of)):
        rows = list(_hits(db, told["signal"], month, as_of)) if 0 < told["hits"] <= room else []
        room -= len(rows)
        meant = registry.find_signal(told["signal"])
        found.append(
            Signal(
                key=meant.key,
                title=meant.title,
                chinese=meant.chinese,
                formula=meant.formula,
                look_when=meant.look_when,
                unit=meant.unit,
                **{key: told[key] for key in ("hits", "total", "k_of_n", "value", "figure", "mark")},
                findings=tuple(rows),
            )
        )
    return tuple(found)


def ticket_ids_of(found: Iterable[Signal]) -> set[int]:
    """Return the ids of the tickets that the signals found."""
    return {row.ticket_id for signal in found for row in signal.findings if row.ticket_id is not None}


def _people(table: Table) -> Iterator[dict[str, Any]]:
    """Yield the rows with the values for programs and for people."""
    keys = [column.key for column in table.columns]
    return (dict(zip(keys, row, strict=True)) for row in table.each())


def _hits(db: Database, key: str, month: periods.Period, as_of: datetime) -> Iterator[Finding]:
    for row in panel.hits(db, key, month, as_of=as_of):
        yield Finding(
            ticket_id=row["ticket_id"],
            appliance_id=row["appliance_id"],
            technician=row["technician"] or "",
            clerk=row["clerk"] or "",
            at=row["at"] or "",
            recorded_at=row["recorded_at"] or "",
            what=row["what"],
        )

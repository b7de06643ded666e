"""Put together the rows of one ticket in a file that has a row for every visit.

The ticket itself comes from its first row. Every row adds its arrival, its wait and, if it has them, the end and the
answer. The rows of a ticket may stand anywhere in the file, so they are sorted in a temporary table: SQLite keeps a
small one in memory, and writes a large one to a temporary file.
"""

import marshal
import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import groupby, islice
from typing import Any

from servicedesk.base.messages import say
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.numbering import Facts
from servicedesk.file.imports.maps.row_values import TicketRow, joined_digest
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.tables.arrange import Record

# `key` has no affinity, so that 1 and '1' stay different.
_TABLE = "CREATE TABLE record (key, number INTEGER PRIMARY KEY, line INTEGER, sheet TEXT, cells BLOB, wrong BLOB)"
_PUT = "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)"
_INDEX = "CREATE INDEX record_key ON record (key, number)"
_BY_TICKET = """
SELECT first, r.number, r.line, r.sheet, r.cells, r.wrong
  FROM (SELECT key, min(number) AS first FROM record GROUP BY key) AS ticket
  JOIN record r ON r.key = ticket.key
 ORDER BY first, r.number
"""
_ENDS = ("completed", "cancelled")
_DURING = ("arrived", "waiting", "resumed")
_KINDS = ("reported", "assigned", "appointed", "arrived", "waiting", "resumed", "completed", "cancelled", "surveyed")
_ORDER = dict(zip(_KINDS, range(9), strict=True))
_EVENTS = TicketRow._fields.index("events")


def group_records(records: Iterable[Record], reader: Reader, most: int) -> Iterator[tuple[list[list[Record]], float]]:
    """Yield the records by their tickets, in the order of the first rows, some `most` tickets at a time.

    Each batch comes with the share of all records given so far, 0 to 1. A record that cannot be right, or has no
    ticket, is a group of its own.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as kept:
        kept.execute(_TABLE)
        total = kept.executemany(_PUT, ((_key(record, reader), *_pack(record)) for record in records)).rowcount
        kept.execute(_INDEX)
        groups = groupby(kept.execute(_BY_TICKET), key=lambda row: row[0])
        found = ([_record(*row[1:]) for row in rows] for _, rows in groups)
        given = 0
        while some := list(islice(found, most)):
            given += sum(map(len, some))
            yield some, given / total


def _key(record: Record, reader: Reader) -> str | int:
    """Return the key of a record's ticket; its own number, which no text is equal to, if it stands for itself."""
    if not record.fault:
        with suppress(RowError):  # it is rejected when it is read
            return reader.ticket_key(record.cells, record.number) or record.number
    return record.number


def _pack(record: Record) -> tuple[Any, ...]:
    wrong = pickle.dumps((record.fault, record.bad)) if record.fault or record.bad else None
    return record.number, record.line, record.sheet, marshal.dumps(record.cells), wrong


def _record(number: int, line: int, sheet: str, cells: bytes, wrong: bytes | None) -> Record:
    fault, bad = pickle.loads(wrong) if wrong else (None, {})
    return Record(number, line, marshal.loads(cells), fault, bad, sheet)


def join_tickets(rows: Sequence[tuple[Record, Facts]]) -> tuple[Facts, list[tuple[Record, RowError]]]:
    """Return one ticket joined from several rows, and the rows that contradict the others."""
    first = rows[0][1]
    events: dict[Facts, Record] = {}
    refused: list[tuple[Record, RowError]] = []
    ends = [event for _, ticket in rows for event in ticket[_EVENTS] if event[0] in _ENDS]
    until = ends[0][2] if ends else None
    for record, ticket in rows:
        said = ticket[_EVENTS] if ticket is first else ticket[_EVENTS][1:]  # the report is that of the first row
        added = [_before_end(event, ends) for event in said]
        why = next(filter(None, (_contradiction(event, ends, until) for event in added)), None)
        if why:
            refused.append((record, why))
        else:
            events.update(dict.fromkeys((event for event in added if event not in events), record))
    told = tuple(sorted(events, key=lambda event: (event[2], _ORDER[event[0]])))
    ended = next((event[1] for event in told if event[0] in _ENDS), None)
    technician = next((ticket[6] for _, ticket in reversed(rows) if ticket[6]), None)
    return (*first[:6], technician, first[7], ended, told, joined_digest(first[-1], told)), refused


def _before_end(event: Facts, ends: Sequence[Facts]) -> Facts:
    """Return an event of a day without a time of day no later than the end of its ticket on that day."""
    if ends and event[0] in _DURING and event[2] > ends[0][2]:
        (day, time), (last_day, _) = event[1][:19].split("T"), ends[0][1].split("T")
        if day == last_day and time == "23:59:59":
            return (event[0], *ends[0][1:3], *event[3:])
    return event


def _contradiction(event: Facts, ends: Sequence[Facts], until: int | None) -> RowError | None:
    """Return why an event cannot be beside the end of the ticket."""
    if event[0] in _ENDS and event != ends[0]:
        return RowError("", event[1], say("the ticket ended {at} by another row", at=ends[0][1]))
    if until is not None and event[0] in _DURING and event[2] > until:
        return RowError("", event[1], say("it is after the end of the ticket"))
    return None

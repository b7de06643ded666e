"""Read a file in batches of mapped rows. A second process reads a large file while this one writes."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.numbering import Facts
from servicedesk.file.imports.maps.row_values import Nouns
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.tables.arrange import Record
from servicedesk.file.imports.tables.layout import Tally
from servicedesk.file.imports.tables.open_table import Sheet
from servicedesk.file.imports.visits import group_records, join_tickets

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

BATCH = 300  # records; with thousands SQLite keeps a copy of many pages for each statement
LARGE = 1 << 20  # bytes; reading is 40 % of an import, so from this size a second process is worth its start

# One record: its number, its place, its cells joined by NUL if rejects may need them, then customer number, appliance
# number and ticket.
Mapped = tuple[int, int | str, str, int, int, Facts | None]


class Batch(NamedTuple):
    """Mapped rows, rejected records, and how many bytes of the file were read so far.

    `customers` and `appliances`: the values of the numbers that are new in this batch; with `is_anew` the numbers start
    at 1 again. `tally`: counts of values that were read and are not kept.
    """

    rows: list[Mapped]
    bad: list[tuple[Record, RowError]]
    position: int
    customers: Sequence[Facts] = ()
    appliances: Sequence[Facts] = ()
    is_anew: bool = False
    tally: Tally = Tally()


def batches(sheet: Sheet, reader: Reader, *, with_cells: bool, apart: bool = False) -> Iterator[Batch]:
    """Return the whole file in batches of mapped rows, without the records that [[only]] leaves out.

    `with_cells`: keep the cells of each record. `apart`: every batch starts its numbers at 1.
    """
    read = _visit_batches if reader.has_visits else _record_batches
    mapped = read(sheet, reader, with_cells=with_cells, apart=apart)
    # 100,000 tickets on two cores: one process takes 1.5 times as long, a process pool 1.2 times, and its worker lives
    # on when the import is killed.
    is_large = sheet.size > LARGE and not sheet.is_workbook and (os.cpu_count() or 1) > 1
    return _read_beside(mapped) if is_large and hasattr(os, "fork") else mapped


def _visit_batches(sheet: Sheet, reader: Reader, *, with_cells: bool, apart: bool) -> Iterator[Batch]:
    """Yield batches in which each row of a ticket carries the ticket that was joined from all its rows."""
    for groups, share in group_records(sheet.records, reader, BATCH):
        is_anew = reader.begin(anew=apart)
        rows: list[Mapped] = []
        bad: list[tuple[Record, RowError]] = []
        for group in groups:
            found = [(record, nouns) for record in group if (nouns := _nouns(reader, record, bad)) is not None]
            tickets = [(record, nouns[2]) for record, nouns in found if nouns[2]]
            whole, refused = join_tickets(tickets) if len(tickets) > 1 else (None, [])
            bad += refused
            gone = {record.number for record, _ in refused}
            rows += [
                (record.number, record.place, "\0".join(record.cells) if with_cells else "", *nouns[:2],
                 whole if whole and nouns[2] else nouns[2])
                for record, nouns in found if record.number not in gone
            ]  # fmt: skip
        fresh = reader.customers.fresh, reader.appliances.fresh
        yield Batch(rows, bad, int(sheet.size * share), *fresh, is_anew, _take_counts(reader.tally))


def _nouns(reader: Reader, record: Record, bad: list[tuple[Record, RowError]]) -> Nouns | None:
    """Return what the record becomes; None if it is left out, or rejected and put into `bad`."""
    try:
        if record.fault:
            raise RowError("", record.cells[-1][:200] if record.cells else "", record.fault)
        return reader.nouns(record.cells, record.number, record.bad)
    except RowError as error:
        bad.append((record, error))
        return None


def _take_counts(tally: Tally) -> Tally:
    """Return what was counted so far, and count from 0."""
    found = Tally(tally)
    tally.clear()
    return found


def _record_batches(sheet: Sheet, reader: Reader, *, with_cells: bool, apart: bool) -> Iterator[Batch]:
    while records := list(islice(sheet.records, BATCH)):
        is_anew = reader.begin(anew=apart)
        rows: list[Mapped] = []
        bad: list[tuple[Record, RowError]] = []
        for record in records:
            nouns = _nouns(reader, record, bad)
            if nouns is not None:
                rows.append((record.number, record.place, "\0".join(record.cells) if with_cells else "", *nouns))
        fresh = reader.customers.fresh, reader.appliances.fresh
        yield Batch(rows, bad, sheet.position(), *fresh, is_anew, _take_counts(reader.tally))


def _read_beside(mapped: Iterator[Batch]) -> Iterator[Batch]:
    """Return the same batches from a second process, which reads and maps and never touches the database."""
    from multiprocessing import get_context

    fork = get_context("fork")  # the reader of the file cannot be pickled
    ours, theirs = fork.Pipe()
    child = fork.Process(target=send_batches, args=(mapped, theirs, ours))
    child.start()
    theirs.close()
    try:
        yield from receive_batches(ours)
    finally:
        ours.close()
        child.join()


def send_batches(mapped: Iterator[Batch], theirs: "Connection", ours: "Connection") -> None:
    """Send every batch to the process that writes. At the end send None, or the error that ended the reading."""
    ours.close()  # else a killed writing process would go unnoticed
    ended: Exception | None = None
    try:
        for rows, bad, *beside in mapped:
            theirs.send((rows, [(record, error.column, error.value, error.reason) for record, error in bad], beside))
    except (BrokenPipeError, ConnectionResetError, KeyboardInterrupt):  # the import was given up
        return
    except Exception as error:
        ended = error
    theirs.send(ended)


def receive_batches(ours: "Connection") -> Iterator[Batch]:
    """Return the batches that were sent, and raise the error that ended them. StorageError if the sender died."""
    try:
        while isinstance(sent := ours.recv(), tuple):
            rows, refused, beside = sent
            yield Batch(rows, [(record, RowError(*error)) for record, *error in refused], *beside)
    except (EOFError, ConnectionError) as error:
        stopped = say("the file was not read to its end: the reading process was stopped")
        raise StorageError(stopped, hint=say("try again")) from error
    if sent is not None:
        raise sent

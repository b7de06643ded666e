"""The records of a file as mapped rows, batch after batch; of a large file by a second process, beside the writing."""

import marshal
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import BinaryIO, NamedTuple

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.numbering import Facts
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.reading import Record, Sheet

BATCH = 100  # records that are read and mapped together: they stay near the processor, for a fifth of that time
WRITTEN = 300  # that are written together: of each page that a statement goes on with SQLite keeps a copy
_NO_REFERENCES = 2  # a version of marshal: hardly anything comes twice, and looking for it costs a third
AHEAD = 256 << 10  # bytes that wait in the pipe: about six batches
LARGE = 1 << 20  # bytes from which a second process is worth its start

# What one record says: its number and line, its cells joined by NUL where they may be asked for, and its nouns.
Mapped = tuple[int, int, str, int, int, Facts | None]


class Batch(NamedTuple):
    """Rows that may be taken, records that may not, and how many bytes of the file are read by now.

    `customers` and `appliances` are what the next numbers stand for; `is_anew`: they count from 1 again.
    """

    rows: list[Mapped]
    bad: list[tuple[Record, RowError]]
    position: int
    customers: Sequence[Facts] = ()
    appliances: Sequence[Facts] = ()
    is_anew: bool = False


def batches(sheet: Sheet, reader: Reader, *, with_cells: bool, apart: bool = False) -> Iterator[Batch]:
    """All of the file; a record that [[only]] leaves out is in none of them. `apart`: each batch numbers anew."""
    found = _batches(sheet, reader, with_cells=with_cells, apart=apart)
    is_large = sheet.size > LARGE and not sheet.is_workbook and (os.cpu_count() or 1) > 1
    return join_batches(_beside(found) if is_large and hasattr(os, "fork") else found)


def _batches(sheet: Sheet, reader: Reader, *, with_cells: bool, apart: bool) -> Iterator[Batch]:
    while records := list(islice(sheet.records, BATCH)):
        is_anew = reader.begin(anew=apart)
        rows: list[Mapped] = []
        bad: list[tuple[Record, RowError]] = []
        for record in records:
            number, line, cells, fault, spoilt = record
            try:
                if fault:
                    raise RowError("", cells[-1][:200], fault)
                nouns = reader.nouns(cells, number, spoilt)
            except RowError as error:
                bad.append((record, error))
                continue
            if nouns is not None:
                rows.append((number, line, "\0".join(cells) if with_cells else "", *nouns))
        yield Batch(rows, bad, sheet.position(), reader.customers.fresh, reader.appliances.fresh, is_anew)


def join_batches(found: Iterator[Batch]) -> Iterator[Batch]:
    """The same in larger ones, as far as their numbers go on."""
    whole: Batch | None = None
    for batch in found:
        if whole is None:
            whole = batch
        elif batch.is_anew or len(whole.rows) + len(whole.bad) >= WRITTEN:
            yield whole
            whole = batch
        else:
            rows, bad, _, customers, appliances, is_anew = whole
            whole = Batch(
                rows + batch.rows,
                bad + batch.bad,
                batch.position,
                [*customers, *batch.customers],
                [*appliances, *batch.appliances],
                is_anew,
            )
    if whole is not None:
        yield whole


def _beside(found: Iterator[Batch]) -> Iterator[Batch]:
    """The same, made by a child of ours: it reads and maps while its parent writes. It never touches the database."""
    import fcntl

    ours, theirs = os.pipe()
    with suppress(AttributeError, OSError):  # what a system grants of its own is enough, if slower
        fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, AHEAD)
    child = os.fork()
    if not child:  # pragma: no cover (its end leaves no trace; what it does is tested in one process)
        status = 1
        try:
            os.close(ours)
            with open(theirs, "wb") as pipe:
                send_batches(found, pipe)
            status = 0
        finally:
            os._exit(status)  # nothing that it inherited is closed: it is its parent's
    os.close(theirs)
    try:
        with open(ours, "rb") as pipe:
            yield from receive_batches(pipe)
    finally:
        os.waitpid(child, 0)


def send_batches(found: Iterator[Batch], pipe: BinaryIO) -> None:
    """Every batch into a pipe, and at the end how it ended: with None, or with an error."""
    ended: Exception | None = None
    try:
        for rows, bad, *beside in found:
            refused = [(record, error.column, error.value, error.reason) for record, error in bad]
            _write_block(pipe, marshal.dumps((rows, pickle.dumps(refused), beside), _NO_REFERENCES))
    except BrokenPipeError:  # whom it was for has given up
        return
    except Exception as error:
        ended = error
    _write_block(pipe, b"")
    pipe.write(pickle.dumps(ended))


def receive_batches(pipe: BinaryIO) -> Iterator[Batch]:
    """The batches that were sent, and the error that ended them. StorageError where the sender died."""
    while size := int.from_bytes(_read_block(pipe, 8), "big"):
        rows, refused, beside = marshal.loads(_read_block(pipe, size))
        bad = [(record, RowError(*error)) for record, *error in pickle.loads(refused)]
        yield Batch(rows, bad, *beside)
    ended = pickle.load(pipe)
    if ended is not None:
        raise ended


def _write_block(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big") + message)


def _read_block(pipe: BinaryIO, size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise StorageError(say("the file was not read to its end: whoever read it was stopped"), hint=say("try again"))
    return found

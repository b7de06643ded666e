"""`import FILE`: load a file of another program, all or nothing, or the good rows and a file of the rejected ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from servicedesk.base.collecting import never_collecting
from servicedesk.base.errors import StorageError, UsageError, nearest
from servicedesk.base.messages import cause, coded, joined, say, say_count
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.desk.appliances.register import OLD_YEARS
from servicedesk.domain.model import Stamp
from servicedesk.file import doubles
from servicedesk.file.imports import rejects
from servicedesk.file.imports.batches import Batch, batches
from servicedesk.file.imports.counts import Counts
from servicedesk.file.imports.loader import Loader
from servicedesk.file.imports.maps.mapping import Map, identity
from servicedesk.file.imports.maps.parsing import parse_map
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.maps.ticket_rows import Meaning, as_written
from servicedesk.file.imports.maps.words import DEPTHS
from servicedesk.file.imports.tables.arrange import Record
from servicedesk.file.imports.tables.layout import Layout
from servicedesk.file.imports.tables.open_table import open_table
from servicedesk.file.imports.update import complete_record as complete_record
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.new_files import reading_input
from servicedesk.storage.paths import is_dash

COLUMNS = columns(
    "read:count", "new:count", "known:count", "changed:count", "rejected:count", "customers:count=new customers",
    "appliances:count=new appliances", "encoding",
)  # fmt: skip

# Called with the bytes read so far and the size of the file.
Progress = Callable[[int, int], None]


def import_records(
    desk: Desk,
    path: Path,
    *,
    noun: str | None = None,
    map_path: Path | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    update: bool = False,
    dry_run: bool = False,
    rejects_path: Path | None = None,
    meaning: Meaning = as_written,
    progress: Progress | None = None,
) -> Result:
    """Import the records of a file and return how many are new, known, changed and rejected.

    `noun`: customers, appliances or tickets; None: all that the map has. RefusedError with the rejected rows if there
    are any and no `rejects_path`. A dry run writes no rejects.
    """
    db, depth = desk.db, _depth(noun)
    if map_path and is_dash(path) and is_dash(map_path):
        raise UsageError(say("only one of the file and --map can be the input"))
    rejects.check(rejects_path, outlet=db.path, inputs=[path, map_path] if map_path else [path])
    mapping = _map(map_path) if map_path else None
    # 32 MiB for the pages of the indexes and for sorting: half of what a report takes, because a second process reads a
    # large file.
    db.connection.execute("PRAGMA cache_size = -32768")
    with open_table(path, _layout(mapping, encoding, sheet)) as table:
        names = table.headings.names
        mapping = (mapping or identity(names, depth)).cut_to(depth)
        reader = Reader(mapping, names, now=desk.now, is_workbook=table.is_workbook, aliases=table.headings.aliases,
                        epoch=table.epoch, tally=table.tally, meaning=meaning)  # fmt: skip
        with (
            nullcontext() if update else _trusting(db),
            db.atomic(dry_run=dry_run),
            rejects.collect_rejects(names, None if dry_run else rejects_path, outlet=db.path) as bad,
        ):
            stamp = Stamp(desk.stamp.recorded_at, desk.stamp.actor, "imported")
            loader = Loader(db, stamp, source=mapping.source, depth=mapping.depth, now=desk.now,
                            update=complete_record if update else None,
                            labels=mapping.labels,
                            assignment_unknown="assigned_at" not in mapping.sections.get("ticket", {}),
                            has_visits=reader.has_visits)  # fmt: skip
            with never_collecting():
                found = batches(table, reader, with_cells=rejects_path is not None, apart=update)
                read = _load_batches(loader, found, table.size, bad, progress)
            alike = loader.finish(path)
            if rejects_path is None:
                bad.refuse(read)
    notes = [
        *table.notes,
        *_notes(loader.counts, read, update=update),
        *([doubles.doubles_note(alike)] if alike else []),
    ]
    if bad.count:
        notes.append(
            say("{count} rejected", count=bad.count)
            if dry_run or is_dash(rejects_path)
            else say("{count} rejected: see {path}", count=bad.count, path=rejects_path)
        )
    if dry_run:
        notes.append(say("dry run: nothing was written"))
    return Result(_counts_table(loader.counts, read, bad.count, table.encoding), notes, db.has_written)


def read_layout(map_path: Path | None, *, encoding: str | None = None, sheet: str | None = None) -> Layout:
    """Return how an import with these options takes the table of a file. UsageError if the map is none."""
    return _layout(_map(map_path) if map_path else None, encoding, sheet)


def _layout(mapping: Map | None, encoding: str | None, sheet: str | None) -> Layout:
    layout = mapping.layout if mapping else Layout()
    return replace(layout, encoding=encoding or layout.encoding, sheets=(sheet,) if sheet else layout.sheets)


def _counts_table(counts: Counts, read: int, rejected: int, encoding: str) -> Table:
    row = [read, counts.new, counts.known, counts.changed, rejected, counts.customers, counts.appliances, encoding]
    return record(COLUMNS, row)


def _depth(noun: str | None) -> int | None:
    if noun is not None and noun not in DEPTHS:
        raise UsageError(say("--as takes no '{noun}'", noun=noun), hint=nearest(noun, DEPTHS))
    return DEPTHS[noun] if noun else None


def _map(path: Path) -> Map:
    try:
        if is_dash(path):
            with reading_input() as source:
                content = source.read()
        else:
            content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise StorageError(say("the map {path} cannot be read: {strerror}", path=path, strerror=cause(error))) from None
    except UnicodeDecodeError:
        raise UsageError(say("the map {path} is not written in UTF-8", path=path)) from None
    return parse_map(text, path.name)


def _load_batches(
    loader: Loader, found: Iterator[Batch], size: int, bad: rejects.Rejects, progress: Progress | None
) -> int:
    """Write batch after batch and return how many records were read. Inside a transaction."""
    read = 0
    for batch in found:
        read += len(batch.rows) + len(batch.bad)
        loader.expected = loader.expected or read * size // max(batch.position, 1)
        refused = [
            (Record(number, line, cells.split("\0")), error) for (number, line, cells, *_), error in loader.take(batch)
        ]
        for one, error in sorted(batch.bad + refused, key=lambda pair: pair[0].number):
            bad.add(one, error)
        if progress:
            progress(batch.position, size)
    return read


@contextmanager
def _trusting(db: Database) -> Iterator[None]:
    """Switch foreign keys off around an import, which only refers to rows that it found or wrote itself.

    SQLite would read the customer and the machine of every ticket, and the ticket and the technician of every event.
    """
    db.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.connection.execute("PRAGMA foreign_keys = ON")


def _notes(counts: Counts, read: int, *, update: bool) -> Iterator[str]:
    if not read:
        yield say("the file has no records")
    for what, names in ((say("categories"), counts.categories), (say("technicians"), counts.technicians)):
        if names:
            more = say(" and {n} more", n=len(names) - 8) if len(names) > 8 else ""
            yield say("new {what}: {names}{more}", what=what, names=", ".join(names[:8]), more=more)
    if counts.meant:
        told = [say("{text} as {code}", text=text, code=code) for text, code in counts.meant.items()]
        more = say(" and {n} more", n=len(told) - 8) if len(told) > 8 else ""
        yield say("categories recognised by name: {names}{more}", names=joined(", ", told[:8]), more=more)
    if counts.changed:
        first = say("(first: {first_changed}); the existing ones are kept", first_changed=counts.first_changed)
        yield say("warning: {carry} other values for a known key {first}", carry=_carry(counts.changed), first=first)
    if counts.old:
        yield say(
            "warning: bought more than {old_years} years ago: {n} (first: {first}); is the date right?",
            old_years=OLD_YEARS,
            n=counts.old,
            first=counts.first_old,
        )
    if counts.forgotten:
        yield say("{carry} the key of a forgotten person: left out", carry=_carry(counts.forgotten))
    for noun in ("customer", "appliance"):
        if counts.differing[noun] and not counts.changed:
            yield say(
                "warning: {carry} other values for an existing {noun}; the existing ones are kept",
                carry=_carry(counts.differing[noun]),
                noun=coded(noun),
            )
    if update:
        yield say("records that added what was missing: {completed}", completed=counts.completed)
    elif counts.changed:
        yield say("--update adds what is missing, and never overwrites")


def _carry(count: int) -> str:
    return say_count("{n} record carries", "{n} records carry", n=count)

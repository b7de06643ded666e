"""`import FILE`: load a file of another program: all rows or none, or the good rows and the rejected ones in a file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from servicedesk.base.errors import RefusedError, StorageError, UsageError, nearest
from servicedesk.base.messages import cause, item_list, say
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.domain.model import Stamp
from servicedesk.file import doubles
from servicedesk.file.imports import preview, rejects, talk
from servicedesk.file.imports.batches import Batch, batches
from servicedesk.file.imports.collecting import never_collecting
from servicedesk.file.imports.load import staff
from servicedesk.file.imports.load.answers import Answers
from servicedesk.file.imports.load.changes import Changes, collect_changes
from servicedesk.file.imports.load.compare import Comparison
from servicedesk.file.imports.load.counts import Counts
from servicedesk.file.imports.load.loader import Loader
from servicedesk.file.imports.maps.find_shipped import find_shipped_map
from servicedesk.file.imports.maps.mapping import Map, identity
from servicedesk.file.imports.maps.parsing import parse_map
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.maps.ticket_rows import Meaning, as_written
from servicedesk.file.imports.maps.words import DEPTHS
from servicedesk.file.imports.options import ImportOptions
from servicedesk.file.imports.tables.arrange import Record
from servicedesk.file.imports.tables.layout import Layout, Tally
from servicedesk.file.imports.tables.open_table import Sheet, open_table
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.new_files import reading_input
from servicedesk.storage.paths import is_dash, is_same

COLUMNS = columns(
    "read:count", "new:count", "known:count", "changed:count", "rejected:count", "customers:count=new customers",
    "appliances:count=new appliances", "encoding",
)  # fmt: skip

_COLUMNS_OF = "SELECT name FROM pragma_table_info(:name)"
# Called with the bytes read so far and the size of the file.
Progress = Callable[[int, int], None]


def import_records(
    desk: Desk,
    path: Path,
    options: ImportOptions,
    *,
    meaning: Meaning = as_written,
    progress: Progress | None = None,
) -> Result:
    """Import the records of a file and return how many are new, known, changed and rejected.

    RefusedError with the rejected rows if there are any and the options name no file for them.
    """
    db, update = desk.db, options.update or options.correct
    depth = None if options.noun == staff.NOUN else _depth(options.noun)
    _check_options(path, options, outlet=db.path)
    mapping = _map(options.map_path) if options.map_path else None
    # 32 MiB for the pages of the indexes and for sorting: half of what a report takes, because a second process reads a
    # large file.
    db.connection.execute("PRAGMA cache_size = -32768")
    with open_table(path, _layout(mapping, options)) as table:
        names = table.headings.names
        if options.noun == staff.NOUN or (options.noun is None and mapping is None and staff.is_staff_list(names)):
            return _import_staff(desk, table, options)
        mapping = (mapping or _find_map(db, names, depth)).cut_to(depth)
        reader = Reader(mapping, names, now=desk.now, is_workbook=table.is_workbook or table.has_rejects,
                        aliases=table.headings.aliases, epoch=table.epoch, tally=table.tally,
                        meaning=meaning)  # fmt: skip
        with (
            nullcontext() if update else _trusting(db),
            db.atomic(dry_run=options.dry_run),
            rejects.collect_rejects(names, options.rejects_to_write, outlet=db.path) as bad,
            collect_changes(options.changes_to_write, correct=options.correct, outlet=db.path) as changes,
        ):
            listing = options.dry_run or options.correct or options.changes_path is not None
            comparison = Comparison(changes, update=update, is_listed=listing, is_numbered=mapping.is_numbered)
            loader = _loader(desk, mapping, reader, comparison, keeps_values=update or listing)
            with never_collecting():
                with_cells = options.rejects_path is not None
                found = batches(table, reader, with_cells=with_cells, apart=update or listing)
                read, tally = _load_batches(loader, found, table.size, bad, progress)
            alike = loader.finish(path)
            notes = [*table.notes, *_notes(loader, changes, tally, mapping, read, options)]
            notes += _note_doubles(loader, bad, alike, options)
            if options.rejects_path is None:
                bad.refuse(read, notes if options.dry_run else ())
    notes += _last_notes(bad.count, options)
    return Result(_counts_table(loader.counts, read, bad.count, table.encoding), notes, db.has_written)


def _import_staff(desk: Desk, table: Sheet, options: ImportOptions) -> Result:
    """Import a list of technicians, which takes no map."""
    names, db = table.headings.names, desk.db
    with (
        db.atomic(dry_run=options.dry_run),
        rejects.collect_rejects(names, options.rejects_to_write, outlet=db.path) as bad,
    ):
        found = staff.read_staff(desk, table, bad)
        if options.rejects_path is None:
            bad.refuse(found.read)
    notes = [*table.notes, *staff.tell_others(found), *_last_notes(bad.count, options)]
    counts = Counts(new=found.new, known=found.known, changed=len(found.others))
    return Result(_counts_table(counts, found.read, bad.count, table.encoding), notes, db.has_written)


def _find_map(db: Database, names: Sequence[str], depth: int | None) -> Map:
    """Return the map of a file that came without one: shipped, or by its headings. RefusedError if neither fits."""
    for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if [column["name"] for column in db.rows(_COLUMNS_OF, name=row["name"])] == list(names):
            raise RefusedError(
                say("this is the table {name}, which is not read back alone", name=row["name"]),
                hint=say("'export ./all' writes the whole outlet, and 'import ./all' reads it into a new file"),
            )
    return find_shipped_map(names) or identity(names, depth)


def _check_options(path: Path, options: ImportOptions, *, outlet: Path) -> None:
    """Raise an error if options do not fit together, two files are the input, or an output would replace an input."""
    if options.noun == staff.NOUN and (options.map_path or options.update or options.correct or options.changes_path):
        raise UsageError(say("technicians are read without --map, --update, --correct and --changes"))
    if options.map_path and is_dash(path) and is_dash(options.map_path):
        raise UsageError(say("only one of the file and --map can be the input"))
    inputs = [path, options.map_path] if options.map_path else [path]
    rejects.check(options.rejects_path, "--rejects", outlet=outlet, inputs=inputs)
    rejects.check(options.changes_path, "--changes", outlet=outlet, inputs=inputs)
    written = [each for each in (options.rejects_path, options.changes_path) if each and not is_dash(each)]
    if len(written) == 2 and is_same(*written):
        raise UsageError(say("--rejects and --changes are one file"), hint=say("name two"))


def _loader(
    desk: Desk, mapping: Map, reader: Reader, comparison: Comparison, *, keeps_values: bool
) -> Loader | Answers:
    stamp = Stamp(desk.stamp.recorded_at, desk.stamp.actor, "imported")
    if mapping.only_answers:
        return Answers(Desk(desk.db, stamp, desk.now), source=mapping.source)
    return Loader(
        desk.db,
        stamp,
        source=mapping.source,
        depth=mapping.depth,
        now=desk.now,
        compare_record=comparison.take,
        labels=mapping.labels,
        assignment_unknown="assigned_at" not in mapping.sections.get("ticket", {}),
        has_visits=reader.has_visits,
        keeps_values=keeps_values,
    )


def _notes(
    loader: Loader | Answers, changes: Changes, tally: Tally, mapping: Map, read: int, options: ImportOptions
) -> Iterator[str]:
    counts, update = loader.counts, options.update or options.correct
    if not read:
        yield say("the file has no records")
    yield from talk.new_names(counts)
    yield from talk.further_rows(counts, loader.noun)
    yield from talk.rows_without_answer(counts)
    yield from talk.differences(counts, changes, update=update, correct=options.correct)
    yield from talk.oddities(counts)
    has_technicians = "technician" in mapping.sections.get("ticket", {})
    yield from talk.unknown_times(mapping.sections, counts)
    yield from talk.losses(tally, counts, list(mapping.sections), has_technicians=has_technicians)


def _note_doubles(
    loader: Loader | Answers, bad: rejects.Rejects, alike: list[doubles.Double], options: ImportOptions
) -> list[str]:
    """Return the preview of a dry run or the warning about double customers, then that about double tickets."""
    notes = _preview(loader, bad) if options.dry_run else [doubles.doubles_note(alike)] if alike else []
    twice = doubles.double_tickets_note(loader.db, since_id=loader.first_ids["ticket"])
    return [*notes, twice] if twice else notes


def _last_notes(rejected: int, options: ImportOptions) -> Iterator[str]:
    """Yield how many rows were rejected and where they are, and that a dry run wrote nothing."""
    if rejected and (options.dry_run or is_dash(options.rejects_path)):
        yield say("{count} rejected", count=rejected)
    elif rejected:
        yield say("{count} rejected: see {path}", count=rejected, path=options.rejects_path)
    if options.dry_run:
        yield say("dry run: nothing was written")


def _preview(loader: Loader | Answers, bad: rejects.Rejects) -> list[str]:
    """Return the preview of a dry run: near names, the first tickets whole, probable doubles, rejects by cause."""
    counts, db, first = loader.counts, loader.db, loader.first_ids
    known = [row[0] for row in db.rows("SELECT name FROM technician WHERE voided_at IS NULL")]
    codes = [
        text for row in db.rows("SELECT code, label_zh FROM category WHERE voided_at IS NULL") for text in row if text
    ]
    near = [
        *preview.near_names(counts.categories, (code for code in codes if code not in counts.categories)),
        *preview.near_names(counts.technicians, (name for name in known if name not in counts.technicians)),
    ]
    told = [name for name in near if name not in {*counts.categories, *counts.technicians}]
    notes = [say("new names that are near to known ones: {names}", names=item_list(told))] if told else []
    notes += preview.list_probable_doubles(db, customer_id=first["customer"], appliance_id=first["appliance"])
    return notes + preview.show_first_tickets(db, first_id=first["ticket"]) + list(talk.causes(bad.causes))


def read_layout(options: ImportOptions) -> Layout:
    """Return the layout with which an import with these options opens its file. UsageError if the map is not valid."""
    return _layout(_map(options.map_path) if options.map_path else None, options)


def _layout(mapping: Map | None, options: ImportOptions) -> Layout:
    layout = mapping.layout if mapping else Layout()
    sheets = (options.sheet,) if options.sheet else layout.sheets
    return replace(layout, encoding=options.encoding or layout.encoding, sheets=sheets)


def _counts_table(counts: Counts, read: int, rejected: int, encoding: str) -> Table:
    row = [read, counts.new, counts.known, counts.changed, rejected, counts.customers, counts.appliances, encoding]
    return record(COLUMNS, row)


def _depth(noun: str | None) -> int | None:
    if noun is not None and noun not in DEPTHS:
        raise UsageError(say("--as takes no '{noun}'", noun=noun), hint=nearest(noun, [*DEPTHS, staff.NOUN]))
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
    loader: Loader | Answers, found: Iterator[Batch], size: int, bad: rejects.Rejects, progress: Progress | None
) -> tuple[int, Tally]:
    """Write batch after batch. Return how many records were read, and the counts of values that are not kept."""
    read, tally = 0, Tally()
    for batch in found:
        read += len(batch.rows) + len(batch.bad)
        tally.update(batch.tally)
        loader.expected = loader.expected or read * size // max(batch.position, 1)
        refused = [
            (Record.at(place, number, cells.split("\0")), error)
            for (number, place, cells, *_), error in loader.take(batch)
        ]
        for one, error in sorted(batch.bad + refused, key=lambda pair: pair[0].number):
            bad.add(one, error)
        if progress:
            progress(batch.position, size)
    return read, tally


@contextmanager
def _trusting(db: Database) -> Iterator[None]:
    """Switch foreign keys off around an import, which only refers to rows that it found or wrote itself.

    With them SQLite would read the customer and the appliance of every ticket, and the ticket and the technician of
    every event.
    """
    db.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.connection.execute("PRAGMA foreign_keys = ON")

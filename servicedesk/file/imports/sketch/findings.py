"""The findings of a sketch for the terminal: the file in a few lines, each column in one, and what to do next."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from servicedesk.base.messages import item_list, joined, say, say_count
from servicedesk.base.table import Table, columns, record
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.draft import Line
from servicedesk.file.imports.sketch.find_layout import FoundTable
from servicedesk.file.imports.sketch.view import View
from servicedesk.storage.paths import is_dash

FILE = columns(
    "rows:count", "sheets", "left_out=sheets left out", "heading=heading rows", "closing:count=closing rows",
    "filled=filled down", "encoding", "doubts:count",
)  # fmt: skip
COLUMNS = columns("column", "becomes", "found+", "seen-", "doubt-")


def findings_table(view: View, found: FoundTable, encoding: str, lines: Sequence[Line]) -> Table:
    """Return what was found in the file, with a section of its columns."""
    layout = found.layout
    filled = list(dict.fromkeys([*layout.fill, *found.merged]))
    left = [*(name for name, _ in found.left), *found.hidden]
    values = [
        len(found.records), item_list(layout.sheets), item_list(left), item_list(map(str, layout.heading)) or "1",
        found.closing, item_list(filled), encoding, sum(line.is_doubt for line in lines),
    ]  # fmt: skip
    rows = [_column_row(view, column) for column in view.columns if column.name or column.filled]
    return record(FILE, values, sections=(("columns", Table(COLUMNS, rows)),))


def _column_row(view: View, column: Column) -> tuple[str, ...]:
    name, finding = column.name or say("(column {n})", n=column.at + 1), view.findings.get(column.name)
    if finding is None:
        told = say("left out, {n} filled", n=column.filled)
        if not column.name:
            told = joined(": ", [told, say("it has no heading: give it one, to bring it in")])
        return name, "", told, told, ""
    blank = [say("{n} {text}→blank", n=count, text=text) for text, count in column.nothing.items()]
    seen, doubts = list(dict.fromkeys([*finding.seen, *blank])), list(dict.fromkeys(finding.doubts))
    told = joined("  ", [*seen, *(say("? {doubt}", doubt=doubt) for doubt in doubts)])
    return name, finding.becomes, told, joined("; ", seen), joined("; ", doubts)


def oddities(view: View, found: FoundTable) -> Iterator[str]:
    """Yield notes about the file beside its map: on its keys, a sample, wrong rows, cells with an error."""
    yield from view.notes
    if not found.is_whole:
        yield say("a sample: only the first {n} rows were looked at", n=len(found.records))
    wrong = [record for record in found.records if record.fault]
    if wrong:
        yield say(
            "rows that cannot be right: {n}, the first in line {line}: {why}",
            n=len(wrong),
            line=wrong[0].line,
            why=wrong[0].fault,
        )
    spoilt = sum(len(record.bad) for record in found.records)
    if spoilt:
        yield say("cells with an error: {n}; their rows are rejected if the map reads them", n=spoilt)


def next_steps(path: Path, output: Path | None, lines: Sequence[Line]) -> Iterator[str]:
    """Yield the next steps for the person; they are printed below the table, which may be longer than the screen."""
    doubts = sum(line.is_doubt for line in lines)
    if output is None:
        yield say("nothing was written: --output MAP.toml writes the map")
    elif doubts:
        yield say_count(
            "{n} line of the map is not certain: answer it, and strike its # ?",
            "{n} lines of the map are not certain: answer them, and strike their # ?",
            n=doubts,
        )
    if output is not None and not is_dash(output):
        yield say("then: servicedesk import {file} --map {path} --dry-run", file=path, path=output)

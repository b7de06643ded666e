"""Options that every list takes beside its own: --fields, --output, --if-any and --exit-code."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import item_list, say
from servicedesk.base.table import For, Table, Value

HAS_ROWS = 10  # the exit code of a list with rows, if --exit-code asks for it
# The format of an output file by its suffix, unless --format says otherwise.
SUFFIXES = {".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".tsv": "tsv", ".md": "markdown", ".txt": "table"}
_OPTIONS = (
    ("--fields", "KEY,KEY", "Only these keys, in this order."),
    ("--output", "FILE", "Write the list into this file, in the format of its name; {month} and {date} are today's."),
    ("--if-any", None, "If the list is empty, print nothing and write no file."),
    ("--exit-code", None, "Exit with 10 if the list has rows, else with 0."),
)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def lists(command: _Command) -> _Command:
    """Mark a command whose answer is a list, so that cli/tree.py gives it these options."""
    command.is_list = True  # type: ignore[attr-defined]
    return command


def list_options() -> list[Any]:
    """Return the options as parameters of a command; given values are kept in `Session.listing`."""
    from typer.core import TyperOption

    return [
        TyperOption(
            param_decls=[name], is_flag=metavar is None, expose_value=False, callback=_keep, metavar=metavar, help=text
        )
        for name, metavar, text in _OPTIONS
    ]


def _keep(ctx: Any, param: Any, value: Any) -> None:
    if value and ctx.obj is not None and not ctx.resilient_parsing:
        ctx.obj.listing[param.name] = value


def with_options(table: Table, listing: dict[str, Any]) -> tuple[Table, int, bool]:
    """Return the table with the fields that were asked for, the exit code, and whether nothing is to be printed."""
    table, has_rows = peek(table)
    if keys := listing.get("fields"):
        table = with_fields(table, keys)
    return table, HAS_ROWS if has_rows and "exit_code" in listing else 0, not has_rows and "if_any" in listing


def with_fields(table: Table, keys: str) -> Table:
    """Return the table with only the columns of these keys, for people too; cells with lists appear in every format.

    UsageError for an unknown key.
    """
    places = {column.key: at for at, column in enumerate(table.columns) if column.who is not For.PEOPLE}
    wanted = [key.strip() for key in re.split("[,，]", keys) if key.strip()]
    for key in wanted:
        if key not in places:
            known = say("it has: {names}", names=item_list(places))
            raise UsageError(say("--fields: this list has no '{key}'", key=key), hint=nearest(key, places) or known)
    if not wanted:
        raise UsageError(say("--fields names none"), hint=say("it has: {names}", names=item_list(places)))
    ats = [places[key] for key in wanted]
    kinds = ["text" if table.columns[at].kind == "nested" else table.columns[at].kind for at in ats]
    chosen = tuple(
        table.columns[at]._replace(kind=kind, who=For.ALL, spare=0) for at, kind in zip(ats, kinds, strict=True)
    )
    return Table(chosen, [], coming=([row[at] for at in ats] for row in table.each()), empty=table.empty)


def peek(table: Table) -> tuple[Table, bool]:
    """Return the same table, and whether it has any row. Of the rows still to come, only one is read for that."""
    if table.rows:
        return table, True
    rows = iter(table.coming)
    first = list(next_rows(rows))
    coming = chain(first, rows) if first else ()
    return table._replace(coming=_closing(coming, table.coming)), bool(first)


def next_rows(rows: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    """Yield the next row if there is one."""
    for row in rows:
        yield row
        return


def _closing(rows: Any, source: Any) -> Generator[Sequence[Value], None, None]:
    """Yield the rows, then close their source, which holds the file open."""
    try:
        yield from rows
    finally:
        if isinstance(source, Generator):
            source.close()


def write_list(table: Table, form: str, path: Path, *, outlet: Path, is_sheet: bool) -> int:
    """Write a list into a file, whole or not at all; return the number of rows. `is_sheet`: for a spreadsheet."""
    from servicedesk.render.formats import write
    from servicedesk.storage.new_files import replacing

    rows = 0

    def count_rows() -> Iterator[Sequence[Value]]:
        nonlocal rows
        for row in table.each():
            rows += 1
            yield row

    counting = table._replace(rows=[], coming=count_rows())
    with replacing(path, outlet=outlet) as made, made.open("w", encoding="utf-8", newline="") as out:
        write(counting, form, out, terminal=False, spreadsheet=is_sheet)
    return rows


def file_name(named: str, day: date) -> Path:
    """Return the path with {month} and {date} filled in from `day`. UsageError for any other braces."""
    name = named.replace("{month}", day.isoformat()[:7]).replace("{date}", day.isoformat())
    if other := re.search(r"\{[^}]*\}", name):
        raise UsageError(
            say("--output has {other}, which stands for nothing", other=other[0]),
            hint=say("{names} stand for today's", names="{month}, {date}"),
        )
    return Path(name)


def file_form(path: Path, asked: str | None) -> tuple[str, bool]:
    """Return the format of a file, and whether it is for a spreadsheet: `calls.csv` is, but not with `--format csv`."""
    form = asked or SUFFIXES.get(path.suffix.lower(), "tsv")
    return form, form == "csv" and asked is None

"""`import --sketch`: propose a map for a file, with its doubts, and tell what was found."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from servicedesk.base.collecting import never_collecting
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result
from servicedesk.file.imports.sketch.columns import read_columns
from servicedesk.file.imports.sketch.draft import Line, Rows, Section, quoted, short, toml, toml_list
from servicedesk.file.imports.sketch.find_layout import Found, find_layout, is_closing
from servicedesk.file.imports.sketch.findings import findings_table, next_steps
from servicedesk.file.imports.sketch.parts import Source, read_source
from servicedesk.file.imports.sketch.roles import assign_roles
from servicedesk.file.imports.sketch.sections.appliances import sketch_appliance
from servicedesk.file.imports.sketch.sections.customers import sketch_customer
from servicedesk.file.imports.sketch.sections.tickets import sketch_ticket
from servicedesk.file.imports.sketch.sections.times import date_lines, find_year
from servicedesk.file.imports.sketch.view import View
from servicedesk.file.imports.tables import open_table
from servicedesk.storage.new_files import replacing
from servicedesk.storage.paths import is_dash


def sketch_map(
    path: Path,
    output: Path | None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    outlet: Path,
    translate: Callable[[str], str] = str,
) -> Result:
    """Write a proposed map for a file and return what was found. `translate`: puts the comments into a language.

    RefusedError if the file is no table of customers, appliances or tickets, or if `output` is there already with
    something else in it, because a map holds answers of a person.
    """
    with never_collecting():
        source = read_source(path, encoding=encoding, sheet=sheet)
        found = find_layout(source, path)
        open_table.check_headings(found.names, path)
        view = _view(source, found, path)
        sections = _sections(view)
    if not sections:
        raise _nothing_found(path, found)
    lines = [
        *_head(path, source, found, view),
        *(line for section in sections for line in section.written()),
        *_tail(view),
    ]
    text = "\n".join(line.written(translate) for line in lines) + "\n"
    if output is not None:
        _write(text, output, outlet)
    return Result(
        findings_table(view, found, source.encoding, lines), list(next_steps(found, path, output, lines)), False
    )


def _view(source: Source, found: Found, path: Path) -> View:
    cols = read_columns(found.names, found.records)
    heading = set(found.layout.heading)
    titles = [
        cell for sheet in source.sheets for row in sheet.rows[:5] if row.number not in heading for cell in row.cells[:3]
    ]
    below = {record.line for record in found.records[:5]}
    titles = titles if found.layout.heading and min(below, default=0) > 1 else []
    year = find_year([path.stem, *(sheet.name for sheet in source.sheets)]) or find_year(titles[:3])
    return View(cols, found.records, assign_roles(cols), Rows(found.records), source.is_workbook, year)


def _sections(view: View) -> list[Section]:
    """Return the sections of what the file is about: tickets, else appliances, else customers."""
    customer, appliance = sketch_customer(view), sketch_appliance(view)
    made = [section for section in (customer, appliance) if section]
    return [*made, *sketch_ticket(view)]


def _nothing_found(path: Path, found: Found) -> RefusedError:
    if not found.has_heading:
        return RefusedError(
            say("{path} seems to have no heading", path=path),
            hint=say("put a row with the names of the columns above the table, then sketch it again"),
        )
    return RefusedError(
        say("no column of {path} looks like a customer, an appliance or a time: {names}", path=path,
            names=quoted(filter(None, found.names))),
        hint=say("--sheet names another sheet; examples/importing.md shows how a map is written by hand"),
    )  # fmt: skip


def _head(path: Path, source: Source, found: Found, view: View) -> Iterator[Line]:
    """Yield the lines about the file as a whole."""
    layout = found.layout
    yield Line("", say("A map for {name}, as 'servicedesk import --sketch' proposes it.", name=path.name))
    yield Line(
        "",
        say(
            "A line that is not certain has a question mark behind its #: correct it or leave it, and strike the mark."
        ),
    )
    yield Line("")
    name = re.sub(r"\W+", "-", path.stem).strip("-") if not is_dash(path) else ""
    yield Line(f"source = {toml(name or 'register')}", say("refs are unique within it; every other file needs another"))
    if layout.sheets:
        value = toml(layout.sheets[0]) if len(layout.sheets) == 1 else toml_list(layout.sheets)
        others = ", ".join(short(name) for name, _ in found.left)
        yield Line(f"sheet = {value}", say("left out: {names}", names=others) if others else "")
    if layout.heading:
        rows = layout.heading
        yield Line(
            f"heading = {rows[0] if len(rows) == 1 else list(rows)}",
            "" if found.has_heading else say("is this a heading?"),
            not found.has_heading,
        )
    if source.encoding not in {"utf-8", "utf-16", "xlsx"}:
        yield Line(f"encoding = {toml(source.encoding)}")
    if layout.delimiter:
        yield Line(f"delimiter = {toml(layout.delimiter)}")
    if layout.escape:
        doubt = say('a quotation mark inside a text stands as {sign}"', sign=layout.escape)
        yield Line(f"escape = {toml(layout.escape)}", doubt, True)
    if not layout.quote:
        yield Line('quote = ""', say("quotation marks are part of the texts"), True)
    if layout.fill:
        yield Line(
            f"fill = {toml_list(layout.fill)}", say("blank cells of these mean the cell above"), found.is_fill_doubtful
        )
    if found.merged:
        yield Line("", say("Merged cells are filled down: {names}.", names=quoted(found.merged)))
    yield from _blank_line(view)
    yield from date_lines(view)
    for rule in layout.skip:
        yield Line("")
        yield Line("[[skip]]", say("rows that are no records"))
        yield Line(f"column = {toml(rule.column)}")
        is_sure = all(map(is_closing, rule.values))
        value = f"in = {toml_list(sorted(rule.values))}" if rule.values else f"contains = {toml_list(rule.parts)}"
        yield Line(value, "" if is_sure else say("a remark below the table?"), not is_sure)


def _blank_line(view: View) -> Iterator[Line]:
    """Yield the texts that stand for nothing, from the columns that become something."""
    used = [column for column in view.columns if column not in view.roles.left]
    nothing: dict[str, int] = {}
    for column in used:
        for text, count in column.nothing.items():
            nothing[text] = nothing.get(text, 0) + count
    if nothing:
        told = ", ".join(f"{text} {count}" for text, count in nothing.items())
        yield Line(f"blank = {toml_list(nothing)}", short(told))


def _tail(view: View) -> Iterator[Line]:
    """Yield the columns that no field takes, with how much is in them."""
    left = [column for column in view.columns if column.filled and column.name not in view.findings]
    if left:
        yield Line("")
        names = ", ".join(f"{short(column.name) or f'({column.at + 1})'} {column.filled}" for column in left)
        yield Line("", say("Left out, with the number of filled cells: {names}", names=names))


def _write(text: str, output: Path, outlet: Path) -> None:
    """Write the map. RefusedError if another file is there."""
    if not is_dash(output) and output.exists() and output.is_file() and output.read_bytes() != text.encode():
        raise RefusedError(
            say("{path} exists already and is left as it is: a map holds answers", path=output),
            hint=say("name another file, or delete that one"),
        )
    with replacing(output, outlet=outlet) as made:
        made.write_text(text, encoding="utf-8")

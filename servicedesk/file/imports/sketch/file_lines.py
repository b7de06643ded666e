"""Write the lines of a map about the file as a whole: its source, sheets, heading, dates, rows that are no records."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from servicedesk.base.messages import item_list, say
from servicedesk.file.imports.sketch.draft import Line, Section, quote_some, short, toml, toml_list
from servicedesk.file.imports.sketch.find_layout import FoundTable, is_closing
from servicedesk.file.imports.sketch.sections.ticket_keys import NUMBER
from servicedesk.file.imports.sketch.sections.times import date_lines
from servicedesk.file.imports.sketch.view import View
from servicedesk.file.imports.tables.layout import Layout
from servicedesk.storage.paths import is_dash

_READ_BY_ITSELF = {"utf-8", "utf-16", "xlsx"}
_DATED = re.compile(r"[-_ ]*(?:\d{2,4}[-_.年]?)?\d{1,4}月?$")  # at the end of the name of a file that comes every month


def file_lines(path: Path, encoding: str, found: FoundTable, view: View, sections: Sequence[Section]) -> Iterator[Line]:
    """Yield the lines of a map above its sections."""
    strike = say(
        "A line that is not certain has a question mark behind its #: correct it or leave it, and strike the mark."
    )
    name = say("the input") if is_dash(path) else path.name
    yield Line("", say("A map for {name}, as 'servicedesk import --sketch' proposes it.", name=name))
    yield Line("", strike)
    yield Line("")
    yield _source_line(path, sections, view)
    yield from _layout_lines(found.layout, encoding, found)
    if found.merged:
        yield Line("", say("Merged cells are filled down: {names}.", names=quote_some(found.merged)))
    yield from _blank_line(view)
    yield from date_lines(view)
    if any(re.match(r'ref = ".*\{[^#]', line.text) for section in sections for line in section.lines):
        yield Line('keys = "as read"', say("one day, one phone, one key, however they are typed"))
    for rule in found.layout.skip:
        yield Line("")
        yield Line("[[skip]]", say("rows that are no records"))
        yield Line(f"column = {toml(rule.column)}")
        is_sure = all(map(is_closing, rule.values))
        value = f"in = {toml_list(sorted(rule.values))}" if rule.values else f"contains = {toml_list(rule.parts)}"
        yield Line(value, "" if is_sure else say("a remark below the table?"), not is_sure)


def _source_line(path: Path, sections: Sequence[Section], view: View) -> Line:
    """Return the line with the name of the source. If row numbers are the keys, it names this file alone."""
    stem = "" if is_dash(path) else path.stem
    refs = {line.text for section in sections for line in section.lines}
    if refs & {f"ref = {toml(name)}" for name in (NUMBER, *(column.name for column in view.indexes))}:
        comment = say("the numbers of rows are those of this file: another file takes another name")
    else:
        stem = _DATED.sub("", stem) or stem
        comment = say("the next file of the same register takes the same name")
    name = re.sub(r"\W+", "-", stem).strip("-")
    return Line(f"source = {toml(name or 'register')}", comment)


def _layout_lines(layout: Layout, encoding: str, found: FoundTable) -> Iterator[Line]:
    if layout.sheets:
        value = toml(layout.sheets[0]) if len(layout.sheets) == 1 else toml_list(layout.sheets)
        others = item_list(short(name) for name, _ in found.left)
        yield Line(f"sheet = {value}", say("left out: {names}", names=others) if others else "")
    if layout.heading:
        rows = layout.heading
        yield Line(f"heading = {rows[0] if len(rows) == 1 else list(rows)}")
    if encoding not in _READ_BY_ITSELF:
        yield Line(f"encoding = {toml(encoding)}")
    if layout.delimiter:
        yield Line(f"delimiter = {toml(layout.delimiter)}")
    if layout.escape:
        doubt = say('a quotation mark inside a text stands as {sign}"', sign=layout.escape)
        yield Line(f"escape = {toml(layout.escape)}", doubt, True)
    if not layout.quote:
        yield Line('quote = ""', say("quotation marks are part of the texts"), True)
    if layout.fill:
        told = say("blank cells of these mean the cell above")
        yield Line(f"fill = {toml_list(layout.fill)}", told, found.is_fill_doubtful)


def _blank_line(view: View) -> Iterator[Line]:
    """Yield the texts that stand for nothing, from the columns that become something."""
    nothing: dict[str, int] = {}
    for column in view.columns:
        if column not in view.roles.left:
            for text, count in column.nothing.items():
                nothing[text] = nothing.get(text, 0) + count
    if nothing:
        told = item_list(f"{text} {count}" for text, count in nothing.items())
        yield Line(f"blank = {toml_list(nothing)}", short(told))

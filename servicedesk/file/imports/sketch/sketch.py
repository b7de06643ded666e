"""`import --sketch`: propose a map for a file, with its doubts, and report what was found."""

from collections.abc import Callable, Iterator
from pathlib import Path

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, say
from servicedesk.base.table import Result
from servicedesk.file.imports.collecting import never_collecting
from servicedesk.file.imports.sketch.codes import proposal
from servicedesk.file.imports.sketch.columns import Column, looks_like_record, read_columns, settle_orders
from servicedesk.file.imports.sketch.draft import Line, RowNames, Section, quote_some, short
from servicedesk.file.imports.sketch.file_lines import file_lines
from servicedesk.file.imports.sketch.find_layout import FoundTable, find_layout
from servicedesk.file.imports.sketch.findings import findings_table, next_steps, oddities
from servicedesk.file.imports.sketch.meanings import heading_meanings
from servicedesk.file.imports.sketch.parts import Source, read_source
from servicedesk.file.imports.sketch.roles import assign_roles
from servicedesk.file.imports.sketch.sections.appliances import sketch_appliance
from servicedesk.file.imports.sketch.sections.customers import sketch_customer
from servicedesk.file.imports.sketch.sections.tickets import sketch_ticket
from servicedesk.file.imports.sketch.sections.times import find_year
from servicedesk.file.imports.sketch.view import View, by_count
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
        if not found.has_heading or looks_like_record(view.columns):
            raise RefusedError(
                say("{path} seems to have no heading", path=path),
                hint=say("put a row with the names of the columns above the table, then sketch it again"),
            )
        sections = _sections(view)
    if not sections:
        raise _nothing_found(path, found)
    lines = [
        *file_lines(path, source.encoding, found, view, sections),
        *(line for section in sections for line in section.to_lines()),
        *_tail(view),
    ]
    text = "\n".join(line.to_text(translate) for line in lines) + "\n"
    if output is not None:
        _write(text, output, outlet)
    table = findings_table(view, found, source.encoding, lines)
    return Result(table, list(oddities(view, found)), changed=False, below=list(next_steps(path, output, lines)))


def _view(source: Source, found: FoundTable, path: Path) -> View:
    cols = read_columns(found.names, found.records)
    settle_orders(cols)
    heading = set(found.layout.heading)
    titles = [
        cell for sheet in source.sheets for row in sheet.rows[:5] if row.number not in heading for cell in row.cells[:3]
    ]
    below = {record.line for record in found.records[:5]}
    titles = titles if found.layout.heading and min(below, default=0) > 1 else []
    year = find_year([path.stem, *(sheet.name for sheet in source.sheets)]) or find_year(titles[:3])
    return View(cols, found.records, assign_roles(cols), RowNames(found.records), source.is_workbook, year)


def _sections(view: View) -> list[Section]:
    """Return the sections of what the file is about: tickets, else appliances, else customers."""
    customer, appliance = sketch_customer(view), sketch_appliance(view)
    made = [section for section in (customer, appliance) if section]
    return [*made, *sketch_ticket(view)]


def _nothing_found(path: Path, found: FoundTable) -> RefusedError:
    return RefusedError(
        say("no column of {path} looks like a customer, an appliance or a time: {names}", path=path,
            names=quote_some(filter(None, found.names))),
        hint=say("--sheet names another sheet; examples/importing.md shows how a map is written by hand"),
    )  # fmt: skip


def _tail(view: View) -> Iterator[Line]:
    """Yield the columns that no field takes, with how much is in them."""
    left = [column for column in view.columns if column.filled and column.name not in view.findings]
    if left:
        yield Line("")
        names = item_list(f"{short(column.name) or f'({column.at + 1})'} {column.filled}" for column in left)
        yield Line("", say("Left out, with the number of filled cells: {names}", names=names))
    if judged := [column.name for column in left if _is_field(column, "row.guarantee")]:
        told = say("{names}: whether a guarantee holds is judged from the days of purchase, delivery and invoice",
                   names=item_list(judged))  # fmt: skip
        yield Line("", told)
    for column in left:
        if _is_other_scale(column):
            told = say("{name}: answers such as {texts} are left out, a score is 1 to 5", name=column.name,
                       texts=quote_some(by_count(column.texts)))  # fmt: skip
            yield Line("", told, True)
    if dated := [column.name for column in left if column.name and column.is_dated and not _is_of_nothing(column)]:
        told = say("dates that are left out: {names}; is one of them when somebody came, or when it was done?",
                   names=quote_some(dated))  # fmt: skip
        yield Line("", told, True)


def _is_of_nothing(column: Column) -> bool:
    """Return whether its heading says that no field takes it, as a day of production."""
    return _is_field(column, "row.")


def _is_field(column: Column, name: str) -> bool:
    """Return whether its heading says that it is that field, or one of that section."""
    return bool(column.meanings) and column.meanings[0].field.startswith(name)


def _is_other_scale(column: Column) -> bool:
    """Return whether a column that no field takes holds answers to a survey on another scale: most are numbers."""
    is_score = any(meaning.field == "survey.score" for meaning in heading_meanings(column.name))
    numbers = sum(count for text, count in column.texts.items() if text.rstrip("%分").isdecimal())
    words = sum(count for text, count in column.texts.items() if proposal("score", text) or proposal("satisfied", text))
    return is_score and (numbers * 2 > column.filled or words > 0)


def _write(text: str, output: Path, outlet: Path) -> None:
    """Write the map. RefusedError if another file is there."""
    if not is_dash(output) and output.exists() and output.is_file() and output.read_bytes() != text.encode():
        raise RefusedError(
            say("{path} exists already and is left as it is: a map holds answers", path=output),
            hint=say("name another file, or delete that one"),
        )
    with replacing(output, outlet=outlet) as made:
        made.write_text(text, encoding="utf-8")

"""Translate a table: its headings, codes and messages. Typed texts stay unchanged."""

from typing import Any

from servicedesk.base.messages import Message
from servicedesk.base.table import FOR_PEOPLE, Column, For, Table, Value, shown
from servicedesk.language.words import Words

# Keys whose values are codes, and keys whose values are categories; the file has Chinese names for categories.
CODES = {
    "status", "state", "type", "kind", "verdict", "outcome", "cause", "tier", "role", "origin", "mark", "field",
    "severity", "kpi", "source",
}  # fmt: skip
CATEGORIES = {"category", "can"}
_JOINED = {"text", "words", "category", "phone", "name"}  # kinds of columns whose lists become one text
NOBODY = {"(none)", "(dispatch)", "(forgotten)"}  # codes in columns of names


def is_for_people(table: Table, format: str) -> bool:
    """Return whether people read the output: a format for people, or a page for printing."""
    return format in FOR_PEOPLE or (format == "tsv" and any(column.kind == "page" for column in table.columns))


def translated(table: Table, words: Words) -> Table:
    """Return the table in that language."""
    kinds = [_kind(column) for column in table.columns]

    def row(cells: Any) -> list[Value]:
        return [cell(value, kind, words) for value, kind in zip(cells, kinds, strict=True)]

    return table._replace(
        columns=tuple(_column(column, words) for column in table.columns),
        rows=[row(cells) for cells in table.rows],
        coming=(row(cells) for cells in table.coming),
        heading=words.translation(table.heading),
        empty=words.translation(table.empty),
        sections=tuple((_title(name, words), translated(part, words)) for name, part in table.sections),
    )


def _kind(column: Column) -> str:
    return "category" if column.key in CATEGORIES else "words" if column.key in CODES else column.kind


def _title(name: str, words: Words) -> str:
    return name.in_language(words) if isinstance(name, Message) else words.heading(name.replace("_", " "))


def _column(column: Column, words: Words) -> Column:
    if column.who is For.MACHINES:
        return column
    return column._replace(title=words.heading(column.heading, column.key))


def cell(value: Value, kind: str, words: Words) -> Value:
    """Return one value in that language: a message, a code, yes or no, or a list of those."""
    if isinstance(value, Message):
        return value.in_language(words)
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, (list, tuple)):
        items = [cell(item, kind, words) for item in value]
        return words.list_comma.join(shown(item, kind) for item in items) if kind in _JOINED else items
    if isinstance(value, str) and value:
        if value in NOBODY:
            return words.code(value)
        return words.code(value) if kind == "words" else words.category(value) if kind == "category" else value
    return value

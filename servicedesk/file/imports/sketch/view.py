"""The table that a sketch describes: its columns, their roles and findings, and how fields are written in a map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from itertools import compress

from servicedesk.base.messages import item_list, say
from servicedesk.file.imports.maps.key_texts import KeyReader, instant_reader, phone_text, time_text
from servicedesk.file.imports.maps.times import Clock
from servicedesk.file.imports.sketch.codes import Proposal, proposal
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.draft import Finding, Line, RowNames, quote_some, toml, toml_key, toml_list
from servicedesk.file.imports.sketch.roles import Roles
from servicedesk.file.imports.tables.arrange import Record


@dataclass
class View:
    """The table that a sketch describes, with the role of each column and the findings so far."""

    columns: Sequence[Column]
    records: Sequence[Record]
    roles: Roles
    rows: RowNames
    is_workbook: bool
    year: str | None  # that the file, a sheet or a title names
    findings: dict[str, Finding] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # doubts that are about several fields and told once
    notes: list[str] = field(default_factory=list)  # what is said beside the table
    _keys: dict[int, list[str]] = field(default_factory=dict)

    def keys_of(self, columns: Sequence[Column]) -> list[tuple[str, ...]]:
        """Return the key that these columns make of each row, written as an import reads it."""
        return list(zip(*map(self._key_texts, columns), strict=True))

    def _key_texts(self, column: Column) -> list[str]:
        if column.at not in self._keys:
            reader: KeyReader = phone_text if column in self.roles.all("customer.phone") else time_text
            if column.is_dated:
                reader = instant_reader(Clock(by_count(column.dates.forms), UTC, UTC, also_iso=self.is_workbook))
            read = {text: reader(text) for text in column.texts}
            self._keys[column.at] = [read.get(cell, "") for cell in column.cells]
        return self._keys[column.at]

    def count_groups(self, columns: Sequence[Column]) -> int:
        """Return how many different keys these columns make."""
        return len(set(self.keys_of(columns)))

    def what_is_said(self, record: Record) -> tuple[str, ...]:
        """Return the cells of a record without its running number."""
        left_out = {column.at for column in self.indexes}
        return tuple(cell.strip() for at, cell in enumerate(record.cells) if at not in left_out)

    @cached_property
    def indexes(self) -> list[Column]:
        """Return the columns with running numbers."""
        return [column for column in self.columns if [one.field for one in column.meanings[:1]] == ["row.index"]]

    def records_where(self, fits: Iterable[bool]) -> list[Record]:
        """Return the records whose flag in `fits` is true."""
        return list(compress(self.records, fits))

    def find(self, column: Column, becomes: str, *seen: str, doubt: str = "") -> None:
        """Note what was found about a column."""
        found = self.findings.setdefault(column.name, Finding(column.name, becomes))
        found.becomes = found.becomes or becomes
        found.seen += [text for text in seen if text]
        if doubt:
            found.doubts.append(doubt)

    def guess_comment(self, column: Column) -> str:
        """Return the doubt about a column that only its values decided, else an empty text."""
        if column.at not in self.roles.guessed:
            return ""
        return say("the values decided: {texts}", texts=quote_some(column.sample))


def field_value(column: str, **words: str) -> str:
    """Return a field: the column alone, or a table with further words of the map."""
    if not words:
        return toml(column)
    return f"{{ {', '.join(f'{key} = {value}' for key, value in {'column': toml(column), **words}.items())} }}"


def condition(column: Column, texts: Iterable[str]) -> str:
    """Return the condition that a column has one of these texts."""
    return f"{{ {toml_key(column.name)} = {toml_list(texts)} }}"


def template(columns: Sequence[Column], between: str = " ") -> str:
    """Return the name of a column, or a template of several: `{District} {Street}`."""
    if len(columns) == 1:
        return columns[0].name
    return between.join(f"{{{column.name}}}" for column in columns)


def by_count(texts: Mapping[str, int]) -> list[str]:
    """Return texts, the most frequent first."""
    return sorted(texts, key=lambda text: (-texts[text], text))


def code_lines(
    view: View, column: Column, kind: str, unknown: str | None = None, *, spare: Mapping[str, str] | None = None
) -> list[Line]:
    """Return a line for each text of a column of codes: the code proposed, and what makes it doubtful.

    `unknown`: the code of unknown texts; None: the text itself. `spare`: codes to write in place of others.
    """
    lines, told, doubts = [], [], []
    for text in by_count(column.texts):
        found = proposal(kind, text)
        code = found.code if found else unknown if unknown is not None else text
        code = (spare or {}).get(code, code)
        comment, is_doubt = _code_comment(view, column, text, found, unknown)
        lines.append(Line(f"{toml_key(text)} = {toml(code)}", comment, is_doubt))
        if is_doubt:
            doubts.append(f"{text}: {' / '.join((found.code, *found.others)) if found else '?'}")
        else:
            told.append(f"{text}→{code}")
    view.find(column, "", quote_some(told))
    for doubt in doubts[:4]:
        view.find(column, "", doubt=doubt)
    return lines


def _code_comment(
    view: View, column: Column, text: str, found: Proposal | None, unknown: str | None
) -> tuple[str, bool]:
    """Return the comment of a code, and whether it is a doubt."""
    count = column.texts[text]
    where = view.rows.of(column, [text])
    if found is None:
        if unknown is None:
            return say("{n}, a category of its own", n=count), False
        return say("{n}: what is it? {where}", n=count, where=where), True
    if found.others:
        others = item_list(found.others)
        return say("{n}: or {others}? {where}", n=count, others=others, where=where), True
    if found.inside:
        return say("{n}, for its '{part}'", n=count, part=found.inside), False
    return str(count), False

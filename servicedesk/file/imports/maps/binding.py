"""Bind an import map to the headings of a file, so that each field becomes a function of a row's cells."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import itemgetter
from typing import Any

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.file.imports.maps.mapping import FIELDS, RECORD_NUMBER, Field, Map, Scalar, squeezed

Cells = Sequence[str | None]  # trimmed; None: blank
Getter = Callable[[Cells, int], Scalar]  # cells and record number; None: no value
Values = tuple[Any, ...]  # Scalars
_BREAKS = frozenset("\n\r\t")


class RowError(Exception):
    """Why a row is rejected: the column, its value, the reason."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = "" if value is None else str(value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Bound:
    """A map bound to the headings of a file, which are `names`.

    A row is its cells, a blank, and then the values `made` from them: by codes, templates, constants. `pick` takes the
    values of a section out of a row in the order of FIELDS, with a blank for fields that the map lacks. `labels` are
    the names of fields in rejections, `only` the [[only]] rules. `is_text`: the map adds only text of one line.
    """

    pick: Mapping[str, Callable[[Sequence[Scalar]], Values]]
    made: tuple[Getter, ...]
    labels: Mapping[tuple[str, str], str]
    only: tuple[tuple[int, frozenset[str]], ...]
    names: tuple[str, ...]
    width: int
    is_text: bool
    used: frozenset[int]  # the columns that the map reads

    def kept(self, cells: Cells) -> bool:
        """Return whether every [[only]] rule accepts the row."""
        return all((cells[at] or "") in texts for at, texts in self.only)

    def row(self, cells: Cells, number: int) -> list[Scalar]:
        """Return the row that `pick` takes values from. RowError if a code table lacks a value."""
        return [*cells, None, *[make(cells, number) for make in self.made]]


def bind_map(mapping: Map, headings: Sequence[str]) -> Bound:
    """Return the map bound to these headings. RefusedError if a column of the map is missing or there twice."""
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(headings):
        places.setdefault(squeezed(heading), []).append(at)
    _complete(mapping, places)

    def place(column: str) -> int:
        return places[column][0]

    made: list[Getter] = []
    pick: dict[str, Callable[[Sequence[Scalar]], Values]] = {}
    for section, fields in mapping.sections.items():
        found = {}
        for key, field in fields.items():
            is_plain = field.column is not None and field.known is None and not field.when
            found[key] = place(field.column) if is_plain and field.column else len(headings) + 1 + len(made)
            if not is_plain:
                made.append(_getter(field, place))
        # The blank once more, because itemgetter of one index returns no tuple.
        pick[section] = itemgetter(*(found.get(key, len(headings)) for key in FIELDS[section]), len(headings))
    return Bound(
        pick,
        tuple(made),
        {(section, key): f.label for section, fields in mapping.sections.items() for key, f in fields.items()},
        tuple((place(column), texts) for column, texts in mapping.only),
        tuple(headings),
        len(headings),
        all(_is_text(field) for fields in mapping.sections.values() for field in fields.values()),
        frozenset(place(column) for column in columns_of(mapping)),
    )


def _is_text(field: Field) -> bool:
    """Return whether this field of the map adds only text of one line."""
    written = (field.template, field.value, field.other, *(field.known or {}).values())
    return all(one is None or (isinstance(one, str) and not _BREAKS & set(one)) for one in written)


def columns_of(mapping: Map) -> list[str]:
    """Return the columns that the fields of a map are made of."""
    return [column for fields in mapping.sections.values() for field in fields.values() for column in field.columns]


def _complete(mapping: Map, places: Mapping[str, Sequence[int]]) -> None:
    """Raise RefusedError unless every column of the map is in the file exactly once."""
    used = columns_of(mapping)
    used += [column for column, _ in mapping.only]
    lacking = [column for column in dict.fromkeys(used) if column not in places]
    if lacking:
        near = "; ".join(filter(None, (_near(column, places) for column in lacking[:3])))
        raise RefusedError(
            say("the file has no column {lacking} that {name} names", lacking=", ".join(lacking), name=mapping.name),
            hint=near or say("the file has: {places}", places=", ".join(name for name in places if name)),
        )
    for column in dict.fromkeys(used):
        if len(places[column]) > 1:
            raise RefusedError(
                say("the column '{column}' stands {n} times in the file", column=column, n=len(places[column])),
                hint=say("give the columns different headings"),
            )


def _near(column: str, places: Iterable[str]) -> str | None:
    spelt = {name.casefold(): name for name in places if name}
    close = get_close_matches(column.casefold(), spelt, n=3)
    return (
        say("'{column}': did you mean {close}?", column=column, close=" or ".join(spelt[name] for name in close))
        if close
        else None
    )


def _getter(field: Field, place: Callable[[str], int]) -> Getter:
    get = _plain(field, place)
    if field.known is not None and field.column is not None:
        get = _coded(field, place(field.column))
    if field.when:
        get = _conditional(get, tuple((place(column), texts) for column, texts in field.when))
    return get


def _plain(field: Field, place: Callable[[str], int]) -> Getter:
    if field.column is not None:
        at = place(field.column)
        return lambda cells, number: cells[at]
    if field.template is not None:
        return _woven(field, place)
    constant = field.value
    return lambda cells, number: constant


def _woven(field: Field, place: Callable[[str], int]) -> Getter:
    """Return the getter of a template such as "{District}, {Address}". No value if all its columns are blank."""
    assert field.template is not None
    pattern = "%s".join(part.replace("%", "%%") for part in re.split(r"\{[^{}]+\}", field.template))
    holes = [None if part == RECORD_NUMBER else place(part) for part in field.parts]

    def woven(cells: Cells, number: int) -> Scalar:
        filled = [number if at is None else cells[at] or "" for at in holes]
        return (pattern % tuple(filled)).strip() or None if any(filled) else None

    return woven


def _coded(field: Field, at: int) -> Getter:
    """Return the getter of a code table. A blank cell is no value unless the table or `other` says otherwise."""
    known, other, has_other, label = field.known or {}, field.other, field.has_other, field.label
    table: dict[Scalar, Scalar] = dict(known.items())
    table[None] = known.get("", other)

    def coded(cells: Cells, number: int) -> Scalar:
        value = cells[at]
        if value in table:
            return table[value]
        if has_other:
            return other
        raise RowError(
            label, value, say("the map has no such value: one of {filter}", filter=", ".join(filter(None, known)))
        )

    return coded


def _conditional(get: Getter, conditions: tuple[tuple[int, frozenset[str]], ...]) -> Getter:
    def conditional(cells: Cells, number: int) -> Scalar:
        for at, texts in conditions:
            if (cells[at] or "") not in texts:
                return None
        return get(cells, number)

    return conditional

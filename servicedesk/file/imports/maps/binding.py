"""Bind an import map to the headings of a file, so that each field becomes a function of a row's cells."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import itemgetter
from typing import Any

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, say
from servicedesk.base.sameness import half_width
from servicedesk.file.imports.maps.key_texts import KeyReader
from servicedesk.file.imports.maps.mapping import RECORD_NUMBER, Field, Map, braces
from servicedesk.file.imports.maps.toml_values import Scalar
from servicedesk.file.imports.maps.words import FIELDS
from servicedesk.file.imports.tables.layout import Rule, Tally, squeezed

Cells = Sequence[str | None]  # trimmed; None: blank
Getter = Callable[[Cells, int], Scalar]  # cells and record number; None: no value
Count = Callable[[str, str, int], None]  # kind, column, record number
Values = tuple[Any, ...]  # Scalars
_BREAKS = frozenset("\n\r\t")
_NONE: Mapping[str, int] = {}


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
    only: tuple[tuple[int, Rule], ...]
    names: tuple[str, ...]
    width: int
    is_text: bool
    used: frozenset[int]  # the columns that the map reads
    tally: Tally
    key: Getter | None  # reads the key of a row's ticket alone, and counts nothing

    def accepts(self, cells: Cells) -> bool:
        """Return whether every [[only]] rule accepts the row."""
        for at, rule in self.only:
            if not rule.fits(cells[at] or ""):
                self.tally["only", rule.column] += 1
                return False
        return True

    def row(self, cells: Cells, number: int) -> list[Scalar]:
        """Return the row that `pick` takes values from. RowError if a code table lacks a value."""
        return [*cells, None, *[make(cells, number) for make in self.made]]


def bind_map(
    mapping: Map,
    headings: Sequence[str],
    aliases: Mapping[str, int] = _NONE,
    tally: Tally | None = None,
    keys: Mapping[str, KeyReader] | None = None,
) -> Bound:
    """Return the map bound to these headings. RefusedError if a column of the map is missing or there twice.

    `aliases`: other names of columns. `tally` counts the values that the map leaves out. `keys`: how columns are
    written in keys; None: as their cells are.
    """
    tally = Tally() if tally is None else tally
    places = _places(headings, aliases)
    used = columns_of(mapping)
    _complete(mapping, places, [*used, *(rule.column for rule in (*mapping.only, *mapping.layout.skip)),
                                *mapping.layout.fill])  # fmt: skip

    def place(column: str) -> int:
        return places[column][0]

    count = _count_once(tally)
    made: list[Getter] = []
    pick: dict[str, Callable[[Sequence[Scalar]], Values]] = {}
    for section, fields in mapping.sections.items():
        found = {}
        for key, field in fields.items():
            written = keys if key == "ref" else None
            is_cell = field.is_plain and written is None
            found[key] = place(str(field.column)) if is_cell else len(headings) + 1 + len(made)
            if not is_cell:
                made.append(_getter(field, place, count, _losses_of(section, key), written))
        # The blank once more, because itemgetter of one index returns no tuple.
        pick[section] = itemgetter(*(found.get(key, len(headings)) for key in FIELDS[section]), len(headings))
    return Bound(
        pick,
        tuple(made),
        {(section, key): f.label for section, fields in mapping.sections.items() for key, f in fields.items()},
        tuple((place(rule.column), rule) for rule in mapping.only),
        tuple(headings),
        len(headings),
        all(_is_text(field) for fields in mapping.sections.values() for field in fields.values()),
        frozenset(place(column) for column in used),
        tally,
        _getter(ref, place, _count_nothing, keys=keys)
        if (ref := mapping.sections.get("ticket", {}).get("ref"))
        else None,
    )


def _places(headings: Sequence[str], aliases: Mapping[str, int]) -> dict[str, list[int]]:
    """Return the columns of each heading. An alias never stands for a heading that is there."""
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(headings):
        places.setdefault(squeezed(heading), []).append(at)
    for name, at in aliases.items():
        places.setdefault(name, [at])
    return places


def _is_text(field: Field) -> bool:
    """Return whether this field of the map adds only text of one line."""
    coded = [*(field.known or {}).values(), *(code for _, code in field.contains)]
    written = (field.template, field.value, field.other, field.default, *coded)
    return all(one is None or (isinstance(one, str) and not _BREAKS & set(one)) for one in written)


def columns_of(mapping: Map) -> list[str]:
    """Return the columns that the fields of a map are made of."""
    return [column for fields in mapping.sections.values() for field in fields.values() for column in field.columns]


def _complete(mapping: Map, places: Mapping[str, Sequence[int]], used: Sequence[str]) -> None:
    """Raise RefusedError unless every column of the map is in the file exactly once."""
    lacking = [column for column in dict.fromkeys(used) if column not in places]
    if lacking:
        near = "; ".join(filter(None, (_near(column, places) for column in lacking[:3])))
        raise RefusedError(
            say("the file has no column {lacking} that {name} names", lacking=item_list(lacking), name=mapping.name),
            hint=near or say("the file has: {places}", places=item_list(name for name in places if name)),
        )
    for column in dict.fromkeys(used):
        if len(places[column]) > 1:
            raise RefusedError(
                say("the column '{column}' stands {n} times in the file", column=column, n=len(places[column])),
                hint=say("the first is '{name} (1)', the second '{name} (2)'", name=column),
            )


def _near(column: str, places: Iterable[str]) -> str | None:
    spelt = {name.casefold(): name for name in places if name}
    close = get_close_matches(column.casefold(), spelt, n=3)
    return (
        say("'{column}': did you mean {close}?", column=column, close=" or ".join(spelt[name] for name in close))
        if close
        else None
    )


def _count_once(tally: Tally) -> Count:
    """Return a function that counts a cell that is not kept: once, however many fields read it."""
    last: dict[tuple[str, str], int] = {}

    def count(kind: str, column: str, number: int) -> None:
        if last.get((kind, column)) != number:
            last[kind, column] = number
            tally[kind, column] += 1

    return count


def _count_nothing(kind: str, column: str, number: int) -> None:
    """Count nothing: the row itself is counted when it is read."""


def _losses_of(section: str, key: str) -> tuple[str, str]:
    """Return the kinds to count: if `when` leaves the field out, and if the field is wanted but blank."""
    return "unscored" if section == "survey" else "", "undated" if key == "completed_at" else ""


def _getter(
    field: Field,
    place: Callable[[str], int],
    count: Count,
    losses: tuple[str, str] = ("", ""),
    keys: Mapping[str, KeyReader] | None = None,
) -> Getter:
    """Return the field as a function of the cells: each word of the map is one step more."""
    get = _plain_getter(field, place, keys or {})
    if field.is_narrow:
        get = _narrow_getter(get)
    if field.blank:
        get = _getter_without(get, field, count)
    if field.split:
        get = _part_getter(get, field, count)
    if field.is_coded:
        get = _code_getter(get, field)
    if field.default is not None:
        get = _default_getter(get, field.default)
    if field.when:
        own = place(field.column) if field.column else None
        get = _conditional_getter(
            get, field, [(place(column), texts) for column, texts in field.when], own, count, losses
        )
    return get


def _plain_getter(field: Field, place: Callable[[str], int], keys: Mapping[str, KeyReader]) -> Getter:
    if field.column is not None:
        at, read = place(field.column), keys.get(field.column)
        return lambda cells, number: read(cell) if (cell := cells[at]) and read else cell
    if field.template is not None:
        return _template_getter(field.template, place, keys)
    constant = field.value
    return lambda cells, number: constant


def _template_getter(template: str, place: Callable[[str], int], keys: Mapping[str, KeyReader]) -> Getter:
    """Return the getter of a template such as "{District}, {Address}". No value if all its columns are blank."""
    pattern = "%s".join(part.replace("%", "%%") for part in re.split(r"\{[^{}]+\}", template))
    names = [squeezed(name) for name in braces(template)]
    holes = [None if name == RECORD_NUMBER else place(name) for name in names]
    readers = [keys.get(name) for name in names]

    def fill_in(cells: Cells, number: int) -> Scalar:
        filled = [str(number) if at is None else cells[at] or "" for at in holes]
        if keys:
            filled = [read(cell) if read and cell else cell for read, cell in zip(readers, filled, strict=True)]
        return (pattern % tuple(filled)).strip() or None if any(filled) else None

    return fill_in


def _narrow_getter(get: Getter) -> Getter:
    def narrow(cells: Cells, number: int) -> Scalar:
        value = get(cells, number)
        return half_width(value).strip() or None if isinstance(value, str) else value

    return narrow


def _getter_without(get: Getter, field: Field, count: Count) -> Getter:
    blank, label = field.blank, field.label

    def leave_out(cells: Cells, number: int) -> Scalar:
        value = get(cells, number)
        if value not in blank:
            return value
        count("blanked", label, number)
        return None

    return leave_out


def _part_getter(get: Getter, field: Field, count: Count) -> Getter:
    """Return the getter of one of several values in a cell, or of all of them as phones are written."""
    way, label = field.take, field.label
    divider = re.compile("|".join(r"\s+" if one == " " else re.escape(one) for one in field.split))

    def pick_part(cells: Cells, number: int) -> Scalar:
        value = get(cells, number)
        if not isinstance(value, str) or divider.search(value) is None:
            return value if way in {1, "first", "last", "all"} else None
        found = [part.strip() for part in divider.split(value) if part.strip()]
        if way == "all":
            return ", ".join(found) or None
        if len(found) > 1:
            count("split", label, number)
        if isinstance(way, int):
            return found[way - 1] if way <= len(found) else None
        return (found[0] if way == "first" else found[-1]) if found else None

    return pick_part


def _code_getter(get: Getter, field: Field) -> Getter:
    """Return the getter of a code table. A blank cell is no value unless the table or `other` says otherwise."""
    known, other, has_other, label = field.known or {}, field.other, field.has_other, field.label
    contains = field.contains
    table: dict[Scalar, Scalar] = dict(known.items())
    table[None] = known.get("", field.default if field.default is not None else other)

    def look_up(cells: Cells, number: int) -> Scalar:
        value = get(cells, number)
        if value in table:
            return table[value]
        for part, code in contains:
            if part in str(value):
                return code
        if has_other:
            return other
        named = ", ".join(filter(None, (*known, *(part for part, _ in contains))))
        raise RowError(label, value, say("the map has no such value: one of {filter}", filter=named))

    return look_up


def _default_getter(get: Getter, default: Scalar) -> Getter:
    def fill_up(cells: Cells, number: int) -> Scalar:
        value = get(cells, number)
        return default if value is None else value

    return fill_up


def _conditional_getter(
    get: Getter,
    field: Field,
    conditions: Sequence[tuple[int, frozenset[str]]],
    own: int | None,
    count: Count,
    losses: tuple[str, str],
) -> Getter:
    """Return the getter of a field that only some rows have. `own`: its column, whose cells may be left out."""
    label, column, (left_out, lacking) = field.label, field.when[0][0], losses

    def get_if(cells: Cells, number: int) -> Scalar:
        for at, texts in conditions:
            if (cells[at] or "") not in texts:
                if left_out and own is not None and cells[own]:
                    count(left_out, label, number)
                return None
        value = get(cells, number)
        if lacking and value is None:
            count(lacking, column, number)
        return value

    return get_if

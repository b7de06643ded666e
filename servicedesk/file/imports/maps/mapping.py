"""An import map as a value: what each column of a file becomes. parsing.py reads one from TOML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import item_list, say
from servicedesk.file.imports.maps.toml_values import Scalar
from servicedesk.file.imports.maps.words import DEPTHS, FIELDS, REQUIRED, SECTIONS, WITH_TICKETS
from servicedesk.file.imports.tables.layout import Layout, Rule, squeezed

RECORD_NUMBER = "#"
_AS_IT_IS = Layout()
_BRACES = re.compile(r"\{([^{}]+)\}")


def braces(text: str) -> list[str]:
    """Return what stands in the braces of a template."""
    return _BRACES.findall(text)


class Field(NamedTuple):
    """One field: a column, a template with `{columns}`, or a constant. words.py says what the other words mean."""

    column: str | None = None
    template: str | None = None
    value: Scalar = None
    known: Mapping[str, Scalar] | None = None
    contains: tuple[tuple[str, Scalar], ...] = ()
    other: Scalar = None
    has_other: bool = False
    when: tuple[tuple[str, frozenset[str]], ...] = ()
    dates: tuple[str, ...] | None = None
    blank: frozenset[str] = frozenset()
    default: Scalar = None
    is_narrow: bool = False
    split: tuple[str, ...] = ()
    take: str | int = "first"

    @property
    def is_plain(self) -> bool:
        """Return whether the cell is the value as it is."""
        bare = Field(column=self.column, dates=self.dates)
        return self.column is not None and self == bare

    @property
    def is_coded(self) -> bool:
        """Return whether a table says what each text becomes."""
        return self.known is not None or bool(self.contains)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the columns (and `#`) in the braces of the template."""
        return tuple(squeezed(part) for part in braces(self.template or ""))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return all columns that the field needs."""
        own = (self.column,) if self.column else tuple(part for part in self.parts if part != RECORD_NUMBER)
        return own + tuple(column for column, _ in self.when)

    @property
    def label(self) -> str:
        """Return the name of the field in rejections."""
        return self.column or self.template or "(constant)"


@dataclass(frozen=True, slots=True)
class Map:
    """An import map. `dates` are strptime forms, only ISO forms if empty; `zone` is the outlet's if None.

    `labels`: the file may have a code's label in place of the code. `blank`: texts that stand for nothing.
    `reads_keys`: dates and phones in keys are normalized (key_texts.py).
    """

    source: str
    sections: Mapping[str, Mapping[str, Field]]
    dates: tuple[str, ...] = ()
    zone: str | None = None
    layout: Layout = _AS_IT_IS
    only: tuple[Rule, ...] = ()
    blank: frozenset[str] = frozenset()
    is_narrow: bool = False
    labels: bool = True
    reads_keys: bool = False
    name: str = field(default="map", compare=False)

    @property
    def depth(self) -> int:
        """Return the depth of the deepest section: 1 customers, 2 appliances, 3 tickets."""
        return max(number for number, section in enumerate(SECTIONS, 1) if section in self.sections)

    @property
    def only_answers(self) -> bool:
        """Return whether the file has only answers about tickets of an earlier import, named by their keys."""
        return {*self.sections} == {"ticket", "survey"} and {*self.sections["ticket"]} == {"ref"}

    @property
    def is_numbered(self) -> bool:
        """Return whether the number of the record is in the key of a ticket."""
        ref = self.sections.get("ticket", {}).get("ref")
        return ref is not None and RECORD_NUMBER in ref.parts

    def cut_to(self, depth: int | None) -> "Map":
        """Return the map without deeper sections (`--as`). UsageError if the section that is left is incomplete."""
        depth = depth or self.depth
        wanted = SECTIONS[depth - 1]
        if wanted not in self.sections:
            noun = list(DEPTHS)[depth - 1]
            raise UsageError(
                say(
                    "{name} has no [{wanted}], so it cannot be read as {noun}", name=self.name, wanted=wanted, noun=noun
                ),
                hint=say("choose another --as"),
            )
        needed = () if self.only_answers else REQUIRED[wanted]
        lacking = [key for key in needed if key not in self.sections[wanted]]
        if lacking:
            raise UsageError(
                say("[{wanted}] in {name} lacks {lacking}", wanted=wanted, name=self.name, lacking=item_list(lacking))
            )
        kept = {*SECTIONS[:depth], *(WITH_TICKETS if depth == DEPTHS["tickets"] else [])}
        sections = {section: fields for section, fields in self.sections.items() if section in kept}
        return replace(self, sections=sections)


def identity(headings: Sequence[str], depth: int | None) -> Map:
    """Return the map of a file whose columns have the names of our fields.

    Fields of the noun itself have no prefix, those of nouns above it have one (`customer_name`). `depth` None: the
    headings decide. RefusedError if they cannot.
    """
    names = {squeezed(heading) for heading in headings}
    depth = depth or _depth_of(names)
    sections = {}
    for number, section in enumerate(SECTIONS[:depth], 1):
        prefix = "" if number == depth else f"{section}_"
        found = {key: Field(column=prefix + key) for key in FIELDS[section] if prefix + key in names}
        if number == depth:
            found |= {key: Field(column=key) for key in REQUIRED[section]}
        if found and "ref" not in found:
            raise RefusedError(
                say(
                    "the columns name a {section} ({found}) but not its key",
                    section=section,
                    found=item_list(prefix + key for key in found),
                ),
                hint=say("add a column {prefix}ref, or --map MAP.toml", prefix=prefix),
            )
        sections[section] = found
    if depth == DEPTHS["tickets"]:
        sections["survey"] = {key: Field(column=key) for key in FIELDS["survey"] if key in names}
    return Map("file", {section: fields for section, fields in sections.items() if fields}, name=say("the file"))


def _depth_of(names: set[str]) -> int:
    for noun, telling in (("tickets", "reported_at"), ("appliances", "category"), ("customers", "name")):
        if telling in names:
            return DEPTHS[noun]
    raise RefusedError(
        say(
            "the columns are not named as the fields of customers, appliances or tickets are: {names}",
            names=item_list(sorted(names)),
        ),
        hint=say("--map MAP.toml says what each column becomes; import --sketch FILE --output MAP.toml proposes one"),
    )

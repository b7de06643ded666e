"""Parse a TOML import map, which says what each column of a file becomes."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from servicedesk.base.errors import RefusedError, UsageError, nearest
from servicedesk.base.messages import say

Scalar = str | int | bool | None

# A ticket may name an appliance, and both may name a customer.
FIELDS = {
    "customer": ("ref", "name", "phone", "address", "area", "tier"),
    "appliance": ("ref", "category", "brand", "model", "serial", "bought", "installed"),
    "ticket": (
        "ref", "type", "reported_at", "assigned_at", "arrived_at", "completed_at", "outcome", "cancelled_at",
        "cancelled_by", "cancel_reason", "technician", "fault", "text", "channel", "area",
    ),
    "survey": ("score", "satisfied", "answered_at"),
}  # fmt: skip
REQUIRED = {"customer": ("ref", "name"), "appliance": ("ref", "category"), "ticket": ("ref", "reported_at")}
DAYS = {"bought", "installed"}  # a day, or only its month or year
DATED = {
    "bought", "installed", "reported_at", "assigned_at", "arrived_at", "completed_at", "cancelled_at", "answered_at",
}  # fmt: skip

# What --as takes, and how deep each goes.
DEPTHS = {"customers": 1, "appliances": 2, "tickets": 3}
SECTIONS = ("customer", "appliance", "ticket")

_LARGEST = 2**63 - 1
RECORD_NUMBER = "#"
_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a column, a template with `{columns}`, or a constant. `when` says in which rows it is read."""

    column: str | None = None
    template: str | None = None
    value: Scalar = None
    known: Mapping[str, Scalar] | None = None
    other: Scalar = None
    has_other: bool = False
    when: tuple[tuple[str, frozenset[str]], ...] = ()
    dates: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the columns (and `#`) in the braces of the template."""
        return tuple(squeezed(part) for part in _BRACES.findall(self.template or ""))

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
    """A map. `dates` are strptime forms, only ISO forms if empty; `zone` is the outlet's if None.

    `labels`: the file may have a category's label in place of its code.
    """

    source: str
    sections: Mapping[str, Mapping[str, Field]]
    dates: tuple[str, ...] = ()
    zone: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    only: tuple[tuple[str, frozenset[str]], ...] = ()
    labels: bool = True
    name: str = field(default="map", compare=False)

    @property
    def depth(self) -> int:
        """Return the depth of the deepest section: 1 customers, 2 appliances, 3 tickets."""
        return max(number for number, section in enumerate(SECTIONS, 1) if section in self.sections)

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
        lacking = [key for key in REQUIRED[wanted] if key not in self.sections[wanted]]
        if lacking:
            raise UsageError(
                say("[{wanted}] in {name} lacks {lacking}", wanted=wanted, name=self.name, lacking=", ".join(lacking))
            )
        kept = {*SECTIONS[:depth], *(["survey"] if depth == DEPTHS["tickets"] else [])}
        sections = {section: fields for section, fields in self.sections.items() if section in kept}
        return replace(self, sections=sections)


def squeezed(text: str) -> str:
    """Return a heading as it is compared: trimmed, with line ends and runs of blanks as one space."""
    return " ".join(text.split())


def parse_map(text: str, name: str) -> Map:
    """Return the map of a TOML text. UsageError says what is wrong with it, and where."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        raise UsageError(
            say("{name} is not TOML: {message}{message2}", name=name, message=message[:1].lower(), message2=message[1:])
        ) from None
    except (RecursionError, ValueError):  # very deep tables; a number of thousands of digits
        raise UsageError(say("{name} is no map: too deep, or a number too long", name=name)) from None
    _expect(written, ("source", "dates", "zone", "encoding", "sheet", "only", "labels", *FIELDS), name, "map")
    sections = {section: _section(section, written[section], name) for section in FIELDS if section in written}
    if not any(section in sections for section in SECTIONS):
        raise UsageError(
            say("{name} has none of [customer], [appliance], [ticket]", name=name),
            hint=say("a map says what each row becomes"),
        )
    if "survey" in sections and "ticket" not in sections:
        raise UsageError(
            say("{name} has a [survey] without a [ticket]", name=name), hint=say("a survey is about a ticket")
        )
    return Map(
        source=_text(written.get("source", "file"), say("source in {name}", name=name)),
        sections=sections,
        dates=_texts(written.get("dates", []), say("dates in {name}", name=name)),
        zone=_optional(written, "zone", name),
        encoding=_optional(written, "encoding", name),
        sheet=_optional(written, "sheet", name),
        only=tuple(_only(rule, name) for rule in _tables(written.get("only", []), name)),
        labels=_truth(written.get("labels", True), say("labels in {name}", name=name)),
        name=name,
    )


def identity(headings: Sequence[str], depth: int | None) -> Map:
    """Return the map of a file whose columns have the names of our fields.

    Fields of the noun itself have no prefix, those of nouns above it have one (`customer_name`). `depth` None: the
    headings decide; RefusedError if they do not.
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
                    found=", ".join(prefix + key for key in found),
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
            names=", ".join(sorted(names)),
        ),
        hint=say("--map MAP.toml says what each column becomes"),
    )


def _section(section: str, written: Any, name: str) -> dict[str, Field]:
    if not isinstance(written, dict):
        raise UsageError(
            say("{section} in {name} is no table", section=section, name=name),
            hint=say("write it as [{section}]", section=section),
        )
    _expect(written, FIELDS[section], name, f"[{section}]")
    # A section with only a ref refers to rows of an earlier import.
    needed = REQUIRED.get(section, ())
    for key in needed[:1] if set(written) == {"ref"} else needed:
        if key not in written:
            raise UsageError(
                say("[{section}] in {name} lacks {key}", section=section, name=name, key=key),
                hint=say("needed: {needed}", needed=", ".join(needed)),
            )
    if "assigned_at" in written and "technician" not in written:
        raise UsageError(
            say("[{section}] in {name} has assigned_at without technician", section=section, name=name),
            hint=say("an assignment names a technician"),
        )
    if section == "survey" and ("score" in written) == ("satisfied" in written):
        raise UsageError(say("[survey] in {name} takes either score or satisfied", name=name))
    return {
        key: _field(value, say("[{section}] {key} in {name}", section=section, key=key, name=name), dated=key in DATED)
        for key, value in written.items()
    }


def _field(written: Any, where: str, *, dated: bool) -> Field:
    if isinstance(written, str):
        if not written.strip():
            raise UsageError(say("{where} names no column", where=where))
        return Field(template=written) if _BRACES.search(written) else Field(column=squeezed(written))
    if not isinstance(written, dict):
        raise UsageError(
            say("{where} is neither a column nor a table", where=where),
            hint=say('a constant is written { value = "…" }'),
        )
    _expect(written, ("column", "value", "map", "other", "when", "dates"), where, "field")
    if ("column" in written) == ("value" in written):
        raise UsageError(say("{where} takes either column or value", where=where))
    if "value" in written and {"map", "other", "dates"} & set(written):
        raise UsageError(say("{where} has a constant value: map, other and dates need a column", where=where))
    if "other" in written and "map" not in written:
        raise UsageError(say("{where} has other without map", where=where))
    if "dates" in written and not dated:
        raise UsageError(
            say("{where} is no time: dates belong to {dated}", where=where, dated=", ".join(sorted(DATED)))
        )
    return Field(
        column=squeezed(_text(written["column"], where)) if "column" in written else None,
        value=_scalar(written.get("value", ""), where),
        known=_codes(written["map"], where) if "map" in written else None,
        other=_scalar(written.get("other", ""), where),
        has_other="other" in written,
        when=_when(written.get("when", {}), where),
        dates=_texts(written["dates"], where) if "dates" in written else None,
    )


def _codes(written: Any, where: str) -> dict[str, Scalar]:
    if not isinstance(written, dict):
        raise UsageError(say("map of {where} is no table", where=where), hint=say('map = { Closed = "fixed" }'))
    return {key.strip(): _scalar(value, where) for key, value in written.items()}


def _when(written: Any, where: str) -> tuple[tuple[str, frozenset[str]], ...]:
    if not isinstance(written, dict):
        raise UsageError(say("when of {where} is no table", where=where), hint=say('when = { "Status" = ["Closed"] }'))
    return tuple((squeezed(column), _allowed_values(texts, where)) for column, texts in written.items())


def _only(rule: dict[str, Any], name: str) -> tuple[str, frozenset[str]]:
    _expect(rule, ("column", "in"), name, "[[only]]")
    if set(rule) != {"column", "in"}:
        raise UsageError(
            say("[[only]] in {name} takes column and in", name=name), hint=say('column = "Industry", in = ["…"]')
        )
    return squeezed(_text(rule["column"], name)), _allowed_values(rule["in"], say("[[only]] in {name}", name=name))


def _allowed_values(written: Any, where: str) -> frozenset[str]:
    return frozenset(text.strip() for text in _texts([written] if isinstance(written, str) else written, where))


def _tables(written: Any, name: str) -> list[dict[str, Any]]:
    tables = [written] if isinstance(written, dict) else written
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(say("only in {name} is no table", name=name), hint=say("write it as [[only]]"))
    return tables


def _expect(written: Mapping[str, Any], allowed: Sequence[str], where: str, what: str) -> None:
    for key in written:
        if key not in allowed:
            close = nearest(key, allowed) or ""
            every = say("it takes {allowed}", allowed=", ".join(allowed))
            hint = close if close.startswith("did you mean") else every
            raise UsageError(say("unknown '{key}' in {where} ({what})", key=key, where=where, what=what), hint=hint)


def _optional(written: Mapping[str, Any], key: str, name: str) -> str | None:
    return _text(written[key], say("{key} in {name}", key=key, name=name)) if key in written else None


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(say("{where} is no text", where=where))
    return value.strip()


def _truth(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise UsageError(say("{where} is neither true nor false", where=where))
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(say("{where} takes a list of texts", where=where))
    return tuple(value)


def _scalar(value: Any, where: str) -> Scalar:
    if not isinstance(value, str | int):
        raise UsageError(
            say("{where}: '{value}' is neither text, number nor true/false", where=where, value=value),
            hint=say("write it in quotes"),
        )
    if isinstance(value, str):
        return value.strip() or None
    if abs(value) > _LARGEST:
        raise UsageError(
            say("{where}: {value} is larger than any number that can be kept", where=where, value=str(value)[:40]),
            hint=say("write it in quotes"),
        )
    return value

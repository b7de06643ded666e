"""Parse a TOML import map, which says what each column of a file becomes."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import item_list, say
from servicedesk.file.imports.maps import toml_values as take
from servicedesk.file.imports.maps.mapping import Field, Map, braces
from servicedesk.file.imports.maps.words import (
    DATED,
    FIELD_WORDS,
    FIELDS,
    FILE_WORDS,
    REQUIRED,
    RULE_WORDS,
    SECTIONS,
    WITH_TICKETS,
)
from servicedesk.file.imports.tables.layout import SHEET, Layout, Rule, squeezed


def parse_map(text: str, name: str) -> Map:
    """Return the map of a TOML text. UsageError says what is wrong with it, and where."""
    written = _parse_toml(text, name)
    check_doubts(text, name)
    take.expect_keys(written, (*FILE_WORDS, *RULE_WORDS, *FIELDS), name, "map")
    sections = {section: _section(section, written[section], name) for section in FIELDS if section in written}
    if not any(section in sections for section in SECTIONS):
        raise UsageError(
            say("{name} has none of [customer], [appliance], [ticket]", name=name),
            hint=say("a map says what each row becomes"),
        )
    for section in WITH_TICKETS:
        if section in sections and "ticket" not in sections:
            raise UsageError(
                say("{name} has a [{section}] without a [ticket]", name=name, section=section),
                hint=say("a {section} is about a ticket", section=section),
            )
    if "visit" in sections and "arrived_at" in sections["ticket"]:
        raise UsageError(
            say("{name} has arrived_at in [ticket] and in [visit]", name=name),
            hint=say("with [visit] every row brings an arrival: leave it out of [ticket]"),
        )
    if set(sections.get("ticket", ())) == {"ref"}:
        _check_only_answers(sections, name)
    return Map(
        source=take.text(written.get("source", "file"), say("source in {name}", name=name)),
        sections=sections,
        dates=take.texts(written.get("dates", []), say("dates in {name}", name=name)),
        zone=take.optional_text(written, "zone", name),
        layout=replace(_layout(written, name), with_sheet=_names_sheet(sections)),
        only=tuple(_rule(rule, "only", name) for rule in take.tables(written.get("only", []), "only", name)),
        blank=frozenset(take.text_or_texts(written.get("blank", []), say("blank in {name}", name=name))),
        is_narrow=_width(written, say("width in {name}", name=name)),
        labels=take.truth(written.get("labels", True), say("labels in {name}", name=name)),
        reads_keys=_reads_keys(written, say("keys in {name}", name=name)),
        name=name,
    )


def _names_sheet(sections: Mapping[str, Mapping[str, Field]]) -> bool:
    """Return whether a field is made of the name of the sheet."""
    return any(SHEET in field.columns for fields in sections.values() for field in fields.values())


def _check_only_answers(sections: Mapping[str, Mapping[str, Field]], name: str) -> None:
    """Raise UsageError for tickets that have nothing but a key, unless the file has only answers about them."""
    if set(sections) != {"ticket", "survey"}:
        raise UsageError(
            say("[{section}] in {name} lacks {key}", section="ticket", name=name, key="reported_at"),
            hint=say("only a file of answers names tickets by their key alone: [ticket] ref and [survey]"),
        )
    if "answered_at" not in sections["survey"]:
        raise UsageError(
            say("[{section}] in {name} lacks {key}", section="survey", name=name, key="answered_at"),
            hint=say("an answer has a time"),
        )


def _parse_toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        raise UsageError(
            say("{name} is not TOML: {message}{message2}", name=name, message=message[:1].lower(), message2=message[1:])
        ) from None
    except (RecursionError, ValueError):  # very deep tables; a number of thousands of digits
        raise UsageError(say("{name} is no map: too deep, or a number too long", name=name)) from None


def check_doubts(text: str, name: str) -> None:
    """Raise RefusedError if a sketched map still has doubts, marked '# ?'."""
    open_ones = [number for number, line in enumerate(text.splitlines(), 1) if has_doubt(line)]
    if open_ones:
        lines = ", ".join(map(str, open_ones[:8])) + (" …" if len(open_ones) > 8 else "")
        raise RefusedError(
            say("{name} has open doubts, marked '# ?', in line {lines}", name=name, lines=lines),
            hint=say("correct each line or leave it, and strike its '# ?'"),
        )


def has_doubt(line: str) -> bool:
    """Return whether a line has a comment that begins with a question mark; quoted texts do not count."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", line)
    return "# ?" in bare


def _layout(written: Mapping[str, Any], name: str) -> Layout:
    sheets = take.text_or_texts(written.get("sheet", []), say("sheet in {name}", name=name))
    skip_first = written.get("skip_first", 0)
    if type(skip_first) is not int or not 0 <= skip_first <= 1_000_000:
        raise UsageError(say("skip_first in {name} is no number of rows", name=name))
    skips = take.tables(written.get("skip", []), "skip", name)
    return Layout(
        sheets=sheets,
        heading=take.row_numbers(written.get("heading", []), say("heading in {name}", name=name)),
        skip_first=skip_first,
        skip=tuple(_rule(rule, "skip", name) for rule in skips if "sheet" not in rule),
        skip_sheets=tuple(sheet for rule in skips if "sheet" in rule for sheet in _skipped_sheets(rule, name)),
        fill=tuple(
            squeezed(column) for column in take.text_or_texts(written.get("fill", []), say("fill in {name}", name=name))
        ),
        encoding=take.optional_text(written, "encoding", name),
        delimiter=_sign(written, "delimiter", name),
        quote=_sign(written, "quote", name, or_none=True) if "quote" in written else '"',
        escape=_sign(written, "escape", name),
    )


def _sign(written: Mapping[str, Any], key: str, name: str, *, or_none: bool = False) -> Any:
    """Return the one character under a key, None if the key is not there."""
    value = written.get(key)
    if value is None or (or_none and value == ""):
        return value
    if not isinstance(value, str) or len(value) != 1 or value in "\r\n\0":
        raise UsageError(say("{key} in {name} is no single character", key=key, name=name))
    return value


def _width(written: Mapping[str, Any], where: str) -> bool:
    if written.get("width", "narrow") != "narrow":
        raise UsageError(say('{where} takes "narrow"', where=where))
    return "width" in written


def _reads_keys(written: Mapping[str, Any], where: str) -> bool:
    if written.get("keys", "as read") != "as read":
        raise UsageError(say('{where} takes "as read"', where=where))
    return "keys" in written


def _rule(rule: dict[str, Any], what: str, name: str) -> Rule:
    take.expect_keys(rule, ("column", "in", "contains"), name, f"[[{what}]]")
    if "column" not in rule or not {"in", "contains"} & set(rule):
        raise UsageError(
            say("[[{what}]] in {name} takes column, and in or contains", what=what, name=name),
            hint=say('column = "Industry", in = ["…"]'),
        )
    where = say("[[{what}]] in {name}", what=what, name=name)
    return Rule(
        squeezed(take.text(rule["column"], name)),
        frozenset(take.text_or_texts(rule.get("in", []), where)),
        tuple(filter(None, take.text_or_texts(rule.get("contains", []), where))),
    )


def _skipped_sheets(rule: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return the sheets that a rule leaves out."""
    take.expect_keys(rule, ("sheet",), name, "[[skip]]")
    return take.text_or_texts(rule["sheet"], say("sheet of [[skip]] in {name}", name=name))


def _section(section: str, written: Any, name: str) -> dict[str, Field]:
    if not isinstance(written, dict):
        raise UsageError(
            say("{section} in {name} is no table", section=section, name=name),
            hint=say("write it as [{section}]", section=section),
        )
    take.expect_keys(written, FIELDS[section], name, f"[{section}]")
    # A section with only a ref refers to rows of an earlier import.
    needed = REQUIRED.get(section, ())
    for key in needed[:1] if set(written) == {"ref"} else needed:
        if key not in written:
            raise UsageError(
                say("[{section}] in {name} lacks {key}", section=section, name=name, key=key),
                hint=say("needed: {needed}", needed=item_list(needed)),
            )
    _check_together(section, written, name)
    return {
        key: _field(value, say("[{section}] {key} in {name}", section=section, key=key, name=name), key)
        for key, value in written.items()
    }


def _check_together(section: str, written: Mapping[str, Any], name: str) -> None:
    """Raise UsageError for a field that means nothing without another one."""
    if "assigned_at" in written and "technician" not in written:
        raise UsageError(
            say("[{section}] in {name} has assigned_at without technician", section=section, name=name),
            hint=say("an assignment names a technician"),
        )
    if ("appointed_from" in written) != ("appointed_to" in written):
        raise UsageError(
            say("[{section}] in {name} has one end of the window alone", section=section, name=name),
            hint=say("a window is appointed_from and appointed_to"),
        )
    if section == "survey" and not {"score", "satisfied"} & set(written):
        raise UsageError(say("[survey] in {name} has neither score nor satisfied", name=name))


def _field(written: Any, where: str, key: str) -> Field:
    if isinstance(written, str):
        if not written.strip():
            raise UsageError(say("{where} names no column", where=where))
        return _source(written)
    if not isinstance(written, dict):
        raise UsageError(
            say("{where} is neither a column nor a table", where=where),
            hint=say('a constant is written { value = "…" }'),
        )
    take.expect_keys(written, tuple(FIELD_WORDS), where, "field")
    _check_field(written, where, key)
    source = _source(take.text(written["column"], where)) if "column" in written else Field()
    return source._replace(
        value=take.scalar(written.get("value", ""), where),
        known=_codes(written["map"], where) if "map" in written else None,
        contains=tuple(_codes(written["contains"], where).items()) if "contains" in written else (),
        other=take.scalar(written.get("other", ""), where),
        has_other="other" in written,
        when=_when(written.get("when", {}), where),
        dates=take.texts(written["dates"], where) if "dates" in written else None,
        blank=frozenset(take.text_or_texts(written.get("blank", []), say("blank of {where}", where=where))),
        default=take.scalar(written.get("default", ""), where),
        is_narrow=_width(written, say("width of {where}", where=where)),
        split=_dividers(written["split"], where) if "split" in written else (),
        take=written.get("take", "first"),
    )


def _check_field(written: Mapping[str, Any], where: str, key: str) -> None:
    if ("column" in written) == ("value" in written):
        raise UsageError(say("{where} takes either column or value", where=where))
    of_columns = [word for word in FIELD_WORDS if word not in {"column", "value", "when"} and word in written]
    if "value" in written and of_columns:
        raise UsageError(
            say("{where} has a constant value: {words} needs a column", where=where, words=item_list(of_columns))
        )
    if "other" in written and not {"map", "contains"} & set(written):
        raise UsageError(say("{where} has other without map", where=where))
    if "dates" in written and key not in DATED:
        raise UsageError(
            say("{where} is no time: dates belong to {dated}", where=where, dated=item_list(sorted(DATED)))
        )
    if "take" in written and "split" not in written:
        raise UsageError(say("{where} has take without split", where=where))
    ways, way = ("first", "last", "all") if key == "phone" else ("first", "last"), written.get("take", "first")
    if way not in ways and not (type(way) is int and way > 0):
        raise UsageError(say("take of {where} is a number or one of {ways}", where=where, ways=item_list(ways)))


def _source(written: str) -> Field:
    return Field(template=written) if braces(written) else Field(column=squeezed(written))


def _dividers(written: Any, where: str) -> tuple[str, ...]:
    """Return what divides the values of a cell; one of blanks alone is any run of blanks."""
    found = take.texts([written] if isinstance(written, str) else written, say("split of {where}", where=where))
    if not found or not all(found):
        raise UsageError(say("split of {where} names nothing", where=where), hint=say('split = "/", or ["/", "、"]'))
    return tuple(divider.strip() or " " for divider in found)


def _codes(written: Any, where: str) -> dict[str, take.Scalar]:
    if not isinstance(written, dict):
        raise UsageError(say("map of {where} is no table", where=where), hint=say('map = { Closed = "fixed" }'))
    return {key.strip(): take.scalar(value, where) for key, value in written.items()}


def _when(written: Any, where: str) -> tuple[tuple[str, frozenset[str]], ...]:
    if not isinstance(written, dict):
        raise UsageError(say("when of {where} is no table", where=where), hint=say('when = { "Status" = ["Closed"] }'))
    return tuple((squeezed(column), frozenset(take.text_or_texts(values, where))) for column, values in written.items())

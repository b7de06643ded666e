"""Normalize the parts of a key: one instant, phone or name gives one key, however it is typed."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from servicedesk.base import sameness
from servicedesk.base.errors import ServiceDeskError
from servicedesk.file.imports.maps.mapping import RECORD_NUMBER, Field, Map
from servicedesk.file.imports.maps.times import Clock
from servicedesk.file.imports.maps.words import DATED, DAYS

KeyReader = Callable[[str], str]
_SHORT_TIME = re.compile(r"\d:\d{2}(?::\d{2})?", re.ASCII)
_REMEMBERED = 20_000  # texts of a column: each row asks for the keys of its customer, appliance and ticket


def key_readers(mapping: Map, clocks: Mapping[tuple[str, str], Clock]) -> dict[str, KeyReader] | None:
    """Return the function that writes each column of a map in keys; None if keys are the texts of the cells."""
    if not mapping.reads_keys:
        return None
    found: dict[str, KeyReader] = {}
    for section, fields in mapping.sections.items():
        for key, field in fields.items():
            reader: KeyReader = plain_text
            if key == "phone":
                reader = lru_cache(_REMEMBERED)(phone_text)
            elif key in DATED - DAYS:
                reader = instant_reader(clocks[section, key])
            for column in _columns_read(field):
                if reader is not plain_text or column not in found:
                    found[column] = reader
    return found


def _columns_read(field: Field) -> tuple[str, ...]:
    return (field.column,) if field.column else tuple(part for part in field.parts if part != RECORD_NUMBER)


def plain_text(text: str) -> str:
    """Return a text in half-width signs with single blanks; blanks that only align a name go: 张 伟 is 张伟."""
    plain = " ".join(sameness.half_width(text).split())
    return plain if plain.isascii() else sameness.without_gaps(plain)


def phone_text(text: str) -> str:
    """Return the digits of the first phone in a text; the text if it is none."""
    try:
        return sameness.phones(text)[0].digits
    except ServiceDeskError:
        return plain_text(text)


def time_text(text: str) -> str:
    """Return a time of day with two digits for the hour; any other text as it is."""
    plain = plain_text(text)
    return f"0{plain}" if _SHORT_TIME.fullmatch(plain) else plain


def instant_reader(clock: Clock) -> KeyReader:
    """Return the function that writes instants of a field in keys: 2026-09-02 15:10, or the day alone at 00:00."""

    @lru_cache(_REMEMBERED)
    def read(text: str) -> str:
        try:
            at, _ = clock.instant(text)
        except ValueError:
            return time_text(text)
        day, time = at[:10], at[11:19]
        return day if time == "00:00:00" else f"{day} {time.removesuffix(':00')}"

    return read

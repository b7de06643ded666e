"""Digests of imported customers, appliances and tickets, to see at the next import if a row has changed."""

from collections.abc import Iterable
from hashlib import blake2b

from servicedesk.file.imports.maps.binding import Values
from servicedesk.file.imports.maps.numbering import Facts


def digest_of(keys: tuple[str, ...], values: Values) -> str:
    """Return the digest of a customer or appliance: of the pairs of key and value, without fields that have none."""
    said = [f"('{key}', {value!r})" for key, value in zip(keys, values, strict=True) if value is not None]
    return _blake(f"({', '.join(said)}{',' * (len(said) == 1)})")


def ticket_digest(said: Values, pointed: tuple[str | None, str | None], events: Iterable[Facts]) -> str:
    """Return the digest of a ticket: of what it is, whom and what it is about, and of its events."""
    _, kind, channel, fault, text, area, technician = said
    told = ", ".join(map(repr, events))
    return _blake(f"({kind!r}, {channel!r}, {fault!r}, {text!r}, {area!r}, {pointed!r}, {technician!r}, [{told}])")


def joined_digest(first: str, events: Iterable[Facts]) -> str:
    """Return the digest of a ticket of several rows: that of its first row, and all events."""
    return _blake(f"{first} {list(events)!r}")


def _blake(said: str) -> str:
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

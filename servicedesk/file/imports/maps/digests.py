"""Digests of imported customers, appliances and tickets, to see at the next import if a row has changed."""

from hashlib import blake2b

from servicedesk.file.imports.maps.binding import Values


def digest_of(keys: tuple[str, ...], values: Values) -> str:
    """Return the digest of a customer or appliance: of the pairs of key and value, without fields that have none."""
    said = [f"('{key}', {value!r})" for key, value in zip(keys, values, strict=True) if value is not None]
    return _blake(f"({', '.join(said)}{',' * (len(said) == 1)})")


def ticket_digest(said: Values, pointed: tuple[str | None, str | None]) -> str:
    """Return the digest of a ticket: of the repr() of its values and `Fact`s, written out by hand for speed."""
    (
        _, kind, channel, fault, text, area, technician, reported, reported_unix, assigned, assigned_unix, arrived,
        arrived_unix, completed, completed_unix, outcome, cancelled, cancelled_unix, by, why, answered, answered_unix,
        score, satisfied,
    ) = said  # fmt: skip
    who, no = repr(technician), "None, None, None, None"
    told = f"({kind!r}, {channel!r}, {fault!r}, {text!r}, {area!r}, {pointed!r}, {who}, "
    told += f"[('reported', '{reported}', {reported_unix}, None, None, None, {no})"
    if assigned:
        told += f", ('assigned', '{assigned}', {assigned_unix}, {who}, None, None, {no})"
    if arrived:
        told += f", ('arrived', '{arrived}', {arrived_unix}, {who}, 0, None, {no})"
    if completed:
        told += f", ('completed', '{completed}', {completed_unix}, {who}, None, {outcome!r}, {no})"
    if cancelled:
        told += f", ('cancelled', '{cancelled}', {cancelled_unix}, {who}, None, None, {why!r}, {by!r}, None, None)"
    if answered:
        told += f", ('surveyed', '{answered}', {answered_unix}, None, None, None, None, None, {score}, {satisfied})"
    return _blake(told + "])")


def _blake(said: str) -> str:
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

"""Take values out of a TOML map, or say in one sentence what is wrong with them and where."""

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import item_list, say

Scalar = str | int | bool | None
_LARGEST = 2**63 - 1


def expect_keys(written: Mapping[str, Any], allowed: Sequence[str], where: str, what: str) -> None:
    """Raise UsageError for a key that is not allowed, with the nearest one that is."""
    for key in written:
        if key not in allowed:
            close = nearest(key, allowed) or ""
            every = say("it takes {allowed}", allowed=item_list(allowed))
            hint = close if close.startswith("did you mean") else every
            raise UsageError(say("unknown '{key}' in {where} ({what})", key=key, where=where, what=what), hint=hint)


def optional_text(written: Mapping[str, Any], key: str, name: str) -> str | None:
    """Return the text under a key, None if the key is not there."""
    return text(written[key], say("{key} in {name}", key=key, name=name)) if key in written else None


def text(value: Any, where: str) -> str:
    """Return a text that is not blank, trimmed. UsageError for anything else."""
    if not isinstance(value, str) or not value.strip():
        raise UsageError(say("{where} is no text", where=where))
    return value.strip()


def truth(value: Any, where: str) -> bool:
    """Return true or false. UsageError for anything else."""
    if not isinstance(value, bool):
        raise UsageError(say("{where} is neither true nor false", where=where))
    return value


def texts(value: Any, where: str) -> tuple[str, ...]:
    """Return a list of texts. UsageError for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(say("{where} takes a list of texts", where=where))
    return tuple(value)


def text_or_texts(value: Any, where: str) -> tuple[str, ...]:
    """Return a list of trimmed texts; one text is a list of one."""
    return tuple(item.strip() for item in texts([value] if isinstance(value, str) else value, where))


def row_numbers(value: Any, where: str) -> tuple[int, ...]:
    """Return numbers of rows, counted from 1; one number is a list of one. UsageError for anything else."""
    rows = [value] if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(rows, list) or not all(type(row) is int and 1 <= row <= 1_000_000 for row in rows):
        raise UsageError(
            say("{where} takes the numbers of rows, counted from 1", where=where), hint=say("heading = [2, 3]")
        )
    return tuple(sorted(set(rows)))


def tables(written: Any, what: str, name: str) -> list[dict[str, Any]]:
    """Return the tables of [[what]]. UsageError for anything else."""
    found = [written] if isinstance(written, dict) else written
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise UsageError(
            say("{what} in {name} is no table", what=what, name=name), hint=say("write it as [[{what}]]", what=what)
        )
    return found


def scalar(value: Any, where: str) -> Scalar:
    """Return a text, a number or a truth; None for a blank text. UsageError for anything else."""
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

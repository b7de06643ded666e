"""Remarks of several lines, and phones as lists show them."""

from collections.abc import Sequence
from typing import Any

from servicedesk.core import sameness, words
from servicedesk.core.errors import UsageError
from servicedesk.core.said import say
from servicedesk.core.table import Table


def remark(text: str, what: str) -> str:
    """The trimmed text, line by line; tabs become spaces. UsageError where it is empty or holds control characters."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip().split("\n")
    if rows == [""]:
        raise UsageError(say("{what} is empty", what=what))
    return "\n".join(words.name(row, what) if row.strip() else "" for row in rows)


def masked(number: str) -> str:
    """A phone as lists show it: `138****8000`, `023-****1234`; a short one keeps its last digits.

    Of ten digits and more the first three and the last four are shown, of fewer the last four, half of them at most.
    An extension is hidden.
    """
    line, _ = sameness.split_extension(sameness.half_width(number))
    digits = [at for at, sign in enumerate(number) if sign.isdecimal()]
    places = [at for at in digits if at < len(line)]
    own = min(len(sameness.phone_digits(line)), len(places))
    code = len(places) - own  # of the country
    head, tail = (3, 4) if own >= 10 else (0, min(4, own // 2))
    hidden = {*places[code + head : len(places) - tail], *digits[len(places) :]}
    return "".join("*" if at in hidden else sign for at, sign in enumerate(number))


PHONES = {"phone", "phones", "number", "digits"}  # the keys of columns that hold some


def masked_in(table: Table, *, typed: str = "") -> Table:
    """The table and its sections with every phone masked, but for the one that was typed by whoever asks."""
    at = [n for n, column in enumerate(table.columns) if column.key in PHONES]
    sections = tuple((name, masked_in(section, typed=typed)) for name, section in table.sections)
    if not at:
        return table._replace(sections=sections) if sections else table
    known = sameness.phone_digits(typed)

    def hidden(value: Any) -> Any:
        if isinstance(value, list):
            return [hidden(one) for one in value]
        return masked(value) if isinstance(value, str) and sameness.phone_digits(value) != known else value

    def row(values: Sequence[Any]) -> list[Any]:
        return [hidden(value) if n in at else value for n, value in enumerate(values)]

    coming = map(row, table.coming) if table.coming else ()
    return table._replace(rows=[row(values) for values in table.rows], coming=coming, sections=sections)

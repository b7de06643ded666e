"""Remarks of several lines, and phones as lists show them."""

from collections.abc import Sequence
from typing import Any

from servicedesk.base import sameness
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Table


def remark(text: str, what: str) -> str:
    """The trimmed text, line by line; tabs become spaces. UsageError where it is empty or holds control characters."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip().split("\n")
    if rows == [""]:
        raise UsageError(say("{what} is empty", what=what))
    return "\n".join(one_line(row, what) if row.strip() else "" for row in rows)


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


# Joiners inside words and emoji; every other invisible sign would make equal names differ or turn a line round.
_JOINERS = "\u200c\u200d"


# Those that pass for letters: fillers, the blank of braille, a joiner without a glyph.
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def one_line(text: str, what: str) -> str:
    """The trimmed text, to the last zero and the first minus sign. UsageError where it cannot name anything.

    `what` begins the sentence, as in "the name".
    """
    kept = text.strip()
    if not kept:
        raise UsageError(say("{what} is empty", what=what))
    if kept.isascii() and kept.isprintable():  # hardly any text is looked at further
        return kept
    sign = invisible_sign(kept) or next((sign for sign in kept if sign in "\n\r\t"), None)
    if sign is not None:
        raise UsageError(
            say("{what} holds a control character (U+{ord:04X})", what=what, ord=ord(sign)),
            hint=say("type it anew on one line"),
        )
    if not sameness.folded_name(kept):
        raise UsageError(say("{what} is empty", what=what))
    return kept


def invisible_sign(text: str) -> str | None:
    """Return the first sign of the text that nobody sees, or that moves or turns what follows; line ends are none."""
    if text.isprintable():
        return None if text.isascii() else next((sign for sign in FILLERS if sign in text), None)
    from unicodedata import category

    for sign in text:
        if sign in FILLERS or (
            category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign not in _JOINERS and sign not in "\n\r\t"
        ):
            return sign
    return None

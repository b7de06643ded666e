"""Texts that name things: trimmed, of one line, never empty, nothing in them that moves a cursor."""

from collections.abc import Iterable

from servicedesk.core import sameness
from servicedesk.core.errors import UsageError
from servicedesk.core.said import joined, kind, marked, say

# Joiners inside words and emoji; every other invisible sign would make equal names differ or turn a line round.
_JOINERS = "\u200c\u200d"
# Those that pass for letters: fillers, the blank of braille, a joiner without a glyph.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_LONGEST_ACTOR = 100


def name(text: str, what: str) -> str:
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
        return None if text.isascii() else next((sign for sign in _FILLERS if sign in text), None)
    from unicodedata import category

    for sign in text:
        if sign in _FILLERS or (
            category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign not in _JOINERS and sign not in "\n\r\t"
        ):
            return sign
    return None


def actor(text: str) -> str:
    """The name of who is typing, as given; UsageError where it is no name, or longer than a line."""
    kept = name(text, say("the actor"))
    if len(kept) > _LONGEST_ACTOR:
        raise UsageError(
            say("the actor is longer than {most} signs", most=_LONGEST_ACTOR), hint=say("--actor takes a name")
        )
    return kept


def login(text: str) -> str:
    """The login name that the system tells, without what is no name in it; '' where nothing is left."""
    seen = "".join(sign for sign in text if sign.isprintable() and sign not in _FILLERS)
    return seen.strip()[:_LONGEST_ACTOR].strip()


_VISIT = marked("birthday visit: {ages}")


def visit(machines: Iterable[tuple[str, int]]) -> str:
    """What the ticket of a visit is about, by category and age: as in "birthday visit: fridge 10"."""
    return say(_VISIT, ages=joined(", ", [joined(" ", (kind(category), f"{age}")) for category, age in machines]))


def visited(text: str | None) -> list[tuple[str, int]]:
    """Category and age of each machine in a text that `visit` made; nothing where somebody typed it."""
    begin = _VISIT.partition("{")[0]
    if not text or not text.startswith(begin):
        return []
    ages = [part.rpartition(" ") for part in text.removeprefix(begin).split(", ")]
    if not all(category and age.isdecimal() for category, _, age in ages):
        return []
    return [(category.replace(" ", "_"), int(age)) for category, _, age in ages]


def problem(text: str | None) -> str | None:
    """The text of a ticket: as it was typed, but what `visit` made can be said in other languages."""
    ages = visited(text)
    return visit(ages) if ages else text


def machine(category: str | None, brand: str | None = None, model: str | None = None) -> str:
    """What people call it: `electric water heater Haier`; spaces for underscores, so that tables wrap at words."""
    named = kind(category) if category else None
    if named and not (brand or model):
        return named
    return joined(" ", [part for part in (named, brand, model) if part])


def code(text: str | None, what: str) -> str | None:
    """A free code in lower case: letters, digits, underscores."""
    if text is None:
        return None
    word = sameness.half_width(text).strip().lower()
    if not word or not word.replace("_", "").replace("-", "").isalnum() or len(word) > 60:
        raise UsageError(
            say("'{text}' is not a {what} code", text=text, what=what),
            hint=say("letters, digits and underscores, as in not_cooling"),
        )
    return word

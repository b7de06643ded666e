"""Wordings of the outlet: who is typing, what a birthday visit is about, codes that people make up."""

from collections.abc import Iterable

from servicedesk.base import sameness
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import category_name, joined, msgid, say
from servicedesk.base.text import FILLERS, one_line

_LONGEST_ACTOR = 100


def actor(text: str) -> str:
    """The name of who is typing, as given; UsageError where it is no name, or longer than a line."""
    kept = one_line(text, say("the actor"))
    if len(kept) > _LONGEST_ACTOR:
        raise UsageError(
            say("the actor is longer than {most} signs", most=_LONGEST_ACTOR), hint=say("--actor takes a name")
        )
    return kept


def login(text: str) -> str:
    """The login name that the system tells, without what is no name in it; '' where nothing is left."""
    seen = "".join(sign for sign in text if sign.isprintable() and sign not in FILLERS)
    return seen.strip()[:_LONGEST_ACTOR].strip()


_VISIT = msgid("birthday visit: {ages}")


def visit(machines: Iterable[tuple[str, int]]) -> str:
    """What the ticket of a visit is about, by category and age: as in "birthday visit: fridge 10"."""
    return say(
        _VISIT, ages=joined(", ", [joined(" ", (category_name(category), f"{age}")) for category, age in machines])
    )


def machines_of_visit_text(text: str | None) -> list[tuple[str, int]]:
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
    ages = machines_of_visit_text(text)
    return visit(ages) if ages else text


def machine(category: str | None, brand: str | None = None, model: str | None = None) -> str:
    """What people call it: `electric water heater Haier`; spaces for underscores, so that tables wrap at words."""
    named = category_name(category) if category else None
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

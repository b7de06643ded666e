"""Read and write texts of a fixed form: references (T12), the actor, the text of a birthday visit, free codes."""

from collections.abc import Iterable

from servicedesk.base import sameness
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import category_name, coded, item_list, joined, msgid, say
from servicedesk.base.text import one_line

LONGEST_ACTOR = 100
NO_PHONE = say("no phone")  # shown instead of a phone for a customer without one


_LETTERS = {"工单": "T", "用户": "C", "家电": "A", "家庭": "H", "承诺": "P", "投诉": "K", "合同": "G", "方案": "S"}


def _in_capitals(text: str) -> str:
    """Return a reference in ASCII capitals: T12 for `t12` and 工单12号."""
    if text.isascii():
        return text.strip().upper()
    given = sameness.half_width(text).strip().upper()
    letter = _LETTERS.get(given[:2], "")
    bare = (given[2:] if letter else given).strip().removesuffix("号").removeprefix(letter)
    return letter + bare if bare.isascii() and bare.isdecimal() else given


def reference_number(text: str, letter: str) -> int | None:
    """Return the number of a reference: 101 for `T101`, `t101` or `101`; None for any other text."""
    given = _in_capitals(text)
    digits = given[1:] if given[:1] == letter else given
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= 18 and int(digits) > 0
    return int(digits) if is_number else None


def reference(text: str, letter: str) -> int:
    """Return the number of a reference: 101 for `T101`, `t101` or `101`; UsageError for any other text."""
    number = reference_number(text, letter)
    if number is None:
        raise UsageError(
            say("'{text}' does not name {what}", text=text, what=_nouns()[letter]),
            hint=say("write it like {letter}12 or 12", letter=letter),
        )
    return number


def _nouns() -> dict[str, str]:
    """Return the noun that each letter of a reference stands for."""
    return {
        "C": say("a customer"), "A": say("an appliance"), "T": say("a ticket"), "H": say("a household"),
        "P": say("a promise"), "K": say("a complaint"), "G": say("a contract"),
        "L": say("a contact"), "E": say("an answer"), "S": say("a solution"), "V": say("an event"),
    }  # fmt: skip


def letter_and_number(text: str, letters: str) -> tuple[str, int] | None:
    """Return letter and number of a reference with one of these letters: ("T", 101); None for any other text."""
    given = _in_capitals(text)
    number = reference_number(given, given[0]) if given and given[0] in letters else None
    return None if number is None else (given[0], number)


def actor_name(text: str) -> str:
    """Return the name of the person who types; raise UsageError if it is no name or too long."""
    kept = one_line(text, say("the actor"))
    if len(kept) > LONGEST_ACTOR:
        raise UsageError(
            say("the actor is longer than {most} signs", most=LONGEST_ACTOR), hint=say("--actor takes a name")
        )
    return kept


_VISIT = msgid("birthday visit: {ages}")


def visit_text(machines: Iterable[tuple[str, int]]) -> str:
    """Return the text of a visit's ticket: category and age of each appliance, as in "birthday visit: fridge 10"."""
    return say(_VISIT, ages=item_list(joined(" ", (category_name(category), f"{age}")) for category, age in machines))


def machines_of_visit_text(text: str | None) -> list[tuple[str, int]]:
    """Return category and age of each appliance in a text that `visit_text` made; [] for a typed text."""
    begin = _VISIT.partition("{")[0]
    if not text or not text.startswith(begin):
        return []
    ages = [part.rpartition(" ") for part in text.removeprefix(begin).split(", ")]
    if not all(category and age.isdecimal() for category, _, age in ages):
        return []
    return [(category.replace(" ", "_"), int(age)) for category, _, age in ages]


def problem_text(text: str | None) -> str | None:
    """Return a ticket's text as it was typed; a text that `visit_text` made as a message that can be translated."""
    ages = machines_of_visit_text(text)
    return visit_text(ages) if ages else text


def appliance_name(category: str | None, brand: str | None = None, model: str | None = None) -> str:
    """Return an appliance in words: `electric water heater Haier`."""
    named = category_name(category) if category else None
    if named and not (brand or model):
        return named
    return joined(" ", [part for part in (named, brand, model) if part])


def free_code(text: str | None, what: str) -> str | None:
    """Return a free code in lower case; raise UsageError unless it has only letters, digits and underscores."""
    if text is None:
        return None
    word = sameness.half_width(text).strip().lower()
    if not word or not word.replace("_", "").replace("-", "").isalnum() or len(word) > 60:
        raise UsageError(
            say("'{text}' is no {what} code", text=text, what=coded(what)),
            hint=say("letters, digits and underscores, as in not_cooling"),
        )
    return word

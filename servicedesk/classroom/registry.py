"""Find the ten exercises by their codes (`E3`). Importing this module imports none of them."""

from importlib import import_module

from servicedesk.base.errors import NotFoundError, nearest
from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Exercise

MODULES = {
    "E1": "card_box",
    "E2": "hot_monday",
    "E3": "did_we_arrive",
    "E4": "broke_again",
    "E5": "birthday_month",
    "E6": "is_july_worse",
    "E7": "clean_sheet",
    "E8": "fair_or_unfair",
    "E9": "guarantee_desk",
    "E10": "heat_wave",
}


def list_exercises() -> list[Exercise]:
    """Return all exercises in their order."""
    return [get_exercise(code) for code in MODULES]


def get_exercise(code: str) -> Exercise:
    """Return the exercise of that code (`E3`, `e3`, `3`); NotFoundError if there is none."""
    wanted = code.strip().upper()
    wanted = wanted if wanted.startswith("E") else f"E{wanted}"
    if wanted not in MODULES:
        raise NotFoundError(say("there is no exercise '{code}'", code=code), hint=nearest(wanted, MODULES))
    exercise: Exercise = import_module(f"servicedesk.classroom.exercises.{MODULES[wanted]}").EXERCISE
    return exercise

"""Sentences are English texts that remember what they were made of."""

import json
import sqlite3

import pytest

from servicedesk.base.messages import coded, count_said, heading, joined, kind, laid, say, told, word
from servicedesk.domain import wording


class Loud:
    """A language in which everything is in capitals, and a heading in brackets."""

    def sentence(self, template: str) -> str:
        return template.upper().replace("{NAME}", "{name}").replace("{WHAT}", "{what}").replace("{N}", "{n}")

    def plural(self, one: str, many: str, n: int) -> str:
        return self.sentence(one if n == 1 else many)

    def code(self, code: str) -> str:
        return code.replace("_", " ").upper()

    def heading(self, text: str) -> str:
        return f"[{text}]"

    def category(self, code: str) -> str:
        return f"<{code}>"


@pytest.mark.parametrize(
    ("said", "english", "loud"),
    [
        (say("done"), "done", "DONE"),
        (say("{name} is done", name="Li"), "Li is done", "Li IS DONE"),
        (say("{name} is {what}", name="no_answer", what=coded("no_answer")), "no_answer is no_answer",
         "no_answer IS NO ANSWER"),
        (say("{what}: {name}", what=say("gone"), name="x"), "gone: x", "GONE: x"),
        (count_said("{n} row", "{n} rows", n=1), "1 row", "1 ROW"),
        (count_said("{n} row of {name}", "{n} rows of {name}", n=2, name="a"), "2 rows of a", "2 ROWS OF a"),
        (joined(" or ", ["a", say("b")]), "a or b", "a OR B"),
        (joined(", ", []), "", ""),
        (word("no_answer"), "no answer", "NO ANSWER"),
        (coded(None), "", ""),
        (kind("flat_tv"), "flat tv", "<flat_tv>"),
        (kind("flat_tv", is_code=True), "flat_tv", "<flat_tv>"),
        (heading("open tickets"), "open tickets", "[open tickets]"),
        (laid(lambda tell: f"-- {tell(say('page'))} --"), "-- page --", "-- PAGE --"),
        (wording.machine("flat_tv", "Haier", None), "flat tv Haier", "<flat_tv> Haier"),
        (wording.machine("flat_tv"), "flat tv", "<flat_tv>"),
        (wording.machine(None, None, None), "", ""),
        (wording.visit([("flat_tv", 3), ("fridge", 10)]), "birthday visit: flat tv 3, fridge 10",
         None),
        ("typed", "typed", "typed"),
    ],
)  # fmt: skip
def test_what_is_said_is_english_and_can_be_told_anew(said: str, english: str, loud: str | None) -> None:
    assert said == english
    assert loud is None or told(said, Loud()) == loud


@pytest.mark.parametrize(
    "text", ["birthday visit: flat tv 3, fridge 10", "birthday visit: perhaps", "it rattles", "", None]
)
def test_the_text_of_a_ticket_is_what_it_was(text: str | None) -> None:
    assert wording.problem(text) == text


def test_what_is_said_is_a_text_for_json_and_for_the_file() -> None:
    said = say("{name} is done", name="Li")
    assert json.dumps([said]) == '["Li is done"]'
    assert sqlite3.connect(":memory:").execute("SELECT ?", (said,)).fetchone() == ("Li is done",)


def test_braces_of_a_sentence_without_values_stay() -> None:
    assert say('map = { Closed = "fixed" }') == 'map = { Closed = "fixed" }'

"""Sentences are English texts that remember what they were made of."""

import json
import pickle
import re
import sqlite3

import pytest

from servicedesk.base.messages import (
    Message,
    category_name,
    coded,
    heading,
    in_words,
    joined,
    page,
    say,
    say_count,
    translation,
)
from servicedesk.domain import wording


class Loud:
    """A language in which everything is in capitals, and a heading in brackets."""

    def template(self, text: str, context: str) -> str:
        if context == "heading":
            return f"[{text}]"
        if context == "category":
            return f"<{text}>"
        text = text.replace("_", " ") if context == "code" else text
        return re.sub("[^{}]+(?![^{]*})", lambda words: words[0].upper(), text)

    def plural(self, one: str, many: str, n: int) -> str:
        return self.template(one if n == 1 else many, "")


@pytest.mark.parametrize(
    ("said", "english", "loud"),
    [
        (say("done"), "done", "DONE"),
        (say("{name} is done", name="Li"), "Li is done", "Li IS DONE"),
        (say("{name} is {what}", name="no_answer", what=coded("no_answer")), "no_answer is no_answer",
         "no_answer IS NO ANSWER"),
        (say("{what}: {name}", what=say("gone"), name="x"), "gone: x", "GONE: x"),
        (say_count("{n} row", "{n} rows", n=1), "1 row", "1 ROW"),
        (say_count("{n} row of {name}", "{n} rows of {name}", n=2, name="a"), "2 rows of a", "2 ROWS OF a"),
        (joined(" or ", ["a", say("b")]), "a or b", "a OR B"),
        (joined(", ", []), "", ""),
        (in_words("no_answer"), "no answer", "NO ANSWER"),
        (coded(None), "", ""),
        (category_name("flat_tv"), "flat tv", "<flat_tv>"),
        (category_name("flat_tv", is_code=True), "flat_tv", "<flat_tv>"),
        (heading("open tickets"), "open tickets", "[open tickets]"),
        (page(lambda tell: f"-- {tell(say('page'))} --"), "-- page --", "-- PAGE --"),
        (wording.appliance_name("flat_tv", "Haier", None), "flat tv Haier", "<flat_tv> Haier"),
        (wording.appliance_name("flat_tv"), "flat tv", "<flat_tv>"),
        (wording.appliance_name(None, None, None), "", ""),
        (wording.visit_text([("flat_tv", 3), ("fridge", 10)]), "birthday visit: flat tv 3, fridge 10",
         None),
        ("typed", "typed", "typed"),
    ],
)  # fmt: skip
def test_what_is_said_is_english_and_can_be_told_anew(said: str, english: str, loud: str | None) -> None:
    assert said == english
    assert loud is None or translation(said, Loud()) == loud


@pytest.mark.parametrize(
    "text", ["birthday visit: flat tv 3, fridge 10", "birthday visit: perhaps", "it rattles", "", None]
)
def test_the_text_of_a_ticket_is_what_it_was(text: str | None) -> None:
    assert wording.problem_text(text) == text


def test_what_is_said_is_a_text_for_json_and_for_the_file() -> None:
    said = say("{name} is done", name="Li")
    assert json.dumps([said]) == '["Li is done"]'
    assert sqlite3.connect(":memory:").execute("SELECT ?", (said,)).fetchone() == ("Li is done",)


def test_braces_of_a_sentence_without_values_stay() -> None:
    assert say('map = { Closed = "fixed" }') == 'map = { Closed = "fixed" }'


def test_a_message_cannot_be_changed_and_survives_another_process() -> None:
    message = say("{name} is done", name="Li")
    with pytest.raises(AttributeError, match="cannot be changed: values"):
        message.values = {}  # type: ignore[attr-defined]
    copy = pickle.loads(pickle.dumps(message))
    assert isinstance(copy, Message)
    assert (copy, copy.template, copy.values) == ("Li is done", "{name} is done", {"name": "Li"})

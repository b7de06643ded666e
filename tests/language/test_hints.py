"""Whatever a sentence tells people to type is there: every command and every option, in both languages."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer
from typer.main import get_command

from servicedesk.cli.command_table import ALONE, NOUNS
from servicedesk.cli.main import app
from tests import catalogue
from tests.language.test_language import PO

QUOTED = re.compile(r"'([^'{][^']*)'|“([^”]*)”|‘([^’]*)’")
APART = re.compile(r"[;；,，:：。（）()\n、]|\.(?:\s|$)| or | 或 ")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z0-9-]*[a-z0-9]|-[a-z])(?![\w{-])")
ELSEWHERE = {"-p", "-r"}  # of mkdir and rm


@cache
def root() -> Any:
    return get_command(app)


@cache
def command(*path: str) -> Any:
    """The command of that noun and verb, or of that name; None if there is none."""
    found: Any = root()
    for name in path:
        known = getattr(found, "list_commands", lambda _: ())(typer.Context(found))
        found = found.get_command(typer.Context(found), name) if name in known else None
    return found


@cache
def every_option() -> set[str]:
    return {name for one in catalogue.tree(root()) for param in one.params for name in param.opts} | {"--help", "-h"}


def sentences() -> Iterator[str]:
    """Every message, its translation, and the hints that are the same in every language."""
    for message in catalogue.read(PO):
        for texts in (message.id, message.string):
            yield from [texts] if isinstance(texts, str) else texts or ()
    for path in catalogue.modules():
        for node in catalogue.nodes(path):
            if isinstance(node, ast.keyword) and node.arg == "hint" and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def commands(sentence: str) -> Iterator[tuple[str, bool]]:
    """What reads as a command in a sentence, and whether it is only that: it stands between quotes."""
    for found in QUOTED.finditer(sentence):
        yield next(filter(None, found.groups()), ""), True
    for part in APART.split(QUOTED.sub("\n", sentence)):
        yield part, False


def wrong(text: str, *, is_whole: bool) -> str | None:
    """What is wrong with a command as it is told; None if it can be typed, or is none."""
    words = text.split()
    is_named = words[:1] == ["servicedesk"]
    words = words[is_named:]
    if not words or words[0] not in {*NOUNS, *ALONE}:
        return None
    path = words[: 2 if words[0] in NOUNS else 1]
    is_verb = len(path) == 1 or command(*path) is not None
    if (len(path) < 2 and words[0] in NOUNS) or not (is_whole or is_named or is_verb):
        return None
    if words[0] in NOUNS and path[1][:1] in "{V<":  # 'servicedesk NOUN VERB --help'
        return None
    if not is_verb:
        return f"'{' '.join(path)}' is no command"
    if not is_whole and words[0] in ALONE and not any(word.startswith("--") for word in words):
        return None  # a sentence that begins with such a word
    given = [word for word in words[len(path) :] if word != "…"]
    leaf = command(*path)
    unknown = [word for word in given if OPTION.fullmatch(word) and word not in options(leaf)]
    if unknown:
        return f"'{' '.join(path)}' has no {unknown[0]}"
    places = [param for param in leaf.params if param.param_type_name == "argument"]
    if is_whole and not places and given and not any(word[:1] in "-{" for word in given):
        return f"'{' '.join(path)}' takes no {given[0]}"
    return None


def options(leaf: Any) -> set[str]:
    return {name for param in leaf.params for name in param.opts} | {"--help", "-h"}


def test_every_command_that_a_sentence_names_is_there() -> None:
    found = list(sentences())
    told = [(sentence, wrong(text, is_whole=whole)) for sentence in found for text, whole in commands(sentence)]
    assert [f"{why}: {sentence}" for sentence, why in told if why] == []
    assert len(found) > 4000


def test_every_option_that_a_sentence_names_is_there() -> None:
    missing = {
        (option, sentence)
        for sentence in sentences()
        for option in OPTION.findall(sentence)
        if option not in every_option() | ELSEWHERE
    }
    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ticket assing T1", "'ticket assing' is no command"),
        ("servicedesk ticket assign T1 --whom Li", "'ticket assign' has no --whom"),
        ("today C12", "'today' takes no C12"),
        ("ticket assign T{id} --to NAME", None),
        ("the ticket", None),
    ],
)
def test_the_test_finds_what_is_not_there(text: str, why: str | None) -> None:
    assert wrong(text, is_whole=True) == why

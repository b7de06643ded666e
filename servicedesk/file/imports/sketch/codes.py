"""Find the code that a word in an imported file means: 冰箱 is fridge, 已修好 is fixed, 非常满意 is 5."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.domain.spellings import SAME, spelling_key
from servicedesk.domain.synonyms import synonym_key, words_for


class Proposal(NamedTuple):
    """The code proposed for a word. `others`: codes that it may mean too. `inside`: the part of the text that tells."""

    code: str
    others: tuple[str, ...] = ()
    inside: str = ""


# Codes whose general synonyms do not fit here: a customer who asks is not the customer that a repair waits for.
_ALL = frozenset({"doubtful"})
_OTHERWISE = {"waiting": _ALL | {"customer"}, "installed_by": _ALL | {"outlet"}}


@cache
def _code_tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("codes.toml").read_text(encoding="utf-8"))


@cache
def _words(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the codes of each word of a kind, the likeliest first."""
    table = _code_tables()[kind]
    spoken: dict[str, list[str]] = {}
    for code in table.keys() - _OTHERWISE.get(kind, _ALL):
        for word in words_for(code):
            spoken.setdefault(synonym_key(word), []).append(code)
    found = {word: tuple(codes) for word, codes in spoken.items()}
    for code, words in table.items():
        if code != "doubtful":
            found.update((spelling_key(word), (code,)) for word in (code, *words))
    if kind == "category":
        found = {key: (code,) for key, code in SAME.items()} | found
    found.update((spelling_key(word), tuple(codes)) for word, codes in table.get("doubtful", {}).items())
    return found


@cache
def proposal(kind: str, text: str) -> Proposal | None:
    """Return the code that a text means by itself, or by the known words in it. None if it has none."""
    words, key = _words(kind), spelling_key(text)
    key = key if key.isascii() else key.replace(" ", "")
    key = key if key in words else synonym_key(text) if synonym_key(text) in words else key
    if key in words:
        return Proposal(words[key][0], words[key][1:])
    found = {word: codes for word, codes in words.items() if _holds(key, word)}
    longest = sorted(found, key=lambda word: (-len(word), word))
    kept: list[str] = []
    for word in longest:
        if not any(word in other for other in kept):
            kept.append(word)
    if not kept:
        return None
    if kind != "fate":  # what became of a ticket is said by the longest word: Closed - no fault found
        kept.sort(key=key.index)
    codes = list(dict.fromkeys(code for word in kept for code in found[word]))
    return Proposal(codes[0], tuple(codes[1:]), kept[0])


def _holds(text: str, word: str) -> bool:
    """Return whether a text holds a word: English ones of four letters as whole words, Chinese ones of two signs."""
    if word.isascii():
        return len(word) > 3 and f" {word} " in f" {text} "
    return len(word) > 1 and word in text


@cache
def nothings() -> frozenset[str]:
    """Return the cells that mean nothing, such as 无, in lower case."""
    return frozenset(_code_tables()["nothing"]["words"])


@cache
def closings() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the cells of closing rows such as 合计, without blanks, and the beginnings of such cells; lower case."""
    table = _code_tables()["closing"]
    return frozenset("".join(word.split()) for word in table["words"]), tuple(table["starts"])


CANCELLED, OPEN = "cancelled", "open"  # fates that are no outcome

"""Tell from a heading which field a column may be: 联系电话 is a phone, "Date Closed" a completion."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from servicedesk.base.sameness import folded_name

EXACT, INSIDE, WEAK = 3, 2, 1
# A "电话" or "phone" behind one of these words is not the customer's.
_OTHERS = (
    "师傅", "工程师", "技师", "维修工", "维修员", "人员", "客服", "经销商", "商场", "门店", "网点", "厂家",
    "technician", "engineer", "dealer", "agent", "store",
)  # fmt: skip
_BRACKETS = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
_WORDS = re.compile(r"[^\W_]+|#", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Meaning(NamedTuple):
    """A field that a column may be, such as `customer.phone`, and how surely its heading says so."""

    field: str
    weight: int


@cache
def _table() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the field of each heading, and the fields of each weak one."""
    written = tomllib.loads(Path(__file__).with_name("meanings.toml").read_text(encoding="utf-8"))
    sure: dict[str, str] = {}
    weak: dict[str, list[str]] = {}
    for section, fields in written.items():
        for key, words in fields.items():
            for heading in words["headings"]:
                sure.setdefault(_plain(heading), f"{section}.{key}")
            for heading in words.get("weak", ()):
                weak.setdefault(_plain(heading), []).append(f"{section}.{key}")
    return sure, weak


@cache
def heading_meanings(heading: str) -> tuple[Meaning, ...]:
    """Return the fields that a heading may mean, the likeliest first."""
    sure, weak = _table()
    whole, pieces = _plain(heading), _CAMEL.sub(" ", heading).split()
    tails = [_plain(" ".join(pieces[at:])) for at in range(len(pieces))]
    found: dict[str, int] = {}
    for at, tail in enumerate(tails or [whole]):
        if tail in sure:
            found.setdefault(sure[tail], INSIDE if at else EXACT)
    for field in _inside(heading, sure):
        found.setdefault(field, INSIDE)
    for tail in tails[:1] + tails[-1:]:
        for field in weak.get(tail, ()):
            found.setdefault(field, WEAK)
    if whole.startswith(_OTHERS) and any(field.startswith("customer.") for field in found):
        return (Meaning("row.left", INSIDE),)
    return tuple(Meaning(field, weight) for field, weight in sorted(found.items(), key=lambda item: -item[1]))


def _inside(heading: str, sure: dict[str, str]) -> list[str]:
    """Return the fields of headings inside a longer one; what stands at its end says what it is."""
    plain, tokens = _plain(heading), _tokens(heading)
    found: list[tuple[bool, int, str]] = []
    for begin in range(len(tokens)):
        for end in range(begin + 1, len(tokens) + 1):
            phrase = "".join(tokens[begin:end])
            if phrase in sure and phrase.isascii() and len(phrase) > 2:
                found.append((end == len(tokens), len(phrase), sure[phrase]))
    if not plain.isascii():
        for begin in range(len(plain)):
            for end in range(begin + 2, len(plain) + 1):
                phrase = plain[begin:end]
                if phrase in sure and not phrase.isascii():
                    found.append((end == len(plain), len(phrase), sure[phrase]))
    return [field for _, _, field in sorted(found, reverse=True)]


def _plain(heading: str) -> str:
    """Return a heading as it is compared: letters and digits alone, without what stands in brackets."""
    folded = folded_name(heading)
    bare = "".join(_WORDS.findall(_BRACKETS.sub(" ", folded)))
    return bare or "".join(_WORDS.findall(folded))


def _tokens(heading: str) -> list[str]:
    """Return the words of an English heading: `CustomerPhone` and `customer_phone` are two."""
    return _WORDS.findall(_BRACKETS.sub(" ", folded_name(_CAMEL.sub(" ", heading))))

"""Traditional and simplified spellings of one name, 張偉 and 张伟, from a table that tests/spellings.py makes.

The table is read only if nobody has the name as it was typed.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from pathlib import Path

PATH = Path(__file__).with_name("spellings.txt")
_FIRST = "\u3400"  # the first Chinese character in Unicode
_MOST = 32  # spellings that are tried: 发 is 發 and 髮, and a name has two or three such characters


@cache
def _lines() -> str:
    return PATH.read_text(encoding="utf-8")


@cache
def of_character(character: str) -> tuple[str, ...]:
    """Return the character, then its other traditional and simplified forms."""
    if character < _FIRST:
        return (character,)
    lines, found, at = _lines(), {character: None}, -1
    while (at := lines.find(character, at + 1)) >= 0:
        found |= dict.fromkeys(lines[lines.rfind("\n", 0, at) + 1 : lines.index("\n", at)])
    return tuple(found)


def other_spellings(text: str) -> Iterator[str]:
    """Yield the other spellings of a text in traditional and simplified characters; nothing if there are none."""
    if text.isascii():
        return
    yield from islice(("".join(signs) for signs in product(*map(of_character, text))), 1, _MOST)

"""What is found by a few signs of it: how near a text is to somebody, and the grams that lead there.

A gram is one, two or three signs that stand side by side, or the two at a gap between words. Whoever has all grams of a
text may have the text: few are left to look at. A mark stands before a field, so that its beginning is looked up like
any sign.
"""

import re
import zlib
from functools import lru_cache
from itertools import pairwise, product
from operator import add
from typing import NamedTuple

from servicedesk.base import sameness

EXACT, BEGINS, INSIDE = 0, 1, 2
BEGIN, WHOLE, SYLLABLE, GAP = "\ue000", "\ue001", "\ue002", "\ue003"  # for private use: no font, no keyboard has them
_ONE_SIGN = re.compile(r"(.)\1{3,}")
_LONGEST = 16  # signs of such a run
# A tokenizer takes what is no letter of ASCII for a gap between words; folded texts hold no wide forms.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_SPOKEN = {code: code + 0xFEE0 for code in range(ord("a"), ord("z") + 1)}

Readings = tuple[tuple[str, ...], ...]  # of each Chinese character in a name, its readings without tones


class Sought(NamedTuple):
    """A text as it is looked for: folded as a name and as a serial; its digits where it could be a phone, its letters
    where it is pinyin.
    """

    text: str
    digits: str
    letters: str
    serial: str = ""


class Fields(NamedTuple):
    """What somebody is found by: name, address and serials, folded; the digits of phones; how the name is read."""

    texts: tuple[str, ...]
    phones: tuple[str, ...] = ()
    name: Readings = ()
    serials: tuple[str, ...] = ()


def parse_query(text: str) -> Sought:
    """Of what was typed."""
    folded = sameness.folded_name(text)
    could_be_phone = not any(sign.isalpha() for sign in sameness.split_extension(sameness.half_width(text))[0])
    letters = folded.replace(" ", "").replace("'", "").replace("ü", "v")
    is_spoken = letters.isascii() and letters.isalpha()
    digits = sameness.phone_digits(text) if could_be_phone else ""
    return Sought(folded, digits, letters if is_spoken else "", sameness.folded_serial(text))


def distance(wanted: Sought, fields: Fields) -> int | None:
    """EXACT, BEGINS or INSIDE, the nearest of all fields; None where it is nowhere."""
    near = [_apart(wanted.text, field) for field in fields.texts]
    if wanted.serial:
        near += [_apart(wanted.serial, serial) for serial in fields.serials]
    if wanted.digits:
        near += [_apart(wanted.digits, phone) for phone in fields.phones]
    if wanted.letters:
        near += [_spoken(wanted.letters, fields.name)]
    return min((one for one in near if one is not None), default=None)


def _apart(text: str, field: str) -> int | None:
    if text not in field:
        return None
    return EXACT if text == field else BEGINS if field.startswith(text) else INSIDE


def _spoken(letters: str, name: Readings) -> int | None:
    """Pinyin from the beginning of a syllable on, as far as it was typed; or first letters alone. Never EXACT."""
    for at in range(len(name)):
        if _begins(letters, name[at:]) or _are_initials(letters, name[at:]):
            return INSIDE if at else BEGINS
    return None


def _begins(letters: str, name: Readings) -> bool:
    rests = {letters}
    for readings in name:
        if any(one.startswith(rest) for rest in rests for one in readings):
            return True
        rests = {rest[len(one) :] for rest in rests for one in readings if rest.startswith(one)}
    return False


def _are_initials(letters: str, name: Readings) -> bool:
    pairs = zip(letters, name, strict=False)
    return len(letters) <= len(name) and all(letter in {one[0] for one in readings} for letter, readings in pairs)


def index_grams(fields: Fields) -> set[str]:
    """All grams of somebody, for the index: of every word its signs, pairs and threes, and what these cannot tell."""
    each = fields.texts + fields.phones + fields.serials
    marked = BEGIN + f" {BEGIN}".join(each).translate(_WIDE)
    found = {whole(field) for field in each}.union(_spoken_grams(fields.name))
    words = marked.split()
    found.update(f"{word[-1]}{GAP}{after[0]}" for word, after in pairwise(words) if after[0] != BEGIN)
    for word in words:
        pairs = list(map(add, word, word[1:]))
        found.update(word, pairs, map(add, pairs, word[2:]))
    for run in _ONE_SIGN.finditer(marked):
        found.update(run[1] * many for many in range(4, min(len(run[0]), _LONGEST) + 1))
    return found


def whole(field: str) -> str:
    """Of a whole field, one of 65,536: a million fields share each with fifteen others."""
    return f"{WHOLE}{zlib.crc32(field.encode(errors='surrogatepass')) & 0xFFFF:x}"


@lru_cache(4096)
def _spoken_grams(name: Readings) -> frozenset[str]:
    """Of all ways to read it: what begins a syllable, and threes."""
    found: set[str] = set()
    letters = tuple(tuple({one[0] for one in readings}) for readings in name)
    for at in range(len(name)):
        # Three signs may lie in three syllables, where the one in the middle is a single letter.
        has_short = any(len(one) == 1 for readings in name[at + 1 : at + 2] for one in readings)
        for parts, width in ((name, 3 if has_short else 2), (letters, 3)):
            for said in product(*parts[at : at + width]):
                word = (SYLLABLE if at else BEGIN) + "".join(said).translate(_SPOKEN)
                found.update([word[:2]], (word[at : at + 3] for at in range(len(word) - 2)))
    return frozenset(found)


def wanted_grams(wanted: Sought, near: int) -> list[list[str]]:
    """Whoever is so near has all grams of one of these lists."""
    begin = BEGIN * (near != INSIDE)
    fields = dict.fromkeys(text for text in (wanted.text, wanted.digits, wanted.serial) if text)
    found = {text: _fewest(begin + text.translate(_WIDE)) for text in fields}
    if near == EXACT:
        return [[whole(text), *grams] for text, grams in found.items()]
    if wanted.letters:
        return [*found.values(), _fewest((begin or SYLLABLE) + wanted.letters.translate(_SPOKEN))]
    return list(found.values())


def _fewest(marked: str) -> list[str]:
    """The grams that tell most, in the order of the text."""
    words = marked.split()
    found = dict.fromkeys(f"{word[-1]}{GAP}{after[0]}" for word, after in pairwise(words))
    for word in words:
        found |= dict.fromkeys(word[at : at + 3] for at in range(max(len(word) - 2, 1)))
        found |= dict.fromkeys(run[1] * min(len(run[0]), _LONGEST) for run in _ONE_SIGN.finditer(word))
    return list(found)

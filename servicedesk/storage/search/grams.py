"""N-grams for the search: the grams of a customer's texts, the grams of a query, and how well a customer matches.

A gram is one, two or three characters side by side, or the two characters around a gap between words. A customer with
all grams of a query is a candidate. A mark before each field gives the beginning of a field grams of its own.
"""

import re
import zlib
from functools import lru_cache
from itertools import pairwise, product
from operator import add
from typing import NamedTuple

from servicedesk.base import sameness

EXACT, BEGINS, INSIDE = 0, 1, 2
BEGIN, WHOLE, SYLLABLE, GAP = "\ue000", "\ue001", "\ue002", "\ue003"  # private-use signs, which no keyboard types
_ONE_SIGN = re.compile(r"(.)\1{3,}")  # a run of one sign, such as 0000
_LONGEST = 16  # characters of such a run that count
# FTS5 treats ASCII punctuation as gaps between words. Full-width forms can replace it, because folded texts hold none.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_SPOKEN = {code: code + 0xFEE0 for code in range(ord("a"), ord("z") + 1)}

Readings = tuple[tuple[str, ...], ...]  # the readings, without tones, of each Chinese character in a name


class Sought(NamedTuple):
    """A query, folded as a name and as a serial, with digits if it may be a phone and letters if it may be pinyin."""

    text: str
    digits: str
    letters: str
    serial: str = ""


class Fields(NamedTuple):
    """The texts by which a customer is found: folded name, address and serials, phone digits, readings of the name."""

    texts: tuple[str, ...]
    phones: tuple[str, ...] = ()
    name: Readings = ()
    serials: tuple[str, ...] = ()


def parse_query(text: str) -> Sought:
    """Return the typed text as a query."""
    folded = sameness.folded_name(text)
    could_be_phone = not any(sign.isalpha() for sign in sameness.split_extension(sameness.half_width(text))[0])
    letters = folded.replace(" ", "").replace("'", "").replace("ü", "v")
    is_spoken = letters.isascii() and letters.isalpha()
    digits = sameness.phone_digits(text) if could_be_phone else ""
    return Sought(folded, digits, letters if is_spoken else "", sameness.folded_serial(text))


def distance(wanted: Sought, fields: Fields) -> int | None:
    """Return the best match of all fields: EXACT, BEGINS or INSIDE; None if no field has the text."""
    near = [_apart(wanted.text, field) for field in fields.texts]
    if wanted.serial:
        near += [_apart(wanted.serial, serial) for serial in fields.serials]
    if wanted.digits:
        near += [_apart(wanted.digits, phone) for phone in fields.phones]
    if wanted.letters:
        near += [_pinyin_match(wanted.letters, fields.name)]
    return min((one for one in near if one is not None), default=None)


def _apart(text: str, field: str) -> int | None:
    if text not in field:
        return None
    return EXACT if text == field else BEGINS if field.startswith(text) else INSIDE


def _pinyin_match(letters: str, name: Readings) -> int | None:
    """Return how the letters match the pinyin or its initials, from a syllable on: BEGINS, INSIDE or None."""
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
    """Return all grams of a customer: single, two and three characters of every word, gaps, runs, whole fields."""
    each = fields.texts + fields.phones + fields.serials
    marked = BEGIN + f" {BEGIN}".join(each).translate(_WIDE)
    found = {whole(field) for field in each}.union(_pinyin_grams(fields.name))
    words = marked.split()
    found.update(f"{word[-1]}{GAP}{after[0]}" for word, after in pairwise(words) if after[0] != BEGIN)
    for word in words:
        pairs = list(map(add, word, word[1:]))
        found.update(word, pairs, map(add, pairs, word[2:]))
    for run in _ONE_SIGN.finditer(marked):
        found.update(run[1] * many for many in range(4, min(len(run[0]), _LONGEST) + 1))
    return found


def whole(field: str) -> str:
    """Return the gram of a whole field. There are 65,536 such grams, so among a million fields fifteen share each."""
    return f"{WHOLE}{zlib.crc32(field.encode(errors='surrogatepass')) & 0xFFFF:x}"


@lru_cache(4096)
def _pinyin_grams(name: Readings) -> frozenset[str]:
    """Return the grams of all readings of a name: beginnings of syllables, and three letters side by side."""
    found: set[str] = set()
    letters = tuple(tuple({one[0] for one in readings}) for readings in name)
    for at in range(len(name)):
        # Three letters may be in three syllables if the middle syllable is a single letter.
        has_short = any(len(one) == 1 for readings in name[at + 1 : at + 2] for one in readings)
        for parts, width in ((name, 3 if has_short else 2), (letters, 3)):
            for said in product(*parts[at : at + width]):
                word = (SYLLABLE if at else BEGIN) + "".join(said).translate(_SPOKEN)
                found.update([word[:2]], (word[at : at + 3] for at in range(len(word) - 2)))
    return frozenset(found)


def query_grams(wanted: Sought, near: int) -> list[list[str]]:
    """Return lists of grams. A customer who matches as well as `near` has all grams of at least one list."""
    begin = BEGIN * (near != INSIDE)
    fields = dict.fromkeys(text for text in (wanted.text, wanted.digits, wanted.serial) if text)
    found = {text: _fewest(begin + text.translate(_WIDE)) for text in fields}
    if near == EXACT:
        return [[whole(text), *grams] for text, grams in found.items()]
    if wanted.letters:
        return [*found.values(), _fewest((begin or SYLLABLE) + wanted.letters.translate(_SPOKEN))]
    return list(found.values())


def _fewest(marked: str) -> list[str]:
    """Return the longest grams of a query in the order of its text; shorter grams would exclude nobody else."""
    words = marked.split()
    found = dict.fromkeys(f"{word[-1]}{GAP}{after[0]}" for word, after in pairwise(words))
    for word in words:
        found |= dict.fromkeys(word[at : at + 3] for at in range(max(len(word) - 2, 1)))
        found |= dict.fromkeys(run[1] * min(len(run[0]), _LONGEST) for run in _ONE_SIGN.finditer(word))
    return list(found)

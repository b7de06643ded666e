"""Decide when two spellings are the same name, brand, technician, serial or phone.

The file keeps the typed texts. The forms made here are only compared, indexed and searched, never shown. Search,
warnings of duplicates, unique indexes, imports, completion and `check` all use these functions.
"""

from functools import cache
from re import ASCII, IGNORECASE, Pattern
from re import compile as pattern
from typing import TYPE_CHECKING, Any, NamedTuple

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_GROUPS = frozenset(" -‐‑‒–—―−")
MOST_DIGITS = 15  # digits of the longest phone number (E.164)
_LEAST_DIGITS = 5  # digits of the shortest number that may be beside another or before an extension: 95598


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs in ASCII: `T12` for `Ｔ１２`."""
    return text if text.isascii() else text.translate(_HALF)


def folded_name(text: str) -> str:
    """Return the form in which names, brands, technicians and addresses are compared.

    Case (İ, I, ı and i too), full-width signs and the number of blanks between words make no difference. Every middle
    dot becomes a full stop without blanks around it. Joiners and variation selectors are left out.
    """
    if text.isascii():
        text = text.lower()
    else:
        normalize = _normalize()
        text = normalize("NFKC", text)
        # Lower-casing may decompose letters and normalizing may join them: two rounds are enough (Unicode 3.13, D146).
        if (small := text.casefold()) != text:
            text = normalize("NFKC", normalize("NFKC", small).casefold())
        loose, signs = _loose_signs()
        if not loose.isdisjoint(text):  # translate() takes ten times as long, and most texts need none
            text = normalize("NFKC", text.translate(signs))
    text = " ".join(text.split())
    return text.replace(" .", ".").replace(". ", ".") if "." in text else text


def folded_person(text: str) -> str:
    """Return the form in which names in registers are compared: folded, without blanks between Chinese characters."""
    folded = folded_name(text)
    return folded if folded.isascii() else without_gaps(folded)


def without_gaps(text: str) -> str:
    """Return the text without single blanks between Chinese characters: 张伟 for 张 伟."""
    return _between_han().sub("", text) if " " in text else text


@cache
def _between_han() -> Pattern[str]:
    return pattern("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


@cache
def _normalize() -> "Callable[[Any, str], str]":
    """Return unicodedata.normalize, imported only for text that needs it; an import inside the loop would be slower."""
    from unicodedata import normalize

    return normalize


@cache
def _loose_signs() -> tuple[frozenset[str], dict[int, str | None]]:
    """Return the characters that are replaced or left out, as a set and as a table for translate().

    They are dotless i, the combining dot of İ, joiners, variation selectors, and every middle dot between names.
    """
    left_out = ("\u0307", "\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0)))
    alike = {"ı": "i"} | dict.fromkeys(left_out) | dict.fromkeys("·•‧・∙⋅\u0387\ua78f", ".")
    return frozenset(alike), {ord(sign): other for sign, other in alike.items()}


def folded_serial(text: str) -> str:
    """Return the form in which serials are compared: folded like a name, without blanks and hyphens.

    `AB-001`, `ab 001` and `ＡＢ００１` are one serial; 0 and O stay different.
    """
    name = folded_name(text)
    if _GROUPS.isdisjoint(name):
        return name or text
    bare = "".join(sign for sign in name if sign not in _GROUPS) or name.replace(" ", "")
    return bare if bare.isascii() else folded_name(bare)  # an accent may now stand next to its letter


def plate(brand: str | None, serial: str) -> str:
    """Return the text that identifies an appliance: folded serial, blank, folded brand. No brand counts as a brand."""
    return f"{folded_serial(serial)} {folded_name(brand) if brand else ''}".rstrip()


class Phone(NamedTuple):
    """A phone number as it was typed, the digits of its line, and its extension.

    Two numbers are the same line if their `digits` are equal. Full-width digits, blanks, hyphens, the code of China
    (+86, 0086, 86-), the 0 before an area code or a mobile, and + or 00 before another country's code make no
    difference. An extension (转801, -801, x801, ext. 801, #801) is kept apart: two extensions are two desks behind one
    line.
    """

    number: str
    digits: str
    extension: str | None


def phone(text: str) -> Phone:
    """Return the only phone number in the text; raise UsageError if there is none or there are several."""
    found = phones(text)
    if len(found) > 1:
        raise UsageError(say("'{text}' is {n} phones", text=text.strip(), n=len(found)), hint=say("name one of them"))
    return found[0]


def phones(text: str) -> list[Phone]:
    """Return every phone number in the text once.

    `,` `;` `/` `、` and a blank between two whole numbers separate them, but 0171/141037 is one number. Raise
    UsageError if there is none, if digits are missing or hidden, or if a number has more than 15 digits.
    """
    given = text.strip()
    if given.isascii() and given.isdigit() and len(given) == 11 and given[0] == "1":
        return [Phone(given, given, None)]
    plain = pattern(r"(?<![\d/)-])(0\d{1,3})/(?=[1-9]\d{4,7}(?!\d))").sub(r"\1-", half_width(given))  # area code/number
    _check_digits(given, plain)
    found: dict[tuple[str, str | None], Phone] = {}
    spans = list(_phone_spans(plain))
    for begin, end in spans:
        one = _phone(given[begin:end], plain[begin:end])
        if len(spans) > 1 and len(one.digits) < _LEAST_DIGITS:
            raise UsageError(
                say("'{part}' is no whole phone", part=one.number),
                hint=say("write every phone whole, and an extension as in 010-62345678转801"),
            )
        found.setdefault(one[1:], one)
    if not found:
        raise _no_digits(given)
    return list(found.values())


def phone_digits(text: str) -> str:
    """Return the digits of the line in a text that may be a part of a phone number; '' if there are none."""
    return _line(split_extension(half_width(text))[0])


def phone_extension(text: str) -> str | None:
    """Return the extension in a text that may be a phone number, or None."""
    return split_extension(half_width(text.strip()))[1]


def split_extension(text: str) -> tuple[str, str | None]:
    """Return the text before an extension, and the extension or None."""
    if text.isascii() and text.isdigit():
        return text, None
    named = _extension_pattern().fullmatch(text)
    if named and len(_only_digits(named[1])) >= _LEAST_DIGITS:
        return named[1], named[2]
    hung = _hung_extension().fullmatch(text)
    if hung and _may_hang(_line(hung[1]), _line(text)):
        return hung[1], hung[2]
    return text, None


def _may_hang(before: str, whole: str) -> bool:
    """Return whether the last part of a landline is an extension.

    It is one if a whole number stands before it and both together are no number.
    """
    if before[:1] == "0":
        return _landline().fullmatch(before) is not None
    is_one = whole[:1] == "0" or _plain_subscriber().fullmatch(whole)
    return not is_one and _landline().fullmatch(before) is not None


def _check_digits(given: str, plain: str) -> None:
    if _spreadsheet_number().fullmatch(plain):
        raise UsageError(
            say("'{number}' is how a spreadsheet writes a number, not a phone", number=given),
            hint=say("take the phone from where it was typed; in a spreadsheet its column is text"),
        )
    if _hidden().search(plain):
        raise UsageError(say("'{number}' hides digits of the phone", number=given), hint=say("write all its digits"))
    if any(sign.isdecimal() and not sign.isascii() for sign in plain):
        raise UsageError(
            say("'{number}' has digits of another script", number=given), hint=say("write the digits 0 to 9")
        )


def _phone_spans(plain: str) -> list[tuple[int, int]]:
    """Return where each phone number begins and ends. A blank between two whole numbers separates them."""
    spans: list[tuple[int, int]] = []
    for part in pattern(r"[^,;/、､]+").finditer(plain):
        is_new = True
        for token in pattern(r"\S+").finditer(part[0]):
            begin, end = part.start() + token.start(), part.start() + token.end()
            if is_new or (_is_whole(plain[slice(*spans[-1])]) and len(_only_digits(token[0])) >= 7):
                spans.append((begin, end))
            else:
                spans[-1] = spans[-1][0], end
            is_new = False
    return spans


def _is_whole(text: str) -> bool:
    """Return whether the text is a whole phone number; a country or area code alone is none."""
    return len(_only_digits(text)) >= (10 if text.lstrip("(")[:1] in {"+", "0"} else 7)


def _phone(number: str, plain: str) -> Phone:
    before, extension = split_extension(plain)
    digits = _line(before)
    if not digits:
        raise _no_digits(number)
    if (n := len(digits.removeprefix("00"))) > MOST_DIGITS:
        raise UsageError(
            say("'{number}' is no phone: it has {n} digits", number=number, n=n),
            hint=say("a phone has at most {most}; write / between two", most=MOST_DIGITS),
        )
    return Phone(number, digits, extension)


def _no_digits(number: str) -> UsageError:
    return UsageError(say("'{number}' is not a phone: it has no digits", number=number))


def _line(text: str) -> str:
    """Return the digits as they are dialled inside China: a foreign number is 00, its country code and the rest.

    So +1 310 555 0100 is not the mobile 13105550100. The (0) of +44 (0)20 is only dialled inside that country.
    """
    start = text.lstrip(" (")[:2]
    is_foreign = start[:1] == "+"
    digits = _only_digits(text.replace("(0)", "") if is_foreign or start == "00" else text)
    if digits.startswith("0086"):
        return _national(digits[4:])
    if digits.startswith("86") and (is_foreign or _subscriber().fullmatch(digits[2:])):
        return _national(digits[2:])
    if is_foreign and digits and not digits.startswith("00"):
        return f"00{digits}"
    return _without_trunk(digits)


def _national(digits: str) -> str:
    """Return the digits behind +86 without the 0 of the area code."""
    is_area = _area().fullmatch(digits) and not _plain_subscriber().fullmatch(digits)
    return f"0{digits}" if is_area else _without_trunk(digits)


def _without_trunk(digits: str) -> str:
    """Return a mobile number without the 0 that was once dialled for other towns."""
    return digits[1:] if len(digits) == 12 and digits[:2] == "01" and digits[2] in "3456789" else digits


def _only_digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() else "".join(sign for sign in text if sign in "0123456789")


# Compiled at first use, because most commands read no phone. Area codes are 10, 2x and three digits from 300 on.


@cache
def _extension_pattern() -> Pattern[str]:
    words = r"(?:转|轉|分机|分機|extension|extn|ext|x|#)"
    return pattern(rf"(.*?\d.*?)(?:\s*{words}[.:]?)+\s*(\d{{1,6}})\D*", IGNORECASE | ASCII)


@cache
def _hung_extension() -> Pattern[str]:
    return pattern(r"(.*\d)\s*-\s*(\d{1,5})", ASCII)


@cache
def _subscriber() -> Pattern[str]:
    """Return the pattern of a whole Chinese number without its country code."""
    return pattern(r"1\d{10}|[48]00\d{7}|0?(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}", ASCII)


@cache
def _plain_subscriber() -> Pattern[str]:
    return pattern(r"1\d{10}|[48]00\d{7}", ASCII)


@cache
def _area() -> Pattern[str]:
    return pattern(r"(?:10|2\d|[3-9]\d\d)\d{7,8}", ASCII)


@cache
def _landline() -> Pattern[str]:
    return pattern(r"(?:0(?:10|2\d|[3-9]\d\d))?[2-8]\d{6,7}", ASCII)


@cache
def _spreadsheet_number() -> Pattern[str]:
    """Return the pattern of a number that a spreadsheet changed: 1.38E+10, 13800138000.0."""
    return pattern(r"[+-]?\d+(?:[.,]\d*)?E[+-]?\d+|\d{7,}[.,]0+", IGNORECASE | ASCII)


@cache
def _hidden() -> Pattern[str]:
    return pattern(r"[*•●]{2,}|x{2,}", IGNORECASE | ASCII)

"""Phone numbers: read them from a text, find typing errors, and mask them for lists."""

from collections.abc import Iterable
from functools import cache
from re import ASCII, Pattern
from re import compile as pattern

from servicedesk.base import sameness
from servicedesk.base.messages import say
from servicedesk.base.sameness import Phone
from servicedesk.base.text import one_line


def parse_phone(text: str) -> Phone:
    """Return the phone in the text; raise UsageError if there is none or there are several."""
    return sameness.phone(one_line(text, say("the phone")))


def parse_phones(numbers: Iterable[str]) -> list[Phone]:
    """Return all different phones in these texts, each as it was first typed."""
    found = [phone for text in numbers for phone in sameness.phones(one_line(text, say("the phone")))]
    return list({phone[1:]: phone for phone in reversed(found)}.values())[::-1]


_LEAST = 7  # digits of a number that may be a phone; a shorter number is a reference
_BETWEEN = str.maketrans("", "", "+-()/. \u2010\u2013\u2014")  # what may stand between the digits


def may_be_phone(text: str) -> bool:
    """Return whether the text may be a phone and not a reference, name or day: only digits, and at least seven."""
    line, _ = sameness.split_extension(sameness.half_width(text).strip())
    digits = line.translate(_BETWEEN)
    return digits.isdecimal() and len(digits) >= _LEAST and not _day().fullmatch(line)


@cache
def _day() -> Pattern[str]:
    """Return the pattern of a day such as 2026-11-02."""
    return pattern(r"(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}", ASCII)


_CHINA = {"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar", "PRC"}
_MOBILE_DIGITS = 11
_FEWEST = 5  # digits of the shortest number that can be called: 95598


def doubt(phone: Phone, zone: str) -> str | None:
    """Return why a phone looks like a typing error at an outlet in that time zone, or None.

    Outside China, and for a number with a foreign country code, only the length is checked.
    """
    if phone.number == phone.digits and zone in _CHINA and _mobile().fullmatch(phone.digits):
        return None  # most numbers end here; an import checks a million
    n, said = len(phone.digits), {"number": phone.number, "n": len(phone.digits)}
    if _day().fullmatch(sameness.half_width(phone.number)):
        return say("{number} looks like a day", **said)
    line = sameness.split_extension(sameness.half_width(phone.number))[0]
    if any(sign.isascii() and sign.isalpha() for sign in line):
        return say("{number} has a letter in it", **said)
    if n < _FEWEST:
        return say("{number} is too short for a phone", **said)
    is_foreign = sameness.half_width(phone.number).lstrip(" (").startswith(("+", "00"))
    if zone not in _CHINA or (is_foreign and not phone.number.lstrip(" (+0").startswith("86")):
        return None
    if _chinese().fullmatch(phone.digits):
        return None
    if phone.digits.startswith("0"):
        return say("{number} is no area code with 7 or 8 digits behind it", **said)
    if n == _MOBILE_DIGITS:
        return say("{number}: a mobile begins with 13 to 19", **said)
    return say("{most} digits expected, {number} has {n}", most=_MOBILE_DIGITS, **said)


@cache
def _mobile() -> Pattern[str]:
    return pattern(r"1[3-9]\d{9}", ASCII)


@cache
def _chinese() -> Pattern[str]:
    """Return the pattern of a line in China: mobile, 400 and 800, landline with or without area code, 95598."""
    landline = r"(?:0(?:10|2\d|[3-9]\d\d))?[2-8]\d{6,7}"
    return pattern(rf"1[3-9]\d{{9}}|[48]00\d{{7}}|{landline}|9[56]\d{{3,4}}|(?!12345)1(?:0[01]|2\d)\d\d", ASCII)


def masked(number: str, *, typed: str = "") -> str:
    """Return a phone number masked for lists: `138****8000`, `0595-****3066`; digits that were `typed` are shown too.

    A number of ten digits or more shows its first three digits or its area code, and its last four. A shorter one shows
    at most its last four, and never more than half. An extension is hidden.
    """
    line, _ = sameness.split_extension(sameness.half_width(number))
    digits = [at for at, sign in enumerate(number) if sign.isdecimal()]
    places = [at for at in digits if at < len(line)]
    own = min(len(sameness.phone_digits(line)), len(places))
    code = len(places) - own  # of the country
    head, tail = (_head(line[places[code] :]), 4) if own >= 10 else (0, min(4, own // 2))
    hidden = {*places[code + head : len(places) - tail], *digits[len(places) :]}
    plain = sameness.half_width(number)
    at = "".join(plain[place] for place in places).find(typed) if typed else -1
    hidden -= set(places[at : at + len(typed)] if at >= 0 else ())
    return "".join("*" if at in hidden else sign for at, sign in enumerate(number))


def _head(own: str) -> int:
    """Return how many first digits of a long number are shown: those of its area code, otherwise three."""
    if not own.startswith("0"):
        return 3
    first = own.translate(_BETWEEN)
    return 3 if first.startswith(("010", "02")) else 4

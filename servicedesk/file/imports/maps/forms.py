"""Check date forms such as %d.%m.%Y before use, and read hours with AM or 下午 and offsets such as +08:00.

strptime accepts incomplete forms and fills in the rest: the year 1900, the first of January, the morning.
"""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say

# First and last hour (of 24) of each half of a day. 12 AM is midnight, and so is 上午12:05 on a Chinese Windows.
HALVES = {
    "AM": (0, 11), "PM": (12, 23), "凌晨": (0, 6), "早上": (4, 11), "上午": (0, 11), "中午": (11, 14), "下午": (12, 23),
    "晚上": (17, 23),
}  # fmt: skip
OFFSET = r"Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?"
_TOGETHER = {"c": "YmdHMS", "x": "Ymd", "X": "HMS"}  # directives that stand for several
_WEEKS, _WEEKDAYS = frozenset("UWV"), frozenset("aAwu")


def directives(form: str) -> frozenset[str]:
    """Return the letters of a form: Y, m, d, …"""
    found = re.findall(r"%(.)", form)
    return frozenset([*found, *"".join(_TOGETHER.get(letter, "") for letter in found)])


def names_day(form: str) -> bool:
    """Return whether the form has a day, not only a month or a year."""
    found = directives(form)
    return bool(found & {"d", "j"}) or bool(found & _WEEKS and found & _WEEKDAYS)


def has_time(form: str) -> bool:
    """Return whether the form has an hour."""
    return bool(directives(form) & {"H", "I"})


def check_form(form: str) -> None:
    """Raise UsageError if the form is incomplete, or if strptime would ignore a part of it."""
    found = directives(form)
    in_half_days = say("hours of a half day are %I with %p, hours of a whole day %H")
    if "Z" in found:
        raise UsageError(
            say("'{form}' has the name of a zone (%Z), whose offset is not certain", form=form),
            hint=say('write the name as it stands in the file, and zone = "UTC" in the map; offsets are %z'),
        )
    if "p" in found and ("H" in found or "I" not in found):
        raise UsageError(say("'{form}' has %p without %I, where it means nothing", form=form), hint=in_half_days)
    if "I" in found and "p" not in found:
        raise UsageError(
            say("'{form}' has %I without %p: morning or evening is not certain", form=form), hint=in_half_days
        )
    if not found & {"Y", "y", "G"}:
        raise UsageError(
            say("'{form}' names no year", form=form),
            hint=say("a form needs %Y or %y; a date in two columns is joined: {example}", example='"{Date} {Time}"'),
        )
    if found & _WEEKS and not names_day(form):
        raise UsageError(
            say("'{form}' names a week, which is no day", form=form),
            hint=say("the day of the week is %a, %A, %w or %u; without it leave the column out"),
        )
    if "d" in found and not found & {"m", "b", "B"}:
        raise UsageError(
            say("'{form}' names a day without its month", form=form), hint=say("%m is the month, %M are minutes")
        )
    if has_time(form) < bool(found & {"M", "S"}) or has_time(form) > names_day(form):
        raise UsageError(
            say("'{form}' has a time without its day or its hour", form=form),
            hint=say("%m is the month, %M are minutes; %H is the hour, %d the day"),
        )


def hour_of(hour: int, half: str) -> int | None:
    """Return the hour, 0 to 23, of an hour from 1 to 12 in a half of a day; None if that half has no such hour."""
    first, last = HALVES[half.upper()]
    return next((whole for whole in (hour % 12, hour % 12 + 12) if first <= whole <= last), None)


@lru_cache(maxsize=64)
def offset_of(text: str) -> tzinfo:
    """Return the offset that is written as Z, +08, +0800 or +08:00; ValueError for one of a day or more."""
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(6, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))
    return timezone(-span if text[0] == "-" else span)

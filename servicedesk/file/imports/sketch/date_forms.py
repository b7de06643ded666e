"""Tell in which forms the dates of a column are written, such as %Y.%m.%d, and how many texts have each."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from servicedesk.base.errors import UsageError
from servicedesk.base.sameness import half_width
from servicedesk.file.imports.maps.forms import HALVES
from servicedesk.file.imports.maps.times import Form, without_weekday

_DIGITS = str.maketrans("123456789", "0" * 9)
_DAY_FIRST, _MONTH_FIRST = "%d{0}%m{0}%Y", "%m{0}%d{0}%Y"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_LONG_MONTH = r"(?:january|february|march|april|june|july|august|september|october|november|december)"
_HALF = "|".join(half for half in HALVES)
# A time as it may stand behind a date, or in a column of its own.
_TIME = re.compile(
    rf"(?P<gap>,?[T\s]*)(?P<before>(?:{_HALF})?)(?P<space>\s?)\d{{1,2}}(?P<colon>[:点时])\d{{2}}分?(?P<second>:\d{{2}})?"
    rf"(?P<after>\s?(?:AM|PM))?(?P<zone>\s?(?:Z|[+-]\d{{2}}:?\d{{2}}))?",
    re.IGNORECASE | re.ASCII,
)
# A date at the beginning of a text, and its form; {0} is the sign between the numbers.
_DATES = (
    (re.compile(r"\d{4}年\s?\d{1,2}月\s?\d{1,2}(?P<end>[日号]?)"), "%Y年%m月%d"),
    (re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}"), "%Y{0}%m{0}%d"),
    (re.compile(r"\d{1,2}([-./])\d{1,2}\1\d{4}"), _DAY_FIRST),
    (re.compile(rf"\d{{1,2}}([-/ ]){_LONG_MONTH}\1\d{{4}}", re.I), "%d{0}%B{0}%Y"),
    (re.compile(rf"\d{{1,2}}([-/ ]){_MONTH}\1\d{{4}}", re.I), "%d{0}%b{0}%Y"),
    (re.compile(rf"\d{{1,2}}([-/ ]){_MONTH}\1\d{{2}}", re.I), "%d{0}%b{0}%y"),
    (re.compile(rf"{_LONG_MONTH}( )\d{{1,2}}, \d{{4}}", re.I), "%B %d, %Y"),
    (re.compile(rf"{_MONTH}( )\d{{1,2}}, \d{{4}}", re.I), "%b %d, %Y"),
    (re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"), "%Y%m%d"),
    (re.compile(r"\d{2}年\d{1,2}月\d{1,2}(?P<end>[日号]?)"), "%y年%m月%d"),
    (re.compile(r"\d{1,2}([-./])\d{1,2}\1\d{1,2}(?!\d)"), "%y{0}%m{0}%d"),
)
# Less than a day: enough for a purchase.
_PARTS = (
    (re.compile(r"(?:19|20)\d{2}年\d{1,2}月份?"), "%Y年%m月"),
    (re.compile(r"(?:19|20)\d{2}([-./])(?:1[0-2]|0?[1-9])"), "%Y{0}%m"),
    (re.compile(r"(?:1[0-2]|0?[1-9])([-./])(?:19|20)\d{2}"), "%m{0}%Y"),
    (re.compile(r"(?:19[5-9]\d|20[0-4]\d)年"), "%Y年"),
    (re.compile(r"(?:19[5-9]\d|20[0-4]\d)"), "%Y"),
)
_IN_ANY_ORDER = re.compile(r"%[dy]([-./])%m\1%[dYy]")
_RANGES = {"d": (1, 31), "m": (1, 12), "y": (10, 40), "Y": (1900, 2100)}
_YEARLESS = re.compile(r"\d{1,2}(?:月\d{1,2}[日号]?|[./-]\d{1,2})(?:\s.*)?")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")  # days since 1900: 1954 to 2091


@dataclass(slots=True)
class Dates:
    """The dates of a column: how many texts have each form, and which have none.

    `yearless`: days without a year. `serials`: a spreadsheet's numbers of days. `times`: times of day alone, by form.
    `of_1905`: years that a date cell shows as days of 1905.
    """

    forms: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    yearless: Counter[str] = field(default_factory=Counter)
    serials: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)
    is_either: bool = False  # no text shows which number is the day, the month, the year
    order: str = ""  # the order that the texts show, such as `dmY`
    of_1905: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Return how many texts are dates."""
        return self.forms.total()

    @property
    def is_vague(self) -> bool:
        """Return whether most of the dates are a month or a year alone, as only purchases are."""
        return sum(count for form, count in self.forms.items() if "%d" not in form) * 2 > self.count

    @property
    def has_time(self) -> bool:
        """Return whether most of the dates have a time."""
        timed = sum(count for form, count in self.forms.items() if "%H" in form or "%I" in form)
        return timed * 2 > self.count


def read_dates(texts: Mapping[str, int], order: str = "") -> Dates:
    """Return the dates among these texts, given with their counts. `order`: of day, month, year, if it is open."""
    found = Dates()
    shapes: dict[str, list[str]] = {}
    for text in texts:
        shapes.setdefault(_shape(text), []).append(text)
    either: dict[int, list[tuple[str, list[str]]]] = {}
    for written in shapes.values():
        form = _form(half_width(written[0]))
        if form is not None and (match := _IN_ANY_ORDER.match(form)):
            either.setdefault(len(_orders(match)), []).append((form, written))
        else:
            _count(found, form, written, texts)
    for group in either.values():
        _count_either(found, group, texts, order)
    _note_1905(found, texts)
    return found


def _shape(text: str) -> str:
    """Return a text with every digit as 0: texts of one shape have one form, except for day and month."""
    return text.translate(_DIGITS)


def _count(found: Dates, form: str | None, written: list[str], texts: Mapping[str, int]) -> None:
    if form and form.endswith((" %H:%M", " %H:%M:%S")) and _all_read(form, written):
        found.forms[form] += sum(map(texts.__getitem__, written))
        return
    for text in written:
        own = form if form and _reads(form, text) else _form(half_width(text))
        if own and own.startswith("time "):
            found.times[own.removeprefix("time ")] += texts[text]
        elif own and _reads(own, text):
            found.forms[own] += texts[text]
        elif _SERIAL.fullmatch(text):
            found.serials[text] += texts[text]
        elif _YEARLESS.fullmatch(half_width(text)):
            found.yearless[text] += texts[text]
        else:
            found.unread[text] += texts[text]


def _orders(match: re.Match[str]) -> list[str]:
    """Return the orders in which day, month and year of a form may stand, the likeliest first."""
    if "Y" in match[0]:
        return ["dmY", "mdY"]
    return ["mdy", "dmy", "ymd"] if match[1] == "/" else ["ymd", "dmy", "mdy"]


def _count_either(found: Dates, either: list[tuple[str, list[str]]], texts: Mapping[str, int], order: str) -> None:
    """Count dates such as 03/04/2025 or 25.3.4: the numbers tell which of them are days, months and years."""
    first = _IN_ANY_ORDER.match(either[0][0])
    assert first is not None
    numbers = [tuple(map(int, re.findall(r"\d+", text)[:3])) for _, written in either for text in written]
    orders = _orders(first)
    fitting = {order: sum(all(map(_may_be, order, parts)) for parts in numbers) for order in orders}
    likeliest = [one for one in orders if fitting[one] == max(fitting.values())]
    best = order if order in likeliest else likeliest[0]
    found.is_either |= len(likeliest) > 1 and best != order
    found.order = best if len(likeliest) == 1 else found.order
    for form, written in either:
        for text in written:
            each = (_IN_ANY_ORDER.sub(_order_form(order), form) for order in (best, *orders))
            own = next((one for one in each if _reads(one, text)), None)
            if own:
                found.forms[own] += texts[text]
            else:
                found.unread[text] += texts[text]


def _order_form(order: str) -> str:
    """Return the order as the replacement of a form: `ymd` with the sign of the form between."""
    return r"\1".join(f"%{letter}" for letter in order)


def _may_be(letter: str, number: int) -> bool:
    """Return whether a number may be a day, a month, or a year of two or four digits."""
    first, last = _RANGES[letter]
    return first <= number <= last


def _note_1905(found: Dates, texts: Mapping[str, int]) -> None:
    """Note dates that are a year in a cell for dates: Excel shows 2017 as 1905-07-09."""
    for text, count in texts.items():
        if text.startswith("190") and re.match(r"190[0-6]-\d{2}-\d{2}", text):
            found.of_1905[text] = count


@lru_cache(maxsize=512)
def _reader(form: str) -> Form | None:
    try:
        return Form(form)
    except UsageError:
        return None


def _all_read(form: str, written: list[str]) -> bool:
    """Return whether all texts have a form of a day and a time; each day and each time is looked at once."""
    day_form, _, time_form = form.partition(" ")
    days, times = {text.partition(" ")[0] for text in written}, {text.partition(" ")[2] for text in written}
    a_day = next(iter(days))
    return all(_reads(day_form, day) for day in days) and all(
        _reads(f"{day_form} {time_form}", f"{a_day} {time}") for time in times
    )


def _reads(form: str, text: str) -> bool:
    reader = _reader(form)
    return reader is not None and reader.read(half_width(text)) is not None


def instant_of(forms: Iterable[str], text: str) -> datetime | None:
    """Return the local time of a text by the first of the forms that reads it."""
    readers = (reader.read(half_width(text)) for form in forms if (reader := _reader(form)))
    return next(filter(None, readers), None)


def _form(text: str) -> str | None:
    """Return the form of a date, `time ` and the form of a time of day, or None."""
    text = without_weekday(text).strip()
    if (match := _TIME.fullmatch(text)) and not match["gap"]:
        return f"time {_time_form(match)}"
    for pattern, form in _DATES:
        match = pattern.match(text)
        if match is None:
            continue
        begun = _fill(form, match)
        rest = text[match.end() :]
        if not rest:
            return begun
        time = _TIME.fullmatch(rest)
        if time:
            return begun + time["gap"] + _time_form(time)
    for pattern, form in _PARTS:
        match = pattern.fullmatch(text)
        if match:
            return _fill(form, match) + ("份" if text.endswith("份") else "")
    return None


def _fill(form: str, match: re.Match[str]) -> str:
    end = match.groupdict().get("end") or ""
    sign = match[1] if match.re.groups and "end" not in match.re.groupindex else ""
    return form.format(sign) + end


def _time_form(match: re.Match[str]) -> str:
    """Return the form of a time of day."""
    is_half = bool(match["before"] or match["after"])
    colon, minute_end = match["colon"], "分" if "分" in match[0] else ""
    form = ("%p" if match["before"] else "") + match["space"] + ("%I" if is_half else "%H") + colon + "%M" + minute_end
    form += ":%S" if match["second"] else ""
    if match["after"]:
        form += (" " if match["after"].startswith(" ") else "") + "%p"
    if match["zone"]:
        form += (" " if match["zone"].startswith(" ") else "") + "%z"
    return form


def two_column_forms(dates: Iterable[str], times: Iterable[str]) -> list[str]:
    """Return the forms of a date and a time in two columns, joined with a blank; the time may be blank."""
    days = list(dates)
    return [*(f"{day} {time}" for day in days for time in times), *days]

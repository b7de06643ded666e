"""Read the dates and times of an imported file in its forms and zone, and convert them to the outlet's zone."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, tzinfo
from typing import TypeVar

from servicedesk.base import dates
from servicedesk.base.errors import ServiceDeskError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.file.imports.maps.forms import (
    HALVES,
    OFFSET,
    check_form,
    directives,
    has_time,
    hour_of,
    names_day,
    offset_of,
)
from servicedesk.file.imports.maps.mapping import Map
from servicedesk.file.imports.maps.words import DATED, DAYS
from servicedesk.file.imports.tables.cells import EPOCH, number_text

# An instant as stored, RFC 3339 text in the outlet's zone, and its seconds since 1970.
Instant = tuple[str, int]

_MOST_REMEMBERED = 20_000
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE | re.ASCII,
)
EXCEL = "excel"  # the form of a spreadsheet's numbers of days
# From 1927 on: a number of four digits is rather a year.
_SERIAL = re.compile(r"\d{5,6}(?:\.\d+)?", re.ASCII)
_TIME_FORMS = "2026-11-02, 2026-11-02 09:00, 2026-11-02T09:00:00+08:00"


class Clock:
    """Reads the times of one field in the forms and the zone of the file."""

    def __init__(
        self,
        forms: Sequence[str],
        where: tzinfo,
        outlet: tzinfo,
        *,
        also_iso: bool = False,
        epoch: datetime = EPOCH,
    ) -> None:
        """Take these forms. `also_iso`: take ISO text too, because date cells of a workbook are read as such."""
        self._forms: list[Form] = [Form(half_width(form)) for form in forms if form != EXCEL]
        self._epoch = epoch if EXCEL in forms else None
        self._where, self._outlet = where, outlet
        self._iso = also_iso or not self._forms
        self._known: dict[str, Instant] = {}
        self._days: dict[str, tuple[str | None, str]] = {}
        self._ends: dict[str, Instant | None] = {}
        # With several forms two texts of the same day may have different forms.
        self._by_day = Days(self._read_stamp) if len(forms) + self._iso == 1 and self._epoch is None else None

    def instant(self, text: str) -> Instant:
        """Return the instant of a text, for a day without a time its beginning. ValueError says what is wrong."""
        found = self._by_day.instant(text) if self._by_day else None
        return found or self._known.get(text) or _remember(self._known, text, self._read_stamp(text))

    def end(self, text: str) -> Instant:
        """Return the instant at which a window ends, for a day without a time the end of that day."""
        narrow = half_width(text)
        at = self._read(narrow)
        is_day = not any(form.has_time and form.read(narrow) for form in self._forms) and ":" not in narrow
        if is_day and at.time() == time():
            at = dates.end_of(at.date(), self._outlet)
        return dates.stamp(at), dates.unix(at)

    def day(self, text: str, now: datetime) -> tuple[str | None, str]:
        """Return a day of purchase with its precision; a month or a year alone will do. ValueError says what fails."""
        return self._days.get(text) or _remember(self._days, text, self._day(text, now))

    def _read_stamp(self, text: str) -> Instant:
        at = self._read(half_width(text))
        return dates.stamp(at), dates.unix(at)

    def _iso_text(self, text: str) -> str:
        """Return a spreadsheet's number of days as ISO text; any other text as it is."""
        if self._epoch is None or not _SERIAL.fullmatch(text):
            return text
        return number_text(text, "date", self._epoch)

    def _day(self, text: str, now: datetime) -> tuple[str | None, str]:
        text = self._iso_text(half_width(text))
        for form in self._forms:
            naive = form.read(text)
            if naive is not None:
                text = self._local_day(naive, form.has_time)[: form.known]
                break
        else:
            if (self._iso or self._epoch) and (iso := _iso(text)) and iso[1]:
                text = self._local_day(*iso)
        # "today" is refused: it would be another day tomorrow.
        if text.lower() != "unknown" and not re.match(r"\d{4}(-\d{2}(-\d{2})?)?( 00:00(:00)?)?$", text, re.ASCII):
            raise ValueError(
                say("no date of the form {expected}", expected=self.form_names("2024-03-09, 2024-03, 2024, unknown"))
            )
        try:
            return dates.purchase_date(text.split(" ")[0], now)
        except ServiceDeskError as error:
            raise ValueError(error.sentence) from None

    def _local_day(self, naive: datetime, has_time: bool) -> str:
        """Return the outlet's date of an instant. 00:00 without an offset is no time: some files write days so."""
        is_day = naive.tzinfo is None and (not has_time or naive.time() == time() or self._where is self._outlet)
        try:
            at = naive if is_day or naive.tzinfo else dates.local(naive, self._where)
            return (at if is_day else at.astimezone(self._outlet)).date().isoformat()
        except UsageError as error:
            raise ValueError(error.sentence) from None
        except OverflowError:
            raise ValueError(say("not a possible date or time")) from None

    def form_names(self, iso: str = _TIME_FORMS) -> str:
        """Return the accepted forms, for an error message."""
        return " or ".join([*([EXCEL] if self._epoch else []), *([form.text for form in self._forms] or [iso])])

    def day_end(self, text: str, at: Instant) -> Instant | None:
        """Return the last second of the day if the text, read as `at`, has no time of day, else None.

        A written 00:00 is a time, unless the form has the zeros itself: "%Y-%m-%d 00:00".
        """
        if at[0][11:19] != "00:00:00" and self._where is self._outlet:
            return None
        if text not in self._ends:
            naive, has_time = self._naive(half_width(text))
            end = None
            if naive.tzinfo is None and not has_time:
                last = dates.end_of(naive.date(), self._where).astimezone(self._outlet)
                end = dates.stamp(last), dates.unix(last)
            _remember(self._ends, text, end)
        return self._ends[text]

    def _naive(self, text: str) -> tuple[datetime, bool]:
        """Return the local time or the instant of a text, and whether it has a time. ValueError if no form reads it."""
        text = self._iso_text(text)
        naive, has_time = None, True
        for form in self._forms:
            naive, has_time = form.read(text), form.has_time
            if naive is not None:
                break
        if naive is None and (self._iso or self._epoch):
            naive, has_time = _iso(text) or (None, True)
        if naive is None:
            raise ValueError(say("no time of the form {expected}", expected=self.form_names()))
        return naive, has_time

    def _read(self, text: str) -> datetime:
        naive, has_time = self._naive(text)
        try:
            # A text with its own offset needs no zone.
            at = naive if naive.tzinfo else dates.local(naive, self._where, is_day=not has_time)
            if not dates.FIRST_YEAR <= at.year <= dates.LAST_YEAR:
                raise OverflowError
            return at if at.tzinfo is self._outlet else at.astimezone(self._outlet)
        except UsageError as error:
            raise ValueError(error.sentence) from None
        except OverflowError:
            raise ValueError(say("not a possible time")) from None


class Days:
    """Reads instants by adding the time to the date, so that the slow way, `kept`, is taken only once for each date.

    Days on which summer time begins or ends, in the file's zone or in the outlet's, always go the slow way.
    """

    def __init__(self, kept: Callable[[str], Instant]) -> None:
        self._kept = kept
        self._days: dict[tuple[str, str], _Day | None] = {}
        # For texts that end in a time such as 09:00 and stay on the same date: text before and after the time, seconds.
        self._same: dict[str, tuple[str, str, int]] = {}

    def instant(self, text: str) -> Instant | None:
        """Return the instant of a text that ends in a time, with ` PM`, `Z` or an offset or without; else None."""
        same, time = self._same.get(text[:-5]), text[-5:]
        if same and time in _WHOLE:
            return same[0] + time + same[1], same[2] + _WHOLE[time] * 60
        rest = ""
        if not text[-1:].isdigit():
            rest = text[-1:] if text[-1:] in "Zz" else text[-3:]
        elif text[-6:-5] in _SIGNS:
            rest = text[-6:]
        body = text[: -len(rest)] if rest else text
        length = 8 if body[-6:-5] == ":" else 5
        minutes = (_HALF if rest[-1:] in _HALVES else _WHOLE).get(body[-length : 5 - length or None])
        past = _SECONDS.get(body[-3:], -1) if length == 8 else 0
        if minutes is None or past < 0:
            return None
        around = (body[:-length], ":00"[: length - 5] + rest)
        if around not in self._days:
            _remember(self._days, around, self._day(*around))
        day = self._days[around]
        if day is None:
            return None
        first_on, next_on, begins, offset, unix = day
        if begins == 0 and around[1] == "":
            _remember(self._same, body[:-length], (first_on, f":00{offset}", unix))
        clock = begins + minutes
        on = first_on if clock < 1440 else next_on
        return f"{on}{_CLOCK[clock % 1440]}:{past:02}{offset}", unix + minutes * 60 + past

    def _day(self, date: str, rest: str) -> "_Day | None":
        is_half = rest[-1:] in _HALVES
        written, apart = (("12:00", "06:00", "11:59"), 719) if is_half else (("00:00", "12:00", "23:59"), 1439)
        try:
            begin, middle, end = (self._kept(f"{date}{time}{rest}") for time in written)
        except ValueError:
            return None
        is_regular = (middle[1] - begin[1], end[1] - begin[1]) == ((apart + 1) * 30, apart * 60)
        if not is_regular or not begin[0][19:] == middle[0][19:] == end[0][19:] or begin[0][17:19] != "00":
            return None
        # Both ends have the same offset, so the date changes at most once between them.
        return begin[0][:11], end[0][:11], _WHOLE[begin[0][11:16]], begin[0][19:], begin[1]


# A day: the outlet's date at its beginning and at its end, the minutes of the outlet's clock at its beginning, the
# offset, the seconds.
_Day = tuple[str, str, int, str, int]
_CLOCK = [f"{n // 60:02}:{n % 60:02}" for n in range(1440)]
_WHOLE = {text: n for n, text in enumerate(_CLOCK)}
_HALF = {text: n % 720 for text, n in _WHOLE.items() if 60 <= n < 780}  # 12:30 AM is 00:30
_SECONDS = {f":{n:02}": n for n in range(60)}
_HALVES = frozenset("Mm")
_SIGNS = frozenset("+-")
_K = TypeVar("_K")
_V = TypeVar("_V")


def _remember(memory: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(memory) >= _MOST_REMEMBERED:
        memory.clear()
    memory[key] = value
    return value


def _iso(text: str) -> tuple[datetime, bool] | None:
    """Return the local time or instant of an ISO text, and whether it has a time; None if it is no ISO text."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    try:
        written = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{(match[3] or '').upper()}")
        return written, match[2] is not None
    except ValueError:
        raise ValueError(say("not a possible date or time")) from None


# Patterns of the common directives: one regular expression a date is five times as fast as strptime.
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "m": r"(?P<m>1[0-2]|0?[1-9])", "d": r"(?P<d>3[01]|[12]\d|0?[1-9])",
    "H": r"(?P<H>2[0-3]|[01]?\d)", "I": r"(?P<I>1[0-2]|0?[1-9])", "M": r"(?P<M>[0-5]?\d)", "S": r"(?P<S>[0-5]?\d)",
    "y": r"(?P<y>\d{2})", "p": rf"(?P<p>{'|'.join(HALVES)})", "z": rf"(?P<z>{OFFSET})", "%": "%",
}  # fmt: skip


_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAY = re.compile(rf"\s?[(\[]?(?:星期|周|礼拜)([{''.join(_WEEKDAYS)}])[)\]]?")


def without_weekday(text: str) -> str:
    """Return a date without the Chinese weekday behind it."""
    return _WEEKDAY.sub("", text)


_OTHER_HALF = re.compile("|".join(half for half in HALVES if not half.isascii()))


class Form:
    """One date form, as strptime knows it."""

    def __init__(self, text: str) -> None:
        """Check the form. UsageError if strptime does not know it or would ignore a part of it."""
        self.text = text
        try:
            sample = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC).strftime(text)
            datetime.strptime(sample, text)
        except (ValueError, re.error):  # re.error: the form has a directive twice
            raise UsageError(
                say("'{text}' is not a form of dates", text=text), hint=say("as in %d.%m.%Y %H:%M, see strptime")
            ) from None
        check_form(text)
        self._pattern = _pattern(text)
        places = {name: at - 1 for name, at in self._pattern.groupindex.items()} if self._pattern else {}
        self._places = [places.get(name) for name in "YmdHMS"]
        self._is_short = "y" in places  # 69 is 1969, 68 is 2068, as POSIX has it
        if self._is_short:
            self._places[0] = places["y"]
        self._half, self._offset = places.get("p"), places.get("z")
        if "I" in places:
            self._places[3] = places["I"]
        self.has_time = has_time(text)
        # How many signs of YYYY-MM-DD the form gives: no false precision (M3).
        self.known = 10 if names_day(text) else 7 if directives(text) & set("mbB") else 4

    def read(self, text: str) -> datetime | None:
        """Return the local time, or the instant if the form has an offset; None if the text has another form.

        A Chinese weekday behind the date is left out if it is the right one.
        """
        day = _WEEKDAY.search(text)
        if day is None:
            return self._read(text)
        found = self._read(without_weekday(text))
        return found if found is not None and found.weekday() == _WEEKDAYS[day[1]] else None

    def _read(self, text: str) -> datetime | None:
        """Return the time of a text without a Chinese weekday."""
        try:
            if self._pattern is None:
                # strptime accepts the digits of every script.
                is_other = any(sign.isdecimal() and not sign.isascii() for sign in text)
                return None if is_other else self._rarely(text)
            match = self._pattern.fullmatch(text)
            if match is None:
                return None
            part = match.groups("0")
            numbers = [int(part[at]) if at is not None else 0 for at in self._places]
            if self._is_short:
                numbers[0] += 1900 if numbers[0] > 68 else 2000
            if self._half is not None:
                hour = hour_of(numbers[3], part[self._half])
                if hour is None:
                    return None
                numbers[3] = hour
            where = offset_of(part[self._offset]) if self._offset is not None else None
            return datetime(*numbers, tzinfo=where)  # type: ignore[arg-type, misc]
        except ValueError:
            return None

    def _rarely(self, text: str) -> datetime | None:
        """Return the time by strptime, after AM and PM words were put into English."""
        half = _OTHER_HALF.search(text) if "%p" in self.text else None
        if half is None:
            return datetime.strptime(text, self.text).replace(microsecond=0)
        is_late = HALVES[half[0]][0] > 9
        found = datetime.strptime(_OTHER_HALF.sub("PM" if is_late else "AM", text), self.text)
        hour = hour_of(found.hour, half[0])
        return found.replace(microsecond=0, hour=hour) if hour is not None else None


def _pattern(form: str) -> re.Pattern[str] | None:
    """Return the form as a regular expression; None if it has a rare directive and needs strptime."""
    made, used = "", []
    for part in re.findall(r"%.|\s+|[^%\s]+", form):
        if not part.startswith("%"):
            made += r"\s+" if part.isspace() else re.escape(part)
        elif part[1] in _DIRECTIVES:
            made += _DIRECTIVES[part[1]]
            used.append(part[1])
        else:
            return None
    whole = (
        {"m", "d"} <= set(used)
        and ("Y" in used) != ("y" in used)
        and len(used) == len(set(used))
        and ("I" in used) == ("p" in used)
    )
    return re.compile(made, re.IGNORECASE | re.ASCII) if whole and not {"H", "I"} <= set(used) else None


def _of_instants(forms: tuple[str, ...], field: str) -> tuple[str, ...]:
    """Return the forms that have a day. UsageError if there is none."""
    found = tuple(form for form in forms if form == EXCEL or names_day(form))
    for form in forms:
        if not found:
            Form(form)  # its own error comes first
            raise UsageError(
                say("'{form}' names no day, so {field} would lie on the first", form=form, field=field),
                hint=say("only bought and installed may be a month or a year"),
            )
    return found


def clocks(mapping: Map, outlet: tzinfo, *, also_iso: bool, epoch: datetime = EPOCH) -> dict[tuple[str, str], Clock]:
    """Return a clock for each dated field; fields with the same forms share one. UsageError for a bad zone or form."""
    where = dates.zone(mapping.zone) if mapping.zone else outlet
    if getattr(where, "key", None) == getattr(outlet, "key", ""):
        where = outlet
    made: dict[tuple[str, ...], Clock] = {}
    found = {}
    for section, fields in mapping.sections.items():
        for key, field in fields.items():
            forms = mapping.dates if field.dates is None else field.dates
            if key in DATED - DAYS:
                forms = _of_instants(forms, f"[{section}] {key}")
            if forms not in made:
                made[forms] = Clock(forms, where, outlet, also_iso=also_iso, epoch=epoch)
            found[section, key] = made[forms]
    return found

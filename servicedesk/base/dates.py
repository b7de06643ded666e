"""Read and write instants and local dates (C1). Ambiguous texts are refused, never guessed.

In this module `now` is an aware instant in the outlet's time zone; texts without an offset are read in that zone.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from servicedesk.base.errors import RefusedError, UsageError, nearest
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width

INSTANT_FORMS = say("2026-11-02 09:00, 11-02 09:00, 09:00, tomorrow 9:00, mon 3pm, 明天下午3点, now, -2h")
DATE_FORMS = say("2026-11-02, 11-02, today, mon, 明天, 周一, +30d, -1w")
PURCHASE_FORMS = say("2024-03-09, 2024-03, 2024, last year, 去年, 2022年5月, unknown")
WINDOW_FORMS = say("tomorrow 9-11, 11-30 14:00-16:00, mon 2-4pm, mon 9:00 +2h, 明天下午2点到4点")

# Compiled at first use, because most commands read no time. [0-9] and not \d, which matches the digits of every script.
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_INSTANT = rf"({_DATE})[T ]({_TIME})(?:\.[0-9]+)?\s?(Z|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)?"
_SPAN = r"([+-])([0-9]{1,4})([mhdwy])"
FIRST_YEAR, LAST_YEAR = 1970, 2199  # in these years zones have whole minutes and every tool agrees on them


def zone(name: str) -> ZoneInfo:
    """Return the time zone with that IANA name, or raise UsageError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            say("unknown time zone '{name}'", name=name),
            hint=nearest(name, zone_names()) or say("use an IANA name such as Asia/Shanghai"),
        ) from None


def zone_names() -> list[str]:
    """Return the names of all time zones that are named after places."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return sorted(name for name in available_timezones() if name.startswith(regions))


def check_year(year: int, text: object) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(
            say(
                "'{text}' lies outside the years {first_year} to {last_year}",
                text=text,
                first_year=FIRST_YEAR,
                last_year=LAST_YEAR,
            ),
            hint=say("check the year"),
        )


def local(naive: datetime, where: tzinfo, *, is_day: bool = False) -> datetime:
    """Return a wall-clock time as an instant; raise UsageError for an hour that summer time repeats or skips.

    With `is_day` only a date was typed, and the result is the first instant of that day.
    """
    check_year(naive.year, f"{naive:%Y-%m-%d %H:%M}")
    if is_day:
        return start_of(naive.date(), where)
    first, second = naive.replace(tzinfo=where, fold=0), naive.replace(tzinfo=where, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(where).replace(tzinfo=None) != naive:
        raise UsageError(
            say("{naive:%Y-%m-%d %H:%M} does not exist in {where}: summer time skips it", naive=naive, where=where)
        )
    raise UsageError(
        say("{naive:%Y-%m-%d %H:%M} happens twice in {where}: summer time repeats it", naive=naive, where=where),
        hint=say("add the offset: {first} or {second}", first=stamp(first), second=stamp(second)),
    )


def instant(
    text: str, now: datetime, *, end_of_day: bool = False, ahead: bool | None = None, after: datetime | None = None
) -> datetime:
    """Return the typed instant in the outlet's zone, to the second.

    A date without a time means the end of that day with `end_of_day` (as in --as-of); otherwise it is refused. A
    weekday is the next one if `ahead` is True, the last one if False, and refused if None. A time without a day and a
    span such as +2h count from `after` if given. Raise UsageError for other texts.
    """
    text, where, base = half_width(text).strip(), now.tzinfo, after or now
    assert where is not None
    if text.lower() == "now":
        return now
    try:
        if match := re.fullmatch(_INSTANT, text, re.IGNORECASE):
            day, clock, offset = match.groups()
            naive = datetime.combine(date.fromisoformat(day), _clock(clock))
            if offset:
                check_year(naive.year, text)
                return datetime.fromisoformat(f"{naive.isoformat()}{offset.upper()}").astimezone(where)
            return local(naive, where)
        from servicedesk.base import said_times

        if text.lower() in said_times.NOW_WORDS:
            return now
        text = said_times.plain(text)
        if match := re.fullmatch(said_times.DAY_CLOCK, text, re.IGNORECASE):
            day_on = said_times.day(match[1], now.date(), ahead) if match[1] else base.date()
            if day_on is not None:
                return local(datetime.combine(day_on, said_times.clock(match[2])), where)
        if (match := re.fullmatch(_SPAN, text, re.IGNORECASE)) and match[3].lower() in "mhdw":
            return _instant_after(base, match, where)
        if end_of_day:
            return end_of(local_date(text, now, ahead=ahead), where)
        names_day = said_times.day(text, now.date(), ahead) is not None
        lacks_hours = said_times.lacks_hours(text, now.date(), ahead=ahead)
    except (ValueError, OverflowError):
        raise UsageError(
            say("'{text}' is not a possible time", text=text),
            hint=say("write it like {forms}", forms=INSTANT_FORMS),
        ) from None
    hour = "09:00" if names_day else said_times.hours_of(text)[0] if lacks_hours else None
    raise _no_time(text, hour, is_day=names_day)


def _no_time(text: str, hour: str | None, *, is_day: bool) -> UsageError:
    """Return the error for a text that is no time but may be a day or a part of one; `hour` is an example to add."""
    if hour is None:
        return UsageError(
            say("'{text}' is not a time", text=text), hint=say("write it like {forms}", forms=INSTANT_FORMS)
        )
    what = (
        say("'{text}' names a day, not a time", text=text)
        if is_day
        else say("'{text}' names a part of a day, not a time", text=text)
    )
    return UsageError(what, hint=say("add the time: '{text} {hour}'", text=text, hour=hour))


class HoursMissingError(UsageError):
    """A window was typed as a day or a part of one, without hours; a prompt can ask for them."""


def window(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the begin and end of a typed future window: `tomorrow 9-11`, `11-30 14:00–16:00`, `mon 9:00 +2h`."""
    from servicedesk.base import said_times

    plain, where, ends = said_times.plain(text), now.tzinfo, None
    assert where is not None
    forms = say("write it like {forms}", forms=WINDOW_FORMS)
    try:
        match = re.fullmatch(said_times.HOURS, plain, re.IGNORECASE)
        if match and (day := said_times.window_day(match[1], match[2], now.date())):
            _, first, last, span = match.groups()
            begin = local(datetime.combine(day, said_times.first_clock(first, last or "")), where)
            if span:
                ends = begin, instant(span, now, after=begin)
            else:
                ends = begin, local(datetime.combine(day, said_times.last_clock(first, last)), where)
        elif match := re.fullmatch(said_times.TWO_INSTANTS, plain, re.IGNORECASE):
            begin = instant(match[1], now, ahead=True)
            ends = begin, instant(match[2], now, ahead=True, after=begin)
    except (ValueError, OverflowError):
        raise UsageError(say("'{text}' is not a possible time", text=text), hint=forms) from None
    if ends is None and said_times.lacks_hours(text, now.date(), ahead=True):
        raise HoursMissingError(
            say("'{text}' names no hours", text=text),
            hint=say("from when to when: '{text} {hours}'", text=text, hours=said_times.hours_of(text)[1]),
        )
    if ends is None:
        hint = _end_to_add(text, now) or said_times.nearest_day(plain) or forms
        raise UsageError(say("'{text}' is not a window", text=text), hint=hint)
    if unix(ends[1]) <= unix(ends[0]):
        raise UsageError(say("the window '{text}' ends before it begins", text=text), hint=forms)
    return ends


def _end_to_add(text: str, now: datetime) -> str | None:
    """Return a hint that adds an end to a text with only the begin of a window (明天下午两点), or None."""
    try:
        end = instant(text, now, ahead=True) + timedelta(hours=2)
    except UsageError:
        return None
    begin = text.strip().removesuffix("左右")
    return say("say until when too: '{begin}-{hour}'", begin=begin, hour=f"{end:%H:%M}") if end.hour >= 2 else None


def _instant_after(base: datetime, match: re.Match[str], where: tzinfo) -> datetime:
    unit = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[match[3].lower()]
    at = (base.astimezone(UTC) + timedelta(**{unit: int(match[1] + match[2])})).astimezone(where)
    check_year(at.year, match[0])
    return at


def _clock(text: str) -> time:
    """Return `8:00` as `08:00`."""
    return time.fromisoformat(text.zfill(5 if text.count(":") == 1 else 8))


def local_date(text: str, now: datetime, *, ahead: bool | None = None) -> date:
    """Return the typed date; spans such as +7d count from today. `ahead` is the same as in `instant`."""
    from servicedesk.base import said_times

    text, forms = said_times.plain(text), say("write it like {forms}", forms=DATE_FORMS)
    try:
        if match := re.fullmatch(_SPAN, text, re.IGNORECASE):
            day = _date_after(now.date(), int(match[1] + match[2]), match[3].lower())
        elif (named := said_times.day(text, now.date(), ahead)) is not None:
            day = named
        else:
            raise UsageError(say("'{text}' is not a date", text=text), hint=forms)
    except (ValueError, OverflowError):
        raise UsageError(say("'{text}' is not a possible date", text=text), hint=forms) from None
    check_year(day.year, text)
    return day


def _date_after(day: date, count: int, unit: str) -> date:
    if unit in "dw":
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    from dateutil.relativedelta import relativedelta

    if unit == "h":
        raise ValueError("hours do not move a date")
    return day + (relativedelta(months=count) if unit == "m" else relativedelta(years=count))


def before(day: date, span: str) -> date:
    """Return the day that is a span such as 24m, 10y or 90d before `day`; raise UsageError for other texts."""
    match = re.fullmatch(r"([0-9]{1,4})([dwmy])", half_width(span).strip().lower())
    if not match:
        raise UsageError(say("'{text}' is not a span of time", text=span), hint=say("write it like 24m, 10y or 90d"))
    try:
        return _date_after(day, -int(match[1]), match[2])
    except (ValueError, OverflowError):
        raise UsageError(
            say("'{text}' is too long a span", text=span), hint=say("write it like 24m, 10y or 90d")
        ) from None


def span_days(text: str) -> int:
    """Return the number of days in a span such as 30d, +30d, 4w or 30; raise UsageError for other texts."""
    match = re.fullmatch(r"\+?([0-9]{1,4})([dw]?)", half_width(text).strip().lower())
    if not match:
        raise UsageError(say("'{text}' is not a span of days", text=text), hint=say("write it like 30d or 4w"))
    return int(match[1]) * (7 if match[2] == "w" else 1)


def purchase_date(text: str, now: datetime) -> tuple[str | None, str]:
    """Return an imprecise date as (its first possible day or None, precision: day, month, year or unknown)."""
    from servicedesk.base import said_times

    text, forms = said_times.imprecise(text, now.date()), say("write it like {forms}", forms=PURCHASE_FORMS)
    if text.lower() in {"unknown", "不详", "未知"}:
        return None, "unknown"
    try:
        if re.fullmatch(r"[0-9]{4}", text):
            first, precision = date(int(text), 1, 1), "year"
        elif re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            first, precision = date(int(text[:4]), int(text[5:]), 1), "month"
        elif re.fullmatch(_DATE, text):
            first, precision = date.fromisoformat(text), "day"
        elif text.lower() in said_times.DAY_WORDS:
            first, precision = local_date(text, now), "day"
        else:
            raise UsageError(say("'{text}' is not a date of purchase", text=text), hint=forms)
    except ValueError:
        raise UsageError(say("'{text}' is not a possible date", text=text), hint=forms) from None
    if first > now.date():
        raise RefusedError(say("'{text}' lies in the future", text=text), hint=say("check the year"))
    return first.isoformat(), precision


def stamp(at: datetime) -> str:
    """Return the text of an instant as the file keeps it: RFC 3339 with the outlet's offset, to the second."""
    return at.isoformat(timespec="seconds")


def stamp_of(at_unix: int | None, where: tzinfo | None) -> str | None:
    """Return seconds since 1970 as the text of an instant in that zone; None for None."""
    return None if at_unix is None else stamp(datetime.fromtimestamp(at_unix, where))


def unix(at: datetime) -> int:
    """Return the seconds since 1970 of an instant.

    Compare instants only by these seconds. `<` on two datetimes of one zone compares wall clocks, so a later instant
    can be smaller in an hour that summer time repeats (tests/test_architecture.py).
    """
    return int(at.timestamp())


def unix_of(text: str) -> int:
    """Return the seconds since 1970 of an instant in the file's text form (RFC 3339)."""
    return unix(datetime.fromisoformat(text))


def start_of(day: date, where: tzinfo) -> datetime:
    """Return the first second of a local date: 00:00, the first of two, or the next time if summer time skips it."""
    midnight = datetime.combine(day, time(), tzinfo=where)  # a skipped time is read with the offset before it
    return midnight.astimezone(UTC).astimezone(where)


def end_of(day: date, where: tzinfo) -> datetime:
    """Return the last second of a local date."""
    return (start_of(day + timedelta(days=1), where).astimezone(UTC) - timedelta(seconds=1)).astimezone(where)


def opening_after(day: date, opens: str, where: tzinfo) -> datetime:
    """Return the instant at which the outlet opens on the day after a local date.

    If summer time repeats the opening hour, the first one counts.
    """
    return datetime.combine(day + timedelta(days=1), _clock(opens), tzinfo=where)


def last_day(end: str, where: tzinfo) -> str:
    """Return the last local date of a span that ends at that instant.

    Spans exclude their end: the last date of a window until 00:00 is the day before.
    """
    return (datetime.fromisoformat(end).astimezone(UTC) - timedelta(seconds=1)).astimezone(where).date().isoformat()


def day_number(day: date) -> int:
    """Return the number of days since 1970, as ticket_fact counts them in SQL (records/ticket_facts.py)."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def days_between(earlier: str, later: str) -> int:
    """Return the number of calendar days from one local date or instant to another, without the first day."""
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def name_of(at: datetime, *, seconds: bool = False) -> str:
    """Return an instant as part of a file name: 2026-11-25T0310.

    In the second of two hours that summer time repeats the name is 2026-10-25T02B30, so that names are unique and sort
    by time.
    """
    return f"{at:%Y-%m-%dT%H}{'B' if at.fold else ''}{at:%M%S}"[: None if seconds else -2]

"""Read days and hours in people's words: tomorrow, mon, 11-30, 周一, 9点半, 下午3点. Ambiguous texts are refused."""

import re
from contextlib import suppress
from datetime import date, time, timedelta

from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import joined, msgid, say
from servicedesk.base.sameness import half_width

# For each part of a day the hour that a said hour means: 下午3点 and 下午15点 are 15:00. 晚上12点 may be of two days.
_PARTS = {
    "凌晨": {hour: hour for hour in range(6)},
    "早上": {hour: hour for hour in range(5, 12)},
    "上午": {hour: hour for hour in range(5, 12)},
    "中午": {11: 11, 12: 12, 1: 13, 2: 14},
    "下午": {hour % 12: hour for hour in range(13, 19)} | {hour: hour for hour in range(12, 19)},
    "傍晚": {hour - 12: hour for hour in range(17, 21)} | {hour: hour for hour in range(17, 21)},
    "晚上": {hour - 12: hour for hour in range(17, 24)} | {hour: hour for hour in range(17, 24)},
}
_PARTS |= {"清晨": _PARTS["早上"], "早晨": _PARTS["早上"], "午后": _PARTS["下午"]}
_PARTS |= {"morning": _PARTS["上午"], "noon": _PARTS["中午"], "afternoon": _PARTS["下午"], "evening": _PARTS["晚上"]}
# The hour that ends a window in these parts of a day is in the afternoon too.
_LATE_PARTS = {"下午", "午后", "傍晚", "晚上", "afternoon", "evening"}
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_PART = rf"(?:{'|'.join(_PARTS)})"
_HALF_DAY = r"([0-9]{1,2})(?::([0-9]{2}))?\s?([ap])\.?m\b\.?"  # 2pm, 2:30 p.m.
_SPOKEN_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_MINUTES = r"(?:半|[一三]刻|[0-9]{1,2}分?)?"
_HALF_DAY_NO_GROUPS = re.sub(r"\((?!\?)", "(?:", _HALF_DAY)
_CLOCK = rf"(?:{_HALF_DAY_NO_GROUPS}|{_PART}?\s?(?:{_TIME}|[0-9]{{1,2}}[点时]{_MINUTES})|{_PART}\s?[0-9]{{1,2}})"
_HOUR = rf"(?:{_HALF_DAY_NO_GROUPS}|{_PART}?\s?(?:{_TIME}|[0-9]{{1,2}}[点时]{_MINUTES}|[0-9]{{1,2}}))"
# A day and a clock: "tomorrow 9:00", "明天9点"; a day and two hours; two instants.
DAY_CLOCK = rf"(.*?)(?:(?<=[0-9])T|\s*)(?<![0-9])({_CLOCK})"
HOURS = rf"(.*?)\s*(?<![0-9])({_HOUR})\s*(?:(?:[-–—~]|to|到|至)\s*({_HOUR})|(\+[0-9]{{1,3}}[mh]))"
TWO_INSTANTS = r"(.+?)(?:\s+(?:[-–—~]|to)\s+|到|至)(.+)"
_WEEK = {"上": -7, "本": 0, "这": 0, "下": 7, "下下": 14}
_WEEKDAY = r"(下下|[上本这下])?个?(?:周|星期|礼拜)([一二三四五六日天])"
_DIGITS = "零一二三四五六七八九"
_DIGIT_WORDS = r"[零一二两三四五六七八九十]{1,3}"
_NUMBERS = rf"{_DIGIT_WORDS}(?=[点时分月号日])"
_LOOSE_END = r"(?:左右|之间)$"  # 下午3点左右, 2点到4点之间
_SLASH_DAY = rf"^([0-9]{{1,2}})[/.]([0-9]{{1,2}})(?=\s*{_PART})"  # 12/2 下午: in Chinese the month comes first
_NEAR = 150  # days: a date without a year is at most this far away
_MORNING = 8  # an hour before this one, without a part of the day, may be morning or afternoon
WEEKDAYS = (
    msgid("Monday"), msgid("Tuesday"), msgid("Wednesday"), msgid("Thursday"), msgid("Friday"), msgid("Saturday"),
    msgid("Sunday"),
)  # fmt: skip
DAY_WORDS = {
    "today": 0, "yesterday": -1, "tomorrow": 1, "day after tomorrow": 2, "day before yesterday": -2,
    "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "昨天": -1, "前天": -2, "大前天": -3,
}  # fmt: skip
NOW_WORDS = {"now", "just now", "现在", "刚才", "刚刚"}
# 今晚7点 is 今天晚上7点, tonight 7 is today evening 7.
_JOINED = {"早": "早上", "晚": "晚上"}
_JOINED_DAY = r"^([今明昨])([早晚])上?"
_TONIGHT = r"(?i)^tonight|^this evening"
_THIS_PART = r"(?i)^this (?=morning|afternoon)"
# 半小时前, 两个小时后, half an hour ago, in 2 hours: a span from now.
_UNITS = {"分": "m", "分钟": "m", "小时": "h", "钟头": "h", "天": "d", "周": "w", "星期": "w",
          "minute": "m", "min": "m", "hour": "h", "h": "h", "day": "d", "week": "w"}  # fmt: skip
_AGO = r"(半|[0-9]+|[一二两三四五六七八九十]+)个?(半)?(分钟?|小时|钟头|天|周|星期)[之以]?([前后])"
_ENGLISH_AGO = r"(?i)(in )?(half an?|an?|[0-9]+) ?(minute|min|hour|h|day|week)s?( ago)?"


# Dates in English spelling: 30 Nov 2026, Nov 30, May 2024, 30/11/2026, 2026/11/30.
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NAME = r"\b(" + "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in (*_MONTH_NAMES, "sept")) + r")\b\.?"
_TH, _YEAR = r"(?:st|nd|rd|th)?", r"((?:19|20)[0-9]{2})\b"
_DAY_MONTH = rf"\b([0-9]{{1,2}}){_TH}\s+{_NAME},?(?:\s+{_YEAR})?"
_MONTH_DAY = rf"{_NAME}\s+([0-9]{{1,2}}){_TH}(?![0-9:]),?(?:\s+{_YEAR})?"
_MONTH_YEAR = rf"{_NAME},?\s+{_YEAR}"
_NUMBERS_YEAR = rf"\b([0-9]{{1,2}})([/.])([0-9]{{1,2}})\2{_YEAR}"
_YEAR_NUMBERS = r"\b((?:19|20)[0-9]{2})([/.])([0-9]{1,2})\2([0-9]{1,2})\b"


def weekday(day: str) -> str:
    """Return the English name of the weekday of an ISO date."""
    return say(WEEKDAYS[date.fromisoformat(day).weekday()])


def plain(text: str) -> str:
    """Return a text about a time in ASCII and in a plain form.

    Changed are full-width signs, Chinese numbers before 点, dates such as 11月30日 and 30 Nov, spans such as 半小时前.
    """
    text = half_width(text).strip()
    if text.isascii():
        return _plain_english(text)
    if match := re.fullmatch(_AGO, text.replace(" ", "")):
        return _span(match[1], match[3], is_ahead=match[4] == "后", has_half=bool(match[2])) or text
    text = re.sub(_JOINED_DAY, lambda match: f"{match[1]}天{_JOINED[match[2]]}", text)
    text = re.sub("[-–—~]{2,}", "-", re.sub(_LOOSE_END, "", text).replace("点钟", "点"))
    text = re.sub(_NUMBERS, _number, re.sub(_SLASH_DAY, r"\1月\2日", text))
    return re.sub(r"(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})[日号]", _month_and_day, text)


def _plain_english(text: str) -> str:
    if (match := re.fullmatch(_ENGLISH_AGO, text)) and bool(match[1]) != bool(match[4]):
        return _span(match[2].lower(), match[3].lower(), is_ahead=bool(match[1])) or text
    text = re.sub(_THIS_PART, "today ", re.sub(_TONIGHT, "today evening", text))
    return _iso_dates(re.sub(r"(?i)^the (?=day )", "", text))


def _span(count: str, unit: str, *, is_ahead: bool, has_half: bool = False) -> str | None:
    """Return a span in plain form: -30m for 半 hours ago, -2h for 两. None if it is no number or cannot be halved."""
    sign, letter = "+" if is_ahead else "-", _UNITS[unit]
    is_half = count.startswith("half") or count == "半"
    whole = 0 if is_half else _count(count)
    if whole is None or not (is_half or has_half):
        return None if whole is None else f"{sign}{whole}{letter}"
    return f"{sign}{whole * 60 + 30}m" if letter == "h" else None


def _count(text: str) -> int | None:
    number = "1" if text in {"a", "an"} else re.sub(_DIGIT_WORDS, _number, text)
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 6 else None


def _iso_dates(text: str) -> str:
    """Return English dates in ISO form: 30 Nov 2026 and 30/11/2026 as 2026-11-30, Nov 30 as 11-30, May 2024 as 2024-05.

    Other texts stay unchanged. Raise UsageError for a date such as 01/02/2026, which may be in two months.
    """
    text = re.sub(_DAY_MONTH, lambda said: _iso(said[3], _month_number(said[2]), said[1]), text, flags=re.IGNORECASE)
    text = re.sub(_MONTH_DAY, lambda said: _iso(said[3], _month_number(said[1]), said[2]), text, flags=re.IGNORECASE)
    text = re.sub(_MONTH_YEAR, lambda said: f"{said[2]}-{_month_number(said[1]):02}", text, flags=re.IGNORECASE)
    text = re.sub(_YEAR_NUMBERS, lambda said: _iso(said[1], said[3], said[4]), text)
    return re.sub(_NUMBERS_YEAR, _day_or_month_first, text)


def _month_number(name: str) -> int:
    return next(at for at, month in enumerate(_MONTH_NAMES, 1) if month.startswith(name[:3].lower()))


def _iso(year: str | None, month: str | int, day: str | int) -> str:
    date_in_year = f"{month:0>2}-{day:0>2}"
    return f"{year}-{date_in_year}" if year else date_in_year


def _day_or_month_first(said: re.Match[str]) -> str:
    first, sign, second, year = said.groups()
    orders = [(second, first)] if sign == "." else [(first, second), (second, first)]  # in 30.11.2026 the day is first
    days = {_iso(year, month, day) for month, day in orders if int(month) <= len(_MONTH_NAMES)}
    if len(days) > 1:
        raise _ambiguous_day(said[0], sorted(days))
    return days.pop() if days else said[0]


# Words for years and months, with their distance from now: 去年 is last year, 上月 the month before this one.
_YEARS = {"this year": 0, "last year": -1, "今年": 0, "去年": -1, "前年": -2}
_MONTHS = {"this month": 0, "last month": -1, "this": 0, "last": -1, "本月": 0, "这个月": 0, "上月": -1, "上个月": -1}


def imprecise(text: str, today: date) -> str:
    """Return an imprecise date in ISO form: 2025 for 去年, 2022-05 for 2022年5月, 2025-05-03 for 去年5月3日.

    Other texts are returned as by `plain`.
    """
    plain_text = _iso_dates(half_width(text).strip())
    word = " ".join(plain_text.lower().split())
    for name, years in _YEARS.items():
        if word == name or (not name.isascii() and word.startswith(name)):
            word = f"{today.year + years}年{word.removeprefix(name).strip()}"
    if match := re.fullmatch(r"([0-9]{4})年(?:([0-9]{1,2})月(?:([0-9]{1,2})[日号])?)?", word.replace(" ", "")):
        return "-".join(f"{part:0>2}" for part in match.groups() if part)
    return plain_text


def month(text: str, today: date) -> str:
    """Return a typed month as 2026-05.

    `last` and 上月 are the month before today's. A month without a year (`november`, 11, 11月) is the latest one that
    has begun. Other texts are returned as by `imprecise`.
    """
    typed = re.sub(_NUMBERS, _number, imprecise(text, today))
    number = int(digits[1]) if (digits := re.fullmatch(r"([0-9]{1,2})月?份?", typed)) else 0
    if re.fullmatch(_NAME, typed, re.IGNORECASE):
        number = _month_number(typed)
    if 1 <= number <= len(_MONTH_NAMES):
        return f"{today.year - (number > today.month)}-{number:02}"
    back = _MONTHS.get(typed.lower())
    first = today.replace(day=1)
    return typed if back is None else f"{first - timedelta(days=1) if back else first:%Y-%m}"


def _number(match: re.Match[str]) -> str:
    """Return a Chinese number in digits: 11 for 十一, 20 for 二十. A text that is no number stays unchanged."""
    tens, ten, ones = match[0].replace("两", "二").rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return match[0]
    first = _DIGITS.index(tens) if tens else 1 if ten else 0
    return str(first * 10 + (_DIGITS.index(ones) if ones else 0))


def _month_and_day(match: re.Match[str]) -> str:
    year = f"{match[1]}-" if match[1] else ""
    return f"{year}{match[2]:0>2}-{match[3]:0>2} "


def clock(text: str) -> time:
    """Return a typed hour (`9:00`, `14`, `2pm`, `9点半`, `下午3点`) as a time.

    Raise UsageError if it may be morning or afternoon, ValueError if it is no time.
    """
    if half_day := re.fullmatch(_HALF_DAY, text.strip(), re.IGNORECASE):
        hour, minutes, letter = half_day.groups()
        if not 1 <= int(hour) <= 12:
            raise ValueError(text)
        return time(int(hour) % 12 + 12 * (letter.lower() == "p"), int(minutes or 0))
    part, said = _part_and_clock(text)
    hour, colon, minutes = said.partition(":")
    if colon:
        at = time.fromisoformat(f"{hour:0>2}:{minutes}")
    else:
        hour, _, minutes = said.replace("时", "点").partition("点")
        at = time(int(hour), _SPOKEN_MINUTES.get(minutes) or int(minutes.removesuffix("分") or 0))
    if part:
        if at.hour not in _PARTS[part]:
            raise ValueError(text)
        return at.replace(hour=_PARTS[part][at.hour])
    if not colon and at.hour < _MORNING:
        afternoon = at.replace(hour=at.hour + 12)
        raise UsageError(
            say("'{text}' may be morning or afternoon", text=text),
            hint=say("write {days}", days=joined(" or ", [f"{at:%H:%M}", f"{afternoon:%H:%M}"])),
        )
    return at


def _part_and_clock(text: str) -> tuple[str, str]:
    """Return the part of the day and the rest of the text: 下午 and 3点, afternoon and 3."""
    text = text.strip()
    part = next((part for part in _PARTS if text.lower().startswith(part)), "")
    return part, text[len(part) :].strip()


def first_clock(first: str, last: str) -> time:
    """Return the begin of a window. Its end may say the part of the day: 2 in 2-4pm is 14:00."""
    if (half_day := re.fullmatch(_HALF_DAY, last.strip(), re.IGNORECASE)) and first.strip().isdecimal():
        with suppress(ValueError):
            if (at := clock(f"{first.strip()}{half_day[3]}m")) < clock(last):
                return at
    return clock(first)


def last_clock(first: str, last: str) -> time:
    """Return the end of a window. Its begin may say the part of the day: 4点 in 下午2点到4点 is 16:00."""
    part = _part_and_clock(first)[0]
    part = "下午" if part in {"中午", "noon"} else part  # 中午12点到1点
    if part in _LATE_PARTS and re.match(r"0?[1-9](?![0-9])|1[01]", last):
        return clock(f"{part}{last}")
    return clock(last)


def opening_hours(text: str) -> tuple[str, str]:
    """Return the opening and closing time: ("08:00", "18:00") for `8:00-18:00` and 8点到18点. 24:00 ends the day."""
    said, hint = plain(text), say("write it like 08:00-18:00")
    match = re.fullmatch(r"([0-9]{1,2}:[0-9]{2}) ?(?:[-–—~到至]|to) ?([0-9]{1,2}:[0-9]{2})", said)
    opens, closes = (part.zfill(5) for part in match.groups()) if match else _first_and_last_hour(said)
    if not opens or any(part[:2] > "24" or part[3:] > "59" or part > "24:00" for part in (opens, closes)):
        raise UsageError(say("'{text}' is not a pair of times", text=text), hint=hint)
    if opens >= closes:
        raise UsageError(say("the outlet would close ({closes}) before it opens ({opens})", opens=opens, closes=closes),
                         hint=hint)  # fmt: skip
    return opens, closes


def _first_and_last_hour(text: str) -> tuple[str, str]:
    """Return the two hours in a text such as 8点半到18点 or 8am-6pm, or ('', '')."""
    with suppress(ValueError):
        match = re.fullmatch(HOURS, text, re.IGNORECASE)
        if match and not match[1] and match[3]:
            last = "24:00" if match[3].startswith("24") else f"{last_clock(match[2], match[3]):%H:%M}"
            return f"{first_clock(match[2], match[3]):%H:%M}", last
    return "", ""


def window_day(text: str, first: str, today: date) -> date | None:
    """Return the day of a future window; today if no day was typed, or None if two numbers may be a date (`09-11`)."""
    if text:
        return day(text, today, ahead=True)
    return None if first.isdecimal() else today


def day(text: str, today: date, ahead: bool | None) -> date | None:
    """Return the day that the words name, or None; raise ValueError for a day that the calendar does not have."""
    word = text.strip().lower()
    if word in DAY_WORDS:
        return today + timedelta(days=DAY_WORDS[word])
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
        return date.fromisoformat(word)
    if re.fullmatch(r"[0-9]{2}-[0-9]{2}", word):
        return _near_day(word, today)
    if match := re.fullmatch(_WEEKDAY, word):
        number = "一二三四五六日".index(match[2].replace("天", "日"))
        if match[1]:
            return today + timedelta(days=number - today.weekday() + _WEEK[match[1]])
        return _weekday_day(text.strip(), number, today, ahead)
    if match := re.fullmatch(r"([0-9]{1,2})[号日]", word):
        return _day_of_month(text.strip(), int(match[1]), today, ahead)
    if (match := re.fullmatch(_AGO, word)) and match[3] in {"天", "周", "星期"} and not match[2]:
        days = (_count(match[1]) or 0) * (1 if match[3] == "天" else 7)
        return today + timedelta(days=days if match[4] == "后" else -days) if days else None
    names = [name.lower() for name in WEEKDAYS]
    number = next((at for at, name in enumerate(names) if word in {name, name[:3]}), -1)
    return _weekday_day(text.strip(), number, today, ahead) if number >= 0 else None


def lacks_hours(text: str, today: date, *, ahead: bool | None) -> bool:
    """Return whether the text names a day or a part of one without an hour: 后天下午, tomorrow afternoon, 上午."""
    said = re.fullmatch(rf"(.*?)\s*({_PART})?", plain(text), re.IGNORECASE)
    if said is None or not any(said.groups()) or re.fullmatch("[0-9]{2}-[0-9]{2}", said[0]):  # 09-11 may be hours
        return False
    with suppress(UsageError, ValueError, OverflowError):
        return not said[1] or day(said[1], today, ahead) is not None
    return False


def hours_of(text: str) -> tuple[str, str]:
    """Return example hours for the part of the day in the text: one hour, and the two hours of a window."""
    part = next((part for part in _PARTS if plain(text).lower().endswith(part)), "")
    if part in {"中午", "noon"}:
        return "12:00", "12-13"
    if part in {"晚上", "evening"}:
        return "7:00", "7-9"
    return ("3:00", "2-4") if part in _LATE_PARTS else ("9:00", "9-11")


def nearest_day(text: str) -> str | None:
    """Return a hint with the word for a day that the beginning of the text misspells, or None."""
    head = text.split()[0] if text.split() else ""
    words = [*DAY_WORDS, *(name.lower() for name in WEEKDAYS)]
    return nearest(head, words, likeness=0.7) if head.isalpha() and head.lower() not in words else None


def _near_day(word: str, today: date) -> date:
    """Return `11-30` in the year in which it is near today; raise UsageError if it is far away in every year."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        with suppress(ValueError):
            found.append(date.fromisoformat(f"{year}-{word}"))
    closest = min(found, key=lambda day: abs((day - today).days))
    if abs((closest - today).days) > _NEAR:
        days = [str(day) for day in found if abs((day - today).days) < 366]
        raise _ambiguous_day(word, days)
    return closest


def _weekday_day(text: str, number: int, today: date, ahead: bool | None) -> date:
    """Return the next (`ahead`) or the last day with that weekday; raise UsageError if it may be either, or today."""
    coming = today + timedelta(days=(number - today.weekday()) % 7)
    gone = today - timedelta(days=(today.weekday() - number) % 7)
    if ahead is None or coming == today:
        week = timedelta(days=7)
        days = [gone, coming] if coming != today else [today - week, today, today + week]
        raise _ambiguous_day(text, [str(day) for day in days])
    return coming if ahead else gone


def _day_of_month(text: str, number: int, today: date, ahead: bool | None) -> date:
    """Return the next (`ahead`) or the last day with that number in its month (5号); raise UsageError if ambiguous."""
    months = [(today.year + (today.month - 1 + n) // 12, (today.month - 1 + n) % 12 + 1) for n in range(-2, 3)]
    days = []
    for year, month_number in months:  # the 31st is not in every month
        with suppress(ValueError):
            days.append(date(year, month_number, number))
    gone, coming = [day for day in days if day < today], [day for day in days if day >= today]
    if not gone or not coming:
        raise ValueError(text)
    if ahead is None:
        raise _ambiguous_day(text, [str(gone[-1]), str(coming[0])])
    if ahead is False and coming[0] == today:
        return today
    return coming[0] if ahead else gone[-1]


def _ambiguous_day(text: str, days: list[str]) -> UsageError:
    return UsageError(
        say("'{text}' may be more than one day", text=text), hint=say("write {days}", days=joined(" or ", days))
    )

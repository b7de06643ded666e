"""A technician's day on paper: sheet.html filled by jinja2, which escapes every text. It prints on A4."""

from datetime import date
from pathlib import Path

from servicedesk.base.messages import msgid
from servicedesk.base.table import printable, span
from servicedesk.desk.technicians.day import Day, Visit
from servicedesk.language.words import Words

FOLDER = Path(__file__).parent
WEEKDAYS = (
    msgid("Monday"), msgid("Tuesday"), msgid("Wednesday"), msgid("Thursday"), msgid("Friday"), msgid("Saturday"),
    msgid("Sunday"),
)  # fmt: skip


def render_day_sheet(day: Day, words: Words) -> bytes:
    """Return the day sheet as an HTML page in UTF-8; the same values make the same bytes."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    page = made.get_template("sheet.html").render(
        _=words,
        day=day,
        lang="zh-CN" if words.language == "zh" else "en",
        weekday=words(WEEKDAYS[date.fromisoformat(day.on).weekday()]),
        away=words.translation(day.away),
        time=lambda visit: _time(visit, day.on),
        by=lambda visit: _by(visit, day.on),
        translation=words.translation,
        code=words.code,
    )
    return page.encode()


def _time(visit: Visit, on: str) -> str:
    """Return the hours of the window, with days if it spans several; '' without a window."""
    if not visit.window_from:
        return ""
    if visit.window_from[:10] == visit.window_to[:10] == on:
        return f"{visit.window_from[11:16]}–{visit.window_to[11:16]}"
    return span(visit.window_from, visit.window_to)


def _by(visit: Visit, on: str) -> str:
    """Return the deadline, only its hour if it is on this day."""
    day, hour = visit.deadline_at[5:10], visit.deadline_at[11:16]
    return hour if visit.deadline_at[:10] == on else f"{day} {hour}"

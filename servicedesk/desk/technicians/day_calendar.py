"""A technician's day as an iCalendar file (RFC 5545), which a phone's calendar reads."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from servicedesk.base.messages import msgid
from servicedesk.base.table import printable
from servicedesk.desk.technicians.day import Day, Visit
from servicedesk.language.words import Words

if TYPE_CHECKING:
    from icalendar import Event

_WAITS = msgid("waits: {cause}")


def render_calendar(day: Day, words: Words, *, now: datetime) -> bytes:
    """Return the calendar file with one event per visit; the same values and `now` make the same bytes."""
    from icalendar import Calendar
    from icalendar.prop import vText

    calendar = Calendar()
    calendar.add("prodid", "-//servicedesk//technician day//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(f"{day.technician} {day.on}"))
    for visit in day.visits:
        calendar.add_component(_event(day, visit, words, now))
    return bytes(calendar.to_ical())


def _event(day: Day, visit: Visit, words: Words, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"T{visit.ticket_id}@{day.uuid}")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", visit.revision)
    if visit.window_from:
        event.add("dtstart", datetime.fromisoformat(visit.window_from).astimezone(UTC))
        event.add("dtend", datetime.fromisoformat(visit.window_to).astimezone(UTC))
    else:
        event.add("dtstart", date.fromisoformat(day.on))
        event.add("dtend", date.fromisoformat(day.on) + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    machine = words.translation(visit.machine)
    event.add("summary", printable(f"T{visit.ticket_id} {visit.customer}: {machine or words.code(visit.type)}"))
    if visit.address:
        event.add("location", printable(visit.address))
    waits = words(_WAITS, cause=words.code(visit.waiting_for)) if visit.waiting_for else ""
    problem = words.translation(visit.problem)
    said = (words.code(visit.type), machine, visit.serial, problem, words.code(visit.fault), waits)
    event.add("description", printable("\n".join(part for part in (visit.phone, *said) if part)))
    return event

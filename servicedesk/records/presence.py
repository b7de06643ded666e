"""Absences of technicians: who is away on which days, and which open tickets need another technician (S15, S16)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.messages import item_list, say, say_count
from servicedesk.base.table import span
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records.ticket_lists import find_tickets
from servicedesk.records.tickets import TicketRow
from servicedesk.storage.database import Database

Days = tuple[str, str]  # the first and the last day, as ISO dates
LEFT, ABSENT = "technician_left", "technician_absent"
AHEAD = 7  # days before its day on which a birthday visit without a technician is shown


class Reason(NamedTuple):
    """Why a technician does not work on a day: a code for programs, and a text for people."""

    code: str
    text: str


class Absences(NamedTuple):
    """When a technician does not work: from the day they left on, and in spans of days, both ends included."""

    left_on: str | None
    spans: tuple[Days, ...] = ()

    def reason(self, days: Days) -> Reason | None:
        """Return why the technician does not work on one of these days, or None if they work on all of them."""
        first_on, last_on = days
        if self.left_on is not None and self.left_on <= last_on:
            return Reason(LEFT, say("left {left_on}", left_on=self.left_on))
        ends = [to_on for from_on, to_on in self.spans if from_on <= last_on and first_on <= to_on]
        return Reason(ABSENT, say("absent to {absent_to}", absent_to=max(ends))) if ends else None


def with_absence(name: str | None, reason: Reason, *, has_left: bool) -> str:
    """Return the technician's name with the reason of the absence: `Li (away)`, `Li (left)`, `Li (leaves)`."""
    if reason.code == ABSENT:
        return say("{name} (away)", name=name)
    return say("{name} (left)", name=name) if has_left else say("{name} (leaves)", name=name)


PEOPLE = "SELECT id, name, left_on FROM technician WHERE voided_at IS NULL ORDER BY id"
SPANS = "SELECT technician_id, from_on, to_on FROM absence ORDER BY from_on, id"


def list_absences(db: Database) -> dict[str, Absences]:
    """Return the absences of every technician by name, in the order in which the technicians were registered."""
    spans: dict[int, list[Days]] = {}
    for row in db.rows(SPANS):
        spans.setdefault(row["technician_id"], []).append((row["from_on"], row["to_on"]))
    return {k["name"]: Absences(k["left_on"], tuple(spans.get(k["id"], ()))) for k in db.rows(PEOPLE)}


def window_days(window_from: str | None, window_to: str | None, *, now: datetime) -> Days | None:
    """Return the days that a time window touches, or None if it is over. Its end instant is not part of it."""
    if not window_from or not window_to or dates.unix_of(window_to) <= dates.unix(now):
        return None
    assert now.tzinfo is not None
    return window_from[:10], dates.last_day(window_to, now.tzinfo)


# The planned day of every open birthday visit.
PLANNED = """
SELECT d.ticket_id, d.planned_on
  FROM ticket t JOIN visit_day d ON d.ticket_id = t.id
 WHERE t.type = 'maintenance' AND t.ended_at IS NULL
"""


def list_planned_days(db: Database) -> dict[int, str]:
    """Return the planned day of every open birthday visit, by its ticket."""
    return {row["ticket_id"]: row["planned_on"] for row in db.rows(PLANNED)}


def find_fixed_days(
    window_from: str | None, window_to: str | None, *, now: datetime, planned_on: str | None
) -> Days | None:
    """Return the days on which a technician is expected, or None if there are none or they are over.

    They are the days of the agreed window, otherwise the planned day of a birthday visit.
    """
    if days := window_days(window_from, window_to, now=now):
        return days
    return (planned_on, planned_on) if planned_on and planned_on >= now.date().isoformat() else None


def days_of(db: Database, ticket: Ticket, window: Event | None, *, at: datetime) -> Days:
    """Return the days on which the ticket needs its technician, as of an instant.

    They are the days of the window last agreed, otherwise the planned day of a visit, otherwise the day of `at`.
    """
    ends = (window.window_from, window.window_to) if window else (None, None)
    planned_on = list_planned_days(db).get(ticket.id) if ticket.type == TicketType.MAINTENANCE else None
    today = at.date().isoformat()
    return find_fixed_days(*ends, now=at, planned_on=planned_on) or (today, today)


def _is_urgent(ticket: TicketRow) -> bool:
    """Return whether a technician must come within a day: a repair without an arrival."""
    return ticket.type == TicketType.REPAIR and not ticket.arrived_at


def reasons_to_reassign(db: Database, found: Iterable[TicketRow], *, now: datetime) -> dict[int, Reason]:
    """Return the tickets whose technician has left or is away when needed, with the reason, by ticket id."""
    absences, planned = list_absences(db), list_planned_days(db)
    today = now.date().isoformat()
    reasons = {}
    for ticket in found:
        if ticket.technician is None:
            continue
        theirs = absences.get(ticket.technician, Absences(None))
        days = find_fixed_days(ticket.window_from, ticket.window_to, now=now, planned_on=planned.get(ticket.id))
        reason = theirs.reason(days or (today, today))
        # A ticket without a fixed day that is not urgent waits until the technician is back, unless they have left.
        if reason and (days or _is_urgent(ticket) or reason.code == LEFT):
            reasons[ticket.id] = reason
    return reasons


def to_reassign(db: Database, technician_id: int, absence: Absences, *, now: datetime) -> list[str]:
    """Return a note that names a technician's open tickets affected by an absence; if they leave, all open tickets."""
    planned = list_planned_days(db)
    today = now.date().isoformat()
    broken = []
    for ticket in find_tickets(db, now=now, technician_id=technician_id):
        until = max(today, str(ticket.deadline_at)[:10]) if _is_urgent(ticket) else today
        window = ticket.window_from, ticket.window_to
        days = find_fixed_days(*window, now=now, planned_on=planned.get(ticket.id)) or (today, until)
        if absence.left_on is not None or absence.reason(days):
            ref, when = f"T{ticket.id}", span(str(ticket.window_from), str(ticket.window_to))
            broken.append(say("{ref} ({when})", ref=ref, when=when) if window_days(*window, now=now) else ref)
    if not broken:
        return []
    return [
        say_count(
            "{n} open ticket must find another technician: {them}",
            "{n} open tickets must find another technician: {them}",
            n=len(broken),
            them=item_list(broken[::-1]),
        )
    ]

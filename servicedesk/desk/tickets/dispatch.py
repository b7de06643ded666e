"""Who gets a ticket: skilled, present, area match first, fewest open, lowest id."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import joined, kind, say
from servicedesk.base.table import span
from servicedesk.desk.technicians import work_day
from servicedesk.domain.model import Ticket
from servicedesk.records import presence
from servicedesk.storage.database import Database, Row

CANDIDATES = """
WITH wanted AS (
  SELECT t.id, a.category, coalesce(t.area, c.area) AS area
    FROM ticket t
    LEFT JOIN appliance a ON a.id = t.appliance_id
    LEFT JOIN customer c ON c.id = t.customer_id
   WHERE t.id = :ticket_id
),
held AS (
  SELECT (SELECT e.technician_id FROM event e
           WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND e.voided_at IS NULL
           ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS technician_id
    FROM ticket t
   WHERE t.ended_at IS NULL AND t.id <> :ticket_id
)
SELECT k.id, k.name, wanted.category, wanted.area,
       k.left_on IS NULL OR k.left_on > :last_on AS is_here,
       NOT EXISTS (SELECT 1 FROM absence b
                    WHERE b.technician_id = k.id AND b.from_on <= :last_on AND b.to_on >= :first_on) AS is_present,
       wanted.category IS NULL
         OR NOT EXISTS (SELECT 1 FROM technician_skill s WHERE s.technician_id = k.id)
         OR EXISTS (SELECT 1 FROM technician_skill s WHERE s.technician_id = k.id AND s.category = wanted.category)
         AS is_skilled,
       wanted.area IS NOT NULL
         AND EXISTS (SELECT 1 FROM technician_area z WHERE z.technician_id = k.id AND z.area = wanted.area) AS is_near,
       (SELECT count(*) FROM held WHERE held.technician_id = k.id) AS open_tickets
  FROM technician k, wanted
 WHERE k.voided_at IS NULL
 ORDER BY is_near DESC, open_tickets, k.id
"""


def find_technician(db: Database, ticket: Ticket, *, at: datetime) -> tuple[int, str]:
    """The technician for the ticket and why: present on the days of its window, else on the day of the instant; who
    has it already and can do it keeps it."""
    days = presence.days_of(db, ticket, at=at)
    everybody = _candidates(db, ticket, days)
    on = " – ".join(dict.fromkeys(days))
    fit = [k for k in everybody if k["is_here"] and k["is_present"] and k["is_skilled"]]
    if not fit:
        raise RefusedError(
            say("nobody can take T{id} on {on}: {why_nobody}", id=ticket.id, on=on, why_nobody=_why_nobody(everybody)),
            hint=say("assign it --to NAME"),
        )
    for technician in fit:
        if technician["id"] == ticket.technician_id:
            return technician["id"], say("{name} has it already", name=technician["name"])
    best = fit[0]
    reasons = [say("skilled in {category}", category=kind(best["category"]))] if best["category"] else []
    reasons.append(say("present on {on}", on=on))
    if best["is_near"]:
        reasons.append(say("area {area}", area=best["area"]))
    reasons.append(say("{open_tickets} open", open_tickets=best["open_tickets"]))
    return best["id"], say(
        "{name}: {reasons}; {n} could take it", name=best["name"], reasons=joined(", ", reasons), n=len(fit)
    )


def _why_nobody(everybody: list[Row]) -> str:
    here = [k for k in everybody if k["is_here"]]
    if not here:
        return say("there are no technicians")
    skilled = [k for k in here if k["is_skilled"]]
    if not skilled:
        return say("nobody is skilled in {category}", category=kind(here[0]["category"]))
    return say("{names} absent", names=", ".join(k["name"] for k in skilled))


def _candidates(db: Database, ticket: Ticket, days: presence.Days) -> list[Row]:
    return db.rows(CANDIDATES, ticket_id=ticket.id, first_on=days[0], last_on=days[1])


def warnings(db: Database, ticket: Ticket, technician_id: int, *, at: datetime) -> list[str]:
    """Return what speaks against giving the ticket to that technician: the desk decides, but is told."""
    found = next(k for k in _candidates(db, ticket, presence.days_of(db, ticket, at=at)) if k["id"] == technician_id)
    notes = window_warnings(db, ticket, technician_id, at=at)
    if not found["is_skilled"]:
        notes.append(
            say("warning: {name} is not skilled in {category}", name=found["name"], category=kind(found["category"]))
        )
    return notes


def window_warnings(db: Database, ticket: Ticket, technician_id: int, *, at: datetime) -> list[str]:
    """Return what keeps that technician from coming when the ticket needs them: an absence, another window."""
    notes = away_warnings(db, technician_id, presence.days_of(db, ticket, at=at))
    window = ticket.last("appointed")
    if window and presence.window_days(window.window_from, window.window_to, now=at):
        notes += _clashes(db, ticket.id, technician_id, str(window.window_from), str(window.window_to))
    return notes


def away_warnings(db: Database, technician_id: int, days: presence.Days) -> list[str]:
    """Return the warning that somebody does not work on one of these days, if that is so."""
    name = db.value("SELECT name FROM technician WHERE id = :id", id=technician_id)
    reason = presence.list_absences(db).get(name, presence.Absences(None)).reason(days)
    if reason is None:
        return []
    on = " – ".join(dict.fromkeys(days))
    return [say("warning: {name} does not work on {on}: {why}", name=name, on=on, why=reason.text)]


def _clashes(db: Database, ticket_id: int, technician_id: int, window_from: str, window_to: str) -> list[str]:
    """Return a warning for each window of another open ticket of that technician that overlaps this one."""
    begin, end = dates.unix_of(window_from), dates.unix_of(window_to)
    return [
        say(
            "warning: {name} has T{ticket_id} at that time: {window}",
            name=row["technician"],
            ticket_id=row["ticket_id"],
            window=span(row["window_from"], row["window_to"]),
        )
        for row in work_day.list_held_tickets(db, technician_id)
        if row["ticket_id"] != ticket_id
        and row["window_from"]
        and dates.unix_of(row["window_from"]) < end
        and begin < dates.unix_of(row["window_to"])
    ]

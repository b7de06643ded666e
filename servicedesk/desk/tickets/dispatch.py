"""Choose the technician of a ticket: skilled and present, then asked for by name, area, fewest open, lowest id."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import category_name, item_list, joined, say
from servicedesk.base.table import span
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import presence, tickets
from servicedesk.storage.database import Database, Row

CANDIDATES = """
WITH wanted AS (
  SELECT t.id, t.asked_for_id, a.category, coalesce(t.area, c.area) AS area
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
SELECT k.id, k.name, wanted.category, wanted.area, coalesce(k.id = wanted.asked_for_id, 0) AS is_asked_for,
       k.left_on IS NULL OR k.left_on > :last_on AS is_here,
       NOT EXISTS (SELECT 1 FROM absence b
                    WHERE b.technician_id = k.id AND b.from_on <= :last_on AND b.to_on >= :first_on) AS is_present,
       (wanted.category IS NULL
          OR NOT EXISTS (SELECT 1 FROM technician_skill s WHERE s.technician_id = k.id)
          OR EXISTS (SELECT 1 FROM technician_skill s WHERE s.technician_id = k.id AND s.category = wanted.category))
         AND NOT coalesce(certified.until_on < :last_on, 0) AS is_skilled,
       CASE WHEN certified.until_on < :last_on THEN certified.until_on END AS expired_on,
       wanted.area IS NOT NULL
         AND EXISTS (SELECT 1 FROM technician_area z WHERE z.technician_id = k.id AND z.area = wanted.area) AS is_near,
       (SELECT count(*) FROM held WHERE held.technician_id = k.id) AS open_tickets
  FROM technician k, wanted
  LEFT JOIN (SELECT c.technician_id, c.category, max(c.until_on) AS until_on
               FROM credential c
              WHERE c.kind = 'certificate' AND c.voided_at IS NULL
              GROUP BY c.technician_id, c.category) AS certified
    ON certified.technician_id = k.id AND certified.category = wanted.category
 WHERE k.voided_at IS NULL
 ORDER BY is_asked_for DESC, is_near DESC, open_tickets, k.id
"""


class Choice(NamedTuple):
    """The technician of a ticket; `why`, if nobody was named; `warnings`: what speaks against the choice.

    `asked_for`: the technician whom the customer asked for, if that is another one.
    """

    technician_id: int
    why: str | None
    warnings: list[str]
    asked_for: str | None


def choose_technician(db: Database, ticket: Ticket, *, at: datetime, technician_id: int | None = None) -> Choice:
    """Return the named technician, else the best one, for the days of the ticket's window, else for the day of `at`."""
    window = ticket.last("appointed")
    days = presence.days_of(db, ticket, window, at=at)
    candidates = db.rows(CANDIDATES, ticket_id=ticket.id, first_on=days[0], last_on=days[1])
    if technician_id is None:
        chosen, why = _best_candidate(ticket, candidates, days)
    else:
        chosen, why = next(k for k in candidates if k["id"] == technician_id), None
    is_away = not (chosen["is_here"] and chosen["is_present"])
    warnings = absence_warnings(db, chosen["id"], days) if is_away else []
    warnings += _clash_warnings(db, ticket, window, chosen["id"], at=at)
    if not chosen["is_skilled"]:
        warnings.append(_skill_warning(chosen))
    wanted = candidates[0]  # the one whom the customer asked for comes first
    asked_for = wanted["name"] if wanted["is_asked_for"] and wanted["id"] != chosen["id"] else None
    return Choice(chosen["id"], why, warnings, asked_for)


def list_candidates(db: Database, ticket_id: int, *, at: datetime) -> list[tuple[str, str]]:
    """Return the names of all who have not left, the best first, and in a few words what speaks for and against."""
    ticket = tickets.load_ticket(db, ticket_id)
    days = presence.days_of(db, ticket, ticket.last("appointed"), at=at)
    absences = presence.list_absences(db)
    rows = db.rows(CANDIDATES, ticket_id=ticket_id, first_on=days[0], last_on=days[1])
    here = sorted((k for k in rows if k["is_here"]), key=lambda k: not (k["is_present"] and k["is_skilled"]))
    return [(k["name"], joined(", ", _for_and_against(ticket, k, absences[k["name"]], days))) for k in here]


def _for_and_against(ticket: Ticket, technician: Row, absences: presence.Absences, days: presence.Days) -> list[str]:
    said = [say("has it now")] if technician["id"] == ticket.technician_id else []
    if technician["is_asked_for"]:
        said.append(say("asked for by the customer"))
    if technician["expired_on"]:
        said.append(say("certificate expired {on}", on=technician["expired_on"]))
    elif not technician["is_skilled"]:
        said.append(say("not skilled in {category}", category=category_name(technician["category"])))
    if reason := absences.reason(days):
        said.append(reason.text)
    if technician["is_near"]:
        said.append(say("area {area}", area=technician["area"]))
    return [*said, say("{open_tickets} open", open_tickets=technician["open_tickets"])]


def _skill_warning(chosen: Row) -> str:
    """Return the warning that somebody cannot do what the ticket needs, or may not any more."""
    name, category = chosen["name"], category_name(chosen["category"])
    if chosen["expired_on"]:
        on = chosen["expired_on"]
        return say(
            "warning: the certificate of {name} for {category} expired {on}", name=name, category=category, on=on
        )
    return say("warning: {name} is not skilled in {category}", name=name, category=category)


def _best_candidate(ticket: Ticket, candidates: list[Row], days: presence.Days) -> tuple[Row, str]:
    """Return the best candidate, and why. A technician who has the ticket already and can do it keeps it."""
    on = " – ".join(dict.fromkeys(days))
    fit = [k for k in candidates if k["is_here"] and k["is_present"] and k["is_skilled"]]
    if not fit:
        raise RefusedError(
            say("nobody can take T{id} on {on}: {why_nobody}", id=ticket.id, on=on, why_nobody=_why_nobody(candidates)),
            hint=say("assign it --to NAME"),
        )
    for technician in fit:
        if technician["id"] == ticket.technician_id:
            return technician, say("{name} has it already", name=technician["name"])
    best = fit[0]
    reasons = [say("asked for by the customer")] if best["is_asked_for"] else []
    if best["category"]:
        reasons.append(say("skilled in {category}", category=category_name(best["category"])))
    reasons.append(say("present on {on}", on=on))
    if best["is_near"]:
        reasons.append(say("area {area}", area=best["area"]))
    reasons.append(say("{open_tickets} open", open_tickets=best["open_tickets"]))
    return best, say(
        "{name}: {reasons}; {n} could take it", name=best["name"], reasons=joined(", ", reasons), n=len(fit)
    )


def _why_nobody(everybody: list[Row]) -> str:
    here = [k for k in everybody if k["is_here"]]
    if not here:
        return say("there are no technicians")
    skilled = [k for k in here if k["is_skilled"]]
    if not skilled:
        expired = [say("{name} ({on})", name=k["name"], on=k["expired_on"]) for k in here if k["expired_on"]]
        if expired:
            what = category_name(here[0]["category"])
            return say("the certificates for {category} have expired: {names}", category=what,
                       names=item_list(expired))  # fmt: skip
        return say("nobody is skilled in {category}", category=category_name(here[0]["category"]))
    return say("{names} absent", names=item_list(k["name"] for k in skilled))


def window_warnings(db: Database, ticket: Ticket, technician_id: int, *, at: datetime) -> list[str]:
    """Return what keeps the technician from the window of the ticket: an absence, windows of other tickets."""
    window = ticket.last("appointed")
    notes = absence_warnings(db, technician_id, presence.days_of(db, ticket, window, at=at))
    return notes + _clash_warnings(db, ticket, window, technician_id, at=at)


def absence_warnings(db: Database, technician_id: int, days: presence.Days) -> list[str]:
    """Return a warning if the technician does not work on one of these days, else []."""
    name = db.value("SELECT name FROM technician WHERE id = :id", id=technician_id)
    reason = presence.list_absences(db).get(name, presence.Absences(None)).reason(days)
    if reason is None:
        return []
    on = " – ".join(dict.fromkeys(days))
    return [say("warning: {name} does not work on {on}: {why}", name=name, on=on, why=reason.text)]


def _clash_warnings(
    db: Database, ticket: Ticket, window: Event | None, technician_id: int, *, at: datetime
) -> list[str]:
    """Return a warning for each window of the technician's other open tickets that overlaps this one, unless past."""
    if not window or not presence.window_days(window.window_from, window.window_to, now=at):
        return []
    from servicedesk.desk.technicians import work_day

    begin, end = dates.unix_of(str(window.window_from)), dates.unix_of(str(window.window_to))
    return [
        say(
            "warning: {name} has T{ticket_id} at that time: {window}",
            name=row["technician"],
            ticket_id=row["ticket_id"],
            window=span(row["window_from"], row["window_to"]),
        )
        for row in work_day.list_held_tickets(db, technician_id)
        if row["ticket_id"] != ticket.id
        and row["window_from"]
        and dates.unix_of(row["window_from"]) < end
        and begin < dates.unix_of(row["window_to"])
    ]

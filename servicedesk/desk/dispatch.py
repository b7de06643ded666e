"""Who gets a ticket: skilled, present, area match first, fewest open, lowest id (cli.md, ticket assign --auto)."""

from servicedesk.core.errors import RefusedError
from servicedesk.core.model import Ticket
from servicedesk.core.said import joined, kind, say
from servicedesk.desk.database import Database, Row

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
       k.left_on IS NULL OR k.left_on > :on AS is_here,
       NOT EXISTS (SELECT 1 FROM absence b WHERE b.technician_id = k.id AND :on BETWEEN b.from_on AND b.to_on)
         AS is_present,
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


def chosen(db: Database, ticket: Ticket, *, on: str) -> tuple[int, str]:
    """The technician for the ticket on that day and why; who has it already and can do it keeps it."""
    everybody = db.rows(CANDIDATES, ticket_id=ticket.id, on=on)
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


def misgiving(db: Database, ticket: Ticket, technician: Row, *, on: str) -> str | None:
    """What speaks against the named technician: the desk decides, but is told."""
    found = next(k for k in db.rows(CANDIDATES, ticket_id=ticket.id, on=on) if k["id"] == technician["id"])
    name = technician["name"]
    if not found["is_here"]:
        return say("warning: {name} has left", name=name)
    if not found["is_present"]:
        return say("warning: {name} is absent on {on}", name=name, on=on)
    return (
        None
        if found["is_skilled"]
        else say("warning: {name} is not skilled in {category}", name=name, category=kind(found["category"]))
    )

"""A technician's day and the board of all technicians: open tickets for screen, paper and phones (S15)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.messages import item_list, joined, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import For, Table, columns
from servicedesk.desk.technicians.day import Day, Held, Visit
from servicedesk.domain import wording
from servicedesk.domain.birthday_rules import later
from servicedesk.records import presence, technicians, ticket_lists
from servicedesk.records.appliances import find_guarantee_text
from servicedesk.records.jobs import checklists
from servicedesk.records.parts import holding
from servicedesk.records.parts.parts_to_take import (
    PartToTake,
    find_parts_to_take,
    parts_to_take_objects,
    parts_to_take_table,
)
from servicedesk.storage.database import Database, Row

# Open tickets (all, or those of one technician) with their window and the cause of a wait. CROSS JOIN: start from the
# few open tickets, never from all reports.
HELD = """
SELECT t.id AS ticket_id, t.type, t.customer_id, c.name AS customer, c.address, c.area,
       (SELECT number FROM phone p WHERE p.customer_id = c.id AND p.voided_at IS NULL ORDER BY p.id LIMIT 1) AS phone,
       t.appliance_id, a.category, a.brand, a.model, a.serial, t.fault, coalesce(t.text, t.fault) AS text,
       k.name AS technician, w.window_from, w.window_to,
       EXISTS (SELECT 1 FROM event a
                WHERE a.ticket_id = t.id AND a.kind = 'arrived' AND a.no_access = 0 AND a.voided_at IS NULL
                  AND a.at_unix >= w.at_unix AND substr(a.at, 1, 10) >= substr(w.window_from, 1, 10)) AS is_attended,
       (SELECT count(*) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'appointed') AS times_appointed,
       q.total_fen AS quoted_fen,
       EXISTS (SELECT 1 FROM quote_answer a
                WHERE a.quote_id = q.id AND a.kind = 'accepted' AND a.voided_at IS NULL) AS is_agreed,
       CASE turn.kind WHEN 'waiting' THEN turn.cause END AS waiting_for,
       CASE turn.kind WHEN 'waiting' THEN turn.at END AS waiting_since,
       CASE turn.kind WHEN 'waiting' THEN (SELECT code FROM part WHERE id = turn.part_id) END AS waiting_part,
       r.at AS reported_at
  FROM ticket t
 CROSS JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
  LEFT JOIN technician k ON k.id = (SELECT e.technician_id FROM event e
                                     WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND e.voided_at IS NULL
                                     ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
  LEFT JOIN event w ON w.id = (SELECT e.id FROM event e
                                WHERE e.ticket_id = t.id AND e.kind = 'appointed' AND e.voided_at IS NULL
                                ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
  LEFT JOIN quote q ON q.id = (SELECT s.id FROM quote s WHERE s.ticket_id = t.id AND s.voided_at IS NULL
                                ORDER BY s.at_unix DESC, s.id DESC LIMIT 1)
  LEFT JOIN event turn ON turn.id = (SELECT e.id FROM event e
                                      WHERE e.ticket_id = t.id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                                        AND e.voided_at IS NULL
                                      ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
 WHERE t.ended_at IS NULL AND (:technician_id IS NULL OR k.id = :technician_id)
 ORDER BY unixepoch(w.window_from), r.at_unix, t.id
"""

DAY = columns(
    "time+", "ticket_id:T=ticket", "type-", "window_from-", "window_to-", "customer_id-", "customer-", "phone-",
    "address-", "appliance_id-", "who+=customer", "appliance", "text=problem",
    "waiting_for-", "reported_at-", "waiting_part-", "parts:nested",
)  # fmt: skip


def list_held_tickets(db: Database, technician_id: int | None = None) -> list[Row]:
    """Return the open tickets of one technician, or of all, by their windows, those without one first."""
    return db.rows(HELD, technician_id=technician_id)


def is_dated(row: Row, on: str, where: tzinfo) -> bool:
    """Return whether the ticket's window touches that day; one until 00:00 does not touch the next day."""
    return bool(row["window_from"]) and row["window_from"][:10] <= on <= dates.last_day(row["window_to"], where)


def _has_passed(row: Row, on: str, now: datetime, where: tzinfo) -> bool:
    """Return whether the ticket's window is over now and ended before that day."""
    if not row["window_to"] or dates.unix_of(row["window_to"]) > dates.unix(now):
        return False
    return dates.last_day(row["window_to"], where) < on


def hours(row: Row) -> str:
    """Return the hours of the window: 09:00–11:00."""
    return f"{row['window_from'][11:16]}–{row['window_to'][11:16]}"


def get_day(db: Database, who: str, *, on: str, now: datetime) -> Table:
    """Return a technician's open tickets for that day: windows of the day by time, then the others, the oldest first.

    A window that has passed counts as none. A ticket with a window on a later day is left out.
    """
    technician = technicians.get_technician(db, who)
    where = db.outlet.zone
    rows = _of_day(list_held_tickets(db, technician["id"]), on, now, where)
    heading = say("{name}, {day}", name=technician["name"], day=on)
    if away := technicians.absence_text(db, technician["id"], on=on):
        heading = say("{name}, {day}: {away}", name=technician["name"], day=on, away=away)
    parts = find_parts_to_take(db, [row["ticket_id"] for row in rows])
    sections = (
        (say("To take along"), parts_to_take_table(one for row in rows for one in parts.get(row["ticket_id"], []))),
        (say("Holds"), holding.list_held(db, on=on, technician_id=technician["id"]).without("technician")),
    )
    return Table(DAY, [_visit_row(row, on, now, where, parts) for row in rows], heading=heading, sections=sections)


_BOARD = columns(
    "technician-", "technician_absent-", "reason-",
    *(f"{column.key}-" for column in DAY if column.who is not For.PEOPLE),
)  # fmt: skip
_VISITS = columns(
    "time:code+", "ticket:T+", "who:name+=technician", "customer:name+", "phone:phone+", "machine:brief??+=appliance",
    "what:brief+=problem", "address:brief+",
)  # fmt: skip


class _Plan(NamedTuple):
    """The visits of a day by technician (None: of nobody), which of them are to be reassigned, and who is away."""

    visits: dict[str | None, list[Row]]
    reasons: dict[int, presence.Reason]
    away: dict[str, presence.Reason | None]

    def absent(self, code: str) -> dict[str, presence.Reason]:
        """Return who is away for that reason."""
        return {name: reason for name, reason in self.away.items() if reason and reason.code == code}


def get_board(db: Database, *, on: str, now: datetime) -> Table:
    """Return the visits of all technicians on that day.

    Visits that nobody has, or whose technician has left or is away, come first, then those of each technician at work.
    The heading names who is free and who is away. Programs get a row per visit, and one per technician without visits.
    """
    from shlex import quote

    plan = _plan(db, on, now)
    gone = plan.absent(presence.LEFT)
    sections = []
    for name, visits in plan.visits.items():
        title = say("{name}: {n}", name=name, n=len(visits)) if name else say("Nobody ({n})", n=len(visits))
        lines = [
            _visit_line(row, on, now, db.outlet.zone, plan.reasons.get(row["ticket_id"]),
                        has_left=row["technician"] in gone)
            for row in visits
        ]  # fmt: skip
        more = f"technician day {quote(name)}" if name else "ticket list"
        sections += [(name or "nobody", Table(_VISITS, lines, heading=title, more=more))] * bool(lines)
    heading = joined("\n", _board_heading(db, plan, on))
    return Table(_BOARD, _board_rows(db, plan, on, now), heading=heading, sections=tuple(sections))


def _plan(db: Database, on: str, now: datetime) -> _Plan:
    """Return the visits of that day by technician; an unassigned visit that is planned for much later is left out."""
    where = db.outlet.zone
    moment = max(now, dates.start_of(date.fromisoformat(on), where), key=dates.unix)
    reasons = presence.reasons_to_reassign(db, ticket_lists.find_tickets(db, now=moment), now=moment)
    planned_on, last = presence.list_planned_days(db), later(on, presence.AHEAD)
    away = {name: absences.reason((on, on)) for name, absences in presence.list_absences(db).items()}
    of: dict[str | None, list[Row]] = {None: []}
    of |= {name: [] for name, reason in away.items() if reason is None}
    for row in _of_day(list_held_tickets(db), on, now, where):
        name = None if row["ticket_id"] in reasons else row["technician"]
        is_far = row["technician"] is None and planned_on.get(row["ticket_id"], on) > last
        if name in of and not is_far:
            of[name].append(row)
    return _Plan(of, reasons, away)


def _board_rows(db: Database, plan: _Plan, on: str, now: datetime) -> list[list[object]]:
    """Return the rows for programs."""
    rows: list[list[object]] = []
    parts = find_parts_to_take(db, [row["ticket_id"] for visits in plan.visits.values() for row in visits])
    for name, visits in plan.visits.items():
        for row in visits:
            reason = plan.reasons.get(row["ticket_id"])
            cells = _for_machines(_visit_row(row, on, now, db.outlet.zone, parts))
            is_away = reason is not None if row["technician"] else None
            rows.append([row["technician"], is_away, reason.code if reason else None, *cells])
        if name and not visits:
            rows.append([name, False, None, *_NO_VISIT])
    rows += [[name, True, reason.code, *_NO_VISIT] for name, reason in plan.absent(presence.ABSENT).items()]
    return rows


def _board_heading(db: Database, plan: _Plan, on: str) -> list[str]:
    """Return the lines above the board: which day, who is free, who is away."""
    lines = [say("{outlet}, {day}", outlet=db.outlet.name, day=on)]
    if free := [name for name, visits in plan.visits.items() if name and not visits]:
        lines.append(say("free: {names}", names=item_list(free)))
    if absent := plan.absent(presence.ABSENT):
        told = [say("{name} ({why})", name=name, why=reason.text) for name, reason in absent.items()]
        lines.append(say("away: {names}", names=item_list(told)))
    return lines


_NO_VISIT = [None] * (len(_BOARD) - 3)


def _for_machines(cells: list[object]) -> list[object]:
    return [cell for cell, column in zip(cells, DAY, strict=True) if column.who is not For.PEOPLE]


def _phone(row: Row) -> str | None:
    """Return the phone as people read it, or that the customer has none."""
    return row["phone"] or (wording.NO_PHONE if row["customer"] else None)


def _visit_line(
    row: Row, on: str, now: datetime, where: tzinfo, reason: presence.Reason | None, *, has_left: bool
) -> list[object]:
    """Return a visit on one line, with the technician if they cannot come."""
    time = joined(", ", _times(row, on, now, where))
    who = presence.with_absence(row["technician"], reason, has_left=has_left) if reason else None
    machine = wording.appliance_name(row["category"], row["brand"], row["model"]) or None
    what = wording.problem_text(row["text"])
    return [time, row["ticket_id"], who, row["customer"], _phone(row), machine, what, row["address"]]


def day_plan(db: Database, who: str, *, on: str, now: datetime) -> Day:
    """Return the tickets of `get_day` in the same order, as a Day for papers and calendars."""
    technician = technicians.get_technician(db, who)
    deadlines = {
        ticket.id: ticket.deadline_at
        for ticket in ticket_lists.find_tickets(db, now=now, technician_id=technician["id"])
        if not ticket.arrived_at
    }
    where = db.outlet.zone
    rows = _of_day(list_held_tickets(db, technician["id"]), on, now, where)
    parts = find_parts_to_take(db, [row["ticket_id"] for row in rows])
    steps = checklists.load_steps(db, on=on)
    visits = [_visit(db, row, on, where, deadlines, parts.get(row["ticket_id"], []), steps) for row in rows]
    away = technicians.absence_text(db, technician["id"], on=on)
    held = [
        Held(one.code, one.name, one.quantity, one.ticket_id, one.due_on, one.is_overdue(on))
        for one in holding.find_held(db, technician_id=technician["id"])
    ]
    return Day(db.outlet.name, db.outlet.uuid, technician["name"], on, away, visits, held)


def _of_day(rows: list[Row], on: str, now: datetime, where: tzinfo) -> list[Row]:
    undated = [row for row in rows if not row["window_from"] or _has_passed(row, on, now, where)]
    undated.sort(key=lambda row: (dates.unix_of(row["reported_at"]), row["ticket_id"]))
    return [row for row in rows if is_dated(row, on, where)] + undated


def _times(row: Row, on: str, now: datetime, where: tzinfo) -> list[str]:
    """Return when the technician is expected, and whether the work waits."""
    time = hours(row) if row["window_from"] else ""
    if _has_passed(row, on, now, where):
        time = say("was {day}", day=dates.last_day(row["window_to"], where)[5:])
    return [part for part in (time, say("waiting") if row["waiting_for"] else "") if part]


def _visit_row(row: Row, on: str, now: datetime, where: tzinfo, parts: Mapping[int, list[PartToTake]]) -> list[object]:
    time = joined("\n", _times(row, on, now, where))
    who = joined("\n", [part for part in (row["customer"], _phone(row), row["address"]) if part])
    machine = wording.appliance_name(row["category"], row["brand"], row["model"]) or None
    return [
        time, row["ticket_id"], row["type"], row["window_from"], row["window_to"], row["customer_id"],
        row["customer"], row["phone"], row["address"], row["appliance_id"], who, machine,
        wording.problem_text(row["text"]), row["waiting_for"], row["reported_at"],
        row["waiting_part"], parts_to_take_objects(parts.get(row["ticket_id"], [])),
    ]  # fmt: skip


def _day_nobody_came(row: Row, where: tzinfo) -> str:
    """Return the last day of a window in which nobody came; '' without a window, or if somebody came."""
    return dates.last_day(row["window_to"], where) if row["window_to"] and not row["is_attended"] else ""


IS_PICKUP = "SELECT mode = 'pickup' FROM ticket WHERE id = :id"


def _visit(
    db: Database,
    row: Row,
    on: str,
    where: tzinfo,
    deadlines: dict[int, str | None],
    parts: Sequence[PartToTake],
    steps: Mapping[str, Sequence[str]],
) -> Visit:
    is_on_it = is_dated(row, on, where)
    return Visit(
        row["ticket_id"],
        row["type"],
        window_from=row["window_from"] if is_on_it else "",
        window_to=row["window_to"] if is_on_it else "",
        was_on=_day_nobody_came(row, where) if not is_on_it else "",
        waiting_for=row["waiting_for"] or "",
        deadline_at=deadlines.get(row["ticket_id"]) or "",
        customer=row["customer"] or "",
        phone=row["phone"] or "",
        address=row["address"] or "",
        area=row["area"] or "",
        machine=wording.appliance_name(row["category"], row["brand"], row["model"]),
        serial=row["serial"] or "",
        guarantee=find_guarantee_text(db, row["appliance_id"], reported_at=row["reported_at"], today=on) or "",
        problem=wording.problem_text(row["text"]) or "",
        fault=row["fault"] if row["fault"] and row["fault"] != row["text"] else "",
        revision=row["times_appointed"],
        quoted=amount_text(row["quoted_fen"]) if row["quoted_fen"] else "",
        is_agreed=bool(row["is_agreed"]),
        parts=tuple(one.text for one in parts),
        steps=steps.get(row["type"], ()),
        is_pickup=db.value(IS_PICKUP, id=row["ticket_id"]) == 1,
    )

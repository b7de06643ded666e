"""Plan birthday visits: list due birthdays, run the daily generation, list appliances without a date.

Later changes of a line are in lines.py, papers for the visit in papers.py.
"""

import json
from functools import lru_cache
from typing import Any

from servicedesk.base.messages import joined, msgid, say
from servicedesk.base.table import Result, Table, columns
from servicedesk.desk.maintenance import birthdays, visit_list
from servicedesk.desk.maintenance.birthdays import COLUMNS
from servicedesk.desk.maintenance.lines import end_missed_lines, rename_visits
from servicedesk.domain import wording
from servicedesk.domain.birthday_rules import VISIT_DAYS, Line, Visit, grouped_visits, later, planned_visits
from servicedesk.records import tickets
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


class _Home:
    """One household, or one customer without: its lines without a ticket, new or waiting, and its open visits."""

    __slots__ = ("held_by", "lines", "visits")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.visits: list[Visit] = []
        self.held_by: tuple[str, ...] = ()


# M18: an open repair or complaint keeps the birthdays of the whole household waiting.
HELD = """
SELECT c.home, 'T' || t.id FROM ticket AS t JOIN customer_home AS c ON c.id = t.customer_id
 WHERE t.type = 'repair' AND t.ended_at IS NULL
 UNION
SELECT c.home, 'K' || k.id FROM complaint AS k JOIN customer_home AS c ON c.id = k.customer_id
 WHERE k.voided_at IS NULL AND k.is_complaint
   AND NOT EXISTS (SELECT 1 FROM complaint_step AS s
                    WHERE s.complaint_id = k.id AND s.kind = 'closed' AND s.voided_at IS NULL)
"""

# Lines on hold, and lines missed without a visit that are recent enough to share a visit with a due line.
WAITING = """
SELECT l.id, l.appliance_id, l.age, l.due_on, l.ended_as IS NOT NULL AS is_over, c.home, a.customer_id, a.category
  FROM maintenance_line AS l
  JOIN appliance AS a ON a.id = l.appliance_id
  JOIN customer_home AS c ON c.id = a.customer_id AND c.forgotten_at IS NULL
 WHERE l.voided_at IS NULL AND l.ticket_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM wish AS w WHERE w.customer_id = c.id AND w.purpose = 'visits' AND w.wanted = 'no')
   AND (l.ended_as IS NULL OR l.ended_as = 'missed' AND l.due_on >= :since)
"""
FIRST_ON_HOLD = """
SELECT min(due_on) FROM maintenance_line WHERE ticket_id IS NULL AND ended_as IS NULL AND voided_at IS NULL
"""

OPEN_VISITS = """
SELECT t.id, min(l.due_on) AS anchor_on, c.home
  FROM ticket AS t
  JOIN customer_home AS c ON c.id = t.customer_id
  JOIN maintenance_line AS l ON l.ticket_id = t.id AND l.role = 'care' AND l.voided_at IS NULL
 WHERE t.type = 'maintenance' AND t.ended_at IS NULL
   AND (c.id IN (SELECT value FROM json_each(:customer_ids))
        OR c.household_id IN (SELECT value FROM json_each(:household_ids)))
 GROUP BY t.id
"""


def _homes(db: Database, due_rows: list[Any]) -> tuple[dict[str, _Home], dict[int, Any]]:
    """Return the households to plan something for, and what is known of each appliance, by its id."""
    held: dict[str, tuple[str, ...]] = {}
    for home, ref in db.rows(HELD):
        held[home] = (*held.get(home, ()), ref)
    homes: dict[str, _Home] = {}
    machines: dict[int, Any] = {}
    for row in (row for row in due_rows if not row["unwanted"]):
        line = Line(row["appliance_id"], row["age"], row["due_on"], None, bool(row["has_newer"]))
        _place_line(homes, machines, row, line)
    days = [day for day in (*(row["due_on"] for row in due_rows), db.value(FIRST_ON_HOLD)) if day]
    for row in db.rows(WAITING, since=later(min(days), -VISIT_DAYS)) if days else []:
        _place_line(
            homes, machines, row, Line(row["appliance_id"], row["age"], row["due_on"], row["id"], bool(row["is_over"]))
        )
    for home in held.keys() & homes.keys():
        homes[home].held_by = held[home]
    alone, together = (json.dumps([int(home[1:]) for home in homes if home[0] == letter]) for letter in "CH")
    for row in db.rows(OPEN_VISITS, customer_ids=alone, household_ids=together):
        if row["home"] in homes:
            homes[row["home"]].visits.append(Visit(row["anchor_on"], row["id"]))
    return homes, machines


def _place_line(homes: dict[str, _Home], machines: dict[int, Any], row: Any, line: Line) -> None:
    machines[line.appliance_id] = row
    key = row["home"]
    if key not in homes:
        homes[key] = _Home()
    homes[key].lines.append(line)


def find_due(db: Database, *, on: str, until: str, since: str | None = None) -> list[dict[str, Any]]:
    """Return birthdays without a line, overdue ones too, each with the day of the visit that it would join (M6).

    They are grouped as `generate_visits` would group them: a birthday after `until` is included if it joins a visit.
    `since`: none from before that day.
    """
    rows = birthdays.due_rows(db, today=on, until=until, since=since)
    homes, _ = _homes(db, rows)
    unwanted = [row for row in rows if row["unwanted"] and row["due_on"] <= until]
    anchors = {
        (line.appliance_id, line.age): visit.anchor_on
        for home in homes.values()
        for visit in grouped_visits(home.lines, home.visits, until=until)
        for line in visit.open_lines
        if line.id is None
    }
    found = [
        dict(row) | {"planned_on": anchors[key], "ticket_id": None, "role": "care", "status": "due"}
        for row in rows
        if (key := (row["appliance_id"], row["age"])) in anchors
    ] + [
        dict(row) | {"planned_on": row["due_on"], "ticket_id": None, "role": "care", "status": "declined"}
        for row in unwanted
    ]
    return sorted(found, key=_by_visit)


def find_due_in(db: Database, area: str | None, *, on: str, until: str) -> list[dict[str, Any]]:
    """Return the lines of `find_due`; `area`: only of customers in that part of the town."""
    found = find_due(db, on=on, until=until)
    if area is None:
        return found
    from servicedesk.desk.maintenance.round_sheet import in_area

    return in_area(db, found, area)


def list_due(db: Database, *, on: str, until: str, area: str | None = None) -> Result:
    """Return the lines of `find_due` as a table; `area`: only of customers in that part of the town."""
    found = find_due_in(db, area, on=on, until=until)
    overdue = sum(line["due_on"] < on for line in found if line["status"] == "due")
    notes = [say("{n} overdue", n=overdue)] if overdue else []
    heading = say("Birthdays until {until}, not planned yet", until=until)
    table = _table(db, found, heading=heading)._replace(empty=say("No birthdays to plan"))
    # The lines of one visit stand together: its day tells why 12-19 may come before 12-07.
    fields = [field._replace(spare=0) if field.key == "visit_on" else field for field in table.columns]
    table = table._replace(columns=tuple(fields))
    if all(line["status"] == "due" for line in found):
        table = table.without("what")
    table = _with_short_days(table, f"{on[:4]}-")
    return Result(table, notes, changed=False)


def _with_short_days(table: Table, year: str) -> Table:
    """Return the table with the days of that year as 12-06 for people; machines and homes need the room."""
    at = {n for n, column in enumerate(table.columns) if column.key in {"day", "visit_on"}}

    def short(cell: Any) -> Any:
        return cell.removeprefix(year) if cell and len(cell) == len("2026-12-06") else cell

    rows = [[short(cell) if n in at else cell for n, cell in enumerate(row)] for row in table.rows]
    return table._replace(rows=rows)


def _by_visit(line: dict[str, Any]) -> tuple[Any, ...]:
    """Return the sort key of a line: lines of one visit stand together."""
    return (
        line["planned_on"], line["household_id"] or 0, 0 if line["household_id"] else line["customer_id"] or 0,
        line["ticket_id"] or 0, line["role"], line["due_on"] or "", line["appliance_id"], line["age"] or 0,
    )  # fmt: skip


def _table(db: Database, lines: list[dict[str, Any]], *, heading: str) -> Table:
    """Return lines for people and machines, the visits together."""
    phones = birthdays.phones_of(db, lines)
    for line in lines:  # if only the month of its first birthday is known, the visit is planned for the month
        line["visit"] = (line["ticket_id"] or line["home"], line["planned_on"])
    months = {line["visit"] for line in lines if line["approx"] and line["due_on"] == line["planned_on"]}
    days = {line["visit"] for line in lines if not line["approx"] and line["due_on"] == line["planned_on"]}
    for line in lines:
        line["planned_approx"] = line["visit"] in months - days
    return Table(COLUMNS, [birthdays.line_cells(line, phones) for line in lines], heading=heading)


MADE = """
SELECT * FROM maintenance_line_now WHERE id > :before OR id IN (SELECT value FROM json_each(:released))
"""


def generate_visits(desk: Desk, *, until: str, dry_run: bool = False) -> Result:
    """Make a line for every birthday due by `until`, and one ticket per household visit: the daily run (M6, M17).

    Return the lines that this run made, and those that an ended repair released. No last run is stored: a second run on
    the same day makes nothing, and ten runs at once make what one makes.
    """
    with desk.db.atomic(dry_run=dry_run):
        before = desk.db.value("SELECT coalesce(max(id), 0) FROM maintenance_line")
        rows = birthdays.due_rows(desk.db, today=desk.today, until=until)
        homes, machines = _homes(desk.db, [row for row in rows if not row["waits"]])
        anchors, released, joined_ids = _write_visits(desk, homes, machines, until=until)
        released += _decline_unwanted(desk, rows, anchors, until=until)
        late = end_missed_lines(desk, until=until)
        rename_visits(desk, joined_ids)
        _complete_lists(desk)
        made = [dict(row) for row in desk.db.rows(MADE, before=before, released=json.dumps(released))]
        for line in made:
            line["planned_on"] = anchors.get((line["appliance_id"], line["age"])) or line["planned_on"]
            line["ticket_id"] = None if dry_run else line["ticket_id"]
            line["held_by"] = homes[line["home"]].held_by if line["status"] == "on_hold" else ()
        notes = [_summary(made, dry_run=dry_run), *late]
        lines = sorted(made, key=_by_visit)
        table = _table(desk.db, lines, heading=say("Birthdays until {until}", until=until))
        return Result(visit_list.by_visit(table, lines), notes, changed=bool(made or late) and not dry_run)


def _summary(made: list[dict[str, Any]], *, dry_run: bool) -> str:
    care = [line["status"] for line in made if line["role"] == "care"]
    parts = [say(told, n=care.count(status)) for status, told in _COUNT_TEXTS.items() if status in care]
    checks = len(made) - len(care)
    parts += [say("and {n} to check beside", n=checks)] if checks else []
    talk = say("{n} new", n=len(care))
    if parts:
        talk = say("{new}: {parts}", new=talk, parts=joined(", ", parts))
    return say("dry run, nothing written; {talk}", talk=talk) if dry_run else talk


_COUNT_TEXTS = {
    "open": msgid("{n} on a visit"), "on_hold": msgid("{n} on hold"), "missed": msgid("{n} missed"),
    "declined": msgid("{n} declined, for no visits are wanted"),
}  # fmt: skip


NEW_LINE = """
INSERT INTO maintenance_line
       (appliance_id, age, due_on, role, ticket_id, ended_as, ended_reason, ended_at, ended_by,
        recorded_at, actor, origin)
VALUES (?, ?, ?, 'care', ?, ?, ?, ?, ?, ?, ?, ?)
"""


def _write_visits(
    desk: Desk, homes: dict[str, _Home], machines: dict[int, Any], *, until: str
) -> tuple[dict[tuple[int, int | None], str], list[int], set[int]]:
    """Write tickets and lines, inside a transaction. Return the planned days of lines, released lines, joined visits.

    Released lines were on hold and now have a visit. Joined visits existed before and got another line.
    """
    anchors: dict[tuple[int, int | None], str] = {}
    new: list[tuple[Any, ...]] = []
    placed: list[tuple[int | None, int]] = []
    released: list[int] = []
    joined_ids: set[int] = set()
    begun: list[tuple[Any, ...]] = []
    next_id = (desk.db.value("SELECT max(id) FROM ticket") or 0) + 1
    facts = (desk.stamp.recorded_at, desk.stamp.actor, desk.stamp.origin)
    for home in homes.values():
        for visit in planned_visits(home.lines, home.visits, today=desk.today, until=until):
            ticket_id = None if home.held_by else visit.ticket_id
            if visit.open_lines and ticket_id is None and not home.held_by:
                ticket_id = next_id + len(begun)
                begun.append((ticket_id, *_visit_facts(visit, machines)))
            elif visit.open_lines and ticket_id is not None:
                joined_ids.add(ticket_id)
            for line in visit.lines:
                anchors[line.appliance_id, line.age] = visit.anchor_on
                ends = ("missed", "newer birthday", *facts[:2]) if line.is_over else (None,) * 4
                if line.id is None:
                    new.append((line.appliance_id, line.age, line.due_on, ticket_id, *ends, *facts))
                elif ticket_id is not None:
                    placed.append((ticket_id, line.id))
                    released += [line.id] * (not line.is_over)
    tickets.begin_tickets(desk.db, desk.stamp, "maintenance", begun)
    desk.db.run_many(NEW_LINE, new)
    desk.db.run_many("UPDATE maintenance_line SET ticket_id = ? WHERE id = ?", placed)
    return anchors, released, joined_ids


NO_VISITS = "no visits wanted"
DECLINED = """
UPDATE maintenance_line
   SET ended_as = 'declined', ended_reason = :reason, ended_at = :at, ended_by = :by
 WHERE ticket_id IS NULL AND ended_as IS NULL AND voided_at IS NULL
   AND EXISTS (SELECT 1 FROM appliance AS a JOIN wish AS w ON w.customer_id = a.customer_id
                WHERE a.id = appliance_id AND w.purpose = 'visits' AND w.wanted = 'no')
RETURNING id
"""


def _decline_unwanted(
    desk: Desk, rows: list[Any], anchors: dict[tuple[int, int | None], str], *, until: str
) -> list[int]:
    """Decline birthdays of customers who want no visits (M22), also those on hold, inside a transaction.

    Add the planned days to `anchors`. Return the ids of lines that were on hold.
    """
    values = {"reason": NO_VISITS, "at": desk.stamp.recorded_at, "by": desk.stamp.actor}
    ended = [row["id"] for row in desk.db.rows(DECLINED, **values)]
    new = [row for row in rows if row["unwanted"] and not row["waits"] and row["due_on"] <= until]
    facts = (desk.stamp.recorded_at, desk.stamp.actor, desk.stamp.origin)
    ends = ("declined", NO_VISITS, *facts[:2])
    desk.db.run_many(NEW_LINE, [(row["appliance_id"], row["age"], row["due_on"], None, *ends, *facts) for row in new])
    anchors |= {(row["appliance_id"], row["age"]): row["due_on"] for row in new}
    return ended


def _visit_facts(visit: Visit, machines: dict[int, Any]) -> tuple[int, int, str]:
    """Return customer, appliance and text of a new visit, taken from its first appliance."""
    first = machines[visit.open_lines[0].appliance_id]
    ages = tuple((machines[line.appliance_id]["category"], line.age) for line in visit.open_lines)
    return first["customer_id"], first["appliance_id"], _about(ages)


@lru_cache(maxsize=1000)
def _about(ages: tuple[tuple[str, int], ...]) -> str:
    """Return the text of a visit; cached, because most of thousands of visits are about the same few appliances."""
    return str(wording.visit_text(ages))


# M7: every machine in use of the household stands on the sheet of every open visit; what is cared for needs no check.
SETTLED = """
UPDATE maintenance_line
   SET ended_as = 'cancelled', ended_reason = 'care', ended_at = :at, ended_by = :by
 WHERE id IN (SELECT l.id FROM ticket AS t
                JOIN maintenance_line AS l ON l.ticket_id = t.id AND l.role = 'check' AND l.ended_as IS NULL
                                          AND l.voided_at IS NULL
                JOIN maintenance_line AS k ON k.ticket_id = t.id AND k.appliance_id = l.appliance_id
                                          AND k.role = 'care' AND k.ended_as IS NULL AND k.voided_at IS NULL
               WHERE t.type = 'maintenance' AND t.ended_at IS NULL)
"""
CHECKS = """
INSERT INTO maintenance_line (appliance_id, role, ticket_id, recorded_at, actor, origin)
SELECT DISTINCT a.id, 'check', t.id, :recorded_at, :actor, :origin
  FROM ticket AS t
  JOIN customer AS c ON c.id = t.customer_id
  JOIN customer AS m ON m.id = c.id OR m.household_id = c.household_id
  JOIN appliance AS a ON a.customer_id = m.id AND a.retired_on IS NULL AND a.voided_at IS NULL
 WHERE t.type = 'maintenance' AND t.ended_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM wish AS w WHERE w.customer_id = m.id AND w.purpose = 'visits' AND w.wanted = 'no')
   AND EXISTS (SELECT 1 FROM maintenance_line AS k
                WHERE k.ticket_id = t.id AND k.role = 'care' AND k.ended_as IS NULL AND k.voided_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM maintenance_line AS l
                    WHERE l.ticket_id = t.id AND l.appliance_id = a.id AND l.voided_at IS NULL
                      AND (l.ended_as IS NULL OR l.ended_as = 'declined'))
"""


def _complete_lists(desk: Desk) -> None:
    """Add the missing check lines of every open visit, and cancel those that are cared for. In a transaction."""
    desk.db.run(SETTLED, at=desk.stamp.recorded_at, by=desk.stamp.actor)
    facts = {"recorded_at": desk.stamp.recorded_at, "actor": desk.stamp.actor, "origin": desk.stamp.origin}
    desk.db.run(CHECKS, **facts)


UNKNOWN = """
SELECT a.id AS appliance_id, a.category, a.brand, a.model, a.serial, a.base_on, a.base_precision, a.customer_id,
       c.name AS customer,
       (SELECT p.number FROM phone AS p WHERE p.customer_id = c.id AND p.voided_at IS NULL ORDER BY p.id LIMIT 1)
         AS phone
  FROM appliance AS a
  LEFT JOIN customer AS c ON c.id = a.customer_id
 WHERE a.retired_on IS NULL AND a.voided_at IS NULL AND c.forgotten_at IS NULL
   AND (a.base_precision = 'year' OR a.base_precision = 'unknown')
 ORDER BY a.customer_id, a.id
"""


def list_undated(db: Database) -> Table:
    """Return appliances in use without a birthday, as at most the year is known: ask at the next contact (M4)."""
    fields = columns(
        "appliance_id:A=appliance", "category:words", "brand:name", "model:code", "serial-", "base_on-",
        "known:code??+", "base_precision-", "customer_id:C", "customer:name=name", "phone:phone",
    )  # fmt: skip
    rows = []
    for row in db.rows(UNKNOWN):
        year = row["base_on"][:4] if row["base_precision"] == "year" else say("nothing")
        rows.append([*row[:6], year, *row[6:]])
    return Table(fields, rows, heading=say("No date to count birthdays from: ask at the next contact"))

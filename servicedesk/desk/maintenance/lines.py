"""Change birthday lines: fulfil, skip, decline, replan and end them; cancel visits that are left empty."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Result, columns, record
from servicedesk.base.text import free_text
from servicedesk.desk.maintenance import birthdays
from servicedesk.domain import wording
from servicedesk.domain.birthday_rules import VISIT_DAYS, birthday, later
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import tickets
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

SKIPPED = "skipped: "  # begins the reason of a line that was skipped at the completion


def _end_lines(desk: Desk, line_ids: Iterable[int], *, ended_as: str, reason: str) -> None:
    """End these lines, inside a transaction."""
    desk.db.run(
        "UPDATE maintenance_line SET ended_as = :ended_as, ended_reason = :reason, ended_at = :at, ended_by = :by"
        " WHERE id IN (SELECT value FROM json_each(:ids))",
        ended_as=ended_as,
        reason=reason,
        at=desk.stamp.recorded_at,
        by=desk.stamp.actor,
        ids=json.dumps(list(line_ids)),
    )


EMPTY = """
SELECT t.id FROM ticket AS t
 WHERE t.id IN (SELECT value FROM json_each(:ids)) AND t.type = 'maintenance' AND t.ended_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM maintenance_line AS l
                    WHERE l.ticket_id = t.id AND l.role = 'care' AND l.ended_as IS NULL AND l.voided_at IS NULL)
 ORDER BY t.id
"""


def cancel_empty_visits(desk: Desk, ticket_ids: Iterable[int | None], *, by: str, reason: str) -> list[str]:
    """Cancel open visits without a care line, and rename the others, inside a transaction, after lines ended.

    Return a note for each cancelled visit.
    """
    ids = list(ticket_ids)
    rename_visits(desk, ids)
    found = [row[0] for row in desk.db.rows(EMPTY, ids=json.dumps(ids))]
    for ticket_id in found:
        tickets.end_ticket(desk.db, desk.stamp, ticket_id, at=desk.stamp.recorded_at, cancelled_by=by, reason=reason)
    return [
        say("T{ticket_id} has nothing left to care for, cancelled: {reason}", ticket_id=ticket_id, reason=reason)
        for ticket_id in found
    ]


VISITS = """
SELECT t.id, t.customer_id, t.appliance_id, t.text, l.appliance_id AS line_appliance_id, l.age, a.category,
       CASE WHEN o.household_id = c.household_id THEN o.id END AS owner_id
  FROM ticket AS t
  JOIN maintenance_line AS l ON l.ticket_id = t.id AND l.role = 'care' AND l.ended_as IS NULL AND l.voided_at IS NULL
  JOIN appliance AS a ON a.id = l.appliance_id
  LEFT JOIN customer AS o ON o.id = a.customer_id
  LEFT JOIN customer AS c ON c.id = t.customer_id
 WHERE t.id IN (SELECT value FROM json_each(:ids)) AND t.type = 'maintenance'
 ORDER BY t.id, l.due_on, l.appliance_id
"""


def rename_visits(desk: Desk, ticket_ids: Iterable[int | None]) -> None:
    """Rename visits after the appliances that are left on them, inside a transaction, after lines changed.

    The ticket gets appliance and owner of its first line (if of the same home); `change` keeps the old values. A text
    that somebody typed stays.
    """
    rows = desk.db.rows(VISITS, ids=json.dumps([ticket_id for ticket_id in ticket_ids if ticket_id is not None]))
    for ticket_id, group in groupby(rows, key=lambda row: row["id"]):
        lines = list(group)
        first = lines[0]
        values: dict[str, str | int | None] = {"appliance_id": first["line_appliance_id"]}
        if first["owner_id"] is not None:
            values["customer_id"] = first["owner_id"]
        if wording.machines_of_visit_text(first["text"]):
            values["text"] = str(wording.visit_text((row["category"], row["age"]) for row in lines))
        write_changes(desk.db, desk.stamp, "ticket", ticket_id, values)


def fulfil_visit(
    desk: Desk,
    ticket: Ticket,
    *,
    at: str,
    outcome: str,
    skips: dict[int, str],
    faults: dict[int, str],
    technician_id: int | None,
) -> list[str]:
    """Close the open care lines of a visit (M8), inside the transaction that completes it. Return the notes.

    A skipped line ends, so that its birthday falls due again (M10). A fault opens a repair, reported and arrived at in
    that moment (M24). RefusedError for an appliance without a line on the visit.
    """
    lines = desk.db.rows(UNENDED, id=ticket.id)
    care = {row["appliance_id"]: row for row in lines if row["role"] == "care"}
    owners = {row["appliance_id"]: row["customer_id"] for row in lines}
    notes = list(_skip_lines(desk, ticket, skips, care))
    if skips:
        rename_visits(desk, [ticket.id])
    if outcome != "done" and len(care) > len(skips):
        notes.append(
            say("T{id} ended '{outcome}': its birthdays are closed without care", id=ticket.id, outcome=coded(outcome))
        )
    for appliance_id, code in faults.items():
        if appliance_id not in owners:
            raise RefusedError(
                say("A{appliance_id} has no line on T{id}", appliance_id=appliance_id, id=ticket.id),
                hint=_sheet(ticket),
            )
        owner_id = owners[appliance_id] or ticket.customer_id
        notes.append(_repair(desk, ticket, appliance_id, owner_id, at, code, technician_id))
    return notes


def _skip_lines(desk: Desk, ticket: Ticket, skips: dict[int, str], care: dict[int, Row]) -> Iterator[str]:
    """End the care lines of the skipped appliances. Yield a note for each; RefusedError for one without a line."""
    for appliance_id, reason in skips.items():
        if appliance_id not in care:
            raise RefusedError(
                say("A{appliance_id} has no open care line on T{id}", appliance_id=appliance_id, id=ticket.id),
                hint=_sheet(ticket),
            )
        line = care[appliance_id]
        _end_lines(desk, [line["id"]], ended_as="cancelled", reason=f"{SKIPPED}{reason}")
        yield say("A{appliance_id}: skipped ({reason}), birthday {age} stays due", appliance_id=appliance_id,
                  reason=reason, age=line["age"])  # fmt: skip


def _sheet(ticket: Ticket) -> str:
    return say("'maintenance sheet T{id}' lists its appliances", id=ticket.id)


def _repair(
    desk: Desk,
    visit: Ticket,
    appliance_id: int,
    customer_id: int | None,
    at: str,
    code: str,
    technician_id: int | None,
) -> str:
    """Open the repair of a fault found at the check, flagged on_site (M24), inside a transaction. Return the note."""
    repair_id = tickets.begin_ticket(
        desk.db,
        desk.stamp,
        type="repair",
        customer_id=customer_id,
        appliance_id=appliance_id,
        at=at,
        channel="maintenance",
        fault=code,
        follows_ticket_id=visit.id,
        on_site=1,
    )
    if technician_id is not None:
        tickets.insert_event(desk.db, desk.stamp, repair_id, Event("assigned", at, 0, technician_id=technician_id))
    tickets.insert_event(
        desk.db, desk.stamp, repair_id, Event("arrived", at, 0, technician_id=technician_id, no_access=0)
    )
    return say(
        "T{repair_id} opened: A{appliance_id}, {fault}, found at the visit",
        repair_id=repair_id,
        appliance_id=appliance_id,
        fault=code,
    )


UNENDED = "SELECT * FROM maintenance_line_now WHERE ticket_id = :id AND ended_as IS NULL"
OPEN_LINES = """
SELECT * FROM maintenance_line_now
 WHERE appliance_id IN (SELECT value FROM json_each(:ids)) AND ended_as IS NULL AND ticket_ended_at IS NULL
"""


def _open_lines(db: Database, appliance_ids: Iterable[int]) -> list[Row]:
    """Return lines on open tickets or on hold, checks too."""
    return db.rows(OPEN_LINES, ids=json.dumps(list(appliance_ids)))


SAME_HOME = """
SELECT a.id FROM appliance AS a JOIN customer_home AS c ON c.id = a.customer_id
 WHERE c.home = (SELECT home FROM customer_home WHERE id = :customer_id)
   AND a.id IN (SELECT value FROM json_each(:ids))
"""


def record_care(desk: Desk, ticket: Ticket, *, at: str, appliance_ids: Iterable[int]) -> None:
    """Record care given beside a repair, inside the transaction that completes it: it fulfils a birthday (M9).

    The birthday is due within thirty days, overdue, or on an open line. RefusedError if there is none, or if the
    appliance belongs to another household.
    """
    wanted = list(dict.fromkeys(appliance_ids))
    own = {row[0] for row in desk.db.rows(SAME_HOME, customer_id=ticket.customer_id, ids=json.dumps(wanted))}
    for appliance_id in wanted:
        if appliance_id not in own:
            raise RefusedError(
                say("A{appliance_id} is not in the household of T{id}", appliance_id=appliance_id, id=ticket.id),
                hint=say("is --care right?"),
            )
        _record_care_of(desk, ticket, appliance_id, on=at[:10])


def _record_care_of(desk: Desk, ticket: Ticket, appliance_id: int, *, on: str) -> None:
    last_on = later(on, VISIT_DAYS)
    old = [row for row in _open_lines(desk.db, [appliance_id]) if row["role"] == "care"]
    due = birthdays.list_due_of_machine(desk.db, appliance_id, on=on)
    due += [(row["age"], row["due_on"]) for row in old]
    if not due:
        raise RefusedError(
            say(
                "A{appliance_id} has no birthday between now and {last_on}, and none that is overdue",
                appliance_id=appliance_id,
                last_on=last_on,
            ),
            hint=say("without --care the ticket completes as it is"),
        )
    age, due_on = max(due)
    # A line keeps the visit it was planned on, so that the visit keeps its day; the care is a line of this ticket.
    _end_lines(desk, [row["id"] for row in old if row["age"] == age], ended_as="cancelled", reason=f"T{ticket.id}")
    desk.db.insert("maintenance_line", desk.stamp, appliance_id=appliance_id, age=age, due_on=due_on, role="care",
              ticket_id=ticket.id)  # fmt: skip
    cancel_empty_visits(desk, {row["ticket_id"] for row in old}, by="outlet", reason=f"cared for on T{ticket.id}")


def reopen_lines(desk: Desk, ticket: Ticket) -> list[str]:
    """Make the care of a voided completion due again, inside the transaction that voids it. Return the notes.

    If a visit opens again and a newer birthday has a line, the older birthday was missed (M9, M10).
    """
    if ticket.type != TicketType.MAINTENANCE:
        sql = "SELECT id FROM maintenance_line WHERE ticket_id = :id AND ended_as IS NULL AND voided_at IS NULL"
        lines = desk.db.rows(sql, id=ticket.id)
        _end_lines(desk, [row["id"] for row in lines], ended_as="cancelled", reason="completion voided")
        return []
    return end_missed_lines(desk, until=desk.today)


ANNOUNCED = """
SELECT DISTINCT ticket_id FROM event
 WHERE kind = 'announced' AND voided_at IS NULL AND ticket_id IN (SELECT value FROM json_each(:ids))
"""


def replan_lines(desk: Desk, appliance_ids: list[int], *, reason: str) -> int:
    """Cancel open lines that the rules no longer give, inside a transaction, after a change. Return how many birthdays.

    The reasons 'retired' and 'transferred' end all of them (M13, M14), checks too; any other `reason` keeps lines that
    are announced to the customer or still celebrated (M12, M21). The next run plans what is due instead.
    """
    lines = _open_lines(desk.db, appliance_ids)
    if reason not in {"retired", "transferred"}:
        lines = _no_longer_given(desk.db, [row for row in lines if row["role"] == "care"])
    _end_lines(desk, [row["id"] for row in lines], ended_as="cancelled", reason=reason)
    cancel_empty_visits(desk, {row["ticket_id"] for row in lines}, by="outlet", reason=reason)
    return sum(row["role"] == "care" for row in lines)


def _no_longer_given(db: Database, lines: list[Row]) -> list[Row]:
    if not lines:
        return []
    days = sorted(row["due_on"] for row in lines)
    ids = {row["appliance_id"] for row in lines}
    given = set(birthdays.list_celebrated(db, ids, first_on=days[0], last_on=days[-1]))
    announced = {row[0] for row in db.rows(ANNOUNCED, ids=json.dumps([row["ticket_id"] for row in lines]))}
    return [
        row
        for row in lines
        if (row["appliance_id"], row["age"], row["due_on"]) not in given and row["ticket_id"] not in announced
    ]


KNOWN_LINE = """
SELECT * FROM maintenance_line_now
 WHERE appliance_id = :appliance_id AND age = :age AND (ended_as IS NULL OR ended_as <> 'cancelled')
"""


def decline_birthday(desk: Desk, appliance_id: int, *, age: int, reason: str) -> Result:
    """Record that the customer does not want this birthday's visit (M22). RefusedError if the birthday is closed."""
    from servicedesk.records import appliances

    why = free_text(reason, say("the reason"))
    notes: list[str] = []
    changed = True
    with desk.db.atomic():
        machine = appliances.get_appliance(desk.db, appliance_id)
        line = desk.db.row(KNOWN_LINE, appliance_id=appliance_id, age=age)
        if line is None:
            due_on = _due_on(desk.db, machine, age)
            ended = {"ended_as": "declined", "ended_reason": why, "ended_at": desk.stamp.recorded_at}
            desk.db.insert("maintenance_line", desk.stamp, appliance_id=appliance_id, age=age, due_on=due_on,
                           role="care", **ended, ended_by=desk.stamp.actor)  # fmt: skip
        elif line["status"] in {"open", "on_hold"}:
            _end_lines(desk, [line["id"]], ended_as="declined", reason=why)
            notes = cancel_empty_visits(desk, [line["ticket_id"]], by="customer", reason="declined")
        elif (line["status"], line["reason"]) == ("declined", why):
            ids = {"age": age, "appliance_id": appliance_id}
            notes = [say("birthday {age} of A{appliance_id} is declined already, nothing changed", **ids)]
            changed = False
        else:
            told = f"{line['status']} ({line['reason']})" if line["reason"] else line["status"]
            raise RefusedError(
                say("birthday {age} of A{appliance_id} is {told}", age=age, appliance_id=appliance_id, told=told),
                hint=say("only an open birthday is declined"),
            )
        row = desk.db.row(KNOWN_LINE, appliance_id=appliance_id, age=age)
        assert row is not None
        values = dict(row) | {"day": birthdays.day_text(row["due_on"], approx=row["approx"])}
        return Result(record(DECLINED, [values[column.key] for column in DECLINED]), notes, changed)


DECLINED = columns(
    "id-", "appliance_id:A=appliance", "age:count", "due_on-", "day:date+=due", "ticket_id:T=ticket", "planned_on-",
    "customer_id:C=customer", "household_id:H??=household", "role-", "status", "reason",
)  # fmt: skip


def _due_on(db: Database, machine: Row, age: int) -> str:
    """Return the day of the birthday at that age (M22). RefusedError if the appliance has no such birthday."""
    name = f"A{machine['id']}"
    if not 1 <= age <= 100:
        raise RefusedError(say("--age {age} is no birthday", age=age), hint=say("whole years, 1 to 100"))
    if machine["retired_on"]:
        raise RefusedError(
            say("{name} was retired {retired_on}", name=name, retired_on=machine["retired_on"]),
            hint=say("it has no more birthdays"),
        )
    if machine["base_precision"] not in {"day", "month"}:
        raise RefusedError(
            say("{name} has no birthdays: its month of purchase is unknown", name=name),
            hint=say("'appliance edit' adds it"),
        )
    year = int(machine["base_on"][:4]) + age
    found = None
    if year <= 9999:
        due_on = birthday(machine["base_on"], age)
        found = birthdays.list_celebrated(db, [machine["id"]], first_on=due_on, last_on=due_on)
    if not found:
        near = birthdays.next_birthday(db, machine["id"], on=machine["base_on"])
        hint = say("its first birthday is --age {near}, on {near2}", near=near[1], near2=near[0]) if near else None
        raise RefusedError(say("{name} has no birthday at age {age}", name=name, age=age), hint=hint)
    return found[0].due_on


# M10: a line still open, on a visit or on hold, while a later birthday of the machine has its line.
MISSED = """
UPDATE maintenance_line
   SET ended_as = 'missed', ended_reason = 'newer birthday', ended_at = :at, ended_by = :by
 WHERE id IN (
   SELECT l.id FROM ticket AS t JOIN maintenance_line AS l ON l.ticket_id = t.id
    WHERE t.type = 'maintenance' AND t.ended_at IS NULL
   UNION ALL
   SELECT l.id FROM maintenance_line AS l WHERE l.ticket_id IS NULL)
   AND role = 'care' AND ended_as IS NULL AND voided_at IS NULL
   AND EXISTS (SELECT 1 FROM maintenance_line AS n
                WHERE n.appliance_id = maintenance_line.appliance_id AND n.age > maintenance_line.age
                  AND n.voided_at IS NULL
                  AND (n.ended_as IS NULL OR n.ended_as <> 'cancelled')
                  AND (n.ended_as IS NULL OR n.due_on <= :until))
RETURNING appliance_id, age, due_on, ticket_id,
          (SELECT a.base_precision = 'month' FROM appliance AS a WHERE a.id = appliance_id) AS approx
"""


def end_missed_lines(desk: Desk, *, until: str) -> list[str]:
    """End lines that a newer birthday replaces, inside a transaction; cancel visits left without care. Return notes."""
    ended = desk.db.rows(MISSED, at=desk.stamp.recorded_at, by=desk.stamp.actor, until=until)
    notes = [
        say(
            "A{id}: birthday {age} ({due_on}) was missed",
            id=row["appliance_id"],
            age=row["age"],
            due_on=birthdays.day_text(row["due_on"], approx=row["approx"]),
        )
        for row in ended
    ]
    return notes + cancel_empty_visits(desk, {row["ticket_id"] for row in ended}, by="outlet", reason="missed")

"""Show one ticket: everything recorded of it, with numbered events, voided ones too."""

from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.messages import Message, coded, in_words, item_list, joined, say
from servicedesk.base.table import Column, Table, columns, record, shown, span
from servicedesk.desk.aftercare import callbacks, complaints, promises
from servicedesk.domain import wording
from servicedesk.records import ticket_lists, tickets
from servicedesk.records.appliances import find_guarantee_text
from servicedesk.records.jobs import handovers
from servicedesk.records.parts import ticket_parts
from servicedesk.records.tickets import TicketRow
from servicedesk.storage.database import Database, Row, from_json
from servicedesk.storage.undone import void_label

DAY_SECONDS = 86400  # the 24 hours of K6

TIMELINE = """
SELECT e.*, k.name AS technician, p.code AS part,
       CASE WHEN e.steps_done IS NOT NULL THEN
         (SELECT c.steps FROM checklist c
           WHERE c.type = t.type AND c.from_on <= substr(e.at, 1, 10) AND c.voided_at IS NULL
           ORDER BY c.from_on DESC, c.id DESC LIMIT 1) END AS steps_asked,
       e.kind = 'surveyed' AND e.voided_at IS NULL AND EXISTS (
         SELECT 1 FROM event s WHERE s.ticket_id = e.ticket_id AND s.kind = 'surveyed' AND s.voided_at IS NULL
            AND coalesce(s.corrects_id, s.id) < coalesce(e.corrects_id, e.id)) AS is_follow_up
  FROM event e
  JOIN ticket t ON t.id = e.ticket_id
  LEFT JOIN technician k ON k.id = e.technician_id
  LEFT JOIN part p ON p.id = e.part_id
 WHERE e.ticket_id = :ticket_id
 ORDER BY e.id
"""

_EVENT_COLUMNS = columns(
    "number:count=no", "id-", "kind=event", "at:instant", "what+=", "technician:name", "typed:code??+", "window_from-",
    "window_to-", "asked_by-", "no_access-", "cause-", "outcome-", "reason-", "cancelled_by-", "duplicate_of_id-",
    "score-", "satisfied-", "source-", "note-", "corrects_id-", "recorded_at-", "actor-", "origin-", "voided_at-",
    "voided_by-", "void_reason-", "exclusion-", "evidence-", "part-", "found-", "found_cause-", "solution_id-",
    "collected-", "steps_done-",
)  # fmt: skip


def get_timeline(db: Database, ticket_id: int) -> Table:
    """Return all events of the ticket, voided ones too: numbered in the order of recording, sorted by time."""
    is_repair = db.value("SELECT type = 'repair' FROM ticket WHERE id = :id", id=ticket_id) == 1
    rows = []
    for number, event in enumerate(db.rows(TIMELINE, ticket_id=ticket_id), 1):
        typed = None
        if event["recorded_at"][:16] != event["at"][:16]:  # the hour is enough on the same day
            typed = shown(event["recorded_at"], "instant")[11 if event["recorded_at"][:10] == event["at"][:10] else 0 :]
        values = dict(event) | {"number": number, "what": _rest_text(event), "typed": typed}
        if event["kind"] == "reported" and not is_repair:
            values["kind"] = Message("reported", "opened", context="code")  # programs read the code
        if event["no_access"] is not None:
            values["no_access"] = bool(event["no_access"])
            values["collected"] = bool(event["collected"])
        rows.append((event["at_unix"], number, [values[column.key] for column in _EVENT_COLUMNS]))
    return Table(_EVENT_COLUMNS, [row for _, _, row in sorted(rows, key=lambda item: item[:2])])


def _rest_text(event: Row) -> str:
    """Return the details of an event in a few words."""
    words: list[str | None] = []
    if event["score"] is not None:
        words.append(say("{score} of 5", score=event["score"]))
    is_code = event["kind"] == "cancelled"  # elsewhere a reason is somebody's own words
    words += [in_words(event[key]) for key in ("outcome", "cause") if event[key]]
    words.append(event["part"])
    words.append(in_words(event["reason"]) if is_code and event["reason"] else event["reason"])
    if event["window_from"]:
        words.append(span(event["window_from"], event["window_to"])[5:])
        words.append(say("asked by {asked_by}", asked_by=coded(event["asked_by"])))
    if event["cancelled_by"]:
        words.append(say("by {cancelled_by}", cancelled_by=coded(event["cancelled_by"])))
    if event["duplicate_of_id"]:
        words.append(say("of T{duplicate_of_id}", duplicate_of_id=event["duplicate_of_id"]))
    if event["steps_done"] is not None:
        words.append(_steps_text(event["steps_done"], event["steps_asked"]))
    if event["collected"]:
        words.append(say("collected for the workshop"))
    if event["no_access"]:
        words.append(say("no access"))
    if event["satisfied"] is not None:
        words.append(say("satisfied") if event["satisfied"] else say("not satisfied"))
    if event["kind"] == "surveyed":
        words += [coded(event["source"]), say("follow-up") if event["is_follow_up"] else None]
    words += [in_words(event[key]) for key in ("found", "found_cause") if event[key]]
    words.append(f"S{event['solution_id']}" if event["solution_id"] else None)
    words += [in_words(event["exclusion"]) if event["exclusion"] else None, event["evidence"], event["note"]]
    if event["voided_at"]:
        words.append(say("[voided: {void_reason}]", void_reason=void_label(event["void_reason"])))
    return joined(", ", (part for part in words if part))


def _steps_text(done: str, asked: str | None) -> str:
    """Return how many steps of a checklist were done, and which were left out."""
    steps = [step for step in (asked or done).split(",") if step]
    left = [step for step in steps if step not in done.split(",")]
    many = {"n": len(steps) - len(left), "all": len(steps)}
    if not left:
        return say("{n} of {all} steps", **many)
    return say("{n} of {all} steps, without {steps}", steps=item_list(map(in_words, left)), **many)


NOTES = "SELECT text, on_md, yearly, recorded_at, actor FROM note WHERE ticket_id = :ticket_id ORDER BY id"

LINES = """
SELECT m.appliance_id, m.role, m.age, m.due_on, m.ended_as, m.ended_reason, a.category, a.brand,
       CASE WHEN a.base_precision = 'month' THEN substr(m.due_on, 1, 7) ELSE m.due_on END AS day
  FROM maintenance_line m
  JOIN appliance a ON a.id = m.appliance_id
 WHERE m.ticket_id = :ticket_id AND m.voided_at IS NULL
 ORDER BY m.role, m.due_on, m.appliance_id
"""


FOLLOWERS = "SELECT id FROM ticket WHERE follows_ticket_id = :id AND voided_at IS NULL ORDER BY id"
CALLER = """
SELECT c.address, c.area,
       (SELECT json_group_array(n.number)
          FROM (SELECT number FROM phone WHERE customer_id = c.id AND voided_at IS NULL ORDER BY id) n) AS phones
  FROM customer c
 WHERE c.id = :id
"""
# The window that the customer asked for and that moved the deadline to its end (K6).
MOVED_BY = """
SELECT e.id FROM event e
 WHERE e.ticket_id = :id AND e.kind = 'appointed' AND e.asked_by = 'customer' AND e.voided_at IS NULL
   AND e.window_to_unix = :deadline_unix
 ORDER BY e.id
 LIMIT 1
"""
# Columns for people.
_PAGE = columns(
    "ticket", "state=status", "cause:words=waits for", "whose=customer", "call=phone", "place=address",
    "machine=appliance", "guarantee", "problem", "how", "asked=asked for", "who=technician", "contract", "reported",
    "window", "urgency:urgency", "deadline:due", "arrived", "ended", "money",
)  # fmt: skip


def get_ticket_page(db: Database, ticket_id: int, *, now: datetime) -> Table:
    """Return the ticket with its events, maintenance lines, notes, promises, calls, complaints, parts and followers."""
    row = tickets.get_ticket_row(db, ticket_id, now=now)
    timeline = get_timeline(db, ticket_id)
    followed = [[found["id"]] for found in db.rows(FOLLOWERS, id=ticket_id)]
    lines = columns("appliance_id:A=appliance", "role", "age:count", "due_on-", "ended_as:words", "ended_reason:words",
                    "category:words", "brand:name", "day:date+=due on")  # fmt: skip
    notes = columns("text", "on_md", "yearly-", "recorded_at:instant", "actor:name")
    sections = (
        ("events", timeline),
        ("lines", Table(lines, [tuple(line) for line in db.rows(LINES, ticket_id=ticket_id)])),
        ("notes", Table(notes, [tuple(note) for note in db.rows(NOTES, ticket_id=ticket_id)])),
        ("promises", promises.list_of_ticket(db, ticket_id, now=now)),
        ("callbacks", callbacks.list_of_ticket(db, ticket_id)),
        ("complaints", complaints.list_of_ticket(db, ticket_id, now=now)),
        ("contacts", _contacts(db, ticket_id)),
        ("parts", ticket_parts.list_of_ticket(db, ticket_id)),
        ("handovers", handovers.handover_table(db, ticket_id)),
        ("followed_by", Table(columns("id:T=ticket"), followed)),
    )
    money, money_text = _money(db, ticket_id)
    how = db.row(HOW, id=ticket_id)
    assert how is not None, "it was read above"
    found = db.row(CALLER, id=row.customer_id)
    phones = from_json(found["phones"]) if found else []
    address, area = (found["address"], found["area"]) if found else (None, None)

    def draw() -> Table:
        texts = {"call": item_list(phones) or None, "place": address or area, "money": money_text}
        return _page_for_people(db, row, timeline, texts | _how_texts(db, how, row.reported_at), now=now)

    more = {"mode": how["mode"], "is_mystery": bool(how["is_mystery"]), "asked_for": how["asked_for"]}
    table = tickets.ticket_table(row, phones=phones, address=address, **more)
    fields = (*table.columns, Column("money", "nested"))
    rows = [[*table.rows[0], money]]
    return table._replace(columns=fields, rows=rows, sections=sections, drawn=draw)


def _page_for_people(
    db: Database, row: TicketRow, timeline: Table, texts: dict[str, str | None], *, now: datetime
) -> Table:
    """Return the ticket as people read it; `texts`: what is known of it beside its row."""
    details = tickets.ticket_table(row, waits_for=tickets.cause_of_wait(db, row)).for_people()
    cells = dict(zip((column.key for column in details.columns), details.rows[0], strict=True)) | texts
    today = f"{now:%Y-%m-%d}"
    cells["guarantee"] = find_guarantee_text(db, row.appliance_id, reported_at=row.reported_at, today=today)
    cells |= {"machine": _machine(db, row), "deadline": _deadline(db, row, timeline)}
    cells["urgency"] = ticket_lists.urgency(ticket_lists.due_at(row), now)
    if cells["urgency"] == "late" and row.deadline_at:
        cells["deadline"] = joined(", ", [cells["deadline"], ticket_lists.overdue_text(row.deadline_at, now)])
    opened = [field._replace(title="opened") if field.key == "reported" else field for field in _PAGE]
    return record(_PAGE if row.type == "repair" else opened, [cells[column.key] for column in _PAGE])


def _money(db: Database, ticket_id: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return everything about the money of a ticket for programs, and its valid state in one line for people."""
    if not tickets.has_money(db, ticket_id):
        return [], None
    from servicedesk.records.money import ticket_money

    facts = ticket_money.load_facts(db, ticket_id)
    return ticket_money.list_facts(facts), ticket_money.facts_text(facts)


def _contacts(db: Database, ticket_id: int) -> Table:
    """Return every call and message about the ticket that is on record."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM contact WHERE ticket_id = :id)", id=ticket_id):
        return Table((), [])
    from servicedesk.desk.aftercare import contacts

    return contacts.list_of_ticket(db, ticket_id)


def _machine(db: Database, row: TicketRow) -> str | None:
    """Return the appliance with its model and serial."""
    found = db.row("SELECT model, serial FROM appliance WHERE id = :id", id=row.appliance_id)
    if found is None:
        return None
    name = joined(" ", (f"A{row.appliance_id}", wording.appliance_name(row.category, row.brand, found["model"])))
    return say("{name}, serial {serial}", name=name, serial=found["serial"]) if found["serial"] else name


HOW = """
SELECT t.mode, t.is_mystery, t.contract_id, k.kind, k.respond_minutes, w.name AS asked_for
  FROM ticket t
  LEFT JOIN contract k ON k.id = t.contract_id
  LEFT JOIN technician w ON w.id = t.asked_for_id
 WHERE t.id = :id
"""


def _how_texts(db: Database, how: Row, reported_at: str) -> dict[str, str | None]:
    """Return in words how the work is done: the contract that counts the visit, a pick-up, a mystery shopper's."""
    contract = joined(" ", (f"G{how['contract_id']}", coded(how["kind"]))) if how["contract_id"] else None
    if contract and how["respond_minutes"]:
        from servicedesk.records.agreements.contracts import response_limit

        by = response_limit(db, reported_at, how["respond_minutes"])
        contract = say("{contract}, somebody there by {at}", contract=contract, at=shown(by, "instant"))
    told = [coded(how["mode"]) if how["mode"] else None, say("mystery shopper's, in no figure") if how["is_mystery"]
            else None]  # fmt: skip
    return {
        "contract": contract,
        "asked": how["asked_for"],
        "how": joined(", ", [text for text in told if text]) or None,
    }


def _deadline(db: Database, row: TicketRow, timeline: Table) -> str | None:
    """Return by when somebody should be there, and the event that moved it."""
    if row.deadline_at is None:
        return None
    told = shown(row.deadline_at, "instant")
    by = db.value(MOVED_BY, id=row.id, deadline_unix=dates.unix_of(row.deadline_at))
    strict = dates.unix_of(row.reported_at) + DAY_SECONDS
    if by is None or dates.unix_of(row.deadline_at) <= strict:
        return told
    number = dict(zip(timeline.column("id"), timeline.column("number"), strict=True))[by]
    was = shown(dates.stamp_of(strict, db.outlet.zone), "instant")[5:]
    return say("{deadline}, moved from {was} by no {number}, asked by customer", deadline=told, was=was, number=number)

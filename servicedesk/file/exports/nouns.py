"""`export NOUN`: print all rows of a noun such as customers or tickets, or of one table, voided facts too.

Undone customers, appliances, tickets and technicians are left out.
"""

import json
import os
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import joined, say, say_count
from servicedesk.base.table import Result, Table, columns
from servicedesk.file.exports import open_repair, opinions
from servicedesk.records.notes import MAY_LEAVE
from servicedesk.storage.database import Database

# The columns that every fact has, at the end of each answer.
_BESIDE = ("recorded_at:instant-", "actor-", "origin-")

CUSTOMERS = """
SELECT c.id, c.name,
       (SELECT json_group_array(n.number)
          FROM (SELECT number FROM phone WHERE customer_id = c.id AND voided_at IS NULL ORDER BY id) n) AS phones,
       coalesce((SELECT r.tier FROM tier r WHERE r.customer_id = c.id AND r.from_on <= :on AND r.voided_at IS NULL
                  ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary') AS tier,
       c.household_id, c.household_relation, c.address, c.area, c.source, c.ref, c.recorded_at, c.actor, c.origin
  FROM customer c
 WHERE c.voided_at IS NULL AND c.merged_into_id IS NULL
 ORDER BY c.id
"""

APPLIANCES = """
SELECT id, customer_id, category, brand, model, serial, bought_on, bought_precision, installed_on, installed_precision,
       retired_on, retire_reason,
       substr(bought_on, 1, CASE bought_precision WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END) AS bought,
       substr(installed_on, 1, CASE installed_precision WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END)
         AS installed,
       delivered_on, invoice_on, invoice_no, price_fen, installed_by, use, remote_sale, discontinued_on,
       CASE WHEN price_fen IS NOT NULL THEN printf('%d.%02d', price_fen / 100, price_fen % 100) END AS price,
       source, ref, recorded_at, actor, origin
  FROM appliance
 WHERE voided_at IS NULL
 ORDER BY id
"""

TICKETS = """
SELECT v.id, v.type,
       CASE WHEN v.status IN ('assigned', 'open') AND v.window_to_unix > :now_unix THEN 'appointed' ELSE v.status END,
       v.customer_id, v.appliance_id, v.technician, v.reported_at, v.deadline_unix,
       v.arrived_at, v.completed_at, v.outcome, v.follows_ticket_id, v.customer, v.category, t.channel, t.fault,
       t.text, t.area, v.cancelled_at, v.cancel_reason, v.cancelled_by,
       (SELECT e.at FROM event e WHERE e.ticket_id = v.id AND e.kind = 'assigned' AND e.voided_at IS NULL
         ORDER BY e.at_unix, e.id LIMIT 1) AS assigned_at,
       a.score, a.satisfied, a.at AS answered_at, w.at AS appointed_at, w.window_from AS appointed_from,
       w.window_to AS appointed_to, w.asked_by, t.source, t.ref, t.recorded_at, t.actor, t.origin
  FROM ticket_now AS v
  JOIN ticket t ON t.id = v.id
  LEFT JOIN event a ON a.id = v.answer_id
  LEFT JOIN event w
    ON w.id = (SELECT e.id FROM event e WHERE e.ticket_id = v.id AND e.kind = 'appointed' AND e.voided_at IS NULL
                ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
 ORDER BY v.id
"""

# A row for every arrival and every wait; a ticket with neither has one row.
VISITS = """
SELECT v.id AS ticket_id, v.type, v.customer_id, v.appliance_id, v.technician, v.reported_at,
       (SELECT e.at FROM event e WHERE e.ticket_id = v.id AND e.kind = 'assigned' AND e.voided_at IS NULL
         ORDER BY e.at_unix, e.id LIMIT 1) AS assigned_at,
       w.at AS appointed_at, w.window_from AS appointed_from, w.window_to AS appointed_to, w.asked_by,
       CASE s.kind WHEN 'arrived' THEN s.at END AS visited_at, k.name AS visited_by, s.no_access,
       CASE s.kind WHEN 'waiting' THEN s.at END AS waiting_at, s.cause AS waiting_for,
       (SELECT r.at FROM event r WHERE s.kind = 'waiting' AND r.ticket_id = v.id AND r.kind = 'resumed'
           AND r.voided_at IS NULL AND (r.at_unix, r.id) > (s.at_unix, s.id)
         ORDER BY r.at_unix, r.id LIMIT 1) AS resumed_at,
       v.completed_at, v.outcome, v.cancelled_at, v.cancel_reason, v.cancelled_by, t.channel, t.fault, t.text, t.area,
       a.score, a.satisfied, a.at AS answered_at, t.recorded_at, t.actor, t.origin
  FROM ticket_now AS v
  JOIN ticket t ON t.id = v.id
  LEFT JOIN event a ON a.id = v.answer_id
  LEFT JOIN event w
    ON w.id = (SELECT e.id FROM event e WHERE e.ticket_id = v.id AND e.kind = 'appointed' AND e.voided_at IS NULL
                ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
  LEFT JOIN event s ON s.ticket_id = v.id AND s.kind IN ('arrived', 'waiting') AND s.voided_at IS NULL
  LEFT JOIN technician k ON k.id = s.technician_id AND s.kind = 'arrived'
 ORDER BY v.id, s.at_unix, s.id
"""

SURVEYS = """
SELECT id, ticket_id, at, score, satisfied, reason, source, recorded_at, actor, origin, voided_at, voided_by,
       void_reason
  FROM event
 WHERE kind = 'surveyed'
 ORDER BY id
"""

TECHNICIANS = """
SELECT k.id, k.name, (SELECT json_group_array(category) FROM technician_skill WHERE technician_id = k.id) AS skills,
       (SELECT json_group_array(area) FROM technician_area WHERE technician_id = k.id) AS areas, k.left_on,
       k.recorded_at, k.actor, k.origin
  FROM technician k
 WHERE k.voided_at IS NULL
 ORDER BY k.id
"""

# Of each noun: the query, and the columns in its order.
NOUNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "customers": (CUSTOMERS, (
        "id:C=customer", "name:name", "phones:phone", "tier:code??", "household_id:H???=household",
        "household_relation-", "address:brief", "area???", "source-", "ref-")),
    "appliances": (APPLIANCES, (
        "id:A=appliance", "customer_id:C=owner", "category:words", "brand:name", "model:code", "serial:code??",
        "bought_on:date???=bought", "bought_precision-", "installed_on:date-", "installed_precision-",
        "retired_on:date???=retired", "retire_reason-",
        "bought-", "installed-", "delivered_on-", "invoice_on-", "invoice_no-", "price_fen-", "installed_by-", "use-",
        "remote_sale-", "discontinued_on-", "price-", "source-", "ref-")),
    "tickets": (TICKETS, (
        "id:T=ticket", "type:code??", "status:code", "customer_id:C-", "appliance_id:A??=appliance", "technician:name",
        "reported_at:instant=reported", "deadline_at:instant-", "arrived_at:instant???=arrived",
        "completed_at:instant???=completed", "outcome:words??", "follows_ticket_id:T-", "customer:name", "category-",
        "channel-", "fault-", "text-", "area-", "cancelled_at:instant-", "cancel_reason-",
        "cancelled_by-", "assigned_at:instant-", "score-", "satisfied-", "answered_at:instant-",
        "appointed_at:instant-", "appointed_from:instant-", "appointed_to:instant-", "asked_by-", "source-", "ref-")),
    "visits": (VISITS, (
        "ticket_id:T=ticket", "type:code??", "customer_id:C-", "appliance_id:A??=appliance", "technician:name-",
        "reported_at:instant=reported", "assigned_at:instant-", "appointed_at:instant-", "appointed_from:instant-",
        "appointed_to:instant-", "asked_by-", "visited_at:instant=arrived", "visited_by:name=technician",
        "no_access:count?", "waiting_at:instant??=waits", "waiting_for:words??=for", "resumed_at:instant??=resumed",
        "completed_at:instant???=completed", "outcome:words???", "cancelled_at:instant-", "cancel_reason-",
        "cancelled_by-", "channel-", "fault-", "text-", "area-", "score-", "satisfied-", "answered_at:instant-")),
    "surveys": (SURVEYS, (
        "id:count=no", "ticket_id:T=ticket", "at:instant", "score:count", "satisfied-", "reason", "source")),
    "technicians": (TECHNICIANS, ("id:count=no", "name:name", "skills", "areas", "left_on:date=left")),
}  # fmt: skip
_LISTS = {"phones", "skills", "areas"}
_VOIDS = ("voided_at:instant-", "voided_by-", "void_reason-")

# Tables that are exported as they stand.
PLAIN = {
    "categories": "category", "households": "household", "phones": "phone", "tiers": "tier", "consents": "consent",
    "absences": "absence",
    "changes": "change", "events": "event", "notes": "note", "maintenance_lines": "maintenance_line",
    "maintenance_intervals": "maintenance_interval", "callbacks": "callback", "promises": "promise",
    "promise_ends": "promise_end", "complaints": "complaint", "complaint_steps": "complaint_step",
    "measures_done": "measure_done",
    "targets": "target", "wordings": "wording", "warranty_terms": "warranty_term", "main_parts": "main_part",
    "exchanges": "exchange", "holidays": "holiday",
    "contacts": "contact", "replies": "reply", "readings": "reading",
    "quotes": "quote", "quote_answers": "quote_answer",
    "contracts": "contract", "contract_appliances": "contract_appliance", "contract_ends": "contract_end",
    "consumables": "consumable", "consumables_sent": "consumable_sent", "consumable_stops": "consumable_stop",
    "charges": "charge", "prices": "price", "fund_openings": "fund_opening", "compensations": "compensation",
    "solutions": "solution", "public_events": "public_event", "attendances": "attendance",
    "parts": "part", "part_orders": "part_order", "part_issues": "part_issue", "part_movements": "part_movement",
    "handovers": "handover", "checklists": "checklist", "credentials": "credential", "brands": "brand",
}  # fmt: skip
# Exports for people outside the outlet: without names.
_OTHERS = {open_repair.NOUN: open_repair.export_open_repair, opinions.NOUN: opinions.export_opinions}
_SINGULAR = {"customer": "customers", "appliance": "appliances", "ticket": "tickets", "visit": "visits",
             "survey": "surveys", "technician": "technicians", "maintenance": "maintenance_lines"}  # fmt: skip
_SINGULAR |= {table: noun for noun, table in PLAIN.items()}


def find_noun(word: str) -> str | None:
    """Return the noun that a word names, in the singular or the plural; None if it must be a folder."""
    name = word.lower().replace("-", "_")
    name = _SINGULAR.get(name, name)
    return name if name in NOUNS or name in PLAIN or name in _OTHERS else None


def check_folder(word: str) -> None:
    """Raise UsageError unless a word names a folder: one with a / in it, or one that exists."""
    if "/" in word or (os.path.lexists(word) and word != "-"):
        return
    hint = nearest(word, [*NOUNS, *PLAIN, *_OTHERS])
    folder = say("for a folder write ./{word}", word=word)
    raise UsageError(
        say("'{word}' cannot be exported", word=word),
        hint=joined(" ", (hint, folder)) if hint else folder,
    )


def export_noun(db: Database, noun: str, *, now: datetime, personal: bool = False, under_14: bool = False) -> Result:
    """Return every row of a noun, in the order of ids.

    Personal notes are left out unless `personal`, notes about children under 14 unless `under_14`.
    """
    if noun in _OTHERS:
        return _OTHERS[noun](db)
    if noun in PLAIN:
        return _plain(db, PLAIN[noun], personal, under_14)
    return Result(_list_noun(db, noun, now=now), changed=False)


def _list_noun(db: Database, noun: str, *, now: datetime) -> Table:
    sql, names = NOUNS[noun]
    more = _BESIDE if noun != "surveys" else (*_BESIDE, *_VOIDS)
    fields = columns(*names, *more)
    values = {"on": now.date().isoformat(), "now_unix": int(now.timestamp())}
    rows = db.rows(sql, **{name: value for name, value in values.items() if f":{name}" in sql})
    kept = [field.key for field in fields]
    return Table(fields, [[_value(db, key, row[at]) for at, key in enumerate(kept)] for row in rows])


def _value(db: Database, key: str, value: Any) -> Any:
    if key in _LISTS:
        return json.loads(value)
    return dates.stamp_of(value, db.outlet.zone) if key == "deadline_at" else value


def _plain(db: Database, table: str, personal: bool, under_14: bool) -> Result:
    """Return the stored columns of a table as they are, generated ones left out."""
    names = [row["name"] for row in db.rows(f"PRAGMA table_info({table})")]
    if table != "note":
        rows = db.rows(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1")
        return Result(Table(columns(*names), [tuple(row) for row in rows]), changed=False)
    asked = {"personal": int(personal), "under_14": int(under_14)}
    rows = db.rows(f"SELECT {', '.join(names)} FROM note WHERE {MAY_LEAVE} ORDER BY 1", **asked)
    left = db.value(f"SELECT count(*) FROM note WHERE NOT ({MAY_LEAVE})", **asked)
    return Result(Table(columns(*names), [tuple(row) for row in rows]), notes_left_out(left), changed=False)


def notes_left_out(notes: int) -> tuple[str, ...]:
    """Return the sentence about that many personal notes that were left out; () for 0."""
    if not notes:
        return ()
    way = say("--personal takes those on persons along, --under-14 those about children")
    left = say_count("{n} personal note is left out", "{n} personal notes are left out", n=notes)
    return (say("{left}: {way}", left=left, way=way),)

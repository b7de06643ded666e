"""Show everything about a customer on one page, for use during a call (S02)."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from servicedesk.base.messages import category_name, coded, in_words, item_list, joined, say, say_count
from servicedesk.base.money import amount_text
from servicedesk.base.table import ABSENT, For, Result, Table, columns, record, shown
from servicedesk.desk.aftercare import complaints, promises
from servicedesk.desk.customers import introductions
from servicedesk.domain import wording
from servicedesk.records import consents, customers, households, notes
from servicedesk.records.appliances import has_guarantee
from servicedesk.storage.database import Database, Row

MACHINES = """
SELECT *
  FROM appliance
 WHERE customer_id IN (SELECT value FROM json_each(:owners)) AND voided_at IS NULL
 ORDER BY retired_on IS NOT NULL, id
"""


def list_machines(db: Database, owners: Iterable[int], *, on: str, with_owner: bool = False) -> Table:
    """Return the appliances of those customers, retired ones last, with age and next birthday."""
    from servicedesk.desk.maintenance import birthdays
    from servicedesk.desk.maintenance.birthdays import day_text

    rows = db.rows(MACHINES, owners=json.dumps(list(owners)))
    # To fit 80 columns, a column that is empty in all rows is shown to programs only.
    gone = "retired_on:date=retired" if any(row["retired_on"] for row in rows) else "retired_on-"
    covered = _guarantees(db, rows, on=on)
    fields = columns(
        "id:A=appliance", "category:words", "brand:name", "model:code?", "age:count", "coming+=next birthday",
        "next_birthday-", "next_birthday_precision-", "next_age-", gone, "guarantee-",
        "customer_id:C=owner" if with_owner else "customer_id-", "serial-", "bought_on-", "bought_precision-",
    )  # fmt: skip
    found = []
    for row in rows:
        coming = None if row["retired_on"] else birthdays.next_birthday(db, row["id"], on=on)
        values: dict[str, Any] = dict(row) | {"age": birthdays.age_in_years(row, date.fromisoformat(on))}
        values["next_birthday"], values["next_age"] = coming or (None, None)
        values["next_birthday_precision"] = row["base_precision"] if coming else None
        values["coming"] = day_text(values["next_birthday"], approx=row["base_precision"] == "month")
        values["guarantee"] = covered.get(row["id"], (None, None))[0]
        found.append([values[column.key] for column in fields])
    return Table(fields, found)


def _guarantees(db: Database, machines: list[Row], *, on: str) -> dict[int, tuple[str, str]]:
    """Return (state, end in words) of the guarantee of each appliance in use whose guarantee is known, by id."""
    known = [row for row in machines if row["retired_on"] is None and has_guarantee(row)]
    if not known:
        return {}
    from servicedesk.records.guarantee.line import short_guarantee

    return {row["id"]: short_guarantee(db, row, on=on) for row in known}


SURVEYS = """
SELECT e.ticket_id, e.at AS answered_at, e.score, e.satisfied, coalesce(e.reason, e.note) AS reason, e.source,
       (SELECT f.answer_id FROM ticket_fact f WHERE f.ticket_id = e.ticket_id) IS e.id AS counted
  FROM ticket t
 CROSS JOIN event e ON e.ticket_id = t.id
 WHERE t.customer_id = :id AND e.kind = 'surveyed' AND e.voided_at IS NULL
 ORDER BY e.at_unix DESC, e.id DESC
 LIMIT 3
"""

ENDED = """
SELECT t.id, t.type, t.appliance_id, a.category, t.fault, t.text, e.kind, e.at AS ended_at, e.outcome, e.reason,
       k.name AS technician
  FROM ticket t
 CROSS JOIN event e ON e.ticket_id = t.id AND e.voided_at IS NULL AND (e.kind = 'completed' OR e.kind = 'cancelled')
  LEFT JOIN appliance a ON a.id = t.appliance_id
  LEFT JOIN technician k ON k.id = e.technician_id
 WHERE t.customer_id = :id AND t.voided_at IS NULL
 ORDER BY e.at_unix DESC, t.id DESC
 LIMIT 5
"""
_ENDED = columns(
    "id:T=ticket", "type:code??", "appliance_id-", "machine:brief+=appliance", "problem:brief+",
    "ending:words+=outcome",
    "technician:name", "ago:code+=ended", "fault-", "text-", "status-", "outcome-", "reason-", "ended_at-",
)  # fmt: skip


def list_last_tickets(db: Database, customer_id: int, *, on: str) -> Table:
    """Return the customer's last five ended tickets: how they ended, by whom, how long ago."""
    rows = []
    for row in db.rows(ENDED, id=customer_id):
        is_done = row["kind"] == "completed"
        cancelled = say("cancelled: {reason}", reason=in_words(row["reason"])) if row["reason"] else coded("cancelled")
        machine = (shown(row["appliance_id"], "A"), category_name(row["category"])) if row["appliance_id"] else ()
        values = dict(row) | {
            "status": row["kind"],
            "machine": joined(" ", machine) if machine else None,
            "problem": wording.problem_text(row["text"]) or (in_words(row["fault"]) if row["fault"] else None),
            "ending": coded(row["outcome"]) if is_done else cancelled,
            "ago": ago(row["ended_at"][:10], on),
        }
        rows.append([values[column.key] for column in _ENDED])
    return Table(_ENDED, rows)


def ago(day: str, on: str) -> str:
    """Return in words how many calendar days `day` lies before `on`: today, yesterday, 5 days ago."""
    days = (date.fromisoformat(on) - date.fromisoformat(day)).days
    if days < 2:
        return say("yesterday") if days else say("today")
    return say("{n} days ago", n=days)


# Payments and free work of the last two years.
CHARGED = """
SELECT count(c.paid_fen) AS paid, count(c.free_as) AS free, coalesce(sum(c.paid_fen), 0) AS paid_fen
  FROM ticket t
 CROSS JOIN charge c ON c.ticket_id = t.id AND c.voided_at IS NULL
 WHERE t.customer_id = :id AND t.voided_at IS NULL AND substr(c.at, 1, 10) > :since
"""


def sum_charges(db: Database, customer_id: int, *, on: str) -> dict[str, int] | None:
    """Return what the customer paid in the last 24 months, in fen, for how many tickets, and how many were free.

    None if no money is on record.
    """
    row = db.row(CHARGED, id=customer_id, since=f"{int(on[:4]) - 2}{on[4:]}")
    return dict(row) if row and (row["paid"] or row["free"]) else None


def _spent_text(spent: dict[str, int]) -> str:
    """Return the sums in words: ¥1310.00 (4 paid, 2 free)."""
    amount = amount_text(spent["paid_fen"])
    return say("{amount} ({paid} paid, {free} free)", amount=amount, paid=spent["paid"], free=spent["free"])


TIERS = "SELECT tier, from_on FROM tier WHERE customer_id = :id AND voided_at IS NULL ORDER BY from_on, id"

# People read the first keys in the heading; the lines for people stand below it.
COLUMNS = columns(
    "id-", "name-", "tier-", "household_id-", "phones-", "household+", "address-", "area-", "place+=address",
    "trade+=kind", "guarantees+=guarantee", "last_scores+", "spent+=24 months", "sent_by+=introduced by",
    "sent+=introduced", "wishes+", "complaints+=open complaints",
    "open_complaints:nested",
    "introduced_by_id-", "introduced:nested",
    "consents:nested", "household_name-", "household_relation-", "tiers:nested", "surveys:nested",
    "household_members:nested", "candidates:nested", "money_24_months:nested",
    "kind-", "trade_class-",
)  # fmt: skip


def get_customer_page(
    db: Database, customer_id: int | None = None, *, phone: str | None = None, now: datetime
) -> Result:
    """Return the page of a customer, found by id or phone: tickets, appliances, last scores, notes, household.

    NotFoundError; RefusedError if several people have the phone. If they are one household, the page is that of the
    first of them, and `candidates` names everybody who may be speaking.
    """
    on = now.date().isoformat()
    sharing = households.list_people_sharing(db, phone) if phone is not None else []
    if sharing:
        person = sharing[0]
    else:
        person = (
            customers.get_customer_by_phone(db, phone)
            if phone is not None
            else customers.get_customer(db, customer_id or 0)
        )
    values = _profile_values(db, person, on=on) | {"candidates": ABSENT}
    shared: list[str] = []
    if sharing:
        people = [f"C{row['id']} {row['name']}" for row in sharing]
        values["candidates"] = [
            {"id": row["id"], "name": row["name"], "relation": row["household_relation"]} for row in sharing
        ]
        shared = [
            say("this phone is shared by {people}; who speaks? 'customer show C{id}' shows another file",
                people=item_list(people), id=sharing[1]["id"]),
        ]  # fmt: skip
    return Result(_page(db, person, values, now), shared, changed=False)


def _page(db: Database, person: Row, values: dict[str, Any], now: datetime) -> Table:
    """Return the lines of the customer and the sections below them, what is open first."""
    from servicedesk.records import ticket_lists

    on = now.date().isoformat()
    more = db.row(HAS_MORE, id=person["id"])
    assert more is not None, "it asks for no row"
    open_tickets = ticket_lists.open_of_customer(db, person["id"], now=now)
    # The heading already names the customer.
    fields = tuple(c._replace(who=For.MACHINES) if c.key == "name" else c for c in open_tickets.columns)
    sections = (
        ("open_tickets", open_tickets._replace(columns=fields)),
        ("open_promises", promises.list_open_of_customer(db, person["id"], now=now)),
        ("notes", _notes(db, person)),
        ("ended_tickets", list_last_tickets(db, person["id"], on=on)),
        ("appliances", list_machines(db, [person["id"]], on=on)),
        *_agreements(db, person["id"], now, has_any=more["agreements"]),
        ("contacts", _contacts(db, person["id"], has_any=more["contacts"])),
        ("events", _events(db, person["id"], has_any=more["events"])),
        ("closed_complaints", complaints.list_closed_complaints(db, person["id"], now=now)),
    )
    row = [values[column.key] for column in COLUMNS]
    return record(COLUMNS, row, heading=_heading(values, on), sections=sections)


# Most customers have none of these, so their modules are loaded only if there are any.
HAS_MORE = """
SELECT EXISTS (SELECT 1 FROM contract WHERE customer_id = :id AND voided_at IS NULL)
       OR EXISTS (SELECT 1 FROM appliance a JOIN consumable p ON p.appliance_id = a.id AND p.voided_at IS NULL
                   WHERE a.customer_id = :id) AS agreements,
       EXISTS (SELECT 1 FROM contact WHERE customer_id = :id AND voided_at IS NULL)
       OR EXISTS (SELECT 1 FROM ticket t JOIN contact l ON l.ticket_id = t.id AND l.voided_at IS NULL
                   WHERE t.customer_id = :id) AS contacts,
       EXISTS (SELECT 1 FROM attendance WHERE customer_id = :id AND voided_at IS NULL) AS events
"""
_CONTACTS = 5  # of the newest


def _contacts(db: Database, customer_id: int, *, has_any: bool) -> Table:
    """Return the last calls and messages of the customer."""
    if not has_any:
        return Table((), [])
    from servicedesk.desk.aftercare import contacts

    return contacts.list_of_customer(db, customer_id, most=_CONTACTS)


def _events(db: Database, customer_id: int, *, has_any: bool) -> Table:
    """Return the events that the customer came to."""
    if not has_any:
        return Table((), [])
    from servicedesk.records.outreach import events

    return events.list_of_customer(db, customer_id)


def _agreements(db: Database, customer_id: int, now: datetime, *, has_any: bool) -> tuple[tuple[str, Table], ...]:
    """Return the contracts that run or are to come, and what is sent for the appliances."""
    if not has_any:
        return ("contracts", Table((), [])), ("consumables", Table((), []))
    from servicedesk.desk.agreements import contracts
    from servicedesk.records.agreements import consumables

    found = contracts.list_table(db, customer_id=customer_id, on=now.date())
    sent = consumables.list_of_customer(db, customer_id, on=now.date().isoformat())
    return ("contracts", found.without("customer", "customer_id")), ("consumables", sent)


def _notes(db: Database, person: Row) -> Table:
    """Return the notes of the customer; those on an appliance or the household say so."""
    found = notes.list_notes(db, letter="C", ref_id=person["id"])
    at = [column.key for column in found.columns].index("about")
    own = f"C{person['id']} {person['name']}"
    return found._replace(rows=[[*row[:at], None if row[at] == own else row[at], *row[at + 1 :]] for row in found.rows])


def _profile_values(db: Database, person: Row, *, on: str) -> dict[str, Any]:
    """Return the values of COLUMNS."""
    surveys = [
        dict(row)
        | {"satisfied": None if row["satisfied"] is None else bool(row["satisfied"]), "counted": bool(row["counted"])}
        for row in db.rows(SURVEYS, id=person["id"])
    ]
    members = households.list_members(db, person["household_id"], on=on)
    others = [member for member in members if member["id"] != person["id"]]
    spent = sum_charges(db, person["id"], on=on)
    unsettled = complaints.list_open_of_customer(db, person["id"])
    wishes = consents.list_wishes(db, person["id"])
    introducer, introduced = introductions.list_introduced(db, person)
    home = households.get_household(db, person["household_id"]) if person["household_id"] else None
    own = customers.get_customer_values(db, person["id"], on=on)
    return {column.key: value for column, value in zip(customers.COLUMNS, own, strict=True)} | {
        "household": _home(home, others) if home else None,
        "place": _place(person["address"], person["area"]),
        "guarantees": _guarantees_line(db, person["id"], on=on),
        "last_scores": [_score(answer, on) for answer in surveys],
        "spent": _spent_text(spent) if spent and spent["paid"] else None,
        "money_24_months": spent or ABSENT,
        "sent_by": f"C{introducer['id']} {introducer['name']}" if introducer else None,
        "sent": [f"C{row['id']} {row['name']}" for row in introduced] or None,
        "introduced_by_id": person["introduced_by_id"],
        "introduced": [{"id": row["id"], "name": row["name"]} for row in introduced],
        "wishes": [consents.wish_text(row) for row in wishes] or None,
        "consents": [dict(row) | {"wanted": row["wanted"] == "yes"} for row in wishes],
        "complaints": [_complaint(complaint) for complaint in unsettled] or None,
        "open_complaints": unsettled,
        "household_name": home["name"] if home else None,
        "household_relation": person["household_relation"],
        "tiers": [dict(row) for row in db.rows(TIERS, id=person["id"])],
        "surveys": surveys,
        "household_members": others,
        "kind": person["kind"]
        or "household",  # CustomerKind.HOUSEHOLD; importing its module costs 0.4 ms while the phone rings
        "trade_class": person["trade_class"],
        "trade": _trade_text(db, person) if person["kind"] else None,
    }


SOLD = "SELECT count(*) FROM appliance WHERE sold_by_id = :id AND voided_at IS NULL"


def _trade_text(db: Database, person: Row) -> str:
    """Return kind and class of a trade customer, and how many appliances on record it sold."""
    sold = db.value(SOLD, id=person["id"])
    told = [in_words(person["kind"]), in_words(person["trade_class"]) if person["trade_class"] else None,
            say_count("{n} appliance sold", "{n} appliances sold", n=sold) if sold else None]  # fmt: skip
    return joined(", ", [text for text in told if text])


def _guarantees_line(db: Database, customer_id: int, *, on: str) -> str | None:
    """Return in one line until when the guarantees hold; None if all that is known is that they are over."""
    covered = _guarantees(db, db.rows(MACHINES, owners=json.dumps([customer_id])), on=on)
    if all(state == "out" for state, _ in covered.values()):
        return None
    return joined("; ", [joined(" ", (f"A{key}", text)) for key, (_, text) in covered.items()])


def _heading(values: dict[str, Any], on: str) -> str:
    """Return the customer in one line: name, relation, tier, phones."""
    coming = [
        say("{tier} from {from_on}", tier=coded(tier["tier"]), from_on=tier["from_on"])
        for tier in values["tiers"]
        if tier["from_on"] > on
    ]
    named = " ".join(f"{shown(values['id'], 'C')} {shown(values['name'])}".split())
    parts = [
        _with_relation(named, values["household_relation"]),
        joined(", ", [coded(values["tier"]), *coming]),
        item_list(" ".join(shown(phone, "phone").split()) for phone in values["phones"])
        or (wording.NO_PHONE if values["name"] else ""),
    ]
    return joined(" | ", (part for part in parts if part))


def _place(address: str | None, area: str | None) -> str | None:
    """Return the address, with the part of the town if the address does not name it."""
    if not address or not area or area in address:
        return address or area
    return say("{address} ({area})", address=address, area=area)


def _with_relation(named: str, relation: str | None) -> str:
    return say("{named} ({relation})", named=named, relation=relation) if relation else named


def _home(home: Row, others: list[dict[str, Any]]) -> str:
    """Return the household with the others in it: H5 王家: C31 王强 (brother)."""
    people = [_with_relation(f"{shown(other['id'], 'C')} {other['name']}", other["relation"]) for other in others]
    named = " ".join(part for part in (shown(home["id"], "H"), home["name"]) if part)
    return joined(": ", [named, item_list(people)]) if people else named


def _score(answer: dict[str, Any], on: str) -> str:
    """Return one answer for people: 5 (T88, 2026-10-03), without the year if it is this year; one that does not count
    says so.
    """
    said = answer["score"]
    if said is None:
        said = say("satisfied") if answer["satisfied"] else say("not satisfied")
    values = {
        "answer": said,
        "id": answer["ticket_id"],
        "day": answer["answered_at"][5 if answer["answered_at"][:4] == on[:4] else 0 : 10],
    }
    return (
        say("{answer} (T{id}, {day})", **values)
        if answer["counted"]
        else say("{answer} (T{id}, {day}, follow-up)", **values)
    )


def _complaint(complaint: dict[str, Any]) -> str:
    """Return one complaint for people: K5 lateness (high, T88, 2026-10-03); a suggestion says so."""
    sort = coded(complaint["kind"]) if complaint["kind"] != "complaint" else None
    weight = coded(complaint["severity"]) if complaint["severity"] != "normal" else None
    parts = (sort, weight, shown(complaint["ticket_id"], "T"), complaint["received_at"][:10])
    told = joined(", ", (part for part in parts if part))
    return say("K{id} {about} ({told})", id=complaint["id"], about=in_words(complaint["about"]), told=told)

"""The file that pops up while the customer speaks (domain.md S02)."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from servicedesk.core.said import coded, joined, say, word
from servicedesk.core.table import For, Table, columns, record, shown
from servicedesk.desk import complaints, customers, households, notes
from servicedesk.desk.database import Database, Row

MACHINES = """
SELECT id, customer_id, category, brand, model, serial, bought_on, bought_precision, base_on, base_precision,
       retired_on
  FROM appliance
 WHERE customer_id IN (SELECT value FROM json_each(:owners)) AND voided_at IS NULL
 ORDER BY retired_on IS NOT NULL, id
"""


def machines(db: Database, owners: Iterable[int], *, on: str, with_owner: bool = False) -> Table:
    """The appliances of those customers, retired ones last: age in full years, the next birthday and the age then."""
    from servicedesk.desk import lifecycles, maintenance

    rows = db.rows(MACHINES, owners=json.dumps(list(owners)))
    # Eighty columns: what is empty for everybody is for machines only.
    gone = "retired_on:date=retired" if any(row["retired_on"] for row in rows) else "retired_on-"
    fields = columns(
        "id:A=appliance", "category", "brand", "model", "age:count", "next_birthday:date", "next_age-", gone,
        "customer_id:C=owner" if with_owner else "customer_id-", "serial-", "bought_on-", "bought_precision-",
    )  # fmt: skip
    found = []
    for row in rows:
        coming = None if row["retired_on"] else maintenance.next_birthday(db, row["id"], on=on)
        values: dict[str, Any] = dict(row) | {"age": lifecycles.age(row, date.fromisoformat(on))}
        values["next_birthday"], values["next_age"] = coming or (None, None)
        found.append([values[column.key] for column in fields])
    return Table(fields, found)


SURVEYS = """
SELECT e.ticket_id, e.at AS answered_at, e.score, e.satisfied, coalesce(e.reason, e.note) AS reason, e.source
  FROM ticket t
 CROSS JOIN event e ON e.ticket_id = t.id
 WHERE t.customer_id = :id AND e.kind = 'surveyed' AND e.voided_at IS NULL
 ORDER BY e.at_unix DESC, e.id DESC
 LIMIT 3
"""

TIERS = "SELECT tier, from_on FROM tier WHERE customer_id = :id AND voided_at IS NULL ORDER BY from_on, id"

# People read the first keys in the heading; the lines for people stand below it.
COLUMNS = columns(
    "id-", "name-", "tier-", "household_id-", "phones-", "household+", "address", "area", "last_scores+",
    "complaints+=open complaints", "open_complaints:nested",
    "household_name-", "household_relation-", "tiers:nested", "surveys:nested", "household_members:nested",
)  # fmt: skip


def shown_whole(db: Database, customer_id: int | None = None, *, phone: str | None = None, now: datetime) -> Table:
    """One object: who it is, open tickets, appliances, last scores, remarks, the others of the household.

    Found by id or by phone; NotFoundError, or RefusedError where several people have the phone.
    """
    from servicedesk.desk import tickets

    on = now.date().isoformat()
    person = customers.by_phone(db, phone) if phone is not None else customers.get(db, customer_id or 0)
    values = _known(db, person, on=on)
    # Whose tickets they are says the heading.
    open_tickets = tickets.open_of_customer(db, person["id"], now=now)
    fields = tuple(c._replace(who=For.MACHINES) if c.key == "name" else c for c in open_tickets.columns)
    sections = (
        ("open_tickets", open_tickets._replace(columns=fields)),
        ("appliances", machines(db, [person["id"]], on=on)),
        ("notes", notes.listed(db, letter="C", ref_id=person["id"])),
    )
    row = [values[column.key] for column in COLUMNS]
    return record(COLUMNS, row, heading=_heading(values, on), sections=sections)


def _known(db: Database, person: Row, *, on: str) -> dict[str, Any]:
    """The values of COLUMNS."""
    surveys = [
        dict(row) | {"satisfied": None if row["satisfied"] is None else bool(row["satisfied"])}
        for row in db.rows(SURVEYS, id=person["id"])
    ]
    others = households.members(db, person["household_id"], on=on, but=person["id"]).objects()
    unsettled = complaints.open_of_customer(db, person["id"])
    home = households.get(db, person["household_id"]) if person["household_id"] else None
    return customers.one(db, person["id"], on=on).objects()[0] | {
        "household": _home(home, others) if home else None,
        "last_scores": [_score(answer) for answer in surveys],
        "complaints": [_complaint(complaint) for complaint in unsettled] or None,
        "open_complaints": unsettled,
        "household_name": home["name"] if home else None,
        "household_relation": person["household_relation"],
        "tiers": [dict(row) for row in db.rows(TIERS, id=person["id"])],
        "surveys": surveys,
        "household_members": others,
    }


def _heading(values: dict[str, Any], on: str) -> str:
    """Who speaks, in one line."""
    coming = [
        say("{tier} from {from_on}", tier=coded(tier["tier"]), from_on=tier["from_on"])
        for tier in values["tiers"]
        if tier["from_on"] > on
    ]
    parts = [
        " ".join(f"{shown(values['id'], 'C')} {shown(values['name'])}".split()),
        joined(", ", [coded(values["tier"]), *coming]),
        " ".join(shown([shown(phone) for phone in values["phones"]]).split()),
    ]
    return joined(" | ", (part for part in parts if part))


def _home(home: Row, others: list[dict[str, Any]]) -> str:
    """The household with the others in it: H5 王家: C31 王强 (brother)."""
    people = [
        f"{shown(other['id'], 'C')} {other['name']}" + f" ({other['relation']})" * bool(other["relation"])
        for other in others
    ]
    named = " ".join(part for part in (shown(home["id"], "H"), home["name"]) if part)
    return f"{named}: {', '.join(people)}" if people else named


def _score(answer: dict[str, Any]) -> str:
    """One answer for people: 5 (T88, 2026-10-03, callback)."""
    said = answer["score"]
    if said is None:
        said = say("satisfied") if answer["satisfied"] else say("not satisfied")
    return say("{answer} (T{id}, {day})", answer=said, id=answer["ticket_id"], day=answer["answered_at"][:10])


def _complaint(complaint: dict[str, Any]) -> str:
    """One complaint for people: K5 lateness (high, T88, 2026-10-03)."""
    weight = coded(complaint["severity"]) if complaint["severity"] != "normal" else None
    parts = (weight, shown(complaint["ticket_id"], "T"), complaint["received_at"][:10])
    told = joined(", ", (part for part in parts if part))
    return say("K{id} {about} ({told})", id=complaint["id"], about=word(complaint["about"]), told=told)

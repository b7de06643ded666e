"""Show one part: every movement numbered, who holds some, which tickets wait for it."""

from typing import NamedTuple

from servicedesk.base.messages import item_list, joined, say
from servicedesk.base.table import Table, columns, record, shown
from servicedesk.domain.wording import appliance_name
from servicedesk.records.parts import holding, waiting
from servicedesk.records.parts.register import get_part, get_part_values, part_table
from servicedesk.storage.database import Database
from servicedesk.storage.undone import void_label

# Numbered in the order of recording (by command), so that a number never changes. Rows that no command wrote, as those
# of an import, come first.
FACTS = """
SELECT row_number() OVER (ORDER BY coalesce(s.command_id, 0), fact.recorded_unix, fact.place, fact.id) AS number,
       fact.*, k.name AS technician
  FROM (SELECT 'part_order' AS noun, 1 AS place, o.id, 'ordered' AS kind, o.quantity, NULL AS technician_id,
               o.ticket_id, NULL AS due_on, NULL AS forced, NULL AS reason, NULL AS part_issue_id, o.at, o.at_unix,
               o.recorded_at, o.recorded_unix, o.actor, o.voided_at, o.voided_by, o.void_reason
          FROM part_order o
         WHERE o.part_id = :id
         UNION ALL
        SELECT 'part_issue', 3, i.id, 'issued', i.quantity, i.technician_id, i.ticket_id, i.due_on, i.forced, NULL,
               NULL, i.at, i.at_unix, i.recorded_at, i.recorded_unix, i.actor, i.voided_at, i.voided_by, i.void_reason
          FROM part_issue i
         WHERE i.part_id = :id
         UNION ALL
        SELECT 'part_movement', CASE m.kind WHEN 'received' THEN 2 ELSE 4 END, m.id, m.kind, m.quantity,
               i.technician_id, m.ticket_id, NULL, NULL, m.reason, m.part_issue_id, m.at, m.at_unix, m.recorded_at,
               m.recorded_unix, m.actor, m.voided_at, m.voided_by, m.void_reason
          FROM part_movement m
          LEFT JOIN part_issue i ON i.id = m.part_issue_id
         WHERE m.part_id = :id) AS fact
  LEFT JOIN command_span s ON s.noun = fact.noun AND s.first_id <= fact.id AND s.last_id >= fact.id
  LEFT JOIN technician k ON k.id = fact.technician_id
"""


class Fact(NamedTuple):
    """A movement or an order of a part; `number` is its place in 'part show', `table` the table it is in."""

    number: int
    table: str
    id: int
    kind: str
    quantity: int
    technician: str | None
    ticket_id: int | None
    due_on: str | None
    forced: str | None
    reason: str | None
    part_issue_id: int | None
    at: str
    at_unix: int
    recorded_at: str
    recorded_unix: int
    actor: str
    voided_at: str | None
    voided_by: str | None
    void_reason: str | None


def list_facts(db: Database, part_id: int) -> list[Fact]:
    """Return every movement and order of a part, voided ones too, in the order in which they happened."""
    rows = db.rows(FACTS, id=part_id)
    facts = [Fact(row["number"], row["noun"], *(row[name] for name in Fact._fields[2:])) for row in rows]
    return sorted(facts, key=lambda fact: (fact.at_unix, fact.number))


_MOVEMENTS = columns(
    "number:count=no", "at:instant", "kind:code=what", "quantity:count", "technician:name", "ticket_id:T=ticket",
    "due_on:date??=due", "more+=", "forced-", "recorded_at-", "actor-", "voided_at-", "voided_by-", "void_reason-",
    "reason-",
)  # fmt: skip
_WAITING = columns(
    "ticket_id:T=ticket", "quantity:count", "ordered:count", "since_at:instant=since", "in_stock=in stock"
)
_PAGE = columns("part", "kind=for", "stock", "out=with technicians", "awaited=waited for", "supply=production")


def get_part_page(db: Database, code: str, *, on: str) -> Table:
    """Return the part with all its movements, who holds some of it, and who waits for it."""
    part_id = get_part(db, code)["id"]
    movements = [[_cell(fact, column.key) for column in _MOVEMENTS] for fact in list_facts(db, part_id)]
    arrived = {want.ticket_id for want in waiting.find_arrived(db, part_id=part_id)}
    wanted = [
        [want.ticket_id, want.quantity, want.ordered, want.since_at, want.ticket_id in arrived]
        for want in waiting.find_wanted(db, part_id=part_id)
    ]
    sections = (
        ("waiting_tickets", Table(_WAITING, wanted)),
        ("held_by", holding.list_held(db, on=on, part_id=part_id).without("code", "name")),
        ("movements", Table(_MOVEMENTS, movements)),
    )
    return part_table(db, part_id)._replace(sections=sections, drawn=lambda: _page(db, part_id))


def _cell(fact: Fact, key: str) -> object:
    if key != "more":
        return getattr(fact, key)
    voided = say("[voided: {reason}]", reason=void_label(fact.void_reason)) if fact.voided_at else None
    forced = say("forced: {reason}", reason=fact.forced) if fact.forced else None
    return joined(", ", filter(None, (forced, fact.reason, voided)))


def _page(db: Database, part_id: int) -> Table:
    """Return what people read of the part itself."""
    values = get_part_values(db, part_id)
    name = joined(" ", (values["code"], values["name"]))
    kind = [appliance_name(values["category"])] if values["category"] else []
    stock = joined(", ", [shown(values["stock"]), *_limits(values["min"], low=values["low"])])
    made = None
    if values["discontinued_on"]:
        made = say(
            "no more from {day} on; to be supplied until {until} (W16)",
            day=values["discontinued_on"], until=values["supplied_until"],
        )  # fmt: skip
    awaited = item_list(f"T{ticket_id}" for ticket_id in values["waiting"])
    about = joined(", ", [*kind, *([say("main part")] if values["main"] else [])])
    return record(_PAGE, [name, about, stock, values["held"] or None, awaited, made])


def _limits(least: int | None, *, low: bool) -> list[str]:
    limits = [say("at least {n}", n=least)] if least else []
    return [*limits, say("to be ordered")] if low else limits

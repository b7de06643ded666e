"""Read the facts about an appliance's guarantee: dates, repairs, exchanges, terms, holidays, contracts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from servicedesk.base.sameness import folded_name
from servicedesk.domain.guarantee.civil_days import Holidays, list_holidays
from servicedesk.domain.guarantee.facts import Extension, Facts, Repair, Term
from servicedesk.records.guarantee import exchanges
from servicedesk.storage.database import Database, Row

# The repairs of an appliance that were not cancelled, with their ends.
_REPAIRS = """
SELECT t.id, r.at AS reported_at, d.at AS ended_at, d.outcome, d.exclusion, d.evidence
  FROM ticket t
 CROSS JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
 WHERE t.appliance_id = :id AND t.type = 'repair' AND t.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM event c WHERE c.ticket_id = t.id AND c.kind = 'cancelled' AND c.voided_at IS NULL)
"""
_REPAIR_WAITS = """
SELECT t.id, e.at, e.cause
  FROM ticket t
 CROSS JOIN event e ON e.ticket_id = t.id AND e.kind = 'waiting' AND e.voided_at IS NULL
 WHERE t.appliance_id = :id AND t.type = 'repair'
 ORDER BY e.at_unix, e.id
"""
_TERMS = """
SELECT * FROM warranty_term WHERE category = :category AND voided_at IS NULL ORDER BY from_on, id
"""


def load_facts(db: Database, machine: Row, *, today: date | None = None) -> Facts:
    """Return the facts about the guarantee of an appliance; `machine` is its row of table `appliance`.

    Give `today` if the guarantee may be asked for on a future day.
    """
    return Facts(
        machine["id"],
        machine["category"],
        installed_on=_day(machine["installed_on"]) if machine["installed_precision"] == "day" else None,
        installed_by=machine["installed_by"],
        delivered_on=_day(machine["delivered_on"]),
        invoice_on=_day(machine["invoice_on"]),
        price_fen=machine["price_fen"],
        use=machine["use"],
        is_remote_sale=bool(machine["remote_sale"]),
        discontinued_on=_day(machine["discontinued_on"]),
        exchanges=tuple(_list_exchanges(db, machine)),
        terms=list_terms(db, machine["category"], machine["brand"]),
        repairs=tuple(_list_repairs(db, machine["id"])),
        holidays=load_holidays(db),
        extensions=extensions_of(db, machine["id"]),
        today=today,
    )


def _day(text: str | None) -> date | None:
    """Return the local date in a text that is a date or an instant."""
    return date.fromisoformat(text[:10]) if text else None


def _list_exchanges(db: Database, machine: Row) -> Iterable[tuple[date, str]]:
    """Yield the day and the reference of each exchange: the appliance that this one replaced, or a ticket.

    A ticket stands for an exchange of which nobody recorded the new appliance: the old one is still in use.
    """
    came = exchanges.find_beginning(db, machine["id"])
    if came is not None:
        yield date.fromisoformat(came["on_date"]), f"A{came['appliance_id']}"
    if machine["retired_on"] is None:
        for row in db.rows(_REPAIRS, id=machine["id"]):
            if row["outcome"] == "exchanged":
                yield date.fromisoformat(row["ended_at"][:10]), f"T{row['id']}"


def _list_repairs(db: Database, appliance_id: int) -> list[Repair]:
    waits: dict[int, list[tuple[date, str]]] = {}
    for row in db.rows(_REPAIR_WAITS, id=appliance_id):
        waits.setdefault(row["id"], []).append((date.fromisoformat(row["at"][:10]), row["cause"]))
    return [
        Repair(
            row["id"], date.fromisoformat(row["reported_at"][:10]), _day(row["ended_at"]), row["outcome"],
            row["exclusion"], row["evidence"], tuple(waits.get(row["id"], ())),
        )
        for row in db.rows(_REPAIRS, id=appliance_id)
    ]  # fmt: skip


def list_terms(db: Database, category: str, brand: str | None) -> tuple[Term, ...]:
    """Return the guarantee terms of a category, by their first day: those for any brand and those for this brand."""
    own = folded_name(brand) if brand else None
    rows = db.rows(_TERMS, category=category)
    return tuple(term_of(row) for row in rows if row["brand"] is None or folded_name(row["brand"]) == own)


def term_of(row: Row) -> Term:
    """Return a row of warranty_term as a value."""
    cells: dict[str, Any] = {name: row[name] for name in Term._fields if name not in {"from_on", "is_brand"}}
    cells["is_verified"] = bool(row["is_verified"])
    return Term(**cells, from_on=date.fromisoformat(row["from_on"]), is_brand=row["brand"] is not None)


def load_holidays(db: Database) -> Holidays:
    """Return the holidays that are recorded in the file."""
    return list_holidays(date.fromisoformat(row[0]) for row in db.rows("SELECT on_date FROM holiday"))


def extensions_of(db: Database, appliance_id: int) -> tuple[Extension, ...]:
    """Return the contracts that extend an appliance's guarantee, including those that are over."""
    from servicedesk.records.agreements.contracts import list_extensions

    return tuple(
        Extension(f"G{row['id']}", date.fromisoformat(row["from_on"]), date.fromisoformat(row["to_on"]))
        for row in list_extensions(db, appliance_id)
    )

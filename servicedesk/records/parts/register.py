"""Spare parts: find one by code or name, and list them with the quantity in stock and with technicians (S26, S27)."""

from datetime import date
from typing import Any

from servicedesk.base.errors import NotFoundError, RefusedError, nearest
from servicedesk.base.messages import item_list, joined, say
from servicedesk.base.sameness import folded_name, half_width
from servicedesk.base.table import Table, columns
from servicedesk.base.text import one_line
from servicedesk.records.parts.waiting import Wanted, find_wanted
from servicedesk.storage.database import Database, Row

SUPPLY_YEARS = 5  # how long the maker must supply a part after its production has ended (W16)

# out: the quantity that technicians took and neither used, lost nor gave back.
PARTS = """
WITH moved (part_id, came, settled) AS (
  SELECT part_id, sum(brought), sum(CASE WHEN part_issue_id IS NOT NULL THEN quantity ELSE 0 END)
    FROM part_movement
   WHERE voided_at IS NULL AND (:id IS NULL OR part_id = :id)
   GROUP BY part_id),
issued (part_id, quantity) AS (
  SELECT part_id, sum(quantity) FROM part_issue
   WHERE voided_at IS NULL AND (:id IS NULL OR part_id = :id)
   GROUP BY part_id)
SELECT p.id, p.code, p.name, p.category, p.is_main, p.min_stock, p.discontinued_on,
       coalesce(m.came, 0) - coalesce(i.quantity, 0) AS stock, coalesce(i.quantity, 0) - coalesce(m.settled, 0) AS out
  FROM part p
  LEFT JOIN moved m ON m.part_id = p.id
  LEFT JOIN issued i ON i.part_id = p.id
 WHERE p.voided_at IS NULL AND (:id IS NULL OR p.id = :id) AND (:category IS NULL OR p.category = :category)
 ORDER BY p.code
"""

COLUMNS = columns(
    "code:code=part", "name:name=description", "category:words?", "main??", "stock:count", "min:count??", "low-",
    "held:count?",
    "waiting:T-", "for_whom+=waited for", "discontinued_on-", "supplied_until-", "state+=",
)  # fmt: skip


def find_part(db: Database, text: str) -> Row | None:
    """Return the part with that code in any spelling, or None."""
    code = one_line(half_width(text), say("the part"))
    row = db.row("SELECT id, code, name FROM part WHERE code = :code AND voided_at IS NULL", code=code)
    if row is not None:
        return row
    rows = db.rows("SELECT id, code, name FROM part WHERE voided_at IS NULL ORDER BY id")
    return next((row for row in rows if folded_name(row["code"]) == folded_name(code)), None)


def get_part(db: Database, text: str) -> Row:
    """Return the part with that code, or the only one with that name; raise NotFoundError with the nearest codes."""
    row = find_part(db, text)
    if row is not None:
        return row
    parts = db.rows("SELECT id, code, name FROM part WHERE voided_at IS NULL ORDER BY code")
    called = _parts_by_name(parts, text)
    if len(called) == 1:
        return called[0]
    wanted = text.strip()
    if called:
        names = item_list([joined(" ", (part["code"], part["name"])) for part in called])
        raise RefusedError(say("'{text}' may be one of these: {names}", text=wanted, names=names),
                           hint=say("name its code"))  # fmt: skip
    shown = {part["code"]: joined(" ", (part["code"], part["name"])) for part in parts}
    hint = nearest(wanted, shown, shown=shown.__getitem__)
    raise NotFoundError(
        say("there is no part '{code}'", code=wanted),
        hint=hint or say("'part list' shows them all, 'part add' makes a new one"),
    )


def _parts_by_name(parts: list[Row], text: str) -> list[Row]:
    """Return the parts with exactly that name; if there are none, those with the text in their names."""
    name = folded_name(text)
    whole = [part for part in parts if folded_name(part["name"]) == name]
    return whole or [part for part in parts if name and name in folded_name(part["name"])]


STOCK = """
SELECT (SELECT coalesce(sum(m.brought), 0) FROM part_movement m
         WHERE m.part_id = :id AND m.voided_at IS NULL AND (:until IS NULL OR m.at_unix <= :until))
     - (SELECT coalesce(sum(i.quantity), 0) FROM part_issue i
         WHERE i.part_id = :id AND i.voided_at IS NULL AND (:until IS NULL OR i.at_unix <= :until))
"""


def get_stock(db: Database, part_id: int, *, until: int | None = None) -> int:
    """Return the quantity in stock, now or at the second `until`, by everything that is recorded now."""
    return int(db.value(STOCK, id=part_id, until=until))


def list_parts(db: Database, *, category: str | None = None, low: bool = False) -> Table:
    """Return a table of parts sorted by code: all, those of a category, or those low in stock."""
    rows = [values for values in _list_values(db, category=category) if values["low"] or not low]
    return Table(COLUMNS, [[values[column.key] for column in COLUMNS] for values in rows])


def get_part_values(db: Database, part_id: int) -> dict[str, Any]:
    """Return the values of one part by the keys of COLUMNS."""
    (values,) = _list_values(db, part_id=part_id)
    return values


def part_table(db: Database, part_id: int, **more: Any) -> Table:
    """Return the part as one object; `more` are further keys for programs."""
    values = get_part_values(db, part_id) | more
    fields = (*COLUMNS, *columns(*(f"{key}-" for key in more)))
    return Table(fields, [[values[field.key] for field in fields]], one=True)


def _list_values(db: Database, *, part_id: int | None = None, category: str | None = None) -> list[dict[str, Any]]:
    waiting: dict[int, list[Wanted]] = {}
    for want in find_wanted(db, part_id=part_id):
        waiting.setdefault(want.part_id, []).append(want)
    rows = db.rows(PARTS, id=part_id, category=category)
    return [_values(row, waiting.get(row["id"], [])) for row in rows]


def _values(row: Row, waiting: list[Wanted]) -> dict[str, Any]:
    """Return a part by the keys of COLUMNS. A part is low if its stock is below its minimum or what tickets need."""
    low = row["stock"] < max(row["min_stock"] or 0, sum(want.quantity for want in waiting))
    return {
        "code": row["code"],
        "name": row["name"],
        "category": row["category"],
        "main": bool(row["is_main"]),
        "stock": row["stock"],
        "min": row["min_stock"],
        "low": low,
        "held": row["out"],
        "waiting": [want.ticket_id for want in waiting],
        "for_whom": item_list(f"T{want.ticket_id}" for want in waiting),
        "discontinued_on": row["discontinued_on"],
        "supplied_until": supplied_until(row["discontinued_on"]),
        "state": say("to be ordered") if low else "",
    }


def supplied_until(discontinued_on: str | None) -> str | None:
    """Return the last day on which the maker must supply a discontinued part (W16), or None if it is still made."""
    if discontinued_on is None:
        return None
    day = date.fromisoformat(discontinued_on)
    year = min(day.year + SUPPLY_YEARS, date.max.year)
    is_29_february = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28 if is_29_february else day.day).isoformat()

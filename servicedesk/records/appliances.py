"""Appliances: find, list and show their rows. The commands that change them are in desk/appliances/ (S07)."""

from typing import Any

from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import Result, Table, columns, record, shown
from servicedesk.domain import wording
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row

Imprecise = tuple[str | None, str]  # first possible day, and day|month|year|unknown: base.dates.purchase_date
UNKNOWN: Imprecise = (None, "unknown")

# The facts about the sale that the guarantee depends on (W1): columns of the table, in its order.
SALE = (
    "delivered_on", "invoice_on", "invoice_no", "price_fen", "installed_by", "use", "remote_sale", "discontinued_on",
    "sold_by_id",
)  # fmt: skip
# Scripts read the first eight keys, so they must not change. People read `whose` and `machine`.
COLUMNS = columns(
    "id:A=appliance", "customer_id-", "category-", "brand-", "model-", "serial:code??", "bought_on-",
    "bought_precision-",
    "installed_on-", "installed_precision-", "retired_on-", "retire_reason-", "registered_at-", "owner-",
    "machine:brief+=description", "whose:name+=owner", "bought:date??+", "installed:date???+", "retired:date+",
    *(f"{key}-" for key in SALE),
)  # fmt: skip
# Further columns that people see when one appliance is shown.
_SALE = columns("delivered:date+", "invoice+", "price:fen+", "sale+=more", "discontinued:date+=made until")


def appliance_cells(found: Row) -> list[Any]:
    """Return a row of appliance_now in the order of COLUMNS."""
    values = [found[column.key] for column in COLUMNS[:14]]
    return [
        *values,
        appliance_label(found),
        owner_label(found),
        partial_date(found, "bought"),
        partial_date(found, "installed"),
        found["retired_on"],
        *sale_values(found),
    ]


def sale_values(found: Row) -> list[Any]:
    """Return the facts about the appliance's sale, in the order of SALE."""
    return [None if found[key] is None else bool(found[key]) if key == "remote_sale" else found[key] for key in SALE]


def sale_cells(found: Row) -> list[Any]:
    """Return the facts about the appliance's sale for people, in the order of _SALE."""
    invoice = joined(", ", [part for part in (found["invoice_on"], found["invoice_no"]) if part]) or None
    words = [
        say("installed by {whom}", whom=coded(found["installed_by"])) if found["installed_by"] else None,
        coded(found["use"]) if found["use"] else None,
        say("sold from afar") if found["remote_sale"] else None,
        say("sold by C{id}", id=found["sold_by_id"]) if found["sold_by_id"] else None,
    ]
    more = joined(", ", [word for word in words if word]) or None
    return [found["delivered_on"], invoice, found["price_fen"], more, found["discontinued_on"]]


def appliance_label(row: Row) -> str:
    """Return the appliance in words: category, brand and model."""
    return wording.appliance_name(row["category"], row["brand"], row["model"])


def owner_label(row: Row) -> str:
    """Return the owner's name and reference, or "" if no owner is known."""
    return f"{row['owner']} {shown(row['customer_id'], 'C')}" if row["customer_id"] else ""


def partial_date(row: Row, field: str) -> str | None:
    """Return the row's date for `field` (bought or installed), as precise as it is known: 2024-03-09, 2024-03, 2024."""
    return date_text(row[f"{field}_on"], row[f"{field}_precision"])


def date_text(first_day: str | None, precision: str) -> str | None:
    """Return a date cut to that precision (day, month or year), or None if nothing is known."""
    length = {"day": 10, "month": 7, "year": 4}.get(precision)
    return first_day[:length] if first_day and length else None


def get_appliance(db: Database, appliance_id: int) -> Row:
    """Return the appliance's row of appliance_now; raise NotFoundError if there is none."""
    row = db.row("SELECT * FROM appliance_now WHERE id = :id", id=appliance_id)
    if row is None:
        raise undone.undone_error(db, "appliance", appliance_id) or NotFoundError(
            say("there is no appliance A{appliance_id}", appliance_id=appliance_id),
            hint=say("'appliance find' searches"),
        )
    return row


def list_appliances_in_use(db: Database, customer_id: int) -> list[Row]:
    """Return the rows of appliance_now for the customer's appliances that are in use."""
    sql = "SELECT * FROM appliance_now WHERE customer_id = :id AND retired_on IS NULL ORDER BY id"
    return db.rows(sql, id=customer_id)


_GUARANTEED = ("delivered_on", "invoice_on", "invoice_no", "price_fen", "installed_by", "use")


def has_guarantee(machine: Row) -> bool:
    """Return whether anything is known about the appliance's guarantee. `machine` is a row of table `appliance`."""
    return any(machine[key] is not None for key in _GUARANTEED)


def guarantee_text(db: Database, machine: Row, *, on: str, today: str | None = None) -> str | None:
    """Return the appliance's guarantee as of `on` in one line, or None if nothing is known about it.

    `machine` is a row of table `appliance`. The line names the day `on` if the guarantee is different on `today`. The
    rules are loaded only if something is known, which keeps other commands fast.
    """
    if not has_guarantee(machine):
        return None
    from servicedesk.records.guarantee.line import guarantee_line

    return guarantee_line(db, machine, on=on, today=today)


def find_guarantee_text(db: Database, appliance_id: int | None, *, reported_at: str, today: str) -> str | None:
    """Return `guarantee_text` as of the day of a report, or None if nothing is known."""
    machine = db.row("SELECT * FROM appliance WHERE id = :id", id=appliance_id)
    if machine is None:
        return None
    return guarantee_text(db, machine, on=reported_at[:10], today=today)


def appliance_table(db: Database, appliance_id: int) -> Table:
    """Return the appliance as one object; raise NotFoundError if there is none."""
    row = get_appliance(db, appliance_id)
    return record((*COLUMNS, *_SALE), [*appliance_cells(row), *sale_cells(row)])


# A filter that is NULL does not apply. An appliance of unknown age is never older than a limit (M4).
APPLIANCE_LIST = """
SELECT a.*
  FROM appliance_now a
 WHERE a.id > :after_id AND (:every OR a.retired_on IS NULL)
   AND (:customer_id IS NULL OR a.customer_id = :customer_id) AND (:sold_by_id IS NULL OR a.sold_by_id = :sold_by_id)
   AND (:area IS NULL OR EXISTS (SELECT 1 FROM customer c WHERE c.id = a.customer_id AND c.area = :area))
   AND (:category IS NULL OR a.category = :category) AND (:brand IS NULL OR a.brand = :brand COLLATE NOCASE)
   AND (:older_than IS NULL OR a.base_precision IN ('day', 'month')
                               AND a.base_on <= date(coalesce(a.retired_on, :on), -:older_than || ' years'))
 ORDER BY a.id
 LIMIT :limit
"""


def page_appliances(
    db: Database,
    *,
    on: str,
    every: bool = False,
    after_id: int = 0,
    limit: int | None = None,
    category: str | None = None,
    **wanted: int | str | None,
) -> Result:
    """Return a page of appliances by number: at most `limit`, with numbers above `after_id`.

    Only appliances in use are listed, unless `every`. A note says how to get the next page. `wanted` are filters:
    customer_id, sold_by_id, area, brand, older_than (full years).
    """
    if category is not None:
        from servicedesk.records import categories

        category = categories.check_category(db, category)
    most = -1 if limit is None else limit + 1
    found = db.stream(APPLIANCE_LIST, on=on, every=every, after_id=after_id, limit=most, category=category, **wanted)
    if limit is None:
        return Result(Table(COLUMNS, (), coming=map(appliance_cells, found)), changed=False)
    page = list(found)
    notes = [say("--after A{id} goes on", id=page[limit - 1]["id"])] if 0 < limit < len(page) else []
    return Result(Table(COLUMNS, [appliance_cells(row) for row in page[:limit]]), notes, changed=False)


IN_USE = """
SELECT a.*, c.forgotten_at AS owner_forgotten_at
  FROM appliance a LEFT JOIN customer c ON c.id = a.customer_id
 WHERE a.id = :id AND a.voided_at IS NULL
"""


def get_appliance_in_use(db: Database, appliance_id: int) -> Row:
    """Return the appliance if it is in use.

    Raise NotFoundError if there is none, RefusedError if it was retired or its owner was forgotten.
    """
    machine = db.row(IN_USE, id=appliance_id)
    if machine is None:
        raise undone.undone_error(db, "appliance", appliance_id) or NotFoundError(
            say("there is no appliance A{appliance_id}", appliance_id=appliance_id),
            hint=say("'appliance find' searches"),
        )
    if machine["retired_on"]:
        raise RefusedError(
            say(
                "A{appliance_id} was retired {retired_on} ({retire_reason})",
                appliance_id=appliance_id,
                retired_on=machine["retired_on"],
                retire_reason=coded(machine["retire_reason"]),
            ),
            hint=say("'appliance retire A{appliance_id} --undo' if it is in use after all", appliance_id=appliance_id),
        )
    if machine["owner_forgotten_at"]:
        day = machine["owner_forgotten_at"][:10]
        raise RefusedError(
            say("the owner of A{appliance_id} was forgotten {day}", appliance_id=appliance_id, day=day),
            hint=say("'appliance transfer A{appliance_id} --to C12' records the new owner", appliance_id=appliance_id),
        )
    return machine

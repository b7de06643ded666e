"""Customers: find, list and show their rows. The commands that change them are in desk/customers/."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from servicedesk.base import phones, sameness
from servicedesk.base.errors import NotFoundError, RefusedError, SeveralError
from servicedesk.base.messages import joined, say
from servicedesk.base.sameness import Phone
from servicedesk.base.table import Result, Table, columns, readable_phone, record, shown
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row, from_json, to_json

# Customers with their phones and the tier on day :on. Of the tier rows up to that day the latest from_on counts, then
# the latest recorded. Before the first row a customer is ordinary.
CUSTOMERS = """
SELECT c.id, c.name,
       coalesce((SELECT r.tier FROM tier r WHERE r.customer_id = c.id AND r.from_on <= :on AND r.voided_at IS NULL
                  ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary') AS tier,
       c.household_id,
       (SELECT json_group_array(n.number)
          FROM (SELECT number FROM phone WHERE customer_id = c.id AND voided_at IS NULL ORDER BY id) n) AS phones,
       c.address, c.area, c.voided_at
  FROM customer c
 WHERE c.id IN (SELECT value FROM json_each(:ids))
 ORDER BY c.id
"""

# Scripts read the first four keys, so they must not change.
COLUMNS = columns("id:C=customer", "name:name", "tier:code??", "household_id:H???=household", "phones:phone",
                  "address:brief", "area???")  # fmt: skip


def customer_cells(found: Row) -> list[Any]:
    """Return a row of CUSTOMERS in the order of COLUMNS."""
    return [from_json(found[column.key]) if column.key == "phones" else found[column.key] for column in COLUMNS]


def get_customer_values(db: Database, customer_id: int, *, on: str) -> list[Any]:
    """Return the values of COLUMNS for one customer, with the tier of that day. Raise NotFoundError if unknown."""
    found = db.row(CUSTOMERS, ids=to_json([customer_id]), on=on)
    if found is None or found["voided_at"]:
        raise _unknown(db, customer_id)
    return customer_cells(found)


def customer_table(db: Database, customer_id: int, *, on: str) -> Table:
    """Return the customer as one object, with the tier of that day."""
    return record(COLUMNS, get_customer_values(db, customer_id, on=on))


def get_customer(db: Database, customer_id: int) -> Row:
    """Return the customer's row; after a merge the row of the customer who stayed, and print a note.

    Raise NotFoundError if there is none.
    """
    found = db.row("SELECT * FROM customer WHERE id = :id AND voided_at IS NULL", id=customer_id)
    if found is None:
        raise _unknown(db, customer_id)
    if found["merged_into_id"] is None:
        return found
    if db.talk:
        db.talk(say("C{gone} was merged into C{kept}", gone=customer_id, kept=found["merged_into_id"]))
    return get_customer(db, found["merged_into_id"])


def get_standing_customer(db: Database, customer_id: int) -> Row:
    """Return the row of a customer about whom more may be recorded; raise RefusedError for a forgotten customer."""
    found = get_customer(db, customer_id)
    if found["forgotten_at"] is not None:
        raise RefusedError(
            say("C{id} was forgotten {day}", id=found["id"], day=found["forgotten_at"][:10]),
            hint=say("'customer add NAME --phone P' registers the person again"),
        )
    return found


def get_seller(db: Database, customer_id: int) -> Row:
    """Return the row of a trade customer; raise RefusedError for a household, because households sell nothing."""
    found = get_standing_customer(db, customer_id)
    if found["kind"] is None:
        raise RefusedError(
            say("C{id} is a household, not of the trade", id=found["id"]),
            hint=say("if it is a shop: customer edit C{id} --kind trade", id=found["id"]),
        )
    return found


def _unknown(db: Database, customer_id: int) -> NotFoundError:
    return undone.undone_error(db, "customer", customer_id) or NotFoundError(
        say("there is no customer C{customer_id}", customer_id=customer_id), hint=say("'customer find' searches")
    )


def get_customer_by_phone(db: Database, phone: str) -> Row:
    """Return the customer with that phone; raise NotFoundError if there is none, SeveralError if there are several."""
    found = list_customers_by_phone(db, phone)
    digits = phones.parse_phone(phone).digits
    if not found:
        near = list_customers(db, _ending(db, digits))
        hint = say("'customer add NAME --phone {phone}' registers one", phone=phone.strip())
        if near:
            hint = say(
                "numbers that end so:\n{cards}\nif it is none of them, {hint}", cards=candidate_cards(near), hint=hint
            )
        raise NotFoundError(say("nobody has the phone {phone}", phone=phone.strip()), hint=hint)
    if len(found) > 1:
        raise SeveralError(
            say(
                "{phone} belongs to {n} customers:\n{cards}",
                phone=phone.strip(),
                n=len(found),
                cards=candidate_cards(found, {digits}),
            ),
            hint=say("name the caller: C{id} instead of the phone", id=found[0]["id"]),
            candidates=[(shown(row["id"], "C"), candidate_card(row, {digits})) for row in found],
        )
    return get_customer(db, found[0]["id"])


def list_customers_by_phone(db: Database, phone: str) -> list[Row]:
    """Return the customers with that phone and its extension; if there are none, all customers with that line."""
    wanted = phones.parse_phone(phone)
    exact = db.rows(SAME_EXTENSION, digits=wanted.digits, extension=wanted.extension) if wanted.extension else []
    return list_customers(db, [row[0] for row in exact]) or list_customers_with_phones(db, [wanted])


def get_tier(db: Database, customer_id: int, day: str) -> str:
    """Return the customer's tier on that day."""
    return str(get_customer_values(db, customer_id, on=day)[2])


SAME_PHONE = """
SELECT DISTINCT customer_id FROM phone
 WHERE voided_at IS NULL AND digits IN (SELECT value FROM json_each(:digits))
 ORDER BY customer_id
"""
SAME_EXTENSION = """
SELECT DISTINCT customer_id FROM phone
 WHERE voided_at IS NULL AND digits = :digits AND extension = :extension
 ORDER BY customer_id
"""


def list_customers_with_phones(db: Database, phones: Iterable[Phone]) -> list[Row]:
    """Return the rows of CUSTOMERS for everybody with one of these phone lines, whatever the extension."""
    found = db.rows(SAME_PHONE, digits=to_json(phone.digits for phone in phones))
    return list_customers(db, [row[0] for row in found])


def _ending(db: Database, digits: str, most: int = 3) -> list[int]:
    """Return the ids of customers whose number ends with these digits; [] for fewer than four digits."""
    if len(digits) < 4:
        return []
    from servicedesk.storage.search import index

    return list(islice(index.find_phone_endings(db, digits), most))


def list_customers(db: Database, ids: Iterable[int], *, on: str = "9999-12-31") -> list[Row]:
    """Return the rows of CUSTOMERS for these ids, in that order."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = {row["id"]: row for row in db.stream(CUSTOMERS, ids=to_json(wanted), on=on)}
    return [rows[customer_id] for customer_id in wanted]


# A filter that is NULL does not apply. The tier is the same as in list_customers.
CUSTOMER_LIST = """
SELECT c.id
  FROM customer c
 WHERE c.voided_at IS NULL AND c.merged_into_id IS NULL AND c.forgotten_at IS NULL AND c.id > :after_id
   AND (:area IS NULL OR c.area = :area) AND (:kind IS NULL OR coalesce(c.kind, 'household') = :kind)
   AND (:category IS NULL AND :brand IS NULL
        OR EXISTS (SELECT 1 FROM appliance a
                    WHERE a.customer_id = c.id AND a.retired_on IS NULL AND a.voided_at IS NULL
                      AND (:category IS NULL OR a.category = :category)
                      AND (:brand IS NULL OR a.brand = :brand COLLATE NOCASE)))
 ORDER BY c.id
"""
_AT_ONCE = 500  # customers that are read together


def page_customers(
    db: Database,
    *,
    on: str,
    after_id: int = 0,
    limit: int | None = None,
    area: str | None = None,
    kind: str | None = None,
    tier: str | None = None,
    category: str | None = None,
    brand: str | None = None,
) -> Result:
    """Return a page of customers by number: at most `limit`, with numbers above `after_id`.

    A note says how to get the next page.
    """
    if category is not None:
        from servicedesk.records import categories

        category = categories.check_category(db, category)
    found = db.stream(CUSTOMER_LIST, after_id=after_id, area=area, kind=kind, category=category, brand=brand)
    rows = (row for row in _in_parts(db, (row["id"] for row in found), on=on) if tier in {None, row["tier"]})
    if limit is None:
        return Result(Table(COLUMNS, (), coming=map(customer_cells, rows)), changed=False)
    page = list(islice(rows, limit + 1))
    notes = [say("--after C{id} goes on", id=page[limit - 1]["id"])] if 0 < limit < len(page) else []
    return Result(Table(COLUMNS, [customer_cells(row) for row in page[:limit]]), notes, changed=False)


def _in_parts(db: Database, ids: Iterator[int], *, on: str) -> Iterator[Row]:
    """Yield the rows of CUSTOMERS, read in parts, because there may be a million."""
    while part := list(islice(ids, _AT_ONCE)):
        yield from list_customers(db, part, on=on)


def candidate_cards(found: Sequence[Row], typed: Collection[str] = (), most: int = 10) -> str:
    """Return one line for each candidate; phones are masked, except those with the typed digits."""
    told = [f"  {candidate_card(row, typed)}" for row in found[:most]]
    return joined("\n", told + [say("  and {n} more", n=len(found) - most)] * (len(found) > most))


def candidate_card(found: Row, typed: Collection[str] = ()) -> str:
    """Return reference, name, phones and address on one line; phones are masked, except those with the typed digits."""
    seen = [
        readable_phone(number if sameness.phone_digits(number) in typed else phones.masked(number))
        for number in from_json(found["phones"])
    ]
    parts = [shown(value) for value in (found["name"], seen, found["address"]) if value]
    return "  ".join([shown(found["id"], "C"), *(" ".join(part.split()) for part in parts)])


def find_caller(db: Database, customer_id: int | None, phone: str | None, *, owner_id: int | None) -> int | None:
    """Return the id of the caller: the customer that was named, otherwise the customer with that phone.

    If several share the phone, the owner of the appliance calls. Raise RefusedError if the phone is not the customer's.
    """
    if customer_id is not None:
        customer_id = int(get_standing_customer(db, customer_id)["id"])
    if phone is None:
        return customer_id
    reached = [row["id"] for row in list_customers_by_phone(db, phone)]
    if customer_id is not None and reached and customer_id not in reached:
        raise RefusedError(
            say("{phone} is not a phone of C{customer_id}", phone=phone.strip(), customer_id=customer_id),
            hint=say("name one of the two"),
        )
    for known in (customer_id, owner_id):
        if known in reached:
            return known
    return int(get_customer_by_phone(db, phone)["id"])

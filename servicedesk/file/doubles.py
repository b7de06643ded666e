"""Find probable doubles: customers with the same name and phone or address, repairs of one appliance on one day."""

from typing import NamedTuple

from servicedesk.base.messages import item_list, say, say_count
from servicedesk.base.sameness import folded_person
from servicedesk.file.rules import make_views
from servicedesk.storage.database import Database, Row
from servicedesk.storage.search import index

_FEW = 300  # new customers that are looked up one by one; with more, all customers are compared
_MOST_SHOWN = 5

_NEW = """
SELECT c.id, c.name, c.address FROM customer c
 WHERE c.id >= :since_id AND c.voided_at IS NULL AND c.merged_into_id IS NULL AND c.forgotten_at IS NULL
 ORDER BY c.id LIMIT :most
"""


class Double(NamedTuple):
    """A customer and the earlier customer who looks the same."""

    customer_id: int
    first_id: int


def find_doubles(db: Database, *, since_id: int) -> list[Double]:
    """Return the customers with id `since_id` or higher who look like an earlier customer."""
    fresh = db.rows(_NEW, since_id=since_id, most=_FEW + 1)
    if len(fresh) > _FEW:
        make_views(db.connection)
        sql = "SELECT id, first_id FROM missing_merge WHERE id >= :since_id ORDER BY id"
        return [Double(*row) for row in db.rows(sql, since_id=since_id)]
    found = [Double(row["id"], min(_namesakes(db, row), default=row["id"])) for row in fresh]
    return [one for one in found if one.first_id < one.customer_id]


_ON_HIS_LINES = """
SELECT c.id, c.name FROM phone p JOIN phone o ON o.digits = p.digits AND o.voided_at IS NULL
  JOIN customer c ON c.id = o.customer_id AND c.voided_at IS NULL AND c.merged_into_id IS NULL
 WHERE p.customer_id = :id AND p.voided_at IS NULL
"""


def _namesakes(db: Database, customer: Row) -> set[int]:
    """Return the ids of everybody with the same name and the same phone or address."""
    name = folded_person(customer["name"])
    on_line = {row["id"] for row in db.rows(_ON_HIS_LINES, id=customer["id"]) if folded_person(row["name"]) == name}
    at_home = index.find_at_address(db, customer["name"], customer["address"]) if customer["address"] else ()
    return on_line.union(at_home)


def doubles_note(doubles: list[Double]) -> str:
    """Return the warning of an import about these doubles."""
    pairs = item_list([f"C{one.customer_id} = C{one.first_id}" for one in doubles[:_MOST_SHOWN]])
    more = say(" and {n} more", n=len(doubles) - _MOST_SHOWN) if len(doubles) > _MOST_SHOWN else ""
    return say_count(
        "warning: {n} new customer looks like another one (same name, same phone or address): {pairs}{more};"
        " 'customer merge C{first} C{second}' makes them one",
        "warning: {n} new customers look like others (same name, same phone or address): {pairs}{more};"
        " 'customer merge C{first} C{second}' makes two one",
        n=len(doubles), pairs=pairs, more=more, first=doubles[0].first_id, second=doubles[0].customer_id,
    )  # fmt: skip


# The instants let an index narrow the search; the days decide. A cancelled repair may well be reported again.
_SAME_DAY = """
SELECT n.ticket_id AS id, min(o.ticket_id) AS first_id
  FROM ticket_fact n
  JOIN ticket_fact o ON o.type = 'repair' AND o.appliance_id = n.appliance_id AND o.reported_day = n.reported_day
                    AND o.reported_unix BETWEEN n.reported_unix - 90000 AND n.reported_unix + 90000
                    AND o.ticket_id < n.ticket_id AND o.cancelled_unix IS NULL
 WHERE n.ticket_id >= :since_id AND n.type = 'repair' AND n.cancelled_unix IS NULL
 GROUP BY n.ticket_id ORDER BY n.ticket_id
"""


def double_tickets_note(db: Database, *, since_id: int) -> str | None:
    """Return the warning about repairs from id `since_id` on whose appliance has an earlier repair of the same day.

    None if there are no such repairs.
    """
    found = db.rows(_SAME_DAY, since_id=since_id)
    if not found:
        return None
    pairs = item_list(f"T{row['id']} = T{row['first_id']}" for row in found[:_MOST_SHOWN])
    more = say(" and {n} more", n=len(found) - _MOST_SHOWN) if len(found) > _MOST_SHOWN else ""
    return say_count(
        "warning: {n} new ticket may be there already (same appliance, reported the same day): {pairs}{more}",
        "warning: {n} new tickets may be there already (same appliance, reported the same day): {pairs}{more}",
        n=len(found), pairs=pairs, more=more,
    )  # fmt: skip

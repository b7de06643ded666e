"""Read the plan in a student's file of E5, and make the key: run `maintenance generate` with the news typed in."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.exercises.birthday_month.homes import UNTIL, list_news
from servicedesk.desk.appliances.lifecycle import transfer_appliance
from servicedesk.desk.customers.register import set_tier
from servicedesk.desk.maintenance.generate import UNKNOWN, generate_visits
from servicedesk.desk.tickets.open import NewTicket, open_ticket
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

CLOCK = "2027-01-11T09:00:00+08:00"
# Birthdays in the plan: open, waiting for a repair, or done.
_LINES = """
SELECT l.appliance_id, l.age, l.ticket_id, l.status, l.planned_on, t.customer_id,
       EXISTS (SELECT 1 FROM event e
                WHERE e.ticket_id = l.ticket_id AND e.kind = 'announced' AND e.voided_at IS NULL) AS is_announced
  FROM maintenance_line_now l LEFT JOIN ticket t ON t.id = l.ticket_id
 WHERE l.role = 'care' AND l.status IN ('open', 'on_hold', 'done')
 ORDER BY l.appliance_id, l.age"""

Birthday = tuple[int, int]  # the appliance, and its age


class Line(NamedTuple):
    """A birthday in a plan. `ticket_id`: its visit, None while it waits; `customer_id`: the customer of that visit."""

    ticket_id: int | None
    status: str
    planned_on: str | None
    customer_id: int | None
    is_announced: bool


Plan = Mapping[Birthday, Line]


def read_plan(db: Database) -> Plan:
    """Return the birthdays that are planned in a file."""
    return {
        (row["appliance_id"], row["age"]): Line(row["ticket_id"], row["status"], row["planned_on"],
                                                row["customer_id"], bool(row["is_announced"]))
        for row in db.rows(_LINES)
    }  # fmt: skip


def list_visits(plan: Plan, *, without: Iterable[int] = ()) -> frozenset[frozenset[Birthday]]:
    """Return for each visit the set of its birthdays. `without`: appliances to leave out."""
    left_out, visits = set(without), dict[int, set[Birthday]]()
    for birthday, line in plan.items():
        if line.ticket_id is not None and birthday[0] not in left_out:
            visits.setdefault(line.ticket_id, set()).add(birthday)
    return frozenset(map(frozenset, visits.values()))


@contextmanager
def _tried(db: Database) -> Iterator[Desk]:
    """Give the desk of that morning. Everything written with it is rolled back at the end."""
    now = datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)
    with db.atomic(dry_run=True):
        yield Desk(db, Stamp(dates.stamp(now), "key"), now)


def make_key(given: Database, variant: Variant, *, until: str = UNTIL.isoformat(), news: bool = True) -> Plan:
    """Return the plan that comes of typing the news and planning until that day. The file stays as it is."""
    with _tried(given) as desk:
        for one in list_news(variant) if news else ():
            _type_news(desk, one)
        generate_visits(desk, until=until)
        return read_plan(given)


def _type_news(desk: Desk, news: Mapping[str, Any]) -> None:
    if news["news"] == "vip":
        set_tier(desk, news["customer"], "vip", from_on=desk.today)
    elif news["news"] == "moved":
        transfer_appliance(desk, news["appliance"], to_id=news["to"], on=news["on"])
    else:
        open_ticket(desk, NewTicket("repair", "broken", appliance_id=news["appliance"]))


def count_left(db: Database) -> int:
    """Return how many birthdays one more run over the same days would add; the file stays as it is."""
    before = set(read_plan(db))
    with _tried(db) as desk:
        generate_visits(desk, until=UNTIL.isoformat())
        return len(set(read_plan(db)) - before)


def list_unknown(db: Database) -> frozenset[str]:
    """Return the appliances without a birthday, as `maintenance unknown` lists them."""
    return frozenset(f"A{row['appliance_id']}" for row in db.rows(UNKNOWN))

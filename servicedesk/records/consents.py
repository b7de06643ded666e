"""Consents of customers to calls, visits and marketing (M22). Each wish is valid until the customer changes it."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, say, say_count
from servicedesk.base.table import Result, Table, columns, nothing_changed, record
from servicedesk.base.text import one_line
from servicedesk.domain.ticket import Event
from servicedesk.domain.ticket_rules import check_not_in_future
from servicedesk.records import customers
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

PURPOSES = ("calls", "visits", "marketing")
_NAMES = {"calls": say("calls"), "visits": say("visits"), "marketing": say("marketing")}

STANDING = "SELECT purpose, wanted, given_by, at FROM wish WHERE customer_id = :id ORDER BY purpose"
REFUSED = "SELECT at FROM wish WHERE customer_id = :id AND purpose = :purpose AND wanted = 'no'"


def is_refused(db: Database, customer_id: int | None, purpose: str) -> bool:
    """Return whether the customer currently refuses that purpose (calls, visits or marketing)."""
    return customer_id is not None and bool(db.value(REFUSED, id=customer_id, purpose=purpose))


def refused_since(db: Database, customer_id: int | None, purpose: str) -> str | None:
    """Return since when the customer refuses that purpose, or None if it is not refused."""
    return None if customer_id is None else db.value(REFUSED, id=customer_id, purpose=purpose)


def list_wishes(db: Database, customer_id: int) -> list[Row]:
    """Return the current wishes of a customer: purpose, wanted, given_by, at."""
    return db.rows(STANDING, id=customer_id)


def wish_text(row: Row) -> str:
    """Return a wish as a text for people: `no calls (letter, 2026-11-02)`."""
    name = _NAMES[row["purpose"]]
    what = say("{what}: yes", what=name) if row["wanted"] == "yes" else say("no {what}", what=name)
    if row["given_by"]:
        return say("{wish} ({by}, {day})", wish=what, by=coded(row["given_by"]), day=row["at"][:10])
    return say("{wish} ({day})", wish=what, day=row["at"][:10])


_COLUMNS = columns(
    "id:C=customer", "name", "calls", "visits", "marketing", "given_by=how it was said", "at:instant=since",
)  # fmt: skip


def record_consent(
    desk: Desk, customer_id: int, *, at: datetime | None, wishes: dict[str, str], given_by: str | None
) -> Result:
    """Record which of PURPOSES the customer wants or refuses, as said at `at`. Return all current wishes.

    Raise UsageError if there is no wish, NotFoundError for an unknown and RefusedError for a forgotten customer.
    """
    if not wishes:
        raise UsageError(say("nothing is said"), hint=say("--calls no, --visits no or --marketing yes"))
    given_by = one_line(given_by, say("how it was said")) if given_by is not None else None
    when = at or desk.now
    said = Event("consent", dates.stamp(when), dates.unix(when))
    check_not_in_future(said.at, said.at_unix, now_unix=dates.unix(desk.now))
    with desk.db.atomic():
        customer = customers.get_standing_customer(desk.db, customer_id)
        known = {row["purpose"]: row for row in list_wishes(desk.db, customer["id"])}
        new = {
            purpose: wanted
            for purpose, wanted in wishes.items()
            if purpose not in known
            or known[purpose]["wanted"] != wanted
            or given_by not in {None, known[purpose]["given_by"]}
            or (at is not None and known[purpose]["at"] != said.at)
        }
        for purpose, wanted in new.items():
            desk.db.insert("consent", desk.stamp, customer_id=customer["id"], purpose=purpose, wanted=wanted,
                           given_by=given_by, at=said.at)  # fmt: skip
        notes = [] if new else [nothing_changed(f"C{customer['id']}")]
        if new.get("visits") == "no":
            notes += _visit_notes(desk.db, customer["id"])
        return Result(_wishes_table(desk.db, customer["id"], customer["name"]), notes, bool(new))


def _wishes_table(db: Database, customer_id: int, name: str) -> Table:
    found = {row["purpose"]: row for row in list_wishes(db, customer_id)}
    newest = max(found.values(), key=lambda row: dates.unix_of(row["at"]))
    cells = [found[purpose]["wanted"] == "yes" if purpose in found else None for purpose in PURPOSES]
    return record(_COLUMNS, [customer_id, name, *cells, newest["given_by"], newest["at"]])


VISITS = """
SELECT id FROM ticket WHERE customer_id = :id AND type = 'maintenance' AND ended_at IS NULL AND voided_at IS NULL
 ORDER BY id
"""


def _visit_notes(db: Database, customer_id: int) -> list[str]:
    """Return the note about the visits that are still planned, with the command that cancels one."""
    visits = [row["id"] for row in db.rows(VISITS, id=customer_id)]
    if not visits:
        return []
    return [
        say_count(
            "{n} visit is planned: 'ticket cancel T{id} --reason customer_changed_mind --by customer'",
            "{n} visits are planned: 'ticket cancel T{id} --reason customer_changed_mind --by customer' for the first",
            n=len(visits),
            id=visits[0],
        )
    ]


def check_card_allowed(db: Database, customer_id: int | None) -> None:
    """Raise RefusedError if the customer refuses visits or marketing, because a card is both."""
    for purpose in ("visits", "marketing"):
        if is_refused(db, customer_id, purpose):
            raise RefusedError(
                say("no card: C{id} wants no {what}", id=customer_id, what=_NAMES[purpose]),
                hint=say("'customer consent C{id} --{purpose} yes' when the customer asks for it", id=customer_id,
                         purpose=purpose),
            )  # fmt: skip


def keep_stricter(desk: Desk, kept_id: int, gone_id: int) -> list[str]:
    """Record the merged customer's refusals for the customer who stays, inside a transaction. Return notes about it."""
    db = desk.db
    own = {row["purpose"]: row["wanted"] for row in list_wishes(db, kept_id)}
    lost = [row for row in list_wishes(db, gone_id) if row["wanted"] == "no" and own.get(row["purpose"]) != "no"]
    said = {row["purpose"]: row["at"] for row in list_wishes(db, kept_id)}
    for row in lost:
        at = max([row["at"], said.get(row["purpose"], row["at"])], key=dates.unix_of)  # else the other is newer
        db.insert("consent", desk.stamp, customer_id=kept_id, purpose=row["purpose"], wanted="no",
                  given_by=row["given_by"], at=at)  # fmt: skip
    return [
        say("C{kept} wants no {what}, as C{gone} did", kept=kept_id, gone=gone_id, what=_NAMES[row["purpose"]])
        for row in lost
    ]

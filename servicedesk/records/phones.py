"""Phones as they are typed: one or several in a text, and those of a customer that stand no longer."""

from collections.abc import Iterable

from servicedesk.base import sameness
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import say
from servicedesk.base.sameness import Phone
from servicedesk.base.text import one_line
from servicedesk.storage.desk import Desk

OWN = """
SELECT id, number, extension, voided_at FROM phone WHERE customer_id = :id AND digits = :digits ORDER BY id DESC
"""


def parse_phone(text: str) -> Phone:
    """Return the phone in the text; UsageError where it is none, or several."""
    return sameness.phone(one_line(text, say("the phone")))


def parse_phones(numbers: Iterable[str]) -> list[Phone]:
    """Return all phones in these texts, each as it was first typed."""
    found = [phone for text in numbers for phone in sameness.phones(one_line(text, say("the phone")))]
    return list({phone[1:]: phone for phone in reversed(found)}.values())[::-1]


def drop_phone(desk: Desk, customer_id: int, number: str) -> bool:
    """Inside a transaction: take the phone off the customer. False where it was taken off before.

    Without its extension it is meant where the line has one only.
    """
    phone = parse_phone(number)
    line = desk.db.rows(OWN, id=customer_id, digits=phone.digits)
    own = [row for row in line if row["extension"] == phone.extension]
    if not own and phone.extension is None:
        own = line
    if not own:
        raise NotFoundError(
            say("C{customer_id} has no phone {number}", customer_id=customer_id, number=number.strip()),
            hint=say("'customer show C{customer_id}'", customer_id=customer_id),
        )
    standing = [row["id"] for row in own if row["voided_at"] is None]
    if len(standing) > 1:
        numbers = ", ".join(row["number"] for row in own if row["voided_at"] is None)
        raise RefusedError(
            say("{number} may be {numbers}", number=number.strip(), numbers=numbers), hint=say("name the extension")
        )
    for phone_id in standing:
        sql = "UPDATE phone SET voided_at = :at, voided_by = :by WHERE id = :id"
        desk.db.run(sql, at=desk.stamp.recorded_at, by=desk.stamp.actor, id=phone_id)
    return bool(standing)

"""Find the customer, appliance, household or ticket that a text names: a reference (C12, A34), phone, name or serial.

A text with several meanings is refused, and the error lists them. technicians.py finds technicians by name.
"""

from collections.abc import Sequence
from itertools import islice

from servicedesk.base import sameness
from servicedesk.base.errors import NotFoundError, RefusedError, SeveralError, UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.phones import may_be_phone
from servicedesk.base.table import shown
from servicedesk.base.text import one_line
from servicedesk.domain import wording
from servicedesk.records import customers
from servicedesk.records.appliances import appliance_label, list_appliances_in_use, owner_label
from servicedesk.storage.database import Database, Row

MOST = 10  # candidates that an error lists
_COUNTED = 1000  # candidates with a name that are counted at most


def get_customer_id(db: Database, text: str, *, whole: bool = False) -> int:
    """Return the id of the customer with that reference, phone or name. A whole name comes before a part of one.

    Raise NotFoundError if there is none, RefusedError with the candidates if there are several. `whole` refuses a part
    of a name, for commands that cannot be undone.
    """
    number = wording.reference_number(text, "C")
    if not may_be_phone(text):
        return number if number is not None else _get_named_customer(db, text, whole=whole)
    same_id = db.value("SELECT id FROM customer WHERE id = :id AND voided_at IS NULL", id=number)
    if same_id is None:
        return int(customers.get_customer_by_phone(db, text)["id"])
    reached = [row["id"] for row in customers.list_customers_by_phone(db, text)]
    if set(reached) - {same_id}:
        raise _several_customers(db, text, [same_id, *reached])
    return int(same_id)


def _get_named_customer(db: Database, text: str, *, whole: bool) -> int:
    if wording.letter_and_number(text, "ATHPK"):
        raise UsageError(
            say("'{text}' does not name {what}", text=text.strip(), what=say("a customer")),
            hint=say("write it like C12, or a phone or a name"),
        )
    named = list_named_customers(db, text)
    if not named:
        raise NotFoundError(
            say("no customer found for '{text}'", text=text.strip()),
            hint=say("'customer find TEXT' searches, 'customer add NAME --phone P' registers one"),
        )
    name = customers.get_customer(db, named[0])["name"]
    is_whole = sameness.folded_person(name) == sameness.folded_person(text)
    if len(named) > 1 or (whole and not is_whole):
        raise _several_customers(db, text, named)
    if not is_whole and db.talk:
        db.talk(say("'{text}' is C{id} {name}", text=text.strip(), id=named[0], name=name))
    return named[0]


def list_named_customers(db: Database, text: str) -> list[int]:
    """Return the ids of the customers with that name, otherwise of those with the text or its pinyin in their name.

    A blank between Chinese characters (张 伟) is ignored.
    """
    from servicedesk.storage.search import index

    wanted = one_line(text, say("the name"))
    for name in dict.fromkeys((wanted, sameness.without_gaps(wanted))):
        for whole in (True, False):
            if found := list(islice(index.find_names(db, name, whole=whole), _COUNTED)):
                return found
    return []


def get_household_id(db: Database, text: str) -> int:
    """Return the id of the household with that reference or name, otherwise of the household of a named customer.

    Raise NotFoundError if that customer belongs to none.
    """
    number = wording.reference_number(text, "H")
    if number is not None and not may_be_phone(text):
        return number
    called = db.rows("SELECT id FROM household WHERE name = :name AND voided_at IS NULL", name=text.strip())
    if len(called) == 1:
        return int(called[0]["id"])
    customer = customers.get_customer(db, get_customer_id(db, text))
    if customer["household_id"] is None:
        raise NotFoundError(
            say("C{id} {name} belongs to no household", id=customer["id"], name=customer["name"]),
            hint=say("'household link C{id} C31' puts two people into one home", id=customer["id"]),
        )
    return int(customer["household_id"])


def _several_customers(db: Database, text: str, ids: Sequence[int]) -> RefusedError:
    found, typed = customers.list_customers(db, ids), {sameness.phone_digits(text)}
    cards = customers.candidate_cards(found, typed, most=MOST)
    hint = say("write {ref} for the first of them", ref=shown(found[0]["id"], "C"))
    if len(found) == 1:
        return RefusedError(
            say("'{text}' is only a part of a name:\n{cards}", text=text.strip(), cards=cards), hint=hint
        )
    return SeveralError(
        say("'{text}' may be several customers:\n{cards}", text=text.strip(), cards=cards),
        hint=hint,
        candidates=[(shown(row["id"], "C"), customers.candidate_card(row, typed)) for row in found],
    )


def get_appliance_id(db: Database, text: str, *, owner_id: int | None = None) -> int:
    """Return the id of the appliance with that reference or serial, or of the named owner's only appliance.

    The owner is named by phone, name or reference (C12). With `owner_id` the text may also be the category (in any
    language), brand or model of that owner's appliance. Raise NotFoundError if there is none, RefusedError with the
    candidates if there are several.
    """
    number = wording.reference_number(text, "A")
    if number is not None and not text.strip()[:1].isdecimal():
        return number
    found = _list_by_serial(db, text)
    is_there = number is not None and db.value("SELECT 1 FROM appliance WHERE id = :id", id=number) is not None
    if number is not None and (is_there or (not found and not may_be_phone(text))):
        found = [row for row in found if row["id"] != number]
        if not found:
            return number
        found += db.rows("SELECT * FROM appliance_now WHERE id = :id", id=number)
    if not found and wording.letter_and_number(text, "THPK"):
        raise UsageError(
            say("'{text}' does not name {what}", text=text.strip(), what=say("an appliance")),
            hint=say("write it like A34, or a serial, or its owner's phone or name"),
        )
    if not found and owner_id is not None:
        found = list_owned_like(db, owner_id, text)
    if not found:
        found = list_of_spoken_owner(db, text)
    if not found:
        found = _list_of_owner(db, text)
    if len(found) > 1:
        raise _several_appliances(text, found)
    return int(found[0]["id"])


# A plate is the folded serial, a blank and the brand. '!' is the character after the blank, so the range below holds
# every plate with that serial.
BY_SERIAL = """
SELECT *
  FROM appliance_now
 WHERE id IN (SELECT id FROM appliance
               WHERE voided_at IS NULL AND plate IS NOT NULL AND plate >= :serial AND plate < :serial || '!')
 ORDER BY id
"""


def _list_by_serial(db: Database, text: str) -> list[Row]:
    """Return the appliances with exactly that serial, of any brand: those in use, otherwise the retired ones."""
    serial = sameness.folded_serial(one_line(text, say("the appliance")))
    found = db.rows(BY_SERIAL, serial=serial)
    return [row for row in found if row["retired_on"] is None] or found


def list_owned_like(db: Database, owner_id: int, text: str) -> list[Row]:
    """Return the owner's appliances in use with the text in category, brand or model, as rows of appliance_now."""
    from servicedesk.records import categories

    wanted, code, labels = sameness.folded_name(text), categories.find_code(db, text), categories.list_labels(db)
    return [
        row
        for row in list_appliances_in_use(db, owner_id)
        if row["category"] == code
        or any(
            wanted in sameness.folded_name(called)
            for called in (row["category"], labels[row["category"]], row["brand"], row["model"])
            if called
        )
    ]


def list_of_spoken_owner(db: Database, text: str) -> list[Row]:
    """Return the appliances that a text such as 老王家的冰箱 may mean; [] if the text names no owner."""
    from servicedesk.storage.search.spoken import owner_and_kind

    owner, kind = owner_and_kind(text) or ("", "")
    people = list_named_customers(db, owner) if owner else []
    return [row for customer_id in people for row in list_owned_like(db, customer_id, kind)]


def _list_of_owner(db: Database, text: str) -> list[Row]:
    """Return the appliances of the customer that the text names: those in use, otherwise the retired ones."""
    try:
        owner_id = get_customer_id(db, text)
        owner = customers.get_customer(db, owner_id)
    except NotFoundError:
        raise NotFoundError(
            say("no appliance found for '{text}'", text=text.strip()),
            hint=say("'appliance find TEXT' searches by serial, model, brand, category and owner"),
        ) from None
    retired = "SELECT * FROM appliance_now WHERE customer_id = :id ORDER BY id"
    found = list_appliances_in_use(db, owner["id"]) or db.rows(retired, id=owner["id"])
    if not found:
        raise NotFoundError(
            say("C{id} {name} has no appliance", id=owner["id"], name=owner["name"]),
            hint=say("'appliance add --customer C{id} --category CODE' registers one", id=owner["id"]),
        )
    return found


def _several_appliances(text: str, found: Sequence[Row]) -> SeveralError:
    each = [(shown(row["id"], "A"), appliance_label(row), row["serial"], owner_label(row)) for row in found]
    cards = [joined("  ", ["", *filter(None, parts)]) for parts in each[:MOST]]
    more = [say("  and {n} more", n=len(found) - MOST)] * (len(found) > MOST)
    return SeveralError(
        say("'{text}' may be several appliances:\n{cards}", text=text.strip(), cards=joined("\n", cards + more)),
        hint=say("write {ref} for the first of them", ref=shown(found[0]["id"], "A")),
        candidates=[(parts[0], joined("  ", filter(None, parts))) for parts in each],
    )


OF_FILE = "SELECT id FROM ticket WHERE source = :source AND ref = :ref AND voided_at IS NULL"


def get_ticket_id(db: Database, text: str) -> int | None:
    """Return the id of the ticket with the key from an imported file, such as `old-register:4711`.

    Return None for a text without a colon. Raise NotFoundError if no ticket has that key.
    """
    given = text.strip()
    colons = [at for at, sign in enumerate(given) if sign == ":"]
    for at in colons:
        found = db.value(OF_FILE, source=given[:at], ref=given[at + 1 :])
        if found is not None:
            return int(found)
    if colons:
        raise NotFoundError(
            say("no ticket of an imported file has the key '{text}'", text=given),
            hint=say("write the source of the map and the file's own key: old-register:4711"),
        )
    return None

"""Read the student's file of E1, and match its customers and appliances with the cards."""

from collections.abc import Iterable
from typing import NamedTuple

from servicedesk.base.sameness import folded_name, folded_person, folded_serial
from servicedesk.classroom.exercises.card_box.cards import Card
from servicedesk.storage.database import Database

_CUSTOMERS = """
SELECT c.id, c.name, c.address, c.household_id, c.kind, c.trade_class,
       (SELECT group_concat(p.digits, ' ') FROM phone p WHERE p.customer_id = c.id AND p.voided_at IS NULL) AS digits,
       coalesce((SELECT t.tier FROM tier t
                  WHERE t.customer_id = c.id AND t.voided_at IS NULL
                  ORDER BY t.from_on DESC, t.id DESC LIMIT 1), 'ordinary') AS tier
  FROM customer c
 WHERE c.voided_at IS NULL AND c.merged_into_id IS NULL AND c.forgotten_at IS NULL
 ORDER BY c.id"""
_APPLIANCES = """
SELECT a.id, a.customer_id, a.category, a.brand, a.serial, a.bought_on, a.bought_precision,
       (SELECT h.on_date FROM change h
         WHERE h.appliance_id = a.id AND h.field = 'customer_id' AND NOT h.undone
         ORDER BY h.id DESC LIMIT 1) AS moved_on
  FROM appliance a
 WHERE a.voided_at IS NULL AND a.retired_on IS NULL
 ORDER BY a.id"""


class Person(NamedTuple):
    """A customer of the file; name and address are in the form by which they are compared."""

    id: int
    name: str
    digits: frozenset[str]
    address: str
    household_id: int | None
    tier: str
    kind: str | None
    trade_class: str | None

    def is_on(self, card: Card) -> bool:
        """Return whether this may be the customer of the card: the name agrees, and the phone or the address does."""
        has_way = card.digits in self.digits or place(card.address) == self.address
        return self.name == folded_person(card.name) and has_way


class Appliance(NamedTuple):
    """An appliance of the file; brand and serial are in the form by which they are compared."""

    id: int
    customer_id: int | None
    category: str
    brand: str
    serial: str
    bought_on: str | None
    precision: str
    moved_on: str | None


def place(address: str | None) -> str:
    """Return the form by which addresses are compared: blanks make no difference."""
    return folded_name(address or "").replace(" ", "")


def read_people(db: Database) -> list[Person]:
    """Return the customers that are not undone, merged or forgotten."""
    return [
        Person(row["id"], folded_person(row["name"]), frozenset((row["digits"] or "").split()), place(row["address"]),
               row["household_id"], row["tier"], row["kind"], row["trade_class"])
        for row in db.rows(_CUSTOMERS)
    ]  # fmt: skip


def read_appliances(db: Database) -> list[Appliance]:
    """Return the appliances in use."""
    return [
        Appliance(row["id"], row["customer_id"], row["category"], folded_name(row["brand"] or ""),
                folded_serial(row["serial"] or ""), row["bought_on"], row["bought_precision"], row["moved_on"])
        for row in db.rows(_APPLIANCES)
    ]  # fmt: skip


def match_people(cards: Iterable[Card], people: Iterable[Person]) -> dict[tuple[str, str], Person]:
    """Return the customer of the file that matches each card, by the card's `who` (name and phone).

    The best match is taken first, and each customer once. So a slip in a name or a phone makes no customer missing.
    """
    by_who = {card.who: card for card in cards}
    alike = sorted(
        ((-_likeness(card, person), person.id, who, person) for who, card in by_who.items() for person in people),
        key=lambda pair: pair[:3],
    )
    found: dict[tuple[str, str], Person] = {}
    used: set[int] = set()
    for likeness, person_id, who, person in alike:
        if -likeness >= _ENOUGH and who not in found and person_id not in used:
            found[who] = person
            used.add(person_id)
    return found


_ENOUGH = 2


def _likeness(card: Card, person: Person) -> int:
    """Return the score of a match: the name counts most, because a phone may be shared."""
    return (
        3 * (person.name == folded_person(card.name))
        + 2 * (card.digits in person.digits)
        + (person.address == place(card.address))
    )


def find_appliance(card: Card, appliances: Iterable[Appliance], owners: Iterable[int]) -> Appliance | None:
    """Return the appliance of the card by its serial, else by its category and owners; None if there is none."""
    serial, owned = folded_serial(card.serial), set(owners)
    by_serial = [appliance for appliance in appliances if appliance.serial == serial]
    alike = [
        appliance for appliance in appliances if appliance.customer_id in owned and appliance.category == card.category
    ]
    return next(iter(by_serial + alike), None)

"""Draw the thirty customer cards of E1, each with its kind: plain, or one of the traps."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from servicedesk.base.sameness import folded_person, phone_digits
from servicedesk.classroom.exercise import Variant
from servicedesk.demo.simulation import names

# How many cards there are of each kind. `again`: a second card of the same customer, `spouse`: of the same home,
# `second_hand`: of the same appliance; `gatehouse`: two neighbours who give the same phone.
_KINDS = {
    "plain": 9, "first": 2, "again": 2, "home": 2, "spouse": 2, "gatehouse": 2, "trade": 1, "vip": 2, "month": 3,
    "year": 1, "unknown": 2, "sold": 1, "second_hand": 1,
}  # fmt: skip
VAGUE = {"month": "month", "year": "year", "unknown": "unknown"}  # the precision of what such a card says
_SHOPS = ("天美电器行", "宏达家电", "新星电器", "百佳家电", "顺发电器")
_CLASSES = ("franchise", "specialist", "department_store")
_CATEGORIES = ("fridge", "washer", "ac", "flat_tv", "range_hood", "microwave", "electric_water_heater")
_LAST_SALE = date(2026, 8, 31)


class Card(NamedTuple):
    """A card as it lies in the box. `remark` is a code; `other` and `on` are the name and the day that it speaks of."""

    number: int
    name: str
    phone: str
    address: str
    category: str = ""
    brand: str = ""
    serial: str = ""
    bought: str = ""
    remark: str = ""
    other: str = ""
    on: str = ""

    @property
    def digits(self) -> str:
        """Return the digits by which its phone is compared."""
        return phone_digits(self.phone)

    @property
    def who(self) -> tuple[str, str]:
        """Return the name and phone of its customer in the form by which they are compared."""
        return folded_person(self.name), self.digits


class CardCase(NamedTuple):
    """A card, its kind (a key of _KINDS), and the number of the card that it belongs to (0: none)."""

    kind: str
    card: Card
    first: int = 0


def list_cards(variant: Variant) -> list[CardCase]:
    """Return the thirty cards in the order in which they lie in the box."""
    rng = variant.rng("cards")
    drawn = _draw_cards(rng)
    places = list(range(len(drawn)))
    rng.shuffle(places)
    numbers = {old: new + 1 for new, old in enumerate(places)}  # old place to number
    found = [
        CardCase(kind, card._replace(number=numbers[at]), numbers[first] if first is not None else 0)
        for at, (kind, card, first) in enumerate(drawn)
    ]
    return sorted(found, key=lambda case: case.card.number)


Drawn = tuple[str, Card, int | None]  # its kind, the card, and the place of the card that it belongs to


def _draw_cards(rng: Random) -> list[Drawn]:
    people, serials = _draw_people(rng), _draw_serials(rng)
    box: list[Drawn] = []
    for kind, count in _KINDS.items():
        for _ in range(count):
            box.append(_draw_card(rng, kind, box, people, serials))
    return box


def _draw_card(rng: Random, kind: str, box: list[Drawn], people: Iterator[Card], serials: Iterator[str]) -> Drawn:
    """Return one more card; a card that belongs to another one looks for that one in the box."""
    before = {"again": "first", "spouse": "home", "second_hand": "sold", "gatehouse": "gatehouse"}.get(kind)
    taken = {first for _, _, first in box}
    first = next((at for at, (other, *_) in enumerate(box) if other == before and at not in taken), None)
    other = box[first][1] if first is not None else None
    if kind == "trade":
        card = next(people)._replace(name=rng.choice(_SHOPS), remark=rng.choice(_CLASSES))
        return kind, card, None
    card = _with_appliance(rng, next(people), next(serials))
    if kind == "again" and other:
        card = card._replace(name=f"{other.name[0]} {other.name[1:]}", phone=_written_otherwise(rng, other.phone),
                             address=other.address)  # fmt: skip
    elif kind == "spouse" and other:
        is_first = all(kind_before != "spouse" for kind_before, *_ in box)  # the first couple has one phone
        card = card._replace(address=other.address, remark="spouse", other=other.name)
        card = card._replace(phone=other.phone) if is_first else card
    elif kind == "gatehouse":
        card = card._replace(remark="gatehouse", phone=names.landline(rng))
        if other:  # a neighbour: another flat of the same house
            address = re.sub(r"\d室$", f"{(int(other.address[-2]) + 1) % 10}室", other.address)
            card = card._replace(phone=other.phone, address=address)
    elif kind == "second_hand" and other:
        card = card._replace(category=other.category, brand=other.brand, serial=other.serial, bought=other.bought)
        on = (date(2026, 9, 1) + timedelta(days=rng.randrange(60))).isoformat()
        card = card._replace(remark="second_hand", other=other.name, on=on)
    elif kind in VAGUE:
        card = card._replace(bought=card.bought[: {"month": 7, "year": 4, "unknown": 0}[kind]])
        card = card._replace(remark="no_receipt" if kind == "unknown" else "")
    elif kind == "vip":
        card = card._replace(remark="vip")
    return kind, card, first


def _draw_people(rng: Random) -> Iterator[Card]:
    """Yield cards of different people, without an appliance."""
    seen: set[str] = set()
    while True:
        name = names.person(rng, rng.choice(names.SURNAMES), is_female=rng.random() < 0.5)
        if name in seen:
            continue
        seen.add(name)
        area = rng.choice(names.AREAS)  # the address begins with it
        phone = names.landline(rng) if rng.random() < 0.2 else names.mobile(rng)
        yield Card(0, name, phone, names.address(rng, area))


def _draw_serials(rng: Random) -> Iterator[str]:
    for number in rng.sample(range(100_000, 1_000_000), 60):
        yield f"{rng.choice('ABCDEFGH')}{rng.choice('KLMNPR')}{number}"


def _with_appliance(rng: Random, card: Card, serial: str) -> Card:
    """Return the card with an appliance. No day is the first of a month: such a day is always invented."""
    bought = _LAST_SALE - timedelta(days=rng.randrange(3000))
    bought = bought.replace(day=bought.day + 1) if bought.day == 1 else bought
    category = rng.choice(_CATEGORIES)
    return card._replace(category=category, brand=rng.choice(names.BRANDS), serial=serial, bought=bought.isoformat())


_FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


def _written_otherwise(rng: Random, phone: str) -> str:
    """Return the same phone as somebody else wrote it down."""
    if "-" in phone:
        return phone.replace("-", " ")
    return rng.choice(
        (phone.translate(_FULL_WIDTH), f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:]}")
    )

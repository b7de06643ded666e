"""Mark E1: compare each card with the customer and the appliance in the student's file."""

from collections.abc import Iterable
from typing import NamedTuple

from servicedesk.base.messages import item_list, say
from servicedesk.base.sameness import folded_name, folded_person, folded_serial
from servicedesk.classroom.answers import short_list
from servicedesk.classroom.exercise import Mark, MarkKind, Slip, Work
from servicedesk.classroom.exercises.card_box.cards import VAGUE, Card, CardCase, list_cards
from servicedesk.classroom.exercises.card_box.reading import (
    Appliance,
    Person,
    find_appliance,
    match_people,
    place,
    read_appliances,
    read_people,
)
from servicedesk.storage.database import Database

# Points that a card loses; points for a date (minus three for an invented day), a home, a new owner, no double.
_HALF, _CLASS = 0.5, 1
_DATE, _INVENTED = 2, -3
_HOME, _MOVED, _ONCE = 2, 2, 5

INVENTED = Slip("invented_date", say("a day that no card says was typed: write 2024-03, 2024 or unknown (M3, M4)"))
VIP_AS_TRADE = Slip(
    "vip_as_trade", say("VIP is a tier of a household: customer tier C1 vip. Trade classes are for shops")
)
TWICE = Slip("customer_twice", say("the same customer is in the file twice: both cards have the same phone"))
APPLIANCE_TWICE = Slip("machine_twice", say("the same appliance is in the file twice: it has a new owner (M14)"))
PHONE_HOME = Slip("phone_makes_home", say("they only share the gatehouse's phone: that is no home"))


class _Found(NamedTuple):
    """The customer and the appliance of a card in the student's file; None where they are missing."""

    person: Person | None
    appliance: Appliance | None


class _File(NamedTuple):
    """The student's file, read once."""

    people: list[Person]
    appliances: list[Appliance]
    found: dict[int, _Found]  # by the number of the card


def _read_file(db: Database | None, cards: list[CardCase]) -> _File:
    if db is None:
        return _File([], [], {case.card.number: _Found(None, None) for case in cards})
    people, appliances = read_people(db), read_appliances(db)
    matched = match_people((case.card for case in cards), people)
    found = {}
    for case in cards:
        owners = [person.id for person in people if person.is_on(case.card)]
        appliance = find_appliance(case.card, appliances, owners) if case.card.category else None
        found[case.card.number] = _Found(matched.get(case.card.who), appliance)
    return _File(people, appliances, found)


def list_items(cards: list[CardCase]) -> list[tuple[str, CardCase]]:
    """Return the items that are marked beside the cards themselves, such as `date1`, each with its card."""
    groups = {
        "date": [case for kind in VAGUE for case in cards if case.kind == kind],
        "home": [case for kind in ("spouse", "gatehouse") for case in cards if case.kind == kind and case.first],
        "owner": [case for case in cards if case.kind == "second_hand"],
        "one_appliance": [case for case in cards if case.kind == "second_hand"],
        "one_customer": [case for case in cards if case.kind == "again"],
    }
    return [(f"{name}{number}", case) for name, group in groups.items() for number, case in enumerate(group, 1)]


def mark(work: Work) -> Iterable[Mark]:
    """Yield a mark for each card, each item of `list_items`, and all other rows of the file."""
    cards = list_cards(work.variant)
    file = _read_file(work.file, cards)
    for case in cards:
        yield _mark_card(case, file)
    judges = {"date": _mark_date, "home": _mark_home, "owner": _mark_moved, "one_appliance": _mark_one_appliance,
              "one_customer": _mark_one_customer}  # fmt: skip
    for item, case in list_items(cards):
        yield judges[item.rstrip("0123456789")](item, case, file)
    yield _mark_others(cards, file)


def _mark_card(case: CardCase, file: _File) -> Mark:
    """Give two points for what is on the card."""
    card, item = case.card, f"card{case.card.number}"
    person, appliance = file.found[card.number]
    if person is None:
        return Mark(item, MarkKind.RESULT, 0, 2, say("{name} is not in the file", name=card.name))
    wrong = [*_wrong_of_person(card, person), *_wrong_of_appliance(case, appliance, file)]
    slip = None
    if case.kind in {"vip", "trade"}:
        lost = _HALF * (any(group in {"who", "where"} for group, _ in wrong))
        lost += _HALF * (any(group in {"appliance", "details"} for group, _ in wrong))
        if not _has_class(card, person):
            lost, wrong = lost + _CLASS, [*wrong, ("class", say("tier or trade class"))]
            slip = VIP_AS_TRADE if card.remark == "vip" and person.kind else None
            slip = VIP_AS_TRADE if case.kind == "trade" and person.tier == "vip" else slip
    else:
        lost = _HALF * len({group for group, _ in wrong})
        lost *= 2 if case.kind == "second_hand" else 1  # its appliance has marks of its own
    if not wrong:
        return Mark(item, MarkKind.RESULT, 2, 2)
    names = item_list(name for _, name in wrong)
    sentence = say("{name}: not as on the card: {fields}", name=card.name, fields=names)
    return Mark(item, MarkKind.RESULT, 2 - lost, 2, slip.sentence if slip else sentence, slip.code if slip else None)


Wrong = tuple[str, str]  # the group that loses half a point, and the name of the field


def _wrong_of_person(card: Card, person: Person) -> Iterable[Wrong]:
    if person.name != folded_person(card.name):
        yield "who", say("the name")
    if card.digits not in person.digits:
        yield "who", say("the phone")
    if person.address != place(card.address):
        yield "where", say("the address")


def _wrong_of_appliance(case: CardCase, appliance: Appliance | None, file: _File) -> Iterable[Wrong]:
    card = case.card
    if not card.category or case.kind == "second_hand":
        return
    if appliance is None:
        yield "appliance", say("the appliance")
        yield "details", say("its serial")
        return
    owners = {person.id for person in file.people if person.is_on(card)}
    if appliance.customer_id not in owners and case.kind != "sold":
        yield "appliance", say("its owner")
    if appliance.category != card.category:
        yield "appliance", say("the category")
    if appliance.brand != folded_name(card.brand):
        yield "appliance", say("the brand")
    if appliance.serial != folded_serial(card.serial):
        yield "details", say("its serial")
    if case.kind not in VAGUE and (appliance.bought_on, appliance.precision) != (card.bought, "day"):
        yield "details", say("the day of purchase")


def _has_class(card: Card, person: Person) -> bool:
    if card.remark == "vip":
        return person.tier == "vip" and person.kind is None
    return person.kind == "trade" and person.trade_class == card.remark and person.tier == "ordinary"


def _mark_date(item: str, case: CardCase, file: _File) -> Mark:
    """Give two points for a date that says as much as the card; an invented day costs five."""
    card, wanted, appliance = case.card, VAGUE[case.kind], file.found[case.card.number].appliance
    if appliance is None:
        sentence = say("{name}: the appliance is not in the file", name=card.name)
        return Mark(item, MarkKind.RESULT, 0, _DATE, sentence)
    if appliance.precision == wanted and (appliance.bought_on or "")[: len(card.bought)] == card.bought:
        return Mark(item, MarkKind.RESULT, _DATE, _DATE)
    order = ("unknown", "year", "month", "day")
    if order.index(appliance.precision) > order.index(wanted):
        return Mark(item, MarkKind.RESULT, _INVENTED, _DATE, INVENTED.sentence, INVENTED.code)
    right = card.bought or say("unknown")
    return Mark(item, MarkKind.RESULT, 0, _DATE, say("{name}: the card says {right}", name=card.name, right=right))


def _mark_home(item: str, case: CardCase, file: _File) -> Mark:
    """Give two points for a couple in one home, or for two neighbours who are not in one."""
    people = [file.found[number].person for number in (case.first, case.card.number)]
    homes = [person.household_id for person in people if person]
    if len(homes) < 2:
        return Mark(item, MarkKind.RESULT, 0, _HOME, say("not both are in the file"))
    is_one = homes[0] is not None and homes[0] == homes[1]
    if is_one == (case.kind == "spouse"):
        return Mark(item, MarkKind.RESULT, _HOME, _HOME)
    if is_one:
        return Mark(item, MarkKind.RESULT, 0, _HOME, PHONE_HOME.sentence, PHONE_HOME.code)
    names = {"name": case.card.name, "other": case.card.other}
    return Mark(item, MarkKind.RESULT, 0, _HOME, say("{name} and {other} live in one home: household link", **names))


def _mark_moved(item: str, case: CardCase, file: _File) -> Mark:
    """Give a point for the new owner of the appliance, and one for the day."""
    person, appliance = file.found[case.card.number]
    is_moved = bool(person and appliance and appliance.customer_id == person.id and appliance.moved_on)
    if appliance and is_moved:
        if appliance.moved_on == case.card.on:
            return Mark(item, MarkKind.RESULT, _MOVED, _MOVED)
        sentence = say("it changed hands on {on}: appliance transfer --on", on=case.card.on)
        return Mark(item, MarkKind.RESULT, 1, _MOVED, sentence)
    sentence = say("{name} is the new owner of {other}'s appliance", name=case.card.name, other=case.card.other)
    return Mark(item, MarkKind.RESULT, 0, _MOVED, say("{who}: appliance transfer", who=sentence))


def _mark_one_appliance(item: str, case: CardCase, file: _File) -> Mark:
    """Give five points if the appliance with a new owner is in the file once."""
    card = case.card
    owners = {file.found[number].person for number in (case.first, card.number)}
    ids = {person.id for person in owners if person}
    if len(ids) < 2 or (appliance := file.found[card.number].appliance) is None:
        return Mark(item, MarkKind.RESULT, 0, _ONCE, say("not both owners and their appliance are in the file"))
    alike = [other for other in file.appliances if other.serial == appliance.serial and other.serial]
    alike += [other for other in file.appliances
              if other.customer_id in ids and other.category == card.category and other not in alike]  # fmt: skip
    if len(alike) <= 1:
        return Mark(item, MarkKind.RESULT, _ONCE, _ONCE)
    return Mark(item, MarkKind.RESULT, 0, _ONCE, APPLIANCE_TWICE.sentence, APPLIANCE_TWICE.code)


def _mark_one_customer(item: str, case: CardCase, file: _File) -> Mark:
    """Give five points if the customer with two cards is in the file once."""
    if not all(file.found[number].appliance for number in (case.first, case.card.number)):
        return Mark(item, MarkKind.RESULT, 0, _ONCE, say("not both cards are in the file"))
    if len([person for person in file.people if person.is_on(case.card)]) <= 1:
        return Mark(item, MarkKind.RESULT, _ONCE, _ONCE)
    return Mark(item, MarkKind.RESULT, 0, _ONCE, TWICE.sentence, TWICE.code)


def _mark_others(cards: list[CardCase], file: _File) -> Mark:
    """Give five points for all other customers and appliances: by the share that is there, one less for each double."""
    customers = {case.card.who: case.card for case in cards}
    twice = {case.card.who for case in cards if case.kind == "again"}
    found = {case.card.who for case in cards if file.found[case.card.number].person}
    doubles = [
        card.name
        for who, card in customers.items()
        if who not in twice and len([person for person in file.people if person.is_on(card)]) > 1
    ]
    points = max(0, round(_ONCE * len(found) / len(customers) - len(doubles), 1))
    if points == _ONCE:
        return Mark("once", MarkKind.RESULT, _ONCE, _ONCE)
    if doubles:
        sentence = say("in the file twice: {names}", names=short_list(sorted(doubles)))
        return Mark("once", MarkKind.RESULT, points, _ONCE, sentence, TWICE.code)
    missing = short_list([card.name for who, card in customers.items() if who not in found])
    return Mark("once", MarkKind.RESULT, points, _ONCE, say("not in the file: {names}", names=missing))

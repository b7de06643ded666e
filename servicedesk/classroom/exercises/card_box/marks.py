"""Mark E1: compare each card with what stands for it in the student's file."""

from collections.abc import Iterable
from typing import NamedTuple

from servicedesk.base.messages import item_list, say
from servicedesk.base.sameness import folded_name, folded_person, folded_serial
from servicedesk.classroom.answers import short_list
from servicedesk.classroom.exercise import Mark, MarkKind, Slip, Work
from servicedesk.classroom.exercises.card_box.cards import VAGUE, Card, Kept, list_cards
from servicedesk.classroom.exercises.card_box.reading import (
    Machine,
    Person,
    find_machine,
    match_people,
    place,
    read_machines,
    read_people,
)
from servicedesk.storage.database import Database

_HALF, _CLASS = 0.5, 1  # of the two points of a card
_DATE, _INVENTED = 2, -3  # an invented day: all of its two points and three more
_HOME, _MOVED, _ONCE = 2, 2, 5

INVENTED = Slip("invented_date", say("a day that no card says was typed: write 2024-03, 2024 or unknown (M3, M4)"))
VIP_AS_TRADE = Slip(
    "vip_as_trade", say("VIP is a tier of a household: customer tier C1 vip. Trade classes are for shops")
)
TWICE = Slip("customer_twice", say("the same customer is in the file twice: both cards have the same phone"))
MACHINE_TWICE = Slip("machine_twice", say("the same appliance is in the file twice: it has a new owner (M14)"))
PHONE_HOME = Slip("phone_makes_home", say("they only share the gatehouse's phone: that is no home"))


class _Found(NamedTuple):
    """What stands for a card in the student's file."""

    person: Person | None
    machine: Machine | None


class _File(NamedTuple):
    """The student's file, read once."""

    people: list[Person]
    machines: list[Machine]
    found: dict[int, _Found]  # by the number of the card


def _read_file(db: Database | None, cards: list[Kept]) -> _File:
    if db is None:
        return _File([], [], {kept.card.number: _Found(None, None) for kept in cards})
    people, machines = read_people(db), read_machines(db)
    matched = match_people((kept.card for kept in cards), people)
    found = {}
    for kept in cards:
        owners = [person.id for person in people if person.is_on(kept.card)]
        machine = find_machine(kept.card, machines, owners) if kept.card.category else None
        found[kept.card.number] = _Found(matched.get(kept.card.who), machine)
    return _File(people, machines, found)


def list_items(cards: list[Kept]) -> list[tuple[str, Kept]]:
    """Return what is marked beside the cards themselves, in the same order for everybody: `date1` … and its card."""
    groups = {
        "date": [kept for kind in VAGUE for kept in cards if kept.kind == kind],
        "home": [kept for kind in ("spouse", "gatehouse") for kept in cards if kept.kind == kind and kept.first],
        "owner": [kept for kept in cards if kept.kind == "second_hand"],
        "one_appliance": [kept for kept in cards if kept.kind == "second_hand"],
        "one_customer": [kept for kept in cards if kept.kind == "again"],
    }
    return [(f"{name}{number}", kept) for name, group in groups.items() for number, kept in enumerate(group, 1)]


def mark(work: Work) -> Iterable[Mark]:
    """Compare the file with the cards, one after the other."""
    cards = list_cards(work.variant)
    file = _read_file(work.file, cards)
    for kept in cards:
        yield _mark_card(kept, file)
    judges = {"date": _mark_date, "home": _mark_home, "owner": _mark_moved, "one_appliance": _mark_one_machine,
              "one_customer": _mark_one_customer}  # fmt: skip
    for item, kept in list_items(cards):
        yield judges[item.rstrip("0123456789")](item, kept, file)
    yield _mark_others(cards, file)


def _mark_card(kept: Kept, file: _File) -> Mark:
    """Give two points for what is on the card."""
    card, item = kept.card, f"card{kept.card.number}"
    person, machine = file.found[card.number]
    if person is None:
        return Mark(item, MarkKind.RESULT, 0, 2, say("{name} is not in the file", name=card.name))
    wrong = [*_wrong_of_person(card, person), *_wrong_of_machine(kept, machine, file)]
    slip = None
    if kept.kind in {"vip", "trade"}:
        lost = _HALF * (any(group in {"who", "where"} for group, _ in wrong))
        lost += _HALF * (any(group in {"machine", "details"} for group, _ in wrong))
        if not _has_class(card, person):
            lost, wrong = lost + _CLASS, [*wrong, ("class", say("tier or trade class"))]
            slip = VIP_AS_TRADE if card.remark == "vip" and person.kind else None
            slip = VIP_AS_TRADE if kept.kind == "trade" and person.tier == "vip" else slip
    else:
        lost = _HALF * len({group for group, _ in wrong})
        lost *= 2 if kept.kind == "second_hand" else 1  # its appliance has marks of its own
    if not wrong:
        return Mark(item, MarkKind.RESULT, 2, 2)
    names = item_list(name for _, name in wrong)
    sentence = say("{name}: not as on the card: {fields}", name=card.name, fields=names)
    return Mark(item, MarkKind.RESULT, 2 - lost, 2, slip.sentence if slip else sentence, slip.code if slip else None)


Wrong = tuple[str, str]  # the half point that it belongs to, and what it is called


def _wrong_of_person(card: Card, person: Person) -> Iterable[Wrong]:
    if person.name != folded_person(card.name):
        yield "who", say("the name")
    if card.digits not in person.digits:
        yield "who", say("the phone")
    if person.address != place(card.address):
        yield "where", say("the address")


def _wrong_of_machine(kept: Kept, machine: Machine | None, file: _File) -> Iterable[Wrong]:
    card = kept.card
    if not card.category or kept.kind == "second_hand":
        return
    if machine is None:
        yield "machine", say("the appliance")
        yield "details", say("its serial")
        return
    owners = {person.id for person in file.people if person.is_on(card)}
    if machine.customer_id not in owners and kept.kind != "sold":
        yield "machine", say("its owner")
    if machine.category != card.category:
        yield "machine", say("the category")
    if machine.brand != folded_name(card.brand):
        yield "machine", say("the brand")
    if machine.serial != folded_serial(card.serial):
        yield "details", say("its serial")
    if kept.kind not in VAGUE and (machine.bought_on, machine.precision) != (card.bought, "day"):
        yield "details", say("the day of purchase")


def _has_class(card: Card, person: Person) -> bool:
    if card.remark == "vip":
        return person.tier == "vip" and person.kind is None
    return person.kind == "trade" and person.trade_class == card.remark and person.tier == "ordinary"


def _mark_date(item: str, kept: Kept, file: _File) -> Mark:
    """Give two points for a date that says as much as the card; an invented day costs five."""
    card, wanted, machine = kept.card, VAGUE[kept.kind], file.found[kept.card.number].machine
    if machine is None:
        sentence = say("{name}: the appliance is not in the file", name=card.name)
        return Mark(item, MarkKind.RESULT, 0, _DATE, sentence)
    if machine.precision == wanted and (machine.bought_on or "")[: len(card.bought)] == card.bought:
        return Mark(item, MarkKind.RESULT, _DATE, _DATE)
    order = ("unknown", "year", "month", "day")
    if order.index(machine.precision) > order.index(wanted):
        return Mark(item, MarkKind.RESULT, _INVENTED, _DATE, INVENTED.sentence, INVENTED.code)
    right = card.bought or say("unknown")
    return Mark(item, MarkKind.RESULT, 0, _DATE, say("{name}: the card says {right}", name=card.name, right=right))


def _mark_home(item: str, kept: Kept, file: _File) -> Mark:
    """Give two points for a couple in one home, or for two neighbours who are not in one."""
    people = [file.found[number].person for number in (kept.first, kept.card.number)]
    homes = [person.household_id for person in people if person]
    if len(homes) < 2:
        return Mark(item, MarkKind.RESULT, 0, _HOME, say("not both are in the file"))
    is_one = homes[0] is not None and homes[0] == homes[1]
    if is_one == (kept.kind == "spouse"):
        return Mark(item, MarkKind.RESULT, _HOME, _HOME)
    if is_one:
        return Mark(item, MarkKind.RESULT, 0, _HOME, PHONE_HOME.sentence, PHONE_HOME.code)
    names = {"name": kept.card.name, "other": kept.card.other}
    return Mark(item, MarkKind.RESULT, 0, _HOME, say("{name} and {other} live in one home: household link", **names))


def _mark_moved(item: str, kept: Kept, file: _File) -> Mark:
    """Give a point for the new owner of the appliance, and one for the day."""
    person, machine = file.found[kept.card.number]
    is_moved = bool(person and machine and machine.customer_id == person.id and machine.moved_on)
    if machine and is_moved:
        if machine.moved_on == kept.card.on:
            return Mark(item, MarkKind.RESULT, _MOVED, _MOVED)
        sentence = say("it changed hands on {on}: appliance transfer --on", on=kept.card.on)
        return Mark(item, MarkKind.RESULT, 1, _MOVED, sentence)
    sentence = say("{name} is the new owner of {other}'s appliance", name=kept.card.name, other=kept.card.other)
    return Mark(item, MarkKind.RESULT, 0, _MOVED, say("{who}: appliance transfer", who=sentence))


def _mark_one_machine(item: str, kept: Kept, file: _File) -> Mark:
    """Give five points if the appliance with a new owner is in the file once."""
    card = kept.card
    owners = {file.found[number].person for number in (kept.first, card.number)}
    ids = {person.id for person in owners if person}
    if len(ids) < 2 or (machine := file.found[card.number].machine) is None:
        return Mark(item, MarkKind.RESULT, 0, _ONCE, say("not both owners and their appliance are in the file"))
    alike = [other for other in file.machines if other.serial == machine.serial and other.serial]
    alike += [other for other in file.machines
              if other.customer_id in ids and other.category == card.category and other not in alike]  # fmt: skip
    if len(alike) <= 1:
        return Mark(item, MarkKind.RESULT, _ONCE, _ONCE)
    return Mark(item, MarkKind.RESULT, 0, _ONCE, MACHINE_TWICE.sentence, MACHINE_TWICE.code)


def _mark_one_customer(item: str, kept: Kept, file: _File) -> Mark:
    """Give five points if the customer with two cards is in the file once."""
    if not all(file.found[number].machine for number in (kept.first, kept.card.number)):
        return Mark(item, MarkKind.RESULT, 0, _ONCE, say("not both cards are in the file"))
    if len([person for person in file.people if person.is_on(kept.card)]) <= 1:
        return Mark(item, MarkKind.RESULT, _ONCE, _ONCE)
    return Mark(item, MarkKind.RESULT, 0, _ONCE, TWICE.sentence, TWICE.code)


def _mark_others(cards: list[Kept], file: _File) -> Mark:
    """Give five points for all other customers and appliances: by the share that is there, one less for each double."""
    customers = {kept.card.who: kept.card for kept in cards}
    twice = {kept.card.who for kept in cards if kept.kind == "again"}
    found = {kept.card.who for kept in cards if file.found[kept.card.number].person}
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

"""E1: a file typed from thirty cards is marked card by card, kindly; what nobody said costs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from servicedesk.classroom.exercises.card_box.cards import CardCase, list_cards
from servicedesk.classroom.registry import get_exercise
from tests.classroom.students import SEEDS, Marked, bytes_of, digest, mark, pristine, variant
from tests.conftest import Desk

E1 = get_exercise("E1")
SOME = [pytest.param(seed, marks=pytest.mark.seeds) if n else seed for n, seed in enumerate(SEEDS)]
TYPED: dict[str, bytes] = {}


def cards(seed: str) -> list[CardCase]:
    return list_cards(variant(E1, seed))


def card_of(seed: str, kind: str, at: int = 0) -> CardCase:
    return [case for case in cards(seed) if case.kind == kind][at]


def type_cards(desk: Desk, seed: str) -> None:
    """All cards as a careful student types them: what a card belongs to comes first."""
    kinds = ["first", "home", "sold", "again", "spouse", "second_hand"]
    order = sorted(cards(seed), key=lambda case: (case.kind in kinds[3:], case.card.number))
    for kind, card, _ in order:
        if kind != "again":
            add = ["customer", "add", card.name, "--phone", card.phone, "--address", card.address]
            add += ["--tier", "vip"] * (kind == "vip") + ["--trade-class", card.remark] * (kind == "trade")
            desk.do(*add, *["--force"] * (kind in {"spouse", "gatehouse"}))
        who = customer(desk, card.name)
        if kind == "second_hand":
            desk.do("appliance", "transfer", card.serial, "--to", who, "--on", card.on)
        elif card.category:
            add = ["appliance", "add", "--customer", who, "--category", card.category, "--brand", card.brand]
            desk.do(*add, "--serial", card.serial, *["--bought", card.bought] * bool(card.bought))
        if kind == "spouse":
            desk.do("household", "link", customer(desk, card.other), who)


def customer(desk: Desk, name: str) -> str:
    found = desk.do("customer", "find", name.replace(" ", ""))
    return f"C{next(row['id'] for row in found if row['name'] == name.replace(' ', ''))}"


@pytest.fixture
def typed(tmp_path: Path) -> Callable[[str], Desk]:
    """A perfect student's file of that seed, typed once."""

    def made(seed: str) -> Desk:
        desk = Desk(tmp_path / "student.db", now=None)
        if seed in TYPED:
            desk.path.write_bytes(TYPED[seed])
        else:
            pristine(tmp_path, E1, seed, "student").close()
            type_cards(desk, seed)
            TYPED[seed] = bytes_of(desk.path)
        return desk

    return made


def marked(desk: Desk, seed: str) -> Marked:
    copy = shutil.copy(desk.path, desk.path.with_name("copy.db"))
    return mark(desk.path.parent, "E1", seed, file=Path(copy))


@pytest.mark.parametrize("seed", SOME)
def test_a_file_with_all_that_the_cards_say_gets_100(typed: Callable[[str], Desk], seed: str) -> None:
    result = marked(typed(seed), seed)

    assert (result.total, result.lost) == (100, {})


@pytest.mark.parametrize("seed", SOME)
def test_an_empty_file_gets_nothing(tmp_path: Path, seed: str) -> None:
    pristine(tmp_path, E1, seed, "student").close()

    assert mark(tmp_path, "E1", seed, file=tmp_path / "student.db").total == 0
    assert mark(tmp_path, "E1", seed).total == 0  # only answers came


@pytest.mark.parametrize("seed", SOME)
def test_an_invented_day_costs_five_points(typed: Callable[[str], Desk], seed: str) -> None:
    desk = typed(seed)
    month, year, nothing = (card_of(seed, kind).card for kind in ("month", "year", "unknown"))
    desk.do("appliance", "edit", month.serial, "--bought", f"{month.bought}-01")
    desk.do("appliance", "edit", year.serial, "--bought", f"{year.bought}-01-01")
    desk.do("appliance", "edit", nothing.serial, "--bought", "2020-01-01")

    result = marked(desk, seed)

    assert result.lost == {"date1": 5, "date4": 5, "date5": 5}
    assert (result.total, result.slips) == (85, {"invented_date"})


@pytest.mark.parametrize("seed", SOME)
def test_less_of_a_date_than_the_card_says_costs_its_two_points(typed: Callable[[str], Desk], seed: str) -> None:
    desk, card = typed(seed), card_of(seed, "month").card
    desk.do("appliance", "edit", card.serial, "--bought", card.bought[:4])

    assert marked(desk, seed).lost == {"date1": 2}


@pytest.mark.parametrize("seed", SOME)
def test_vip_as_a_trade_class_costs_the_class(typed: Callable[[str], Desk], seed: str) -> None:
    desk, card = typed(seed), card_of(seed, "vip").card
    who = customer(desk, card.name)
    desk.do("customer", "tier", who, "ordinary")
    desk.do("customer", "edit", who, "--trade-class", "franchise")

    result = marked(desk, seed)

    assert (result.lost, result.slips) == ({f"card{card.number}": 1}, {"vip_as_trade"})


@pytest.mark.parametrize("seed", SOME)
def test_a_second_record_of_a_customer_costs_five_points(typed: Callable[[str], Desk], seed: str) -> None:
    desk, card = typed(seed), card_of(seed, "again").card
    desk.do("customer", "add", card.name, "--phone", card.phone, "--address", card.address, "--force")

    result = marked(desk, seed)

    assert (result.lost, result.slips) == ({"one_customer1": 5}, {"customer_twice"})


@pytest.mark.parametrize("seed", SOME)
def test_a_second_record_of_an_appliance_costs_five_points(typed: Callable[[str], Desk], seed: str) -> None:
    desk, card = typed(seed), card_of(seed, "second_hand").card
    who = customer(desk, card.name)
    desk.do("appliance", "add", "--customer", who, "--category", card.category, "--brand", card.brand)

    result = marked(desk, seed)

    assert (result.lost, result.slips) == ({"one_appliance1": 5}, {"machine_twice"})


@pytest.mark.parametrize("seed", SOME)
def test_a_shared_phone_makes_no_home(typed: Callable[[str], Desk], seed: str) -> None:
    desk, card = typed(seed), next(case for case in cards(seed) if case.kind == "gatehouse" and case.first).card
    ids = [row["id"] for row in desk.do("customer", "find", card.phone)]
    desk.do("household", "link", *(f"C{one}" for one in ids))

    result = marked(desk, seed)

    assert (result.lost, result.slips) == ({"home3": 2}, {"phone_makes_home"})


def test_a_merged_double_and_other_spellings_are_as_good(typed: Callable[[str], Desk]) -> None:
    seed = SEEDS[0]
    desk, again, plain = typed(seed), card_of(seed, "again").card, card_of(seed, "plain").card
    first = customer(desk, again.name)
    double = desk.do("customer", "add", again.name, "--phone", again.phone, "--address", again.address, "--force")
    desk.do("customer", "merge", first, f"C{double['id']}")
    wide = plain.address.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    desk.do("customer", "edit", customer(desk, plain.name), "--address", f" {wide} ")
    desk.do("appliance", "edit", plain.serial, "--serial", f"{plain.serial[:2].lower()}-{plain.serial[2:]}")

    assert marked(desk, seed).lost == {}


def test_a_slip_in_a_phone_costs_half_a_point_and_nothing_else(typed: Callable[[str], Desk]) -> None:
    seed = SEEDS[0]
    desk, card = typed(seed), card_of(seed, "plain", 1).card
    who = customer(desk, card.name)
    desk.do("customer", "edit", who, "--phone", "16000000000", "--drop-phone", card.phone)

    result = marked(desk, seed)

    assert result.lost == {f"card{card.number}": 0.5}
    (lost,) = [mark for mark in result.marks if mark.points < mark.out_of]
    assert lost.sentence == f"{card.name}: not as on the card: the phone"


def test_the_box_of_version_1_stays_as_it_is(tmp_path: Path) -> None:
    assert digest(tmp_path, "E1") == "6abc274b209b31ce"

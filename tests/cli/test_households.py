"""Households: people of one home, once each, with their machines."""

from tests.cli.test_customers import added, count, query
from tests.conftest import Desk


def three(desk: Desk) -> None:
    for name, phone in (("王芳", "1"), ("王强", "2"), ("李丽", "3")):
        added(desk, name, phone)


def members(desk: Desk, household: str = "H1") -> list[tuple[int, str | None]]:
    return [(m["id"], m["relation"]) for m in desk.do("household", "show", household)["members"]]


def test_a_household_is_made_with_its_members(desk: Desk) -> None:
    three(desk)
    made = desk.do("household", "add", "王家", "--member", "C1", "--member", "2")
    assert (made["id"], made["name"], [m["id"] for m in made["members"]]) == (1, "王家", [1, 2])
    assert desk.do("customer", "show", "C2")["household_id"] == 1
    assert query(desk, "SELECT customer_id, field, old, new FROM change") == [
        (1, "household_id", None, "1"),
        (2, "household_id", None, "1"),
    ]


def test_the_same_household_again_is_a_no_op(desk: Desk) -> None:
    three(desk)
    words = ("household", "add", "王家", "--member", "C1", "--member", "C2")
    desk.do(*words)
    assert "nothing changed" in desk.run(*words).err
    assert count(desk, "household") == 1


def test_a_household_without_name_and_members_can_be_made(desk: Desk) -> None:
    assert desk.do("household", "add")["name"] is None
    assert desk.do("household", "add")["id"] == 2
    desk.refused(2, "household", "add", " ")


def test_linking_two_makes_one_home(desk: Desk) -> None:
    three(desk)
    desk.do("household", "link", "C1", "2", "--as", "brother")
    assert members(desk) == [(1, None), (2, "brother")]


def test_linking_joins_the_home_that_there_is(desk: Desk) -> None:
    three(desk)
    desk.do("household", "link", "C1", "C2")
    desk.do("household", "link", "C3", "C2", "--as", "cousin")
    assert members(desk) == [(1, None), (2, "cousin"), (3, None)]
    assert count(desk, "household") == 1


def test_people_are_named_by_phone_or_name_as_everywhere(desk: Desk) -> None:
    for name, phone in (("王芳", "13800138001"), ("王强", "13800138002"), ("李丽", "13800138003")):
        added(desk, name, phone)
    desk.do("household", "add", "王家")
    desk.do("household", "link", "H1", "王芳", "13800138002")
    assert members(desk) == members(desk, "王家") == members(desk, "王强") == [(1, None), (2, None)]
    assert desk.refused(3, "household", "show", "李丽") == (
        "error: C3 李丽 belongs to no household\nhint: 'household link C3 C31' puts two people into one home\n"
    )


def test_people_are_linked_to_a_household_by_its_name(desk: Desk) -> None:
    three(desk)
    desk.do("household", "add", "王家")
    assert [m["id"] for m in desk.do("household", "link", "h1", "C1", "3")["members"]] == [1, 3]


def test_linking_again_changes_nothing(desk: Desk) -> None:
    three(desk)
    words = ("household", "link", "C1", "C2", "--as", "brother")
    desk.do(*words)
    before = count(desk, "change")
    assert "nothing changed" in desk.run(*words).err
    assert count(desk, "change") == before


def test_who_lives_elsewhere_needs_a_move(desk: Desk) -> None:
    three(desk)
    desk.do("household", "link", "C1", "C2", "--as", "brother")
    desk.do("household", "add", "李家", "--member", "C3")
    told = desk.refused(4, "household", "link", "H2", "C2")
    assert "C2 lives in H1" in told
    assert "--move" in told
    desk.refused(4, "household", "add", "张家", "--member", "C1")
    assert count(desk, "household") == 2
    assert "instead of H1" in desk.run("household", "link", "H2", "C2", "--move").err
    assert (members(desk, "H1"), members(desk, "H2")) == ([(1, None)], [(2, None), (3, None)])


def test_nobody_is_linked_to_nobody(desk: Desk) -> None:
    three(desk)
    desk.refused(2, "household", "link", "C1")
    desk.refused(2, "household", "link", "C1", "C1")
    desk.refused(2, "household", "link", "C1", "H1")
    desk.refused(3, "household", "link", "C1", "C9")
    desk.refused(3, "household", "link", "H9", "C1")
    desk.refused(3, "household", "show", "H9")
    assert count(desk, "household") == 0


def test_a_household_shows_the_machines_of_all_its_people(desk: Desk) -> None:
    three(desk)
    desk.do("household", "link", "C1", "C2")
    for owner in ("C1", "C2", "C3"):
        desk.do("appliance", "add", "--customer", owner, "--category", "fridge", "--bought", "2022-05-10")
    desk.do("note", "add", "H1", "key under the mat")
    shown = desk.do("household", "show", "H1")
    assert list(shown)[:2] == ["id", "name"]
    assert [(m["id"], m["customer_id"], m["age"]) for m in shown["appliances"]] == [(1, 1, 4), (2, 2, 4)]
    assert [note["text"] for note in shown["notes"]] == ["key under the mat"]

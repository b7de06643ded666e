"""E5: birthdays of forty homes, marked by hand, by the plan in the file and by what one more run would add."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from servicedesk.classroom.exercises.birthday_month.homes import Placed, list_hand_homes, list_news, place_homes
from servicedesk.classroom.exercises.birthday_month.task import FIRST_CARDS
from servicedesk.classroom.registry import get_exercise
from servicedesk.storage.database import Database
from tests.classroom.students import SEEDS, Marked, bytes_of, digest, mark, pristine, variant
from tests.conftest import Desk

E5 = get_exercise("E5")
SOME = [pytest.param(seed, marks=pytest.mark.seeds) if n else seed for n, seed in enumerate(SEEDS)]
PLANNED: dict[tuple[str, ...], bytes] = {}
NEWS = ("vip", "moved", "repair")


def hand_in_by_hand(desk: Desk) -> None:
    """Open what counts: until then `maintenance` is closed."""
    desk.do("exercise", "answer", "visits1=1")
    desk.do("exercise", "submit", "--part", "hand")


def type_news(desk: Desk, seed: str, kinds: Iterable[str]) -> None:
    for one in list_news(variant(E5, seed)):
        if one["news"] == "vip" and "vip" in kinds:
            desk.do("customer", "tier", f"C{one['customer']}", "vip")
        elif one["news"] == "moved" and "moved" in kinds:
            desk.do("appliance", "transfer", f"A{one['appliance']}", "--to", f"C{one['to']}", "--on", one["on"])
        elif one["news"] == "repair" and "repair" in kinds:
            desk.do("ticket", "open", "--appliance", f"A{one['appliance']}", "broken")


def print_cards(desk: Desk) -> None:
    for ticket in desk.do("ticket", "list", "--type", "maintenance"):
        sheet = desk.do("maintenance", "sheet", f"T{ticket['id']}")
        if sheet["planned_on"] <= FIRST_CARDS:
            desk.do("maintenance", "card", f"T{ticket['id']}")


@pytest.fixture
def planned(tmp_path: Path) -> Callable[..., Desk]:
    """The file of somebody who typed that news, and planned until then; made once."""

    def made(seed: str, *news: str, until: str = "+60d") -> Desk:
        desk, what = Desk(tmp_path / "student.db", now=None), (seed, until, *news)
        if what not in PLANNED:
            pristine(tmp_path, E5, seed, "student").close()
            hand_in_by_hand(desk)
            type_news(desk, seed, news)
            desk.do("maintenance", "generate", "--until", until)
            print_cards(desk)
            PLANNED[what] = bytes_of(desk.path)
        desk.path.write_bytes(PLANNED[what])
        return desk

    return made


def marked(desk: Desk, seed: str, **changed: str) -> Marked:
    """The marks of that file, with the key's answers but for those."""

    def change(db: Database, texts: dict[str, str]) -> None:
        texts.update(changed)

    return mark(desk.path.parent, "E5", seed, change, file=desk.path)


def homes(seed: str, kind: str) -> list[Placed]:
    return [placed for placed in place_homes(variant(E5, seed)) if placed.kind == kind]


@pytest.mark.parametrize("seed", SOME)
def test_who_types_the_news_and_plans_gets_100(planned: Callable[..., Desk], seed: str) -> None:
    result = marked(planned(seed, *NEWS), seed)

    assert (result.total, result.lost) == (100, {})


@pytest.mark.parametrize("seed", SOME)
def test_who_does_nothing_gets_nothing(tmp_path: Path, seed: str) -> None:
    pristine(tmp_path, E5, seed, "student").close()

    assert mark(tmp_path, "E5", seed, answers={}, file=tmp_path / "student.db").total == 0
    assert mark(tmp_path, "E5", seed, answers={}).total == 0  # only answers came


@pytest.mark.parametrize("seed", SOME)
def test_a_card_to_the_old_owner_costs_four_points(planned: Callable[..., Desk], seed: str) -> None:
    result = marked(planned(seed, "vip", "repair"), seed)

    assert (result.lost, result.slips) == ({"owner": 4}, {"old_owner"})


@pytest.mark.parametrize("seed", SOME)
def test_a_card_to_a_home_with_a_repair_costs_four_points(planned: Callable[..., Desk], seed: str) -> None:
    result = marked(planned(seed, "vip", "moved"), seed)

    assert (result.lost, result.slips) == ({"hold": 4}, {"card_in_repair"})


def by_hand(seed: str, *kinds: str) -> list[str]:
    """The questions about homes of those kinds."""
    asked = enumerate(list_hand_homes(variant(E5, seed)), 1)
    return [f"visits{number}" for number, placed in asked if placed.kind in kinds]


@pytest.mark.parametrize("seed", SOME)
def test_chained_visits_cost_two_points_a_home(planned: Callable[..., Desk], seed: str) -> None:
    chained = by_hand(seed, "chain", "apart")

    result = marked(planned(seed, *NEWS), seed, **dict.fromkeys(chained, "1"))

    assert (result.lost, result.slips) == (dict.fromkeys(chained, 2), {"chained"})
    assert 1 <= len(chained) <= 3


@pytest.mark.parametrize("seed", SOME)
def test_other_slips_are_named(planned: Callable[..., Desk], seed: str) -> None:
    (month,) = homes(seed, "month")
    unknown = f"A{homes(seed, 'unknown')[0].machines[-1]}"
    near = by_hand(seed, "chain", "row")[0]

    result = marked(planned(seed, *NEWS), seed, **{near: "3"}, leap_day="2027-03-01", unknown=unknown)

    assert result.slips == {"visit_each", "leap_day_in_march", "year_is_enough"}
    assert result.lost == {near: 2, "leap_day": 2, "unknown": 2}
    years = [f"A{placed.machines[-1]}" for placed in homes(seed, "year")]
    both = marked(planned(seed, *NEWS), seed, unknown=" ".join([unknown, *years, f"A{month.machines[0]}"]))
    assert both.slips == {"month_is_unknown"}


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS)
def test_a_forgotten_vip_costs_the_share_of_three_birthdays(planned: Callable[..., Desk], seed: str) -> None:
    result = marked(planned(seed, "moved", "repair"), seed)

    assert result.slips == {"vip_forgotten"}
    assert set(result.lost) <= {"birthdays", "visits", "cards"}
    assert 1.5 <= result.lost["birthdays"] <= 2


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS)
def test_thirty_days_are_not_sixty(planned: Callable[..., Desk], seed: str) -> None:
    result = marked(planned(seed, *NEWS, until="+30d"), seed)

    assert "default_horizon" in result.slips
    assert {"birthdays", "visits", "second_run"} <= set(result.lost)
    assert result.lost["second_run"] == 10


def test_news_that_comes_after_the_plan_is_as_good_once_it_is_planned_again(planned: Callable[..., Desk]) -> None:
    seed = SEEDS[0]
    desk = planned(seed, "moved", "repair")
    type_news(desk, seed, ["vip"])
    half = marked(desk, seed)
    desk.do("maintenance", "generate", "--until", "2027-03-12")
    print_cards(desk)

    assert half.lost["second_run"] == 10
    assert marked(desk, seed).total == 100


def test_answers_in_other_words_are_read(planned: Callable[..., Desk]) -> None:
    seed = SEEDS[0]
    twice = by_hand(seed, "chain")[0]
    unknown = [f"{placed.machines[-1]}" for kind in ("year", "unknown") for placed in homes(seed, kind)]

    kindly = {twice: "２ 次", "leap_day": "2027年2月28日", "unknown": f"a{'、'.join(unknown)}"}
    result = marked(planned(seed, *NEWS), seed, **kindly)

    assert result.lost == {}


def test_version_1_gives_the_same_homes_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E5") == "8bb2d64fb0adbea1"

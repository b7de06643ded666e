"""E8, fair or unfair? Its marks, what its trap costs, and that every student has the paradox."""

from pathlib import Path

import pytest

from servicedesk.classroom.exercises.fair_or_unfair.cases import draw_crew
from servicedesk.classroom.exercises.fair_or_unfair.figures import list_rates, percent
from servicedesk.classroom.registry import get_exercise
from servicedesk.storage.database import Database
from tests.classroom.students import SEEDS, digest, mark, variant

E8 = get_exercise("E8")


def by_the_total(db: Database, texts: dict[str, str]) -> None:
    texts["better"] = min(list_rates(db), key=lambda each: percent(each.all_of_them)).name


def crude(db: Database, texts: dict[str, str]) -> None:
    """Takes the totals for the rates in the same mix, and believes them."""
    by_the_total(db, texts)
    texts |= {f"{each.ref}.same_mix": f"{percent(each.all_of_them):.2f}" for each in list_rates(db)}


def half_and_half(db: Database, texts: dict[str, str]) -> None:
    for each in list_rates(db):
        texts[f"{each.ref}.same_mix"] = f"{sum(map(percent, each.by_category.values())) / 2:.2f} %"


def swapped(db: Database, texts: dict[str, str]) -> None:
    """Takes the one for the other all along, and so names the other as the better one."""
    given = dict(texts)
    for item in texts:
        ref, _, figure = item.partition(".")
        if figure:
            texts[item] = given[f"{'P2' if ref == 'P1' else 'P1'}.{figure}"]
    texts["better"] = "P2" if given["better"] == "P1" else "P1"


def hold_marks(folder: Path, seed: str) -> None:
    right, idle = mark(folder, "E8", seed), mark(folder, "E8", seed, answers={})
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())


def hold_traps(folder: Path, seed: str) -> None:
    simpson = mark(folder, "E8", seed, by_the_total)
    assert (simpson.lost, simpson.slips) == ({"better": 10}, {"simpson"})
    plain = mark(folder, "E8", seed, half_and_half)
    assert (plain.lost, plain.slips) == ({"P1.same_mix": 10, "P2.same_mix": 10}, {"plain_mean"})
    other = mark(folder, "E8", seed, swapped)
    assert (other.total, other.slips) == (50, {"people_swapped"})  # the rest follows from one's own


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_everybody_gets_what_they_earned(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)


def test_each_trap_costs_what_it_is_worth_and_is_named(tmp_path: Path) -> None:
    hold_traps(tmp_path, SEEDS[0])


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS[1:])
def test_so_it_is_for_every_student(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)
    hold_traps(tmp_path, seed)


def test_whoever_follows_wrong_rates_rightly_keeps_the_points_of_the_conclusion(tmp_path: Path) -> None:
    wrong = mark(tmp_path, "E8", SEEDS[1], crude)

    assert (wrong.lost, wrong.slips) == ({"P1.same_mix": 10, "P2.same_mix": 10}, {"crude_rate"})


def test_every_student_has_the_paradox() -> None:
    for number in range(200):
        assert draw_crew(variant(E8, f"seed {number}").rng("jobs")).is_a_paradox()


def test_the_intervals_overlap_and_the_better_one_leads_everywhere(tmp_path: Path) -> None:
    def look(db: Database, texts: dict[str, str]) -> None:
        better, other = sorted(list_rates(db), key=lambda each: each.mixed)
        assert better.high > other.low
        assert percent(better.all_of_them) > percent(other.all_of_them)
        assert all(percent(better.by_category[name]) < percent(other.by_category[name]) for name in other.by_category)

    mark(tmp_path, "E8", SEEDS[1], look)


def test_a_sentence_in_other_words_is_left_to_the_trainer(tmp_path: Path) -> None:
    answers = {"doubt": "空调活儿多，电视活儿少", "caution": "I would wait for July", "better": "whoever is taller"}

    other = mark(tmp_path, "E8", SEEDS[0], lambda _, texts: texts.update(answers))

    assert {mark.item for mark in other.marks if mark.is_open} == {"doubt", "caution", "better"}


@pytest.mark.parametrize("caution", ["Not sure at all", "完全没有把握", "I am certain"])
def test_whoever_only_says_how_sure_they_are_is_left_to_the_trainer(tmp_path: Path, caution: str) -> None:
    bare = mark(tmp_path, "E8", SEEDS[0], lambda _, texts: texts.update(caution=caution))

    assert (bare.total, [mark.item for mark in bare.marks if mark.is_open]) == (90, ["caution"])


def test_version_1_gives_the_same_file_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E8") == "d484ab7dd13ca001"

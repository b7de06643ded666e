"""E6, is July worse? Its marks, and what each of its traps costs."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.classroom.exercises.is_july_worse.cases import draw_months
from servicedesk.classroom.exercises.is_july_worse.figures import find_conclusion, get_months
from servicedesk.classroom.registry import get_exercise
from servicedesk.kpis.stats import chance
from servicedesk.storage.database import Database
from tests.classroom.students import SEEDS, digest, mark, pristine, variant

E6 = get_exercise("E6")


def is_policy(seed: str) -> bool:
    """Whether the months of that student differ beyond chance, as nobody but the call-backs made them."""
    june, july = draw_months(variant(E6, seed).rng("months"))
    return chance(july.satisfied, july.answers, june.satisfied, june.answers) < 0.05


CHANCE = next(seed for seed in SEEDS if not is_policy(seed))
POLICY = next(seed for seed in SEEDS if is_policy(seed))


def percentages_alone(db: Database, texts: dict[str, str]) -> None:
    """Sees two percentages, and that July has the lower one."""
    texts |= {"conclusion": "really_worse", "flatters": "neither", "sentence": "late ones and chance alike are worse"}


def means(db: Database, texts: dict[str, str]) -> None:
    for key, month in get_months(db).items():
        texts[f"{key}.rate"] = f"{20 * month.mean:.2f}"


def hold_marks(folder: Path, seed: str) -> None:
    right, idle = mark(folder, "E6", seed), mark(folder, "E6", seed, answers={})
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())


def hold_traps(folder: Path, seed: str) -> None:
    alone = mark(folder, "E6", seed, percentages_alone)
    follows = {"conclusion": 20}
    assert alone.lost == follows
    assert alone.slips == {"policy_missed" if is_policy(seed) else "percentages_alone"}
    mean = mark(folder, "E6", seed, means)
    assert (mean.lost, mean.slips) == ({"june.rate": 2, "july.rate": 2}, {"mean_used"})


@pytest.mark.parametrize("seed", [CHANCE])
def test_everybody_gets_what_they_earned(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)


@pytest.mark.parametrize("seed", [POLICY])
def test_each_trap_costs_what_it_is_worth_and_is_named(tmp_path: Path, seed: str) -> None:
    hold_traps(tmp_path, seed)


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS)
def test_so_it_is_for_every_student(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)
    hold_traps(tmp_path, seed)


def test_the_key_knows_why_the_months_differ(tmp_path: Path) -> None:
    for seed, conclusion in ((CHANCE, "not_distinguishable"), (POLICY, "policy_effect")):
        with closing(pristine(tmp_path, E6, seed, name=seed)) as db:
            assert find_conclusion(db) == conclusion


def test_both_ways_of_calling_back_are_as_likely() -> None:
    counted = Counter(is_policy(f"seed {number}") for number in range(200))

    assert min(counted[True], counted[False]) > 70


def test_figures_that_follow_from_a_wrong_count_keep_their_points(tmp_path: Path) -> None:
    def threes(db: Database, texts: dict[str, str]) -> None:
        month = get_months(db)["june"]
        hits, total = month.satisfied[0] + month.scores[2], month.satisfied[1]
        silent = month.completed - total
        texts |= {"june": f"{hits}/{total}", "june.rate": f"{100 * hits / total:.1f}"}
        texts |= {"june.bound_low": f"{100 * hits / month.completed:.1f}"}
        texts |= {"june.bound_high": f"{100 * (hits + silent) / month.completed:.1f}"}

    wrong = mark(tmp_path, "E6", CHANCE, threes)

    assert (wrong.lost, wrong.slips) == ({"june": 5}, {"threes_satisfied"})


def test_answers_in_other_words_are_read_or_left_to_the_trainer(tmp_path: Path) -> None:
    answers = {
        "conclusion": "看不出差别",
        "flatters": "无",
        "split": "是否及时",
        "doubt": "the weather",
        "sentence": "hm",
    }

    other = mark(tmp_path, "E6", CHANCE, lambda _, texts: texts.update(answers, sentence="hm"))

    assert {mark.item for mark in other.marks if mark.is_open} == {"doubt", "sentence"} == set(other.lost)


def test_version_1_gives_the_same_file_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E6") == "78d88b93e7b638f1"

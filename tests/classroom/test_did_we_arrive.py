"""E3, did we arrive? Its marks, and what each of its traps costs."""

from pathlib import Path

import pytest

from servicedesk.classroom.exercises.did_we_arrive import SLIPS, count
from servicedesk.classroom.exercises.did_we_arrive.cases import list_cases
from servicedesk.classroom.registry import get_exercise
from servicedesk.storage.database import Database
from tests.classroom.students import FEW, SEEDS, Marked, digest, mark, variant

E3 = get_exercise("E3")
# Those of the plan; every student has them.
TRAPS = {
    "to_the_second": "miss", "one_second_late": "hit", "window_typed_late": "hit", "window_to_come": "miss",
    "no_arrival_typed": "excluded", "outlet_window": "hit", "october": "hit", "nobody_home": "miss",
    "duplicate": "miss", "deferred": "miss",
}  # fmt: skip


def refs_of(case: str, seed: str) -> list[str]:
    return [ref for ref, found in list_cases(variant(E3, seed)).items() if found == case]


def trapped(folder: Path, seed: str, case: str, verdict: str) -> Marked:
    """Whoever gives that verdict of every ticket of that case, and counts on with it."""

    def change(db: Database, texts: dict[str, str]) -> None:
        texts.update(dict.fromkeys(refs_of(case, seed), verdict))
        hits, total = count(texts[f"T{number}"] for number in range(1, 21))
        texts["headline"] = f"{hits}/{total}"

    return mark(folder, "E3", seed, change)


def hold_marks(folder: Path, seed: str) -> None:
    right, idle = mark(folder, "E3", seed), mark(folder, "E3", seed, answers={})
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())


def hold_trap(folder: Path, seed: str, case: str, verdict: str) -> None:
    found = trapped(folder, seed, case, verdict)
    assert found.lost == dict.fromkeys(refs_of(case, seed), 2)
    assert found.slips == {SLIPS[case][verdict].code}


@pytest.mark.parametrize("seed", SEEDS[:FEW])
def test_everybody_gets_what_they_earned(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)


@pytest.mark.parametrize(("case", "verdict"), TRAPS.items())
def test_each_trap_costs_two_points_and_is_named(tmp_path: Path, case: str, verdict: str) -> None:
    hold_trap(tmp_path, SEEDS[0], case, verdict)


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS[FEW:])
def test_so_it_is_for_every_student(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)
    for case, verdict in TRAPS.items():
        hold_trap(tmp_path, seed, case, verdict)


def test_whoever_gives_the_headline_verdicts_for_the_strict_ones_is_told(tmp_path: Path) -> None:
    def change(db: Database, texts: dict[str, str]) -> None:
        texts.update({f"T{number}.strict": texts[f"T{number}"] for number in range(1, 21)})

    found = mark(tmp_path, "E3", SEEDS[0], change)

    assert found.slips == {"strict_as_headline"}
    assert all(item.endswith(".strict") or item == "strict" for item in found.lost)


def test_a_figure_that_follows_from_nothing_loses_its_points(tmp_path: Path) -> None:
    wrong = mark(tmp_path, "E3", SEEDS[0], lambda _, texts: texts.update(headline="1/2"))

    assert wrong.lost == {"headline": 10}


def test_answers_in_other_words_are_read_or_left_to_the_trainer(tmp_path: Path) -> None:
    def change(db: Database, texts: dict[str, str]) -> None:
        for item, text in texts.items():
            texts[item] = {"hit": "及时", "miss": "ＬＡＴＥ", "excluded": "不计", "pending": "not yet"}.get(text, text)
        texts["T7"] = "who knows"

    other = mark(tmp_path, "E3", SEEDS[0], change)

    assert [mark.item for mark in other.marks if mark.is_open] == ["T7"]
    assert set(other.lost) == {"T7"}


def test_version_1_gives_the_same_file_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E3") == "0d477a83910bd4f5"

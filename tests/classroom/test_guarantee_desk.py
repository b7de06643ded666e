"""E9, the guarantee desk: its marks, what each of its traps costs, and that `warranty check` says the same."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.classroom.exercise_file import freeze_hand
from servicedesk.classroom.exercises.guarantee_desk import answer
from servicedesk.classroom.exercises.guarantee_desk.cases import list_cases
from servicedesk.classroom.exercises.guarantee_desk.task import find_entitlement
from servicedesk.classroom.exercises.guarantee_desk.verdicts import (
    DAY_90,
    DAYS_FIRST,
    DAYS_FORGOTTEN,
    FIRST_DAY,
    MISTAKES,
    ORDER,
    UNKNOWN,
    Mistake,
    find_part,
    judge,
    judge_mistaken,
)
from servicedesk.classroom.registry import get_exercise
from servicedesk.storage.database import Database
from tests.classroom.students import FEW, SEEDS, digest, mark, pristine, variant
from tests.conftest import Desk

E9 = get_exercise("E9")
# Those of the plan; every student has their cases.
TRAPS = {
    "seven_fifteen": FIRST_DAY,
    "repair_days": DAYS_FORGOTTEN,
    "maker_part": DAY_90,
    "main_part": DAYS_FIRST,
}
Change = Callable[[Database, dict[str, str]], None]


def ref_of(db: Database, name: str, seed: str) -> str:
    return next(ref for ref, case in list_cases(db, variant(E9, seed)).items() if case.name == name)


def mistaken(name: str, mistake: Mistake, seed: str, lost: dict[str, float]) -> Change:
    """Whoever is mistaken so about the customer of that case; `lost` gets what that must cost."""

    def change(db: Database, texts: dict[str, str]) -> None:
        ref = ref_of(db, name, seed)
        case, right = list_cases(db, variant(E9, seed))[ref], judge(db, ref)
        wrong = judge_mistaken(db, ref, case, mistake)
        texts |= {f"{ref}.day": str(wrong.until), f"{ref}.rule": wrong.rule}
        texts |= {f"{ref}.right": find_entitlement(wrong.rule) or UNKNOWN}
        lost.update({f"{ref}.day": 4} if wrong.until != right.until else {})
        lost.update({f"{ref}.rule": 4} if wrong.rule != right.rule else {})

    return change


def guess(db: Database, texts: dict[str, str]) -> None:
    """Takes every guarantee to run, and asks nobody."""
    for item, text in list(texts.items()):
        ref, _, what = item.partition(".")
        if what == "rule" and text == UNKNOWN:
            texts |= {f"{ref}.rule": "W4", f"{ref}.day": "2027-01-01", f"{ref}.ask": "nothing"}
            texts[f"{ref}.right"] = "free_repair"


def hold_marks(folder: Path, seed: str) -> None:
    right, idle = mark(folder, "E9", seed), mark(folder, "E9", seed, answers={})
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())


def hold_traps(folder: Path, seed: str) -> None:
    for name, mistake in TRAPS.items():
        lost: dict[str, float] = {}
        found = mark(folder, "E9", seed, mistaken(name, mistake, seed, lost))
        assert found.lost == lost != {}, name
        assert found.slips == {mistake.slip.code}, name
    guessed = mark(folder, "E9", seed, guess)
    # Of two customers day, rule and what to ask; the entitlement follows from the rule.
    assert (guessed.total, guessed.slips) == (100 - 2 * 8.5, {"guessed"})


@pytest.mark.parametrize("seed", SEEDS[:FEW])
def test_everybody_gets_what_they_earned(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)


def test_each_trap_costs_what_it_is_worth_and_is_named(tmp_path: Path) -> None:
    hold_traps(tmp_path, SEEDS[0])


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS[FEW:])
def test_so_it_is_for_every_student(tmp_path: Path, seed: str) -> None:
    hold_marks(tmp_path, seed)
    hold_traps(tmp_path, seed)
    hold_that_every_mistake_is_one(tmp_path, seed)


def hold_that_every_mistake_is_one(folder: Path, seed: str) -> None:
    with closing(pristine(folder, E9, seed, name="mistakes")) as db:
        for ref, case in list_cases(db, variant(E9, seed)).items():
            right = judge(db, ref)
            for mistake in MISTAKES.get(case.name, ()):
                wrong = judge_mistaken(db, ref, case, mistake)
                assert (wrong.rule, wrong.until) != (right.rule, right.until), (case, mistake.slip.code)


def test_the_tool_says_what_the_key_says(tmp_path: Path) -> None:
    with closing(pristine(tmp_path, E9, SEEDS[0])) as db:
        key = answer(db, variant(E9, SEEDS[0]))
        parts = {ref: find_part(db, ref) for ref in list_cases(db, variant(E9, SEEDS[0]))}
        freeze_hand(db, {}, at="2026-10-10T10:00:00+00:00")
    desk = Desk(tmp_path / "given.db", now=None)
    for ref, part in parts.items():
        rows = {row["rule"]: row for row in desk.do("warranty", "check", ref, *(("--part", part) if part else ()))}
        held = [rule for rule in ORDER if rows[rule]["holds"]]
        assert (held or [UNKNOWN])[0] == key[f"{ref}.rule"]
        assert (rows[held[0]]["entitlement"] if held else UNKNOWN) == key[f"{ref}.right"]


def test_the_guarantee_is_closed_until_the_days_are_found_by_hand(tmp_path: Path) -> None:
    pristine(tmp_path, E9, SEEDS[0]).close()

    assert "by hand first" in Desk(tmp_path / "given.db", now=None).refused(4, "warranty", "check", "T1")


def test_answers_in_other_words_are_read_or_left_to_the_trainer(tmp_path: Path) -> None:
    def change(db: Database, texts: dict[str, str]) -> None:
        for item, text in texts.items():
            texts[item] = {UNKNOWN: "未知", "nothing": "无", "free_repair": "免费", "W4": "w4"}.get(text, text)
        ref = ref_of(db, "seven_fifteen", SEEDS[0])
        texts |= {f"{ref}.day": "next Friday", f"{ref}.rule": "the fourth one"}

    other = mark(tmp_path, "E9", SEEDS[0], change)

    assert {mark.item for mark in other.marks if mark.is_open} == set(other.lost)
    assert len(other.lost) == 2


def test_version_1_gives_the_same_file_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E9") == "a54ae56a3d5912e8"

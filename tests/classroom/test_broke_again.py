"""E4, it broke again: its marks, and what each of its traps costs."""

from pathlib import Path

import pytest

from servicedesk.classroom.exercises import broke_again
from servicedesk.classroom.exercises.broke_again.cases import list_cases
from servicedesk.classroom.exercises.broke_again.task import ELSEWHERE
from servicedesk.classroom.registry import get_exercise
from servicedesk.storage.database import Database
from tests.classroom.students import FEW, SEEDS, Marked, digest, mark, variant

E4 = get_exercise("E4")


def ref_of(case: str, seed: str) -> str:
    return next(ref for ref, found in list_cases(variant(E4, seed)).items() if found == case)


def with_verdict(folder: Path, seed: str, case: str, verdict: str, *, by: str = "") -> Marked:
    """Whoever gives that verdict of the ticket of that case, and counts on with it."""

    def change(db: Database, texts: dict[str, str]) -> None:
        ref = ref_of(case, seed)
        texts[ref] = verdict
        texts[f"{ref}.by"] = ref_of(by, seed) if by else texts[f"{ref}.by"]
        if verdict == "repeated":
            texts[f"{ref}.charged"] = broke_again.find_key(db).tickets[ref].done_by
        verdicts = [texts[f"T{number}"] for number in range(1, 16)]
        hits = verdicts.count("repeated")
        texts["any_fault"] = f"{hits}/{hits + verdicts.count('not_repeated')}"

    return mark(folder, "E4", seed, change)


def hold_marks(folder: Path, seed: str) -> None:
    right, idle = mark(folder, "E4", seed), mark(folder, "E4", seed, answers={})
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())


def hold_traps(folder: Path, seed: str) -> None:
    day_31 = with_verdict(folder, seed, "on_day_31", "repeated")
    assert (day_31.total, day_31.slips) == (98.5, {"day_31"})
    once = with_verdict(folder, seed, "itself_a_repeat", ELSEWHERE)
    assert (once.total, once.slips) == (98.5, {"counted_once"})
    before = with_verdict(folder, seed, "beside_it", "repeated", by="still_open")
    assert (before.total, before.slips) == (97.5, {"reported_before"})
    second = mark(folder, "E4", seed, charge_the_second)
    with_others = sum(lost == 1.5 for lost in second.lost.values())
    assert (second.total, second.slips) == (100 - 1.5 * with_others, {"second_man"})
    assert with_others == len(second.lost) >= 2


def charge_the_second(db: Database, texts: dict[str, str]) -> None:
    for ref, right in broke_again.find_key(db).tickets.items():
        if right.verdict == "repeated":
            texts[f"{ref}.charged"] = right.next_by


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


def test_a_wrong_day_of_finality_is_named(tmp_path: Path) -> None:
    early = mark(tmp_path, "E4", SEEDS[1], lambda _, texts: texts.update(final="2026-11-30"))

    assert (early.total, early.slips) == (90, {"thirtieth_of_november"})


def test_students_do_not_all_have_the_same_rates(tmp_path: Path) -> None:
    rates = set()
    mark(tmp_path, "E4", SEEDS[0], lambda _, texts: rates.add(texts["any_fault"]))
    mark(tmp_path, "E4", SEEDS[1], lambda _, texts: rates.add(texts["any_fault"]))
    mark(tmp_path, "E4", SEEDS[2], lambda _, texts: rates.add(texts["any_fault"]))

    assert len(rates) >= 2


def test_answers_in_other_words_are_read_or_left_to_the_trainer(tmp_path: Path) -> None:
    def change(db: Database, texts: dict[str, str]) -> None:
        texts["T1"] = "somehow, perhaps"
        for ref in broke_again.find_key(db).tickets:
            texts[ref] = {"repeated": "又坏了", "not_repeated": "Miss"}.get(texts[ref], texts[ref])
            texts[f"{ref}.charged"] = texts[f"{ref}.charged"].replace("nobody", "无人")

    other = mark(tmp_path, "E4", SEEDS[0], change)

    assert [mark.item for mark in other.marks if mark.is_open] == ["T1"]
    assert set(other.lost) == {"T1"}


def test_version_1_gives_the_same_file_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E4") == "f618187ce92a75e7"

"""E7, the clean sheet: its marks, what its trap costs, and that every file that is handed out is fair."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.classroom.exercises.clean_sheet import find_proof
from servicedesk.classroom.exercises.clean_sheet.cast import Cast, draw_cast
from servicedesk.classroom.exercises.clean_sheet.evidence import CLUES, Look, list_looks, list_people, rank_by_repeats
from servicedesk.classroom.exercises.clean_sheet.task import TOLD_BY
from servicedesk.classroom.registry import get_exercise
from servicedesk.demo.work.plan import Story
from servicedesk.storage.database import Database
from tests.classroom.students import SEEDS, Marked, digest_rows, mark, pristine, variant

E7 = get_exercise("E7")
SEED = SEEDS[1]  # of a backdater
ITEMS = ("who", "how", "signal", "figure")


class Class:
    """The students of one seed, whose file is made once."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.folder, self.seed, self.cast = folder, seed, draw_cast(variant(E7, seed))
        self.given = pristine(folder, E7, seed)

    def mark(self, **answers: str) -> Marked:
        """The marks of whoever gives the key's answers but for these."""
        return mark(self.folder, "E7", self.seed, lambda _, texts: texts.update(answers), given=self.given)

    @property
    def innocent(self) -> list[str]:
        return [name for name in list_people(self.given) if name != self.cast.culprit]


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    made = Class(tmp_path_factory.mktemp("E7"), SEED)
    with closing(made.given):
        yield made


def is_fair(db: Database, cast: Cast) -> bool:
    looks = list_looks(db)
    return (
        {look.person for look in looks} - {None} == {cast.culprit}
        and {look.signal for look in looks} <= set(CLUES[cast.story])
        and rank_by_repeats(db)[0][0] != cast.culprit
    )


def hold(students: Class) -> None:
    right, idle = students.mark(), mark(students.folder, "E7", students.seed, answers={}, given=students.given)
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())
    worst = students.mark(who=rank_by_repeats(students.given)[0][0])
    assert (worst.total, worst.lost, worst.slips) == (40, {"who": 60}, {"worst_rate"})
    assert is_fair(students.given, students.cast)


def test_everybody_gets_what_they_earned_and_the_file_is_fair(students: Class) -> None:
    hold(students)


@pytest.mark.seeds
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed != SEED])
def test_so_it_is_for_every_student(tmp_path: Path, seed: str) -> None:
    others = Class(tmp_path, seed)
    with closing(others.given):
        hold(others)


def test_each_innocent_beside_the_culprit_costs_twenty_points(students: Class) -> None:
    two = students.mark(who="、".join([*students.innocent[1:3], students.cast.culprit]))
    all_eight = students.mark(who=" ".join(list_people(students.given)))

    assert two.lost == {"who": 40}
    assert all_eight.lost == {"who": 140}
    assert all_eight.total == 0


def test_a_name_may_be_written_in_pinyin_and_in_either_order(students: Class) -> None:
    assert students.cast.culprit == "何文斌"
    assert students.mark(who="He Wenbin").total == students.mark(who="wen-bin HE, technician").total == 100


def test_the_figure_may_be_written_in_several_ways(students: Class) -> None:
    proof = find_proof(students.given, variant(E7, SEED))[0]
    assert (proof.signal, proof.text) == ("I3", "171/247")
    for text in ("１７１／２４７", "171 of 247", "69.2 %", "69,23", "171/247 (69.2 %)"):
        assert students.mark(figure=text).total == 100, text


def test_the_figure_of_the_whole_outlet_proves_nothing_of_one(students: Class) -> None:
    whole = next(look.text for look in list_looks(students.given) if look.person is None)

    assert students.mark(figure=whole).lost == {"figure": 10}
    assert students.mark(figure=whole).slips == {"whole_outlet"}


def test_a_signal_that_looks_at_nobody_is_named_and_the_figure_follows_from_it(students: Class) -> None:
    other = students.mark(signal="I9", figure="0/4")

    assert other.lost["signal"] == 20
    assert other.slips == {"no_look"}


def test_answers_in_unforeseen_words_are_left_to_the_trainer(students: Class) -> None:
    other = students.mark(who="the tall one", how="by magic", signal="the third", figure="quite a lot")

    assert {one.item for one in other.marks if one.is_open} == set(ITEMS)


def test_any_answers_are_marked(students: Class) -> None:
    for text in ("0/0", "1e999", "9" * 400, "nan %", "T1", "\x00", "２:０", "none", "I99", "-", "何" * 500):
        found = mark(students.folder, "E7", SEED, answers=dict.fromkeys(ITEMS, text), given=students.given)
        assert found.total == 0


def test_students_have_all_three_stories_of_anybody() -> None:
    casts = [draw_cast(variant(E7, f"student {n}")) for n in range(60)]

    assert {cast.story for cast in casts} == {Story.BACKDATER, Story.DEFERRER, Story.RECODER}
    assert len({cast.culprit for cast in casts}) >= 12


def test_figures_of_each_kind_are_read(students: Class) -> None:
    points = Look("I1", "叶敏", 103, 529, 19.62, "points", True, False)
    ratio = Look("I4", "陈建国", 15, 17, 7.5, "ratio", True, False)

    assert [points.text, ratio.text] == ["+19.6", "15 : 2"]
    assert all(points.is_meant_by(text) for text in ("+19.6", "19.6 points", "19,6", "103/529"))
    assert all(ratio.is_meant_by(text) for text in ("15 : 2", "15:2", "7.5", "15/17"))
    assert not any(look.is_meant_by(text) for look in (points, ratio) for text in ("20.1", "2 : 15", "15"))


def test_a_file_tells_neither_its_story_nor_its_seed(students: Class) -> None:
    read = students.given.path.read_bytes()

    assert not any(word.encode() in read for word in (*Story, *TOLD_BY.values(), SEED, variant(E7, SEED).seed))


def test_version_1_gives_the_same_file_for_ever(students: Class) -> None:
    assert digest_rows(students.given) == "ebcc9a61d26802a4"

"""What a student gets of an exercise: sheets that fit, in their language; no way back."""

from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.base.width import cells
from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.exercise_file import make_file
from servicedesk.classroom.package import draw_pages
from servicedesk.classroom.registry import get_exercise
from servicedesk.language.words import Words
from tests.classroom.students import MADE, SEEDS, digest, mark, pristine, variant

CODES = ["E1", "E2", "E4", "E5", "E6", "E8", "E9"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_task_fits_a_terminal_in_its_language(tmp_path: Path, code: str, language: str) -> None:
    exercise = get_exercise(code)
    with closing(pristine(tmp_path, exercise, SEEDS[0])) as db:
        pages = draw_pages(exercise, db, Words(language), paper=True)

    lines = pages["task.md"].splitlines()
    assert max(map(cells, lines)) <= 80
    assert any(words in pages["task.html"] for words in ("What to do", "Then with the tool")) is (language == "en")
    assert {"task.md", "task.html", "paper.html", "sheet.csv", "answers.csv"} == pages.keys()


@pytest.mark.parametrize("code", CODES)
def test_the_file_tells_its_variant_to_nobody(tmp_path: Path, code: str) -> None:
    exercise, chosen = get_exercise(code), variant(get_exercise(code), SEEDS[0])
    with closing(pristine(tmp_path, exercise, SEEDS[0])) as db:
        told = [
            str(value) for table in ("outlet", "exercise") for row in db.rows(f"SELECT * FROM {table}") for value in row
        ]
        identity = db.outlet.uuid
    with closing(make_file(tmp_path / "again.db", exercise, chosen, made=MADE)) as again:
        assert again.outlet.uuid != identity

    assert chosen.seed.encode() not in (tmp_path / "given.db").read_bytes()
    assert not any(chosen.seed in text or Variant(text) == chosen for text in told)


@pytest.mark.parametrize("code", CODES)
def test_another_variant_is_another_file(tmp_path: Path, code: str) -> None:
    (other := tmp_path / "other").mkdir()

    assert digest(tmp_path, code, SEEDS[0]) != digest(other, code, SEEDS[1])


@pytest.mark.parametrize(("code", "other"), [("E1", "E5"), ("E2", "E3"), ("E5", "E2")])
def test_a_file_of_another_exercise_is_marked_0_without_an_error(tmp_path: Path, code: str, other: str) -> None:
    pristine(tmp_path, get_exercise(other), SEEDS[1], "student").close()

    assert mark(tmp_path, code, SEEDS[0], answers={}, file=tmp_path / "student.db").total == 0

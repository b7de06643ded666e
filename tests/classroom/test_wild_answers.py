"""Whatever a student writes is marked: no text stops the marking, or brings points beyond 100."""

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from servicedesk.classroom.registry import get_exercise
from tests.classroom.students import SEEDS, mark, pristine

CODES = ("E3", "E4", "E6", "E8", "E9")
TEXTS = (
    "", "0/0", "3/0", "60/40", "-1", "1e999", "99999999999999999999/1", "nan %", "0", "T1", "T99 T98", "none", "无",
    "2026-02-29", "0001-01-01", "9999-12-31", "unknown", "repeated", "hit", "W4", "P1", "late", "𝟚/𝟛", "\x00", "王芳",
)  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_any_answers_are_marked(tmp_path: Path, code: str) -> None:
    rng = Random(code)
    with closing(pristine(tmp_path, get_exercise(code), SEEDS[0])) as given:
        items = [item.key for item in get_exercise(code).ask(given)]
        for _ in range(4):
            found = mark(tmp_path, code, SEEDS[0], answers={item: rng.choice(TEXTS) for item in items}, given=given)

            assert 0 <= found.total < 100

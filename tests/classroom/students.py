"""Students for the tests: one who knows all, one who does nothing, and those who make one mistake."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from servicedesk.classroom.answers import read_answers
from servicedesk.classroom.exercise import Command, Exercise, Mark, Part, Variant, Work
from servicedesk.classroom.exercise_file import make_file, read_exercise
from servicedesk.classroom.registry import get_exercise
from servicedesk.file.opening import open_outlet
from servicedesk.storage.database import Database
from servicedesk.storage.journal import JOURNALED, PLAIN

MADE = datetime(2026, 9, 1, tzinfo=UTC)
SEEDS = [f"seed {n}" for n in range(20)]
FEW = 1  # seeds by default; all of them under the mark seeds


class Marked(NamedTuple):
    """What a student got: points in all, the items with lost points, the misconceptions that were named."""

    total: float
    lost: dict[str, float]
    slips: set[str]
    marks: list[Mark]


def variant(exercise: Exercise, seed: str) -> Variant:
    return Variant(f"{exercise.code} {exercise.version} {seed}")


def pristine(folder: Path, exercise: Exercise, seed: str, name: str = "given") -> Database:
    """The file as it is handed out."""
    return make_file(folder / f"{name}.db", exercise, variant(exercise, seed), made=MADE)


def digest(folder: Path, code: str, seed: str = "frozen") -> str:
    """What tells a made file from every other: all that the exercise wrote, without what is random in every file."""
    with closing(pristine(folder, get_exercise(code), seed, name=f"{code} digest")) as db:
        return digest_rows(db)


def digest_rows(db: Database) -> str:
    """The same of a file that is made already."""
    found = sha256()
    for noun in (*JOURNALED, *PLAIN):
        for row in db.rows(f"SELECT * FROM {noun} ORDER BY 1, 2"):
            cells = {key: row[key] for key in row.keys() if row[key] is not None}  # noqa: SIM118
            if noun != "outlet" and cells.get("actor") != "servicedesk":
                found.update(json.dumps([noun, cells], ensure_ascii=False, sort_keys=True).encode())
    for paper in read_exercise(db).script:  # how a call is worded may change
        found.update(json.dumps({**paper, "text": "", "zh": ""}, sort_keys=True).encode())
    return found.hexdigest()[:16]


def rows_of(path: Path) -> list[str]:
    """What a file holds, but for what tells it from every other."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        nouns = (noun for noun in (*JOURNALED, *PLAIN) if noun != "outlet")
        return [repr(row) for noun in nouns for row in db.execute(f"SELECT * FROM {noun} ORDER BY 1, 2")]


def bytes_of(path: Path) -> bytes:
    """The bytes of a file, with all that its log holds."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


KEPT: dict[str, tuple[str, bytes]] = {}  # of each exercise the file of the last seed


def _handed_out(folder: Path, code: str, seed: str) -> Database:
    """The file as it is handed out; made once, for making it is most of what a test takes."""
    path = folder / f"{code}-{seed}.db".replace(" ", "-")
    if code not in KEPT or KEPT[code][0] != seed:
        pristine(folder, get_exercise(code), seed, path.stem).close()
        KEPT[code] = seed, bytes_of(path)
    path.write_bytes(KEPT[code][1])
    return open_outlet(path)


def mark(
    folder: Path,
    code: str,
    seed: str,
    change: Callable[[Database, dict[str, str]], None] | None = None,
    *,
    answers: Mapping[str, str] | None = None,
    file: Path | None = None,
    commands: tuple[Command, ...] = (),
    given: Database | None = None,
) -> Marked:
    """The marks of the student who gives the key's answers, after `change` has changed them, or only `answers`.

    `given`: the file as it is handed out, where it is made already.
    """
    if given is None:
        with closing(_handed_out(folder, code, seed)) as made:
            marked = mark(folder, code, seed, change, answers=answers, file=file, commands=commands, given=made)
        made.path.unlink()
        return marked
    exercise = get_exercise(code)
    texts = dict(answers) if answers is not None else dict(exercise.answer(given, variant(exercise, seed)))
    if change:
        change(given, texts)
    items = exercise.ask(given)
    read = read_answers(items, texts)
    work = Work(
        given=given,
        variant=variant(exercise, seed),
        answers={item.key: read[item.key] for item in items if item.part is Part.TOOL},
        hand={item.key: read[item.key] for item in items if item.part is Part.HAND},
        file=open_outlet(file) if file else None,
        commands=commands,
    )
    marks = list(exercise.mark(work))
    assert round(sum(mark.out_of for mark in marks), 1) == 100
    lost = {mark.item: round(mark.out_of - mark.points, 1) for mark in marks if mark.points < mark.out_of}
    total = max(0.0, round(sum(mark.points for mark in marks), 1))
    return Marked(total, lost, {mark.slip for mark in marks if mark.slip}, marks)

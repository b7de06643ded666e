"""A trainer's class: a folder with classroom.toml (mode 0600: the roster and the secret), packages, and marks.

The variant of a student is HMAC(secret, "E3/v1/S07"): only with the secret can anybody compute the keys.
"""

import csv
import hashlib
import hmac
import io
import json
import os
import secrets
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError, StorageError, UsageError, nearest
from servicedesk.base.messages import cause, item_list, say, say_count
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.classroom.answers import decode_text, plain
from servicedesk.classroom.exercise import Exercise, Variant
from servicedesk.classroom.package import write_package
from servicedesk.classroom.registry import get_exercise
from servicedesk.language.words import Words
from servicedesk.storage import paths
from servicedesk.storage.new_files import replacing

FILE, OUT, HANDED_OUT, MARKS = "classroom.toml", "out", "handed-out.json", "marks"
_KEY_COLUMNS = ("student", "key", "number", "no", "id", "学号", "编号")
_NAME_COLUMNS = ("name", "姓名", "名字", "student name", "学生")
_ROOM = columns("folder", "class+=class", "students:count", "language")
_PACKAGES = columns("student", "name:name", "folder", "state")
_SECRET_BYTES = 32


class Room(NamedTuple):
    """A class: its folder, its own random id, the secret, its language, and the names of its students by key."""

    folder: Path
    id: str
    secret: bytes
    language: str
    students: Mapping[str, str]

    def variant(self, exercise: Exercise, student: str) -> Variant:
        """Return the variant of a student; `student` is SAME where all have the same one."""
        purpose = f"{exercise.code}/v{exercise.version}/{student}"
        return Variant(hmac.new(self.secret, purpose.encode(), hashlib.sha256).hexdigest())


SAME = "same"


def make_room(folder: Path, roster: Path, *, language: str) -> Result:
    """Make the folder of a class from a roster; if the class exists, add the students who joined.

    RefusedError if a key of the roster belongs to another name in the class. No student is ever removed.
    """
    students, path = read_roster(roster), folder / FILE
    if path.exists():
        known = open_room(folder)
        for key, name in students.items():
            if known.students.get(key, name) != name:
                raise RefusedError(
                    say("{key} is {name} in this class, not {other}", key=key, name=known.students[key], other=name),
                    hint=say("give the one who joined a key of their own, in a column student"),
                )
        new = [key for key in students if key not in known.students]
        _write_room(known._replace(students={**known.students, **students}))
        note = say_count("{n} student joined", "{n} students joined", n=len(new))
        return Result(_show_room(open_room(folder)), [note], changed=False)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(say("{path} cannot be made: {why}", path=folder, why=cause(error))) from None
    _write_room(Room(folder, secrets.token_hex(8), secrets.token_bytes(_SECRET_BYTES), language, students))
    return Result(_show_room(open_room(folder)), changed=False)


def _show_room(room: Room) -> Table:
    return record(_ROOM, [str(room.folder), room.folder.name, len(room.students), room.language])


def _write_room(room: Room) -> None:
    """Write classroom.toml whole, mode 0600."""
    lines = [
        "# Keep it to yourself: whoever has the secret can compute every key.",
        f"id = {_quoted(room.id)}",
        f"secret = {_quoted(room.secret.hex())}",
        f"language = {_quoted(room.language)}",
        "",
        "[students]",
        *(f"{_quoted(key)} = {_quoted(name)}" for key, name in room.students.items()),
    ]
    with replacing(room.folder / FILE, outlet=room.folder / HANDED_OUT) as made:
        made.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, which is how JSON does."""
    return json.dumps(text, ensure_ascii=False)


def read_roster(path: Path) -> dict[str, str]:
    """Return the names of the students in a roster by key. It is a CSV with a column of names and, maybe, one of keys.

    Without keys the students are numbered in the order of the rows, as S07. UsageError for doubles, or without a column
    of names.
    """
    paths.check_regular(path)
    try:
        text = decode_text(path.read_bytes())
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=path, why=cause(error))) from None
    between = max(",;\t", key=text.split("\n", 1)[0].count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=between) if any(cell.strip() for cell in row)]
    if not rows:
        raise UsageError(say("{path} is empty", path=path), hint=say("a first row such as student,name"))
    head = [plain(cell).casefold() for cell in rows[0]]
    key_at, name_at = _column(head, _KEY_COLUMNS), _column(head, _NAME_COLUMNS)
    if name_at is None:
        raise UsageError(
            say("{path} has no column with names", path=path), hint=say("a first row such as student,name")
        )
    students: list[tuple[str, str]] = []
    for number, row in enumerate(rows[1:], 1):
        cells = [*map(str.strip, row), *[""] * len(head)]
        key = plain(cells[key_at]) if key_at is not None else f"S{number:02d}"
        students.append((key, cells[name_at]))
    _check_roster(path, students, has_keys=key_at is not None)
    return dict(students)


def _column(head: list[str], names: Iterable[str]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _check_roster(path: Path, students: list[tuple[str, str]], *, has_keys: bool) -> None:
    """Raise UsageError for students without a key, keys that no folder can bear, and doubles."""
    if not students:
        raise UsageError(say("{path} names no student", path=path))
    for key, name in students:
        if not key or not name or key in {SAME, ".", ".."} or not all(sign.isalnum() or sign in "-_." for sign in key):
            raise UsageError(
                say("{path}: '{key}' cannot be a student's key", path=path, key=key or name),
                hint=say("letters and digits, as S07"),
            )
    told = [key.casefold() if has_keys else name for key, name in students]
    if doubles := [key for key, n in Counter(told).items() if n > 1]:
        raise UsageError(
            say("{path} names twice: {doubles}", path=path, doubles=item_list(doubles)),
            hint=say("a column student with a key of their own for each"),
        )


def open_room(folder: Path) -> Room:
    """Return the class of a folder; StorageError if there is none, or it cannot be read."""
    path = folder / FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        room = Room(folder, values["id"], bytes.fromhex(values["secret"]), values["language"], values["students"])
    except FileNotFoundError:
        raise StorageError(
            say("there is no class in {path}", path=folder),
            hint=say(
                "'servicedesk classroom init {path} --roster r.csv' makes one; --class names another", path=folder
            ),
        ) from None
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=path, why=cause(error))) from None
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(say("{path} is damaged: {why}", path=path, why=str(error))) from None
    if len(room.secret) < _SECRET_BYTES or not room.students:
        raise StorageError(say("{path} is damaged: {why}", path=path, why=say("its secret or roster is missing")))
    return room


def check_student(room: Room, text: str) -> str:
    """Return the key of the student with that key or name.

    NotFoundError if no student of the class has it, UsageError if several have that name.
    """
    wanted = plain(text).casefold()
    found = [key for key in room.students if key.casefold() == wanted]
    found = found or [key for key, name in room.students.items() if plain(name).casefold() == wanted]
    if not found:
        near = nearest(text, [*room.students, *room.students.values()])
        raise NotFoundError(say("'{key}' is not in the roster", key=text), hint=near)
    if len(found) > 1:
        raise UsageError(say("'{name}' is the name of several", name=text), hint=item_list(found))
    return found[0]


class HandedOut(NamedTuple):
    """The packages of one exercise, by student. `is_same`: all students have the same variant."""

    version: int
    is_same: bool
    packages: dict[str, str]
    digests: dict[str, str]  # of the file in each package


def read_handed_out(room: Room) -> dict[str, HandedOut]:
    """Return the packages that were handed out, by exercise."""
    path = room.folder / HANDED_OUT
    if not path.exists():
        return {}
    try:
        return {code: HandedOut(**values) for code, values in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise StorageError(say("{path} is damaged: {why}", path=path, why=str(error))) from None


def hand_out(
    room: Room, code: str, *, paper: bool, same: bool, now: datetime, tell: Callable[[int, int], None] = lambda *_: None
) -> Result:
    """Write a package for every student who has none yet: out/E3/S07/. Running it again changes nothing.

    RefusedError if `same` is not as in the first run. `tell` is called with how many students of how many are done.
    """
    exercise, words = get_exercise(code), Words(room.language)
    known = read_handed_out(room)
    begun = known.get(exercise.code, HandedOut(exercise.version, same, {}, {}))
    if begun.is_same != same and begun.packages:
        raise RefusedError(
            say("{code} was handed out with --same", code=exercise.code) if begun.is_same
            else say("{code} was handed out with a variant for each", code=exercise.code),
            hint=say("go on with --same, or make a new class") if begun.is_same
            else say("go on without --same, or make a new class"),
        )  # fmt: skip
    if begun.version != exercise.version and begun.packages:
        raise RefusedError(
            say("{code} was handed out by another version of servicedesk", code=exercise.code),
            hint=say("finish it with that version, or make a new class"),
        )
    (room.folder / OUT).mkdir(exist_ok=True, mode=0o700)
    begun, rows = begun._replace(is_same=same, version=exercise.version), []
    for number, (student, name) in enumerate(room.students.items(), 1):
        folder = room.folder / OUT / exercise.code / student
        is_new = not (folder.exists() and student in begun.packages)
        if is_new:
            variant = room.variant(exercise, SAME if same else student)
            begun.packages[student], begun.digests[student] = write_package(
                folder, exercise, variant, words, made=now, class_id=room.id, student=student,
                name=f"{student} {name}", paper=paper,
            )  # fmt: skip
            _write_handed_out(room, {**known, exercise.code: begun})
        rows.append([student, name, os.fspath(folder), say("made") if is_new else say("there already")])
        tell(number, len(room.students))
    return Result(Table(_PACKAGES, rows), changed=False)


def _write_handed_out(room: Room, known: Mapping[str, HandedOut]) -> None:
    values: dict[str, Any] = {code: one._asdict() for code, one in sorted(known.items())}
    with replacing(room.folder / HANDED_OUT, outlet=room.folder / FILE) as made:
        made.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")

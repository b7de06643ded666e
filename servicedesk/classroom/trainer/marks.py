"""The marks of a class: kept in marks/E3.json, shown, and decided by the trainer where an answer could not be read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, StorageError, UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.answers import plain, short_list
from servicedesk.classroom.exercise import Exercise, Mark, MarkKind
from servicedesk.classroom.registry import get_exercise
from servicedesk.classroom.trainer.room import FILE, MARKS, Room, check_student
from servicedesk.language.words import Words
from servicedesk.storage.new_files import replacing

_LINES = columns(
    "student", "name:name", "total:count", "result:count?", "process:count?", "reason:count?", "open:count=to decide",
    "lost-", "lost_at+=points lost at", "remarks",
)  # fmt: skip
_MARKS = columns(
    "item=task item", "kind:words?", "points:count", "out_of:count", "answer:words", "key:words=right", "why:text",
    "slip-",
)  # fmt: skip


class Kept(NamedTuple):
    """The marks of an exercise by student, and the trainer's points for answers that could not be read."""

    students: dict[str, Any]
    decided: dict[str, dict[str, float]]


def write_marks(room: Room, exercise: Exercise, kept: Kept) -> dict[str, Any]:
    """Write the marks and the trainer's decisions; return the marks with the decisions applied."""
    folder = room.folder / MARKS
    folder.mkdir(exist_ok=True, mode=0o700)
    students = {key: _decided(room, one, kept.decided.get(key, {})) for key, one in kept.students.items()}
    values = {"code": exercise.code, "version": exercise.version, "students": students, "decided": kept.decided}
    with replacing(folder / f"{exercise.code}.json", outlet=room.folder / FILE) as made:
        made.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
    return students


def _decided(room: Room, one: dict[str, Any], decided: Mapping[str, float]) -> dict[str, Any]:
    """Return the marks of a student with the trainer's points for the answers that were left open."""
    sentence = Words(room.language).translation(say("decided by the trainer"))
    marks = [
        {**mark, "points": decided[mark["item"]], "is_open": False, "sentence": sentence, "slip": None}
        if mark["item"] in decided and (mark["is_open"] or mark["sentence"] == sentence) else mark
        for mark in one["marks"]
    ]  # fmt: skip
    total = max(0.0, round(sum(mark["points"] for mark in marks), 1))
    left = round(sum(mark["out_of"] for mark in marks if mark["is_open"]), 1)
    return {**one, "marks": marks, "total": total, "open": left}


def decide(room: Room, code: str, student: str, given: Sequence[str]) -> Table:
    """Record the trainer's points for answers that could not be read (`T6.reason=1`); return the student's marks.

    UsageError for an item that is not open, or for points outside its range. NotFoundError without a hand-in.
    """
    exercise, key = get_exercise(code), check_student(room, student)
    kept = find_marks(room, exercise)
    one = kept.students.get(key)
    if one is None:
        raise NotFoundError(say("{student} handed nothing in", student=key))
    mine = dict(kept.decided.get(key, {}))
    marks = {plain(mark["item"]).casefold(): mark for mark in one["marks"] if mark["is_open"] or mark["item"] in mine}
    for word in given:
        name, _, text = word.partition("=")
        mark, points = marks.get(plain(name).casefold()), _points(text)
        if mark is None:
            left = short_list([mark["item"] for mark in marks.values()]) or say("nothing")
            raise UsageError(say("{item} is not to be decided", item=name), hint=say("to decide: {items}", items=left))
        if points is None or not 0 <= points <= mark["out_of"]:
            most = f"{mark['out_of']:g}"
            raise UsageError(say("{item}: from 0 to {most} points", item=mark["item"], most=most))
        mine[mark["item"]] = points
    write_marks(room, exercise, kept._replace(decided={**kept.decided, key: mine}))
    return show_marks(room, code, key)


def _points(text: str) -> float | None:
    try:
        return round(float(plain(text)), 1)
    except ValueError:
        return None


def find_marks(room: Room, exercise: Exercise) -> Kept:
    """Return the kept marks of an exercise; empty ones where it was not marked yet."""
    path = room.folder / MARKS / f"{exercise.code}.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Kept(values["students"], values["decided"])
    except FileNotFoundError:
        return Kept({}, {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(say("{path} is damaged: {why}", path=path, why=str(error))) from None


def read_marks(room: Room, exercise: Exercise) -> dict[str, Any]:
    """Return the kept marks of an exercise by student; UsageError where it was not marked yet."""
    if not (room.folder / MARKS / f"{exercise.code}.json").exists():
        raise UsageError(
            say("{code} was not marked yet", code=exercise.code),
            hint=say("servicedesk classroom mark {code} INBOX", code=exercise.code),
        )
    return find_marks(room, exercise).students


def list_marks(room: Room, kept: dict[str, Any]) -> Table:
    """Return a row for each student of the roster; a student who handed nothing in has no points."""
    rows: list[list[Any]] = []
    for student, name in room.students.items():
        one = kept.get(student)
        if one is None:
            rows.append([student, name, None, None, None, None, None, [], "", say("nothing handed in")])
            continue
        parts = [points_of(one, kind) for kind in MarkKind]
        lost = [mark["item"] for mark in one["marks"] if mark["points"] < mark["out_of"] and not mark["is_open"]]
        worst = short_list([item for item, _ in lost_points(one)])
        remarks = joined("; ", one["remarks"])
        rows.append([student, name, one["total"], *parts, one["open"] or None, lost, worst, remarks])
    came = len(kept)
    head = say("{n} of {all} handed in", n=came, all=len(room.students))
    return Table(_LINES, rows, heading=head)


def lost_points(one: dict[str, Any]) -> list[tuple[str, float]]:
    """Return (item, points lost) for each item at which a student lost points, the largest loss first."""
    lost: dict[str, float] = {}
    for mark in one["marks"]:
        if mark["points"] < mark["out_of"] and not mark["is_open"]:
            lost[mark["item"]] = round(lost.get(mark["item"], 0) + mark["out_of"] - mark["points"], 1)
    return sorted(lost.items(), key=lambda pair: -pair[1])


def points_of(one: dict[str, Any], kind: MarkKind) -> float | None:
    """Return a student's points of one kind (result, process or reason); None if the exercise gives none of it."""
    marks = [mark for mark in one["marks"] if mark["kind"] == kind.value]
    return round(sum(mark["points"] for mark in marks), 1) if marks else None


def show_marks(room: Room, code: str, student: str) -> Table:
    """Return each mark of a student with the sentence that explains the lost points."""
    exercise = get_exercise(code)
    key = check_student(room, student)
    one = read_marks(room, exercise).get(key)
    if one is None:
        raise NotFoundError(say("{student} handed nothing in", student=key))
    marks = [Mark(**{**mark, "kind": MarkKind(mark["kind"])}) for mark in one["marks"]]
    return draw_marks(marks, one["answers"], one["key"], one["total"], one["open"])


def draw_marks(
    marks: Sequence[Mark], answers: Mapping[str, str], key: Mapping[str, str], total: float, left: float
) -> Table:
    """Return the marks, each beside the given answer and the right one."""
    rows = [
        [
            one.item,
            one.kind.value,
            one.points,
            one.out_of,
            answers.get(one.item),
            key.get(one.item),
            one.sentence,
            one.slip,
        ]
        for one in marks
    ]
    head = say("{total} of 100 points", total=f"{total:g}")
    if left:
        head = joined("; ", (head, say("{points} to be decided by the trainer", points=f"{left:g}")))
    return Table(_MARKS, rows, heading=head)

"""Mark all that came in for an exercise: one line a student; a file that cannot be read spoils nothing else.

Of several hand-ins of a student the newest counts. The marks are kept in marks/E3.json: the same hand-ins make the same
bytes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, ServiceDeskError, StorageError, UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Result, Table, columns
from servicedesk.classroom.answers import parse_answers, plain, short_list
from servicedesk.classroom.exercise import Exercise, Mark, MarkKind
from servicedesk.classroom.hand_in import SUFFIX, HandIn, read_hand_in
from servicedesk.classroom.marked import Marked, mark_hand_in
from servicedesk.classroom.registry import get_exercise
from servicedesk.classroom.trainer.room import FILE, MARKS, SAME, HandedOut, Room, check_student, read_handed_out
from servicedesk.demo.simulation.names import LABELS
from servicedesk.language.words import Words
from servicedesk.storage.new_files import replacing, workshop

_LINES = columns(
    "student", "name:name", "total:count", "result:count?", "process:count?", "reason:count?", "open:count=to decide",
    "lost-", "lost_at+=points lost at", "remarks",
)  # fmt: skip
_MARKS = columns(
    "item=task item", "kind:words?", "points:count", "out_of:count=of", "answer", "key=right", "why:text", "slip-",
)  # fmt: skip
_MOST = 50_000_000  # bytes of a hand-in


class Came(NamedTuple):
    """A hand-in with the file that it came in."""

    path: Path
    student: str
    hand_in: HandIn


def mark_inbox(room: Room, code: str, inbox: Path, *, tell: Callable[[int, int], None] = lambda *_: None) -> Result:
    """Mark the hand-ins of an exercise in a folder, keep the marks, and return a line for each student of the roster.

    `tell` hears how many of how many are done.
    """
    exercise = get_exercise(code)
    begun = read_handed_out(room).get(exercise.code)
    if begun is None:
        raise UsageError(
            say("{code} was never handed out in this class", code=exercise.code),
            hint=say("servicedesk classroom hand-out {code}", code=exercise.code),
        )
    if begun.version != exercise.version:
        raise UsageError(say("{code} was handed out by another version of servicedesk", code=exercise.code))
    came, notes = _newest(room, exercise, inbox)
    kept: dict[str, Any] = {}
    with workshop(room.folder) as place:
        (place / "files").mkdir()
        for number, one in enumerate(came.values(), 1):
            try:
                marked = _mark(room, exercise, begun, one, place / "files")
                kept[one.student] = _values(room, marked)
            except ServiceDeskError as error:
                notes.append(say("{path}: {why}", path=one.path.name, why=error.sentence))
            tell(number, len(came))
    _write_marks(room, exercise, kept)
    return Result(list_marks(room, kept), notes, changed=False)


def _mark(room: Room, exercise: Exercise, begun: HandedOut, one: Came, place: Path) -> Marked:
    variant = room.variant(exercise, SAME if begun.is_same else one.student)
    marked = mark_hand_in(exercise, variant, one.hand_in, place)
    remarks = list(marked.remarks)
    if one.hand_in.package and one.hand_in.package != begun.packages.get(one.student):
        remarks.insert(0, say("its package is not that of {student}", student=one.student))
    if not one.hand_in.package:
        remarks.insert(0, say("only answers.csv: no points for the process"))
    return marked._replace(remarks=tuple(remarks))


def _newest(room: Room, exercise: Exercise, inbox: Path) -> tuple[dict[str, Came], list[str]]:
    """Return the newest hand-in of each student by the order of the roster, and what to say about other files."""
    if not inbox.is_dir():
        raise StorageError(say("there is no folder {path}", path=inbox))
    found: dict[str, Came] = {}
    notes: list[str] = []
    for path in sorted(path for path in inbox.rglob("*") if path.is_file() and not path.name.startswith(".")):
        try:
            one = _read(room, exercise, path)
        except ServiceDeskError as error:
            notes.append(say("{path}: {why}", path=path.name, why=error.sentence))
            continue
        if one is None:
            continue
        known = found.get(one.student)
        if known is None or _age(known) <= _age(one):
            found[one.student] = one
    return {key: found[key] for key in room.students if key in found}, notes


def _age(one: Came) -> tuple[bool, str, int]:
    """Return what orders the hand-ins of a student: a plain answers.csv counts only where nothing else came."""
    return bool(one.hand_in.package), one.hand_in.submitted_at, one.hand_in.tries


def _read(room: Room, exercise: Exercise, path: Path) -> Came | None:
    """Return a hand-in; None for a file that has nothing to do with this. ServiceDeskError where it cannot count."""
    if path.suffix.casefold() not in {SUFFIX, ".csv"}:
        return None
    if path.stat().st_size > _MOST:
        raise StorageError(say("it is too large for a hand-in"))
    if path.suffix.casefold() == ".csv":
        student = _student_of(room, path)
        if student is None:
            raise UsageError(say("its name says nothing about whose it is"), hint=say("as S07.csv or S07/answers.csv"))
        return Came(path, student, _plain_hand_in(exercise, path, student))
    hand_in = read_hand_in(path)
    if hand_in.code != exercise.code:
        return None
    if hand_in.version != exercise.version:
        raise UsageError(say("it is of another version of {code}", code=exercise.code))
    student = hand_in.student
    if hand_in.class_id != room.id or student is None or student not in room.students:
        raise UsageError(say("it is of another class"))
    return Came(path, student, hand_in)


def _student_of(room: Room, path: Path) -> str | None:
    """Return whose answers.csv it is, by its name or that of its folder."""
    words = {plain(word).casefold() for part in (path.stem, path.parent.name) for word in (part, *_pieces(part))}
    found = [key for key in room.students if key.casefold() in words]
    return found[0] if len(found) == 1 else None


def _pieces(text: str) -> list[str]:
    return text.replace("_", "-").replace(" ", "-").split("-")


def _plain_hand_in(exercise: Exercise, path: Path, student: str) -> HandIn:
    """Return the answers of a file answers.csv as a hand-in without a package."""
    return HandIn(
        code=exercise.code, version=exercise.version, package="", class_id=None, student=student, started_at=None,
        hand_at=None, submitted_at="", hints=0, tries=1, answers=parse_answers(path.read_bytes()), hand={},
        commands=(), events_without_command=0, is_sealed=True,
    )  # fmt: skip


def _values(room: Room, marked: Marked) -> dict[str, Any]:
    """Return the marks of a student as they are kept, in the language of the class."""
    words = Words(room.language)
    words.categories = lambda: LABELS
    marks = [one._replace(sentence=words.translation(one.sentence))._asdict() for one in marked.marks]
    remarks = [words.translation(remark) for remark in marked.remarks]
    return {
        "total": marked.total, "open": marked.open_points, "marks": marks, "answers": dict(marked.answers),
        "key": {item: words.translation(text) for item, text in marked.key.items()}, "remarks": remarks,
    }  # fmt: skip


def _write_marks(room: Room, exercise: Exercise, kept: dict[str, Any]) -> None:
    folder = room.folder / MARKS
    folder.mkdir(exist_ok=True, mode=0o700)
    values = {"code": exercise.code, "version": exercise.version, "students": kept}
    with replacing(folder / f"{exercise.code}.json", outlet=room.folder / FILE) as made:
        made.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")


def read_marks(room: Room, exercise: Exercise) -> dict[str, Any]:
    """Return the kept marks of an exercise by student; UsageError where it was not marked yet."""
    path = room.folder / MARKS / f"{exercise.code}.json"
    try:
        students: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["students"]
    except FileNotFoundError:
        raise UsageError(
            say("{code} was not marked yet", code=exercise.code),
            hint=say("servicedesk classroom mark {code} INBOX", code=exercise.code),
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(say("{path} is damaged: {why}", path=path, why=str(error))) from None
    return students


def list_marks(room: Room, kept: dict[str, Any]) -> Table:
    """Return a line for each student of the roster; who handed nothing in has no points."""
    rows: list[list[Any]] = []
    for student, name in room.students.items():
        one = kept.get(student)
        if one is None:
            rows.append([student, name, None, None, None, None, None, [], "", say("nothing handed in")])
            continue
        parts = [points_of(one, kind) for kind in MarkKind]
        lost = [mark["item"] for mark in one["marks"] if mark["points"] < mark["out_of"] and not mark["is_open"]]
        remarks = "; ".join(one["remarks"])
        rows.append([student, name, one["total"], *parts, one["open"] or None, lost, short_list(lost), remarks])
    came = len(kept)
    head = say("{n} of {all} handed in", n=came, all=len(room.students))
    return Table(_LINES, rows, heading=head)


def points_of(one: dict[str, Any], kind: MarkKind) -> float | None:
    """Return the points for the result, the process or the reasons; None where the exercise gives none for it."""
    marks = [mark for mark in one["marks"] if mark["kind"] == kind.value]
    return round(sum(mark["points"] for mark in marks), 1) if marks else None


def show_marks(room: Room, code: str, student: str) -> Table:
    """Return each mark of a student with the sentence for what was lost."""
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
    """Return the marks with what was answered and what is right."""
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

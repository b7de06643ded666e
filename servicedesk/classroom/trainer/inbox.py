"""Mark all hand-ins of an exercise in a folder: one line a student. A file that cannot be read does not stop the rest.

Of several hand-ins of a student the newest counts. The marks are kept in marks/E3.json: the same hand-ins make the same
bytes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.errors import ServiceDeskError, StorageError, UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Result
from servicedesk.classroom.answers import parse_answers, plain
from servicedesk.classroom.exercise import Exercise, MarkKind
from servicedesk.classroom.hand_in import SUFFIX, HandIn, read_hand_in
from servicedesk.classroom.mark_hand_in import MarkedHandIn, mark_hand_in
from servicedesk.classroom.package import SHEET
from servicedesk.classroom.registry import get_exercise
from servicedesk.classroom.trainer.marks import Kept, find_marks, list_marks, write_marks
from servicedesk.classroom.trainer.room import SAME, HandedOut, Room, read_handed_out
from servicedesk.demo.simulation.names import LABELS
from servicedesk.language.words import Words
from servicedesk.storage.new_files import workshop

_MOST = 50_000_000  # bytes of a hand-in


class Came(NamedTuple):
    """A hand-in with the file that it came in."""

    path: Path
    student: str
    hand_in: HandIn


def mark_inbox(room: Room, code: str, inbox: Path, *, tell: Callable[[int, int], None] = lambda *_: None) -> Result:
    """Mark the hand-ins of an exercise in a folder, keep the marks, and return a line for each student of the roster.

    `tell` is called with how many hand-ins of how many are done.
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
    if not came:
        raise UsageError(
            joined("\n", [say("{path} holds no hand-in of {code}", path=inbox, code=exercise.code), *notes]),
            hint=say("files like {code}-S07.handin, S07.csv or S07/answers.csv", code=exercise.code),
        )
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
    known = find_marks(room, exercise)
    for student in (key for key in room.students if key in known.students and key not in kept):
        notes.append(say("{student}: the marks of before stay, nothing is in {path}", student=student, path=inbox))
        kept[student] = known.students[student]
    kept = {student: kept[student] for student in room.students if student in kept}
    marks = write_marks(room, exercise, Kept(kept, known.decided))
    return Result(list_marks(room, marks), notes, changed=False)


def _mark(room: Room, exercise: Exercise, begun: HandedOut, one: Came, place: Path) -> MarkedHandIn:
    variant = room.variant(exercise, SAME if begun.is_same else one.student)
    marked = mark_hand_in(exercise, variant, one.hand_in, place, digest=begun.digests.get(one.student))
    remarks = list(marked.remarks)
    if one.hand_in.package and one.hand_in.package != begun.packages.get(one.student):
        remarks.insert(0, say("its package is not that of {student}", student=one.student))
    if not one.hand_in.package:
        has_process = any(mark.kind is MarkKind.PROCESS for mark in marked.marks)
        why = say("only answers.csv: no points for the process") if has_process else say("only answers.csv came")
        remarks.insert(0, why)
    return marked._replace(remarks=tuple(remarks))


def _newest(room: Room, exercise: Exercise, inbox: Path) -> tuple[dict[str, Came], list[str]]:
    """Return the newest hand-in of each student in the order of the roster, and notes about files that do not count."""
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
    """Return a hand-in; None for a file that is no hand-in of this exercise. ServiceDeskError if it cannot count."""
    if path.suffix.casefold() not in {SUFFIX, ".csv"} or path.name == SHEET:
        return None
    if path.stat().st_size > _MOST:
        raise StorageError(say("it is too large for a hand-in"))
    if path.suffix.casefold() == ".csv":
        student = _student_of(room, path)
        if student is None:
            raise UsageError(say("its name does not say whose it is: S07.csv, or S07/answers.csv"))
        hand_in = _plain_hand_in(exercise, path, student)
        return Came(path, student, hand_in) if any(hand_in.answers.values()) else None  # one that nobody filled in
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
    """Return the student of an answers.csv, by the name of the file or of its folder; None if that is not clear."""
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


def _values(room: Room, marked: MarkedHandIn) -> dict[str, Any]:
    """Return the marks of a student as they are kept, in the language of the class."""
    words = Words(room.language)
    words.categories = lambda: LABELS
    marks = [one._replace(sentence=words.translation(one.sentence))._asdict() for one in marked.marks]
    remarks = [words.translation(remark) for remark in marked.remarks]
    return {
        "total": marked.total, "open": marked.open_points, "marks": marks, "answers": dict(marked.answers),
        "key": {item: words.translation(text) for item, text in marked.key.items()}, "remarks": remarks,
    }  # fmt: skip

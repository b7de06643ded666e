"""Mark one hand-in: make its exercise anew from the variant, and let the exercise judge it.

Remarks for the trainer cost no points: a seal that does not fit, the number of tries, the minutes.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import ServiceDeskError, StorageError
from servicedesk.base.messages import item_list, say, say_count
from servicedesk.classroom.answers import match_items, read_answers
from servicedesk.classroom.exercise import Exercise, Item, Mark, Part, Variant, Work
from servicedesk.classroom.exercise_file import digest_of, make_file
from servicedesk.classroom.hand_in import HandIn
from servicedesk.file.opening import open_outlet
from servicedesk.storage.database import Database

_MADE_AT = datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # of the file made for comparison; any instant does


class MarkedHandIn(NamedTuple):
    """The marks of one hand-in, its answers and the right ones (as texts by item), and remarks for the trainer."""

    marks: tuple[Mark, ...]
    answers: Mapping[str, str]
    key: Mapping[str, str]
    remarks: tuple[str, ...]

    @property
    def total(self) -> float:
        """Return the points in all, never below 0."""
        return max(0.0, round(sum(mark.points for mark in self.marks), 1))

    @property
    def open_points(self) -> float:
        """Return the points that a person has to decide, because an answer could not be read."""
        return round(sum(mark.out_of for mark in self.marks if mark.is_open), 1)


def mark_hand_in(
    exercise: Exercise, variant: Variant, hand_in: HandIn, place: Path, *, digest: str | None = None
) -> MarkedHandIn:
    """Return the marks of a hand-in. `place`: an empty folder for the files that marking needs; it is emptied again.

    `digest`: that of the file as it was handed out. StorageError if this version of servicedesk makes another file of
    the variant: its key would not fit.
    """
    given_path, file_path = place / "given.db", place / "student.db"
    try:
        with closing(make_file(given_path, exercise, variant, made=_MADE_AT)) as given:
            if digest is not None and digest != digest_of(given):
                raise StorageError(say("it was handed out by another version of servicedesk, which must mark it too"))
            file, remarks = _open_file(hand_in, file_path)
            try:
                return _judge(exercise, variant, hand_in, given, file, remarks)
            finally:
                if file is not None:
                    file.close()
    finally:
        for path in place.iterdir():
            path.unlink()


def _judge(
    exercise: Exercise, variant: Variant, hand_in: HandIn, given: Database, file: Database | None, remarks: list[str]
) -> MarkedHandIn:
    items = exercise.ask(given)
    key = dict(exercise.answer(given, variant))
    texts, unknown = match_items(hand_in.answers, items)
    if unknown:
        remarks.append(say("it answers what was not asked: {items}", items=item_list(unknown)))
    answers = read_answers(items, texts)
    if hand_in.hand_at is not None:  # frozen: later changes in answers.csv do not count
        answers |= read_answers([item for item in items if item.part is Part.HAND], hand_in.hand)
    handed_out = given.value("SELECT count(*) FROM event")
    if hand_in.is_sealed and hand_in.commands and hand_in.events_without_command != handed_out:
        remarks.append(say("rows were written without a command"))
    work = Work(
        given=given,
        variant=variant,
        answers={item.key: answers[item.key] for item in items if item.part is Part.TOOL},
        hand={item.key: answers[item.key] for item in items if item.part is Part.HAND},
        file=file,
        commands=hand_in.commands,
    )
    marks = tuple(exercise.mark(work))
    given_texts = {name: answer.text for name, answer in answers.items()}
    return MarkedHandIn(marks, given_texts, key, tuple(remarks + _remarks(hand_in, items)))


def _open_file(hand_in: HandIn, path: Path) -> tuple[Database | None, list[str]]:
    """Write the student's file to `path`, and return it open; None if there is none, or it cannot be opened."""
    if hand_in.file is None:
        return None, []
    path.write_bytes(hand_in.file)
    path.chmod(0o600)
    try:
        db = open_outlet(path)
        db.connection.execute("PRAGMA trusted_schema = OFF")
        db.value("SELECT count(*) FROM ticket")
    except (ServiceDeskError, sqlite3.Error):
        return None, [say("the student's file cannot be opened")]
    return db, []


def _remarks(hand_in: HandIn, items: list[Item] | Any) -> list[str]:
    found = []
    if not hand_in.is_sealed:
        found.append(say("it was changed after it was handed in"))
    if hand_in.tries > 1:
        found.append(say("try {n}", n=hand_in.tries))
    if hand_in.hints:
        found.append(say_count("{n} hint", "{n} hints", n=hand_in.hints))
    if hand_in.started_at and hand_in.submitted_at and (minutes := _minutes(hand_in)):
        found.append(say("{n} min", n=minutes))
    if hand_in.hand_at is None and any(item.part is Part.HAND for item in items) and hand_in.package:
        found.append(say("the part by hand was not handed in before the rest"))
    return found


def _minutes(hand_in: HandIn) -> int | None:
    try:
        return max(0, dates.unix_of(hand_in.submitted_at) - dates.unix_of(str(hand_in.started_at))) // 60
    except ValueError:
        return None

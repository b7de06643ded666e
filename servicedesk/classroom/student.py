"""What a student does with an exercise: start, read, answer, ask for a hint, check, hand in; alone, see the key."""

import shlex
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from secrets import randbelow

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError, StorageError, UsageError
from servicedesk.base.messages import cause, joined, say, say_count
from servicedesk.base.table import Result, Table, columns, moment, record
from servicedesk.classroom import exercise_file
from servicedesk.classroom.answers import (
    how_to_write,
    match_items,
    parse_answers,
    plain,
    read_answer,
    short_list,
    write_answers,
)
from servicedesk.classroom.exercise import Exercise, Item, Part, Variant
from servicedesk.classroom.exercise_file import Package, read_exercise
from servicedesk.classroom.hand_in import SUFFIX, read_hand_in, write_hand_in
from servicedesk.classroom.mark_hand_in import MarkedHandIn, mark_hand_in
from servicedesk.classroom.package import ANSWERS, draw_markdown, find_file, way_to_begin, write_package
from servicedesk.classroom.registry import get_exercise, list_exercises
from servicedesk.file.opening import open_outlet
from servicedesk.language.words import Words
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import replacing, workshop

_EXERCISES = columns("exercise", "title", "minutes:count", "learns:text?=what one learns")
_STARTED = columns("exercise", "title", "folder", "file", "seed?", "minutes:count")
_RECEIPT = columns(
    "exercise",
    "student?",
    "part:words=handed in",
    "file",
    "answers:count",
    "missing:count",
    "submitted_at:second",
    "seal",
)  # fmt: skip
_CHECKED = columns("item=task item", "question:text?", "answer", "state")
MOST_SEEDS = 1_000_000


def exercise_table() -> Table:
    """Return the exercises with what one learns and how long it takes."""
    return Table(_EXERCISES, [[one.code, one.title, one.minutes, one.learns] for one in list_exercises()])


def lone_variant(code: str, version: int, seed: str) -> Variant:
    """Return the variant of a student who works alone, outside any class."""
    return Variant(f"alone {code} v{version} {seed}")


def start_alone(code: str, folder: Path | None, *, seed: int | None, words: Words, now: datetime) -> Result:
    """Make the folder of an exercise for a student who works alone. The same seed makes the same exercise again."""
    exercise = get_exercise(code)
    chosen = str(seed if seed is not None else randbelow(MOST_SEEDS))
    place = folder or Path(exercise.code)
    variant = lone_variant(exercise.code, exercise.version, chosen)
    write_package(place, exercise, variant, words, made=now, seed=chosen)
    return start_package(place, now=now)


def start_package(folder: Path, *, now: datetime) -> Result:
    """Begin with the package in a folder: record the real time of the first start, and return the next steps."""
    path = find_file(folder)
    if path is None:
        raise NotFoundError(
            say("{path} holds no exercise", path=folder), hint=say("a folder with task.md and a file like E3.db")
        )
    with closing(open_outlet(path)) as db:
        package = read_exercise(db)
        exercise = get_exercise(package.code)
        with db.atomic():
            db.run("UPDATE exercise SET started_at = coalesce(started_at, :at)", at=dates.stamp(now))
    row = [exercise.code, exercise.title, str(folder), str(path), package.seed, exercise.minutes]
    steps = [
        say("so that every command finds the file:"),
        *([f"  cd {shlex.quote(str(folder))}"] if folder != Path() else []),
        f"  {way_to_begin(exercise)}",
        say("then read the task: servicedesk exercise show"),
    ]
    if package.started_at:
        at = dates.stamp(datetime.fromisoformat(package.started_at).astimezone(now.tzinfo))
        steps.insert(0, say("begun {at}; it goes on as it was left", at=moment(at)))
    return Result(record(_STARTED, row), steps, changed=False)


def show_task(db: Database, words: Words) -> Table:
    """Return the task as text."""
    exercise = get_exercise(read_exercise(db).code)
    return Table(columns("task:page"), [[draw_markdown(exercise, db, words)]], one=True)


def load_answers(db: Database, exercise: Exercise) -> dict[str, str]:
    """Return the texts of answers.csv beside the file by item; empty if there is no answers.csv."""
    path = db.path.parent / ANSWERS
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=path, why=cause(error))) from None
    texts, unknown = match_items(parse_answers(data), exercise.ask(db))
    if unknown:
        raise UsageError(say("{path}: there is no item '{name}'", path=ANSWERS, name=unknown[0]))
    return texts


def give_answers(db: Database, given: Sequence[str], words: Words) -> Result:
    """Write answers (`T1=hit`) into answers.csv; UsageError for an unknown item, or an answer that cannot be read."""
    package = read_exercise(db)
    exercise = get_exercise(package.code)
    items = {_folded(item.key): item for item in exercise.ask(db)}
    if not items:
        raise RefusedError(_no_answers(exercise), hint=say("servicedesk exercise submit"))
    texts = load_answers(db, exercise)
    rows, unread = [], []
    for word in given:
        name, is_given, text = word.partition("=")
        item = items.get(_folded(name))
        if not is_given or item is None:
            keys = short_list([one.key for one in items.values()])
            raise UsageError(
                say("'{word}' answers no item of {code}; nothing was kept", word=word, code=exercise.code),
                hint=say("ITEM=ANSWER, with one of {items}", items=keys),
            )
        answer = read_answer(item, text)
        if answer.is_given and answer.value is None:
            unread.append(say("{item}: '{text}', {how}", item=item.key, text=text, how=how_to_write(item)))
        if item.part is Part.HAND and package.hand_at:
            raise RefusedError(say("{item}: the part by hand was handed in already", item=item.key))
        texts[item.key] = text.strip()
        rows.append([item.key, item.question, text.strip(), say("noted")])
    if unread:
        raise UsageError(
            joined("\n", [say("not all can be read, so that nothing was kept:"), *unread]),
            hint=say("answers.csv takes any words; what cannot be read there is left to the trainer"),
        )
    with replacing(db.path.parent / ANSWERS, outlet=db.path) as made:
        made.write_text(write_answers(list(items.values()), texts, words.translation), encoding="utf-8", newline="")
    return Result(Table(_CHECKED, rows), changed=False)


def _no_answers(exercise: Exercise) -> str:
    return say("{code} asks for no answers: what you type into the file is marked", code=exercise.code)


def _folded(name: str) -> str:
    return plain(name).casefold()


def check_answers(db: Database) -> Table:
    """Return the items that are missing and those that cannot be read; never whether an answer is right."""
    package = read_exercise(db)
    exercise = get_exercise(package.code)
    texts = load_answers(db, exercise)
    rows, missing, unread, items = [], 0, 0, exercise.ask(db)
    for item in items:
        text = package.hand.get(item.key, "") if item.part is Part.HAND and package.hand_at else texts.get(item.key, "")
        answer = read_answer(item, text)
        if answer.is_given and answer.value is not None:
            continue
        missing, unread = missing + (not answer.is_given), unread + answer.is_given
        state = say("missing") if not answer.is_given else say("cannot be read: {how}", how=how_to_write(item))
        rows.append([item.key, item.question, text, state])
    head = say("{missing} missing, {unread} that cannot be read", missing=missing, unread=unread)
    whole = say("complete: every answer is there and can be read") if items else _no_answers(exercise)
    return Table(_CHECKED, rows, heading=head if rows else "", empty=whole)


def give_hint(db: Database) -> Table:
    """Return the hints so far and the next one, and record that it was given."""
    package = read_exercise(db)
    exercise = get_exercise(package.code)
    if not exercise.hints:
        raise NotFoundError(say("{code} has no hints", code=exercise.code))
    shown = min(package.hints + 1, len(exercise.hints))
    with db.atomic():
        db.run("UPDATE exercise SET hints = :n", n=shown)
    fields = columns("hint:count=#", "text")
    return Table(fields, [[n, text] for n, text in enumerate(exercise.hints[:shown], 1)])


def submit(db: Database, *, part: Part | None, now: datetime) -> Result:
    """Hand in the part by hand, or everything.

    The part by hand is frozen, and the exercise's file opens. Everything is written as one file for the trainer, beside
    the exercise. Answers that cannot be read are named in the notes; they are handed in, and the trainer decides.
    """
    package = read_exercise(db)
    exercise = get_exercise(package.code)
    items = [item for item in exercise.ask(db) if part is None or item.part is part]
    texts = load_answers(db, exercise)
    if part is Part.HAND:
        return _submit_by_hand(db, package, items, texts, now=now)
    with db.atomic():
        db.run("UPDATE exercise SET tries = tries + 1")
    package = read_exercise(db)
    path = db.path.parent / f"{exercise.code}-{package.student or 'alone'}{SUFFIX}"
    seal = write_hand_in(
        db, package, path, texts, submitted_at=dates.stamp(now), with_file=exercise.is_file_marked
    )  # fmt: skip
    receipt = _receipt(package, items, {**texts, **package.hand}, str(path), now, seal[:12])
    if package.hand_at is None and any(item.part is Part.HAND for item in items):
        closed = say("the file stays closed until the part by hand is handed in: submit --part hand")
        receipt = receipt._replace(notes=[*receipt.notes, closed])
    left = len(package.script) - package.called if exercise.calls else 0
    if left:
        still = say_count("{n} call is still to come: exercise call --next",
                          "{n} calls are still to come: exercise call --next", n=left)  # fmt: skip
        receipt = receipt._replace(notes=[*receipt.notes, still])
    return receipt


def _submit_by_hand(
    db: Database, package: Package, items: Sequence[Item], texts: Mapping[str, str], *, now: datetime
) -> Result:
    if not items:
        raise RefusedError(
            say("{code} has no part by hand", code=package.code), hint=say("servicedesk exercise submit")
        )
    if package.hand_at:
        raise RefusedError(
            say("the part by hand was handed in already, {at}", at=package.hand_at[:16].replace("T", " ")),
            hint=say("the file is open; the rest: servicedesk exercise submit"),
        )
    given = {item.key: texts.get(item.key, "") for item in items}
    if not any(given.values()):
        raise RefusedError(
            say("no answer is given yet"),
            hint=say("write them into answers.csv, or: servicedesk exercise answer ITEM=…"),
        )
    exercise_file.freeze_hand(db, given, at=dates.stamp(now))
    receipt = _receipt(package, items, given, None, now, None)
    to_come = say("the trainer has nothing yet: with the rest done, servicedesk exercise submit")
    return receipt._replace(notes=[*receipt.notes, to_come])


def _receipt(
    package: Package, items: Sequence[Item], texts: Mapping[str, str], path: str | None, now: datetime, seal: str | None
) -> Result:
    missing = [item.key for item in items if not texts.get(item.key, "").strip()]
    unread = [item.key for item in items if texts.get(item.key) and read_answer(item, texts[item.key]).value is None]
    part = Part.HAND.value if path is None else "all"
    given = len(items) - len(missing)
    row = [package.code, package.student, part, path, given, len(missing), dates.stamp(now), seal]
    notes = []
    if missing:
        notes.append(say_count("{n} answer is missing: {items}", "{n} answers are missing: {items}", n=len(missing),
                               items=short_list(missing)))  # fmt: skip
    if unread:
        notes.append(say("cannot be read, and left to the trainer: {items}", items=short_list(unread)))
    return Result(record(_RECEIPT, row), notes)


def reveal(db: Database) -> MarkedHandIn:
    """Return the marks of a student who works alone. RefusedError in a class, or before handing in."""
    package = read_exercise(db)
    exercise = get_exercise(package.code)
    if package.seed is None:
        raise RefusedError(say("this exercise belongs to a class"), hint=say("the trainer has the key"))
    path = db.path.parent / f"{exercise.code}-alone{SUFFIX}"
    if not package.tries or not path.exists():
        raise RefusedError(say("nothing was handed in yet"), hint=say("servicedesk exercise submit"))
    with workshop(db.path.parent) as place:
        (place / "files").mkdir()
        variant = lone_variant(exercise.code, package.version, package.seed)
        return mark_hand_in(exercise, variant, read_hand_in(path), place / "files")


def call_next(db: Database) -> Table:
    """Return the next call of the script, and move the clock to its time. RefusedError after the last one."""
    package = read_exercise(db)
    if get_exercise(package.code).calls is None:
        raise RefusedError(say("{code} has no calls", code=package.code))
    if package.called >= len(package.script):
        raise RefusedError(say("all {n} calls came in", n=len(package.script)), hint=say("servicedesk exercise submit"))
    exercise_file.move_clock(db, package.script[package.called]["at"], called=package.called + 1)
    return last_call(db)


def last_call(db: Database) -> Table:
    """Return the call that came in last; RefusedError before the first one."""
    package = read_exercise(db)
    if not package.called:
        raise RefusedError(say("no call came in yet"), hint=say("servicedesk exercise call --next"))
    call = package.script[package.called - 1]
    row = [package.called, call["at"], call.get(package.language, call["text"]), len(package.script) - package.called]
    return record(columns("call:count", "at:instant", "text=what is said", "left:count"), row)

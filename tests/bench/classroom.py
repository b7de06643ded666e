"""How long a class of thirty takes: handing out and marking each of the ten exercises, one after the other.

`python -m tests.bench.classroom` prints seconds; nothing is compared, for no other program marks such work. Wanted: a
class of thirty marked in under a minute.
"""

import tempfile
import time
from contextlib import chdir, closing
from datetime import UTC, datetime
from pathlib import Path

from servicedesk.classroom import student
from servicedesk.classroom.registry import MODULES, get_exercise
from servicedesk.classroom.trainer.inbox import mark_inbox
from servicedesk.classroom.trainer.room import Room, hand_out, make_room, open_room
from servicedesk.file.opening import open_outlet
from servicedesk.language.words import Words
from tests.usage import usage

STUDENTS = 30
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def hand_in(room: Room, code: str, inbox: Path) -> None:
    """Hand in for every student: the right answers, but for what is typed into the file."""
    exercise, words = get_exercise(code), Words("en")
    inbox.mkdir()
    for key in room.students:
        path = room.folder / "out" / code / key / f"{code}.db"
        with closing(open_outlet(path)) as db:
            known = exercise.answer(db, room.variant(exercise, key))
            if answers := [f"{item.key}={known[item.key]}" for item in exercise.ask(db)]:
                student.give_answers(db, answers, words)
            student.submit(db, part=None, now=NOW)
        made = next(path.parent.glob("*.handin"))
        made.rename(inbox / made.name)


def main() -> None:
    """Print the seconds of every exercise."""
    print(f"{'exercise':10}{'handed out':>12}{'marked':>10}   seconds for {STUDENTS} students")
    with tempfile.TemporaryDirectory() as place, chdir(place):
        roster = Path("roster.csv")
        roster.write_text("name\n" + "".join(f"Student {n}\n" for n in range(STUDENTS)), encoding="utf-8")
        make_room(Path("class"), roster, language="en")
        room = open_room(Path("class"))
        for code in MODULES:
            begun = time.perf_counter()
            hand_out(room, code, paper=True, same=False, now=NOW)
            handed = time.perf_counter() - begun
            hand_in(room, code, Path(f"inbox-{code}"))
            begun = time.perf_counter()
            mark_inbox(room, code, Path(f"inbox-{code}"))
            print(f"{code:10}{handed:12.1f}{time.perf_counter() - begun:10.1f}", flush=True)


if __name__ == "__main__":
    usage("tests.bench.classroom", __doc__ or "").parse_args()
    main()

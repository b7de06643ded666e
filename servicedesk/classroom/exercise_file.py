"""Make the file of an exercise from a variant, and read what it says about itself (table `exercise`)."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Exercise, Variant
from servicedesk.domain.model import Stamp
from servicedesk.file.opening import create_outlet
from servicedesk.storage.database import Database

_READ = """
SELECT code, version, package, class_id, student, seed, language, made_at, started_at, hand_at, hand, called,
       script, hints, tries
  FROM exercise"""


# Everything that the generator wrote, except the values that are random in every file.
_WRITTEN = """
SELECT json_array(id, name) FROM technician
 UNION ALL SELECT json_array(id, name, address) FROM customer
 UNION ALL SELECT json_array(id, category, serial, bought_on) FROM appliance
 UNION ALL SELECT json_array(id, type, fault, appliance_id) FROM ticket
 UNION ALL SELECT json_array(id, ticket_id, kind, at, recorded_at, technician_id, outcome, score) FROM event
 UNION ALL SELECT json_array(script) FROM exercise"""


class Package(NamedTuple):
    """The package of one student, as its file says. `seed` is None unless the student works alone."""

    code: str
    version: int
    package: str
    class_id: str | None
    student: str | None
    seed: str | None
    language: str
    made_at: str
    started_at: str | None
    hand_at: str | None
    hand: dict[str, str]
    called: int
    script: list[dict[str, Any]]
    hints: int
    tries: int


def make_file(
    path: Path,
    exercise: Exercise,
    variant: Variant,
    *,
    made: datetime,
    language: str = "en",
    class_id: str | None = None,
    student: str | None = None,
    seed: str | None = None,
) -> Database:
    """Make the file of an exercise, and return it open. Its identity is random: nothing leads back to the variant.

    RefusedError if there is a file. The outlet's rows are written by `exercise.fill`, under the exercise's own clock.
    """

    script = exercise.calls or exercise.papers

    def fill(db: Database) -> None:
        with db.atomic():
            exercise.fill(db, variant)
            db.run("UPDATE outlet SET clock = :clock", clock=exercise.clock)
            db.run(
                "INSERT INTO exercise (id, code, version, package, class_id, student, seed, language, made_at, script)"
                " VALUES (1, :code, :version, :package, :class_id, :student, :seed, :language, :at, :script)",
                code=exercise.code,
                version=exercise.version,
                package=uuid.uuid4().hex,
                class_id=class_id,
                student=student,
                seed=seed,
                language=language,
                at=dates.stamp(made),
                script=json.dumps(script(variant), ensure_ascii=False) if script else None,
            )

    return create_outlet(
        path,
        Stamp(f"{exercise.clock[:4]}-01-01T00:00:00{exercise.clock[19:]}", "exercise"),
        outlet=exercise.outlet,
        zone=exercise.zone,
        classroom=True,
        maintenance_since=exercise.since,
        fill=fill,
    )


def read_exercise(db: Database) -> Package:
    """Return what the file says about itself; RefusedError if it is no exercise."""
    row = db.row(_READ)
    if row is None:
        raise RefusedError(
            say("{path} is no exercise", path=db.path), hint=say("'servicedesk exercise start E3' makes one")
        )
    values: Mapping[str, Any] = dict(zip(Package._fields, row, strict=True))
    return Package(**{**values, "hand": json.loads(row["hand"] or "{}"), "script": json.loads(row["script"] or "[]")})


def digest_of(db: Database) -> str:
    """Return the digest of the generated rows. Another variant, or another version of the program, has another one."""
    text = "\n".join(row[0] for row in db.connection.execute(_WRITTEN))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def freeze_hand(db: Database, answers: Mapping[str, str], *, at: str) -> None:
    """Record the answers by hand, which cannot change later; from then on the file is open to every command."""
    with db.atomic():
        db.run("UPDATE exercise SET hand_at = :at, hand = :hand", at=at, hand=json.dumps(answers, ensure_ascii=False))


def move_clock(db: Database, at: str, *, called: int) -> None:
    """Set the file's clock to that instant, and record how many calls came in."""
    with db.atomic():
        db.run("UPDATE outlet SET clock = :at", at=at)
        db.run("UPDATE exercise SET called = :called", called=called)
    vars(db).pop("outlet", None)  # cached: the next read sees the new clock


def check_hand_is_in(db: Database) -> None:
    """Raise RefusedError in an exercise whose part by hand is not handed in yet. The lock is easy to break.

    The whole file is closed, because deadlines, guarantees and birthdays stand on too many screens to hide them there.
    """
    row = db.row(_READ)
    if row is None or row["hand_at"]:
        return
    from servicedesk.classroom.registry import get_exercise

    if get_exercise(row["code"]).by_hand(db):
        raise RefusedError(
            say("by hand first: this file opens when that part is handed in"),
            hint=say("task and sheet have all you need; servicedesk exercise submit --part hand"),
        )

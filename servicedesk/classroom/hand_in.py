"""Write and read the one file that a student hands in (`E3-S07.handin`): answers, typed commands and a seal.

It is a zip archive: `hand-in.json`, `records.jsonl` (commands and events, in the order in which they were written) and,
where the exercise marks it, the student's file. The seal is a chain of SHA-256 over all of it. It does not prevent
cheating; it shows the trainer that a hand-in was changed.
"""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Command
from servicedesk.classroom.exercise_file import Package
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import replacing

SUFFIX = ".handin"
FORMAT = 1
_HEAD, _RECORDS, _FILE = "hand-in.json", "records.jsonl", "outlet.db"
_LARGEST = 200_000_000  # bytes that an archive may unpack to
_COMMANDS = """
SELECT c.id, c.name, c.recorded_at, c.actor,
       EXISTS (SELECT 1 FROM command u WHERE u.undoes_id = c.id) AS undone,
       (SELECT group_concat(noun, ' ') FROM command_span s WHERE s.command_id = c.id) AS tables
  FROM command c ORDER BY c.id"""
_EVENTS = """
SELECT id, ticket_id, kind, at, recorded_at, voided_at FROM event
 WHERE id > (SELECT coalesce(min(first_id), 9e18) - 1 FROM command_span WHERE noun = 'event') ORDER BY id"""
# Events that no command wrote: those that were handed out, and what another program added.
_WITHOUT_COMMAND = """
SELECT count(*) FROM event e
 WHERE NOT EXISTS (SELECT 1 FROM command_span s WHERE s.noun = 'event' AND e.id BETWEEN s.first_id AND s.last_id)"""


class HandIn(NamedTuple):
    """One hand-in. Times are those of the real clock (RFC 3339); `is_sealed`: nothing was changed since.

    `events_without_command`: the number of events of the package, and of any that another program added.
    `file` holds the bytes of the student's file, None where the exercise does not mark it.
    """

    code: str
    version: int
    package: str
    class_id: str | None
    student: str | None
    started_at: str | None
    hand_at: str | None
    submitted_at: str
    hints: int
    tries: int
    answers: Mapping[str, str]
    hand: Mapping[str, str]
    commands: tuple[Command, ...]
    events_without_command: int
    is_sealed: bool
    file: bytes | None = None


def write_hand_in(
    db: Database, package: Package, path: Path, answers: Mapping[str, str], *, submitted_at: str, with_file: bool
) -> str:
    """Write the hand-in of an exercise's file, and return its seal; a receipt shows the beginning of the seal."""
    records = [json.dumps(record, ensure_ascii=False) for record in _list_records(db)]
    head: dict[str, Any] = {
        "format": FORMAT, "code": package.code, "version": package.version, "package": package.package,
        "class_id": package.class_id, "student": package.student, "started_at": package.started_at,
        "hand_at": package.hand_at, "submitted_at": submitted_at, "hints": package.hints, "tries": package.tries,
        "answers": dict(answers), "hand": package.hand,
    }  # fmt: skip
    copy = _copy_of(db) if with_file else None
    head["seal"] = _seal(head, records, copy)
    with replacing(path, outlet=db.path) as made, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_HEAD, json.dumps(head, ensure_ascii=False, indent=1))
        archive.writestr(_RECORDS, "\n".join(records))
        if copy is not None:
            archive.writestr(_FILE, copy)
    return str(head["seal"])


def _list_records(db: Database) -> Iterator[dict[str, Any]]:
    for row in db.rows(_COMMANDS):
        yield {"command": dict(row)}
    for row in db.rows(_EVENTS):
        yield {"event": dict(row)}
    yield {"events_without_command": db.value(_WITHOUT_COMMAND)}


def _copy_of(db: Database) -> bytes:
    """Return the whole file, with what its log holds."""
    with closing(sqlite3.connect(":memory:")) as copy:
        db.connection.backup(copy)
        return bytes(copy.serialize())


def _seal(head: Mapping[str, Any], records: list[str], copy: bytes | None) -> str:
    """Return the last link of the chain: each record is hashed with all before it, then the answers, then the file."""
    link = hashlib.sha256(str(head["package"]).encode()).digest()
    rest = {key: value for key, value in head.items() if key != "seal"}
    for text in (*records, json.dumps(rest, sort_keys=True, ensure_ascii=False)):
        link = hashlib.sha256(link + text.encode()).digest()
    return hashlib.sha256(link + (copy or b"")).hexdigest()


def read_hand_in(path: Path) -> HandIn:
    """Return the hand-in in a file. StorageError if it is none, too large, cut short, or of a newer servicedesk."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST:
                raise StorageError(say("{path} is too large for a hand-in", path=path.name))
            head = json.loads(archive.read(_HEAD))
            records = archive.read(_RECORDS).decode().splitlines()
            copy = archive.read(_FILE) if _FILE in archive.namelist() else None
        if head["format"] > FORMAT:
            raise StorageError(
                say("{path} was written by a newer servicedesk", path=path.name), hint=say("upgrade servicedesk")
            )
        lines = [json.loads(line) for line in records]
        values = {name: head[name] for name in HandIn._fields if name in head}
        _check_texts(values)
        return HandIn(
            **values,
            commands=tuple(_command(line["command"]) for line in lines if "command" in line),
            events_without_command=sum(int(line.get("events_without_command", 0)) for line in lines),
            is_sealed=head["seal"] == _seal(head, records, copy),
            file=copy,
        )
    except StorageError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError) as error:
        raise StorageError(
            say("it cannot be read: it was cut short, or is no hand-in"),
            hint=say("ask for it once more: 'servicedesk exercise submit' writes it anew"),
        ) from error


def _check_texts(values: Mapping[str, Any]) -> None:
    """Raise ValueError where a value is not what a hand-in holds: somebody has edited it by hand."""
    for part in ("answers", "hand"):
        if not all(isinstance(text, str) for pair in values[part].items() for text in pair):
            raise ValueError(part)
    for name in ("code", "package", "submitted_at"):
        if not isinstance(values[name], str):
            raise ValueError(name)


def _command(row: Mapping[str, Any]) -> Command:
    return Command(
        int(row["id"]), row["name"], row["recorded_at"], bool(row["undone"]), tuple((row["tables"] or "").split())
    )

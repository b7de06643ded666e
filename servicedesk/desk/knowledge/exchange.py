"""Export solutions to a file, import them in another outlet (S25): merged by their uuid, the newest edit counts.

A text that names a customer is refused. Links to files of this machine are not exported.
"""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import ServiceDeskError, StorageError
from servicedesk.base.messages import cause, coded, say
from servicedesk.base.table import Result, columns, moment, record
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.knowledge.people import check_nobody
from servicedesk.desk.knowledge.register import WRITE
from servicedesk.domain.knowledge.solutions import FIELDS, SolutionKind, edit_order
from servicedesk.domain.wording import free_code
from servicedesk.records.categories import find_code
from servicedesk.records.knowledge.solutions import PARTS_BETWEEN, Solution, list_solutions
from servicedesk.storage import new_files, paths, undone
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

FORMAT = "servicedesk solutions"
VERSION = 1
_AHEAD = timedelta(days=1)  # the clock of another outlet may be fast by so much
_WRITTEN = columns("path", "solutions:count")
_READ = columns("read:count", "new:count", "changed:count", "older:count", "known:count")


class Incoming(NamedTuple):
    """A solution read from a file."""

    uuid: str
    edited_at: str
    fields: dict[str, str | None]


def export_solutions(db: Database, path: Path, *, force: bool = False) -> Result:
    """Write all solutions, retired ones too, to a file of mode 0600.

    RefusedError if one names a customer, unless `force`.
    """
    found = sorted(list_solutions(db, every=True), key=lambda known: known.uuid)
    for known in found if not force else ():
        texts = (known.cause, known.fix, known.model, known.retired, _public_link(known.link))
        check_nobody(db, texts, what=f"S{known.id}")
    content = {"format": FORMAT, "version": VERSION, "solutions": [_object(known) for known in found]}
    with new_files.replacing(path, outlet=db.path) as made:
        made.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Result(record(_WRITTEN, [str(path), len(found)]), changed=False)


def _object(known: Solution) -> dict[str, Any]:
    more = {"link": _public_link(known.link), "parts": known.part_codes}
    return {"uuid": known.uuid, "edited_at": known.edited_at} | known.fields() | more


def _public_link(link: str | None) -> str | None:
    """Return the link if others can follow it (an address on the net), else None."""
    return link if link and "://" in link else None


def import_solutions(desk: Desk, path: Path) -> Result:
    """Import the solutions of a file: new ones, and newer edits of known ones; at one instant the greater text wins.

    StorageError, and nothing is written, if it is no such file, or of a newer servicedesk.
    """
    incoming = _read_file(desk, path)
    with desk.db.atomic():
        counts = Counter(_take(desk, one) for one in incoming)
        counts["read"] = len(incoming)
        changed = bool(counts["new"] or counts["changed"])
        return Result(record(_READ, [counts[column.key] for column in _READ]), changed=changed)


def _read_file(desk: Desk, path: Path) -> list[Incoming]:
    try:
        content = json.loads(_bytes(path))
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError
        version, rows = int(content["version"]), content["solutions"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise StorageError(
            say("{path} is no file of solutions", path=str(path)),
            hint=say("'solution export FILE' of the other outlet writes one"),
        ) from None
    if version > VERSION:
        raise StorageError(
            say("{path} was written by a newer servicedesk (format {version}, this one knows {ours})",
                path=str(path), version=version, ours=VERSION),
            hint=say("upgrade servicedesk"),
        )  # fmt: skip
    return [_read_row(desk, path, number, row) for number, row in enumerate(rows, 1)]


def _bytes(path: Path) -> bytes:
    if paths.is_dash(path):
        with new_files.reading_input() as source:
            return source.read()
    paths.check_regular(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=str(path), why=cause(error))) from None


def _read_row(desk: Desk, path: Path, number: int, row: Any) -> Incoming:
    """Return a solution of the file. StorageError if it is not as an outlet writes it."""

    def wrong(why: str) -> StorageError:
        return StorageError(say("{path}, solution {number}: {why}; nothing was taken", path=str(path), number=number,
                                why=why))  # fmt: skip

    try:
        uuid, edited_at = row["uuid"], row["edited_at"]
        fields = {name: _text(name, row.get(name)) for name in FIELDS}
        is_good = fields["kind"] in set(SolutionKind) and fields["fix"] and uuid.strip() and edited_at[10:11] == "T"
        latest = dates.unix(desk.now + _AHEAD)
        is_early = dates.unix_of(edited_at) <= latest
    except ServiceDeskError as error:
        raise wrong(error.sentence) from None
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        is_good = False
    if not is_good:
        raise wrong(say("it is not as an outlet writes it"))
    if not is_early:
        raise wrong(say("it was edited {at}, which is still to come", at=moment(edited_at)))
    return Incoming(one_line(uuid, say("the {what}", what="uuid")), edited_at, fields)


def _text(name: str, value: Any) -> str | None:
    """Return a field of the file in the form that this program writes. UsageError or TypeError if it is invalid."""
    if value is None or value == [] or value == "":
        return None
    what = say("the {what}", what=coded(name))
    if name == "parts":
        return PARTS_BETWEEN.join(one_line(part, what) for part in value)
    if name == "fault":
        return free_code(value, name)
    return free_text(value, what) if name == "fix" else one_line(value, what)


def _take(desk: Desk, one: Incoming) -> str:
    """Write a solution of the file unless ours is newer, inside a transaction. Return its column of _READ."""
    code = one.fields["category"]
    fields = one.fields | {"category": find_code(desk.db, code) or code if code else None}
    ours = next((known for known in list_solutions(desk.db, every=True) if known.uuid == one.uuid), None)
    if ours is None:
        _add_category(desk, fields["category"])
        values = fields | {"edited_at": one.edited_at}
        if undone.revive_row(desk.db, "solution", "uuid", one.uuid, **values) is None:
            desk.db.insert("solution", desk.stamp, uuid=one.uuid, **values)
        return "new"
    if fields["link"] is None and _public_link(ours.link) is None:
        fields["link"] = ours.link
    if fields == ours.fields():
        return "known"
    if edit_order(one.edited_at, fields) < edit_order(ours.edited_at, ours.fields()):
        return "older"
    _add_category(desk, fields["category"])
    desk.db.run(WRITE, id=ours.id, edited_at=one.edited_at, **fields)
    return "changed"


def _add_category(desk: Desk, code: str | None) -> None:
    """Add a category that is unknown here, inside a transaction."""
    if code is None or find_code(desk.db, code) is not None:
        return
    if undone.revive_row(desk.db, "category", "code", code) is None:
        desk.db.insert("category", desk.stamp, code=code)

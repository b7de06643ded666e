"""Notes on customers, appliances, tickets and households, reminders on a day, and attached files (S03, M26)."""

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from servicedesk.base.errors import NotFoundError, RefusedError, StorageError, UsageError
from servicedesk.base.messages import cause, joined, msgid, say
from servicedesk.base.money import amount_text
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result, Table, columns, record, shown
from servicedesk.base.text import free_text, one_line
from servicedesk.records import customers
from servicedesk.storage import paths, undone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

_TABLES = {"C": "customer", "A": "appliance", "T": "ticket", "H": "household"}

# Which notes an export may contain: personal ones only if asked for, those about children under 14 by their own option.
MAY_LEAVE = "CASE WHEN under_14 THEN :under_14 WHEN personal THEN :personal ELSE 1 END"

# All notes, or those on one thing. A customer's notes include those on the customer's appliances and household. Notes
# typed before the last change of an appliance's owner are left out: a note does not pass to the new owner (M14).
NOTES = """
SELECT *
  FROM note_now
 WHERE NOT of_former_owner
   AND (:customer_id IS NULL OR customer_id = :customer_id OR appliance_owner_id = :customer_id
        OR household_id = (SELECT household_id FROM customer WHERE id = :customer_id))
   AND (:appliance_id IS NULL OR appliance_id = :appliance_id)
   AND (:ticket_id IS NULL OR ticket_id = :ticket_id)
   AND (:household_id IS NULL OR household_id = :household_id)
   AND (NOT :dated OR on_md IS NOT NULL)
 ORDER BY id DESC
"""

_KEYS = ("id-", "customer_id-", "appliance_id-", "ticket_id-", "household_id-")
_FLAGS = ("personal-", "under_14-", "consent-")
COLUMNS = columns(*_KEYS, "about:name+", "text-", "words+=note", "day:code+", "on_md-", "yearly-", *_FLAGS,
                  "recorded_at-", "actor-", "file-", "file_sha256-", "typed:date??+",
                  "gift-", "cost_fen-")  # fmt: skip
_DUE_COLUMNS = columns(
    *_KEYS, "due_on:date=due on", "about:name+", "owner:name??+=whose", "text=note", "on_md-", "yearly-", "owner_id-",
)  # fmt: skip

_IS_THERE = """
SELECT CASE :letter
       WHEN 'A' THEN EXISTS (SELECT 1 FROM appliance WHERE id = :id AND voided_at IS NULL)
       WHEN 'T' THEN EXISTS (SELECT 1 FROM ticket WHERE id = :id AND voided_at IS NULL)
       WHEN 'H' THEN EXISTS (SELECT 1 FROM household WHERE id = :id AND voided_at IS NULL) END
"""


def _find_subject(db: Database, letter: str, ref_id: int, *, to_write: bool = False) -> int:
    """Return the id of the noted thing; after a merge that of the customer who stayed.

    Raise NotFoundError if there is none, and with `to_write` RefusedError for a forgotten customer.
    """
    if letter == "C":
        return int((customers.get_standing_customer if to_write else customers.get_customer)(db, ref_id)["id"])
    table = _TABLES[letter]
    if not db.value(_IS_THERE, letter=letter, id=ref_id):
        raise undone.undone_error(db, table, ref_id) or NotFoundError(
            say("there is no {table} {letter}{ref_id}", table=table, letter=letter, ref_id=ref_id),
            hint=say("'customer find' searches"),
        )
    return ref_id


def add_note(
    desk: Desk,
    letter: str,
    ref_id: int,
    text: str,
    *,
    on_md: str | None = None,
    yearly: bool = False,
    personal: bool = False,
    under_14: bool = False,
    consent: bool = False,
    file: str | None = None,
    gift: str | None = None,
    cost_fen: int | None = None,
) -> Result:
    """Record a note on a customer, appliance, ticket or household (letter C, A, T or H).

    `on_md` (MM-DD) reminds of the note once on that day, with `yearly` every year. Exports leave out notes that are
    `personal` or about a child `under_14`; the latter need the parents' `consent`, otherwise RefusedError is raised.
    The same note on the same thing is recorded once; recording it again adds its flags. `gift` and `cost_fen` are what
    the customer was given and its cost in fen (S37). Of a `file` only the path and a digest are kept (read_attachment).
    """
    text = free_text(text, say("the note"))
    on_md = _day_of_note(on_md, yearly=yearly)
    if under_14 and not consent:
        raise RefusedError(
            say("a note about a child under 14 needs the consent of its parents, nothing was written"),
            hint=say("ask them, then --consent"),
        )
    given = _gift_values(letter, gift, cost_fen)
    flags = {"personal": int(personal or under_14), "under_14": int(under_14), "consent": int(consent)}
    key = f"{_TABLES[letter]}_id"
    db = desk.db
    kept = read_attachment(db, file) if file is not None else dict.fromkeys(ATTACHMENT)
    with db.atomic():
        ref_id = _find_subject(db, letter, ref_id, to_write=True)
        wanted = (ref_id, text, on_md, yearly, *kept.values(), *given.values())
        rows = _find_notes(db, letter, ref_id)[::-1]
        fields = (key, "text", "on_md", "yearly", *kept, *given)
        same = [row for row in rows if tuple(row[name] for name in fields) == wanted]
        if same:
            return _add_flags(db, same[0], flags, letter, ref_id)
        note_id = db.insert(
            "note", desk.stamp, **{key: ref_id}, text=text, on_md=on_md, yearly=int(yearly), **flags, **kept, **given
        )
        return Result(_note_table(db, note_id))


def _day_of_note(on_md: str | None, *, yearly: bool) -> str | None:
    """Return the reminder's day as MM-DD, or None. Raise UsageError for a yearly note without a day."""
    if on_md is not None:
        return _month_day(on_md)
    if yearly:
        raise UsageError(say("a yearly note needs its day"), hint=say("--on 03-09 --yearly"))
    return None


def _gift_values(letter: str, gift: str | None, cost_fen: int | None) -> dict[str, str | int | None]:
    """Return gift and cost by column; raise UsageError for a cost without a gift, or a gift not for a customer."""
    if cost_fen is not None and gift is None:
        raise UsageError(say("--cost is of a gift"), hint=say("--gift cake --cost 80"))
    if gift is not None and letter != "C":
        raise UsageError(say("a gift is for a customer"), hint=say("note add C12 --gift cake --cost 80"))
    return {"gift": one_line(gift, say("the gift")) if gift is not None else None, "cost_fen": cost_fen}


def _add_flags(db: Database, note: Row, flags: dict[str, int], letter: str, ref_id: int) -> Result:
    """Add the flags that a note does not have yet. If there are none, the result says that it is already recorded."""
    if all(note[name] >= flag for name, flag in flags.items()):
        again = say("{letter}{ref_id} has this note already, nothing changed", letter=letter, ref_id=ref_id)
        return Result(_note_table(db, note["id"]), [again], changed=False)
    both = {name: max(flag, note[name]) for name, flag in flags.items()}
    sql = "UPDATE note SET personal = :personal, under_14 = :under_14, consent = :consent WHERE id = :id"
    db.run(sql, id=note["id"], **both)
    return Result(_note_table(db, note["id"]))


def _month_day(on_md: str) -> str:
    """Return the day as MM-DD; raise UsageError if no year has that day."""
    try:
        day = half_width(on_md).strip()
        if re.fullmatch(r"[0-9]{2}-[0-9]{2}", day):
            date.fromisoformat(f"2024-{day}")
            return day
    except ValueError:
        pass
    raise UsageError(
        say("'{on_md}' is not a day of the year", on_md=on_md), hint=say("write it like 03-09 (month-day)")
    )


def _note_table(db: Database, note_id: int) -> Table:
    row = db.row("SELECT * FROM note_now WHERE id = :id", id=note_id)
    assert row is not None
    return record(COLUMNS, _note_cells(row))


def _note_cells(row: Row) -> list[object]:
    """Return a row of NOTES in the order of COLUMNS."""
    values = dict(row) | {"about": _about(row), "typed": row["recorded_at"][:10], "words": _words(row)}
    values |= {name: bool(row[name]) for name in ("yearly", "personal", "under_14", "consent")}
    if row["personal"]:
        values["about"] = say("{about}, personal", about=values["about"])
    values["day"] = say("{on_md} yearly", on_md=row["on_md"]) if row["yearly"] else row["on_md"]
    return [values[column.key] for column in COLUMNS]


def _words(row: Row) -> str:
    """Return the note with its file, or the gift with its cost, as a text for people."""
    if row["gift"] is not None:
        cost = row["cost_fen"]
        gift = (
            say("gift: {gift}", gift=row["gift"])
            if cost is None
            else say("gift: {gift}, {amount}", gift=row["gift"], amount=amount_text(cost))
        )
        return gift if row["text"] == row["gift"] else joined("; ", [gift, row["text"]])
    if row["file"] is None or row["text"] == row["file"].rpartition("/")[2]:
        return str(row["file"] or row["text"])
    return say("{text} [{file}]", text=row["text"], file=row["file"])


def _about(row: Row) -> str:
    """Return the subject of the note as a text for people: `A34 washer`, `C12 王芳`."""
    letter = next(letter for letter, table in _TABLES.items() if row[f"{table}_id"] is not None)
    named = {"C": row["owner"], "A": row["category"], "T": None, "H": row["household"]}[letter]
    return " ".join(part for part in (shown(row[f"{_TABLES[letter]}_id"], letter), named) if part)


def list_notes(db: Database, *, letter: str | None = None, ref_id: int | None = None) -> Table:
    """Return a table of all notes or those on one thing, the newest first.

    A customer's notes include those on the customer's appliances and household, but no notes from an appliance's former
    owner (M14).
    """
    if letter is not None and ref_id is not None:
        ref_id = _find_subject(db, letter, ref_id)
    return Table(COLUMNS, [_note_cells(row) for row in _find_notes(db, letter, ref_id)])


def _find_notes(db: Database, letter: str | None, ref_id: int | None, *, dated: bool = False) -> list[Row]:
    wanted = {f"{table}_id": ref_id if key == letter else None for key, table in _TABLES.items()}
    return db.rows(NOTES, **wanted, dated=dated)


def find_due(db: Database, *, on: str, within: int) -> list[dict[str, Any]]:
    """Return the notes whose day is within that many days from `on`, both ends included, the earliest first (M26).

    A yearly note is due every year. Another note is due once, on the first such day since it was typed.
    """
    today = date.fromisoformat(on)
    last = today + timedelta(days=within)
    found = []
    for row in _find_notes(db, None, None, dated=True):
        typed_on = date.fromisoformat(row["recorded_at"][:10])
        due_on = next_day(row["on_md"], since=today if row["yearly"] else typed_on)
        if today <= due_on <= last:
            found.append(
                dict(row) | {"due_on": due_on.isoformat(), "about": _about(row), "yearly": bool(row["yearly"])}
            )
    return sorted(found, key=lambda row: (row["due_on"], row["id"]))


def list_due(db: Database, *, on: str, within: int) -> Table:
    """Return the notes of `find_due` as a table."""
    found = []
    for row in find_due(db, on=on, within=within):
        owner = " ".join(part for part in (shown(row["owner_id"], "C"), row["owner"]) if part)
        found.append([(row | {"owner": owner})[column.key] for column in _DUE_COLUMNS])
    last = date.fromisoformat(on) + timedelta(days=within)
    return Table(_DUE_COLUMNS, found, heading=say("Notes, {on} to {last}", on=on, last=last))


def next_day(on_md: str, *, since: date) -> date:
    """Return the first date with that month and day on or after `since`; in common years 02-29 is 02-28 (M1)."""
    return next(day for year in (since.year, since.year + 1) if (day := _in_year(on_md, year)) >= since)


def _in_year(on_md: str, year: int) -> date:
    month, day = (int(part) for part in on_md.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


# Files of notes and evidence of complaints are not copied: the row keeps the path and the SHA-256 of the file. The path
# is relative to the folder of the outlet's file if they have a part in common, so that both may move together.

GONE = msgid("has a note whose file is gone")
CHANGED = msgid("has a note whose file was changed")
EVIDENCE_GONE = msgid("has evidence that is gone")
EVIDENCE_CHANGED = msgid("has evidence that was changed")

ATTACHED = """
SELECT file, file_sha256, customer_id, appliance_id, ticket_id, household_id, NULL AS complaint_id FROM note
 WHERE file IS NOT NULL
 UNION ALL
SELECT file, file_sha256, NULL, NULL, NULL, NULL, id FROM complaint WHERE file IS NOT NULL AND voided_at IS NULL
"""


ATTACHMENT = ("file", "file_sha256")


def read_attachment(db: Database, file: str) -> dict[str, str | None]:
    """Return path and SHA-256 of a file, by column. Raise NotFoundError if missing, StorageError if unreadable."""
    path = Path(file)
    paths.check_regular(path, hint=say("name a photo or another file"))
    digest = _digest(path)
    if digest is None:
        raise NotFoundError(
            say("there is no file {path}", path=file), hint=say("check the path: the file is not copied")
        )
    return {"file": _place(path, db.path.parent), "file_sha256": digest}


def list_lost_attachments(db: Database) -> Iterator[tuple[str, str]]:
    """Yield a finding for each attached file that is gone or was changed, and the reference of its subject."""
    for row in db.rows(ATTACHED):
        try:
            digest = _digest(db.path.parent / row["file"])
        except StorageError:
            digest = None
        if digest != row["file_sha256"]:
            yield _finding(row, is_gone=digest is None), _subject_ref(row)


def _finding(row: Row, *, is_gone: bool) -> str:
    if row["complaint_id"] is not None:
        return EVIDENCE_GONE if is_gone else EVIDENCE_CHANGED
    return GONE if is_gone else CHANGED


def _subject_ref(row: Row) -> str:
    """Return the reference of the thing that the file belongs to, such as C12."""
    if row["complaint_id"] is not None:
        return f"K{row['complaint_id']}"
    return next(f"{letter}{row[f'{table}_id']}" for letter, table in _TABLES.items() if row[f"{table}_id"] is not None)


def _place(path: Path, folder: Path) -> str:
    """Return the path relative to that folder, or an absolute path if they have nothing in common."""
    place, start = os.path.abspath(path), os.path.abspath(folder)
    return place if os.path.commonpath([place, start]) == os.sep else os.path.relpath(place, start)


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None if there is no file."""
    import hashlib  # 2 ms that only a note with a file needs

    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StorageError(
            say("{path} cannot be read: {strerror}", path=str(path), strerror=cause(error)),
            hint=say("check the permissions"),
        ) from None

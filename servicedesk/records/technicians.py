"""Technicians: names, skills, areas and absences (S15, S16). Their work day is in desk/technicians/work_day.py."""

import re

from servicedesk.base.errors import NotFoundError, RefusedError, nearest
from servicedesk.base.messages import category_name, coded, item_list, joined, say
from servicedesk.base.sameness import folded_name, half_width
from servicedesk.base.table import Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.domain.model import Stamp
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row, from_json

# `name` keeps its capitals. A technician without skills has all skills, and likewise with areas.
TECHNICIANS = """
SELECT k.id, k.name, k.left_on,
       (SELECT json_group_array(category)
          FROM (SELECT category FROM technician_skill WHERE technician_id = k.id ORDER BY category)) AS skills,
       (SELECT json_group_array(area)
          FROM (SELECT area FROM technician_area WHERE technician_id = k.id ORDER BY area)) AS areas,
       coalesce(k.left_on <= :on, 0) AS has_left,
       (SELECT max(to_on) FROM absence b WHERE b.technician_id = k.id AND :on BETWEEN b.from_on AND b.to_on)
         AS absent_to,
       (SELECT json_group_array(json_object('from_on', from_on, 'to_on', to_on))
          FROM (SELECT from_on, to_on FROM absence WHERE technician_id = k.id AND to_on >= :on ORDER BY from_on, id))
         AS absences
  FROM technician k
 WHERE k.voided_at IS NULL AND (:id IS NULL OR k.id = :id)
 ORDER BY has_left, k.id
"""

COLUMNS = columns(
    "id:count", "name:name", "skills-", "areas-", "left_on-", "absent_today-", "absences:nested", "can+=skills",
    "goes+=areas", "today+",
)  # fmt: skip
_TECHNICIAN = say("the technician")


def get_technician(db: Database, text: str, *, whole: bool = False) -> Row:
    """Return the technician with that name in any spelling, otherwise with that id, otherwise with a similar name.

    A similar name begins with or contains the text or its pinyin; with `whole` it does not count. Raise NotFoundError
    with the nearest names if there is none. Raise RefusedError if several match; another program may have written
    several technicians with one name.
    """
    row = db.row("SELECT id, name, left_on FROM technician WHERE name = :name AND voided_at IS NULL", name=text.strip())
    if row is not None:
        return row
    given = one_line(text, _TECHNICIAN)
    everybody = db.rows("SELECT id, name, left_on FROM technician WHERE voided_at IS NULL ORDER BY id")
    alike = [k for k in everybody if folded_name(k["name"]) == folded_name(given)]
    if not alike and not given.isascii():
        from servicedesk.storage.search.spellings import other_spellings

        alike = [k for k in everybody if k["name"] in set(other_spellings(given))]
    if len(alike) > 1:
        raise _several(given, alike, hint=say("write the capitals, or the number"))
    alike += [k for k in everybody if str(k["id"]) == half_width(given)]
    if not (alike or whole):
        alike = _list_by_part(given, everybody) or _list_by_surname(given, everybody)
        if len(alike) > 1:
            raise _several(given, alike, hint=say("write more of the name, or the number"))
    if not alike:
        hint = nearest(given, [k["name"] for k in everybody]) or say("'technician list' shows them all")
        raise NotFoundError(say("there is no technician '{given}'", given=given), hint=hint)
    return alike[0]


def _several(given: str, alike: list[Row], *, hint: str) -> RefusedError:
    candidates = item_list([say("{name} ({id})", name=k["name"], id=k["id"]) for k in alike])
    return RefusedError(say("'{given}' may be {candidates}", given=given, candidates=candidates), hint=hint)


def _list_by_part(given: str, everybody: list[Row]) -> list[Row]:
    """Return the best matches with the text in their name: present before leaving technicians, beginnings first."""
    from servicedesk.storage.search import grams, pinyin

    wanted = grams.parse_query(given)._replace(digits="", serial="")
    near: dict[tuple[bool, int], list[Row]] = {}
    for k in everybody:
        name = folded_name(k["name"])
        step = grams.distance(wanted, grams.Fields((name,), name=pinyin.readings_of_name(name)))
        if step is not None:
            near.setdefault((k["left_on"] is not None, step), []).append(k)
    return near[min(near)] if near else []


def _list_by_surname(given: str, everybody: list[Row]) -> list[Row]:
    """Return the technicians whose name begins with the text without its title: 李师傅 and 小李 find 李强."""
    surname = re.sub("^[小老](?=.$)|(老师傅|师傅|工程师|老师|工)$", "", given)
    return [k for k in everybody if surname and surname != given and k["name"].startswith(surname)]


def absence_text(db: Database, technician_id: int, *, on: str) -> str:
    """Return why a technician does not work on that day, in a few words; "" if they work."""
    row = db.row(TECHNICIANS, on=on, id=technician_id)
    assert row is not None, "the caller has looked them up"
    return _away(row)


def _away(row: Row) -> str:
    if row["has_left"]:
        return say("left {left_on}", left_on=row["left_on"])
    return say("absent to {absent_to}", absent_to=row["absent_to"]) if row["absent_to"] else ""


def _today(row: Row, on: str) -> str:
    """Return whether the technician works on that day, and when they will be away or leave."""
    leaves = say("leaves {left_on}", left_on=row["left_on"]) if row["left_on"] and not row["has_left"] else ""
    coming = [" – ".join(dict.fromkeys(one.values())) for one in from_json(row["absences"]) if one["from_on"] > on]
    away = say("away {days}", days=item_list(coming)) if coming else ""
    return joined(", ", filter(None, (_away(row) or say("here"), away, leaves)))


def list_technicians(db: Database, *, on: str) -> Table:
    """Return a table of all technicians, those who have left at the end; `absent_today` is as of that day."""
    return Table(COLUMNS, [_cells(row, on) for row in db.rows(TECHNICIANS, on=on, id=None)])


def list_present(db: Database, *, on: str) -> list[tuple[str, str]]:
    """Return the name of each technician who has not left, and why they do not work on that day ("" if they do)."""
    return [(row["name"], _away(row)) for row in db.rows(TECHNICIANS, on=on, id=None) if not row["has_left"]]


def find_typist(db: Database, actor: str, *, on: str) -> str | None:
    """Return the technician who is typing: the one with the actor's name, otherwise the only one present, or None."""
    present = [name for name, _ in list_present(db, on=on)]
    alike = [name for name in present if folded_name(name) == folded_name(actor)]
    return alike[0] if alike else present[0] if len(present) == 1 else None


def technician_table(db: Database, technician_id: int, *, on: str) -> Table:
    """Return the technician as one object; `absent_today` is as of that day."""
    row = db.row(TECHNICIANS, on=on, id=technician_id)
    assert row is not None, "the caller has looked them up"
    return record(COLUMNS, _cells(row, on))


def _cells(row: Row, on: str) -> list[object]:
    skills, areas = from_json(row["skills"]), from_json(row["areas"])
    return [
        row["id"], row["name"], skills, areas, row["left_on"], bool(_away(row)), from_json(row["absences"]),
        list(map(category_name, skills)) or coded("all"), areas or coded("all"), _today(row, on),
    ]  # fmt: skip


def enroll_technician(db: Database, stamp: Stamp, name: str) -> int:
    """Insert a technician, or restore the undone one with that name, inside a transaction. Return the id."""
    for row in db.rows("SELECT name FROM technician WHERE voided_at IS NOT NULL ORDER BY id"):
        if folded_name(row["name"]) == folded_name(name):
            again = undone.revive_row(db, "technician", "name", row["name"], left_on=None, name=name)
            assert again is not None, "it has just been read"
            return again
    return db.insert("technician", stamp, name=name)


def exchange_skill(db: Database, stamp: Stamp, *, gone: str, kept: str) -> int:
    """Replace one skill by another for every technician, inside a transaction. Return how many technicians had it."""
    skilled = "SELECT technician_id FROM technician_skill WHERE category = :gone"
    ids = [row[0] for row in db.rows(skilled, gone=gone)]
    for technician_id in ids:
        own = "SELECT category FROM technician_skill WHERE technician_id = :id ORDER BY category"
        old = [row[0] for row in db.rows(own, id=technician_id)]
        new = sorted({kept if skill == gone else skill for skill in old})
        replace_rows(db, technician_id, "skills", new)
        record_change(db, stamp, technician_id, "skills", ",".join(old), ",".join(new))
    return len(ids)


_PLACES = {
    "skills": ("technician_skill", "category", "DELETE FROM technician_skill WHERE technician_id = :id"),
    "areas": ("technician_area", "area", "DELETE FROM technician_area WHERE technician_id = :id"),
}


def replace_rows(db: Database, technician_id: int, field: str, values: list[str]) -> None:
    """Replace the skills or the areas of a technician by these, inside a transaction."""
    table, column, deletion = _PLACES[field]
    db.run(deletion, id=technician_id)
    for value in values:
        db.insert(table, None, technician_id=technician_id, **{column: value})


def record_change(db: Database, stamp: Stamp, technician_id: int, field: str, old: str, new: str) -> None:
    """Record a change that no column of `technician` holds (skills, areas, absences), inside a transaction."""
    db.insert("change", stamp, technician_id=technician_id, field=field, old=old or None, new=new or None)

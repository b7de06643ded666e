"""Technicians: who they are, what they can do and where, when they are away (S15, S16). Their day is in workdays.py."""

import json
from collections.abc import Sequence
from datetime import datetime

from servicedesk.core import dates, words
from servicedesk.core.errors import NotFoundError, RefusedError, UsageError, nearest
from servicedesk.core.model import Stamp
from servicedesk.core.said import coded, joined, say
from servicedesk.core.sameness import folded_name, half_width
from servicedesk.core.table import Table, columns, record
from servicedesk.desk import categories, standing
from servicedesk.desk.changes import changed
from servicedesk.desk.database import Database, Row

# `name` keeps its capitals; no skill and no area mean all of them.
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
    "id:count", "name", "skills-", "areas-", "left_on-", "absent_today-", "absences:nested", "can+=skills",
    "goes+=areas", "today+",
)  # fmt: skip


def named(db: Database, text: str) -> Row:
    """The technician of that name, however it is spelt, else of that id; NotFoundError with the nearest names.

    RefusedError where another program wrote several of one name and none is written exactly so.
    """
    given = words.name(text, say("the technician"))
    row = db.row("SELECT id, name, left_on FROM technician WHERE name = :name AND voided_at IS NULL", name=given)
    if row is not None:
        return row
    everybody = db.rows("SELECT id, name, left_on FROM technician WHERE voided_at IS NULL ORDER BY id")
    alike = [k for k in everybody if folded_name(k["name"]) == folded_name(given)]
    if len(alike) > 1:
        candidates = ", ".join(f"{k['name']} ({k['id']})" for k in alike)
        raise RefusedError(
            say("'{given}' may be {candidates}", given=given, candidates=candidates),
            hint=say("write the capitals, or the number"),
        )
    alike += [k for k in everybody if str(k["id"]) == half_width(given)]
    if not alike:
        hint = nearest(given, [k["name"] for k in everybody]) or say("'technician list' shows them all")
        raise NotFoundError(say("there is no technician '{given}'", given=given), hint=hint)
    return alike[0]


def away(db: Database, technician_id: int, *, on: str) -> str:
    """Why they do not work on that day, in two words; empty where they do."""
    row = db.row(TECHNICIANS, on=on, id=technician_id)
    assert row is not None, "the caller has looked them up"
    return _away(row)


def _away(row: Row) -> str:
    if row["has_left"]:
        return say("left {left_on}", left_on=row["left_on"])
    return say("absent to {absent_to}", absent_to=row["absent_to"]) if row["absent_to"] else ""


def _today(row: Row) -> str:
    leaves = say("leaves {left_on}", left_on=row["left_on"]) if row["left_on"] and not row["has_left"] else ""
    return joined(", ", filter(None, (_away(row) or say("here"), leaves)))


def listed(db: Database, *, on: str) -> Table:
    """Everybody, those who have left at the end; `absent_today` looks at that day."""
    return Table(COLUMNS, [_cells(row) for row in db.rows(TECHNICIANS, on=on, id=None)])


def _one(db: Database, stamp: Stamp, technician_id: int, *, notes: Sequence[str] = ()) -> Table:
    row = db.row(TECHNICIANS, on=stamp.recorded_at[:10], id=technician_id)
    assert row is not None
    return record(COLUMNS, _cells(row), notes=tuple(notes))


def _cells(row: Row) -> list[object]:
    skills, areas = json.loads(row["skills"]), json.loads(row["areas"])
    return [
        row["id"], row["name"], skills, areas, row["left_on"], bool(_away(row)), json.loads(row["absences"]),
        skills or coded("all"), areas or coded("all"), _today(row),
    ]  # fmt: skip


def added(db: Database, stamp: Stamp, name: str, *, skills: Sequence[str] = (), areas: Sequence[str] = ()) -> Table:
    """A new technician; no skill given is every category, no area given none preferred.

    The same name again, however it is spelt, does nothing with the same values and is refused with others.
    """
    given = _name(name)
    with db.atomic():
        wanted = _skills(db, skills), _areas(areas)
        for known in db.rows(TECHNICIANS, on=stamp.recorded_at[:10], id=None):
            if folded_name(known["name"]) == folded_name(given):
                if (json.loads(known["skills"]), json.loads(known["areas"])) != wanted:
                    raise _taken(known)
                return _one(
                    db, stamp, known["id"], notes=[say("{name} is known already, nothing to do", name=known["name"])]
                )
        technician_id = enrolled(db, stamp, given)
        _put(db, technician_id, "skills", wanted[0])
        _put(db, technician_id, "areas", wanted[1])
        return _one(db, stamp, technician_id)


def enrolled(db: Database, stamp: Stamp, name: str) -> int:
    """Inside a transaction: a technician of a name that nobody has who stands; who had it and was undone comes back."""
    for row in db.rows("SELECT name FROM technician WHERE voided_at IS NOT NULL ORDER BY id"):
        if folded_name(row["name"]) == folded_name(name):
            again = standing.revived(db, "technician", "name", row["name"], left_on=None, name=name)
            assert again is not None, "it has just been read"
            return again
    return db.insert("technician", stamp, name=name)


def _taken(known: Row) -> RefusedError:
    has_left = say(", left {left_on}", left_on=known["left_on"]) if known["left_on"] else ""
    skills, areas = (", ".join(json.loads(known[field])) or coded("all") for field in ("skills", "areas"))
    return RefusedError(
        say(
            "there is a technician {name} already (no {id}, skills: {skills}, areas: {areas}{has_left})",
            name=known["name"],
            id=known["id"],
            skills=skills,
            areas=areas,
            has_left=has_left,
        ),
        hint=say("technician edit '{name}', or another name", name=known["name"]),
    )


def _skills(db: Database, codes: Sequence[str]) -> list[str]:
    return sorted({categories.known(db, code) for code in codes})


def _areas(areas: Sequence[str]) -> list[str]:
    return sorted({words.name(area, say("the area")) for area in areas})


_PLACES = {"skills": ("technician_skill", "category"), "areas": ("technician_area", "area")}


def _put(db: Database, technician_id: int, field: str, values: list[str]) -> None:
    """Inside a transaction: these and no others."""
    table, column = _PLACES[field]
    db.run(f"DELETE FROM {table} WHERE technician_id = :id", id=technician_id)
    for value in values:
        db.insert(table, None, technician_id=technician_id, **{column: value})


def exchange_skill(db: Database, stamp: Stamp, *, gone: str, kept: str) -> int:
    """Inside a transaction: give everybody skilled in the one category the other instead; how many there are."""
    skilled = "SELECT technician_id FROM technician_skill WHERE category = :gone"
    ids = [row[0] for row in db.rows(skilled, gone=gone)]
    for technician_id in ids:
        own = "SELECT category FROM technician_skill WHERE technician_id = :id ORDER BY category"
        old = [row[0] for row in db.rows(own, id=technician_id)]
        new = sorted({kept if skill == gone else skill for skill in old})
        _put(db, technician_id, "skills", new)
        _remember(db, stamp, technician_id, "skills", ",".join(old), ",".join(new))
    return len(ids)


def edited(
    db: Database,
    stamp: Stamp,
    who: str,
    *,
    name: str | None = None,
    skills: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
) -> Table:
    """Another name, other skills or areas; a list takes the place of the old one, an empty one means all."""
    if name is None and skills is None and areas is None:
        raise UsageError(say("nothing to change"), hint=say("technician edit Li --skill ac --area north"))
    with db.atomic():
        technician = named(db, who)
        differing = [] if name is None else _renamed(db, stamp, technician, _name(name))
        wanted = {
            "skills": None if skills is None else _skills(db, skills),
            "areas": None if areas is None else _areas(areas),
        }
        old = db.row(TECHNICIANS, on=stamp.recorded_at[:10], id=technician["id"])
        assert old is not None
        for field, values in wanted.items():
            if values is not None and values != json.loads(old[field]):
                _put(db, technician["id"], field, values)
                _remember(db, stamp, technician["id"], field, ",".join(json.loads(old[field])), ",".join(values))
                differing.append(field)
        return _one(db, stamp, technician["id"], notes=[] if differing else [say("nothing differs, nothing to do")])


def _renamed(db: Database, stamp: Stamp, technician: Row, name: str) -> list[str]:
    for other in db.rows("SELECT id, name, voided_at FROM technician WHERE id <> :id", id=technician["id"]):
        if other["voided_at"]:
            if folded_name(other["name"]) == folded_name(name):
                raise RefusedError(
                    say("the name {name} is kept by a technician who was undone", name=name),
                    hint=say("'technician add {name}' brings them back", name=name),
                )
        elif folded_name(other["name"]) == folded_name(name):
            raise RefusedError(
                say("there is a technician {name} already (no {id})", name=other["name"], id=other["id"])
            )
    return list(changed(db, stamp, "technician", technician["id"], {"name": name}))


def _remember(db: Database, stamp: Stamp, technician_id: int, field: str, old: str, new: str) -> None:
    """Inside a transaction: what is no column of theirs keeps its history too."""
    db.insert("change", stamp, technician_id=technician_id, field=field, old=old or None, new=new or None)


def absent(db: Database, stamp: Stamp, who: str, *, from_on: str, to_on: str, undo: bool = False) -> Table:
    """Away from that day to that day, both included; `undo` takes exactly that absence back."""
    if to_on < from_on:
        raise RefusedError(
            say("the absence would end ({to_on}) before it begins ({from_on})", to_on=to_on, from_on=from_on)
        )
    with db.atomic():
        technician = named(db, who)
        span = {"technician_id": technician["id"], "from_on": from_on, "to_on": to_on}
        known = db.value(
            "SELECT id FROM absence WHERE technician_id = :technician_id AND from_on = :from_on AND to_on = :to_on",
            **span,
        )
        said = say("{name}, {from_on} to {to_on}", name=technician["name"], from_on=from_on, to_on=to_on)
        note = say("{said}: not absent", said=said) if undo else say("{said}: absent", said=said)
        if (known is None) == undo:
            note = say("{said}: nothing to do", said=said)
        elif undo:
            db.run("DELETE FROM absence WHERE id = :id", id=known)
            _remember(db, stamp, technician["id"], "absence", f"{from_on}..{to_on}", "")
        else:
            db.insert("absence", stamp, **span)
        broken = [] if undo else _to_reassign(db, stamp, technician["id"], None, (from_on, to_on))
        return _one(db, stamp, technician["id"], notes=[note, *broken])


def _to_reassign(
    db: Database, stamp: Stamp, technician_id: int, left_on: str | None, *spans: tuple[str, str]
) -> list[str]:
    from servicedesk.desk import presence

    now = datetime.fromisoformat(stamp.recorded_at).astimezone(dates.zone(db.outlet.zone))
    return presence.to_reassign(db, technician_id, presence.Absences(left_on, spans), now=now)


def left(db: Database, stamp: Stamp, who: str, *, left_on: str | None) -> Table:
    """Gone from that day on, also a day to come; None takes it back. Another day than the known one is refused."""
    with db.atomic():
        technician = named(db, who)
        name, known = technician["name"], technician["left_on"]
        if known is not None and left_on not in {None, known}:
            raise RefusedError(
                say("{name} leaves on {known} already", name=name, known=known),
                hint=say("first: technician leave '{name}' --undo", name=name),
            )
        differing = changed(db, stamp, "technician", technician["id"], {"left_on": left_on})
        notes = [] if differing else [say("nothing differs, nothing to do")]
        if left_on is not None:
            notes += _to_reassign(db, stamp, technician["id"], left_on)
        return _one(db, stamp, technician["id"], notes=notes)


def _name(text: str) -> str:
    """A name that no id can be taken for."""
    name = words.name(text, say("the name"))
    if name.isdecimal():
        raise UsageError(
            say("'{name}' is a number, not a name", name=name), hint=say("technicians are called by name or by id")
        )
    return name

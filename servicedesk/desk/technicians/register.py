"""Register of technicians: add and edit them, record absences and leaving."""

import json
import re
from collections.abc import Iterator, Sequence

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, item_list, say
from servicedesk.base.sameness import folded_name
from servicedesk.base.table import Result
from servicedesk.base.text import one_line
from servicedesk.records import categories
from servicedesk.records.technicians import (
    TECHNICIANS,
    enroll_technician,
    get_technician,
    record_change,
    replace_rows,
    technician_table,
)
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def add_technician(desk: Desk, name: str, *, skills: Sequence[str] = (), areas: Sequence[str] = ()) -> Result:
    """Add a technician. No skills given means every category, no areas given means that none is preferred.

    The same name again, in any spelling, changes nothing with the same values; RefusedError if they differ.
    """
    given = _name(name)
    with desk.db.atomic():
        wanted = _skills(desk.db, skills), _areas(areas)
        for known in desk.db.rows(TECHNICIANS, on=desk.today, id=None):
            if folded_name(known["name"]) == folded_name(given):
                if (json.loads(known["skills"]), json.loads(known["areas"])) != wanted:
                    raise _name_taken_error(known)
                again = say("{name} is already recorded, nothing to do", name=known["name"])
                return _result(desk, known["id"], [again], changed=False)
        technician_id = enroll_technician(desk.db, desk.stamp, given)
        replace_rows(desk.db, technician_id, "skills", wanted[0])
        replace_rows(desk.db, technician_id, "areas", wanted[1])
        return _result(desk, technician_id)


def _result(desk: Desk, technician_id: int, notes: Sequence[str] = (), *, changed: bool = True) -> Result:
    return Result(technician_table(desk.db, technician_id, on=desk.today), notes, changed)


def _name_taken_error(known: Row) -> RefusedError:
    has_left = say(", left {left_on}", left_on=known["left_on"]) if known["left_on"] else ""
    skills, areas = (item_list(json.loads(known[field])) or coded("all") for field in ("skills", "areas"))
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
    return sorted({categories.check_category(db, code) for code in _each_item(codes, "[,，、;；]")})


def _areas(areas: Sequence[str]) -> list[str]:
    return sorted({one_line(area, say("the area")) for area in _each_item(areas, "[、;；]")})


def _each_item(texts: Sequence[str], between: str) -> Iterator[str]:
    """Yield the items of the texts; one text may hold several: 冰箱、空调 and fridge,ac."""
    for text in texts:
        parts = [part for part in re.split(between, text) if part.strip()]
        yield from parts or [text]


def edit_technician(
    desk: Desk,
    who: str,
    *,
    name: str | None = None,
    skills: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
) -> Result:
    """Change name, skills or areas. A list replaces the old one; an empty list means all."""
    if name is None and skills is None and areas is None:
        raise UsageError(say("nothing to change"), hint=say("technician edit Li --skill ac --area north"))
    with desk.db.atomic():
        technician = get_technician(desk.db, who)
        differing = [] if name is None else _rename(desk, technician, _name(name))
        wanted = {
            "skills": None if skills is None else _skills(desk.db, skills),
            "areas": None if areas is None else _areas(areas),
        }
        old = desk.db.row(TECHNICIANS, on=desk.today, id=technician["id"])
        assert old is not None
        for field, values in wanted.items():
            if values is not None and values != json.loads(old[field]):
                replace_rows(desk.db, technician["id"], field, values)
                record_change(
                    desk.db, desk.stamp, technician["id"], field, ",".join(json.loads(old[field])), ",".join(values)
                )
                differing.append(field)
        notes = [] if differing else [say("nothing differs, nothing to do")]
        return _result(desk, technician["id"], notes, changed=bool(differing))


def _rename(desk: Desk, technician: Row, name: str) -> list[str]:
    for other in desk.db.rows("SELECT id, name, voided_at FROM technician WHERE id <> :id", id=technician["id"]):
        if other["voided_at"]:
            if folded_name(other["name"]) == folded_name(name):
                raise RefusedError(
                    say("the name {name} belongs to a technician whose registration was undone", name=name),
                    hint=say("'technician add {name}' brings them back", name=name),
                )
        elif folded_name(other["name"]) == folded_name(name):
            raise RefusedError(
                say("there is a technician {name} already (no {id})", name=other["name"], id=other["id"])
            )
    return list(write_changes(desk.db, desk.stamp, "technician", technician["id"], {"name": name}))


def record_absence(desk: Desk, who: str, *, from_on: str, to_on: str, undo: bool = False) -> Result:
    """Record that a technician is away from `from_on` to `to_on`; `undo` takes exactly that absence back."""
    if to_on < from_on:
        raise RefusedError(
            say("the absence would end ({to_on}) before it begins ({from_on})", to_on=to_on, from_on=from_on)
        )
    with desk.db.atomic():
        technician = get_technician(desk.db, who)
        span = {"technician_id": technician["id"], "from_on": from_on, "to_on": to_on}
        known = desk.db.value(
            "SELECT id FROM absence WHERE technician_id = :technician_id AND from_on = :from_on AND to_on = :to_on",
            **span,
        )
        days = from_on if from_on == to_on else say("{from_on} to {to_on}", from_on=from_on, to_on=to_on)
        said = say("{name}, {days}", name=technician["name"], days=days)
        note = say("{said}: not absent", said=said) if undo else say("{said}: absent", said=said)
        changed = (known is None) != undo
        if not changed:
            note = say("{said}: nothing to do", said=said)
        elif undo:
            desk.db.run("DELETE FROM absence WHERE id = :id", id=known)
            record_change(desk.db, desk.stamp, technician["id"], "absence", f"{from_on}..{to_on}", "")
        else:
            desk.db.insert("absence", desk.stamp, **span)
        broken = [] if undo else _to_reassign(desk, technician["id"], None, (from_on, to_on))
        return _result(desk, technician["id"], [note, *broken], changed=changed)


def _to_reassign(desk: Desk, technician_id: int, left_on: str | None, *spans: tuple[str, str]) -> list[str]:
    from servicedesk.records import presence

    return presence.to_reassign(desk.db, technician_id, presence.Absences(left_on, spans), now=desk.now)


def record_leaving(desk: Desk, who: str, *, left_on: str | None) -> Result:
    """Record that a technician is gone from that day on, which may be in the future; None takes it back.

    RefusedError if another day is recorded.
    """
    with desk.db.atomic():
        technician = get_technician(desk.db, who)
        name, known = technician["name"], technician["left_on"]
        if known is not None and left_on not in {None, known}:
            raise RefusedError(
                say("{name} leaves on {known} already", name=name, known=known),
                hint=say("first: technician leave '{name}' --undo", name=name),
            )
        differing = write_changes(desk.db, desk.stamp, "technician", technician["id"], {"left_on": left_on})
        notes = [] if differing else [say("nothing differs, nothing to do")]
        if left_on is not None:
            notes += _to_reassign(desk, technician["id"], left_on)
        return _result(desk, technician["id"], notes, changed=bool(differing))


def _name(text: str) -> str:
    """Return the name on one line. UsageError for a number, which would be taken for an id."""
    name = one_line(text, say("the name"))
    if name.isdecimal():
        raise UsageError(
            say("'{name}' is a number, not a name", name=name), hint=say("technicians are called by name or by id")
        )
    return name

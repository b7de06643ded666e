"""Register of spare parts: add, edit and discontinue them (W16)."""

from typing import Any

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result
from servicedesk.base.text import one_line
from servicedesk.records.categories import check_category
from servicedesk.records.parts.register import find_part, get_part, part_table, supplied_until
from servicedesk.storage import undone
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def add_part(
    desk: Desk, code: str, *, name: str, category: str | None = None, is_main: bool = False, least: int | None = None
) -> Result:
    """Add a part. The same code with the same values changes nothing; RefusedError if the values differ."""
    code = one_line(half_width(code), say("the part"))
    with desk.db.atomic():
        values = _values(desk.db, name=name, category=category, is_main=is_main, min_stock=least)
        known = find_part(desk.db, code)
        if known is not None:
            _check_same(desk.db, known["id"], known["code"], values)
            note = say("the part {code} is already recorded, nothing to do", code=known["code"])
            return Result(part_table(desk.db, known["id"]), [note], changed=False)
        part_id = undone.revive_row(desk.db, "part", "code", code, **values, discontinued_on=None)
        if part_id is None:
            part_id = desk.db.insert("part", desk.stamp, code=code, **values)
        return Result(part_table(desk.db, part_id))


def _values(db: Database, **given: Any) -> dict[str, Any]:
    """Return the columns of a part as the file writes them."""
    values = dict(given)
    if given.get("name") is not None:
        values["name"] = one_line(given["name"], say("the name"))
    if given.get("category") is not None:
        values["category"] = check_category(db, given["category"])
    if given.get("is_main") is not None:
        values["is_main"] = int(given["is_main"])
    return values


_OWN = "SELECT name, category, is_main, min_stock FROM part WHERE id = :id"


def _check_same(db: Database, part_id: int, code: str, values: dict[str, Any]) -> None:
    row = db.row(_OWN, id=part_id)
    assert row is not None
    if dict(row) != values:
        raise RefusedError(
            say("there is a part {code} already: {name}", code=code, name=row["name"]),
            hint=say("'part edit {code}' changes what is known of it", code=code),
        )


def edit_part(
    desk: Desk,
    code: str,
    *,
    name: str | None = None,
    category: str | None = None,
    is_main: bool | None = None,
    least: int | None = None,
) -> Result:
    """Change name, category or minimum stock of a part, or whether it is a main part."""
    given = {"name": name, "category": category, "is_main": is_main, "min_stock": least}
    given = {field: value for field, value in given.items() if value is not None}
    if not given:
        raise UsageError(say("nothing to change"), hint=say("such as: part edit {code} --min 3", code=code))
    with desk.db.atomic():
        part = get_part(desk.db, code)
        return _write(desk, part["id"], _values(desk.db, **given))


def discontinue_part(desk: Desk, code: str, *, on: str | None) -> Result:
    """Record from which day on the part is no longer made; None takes that back.

    The maker has to supply it for five years from then on (W16).
    """
    with desk.db.atomic():
        part = get_part(desk.db, code)
        result = _write(desk, part["id"], {"discontinued_on": on})
        if on is None:
            return result
        told = say("{code}: the maker has to supply it until {day} (W16)", code=part["code"], day=supplied_until(on))
        return result._replace(notes=[*result.notes, told])


_UPDATE = """
UPDATE part
   SET name = :name, category = :category, is_main = :is_main, min_stock = :min_stock,
       discontinued_on = :discontinued_on
 WHERE id = :id
"""


def _write(desk: Desk, part_id: int, values: dict[str, Any]) -> Result:
    """Write the values that differ, inside a transaction."""
    row = desk.db.row("SELECT * FROM part WHERE id = :id", id=part_id)
    assert row is not None, "the caller has looked it up"
    changed = any(row[field] != value for field, value in values.items())
    if changed:
        desk.db.run(_UPDATE, **(dict(row) | values))
    notes = [] if changed else [say("nothing differs, nothing to do")]
    return Result(part_table(desk.db, part_id), notes, changed=changed)

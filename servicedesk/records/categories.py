"""Categories of appliances (fridge, washer …), and the years between the birthdays of each category."""

from typing import Any

from servicedesk.base.errors import RefusedError, nearest
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.domain.spellings import SAME, spelling_key
from servicedesk.storage.database import Database, Row

_ALIKE_CHINESE = 0.5  # least likeness for a hint: 热水器 and 电热水器, 冰相 and 冰箱

INTERVAL = """
SELECT years FROM interval_rule
 WHERE category = :category AND tier = :tier AND from_on <= :due_on AND to_on > :due_on
"""


def get_interval(db: Database, category: str, tier: str, *, on: str) -> int | None:
    """Return the years between birthdays for a category and tier, by the rules valid on that day, or None."""
    years: int | None = db.value(INTERVAL, category=category, tier=tier, due_on=on)
    return years


def check_category(db: Database, code: str) -> str:
    """Return the category's code as the file has it; raise RefusedError with the nearest codes if it is unknown."""
    found = find_category(db, code)
    if found is None:
        raise RefusedError(say("there is no category '{code}'", code=code.strip()), hint=way_out(db, code))
    return str(found["code"])


def find_code(db: Database, text: str, *, only_codes: bool = False) -> str | None:
    """Return the category code that a text means, or None. The text is a code, a Chinese or English name or a spelling.

    An exact match comes first, because imported codes are kept as they were. For a merged category the code is that of
    the category it was merged into. With `only_codes` names and spellings do not count.
    """
    rows = db.rows("SELECT code, label_zh, merged_into FROM category WHERE voided_at IS NULL ORDER BY rowid")
    became = {row["code"]: row["merged_into"] or row["code"] for row in rows}
    if text in became or only_codes:
        return became.get(text)
    names: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["merged_into"] is not None):
        for name in filter(None, (row["code"], row["label_zh"])):
            names.setdefault(spelling_key(name), row["code"])
    wanted = spelling_key(text)
    found = names.get(wanted) or SAME.get(wanted)
    return became.get(found) if found else None


def find_category(db: Database, code: str) -> Row | None:
    """Return the row of the category that a typed text means, or None. Print a note if that category was merged."""
    typed = one_line(code, say("the category"))
    found = find_code(db, typed)
    if found is None:
        return None
    gone = db.row("SELECT code FROM category WHERE code = :typed AND merged_into IS NOT NULL", typed=typed)
    if gone and db.talk:
        db.talk(say("the category {gone} was merged into {kept}", gone=typed, kept=found))
    return db.row("SELECT code, label_zh, safe_life_years FROM category WHERE code = :code", code=found)


def way_out(db: Database, code: str) -> str:
    """Return the hint for an unknown category: the nearest codes, or how to list all of them."""
    rows = db.rows("SELECT code, label_zh FROM category WHERE voided_at IS NULL AND merged_into IS NULL ORDER BY code")
    all_of_them = say("'category list' shows them all, 'category add' makes a new one")
    if code.isascii():
        return nearest(code.strip(), [row["code"] for row in rows]) or all_of_them
    names = filter(None, (row["label_zh"] for row in rows))
    return nearest(code.strip(), names, likeness=_ALIKE_CHINESE) or all_of_them


def list_labels(db: Database) -> dict[str, str | None]:
    """Return the Chinese name of each category, by code; None for a category without one."""
    return {row["code"]: row["label_zh"] for row in db.rows("SELECT code, label_zh FROM category")}


CATEGORIES = """
WITH rule AS MATERIALIZED (SELECT category, tier, years FROM interval_rule WHERE from_on <= :on AND to_on > :on)
SELECT c.code, c.label_zh,
       (SELECT years FROM rule WHERE rule.category = c.code AND tier = 'ordinary') AS years,
       (SELECT years FROM rule WHERE rule.category = c.code AND tier = 'vip') AS vip_years,
       c.safe_life_years,
       (SELECT count(*) FROM appliance a WHERE a.category = c.code AND a.voided_at IS NULL) AS appliances
  FROM category c
 WHERE c.voided_at IS NULL AND c.merged_into IS NULL AND (:code IS NULL OR c.code = :code)
 ORDER BY c.rowid
"""

COLUMNS = columns(
    "code=category", "label_zh=名称", "years:count", "vip_years:count=VIP years",
    "safe_life_years:count=safe life", "appliances:count",
)  # fmt: skip


def list_categories(db: Database, *, on: str) -> Table:
    """Return all categories with the intervals valid on that day, for ordinary customers and for VIPs."""
    rows = db.rows(CATEGORIES, on=on, code=None)
    return Table(COLUMNS, [tuple(row) for row in rows], heading=say("Years between birthdays, {on}", on=on))


def get_category_values(db: Database, code: str, *, on: str) -> tuple[Any, ...]:
    """Return the values of COLUMNS for one category, which must exist."""
    row = db.row(CATEGORIES, on=on, code=code)
    assert row is not None, "the caller has looked it up"
    return tuple(row)


def category_table(db: Database, code: str, *, on: str) -> Table:
    """Return the category as one object."""
    return record(COLUMNS, get_category_values(db, code, on=on))

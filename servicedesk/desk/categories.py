"""The kinds of appliances and the years between their birthdays (domain.md 3.4, 4.1)."""

from servicedesk.core import words
from servicedesk.core.errors import NotFoundError, RefusedError, UsageError, nearest
from servicedesk.core.model import Stamp
from servicedesk.core.said import count_said, joined, say
from servicedesk.core.table import Table, columns, record
from servicedesk.core.words import code as code_form
from servicedesk.desk import standing
from servicedesk.desk.database import Database, Row

# The rows of one tier that apply to a birthday: the category's own before those for any category, then the newest.
_RULE = """
SELECT i.years FROM maintenance_interval AS i
 WHERE {tier} AND (i.category = birthday.category OR i.category IS NULL) AND i.from_on <= birthday.due_on
   AND i.voided_at IS NULL
 ORDER BY i.category IS NULL, i.from_on DESC, i.id DESC
 LIMIT 1
"""

# Years between the birthdays, a scalar expression: the shorter of the interval for everybody and the tier's own
# (M11, M20). It stands in any SELECT whose FROM has something named `birthday` with the columns `category`, `tier`
# and `due_on`, as in f"SELECT … FROM (…) AS birthday WHERE birthday.age % {INTERVAL} = 0". NULL without any rule.
INTERVAL = f"""
(SELECT min(rule.years)
   FROM (SELECT ({_RULE.format(tier="i.tier IS NULL")}) AS years
          UNION ALL
         SELECT ({_RULE.format(tier="i.tier = birthday.tier")})) AS rule)
"""


def interval(db: Database, category: str, tier: str, *, on: str) -> int | None:
    """The years between birthdays that the rule set valid on that day gives a machine of that category."""
    years: int | None = db.value(
        f"SELECT {INTERVAL} FROM (SELECT :category AS category, :tier AS tier, :due_on AS due_on) AS birthday",
        category=category,
        tier=tier,
        due_on=on,
    )
    return years


def known(db: Database, code: str) -> str:
    """The category as the file writes it; RefusedError with the nearest where there is none (cli.md)."""
    found = _find(db, code)
    if found is None:
        raise RefusedError(say("there is no category '{code}'", code=code.strip()), hint=_way_out(db, code))
    return str(found["code"])


def _find(db: Database, code: str) -> Row | None:
    """By code or Chinese name; an imported code stands verbatim, so one with the very same capitals comes first."""
    return db.row(
        "SELECT code, label_zh FROM category"
        " WHERE voided_at IS NULL AND (code = :code COLLATE NOCASE OR label_zh = :code)"
        " ORDER BY code = :code DESC, label_zh = :code LIMIT 1",
        code=words.name(code, say("the category")),
    )


def _way_out(db: Database, code: str) -> str:
    """The nearest codes; who types the Chinese name is told its code."""
    rows = db.rows("SELECT code, label_zh FROM category WHERE voided_at IS NULL ORDER BY code")
    meant = next((row["code"] for row in rows if row["label_zh"] == code.strip()), code.strip())
    return nearest(meant, [row["code"] for row in rows]) or say(
        "'category list' shows them all, 'category add' makes a new one"
    )


def labels(db: Database) -> dict[str, str | None]:
    """What the file calls its categories in Chinese."""
    return {row["code"]: row["label_zh"] for row in db.rows("SELECT code, label_zh FROM category")}


CATEGORIES = f"""
WITH birthday AS (SELECT code AS category, NULL AS tier, :on AS due_on FROM category),
     of_vip AS (SELECT category, 'vip' AS tier, due_on FROM birthday)
SELECT c.code, c.label_zh,
       (SELECT {INTERVAL} FROM birthday WHERE birthday.category = c.code) AS years,
       (SELECT {INTERVAL} FROM of_vip AS birthday WHERE birthday.category = c.code) AS vip_years,
       c.safe_life_years,
       (SELECT count(*) FROM appliance a WHERE a.category = c.code AND a.voided_at IS NULL) AS appliances
  FROM category c
 WHERE c.voided_at IS NULL AND (:code IS NULL OR c.code = :code)
 ORDER BY c.rowid
"""

COLUMNS = columns(
    "code=category", "label_zh=名称", "years:count", "vip_years:count=VIP years",
    "safe_life_years:count=safe life", "appliances:count",
)  # fmt: skip


def listed(db: Database, *, on: str) -> Table:
    """All categories with the intervals of that day, for ordinary people and for VIPs."""
    rows = db.rows(CATEGORIES, on=on, code=None)
    return Table(COLUMNS, [tuple(row) for row in rows], heading=say("Years between birthdays, {on}", on=on))


def added(db: Database, stamp: Stamp, code: str, *, years: int | None = None, label: str | None = None) -> Table:
    """A new category, with its own interval from the beginning, else with that of "all others" (4.1).

    A known one is left as it is: RefusedError where the years of that day or the label are others.
    """
    label, on = _label(label), stamp.recorded_at[:10]
    with db.atomic():
        known_row = _find(db, code)
        if known_row is not None:
            return _one(db, known_row["code"], on=on, note=_same(db, known_row, years=years, label=label, on=on))
        new = code_form(code, "category") or ""
        if standing.revived(db, "category", "code", new, label_zh=label) is None:
            db.insert("category", stamp, code=new, label_zh=label)
        if years is not None:
            _ruled(db, stamp, new, years=years, from_on="0001-01-01")
        return _one(db, new, on=on)


def _label(text: str | None) -> str | None:
    return None if text is None else words.name(text, say("the label"))


def _same(db: Database, row: Row, *, years: int | None, label: str | None, on: str) -> str:
    """What a repeated `category add` says, if it says the same."""
    code, valid = row["code"], interval(db, row["code"], "ordinary", on=on)
    if years not in {None, valid} or label not in {None, row["label_zh"]}:
        named = f" ({row['label_zh']})" if row["label_zh"] else ""
        raise RefusedError(
            say(
                "the category {code}{named} exists already, with {years} between birthdays",
                code=code,
                named=named,
                years=_years(valid),
            ),
            hint=say("category edit {code}", code=code),
        )
    return say("the category {code} exists already, nothing to do", code=code)


def edited(
    db: Database,
    stamp: Stamp,
    code: str,
    *,
    years: int | None = None,
    from_on: str | None = None,
    label: str | None = None,
) -> Table:
    """Other years between birthdays that fall on `from_on` (default: today) or later; what is generated stays (M20).

    The rules before that day stay in the file. A label is no fact and has no history.
    """
    if years is None and label is None:
        raise UsageError(say("nothing to change"), hint=say("category edit {code} --years 3", code=code))
    label, on = _label(label), stamp.recorded_at[:10]
    with db.atomic():
        row = _find(db, code)
        if row is None:
            raise NotFoundError(say("there is no category '{code}'", code=code.strip()), hint=_way_out(db, code))
        notes = []
        if years is not None:
            notes.append(_changed(db, stamp, row["code"], years=years, from_on=from_on or on))
        if label is not None:
            db.run("UPDATE category SET label_zh = :label WHERE code = :code", label=label, code=row["code"])
        return _one(db, row["code"], on=on, note=joined("; ", notes))


def _changed(db: Database, stamp: Stamp, code: str, *, years: int, from_on: str) -> str:
    valid = interval(db, code, "ordinary", on=from_on)
    if valid == years:
        return say(
            "{code} has {years} on {from_on} already, nothing to do", code=code, years=_years(years), from_on=from_on
        )
    _ruled(db, stamp, code, years=years, from_on=from_on)
    return say(
        "{code}: {years} for birthdays from {from_on} on, before {years2}; what is generated stays",
        code=code,
        years=_years(years),
        from_on=from_on,
        years2=_years(valid),
    )


def _ruled(db: Database, stamp: Stamp, code: str, *, years: int, from_on: str) -> None:
    """Inside a transaction: one more row of the rule set."""
    db.insert("maintenance_interval", stamp, category=code, years=years, from_on=from_on)


def _years(count: int | None) -> str:
    return count_said("{n} year", "{n} years", n=count) if count else say("no interval")


def _one(db: Database, code: str, *, on: str, note: str = "") -> Table:
    row = db.row(CATEGORIES, on=on, code=code)
    assert row is not None
    return record(COLUMNS, tuple(row), notes=(note,) if note else ())

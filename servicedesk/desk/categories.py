"""The kinds of appliances and the years between their birthdays (domain.md 3.4, 4.1)."""

from servicedesk.core import words
from servicedesk.core.errors import NotFoundError, RefusedError, UsageError, nearest
from servicedesk.core.model import Stamp
from servicedesk.core.said import count_said, joined, say
from servicedesk.core.spellings import SAME, spelled
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


def find_code(db: Database, text: str, *, only_codes: bool = False) -> str | None:
    """Return the code of the category that a text means, or None: a code, a Chinese or English name, a spelling.

    An imported code stands verbatim, so the very same text comes first. A merged category is the one it became.
    `only_codes`: no names and no spellings.
    """
    rows = db.rows("SELECT code, label_zh, merged_into FROM category WHERE voided_at IS NULL ORDER BY rowid")
    became = {row["code"]: row["merged_into"] or row["code"] for row in rows}
    if text in became or only_codes:
        return became.get(text)
    names: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["merged_into"] is not None):
        for name in filter(None, (row["code"], row["label_zh"])):
            names.setdefault(spelled(name), row["code"])
    wanted = spelled(text)
    found = names.get(wanted) or SAME.get(wanted)
    return became.get(found) if found else None


def _find(db: Database, code: str) -> Row | None:
    """The category that a typed text means, with its label; who typed another one that was merged is told."""
    typed = words.name(code, say("the category"))
    found = find_code(db, typed)
    if found is None:
        return None
    gone = db.row("SELECT code FROM category WHERE code = :typed AND merged_into IS NOT NULL", typed=typed)
    if gone and db.talk:
        db.talk(say("the category {gone} is {kept} by now", gone=typed, kept=found))
    return db.row("SELECT code, label_zh, safe_life_years FROM category WHERE code = :code", code=found)


def _way_out(db: Database, code: str) -> str:
    """The nearest codes."""
    rows = db.rows("SELECT code FROM category WHERE voided_at IS NULL AND merged_into IS NULL ORDER BY code")
    return nearest(code.strip(), [row["code"] for row in rows]) or say(
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
 WHERE c.voided_at IS NULL AND c.merged_into IS NULL AND (:code IS NULL OR c.code = :code)
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


_MERGED = columns("merged=was", "appliances_moved:count=appliances moved", "technicians_moved:count=technicians moved")


def merge_categories(db: Database, stamp: Stamp, gone_code: str, kept_code: str, *, dry_run: bool = False) -> Table:
    """Make all of one category the other's: its appliances, and the technicians skilled in it. The one that stays.

    Its code, label and spellings lead to the other from then on. Figures as of before stay what they were, and so do
    its rules of years, which count for nothing any more. RefusedError where the two cannot be one.
    """
    on = stamp.recorded_at[:10]
    with db.atomic(dry_run=dry_run):
        gone, kept = _own(db, gone_code), _own(db, kept_code)
        moved = {"appliances": 0, "technicians": 0}
        if gone["merged_into"] == kept["code"]:
            notes = [say("{gone} is {kept} already, nothing to do", gone=gone["code"], kept=kept["code"])]
        else:
            _may_merge(gone, kept)
            notes = _years_differ(db, gone["code"], kept["code"], on=on)
            moved, more = _moved(db, stamp, gone, kept)
            notes += more
        if dry_run:
            notes.append(say("dry run: nothing was written"))
        answer = _one(db, kept["code"], on=on)
        row = [*answer.rows[0], gone["code"], moved["appliances"], moved["technicians"]]
        return record((*COLUMNS, *_MERGED), row, notes=tuple(notes))


def _own(db: Database, code: str) -> Row:
    """The category that is typed, itself where it was merged; NotFoundError."""
    sql = "SELECT code, label_zh, safe_life_years, merged_into FROM category WHERE code = :code AND voided_at IS NULL"
    row = db.row(sql, code=code.strip()) or db.row(sql, code=find_code(db, code))
    if row is None:
        raise NotFoundError(say("there is no category '{code}'", code=code.strip()), hint=_way_out(db, code))
    return row


def _may_merge(gone: Row, kept: Row) -> None:
    if gone["code"] == kept["code"]:
        raise RefusedError(
            say("the category {code} cannot be merged with itself", code=gone["code"]),
            hint=say("category merge FROM INTO: all that is FROM becomes INTO"),
        )
    for one in (gone, kept):
        if one["merged_into"]:
            pair = [gone["code"], one["merged_into"]] if one is kept else [one["merged_into"], kept["code"]]
            raise RefusedError(
                say("the category {gone} is {kept} by now", gone=one["code"], kept=one["merged_into"]),
                hint=say("'undo' parts them while it was the last command")
                if pair[0] == pair[1]
                else say("category merge '{gone}' '{kept}'", gone=pair[0], kept=pair[1]),
            )


def _years_differ(db: Database, gone: str, kept: str, *, on: str) -> list[str]:
    before, years = (interval(db, code, "ordinary", on=on) for code in (gone, kept))
    if before == years:
        return []
    return [
        say("birthdays come every {years} as those of {kept} do, before {before}", years=_years(years), kept=kept,
            before=_years(before))
    ]  # fmt: skip


def _moved(db: Database, stamp: Stamp, gone: Row, kept: Row) -> tuple[dict[str, int], list[str]]:
    """Inside a transaction: all of it. How many appliances and technicians; what is to be said."""
    from servicedesk.desk import maintenance, technicians

    codes = {"gone": gone["code"], "kept": kept["code"]}
    machines = [row[0] for row in db.rows("SELECT id FROM appliance WHERE category = :gone", gone=gone["code"])]
    db.run(
        "INSERT INTO change (appliance_id, field, old, new, recorded_at, actor, origin)"
        " SELECT id, 'category', :gone, :kept, :recorded_at, :actor, :origin FROM appliance WHERE category = :gone",
        **codes, recorded_at=stamp.recorded_at, actor=stamp.actor, origin=stamp.origin,
    )  # fmt: skip
    db.run("UPDATE appliance SET category = :kept WHERE category = :gone", **codes)
    skilled = technicians.exchange_skill(db, stamp, **codes)
    db.run("UPDATE category SET merged_into = :kept WHERE code = :gone OR merged_into = :gone", **codes)
    lacking = [field for field in ("label_zh", "safe_life_years") if kept[field] is None and gone[field] is not None]
    for field in lacking:
        db.run(f"UPDATE category SET {field} = :value WHERE code = :kept", value=gone[field], kept=kept["code"])
    on, reason = stamp.recorded_at[:10], "category_change"
    ended = maintenance.replanned(db, stamp, appliance_ids=machines, reason=reason, on=on) if machines else 0
    notes = [say("open birthdays that the category no longer gives: {n} ended", n=ended)] if ended else []
    return {"appliances": len(machines), "technicians": skilled}, notes


def _ruled(db: Database, stamp: Stamp, code: str, *, years: int, from_on: str) -> None:
    """Inside a transaction: one more row of the rule set."""
    db.insert("maintenance_interval", stamp, category=code, years=years, from_on=from_on)


def _years(count: int | None) -> str:
    return count_said("{n} year", "{n} years", n=count) if count else say("no interval")


def _one(db: Database, code: str, *, on: str, note: str = "") -> Table:
    row = db.row(CATEGORIES, on=on, code=code)
    assert row is not None
    return record(COLUMNS, tuple(row), notes=(note,) if note else ())

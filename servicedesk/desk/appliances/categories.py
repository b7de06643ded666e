"""Add, rename and merge categories, and say how many years lie between their birthdays."""

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import joined, say, say_count
from servicedesk.base.table import Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.domain.model import Stamp
from servicedesk.domain.wording import code as code_form
from servicedesk.records.categories import COLUMNS, _find, _one, _way_out, find_code, interval
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row


def add_category(db: Database, stamp: Stamp, code: str, *, years: int | None = None, label: str | None = None) -> Table:
    """A new category, with its own interval from the beginning, else with that of "all others" (4.1).

    A known one is left as it is: RefusedError where the years of that day or the label are others.
    """
    label, on = _label(label), stamp.recorded_at[:10]
    with db.atomic():
        known_row = _find(db, code)
        if known_row is not None:
            return _one(db, known_row["code"], on=on, note=_same(db, known_row, years=years, label=label, on=on))
        new = code_form(code, "category") or ""
        if undone.revive_row(db, "category", "code", new, label_zh=label) is None:
            db.insert("category", stamp, code=new, label_zh=label)
        if years is not None:
            _add_rule(db, stamp, new, years=years, from_on="0001-01-01")
        return _one(db, new, on=on)


def _label(text: str | None) -> str | None:
    return None if text is None else one_line(text, say("the label"))


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


def edit_years(
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
            notes.append(_change_years(db, stamp, row["code"], years=years, from_on=from_on or on))
        if label is not None:
            db.run("UPDATE category SET label_zh = :label WHERE code = :code", label=label, code=row["code"])
        return _one(db, row["code"], on=on, note=joined("; ", notes))


def _change_years(db: Database, stamp: Stamp, code: str, *, years: int, from_on: str) -> str:
    valid = interval(db, code, "ordinary", on=from_on)
    if valid == years:
        return say(
            "{code} has {years} on {from_on} already, nothing to do", code=code, years=_years(years), from_on=from_on
        )
    _add_rule(db, stamp, code, years=years, from_on=from_on)
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
            moved, more = _move_all(db, stamp, gone, kept)
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


def _move_all(db: Database, stamp: Stamp, gone: Row, kept: Row) -> tuple[dict[str, int], list[str]]:
    """Inside a transaction: all of it. How many appliances and technicians; what is to be said."""
    from servicedesk.desk.maintenance import lines
    from servicedesk.records import technicians

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
    ended = lines.replan_lines(db, stamp, appliance_ids=machines, reason=reason, on=on) if machines else 0
    notes = [say("open birthdays that the category no longer gives: {n} ended", n=ended)] if ended else []
    return {"appliances": len(machines), "technicians": skilled}, notes


def _add_rule(db: Database, stamp: Stamp, code: str, *, years: int, from_on: str) -> None:
    """Inside a transaction: one more row of the rule set."""
    db.insert("maintenance_interval", stamp, category=code, years=years, from_on=from_on)


def _years(count: int | None) -> str:
    return say_count("{n} year", "{n} years", n=count) if count else say("no interval")

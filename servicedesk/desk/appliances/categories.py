"""Categories of appliances: add, edit and merge them, set the years between birthdays."""

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import say, say_count
from servicedesk.base.table import Result, columns, record
from servicedesk.base.text import one_line
from servicedesk.domain import wording
from servicedesk.records.categories import (
    COLUMNS,
    category_table,
    find_category,
    find_code,
    get_category_values,
    get_interval,
    way_out,
)
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def add_category(desk: Desk, code: str, *, years: int | None = None, label: str | None = None) -> Result:
    """Add a category; `years` between its birthdays, by default those of "all others" (4.1).

    An existing category is left unchanged: RefusedError if it has another label, or other years today.
    """
    label, db = _label(label), desk.db
    with db.atomic():
        same = find_category(db, code)
        if same is not None:
            _check_same(db, same, years=years, label=label, on=desk.today)
            again = say("the category {code} exists already, nothing to do", code=same["code"])
            return Result(category_table(db, same["code"], on=desk.today), [again], changed=False)
        new = wording.free_code("_".join(code.split()), "category") or ""
        if undone.revive_row(db, "category", "code", new, label_zh=label) is None:
            db.insert("category", desk.stamp, code=new, label_zh=label)
        if years is not None:
            _add_rule(desk, new, years=years, from_on="0001-01-01")
        return Result(category_table(db, new, on=desk.today))


def _label(text: str | None) -> str | None:
    return None if text is None else one_line(text, say("the label"))


def _check_same(db: Database, row: Row, *, years: int | None, label: str | None, on: str) -> None:
    """Raise RefusedError if a repeated `category add` says something else."""
    code, valid = row["code"], get_interval(db, row["code"], "ordinary", on=on)
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


def edit_category(
    desk: Desk, code: str, *, years: int | None = None, from_on: str | None = None, label: str | None = None
) -> Result:
    """Change the label, or the years between birthdays from `from_on` on (default: today).

    Generated lines and the rules before that day stay (M20). A label is no fact and has no history.
    """
    if years is None and label is None:
        raise UsageError(say("nothing to change"), hint=say("category edit {code} --years 3", code=code))
    label, db = _label(label), desk.db
    with db.atomic():
        row = find_category(db, code)
        if row is None:
            raise NotFoundError(say("there is no category '{code}'", code=code.strip()), hint=way_out(db, code))
        notes, changed = [], label not in {None, row["label_zh"]}
        if years is not None:
            from_on = from_on or desk.today
            valid = get_interval(db, row["code"], "ordinary", on=from_on)
            notes.append(_years_note(row["code"], years, valid, from_on=from_on))
            if valid != years:
                _add_rule(desk, row["code"], years=years, from_on=from_on)
                changed = True
        if label is not None:
            db.run("UPDATE category SET label_zh = :label WHERE code = :code", label=label, code=row["code"])
        return Result(category_table(db, row["code"], on=desk.today), notes, changed)


def _years_note(code: str, years: int, valid: int | None, *, from_on: str) -> str:
    """Return the note on the change of the years between birthdays."""
    if valid == years:
        return say(
            "{code} has {years} on {from_on} already, nothing to do", code=code, years=_years(years), from_on=from_on
        )
    return say(
        "{code}: {years} for birthdays from {from_on} on, before {years2}; what is generated stays",
        code=code,
        years=_years(years),
        from_on=from_on,
        years2=_years(valid),
    )


_MERGED = columns("merged=was", "appliances_moved:count=appliances moved", "technicians_moved:count=technicians moved")


def merge_categories(desk: Desk, gone_code: str, kept_code: str, *, dry_run: bool = False) -> Result:
    """Merge `gone_code` into `kept_code`: appliances, parts, solutions and skills of technicians move.

    From then on its code, label and spellings mean the kept category. Figures as of earlier days stay the same. Its
    rules of years stay in the file but no longer count. RefusedError if the two cannot be merged.
    """
    with desk.db.atomic(dry_run=dry_run):
        gone, kept = _own(desk.db, gone_code), _own(desk.db, kept_code)
        changed = gone["merged_into"] != kept["code"]
        counts = [0, 0]
        if changed:
            _check_merge(gone, kept)
            notes = _years_notes(desk.db, gone["code"], kept["code"], on=desk.today)
            counts, more = _move_all(desk, gone, kept)
            notes += more
        else:
            notes = [say("{gone} is already merged into {kept}, nothing to do", gone=gone["code"], kept=kept["code"])]
        if dry_run:
            notes.append(say("dry run: nothing was written"))
        values = get_category_values(desk.db, kept["code"], on=desk.today)
        table = record((*COLUMNS, *_MERGED), [*values, gone["code"], *counts])
        return Result(table, notes, changed and not dry_run)


def _own(db: Database, code: str) -> Row:
    """Return the category with that code, even if it was merged into another one. NotFoundError."""
    sql = "SELECT code, label_zh, safe_life_years, merged_into FROM category WHERE code = :code AND voided_at IS NULL"
    row = db.row(sql, code=code.strip()) or db.row(sql, code=find_code(db, code))
    if row is None:
        raise NotFoundError(say("there is no category '{code}'", code=code.strip()), hint=way_out(db, code))
    return row


def _check_merge(gone: Row, kept: Row) -> None:
    if gone["code"] == kept["code"]:
        raise RefusedError(
            say("the category {code} cannot be merged with itself", code=gone["code"]),
            hint=say("category merge FROM INTO: all that is FROM becomes INTO"),
        )
    for one in (gone, kept):
        if one["merged_into"]:
            pair = [gone["code"], one["merged_into"]] if one is kept else [one["merged_into"], kept["code"]]
            raise RefusedError(
                say("the category {gone} was merged into {kept}", gone=one["code"], kept=one["merged_into"]),
                hint=say("'undo' separates them again as long as that was the last command")
                if pair[0] == pair[1]
                else say("category merge '{gone}' '{kept}'", gone=pair[0], kept=pair[1]),
            )


def _years_notes(db: Database, gone: str, kept: str, *, on: str) -> list[str]:
    before, years = (get_interval(db, code, "ordinary", on=on) for code in (gone, kept))
    if before == years:
        return []
    return [
        say("birthdays come every {years} as those of {kept} do, before {before}", years=_years(years), kept=kept,
            before=_years(before))
    ]  # fmt: skip


# Fill label and safe life of the kept category if it has none.
FILL = """
UPDATE category
   SET label_zh = coalesce(label_zh, :label_zh), safe_life_years = coalesce(safe_life_years, :safe_life_years)
 WHERE code = :kept
"""


def _move_all(desk: Desk, gone: Row, kept: Row) -> tuple[list[int], list[str]]:
    """Move everything to the kept category, inside a transaction. Return [appliances, technicians] and the notes."""
    from servicedesk.desk.maintenance import lines
    from servicedesk.records import technicians

    db, stamp = desk.db, desk.stamp
    codes = {"gone": gone["code"], "kept": kept["code"]}
    machines = [row[0] for row in db.rows("SELECT id FROM appliance WHERE category = :gone", gone=gone["code"])]
    db.run(
        "INSERT INTO change (appliance_id, field, old, new, recorded_at, actor, origin)"
        " SELECT id, 'category', :gone, :kept, :recorded_at, :actor, :origin FROM appliance WHERE category = :gone",
        **codes, recorded_at=stamp.recorded_at, actor=stamp.actor, origin=stamp.origin,
    )  # fmt: skip
    db.run("UPDATE appliance SET category = :kept WHERE category = :gone", **codes)
    db.run("UPDATE part SET category = :kept WHERE category = :gone", **codes)
    db.run("UPDATE solution SET category = :kept WHERE category = :gone", **codes)
    skilled = technicians.exchange_skill(db, stamp, **codes)
    db.run("UPDATE category SET merged_into = :kept WHERE code = :gone OR merged_into = :gone", **codes)
    db.run(FILL, kept=kept["code"], label_zh=gone["label_zh"], safe_life_years=gone["safe_life_years"])
    ended = 0
    if machines:
        ended = lines.replan_lines(desk, machines, reason="category_change")
    notes = [say("open birthdays that the category no longer gives: {n} ended", n=ended)] if ended else []
    return [len(machines), skilled], notes


def _add_rule(desk: Desk, code: str, *, years: int, from_on: str) -> None:
    """Add one more row to the rule set, inside a transaction."""
    desk.db.insert("maintenance_interval", desk.stamp, category=code, years=years, from_on=from_on)


def _years(count: int | None) -> str:
    return say_count("{n} year", "{n} years", n=count) if count else say("no interval")

"""Merge two entries of one person: everything of the one becomes the other's, and no history is lost.

All tables that refer to a customer follow, as the schema names them. Owners of tickets, appliances and complaints
change through `change`, so a figure as of before the merge stays the same. From the merge on the person is counted once
(K10), and two of their appliances may be twins (I11); no ticket changes its area.
"""

from collections.abc import Iterator

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, item_list, say
from servicedesk.base.table import Result, columns, record
from servicedesk.desk.customers import introductions
from servicedesk.desk.customers.ownership import list_referring
from servicedesk.records import consents, customers
from servicedesk.storage.changes import NOUNS, write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

# Tables that are not moved as a whole: tiers, wishes and changes stay with the merged entry, phones move one by one.
_STAYS = {"tier", "change", "phone", "customer", "consent"}
_COUNTED = ("appliance", "ticket", "complaint", "note")
_COLUMNS = columns(
    "merged_id:C=was", "phones_moved:count=new phones", "appliances:count", "tickets:count", "complaints:count",
    "notes:count",
)  # fmt: skip


def merge_customers(desk: Desk, kept_id: int, gone_id: int, *, dry_run: bool = False) -> Result:
    """Merge the entry `gone_id` into `kept_id`. NotFoundError; RefusedError if the two cannot be merged.

    The same merge again changes nothing. `dry_run`: do the same, then roll back.
    """
    with desk.db.atomic(dry_run=dry_run):
        kept, gone = _own(desk.db, kept_id), _own(desk.db, gone_id)
        changed = gone["merged_into_id"] != kept_id
        if changed:
            _check_merge(kept, gone)
            moved, notes = _carry_over(desk, kept, gone)
        else:
            moved, notes = (
                {},
                [say("C{gone} is already merged into C{kept}, nothing to do", gone=gone_id, kept=kept_id)],
            )
        if dry_run:
            notes.append(say("dry run: nothing was written"))
        counts = [gone_id, moved.get("phone", 0), *(moved.get(noun, 0) for noun in _COUNTED)]
        values = customers.get_customer_values(desk.db, kept_id, on=desk.today)
        table = record((*customers.COLUMNS, *_COLUMNS), [*values, *counts])
        return Result(table, notes, changed and not dry_run)


def _own(db: Database, customer_id: int) -> Row:
    """Return the entry itself, even if it was merged into another one."""
    row = db.row("SELECT * FROM customer WHERE id = :id AND voided_at IS NULL", id=customer_id)
    return row if row is not None else customers.get_customer(db, customer_id)


def _check_merge(kept: Row, gone: Row) -> None:
    if kept["id"] == gone["id"]:
        raise RefusedError(
            say("C{id} cannot be merged with itself", id=kept["id"]),
            hint=say("customer merge C12 C31: what is C31's becomes C12's"),
        )
    for one, other in ((kept, gone), (gone, kept)):
        if one["forgotten_at"]:
            raise RefusedError(say("C{id} was forgotten {day}", id=one["id"], day=one["forgotten_at"][:10]))
        if one["merged_into_id"] == other["id"]:
            raise RefusedError(
                say("C{gone} was merged into C{kept}, not the other way round", gone=one["id"], kept=other["id"]),
                hint=say("'undo' reverses the merge as long as it is the last command"),
            )
        if one["merged_into_id"]:
            first, second = (one["merged_into_id"], gone["id"]) if one is kept else (kept["id"], one["merged_into_id"])
            raise RefusedError(
                say("C{gone} was merged into C{kept}", gone=one["id"], kept=one["merged_into_id"]),
                hint=say("customer merge C{kept} C{gone}", kept=first, gone=second),
            )
    if None not in {kept["household_id"], gone["household_id"]} and kept["household_id"] != gone["household_id"]:
        raise RefusedError(
            say("C{kept} lives in H{home}, C{gone} in H{other}", kept=kept["id"], home=kept["household_id"],
                gone=gone["id"], other=gone["household_id"]),
            hint=say("first 'household link C{kept} C{gone} --move', if it is one home", kept=kept["id"],
                     gone=gone["id"]),
        )  # fmt: skip


def _carry_over(desk: Desk, kept: Row, gone: Row) -> tuple[dict[str, int], list[str]]:
    """Move everything to the kept entry, inside a transaction. Return how many rows moved, by table, and the notes."""
    db, stamp = desk.db, desk.stamp
    notes = list(_differences(db, kept, gone, on=desk.today))
    write_changes(db, stamp, "customer", kept["id"], _gaps_to_fill(kept, gone))
    earlier = db.rows("SELECT id FROM customer WHERE merged_into_id = :id", id=gone["id"])
    for customer_id in (gone["id"], *(row["id"] for row in earlier)):
        write_changes(db, stamp, "customer", customer_id, {"merged_into_id": kept["id"]})
    write_changes(db, stamp, "customer", gone["id"], {"household_id": None, "household_relation": None})
    moved = {"phone": _move_phones(desk, kept["id"], gone["id"])}
    for table, column in list_referring(db, "customer"):
        if table not in _STAYS:
            n = _move_rows(desk, table, column, kept["id"], gone["id"])
            moved[table] = moved.get(table, 0) + (n if column == "customer_id" else 0)
    notes += consents.keep_stricter(desk, kept["id"], gone["id"])
    notes += introductions.merge_introductions(desk, kept["id"], gone["id"])
    return moved, [*notes, *_replan_home(desk, kept["id"])]


def _gaps_to_fill(kept: Row, gone: Row) -> dict[str, str | int | None]:
    """Return the values that the kept entry lacks and the merged one has."""
    fields = ["address", "area", *(["household_id", "household_relation"] if kept["household_id"] is None else [])]
    return {field: gone[field] for field in fields if kept[field] is None and gone[field] is not None}


def _move_rows(desk: Desk, table: str, column: str, kept_id: int, gone_id: int) -> int:
    """Let the rows of that table refer to the kept entry, with a history if the table has one. Return how many."""
    db = desk.db
    ids = [row[0] for row in db.rows(f"SELECT id FROM {table} WHERE {column} = :id ORDER BY id", id=gone_id)]
    if table in NOUNS:
        for row_id in ids:
            on_date = desk.today if table == "appliance" else None
            write_changes(db, desk.stamp, table, row_id, {column: kept_id}, on_date=on_date)
    elif ids:
        db.run(f"UPDATE {table} SET {column} = :kept WHERE {column} = :gone", kept=kept_id, gone=gone_id)
    return len(ids)


_STANDING = "SELECT id, number, digits, extension FROM phone WHERE customer_id = :id AND voided_at IS NULL ORDER BY id"


def _move_phones(desk: Desk, kept_id: int, gone_id: int) -> int:
    """Give the kept entry the phones that it lacks, and void those of the merged one. Return how many are new."""
    db, stamp = desk.db, desk.stamp
    own = {(row["digits"], row["extension"]) for row in db.rows(_STANDING, id=kept_id)}
    lost = db.rows(_STANDING, id=gone_id)
    db.run(
        "UPDATE phone SET voided_at = :at, voided_by = :by WHERE customer_id = :id AND voided_at IS NULL",
        at=stamp.recorded_at, by=stamp.actor, id=gone_id,
    )  # fmt: skip
    new = [row for row in lost if (row["digits"], row["extension"]) not in own]
    for row in new:
        cells = {name: row[name] for name in ("number", "digits", "extension")}
        db.insert("phone", stamp, customer_id=kept_id, **cells)
    return len(new)


def _differences(db: Database, kept: Row, gone: Row, *, on: str) -> Iterator[str]:
    """Yield a note for each value that differs, with the one that counts from now on."""
    ids = {"kept": kept["id"], "gone": gone["id"]}
    tier, other = (customers.get_tier(db, row["id"], on) for row in (kept, gone))
    if tier != other:
        yield say(
            "C{kept} stays {tier}, C{gone} was {other}: 'customer tier C{kept} {code}' if that is right",
            **ids, tier=coded(tier), other=coded(other), code=other,
        )  # fmt: skip
    for field in ("name", "address", "area"):
        if None not in {kept[field], gone[field]} and kept[field] != gone[field]:
            yield say(
                "{field}: '{value}' stays, C{gone} had '{other}'",
                field=coded(field), value=kept[field], gone=gone["id"], other=gone[field],
            )  # fmt: skip


_VISITS = """
SELECT id FROM ticket WHERE customer_id = :id AND type = 'maintenance' AND ended_at IS NULL AND voided_at IS NULL
 ORDER BY id
"""


def _replan_home(desk: Desk, kept_id: int) -> Iterator[str]:
    """End open birthdays that the kept tier no longer gives; planned visits stay. Yield the notes."""
    from servicedesk.desk.maintenance import lines
    from servicedesk.records import appliances

    machines = [row["id"] for row in appliances.list_appliances_in_use(desk.db, kept_id)]
    ended = lines.replan_lines(desk, machines, reason="tier_change") if machines else 0
    if ended:
        yield say("open birthdays that the tier no longer gives: {n} ended", n=ended)
    visits = [f"T{row[0]}" for row in desk.db.rows(_VISITS, id=kept_id)]
    if len(visits) > 1:
        yield say("several birthday visits to one home are open: {visits}; 'ticket cancel' ends one too many",
                  visits=item_list(visits))  # fmt: skip

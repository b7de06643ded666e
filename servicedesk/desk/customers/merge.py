"""Two entries that are one person: everything of the one becomes the other's, and nothing of before is lost.

Every table that refers to a customer follows, as the schema names them. What a figure reads as of then (whose a ticket,
a machine, a complaint was) goes through `change`, so a figure as of before the merge stays what it was. From the merge
on one person is counted once (K10), and two machines of theirs may be twins (I11); no ticket changes its area.
"""

from collections.abc import Iterator

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Table, columns, record
from servicedesk.domain.model import Stamp
from servicedesk.records import consents, customers
from servicedesk.storage.changes import NOUNS, write_changes
from servicedesk.storage.database import Database, Row

# What stays with the entry that goes: its own tiers, wishes and changes; its phones are told one by one.
_STAYS = {"tier", "change", "phone", "customer", "consent"}
_COUNTED = ("appliance", "ticket", "complaint", "note")
_COLUMNS = columns(
    "merged_id:C=was", "phones_moved:count=new phones", "appliances:count", "tickets:count", "complaints:count",
    "notes:count",
)  # fmt: skip


def merge_customers(db: Database, stamp: Stamp, kept_id: int, gone_id: int, *, dry_run: bool = False) -> Table:
    """The customer who stays, with what came over. NotFoundError; RefusedError where the two cannot be one.

    Repeated it is nothing to do. `dry_run`: the same way, rolled back.
    """
    on = stamp.recorded_at[:10]
    with db.atomic(dry_run=dry_run):
        kept, gone = _own(db, kept_id), _own(db, gone_id)
        notes: list[str] = []
        if gone["merged_into_id"] == kept_id:
            found: dict[str, int] = {}
            notes.append(say("C{gone} is C{kept} already, nothing to do", gone=gone_id, kept=kept_id))
        else:
            _check_merge(kept, gone)
            found, notes = _carry_over(db, stamp, kept, gone)
        if dry_run:
            notes.append(say("dry run: nothing was written"))
        answer = customers.one(db, kept_id, on=on)
        counts = [gone_id, found.get("phone", 0), *(found.get(noun, 0) for noun in _COUNTED)]
        return record((*answer.columns, *_COLUMNS), [*answer.rows[0], *counts], notes=tuple(notes))


def _own(db: Database, customer_id: int) -> Row:
    """The entry itself, whoever it is by now."""
    row = db.row("SELECT * FROM customer WHERE id = :id AND voided_at IS NULL", id=customer_id)
    return row if row is not None else customers.get(db, customer_id)


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
                say("C{gone} is C{kept} by now, not the other way round", gone=one["id"], kept=other["id"]),
                hint=say("'undo' takes the merge back while it is the last that was written"),
            )
        if one["merged_into_id"]:
            first, second = (one["merged_into_id"], gone["id"]) if one is kept else (kept["id"], one["merged_into_id"])
            raise RefusedError(
                say("C{gone} is C{kept} by now", gone=one["id"], kept=one["merged_into_id"]),
                hint=say("customer merge C{kept} C{gone}", kept=first, gone=second),
            )
    if None not in {kept["household_id"], gone["household_id"]} and kept["household_id"] != gone["household_id"]:
        raise RefusedError(
            say("C{kept} lives in H{home}, C{gone} in H{other}", kept=kept["id"], home=kept["household_id"],
                gone=gone["id"], other=gone["household_id"]),
            hint=say("first 'household link C{kept} C{gone} --move', if it is one home", kept=kept["id"],
                     gone=gone["id"]),
        )  # fmt: skip


def _carry_over(db: Database, stamp: Stamp, kept: Row, gone: Row) -> tuple[dict[str, int], list[str]]:
    """Inside a transaction: all of it. How much of what came over; what is to be said."""
    on = stamp.recorded_at[:10]
    notes = list(_differences(db, kept, gone, on=on))
    write_changes(db, stamp, "customer", kept["id"], _gaps_to_fill(kept, gone))
    earlier = db.rows("SELECT id FROM customer WHERE merged_into_id = :id", id=gone["id"])
    for customer_id in (gone["id"], *(row["id"] for row in earlier)):
        write_changes(db, stamp, "customer", customer_id, {"merged_into_id": kept["id"]})
    write_changes(db, stamp, "customer", gone["id"], {"household_id": None, "household_relation": None})
    found = {"phone": _phones(db, stamp, kept["id"], gone["id"])}
    for table, column in referring(db, "customer"):
        if table not in _STAYS:
            found[table] = _move_rows(db, stamp, table, column, kept["id"], gone["id"], on=on)
    notes += consents.keep_stricter(db, stamp, kept["id"], gone["id"])
    return found, [*notes, *_replan_home(db, stamp, kept["id"], on=on)]


def referring(db: Database, noun: str) -> list[tuple[str, str]]:
    """Every table with a column that refers to that one: its name and the column's."""
    sql = """SELECT m.name, k."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) k
              WHERE m.type = 'table' AND k."table" = :noun ORDER BY m.rowid, k.id DESC"""
    return [(row[0], row[1]) for row in db.rows(sql, noun=noun)]


def _gaps_to_fill(kept: Row, gone: Row) -> dict[str, str | int | None]:
    """What the one lacks and the other has."""
    fields = ["address", "area", *(["household_id", "household_relation"] if kept["household_id"] is None else [])]
    return {field: gone[field] for field in fields if kept[field] is None and gone[field] is not None}


def _move_rows(db: Database, stamp: Stamp, table: str, column: str, kept_id: int, gone_id: int, *, on: str) -> int:
    """The rows of that table which refer to the one refer to the other; how many. With a history where it has one."""
    ids = [row[0] for row in db.rows(f"SELECT id FROM {table} WHERE {column} = :id ORDER BY id", id=gone_id)]
    if table in NOUNS:
        for row_id in ids:
            write_changes(db, stamp, table, row_id, {column: kept_id}, on_date=on if table == "appliance" else None)
    elif ids:
        db.run(f"UPDATE {table} SET {column} = :kept WHERE {column} = :gone", kept=kept_id, gone=gone_id)
    return len(ids)


_STANDING = "SELECT id, number, digits, extension FROM phone WHERE customer_id = :id AND voided_at IS NULL ORDER BY id"


def _phones(db: Database, stamp: Stamp, kept_id: int, gone_id: int) -> int:
    """The phones that the one lacks are his by now, none is any more the other's; how many are new."""
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
    """What differs, and which of it counts."""
    ids = {"kept": kept["id"], "gone": gone["id"]}
    tier, other = (customers.tier_on(db, row["id"], on) for row in (kept, gone))
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


def _replan_home(db: Database, stamp: Stamp, kept_id: int, *, on: str) -> Iterator[str]:
    """Birthdays from now on are those of the one tier and the one home; visits that are planned stay planned."""
    from servicedesk.desk.maintenance import lines
    from servicedesk.records import appliances

    machines = [row["id"] for row in appliances.of_customer(db, kept_id)]
    ended = lines.replan_lines(db, stamp, appliance_ids=machines, reason="tier_change", on=on) if machines else 0
    if ended:
        yield say("open birthdays that the tier no longer gives: {n} ended", n=ended)
    visits = [f"T{row[0]}" for row in db.rows(_VISITS, id=kept_id)]
    if len(visits) > 1:
        yield say("several birthday visits to one home are open: {visits}; 'ticket cancel' ends one too many",
                  visits=", ".join(visits))  # fmt: skip

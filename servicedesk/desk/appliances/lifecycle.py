"""Transfer, retire and show an appliance: its owners, its end, its history (S07, S08, M13, M14)."""

from datetime import datetime
from typing import Any

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.desk.appliances.register import replan_appliance
from servicedesk.records import appliances
from servicedesk.records.appliances import SALE, appliance_table
from servicedesk.records.guarantee import exchanges
from servicedesk.records.jobs import handovers
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def transfer_appliance(desk: Desk, appliance_id: int, *, to_id: int, on: str) -> Result:
    """Give the appliance to a new owner from that day on (M14): its birthdays follow the new owner's tier."""
    from servicedesk.records import customers

    db = desk.db
    with db.atomic():
        row = appliances.get_appliance(db, appliance_id)
        new_owner = customers.get_standing_customer(db, to_id)
        to_id = new_owner["id"]
        _check_in_use(row)
        since, ids = _last_transfer(db, appliance_id), {"appliance_id": appliance_id, "to_id": to_id}
        if row["customer_id"] == to_id:
            if since not in {None, on}:
                raise RefusedError(say("A{appliance_id} belongs to C{to_id} since {since} already", since=since, **ids))
            again = say("A{appliance_id} belongs to C{to_id} already, nothing to do", **ids)
            return Result(appliance_table(db, appliance_id), [again], changed=False)
        _check_day(row, on, since, today=desk.today)
        notes = _open_ticket_notes(db, appliance_id)
        write_changes(db, desk.stamp, "appliance", appliance_id, {"customer_id": to_id}, on_date=on)
        notes += replan_appliance(desk, appliance_id, reason="transferred")
        notes.append(
            say(
                "ask {name} before the first birthday card: the consent of the earlier owner does not count",
                name=new_owner["name"],
            )
        )
        return Result(appliance_table(db, appliance_id), notes)


def _check_in_use(row: Row) -> None:
    """Raise RefusedError for an appliance that was retired."""
    if row["retired_on"]:
        raise RefusedError(
            say(
                "A{appliance_id} was retired {retired_on} ({retire_reason})",
                appliance_id=row["id"],
                retired_on=row["retired_on"],
                retire_reason=coded(row["retire_reason"]),
            ),
            hint=say("'appliance retire A{appliance_id} --undo' if it is in use after all", appliance_id=row["id"]),
        )


def retire_appliance(desk: Desk, appliance_id: int, *, on: str, reason: str) -> Result:
    """Retire the appliance from that day on; its open maintenance lines end, its history stays (M13)."""
    reason = one_line(reason, say("the reason"))
    with desk.db.atomic():
        row = appliances.get_appliance(desk.db, appliance_id)
        if row["retired_on"]:
            check_retired_so(row, on, reason)
            again = say("A{appliance_id} is retired already, nothing to do", appliance_id=appliance_id)
            return Result(appliance_table(desk.db, appliance_id), [again], changed=False)
        notes = write_retirement(desk, row, on=on, reason=reason)
        return Result(appliance_table(desk.db, appliance_id), notes)


def check_retired_so(row: Row, on: str, reason: str) -> None:
    """Raise RefusedError if the appliance was retired on another day or for another reason."""
    if (row["retired_on"], row["retire_reason"]) != (on, reason):
        raise RefusedError(
            say(
                "A{appliance_id} was retired {retired_on} ({retire_reason}) already",
                appliance_id=row["id"],
                retired_on=row["retired_on"],
                retire_reason=coded(row["retire_reason"]),
            ),
            hint=say("first: appliance retire A{appliance_id} --undo", appliance_id=row["id"]),
        )


def write_retirement(desk: Desk, row: Row, *, on: str, reason: str) -> list[str]:
    """Retire the appliance of `row`, in use until now, inside a transaction. Return the notes about it."""
    _check_day(row, on, _last_transfer(desk.db, row["id"]), today=desk.today)
    notes = _open_ticket_notes(desk.db, row["id"])
    values: dict[str, str | int | None] = {"retired_on": on, "retire_reason": reason}
    write_changes(desk.db, desk.stamp, "appliance", row["id"], values, on_date=on)
    return notes + replan_appliance(desk, row["id"], reason="retired")


def restore_appliance(desk: Desk, appliance_id: int) -> Result:
    """Put a retired appliance in use again; its history shows both. RefusedError if it was exchanged."""
    with desk.db.atomic():
        appliances.get_appliance(desk.db, appliance_id)
        exchange = exchanges.find_exchange(desk.db, appliance_id)
        if exchange is not None:
            said = {"id": appliance_id, "other": exchange["successor_id"], "on": exchange["on_date"]}
            raise RefusedError(
                say("A{id} was exchanged for A{other} on {on}", **said),
                hint=say("'appliance exchange A{id} --void REASON' takes that back", **said),
            )
        changed = take_back_retirement(desk, appliance_id)
        notes = [] if changed else [say("A{appliance_id} is in use, nothing to do", appliance_id=appliance_id)]
        return Result(appliance_table(desk.db, appliance_id), notes, changed)


def take_back_retirement(desk: Desk, appliance_id: int) -> bool:
    """Take a retirement back, inside a transaction. Return whether the appliance was retired."""
    values: dict[str, str | int | None] = {"retired_on": None, "retire_reason": None}
    return bool(write_changes(desk.db, desk.stamp, "appliance", appliance_id, values))


def _check_day(row: Row, on: str, since: str | None, *, today: str) -> None:
    """Raise RefusedError if that day is in the future, before purchase or delivery, or before its owner had it."""
    if on > today:
        raise RefusedError(say("{on} lies in the future", on=on), hint=say("record it when it has happened"))
    if row["bought_on"] and on < row["bought_on"]:
        raise RefusedError(
            say(
                "A{id} was bought {imprecise}, later than {on}",
                id=row["id"],
                imprecise=appliances.partial_date(row, "bought"),
                on=on,
            ),
            hint=say("'appliance edit A{id} --bought DATE' corrects a wrong date", id=row["id"]),
        )
    if row["delivered_on"] and on < row["delivered_on"]:
        raise RefusedError(
            say("A{id} was delivered {delivered}, later than {on}", id=row["id"], delivered=row["delivered_on"], on=on),
            hint=say("'appliance edit A{id} --delivered DATE' corrects a wrong date", id=row["id"]),
        )
    if since and on < since:
        raise RefusedError(say("A{id} came to its owner on {since}, later than {on}", id=row["id"], since=since, on=on))


def _last_transfer(db: Database, appliance_id: int) -> str | None:
    changes = [row for row in _transfers(db, appliance_id) if not row["renumbered"]]
    return changes[-1]["on_date"] if changes else None


TRANSFERS = "SELECT old, new, on_date, renumbered FROM owner_change WHERE appliance_id = :id ORDER BY id"


def _transfers(db: Database, appliance_id: int) -> list[Row]:
    return db.rows(TRANSFERS, id=appliance_id)


def _open_ticket_notes(db: Database, appliance_id: int) -> list[str]:
    rows = db.rows("SELECT id FROM ticket WHERE appliance_id = :id AND ended_at IS NULL ORDER BY id", id=appliance_id)
    if not rows:
        return []
    names = item_list([f"T{row[0]}" for row in rows])
    return [say("warning: still open for A{appliance_id}: {rows}", appliance_id=appliance_id, rows=names)]


# The first fourteen keys as in appliances.COLUMNS.
DETAILS = columns(
    "id:A=appliance", "customer_id-", "category", "brand", "model", "serial", "bought_on-", "bought_precision-",
    "installed_on-", "installed_precision-", "retired_on:date=retired", "retire_reason:words=reason",
    "registered_at:instant=registered", "owner-", "whose+=owner", "bought+", "installed+", "age:count=years old",
    "safe_life_years:count-", "next_birthday:nested", "birthday+=next birthday", *(f"{key}-" for key in SALE),
    "where+=where it is", "guarantee+", "exchange+", "delivered:date+", "invoice+", "price:fen+", "sale+=more",
    "made_until:date+=made until",
)  # fmt: skip
CHANGES = columns("what+=field", "was+=old", "becomes+=new", "field-", "old-", "new-", "on_date:date=on",
                  "recorded_at:instant??=typed", "actor:name??=by")  # fmt: skip
_CHANGES = """
SELECT field, old, new, on_date, recorded_at, actor FROM change WHERE appliance_id = :id AND NOT undone ORDER BY id"""


def get_appliance_page(db: Database, appliance_id: int, *, now: datetime) -> Result:
    """Return an appliance with everything known of it: age, next birthday, owners, tickets, notes, changes."""
    from servicedesk.desk.maintenance import birthdays
    from servicedesk.desk.maintenance.birthdays import day_text
    from servicedesk.records import notes, ticket_lists

    row, today = appliances.get_appliance(db, appliance_id), now.date()
    coming = None if row["retired_on"] else birthdays.next_birthday(db, appliance_id, on=today.isoformat())
    values = dict(row) | {
        "whose": appliances.owner_label(row),
        "bought": appliances.partial_date(row, "bought"),
        "installed": appliances.partial_date(row, "installed"),
        "age": birthdays.age_in_years(row, today),
        "safe_life_years": db.value("SELECT safe_life_years FROM category WHERE code = :code", code=row["category"]),
        "next_birthday": {"due_on": coming[0], "age": coming[1]} if coming else None,
        "birthday": f"{day_text(coming[0], approx=row['base_precision'] == 'month')} ({coming[1]})" if coming else None,
    }
    sections = (
        ("owners", _owners(db, row)),
        ("tickets", ticket_lists.list_tickets(db, now=now, every=True, appliance_id=appliance_id).without("machine")),
        ("notes", notes.list_notes(db, letter="A", ref_id=appliance_id)),
        ("changes", _changes(db, appliance_id)),
    )
    values |= dict(zip(SALE, appliances.sale_values(row), strict=True))
    told = zip(("delivered", "invoice", "price", "sale", "made_until"), appliances.sale_cells(row), strict=True)
    values |= dict(told) | {
        "guarantee": None if row["retired_on"] else appliances.guarantee_text(db, row, on=today.isoformat()),
        "exchange": _exchange_text(db, appliance_id),
        "where": handovers.whereabouts(db, appliance_id),
    }
    table = record(DETAILS, [values[c.key] for c in DETAILS], sections=sections)
    return Result(table, _safety_notes(values), changed=False)


def _exchange_text(db: Database, appliance_id: int) -> str | None:
    """Return which appliance it replaced, and which one replaced it."""
    came, gone = exchanges.find_beginning(db, appliance_id), exchanges.find_exchange(db, appliance_id)
    told = [
        say("in the place of A{id}, {on}", id=came["appliance_id"], on=came["on_date"]) if came else None,
        say("for A{id}, {on}", id=gone["successor_id"], on=gone["on_date"]) if gone else None,
    ]
    return joined("; ", [text for text in told if text]) or None


def _changes(db: Database, appliance_id: int) -> Table:
    """Return the changes of an appliance; people see them in words, owners by reference and name."""
    from servicedesk.storage.entries import Teller, field_in_words

    teller = Teller(db)
    rows = []
    for row in db.rows(_CHANGES, id=appliance_id):
        was, becomes = (teller.value_text("appliance", row["field"], row[side]) for side in ("old", "new"))
        values = dict(row) | {"what": field_in_words(row["field"]), "was": was, "becomes": becomes}
        rows.append([values[column.key] for column in CHANGES])
    return Table(CHANGES, rows)


def _safety_notes(values: dict[str, Any]) -> list[str]:
    """Return the advice to buy a new appliance if its safe life is over: safety outranks sales (M23)."""
    years, safe = values["age"], values["safe_life_years"]
    if values["retired_on"] or years is None or safe is None or years < safe:
        return []
    said = {"id": values["id"], "years": years, "safe": safe}
    return [say("A{id} is {years} years old, its safe life was {safe} years: advise a new one", **said)]


def _owners(db: Database, row: Row) -> Table:
    """Return the owners with first and last day each; the first owner's first day is unknown."""
    had: list[tuple[int | None, str | None, str | None]] = []
    since = None
    for change in _transfers(db, row["id"]):
        had.append((int(change["old"]) if change["old"] else None, since, change["on_date"]))
        since = change["on_date"]
    had.append((row["customer_id"], since, row["retired_on"]))
    rows: list[list[Any]] = []
    for owner_id, from_on, to_on in had:
        name = db.value("SELECT name FROM customer WHERE id = :id", id=owner_id)
        rows.append([owner_id, name, from_on, to_on])
    return Table(columns("customer_id:C=customer", "name:name", "from_on:date=from", "to_on:date=to"), rows)

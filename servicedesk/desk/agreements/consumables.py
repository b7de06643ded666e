"""Consumables that an appliance needs regularly (S38): plan them, list due ones, record what was sent."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import in_words, item_list, say, say_count
from servicedesk.base.periods import Period
from servicedesk.base.table import Result, Table, columns, nothing_changed
from servicedesk.base.text import free_text
from servicedesk.desk.maintenance.birthdays import phones_of
from servicedesk.domain.agreements.consumables import MONTHS
from servicedesk.domain.wording import free_code
from servicedesk.records import appliances
from servicedesk.records.agreements.consumables import Sending, list_sendings, sending_table
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

DUE_COLUMNS = columns(
    "urgency:urgency+", "appliance_id:A=appliance", "item:words", "due_on:date=due", "number:count=no", "status:words",
    "customer:name", "phone:phone+", "address:brief??", "customer_id-", "consumable_id-", "category-", "brand-",
    "is_free-", "area-",
)  # fmt: skip


def add_consumable(
    desk: Desk, appliance_id: int, item: str, *, per_year: int, is_free: bool, from_on: str | None
) -> Result:
    """Plan to send an item `per_year` times a year from a day on (default: today); dates count from the base day."""
    code = free_code("_".join(item.split()), "consumable") or ""
    if not 1 <= per_year <= MONTHS:
        raise UsageError(say("{n} a year cannot be planned", n=per_year), hint=say("from 1 to {most}", most=MONTHS))
    with desk.db.atomic():
        machine = appliances.get_appliance_in_use(desk.db, appliance_id)
        first = from_on or desk.today
        base = min(machine["base_on"] or first, first)
        for known in list_sendings(desk.db, appliance_id=appliance_id):
            if known.row["item"] == code and not known.is_stopped:
                return _repeat(desk, known, (per_year, is_free, from_on or known.row["from_on"]))
        values = {"item": code, "per_year": per_year, "is_free": int(is_free), "base_on": base, "from_on": first}
        desk.db.insert("consumable", desk.stamp, appliance_id=appliance_id, **values)
        return _result(desk, appliance_id, code)


def _repeat(desk: Desk, known: Sending, wanted: tuple[int, bool, str]) -> Result:
    """Return a plan that already exists. RefusedError if it differs from the wanted one."""
    item, row = known.row["item"], known.row
    if wanted != (row["per_year"], bool(row["is_free"]), row["from_on"]):
        said = {"id": row["appliance_id"], "n": row["per_year"], "item": in_words(item), "on": row["from_on"]}
        raise RefusedError(
            say("A{id} has {n} {item} a year from {on} on already, paid by the outlet", **said)
            if row["is_free"]
            else say("A{id} has {n} {item} a year from {on} on already, paid by the customer", **said),
            hint=say("first: consumable stop A{id} --item {item}", id=row["appliance_id"], item=item),
        )
    return _result(desk, row["appliance_id"], item, [nothing_changed(f"A{row['appliance_id']}")], changed=False)


def _result(
    desk: Desk, appliance_id: int, item: str, notes: list[str] | None = None, *, changed: bool = True
) -> Result:
    """Return the current plan of that item."""
    found = [one for one in list_sendings(desk.db, appliance_id=appliance_id) if one.row["item"] == item]
    return Result(sending_table(found[-1:], on=desk.today, one=True), notes or [], changed)


def send_consumable(desk: Desk, appliance_id: int, *, item: str | None, on: str, every: bool = False) -> Result:
    """Record that the oldest item due by the end of the month of `on` was sent that day; `every`: all such items.

    The same again for the same day changes nothing. RefusedError if nothing is due yet.
    """
    if on > desk.today:
        raise RefusedError(say("{on} lies in the future", on=on), hint=say("record it when it was sent"))
    with desk.db.atomic():
        sending = _find_sending(desk.db, appliance_id, item)
        code, until = sending.row["item"], month_days(date.fromisoformat(on))[1]
        if sending.row["last_sent_on"] == on and not every:
            said = say("A{id}: {item} of {on} is recorded already, nothing to do; --all for more", id=appliance_id,
                       item=in_words(code), on=on)  # fmt: skip
            return _result(desk, appliance_id, code, [said], changed=False)
        due = sending.plan.unsent(until)
        if not due:
            return _nothing_due(desk, sending, on)
        for number in due if every else due[:1]:
            desk.db.insert("consumable_sent", desk.stamp, consumable_id=sending.row["id"], number=number, on_date=on)
        left = len(due) - (len(due) if every else 1)
        notes = (
            [say_count("{n} more is due: --all records it too", "{n} more are due: --all records them too", n=left)]
            if left
            else []
        )
        return _result(desk, appliance_id, code, notes)


def _nothing_due(desk: Desk, sending: Sending, on: str) -> Result:
    """Return that everything of that day is recorded. RefusedError if nothing was sent on it and nothing is due."""
    row = sending.row
    if row["last_sent_on"] == on:
        return _result(desk, row["appliance_id"], row["item"], [nothing_changed(f"A{row['appliance_id']}")],
                       changed=False)  # fmt: skip
    coming = sending.plan.next_number(date.fromisoformat(on))
    said = {"id": row["appliance_id"], "item": in_words(row["item"])}
    if coming is None:
        raise RefusedError(
            say("A{id} gets no {item} any more", **said), hint=say("'consumable add A{id}' begins again", **said)
        )
    raise RefusedError(
        say("no {item} is due for A{id}", **said),
        hint=say("the next one is due {on}", on=sending.plan.due_on(coming).isoformat()),
    )


def month_days(day: date) -> tuple[date, date]:
    """Return the first and the last day of the day's month."""
    following = day.replace(day=28) + timedelta(days=4)
    return day.replace(day=1), following - timedelta(days=following.day)


def _find_sending(db: Database, appliance_id: int, item: str | None) -> Sending:
    """Return the plan of the item, or the only plan of the appliance. NotFoundError; RefusedError if several fit."""
    appliances.get_appliance(db, appliance_id)
    found = list_sendings(db, appliance_id=appliance_id)
    code = free_code("_".join(item.split()), "consumable") if item is not None else None
    wanted = [one for one in found if code in {None, one.row["item"]}]
    standing = [one for one in wanted if not one.is_stopped]
    items = item_list([one.row["item"] for one in found])
    if not wanted:
        hint = say("it gets {items}", items=items) if found else say("first: consumable add A{id}", id=appliance_id)
        raise NotFoundError(say("A{id} gets no such consumable", id=appliance_id), hint=hint)
    if len(standing) > 1:
        raise RefusedError(
            say("A{id} gets several: {items}", id=appliance_id, items=items), hint=say("--item names one")
        )
    return standing[0] if standing else wanted[-1]


def stop_consumable(desk: Desk, appliance_id: int, *, item: str | None, on: str) -> Result:
    """Stop the plan: from that day on nothing falls due any more."""
    with desk.db.atomic():
        sending = _find_sending(desk.db, appliance_id, item)
        code, said = sending.row["item"], {"id": appliance_id, "on": sending.row["stopped_on"]}
        if sending.is_stopped:
            if sending.row["stopped_on"] == on:
                return _result(desk, appliance_id, code, [nothing_changed(f"A{appliance_id}")], changed=False)
            raise RefusedError(
                say("it is stopped since {on} already", **said), hint=say("first: consumable stop A{id} --undo", **said)
            )
        desk.db.insert("consumable_stop", desk.stamp, consumable_id=sending.row["id"], on_date=on)
        return _result(desk, appliance_id, code)


def resume_consumable(desk: Desk, appliance_id: int, *, item: str | None) -> Result:
    """Resume a stopped plan: items that fell due meanwhile are due."""
    with desk.db.atomic():
        sending = _find_sending(desk.db, appliance_id, item)
        if not sending.is_stopped:
            said = [nothing_changed(f"A{appliance_id}")]
            return _result(desk, appliance_id, sending.row["item"], said, changed=False)
        desk.db.void("consumable_stop", desk.stamp, sending.row["stop_id"], "resumed")
        return _result(desk, appliance_id, sending.row["item"])


SENT = """
SELECT id FROM consumable_sent WHERE consumable_id = :id AND number = :number AND voided_at IS NULL
"""


def void_consumable(desk: Desk, appliance_id: int, *, item: str | None, number: int | None, reason: str) -> Result:
    """Void a plan that was typed by mistake; with `number`, only the record that this item was sent."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        sending = _find_sending(desk.db, appliance_id, item)
        code = sending.row["item"]
        if number is None:
            table = sending_table([sending], on=desk.today, one=True)
            desk.db.void("consumable", desk.stamp, sending.row["id"], reason)
            return Result(table, [say("A{id}: {item} voided", id=appliance_id, item=in_words(code))])
        sent_id = desk.db.value(SENT, id=sending.row["id"], number=number)
        if sent_id is None:
            raise NotFoundError(say("no {n} of A{id} was not sent", n=number, id=appliance_id))
        desk.db.void("consumable_sent", desk.stamp, sent_id, reason)
        return _result(desk, appliance_id, code, [say("no {n} is to be sent again", n=number)])


def list_consumables(db: Database, *, appliance_id: int | None, on: str) -> Table:
    """Return all valid plans, or those of one appliance."""
    if appliance_id is not None:
        appliances.get_appliance(db, appliance_id)
    return sending_table(list_sendings(db, appliance_id=appliance_id), on=on)


def find_due(db: Database, *, first: date, until: date, on: str) -> list[dict[str, Any]]:
    """Return items that fall due from `first` to `until`, and items overdue on `on`, the oldest first.

    Appliances without an owner, or with a forgotten one, are left out: there is nobody to send to.
    """
    return sorted(_due(db, first, until, on), key=lambda row: (row["due_on"], row["appliance_id"], row["item"]))


def _due(db: Database, first: date, until: date, on: str) -> Iterator[dict[str, Any]]:
    for plan, row in list_sendings(db):
        if row["customer_id"] is None or row["forgotten_at"] is not None:
            continue
        for number in plan.unsent(until):
            due_on = plan.due_on(number).isoformat()
            if due_on >= first.isoformat() or due_on < on:
                status = "overdue" if due_on < on else "due"
                fields = {key: row[key] for key in ("appliance_id", "item", "category", "brand", "customer_id",
                                                    "customer", "address", "area")}  # fmt: skip
                yield fields | {
                    "consumable_id": row["id"], "number": number, "due_on": due_on, "status": status,
                    "urgency": "late" if status == "overdue" else None, "is_free": bool(row["is_free"]),
                }  # fmt: skip


def list_due(db: Database, period: Period, *, on: str) -> Result:
    """Return items due in the period and overdue ones as a table, with the customers' phones."""
    found = find_due(db, first=period.first, until=period.end - timedelta(days=1), on=on)
    phones = phones_of(db, found)
    rows = [row | {"phone": phones.get(row["customer_id"])} for row in found]
    heading = say("{month}: {n} to send", month=period.label, n=len(rows))
    return Result(
        Table(DUE_COLUMNS, [[row[column.key] for column in DUE_COLUMNS] for row in rows], heading=heading,
              empty=say("nothing is due in {month}", month=period.label)),
        changed=False,
    )  # fmt: skip

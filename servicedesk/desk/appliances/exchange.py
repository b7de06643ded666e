"""Exchange an appliance for another one, whose guarantee begins that day (W11); void an exchange."""

from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result
from servicedesk.base.text import free_text
from servicedesk.desk.appliances.lifecycle import check_retired_so, take_back_retirement, write_retirement
from servicedesk.desk.appliances.register import NewAppliance, correct_appliance, write_appliance
from servicedesk.records import appliances
from servicedesk.records.guarantee import exchanges
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

EXCHANGED = "exchanged"  # the reason for which the old one is retired


def exchange_appliance(desk: Desk, appliance_id: int, *, successor_id: int | None, on: str | None) -> Result:
    """Record an exchange, and retire the old appliance.

    `successor_id`: None registers a new one of the same kind, brand and model. `on`: by default the day on which the
    old one was retired as exchanged, else today.
    """
    with desk.db.atomic():
        old = appliances.get_appliance(desk.db, appliance_id)
        on = on or (old["retired_on"] if old["retire_reason"] == EXCHANGED else None) or desk.today
        known = exchanges.find_exchange(desk.db, appliance_id)
        if known is not None:
            return _repeat(known, successor_id, on)
        notes = write_exchange(desk, old, successor_id=successor_id, on=on)
        row = exchanges.find_exchange(desk.db, appliance_id)
        assert row is not None, "it was just written"
        return Result(exchanges.exchange_table(row), notes)


def write_exchange(desk: Desk, old: Row, *, successor_id: int | None, on: str) -> list[str]:
    """Exchange the appliance of `old`, which was not exchanged yet, inside a transaction. Return the notes."""
    if old["customer_id"] is None:
        raise RefusedError(
            say("A{id} has no owner", id=old["id"]), hint=say("first: appliance transfer A{id} --to C12", id=old["id"])
        )
    if successor_id == old["id"]:
        itself = say("A{id} cannot be exchanged for itself", id=old["id"])
        raise RefusedError(itself, hint=say("--for new registers one"))
    notes: list[str] = []
    if old["retired_on"] is None:
        notes += write_retirement(desk, old, on=on, reason=EXCHANGED)
    else:
        check_retired_so(old, on, EXCHANGED)
    if successor_id is None:
        kind = NewAppliance(
            old["category"], old["brand"], old["model"], bought=(on, "day"),
            sale={"delivered_on": on} | {key: old[key] for key in ("invoice_no", "price_fen", "use", "remote_sale")},
        )  # fmt: skip
        successor_id, said = write_appliance(desk, old["customer_id"], kind)
        notes += said
    else:
        notes += _check_successor(desk.db, old, successor_id)
    desk.db.insert("exchange", desk.stamp, appliance_id=old["id"], successor_id=successor_id, on_date=on)
    notes += _date_delivery(desk, successor_id, on=on)
    said_of_it = {"id": successor_id, "old": old["id"], "on": on}
    return [*notes, say("A{id} came in the place of A{old}: its guarantee begins {on} (W11)", **said_of_it)]


def _date_delivery(desk: Desk, successor_id: int, *, on: str) -> list[str]:
    """Set the delivery day of the successor, inside a transaction, unless one is known or other dates contradict it."""
    new = appliances.get_appliance(desk.db, successor_id)
    bought = new["bought_on"] if new["bought_precision"] == "day" else None
    installed = new["installed_on"] if new["installed_precision"] == "day" else None
    if new["delivered_on"] or on < (bought or on) or on > (installed or on):
        return []
    return correct_appliance(desk, new, {"delivered_on": on}) or []


def _repeat(known: Row, successor_id: int | None, on: str) -> Result:
    """Return an exchange that is recorded already. RefusedError if it was another one."""
    said = {"id": known["appliance_id"], "other": known["successor_id"], "on": known["on_date"]}
    if successor_id in {None, known["successor_id"]} and on == known["on_date"]:
        again = say("A{id} is exchanged for A{other} already, nothing to do", **said)
        return Result(exchanges.exchange_table(known), [again], changed=False)
    raise RefusedError(
        say("A{id} was exchanged for A{other} on {on}", **said),
        hint=say("first: appliance exchange A{id} --void REASON", **said),
    )


def _check_successor(db: Database, old: Row, successor_id: int) -> list[str]:
    """Return a warning if the kinds differ. RefusedError if that appliance cannot be the successor."""
    new = appliances.get_appliance_in_use(db, successor_id)
    said = {"id": successor_id, "old": old["id"]}
    if new["customer_id"] != old["customer_id"]:
        raise RefusedError(
            say("A{id} belongs to somebody else than A{old}", **said),
            hint=say("'appliance transfer A{id} --to C{owner}' if it came to them", **said, owner=old["customer_id"]),
        )
    came = exchanges.find_beginning(db, successor_id)
    if came is not None:
        raise RefusedError(
            say("A{id} came in the place of A{other} already", id=successor_id, other=came["appliance_id"]),
            hint=say("first: appliance exchange A{id} --void REASON", id=came["appliance_id"]),
        )
    if new["category"] == old["category"]:
        return []
    return [say("warning: A{id} is of another kind than A{old}: is that right?", **said)]


def void_exchange(desk: Desk, appliance_id: int, *, reason: str) -> Result:
    """Take the exchange back: the old appliance is in use again, the other one stays in the file."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        appliances.get_appliance(desk.db, appliance_id)
        known = exchanges.find_exchange(desk.db, appliance_id)
        if known is None:
            way = say("'appliance show A{id}' shows what happened to it", id=appliance_id)
            raise NotFoundError(say("A{id} was not exchanged", id=appliance_id), hint=way)
        desk.db.void("exchange", desk.stamp, known["id"], reason)
        take_back_retirement(desk, appliance_id)
        note = say(
            "A{id} is in use again; A{other} stays, 'appliance retire A{other}' if it never came",
            id=appliance_id,
            other=known["successor_id"],
        )
        return Result(appliances.appliance_table(desk.db, appliance_id), [note])

"""Void a movement of parts that was typed by mistake; it stays readable, and the parts count where they were before."""

from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, moment
from servicedesk.base.text import free_text
from servicedesk.desk.parts.show import Fact, list_facts
from servicedesk.domain import part_rules
from servicedesk.records.parts.register import get_part, get_stock, part_table
from servicedesk.storage.database import Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.undone import void_label


def void_movement(desk: Desk, code: str, number: int, *, reason: str) -> Result:
    """Void the movement with that number in 'part show'. RefusedError if later movements depend on it."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        part = get_part(desk.db, code)
        facts = list_facts(desk.db, part["id"])
        fact = next((one for one in facts if one.number == number), None)
        if fact is None:
            raise NotFoundError(
                say("{code} has no movement {number}", code=part["code"], number=number),
                hint=say("'part show {code}' numbers them", code=part["code"]),
            )
        if fact.voided_at is not None:
            return _answer_repeat(desk, part, fact, reason)
        _check_not_needed(desk, part, fact, facts)
        desk.db.void(fact.table, desk.stamp, fact.id, reason)
        note = say("{code}: no {number} voided", code=part["code"], number=number)
        return Result(part_table(desk.db, part["id"]), [note])


def _answer_repeat(desk: Desk, part: Row, fact: Fact, reason: str) -> Result:
    if fact.void_reason != reason:
        said = {"number": fact.number, "at": moment(str(fact.voided_at)), "reason": void_label(fact.void_reason)}
        raise RefusedError(say("no {number} was voided {at} ({reason})", **said))
    note = say("{code}: already recorded, nothing changed", code=part["code"])
    return Result(part_table(desk.db, part["id"]), [note], changed=False)


def _check_not_needed(desk: Desk, part: Row, fact: Fact, facts: list[Fact]) -> None:
    """Raise RefusedError if parts that came were issued since, or issued parts were used or given back."""
    if fact.table == "part_issue":
        later = [one for one in facts if one.part_issue_id == fact.id and one.voided_at is None]
        if later:
            raise RefusedError(
                say("no {later} uses or gives back what no {number} issued", later=later[0].number, number=fact.number),
                hint=say("'part void {code} --movement {later}' first", code=part["code"], later=later[0].number),
            )
    elif fact.kind in {"received", "returned", "stocktake"}:
        stock = get_stock(desk.db, part["id"])
        part_rules.check_left(part["code"], fact.quantity, stock=stock, number=fact.number)

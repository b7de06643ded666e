"""Movements of spare parts: receive, issue, use, return, transfer, write off, count, order (S26, S27).

Each function checks the rules inside its transaction: if two people take the last part, one is refused. Mistakes are
voided in void.py. A technician who holds overdue parts gets no more parts unless forced (part_rules.check_gate).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import item_list, say
from servicedesk.base.table import Result
from servicedesk.base.text import free_text
from servicedesk.desk.parts import doubts
from servicedesk.desk.tickets.move import move_ticket
from servicedesk.domain import part_rules, ticket_rules
from servicedesk.domain.birthday_rules import later
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import technicians, tickets
from servicedesk.records.parts import holding, waiting
from servicedesk.records.parts.holding import Holding
from servicedesk.records.parts.register import get_part, get_stock, part_table
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def receive_part(desk: Desk, code: str, quantity: int, *, at: datetime | None, resume: bool = False) -> Result:
    """Record parts that have come; notes name the tickets that wait. `resume`: end the wait of those that get one."""
    part_rules.check_quantity(quantity)
    with desk.db.atomic():
        part = get_part(desk.db, code)
        if _is_recorded(desk, "movement", at, part_id=part["id"], kind="received", quantity=quantity):
            return _result(desk, part, changed=False)
        fact = _fact(desk, "received", at)
        desk.db.insert("part_movement", desk.stamp, part_id=part["id"], kind="received", quantity=quantity, at=fact.at)
        gone_on = _resume_tickets(desk, part, fact) if resume else []
        notes = [say("T{id} goes on", id=ticket_id) for ticket_id in gone_on]
        return _result(desk, part, notes + _waiting_notes(desk.db, part, gone_on))


def _resume_tickets(desk: Desk, part: Row, fact: Event) -> list[int]:
    """Resume the tickets that wait for the part and get it, inside a transaction. Return their ids."""
    gone_on = []
    for want in waiting.find_arrived(desk.db, part_id=part["id"]):
        if want.waits:
            ticket = tickets.load_ticket(desk.db, want.ticket_id)
            waits = ticket.last("waiting")
            assert waits is not None
            # If the part came before the ticket waited for it, the ticket goes on now.
            came = fact if fact.at_unix >= waits.at_unix else _fact(desk, "received", None)
            move_ticket(desk, ticket, Event("resumed", came.at, came.at_unix), same_at=True)
            gone_on.append(ticket.id)
    return gone_on


def _waiting_notes(db: Database, part: Row, gone_on: Sequence[int] = ()) -> list[str]:
    """Return which tickets wait for the part, in the order in which they get it, and for which of them it suffices."""
    left = [want for want in waiting.find_wanted(db, part_id=part["id"]) if want.ticket_id not in gone_on]
    arrived = {want.ticket_id for want in waiting.find_arrived(db, part_id=part["id"])}
    refs = [f"T{want.ticket_id}" for want in left]
    served = [f"T{want.ticket_id}" for want in left if want.ticket_id in arrived]
    notes = [_waiting_note(refs)] if refs else []
    if served and len(served) < len(refs):
        notes.append(say("the stock suffices for {refs}", refs=item_list(served)))
    return notes


def _waiting_note(refs: Sequence[str]) -> str:
    if len(refs) == 1:
        return say("{ref} waits for it", ref=refs[0])
    return say("{refs} wait for it", refs=item_list(refs))


def issue_part(
    desk: Desk,
    code: str,
    quantity: int,
    *,
    to: str,
    ticket_id: int | None,
    due_on: str | None,
    at: datetime | None,
    force: str | None = None,
) -> Result:
    """Hand parts out of the stock to a technician, for a ticket or for the van.

    RefusedError while the technician holds overdue parts, unless `force` gives a reason, which is recorded (I20).
    """
    part_rules.check_quantity(quantity)
    with desk.db.atomic():
        part, taker = get_part(desk.db, code), technicians.get_technician(desk.db, to)
        fact = _fact(desk, "issued", at)
        row = {
            "part_id": part["id"], "technician_id": taker["id"], "ticket_id": ticket_id, "quantity": quantity,
            "due_on": due_on or later(fact.at[:10], part_rules.DUE_DAYS),
        }  # fmt: skip
        ticket = tickets.load_ticket(desk.db, ticket_id) if ticket_id is not None else None
        if ticket is not None:
            ticket_rules.check_open(ticket)
        if _is_recorded(desk, "issue", at, **row):
            return _result(desk, part, changed=False)
        part_rules.check_present(taker["name"], taker["left_on"], on=fact.at[:10])
        part_rules.check_due(row["due_on"], issued_on=fact.at[:10])
        forced = _pass_gate(desk, taker, force)
        _check_stock(desk.db, part, quantity)
        served = doubts.list_served(desk.db, part)
        desk.db.insert("part_issue", desk.stamp, **row, forced=forced, at=fact.at)
        notes = [say("{name} holds it; due back {due_on}", name=taker["name"], due_on=row["due_on"])]
        if force is not None and forced is None:
            notes.append(say("{name} holds nothing overdue: --force was not needed", name=taker["name"]))
        notes += doubts.ticket_notes(desk.db, part, ticket, taker) if ticket is not None else []
        notes += doubts.shortage_notes(desk.db, part, served)
        return _result(desk, part, notes, technician=taker["name"], quantity=quantity, due_on=row["due_on"])


def _pass_gate(desk: Desk, taker: Row, force: str | None) -> str | None:
    """Return the reason why overdue parts were overruled; None without any. RefusedError for overdue parts alone."""
    reason = free_text(force, say("the reason")) if force is not None else None
    held = holding.find_held(desk.db, technician_id=taker["id"])
    late = [part_rules.Late(one.code, one.quantity, one.due_on) for one in held if one.is_overdue(desk.today)]
    if reason is None:
        part_rules.check_gate(taker["name"], late)
    return reason if late else None


def use_part(desk: Desk, ticket_id: int, code: str, quantity: int, *, by: str | None, at: datetime | None) -> Result:
    """Record parts that were used on a ticket.

    They come from those that `by` holds; without `by`, from those issued for the ticket, then its technician's, then
    stock.
    """
    part_rules.check_quantity(quantity)
    with desk.db.atomic():
        part, ticket = get_part(desk.db, code), tickets.load_ticket(desk.db, ticket_id)
        fact = _fact(desk, "used", at)
        ticket_rules.check_after_report(ticket, fact)
        ticket_rules.check_not_cancelled(ticket)
        taker = technicians.get_technician(desk.db, by) if by is not None else None
        row = {"part_id": part["id"], "kind": "used", "ticket_id": ticket_id}
        if _is_recorded(desk, "movement", at, **row, quantity=quantity):
            return _result(desk, part, changed=False)
        usable = _usable(desk.db, part, ticket, taker)
        taken = _quantity_by_issue(usable, quantity)
        rest = quantity - sum(taken.values())
        if taker is not None:
            part_rules.check_held(part["code"], quantity, name=taker["name"], held=quantity - rest)
        if rest:
            _check_stock(desk.db, part, rest)
        served = doubts.list_served(desk.db, part)
        for issue_id, many in taken.items():
            desk.db.insert("part_movement", desk.stamp, **row, quantity=many, part_issue_id=issue_id, at=fact.at)
        if rest:
            desk.db.insert("part_movement", desk.stamp, **row, quantity=rest, at=fact.at)
        notes = _sources(usable, taken, rest) + doubts.ticket_notes(desk.db, part, ticket, taker)
        return _result(desk, part, notes + doubts.shortage_notes(desk.db, part, served))


def _usable(db: Database, part: Row, ticket: Ticket, taker: Row | None) -> list[Holding]:
    """Return the holdings that parts for that ticket may come from, in the order in which they are taken."""
    held = holding.find_held(db, part_id=part["id"])
    done = ticket.last("completed")
    workers = {ticket.technician_id, done.technician_id if done else None}
    if taker is not None:
        mine = [one for one in held if one.technician_id == taker["id"]]
    else:
        mine = [one for one in held if one.ticket_id == ticket.id or one.technician_id in workers]
    return sorted(mine, key=lambda one: (one.ticket_id != ticket.id, one.ticket_id is not None))


def _quantity_by_issue(held: Sequence[Holding], quantity: int) -> dict[int, int]:
    """Return the number to take from each issue, by its id; less in all than `quantity` if they do not suffice."""
    taken = {}
    for one in held:
        if quantity and one.quantity:
            taken[one.issue_id] = min(quantity, one.quantity)
            quantity -= taken[one.issue_id]
    return taken


def _sources(held: Sequence[Holding], taken: dict[int, int], rest: int) -> list[str]:
    """Return where the used parts came from."""
    of: dict[str, int] = {}
    for one in held:
        if one.issue_id in taken:
            of[one.technician] = of.get(one.technician, 0) + taken[one.issue_id]
    notes = [say("{n} of those that {name} holds", n=many, name=name) for name, many in of.items()]
    return [*notes, say("{n} out of the stock", n=rest)] if rest else notes


def return_part(desk: Desk, code: str, quantity: int | None, *, giver: str, at: datetime | None) -> Result:
    """Take parts back into the stock, those due earliest first. `quantity` may be None if the technician holds one."""
    if quantity is not None:
        part_rules.check_quantity(quantity)
    with desk.db.atomic():
        part, who = get_part(desk.db, code), technicians.get_technician(desk.db, giver)
        fact = _fact(desk, "returned", at)
        held = holding.find_held(desk.db, part_id=part["id"], technician_id=who["id"])
        many = sum(one.quantity for one in held)
        if quantity is not None and _is_moved(desk, part, "returned", who, quantity, at):
            return _result(desk, part, changed=False)
        quantity = part_rules.check_number(part["code"], quantity, name=who["name"], held=many)
        for issue_id, back in _quantity_by_issue(held, quantity).items():
            row = {"part_id": part["id"], "kind": "returned", "part_issue_id": issue_id}
            desk.db.insert("part_movement", desk.stamp, **row, quantity=back, at=fact.at)
        return _result(desk, part, _waiting_notes(desk.db, part))


def transfer_part(
    desk: Desk,
    code: str,
    quantity: int | None,
    *,
    giver: str,
    to: str,
    due_on: str | None,
    at: datetime | None,
    force: str | None = None,
) -> Result:
    """Hand parts of one technician to another, those due earliest first: a return and an issue in one transaction.

    A part for a ticket stays for that ticket while it is open. RefusedError as in issue_part.
    """
    if quantity is not None:
        part_rules.check_quantity(quantity)
    with desk.db.atomic():
        part, who = get_part(desk.db, code), technicians.get_technician(desk.db, giver)
        taker, fact = technicians.get_technician(desk.db, to), _fact(desk, "issued", at)
        if who["id"] == taker["id"]:
            raise UsageError(say("{name} gives it to nobody else", name=who["name"]),
                             hint=say("--from and --to name two technicians"))  # fmt: skip
        if quantity is not None and _is_moved(desk, part, "returned", who, quantity, at):
            return _result(desk, part, changed=False)
        held = holding.find_held(desk.db, part_id=part["id"], technician_id=who["id"])
        many = sum(one.quantity for one in held)
        quantity = part_rules.check_number(part["code"], quantity, name=who["name"], held=many)
        part_rules.check_present(taker["name"], taker["left_on"], on=fact.at[:10])
        until = due_on or later(fact.at[:10], part_rules.DUE_DAYS)
        part_rules.check_due(until, issued_on=fact.at[:10])
        forced = _pass_gate(desk, taker, force)
        taken = _quantity_by_issue(held, quantity)
        notes = [say("{name} holds it; due back {due_on}", name=taker["name"], due_on=until)]
        for one in held:
            if one.issue_id in taken:
                issued = {
                    "technician_id": taker["id"],
                    "quantity": taken[one.issue_id],
                    "due_on": until,
                    "forced": forced,
                }
                notes += _hand_on(desk, part, one, taker, at=fact.at, **issued)
        return _result(desk, part, notes, technician=taker["name"], quantity=quantity, due_on=until)


def _hand_on(desk: Desk, part: Row, one: Holding, taker: Row, *, at: str, quantity: int, **issued: Any) -> list[str]:
    """Move parts of a holding to that technician, inside a transaction. Return the doubts about their ticket."""
    ticket = tickets.load_ticket(desk.db, one.ticket_id) if one.ticket_id is not None else None
    if ticket is not None and (ticket.last("completed") or ticket.last("cancelled")):
        ticket = None
    row = {"part_id": part["id"], "quantity": quantity, "at": at}
    desk.db.insert("part_movement", desk.stamp, kind="returned", part_issue_id=one.issue_id, **row)
    desk.db.insert("part_issue", desk.stamp, ticket_id=ticket.id if ticket else None, **row, **issued)
    return doubts.ticket_notes(desk.db, part, ticket, taker) if ticket else []


_OF_HOLDER = """
SELECT sum(m.quantity) FROM part_movement m LEFT JOIN part_issue i ON i.id = m.part_issue_id
 WHERE m.part_id = :part_id AND m.kind = :kind AND i.technician_id IS :technician_id AND m.at_unix = :at_unix
   AND m.voided_at IS NULL
"""


def _is_moved(desk: Desk, part: Row, kind: str, who: Row | None, quantity: int, at: datetime | None) -> bool:
    """Return whether the same movement, of the technician or of the stock, is recorded at that instant."""
    if at is None:
        return False
    holder = who["id"] if who is not None else None
    known = desk.db.value(_OF_HOLDER, part_id=part["id"], kind=kind, technician_id=holder, at_unix=dates.unix(at))
    return bool(known == quantity)


def write_off_part(
    desk: Desk, code: str, quantity: int, *, reason: str, holder: str | None, at: datetime | None
) -> Result:
    """Record parts that were lost or broke: of those that `holder` has, otherwise of the stock."""
    part_rules.check_quantity(quantity)
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        part = get_part(desk.db, code)
        who = technicians.get_technician(desk.db, holder) if holder is not None else None
        fact = _fact(desk, "written_off", at)
        row = {"part_id": part["id"], "kind": "written_off"}
        if _is_moved(desk, part, "written_off", who, quantity, at):
            return _result(desk, part, changed=False)
        if who is None:
            _check_stock(desk.db, part, quantity)
            served = doubts.list_served(desk.db, part)
            desk.db.insert("part_movement", desk.stamp, **row, quantity=quantity, reason=reason, at=fact.at)
            return _result(desk, part, doubts.shortage_notes(desk.db, part, served))
        held = holding.find_held(desk.db, part_id=part["id"], technician_id=who["id"])
        part_rules.check_held(part["code"], quantity, name=who["name"], held=sum(one.quantity for one in held))
        for issue_id, many in _quantity_by_issue(held, quantity).items():
            lost = {"quantity": many, "part_issue_id": issue_id, "reason": reason}
            desk.db.insert("part_movement", desk.stamp, **row, **lost, at=fact.at)
        return _result(desk, part)


def count_part(desk: Desk, code: str, counted: int, *, reason: str | None, at: datetime | None) -> Result:
    """Record how many parts lay on the shelf, as a movement of the difference from the record of that instant."""
    reason = free_text(reason, say("the reason")) if reason is not None else None
    with desk.db.atomic():
        part, fact = get_part(desk.db, code), _fact(desk, "stocktake", at)
        known = get_stock(desk.db, part["id"], until=fact.at_unix)
        stock, difference = get_stock(desk.db, part["id"]), counted - known
        part_rules.check_counted(part["code"], counted, difference=difference, stock=stock)
        if difference == 0:
            note = say("{code}: {n} counted, as on record", code=part["code"], n=counted)
            return _result(desk, part, [note])._replace(changed=False)
        served = doubts.list_served(desk.db, part)
        row = {"part_id": part["id"], "kind": "stocktake", "quantity": difference, "reason": reason}
        desk.db.insert("part_movement", desk.stamp, **row, at=fact.at)
        note = say("{code}: {n} counted, {known} on record", code=part["code"], n=counted, known=known)
        waits = _waiting_notes(desk.db, part) if difference > 0 else doubts.shortage_notes(desk.db, part, served)
        return _result(desk, part, [note, *waits])


def order_part(desk: Desk, code: str, quantity: int, *, ticket_id: int, at: datetime | None) -> Result:
    """Record an order of parts for an open ticket. The same order again changes nothing until the parts have come."""
    part_rules.check_quantity(quantity)
    with desk.db.atomic():
        part, ticket = get_part(desk.db, code), tickets.load_ticket(desk.db, ticket_id)
        fact = _fact(desk, "ordered", at)
        ticket_rules.check_after_report(ticket, fact)
        ticket_rules.check_open(ticket)
        wanted = waiting.find_wanted(desk.db, part_id=part["id"], ticket_id=ticket_id)
        if any(want.ordered == quantity for want in wanted):
            return _result(desk, part, changed=False)
        values = {"part_id": part["id"], "ticket_id": ticket_id, "quantity": quantity}
        desk.db.insert("part_order", desk.stamp, **values, at=fact.at)
        stock = get_stock(desk.db, part["id"])
        notes = [say("{n} are in stock", n=stock)] if stock else []
        return _result(desk, part, notes)


_SAME = {
    "movement": """
SELECT sum(quantity) = :quantity FROM part_movement
 WHERE part_id = :part_id AND kind = :kind AND ticket_id IS :ticket_id AND at_unix = :at_unix AND voided_at IS NULL
""",
    "issue": """
SELECT EXISTS (SELECT 1 FROM part_issue
                WHERE part_id = :part_id AND technician_id = :technician_id AND ticket_id IS :ticket_id
                  AND quantity = :quantity AND due_on = :due_on AND at_unix = :at_unix AND voided_at IS NULL)
""",
}


def _is_recorded(desk: Desk, fact: str, at: datetime | None, **values: Any) -> bool:
    """Return whether the same fact is recorded at that instant; False if no instant was given."""
    if at is None:
        return False
    return bool(desk.db.value(_SAME[fact], **{"ticket_id": None} | values, at_unix=dates.unix(at)))


def _fact(desk: Desk, kind: str, at: datetime | None) -> Event:
    """Return the event of that kind, at that instant or now. RefusedError if the instant is still to come."""
    when = at or desk.now
    fact = Event(kind, dates.stamp(when), dates.unix(when))
    ticket_rules.check_not_in_future(fact.at, fact.at_unix, now_unix=dates.unix(desk.now))
    return fact


def _check_stock(db: Database, part: Row, quantity: int) -> None:
    held = dict.fromkeys(one.technician for one in holding.find_held(db, part_id=part["id"]))
    part_rules.check_stock(part["code"], quantity, stock=get_stock(db, part["id"]), held=list(held))


def _result(desk: Desk, part: Row, notes: Sequence[str] = (), *, changed: bool = True, **more: Any) -> Result:
    """Return the current state of the part, with the notes."""
    said = [*notes] if changed else [say("{code}: already recorded, nothing changed", code=part["code"])]
    return Result(part_table(desk.db, part["id"], **more), said, changed)

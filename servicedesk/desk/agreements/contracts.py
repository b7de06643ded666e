"""Contracts with customers: add, end, void and show them, list what falls due (S30)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, item_list, joined, say, say_count
from servicedesk.base.table import Result, Table, columns, moment, nothing_changed, record
from servicedesk.base.text import free_text
from servicedesk.domain.agreements.contracts import ContractKind, response_verdict
from servicedesk.domain.ticket import Ticket
from servicedesk.records import appliances, customers
from servicedesk.records.agreements.contracts import (
    Contract,
    get_contract,
    list_contracts,
    list_covering,
    list_naming,
    response_limit,
)
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

_SOON_HOURS = 24  # a response that falls due within these hours is named by 'contract due'

_KEYS = ("visits", "used", "planned", "left", "respond_minutes", "warn_days", "scope")
COLUMNS = columns(
    "id:G=contract", "kind:words", "whose+=customer", "status:words", "customer_id-", "customer-",
    "from_on-", "to_on-", "holds+=valid", "visits_told+=visits", "response+=response", *(f"{key}-" for key in _KEYS),
    "scope_told+=scope", "covers+", "appliances:nested", "renewed_by:G=renewed by", "ended_on-", "end_reason-",
    "voided_at-", "void_reason-",
)  # fmt: skip
_LIST_COLUMNS = columns(
    "id:G=contract", "kind:words", "customer_id-", "customer:name", "status:words", "from_on:date=from",
    "to_on:date=to", "visits_told+=visits", "visits-", "used-", "planned-", "left-", "scope:brief??",
)  # fmt: skip
_TICKETS = columns(
    "ticket_id:T=ticket", "type:words", "status:words", "reported_at:instant=reported", "arrived_at:instant=arrived",
    "response:words", "appliance_id:A??=appliance",
)  # fmt: skip
_DUE = columns(
    "urgency:urgency+", "contract_id:G=contract", "reason:words", "due+", "due_on-", "due_at-", "what+=what",
    "customer:name", "customer_id-", "ticket_id-", "number-",
)  # fmt: skip


class NewContract(NamedTuple):
    """A contract to add: dates are ISO text, first and last day are included."""

    customer_id: int
    kind: ContractKind
    from_on: str
    to_on: str
    appliances: Sequence[int] = ()
    visits: int | None = None
    respond_minutes: int | None = None
    warn_days: int = 30
    scope: str | None = None


def add_contract(desk: Desk, wanted: NewContract) -> Result:
    """Record the contract. The same one again changes nothing."""
    if wanted.to_on < wanted.from_on:
        raise UsageError(say("the contract ends {to}, before it begins {first}", to=wanted.to_on, first=wanted.from_on))
    if wanted.kind == ContractKind.EXTENSION and not wanted.appliances:
        raise UsageError(
            say("an extension of a guarantee names its appliances"), hint=say("--appliance A34, once for each")
        )
    scope = free_text(wanted.scope, say("the scope")) if wanted.scope is not None else None
    with desk.db.atomic():
        person = customers.get_standing_customer(desk.db, wanted.customer_id)
        machines = [_check_machine(desk.db, person["id"], one) for one in dict.fromkeys(wanted.appliances)]
        for known in list_contracts(desk.db, customer_id=person["id"]):
            if _is_same(known, wanted, machines, scope):
                return Result(contract_table(known, desk.now), [nothing_changed(f"G{known.id}")], changed=False)
        contract_id = desk.db.insert(
            "contract",
            desk.stamp,
            customer_id=person["id"],
            kind=wanted.kind.value,
            from_on=wanted.from_on,
            to_on=wanted.to_on,
            visits=wanted.visits,
            respond_minutes=wanted.respond_minutes,
            warn_days=wanted.warn_days,
            scope=scope,
        )
        for machine in machines:
            desk.db.insert("contract_appliance", desk.stamp, contract_id=contract_id, appliance_id=machine)
        return Result(contract_table(get_contract(desk.db, contract_id), desk.now))


def _check_machine(db: Database, customer_id: int, appliance_id: int) -> int:
    """Return the appliance's id. RefusedError if it is out of use, or somebody else's."""
    machine = appliances.get_appliance_in_use(db, appliance_id)
    if machine["customer_id"] != customer_id:
        raise RefusedError(
            say("A{id} does not belong to C{customer}", id=appliance_id, customer=customer_id),
            hint=say("'appliance transfer A{id} --to C{customer}' if it came to them", id=appliance_id,
                     customer=customer_id),
        )  # fmt: skip
    return appliance_id


def _is_same(known: Contract, wanted: NewContract, machines: list[int], scope: str | None) -> bool:
    said = (wanted.kind, wanted.from_on, wanted.to_on, wanted.visits, wanted.respond_minutes, wanted.warn_days, scope)
    keys = ("kind", "from_on", "to_on", "visits", "respond_minutes", "warn_days", "scope")
    return tuple(known.row[key] for key in keys) == said and sorted(known.appliances) == sorted(machines)


def end_contract(desk: Desk, contract_id: int, *, on: str, reason: str | None) -> Result:
    """Record that the contract ends earlier than agreed; `on` is the last day on which it holds."""
    why = free_text(reason, say("the reason")) if reason is not None else None
    with desk.db.atomic():
        known = get_contract(desk.db, contract_id)
        row, said = known.row, {"id": known.id, "on": on, "to": known.row["to_on"], "first": known.row["from_on"]}
        check_not_voided(known)
        if row["ended_on"] is not None:
            if (on, why) in {(row["ended_on"], row["end_reason"]), (row["ended_on"], None)}:
                return Result(contract_table(known, desk.now), [nothing_changed(f"G{known.id}")], changed=False)
            raise RefusedError(
                say("G{id} ended {ended} already", id=known.id, ended=row["ended_on"]),
                hint=say("first: contract end G{id} --undo", id=known.id),
            )
        if not row["from_on"] <= on < row["to_on"]:
            raise RefusedError(
                say("G{id} holds from {first} to {to}: it cannot end {on}", **said),
                hint=say("'contract void G{id}' if there never was one", **said),
            )
        _check_not_named(known.id, [row for row in list_naming(desk.db, known.id) if row["reported_at"][:10] > on])
        desk.db.insert("contract_end", desk.stamp, contract_id=known.id, on_date=on, reason=why)
        return Result(contract_table(get_contract(desk.db, known.id), desk.now))


def resume_contract(desk: Desk, contract_id: int) -> Result:
    """Take back an early end: the contract holds until the agreed day again."""
    with desk.db.atomic():
        known = get_contract(desk.db, contract_id)
        if known.row["ended_on"] is None:
            return Result(contract_table(known, desk.now), [nothing_changed(f"G{known.id}")], changed=False)
        desk.db.void("contract_end", desk.stamp, known.row["end_id"], "resumed")
        return Result(contract_table(get_contract(desk.db, known.id), desk.now))


def void_contract(desk: Desk, contract_id: int, *, reason: str) -> Result:
    """Take back a contract that was typed by mistake. RefusedError while tickets name it."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        known = get_contract(desk.db, contract_id)
        if known.row["voided_at"] is not None:
            return Result(contract_table(known, desk.now), [nothing_changed(f"G{known.id}")], changed=False)
        _check_not_named(known.id, list_naming(desk.db, known.id))
        desk.db.void("contract", desk.stamp, known.id, reason)
        return Result(contract_table(get_contract(desk.db, known.id), desk.now), [say("G{id} voided", id=known.id)])


def _check_not_named(contract_id: int, rows: list[dict[str, Any]]) -> None:
    """Raise RefusedError if tickets count as visits that the contract would no longer cover."""
    if rows:
        naming = [f"T{row['ticket_id']}" for row in rows]
        raise RefusedError(
            say("{tickets} name G{id}", tickets=item_list(naming), id=contract_id),
            hint=say("first: ticket edit {ticket} --contract none", ticket=naming[0]),
        )


def check_not_voided(known: Contract) -> None:
    """Raise RefusedError if the contract was voided."""
    if known.row["voided_at"] is not None:
        raise RefusedError(
            say("G{id} is voided: {reason}", id=known.id, reason=known.row["void_reason"]),
            hint=say("'contract list' shows those that stand"),
        )


def check_naming(db: Database, contract_id: int, ticket: Ticket) -> int:
    """Return the id of a contract that the ticket may name.

    RefusedError if it is another customer's, did not hold on the day of the report, or does not cover the appliance.
    """
    known = get_contract(db, contract_id)
    check_not_voided(known)
    on = date.fromisoformat(ticket.report.at[:10])
    said = {"id": known.id, "ticket": ticket.id, "customer": known.row["customer_id"]}
    if ticket.customer_id != known.row["customer_id"]:
        raise RefusedError(
            say("G{id} is a contract with C{customer}, who is not the customer of T{ticket}", **said),
            hint=say("'contract list' shows whose they are"),
        )
    if not known.terms.holds_on(on):
        days = {"first": known.terms.first, "last": known.terms.last, "on": on}
        raise RefusedError(
            say("G{id} holds from {first} to {last}, not on {on}, the day of the report", **said, **days),
            hint=say("'contract add C{customer}' agrees on another one", **said),
        )
    if known.appliances and ticket.appliance_id not in known.appliances:
        covered = item_list(f"A{one}" for one in known.appliances)
        raise RefusedError(
            say("G{id} covers {appliances} only", id=known.id, appliances=covered),
            hint=say("a ticket about another appliance names none of it: --contract none"),
        )
    return known.id


def naming_notes(db: Database, contract_id: int, ticket: Ticket) -> list[str]:
    """Return notes on a contract that the ticket has just named: the agreed response time and the visits left."""
    known, notes = get_contract(db, contract_id), []
    if minutes := known.row["respond_minutes"]:
        by = moment(response_limit(db, ticket.report.at, minutes))
        notes.append(say("by G{id} somebody is to be there by {at}", id=known.id, at=by))
    if known.terms.visits is None or known.visits_left:
        return notes
    taken = known.row["used"] + known.row["planned"]
    if taken <= known.terms.visits:
        return [*notes, say("it is the last visit of G{id}", id=known.id)]
    said = {"id": known.id, "n": known.terms.visits, "taken": taken}
    return [*notes, say("warning: visits of G{id}: {taken} with this one, {n} are agreed on", **said)]


def covering_notes(db: Database, ticket: Ticket) -> list[str]:
    """Return a note for each contract that may cover a ticket which names none."""
    on = date.fromisoformat(ticket.report.at[:10])
    return [
        say("G{id} ({kind}, until {last}) covers it: 'ticket edit T{ticket} --contract G{id}' counts the visit",
            id=one.id, kind=coded(one.row["kind"]), last=one.terms.last.isoformat(), ticket=ticket.id)
        for one in list_covering(db, ticket.customer_id, ticket.appliance_id, on=on)
        if one.row["kind"] != ContractKind.EXTENSION
    ]  # fmt: skip


def _values(known: Contract, on: date) -> dict[str, Any]:
    row = dict(known.row)
    covered = item_list(f"A{one}" for one in known.appliances)
    minutes = row["respond_minutes"]
    return row | {
        "status": known.status(on),
        "left": known.visits_left,
        "appliances": known.appliances,
        "covers": covered or say("all of the customer's appliances"),
        "holds": say("{first} to {last}", first=row["from_on"], last=known.terms.last.isoformat()),
        "visits_told": _visits(known),
        "response": say("within {time} of the report", time=_span(minutes)) if minutes else None,
        "scope_told": row["scope"],
        "whose": joined(" ", (f"C{row['customer_id']}", row["customer"])),
    }


def _visits(known: Contract) -> str | None:
    """Return how many of the visits are used: 1 of 2."""
    if known.terms.visits is None:
        return say("{n} used", n=known.row["used"]) if known.row["used"] else None
    if known.row["planned"]:
        return say("{n} of {all}, {planned} planned", n=known.row["used"], all=known.terms.visits,
                   planned=known.row["planned"])  # fmt: skip
    return say("{n} of {all}", n=known.row["used"], all=known.terms.visits)


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return say("{n} h", n=f"{hours}:{rest:02}" if rest else hours)


def contract_table(known: Contract, now: datetime) -> Table:
    """Return the contract as one object."""
    values = _values(known, now.date())
    return record(COLUMNS, [values[column.key] for column in COLUMNS])


def get_contract_page(db: Database, contract_id: int, *, now: datetime) -> Table:
    """Return the contract with the tickets that name it, and whether somebody came to each within the agreed time."""
    known = get_contract(db, contract_id)
    minutes = known.row["respond_minutes"]
    rows = []
    for ticket in list_naming(db, known.id):
        verdict = None
        if minutes and not ticket["cancelled_at"]:
            verdict = response_verdict(ticket["reported_unix"], ticket["arrived_unix"], minutes, dates.unix(now))
        rows.append([(ticket | {"response": verdict})[column.key] for column in _TICKETS])
    return contract_table(known, now)._replace(sections=(("tickets", Table(_TICKETS, rows)),))


def list_table(db: Database, *, customer_id: int | None = None, every: bool = False, on: date) -> Table:
    """Return the contracts that run or are to come; `every`: also those that are over or voided."""
    found = list_contracts(db, customer_id=customer_id, voided=every)
    shown = [one for one in found if every or one.status(on) in {"running", "coming"}]
    rows = [[values[column.key] for column in _LIST_COLUMNS] for values in (_values(one, on) for one in shown)]
    return Table(_LIST_COLUMNS, rows, empty=say("no contract runs"))


def find_due(db: Database, *, now: datetime, within: int | None = None) -> list[dict[str, Any]]:
    """Return what is due in contracts, the earliest first: late or nearly late responses, unplanned visits, ends.

    `within`: days ahead, instead of each contract's own `warn_days`.
    """
    return sorted(_due(db, now, within), key=lambda row: (row["due_at"] or row["due_on"], row["contract_id"]))


def _due(db: Database, now: datetime, within: int | None) -> Iterator[dict[str, Any]]:
    today = now.date()
    for known in list_contracts(db):
        row = known.row
        about = {"contract_id": known.id, "customer_id": row["customer_id"], "customer": row["customer"],
                 "ticket_id": None, "number": None, "due_at": None}  # fmt: skip
        yield from _responses(db, known, about, now)
        if known.status(today) != "running" or row["forgotten_at"] is not None:
            continue
        ahead = today + timedelta(days=known.terms.warn_days if within is None else within)
        number = row["used"] + row["planned"] + 1
        if known.visits_left and known.terms.visit_due_on(number) <= ahead:
            due_on = known.terms.visit_due_on(number)
            yield about | {"reason": "visit", "number": number, "due_on": due_on.isoformat(),
                           "urgency": "late" if due_on < today else None,
                           "what": say("visit {n} of {all}", n=number, all=known.terms.visits)}  # fmt: skip
        if known.terms.is_ending(today, within) and (known.visits_left or not row["renewed_by"]):
            left = (
                say_count("{n} visit unused", "{n} visits unused", n=known.visits_left) if known.visits_left else None
            )
            yield about | {"reason": "end", "due_on": known.terms.last.isoformat(), "urgency": None,
                           "what": joined(", ", filter(None, (row["scope"] or coded(row["kind"]), left)))}  # fmt: skip


def _responses(db: Database, known: Contract, about: dict[str, Any], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield open tickets of a contract that nobody has reached, if the agreed time ends within 24 hours or is over."""
    minutes = known.row["respond_minutes"]
    if not minutes or not known.row["planned"]:
        return
    for ticket in list_naming(db, known.id):
        limit = ticket["reported_unix"] + minutes * 60
        is_open = ticket["arrived_unix"] is None and not ticket["completed_at"] and not ticket["cancelled_at"]
        if is_open and limit <= dates.unix(now) + _SOON_HOURS * 3600:
            at = dates.stamp_of(limit, now.tzinfo)
            yield about | {"reason": "response", "ticket_id": ticket["ticket_id"], "due_at": at, "due_on": str(at)[:10],
                           "urgency": "late" if limit < dates.unix(now) else "soon",
                           "what": f"T{ticket['ticket_id']}"}  # fmt: skip


def list_due(db: Database, *, now: datetime, within: int | None) -> Result:
    """Return the rows of `find_due` as a table."""
    found = [row | {"due": moment(row["due_at"]) if row["due_at"] else row["due_on"]}
             for row in find_due(db, now=now, within=within)]  # fmt: skip
    rows = [[row[column.key] for column in _DUE] for row in found]
    return Result(Table(_DUE, rows, empty=say("no contract needs anything")), changed=False)

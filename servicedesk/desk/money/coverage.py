"""Compare the price of a ticket with guarantee (W14) and contracts (S30): what is free, what should be free?

Nothing is refused, since a brand may be generous: the functions return notes and warnings.
"""

from datetime import date, datetime
from typing import NamedTuple

from servicedesk.base.messages import joined, say
from servicedesk.domain.guarantee.facts import Period, guarantee_period
from servicedesk.domain.guarantee.rules import CONTRACT, Fault, Finding, judge_fault
from servicedesk.domain.model import TicketType
from servicedesk.domain.money_rules import FreeAs
from servicedesk.domain.ticket import Ticket
from servicedesk.records import appliances
from servicedesk.records.agreements.contracts import contract_id_of_ticket, list_covering
from servicedesk.records.guarantee.facts import load_facts
from servicedesk.records.guarantee.line import period_text
from servicedesk.storage.database import Database


class Verdict(NamedTuple):
    """The guarantee of a repair: its period on the day of the report, and the finding of each rule."""

    period: Period
    findings: dict[str, Finding]


def judge_repair(db: Database, ticket: Ticket, *, now: datetime) -> Verdict | None:
    """Return the verdict on the repair of a known appliance; None for other work, and for a cancelled repair."""
    if ticket.type != TicketType.REPAIR or ticket.appliance_id is None:
        return None
    facts = load_facts(db, appliances.get_appliance(db, ticket.appliance_id))
    repair = next((each for each in facts.repairs if each.ticket_id == ticket.id), None)
    if repair is None:
        return None
    period = guarantee_period(facts, repair.reported_on, before=(repair.reported_on, ticket.id))
    fault = Fault(repair.reported_on, now.date(), repair.as_seen_on(now.date()))
    return Verdict(period, {finding.rule: finding for finding in judge_fault(facts, fault)})


def free_repair_text(db: Database, ticket: Ticket, *, now: datetime) -> str | None:
    """Return by which rule the repair may be free and until when; None if no rule says so."""
    verdict = judge_repair(db, ticket, now=now)
    if verdict is None:
        return None
    held = (verdict.findings.get(rule) for rule in ("W4", CONTRACT, "W12"))
    found = next((finding for finding in held if finding and finding.holds), None)
    if found is None:
        return None
    if found.rule == CONTRACT:
        return say("in guarantee by contract {ref} until {on}", ref=found.facts[0], on=found.limit_on)
    if found.rule == "W12":
        return say("{repair}, 30 days until {on} (W12)", repair=found.facts[0], on=found.limit_on)
    return say("in guarantee until {on} (W4)", on=found.limit_on)


def price_notes(db: Database, ticket: Ticket, *, now: datetime, has_parts: bool = False) -> list[str]:
    """Return a warning if a repair with a price may be free, or, with `has_parts`, if the part may be free."""
    if why := free_repair_text(db, ticket, now=now):
        return [say("warning: T{id} may be a free repair: {why}; 'warranty check T{id}' has the reasons", id=ticket.id,
                    why=why)]  # fmt: skip
    verdict = judge_repair(db, ticket, now=now) if has_parts else None
    if verdict is None or verdict.period.state != "parts_only" or verdict.findings["W5"].holds is not None:
        return []
    way = say("'warranty check T{id} --part CODE' judges the part that failed", id=ticket.id)
    return [say("main parts are in guarantee until {on}: {way}", on=verdict.period.main_until, way=way)]


def coverage_notes(db: Database, ticket: Ticket, free_as: str, *, now: datetime) -> list[str]:
    """Return doubts about the reason (`free_as`) for which the work of a ticket is free."""
    if free_as == FreeAs.CONTRACT:
        return _contract_notes(db, ticket)
    return _guarantee_notes(db, ticket, now) if free_as == FreeAs.GUARANTEE else []


def _guarantee_notes(db: Database, ticket: Ticket, now: datetime) -> list[str]:
    """Return a warning if the guarantee did not cover the fault when it was reported."""
    if ticket.type != TicketType.REPAIR:
        return []
    if ticket.appliance_id is None:
        way = say("'ticket edit T{id} --appliance A1' names the appliance", id=ticket.id)
        return [say("whether the guarantee covers T{id} is not known: {why}", id=ticket.id, why=way)]
    verdict = judge_repair(db, ticket, now=now)
    if verdict is None:
        return []
    period, covered = verdict.period, verdict.findings["W14"]
    if covered.holds:
        why = period_text(period) if covered.limit_on else joined("; ", covered.facts)
        way = say("'warranty check T{id}' has the reasons", id=ticket.id)
        return [say("warning: T{id} is free by guarantee, but on record it is: {why}; {way}", id=ticket.id, why=why,
                    way=way)]  # fmt: skip
    if covered.holds is False and period.state != "business":
        return []
    why = period_text(period)
    if period.state == "parts_only":
        why = joined("; ", [why, say("'warranty check T{id} --part CODE' judges the part that failed", id=ticket.id)])
    elif period.state != "business":
        why = say("ask for {what}", what=joined("; ", covered.missing))
    return [say("whether the guarantee covers T{id} is not known: {why}", id=ticket.id, why=why)]


def _contract_notes(db: Database, ticket: Ticket) -> list[str]:
    """Return a warning if the ticket names no contract, with the contract that it may name."""
    if contract_id_of_ticket(db, ticket.id) is not None:
        return []  # a contract that does not cover the ticket cannot be named
    on = date.fromisoformat(ticket.report.at[:10])
    covering = list_covering(db, ticket.customer_id, ticket.appliance_id, on=on)
    if not covering:
        return [say("warning: T{id} is free by contract, but on record none covers it", id=ticket.id)]
    return [
        say("T{id} names no contract, so no visit is counted: ticket edit T{id} --contract G{contract}",
            id=ticket.id, contract=covering[0].id)
    ]  # fmt: skip

"""Say where the record does not bear out that a repair is free by guarantee (W14), or work by a contract (S30).

Nobody is refused: a brand may be generous. What is not known is said as not known.
"""

from datetime import date, datetime

from servicedesk.base.messages import joined, say
from servicedesk.domain.guarantee.facts import guarantee_period
from servicedesk.domain.guarantee.rules import Fault, judge_fault
from servicedesk.domain.model import Ticket, TicketType
from servicedesk.domain.money_rules import FreeAs
from servicedesk.records import appliances
from servicedesk.records.agreements.contracts import list_covering, named_contract_id
from servicedesk.records.guarantee.facts import load_facts
from servicedesk.records.guarantee.line import period_text
from servicedesk.storage.database import Database


def coverage_notes(db: Database, ticket: Ticket, free_as: str, *, now: datetime) -> list[str]:
    """Return what is doubtful about the reason for which the work of a ticket is free."""
    if free_as == FreeAs.CONTRACT:
        return _contract_notes(db, ticket)
    return _guarantee_notes(db, ticket, now) if free_as == FreeAs.GUARANTEE else []


def _guarantee_notes(db: Database, ticket: Ticket, now: datetime) -> list[str]:
    """Return a warning where the guarantee did not cover the fault when it was reported."""
    if ticket.type != TicketType.REPAIR:
        return []
    if ticket.appliance_id is None:
        way = say("'ticket edit T{id} --appliance A1' names the appliance", id=ticket.id)
        return [say("whether the guarantee covers T{id} is not known: {why}", id=ticket.id, why=way)]
    facts = load_facts(db, appliances.get_appliance(db, ticket.appliance_id))
    repair = next((each for each in facts.repairs if each.ticket_id == ticket.id), None)
    if repair is None:
        return []  # it was cancelled
    period = guarantee_period(facts, repair.reported_on, before=(repair.reported_on, ticket.id))
    fault = Fault(repair.reported_on, now.date(), repair.seen(now.date()))
    covered = next(finding for finding in judge_fault(facts, fault) if finding.rule == "W14")
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
    """Return a warning where the ticket names no contract, with the one that it may name."""
    if named_contract_id(db, ticket.id) is not None:
        return []  # it covers the ticket: else it could not be named
    on = date.fromisoformat(ticket.report.at[:10])
    covering = list_covering(db, ticket.customer_id, ticket.appliance_id, on=on)
    if not covering:
        return [say("warning: T{id} is free by contract, but on record none covers it", id=ticket.id)]
    return [
        say("T{id} names no contract, so no visit is counted: ticket edit T{id} --contract G{contract}",
            id=ticket.id, contract=covering[0].id)
    ]  # fmt: skip

"""Questions at a terminal when a ticket is completed: the technician, the evidence, the appliance that came instead."""

from datetime import datetime

from servicedesk.base.messages import say
from servicedesk.base.text import free_text
from servicedesk.cli.run.asking import ask
from servicedesk.cli.run.session import Session
from servicedesk.desk.tickets.complete import (
    Asked,
    Settlement,
    Unsettled,
    check_outcomes,
    find_proof_until,
    lacks_technician,
    preview_unsettled,
)
from servicedesk.records.tickets import load_ticket

_NEW = ("new", "n", "新")  # answers for an appliance that is not registered yet


def ask_of_completions(
    session: Session, ticket_ids: list[int], given: Asked, *, outcome: str, exclusion: str | None, at: datetime | None
) -> dict[int, Asked]:
    """Ask for what each completion lacks; return by ticket id what was given and answered.

    Raise an error before asking if one of the tickets cannot end with that outcome.
    """
    check_outcomes(session.db, ticket_ids, outcome)
    return {
        ticket_id: _ask_of_completion(session, ticket_id, given, outcome=outcome, exclusion=exclusion, at=at)
        for ticket_id in ticket_ids
    }


def _ask_of_completion(
    session: Session, ticket_id: int, given: Asked, *, outcome: str, exclusion: str | None, at: datetime | None
) -> Asked:
    """Ask for what one completion lacks; return it with what was given. Every answer may be left empty."""
    technician, evidence, settle = given
    if technician is None and lacks_technician(session.db, ticket_id, outcome=outcome):
        from servicedesk.cli.run.people import ask_technician

        technician = ask_technician(session, say("Who did the work? (Enter: nobody is named)"), default="") or None
    if evidence is None:
        evidence = _ask_evidence(session, ticket_id, outcome=outcome, exclusion=exclusion)
    left = preview_unsettled(session.db, ticket_id, outcome=outcome, on=(at or session.now).date().isoformat())
    if left is not None:
        settle = _ask_to_settle(session, left)
    return Asked(technician, evidence, settle)


def _ask_evidence(session: Session, ticket_id: int, *, outcome: str, exclusion: str | None) -> str | None:
    """Ask for the evidence if the business has to prove the cause of a fault (W13)."""
    ticket = load_ticket(session.db, ticket_id)
    if ticket.last("completed", "cancelled"):
        return None
    until = find_proof_until(session.db, ticket, outcome=outcome, exclusion=exclusion)
    if until is None:
        return None
    question = say("Until {on} the fault is ours to prove: a note, a photo, where it lies (Enter: none)", on=until)
    return ask(question, lambda text: free_text(text, say("the evidence")), empty="") or None


def _ask_to_settle(session: Session, left: Unsettled) -> Settlement | None:
    """Ask which appliance came in the place of an exchanged one, or whether its installation is to be recorded."""
    if not left.is_exchanged:
        is_agreed = session.confirm(say("{what}; {command}?", what=left.what, command=left.command))
        return Settlement() if is_agreed else None
    question = say("{what}: which appliance came in its place?", what=left.what)
    successor = ask_successor(session, question, may_leave=True)
    return Settlement(read_successor(session, successor)) if successor else None


def read_successor(session: Session, text: str) -> int | None:
    """Return the id of the appliance that the text names; None for a new one."""
    if text.strip().lower() in _NEW:
        return None
    from servicedesk.records.appliances import get_appliance_in_use

    number = session.appliance(text)
    get_appliance_in_use(session.db, number)
    return number


def ask_successor(session: Session, question: str, *, may_leave: bool = False) -> str:
    """Ask which appliance came instead; return its reference, `new`, or "" if `may_leave` and none was named."""

    def read(text: str) -> str:
        number = read_successor(session, text)
        return "new" if number is None else f"A{number}"

    way = say("A12, n: a new one, Enter: not now") if may_leave else say("A12, n: a new one")
    return ask(say("{question} ({way})", question=question, way=way), read, empty="" if may_leave else None)

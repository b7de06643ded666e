"""What is asked at a terminal when a ticket is completed: who did it, what proves it, what became of the machine."""

from datetime import datetime

from servicedesk.base.messages import say
from servicedesk.base.text import free_text
from servicedesk.cli.run.asking import ask
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.successor import ask_successor, read_successor
from servicedesk.desk.tickets.complete import (
    Asked,
    Settlement,
    Unsettled,
    find_proof_until,
    lacks_technician,
    preview_unsettled,
)
from servicedesk.records.tickets import load_ticket


def ask_of_completion(
    session: Session, ticket_id: int, given: Asked, *, outcome: str, exclusion: str | None, at: datetime | None
) -> Asked:
    """Return what was given, with the answers to what is missing of it: each may be left."""
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
    """Ask for the evidence where a fault is the business's to prove (W13)."""
    ticket = load_ticket(session.db, ticket_id)
    if ticket.last("completed", "cancelled"):
        return None
    until = find_proof_until(session.db, ticket, outcome=outcome, exclusion=exclusion)
    if until is None:
        return None
    question = say("Until {on} the fault is ours to prove: a note, a photo, where it lies (Enter: none)", on=until)
    return ask(question, lambda text: free_text(text, say("the evidence")), empty="") or None


def _ask_to_settle(session: Session, left: Unsettled) -> Settlement | None:
    """Ask what came in the place of a machine that was exchanged, or whether its installation is to be recorded."""
    if not left.is_exchanged:
        is_agreed = session.confirm(say("{what}; {command}?", what=left.what, command=left.command))
        return Settlement() if is_agreed else None
    question = say("{what}: which appliance came in its place?", what=left.what)
    successor = ask_successor(session, question, may_leave=True)
    return Settlement(read_successor(session, successor)) if successor else None

"""One command for several tickets: its references, and what it does with each of them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.table import Result
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number, reference
from servicedesk.storage.desk import Desk, do_each


def leading_tickets(words: Sequence[str], *, are_all: bool = False) -> tuple[list[str], list[str]]:
    """Return the references at the head of the words, and the rest.

    Only the first may be a bare number, unless all that can be tickets are.
    """
    many = 1
    while many < len(words) and (letter_and_number(words[many], "T") or (are_all and words[many].isdecimal())):
        many += 1
    return [*words[:many]], [*words[many:]]


def check_open_tickets(session: Session, texts: Sequence[str]) -> None:
    """Raise an error where one of the tickets is none or has ended: before anybody is asked what should happen."""
    from servicedesk.domain.ticket_rules import check_open
    from servicedesk.records.tickets import load_ticket

    for text in texts:
        check_open(load_ticket(session.db, reference(text, "T")))


def check_windows(session: Session, texts: Sequence[str], end: datetime) -> None:
    """Raise an error where one of the tickets was reported after that end of a window."""
    from servicedesk.domain.ticket_rules import check_window_after_report
    from servicedesk.records.tickets import load_ticket

    for text in texts:
        ticket = load_ticket(session.db, reference(text, "T"))
        check_window_after_report(ticket, dates.stamp(end), ticket.report)


def do_tickets(session: Session, texts: Sequence[str], deed: Callable[[Desk, int], Result]) -> Result:
    """Return what the deed gives for one ticket; for several a row each, of one transaction and one `undo`."""
    ids = list(dict.fromkeys(reference(text, "T") for text in texts))
    desk = session.begin()
    if len(ids) == 1:
        return deed(desk, ids[0])
    return do_each(desk, "T", ids, lambda ticket_id: deed(desk, ticket_id))


def move_tickets(session: Session, texts: Sequence[str], deed: Callable[[Desk, int], Result]) -> None:
    """Show the ticket after the deed; of several the list."""
    from servicedesk.records.ticket_lists import list_by_ids

    done = do_tickets(session, texts, deed)
    if not done.table.one:
        ids = [row[0] for row in done.table.rows]
        done = done._replace(table=list_by_ids(session.db, ids, now=session.now))
    session.show(done)

"""Run one command for several tickets: read the references, check the tickets, do it for each."""

from collections.abc import Callable, Sequence
from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.table import Result
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number, reference
from servicedesk.storage.desk import Desk, do_each


def leading_tickets(words: Sequence[str], *, are_all: bool = False) -> tuple[list[str], list[str]]:
    """Return the references of tickets at the head of the words, and the other words.

    The first word always counts as a ticket; a later bare number only counts if `are_all`.
    """
    many = 1
    while many < len(words) and (letter_and_number(words[many], "T") or (are_all and words[many].isdecimal())):
        many += 1
    return [*words[:many]], [*words[many:]]


def check_open_tickets(session: Session, texts: Sequence[str]) -> None:
    """Raise an error if a ticket does not exist or has ended, before anybody is asked what should happen."""
    from servicedesk.domain.ticket_rules import check_open
    from servicedesk.records.tickets import load_ticket

    for text in texts:
        check_open(load_ticket(session.db, reference(text, "T")))


def check_windows(session: Session, texts: Sequence[str], end: datetime) -> None:
    """Raise an error if a ticket does not exist or was reported after `end`, the end of a window."""
    from servicedesk.domain.ticket_rules import check_window_after_report
    from servicedesk.records.tickets import load_ticket

    for text in texts:
        ticket = load_ticket(session.db, reference(text, "T"))
        check_window_after_report(ticket, dates.stamp(end), ticket.report)


def do_tickets(session: Session, texts: Sequence[str], deed: Callable[[Desk, int], Result]) -> Result:
    """Do `deed` for each ticket, in one transaction that one `undo` takes back.

    Return its result for one ticket, or a row for each of several.
    """
    ids = list(dict.fromkeys(reference(text, "T") for text in texts))
    desk = session.begin()
    if len(ids) == 1:
        return deed(desk, ids[0])
    return do_each(desk, "T", ids, lambda ticket_id: deed(desk, ticket_id))


def move_tickets(session: Session, texts: Sequence[str], deed: Callable[[Desk, int], Result]) -> None:
    """Do `deed` for each ticket, then show the ticket, or the list of several."""
    from servicedesk.records.ticket_lists import list_by_ids

    done = do_tickets(session, texts, deed)
    if not done.table.one:
        ids = [row[0] for row in done.table.rows]
        done = done._replace(table=list_by_ids(session.db, ids, now=session.now))
    session.show(done)

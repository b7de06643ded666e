"""Checks that call-backs, promises and complaints stay in order with the events of their ticket."""

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import moment
from servicedesk.domain.model import Stamp
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.storage.database import Database


def typing_unix(stamp: Stamp) -> int:
    """Return when the command is recorded, in Unix seconds: inside a transaction, when the file was locked for it."""
    return dates.unix_of(stamp.recorded_at)


CALLED = "SELECT id, at, at_unix FROM callback WHERE ticket_id = :id AND voided_at IS NULL ORDER BY at_unix, id LIMIT 1"

PROMISED = """
SELECT letter || id AS name, at, at_unix
  FROM (SELECT 'P' AS letter, id, at, at_unix FROM promise WHERE ticket_id = :id AND voided_at IS NULL
        UNION ALL
        SELECT 'K', id, at, at_unix FROM complaint WHERE ticket_id = :id AND voided_at IS NULL)
 ORDER BY at_unix
 LIMIT 1
"""


def check_order(db: Database, ticket: Ticket, new: Event) -> None:
    """Raise RefusedError if a corrected report is after a promise or complaint, or a completion after a call-back."""
    if new.kind == "completed":
        first = db.row(CALLED, id=ticket.id)
        if first and first["at_unix"] < new.at_unix:
            raise RefusedError(
                say("T{id} would be called back {at}, before its completion", id=ticket.id, at=moment(first["at"])),
                hint=say("'callback void {id}' first if that call was not", id=first["id"]),
            )
    if new.kind == "reported":
        first = db.row(PROMISED, id=ticket.id)
        if first and first["at_unix"] < new.at_unix:
            raise RefusedError(
                say(
                    "{name} of {at} would come before the report of T{id}",
                    name=first["name"],
                    at=moment(first["at"]),
                    id=ticket.id,
                )
            )


def check_not_called_back(db: Database, ticket: Ticket) -> None:
    """Raise RefusedError if the customer was called back after the completion that is to be voided."""
    first = db.row(CALLED, id=ticket.id)
    if first:
        raise RefusedError(
            say("T{id} was called back {at}, since it was completed", id=ticket.id, at=moment(first["at"])),
            hint=say("'ticket correct' corrects the completion; or 'callback void {id}' first", id=first["id"]),
        )

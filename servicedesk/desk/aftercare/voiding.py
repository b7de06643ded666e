"""Take back call-backs, promises and complaints; hold them in order with the facts of their ticket."""

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import moment
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import Event, Stamp, Ticket
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

_VOIDS = {
    "callback": "UPDATE callback SET voided_at = :at, voided_by = :by, void_reason = :why WHERE id = :id",
    "promise": "UPDATE promise SET voided_at = :at, voided_by = :by, void_reason = :why WHERE id = :id",
    "promise_end": "UPDATE promise_end SET voided_at = :at, voided_by = :by, void_reason = :why WHERE id = :id",
    "complaint": "UPDATE complaint SET voided_at = :at, voided_by = :by, void_reason = :why WHERE id = :id",
    "complaint_step": "UPDATE complaint_step SET voided_at = :at, voided_by = :by, void_reason = :why WHERE id = :id",
}


def typing_unix(stamp: Stamp) -> int:
    """Return when it is typed, in seconds: inside a transaction the instant at which the file was ours."""
    return dates.unix_of(stamp.recorded_at)


def void_row(desk: Desk, table: str, key: int | None, *, typed_unix: int | None, reason: str) -> None:
    """Inside a transaction: take back the row, typed at `typed_unix`; it stays readable."""
    ticket_rules.check_recorded_before(typed_unix, now_unix=typing_unix(desk.stamp))
    desk.db.run(_VOIDS[table], at=desk.stamp.recorded_at, by=desk.stamp.actor, why=reason, id=key)


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
    """Raise RefusedError where a corrected report or completion would come after what was said since."""
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
    """Raise RefusedError where the customer was called back since the completion that is to be voided."""
    first = db.row(CALLED, id=ticket.id)
    if first:
        raise RefusedError(
            say("T{id} was called back {at}, since it was completed", id=ticket.id, at=moment(first["at"])),
            hint=say("'ticket correct' corrects the completion; or 'callback void {id}' first", id=first["id"]),
        )

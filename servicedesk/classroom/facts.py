"""What happened with a ticket, as a trainer would write it on paper: one short phrase for each event."""

from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import moment, span
from servicedesk.storage.database import Database, Row

_EVENTS = """
SELECT e.ticket_id, e.kind, e.at, e.recorded_at, e.window_from, e.window_to, e.asked_by, e.no_access, e.outcome,
       e.reason, e.cancelled_by, e.duplicate_of_id, t.name AS technician
  FROM event e LEFT JOIN technician t ON t.id = e.technician_id
 WHERE e.voided_at IS NULL ORDER BY e.ticket_id, e.at_unix, e.id"""


def list_happenings(db: Database, *, with_names: bool = False) -> dict[int, str]:
    """Return what happened after each ticket's report, by ticket; `with_names`: also who was assigned and came."""
    found: dict[int, list[str]] = {}
    for row in db.rows(_EVENTS):
        phrases = found.setdefault(row["ticket_id"], [])
        if (phrase := _phrase(row, with_names=with_names)) is not None:
            phrases.append(phrase)
    return {ticket: joined("; ", phrases) if phrases else say("nothing yet") for ticket, phrases in found.items()}


def _phrase(row: Row, *, with_names: bool) -> str | None:
    at, who = moment(row["at"]), row["technician"]
    if row["kind"] == "appointed":
        window = span(row["window_from"], row["window_to"])
        typed = moment(row["recorded_at"])
        if row["asked_by"] == "customer":
            return say("the customer asked for {window} (typed {typed})", window=window, typed=typed)
        return say("the outlet proposed {window} (typed {typed})", window=window, typed=typed)
    if row["kind"] == "arrived":
        if row["no_access"]:
            return say("came {at}, nobody at home", at=at)
        return say("{who} came {at}", who=who, at=at) if with_names and who else say("came {at}", at=at)
    if row["kind"] == "completed":
        if row["outcome"] == "resolved_remotely":
            return say("solved by phone {at}", at=at)
        return say("completed {at}: {outcome}", at=at, outcome=coded(row["outcome"]))
    if row["kind"] == "cancelled":
        if row["duplicate_of_id"]:
            return say("cancelled {at} as a duplicate of T{other}", at=at, other=row["duplicate_of_id"])
        by = coded(row["cancelled_by"])
        return say("cancelled {at} by the {by}: {reason}", at=at, by=by, reason=coded(row["reason"]))
    if row["kind"] == "assigned" and with_names and who:
        return say("assigned to {who} {at}", who=who, at=at)
    return None

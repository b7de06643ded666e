"""Public events of the outlet, and the customers who came to them (S42)."""

from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row

# A filter that is NULL does not apply. `came` counts each customer once, however many appliances they brought.
EVENTS = """
SELECT e.id, e.kind, e.on_date, e.place, e.topic, e.voided_at, e.void_reason,
       (SELECT count(DISTINCT a.customer_id) FROM attendance a
         WHERE a.public_event_id = e.id AND a.voided_at IS NULL) AS came,
       (SELECT count(DISTINCT a.appliance_id) FROM attendance a
         WHERE a.public_event_id = e.id AND a.voided_at IS NULL) AS appliances,
       (SELECT count(a.ticket_id) FROM attendance a
         WHERE a.public_event_id = e.id AND a.voided_at IS NULL) AS tickets
  FROM public_event e
 WHERE (:id IS NULL OR e.id = :id) AND (:every OR e.voided_at IS NULL) AND (:kind IS NULL OR e.kind = :kind)
 ORDER BY e.on_date DESC, e.id DESC
"""
ATTENDANCES = """
SELECT a.id, a.customer_id, c.name AS customer, a.appliance_id, m.category, m.brand, a.ticket_id
  FROM attendance a
  JOIN customer c ON c.id = a.customer_id
  LEFT JOIN appliance m ON m.id = a.appliance_id
 WHERE a.public_event_id = :id AND a.voided_at IS NULL
 ORDER BY a.id
"""
OF_CUSTOMER = """
SELECT a.public_event_id AS event_id, e.kind, e.on_date, e.place, a.appliance_id, a.ticket_id
  FROM attendance a
  JOIN public_event e ON e.id = a.public_event_id
 WHERE a.customer_id = :customer_id AND a.voided_at IS NULL
 ORDER BY e.on_date DESC, a.id DESC
"""
_VISITED = columns(
    "event_id:V=public event", "kind:words", "on_date:date=on", "place", "appliance_id:A??=appliance",
    "ticket_id:T??=ticket",
)  # fmt: skip


def list_events(db: Database, *, kind: str | None = None, every: bool = False) -> list[Row]:
    """Return events that are not voided, or `every` one, the newest first; optionally of one kind."""
    return db.rows(EVENTS, id=None, kind=kind, every=every)


def get_event(db: Database, event_id: int) -> Row:
    """Return the event, also a voided one; raise NotFoundError if there is none or it was undone."""
    event_id = undone.fact_id(db, "public_event", event_id)
    row = db.row(EVENTS, id=event_id, kind=None, every=True)
    if row is None:
        raise NotFoundError(say("there is no event V{id}", id=event_id), hint=say("'event list --all' shows them all"))
    return row


def list_attendances(db: Database, event_id: int) -> list[Row]:
    """Return the visitors of an event in the order of recording; a customer appears once for each appliance."""
    return db.rows(ATTENDANCES, id=event_id)


def list_of_customer(db: Database, customer_id: int) -> Table:
    """Return a table of the events that a customer came to, the newest first."""
    return Table(_VISITED, [tuple(row) for row in db.rows(OF_CUSTOMER, customer_id=customer_id)])

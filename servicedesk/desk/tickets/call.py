"""Take a call: register caller and appliance if they are new, and open the ticket, as one command."""

from datetime import datetime

from servicedesk.base.table import Result
from servicedesk.desk.appliances.register import NewAppliance, write_appliance
from servicedesk.desk.customers.register import NewCustomer, write_customer
from servicedesk.desk.tickets.open import NewTicket, machine_history, write_ticket
from servicedesk.records.appliances import get_appliance_in_use
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def take_call(
    desk: Desk, ticket: NewTicket, *, caller: NewCustomer | None = None, machine: NewAppliance | None = None
) -> Result:
    """Open a ticket for a call; a new `caller` and `machine` are registered first. One `undo` takes all of it back.

    Notes below the ticket say what is missing of a new appliance.
    """
    notes: list[str] = []
    below: list[str] = []
    with desk.db.atomic():
        if caller is not None:
            customer_id, said = write_customer(desk, caller)
            ticket = ticket._replace(customer_id=customer_id)
            notes += said
        if machine is not None:
            assert ticket.customer_id is not None, "a new appliance has an owner"
            appliance_id, below = write_appliance(desk, ticket.customer_id, machine)
            ticket = ticket._replace(appliance_id=appliance_id)
        answer = write_ticket(desk, ticket)
        return answer._replace(notes=[*notes, *answer.notes], below=below)


def preview_history(db: Database, appliance_id: int, *, at: datetime, type: str) -> list[str]:
    """Return what `take_call` would say about the appliance: earlier tickets, those still open, a repeat."""
    return machine_history(db, get_appliance_in_use(db, appliance_id), at, type).lines

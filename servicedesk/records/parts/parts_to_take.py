"""Parts that a technician takes along to a visit: issued for the ticket, or in stock and waited for."""

from collections.abc import Iterable
from typing import NamedTuple

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.records.parts.holding import find_held
from servicedesk.records.parts.waiting import find_arrived
from servicedesk.storage.database import Database

COLUMNS = columns("ticket_id:T=ticket", "code:code=part", "name:name=description", "quantity:count", "where")


class PartToTake(NamedTuple):
    """A part to take to a ticket's visit; `holder` is the technician who has it, None while it is in stock."""

    ticket_id: int
    code: str
    name: str
    quantity: int
    holder: str | None

    @property
    def text(self) -> str:
        """Return the part and its quantity on one line."""
        return f"{self.code} {self.name} × {self.quantity}"


def find_parts_to_take(db: Database, ticket_ids: Iterable[int]) -> dict[int, list[PartToTake]]:
    """Return the parts to take for each of these tickets, by ticket id; tickets without parts are left out."""
    wanted = set(ticket_ids)
    held = [PartToTake(one.ticket_id, one.code, one.name, one.quantity, one.technician)
            for one in find_held(db) if one.ticket_id in wanted and one.ticket_id is not None]  # fmt: skip
    in_stock = [PartToTake(want.ticket_id, want.code, want.name, want.quantity, None)
                for want in find_arrived(db) if want.ticket_id in wanted]  # fmt: skip
    found: dict[int, list[PartToTake]] = {}
    for one in held + in_stock:
        found.setdefault(one.ticket_id, []).append(one)
    return found


def parts_to_take_table(parts: Iterable[PartToTake]) -> Table:
    """Return the parts as a table that says where each of them is."""
    return Table(
        COLUMNS,
        [[one.ticket_id, one.code, one.name, one.quantity, one.holder or say("in stock")] for one in parts],
    )


def parts_to_take_objects(parts: Iterable[PartToTake]) -> list[dict[str, object]]:
    """Return the parts of one ticket as objects for programs."""
    return [{"code": one.code, "name": one.name, "quantity": one.quantity, "held_by": one.holder} for one in parts]

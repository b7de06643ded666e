"""A technician's day as a value, which papers and calendars show (S15)."""

from collections.abc import Sequence
from typing import NamedTuple


class Visit(NamedTuple):
    """One open ticket of the day; texts are empty where nothing is known.

    Instants are RFC 3339 text with the outlet's offset. Without a window of this day `window_from` and `window_to` are
    empty, and `was_on` is the day of the window that passed, if there was one. `revision` grows with every window.
    """

    ticket_id: int
    type: str
    window_from: str
    window_to: str
    was_on: str
    waiting_for: str
    deadline_at: str
    customer: str
    phone: str
    address: str
    area: str
    machine: str
    serial: str
    guarantee: str
    problem: str
    fault: str
    revision: int
    quoted: str  # the amount that the customer was told
    is_agreed: bool  # and accepted
    parts: Sequence[str] = ()  # to take along
    solutions: Sequence[str] = ()  # what the house knows about such a fault
    steps: Sequence[str] = ()  # of the checklist of its type
    is_pickup: bool = False  # the appliance is fetched for the workshop


class Held(NamedTuple):
    """Parts that the technician holds, for a ticket or for none; `due_on` is the last day on which they may be out."""

    code: str
    name: str
    quantity: int
    ticket_id: int | None
    due_on: str
    is_overdue: bool


class Day(NamedTuple):
    """The visits of one technician on one local date, in their order; `uuid` is the outlet's."""

    outlet: str
    uuid: str
    technician: str
    on: str
    away: str
    visits: Sequence[Visit]
    held: Sequence[Held] = ()

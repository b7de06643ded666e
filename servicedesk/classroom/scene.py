"""Write what happened in an exercise's outlet, in the order of time, as the desk would have typed it.

Rules are not checked: the file of an exercise may hold rows that a rule would refuse today. Triggers still hold.
"""

from datetime import datetime
from typing import Any

from servicedesk.base import dates, sameness
from servicedesk.domain.model import Stamp
from servicedesk.records import tickets
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

CLERK = "desk"


class Scene:
    """Writes rows, each at an instant (`2026-11-02 09:00`, with seconds where they matter) of the file's zone."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def at(self, text: str) -> datetime:
        """Return that instant in the outlet's zone."""
        return datetime.fromisoformat(text).replace(tzinfo=self.db.outlet.zone)

    def stamp(self, text: str) -> Stamp:
        """Return the stamp of rows that are typed at that instant."""
        return Stamp(dates.stamp(self.at(text)), CLERK)

    def desk(self, text: str) -> Desk:
        """Return the desk at that instant, for the functions of `desk/`."""
        return Desk(self.db, self.stamp(text), self.at(text))

    def technician(self, at: str, name: str, *, skills: tuple[str, ...] = ()) -> int:
        """Write a technician, and return the id. A technician without skills repairs everything."""
        technician_id = self.db.insert("technician", self.stamp(at), name=name)
        for skill in skills:
            self.db.insert("technician_skill", technician_id=technician_id, category=skill)
        return technician_id

    def customer(self, at: str, name: str, phone: str | None = None, **values: Any) -> int:
        """Write a customer, and return the id; `values` are columns such as address, area, kind."""
        customer_id = self.db.insert("customer", self.stamp(at), name=name, **values)
        if phone:
            digits = sameness.phone_digits(phone)
            self.db.insert("phone", self.stamp(at), customer_id=customer_id, number=phone, digits=digits)
        return customer_id

    def appliance(self, at: str, customer_id: int, category: str, **values: Any) -> int:
        """Write an appliance, and return the id; `values` are columns such as brand, bought_on, bought_precision."""
        return self.db.insert("appliance", self.stamp(at), customer_id=customer_id, category=category, **values)

    def ticket(
        self, at: str, customer_id: int | None, appliance_id: int | None, *, typed: str = "", **values: Any
    ) -> int:
        """Write a ticket reported at `at` and typed at `typed` (by default at once), and return the id.

        `values` are columns such as type (repair by default), fault, text.
        """
        about = {"type": "repair"} | values
        return tickets.begin_ticket(
            self.db, self.stamp(typed or at), customer_id=customer_id, appliance_id=appliance_id,
            at=dates.stamp(self.at(at)), **about,
        )  # fmt: skip

    def event(self, at: str, ticket_id: int, kind: str, *, typed: str = "", **values: Any) -> int:
        """Write an event that happened at `at` and was typed at `typed` (by default at once), and return the id.

        `values` are columns; a window's ends may be written as `2026-11-05 14:00`.
        """
        for end in ("window_from", "window_to"):
            if end in values:
                values[end] = dates.stamp(self.at(values[end]))
        if kind == "arrived":
            values.setdefault("no_access", 0)
        stamp, happened = self.stamp(typed or at), dates.stamp(self.at(at))
        return self.db.insert("event", stamp, ticket_id=ticket_id, kind=kind, at=happened, **values)

"""Warnings for parts that are taken: others wait for them, or the appliance or the technician is another one."""

from collections.abc import Set

from servicedesk.base.messages import category_name, item_list, say, say_count
from servicedesk.domain.ticket import Ticket
from servicedesk.records.parts import waiting
from servicedesk.storage.database import Database, Row

_CATEGORIES = """
SELECT p.category AS part, a.category AS appliance
  FROM part p
  JOIN appliance a ON a.id = :appliance_id
 WHERE p.id = :part_id
"""
_NAME = "SELECT name FROM technician WHERE id = :id"


def list_served(db: Database, part: Row) -> set[int]:
    """Return the ids of tickets that wait for the part and for which the stock suffices."""
    return {want.ticket_id for want in waiting.find_arrived(db, part_id=part["id"])}


def shortage_notes(db: Database, part: Row, served: Set[int]) -> list[str]:
    """Return a warning for tickets in `served` that still wait for the part and no longer get it."""
    short = served & {want.ticket_id for want in waiting.find_wanted(db, part_id=part["id"])} - list_served(db, part)
    if not short:
        return []
    return [
        say_count(
            "warning: {refs} waits for it, and the stock does not suffice any more",
            "warning: {refs} wait for it, and the stock does not suffice any more",
            n=len(short),
            refs=item_list(f"T{ticket_id}" for ticket_id in sorted(short)),
        )
    ]


def ticket_notes(db: Database, part: Row, ticket: Ticket, taker: Row | None) -> list[str]:
    """Return warnings if the part is for another kind of appliance than the ticket's, or goes to another technician."""
    notes = []
    kinds = db.row(_CATEGORIES, part_id=part["id"], appliance_id=ticket.appliance_id)
    if kinds is not None and kinds["part"] not in {None, kinds["appliance"]}:
        said = {"part": category_name(kinds["part"]), "appliance": category_name(kinds["appliance"])}
        notes.append(say("warning: {code} is for {part}, and T{id} is about {appliance}", code=part["code"],
                         id=ticket.id, **said))  # fmt: skip
    done = ticket.last("completed")
    known = (ticket.technician_id, done.technician_id if done else None)
    workers = dict.fromkeys(worker for worker in known if worker is not None)
    if taker is not None and workers and taker["id"] not in workers:
        name = db.value(_NAME, id=next(iter(workers)))
        notes.append(say("warning: T{id} is with {name}", id=ticket.id, name=name))
    return notes

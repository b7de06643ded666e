"""Rules for doing a job: pick-up, collection and return of an appliance, and the steps of a checklist."""

from collections.abc import Sequence
from enum import StrEnum

from servicedesk.base.errors import RefusedError, UsageError, nearest
from servicedesk.base.messages import coded, in_words, item_list, say
from servicedesk.base.table import moment
from servicedesk.base.text import one_line
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket

FETCHED = (TicketType.REPAIR, TicketType.UPGRADE, TicketType.MAINTENANCE)  # types of work that a workshop can do
NONE = "none"


class BadgeReason(StrEnum):
    """The reason why a badge of the outlet is not valid."""

    EXPIRED = "expired"
    LEFT = "left"
    TAKEN_BACK = "taken_back"


# Example checklists with steps usual in the trade; no standard defines them, and the outlet may change them. A name
# stands for its steps.
EXAMPLES = {
    "five_ones": ("service_card", "shoe_covers", "floor_cloth", "cleaning_cloth", "small_gift"),
    "three_frees": ("no_travel_charge", "no_check_charge", "no_hotline_charge"),
    "dust_free": ("cover_furniture", "dust_hood_on_drill", "vacuum_cleaned"),
}


def check_fetched(ticket_type: str) -> None:
    """Raise RefusedError if work of that type is never done in a workshop."""
    if ticket_type not in FETCHED:
        raise RefusedError(
            say("nothing is picked up for a ticket of type {type}", type=coded(ticket_type)),
            hint=say("a pick-up is for {types}", types=item_list(map(coded, FETCHED))),
        )


def find_collection(ticket: Ticket) -> Event | None:
    """Return the arrival at which the appliance was taken to the workshop, or None."""
    return next((event for event in ticket.valid("arrived") if event.collected), None)


def find_visit(ticket: Ticket, *, at_unix: int) -> Event | None:
    """Return the arrival of the visit in which an appliance is collected: the last arrival within 12 hours, or None."""
    arrivals = [event for event in ticket.valid("arrived") if not event.no_access and event.at_unix <= at_unix]
    return arrivals[-1] if arrivals and at_unix - arrivals[-1].at_unix <= 12 * 3600 else None


def check_returnable(ticket: Ticket, *, at_unix: int, at: str) -> Event:
    """Return the collection of an appliance that is returned at that instant.

    Raise RefusedError if it was never collected, or collected later.
    """
    collection = find_collection(ticket)
    if collection is None:
        raise RefusedError(
            say("the appliance of T{id} was not collected", id=ticket.id), hint=say("first: ticket collect T{id}",
                                                                                     id=ticket.id))  # fmt: skip
    if at_unix < collection.at_unix:
        raise RefusedError(
            say("T{id} was collected {at}, later than {at2}", id=ticket.id, at=moment(collection.at), at2=moment(at))
        )
    return collection


def read_steps(texts: Sequence[str]) -> list[str]:
    """Return the codes of the typed steps, which commas separate. The name of an example stands for its steps.

    Raise UsageError if there is no step, or a step is not a valid code.
    """
    words = [word.strip().lower() for text in texts for word in text.replace("，", ",").replace("、", ",").split(",")]
    words = [_step_meant(word).replace("-", "_").replace(" ", "_") for word in words if word]
    if not words:
        raise UsageError(say("the checklist has no step"), hint=say("such as shoe_covers,floor_cloth, or none"))
    if words == [NONE]:
        return []
    steps = [step for word in words for step in EXAMPLES.get(word, (one_line(word, say("the step")),))]
    return list(dict.fromkeys(steps))


def _step_meant(word: str) -> str:
    """Return the step or the example with that Chinese name, otherwise the word itself."""
    if word.isascii():
        return word
    from servicedesk.domain.synonyms import code_meant

    return code_meant(word, [*EXAMPLES, *(step for steps in EXAMPLES.values() for step in steps)])


def steps_done(text: str, asked: Sequence[str]) -> list[str]:
    """Return which of the asked steps were done; `text` is `all`, `none` or codes. RefusedError for other steps."""
    if text.strip().lower() in {"all", "全部", "全做"}:
        return list(asked)
    done = read_steps([text])
    for step in done:
        if step not in asked:
            raise RefusedError(
                say("'{step}' is no step of this checklist", step=in_words(step)),
                hint=nearest(step, asked) or say("one of {words}", words=item_list(asked)),
            )
    return [step for step in asked if step in done]

"""Exclusions: the reasons why the guarantee does not cover a repair, recorded with its completion (W14)."""

from servicedesk.base.errors import RefusedError, nearest
from servicedesk.base.messages import coded, say
from servicedesk.domain.model import EXCLUSIONS, TicketType


def exclusion_for(ticket_type: str, exclusion: str | None) -> str | None:
    """Return the reason why the guarantee does not cover a repair (W14), or None if no reason was given.

    Raise RefusedError for an unknown reason, or for a ticket that is no repair.
    """
    if exclusion is None:
        return None
    if ticket_type != TicketType.REPAIR:
        raise RefusedError(
            say("only a repair is covered by the guarantee or not"), hint=say("--exclusion is for repairs")
        )
    if exclusion not in EXCLUSIONS:
        raise RefusedError(
            say("'{text}' is no reason against the guarantee", text=exclusion),
            hint=nearest(exclusion, EXCLUSIONS, shown=coded),
        )
    return exclusion

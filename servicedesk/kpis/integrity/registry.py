"""List all signals of the honesty panel in their order (K17), and find a signal by its key."""

import re

from servicedesk.base.errors import NotFoundError, nearest
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.kpis.integrity import answers, deadlines, ends, machines, money, parts, visits
from servicedesk.kpis.integrity.signal import Signal

__all__ = ["SIGNALS", "Signal", "find_signal", "is_signal"]
SIGNALS: tuple[Signal, ...] = tuple(
    sorted(
        (signal for family in (deadlines, visits, answers, machines, ends, money, parts) for signal in family.SIGNALS),
        key=lambda signal: int(signal.key[1:]),
    )
)


def is_signal(key: str) -> bool:
    """Return whether the text looks like the key of a signal, such as I9 or i9. No KPI has such a key."""
    return re.fullmatch(r"[iI][0-9]+", half_width(key).strip()) is not None


def find_signal(key: str) -> Signal:
    """Return the signal with that key, in either case; NotFoundError names the nearest."""
    wanted = half_width(key).strip().upper()
    for signal in SIGNALS:
        if signal.key == wanted:
            return signal
    keys = [signal.key for signal in SIGNALS]
    close = nearest(key, [key.lower() for key in keys])
    hint = close.replace(" i", " I") if close else f"{keys[0]} to {keys[-1]}: 'kpi integrity' lists them"
    raise NotFoundError(say("there is no signal '{key}'", key=key), hint=hint)

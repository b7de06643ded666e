"""Every KPI once, family by family in the order of the board: a definition and its verdicts."""

from servicedesk.base.errors import NotFoundError, nearest
from servicedesk.base.messages import say
from servicedesk.kpis.definitions import (
    arrival,
    backlog,
    callbacks,
    complaints,
    maintenance,
    promises,
    repeats,
    satisfaction,
    times,
)
from servicedesk.kpis.definitions.kpi import Kpi

_FAMILIES = (satisfaction, repeats, arrival, promises, callbacks, complaints, times, backlog, maintenance)
__all__ = ["HEADLINE", "KPIS", "Kpi", "find_kpi"]
KPIS: tuple[Kpi, ...] = tuple(kpi for family in _FAMILIES for kpi in family.KPIS)
HEADLINE = ("satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict")
_ALIASES = {"csat": "satisfaction_rate"}  # K2: never the mean


def find_kpi(key: str) -> Kpi:
    """Return the KPI of that key; NotFoundError names the nearest."""
    wanted = key.strip().lower().replace(" ", "_").replace("-", "_")
    wanted = _ALIASES.get(wanted, wanted)
    for kpi in KPIS:
        if kpi.key == wanted:
            return kpi
    raise NotFoundError(say("there is no KPI '{key}'", key=key), hint=nearest(key, [kpi.key for kpi in KPIS]))

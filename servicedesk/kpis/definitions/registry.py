"""List every KPI in the order of the report, family by family, and find a KPI by key or name."""

import re

from servicedesk.base.errors import NotFoundError, RefusedError, nearest
from servicedesk.base.messages import item_list, say
from servicedesk.kpis.definitions import (
    arrival,
    backlog,
    callbacks,
    complaints,
    customers,
    maintenance,
    promises,
    questionnaires,
    repeats,
    satisfaction,
    times,
)
from servicedesk.kpis.definitions.kpi import Kpi

_FAMILIES = (satisfaction, repeats, arrival, promises, callbacks, complaints, times, backlog, maintenance,
             questionnaires, customers)  # fmt: skip
__all__ = ["HEADLINE", "KPIS", "Kpi", "find_kpi"]
KPIS: tuple[Kpi, ...] = tuple(kpi for family in _FAMILIES for kpi in family.KPIS)
_BY_KEY = {kpi.key: kpi for kpi in KPIS}
HEADLINE = ("satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict")
_ALIASES = {  # K2: csat never means the mean score
    "csi": "csi_equal_weights",
    "csat": "satisfaction_rate", "满意率": "satisfaction_rate", "返修率": "repeat_repair_rate",
    "到位率": "arrival_24h_rate", "及时率": "arrival_24h_rate", "重复维修率": "repeat_repair_rate",
}  # fmt: skip


def find_kpi(key: str) -> Kpi:
    """Return the KPI whose key or name is `key` or begins with it, in English or Chinese.

    Any part of a Chinese name will do. If several KPIs match, the first headline KPI wins; without one, RefusedError
    names all of them. NotFoundError names the nearest.
    """
    if key in _BY_KEY:  # the report looks each KPI up twice
        return _BY_KEY[key]
    wanted = _plain(key)
    wanted = _ALIASES.get(wanted, wanted)
    names = {kpi.key: {kpi.key, _plain(kpi.title), _plain(kpi.chinese)} for kpi in KPIS}
    matches = [kpi for kpi in KPIS if wanted in names[kpi.key]]
    matches = matches or [kpi for kpi in KPIS if wanted and any(name.startswith(wanted) for name in names[kpi.key])]
    if not matches and len(wanted) > 1 and not wanted.isascii():
        matches = [kpi for kpi in KPIS if wanted in _plain(kpi.chinese)]
    headline = [kpi for kpi in matches if kpi.key in HEADLINE]
    if len(matches) > 1 and not headline:
        them = item_list(kpi.key for kpi in matches)
        raise RefusedError(say("several KPIs begin with '{key}'", key=key), hint=say("one of {words}", words=them))
    if not matches:
        is_rule = re.fullmatch("[A-Za-z][0-9]{1,3}", key.strip())
        rule = say("'servicedesk help {code}' prints that rule", code=key.strip().upper()) if is_rule else None
        hint = rule or nearest(key, [kpi.key for kpi in KPIS]) or say("'kpi explain' lists them all")
        raise NotFoundError(say("there is no KPI '{key}'", key=key), hint=hint)
    return (headline or matches)[0]


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")

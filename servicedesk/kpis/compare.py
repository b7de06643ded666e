"""Compare a figure with the same figure of another period, and say whether chance explains the difference (C11)."""

from typing import Any

from servicedesk.base import periods
from servicedesk.base.messages import say
from servicedesk.base.table import shown
from servicedesk.kpis import count, stats
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.kpi import Kpi

LEVEL = 0.05  # p above this level: chance alone may explain the difference
KEYS = (
    "compare_period", "compare_hits", "compare_total", "compare_rate", "compare_value", "compare_n", "difference",
    "p_value", "within_chance",
)  # fmt: skip
COLUMNS = ("other:count??+=before", "change:count+", "judged+=difference")


def comparison(kpi: Kpi, row: dict[str, Any], period: periods.Period, tally: Tally) -> dict[str, Any]:
    """Return the cells that a comparison adds to `row`: the other figure, the difference, and for rates the p-value."""
    parts = count.parts(tally)
    if not kpi.is_rate:
        value, ours = kpi.measure(parts), row["value"]
        numbers = isinstance(value, (int, float)) and isinstance(ours, (int, float))
        gap = ours - value if numbers else None
        found = {"compare_period": period.label, "compare_value": value, "compare_n": stats.count(parts, "hit", "miss")}
        found |= {"difference": gap, "other": stats.figure_text(value, str(kpi.unit)), "judged": ""}
        return found | {"change": "" if gap is None else f"{gap:+.2f}"}
    hits, total = stats.count(parts, "hit"), stats.count(parts, "hit", "miss")
    found = {"compare_period": period.label, "compare_hits": hits, "compare_total": total}
    found |= {"compare_rate": hits / total if total else None, "difference": None, "p_value": None}
    found |= {"within_chance": None, "other": f"{hits}/{total}" if total else "–", "change": "", "judged": say("n/a")}
    if total and row["total"]:
        p = stats.chance(row["hits"], row["total"], hits, total)
        gap = row["rate"] - hits / total
        found |= {"difference": gap, "p_value": p, "within_chance": p > LEVEL}
        points = shown(abs(gap), "rate")[:-2]
        found["change"] = f"{'−' if gap < 0 else '+'}{points}" if min(total, row["total"]) >= 10 else ""
        found["judged"] = say("within chance") if p > LEVEL else say("beyond chance")
    return found

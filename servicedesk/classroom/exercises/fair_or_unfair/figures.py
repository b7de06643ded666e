"""The repeat rates of E8 as `kpi report` counts them: of each technician, by category, and in the same mix."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.base import periods
from servicedesk.domain.groups import By
from servicedesk.kpis.report import report
from servicedesk.storage.database import Database

CLOCK = "2026-08-10T18:00:00+08:00"
KPI = "repeat_repair_rate"
_JUNE = periods.month("2026-06")


# The technicians who completed repairs, and the categories of these repairs.
_PEOPLE = """
SELECT w.id, w.name, a.category
  FROM ticket t
  JOIN event c ON c.ticket_id = t.id AND c.kind = 'completed'
  JOIN technician w ON w.id = c.technician_id
  JOIN appliance a ON a.id = t.appliance_id
 GROUP BY w.id, a.category ORDER BY w.id, a.category"""


class Rates(NamedTuple):
    """The repairs of one technician in June as (came back, all): in total, and by category.

    `ref`: P1 or P2, in the order of the technicians' ids. `mixed`: the rate in the outlet's mix, in per cent, with its
    interval from `low` to `high`.
    """

    ref: str
    name: str
    all_of_them: tuple[int, int]
    by_category: dict[str, tuple[int, int]]
    mixed: float
    low: float
    high: float


def list_people(db: Database) -> dict[str, tuple[str, list[str]]]:
    """Return the name of each technician and the categories that they repaired, by P1 and P2."""
    found: dict[str, list[str]] = {}
    for row in db.rows(_PEOPLE):
        found.setdefault(row["name"], []).append(row["category"])
    return {f"P{place}": person for place, person in enumerate(found.items(), 1)}


def list_rates(db: Database) -> list[Rates]:
    """Return the figures of both technicians."""
    as_of = datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)
    mixed = report(db, _JUNE, as_of=as_of, by=[By.TECHNICIAN], only=[KPI], same_mix=True).objects()
    cells = report(db, _JUNE, as_of=as_of, by=[By.TECHNICIAN, By.CATEGORY], only=[KPI]).objects()
    rows = {row["group"]: row for row in mixed}
    return [
        Rates(
            ref,
            name,
            (rows[name]["hits"], rows[name]["total"]),
            {
                cell["group"]["category"]: (cell["hits"], cell["total"])
                for cell in cells
                if cell["group"]["technician"] == name and cell["total"]
            },
            *(100 * rows[name][f"standard_{what}"] for what in ("rate", "low", "high")),
        )
        for ref, (name, _) in list_people(db).items()
    ]


def percent(rate: tuple[int, int]) -> float:
    """Return a rate (k, n) as a percentage."""
    return 100 * rate[0] / rate[1]


def weights(rates: list[Rates]) -> dict[str, float]:
    """Return the share of each category among the repairs of both technicians."""
    whole = {category: sum(each.by_category[category][1] for each in rates) for category in rates[0].by_category}
    return {category: total / sum(whole.values()) for category, total in whole.items()}

"""The figures of E8, by the code that counts for `kpi report`: of each technician, by category, and in the same mix."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.base import periods
from servicedesk.domain.groups import By
from servicedesk.kpis.report import report
from servicedesk.storage.database import Database

CLOCK = "2026-08-10T18:00:00+08:00"
KPI = "repeat_repair_rate"
_JUNE = periods.month("2026-06")


class Rates(NamedTuple):
    """The repairs of a technician that came back, of all: in June, by category; and the rate in the outlet's mix.

    `ref` is P1 or P2, by the technicians' numbers; rates are per cent, `low` and `high` the interval of `mixed`.
    """

    ref: str
    name: str
    all_of_them: tuple[int, int]
    by_category: dict[str, tuple[int, int]]
    mixed: float
    low: float
    high: float


def list_rates(db: Database) -> list[Rates]:
    """Return the figures of both technicians."""
    as_of = datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)
    mixed = report(db, _JUNE, as_of=as_of, by=[By.TECHNICIAN], only=[KPI], same_mix=True).objects()
    cells = report(db, _JUNE, as_of=as_of, by=[By.TECHNICIAN, By.CATEGORY], only=[KPI]).objects()
    numbers = {row["name"]: row["id"] for row in db.rows("SELECT id, name FROM technician")}
    rows = sorted((row for row in mixed if row["total"]), key=lambda row: numbers[row["group"]])
    return [
        Rates(
            f"P{place}",
            row["group"],
            (row["hits"], row["total"]),
            {
                cell["group"]["category"]: (cell["hits"], cell["total"])
                for cell in cells
                if cell["group"]["technician"] == row["group"] and cell["total"]
            },
            *(100 * row[f"standard_{what}"] for what in ("rate", "low", "high")),
        )
        for place, row in enumerate(rows, 1)
    ]


def percent(rate: tuple[int, int]) -> float:
    """Return how many of a hundred."""
    return 100 * rate[0] / rate[1]


def weights(rates: list[Rates]) -> dict[str, float]:
    """Return the share of each category among the repairs of both."""
    whole = {category: sum(each.by_category[category][1] for each in rates) for category in rates[0].by_category}
    return {category: total / sum(whole.values()) for category, total in whole.items()}

"""The receipt of a share: the figures of each month as `kpi report --by month` prints them at the outlet itself."""

from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from servicedesk.base import periods
from servicedesk.domain.groups import By
from servicedesk.kpis.report import report
from servicedesk.storage.database import Database

Receipt = dict[str, dict[str, list[Any]]]  # {KPI: {month: [hits, misses, pending, excluded]}}, see manifest.py

_FIRST_MONTH = "SELECT min(reported_month) FROM ticket_fact"


def receipt_period(db: Database, as_of: datetime, months: int) -> periods.Period | None:
    """Return the last `months` months up to that instant, from the first ticket on; None without a ticket."""
    first = db.value(_FIRST_MONTH)
    if first is None:
        return None
    today = as_of.date()
    begin = max(date(first // 100, first % 100, 1), today.replace(day=1) - relativedelta(months=months - 1))
    return periods.between(begin, today.replace(day=1) + relativedelta(months=1, days=-1)) if begin <= today else None


def make_receipt(db: Database, period: periods.Period, *, as_of: datetime) -> Receipt:
    """Return the figures of each month of the period as of that instant."""
    found: Receipt = {}
    for row in report(db, period, as_of=as_of, by=[By.MONTH]).objects():
        figures = receipt_line(row)
        if any(figures):
            found.setdefault(row["kpi"], {})[row["period"]] = figures
    return found


def receipt_line(row: dict[str, Any]) -> list[Any]:
    """Return what a receipt has of a figure: [hits, misses, pending, excluded] or [value, n, pending, excluded]."""
    if row.get("unit") is None:
        return [row["hits"], row["total"] - row["hits"], row["pending"], row["excluded"]]
    return [row["value"], row["n"], row["pending"], row["excluded"]]

"""KPI targets of the outlet: the percentage that a rate should reach, or should not exceed."""

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, Table, columns, nothing_changed, record
from servicedesk.kpis.definitions.registry import KPIS, Kpi, find_kpi
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

TARGETS = "SELECT kpi, percent FROM target ORDER BY id"

_COLUMNS = columns("kpi-", "name+=kpi", "percent:count", "better-", "direction+")


def get_targets(db: Database) -> dict[str, float]:
    """Return the targets in per cent, by KPI key."""
    return {row["kpi"]: row["percent"] for row in db.rows(TARGETS)}


def list_targets(db: Database) -> Table:
    """Return every KPI that has a target."""
    known = get_targets(db)
    return Table(_COLUMNS, [_target_cells(kpi, known[kpi.key]) for kpi in KPIS if kpi.key in known])


def set_target(desk: Desk, key: str, percent: float | None) -> Result:
    """Set the target of a rate in per cent; None removes it.

    NotFoundError for an unknown KPI, RefusedError if it is no rate, UsageError for a number outside 0 to 100.
    """
    kpi = find_kpi(key)
    if not kpi.is_rate:
        raise RefusedError(
            say("{kpi} is no percentage", kpi=kpi.key), hint=say("'kpi report --all' shows which figures are")
        )
    if percent is not None and not 0 <= percent <= 100:
        raise UsageError(say("{percent} is no percentage", percent=percent), hint=say("a number from 0 to 100"))
    with desk.db.atomic():
        changed = get_targets(desk.db).get(kpi.key) != percent
        if changed:
            desk.db.run("DELETE FROM target WHERE kpi = :kpi", kpi=kpi.key)
        if changed and percent is not None:
            desk.db.insert("target", desk.stamp, kpi=kpi.key, percent=percent)
    return Result(record(_COLUMNS, _target_cells(kpi, percent)), [] if changed else [nothing_changed(kpi.key)], changed)


def target_text(kpi: Kpi, percent: float, rate: float | None) -> str:
    """Return the target of a KPI as text, and whether `rate` meets it."""
    if rate is None:
        return say("target {percent} %", percent=f"{percent:g}")
    is_reached = rate * 100 >= percent if kpi.better == "higher" else rate * 100 <= percent
    if is_reached:
        return say("target {percent} %: met", percent=f"{percent:g}")
    return say("target {percent} %: missed", percent=f"{percent:g}")


def _target_cells(kpi: Kpi, percent: float | None) -> list[object]:
    whole = int(percent) if percent is not None and percent == int(percent) else percent
    direction = say("higher is better") if kpi.better == "higher" else say("lower is better")
    return [kpi.key, say(kpi.name), whole, kpi.better, direction]

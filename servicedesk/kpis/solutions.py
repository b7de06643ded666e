"""How often each solution worked, counted from the verdicts (K4) of the repairs completed with it, never typed."""

from datetime import date, datetime, timedelta
from pathlib import Path

from servicedesk.base.periods import Period
from servicedesk.base.statements import load_statements
from servicedesk.domain.knowledge.solutions import Success
from servicedesk.kpis.count import judge
from servicedesk.kpis.definitions import repeats
from servicedesk.kpis.stats import wilson
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

_K4 = next(kpi for kpi in repeats.KPIS if kpi.key == "repeat_repair_rate")
_PLACES = {"miss": "worked", "hit": "failed", "pending": "pending"}  # a hit of K4 is a repeat
IS_USED = "SELECT EXISTS (SELECT 1 FROM event WHERE solution_id IS NOT NULL AND voided_at IS NULL)"


def list_verdicts(db: Database, *, now: datetime, solution_id: int | None = None) -> list[tuple[int, int, str, str]]:
    """Return (solution id, ticket id, verdict, reason) of the repairs completed with any solution, or with that one."""
    if not db.value(IS_USED):
        return []
    text = load_statements(Path(__file__).with_name("solutions.sql"))["list_verdicts"].text
    with facts_as_of(db, now):
        judge(db, _K4, Period(date(1970, 1, 1), now.date() + timedelta(days=1), ""))
        return [tuple(row) for row in db.rows(text, solution_id=solution_id)]


def count_success(db: Database, *, now: datetime) -> dict[int, Success]:
    """Return how often each solution worked, by its id. Solutions that no repair names are left out."""
    found: dict[int, Success] = {}
    for solution_id, _, verdict, _ in list_verdicts(db, now=now):
        success = found.setdefault(solution_id, Success())
        if place := _PLACES.get(verdict):
            found[solution_id] = success._replace(**{place: getattr(success, place) + 1})
    return {key: one._replace(rank=wilson(one.worked, one.total)[0]) if one.total else one
            for key, one in found.items()}  # fmt: skip

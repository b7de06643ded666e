"""The tickets that pull a figure down, and those not decided yet: whose they are, what was said, why they count so."""

from datetime import datetime
from pathlib import Path
from typing import Any

from servicedesk.base import dates
from servicedesk.base.messages import say
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Table, columns
from servicedesk.kpis import count as counts
from servicedesk.kpis.count import Verdict
from servicedesk.kpis.definitions.registry import Kpi, find_kpi
from servicedesk.kpis.reasons import reason_sentence
from servicedesk.kpis.report import heading
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database, Row

_WHY = columns(
    "kpi-", "ticket_id:T=ticket", "customer_id-", "customer:name", "technician:name", "verdict-", "reason-", "why",
    "said", "amount-", "counted_on-",
)  # fmt: skip


def explain_misses(db: Database, key: str, period: dates.Period, *, as_of: datetime) -> Table:
    """Return the misses of a figure, worst first, then what is pending. A miss of a figure that should be low is a
    ticket that counts: a repeat, a complaint."""
    kpi = find_kpi(key)
    bad = "miss" if kpi.better == "higher" else "hit"
    text = load_statements(Path(__file__).with_name("why.sql"))["get_case"].text
    with facts_as_of(db, as_of):
        found = [row for row in counts.list_verdicts(db, kpi, period) if row.verdict in {bad, "pending"}]
        cases = {row.ticket_id: db.row(text, ticket_id=row.ticket_id) for row in found}
    found.sort(key=lambda row: (row.verdict == "pending", *_badness(kpi, row, cases[row.ticket_id])))
    misses = sum(row.verdict == bad for row in found)
    head = say(
        "{name}: {misses} against it, {pending} not decided yet\n{heading}",
        name=say(kpi.name),
        misses=misses,
        pending=len(found) - misses,
        heading=heading(db, period, as_of),
    )
    return Table(_WHY, [_cells(kpi, row, cases[row.ticket_id]) for row in found], heading=head)


def _badness(kpi: Kpi, row: Verdict, case: Row | None) -> tuple[Any, ...]:
    """Return what puts the worst first: a repeat or complaint that does not count yet before what may stay good, the
    lowest score, the longest delay, the largest amount, then the day."""
    score = row.reason if row.reason.startswith("score_") else ""
    late = case["late_seconds"] if case and kpi.key.startswith("arrival") else 0
    amount = -(row.amount or 0) if kpi.better == "lower" else row.amount or 0
    is_early = row.verdict == "pending" and row.reason.startswith(("repeated_by", "complained"))
    return not is_early, score, -(late or 0), amount, row.counted_on, row.ticket_id or 0


def _cells(kpi: Kpi, row: Verdict, case: Row | None) -> list[Any]:
    is_answer = "satisfaction_rate" in {kpi.key, kpi.beside}
    said = case["answer_reason" if is_answer else "text"] if case else None
    return [
        kpi.key, row.ticket_id, case["customer_id"] if case else None, case["customer"] if case else None,
        row.technician, row.verdict, row.reason, reason_sentence(row.reason), said, row.amount, row.counted_on,
    ]  # fmt: skip

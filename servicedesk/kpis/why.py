"""List the tickets that speak against a figure, and those not decided yet, each with the customer and the reason."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import periods
from servicedesk.base.messages import joined, say
from servicedesk.base.statements import Statement, load_statements
from servicedesk.base.table import Table, columns
from servicedesk.kpis import count as counts
from servicedesk.kpis import stats
from servicedesk.kpis.count import Tally, Verdict
from servicedesk.kpis.definitions.registry import Kpi, find_kpi
from servicedesk.kpis.reasons import reason_sentence
from servicedesk.kpis.report import heading, period_options
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

_WHY = columns(
    "kpi-", "ticket_id:T=ticket", "customer_id-", "customer:name", "technician:name", "verdict-", "reason-", "why",
    "said", "amount-", "late_hours-", "counted_on-",
)  # fmt: skip
_NAMED = re.compile(r".+_([PK])([0-9]+)")  # kept_late_P12: the promise or complaint that the reason is about
# Reasons that a time was missed: the sentence says by how much.
_LATE = ("late", "no_arrival", "kept_late", "not_kept", "acknowledged_late", "not_acknowledged")


class _Case(NamedTuple):
    """The customer of a ticket, promise or complaint, the words about it, and the seconds by which it was late.

    `is_day_alone`: the arrival was imported as a day without a time.
    """

    customer_id: int | None = None
    customer: str | None = None
    said: str | None = None
    late_seconds: int | None = None
    is_day_alone: bool = False


def explain_misses(db: Database, key: str, period: periods.Period, *, as_of: datetime) -> Table:
    """Return the tickets that speak against a figure, worst first, then the pending ones.

    If a figure should be low, such as repeats, its hits speak against it. Without any ticket, the screen shows one
    sentence instead of an empty table.
    """
    kpi = find_kpi(key)
    bad = _bad_verdict(kpi)
    texts = load_statements(Path(__file__).with_name("why.sql"))
    with facts_as_of(db, as_of):
        found = [row for row in counts.list_verdicts(db, kpi, period) if row.verdict in {bad, "pending"}]
        lines = [(row, _load_case(db, texts, kpi, row)) for row in found]
        if not found:
            sentence = _nothing_to_list(db, kpi, period, as_of)
            return Table(_WHY, [], drawn=lambda: Table((), [], heading=sentence))
    lines.sort(key=lambda line: (line[0].verdict == "pending", *_badness(kpi, *line)))
    misses = sum(row.verdict == bad for row in found)
    head = say(
        "{name}: {misses} against it, {pending} not decided yet\n{heading}",
        name=say(kpi.name),
        misses=misses,
        pending=len(found) - misses,
        heading=heading(db, period, as_of),
    )
    return Table(_WHY, [_cells(kpi, row, case) for row, case in lines], heading=head)


def _bad_verdict(kpi: Kpi) -> str:
    """Return the verdict that speaks against the figure."""
    return "miss" if kpi.better == "higher" else "hit"


def _nothing_to_list(db: Database, kpi: Kpi, period: periods.Period, as_of: datetime) -> str:
    """Return a sentence that nothing speaks against the figure; if something does this month, also a command."""
    name, tally = say(kpi.name), counts.count_verdicts(db, kpi, period, []).get((), Tally())
    hits, total = stats.count(counts.parts(tally), "hit"), stats.count(counts.parts(tally), "hit", "miss")
    told = [say("{name}: nothing to count in {period}", name=name, period=period.label)]
    if total:
        told = [
            say(
                "{name}: {hits} of {total} in {period}: nothing speaks against the figure",
                name=name, hits=hits, total=total, period=period.label,
            )
        ]  # fmt: skip
    running = periods.month(f"{as_of:%Y-%m}")
    now = counts.count_verdicts(db, kpi, running, []).get((), Tally())
    misses, pending = (stats.count(counts.parts(now), verdict) for verdict in (_bad_verdict(kpi), "pending"))
    if running.first >= period.end and misses + pending:
        command = f"servicedesk kpi why {kpi.key} {period_options(running)}"
        told.append(
            say(
                "{period}, running: {misses} against it, {pending} not decided yet: {command}",
                period=running.label, misses=misses, pending=pending, command=command,
            )
        )  # fmt: skip
    return joined("\n", told)


def _load_case(db: Database, texts: Mapping[str, Statement], kpi: Kpi, row: Verdict) -> _Case:
    """Return customer, words and delay behind a verdict, from its promise or complaint, else from its ticket."""
    ticket = db.row(texts["get_case"].text, ticket_id=row.ticket_id)
    case = _Case(ticket["customer_id"], ticket["customer"]) if ticket else _Case()
    if named := _NAMED.fullmatch(row.reason):
        name = "get_promise" if named[1] == "P" else "get_complaint"
        found = db.row(texts[name].text, id=int(named[2]))
        if found and named[1] == "K":
            case = _Case(found["customer_id"], found["customer"])
        if found:
            return case._replace(said=found["said"], late_seconds=found["late_seconds"])
    if ticket is None:
        return case
    is_answer = "satisfaction_rate" in {kpi.key, kpi.beside}
    late = "strictly_late_seconds" if kpi.key.endswith("strict") else "late_seconds"
    seconds = ticket[late] if kpi.key.startswith("arrival") else None
    said = ticket["answer_reason" if is_answer else "text"]
    return case._replace(said=said, late_seconds=seconds, is_day_alone=bool(ticket["is_day_alone"]))


def _badness(kpi: Kpi, row: Verdict, case: _Case) -> tuple[Any, ...]:
    """Return the sort key that puts the worst first.

    Pending repeats and complaints come first, then the lowest score, the longest delay, the worst amount, the day.
    """
    score = row.reason if row.reason.startswith("score_") else ""
    amount = -(row.amount or 0) if kpi.better == "lower" else row.amount or 0
    is_early = row.verdict == "pending" and row.reason.startswith(("repeated_by", "complained"))
    return not is_early, score, -(case.late_seconds or 0), amount, row.counted_on, row.ticket_id or 0


def _cells(kpi: Kpi, row: Verdict, case: _Case) -> list[Any]:
    why, late = reason_sentence(row.reason), None
    if row.verdict != "pending" and row.reason.startswith(_LATE) and (case.late_seconds or 0) > 0:
        late = round((case.late_seconds or 0) / 3600, 1)
        told = say("no time of day") if case.is_day_alone else _time_text(case.late_seconds or 0)
        why = say("{why} ({time})", why=why, time=told)
    return [
        kpi.key, row.ticket_id, case.customer_id, case.customer, row.technician, row.verdict, row.reason, why,
        case.said, row.amount, late, row.counted_on,
    ]  # fmt: skip


def _time_text(seconds: int) -> str:
    """Return a delay in minutes, hours, or from two days on in days."""
    if seconds < 3600:
        return say("{n}\u00a0min", n=max(seconds // 60, 1))
    return say("{n}\u00a0h", n=seconds // 3600) if seconds < 48 * 3600 else say("{n}\u00a0d", n=seconds // 86400)

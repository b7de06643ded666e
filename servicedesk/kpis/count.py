"""Count the verdicts of a KPI's tickets by group. figure.py turns the counts into figures."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import periods
from servicedesk.base.statements import load_statements
from servicedesk.domain.groups import By
from servicedesk.kpis.definitions.kpi import Kpi, load_texts
from servicedesk.kpis.stats import Part
from servicedesk.records.ticket_facts import ask_period
from servicedesk.storage.database import Database

Tally = Counter[tuple[str, str | None, float | None]]  # tickets by (verdict, reason if pending or excluded, amount)
_BITS = 15  # bits for each verdict in a packed count; a group with more tickets is counted row by row
_PACKED = ("hit", "miss", "pending", "silent")
_GROUPS = tuple(By)  # in the order of count_groups


class Verdict(NamedTuple):
    """A ticket of a cohort with its verdict. `reason` may end with the record that it is about: repeated_by_T12."""

    ticket_id: int | None
    period: str
    technician: str
    category: str
    type: str
    area: str
    verdict: str
    reason: str
    amount: float | None
    counted_on: str
    charge: str
    brand: str
    model: str
    tier: str
    channel: str
    source: str
    lateness: str


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("count.sql")).items()}


def load_views() -> dict[str, str]:
    """Return the views of count.sql that read no verdicts, by name."""
    return {name: _texts()[name] for name in ("ticket_area", "ticket_charge", "ticket_tier", "ticket_lateness")}


def ask(db: Database, period: periods.Period, *, monthly: bool = False) -> None:
    """Set the period to count and make the views that KPI statements read. Call it inside `facts_as_of`."""
    ask_period(db, period, monthly=monthly)
    if not db.connection.execute("SELECT count(*) FROM temp.sqlite_master WHERE name = 'placed'").fetchone()[0]:
        families = {name: statement.text for name, statement in load_texts().items() if statement.is_view}
        for name, text in (families | load_views() | {"placed": _texts()["placed"]}).items():
            db.make_view(name, text)


def judge(db: Database, kpi: Kpi, period: periods.Period, *, monthly: bool = False) -> None:
    """Make the view `judged`, which holds the verdicts of `kpi` in the period."""
    ask(db, period, monthly=monthly)
    db.make_view("judged", kpi.sql, anew=True)


def list_names(db: Database) -> dict[int | None, str]:
    """Return the technicians' names by id, as of the instant of `facts_as_of`. Call it inside `facts_as_of`."""
    return dict(db.connection.execute(_texts()["list_names"]).fetchall())


def count_verdicts(db: Database, kpi: Kpi, period: periods.Period, by: Sequence[By]) -> dict[tuple[str, ...], Tally]:
    """Return the tally of verdicts for each group that `by` tells apart. Call it inside `facts_as_of`."""
    judge(db, kpi, period, monthly=By.MONTH in by)
    found: dict[tuple[Any, ...], Tally] | None = None
    if by and set(by) <= {By.MONTH, By.TECHNICIAN} and kpi.along:
        found = _count_along(db, kpi.along, by)
    if found is None:
        found = _count_groups(db, kpi, by)
    if By.TECHNICIAN not in by:
        return found
    names, at = list_names(db), by.index(By.TECHNICIAN)
    named: dict[tuple[str, ...], Tally] = {}
    for group, tally in found.items():
        key = (*group[:at], names.get(group[at], kpi.nobody), *group[at + 1 :])
        named.setdefault(key, Counter()).update(tally)
    return dict(sorted(named.items()))


def count_unassigned(db: Database, kpi: Kpi, period: periods.Period) -> int:
    """Return how many misses are charged to nobody because the imported file lacks the time of assignment (C9)."""
    judge(db, kpi, period)
    return int(db.connection.execute(_texts()["count_unassigned"]).fetchone()[0])


def _count_groups(db: Database, kpi: Kpi, by: Sequence[By]) -> dict[tuple[Any, ...], Tally]:
    """Return the counts by any groups, or by none."""
    if not by:
        rows = db.connection.execute(_texts()["count_all"], {"amounts": int(not kpi.is_rate)}).fetchall()
        return {(): Counter({(verdict, why, amount): count for verdict, why, amount, count in rows})} if rows else {}
    places = [_GROUPS.index(name) for name in by]
    asked = {name.value: int(name in by) for name in _GROUPS} | {"amounts": int(not kpi.is_rate)}
    found: dict[tuple[Any, ...], Tally] = {}
    for *cells, verdict, why, amount, count in db.connection.execute(_texts()["count_groups"], asked):
        found.setdefault(tuple(cells[place] for place in places), Counter())[verdict, why, amount] += count
    return found


def _count_along(db: Database, index: str, by: Sequence[By]) -> dict[tuple[Any, ...], Tally] | None:
    """Return the counts by month and technician, read along an index; None if a group is too large to be packed."""
    # 64 MiB hold one index of a million tickets, all of which the search for repeats reads (a third of the time).
    # Memory-mapping the file instead gains no more and counts as 330 MiB of our memory.
    db.connection.execute("PRAGMA cache_size = -65536")
    return unpack_counts(db.connection.execute(_texts()[f"count_{index}"]), by)


def unpack_counts(rows: Iterable[Any], by: Sequence[By]) -> dict[tuple[Any, ...], Tally] | None:
    """Return the tallies by group from packed rows (month, hit_to, miss_to, else_to, count, packed).

    None if the count of a row does not fit into the bits of a packed count.
    """
    mask = (1 << _BITS) - 1
    counts: Counter[tuple[Any, ...]] = Counter()  # by (month, technician, verdict)
    for month, hit_to, miss_to, else_to, count, packed in rows:
        if count > mask:
            return None
        left = count
        for at, name in enumerate(_PACKED):
            if n := packed >> _BITS * at & mask:
                counts[month, {"hit": hit_to, "miss": miss_to}.get(name, else_to), name] += n
                left -= n
        if left:
            counts[month, else_to, "excluded"] += left
    found: dict[tuple[Any, ...], Tally] = {}
    for (month, who, name), n in counts.items():
        parts = {By.MONTH: f"{month // 100}-{month % 100:02d}", By.TECHNICIAN: who}
        tally = found.setdefault(tuple(parts[part] for part in by), Counter())
        tally[("excluded", "no_answer", None) if name == "silent" else (name, None, None)] += n
    return found


def parts(tally: Tally) -> list[Part]:
    """Return the counts of a tally without their reasons, as stats.py reads them."""
    return [Part(verdict, amount, count) for (verdict, _, amount), count in tally.items()]


def undecided_reasons(tally: Tally) -> Counter[tuple[str, str]]:
    """Return how many tickets are pending or excluded for each reason."""
    found: Counter[tuple[str, str]] = Counter()
    for (verdict, why, _), count in tally.items():
        if why is not None:
            found[verdict, why] += count
    return found


def why_alone(reason: str) -> str:
    """Return a reason code without the record at its end: kept_late for kept_late_P12.

    repeated_by_T12 becomes repeated_already.
    """
    head, _, tail = reason.rpartition("_")
    if tail[:1] in {"T", "P", "K", "A", "G", "C"} and tail[1:].isdecimal():
        return "repeated_already" if head == "repeated_by" else head
    return reason


def list_verdicts(db: Database, kpi: Kpi, period: periods.Period, *, monthly: bool = False) -> Iterator[Verdict]:
    """Yield the verdicts of a KPI one by one, ordered by day. Call it inside `facts_as_of`."""
    names = list_names(db)
    judge(db, kpi, period, monthly=monthly)
    for ticket_id, month, who, *more in db.connection.execute(_texts()["list_verdicts"]):
        yield Verdict(ticket_id, month, names.get(who, kpi.nobody), *more)


def settling_seconds(db: Database, kpi: Kpi, period: periods.Period) -> dict[int, int]:
    """Return by month (202610) the Unix second at which the last ticket is decided; empty if no ticket delays it."""
    if kpi.settled is None:
        return {}
    ask(db, period)
    return {row[0]: row[1] for row in db.connection.execute(load_texts()[kpi.settled].text)}

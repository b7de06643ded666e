"""The KPIs once more, in plain Python over the raw rows: no code and no SQL shared with servicedesk.

Written from domain.md 2.0 (C1–C10), K1, K4, K6 and cli.md ("Verdicts, where the definitions leave room") alone, one
ticket at a time, so that it can be read beside them. Slow and obvious on purpose.
"""

import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HIT, MISS, PENDING, EXCLUDED = "hit", "miss", "pending", "excluded"
K1, K4, K6, K6_STRICT = "satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict"
KPIS = (K1, K4, K6, K6_STRICT)
GROUPS = ("technician", "category", "type", "area")

TABLES = ("ticket", "event", "customer", "appliance", "technician", "change")
NOT_A_TICKET = ("duplicate", "entry_error")  # C7
NO_INDEX_REPAIR = ("exchanged", "not_repairable", "resolved_remotely")  # K4
Z_95 = 1.959963984540054  # the 97.5 % point of the normal distribution

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of `event`, its instants parsed. `place` is where it stands in the recording order (K1)."""

    id: int
    kind: str
    at: datetime
    recorded_at: datetime
    voided_at: datetime | None
    row: Row
    first_recorded_at: datetime

    @property
    def place(self) -> int:
        """A corrected fact keeps the place of the first of its line."""
        return int(self.row["corrects_id"] or self.id)

    @property
    def technician_id(self) -> int | None:
        found: int | None = self.row["technician_id"]
        return found

    def is_visible(self, as_of: datetime) -> bool:
        """C3: happened and recorded by then, and not taken back by then."""
        return self.at <= as_of and self.recorded_at <= as_of and not (self.voided_at and self.voided_at <= as_of)


@dataclass(frozen=True, slots=True)
class Raw:
    """An outlet's rows as they lie in the file, events by ticket in the order of their ids."""

    zone: ZoneInfo
    tickets: tuple[Row, ...]
    facts: dict[int, tuple[Fact, ...]]
    customers: dict[int, Row]
    appliances: dict[int, Row]
    technicians: dict[int, Row]
    changes: tuple[Row, ...]

    def day(self, at: datetime) -> date:
        """C1: the outlet's local date of an instant."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as it looked at an instant: only what was visible then."""

    row: Row
    facts: tuple[Fact, ...]

    def of(self, kind: str) -> list[Fact]:
        """The visible facts of a kind by the time they happened, then as recorded."""
        return sorted((f for f in self.facts if f.kind == kind), key=lambda f: (f.at, f.id))

    def first(self, kind: str) -> Fact | None:
        return next(iter(self.of(kind)), None)

    def last(self, kind: str) -> Fact | None:
        return next(reversed(self.of(kind)), None)

    @property
    def report(self) -> Fact:
        return self.of("reported")[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one ticket of a cohort means to a KPI. `reason` is the class of an exclusion, else None."""

    kpi: str
    ticket_id: int
    on: date
    technician: str
    category: str
    type: str
    area: str
    verdict: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """What `kpi report` prints of a group: the rate is hits ÷ total, total is hits + misses."""

    hits: int
    total: int
    pending: int
    excluded: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | tuple[None, None]:
        return wilson(self.hits, self.total) if self.total else (None, None)


def raw(path: Path) -> Raw:
    """Every row of the tables that the KPIs rest on."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        tables = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in TABLES}
        zone = ZoneInfo(connection.execute("SELECT * FROM outlet").fetchone()["zone"])
    finally:
        connection.close()
    facts: dict[int, list[Fact]] = {}
    recorded = {row["id"]: instant(row["recorded_at"]) for row in tables["event"]}
    for row in sorted(tables["event"], key=lambda row: int(row["id"])):
        facts.setdefault(row["ticket_id"], []).append(_fact(row, recorded[row["corrects_id"] or row["id"]]))
    return Raw(
        zone,
        tuple(tables["ticket"]),
        {ticket_id: tuple(found) for ticket_id, found in facts.items()},
        {row["id"]: row for row in tables["customer"]},
        {row["id"]: row for row in tables["appliance"]},
        {row["id"]: row for row in tables["technician"]},
        tuple(tables["change"]),
    )


def instant(text: str) -> datetime:
    """In UTC, where instants of both sides of a change of the clock compare as they happened."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _fact(row: Row, first_recorded_at: datetime) -> Fact:
    voided = row["voided_at"]
    return Fact(
        row["id"],
        row["kind"],
        instant(row["at"]),
        instant(row["recorded_at"]),
        instant(voided) if voided else None,
        row,
        first_recorded_at,
    )


def cases(outlet: Raw, as_of: datetime) -> list[Case]:
    """The tickets that anybody knew of at that instant."""
    found = []
    for row in outlet.tickets:
        facts = tuple(fact for fact in outlet.facts.get(row["id"], ()) if fact.is_visible(as_of))
        if any(fact.kind == "reported" for fact in facts):
            found.append(Case(row, facts))
    return found


def verdicts(outlet: Raw, kpi: str, *, as_of: datetime, first: date, end: date) -> list[Verdict]:
    """Every ticket of the cohort whose date lies in `[first, end)` (C2), as of that instant, by ticket."""
    known = cases(outlet, as_of)
    if kpi == K1:
        found = [_satisfaction(outlet, case, as_of) for case in known]
    elif kpi == K4:
        found = [_repeat(outlet, case, known, as_of) for case in known]
    else:
        found = [_arrival(outlet, case, as_of, strict=kpi == K6_STRICT) for case in known]
    return [verdict for verdict in found if verdict and first <= verdict.on < end]


def _satisfaction(outlet: Raw, case: Case, as_of: datetime) -> Verdict | None:
    """K1: completed repairs, installations, maintenance visits; the first valid answer counts for ever."""
    done = case.last("completed")
    if done is None or case.row["type"] not in {"repair", "install", "maintenance"}:
        return None
    completed_on = outlet.day(done.at)
    last_day = completed_on + timedelta(days=14)
    answers = [fact for fact in case.of("surveyed") if outlet.day(fact.at) <= last_day]
    charged = done.technician_id
    if done.row["outcome"] == "resolved_remotely":
        verdict, reason = EXCLUDED, "resolved_remotely"
    elif answers:
        verdict, reason = HIT if _is_satisfied(min(answers, key=lambda fact: fact.place)) else MISS, ""
    elif outlet.day(as_of) <= last_day:
        verdict, reason = PENDING, ""
    else:
        verdict, reason = EXCLUDED, "no_answer"
    return _judged(outlet, K1, case, completed_on, verdict, reason, charged=charged, as_of=as_of)


def _is_satisfied(answer: Fact) -> bool:
    """4 and 5, or the plain yes of an imported file; a 3 is not."""
    if answer.row["score"] is not None:
        return bool(answer.row["score"] in {4, 5})
    return bool(answer.row["satisfied"] == 1)


def _repeat(outlet: Raw, case: Case, known: Sequence[Case], as_of: datetime) -> Verdict | None:
    """K4: completed repairs; hit means repeated, which is bad."""
    done = case.last("completed")
    if done is None or case.row["type"] != "repair":
        return None
    completed_on = outlet.day(done.at)
    if case.row["appliance_id"] is None:
        verdict, reason = EXCLUDED, "no_appliance"
    elif done.row["outcome"] in NO_INDEX_REPAIR:
        verdict, reason = EXCLUDED, done.row["outcome"]
    elif not completed_on + timedelta(days=30) < outlet.day(as_of):
        verdict, reason = PENDING, ""
    else:
        repeated = any(_is_repeat(outlet, case, done, other) for other in known)
        verdict, reason = HIT if repeated else MISS, ""
    return _judged(outlet, K4, case, completed_on, verdict, reason, charged=done.technician_id, as_of=as_of)


def _is_repeat(outlet: Raw, index: Case, done: Fact, other: Case) -> bool:
    """Another repair of the same machine, reported later, at most 30 calendar days (C4), not withdrawn by C7."""
    if other.row["id"] == index.row["id"] or other.row["type"] != "repair":
        return False
    if other.row["appliance_id"] != index.row["appliance_id"] or _withdrawn(other):
        return False
    again = other.report.at
    return again > done.at and (outlet.day(again) - outlet.day(done.at)).days <= 30


def _withdrawn(case: Case) -> str | None:
    """C7: cancelled as a duplicate or an entry error."""
    cancelled = case.last("cancelled")
    return cancelled.row["reason"] if cancelled and cancelled.row["reason"] in NOT_A_TICKET else None


def deadline(case: Case, *, strict: bool) -> datetime:
    """K6: 24 hours, or the end of the later window that the customer asked for in time."""
    day_later = case.report.at + timedelta(hours=24)
    limit = day_later
    if not strict:
        for window in sorted(case.of("appointed"), key=lambda fact: (fact.first_recorded_at, fact.place)):
            if window.row["asked_by"] == "customer" and window.first_recorded_at <= limit:
                limit = max(day_later, instant(window.row["window_to"]))
    return limit


def _arrival(outlet: Raw, case: Case, as_of: datetime, *, strict: bool) -> Verdict | None:
    """K6, first match of cli.md's list."""
    if case.row["type"] != "repair":
        return None
    limit, arrived = deadline(case, strict=strict), case.first("arrived")
    charged: int | None = None
    reason = _withdrawn(case) or ("on_site" if case.row["on_site"] else "")
    if reason:
        verdict = EXCLUDED
    elif arrived:
        verdict = PENDING if limit > as_of else HIT if arrived.at <= limit else MISS
    elif reason := _left_in_time(case, limit):
        verdict = EXCLUDED
    else:
        verdict = MISS if limit <= as_of else PENDING
    if verdict == HIT and arrived:
        charged = arrived.technician_id
    elif verdict == MISS:
        charged = _assigned(case, limit)
    key = K6_STRICT if strict else K6
    return _judged(outlet, key, case, outlet.day(case.report.at), verdict, reason, charged=charged, as_of=as_of)


def _left_in_time(case: Case, limit: datetime) -> str:
    """Why nobody had to come any more at or before the deadline; empty if there is no such reason."""
    cancelled, done = case.last("cancelled"), case.last("completed")
    if cancelled and cancelled.at <= limit:
        if cancelled.row["cancelled_by"] == "customer":
            return "cancelled_by_customer"
        if cancelled.row["reason"] == "out_of_area":
            return "out_of_area"
    if done and done.at <= limit and done.row["outcome"] == "resolved_remotely":
        return "remote"
    return ""


def _assigned(case: Case, by: datetime) -> int | None:
    """Who was assigned at that instant."""
    found = [fact for fact in case.of("assigned") if fact.at <= by]
    return found[-1].technician_id if found else None


def _judged(
    outlet: Raw, kpi: str, case: Case, on: date, verdict: str, reason: str, *, charged: int | None, as_of: datetime
) -> Verdict:
    """The verdict with what it is grouped by (C9: pending and excluded belong to whoever is assigned)."""
    if verdict in {PENDING, EXCLUDED}:
        charged = _assigned(case, as_of)
    nobody = "(dispatch)" if kpi in {K6, K6_STRICT} else "(none)"
    technician = nobody
    if charged is not None:
        technician = _value_at(outlet, "technician", outlet.technicians[charged], "name", as_of) or nobody
    category, area = _category(outlet, case, as_of) or "(none)", _area(outlet, case) or "(none)"
    return Verdict(kpi, case.row["id"], on, technician, category, case.row["type"], area, verdict, reason or None)


def _category(outlet: Raw, case: Case, as_of: datetime) -> str | None:
    """The appliance's category as it was recorded as of then."""
    appliance = outlet.appliances.get(case.row["appliance_id"])
    return _value_at(outlet, "appliance", appliance, "category", as_of) if appliance else None


def _area(outlet: Raw, case: Case) -> str | None:
    """The ticket's own area, else the customer's at the report."""
    customer = outlet.customers.get(case.row["customer_id"])
    if case.row["area"] or customer is None:
        own: str | None = case.row["area"]
        return own
    return _value_at(outlet, "customer", customer, "area", case.report.at)


def _value_at(outlet: Raw, noun: str, row: Row, field: str, at: datetime) -> str | None:
    """What stood in a field at an instant: `old` of the first change recorded after it, else what stands now."""
    later = [
        change
        for change in outlet.changes
        if change[f"{noun}_id"] == row["id"] and change["field"] == field and instant(change["recorded_at"]) > at
    ]
    first = min(later, key=lambda c: (instant(c["recorded_at"]), c["id"]), default=None)
    found: str | None = first["old"] if first else row[field]
    return found


def counted(found: Iterable[Verdict]) -> Count:
    """How many of each verdict."""
    tally = dict.fromkeys((HIT, MISS, PENDING, EXCLUDED), 0)
    for verdict in found:
        tally[verdict.verdict] += 1
    return Count(tally[HIT], tally[HIT] + tally[MISS], tally[PENDING], tally[EXCLUDED])


def grouped(found: Iterable[Verdict], by: Sequence[str]) -> dict[tuple[str, ...], Count]:
    """The counts of every group that has a ticket; `by` names fields of GROUPS, or `month`."""
    parts: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in found:
        names = tuple(f"{verdict.on:%Y-%m}" if name == "month" else str(getattr(verdict, name)) for name in by)
        parts.setdefault(names, []).append(verdict)
    return {names: counted(part) for names, part in parts.items()}


def wilson(hits: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of hits ÷ total: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n) (C10)."""
    p = hits / total
    scale = 1 + z * z / total
    middle = (p + z * z / (2 * total)) / scale
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)

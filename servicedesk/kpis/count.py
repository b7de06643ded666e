"""Verdicts counted: how many tickets of a cohort got which verdict, by group. Figures are made in reports.py."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.stats import Part
from servicedesk.domain.groups import By
from servicedesk.kpis.definitions.kpi import BITS, CLASSES, Kpi
from servicedesk.records.ticket_facts import then, visible, whose_then
from servicedesk.storage.database import Database

Tally = Counter[tuple[str, str | None, float | None]]  # tickets by (verdict, why it is left out, amount)


NAMES = f"SELECT k.id, {then('technician', 'name', 'k.id', ':as_of')} FROM technician k"

# Whose the ticket was when it was reported: a merge moves no ticket to another part of town.
_WHOSE = f"coalesce({whose_then('ticket', 't.ticket_id', 'r.at_unix')}, t.customer_id)"
_OF_ITS_OWN, _OF_TICKET = (then("appliance", "category", f"{row}.appliance_id", ":as_of") for row in ("v", "t"))
# The properties of a verdict `v` as of then, `t` its row of facts; the area is the customer's at the report.
PROPERTIES = {
    "period": "printf('%d-%02d', v.month / 100, v.month % 100)",
    "technician": "v.who_id",
    "category": f"coalesce({_OF_ITS_OWN}, {_OF_TICKET}, '(none)')",
    "type": "coalesce(t.type, '(none)')",
    "area": f"""coalesce({then("ticket", "area", "t.ticket_id", ":as_of")}, (
        SELECT {then("customer", "area", "r.customer_id", "r.at_unix")}
          FROM (SELECT r.at_unix, {_WHOSE} AS customer_id FROM event r
                 WHERE r.ticket_id = t.ticket_id AND r.kind = 'reported' AND {visible("r")} LIMIT -1) r), '(none)')""",
}
VERDICT = (
    "CASE substr(judgement, 1, 1) WHEN 's' THEN 'excluded' ELSE substr(judgement, 1, instr(judgement, ' ') - 1) END"
)
REASON = "substr(judgement, instr(judgement, ' ') + 1) || coalesce('_' || detail, '')"
OF_TICKETS = "({select}) v LEFT JOIN ticket_fact t ON t.ticket_id = v.ticket_id"


def bind_values(db: Database, period: dates.Period, as_of: datetime, *, monthly: bool = False) -> dict[str, Any]:
    """The values of a verdict's parameters (definitions/kpi.py)."""
    zone = dates.zone(db.outlet.zone)
    first, last = period.first, date.fromordinal(period.end.toordinal() - 1)
    return {
        "from_unix": dates.unix(dates.start_of(first, zone)),
        "until_unix": dates.unix(dates.start_of(period.end, zone)),
        "from_day": dates.day_number(first),
        "until_day": dates.day_number(period.end),
        "from_month": first.year * 100 + first.month,
        "until_month": last.year * 100 + last.month,
        "as_of": dates.unix(as_of),
        "as_of_day": dates.day_number(as_of.date()),
        "monthly": int(monthly),
    }


def names(db: Database, as_of: datetime) -> dict[int | None, str]:
    """What every technician was called as of then."""
    return dict(db.connection.execute(NAMES, {"as_of": dates.unix(as_of)}).fetchall())


def count_verdicts(
    db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, by: Sequence[By]
) -> dict[tuple[str, ...], Tally]:
    """The verdicts of the cohort, counted for each group, as `ticket_fact` shows the tickets (facts.seen_at)."""
    values = bind_values(db, period, as_of, monthly=By.MONTH in by)
    found: dict[tuple[str, ...], Tally] | None = None
    if by and set(by) <= {By.MONTH, By.TECHNICIAN} and kpi.is_rate and kpi.verdicts.tally:
        found = count_tally(db, kpi.verdicts.tally, values, by)
    if found is None:
        found = _count_rows(db, kpi, values, by)
    if By.TECHNICIAN not in by:
        return found
    named, at = names(db, as_of), by.index(By.TECHNICIAN)
    told: dict[tuple[str, ...], Tally] = {}
    for group, tally in found.items():
        key = (*group[:at], named.get(group[at], kpi.nobody), *group[at + 1 :])  # type: ignore[call-overload]
        told.setdefault(key, Counter()).update(tally)
    return dict(sorted(told.items()))


def _count_rows(db: Database, kpi: Kpi, values: dict[str, Any], by: Sequence[By]) -> dict[tuple[str, ...], Tally]:
    """From the SELECT, for any groups."""
    select = "".join(f"{PROPERTIES['period' if name == By.MONTH else name]} AS g{i}, " for i, name in enumerate(by))
    groups = "".join(f"g{i}, " for i in range(len(by)))
    reason = f"CASE WHEN judgement < 'hit' OR judgement >= 'pending' THEN {REASON} END"
    amount = "NULL" if kpi.is_rate else "amount"
    source = OF_TICKETS.format(select=kpi.verdicts.select) if by else f"({kpi.verdicts.select}) v"
    found: dict[tuple[str, ...], Tally] = {}
    for *group, verdict, why, measured, count in db.connection.execute(
        f"SELECT {groups}verdict, why, measured, count(*)"
        f" FROM (SELECT {select}{VERDICT} AS verdict, {reason} AS why, {amount} AS measured FROM {source})"
        f" GROUP BY {groups}verdict, why, measured",
        values,
    ):
        found.setdefault(tuple(group), Counter())[verdict, why, measured] += count
    return found


def count_tally(
    db: Database, sql: str, values: dict[str, Any], by: Sequence[By]
) -> dict[tuple[str, ...], Tally] | None:
    """From the tally, unsorted along an index; None where a group is too large for its packed counts."""
    # The pages of one index for a million tickets: repeats are sought all over it (a third of their time). Mapping the
    # file instead gains no more and counts as 330 MiB of ours.
    db.connection.execute("PRAGMA cache_size = -65536")
    mask = (1 << BITS) - 1
    counts: Counter[tuple[Any, ...]] = Counter()  # by (month, technician, class)
    for month, hit_to, miss_to, else_to, packed, count in db.connection.execute(sql, values):
        if count > mask:
            return None
        left = count
        for at, name in enumerate(CLASSES):
            if n := packed >> BITS * at & mask:
                counts[month, {"hit": hit_to, "miss": miss_to}.get(name, else_to), name] += n
                left -= n
        if left:
            counts[month, else_to, "excluded"] += left
    found: dict[tuple[str, ...], Tally] = {}
    for (month, who, name), n in counts.items():
        parts = {By.MONTH: f"{month // 100}-{month % 100:02d}", By.TECHNICIAN: who}
        tally = found.setdefault(tuple(parts[part] for part in by), Counter())
        tally[("excluded", "no_answer", None) if name == "silent" else (name, None, None)] += n
    return found


def parts(tally: Tally) -> list[Part]:
    """What a figure is made of."""
    return [Part(verdict, amount, count) for (verdict, _, amount), count in tally.items()]


def undecided_reasons(tally: Tally) -> Counter[tuple[str, str]]:
    """Pending and excluded tickets by reason; which ticket repeated an undecided one is for `kpi rows`."""
    found: Counter[tuple[str, str]] = Counter()
    for (verdict, why, _), count in tally.items():
        if why is not None:
            found[verdict, why_alone(why)] += count
    return found


def why_alone(reason: str) -> str:
    """The reason without the ticket, promise or complaint that it names: repeated_by_T12 is repeated_already."""
    head, _, tail = reason.rpartition("_")
    if tail[:1] in {"T", "P", "K"} and tail[1:].isdecimal():
        return "repeated_already" if head == "repeated_by" else head
    return reason


def rows(db: Database, kpi: Kpi, period: dates.Period, as_of: datetime, *, monthly: bool = False) -> Iterator[Any]:
    """The verdicts one by one: ticket_id, period, technician, category, type, area, verdict, reason, amount, date."""
    named = names(db, as_of)
    select = ", ".join(PROPERTIES[name] for name in ("period", "technician", "category", "type", "area"))
    for ticket_id, month, who, *more in db.connection.execute(
        f"SELECT v.ticket_id, {select}, {VERDICT}, {REASON}, v.amount, date(v.day * 86400, 'unixepoch')"
        f" FROM {OF_TICKETS.format(select=kpi.verdicts.select)} ORDER BY v.day, v.ticket_id",
        bind_values(db, period, as_of, monthly=monthly),
    ):
        yield ticket_id, month, named.get(who, kpi.nobody), *more

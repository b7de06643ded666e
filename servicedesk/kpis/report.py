"""KPI reports: the figures of a period, the tickets behind a figure, what a KPI means. figure.py makes the figures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from servicedesk.base import dates, periods
from servicedesk.base.errors import NotFoundError, nearest
from servicedesk.base.messages import category_name, coded, joined, say, say_count
from servicedesk.base.table import ABSENT, Column, For, Table, columns, shown
from servicedesk.domain.groups import NOBODY, By
from servicedesk.kpis import compare as comparisons
from servicedesk.kpis import count as counts
from servicedesk.kpis import standardise
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.registry import HEADLINE, KPIS, Kpi, find_kpi
from servicedesk.kpis.figure import Group, few_note, figure, final_on, is_few
from servicedesk.kpis.standardise import Mixed, mix_cells, mix_note, standardise_rates
from servicedesk.kpis.targets import get_targets
from servicedesk.records import categories
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage import info
from servicedesk.storage.database import Database

_FIGURE = columns(
    "kpi-", "period-", "group-", "hits-", "total-", "rate-", "low-", "high-", "pending-", "excluded-", "value-",
    "unit-", "n-", "target-", "bound_low-", "bound_high-", "final_since-", "final_from-",
    *(f"{key}-" for key in comparisons.KEYS), *(f"{key}-" for key in standardise.KEYS),
    "name:code+=kpi", "by+", "k_of_n:count+=k of n", "figure:share+", "interval:count+=95 %", "bar:code???+=\u200b",
    *comparisons.COLUMNS, *standardise.COLUMNS,
    "undecided:count??+=pend.", "left_out:count???+=excl.", "final:code???+",
)  # fmt: skip
_T = TypeVar("_T")
_ALWAYS = {"kpi", "period", "group", "hits", "total", "rate", "low", "high"}
_BESIDE = {"undecided", "left_out", "bar", "interval"}  # left out when another period is compared
_BESIDE_MIX = {"undecided", "left_out", "bar", "final"}  # left out when the rate under the outlet's mix is shown


def report(
    db: Database,
    period: periods.Period,
    *,
    as_of: datetime,
    by: Sequence[By] = (),
    only: Sequence[str] = (),
    compare: periods.Period | None = None,
    same_mix: bool = False,
) -> Table:
    """Return the figures of a period as of an instant, one row per KPI and group; rates are fractions with Wilson
    bounds.

    `compare` adds the figures of another period, and whether the difference is within chance (C11). `same_mix` adds the
    rates of groups under the outlet's mix of categories (C13). `only` names the KPIs; without it, people see groups for
    the headline KPIs alone.
    """
    chosen = [find_kpi(key) for key in dict.fromkeys(only)] or list(KPIS)
    groups = list(dict.fromkeys(by))
    found = dict(_measure_groups(db, chosen, period, as_of, groups))
    if not only:
        chosen = [kpi for kpi in chosen if not kpi.is_optional or any(group.tally for group in found[kpi.key])]
    others = dict(_measure_groups(db, chosen, compare, as_of, groups)) if compare else {}
    mixes = dict(_measure_mixes(db, chosen, period, as_of, groups)) if same_mix else {}
    targets = get_targets(db)
    rows: list[dict[str, Any]] = []
    for kpi in chosen:
        beside = {_pair(compare, other): other for other in others.get(kpi.key, ()) if compare}
        for group in found[kpi.key]:
            row = figure(kpi, group, as_of=as_of, by_month=By.MONTH in by) | {"by": _group_text(group, groups)}
            if kpi.key in targets:
                row["target"] = targets[kpi.key] / 100
            if compare:
                other = beside.get(_pair(period, group), Group(compare, group.by, Tally(), None))
                row |= comparisons.comparison(kpi, row, other.period, other.tally)
            if kpi.key in mixes:
                row |= mix_cells(mixes[kpi.key].get(_pair(period, group)))
            rows.append(row)
    lines = [joined("", (heading(db, period, as_of, compare), origins(db)))]
    if any(is_few(row["rate"], row["total"]) for row in rows if "rate" in row):
        lines.append(few_note())
    if same_mix:
        lines.append(mix_note())
    if By.TECHNICIAN in groups and (note := _unassigned_note(db, chosen, period, as_of)):
        lines.append(note)
    head = joined("\n", lines)
    if not groups:
        return _board(rows, found, [kpi for kpi in chosen if only or not kpi.beside], head)
    return _by_group(rows, [kpi for kpi in chosen if only or kpi.key in HEADLINE], head)


def _measure_mixes(
    db: Database, chosen: Sequence[Kpi], period: periods.Period, as_of: datetime, by: Sequence[By]
) -> Iterator[tuple[str, dict[tuple[Any, ...], Mixed]]]:
    """Yield the rates of each KPI under the outlet's mix, by the key that `_pair` gives their groups."""
    with facts_as_of(db, as_of):
        for kpi in chosen:
            if kpi.is_rate and not kpi.is_snapshot:
                found = standardise_rates(counts.count_verdicts(db, kpi, period, [*by, By.CATEGORY]))
                parts = (
                    (Group(part, group, Tally(), None), mixed) for part, group, mixed in _parts(found, period, by, None)
                )
                yield kpi.key, {_pair(period, group): mixed for group, mixed in parts if mixed}


def _unassigned_note(db: Database, chosen: Sequence[Kpi], period: periods.Period, as_of: datetime) -> str | None:
    """Return a note on late arrivals charged to nobody because a file lacks the time of assignment (C9), or None."""
    kpi = next((kpi for kpi in chosen if kpi.key.startswith("arrival_24h_rate")), None)
    if kpi is None:
        return None
    with facts_as_of(db, as_of):
        found = counts.count_unassigned(db, kpi, period)
    if not found:
        return None
    return say_count(
        "{n} miss is charged to (dispatch): the imported file does not say who had the job at the deadline",
        "{n} misses are charged to (dispatch): the imported file does not say who had the job at the deadline",
        n=found,
    )


def _group_text(group: Group, by: Sequence[By]) -> str:
    """Return the name of a group for people: codes and categories in words, names as typed."""
    others = [name for name in by if name != By.MONTH]
    told = [_name_text(name, value) for name, value in zip(others, group.names, strict=True)]
    return joined(" / ", [group.period.label] * (By.MONTH in by) + told)


_NAMES = {By.TECHNICIAN, By.AREA, By.BRAND, By.MODEL}  # as they were typed, not codes


def _name_text(name: By, value: str) -> str:
    if name == By.CHARGE and value == "(none)":
        return say("not charged")
    if name == By.CATEGORY:
        return category_name(value, is_code=True)
    return value if name in _NAMES and value not in NOBODY else coded(value)


def _measure_groups(
    db: Database, chosen: Sequence[Kpi], period: periods.Period, as_of: datetime, by: list[By]
) -> Iterator[tuple[str, list[Group]]]:
    """Yield the groups of each figure, all as of one instant."""
    with facts_as_of(db, as_of):
        for kpi in chosen:
            if not (kpi.is_snapshot and By.MONTH in by):
                tallies = counts.count_verdicts(db, kpi, period, by)
                lasts = counts.settling_seconds(db, kpi, period)
                yield (
                    kpi.key,
                    [
                        Group(part, group, tally, final_on(db, kpi, part, lasts))
                        for part, group, tally in _parts(tallies, period, by, Tally())
                    ],
                )
    if By.MONTH in by and (snapshots := [kpi for kpi in chosen if kpi.is_snapshot]):
        yield from _measure_month_ends(db, snapshots, period, as_of, by).items()


def _measure_month_ends(
    db: Database, chosen: Sequence[Kpi], period: periods.Period, as_of: datetime, by: Sequence[By]
) -> dict[str, list[Group]]:
    """Return the snapshots by month, each taken at the end of the month (K13), the last one at the instant itself."""
    others = [name for name in by if name != By.MONTH]
    groups: dict[str, list[Group]] = {kpi.key: [] for kpi in chosen}
    for month in period.months():
        end = dates.end_of(month.end - timedelta(days=1), db.outlet.zone)
        end = min(end, as_of, key=dates.unix)
        if month.first <= as_of.date():
            with facts_as_of(db, end):
                for kpi in chosen:
                    found = counts.count_verdicts(db, kpi, month, others)
                    groups[kpi.key] += [Group(*part, None) for part in _parts(found, month, others, Tally())]
    return groups


def _parts(
    found: Mapping[tuple[str, ...], _T], period: periods.Period, by: Sequence[By], nothing: _T
) -> Iterator[tuple[periods.Period, Any, _T]]:
    """Yield (period, group, value). Without groups this is one; by month alone, an empty month yields `nothing`."""
    months = {part.label: part for part in period.months()} if By.MONTH in by else {}
    if not by:
        yield period, None, found.get((), nothing)
    elif list(by) == [By.MONTH]:
        for label, part in months.items():
            yield part, None, found.get((label,), nothing)
    else:
        for key, tally in sorted(found.items()):
            values = dict(zip(by, key, strict=True))
            part = months[values.pop(By.MONTH)] if months else period
            group = {name.value: value for name, value in values.items()}
            yield part, group if len(group) > 1 else next(iter(group.values())), tally


def _pair(period: periods.Period, group: Group) -> tuple[Any, ...]:
    """Return the key of a group in either period: the place of its month in the period, then its names."""
    part = group.period.first
    return (part.year - period.first.year) * 12 + part.month - period.first.month, *group.names


def _board(rows: list[dict[str, Any]], found: dict[str, list[Group]], told: list[Kpi], heading: str) -> Table:
    """Return one row for each KPI; below, for people, why those in `told` leave tickets out, and the bounds of K1."""
    fields = _fields(rows, {"by", "bar"})
    left = [
        (kpi.key, *key, count)
        for kpi in told
        for group in found[kpi.key]
        for key, count in sorted(counts.undecided_reasons(group.tally).items())
    ]
    reasons = Table(columns("kpi:code", "verdict", "reason:words", "tickets:count"), left)
    bounds = Table(
        columns("kpi:code", "bound_low:rate=all silent ones dissatisfied", "bound_high:rate=all satisfied"),
        [[row["kpi"], row["bound_low"], row["bound_high"]] for row in rows if row.get("bound_low") is not None],
    )
    return Table(
        fields,
        _cells(fields, rows),
        heading=heading,
        sections=((say("not in the rate"), reasons), ("bounds", bounds)),
    )


def _by_group(rows: list[dict[str, Any]], told: list[Kpi], heading: str) -> Table:
    """Return one list for programs, and for people a table for each figure, with bars."""
    fields = _fields(rows, {"name"})
    parts = []
    for kpi in told:
        of_kpi = [row for row in rows if row["kpi"] == kpi.key]
        parts.append((say(kpi.name), Table(fields, _cells(fields, of_kpi))))
    machines = tuple(column for column in fields if column.who is not For.PEOPLE)
    return Table(machines, _cells(machines, rows), heading=heading, sections=tuple(parts))


def _fields(rows: list[dict[str, Any]], without: set[str]) -> tuple[Column, ...]:
    """Return the columns that these rows fill."""
    used = {key for row in rows for key in row} | _ALWAYS
    if "other" in used:
        without = without | _BESIDE
    if "mixed" in used:
        without = without | _BESIDE_MIX
    return tuple(column for column in _FIGURE if column.key in used - without)


def _cells(fields: Sequence[Column], rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row.get(column.key, ABSENT if column.who is For.MACHINES else None) for column in fields] for row in rows]


def heading(db: Database, period: periods.Period, as_of: datetime, compare: periods.Period | None = None) -> str:
    """Return the heading of a report: the outlet, the period, the period compared, and the instant."""
    other = say(", compared with {period}", period=period_name(compare)) if compare else ""
    return say(
        "{name}, {named_period}{other}, as of {as_of}",
        name=db.outlet.name,
        named_period=period_name(period),
        other=other,
        as_of=shown(dates.stamp(as_of), "instant"),
    )


def period_options(period: periods.Period) -> str:
    """Return the command-line options that name the period: `--month 2026-10`."""
    first, dots, last = period.label.partition("..")
    if dots:
        return f"--from {first} --to {last}"
    return f"--quarter {first}" if "Q" in first else f"--month {first}"


def origins(db: Database) -> str:
    """Return how many facts were imported or written under a pinned clock; the text continues the heading."""
    counted = zip(info.origins(db), (say("imported"), say("written under a pinned clock")), strict=True)
    return joined("", (say("; {count} facts {how}", count=count, how=how) for count, how in counted if count))


def period_name(period: periods.Period) -> str:
    """Return the period with its days: `2026-10 (2026-10-01..2026-10-31)`."""
    days = f"{period.first}..{date.fromordinal(period.end.toordinal() - 1)}"
    return days if period.label == days else say("{name} ({on})", name=period.label, on=days)


_REF = "SELECT source || ':' || ref FROM ticket WHERE id = :id"
_VERDICT_FIELDS = 10  # the fields of a verdict that stand before `ref`, the key of an imported ticket in its file
_ROW_COLUMNS = columns(
    "kpi-", "ticket_id:T=ticket", "period-", "technician:name", "category:words??", "type:code???", "area:name??",
    "verdict:code", "reason:words", "amount:count", "counted_on:date??=on",
    "ref-", "charge-", "brand-", "model-", "tier-", "channel-", "source-", "lateness-",
)  # fmt: skip


def list_rows(
    db: Database,
    key: str,
    period: periods.Period,
    *,
    as_of: datetime,
    of: Mapping[By, str] | None = None,
    verdict: str | None = None,
) -> Table:
    """Return every ticket of a KPI's cohort with verdict and reason; rows are read while they are shown.

    `verdict` keeps the tickets with that verdict; the heading counts all. `of` keeps the tickets of one group of
    `report`, such as `{By.TECHNICIAN: "Li"}`. NotFoundError if no technician has that name.
    """
    kpi = find_kpi(key)
    found = _count_and_stream(db, kpi, period, as_of, of or {}, verdict)
    tally = next(found)
    made = figure(kpi, Group(period, None, tally, None), as_of=as_of, by_month=False)
    told = say("{hits} of {total}", hits=made["hits"], total=made["total"]) if kpi.is_rate else made["figure"]
    head = say(
        "{name}: {told}, {pending} pending, {excluded} excluded",
        name=say(kpi.name),
        told=told,
        pending=made["pending"],
        excluded=made["excluded"],
    )
    return Table(_ROW_COLUMNS, (), heading=joined("\n", (head, heading(db, period, as_of))), coming=found)


def _count_and_stream(
    db: Database, kpi: Kpi, period: periods.Period, as_of: datetime, of: Mapping[By, str], verdict: str | None
) -> Iterator[Any]:
    """Yield the tally, then its tickets one by one, in one read transaction."""
    with facts_as_of(db, as_of):
        _check_technician(db, kpi, of.get(By.TECHNICIAN))
        found = counts.count_verdicts(db, kpi, period, list(of))
        of = _groups_by_code(db, of, found)
        places = [(counts.Verdict._fields.index(group), value) for group, value in of.items()]
        yield found.get(tuple(of.values()), Tally())
        for row in counts.list_verdicts(db, kpi, period):
            if verdict in {None, row.verdict} and all(row[place] == value for place, value in places):
                yield kpi.key, *row[:_VERDICT_FIELDS], db.value(_REF, id=row.ticket_id), *row[_VERDICT_FIELDS:]


def _groups_by_code(db: Database, of: Mapping[By, str], found: Mapping[tuple[str, ...], Tally]) -> Mapping[By, str]:
    """Return `of` with the category as a code. As of an instant before a merge, that may be the merged code."""
    asked, at = of.get(By.CATEGORY), list(of).index(By.CATEGORY) if By.CATEGORY in of else 0
    if asked is None or any(key[at] == asked for key in found) or asked == "(none)":
        return of
    return {**of, By.CATEGORY: categories.check_category(db, asked)}


def _check_technician(db: Database, kpi: Kpi, technician: str | None) -> None:
    """Raise NotFoundError if no technician has that name. A technician without a ticket in the cohort is no error."""
    names = [*counts.list_names(db).values(), kpi.nobody]
    if technician is not None and technician not in names:
        raise NotFoundError(
            say("there is no technician '{technician}'", technician=technician), hint=nearest(technician, names)
        )


_ASPECTS = ("formula", "cohort", "hit", "miss", "pending", "excluded", "source")
_EXPLAIN = columns("kpi-", "title-", "chinese-", "better-", *(f"{aspect}-" for aspect in _ASPECTS), "unit-", "beside-")


def explain(key: str | None = None) -> Table:
    """Return what one KPI means, or all of them: an object each for programs, a block each for people."""
    chosen = [find_kpi(key)] if key else list(KPIS)
    blocks = tuple(
        (
            say(kpi.name),
            Table(
                columns("key", *_ASPECTS, "unit", "better", "beside"),
                [
                    [
                        kpi.key,
                        *(say(getattr(kpi, a)) for a in _ASPECTS),
                        say(kpi.unit) if kpi.unit else kpi.unit,
                        say(f"{kpi.better} is better"),
                        kpi.beside,
                    ]
                ],
                one=True,
            ),
        )
        for kpi in chosen
    )
    rows = [[kpi.key, kpi.name, kpi.chinese, kpi.better, *(getattr(kpi, a) for a in _ASPECTS), kpi.unit, kpi.beside]
            for kpi in chosen]  # fmt: skip
    return Table(_EXPLAIN, rows, sections=blocks)

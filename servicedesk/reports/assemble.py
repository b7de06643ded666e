"""Assemble the monthly report: the figures of the month and the tickets behind them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from servicedesk.base import dates, periods
from servicedesk.base.table import Table
from servicedesk.domain.groups import By
from servicedesk.kpis import count, report, stats
from servicedesk.kpis.definitions.registry import HEADLINE, find_kpi
from servicedesk.kpis.headline import miss_sentence
from servicedesk.kpis.targets import get_targets
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.reports import signals as findings
from servicedesk.reports.report import Definition, Figure, LeftOut, Page, Row
from servicedesk.reports.tickets import load_tickets, open_at
from servicedesk.storage import info
from servicedesk.storage.database import Database

MONTHS = 12  # months of a trend; the last is the month of the report
MOST_ROWS = 40_000  # rows that one page takes beside those of the headline figures

_LABELS = "SELECT code, label_zh FROM category WHERE label_zh IS NOT NULL"

RowsByKpi = dict[str, tuple[Row, ...]]
Earlier = dict[str, dict[str, tuple[Row, ...]]]


def assemble_report(db: Database, month: periods.Period, *, as_of: datetime) -> Page:
    """Return the report of a month as of an instant, read in one transaction."""
    with facts_as_of(db, as_of):
        board = report.report(db, month, as_of=as_of)
        year = periods.Period(_earlier(month.first, MONTHS - 1), month.end, "")
        whole = [_with_longer_than(db, figure, month, as_of) for figure in _figures(board, "")]
        trend = list(_figures(report.report(db, year, as_of=as_of, by=[By.MONTH], only=HEADLINE), "month"))
        rows, earlier, is_cut = _behind(db, whole, trend, month, as_of)
        waiting = open_at(db, month, as_of=as_of)
        signals = findings.signals(db, month, as_of=as_of)
        ids = _ticket_ids(rows, earlier) | findings.ticket_ids_of(signals) | {item.facts.ticket_id for item in waiting}
        imported, pinned = info.origins(db, as_of=dates.unix(as_of))
        return Page(
            outlet=db.outlet.name,
            zone=db.outlet.zone.key,
            period=month.label,
            first_on=month.first.isoformat(),
            last_on=date.fromordinal(month.end.toordinal() - 1).isoformat(),
            as_of=dates.stamp(as_of),
            imported=imported,
            pinned=pinned,
            headline=HEADLINE,
            definitions={told["kpi"]: _definition(told) for told in report.explain().objects()},
            figures=(
                *whole,
                *trend,
                *_figures(report.report(db, month, as_of=as_of, by=[By.TECHNICIAN], only=HEADLINE), "technician"),
                *_figures(report.report(db, month, as_of=as_of, by=[By.CATEGORY], only=HEADLINE), "category"),
                *_by_charge(db, month, as_of),
            ),
            left_out=tuple(_rows_left_out(whole, rows, board)),
            rows=rows,
            earlier=earlier,
            sentences=_sentences(db, month, as_of),
            targets={kpi: percent / 100 for kpi, percent in get_targets(db).items()},
            is_cut=is_cut or any(len(signal.findings) < signal.hits for signal in signals),
            signals=signals,
            open=waiting,
            tickets=load_tickets(db, ids, as_of=as_of),
            labels={row[0]: row[1] for row in db.rows(_LABELS)},
        )


def _sentences(db: Database, month: periods.Period, as_of: datetime) -> dict[str, str]:
    """Return a sentence on the misses of each headline figure, as `kpi report` says it."""
    tallies = {kpi: count.count_verdicts(db, kpi, month, []).get((), count.Tally()) for kpi in map(find_kpi, HEADLINE)}
    return {kpi.key: miss_sentence(kpi, month, tally, as_of.date()) for kpi, tally in tallies.items()}


def _earlier(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return first.replace(year=year, month=month + 1)


def _definition(told: dict[str, str | None]) -> Definition:
    kpi = find_kpi(told["kpi"] or "")
    said = {key: told[key] or "" for key in Definition._fields if key not in {"title", "is_snapshot"}}
    return Definition(**said, title=kpi.title, is_snapshot=kpi.is_snapshot)


def _figures(table: Table, by: str) -> Iterable[Figure]:
    for row in table.objects():
        is_rate = row.get("unit") is None
        yield Figure(
            kpi=row["kpi"],
            by=by,
            group=(row["period"] if by == "month" else row["group"]) or "",
            hits=row["hits"] if is_rate else None,
            total=(row["total"] if is_rate else row["n"]) or 0,
            rate=row.get("rate"),
            low=row.get("low"),
            high=row.get("high"),
            pending=row["pending"],
            excluded=row["excluded"],
            value=row.get("value"),
            unit=row.get("unit") or "",
            bound_low=row.get("bound_low"),
            bound_high=row.get("bound_high"),
            final_since=row["final_since"] or "",
            final_from=row["final_from"] or "",
        )


def _with_longer_than(db: Database, figure: Figure, month: periods.Period, as_of: datetime) -> Figure:
    """Return the figure; if too much is open for its quantile, with the age of the oldest open ticket."""
    if figure.is_rate or figure.value is not None or not figure.pending:
        return figure
    tally = count.count_verdicts(db, find_kpi(figure.kpi), month, []).get((), count.Tally())
    longest = stats.longest(count.parts(tally), "pending")
    return figure._replace(longer_than=longest if isinstance(longest, float | int) else None)


def _by_charge(db: Database, month: periods.Period, as_of: datetime) -> list[Figure]:
    """Return the headline figures of paid and of free tickets; empty if no ticket was charged."""
    found = list(_figures(report.report(db, month, as_of=as_of, by=[By.CHARGE], only=HEADLINE), "charge"))
    return found if any(figure.cohort for figure in found if figure.group != "(none)") else []


def _rows_left_out(whole: list[Figure], rows: RowsByKpi, board: Table) -> Iterable[LeftOut]:
    """Yield what each figure leaves out and why; taken from the board if its rows were too many for the page."""
    on_board = [LeftOut(*row) for name, part in board.sections if name == "not in the rate" for row in part.rows]
    for figure in whole:
        if figure.kpi in rows:
            found = Counter((row.verdict, row.why) for row in rows[figure.kpi] if not row.is_counted)
            yield from (LeftOut(figure.kpi, *why, n) for why, n in sorted(found.items()))
        else:
            yield from (part for part in on_board if part.kpi == figure.kpi)


def _behind(
    db: Database, whole: list[Figure], trend: list[Figure], month: periods.Period, as_of: datetime
) -> tuple[RowsByKpi, Earlier, bool]:
    """Return the rows behind the month's figures, the rows behind the trend, and whether the page lacks some."""
    rows: RowsByKpi = {}
    earlier: Earlier = {key: {} for key in HEADLINE}
    room, is_cut = MOST_ROWS, False
    for figure in whole:
        if figure.kpi not in HEADLINE:
            room -= figure.cohort
        if figure.kpi in HEADLINE or room >= 0:
            rows[figure.kpi] = tuple(_cohort(db, figure.kpi, month, as_of)) if figure.cohort else ()
        else:
            is_cut = True
    for figure in reversed(trend):
        if figure.group != month.label and figure.cohort:
            room -= figure.cohort
            if room >= 0:
                found = _cohort(db, figure.kpi, periods.month(figure.group), as_of)
                earlier[figure.kpi][figure.group] = tuple(row for row in found if row.is_counted)
            else:
                is_cut = True
    return rows, earlier, is_cut


def _cohort(db: Database, key: str, period: periods.Period, as_of: datetime) -> Iterable[Row]:
    for row in count.list_verdicts(db, find_kpi(key), period):
        ticket_id, month, technician, category, type_, area, verdict, reason, amount, counted_on, *_ = row
        why = count.why_alone(reason)
        yield Row(ticket_id, month, technician, category, type_, area, verdict, reason, why, amount, counted_on)


def _ticket_ids(rows: RowsByKpi, earlier: Earlier) -> set[int]:
    lists = [*rows.values(), *(part for months in earlier.values() for part in months.values())]
    return {row.ticket_id for part in lists for row in part if row.ticket_id is not None}

"""Show the headline KPIs on one page: rate, 95 % interval, the period before, and one sentence each."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from servicedesk.base import dates, periods
from servicedesk.base.messages import heading, joined, page, say, say_count
from servicedesk.base.table import Table, columns, percent, shown
from servicedesk.base.width import cells, padded, wrapped
from servicedesk.kpis import count as counts
from servicedesk.kpis import stats
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.registry import HEADLINE, Kpi, find_kpi
from servicedesk.kpis.figure import FEW, MANY, few_note, is_few, rate_text
from servicedesk.kpis.report import period_options
from servicedesk.kpis.targets import get_targets, target_text
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

_WIDTH = 80  # of the page
_USUAL = (8, 14, 12, 14)  # k of n, percentage, 95 %, before; Chinese brackets and words take more
Tell = Callable[[str], str]


class _Line(NamedTuple):
    row: tuple[str, ...]
    sentence: str
    kpi: Kpi
    tally: Tally

    @property
    def has_few(self) -> bool:
        """Return whether fewer than ten tickets make the rate (C10)."""
        hits, total = _hits(self.tally)
        return bool(total) and is_few(hits / total, total)

    @property
    def misses(self) -> int:
        """Return how many tickets speak against the figure."""
        hits, total = _hits(self.tally)
        return total - hits if self.kpi.better == "higher" else hits


def headline(db: Database, periods: Sequence[periods.Period], *, as_of: datetime, keys: bool = False) -> Table:
    """Return one page with the headline figures of each period; `keys` prints KPI keys instead of names."""
    blocks = [(_period_heading(period, as_of), _lines(db, period, as_of, keys)) for period in periods]
    head = say("{name}, as of {as_of}", name=db.outlet.name, as_of=shown(dates.stamp(as_of), "instant"))
    titles = [heading(title) for title in ("k of n", "figure", "95 %", "before")]
    below = _notes(list(zip(periods, (lines for _, lines in blocks), strict=True)))
    text = page(lambda tell: _draw(head, titles, blocks, below, tell))
    return Table(columns("text:page"), [[text]], one=True)


def _notes(counted: Sequence[tuple[periods.Period, list[_Line]]]) -> list[str]:
    """Return the notes below the figures: the meaning of "few", and the command that lists the misses of a figure."""
    notes = [few_note()] if any(line.has_few for _, lines in counted for line in lines) else []
    missed = [(line.kpi.key, period) for period, lines in counted for line in lines if line.misses]
    if missed:
        key, period = missed[0]
        command = f"servicedesk kpi why {key.removesuffix('_rate')} {period_options(period)}"
        notes.append(say("The tickets behind a figure: {command}", command=command))
    return notes


def _draw(
    head: str, titles: Sequence[str], blocks: Sequence[tuple[str, list[_Line]]], below: Sequence[str], tell: Tell
) -> str:
    titles = [tell(title) for title in titles]
    told = [[[tell(cell) for cell in line.row] for line in lines] for _, lines in blocks]
    widths = _widths([["", *titles], *(row for rows in told for row in rows)])
    drawn = wrapped(tell(head), _WIDTH)
    for (period, lines), rows in zip(blocks, told, strict=True):
        name = tell(period)
        if cells(name) >= widths[0]:
            drawn.append(name)
            name = ""
        drawn.append(_text_line([name, *titles], widths))
        for line, row in zip(lines, rows, strict=True):
            drawn.append(_text_line(row, widths))
            drawn += [f"    {part}" for part in wrapped(tell(line.sentence), _WIDTH - 4)]
    return "\n".join([*drawn, *map(tell, below)])


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the widths of the columns: the usual ones, or as narrow as their cells where those take more room."""
    name, *widest = (max(map(cells, column)) for column in zip(*rows, strict=True))
    others = [max(usual, wide + 2) for usual, wide in zip(_USUAL, widest, strict=True)]
    if name + sum(others) >= _WIDTH:
        others = [wide + 1 for wide in widest]
    if name + sum(others) > _WIDTH:  # the rates need no gap: a Chinese bracket brings its own space
        others[1], others[3] = widest[1], widest[3]
    return [max(name, _WIDTH - 1 - sum(others)), *others]


def _text_line(row: Sequence[str], widths: Sequence[int]) -> str:
    figures = [padded(cell, width, right=True) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return padded(row[0], widths[0]) + "".join(figures)


def _period_heading(period: periods.Period, as_of: datetime) -> str:
    if period.first <= as_of.date() < period.end:
        return say("{period}, running", period=period.label)
    return period.label


def _lines(db: Database, period: periods.Period, as_of: datetime, keys: bool) -> list[_Line]:
    """Count the headline figures of the period, and of the one before it, as of one instant."""
    before, targets = periods.period_before(period), get_targets(db)
    lines = []
    with facts_as_of(db, as_of):
        for kpi in map(find_kpi, HEADLINE):
            tally = counts.count_verdicts(db, kpi, period, []).get((), Tally())
            earlier = counts.count_verdicts(db, kpi, before, []).get((), Tally())
            name = kpi.key if keys else _name(kpi.key)
            hits, total = _hits(tally)
            interval = ""
            if FEW <= total < MANY:
                low, high = stats.wilson(hits, total)
                interval = f"{percent(low)[:-2]}–{percent(high)[:-2]}"
            figures = (name, f"{hits}/{total}" if total else "–", _rate(tally), interval, _rate(earlier))
            told = [miss_sentence(kpi, period, tally, as_of.date())]
            if kpi.key in targets:
                told.append(target_text(kpi, targets[kpi.key], hits / total if total else None))
            lines.append(_Line(figures, joined("; ", told), kpi, tally))
    return lines


def _hits(tally: Tally) -> tuple[int, int]:
    parts = counts.parts(tally)
    return stats.count(parts, "hit"), stats.count(parts, "hit", "miss")


def _rate(tally: Tally) -> str:
    hits, total = _hits(tally)
    return rate_text(hits / total if total else None, total)


def _name(key: str) -> str:
    return {
        "satisfaction_rate": say("Satisfied customers"),
        "repeat_repair_rate": say("Repeat repairs"),
        "arrival_24h_rate": say("Arrived within 24 hours"),
        "arrival_24h_rate_strict": say("  without agreed delays"),
    }[key]


def miss_sentence(kpi: Kpi, period: periods.Period, tally: Tally, today: date) -> str:
    """Return one sentence: how many tickets speak against the figure, and how many are not decided yet."""
    hits, total = _hits(tally)
    pending = stats.count(counts.parts(tally), "pending")
    if kpi.key == "satisfaction_rate":
        silent = counts.undecided_reasons(tally)["excluded", "no_answer"]
        return _satisfaction(total - hits, total, pending, silent)
    if kpi.key == "repeat_repair_rate":
        early = counts.undecided_reasons(tally)["pending", "repeated_already"]
        counts_from = period.first + timedelta(days=kpi.settles_after + 1)
        return _repeats(hits, total, pending, early, counts_from if counts_from > today else None)
    arrived = counts.undecided_reasons(tally)["pending", "arrived"]
    return _arrival(total - hits, total, arrived, pending - arrived, is_strict=kpi.key.endswith("strict"))


def _satisfaction(misses: int, total: int, pending: int, silent: int) -> str:
    found = [say("Nobody has answered so far")]
    if total:
        found = [
            say_count("{n} of {total} was not satisfied", "{n} of {total} were not satisfied", misses, total=total)
        ]
    if pending:
        found.append(say_count("{n} has not answered yet", "{n} have not answered yet", pending))
    if silent:
        found.append(say("{n} never answered", n=silent))
    return joined("; ", found)


def _repeats(hits: int, total: int, pending: int, early: int, counts_from: date | None) -> str:
    if counts_from and not total:
        so_far = say_count("{n} repeat so far", "{n} repeats so far", early)
        return joined("; ", [so_far, say("the rate counts from {day}", day=counts_from.isoformat())])
    if not total:
        return say("No repair to count")
    found = [say("{n} of {total} came back within 30 days", n=hits, total=total)]
    if pending and early:
        found.append(say("{n} too recent, {early} of them back already", n=pending, early=early))
    elif pending:
        found.append(say("{n} too recent", n=pending))
    return joined("; ", found)


def _arrival(misses: int, total: int, arrived: int, awaited: int, *, is_strict: bool) -> str:
    found = [] if arrived or awaited else [say("No repair to count")]
    if total and is_strict:
        found = [say("{n} of {total} not reached within 24 hours of the call", n=misses, total=total)]
    elif total:
        found = [say("{n} of {total} not reached by the agreed time", n=misses, total=total)]
    if arrived and total:  # the two apart would take a second line
        found.append(say_count("{n} is not decided yet", "{n} are not decided yet", arrived + awaited))
        return joined("; ", found)
    if arrived:
        found.append(
            say_count("{n} arrived, counts from its deadline on", "{n} arrived, count from their deadlines on", arrived)
        )
    if awaited:
        found.append(say_count("{n} still has time", "{n} still have time", awaited))
    return joined("; ", found)

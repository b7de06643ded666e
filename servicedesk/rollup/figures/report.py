"""Report the figures of a brand: a line for the brand (the sum of its outlets), then outlets, months or categories."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from typing import Any

from servicedesk.base import periods
from servicedesk.base.messages import category_name, joined, say
from servicedesk.base.table import Column, Table, columns, shown
from servicedesk.domain.groups import BrandBy
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.registry import Kpi
from servicedesk.kpis.figure import MANY, Group, few_note, figure, interval_text, is_few
from servicedesk.kpis.stats import binomial_tail
from servicedesk.rollup.figures.counted_shares import CountedShares, heading_lines
from servicedesk.rollup.figures.judge import ORIGINS, month_number
from servicedesk.rollup.figures.tallies import Question, Sum, Tallies

RESPONSE = "response_rate"
_TAIL = 0.001  # of chance beyond either limit: of 5,000 outlets ten lie outside by chance alone
_NEAR = 2.5  # standard errors from the brand's rate within which no outlet lies outside
_SCREEN = 40  # outlets of which a screen lists all

_FIELDS = columns(
    "kpi-", "period-", "outlet-", "name-", "category-", "hits-", "total-", "rate-", "low-", "high-", "value-", "unit-",
    "n-", "pending-", "excluded-", "limits-", "response_rate-", "imported_rate-", "pinned_rate-",
)  # fmt: skip
_PEOPLE = columns(
    "by:name+", "k_of_n:count+=k of n", "figure:share+", "interval:count+=95 %", "outside+=99.8 %",
    "response:share?+=response rate", "undecided:count??+=pend.", "imported:share??+", "pinned:share???+",
)  # fmt: skip
_RARE = ("imported", "pinned")  # ways into the file that most outlets have no ticket of


class _Sums:
    """The counted verdicts by figure and group: the group is a share, a month or a category, None for all."""

    def __init__(self, sums: Iterable[Sum]) -> None:
        self._tallies: dict[tuple[str, Any], Tally] = {}
        for found in sums:
            group = found.share or found.month or found.category
            tally = self._tallies.setdefault((found.kpi, group), Counter())
            tally[found.verdict, found.why, found.amount] += found.tickets

    def of(self, key: str, group: Any = None) -> Tally:
        """Return the tally of a group of a figure."""
        return self._tallies.get((key, group), Counter())

    def groups(self, key: str) -> list[Any]:
        """Return the groups that a figure has."""
        return sorted(group for kpi, group in self._tallies if kpi == key)


def report_figures(
    tallies: Tallies, counted: CountedShares, question: Question, chosen: Sequence[Kpi], by: BrandBy | None = None
) -> Table:
    """Return the chosen figures of the brand, each divided by outlet, month or category.

    Without `by` they are divided by outlet; of more than 40 outlets people see only those outside the limits of chance.
    """
    rows = list(_list_rows(tallies, counted, question, chosen, by or BrandBy.OUTLET))
    is_short = by is None and len(counted.shares) > _SCREEN
    lines = [joined(": ", (question.period.label, heading_lines(counted)[0])), *heading_lines(counted)[1:]]
    if any(is_few(row.get("rate"), row.get("total")) for row in rows):
        lines.append(few_note())
    if any(row["outside"] for row in rows):
        lines.append(say("99.8 %: above or below where chance alone puts 998 of 1,000 outlets with so many tickets"))
    if is_short:
        lines.append(say("only the outlets outside are listed; --by outlet lists all"))
    sections = []
    for kpi in chosen:
        of_kpi = [row for row in rows if row["kpi"] == kpi.key]
        drawn = [row for row in of_kpi if not is_short or row["outlet"] is None or row["outside"]]
        sections.append((say(kpi.name), Table(_PEOPLE, _cells(_PEOPLE, drawn))))
    return Table(_FIELDS, _cells(_FIELDS, rows), heading=joined("\n", lines), sections=tuple(sections))


def _list_rows(
    tallies: Tallies, counted: CountedShares, question: Question, chosen: Sequence[Kpi], by: BrandBy
) -> Iterator[dict[str, Any]]:
    """Yield the rows of each figure, the brand's first."""
    brand = _Sums(tallies.sums())
    is_by = {BrandBy.OUTLET: "by_share", BrandBy.MONTH: "by_month", BrandBy.CATEGORY: "by_category"}
    parts = _Sums(tallies.sums(**{is_by[by]: True}))
    for kpi in chosen:
        if by == BrandBy.MONTH:
            for month in question.period.months() if not kpi.is_snapshot else ():
                yield _figure_row(kpi, parts, month_number(month), month, question, by=month.label)
            continue
        all_of_it = _figure_row(kpi, brand, None, question.period, question, by=say("all outlets"))
        yield all_of_it
        if by == BrandBy.OUTLET:
            for share in counted.shares:
                row = _figure_row(kpi, parts, share.digest, question.period, question, by=share.outlet)
                row |= {"outlet": share.uuid, "name": share.outlet}
                yield row | _limits(row, all_of_it)
        else:
            for category in parts.groups(kpi.key):
                row = _figure_row(
                    kpi, parts, category, question.period, question, by=category_name(category, is_code=True)
                )
                yield row | {"category": category}


def _figure_row(
    kpi: Kpi, sums: _Sums, group: Any, period: periods.Period, question: Question, *, by: str
) -> dict[str, Any]:
    """Return the values of a line, for programs and for people."""
    row = figure(kpi, Group(period, None, sums.of(kpi.key, group), None), as_of=question.as_of, by_month=False)
    if row.get("total", 0) >= MANY:  # a brand's report shows every interval, also a narrow one
        row["interval"] = interval_text(row["low"], row["high"])
    answers, origins = sums.of(RESPONSE, group), sums.of(ORIGINS, group)
    row |= {"by": by, "outlet": None, "name": None, "category": None, "limits": None, "outside": ""}
    row["response_rate"] = _share_of(answers, "hit", ("hit", "miss"))
    row["imported_rate"] = _share_of(origins, "imported")
    row["pinned_rate"] = _share_of(origins, "pinned")
    row["response"] = "" if row["response_rate"] is None else shown(row["response_rate"], "rate")
    return row | {part: shown(row[f"{part}_rate"], "rate") if row[f"{part}_rate"] else "" for part in _RARE}


def _share_of(tally: Tally, verdict: str, among: Sequence[str] = ()) -> float | None:
    """Return the share of one verdict among some verdicts, or among all; None if there are none."""
    counts: Counter[str] = Counter()
    for (name, _, _), tickets in tally.items():
        counts[name] += tickets
    total = sum(counts[name] for name in among or counts)
    return counts[verdict] / total if total else None


def _limits(row: dict[str, Any], brand: dict[str, Any]) -> dict[str, Any]:
    """Return whether an outlet's rate lies outside the limits that chance sets around the brand's rate."""
    if row.get("rate") is None:
        return {}
    where = outside_limits(row["hits"], row["total"], brand["rate"])
    return {"limits": where, "outside": {"above": say("above"), "below": say("below")}.get(where, "")}


def outside_limits(hits: int, total: int, likely: float) -> str:
    """Return "above" or "below" if the hits lie outside the 99.8 % limits of a binomial, else "inside"."""
    spread = sqrt(total * likely * (1 - likely))
    if abs(hits - total * likely) <= _NEAR * spread:
        return "inside"
    if hits > total * likely and binomial_tail(hits, total, likely) < _TAIL:
        return "above"
    if hits < total * likely and binomial_tail(total - hits, total, 1 - likely) < _TAIL:
        return "below"
    return "inside"


def year_up_to(month: periods.Period) -> periods.Period:
    """Return the period of the twelve months that end with `month`."""
    from dateutil.relativedelta import relativedelta

    first = month.first - relativedelta(months=11)
    return periods.Period(first, month.end, f"{first:%Y-%m}..{month.label}")


def _cells(fields: Sequence[Column], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [[row.get(column.key) for column in fields] for row in rows]

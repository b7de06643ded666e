"""Show and compare rates in a question's rows: programs get the interval, people always the count too (C10)."""

from servicedesk.base.messages import say
from servicedesk.base.table import Value, shown
from servicedesk.kpis import stats
from servicedesk.kpis.figure import FEW, MANY, rate_text

# Columns of a rate in the table of a question (base/table.py); `rate_cells` fills them.
RATE = (
    "hits-", "total-", "rate-", "low-", "high-", "k_of_n:count+=k of n", "shown:share+=figure", "interval:count+=95 %",
)  # fmt: skip
LEVEL = 0.05  # for all comparisons of an answer together: by chance alone, 1 of 20 answers names somebody


def rate_cells(hits: int | None, total: int | None) -> list[Value]:
    """Return the cells of RATE: empty if a number is None, n/a if the total is 0."""
    if hits is None or total is None:
        return [None] * len(RATE)
    low, high = stats.wilson(hits, total) if total else (None, None)
    rate = hits / total if total else None
    interval = f"{shown(low, 'rate')[:-2]}–{shown(high, 'rate')[:-2]}" if FEW <= total < MANY else ""
    return [hits, total, rate, low, high, f"{hits}/{total}" if total else "–", rate_text(rate, total), interval]


def fails_more(hits: int, total: int, other_hits: int, other_total: int, *, compared: int) -> str:
    """Return `more`, `within_chance` or `few`: whether the rate is higher than that of the others.

    `few` means that the numbers are too small to tell. Fisher's exact test; the more are `compared`, the more each must
    stand out.
    """
    if total < FEW or other_total < FEW:
        return "few"
    return "more" if stats.fisher_tail(hits, total, other_hits, other_total) <= LEVEL / compared else "within_chance"


def fails_more_text(verdict: str) -> str:
    """Return the verdict of `fails_more` for people."""
    return {"few": say("too few to tell"), "more": say("more than the others")}.get(verdict, say("within chance"))

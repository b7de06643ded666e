"""Compute the figure of a signal from its counted rows, and decide whether to look. Exact arithmetic, no SQL.

Rows are counted by judgement, such as `hit late`: the verdict, then a code. A figure equal to the line does not cross
it. A crossed line is a reason to look only if chance alone goes so far in fewer than 1 of 40 honest periods. If several
people are compared, chance may go so far for any of them in fewer than 1 of 40 such comparisons (Bonferroni).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

from servicedesk.kpis.stats import binomial_tail, fisher_tail

Counts = Counter[str]  # rows by judgement
Number = Fraction | float

LEVEL = 0.05 / 2  # one side of the 5 % of C11: signals look for too much, never for too little


class Tally(NamedTuple):
    """Counted rows: `own` of one person or of the outlet, `outlet` of all, `before` as `own` in the period before.

    `people` is the number of persons compared; None if `own` is the outlet's.
    """

    own: Counts
    outlet: Counts
    before: Counts
    people: int | None

    @property
    def level(self) -> float:
        """Return the probability below which chance no longer explains what is seen."""
        return LEVEL / (self.people or 1)


class Sight(NamedTuple):
    """The figure of a signal and whether to look; `look` is None if nothing can be said.

    `within_chance` says whether chance may explain that the line is crossed; None if it is not crossed.
    """

    hits: int
    total: int | None
    value: Number | None
    line: Number | None
    look: bool | None
    within_chance: bool | None = None
    before: Number | None = None
    k_of_n: str | None = None  # the text if it is not hits/total


Measure = Callable[[Tally], Sight]


def hits_of(counts: Counts) -> int:
    """Return how many rows are hits."""
    return sum(rows for judgement, rows in counts.items() if judgement.startswith("hit "))


def among(counts: Counts, codes: Iterable[str]) -> tuple[int, int]:
    """Return (hits, all) of the rows with one of these codes."""
    found = [(counts[f"hit {code}"], counts[f"miss {code}"]) for code in codes]
    return sum(hits for hits, _ in found), sum(hits + misses for hits, misses in found)


def _with_mark(sight: Sight, tally: Tally, chance: Callable[[], float], *, is_crossed: bool) -> Sight:
    """Return the sight with its mark; `chance()` is how probable at least that much is in an honest outlet."""
    by_chance = chance() > tally.level if is_crossed else None
    return sight._replace(look=is_crossed and not by_chance, within_chance=by_chance)


def share(line: Fraction) -> Measure:
    """Return the measure hits ÷ rows; look above the line, the share that an honest outlet may have."""

    def measure(tally: Tally) -> Sight:
        hits, total = hits_of(tally.own), tally.own.total()
        if not total:
            return Sight(hits, total, None, line, None)
        sight = Sight(hits, total, Fraction(hits, total), line, False)
        return _with_mark(sight, tally, lambda: binomial_tail(hits, total, float(line)), is_crossed=hits > line * total)

    return measure


def number(tally: Tally) -> Sight:
    """Return the number of hits; look if there is any."""
    hits = hits_of(tally.own)
    return Sight(hits, None, Fraction(hits), Fraction(0), hits > 0)


def ratio(line: Fraction, *, cases: int) -> Measure:
    """Return the measure hits ÷ other rows; look above the line, if there are at least `cases` rows.

    Without any other row the line is crossed. In an honest outlet a row is as likely to be a hit as not.
    """

    def measure(tally: Tally) -> Sight:
        hits, total = hits_of(tally.own), tally.own.total()
        others = total - hits
        if not total:
            return Sight(hits, total, None, line, None)
        sight = Sight(hits, total, Fraction(hits, others) if others else None, line, False)
        is_crossed = hits > line * others and total >= cases
        return _with_mark(sight, tally, lambda: binomial_tail(hits, total, 0.5), is_crossed=is_crossed)

    return measure


def gap(line: Fraction, first: str, second: str) -> Measure:
    """Return the measure: share of hits with code `first` less that with `second`, in points; look above the line."""

    def measure(tally: Tally) -> Sight:
        one, other = among(tally.own, [first]), among(tally.own, [second])
        hits, total = one[0] + other[0], one[1] + other[1]
        told = f"{one[0]}/{one[1]}−{other[0]}/{other[1]}"
        if not (one[1] and other[1]):
            return Sight(hits, total, None, line, None, k_of_n=told if total else None)
        value = 100 * (Fraction(*one) - Fraction(*other))
        sight = Sight(hits, total, value, line, False, k_of_n=told)
        return _with_mark(sight, tally, lambda: fisher_tail(*one, *other), is_crossed=value > line)

    return measure


# I1: a report counts in the headline, in the strict rate, or in both.
_HEADLINE = ("in_time", "in_time_by_window", "late")
_STRICT_ONLY = ("strict_in_time", "strict_late")


def _headline_gap(counts: Counts) -> tuple[int, int, Number | None]:
    """Return (reports in time only by a window, reports in the headline rate, headline less strict rate in points)."""
    by_window, both = counts["hit in_time_by_window"], counts["miss in_time"]
    headline = among(counts, _HEADLINE)[1]
    strict = headline + among(counts, _STRICT_ONLY)[1]
    if not headline:
        return by_window, headline, None
    rate = Fraction(both + by_window, headline) - Fraction(both + counts["miss strict_in_time"], strict)
    return by_window, headline, 100 * rate


def growing_gap(line: Fraction) -> Measure:
    """Return the measure headline less strict rate, in points; look above the line, or if it grew beyond chance."""

    def measure(tally: Tally) -> Sight:
        hits, total, value = _headline_gap(tally.own)
        hits_then, total_then, then = _headline_gap(tally.before)
        if value is None:
            return Sight(hits, total, None, line, None, None, then)
        has_grown = then is not None and value > then and fisher_tail(hits, total, hits_then, total_then) <= tally.level
        if has_grown:
            return Sight(hits, total, value, line, True, False, then)
        sight = Sight(hits, total, value, line, False, before=then)
        return _with_mark(sight, tally, lambda: binomial_tail(hits, total, float(line / 100)), is_crossed=value > line)

    return measure


def beside_outlet(times: int) -> Measure:
    """Return the measure hits ÷ rows of a person; look above `times` the outlet's share."""

    def measure(tally: Tally) -> Sight:
        hits, total = hits_of(tally.own), tally.own.total()
        all_hits, rows = hits_of(tally.outlet), tally.outlet.total()
        value = Fraction(hits, total) if total else None
        if value is None or tally.people is None:
            return Sight(hits, total, value, None, None)
        line = times * Fraction(all_hits, rows)
        others = all_hits - hits, rows - total
        sight = Sight(hits, total, value, line, False)
        return _with_mark(sight, tally, lambda: fisher_tail(hits, total, *others), is_crossed=value > line)

    return measure


def run(line: Fraction, top: str) -> Measure:
    """Return the measure: how probable the longest run of `top` answers is in this outlet; look below the line."""

    def measure(tally: Tally) -> Sight:
        length, total = hits_of(tally.own), tally.own.total()
        tops, rows = among(tally.outlet, [top])[1], tally.outlet.total()
        if not total:
            return Sight(0, 0, None, line, None)
        likely = Fraction(tops, rows)
        value = float(likely) ** length
        sight = Sight(length, total, value, line, False)
        return _with_mark(sight, tally, lambda: run_chance(length, total, float(likely)), is_crossed=value < line)

    return measure


def run_chance(length: int, answers: int, likely: float) -> float:
    """Return the probability of a run of at least `length` among `answers`, each part of it with chance `likely`."""
    if length == 0:
        return 1.0
    # without[n]: probability of no such run among n answers. A first run that ends at n follows another answer.
    ends = (1 - likely) * likely**length
    without = [1.0] * length + [1 - likely**length]
    for n in range(length + 1, answers + 1):
        without.append(without[n - 1] - ends * without[n - length - 1])
    return 1 - without[answers]

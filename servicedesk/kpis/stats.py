"""Compute rates, means, quantiles, intervals and chances from counted verdicts. Pure arithmetic."""

from collections import Counter
from collections.abc import Callable, Iterable
from math import erfc, exp, fsum, lgamma, log, log1p, sqrt
from typing import NamedTuple

from servicedesk.base.messages import item_list, say

_Z = 1.959963984540054  # 97.5th percentile of the normal distribution


class Part(NamedTuple):
    """The number of tickets with one verdict (hit, miss, pending, excluded) and one amount; None if nothing is
    measured.
    """

    verdict: str
    amount: float | None
    tickets: int


Value = float | dict[str, int] | None
Measure = Callable[[list[Part]], Value]


def count(parts: Iterable[Part], *verdicts: str) -> int:
    """Return how many tickets have one of the verdicts."""
    return sum(part.tickets for part in parts if part.verdict in verdicts)


def rate(parts: list[Part]) -> Value:
    """Return hits ÷ (hits + misses) as a fraction; None if there are none."""
    total = count(parts, "hit", "miss")
    return count(parts, "hit") / total if total else None


def number(parts: list[Part]) -> Value:
    """Return the number of hits."""
    return float(count(parts, "hit"))


def _amount_sum(parts: Iterable[Part]) -> tuple[float, int]:
    """Return the sum of the amounts of hits and misses, the same in whatever order they come, and their number."""
    kept = [part for part in parts if part.verdict in {"hit", "miss"} and part.amount is not None]
    return fsum((part.amount or 0) * part.tickets for part in kept), sum(part.tickets for part in kept)


def mean(parts: list[Part]) -> Value:
    """Return the mean amount of hits and misses."""
    total, n = _amount_sum(parts)
    return total / n if n else None


def points(parts: list[Part]) -> Value:
    """Return the mean amount × 100: a difference of shares in percentage points."""
    found = mean(parts)
    return found * 100 if isinstance(found, float) else None


def net_promoters(parts: list[Part]) -> Value:
    """Return the mean amount × 100 as a whole number, halves rounded up (K3)."""
    total, n = _amount_sum(parts)
    return (200 * int(total) + n) // (2 * n) if n else None


def equal_weights(parts: list[Part]) -> Value:
    """Return the index from 0 to 100; each amount is the sum of three answers from 1 to 10 (K16)."""
    found = mean(parts)
    return (found - 3) / 27 * 100 if isinstance(found, float) else None


def per_100(parts: list[Part]) -> Value:
    """Return the hits per hundred misses."""
    misses = count(parts, "miss")
    return 100 * count(parts, "hit") / misses if misses else None


def distribution(parts: list[Part]) -> Value:
    """Return how many hits and misses have each amount, the highest amount first."""
    found: Counter[float] = Counter()
    for part in parts:
        if part.verdict in {"hit", "miss"} and part.amount is not None:
            found[part.amount] += part.tickets
    return {f"{amount:g}": found[amount] for amount in sorted(found, reverse=True)}


def quantile(share: float) -> Measure:
    """Return a measure that computes the product-limit quantile (Kaplan and Meier; K12).

    A hit lasted its amount, a pending ticket lasts at least its amount. The measure returns None if too many tickets
    are pending to reach the quantile.
    """

    def measure(parts: list[Part]) -> Value:
        ended: Counter[float] = Counter()
        still: Counter[float] = Counter()
        for part in parts:
            if part.amount is not None and part.verdict in {"hit", "pending"}:
                (ended if part.verdict == "hit" else still)[part.amount] += part.tickets
        at_risk, left = ended.total() + still.total(), 1.0
        for amount in sorted({*ended, *still}):
            if ended[amount]:
                left *= 1 - ended[amount] / at_risk
                if left <= 1 - share + 1e-12:
                    return amount
            at_risk -= ended[amount] + still[amount]
        return None

    return measure


median, p90 = quantile(0.5), quantile(0.9)


def longest(parts: list[Part], verdict: str = "hit") -> Value:
    """Return the greatest amount of that verdict; None if there is none."""
    return max((part.amount for part in parts if part.verdict == verdict and part.amount is not None), default=None)


def figure_text(value: Value, unit: str) -> str:
    """Return a figure that is not a rate as text: `3.74`, `16.9 h`, `5: 42, 4: 32`; n/a if there is none."""
    if value is None:
        return say("n/a")
    if isinstance(value, dict):
        return item_list(f"{name}: {count}" for name, count in value.items()) or say("n/a")
    digits = 2 if unit in {"score", "visits"} else 1
    number = f"{value:.{digits}f}".removesuffix(".0")
    if unit in {"hours", "days"}:
        return say("{n} h", n=number) if unit == "hours" else say("{n} d", n=number)
    if unit in {"score", "tickets", "complaints", ""}:
        return number
    return say("{n} {unit}", n=number, unit=say(unit))


def bar(share: float, width: int) -> str:
    """Return a share from 0 to 1 as a bar of up to `width` characters, exact to an eighth of a character."""
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval of hits ÷ total as fractions (C10); total > 0."""
    return wilson_of(hits / total, total)


def wilson_of(share: float, total: float) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share of `total` tickets; for a weighted share `total` may be a fraction."""
    z2 = _Z * _Z
    middle = share + z2 / (2 * total)
    half = _Z * sqrt(max(share * (1 - share), 0) / total + z2 / (4 * total * total))
    low, high = (middle - half) / (1 + z2 / total), (middle + half) / (1 + z2 / total)
    return (0.0 if share <= 0 else low), (1.0 if share >= 1 else high)


def binomial_tail(hits: int, total: int, likely: float) -> float:
    """Return the probability of at least `hits` hits among `total` if each is a hit with probability `likely`."""
    if hits <= 0:
        return 1.0
    if not 0 < likely < 1:
        return float(likely >= 1)
    first = exp(_log_choose(total, hits) + hits * log(likely) + (total - hits) * log1p(-likely))
    odds = likely / (1 - likely)
    return _tail_sum(first, ((total - k) / (k + 1) * odds for k in range(hits, total)))


def fisher_tail(hits: int, total: int, other_hits: int, other_total: int) -> float:
    """Return the probability that by chance alone at least `hits` of all hits fall into the group of `total`.

    Fisher's exact test, one-sided: unlike `chance` it holds for small numbers too.
    """
    all_hits, n = hits + other_hits, total + other_total
    most = min(total, all_hits)
    first = exp(_log_choose(total, hits) + _log_choose(other_total, other_hits) - _log_choose(n, all_hits))
    left = other_total - all_hits
    return _tail_sum(first, ((total - k) * (all_hits - k) / ((k + 1) * (left + k + 1)) for k in range(hits, most)))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _tail_sum(first: float, ratios: Iterable[float]) -> float:
    """Return the sum of a probability and the following ones, each given by its ratio to the one before."""
    found = term = first
    for ratio in ratios:
        term *= ratio
        found += term
        if ratio < 1 and term < found * 1e-12:
            break
    return min(found, 1.0)


def chance(hits: int, total: int, other_hits: int, other_total: int) -> float:
    """Return the p-value of a two-sided two-proportion test with pooled variance (C11); 1 if both are equal."""
    pooled = (hits + other_hits) / (total + other_total)
    spread = sqrt(pooled * (1 - pooled) * (1 / total + 1 / other_total))
    return erfc(abs(hits / total - other_hits / other_total) / spread / sqrt(2)) if spread else 1.0

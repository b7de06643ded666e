"""How figures are made of verdicts (C10, K1, K2, K5, K10, K12)."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, Verdict

FLOOR = 30  # answers, below which K3 and K16 say nothing
Z_95 = 1.959963984540054  # the 97.5 % point of the normal distribution
Figure = dict[str, Any]  # what `kpi report` answers of a group: value and unit, or hits, total, rate, low, high


def rate(found: Sequence[Verdict]) -> Figure:
    """hits ÷ (hits + misses), with its interval; nothing of nothing."""
    hits, total = _count(found, HIT), _count(found, HIT, MISS)
    low, high = wilson(hits, total) if total else (None, None)
    return {"hits": hits, "total": total, "rate": hits / total if total else None, "low": low, "high": high}


def bounded(found: Sequence[Verdict]) -> Figure:
    """K1: every silent customer unsatisfied, or satisfied; those too whose fourteen days are not over."""
    silent = sum(v.verdict == PENDING or v.reason == "no_answer" for v in found)
    hits, completed = _count(found, HIT), _count(found, HIT, MISS) + silent
    low, high = (hits / completed, (hits + silent) / completed) if completed else (None, None)
    return rate(found) | {"bound_low": low, "bound_high": high}


def valued(unit: str, measure: Callable[[Sequence[Verdict]], Any]) -> Callable[[Sequence[Verdict]], Figure]:
    """A figure that is no rate, over n hits and misses."""
    return lambda found: {"value": measure(found), "unit": unit, "n": _count(found, HIT, MISS)}


def left_out(found: Sequence[Verdict]) -> Figure:
    return {"pending": _count(found, PENDING), "excluded": _count(found, EXCLUDED)}


def _count(found: Sequence[Verdict], *verdicts: str) -> int:
    return sum(v.verdict in verdicts for v in found)


def hits(found: Sequence[Verdict]) -> int:
    return _count(found, HIT)


def _amounts(found: Sequence[Verdict], *verdicts: str) -> list[float]:
    return [v.amount for v in found if v.verdict in verdicts and v.amount is not None]


def mean(found: Sequence[Verdict]) -> float | None:
    amounts = _amounts(found, HIT, MISS)
    return sum(amounts) / len(amounts) if amounts else None


def points(found: Sequence[Verdict]) -> float | None:
    share = mean(found)
    return None if share is None else share * 100


def net_promoters(found: Sequence[Verdict]) -> int | None:
    """K3: a whole number, halves up; of fewer than thirty nothing is said."""
    amounts = _amounts(found, HIT, MISS)
    if len(amounts) < FLOOR:
        return None
    return math.floor(Fraction(sum(map(int, amounts)), len(amounts)) * 100 + Fraction(1, 2))


def equal_weights(found: Sequence[Verdict]) -> float | None:
    """K16: three answers from 1 to 10 on a scale from 0 to 100."""
    amounts = _amounts(found, HIT, MISS)
    if len(amounts) < FLOOR:
        return None
    return float(sum(Fraction(int(amount) - 3, 27) for amount in amounts) / len(amounts) * 100)


def per_100(found: Sequence[Verdict]) -> float | None:
    misses = _count(found, MISS)
    return 100 * hits(found) / misses if misses else None


def distribution(found: Sequence[Verdict]) -> dict[str, int]:
    return {str(int(score)): n for score, n in sorted(Counter(_amounts(found, HIT, MISS)).items(), reverse=True)}


def longest(found: Sequence[Verdict]) -> float | None:
    return max(_amounts(found, HIT), default=None)


def median(found: Sequence[Verdict]) -> float | None:
    return _lasting(found, Fraction(1, 2))


def p90(found: Sequence[Verdict]) -> float | None:
    return _lasting(found, Fraction(1, 10))


def _lasting(found: Sequence[Verdict], share: Fraction) -> float | None:
    """K12: the first duration after which at most that share is still going on, the open ones at risk to their age."""
    ended, still = _amounts(found, HIT), _amounts(found, PENDING)
    left = Fraction(1)
    for duration in sorted(set(ended)):
        at_risk = sum(amount >= duration for amount in (*ended, *still))
        left *= 1 - Fraction(ended.count(duration), at_risk)
        if left <= share:
            return duration
    return None


def wilson(hits: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of hits ÷ total: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n) (C10)."""
    p = hits / total
    scale = 1 + z * z / total
    middle = (p + z * z / (2 * total)) / scale
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)

"""A rate as it would be with the outlet's own mix of categories: direct standardisation (C13).

Who repairs more old washers than others has another rate for that alone. Each category's rate of a group is weighted by
the category's share of the whole outlet. Categories that a group has none of are left out, and the others weighted up:
`covered` is the share of the outlet's mix that they make up.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from servicedesk.base.messages import say
from servicedesk.base.table import shown
from servicedesk.kpis import count, stats
from servicedesk.kpis.count import Tally
from servicedesk.kpis.figure import FEW, MANY, rate_text

KEYS = ("standard_rate", "standard_low", "standard_high", "covered")
COLUMNS = ("mixed:share+=same mix", "mixed_interval:count+=95 %", "mixed_of:count??+=of it")
_NOTHING: dict[str, Any] = dict.fromkeys(KEYS)


class Mixed(NamedTuple):
    """A rate under the outlet's mix, the share of the mix that it covers, and of how many tickets it is worth."""

    rate: float
    covered: float
    n: float

    def cells(self) -> dict[str, Any]:
        """Return the values for programs; the interval is Wilson's, of as many tickets as the weights leave."""
        low, high = stats.wilson_of(self.rate, self.n)
        return dict(zip(KEYS, (self.rate, low, high, self.covered), strict=True))


def standardise_rates(tallies: Mapping[tuple[str, ...], Tally]) -> dict[tuple[str, ...], Mixed]:
    """Return the rate of each group under the mix of all; the last part of each key is the category."""
    whole: dict[str, int] = defaultdict(int)
    groups: dict[tuple[str, ...], dict[str, tuple[int, int]]] = defaultdict(dict)
    for (*group, category), tally in tallies.items():
        parts = count.parts(tally)
        hits, total = stats.count(parts, "hit"), stats.count(parts, "hit", "miss")
        if total:
            whole[category] += total
            groups[tuple(group)][category] = hits, total
    return {group: _mix(own, whole) for group, own in groups.items()}


def _mix(own: Mapping[str, tuple[int, int]], whole: Mapping[str, int]) -> Mixed:
    """Return the weighted rate; the weights make its tickets worth 1 ÷ Σ w²/n of equal ones."""
    mass = sum(whole[category] for category in own)
    weights = {category: whole[category] / mass for category in own}
    rate = sum(weights[category] * hits / total for category, (hits, total) in own.items())
    worth = 1 / sum(weights[category] ** 2 / total for category, (_, total) in own.items())
    return Mixed(rate, mass / sum(whole.values()), worth)


def mix_cells(mixed: Mixed | None) -> dict[str, Any]:
    """Return the values of a group's row, for programs and for people; empty ones where it has no rate."""
    if mixed is None:
        return _NOTHING | {"mixed": say("n/a"), "mixed_interval": "", "mixed_of": ""}
    row = mixed.cells()
    bounds = f"{shown(row['standard_low'], 'rate')[:-2]}–{shown(row['standard_high'], 'rate')[:-2]}"
    row |= {"mixed": rate_text(mixed.rate, int(mixed.n)), "mixed_interval": bounds if FEW <= mixed.n < MANY else ""}
    return row | {"mixed_of": shown(mixed.covered, "rate")}


def mix_note() -> str:
    """Return what the rate under the same mix is, in words."""
    return say(
        "same mix: the rate with the outlet's own mix of categories (rule C13), beside the crude one;"
        " of it: the share of that mix which the group has"
    )

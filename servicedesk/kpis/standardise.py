"""Rates of groups under the outlet's own mix of appliance categories: direct standardisation (C13).

A technician who repairs more old washers than others has another rate for that reason alone. So each category's rate
in a group is weighted by the category's share of the whole outlet. Categories that the group lacks are left out, and
the others are weighted up: `covered` is their share of the outlet's mix.
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
    """A rate under the outlet's mix, the share of the mix that the group has, and the equal tickets it is worth."""

    rate: float
    covered: float
    n: float

    def cells(self) -> dict[str, Any]:
        """Return the values for programs. The interval is Wilson's, for the `n` tickets that the rate is worth."""
        low, high = stats.wilson_of(self.rate, self.n)
        return dict(zip(KEYS, (self.rate, low, high, self.covered), strict=True))


def standardise_rates(tallies: Mapping[tuple[str, ...], Tally]) -> dict[tuple[str, ...], Mixed]:
    """Return the rate of each group under the mix of all groups; the last part of each key is the category."""
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
    """Return the weighted rate; it is worth as much as 1 ÷ Σ w²/n tickets of equal weight."""
    mass = sum(whole[category] for category in own)
    weights = {category: whole[category] / mass for category in own}
    rate = sum(weights[category] * hits / total for category, (hits, total) in own.items())
    worth = 1 / sum(weights[category] ** 2 / total for category, (_, total) in own.items())
    return Mixed(rate, mass / sum(whole.values()), worth)


def mix_cells(mixed: Mixed | None) -> dict[str, Any]:
    """Return the cells of a group's row, for programs and for people; empty cells if the group has no rate."""
    if mixed is None:
        return _NOTHING | {"mixed": say("n/a"), "mixed_interval": "", "mixed_of": ""}
    row = mixed.cells()
    bounds = f"{shown(row['standard_low'], 'rate')[:-2]}–{shown(row['standard_high'], 'rate')[:-2]}"
    row |= {"mixed": rate_text(mixed.rate, int(mixed.n)), "mixed_interval": bounds if FEW <= mixed.n < MANY else ""}
    return row | {"mixed_of": shown(mixed.covered, "rate")}


def mix_note() -> str:
    """Return the note that explains the rate under the same mix."""
    return say(
        "same mix: the rate with the outlet's own mix of categories (rule C13), beside the crude one;"
        " of it: the share of that mix which the group has"
    )

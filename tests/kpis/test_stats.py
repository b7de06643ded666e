"""Exact tails: how probable so much is by chance alone."""

import pytest

from servicedesk.kpis.stats import binomial_tail, fisher_tail


def test_of_ten_coins_eight_or_more_show_heads_in_56_of_1024() -> None:
    assert binomial_tail(8, 10, 0.5) == pytest.approx(56 / 1024)


@pytest.mark.parametrize(("hits", "likely", "expected"), [(0, 0.1, 1), (3, 0, 0), (3, 1, 1), (3, 0.5, 1 / 8)])
def test_the_ends_of_a_binomial_tail(hits: int, likely: float, expected: float) -> None:
    assert binomial_tail(hits, 3, likely) == pytest.approx(expected)


def test_of_a_million_the_expected_number_or_more_is_as_likely_as_not() -> None:
    assert binomial_tail(600_000, 1_000_000, 0.6) == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize(("right", "expected"), [(4, 1 / 70), (3, 17 / 70), (0, 1)])
def test_the_lady_who_tastes_tea_with_milk_first(right: int, expected: float) -> None:
    """Fisher's own example: four of eight cups, of which she names so many."""
    assert fisher_tail(right, 4, 4 - right, 4) == pytest.approx(expected)


def test_where_nobody_else_is_compared_nothing_is_unlikely() -> None:
    assert fisher_tail(3, 5, 0, 0) == pytest.approx(1)

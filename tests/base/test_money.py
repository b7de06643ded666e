"""Amounts as people type them, and as they are shown."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.base.errors import UsageError
from servicedesk.base.money import amount_text, parse_amount


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("80", 8000), ("80.5", 8050), ("80.50", 8050), ("¥80", 8000), ("￥ 80.05", 8005), ("８０", 8000),
        ("80元", 8000), ("80 yuan", 8000), ("1,310.20", 131020), ("0", 0), (" 0.01 ", 1), ("99999999.99", 9999999999),
        ("0" * 5000 + "7", 700),
    ],
)  # fmt: skip
def test_an_amount_is_yuan_and_kept_in_fen(text: str, fen: int) -> None:
    assert parse_amount(text) == fen


@pytest.mark.parametrize(
    "text", ["", "x", "-80", "80.505", "80,50", "1,31", "8e3", "٨٠", "80 $", "¥", ".5", "80.", "1_000", "100000000"]
)
def test_what_is_no_amount_is_told(text: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_amount(text)
    assert told.value.sentence in {f"'{text}' is no amount", f"'{text}' is too much for an amount"}
    assert told.value.hint == "yuan, such as 80 or 80.50"


def test_there_is_an_end_to_the_digits_of_an_amount() -> None:
    with pytest.raises(UsageError, match=r"^'9{100}…' is too much for an amount$"):
        parse_amount("9" * 5000)


@given(st.integers(0, 9_999_999_999))
def test_what_is_shown_is_read_as_the_same(fen: int) -> None:
    assert parse_amount(amount_text(fen)) == fen


@given(st.text(max_size=12))
def test_no_text_is_more_than_an_amount_or_an_error(text: str) -> None:
    with suppress(UsageError):
        assert parse_amount(text) >= 0

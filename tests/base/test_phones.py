"""Which phones are plausible, and that one wrong key makes one that is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.base import sameness
from servicedesk.base.phones import doubt, may_be_phone

CHINA = "Asia/Shanghai"
DIGITS = st.text("0123456789", min_size=1)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINES = st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}", fullmatch=True)


def doubted(text: str, zone: str = CHINA) -> str | None:
    return doubt(sameness.phone(text), zone)


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "138-0013-8000", "+86 138 0013 8000", "0086-19912345678", "１３８００１３８０００",
        "023-62801234", "(0871) 6280123", "+86 23 62801234", "010-62345678转801", "62801234", "6280123",
        "400-800-8800", "8008208820", "95598", "12315", "10086", "+852 2345 6789", "001 212 555 0123",
    ],
)  # fmt: skip
def test_a_phone_as_they_are_is_plausible(text: str) -> None:
    assert doubted(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1380013800", "11 digits expected, 1380013800 has 10"),
        ("138001380000", "11 digits expected, 138001380000 has 12"),
        ("+86 1380013800", "11 digits expected, +86 1380013800 has 10"),
        ("12800138000", "12800138000: a mobile begins with 13 to 19"),
        ("023-6280", "023-6280 is no area code with 7 or 8 digits behind it"),
        ("023-162801234", "023-162801234 is no area code with 7 or 8 digits behind it"),
        ("400-800-880", "11 digits expected, 400-800-880 has 9"),
        ("138", "138 is too short for a phone"),
        ("2026-11-02", "2026-11-02 looks like a day"),
    ],
)
def test_a_phone_that_may_be_mistyped_is_doubted(text: str, why: str) -> None:
    assert doubted(text) == why


@given(MOBILES | LANDLINES)
def test_a_whole_number_is_never_doubted(number: str) -> None:
    assert doubted(number) is None
    assert doubted(f"{number[:3]}-{number[3:7]} {number[7:]}") is None


@given(MOBILES, st.integers(1, 10))
def test_a_mobile_without_one_of_its_digits_is_doubted(number: str, at: int) -> None:
    assert doubted(number[:at] + number[at + 1 :]) is not None


@given(MOBILES, st.integers(1, 11), st.sampled_from("0123456789"))
def test_a_mobile_with_one_digit_more_is_doubted(number: str, at: int, digit: str) -> None:
    assert doubted(number[:at] + digit + number[at:]) is not None


@given(st.from_regex(r"[2-9][0-9]{4,14}", fullmatch=True))
def test_elsewhere_only_the_length_is_looked_at(number: str) -> None:
    assert doubted(number, "Europe/Berlin") is None
    assert doubted(number[:4], "Europe/Berlin") == f"{number[:4]} is too short for a phone"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("1234567", True), ("123456", False), ("023-1", False), ("+86", False), ("010-62345678转801", True),
     ("C12", False), ("3M", False), ("王芳", False), ("", False), ("-", False), ("１３８００１３８０００", True),
     ("1 380 013", True),
     ("2026-11-02", False), ("2026/1/2", False), ("09:00", False)],
)  # fmt: skip
def test_a_few_digits_are_a_reference_and_more_may_be_a_phone(text: str, is_one: bool) -> None:
    assert may_be_phone(text) is is_one

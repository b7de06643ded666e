"""Room in a terminal: where texts are broken, how they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.base.width import cells, longest, padded, shortened, wrapped

SIGNS = st.text(st.sampled_from("ab -/王芳海，。（）尔éｶ\u0301"), max_size=60)


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("门进，右手（第二）", 6, ["门进，", "右手", "（第", "二）"]),
        ("楼梯。The customer", 8, ["楼梯。", "The", "customer"]),
        ("https://example.com/a/b", 12, ["https://", "example.com/", "a/b"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("，，，，", 4, ["，，", "，，"]),
        ("a  b", 1, ["a", "b"]),
        ("王", 1, ["王"]),
    ],
)
def test_a_text_is_broken_where_people_would_break_it(text: str, width: int, rows: list[str]) -> None:
    assert wrapped(text, width) == rows


@given(SIGNS, st.integers(2, 20))
def test_rows_fit_and_lose_nothing(text: str, width: int) -> None:
    rows = wrapped(text, width)
    assert all(cells(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.split())


@given(SIGNS, st.integers(1, 20))
def test_a_shortened_text_fits(text: str, width: int) -> None:
    short = shortened(text, width)
    assert cells(short) <= width
    assert short == " ".join(text.split()) or short.endswith("…")


def test_a_text_is_shortened_with_an_ellipsis() -> None:
    assert [shortened("热水器\n不加热", width) for width in (13, 12, 6, 1)] == [
        "热水器 不加热",
        "热水器 不加…",
        "热水…",
        "…",
    ]


def test_texts_are_filled_on_either_side() -> None:
    assert [padded("王", 4), padded("王", 4, right=True)] == ["王  ", "  王"]


def test_the_longest_word_is_what_no_row_should_break() -> None:
    assert [longest(text) for text in ("", "王芳", "Müller & Söhne", "门进，右")] == [0, 2, 6, 4]

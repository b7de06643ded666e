"""Answers are read kindly, whatever somebody writes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.classroom.answers import match_items, parse_answers, read_answer
from servicedesk.classroom.exercise import Item, Kind
from servicedesk.language.words import Words
from tests import catalogue

VERDICTS = {"hit": ("kept", "符合"), "not_hit": ("miss", "不符合")}


def item(kind: Kind) -> Item:
    return Item("x", "?", kind, choices=VERDICTS if kind is Kind.CHOICE else {})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.CHOICE, " Hit. ", "hit"), (Kind.CHOICE, "符合", "hit"), (Kind.CHOICE, "not-hit", "not_hit"),
        (Kind.CHOICE, "Not hit", "not_hit"), (Kind.CHOICE, "maybe", None), (Kind.CHOICE, "ＨＩＴ", "hit"),
        (Kind.FRACTION, "6/13", (6, 13)), (Kind.FRACTION, "６／１３", (6, 13)), (Kind.FRACTION, "6 of 13", (6, 13)),
        (Kind.FRACTION, "13分之6", (6, 13)), (Kind.FRACTION, "half", None), (Kind.FRACTION, "7月14日", (7, 14)),
        (Kind.PERCENT, "46.2 %", 46.2), (Kind.PERCENT, "46,2", 46.2), (Kind.PERCENT, "４６．２％", 46.2),
        (Kind.PERCENT, "0.462", 46.2), (Kind.PERCENT, "6/13", 46.154), (Kind.PERCENT, "0.5%", 0.5),
        (Kind.PERCENT, "1/0", None), (Kind.PERCENT, "40 or 50", None), (Kind.PERCENT, "0", 0.0),
        (Kind.COUNT, "12", 12), (Kind.COUNT, "12 张", 12), (Kind.COUNT, "1.5", None), (Kind.COUNT, "-3", -3),
        (Kind.DATE, "2026-11-21", date(2026, 11, 21)), (Kind.DATE, "2026年11月21日", date(2026, 11, 21)),
        (Kind.DATE, "2026/1/2", date(2026, 1, 2)), (Kind.DATE, "2026-02-30", None), (Kind.DATE, "tomorrow", None),
        (Kind.DATE, "unknown", "unknown"), (Kind.DATE, "未知", "unknown"),
        (Kind.REFS, "T3, T7", frozenset({"T3", "T7"})), (Kind.REFS, "t3、7", frozenset({"T3", "T7"})),
        (Kind.REFS, "none", frozenset()), (Kind.REFS, "无", frozenset()), (Kind.REFS, "T3 und", None),
        (Kind.NAME, "李  强", "李 强"), (Kind.TEXT, "because", "because"),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_it_was_meant(kind: Kind, text: str, value: Any) -> None:
    assert read_answer(item(kind), text).value == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize("choices", list(catalogue.choices()))
def test_every_choice_is_read_as_the_tool_writes_it_and_no_word_means_two_things(choices: dict[str, Any]) -> None:
    asked, chinese = Item("x", "?", Kind.CHOICE, choices=choices), Words("zh")

    for code, words in choices.items():
        for text in (code, chinese.code(code), *words):
            assert read_answer(asked, text).value == code, text


@given(st.sampled_from(Kind), st.text())
def test_any_text_is_an_answer_or_none_and_never_an_error(kind: Kind, text: str) -> None:
    answer = read_answer(item(kind), text)
    assert answer.is_given == bool(text.strip())


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_table_of_answers_is_read_as_spreadsheets_save_it(between: str, encoding: str) -> None:
    rows = [
        ["Part", "Item", "question", "Answer"],
        ["hand", " t1 ", "哪里？", " 符合 "],
        [],
        ["", "zz", "", "1"],
        ["tool"],
    ]
    data = "\r\n".join(between.join(row) for row in rows).encode(encoding)

    texts, unknown = match_items(parse_answers(data), [Item("T1", "?", Kind.CHOICE)])

    assert texts == {"T1": "符合"}
    assert unknown == ["zz", ""]

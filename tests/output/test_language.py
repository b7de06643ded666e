"""Everything that a report can say is said in Chinese too, and the catalogue in use is the one that people edit."""

import ast
import re
from gettext import GNUTranslations

import pytest

from servicedesk.desk.kpis import KPIS
from servicedesk.output.language import FOLDER, Words
from tests import catalogue

PO = FOLDER / "zh_CN" / "LC_MESSAGES" / "servicedesk.po"


def test_every_sentence_definition_and_reason_is_in_chinese() -> None:
    known = {message.id: message.string for message in catalogue.read(PO) if message.id}
    asked = catalogue.sentences()
    assert len(asked) > 450
    assert sorted(sentence for sentence in asked if not known.get(sentence)) == [], "python -m tests.catalogue"
    assert sorted(set(known) - asked) == [], "python -m tests.catalogue"


def test_a_translation_keeps_the_names_of_its_values() -> None:
    for message in catalogue.read(PO):
        names = re.findall(r"\{\w+\}", str(message.id))
        assert sorted(re.findall(r"\{\w+\}", str(message.string))) == sorted(names), message.id


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in catalogue.read(PO):
        if message.id:
            assert compiled.gettext(str(message.id)) == message.string


def test_every_kpi_has_a_chinese_name() -> None:
    assert [kpi.key for kpi in KPIS if not re.search("[\u4e00-\u9fff]", kpi.chinese)] == []


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("not_repeated", "not repeated", "未再报修"),
        ("repeated_by_T12", "repeated by T12", "再次报修 T12"),
        ("kept_late_P184", "kept late P184", "逾期兑现 P184"),
        ("2_visits", "2 visits", "2 次"),
        ("same_model_as_A7", "same model as A7", "型号相同 A7"),
        ("busy_day_with_4_calls", "busy day with 4 calls", "忙日（4单报修）"),
        ("guidance_after_T3", "guidance after T3", "使用指导，前单 T3"),
        ("days_31_to_35_after_T3", "days 31 to 35 after T3", "第31至35天再报修，前单 T3"),
        ("after_arrival_no_reason", "after arrival, no reason", "到达后取消, 未写原因"),
        ("after_deadline_no_contact_next_T2", "after deadline, no contact, next T2", "超时后取消, 联系不上, 后续 T2"),
        ("promise_end_voided", "promise end voided", "承诺结果作废"),
        ("(none)", "(none)", "(无)"),
        ("a_strangers_code", "a strangers code", "a strangers code"),
    ],
)
def test_a_code_is_read_as_words(code: str, english: str, chinese: str) -> None:
    assert (Words("en").code(code), Words("zh").code(code)) == (english, chinese)


def test_what_the_catalogue_looks_for_is_what_the_code_marks() -> None:
    found = set(catalogue.written())
    assert {"Monthly report", "counted", "{n} pending", "January", "Oct", "Too few tickets for a trend."} <= found
    calls = [
        node
        for path in catalogue.OUTPUT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr) and "_(" in ast.unparse(node) and "_(f" in ast.unparse(node)
    ]
    assert calls == []  # a sentence put together at run time is in no catalogue

"""Everything that a report can say is said in Chinese too, and the catalogue in use is the one that people edit."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from servicedesk.kpis.definitions.registry import KPIS
from servicedesk.language.catalogue import Catalogue
from servicedesk.language.words import FOLDER, Words
from tests import catalogue

PO = FOLDER / "zh_CN" / "LC_MESSAGES" / "servicedesk.po"
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACES = re.compile(r"\{\w*[^}]*\}")
# What makes a sentence that people read: in each of them every text is said or marked.
SENTENCES = {"NotFoundError", "RefusedError", "StorageError", "UsageError", "RowError"}
TALK = {"hint", "heading", "notes", "note"}


@cache
def chinese() -> Catalog:
    """The catalogue as people edit it, read once."""
    return catalogue.read(PO)


def test_everything_that_is_said_is_in_chinese() -> None:
    known = {(message.context, message.id): message.string for message in chinese() if message.id}
    asked = catalogue.messages()
    assert len(asked) > 2000
    assert sorted(map(str, (one for one in asked if not known.get(one)))) == [], "python -m tests.catalogue"
    assert sorted(map(str, set(known) - asked)) == [], "python -m tests.catalogue"
    assert [message.id for message in chinese() if message.fuzzy and message.id] == []
    assert list(chinese().obsolete) == []


def test_a_translation_keeps_the_names_of_its_values() -> None:
    for message in chinese():
        one = message.id if isinstance(message.id, str) else message.id[0]
        assert sorted(PLACES.findall(_text(message))) == sorted(PLACES.findall(one)), one


def test_a_translation_is_chinese_but_for_commands_and_codes() -> None:
    """What has no Chinese in it is a command, an option, or the same in every language."""
    left = [
        str(message.id)
        for message in chinese()
        if message.id and not CHINESE.search(_text(message)) and _text(message) == message.id
    ]
    assert [text for text in left if not SAME.match(text)] == []


SAME = re.compile(
    r"--|\w+ = |servicedesk |check --|mkdir |\{option\} FILE|\{question\} |"
    r"(appliance|category|customer|household|kpi|technician|ticket) \w+"
)


def test_the_compiled_catalogue_is_the_written_one_and_found_by_gettext_and_by_us() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    ours = Catalogue(PO.with_suffix(".mo"))
    for message in chinese():
        if not message.id:
            continue
        if not isinstance(message.id, str):
            one, many = message.id
            found = {_text(message), compiled.ngettext(one, many, 3), ours.ngettext(one, many, 1)}
        elif message.context:
            found = {_text(message), *(each.pgettext(message.context, message.id) for each in (compiled, ours))}
        else:
            found = {_text(message), compiled.gettext(message.id), ours.gettext(message.id)}
        assert len(found) == 1, message.id
    assert ours.gettext("a sentence of nobody") == "a sentence of nobody"
    assert ours.ngettext("{n} cat", "{n} cats", 2) == "{n} cats"


def test_a_catalogue_may_have_several_forms(tmp_path: Path) -> None:
    made = Catalog("pl")
    made.add(("{n} row", "{n} rows"), ("{n} wiersz", "{n} wiersze", "{n} wierszy"))
    (tmp_path / "pl.mo").write_bytes(catalogue.compiled(made))
    polish = Catalogue(tmp_path / "pl.mo")
    assert [polish.ngettext("{n} row", "{n} rows", n).format(n=n) for n in (1, 2, 5)] == [
        "1 wiersz", "2 wiersze", "5 wierszy",
    ]  # fmt: skip


def test_every_error_hint_heading_and_note_is_said() -> None:
    """None is a plain text: it would stay English."""
    plain = []
    for path in catalogue.modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                told = [*(node.args[2:3] if name == "RowError" else node.args[:1])] if name in SENTENCES else []
                told += [more.value for more in node.keywords if more.arg in TALK]
                plain += [f"{path.name}: {text}" for each in told for text in _plain(each)]
    assert plain == []


def _text(message: Message) -> str:
    """The translation; Chinese has one form for any number."""
    return message.string if isinstance(message.string, str) else "".join(message.string or ())


def _plain(node: ast.expr) -> Iterator[str]:
    """The texts of an expression that nobody said."""
    if isinstance(node, ast.JoinedStr):
        yield ast.unparse(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value and not SAME.match(node.value):
        yield node.value
    elif isinstance(node, (ast.IfExp, ast.BoolOp, ast.BinOp, ast.List, ast.Tuple)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _plain(child)


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
        ("busy_day_with_4_calls", "busy day with 4 calls", "忙日（4 单报修）"),
        ("guidance_after_T3", "guidance after T3", "使用指导，前单 T3"),
        ("days_31_to_35_after_T3", "days 31 to 35 after T3", "第31至35天再报修，前单 T3"),
        ("after_arrival_no_reason", "after arrival, no reason", "到达后取消，未写原因"),
        ("after_deadline_no_contact_next_T2", "after deadline, no contact, next T2", "超时后取消，联系不上，后续 T2"),
        ("promise_end_voided", "promise end voided", "承诺结果作废"),
        ("(none)", "(none)", "（无）"),
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
        for room in catalogue.MARKED
        for path in room.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr) and "_(" in ast.unparse(node) and "_(f" in ast.unparse(node)
    ]
    assert calls == []  # a sentence put together at run time is in no catalogue

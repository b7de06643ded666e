"""Codes of faults, channels and complaints: a misspelt one does not become a new one."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from servicedesk.domain.aftercare.rules import CallOutcome, Severity, Source
from servicedesk.domain.customer_codes import Tier
from servicedesk.domain.model import (
    CANCEL_REASONS,
    OTHER_OUTCOMES,
    REPAIR_OUTCOMES,
    RETIRE_REASONS,
    TicketType,
)
from servicedesk.domain.synonyms import SYNONYMS, synonym_key
from servicedesk.domain.ticket import AskedBy, Cause
from servicedesk.language.words import Words
from servicedesk.records.codes import BUILT_IN
from tests.conftest import Desk
from tests.terminal import Person


@pytest.fixture
def caller(desk: Desk) -> Desk:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    return desk


OPEN = ("ticket", "open", "--customer", "C1", "warm")


def test_a_misspelt_fault_is_refused_with_the_nearest(caller: Desk) -> None:
    assert caller.refused(4, *OPEN, "--fault", "not_coolin") == (
        "error: there is no fault code 'not_coolin'\n"
        "hint: did you mean not_cooling or weak_cooling? (--new-code adds a new one)\n"
    )
    assert caller.do("info")["tickets"] == 0


def test_a_code_unlike_any_names_some_and_the_way_to_a_new_one(caller: Desk) -> None:
    assert caller.refused(4, *OPEN, "--fault", "shark") == (
        "error: there is no fault code 'shark'\n"
        "hint: such as not_cooling, weak_cooling, no_heat, leak, water_leak, refrigerant_leak, no_power, noise"
        " (--new-code adds a new one)\n"
    )
    assert "did you mean wechat?" in caller.refused(4, *OPEN, "--channel", "wechatt")
    told = caller.refused(4, "complaint", "open", "--customer", "C1", "--about", "xyz")
    assert told.endswith("hint: one of lateness, no_show, quality, price, conduct, service, damage, parts, other"
                         " (--new-code adds a new one)\n")  # fmt: skip


def test_a_new_code_is_known_from_then_on(caller: Desk) -> None:
    assert caller.do(*OPEN, "--fault", "异响", "--channel", "Radio", "--new-code")["fault"] == "异响"
    assert caller.do(*OPEN, "--fault", "异响", "--channel", "radio")["channel"] == "radio"
    assert caller.do("ticket", "edit", "T1", "--fault", "hums", "--new-code")["fault"] == "hums"
    assert caller.do("ticket", "edit", "T2", "--fault", "hums")["fault"] == "hums"
    assert "did you mean hums?" in caller.refused(4, "ticket", "edit", "T2", "--fault", "hum")
    words = ("complaint", "open", "--customer", "C1", "--about")
    assert caller.do(*words, "Smoke", "--new-code")["about"] == "smoke"
    assert "did you mean smoke?" in caller.refused(4, *words, "smokee")


def test_an_undone_code_is_not_known(caller: Desk) -> None:
    caller.do(*OPEN, "--fault", "hums", "--new-code")
    caller.do("undo")
    caller.refused(4, *OPEN, "--fault", "hums")


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_built_in_code_is_read_in_chinese_too(caller: Desk, kind: str) -> None:
    words = Words("zh")
    for code in BUILT_IN[kind]:
        label = words.code(code)
        assert not label.isascii(), code
        if kind == "complaint":
            found = caller.do("complaint", "open", "--customer", "C1", "--about", label, code)["about"]
        elif kind == "method":
            ticket = f"T{caller.do(*OPEN)['id']}"
            found = caller.do("ticket", "charge", ticket, "--paid", "80", "--method", label)["method"]
        elif kind == "contact":
            found = caller.do("contact", "log", "C1", "--in", "--channel", label)["channel"]
        elif kind == "cause":
            ticket = f"T{caller.do(*OPEN)['id']}"
            caller.do("ticket", "complete", ticket, "--outcome", "fixed", "--cause", label)
            found = caller.do("ticket", "show", ticket)["events"][-1]["found_cause"]
        elif kind == "contact":
            found = caller.do("contact", "log", "C1", "--in", "--channel", label)["channel"]
        else:
            found = caller.do(*OPEN, f"--{kind}", label)[kind]
        assert found == code


def test_in_chinese_the_codes_are_told_as_the_screen_shows_them(caller: Desk) -> None:
    told = caller.run("--language", "zh", "complaint", "open", "--customer", "C1", "--about", "服无").err
    assert told == (
        "错误：没有投诉代码“服无”\n"
        "提示：可用：上门迟到、爽约、维修质量、收费、服务态度、服务、损坏、配件、其他 （--new-code 可新增）\n"
    )


GROUPS: dict[str, Iterable[str]] = {
    "outcome": (*REPAIR_OUTCOMES, *OTHER_OUTCOMES), "cancel": CANCEL_REASONS, "retire": RETIRE_REASONS,
    "cause": Cause, "side": AskedBy, "type": TicketType, "call": CallOutcome, "source": Source, "severity": Severity,
    "tier": Tier, "message": ("appointment", "on_the_way", "survey", "ready"), "score": "12345", **BUILT_IN,
}  # fmt: skip
# Either may be meant: people are asked which.
DOUBTS = {"正常", "等配件", "待件", "等件", "缺件"}


@pytest.mark.parametrize("group", GROUPS)
def test_what_people_say_for_a_code_is_no_word_of_another_one(group: str) -> None:
    codes = [str(code) for code in GROUPS[group]]
    labels = {synonym_key(Words("zh").code(code)): code for code in codes} | {synonym_key(code): code for code in codes}
    for word, meant in SYNONYMS.items():
        of_group = [code for code in meant if code in codes]
        assert len(set(of_group) | {labels[word]} if of_group and word in labels else of_group) < 2 or word in DOUBTS, (
            word
        )


@pytest.fixture
def ticket(caller: Desk) -> Desk:
    caller.do(*OPEN, now="2026-11-20 09:00")
    return caller


@pytest.mark.parametrize("outcome", ["修好", "修好了", "已修复", "Repaired", "搞定了", "works again", "修 好"])
def test_a_repaired_machine_is_fixed_however_it_is_said(ticket: Desk, outcome: str) -> None:
    assert ticket.do("ticket", "complete", "T1", "--outcome", outcome)["outcome"] == "fixed"


@pytest.mark.parametrize(
    ("words", "key", "code"),
    [
        (("ticket", "wait", "T1", "--cause", "等厂家配件"), "status", "waiting"),
        (("ticket", "wait", "T1", "--cause", "our part"), "status", "waiting"),
        (("ticket", "cancel", "T1", "--by", "客户", "--reason", "改主意了"), "status", "cancelled"),
        (("ticket", "cancel", "T1", "--by", "client", "--reason", "Changed mind"), "status", "cancelled"),
        (("ticket", "cancel", "T1", "--by", "用户", "--reason", "用户不要修了"), "status", "cancelled"),
        ((*OPEN, "--type", "修理"), "type", "repair"),
        ((*OPEN, "--type", "装机"), "type", "install"),
        ((*OPEN, "--channel", "电话"), "channel", "hotline"),
        ((*OPEN, "--channel", "walk-in"), "channel", "shop"),
        ((*OPEN, "--fault", "不冷"), "fault", "not_cooling"),
        ((*OPEN, "--fault", "not cold"), "fault", "not_cooling"),
        (("customer", "tier", "C1", "贵宾", "--from", "2026-11-01"), "tier", "vip"),
    ],
)  # fmt: skip
def test_common_words_for_a_code_are_read(ticket: Desk, words: tuple[str, ...], key: str, code: str) -> None:
    assert ticket.do(*words)[key] == code


def test_a_word_for_two_codes_is_asked_back(ticket: Desk) -> None:
    assert ticket.refused(2, "ticket", "wait", "T1", "--cause", "等配件") == (
        "error: '等配件' may be more than one code\nhint: write manufacturer_part or outlet_part\n"
    )
    told = ticket.run("--language", "zh", "ticket", "wait", "T1", "--cause", "等配件").err
    assert told == "错误：“等配件”可能指不止一个代码\n提示：请写 厂家配件 或 网点配件\n"


def test_a_code_in_use_is_itself_even_if_people_say_it_for_another_one(ticket: Desk) -> None:
    ticket.do(*OPEN, "--fault", "warm", "--new-code")
    assert ticket.do(*OPEN, "--fault", "warm")["fault"] == "warm"


@pytest.mark.parametrize(
    ("said", "score"),
    [("非常满意", 5), ("五分", 5), ("满意", 4), ("Satisfied", 4), ("好", 4), ("一般", 3), ("不满意", 2), ("很差", 1)],
)
def test_a_score_is_read_in_the_words_of_the_question(ticket: Desk, said: str, score: int) -> None:
    ticket.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "16:00")
    assert ticket.do("survey", "record", "T1", said)["score"] == score
    assert ticket.do("callback", "log", "T1", "--reached", "--score", said, "--at", "17:00")["score"] == score


def test_at_a_terminal_the_same_words_do(ticket: Desk) -> None:
    code, shown = Person(ticket).types("ticket", "complete", "T1", answers=("等", "修好了"))
    assert code == 0, shown
    code, shown = Person(ticket, SERVICEDESK_LANGUAGE="zh").types("survey", "record", "T1", answers=("满意",))
    assert code == 0
    assert "评分      4\n" in shown
    assert ticket.do("ticket", "show", "T1")["outcome"] == "fixed"


def test_an_import_reads_them_too(caller: Desk, tmp_path: Path) -> None:
    file, mapped = tmp_path / "jobs.csv", tmp_path / "jobs.toml"
    file.write_text("No,Opened,Closed,Result,Said\n1,2026-11-02,2026-11-03,修好了,非常满意\n", encoding="utf-8")
    mapped.write_text(
        'source = "jobs"\ndates = ["%Y-%m-%d"]\n[ticket]\nref = "No"\nreported_at = "Opened"\ncompleted_at = "Closed"\n'
        'outcome = "Result"\n[survey]\nscore = "Said"\n'
    )
    caller.do("import", str(file), "--map", str(mapped))
    told = caller.run("ticket", "show", "T1", "--format", "json").out
    assert '"outcome": "fixed"' in told
    assert '"score": 5' in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ticket", "complete", "T1", "--outcome", "修号"), "'修号' is not in the list\nhint: did you mean fixed?"),
        (("ticket", "cancel", "T1", "--by", "outlet", "--reason", "重覆"), "did you mean duplicate?"),
        (("appliance", "add", "--customer", "C1", "--category", "冰相"), "did you mean 冰箱?"),
    ],
)
def test_a_chinese_word_that_is_no_code_names_the_nearest(caller: Desk, words: tuple[str, ...], told: str) -> None:
    caller.do(*OPEN)
    assert told in caller.refused(4, *words)

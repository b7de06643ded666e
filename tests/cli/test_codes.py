"""Codes of faults, channels and complaints: a misspelt one does not become a new one."""

import pytest

from servicedesk.records.codes import BUILT_IN
from tests.conftest import Desk


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
    from servicedesk.language.words import Words

    words = Words("zh")
    for code in BUILT_IN[kind]:
        label = words.code(code)
        assert not label.isascii(), code
        if kind == "complaint":
            found = caller.do("complaint", "open", "--customer", "C1", "--about", label, code)["about"]
        elif kind == "method":
            ticket = f"T{caller.do(*OPEN)['id']}"
            found = caller.do("ticket", "charge", ticket, "--paid", "80", "--method", label)["method"]
        else:
            found = caller.do(*OPEN, f"--{kind}", label)[kind]
        assert found == code


def test_in_chinese_the_codes_are_told_as_the_screen_shows_them(caller: Desk) -> None:
    told = caller.run("--language", "zh", "complaint", "open", "--customer", "C1", "--about", "服无").err
    assert told == (
        "错误：没有投诉代码“服无”\n"
        "提示：可用：上门迟到，爽约，维修质量，收费，服务态度，服务，损坏，配件，其他 （--new-code 可新增）\n"
    )

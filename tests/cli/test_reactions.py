"""Whom customers ask for, who sent them, what they are given (S37, S60)."""

import pytest

from tests.asking import table
from tests.conftest import Desk, filled_once


@filled_once
def home(desk: Desk) -> Desk:
    """C1 王芳, C2 李雷, C3 赵敏, C4 孙丽; the technicians 李强 and 吴永强."""
    for name, phone in (("王芳", "13800138000"), ("李雷", "13900139000"), ("赵敏", "13700137000"), ("孙丽", "136001")):
        desk.do("customer", "add", name, "--phone", phone, now="2026-10-01 09:00")
    for name in ("李强", "吴永强"):
        desk.do("technician", "add", name, now="2026-10-01 09:00")
    return desk


def introduced(desk: Desk, *words: str) -> None:
    """Say who introduced whom: C2:C1 means that C1 sent C2."""
    for word in words:
        customer, by = word.split(":")
        desk.do("customer", "edit", customer, "--introduced-by", by)


def introducers(desk: Desk) -> list[int | None]:
    return [desk.do("customer", "show", f"C{n}")["introduced_by_id"] for n in (1, 2, 3, 4)]


def test_whom_the_customer_asked_for_stands_on_the_ticket(home: Desk) -> None:
    home.do("ticket", "open", "--customer", "C1", "--asked-for", "吴", "broken")
    page = home.do("ticket", "show", "T1")
    assert page["asked_for"] == "吴永强"
    assert "asked for  吴永强" in "\n".join(table(home, "ticket", "show", "T1"))
    home.do("ticket", "edit", "T1", "--asked-for", "李强")
    assert home.do("ticket", "show", "T1")["asked_for"] == "李强"
    assert "T1: asked for 吴永强 → 李强" in home.run("history").out
    home.do("undo")
    assert home.do("ticket", "show", "T1")["asked_for"] == "吴永强"


def test_whoever_assigns_another_one_is_told(home: Desk) -> None:
    home.do("ticket", "open", "--customer", "C1", "--asked-for", "吴永强", "broken")
    assert "T1: the customer asked for 吴永强" in home.run("ticket", "assign", "T1", "李强").err
    assert home.run("ticket", "assign", "T1", "吴永强").err == ""


def test_an_automatic_assignment_prefers_whom_the_customer_asked_for(home: Desk) -> None:
    home.do("ticket", "open", "--customer", "C1", "--asked-for", "吴永强", "broken")
    told = home.run("ticket", "assign", "T1", "--auto").err
    assert told == "吴永强: asked for by the customer, present on 2026-11-21, 0 open; 2 could take it\n"


def test_nobody_asks_for_a_technician_who_is_not_there(home: Desk) -> None:
    assert "there is no technician '张三'" in home.refused(
        3, "ticket", "open", "--customer", "C1", "--asked-for", "张三", "broken"
    )
    assert home.do("ticket", "list", "--all") == []
    home.do("ticket", "open", "--customer", "C1", "broken")
    assert home.do("ticket", "show", "T1")["asked_for"] is None


def test_who_sent_a_customer_is_shown_from_both_sides(home: Desk) -> None:
    home.do("customer", "add", "周杰", "--phone", "13500135000", "--introduced-by", "王芳")
    assert home.do("customer", "show", "C5")["introduced_by_id"] == 1
    assert home.do("customer", "show", "C1")["introduced"] == [{"id": 5, "name": "周杰"}]
    assert "introduced by  C1 王芳" in "\n".join(table(home, "customer", "show", "C5"))
    assert "introduced  C5 周杰" in "\n".join(table(home, "customer", "show", "C1"))
    home.do("customer", "edit", "C5", "--introduced-by", "none")
    assert home.do("customer", "show", "C1")["introduced"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("C1", "C1"), "C1 cannot have introduced C1"),
        (("C1", "C2"), "a circle: C2 was introduced by way of C1 (C2 by C1)"),
        (("C1", "C3"), "a circle: C3 was introduced by way of C1 (C3 by C2, C2 by C1)"),
    ],
)
def test_nobody_is_introduced_by_oneself_or_in_a_circle(home: Desk, words: tuple[str, str], sentence: str) -> None:
    introduced(home, "C2:C1", "C3:C2")
    assert sentence in home.refused(4, "customer", "edit", words[0], "--introduced-by", words[1])
    assert introducers(home) == [None, 1, 2, None]


@pytest.mark.parametrize(
    ("before", "merged", "after"),
    [
        (("C3:C2",), ("C1", "C2"), [None, None, 1, None]),  # whom the one sent, the other sent
        (("C2:C3",), ("C1", "C2"), [3, None, None, None]),  # who sent the one, sent the other
        (("C1:C3", "C2:C4"), ("C1", "C2"), [3, None, None, None]),
        (("C2:C1",), ("C1", "C2"), [None, None, None, None]),  # nobody oneself
        (("C1:C2",), ("C1", "C2"), [None, None, None, None]),
        (("C3:C2", "C1:C3"), ("C1", "C2"), [None, None, 1, None]),  # no circle
        (("C3:C1", "C2:C3"), ("C1", "C2"), [None, None, 1, None]),
    ],
)
def test_a_merge_keeps_who_sent_whom(
    home: Desk, before: tuple[str, ...], merged: tuple[str, str], after: list[int | None]
) -> None:
    introduced(home, *before)
    was = introducers(home)
    home.do("customer", "merge", *merged)
    with_own = [home.do("export", "changes")]
    assert with_own
    assert [home.do("customer", "show", f"C{n}")["introduced_by_id"] for n in (1, 3, 4)] == [after[0], *after[2:]]
    assert {found["kind"] for found in home.do("check")} <= {"missing"}
    home.do("undo")
    assert introducers(home) == was


def test_who_is_forgotten_stays_a_number_that_sent_and_was_sent(home: Desk) -> None:
    introduced(home, "C2:C1", "C3:C2")
    home.do("customer", "forget", "C2", "--yes")
    assert home.do("customer", "show", "C1")["introduced"] == [{"id": 2, "name": "(forgotten)"}]
    assert introducers(home)[:3] == [None, 1, 2]
    assert "was forgotten" in home.refused(4, "customer", "edit", "C4", "--introduced-by", "C2")


def test_a_gift_is_kept_with_what_it_cost(home: Desk) -> None:
    made = home.do("note", "add", "C1", "--gift", "蛋糕", "--cost", "80")
    assert (made["gift"], made["cost_fen"], made["text"]) == ("蛋糕", 8000, "蛋糕")
    home.do("note", "add", "C1", "for her daughter's birthday", "--gift", "flowers", "--consent")
    assert "already" in home.run("note", "add", "C1", "--gift", "蛋糕", "--cost", "80").err
    shown = "\n".join(table(home, "customer", "show", "C1"))
    assert "gift: 蛋糕, ¥80.00" in shown
    assert "gift: flowers; for her daughter's birthday" in shown
    assert len(home.do("note", "list", "C1")) == 2
    assert "gift: 蛋糕, ¥80.00" in home.run("note", "list", "--format", "table").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("C1", "--cost", "80", "x"), "--cost is of a gift"),
        (("T1", "--gift", "cake"), "a gift is for a customer"),
        (("C1", "x", "--gift", " "), "the gift is empty"),
        (("C1", "--gift", "cake", "--cost", "much"), "much"),
    ],
)
def test_what_is_no_gift_is_refused(home: Desk, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in home.refused(2, "note", "add", *words)
    assert home.do("note", "list") == []

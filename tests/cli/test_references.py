"""A customer, an appliance and a technician are named by whatever names them: reference, phone, name, serial."""

import pytest

from tests.conftest import Desk, filled_once


@filled_once
def known(desk: Desk) -> Desk:
    """C1 王芳 with a fridge and a washer, C2 王强 and C3 Hans Lang without; two 李, who repair."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("customer", "add", "王强", "--phone", "023-62801234转801")
    desk.do("customer", "add", "Hans Lang", "--phone", "6280777")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier", "--serial", "AB-001")
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer", "--brand", "Midea")
    for name in ("李强", "李敏", "Zhang Wei"):
        desk.do("technician", "add", name)
    return desk


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("C1", 1), ("c2", 2), ("3", 3), ("Ｃ１", 1), ("13800138000", 1), ("138-0013-8000", 1), ("+86 13800138000", 1),
        ("023-62801234", 2), ("6280777", 3), ("王芳", 1), ("wang fang", 1), ("芳", 1), ("王 芳", 1),
        ("hans lang", 3), ("Hans", 3), ("用户2", 2), ("王芳家的", 1), ("王强先生", 2), ("小芳", 1),
    ],
)  # fmt: skip
def test_a_customer_is_named_by_reference_phone_or_name(known: Desk, text: str, customer: int) -> None:
    assert known.do("customer", "show", text)["id"] == customer
    assert known.do("ticket", "open", "--customer", text, "--no-appliance", "cold")["customer_id"] == customer


def test_every_command_that_asks_for_a_customer_takes_a_name(known: Desk) -> None:
    assert known.do("appliance", "add", "--customer", "王强", "--category", "ac")["customer_id"] == 2
    assert known.do("customer", "edit", "13800138000", "--area", "城东")["area"] == "城东"
    assert known.do("customer", "tier", "王芳", "vip")["id"] == 1
    assert known.do("customer", "consent", "王芳", "--calls", "no")["id"] == 1
    assert known.do("household", "link", "Hans Lang", "王强")["id"] == 1
    assert known.do("household", "add", "--member", "王芳")["id"] == 2
    assert known.do("note", "add", "Hans", "rings late")["customer_id"] == 3
    assert known.do("note", "list", "6280777")[0]["text"] == "rings late"
    assert known.do("complaint", "open", "--customer", "王芳", "--about", "price")["customer_id"] == 1
    assert known.do("complaint", "list", "--customer", "13800138000")[0]["customer_id"] == 1
    assert known.do("appliance", "transfer", "AB001", "--to", "王强")["customer_id"] == 2
    assert known.do("appliance", "find", "--customer", "王强")[-1]["customer_id"] == 2
    assert known.do("ticket", "list", "--all", "--customer", "王芳") == []
    assert {row["command"] for row in known.do("history", "王强")} >= {"customer add", "appliance transfer"}
    assert known.do("customer", "export", "王芳")["id"] == 1


def test_a_name_that_leads_to_several_names_them(known: Desk) -> None:
    assert known.refused(4, "appliance", "add", "--customer", "王", "--category", "ac") == (
        "error: '王' may be several customers:\n"
        "  C1  王芳  138****8000  人民路8号\n"
        "  C2  王强  023-****1234转***\n"
        "hint: write C1 for the first of them\n"
    )
    assert known.do("info")["appliances"] == 2


def test_a_name_of_nobody_is_not_found(known: Desk) -> None:
    assert known.refused(3, "ticket", "open", "--customer", "赵六", "cold") == (
        "error: no customer found for '赵六'\n"
        "hint: 'customer find TEXT' searches, 'customer add NAME --phone P' registers one\n"
    )


def test_a_part_of_a_name_is_told_and_a_whole_one_is_not(known: Desk) -> None:
    assert known.run("customer", "tier", "芳", "vip").err == "'芳' is C1 王芳\n"
    assert known.run("customer", "tier", "王芳", "ordinary").err == ""


def test_what_cannot_be_undone_takes_no_part_of_a_name(known: Desk) -> None:
    assert known.refused(4, "customer", "forget", "Hans", "--yes").splitlines()[:2] == [
        "error: 'Hans' is only a part of a name:",
        "  C3  Hans Lang  ****777",
    ]
    assert "only a part" in known.refused(4, "customer", "merge", "C1", "强")
    assert known.run("customer", "forget", "Hans Lang", "--yes").code == 0


def test_a_number_that_is_a_phone_and_a_customer_is_refused(known: Desk) -> None:
    known.do("customer", "edit", "Hans", "--phone", "1000000")
    assert known.do("customer", "tier", "1000000", "vip")["id"] == 3
    assert known.refused(3, "customer", "tier", "C1000000", "vip").startswith("error: there is no customer C1000000")
    assert "nobody has the phone 13900139000" in known.refused(3, "customer", "tier", "13900139000", "vip")


@pytest.mark.parametrize(
    ("words", "appliance"),
    [(("A2",), 2), (("1",), 1), (("ab 001",), 1), (("AB-001",), 1)],
)
def test_an_appliance_is_named_by_reference_or_serial(known: Desk, words: tuple[str, ...], appliance: int) -> None:
    assert known.do("appliance", "show", *words)["id"] == appliance


def test_an_appliance_is_named_by_an_owner_who_has_one(known: Desk) -> None:
    known.do("appliance", "add", "--customer", "王强", "--category", "ac")
    assert known.do("appliance", "edit", "023-62801234", "--model", "X1")["id"] == 3
    assert known.do("ticket", "open", "--appliance", "王强", "hot")["appliance_id"] == 3
    assert known.refused(4, "appliance", "show", "王芳") == (
        "error: '王芳' may be several appliances:\n"
        "  A1  fridge Haier  AB-001  王芳 C1\n"
        "  A2  washer Midea  王芳 C1\n"
        "hint: write A1 for the first of them\n"
    )
    for hans in ("Hans Lang", "6280777"):
        assert "C3 Hans Lang has no appliance" in known.refused(3, "appliance", "show", hans)
    assert "may be several appliances" in known.refused(4, "warranty", "show", "13800138000")
    assert "no appliance found for 'toaster'" in known.refused(3, "appliance", "show", "toaster")


@pytest.mark.parametrize("text", ["王芳家的冰箱", "王芳 冰箱", "老王家的冰箱", "家电1号"])
def test_an_appliance_is_named_as_people_say_whose_it_is(known: Desk, text: str) -> None:
    assert known.do("appliance", "show", text)["id"] == 1
    assert known.do("ticket", "open", "--appliance", text, "不制冷")["appliance_id"] == 1


def test_people_are_searched_as_they_are_called(known: Desk) -> None:
    assert [row["id"] for row in known.do("customer", "find", "老王家")] == [1, 2]
    assert [row["id"] for row in known.do("customer", "find", "尾号8000")] == [1]
    assert [row["id"] for row in known.do("appliance", "find", "王芳家的洗衣机")] == [2]
    assert known.do("appliance", "find", "王芳家的空调") == []
    assert known.refused(3, "customer", "show", "老赵").startswith("error: no customer found for '老赵'")


@pytest.mark.parametrize("text", ["washer", "洗衣机", "洗衣", "midea", "A2", "washing machine"])
def test_with_the_caller_an_appliance_is_what_it_is(known: Desk, text: str) -> None:
    assert known.do("ticket", "open", "--customer", "王芳", "--appliance", text, "leaks")["appliance_id"] == 2
    assert known.do("ticket", "open", "--phone", "13800138000", "--appliance", text, "leaks")["appliance_id"] == 2


@pytest.mark.parametrize(
    ("text", "name"),
    [("李强", "李强"), ("1", "李强"), ("强", "李强"), ("liqiang", "李强"), ("zh", "Zhang Wei"), ("wei", "Zhang Wei")],
)
def test_a_technician_is_named_by_what_only_one_has(known: Desk, text: str, name: str) -> None:
    known.do("ticket", "open", "--appliance", "A1", "warm")
    assert known.do("ticket", "assign", "工单1", text)["technician"] == name


def test_a_technician_who_may_be_several_is_refused_with_the_names(known: Desk) -> None:
    known.do("ticket", "open", "--appliance", "A1", "warm")
    assert known.refused(4, "ticket", "assign", "T1", "李") == (
        "error: '李' may be 李强 (1), 李敏 (2)\nhint: write more of the name, or the number\n"
    )
    known.do("technician", "leave", "李敏", "--on", "2026-01-01")
    assert known.do("ticket", "assign", "T1", "李")["technician"] == "李强"
    known.do("technician", "add", "钱四")
    assert known.do("ticket", "assign", "T1", "小钱")["technician"] == "钱四"
    assert "there is no technician '赵'" in known.refused(3, "ticket", "assign", "T1", "赵")

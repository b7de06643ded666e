"""Lists: their filters, their order, their colours."""

import re

import pytest

from servicedesk.render import layout, tables
from tests.conftest import Desk, filled_once


@filled_once
def several(desk: Desk) -> Desk:
    """Three open repairs and one that is over, of two customers in two areas."""
    desk.do("technician", "add", "Li")
    for name, phone, area in (("乙", "13800138000", "城东"), ("甲", "13900139000", "城西")):
        desk.do("customer", "add", name, "--phone", phone, "--area", area)
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier")
    desk.do("appliance", "add", "--customer", "C2", "--category", "washer", "--brand", "Midea")
    desk.do("ticket", "open", "--appliance", "A1", "one", now="2026-11-19 09:00")
    desk.do("ticket", "open", "--appliance", "A2", "two", now="2026-11-21 08:00")
    desk.do("ticket", "open", "--appliance", "A1", "three", now="2026-11-20 21:00")
    desk.do("ticket", "open", "--appliance", "A2", "four", now="2026-11-01 09:00")
    desk.do("ticket", "complete", "T4", "--outcome", "fixed", now="2026-11-01 12:00")
    desk.do("ticket", "assign", "T2", "--to", "Li")
    return desk


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", [2, 3, 1]), ("--sort deadline", [1, 3, 2]), ("--sort customer", [3, 1, 2]), ("--overdue", [1]),
        ("--status assigned", [2]), ("--status completed", [4]), ("--all --brand haier", [3, 1]), ("--area 城西", [2]),
        ("--category 洗衣机", [2]), ("--due-within 4h", [3, 1]), ("--due-within 0d", [3, 1]),
        ("--due-within 1d", [2, 3, 1]), ("--all --sort deadline --limit 2", [1, 3]), ("--technician Li", [2]),
        ("--limit 0", [2, 3, 1]),
    ],
)  # fmt: skip
def test_a_list_has_filters_and_an_order(several: Desk, words: str, ids: list[int]) -> None:
    assert [ticket["id"] for ticket in several.do("ticket", "list", *words.split())] == ids


def coloured(desk: Desk, *words: str) -> list[list[tuple[str, str]]]:
    """What is red (31) or yellow (33) in each row."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "screen", lambda *, terminal: layout.Screen(80, None, True))
        lines = desk.run(*words, "-f", "table").out.splitlines()[2:]
    return [re.findall("\x1b\\[(31|33)m([^\x1b]*)", line) for line in lines]


def test_a_promise_that_is_broken_is_red(several: Desk) -> None:
    several.do("promise", "add", "T1", "--what", "call", "--by", "2026-11-20 10:00", now="2026-11-19 10:00")
    several.do("promise", "add", "T1", "--what", "part", "--by", "2026-11-21 20:00")
    several.do("promise", "add", "T1", "--what", "bill", "--by", "2026-11-22 20:00")
    assert coloured(several, "promise", "list") == [
        [("31", "2026-11-20 10:00")], [("33", "2026-11-21 20:00")], [],
    ]  # fmt: skip


def test_a_deadline_is_red_when_it_is_past_and_yellow_today(several: Desk) -> None:
    assert coloured(several, "ticket", "list", "--sort", "deadline") == [
        [("31", "11-20 09:00")], [("33", "11-21 21:00")], [],
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["--status gone", "--due-within soon", "--due-within -4h", "--sort age"])
def test_a_wrong_filter_is_a_usage_error(several: Desk, words: str) -> None:
    several.refused(2, "ticket", "list", *words.split())


def test_an_unknown_category_names_the_nearest(several: Desk) -> None:
    assert several.refused(4, "ticket", "list", "--category", "fridg").endswith("hint: did you mean fridge?\n")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", [1, 2]), ("--area 城西", [2]), ("--category 冰箱", [1]), ("--brand midea", [2]), ("--limit 1", [1]),
        ("--limit 1 --after C1", [2]), ("--tier vip", []), ("--limit 0", [1, 2]),
    ],
)  # fmt: skip
def test_customers_are_listed_by_area_and_by_what_they_have(several: Desk, words: str, ids: list[int]) -> None:
    found = several.do("customer", "list", *words.split())
    assert [customer["id"] for customer in found] == ids
    assert [customer["phones"] for customer in found] == [[["138****8000"], ["139****9000"]][at - 1] for at in ids]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", [1, 2, 4]), ("--all", [1, 2, 3, 4]), ("--area 城西", [2]), ("--category 洗衣机", [2]),
        ("--brand haier", [1, 4]), ("--customer C1", [1, 4]), ("--older-than 8", [4]), ("--older-than 9", []),
        ("--limit 2", [1, 2]), ("--limit 2 --after A2", [4]),
    ],
)  # fmt: skip
def test_appliances_are_listed_by_kind_and_age(several: Desk, words: str, ids: list[int]) -> None:
    several.do("appliance", "add", "--customer", "C2", "--category", "fridge", "--serial", "gone")
    several.do("appliance", "retire", "A3", "--reason", "sold", "--on", "today")
    several.do("appliance", "add", "--customer", "C1", "--category", "ac", "--brand", "Haier", "--bought", "2018-11-21")
    assert [machine["id"] for machine in several.do("appliance", "list", *words.split())] == ids


def test_a_list_that_leaves_some_out_says_how_to_go_on(several: Desk) -> None:
    assert several.run("customer", "list", "--limit", "1").err == "--after C1 goes on\n"
    assert several.run("appliance", "list", "--limit", "1").err == "--after A1 goes on\n"
    assert several.run("customer", "list", "--limit", "2").err == ""


def test_a_narrow_screen_leaves_out_columns_before_it_breaks_anything(several: Desk) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "screen", lambda *, terminal: layout.Screen(56, None, False))
        shown = several.run("ticket", "list", "-f", "table").out
    assert shown.splitlines() == [
        "ticket  deadline     customer  technician  problem",
        "──────────────────────────────────────────────────",
        "T2      11-22 08:00  甲        Li          two",
        "T3      11-21 21:00  乙                    three",
        "T1      11-20 09:00  乙                    one",
    ]

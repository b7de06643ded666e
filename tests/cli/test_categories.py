"""Categories: the list, new ones, other years between birthdays (M20)."""

import sqlite3

import pytest

from servicedesk.file.opening import open_outlet
from servicedesk.records import categories
from tests.conftest import Desk


def years(desk: Desk, code: str, now: str = "2026-11-21 18:00") -> tuple[int, int]:
    row = next(row for row in desk.do("category", "list", now=now) if row["code"] == code)
    return row["years"], row["vip_years"]


def test_the_rule_set_of_the_seeds_is_there(desk: Desk) -> None:
    rows = {row["code"]: row for row in desk.do("category", "list")}
    assert len(rows) == 17
    assert rows["fridge"] == {
        "code": "fridge", "label_zh": "冰箱", "years": 5, "vip_years": 1, "safe_life_years": 10, "appliances": 0,
    }  # fmt: skip
    assert [rows[code]["years"] for code in ("crt_tv", "computer", "flat_tv", "ac", "washer")] == [3, 3, 1, 5, 5]
    assert {row["vip_years"] for row in rows.values()} == {1}


def test_list_counts_the_appliances(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "ac")
    assert {row["code"]: row["appliances"] for row in desk.do("category", "list")}["ac"] == 1


def test_a_new_category_is_celebrated_like_all_others(desk: Desk) -> None:
    added = desk.do("category", "add", "Soymilk_Maker", "--label", "豆浆机")
    assert (added["code"], added["label_zh"], added["years"], added["vip_years"]) == ("soymilk_maker", "豆浆机", 5, 1)


def test_a_new_category_may_bring_its_years(desk: Desk) -> None:
    desk.do("category", "add", "dryer", "--years", "2")
    assert years(desk, "dryer") == (2, 1)
    assert years(desk, "dryer", now="2020-01-01 09:00") == (2, 1)


def test_a_category_added_twice_with_the_same_values_is_added_once(desk: Desk) -> None:
    first = desk.do("category", "add", "dryer", "--years", "2")
    again = desk.run("category", "add", "DRYER", "--years", "2", "--format", "json")
    assert (again.code, again.json) == (0, first)
    assert "nothing to do" in again.err
    assert len(desk.do("category", "list")) == 18


@pytest.mark.parametrize("options", [("--years", "3"), ("--label", "干衣机")])
def test_a_category_added_again_with_other_values_is_refused(desk: Desk, options: tuple[str, ...]) -> None:
    desk.do("category", "add", "dryer", "--years", "2")
    assert "hint: category edit dryer" in desk.refused(4, "category", "add", "dryer", *options)
    assert years(desk, "dryer") == (2, 1)


@pytest.mark.parametrize("words", [("",), ("a/b",), ("a\x1bb",), ("ok", "--years", "0"), ("ok", "--label", " ")])
def test_an_impossible_category_is_a_usage_error(desk: Desk, words: tuple[str, ...]) -> None:
    desk.refused(2, "category", "add", *words)
    assert len(desk.do("category", "list")) == 17


def test_other_years_begin_on_their_day(desk: Desk) -> None:
    answer = desk.run("category", "edit", "washer", "--years", "4", "--from", "2026-12-01", "--format", "json")
    assert (answer.json["years"], answer.code) == (5, 0)
    assert "4 years for birthdays from 2026-12-01 on, before 5 years" in answer.err
    assert (years(desk, "washer"), years(desk, "washer", now="2026-12-01 08:00")) == ((5, 1), (4, 1))


def test_the_newest_of_two_rules_from_one_day_wins(desk: Desk) -> None:
    desk.do("category", "edit", "crt_tv", "--years", "5")
    desk.do("category", "edit", "crt_tv", "--years", "6")
    assert years(desk, "crt_tv") == (6, 1)


def test_the_same_years_again_write_nothing(desk: Desk) -> None:
    desk.do("category", "edit", "washer", "--years", "4")
    again = desk.run("category", "edit", "washer", "--years", "4")
    assert (again.code, "nothing to do" in again.err) == (0, True)
    with sqlite3.connect(desk.path) as file:
        assert file.execute("SELECT count(*) FROM maintenance_interval").fetchone()[0] == 6


def test_what_is_generated_stays(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    bought = ("--bought", "2021-12-05")
    desk.do("appliance", "add", "--customer", "C1", "--category", "ac", *bought, now="2022-01-01 09:00")
    made = desk.do("maintenance", "generate")
    desk.do("category", "edit", "ac", "--years", "3")
    assert [(line["age"], line["status"]) for line in made] == [(5, "open")]
    assert desk.do("appliance", "show", "A1")["next_birthday"] == {"due_on": "2027-12-05", "age": 6}
    assert desk.do("ticket", "list")[0]["status"] == "open"


def test_edit_can_give_a_label(desk: Desk) -> None:
    desk.do("category", "add", "dryer")
    assert desk.do("category", "edit", "dryer", "--label", "干衣机")["label_zh"] == "干衣机"


def test_edit_without_values_or_of_nothing_is_refused(desk: Desk) -> None:
    desk.refused(2, "category", "edit", "washer")
    assert "did you mean washer" in desk.refused(3, "category", "edit", "washr", "--years", "2")


def test_the_chinese_name_is_understood(desk: Desk) -> None:
    assert desk.do("technician", "add", "Li", "--skill", "空调")["skills"] == ["ac"]


@pytest.mark.parametrize(
    ("category", "tier", "on", "expected"),
    [
        ("fridge", "ordinary", "2026-01-01", 5),
        ("fridge", "full_set", "2026-01-01", 5),
        ("fridge", "vip", "2026-01-01", 1),
        ("crt_tv", "ordinary", "2026-01-01", 3),
        ("small", "ordinary", "2026-01-01", 5),  # no row of its own
        ("crt_tv", "ordinary", "2027-01-01", 6),  # its own row before a newer one for all
        ("fridge", "ordinary", "2027-01-01", 4),
        ("fridge", "vip", "2027-06-01", 3),  # its own vip row before the vip row for all
        ("fridge", "vip", "2028-01-01", 2),  # the shorter of the two
        ("fridge", "ordinary", "2028-01-01", 2),
    ],
)
def test_the_shorter_of_the_newest_rules_wins(desk: Desk, category: str, tier: str, on: str, expected: int) -> None:
    desk.do("category", "edit", "crt_tv", "--years", "6", "--from", "2027-01-01")
    desk.do("category", "edit", "fridge", "--years", "2", "--from", "2028-01-01")
    with sqlite3.connect(desk.path) as file:
        file.executemany(
            "INSERT INTO maintenance_interval (category, tier, years, from_on, recorded_at, actor, origin)"
            " VALUES (?, ?, ?, ?, '2026-01-01T00:00:00+08:00', 'test', 'typed')",
            [(None, None, 4, "2027-01-01"), ("fridge", "vip", 3, "2027-06-01")],
        )
    db = open_outlet(desk.path)
    assert categories.get_interval(db, category, tier, on=on) == expected
    db.close()

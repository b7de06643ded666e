"""A category by another name: known at the import and the keyboard, and two that are one can be merged."""

from pathlib import Path

import pytest

from tests.asking import under_map
from tests.conftest import Desk

MAP = """
source = "register"
[customer]
ref = "no"
name = "name"
[appliance]
ref = "no"
category = "kind"
bought = "bought"
"""
BEFORE, MERGED = "2026-11-20 09:00", "2026-11-21 09:00"


def file(desk: Desk, *kinds: str, toml: str = MAP) -> tuple[str, ...]:
    """The words that import one machine of each kind."""
    rows = (f"{number},P{number},{kind},2021-12-0{number}" for number, kind in enumerate(kinds, 1))
    return under_map(desk, toml, "no,name,kind,bought", *rows)


def read(desk: Desk, *kinds: str, toml: str = MAP, now: str = BEFORE) -> str:
    """What that import says."""
    answer = desk.run(*file(desk, *kinds, toml=toml), now=now)
    assert answer.code == 0, answer.err
    return answer.err


def codes(desk: Desk) -> list[str]:
    return [row["category"] for row in desk.do("export", "appliances")]


def test_a_file_may_call_a_category_by_any_of_its_names(desk: Desk) -> None:
    said = read(desk, "平板电视", "Flat-TV", "液晶电视", "Refrigerator", "电冰箱", "Washing Machine", "AC")
    assert codes(desk) == ["flat_tv", "flat_tv", "flat_tv", "fridge", "fridge", "washer", "ac"]
    assert "categories recognised by name: 平板电视 as flat_tv, Flat-TV as flat_tv" in said
    assert len(desk.do("category", "list")) == 17


def test_what_may_be_either_of_two_is_not_guessed(desk: Desk) -> None:
    said = read(desk, "电视", "热水器", "laptop")
    assert codes(desk) == ["电视", "热水器", "laptop"]
    assert "new categories: 电视, 热水器, laptop" in said


def test_a_new_category_in_other_capitals_is_the_same(desk: Desk) -> None:
    read(desk, "Soymilk Maker", "soymilk_maker", "SOYMILK MAKER")
    assert codes(desk) == ["Soymilk Maker"] * 3


def test_a_label_of_our_own_is_known_to_the_next_file(desk: Desk) -> None:
    desk.do("category", "add", "soymilk_maker", "--label", "豆浆机")
    read(desk, "豆浆机")
    assert codes(desk) == ["soymilk_maker"]


def test_a_map_may_take_categories_to_the_letter(desk: Desk) -> None:
    read(desk, "平板电视", toml="labels = false\n" + MAP)
    assert codes(desk) == ["平板电视"]


def test_read_again_by_its_name_it_is_known(desk: Desk) -> None:
    read(desk, "平板电视")
    answer = desk.do(*file(desk, "平板电视"), "--update")
    assert (answer["known"], answer["changed"]) == (1, 0)


@pytest.mark.parametrize("typed", ["冰箱", "电冰箱", "refrigerator", "Fridge", "flat-screen tv"])
def test_the_keyboard_knows_the_names_too(desk: Desk, typed: str) -> None:
    code = "flat_tv" if "tv" in typed else "fridge"
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    assert desk.do("appliance", "add", "--customer", "C1", "--category", typed)["category"] == code
    assert desk.do("technician", "add", "Li", "--skill", typed)["skills"] == [code]
    assert [row["id"] for row in desk.do("appliance", "find", typed)] == [1]
    assert "nothing to do" in desk.run("category", "add", typed).err


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A1 of `平板电视`, as an older import left it, with a technician and a ticket; A2 of `flat_tv`."""
    read(desk, "平板电视", "flat_tv", toml="labels = false\n" + MAP, now="2021-12-10 09:00")
    desk.do("technician", "add", "Li", "--skill", "平板电视", "--skill", "ac", now="2021-12-10 09:00")
    desk.do("ticket", "open", "--appliance", "A1", "dark", now=BEFORE)
    return desk


def test_all_of_one_becomes_the_other(two: Desk) -> None:
    done = two.do("category", "merge", "平板电视", "flat_tv", now=MERGED)
    assert (done["code"], done["merged"], done["appliances"]) == ("flat_tv", "平板电视", 2)
    assert (done["appliances_moved"], done["technicians_moved"]) == (1, 1)
    assert codes(two) == ["flat_tv", "flat_tv"]
    assert two.do("technician", "list")[0]["skills"] == ["ac", "flat_tv"]
    assert "平板电视" not in [row["code"] for row in two.do("category", "list")]
    assert {row["kind"] for row in two.do("check")} == {"missing"}


def test_its_birthdays_come_as_the_other_ones_do(two: Desk) -> None:
    assert two.do("appliance", "show", "A1")["next_birthday"]["due_on"] == "2026-12-01"
    two.do("category", "edit", "flat_tv", "--years", "2", now=MERGED)
    said = two.run("category", "merge", "平板电视", "flat_tv", now=MERGED).err
    assert two.do("appliance", "show", "A1")["next_birthday"] == {"due_on": "2027-12-01", "age": 6}
    assert "birthdays come every 2 years as those of flat_tv do, before 5 years" in said


def test_open_birthdays_that_the_other_does_not_give_end(two: Desk) -> None:
    two.do("maintenance", "generate", now=BEFORE)
    said = two.run("category", "merge", "平板电视", "crt_tv", now=MERGED).err
    assert "open birthdays that the category no longer gives: 1 ended" in said
    two.do("undo", now=MERGED)
    assert two.do("appliance", "show", "A1")["next_birthday"]["due_on"] == "2026-12-01"


def test_figures_of_before_keep_the_category_of_then(two: Desk) -> None:
    words = ("kpi", "rows", "arrival_24h_rate", "--month", "2026-11")
    two.do("category", "merge", "平板电视", "flat_tv", now=MERGED)
    then, now = two.do(*words, "--as-of", "2026-11-20 12:00"), two.do(*words)
    assert ([row["category"] for row in then], [row["category"] for row in now]) == (["平板电视"], ["flat_tv"])
    asked = ("--category", "平板电视")
    assert two.do(*words, *asked, "--as-of", "2026-11-20 12:00") == then
    assert two.do(*words, *asked) == two.do(*words, "--category", "液晶电视") == now
    assert "did you mean" in two.refused(4, *words, "--category", "flat_tvv")


def test_the_old_code_leads_to_the_new_one(two: Desk) -> None:
    two.do("category", "merge", "平板电视", "flat_tv", now=MERGED)
    answer = two.run("appliance", "edit", "A2", "--category", "平板电视")
    assert (answer.code, "the category 平板电视 was merged into flat_tv" in answer.err) == (0, True)
    read(two, "x", "x", "平板电视", toml="labels = false\n" + MAP)
    assert codes(two) == ["flat_tv", "flat_tv", "flat_tv"]
    assert "nothing to do" in two.run("category", "add", "平板电视").err


def test_a_dry_run_of_a_merge_writes_nothing(two: Desk) -> None:
    before = two.path.read_bytes()
    dry = two.run("category", "merge", "平板电视", "flat_tv", "--dry-run", "--format", "json", now=MERGED)
    assert (two.path.read_bytes(), "dry run: nothing was written" in dry.err) == (before, True)
    assert two.do("category", "merge", "平板电视", "flat_tv", now=MERGED) == dry.json


def test_a_merge_is_undone_and_redone(two: Desk) -> None:
    before = [two.do("export", noun) for noun in ("appliances", "technicians", "categories")]
    two.do("category", "merge", "平板电视", "flat_tv", now=MERGED)
    merged = [two.do("export", noun) for noun in ("appliances", "technicians", "categories")]
    two.do("undo")
    assert [two.do("export", noun) for noun in ("appliances", "technicians", "categories")] == before
    two.do("redo")
    assert [two.do("export", noun) for noun in ("appliances", "technicians", "categories")] == merged
    assert [row["command"] for row in two.do("history")][:3] == ["redo", "undo", "category merge"]
    assert "flat_tv" in [row["new"] for row in two.do("history", "A1")]


def test_what_is_merged_twice_leads_to_the_last(two: Desk) -> None:
    two.do("category", "merge", "平板电视", "flat_tv", now=MERGED)
    assert "nothing to do" in two.run("category", "merge", "平板电视", "flat_tv").err
    two.do("category", "merge", "flat_tv", "crt_tv", now=MERGED)
    assert codes(two) == ["crt_tv", "crt_tv"]
    assert "category merge 'crt_tv' 'ac'" in two.refused(4, "category", "merge", "平板电视", "ac")
    assert "itself" in two.refused(4, "category", "merge", "ac", "ac")
    two.refused(3, "category", "merge", "nothing", "ac")


def test_a_merge_survives_the_way_out_and_in(two: Desk, make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    two.do("category", "merge", "平板电视", "flat_tv", now=MERGED)
    two.do("export", str(tmp_path / "out"))
    other = make()
    other.do("import", str(tmp_path / "out"))
    assert other.do("export", "categories") == two.do("export", "categories")
    assert other.do("technician", "add", "Wu", "--skill", "平板电视")["skills"] == ["flat_tv"]

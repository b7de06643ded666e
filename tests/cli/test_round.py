"""maintenance due --area --sheet: the round through a part of the town, a stop an address."""

import re
from pathlib import Path

from tests.conftest import Desk, filled_once


@filled_once
def around(desk: Desk) -> Desk:
    """Three homes with birthdays: two in the east, one of them without an address, and one in the north."""
    for name, phone, words in (
        ("王芳", "13800138001", ("--address", "人民路12号", "--area", "城东")),
        ("陈静", "13800138002", ("--address", "人民路8号", "--area", "城东")),
        ("李<b>", "13800138003", ("--area", "城东")),
        ("赵敏", "13800138004", ("--address", "北街1号", "--area", "城北")),
    ):
        desk.do("customer", "add", name, "--phone", phone, *words)
    for customer in ("C1", "C2", "C2", "C3", "C4"):
        desk.do("appliance", "add", "--customer", customer, "--category", "fridge", "--bought", "2021-12-01")
    return desk


def test_stops_go_by_the_number_of_the_house_unknown_addresses_last(around: Desk, tmp_path: Path) -> None:
    page = tmp_path / "round.html"
    made = around.do("maintenance", "due", "--area", "城东", "--sheet", str(page))
    assert made == {"path": str(page), "stops": 3, "appliances": 4}
    text = page.read_text()
    assert re.findall(r"C[0-9]\)", text) == ["C2)", "C1)", "C3)"]
    assert ("北街1号" in text, "address unknown: ask when calling" in text, "13800138001" in text) == (
        False,
        True,
        True,
    )
    assert "李&lt;b&gt;" in text
    assert page.stat().st_mode & 0o777 == 0o600


def test_the_area_alone_narrows_the_list(around: Desk) -> None:
    rows = around.do("maintenance", "due", "--area", "城北")
    assert [(row["appliance_id"], row["customer"]) for row in rows] == [(5, "赵敏")]
    assert around.do("maintenance", "due", "--area", "城西") == []


def test_it_is_written_in_chinese_with_the_steps_of_the_visit(around: Desk) -> None:
    around.do("checklist", "set", "maintenance", "floor_cloth", "--from", "2026-11-01")
    page = around.run("--language", "zh", "maintenance", "due", "--area", "城东", "--sheet", "-").out
    assert "<h1>巡回检修单 城东</h1>" in page
    assert page.count('<span class="box">铺垫布</span>') == 3


def test_a_file_that_is_no_page_is_refused(around: Desk) -> None:
    assert "'.pdf' is no format of a sheet" in around.refused(2, "maintenance", "due", "--sheet", "round.pdf")

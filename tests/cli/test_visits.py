"""The sheet and the card of a visit (S34, S35, M3, M7, M14, M18, M23, M25)."""

import pytest
from rich.cells import cell_len

from tests.conftest import NOW, Desk, filled_once
from tests.homes import customer, household, machine


@filled_once
def visit(desk: Desk) -> Desk:
    """T1 for 王芳: A1 海尔 fridge, five years on 2026-12-05; A2 washer to check."""
    who = customer(desk)
    machine(desk, who, "fridge", "2021-12-05", "--brand", "海尔", "--model", "BCD-215", "--serial", "000123")
    machine(desk, who, "washer", "2024-07-01", "--brand", "小天鹅")
    desk.do("maintenance", "generate")
    return desk


SHEET = """\
Test outlet                                               Maintenance visit T1
==============================================================================
Planned     2026-12-05 (Saturday)
Customer    王芳 (C1)
Phone       13800000001

CARE: the birthday appliances
------------------------------------------------------------------------------
A1    fridge 海尔         BCD-215          000123            [ ] ok [ ] fault
      5 years on 2026-12-05

      Found, done: ___________________________________________________________

CHECK: the other appliances of the household
------------------------------------------------------------------------------
A2    washer 小天鹅                                          [ ] ok [ ] fault

      Found, done: ___________________________________________________________

OPINION: what does the customer say of the appliances, and of us?
"""


@pytest.mark.parametrize(("form", "fence"), [("table", ""), ("tsv", ""), ("markdown", "```text\n")])
def test_the_sheet_is_a_page_as_it_is(visit: Desk, form: str, fence: str) -> None:
    assert visit.run("maintenance", "sheet", "T1", "--format", form).out.startswith(fence + SHEET)


def test_the_sheet_is_data_for_machines(visit: Desk) -> None:
    sheet = visit.do("maintenance", "sheet", "T1")
    assert sheet["text"].startswith(SHEET)
    assert (sheet["ticket_id"], sheet["planned_on"], sheet["customer_id"]) == (1, "2026-12-05", 1)
    assert [(x["appliance_id"], x["role"], x["age"]) for x in sheet["lines"]] == [(1, "care", 5), (2, "check", None)]


def test_the_sheet_says_when_who_and_where(visit: Desk) -> None:
    visit.do("technician", "add", "李伟")
    visit.do("ticket", "assign", "T1", "--to", "李伟")
    window = ("--from", "2026-12-05 14:00", "--to", "2026-12-05 16:00")
    visit.do("ticket", "appoint", "T1", *window, "--asked-by", "customer")
    visit.do(
        "customer", "edit", "C1", "--address", "重庆市南岸区南坪街道江南大道一百二十八号金色家园三栋二单元十二楼一号"
    )
    text = visit.do("maintenance", "sheet", "T1")["text"]
    assert "Appointed   2026-12-05 14:00 to 16:00\nTechnician  李伟\n" in text
    assert max(cell_len(row) for row in text.split("\n")) <= 78


def test_the_sheet_names_the_open_repair_of_the_household(visit: Desk) -> None:
    visit.do("ticket", "open", "--appliance", "A2", "leaks")
    assert "Open repair T2 A2 leaks" in visit.do("maintenance", "sheet", "T1")["text"]


@pytest.mark.parametrize("verb", ["sheet", "card"])
def test_only_a_visit_has_paper(visit: Desk, verb: str) -> None:
    visit.refused(3, "maintenance", verb, "T99")
    visit.do("ticket", "open", "--appliance", "A2", "leaks")
    visit.refused(4, "maintenance", verb, "T2")


def test_the_card_reads_as_in_the_book(visit: Desk) -> None:
    assert visit.run("maintenance", "card", "T1", now="2026-12-05 09:00").out == (
        "尊敬的王芳，今天是您的海尔冰箱5周岁生日，感谢您成为海尔的用户，并请接受我们对您全家人的祝福，"
        "同时，我们的星级服务工程师会对您的家电进行通检及保养。\n"
    )


def test_the_card_in_english(visit: Desk) -> None:
    card = visit.do("maintenance", "card", "T1", "--language", "en")
    assert (card["ticket_id"], card["language"]) == (1, "en")
    assert card["text"].startswith("Dear 王芳, 5 December is the 5th birthday of your 海尔 fridge. Thank you")
    visit.refused(2, "maintenance", "card", "T1", "--language", "fr")


def test_the_first_printing_announces_the_visit_once(visit: Desk) -> None:
    first = visit.do("maintenance", "card", "T1")
    again = visit.run("maintenance", "card", "T1", now="2026-11-22 08:00")
    kinds = [x["kind"] for x in visit.do("ticket", "show", "T1")["events"]]
    assert (kinds, again.err.strip()) == (["reported", "announced"], "T1 was announced 2026-11-21 already")
    assert first["announced_at"] == "2026-11-21T18:00:00+08:00"


def test_no_card_for_a_home_with_an_open_repair(visit: Desk) -> None:
    """M18: an insult."""
    visit.do("ticket", "open", "--appliance", "A2", "leaks")
    assert "T2" in visit.refused(4, "maintenance", "card", "T1")
    visit.do("ticket", "complete", "T2", "--outcome", "fixed")
    visit.do("maintenance", "card", "T1")


def test_no_card_where_nothing_is_left_to_care_for(visit: Desk) -> None:
    visit.do("ticket", "complete", "T1", "--outcome", "done")
    visit.refused(4, "maintenance", "card", "T1")


def test_no_sheet_for_a_visit_that_was_cancelled(visit: Desk) -> None:
    visit.do("maintenance", "decline", "A1", "--age", "5", "--reason", "no visits")
    visit.refused(4, "maintenance", "sheet", "T1")


def test_the_card_names_everybody_whose_birthday_machine_it_is(desk: Desk) -> None:
    home = household(desk)
    machine(desk, customer(desk, household=home), "fridge", "2021-12", "--brand", "海尔")
    machine(desk, customer(desk, "李强", household=home), "washer", "2021-12-20")
    desk.do("maintenance", "generate")
    assert desk.do("maintenance", "card", "T1")["text"].split("\n")[:3] == [
        "尊敬的王芳、李强，您的家电过生日了：",
        "  2026年12月：海尔冰箱5周岁生日",
        "  2026年12月20日：洗衣机5周岁生日",
    ]


def test_a_machine_beyond_its_safe_life_gets_advice(desk: Desk) -> None:
    """M23."""
    machine(desk, customer(desk), "fridge", "2016-12-05")
    desk.do("maintenance", "generate")
    assert (
        "10 years on 2026-12-05; it has reached its safe life of 10 years"
        in desk.do("maintenance", "sheet", "T1")["text"]
    )
    assert "感谢" not in desk.do("maintenance", "card", "T1")["text"]


def test_text_of_people_cannot_move_the_cursor(desk: Desk) -> None:
    machine(desk, customer(desk, "[red]王芳[/red]"), "fridge", "2021-12-05", now=NOW)
    desk.do("maintenance", "generate", now="2026-12-01 08:00")
    assert "[red]王芳[/red] (C1)" in desk.run("maintenance", "sheet", "T1", now="2026-12-01 08:00").out

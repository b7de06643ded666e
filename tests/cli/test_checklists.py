"""checklist: the steps of a visit, ticked at its completion; their share is the outlet's, never a person's."""

from pathlib import Path

from tests.conftest import Desk, filled_once

OPENED, CAME, DONE = "2026-11-02 09:00", "2026-11-02 14:00", "2026-11-02 15:00"


@filled_once
def called(desk: Desk) -> Desk:
    """T1 and T2 are installations of Li's, who is there; two steps are asked for."""
    desk.do("technician", "add", "Li")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "ac", "--installed", "2026-11-02")
    desk.do("checklist", "set", "install", "shoe_covers,floor_cloth", "--from", "2026-11-01", now=OPENED)
    for ticket in ("T1", "T2"):
        desk.do("ticket", "open", "--appliance", "A1", "--type", "install", "装空调", now=OPENED)
        desk.do("ticket", "assign", ticket, "Li", now=OPENED)
        desk.do("ticket", "arrive", ticket, now=CAME)
    return desk


def complete(desk: Desk, ticket: str, *words: str) -> str:
    return desk.run("ticket", "complete", ticket, "--outcome", "done", *words, now=DONE).err


def shares(desk: Desk, *words: str, month: str = "2026-11") -> list[tuple[str | None, int, int]]:
    rows = desk.do("checklist", "report", "--month", month, *words)
    return [(row["step"], row["done"], row["asked"]) for row in rows]


def test_steps_are_set_from_a_day_on_and_end(called: Desk) -> None:
    assert called.do("checklist", "show", "install") == {
        "type": "install", "from_on": "2026-11-01", "to_on": None,
        "steps": [{"number": 1, "step": "shoe_covers"}, {"number": 2, "step": "floor_cloth"}],
    }  # fmt: skip
    again = ("checklist", "set", "install", "shoe covers，floor-cloth", "--from", "2026-11-01")
    assert called.run(*again).err == "install: already recorded, nothing changed\n"
    called.do("checklist", "set", "install", "none", "--from", "2027-01-01")
    assert [(row["from_on"], row["to_on"]) for row in called.do("checklist", "list")] == [("2026-11-01", "2027-01-01")]
    assert called.do("checklist", "list", now="2027-01-02 09:00") == []
    assert [row["steps"] for row in called.do("checklist", "list", "--all")] == [["shoe_covers", "floor_cloth"], []]


def test_the_examples_are_marked_as_such(called: Desk) -> None:
    names = [(row["example"], row["type"], len(row["steps"])) for row in called.do("checklist", "list", "--examples")]
    assert names == [("five_ones", None, 5), ("three_frees", None, 3), ("dust_free", None, 3)]
    told = called.run("checklist", "set", "repair", "five_ones").err
    assert told == "an example: the trade names these steps, and nobody defines them; make them yours\n"
    assert [(row["type"], row["example"]) for row in called.do("checklist", "list")] == [
        ("install", None), ("repair", "five_ones"),
    ]  # fmt: skip


def test_steps_and_examples_are_understood_by_their_chinese_names(called: Desk) -> None:
    called.do("checklist", "set", "repair", "三免，鞋套", "--from", "2026-11-01")
    steps = [row["step"] for row in called.do("checklist", "show", "repair")["steps"]]
    assert steps == ["no_travel_charge", "no_check_charge", "no_hotline_charge", "shoe_covers"]
    complete(called, "T1", "--done", "穿鞋套")
    assert called.do("ticket", "show", "T1")["events"][-1]["steps_done"] == "shoe_covers"


def test_the_completion_ticks_them_and_the_share_is_the_outlets(called: Desk) -> None:
    assert complete(called, "T1", "--done", "all") == ""
    assert complete(called, "T2", "--done", "floor_cloth") == ""
    assert shares(called) == [(None, 3, 4), ("shoe_covers", 1, 2), ("floor_cloth", 2, 2)]
    event = called.do("ticket", "show", "T2")["events"][-1]
    assert event["steps_done"] == "floor_cloth"
    assert (
        "completed  2026-11-02 15:00  done, 1 of 2 steps, without shoe covers  Li\n"
        in called.run("ticket", "show", "T2", "-f", "table").out
    )
    heading = called.run("checklist", "report", "--month", "2026-11", "-f", "csv").out.splitlines()[0]
    assert heading == "type,step,done,asked,rate,low,high"


def test_the_steps_of_a_completion_are_corrected(called: Desk) -> None:
    complete(called, "T1", "--done", "floor_cloth")
    correct = ("ticket", "correct", "T1", "--reason", "a box overlooked")
    assert called.run(*correct, "--event", "4", "--done", "all").err == "event 4 of T1 voided; event 5 stands instead\n"
    assert shares(called) == [(None, 2, 2), ("shoe_covers", 1, 1), ("floor_cloth", 1, 1)]
    assert "'gift' is no step of this checklist" in called.refused(4, *correct, "--event", "5", "--done", "gift")
    assert "event 3 of T1 (arrived) has no done" in called.refused(4, *correct, "--event", "3", "--done", "all")


def test_what_says_nothing_counts_as_none_done(called: Desk) -> None:
    assert complete(called, "T1") == (
        "its checklist has 2 steps; which were done: ticket correct T1 --event 4 --done all --reason R\n"
    )
    complete(called, "T2", "--done", "none")
    assert shares(called) == [(None, 0, 4), ("shoe_covers", 0, 2), ("floor_cloth", 0, 2)]
    told = called.run("checklist", "report", "--month", "2026-11").err
    assert told == "1 ticket says nothing of its steps, and counts as none done\n"
    assert shares(called, "--as-of", "2026-11-02 14:30") == []


def test_a_mystery_shopper_is_reported_apart(called: Desk) -> None:
    complete(called, "T1", "--done", "all")
    complete(called, "T2", "--done", "none")
    called.do("ticket", "edit", "T2", "--mystery", now="2026-11-10 09:00")
    assert shares(called) == [(None, 2, 2), ("shoe_covers", 1, 1), ("floor_cloth", 1, 1)]
    assert shares(called, "--mystery") == [(None, 0, 2), ("shoe_covers", 0, 1), ("floor_cloth", 0, 1)]
    assert shares(called, "--as-of", "2026-11-05") == [(None, 2, 4), ("shoe_covers", 1, 2), ("floor_cloth", 1, 2)]


def test_what_cannot_be_is_one_sentence_with_the_way_out(called: Desk) -> None:
    assert called.refused(4, "ticket", "complete", "T1", "--outcome", "done", "--done", "shoe_cover", now=DONE) == (
        "error: 'shoe cover' is no step of this checklist\nhint: did you mean shoe_covers?\n"
    )
    called.do("ticket", "open", "--appliance", "A1", "noise", now=OPENED)
    told = called.refused(4, "ticket", "complete", "T3", "--outcome", "fixed", "--done", "all", now=DONE)
    assert told.startswith(
        "error: no checklist of repair holds on 2026-11-02\nhint: 'checklist set repair …' makes one"
    )
    assert called.do("ticket", "show", "T3")["status"] == "open"
    assert "no checklist of repair holds on 2026-11-21" in called.refused(3, "checklist", "show", "repair")
    assert "the checklist has no step" in called.refused(2, "checklist", "set", "repair", ",")
    assert "no checklist of repair holds" in called.refused(3, "checklist", "set", "repair", "none")


def test_boxes_stand_on_every_sheet_and_nowhere_without_a_checklist(called: Desk, tmp_path: Path) -> None:
    called.do("checklist", "set", "maintenance", "floor_cloth", "--from", "2026-11-01")
    called.do("appliance", "edit", "A1", "--bought", "2021-11-25")
    called.do("maintenance", "generate")
    order, day = tmp_path / "order.html", tmp_path / "day.html"
    called.do("ticket", "sheet", "T1", "--output", str(order))
    called.run("technician", "day", "Li", "--sheet", str(day))
    for page in (order.read_text(), day.read_text()):
        assert 'class="box">shoe covers</span><span class="box">floor cloth</span>' in page
    assert "\nSteps       [ ] floor cloth\n" in called.do("maintenance", "sheet", "T3")["text"]
    called.do("ticket", "open", "--appliance", "A1", "noise")
    called.do("ticket", "sheet", "T4", "--output", str(order))
    assert "shoe covers" not in order.read_text()

"""Technicians: names, skills and areas, absences, leaving, the list of a day (S15, S16)."""

import sqlite3
from typing import Any

import pytest

from tests.conftest import Desk, filled_once


@filled_once
def li(desk: Desk) -> Desk:
    """A desk with a technician 李强."""
    desk.do("technician", "add", "李强", "--skill", "fridge", "--skill", "AC", "--area", "城东")
    return desk


def changes(desk: Desk) -> list[tuple[Any, ...]]:
    with sqlite3.connect(desk.path) as file:
        return file.execute("SELECT field, old, new FROM change WHERE technician_id IS NOT NULL ORDER BY id").fetchall()


def ticket(desk: Desk, text: str, *words: str, now: str = "2026-11-20 09:00") -> str:
    """An open ticket of 李强."""
    opened = desk.do("ticket", "open", "--customer", "C1", *words, text, now=now)
    desk.do("ticket", "assign", f"T{opened['id']}", "--to", "李强", now=now)
    return f"T{opened['id']}"


def test_a_technician_has_skills_and_areas(li: Desk) -> None:
    assert li.do("technician", "list") == [
        {
            "id": 1, "name": "李强", "skills": ["ac", "fridge"], "areas": ["城东"], "left_on": None,
            "absent_today": False, "absences": [],
        }
    ]  # fmt: skip


def test_no_skill_and_no_area_mean_all(desk: Desk) -> None:
    added = desk.do("technician", "add", "Bob")
    assert (added["id"], added["skills"], added["areas"]) == (1, [], [])
    row = desk.run("technician", "list", "--format", "markdown").out.splitlines()[-1]
    assert row == "| 1 | Bob | all | all | here |"


def test_the_same_technician_twice_is_one(li: Desk) -> None:
    again = li.run("technician", "add", "李强", "--skill", "ac", "--skill", "fridge", "--area", "城东", "-f", "json")
    assert (again.code, again.json["id"]) == (0, 1)
    assert "nothing to do" in again.err
    assert len(li.do("technician", "list")) == 1


def test_names_are_unique_without_their_capitals(desk: Desk) -> None:
    desk.do("technician", "add", "Bob")
    assert desk.do("technician", "add", "BOB")["name"] == "Bob"
    assert "technician edit 'Bob'" in desk.refused(4, "technician", "add", "bob", "--skill", "ac")
    assert desk.do("technician", "list")[0]["skills"] == []


def test_an_unknown_skill_is_refused_with_the_nearest(desk: Desk) -> None:
    assert "did you mean fridge?" in desk.refused(4, "technician", "add", "Bob", "--skill", "frige")
    assert desk.do("technician", "list") == []


@pytest.mark.parametrize("words", [(" ",), ("Bo\x07b",), ("Bob", "--area", ""), ("Bob", "--skill", "")])
def test_names_are_not_empty_and_hold_no_control_characters(desk: Desk, words: tuple[str, ...]) -> None:
    desk.refused(2, "technician", "add", *words)
    assert desk.do("technician", "list") == []


def test_a_technician_is_named_by_name_or_number(li: Desk) -> None:
    assert [li.do("technician", "leave", who, "--undo")["id"] for who in ("李强", "1", " 李强 ")] == [1, 1, 1]
    assert "one of 李强" in li.refused(3, "technician", "leave", "李刚", "--undo")
    li.refused(3, "technician", "leave", "2", "--undo")


def test_a_number_is_no_name(li: Desk) -> None:
    assert "is a number, not a name" in li.refused(2, "technician", "add", "1")
    li.refused(2, "technician", "edit", "1", "--name", "2")


def test_lists_that_are_given_take_the_place_of_the_old_ones(li: Desk) -> None:
    edited = li.do("technician", "edit", "李强", "--skill", "washer", "--any-area")
    assert (edited["skills"], edited["areas"]) == (["washer"], [])
    assert changes(li) == [("skills", "ac,fridge", "washer"), ("areas", "城东", None)]


def test_a_name_may_change_but_not_to_another_ones(li: Desk) -> None:
    li.do("technician", "add", "Bob")
    assert li.do("technician", "edit", "bob", "--name", "Robert")["id"] == 2
    li.refused(4, "technician", "edit", "Robert", "--name", "李强")
    assert changes(li) == [("name", "Bob", "Robert")]


def test_an_edit_that_changes_nothing_says_so(li: Desk) -> None:
    answer = li.run("technician", "edit", "李强", "--skill", "fridge", "--skill", "ac", "--name", "李强")
    assert (answer.code, "nothing to do" in answer.err, changes(li)) == (0, True, [])


@pytest.mark.parametrize("words", [(), ("--skill", "ac", "--any-skill"), ("--area", "x", "--any-area"), ("--name", "")])
def test_an_edit_must_say_one_thing(li: Desk, words: tuple[str, ...]) -> None:
    li.refused(2, "technician", "edit", "李强", *words)


def test_absent_on_the_first_and_the_last_day(li: Desk) -> None:
    li.do("technician", "absent", "李强", "--from", "2026-11-22", "--to", "2026-11-23")
    days = [f"2026-11-{day} 12:00" for day in (21, 22, 23, 24)]
    assert [li.do("technician", "list", now=day)[0]["absent_today"] for day in days] == [False, True, True, False]
    assert li.do("technician", "list")[0]["absences"] == [{"from_on": "2026-11-22", "to_on": "2026-11-23"}]
    assert "here, away 2026-11-22 – 2026-11-23\n" in li.run("technician", "list", "-f", "table").out


def test_the_same_absence_twice_is_one(li: Desk) -> None:
    words = ("technician", "absent", "李强", "--from", "2026-11-22", "--to", "2026-11-23")
    li.do(*words)
    again = li.run(*words)
    assert (again.code, "nothing to do" in again.err) == (0, True)
    assert len(li.do("technician", "list")[0]["absences"]) == 1


def test_an_absence_cannot_end_before_it_begins(li: Desk) -> None:
    li.refused(4, "technician", "absent", "李强", "--from", "2026-11-23", "--to", "2026-11-22")
    li.refused(2, "technician", "absent", "李强", "--from", "the 23rd", "--to", "2026-11-22")


def test_an_absence_is_taken_back(li: Desk) -> None:
    words = ("technician", "absent", "李强", "--from", "2026-11-21", "--to", "2026-11-23")
    assert li.do(*words)["absent_today"]
    assert not li.do(*words, "--undo")["absent_today"]
    assert changes(li) == [("absence", "2026-11-21..2026-11-23", None)]


def test_who_leaves_is_gone_from_that_day_on(li: Desk) -> None:
    assert li.do("technician", "leave", "李强", "--on", "2026-12-01")["absent_today"] is False
    assert li.do("technician", "list", now="2026-11-30 23:00")[0]["absent_today"] is False
    gone = li.do("technician", "list", now="2026-12-01 00:00")[0]
    assert (gone["left_on"], gone["absent_today"]) == ("2026-12-01", True)


def test_leaving_again_is_a_no_op_and_another_day_is_refused(li: Desk) -> None:
    li.do("technician", "leave", "李强", "--on", "2026-12-01")
    assert li.run("technician", "leave", "李强", "--on", "2026-12-01").code == 0
    assert "leave '李强' --undo" in li.refused(4, "technician", "leave", "李强", "--on", "2026-12-02")
    assert li.do("technician", "leave", "李强", "--undo")["left_on"] is None
    assert changes(li) == [("left_on", None, "2026-12-01"), ("left_on", "2026-12-01", None)]
    li.refused(2, "technician", "leave", "李强")


def test_who_leaves_is_reminded_of_the_open_tickets(li: Desk) -> None:
    li.do("customer", "add", "王芳", "--phone", "13800138000")
    ticket(li, "no heat")
    answer = li.run("technician", "leave", "李强", "--on", "2026-12-01")
    assert answer.err == "1 open ticket must find another technician: T1\n"


def test_a_day_has_its_windows_by_time_then_the_rest_by_age(li: Desk) -> None:
    li.do("customer", "add", "王芳", "--phone", "013800138000", "--address", "人民路 1 号")
    second = ticket(li, "undated", now="2026-11-20 10:00")
    first = ticket(li, "missed window", now="2026-11-20 09:00")
    late, early, later, done = (ticket(li, text) for text in ("late", "early", "another day", "done"))
    windows = {first: "2026-11-20 11", late: "2026-11-22 14", early: "2026-11-22 09", later: "2026-11-23 09"}
    for name, start in windows.items():
        span = ("--from", f"{start}:00", "--to", f"{start}:30", "--asked-by", "customer")
        li.do("ticket", "appoint", name, *span, now="2026-11-20 10:30")
    li.do("ticket", "complete", done, "--outcome", "fixed")
    rows = li.do("technician", "day", "李强", "--on", "2026-11-22", "--full")
    assert [row["text"] for row in rows] == ["early", "late", "missed window", "undated"]
    assert rows[3]["ticket_id"] == int(second[1:])
    assert (rows[0]["customer"], rows[0]["phone"], rows[0]["address"]) == ("王芳", "013800138000", "人民路 1 号")
    assert rows[0]["window_from"] == "2026-11-22T09:00:00+08:00"


def test_only_the_last_assignment_counts(li: Desk) -> None:
    li.do("customer", "add", "王芳", "--phone", "13800138000")
    li.do("technician", "add", "Bob")
    name = ticket(li, "no heat")
    li.do("ticket", "assign", name, "--to", "Bob")
    assert li.do("technician", "day", "李强") == []
    assert [row["ticket_id"] for row in li.do("technician", "day", "BOB")] == [1]


def test_a_day_shows_the_machine_and_what_the_ticket_waits_for(li: Desk) -> None:
    li.do("customer", "add", "王芳", "--phone", "13800138000")
    li.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "海尔", "--model", "BCD-216")
    li.do("ticket", "wait", ticket(li, "no cold"), "--cause", "outlet_part")
    (row,) = li.do("technician", "day", "李强")
    assert (row["appliance"], row["waiting_for"]) == ("fridge 海尔 BCD-216", "outlet_part")


def test_the_heading_of_a_day_says_who_is_away(li: Desk) -> None:
    li.do("technician", "absent", "李强", "--from", "2026-11-22", "--to", "2026-11-23")
    li.do("technician", "leave", "李强", "--on", "2026-12-01")
    headings = [
        li.run("technician", "day", "李强", "--on", day, "--format", "markdown").out.splitlines()[0]
        for day in ("2026-11-21", "2026-11-22", "2026-12-01")
    ]
    assert headings == [
        "**李强, 2026-11-21**",
        "**李强, 2026-11-22: absent to 2026-11-23**",
        "**李强, 2026-12-01: left 2026-12-01**",
    ]


def test_skills_are_typed_in_one_list_too(desk: Desk) -> None:
    words = ("--skill", "冰箱、空调", "--skill", "washer,fan", "--area", "南坪、城东")
    made = desk.do("technician", "add", "李强", *words)
    assert made["skills"] == ["ac", "fan", "fridge", "washer"]
    assert sorted(made["areas"]) == sorted(["南坪", "城东"])


def test_a_technician_is_named_by_the_surname_as_people_address_them(desk: Desk) -> None:
    desk.do("technician", "add", "李强")
    desk.do("technician", "add", "王师傅")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "x")
    assert desk.do("ticket", "assign", "T1", "李师傅")["technician"] == "李强"
    assert desk.do("ticket", "assign", "T1", "王师傅")["technician"] == "王师傅"
    desk.do("technician", "add", "李伟")
    assert "may be" in desk.refused(4, "ticket", "assign", "T1", "李师傅")

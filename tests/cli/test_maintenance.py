"""Birthdays become visits: due, generate, unknown."""

import hashlib
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import NOW, Desk, filled_once
from tests.homes import care, customer, household, machine, visits


@filled_once
def book(desk: Desk) -> Desk:
    """C1 with A1 fridge, A2 crt_tv, A3 washer, A4 flat_tv."""
    who = customer(desk)
    for category, bought in [
        ("fridge", "2021-12-05"), ("crt_tv", "2023-12-20"), ("washer", "2021-12-28"), ("flat_tv", "2024-01-10"),
    ]:  # fmt: skip
        machine(desk, who, category, bought, now="2026-11-01 08:00")
    return desk


def test_due_lists_the_household_of_the_book_in_two_visits(book: Desk) -> None:
    found = book.do("maintenance", "due", "--within", "60d")
    assert [(x["appliance_id"], x["age"], x["due_on"], x["planned_on"]) for x in found] == [
        (1, 5, "2026-12-05", "2026-12-05"),
        (2, 3, "2026-12-20", "2026-12-05"),
        (3, 5, "2026-12-28", "2026-12-05"),
        (4, 3, "2027-01-10", "2027-01-10"),
    ]


def test_due_has_the_keys_of_the_contract(book: Desk) -> None:
    first = book.do("maintenance", "due")[0]
    keys = "appliance_id age due_on ticket_id planned_on customer_id household_id role status approx"
    assert list(first)[:10] == keys.split()
    assert first == first | {"ticket_id": None, "customer_id": 1, "household_id": None, "role": "care", "status": "due"}


def test_generate_makes_one_ticket_for_each_visit(book: Desk) -> None:
    made = book.do("maintenance", "generate", "--until", "+60d")
    assert care(made) == {(1, 5): 1, (2, 3): 1, (3, 5): 1, (4, 3): 2}
    assert {x["status"] for x in made} == {"open"}
    ticket = book.do("ticket", "show", "T1")
    assert (ticket["type"], ticket["customer_id"], ticket["appliance_id"]) == ("maintenance", 1, 1)
    assert ticket["reported_at"] == "2026-11-21T18:00:00+08:00"


def test_people_read_one_line_a_visit(book: Desk) -> None:
    shown = book.run("maintenance", "generate", "--until", "+60d", "--format", "table").out
    assert shown == (
        "Birthdays until 2027-01-20\n"
        "\n"
        "visits\n"
        "planned     ticket  customer  phone        birthdays                     check\n"
        "──────────────────────────────────────────────────────────────────────────────\n"
        "2026-12-05  T1      C1 王芳   138****0001  fridge 5, crt tv 3, washer 5      1\n"
        "2027-01-10  T2      C1 王芳   138****0001  flat tv 3                         3\n"
    )


def test_every_other_machine_of_the_household_is_checked(book: Desk) -> None:
    made = book.do("maintenance", "generate", "--until", "+60d")
    checks = [(x["ticket_id"], x["appliance_id"], x["age"], x["due_on"]) for x in made if x["role"] == "check"]
    assert checks == [(1, 4, None, None), (2, 1, None, None), (2, 2, None, None), (2, 3, None, None)]


def test_a_birthday_beyond_the_horizon_joins_the_visit_it_belongs_to(book: Desk) -> None:
    assert care(book.do("maintenance", "generate")) == {(1, 5): 1, (2, 3): 1, (3, 5): 1}


def test_due_shows_what_generate_makes(book: Desk) -> None:
    shown = [(x["appliance_id"], x["age"], x["planned_on"]) for x in book.do("maintenance", "due")]
    made = book.do("maintenance", "generate")
    assert [(x["appliance_id"], x["age"], x["planned_on"]) for x in made if x["role"] == "care"] == shown
    assert book.do("maintenance", "due") == []


def test_a_second_run_makes_nothing(book: Desk) -> None:
    book.do("maintenance", "generate")
    again = book.run("maintenance", "generate", "--format", "json")
    assert (again.code, again.json, again.err.strip()) == (0, [], "0 new")


def test_a_dry_run_leaves_the_file_as_it_is_to_the_byte(book: Desk) -> None:
    before = hashlib.sha256(book.path.read_bytes()).hexdigest()
    dry = book.do("maintenance", "generate", "--dry-run")
    assert hashlib.sha256(book.path.read_bytes()).hexdigest() == before
    assert {x["ticket_id"] for x in dry} == {None}
    wet = book.do("maintenance", "generate")
    assert [x | {"ticket_id": None} for x in wet] == dry


@pytest.mark.parametrize(("day", "expected"), [("2026-11-05", 1), ("2026-11-04", 0)])
def test_the_horizon_includes_its_last_day(book: Desk, day: str, expected: int) -> None:
    assert bool(book.do("maintenance", "generate", now=f"{day} 08:00")) == bool(expected)


@pytest.mark.parametrize("text", ["soon", "30x", "-3d"])
def test_the_span_must_be_one(book: Desk, text: str) -> None:
    book.refused(2, "maintenance", "due", "--within", text)


def test_a_mistyped_year_is_refused(book: Desk) -> None:
    book.refused(4, "maintenance", "generate", "--until", "2196-12-01")
    book.refused(2, "maintenance", "generate", "--until", "2026-02-30")


def test_an_empty_file_has_nothing_due(desk: Desk) -> None:
    assert desk.do("maintenance", "due") == []
    assert desk.do("maintenance", "generate") == []
    assert desk.run("maintenance", "due").out.startswith("appliance_id\tage\tdue_on")


def ages(desk: Desk, category: str, bought: str, *, now: str, within: str, tier: str = "ordinary") -> list[Any]:
    machine(desk, customer(desk, tier=tier, now=now), category, bought, now=now)
    return [(x["age"], x["due_on"]) for x in desk.do("maintenance", "due", "--within", within, now=now)]


def test_mr_bans_television_is_celebrated_every_three_years(make: Any) -> None:
    early = make("ban.db", now="2000-03-01 08:00")
    found = ages(early, "crt_tv", "2000-02-22", now="2000-03-01 08:00", within="3650d")
    assert found == [(3, "2003-02-22"), (6, "2006-02-22"), (9, "2009-02-22")]


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("flat_tv", [(1, "2025-02-28"), (2, "2026-02-28"), (3, "2027-02-28"), (4, "2028-02-29"), (5, "2029-02-28")]),
        ("crt_tv", [(3, "2027-02-28")]),
        ("fridge", [(5, "2029-02-28")]),
    ],
)
def test_the_29th_of_february_comes_back(desk: Desk, category: str, expected: list[Any]) -> None:
    assert ages(desk, category, "2024-02-29", now="2024-03-01 08:00", within="2000d") == expected


def test_a_known_month_falls_due_on_its_first_day(desk: Desk) -> None:
    machine(desk, customer(desk), "fridge", "2021-12", now="2026-11-01 08:00")
    found = desk.do("maintenance", "due")
    assert [(x["due_on"], x["approx"]) for x in found] == [("2026-12-01", True)]
    assert "2026-12  " in desk.run("maintenance", "due", "--format", "table").out


def test_without_month_there_is_no_birthday_but_a_question(desk: Desk) -> None:
    who = customer(desk)
    machine(desk, who, "fridge", "2021")
    machine(desk, who, "washer", "unknown")
    machine(desk, who, "ac", "2021-12-05")
    assert desk.do("maintenance", "due", "--within", "4000d")[0]["appliance_id"] == 3
    found = desk.do("maintenance", "unknown", "--full")
    assert [(x["appliance_id"], x["base_precision"], x["customer"], x["phone"]) for x in found] == [
        (1, "year", "王芳", "13800000001"),
        (2, "unknown", "王芳", "13800000001"),
    ]


def test_nothing_from_before_the_registration_is_due(desk: Desk) -> None:
    machine(desk, customer(desk), "flat_tv", "2015-06-01", now=NOW)
    assert desk.do("maintenance", "due", "--within", "365d")[0]["due_on"] == "2027-06-01"


def test_nothing_from_before_the_outlet_began_is_due(make: Any) -> None:
    other = make("since.db", "--maintenance-since", "2026-06-02", now="2026-01-01 08:00")
    machine(other, customer(other), "flat_tv", "2025-06-01", now="2026-01-01 09:00")
    assert other.do("maintenance", "due") == []


def test_after_days_off_every_missed_day_appears_once_as_overdue(desk: Desk) -> None:
    who = customer(desk)
    for day in (12, 14, 16):
        machine(desk, who, "fridge", f"2021-11-{day}", now="2026-11-01 08:00")
    shown = desk.run("maintenance", "due", "--format", "json")
    assert ([x["due_on"][-2:] for x in shown.json], shown.err.strip()) == (["12", "14", "16"], "3 overdue")
    assert care(desk.do("maintenance", "generate")) == {(1, 5): 1, (2, 5): 1, (3, 5): 1}


def test_of_several_past_birthdays_the_newest_is_open_and_the_others_are_missed(desk: Desk) -> None:
    machine(desk, customer(desk, tier="vip", now="2023-01-01 08:00"), "fridge", "2022-05-10", now="2023-01-01 08:00")
    made = desk.do("maintenance", "generate")
    assert [(x["age"], x["status"], x["ticket_id"]) for x in made] == [(1, "missed", None), (2, "missed", None),
                                                                      (3, "missed", None), (4, "open", 1)]  # fmt: skip
    assert desk.do("maintenance", "generate") == []


def test_an_open_line_is_missed_when_the_next_birthday_comes_into_the_horizon(desk: Desk) -> None:
    machine(desk, customer(desk, tier="vip", now="2025-01-01 08:00"), "fridge", "2024-12-20", now="2025-01-01 08:00")
    assert care(desk.do("maintenance", "generate", now="2025-12-20 08:00")) == {(1, 1): 1}
    assert desk.do("maintenance", "generate", now="2026-11-19 08:00") == []
    answer = desk.run("maintenance", "generate", "--format", "json", now="2026-11-20 08:00")
    assert care(answer.json) == {(1, 2): 2}
    assert "A1: birthday 1 (2025-12-20) was missed" in answer.err
    ticket = desk.do("ticket", "show", "T1")
    assert (ticket["status"], ticket["cancel_reason"], ticket["lines"][0]["ended_as"]) == (
        "cancelled",
        "missed",
        "missed",
    )


def test_a_birthday_still_to_come_is_not_missed_by_a_long_horizon(desk: Desk) -> None:
    machine(desk, customer(desk, tier="vip"), "fridge", "2021-12-05")
    assert care(desk.do("maintenance", "generate", "--until", "+800d")) == {(1, 5): 1}
    assert desk.do("maintenance", "generate", "--until", "+800d") == []


def test_people_of_one_household_are_visited_together(desk: Desk) -> None:
    home = household(desk)
    machine(desk, customer(desk, "王芳", household=home), "fridge", "2021-12-05", now="2026-11-01 08:00")
    machine(desk, customer(desk, "李强", household=home), "washer", "2021-12-20", now="2026-11-01 08:00")
    machine(desk, customer(desk, "张伟"), "washer", "2021-12-20", now="2026-11-01 08:00")
    made = desk.do("maintenance", "generate")
    assert care(made) == {(1, 5): 1, (2, 5): 1, (3, 5): 2}
    assert [x["household_id"] for x in made] == [home, home, None]


def test_a_machine_bought_since_is_checked_too(book: Desk) -> None:
    book.do("maintenance", "generate")
    machine(book, "C1", "fan", "2026-11-21", now=NOW)
    made = book.do("maintenance", "generate")
    assert [(x["appliance_id"], x["role"], x["ticket_id"]) for x in made] == [(5, "check", 1)]


def test_what_holds_a_visit_is_named_before_anything_is_written(book: Desk) -> None:
    book.do("ticket", "open", "--appliance", "A3", "leaks")
    shown = book.run("maintenance", "generate", "--dry-run", "--format", "table").out
    assert shown.endswith("""\
planned     customer  phone        birthdays                     state
─────────────────────────────────────────────────────────────────────────────────
2026-12-05  C1 王芳   138****0001  fridge 5, crt tv 3, washer 5  on hold: T1 open
""")


def test_due_names_the_home(book: Desk) -> None:
    book.do("household", "add", "王家", "--member", "C1")
    shown = book.run("maintenance", "due", "--within", "60d", "--format", "table").out
    assert shown.splitlines()[3] == "12-05         5  A1 fridge   C1 王芳   H1    138****0001  12-05"


def test_while_a_repair_is_open_the_lines_are_on_hold(book: Desk) -> None:
    book.do("ticket", "open", "--appliance", "A4", "no picture")
    made = book.do("maintenance", "generate")
    assert [(x["status"], x["ticket_id"], x["planned_on"]) for x in made] == [("on_hold", None, "2026-12-05")] * 3
    assert book.do("maintenance", "generate") == book.do("maintenance", "due") == []


def test_the_end_of_the_repair_releases_them(book: Desk) -> None:
    book.do("ticket", "open", "--appliance", "A4", "no picture")
    book.do("maintenance", "generate")
    book.do("ticket", "complete", "T1", "--outcome", "fixed")
    made = book.do("maintenance", "generate")
    assert care(made) == {(1, 5): 2, (2, 3): 2, (3, 5): 2}
    assert {x["status"] for x in made} == {"open"}
    assert book.do("maintenance", "generate") == []


def test_an_open_complaint_holds_them_back_until_it_is_closed(book: Desk) -> None:
    """M18: no card to somebody who is angry."""
    book.do("complaint", "open", "--customer", "C1", "--about", "lateness")
    held = book.do("maintenance", "generate")
    book.do("complaint", "close", "K1", "--upheld")
    freed = book.do("maintenance", "generate")
    assert ({x["status"] for x in held}, {x["status"] for x in freed}) == ({"on_hold"}, {"open"})
    assert care(freed) == {(1, 5): 1, (2, 3): 1, (3, 5): 1}


def test_a_suggestion_or_praise_holds_nothing_back(book: Desk) -> None:
    for kind in ("suggestion", "praise"):
        book.do("complaint", "open", "--customer", "C1", "--about", "service", "--kind", kind)
    assert {x["status"] for x in book.do("maintenance", "generate")} == {"open"}


def test_a_late_line_joins_the_open_visit(book: Desk) -> None:
    book.do("maintenance", "generate")
    machine(book, "C1", "ac", "2021-12-10", now=NOW)
    made = book.do("maintenance", "generate")
    assert care(made) == {(5, 5): 1}
    assert made[0]["planned_on"] == "2026-12-05"


def test_what_was_checked_becomes_cared_for_when_its_birthday_joins(book: Desk) -> None:
    machine(book, "C1", "ac", "unknown", now=NOW)
    book.do("maintenance", "generate")
    book.do("appliance", "edit", "A5", "--bought", "2021-12-10")
    book.do("maintenance", "generate")
    lines = [x for x in book.do("maintenance", "sheet", "T1")["lines"] if x["appliance_id"] == 5]
    assert [x["role"] for x in lines] == ["care"]


def test_a_retired_machine_has_no_birthday(book: Desk) -> None:
    book.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-20")
    assert care(book.do("maintenance", "generate")) == {(2, 3): 1, (3, 5): 1, (4, 3): 1}


def test_vip_from_a_day_on_is_not_retroactive(desk: Desk) -> None:
    """M11: 3, 4 and 5 are celebrated, 5 once; nothing from before the upgrade."""
    who = customer(desk, now="2023-01-01 08:00")
    machine(desk, who, "fridge", "2022-05-10", now="2023-01-01 08:00")
    desk.do("customer", "tier", who, "vip", "--from", "2024-07-01", now="2024-07-01 08:00")
    found = desk.do("maintenance", "due", "--within", "1100d", now="2024-07-01 08:00")
    assert [(x["age"], x["due_on"]) for x in found] == [(3, "2025-05-10"), (4, "2026-05-10"), (5, "2027-05-10")]


def test_vip_until_a_day(desk: Desk) -> None:
    """M12."""
    who = customer(desk, now="2023-01-01 08:00")
    machine(desk, who, "fridge", "2022-05-10", now="2023-01-01 08:00")
    desk.do("customer", "tier", who, "vip", "--from", "2024-07-01", now="2024-07-01 08:00")
    desk.do("customer", "tier", who, "ordinary", "--from", "2026-01-01", now="2024-07-01 08:00")
    found = desk.do("maintenance", "due", "--within", "1100d", now="2024-07-01 08:00")
    assert [(x["age"], x["due_on"]) for x in found] == [(3, "2025-05-10"), (5, "2027-05-10")]


def test_the_tier_of_the_owner_of_that_day_counts(desk: Desk) -> None:
    """M14: a VIP who takes over a machine does not inherit birthdays that its former owner never had."""
    old, new = customer(desk, now="2023-01-01 08:00"), customer(desk, "李强", tier="vip", now="2023-01-01 08:00")
    machine(desk, old, "fridge", "2022-05-10", now="2023-01-01 08:00")
    desk.do("appliance", "transfer", "A1", "--to", new, "--on", "2026-06-01")
    found = desk.do("maintenance", "due", "--within", "365d")
    assert [(x["age"], x["due_on"], x["customer_id"]) for x in found] == [(5, "2027-05-10", 2)]


def test_a_rule_of_a_later_day_counts_from_then_on(desk: Desk) -> None:
    """M20."""
    machine(desk, customer(desk, now="2022-06-01 08:00"), "fridge", "2022-05-10", now="2022-06-01 08:00")
    desk.do("category", "edit", "fridge", "--years", "2", "--from", "2025-01-01", now="2024-12-01 08:00")
    found = desk.do("maintenance", "due", "--within", "2000d", now="2024-12-01 08:00")
    assert [x["age"] for x in found] == [4, 6, 8]


def test_ten_runs_at_once_make_what_one_makes(book: Desk) -> None:
    words = ["--db", str(book.path), "--now", NOW, "maintenance", "generate", "--format", "json"]
    runs = [subprocess.Popen([sys.executable, "-m", "servicedesk", *words], stdout=subprocess.PIPE) for _ in range(10)]
    made = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * 10
    assert sorted(len(text) > 5 for text in made) == [False] * 9 + [True]
    assert visits(book) == {1: ["2026-12-05", "2026-12-20", "2026-12-28"]}


def test_facts_of_the_run_carry_the_actor(book: Desk) -> None:
    book.do("maintenance", "generate")
    assert {x["actor"] for x in book.do("ticket", "show", "T1")["events"]} == {"clerk"}


MONTHS = [
    ("customer", "show", "C1"), ("appliance", "show", "A1"), ("maintenance", "due"), ("today",),
    ("maintenance", "generate"), ("ticket", "show", "T1"), ("maintenance", "sheet", "T1"),
    ("maintenance", "decline", "A1", "--age", "5", "--reason", "moved"),
]  # fmt: skip


def test_a_birthday_known_by_its_month_is_shown_as_the_month_everywhere(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 08:00")
    words = ("--customer", "C1", "--category", "fridge", "--bought", "2021-12")
    desk.do("appliance", "add", *words, now="2022-01-02 08:00")
    (machine,) = desk.do("customer", "show", "C1")["appliances"]
    assert (machine["next_birthday"], machine["next_birthday_precision"]) == ("2026-12-01", "month")
    for show in MONTHS:
        told = desk.run(*show, "--format", "table", now="2026-11-28 09:00").out
        assert ("2026-12" in told, "12-01" in told) == (True, False), (show, told)

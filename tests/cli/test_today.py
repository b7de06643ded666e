"""The morning page: what each section holds, that it agrees with the lists it is made of, that it fits a screen."""

from typing import Any

import pytest

from servicedesk.base.width import cells
from servicedesk.render import formats, overview
from tests.conftest import Desk, filled_once

NOW = "2026-11-21 09:00"


@filled_once
def staffed(desk: Desk) -> Desk:
    """Two technicians, 王芳 with a machine whose birthdays are over, 欧阳娜娜 without one."""
    for name in ("李强", "Bob"):
        desk.do("technician", "add", name)
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("customer", "add", "欧阳娜娜", "--phone", "13900139000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "海尔", "--bought", "2020-01-02")
    return desk


def opened(desk: Desk, at: str, *, to: str | None = None, window: tuple[str, str] | None = None, **more: str) -> str:
    """A ticket reported and typed at that instant, of the customer C2 unless told otherwise."""
    words = [word for name, value in ({"customer": "C2"} | more).items() for word in (f"--{name}", value)]
    name = f"T{desk.do('ticket', 'open', *words, 'no heat', now=at)['id']}"
    if to:
        desk.do("ticket", "assign", name, "--to", to, now=at)
    if window:
        desk.do("ticket", "appoint", name, "--from", window[0], "--to", window[1], "--asked-by", "customer", now=at)
    return name


def page(desk: Desk, *words: str, now: str = NOW) -> dict[str, list[dict[str, Any]]]:
    """The items by their section."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in desk.do("today", *words, now=now):
        found.setdefault(item["section"], []).append(item)
    return found


def refs(items: list[dict[str, Any]]) -> list[str]:
    return [item["ref"] for item in items]


def screen(desk: Desk, monkeypatch: pytest.MonkeyPatch, *words: str, columns: int = 80, lines: int = 40) -> list[str]:
    """What a terminal of that size shows."""
    write = formats.write
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("LINES", str(lines))
        patch.setenv("TERM", "dumb")
        patch.setattr(formats, "write", lambda table, name, out, **_: write(table, name, out, terminal=True))
        return [line.rstrip() for line in desk.run("today", "--format", "table", *words, now=NOW).out.splitlines()]


def test_a_quiet_morning_is_said_to_be_quiet(desk: Desk) -> None:
    assert desk.do("today", now=NOW) == []
    answer = desk.run("today", "--format", "table", now=NOW)
    assert answer.out == "Test outlet, 2026-11-21 09:00: nothing is due, all is quiet\n"
    assert answer.err == ""


def test_overdue_are_those_of_the_ticket_list_the_longest_first(staffed: Desk) -> None:
    late, later = opened(staffed, "2026-11-18 08:00", to="Bob"), opened(staffed, "2026-11-19 08:00")
    opened(staffed, "2026-11-21 08:00")
    listed = staffed.do("ticket", "list", "--overdue", now=NOW)
    assert refs(page(staffed)["overdue"]) == [late, later] == [f"T{ticket['id']}" for ticket in listed]


def test_due_today_are_the_windows_of_the_day_and_its_deadlines_the_next_first(staffed: Desk) -> None:
    noon = opened(staffed, "2026-11-20 08:00", to="李强", window=("2026-11-21 14:00", "2026-11-21 16:00"))
    early = opened(staffed, "2026-11-20 08:30", to="李强", window=("2026-11-21 10:00", "2026-11-21 12:00"))
    opened(staffed, "2026-11-20 08:40", to="李强", window=("2026-11-22 10:00", "2026-11-22 12:00"))
    bob = opened(staffed, "2026-11-20 11:00", to="Bob")
    nobody = opened(staffed, "2026-11-20 12:00")
    reached = opened(staffed, "2026-11-20 13:00", to="Bob")
    staffed.do("ticket", "arrive", reached, now="2026-11-20 15:00")
    due = page(staffed)["due_today"]
    assert refs(due) == [early, bob, nobody, noon]
    assert [item["due_at"][11:16] for item in due] == ["12:00", "11:00", "12:00", "16:00"]
    assert [item["window_from"] is None for item in due] == [False, True, True, False]
    days = {name: staffed.do("technician", "day", name, now=NOW) for name in ("李强", "Bob")}
    windows = [row["ticket_id"] for row in days["李强"] if row["window_from"]]
    assert windows == [item["ticket_id"] for item in due if item["window_from"]]


def test_a_technician_who_is_away_is_marked(staffed: Desk) -> None:
    opened(staffed, "2026-11-20 11:00", to="Bob")
    staffed.do("technician", "absent", "Bob", "--from", "2026-11-21", "--to", "2026-11-21")
    assert page(staffed)["due_today"][0]["technician_absent"] is True
    assert "Bob (away)" in staffed.run("today", "--format", "markdown", now=NOW).out


def test_unassigned_have_the_next_deadline_first_and_those_without_at_the_end(staffed: Desk) -> None:
    visit = opened(staffed, "2026-11-01 08:00", type="guidance")
    second, first = opened(staffed, "2026-11-21 08:00"), opened(staffed, "2026-11-20 08:30")
    free = page(staffed)["unassigned"]
    assert refs(free) == [first, second, visit]
    assert {item["ticket_id"] for item in free} == {
        ticket["id"] for ticket in staffed.do("ticket", "list") if ticket["technician"] is None
    }


def test_a_birthday_visit_is_to_be_assigned_a_week_before_its_day(staffed: Desk) -> None:
    for serial, bought in enumerate(("2021-11-28", "2021-11-29")):
        customer = f"C{1 + serial}"
        words = ("--customer", customer, "--category", "fridge", "--serial", f"S{serial}", "--bought", bought)
        staffed.do("appliance", "add", *words, now="2025-01-01 08:00")
    staffed.do("maintenance", "generate", now=NOW)
    (visit,) = page(staffed)["unassigned"]
    assert (visit["ref"], visit["due_on"], visit["due_at"]) == ("T1", "2026-11-28", None)
    assert refs(page(staffed, now="2026-11-22 09:00")["unassigned"]) == ["T1", "T2"]


def test_a_ticket_stands_in_every_section_that_it_belongs_to(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-18 08:00")
    staffed.do("ticket", "wait", ticket, "--cause", "outlet_part", now="2026-11-19 10:00")
    found = page(staffed)
    assert {section: refs(items) for section, items in found.items()} == {
        "overdue": [ticket], "unassigned": [ticket], "waiting": [ticket],
    }  # fmt: skip
    assert (found["waiting"][0]["reason"], found["waiting"][0]["since_at"]) == (
        "outlet_part", "2026-11-19T10:00:00+08:00",
    )  # fmt: skip


def test_waiting_are_those_that_wait_longest_first(staffed: Desk) -> None:
    for at, since in (("2026-11-18 08:00", "2026-11-20 10:00"), ("2026-11-18 09:00", "2026-11-19 10:00")):
        staffed.do("ticket", "wait", opened(staffed, at, to="Bob"), "--cause", "customer", now=since)
    resumed = opened(staffed, "2026-11-18 10:00", to="Bob")
    staffed.do("ticket", "wait", resumed, "--cause", "customer", now="2026-11-18 11:00")
    staffed.do("ticket", "resume", resumed, now="2026-11-18 12:00")
    assert refs(page(staffed)["waiting"]) == ["T2", "T1"]


def test_promises_are_those_that_fall_due_by_the_end_of_the_day(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-20 10:00", to="Bob")
    for what, due in (("call", "2026-11-20 18:00"), ("part", "2026-11-21 18:00"), ("visit", "2026-11-22 08:00")):
        staffed.do("promise", "add", ticket, "--what", what, "--by", due, now="2026-11-20 10:00")
    promises = page(staffed)["promises_due"]
    assert [(item["ref"], item["reason"], item["text"]) for item in promises] == [
        ("P1", "broken", "call"), ("P2", "open", "part"),
    ]  # fmt: skip
    assert {(item["customer"], item["customer_id"], item["technician"]) for item in promises} == {
        ("欧阳娜娜", 2, "Bob")
    }


def test_complaints_are_those_that_nobody_has_acknowledged(staffed: Desk) -> None:
    for customer in ("C1", "C2"):
        words = ("complaint", "open", "--customer", customer, "--about", "service", "nobody came")
        staffed.do(*words, now="2026-11-20 10:00")
    staffed.do("complaint", "acknowledge", "K1", now="2026-11-20 11:00")
    (item,) = page(staffed)["complaints_to_acknowledge"]
    assert (item["ref"], item["customer"], item["reason"], item["text"]) == ("K2", "欧阳娜娜", "service", "nobody came")


def test_call_backs_are_those_of_callback_due(staffed: Desk) -> None:
    for at in ("2026-11-15 08:00", "2026-11-18 08:00"):
        staffed.do("ticket", "complete", opened(staffed, at, to="Bob"), "--outcome", "fixed", now=at)
    due = staffed.do("callback", "due", now=NOW)
    calls = page(staffed)["callbacks_due"]
    assert [(item["ticket_id"], item["due_on"]) for item in calls] == [
        (row["ticket_id"], row["call_until_on"]) for row in due
    ]
    assert [item["due_on"] for item in calls] == ["2026-11-22", "2026-11-25"]


def test_remarks_and_birthdays_come_up_a_week_ahead(staffed: Desk) -> None:
    staffed.do("note", "add", "A1", "daughter's birthday", "--on", "11-28", "--yearly")
    staffed.do("note", "add", "C2", "too far", "--on", "11-29", "--yearly")
    (remark,) = page(staffed)["notes_due"]
    assert (remark["ref"], remark["due_on"], remark["customer"]) == ("A1", "2026-11-28", "王芳")
    for serial, bought in enumerate(("2021-11-28", "2021-11-29", "2021-10-22", "2021-10-20")):
        words = ("--customer", "C1", "--category", "fridge", "--serial", f"S{serial}", "--bought", bought)
        staffed.do("appliance", "add", *words, now="2025-01-01 08:00")
    birthdays = page(staffed)["birthdays_due"]
    assert [item["due_on"] for item in birthdays] == ["2026-10-22", "2026-11-28", "2026-11-29"]
    staffed.do("maintenance", "generate", now=NOW)
    assert "birthdays_due" not in page(staffed)


def test_another_day_tells_what_will_stand_at_its_beginning(staffed: Desk) -> None:
    due = opened(staffed, "2026-11-20 12:00", to="Bob")
    window = opened(staffed, "2026-11-20 13:00", to="Bob", window=("2026-11-22 08:00", "2026-11-22 09:00"))
    assert {section: refs(items) for section, items in page(staffed, "--on", "+1d").items()} == {
        "overdue": [due], "due_today": [window],
    }  # fmt: skip
    answer = staffed.run("today", "--on", "-1d", "--format", "table", now=NOW)
    assert answer.out.startswith("Test outlet, 2026-11-20")
    assert "tickets that ended since are not listed" in answer.err


def test_the_same_file_and_clock_give_the_same_page(staffed: Desk) -> None:
    opened(staffed, "2026-11-18 08:00")
    assert [staffed.run("today", "--format", form, now=NOW) for form in ("json", "table", "csv")] == [
        staffed.run("today", "--format", form, now=NOW) for form in ("json", "table", "csv")
    ]


def test_every_item_has_the_same_keys(staffed: Desk) -> None:
    opened(staffed, "2026-11-18 08:00")
    (item, *_) = staffed.do("today", now=NOW)
    assert list(item) == [
        "section", "ref", "ticket_id", "customer_id", "customer", "appliance_id", "category", "technician",
        "technician_absent", "window_from", "window_to", "due_at", "due_on", "since_at", "reason", "text",
        "phone",
    ]  # fmt: skip


@filled_once
def busy(staffed: Desk) -> Desk:
    """Fifteen repairs with long remarks, all of them overdue and unassigned."""
    text = "热水器不加热，用户说早上还有一点温水\n到了晚上完全没有，希望尽快上门" * 3
    for hour in range(15):
        staffed.do("ticket", "open", "--customer", f"C{1 + hour % 2}", text, now=f"2026-11-18 {hour:02d}:00")
    return staffed


@pytest.mark.parametrize(("columns", "lines"), [(40, 24), (80, 40), (120, 30), (200, 50)])
def test_the_page_fits_the_screen(busy: Desk, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int) -> None:
    shown = screen(busy, monkeypatch, columns=columns, lines=lines)
    assert len(shown) < lines
    assert max(cells(line) for line in shown) <= columns
    titles = [line.partition("  … +") for line in shown if line.startswith(("Overdue (15)", "Unassigned (15)"))]
    rows = [line for line in shown if line[:1] == "T" and line[1:2].isdecimal()]
    cut = [more for _, _, more in titles if more]
    assert len(rows) + sum(int(more.partition(":")[0]) for more in cut) == 30
    assert all("ticket list" in more for more in cut if columns >= 80)
    assert (len(titles), bool(cut)) == (2, lines < 40)


def test_the_sections_are_in_line(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = screen(busy, monkeypatch, columns=120, lines=60)
    starts = {cells(line[: line.index(name)]) for line in shown for name in ("王芳", "欧阳娜娜") if name in line}
    assert len(starts) == 1


def test_a_piped_page_is_whole(busy: Desk) -> None:
    whole = busy.run("today", "--format", "table", now=NOW).out
    assert whole.count("到了晚上完全没有，希望尽快上门") == 2 * 15 * 3
    assert "…" not in whole
    markdown = busy.run("today", "--format", "markdown", now=NOW).out
    assert "### Overdue (15)" in markdown
    assert markdown.count("| T1 |") == 2


def test_long_sections_leave_room_for_short_ones() -> None:
    assert overview._shares([100, 2, 1], 30) == ([21, 2, 1], True)
    assert overview._shares([100, 100], 10) == ([3, 3], True)
    assert overview._shares([100, 100, 1], 9) == ([3, 2, 1], False)
    assert overview._shares([9, 9, 9], 5) == ([1, 1, 0], False)
    assert overview._shares([100, 100], None) == ([100, 100], True)


def test_a_window_until_midnight_is_due_that_evening_only(staffed: Desk) -> None:
    late = opened(staffed, "2026-11-20 08:00", to="李强", window=("2026-11-21 22:00", "2026-11-22 00:00"))
    days = [page(staffed, "--on", day).get("due_today", []) for day in ("2026-11-21", "2026-11-22")]
    assert [[(item["ref"], item["due_on"]) for item in items] for items in days] == [[(late, "2026-11-21")], []]
    lists = [staffed.do("technician", "day", "李强", "--on", f"2026-11-{day}", now=NOW) for day in (21, 22)]
    assert [[row["ticket_id"] for row in rows] for rows in lists] == [[1], []]
    missed = staffed.run("technician", "day", "李强", "--format", "markdown", now="2026-11-22 08:00").out
    assert "was 11-21" in missed


def test_a_deadline_or_promise_at_midnight_is_due_on_the_day_that_ends(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-21 00:00", to="李强")
    staffed.do("promise", "add", ticket, "--what", "a part", "--by", "2026-11-22 00:00", now="2026-11-21 08:00")
    found = page(staffed)
    assert refs(found["due_today"]) == [ticket]
    assert (refs(found["promises_due"]), found["promises_due"][0]["due_on"]) == (["P1"], "2026-11-21")


@pytest.mark.parametrize(
    ("arrived", "words", "is_due"),
    [("2026-11-21 08:50", (), False), ("2026-11-21 08:50", ("--no-access",), True), ("2026-11-20 17:00", (), True)],
)
def test_a_window_in_which_somebody_came_is_due_no_more(
    staffed: Desk, arrived: str, words: tuple[str, ...], is_due: bool
) -> None:
    ticket = opened(staffed, "2026-11-20 08:00", to="李强", window=("2026-11-21 09:00", "2026-11-21 11:00"))
    staffed.do("ticket", "arrive", ticket, *words, now=arrived)
    assert ("due_today" in page(staffed)) is is_due


def test_what_falls_due_before_the_outlet_opens_again_must_go_today(staffed: Desk) -> None:
    early = opened(staffed, "2026-11-21 06:00", to="Bob")
    at_opening = opened(staffed, "2026-11-21 08:00", to="Bob")
    opened(staffed, "2026-11-21 08:01", to="Bob")
    opened(staffed, "2026-11-20 12:00", to="Bob")
    reached = opened(staffed, "2026-11-21 07:00", to="Bob")
    staffed.do("ticket", "arrive", reached, now="2026-11-21 08:30")
    found = page(staffed)
    assert refs(found["must_go_today"]) == [early, at_opening]
    assert found["must_go_today"][0]["due_at"] == "2026-11-22T06:00:00+08:00"
    assert refs(found["due_today"]) == ["T4"]


def test_windows_and_promises_before_the_opening_must_go_today_too(staffed: Desk) -> None:
    window = opened(staffed, "2026-11-20 08:00", to="Bob", window=("2026-11-22 06:00", "2026-11-22 07:30"))
    for due in ("2026-11-22 07:00", "2026-11-22 09:00"):
        staffed.do("promise", "add", window, "--what", "call", "--by", due, now="2026-11-20 10:00")
    found = page(staffed)
    assert [(item["ref"], item["due_at"][11:16]) for item in found["must_go_today"]] == [
        ("P1", "07:00"), (window, "07:30"),
    ]  # fmt: skip
    assert "promises_due" not in found


def test_the_opening_hours_decide_what_must_go_today(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-21 06:00", to="Bob")
    staffed.do("outlet", "hours", "5:30-20:00")
    assert "must_go_today" not in page(staffed)
    staffed.do("outlet", "hours", "09:00-18:00")
    assert refs(page(staffed)["must_go_today"]) == [ticket]
    shown = staffed.run("today", "--format", "markdown", now=NOW).out
    assert "### Must go today (1): due before the outlet opens again" in shown
    assert "| T1 | by 11-22 06:00 | Bob |" in shown

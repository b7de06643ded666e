"""What a careful reader found, each once: it stays mended."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.asking import under_map
from tests.conftest import Desk, filled_once


@filled_once
def home(desk: Desk) -> Desk:
    """C1 with the refrigerator A1, C2; Li works here."""
    for name, phone in (("王芳", "13800138000"), ("李雷", "13900000001")):
        desk.do("customer", "add", name, "--phone", phone, now="2020-01-05 09:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-05 09:00")
    desk.do("technician", "add", "Li", now="2020-01-05 09:00")
    return desk


def repaired(desk: Desk, reported: str, completed: str) -> int:
    ticket: int = desk.do("ticket", "open", "--appliance", "A1", "x", now=reported)["id"]
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now=completed)
    return ticket


def test_who_waited_for_the_file_is_recorded_when_it_was_free(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report taken during the wait stays true: what was not visible then is recorded later (C3)."""
    desk.do("customer", "add", "王芳", "--phone", "138")
    clock = iter(datetime(2026, 11, 21, 10, minute, tzinfo=UTC) for minute in range(60))
    monkeypatch.setattr("servicedesk.cli.main.datetime", SimpleNamespace(now=lambda _: next(clock)))
    desk.now = None
    desk.do("ticket", "open", "--customer", "C1", "x")
    monkeypatch.undo()
    (reported,) = desk.do("ticket", "show", "T1", now="2026-11-22 09:00")["events"]
    assert (reported["at"], reported["recorded_at"]) == ("2026-11-21T18:00:00+08:00", "2026-11-21T18:01:00+08:00")


def test_a_visit_goes_to_whom_the_ticket_belongs_to_when_it_is_written(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x")
    home.do("ticket", "assign", "T1", "--to", "Li")
    home.do("ticket", "arrive", "T1")
    assert home.do("ticket", "show", "T1")["events"][-1]["technician"] == "Li"


def test_a_yes_is_corrected_into_a_score(home: Desk) -> None:
    mapped = (
        'source = "s"\n[ticket]\nref = "r"\nreported_at = "a"\ncompleted_at = "b"\noutcome = { value = "fixed" }\n'
        "[survey]\nsatisfied = { value = true }\n"
    )
    home.do(*under_map(home, mapped, "r,a,b", "1,2026-11-01 09:00,2026-11-01 10:00"))
    home.do("ticket", "correct", "T1", "--event", "3", "--score", "2", "--reason", "misread")
    assert home.do("ticket", "show", "T1")["events"][-1]["score"] == 2


def test_an_area_learned_later_does_not_move_an_old_report(home: Desk, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("ref,reported_at,area\n1,2026-10-01 09:00,\n")
    second.write_text("ref,reported_at,area\n1,2026-10-01 09:00,North\n")
    home.do("import", str(first), "--as", "tickets", now="2026-11-01 09:00")
    home.do("import", str(second), "--as", "tickets", "--update", now="2026-11-10 09:00")
    by_area = ("kpi", "report", "--month", "2026-10", "--only", "arrival_24h_rate", "--by", "area")
    assert [row["group"] for row in home.do(*by_area, "--as-of", "2026-11-05")] == ["(none)"]
    assert [row["group"] for row in home.do(*by_area)] == ["North"]


def test_an_update_respects_serials_and_days(home: Desk, tmp_path: Path) -> None:
    files = {
        "first": "a,fridge,,S1,2024-05-01,\nb,fridge,Haier,S1,,\n",
        "taken": "a,fridge,Haier,S1,2024-05-01,\n",
        "early": "a,fridge,,S1,,2024-04-01\n",
    }
    for name, rows in files.items():
        (tmp_path / name).write_text(f"ref,category,brand,serial,bought,installed\n{rows}")
    home.do("import", str(tmp_path / "first"), "--as", "appliances")
    for name in ("taken", "early"):
        assert home.do("import", str(tmp_path / name), "--as", "appliances", "--update")["changed"] == 1
    assert home.do("appliance", "show", "A2")["brand"] is None
    assert {found["kind"] for found in home.do("check")} == {"missing"}


def test_a_machine_is_reopened_by_its_owner_of_today_and_not_when_retired(home: Desk) -> None:
    repaired(home, "2026-11-01 09:00", "2026-11-01 10:00")
    home.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-10")
    again = home.do("ticket", "reopen", "T1", "again")
    assert (again["customer_id"], again["repeat_of"]) == (2, 1)
    home.do("ticket", "complete", "T2", "--outcome", "fixed")
    home.do("appliance", "retire", "A1", "--reason", "scrapped")
    assert "was retired" in home.refused(4, "ticket", "reopen", "T1", "once more")


def test_the_repair_of_a_finding_is_not_the_reopening_of_the_visit(home: Desk) -> None:
    home.do("appliance", "edit", "A1", "--bought", "2021-11-25")
    home.do("maintenance", "generate")
    home.do("ticket", "complete", "T1", "--outcome", "done", "--fault-at", "A1:leak")
    assert home.do("ticket", "reopen", "T1", "came too early")["id"] == 3


def test_care_beside_a_repair_is_due_again_when_the_completion_is_voided(home: Desk) -> None:
    home.do("appliance", "edit", "A1", "--bought", "2021-11-25")
    home.do("ticket", "open", "--appliance", "A1", "x")
    home.do("ticket", "complete", "T1", "--outcome", "fixed", "--care", "A1")
    assert home.do("maintenance", "due") == []
    home.do("ticket", "void", "T1", "--event", "2", "--reason", "wrong ticket")
    home.do("ticket", "cancel", "T1", "--reason", "entry_error", "--by", "outlet")
    assert [line["age"] for line in home.do("maintenance", "due")] == [5]


def test_a_visit_voided_beside_the_next_one_was_missed(home: Desk) -> None:
    home.do("customer", "tier", "C1", "vip", "--from", "2020-01-05", now="2020-01-05 10:00")
    home.do("appliance", "edit", "A1", "--bought", "2019-11-25", now="2020-01-05 10:00")
    home.do("maintenance", "generate", now="2025-11-20 09:00")
    done = next(t["id"] for t in home.do("ticket", "list", now="2025-11-20 09:00"))
    home.do("ticket", "complete", f"T{done}", "--outcome", "done", now="2025-11-25 09:00")
    home.do("maintenance", "generate", now="2026-11-20 09:00")
    home.do("ticket", "void", f"T{done}", "--event", "2", "--reason", "nobody was there", now="2026-11-26 09:00")
    assert {found["kind"] for found in home.do("check", now="2026-11-26 09:00")} <= {"missing"}


def test_a_clock_set_back_takes_nothing_back(home: Desk) -> None:
    repaired(home, "2026-11-01 09:00", "2026-11-01 10:00")
    words = ("ticket", "void", "T1", "--event", "2", "--reason", "x")
    assert "typed later than now" in home.refused(4, *words, now="2026-11-01 09:30")


def test_caller_phone_and_machine_must_agree(home: Desk) -> None:
    home.refused(4, "ticket", "open", "--customer", "C1", "--phone", "13900000001", "x")
    home.refused(3, "ticket", "open", "--appliance", "A1", "--phone", "99999999", "x")
    assert home.do("info")["tickets"] == 0


def test_no_end_and_no_resumption_before_what_it_ends(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "--at", "2026-11-20 09:00", "x")
    home.do("ticket", "arrive", "T1", "--at", "2026-11-20 12:00")
    cancel = ("ticket", "cancel", "T1", "--reason", "no_contact", "--by", "outlet")
    assert "last arrival" in home.refused(4, *cancel, "--at", "2026-11-20 11:00")
    home.do("ticket", "wait", "T1", "--cause", "customer", "--at", "2026-11-20 13:00")
    assert "waits since" in home.refused(4, "ticket", "resume", "T1", "--at", "2026-11-20 12:30")


def test_a_void_of_what_was_corrected_is_not_known_already(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "--at", "2026-11-20 09:00", "x")
    home.do("ticket", "arrive", "T1", "--at", "2026-11-20 12:00")
    home.do("ticket", "correct", "T1", "--event", "2", "--at", "2026-11-20 11:00", "--reason", "typo")
    home.refused(4, "ticket", "void", "T1", "--event", "2", "--reason", "typo")


def test_the_repeat_is_of_the_repair_completed_last(home: Desk) -> None:
    for at in ("2026-10-20 09:00", "2026-10-21 09:00"):
        home.do("ticket", "open", "--appliance", "A1", "x", now=at)
    home.do("ticket", "complete", "T2", "--outcome", "fixed", now="2026-10-28 09:00")
    home.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-20 09:00")
    assert home.do("ticket", "open", "--appliance", "A1", "again")["repeat_of"] == 1


def test_a_window_over_days_names_both(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x")
    window = ("--from", "2026-11-23 09:00", "--to", "2026-11-25 17:00", "--asked-by", "customer")
    shown = home.run("ticket", "appoint", "T1", *window, "--format", "markdown").out
    assert "2026-11-23 09:00 – 2026-11-25 17:00" in shown


def test_the_end_of_a_day_whose_last_hour_repeats(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db")
    desk.do("init", "--zone", "America/Santiago", now="2025-01-01 08:00")
    heading = desk.run("kpi", "report", "--month", "2026-03", "--as-of", "2026-04-04", "-f", "markdown").out
    assert "as of 2026-04-04 23:59" in heading


def test_values_that_are_lawful_only_together_are_corrected_together(home: Desk) -> None:
    """The call, the arrival, the completion and the answer all move behind where the next of them stood."""
    mapped = (
        'source = "s"\n[ticket]\nref = "r"\nreported_at = "a"\narrived_at = "b"\ncompleted_at = "c"\n'
        'outcome = "o"\n[survey]\nscore = "p"\n'
    )
    heading = "r,a,b,c,o,p\n1,2026-11-01 09:00,"
    home.do(*under_map(home, mapped, f"{heading}2026-11-01 10:00,2026-11-01 11:00,fixed,4"))
    later = "r,a,b,c,o,p\n1,2026-11-02 09:00,2026-11-02 10:00,2026-11-02 11:00,no_fault_found,5"
    answer = home.run(*under_map(home, mapped, later), "--correct")
    assert "corrected values: 6\n" in answer.err
    assert "not corrected" not in answer.err
    assert home.do(*under_map(home, mapped, later))["known"] == 1

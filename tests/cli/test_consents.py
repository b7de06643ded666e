"""What customers do not want from us, and who obeys it (M22)."""

import pytest

from tests.asking import mended, table
from tests.conftest import Desk, filled_once

DONE = ("2026-11-17 09:00", "2026-11-17 15:00")


@filled_once
def home(desk: Desk) -> Desk:
    """C1 王芳 with a machine whose birthday is on 1 December, C2 王强 with another of the same day; Li."""
    desk.do("technician", "add", "Li", now="2020-01-02 08:00")
    for name, phone in (("王芳", "13800138000"), ("王强", "13900139000")):
        desk.do("customer", "add", name, "--phone", phone, now="2020-01-02 08:00")
    for customer in ("C1", "C2"):
        words = ("--customer", customer, "--category", "fridge", "--bought", "2021-12-01")
        desk.do("appliance", "add", *words, now="2022-01-02 08:00")
    return desk


def wants(desk: Desk, *words: str, customer: str = "C1", now: str | None = None) -> dict[str, object]:
    found: dict[str, object] = desk.do("customer", "consent", customer, *words, now=now)
    return found


def test_a_wish_stands_until_the_customer_says_otherwise(home: Desk) -> None:
    said = wants(home, "--calls", "no", "--marketing", "yes", "--by", "letter")
    assert (said["calls"], said["visits"], said["marketing"], said["given_by"]) == (False, None, True, "letter")
    assert "no calls (letter, 2026-11-21), marketing: yes (letter, 2026-11-21)" in "\n".join(
        table(home, "customer", "show", "C1")
    )
    assert wants(home, "--calls", "yes", now="2026-11-22 09:00")["calls"] is True
    assert [row["wanted"] for row in home.do("export", "consents")] == ["no", "yes", "yes"]


def test_what_is_no_wish_is_refused(home: Desk) -> None:
    assert "nothing is said" in home.refused(2, "customer", "consent", "C1")
    home.refused(2, "customer", "consent", "C1", "--calls", "maybe")
    home.refused(3, "customer", "consent", "C9", "--calls", "no")
    assert "empty" in home.refused(2, "customer", "consent", "C1", "--calls", "no", "--by", " ")
    home.refused(4, "customer", "consent", "C1", "--calls", "no", "--at", "2026-12-01 09:00")
    wants(home, "--calls", "no", "--by", "letter")
    assert "nothing changed" in home.run("customer", "consent", "C1", "--calls", "no").err


def test_nobody_is_called_who_wants_no_calls(home: Desk) -> None:
    for customer in ("C1", "C2"):
        mended(home, *DONE, "--customer", customer, "--no-appliance")
    wants(home, "--calls", "no")
    assert [row["customer_id"] for row in home.do("callback", "due")] == [2]
    assert "left out, they want no calls: T1" in home.run("callback", "due").err
    err = home.refused(4, "callback", "log", "T1", "--no-answer")
    assert "C1 wants no calls since 2026-11-21 18:00, nothing was written" in err
    assert "'customer consent C1 --calls yes'" in err
    assert home.do("ticket", "show", "T1")["callbacks"] == []
    home.do("callback", "log", "T1", "--no-answer", "--at", "2026-11-21 17:00")  # before they said so
    wants(home, "--calls", "yes", now="2026-11-22 09:00")
    assert len(home.do("callback", "due", now="2026-11-22 10:00")) == 2


def test_a_call_that_was_due_leaves_the_list_with_a_sentence(home: Desk) -> None:
    mended(home, *DONE, "--customer", "C1", "--no-appliance")
    assert [row["ticket_id"] for row in home.do("callback", "due")] == [1]
    told = home.run("customer", "consent", "C1", "--calls", "no", "--by", "letter").err
    assert "no call-back any more: T1 left 'callback due'" in told
    assert home.do("callback", "due") == []
    assert "no call-back any more" not in home.run("customer", "consent", "C1", "--calls", "no").err
    assert [row for row in home.do("today") if row["section"] == "callbacks_due"] == []


@pytest.mark.parametrize(("at", "verdict"), [("2026-11-17 15:00", "excluded"), ("2026-11-17 15:01", "miss")])
def test_coverage_leaves_out_whoever_wanted_no_calls_before_the_completion(home: Desk, at: str, verdict: str) -> None:
    home.do("ticket", "open", "--customer", "C1", "--no-appliance", "broken", now=DONE[0])
    if at == DONE[1]:
        wants(home, "--calls", "no", now=at)
    home.do("ticket", "complete", "T1", "--outcome", "fixed", now=DONE[1])
    wants(home, "--calls", "no", now="2026-11-17 15:01")
    (row,) = home.do("kpi", "rows", "callback_coverage", "--month", "2026-11", now="2026-12-10 09:00")
    assert row["verdict"] == verdict


def test_who_wants_no_visits_gets_none_and_the_birthday_is_declined(home: Desk) -> None:
    home.do("household", "link", "C1", "C2")
    wants(home, "--visits", "no", "--by", "letter")
    due = home.do("maintenance", "due")
    assert [(row["appliance_id"], row["status"]) for row in due] == [(1, "declined"), (2, "due")]
    today = home.do("today", now="2026-11-28 09:00")
    assert [row["appliance_id"] for row in today if row["section"] == "birthdays_due"] == [2]
    made = home.do("maintenance", "generate")
    assert [(row["appliance_id"], row["role"], row["status"]) for row in made] == [
        (1, "care", "declined"), (2, "care", "open"),
    ]  # fmt: skip
    assert home.do("maintenance", "generate") == []
    assert home.do("maintenance", "due") == []
    (declined,) = (row for row in home.do("export", "maintenance_lines") if row["appliance_id"] == 1)
    assert (declined["ended_as"], declined["ended_reason"]) == ("declined", "no visits wanted")


def test_a_birthday_on_hold_is_declined_too_and_a_planned_visit_is_named(home: Desk) -> None:
    home.do("ticket", "open", "--customer", "C1", "--no-appliance", "broken")
    home.do("maintenance", "generate")
    assert "1 visit is planned" in home.run("customer", "consent", "C2", "--visits", "no").err
    wants(home, "--visits", "no")
    (line,) = home.do("maintenance", "generate")
    assert (line["appliance_id"], line["status"]) == (1, "declined")


@pytest.mark.parametrize("purpose", ["visits", "marketing"])
def test_no_card_goes_to_who_wants_none(home: Desk, purpose: str) -> None:
    home.do("maintenance", "generate")
    wants(home, f"--{purpose}", "no")
    assert f"C1 wants no {purpose}" in home.refused(4, "maintenance", "card", "T1")
    home.do("maintenance", "card", "T2")


def test_of_two_who_are_one_the_stricter_wish_wins_until_they_are_parted(home: Desk) -> None:
    wants(home, "--calls", "yes")
    wants(home, "--calls", "no", "--by", "letter", customer="C2", now="2026-11-20 09:00")
    assert "C1 wants no calls, as C2 did" in home.run("customer", "merge", "C1", "C2").err
    (wish,) = home.do("customer", "show", "C1")["consents"]
    assert (wish["wanted"], wish["given_by"]) == (False, "letter")
    home.do("undo")
    assert home.do("customer", "show", "C1")["consents"][0]["wanted"] is True


def test_a_wish_can_be_undone_is_told_and_goes_with_the_person(home: Desk) -> None:
    wants(home, "--calls", "no", "--by", "letter")
    home.do("undo")
    assert home.do("customer", "show", "C1")["consents"] == []
    home.do("redo")
    assert [row["new"] for row in home.do("history", "C1") if row["command"] == "redo"] == [
        "calls, no, letter, 2026-11-21 18:00"
    ]
    assert home.do("customer", "export", "C1")["consents"][-1]["given_by"] == "letter"
    home.run("customer", "forget", "C1", "--yes")
    assert {row["given_by"] for row in home.do("export", "consents")} == {None}

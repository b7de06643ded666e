"""The guarantee of an appliance: W1 to W16 by the vectors V1 to V14, terms, parts, holidays, and where it is seen."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, filled_once

HOLIDAYS = "2026-10-01..2026-10-07 国庆节\n"


@filled_once
def owner(desk: Desk) -> Desk:
    """C1 王芳, known since 2020."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 09:00")
    return desk


def add(desk: Desk, category: str, *words: str, now: str = "2026-11-21 18:00") -> int:
    """Register an appliance of C1; return its number."""
    found: int = desk.do("appliance", "add", "--customer", "C1", "--category", category, *words, now=now)["id"]
    return found


def repair(desk: Desk, which: int, first: str, last: str | None = None, outcome: str = "fixed") -> str:
    """A repair reported on one day and ended on another, or still open; return its reference."""
    ticket: int = desk.do("ticket", "open", "--appliance", f"A{which}", "x", now=f"{first} 09:00")["id"]
    if last:
        desk.do("ticket", "complete", f"T{ticket}", "--outcome", outcome, now=f"{last} 12:00")
    return f"T{ticket}"


def check(desk: Desk, *words: str, now: str | None = None) -> dict[str, dict[str, Any]]:
    """What each rule says, by its code."""
    return {row["rule"]: row for row in desk.do("warranty", "check", *words, now=now)}


def held(desk: Desk, *words: str, now: str | None = None) -> list[str]:
    """The rules that hold, but for the beginning."""
    return [code for code, row in check(desk, *words, now=now).items() if row["holds"] and code != "W1"]


def shown(desk: Desk, *words: str, now: str | None = None) -> tuple[Any, ...]:
    """When the guarantee begins and ends, the days under repair, its state."""
    row = desk.do("warranty", "show", *words, now=now)
    return tuple(row[key] for key in ("start_on", "whole_until", "main_until", "repair_days", "state"))


@filled_once
def washer(owner: Desk) -> Desk:
    """V1: A1, delivered on 1 March 2026 and installed by the brand on the 3rd."""
    add(owner, "washer", "--delivered", "2026-03-01", "--installed", "2026-03-03", "--installed-by", "brand")
    return owner


@filled_once
def repaired(washer: Desk) -> Desk:
    """V2: A1 was repaired twice, for 5 and for 12 days: T1 and T2."""
    repair(washer, 1, "2026-06-10", "2026-06-15")
    repair(washer, 1, "2026-09-01", "2026-09-13")
    return washer


def test_v1_the_guarantee_begins_with_the_installation(washer: Desk) -> None:
    assert shown(washer, "A1") == ("2026-03-03", "2027-03-03", "2029-03-03", 0, "in")
    assert washer.do("warranty", "show", "A1")["basis"] == "installed"


def test_v2_days_under_repair_make_it_longer(repaired: Desk) -> None:
    assert shown(repaired, "A1") == ("2026-03-03", "2027-03-20", "2029-03-20", 17, "in")
    assert [repair["ticket_id"] for repair in repaired.do("warranty", "show", "A1")["repairs"]] == [1, 2]


def test_v3_a_third_fault_may_be_an_exchange(repaired: Desk) -> None:
    third = repair(repaired, 1, "2026-11-21")
    assert held(repaired, third) == held(repaired, "A1", "--at", "2026-11-21") == ["W6", "W4"]
    row = check(repaired, third)["W6"]
    assert (row["entitlement"], row["limit_on"], row["margin_days"]) == ("exchange", "2027-03-20", 119)
    assert row["facts"] == ["T1 fixed 2026-06-15", "T2 fixed 2026-09-13"]


@pytest.mark.parametrize(
    ("on", "rules"),
    [("2026-11-17", ["W2", "W4", "W13"]), ("2026-11-18", ["W3", "W4", "W13"]), ("2026-11-25", ["W3", "W4", "W13"]),
     ("2026-11-26", ["W4", "W13"])],
)  # fmt: skip
def test_v4_seven_and_fifteen_days(owner: Desk, on: str, rules: list[str]) -> None:
    add(owner, "fridge", "--delivered", "2026-11-10")
    assert held(owner, "A1", "--at", on) == rules


def test_v5_a_last_day_that_is_a_holiday_moves(owner: Desk, tmp_path: Path) -> None:
    add(owner, "fridge", "--delivered", "2026-09-24")
    told = owner.run("warranty", "check", "A1", "--at", "2026-10-05")
    assert "the last day 2026-10-01 moves if it was a holiday" in told.err
    assert held(owner, "A1", "--at", "2026-10-05") == ["W3", "W4", "W13"]
    (tmp_path / "days.txt").write_text(HOLIDAYS, encoding="utf-8")
    owner.do("outlet", "holidays", str(tmp_path / "days.txt"))
    assert held(owner, "A1", "--at", "2026-10-05") == ["W2", "W4", "W13"]
    assert check(owner, "A1", "--at", "2026-10-05")["W2"]["limit_on"] == "2026-10-08"


def test_v6_a_part_that_the_maker_does_not_send(washer: Desk) -> None:
    ticket = repair(washer, 1, "2026-08-01")
    washer.do("ticket", "wait", ticket, "--cause", "manufacturer_part", now="2026-08-02 09:00")
    late = {day: check(washer, ticket, "--at", day)["W8"]["holds"] for day in ("2026-10-30", "2026-10-31")}
    assert late == {"2026-10-30": False, "2026-10-31": True}
    assert check(washer, "A1", "--at", "2026-10-31")["W8"]["entitlement"] == "exchange_by_seller"


def test_v7_a_delay_of_the_repairer(washer: Desk) -> None:
    ticket = repair(washer, 1, "2026-10-01")
    washer.do("ticket", "wait", ticket, "--cause", "repairer", now="2026-10-02 09:00")
    late = {day: check(washer, ticket, "--at", day)["W7"]["holds"] for day in ("2026-10-31", "2026-11-01")}
    assert late == {"2026-10-31": False, "2026-11-01": True}


def test_v8_the_refund_less_depreciation(owner: Desk) -> None:
    add(owner, "crt_tv", "--invoice", "2026-03-01", "--price", "5000")
    repair(owner, 1, "2026-06-10", "2026-06-15")
    repair(owner, 1, "2026-09-01", "2026-09-13")
    row = check(owner, "A1", "--at", "2026-11-21")["W10"]
    assert (row["holds"], row["amount_fen"]) == (None, 376_000)
    assert row["facts"] == ["¥5000.00 less ¥1240.00: 265 days - 17 under repair = 248, at 0.1 % a day"]
    assert row["missing"] == ["whether the seller has the same model"]


def test_v9_an_exchange_begins_anew(repaired: Desk) -> None:
    repaired.do("appliance", "exchange", "A1", "--for", "new", "--on", "2026-11-21")
    assert shown(repaired, "A2") == ("2026-11-21", "2027-11-21", "2029-11-21", 0, "in")
    assert check(repaired, "A2")["W11"]["facts"] == ["A1"]
    assert check(repaired, "A2")["W6"]["facts"] == ["no repair that counts"]


def test_v10_a_leap_day_ends_on_the_last_of_february(owner: Desk) -> None:
    add(owner, "fridge", "--delivered", "2024-02-29")
    assert shown(owner, "A1")[1:3] == ("2025-02-28", "2027-02-28")


def test_v11_a_fault_within_the_days_that_were_added(repaired: Desk) -> None:
    assert "W4" in held(repaired, "A1", "--at", "2027-03-18", now="2027-03-18 09:00")
    assert "W4" not in held(repaired, "A1", "--at", "2027-03-21", now="2027-03-21 09:00")


@pytest.mark.parametrize(("on", "rules"), [("2026-11-19", ["W12"]), ("2026-11-20", ["W14"])])
def test_v12_a_paid_repair_has_to_last_for_thirty_days(owner: Desk, on: str, rules: list[str]) -> None:
    add(owner, "fan", "--delivered", "2024-12-31")
    repair(owner, 1, "2026-10-19", "2026-10-20")
    assert held(owner, "A1", "--at", on) == rules


def test_v13_overlapping_repairs_count_once(washer: Desk) -> None:
    first, second = repair(washer, 1, "2026-06-10"), repair(washer, 1, "2026-06-12")
    washer.do("ticket", "complete", first, "--outcome", "fixed", now="2026-06-15 12:00")
    washer.do("ticket", "complete", second, "--outcome", "fixed", now="2026-06-18 12:00")
    assert shown(washer, "A1")[3] == 8


def test_v14_without_a_date_nothing_is_known_and_the_invoice_is_asked_for(owner: Desk) -> None:
    add(owner, "washer", "--bought", "2026-03")
    row = owner.do("warranty", "show", "A1")
    assert (row["state"], row["basis"], row["start_on"]) == ("unknown", "unknown", None)
    assert row["missing"] == ["the invoice, or the day of the delivery or of the installation"]
    found = check(owner, "A1")
    assert [found[code]["holds"] for code in ("W14", "W2", "W3", "W6", "W4", "W5", "W1")] == [None] * 7
    assert found["W4"]["missing"] == row["missing"]

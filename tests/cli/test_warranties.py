"""The guarantee of an appliance: W1 to W16 by the vectors V1 to V14, terms, parts, holidays, and where it is seen."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, filled_once
from tests.terminal import Person

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


def test_a_fault_before_the_guarantee_began_has_no_entitlement(owner: Desk) -> None:
    add(owner, "washer", "--delivered", "2026-11-10", "--installed", "2026-11-15", "--installed-by", "brand")
    assert shown(owner, "A1", "--at", "2026-11-09") == ("2026-11-15", "2027-11-15", "2029-11-15", 0, "early")
    rules = check(owner, "A1", "--at", "2026-11-09")
    assert [rules[code]["facts"][-1] for code in ("W2", "W3", "W6", "W4", "W5", "W13")] == (
        ["reported before the guarantee began"] * 6
    )
    assert not [code for code, row in rules.items() if row["entitlement"]]
    assert rules["W14"]["missing"] == ["the right day: reported 2026-11-09, and the guarantee begins 2026-11-15"]
    lines = owner.run("warranty", "check", "A1", "--at", "2026-11-09", "--format", "table").out.splitlines()
    assert lines[2] == "guarantee  the guarantee begins 2026-11-15"
    assert held(owner, "A1", "--at", "2026-11-10") == ["W2", "W4", "W13"]  # it was there, and not yet installed


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


def test_a_main_part_outlives_the_whole_appliance(washer: Desk) -> None:
    late = ("A1", "--at", "2028-01-05")
    assert check(washer, *late)["W14"]["missing"] == ["which part failed: --part, one of 'warranty parts'"]
    assert held(washer, *late, "--part", "motor") == held(washer, *late, "--part", "电机") == ["W5"]
    washer.do("part", "add", "SEAL-1", "--name", "门封", "--category", "washer")
    assert held(washer, *late, "--part", "SEAL-1") == ["W14"]
    told = washer.refused(4, "warranty", "check", *late, "--part", "moter")
    assert told == (
        "error: moter is no part of washer that is known\n"
        "hint: did you mean motor or timer?; 'warranty parts washer' lists the main parts, 'part list' the others\n"
    )


def test_a_part_that_is_made_no_more_is_supplied_for_five_years(washer: Desk) -> None:
    washer.do("part", "add", "SEAL-1", "--name", "门封", "--category", "washer")
    washer.do("part", "discontinue", "SEAL-1", "--on", "2026-05-01")
    row = check(washer, "A1", "--part", "SEAL-1")["W16"]
    assert (row["holds"], row["entitlement"], row["limit_on"]) == (True, "parts_supplied", "2031-05-01")


def test_an_exclusion_with_evidence_makes_it_a_paid_repair(washer: Desk) -> None:
    ticket = repair(washer, 1, "2026-04-01")
    told = washer.run("ticket", "complete", ticket, "--outcome", "user_caused", now="2026-04-02 09:00").err
    assert "warning: until 2026-09-03 the fault is ours to prove (W13): ticket correct T1 --event 2 --evidence" in told
    assert check(washer, ticket)["W14"] | {"facts": []} == {
        "rule": "W14", "holds": None, "entitlement": None, "limit_on": None, "margin_days": None, "facts": [],
        "missing": ["the evidence: 'ticket correct T1 --evidence'"], "amount_fen": None,
        "condition": "excluded, or beyond all periods",
    }  # fmt: skip
    washer.do("ticket", "correct", ticket, "--event", "2", "--evidence", "photo 12", "--exclusion", "misuse",
              "--reason", "found it")  # fmt: skip
    assert held(washer, ticket) == ["W14", "W13"]
    assert check(washer, ticket)["W14"]["facts"] == ["T1: misuse", "evidence: photo 12"]
    washer.do("undo")
    assert check(washer, ticket)["W14"]["holds"] is None


def test_a_contract_extends_the_guarantee_until_it_ends(washer: Desk) -> None:
    days = ("--from", "2027-01-01", "--to", "2031-12-31")
    washer.do("contract", "add", "C1", "--kind", "extension", *days, "--appliance", "A1")
    row = check(washer, "A1", "--at", "2030-06-01")["contract"]
    assert (row["holds"], row["entitlement"], row["limit_on"], row["facts"]) == (
        True, "free_repair", "2031-12-31", ["G1"],
    )  # fmt: skip
    assert held(washer, "A1", "--at", "2030-06-01") == ["contract"]
    seen = washer.do("warranty", "show", "A1", "--at", "2030-06-01")
    assert (seen["state"], seen["extended_until"], seen["extensions"]) == (
        "in", "2031-12-31", [{"ref": "G1", "from_on": "2027-01-01", "to_on": "2031-12-31"}],
    )  # fmt: skip
    washer.do("contract", "end", "G1", "--on", "2029-12-31", now="2030-01-02 09:00")
    assert held(washer, "A1", "--at", "2030-06-01", now="2030-06-01 09:00") == ["W14"]


def test_an_open_repair_counts_until_a_day_to_come_only_if_it_is_still_open_then(washer: Desk) -> None:
    repair(washer, 1, "2026-11-19")
    open_since = "T1 open since 2026-11-19"
    for on, days, told in (
        ("2026-11-21", 2, open_since),
        ("2027-01-18", 60, f"{open_since}, if it is still open then"),
    ):
        lines = washer.run("warranty", "show", "A1", "--at", on, "--format", "table").out
        assert f"{days} days: {told}\n" in lines
        assert f"longer by {days} days under repair: {told}" in check(washer, "A1", "--at", on)["W4"]["facts"]
    assert check(washer, "T1", "--at", "2027-01-18")["W7"]["facts"][0] == f"{open_since}, if it is still open then"


@pytest.mark.parametrize(
    ("on", "line", "short"),
    [
        ("2026-12-31", "in guarantee until 2027-03-03, main parts until 2029-03-03", "until 2027-03-03"),
        ("2027-03-03", "in guarantee until 2027-03-03, main parts until 2029-03-03, by contract G1 until 2027-12-31",
         "2027-12-31 (G1)"),
        ("2027-03-04", "in guarantee by contract G1 until 2027-12-31, main parts until 2029-03-03", "2027-12-31 (G1)"),
    ],
)  # fmt: skip
def test_a_contract_hides_nothing_of_the_guarantee(washer: Desk, on: str, line: str, short: str) -> None:
    days = ("--from", "2027-01-01", "--to", "2027-12-31")
    washer.do("contract", "add", "C1", "--kind", "extension", *days, "--appliance", "A1")
    told = washer.run("warranty", "show", "A1", "--at", on, "--format", "table").out.splitlines()
    assert told[1] == f"guarantee  {line}"
    assert short in washer.run("customer", "show", "C1", "--format", "table", now=f"{on} 09:00").out


def test_in_a_business_other_terms_hold(owner: Desk) -> None:
    add(owner, "washer", "--delivered", "2026-11-01", "--use", "business")
    assert shown(owner, "A1")[4] == "business"
    assert held(owner, "A1") == ["W15"]


def test_an_old_purchase_names_the_period_from_the_invoice_too(owner: Desk) -> None:
    add(owner, "fridge", "--invoice", "2023-05-01", "--delivered", "2023-05-20", now="2023-06-01 09:00")
    assert check(owner, "A1")["W1"]["facts"] == [
        "begins 2023-05-20: delivery",
        "by the rules of 1995 from the invoice 2023-05-01: until 2024-05-01, main parts until 2026-05-01",
    ]


def test_what_is_missing_is_said(owner: Desk) -> None:
    add(owner, "ac", "--delivered", "2026-11-01", "--installed", "2026-11-09")
    assert owner.do("warranty", "show", "A1")["missing"] == ["who installed it: the guarantee may begin on 2026-11-09"]
    owner.do("category", "add", "robot")
    add(owner, "robot", "--delivered", "2026-11-01")
    assert owner.do("warranty", "show", "A2")["missing"] == ["the terms of robot: 'warranty terms set'"]
    assert {row["holds"] for code, row in check(owner, "A2").items() if code in {"W4", "W5", "W14"}} == {None}
    assert [row["amount_fen"] for row in check(owner, "A2").values() if row["amount_fen"]] == []


def test_without_a_verified_rate_no_amount_is_named(owner: Desk) -> None:
    add(owner, "flat_tv", "--invoice", "2026-11-01", "--price", "5000")
    row = check(owner, "A1", "--at", "2026-11-14")["W10"]
    assert (row["amount_fen"], row["missing"][1]) == (
        None, "a verified daily rate of the category: 'warranty terms'",
    )  # fmt: skip
    terms = ("set", "flat_tv", "--whole", "1", "--main", "3", "--rate", "0.1", "--source", "the catalogue")
    owner.do("warranty", "terms", *terms, "--from", "2026-01-01")
    assert check(owner, "A1", "--at", "2026-11-14")["W10"]["amount_fen"] == 493_500


def test_terms_hold_for_guarantees_that_begin_later_and_a_brand_has_its_own(owner: Desk) -> None:
    add(owner, "ac", "--brand", "海尔", "--delivered", "2025-12-31")
    add(owner, "ac", "--brand", "海尔", "--delivered", "2026-01-01")
    add(owner, "ac", "--brand", "Midea", "--delivered", "2026-01-01")
    said = ("terms", "set", "ac", "--brand", "海尔", "--whole", "6", "--main", "6", "--source", "the card")
    first = owner.run("warranty", *said, "--from", "2026-01-01")
    assert (first.code, first.err) == (0, "")
    assert [shown(owner, f"A{n}")[1] for n in (1, 2, 3)] == ["2026-12-31", "2032-01-01", "2027-01-01"]
    assert "hold on 2026-06-01 already, nothing to do" in owner.run("warranty", *said, "--from", "2026-06-01").err
    owner.do("undo")
    assert shown(owner, "A2")[1] == "2027-01-01"


def test_a_part_becomes_a_main_part_from_a_day_on(washer: Desk) -> None:
    added = washer.do("warranty", "parts", "washer", "--add", "bearing", "--label", "轴承", "--from", "2027-01-01",
                      "--unverified")  # fmt: skip
    assert added[-1]["code"] == "bearing"
    assert "no part of washer" in washer.refused(4, "warranty", "check", "A1", "--part", "bearing")
    dropped = washer.do("warranty", "parts", "washer", "--drop", "board", "--from", "2020-01-01")
    assert "board" not in [row["code"] for row in dropped]


def test_holidays_are_read_a_year_at_a_time(owner: Desk, tmp_path: Path) -> None:
    days = tmp_path / "days.txt"
    days.write_text("日期,名称\n2026-10-01..2026-10-03 国庆节\n# 2027\n2027-01-01 元旦\n", encoding="gb18030")
    assert len(owner.do("outlet", "holidays", str(days))) == 4
    days.write_text("2026-10-01 国庆节\n", encoding="utf-8")
    owner.do("outlet", "holidays", str(days))
    assert owner.do("outlet", "holidays") == [
        {"on_date": "2026-10-01", "name": "国庆节"}, {"on_date": "2027-01-01", "name": "元旦"},
    ]  # fmt: skip
    assert "nothing differs" in owner.run("outlet", "holidays", str(days)).err
    owner.do("undo")
    assert len(owner.do("outlet", "holidays")) == 4


@pytest.mark.parametrize("line", ["2026-02-30", "yesterday 1", "2026-10-07..2026-10-01", "2026-01-01..2026-12-31", " "])
def test_a_file_of_no_holidays_is_refused_whole(owner: Desk, tmp_path: Path, line: str) -> None:
    days = tmp_path / "days.txt"
    days.write_text(f"# a list\n{line}\n", encoding="utf-8")
    owner.refused(4, "outlet", "holidays", str(days))
    assert owner.do("outlet", "holidays") == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4, ("appliance", "edit", "A1", "--delivered", "2026-03-04")),
        (4, ("appliance", "edit", "A1", "--invoice", "2027-01-01")),
        (4, ("appliance", "edit", "A1", "--bought", "2026-03-02")),
        (2, ("appliance", "edit", "A1", "--price", "cheap")),
        (2, ("appliance", "edit", "A1", "--use", "school")),
        (2, ("appliance", "edit", "A1", "--invoice-no", " ")),
        (4, ("appliance", "exchange", "A1", "--for", "A1")),
        (4, ("appliance", "exchange", "A1", "--for", "A2")),
        (3, ("appliance", "exchange", "A1", "--for", "A9")),
        (4, ("appliance", "exchange", "A1", "--for", "new", "--on", "2026-02-01")),
        (4, ("appliance", "exchange", "A1", "--for", "new", "--on", "2026-12-24")),
        (2, ("appliance", "exchange", "A1")),
        (3, ("appliance", "exchange", "A1", "--void", "x")),
        (3, ("warranty", "show", "A9")),
        (3, ("warranty", "check", "T9")),
        (2, ("warranty", "terms", "set", "fridge", "--whole", "1")),
        (2, ("warranty", "terms", "set", "fridge", "--whole", "3", "--main", "1", "--source", "x")),
        (2, ("warranty", "terms", "set", "fridge", "--whole", "1", "--main", "3", "--source", "x", "--rate", "a")),
        (4, ("warranty", "terms", "set", "frige", "--whole", "1", "--main", "3", "--source", "x")),
        (2, ("warranty", "terms", "list", "fridge", "--whole", "6")),
        (2, ("warranty", "terms", "set", "fridge", "--all", "--whole", "1", "--main", "3", "--source", "x")),
        (2, ("warranty", "parts", "fridge", "--label", "x")),
        (4, ("ticket", "complete", "T1", "--outcome", "fixed", "--exclusion", "weather")),
        (5, ("outlet", "holidays", "none.txt")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(washer: Desk, code: int, words: tuple[str, ...]) -> None:
    washer.do("customer", "add", "李雷", "--phone", "13900139000")
    washer.do("appliance", "add", "--customer", "C2", "--category", "fan")
    repair(washer, 1, "2026-11-20")
    before = washer.path.read_bytes()
    washer.refused(code, *words)
    assert washer.path.read_bytes() == before


def test_an_exchange_is_taken_back_and_done_again(repaired: Desk) -> None:
    repaired.do("appliance", "exchange", "A1", "--for", "new", "--on", "2026-11-20")
    again = repaired.run("appliance", "exchange", "A1", "--for", "A2", "--on", "2026-11-20")
    assert again.err == "A1 is exchanged for A2 already, nothing to do\n"
    assert "was exchanged for A2" in repaired.refused(4, "appliance", "retire", "A1", "--undo")
    repaired.do("appliance", "exchange", "A1", "--void", "it was the neighbour's")
    assert repaired.do("appliance", "show", "A1")["retired_on"] is None
    assert shown(repaired, "A2")[0] == "2026-11-20", "what came was delivered that day"
    repaired.do("undo")
    assert repaired.do("warranty", "show", "A1")["exchanged_for"] == 2
    repaired.do("undo")
    repaired.refused(3, "appliance", "show", "A2")
    assert shown(repaired, "A1")[1:4] == ("2027-03-20", "2029-03-20", 17)
    assert {row["kind"] for row in repaired.do("check")} <= {"missing"}


def test_nothing_is_exchanged_for_itself_and_why_it_is_retired_is_said_in_chinese(washer: Desk) -> None:
    itself = "error: A1 cannot be exchanged for itself\nhint: --for new registers one\n"
    assert washer.refused(4, "appliance", "exchange", "A1", "--for", "A1") == itself
    washer.do("appliance", "exchange", "A1", "--for", "new", "--on", "2026-11-20")
    told = washer.run("--language", "zh", "ticket", "open", "--appliance", "A1", "x")
    assert (told.code, told.err.splitlines()[0]) == (4, "错误：A1 已于 2026-11-20 停用（换货）")


def test_it_is_seen_where_people_look(repaired: Desk) -> None:
    line = "in guarantee until 2027-03-20, main parts until 2029-03-20"
    opened = repaired.run("ticket", "open", "--appliance", "A1", "loud")
    assert opened.err.splitlines()[0] == f"A1: {line}"
    for words in (("appliance", "show", "A1"), ("ticket", "show", "T3"), ("warranty", "show", "A1")):
        assert line in repaired.run(*words, "--format", "table").out
    assert "A1 until 2027-03-20\n" in repaired.run("customer", "show", "C1", "--format", "table").out
    assert repaired.do("customer", "show", "C1")["appliances"][0]["guarantee"] == "in"


def test_a_ticket_names_the_day_of_its_guarantee_where_today_s_is_another(repaired: Desk) -> None:
    then = "  in guarantee until 2027-03-08, main parts until 2029-03-08, as of 2026-09-01\n"
    for words in (("ticket", "show", "T2"), ("warranty", "check", "T2")):
        assert then in repaired.run(*words, "--format", "table").out


def test_an_exchange_stands_on_both_appliances_and_a_holiday_is_told_of(repaired: Desk, tmp_path: Path) -> None:
    repaired.do("appliance", "exchange", "A1", "--for", "new", "--on", "2026-11-20")
    assert "for A2, 2026-11-20" in repaired.run("appliance", "show", "A1", "--format", "table").out
    assert "in the place of A1, 2026-11-20" in repaired.run("appliance", "show", "A2", "--format", "table").out
    (tmp_path / "days.txt").write_text("2027-01-01 元旦\n", encoding="utf-8")
    repaired.do("outlet", "holidays", str(tmp_path / "days.txt"))
    ticket = repair(repaired, 2, "2026-11-21")
    words = ("ticket", "appoint", ticket, "2027-01-01 09:00-11:00", "--asked-by", "customer")
    assert "2027-01-01 is a holiday: 元旦\n" in repaired.run(*words).err


def test_an_exchanged_appliance_in_use_is_found_by_check(repaired: Desk) -> None:
    repaired.do("appliance", "exchange", "A1", "--for", "new", "--on", "2026-11-20")
    with closing(sqlite3.connect(repaired.path)) as file, file:
        file.execute("UPDATE appliance SET retired_on = NULL, retire_reason = NULL WHERE id = 1")
    found = json.loads(repaired.run("check", "--format", "json").out)
    broken = [(row["noun"], row["id"], row["finding"]) for row in found if row["kind"] == "rule"]
    assert ("appliance", 1, "was exchanged for another, and is in use") in broken


def test_without_a_begin_the_rules_say_their_conditions_and_ask_once(owner: Desk) -> None:
    add(owner, "washer")
    text = owner.run("warranty", "check", repair(owner, 1, "2026-11-20"), "-f", "table").out
    assert text.count("the invoice, or the day of the delivery") == 1
    begin, end = text.index("depends on what is not known\n"), text.index("\ndoes not hold\n")
    told = [" ".join(line.split()) for line in text[begin:end].splitlines()]
    assert (told[1], "W2 reported within 7 days" in told) == ("rule condition what else to know", True)


def test_where_nothing_is_known_nothing_is_said(owner: Desk) -> None:
    add(owner, "fridge", "--bought", "2026-03-01")
    assert "guarantee" not in owner.run("ticket", "open", "--appliance", "A1", "warm").err
    for words in (("customer", "show", "C1"), ("appliance", "show", "A1"), ("ticket", "show", "T1"), ("today",)):
        assert "guarantee" not in owner.run(*words, "--format", "table").out


def test_today_has_repairs_past_day_ninety(washer: Desk) -> None:
    ticket = repair(washer, 1, "2026-08-01")
    washer.do("ticket", "wait", ticket, "--cause", "manufacturer_part", now="2026-08-02 09:00")
    days = {
        day: [row["ticket_id"] for row in washer.do("today", now=f"{day} 09:00") if row["section"] == "guarantee"]
        for day in ("2026-10-30", "2026-10-31")
    }
    assert days == {"2026-10-30": [], "2026-10-31": [1]}


def test_the_guarantee_goes_with_an_export(repaired: Desk, tmp_path: Path) -> None:
    (tmp_path / "days.txt").write_text(HOLIDAYS, encoding="utf-8")
    repaired.do("outlet", "holidays", str(tmp_path / "days.txt"))
    repaired.do("appliance", "exchange", "A1", "--for", "new", "--on", "2026-11-20")
    repaired.do("export", str(tmp_path / "all"))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    other.do("import", str(tmp_path / "all"))
    for which in ("A1", "A2"):
        assert other.do("warranty", "check", which) == repaired.do("warranty", "check", which)
    assert [row["successor_id"] for row in other.do("export", "exchanges")] == [2]


def test_at_a_terminal_what_is_missing_is_asked_for(repaired: Desk) -> None:
    person = Person(repaired)
    ended, shown_to = person.types("appliance", "exchange", "A1", "--on", "2026-11-20", answers=("A9", "n"))
    assert (ended, shown_to.count("Which appliance came in its place? (A12, n: a new one):")) == (0, 2)
    assert "there is no appliance A9" in shown_to
    ended, shown_to = person.types("warranty", "terms", "set", answers=("fridge", "2", "4", "the card"))
    assert ended == 0
    assert [(row["whole_years"], row["main_years"]) for row in repaired.do("warranty", "terms", "list", "fridge")] == [
        (2, 4)
    ]


def test_the_evidence_is_asked_for_and_may_be_left(washer: Desk) -> None:
    ticket = repair(washer, 1, "2026-08-01")
    done = ("ticket", "complete", ticket, "--outcome", "user_caused")
    ended, shown_to = Person(washer).types(*done, answers=("photo 12",))
    assert ended == 0
    assert "Until 2026-09-03 the fault is ours to prove: a note, a photo, where it lies (Enter: none):" in shown_to
    assert check(washer, ticket)["W14"]["facts"] == ["T1: user_caused", "evidence: photo 12"]


MAP = """source = "shop"
[customer]
ref = "who"
name = "who"
[appliance]
ref = "no"
category = "kind"
bought = "bought"
delivered = "delivered"
invoice = "invoice"
invoice_no = "invoice_no"
price = "price"
installed_by = "by"
use = "use"
remote_sale = "afar"
"""
SHOP = "no,who,kind,bought,delivered,invoice,invoice_no,price,by,use,afar\n"


def read_shop(desk: Desk, folder: Path, line: str, *more: str) -> Any:
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    (folder / "shop.csv").write_text(SHOP + line, encoding="utf-8")
    return desk.run("import", str(folder / "shop.csv"), "--map", str(folder / "map.toml"), *more)


def test_an_import_brings_what_the_guarantee_stands_on(desk: Desk, tmp_path: Path) -> None:
    line = "1,王芳,冰箱,2026-10-01,2026-10-02,2026-10-01,8812,¥4999.50,品牌,家用,是\n"
    assert read_shop(desk, tmp_path, line).code == 0
    machine = desk.do("appliance", "show", "A1")
    known = ("delivered_on", "invoice_on", "invoice_no", "price_fen", "installed_by", "use", "remote_sale")
    assert [machine[key] for key in known] == ["2026-10-02", "2026-10-01", "8812", 499_950, "brand", "home", True]
    assert shown(desk, "A1")[0] == "2026-10-02"
    read_shop(desk, tmp_path, line.replace("10-02", "10-03"), "--correct")
    assert shown(desk, "A1")[0] == "2026-10-03"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("¥4999.50", "dear", "is no amount"), ("2026-10-02", "2026-10", "a whole day"),
     ("2026-10-02", "2026-09-02", "it is before the purchase"),
     ("brand", "uncle", "unknown code"), (",no\n", ",maybe\n", "neither true nor false")],
)  # fmt: skip
def test_an_import_refuses_a_sale_that_cannot_be(desk: Desk, tmp_path: Path, old: str, new: str, why: str) -> None:
    line = "1,王芳,fridge,2026-10-01,2026-10-02,2026-10-01,8812,¥4999.50,brand,home,no\n".replace(old, new, 1)
    told = read_shop(desk, tmp_path, line)
    assert (told.code, why in told.err) == (4, True), told.err
    assert desk.do("appliance", "list") == []


def test_an_export_of_appliances_is_read_back_with_their_sales(owner: Desk, tmp_path: Path) -> None:
    add(owner, "fridge", "--delivered", "2026-11-02", "--price", "4999.50", "--use", "home")
    other = Desk(tmp_path / "other.db")
    other.do("init")
    for noun in ("customers", "appliances"):
        (tmp_path / f"{noun}.csv").write_text(owner.run("export", noun, "--format", "csv").out, encoding="utf-8")
        assert other.run("import", str(tmp_path / f"{noun}.csv")).code == 0
    assert other.do("warranty", "check", "A1") == owner.do("warranty", "check", "A1")

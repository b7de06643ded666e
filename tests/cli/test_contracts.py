"""contract: what was agreed with a customer, what of it is used, what of it falls due."""

import re
from datetime import date

import pytest

from servicedesk.domain.agreements.contracts import renewed_until
from tests.conftest import Desk, filled_once

ADD = ("contract", "add", "C1", "--kind", "service", "--from", "2026-06-01", "--to", "2027-05-31")


@filled_once
def agreed(desk: Desk) -> Desk:
    """Two customers; the first has a fridge and a washer, and a contract of two visits a year."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("customer", "add", "陈静", "--phone", "13900139000")
    for customer, category in (("C1", "fridge"), ("C1", "washer"), ("C2", "ac")):
        desk.do("appliance", "add", "--customer", customer, "--category", category)
    desk.do(*ADD, "--visits", "2", "--respond", "4h", "--scope", "两次保养", now="2026-06-01 09:00")
    return desk


def opened(desk: Desk, *words: str, at: str = "2026-11-20 09:00") -> int:
    return int(desk.do("ticket", "open", *words, "noise", now=at)["id"])


def due(desk: Desk, *words: str, now: str = "2026-11-21 18:00") -> list[tuple[str, str]]:
    return [(row["reason"], row["due_at"] or row["due_on"]) for row in desk.do("contract", "due", *words, now=now)]


def test_a_contract_says_what_was_agreed(agreed: Desk) -> None:
    assert agreed.do("contract", "show", "G1") == {
        "id": 1, "kind": "service", "status": "running", "customer_id": 1, "customer": "王芳", "from_on": "2026-06-01",
        "to_on": "2027-05-31", "visits": 2, "used": 0, "planned": 0, "left": 2, "respond_minutes": 240,
        "warn_days": 30, "scope": "两次保养", "appliances": [], "renewed_by": None,
        "ended_on": None, "end_reason": None, "voided_at": None, "void_reason": None, "tickets": [],
    }  # fmt: skip


def test_visits_are_counted_from_the_tickets_that_name_it(agreed: Desk) -> None:
    opened(agreed, "--appliance", "A1", "--contract", "G1")
    page = agreed.do("contract", "show", "G1")
    assert (page["used"], page["planned"], page["left"]) == (0, 1, 1)
    agreed.do("ticket", "arrive", "T1", now="2026-11-20 13:00")
    page = agreed.do("contract", "show", "G1")
    assert (page["used"], page["planned"], page["left"]) == (1, 0, 1)
    assert [(row["ticket_id"], row["response"]) for row in page["tickets"]] == [(1, "kept")]
    second = agreed.run("ticket", "open", "--appliance", "A2", "--contract", "G1", "leaks")
    assert second.err == "by G1 somebody is to be there by 2026-11-21 22:00\nit is the last visit of G1\n"
    assert "G1 service, somebody there by 2026-11-21 22:00\n" in agreed.run("ticket", "show", "T2", "-f", "table").out
    assert [row["at"] for row in agreed.do("ticket", "explain", "T2") if row["step"] == "contract"] == [
        "2026-11-21T22:00:00+08:00"
    ]
    third = agreed.run("ticket", "open", "--appliance", "A1", "--contract", "G1", "again", now="2026-11-21 19:00")
    assert "warning: visits of G1: 3 with this one, 2 are agreed on\n" in third.err


def test_a_ticket_that_names_none_is_told_and_names_it_later(agreed: Desk) -> None:
    told = agreed.run("ticket", "open", "--appliance", "A1", "noise", now="2026-11-20 09:00").err
    assert "G1 (service, until 2027-05-31) covers it: 'ticket edit T1 --contract G1' counts the visit\n" in told
    agreed.do("ticket", "edit", "T1", "--contract", "G1")
    assert agreed.do("contract", "show", "G1")["planned"] == 1
    agreed.do("ticket", "edit", "T1", "--contract", "none")
    assert agreed.do("contract", "show", "G1")["planned"] == 0
    agreed.do("undo")
    assert agreed.do("contract", "show", "G1")["planned"] == 1


@pytest.mark.parametrize(
    ("words", "at", "told"),
    [(("--appliance", "A3"), "2026-11-20 09:00", "G1 is a contract with C1, who is not the customer of T1"),
     (("--appliance", "A1"), "2026-05-31 09:00", "G1 holds from 2026-06-01 to 2027-05-31, not on 2026-05-31")],
)  # fmt: skip
def test_a_ticket_names_no_contract_of_others_or_of_another_time(
    agreed: Desk, words: tuple[str, ...], at: str, told: str
) -> None:
    opened(agreed, *words, at=at)
    assert told in agreed.refused(4, "ticket", "edit", "T1", "--contract", "G1")


def test_a_contract_covers_the_appliances_that_it_names(agreed: Desk) -> None:
    agreed.do(*ADD, "--appliance", "A1", "--appliance", "A1")
    assert agreed.do("contract", "show", "G2")["appliances"] == [1]
    opened(agreed, "--appliance", "A2")
    assert "G2 covers A1 only" in agreed.refused(4, "ticket", "edit", "T1", "--contract", "G2")
    assert "A3 does not belong to C1" in agreed.refused(4, *ADD, "--appliance", "A3")


def test_what_is_due_visits_ends_and_responses_about_to_break(agreed: Desk) -> None:
    assert due(agreed) == [("visit", "2026-11-29")]
    assert due(agreed, now="2026-10-01 09:00") == []
    assert due(agreed, "--within", "60d", now="2026-10-01 09:00") == [("visit", "2026-11-29")]
    opened(agreed, "--appliance", "A1", "--contract", "G1", at="2026-11-21 16:00")
    assert due(agreed) == [("response", "2026-11-21T20:00:00+08:00")]
    agreed.do("ticket", "arrive", "T1", now="2026-11-21 19:00")
    assert due(agreed) == []
    assert due(agreed, now="2027-05-20 09:00") == [("visit", "2027-05-31"), ("end", "2027-05-31")]


def test_the_same_contract_again_is_nothing_to_do(agreed: Desk) -> None:
    words = (*ADD, "--visits", "2", "--respond", "240m", "--scope", "两次保养")
    assert agreed.run(*words).err == "G1: already recorded, nothing changed\n"
    assert len(agreed.do("contract", "list", "--all")) == 1


def test_a_contract_ends_early_and_goes_on_again(agreed: Desk) -> None:
    end = ("contract", "end", "G1", "--on", "2026-11-20")
    assert agreed.do(*end, "--reason", "moved away")["status"] == "ended"
    assert agreed.run(*end).err == "G1: already recorded, nothing changed\n"
    assert "G1 ended 2026-11-20 already" in agreed.refused(4, "contract", "end", "G1")
    assert agreed.do("contract", "list") == []
    assert agreed.do("contract", "end", "G1", "--undo")["status"] == "running"
    assert agreed.run("contract", "end", "G1", "--undo").err == "G1: already recorded, nothing changed\n"
    assert "it cannot end 2027-06-01" in agreed.refused(4, "contract", "end", "G1", "--on", "2027-06-01")


def test_what_goes_on_has_no_end(agreed: Desk) -> None:
    assert agreed.refused(2, "contract", "end", "G1", "--undo", "--reason", "x") == (
        "error: --reason and --undo exclude each other\n"
    )


def test_a_contract_is_renewed_from_the_day_after_its_end(agreed: Desk) -> None:
    made = agreed.do("contract", "renew", "G1")
    assert {key: made[key] for key in ("id", "status", "from_on", "to_on", "visits", "respond_minutes", "scope")} == {
        "id": 2, "status": "coming", "from_on": "2027-06-01", "to_on": "2028-05-31", "visits": 2,
        "respond_minutes": 240, "scope": "两次保养",
    }  # fmt: skip
    assert agreed.run("contract", "renew", "G1").err == "G2: already recorded, nothing changed\n"
    assert agreed.refused(4, "contract", "renew", "G1", "--visits", "3") == (
        "error: G2 follows G1 already, with other terms\nhint: first: contract void G2 --reason R\n"
    )
    assert "renewed by  G2" in agreed.run("contract", "show", "G1", "--format", "table").out
    assert due(agreed, now="2027-05-20 09:00") == [("visit", "2026-11-29"), ("end", "2027-05-31")]  # one is unused
    for at in ("2026-11-20 09:00", "2027-05-19 09:00"):
        ticket = opened(agreed, "--customer", "C1", "--no-appliance", "--contract", "G1", at=at)
        agreed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now=at)
    assert due(agreed, now="2027-05-20 09:00") == []


def test_only_what_stands_is_renewed_and_with_what_the_customer_still_has(agreed: Desk) -> None:
    words = ("contract", "add", "C1", "--kind", "extension", "--from", "2025-02-01", "--to", "2025-03-15")
    agreed.do(*words, "--appliance", "A1", "--appliance", "A2")
    agreed.do("appliance", "retire", "A2", "--reason", "scrapped")
    renewed = agreed.run("contract", "renew", "G2", "--format", "json")
    assert (renewed.json["appliances"], renewed.json["to_on"]) == ([1], "2025-04-27")
    assert renewed.err == "not covered any more: A2\n"
    agreed.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-21")
    assert "C1 has none of the appliances of G3 any more" in agreed.refused(4, "contract", "renew", "G3")
    agreed.do("contract", "end", "G1", "--on", "2026-11-21")
    assert "G1 ended 2026-11-21 already" in agreed.refused(4, "contract", "renew", "G1")
    agreed.do("contract", "void", "G1", "--reason", "x")
    assert "G1 is voided: x" in agreed.refused(4, "contract", "renew", "G1")


@pytest.mark.parametrize(
    ("first", "last", "until"),
    [
        ("2026-01-01", "2026-12-31", "2027-12-31"),
        ("2023-03-01", "2024-02-29", "2025-02-28"),
        ("2026-03-01", "2027-02-28", "2028-02-29"),
        ("2024-02-29", "2025-02-28", "2026-02-28"),
        ("2026-01-01", "2026-06-30", "2026-12-31"),
        ("2026-01-01", "2026-01-10", "2026-01-20"),
    ],
)
def test_the_next_contract_is_as_long_in_months_else_in_days(first: str, last: str, until: str) -> None:
    assert renewed_until(date.fromisoformat(first), date.fromisoformat(last)) == date.fromisoformat(until)


def test_a_contract_is_voided_while_no_ticket_names_it(agreed: Desk) -> None:
    opened(agreed, "--appliance", "A1", "--contract", "G1")
    void = ("contract", "void", "G1", "--reason", "wrong customer")
    assert agreed.refused(4, *void) == "error: T1 name G1\nhint: first: ticket edit T1 --contract none\n"
    agreed.do("ticket", "edit", "T1", "--contract", "none")
    assert agreed.run(*void).err == "G1 voided\n"
    assert agreed.run(*void).err == "G1: already recorded, nothing changed\n"
    assert "G1 is voided: wrong customer" in agreed.refused(4, "ticket", "edit", "T1", "--contract", "G1")
    assert "G1 is voided" in agreed.refused(4, "contract", "end", "G1")
    assert [row["status"] for row in agreed.do("contract", "list", "--all")] == ["voided"]


def test_what_was_typed_later_than_now_is_not_taken_back(agreed: Desk) -> None:
    agreed.do("contract", "end", "G1", "--on", "2026-11-20")
    agreed.do("consumable", "add", "A1", "--item", "filter", "--per-year", "4", "--from", "2026-01-01")
    agreed.do("consumable", "sent", "A1")
    agreed.do("consumable", "stop", "A1")
    agreed.do("appliance", "exchange", "A3", "--for", "new")
    for words in (
        ("contract", "void", "G1", "--reason", "x"), ("contract", "end", "G1", "--undo"),
        ("consumable", "stop", "A1", "--undo"), ("consumable", "void", "A1", "--reason", "x"),
        ("consumable", "void", "A1", "--number", "1", "--reason", "x"), ("appliance", "exchange", "A3", "--void", "x"),
    ):  # fmt: skip
        assert "typed later than now" in agreed.refused(4, *words, now="2026-05-01 09:00"), words


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(("--from", "2026-06-01", "--to", "2026-05-31"), 2, "the contract ends 2026-05-31, before it begins 2026-06-01"),
     (("--from", "2026-06-01", "--to", "2027-05-31", "--respond", "soon"), 2, "write it like 4h or 90m"),
     (("--from", "2026-06-01", "--to", "2027-05-31", "--appliance", "A9"), 3, "there is no appliance A9")],
)  # fmt: skip
def test_a_contract_that_cannot_be_is_refused(agreed: Desk, words: tuple[str, ...], code: int, told: str) -> None:
    assert told in agreed.refused(code, "contract", "add", "C1", "--kind", "project", *words)


def test_an_extension_names_its_appliances(agreed: Desk) -> None:
    words = ("contract", "add", "C1", "--kind", "extension", "--from", "2027-01-01", "--to", "2028-12-31")
    assert "--appliance A34, once for each" in agreed.refused(2, *words)
    assert agreed.do(*words, "--appliance", "A1")["status"] == "coming"
    assert "there is no contract G9" in agreed.refused(3, "contract", "show", "G9")


def test_an_extension_lengthens_the_guarantee_of_its_appliances(agreed: Desk) -> None:
    agreed.do("appliance", "edit", "A1", "--delivered", "2026-01-10")
    agreed.do("appliance", "edit", "A2", "--delivered", "2026-01-10")
    words = ("contract", "add", "C1", "--kind", "extension", "--from", "2027-01-11", "--to", "2029-01-10")
    agreed.do(*words, "--appliance", "A1")
    found = agreed.do("warranty", "show", "A1", "--at", "2028-06-01")
    assert (found["state"], found["extended_until"]) == ("in", "2029-01-10")
    assert found["extensions"] == [{"ref": "G2", "from_on": "2027-01-11", "to_on": "2029-01-10"}]
    assert agreed.do("warranty", "show", "A2", "--at", "2028-06-01")["state"] != "in"


def test_it_follows_a_merged_customer_and_loses_its_words_with_a_forgotten_one(agreed: Desk) -> None:
    agreed.do("customer", "add", "王 芳", "--phone", "13700137000")
    agreed.do("customer", "merge", "C3", "C1")
    assert [row["customer_id"] for row in agreed.do("contract", "list", "--customer", "C3")] == [3]
    agreed.do("customer", "forget", "C3", "--yes")
    page = agreed.do("contract", "show", "G1")
    assert (page["scope"], page["customer"], page["visits"]) == (None, "(forgotten)", 2)
    assert due(agreed) == []


def test_it_stands_on_the_customer_s_page_and_on_today_s(agreed: Desk) -> None:
    page = agreed.do("customer", "show", "C1")["contracts"]
    assert [(row["id"], row["kind"], row["left"]) for row in page] == [(1, "service", 2)]
    assert [row["ref"] for row in agreed.do("today") if row["section"] == "contracts_due"] == ["G1"]
    opened(agreed, "--appliance", "A1", "--contract", "G1")
    shown = agreed.run("ticket", "show", "T1", "-f", "table").out
    assert "contract   G1 service, somebody there by 2026-11-20 13:00\n" in shown


def test_an_undone_contract_comes_back_under_its_number(agreed: Desk) -> None:
    agreed.do(*ADD, "--appliance", "A1")
    agreed.do("undo")
    assert "G2 was undone" in agreed.refused(3, "contract", "show", "G2")
    agreed.do("redo")
    page = agreed.do("contract", "show", "G2")
    assert (page["appliances"], page["status"]) == ([1], "running")


def test_the_load_ahead_counts_what_is_known_beside_last_year_s_calls(agreed: Desk) -> None:
    agreed.do("appliance", "edit", "A1", "--bought", "2021-12-01")
    agreed.do("consumable", "add", "A2", "--item", "filter", "--per-year", "12", "--from", "2026-11-21")
    opened(agreed, "--appliance", "A3", at="2025-11-25 09:00")
    rows = agreed.do("report", "load", "--weeks", "6")
    assert [tuple(row.values()) for row in rows] == [
        ("2026-11-23", "ac", 0, 0, 0, 1),
        ("2026-11-23", None, 0, 1, 0, 0),
        ("2026-11-30", "fridge", 1, 0, 0, 0),
        ("2026-12-21", "washer", 0, 0, 1, 0),
    ]
    weeks = agreed.run("report", "load", "--weeks", "2", "-f", "table").out
    assert re.search(r"^2026-11-16 +0 +0 +0 +0$", weeks, re.MULTILINE)
    skills = agreed.run("report", "load", "--weeks", "6", "--by-skill", "-f", "table").out
    assert re.search(r"^washer +0 +0 +1 +0$", skills, re.MULTILINE)

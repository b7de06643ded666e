"""Customers: registered once, found by anything, changed with their history, shown in one file."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from tests.asking import table
from tests.conftest import Desk, at_a_terminal


def added(desk: Desk, name: str = "王芳", phone: str = "13800138000", *more: str, now: str | None = None) -> int:
    """A customer; the id."""
    found: int = desk.do("customer", "add", name, "--phone", phone, *more, now=now)["id"]
    return found


def count(desk: Desk, table: str) -> int:
    connection = sqlite3.connect(desk.path)
    found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return found


def query(desk: Desk, sql: str) -> list[Any]:
    connection = sqlite3.connect(desk.path)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_a_new_customer_is_ordinary_and_keeps_phones_as_typed(desk: Desk) -> None:
    made = desk.do(
        "customer", "add", " 王芳 ", "--phone", "+86 138-0013-8000", "--phone", "0086012", "--address", "南坪路 12 号",
        "--area", "南坪",
    )  # fmt: skip
    assert list(made)[:4] == ["id", "name", "tier", "household_id"]
    assert made == {
        "id": 1, "name": "王芳", "tier": "ordinary", "household_id": None, "phones": ["+86 138-0013-8000", "0086012"],
        "address": "南坪路 12 号", "area": "南坪",
    }  # fmt: skip


def test_a_tier_and_a_note_given_at_once_are_kept(desk: Desk) -> None:
    customer = added(desk, "王芳", "13800138000", "--tier", "vip", "--note", "dog\nbites")
    shown = desk.do("customer", "show", f"C{customer}")
    assert (shown["tier"], shown["tiers"]) == ("vip", [{"tier": "vip", "from_on": "2026-11-21"}])
    assert [note["text"] for note in shown["notes"]] == ["dog\nbites"]


def test_a_customer_has_a_phone_or_none_in_so_many_words(desk: Desk) -> None:
    assert desk.refused(2, "customer", "add", "王芳") == (
        "error: missing option '--phone'\nhint: --no-phone for somebody who has none\n"
    )
    both = desk.refused(2, "customer", "add", "王芳", "--no-phone", "--phone", "13800138000")
    assert both == "error: --phone and --no-phone exclude each other\n"
    assert "no digits" in desk.refused(2, "customer", "add", "王芳", "--phone", "none")
    assert count(desk, "customer") == 0


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "a\nb", "a\x1b[31mb", "a\u202eb", "a\udc80"])
def test_a_name_that_names_nothing_is_refused(desk: Desk, name: str) -> None:
    desk.refused(2, "customer", "add", name, "--phone", "138")
    desk.refused(2, "customer", "add", "王芳", "--phone", "138", "--address", name)
    desk.refused(2, "customer", "add", "王芳", "--phone", f"138{name}" if name.strip() else name)
    assert count(desk, "customer") == 0


@pytest.mark.parametrize(
    "phone", ["13800138000", "138-0013-8000", "+86 13800138000", "008613800138000", "１３８００１３８０００"]
)
def test_a_known_phone_is_refused_however_it_is_written(desk: Desk, phone: str) -> None:
    added(desk, "王芳", "138 0013 8000", "--address", "南坪路 12 号")
    told = desk.refused(4, "customer", "add", "李丽", "--phone", "999", "--phone", phone)
    assert "C1  王芳  138 0013 8000  南坪路 12 号" in told
    assert (count(desk, "customer"), count(desk, "phone")) == (1, 1)


def test_the_same_name_at_the_same_address_is_refused_however_it_is_spelt(desk: Desk) -> None:
    added(desk, "Wang Fang", "1", "--address", "Nanping Road 12")
    told = desk.refused(4, "customer", "add", "WANG  FANG", "--phone", "2", "--address", " ｎanping road １２ ")
    assert "C1  Wang Fang  *  Nanping Road 12" in told
    assert added(desk, "Wang Fang", "2", "--address", "Nanping Road 13") == 2
    assert added(desk, "Wang Fang", "3") == 3


def test_force_goes_on_beside_a_candidate(desk: Desk) -> None:
    added(desk)
    answer = desk.run("customer", "add", "李丽", "--phone", "13800138000", "--force", "-f", "json")
    assert (answer.code, answer.json["id"]) == (0, 2)
    assert answer.err == "C1 has the same phone or address\n"


def test_only_the_household_of_a_candidate_goes_on(desk: Desk) -> None:
    desk.do("household", "add", "王家")
    desk.do("household", "add", "李家")
    added(desk, "王芳", "13800138000", "--household", "H1")
    told = desk.refused(4, "customer", "add", "王强", "--phone", "13800138000", "--household", "H2")
    assert "--household H1" in told
    assert added(desk, "王强", "13800138000", "--household", "H1") == 2
    desk.refused(3, "customer", "add", "李丽", "--phone", "139", "--household", "H9")
    assert count(desk, "customer") == 2


def test_one_number_written_twice_is_one_phone_as_first_typed(desk: Desk) -> None:
    made = desk.do("customer", "add", "王芳", "--phone", "138-0013-8000", "--phone", "13800138000")
    assert made["phones"] == ["138-0013-8000"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("王", [3, 1]),
        ("王芳", [1]),
        ("芳", [1]),
        ("南坪", [2, 1]),
        ("0013", [2, 1]),
        ("138-0013", [1]),
        ("+86 138 0013 8000", [1]),
        ("li", [2]),
        ("sn-00012", [2]),
        ("%", []),
        ("_", []),
        ("nobody", []),
    ],
)
def test_a_customer_is_found_by_any_part(desk: Desk, text: str, ids: list[int]) -> None:
    added(desk, "王芳", "13800138000", "--address", "重庆南坪路 12 号")
    added(desk, "Li Li", "0013", "--address", "南坪东路")
    added(desk, "王", "7")
    desk.do("appliance", "add", "--customer", "C2", "--category", "fridge", "--serial", "SN-0001234")
    assert [row["id"] for row in desk.do("customer", "find", text)] == ids


def test_nothing_found_is_an_empty_list(desk: Desk) -> None:
    assert desk.do("customer", "find", "王") == []
    assert desk.run("customer", "find", "王").out == "id\tname\ttier\thousehold_id\tphones\taddress\tarea\n"


def test_digits_inside_an_address_do_not_find_phones(desk: Desk) -> None:
    added(desk, "王芳", "13800138000")
    assert desk.do("customer", "find", "南坪路 13") == []


def test_the_file_pops_up_by_phone(desk: Desk) -> None:
    added(desk, "王芳", "13800138000", "--address", "南坪路 12 号")
    added(desk, "王强", "13900139000")
    desk.do("household", "link", "C1", "C2", "--as", "brother")
    desk.do(
        "appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier", "--bought", "2022-05-10"
    )
    desk.do("note", "add", "H1", "key under the mat")
    shown = desk.do("customer", "show", "--phone", "138 0013 8000")
    assert list(shown)[:4] == ["id", "name", "tier", "household_id"]
    assert (shown["id"], shown["household_id"], shown["phones"]) == (1, 1, ["13800138000"])
    assert [(m["id"], m["age"], m["next_birthday"], m["next_age"]) for m in shown["appliances"]] == [
        (1, 4, "2027-05-10", 5)
    ]
    assert [(m["id"], m["name"], m["relation"]) for m in shown["household_members"]] == [(2, "王强", "brother")]
    assert [note["household_id"] for note in shown["notes"]] == [1]
    assert (shown["open_tickets"], shown["surveys"]) == ([], [])


def test_open_tickets_and_last_scores_stand_in_the_file(desk: Desk) -> None:
    added(desk)
    for at, score in (("2026-11-01 09:00", "2"), ("2026-11-05 09:00", "5")):
        ticket = desk.do("ticket", "open", "--customer", "C1", "--at", at, "warm")["id"]
        desk.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", "--at", at.replace("09", "10"))
        desk.do("survey", "record", f"T{ticket}", score, "--at", at.replace("09", "11"))
    still_open = desk.do("ticket", "open", "--customer", "C1", "again")["id"]
    shown = desk.do("customer", "show", "C1")
    assert [ticket["id"] for ticket in shown["open_tickets"]] == [still_open]
    assert [answer["score"] for answer in shown["surveys"]] == [5, 2]


def test_people_read_the_file_in_the_order_of_a_call(desk: Desk) -> None:
    added(desk, "王芳", "13800138000", "--tier", "vip")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2022-05-10")
    desk.do("ticket", "open", "--customer", "C1", "warm")
    desk.do("note", "add", "C1", "rings twice")
    out = desk.run("customer", "show", "C1", "-f", "table").out
    assert out.startswith("C1 王芳 | vip | 13800138000\n")
    places = [out.index(word) for word in ("open tickets", "T1", "notes", "rings twice", "appliances", "A1")]
    assert places == sorted(places)
    assert max(len(line) for line in out.splitlines()) <= 80


def test_retired_appliances_stand_last(desk: Desk) -> None:
    added(desk)
    for number in "12":
        words = ("--customer", "C1", "--category", "fridge", "--bought", "2022-05-10", "--serial", number)
        desk.do("appliance", "add", *words)
    desk.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-20")
    machines = desk.do("customer", "show", "C1")["appliances"]
    assert [(m["id"], m["retired_on"], m["next_birthday"]) for m in machines] == [
        (2, None, "2027-05-10"),
        (1, "2026-11-20", None),
    ]


def test_the_file_has_the_last_five_ended_tickets_and_how_long_ago(desk: Desk) -> None:
    added(desk)
    for day in range(14, 20):
        ticket = f"T{desk.do('ticket', 'open', '--customer', 'C1', 'warm', now=f'2026-11-{day} 23:50')['id']}"
        desk.do("ticket", "complete", ticket, "--outcome", "fixed", now=f"2026-11-{day} 23:55")
    ended = desk.do("customer", "show", "C1", now="2026-11-20 00:05")["ended_tickets"]
    assert [(row["id"], row["status"], row["outcome"]) for row in ended] == [
        (n, "completed", "fixed") for n in (6, 5, 4, 3, 2)
    ]
    told = [line for line in table(desk, "customer", "show", "C1", now="2026-11-20 00:05") if line.startswith("T")]
    assert [line.split("fixed")[1].strip() for line in told] == ["yesterday", *(f"{n} days ago" for n in (2, 3, 4, 5))]


def test_a_cancelled_ticket_says_why_and_a_follow_up_is_no_score(desk: Desk) -> None:
    added(desk)
    desk.do("ticket", "open", "--customer", "C1", "warm", now="2026-11-02 09:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-02 10:00")
    for score, day in (("5", "03"), ("2", "04")):
        desk.do("survey", "record", "T1", score, now=f"2026-11-{day} 09:00")
    desk.do("ticket", "open", "--customer", "C1", "cold", now="2026-11-05 09:00")
    desk.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer", now="2026-11-05 10:00")
    assert [answer["counted"] for answer in desk.do("customer", "show", "C1")["surveys"]] == [False, True]
    told = "\n".join(table(desk, "customer", "show", "C1"))
    assert "2 (T1, 11-04, follow-up), 5 (T1, 11-03)" in told
    assert "cancelled: works again" in told


def test_closed_complaints_and_praise_stand_in_the_file(desk: Desk) -> None:
    added(desk)
    desk.do("complaint", "open", "--customer", "C1", "--about", "price")
    desk.do("complaint", "close", "K1", "--upheld", "--remedy", "apology")
    desk.do("complaint", "open", "--customer", "C1", "--about", "conduct", "--kind", "praise")
    closed = desk.do("customer", "show", "C1")["closed_complaints"]
    assert [(row["id"], row["kind"], row["status"], row["upheld"]) for row in closed] == [
        (2, "praise", "noted", None), (1, "complaint", "closed", True),
    ]  # fmt: skip


def test_a_phone_that_a_household_shares_shows_its_file_and_who_may_be_speaking(desk: Desk) -> None:
    added(desk)
    added(desk, "王强", "13800138000", "--force")
    desk.do("household", "link", "C1", "C2", "--as", "brother")
    shown = desk.do("customer", "show", "--phone", "13800138000")
    assert (shown["id"], shown["candidates"]) == (
        1, [{"id": 1, "name": "王芳", "relation": None}, {"id": 2, "name": "王强", "relation": "brother"}],
    )  # fmt: skip
    asked = desk.run("customer", "show", "--phone", "13800138000", "-f", "table")
    assert "shared by C1 王芳, C2 王强; who speaks? 'customer show C2'" in asked.err
    assert table(desk, "customer", "show", "C2")[0] == "C2 王强 (brother) | ordinary | 13800138000"
    assert "candidates" not in desk.do("customer", "show", "C1")


def test_several_people_on_one_phone_are_candidates(desk: Desk) -> None:
    added(desk)
    added(desk, "李丽", "13800138000", "--force")
    told = desk.refused(4, "customer", "show", "--phone", "13800138000")
    assert "C1  王芳" in told
    assert "C2  李丽" in told


def test_an_unknown_customer_is_not_found(desk: Desk) -> None:
    assert "customer add" in desk.refused(3, "customer", "show", "--phone", "13800138000")
    desk.refused(3, "customer", "show", "C12")
    desk.refused(3, "customer", "edit", "C12", "--name", "x")
    desk.refused(3, "customer", "tier", "C12", "vip")
    desk.refused(2, "customer", "show")
    desk.refused(2, "customer", "show", "C1", "--phone", "138")
    desk.refused(2, "customer", "show", "A1")


def test_an_edit_keeps_what_was_before(desk: Desk) -> None:
    added(desk, "王芳", "13800138000", "--address", "old")
    made = desk.do("customer", "edit", "C1", "--name", "王芳芳", "--address", "new", "--area", "南坪")
    assert (made["name"], made["address"], made["area"]) == ("王芳芳", "new", "南坪")
    assert query(desk, "SELECT customer_id, field, old, new, recorded_at FROM change ORDER BY id") == [
        (1, "name", "王芳", "王芳芳", "2026-11-21T18:00:00+08:00"),
        (1, "address", "old", "new", "2026-11-21T18:00:00+08:00"),
        (1, "area", None, "南坪", "2026-11-21T18:00:00+08:00"),
    ]


def test_an_edit_to_the_same_values_changes_nothing(desk: Desk) -> None:
    added(desk, "王芳", "13800138000", "--address", "南坪路")
    answer = desk.run("customer", "edit", "C1", "--name", " 王芳", "--address", "南坪路", "--phone", "138-0013-8000")
    assert (answer.code, answer.err) == (0, "C1: already recorded, nothing changed\n")
    assert (count(desk, "change"), count(desk, "phone")) == (0, 1)
    desk.refused(2, "customer", "edit", "C1")
    desk.refused(2, "customer", "edit", "C1", "--name", " ")


def test_a_dropped_phone_is_voided_and_free_for_others(desk: Desk) -> None:
    added(desk)
    assert desk.do("customer", "edit", "C1", "--phone", "139", "--drop-phone", "138-0013-8000")["phones"] == ["139"]
    assert query(desk, "SELECT number, voided_by FROM phone ORDER BY id") == [("13800138000", "clerk"), ("139", None)]
    assert "nothing changed" in desk.run("customer", "edit", "C1", "--drop-phone", "13800138000").err
    desk.refused(3, "customer", "edit", "C1", "--drop-phone", "555")
    desk.refused(3, "customer", "show", "--phone", "13800138000")
    assert added(desk, "李丽") == 2


def test_a_phone_of_somebody_else_needs_force_or_one_home(desk: Desk) -> None:
    added(desk)
    added(desk, "李丽", "139")
    told = desk.refused(4, "customer", "edit", "C2", "--phone", "13800138000", "--name", "x")
    assert "C1  王芳" in told
    assert (desk.do("customer", "show", "C2")["name"], count(desk, "phone")) == ("李丽", 2)
    desk.do("household", "link", "C1", "C2")
    assert desk.do("customer", "edit", "C2", "--phone", "13800138000")["phones"] == ["139", "13800138000"]
    added(desk, "张伟", "137")
    assert desk.do("customer", "edit", "C3", "--phone", "139", "--force")["phones"] == ["137", "139"]


def test_a_tier_applies_from_its_day(desk: Desk) -> None:
    added(desk)
    made = desk.do("customer", "tier", "C1", "vip", "--from", "2026-12-01")
    assert list(made)[:4] == ["id", "name", "tier", "household_id"]
    assert (made["tier"], made["from_on"]) == ("vip", "2026-12-01")
    assert desk.do("customer", "show", "C1")["tier"] == "ordinary"
    assert "ordinary, vip from 2026-12-01" in desk.run("customer", "show", "C1", "-f", "table").out
    assert desk.do("customer", "show", "C1", now="2026-12-01 00:00")["tier"] == "vip"


def test_a_tier_that_holds_already_is_a_no_op(desk: Desk) -> None:
    added(desk)
    assert "already" in desk.run("customer", "tier", "C1", "ordinary").err
    desk.do("customer", "tier", "C1", "vip")
    assert "already" in desk.run("customer", "tier", "C1", "vip", "--from", "2026-12-24").err
    assert count(desk, "tier") == 1
    desk.refused(2, "customer", "tier", "C1", "wooden")
    desk.refused(2, "customer", "tier", "C1", "vip", "--from", "9:00")


def test_the_later_recorded_tier_of_one_day_wins(desk: Desk) -> None:
    added(desk)
    for tier in ("vip", "project", "ordinary"):
        desk.do("customer", "tier", "C1", tier)
    assert desk.do("customer", "show", "C1")["tier"] == "ordinary"
    assert count(desk, "tier") == 3


def test_the_end_of_a_tier_ends_the_lines_it_gave(desk: Desk) -> None:
    """M12: at four years a fridge has its birthday only for a VIP."""
    added(desk, "王芳", "13800138000", "--tier", "vip")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2022-11-30")
    desk.do("maintenance", "generate")
    answer = desk.run("customer", "tier", "C1", "ordinary", "--from", "2026-11-25", "-f", "json")
    assert (answer.code, answer.err) == (0, "1 open maintenance line ended: tier_change\n")
    assert query(desk, "SELECT age, ended_as, ended_reason FROM maintenance_line") == [(4, "cancelled", "tier_change")]
    assert desk.do("customer", "show", "C1")["open_tickets"] == []


def test_a_tier_that_ends_after_the_birthday_leaves_its_line(desk: Desk) -> None:
    added(desk, "王芳", "13800138000", "--tier", "vip")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2022-11-30")
    desk.do("maintenance", "generate")
    assert desk.run("customer", "tier", "C1", "ordinary", "--from", "2026-12-01").err == ""
    assert query(desk, "SELECT age, ended_as FROM maintenance_line") == [(4, None)]


def test_a_phone_that_may_be_mistyped_is_warned_of_and_kept(desk: Desk) -> None:
    answer = desk.run("customer", "add", "王芳", "--phone", "1380013800", "--phone", "13900139000")
    assert (answer.code, answer.err) == (0, "warning: 11 digits expected, 1380013800 has 10\n")
    assert desk.do("customer", "show", "C1")["phones"] == ["1380013800", "13900139000"]
    answer = desk.run("customer", "edit", "C1", "--phone", "023-628")
    assert answer.err.splitlines()[-1] == "warning: 023-628 is no area code with 7 or 8 digits behind it"
    assert desk.run("customer", "edit", "C1", "--area", "城东").err == ""


def test_a_letter_in_a_phone_is_a_typing_error_everywhere(make: Callable[..., Desk]) -> None:
    london = make("london.db", "--zone", "Europe/London")
    answer = london.run("customer", "add", "Dave", "--phone", "0794612335O")
    assert (answer.code, answer.err) == (0, "warning: 0794612335O has a letter in it\n")
    assert london.run("customer", "add", "Anna", "--phone", "030 901820 ext 12").err == ""


def test_somebody_of_the_same_name_is_told(desk: Desk) -> None:
    desk.do("customer", "add", "Dave Smith", "--phone", "13800138000")
    assert desk.run("customer", "add", "dave smith", "--phone", "13900139000").err == "C1 has the same name\n"
    answer = desk.run("customer", "add", "Dave Smith", "--phone", "13900139000", "--force")
    assert answer.err == "C2 has the same phone or address\nC1 has the same name\n"


def test_an_outlet_elsewhere_has_other_phones(make: Callable[..., Desk]) -> None:
    berlin = make("berlin.db", "--zone", "Europe/Berlin")
    assert berlin.run("customer", "add", "Anna", "--phone", "030 901820").err == ""


@pytest.mark.parametrize(("answer", "code", "customers"), [(False, 2, 0), (True, 0, 1)])
def test_at_a_terminal_a_phone_that_may_be_mistyped_is_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: bool, code: int, customers: int
) -> None:
    asked = at_a_terminal(monkeypatch, says=answer)
    told = desk.run("customer", "add", "王芳", "--phone", "1380013800")
    assert (told.code, asked) == (code, ["11 digits expected, 1380013800 has 10: keep it?"])
    assert "warning" not in told.err
    assert desk.do("info")["customers"] == customers


def test_a_phone_in_full_width_is_shown_as_it_is_dialled(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "１３８００１３８０００")
    assert desk.do("customer", "show", "C1")["phones"] == ["１３８００１３８０００"]
    told = desk.run("customer", "show", "C1", "-f", "table").out
    assert told.startswith("C1 王芳 | ordinary | 13800138000\n")
    assert "138****8000" in desk.run("customer", "list", "-f", "table").out


def test_a_new_phone_leaves_the_old_one_and_says_so(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    answer = desk.run("customer", "edit", "C1", "--phone", "13900139000")
    assert answer.err == ("C1 keeps 13800138000 too; if it is no more: customer edit C1 --drop-phone 13800138000\n")
    assert desk.run("customer", "edit", "C1", "--phone", "13700137000", "--drop-phone", "13800138000").err == ""


def test_12345_is_doubted(desk: Desk) -> None:
    assert "12345" in desk.run("customer", "add", "李", "--phone", "12345").err

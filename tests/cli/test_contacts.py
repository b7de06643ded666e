"""contact: who called or wrote, beside reports, visits and call-backs, and after how many rings somebody answered."""

import pytest

from tests.conftest import Desk, filled_once
from tests.terminal import Person

KEYS = ["id", "ticket_id", "customer_id", "customer", "at", "direction", "channel", "rings", "unanswered", "text",
        "actor", "voided_at", "void_reason"]  # fmt: skip
CALL = ("contact", "log", "T1", "--in")


@filled_once
def open_repair(desk: Desk) -> Desk:
    """T1, an open repair of 王芳's A1; 陈静 is another customer."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("customer", "add", "陈静", "--phone", "13900139000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    desk.do("ticket", "open", "--appliance", "A1", "不制冷", now="2026-11-20 09:00")
    return desk


def listed(desk: Desk, *words: str) -> list[int]:
    return [row["id"] for row in desk.do("contact", "list", *words)]


def section(desk: Desk, *words: str) -> str:
    """The contacts of a page, as people read them."""
    return desk.run(*words, "--format", "table").out.split("contacts\n")[1]


def test_a_call_is_logged_with_every_key(open_repair: Desk) -> None:
    made = open_repair.do(*CALL, "--rings", "1", "问什么时候来", "--at", "2026-11-20 15:00")
    assert list(made) == KEYS
    assert made == {
        "id": 1, "ticket_id": 1, "customer_id": 1, "customer": "王芳", "at": "2026-11-20T15:00:00+08:00",
        "direction": "in", "channel": "phone", "rings": 1, "unanswered": None, "text": "问什么时候来",
        "actor": "clerk", "voided_at": None, "void_reason": None,
    }  # fmt: skip


def test_the_pages_name_contacts_where_there_are_some(open_repair: Desk) -> None:
    assert "contacts" not in open_repair.run("ticket", "show", "T1", "--format", "table").out
    open_repair.do(*CALL, "--missed", "--at", "2026-11-20 15:00")
    open_repair.do("contact", "log", "王芳", "--out", "--channel", "微信", "明天 9 点", "--at", "2026-11-20 15:05")
    open_repair.do(*CALL, "--rings", "3", "--at", "2026-11-20 16:00")
    open_repair.do("contact", "void", "L3", "--reason", "mistaken")
    assert section(open_repair, "ticket", "show", "T1") == (
        "contact  at                how                                   by\n"
        "──────────────────────────────────────────────────────────────────────\n"
        "L1       2026-11-20 15:00  phone in, unanswered                  clerk\n"
        "L3       2026-11-20 16:00  phone in, 3 rings [voided: mistaken]  clerk\n"
    )
    assert section(open_repair, "customer", "show", "C1") == (
        "contact  ticket  at                how                   text\n"
        "──────────────────────────────────────────────────────────────────\n"
        "L2               2026-11-20 15:05  wechat out            明天 9 点\n"
        "L1       T1      2026-11-20 15:00  phone in, unanswered\n"
    )


def test_the_list_is_of_a_ticket_a_customer_or_all(open_repair: Desk) -> None:
    open_repair.do(*CALL, "--busy", "--at", "2026-11-20 15:00")
    open_repair.do("contact", "log", "C1", "--out", "--at", "2026-11-20 16:00")
    open_repair.do("contact", "log", "--in", "--missed", "--at", "2026-11-21 08:00")
    open_repair.do("contact", "log", "C2", "--in", "--at", "2026-11-21 09:00")
    assert listed(open_repair) == [4, 3, 2, 1]
    assert (listed(open_repair, "T1"), listed(open_repair, "C1"), listed(open_repair, "陈静")) == ([1], [2, 1], [4])
    assert (listed(open_repair, "--missed"), listed(open_repair, "--since", "2026-11-21")) == ([3, 1], [4, 3])
    assert listed(open_repair, "--until", "2026-11-20", "--limit", "1") == [2]
    open_repair.do("contact", "void", "L4", "--reason", "x")
    assert (listed(open_repair), listed(open_repair, "--all")) == ([3, 2, 1], [4, 3, 2, 1])


def test_the_same_again_is_nothing_to_do_a_minute_later_it_is_another_call(open_repair: Desk) -> None:
    open_repair.do(*CALL, now="2026-11-20 15:00")
    again = open_repair.run(*CALL, now="2026-11-20 15:01")
    assert again.err == "L1: already recorded, nothing changed; --at records a further contact\n"
    assert open_repair.do(*CALL, now="2026-11-20 15:02")["id"] == 2
    assert open_repair.do(*CALL, "--at", "2026-11-20 15:00", now="2026-11-20 15:30")["id"] == 1
    assert open_repair.do("contact", "void", "L2", "--reason", "x")["voided_at"]
    assert open_repair.run("contact", "void", "L2", "--reason", "x").err == "L2: already recorded, nothing changed\n"


@pytest.mark.parametrize(
    ("code", "words", "sentence"),
    [
        (2, "T1", "say who called or wrote\nhint: --in: the customer; --out: the outlet\n"),
        (2, "T1 --in --out", "say who called or wrote\nhint: --in: the customer; --out: the outlet\n"),
        (2, "T1 --in --rings 1 --busy", "a call ends in one way\nhint: one of --rings, --missed, --busy\n"),
        (2, "T1 --out --rings 1", "--rings is for calls that came in\nhint: --missed or --busy, if nobody answered\n"),
        (2, "T1 --in --channel sms --missed", "only a telephone rings, is busy or is missed\n"),
        (2, "--out", "say whom the outlet called or wrote to\nhint: a ticket T101 or a customer C12\n"),
        (3, "T9 --in", "there is no ticket T9\n"),
        (4, "T1 --in --at 2026-11-22T09:00", "2026-11-22 09:00 lies in the future\n"),
        (4, "T1 --in --channel fax", "there is no contact code 'fax'\n"),
    ],
)
def test_what_does_not_go_together_is_refused(open_repair: Desk, code: int, words: str, sentence: str) -> None:
    assert open_repair.refused(code, "contact", "log", *words.split()).startswith(f"error: {sentence}")
    assert listed(open_repair) == []


def test_somebody_at_a_terminal_is_asked_who_called(open_repair: Desk) -> None:
    code, shown = Person(open_repair).types("contact", "log", "T1", "--missed", answers=("1",))
    assert code == 0
    assert shown.startswith("  1) the customer\n  2) the outlet\nWho called or wrote? 1\n")
    assert "phone in, unanswered" in shown


def test_somebody_at_a_terminal_is_asked_for_the_customer_the_ticket_and_the_words(open_repair: Desk) -> None:
    code, shown = Person(open_repair).types("contact", "log", answers=("1", "王", "1", "1", "问什么时候来"))
    assert code == 0
    assert shown.startswith("""\
  1) the customer
  2) the outlet
Who called or wrote? 1
Which customer? (part of a phone, name or address; Enter: unknown): 王
  1) C1  王芳  138****8000
Which one? (Enter: 1, or more of it; b: back): 1
  1) T1  2026-11-20  不制冷
About which ticket? (Enter: none): 1
What was said? (Enter: nothing): 问什么时候来
""")
    assert open_repair.run("contact", "list", "T1", "-f", "csv", "--fields", "ticket_id,text").out.splitlines()[1] == (
        "1,问什么时候来"
    )


def test_nobody_may_know_who_called(open_repair: Desk) -> None:
    code, shown = Person(open_repair).types("contact", "log", answers=("the customer", "", ""))
    assert (code, "customer  unknown" in shown) == (0, True)


def test_who_wants_no_calls_is_named(open_repair: Desk) -> None:
    open_repair.do("customer", "consent", "C1", "--calls", "no")
    assert open_repair.run("contact", "log", "T1", "--out").err == "C1 wants no calls: 'customer show C1'\n"
    assert open_repair.run(*CALL).err == ""


def test_history_undo_merge_and_forget_know_it(open_repair: Desk) -> None:
    open_repair.do("contact", "log", "C2", "--in", "--rings", "2", "she moves", now="2026-11-20 15:00")
    assert open_repair.do("history", "L1")[0]["new"] == "C2, in, phone, 2026-11-20 15:00, rings 2, she moves"
    open_repair.do("undo")
    assert "L1 was undone 2026-11-21 18:00 by clerk" in open_repair.refused(3, "contact", "void", "L1", "--reason", "x")
    open_repair.do("redo")
    open_repair.do("customer", "merge", "C1", "C2")
    assert open_repair.do("contact", "list", "C1")[0] | {"id": 0} == {
        "id": 0, "ticket_id": None, "customer_id": 1, "customer": "王芳", "at": "2026-11-20T15:00:00+08:00",
        "direction": "in", "channel": "phone", "rings": 2, "unanswered": None, "text": "she moves", "actor": "clerk",
        "voided_at": None, "void_reason": None,
    }  # fmt: skip
    open_repair.do("customer", "forget", "C1", "--yes")
    assert open_repair.do("contact", "list")[0]["text"] is None

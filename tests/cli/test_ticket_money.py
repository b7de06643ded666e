"""What a ticket costs: quoted, accepted or refused, charged; what is doubtful; taken back (S31)."""

from pathlib import Path

import pytest

from tests.asking import opened, staffed, table
from tests.conftest import Desk, filled_once

NINE, TEN, ELEVEN, NOON = (f"2026-11-16 {hour}:00" for hour in ("09", "10", "11", "12"))
QUOTE = ("ticket", "quote", "T1", "--labour", "80", "--parts", "230")


@filled_once
def warm(desk: Desk) -> Desk:
    """T1, a repair of 王芳, reported on Monday at nine, with Li; T2, an installation."""
    desk.do("technician", "add", "Li", now=NINE)
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now=NINE)
    desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "冰箱不制冷", now=NINE)
    desk.do("ticket", "assign", "T1", "Li", now=NINE)
    desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "--type", "install", "x", now=NINE)
    return desk


@filled_once
def agreed(warm: Desk) -> Desk:
    """T1 was quoted at ten and accepted at once."""
    warm.do(*QUOTE, now=TEN)
    warm.do("ticket", "accept", "T1", now=TEN)
    return warm


def notes(desk: Desk, *words: str, now: str = NOON) -> list[str]:
    """What a command that works says beside its answer."""
    answer = desk.run(*words, "--format", "json", now=now)
    assert answer.code == 0, answer.err
    return answer.err.splitlines()


def facts(desk: Desk) -> list[tuple[int, str, int | None, bool]]:
    """The facts about the money of T1: number, kind, amount, whether it was voided."""
    rows = desk.do("ticket", "show", "T1")["money"]
    return [(row["number"], row["kind"], row["amount_fen"], row["voided_at"] is not None) for row in rows]


def test_a_quote_is_accepted_and_paid(warm: Desk) -> None:
    quoted = warm.do(*QUOTE, "--travel", "¥20.50", now=TEN)
    assert quoted == {
        "ticket_id": 1, "labour_fen": 8000, "parts_fen": 23000, "travel_fen": 2050, "total_fen": 33050,
        "quoted_at": "2026-11-16T10:00:00+08:00", "after_arrival": False, "answer": None, "answered_at": None,
        "said_by": None, "reason": None, "paid_fen": None, "method": None, "free_as": None, "charged_at": None,
    }  # fmt: skip
    said = {"answer": "accepted", "answered_at": "2026-11-16T11:00:00+08:00", "said_by": "王强"}
    assert warm.do("ticket", "accept", "T1", "--by", "王强", now=ELEVEN) == quoted | said
    paid = {"paid_fen": 33050, "method": "wechat", "charged_at": "2026-11-16T12:00:00+08:00"}
    charged = warm.do("ticket", "charge", "T1", "--paid", "330.50", "--method", "wechat", now=NOON)
    assert charged == quoted | said | paid


def test_people_read_it_in_lines(agreed: Desk) -> None:
    agreed.do("ticket", "charge", "T1", "--paid", "310", "--method", "cash", now=NOON)
    assert table(agreed, "ticket", "charge", "T1", "--paid", "310", "--method", "cash", now=NOON) == [
        "ticket  T1",
        "quote   ¥310.00: labour ¥80.00, parts ¥230.00",
        "told    2026-11-16 10:00",
        "answer  accepted, 2026-11-16 10:00",
        "charge  ¥310.00 paid, cash, 2026-11-16 12:00",
    ]
    assert table(agreed, "ticket", "show", "T1")[8:10] == [
        "money       1 quoted ¥310.00, 2 accepted, 3 paid ¥310.00 (cash)", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (("--paid", "310", "--method", "cash"), "¥310.00 paid, cash, 2026-11-16 12:00<br>nothing is left to pay"),
        (("--paid", "300"), "¥300.00 paid, 2026-11-16 12:00<br>¥10.00 of ¥310.00 is left to pay"),
        (("--paid", "320"), "¥320.00 paid, 2026-11-16 12:00<br>¥10.00 more than the ¥310.00 agreed on"),
        (("--free", "goodwill"), "free: goodwill, 2026-11-16 12:00"),
    ],
)
def test_a_quote_that_is_printed_after_the_payment_says_what_is_left(
    agreed: Desk, tmp_path: Path, words: tuple[str, ...], printed: str
) -> None:
    agreed.do("ticket", "charge", "T1", *words, now=NOON)
    agreed.do("ticket", "quote", "T1", "--sheet", str(tmp_path / "quote.html"), now=NOON)
    assert f'<p class="strong">{printed}</p>' in (tmp_path / "quote.html").read_text(encoding="utf-8")
    agreed.do("ticket", "sheet", "T1", "--output", str(tmp_path / "order.html"), now=NOON)
    copy = (tmp_path / "order.html").read_text(encoding="utf-8").split("Customer&#39;s copy")[-1]
    assert printed.replace("<br>", "; ") in copy
    assert "Total paid" not in copy


def test_a_ticket_without_money_is_shown_as_before(warm: Desk) -> None:
    assert "money" not in "\n".join(table(warm, "ticket", "show", "T1"))
    assert warm.do("ticket", "show", "T1")["money"] == []


def test_a_refused_quote_says_why_and_may_be_offered_again(warm: Desk) -> None:
    warm.do(*QUOTE, now=TEN)
    refused = warm.do("ticket", "refuse", "T1", "--reason", "太贵", now=ELEVEN)
    assert (refused["answer"], refused["reason"]) == ("refused", "太贵")
    assert "the quote of T1 was refused 2026-11-16 11:00" in warm.refused(4, "ticket", "accept", "T1", now=NOON)
    again = warm.do(*QUOTE, now=NOON)
    assert (again["quoted_at"], again["answer"]) == ("2026-11-16T12:00:00+08:00", None)
    assert warm.do("ticket", "accept", "T1", now=NOON)["answer"] == "accepted"


@pytest.mark.parametrize("words", [QUOTE, ("ticket", "accept", "T1"), ("ticket", "charge", "T1", "--free", "goodwill")])
def test_what_is_repeated_changes_nothing(agreed: Desk, words: tuple[str, ...]) -> None:
    agreed.do(*words, now=NOON)
    before = facts(agreed)
    assert notes(agreed, *words) == ["T1: already recorded, nothing changed"]
    assert facts(agreed) == before


def test_a_number_stays_what_it_is_whatever_is_recorded_in_the_same_second_or_under_a_clock_set_back(
    warm: Desk,
) -> None:
    warm.do(*QUOTE, now=TEN)
    warm.do("ticket", "refuse", "T1", "--reason", "太贵", now=TEN)
    assert "'ticket void T1 --money 2' voids that answer" in warm.refused(4, "ticket", "accept", "T1", now=TEN)
    warm.do("ticket", "quote", "T1", "--labour", "70", now=TEN)
    warm.do("ticket", "charge", "T1", "--paid", "20", now=TEN)
    warm.do("ticket", "quote", "T1", "--labour", "60", now="2026-11-16 09:30")
    assert [kind for _, kind, _, _ in facts(warm)] == ["quoted", "refused", "quoted", "paid", "quoted"]
    warm.do("ticket", "void", "T1", "--money", "2", "--reason", "he agreed", now=TEN)
    assert [row[0] for row in facts(warm) if row[3]] == [2]


def test_a_quote_after_the_arrival_is_marked(warm: Desk) -> None:
    warm.do("ticket", "arrive", "T1", "--no-access", now=NINE)
    assert notes(warm, *QUOTE, now=TEN) == []
    warm.do("ticket", "arrive", "T1", now=ELEVEN)
    assert notes(warm, "ticket", "quote", "T1", "--labour", "90") == [
        "the quote of T1 is marked: it was told after the arrival 2026-11-16 11:00"
    ]
    assert [row["after_arrival"] for row in warm.do("ticket", "show", "T1")["money"]] == [False, True]
    assert "told    2026-11-16 12:00, after the arrival" in table(warm, "ticket", "quote", "T1", "--labour", "90")


def test_a_paid_repair_without_an_accepted_quote_is_warned_of(warm: Desk) -> None:
    paid = "warning: T1 is paid, and no accepted quote is on record: "
    assert notes(warm, "ticket", "charge", "T1", "--paid", "310") == [
        f"{paid}ticket quote T1 --labour 80 --at TIME, then ticket accept T1"
    ]
    assert notes(warm, "ticket", "charge", "T2", "--paid", "150") == []  # an installation
    done = notes(warm, "ticket", "complete", "T1", "--outcome", "fixed")
    assert f"{paid}ticket quote T1 --labour 80 --at TIME, then ticket accept T1" in done
    warm.do(*QUOTE, "--at", TEN, now=NOON)
    warm.do("ticket", "void", "T1", "--money", "1", "--reason", "typed twice")
    assert notes(warm, "ticket", "charge", "T1", "--paid", "300") == [f"{paid}ticket accept T1 --at TIME"]


def test_another_amount_than_agreed_on_is_warned_of(agreed: Desk) -> None:
    assert notes(agreed, "ticket", "charge", "T1", "--paid", "350") == [
        "warning: ¥350.00 paid for T1, ¥310.00 agreed on"
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("ticket", "accept", "T1"), ["¥310.00 agreed on: ticket charge T1 --paid 310"]),
        (("ticket", "refuse", "T1", "--reason", "dear"), []),
        ((), ["T1 was quoted ¥310.00, and nobody has accepted: ticket accept T1"]),
    ],
)
def test_the_end_of_the_work_says_what_is_left_of_its_money(
    warm: Desk, answer: tuple[str, ...], said: list[str]
) -> None:
    warm.do(*QUOTE, now=TEN)
    if answer:
        warm.do(*answer, now=TEN)
    warm.do("ticket", "arrive", "T1", now=ELEVEN)
    assert notes(warm, "ticket", "complete", "T1", "--outcome", "fixed") == said


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (2, ("quote", "T1"), "the quote has no amount"),
        (2, ("quote", "T1", "--labour", "eighty"), "'eighty' is no amount"),
        (2, ("quote", "T1", "--labour", "-80"), "'-80' is no amount"),
        (4, ("quote", "T1", "--labour", "8", "--at", "2026-11-16 08:59"), "T1 was reported 2026-11-16 09:00, later"),
        (4, ("quote", "T1", "--labour", "8", "--at", "2026-11-17 09:00"), "lies in the future"),
        (3, ("quote", "T9", "--labour", "8"), "there is no ticket T9"),
        (4, ("accept", "T2"), "T2 has no quote"),
        (4, ("refuse", "T1", "--reason", "x"), "the quote of T1 was accepted 2026-11-16 10:00"),
        (2, ("charge", "T1"), "say what was paid, or why it was free"),
        (2, ("charge", "T1", "--paid", "5", "--free", "goodwill"), "say what was paid, or why it was free"),
        (2, ("charge", "T1", "--paid", "0"), "¥0.00 is no payment"),
        (2, ("charge", "T1", "--free", "goodwill", "--method", "cash"), "--method is for what was paid"),
        (4, ("charge", "T1", "--paid", "5", "--method", "shells"), "there is no method code 'shells'"),
        (2, ("charge", "T1", "--free", "kindness"), "'kindness' is not one of"),
        (3, ("void", "T1", "--money", "9", "--reason", "x"), "T1 has nothing about money with the number 9"),
        (4, ("void", "T1", "--money", "1", "--reason", "x"), "the quote of T1 was accepted since"),
        (2, ("void", "T1", "--reason", "x"), "say what is to be voided"),
        (2, ("void", "T1", "--money", "1", "--event", "1", "--reason", "x"), "say what is to be voided"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_writes_nothing(
    agreed: Desk, code: int, words: tuple[str, ...], told: str
) -> None:
    before = agreed.path.read_bytes()
    assert told in agreed.refused(code, "ticket", *words, now=NOON)
    assert agreed.path.read_bytes() == before


def test_a_price_is_told_before_the_work_is_done(warm: Desk) -> None:
    warm.do("ticket", "complete", "T1", "--outcome", "fixed", now=ELEVEN)
    told = warm.refused(4, *QUOTE, now=NOON)
    assert "T1 was completed 2026-11-16 11:00: a price is told before the work" in told
    assert warm.do(*QUOTE, "--at", TEN, now=NOON)["total_fen"] == 31000
    assert "T1 was quoted 2026-11-16 10:00, later than 2026-11-16 09:30" in warm.refused(
        4, "ticket", "accept", "T1", "--at", "2026-11-16 09:30", now=NOON
    )


def test_a_ticket_is_charged_once(agreed: Desk) -> None:
    agreed.do("ticket", "charge", "T1", "--paid", "310", now=NOON)
    told = agreed.refused(4, "ticket", "charge", "T1", "--free", "goodwill", now=NOON)
    assert "T1 is charged already: ¥310.00 paid, 2026-11-16 12:00" in told
    agreed.do("ticket", "void", "T1", "--money", "3", "--reason", "he gave it back")
    assert agreed.do("ticket", "charge", "T1", "--free", "goodwill")["free_as"] == "goodwill"
    assert facts(agreed)[2:] == [(3, "paid", 31000, True), (4, "free", None, False)]


def test_the_way_is_paid_though_the_ticket_is_cancelled_but_not_for_a_duplicate(warm: Desk) -> None:
    warm.do(*QUOTE, now=TEN)
    warm.do("ticket", "cancel", "T1", "--reason", "customer_changed_mind", "--by", "customer", now=ELEVEN)
    assert "T1 was cancelled" in warm.refused(4, "ticket", "quote", "T1", "--labour", "8", now=NOON)
    warm.do("ticket", "charge", "T1", "--paid", "20", now=NOON)
    duplicate = ("--reason", "duplicate", "--duplicate-of", "T1", "--by", "outlet", "--force", "x")
    warm.do("ticket", "cancel", "T2", *duplicate, now=NOON)
    told = warm.refused(4, "ticket", "charge", "T2", "--paid", "20", now=NOON)
    assert "T2 was cancelled as a duplicate" in told
    assert "ticket charge T1" in told


def test_what_was_wrong_is_voided_and_an_undo_brings_it_back(agreed: Desk) -> None:
    void = ("ticket", "void", "T1", "--money", "2", "--reason", "another customer")
    assert notes(agreed, *void) == ["number 2 of T1 (accepted) voided"]
    assert notes(agreed, *void) == ["number 2 of T1 (accepted): already recorded, nothing changed"]
    assert "was voided" in agreed.refused(4, *void[:-1], "something else")
    agreed.do("ticket", "void", "T1", "--money", "1", "--reason", "another customer")
    assert facts(agreed) == [(1, "quoted", 31000, True), (2, "accepted", None, True)]
    agreed.do("undo")
    agreed.do("undo")
    standing = [row for row in facts(agreed) if not row[3]]
    assert [(kind, fen) for _, kind, fen, _ in standing] == [("quoted", 31000), ("accepted", None)]
    assert agreed.do("ticket", "charge", "T1", "--paid", "310")["answer"] == "accepted"


def test_every_command_is_undone_and_told(agreed: Desk) -> None:
    agreed.do("ticket", "charge", "T1", "--free", "guarantee")
    told = [row["what"] for row in agreed.do("history", "--limit", "3")]
    assert told == ["T1 was free: guarantee", "the quote of T1 was accepted", "quoted T1 ¥310.00"]
    assert [row["what"] for row in agreed.do("history", "T1", "--limit", "2")] == [
        "charge: 2026-11-21 18:00, guarantee", "quote answer: accepted, 2026-11-16 10:00",
    ]  # fmt: skip
    for _ in range(3):
        agreed.do("undo")
    assert {row[3] for row in facts(agreed)} == {True}
    assert {row["kind"] for row in agreed.do("check")} <= {"missing"}
    for _ in range(3):
        agreed.do("redo")
    assert [row[1] for row in facts(agreed) if not row[3]] == ["quoted", "accepted", "free"]


def test_names_and_reasons_about_money_go_with_the_person(warm: Desk) -> None:
    warm.do(*QUOTE, now=TEN)
    warm.do("ticket", "accept", "T1", "--by", "her_neighbour", now=TEN)
    warm.do("ticket", "void", "T1", "--money", "2", "--reason", "was_not_meant", now=TEN)
    warm.do("ticket", "refuse", "T1", "--reason", "too_dear_she_says", now=TEN)
    words = (b"her_neighbour", b"was_not_meant", b"too_dear_she_says")
    assert all(word in warm.path.read_bytes() for word in words)
    warm.do("customer", "forget", "C1", "--yes")
    assert not any(word in warm.path.read_bytes() for word in words)
    assert [row[1:3] for row in facts(warm)] == [("quoted", 31000), ("accepted", None), ("refused", None)]


def test_a_code_in_chinese_is_read_and_a_new_one_is_meant(agreed: Desk) -> None:
    charge = ("ticket", "charge", "T1", "--paid", "310")
    assert agreed.do("--language", "zh", *charge, "--method", "微信")["method"] == "wechat"
    agreed.do("ticket", "charge", "T2", "--paid", "99", "--method", "voucher", "--new-code")
    assert agreed.do("ticket", "void", "T2", "--money", "1", "--reason", "x")["paid_fen"] is None
    assert agreed.do("--language", "zh", "ticket", "charge", "T2", "--free", "三包")["free_as"] == "guarantee"


OCTOBER = ("--month", "2026-10")


@filled_once
def october(desk: Desk) -> Desk:
    """Six repairs: accepted, accepted after the arrival, refused, not answered, never quoted; the last one was free."""
    staffed(desk)
    for day, said in enumerate(("accept", "accept", "refuse", "", None, None), 5):
        ticket = f"T{opened(desk, f'2026-10-{day:02d} 09:00', '--customer', 'C1', '--no-appliance')}"
        desk.do("ticket", "assign", ticket, "--to", "Li", now=f"2026-10-{day:02d} 09:00")
        desk.do("ticket", "arrive", ticket, now=f"2026-10-{day:02d} 12:00")
        told = f"2026-10-{day:02d} {'13' if ticket == 'T2' else '11'}:00"
        if said is not None:
            desk.do("ticket", "quote", ticket, "--labour", "80", "--at", told, now=f"2026-10-{day:02d} 14:00")
        if said:
            words = ("--reason", "dear") if said == "refuse" else ()
            desk.do("ticket", said, ticket, *words, now=f"2026-10-{day:02d} 14:00")
        desk.do("ticket", "complete", ticket, "--outcome", "fixed", now=f"2026-10-{day:02d} 15:00")
        charge = ("--free", "guarantee") if ticket == "T6" else ("--paid", "80")
        desk.do("ticket", "charge", ticket, *charge, now=f"2026-10-{day:02d} 16:00")
        desk.do("survey", "record", ticket, "2" if ticket == "T4" else "5", now=f"2026-10-{day:02d} 17:00")
    return desk


def test_i19_finds_what_was_paid_without_an_accepted_quote(october: Desk) -> None:
    (sight,) = october.do("kpi", "integrity", *OCTOBER, "--only", "I19")
    assert (sight["hits"], sight["total"], sight["look"]) == (3, 5, True)
    rows = october.do("kpi", "rows", "I19", *OCTOBER)
    assert [(row["ticket_id"], row["verdict"], row["what"]) for row in rows] == [
        (1, "miss", "accepted"), (2, "miss", "accepted_after_arrival"), (3, "hit", "quote_refused"),
        (4, "hit", "quote_not_answered"), (5, "hit", "no_quote"),
    ]  # fmt: skip
    assert {(row["technician"], row["clerk"]) for row in rows} == {("Li", "clerk")}
    assert "I19 Paid without a quote" in october.run("kpi", "explain", "I19", "--format", "table").out


def test_i19_of_then_does_not_know_what_was_typed_later(october: Desk) -> None:
    then = ("--as-of", "2026-10-09 15:30")
    assert october.do("kpi", "rows", "I19", *OCTOBER, *then)[-1]["ticket_id"] == 4
    october.do("ticket", "void", "T1", "--money", "2", "--reason", "x")
    october.do("ticket", "void", "T1", "--money", "1", "--reason", "x")
    assert october.do("kpi", "rows", "I19", *OCTOBER, *then)[0]["what"] == "accepted"
    assert october.do("kpi", "rows", "I19", *OCTOBER)[0]["what"] == "no_quote"


def test_the_satisfied_stand_side_by_side_by_what_they_paid(october: Desk) -> None:
    by = ("--by", "charge", "--only", "satisfaction_rate")
    found = october.do("kpi", "report", *OCTOBER, *by)
    assert [(row["group"], row["hits"], row["total"]) for row in found] == [("free", 1, 1), ("paid", 4, 5)]
    assert table(october, "kpi", "report", *OCTOBER, *by)[-2:] == [
        "free     1/1  (100.0 %) few      0      0  11-15",
        "paid     4/5   (80.0 %) few      0      0  11-15",
    ]
    rows = october.do("kpi", "rows", "satisfaction_rate", *OCTOBER, "--charge", "free")
    assert [(row["ticket_id"], row["charge"]) for row in rows] == [(6, "free")]
    before = october.do("kpi", "report", *OCTOBER, *by, "--as-of", "2026-10-10 15:00")
    assert [(row["group"], row["total"]) for row in before] == [("(none)", 0), ("paid", 5)]
    then = ("--as-of", "2026-10-10 15:00")
    people = table(october, "kpi", "report", *OCTOBER, *by, *then)
    assert [line.split("  ")[0] for line in people[-2:]] == ["not charged", "paid"]
    uncharged = october.do("kpi", "rows", "satisfaction_rate", *OCTOBER, "--charge", "none", *then)
    assert [(row["ticket_id"], row["charge"]) for row in uncharged] == [(6, "(none)")]


def test_the_customer_s_page_has_what_was_paid_in_24_months(october: Desk) -> None:
    assert october.do("customer", "show", "C1")["money_24_months"] == {"paid": 5, "free": 1, "paid_fen": 40000}
    assert "24 months    ¥400.00 (5 paid, 1 free)" in table(october, "customer", "show", "C1")
    later = october.do("customer", "show", "C1", now="2028-10-07 09:00")
    assert later["money_24_months"] == {"paid": 2, "free": 1, "paid_fen": 16000}


def test_without_money_the_customer_s_page_is_as_before(warm: Desk) -> None:
    assert "money_24_months" not in warm.do("customer", "show", "C1")
    assert "24 months" not in "\n".join(table(warm, "customer", "show", "C1"))


def test_the_money_of_a_month_by_how_it_was_paid_and_what_nobody_charged(agreed: Desk) -> None:
    money = ("report", "money", "--month", "2026-11")
    assert agreed.do(*money) == []
    agreed.do("ticket", "complete", "T1", "--outcome", "fixed", now=NOON)
    assert agreed.do(*money, "--uncharged") == [
        {
            "ticket_id": 1, "type": "repair", "customer_id": 1, "customer": "王芳",
            "completed_at": "2026-11-16T12:00:00+08:00", "outcome": "fixed", "quoted_fen": 31000,
        }
    ]  # fmt: skip
    agreed.do("ticket", "charge", "T1", "--paid", "310", "--method", "wechat", now=NOON)
    agreed.do("ticket", "charge", "T2", "--free", "goodwill", now=NOON)
    assert agreed.do(*money) == [
        {"kind": "paid", "how": "wechat", "tickets": 1, "amount_fen": 31000},
        {"kind": "free", "how": "goodwill", "tickets": 1, "amount_fen": None},
    ]
    assert table(agreed, *money)[0] == "2026-11: ¥310.00, 1 ticket paid"
    assert agreed.do(*money, "--uncharged") == []
    assert agreed.do("report", "money", "--from", "2026-11-17", "--to", "2026-11-18") == []
    agreed.do("ticket", "void", "T1", "--money", "3", "--reason", "twice")
    assert [row["how"] for row in agreed.do(*money)] == ["goodwill"]


@pytest.mark.parametrize(
    ("said", "code"), [("保内", "guarantee"), ("保修", "guarantee"), ("三包", "guarantee"), ("合同", "contract"),
                       ("warranty", "guarantee"), ("优惠", "goodwill")]
)  # fmt: skip
def test_why_it_is_free_as_people_say_it(warm: Desk, said: str, code: str) -> None:
    assert warm.do("ticket", "charge", "T1", "--free", said)["free_as"] == code


def test_a_quote_that_is_typed_late_is_told_from_the_one_that_holds(warm: Desk) -> None:
    warm.do(*QUOTE, now=ELEVEN)
    assert notes(warm, "ticket", "quote", "T1", "--labour", "70", "--at", TEN) == [
        "the quote of 2026-11-16 10:00 is recorded; the later one holds: ¥310.00, 2026-11-16 11:00"
    ]


def test_what_was_voided_is_shown_as_voided(warm: Desk) -> None:
    warm.do("ticket", "charge", "T1", "--paid", "100", "--method", "cash")
    warm.do("ticket", "void", "T1", "--money", "1", "--reason", "twice")
    assert table(warm, "ticket", "show", "T1")[8] == "money       1 paid ¥100.00 (cash, voided: twice)"


def test_a_number_below_zero_and_an_option_without_its_value_say_so(warm: Desk) -> None:
    assert warm.refused(2, "price", "set", "not_cooling", "-3").splitlines() == [
        "error: no such option: -3",
        "hint: nothing here is less than zero; a text that begins with '-' goes behind '--'",
    ]
    assert warm.refused(2, "ticket", "charge", "T1", "--paid").splitlines() == [
        "error: option '--paid' requires an argument", "hint: behind --paid comes its value"
    ]  # fmt: skip

"""Compensation: paid at once, got back later, out of a fund whose ledger sums whatever is typed (S54)."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.asking import table
from tests.conftest import Desk, filled_once

MAY, JUNE, JULY = ("2026-05-04 09:00", "2026-06-01 09:00", "2026-07-01 09:00")
PAY, BACK = ("complaint", "pay", "K1", "--from", "fund", "--amount"), ("complaint", "reclaim", "K1", "--amount")


@filled_once
def funded(desk: Desk) -> Desk:
    """K1 and K2 of 王芳, received in May; the fund has held 5000 yuan since April."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now=MAY)
    for about in ("damage", "price"):
        desk.do("complaint", "open", "--customer", "C1", "--about", about, now=MAY)
    desk.do("outlet", "fund", "--opening", "5000", "--on", "2026-04-01", now=MAY)
    return desk


def balance(desk: Desk, *words: str) -> tuple[int, int, int, int]:
    found = desk.do("report", "fund", *words)
    return found["opening_fen"], found["payments_fen"], found["recovered_fen"], found["balance_fen"]


def test_what_is_paid_leaves_the_fund_and_what_is_got_back_returns(funded: Desk) -> None:
    paid = funded.do(*PAY, "300", now=MAY)
    assert paid == {"complaint_id": 1, "paid_fen": 30000, "recovered_fen": 0, "balance_fen": 470000}
    back = funded.do(*BACK, "200", "--by", "海尔", now=JUNE)
    assert back == {"complaint_id": 1, "paid_fen": 30000, "recovered_fen": 20000, "balance_fen": 490000}
    assert balance(funded) == (500000, 30000, 20000, 490000)
    assert balance(funded, "--as-of", "2026-05-31") == (500000, 30000, 0, 470000)
    assert balance(funded, "--as-of", "2026-03-31") == (0, 0, 0, 0)
    assert table(funded, "report", "fund")[-4:] == [
        "at                complaint  customer  entry       amount  from   balance",
        "─────────────────────────────────────────────────────────────────────────",
        "2026-05-04 09:00  K1         王芳      paid       ¥300.00        ¥4700.00",
        "2026-06-01 09:00  K1         王芳      reclaimed  ¥200.00  海尔  ¥4900.00",
    ]


def test_the_complaint_lists_its_payments_with_their_numbers(funded: Desk) -> None:
    assert funded.do("complaint", "show", "K1")["payments"] == []
    assert "payments" not in "\n".join(table(funded, "complaint", "show", "K1"))
    funded.do(*PAY, "300", now=MAY)
    funded.do("complaint", "pay", "K1", "--from", "outlet", "--amount", "50.50", now=MAY)
    rows = funded.do("complaint", "show", "K1")["payments"]
    assert [(row["number"], row["kind"], row["amount_fen"], row["purse"]) for row in rows] == [
        (1, "paid", 30000, "fund"), (2, "paid", 5050, "outlet"),
    ]  # fmt: skip
    assert balance(funded)[1] == 30000  # what the outlet pays itself is no entry of the fund


def test_a_later_opening_begins_the_count_anew(funded: Desk) -> None:
    funded.do(*PAY, "300", now=MAY)
    opened = funded.run("outlet", "fund", "--opening", "6000", "--on", "2026-06-01", now=JUNE)
    assert opened.err == "the day before ended with ¥4700.00: no payment explains the step to ¥6000.00\n"
    assert balance(funded) == (600000, 0, 0, 600000)
    assert balance(funded, "--as-of", "2026-05-31") == (500000, 30000, 0, 470000)
    assert funded.do("outlet", "fund", "--opening", "6000", "--on", "2026-06-01")["balance_fen"] == 600000
    funded.do("undo")
    assert balance(funded) == (500000, 30000, 0, 470000)


def test_a_payment_is_voided_unless_it_came_back(funded: Desk) -> None:
    funded.do(*PAY, "300", now=MAY)
    funded.do(*BACK, "200", now=JUNE)
    void = ("complaint", "void", "K1", "--reason", "another customer")
    assert "¥200.00 of it came back already" in funded.refused(4, *void, "--payment", "1")
    assert "¥300.00 was paid for K1" in funded.refused(4, *void)
    funded.do(*void, "--payment", "2")
    assert funded.do(*void, "--payment", "1")["balance_fen"] == 500000
    assert balance(funded, "--as-of", "2026-06-02") == (500000, 30000, 20000, 490000)
    funded.do("undo")
    assert balance(funded) == (500000, 30000, 0, 470000)
    assert {row["kind"] for row in funded.do("check")} <= {"missing"}


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (4, (*PAY, "5000.01"), "the fund has ¥5000.00 left"),
        (2, (*PAY, "0"), "¥0.00 is no payment"),
        (2, (*PAY, "much"), "'much' is no amount"),
        (2, ("complaint", "pay", "K1", "--amount", "5", "--from", "pocket"), "'pocket' is not one of"),
        (3, ("complaint", "pay", "K9", "--amount", "5", "--from", "fund"), "there is no complaint K9"),
        (4, (*PAY, "5", "--at", "2026-05-04 08:59"), "K1 was received 2026-05-04 09:00, later than"),
        (4, (*BACK, "5"), "¥0.00 was paid for K1 out of the outlet, ¥0.00 of it came back"),
        (3, ("complaint", "void", "K1", "--payment", "1", "--reason", "x"), "K1 has no payment 1"),
        (2, ("complaint", "void", "K1", "--payment", "1", "--step", "1", "--reason", "x"), "one at a time"),
        (2, ("outlet", "fund", "--on", "2026-05-01"), "the opening has no amount"),
        (2, ("outlet", "fund", "--opening", "-5"), "'-5' is no amount"),
        (4, ("report", "fund", "--as-of", "2027-01-01"), "is still to come"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(
    funded: Desk, code: int, words: tuple[str, ...], told: str
) -> None:
    before = funded.path.read_bytes()
    assert told in funded.refused(code, *words)
    assert funded.path.read_bytes() == before


def test_without_an_opening_the_fund_cannot_pay(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now=MAY)
    desk.do("complaint", "open", "--customer", "C1", "--about", "damage", now=MAY)
    told = desk.refused(4, *PAY, "5", now=MAY)
    assert "the fund has no opening on record: outlet fund --opening 5000 --on DATE" in told
    assert desk.do("complaint", "pay", "K1", "--from", "outlet", "--amount", "5", now=MAY)["balance_fen"] is None
    assert balance(desk) == (0, 0, 0, 0)


def test_a_fund_from_a_day_to_come_says_so(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now=MAY)
    desk.do("complaint", "open", "--customer", "C1", "--about", "damage", now=MAY)
    coming = "the fund is counted from 2026-12-01 on, with ¥1000.00\n"
    assert desk.run("outlet", "fund", "--opening", "1000", "--on", "2026-12-01").err == coming
    assert desk.run("report", "fund").err == desk.run("outlet", "fund").err == coming
    assert desk.refused(4, *PAY, "5").startswith(f"error: {coming}")
    desk.do("outlet", "fund", "--opening", "200", "--on", "2026-11-01")
    assert (desk.run("report", "fund").err, balance(desk)[0]) == (coming, 20000)
    assert desk.run("report", "fund", now="2026-12-01 09:00").err == ""


def test_a_repeated_payment_changes_nothing_and_a_second_one_has_its_own_time(funded: Desk) -> None:
    funded.do(*PAY, "300", now=MAY)
    again = funded.run(*PAY, "300", now=MAY)
    assert again.err.splitlines() == [
        "K1: already recorded, nothing changed", "another payment of the same amount needs its own --at",
    ]  # fmt: skip
    assert funded.do(*PAY, "300", "--at", "2026-05-04 10:00", now=JUNE)["paid_fen"] == 60000
    assert [row["what"] for row in funded.do("history", "--limit", "1")] == ["¥300.00 paid for K1 (fund)"]


class Ledger:
    """The fund once more, in plain Python: what stands, and what the last commands did."""

    def __init__(self) -> None:
        self.openings = [(date(2026, 4, 1), 500_000)]
        self.payments: list[tuple[date, int, str, int]] = []  # day, complaint, kind, fen
        self.done: list[tuple[str, Any]] = []

    def sums(self) -> tuple[int, int, int, int]:
        """The opening, what was paid, what was got back, the balance."""
        day, opening = max(self.openings, key=lambda held: held[0])
        counted = [entry for entry in self.payments if entry[0] >= day]
        paid, back = (sum(fen for _, _, kind, fen in counted if kind == name) for name in ("pay", "reclaim"))
        return opening, paid, back, opening - paid + back

    def owed(self, complaint: int) -> int:
        """What was paid for a complaint and not got back, whenever it was."""
        own = [fen if kind == "pay" else -fen for _, one, kind, fen in self.payments if one == complaint]
        return sum(own)

    def do(self, what: str, entry: Any) -> None:
        """Write `add` a payment, `void` one, or `open` the fund; `undo` takes it back."""
        if what == "void":
            self.payments.remove(entry)
        else:
            (self.payments if what == "add" else self.openings).append(entry)
        self.done.append((what, entry))

    def undo(self) -> None:
        what, entry = self.done.pop()
        if what == "void":
            self.payments.append(entry)
        else:
            (self.payments if what == "add" else self.openings).remove(entry)


def type_entry(desk: Desk, ledger: Ledger, entry: tuple[str, int, int], day: date) -> None:
    """Type one command on that day; the ledger says whether it must work."""
    kind, complaint, fen = entry
    now, amount, ref = f"{day} 10:00", f"{fen / 100:.2f}", f"K{complaint}"
    if kind == "pay":
        works = fen <= ledger.sums()[3]
        words: tuple[str, ...] = ("complaint", "pay", ref, "--from", "fund", "--amount", amount, "--at", now)
    elif kind == "reclaim":
        works = fen <= ledger.owed(complaint)
        words = ("complaint", "reclaim", ref, "--to", "fund", "--amount", amount, "--at", now)
    elif kind == "opening":
        works, words = True, ("outlet", "fund", "--opening", amount, "--on", f"{day}")
    elif kind == "undo":
        works, words = bool(ledger.done), ("undo",)
        if not works:
            return
    else:
        rows = [row for row in desk.do("complaint", "show", ref, now=now)["payments"] if not row["voided_at"]]
        if not rows:
            return
        row = rows[fen % len(rows)]
        works = row["kind"] == "reclaimed" or row["amount_fen"] <= ledger.owed(complaint)
        words = ("complaint", "void", ref, "--payment", str(row["number"]), "--reason", "x")
    answer = desk.run(*words, now=now)
    assert answer.code == (0 if works else 4), (words, answer.err)
    if not works:
        return
    if kind == "undo":
        ledger.undo()
    elif kind == "opening":
        ledger.do("open", (day, fen))
    elif kind == "void":
        name = "pay" if row["kind"] == "paid" else "reclaim"
        ledger.do("void", (date.fromisoformat(row["at"][:10]), complaint, name, row["amount_fen"]))
    else:
        ledger.do("add", (day, complaint, kind, fen))


def check_ledger(made: bytes, entries: list[tuple[str, int, int]]) -> None:
    """Every report as of every day is the opening less what stood paid, plus what stood got back."""
    with TemporaryDirectory() as folder:
        desk, ledger, expected = Desk(Path(folder, "fund.db")), Ledger(), []
        desk.path.write_bytes(made)
        for n, entry in enumerate(entries):
            day = date(2026, 6, 1) + timedelta(days=n)
            type_entry(desk, ledger, entry, day)
            expected.append((f"{day} 10:00", ledger.sums()))
        assert [(at, balance(desk, "--as-of", at)) for at, _ in expected] == expected


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(("pay", "pay", "pay", "reclaim", "reclaim", "void", "undo", "opening")),
        st.integers(1, 2),
        st.integers(1, 300_000),
    ),
    max_size=12,
)
BUSY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]  # the file is only read


@settings(max_examples=5, suppress_health_check=BUSY)
@given(entries=ENTRIES)
def test_the_ledger_sums_whatever_is_typed(funded: Desk, entries: list[tuple[str, int, int]]) -> None:
    check_ledger(funded.path.read_bytes(), entries)


@pytest.mark.seeds
@settings(max_examples=120, suppress_health_check=BUSY)
@given(entries=ENTRIES)
def test_the_ledger_sums_over_many_more(funded: Desk, entries: list[tuple[str, int, int]]) -> None:
    check_ledger(funded.path.read_bytes(), entries)


def test_money_goes_out_with_an_export_and_comes_back_whole(funded: Desk, make: Callable[..., Desk]) -> None:
    funded.do(*PAY, "300", now=MAY)
    funded.do(*BACK, "200", "--by", "海尔", now=JUNE)
    funded.do("price", "set", "not_cooling", "80", now=JUNE)
    funded.do("ticket", "open", "--customer", "C1", "--no-appliance", "x", now=JUNE)
    funded.do("ticket", "quote", "T1", "--labour", "80", now=JUNE)
    funded.do("ticket", "refuse", "T1", "--reason", "dear", now=JUNE)
    funded.do("ticket", "charge", "T1", "--free", "goodwill", now=JUNE)
    funded.do("ticket", "void", "T1", "--money", "3", "--reason", "wrong", now=JULY)
    folder = funded.path.with_name("out")
    funded.do("export", str(folder))
    other = make("other.db")
    other.do("import", str(folder))
    for words in (("report", "fund"), ("price", "list"), ("ticket", "show", "T1"), ("complaint", "show", "K1")):
        assert other.do(*words) == funded.do(*words)
    assert len(other.do("export", "compensations")) == 2
    assert {row["kind"] for row in other.do("check")} <= {"missing"}


def test_what_two_entries_of_one_person_paid_is_one_sum(funded: Desk) -> None:
    funded.do("customer", "add", "王芳", "--phone", "13900139000", now=MAY)
    for customer in ("C1", "C2"):
        ticket = funded.do("ticket", "open", "--customer", customer, "--no-appliance", "x", now=MAY)["id"]
        funded.do("ticket", "charge", f"T{ticket}", "--paid", "80", now=MAY)
    funded.do("customer", "merge", "C1", "C2", now=JUNE)
    assert funded.do("customer", "show", "C1")["money_24_months"] == {"paid": 2, "free": 0, "paid_fen": 16000}

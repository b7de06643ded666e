"""Work that is free by guarantee or contract, and priced work that may be: what the record says (W14)."""

from pathlib import Path

from tests.conftest import Desk, filled_once

FREE = ("ticket", "charge", "T1", "--free")


@filled_once
def home(desk: Desk) -> Desk:
    """A1, a washer of 王芳 that was delivered on 1 March 2025: a year of guarantee, three for main parts; A2, a fridge
    of which nothing is known.
    """
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 09:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer", "--delivered", "2025-03-01")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    return desk


def charged(desk: Desk, why: str, *about: str, reported: str = "2026-11-20 09:00") -> list[str]:
    """What is said where a new ticket is charged as free."""
    desk.do("ticket", "open", "--customer", "C1", *about, "x", now=reported)
    answer = desk.run(*FREE, why, "-f", "json")
    assert (answer.code, answer.json["free_as"]) == (0, why)
    return answer.err.splitlines()


def test_within_the_guarantee_nothing_is_said(home: Desk) -> None:
    assert charged(home, "guarantee", "--appliance", "A1", reported="2026-03-01 09:00") == []


def test_the_day_of_the_report_counts_and_the_part_that_failed(home: Desk) -> None:
    assert charged(home, "guarantee", "--appliance", "A1", reported="2026-03-02 09:00") == [
        "whether the guarantee covers T1 is not known: out of guarantee since 2026-03-02, main parts until 2028-03-01; "
        "'warranty check T1 --part CODE' judges the part that failed"
    ]


def test_after_all_periods_there_is_a_warning(home: Desk) -> None:
    home.do("appliance", "edit", "A1", "--delivered", "2020-03-01")
    assert charged(home, "guarantee", "--appliance", "A1") == [
        "warning: T1 is free by guarantee, but on record it is: out of guarantee since 2023-03-02, main parts too; "
        "'warranty check T1' has the reasons"
    ]


def test_what_the_guarantee_does_not_cover_is_named(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x", now="2025-06-01 09:00")
    home.do(
        "ticket",
        "complete",
        "T1",
        "--outcome",
        "fixed",
        "--exclusion",
        "misuse",
        "--evidence",
        "photo",
        now="2025-06-01 12:00",
    )
    assert home.run(*FREE, "guarantee").err.splitlines() == [
        "warning: T1 is free by guarantee, but on record it is: T1: misuse; evidence: photo; "
        "'warranty check T1' has the reasons"
    ]


def test_what_is_not_known_is_said_as_not_known(home: Desk) -> None:
    assert charged(home, "guarantee", "--appliance", "A2") == [
        "whether the guarantee covers T1 is not known: ask for the invoice, or the day of the delivery or of the "
        "installation"
    ]


def test_a_repair_of_no_appliance_is_not_known(home: Desk) -> None:
    assert charged(home, "guarantee", "--no-appliance") == [
        "whether the guarantee covers T1 is not known: 'ticket edit T1 --appliance A1' names the appliance"
    ]


def test_in_a_business_the_contract_says(home: Desk) -> None:
    home.do("appliance", "edit", "A1", "--use", "business")
    assert charged(home, "guarantee", "--appliance", "A1") == [
        "whether the guarantee covers T1 is not known: used in a business: check the contract"
    ]


def test_a_contract_that_extends_the_guarantee_covers_it(home: Desk) -> None:
    home.do("contract", "add", "C1", "--kind", "extension", "--from", "2026-03-02", "--to", "2027-03-01",
            "--appliance", "A1")  # fmt: skip
    assert charged(home, "guarantee", "--appliance", "A1") == []


def test_work_by_a_contract_names_the_one_that_covers_it(home: Desk) -> None:
    home.do("contract", "add", "C1", "--kind", "service", "--from", "2026-06-01", "--to", "2027-05-31", "--visits", "2",
            "--appliance", "A1")  # fmt: skip
    assert charged(home, "contract", "--appliance", "A2") == [
        "warning: T1 is free by contract, but on record none covers it"
    ]
    home.do("undo")
    home.do("ticket", "edit", "T1", "--appliance", "A1")
    assert home.run(*FREE, "contract").err.splitlines() == [
        "T1 names no contract, so no visit is counted: ticket edit T1 --contract G1"
    ]
    home.do("undo")
    home.do("ticket", "edit", "T1", "--contract", "G1")
    assert home.run(*FREE, "contract").err == ""


def test_a_visit_is_counted_only_where_the_contract_covers_it(home: Desk) -> None:
    home.do("contract", "add", "C1", "--kind", "service", "--from", "2026-06-01", "--to", "2027-05-31", "--visits", "2",
            "--appliance", "A1")  # fmt: skip
    home.do("ticket", "open", "--appliance", "A1", "--contract", "G1", "x")
    other = ("ticket", "edit", "T1", "--appliance", "A2")
    assert home.refused(4, *other) == (
        "error: G1 covers A1 only\nhint: a ticket about another appliance names none of it: --contract none\n"
    )
    end = ("contract", "end", "G1", "--on", "2026-11-20")
    assert home.refused(4, *end) == "error: T1 name G1\nhint: first: ticket edit T1 --contract none\n"
    home.do(*other, "--contract", "none")
    assert (home.do("contract", "show", "G1")["planned"], home.do(*end)["status"]) == (0, "ended")


def told(desk: Desk, *words: str, now: str | None = None) -> list[str]:
    """What a command that works says beside its answer."""
    answer = desk.run("ticket", *words, "-f", "json", now=now)
    assert answer.code == 0, answer.err
    return answer.err.splitlines()


def test_a_repair_within_the_guarantee_is_not_priced_without_a_word(home: Desk, tmp_path: Path) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x", now="2026-02-20 09:00")
    free = "warning: T1 may be a free repair: in guarantee until 2026-03-01 (W4); 'warranty check T1' has the reasons"
    assert told(home, "quote", "T1", "--labour", "90", "--parts", "230", now="2026-02-20 10:00") == [free]
    assert told(home, "accept", "T1", now="2026-02-20 10:00") == [free]
    assert told(home, "charge", "T1", "--paid", "320", now="2026-02-20 10:00") == [free]
    home.do("ticket", "quote", "T1", "--sheet", str(tmp_path / "quote.html"), now="2026-02-20 10:00")
    page = (tmp_path / "quote.html").read_text(encoding="utf-8")
    assert "This may be a free repair: in guarantee until 2026-03-01 (W4)." in page
    assert told(home, "quote", "T1", "--labour", "60", now="2026-02-20 11:00") == [
        "T1 is charged already: ¥320.00 paid, 2026-02-20 10:00", free
    ]  # fmt: skip


def test_what_the_guarantee_does_not_cover_has_its_price(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x", now="2025-06-01 09:00")
    home.do("ticket", "complete", "T1", "--outcome", "user_caused", "--evidence", "photo", now="2025-06-01 12:00")
    assert told(home, "quote", "T1", "--labour", "90", "--at", "2025-06-01 10:00") == []
    home.do("ticket", "open", "--appliance", "A2", "x")
    assert told(home, "quote", "T2", "--labour", "90", "--parts", "230") == []


def test_a_part_a_contract_and_the_last_repair_may_make_it_free_too(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x", now="2026-11-01 09:00")
    assert told(home, "quote", "T1", "--labour", "90", now="2026-11-01 09:00") == []
    assert told(home, "quote", "T1", "--parts", "90", now="2026-11-01 09:30") == [
        "main parts are in guarantee until 2028-03-01: 'warranty check T1 --part CODE' judges the part that failed"
    ]
    home.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-02 09:00")
    home.do("ticket", "open", "--appliance", "A1", "x", now="2026-11-20 09:00")
    assert told(home, "quote", "T2", "--labour", "90") == [
        "warning: T2 may be a free repair: T1 fixed 2026-11-02, 30 days until 2026-12-02 (W12); 'warranty check T2' "
        "has the reasons"
    ]
    home.do("contract", "add", "C1", "--kind", "extension", "--from", "2026-11-01", "--to", "2027-10-31",
            "--appliance", "A1")  # fmt: skip
    assert told(home, "accept", "T2") == [
        "warning: T2 may be a free repair: in guarantee by contract G1 until 2027-10-31; 'warranty check T2' has the "
        "reasons"
    ]


def test_free_by_guarantee_though_a_price_was_accepted_is_warned_of(home: Desk) -> None:
    home.do("ticket", "open", "--appliance", "A1", "x", now="2026-02-20 09:00")
    told(home, "quote", "T1", "--labour", "90", now="2026-02-20 10:00")
    told(home, "accept", "T1", now="2026-02-20 10:00")
    assert told(home, "charge", "T1", "--free", "guarantee", now="2026-02-20 11:00") == [
        "warning: T1 is free, and ¥90.00 was agreed on: guarantee"
    ]
    home.do("undo", now="2026-02-20 11:00")
    assert told(home, "charge", "T1", "--free", "goodwill", now="2026-02-20 11:00") == []

"""The price list, and the quotes that are filled in with it."""

import pytest

from tests.asking import table
from tests.conftest import Desk, filled_once
from tests.terminal import Person

SPRING, NOW = "2026-03-01 09:00", "2026-11-21 18:00"


@filled_once
def listed(desk: Desk) -> Desk:
    """Prices of not_cooling, of fridges and of the way; T1: a fridge that does not cool, T2: one that leaks."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now=SPRING)
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now=SPRING)
    desk.do("ticket", "open", "--appliance", "A1", "--fault", "not_cooling", "x", now=SPRING)
    desk.do("ticket", "open", "--appliance", "A1", "--fault", "leak", "x", now=SPRING)
    desk.do("price", "set", "not_cooling", "80", "--from", "2026-02-01", now=SPRING)
    desk.do("price", "set", "冰箱", "60", now=SPRING)
    desk.do("price", "set", "travel", "20", "--from", "2026-06-01", now=SPRING)
    return desk


def prices(desk: Desk, *words: str) -> list[tuple[str, int | None, str, str | None]]:
    return [tuple(row.values()) for row in desk.do("price", "list", *words)]


def test_a_price_holds_from_a_day_up_to_the_next(listed: Desk) -> None:
    made = listed.do("price", "set", "not_cooling", "¥90.50", "--from", "2027-01-01")
    assert made == {"code": "not_cooling", "amount_fen": 9050, "from_on": "2027-01-01", "to_on": None}
    assert prices(listed) == [
        ("fridge", 6000, "2026-03-01", None),
        ("not_cooling", 8000, "2026-02-01", "2027-01-01"),
        ("not_cooling", 9050, "2027-01-01", None),
        ("travel", 2000, "2026-06-01", None),
    ]
    assert [row[1] for row in prices(listed, "--at", "2027-01-02")] == [6000, 9050, 2000]
    assert table(listed, "price", "list", "--at", "2027-01-02")[2:] == [
        "fridge       ¥60.00  2026-03-01", "not_cooling  ¥90.50  2027-01-01", "travel       ¥20.00  2026-06-01",
    ]  # fmt: skip


def test_the_last_one_of_a_day_holds_and_an_undo_brings_the_first_back(listed: Desk) -> None:
    listed.do("price", "set", "travel", "25", "--from", "2026-06-01")
    assert prices(listed)[-1] == ("travel", 2500, "2026-06-01", None)
    listed.do("undo")
    assert prices(listed)[-1] == ("travel", 2000, "2026-06-01", None)
    again = listed.run("price", "set", "travel", "20", "--from", "2026-06-01")
    assert (again.code, again.err) == (0, "travel: already recorded, nothing changed\n")


def test_a_price_may_end(listed: Desk) -> None:
    listed.do("price", "set", "travel", "--off")
    assert [row[0] for row in prices(listed)] == ["fridge", "not_cooling"]
    assert prices(listed, "--all")[-1] == ("travel", None, "2026-11-21", None)
    assert [row["what"] for row in listed.do("history", "--limit", "1")] == ["travel: no price from 2026-11-21"]
    assert listed.do("ticket", "quote", "T1")["travel_fen"] == 0


@pytest.mark.parametrize(
    ("words", "amounts", "said"),
    [
        (("T1", "--parts", "230", "--at", "2026-03-01 10:00"), (8000, 23000, 0), ["labour ¥80.00", "not_cooling"]),
        (("T1",), (8000, 0, 2000), ["labour ¥80.00", "travel ¥20.00 (price list: travel, from 2026-06-01)"]),
        (("T2",), (6000, 0, 2000), ["labour ¥60.00 (price list: fridge, from 2026-03-01)"]),
        (("T2", "--labour", "75", "--travel", "0"), (7500, 0, 0), []),
    ],
)  # fmt: skip
def test_a_quote_is_filled_in_by_fault_then_by_category(
    listed: Desk, words: tuple[str, ...], amounts: tuple[int, int, int], said: list[str]
) -> None:
    answer = listed.run("ticket", "quote", *words, "--format", "json")
    found = answer.json
    assert (found["labour_fen"], found["parts_fen"], found["travel_fen"]) == amounts
    assert all(text in answer.err for text in said)
    assert bool(answer.err) == bool(said)


def test_at_a_terminal_each_part_is_asked_for_with_its_price(listed: Desk) -> None:
    ended, shown = Person(listed).types("ticket", "quote", "T1", answers=("", "dear", "230", ""))
    assert ended == 0
    assert shown.startswith("""\
For the work, in yuan (Enter: ¥80.00, not_cooling):\x20
For spare parts, in yuan (Enter: nothing): dear
'dear' is no amount; yuan, such as 80 or 80.50
For spare parts, in yuan (Enter: nothing): 230
For the way, in yuan (Enter: ¥20.00, travel):\x20
""")
    assert "quote   ¥330.00: labour ¥80.00, parts ¥230.00, travel ¥20.00\n" in shown
    ended, shown = Person(listed).types("ticket", "quote", "T9")
    assert (ended, shown.partition("\n")[0]) == (3, "error: there is no ticket T9")


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (2, ("leak",), "a price needs its amount, or --off"),
        (2, ("leak", "80", "--off"), "a price needs its amount, or --off"),
        (2, ("leak", "80,50"), "'80,50' is no amount"),
        (4, ("leak", "--off"), "leak has no price on 2026-11-21"),
        (4, ("frige", "80"), "nothing is called 'frige' that could have a price\nhint: did you mean fridge"),
        (2, ("leak", "80", "--from", "someday"), "'someday' is not a date"),
    ],
)
def test_bad_input_writes_nothing(listed: Desk, code: int, words: tuple[str, ...], told: str) -> None:
    before = listed.path.read_bytes()
    assert told in listed.refused(code, "price", "set", *words)
    assert listed.path.read_bytes() == before


def test_without_a_list_the_screen_says_how_to_begin_one(desk: Desk) -> None:
    assert table(desk, "price", "list") == ["There is no price list yet: 'price set not_cooling 80' begins one"]
    assert desk.do("price", "list") == []

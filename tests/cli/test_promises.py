"""The register of promises: made before they fall due, kept, broken, withdrawn (S55, K8)."""

from typing import Any

import pytest

from tests.asking import table
from tests.conftest import Desk, filled_once

MADE, DUE = "2026-11-16 10:00", "2026-11-18 18:00"
KEYS = [
    "id",
    "ticket_id",
    "customer_id",
    "what",
    "due_at",
    "made_at",
    "status",
    "kept_at",
    "withdrawn_at",
    "withdrawn_by",
]


@filled_once
def asked(desk: Desk) -> Desk:
    """T1: a repair of 王芳's, reported on Monday at nine, open."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-01-05 09:00")
    desk.do("ticket", "open", "--customer", "C1", "x", now="2026-11-16 09:00")
    return desk


@filled_once
def promised(asked: Desk) -> Desk:
    """P1: made on Monday at ten, due on Wednesday at six."""
    add(asked)
    return asked


def add(desk: Desk, what: str = "part fitted", by: str = DUE, *words: str, now: str = MADE) -> Any:
    return desk.do("promise", "add", "T1", "--what", what, "--by", by, *words, now=now)


def status(desk: Desk, now: str | None = None) -> str:
    found: str = desk.do("promise", "list", "--all", now=now)[0]["status"]
    return found


def ids(desk: Desk, *words: str, now: str | None = None) -> list[int]:
    return [row["id"] for row in desk.do("promise", "list", *words, now=now)]


def test_a_promise_is_recorded_with_every_key(asked: Desk) -> None:
    made = add(asked, " 送发票上门 ")
    assert list(made) == KEYS
    assert made == {
        "id": 1, "ticket_id": 1, "customer_id": 1, "what": "送发票上门", "due_at": "2026-11-18T18:00:00+08:00",
        "made_at": "2026-11-16T10:00:00+08:00", "status": "open", "kept_at": None, "withdrawn_at": None,
        "withdrawn_by": None,
    }  # fmt: skip
    assert asked.do("promise", "list", now=MADE) == [made]


def test_a_promise_is_recorded_before_it_falls_due(asked: Desk) -> None:
    words = ("promise", "add", "T1", "--what", "x", "--by")
    for by in ("2026-11-16 09:59", "now", "-1h"):
        err = asked.refused(4, *words, by, now=MADE)
        assert "which is over\nhint: a promise is recorded before it falls due" in err
    assert asked.do(*words, "2026-11-16 10:00:01", now=MADE)["id"] == 1


def test_a_vague_promise_is_a_usage_error(asked: Desk) -> None:
    assert "'--by'" in asked.refused(2, "promise", "add", "T1", "--what", "soon")
    assert "'--what'" in asked.refused(2, "promise", "add", "T1", "--by", "tomorrow 09:00")
    assert "is not a time" in asked.refused(2, "promise", "add", "T1", "--what", "x", "--by", "soon")
    assert "names a day" in asked.refused(2, "promise", "add", "T1", "--what", "x", "--by", "tomorrow")
    assert "is empty" in asked.refused(2, "promise", "add", "T1", "--what", " ", "--by", "tomorrow 09:00")


def test_a_promise_is_made_between_the_report_and_now(asked: Desk) -> None:
    words = ("promise", "add", "T1", "--what", "x", "--by", "2026-12-01 09:00", "--at")
    assert "was reported 2026-11-16 09:00" in asked.refused(4, *words, "2026-11-16 08:59")
    assert "lies in the future" in asked.refused(4, *words, "2026-11-21 18:01")
    assert asked.do(*words, "2026-11-16 09:00")["made_at"] == "2026-11-16T09:00:00+08:00"


def test_unknown_things_are_not_found(asked: Desk) -> None:
    assert "no ticket T9" in asked.refused(3, "promise", "add", "T9", "--what", "x", "--by", "tomorrow 09:00")
    assert "no ticket T9" in asked.refused(3, "promise", "list", "--ticket", "T9")
    for words in (("kept",), ("withdraw", "--by", "customer"), ("void", "--reason", "x")):
        assert "no promise P9" in asked.refused(3, "promise", words[0], "P9", *words[1:])


@pytest.mark.parametrize("ref", ["P1", "p1", "1"])
def test_references_take_their_letter_or_none(promised: Desk, ref: str) -> None:
    assert promised.do("promise", "kept", ref)["id"] == 1


def test_another_letter_names_no_promise(promised: Desk) -> None:
    assert "'T1' does not name a promise\nhint: write it like P12 or 12" in promised.refused(2, "promise", "kept", "T1")


def test_a_completed_ticket_takes_promises_a_cancelled_one_none(promised: Desk) -> None:
    """An invoice is promised when the work is done; nobody keeps a promise on what was cancelled."""
    promised.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-17 12:00")
    assert add(promised, "invoice by post", now="2026-11-17 12:05")["id"] == 2
    promised.do("ticket", "open", "--customer", "C1", "y")
    promised.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer")
    words = ("promise", "add", "T2", "--what", "x", "--by", "tomorrow 09:00")
    assert "T2 was cancelled (works_again)" in promised.refused(4, *words)


def test_the_same_promise_again_changes_nothing(promised: Desk) -> None:
    words = ("promise", "add", "T1", "--what", "part fitted", "--by", DUE, "-f", "json")
    again = promised.run(*words, now="2026-11-17 10:00")
    assert (again.code, again.json["made_at"], again.err) == (
        0, "2026-11-16T10:00:00+08:00", "P1: already recorded, nothing changed\n",
    )  # fmt: skip
    assert promised.run(*words, now="2026-11-20 10:00").code == 0
    assert "P1 says the same and was made 2026-11-16 10:00" in promised.refused(
        4, *words[:-2], "--at", "2026-11-16 11:00"
    )
    assert ids(promised, "--all") == [1]


def test_a_changed_promise_is_a_new_one(promised: Desk) -> None:
    add(promised, by="2026-11-20 18:00")
    assert [(row["id"], row["status"]) for row in promised.do("promise", "list", now="2026-11-19 09:00")] == [
        (1, "broken"),
        (2, "open"),
    ]


@pytest.mark.parametrize(("at", "expected"), [(MADE, "kept"), (DUE, "kept"), ("2026-11-18 18:00:01", "kept_late")])
def test_kept_by_the_due_second_is_kept(promised: Desk, at: str, expected: str) -> None:
    """C4: the limit itself counts as kept."""
    made = promised.do("promise", "kept", "P1", "--at", at)
    assert (made["status"], made["kept_at"][:16].replace("T", " ")) == (expected, at[:16])
    assert ids(promised) == []


def test_keeping_late_is_told(promised: Desk) -> None:
    assert promised.run("promise", "kept", "P1").err == "P1 was due 2026-11-18 18:00: kept late\n"


def test_an_open_promise_past_its_time_is_broken(promised: Desk) -> None:
    assert status(promised, now=DUE) == "open"
    assert status(promised, now="2026-11-18 18:00:01") == "broken"


def test_a_promise_ends_once_and_not_before_it_was_made(promised: Desk) -> None:
    assert "was made 2026-11-16 10:00" in promised.refused(4, "promise", "kept", "P1", "--at", "2026-11-16 09:59")
    assert "future" in promised.refused(4, "promise", "kept", "P1", "--at", "2026-11-21 18:01")
    promised.do("promise", "kept", "P1", "--at", "2026-11-17 12:00")
    for words in (("P1",), ("P1", "--at", "2026-11-17 12:00")):
        again = promised.run("promise", "kept", *words)
        assert (again.code, again.err) == (0, "P1: already recorded, nothing changed\n")
    err = promised.refused(4, "promise", "kept", "P1", "--at", "2026-11-17 13:00")
    assert "P1 was kept 2026-11-17 12:00\nhint: 'promise void P1 --end' voids that end" in err
    promised.refused(4, "promise", "withdraw", "P1", "--by", "customer")


def test_who_withdraws_and_when_decides_what_it_counts(promised: Desk) -> None:
    withdraw = ("promise", "withdraw", "P1", "--by")
    assert "counts as broken" in promised.run(*withdraw, "outlet", now="2026-11-17 09:00").err
    promised.do("promise", "void", "P1", "--end", "--reason", "x")
    assert "it stays broken" in promised.run(*withdraw, "customer", "--at", DUE).err
    promised.do("promise", "void", "P1", "--end", "--reason", "y")
    in_time = promised.run(*withdraw, "customer", "--at", "2026-11-18 17:59", "-f", "json")
    assert in_time.err == ""
    assert in_time.json == {
        "id": 1, "ticket_id": 1, "customer_id": 1, "what": "part fitted", "due_at": "2026-11-18T18:00:00+08:00",
        "made_at": "2026-11-16T10:00:00+08:00", "status": "withdrawn", "kept_at": None,
        "withdrawn_at": "2026-11-18T17:59:00+08:00", "withdrawn_by": "customer",
    }  # fmt: skip
    assert promised.run(*withdraw, "customer").err == "P1: already recorded, nothing changed\n"
    assert "was withdrawn 2026-11-18 17:59 by the customer" in promised.refused(4, *withdraw, "outlet")
    assert "'--by'" in promised.refused(2, "promise", "withdraw", "P1")
    promised.refused(2, *withdraw, "somebody")


def test_a_withdrawn_promise_may_be_made_again(promised: Desk) -> None:
    promised.do("promise", "withdraw", "P1", "--by", "customer", now="2026-11-17 09:00")
    assert add(promised, now="2026-11-17 10:00")["id"] == 2


def test_the_soonest_due_comes_first(promised: Desk) -> None:
    add(promised, "invoice", "2026-12-01 09:00")
    add(promised, "call", "2026-11-17 09:00")
    promised.do("ticket", "open", "--customer", "C1", "y", now="2026-11-16 09:30")
    promised.do("promise", "add", "T2", "--what", "part fitted", "--by", "2026-11-22 09:00", now=MADE)
    promised.do("promise", "kept", "P3", "--at", "2026-11-17 08:00")
    assert ids(promised) == [1, 4, 2]
    assert ids(promised, "--all") == [3, 1, 4, 2]
    assert ids(promised, "--overdue") == [1]
    assert ids(promised, "--all", "--overdue") == [1]
    assert ids(promised, "--ticket", "T2") == [4]
    assert ids(promised, "--ticket", "T1", "--all") == [3, 1, 2]


def test_a_wrong_promise_is_taken_back_and_stays_readable(promised: Desk) -> None:
    void = ("promise", "void", "P1", "--reason", "wrong ticket")
    assert promised.run(*void).err == "P1 voided\n"
    assert promised.run(*void).err == "P1: already recorded, nothing changed\n"
    assert "P1 was voided 2026-11-21 18:00 (wrong ticket)" in promised.refused(4, *void[:-1], "other")
    assert "P1 was voided" in promised.refused(4, "promise", "kept", "P1")
    assert ids(promised, "--all") == []
    (row,) = promised.do("ticket", "show", "T1")["promises"]
    assert (row["id"], row["void_reason"]) == (1, "wrong ticket")
    assert promised.do("export", "promises")[0]["voided_by"] == "clerk"


def test_only_the_end_is_taken_back(promised: Desk) -> None:
    end = ("promise", "void", "P1", "--end", "--reason", "not yet")
    assert "P1 has no end to void" in promised.refused(4, *end)
    promised.do("promise", "kept", "P1", "--at", "2026-11-17 12:00")
    assert promised.run(*end).err == "P1 is open again; 'kept 2026-11-17 12:00' is voided\n"
    assert promised.run(*end).err == "P1: already recorded, nothing changed\n"
    assert status(promised, now="2026-11-21 18:00") == "broken"
    assert promised.do("promise", "kept", "P1", "--at", "2026-11-17 13:00")["status"] == "kept"
    assert [row["void_reason"] for row in promised.do("export", "promise_ends")] == ["not yet", None]


def test_a_clock_set_back_voids_nothing(promised: Desk) -> None:
    assert "typed later" in promised.refused(4, "promise", "void", "P1", "--reason", "x", now="2026-11-16 09:30")


def test_a_report_stays_before_its_promises(promised: Desk) -> None:
    correct = ("ticket", "correct", "T1", "--event", "1", "--reason", "x", "--at")
    assert "P1 of 2026-11-16 10:00 would come before the report" in promised.refused(4, *correct, "2026-11-16 10:01")
    promised.do(*correct, MADE)


def test_tables_of_promises_fit_eighty_columns(asked: Desk) -> None:
    add(asked, "送发票上门，并带上新滤芯")
    add(asked, "回电话", "2026-11-17 09:00")
    add(asked, "退款", "2026-11-17 12:00")
    asked.do("promise", "withdraw", "P2", "--by", "customer", now="2026-11-16 20:00")
    asked.do("promise", "kept", "P3", now="2026-11-17 15:00")
    asked.do("promise", "void", "P3", "--reason", "mistyped", now="2026-11-17 16:00")
    assert table(asked, "promise", "list", "--all") == [
        "promise  ticket  customer  what               due               status",
        "────────────────────────────────────────────────────────────────────────────────",
        "P2       T1      王芳      回电话             2026-11-17 09:00  withdrawn by",
        "                                                                customer",
        "P1       T1      王芳      送发票上门，并带   2026-11-18 18:00  broken",
        "                           上新滤芯",
    ]
    assert table(asked, "promise", "kept", "P1", "--at", "2026-11-18 17:00") == [
        "promise   P1", "ticket    T1", "what      送发票上门，并带上新滤芯", "customer  王芳",
        "made      2026-11-16 10:00", "due       2026-11-18 18:00", "status    kept", "ended     2026-11-18 17:00",
    ]  # fmt: skip
    lines = table(asked, "ticket", "show", "T1")
    assert lines[lines.index("promises") :] == [
        "promises",
        "promise  what                      due               status",
        "──────────────────────────────────────────────────────────────────────────",
        "P1       送发票上门，并带上新滤芯  2026-11-18 18:00  kept",
        "P2       回电话                    2026-11-17 09:00  withdrawn by customer",
        "P3       退款                      2026-11-17 12:00  [voided: mistyped]",
    ]

"""Complaints: received, acknowledged, made up for, closed; taken back where entered by mistake (S52, S53)."""

from typing import Any

import pytest

from tests.asking import table
from tests.conftest import Desk, filled_once

CAME, NEXT = "2026-11-18 10:00", "2026-11-19 10:00"
KEYS = [
    "id", "customer_id", "ticket_id", "about", "kind", "severity", "external_body", "text", "received_at", "status",
    "acknowledged_at", "closed_at", "upheld", "remedy", "cause", "measure", "measure_by", "measure_done_at", "evidence",
]  # fmt: skip
STEP_KEYS = ["number", "id", "kind", "at", "actor", "upheld", "text", "recorded_at", "origin", "voided_at", "voided_by",
             "void_reason"]  # fmt: skip


@filled_once
def late(desk: Desk) -> Desk:
    """T1 of 王芳 (C1), reported on Monday at nine; 李雷 is C2."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-01-05 09:00")
    desk.do("customer", "add", "李雷", "--phone", "13900000001", now="2026-01-05 09:00")
    desk.do("ticket", "open", "--customer", "C1", "x", now="2026-11-16 09:00")
    return desk


@filled_once
def opened(late: Desk) -> Desk:
    """K1: about the lateness of T1, received on Wednesday at ten."""
    complain(late, "--ticket", "T1")
    return late


def complain(desk: Desk, *words: str, about: str = "lateness", now: str = CAME) -> Any:
    return desk.do("complaint", "open", "--about", about, *words, now=now)


def ids(desk: Desk, *words: str) -> list[int]:
    return [row["id"] for row in desk.do("complaint", "list", *words)]


def test_a_complaint_is_received_with_every_key(late: Desk) -> None:
    made = complain(
        late, "--ticket", "T1", "--severity", "high", "--external-body", "12315", " 来晚了\n一天 ", about="Lateness"
    )
    assert list(made) == KEYS
    assert made == {
        "id": 1, "customer_id": 1, "ticket_id": 1, "about": "lateness", "kind": "complaint",
        "severity": "high", "external_body": "12315",
        "text": "来晚了\n一天", "received_at": "2026-11-18T10:00:00+08:00", "status": "open", "acknowledged_at": None,
        "closed_at": None, "upheld": None, "remedy": None, "cause": None, "measure": None, "measure_by": None,
        "measure_done_at": None, "evidence": None,
    }  # fmt: skip
    assert late.do("complaint", "list") == [made]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (("--customer", "C2"), (2, None)),
        (("--phone", "139-0000-0001"), (2, None)),
        (("--ticket", "1"), (1, 1)),
        (("--ticket", "T1", "--customer", "C1"), (1, 1)),
        (("--ticket", "T1", "--phone", "13800138000"), (1, 1)),
    ],
)
def test_who_complains_is_the_customer_the_phone_or_the_ticket(
    late: Desk, words: tuple[str, ...], who: tuple[int, int | None]
) -> None:
    made = complain(late, *words)
    assert (made["customer_id"], made["ticket_id"], made["severity"], made["text"]) == (*who, "normal", None)


def test_a_suggestion_is_open_until_it_is_closed_and_praise_is_not(late: Desk) -> None:
    made = [complain(late, "--customer", "C1", "--kind", kind) for kind in ("dispute", "suggestion", "praise")]
    assert [(row["kind"], row["status"]) for row in made] == [
        ("dispute", "open"), ("suggestion", "open"), ("praise", "noted"),
    ]  # fmt: skip
    assert ids(late) == [1, 2]
    assert ids(late, "--all") == [1, 2, 3]
    assert (ids(late, "--kind", "suggestion"), ids(late, "--kind", "praise")) == ([2], [3])
    late.refused(2, "complaint", "open", "--customer", "C1", "--about", "other", "--kind", "grumble")
    late.do("complaint", "close", "K2", "--not-upheld", now=NEXT)
    assert ids(late) == [1]
    assert "praise, lateness" in late.run("complaint", "list", "--all", "--format", "table").out


def test_praise_asks_for_nothing_and_a_suggestion_for_no_recovery(late: Desk) -> None:
    for kind in ("praise", "suggestion"):
        complain(late, "--customer", "C1", "--kind", kind)
    way = "hint: if it is another kind: complaint void K1 --reason R, and open it again\n"
    assert late.refused(4, "complaint", "recover", "K1", "--action", "cake") == (
        f"error: K1 is praise: it is noted, nothing is to be done\n{way}"
    )
    assert "K1 is praise" in late.refused(4, "complaint", "close", "K1", "--upheld")
    assert "K2 is a suggestion" in late.refused(4, "complaint", "recover", "K2", "--action", "cake")
    assert late.do("complaint", "close", "K2", "--upheld", "--measure", "a bench")["status"] == "closed"


def test_only_complaints_and_disputes_wait_for_an_acknowledgement(late: Desk) -> None:
    for kind in ("complaint", "suggestion", "dispute", "praise"):
        complain(late, "--customer", "C1", "--kind", kind)
    waiting = late.do("today", now="2026-11-18 12:00")
    assert [item["ref"] for item in waiting if item["section"] == "complaints_to_acknowledge"] == ["K1", "K3"]


def test_a_recovery_is_shown_by_the_command_that_writes_it(opened: Desk) -> None:
    words = ("complaint", "recover", "K1", "--action")
    done = opened.do(*words, "phone_call", now=NEXT)
    assert done["recoveries"] == [{"action": "phone_call", "at": "2026-11-19T10:00:00+08:00"}]
    told = opened.run(*words, "refund", "--at", "2026-11-20 09:00", "--format", "table").out
    assert "recovered  phone call 2026-11-19 10:00, refund 2026-11-20 09:00\n" in told


def test_somebody_must_complain_about_something(late: Desk) -> None:
    words = ("complaint", "open", "--about")
    assert "one of --customer, --ticket, --phone" in late.refused(2, *words, "other")
    assert "'--about'" in late.refused(2, "complaint", "open", "--customer", "C1")
    assert "no complaint code" in late.refused(2, *words, "too late!", "--customer", "C1")
    assert "the external body is empty" in late.refused(2, *words, "other", "--customer", "C1", "--external-body", "")
    assert "the complaint is empty" in late.refused(2, *words, "other", "--customer", "C1", " ")
    late.refused(2, *words, "other", "--customer", "C1", "--severity", "huge")
    late.refused(2, *words, "other", "--customer", "T1")
    assert late.do("export", "complaints") == []


def test_unknown_things_are_not_found(late: Desk) -> None:
    for words in (("--customer", "C9"), ("--ticket", "T9"), ("--phone", "137")):
        late.refused(3, "complaint", "open", "--about", "other", *words)
    for words in (("--customer", "C9"), ("--ticket", "T9")):
        late.refused(3, "complaint", "list", *words)
    for verb, more in {
        "acknowledge": (), "recover": ("--action", "x"), "close": ("--upheld",), "show": (), "void": ("--reason", "x"),
    }.items():  # fmt: skip
        assert "there is no complaint K9" in late.refused(3, "complaint", verb, "K9", *more)


def test_ticket_and_caller_belong_together(late: Desk) -> None:
    err = late.refused(4, "complaint", "open", "--about", "other", "--ticket", "T1", "--customer", "C2")
    assert "T1 belongs to C1, not to C2, who complains" in err
    late.refused(4, "complaint", "open", "--about", "other", "--customer", "C1", "--phone", "13900000001")


def test_a_shared_phone_names_the_candidates_unless_the_ticket_tells(late: Desk) -> None:
    late.do("customer", "add", "王强", "--phone", "13800138000", "--force")
    err = late.refused(4, "complaint", "open", "--about", "other", "--phone", "13800138000")
    assert "belongs to 2 customers" in err
    assert complain(late, "--phone", "13800138000", "--ticket", "T1")["customer_id"] == 1


def test_a_ticket_of_nobody_needs_the_customer(late: Desk, tmp_path: Any) -> None:
    (tmp_path / "t.csv").write_text("ref,reported_at\n1,2026-11-01 09:00\n")
    late.do("import", str(tmp_path / "t.csv"), "--as", "tickets")
    assert "T2 has no customer" in late.refused(4, "complaint", "open", "--about", "other", "--ticket", "T2")
    assert complain(late, "--ticket", "T2", "--customer", "C2")["customer_id"] == 2


def test_a_complaint_lies_between_the_report_and_now(late: Desk) -> None:
    words = ("complaint", "open", "--about", "other", "--ticket", "T1", "--at")
    assert "was reported 2026-11-16 09:00" in late.refused(4, *words, "2026-11-16 08:59")
    assert "lies in the future" in late.refused(4, *words, "2026-11-21 18:01")
    assert late.do(*words, "2026-11-16 09:00")["received_at"] == "2026-11-16T09:00:00+08:00"


def test_what_became_of_the_ticket_does_not_matter(late: Desk) -> None:
    late.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer", now="2026-11-17 09:00")
    assert complain(late, "--ticket", "T1")["id"] == 1


def test_the_same_complaint_again_changes_nothing(opened: Desk) -> None:
    words = ("complaint", "open", "--about", "lateness", "--ticket", "T1", "-f", "json")
    again = opened.run(*words, now=NEXT)
    assert (again.code, again.json["id"], again.err) == (0, 1, "K1: already recorded, nothing changed\n")
    assert opened.do(*words[:-2], "--at", CAME)["id"] == 1
    opened.do("complaint", "close", "K1", "--upheld")
    assert opened.do(*words[:-2])["id"] == 2


def test_another_complaint_tells_what_is_still_open(opened: Desk) -> None:
    other = opened.run("complaint", "open", "--about", "price", "--customer", "C1")
    assert other.err == "K1 of C1 (lateness, 2026-11-18) is still open\n"
    assert ids(opened) == [1, 2]


def test_a_complaint_goes_its_way(opened: Desk) -> None:
    step = opened.do("complaint", "acknowledge", "K1", "--at", "2026-11-18 11:00")
    assert (step["status"], step["acknowledged_at"]) == ("acknowledged", "2026-11-18T11:00:00+08:00")
    assert opened.do("complaint", "recover", "K1", "--action", "Apology", "--at", NEXT)["status"] == "acknowledged"
    opened.do("complaint", "recover", "K1", "--action", "revisit")
    done = opened.do("complaint", "close", "K1", "--upheld", "--remedy", "免费保养一次")
    assert (done["status"], done["closed_at"], done["upheld"], done["remedy"]) == (
        "closed", "2026-11-21T18:00:00+08:00", True, "免费保养一次",
    )  # fmt: skip
    steps = opened.do("complaint", "show", "K1")["steps"]
    assert list(steps[0]) == STEP_KEYS
    assert [(s["number"], s["kind"], s["text"], s["upheld"]) for s in steps] == [
        (1, "acknowledged", None, None), (2, "recovered", "apology", None), (3, "recovered", "revisit", None),
        (4, "closed", "免费保养一次", True),
    ]  # fmt: skip
    assert (ids(opened), ids(opened, "--all")) == ([], [1])


def test_a_complaint_may_be_found_unjustified_and_closed_at_once(opened: Desk) -> None:
    done = opened.do("complaint", "close", "1", "--not-upheld")
    assert (done["status"], done["acknowledged_at"], done["upheld"], done["remedy"]) == ("closed", None, False, None)


@pytest.mark.parametrize("words", [(), ("--upheld", "--not-upheld")])
def test_the_verdict_is_one(opened: Desk, words: tuple[str, ...]) -> None:
    assert "either --upheld or --not-upheld" in opened.refused(2, "complaint", "close", "K1", *words)


@pytest.mark.parametrize("ref", ["K1", "k1", "1"])
def test_references_take_their_letter_or_none(opened: Desk, ref: str) -> None:
    assert opened.do("complaint", "show", ref)["id"] == 1
    assert "'C1' does not name a complaint" in opened.refused(2, "complaint", "show", "C1")


STEPS: dict[str, tuple[str, ...]] = {
    "acknowledge": (), "recover": ("--action", "revisit"), "close": ("--upheld", "--remedy", "a cake"),
}  # fmt: skip


@pytest.mark.parametrize("verb", STEPS)
def test_the_same_step_again_changes_nothing(opened: Desk, verb: str) -> None:
    words = ("complaint", verb, "K1", *STEPS[verb])
    first = opened.do(*words, now=NEXT)
    for more in ((), ("--at", NEXT)):
        again = opened.run(*words, *more, "-f", "json")
        assert (again.code, again.json, again.err) == (0, first, "K1: already recorded, nothing changed\n")
    assert len(opened.do("export", "complaint_steps")) == 1


def test_what_happens_once_is_not_done_twice(opened: Desk) -> None:
    opened.do("complaint", "acknowledge", "K1", now=NEXT)
    err = opened.refused(4, "complaint", "acknowledge", "K1", "--at", "2026-11-19 11:00")
    assert "was acknowledged 2026-11-19 10:00 already\nhint: 'complaint void K1 --step 1'" in err
    opened.do("complaint", "close", "K1", "--upheld")
    assert "was closed" in opened.refused(4, "complaint", "close", "K1", "--not-upheld")
    assert "was closed" in opened.refused(4, "complaint", "close", "K1", "--upheld", "--remedy", "a cake")


def test_the_same_action_at_another_time_is_another_one(opened: Desk) -> None:
    for at in (NEXT, "2026-11-20 10:00"):
        opened.do("complaint", "recover", "K1", "--action", "call", "--at", at)
    assert len(opened.do("complaint", "show", "K1")["steps"]) == 2
    assert "no recovery code" in opened.refused(2, "complaint", "recover", "K1", "--action", "a b")


@pytest.mark.parametrize("verb", STEPS)
def test_a_step_lies_between_receipt_and_now(opened: Desk, verb: str) -> None:
    words = ("complaint", verb, "K1", *STEPS[verb], "--at")
    assert "was received 2026-11-18 10:00" in opened.refused(4, *words, "2026-11-18 09:59")
    assert "lies in the future" in opened.refused(4, *words, "2026-11-21 18:01")
    opened.do(*words, CAME)


def test_what_was_forgotten_is_told_after_the_closing(opened: Desk) -> None:
    opened.do("complaint", "recover", "K1", "--action", "revisit", now=NEXT)
    assert "was recovered 2026-11-19 10:00" in opened.refused(4, "complaint", "close", "K1", "--upheld", "--at", CAME)
    opened.do("complaint", "close", "K1", "--upheld", "--at", "2026-11-20 10:00")
    err = opened.refused(4, "complaint", "acknowledge", "K1")
    assert "K1 was closed 2026-11-20 10:00\nhint: --at records an earlier step" in err
    assert opened.do("complaint", "acknowledge", "K1", "--at", "2026-11-18 11:00")["status"] == "closed"


def test_those_who_wait_longest_come_first(opened: Desk) -> None:
    complain(opened, "--customer", "C2", "--at", "2026-11-17 10:00")
    complain(opened, "--customer", "C1", about="price", now=NEXT)
    opened.do("complaint", "close", "K3", "--not-upheld")
    assert ids(opened) == [2, 1]
    assert ids(opened, "--all") == [2, 1, 3]
    assert ids(opened, "--customer", "C1", "--all") == [1, 3]
    assert ids(opened, "--ticket", "T1") == [1]


def test_a_complaint_entered_by_mistake_is_taken_back(opened: Desk) -> None:
    void = ("complaint", "void", "K1", "--reason", "another customer")
    assert opened.run(*void).err == "K1 voided\n"
    assert opened.run(*void).err == "K1: already recorded, nothing changed\n"
    assert "K1 was voided 2026-11-21 18:00 (another customer)" in opened.refused(4, *void[:-1], "other")
    assert "K1 was voided" in opened.refused(4, "complaint", "acknowledge", "K1")
    assert ids(opened, "--all") == []
    assert opened.do("ticket", "show", "T1")["complaints"][0]["void_reason"] == "another customer"


def test_a_wrong_step_is_taken_back_alone(opened: Desk) -> None:
    opened.do("complaint", "acknowledge", "K1", now=NEXT)
    opened.do("complaint", "close", "K1", "--not-upheld", now="2026-11-20 10:00")
    void = ("complaint", "void", "K1", "--step", "2", "--reason", "not settled")
    assert opened.run(*void).err == "step 2 of K1 voided\n"
    assert opened.run(*void).err == "step 2 of K1: already recorded, nothing changed\n"
    assert opened.do("complaint", "list")[0]["status"] == "acknowledged"
    assert opened.do("complaint", "close", "K1", "--upheld")["upheld"] is True
    assert "K1 has no step 7" in opened.refused(3, "complaint", "void", "K1", "--step", "7", "--reason", "x")
    assert "step 2 of K1 was voided" in opened.refused(4, *void[:-1], "other")


def test_a_clock_set_back_voids_nothing(opened: Desk) -> None:
    assert "typed later" in opened.refused(4, "complaint", "void", "K1", "--reason", "x", now="2026-11-18 09:00")


def test_the_file_that_pops_up_tells_open_complaints(opened: Desk) -> None:
    complain(opened, "--customer", "C1", "--severity", "high", "--new-code", about="rude_words", now=NEXT)
    complain(opened, "--customer", "C1", about="price", now=NEXT)
    opened.do("complaint", "close", "K3", "--upheld")
    shown = opened.do("customer", "show", "C1")
    assert shown["open_complaints"] == [
        {"id": 1, "ticket_id": 1, "kind": "complaint", "about": "lateness", "severity": "normal",
         "received_at": "2026-11-18T10:00:00+08:00", "status": "open"},
        {"id": 2, "ticket_id": None, "kind": "complaint", "about": "rude_words", "severity": "high",
         "received_at": "2026-11-19T10:00:00+08:00", "status": "open"},
    ]  # fmt: skip
    assert table(opened, "customer", "show", "C1")[1] == (
        "open complaints  K1 lateness (T1, 2026-11-18), K2 rude words (high, 2026-11-19)"
    )
    assert opened.do("customer", "show", "C2")["open_complaints"] == []


def test_tables_of_complaints_fit_eighty_columns(opened: Desk) -> None:
    said = "师傅来晚了一天，而且没有提前打电话"
    complain(opened, "--customer", "C2", "--severity", "high", "--new-code", said, about="rude_words", now=NEXT)
    opened.do("complaint", "acknowledge", "K2", now="2026-11-19 11:00")
    assert table(opened, "complaint", "list") == [
        "complaint  ticket  about             since  customer  status        problem",
        "────────────────────────────────────────────────────────────────────────────────",
        "K1         T1      lateness          11-18  C1 王芳   open",
        "K2                 rude words, high  11-19  C2 李雷   acknowledged  师傅来晚了…",
    ]
    opened.do("complaint", "recover", "K2", "--action", "free_visit", now="2026-11-19 12:00")
    opened.do("complaint", "close", "K2", "--upheld", "--remedy", "道歉", now="2026-11-20 09:00")
    opened.do("complaint", "void", "K2", "--step", "2", "--reason", "not yet")
    assert table(opened, "complaint", "show", "K2") == [
        "complaint     K2", "about         rude words", "customer      C2 李雷", "severity      high",
        "problem       师傅来晚了一天，而且没有提前打电话", "received      2026-11-19 10:00", "status        closed",
        "acknowledged  2026-11-19 11:00", "closed        2026-11-20 09:00, upheld", "remedy        道歉", "",
        "steps",
        "no  step          at                what                           by",
        "────────────────────────────────────────────────────────────────────────",
        " 1  acknowledged  2026-11-19 11:00                                 clerk",
        " 2  recovered     2026-11-19 12:00  free visit, [voided: not yet]  clerk",
        " 3  closed        2026-11-20 09:00  upheld, 道歉                   clerk",
    ]  # fmt: skip
    lines = table(opened, "ticket", "show", "T1")
    assert lines[lines.index("complaints") :] == [
        "complaints",
        "complaint  about     received          status",
        "─────────────────────────────────────────────",
        "K1         lateness  2026-11-18 10:00  open",
    ]


def test_a_complaint_of_another_year_says_so(opened: Desk) -> None:
    assert "2026-11-18" in table(opened, "complaint", "list", now="2027-01-04 09:00")[2]

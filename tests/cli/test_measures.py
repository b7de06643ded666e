"""Evidence, cause and measure of complaints: what was promised after them and is not done (闭环, S52); recoveries."""

from typing import Any

import pytest

from tests.conftest import Desk, filled_once

CAME, CLOSED, DONE = "2026-11-02 10:00", "2026-11-03 10:00", "2026-11-12 10:00"
CLOSE = ("complaint", "close", "K1", "--upheld")
MEASURE = ("--cause", "came_late", "--measure", "ring half an hour before", "--measure-by", "2026-11-10")


@filled_once
def opened(desk: Desk) -> Desk:
    """K1 of 王芳 (C1) about the lateness of T1, which was completed before it."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-10-01 09:00")
    desk.do("ticket", "open", "--customer", "C1", "x", now="2026-11-01 09:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-02 09:00")
    desk.do("complaint", "open", "--ticket", "T1", "--about", "lateness", "came late", now=CAME)
    return desk


@filled_once
def closed(opened: Desk) -> Desk:
    """K1 is closed with a cause and a measure to be done by Tuesday."""
    opened.do(*CLOSE, *MEASURE, now=CLOSED)
    return opened


def measures(desk: Desk, *words: str, now: str = DONE) -> Any:
    return desk.do("report", "measures", *words, now=now)


def test_a_measure_is_open_until_it_is_done(closed: Desk) -> None:
    (row,) = measures(closed)
    assert row == {
        "complaint_id": 1, "customer_id": 1, "customer": "王芳", "ticket_id": 1, "kind": "complaint",
        "about": "lateness", "cause": "came_late", "measure": "ring half an hour before", "measure_by": "2026-11-10",
        "named_at": "2026-11-03T10:00:00+08:00", "named_by": "clerk", "days_open": 9, "is_late": True,
        "done_at": None, "done_text": None,
    }  # fmt: skip
    closed.do("complaint", "done", "K1", "all were told", now=DONE)
    assert measures(closed) == []
    (row,) = measures(closed, "--all")
    assert (row["done_at"], row["done_text"], row["days_open"]) == ("2026-11-12T10:00:00+08:00", "all were told", 9)
    assert measures(closed, "--as-of", "2026-11-11")[0]["is_late"]
    assert not measures(closed, "--as-of", "2026-11-10")[0]["is_late"]
    assert measures(closed, "--as-of", "2026-11-02") == []


def test_the_complaint_says_cause_and_measure(closed: Desk) -> None:
    page = closed.do("complaint", "show", "K1")
    assert [page[key] for key in ("cause", "measure", "measure_by", "measure_done_at")] == [
        "came_late", "ring half an hour before", "2026-11-10", None,
    ]  # fmt: skip
    shown = closed.run("complaint", "show", "K1", "--format", "table").out
    assert "cause      came late\nmeasure    ring half an hour before (by 2026-11-10)\n" in shown
    done = closed.run("complaint", "done", "K1", "--format", "table", now=DONE).out
    assert "measure    ring half an hour before (done 2026-11-12)\n" in done


def test_a_measure_that_is_due_stands_on_the_morning_page(closed: Desk) -> None:
    def due(now: str) -> list[Any]:
        return [row for row in closed.do("today", now=now) if row["section"] == "measures_due"]

    assert due("2026-11-09 10:00") == []
    (row,) = due("2026-11-10 10:00")
    assert (row["ref"], row["due_on"], row["text"]) == ("K1", "2026-11-10", "ring half an hour before")
    closed.do("complaint", "done", "K1", now="2026-11-10 11:00")
    assert due("2026-11-11 10:00") == []


def test_done_is_said_once_and_can_be_taken_back(closed: Desk) -> None:
    closed.do("complaint", "done", "K1", "told", now=DONE)
    assert "already recorded, nothing changed" in closed.run("complaint", "done", "K1", now="2026-11-13 10:00").err
    assert "done since 2026-11-12 10:00" in closed.refused(4, "complaint", "done", "K1", "rung", now="2026-11-13 10:00")
    assert "done since 2026-11-12" in closed.refused(4, "complaint", "void", "K1", "--step", "1", "--reason", "x")
    taken = closed.run("complaint", "void", "K1", "--done", "--reason", "nobody was told")
    assert (taken.code, "the measure of K1 is open again" in taken.err) == (0, True)
    assert len(measures(closed, now="2026-11-21 18:00")) == 1
    assert measures(closed, "--as-of", "2026-11-13", now="2026-11-21 18:00") == []
    again = closed.run("complaint", "void", "K1", "--done", "--reason", "nobody was told")
    assert "nothing changed" in again.err
    closed.do("complaint", "done", "K1", "told, this time")
    assert measures(closed, now="2026-11-21 18:00") == []


def test_undo_and_redo_take_the_measure_along(closed: Desk) -> None:
    closed.do("complaint", "done", "K1", now=DONE)
    closed.do("undo", now=DONE)
    assert len(measures(closed)) == 1
    closed.do("redo", now=DONE)
    assert measures(closed) == []
    assert "K1: the measure is done" in closed.run("history", now=DONE).out
    closed.do("undo", now=DONE)
    closed.do("undo", now=DONE)
    assert closed.do("complaint", "show", "K1")["status"] == "open"
    assert measures(closed) == []


def test_only_a_closed_complaint_with_a_measure_can_be_done(opened: Desk) -> None:
    assert "K1 is not closed" in opened.refused(4, "complaint", "done", "K1", now=CLOSED)
    opened.do(*CLOSE, now=CLOSED)
    err = opened.refused(4, "complaint", "done", "K1", now=DONE)
    assert "K1 was closed without a measure" in err
    assert "complaint void K1 --step 1" in err
    opened.refused(3, "complaint", "void", "K1", "--done", "--reason", "x")
    opened.refused(3, "complaint", "done", "K9")


@pytest.mark.parametrize(
    ("code", "words", "sentence"),
    [
        (2, ("--measure-by", "2026-11-10"), "--measure-by needs --measure"),
        (4, ("--measure", "x", "--measure-by", "2026-11-02"), "before the closing"),
        (2, ("--measure", " "), "the measure is empty"),
        (2, ("--cause", ""), "the cause is empty"),
        (2, ("--measure", "x", "--measure-by", "soon"), "soon"),
    ],
)
def test_a_measure_has_words_and_a_day_to_come(opened: Desk, code: int, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in opened.refused(code, *CLOSE, *words, now=CLOSED)
    assert opened.do("complaint", "show", "K1")["status"] == "open"


def test_a_measure_is_not_done_before_it_was_named(closed: Desk) -> None:
    err = closed.refused(4, "complaint", "done", "K1", "--at", "2026-11-03 09:59", now=DONE)
    assert "K1 was closed 2026-11-03 10:00, later than 2026-11-03 09:59" in err
    closed.do("complaint", "done", "K1", "--at", CLOSED, now=DONE)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("came_late", "came_late"), ("Came late", "came_late"), ("上门晚点", "came_late"), ("no van that day", None)],
)
def test_a_cause_is_a_code_or_somebodys_words(opened: Desk, typed: str, kept: str | None) -> None:
    assert opened.do(*CLOSE, "--cause", typed, now=CLOSED)["cause"] == (kept or typed)


def test_where_nothing_was_promised_the_report_says_how_to(opened: Desk) -> None:
    assert "no complaint was closed with a measure yet" in opened.run("report", "measures", "--format", "table").out
    opened.do(*CLOSE, *MEASURE, now=CLOSED)
    opened.do("complaint", "done", "K1", now=DONE)
    assert "every measure is done" in opened.run("report", "measures", "--format", "table").out


def test_evidence_stays_where_it_lies_and_check_looks_after_it(opened: Desk) -> None:
    photo = opened.path.parent / "scratch.jpg"
    photo.write_text("a scratch")
    words = (
        "complaint",
        "open",
        "--customer",
        "C1",
        "--about",
        "damage",
        "--kind",
        "dispute",
        "--evidence",
        str(photo),
    )
    assert opened.do(*words)["evidence"] == "scratch.jpg"
    assert "already recorded" in opened.run(*words).err
    photo.write_text("another")
    (found,) = [row for row in opened.do("check") if "evidence" in row["finding"]]
    assert (found["noun"], found["id"], found["finding"]) == ("complaint", 2, "has evidence that was changed")
    photo.unlink()
    assert "has evidence that is gone" in opened.run("check", "--format", "tsv").out
    assert "there is no file" in opened.refused(3, *words)


def test_recoveries_stand_with_the_hours_and_the_score_afterwards(opened: Desk) -> None:
    opened.do("survey", "record", "T1", "2", now="2026-11-02 09:30")
    opened.do("complaint", "acknowledge", "K1", now="2026-11-02 12:30")
    for action, now in (("apology", "2026-11-02 13:00"), ("revisit", "2026-11-04 10:00")):
        opened.do("complaint", "recover", "K1", "--action", action, now=now)
    opened.do("survey", "record", "T1", "5", now="2026-11-05 10:00")
    report = ("report", "recovery", "--month", "2026-11")
    (row,) = opened.do(*report, now=DONE)
    assert row == {
        "complaint_id": 1, "ticket_id": 1, "customer_id": 1, "customer": "王芳", "kind": "complaint",
        "about": "lateness", "severity": "normal", "received_at": "2026-11-02T10:00:00+08:00",
        "hours_to_contact": 2.5, "actions": ["apology", "revisit"],
        "hours_to_recovery": 3.0, "upheld": None, "counted_score": 2, "score_after": 5,
    }  # fmt: skip
    assert opened.do(*report, "--as-of", "2026-11-04", now=DONE)[0]["score_after"] is None
    shown = opened.run(*report, "--format", "table", now=DONE).out
    assert "1 complaint; 1 made up for; first contact after 2.5 h (median of 1); 1 of 1 satisfied afterwards\n" in shown
    (figure,) = opened.do("kpi", "report", "--month", "2026-11", "--only", "satisfaction_rate", now=DONE)
    assert (figure["hits"], figure["total"]) == (0, 1)


def test_without_recoveries_the_report_says_so_in_words(opened: Desk) -> None:
    opened.do("complaint", "open", "--customer", "C1", "--about", "other", "--kind", "praise", now=CAME)
    report = ("report", "recovery", "--month", "2026-11", "--format", "table")
    shown = opened.run(*report, now=DONE)
    assert "1 complaint; none made up for yet: 'complaint recover'; nobody was contacted yet\n" in shown.out
    opened.do("complaint", "recover", "K1", "--action", "apology", now=DONE)
    assert "nobody was asked after a recovery" in opened.run(*report, now=DONE).err
    assert "no complaint came in" in opened.run("report", "recovery", "--month", "2026-10", "--format", "table").out


def test_calls_of_ours_that_were_answered_are_the_first_contact(opened: Desk) -> None:
    opened.do("contact", "log", "T1", "--out", "--missed", now="2026-11-02 10:30")
    opened.do("contact", "log", "T1", "--out", now="2026-11-02 11:00")
    (row,) = opened.do("report", "recovery", "--month", "2026-11", now=DONE)
    assert row["hours_to_contact"] == 1.0

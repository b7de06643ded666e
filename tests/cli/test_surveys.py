"""survey: what a questionnaire says beside the score, who read what customers wrote, the form on paper."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, filled_once

ALL = ("--expect", "above", "--time", "5", "--technique", "4", "--promise", "3", "--attr", "speed:5:4", "--attr",
       "收费:3:2", "--recommend", "9", "--again", "yes", "--csi", "8:7:6")  # fmt: skip
MORE = {
    "expect": "above", "time": 5, "technique": 4, "promise": 3,
    "attributes": [{"attribute": "speed", "importance": 5, "rating": 4},
                   {"attribute": "price", "importance": 3, "rating": 2}],
    "recommend": 9, "again": "yes", "csi": "8:7:6",
}  # fmt: skip
RECORD = ("survey", "record", "T1")


@filled_once
def done(desk: Desk) -> Desk:
    """T1, a repair for 王芳 that 李强 completed on the 20th at noon; its completion is event 3."""
    desk.do("technician", "add", "李强")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "不制冷", now="2026-11-20 09:00")
    desk.do("ticket", "arrive", "T1", "--technician", "李强", now="2026-11-20 11:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-20 12:00")
    return desk


def record(desk: Desk, *words: str, now: str = "2026-11-21 10:00") -> Any:
    return desk.do("survey", "record", "T1", *words, now=now)


def listed(desk: Desk, *words: str) -> list[int]:
    return [row["id"] for row in desk.do("survey", "list", *words)]


def test_an_answer_about_a_mystery_shopper_s_ticket_is_in_no_figure(done: Desk) -> None:
    done.do("ticket", "edit", "T1", "--mystery")
    answer = done.run("survey", "record", "T1", "5", "--format", "json")
    assert answer.err == "a mystery shopper's: the answer is in no figure\n"
    assert answer.json["counted"] is False


def test_a_questionnaire_is_recorded_whole_with_one_command(done: Desk) -> None:
    assert record(done, "4", "--source", "paper", "--reason", "来得快", *ALL) == {
        "id": 4, "ticket_id": 1, "score": 4, "reason": "来得快", "source": "paper",
        "answered_at": "2026-11-21T10:00:00+08:00", "counted": True, **MORE,
    }  # fmt: skip
    assert done.do("survey", "show", "E4") == {
        "id": 4, "ticket_id": 1, "customer_id": 1, "customer": "王芳", "answered_at": "2026-11-21T10:00:00+08:00",
        "score": 4, "satisfied": None, "reason": "来得快", "source": "paper", "counted": True, **MORE,
        "read_by": None, "read_at": None, "voided_at": None, "void_reason": None,
    }  # fmt: skip


def test_none_of_it_enters_the_satisfaction_rate(done: Desk) -> None:
    record(done, "1", "--recommend", "10", "--expect", "above", "--time", "5", "--csi", "10:10:10")
    found = done.do("kpi", "report", "--month", "2026-11", "--only", "satisfaction_rate", now="2026-12-31 09:00")
    assert [(row["hits"], row["total"]) for row in found] == [(0, 1)]


def test_the_same_answer_takes_what_its_questionnaire_adds(done: Desk) -> None:
    done.do("callback", "log", "T1", "--reached", "--score", "4", "--reason", "来得快", now="2026-11-21 10:00")
    added = done.run(*RECORD, "4", *ALL, "--format", "json", now="2026-11-21 10:05")
    assert (added.json["id"], added.json["counted"], added.json["recommend"], added.err) == (4, True, 9, "")
    again = done.run(*RECORD, "4", *ALL, now="2026-11-21 10:10")
    assert again.err == "T1: already recorded, nothing changed; --at records a further answer\n"
    assert listed(done) == [4]


def test_another_answer_is_a_follow_up_as_a_score_is(done: Desk) -> None:
    record(done, "4", "--recommend", "9")
    later = done.run(*RECORD, "4", "--recommend", "2", "--format", "json", now="2026-11-21 12:00")
    assert (later.json["id"], later.json["counted"], later.json["recommend"]) == (5, False, 2)
    assert later.err == "stored as a follow-up: the first answer within 14 days of the completion counts\n"
    assert record(done, "4", "--recommend", "2", now="2026-11-21 13:00")["id"] == 5


def test_a_corrected_answer_keeps_its_questionnaire_and_its_reader(done: Desk) -> None:
    record(done, "4", "--reason", "好", *ALL)
    done.do("survey", "read", "E4")
    done.do("ticket", "correct", "T1", "--event", "4", "--score", "5", "--reason", "misheard")
    page = done.do("survey", "show", "E4")
    assert (page["id"], page["score"], page["csi"], page["read_by"]) == (5, 5, "8:7:6", "clerk")
    done.do("undo")
    page = done.do("survey", "show", "E4")
    assert (page["score"], page["recommend"], page["read_by"]) == (4, 9, "clerk")


def test_every_comment_gets_read(done: Desk) -> None:
    record(done, "2", "--reason", "等了两天没人来")
    record(done, "5", now="2026-11-21 11:00")
    assert (listed(done, "--unread"), listed(done)) == ([4], [5, 4])
    assert "comments_unread" not in {row["section"] for row in done.do("today")}
    read = done.do("survey", "read", "E4", now="2026-11-21 12:00")
    assert (read["read_by"], read["read_at"]) == ("clerk", "2026-11-21T12:00:00+08:00")
    assert done.run("survey", "read", "E4").err == "E4: clerk read it 2026-11-21 12:00 already\n"
    assert listed(done, "--unread") == []
    record(done, "3", "--reason", "太贵", now="2026-11-21 13:00")
    morning = done.do("today", "--section", "comments_unread")
    assert [(row["ref"], row["customer"], row["text"]) for row in morning] == [("E6", "王芳", "太贵")]


@pytest.mark.parametrize(
    ("code", "words", "sentence"),
    [
        (3, "read E99", "there is no answer E99\nhint: 'survey list' shows them with their numbers\n"),
        (3, "show E3", "there is no answer E3\n"),
        (4, "read E5", "E5 has no words to read\nhint: 'survey list --unread' shows those that have\n"),
        (4, "read E4 --at 2026-11-20T23:00", "E4 was given 2026-11-21 10:00, after that\n"),
        (2, "list --score 6", "'6' is no score\nhint: --score 2, or --score 1-2\n"),
        (2, "record T1 5 --csi 8:7", "'8:7' is not three answers from 1 to 10\n"),
        (2, "record T1 5 --attr speed:9:1", "'speed:9:1' is no attribute with its importance and its rating\n"),
        (2, "record T1 5 --attr speed:1:1 --attr 速度:2:2", "--attr names speed twice\n"),
        (2, "record T1 5 --recommend 11", "invalid value for '--recommend': 11 is not in the range 0<=x<=10\n"),
    ],
)
def test_what_will_not_do_is_refused(done: Desk, code: int, words: str, sentence: str) -> None:
    record(done, "2", "--reason", "慢")
    record(done, "5", now="2026-11-21 11:00")
    assert done.refused(code, "survey", *words.split()).startswith(f"error: {sentence}")
    assert listed(done) == [5, 4]


def test_a_voided_answer_is_on_no_list_and_is_not_read(done: Desk) -> None:
    record(done, "2", "--reason", "慢")
    done.do("ticket", "void", "T1", "--event", "4", "--reason", "wrong ticket")
    assert (listed(done), done.do("survey", "show", "E4")["void_reason"]) == ([], "wrong ticket")
    assert done.refused(4, "survey", "read", "E4") == "error: E4 is voided: wrong ticket\n"


def test_the_list_is_narrowed_by_score_and_month(done: Desk) -> None:
    for day, score in (("2026-11-21", "2"), ("2026-12-01", "1"), ("2026-12-02", "5")):
        record(done, score, now=f"{day} 10:00")
    done.now = "2026-12-31 09:00"
    assert (listed(done, "--score", "1-2"), listed(done, "--score", "5")) == ([5, 4], [6])
    assert (listed(done, "--month", "2026-11"), listed(done, "--limit", "1")) == ([4], [6])


def test_forgetting_the_person_erases_the_words_and_leaves_the_scores(done: Desk) -> None:
    record(done, "2", "--reason", "王芳说太慢", *ALL)
    done.do("customer", "forget", "C1", "--yes")
    page = done.do("survey", "show", "E4")
    assert (page["score"], page["recommend"], "王芳" in str(page["reason"])) == (2, 9, False)
    assert listed(done, "--unread") == []


@pytest.mark.parametrize(
    ("language", "title", "why"), [("en", "Satisfaction survey", "Why?"), ("zh", "满意度调查表", "为什么？")]
)
def test_the_form_is_a_page_for_the_customer(done: Desk, tmp_path: Path, language: str, title: str, why: str) -> None:
    path = tmp_path / "form.html"
    made = done.run("--language", language, "survey", "form", "T1", "--output", str(path))
    page = path.read_text(encoding="utf-8")
    assert (made.code, f"<h1>{title} T1</h1>" in page, why in page, "王芳" in page) == (0, True, True, True)
    assert page.count('class="box"') == 5 + 3 + 15 + 50 + 30 + 11 + 2

"""solution: what helps, how often it worked, what other outlets know."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, filled_once

LATER = "2027-02-01 09:00"  # more than 30 days after every completion
COUNTED = ("worked", "counted", "pending")
ADD = ("solution", "add", "--category", "fridge", "--fault", "not_cooling")


@filled_once
def known(desk: Desk) -> Desk:
    """Two homes with a fridge each and a washer; S1 and S2 for a fridge that does not cool, S3 about the law."""
    desk.do("technician", "add", "李强")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("customer", "add", "Anna Fischer", "--phone", "13900139000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier", "--model", "BCD-520")
    desk.do("appliance", "add", "--customer", "C2", "--category", "fridge")
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer")
    desk.do(*ADD, "--cause", "风扇卡住", "--fix", "换风扇电机", "--part", "FAN-2", "--part", "FAN-2")
    desk.do(*ADD, "--cause", "iced up", "--fix", "thaw the drain, then check the heater", "--model", "bcd-520")
    desk.do("solution", "add", "--kind", "law", "--fix", "修后三十日内同一故障免费", "--link", "https://a.cn/12")
    return desk


def repaired(desk: Desk, day: str, *words: str, appliance: str = "A1", outcome: str = "fixed") -> int:
    """A repair that is reported and done on that day."""
    ticket = desk.do("ticket", "open", "--appliance", appliance, "不制冷", now=f"{day} 09:00")["id"]
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", outcome, *words, now=f"{day} 15:00")
    return int(ticket)


def found(desk: Desk, *words: str) -> list[int]:
    return [row["id"] for row in desk.do("solution", "search", *words)]


def counted(desk: Desk, number: int, now: str = LATER) -> tuple[int, ...]:
    page = desk.do("solution", "show", f"S{number}", now=now)
    return tuple(page[key] for key in COUNTED)


def test_a_solution_says_what_helps_and_is_written_down_once(known: Desk) -> None:
    page = known.do("solution", "show", "S1")
    assert page.pop("uuid")
    assert page == {
        "id": 1, "kind": "fault", "category": "fridge", "model": None, "fault": "not_cooling", "cause": "风扇卡住",
        "fix": "换风扇电机", "parts": ["FAN-2"], "link": None, "worked": 0, "counted": 0, "pending": 0,
        "retired": None, "edited_at": "2026-11-21T18:00:00+08:00", "tickets": [],
    }  # fmt: skip
    again = known.run(*ADD, "--cause", "风扇卡住", "--fix", "换风扇电机", "--part", "FAN-2")
    assert again.err == "S1: already recorded, nothing changed\n"
    assert len(known.do("solution", "list")) == 3


def test_a_solution_for_another_kind_of_appliance_is_warned_of(known: Desk) -> None:
    known.do("ticket", "open", "--appliance", "A3", "不转", now="2026-09-01 09:00")
    completed = ("ticket", "complete", "T1", "--outcome", "fixed", "--technician", "李强")
    told = known.run(*completed, "--solution", "S2", now="2026-09-01 15:00").err
    assert "warning: S2 is for fridge, T1 is about washer\n" in told
    told = known.run("ticket", "correct", "T1", "--event", "2", "--solution", "S3", "--reason", "mistyped").err
    assert "warning" not in told


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(("--fault", "leak", "--fix", "x"), 2, "missing option '--category'"),
     (("--category", "fridge", "--fix", "x"), 2, "missing option '--fault'"),
     (("--kind", "lesson", "--category", "fridge"), 2, "missing option '--fix'"),
     (("--category", "fridge", "--fault", "frozen_stiff", "--fix", "x"), 4, "there is no fault code 'frozen_stiff'"),
     (("--from-ticket", "T9", "--fix", "x"), 3, "there is no ticket T9"),
     (("--kind", "law", "--fix", "x", "--part", "A,B"), 2, "one part at a time")],
)  # fmt: skip
def test_what_is_no_solution_is_refused(known: Desk, words: tuple[str, ...], code: int, told: str) -> None:
    assert told in known.refused(code, "solution", "add", *words)


@pytest.mark.parametrize(
    ("words", "ids"),
    [(("不制冷",), [1, 2]), (("冰箱不制冷",), [1, 2]), (("NOT", "ＣＯＯＬＩＮＧ"), [1, 2]),
     (("fridge is warm",), [1, 2]),
     (("buzhileng",), [1, 2]), (("fengshan",), [1]), (("风扇",), [1]), (("heater drain",), [2]), (("fan-2",), [1]),
     (("三十日",), [3]), (("不制冷", "--category", "冰箱"), [1, 2]), (("不制冷", "--category", "washer"), []),
     (("不制冷", "--model", "BCD-520"), [1, 2]), (("不制冷", "--model", "XQG"), [1]), (("电视黑屏",), [])],
)  # fmt: skip
def test_words_chinese_and_pinyin_find_what_helps(known: Desk, words: tuple[str, ...], ids: list[int]) -> None:
    assert found(known, *words) == ids


def test_success_is_counted_by_k4_and_not_typed(known: Desk) -> None:
    """By hand: T1 and T5 came back with nobody calling again, T2 was repeated by T3, T4 was exchanged, T6 is young."""
    known.do("appliance", "add", "--customer", "C2", "--category", "fridge", now="2026-01-01 09:00")
    for day, appliance, outcome in (
        ("2026-06-01", "A1", "fixed"), ("2026-08-01", "A1", "fixed"), ("2026-08-20", "A1", "fixed"),
        ("2026-10-01", "A4", "exchanged"), ("2026-10-01", "A2", "no_fault_found"), ("2026-11-20", "A1", "fixed"),
    ):  # fmt: skip
        repaired(known, day, "--solution", "S1", appliance=appliance, outcome=outcome)
    rows = {row["ticket_id"]: row["verdict"] for month in range(6, 12)
            for row in known.do("kpi", "rows", "repeat_repair_rate", "--month", f"2026-{month:02}")}  # fmt: skip
    page = known.do("solution", "show", "S1")
    told = {"miss": "worked", "hit": "repeated"}
    assert {row["ticket_id"]: row["verdict"] for row in page["tickets"]} == {
        ticket: told.get(verdict, verdict) for ticket, verdict in rows.items()
    }
    assert [row["verdict"] for row in page["tickets"]] == [
        "pending", "worked", "excluded", "worked", "repeated", "worked"
    ]  # fmt: skip
    assert counted(known, 1, now="2026-11-21 18:00") == (3, 4, 1)
    assert counted(known, 1) == (4, 5, 0)
    assert "3 of 4" in known.run("solution", "list", "-f", "table").out
    known.do("ticket", "correct", "T1", "--event", "2", "--solution", "S2", "--reason", "wrong one")
    assert counted(known, 1) == (3, 4, 0)


def test_whoever_takes_the_call_hears_the_best_two(known: Desk) -> None:
    known.do(*ADD, "--fix", "refill")
    for day in ("2026-01-10", "2026-03-10"):
        repaired(known, day, "--solution", "S4")
    fix = "S2: iced up: thaw the drain, then check the heater\n"
    opened = known.run("ticket", "open", "--appliance", "A1", "冰箱不制冷了")
    assert opened.err.endswith(f"{fix}S4 (worked 2 of 2): refill\n")
    coded = known.run("ticket", "open", "--appliance", "A2", "--fault", "not_cooling", "please come")
    assert coded.err.endswith("S4 (worked 2 of 2): refill\nS1: 风扇卡住: 换风扇电机 [FAN-2]\n")
    assert "S4" not in known.run("ticket", "open", "--appliance", "A2", "makes noise").err
    assert "S4" not in known.run("ticket", "open", "--appliance", "A3", "不制冷").err
    tried = known.run("ticket", "open", "--appliance", "A2", "--dry-run", "not cooling")
    assert "S4 (worked 2 of 2)" in tried.err


def test_papers_carry_the_best_two(known: Desk, tmp_path: Path) -> None:
    known.do("ticket", "open", "--appliance", "A2", "不制冷")
    known.do("ticket", "assign", "T1", "--to", "李强")
    known.do("ticket", "sheet", "T1", "--output", str(tmp_path / "order.html"))
    known.do("technician", "day", "李强", "--sheet", str(tmp_path / "day.html"))
    for paper in ("order.html", "day.html"):
        assert "S1: 风扇卡住: 换风扇电机 [FAN-2]" in (tmp_path / paper).read_text(encoding="utf-8")


def test_a_completion_says_what_was_found_and_what_helped(known: Desk) -> None:
    repaired(known, "2026-11-02", "--found", "漏水", "--cause", "磨损", "--solution", "s2")
    event = known.do("ticket", "show", "T1")["events"][-1]
    assert (event["found"], event["found_cause"], event["solution_id"]) == ("leak", "worn", 2)
    assert "fixed, leak, worn, S2" in known.run("ticket", "show", "T1", "-f", "table").out
    same = ("--outcome", "fixed", "--found", "leak", "--cause", "worn", "--solution", "2")
    assert known.run("ticket", "complete", "T1", *same).err == "T1: already recorded, nothing changed\n"
    known.refused(4, "ticket", "complete", "T1", *same[:-1], "S1")
    known.do("ticket", "correct", "T1", "--event", "2", "--cause", "seal", "--reason", "typed wrong")
    assert known.do("ticket", "show", "T1")["events"][-1]["found_cause"] == "seal"
    assert "has no solution" in known.refused(4, "ticket", "correct", "T1", "--event", "1", "--solution", "S1",
                                              "--reason", "x")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(("--solution", "S9"), 3, "there is no solution S9"), (("--solution", "T1"), 2, "'T1' does not name a solution"),
     (("--solution", "S3"), 4, "S3 is retired: repealed"), (("--cause", "moon"), 4, "there is no cause code 'moon'")],
)  # fmt: skip
def test_a_completion_names_what_there_is(known: Desk, words: tuple[str, ...], code: int, told: str) -> None:
    known.do("solution", "retire", "S3", "--reason", "repealed")
    known.do("ticket", "open", "--appliance", "A1", "warm")
    assert told in known.refused(code, "ticket", "complete", "T1", "--outcome", "fixed", *words)


SECRETS = ("王芳", "13800138000", "人民路8号", "rings_twice", "dog_bites", "Anna Fischer")


def test_a_ticket_gives_its_codes_and_none_of_its_words(known: Desk, tmp_path: Path) -> None:
    known.do("part", "add", "COMP-12", "--name", "压缩机")
    known.do("part", "receive", "COMP-12", "1", now="2026-11-01 09:00")
    ticket = known.do("ticket", "open", "--appliance", "A1", "--fault", "noise", "rings_twice 王芳 13800138000",
                      now="2026-11-02 09:00")["id"]  # fmt: skip
    known.do("note", "add", f"T{ticket}", "dog_bites")
    known.do("part", "use", f"T{ticket}", "COMP-12", now="2026-11-02 10:00")
    done = ("--found", "leak", "--cause", "seal", "--note", "dog_bites, 人民路8号")
    assert "T1 is not completed" in known.refused(4, "solution", "add", "--from-ticket", "T1", "--fix", "new seal")
    known.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", *done, now="2026-11-02 11:00")

    added = known.run("solution", "add", "--from-ticket", "T1", "--fix", "new seal", "-f", "json")

    assert added.err == "copied from T1: category, fault, cause, parts; no words of the customer or of a note\n"
    copied = {key: added.json[key] for key in ("category", "model", "fault", "cause", "fix", "parts")}
    assert copied == {"category": "fridge", "model": None, "fault": "leak", "cause": "seal", "fix": "new seal",
                      "parts": ["COMP-12"]}  # fmt: skip
    known.do("solution", "export", str(tmp_path / "s.json"))
    text = (tmp_path / "s.json").read_text(encoding="utf-8")
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize(
    "text", ["call 138 0013 8000 first", "王芳家的要换", "at 人民路8号 on the left", "as anna fischer did"]
)
def test_a_text_that_names_a_customer_is_refused(known: Desk, text: str, tmp_path: Path) -> None:
    told = known.refused(4, *ADD, "--fix", text)
    assert "what the house knows is about no customer" in told
    assert told.endswith("hint: write it without; --force if it is not about that person\n")
    known.refused(4, "solution", "edit", "S1", "--fix", text)
    known.do(*ADD, "--fix", text, "--force")
    known.refused(4, "solution", "export", str(tmp_path / "s.json"))
    assert not (tmp_path / "s.json").exists()


@pytest.fixture
def other(make: Any) -> Desk:
    """Another outlet, which knows nothing yet."""
    made: Desk = make()
    return made


def carried(source: Desk, target: Desk, path: Path, now: str = LATER) -> dict[str, int]:
    """What the target reads of what the source knows."""
    source.do("solution", "export", str(path), now=now)
    return dict(target.do("solution", "import", str(path), now=now))


def told(desk: Desk) -> list[tuple[Any, ...]]:
    """What an outlet knows, whatever its own numbers are."""
    keys = ("uuid", "kind", "category", "model", "fault", "cause", "fix", "parts", "retired", "edited_at")
    return sorted(tuple(str(row[key]) for key in keys) for row in desk.do("solution", "list", "--all", now=LATER))


def test_solutions_are_carried_between_two_outlets_and_back_without_doubles(
    known: Desk, other: Desk, tmp_path: Path
) -> None:
    known.do("category", "add", "ice_maker")
    known.do("solution", "add", "--category", "ice_maker", "--fault", "leak", "--fix", "x", "--link", "/home/a.pdf")
    path = tmp_path / "s.json"
    assert carried(known, other, path) == {"read": 4, "new": 4, "changed": 0, "older": 0, "known": 0}
    assert told(other) == told(known)
    assert "/home/a.pdf" not in path.read_text(encoding="utf-8")
    assert carried(other, known, path) == {"read": 4, "new": 0, "changed": 0, "older": 0, "known": 4}
    assert known.do("solution", "show", "S4")["link"] == "/home/a.pdf"
    other.do("solution", "edit", found_number(other, "leak"), "--fix", "y", now="2026-12-01 09:00")
    known.do("solution", "retire", "S2", "--reason", "too old", now="2026-12-02 09:00")
    assert carried(known, other, path) == {"read": 4, "new": 0, "changed": 1, "older": 1, "known": 2}
    assert carried(other, known, path) == {"read": 4, "new": 0, "changed": 1, "older": 0, "known": 3}
    assert told(other) == told(known)
    assert known.do("solution", "show", "S4")["fix"] == "y"


def found_number(desk: Desk, text: str) -> str:
    (number,) = found(desk, text)
    return f"S{number}"


def test_two_edits_of_one_instant_come_to_one_text_in_whatever_order(known: Desk, other: Desk, tmp_path: Path) -> None:
    carried(known, other, tmp_path / "s.json")
    known.do("solution", "edit", "S1", "--fix", "aaa", now="2026-12-01 09:00")
    number = next(row["id"] for row in other.do("solution", "list") if row["cause"] == "风扇卡住")
    other.do("solution", "edit", f"S{number}", "--fix", "bbb", now="2026-12-01 09:00")
    known.do("solution", "export", str(tmp_path / "known.json"), now=LATER)
    other.do("solution", "export", str(tmp_path / "other.json"), now=LATER)
    assert known.do("solution", "import", str(tmp_path / "other.json"), now=LATER)["changed"] == 1
    assert other.do("solution", "import", str(tmp_path / "known.json"), now=LATER)["older"] == 1
    assert told(other) == told(known)


def test_an_edit_is_newer_than_what_a_fast_clock_wrote(known: Desk) -> None:
    known.do("solution", "edit", "S1", "--fix", "one", now="2026-12-01 09:00")
    page = known.do("solution", "edit", "S1", "--fix", "two", now="2026-12-01 09:00")
    assert page["edited_at"] == "2026-12-01T09:00:01+08:00"


def one_solution(**more: Any) -> dict[str, Any]:
    return {"uuid": "u-1", "kind": "lesson", "fix": "x", "edited_at": "2026-11-02T09:00:00+08:00"} | more


@pytest.mark.parametrize(
    ("content", "why"),
    [("{", "is no file of solutions"), ("[]", "is no file of solutions"),
     ('{"format": "x"}', "is no file of solutions"),
     (2, "was written by a newer servicedesk (format 2, this one knows 1)"),
     (one_solution(fix=None), "solution 2: it is not as an outlet writes it"),
     (one_solution(kind="rumour"), "solution 2: it is not as an outlet writes it"),
     (one_solution(parts=7), "solution 2: it is not as an outlet writes it"),
     (one_solution(edited_at="2099-01-01T00:00:00+08:00"), "solution 2: it was edited 2099-01-01 00:00, which is"),
     (one_solution(cause="a\u202eb"), "solution 2: the cause holds a control character (U+202E)"),
     ("no row", "solution 2: it is not as an outlet writes it")],
)  # fmt: skip
def test_what_no_outlet_wrote_is_refused_with_nothing_taken(desk: Desk, tmp_path: Path, content: Any, why: str) -> None:
    path = tmp_path / "s.json"
    made = {"format": "servicedesk solutions", "version": 1, "solutions": [one_solution(uuid="u-0"), content]}
    if isinstance(content, int):
        made |= {"version": content, "solutions": "in another way"}
    text = content if isinstance(content, str) and content != "no row" else json.dumps(made)
    path.write_text(text, encoding="utf-8")
    said = desk.refused(5, "solution", "import", str(path))
    assert why in said
    assert said.count("error: ") == 1
    assert desk.do("solution", "list", "--all") == []


def test_a_file_that_is_not_there_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    assert "cannot be read" in desk.refused(5, "solution", "import", str(tmp_path / "none.json"))


def test_what_is_written_down_is_undone_redone_and_told(known: Desk) -> None:
    known.do("solution", "edit", "S1", "--fix", "clean it", "--cause", "none")
    assert known.do("solution", "show", "S1")["cause"] is None
    known.do("undo")
    assert known.do("solution", "show", "S1")["cause"] == "风扇卡住"
    known.do("redo")
    assert [row["what"] for row in known.do("history", "S1")][:2] == [
        "cause: 风扇卡住 → –", "fix: 换风扇电机 → clean it"
    ]  # fmt: skip
    known.do(*ADD, "--fix", "another")
    known.do("undo")
    assert "S4 was undone" in known.refused(3, "solution", "show", "S4")
    known.do("redo")
    assert known.do("solution", "show", "S4")["fix"] == "another"
    retire = ("solution", "retire", "S4", "--reason", "no good")
    assert known.do(*retire)["retired"] == "no good"
    assert known.run(*retire).err == "S4: already recorded, nothing changed\n"
    assert found(known, "another") == []
    assert known.do("solution", "retire", "S4", "--undo")["retired"] is None
    assert "say why" in known.refused(2, "solution", "retire", "S4")


def test_a_merged_category_keeps_what_is_known_of_it(known: Desk) -> None:
    known.do("category", "add", "cooler")
    known.do("solution", "edit", "S1", "--category", "cooler")
    known.do("category", "merge", "cooler", "fridge")
    assert known.do("solution", "show", "S1")["category"] == "fridge"

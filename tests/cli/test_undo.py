"""A command is undone as one unit, and redone; figures of then stay what they were."""

import ast
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from servicedesk.history import reverse as reversal
from servicedesk.storage.journal import JOURNALED, PLAIN
from tests.asking import opened, staffed, under_map
from tests.conftest import Desk

# What is shown of the file; each must read the same again.
VIEWS: tuple[tuple[str, ...], ...] = (
    ("customer", "find", "王"), ("customer", "show", "C1"), ("customer", "show", "C2"), ("household", "show", "H1"),
    ("appliance", "find", "--customer", "C1", "--all"), ("appliance", "show", "A1"), ("category", "list"),
    ("technician", "list"), ("ticket", "list", "--all"), ("ticket", "show", "T1"), ("ticket", "show", "T2"),
    ("promise", "list", "--all"), ("complaint", "list", "--all"), ("note", "list"),
    ("maintenance", "due", "--within", "400d"), ("maintenance", "unknown"), ("kpi", "report", "--month", "2026-01"),
    ("kpi", "report", "--month", "2026-02"), ("kpi", "backlog"), ("export", "customers"), ("export", "appliances"),
    ("export", "technicians"), ("check",), ("callback", "due"), ("today",), ("info",),
)  # fmt: skip
# Ids of facts and what was recorded when, which an undo and a redo may give anew; and what stands no longer.
_ANEW = {"number", "recorded_at", "typed", "corrects_id", "imported", "pinned"}


def standing(value: Any, *, of_fact: bool = False) -> Any:
    """An answer without voided facts, and without what a fact that came back has anew."""
    if isinstance(value, list):
        return [
            standing(item, of_fact=of_fact) for item in value if not (isinstance(item, dict) and item.get("voided_at"))
        ]
    if isinstance(value, dict):
        anew = _ANEW | ({"id"} if of_fact else set())
        facts = {"events", "promises", "callbacks", "complaints", "steps", "open_complaints"}
        return {k: standing(v, of_fact=of_fact or k in facts) for k, v in value.items() if k not in anew}
    return value


def seen(desk: Desk, now: str) -> dict[str, Any]:
    """All views at that instant, whether they answer or refuse."""
    found: dict[str, Any] = {}
    for words in VIEWS:
        answer = desk.run(*words, "--format", "json", now=now)
        of_fact = words[0] in {"promise", "callback", "complaint"}
        found[" ".join(words)] = standing(json.loads(answer.out), of_fact=of_fact) if answer.code == 0 else answer.code
    today = found["today"]
    for item in today:
        item["ref"] = item["ref"][:1] if item["ref"][:1] in "PK" else item["ref"]
    return found


def clock(minute: int) -> str:
    """A working day, minute by minute."""
    return f"2026-02-{2 + minute // 720:02d} {8 + minute % 720 // 60:02d}:{minute % 60:02d}"


LATER = "2026-02-20 12:00"


# One list of words a command, in an order in which all of them write; what a rule refuses is no command.
DAY: tuple[tuple[str, ...], ...] = (
    ("customer", "add", "王五", "--phone", "13900000001", "--address", "Nanjing Road 1", "--tier", "vip"),
    ("household", "add", "--member", "C1"),
    ("customer", "add", "王六", "--phone", "13900000002", "--household", "H1"),
    ("customer", "edit", "C1", "--name", "王芳芳", "--phone", "13700000000"),
    ("customer", "edit", "C1", "--drop-phone", "13800138000"),
    ("customer", "tier", "C1", "vip", "--from", "2026-01-15"),
    ("category", "add", "kettle", "--years", "2"),
    ("category", "edit", "fridge", "--years", "2", "--label", "冰箱箱"),
    ("appliance", "add", "--customer", "C1", "--category", "fridge", "--serial", "X9", "--bought", "2025-02-10"),
    ("appliance", "add", "--customer", "C2", "--category", "kettle", "--bought", "2024"),
    ("appliance", "edit", "A1", "--bought", "2024-02-13", "--brand", "Siemens"),
    ("note", "add", "A1", "in the cellar"),
    ("note", "add", "H1", "ring twice", "--on", "02-10", "--yearly"),
    ("appliance", "transfer", "A2", "--to", "C2", "--on", "2026-02-01"),
    ("appliance", "retire", "A3", "--reason", "old", "--on", "2026-02-01"),
    ("technician", "add", "Sun", "--skill", "fridge", "--area", "North"),
    ("technician", "edit", "Li", "--skill", "ac", "--name", "Li Wei"),
    ("technician", "absent", "Wang", "--from", "2026-02-03", "--to", "2026-02-05"),
    ("technician", "leave", "Zhao", "--on", "2026-02-01"),
    ("maintenance", "generate", "--until", "+30d"),
    ("maintenance", "decline", "A1", "--age", "2", "--reason", "abroad"),
    ("ticket", "open", "--appliance", "A1", "it drips"),
    ("ticket", "assign", "T1", "--to", "Wang"),
    ("ticket", "assign", "T2", "--auto"),
    ("ticket", "appoint", "T1", "--from", "2026-02-18 09:00", "--to", "2026-02-18 11:00", "--asked-by", "customer"),
    ("ticket", "wait", "T1", "--cause", "customer"),
    ("ticket", "resume", "T1"),
    ("promise", "add", "T1", "--what", "a part", "--by", "2026-02-25 12:00"),
    ("promise", "kept", "P1"),
    ("promise", "void", "P1", "--end", "--reason", "not yet"),
    ("promise", "withdraw", "P1", "--by", "outlet"),
    ("promise", "void", "P1", "--reason", "wrong"),
    ("ticket", "arrive", "T1", "--technician", "Wang"),
    ("ticket", "complete", "T1", "--outcome", "fixed"),
    ("survey", "record", "T1", "5"),
    ("survey", "record", "T1", "2", "--source", "sms"),
    ("ticket", "void", "T1", "--event", "8", "--reason", "wrong"),
    ("callback", "log", "T1", "--reached", "--note", "happy"),
    ("ticket", "correct", "T1", "--event", "1", "--at", "2026-01-30 08:30", "--reason", "typo"),
    ("ticket", "reopen", "T1", "again"),
    ("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer"),
    ("complaint", "open", "--ticket", "T1", "--about", "lateness", "he came late"),
    ("complaint", "acknowledge", "K1"),
    ("complaint", "recover", "K1", "--action", "apology"),
    ("complaint", "close", "K1", "--upheld"),
    ("complaint", "void", "K1", "--step", "1", "--reason", "wrong"),
    ("complaint", "void", "K1", "--reason", "wrong"),
    ("maintenance", "generate", "--until", "+800d"),
    ("customer", "merge", "C2", "C1"),
)  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An outlet in which much can be done."""
    desk = Desk(tmp_path_factory.mktemp("undo") / "begun.db")
    desk.do("init", "--classroom", now="2025-01-01 08:00")
    staffed(desk)
    desk.do("customer", "add", "王明", "--phone", "13800138111", now="2025-01-02 08:00")
    words = ("--customer", "C1", "--category", "fridge", "--brand", "Haier", "--bought", "2024-02-12")
    desk.do("appliance", "add", *words, now="2025-01-02 08:10")
    opened(desk, "2026-01-30 09:00", "--appliance", "A1")
    return desk.path


@pytest.mark.seeds
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(words=st.lists(st.sampled_from(DAY), min_size=2, max_size=5), in_order=st.booleans())
def test_whatever_was_done_is_undone_and_done_again(
    begun: Path, tmp_path_factory: pytest.TempPathFactory, words: list[tuple[str, ...]], in_order: bool
) -> None:
    desk = Desk(tmp_path_factory.mktemp("case") / "outlet.db")
    shutil.copy(begun, desk.path)
    there_and_back(desk, sorted(words, key=DAY.index) if in_order else words)


@pytest.mark.seeds
@pytest.mark.parametrize("many", [2_000, -1])
def test_a_whole_day_is_undone_and_done_again(
    begun: Path, tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reversal, "_MANY", many)  # as for an import of thousands: the triggers step aside
    desk = Desk(tmp_path / "outlet.db")
    shutil.copy(begun, desk.path)
    before, noon = seen(desk, LATER), clock(len(DAY))
    for minute, command in enumerate(DAY):
        done = commands(desk)
        desk.do(*command, now=clock(minute))
        assert commands(desk) == done + 1, command
    after, figures = seen(desk, LATER), of_then(desk, noon)
    for minute in range(len(DAY)):
        undo(desk, 100 + minute)
    assert seen(desk, LATER) == before
    assert desk.run("check", now=LATER).code == 0
    for minute in range(len(DAY)):
        desk.do("redo", now=clock(200 + minute))
    assert seen(desk, LATER) == after
    assert of_then(desk, noon) == figures


def there_and_back(desk: Desk, words: list[tuple[str, ...]]) -> None:
    """All of it done, undone, redone, undone half and redone: before and after each the file reads the same."""
    states, minute = [seen(desk, LATER)], 0
    figures: list[tuple[str, str]] = []
    for command in words:
        minute += 1
        before = commands(desk)
        answer = desk.run(*command, now=clock(minute))
        assert answer.code in {0, 3, 4}, answer.err
        if commands(desk) != before:
            states.append(seen(desk, LATER))
            figures.append((clock(minute), of_then(desk, clock(minute))))
    for state in reversed(states[:-1]):
        minute += 1
        undo(desk, minute)
        assert seen(desk, LATER) == state
        figures.append((clock(minute), of_then(desk, clock(minute))))
    for state in states[1:]:
        minute += 1
        desk.do("redo", now=clock(minute))
        assert seen(desk, LATER) == state
        figures.append((clock(minute), of_then(desk, clock(minute))))
    for state in reversed(states[len(states) // 2 : -1]):
        minute += 1
        undo(desk, minute)
        assert seen(desk, LATER) == state
    for at, told in figures:
        assert of_then(desk, at) == told, at


def commands(desk: Desk) -> int:
    return len(desk.do("history"))


def undo(desk: Desk, minute: int) -> Any:
    return desk.do("undo", now=clock(minute))


def of_then(desk: Desk, at: str) -> str:
    """The figures of that instant, byte for byte."""
    period = ("--from", "2026-01-01", "--to", "2026-02-02")
    asked: list[tuple[str, ...]] = [(word, *period) for word in ("report", "integrity")]
    asked += [("rows", key, "--month", "2026-02") for key in ROWS]
    return "\n".join(desk.run("kpi", *words, "--as-of", at, "--format", "json", now=LATER).out for words in asked)


ROWS = ("arrival_24h_rate", "maintenance_completion_rate", "promise_kept_rate", "satisfaction_rate")


def test_an_undo_says_what_it_took_back_and_a_redo_what_came_again(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.do("customer", "edit", "C1", "--address", "Nanjing Road 1", now="2026-02-02 09:10")
    answer = desk.run("undo", now="2026-02-02 09:20")
    assert answer.err == "undone: C1: address – → Nanjing Road 1 ('customer edit' of clerk, 2026-02-02 09:10)\n"
    assert answer.out.splitlines()[1:] == ["customer\t1\taddress\tNanjing Road 1\t"]
    assert desk.do("undo", now="2026-02-02 09:21") == [
        {"noun": "ticket", "id": 1, "field": "ticket", "old": "repair, C1, hotline, the problem", "new": None},
        {"noun": "ticket", "id": 1, "field": "event", "old": "reported, 2026-02-02 09:00", "new": None},
    ]
    answer = desk.run("redo", now="2026-02-02 09:22")
    assert answer.err == "redone: opened T1 (repair) for C1 王芳 ('ticket open' of clerk, 2026-02-02 09:00)\n"
    assert desk.do("ticket", "show", "T1", now="2026-02-02 09:23")["status"] == "open"


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    before = desk.path.read_bytes()
    answer = desk.run("undo", "--dry-run", now="2026-02-02 10:00")
    assert "to be undone: opened T1 (repair) for C1 王芳 ('ticket open' of" in answer.err
    assert "dry run: nothing was written" in answer.err
    assert desk.path.read_bytes() == before
    assert desk.do("ticket", "show", "T1")["status"] == "open"


def test_what_was_undone_is_nowhere_found_and_its_number_not_given_again(desk: Desk) -> None:
    staffed(desk, machines=1)
    opened(desk, "2026-02-02 09:00", "--appliance", "A1")
    for minute in range(3):
        desk.do("undo", now=f"2026-02-02 10:0{minute}")
    for words in (("ticket", "show", "T1"), ("appliance", "show", "A1"), ("customer", "show", "C1")):
        told = desk.refused(3, *words)
        assert "was undone 2026-02-02 10:0" in told
        assert "'redo' restores" in told
    assert desk.refused(3, "note", "add", "T1", "x").startswith("error: T1 was undone")
    assert desk.refused(3, "customer", "show", "--phone", "13800138000").startswith("error: nobody has the phone")
    assert desk.do("ticket", "list", "--all") == []
    assert desk.do("customer", "add", "Zhou", "--phone", "13800138000")["id"] == 2
    assert desk.do("appliance", "add", "--customer", "C2", "--category", "fridge", "--serial", "S0")["id"] == 2
    assert desk.do("ticket", "open", "--appliance", "A2", "new")["id"] == 2


def test_there_is_nothing_to_undo_in_a_new_file_nor_to_bring_back(desk: Desk) -> None:
    assert desk.refused(4, "undo").startswith("error: there is nothing to undo")
    assert desk.refused(4, "redo").startswith("error: there is nothing to redo")


def test_what_was_written_since_stands_in_the_way_of_a_redo(desk: Desk) -> None:
    staffed(desk)
    desk.do("undo", now="2026-02-02 09:00")
    desk.do("technician", "add", "Sun", now="2026-02-02 09:10")
    told = desk.refused(4, "redo", now="2026-02-02 09:20")
    assert "nothing can be redone: 'technician add' of clerk, 2026-02-02 09:10 came after it" in told
    desk.do("undo", now="2026-02-02 09:30")
    assert [row["old"] for row in desk.do("undo", now="2026-02-02 09:31")] == ["Zhao"]
    desk.do("redo", now="2026-02-02 09:32")
    desk.do("redo", now="2026-02-02 09:33")
    assert [row["name"] for row in desk.do("technician", "list")] == ["Li", "Wang", "Zhao", "Sun"]
    desk.refused(4, "redo", now="2026-02-02 09:34")


def test_what_somebody_else_wrote_is_taken_back_with_yes_only(desk: Desk) -> None:
    staffed(desk)
    desk.do("--actor", "bob", "technician", "add", "Sun", now="2026-02-02 09:00")
    told = desk.refused(4, "undo", now="2026-02-02 09:10")
    assert told.startswith(
        "error: this command was typed by somebody else: 'technician add' of bob, 2026-02-02 09:00\n"
    )
    assert "--yes" in told
    desk.do("undo", "--yes", now="2026-02-02 09:20")
    assert "Sun" not in [row["name"] for row in desk.do("technician", "list")]


def test_any_command_of_the_history_is_undone_where_nothing_was_written_on_its_rows_since(desk: Desk) -> None:
    staffed(desk)
    desk.do("customer", "edit", "C1", "--address", "Nanjing Road 1", now="2026-02-02 09:00")
    opened(desk, "2026-02-02 09:10", "--customer", "C1")
    answer = desk.run("undo", "5", now="2026-02-02 09:20")
    assert (answer.code, answer.err) == (
        0,
        "undone: C1: address – → Nanjing Road 1 ('customer edit' of clerk, 2026-02-02 09:00)\n",
    )
    assert desk.do("history", "--limit", "2")[0]["what"] == "undid no 5: C1: address – → Nanjing Road 1"
    assert "already" in desk.run("undo", "5", now="2026-02-02 09:30").err
    desk.do("redo", now="2026-02-02 09:40")
    assert desk.do("customer", "show", "C1")["address"] == "Nanjing Road 1"


@pytest.mark.parametrize(
    ("later", "ref"),
    [
        (("ticket", "assign", "T1", "--to", "Li"), "T1"),
        (("ticket", "edit", "T1", "--fault", "noise"), "T1"),
        (("promise", "add", "T1", "--what", "a part", "--by", "2026-02-25 12:00"), "P1"),
        (("note", "add", "T1", "rings twice"), "T1"),
        (("complaint", "open", "--ticket", "T1", "--about", "lateness"), "K1"),
    ],
)
def test_what_was_written_since_is_named_with_its_command(desk: Desk, later: tuple[str, ...], ref: str) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.do(*later, now="2026-02-02 09:10")
    assert desk.refused(4, "undo", "5", now="2026-02-02 09:20") == (
        f"error: no 5 cannot be undone: {ref} was written later by no 6,"
        f" '{' '.join(later[:2])}' of clerk, 2026-02-02 09:10\n"
        "hint: 'undo 6' first, if that was wrong too, or 'undo' 2 times, which takes back all since;"
        " 'history' shows it\n"
    )
    desk.do("undo", "6", now="2026-02-02 09:30")
    desk.do("undo", "5", now="2026-02-02 09:40")
    assert desk.do("ticket", "list", "--all") == []


def test_how_often_to_undo_is_said_at_once_and_is_enough(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-02-02 09:10")
    desk.do("ticket", "edit", "T1", "--fault", "noise", now="2026-02-02 09:20")
    desk.do("undo", now="2026-02-02 09:25")
    desk.do("note", "add", "T1", "rings twice", now="2026-02-02 09:30")
    assert desk.refused(4, "undo", "5", now="2026-02-02 09:40") == (
        "error: no 5 cannot be undone, these were written on it later:\n"
        "  no 9  note on T1: rings twice\n"
        "  no 6  assigned T1 to Li\n"
        "hint: if they were wrong too: 'undo 9', 'undo 6', 'undo 5'; or 'undo' 3 times, which takes back all since\n"
    )
    for minute in (50, 51, 52):
        desk.do("undo", now=f"2026-02-02 09:{minute}")
    assert desk.do("ticket", "list", "--all") == []


def test_what_stands_in_the_way_of_what_stands_in_the_way_is_named_too(desk: Desk) -> None:
    staffed(desk)
    desk.do("customer", "add", "Ann", "--phone", "13900139000", now="2026-02-02 09:00")
    opened(desk, "2026-02-02 09:05", "--phone", "13900139000")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-02-02 09:10")
    told = desk.refused(4, "undo", "5", now="2026-02-02 09:40")
    assert "hint: if they were wrong too: 'undo 7', 'undo 6', 'undo 5'; or 'undo' 3 times" in told
    for n in (7, 6, 5):
        desk.do("undo", f"{n}", now=f"2026-02-02 09:5{9 - n}")
    assert desk.do("customer", "list")[-1]["name"] != "Ann"


def test_no_number_of_the_history_and_an_undo_itself_are_refused(desk: Desk) -> None:
    staffed(desk)
    desk.do("undo", now="2026-02-02 09:00")
    assert desk.refused(3, "undo", "9").startswith("error: there is no command no 9\n")
    assert desk.refused(4, "undo", "5").startswith("error: no 5 is itself an undo\n")
    assert desk.refused(2, "undo", "T1") == (
        "error: 'T1' is no number of a command\nhint: 'servicedesk history T1' lists them with their numbers\n"
    )


def test_nothing_before_a_forgotten_person_is_undone(desk: Desk) -> None:
    staffed(desk)
    desk.do("customer", "forget", "C1", "--yes", now="2026-02-02 09:00")
    told = desk.refused(4, "undo", "1", now="2026-02-02 09:10")
    assert told.startswith("error: 'customer forget' of clerk, 2026-02-02 09:00 cannot be undone, nor anything before")


def test_an_undo_gives_no_appliance_back_to_a_customer_who_was_merged_since(desk: Desk) -> None:
    staffed(desk, machines=1)
    desk.do("customer", "add", "王明", "--phone", "13800138111", now="2026-02-02 09:00")
    desk.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-02-01", now="2026-02-02 09:10")
    desk.do("customer", "merge", "C2", "C1", now="2026-02-02 09:20")
    assert "C1 was written later by no 8" in desk.refused(4, "undo", "7", now="2026-02-02 09:30")


def test_a_voided_promise_with_its_end_is_undone_and_redone(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 08:00", "--customer", "C1")
    desk.do("promise", "add", "T1", "--what", "a part", "--by", "2026-02-25 12:00", now="2026-02-02 09:00")
    desk.do("promise", "withdraw", "P1", "--by", "outlet", now="2026-02-02 09:10")
    desk.do("promise", "void", "P1", "--reason", "wrong", now="2026-02-02 09:20")
    desk.do("undo", now="2026-02-02 09:30")
    assert len(desk.do("promise", "list", "--all", now="2026-02-02 09:31")) == 1
    desk.do("redo", now="2026-02-02 09:40")
    assert desk.do("promise", "list", "--all", now="2026-02-02 09:41") == []


@pytest.mark.seeds
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(numbers=st.lists(st.integers(0, len(DAY) + 7), min_size=2, max_size=15))
def test_whatever_is_undone_by_number_leaves_a_sound_file_and_is_redone(
    begun: Path, tmp_path_factory: pytest.TempPathFactory, numbers: list[int]
) -> None:
    """0 is the last command."""
    desk = Desk(tmp_path_factory.mktemp("numbers") / "outlet.db")
    shutil.copy(begun, desk.path)
    for minute, command in enumerate(DAY):
        desk.do(*command, now=clock(minute))
    before, undone = seen(desk, LATER), 0
    for minute, number in enumerate(numbers, start=100):
        answer = desk.run("undo", *([str(number)] if number else []), now=clock(minute))
        assert answer.code in {0, 4}, answer.err
        undone += answer.err.startswith("undone")
        assert desk.run("check", now=LATER).code == 0
    for minute in range(undone):
        desk.do("redo", now=clock(200 + minute))
    assert seen(desk, LATER) == before


def test_a_clock_set_back_undoes_nothing(desk: Desk) -> None:
    staffed(desk)
    assert "was typed later than now" in desk.refused(4, "undo", now="2020-01-01 09:00")


def test_the_same_name_again_is_the_same_technician_again(desk: Desk) -> None:
    staffed(desk)
    desk.do("technician", "add", "Sun", "--skill", "ac", now="2026-02-02 09:00")
    desk.do("undo", now="2026-02-02 09:01")
    assert desk.refused(3, "ticket", "list", "--technician", "Sun").startswith("error: there is no technician 'Sun'")
    told = desk.refused(4, "technician", "edit", "Li", "--name", "Sun")
    assert "the name Sun belongs to a technician whose registration was undone" in told
    again = desk.do("technician", "add", "Sun", "--skill", "fridge", now="2026-02-02 09:02")
    assert (again["id"], again["skills"]) == (4, ["fridge"])
    desk.do("undo", now="2026-02-02 09:03")
    desk.do("category", "add", "kettle", now="2026-02-02 09:04")
    desk.do("undo", now="2026-02-02 09:05")
    assert desk.do("category", "add", "kettle", "--years", "3", now="2026-02-02 09:06")["years"] == 3


def test_a_promise_that_came_back_is_found_under_its_number(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    words = ("promise", "add", "T1", "--what", "a part", "--by", "2026-02-03 12:00")
    assert desk.do(*words, now="2026-02-02 09:10")["id"] == 1
    desk.do("undo", now="2026-02-02 09:11")
    assert desk.refused(3, "promise", "kept", "P1", now="2026-02-02 09:12").startswith("error: P1 was undone")
    desk.do("redo", now="2026-02-02 09:13")
    assert desk.do("promise", "kept", "P1", now="2026-02-02 09:14")["id"] == 2
    desk.do("undo", now="2026-02-02 09:15")
    desk.do("undo", now="2026-02-02 09:16")
    told = desk.refused(4, "redo", now="2026-02-04 09:00")
    assert "P2 cannot come back: it was due 2026-02-03 12:00" in told


def test_what_hangs_on_a_voided_complaint_comes_back_with_it(desk: Desk) -> None:
    staffed(desk)
    desk.do("complaint", "open", "--customer", "C1", "--about", "lateness", "x", now="2026-02-02 09:00")
    desk.do("complaint", "acknowledge", "K1", now="2026-02-02 09:01")
    desk.do("complaint", "void", "K1", "--reason", "wrong", now="2026-02-02 09:02")
    desk.do("undo", now="2026-02-02 09:03")
    (listed,) = desk.do("complaint", "list", now="2026-02-02 09:04")
    shown = desk.do("complaint", "show", f"K{listed['id']}", now="2026-02-02 09:04")
    assert (shown["status"], [step["kind"] for step in shown["steps"]]) == ("acknowledged", ["acknowledged"])
    assert desk.run("check").code == 0


def written_beside(desk: Desk, sql: str) -> None:
    with closing(sqlite3.connect(desk.path)) as connection:
        connection.execute(sql)
        connection.commit()


def test_rows_that_no_command_put_down_are_in_the_way(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    columns = "(ticket_id, text, recorded_at, actor, origin)"
    written_beside(desk, f"INSERT INTO note {columns} VALUES (1, 'x', '2026-02-02T09:00:00+08:00', 'x', 'typed')")
    told = desk.refused(4, "undo", now="2026-02-02 09:10")
    assert "'ticket open' of clerk, 2026-02-02 09:00 cannot be reversed, nothing was written: note 1 names T1" in told
    written_beside(desk, "DELETE FROM note")
    desk.do("customer", "edit", "C1", "--address", "here", now="2026-02-02 09:20")
    written_beside(desk, "UPDATE customer SET address = 'elsewhere'")
    assert "address of C1 was changed since" in desk.refused(4, "undo", now="2026-02-02 09:30")
    desk.do("note", "add", "C1", "y", now="2026-02-02 09:40")
    written_beside(desk, "DELETE FROM note")
    assert "was changed since" in desk.refused(4, "undo", now="2026-02-02 09:50")


ROW = "ref,name,phone,serial,reported,technician"
MAP = """
source = "x"
dates = ["%Y-%m-%d %H:%M"]
[customer]
ref = "ref"
name = "name"
phone = "phone"
[appliance]
ref = "ref"
category = { value = "kettle" }
serial = "serial"
[ticket]
ref = "ref"
type = { value = "repair" }
reported_at = "reported"
completed_at = "reported"
outcome = { value = "fixed" }
technician = "technician"
"""


@pytest.mark.parametrize("many", [2_000, 1])
def test_an_import_is_one_unit(desk: Desk, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reversal, "_MANY", many)
    staffed(desk)
    rows = (f"r{n},Name {n},1390000000{n},S{n},2026-01-0{n} 09:00,Sun" for n in range(1, 6))
    words = under_map(desk, MAP, ROW, *rows)
    asked = ("kpi", "report", "--month", "2026-01")
    before = desk.do(*asked, now="2026-02-20 12:00")
    assert desk.do(*words, now="2026-02-02 09:00")["new"] == 5
    figures = desk.do(*asked, now="2026-02-20 12:00")
    then = desk.do(*asked, "--as-of", "2026-02-02 09:05", now="2026-02-20 12:00")
    for hour in (10, 11):
        desk.do("undo", now=f"2026-02-02 {hour}:00")
        assert desk.do(*asked, now="2026-02-20 12:00") == before
        assert desk.do("info")["imported"] == 0
        assert desk.do("technician", "list")[-1]["name"] == "Zhao"
        if hour == 10:
            desk.do("redo", now="2026-02-02 10:15")
            assert desk.do(*asked, now="2026-02-20 12:00") == figures
            assert desk.do(*words, now="2026-02-02 10:16")["known"] == 5
    assert desk.do(*asked, "--as-of", "2026-02-02 09:05", now="2026-02-20 12:00") == then
    assert desk.do(*words, now="2026-02-02 11:30")["new"] == 5
    assert desk.run("check").code == 0


def test_a_folder_read_into_a_new_file_is_no_command(desk: Desk, make: Callable[..., Desk], tmp_path: Path) -> None:
    staffed(desk)
    desk.do("undo", now="2026-02-02 09:00")
    desk.do("export", str(tmp_path / "all"))
    other = make()
    other.do("import", str(tmp_path / "all"))
    assert other.do("history") == desk.do("history")
    assert other.do("redo", now="2026-02-02 09:10")[0]["new"] == "王芳, North"


def test_a_number_of_nobody_has_no_history(desk: Desk) -> None:
    assert "'4' names nothing that has a history" in desk.refused(2, "history", "4")


def test_nothing_comes_back_of_who_was_forgotten(desk: Desk) -> None:
    staffed(desk)
    desk.do("customer", "forget", "C1", "--yes", now="2026-02-02 09:00")
    assert "'customer forget' of clerk, 2026-02-02 09:00" in desk.refused(4, "undo", "--yes", now="2026-02-02 09:10")


TABLES = "|".join((*JOURNALED, *PLAIN))
CHANGES = re.compile(rf"\b(?:UPDATE|INSERT(?: OR \w+)? INTO|REPLACE INTO|DELETE FROM) (?:main\.)?(?:{TABLES})\b")
# They make the file or save one; a forgotten person must not stand in a journal.
BESIDE = {"opening.py", "derived.py", "forget.py", "erase.py"}


def test_whatever_changes_the_tables_of_a_journal_goes_by_it() -> None:
    """A statement that begins otherwise, or goes round Database.run, would be missing from the history."""
    for path in Path(reversal.__file__).parents[1].rglob("*.py"):
        if path.name in BESIDE or "salvage" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            texts = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)]
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"execute", "executemany"}:
                assert not any(CHANGES.search(str(text)) for text in texts), f"{path.name}:{call.lineno}"
        for text in (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)):
            found = CHANGES.search(text)
            begins = found is not None and not text[: found.start()].strip() and " OR " not in found[0]
            assert found is None or begins, f"{path.name} begins otherwise: {text[:60]}"

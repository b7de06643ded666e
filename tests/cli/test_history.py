"""Who wrote what, when, with which command, old and new."""

import sqlite3
from contextlib import closing

from tests.asking import opened, staffed
from tests.conftest import Desk


def lines(desk: Desk, *words: str) -> list[tuple[object, ...]]:
    """Command, field, old and new of a history."""
    return [(row["command"], row["field"], row["old"], row["new"]) for row in desk.do("history", *words)]


def test_every_command_that_wrote_is_one_line_the_newest_first(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.refused(4, "ticket", "resume", "T1", now="2026-02-02 09:10")
    desk.do("customer", "edit", "C1", "--name", "王芳", now="2026-02-02 09:20")
    rows = desk.do("history", "--limit", "2")
    assert rows[0] == {
        "command_id": 5,
        "at": "2026-02-02T09:00:00+08:00",
        "actor": "clerk",
        "command": "ticket open",
        "what": "opened T1 (repair) for C1 王芳",
        "undoes_id": None,
        "undone_by": None,
        "wrote": {"ticket": 1, "event": 1},
    }
    assert [row["command"] for row in rows] == ["ticket open", "customer add"]
    assert [row["command"] for row in desk.do("history")][2:] == ["technician add"] * 3
    told = desk.run("history", "--format", "table").out
    assert "2026-02-02 09:00  clerk  opened T1 (repair) for C1 王芳" in told


def test_a_ticket_tells_what_happened_to_it_and_to_what_hangs_on_it(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-02-02 09:10")
    desk.do(
        "ticket", "correct", "T1", "--event", "2", "--technician", "Wang", "--reason", "typo", now="2026-02-02 09:20"
    )
    desk.do("note", "add", "T1", "rings twice", now="2026-02-02 09:30")
    desk.do("promise", "add", "T1", "--what", "a part", "--by", "2026-02-03 12:00", now="2026-02-02 09:40")
    desk.do("promise", "kept", "P1", now="2026-02-02 09:50")
    assert lines(desk, "T1") == [
        ("promise kept", "promise_end", None, "kept, 2026-02-02 09:50"),
        ("promise add", "promise", None, "T1, a part, 2026-02-03 12:00, 2026-02-02 09:40"),
        ("note add", "note", None, "rings twice"),
        ("ticket correct", "event", "assigned, 2026-02-02 09:10, Li", "voided: typo"),
        ("ticket correct", "event", None, "assigned, 2026-02-02 09:10, Wang"),
        ("ticket assign", "event", None, "assigned, 2026-02-02 09:10, Li"),
        ("ticket open", "ticket", None, "repair, C1, hotline, the problem"),
        ("ticket open", "event", None, "reported, 2026-02-02 09:00"),
    ]
    assert lines(desk, "P1") == lines(desk, "T1")[:2]


def what(desk: Desk, *words: str, now: str) -> str:
    """What the history says of a command."""
    desk.do(*words, now=now)
    said: str = desk.do("history", "--limit", "1")[0]["what"]
    return said


def test_the_history_says_in_words_what_a_command_did(desk: Desk) -> None:
    staffed(desk, machines=1)
    for minute in (0, 1):
        opened(desk, f"2026-02-02 09:0{minute}", "--appliance", "A1")
    spoken = [
        what(desk, *words, now=f"2026-02-02 10:{minute:02d}")
        for minute, words in enumerate(
            [
                ("customer", "edit", "C1", "--phone", "13911112222", "--drop-phone", "13800138000"),
                ("ticket", "cancel", "T2", "--reason", "duplicate", "--by", "customer", "--duplicate-of", "T1"),
                ("ticket", "assign", "T1", "--to", "Li"),
                ("ticket", "appoint", "T1", "--from", "2026-02-03 09:00", "--to", "11:00", "--asked-by", "customer"),
                ("ticket", "wait", "T1", "--cause", "outlet_part"),
                ("ticket", "correct", "T1", "--event", "2", "--technician", "Wang", "--reason", "typo"),
                ("ticket", "complete", "T1", "--outcome", "fixed"),
                ("survey", "record", "T1", "2"),
                ("note", "add", "A1", "in the cellar"),
                ("appliance", "edit", "A1", "--brand", "Haier"),
            ]
        )
    ]
    assert spoken == [
        "C1: phone 138****8000 → 139****2222",
        "cancelled T2 as a duplicate of T1",
        "assigned T1 to Li",
        "T1: appointment 2026-02-03 09:00–11:00",
        "T1 waits: outlet_part",
        "corrected T1: assigned, 2026-02-02 10:02, Li → assigned, 2026-02-02 10:02, Wang",
        "completed T1: fixed",
        "T1: survey answer 2",
        "note on A1: in the cellar",
        "A1: brand – → Haier",
    ]


def test_a_field_tells_old_and_new_and_its_undo_the_contrary(desk: Desk) -> None:
    staffed(desk, machines=1)
    desk.do("appliance", "edit", "A1", "--brand", "Haier", now="2026-02-02 09:00")
    desk.do("undo", now="2026-02-02 09:10")
    rows = desk.do("history", "A1")
    assert [(r["command"], r["field"], r["old"], r["new"], r["undone_by"]) for r in rows[:2]] == [
        ("undo", "brand", "Haier", None, None),
        ("appliance edit", "brand", None, "Haier", 7),
    ]
    assert desk.do("history")[1]["undone_by"] == 7
    told = desk.run("history", "A1", "--format", "table").out
    assert "undone by no 7" in told


def test_phones_are_hidden_unless_asked_for(desk: Desk) -> None:
    staffed(desk)
    desk.do("customer", "edit", "C1", "--drop-phone", "13800138000", now="2026-02-02 09:00")
    assert ("customer edit", "phone", "138****8000", None) in lines(desk, "C1")
    assert ("customer edit", "phone", "13800138000", None) in lines(desk, "C1", "--full")


def test_notes_that_are_gone_are_told(desk: Desk) -> None:
    staffed(desk)
    desk.do("note", "add", "C1", "deaf", now="2026-02-02 09:00")
    desk.do("undo", now="2026-02-02 09:10")
    assert lines(desk, "C1")[:2] == [("undo", "note", "deaf", None), ("note add", "note", None, "deaf")]


def test_what_is_older_than_the_journal_is_told_by_the_rows(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-02-02 09:10")
    desk.do("ticket", "void", "T1", "--event", "2", "--reason", "typo", now="2026-02-02 09:20")
    desk.do("customer", "edit", "C1", "--address", "here", now="2026-02-02 09:30")
    desk.do("note", "add", "C1", "deaf", now="2026-02-02 09:40")
    with closing(sqlite3.connect(desk.path)) as connection:
        for table in ("command_change", "command_span", "command"):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
    assert lines(desk, "T1") == [
        (None, "event", "assigned, 2026-02-02 09:10, Li", "voided: typo"),
        (None, "event", None, "assigned, 2026-02-02 09:10, Li"),
        (None, "ticket", None, "repair, C1, hotline, the problem"),
        (None, "event", None, "reported, 2026-02-02 09:00"),
    ]
    assert lines(desk, "C1")[:2] == [(None, "note", None, "deaf"), (None, "address", None, "here")]


def test_many_rows_are_counted(desk: Desk) -> None:
    people = desk.path.with_name("people.csv")
    people.write_text("ref,name\n" + "".join(f"{n},{n}\n" for n in range(205)))
    desk.do("import", str(people), "--as", "customers", now="2026-02-01 09:00")
    rows = desk.do("undo", "--dry-run", now="2026-02-02 09:00")
    assert rows[0] == {"noun": "customer", "id": None, "field": "customer", "old": "205 rows", "new": None}
    assert desk.do("history")[0]["what"] == "import: 205 customers"


def test_who_asks_for_nothing_that_there_is_hears_so(desk: Desk) -> None:
    assert desk.refused(3, "history", "T9").startswith("error: there is no T9")
    assert desk.refused(2, "history", "Li").startswith("error: 'Li' names nothing that has a history")
    assert desk.do("history") == []


def test_the_creation_says_what_was_written_then(desk: Desk) -> None:
    staffed(desk, machines=1)
    everything = ("C1", "A1", "Li", "T1", "K1", "H1", "dryer")
    desk.do("customer", "add", "赵强", "--phone", "13900139000", now="2026-02-02 09:00")
    desk.do("household", "add", "home", "--member", "C1", now="2026-02-02 09:00")
    desk.do("category", "add", "dryer", "--label", "干衣机", now="2026-02-02 09:00")
    opened(desk, "2026-02-02 09:00", "--customer", "C2")
    desk.do("complaint", "open", "--ticket", "T1", "--about", "lateness", now="2026-02-02 09:00")
    written = {ref: lines(desk, ref) for ref in everything}
    desk.do("customer", "edit", "C1", "--name", "王方", "--area", "South", now="2026-02-02 10:00")
    desk.do("appliance", "edit", "A1", "--brand", "Haier", "--bought", "2021", now="2026-02-02 10:00")
    desk.do("technician", "leave", "Li", "--on", "2026-02-01", now="2026-02-02 10:00")
    desk.do("category", "edit", "dryer", "--label", "烘干机", now="2026-02-02 10:00")
    desk.do("customer", "merge", "C1", "C2", now="2026-02-02 10:00")
    for ref in everything:
        assert lines(desk, ref)[-len(written[ref]) :] == written[ref]
    assert ("technician leave", "left_on", None, "2026-02-01") in lines(desk, "Li")
    assert ("category edit", "label_zh", "干衣机", "烘干机") in lines(desk, "dryer")


def test_in_chinese_no_code_and_no_english_is_left(desk: Desk) -> None:
    desk.do("customer", "add", "王强", "--phone", "13900139000")
    desk.do("ticket", "open", "--customer", "C1", "--fault", "door", "门打不开")
    desk.do("ticket", "cancel", "T1", "--by", "customer", "--reason", "customer_changed_mind")
    desk.do("outlet", "hours", "08:30-18:00")
    told = desk.run("--language", "zh", "history", "T1", "-f", "table").out
    assert "事件：已取消，2026-11-21 18:00，用户改变主意，用户" in told
    desk.do("customer", "forget", "C1", "--yes")
    told = desk.run("--language", "zh", "history", "-f", "table").out
    assert [line.split("clerk")[1].split() for line in told.splitlines() if "clerk" in line] == [
        ["彻底抹去", "C1"],
        ["网点：开门时间", "08:00", "→", "08:30"],
        ["取消", "T1：用户改变主意"],
        ["为", "C1", "（已抹去）", "开单", "T1（维修）"],
        ["新增", "C1", "（已抹去）"],
    ]


def test_what_is_so_is_told_by_its_name_in_chinese_too(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("note", "add", "C1", "生日", "--on", "12-05", "--yearly")
    assert desk.do("history", "C1")[0]["new"] == "生日, 12-05, yearly"
    assert "备注：生日，12-05，每年" in desk.run("--language", "zh", "history", "C1", "--format", "table").out

"""Damage, broken rules and missing data are found and told apart."""

import sqlite3

import pytest

from servicedesk.file.rules import IN_FILE, Finding, broken_file
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import workshop
from servicedesk.storage.paths import WORKSHOP
from tests.conftest import Desk, filled_once
from tests.crash.running import program, run


@filled_once
def filled(desk: Desk) -> Desk:
    """One customer, one machine, one repair that was completed."""
    desk.do("customer", "add", "王芳", "--phone", "138", "--address", "1 Road")
    machine = ("--category", "fridge", "--brand", "Haier", "--serial", "S1", "--bought", "2024-03-09")
    desk.do("appliance", "add", "--customer", "C1", *machine)
    desk.do("technician", "add", "Wang")
    desk.do("ticket", "open", "--appliance", "A1", "no cold", now="2026-10-02 08:00")
    desk.do("ticket", "assign", "T1", "--to", "Wang", now="2026-10-02 09:00")
    desk.do("ticket", "arrive", "T1", now="2026-10-02 10:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-02 11:00")
    return desk


def forced(desk: Desk, *statements: str) -> None:
    """Another program writes what the triggers would refuse."""
    connection = sqlite3.connect(desk.path, isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.executescript(statement)
    connection.execute("DELETE FROM ticket_fact")
    connection.execute("INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now")
    for _, sql in triggers:
        connection.execute(sql)
    connection.close()


def findings(desk: Desk) -> list[tuple[str, str, str]]:
    return [(row["kind"], f"{row['noun'][0].upper()}{row['id']}", row["finding"]) for row in desk.do("check")]


def test_a_complete_file_has_no_findings(filled: Desk) -> None:
    assert filled.do("check") == []
    assert filled.run("check").err == "no damage, no broken rule, nothing missing\n"


def test_missing_data_are_counted_and_no_error(desk: Desk, tmp_path: object) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "no cold")
    assert findings(desk) == [
        ("missing", "C1", "no address"), ("missing", "A1", "no date of purchase"), ("missing", "A1", "no serial"),
        ("missing", "T1", "a repair without an appliance: never counted in the repeat rate"),
        ("missing", "A1", "no brand"),
    ]  # fmt: skip
    assert list(desk.do("check")[0]) == ["kind", "noun", "id", "count", "finding", "remedy"]


def test_nobody_is_asked_about_the_appliance_of_a_forgotten_customer(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    desk.do("customer", "forget", "C1", "--yes")
    assert desk.do("check") == []


def test_a_finding_is_listed_whole(desk: Desk) -> None:
    for _ in range(3):
        desk.do("customer", "add", "王芳", "--phone", "138", "--force")
    (summary, *_) = desk.do("check")
    assert (summary["finding"], summary["count"]) == ("no address", 3)
    assert "check --list 'no address' prints all of one finding" in desk.run("check").err
    listed = desk.do("check", "--list", "No Address")
    assert [(row["id"], row["count"], row["remedy"]) for row in listed] == [
        (key, 1, f"customer edit C{key} --address A") for key in (1, 2, 3)
    ]
    assert desk.do("check", "--list", "no serial") == []


def test_a_finding_is_named_by_a_part_in_either_language(filled: Desk) -> None:
    assert filled.run("--language", "zh", "check", "--list", "无电话").code == 0
    assert filled.do("check", "--list", "no se") == []
    assert "matches 2 findings\nhint: no date of purchase; " in filled.refused(4, "check", "--list", "no d")
    filled.refused(3, "check", "--list", "no wheels")
    filled.refused(2, "check", "--list", "no serial", "--salvage", "new.db")


def test_every_case_of_a_broken_rule_is_listed_and_the_exit_says_so(filled: Desk) -> None:
    filled.do("appliance", "add", "--customer", "C1", "--category", "fan", "--bought", "2024-03-09")
    forced(
        filled,
        *(
            f"INSERT INTO technician (id, name, recorded_at, actor, origin)"
            f" VALUES ({n}, '{name}', '2026-10-02', 'x', 'typed')"
            for n, name in ((2, "ＷＡＮＧ"), (3, "Li"), (4, "ＬＩ"))
        ),
    )
    answer = filled.run("check", "--list", "has the name of another one", "--format", "json")
    assert (answer.code, [row["id"] for row in answer.json]) == (5, [2, 4])


def test_what_was_done_by_phone_lacks_no_technician(filled: Desk) -> None:
    filled.do("ticket", "open", "--appliance", "A1", "--type", "guidance", "how")
    filled.do("ticket", "complete", "T2", "--outcome", "done")
    filled.do("ticket", "open", "--appliance", "A1", "why")
    filled.do("ticket", "complete", "T3", "--outcome", "resolved_remotely")
    assert filled.do("check") == []


def test_machines_that_a_completion_left_are_found(filled: Desk) -> None:
    filled.do("ticket", "open", "--appliance", "A1", "warm")
    filled.do("ticket", "arrive", "T2", "--technician", "Wang")
    filled.do("ticket", "complete", "T2", "--outcome", "exchanged")
    assert [(row["finding"], row["remedy"]) for row in filled.do("check")] == [
        ("was exchanged, and is in use still", "appliance exchange A1 --for A12 --on DATE")
    ]
    filled.do("appliance", "retire", "A1", "--reason", "exchanged", "--on", "2026-11-21")
    assert filled.do("check") == []


NEW = (
    "INSERT INTO event (ticket_id, kind, at, recorded_at, actor, origin{}) VALUES (1, '{}', '{}', '{}', 'x', 'typed'{})"
)


def event(kind: str, at: str, more: str = "", value: str = "") -> str:
    return NEW.format(f", {more}" if more else "", kind, at, at, f", {value}" if value else "")


AT = "'2026-10-{:0>2}T{:0>2}:00:00+08:00'"


def promise(day: str) -> str:
    at = AT.format(day, 9)
    return (
        "INSERT INTO promise (ticket_id, what, due_at, at, recorded_at, actor, origin)"
        f" VALUES (1, 'x', {AT.format(30, 9)}, {at}, {at}, 'x', 'typed')"
    )


def complaint(day: str) -> str:
    at = AT.format(day, 9)
    return (
        "INSERT INTO complaint (customer_id, ticket_id, at, about, recorded_at, actor, origin)"
        f" VALUES (1, 1, {at}, 'x', {at}, 'x', 'typed')"
    )


def quote(day: str) -> str:
    at = AT.format(day, 9)
    return (
        "INSERT INTO quote (ticket_id, labour_fen, parts_fen, travel_fen, at, recorded_at, actor, origin)"
        f" VALUES (1, 8000, 0, 0, {at}, {at}, 'x', 'typed')"
    )


def compensation(day: str, kind: str) -> str:
    at = AT.format(day, 9)
    return (
        "INSERT INTO compensation (complaint_id, kind, amount_fen, purse, at, recorded_at, actor, origin)"
        f" VALUES (1, '{kind}', 30000, 'fund', {at}, {at}, 'x', 'typed')"
    )


PART = (
    "INSERT INTO part (code, name, recorded_at, actor, origin) VALUES ('COMP-12', 'x', '2026-10-02', 'x', 'typed'); "
    "INSERT INTO part_issue (part_id, technician_id, quantity, due_on, at, recorded_at, actor, origin)"
    f" VALUES (1, 1, 1, '2026-10-03', {AT.format('02', 9)}, {AT.format('02', 9)}, 'x', 'typed')"
)
BROKEN = {
    "has not exactly one report": event("reported", "2026-10-02T09:00:00+08:00"),
    "has an event before its report": event("assigned", "2026-10-01T09:00:00+08:00", "technician_id", "1"),
    "was completed before an arrival": event("arrived", "2026-10-03T09:00:00+08:00", "no_access", "0"),
    "was cancelled before an arrival": (
        "UPDATE event SET voided_at = recorded_at, voided_by = 'x', void_reason = 'x' WHERE kind = 'completed'; "
        + event("cancelled", "2026-10-02T09:30:00+08:00", "cancelled_by", "'customer'")
    ),
    "was surveyed before its completion": event("surveyed", "2026-10-02T09:00:00+08:00", "score", "5"),
    "ended more than once": event("cancelled", "2026-10-02T11:00:00+08:00", "cancelled_by", "'customer'"),
    "was worked on after it had ended": event("assigned", "2026-10-03T09:00:00+08:00", "technician_id", "1"),
    "is open or ended otherwise than its events say": "UPDATE ticket SET ended_at = NULL",
    "ended in a way its type cannot end": "UPDATE ticket SET type = 'install'",
    "was called back before its completion":
        "INSERT INTO callback (ticket_id, at, outcome, recorded_at, actor, origin)"
        f" VALUES (1, {AT.format('02', 10)}, 'reached', {AT.format('02', 10)}, 'x', 'typed')",
    "was made before its ticket was reported": promise("01"),
    "ended before it was made":
        f"{promise('03')}; INSERT INTO promise_end (promise_id, kind, at, recorded_at, actor, origin)"
        f" VALUES (1, 'kept', {AT.format('02', 9)}, {AT.format('02', 9)}, 'x', 'typed')",
    "was received before its ticket was reported": complaint("01"),
    "was promised for a ticket that was cancelled": (
        "UPDATE event SET voided_at = recorded_at, voided_by = 'x', void_reason = 'x' WHERE kind = 'completed'; "
        + event("cancelled", "2026-10-02T11:00:00+08:00", "cancelled_by", "'customer'") + "; " + promise("03")
    ),
    "has a step before its receipt":
        f"{complaint('03')}; INSERT INTO complaint_step (complaint_id, kind, at, upheld, recorded_at, actor, origin)"
        f" VALUES (1, 'recovered', {AT.format('02', 9)}, NULL, {AT.format('02', 9)}, 'x', 'typed')",
    "has a step after its closing":
        f"{complaint('03')}; INSERT INTO complaint_step (complaint_id, kind, at, upheld, recorded_at, actor, origin)"
        f" VALUES (1, 'closed', {AT.format('04', 9)}, 1, {AT.format('04', 9)}, 'x', 'typed'),"
        f" (1, 'recovered', {AT.format('04', 10)}, NULL, {AT.format('04', 10)}, 'x', 'typed')",
    "has a measure that was done before it was named":
        f"{complaint('03')}; INSERT INTO complaint_step (complaint_id, kind, at, upheld, measure, recorded_at, actor,"
        f" origin) VALUES (1, 'closed', {AT.format('04', 9)}, 1, 'x', {AT.format('04', 9)}, 'x', 'typed');"
        " INSERT INTO measure_done (complaint_step_id, at, recorded_at, actor, origin)"
        f" VALUES (1, {AT.format('03', 9)}, {AT.format('03', 9)}, 'x', 'typed')",
    "was quoted or charged before its report": quote("01"),
    "has an answer before its quote":
        f"{quote('03')}; INSERT INTO quote_answer (quote_id, kind, at, recorded_at, actor, origin)"
        f" VALUES (1, 'accepted', {AT.format('02', 9)}, {AT.format('02', 9)}, 'x', 'typed')",
    "was compensated before its receipt": f"{complaint('03')}; {compensation('02', 'paid')}",
    "got more back than was paid for it": f"{complaint('03')}; {compensation('04', 'reclaimed')}",
    "more went out than came in": PART,
    "more was used or given back than somebody took":
        f"{PART}; INSERT INTO part_movement (part_id, kind, quantity, part_issue_id, at, recorded_at, actor, origin)"
        f" VALUES (1, 'received', 2, NULL, {AT.format('02', 9)}, {AT.format('02', 9)}, 'x', 'typed'),"
        f" (1, 'returned', 2, 1, {AT.format('02', 9)}, {AT.format('02', 9)}, 'x', 'typed')",
    "has two open birthdays at once":
        "INSERT INTO maintenance_line (appliance_id, age, due_on, role, recorded_at, actor, origin)"
        " VALUES (1, 1, '2025-03-09', 'care', '2026-10-02', 'x', 'typed'),"
        " (1, 2, '2026-03-09', 'care', '2026-10-02', 'x', 'typed')",
}  # fmt: skip


@pytest.mark.parametrize("finding", BROKEN)
def test_a_broken_rule_is_named_and_exits_5(filled: Desk, finding: str) -> None:
    filled.do("technician", "add", "Li")
    forced(filled, BROKEN[finding])
    answer = filled.run("check", "--format", "csv")
    assert answer.code == 5
    assert f",1,{finding}," in answer.out
    assert "of damage or broken rules" in answer.err


def test_every_rule_is_tried() -> None:
    assert set(BROKEN) == {rule.finding for rule in IN_FILE}


def test_a_reference_into_nothing_is_damage(filled: Desk) -> None:
    forced(filled, "UPDATE appliance SET customer_id = 77")
    answer = filled.run("check", "--format", "csv")
    assert (answer.code, "damage,appliance,1,1,it names a customer that is not there" in answer.out) == (5, True)


def test_many_findings_of_one_kind_are_cut_short(desk: Desk) -> None:
    forced(
        desk,
        *["INSERT INTO ticket (type, recorded_at, actor, origin) VALUES ('repair', '2026-10-02', 'x', 'typed')"] * 30,
    )
    rows = [line for line in desk.run("check").out.splitlines() if "exactly one report" in line]
    assert (len(rows), rows[0].split("\t")[1:3], rows[-1].split("\t")[:4]) == (
        21,
        ["ticket", "1"],
        ["rule", "", "", "10"],
    )


def test_a_damaged_file_is_5(filled: Desk) -> None:
    content = bytearray(filled.path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    filled.path.write_bytes(content)
    assert filled.run("check").code == 5


def test_what_a_killed_run_left_is_named_and_is_no_fault(filled: Desk) -> None:
    left = filled.path.with_name(WORKSHOP.replace("*", "dead"))
    left.mkdir()
    (left / "new").write_text("half of a salvage")
    answer = filled.run("check", "--format", "json")
    assert answer.code == 0
    assert [row["finding"] for row in answer.json if row["kind"] == "left"] == [
        f"{left}, left by a killed run, may hold a copy of the file"
    ]
    filled.do("check", "--salvage", str(filled.path.with_name("new.db")))
    assert "left" not in [row["kind"] for row in filled.do("check")]


def test_who_is_at_work_beside_the_file_is_not_named(filled: Desk) -> None:
    with workshop(filled.path.parent):
        assert "left" not in [row["kind"] for row in filled.do("check")]


def test_what_another_run_writes_meanwhile_breaks_no_rule(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer comes in after the last id of each table was read, and before the spans of commands are."""

    def beside(db: Database) -> list[Finding]:
        run(program(filled.path, "customer", "add", "Li", "--phone", "139", "--address", "2 Road"))
        return broken_file(db)

    monkeypatch.setattr("servicedesk.file.check.broken_file", beside)
    assert filled.do("check") == []
    assert filled.do("info")["customers"] == 2

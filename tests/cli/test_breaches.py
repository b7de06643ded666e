"""Every rule that the code holds is broken by hand, and `check` finds that and nothing else."""

import sqlite3

import pytest

from servicedesk.file import rules
from tests.cli.test_check import event, forced
from tests.conftest import Desk, filled_once


@filled_once
def filled(desk: Desk) -> Desk:
    """Two customers, two machines; T1 was completed, T2 cancelled, T3 is open; nothing is missing."""
    desk.do("technician", "add", "Li", now="2026-10-01 08:00")
    for n, name in enumerate(("王芳", "李娜"), 1):
        desk.do("customer", "add", name, "--phone", f"138{n}", "--address", f"{n} Road", now="2026-10-01 08:00")
        words = ("--category", "fridge", "--brand", "Haier", "--serial", f"S{n}", "--bought", "2024-03-09")
        desk.do("appliance", "add", "--customer", f"C{n}", *words, now="2026-10-01 08:00")
    for n in (1, 1, 1):
        desk.do("ticket", "open", "--appliance", f"A{n}", "no cold", now="2026-10-02 08:00")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-10-02 09:00")
    desk.do("ticket", "arrive", "T1", now="2026-10-02 10:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-02 11:00")
    desk.do("ticket", "cancel", "T2", "--reason", "no_contact", "--by", "outlet", now="2026-10-02 11:00")
    return desk


def of(ticket: int, sql: str) -> str:
    """A statement about T1 (test_check.py) for another ticket."""
    return sql.replace("VALUES (1, ", f"VALUES ({ticket}, ")


def at(day: int, hour: int = 12) -> str:
    return f"2026-10-{day:02}T{hour:02}:00:00+08:00"


CUSTOMER = "INSERT INTO customer (name, recorded_at, actor, origin) VALUES ('x', '2026-10-03', 'x', 'typed')"
WINDOW = f"'{at(1, 9)}', '{at(2, 8)}', 'customer'"

BROKEN: dict[str, tuple[str, ...]] = {
    "has a window that ends before its report":
        ("T3", of(3, event("appointed", at(2), "window_from, window_to, asked_by", WINDOW))),
    "was cancelled for a reason that is none": ("T2", "UPDATE event SET reason = 'boredom' WHERE kind = 'cancelled'"),
    "is the duplicate of its own duplicate": (
        "T2 T3", "UPDATE event SET reason = 'duplicate', duplicate_of_id = 3 WHERE kind = 'cancelled'",
        of(3, event("cancelled", at(2), "cancelled_by, reason, duplicate_of_id", "'outlet', 'duplicate', 2")),
        f"UPDATE ticket SET ended_at = '{at(2)}' WHERE id = 3",
    ),
    "has a birthday on a visit that was undone": (
        "A2", "INSERT INTO ticket (type, voided_at, voided_by, recorded_at, actor, origin)"
              " VALUES ('maintenance', '2026-10-03', 'x', '2026-10-03', 'x', 'typed')",
        "INSERT INTO maintenance_line (appliance_id, age, due_on, role, ticket_id, recorded_at, actor, origin)"
        " VALUES (2, 1, '2025-03-09', 'care', 4, '2026-10-03', 'x', 'typed')",
    ),
    "has a phone that is compared by other digits": ("C1", "UPDATE phone SET digits = '139' WHERE id = 1"),
    "has a serial that is compared by another one": ("A1", "UPDATE appliance SET plate = 'x' WHERE id = 1"),
    "was exchanged for another, and is in use": (
        "A1",
        "INSERT INTO exchange (appliance_id, successor_id, on_date, recorded_at, actor, origin)"
        " VALUES (1, 2, '2026-10-01', '2026-10-03', 'x', 'typed')",
    ),
    "has the name of another one": (
        "technician 2",
        "INSERT INTO technician (name, recorded_at, actor, origin) VALUES ('ＬＩ', '2026-10-03', 'x', 'typed')",
    ),
    "is of a category that was merged into another":
        ("A1 A2", "UPDATE category SET merged_into = 'washer' WHERE code = 'fridge'"),
    "is skilled in a category that was merged into another": (
        "technician 1", "INSERT INTO technician_skill VALUES (1, 'washer')",
        "UPDATE category SET merged_into = 'fridge' WHERE code = 'washer'",
    ),
    "was merged into one that is merged or undone itself":
        ("C4", CUSTOMER, CUSTOMER, "UPDATE customer SET merged_into_id = id - 1 WHERE id > 2"),
    "was merged and has tickets, machines or complaints of its own yet":
        ("C1", "UPDATE customer SET merged_into_id = 2 WHERE id = 1"),
    "was undone and has facts that stand":
        ("T3", "UPDATE ticket SET voided_at = '2026-10-03', voided_by = 'x' WHERE id = 3"),
    "stands, and its customer or appliance was undone":
        ("T1 T2 T3", "UPDATE appliance SET voided_at = '2026-10-03', voided_by = 'x' WHERE id = 1"),
    "stands, and its customer was undone": ("A2", "UPDATE customer SET voided_at = '2026-10-03' WHERE id = 2"),
    "wrote rows that are not there":
        ("command 1", "UPDATE command_span SET last_id = 99 WHERE noun = 'ticket' AND command_id = 6",
         "UPDATE command_span SET command_id = 1 WHERE last_id = 99"),
    "says otherwise than its last change": (
        "T3", "INSERT INTO change (ticket_id, field, old, new, recorded_at, actor, origin)"
              " VALUES (3, 'fault', NULL, 'noise', '2026-10-03', 'x', 'typed')",
    ),
}  # fmt: skip


MEASURED = "is measured otherwise than its events say"


def findings(desk: Desk) -> list[tuple[str, str, str]]:
    answer = desk.run("check", "--format", "markdown")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.out.splitlines()[2:]]
    return [(row[0], row[1], row[3]) for row in rows]


def test_nothing_is_wrong_with_what_the_tests_begin_with(filled: Desk) -> None:
    assert findings(filled) == []


@pytest.mark.parametrize("finding", BROKEN)
def test_a_broken_rule_is_found_alone(filled: Desk, finding: str) -> None:
    refs, *statements = BROKEN[finding]
    forced(filled, *statements)
    told = [refs] if refs.startswith(("command", "technician")) else refs.split()
    assert findings(filled) == [("rule", ref, finding) for ref in told]


def test_every_rule_is_tried() -> None:
    assert set(BROKEN) == {rule.finding for rule in rules.RULES_OF_CHECK} - {MEASURED}


def test_kept_facts_are_measured_again(filled: Desk) -> None:
    raw(filled, "UPDATE ticket_fact SET visits = 7 WHERE ticket_id = 1")
    assert findings(filled) == [("rule", "T1", MEASURED)]


def raw(desk: Desk, *statements: str) -> None:
    connection = sqlite3.connect(desk.path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["DROP TRIGGER event_stays"], [("trigger event_stays", "is not there")]),
        (["DROP INDEX customer_name"], [("index customer_name", "is not there")]),
        (["DROP VIEW fact_visits"], [("view fact_visits", "is not there")]),
        (["DROP VIEW fact_visits", "CREATE VIEW fact_visits AS SELECT 1"],
         [("view fact_visits", "is other than this version makes it")]),
        (["CREATE VIEW my_own AS SELECT 1"], []),
    ],
)  # fmt: skip
def test_what_the_file_is_made_of_is_compared(
    filled: Desk, statements: list[str], found: list[tuple[str, str]]
) -> None:
    raw(filled, *statements)
    assert findings(filled) == [("damage", *one) for one in found]


MISSING = {
    "no brand": "UPDATE appliance SET brand = NULL, plate = 's1' WHERE id = 1",
    "no customer": "UPDATE ticket SET customer_id = NULL WHERE id = 3",
    "completed, and nobody is named who did it":
        "UPDATE event SET technician_id = NULL WHERE kind = 'completed'",
    "resumed although it did not wait: the wait was voided": of(3, event("resumed", at(3))),
}  # fmt: skip


@pytest.mark.parametrize("finding", MISSING)
def test_what_is_missing_is_counted(filled: Desk, finding: str) -> None:
    forced(filled, MISSING[finding])
    assert [(row[0], row[2]) for row in findings(filled)] == [("missing", finding)]
    assert filled.run("check").code == 0


def test_a_correction_does_not_break_what_a_command_would_not(filled: Desk) -> None:
    def corrected(event: int, at: str) -> str:
        words = ("--event", str(event), "--at", at, "--reason", "typing")
        return filled.refused(4, "ticket", "correct", "T4", *words, now="2026-10-03 18:00")

    filled.do("ticket", "open", "--appliance", "A1", "noise", now="2026-10-03 08:00")
    window = ("--from", "2026-10-03 09:00", "--to", "2026-10-03 11:00", "--asked-by", "customer")
    filled.do("ticket", "appoint", "T4", *window, now="2026-10-03 12:00")
    assert "the window ends 2026-10-03 11:00, before T4 was reported" in corrected(1, "2026-10-03 11:00")
    filled.do("ticket", "arrive", "T4", "--technician", "Li", "--no-access", now="2026-10-03 14:00")
    filled.do("ticket", "cancel", "T4", "--reason", "no_contact", "--by", "outlet", now="2026-10-03 15:00")
    assert "would be cancelled 2026-10-03 15:00, before the arrival" in corrected(3, "2026-10-03 16:00")

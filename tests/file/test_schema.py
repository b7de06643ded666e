"""The file itself: what it refuses, whoever writes; when it is opened and when not."""

import re
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.domain import model, ticket
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.aftercare import staff
from servicedesk.file import opening
from servicedesk.file.exports import folder, nouns
from servicedesk.file.opening import VERSION
from servicedesk.storage.journal import JOURNALED, NAMELESS, PLAIN
from tests.conftest import Desk, filled_once

AT = "2026-11-16T12:00:00+08:00"


@filled_once
def three(desk: Desk) -> Desk:
    """T1 (open), T2 (completed), T3 (cancelled), all reported at nine."""
    desk.do("customer", "add", "王芳", "--phone", "138")
    for _ in range(3):
        desk.do("ticket", "open", "--customer", "C1", "--at", "2026-11-16 09:00", "x")
    desk.do("ticket", "complete", "T2", "--outcome", "fixed", "--at", "2026-11-16 11:00")
    desk.do("ticket", "cancel", "T3", "--reason", "no_contact", "--by", "outlet", "--at", "2026-11-16 11:00")
    return desk


@pytest.fixture
def raw(three: Desk) -> Iterator[sqlite3.Connection]:
    """A bare connection to that file."""
    with closing(sqlite3.connect(three.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def insert(raw: sqlite3.Connection, ticket_id: int, kind: str, at: str = AT, **values: object) -> None:
    values = {"ticket_id": ticket_id, "kind": kind, "at": at, "actor": "x", "origin": "typed"} | values
    values.setdefault("recorded_at", "2026-11-21T18:00:00+08:00")
    marks = ", ".join("?" for _ in values)
    raw.execute(f"INSERT INTO event ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def test_a_lawful_event_is_taken(raw: sqlite3.Connection) -> None:
    insert(raw, 1, "arrived", no_access=0)
    insert(raw, 1, "completed", outcome="fixed")
    insert(raw, 2, "surveyed", score=5)
    insert(raw, 2, "arrived", at="2026-11-16T11:00:00+08:00", no_access=0)
    assert raw.execute("SELECT ended_at FROM ticket ORDER BY id LIMIT 2").fetchall() == [
        (AT,), ("2026-11-16T11:00:00+08:00",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ticket_id", "kind", "values", "sentence"),
    [
        (1, "arrived", {"no_access": 0, "at": "2026-11-16T08:59:59+08:00"}, "no event before the report"),
        (1, "resumed", {}, "only a waiting ticket resumes"),
        (1, "surveyed", {"score": 5}, "a survey needs a completed ticket"),
        (2, "cancelled", {"cancelled_by": "outlet"}, "a completed ticket takes only surveys and forgotten arrivals"),
        (2, "arrived", {"no_access": 0}, "no arrival after the completion"),
        (3, "arrived", {"no_access": 0}, "a cancelled ticket takes no more events"),
        (3, "surveyed", {"score": 5}, "a cancelled ticket takes no more events"),
        (1, "reported", {}, "a ticket has one report"),
        (1, "arrived", {"no_access": 0, "recorded_at": "2026-11-16T11:00:00+08:00"}, "CHECK"),
        (1, "danced", {}, "CHECK"),
        (1, "assigned", {}, "CHECK"),
        (2, "surveyed", {"score": 6}, "CHECK"),
        (1, "appointed", {"window_from": AT, "window_to": AT, "asked_by": "customer"}, "CHECK"),
        (1, "arrived", {"no_access": 0, "at": "yesterday"}, "CHECK"),
        (1, "waiting", {}, "CHECK"),
        (1, "waiting", {"cause": "weather"}, "CHECK"),
        (2, "surveyed", {"score": 5, "source": "telepathy"}, "CHECK"),
        (1, "arrived", {"no_access": 0, "origin": "telepathy"}, "CHECK"),
        (2, "completed", {"outcome": "fixed", "corrects_id": 1}, "a ticket ends once"),
        (99, "waiting", {"cause": "customer"}, "FOREIGN KEY"),
    ],
)
def test_an_unlawful_event_is_refused_by_the_file(
    raw: sqlite3.Connection, ticket_id: int, kind: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=sentence):
        insert(raw, ticket_id, kind, **values)  # type: ignore[arg-type]


def test_no_completion_before_the_last_arrival(raw: sqlite3.Connection) -> None:
    insert(raw, 1, "arrived", no_access=0)
    with pytest.raises(sqlite3.IntegrityError, match="no arrival after the completion"):
        insert(raw, 1, "completed", at="2026-11-16T11:59:59+08:00", outcome="fixed")


def test_events_are_never_changed_and_never_deleted(raw: sqlite3.Connection) -> None:
    for sql in (
        "UPDATE event SET at = '2026-11-16T10:00:00+08:00'",
        "UPDATE event SET outcome = 'exchanged' WHERE id = 4",
        "DELETE FROM event",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="events are voided"):
            raw.execute(sql)


def test_a_void_stays_a_void(raw: sqlite3.Connection) -> None:
    void = "UPDATE event SET voided_at = ?, voided_by = 'x', void_reason = 'y' WHERE kind = 'completed'"
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        raw.execute(void, [AT])  # before it was recorded
    raw.execute(void, ["2026-11-22T12:00:00+08:00"])
    assert raw.execute("SELECT ended_at FROM ticket WHERE id = 2").fetchone() == (None,)
    with pytest.raises(sqlite3.IntegrityError, match="events are voided"):
        raw.execute(void, ["2026-11-23T12:00:00+08:00"])


CONTACT = {"recorded_at": "2026-11-21T18:00:00+08:00", "actor": "x", "origin": "typed"}
CALL = {"ticket_id": 2, "at": AT, "outcome": "reached"}
PROMISE = {"ticket_id": 1, "what": "x", "due_at": "2026-12-01T09:00:00+08:00", "at": AT}
END = {"promise_id": 1, "kind": "kept", "at": AT}
COMPLAINT = {"customer_id": 1, "ticket_id": 1, "at": AT, "about": "x"}
STEP = {"complaint_id": 1, "kind": "closed", "at": AT, "upheld": 1}
CONTACTS: dict[str, dict[str, object]] = {
    "callback": CALL, "promise": PROMISE, "promise_end": END, "complaint": COMPLAINT, "complaint_step": STEP,
    "consent": {"customer_id": 1, "purpose": "calls", "wanted": "no", "at": AT},
    "quote": {"ticket_id": 1, "at": AT, "labour_fen": 8000, "parts_fen": 0, "travel_fen": 0},
    "quote_answer": {"quote_id": 1, "kind": "accepted", "at": AT},
    "charge": {"ticket_id": 1, "at": AT, "paid_fen": 8000, "method": "cash"},
    "compensation": {"complaint_id": 1, "kind": "paid", "at": AT, "amount_fen": 30000, "purse": "fund"},
}  # fmt: skip


def put(raw: sqlite3.Connection, table: str, **values: object) -> None:
    row = CONTACT | CONTACTS[table] | values
    raw.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", list(row.values()))


@pytest.fixture
def said(raw: sqlite3.Connection) -> sqlite3.Connection:
    """One row in each table of contacts, and a promise and a quote that are open."""
    for table in (*CONTACTS, "promise", "quote"):
        put(raw, table)
    return raw


@pytest.mark.parametrize(
    ("table", "values", "sentence"),
    [
        ("callback", {"ticket_id": 1}, "a call-back needs a completed ticket"),
        ("callback", {"ticket_id": 3}, "a call-back needs a completed ticket"),
        ("callback", {"at": "2026-11-16T10:59:59+08:00"}, "a call-back needs a completed ticket"),
        ("callback", {"outcome": "shouted"}, "CHECK"),
        ("promise", {"ticket_id": 3, "recorded_at": "2026-11-21T18:00:01+08:00"},
         "a cancelled ticket takes no promise"),
        ("promise", {"at": "2026-11-16T08:59:59+08:00"}, "no promise before the report"),
        ("promise", {"due_at": "2026-11-21T18:00:00+08:00"}, "CHECK"),
        ("promise", {"due_at": "soon"}, "CHECK"),
        ("promise_end", {"promise_id": 2, "at": "2026-11-16T11:59:59+08:00"}, "no end before the promise"),
        ("promise_end", {"promise_id": 9}, "FOREIGN KEY"),
        ("promise_end", {"kind": "withdrawn"}, "CHECK"),
        ("promise_end", {"withdrawn_by": "customer"}, "CHECK"),
        ("promise_end", {}, "UNIQUE"),
        ("complaint", {"at": "2026-11-16T08:59:59+08:00"}, "no complaint before the report"),
        ("complaint", {"severity": "huge"}, "CHECK"),
        ("complaint", {"customer_id": 9}, "FOREIGN KEY"),
        ("consent", {"purpose": "letters"}, "CHECK"),
        ("consent", {"wanted": "perhaps"}, "CHECK"),
        ("consent", {"customer_id": 9}, "FOREIGN KEY"),
        ("complaint_step", {"kind": "recovered", "upheld": None, "at": "2026-11-16T11:59:59+08:00"},
         "no step before the receipt"),
        ("complaint_step", {"kind": "recovered", "upheld": None, "at": "2026-11-16T12:00:01+08:00"},
         "no step after the closing"),
        ("complaint_step", {"upheld": None}, "CHECK"),
        ("complaint_step", {}, "UNIQUE"),
        ("quote", {"at": "2026-11-16T08:59:59+08:00"}, "no quote before the report"),
        ("quote", {"labour_fen": 0}, "CHECK"),
        ("quote", {"parts_fen": -1}, "CHECK"),
        ("quote_answer", {"quote_id": 2, "at": "2026-11-16T11:59:59+08:00"}, "no answer before the quote"),
        ("quote_answer", {"quote_id": 2, "reason": "x"}, "CHECK"),
        ("quote_answer", {}, "UNIQUE"),
        ("charge", {"ticket_id": 2, "at": "2026-11-16T08:59:59+08:00"}, "no payment before the report"),
        ("charge", {"ticket_id": 2, "paid_fen": 0}, "CHECK"),
        ("charge", {"ticket_id": 2, "free_as": "goodwill"}, "CHECK"),
        ("charge", {"ticket_id": 2, "paid_fen": None, "free_as": "goodwill"}, "CHECK"),
        ("charge", {"ticket_id": 2, "paid_fen": None, "method": None, "free_as": "kindness"}, "CHECK"),
        ("charge", {}, "UNIQUE"),
        ("compensation", {"at": "2026-11-16T11:59:59+08:00"}, "no compensation before the receipt"),
        ("compensation", {"kind": "reclaimed", "amount_fen": 30001}, "no more comes back than was paid"),
        ("compensation", {"kind": "reclaimed", "purse": "outlet"}, "no more comes back than was paid"),
        ("compensation", {"party": "Haier"}, "CHECK"),
    ],
)  # fmt: skip
def test_an_unlawful_contact_is_refused_by_the_file(
    said: sqlite3.Connection, table: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=sentence):
        put(said, table, **values)


@pytest.mark.parametrize("table", CONTACTS)
def test_no_contact_lies_in_the_future_of_its_recording(said: sqlite3.Connection, table: str) -> None:
    said.execute(f"UPDATE {table} SET voided_at = '2026-11-22T12:00:00+08:00', voided_by = 'x', void_reason = 'y'")
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        put(said, table, at="2026-11-21T18:00:01+08:00")


@pytest.mark.parametrize("table", CONTACTS)
def test_contacts_are_voided_once_never_changed_and_never_deleted(said: sqlite3.Connection, table: str) -> None:
    void = f"UPDATE {table} SET voided_at = ?, voided_by = 'x', void_reason = 'y'"
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        said.execute(void, [AT])  # before it was recorded
    columns = [row[1] for row in said.execute(f"PRAGMA table_info({table})") if not row[1].startswith("void")]
    for name in columns:
        with pytest.raises(sqlite3.IntegrityError, match="are voided, never changed"):
            said.execute(f"UPDATE {table} SET {name} = '77'")
    said.execute(void, ["2026-11-22T12:00:00+08:00"])
    with pytest.raises(sqlite3.IntegrityError, match="are voided, never changed"):
        said.execute(void, ["2026-11-23T12:00:00+08:00"])
    with pytest.raises(sqlite3.IntegrityError, match="are voided, never deleted"):
        said.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "change",
    [
        "customer SET recorded_at = 'soon'",
        "customer SET origin = 'telepathy'",
        "ticket SET follows_ticket_id = id",
        "command SET undoes_id = id + 1 WHERE id = 2",
        "maintenance_interval SET from_on = '2026-2-1'",
        "technician SET left_on = '2026-02-30'",
        "appliance SET bought_on = '2026-02-30'",
        "appliance SET retired_on = '2024-03-08', retire_reason = 'sold'",
        "appliance SET installed_on = '2024-03-08', installed_precision = 'day'",
    ],
)
def test_a_row_that_cannot_be_is_refused_by_the_file(desk: Desk, raw: sqlite3.Connection, change: str) -> None:
    desk.do("technician", "add", "Li")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2024-03-09")
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        raw.execute(f"UPDATE {change}")


SQL = Path(opening.__file__).parent
CODES: list[tuple[str, str, Iterable[str]]] = [
    ("sql/version_6/22_rules.sql", r"'repair' THEN d.outcome IN \((.*?)\)", model.REPAIR_OUTCOMES),
    ("sql/version_6/22_rules.sql", r"ELSE d.outcome IN \((.*?)\)", model.OTHER_OUTCOMES),
    ("sql/version_6/06_tickets.sql", r"CHECK \(cause IS NULL (.*?)\)", ticket.Cause),
    ("sql/version_6/06_tickets.sql", r"'completed' AND \(\s*(exclusion = .*?)\)", model.EXCLUSIONS),
    ("sql/version_6/12_staff.sql", r"staff_answer .*?\((role = .*?)\)", staff.Role),
    ("sql/version_6/12_staff.sql", r"staff_remark .*?\((role = .*?)\)", staff.Role),
    ("sql/version_6/06_tickets.sql", r"CHECK \(source IS NULL (.*?)\)", aftercare_rules.Source),
    ("check.sql", r"'\) NOT IN \((.*?)\)", model.CANCEL_REASONS),
]


@pytest.mark.parametrize(("path", "pattern", "codes"), CODES)
def test_the_file_knows_the_codes_of_the_program(path: str, pattern: str, codes: Iterable[str]) -> None:
    found = re.search(pattern, (SQL / path).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    assert re.findall(r"'(\w+)'", found[1]) == list(codes)


def test_history_and_export_know_every_table(desk: Desk) -> None:
    """Whoever adds a table adds it to KEPT, or to PLAIN where its rows come and go whole."""
    with closing(opening.open_outlet(desk.path)) as db:
        found = list(folder.tables(db))
    journal_itself = {"command", "command_span", "command_change"}
    assert {*JOURNALED, *PLAIN, *NAMELESS} == set(found) - journal_itself
    alone = {*nouns.PLAIN.values(), "customer", "appliance", "ticket", "technician"}
    assert set(found) - journal_itself - alone == {"outlet", "technician_skill", "technician_area", *NAMELESS}


def test_new_file_is_private(desk: Desk) -> None:
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600


def test_group_file_is_for_the_group(blank: Desk) -> None:
    blank.do("init", "--group")
    assert stat.S_IMODE(blank.path.stat().st_mode) == 0o660


def test_existing_file_is_not_made_again(desk: Desk) -> None:
    before = desk.path.read_bytes()
    assert "exists already" in desk.refused(4, "init")
    assert desk.path.read_bytes() == before


def test_missing_file_is_an_error_and_stays_missing(blank: Desk) -> None:
    assert "there is no file" in blank.refused(5, "info")
    assert not blank.path.exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a database, just some text" * 100, b"SQLite format 3\0" + b"\xff" * 500]
)
def test_what_is_no_file_of_ours_is_refused_and_left_alone(blank: Desk, content: bytes) -> None:
    blank.path.write_bytes(content)
    blank.refused(5, "ticket", "list")
    assert blank.path.read_bytes() == content


def test_foreign_sqlite_file_is_refused_byte_identical(blank: Desk) -> None:
    with sqlite3.connect(blank.path) as foreign:
        foreign.execute("CREATE TABLE ticket (id)")
    foreign.close()
    before = blank.path.read_bytes()
    assert "not a servicedesk file" in blank.refused(5, "ticket", "list")
    assert blank.path.read_bytes() == before


def test_newer_file_is_refused(desk: Desk) -> None:
    with sqlite3.connect(desk.path) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    assert "newer servicedesk" in desk.refused(5, "info")


def test_folder_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    Desk(tmp_path).refused(5, "info")


def test_file_in_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    assert "mkdir -p" in Desk(tmp_path / "none" / "x.db").refused(5, "init")

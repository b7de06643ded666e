"""A damaged file: what can be read of it is copied into a new one, page by page, and the rest is named."""

import random
import re
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.file import opening
from servicedesk.file.exports import read_back
from tests.cli.test_check import forced
from tests.cli.test_restore import content
from tests.conftest import BUSY, Desk

PAGE = 4096
# The rest is derived: made anew, whatever is read.
TABLES = {
    name
    for part in opening.STEPS.rglob("*.sql")
    for name in re.findall(r"^CREATE TABLE (\w+)", part.read_text(encoding="utf-8"), re.MULTILINE)
}
SEEDED = {"outlet", *read_back.SEEDED}


@pytest.fixture(scope="module")
def whole(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of a made-up outlet with a text that is longer than a page; nobody writes into it."""
    desk = made_up(2, tmp_path_factory.mktemp("whole") / "whole.db")
    desk.do("note", "add", "C1", "长" * 5000)
    desk.do("note", "add", "C2", "short")
    return desk.path


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Desk:
    path = tmp_path / "damaged.db"
    path.write_bytes(whole.read_bytes())
    return Desk(path)


def salvaged(desk: Desk) -> tuple[Desk, dict[str, dict[str, Any]]]:
    """The new file, and what was said of each table; the damaged one is as it was."""
    new = Desk(desk.path.with_name("new.db"))
    before = desk.path.read_bytes()
    beside = sorted(desk.path.parent.iterdir())
    rows = desk.do("check", "--salvage", str(new.path))
    assert desk.path.read_bytes() == before
    assert sorted(desk.path.parent.iterdir()) == sorted([*beside, new.path])
    assert new.path.stat().st_mode & 0o777 == 0o600
    assert list(rows[0]) == ["table", "read", "lost", "which"]
    return new, {row["table"]: row for row in rows}


def rows_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows for table, rows in content(path).items() if table in TABLES}


def pages_of(path: Path, name: str) -> list[int]:
    """The pages of a table or an index, its root first."""
    with closing(sqlite3.connect(path)) as file:
        root = file.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()[0]
    content, found, todo = path.read_bytes(), [], [root]
    while todo:
        number = todo.pop(0)
        page = content[(number - 1) * PAGE : number * PAGE]
        found.append(number)
        if page[0] in {2, 5}:
            count = struct.unpack_from(">H", page, 3)[0]
            todo += [struct.unpack_from(">I", page, at)[0] for at in struct.unpack_from(f">{count}H", page, 12)]
            todo.append(struct.unpack_from(">I", page, 8)[0])
    return found


def struck(path: Path, number: int, how: bytes = b"\xff" * PAGE) -> None:
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        file.write(how)


def lost(told: dict[str, dict[str, Any]]) -> dict[str, int]:
    return {table: row["lost"] for table, row in told.items() if row["lost"]}


def test_of_a_sound_file_every_row_is_read(damaged: Desk, whole: Path) -> None:
    new, told = salvaged(damaged)
    assert lost(told) == {}
    assert rows_of(new.path) == rows_of(whole)
    assert {row[1:3] for row in content(new.path)[""]} == {row[1:3] for row in content(whole)[""]}
    assert new.do("kpi", "report") == damaged.do("kpi", "report")


def test_a_file_whose_header_is_gone_is_read_from_its_pages(damaged: Desk, whole: Path) -> None:
    struck(damaged.path, 1, b"x" * 100)
    assert "check --salvage" in damaged.refused(5, "info")
    new, told = salvaged(damaged)
    assert lost(told) == {}
    assert rows_of(new.path) == rows_of(whole)


def test_a_file_whose_first_page_is_gone_is_read_too(damaged: Desk, whole: Path) -> None:
    struck(damaged.path, 1, b"\0" * PAGE)
    new, _ = salvaged(damaged)
    there, was = rows_of(new.path), rows_of(whole)
    without = {"technician_area", "technician_skill"}
    for table in was.keys() - without:
        assert set(there[table]) >= set(was[table]), table


def test_a_lost_leaf_costs_its_rows_and_names_them(damaged: Desk, whole: Path) -> None:
    struck(damaged.path, pages_of(whole, "ticket")[3])
    new, told = salvaged(damaged)
    gone = set(rows_of(whole)["ticket"]) - set(rows_of(new.path)["ticket"])
    ids = sorted(row[0] for row in gone)
    assert told["ticket"]["lost"] == len(ids) > 10
    assert told["ticket"]["which"] == f"{ids[0]}–{ids[-1]}"
    assert lost(told) == {"ticket": len(ids)}
    findings = new.run("check", "--format", "csv")
    assert findings.code == 5
    assert "it names a ticket that is not there" in findings.out


def test_a_lost_node_costs_nothing_where_its_leaves_are_there(damaged: Desk, whole: Path) -> None:
    for table in ("ticket", "event", "customer", "phone", "callback"):
        struck(damaged.path, pages_of(whole, table)[0])
    new, told = salvaged(damaged)
    assert lost(told) == {}
    assert rows_of(new.path) == rows_of(whole)


def test_damaged_indexes_and_derived_rows_cost_nothing(damaged: Desk, whole: Path) -> None:
    for name in ("event_ticket", "customer_name", "ticket_fact", "appliance_serial"):
        for number in pages_of(whole, name):
            struck(damaged.path, number)
    new, told = salvaged(damaged)
    assert lost(told) == {}
    assert rows_of(new.path) == rows_of(whole)
    assert [row["kind"] for row in new.do("check") if row["kind"] != "missing"] == []


def test_a_cut_file_is_read_to_its_end(damaged: Desk, whole: Path) -> None:
    content = damaged.path.read_bytes()
    damaged.path.write_bytes(content[: len(content) // 2 // PAGE * PAGE + 77])
    new, told = salvaged(damaged)
    assert sum(row["read"] for row in told.values()) > 400
    assert lost(told) != {}
    for table, rows in rows_of(new.path).items():
        assert set(rows) - set(rows_of(whole)[table]) == set(), table


def test_a_long_text_is_lost_alone(damaged: Desk, whole: Path) -> None:
    content = damaged.path.read_bytes()
    further = content.index("长".encode() * 1000) // PAGE + 1
    struck(damaged.path, further, b"\xff" * 200)
    new, told = salvaged(damaged)
    assert lost(told) == {"note": 1}
    assert [row for row in new.do("export", "notes") if row["text"] == "short"] != []


def test_the_list_of_tables_may_be_gone(damaged: Desk, whole: Path) -> None:
    content = damaged.path.read_bytes()
    for number in range(2, len(content) // PAGE + 1):
        page = content[(number - 1) * PAGE : number * PAGE]
        if page[0] == 13 and b"CREATE T" in page and b"sqlite_master" not in page:
            struck(damaged.path, number, b"\0" * PAGE)
    new, _ = salvaged(damaged)
    for table in ("ticket", "event", "customer", "appliance", "phone", "callback", "promise"):
        assert set(rows_of(new.path)[table]) >= set(rows_of(whole)[table]), table


def test_what_stands_in_the_log_alone_is_read(whole: Path, tmp_path: Path) -> None:
    live = Desk(tmp_path / "live.db")
    live.path.write_bytes(whole.read_bytes())
    other = sqlite3.connect(live.path, isolation_level=None)
    other.execute("SELECT count(*) FROM customer").fetchone()
    live.do("customer", "add", "in the log", "--phone", "4711")
    log = Path(f"{live.path}-wal").read_bytes()
    damaged = Desk(tmp_path / "damaged.db")
    damaged.path.write_bytes(whole.read_bytes())
    torn = log + log[32 : 32 + 24] + b"torn" * 1024  # a frame that no commit follows
    Path(f"{damaged.path}-wal").write_bytes(torn)
    other.close()
    struck(damaged.path, pages_of(whole, "event_kind")[0])
    damaged.path.chmod(0o600)
    new, told = salvaged(damaged)
    assert lost(told) == {}
    assert new.do("customer", "find", "in the log")[0]["name"] == "in the log"
    assert Path(f"{damaged.path}-wal").read_bytes() == torn


def test_pages_that_were_given_back_do_not_bring_back_what_is_gone(damaged: Desk) -> None:
    forced(damaged, "DELETE FROM callback")
    with closing(sqlite3.connect(damaged.path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert file.execute("PRAGMA freelist_count").fetchone()[0]
    new, told = salvaged(damaged)
    assert (told["callback"], lost(told)) == ({"table": "callback", "read": 0, "lost": 0, "which": None}, {})
    assert rows_of(new.path) == rows_of(damaged.path)


def test_without_its_outlet_it_gets_another(damaged: Desk, whole: Path) -> None:
    struck(damaged.path, pages_of(whole, "outlet")[0])
    answer = damaged.run("check", "--salvage", str(damaged.path.with_name("new.db")))
    assert "the outlet's name and zone are lost" in answer.err
    assert Desk(damaged.path.with_name("new.db")).do("info")["outlet"] == "Service outlet"


def test_without_its_categories_it_has_those_of_every_file(damaged: Desk, whole: Path) -> None:
    struck(damaged.path, pages_of(whole, "category")[0])
    new, _ = salvaged(damaged)
    assert len(new.do("category", "list")) == len(rows_of(whole)["category"])


def _letter(path: Path) -> None:
    path.write_text("Dear Sir" * 1000)


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA application_id = 77")
        file.execute("CREATE TABLE ticket (id)")


def _unmarked(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE playlist (id, name)")
        file.execute("INSERT INTO playlist VALUES (1, 'x')")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA application_id = {opening.APPLICATION_ID}")
        file.execute(f"PRAGMA user_version = {opening.VERSION + 1}")
        file.execute("CREATE TABLE ticket (id)")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_letter, "nothing of a servicedesk file"), (_foreign, "not a servicedesk file"),
        (_unmarked, "nothing of a servicedesk file"), (_newer, "newer servicedesk"),
        (lambda path: path.write_bytes(b""), "nothing of a servicedesk file"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 9000), ""),
        (lambda path: None, "there is no file"), (Path.mkdir, "is a folder"),
    ],
)  # fmt: skip
def test_where_there_is_nothing_of_ours_nothing_is_made(
    tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    other = Desk(tmp_path / "other.db")
    make(other.path)
    before = sorted(tmp_path.iterdir())
    assert told in other.refused(5, "check", "--salvage", str(tmp_path / "new.db"))
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_overwritten(damaged: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("x")
    assert "exists already" in damaged.refused(4, "check", "--salvage", str(tmp_path / "letter"))
    assert (tmp_path / "letter").read_text() == "x"


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, *BUSY])
@given(seed=st.integers(0, 10**9), blows=st.integers(1, 40), size=st.sampled_from([1, 4, 64, 700, PAGE]))
def test_whatever_is_struck_what_is_told_adds_up(whole: Path, tmp_path: Path, seed: int, blows: int, size: int) -> None:
    rng = random.Random(seed)
    content = bytearray(whole.read_bytes())
    for _ in range(blows):
        at = rng.randrange(len(content))
        content[at : at + size] = rng.randbytes(size)[: len(content) - at]
    damaged = Desk(tmp_path / "struck.db")
    damaged.path.write_bytes(content)
    new = Desk(tmp_path / "new.db")
    new.path.unlink(missing_ok=True)
    answer = damaged.run("check", "--salvage", str(new.path), "--format", "json")
    if answer.code:
        assert answer.err.startswith("error: ")
        return
    there = {table: len(rows) for table, rows in rows_of(new.path).items() if table not in SEEDED}
    assert there == {row["table"]: row["read"] for row in answer.json if row["table"] not in SEEDED}
    assert new.run("check").code in {0, 5}

"""A backup comes back whole, and what it replaces is not lost either."""

import json
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from servicedesk.file import opening
from servicedesk.file.backup import restore as restoring
from servicedesk.storage import database
from tests.conftest import Desk
from tests.crash.running import ENVIRONMENT, program, run
from tests.terminal import Person


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table row by row, and what the file is made of."""
    with closing(sqlite3.connect(path)) as file:
        made = file.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [row[1] for row in made if row[0] == "table"]
        tables = [name for name in tables if name != "customer_text"]  # its own tables say what is in it
        rows = {table: file.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}
    return {"": made, **rows}


def named(desk: Desk, name: str) -> None:
    desk.do("customer", "add", name, "--phone", str(620_000_00 + sum(name.encode())), "--force")


@pytest.fixture
def demo(made_up: Callable[[int, Path], Desk], tmp_path: Path) -> Desk:
    return made_up(2, tmp_path / "demo.db")


@pytest.fixture
def saved(desk: Desk, tmp_path: Path) -> Path:
    """A backup with one customer; the file has two by now."""
    named(desk, "before")
    desk.do("backup", str(tmp_path / "copy.db"))
    named(desk, "after")
    return tmp_path / "copy.db"


def replaced(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.replaced-*"))


def test_what_was_backed_up_comes_back_row_by_row(demo: Desk, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy.db", content(demo.path)
    assert sum(len(rows) for rows in before.values()) > 5000
    demo.do("backup", str(copy))
    named(demo, "after")
    demo.do("technician", "add", "Somebody New")
    assert content(demo.path) != before
    answer = demo.do("restore", str(copy), "--yes")
    assert list(answer) == [
        "path", "backup", "replaced", "schema", "customers", "appliances", "tickets", "surveys",
    ]  # fmt: skip
    assert content(demo.path) == before == content(copy)
    assert demo.do("check") == Desk(copy).do("check")


def test_a_file_that_is_gone_is_made_again(desk: Desk, saved: Path) -> None:
    desk.path.unlink()
    answer = desk.do("restore", str(saved))
    assert (answer["replaced"], answer["customers"]) == (None, 1)
    assert desk.path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in desk.path.parent.iterdir()) == ["copy.db", "outlet.db"]


def test_an_existing_file_is_replaced_only_with_yes_and_then_kept(desk: Desk, saved: Path) -> None:
    before = desk.path.read_bytes()
    told = desk.refused(4, "restore", str(saved))
    assert "exists already" in told
    assert "--yes" in told
    assert (desk.path.read_bytes(), replaced(desk.path)) == (before, [])
    answer = desk.do("restore", str(saved), "--yes")
    assert answer["customers"] == 1
    aside = Path(answer["replaced"])
    assert aside.name == "outlet.db.replaced-2026-11-21T180000"
    assert aside.stat().st_mode & 0o777 == 0o600
    assert Desk(aside).do("info")["customers"] == 2


def test_a_restore_can_be_taken_back(desk: Desk, saved: Path) -> None:
    first = desk.do("restore", str(saved), "--yes")["replaced"]
    answer = desk.do("restore", first, "--yes")
    assert answer["customers"] == 2
    assert answer["replaced"] == f"{first}-2"  # in the same second


def test_what_others_have_only_in_the_log_is_kept_too(desk: Desk, saved: Path) -> None:
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026-11-21', 'me', 'typed')")
    aside = Path(desk.do("restore", str(saved), "--yes")["replaced"])
    assert other.execute("SELECT count(*) FROM household").fetchone() == (0,)  # who is there sees the backup
    other.execute("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('y', '2026-11-21', 'me', 'typed')")
    other.close()
    assert len(desk.do("export", "households")) == 1
    assert len(Desk(aside).do("export", "households")) == 1


def test_a_reader_keeps_what_it_reads(desk: Desk, saved: Path) -> None:
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM customer").fetchone() == (2,)
        desk.do("restore", str(saved), "--yes")
        assert reader.execute("SELECT count(*) FROM customer").fetchone() == (2,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM customer").fetchone() == (1,)


def test_a_writer_is_waited_for_or_told(desk: Desk, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "BUSY_MS", 50)
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert "locked by another program" in desk.refused(5, "restore", str(saved), "--yes")
    assert (desk.do("info")["customers"], replaced(desk.path)) == (2, [])


def test_a_file_without_a_log_is_replaced_too(desk: Desk, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(desk.path)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
    aside = desk.do("restore", str(saved), "--yes")["replaced"]
    assert (desk.do("info")["customers"], Desk(Path(aside)).do("info")["customers"]) == (1, 2)


@pytest.mark.parametrize("words", ["", "not a database " * 100, "SQLite format 3\0" + "x" * 600])
def test_a_file_that_nobody_can_open_is_moved_aside_as_it_is(desk: Desk, saved: Path, words: str) -> None:
    desk.path.write_text(words)
    Path(f"{desk.path}-wal").write_text("its log")
    desk.path.chmod(0o660)
    answer = desk.do("restore", str(saved), "--yes")
    assert answer["customers"] == 1
    assert Path(answer["replaced"]).read_text() == words
    assert Path(f"{answer['replaced']}-wal").read_text() == "its log"
    assert desk.path.stat().st_mode & 0o777 == 0o660


def test_damaged_pages_are_replaced(desk: Desk, saved: Path) -> None:
    damaged = bytearray(desk.path.read_bytes())
    damaged[4096 * 10 : 4096 * 60] = b"\xff" * 4096 * 50
    desk.path.write_bytes(damaged)
    answer = desk.do("restore", str(saved), "--yes")
    assert (answer["customers"], desk.do("check")[0]["kind"]) == (1, "missing")
    assert Path(answer["replaced"]).read_bytes()[4096 * 10 : 4096 * 60] == b"\xff" * 4096 * 50


def test_where_the_exchange_fails_all_is_as_it_was(desk: Desk, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.path.write_text("broken")

    def failing(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", failing)
    assert "No space left" in desk.refused(5, "restore", str(saved), "--yes")
    assert sorted(path.name for path in desk.path.parent.iterdir()) == ["copy.db", "outlet.db"]
    assert desk.path.read_text() == "broken"


def test_where_the_pages_cannot_be_written_all_is_as_it_was(
    desk: Desk, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "_keep_copy", failing)
    assert "No space left" in desk.refused(5, "restore", str(saved), "--yes")
    assert (desk.do("info")["customers"], replaced(desk.path)) == (2, [])


def test_another_outlet_s_file_is_not_replaced(desk: Desk, saved: Path, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other.db")
    other.do("init")
    before = other.path.read_bytes()
    assert "another outlet" in other.refused(4, "restore", str(saved), "--yes")
    assert other.path.read_bytes() == before


def test_what_is_no_file_of_ours_is_not_replaced(saved: Path, tmp_path: Path) -> None:
    foreign = Desk(tmp_path / "foreign.db")
    with closing(sqlite3.connect(foreign.path)) as file:
        file.execute("CREATE TABLE t (x)")
    before = foreign.path.read_bytes()
    assert "not a servicedesk file" in foreign.refused(4, "restore", str(saved), "--yes")
    assert foreign.path.read_bytes() == before


def changed(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for statement in statements:
            file.execute(statement)
    return path


def test_what_is_no_whole_backup_is_refused_and_nothing_happens(desk: Desk, saved: Path, tmp_path: Path) -> None:
    def copy(name: str) -> Path:
        return Path(shutil.copy(saved, tmp_path / name))

    cut = copy("cut.db")
    cut.write_bytes(cut.read_bytes()[: 4096 * 20])
    bad = copy("bad.db")
    page = bytearray(bad.read_bytes())
    page[4096 * 30 : 4096 * 60] = b"\xff" * 4096 * 30
    bad.write_bytes(page)
    (tmp_path / "letter.txt").write_text("Dear Sir")
    empty = changed(copy("empty.db"), "DROP TRIGGER IF EXISTS outlet_stays", "DELETE FROM outlet")
    newer = changed(copy("newer.db"), f"PRAGMA user_version = {opening.VERSION + 1}")
    foreign = changed(copy("foreign.db"), "PRAGMA application_id = 7")
    before = desk.path.read_bytes()
    for path, told in (
        (cut, "is damaged"), (bad, "is damaged"), (tmp_path / "letter.txt", "not a servicedesk file"),
        (empty, "holds no outlet"), (newer, "newer servicedesk"), (foreign, "not a servicedesk file"),
        (tmp_path / "none.db", "there is no file"), (tmp_path, "is a folder"),
    ):  # fmt: skip
        assert told in desk.refused(5, "restore", str(path), "--yes"), path
    assert (desk.path.read_bytes(), replaced(desk.path)) == (before, [])


def test_the_file_itself_is_no_backup_of_it(desk: Desk) -> None:
    assert "is the database file itself" in desk.refused(4, "restore", str(desk.path), "--yes")


def test_a_place_without_folder_or_with_a_log_is_told(saved: Path, tmp_path: Path) -> None:
    assert "mkdir -p" in Desk(tmp_path / "no" / "x.db").refused(5, "restore", str(saved))
    Path(tmp_path / "new.db-wal").write_bytes(b"facts of yesterday")
    assert "move it away" in Desk(tmp_path / "new.db").refused(4, "restore", str(saved))


def test_a_backup_with_a_log_of_its_own_is_read_whole(desk: Desk, saved: Path) -> None:
    other = sqlite3.connect(saved, isolation_level=None)
    other.execute("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026-11-21', 'me', 'typed')")
    desk.do("restore", str(saved), "--yes")
    other.close()
    assert len(desk.do("export", "households")) == 1


def test_an_error_of_the_file_that_is_no_damage_is_told(
    desk: Desk, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(place: Path) -> sqlite3.Connection:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorname = "SQLITE_BUSY"
        raise error

    monkeypatch.setattr(restoring, "reader", locked)
    assert "locked by another program" in desk.refused(5, "restore", str(saved), "--yes")


@pytest.mark.parametrize(("typed", "code"), [("y", 0), ("是", 0), ("n", 4), ("", 4)])
def test_at_a_terminal_it_asks(desk: Desk, saved: Path, typed: str, code: int) -> None:
    ended, shown = Person(desk).types("restore", str(saved), answers=(typed,))
    assert (ended, "go on? [y/N]: " in shown) == (code, True)
    assert desk.do("info")["customers"] == (1 if code == 0 else 2)


@pytest.mark.slow
def test_while_others_write_nothing_is_mixed(desk: Desk, saved: Path) -> None:
    """Writers before and after the restore are whole; what came before it is in the copy that was kept."""
    begun, stop, count = threading.Event(), threading.Event(), [0]

    def busy() -> None:
        db = opening.open_outlet(desk.path)
        while not stop.is_set():
            with db.atomic():
                db.run(
                    "INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026-11-21', 'me', 'typed')"
                )
            count[0] += 1
            begun.set()
        db.close()

    writer = threading.Thread(target=busy)
    writer.start()
    assert begun.wait(300)
    words = program(desk.path, "restore", str(saved), "--yes")
    done = subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT)
    stop.set()
    writer.join()
    assert done.returncode == 0, done.stderr
    (aside,) = replaced(desk.path)
    found = [len(Desk(path).do("export", "households")) for path in (aside, desk.path)]
    assert sum(found) == count[0]
    assert found[0] > 0
    assert database.BUSY_MS == 30_000


def test_restores_in_one_second_keep_what_each_replaced(desk: Desk, saved: Path) -> None:
    command = program(desk.path, "restore", str(saved), "--yes", now="2026-11-22 03:00")
    with ThreadPoolExecutor(4) as crons:
        ended = list(crons.map(lambda _: run(command), range(4)))
    assert [(one.code, one.err) for one in ended] == [(0, "")] * 4
    assert sorted(Path(json.loads(one.out)["replaced"]) for one in ended) == replaced(desk.path)
    assert sorted(Desk(path).do("info")["customers"] for path in replaced(desk.path)) == [1, 1, 1, 2]

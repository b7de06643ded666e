"""Files of every earlier version come along whole; what is not ours, newer or damaged is left as it is, to the byte."""

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.desk import schema
from tests.cli.test_restore import content
from tests.cli.test_salvage import named_rows, pages_of, rows_of, struck, tables_of
from tests.conftest import Desk
from tests.crash.running import ENVIRONMENT
from tests.earlier import earlier

VERSIONS = range(1, schema.VERSION)


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of a made-up outlet, of the current version."""
    desk = Desk(tmp_path_factory.mktemp("today") / "today.db")
    desk.do("demo", "--months", "2")
    return desk.path


def beside(path: Path) -> dict[str, str]:
    """What lies in the folder, by its hash."""
    return {
        found.name: hashlib.sha256(found.read_bytes()).hexdigest() for found in path.parent.iterdir() if found.is_file()
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_an_earlier_file_is_put_aside_and_brought_up_to_date(today: Path, tmp_path: Path, version: int) -> None:
    old = Desk(earlier(today, tmp_path / "old.db", version))
    before = content(old.path)
    assert old.do("info")["schema"] == schema.VERSION
    aside = tmp_path / f"old.db.schema-{version}"
    assert content(aside) == before
    assert aside.stat().st_mode & 0o777 == 0o600
    for table in tables_of(aside):
        assert named_rows(old.path, table, like=aside) == named_rows(aside, table, like=aside), table
    assert {row[1:] for row in content(old.path)[""]} == {row[1:] for row in content(today)[""]}
    assert [row for row in old.do("check") if row["kind"] != "missing"] == []
    assert old.do("kpi", "report") == Desk(today).do("kpi", "report") or version == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgrade_that_is_killed_leaves_the_old_file_or_the_new_one(
    today: Path, tmp_path: Path, version: int
) -> None:
    whole = earlier(today, tmp_path / "whole.db", version)
    rng, killed = random.Random(version), 0
    for n in range(8):
        path = tmp_path / f"o{n}.db"
        shutil.copy(whole, path)
        script = "import sys, pathlib; from servicedesk.desk.schema import opened; opened(pathlib.Path(sys.argv[1]))"
        command = [sys.executable, "-c", script, str(path)]
        process = subprocess.Popen(command, env=ENVIRONMENT, start_new_session=True, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(list(tmp_path.glob(f"o{n}.db*"))) == 1:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.4))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        with closing(sqlite3.connect(path)) as file:
            found = file.execute("PRAGMA user_version").fetchone()[0]
            assert found in {version, schema.VERSION}
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if found == version:
            assert content(path) == content(whole)
        assert Desk(path).do("info")["schema"] == schema.VERSION
        assert rows_of(path)["ticket"] == rows_of(today)["ticket"]
    assert killed


def test_an_upgrade_that_fails_leaves_the_old_file(
    today: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Desk(earlier(today, tmp_path / "old.db", 1))
    before = content(old.path)
    monkeypatch.setattr(schema, "steps", lambda *_: iter(["CREATE TABLE half (x)", "CREATE TABLE half (x)"]))
    with pytest.raises(sqlite3.OperationalError, match="half already exists"):
        old.run("info")
    assert content(old.path) == before


def test_a_damaged_earlier_file_is_not_upgraded(today: Path, tmp_path: Path) -> None:
    old = Desk(earlier(today, tmp_path / "old.db", 2))
    struck(old.path, pages_of(old.path, "event")[3])
    before = beside(old.path)
    told = old.refused(5, "ticket", "list")
    assert "is damaged" in told
    assert "check --salvage" in told
    assert beside(old.path) == before


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for statement in statements:
            file.execute(statement)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def _headless(path: Path) -> None:
    struck(path, 1, b"\xff" * 100)


def _flipped(path: Path) -> None:
    struck(path, 1, b"SQLite format 4\0")


def _letter(path: Path) -> None:
    path.write_text("Dear Sir" * 1000)


def _foreign(path: Path) -> None:
    path.unlink()
    changed(path, "PRAGMA journal_mode = WAL", "CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY, Name)",
            "INSERT INTO Artist VALUES (1, 'AC/DC')")  # fmt: skip


def _newer(path: Path) -> None:
    changed(path, f"PRAGMA user_version = {schema.VERSION + 1}")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut": (_truncated, "is damaged"),
    "without its header": (_headless, "is not a servicedesk file"),
    "with a wrong header": (_flipped, "is not a servicedesk file"),
    "a letter": (_letter, "is not a servicedesk file"),
    "somebody else's": (_foreign, "is not a servicedesk file"),
    "a newer one": (_newer, "newer servicedesk"),
    "an empty one": (_empty, "is empty"),
}
COMMANDS = (("info",), ("ticket", "list"), ("ticket", "open", "--customer", "C1", "x"), ("check",), ("backup", "x.db"))


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_is_no_whole_file_of_ours_is_refused_to_the_byte(
    today: Path, tmp_path: Path, what: str, words: tuple[str, ...]
) -> None:
    desk = Desk(tmp_path / "outlet.db")
    shutil.copy(today, desk.path)
    make, told = REFUSED[what]
    make(desk.path)
    before = beside(desk.path)
    answer = desk.refused(5, *words)
    assert told in answer
    assert "hint: " in answer
    assert beside(desk.path) == before


@pytest.mark.parametrize("what", ["without its header", "somebody else's", "a newer one", "an empty one"])
def test_a_log_beside_what_is_refused_stays_too(today: Path, tmp_path: Path, what: str) -> None:
    desk = Desk(tmp_path / "outlet.db")
    live = tmp_path / "live.db"
    shutil.copy(today, live)
    make = REFUSED[what][0]
    if what != "without its header" and what != "an empty one":
        make(live)
    with closing(sqlite3.connect(live, isolation_level=None)) as other:
        other.execute("CREATE TABLE late (x)")
        for suffix in ("", "-wal", "-shm"):
            shutil.copy(f"{live}{suffix}", f"{desk.path}{suffix}")
    if what == "without its header" or what == "an empty one":
        make(desk.path)
    kept = {name: text for name, text in beside(desk.path).items() if name in {"outlet.db", "outlet.db-wal"}}
    answer = desk.run("info")
    if what != "without its header":  # the log holds the page of the header
        assert answer.code == 5
        after = {name: text for name, text in beside(desk.path).items() if name in kept}
        assert after == kept


def test_a_damaged_page_is_told_by_whoever_meets_it(today: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "outlet.db")
    shutil.copy(today, desk.path)
    for number in pages_of(desk.path, "ticket_fact"):
        struck(desk.path, number)
    before = beside(desk.path)
    told = desk.refused(5, "kpi", "report")
    assert "is damaged" in told
    assert "restore BACKUP" in told
    assert beside(desk.path) == before
    found = desk.run("check", "--format", "csv")
    assert (found.code, found.out.startswith("kind,")) == (5, True)
    assert "damage" in found.out

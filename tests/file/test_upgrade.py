"""A file of an earlier version is upgraded when it is opened, all or nothing; a copy of it stays beside it."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.test_restore import content
from tests.cli.test_salvage import pages_of, rows_of, struck
from tests.conftest import Desk
from tests.crash.running import ENVIRONMENT
from tests.earlier import NEXT, SCRIPT, names_of, next_steps, next_version
from tests.file.test_refused import beside

NEW = {("table", "visit_photo"), ("index", "visit_photo_ticket")}


@pytest.fixture(scope="module")
def today(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of a made-up outlet, of the current version."""
    return made_up(2, tmp_path_factory.mktemp("today") / "today.db").path


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    folder = tmp_path / "steps"
    folder.mkdir()
    return next_steps(folder)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, steps: Path) -> Iterator[int]:
    """The program knows a made-up next version."""
    with next_version(monkeypatch, steps) as version:
        yield version


@pytest.fixture
def old(today: Path, tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copy(today, tmp_path / "old.db")))


def test_an_earlier_file_is_put_aside_and_brought_up_to_date(old: Desk, newer: int) -> None:
    before = content(old.path)
    assert old.do("info")["schema"] == newer
    aside = old.path.with_name(f"old.db.schema-{newer - 1}")
    assert content(aside) == before
    assert aside.stat().st_mode & 0o777 == 0o600
    assert rows_of(old.path)["ticket"] == rows_of(aside)["ticket"]
    assert names_of(old.path) - names_of(aside) == NEW
    assert [row for row in old.do("check") if row["kind"] != "missing"] == []


def test_an_upgraded_file_is_made_like_a_new_one(old: Desk, newer: int, tmp_path: Path) -> None:
    new = Desk(tmp_path / "new.db")
    new.do("init")
    old.do("info")
    assert names_of(old.path) == names_of(new.path)


def test_an_upgraded_file_gives_the_same_figures(old: Desk, steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old.do("kpi", "report")
    with next_version(monkeypatch, steps):
        assert old.do("kpi", "report") == before


def test_an_upgraded_file_is_put_aside_once(old: Desk, newer: int) -> None:
    old.do("info")
    old.do("info")
    assert sorted(path.name for path in old.path.parent.glob("old.db*")) == ["old.db", f"old.db.schema-{newer - 1}"]


def test_where_it_cannot_be_put_aside_nothing_is_upgraded(old: Desk, newer: int) -> None:
    before = old.path.read_bytes()
    old.path.with_name(f"old.db.schema-{newer - 1}-journal").write_bytes(b"")
    assert "is in use" in old.refused(4, "info")
    assert old.path.read_bytes() == before


def test_an_upgrade_that_fails_leaves_the_old_file(old: Desk, newer: int, steps: Path) -> None:
    before = content(old.path)
    (steps / f"version_{newer}" / "02_fails.sql").write_text("CREATE TABLE visit_photo (x);")
    with pytest.raises(sqlite3.OperationalError, match="visit_photo already exists"):
        old.run("info")
    assert content(old.path) == before


def test_a_damaged_earlier_file_is_not_upgraded(old: Desk, newer: int) -> None:
    struck(old.path, pages_of(old.path, "event")[3])
    before = beside(old.path)
    told = old.refused(5, "ticket", "list")
    assert "is damaged" in told
    assert "check --salvage" in told
    assert beside(old.path) == before


def test_a_damaged_earlier_file_is_salvaged_into_one_of_today(old: Desk, today: Path, newer: int) -> None:
    struck(old.path, pages_of(old.path, "event_ticket")[0])
    new = Desk(old.path.with_name("new.db"))
    rows = old.do("check", "--salvage", str(new.path))
    assert [row for row in rows if row["lost"]] == []
    assert new.do("info")["schema"] == newer
    assert rows_of(new.path)["event"] == rows_of(today)["event"]


def test_an_earlier_backup_is_brought_up_to_date(old: Desk, today: Path, newer: int) -> None:
    backup = Path(shutil.copy(today, old.path.with_name("backup.db")))
    answer = old.do("restore", str(backup), "--yes")
    assert answer["schema"] == newer
    assert rows_of(old.path)["ticket"] == rows_of(today)["ticket"]


def opener(steps: Path, path: Path, *, die_at: int = 0) -> "subprocess.Popen[bytes]":
    """A process of its own that opens the file and upgrades it, or dies at that step of it."""
    command = [sys.executable, "-c", SCRIPT, str(steps), str(path), str(die_at)]
    return subprocess.Popen(command, env=ENVIRONMENT, start_new_session=True, stderr=subprocess.PIPE)


def test_of_several_openers_of_an_old_file_one_brings_it_up_to_date(old: Desk, steps: Path) -> None:
    openers = [opener(steps, old.path) for _ in range(6)]
    assert [(each.communicate()[1], each.returncode) for each in openers] == [(b"", 0)] * 6
    with closing(sqlite3.connect(old.path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (NEXT,)
        assert file.execute("SELECT count(*) FROM visit_photo").fetchone() == (0,)


@pytest.mark.parametrize("step", [1, 9, 60])
def test_an_upgrade_that_is_killed_leaves_the_old_file(
    today: Path, old: Desk, steps: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies before that statement or file; the next opener does the work."""
    ended = opener(steps, old.path, die_at=step)
    assert (ended.communicate()[1], ended.returncode) == (b"", -signal.SIGKILL)
    with closing(sqlite3.connect(old.path)) as file:
        assert file.execute("PRAGMA user_version").fetchone()[0] == NEXT - 1
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert content(old.path) == content(today)
    with next_version(monkeypatch, steps):
        assert old.do("info")["schema"] == NEXT
    assert rows_of(old.path)["ticket"] == rows_of(today)["ticket"]

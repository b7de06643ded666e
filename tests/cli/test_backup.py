"""A copy that can be relied on, and that replaces nothing but its like."""

import sqlite3
import stat
from pathlib import Path

import pytest

from tests.conftest import Desk


def test_a_backup_is_the_same_file(desk: Desk, tmp_path: Path) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    copy = Desk(tmp_path / "copy.db")
    answer = desk.do("backup", str(copy.path))
    assert list(answer) == ["path", "bytes", "customers", "appliances", "tickets", "surveys"]
    assert (answer["bytes"], answer["customers"]) == (copy.path.stat().st_size, 1)
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    assert {**copy.do("info"), "path": ""} == {**desk.do("info"), "path": ""}
    assert copy.do("export", "customers") == desk.do("export", "customers")


def test_an_earlier_backup_is_replaced(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    desk.do("backup", str(copy))
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    assert desk.do("backup", str(copy))["customers"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "outlet.db"]


def test_a_backup_sees_what_others_have_just_written(desk: Desk, tmp_path: Path) -> None:
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026-11-21', 'me', 'typed')")
    other.execute("BEGIN IMMEDIATE")
    desk.do("backup", str(tmp_path / "copy.db"))
    other.execute("ROLLBACK")
    other.close()
    assert len(Desk(tmp_path / "copy.db").do("export", "households")) == 1


def test_nothing_else_is_replaced(desk: Desk, tmp_path: Path) -> None:
    text, other, foreign = tmp_path / "letter.txt", Desk(tmp_path / "other.db"), tmp_path / "foreign.db"
    text.write_text("Dear Sir")
    other.do("init")
    sqlite3.connect(foreign).execute("CREATE TABLE t (x)").connection.commit()
    before = [path.read_bytes() for path in (text, other.path, foreign)]
    assert "no backup of servicedesk" in desk.refused(4, "backup", str(text))
    assert "another outlet" in desk.refused(4, "backup", str(other.path))
    assert "no backup of servicedesk" in desk.refused(4, "backup", str(foreign))
    assert [path.read_bytes() for path in (text, other.path, foreign)] == before


def test_the_file_itself_is_no_backup_of_it(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(desk.path)
    for path in (desk.path, tmp_path / "link.db"):
        assert "is the database file itself" in desk.refused(4, "backup", str(path))


def test_a_copy_that_knows_more_is_no_earlier_backup(desk: Desk, tmp_path: Path) -> None:
    copy = Desk(tmp_path / "copy.db")
    desk.do("backup", str(copy.path))
    copy.do("customer", "add", "王芳", "--phone", "13800138000")
    assert "holds more than" in desk.refused(4, "backup", str(copy.path))
    assert copy.do("info")["customers"] == 1


def test_a_folder_is_told_from_a_file(desk: Desk, tmp_path: Path) -> None:
    assert "is a folder" in desk.refused(5, "backup", str(tmp_path))
    assert "there is no folder" in desk.refused(5, "backup", str(tmp_path / "no" / "copy.db"))


def test_a_folder_whose_name_looks_like_a_uri_is_a_folder(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copy = desk.do("backup", "--keep", "1", "file:evil?mode=memory")["path"]
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("restore", copy, "--yes")
    assert Desk(tmp_path / copy).do("info")["customers"] == desk.do("info")["customers"] == 0
    restored = Desk(Path("file:evil?mode=memory/other.db"))
    restored.do("restore", copy)
    restored.do("restore", copy, "--yes")
    assert restored.do("info")["customers"] == 0


def test_the_views_of_the_figures_are_for_one_copy(desk: Desk, tmp_path: Path) -> None:
    told = desk.refused(2, "backup", str(tmp_path / "backups"), "--keep", "2", "--figures")
    assert told == "error: --figures is for one copy, without --keep\nhint: servicedesk backup copy.db --figures\n"

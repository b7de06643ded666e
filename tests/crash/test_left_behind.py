"""What a killed run leaves: swept by the next one, never in its way, never taken for a whole file."""

from pathlib import Path

import pytest

from servicedesk.storage.new_files import workshop
from servicedesk.storage.paths import WORKSHOP
from tests.conftest import Desk


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.match(WORKSHOP)]


def abandoned(folder: Path) -> None:
    dead = folder / WORKSHOP.replace("*", "dead")
    dead.mkdir(parents=True)
    (dead / "new").write_text("half")


def test_what_a_killed_backup_left_is_swept_by_the_next(desk: Desk, tmp_path: Path) -> None:
    abandoned(tmp_path)
    desk.do("backup", str(tmp_path / "copy.db"))
    assert left(tmp_path) == []


def test_who_is_at_work_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    with workshop(tmp_path) as busy:
        desk.do("backup", str(tmp_path / "copy.db"))
        assert left(tmp_path) == [busy.name]
    assert left(tmp_path) == []


def test_a_folder_of_somebody_else_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / ".servicedesk-letters").mkdir()
    desk.do("backup", str(tmp_path / "copy.db"))
    assert (tmp_path / ".servicedesk-letters").is_dir()


def test_an_export_killed_before_its_first_file_blocks_nothing(desk: Desk, tmp_path: Path) -> None:
    abandoned(tmp_path / "all")
    desk.do("export", str(tmp_path / "all"))
    assert left(tmp_path / "all") == []


@pytest.mark.parametrize("words", [("init",), ("demo", "--months", "1")])
def test_a_log_without_its_file_is_not_read_into_a_new_one(blank: Desk, words: tuple[str, ...]) -> None:
    log = Path(f"{blank.path}-wal")
    log.write_bytes(b"facts of yesterday")
    assert "move it away" in blank.refused(4, *words)
    assert log.read_bytes() == b"facts of yesterday"
    assert not blank.path.exists()


def test_a_log_without_its_file_is_not_read_into_a_backup(desk: Desk, tmp_path: Path) -> None:
    Path(tmp_path / "copy.db-wal").write_bytes(b"facts of yesterday")
    assert "move it away" in desk.refused(4, "backup", str(tmp_path / "copy.db"))
    assert not (tmp_path / "copy.db").exists()


def test_a_demo_that_fails_leaves_nothing(blank: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("servicedesk.demo.fill._Filling.run", failing)
    assert blank.run("demo", "--months", "1").code == 130
    assert list(blank.path.parent.iterdir()) == []

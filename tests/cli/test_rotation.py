"""Dated backups for cron: the newest stay, nobody else's file goes, a failed one removes none."""

import sqlite3
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_check import forced
from tests.conftest import Desk
from tests.crash.running import ENVIRONMENT, program


def dated(hour: int, minute: int = 10) -> str:
    return f"servicedesk-2026-11-25T{hour:02}{minute:02}.db"


def night(desk: Desk, folder: Path, hour: int, keep: int = 3, minute: int = 10) -> dict[str, Any]:
    answer: dict[str, Any] = desk.do(
        "backup", "--keep", str(keep), str(folder), now=f"2026-11-25 {hour:02}:{minute:02}"
    )
    return answer


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [Path(row["path"]).name for row in rows]


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_stay_and_the_answer_says_which(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for hour in (1, 2, 3):
        night(desk, folder, hour)
    answer = night(desk, folder, 4)
    assert list(answer) == [
        "path", "bytes", "customers", "appliances", "tickets", "surveys", "kept", "removed",
    ]  # fmt: skip
    assert names(answer["kept"]) == [dated(4), dated(3), dated(2)]
    assert names(answer["removed"]) == [dated(1)]
    assert left(folder) == [dated(2), dated(3), dated(4)]
    assert (folder.stat().st_mode & 0o777, (folder / dated(4)).stat().st_mode & 0o777) == (0o700, 0o600)


def test_the_name_is_the_minute_in_the_outlet_s_zone(desk: Desk, tmp_path: Path) -> None:
    answer = desk.do("backup", "--keep", "1", str(tmp_path / "b"), now="2026-11-24T19:10:59Z")
    assert Path(answer["path"]).name == dated(3)


def test_twice_in_a_minute_is_one_backup_where_nothing_was_written_between(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    assert night(desk, folder, 1)["path"] == night(desk, folder, 1)["path"] == str(folder / dated(1))
    desk.do("customer", "add", "王芳", "--phone", "138")
    second = dated(1).replace(".db", "x02.db")
    assert (night(desk, folder, 1)["customers"], left(folder)) == (1, [dated(1), second])
    assert names(night(desk, folder, 2, keep=2)["kept"]) == [dated(2), second]


def test_the_hour_that_comes_twice_has_two_backups_in_their_order(make: Callable[..., Desk], tmp_path: Path) -> None:
    desk, made = make("berlin.db", "--zone", "Europe/Berlin"), []
    for at in ("02:30:00+02:00", "02:59:00+02:00", "02:30:00+01:00", "03:00:00+01:00"):
        backup = ("backup", "--keep", "3", str(tmp_path / "b"))
        made.append(desk.do(*backup, now=f"2026-10-25T{at}")["path"])
    assert [Path(path).name[22:] for path in made] == ["T0230.db", "T0259.db", "T02B30.db", "T0300.db"]
    assert left(tmp_path / "b") == [Path(path).name for path in made[1:]]


def test_only_backups_of_this_outlet_are_counted_and_removed(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    night(desk, folder, 1)
    other = Desk(tmp_path / "other.db")
    other.do("init")
    night(other, folder, 2)
    (folder / dated(3)).write_text("a letter")
    (folder / dated(4)).symlink_to(folder / dated(1))
    (folder / "servicedesk-mine.db").write_bytes((folder / dated(1)).read_bytes())
    (folder / f"{dated(5)}.keep").write_bytes((folder / dated(1)).read_bytes())
    (folder / dated(6)).mkdir()
    in_use = folder / dated(7)
    in_use.write_bytes((folder / dated(1)).read_bytes())
    Path(f"{in_use}-wal").write_bytes(b"")
    before = left(folder)
    answer = night(desk, folder, 8, keep=1)
    assert names(answer["removed"]) == [dated(1)]
    assert left(folder) == sorted({*before, dated(8)} - {dated(1)})


def test_the_outlet_s_own_file_is_no_backup_of_it(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder.mkdir(mode=0o700)
    live = Desk(folder / dated(1))
    live.do("init", now="2020-01-01 08:00")
    assert names(night(live, folder, 2, keep=1)["kept"]) == [dated(2)]
    assert left(folder) == [dated(1), dated(2)]


def test_another_outlet_in_the_same_minute_is_told_to_take_its_own_folder(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other.db")
    other.do("init")
    night(other, tmp_path / "b", 1)
    told = desk.refused(4, "backup", "--keep", "3", str(tmp_path / "b"), now="2026-11-25 01:10")
    assert "another outlet" in told
    assert "a folder for each outlet" in told


def test_a_clock_set_back_does_not_cost_the_new_backup(desk: Desk, tmp_path: Path) -> None:
    for hour in (5, 6):
        night(desk, tmp_path / "b", hour, keep=2)
    assert names(night(desk, tmp_path / "b", 1, keep=2)["removed"]) == []
    assert left(tmp_path / "b") == [dated(1), dated(5), dated(6)]


def test_a_failed_backup_removes_none(desk: Desk, tmp_path: Path) -> None:
    for hour in (1, 2):
        night(desk, tmp_path / "b", hour)
    with closing(sqlite3.connect(desk.path)) as file:
        root = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event_ticket'").fetchone()[0]
    content = bytearray(desk.path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    desk.path.write_bytes(content)
    told = desk.refused(5, "backup", "--keep", "1", str(tmp_path / "b"), now="2026-11-25 03:10")
    assert "damaged" in told
    assert left(tmp_path / "b") == [dated(1), dated(2)]


def test_a_copy_that_breaks_a_rule_is_kept_and_said_and_nothing_goes(desk: Desk, tmp_path: Path) -> None:
    night(desk, tmp_path / "b", 1, keep=1)
    forced(desk, "INSERT INTO ticket (type, recorded_at, actor, origin) VALUES ('repair', '2026-11-25', 'x', 'typed')")
    answer = desk.run("backup", "--keep", "1", str(tmp_path / "b"), now="2026-11-25 02:10")
    assert answer.code == 0
    assert "with 1 broken rule: servicedesk check names it" in answer.err
    assert "no older backup was removed" in answer.err
    assert left(tmp_path / "b") == [dated(1), dated(2)]


@pytest.mark.parametrize("words", [("--keep", "0"), ("--keep", "-1"), ("--keep", "many")])
def test_how_many_is_a_number_from_one_on(desk: Desk, tmp_path: Path, words: tuple[str, ...]) -> None:
    desk.refused(2, "backup", *words, str(tmp_path / "b"))
    assert not (tmp_path / "b").exists()


def test_the_folder_is_told_from_a_file_and_its_own_folder_must_be_there(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("x")
    assert "is not a folder" in desk.refused(5, "backup", "--keep", "3", str(tmp_path / "letter"))
    assert "mkdir -p" in desk.refused(5, "backup", "--keep", "3", str(tmp_path / "no" / "b"))


def test_an_old_backup_that_cannot_be_removed_is_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(desk, tmp_path / "b", 1)

    def refusing(path: Path, **_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refusing)
    told = desk.refused(5, "backup", "--keep", "1", str(tmp_path / "b"), now="2026-11-25 02:10")
    assert "cannot be removed" in told
    assert f"the new backup is whole: {tmp_path / 'b' / dated(2)}" in told


def test_many_crons_at_once_leave_whole_backups(desk: Desk, tmp_path: Path) -> None:
    def one(minute: int) -> int:
        words = ("backup", "--keep", "1", str(tmp_path / "b"))
        command = program(desk.path, *words, now=f"2026-11-25 03:1{minute}")
        return subprocess.run(command, capture_output=True, env=ENVIRONMENT).returncode

    with ThreadPoolExecutor(4) as crons:
        assert list(crons.map(one, [0, 0, 1, 1])) == [0] * 4
    assert dated(3, 11) in left(tmp_path / "b")
    assert set(left(tmp_path / "b")) <= {dated(3, 10), dated(3, 11)}
    assert Desk(tmp_path / "b" / dated(3, 11)).do("info")["customers"] == 0

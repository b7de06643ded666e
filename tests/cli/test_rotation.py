"""Dated backups for cron: the newest stay, nobody else's file goes, a failed one removes none."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from servicedesk.file.backup.rotation import Keep, backups_to_keep, hours_between
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


@pytest.mark.parametrize("moment", ["is_file", "samefile", "stat", "absolute"])
@pytest.mark.parametrize("words", [("--list",), ("--keep", "9")])
def test_a_backup_that_another_run_removes_meanwhile_is_no_error(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "b"
    night(desk, folder, 1)
    night(desk, folder, 2)
    real = getattr(Path, moment)

    def removing(path: Path, *args: Any, **more: Any) -> Any:
        if path.name == dated(1):
            with suppress(FileNotFoundError):
                os.unlink(path)
        return real(path, *args, **more)

    monkeypatch.setattr(Path, moment, removing)
    answer = desk.do("backup", *words, str(folder), now="2026-11-25 03:10")
    monkeypatch.undo()
    assert dated(1) not in left(folder)
    assert dated(2) in names(answer if isinstance(answer, list) else answer["kept"])


# Days, weeks and months; the list; the newest.


def paths(*names: str) -> list[Path]:
    return [Path(f"servicedesk-{name}.db") for name in names]


def test_the_last_copy_of_each_day_week_and_month_stays() -> None:
    begun = datetime(2025, 1, 1, 3, 10)
    nights = [begun + timedelta(hours=12 * n) for n in range(2 * 400)]
    dated = paths(*(f"{at:%Y-%m-%dT%H%M}" for at in nights))
    stay = sorted(path.stem.removeprefix("servicedesk-") for path in backups_to_keep(dated, Keep(1, 7, 5, 12)))
    assert stay == [
        *(f"2025-{month:02}-{last}T1510" for month, last in ((3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31))),
        *(f"2025-{month:02}-{last}T1510" for month, last in ((9, 30), (10, 31), (11, 30), (12, 31))),
        "2026-01-11T1510", "2026-01-18T1510", "2026-01-25T1510", "2026-01-29T1510", "2026-01-30T1510",
        "2026-01-31T1510", "2026-02-01T1510", "2026-02-02T1510", "2026-02-03T1510", "2026-02-04T1510",
    ]  # fmt: skip


def test_the_newest_stays_whatever_is_asked_for() -> None:
    assert backups_to_keep(paths("2026-01-01T0310", "2026-01-02T0310"), Keep(monthly=1)) == {
        Path("servicedesk-2026-01-02T0310.db")
    }
    assert len(backups_to_keep(paths("2026-01-01T0310", "2026-01-01T0310x02"), Keep(daily=5))) == 1


@pytest.fixture
def nights(desk: Desk, tmp_path: Path) -> str:
    """A folder with copies of three nights."""
    for day in ("11-18", "11-19", "11-20"):
        desk.do("backup", str(tmp_path / "b"), "--keep", "9", now=f"2026-{day} 03:10")
    return str(tmp_path / "b")


def test_the_copies_of_a_folder_are_listed(desk: Desk, nights: str) -> None:
    Path(nights, "cat.db").write_text("meow")
    rows = desk.do("backup", nights, "--list")
    assert [(row["made_at"][5:16], row["age_hours"]) for row in rows] == [
        ("11-20T03:10", 38.8), ("11-19T03:10", 62.8), ("11-18T03:10", 86.8),
    ]  # fmt: skip
    assert "is not a folder" in desk.refused(5, "backup", f"{nights}/none", "--list")


def test_days_are_kept_beside_the_newest(desk: Desk, nights: str) -> None:
    answer = desk.do("backup", nights, "--keep-daily", "2", now="2026-11-20 22:00")
    assert [Path(one["path"]).stem[12:] for one in answer["kept"]] == ["2026-11-20T2200", "2026-11-19T0310"]
    assert len(answer["removed"]) == 2


def test_a_copy_that_is_missing_old_or_damaged_is_exit_code_5(desk: Desk, nights: str, tmp_path: Path) -> None:
    (newest,) = desk.do("check", "--backups", nights, now="2026-11-20 09:00")
    assert newest["age_hours"] == 5.8
    old = desk.refused(5, "check", "--backups", nights, "--max-age", "26h", now="2026-11-21 09:00")
    assert "servicedesk-2026-11-20T0310.db, is 29.8 hours old" in old
    assert desk.run("check", "--backups", nights, "--max-age", "2d", now="2026-11-21 09:00").code == 0
    assert "'a while' is no age" in desk.refused(2, "check", "--backups", nights, "--max-age", "a while")
    copy = Path(nights, "servicedesk-2026-11-20T0310.db")
    content = bytearray(copy.read_bytes())
    content[-4096 * 3 :] = b"\xff" * (4096 * 3)
    copy.write_bytes(content)
    assert "is damaged" in desk.refused(5, "check", "--backups", nights, "--max-age", "9d")
    (tmp_path / "empty").mkdir()
    assert "there is no backup of this outlet" in desk.refused(5, "check", "--backups", str(tmp_path / "empty"))


def test_the_newest_that_another_run_replaces_by_a_newer_is_not_missed(
    desk: Desk, nights: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rotating(now: datetime, at: datetime) -> float:
        old, new = Path(nights, "servicedesk-2026-11-20T0310.db"), Path(nights, "servicedesk-2026-11-20T0311.db")
        if old.exists():
            os.rename(old, new)
        return hours_between(now, at)

    monkeypatch.setattr("servicedesk.file.backup.backup.hours_between", rotating)
    (newest,) = desk.do("check", "--backups", nights, now="2026-11-20 09:00")
    assert newest["path"].endswith("2026-11-20T0311.db")

"""`import DROP/*.csv --done DIR --bad DIR`: each file whole or not at all, moved only after the commit."""

import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from servicedesk.base.errors import StorageError
from servicedesk.file.imports import drop_folder
from servicedesk.file.imports.load.loader import Loader
from tests.conftest import Answer, Desk

MAP = '[customer]\nref = "no"\nname = "name"\nphone = "phone"\n'
GOOD = "no,name,phone\n{no},王芳{no},1380013800{no}\n"
Drop = Callable[..., Answer]


@pytest.fixture
def drop(desk: Desk, tmp_path: Path) -> Drop:
    """Read what is in drop/, as cron would."""
    (tmp_path / "drop").mkdir()
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")

    def read(*more: str, files: list[Path] | None = None) -> Answer:
        found = sorted((tmp_path / "drop").glob("*.csv")) or [tmp_path / "drop" / "*.csv"]
        words = [*map(str, files or found), "--map", str(tmp_path / "map.toml"), "--done", str(tmp_path / "done")]
        return desk.run("import", *words, "--bad", str(tmp_path / "bad"), *more, "--format", "json")

    return read


def put(folder: Path, name: str, no: int, text: str = GOOD) -> Path:
    path = folder / "drop" / name
    path.write_text(text.format(no=no), encoding="utf-8")
    return path


def names(desk: Desk) -> list[str]:
    return [row["name"] for row in desk.do("export", "customers")]


def lying(folder: Path) -> dict[str, list[str]]:
    """The files of each folder."""
    return {name: sorted(os.listdir(folder / name)) for name in ("drop", "done", "bad") if (folder / name).exists()}


def test_each_file_is_read_whole_or_not_at_all_and_moved(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    put(tmp_path, "a.csv", 1)
    put(tmp_path, "b.csv", 2, GOOD + "3,赵军,none\n")
    put(tmp_path, "c.csv", 4)
    answer = drop()
    assert (answer.code, names(desk)) == (4, ["王芳1", "王芳4"])
    assert [(row["result"], row["new"], row["moved_to"]) for row in answer.json] == [
        ("done", 1, str(tmp_path / "done" / "a.csv")),
        ("bad", None, str(tmp_path / "bad" / "b.csv")),
        ("done", 1, str(tmp_path / "done" / "c.csv")),
    ]
    assert "error: 1 file was not read" in answer.err
    assert lying(tmp_path) == {"drop": [], "done": ["a.csv", "c.csv"], "bad": ["b.csv", "b.csv.why.txt"]}
    reason = tmp_path / "bad" / "b.csv.why.txt"
    assert "1 of 2 records rejected" in reason.read_text(encoding="utf-8")
    assert stat.S_IMODE(reason.stat().st_mode) == 0o600


def test_an_empty_drop_folder_is_nothing(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    answer = drop()
    assert (answer.code, answer.json) == (0, [])


def test_a_name_that_is_taken_is_not_overwritten(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    for no in (1, 2, 3):
        put(tmp_path, "calls.csv", no)
        assert drop().code == 0
    assert lying(tmp_path)["done"] == ["calls-2.csv", "calls-3.csv", "calls.csv"]
    assert names(desk) == ["王芳1", "王芳2", "王芳3"]


def test_a_run_that_was_killed_before_the_move_is_run_again(
    desk: Desk, tmp_path: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.csv", 1)
    with monkeypatch.context() as killed:

        def kill(*_: object) -> bool:
            raise KeyboardInterrupt

        killed.setattr(drop_folder, "_put", kill)
        assert drop().code == 130
    assert (names(desk), lying(tmp_path)["drop"]) == (["王芳1"], ["a.csv"])
    again = drop()
    assert [(row["new"], row["known"]) for row in again.json] == [(0, 1)]
    assert lying(tmp_path) == {"drop": [], "done": ["a.csv"], "bad": []}


def test_a_file_that_another_run_reads_is_left_to_it(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    path = put(tmp_path, "a.csv", 1)
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = drop()
    assert (answer.code, answer.json, names(desk)) == (0, [], [])
    assert f"{path}: another run reads it, or it is gone" in answer.err
    assert drop(files=[path, tmp_path / "drop" / "gone.csv"]).code == 0
    assert names(desk) == ["王芳1"]


def test_an_error_of_the_outlets_file_leaves_all_where_they_are(
    desk: Desk, tmp_path: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.csv", 1)

    def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(Loader, "finish", fail)
        answer = drop()
    assert (answer.code, "error: the disk is full" in answer.err, names(desk)) == (5, True, [])
    assert lying(tmp_path) == {"drop": ["a.csv"], "done": [], "bad": []}


def test_a_damaged_workbook_is_the_files_fault(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    path = tmp_path / "drop" / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"x" * 100)
    assert (drop(files=[path]).code, lying(tmp_path)["bad"]) == (4, ["a.xlsx", "a.xlsx.why.txt"])


def test_a_dry_run_moves_nothing(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    put(tmp_path, "a.csv", 1)
    assert [(row["result"], row["moved_to"]) for row in drop("--dry-run").json] == [("done", None)]
    assert (names(desk), lying(tmp_path)["drop"]) == ([], ["a.csv"])


def test_what_cannot_be_is_one_sentence(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    path = put(tmp_path, "a.csv", 1)
    (tmp_path / "map.toml").write_text("[nobody]\n", encoding="utf-8")
    assert (drop().code, lying(tmp_path)["drop"]) == (2, ["a.csv"])
    two = [str(path), str(path.with_name("b.csv"))]
    assert "several files are read with --done and --bad" in desk.refused(2, "import", *two)
    words = ["--done", str(tmp_path / "x"), "--bad", str(tmp_path / "x")]
    assert "--done and --bad are one folder" in desk.refused(2, "import", str(path), *words)
    words = ["--done", str(path.parent), "--bad", str(tmp_path / "x")]
    assert "is in the folder that files are moved to" in desk.refused(2, "import", str(path), *words)
    words = ["--done", str(tmp_path / "x"), "--bad", str(tmp_path / "y"), "--rejects", "r.csv"]
    assert "--done takes each file whole, without --rejects" in desk.refused(2, "import", str(path), *words)


def test_two_runs_at_once_read_each_file_once(desk: Desk, tmp_path: Path, drop: Drop) -> None:
    files = [put(tmp_path, f"{no}.csv", no) for no in range(1, 7)]
    folders = ["--done", str(tmp_path / "done"), "--bad", str(tmp_path / "bad"), "--map", str(tmp_path / "map.toml")]
    words = [sys.executable, "-m", "servicedesk", "--db", str(desk.path), "import", *map(str, files), *folders]
    runs = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    told = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    assert lying(tmp_path) == {"drop": [], "done": [f"{no}.csv" for no in range(1, 7)], "bad": []}
    assert sorted(names(desk)) == [f"王芳{no}" for no in range(1, 7)]
    assert b"".join(out for out, _ in told).count(b"\tdone\t") == 6


def test_a_file_that_another_run_moves_after_the_first_look_is_left_to_it(
    desk: Desk, tmp_path: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = put(tmp_path, "a.csv", 1), Path.stat

    def moving(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = real(path, follow_symlinks=follow_symlinks)
        if path == file and (tmp_path / "done").is_dir():
            os.rename(file, tmp_path / "done" / "a.csv")
        return found

    monkeypatch.setattr(Path, "stat", moving)
    answer = drop(files=[file])
    monkeypatch.undo()
    assert (answer.code, answer.err) == (0, f"{file}: another run reads it, or it is gone\n")

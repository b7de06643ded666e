"""Where a file lies: a network drive goes without the write-ahead log and is said; what cannot be written is read."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.base.errors import StorageError
from servicedesk.file import opening
from servicedesk.storage import database, drives
from tests.conftest import Desk
from tests.crash.full import limited
from tests.crash.running import ENVIRONMENT, program, run


@pytest.fixture
def shared(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A file whose drive is a network's, as the mount table says."""
    mounted(tmp_path, monkeypatch, "nfs4")
    return desk


def mounted(folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    device = os.stat(folder).st_dev
    table = folder / "mountinfo"
    number = f"{os.major(device)}:{os.minor(device)}"
    table.write_text(
        "22 27 0:21 / /proc rw - proc proc rw\n"
        f"31 27 {number} / /mnt/the\\040drive rw,relatime shared:1 - {kind} srv:/x rw\n"
        "no line of it\n"
    )
    monkeypatch.setattr(drives, "MOUNTS", table)
    monkeypatch.setattr(opening, "NO_DISK", {0, os.major(device)})


def log_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as file:
        return str(file.execute("PRAGMA journal_mode").fetchone()[0])


def test_a_file_on_a_network_drive_gives_up_its_log_and_that_is_said_once(shared: Desk) -> None:
    assert log_of(shared.path) == "wal"
    first = shared.run("customer", "add", "王芳", "--phone", "138")
    assert "lies on a network drive (nfs4): SQLite's write-ahead log is off" in first.err
    assert log_of(shared.path) == "delete"
    assert "network drive" not in shared.run("customer", "add", "李娜", "--phone", "139").err
    assert shared.do("info")["customers"] == 2
    assert sorted(path.name for path in shared.path.parent.glob("outlet*")) == ["outlet.db"]


def test_info_says_it_whenever_it_is_asked(shared: Desk) -> None:
    shared.do("info")
    assert shared.run("info").err.count("network drive (nfs4)") == 1


def test_what_its_log_held_is_not_lost(shared: Desk, desk: Desk, tmp_path: Path) -> None:
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026', 'me', 'typed')")
    copy = Desk(tmp_path / "copy.db")
    for suffix in ("", "-wal"):
        shutil.copy(f"{desk.path}{suffix}", f"{copy.path}{suffix}")
    other.close()
    assert len(copy.do("export", "households")) == 1
    assert (log_of(copy.path), Path(f"{copy.path}-wal").exists()) == ("delete", False)


def test_a_file_made_there_never_has_a_log(shared: Desk, tmp_path: Path) -> None:
    new = Desk(tmp_path / "new.db")
    assert "network drive" in new.run("init").err
    assert log_of(new.path) == "delete"


def test_two_write_there_in_turn(shared: Desk) -> None:
    shared.do("info")
    with closing(opening.open_outlet(shared.path)) as db, db.atomic():
        db.run("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026', 'me', 'typed')")
    shared.do("customer", "add", "王芳", "--phone", "138")
    assert len(shared.do("export", "households")) == 1


def test_back_on_a_disk_it_has_its_log_again(shared: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shared.do("info")
    monkeypatch.setattr(opening, "NO_DISK", set())
    shared.do("info")
    assert log_of(shared.path) == "wal"


def test_while_somebody_is_at_work_it_stays_without(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_MS", 50)
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM customer").fetchone()
        assert desk.do("info")["customers"] == 0
    assert log_of(desk.path) == "delete"


@pytest.mark.parametrize(
    ("kind", "is_shared"),
    [
        ("ext4", False), ("tmpfs", False), ("overlay", False), ("fuseblk", False), ("fuse.gocryptfs", False),
        ("nfs", True), ("cifs", True), ("9p", True), ("fuse.sshfs", True), ("fuse.rclone", True), ("virtiofs", True),
    ],
)  # fmt: skip
def test_network_drives_are_told_from_disks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_shared: bool
) -> None:
    mounted(tmp_path, monkeypatch, kind)
    assert drives.network_kind(os.stat(tmp_path).st_dev) == (kind if is_shared else None)


def test_without_a_mount_table_every_drive_is_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "none")
    assert drives.network_kind(os.stat(tmp_path).st_dev) is None


def test_a_drive_that_cannot_carry_the_log_is_told() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMMAP"
    told = database.translate_error(error, Path("x.db"))
    assert isinstance(told, StorageError)
    assert "x.db lies on a drive that cannot carry SQLite's log" in told.sentence


@pytest.mark.parametrize("name", ["SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE", "SQLITE_FULL", "SQLITE_CANTOPEN"])
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "x.db cannot grow: the disk is full"),
        (errno.EDQUOT, "x.db cannot be written: Disk quota exceeded"),
        (errno.EROFS, "x.db cannot be written: Read-only file system"),
        (errno.EACCES, "x.db cannot be written: Permission denied"),
    ],
)
def test_the_cause_is_what_the_system_says(
    monkeypatch: pytest.MonkeyPatch, name: str, number: int, sentence: str
) -> None:
    monkeypatch.setattr(drives, "obstacle", lambda _: OSError(number, os.strerror(number)))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    told = database.translate_error(error, Path("x.db"))
    assert isinstance(told, StorageError)
    assert told.sentence == sentence


@pytest.mark.parametrize("words", [("backup", "{new}"), ("check", "--salvage", "{new}"), ("restore", "{backup}")])
def test_a_target_without_room_is_named_and_not_the_source(desk: Desk, tmp_path: Path, words: tuple[str, ...]) -> None:
    new, backup = tmp_path / "copies" / "new.db", tmp_path / "backup.db"
    new.parent.mkdir()
    desk.do("backup", str(backup))
    file = new if words[0] == "restore" else desk.path
    command = program(file, *(word.format(new=new, backup=backup) for word in words), now=str(desk.now))
    ended = run(command, prepare=limited(60))
    assert ended.code == 5
    assert ended.err.startswith(f"error: {new} cannot be written: File too large\n"), ended.err


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own; skipped where nobody may mount one."""
    place = tmp_path / "stick"
    place.mkdir()
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip(done.stderr.decode())
    yield place
    subprocess.run(["umount", str(place)], check=True)


def locked(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)


@pytest.mark.parametrize("has_log", [False, True])
def test_a_file_on_a_stick_that_is_write_protected_can_be_read(desk: Desk, stick: Path, has_log: bool) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    there = Desk(stick / "outlet.db")
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("INSERT INTO household (name, recorded_at, actor, origin) VALUES ('x', '2026', 'me', 'typed')")
    shutil.copy(desk.path, there.path)
    if has_log:
        shutil.copy(f"{desk.path}-wal", f"{there.path}-wal")
    other.close()
    locked(stick)
    before = {path: path.read_bytes() for path in stick.iterdir()}
    assert there.do("customer", "find", "王芳")[0]["name"] == "王芳"
    assert len(there.do("export", "households")) == int(has_log)
    assert there.do("kpi", "report") != []
    assert [row["kind"] for row in there.do("check")] == ["missing"]
    assert "cannot be written" in there.refused(5, "customer", "add", "李娜", "--phone", "139")
    assert {path: path.read_bytes() for path in stick.iterdir()} == before


def test_an_older_file_there_is_refused_with_the_way_out(
    desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Desk(stick / "outlet.db")
    shutil.copy(desk.path, there.path)
    locked(stick)
    monkeypatch.setattr(opening, "VERSION", opening.VERSION + 1)
    told = there.refused(5, "info")
    assert "cannot be upgraded" in told
    assert "name the copy with --db" in told


def test_somebody_else_s_file_can_be_read(desk: Desk, tmp_path: Path) -> None:
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("only root can be somebody else")
    place = Path("/var/tmp") / f"servicedesk-{os.getpid()}"  # where others may go, too
    place.mkdir(mode=0o755)
    try:
        there = place / "outlet.db"
        shutil.copy(desk.path, there)
        there.chmod(0o644)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run(
            [*nobody, sys.executable, "-m", "servicedesk", "--version"], capture_output=True, env=ENVIRONMENT
        ).returncode:
            pytest.skip("nobody cannot run the program here")
        read = subprocess.run([*nobody, *program(there, "ticket", "list")], capture_output=True, env=ENVIRONMENT)
        assert (read.returncode, read.stdout.strip()) == (0, b"[]")
        add = program(there, "customer", "add", "x", "--phone", "1")
        refused = subprocess.run([*nobody, *add], capture_output=True, text=True, env=ENVIRONMENT)
        assert (refused.returncode, "cannot be written" in refused.stderr) == (5, True)
        there.chmod(0o600)
        hidden = subprocess.run([*nobody, *program(there, "info")], capture_output=True, text=True, env=ENVIRONMENT)
        assert (hidden.returncode, "cannot be read" in hidden.stderr) == (5, True)
        assert [path.name for path in place.iterdir()] == ["outlet.db"]
    finally:
        shutil.rmtree(place)

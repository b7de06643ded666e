"""Backup, restore and salvage where there is no room, no right or no place: one sentence, and all is as it was."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.file import opening
from tests.cli.test_restore import content
from tests.conftest import Desk
from tests.crash.dying import count_steps, run_and_die
from tests.crash.full import limited, mortal, small_disk
from tests.crash.running import Ended, program, run
from tests.file.test_refused import beside

NOW = "2026-11-25 03:10"


@pytest.fixture(scope="module")
def kept(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an outlet, a backup of it, and a folder of dated ones."""
    folder = tmp_path_factory.mktemp("kept")
    desk = made_up(1, folder / "outlet.db")
    desk.do("backup", str(folder / "copy.db"))
    desk.do("backup", "--keep", "1", str(folder / "dated"), now="2026-11-24 03:10")
    desk.do("technician", "add", "Somebody New")
    return folder


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to break things in."""
    return Path(shutil.copytree(kept, tmp_path / "place"))


COMMANDS: dict[str, tuple[str, ...]] = {
    "backup": ("backup", "copy.db"),
    "backup --keep": ("backup", "--keep", "1", "dated"),
    "restore": ("restore", "copy.db", "--yes"),
    "check --salvage": ("check", "--salvage", "new.db"),
    "export": ("export", "all"),
    "report": ("report", "monthly", "--month", "2026-10", "--output", "page.html"),
}


def words(folder: Path, what: str) -> list[str]:
    names = {"copy.db", "dated", "new.db", "all", "page.html"}
    return [str(folder / word) if word in names else word for word in COMMANDS[what]]


def told(ended: Ended) -> None:
    assert (ended.code, ended.is_one_sentence) == (5, True), (ended.code, ended.err)


def as_it_was(folder: Path, before: dict[str, str], rows: object) -> None:
    """The same files with the same content; what was written into the log meanwhile was taken back."""
    there = {name for name in beside(folder / "outlet.db") if not name.endswith(("-wal", "-shm"))}
    assert there == before.keys()
    assert content(folder / "outlet.db") == rows
    assert [path.name for path in (folder / "dated").iterdir()] == ["servicedesk-2026-11-24T0310.db"]


@pytest.mark.parametrize("what", COMMANDS)
@pytest.mark.parametrize("kilobytes", [40, *(pytest.param(size, marks=pytest.mark.slow) for size in (0, 400))])
def test_files_that_may_not_grow(place: Path, what: str, kilobytes: int) -> None:
    before, rows = beside(place / "outlet.db"), content(place / "outlet.db")
    command = program(place / "outlet.db", *words(place, what), now=NOW)
    ended = run(command, prepare=limited(kilobytes))
    if ended.code == 0:
        assert what in {"export", "report"}
        return
    told(ended)
    as_it_was(place, before, rows)
    assert run(command).code == 0


@pytest.fixture
def disk(kept: Path, tmp_path: Path) -> Iterator[Path]:
    """The same on a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, 24) as refused:
        if refused:
            pytest.skip(refused)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize("what", COMMANDS)
def test_a_disk_that_is_full(disk: Path, what: str) -> None:
    before, rows = beside(disk / "outlet.db"), content(disk / "outlet.db")
    ballast = disk / "ballast"
    with ballast.open("wb") as out:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        os.posix_fallocate(out.fileno(), 0, free - 60 * 1024)
    command = program(disk / "outlet.db", *words(disk, what), now=NOW)
    told(run(command))
    ballast.unlink()
    as_it_was(disk, before, rows)
    assert run(command).code == 0


@pytest.mark.parametrize("what", COMMANDS)
def test_a_folder_that_may_not_be_written(place: Path, what: str) -> None:
    before, rows = beside(place / "outlet.db"), content(place / "outlet.db")
    folders = (place, place / "dated")
    for folder in folders:
        folder.chmod(0o500)
    command = program(place / "outlet.db", *words(place, what), now=NOW)
    ended = run(command, prepare=mortal)
    for folder in folders:
        folder.chmod(0o700)
    told(ended)
    as_it_was(place, before, rows)


@pytest.mark.parametrize("what", COMMANDS)
def test_a_place_where_nothing_can_be_made(place: Path, what: str) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("there is no /proc")
    nowhere = Path("/proc")
    if what == "restore":
        command = program(nowhere / "outlet.db", *words(place, what), now=NOW)
    else:
        command = program(place / "outlet.db", *words(nowhere, what), now=NOW)
    ended = run(command)
    told(ended)
    assert ".part" not in ended.err
    assert "/proc" in ended.err


def test_a_restore_that_is_killed_leaves_the_one_or_the_other(kept: Path, place: Path) -> None:
    command = program(place / "outlet.db", "restore", str(place / "copy.db"), "--yes", now=NOW)
    old, new = content(place / "outlet.db"), content(place / "copy.db")
    steps = count_steps(command)
    for step in range(1, steps + 1, 4):
        shutil.rmtree(place)
        shutil.copytree(kept, place)
        assert run_and_die(command, step).returncode == -signal.SIGKILL
        asides = list(place.glob("outlet.db.replaced-*"))
        assert all(content(aside) == old for aside in asides), step
        assert content(place / "outlet.db") == old or (content(place / "outlet.db") == new and asides), step


PRIVATE: dict[str, Callable[[Desk], object]] = {
    "the file and its log": lambda desk: desk.do("technician", "add", "Li"),
    "a backup": lambda desk: desk.do("backup", str(desk.path.with_name("copy.db"))),
    "a dated one": lambda desk: desk.do("backup", "--keep", "3", str(desk.path.with_name("dated"))),
    "what was replaced": lambda desk: desk.do("restore", str(desk.path.with_name("copy.db")), "--yes"),
    "what was salvaged": lambda desk: desk.do("check", "--salvage", str(desk.path.with_name("new.db"))),
    "an export": lambda desk: desk.do("export", str(desk.path.with_name("all"))),
    "a page": lambda desk: desk.do("report", "monthly", "--output", str(desk.path.with_name("page.html"))),
    "rejects": lambda desk: desk.run(
        "import", str(desk.path.with_name("in.csv")), "--as", "customers", "--rejects",
        str(desk.path.with_name("bad.csv")),
    ),
}  # fmt: skip


def test_nobody_else_may_read_what_is_made(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        desk = Desk(tmp_path / "outlet.db")
        desk.do("init", now="2020-01-01 08:00")
        desk.path.with_name("in.csv").write_text("ref,name,phone,tier\n1,李娜,138,huge\n2,王芳,139,vip\n")
        with closing(opening.open_outlet(desk.path)):  # somebody is there, so the log stays
            for name, make in PRIVATE.items():
                make(desk)
                found = {p: p.stat().st_mode & 0o077 for p in tmp_path.rglob("*") if p.is_file() and p.name != "in.csv"}
                assert {str(p) for p, rights in found.items() if rights} == set(), name
        names = {p.name for p in tmp_path.rglob("*")}
        assert {"copy.db", "new.db", "servicedesk.json", "page.html", "bad.csv"} <= names
        assert any(name.startswith("outlet.db.replaced-") for name in names)
    finally:
        os.umask(mask)

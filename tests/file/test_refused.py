"""A file that is not ours, newer or damaged is refused and left as it is, to the byte."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.file import opening
from tests.cli.test_salvage import pages_of, struck
from tests.conftest import Desk


@pytest.fixture(scope="module")
def today(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of a made-up outlet, of the current version."""
    return made_up(2, tmp_path_factory.mktemp("today") / "today.db").path


def beside(path: Path) -> dict[str, str]:
    """What lies in the folder, by its hash."""
    return {
        found.name: hashlib.sha256(found.read_bytes()).hexdigest() for found in path.parent.iterdir() if found.is_file()
    }


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
    changed(path, f"PRAGMA user_version = {opening.VERSION + 1}")


def _in_the_making(path: Path) -> None:
    changed(path, f"PRAGMA user_version = {opening.FIRST - 1}")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut": (_truncated, "is damaged"),
    "without its header": (_headless, "is not a servicedesk file"),
    "with a wrong header": (_flipped, "is not a servicedesk file"),
    "a letter": (_letter, "is not a servicedesk file"),
    "somebody else's": (_foreign, "is not a servicedesk file"),
    "a newer one": (_newer, "newer servicedesk"),
    "one in the making": (_in_the_making, "a version of servicedesk in the making (schema 5), which is not carried on"),
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

"""Files from outside that are damaged, or made by hand: told with the place, never as a bug."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.conftest import Desk

MAP = '[customer]\nref = "no"\nname = "name"\n'
MAPS = {
    "deep": "a = " + "[" * 5000 + "]" * 5000,
    "digits": 'source = "x"\nn = ' + "9" * 5000,
    "number": MAP + "area = { value = 99999999999999999999 }\n",
    "form": 'dates = ["%Y %Y"]\n' + MAP,
    "zone": 'zone = "../../etc/passwd"\n[ticket]\nref = "no"\nreported_at = "name"\n',
    "encoding": 'encoding = "\\u0000"\n' + MAP,
}


@pytest.mark.parametrize("what", MAPS)
def test_a_strange_map_is_wrong_usage_with_its_name(desk: Desk, tmp_path: Path, what: str) -> None:
    (tmp_path / "m.toml").write_text(MAPS[what], encoding="utf-8")
    (tmp_path / "a.csv").write_text("no,name\n1,王芳\n", encoding="utf-8")
    if what == "form":
        (tmp_path / "m.toml").write_text(MAPS[what] + '[ticket]\nref = "no"\nreported_at = "name"\n', encoding="utf-8")
    desk.refused(2, "import", str(tmp_path / "a.csv"), "--map", str(tmp_path / "m.toml"))


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("export", str(tmp_path / "out"))
    return tmp_path / "out"


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("new", "said"),
    [("99999999999999999999", "is larger than any number"), ("9" * 5000, "line 2"), ("x", "line 2: invalid literal")],
)
def test_a_number_that_is_none_is_told_with_its_line(
    folder: Path, make: Callable[..., Desk], new: str, said: str
) -> None:
    error = make().refused(4, "import", str(changed(folder, "phone.csv", "\n1,1,", f"\n{new},1,")))
    assert ("phone.csv is not as 'export' wrote it, line 2" in error, said in error) == (True, True)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"tables": ' + "9" * 5000 + "}", "\ufeff", "null"])
def test_a_strange_manifest_is_no_export(folder: Path, make: Callable[..., Desk], text: str) -> None:
    (folder / "servicedesk.json").write_text(text, encoding="utf-8")
    assert "was not written by 'export'" in make().refused(4, "import", str(folder))


def test_a_heading_in_the_middle_is_nobody(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "a.csv").write_text("no,name\n1,王芳\nno, name\n2,林娜\n", encoding="utf-8")
    words = ("import", str(tmp_path / "a.csv"), "--map", str(tmp_path / "m.toml"))
    assert "record 2, line 3 'name': the heading once more" in desk.refused(4, *words)
    desk.do(*words, "--rejects", str(tmp_path / "bad.csv"))
    assert [row["name"] for row in desk.do("export", "customers")] == ["王芳", "林娜"]


READS = (("info",), ("ticket", "list"), ("customer", "find", "王"), ("history",), ("check",))


def spoilt(desk: Desk, *changes: tuple[int, int]) -> bytes:
    """The file with these bytes changed, its log folded in."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    with closing(sqlite3.connect(desk.path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(desk.path.read_bytes())
    for at, value in changes:
        data[at] = value
    desk.path.write_bytes(data)
    return bytes(data)


@pytest.mark.parametrize("value", [0, 0xFF])
def test_a_version_that_cannot_be_is_damage(desk: Desk, value: int) -> None:
    before = spoilt(desk, (60, value), (63, 0))
    assert "is damaged: it says that it is of version" in desk.refused(5, "info")
    assert desk.path.read_bytes() == before


@pytest.mark.parametrize("at", [0, 16, 18, 19, 44, 56, 59, 69, 100, 101, 103])
def test_a_changed_byte_of_the_header_is_never_a_bug(desk: Desk, at: int) -> None:
    before = spoilt(desk, (at, 0x7F))
    for words in READS:
        answer = desk.run(*words)
        assert answer.code in {0, 5}, (words, answer.err)
        assert answer.code == 0 or (answer.err.startswith("error: ") and desk.path.read_bytes() == before)


def test_changed_bytes_anywhere_are_never_a_bug(desk: Desk, tmp_path: Path) -> None:
    whole, chance = spoilt(desk), Random(20261121)
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(20):
            data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
        for beside in tmp_path.glob("outlet.db*"):
            beside.unlink()
        desk.path.write_bytes(data[: len(data) // chance.choice([1, 1, 2])])
        answer = desk.run(*chance.choice(READS))
        assert answer.code in {0, 5}, answer.err


def test_a_file_whose_rows_nobody_can_have_written_is_damaged(desk: Desk, tmp_path: Path) -> None:
    with sqlite3.connect(desk.path) as file:
        file.execute("UPDATE outlet SET zone = 'Mars/Olympus'")
    shutil.copy(desk.path, tmp_path / "copy.db")
    assert "is damaged: unknown time zone 'Mars/Olympus'" in desk.refused(5, "ticket", "list")


@pytest.mark.parametrize(
    ("statement", "words", "lacking"),
    [
        ("DROP TABLE holiday", ("outlet", "holidays"), "holiday"),
        ("DROP TABLE part_order", ("customer", "add", "林娜", "--phone", "13900139000"), "part_order"),
        ("ALTER TABLE holiday DROP COLUMN name", ("outlet", "holidays"), "holiday.name"),
    ],
)
def test_a_file_of_a_version_in_the_making_is_not_called_damaged(
    desk: Desk, tmp_path: Path, statement: str, words: tuple[str, ...], lacking: str
) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    with sqlite3.connect(desk.path) as file:
        file.execute("PRAGMA legacy_alter_table = ON")  # views may look at it
        file.execute(statement)
    assert desk.refused(5, *words) == (
        f"error: {desk.path} has no {lacking}, though its schema is 6: a version of servicedesk in the making made it, "
        "or another program changed it\nhint: 'check --salvage NEW' copies what fits into a file of this version\n"
    )
    desk.run("check", "--salvage", str(tmp_path / "new.db"))
    assert [row["name"] for row in Desk(tmp_path / "new.db").do("customer", "list")] == ["王芳"]


def test_an_origin_in_the_file_that_no_code_knows_is_damage(desk: Desk) -> None:
    desk.do("technician", "add", "Li")
    with sqlite3.connect(desk.path) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute("UPDATE technician SET origin = 'guessed'")
    assert "CHECK constraint failed in technician" in desk.refused(5, "info")

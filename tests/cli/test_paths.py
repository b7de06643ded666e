"""The kind of a file: only a regular file, or a new one, is ever written, whatever path a user gives."""

import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from servicedesk.cli.completion.answer import _PATHS
from servicedesk.cli.main import app
from servicedesk.cli.run.lists import list_options
from tests.conftest import Desk, filled_once

DAY = ("technician", "day", "Li")
# Every parameter that takes a path, and a command that uses it; `{path}` is what the user names.
WRITTEN = {
    "export target": ("export", "{path}"),
    "backup path": ("backup", "{path}"),
    "backup path --keep": ("backup", "--keep", "2", "{path}"),
    "check salvage": ("check", "--salvage", "{path}"),
    "import rejects": ("import", "{csv}", "--rejects", "{path}"),
    "import changes": ("import", "{csv}", "--changes", "{path}"),
    "import output": ("import", "{csv}", "--sketch", "--output", "{path}"),
    "import done": ("import", "{csv}", "--done", "{path}", "--bad", "{new}"),
    "import bad": ("import", "{csv}", "--done", "{new}", "--bad", "{path}"),
    "ticket sheet output": ("ticket", "sheet", "T1", "--output", "{path}"),
    "ticket quote sheet": ("ticket", "quote", "T1", "--labour", "80", "--sheet", "{path}"),
    "consumable due labels": ("consumable", "due", "--labels", "{path}"),
    "list output": ("customer", "list", "--output", "{path}"),  # one option of all lists
    "solution export file": ("solution", "export", "{path}"),
    "customer export output": ("customer", "export", "C1", "--output", "{path}"),
    "report monthly output": ("report", "monthly", "--output", "{path}"),
    "survey form output": ("survey", "form", "T1", "--output", "{path}"),
    "maintenance due sheet": ("maintenance", "due", "--area", "x", "--sheet", "{path}"),
    "technician day sheet": (*DAY, "--sheet", "{path}"),
    "technician day ics": (*DAY, "--ics", "{path}"),
    "share folder": ("share", "{path}"),
    "rollup take catalogue": ("rollup", "take", "{here}", "--catalogue", "{path}"),
    "classroom init folder": ("classroom", "init", "{path}", "--roster", "{roster}"),
    "classroom overview output": ("classroom", "overview", "E3", "--class", "{class}", "--output", "{path}"),
    "db": ("--db", "{path}", "init"),
    "db demo": ("--db", "{path}", "demo", "--months", "1"),
    "db restore": ("--db", "{path}", "restore", "{backup}", "--yes"),
}
READ = {
    "db today": ("--db", "{path}", "today"),
    "check backups": ("check", "--backups", "{path}"),
    "db check": ("--db", "{path}", "check"),
    "db salvage": ("--db", "{path}", "check", "--salvage", "{new}"),
    "restore path": ("restore", "{path}", "--yes"),
    "solution import file": ("solution", "import", "{path}"),
    "complaint open evidence": (
        "complaint",
        "open",
        "--ticket",
        "T1",
        "late",
        "--about",
        "lateness",
        "--evidence",
        "{path}",
    ),
    "share key": ("share", "{new}", "--key", "{path}"),
    "rollup take key": ("rollup", "take", "{here}", "--catalogue", "{new}", "--key", "{path}"),
    "rollup check catalogue": ("rollup", "check", "--catalogue", "{path}"),
    "rollup report catalogue": ("rollup", "report", "--catalogue", "{path}"),
    "rollup repeats catalogue": ("rollup", "repeats", "--catalogue", "{path}"),
    "rollup rows catalogue": ("rollup", "rows", "nps", "--outlet", "x", "--catalogue", "{path}"),
    "classroom hand-out folder": ("classroom", "hand-out", "E3", "--class", "{path}"),
    "classroom mark folder": ("classroom", "mark", "E3", "{here}", "--class", "{path}"),
    "classroom show folder": ("classroom", "show", "E3", "S01", "--class", "{path}"),
    "classroom decide folder": ("classroom", "decide", "E3", "S01", "T1=1", "--class", "{path}"),
    "classroom reveal folder": ("classroom", "reveal", "E3", "--class", "{path}"),
    "classroom overview folder": ("classroom", "overview", "E3", "--class", "{path}"),
    "note add file": ("note", "add", "C1", "a photo", "--file", "{path}"),
}
# A folder is what they want.
FOLDERS = {
    "export target", "backup path --keep", "import done", "import bad", "share folder", "classroom init folder",
    *(f"rollup {verb} catalogue" for verb in ("take", "check", "report", "repeats", "rows")),
}  # fmt: skip
PIPED = {"import files", "import map_path", "classroom init roster"}  # may be a pipe: <(…)
NAMED = {"exercise start folder"}  # what is no folder is the name of an exercise
KINDS = ("pipe.html", "socket.html", "folder.html", "link-to-pipe.html")


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one of everything that is no file."""
    folder = tmp_path / "kinds"
    (folder / "folder.html").mkdir(parents=True)
    os.mkfifo(folder / "pipe.html")
    (folder / "link-to-pipe.html").symlink_to(folder / "pipe.html")
    with socket.socket(socket.AF_UNIX) as made:
        with monkeypatch.context() as inside:
            inside.chdir(folder)
            made.bind("socket.html")  # its whole path may be longer than a socket's address
        yield folder


@filled_once
def staffed(desk: Desk) -> Desk:
    desk.do("customer", "add", "王芳", "--phone", "138")
    desk.do("technician", "add", "Li")
    desk.do("ticket", "open", "--customer", "C1", "leaks")
    return desk


@pytest.fixture
def peopled(staffed: Desk, tmp_path: Path) -> Desk:
    desk = staffed
    shutil.copy(desk.path, tmp_path / "backup.db")
    (tmp_path / "people.csv").write_text("ref,name,phone\n1,李娜,139\n")
    (tmp_path / "roster.csv").write_text("student,name\nS01,王芳\n")
    desk.do("classroom", "init", str(tmp_path / "class"), "--roster", str(tmp_path / "roster.csv"))
    return desk


def filled(words: tuple[str, ...], path: Path, folder: Path) -> list[str]:
    places = {"path": path, "csv": folder / "people.csv", "backup": folder / "backup.db", "new": folder / "new.db"}
    places |= {"here": folder, "class": folder / "class", "roster": folder / "roster.csv"}
    return [word.format(**places) for word in words]


def looks(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((path.name, path.lstat().st_mode, path.lstat().st_ino) for path in folder.iterdir())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", [*WRITTEN, *READ])
def test_what_is_no_file_is_refused_and_stays_what_it_is(peopled: Desk, kinds: Path, what: str, kind: str) -> None:
    before = looks(kinds)
    if kind != "folder.html" or what not in FOLDERS:
        answer = peopled.run(*filled((WRITTEN | READ)[what], kinds / kind, kinds.parent))
        assert (answer.code in {4, 5}, answer.out) == (True, ""), answer
    assert looks(kinds) == before


def parameters(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every parameter of the tree whose value is a path."""
    for param in command.params:
        if {*_PATHS, "DIR|NOUN"} & {param.metavar or ""}:
            is_of_lists = param.name == "output" and param.help in {option.help for option in list_options()}
            yield "list output" if is_of_lists else " ".join((*path, param.name))
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from parameters(command.get_command(None, name), (*path, name))


def test_every_parameter_that_takes_a_path_is_tried_here() -> None:
    assert set(parameters(get_command(app))) - PIPED - NAMED <= {*WRITTEN, *READ}


def test_a_file_of_two_names_is_refused_by_either_and_says_the_way_out(peopled: Desk, tmp_path: Path) -> None:
    second = Desk(tmp_path / "second.db")
    os.link(peopled.path, second.path)
    for desk, words in ((peopled, ("today",)), (second, ("restore", str(tmp_path / "backup.db"), "--yes"))):
        said = desk.refused(5, *words)
        assert "has another name" in said
        assert "hint: rm '" in said
    second.path.unlink()
    assert peopled.do("info")["customers"] == 1


def test_of_two_names_the_one_with_the_log_is_kept(peopled: Desk, tmp_path: Path) -> None:
    second = Desk(tmp_path / "second.db")
    os.link(peopled.path, second.path)
    Path(f"{second.path}-wal").touch()
    for desk in (peopled, second):
        assert f"rm '{peopled.path}'" in desk.refused(5, "info")


def test_a_second_name_in_another_folder_is_refused_too(peopled: Desk, tmp_path: Path) -> None:
    (tmp_path / "yesterday").mkdir()
    os.link(peopled.path, tmp_path / "yesterday" / "outlet.db")
    assert "find / -xdev -samefile" in peopled.refused(5, "info")


def test_a_name_that_a_killed_run_left_is_no_second_one(peopled: Desk, tmp_path: Path) -> None:
    (tmp_path / ".servicedesk-x.part").mkdir()
    os.link(peopled.path, tmp_path / ".servicedesk-x.part" / "new")
    assert peopled.do("info")["customers"] == 1
    assert not (tmp_path / ".servicedesk-x.part").exists()


def test_a_backup_with_a_second_name_is_replaced_and_the_other_keeps_what_it_has(peopled: Desk, tmp_path: Path) -> None:
    backup, yesterday = Desk(tmp_path / "backup.db"), Desk(tmp_path / "yesterday.db")
    os.link(backup.path, yesterday.path)
    peopled.do("customer", "add", "李娜", "--phone", "139")
    peopled.do("backup", str(backup.path))
    assert (backup.do("info")["customers"], yesterday.do("info")["customers"]) == (2, 1)


@pytest.mark.parametrize("way", ["itself", "link", "-wal", "-journal"])
@pytest.mark.parametrize("what", [name for name in WRITTEN if name not in FOLDERS and not name.startswith("db")])
def test_the_outlet_s_own_file_is_never_the_output(peopled: Desk, tmp_path: Path, what: str, way: str) -> None:
    target = {"itself": peopled.path, "link": tmp_path / "link.html"}.get(way, Path(f"{peopled.path}{way}"))
    if way == "link":
        target.symlink_to(peopled.path)
    before = peopled.path.read_bytes()
    answer = peopled.run(*filled(WRITTEN[what], target, tmp_path))
    assert (answer.code in {2, 4}, answer.out) == (True, ""), answer
    assert peopled.path.read_bytes() == before
    assert not list(tmp_path.glob("outlet.db-journal"))


def test_the_input_is_never_the_output(peopled: Desk, tmp_path: Path) -> None:
    people, mapped = tmp_path / "people.csv", tmp_path / "map.toml"
    mapped.write_text('source = "x"\n[customer]\nref = "ref"\nname = "name"\n')
    (tmp_path / "link.csv").symlink_to(people)
    os.link(mapped, tmp_path / "second.toml")
    for path in (people, tmp_path / "link.csv", mapped, tmp_path / "second.toml"):
        said = peopled.refused(2, "import", str(people), "--map", str(mapped), "--rejects", str(path))
        assert "itself" in said
    assert "itself" in peopled.refused(4, "restore", str(peopled.path), "--yes")


def test_two_outputs_are_two_files(peopled: Desk, tmp_path: Path) -> None:
    assert "the same file" in peopled.refused(2, *DAY, "--sheet", f"{tmp_path}/d", "--ics", f"{tmp_path}/./d")


def test_at_the_tab_key_a_pipe_is_not_waited_for(peopled: Desk, kinds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SERVICEDESK_COMPLETE", "bash")
    monkeypatch.setenv("COMP_LINE", f"servicedesk --db {kinds}/pipe.html customer show ")
    assert peopled.run().out == ""


def test_through_a_link_the_log_beside_the_true_file_is_read(
    peopled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, access = tmp_path / "shelf", os.access
    shelf.mkdir()
    (shelf / "link.db").symlink_to(peopled.path)
    with closing(sqlite3.connect(peopled.path)) as other:  # whoever has it open keeps the log
        other.execute("SELECT 1 FROM customer").fetchone()
        peopled.do("customer", "add", "李娜", "--phone", "139")
        monkeypatch.setattr(os, "access", lambda path, mode: shelf not in (Path(path), *Path(path).parents) and access(path, mode))  # fmt: skip  # noqa: E501
        info = Desk(shelf / "link.db").do("info")
    assert (info["customers"], info["path"]) == (2, str(peopled.path))


def test_through_links_a_restore_reads_the_log_and_keeps_the_copy_beside_the_true_file(
    peopled: Desk, tmp_path: Path
) -> None:
    backup, linked, shelf = Desk(tmp_path / "backup.db"), Desk(tmp_path / "shelf" / "link.db"), tmp_path / "shelf"
    shelf.mkdir()
    linked.path.symlink_to(peopled.path)
    (shelf / "backup.db").symlink_to(backup.path)
    with closing(sqlite3.connect(backup.path)) as other:
        other.execute("SELECT 1 FROM customer").fetchone()
        backup.do("customer", "add", "李娜", "--phone", "139")
        answer = linked.do("restore", str(shelf / "backup.db"), "--yes")
    assert (answer["customers"], Path(answer["replaced"]).parent) == (2, tmp_path)
    assert linked.path.is_symlink()


def test_a_link_that_leads_nowhere_is_no_place_for_an_outlet(peopled: Desk, tmp_path: Path) -> None:
    linked = Desk(tmp_path / "link.db")
    linked.path.symlink_to(tmp_path / "nowhere.db")
    assert "leads nowhere" in linked.refused(5, "restore", str(tmp_path / "backup.db"), "--yes")
    assert "there is no file" in linked.refused(5, "info")
    assert (linked.path.is_symlink(), (tmp_path / "nowhere.db").exists()) == (True, False)

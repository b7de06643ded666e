"""`-` is the input or the output: a file without a name, whole or an error, and talk goes beside it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Desk

PEOPLE = "ref,name,phone\n1,李娜,139\n"
MAP = 'source = "x"\n[customer]\nref = "ref"\nname = "name"\nphone = "phone"\n'
BAD = "ref,name,phone\n1,李娜,139\n2,,137\n"


def piped(desk: Desk, *words: str, given: str | bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process between two pipes."""
    content = given.encode() if isinstance(given, str) else given
    command = [sys.executable, "-m", "servicedesk", "--db", str(desk.path), "--now", str(desk.now), *words]
    return subprocess.run(command, input=content, capture_output=True)


def test_an_import_reads_its_file_or_its_map_from_the_input(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "map.toml").write_text(MAP)
    first = piped(desk, "import", "-", "--map", f"{tmp_path}/map.toml", given=PEOPLE)
    again = piped(desk, "import", f"{tmp_path}/people.csv", "--map", "-", "-f", "csv", given=MAP)
    assert (first.returncode, again.returncode) == (0, 0), (first.stderr, again.stderr)
    assert again.stdout.splitlines()[1].startswith(b"1,0,1,")
    assert b"only one" in piped(desk, "import", "-", "--map", "-", given=PEOPLE).stderr


def test_rejects_on_the_output_are_all_that_is_there(desk: Desk, tmp_path: Path) -> None:
    done = piped(desk, "import", "-", "--rejects", "-", given=BAD)
    assert done.stdout.decode().splitlines()[0] == "ref,name,phone,_record,_line,_column,_value,_reason"
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)
    assert b"new customers   1" in done.stderr
    assert desk.do("info")["customers"] == 1


def test_where_the_rejects_cannot_be_written_nothing_is_imported(desk: Desk) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "servicedesk", "--db", str(desk.path), "import", "-", "--rejects", "-"]
    done = subprocess.run(words, input=BAD.encode(), stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, b"the output could not be written" in done.stderr) == (5, True), done.stderr
    assert desk.do("info")["customers"] == 0


def test_a_backup_goes_through_a_pipe_and_comes_back(desk: Desk, tmp_path: Path) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    done = piped(desk, "--quiet", "backup", "-")
    assert (done.returncode, done.stderr) == (0, b"")
    other = Desk(tmp_path / "other.db")
    restored = piped(other, "restore", "-", "-f", "csv", given=done.stdout)
    assert restored.stdout.splitlines()[1].startswith(f"{other.path},-,".encode())
    assert other.do("info")["customers"] == 1
    assert b"not a servicedesk file" in piped(Desk(tmp_path / "no.db"), "restore", "-", given="Dear Sir").stderr


def test_a_backup_is_no_text_for_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import _NamedTextIOWrapper

    monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda _: True)
    assert "cannot be written to a terminal" in desk.refused(2, "backup", "-")


@pytest.mark.parametrize(("form", "begin"), [((), "<!DOCTYPE html>"), (("--format", "markdown"), "# ")])
def test_a_report_on_the_output_is_html_or_markdown(desk: Desk, form: tuple[str, ...], begin: str) -> None:
    answer = desk.run("report", "monthly", "--output", "-", *form)
    assert (answer.code, answer.out[: len(begin)]) == (0, begin)
    assert "2026-10" in answer.err
    assert "not csv" in desk.refused(2, "report", "monthly", "--output", "-", "--format", "csv")


def test_a_person_on_the_output_is_the_same_object(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    assert desk.run("customer", "export", "C1", "--output", "-").json == desk.do("customer", "export", "C1")


@pytest.mark.parametrize(
    "words", [("export", "-"), ("backup", "--keep", "2", "-"), ("check", "--salvage", "-"), ("--db", "-", "init")]
)
def test_where_no_file_can_be_meant_a_dash_is_refused(desk: Desk, words: tuple[str, ...]) -> None:
    desk.refused(2, *words)


@pytest.mark.parametrize(("word", "noun"), [("comments", "complaints"), ("custmers", "customers"), ("zzz", "./zzz")])
def test_a_word_is_no_folder(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, noun: str) -> None:
    monkeypatch.chdir(tmp_path)
    said = desk.refused(2, "export", word)
    assert noun in said
    assert f"./{word}" in said
    assert not (tmp_path / word).exists()
    (tmp_path / word).mkdir()
    desk.do("export", word)

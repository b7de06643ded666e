"""The root: globals, errors, help, formats."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from servicedesk import __version__
from servicedesk.cli.command_table import ALONE, NOUNS
from tests.conftest import Desk


def process(*words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """A real process, its output piped, its input closed."""
    return subprocess.run(
        [sys.executable, "-m", "servicedesk", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env=os.environ | env,
    )  # fmt: skip


def test_version(blank: Desk) -> None:
    assert blank.run("--version").out == f"servicedesk {__version__}\n"


def test_without_a_command_the_help_is_shown(blank: Desk) -> None:
    answer = blank.run()
    assert answer.code == 0
    assert all(name in answer.out for name in [*NOUNS, *ALONE])


def test_without_a_command_the_day_is_shown_if_there_is_a_file(desk: Desk) -> None:
    assert desk.run() == desk.run("today")
    assert desk.run().out.startswith("section\t")


@pytest.mark.parametrize(
    ("word", "command"),
    [("T1", "ticket show T1"), ("t1", "ticket show T1"), ("C1", "customer show C1"), ("A1", "appliance show A1"),
     ("Ｔ１", "ticket show T1"), ("13800138000", "customer show --phone 13800138000"),
     ("138-0013-8000", "customer show --phone 13800138000")],
)  # fmt: skip
def test_a_reference_or_a_phone_alone_shows_what_it_names(desk: Desk, word: str, command: str) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    desk.do("ticket", "open", "--appliance", "A1", "warm")
    assert desk.do(word) == desk.do(*command.split())


@pytest.mark.parametrize("word", ["12", "X12", "T", "T1x", "王芳"])
def test_another_word_alone_is_no_command(desk: Desk, word: str) -> None:
    assert "no such command" in desk.refused(2, word)


def test_a_verb_may_be_shortened_to_what_only_it_begins_with(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "op", "--customer", "C1", "warm")
    assert desk.do("ticket", "comp", "T1", "--outcome", "fixed")["status"] == "completed"
    assert [row["command"] for row in desk.do("history")][:1] == ["ticket complete"]


@pytest.mark.parametrize(
    ("words", "told"),
    [(("ticket", "co", "T1"), "complete or collect or correct"), (("ticket", "a", "T1"), "assign or appoint or arrive"),
     (("customer", "forg", "C1"), "no such command"), (("ticket", "voi", "T1"), "no such command")],
)  # fmt: skip
def test_a_short_verb_is_never_guessed(desk: Desk, words: tuple[str, ...], told: str) -> None:
    assert told in desk.refused(2, *words)


@pytest.mark.parametrize("option", ["--db", "--now", "--actor", "--quiet"])
def test_global_option_behind_the_noun_says_where_it_belongs(desk: Desk, option: str) -> None:
    assert "stands before the noun" in desk.refused(2, "ticket", "list", option, "x")


def test_noun_without_a_verb_is_wrong_usage(desk: Desk) -> None:
    assert "issing command" in desk.refused(2, "ticket")


def test_references_take_their_letter_or_none(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    desk.do("ticket", "open", "--customer", "c1", "x")
    for ref in ("T1", "t1", "1"):
        assert desk.do("ticket", "show", ref)["id"] == 1
    for ref in ("C1", "T", "T0", "T-1", "x", "1.5", "T1T", "٣"):
        assert "write it like T12" in desk.refused(2, "ticket", "show", ref)


def test_actor_and_clock_come_from_the_environment(blank: Desk) -> None:
    env = {"SERVICEDESK_DB": str(blank.path), "SERVICEDESK_NOW": "2026-11-21 18:00", "SERVICEDESK_ACTOR": "陈"}
    assert process("init", **env).returncode == 0
    assert process("customer", "add", "王芳", "--phone", "138", **env).returncode == 0
    opened = process("ticket", "open", "--customer", "C1", "x", **env)
    assert "2026-11-21T18:00:00+08:00" in opened.stdout
    assert '"actor": "陈"' in process("ticket", "show", "T1", "-f", "json", **env).stdout


def test_piped_output_is_tsv_with_a_heading(desk: Desk) -> None:
    answer = process("--db", str(desk.path), "category", "list")
    assert answer.stdout.splitlines()[0].startswith("code\t")
    assert "\x1b" not in answer.stdout


def test_quiet_prints_no_result(desk: Desk) -> None:
    assert desk.run("--quiet", "category", "list").out == ""


def test_pinned_facts_are_counted_but_not_in_a_classroom(desk: Desk, blank: Desk, tmp_path: Path) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    assert desk.do("info")["pinned"] > 0
    classroom = Desk(tmp_path / "class.db")
    classroom.do("init", "--classroom")
    classroom.do("customer", "add", "王芳", "--phone", "138")
    assert classroom.do("info")["pinned"] == 0


def test_facts_typed_now_are_not_pinned(desk: Desk) -> None:
    assert process("--db", str(desk.path), "customer", "add", "王芳", "--phone", "138").returncode == 0
    assert desk.do("info")["pinned"] == 0


def test_missing_value_is_never_asked_for_off_a_terminal(desk: Desk) -> None:
    answer = process("--db", str(desk.path), "customer", "add")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("error: missing argument")


def test_head_ends_quietly(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "138")
    script = f"'{sys.executable}' -m servicedesk --db '{desk.path}' category list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert "cannot be made" in Desk(tmp_path / "x.db").refused(5, "init")


def test_as_of_in_the_future_is_refused(desk: Desk) -> None:
    assert "still to come" in desk.refused(4, "kpi", "report", "--as-of", "2026-11-21")
    assert desk.do("kpi", "report", "--as-of", "2026-11-20")


def test_readonly_file_can_be_read_and_refuses_writes(desk: Desk) -> None:
    if os.getuid() == 0:
        pytest.skip("root may write everything")
    desk.path.chmod(0o400)
    assert desk.do("ticket", "list") == []
    desk.refused(5, "customer", "add", "王芳", "--phone", "138")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("2026-11-02", "a day goes behind a command: 'servicedesk today --on 2026-11-02'"),
        ("明天", "a day goes behind a command: 'servicedesk today --on 明天'"),
        ("王芳", "'servicedesk customer find 王芳' looks for a person"),
        ("查13800138000", "'servicedesk customer find 13800138000' looks for a person"),
        ("09:00", "servicedesk --help"),
    ],
)
def test_a_word_that_is_no_command_leads_to_one(desk: Desk, word: str, hint: str) -> None:
    told = desk.refused(2, word)
    assert told.startswith(f"error: no such command '{word}'\n")
    assert hint in told


def test_what_is_to_be_searched_stands_behind_the_word_for_it(desk: Desk) -> None:
    assert "'servicedesk customer find 王芳' looks for a person" in desk.refused(2, "查", "王芳")


def test_a_reference_in_chinese_is_shown(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    assert desk.do("用户1号")["name"] == "王芳"

"""Hooks: programs beside the file that are given what a command wrote; no command waits for one or fails by one."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk

TELLS = """#!/bin/sh
echo "$@" "$SERVICEDESK_DB" "$SERVICEDESK_HOOKS" >"$0.$$"
cat >>"$0.$$"
mv "$0.$$" "$0.told"
"""


@pytest.fixture
def folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of hooks, allowed."""
    folder = Path(f"{desk.path}.hooks")
    folder.mkdir(0o700)
    monkeypatch.setenv("SERVICEDESK_HOOKS", str(folder))
    return folder


def hook(folder: Path, name: str, text: str = TELLS, mode: int = 0o700) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return path


def told(path: Path) -> tuple[str, Any]:
    """What a hook wrote down, as soon as it has: the words of its command, and the answer on its input."""
    file = path.with_suffix(".told")
    for _ in range(6000):
        if file.exists():
            break
        time.sleep(0.01)
    words, _, answer = file.read_text(encoding="utf-8").partition("\n")
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    return words, json.loads(answer)


def test_a_hook_is_given_what_the_command_answers(desk: Desk, folder: Path) -> None:
    path = hook(folder, "tells")
    shown = desk.do("customer", "add", "王芳", "--phone", "13800138000")
    assert told(path) == (f"customer add {desk.path} off", shown)
    undone = desk.do("undo")
    assert told(path) == (f"undo {desk.path} off", undone)


def test_none_is_called_where_nothing_was_written(desk: Desk, folder: Path) -> None:
    path = hook(folder, "tells")
    adding = ("customer", "add", "王芳", "--phone", "13800138000")
    for words in ([*adding, "--dry-run"], ["customer", "show", "C9"], ["history"], ["today"], ["undo"]):
        desk.run(*words)
    desk.do(*adding)
    told(path)
    desk.do("customer", "edit", "C1", "--name", "王芳")
    desk.do("history")
    desk.do("note", "add", "C1", "喜欢猫")
    assert told(path)[0].startswith("note add ")


def test_a_hook_that_hangs_or_fails_or_cannot_be_called_changes_nothing(desk: Desk, folder: Path) -> None:
    os.mkfifo(desk.path.with_name("never"))
    hook(folder, "1-hangs", "#!/bin/sh\nexec 3<never\n")
    hook(folder, "2-fails", "#!/bin/sh\necho no >&2\nexit 1\n")
    hook(folder, "3-text", "no program", mode=0o600)
    hook(folder, "4-lost", "#!/nowhere/sh\n")
    path = hook(folder, "5-tells")
    answer = desk.run("technician", "add", "王芳", "-f", "json")
    assert (answer.code, answer.json["name"]) == (0, "王芳")
    assert answer.err == f"warning: the hook {folder}/4-lost was not called: No such file or directory\n"
    assert told(path)[0].startswith("technician add ")
    with desk.path.with_name("never").open("w"):  # it hangs until now
        pass


def test_a_hook_that_others_could_change_is_left_out(desk: Desk, folder: Path) -> None:
    path = hook(folder, "open", mode=0o777)
    answer = desk.run("technician", "add", "王芳")
    assert answer.err == f"warning: the hook {path} was not called: others may write it; chmod go-w\n"
    path.chmod(0o700)
    folder.chmod(0o777)
    answer = desk.run("technician", "add", "李雷")
    assert answer.err == f"warning: the hook {folder} was not called: others may write it; chmod go-w\n"


def test_a_hook_of_somebody_else_is_left_out(desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook(folder, "tells")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    answer = desk.run("technician", "add", "王芳")
    assert answer.err == f"warning: the hook {folder} was not called: it belongs to somebody else\n"


@pytest.mark.parametrize("named", ["", "off", "elsewhere.hooks"])
def test_they_are_off_unless_the_folder_is_named(
    desk: Desk, folder: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(folder, "open", mode=0o777)  # would be warned of
    monkeypatch.setenv("SERVICEDESK_HOOKS", named)
    assert desk.run("technician", "add", "王芳").err == ""

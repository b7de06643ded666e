"""The settings file: beneath options and environment, above the defaults; what is wrong in it stops nothing."""

from pathlib import Path
from typing import Any

import pytest

from servicedesk.cli.main import app
from tests.conftest import RUNNER, Answer, Desk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of somebody."""
    folder = tmp_path / "data" / "servicedesk"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder.parent))
    monkeypatch.delenv("SERVICEDESK_DB", raising=False)
    return folder


def written(folder: Path, text: str) -> Path:
    path = folder / "settings"
    path.write_text(text, encoding="utf-8")
    return path


def run(*words: str, **environment: str) -> Answer:
    done = RUNNER.invoke(app, ["--now", "2026-11-21 18:00", *words], prog_name="servicedesk", env=environment)
    return Answer(done.exit_code, done.stdout, done.stderr)


def info(*options: str, **environment: str) -> Any:
    answer = run(*options, "info", "-f", "json", **environment)
    assert (answer.code, answer.err) == (0, "")
    return answer.json


def test_they_name_database_actor_area_and_language(desk: Desk, folder: Path) -> None:
    written(folder, f'database = "{desk.path}"\nactor = "李强"\narea = "城东"\nlanguage = "zh"\n')
    added = run("customer", "add", "王芳", "--phone", "13800138000", "-f", "json").json
    assert added["area"] == "城东"
    history = run("history", "-f", "json").json
    assert [row["actor"] for row in history] == ["李强"]
    assert run("ticket", "show", "T9").err.startswith("错误：")
    assert "13800138000" not in run("customer", "list").out
    elsewhere = ("customer", "add", "李雷", "--phone", "13900139000", "--area", "城西")
    assert run(*elsewhere, "-f", "json").json["area"] == "城西"


def test_option_and_environment_go_before_them(desk: Desk, folder: Path, tmp_path: Path) -> None:
    path = written(folder, 'database = "/nowhere.db"\nactor = "李强"\nlanguage = "zh"\n')
    found = info("--db", str(desk.path), SERVICEDESK_ACTOR="赵敏")
    assert found["settings"] == {
        "path": str(path), "database": "option", "language": "settings", "actor": "environment", "area": "default",
        "hooks": "default",
    }  # fmt: skip
    assert info("--language", "en", SERVICEDESK_DB=str(desk.path))["settings"]["database"] == "environment"
    told = run("--language", "en", "--db", str(desk.path), "info", "-f", "table").out
    assert f"settings    {path}: actor\n" in told


def test_a_database_is_looked_for_from_their_folder(desk: Desk, folder: Path) -> None:
    (folder / "shop.db").write_bytes(desk.path.read_bytes())
    written(folder, 'database = "shop.db"')
    assert info()["path"] == str(folder / "shop.db")
    assert run("info", "-f", "json").json["settings"]["database"] == "settings"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("database =", "Invalid value (at end of document)"),
        ('databse = "x"', "unknown setting 'databse'; did you mean database?"),
        ("area = 7", "area is no text"),
        ('area = " "', "area is no text"),
        ('language = "klingon"', "unknown language 'klingon'; one of en, zh"),
        ("\u0000", "Invalid statement (at line 1, column 1)"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_left_out(desk: Desk, folder: Path, text: str, why: str) -> None:
    path = written(folder, text)
    answer = run("--db", str(desk.path), "info", "-f", "json")
    assert (answer.code, answer.err) == (0, f"settings in {path}: {why}; that is left out\n")
    assert answer.json["settings"]["database"] == "option"


def test_what_is_right_beside_it_counts(desk: Desk, folder: Path) -> None:
    written(folder, f'database = "{desk.path}"\nlanguge = "zh"\nactor = "李强"\n')
    answer = run("info", "-f", "json")
    assert (answer.code, answer.json["path"]) == (0, str(desk.path))
    assert answer.err.count("\n") == 1
    assert answer.json["settings"]["actor"] == "settings"


def test_a_folder_or_bytes_of_that_name_stop_nothing(desk: Desk, folder: Path) -> None:
    (folder / "settings").write_bytes(b"\xff\xfe")
    assert "it is not UTF-8; that is left out" in run("--db", str(desk.path), "info").err
    (folder / "settings").unlink()


def test_a_folder_of_that_name_stops_nothing(desk: Desk, folder: Path) -> None:
    (folder / "settings").mkdir()
    assert "it is no file; that is left out" in run("--db", str(desk.path), "info").err


def test_without_them_nothing_is_said(desk: Desk, folder: Path) -> None:
    assert set(info("--db", str(desk.path))["settings"].values()) == {None, "option", "default"}
    assert "settings" not in run("--db", str(desk.path), "info", "-f", "table").out

"""Where a paper goes: a file that is proposed at a terminal, the output, a name without a suffix."""

from pathlib import Path

import pytest

from tests.conftest import Desk, filled_once
from tests.terminal import Person


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@filled_once
def outlet(desk: Desk) -> Desk:
    desk.do("technician", "add", "李强")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "冰箱不制冷")
    desk.do("ticket", "open", "--customer", "C1", "漏水")
    return desk


def test_at_a_terminal_a_file_is_proposed(outlet: Desk, folder: Path) -> None:
    ended, shown = Person(outlet).types("ticket", "sheet", "T1", answers=("",))
    assert (ended, shown) == (0, "Where to? (Enter: T1.html): \nticket  path\n───────────────\nT1      T1.html\n")
    assert (folder / "T1.html").exists()
    ended, shown = Person(outlet, SERVICEDESK_LANGUAGE="zh").types("report", "monthly", answers=("月报.pdf", ""))
    assert ended == 0
    assert "写到哪个文件？（回车：2026-10.html）：月报.pdf\n“.pdf”不是报告的格式；" in shown
    assert (folder / "2026-10.html").exists()


@pytest.mark.parametrize("words", [("-",), ("--output", "-")])
def test_a_dash_is_the_output(outlet: Desk, words: tuple[str, ...]) -> None:
    answer = outlet.run("ticket", "sheet", "T1", "T2", *words)
    assert (answer.code, answer.out[:15].lower(), answer.out.count("Work order T")) == (0, "<!doctype html>", 2)


@pytest.mark.parametrize("words", [("order.html",), ("--output", "order"), ("--output", "order.html")])
def test_a_name_without_a_suffix_gets_one(outlet: Desk, folder: Path, words: tuple[str, ...]) -> None:
    assert outlet.run("ticket", "sheet", "T1", *words).out == "ticket_id\tpath\n1\torder.html\n"
    assert [path.name for path in folder.glob("order*")] == ["order.html"]


def test_the_day_of_a_technician_gets_its_suffixes(outlet: Desk, folder: Path) -> None:
    answer = outlet.run("technician", "day", "李强", "--sheet", "day", "--ics", "day2")
    assert answer.err == "written: day.html\nwritten: day2.ics\n"


def test_a_script_names_the_file(outlet: Desk, folder: Path) -> None:
    assert outlet.refused(2, "ticket", "sheet", "T1") == (
        "error: missing option '--output'\nhint: --output T1.html; --output - for the output\n"
    )
    assert outlet.refused(2, "ticket", "sheet", "T1", "--output", "T1.pdf") == (
        "error: '.pdf' is no format of a sheet\nhint: name it .html: a browser prints the page, also as PDF\n"
    )
    assert outlet.refused(2, "ticket", "sheet", "T1", "C1", "--output", "-").startswith("error: 'C1' does not name")
    assert outlet.refused(2, "report", "monthly") == (
        "error: missing option '--output'\nhint: --output 2026-10.html; --output - for the output\n"
    )
    assert not list(folder.glob("*.html"))

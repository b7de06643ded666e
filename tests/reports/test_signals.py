"""The honesty panel of the monthly report: the same figures as `kpi integrity`, and the rows behind each signal."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from servicedesk.kpis.integrity.registry import SIGNALS
from tests.asking import mended, staffed
from tests.conftest import Desk
from tests.reports.conftest import Opened

TALK = {"en": "A signal is a reason to look, not a verdict: it accuses nobody.", "zh": "不是结论，也不指责任何人"}
MONTH = ("--month", "2026-10")
CELLS = "id => [...document.getElementById(id).querySelectorAll('tbody tr')].map(row => [...row.cells].map(" \
    "cell => cell.textContent.trim()))"  # fmt: skip


@pytest.fixture(scope="module")
def panel(demo: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = demo.do("kpi", "integrity", *MONTH)
    return found


def hits(desk: Desk, signal: str) -> list[dict[str, Any]]:
    return [row for row in desk.do("kpi", "rows", signal, *MONTH) if row["verdict"] == "hit"]


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_every_signal_with_its_line_and_accuses_nobody(
    panel: list[dict[str, Any]], pages: dict[str, Opened], language: str
) -> None:
    page = pages[language]
    rows = page.run(CELLS, "by-signals")
    names = [signal.chinese if language == "zh" else signal.title for signal in SIGNALS]
    assert [row[:3] for row in rows] == [
        [told["signal"], name, str(told["hits"])] for told, name in zip(panel, names, strict=True)
    ]
    marks = {"": "", "look": "请查看", "within chance": "或属偶然", "n/a": "无数据",
             "by technician": "按人查看"}  # fmt: skip
    for row, told in zip(rows, panel, strict=True):
        mark = row[6] if language == "en" else {chinese: mark for mark, chinese in marks.items()}[row[6]]
        assert (mark == "look") == bool(told["look"]), row
        assert row[5] == told["look_when"] or language == "zh"
    said = page.run("() => document.getElementById('by-signals').closest('section').textContent")
    assert TALK[language] in said


def test_a_signal_leads_to_the_rows_that_kpi_rows_marks_as_hits(
    demo: Desk, panel: list[dict[str, Any]], pages: dict[str, Opened]
) -> None:
    page = pages["en"]
    linked = page.run("() => [...document.querySelectorAll('#by-signals a')].map(a => a.getAttribute('href').slice(1))")
    assert linked == [told["signal"] for told in panel if told["hits"]]
    for signal in linked:
        page.run("id => { location.hash = id }", signal)
        assert page.tab.is_visible(f"#{signal} h3")
        assert [row[0] for row in page.run(CELLS, signal)] == [f"T{row['ticket_id']}" for row in hits(demo, signal)]


def test_the_tables_have_the_very_numbers(demo: Desk, panel: list[dict[str, Any]], tmp_path: Path) -> None:
    demo.do("report", "monthly", *MONTH, "--output", f"{tmp_path}/tables/", "--language", "en")
    rows = table(tmp_path / "tables", "signals")
    for row, told in zip(rows, panel, strict=True):
        assert (row["no."], row["look when"], row["unit"]) == (told["signal"], told["look_when"], told["unit"])
        for title, key in (("rows found", "hits"), ("of", "total"), ("value", "value")):
            assert row[title] == ("" if told[key] is None else repr(told[key])), told["signal"]
    found = table(tmp_path / "tables", "findings")
    assert [(row["no."], row["ticket"], row["typed by"]) for row in found] == [
        (told["signal"], str(row["ticket_id"]), row["clerk"] or "")
        for told in panel
        for row in hits(demo, told["signal"])
    ]


def test_the_workbook_and_the_text_have_them_too(demo: Desk, panel: list[dict[str, Any]], tmp_path: Path) -> None:
    for name in ("page.xlsx", "page.md"):
        demo.do("report", "monthly", *MONTH, "--output", str(tmp_path / name), "--language", "en")
    book = CalamineWorkbook.from_path(tmp_path / "page.xlsx")
    rows = book.get_sheet_by_name("Signals").to_python()[1:]
    assert [(row[0], row[2]) for row in rows] == [(told["signal"], told["hits"]) for told in panel]
    assert len(book.get_sheet_by_name("Rows behind the signals").to_python()) == 1 + sum(t["hits"] for t in panel)
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert TALK["en"] in text
    for told in panel:
        linked = f"[{told['hits']}](#{told['signal']})" if told["hits"] else "0"
        assert f"| {told['signal']} | {told['title']} | {linked} |" in text
        assert (f'<a id="{told["signal"]}"></a>' in text) == bool(told["hits"])


def test_a_machine_that_was_registered_twice_is_shown_without_a_ticket(desk: Desk, opened: Any, tmp_path: Path) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-10-02 08:00")
    for day in ("03", "04"):
        words = ("--customer", "C1", "--category", "fridge", "--model", "BCD-1")
        desk.do("appliance", "add", *words, now=f"2026-10-{day} 08:00")
    desk.do("report", "monthly", *MONTH, "--output", str(tmp_path / "page.html"), "--language", "zh")
    assert opened(tmp_path / "page.html").run(CELLS, "I10") == [
        ["–", "2026-10-04 08:00", "2026-10-04 08:00", "clerk", "A2", "型号相同 A1"]
    ]


def test_a_late_cancellation_says_why_and_what_came_next(desk: Desk, opened: Any, tmp_path: Path) -> None:
    staffed(desk, machines=1)
    desk.do("ticket", "open", "--appliance", "A1", "no heat", now="2026-10-02 08:00")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-10-02 08:01")
    desk.do("ticket", "cancel", "T1", "--reason", "no_contact", "--by", "customer", now="2026-10-05 08:00")
    mended(desk, "2026-10-06 08:00", "2026-10-06 18:00", "--appliance", "A1")
    desk.do("report", "monthly", *MONTH, "--output", str(tmp_path / "page.html"), "--language", "en")
    rows = opened(tmp_path / "page.html").run(CELLS, "I12")
    assert [(row[0], row[-1]) for row in rows] == [("T1", "after deadline, no contact, next T2")]


def test_signals_of_a_month_without_facts_say_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.do("report", "monthly", *MONTH, "--output", str(tmp_path / "page.md"), "--language", "en")
    lines = (tmp_path / "page.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if re.match(r"\| I\d", line)]
    assert [row[2] for row in rows] == ["0"] * 20
    assert not any("%" in cell for row in rows for cell in row[3:5])
    assert {row[6].strip(" |") for row in rows} <= {"n/a", ""}

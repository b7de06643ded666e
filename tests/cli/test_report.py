"""`report monthly` at the command line: four forms, two languages, texts that stay texts, files that are whole."""

import csv
import errno
import os
import re
import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from servicedesk.reports.writers import FILES
from servicedesk.storage import new_files
from tests.asking import repaired, staffed
from tests.conftest import Desk, KilledError, filled_once

FORMS = ("october.html", "october.md", "october.xlsx", "october/")
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://x","y")'
MONTH = ("report", "monthly", "--month", "2026-10")


@filled_once
def busy(desk: Desk) -> Desk:
    """One repair of a customer called like a script, one still open of one called like a formula."""
    desk.do("technician", "add", "+Li", now="2026-10-01 08:00")
    for name, phone in ((SCRIPT, "013800138000"), (FORMULA, "013800138001")):
        desk.do("customer", "add", name, "--phone", phone, "--area", "@North", now="2026-10-01 08:00")
    desk.do(
        "appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "-|*_Haier_*", now="2026-10-01 08:00"
    )
    for ticket, customer in (("T1", "C1"), ("T2", "C2")):
        desk.do("ticket", "open", "--customer", customer, "no heat", now="2026-10-02 08:00")
        desk.do("ticket", "assign", ticket, "--to", "+Li", now="2026-10-02 08:03")
    desk.do("ticket", "arrive", "T1", now="2026-10-02 10:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-02 11:00")
    desk.do("survey", "record", "T1", "5", now="2026-10-03 11:00")
    return desk


def made(desk: Desk, output: Path | str, *more: str, now: str | None = None) -> Any:
    return desk.do(*MONTH, "--output", str(output), "--language", "en", *more, now=now)


def read(output: Path) -> bytes:
    """A file, or all files of a folder."""
    return b"".join(file.read_bytes() for file in sorted(output.iterdir())) if output.is_dir() else output.read_bytes()


def cells(folder: Path, name: str) -> list[list[str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_answer_says_what_was_made(busy: Desk, tmp_path: Path) -> None:
    output = tmp_path / "october.html"
    figures = len(busy.do("kpi", "report")) + 12 * 4 + 4 + 2 * 4  # of the month; by month, technician, category
    answer = made(busy, output)
    assert 0 < answer.pop("figures") <= figures
    assert answer == {
        "path": str(output),
        "month": "2026-10",
        "as_of": "2026-11-21T18:00:00+08:00",
        "format": "html",
        "language": "en",
        "tickets": 2,
    }
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_a_name_may_hold_the_month_of_the_report_as_that_of_a_list_holds_today(busy: Desk, tmp_path: Path) -> None:
    busy.do(*MONTH, "--output", str(tmp_path / "{month} of {date}.md"))
    assert [path.name for path in tmp_path.glob("*.md")] == [f"2026-10 of {str(busy.now)[:10]}.md"]


def test_a_name_is_never_markup(busy: Desk, tmp_path: Path) -> None:
    for output in ("october.html", "october.md"):
        made(busy, tmp_path / output)
        text = (tmp_path / output).read_text(encoding="utf-8")
        assert "<script" not in text.lower()
        assert "HYPERLINK" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (tmp_path / "october.html").read_text(encoding="utf-8")
    assert r"=HYPERLINK(" "http\\://x" not in text
    assert "](http" not in text
    assert busy.do("customer", "show", "C1")["name"] == SCRIPT


def test_in_a_table_of_markdown_a_name_stays_in_its_cell(busy: Desk, tmp_path: Path) -> None:
    made(busy, tmp_path / "october.md")
    text = (tmp_path / "october.md").read_text(encoding="utf-8")
    oldest = next(line for line in text.splitlines() if line.startswith("| T2 |"))
    assert oldest.startswith(r'| T2 | =HYPERLINK("http\://x","y") |  | +Li | 2026-10-02 08:00 |')
    for line in text.splitlines():
        if line.startswith("| "):
            assert len(re.findall(r"(?<!\\)\|", line)) >= 3


def test_a_workbook_has_real_numbers_and_texts_that_are_no_formulas(busy: Desk, tmp_path: Path) -> None:
    output = tmp_path / "october.xlsx"
    made(busy, output)
    book = CalamineWorkbook.from_path(output)
    assert book.sheet_names == [
        "About", "Figures", "Months", "Technicians", "Categories", "Left out", "Signals", "Open tickets", "Verdicts",
        "Verdicts of earlier months", "Rows behind the signals", "The tickets", "Definitions",
    ]  # fmt: skip
    figures = book.get_sheet_by_name("Figures").to_python()
    assert figures[0][:9] == ["figure", "key", "hits", "of", "rate", "low", "high", "pending", "excluded"]
    arrival = next(row for row in figures if row[1] == "arrival_24h_rate")
    assert arrival[2:5] == [1.0, 2.0, 0.5]
    assert [type(value) for value in arrival[2:5]] == [float] * 3
    tickets = book.get_sheet_by_name("The tickets").to_python()
    assert [row[2] for row in tickets[1:]] == [SCRIPT, FORMULA]
    assert tickets[1][0] == 1.0
    assert f"{tickets[1][5]:%Y-%m-%d %H:%M}" == "2026-10-02 08:00"
    technicians = book.get_sheet_by_name("Technicians").to_python()
    assert {row[0] for row in technicians[1:]} >= {"+Li"}
    with zipfile.ZipFile(output) as parts:
        sheets = [
            parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name and "rels" not in name
        ]
        links = parts.read("xl/worksheets/sheet2.xml").decode()
    assert len(sheets) == 13
    for sheet in sheets:
        assert 'state="frozen"' in sheet
        assert "<f>" not in sheet
    assert "location=\"'Verdicts'!A" in links
    assert busy.do("customer", "show", "C2")["name"] == FORMULA


def test_columns_are_wide_enough_for_chinese(busy: Desk, tmp_path: Path) -> None:
    output = tmp_path / "october.xlsx"
    made(busy, output, "--language", "zh")
    with zipfile.ZipFile(output) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    first = re.search(r'<col min="1" max="1" width="([\d.]+)"', sheet)
    assert first
    assert float(first[1]) > 2 * len("24小时服务到位率")


def test_a_cell_that_a_spreadsheet_would_calculate_begins_with_an_apostrophe(busy: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "october"
    made(busy, folder)
    assert sorted([*(file.name for file in folder.iterdir()), "charges.csv"]) == sorted(FILES)  # nothing is charged
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert (folder / "figures.csv").read_bytes().startswith(b"\xef\xbb\xbffigure,key,hits,of,rate")
    tickets = cells(folder, "tickets")
    assert [row[2] for row in tickets[1:]] == [SCRIPT, f"'{FORMULA}"]
    assert tickets[1][4] == "'-|*_Haier_*"
    rows = cells(folder, "rows")
    assert {row[4] for row in rows[1:]} >= {"'+Li"}
    assert {row[7] for row in rows[1:]} == {"'@North"}
    for name in {*FILES} - {"charges.csv"}:
        for row in cells(folder, name.removesuffix(".csv")):
            assert not any(re.match(r"[=@\t\r]|[+-](?!\d+(\.\d+)?$)", cell) for cell in row), row
    net = next(row for row in cells(folder, "figures") if row[1] == "net_satisfaction")
    assert net[9] == "100.0"
    assert busy.do("customer", "show", "C2")["name"] == FORMULA


def test_a_negative_number_stays_one(busy: Desk, tmp_path: Path) -> None:
    busy.do("ticket", "void", "T1", "--event", "5", "--reason", "wrong ticket")
    busy.do("survey", "record", "T1", "1", "--at", "2026-10-03 12:00")
    folder = tmp_path / "october"
    made(busy, folder)
    net = next(row for row in cells(folder, "figures") if row[1] == "net_satisfaction")
    assert net[9] == "-100.0"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_instant_gives_the_same_bytes_for_ever(busy: Desk, tmp_path: Path, form: str) -> None:
    made(busy, f"{tmp_path}/a{form}", "--as-of", "2026-11-20")
    busy.do("ticket", "complete", "T2", "--outcome", "fixed", now="2026-11-25 09:00")
    busy.do("survey", "record", "T2", "1", now="2026-11-26 09:00")
    busy.do("customer", "edit", "C2", "--name", "renamed", now="2026-11-26 09:00")
    made(busy, f"{tmp_path}/b{form}", "--as-of", "2026-11-20", now="2026-12-24 09:00")
    assert read(tmp_path / f"a{form}") == read(tmp_path / f"b{form}")
    made(busy, f"{tmp_path}/c{form}", now="2026-12-24 09:00")
    assert read(tmp_path / f"a{form}") != read(tmp_path / f"c{form}")


def test_a_figure_that_can_still_move_says_until_when(desk: Desk, tmp_path: Path) -> None:
    made(desk, tmp_path / "october.md")
    text = (tmp_path / "october.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| [Repeat-repair rate]"))
    assert row.endswith("| provisional until 2026-12-01 |")


def test_an_empty_month_is_blank_in_a_table_and_never_zero_percent(desk: Desk, tmp_path: Path) -> None:
    made(desk, tmp_path / "october")
    made(desk, tmp_path / "october.md")
    for name in ("figures", "months", "technicians", "categories"):
        rows = cells(tmp_path / "october", name)
        at = rows[0].index("rate")
        assert {cell for row in rows[1:] for cell in row[at : at + 3]} <= {""}
    text = (tmp_path / "october.md").read_text(encoding="utf-8")
    assert not re.search(r"\b(0|100)\.0 %", text)
    assert "| [Satisfaction rate](#def.satisfaction_rate) | – | n/a |  | 0 | 0 | final since 2026-11-15 |" in text


def test_a_median_that_is_not_reached_is_longer_than_the_oldest_open_one(desk: Desk, tmp_path: Path) -> None:
    """K12, as `kpi report` words it."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-10-01 08:00")
    for day in (1, 2, 3):
        desk.do("ticket", "open", "--customer", "C1", "no heat", now=f"2026-10-{day:02d} 09:00")
    desk.do("ticket", "cancel", "T3", "--reason", "duplicate", "--by", "outlet", "--duplicate-of", "T2")
    now = "2026-10-11 09:00"
    made(desk, tmp_path / "october", now=now)
    value = {row[1]: row[9] for row in cells(tmp_path / "october", "figures")[1:]}
    assert value["time_to_arrive"] == value["time_to_repair"] == "> 240 h"
    for language, told in (("en", "> 240 h"), ("zh", "> 240 小时")):
        made(desk, tmp_path / "page.html", "--language", language, now=now)
        assert told.replace(">", "&gt;") in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_difference_from_the_month_before_that_is_more_than_chance_is_called_so(desk: Desk, tmp_path: Path) -> None:
    """C11: twelve of twelve, then none of twelve."""
    staffed(desk)
    for month, score in (("09", 5), ("10", 1)):
        for hour in range(8, 20):
            repaired(desk, f"2026-{month}-05 {hour:02}:00", f"2026-{month}-05 {hour:02}:30", score=score)
    made(desk, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "September 2026: 100.0 %; the difference is more than chance (p &lt; 0.001)" in text


def test_a_technician_whose_name_begins_with_a_bracket_is_named(busy: Desk, tmp_path: Path) -> None:
    busy.do("technician", "edit", "+Li", "--name", "(ext)", now="2026-10-02 12:00")
    made(busy, tmp_path / "october.md")
    text = (tmp_path / "october.md").read_text(encoding="utf-8")
    (oldest, *_) = (line for line in text.splitlines() if line.startswith("| T2 |"))
    assert oldest.startswith(r'| T2 | =HYPERLINK("http\://x","y") |  | (ext) | 2026-10-02 08:00 |')


@pytest.mark.parametrize("form", FORMS)
def test_an_earlier_report_is_replaced(busy: Desk, tmp_path: Path, form: str) -> None:
    made(busy, f"{tmp_path}/{form}", "--as-of", "2026-10-02 09:00")
    before = read(tmp_path / form)
    made(busy, f"{tmp_path}/{form}")
    assert read(tmp_path / form) != before
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("outlet.db")] == [form.rstrip("/")]


@pytest.mark.parametrize("form", FORMS)
def test_where_something_fails_the_earlier_report_stays(busy: Desk, tmp_path: Path, form: str) -> None:
    made(busy, f"{tmp_path}/{form}")
    before, names = read(tmp_path / form), sorted(tmp_path.iterdir())
    busy.path.write_bytes(b"SQLite format 3\0" + b"no database any more" * 100)
    busy.refused(5, *MONTH, "--output", f"{tmp_path}/{form}")
    assert read(tmp_path / form) == before
    assert [path for path in sorted(tmp_path.iterdir()) if "outlet" not in path.name] == [
        path for path in names if "outlet" not in path.name
    ]


def test_a_full_disk_is_told(busy: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(new_files, "sync_folder", no_room)
    full = tmp_path / "full.html"
    assert (
        busy.refused(5, *MONTH, "--output", str(full)) == f"error: {full} cannot be written: No space left on device\n"
    )


def test_a_folder_with_other_things_is_left_as_it_is(busy: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    busy.do("export", str(folder))
    assert busy.refused(4, *MONTH, "--output", f"{folder}/") == (
        f"error: {folder} holds other things than a report\nhint: name a new or an empty folder\n"
    )
    (tmp_path / "file").touch()
    assert busy.refused(4, *MONTH, "--output", str(tmp_path / "file")) == (
        f"error: {tmp_path}/file exists already and is not a folder\nhint: name a new or an empty folder\n"
    )


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("nowhere/october.html", "error: there is no folder nowhere\nhint: mkdir -p 'nowhere'\n"),
        ("nowhere/october/", "error: there is no folder nowhere\nhint: mkdir -p 'nowhere'\n"),
    ],
)
def test_a_missing_folder_is_told(
    busy: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert busy.refused(5, *MONTH, "--output", output) == told


@pytest.mark.parametrize("form", FORMS)
def test_a_place_below_a_file_is_told(busy: Desk, tmp_path: Path, form: str) -> None:
    (tmp_path / "file").touch()
    output = Path(f"{tmp_path}/file/{form}")
    assert busy.refused(5, *MONTH, "--output", f"{tmp_path}/file/{form}") == (
        f"error: {output} cannot be written: Not a directory\nhint: what stands before the last / must be a folder\n"
    )


def test_an_unknown_form_names_the_known_ones(busy: Desk) -> None:
    assert busy.refused(2, *MONTH, "--output", "october.pdf") == (
        "error: '.pdf' is no format of a report\n"
        "hint: one of .html, .md, .xlsx, or .csv, a name without suffix or with / at its end: a folder of CSV files\n"
    )
    assert busy.refused(2, *MONTH, "--output", " ") == "error: --output is empty\nhint: --output 2026-10.html\n"


def test_a_month_still_to_come_is_refused(busy: Desk, tmp_path: Path) -> None:
    output = ("--output", str(tmp_path / "page.html"))
    assert busy.refused(4, "report", "monthly", "--month", "2026-12", *output) == (
        "error: 2026-12 has not begun\nhint: a figure needs a period that has begun\n"
    )
    assert busy.refused(4, *MONTH, *output, "--as-of", "2026-09-30") == (
        "error: 2026-10 had not begun by 2026-09-30 23:59:59\nhint: a later --as-of\n"
    )
    assert busy.refused(2, "report", "monthly", "--month", "Octobre", *output) == (
        "error: 'Octobre' is not a month\nhint: write it like 2026-10, this, last, 本月, 上月\n"
    )
    assert not (tmp_path / "page.html").exists()


def test_without_a_month_it_is_the_last_full_one(busy: Desk, tmp_path: Path) -> None:
    answer = busy.do("report", "monthly", "--output", str(tmp_path / "page.md"))
    assert answer["month"] == "2026-10"


@pytest.mark.parametrize(
    ("option", "variables", "language"),
    [
        ("zh", {}, "zh"),
        ("zh_CN.UTF-8", {}, "zh"),
        (None, {"SERVICEDESK_LANGUAGE": "zh", "LANG": "en_GB.UTF-8"}, "zh"),
        ("en", {"SERVICEDESK_LANGUAGE": "zh"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_the_option_the_variable_the_locale(
    busy: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str | None, variables: dict[str, str],
    language: str,
) -> None:  # fmt: skip
    for name in ("SERVICEDESK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    output = tmp_path / "page.md"
    answer = busy.do(*MONTH, "--output", str(output), *(["--language", option] if option else []))
    assert answer["language"] == language
    assert ("服务月报 · 2026年10月" in output.read_text(encoding="utf-8")) == (language == "zh")


def test_an_unknown_language_is_refused(busy: Desk) -> None:
    assert busy.refused(2, *MONTH, "--output", "page.md", "--language", "fr") == (
        "error: unknown language 'fr'\nhint: one of en, zh\n"
    )


@pytest.mark.parametrize("step", [0, 1, 6, 12, 13])
def test_a_report_that_dies_over_an_older_one_lacks_its_first_sheet_until_it_is_whole(
    busy: Desk, tmp_path: Path, killed_at: Callable[[int], None], step: int
) -> None:
    words, about = ("report", "monthly", "--output", f"{tmp_path}/october/"), tmp_path / "october" / "about.csv"
    busy.do(*words, "--month", "2026-09")
    killed_at(step)
    with suppress(KilledError):
        busy.run(*words, "--month", "2026-10")
    assert about.exists() == (step == 13)
    assert step < 13 or "2026-10" in about.read_text(encoding="utf-8")

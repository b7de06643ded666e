"""The monthly page in a browser: nothing leaves it, every figure leads to as many tickets as it says, it prints."""

import io
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.conftest import NOW, Desk
from tests.reports.conftest import Opened

LANGUAGES = ("en", "zh")
A4 = (595, 842)  # points
A4_WIDTH = 688  # pixels between the margins

# Every link of a figure with its text; charts tell theirs to the pointer.
LINKS = """() => [...document.querySelectorAll('.grid td a, article .worth a, article .foot a, figure a, .choices a')]
  .filter(a => !a.closest('sup'))
  .map(a => [a.getAttribute('href'), a.closest('figure') ? a.parentNode.querySelector('title').textContent
    : a.closest('.worth') ? a.closest('.worth').querySelector('span').textContent : a.textContent])"""
# What the place of a link shows: the rows that can be seen, how many of them are hits, and how many lists there are.
SHOWN = """place => {
  location.hash = place
  const target = document.getElementById(place.slice(1)), list = target.closest('.list')
  const seen = [...list.querySelectorAll('tbody tr')].filter(row => row.getClientRects().length)
  const lists = [...document.querySelectorAll('.list')].filter(one => one.getClientRects().length)
  return [seen.length, seen.filter(row => row.classList.contains('hit')).length, lists.length]
}"""
WIDE = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def meant(text: str) -> tuple[int | None, int]:
    """(hits, rows) that the text of a link promises: `42/51`, `42 of 51`, `51 件中 42 件`, `56 excluded`, `T12`."""
    if re.fullmatch(r"T\d+", text):
        return None, 1
    if match := re.search(r"(\d+)(?:/| of )(\d+)", text):
        return int(match[1]), int(match[2])
    if match := re.search(r"(\d+) 件中 (\d+) 件", text):
        return int(match[2]), int(match[1])
    numbers = re.findall(r"\d+", text)
    assert len(numbers) == 1, text
    return None, int(numbers[0])


def percent(hits: int, total: int) -> str:
    """One decimal, half up, from the integers (C10)."""
    tenths = (2000 * hits + total) // (2 * total)
    return f"{tenths // 10}.{tenths % 10} %"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_leaves_the_page_and_nothing_goes_wrong_in_it(
    october: dict[str, Path], pages: dict[str, Opened], language: str
) -> None:
    page = pages[language]
    assert page.requests == [page.address]
    assert page.said == []
    text = october[language].read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|javascript:|url\(|@import|\bsrc=", text)


@pytest.mark.parametrize(("language", "every"), [("en", 40), ("zh", 60), pytest.param("en", 6, marks=pytest.mark.slow)])
def test_a_figure_leads_to_as_many_tickets_as_it_says(pages: dict[str, Opened], language: str, every: int) -> None:
    page = pages[language]
    links = {(place, text) for place, text in page.run(LINKS)}
    assert len(links) > 300
    for place, text in sorted(links)[::every]:
        hits, rows = meant(text)
        seen, seen_hits, lists = page.run(SHOWN, place)
        assert (seen, lists) == (rows, 1), (place, text)
        assert hits is None or seen_hits == hits, (place, text)
    assert page.requests == [page.address]


def test_every_link_has_its_place(pages: dict[str, Opened]) -> None:
    page = pages["en"]
    assert page.run(
        "() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
        ".filter(place => !place.startsWith('#') || !document.getElementById(place.slice(1)))"
    ) == []  # fmt: skip
    assert page.run("() => { const all = [...document.querySelectorAll('[id]')].map(one => one.id)\n"
                    "return all.filter((id, at) => all.indexOf(id) != at) }") == []  # fmt: skip


def test_who_clicks_a_figure_sees_its_list_and_comes_back(pages: dict[str, Opened]) -> None:
    page = pages["en"]
    page.tab.click("article .worth a >> nth=1")
    assert page.tab.is_visible("h3:has-text('Repeat-repair rate · October 2026')")
    top = page.run("() => document.getElementById('repeat_repair_rate').getBoundingClientRect().top")
    assert 0 <= top < 100
    page.tab.click("#repeat_repair_rate tbody tr.hit a >> nth=0")
    assert page.run("() => document.querySelectorAll('#tickets tbody tr:target').length") == 1
    assert page.tab.is_visible("tr:target")
    page.tab.click("#tickets .back")
    assert page.tab.is_visible("h1")
    assert not page.tab.is_visible("#tickets")


def test_its_figures_are_those_of_kpi_report(demo: Desk, pages: dict[str, Opened]) -> None:
    page = pages["en"]
    board = page.run(
        "() => [...document.querySelectorAll('#by-board tbody tr')].map(row => ["
        "row.querySelector('sup a').getAttribute('href').slice(5),"
        "...[...row.cells].slice(1).map(cell => cell.textContent.trim())])"
    )
    told = demo.do("kpi", "report", "--month", "2026-10")
    assert [row[0] for row in board] == [figure["kpi"] for figure in told]
    for (kpi, value, of, _, pending, excluded, final), figure in zip(board, told, strict=True):
        assert [int(pending), int(excluded)] == [figure["pending"], figure["excluded"]], kpi
        assert (final if final[0] == "2" else None) == figure["final_since"], kpi
        if "hits" in figure and figure["total"]:
            assert of == f"{figure['hits']}/{figure['total']}"
            rate = percent(figure["hits"], figure["total"])
            assert value == (rate if figure["total"] >= 10 else f"({rate}) few"), kpi
        elif "hits" in figure:
            assert (value, of) == ("n/a", "–")
        else:
            assert of == (str(figure["n"]) if figure["n"] else "–")
            if isinstance(figure["value"], dict):
                assert value == ", ".join(f"{name}: {count}" for name, count in figure["value"].items())
            elif figure["value"] is not None:
                assert float(value.split()[0]) == pytest.approx(figure["value"], abs=0.051), kpi
            else:
                assert value == "n/a"


def test_groups_add_up_to_the_outlet_and_stand_by_name(pages: dict[str, Opened]) -> None:
    page = pages["en"]
    for table in ("technician", "category"):
        rows = page.run(
            "id => [...document.getElementById(`by-${id}`).tBodies[0].rows].map(row => [...row.cells].map("
            "cell => (cell.querySelector('a') || cell).textContent.trim()))",
            table,
        )
        names = [row[0] for row in rows[:-1]]
        assert names == sorted(names, key=lambda name: (name.startswith("("), name))
        for column in range(1, 5):
            parts = [[int(n) for n in row[column].split("/")] for row in rows if "/" in row[column]]
            assert [sum(part) for part in zip(*parts[:-1], strict=True)] == parts[-1]


def test_a_rate_of_few_stands_in_brackets_and_one_of_many_no_interval(pages: dict[str, Opened]) -> None:
    page = pages["en"]
    rows = page.run("() => [...document.querySelectorAll('#by-board tbody tr')].map("
                    "row => [...row.cells].map(cell => cell.textContent.trim()))")  # fmt: skip
    rates = [row for row in rows if "/" in row[2]]
    assert any(int(row[2].split("/")[1]) >= 100 for row in rates)
    for row in rates:
        n = int(row[2].split("/")[1])
        assert bool(row[3]) == (10 <= n < 100), row
    cells = page.run(
        "() => [...document.querySelectorAll('#by-category tbody td.n')].map(cell => cell.textContent.trim())"
    )
    few = [cell for cell in cells if "/" in cell and int(cell.split()[0].split("/")[1]) < 10]
    assert few
    assert all(cell.endswith(" %) few") for cell in few)


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_it_prints_on_a4_with_the_tickets_of_the_headline_figures(
    demo: Desk, pages: dict[str, Opened], language: str
) -> None:
    page = pages[language]
    page.look(A4_WIDTH, "print")
    scroll, client = page.run(WIDE)
    assert scroll <= client
    assert not page.run("() => document.querySelector('nav').getClientRects().length")
    printed = page.run("() => [...document.querySelectorAll('.list')].filter(one => one.getClientRects().length)"
                       ".map(one => [one.id, [...one.querySelectorAll('tbody tr')].filter("
                       "row => row.getClientRects().length).length])")  # fmt: skip
    assert [row[0] for row in printed] == [
        "satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict",
    ]  # fmt: skip
    rows = {kpi: demo.do("kpi", "rows", kpi, "--month", "2026-10") for kpi, _ in printed}
    assert dict(printed) == {kpi: len(found) for kpi, found in rows.items()}  # left out ones too
    paper = pypdf.PdfReader(io.BytesIO(page.tab.pdf(prefer_css_page_size=True)))
    assert 8 <= len(paper.pages) <= 24
    for sheet in paper.pages:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == A4
    verdicts = Counter(row["verdict"] for row in rows["satisfaction_rate"])
    assert percent(verdicts["hit"], verdicts["hit"] + verdicts["miss"]) in paper.pages[0].extract_text()


@pytest.mark.parametrize(("width", "language"), [(1100, "en"), (688, "zh"), (360, "zh")])
def test_nothing_overflows(pages: dict[str, Opened], width: int, language: str) -> None:
    pages[language].look(width)
    scroll, client = pages[language].run(WIDE)
    assert scroll <= client


@pytest.mark.parametrize(
    ("width", "media", "language"), [(1100, "screen", "en"), (A4_WIDTH, "print", "en"), (A4_WIDTH, "print", "zh")]
)
def test_no_table_is_cut(pages: dict[str, Opened], width: int, media: str, language: str) -> None:
    page = pages[language]
    page.look(width, media)
    right = page.run("() => document.body.getBoundingClientRect().right")
    tables = page.run("() => [...document.querySelectorAll('table')].filter(one => one.getClientRects().length)"
                      ".map(one => [one.id, one.getBoundingClientRect().right])")  # fmt: skip
    assert len(tables) >= 8
    assert [table for table in tables if table[1] > right + 1] == []


def test_the_chinese_page_speaks_chinese(pages: dict[str, Opened]) -> None:
    page = pages["zh"]
    assert page.run("() => document.documentElement.lang") == "zh-CN"
    headings = page.run("() => [...document.querySelectorAll('main h2')].map(one => one.textContent)")
    assert headings == [
        "核心指标", "十二个月走势", "按服务工程师", "按品类", "收费与免费", "全部指标", "哪些未计入", "诚信信号",
        "未结工单（截至 2026-11-21 18:00）", "指标定义",
    ]  # fmt: skip
    text = page.run("() => document.querySelector('main').innerText")
    for word in ("用户满意率", "多次维修率", "24小时服务到位率", "平板电视", "差异在偶然范围内", "暂定"):
        assert word in text
    english = page.run("() => [...document.querySelectorAll('td, th, main p, h3')].map(one => one.textContent)"
                       ".filter(text => /[a-z]{3}/.test(text.replace(/servicedesk.kpi.explain/, '')))")  # fmt: skip
    assert english == []


def test_a_running_month_says_that_it_is(demo: Desk, opened: Any, tmp_path: Path) -> None:
    output = tmp_path / "november.html"
    demo.do("report", "monthly", "--month", "2026-11", "--output", str(output), "--language", "en")
    page = opened(output)
    assert page.tab.is_visible("text=The month has not ended: everything on this page is provisional.")


def test_an_empty_month_has_nothing_and_never_zero_percent(desk: Desk, opened: Any, tmp_path: Path) -> None:
    output = tmp_path / "empty.html"
    desk.do("report", "monthly", "--month", "2026-10", "--output", str(output), "--language", "en")
    page = opened(output)
    assert page.said == []
    text = page.run("() => document.querySelector('main').innerText")
    assert "Too few tickets for a trend." in text
    assert "n/a" in text
    assert "0.0 %" not in text
    assert page.run("() => [...document.querySelectorAll('.worth')].map(one => one.innerText.trim())") == ["n/a"] * 4


def test_a_customer_called_like_a_script_is_read_as_one(desk: Desk, opened: Any, tmp_path: Path) -> None:
    name, output = "<script>alert(1)</script>", tmp_path / "page.html"
    desk.do("customer", "add", name, "--phone", "013800138000", "--area", "</td><img src=x onerror=alert(2)>")
    desk.do("technician", "add", '"><svg onload=alert(3)>')
    desk.do("ticket", "open", "--customer", "C1", "no heat", now="2026-10-02 08:00")
    desk.do("ticket", "assign", "T1", "--to", '"><svg onload=alert(3)>', now="2026-11-21 18:00")
    desk.do("report", "monthly", "--month", "2026-10", "--output", str(output), "--language", "en")
    page = opened(output)
    page.tab.goto(f"{page.address}#T1")
    assert page.tab.inner_text("tr:target td:nth-child(3)") == name
    page.tab.goto(f"{page.address}#arrival_24h_rate")
    assert page.tab.inner_text("#arrival_24h_rate tbody td:nth-child(6)") == "</td><img src=x onerror=alert(2)>"
    assert page.run("() => document.scripts.length + document.images.length") == 0
    assert (page.said, set(page.requests)) == ([], {page.address})


def test_a_card_says_what_went_wrong_and_a_target_is_a_line(demo: Desk, opened: Any, tmp_path: Path) -> None:
    copy = Desk(Path(shutil.copy(demo.path, tmp_path / "copy.db")))
    copy.do("outlet", "target", "arrival_24h_rate", "95", now=NOW)
    copy.do("report", "monthly", "--month", "2026-11", "--output", str(tmp_path / "page.html"), now=NOW)
    page = opened(tmp_path / "page.html")
    sentences = page.run("() => [...document.querySelectorAll('article .sentence')].map(one => one.textContent)")
    told = demo.run("kpi", "report", "--month", "2026-11", "--format", "table", now=NOW).out
    assert [sentence for sentence in sentences if sentence not in " ".join(told.split())] == []
    assert "so far; the rate counts from 2026-12-02" in sentences[1]
    assert page.run("() => document.querySelectorAll('svg .target').length") == 1
    assert "target 95 %" in page.run("() => document.querySelector('main').innerText")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_short_page_is_one_page_of_a4_and_leads_nowhere(
    demo: Desk, opened: Any, tmp_path: Path, language: str
) -> None:
    path = tmp_path / "short.html"
    words = ("--short", "--language", language, "--output", str(path))
    demo.do("report", "monthly", "--month", "2026-10", *words, now=NOW)
    page = opened(path, 800)
    assert len(pypdf.PdfReader(io.BytesIO(page.tab.pdf(prefer_css_page_size=True))).pages) == 1
    assert page.run("() => [document.querySelectorAll('article').length, document.querySelectorAll('a').length]") == [
        4,
        0,
    ]
    assert page.said == []


def test_only_a_page_is_short(demo: Desk, tmp_path: Path) -> None:
    told = demo.refused(2, "report", "monthly", "--short", "--output", str(tmp_path / "x.xlsx"))
    assert told == "error: --short makes a page, not .xlsx\nhint: --output october.html\n"

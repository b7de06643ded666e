"""A quote on paper: one page of A4 for the customer to sign; its amounts on the work order and the day sheet too."""

from io import BytesIO
from pathlib import Path
from typing import Any

from tests.asking import opened as report
from tests.asking import staffed
from tests.conftest import Desk

NINE, TEN = "2026-02-02 09:00", "2026-02-02 10:00"
QUOTE = ("ticket", "quote", "T1", "--labour", "80", "--parts", "230.50")


def quoted(desk: Desk) -> Desk:
    """T1 of 王芳, assigned to Li, quoted at ten."""
    staffed(desk, machines=1)
    desk.do("outlet", "phone", "023-62801234", now=NINE)
    report(desk, NINE, "--appliance", "A1")
    desk.do("ticket", "assign", "T1", "--to", "Li", now=NINE)
    desk.do(*QUOTE, now=TEN)
    return desk


def test_the_sheet_has_the_amounts_and_lines_to_sign(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "quote.html"
    answer = quoted(desk).run("ticket", "quote", "T1", "--sheet", str(path), "--format", "json", now=TEN)
    assert (answer.code, answer.err, answer.json["total_fen"]) == (0, f"written: {path}\n", 31050)
    page = path.read_text(encoding="utf-8")
    for word in ("Quote T1", "Test outlet 023-62801234", "王芳 (C1)", "fridge", "Labour", "¥80.00", "Parts", "¥230.50",
                 "¥310.50", "Told 2026-02-02 10:00.", "I agree", "Customer&#39;s signature"):  # fmt: skip
        assert word in page
    assert "Travel" not in page
    assert "box ticked" not in page
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_new_quote_is_recorded_and_printed_at_once(desk: Desk) -> None:
    quoted(desk)
    answer = desk.run("ticket", "quote", "T1", "--labour", "95", "--sheet", "-", now="2026-02-02 11:00")
    assert "¥95.00" in answer.out
    assert "ticket" in answer.err
    assert [row["amount_fen"] for row in desk.do("ticket", "show", "T1")["money"]] == [31050, 9500]


def test_what_the_customer_said_is_ticked(desk: Desk) -> None:
    quoted(desk)
    desk.do("ticket", "refuse", "T1", "--reason", "dear", now=TEN)
    page = desk.run("ticket", "quote", "T1", "--sheet", "-", now=TEN).out
    assert '<span class="box ticked">I do not agree</span>' in page
    assert '<span class="box">I agree</span>' in page


def test_the_work_order_and_the_day_sheet_have_the_amount(desk: Desk) -> None:
    quoted(desk)
    assert "¥310.50" in desk.run("ticket", "sheet", "T1", "--output", "-", now=TEN).out
    assert "quoted: ¥310.50" in desk.run("technician", "day", "Li", "--sheet", "-", now=TEN).out
    desk.do("ticket", "accept", "T1", now=TEN)
    order = desk.run("ticket", "sheet", "T1", "--output", "-", now=TEN).out
    assert '<span class="box ticked">price told before the work, customer agreed</span>' in order
    assert "agreed on: ¥310.50" in desk.run("technician", "day", "Li", "--sheet", "-", now=TEN).out


def test_without_a_quote_nothing_is_printed(desk: Desk, tmp_path: Path) -> None:
    staffed(desk)
    report(desk, NINE, "--customer", "C1")
    path = tmp_path / "quote.html"
    told = desk.refused(4, "ticket", "quote", "T1", "--sheet", str(path), now=TEN)
    assert told == (
        "error: T1 has no quote\nhint: first what the customer was told: ticket quote T1 --labour 80\n"
    )  # fmt: skip
    assert desk.refused(4, "ticket", "quote", "T1", "--labour", "8", "--at", "2026-02-02 08:00", "--sheet", str(path),
                        now=TEN).startswith("error: T1 was reported")  # fmt: skip
    assert not path.exists()


def test_it_is_one_page_of_a4_in_both_languages(desk: Desk, opened: Any, tmp_path: Path) -> None:
    from pypdf import PdfReader

    quoted(desk)
    for language, word in (("en", "What it costs"), ("zh", "¥310.50")):
        path = tmp_path / f"{language}.html"
        desk.do("--language", language, "ticket", "quote", "T1", "--sheet", str(path), now=TEN)
        shown = opened(path, 360)
        assert shown.run("document.documentElement.scrollWidth") <= 360
        pages = PdfReader(BytesIO(shown.tab.pdf(prefer_css_page_size=True))).pages
        assert [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages] == [(595, 842)]
        assert word in pages[0].extract_text()
        assert (shown.said, shown.requests) == ([], [path.as_uri()])

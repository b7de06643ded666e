"""A technician's day on paper and in a calendar: whatever is written in it, and as a printer sees it."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from servicedesk.base.table import printable
from servicedesk.desk.technicians import day_calendar, day_sheet
from servicedesk.desk.technicians.day import Day, Visit
from servicedesk.language.words import Words

NOW = datetime.fromisoformat("2026-11-21T18:00:00+08:00")
LONG = "热水器不加热，用户说早上还有一点温水，到了晚上完全没有，家里有老人和小孩，希望尽快上门，来之前请先打电话。"


def visit(number: int, **more: Any) -> Visit:
    known: dict[str, Any] = dict.fromkeys(Visit._fields, "") | {
        "ticket_id": number,
        "type": "repair",
        "revision": 1,
        "customer": f"欧阳娜娜{number}",
        "phone": f"1380013800{number}",
        "address": "重庆市南岸区南坪街道人民路88号桂花新村7栋502室",
        "machine": "electric water heater 海尔 ES60H",
        "problem": LONG,
        "window_from": f"2026-11-22T{8 + number:02d}:00:00+08:00",
        "window_to": f"2026-11-22T{9 + number:02d}:00:00+08:00",
    }
    return Visit(**known | more)


def day(*visits: Visit) -> Day:
    return Day("南坪星级服务", "b2d7", "欧阳震华", "2026-11-22", "", visits)


@given(st.text(), st.text(), st.text())
def test_any_text_comes_back_from_the_calendar(customer: str, address: str, problem: str) -> None:
    found = visit(1, customer=customer, address=address, problem=problem)
    made = day_calendar.render_calendar(day(found), Words("en"), now=NOW)
    assert max(map(len, made.split(b"\r\n"))) <= 75
    (event,) = Calendar.from_ical(made).walk("VEVENT")
    assert str(event["summary"]) == printable(f"T1 {customer}: electric water heater 海尔 ES60H")
    assert str(event.get("location", "")) == printable(address)
    assert printable(problem) in str(event["description"])


@given(st.text())
def test_any_text_stays_text_on_the_sheet(text: str) -> None:
    made = day_sheet.render_day_sheet(day(visit(1, customer=f"<i>{text}", problem=text)), Words("en")).decode()
    assert "<i>" not in made


def test_the_same_values_make_the_same_sheet() -> None:
    first, second = (day_sheet.render_day_sheet(day(visit(1), visit(2)), Words("zh")) for _ in range(2))
    assert first == second


def test_the_sheet_prints_on_a4_no_visit_is_torn(opened: Any, tmp_path: Path) -> None:
    from pypdf import PdfReader

    path = tmp_path / "day.html"
    path.write_bytes(day_sheet.render_day_sheet(day(*(visit(number) for number in range(1, 9))), Words("en")))
    page = opened(path, 800)
    pages = PdfReader(BytesIO(page.tab.pdf(prefer_css_page_size=True))).pages
    assert [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages] == [(595, 842)] * 2
    texts = [p.extract_text() for p in pages]
    phones = [[f"1380013800{number}" in text for number in range(1, 9)] for text in texts]
    assert [sum(places) for places in zip(*phones, strict=True)] == [1] * 8
    assert [text.count("Customer's signature") for text in texts] == [sum(found) for found in phones]
    assert "Technician's signature" in texts[-1]
    assert page.said == []
    assert page.requests == [path.as_uri()]


def test_the_sheet_fits_a_telephone_and_lines_are_wide_enough_to_write_on(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "day.html"
    path.write_bytes(day_sheet.render_day_sheet(day(visit(1, customer="W" * 60, address="W" * 80)), Words("en")))
    assert opened(path, 360).run("document.documentElement.scrollWidth") <= 360
    widths = opened(path, 700).run("[...document.querySelectorAll('.blank')].map(b => b.getBoundingClientRect().width)")
    assert min(widths) > 100

"""A work order on paper: whatever is written in it, and as a printer sees it."""

from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.desk.tickets.work_order import WorkOrder, render_work_orders
from servicedesk.language.words import Words
from tests.asking import opened as report
from tests.asking import staffed
from tests.conftest import Desk

LONG = "热水器不加热，用户说早上还有一点温水，到了晚上完全没有，家里有老人和小孩，希望尽快上门，来之前请先打电话。"


def order(number: int, **more: Any) -> WorkOrder:
    known: dict[str, Any] = dict.fromkeys(WorkOrder.__slots__, "") | {
        "ticket_id": number, "type": "repair", "customer": f"欧阳娜娜{number} (C{number})", "phones": "13800138000",
        "address": "重庆市南岸区南坪街道人民路88号桂花新村7栋502室", "machine": "electric water heater 海尔 ES60H",
        "appliance_id": 7, "serial": "20190403335", "problem": LONG, "notes": [LONG, "ring twice"],
        "earlier": ["T1 repair 2026-01-02 leak: fixed 2026-01-03"] * 3, "window": "2026-11-22 09:00–11:00",
        "deadline": "2026-11-22 18:00", "reported": "2026-11-21 18:00", "technician": "欧阳震华", "bought": "2019-04",
    }  # fmt: skip
    return WorkOrder(**known | more)


def page(*orders: WorkOrder, language: str = "en") -> bytes:
    return render_work_orders(orders, outlet="南坪星级服务", printed="2026-11-21 18:00", words=Words(language))


@given(st.text())
def test_any_text_stays_text_on_the_order(text: str) -> None:
    made = page(order(1, customer=f"<i>{text}", problem=text, notes=[text])).decode()
    assert "<i>" not in made


def test_each_ticket_is_one_page_of_a4_with_a_copy_for_the_customer(opened: Any, tmp_path: Path) -> None:
    from pypdf import PdfReader

    for language, copy in (("en", "Customer's copy"), ("zh", "T")):
        path = tmp_path / f"{language}.html"
        path.write_bytes(page(order(1), order(2), language=language))
        shown = opened(path, 800)
        pages = PdfReader(BytesIO(shown.tab.pdf(prefer_css_page_size=True))).pages
        assert [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages] == [(595, 842)] * 2
        texts = [p.extract_text() for p in pages]
        assert [(f"T{number}" in text, copy in text) for number, text in enumerate(texts, 1)] == [(True, True)] * 2
        assert (shown.said, shown.requests) == ([], [path.as_uri()])


def test_the_order_fits_a_telephone(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "order.html"
    path.write_bytes(page(order(1, customer="W" * 60, address="W" * 80)))
    assert opened(path, 360).run("document.documentElement.scrollWidth") <= 360


def test_the_order_has_customer_appliance_and_problem_and_no_note_about_the_person(desk: Desk) -> None:
    staffed(desk, machines=1)
    desk.do("note", "add", "C1", "ring twice")
    desk.do("note", "add", "C1", "hard of hearing", "--personal")
    report(desk, "2026-02-02 09:00", "--appliance", "A1")
    answer = desk.run("ticket", "sheet", "T1", "--output", "-", now="2026-02-02 09:10")
    for word in ("Work order T1", "王芳 (C1)", "13800138000", "the problem", "ring twice"):
        assert word in answer.out
    assert "hard of hearing" not in answer.out


def test_a_file_is_written_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    staffed(desk)
    report(desk, "2026-02-02 09:00", "--customer", "C1")
    path = tmp_path / "order.html"
    answer = desk.run("ticket", "sheet", "T1", "--output", str(path), now="2026-02-02 09:10")
    assert answer.out == f"ticket_id\tpath\n1\t{path}\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_cancelled_ticket_has_no_work_order(desk: Desk, tmp_path: Path) -> None:
    staffed(desk)
    report(desk, "2026-02-02 09:00", "--customer", "C1")
    desk.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer", now="2026-02-02 09:10")
    told = desk.refused(4, "ticket", "sheet", "T1", "--output", str(tmp_path / "o.html"), now="2026-02-02 09:20")
    assert told == (
        "error: T1 was cancelled 2026-02-02 09:10: there is no work to order\n"
        "hint: 'ticket reopen T1' opens a new ticket after it\n"
    )
    assert desk.refused(3, "ticket", "sheet", "T9", "--output", "-").startswith("error: there is no ticket T9")
    assert not (tmp_path / "o.html").exists()

"""What a sketch must ask a person about: dates that nothing takes, answers in words, what an open ticket waits for."""

from pathlib import Path

import pytest

from tests import workbooks
from tests.conftest import Desk

HEADING = "工单号,报修时间,姓名,电话,品类,师傅,上门时间,完成时间,结果,满意度"
FIXED = "{n},2026-10-0{n} 09:00,王芳,13800138000,冰箱,李强,2026-10-0{n} 12:00,2026-10-0{n} 13:00,修好,{said}"
WAITS = "9,2026-10-09 09:00,张伟,13900139000,空调,李强,2026-10-09 12:00,,待件,"


def drawn(desk: Desk, path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = desk.run("import", "--sketch", str(path), "--output", "-")
    assert answer.code == 0, answer.err
    return answer.out


def rows(*said: str) -> list[str]:
    return [FIXED.format(n=n, said=text) for n, text in enumerate(said, 1)]


def test_headings_in_camel_case_are_words(blank: Desk, tmp_path: Path) -> None:
    lines = ("JobNo,CallDate,Customer,Appliance,FirstVisit", *(
        f"J{n},10/{n}/2026 09:30,Cust {n},Fridge,10/{n}/2026 12:30" for n in range(13, 19)
    ))  # fmt: skip
    assert 'arrived_at = "FirstVisit"' in drawn(blank, tmp_path / "calls.csv", *lines)


def test_dates_that_no_field_takes_are_a_doubt(blank: Desk, tmp_path: Path) -> None:
    lines = [
        f"{HEADING},电联",
        *(f"{row},2026-10-1{n} 10:00" for n, row in enumerate(rows("满意", "满意", "不满意"), 1)),
    ]
    assert "# ? dates that are left out: 电联; is one of them when somebody came, or when it was done?\n" in drawn(
        blank, tmp_path / "r.csv", *lines
    )


def test_a_day_of_production_is_left_out_without_a_doubt(blank: Desk, tmp_path: Path) -> None:
    lines = [f"{HEADING},出厂日期", *(f"{row},2020-10-1{n}" for n, row in enumerate(rows("满意", "满意"), 1))]
    assert "dates that are left out" not in drawn(blank, tmp_path / "r.csv", *lines)


def test_a_cancellation_without_a_time_of_its_own_is_marked(blank: Desk, tmp_path: Path) -> None:
    lines = ("工单号,报修时间,姓名,状态", "1,2026-10-01 09:00,王芳,完成", "2,2026-10-02 09:00,张伟,取消")
    assert (
        'cancelled_at = { column = "报修时间", when = { "状态" = ["取消"] } }'
        "  # ? no column says when it was cancelled: taken from this one\n"
    ) in drawn(blank, tmp_path / "r.csv", *lines)


def test_between_yes_and_no_is_a_no_until_somebody_says_otherwise(blank: Desk, tmp_path: Path) -> None:
    found = drawn(blank, tmp_path / "r.csv", HEADING, *rows("满意", "不满意", "满意", "一般"))
    assert '"一般" = false  # ? 1: satisfied or not? A 3 of 5 is not; row 5\n' in found


@pytest.mark.parametrize(("word", "code"), [("好评", "5"), ("差评", "1")])
def test_the_ratings_of_a_shop_are_a_doubt(blank: Desk, tmp_path: Path, word: str, code: str) -> None:
    found = drawn(blank, tmp_path / "r.csv", HEADING, *rows("非常满意", "很满意", word))
    assert f'"{word}" = "{code}"  # ? 1: or ' in found


def test_an_open_ticket_waits_for_the_part_that_the_register_says(desk: Desk, tmp_path: Path) -> None:
    toml = drawn(desk, tmp_path / "r.csv", HEADING, *rows("满意", "满意"), WAITS)
    assert '[ticket.waiting_for]\ncolumn = "结果"\nother = ""\n[ticket.waiting_for.map]\n' in toml
    assert '"待件" = "manufacturer_part"  # ? or outlet_part?\n' in toml
    (tmp_path / "r.toml").write_text(toml.replace("# ?", "#"), encoding="utf-8")
    desk.do("import", str(tmp_path / "r.csv"), "--map", str(tmp_path / "r.toml"))
    assert [(row["ticket_id"], row["reason"]) for row in desk.do("today") if row["section"] == "waiting"] == [
        (3, "manufacturer_part")
    ]
    assert desk.do("import", str(tmp_path / "r.csv"), "--map", str(tmp_path / "r.toml"))["known"] == 3


def test_a_cell_with_an_error_is_not_called_blank(blank: Desk, tmp_path: Path) -> None:
    rows = [["工单号", "报修时间", "姓名", "品类"], ["1", "2026-10-01 09:00", "王芳", "冰箱"],
            ["2", "2026-10-02 09:00", '<c r="C3" t="e"><v>#N/A</v></c>', "空调"]]  # fmt: skip
    book = workbooks.write(tmp_path / "r.xlsx", {"1": workbooks.table(rows)})
    answer = blank.run("import", "--sketch", str(book))
    assert "#N/A→blank" not in answer.out
    assert "cells with an error: 1; their rows are rejected if the map reads them\n" in answer.err

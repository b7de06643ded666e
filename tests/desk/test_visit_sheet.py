"""The technician's page fits 80 columns whatever stands on it (M7)."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from servicedesk.base.width import cells, wrapped
from servicedesk.desk.maintenance.visit_sheet import WIDTH, Entry, Sheet, sheet_text

PLAIN = st.text(st.sampled_from("ab -王芳海尔éｶ。"), max_size=60)


def test_wide_characters_take_two_columns() -> None:
    assert [cells("王芳"), cells("a王"), cells("e\u0301"), cells("ｶ")] == [4, 3, 1, 1]


def test_texts_break_at_blanks_and_between_wide_characters() -> None:
    assert wrapped("重庆市南岸区 Building 3", 10) == ["重庆市南岸", "区", "Building 3"]
    assert wrapped("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrapped("", 3) == [""]


@given(PLAIN, st.integers(2, 20))
def test_wrapping_fits_and_loses_nothing(text: str, width: int) -> None:
    rows = wrapped(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.split())


@given(PLAIN, PLAIN, PLAIN)
def test_no_row_is_wider_than_the_page(name: str, model: str, address: str) -> None:
    entry = Entry("A34", name, model, model, address)
    text = sheet_text(Sheet(name, "Maintenance visit T1", [("Address", address)], [entry, entry], [entry]))
    assert max(cell_len(row) for row in text.split("\n")) <= WIDTH


def test_columns_line_up_under_wide_names() -> None:
    entries = [Entry("A1", "fridge 海尔", "BCD-215", "000123"), Entry("A2", "fridge Haier", "BCD-215", "000123")]
    rows = [row for row in sheet_text(Sheet("O", "T", [], entries, [])).split("\n") if "BCD-215" in row]
    assert len({cells(row[: row.index("BCD-215")]) for row in rows}) == 1
    assert len({cells(row) for row in rows}) == 1

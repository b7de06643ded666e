"""Workbooks of other people: which sheet is read, which cells are no values, and what is too large or damaged."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import workbooks
from tests.conftest import Answer, Desk

Read = Callable[..., Answer]
HEADING = ["no", "name", "phone", "bought", "note"]
MAP = """
source = "jobs"
[customer]
ref = "no"
name = "name"
phone = "phone"
[appliance]
ref = "no"
category = { value = "fridge" }
bought = "bought"
"""
FIRST = ["1", "林娜", "13800138000", "2024-03-09", ""]
EMPTY = workbooks.sheet("")


@pytest.fixture
def read(desk: Desk, tmp_path: Path) -> Read:
    """Import a file under the map, its sheet or other words named."""
    (tmp_path / "m.toml").write_text(MAP, encoding="utf-8")

    def reading(path: Path, *words: str) -> Answer:
        return desk.run("import", str(path), "--map", str(tmp_path / "m.toml"), *words)

    return reading


def names(desk: Desk) -> list[str]:
    return [row["name"] for row in desk.do("export", "customers")]


def book(folder: Path, *rows: list[str], more: str = "", **options: str | None) -> Path:
    made = workbooks.table([HEADING, *rows], more)
    return workbooks.write(folder / "jobs.xlsx", {"jobs": made}, **options)  # type: ignore[arg-type]


# Cells.


def test_a_cell_with_an_error_is_no_blank(desk: Desk, tmp_path: Path, read: Read) -> None:
    answer = read(book(tmp_path, ["1", "林娜", '<c r="C2" t="e"><v>#N/A</v></c>', "2024-03-09"]))
    assert answer.code == 4
    assert "record 1, line 2, column 'phone' '#N/A': the cell holds an error" in answer.err
    assert names(desk) == []


def test_an_error_in_a_column_that_nobody_asked_for_is_nothing(desk: Desk, tmp_path: Path, read: Read) -> None:
    assert read(book(tmp_path, [*FIRST[:4], '<c r="E2" t="e"><v>#REF!</v></c>'])).code == 0
    assert names(desk) == ["林娜"]


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
def test_a_formula_without_a_value_is_no_blank(tmp_path: Path, read: Read, value: str) -> None:
    said = read(book(tmp_path, ["1", "林娜", f'<c r="C2"><f>A1&amp;B1</f>{value}</c>'])).err
    assert "column 'phone': a formula without a stored value: open the file and save it" in said


def test_a_formula_that_gives_an_empty_text_is_a_blank(desk: Desk, tmp_path: Path, read: Read) -> None:
    assert read(book(tmp_path, ["1", "林娜", '<c r="C2" t="str"><f>""</f><v></v></c>'])).code == 0
    assert desk.do("export", "customers")[0]["phones"] == []


def test_dates_phones_and_texts_come_as_they_are_shown(desk: Desk, tmp_path: Path, read: Read) -> None:
    texts = '<sst><si><t>王芳</t><rPh sb="0" eb="1"><t>ワン</t></rPh></si><si><r><t>a_x000D_</t></r></si></sst>'
    row = ["1", '<c r="B2" t="s"><v>0</v></c>', '<c r="C2"><v>13800138000</v></c>', '<c r="D2" s="1"><v>45360</v></c>']
    assert read(book(tmp_path, row, texts=texts)).code == 0
    assert (names(desk), desk.do("export", "customers")[0]["phones"]) == (["王芳"], ["13800138000"])
    assert desk.do("export", "appliances")[0]["bought_on"] == "2024-03-09"


def test_a_date_without_a_table_of_styles_is_a_number(tmp_path: Path, read: Read) -> None:
    said = read(book(tmp_path, [*FIRST[:3], '<c r="D2" s="1"><v>45360</v></c>'], styles=None)).err
    assert "column 'bought' '45360'" in said


def test_merged_cells_say_the_same_of_every_row_and_that_is_said(desk: Desk, tmp_path: Path, read: Read) -> None:
    made = book(tmp_path, FIRST, ["2", "", "", "2025-01-01"], ["3", "周强", "", "2025-01-01"],
                more='<mergeCells><mergeCell ref="B2:C3"/><mergeCell ref="A1:E1"/></mergeCells>')  # fmt: skip
    answer = read(made)
    assert (answer.code, names(desk)) == (0, ["林娜", "林娜", "周强"])
    assert "merged cells were filled down: 1 in name" in answer.err


# Sheets.


def several(folder: Path, **state: str) -> Path:
    first, second = (workbooks.table([HEADING, [number, name]]) for number, name in (("1", "旧"), ("2", "林娜")))
    return workbooks.write(folder / "jobs.xlsx", {"old": first, "jobs": second, "empty": EMPTY}, state=state)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_what_nobody_sees_is_not_chosen(desk: Desk, tmp_path: Path, read: Read, state: str) -> None:
    answer = read(several(tmp_path, old=state))
    assert (names(desk), "sheet '" in answer.err) == (["林娜"], False)


def test_of_several_the_first_is_read_and_that_is_said(desk: Desk, tmp_path: Path, read: Read) -> None:
    answer = read(several(tmp_path))
    assert (names(desk), "sheet 'old' was read, not jobs" in answer.err) == (["旧"], True)


@pytest.mark.parametrize("where", ["--sheet", "map"])
def test_a_sheet_may_be_named_even_a_hidden_one(desk: Desk, tmp_path: Path, read: Read, where: str) -> None:
    if where == "map":
        (tmp_path / "m.toml").write_text('sheet = "jobs"\n' + MAP, encoding="utf-8")
    answer = read(several(tmp_path, jobs="hidden"), *(["--sheet", "jobs"] if where != "map" else []))
    assert (answer.code, names(desk), "was read, not" in answer.err) == (0, ["林娜"], False)


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, read: Read) -> None:
    answer = read(several(tmp_path), "--sheet", "Jobs")
    assert (answer.code, "has no sheet 'Jobs'" in answer.err, "it has: old, jobs, empty" in answer.err) == (
        3,
        True,
        True,
    )
    (tmp_path / "a.csv").write_text("no,name,phone,bought\n", encoding="utf-8")
    assert read(tmp_path / "a.csv", "--sheet", "jobs").code == 2


def test_only_hidden_or_empty_sheets_are_no_table(tmp_path: Path, read: Read) -> None:
    answer = read(workbooks.write(tmp_path / "jobs.xlsx", {"a": EMPTY, "b": EMPTY}))
    assert (answer.code, "is empty: it has not even a heading" in answer.err) == (5, True)


# Sizes.


def test_a_stray_cell_far_away_is_no_matter(desk: Desk, tmp_path: Path, read: Read) -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'
    rows = workbooks.table([HEADING, FIRST]).replace("</sheetData>", f"{far}</sheetData>")
    assert read(workbooks.write(tmp_path / "jobs.xlsx", {"jobs": rows, "more": workbooks.sheet(far)})).code == 0
    assert names(desk) == ["林娜"]


def test_a_sheet_of_too_many_cells_is_refused(tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    from servicedesk.file.imports.tables import cells

    monkeypatch.setattr(cells, "MOST_CELLS", 9)
    answer = read(book(tmp_path, FIRST))
    assert (answer.code, "too large for a workbook: a sheet has more than 9 cells" in answer.err) == (5, True)


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path, read: Read) -> None:
    bomb = workbooks.table([HEADING, FIRST]) + " " * (201 << 20)
    answer = read(workbooks.write(tmp_path / "jobs.xlsx", {"jobs": bomb}))
    assert answer.code == 5
    assert "unpacked it is larger than the 200 MiB that are read of a workbook" in answer.err


def test_a_cell_of_a_megabyte_is_refused(tmp_path: Path, read: Read) -> None:
    answer = read(book(tmp_path, [*FIRST[:2], "x" * (1 << 21)]))
    assert (answer.code, "a cell holds more than 1,048,576 characters" in answer.err) == (5, True)


def test_pictures_count_for_nothing(tmp_path: Path, read: Read) -> None:
    made = book(tmp_path, FIRST)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (201 << 20))
    assert read(made).code == 0


# Damage.

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
HARM = {
    "text that is not there": {"jobs": workbooks.table([HEADING, ['<c r="A2" t="s"><v>9</v></c>']])},
    "text before the first": {"jobs": workbooks.table([HEADING, ['<c r="A2" t="s"><v>-1</v></c>']])},
    "no number of a text": {"jobs": workbooks.table([HEADING, ['<c r="A2" t="s"><v>x</v></c>']])},
    "style that is not there": {"jobs": workbooks.table([HEADING, ['<c r="A2" s="99"><v>1</v></c>']])},
    "column that is none": {"jobs": workbooks.table([HEADING, ['<c r="ZZZZ2"><v>1</v></c>']])},
    "row that is none": {"jobs": workbooks.sheet('<row r="x"><c r="A1"><v>1</v></c></row>')},
    "row without end": {"jobs": workbooks.sheet(f'<row r="{"9" * 5000}"><c r="A1"><v>1</v></c></row>')},
    "cut short": {"jobs": workbooks.table([HEADING, FIRST])[:-40]},
    "no XML": {"jobs": "PK"},
}


@pytest.mark.parametrize("what", HARM)
def test_a_damaged_sheet_is_a_file_that_cannot_be_read(desk: Desk, tmp_path: Path, read: Read, what: str) -> None:
    answer = read(workbooks.write(tmp_path / "jobs.xlsx", HARM[what], texts="<sst count='9'><si><t>a</t></si></sst>"))
    assert (answer.code, answer.out) == (5, "")
    assert answer.err.startswith(f"error: {tmp_path / 'jobs.xlsx'} is ")
    assert names(desk) == []


def test_entities_are_refused(tmp_path: Path, read: Read) -> None:
    made = book(tmp_path, ["1", "&l9;"], before=f"<!DOCTYPE worksheet [{LAUGHS}]>")
    answer = read(made)
    assert (answer.code, "it declares a document type" in answer.err) == (5, True)


def test_more_texts_said_than_there_are_is_no_harm(desk: Desk, tmp_path: Path, read: Read) -> None:
    texts = '<sst count="18446744073709551615" uniqueCount="4294967296"><si><t>林娜</t></si></sst>'
    assert read(book(tmp_path, ["1", '<c r="B2" t="s"><v>0</v></c>'], texts=texts)).code == 0
    assert names(desk) == ["林娜"]


def test_digits_past_the_15th_are_as_they_stand_or_rejected(desk: Desk, tmp_path: Path, read: Read) -> None:
    assert read(book(tmp_path, ["1", '<c r="B2"><v>12345678901234567890</v></c>'])).code == 0
    assert names(desk) == ["12345678901234567890"]
    for number in ("1E+308", "1.2345678901234567E+19", "1234567890123456.0"):
        answer = read(book(tmp_path, ["1", f'<c r="B2"><v>{number}</v></c>']))
        assert "a number of more than 15 digits: the workbook has lost the others" in answer.err


@pytest.mark.parametrize("cut", [4, 100, 400, -30])
def test_a_workbook_that_was_cut_is_a_file_that_cannot_be_read(tmp_path: Path, read: Read, cut: int) -> None:
    made = book(tmp_path, FIRST)
    made.write_bytes(made.read_bytes()[:cut])
    answer = read(made)
    assert (answer.code, "is no workbook that can be read" in answer.err) == (5, True)


def test_bytes_that_do_not_unpack_are_damage(tmp_path: Path, read: Read) -> None:
    made = book(tmp_path, FIRST)
    raw = bytearray(made.read_bytes())
    at = raw.index(b"sheet1.xml") + len("sheet1.xml")
    raw[at : at + 8] = b"\xff" * 8
    made.write_bytes(raw)
    answer = read(made)
    assert (answer.code, "is no workbook that can be read" in answer.err) == (5, True)


def test_an_old_workbook_that_is_damaged_leaves_no_trace(
    tmp_path: Path, read: Read, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8)
    answer = read(tmp_path / "jobs.xls")
    assert (answer.code, "is no workbook that can be read" in answer.err) == (5, True)
    assert capfd.readouterr().err == ""

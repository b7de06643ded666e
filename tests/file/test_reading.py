"""Strangers' files as headings and records."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from servicedesk.base.errors import ServiceDeskError
from servicedesk.file.imports.tables import open_table as reading
from servicedesk.file.imports.tables.layout import Layout
from tests import workbooks

Read = tuple[tuple[str, ...], list[tuple[int, int, list[str]]], str]


def read(path: Path, encoding: str | None = None) -> Read:
    with reading.open_table(path, Layout(encoding=encoding)) as sheet:
        return sheet.headings.names, [(r.number, r.line, r.cells) for r in sheet.records], sheet.encoding


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def made(content: bytes) -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(content)
        return path

    return made


def failed(path: Path, encoding: str | None = None) -> tuple[int, str]:
    with pytest.raises(ServiceDeskError) as error:
        read(path, encoding)
    return error.value.code, f"{error.value.sentence}; {error.value.hint}"


ROWS = [(1, 2, ["1", "王芳"])]


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-be", "utf-16")],
)
def test_unicode_is_known_by_itself(file: Callable[[bytes], Path], codec: str, name: str) -> None:
    mark = "\ufeff" if codec == "utf-16-be" else ""
    assert read(file(f"{mark}id,name\n1,王芳\n".encode(codec))) == (("id", "name"), ROWS, name)


CHINESE = "编号,姓名,电话,地址\n" + "".join(f"{n},王芳,1380013{n:04},重庆市南岸区南坪街道{n}号\n" for n in range(40))


def test_gb18030_is_taken_by_itself_where_it_is_certain(file: Callable[[bytes], Path]) -> None:
    headings, records, encoding = read(file(CHINESE.encode("gb18030")))
    assert (headings[1], records[0][2][3], encoding) == ("姓名", "重庆市南岸区南坪街道0号", "gb18030")


@pytest.mark.parametrize(
    "text",
    ["id,name\n1,Müller\n2,Grün\n", "a\n©\n", "Kunde,Ort\n" + "Jörg Bäcker,Köln\n" * 200, "n\nJosé Núñez\nÉlodie\n"],
)
def test_latin1_is_never_read_as_chinese(file: Callable[[bytes], Path], text: str) -> None:
    code, said = failed(file(text.encode("latin-1")))
    assert code == 5
    assert "--encoding" in said


def test_a_named_encoding_is_used(file: Callable[[bytes], Path]) -> None:
    path = file("id,name\n1,Müller\n".encode("cp1252"))
    assert read(path, "cp1252") == (("id", "name"), [(1, 2, ["1", "Müller"])], "cp1252")


def test_a_named_encoding_beats_a_chance_reading_as_utf8(file: Callable[[bytes], Path]) -> None:
    assert read(file("a\n联通\n".encode("gb18030")), "gb18030")[1] == [(1, 2, ["联通"])]


def test_a_wrong_named_encoding_says_where(file: Callable[[bytes], Path]) -> None:
    code, said = failed(file("a\nb\n王芳\n".encode("gb18030")), "utf-8")
    assert (code, "byte 0xCD in line 3" in said) == (5, True)


def test_an_unknown_encoding_is_a_typing_error(file: Callable[[bytes], Path]) -> None:
    assert failed(file(b"a\n"), "utf-88")[0] == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_and_delimiters(file: Callable[[bytes], Path], end: str, delimiter: str) -> None:
    lines = [["id", "name"], ["1", '"a, b; c"'], [], ["2", '"two' + end + 'lines"'], ["3", "x"], ["", ""]]
    text = end.join(delimiter.join(cells) for cells in lines) + end
    assert read(file(text.encode()))[1] == [
        (1, 2, ["1", "a, b; c"]),
        (2, 4, ["2", f"two{end}lines"]),
        (3, 6, ["3", "x"]),
    ]


def test_the_delimiter_comes_from_the_heading_alone(file: Callable[[bytes], Path]) -> None:
    assert read(file(b'"a,b";c\n1,2,3,4;5\n'))[:2] == (("a,b", "c"), [(1, 2, ["1,2,3,4", "5"])])


def test_headings_are_trimmed_and_stand_on_one_line(file: Callable[[bytes], Path]) -> None:
    text = b'"start\nend",b,c\nd,e,f\n'
    assert read(file(text))[:2] == (("start end", "b", "c"), [(1, 3, ["d", "e", "f"])])


def test_lines_before_the_heading_may_be_blank(file: Callable[[bytes], Path]) -> None:
    headings, records, _ = read(file(b"\n \n\ncolumn_a,column_b,column_c\n1,2,3\n"))
    assert (headings, records[0][:2]) == (("column_a", "column_b", "column_c"), (1, 5))


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(file: Callable[[bytes], Path], content: bytes) -> None:
    code, said = failed(file(content))
    assert (code, "is empty" in said) == (5, True)


def test_a_heading_alone_has_no_records(file: Callable[[bytes], Path]) -> None:
    assert read(file(b"a,b")) == (("a", "b"), [], "utf-8")


def test_a_nul_in_the_heading_is_no_text(file: Callable[[bytes], Path]) -> None:
    assert failed(file("a,b\n1,2\n".encode("utf-16-le")))[0] == 5


def test_a_nul_elsewhere_is_left_to_the_row(file: Callable[[bytes], Path]) -> None:
    assert read(file(b"a,b,c\n\0,2,3\n"))[1] == [(1, 2, ["\0", "2", "3"])]


def test_a_cell_of_a_megabyte_is_read(file: Callable[[bytes], Path]) -> None:
    long = "x" * 1_000_000
    assert read(file(f"a,b\n1,{long}\n".encode()))[1] == [(1, 2, ["1", long])]


def test_a_quotation_mark_that_is_never_closed_is_a_fault(file: Callable[[bytes], Path]) -> None:
    path = file(b'a,b\n1,"x\n2,y\n3,z\n')
    with reading.open_table(path) as sheet:
        assert [(r.number, r.line, r.fault) for r in sheet.records] == [
            (1, 2, "a quotation mark that is never closed"), (2, 3, None), (3, 4, None),
        ]  # fmt: skip


STRAY = {
    "a_mark_inside": ('1,"12" 显示器店",y,z\n2,b,y,z\n', [2]),
    "a_mark_closed_rows_later": ('1,"林娜,8号,x\n2,周强,9号,x\n3,赵敏",10号,x\n4,何川,11号,x\n', [2, 4]),
    "a_mark_that_the_next_one_closes": ('1,"林娜,8号,x\n2,周强,9号,x\n3,"赵敏",10号,x\n', [2]),
    "backslashes": ('1,"林\\"小\\"娜",y,z\n2,b,y,z\n', [2]),
    "a_remark_of_two_lines": ('1,a,"rings, twice\nand waits",z\n2,b,y,z\n', []),
}


@pytest.mark.parametrize("what", STRAY)
def test_a_stray_mark_costs_its_own_lines_and_nobody_elses(file: Callable[[bytes], Path], what: str) -> None:
    text, bad = STRAY[what]
    with reading.open_table(file(("no,name,addr,x\n" + text).encode())) as sheet:
        records = list(sheet.records)
    assert [r.line for r in records if r.fault] == bad
    good = [line[2:] for number, line in enumerate(text.splitlines(), 2) if number not in bad]
    assert len(records) - len(bad) == len(good) - (what == "a_remark_of_two_lines")


def test_a_blank_before_a_mark_is_none_of_the_text(file: Callable[[bytes], Path]) -> None:
    assert read(file('a,b\n1, "周强"\n'.encode()))[1] == [(1, 2, ["1", "周强"])]


def test_a_mark_that_is_never_closed_is_given_up_after_500_lines(file: Callable[[bytes], Path]) -> None:
    lines = "".join(f"{n},x\n" for n in range(2000))
    with reading.open_table(file(('a,b\n1,"x\n' + lines).encode())) as sheet:
        records = list(sheet.records)
    assert ([r.line for r in records if r.fault], len(records)) == ([2], 2001)


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "\nSEP=;\n"])
def test_a_line_for_excel_says_the_delimiter(file: Callable[[bytes], Path], first: str) -> None:
    headings, records, _ = read(file((first + "a,x;b\n1,5;2\n").encode()))
    assert (headings, records[0][2]) == (("a,x", "b"), ["1,5", "2"])
    assert records[0][1] == first.count("\n") + 2


def test_the_end_of_file_of_ms_dos_is_no_record(file: Callable[[bytes], Path]) -> None:
    assert read(file(b"a,b\n1,2\n\x1a"))[1] == [(1, 2, ["1", "2"])]


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
)
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
CELLS = {
    "text": '<table:table-cell office:value-type="string"><text:p>{0}</text:p></table:table-cell>',
    "float": '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>',
    "boolean": '<table:table-cell office:value-type="boolean" office:boolean-value="{0}"/>',
}


def test_an_open_document_keeps_whole_numbers_and_truths(tmp_path: Path) -> None:
    rows = [
        [("text", "a"), ("text", "b"), ("text", "c")],
        [("text", "x"), ("float", "13800138000"), ("boolean", "true")],
    ]
    made = ["".join(CELLS[kind].format(value) for kind, value in row) for row in rows]
    content = ODS.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in made))
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    assert read(tmp_path / "a.ods")[:2] == (("a", "b", "c"), [(1, 2, ["x", "13800138000", "true"])])


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    made = workbooks.write(tmp_path / "a.xlsx", {"S": workbooks.table([["a"], ["1"]])})
    made.rename(tmp_path / "list.csv")
    assert read(tmp_path / "list.csv")[2] == "xlsx"


def test_a_broken_workbook_is_one_sentence(file: Callable[[bytes], Path]) -> None:
    assert failed(file(b"PK\x03\x04 and nothing more"))[0] == 5

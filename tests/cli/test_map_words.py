"""The words of import maps, each through the command line."""

from pathlib import Path
from typing import Any

import pytest

from servicedesk.file.imports.maps.words import FIELD_WORDS, FILE_WORDS, RULE_WORDS
from tests import workbooks
from tests.conftest import Answer, Desk
from tests.map_examples import CUSTOMER, EXAMPLES, TICKET


def given(folder: Path, text: str, toml: str, *words: str) -> list[str]:
    """The words of an import of that file under that map."""
    (folder / "file.csv").write_text(text, encoding="utf-8")
    return mapped(folder, folder / "file.csv", toml, *words)


def mapped(folder: Path, path: Path, toml: str, *words: str) -> list[str]:
    (folder / "map.toml").write_text(toml, encoding="utf-8")
    return ["import", str(path), "--map", str(folder / "map.toml"), *words]


def column(desk: Desk, noun: str, key: str) -> list[Any]:
    return [row[key] for row in desk.do("export", noun)]


def test_every_word_has_an_example_and_a_meaning() -> None:
    shown = {word for example in EXAMPLES for word in example.words}
    assert {*FILE_WORDS, *RULE_WORDS, *FIELD_WORDS} <= shown
    fields = "\n".join(example.toml for example in EXAMPLES)
    assert [
        f for f in ("assigned_at", "appointed_from", "asked_by", "found", "cause", "[visit]") if f not in fields
    ] == []


def test_a_heading_with_commas_in_marks_is_divided_by_semicolons(desk: Desk, tmp_path: Path) -> None:
    text = 'no;"name (family, given, title)";addr\n1;林娜;人民路\n'
    desk.do(*given(tmp_path, text, '[customer]\nref = "no"\nname = "name (family, given, title)"\n'))
    assert column(desk, "customers", "name") == ["林娜"]


@pytest.mark.parametrize(
    ("cell", "name"), [('"=""00123"""', "00123"), ('"=""林娜"""', "林娜"), ("=1+1", "=1+1"), ('"=""a""b"""', '="a"b"')]
)
def test_a_text_as_a_formula_is_the_text(desk: Desk, tmp_path: Path, cell: str, name: str) -> None:
    desk.do(*given(tmp_path, f"no,name\n1,{cell}\n", CUSTOMER))
    assert column(desk, "customers", "name") == [name]


@pytest.mark.parametrize(
    ("cell", "split", "names"),
    [
        ("李强/赵敏", '"/"', ["李强"]),
        ("李强  赵敏", '" "', ["李强"]),
        ("李强、赵敏", '["/", "、"]', ["李强"]),
        ("李强", '["/", "、"]', ["李强"]),
        ("Li Qiang/Zhao", '"/"', ["Li Qiang"]),
    ],
)
def test_one_of_several_values_in_a_cell_is_taken(
    desk: Desk, tmp_path: Path, cell: str, split: str, names: list[str]
) -> None:
    desk.do(
        *given(
            tmp_path, f"no,name\n1,{cell}\n", f'[customer]\nref = "no"\nname = {{ column = "name", split = {split} }}'
        )
    )
    assert column(desk, "customers", "name") == names


def test_each_of_three_values_in_a_cell_goes_its_way(desk: Desk, tmp_path: Path) -> None:
    part = 'split = " ", take ='
    toml = (
        f'[customer]\nref = "no"\nname = {{ column = "who", {part} 1 }}\nphone = {{ column = "who", {part} 2 }}\n'
        f'address = {{ column = "who", {part} 3 }}\n'
    )
    desk.do(*given(tmp_path, "no,who\n1,王芳 13800138000 南坪\n2,林娜\n", toml))
    found = [(one["name"], one["phones"], one["address"]) for one in desk.do("export", "customers")]
    assert found == [("王芳", ["13800138000"], "南坪"), ("林娜", [], None)]
    assert "take of [customer] name in map.toml is a number or one of first, last" in desk.refused(
        2, *given(tmp_path, "no,who\n", toml.replace("take = 1", "take = 0"))
    )


def test_a_heading_that_stands_twice_is_named_by_its_number(desk: Desk, tmp_path: Path) -> None:
    toml = '[ticket]\nref = "no"\nreported_at = "day"\n'
    text = "no,day,day\n1,2026-10-01,2026-10-02\n"
    error = desk.refused(4, *given(tmp_path, text, toml))
    assert "hint: the first is 'day (1)', the second 'day (2)'" in error
    desk.do(*given(tmp_path, text, toml.replace('"day"', '"day (2)"')))
    assert column(desk, "tickets", "reported_at") == ["2026-10-02T00:00:00+08:00"]


def test_a_weekday_behind_a_date_is_the_right_one(desk: Desk, tmp_path: Path) -> None:
    toml = '[ticket]\nref = "no"\nreported_at = { column = "day", dates = ["%Y年%m月%d日 %H:%M", "%Y/%m/%d"] }\n'
    text = "no,day\n1,2026年11月1日星期日 9:30\n2,2026/11/2（周一）\n"
    desk.do(*given(tmp_path, text, toml))
    assert [at[:16] for at in column(desk, "tickets", "reported_at")] == ["2026-11-01T09:30", "2026-11-02T00:00"]
    wrong = desk.refused(4, *given(tmp_path, "no,day\n3,2026/11/3 星期一\n", toml))
    assert "column 'day' '2026/11/3 星期一': no time of the form" in wrong


def test_the_name_of_the_sheet_is_a_column_and_stays_in_the_rejects(desk: Desk, tmp_path: Path) -> None:
    sheets = {
        "李强": [["no", "day"], ["1", "2026-10-01"]],
        "赵敏": [["no", "day"], ["2", "never"], ["3", "2026-10-01", "x"]],
    }
    made = workbooks.write(tmp_path / "y.xlsx", {name: workbooks.table(rows) for name, rows in sheets.items()})
    toml = 'sheet = ["李强", "赵敏"]\n' + TICKET + 'technician = "sheet"\n'
    bad = tmp_path / "bad.csv"
    assert desk.do(*mapped(tmp_path, made, toml, "--rejects", str(bad)))["rejected"] == 2
    heading, first, second = bad.read_text(encoding="utf-8").splitlines()
    assert (heading, first[:18]) == ("no,day,sheet,_record,_line,_column,_value,_reason", "2,never,赵敏,2,赵敏:2,")
    assert "4 cells under 3 headings" in second
    bad.write_text(f"{heading}\n{first.replace('never', '2026-10-02')}\n", encoding="utf-8")
    desk.do(*mapped(tmp_path, bad, toml))
    assert column(desk, "tickets", "technician") == ["李强", "赵敏"]
    text = given(tmp_path, "no,day\n9,2026-10-01\n", TICKET + 'technician = "sheet"\n')
    assert "the file has no column sheet that map.toml names" in desk.refused(4, *text)


def test_a_divider_that_is_nothing_is_refused(desk: Desk, tmp_path: Path) -> None:
    toml = CUSTOMER.replace('"name"', '{ column = "name", split = [] }')
    assert "split of [customer] name in map.toml names nothing" in desk.refused(2, *given(tmp_path, "no,name\n", toml))


@pytest.mark.parametrize("key", ["name", "area"])
def test_a_line_end_where_the_keyboard_takes_none_is_rejected(desk: Desk, tmp_path: Path, key: str) -> None:
    text = "no,name,area\n1,林娜,南坪\n".replace("林娜" if key == "name" else "南坪", '"a\nb"')
    error = desk.refused(4, *given(tmp_path, text, CUSTOMER + 'area = "area"\n'))
    assert f"column '{key}' 'a b': a line end in it" in error


BOUGHT = '[appliance]\nref = "no"\ncategory = "kind"\nbought = { column = "day", dates = ["%Y-%m-%d", "%Y"] }\n'


def test_a_purchase_too_long_ago_is_told(desk: Desk, tmp_path: Path) -> None:
    answer = desk.run(*given(tmp_path, "no,kind,day\n1,fridge,1900-01-01\n2,fridge,2020\n", BOUGHT))
    said = "warning: bought more than 30 years ago: 1 (first: 1 1900-01-01); is the date right?\n"
    assert (answer.code, answer.err) == (0, said)


def test_signs_for_nothing_are_nothing_and_the_others_pass(desk: Desk, tmp_path: Path) -> None:
    text = "no,kind,day\n1,fridge,????\n2,fridge,2012\n"
    desk.do(*given(tmp_path, text, 'blank = ["????"]\n' + BOUGHT))
    assert column(desk, "appliances", "bought_on") == [None, "2012-01-01"]


def test_an_appliance_without_a_category_is_unknown_and_has_no_birthdays(desk: Desk, tmp_path: Path) -> None:
    toml = CUSTOMER + BOUGHT + TICKET.replace('"day"', '"when"')
    desk.do(*given(tmp_path, "no,name,kind,day,when\n1,王芳,,2020-01-01,2026-10-01\n", toml))
    assert column(desk, "tickets", "category") == ["unknown"]
    assert desk.run("check", "--list", "unknown category").out.splitlines()[1:] == [
        "missing\tappliance\t1\t1\tof an unknown category: no birthdays\tappliance edit A1 --category CODE"
    ]
    assert desk.do("maintenance", "due", "--within", "5000d") == []
    desk.do("appliance", "edit", "A1", "--category", "fridge")
    assert len(desk.do("maintenance", "due", "--within", "5000d")) > 0


VISITS = (
    TICKET
    + 'completed_at = "done"\noutcome = { value = "fixed" }\n\n'
    + '[visit]\narrived_at = "came"\ntechnician = "who"\nno_access = "missed"\n'
    'waiting_for = "waits"\nresumed_at = "again"\n'
)
ROWS = {
    "first": "1,2026-10-01 09:00,2026-10-01 14:00,李强,,outlet_part,2026-10-04 09:00,",
    "missed": "1,2026-10-01 09:00,2026-10-05 10:00,李强,true,,,",
    "last": "1,2026-10-01 09:00,2026-10-06 10:00,赵敏,,,,2026-10-06 11:00",
    "other": "2,2026-10-02 09:00,2026-10-02 10:00,赵敏,,,,",
}
TOLD = [
    ("reported", "10-01"), ("arrived", "10-01"), ("waiting", "10-01"), ("resumed", "10-04"), ("arrived", "10-05"),
    ("arrived", "10-06"), ("completed", "10-06"),
]  # fmt: skip


def visits(folder: Path, *rows: str, more: tuple[str, ...] = ()) -> list[str]:
    lines = ["no,day,came,who,missed,waits,again,done", *(ROWS.get(row, row) for row in rows)]
    return given(folder, "\n".join(lines) + "\n", VISITS, *more)


def test_a_wait_without_an_arrival_names_the_column_of_the_file(desk: Desk, tmp_path: Path) -> None:
    error = desk.refused(4, *visits(tmp_path, "1,2026-10-01 09:00,,李强,,outlet_part,,"))
    assert "record 1, line 2, column 'came': a wait begins with an arrival, or at a time of its own" in error


def test_a_cell_of_several_values_is_counted_once_whoever_reads_it(desk: Desk, tmp_path: Path) -> None:
    who = '{ column = "who", split = "/", take = "first" }'
    toml = TICKET + f'technician = {who}\n[visit]\narrived_at = "came"\ntechnician = {who}\n'
    rows = "1,2026-10-01,2026-10-02,李强/赵敏\n1,2026-10-01,2026-10-03,李强/赵敏\n2,2026-10-01,2026-10-02,赵敏\n"
    answer = desk.run(*given(tmp_path, "no,day,came,who\n" + rows, toml))
    said = "cells with several values, of which one was taken: 2 who\n"
    assert (answer.code, answer.err.count(said)) == (0, 1)


def test_an_import_counts_what_goes_nowhere_as_a_dry_run_does(desk: Desk, tmp_path: Path) -> None:
    toml = (
        '[customer]\nref = "no"\nname = "who"\nphone = { column = "tel", blank = ["???"] }\n'
        + TICKET
        + 'completed_at = { column = "done", when = { state = ["ok"] } }\noutcome = { value = "fixed" }\n'
        + '[survey]\nscore = { column = "mark", when = { state = ["ok"] } }\n'
    )
    rows = "1,王芳,???,2026-10-01,ok,2026-10-02,5,x\n2,林娜,,2026-10-01,ok,,,\n3,李静,,2026-10-01,open,,4,y\n"
    asked = given(tmp_path, "no,who,tel,day,state,done,mark,more\n" + rows, toml)
    tried, answer = desk.run(*asked, "--dry-run"), desk.run(*asked)
    assert (answer.code, answer.err) == (
        0,
        "no column says when somebody came: the 24-hour arrival rate counts every repair as a miss\n"
        "cells that the map takes for nothing: 1 tel\n"
        "no time of day, so the report counts from the day's beginning, all else as its end: 3 day, 1 done\n"
        "answers about tickets that are not completed, left out: 1 mark\n"
        "rows that are completed by their state, but have no date and stay open: 1 state\n"
        "columns that nothing reads, with their filled cells: 2 more\n",
    )
    assert tried.err.startswith(answer.err)


def events(desk: Desk) -> list[tuple[str, str]]:
    return [(e["kind"], e["at"][5:10]) for e in desk.do("export", "events") if e["ticket_id"] == 1]


@pytest.mark.parametrize("order", [("first", "missed", "last", "other"), ("last", "other", "missed", "first")])
def test_rows_of_one_ticket_are_its_visits_in_any_order(desk: Desk, tmp_path: Path, order: tuple[str, ...]) -> None:
    answer = desk.run(*visits(tmp_path, *order), "--format", "json")
    assert [answer.json[key] for key in ("read", "new", "known", "rejected")] == [4, 2, 2, 0]
    assert "2 further rows of the same ticket, counted as known\n" in answer.err
    assert events(desk) == TOLD
    assert desk.do("ticket", "show", "T1")["arrived_at"] == "2026-10-01T14:00:00+08:00"
    again = desk.run(*visits(tmp_path, *order), "--format", "json")
    assert [again.json[key] for key in ("new", "known", "changed")] == [0, 4, 0]
    assert "further" not in again.err
    assert {row["kind"] for row in desk.do("check")} == {"missing"}


def test_a_later_visit_is_added_by_update(desk: Desk, tmp_path: Path) -> None:
    desk.do(*visits(tmp_path, "first"))
    desk.do(*visits(tmp_path, "first", "missed", "last", more=("--update",)))
    assert sorted(events(desk)) == sorted(TOLD)
    assert desk.do(*visits(tmp_path, "first", "missed", "last"))["known"] == 3


def test_a_visit_after_the_end_and_a_second_end_are_rejected(desk: Desk, tmp_path: Path) -> None:
    late = "1,2026-10-01 09:00,2026-10-07 10:00,李强,,,,"
    second = "1,2026-10-01 09:00,2026-10-06 09:00,李强,,,,2026-10-06 12:00"
    error = desk.refused(4, *visits(tmp_path, "first", "last", late, second))
    assert "record 3, line 4 '2026-10-07T10:00:00+08:00': it is after the end of the ticket" in error
    assert "record 4, line 5 '2026-10-06T12:00:00+08:00': the ticket ended 2026-10-06T11:00:00+08:00 by" in error


def test_a_visit_whose_cell_holds_an_error_is_rejected_with_its_line(desk: Desk, tmp_path: Path) -> None:
    rows = [["no", "day", "came"], ["1", "2026-10-01", "2026-10-02"], ["2", "2026-10-01", "2026-10-02"],
            ["1", "2026-10-01", '<c r="C4" t="e"><v>#N/A</v></c>']]  # fmt: skip
    made = workbooks.write(tmp_path / "visits.xlsx", {"1月": workbooks.table(rows)})
    error = desk.refused(4, *mapped(tmp_path, made, TICKET + '[visit]\narrived_at = "came"\n'))
    assert "1 of 3 records rejected, nothing was written:\n  record 3, line 4, column 'came' '#N/A': " in error


def test_sheets_are_put_together_by_their_headings(desk: Desk, tmp_path: Path) -> None:
    made = workbooks.write(
        tmp_path / "2025.xlsx",
        {
            "1月": workbooks.table([["登记表", ""], ["编号", "姓名"], ["1", "王芳"], ["合计", "1"]]),
            "2月": workbooks.table([["登记表", ""], ["姓名", "编号"], ["林娜", "2"]]),
            "说明": workbooks.table([["x"]]),
        },
    )
    toml = (
        'sheet = ["1月", "2月"]\nheading = 2\n[[skip]]\ncolumn = "编号"\nin = ["合计"]\n'
        '[customer]\nref = "编号"\nname = "姓名"\n'
    )
    assert desk.do(*mapped(tmp_path, made, toml))["new"] == 2
    assert column(desk, "customers", "name") == ["王芳", "林娜"]


@pytest.mark.parametrize("word", ["--dry-run", None])
def test_the_sheets_that_the_map_does_not_name_are_told(desk: Desk, tmp_path: Path, word: str | None) -> None:
    sheets = {"1月": [["1", "王芳"]], "2月": [["2", "林娜"]], "3月": [["3", "张伟"], ["4", "李静"]], "说明": [["x"]]}
    made = {name: workbooks.table([["编号", "姓名"], *rows]) for name, rows in sheets.items()}
    toml = 'sheet = ["1月", "2月"]\n[customer]\nref = "编号"\nname = "姓名"\n'
    asked = mapped(tmp_path, workbooks.write(tmp_path / "2025.xlsx", made), toml, *filter(None, [word]))
    answer = desk.run(*asked)
    assert (answer.code, answer.err.splitlines()[0]) == (0, "sheets not read: 3月 (2 rows), 说明 (1 row)")


@pytest.mark.parametrize(
    ("skipped", "said"), [('"说明"', "sheets not read: 3月 (1 row)"), ('["说明", "3月"]', "rows left out")]
)
def test_a_sheet_that_the_map_leaves_out_by_name_is_not_told(
    desk: Desk, tmp_path: Path, skipped: str, said: str
) -> None:
    sheets = {"1月": [["1", "王芳"], ["合计", ""]], "3月": [["3", "张伟"]], "说明": [["x"]]}
    made = {name: workbooks.table([["编号", "姓名"], *rows]) for name, rows in sheets.items()}
    toml = f'sheet = "1月"\n[[skip]]\nsheet = {skipped}\n[[skip]]\ncolumn = "编号"\nin = ["合计"]\n'
    asked = mapped(
        tmp_path, workbooks.write(tmp_path / "y.xlsx", made), toml + '[customer]\nref = "编号"\nname = "姓名"\n'
    )
    answer = desk.run(*asked)
    assert (answer.code, answer.err.startswith(said), "说明" in answer.err) == (0, True, False)


def test_cells_that_are_nothing_in_the_whole_file_are_counted(desk: Desk, tmp_path: Path) -> None:
    toml = 'blank = ["无", "-"]\n' + CUSTOMER + 'address = "addr"\nphone = "tel"\n'
    answer = desk.run(*given(tmp_path, "no,name,addr,tel,more\n1,王芳,无,-,-\n2,林娜,-,13800138000,-\n", toml))
    assert (answer.code, answer.err) == (0, "cells that the map takes for nothing: 2 addr, 1 tel\n")


def test_rejects_that_a_spreadsheet_saved_as_a_workbook_are_read_back(desk: Desk, tmp_path: Path) -> None:
    rows = [["编号", "姓名"], ["1", "王芳"], ["2", " "]]
    toml = 'sheet = "1月"\nheading = 2\n[customer]\nref = "编号"\nname = "姓名"\n'
    made = workbooks.write(tmp_path / "2025.xlsx", {"1月": workbooks.table([["登记表"], *rows])})
    desk.do(*mapped(tmp_path, made, toml, "--rejects", str(tmp_path / "bad.csv")))
    heading, row = (tmp_path / "bad.csv").read_text(encoding="utf-8").splitlines()
    mended = [heading.split(","), ["2", "林娜", *row.split(",")[2:]]]
    for saved in (
        workbooks.write(tmp_path / "bad.xlsx", {"Sheet1": workbooks.table(mended)}),
        workbooks.write_ods(tmp_path / "bad.ods", {"Sheet1": mended}),
    ):
        answer = desk.run(*mapped(tmp_path, saved, toml))
        assert (answer.code, "sheet, heading in the map are left aside\n" in answer.err) == (0, True)
    assert column(desk, "customers", "name") == ["王芳", "林娜"]


def test_rejects_of_a_workbook_name_the_sheet_and_are_read_with_its_map(desk: Desk, tmp_path: Path) -> None:
    heading = [["登记", "客户信息", "客户信息"], ["编号", "姓名", "电话"]]
    sheets = {"1月": ["1", "王芳", "13800138000"], "2月": ["2", "林娜", "none"]}
    made = {name: workbooks.table([["登记表"], *heading, row]) for name, row in sheets.items()}
    toml = (
        'sheet = ["1月", "2月"]\nheading = [2, 3]\n[customer]\nref = "编号"\nname = "姓名"\nphone = "客户信息 电话"\n'
    )
    bad = tmp_path / "bad.csv"
    asked = mapped(tmp_path, workbooks.write(tmp_path / "2025.xlsx", made), toml)
    assert "  record 2, line 2月:4, column '客户信息 电话' 'none': " in desk.refused(4, *asked)
    desk.do(*asked, "--rejects", str(bad))
    lines = bad.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "登记 编号,客户信息 姓名,客户信息 电话,_record,_line,_column,_value,_reason"
    assert lines[1].startswith("2,林娜,none,2,2月:4,客户信息 电话,none,")
    bad.write_text(f"{lines[0]}\n" + lines[1].replace("none,2,", "13800138001,2,"), encoding="utf-8")
    answer = desk.run(*mapped(tmp_path, bad, toml))
    said = "rejected rows of an import: sheet, heading in the map are left aside\n"
    assert (answer.code, answer.err[: len(said)]) == (0, said)
    assert column(desk, "customers", "name") == ["王芳", "林娜"]


def test_rejects_are_mended_in_steps_with_a_map_of_semicolons(desk: Desk, tmp_path: Path) -> None:
    toml, bad = (
        'delimiter = ";"\nencoding = "cp1252"\nskip_first = 1\n' + CUSTOMER + 'phone = "phone"\n',
        tmp_path / "bad.csv",
    )
    text = "list\nno;name;phone\n1;Weiß;none\n2;Groß;none\n3;Li;13800138000\n"
    (tmp_path / "list.csv").write_bytes(text.encode("cp1252"))
    assert desk.do(*mapped(tmp_path, tmp_path / "list.csv", toml, "--rejects", str(bad)))["rejected"] == 2
    mended = bad.read_text(encoding="utf-8").replace("1,Weiß,none,", "1,Weiß,13800138001,")
    bad.write_text(mended.replace(",", ";"), encoding="utf-8")  # as a spreadsheet saves it
    left = tmp_path / "left.csv"
    assert desk.do(*mapped(tmp_path, bad, toml, "--rejects", str(left)))["new"] == 1
    heading, row = left.read_text(encoding="utf-8").splitlines()
    assert heading == "no,name,phone,_record,_line,_column,_value,_reason"
    assert row.startswith("2,Groß,none,2,3,phone,none,")


def test_a_sheet_that_is_not_there_is_named(desk: Desk, tmp_path: Path) -> None:
    made = workbooks.write(tmp_path / "a.xlsx", {"1月": workbooks.table([["no", "name"], ["1", "王芳"]])})
    error = desk.refused(3, *mapped(tmp_path, made, 'sheet = ["1月", "2月"]\n' + CUSTOMER))
    assert "has no sheet '2月'\nhint: it has: 1月" in error


SERIAL_DAYS = [("45725", "2025-03-09"), ("45725.75", "2025-03-09"), ("2017", "2017-01-01")]
SERIALS = '[appliance]\nref = "no"\ncategory = "kind"\nbought = { column = "day", dates = ["excel", "%Y"] }\n'


@pytest.mark.parametrize(
    ("day", "bought"), [("45725", "2025-03-09"), ("45725.75", "2025-03-09"), ("2017", "2017-01-01")]
)
def test_days_as_a_spreadsheet_counts_them(desk: Desk, tmp_path: Path, day: str, bought: str) -> None:
    desk.do(*given(tmp_path, f"no,kind,day\n1,fridge,{day}\n", SERIALS))
    assert column(desk, "appliances", "bought_on") == [bought]


def test_a_value_of_its_own_begins_the_columns_behind_it_anew(desk: Desk, tmp_path: Path) -> None:
    text = "no,name,tel\n1,王芳,13800138000\n2,,\n3,林娜,\n4,同上,〃\n"
    toml = 'fill = ["name", "tel"]\n' + CUSTOMER + 'phone = "tel"\n'
    desk.do(*given(tmp_path, text, toml))
    assert column(desk, "customers", "name") == ["王芳", "王芳", "林娜", "林娜"]
    assert column(desk, "customers", "phones") == [["13800138000"], ["13800138000"], [], []]


WRONG = {
    'heading = "2"\n': "heading in map.toml takes the numbers of rows",
    "skip_first = -1\n": "skip_first in map.toml is no number of rows",
    'delimiter = ";;"\n': "delimiter in map.toml is no single character",
    'width = "wide"\n': 'width in map.toml takes "narrow"',
    '[[skip]]\ncolumn = "name"\n': "[[skip]] in map.toml takes column, and in or contains",
    'fill = ["nome"]\n': "the file has no column nome that map.toml names",
    '[visit]\narrived_at = "name"\n': "map.toml has a [visit] without a [ticket]",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_word_that_cannot_be_is_one_sentence(desk: Desk, tmp_path: Path, line: str) -> None:
    answer: Answer = desk.run(*given(tmp_path, "no,name\n1,x\n", line + CUSTOMER))
    assert answer.code in {2, 4}
    assert WRONG[line] in answer.err


def test_a_day_without_a_time_is_its_end_and_not_before_a_report_of_the_same_day(desk: Desk, tmp_path: Path) -> None:
    toml = TICKET + 'arrived_at = "came"\ncompleted_at = "done"\noutcome = { value = "fixed" }\n'
    desk.do(*given(tmp_path, "no,day,came,done\n1,2026-10-01 09:30,2026-10-01,2026-10-01\n", toml))
    assert {e["at"][:16] for e in desk.do("export", "events")} == {"2026-10-01T09:30", "2026-10-01T23:59"}
    error = desk.refused(4, *given(tmp_path, "no,day,came,done\n2,2026-10-01 09:30,,2026-09-30\n", toml))
    assert "column 'done' '2026-09-30': it is before the report" in error

"""What tells the tickets of a register apart: a row typed twice, a day written in two ways, rows that have moved."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Answer, Desk

HEADING = "序号,报修时间,姓名,电话,品类,故障,完成时间,结果"
FIRST = "1,2026-09-02 09:15,王芳,13800138001,冰箱,不制冷,2026-09-02 15:00,修好"
SECOND = "2,2026-09-04 10:20,曾毅,13823403836,空调,漏水,2026-09-04 15:20,修好"
THIRD = "3,2026-09-06 08:50,朱琳,13823401644,微波炉,不加热,2026-09-07 07:54,修好"

Read = Callable[..., Answer]


@pytest.fixture
def read(desk: Desk, tmp_path: Path) -> Read:
    """Write these rows as the register and read it by the map that the first rows were sketched with."""
    file, toml = tmp_path / "register.csv", tmp_path / "register.toml"

    def written(*rows: str, options: tuple[str, ...] = (), heading: str = HEADING) -> Answer:
        file.write_text("\n".join((heading, *rows)) + "\n", encoding="utf-8")
        if not toml.exists():
            assert desk.run("import", "--sketch", str(file), "--output", str(toml)).code == 0
            toml.write_text(toml.read_text(encoding="utf-8").replace("# ?", "#"), encoding="utf-8")
        return desk.run("import", str(file), "--map", str(toml), *options)

    return written


def sketched(desk: Desk, tmp_path: Path, *rows: str, heading: str = HEADING) -> Answer:
    """Return the sketch of these rows, the map in its answer."""
    (tmp_path / "register.csv").write_text("\n".join((heading, *rows)) + "\n", encoding="utf-8")
    return desk.run("import", "--sketch", str(tmp_path / "register.csv"), "--output", "-")


def key_line(answer: Answer) -> str:
    """Return the line of the map with the key of the ticket."""
    return answer.out.partition("[ticket]\n")[2].partition("\n")[0]


def test_a_row_typed_twice_is_one_ticket_and_is_named(desk: Desk, tmp_path: Path) -> None:
    answer = sketched(desk, tmp_path, FIRST, SECOND, SECOND, THIRD)
    assert key_line(answer) == (
        'ref = "{报修时间}/{姓名}/{电话}/{品类}"'
        "  # no number of its own: what happened when, to whom; equal rows, one record for each: rows 3, 4"
    )
    assert "equal rows, one record for each: rows 3, 4\n" in answer.err


def test_equal_rows_are_imported_once(desk: Desk, read: Read) -> None:
    read(FIRST, SECOND, SECOND.replace("2,", "3,", 1), THIRD)
    assert [row["ref"] for row in desk.do("export", "tickets")] == [
        "2026-09-02 09:15/王芳/13800138001/冰箱",
        "2026-09-04 10:20/曾毅/13823403836/空调",
        "2026-09-06 08:50/朱琳/13823401644/微波炉",
    ]


def test_rows_of_one_key_that_differ_are_a_doubt_that_names_them(desk: Desk, tmp_path: Path) -> None:
    others = [THIRD.replace("朱琳", f"朱{sign}琳") for sign in "一二三四五六七八九十百千万甲乙丙丁戊"]
    answer = sketched(desk, tmp_path, FIRST, SECOND, SECOND.replace("漏水", "异响"), *others)
    assert key_line(answer) == (
        'ref = "{报修时间}/{姓名}/{电话}/{品类}"'
        "  # ? one ticket for rows that differ? rows 3, 4: only the first of them is taken"
    )


def test_rows_that_nothing_tells_apart_are_a_doubt_that_names_them(desk: Desk, tmp_path: Path) -> None:
    answer = sketched(desk, tmp_path, FIRST, SECOND, SECOND.replace("漏水", "异响"))
    assert key_line(answer) == (
        'ref = "{#}"  # ? no column tells tickets apart: the number of the row, so read only the same file again;'
        " alike are rows 3, 4"
    )


def test_a_day_and_a_phone_written_in_another_way_are_the_same_key(desk: Desk, read: Read) -> None:
    read(FIRST, SECOND, "3,2026.9.6 8:50,朱琳,13823401644,微波炉,不加热,2026.9.7 7:54,修好")
    answer = read(
        "1,2026.9.2 9:15,王芳,138-0013-8001,冰箱,不制冷,2026-09-02 15:00,修好",
        SECOND.replace("13823403836", "+86 13823403836/023-62341001"), THIRD,
        options=("--format", "json"),
    )  # fmt: skip
    assert (answer.json["new"], answer.json["known"], answer.json["changed"]) == (0, 3, 0)


def test_a_repair_of_the_same_appliance_on_the_same_day_is_told(desk: Desk, read: Read) -> None:
    read(FIRST, SECOND, THIRD)
    answer = read(FIRST.replace("09:15", "09:45"), SECOND, THIRD)
    assert "warning: 1 new ticket may be there already (same appliance, reported the same day): T4 = T1\n" in answer.err


NUMBERED = ("2026-09-02,冰箱,不制冷", "2026-09-02,冰箱,漏水", "2026-09-04,空调,异响")


@pytest.fixture
def numbered(desk: Desk, read: Read) -> Read:
    """Read a register in which nothing but the number of its row tells tickets apart."""
    heading = "报修时间,品类,故障"
    assert read(*NUMBERED, heading=heading).code == 0

    def again(*rows: str, options: tuple[str, ...] = ()) -> Answer:
        return read(*rows, heading=heading, options=options)

    return again


@pytest.mark.parametrize("options", [(), ("--update",), ("--correct",), ("--dry-run",)])
def test_rows_that_have_moved_refuse_the_whole_file(desk: Desk, numbered: Read, options: tuple[str, ...]) -> None:
    before = desk.do("export", "events")
    answer = numbered("2026-09-01,空调,异响", *NUMBERED, options=options)
    assert answer.code == 4
    assert answer.err == (
        "error: the rows of the file have moved: record 1, line 2 was reported 2026-09-02 00:00 and is T1,"
        " now it is another one of 2026-09-01 00:00; nothing was written\n"
        "hint: the number of a row tells no tickets apart: give the file a column with a number of its own\n"
    )
    assert desk.do("export", "events") == before


def test_numbered_rows_may_be_added_at_the_end(desk: Desk, numbered: Read) -> None:
    answer = numbered(*NUMBERED, "2026-09-05,空调,漏水", options=("--format", "json"))
    assert (answer.json["new"], answer.json["known"], answer.json["changed"]) == (1, 3, 0)


def test_numbers_that_are_used_a_second_time_are_refused(desk: Desk, read: Read) -> None:
    heading = "工单号,报修时间,姓名,电话,品类"
    read("1,2026-09-02 09:15,王芳,13800138001,冰箱", "2,2026-09-04 10:20,曾毅,13823403836,空调", heading=heading)
    answer = read(
        "1,2026-10-02 09:15,朱琳,13823401644,冰箱", "2,2026-10-04 10:20,曾毅,13823403836,空调", heading=heading
    )
    assert answer.code == 4
    assert "error: the rows of the file have moved: record 1, line 2 was reported 2026-09-02 09:15" in answer.err
    assert "hint: are its numbers used a second time? Another file takes another source in its map\n" in answer.err


# A blank is no other value.


BRANDS = "报修时间,姓名,电话,品类,品牌,故障,完成时间,结果"
BLANK = "2026-09-02 09:15,王芳,13800138001,冰箱,,不制冷,2026-09-02 15:00,修好"
BRANDED = "2026-09-12 09:15,王芳,13800138001,冰箱,海尔,不制冷,2026-09-12 15:00,修好"


def test_a_blank_that_a_later_row_fills_is_filled(desk: Desk, read: Read) -> None:
    answer = read(BLANK, BRANDED, heading=BRANDS)
    assert "other values" not in answer.err
    assert desk.do("export", "appliances")[0]["brand"] == "海尔"


def test_a_register_with_blanks_is_known_when_it_is_read_again(desk: Desk, read: Read, tmp_path: Path) -> None:
    read(BLANK, BRANDED, heading=BRANDS)
    answer = read(BLANK, BRANDED, heading=BRANDS, options=("--format", "json", "--changes", str(tmp_path / "ch.csv")))
    assert (answer.json["known"], answer.json["changed"]) == (2, 0)
    assert (tmp_path / "ch.csv").read_text(encoding="utf-8").splitlines() == ["_record,_line,noun,id,ref,field,old,new"]


def test_what_a_row_knows_more_is_listed_and_told(desk: Desk, read: Read, tmp_path: Path) -> None:
    others = BRANDED.replace("王芳", "张伟")
    read(BLANK, others, heading=BRANDS)
    filled = BLANK.replace("冰箱,,", "冰箱,海尔,")
    answer = read(filled, others, heading=BRANDS, options=("--changes", str(tmp_path / "ch.csv")))
    assert "1 row knows what the outlet's file lacks: --update adds it, and never overwrites\n" in answer.err
    assert (tmp_path / "ch.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "1,2,appliance,1,王芳/13800138001/冰箱,brand,,海尔"
    ]


def test_what_contradicts_is_told_with_the_way_to_see_it(desk: Desk, read: Read) -> None:
    read(BRANDED, heading=BRANDS)
    answer = read(BRANDED.replace("海尔", "美的"), heading=BRANDS)
    assert "warning: 1 record carries other values for a known key (first: record 1, line 2)" in answer.err
    assert "--changes FILE lists each value, --correct takes the new ones\n" in answer.err

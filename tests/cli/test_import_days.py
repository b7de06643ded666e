"""A register with days and no times of day: what the 24-hour figures make of it, and what people are told."""

import re
from pathlib import Path

import pytest

from tests.conftest import Answer, Desk

HEADING = "工单号,报修日期,姓名,电话,品类,师傅,上门日期,完成日期,结果"
ROWS = (
    "1,2026-10-05,王芳,13800138000,冰箱,李强,2026-10-05,2026-10-05,修好",
    "2,2026-10-06,张伟,13900139000,空调,赵敏,2026-10-07,2026-10-07,修好",
    "3,2026-10-08,刘洋,13700137000,洗衣机,李强,2026-10-10,2026-10-12,修好",
)
ALONE = "# ? 3 without a time of day: who came the next day counts as later than 24 hours"


@pytest.fixture
def register(tmp_path: Path) -> list[str]:
    """Return the words of an import of the register by a map without doubts."""
    (tmp_path / "days.csv").write_text("\n".join((HEADING, *ROWS)) + "\n", encoding="utf-8")
    (tmp_path / "days.toml").write_text(
        '[customer]\nref = "电话"\nname = "姓名"\n[appliance]\nref = "{电话}/{品类}"\ncategory = "品类"\n'
        '[ticket]\nref = "工单号"\nreported_at = "报修日期"\narrived_at = "上门日期"\ncompleted_at = "完成日期"\n'
        'technician = "师傅"\noutcome = { column = "结果", map = { "修好" = "fixed" } }\n',
        encoding="utf-8",
    )
    return ["import", str(tmp_path / "days.csv"), "--map", str(tmp_path / "days.toml")]


def october(desk: Desk, *words: str) -> Answer:
    return desk.run("kpi", *words, "--month", "2026-10")


def test_the_sketch_doubts_days_where_they_decide_on_24_hours(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("\n".join((HEADING, *ROWS)) + "\n", encoding="utf-8")
    drawn = desk.run("import", "--sketch", str(tmp_path / "days.csv"), "--output", "-").out
    assert f'arrived_at = "上门日期"  {ALONE}\n' in drawn


def test_the_next_day_is_never_within_24_hours(desk: Desk, register: list[str]) -> None:
    desk.do(*register)
    found = desk.do("kpi", "rows", "arrival_24h_rate", "--month", "2026-10")
    assert [(row["ticket_id"], row["verdict"], row["reason"]) for row in found] == [
        (1, "hit", "in_time"), (2, "miss", "late"), (3, "miss", "late"),
    ]  # fmt: skip
    within = desk.do("kpi", "rows", "completed_within_24h_rate", "--month", "2026-10")
    assert [row["verdict"] for row in within] == ["hit", "miss", "miss"]


def test_a_column_of_midnights_is_one_of_days_and_one_midnight_is_a_time(desk: Desk, tmp_path: Path) -> None:
    midnights = [re.sub(r"(2026-10-\d\d)", r"\1 00:00:00", row) for row in ROWS]
    (tmp_path / "days.csv").write_text("\n".join((HEADING, *midnights)) + "\n", encoding="utf-8")
    drawn = desk.run("import", "--sketch", str(tmp_path / "days.csv"), "--output", "-").out
    assert '"%Y-%m-%d 00:00:00",' in drawn
    assert f'arrived_at = "上门日期"  {ALONE}\n' in drawn
    one_midnight = [row.replace("00:00:00", "09:30:00") for row in midnights[:2]] + midnights[2:]
    (tmp_path / "days.csv").write_text("\n".join((HEADING, *one_midnight)) + "\n", encoding="utf-8")
    drawn = desk.run("import", "--sketch", str(tmp_path / "days.csv"), "--output", "-").out
    assert '"%Y-%m-%d %H:%M:%S",' in drawn
    assert "without a time of day" not in drawn


@pytest.mark.parametrize(
    ("form", "hits", "told"),
    [("%Y-%m-%d %H:%M", 1, 'at exactly 00:00; if these are days alone, the form is "%Y-%m-%d 00:00:00": 1 上门日期\n'),
     ("%Y-%m-%d 00:00", 0, "no time of day, so the report counts from the day's beginning, all else as its")],
)  # fmt: skip
def test_a_written_midnight_is_a_time_unless_the_form_has_its_zeros(
    desk: Desk, register: list[str], tmp_path: Path, form: str, hits: int, told: str
) -> None:
    row = "1,2026-10-05 09:30,王芳,13800138000,冰箱,李强,2026-10-06 00:00,2026-10-06 11:00,修好"
    (tmp_path / "days.csv").write_text(f"{HEADING}\n{row}\n", encoding="utf-8")
    with (tmp_path / "days.toml").open("r+", encoding="utf-8") as map_file:
        rest = map_file.read()
        map_file.seek(0)
        map_file.write(f'dates = ["{form}", "%Y-%m-%d %H:%M"]\n{rest}')
    assert told in desk.run(*register).err
    rows = desk.do("kpi", "rows", "arrival_24h_rate", "--month", "2026-10")
    assert [row["verdict"] for row in rows].count("hit") == hits


def test_the_import_says_how_many_days_have_no_time(desk: Desk, register: list[str]) -> None:
    assert (
        "no time of day, so the report counts from the day's beginning, all else as its end: 3 报修日期, 3 完成日期,"
        " 3 上门日期\n"
    ) in desk.run(*register).err


def test_why_says_that_the_time_is_not_known(desk: Desk, register: list[str]) -> None:
    desk.do(*register)
    why = [row["why"] for row in desk.do("kpi", "why", "arrival_24h_rate", "--month", "2026-10")]
    assert why == ["Came too late (no time of day)"] * 2


def test_no_signal_accuses_days_without_a_time(desk: Desk, register: list[str]) -> None:
    desk.do(*register)
    found = {row["signal"]: row["total"] for row in desk.do("kpi", "integrity", "--month", "2026-10")}
    assert (found["I4"], found["I17"]) == (0, 0)


def test_who_came_today_is_read_today_and_known_tomorrow(desk: Desk, register: list[str], tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(f"{HEADING}\n1,2026-11-21,王芳,13800138000,冰箱,李强,2026-11-21,,\n", encoding="utf-8")
    assert desk.do(*register, now="2026-11-21 18:00")["new"] == 1
    assert desk.do("export", "tickets")[0]["arrived_at"] == "2026-11-21T18:00:00+08:00"
    assert desk.do(*register, now="2026-11-28 18:00")["known"] == 1


def test_an_arrival_of_a_day_is_before_what_came_after_it(desk: Desk, register: list[str], tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(f"{HEADING}\n{ROWS[0].replace('2026-10-05,修好', '2026-10-05 15:30,修好')}\n", encoding="utf-8")
    desk.do(*register)
    assert desk.do("export", "tickets")[0]["arrived_at"] == "2026-10-05T15:30:00+08:00"


# Who had the job at the deadline.


def test_late_arrivals_without_an_assignment_are_nobodys_and_it_is_said(desk: Desk, register: list[str]) -> None:
    told = "no column says when a job was given out: late arrivals are charged to (dispatch), to no technician\n"
    assert told in desk.run(*register).err
    board = october(desk, "report", "--by", "technician", "--only", "arrival_24h_rate", "--format", "table").out
    assert (
        "2 misses are charged to (dispatch): the imported file does not say who had the job at the deadline\n"
    ) in board


def test_a_file_without_arrivals_says_what_that_does(desk: Desk, register: list[str], tmp_path: Path) -> None:
    toml = tmp_path / "days.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('arrived_at = "上门日期"\n', ""), encoding="utf-8")
    told = "no column says when somebody came: the 24-hour arrival rate counts every repair as a miss\n"
    assert told in desk.run(*register).err

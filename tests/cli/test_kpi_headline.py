"""The headline figures on one screen: what a manager reads first."""

import pytest
from rich.cells import cell_len

from servicedesk.kpis.definitions.registry import HEADLINE
from tests.asking import mended, opened, repaired, staffed
from tests.conftest import Desk, filled_once

NOW = "2026-11-29 17:00"


@filled_once
def busy(desk: Desk) -> Desk:
    """Ten answers in October, three of them 2; in November one repeat, and one repair without an answer."""
    staffed(desk, machines=2)
    for n in range(10):
        repaired(desk, "2026-10-05 09:00", "2026-10-05 17:00", score=2 if n < 3 else 5)
    mended(desk, "2026-11-20 09:00", "2026-11-20 17:00", "--appliance", "A1", visits=("2026-11-20 12:00",))
    mended(desk, "2026-11-22 09:00", "2026-11-22 17:00", "--appliance", "A1", visits=("2026-11-22 12:00",))
    return desk


def screen(desk: Desk, *words: str) -> str:
    return desk.run("kpi", "report", *words, "--format", "table", now=NOW).out


def test_a_screen_shows_the_last_full_month_and_the_running_one(busy: Desk) -> None:
    lines = screen(busy).splitlines()
    assert len(lines) <= 21
    assert max(map(cell_len, lines)) <= 80
    assert [line.split("  ")[0] for line in lines if line.startswith("2026")] == ["2026-10", "2026-11, running"]


def test_every_figure_has_its_count_its_interval_and_one_sentence(busy: Desk) -> None:
    lines = screen(busy, "--month", "2026-10").splitlines()
    assert lines[2].split() == ["Satisfied", "customers", "7/10", "70.0", "%", "39.7–89.2", "n/a"]
    assert lines[3] == "    3 of 10 were not satisfied"


def test_a_running_month_says_from_when_repeats_count(busy: Desk) -> None:
    assert "    1 repeat so far; the rate counts from 2026-12-02\n" in screen(busy)


def test_a_target_stands_behind_the_sentence(busy: Desk) -> None:
    busy.do("outlet", "target", "satisfaction_rate", "80", now=NOW)
    assert screen(busy, "--month", "2026-10").splitlines()[3] == "    3 of 10 were not satisfied; target 80 %: missed"
    rows = busy.do("kpi", "report", "--month", "2026-10", "--only", "satisfaction_rate", now=NOW)
    assert rows[0]["target"] == 0.8


FEW = "few: of fewer than 10, where chance weighs more than the work"


def test_few_stand_in_brackets_and_are_explained(busy: Desk) -> None:
    assert "(100.0 %) few" in screen(busy, "--month", "2026-11")
    assert FEW in screen(busy, "--month", "2026-11").splitlines()
    assert FEW in screen(busy, "--month", "2026-11", "--all").splitlines()


def test_without_few_nothing_explains_it(busy: Desk) -> None:
    assert "few" not in screen(busy, "--month", "2026-10", "--only", "satisfaction_rate")


def test_the_hint_names_a_command_that_lists_what_the_report_counted(busy: Desk) -> None:
    hint = screen(busy).splitlines()[-1]
    assert hint == "The tickets behind a figure: servicedesk kpi why satisfaction --month 2026-10"
    assert len(busy.do(*hint.partition("servicedesk ")[2].split(), now=NOW)) == 3


def test_the_hint_names_the_running_month_where_only_that_has_misses(desk: Desk) -> None:
    staffed(desk, machines=1)
    repaired(desk, "2026-11-20 09:00", "2026-11-20 17:00", score=1)
    assert screen(desk).splitlines()[-1].endswith(": servicedesk kpi why satisfaction --month 2026-11")
    assert screen(desk, "--quarter", "2026-Q4").splitlines()[-1].endswith(" satisfaction --quarter 2026-Q4")
    days = ("--from", "2026-11-02", "--to", "2026-11-28")
    assert screen(desk, *days).splitlines()[-1].endswith(f" satisfaction {' '.join(days)}")


def test_who_arrived_waits_for_the_deadline_and_has_no_time_left_to_use(desk: Desk) -> None:
    staffed(desk, machines=1)
    for _ in range(2):
        opened(desk, "2026-11-29 09:00", "--customer", "C1", "--no-appliance")
    desk.do("ticket", "arrive", "T1", now="2026-11-29 11:00")
    lines = screen(desk, "--month", "2026-11").splitlines()
    assert lines.count("    1 arrived, counts from its deadline on; 1 still has time") == 2
    chinese = desk.run("--language", "zh", "kpi", "report", "--month", "2026-11", "--format", "table", now=NOW).out
    assert "    1 单已到达，期限过后计入；1 单尚未到期\n" in chinese
    desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "cold", "--at", "2026-11-20 09:00", now=NOW)
    assert "    1 of 1 not reached by the agreed time; 2 are not decided yet" in screen(desk, "--month", "2026-11")


def test_keys_stand_where_they_are_asked_for(busy: Desk) -> None:
    assert not any(key in screen(busy) for key in HEADLINE)
    assert all(key in screen(busy, "--keys") for key in HEADLINE)


def test_all_prints_the_whole_board(busy: Desk) -> None:
    assert "backlog" in screen(busy, "--all")
    assert "2026-11" not in screen(busy, "--all").splitlines()[0].split(", as of")[0]


def test_programs_read_the_board_of_the_last_full_month(busy: Desk) -> None:
    rows = busy.do("kpi", "report", now=NOW)
    assert {row["period"] for row in rows} == {"2026-10"}
    assert rows == busy.do("kpi", "report", "--all", now=NOW)


@pytest.mark.parametrize(
    ("words", "before"), [(("--quarter", "2026-Q4"), "n/a"), (("--from", "2026-10-06", "--to", "2026-10-10"), "70.0 %")]
)
def test_the_period_before_is_as_long(busy: Desk, words: tuple[str, ...], before: str) -> None:
    assert screen(busy, *words).splitlines()[2].endswith(f" {before}")


PERIODS = {
    "nothing": ("--month", "2026-08"), "nothing before": ("--month", "2026-10"), "few": ("--month", "2026-11"),
    "few before": ("--month", "2026-12"), "few twice": ("--from", "2026-11-20", "--to", "2026-11-21"),
    "a running stretch": ("--from", "2026-11-19", "--to", "2026-12-05"), "both months": (),
}  # fmt: skip


@pytest.mark.parametrize("keys", [(), ("--keys",)], ids=["names", "keys"])
@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_eighty_columns(
    busy: Desk, language: str, period: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    for key in HEADLINE:
        busy.do("outlet", "target", key, "95", now=NOW)
    mended(busy, "2026-11-21 09:00", "2026-11-21 17:00", "--appliance", "A2", visits=("2026-11-21 12:00",))
    mended(busy, "2026-12-05 09:00", "2026-12-05 17:00", "--appliance", "A2", visits=("2026-12-05 12:00",))
    words = ("--language", language, "kpi", "report", *period, *keys, "--format", "table")
    lines = busy.run(*words, now="2026-12-05 18:00").out.splitlines()
    assert max(map(cell_len, lines)) <= 80

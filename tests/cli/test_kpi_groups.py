"""The tickets behind the figure of one group: as many as the group's figure counts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk

GROUPS = ("technician", "category", "type", "area")


@pytest.fixture(scope="module")
def demo(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return made_up(4, tmp_path_factory.mktemp("groups") / "demo.db")


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("kpi", ["repeat_repair_rate", "arrival_24h_rate", "callback_coverage"])
def test_a_groups_figure_leads_to_its_tickets(demo: Desk, kpi: str, by: str) -> None:
    groups = demo.do("kpi", "report", "--only", kpi, "--by", by)
    assert len(groups) > 1 or by == "type"
    for group in groups:
        rows = demo.do("kpi", "rows", kpi, f"--{by}", group["group"])
        verdicts = [row["verdict"] for row in rows]
        found = {name: verdicts.count(name) for name in ("hit", "miss", "pending", "excluded")}
        assert (found["hit"], found["hit"] + found["miss"]) == (group["hits"], group["total"])
        assert (found["pending"], found["excluded"]) == (group["pending"], group["excluded"])
        assert {row[by] for row in rows} == {group["group"]}


def test_groups_are_told_apart_together(demo: Desk) -> None:
    every = demo.do("kpi", "rows", "arrival_24h_rate")
    one = every[0]
    words = ("--technician", one["technician"], "--category", one["category"])
    found = demo.do("kpi", "rows", "arrival_24h_rate", *words)
    assert found == [row for row in every if (row["technician"], row["category"]) == (words[1], words[3])]


def test_nobody_of_that_name_is_told(demo: Desk) -> None:
    name = next(row["name"] for row in demo.do("technician", "list"))
    told = demo.refused(3, "kpi", "rows", "arrival_24h_rate", "--technician", f"{name}x")
    assert told == f"error: there is no technician '{name}x'\nhint: did you mean {name}?\n"


def test_who_has_no_tickets_has_none_behind_the_figure(demo: Desk) -> None:
    demo.do("technician", "add", "Newcomer")
    answer = demo.run("kpi", "rows", "arrival_24h_rate", "--technician", "Newcomer")
    assert (answer.code, len(answer.out.splitlines())) == (0, 1)


def test_a_signal_has_no_groups_but_its_people(demo: Desk) -> None:
    assert "by person" in demo.refused(2, "kpi", "rows", "I3", "--technician", "Li")

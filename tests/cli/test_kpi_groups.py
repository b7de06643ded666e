"""The tickets behind the figure of one group: as many as the group's figure counts."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.asking import table
from tests.conftest import Desk

GROUPS = ("technician", "category", "type", "area", "brand", "model", "tier", "channel", "source", "lateness")


@pytest.fixture(scope="module")
def demo(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return made_up(4, tmp_path_factory.mktemp("groups") / "demo.db")


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("kpi", ["repeat_repair_rate", "arrival_24h_rate", "callback_coverage"])
def test_a_groups_figure_leads_to_its_tickets(demo: Desk, kpi: str, by: str) -> None:
    groups = demo.do("kpi", "report", "--only", kpi, "--by", by)
    assert len(groups) > 1 or by == "type"
    groups = groups[:3] if by == "model" else groups  # there are as many as there are models
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


def test_groups_are_compared_under_the_outlets_own_mix_of_categories(demo: Desk) -> None:
    """Each category's rate, weighted by the category's share of all; counted here from the rows."""
    rows = [row for row in demo.do("kpi", "rows", "repeat_repair_rate") if row["verdict"] in {"hit", "miss"}]
    words = ("--only", "repeat_repair_rate", "--by", "technician", "--standardise", "category")
    groups = {row["group"]: row for row in demo.do("kpi", "report", *words)}
    mix = Counter(row["category"] for row in rows)
    assert any(group["covered"] < 1 for group in groups.values() if group["total"])
    for name, group in groups.items():
        own = [row for row in rows if row["technician"] == name]
        n, hits = (
            Counter(row["category"] for row in own if row["verdict"] in of) for of in (("hit", "miss"), ("hit",))
        )
        mass = sum(mix[category] for category in n)
        if group["total"]:
            expected = sum(mix[category] / mass * hits[category] / n[category] for category in n)
            assert group["standard_rate"] == pytest.approx(expected)
            assert group["covered"] == pytest.approx(mass / sum(mix.values()))
            assert group["standard_low"] <= expected <= group["standard_high"]
            assert group["rate"] == len([row for row in own if row["verdict"] == "hit"]) / len(own)


def test_one_mix_makes_no_difference_where_all_repair_the_same(demo: Desk) -> None:
    words = ("--only", "repeat_repair_rate", "--by", "month", "--standardise", "category")
    (month,) = demo.do("kpi", "report", *words)
    assert (month["standard_rate"], month["covered"]) == (pytest.approx(month["rate"]), 1)
    assert (month["standard_low"], month["standard_high"]) == (
        pytest.approx(month["low"]), pytest.approx(month["high"]),
    )  # fmt: skip
    told = "\n".join(table(demo, "kpi", "report", *words))
    assert "same mix: the rate with the outlet's own mix of categories (rule C13)" in told


def test_a_month_without_a_ticket_has_no_rate_under_the_mix(demo: Desk) -> None:
    words = ("--only", "repeat_repair_rate", "--by", "month", "--standardise", "category")
    months = demo.do("kpi", "report", *words, "--from", "2020-01-01", "--to", "2026-10-31")
    assert len(months) > 1
    assert all((month["standard_rate"] is None) == (not month["total"]) for month in months)
    assert not all(month["total"] for month in months)


@pytest.mark.parametrize("words", [(), ("--by", "category"), ("--by", "technician", "--compare", "2026-09")])
def test_a_mix_needs_groups_to_compare(demo: Desk, words: tuple[str, ...]) -> None:
    assert "--standardise" in demo.refused(2, "kpi", "report", "--standardise", "category", *words)

"""K3 and K16: what questionnaires say beside the score, never printed below thirty answers."""

from typing import Any

import pytest

from servicedesk.kpis.stats import Part, equal_weights, net_promoters
from tests.conftest import Desk, filled_once

CUSTOMERS = 30
MAP = """source = "jobs"
dates = ["%Y-%m-%d %H:%M"]
[customer]
ref = "Who"
name = "Who"
[ticket]
ref = "Job"
type = { value = "repair" }
reported_at = { value = "2026-01-06 09:00" }
completed_at = { value = "2026-01-06 10:00" }
outcome = { value = "fixed" }
"""


@filled_once
def served(desk: Desk) -> Desk:
    """T1 to T30, each a completed repair of a customer of their own."""
    file, map_ = desk.path.with_name("jobs.csv"), desk.path.with_name("jobs.toml")
    file.write_text("Job,Who\n" + "".join(f"{n},赵{n}\n" for n in range(1, CUSTOMERS + 1)), encoding="utf-8")
    map_.write_text(MAP, encoding="utf-8")
    desk.do("import", str(file), "--map", str(map_), now="2026-01-07 09:00")
    return desk


def _repaired(desk: Desk, customer: int, day: str = "2026-01-06") -> int:
    ticket: int = desk.do("ticket", "open", "--customer", f"C{customer}", "x", now=f"{day} 09:00")["id"]
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", "resolved_remotely", now=f"{day} 10:00")
    return ticket


def figure(desk: Desk, kpi: str, month: str = "2026-01") -> dict[str, Any]:
    (row,) = desk.do("kpi", "report", "--month", month, "--only", kpi, now="2026-12-31 09:00")
    return {key: row[key] for key in ("value", "unit", "n", "excluded")}


def test_thirty_answers_make_a_figure_and_passives_stay_in_the_denominator(served: Desk) -> None:
    marks = [10] * 12 + [9] * 3 + [8] * 5 + [7] * 5 + [6] * 3 + [1] * 2
    for n, mark in enumerate(marks, 1):
        if n == CUSTOMERS:
            assert figure(served, "nps") == {"value": None, "unit": "points", "n": 29, "excluded": 0}
            assert figure(served, "csi")["value"] is None
            screen = served.run("kpi", "report", "--month", "2026-01", "--only", "nps", "--format", "table").out
            assert "fewer than 30" in screen
        words = ("--recommend", str(mark), "--csi", f"{mark}:{mark}:{mark}")
        served.do("survey", "record", f"T{n}", "4", *words, now="2026-01-10 09:00")
    assert figure(served, "nps") == {"value": 33, "unit": "points", "n": 30, "excluded": 0}  # (15 − 5) ÷ 30
    index = figure(served, "csi")
    assert (round(index["value"], 4), index["unit"], index["n"]) == (78.5185, "of 100", 30)


def test_the_board_has_them_only_where_somebody_answered(served: Desk) -> None:
    def keys() -> set[str]:
        return {row["kpi"] for row in served.do("kpi", "report", "--month", "2026-01", now="2026-12-31 09:00")}

    assert not {"nps", "csi_equal_weights"} & keys()
    served.do("survey", "record", "T1", "4", "--recommend", "9", now="2026-01-10 09:00")
    assert {"nps", "csi_equal_weights"} & keys() == {"nps"}


def test_of_a_customer_one_answer_counts_in_180_days(served: Desk) -> None:
    served.do("survey", "record", "T1", "4", "--recommend", "9", now="2026-01-10 09:00")
    for day, mark in (("2026-03-01", "0"), ("2026-07-09", "3"), ("2026-07-10", "10")):
        ticket = _repaired(served, 1, day)
        served.do("survey", "record", f"T{ticket}", "4", "--recommend", mark, now=f"{day} 18:00")
    rows = served.do("kpi", "rows", "nps", "--from", "2026-01-01", "--to", "2026-12-30", now="2026-12-31 09:00")
    assert [(row["counted_on"], row["verdict"], row["reason"], row["amount"]) for row in rows] == [
        ("2026-01-10", "hit", "promoter", 1),
        ("2026-03-01", "excluded", "asked_within_180_days", None),
        ("2026-07-09", "excluded", "asked_within_180_days", None),
        ("2026-07-10", "hit", "promoter", 1),
    ]
    assert {row["technician"] for row in rows} == {"(none)"}


def test_the_first_answer_about_a_ticket_counts_as_in_the_satisfaction_rate(served: Desk) -> None:
    served.do("survey", "record", "T1", "2", "--recommend", "2", now="2026-01-10 09:00")
    served.do("survey", "record", "T1", "5", "--recommend", "10", now="2026-01-12 09:00")
    (row,) = served.do("kpi", "why", "nps", "--month", "2026-01", now="2026-12-31 09:00")
    assert (row["ticket_id"], row["verdict"], row["reason"]) == (1, "miss", "detractor")


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "score"),
    [(50, 0, 0, 100), (0, 0, 50, -100), (0, 50, 0, 0), (3, 37, 2, 2), (2, 37, 3, -2), (1, 199, 0, 1), (0, 199, 1, 0)],
)
def test_a_half_is_rounded_up(promoters: int, passives: int, detractors: int, score: int) -> None:
    parts = [Part("hit", 1, promoters), Part("miss", 0, passives), Part("miss", -1, detractors)]
    assert net_promoters(parts) == score


@pytest.mark.parametrize(("three", "index"), [(3, 0.0), (30, 100.0), (22, 70.37)])
def test_three_answers_lie_between_nought_and_a_hundred(three: int, index: float) -> None:
    found = equal_weights([Part("hit", three, 40)])
    assert isinstance(found, float)
    assert round(found, 2) == index

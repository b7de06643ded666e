"""`kpi report` and `kpi rows` against the oracle in plain Python, over outlets that chance filled."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import kpi_oracle, random_outlets
from tests.conftest import Desk
from tests.kpi_oracle import KPIS, Count, Verdict
from tests.random_outlets import Outlet

GROUPINGS = (
    (), ("month",), ("technician",), ("type",), ("category",), ("area",), ("technician", "month"), ("category", "type"),
)  # fmt: skip
CLOSE = 1e-4  # the contract writes 0.6916


@dataclass(frozen=True)
class Span:
    """A period as it is typed, and as local dates `[first, end)`."""

    words: tuple[str, ...]
    label: str
    first: date
    end: date

    def months(self) -> list[str]:
        """Every calendar month that it touches."""
        days = (self.first + timedelta(days=n) for n in range((self.end - self.first).days))
        return sorted({f"{day:%Y-%m}" for day in days})


def month(day: date) -> Span:
    first = day.replace(day=1)
    end = (first + timedelta(days=32)).replace(day=1)
    return Span(("--month", f"{first:%Y-%m}"), f"{first:%Y-%m}", first, end)


def quarter(day: date) -> Span:
    number = (day.month + 2) // 3
    first = date(day.year, number * 3 - 2, 1)
    end = (first + timedelta(days=95)).replace(day=1)
    label = f"{day.year}-Q{number}"
    return Span(("--quarter", label), label, first, end)


def between(first: date, last: date) -> Span:
    words = ("--from", first.isoformat(), "--to", last.isoformat())
    return Span(words, f"{first}..{last}", first, last + timedelta(days=1))


def everything(outlet: Outlet) -> Span:
    return between(outlet.first - timedelta(days=5), outlet.day(outlet.now))


@dataclass
class Trial:
    """One outlet, asked through the command line and through the oracle."""

    outlet: Outlet
    desk: Desk
    raw: kpi_oracle.Raw

    @classmethod
    def of(cls, folder: Path, rng: Random, *, tickets: int, zone: str | None = None) -> "Trial":
        outlet = random_outlets.made(folder / "chance.db", rng, tickets=tickets, zone=zone)
        return cls(outlet, Desk(outlet.path, outlet.text(outlet.now)), kpi_oracle.raw(outlet.path))

    def verdicts(self, kpi: str, span: Span, as_of: datetime) -> list[Verdict]:
        return kpi_oracle.verdicts(self.raw, kpi, as_of=as_of, first=span.first, end=span.end)

    def rows(self, kpi: str, span: Span, as_of: datetime) -> list[tuple[Any, ...]]:
        """What `kpi rows` answers, by ticket; the reason only where it is an exclusion's."""
        rows = self.desk.do("kpi", "rows", kpi, *span.words, "--as-of", self.outlet.text(as_of))
        keys = ("kpi", "ticket_id", "technician", "category", "type", "area", "verdict")
        return sorted((*(row[key] for key in keys), _excused(row)) for row in rows)

    def expected_rows(self, kpi: str, span: Span, as_of: datetime) -> list[tuple[Any, ...]]:
        return sorted(
            (v.kpi, v.ticket_id, v.technician, v.category, v.type, v.area, v.verdict, v.reason or "")
            for v in self.verdicts(kpi, span, as_of)
        )

    def report(self, span: Span, as_of: datetime, by: Iterable[str]) -> dict[tuple[str, str, str], Any]:
        """What `kpi report` answers, by KPI, period and group."""
        words = [word for name in by for word in ("--by", name)]
        rows = self.desk.do("kpi", "report", *span.words, *words, "--as-of", self.outlet.text(as_of))
        found = {(row["kpi"], row["period"], json.dumps(row["group"], sort_keys=True)): _figures(row) for row in rows}
        assert len(found) == len(rows), "a group stands in two rows"
        return found

    def expected_report(self, span: Span, as_of: datetime, by: tuple[str, ...]) -> dict[tuple[str, str, str], Any]:
        found = {}
        for kpi in KPIS:
            parts = kpi_oracle.grouped(self.verdicts(kpi, span, as_of), by)
            if by in {(), ("month",)}:
                every = [(name,) for name in span.months()] if by else [()]
                parts = {names: parts.get(names, Count(0, 0, 0, 0)) for names in every}
            for names, count in parts.items():
                found[(kpi, *_labels(by, names, span.label))] = _expected(count)
        return found


def _excused(row: dict[str, Any]) -> str:
    return str(row["reason"]) if row["verdict"] == "excluded" else ""


def _labels(by: tuple[str, ...], names: tuple[str, ...], label: str) -> tuple[str, str]:
    """Period and group of a row: the month fills the period, the rest is a text or an object."""
    others = {name: value for name, value in zip(by, names, strict=True) if name != "month"}
    period = names[by.index("month")] if "month" in by else label
    group = others if len(others) > 1 else next(iter(others.values()), None)
    return period, json.dumps(group, sort_keys=True)


def _figures(row: dict[str, Any]) -> Any:
    counts = [row[key] for key in ("hits", "total", "pending", "excluded")]
    return counts, [None if row[key] is None else pytest.approx(row[key], abs=CLOSE) for key in ("rate", "low", "high")]


def _expected(count: Count) -> Any:
    return [count.hits, count.total, count.pending, count.excluded], [count.rate, *count.interval]


def check(trial: Trial, span: Span, as_of: datetime, groupings: Iterable[tuple[str, ...]] = GROUPINGS) -> None:
    """Every figure and every verdict of one period as of one instant."""
    for kpi in KPIS:
        assert trial.rows(kpi, span, as_of) == trial.expected_rows(kpi, span, as_of), (kpi, span.label, as_of)
    for by in groupings:
        assert trial.report(span, as_of, by) == trial.expected_report(span, as_of, by), (by, span.label, as_of)


@pytest.mark.parametrize(
    ("seed", "zone"),
    [(1, "Asia/Shanghai"), (2, "America/New_York"), (3, "America/New_York"), (4, "Australia/Lord_Howe")],
)
def test_a_random_outlet_is_measured_as_the_oracle_measures_it(tmp_path: Path, seed: int, zone: str) -> None:
    rng = Random(seed)
    trial = Trial.of(tmp_path, rng, tickets=90, zone=zone)
    outlet = trial.outlet
    middle = month(outlet.first + timedelta(days=35))
    check(trial, everything(outlet), outlet.now)
    check(trial, middle, outlet.wall(middle.first + timedelta(days=14), 12), [(), ("technician",)])
    check(trial, quarter(middle.first), rng.choice(outlet.moments), [(), ("month",), ("month", "category", "area")])


@pytest.mark.parametrize("seed", range(11, 19))
def test_every_second_at_which_a_verdict_may_change_is_kept(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    trial = Trial.of(tmp_path, rng, tickets=45)
    span = everything(trial.outlet)
    for as_of in rng.sample(trial.outlet.moments, 20):
        check(trial, span, as_of, [()])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(rng=st.randoms(use_true_random=False))
def test_a_small_outlet_is_measured_as_the_oracle_measures_it(rng: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial.of(Path(folder), rng, tickets=5)
        as_of = rng.choice(trial.outlet.moments)
        check(trial, everything(trial.outlet), as_of, [("technician", "month")])

"""`kpi report` and `kpi rows` against the oracle in plain Python, over outlets that chance filled."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from servicedesk.domain.groups import By
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import KPIS as DEFINED
from tests import random_outlets
from tests.conftest import Desk
from tests.oracle import board
from tests.oracle.board import KPIS, OPTIONAL, SNAPSHOTS
from tests.oracle.raw import Raw, raw
from tests.oracle.then import Then, Verdict
from tests.random_outlets import Outlet

GROUPINGS = (
    (), ("month",), ("technician",), ("type",), ("category",), ("area",), ("charge",), ("technician", "month"),
    ("category", "type"), ("charge", "technician"), ("brand", "model"), ("tier", "channel"), ("source", "lateness"),
)  # fmt: skip
CLOSE = 1e-3  # amounts are kept to a second, shares to 0.6916


@dataclass(frozen=True)
class Span:
    """A period as it is typed, and as local dates `[first, end)`."""

    words: tuple[str, ...]
    label: str
    first: date
    end: date


@cache
def months_of(span: Span) -> list[Span]:
    """Every calendar month that it touches, the outer ones cut to it."""
    days = [span.first + timedelta(days=n) for n in range((span.end - span.first).days)]
    found = []
    for label in sorted({f"{day:%Y-%m}" for day in days}):
        own = [day for day in days if f"{day:%Y-%m}" == label]
        found.append(Span((), label, own[0], own[-1] + timedelta(days=1)))
    return found


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
    raw: Raw
    seen: dict[datetime, Then] = field(default_factory=dict)
    judged: dict[tuple[str, date, date, datetime], list[Verdict]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, rng: Random, *, tickets: int, zone: str | None = None) -> "Trial":
        outlet = random_outlets.made(folder / "chance.db", rng, tickets=tickets, zone=zone)
        return cls(outlet, Desk(outlet.path, outlet.text(outlet.now)), raw(outlet.path))

    def verdicts(self, kpi: str, span: Span, as_of: datetime) -> list[Verdict]:
        asked = kpi, span.first, span.end, as_of
        if asked not in self.judged:
            then = self.seen.setdefault(as_of, Then(self.raw, as_of))
            self.judged[asked] = board.verdicts(then, kpi, first=span.first, end=span.end)
        return self.judged[asked]

    def rows(self, kpi: str, span: Span, as_of: datetime) -> list[tuple[Any, ...]]:
        """What `kpi rows` answers; the reason only where it is an exclusion's, or the state of what is open."""
        rows = self.desk.do("kpi", "rows", kpi, *span.words, "--as-of", self.outlet.text(as_of))
        assert all(row["kpi"] == kpi for row in rows)
        return _ordered((*(row[key] for key in _KEYS), _told(kpi, row), row["amount"]) for row in rows)

    def expected_rows(self, kpi: str, span: Span, as_of: datetime) -> list[tuple[Any, ...]]:
        return _ordered(
            (
                v.ticket_id,
                v.on.isoformat(),
                v.technician,
                v.category,
                v.type,
                v.area,
                v.charge,
                v.brand,
                v.model,
                v.tier,
                v.channel,
                v.source,
                v.lateness,
                v.verdict,
                v.reason,
                v.amount,
            )
            for v in self.verdicts(kpi, span, as_of)
        )

    def report(self, span: Span, as_of: datetime, by: Iterable[str], *words: str) -> dict[tuple[str, str, str], Any]:
        """What `kpi report` answers, by KPI, period and group."""
        groups = [word for name in by for word in ("--by", name)]
        rows = self.desk.do("kpi", "report", *span.words, *groups, *words, "--as-of", self.outlet.text(as_of))
        found = {(row["kpi"], row["period"], json.dumps(row["group"], sort_keys=True)): row for row in rows}
        assert len(found) == len(rows), "a group stands in two rows"
        return {key: {name: row[name] for name in row if name not in _LABELS} for key, row in found.items()}

    def expected_report(self, span: Span, as_of: datetime, by: tuple[str, ...]) -> dict[tuple[str, str, str], Any]:
        found = {}
        for kpi in KPIS:
            groups = list(self._groups(kpi, span, as_of, by))
            if kpi in OPTIONAL and not any(group for _, _, parts in groups for group in parts.values()):
                continue  # a report has no line for what nobody was asked
            for label, others, parts in groups:
                for names, group in parts.items():
                    found[kpi, label, _group(others, names)] = board.figure(kpi, group)
        return found

    def _groups(
        self, kpi: str, span: Span, as_of: datetime, by: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...], dict[tuple[str, ...], list[Verdict]]]]:
        """The groups of the period, or of each of its months: a snapshot is taken at the end of each that has begun."""
        others = tuple(name for name in by if name != "month")
        for part in months_of(span) if "month" in by else [span]:
            instant = as_of
            if "month" in by and kpi in SNAPSHOTS:
                if part.first > self.outlet.day(as_of):
                    continue
                instant = min(as_of, self.outlet.wall(part.end) - timedelta(seconds=1))
            parts = board.grouped(self.verdicts(kpi, part, instant), others)
            yield part.label, others, parts if others else {(): parts.get((), [])}


_KEYS = ("ticket_id", "counted_on", *board.GROUPS, "verdict")
_LABELS = {"kpi", "period", "group", "final_since", "final_from"}


def _told(kpi: str, row: dict[str, Any]) -> str | None:
    """Why it is left out, without the promise that it names, or the state of what is open."""
    return (
        re.sub(r"_P\d+$", "", row["reason"])
        if row["verdict"] == "excluded" or kpi in {"backlog", "oldest_open"}
        else None
    )


def _ordered(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """By everything but the amount, then by that."""
    return sorted(rows, key=lambda row: (str(row[:-1]), row[-1] or 0))


def _group(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    """The group of a row: nothing, a text, or an object."""
    group = dict(zip(names, values, strict=True))
    return json.dumps(group if len(group) > 1 else next(iter(group.values()), None), sort_keys=True)


def assert_same(found: Any, expected: Any, *where: Any) -> None:
    """Equal, numbers within a thousandth; what differs stands in the message."""
    if isinstance(found, dict) and isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key in expected:
            assert_same(found[key], expected[key], *where, key)
    elif isinstance(found, (list, tuple)) and isinstance(expected, (list, tuple)):
        assert len(found) == len(expected), (where, [x for x in found if x not in expected], expected)
        for got, wanted in zip(found, expected, strict=True):
            assert_same(got, wanted, *where, wanted)
    elif isinstance(found, float) and isinstance(expected, (int, float)):
        assert found == pytest.approx(expected, abs=CLOSE), where
    else:
        assert found == expected, where


def check_rows(trial: Trial, span: Span, as_of: datetime, kpis: Iterable[str] = tuple(sorted(KPIS))) -> None:
    """Every verdict of one period as of one instant."""
    for kpi in kpis:
        assert_same(trial.rows(kpi, span, as_of), trial.expected_rows(kpi, span, as_of), kpi, span.label, as_of)


def check_figures(trial: Trial, span: Span, as_of: datetime, groupings: Iterable[tuple[str, ...]] = GROUPINGS) -> None:
    """Every figure of one period as of one instant."""
    for by in groupings:
        assert_same(trial.report(span, as_of, by), trial.expected_report(span, as_of, by), by, span.label, as_of)


def check(trial: Trial, span: Span, as_of: datetime, groupings: Iterable[tuple[str, ...]] = GROUPINGS) -> None:
    check_rows(trial, span, as_of)
    check_figures(trial, span, as_of, groupings)


def test_every_kpi_has_an_oracle_and_every_oracle_a_kpi() -> None:
    assert {kpi.key for kpi in DEFINED} == KPIS
    assert {kpi.key for kpi in DEFINED if kpi.is_snapshot} == SNAPSHOTS
    assert {kpi.key for kpi in DEFINED if kpi.is_optional} == OPTIONAL
    assert {kpi.key for kpi in DEFINED if kpi.is_rate} == board.RATES


@pytest.mark.seeds
@pytest.mark.parametrize(
    ("seed", "zone"),
    [
        (2, "America/New_York"),
        (4, "Australia/Lord_Howe"),
    ],
)
def test_a_random_outlet_is_measured_as_the_oracle_measures_it(tmp_path: Path, seed: int, zone: str) -> None:
    rng = Random(seed)
    trial = Trial.of(tmp_path, rng, tickets=45, zone=zone)
    outlet = trial.outlet
    middle = month(outlet.first + timedelta(days=35))
    check(trial, everything(outlet), outlet.now)
    check_figures(trial, middle, outlet.wall(middle.first + timedelta(days=14), 12), [(), ("technician",)])
    check_rows(trial, middle, outlet.wall(middle.end, 12))
    check_figures(trial, quarter(middle.first), rng.choice(outlet.moments), [("month",), ("month", "category", "area")])


@pytest.mark.seeds
@pytest.mark.parametrize("seed", [16, 11])
def test_every_second_at_which_a_verdict_may_change_is_kept(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    trial = Trial.of(tmp_path, rng, tickets=40)
    span = everything(trial.outlet)
    for as_of in rng.sample(trial.outlet.moments, 6):
        check_rows(trial, span, as_of, rng.sample(sorted(KPIS), 12))
        check_figures(trial, span, as_of, [()])


def test_nothing_has_happened_before_the_first_report(tmp_path: Path) -> None:
    trial = Trial.of(tmp_path, Random(5), tickets=20)
    span, before = everything(trial.outlet), min(trial.outlet.moments) - timedelta(seconds=1)
    early = [kpi for kpi in KPIS if trial.verdicts(kpi, span, before)]
    # A birthday and a sale are known before anybody reports a thing.
    assert set(early) <= {"maintenance_completion_rate", "product_return_rate"}
    check(trial, span, before, [()])


def test_who_came_back_within_two_years_is_counted_as_the_oracle_counts(tmp_path: Path) -> None:
    trial = Trial.of(tmp_path, Random(9), tickets=60)
    outlet = trial.outlet
    later = outlet.wall(outlet.first + timedelta(days=35 + 731), 12)
    trial.desk.now = outlet.text(later)
    found = trial.verdicts("returning_customer_rate", everything(outlet), later)
    assert {verdict.verdict for verdict in found} == {"hit", "pending"}
    check_rows(trial, everything(outlet), later, ["returning_customer_rate"])


@settings(max_examples=3, phases=[Phase.generate])  # an outlet is shrunk for a quarter of an hour
@given(rng=st.randoms(use_true_random=False))
def test_a_small_outlet_is_measured_as_the_oracle_measures_it(rng: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial.of(Path(folder), rng, tickets=5)
        as_of = rng.choice(trial.outlet.moments)
        span = everything(trial.outlet)
        check_rows(trial, span, as_of, rng.sample(sorted(KPIS), 12))
        check_figures(trial, span, as_of, [("technician", "month")])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Eighty tickets, to which nobody adds."""
    return Trial.of(tmp_path_factory.mktemp("large"), Random(6), tickets=80)


@pytest.mark.parametrize(
    "by",
    [
        "month",
        "technician",
        *(pytest.param(by, marks=pytest.mark.seeds) for by in board.GROUPS[1:]),
    ],
)
def test_the_parts_of_every_rate_and_count_sum_to_the_whole(large: Trial, by: str) -> None:
    """C9: the sum over technicians and those who have none is the outlet."""
    span, outlet = everything(large.outlet), large.outlet
    for as_of in (outlet.now, outlet.wall(outlet.first + timedelta(days=40), 12)):
        sums: dict[str, Counter[str]] = {kpi: Counter() for kpi in _additive(by)}
        for (kpi, _, _), row in large.report(span, as_of, (by,)).items():
            if kpi in sums:
                sums[kpi].update(_counts(kpi, row))
        wholes = {kpi: row for (kpi, _, _), row in large.report(span, as_of, ()).items()}
        assert sums == {kpi: Counter(_counts(kpi, wholes[kpi])) for kpi in sums}


def _additive(by: str) -> set[str]:
    """A customer may complain in each of two months, a ticket be open at the end of both."""
    additive = board.RATES | board.COUNTS
    return additive - {"complaint_rate", *SNAPSHOTS} if by == "month" else additive


def _counts(kpi: str, row: dict[str, Any]) -> dict[str, int]:
    keys = ("hits", "total") if kpi in board.RATES else ("value", "n")
    return {key: int(row[key]) for key in (*keys, "pending", "excluded")}


@pytest.mark.parametrize(
    "by", [("technician", "month"), *(pytest.param((by,), marks=pytest.mark.seeds) for by in ("month", "technician"))]
)
def test_a_figure_counted_in_one_pass_is_the_figure_of_its_rows(large: Trial, by: tuple[str, ...]) -> None:
    """A tally packs the verdicts of a group into one number; the rows are counted one by one."""
    span, outlet = everything(large.outlet), large.outlet
    for as_of in (outlet.now, outlet.wall(outlet.first + timedelta(days=40), 12)):
        found = large.report(span, as_of, by)
        assert {kpi.key for kpi in DEFINED if kpi.along} < {kpi for kpi, _, _ in found}
        for kpi in (kpi.key for kpi in DEFINED if kpi.along):
            rows = large.desk.do("kpi", "rows", kpi, *span.words, "--as-of", outlet.text(as_of))
            tally = Counter((tuple(row["period" if n == "month" else n] for n in by), row["verdict"]) for row in rows)
            for names in {names for names, _ in tally}:
                hits, misses = tally[names, "hit"], tally[names, "miss"]
                key = kpi, names[by.index("month")] if "month" in by else span.label
                group = _group(("technician",), names[:1]) if "technician" in by else "null"
                row = found[*key, group]
                expected = (hits, hits + misses, tally[names, "pending"], tally[names, "excluded"])
                assert tuple(row[name] for name in ("hits", "total", "pending", "excluded")) == expected, (key, group)


def test_a_group_too_large_for_one_packed_number_is_counted_by_its_rows() -> None:
    assert count.unpack_counts([(202610, 1, 1, 1, 1 << 15, 0)], [By.MONTH]) is None
    assert count.unpack_counts([(202610, 1, 1, 1, (1 << 15) - 1, 0)], [By.MONTH]) is not None

"""`kpi integrity` and `kpi rows I1` … against the oracle in plain Python, over outlets that chance filled."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from servicedesk.desk import integrity
from tests import random_outlets
from tests.conftest import Desk
from tests.oracle.raw import raw
from tests.oracle.then import Then
from tests.random_outlets import Outlet
from tests.signal_oracle import SIGNALS, Seen, View

LINES = {"I3": Fraction(1, 10), "I7": Fraction(1, 5), "I11": Fraction(1, 50), "I13": Fraction(1, 20),
         "I15": Fraction(1, 5), "I17": Fraction(1, 20)}  # fmt: skip
RATIOS = {"I4": 5, "I14": 2}
GAPS = {"I2": ("busy", "quiet"), "I6": ("on_time", "late")}
COUNTS = ("I9", "I10", "I12", "I16")
WITHOUT = {"technician": {"I10"}, "clerk": {"I5", "I6"}}  # signals that make no sense by these


@dataclass(frozen=True)
class Span:
    words: tuple[str, ...]
    first: date
    end: date
    before: date


def month(day: date) -> Span:
    first = day.replace(day=1)
    end = (first + timedelta(days=32)).replace(day=1)
    return Span(("--month", f"{first:%Y-%m}"), first, end, (first - timedelta(days=1)).replace(day=1))


def everything(outlet: Outlet) -> Span:
    first, last = outlet.first - timedelta(days=5), outlet.day(outlet.now)
    end = last + timedelta(days=1)
    return Span(("--from", f"{first}", "--to", f"{last}"), first, end, first - (end - first))


def lively(path: Path, rng: Random, *, tickets: int) -> Outlet:
    """An outlet with three clerks, whose machines have serials and models, some registered twice."""
    outlet = random_outlets.made(path, rng, tickets=tickets)
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER event_only_voids")
    for table, column in (("ticket", "actor"), ("event", "actor"), ("event", "voided_by"), ("appliance", "actor")):
        for (key,) in connection.execute(f"SELECT id FROM {table} WHERE {column} IS NOT NULL").fetchall():
            clerk = rng.choice(("ada", "ben", "cyn"))
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (clerk, key))
    for (key,) in connection.execute("SELECT id FROM appliance").fetchall():
        at = outlet.text(outlet.wall(outlet.first + timedelta(days=rng.randrange(70)), 9))
        brand, model = f"brand {key}", rng.choice((None, "X1", "x1", "Y2"))
        serial, ref = rng.choice((None, None, "S1", f"S-{key}")), rng.choice((None, None, f"{key}"))
        connection.execute(
            "UPDATE appliance SET recorded_at = ?, brand = ?, model = ?, serial = ?, source = 'old', ref = ?"
            " WHERE id = ?",
            (at, brand, model, serial, ref, key),
        )
    connection.commit()
    connection.close()
    return outlet


def told(row: dict[str, Any]) -> Seen:
    key = row["ticket_id"] if row["signal"] != "I10" else row["appliance_id"]
    return Seen(key, row["technician"], row["clerk"], row["verdict"], row["what"])


def code(row: Seen) -> str:
    """What figures are made of: without the words that end a sentence."""
    return next((word for word in ("busy", "quiet", "on_time", "late") if row.code.startswith(word)), row.code)


def by_person(rows: Iterable[Seen], by: str | None) -> dict[str | None, list[Seen]]:
    found: dict[str | None, list[Seen]] = {} if by else {None: []}
    for row in rows:
        found.setdefault(getattr(row, by) if by else None, []).append(row)
    return found


def expected(key: str, own: list[Seen], outlet: list[Seen], before: list[Seen], by: str | None) -> list[Any]:
    """hits, total, value, look, as K17 says."""
    hits, total = sum(row.verdict == "hit" for row in own), len(own)
    if key in COUNTS:
        return [hits, None, hits, hits > 0]
    if key in RATIOS:
        ratio = Fraction(hits, total - hits) if total > hits else None
        return [hits, total, ratio, total >= 10 and hits > RATIOS[key] * (total - hits) if total else None]
    if key == "I1":
        gap, then = headline_gap(own), headline_gap(before)
        counted = sum(row.code in {"in_time", "in_time_by_window", "late"} for row in own)
        look = None if gap is None else gap > 10 or (then is not None and gap > then)
        return [hits, counted, gap, look]
    if key in GAPS:
        one, other = ([row.verdict == "hit" for row in own if code(row) == part] for part in GAPS[key])
        gap = 100 * (Fraction(sum(one), len(one)) - Fraction(sum(other), len(other))) if one and other else None
        return [hits, total, gap, None if gap is None else gap > 10]
    if key == "I8":
        five = sum(row.code == "score_5" for row in outlet)
        likely = (five / len(outlet)) ** hits if own else None
        return [hits, total, likely, None if likely is None else likely < 0.01]
    value = Fraction(hits, total) if total else None
    if key == "I5":
        line = 2 * Fraction(sum(row.verdict == "hit" for row in outlet), len(outlet)) if by else None
        return [hits, total, value, None if line is None or value is None else value > line]
    return [hits, total, value, None if value is None else value > LINES[key]]


def headline_gap(rows: list[Seen]) -> Fraction | None:
    n = Counter(row.code for row in rows)
    headline = n["in_time"] + n["in_time_by_window"] + n["late"]
    strict = headline + n["strict_in_time"] + n["strict_late"]
    if not headline:
        return None
    in_time = Fraction(n["in_time"] + n["in_time_by_window"], headline)
    return 100 * (in_time - Fraction(n["in_time"] + n["strict_in_time"], strict))


def check(outlet: Outlet, desk: Desk, span: Span, as_of: datetime) -> Counter[str]:
    """Every row and every figure of every signal, of the outlet, by technician and by clerk; how many rows."""
    then = Then(raw(outlet.path), as_of)
    words = (*span.words, "--as-of", outlet.text(as_of))
    sizes: Counter[str] = Counter()
    for by in (None, "technician", "clerk"):
        group = ("--by", by) if by else ()
        panel = desk.do("kpi", "integrity", *words, *group)
        assert {row["signal"] for row in panel} <= SIGNALS.keys() - WITHOUT.get(by or "", set())
        for key, oracle in SIGNALS.items():
            rows = list(oracle(View(then, span.first, span.end, by)))
            found = [told(row) for row in desk.do("kpi", "rows", key, *words, *group)]
            assert Counter(map(plain, found)) == Counter(map(plain, rows)), (key, span.words, as_of, by)
            sizes[key] += len(rows)
            if by and key in WITHOUT[by]:
                continue
            before = by_person(oracle(View(then, span.before, span.first, by)), by) if key == "I1" else {}
            wanted = {
                who: expected(key, own, rows, before.get(who, []), by) for who, own in by_person(rows, by).items()
            }
            told_of = [row for row in panel if row["signal"] == key]
            assert [row["group"] for row in told_of] == sorted(wanted, key=str)
            for row in told_of:
                value = wanted[row["group"]][2]
                wanted[row["group"]][2] = None if value is None else pytest.approx(float(value), abs=1e-9)
                figure = [row["hits"], row["total"], row["value"], row["look"]]
                assert figure == wanted[row["group"]], (key, row, span.words, as_of)
    return sizes


def plain(row: Seen) -> tuple[Any, ...]:
    """I2 and I6 say more of a row than the figure needs."""
    return row.ticket_id, row.technician, row.clerk, row.verdict, code(row)


def test_every_signal_has_an_oracle() -> None:
    assert [signal.key for signal in integrity.SIGNALS] == list(SIGNALS)


@pytest.mark.parametrize("seed", [22, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (21, 23, 24))])
def test_a_random_outlet_shows_the_signals_that_the_oracle_sees(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    outlet = lively(tmp_path / "chance.db", rng, tickets=120)
    desk = Desk(outlet.path, outlet.text(outlet.now))
    sizes = check(outlet, desk, everything(outlet), outlet.now)
    middle = month(outlet.first + timedelta(days=35))
    check(outlet, desk, middle, outlet.wall(middle.end + timedelta(days=4), 12))
    check(outlet, desk, everything(outlet), rng.choice(outlet.moments))
    assert all(sizes[key] for key in SIGNALS if key not in {"I4", "I14"}), sizes

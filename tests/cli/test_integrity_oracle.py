"""`kpi integrity` and `kpi rows I1` … against the oracle in plain Python, over outlets that chance filled."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import comb
from pathlib import Path
from random import Random
from typing import Any

import pytest

from servicedesk.base import sameness
from servicedesk.kpis.integrity import registry
from tests import random_outlets
from tests.conftest import Desk
from tests.oracle.raw import raw
from tests.oracle.then import Then
from tests.random_outlets import Outlet
from tests.signal_oracle import SIGNALS, Seen, View

LINES = {"I3": Fraction(1, 10), "I7": Fraction(1, 5), "I9": Fraction(1, 20), "I10": Fraction(1, 200),
         "I11": Fraction(1, 50), "I12": Fraction(1, 20), "I13": Fraction(1, 20), "I15": Fraction(1, 5),
         "I17": Fraction(1, 20), "I19": Fraction(1, 20)}  # fmt: skip
RATIOS = {"I4": 5, "I14": 2}
GAPS = {"I2": ("busy", "quiet"), "I6": ("on_time", "late")}
WITHOUT = {"technician": {"I10"}, "clerk": {"I5", "I6", "I7"}}  # signals that make no sense by these


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
    connection.execute("DROP TRIGGER event_stays_voided")
    for table, column in (("ticket", "actor"), ("event", "actor"), ("event", "voided_by"), ("appliance", "actor")):
        for (key,) in connection.execute(f"SELECT id FROM {table} WHERE {column} IS NOT NULL").fetchall():
            clerk = rng.choice(("ada", "ben", "cyn"))
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (clerk, key))
    for (key,) in connection.execute("SELECT id FROM appliance").fetchall():
        at = outlet.text(outlet.wall(outlet.first + timedelta(days=rng.randrange(70)), 9))
        brand, model = f"brand {key}", rng.choice((None, "X1", "x1", "Y2"))
        serial, ref = rng.choice((None, None, "S1", f"S-{key}")), rng.choice((None, None, f"{key}"))
        connection.execute(
            "UPDATE appliance SET recorded_at = ?, brand = ?, model = ?, serial = ?, plate = ?, source = 'old', ref = ?"
            " WHERE id = ?",
            (at, brand, model, serial, serial and sameness.plate(brand, serial), ref, key),
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


def at_least(hits: int, total: int, likely: Fraction) -> Fraction:
    """How probable so many hits or more are."""
    return Fraction(sum(comb(total, n) * likely**n * (1 - likely) ** (total - n) for n in range(hits, total + 1)))


def drawn(one: tuple[int, int], other: tuple[int, int]) -> Fraction:
    """How probable so many of all hits, or more, are among the first, whoever they fall on."""
    hits, n = one[0] + other[0], one[1] + other[1]
    ways = sum(comb(one[1], k) * comb(other[1], hits - k) for k in range(one[0], min(one[1], hits) + 1))
    return Fraction(ways, comb(n, hits))


def in_a_row(length: int, answers: int, likely: float) -> float:
    """How probable so many fives in a row are among so many answers: what the run is after each of them."""
    runs, found = [1.0] + [0.0] * (length - 1), 0.0
    for _ in range(answers):
        found += runs[-1] * likely
        runs = [(1 - likely) * sum(runs), *(run * likely for run in runs[:-1])]
    return found


def expected(key: str, own: list[Seen], outlet: list[Seen], before: list[Seen], people: int | None) -> list[Any]:
    """hits, total, value, look: the line is crossed, and by more than chance in one of forty such comparisons."""
    level = Fraction(1, 40 * (people or 1))
    hits, total = count(own)
    if key in {"I16", "I18", "I20"}:
        return [hits, None, hits, hits > 0]
    if key in RATIOS:
        ratio = Fraction(hits, total - hits) if total > hits else None
        crossed = total >= 10 and hits > RATIOS[key] * (total - hits)
        return [hits, total, ratio, crossed and at_least(hits, total, Fraction(1, 2)) <= level if total else None]
    if key == "I1":
        gap, then = headline_gap(own), headline_gap(before)
        counted, counted_then = (sum(row.code in IN_HEADLINE for row in rows) for rows in (own, before))
        wide = gap is not None and gap > 15 and at_least(hits, counted, Fraction(15, 100)) <= level
        grown = gap is not None and then is not None and gap > then
        grown = grown and drawn((hits, counted), (count(before)[0], counted_then)) <= level
        return [hits, counted, gap, None if gap is None else wide or grown]
    if key in GAPS:
        one, other = (count(row for row in own if code(row) == part) for part in GAPS[key])
        gap = 100 * (Fraction(*one) - Fraction(*other)) if one[1] and other[1] else None
        return [hits, total, gap, None if gap is None else gap > 10 and drawn(one, other) <= level]
    if key == "I8":
        five = sum(row.code == "score_5" for row in outlet) / len(outlet) if own else 0
        if not own:
            return [hits, total, None, None]
        return [hits, total, five**hits, five**hits < 0.01 and in_a_row(hits, total, five) <= level]
    value = Fraction(hits, total) if total else None
    if key == "I5":
        all_hits, rows = count(outlet)
        if people is None or value is None:
            return [hits, total, value, None]
        crossed = value > 2 * Fraction(all_hits, rows)
        return [hits, total, value, crossed and drawn((hits, total), (all_hits - hits, rows - total)) <= level]
    crossed = value is not None and value > LINES[key]
    return [hits, total, value, None if value is None else crossed and at_least(hits, total, LINES[key]) <= level]


def count(rows: Iterable[Seen]) -> tuple[int, int]:
    """(hits, all)."""
    verdicts = [row.verdict for row in rows]
    return verdicts.count("hit"), len(verdicts)


IN_HEADLINE = {"in_time", "in_time_by_window", "late"}


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
            people = by_person(rows, by)
            compared = len(people) if by else None
            wanted = {who: expected(key, own, rows, before.get(who, []), compared) for who, own in people.items()}
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
    assert [signal.key for signal in registry.SIGNALS] == list(SIGNALS)


@pytest.mark.seeds
@pytest.mark.parametrize("seed", [22])
def test_a_random_outlet_shows_the_signals_that_the_oracle_sees(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    outlet = lively(tmp_path / "chance.db", rng, tickets=100)
    desk = Desk(outlet.path, outlet.text(outlet.now))
    sizes = check(outlet, desk, everything(outlet), outlet.now)
    middle = month(outlet.first + timedelta(days=35))
    check(outlet, desk, middle, outlet.wall(middle.end + timedelta(days=4), 12))
    assert all(sizes[key] for key in SIGNALS if key not in {"I4", "I14"}), sizes

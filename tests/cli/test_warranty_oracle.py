"""The guarantee of made-up appliances, judged by the program and by an oracle of its own (tests/oracle)."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.conftest import Desk
from tests.oracle.guarantee import DAY, Life, Oracle, make_life

LATER = "2031-01-01 09:00"  # everything is typed then, with the days on which it happened
HOLIDAYS = [(date(2026, 10, 1), 7), (date(2027, 2, 5), 8), (date(2025, 10, 1), 8), (date(2029, 5, 1), 5)]


def typed(desk: Desk, life: Life) -> int:
    """Type all of a life; return the number of the appliance."""
    words = ["appliance", "add", "--customer", "C1", "--category", life.category]
    days = {"--delivered": life.delivered, "--invoice": life.invoice, "--installed": life.installed}
    words += [word for name, day in days.items() if day for word in (name, day.isoformat())]
    words += ["--installed-by", life.installer] if life.installer else []
    words += ["--use", life.use] if life.use else []
    number: int = desk.do(*words)["id"]
    type_repairs(desk, life, number)
    return number


def type_repairs(desk: Desk, life: Life, number: int) -> None:
    for repair in life.repairs:
        opened = ("ticket", "open", "--appliance", f"A{number}", "--at", f"{repair.reported} 09:00", "x")
        repair.number = desk.do(*opened)["id"]
        for hour, (day, cause) in enumerate(repair.waits, 10):
            desk.do("ticket", "wait", f"T{repair.number}", "--cause", cause, "--at", f"{day} {hour}:00")
        if repair.ended:
            words = ("--outcome", str(repair.outcome), "--at", f"{repair.ended} 17:00")
            desk.do("ticket", "complete", f"T{repair.number}", *words)


def days_to_try(rng: Random, life: Life, first: date, holidays: set[date]) -> list[date]:
    """Return days at random, and those around the ends."""
    found = [first + timedelta(days=rng.randint(0, 1500)) for _ in range(3)]
    oracle = Oracle(life, found[-1], holidays)
    found += [end + rng.randint(0, 1) * DAY for end in (oracle.whole, oracle.main) if end]
    found += [oracle.start + n * DAY for n in (-9, -1, 7, 8, 15, 16) if oracle.start]
    return [rng.choice(found), *found[-2:]]


def compare(desk: Desk, life: Life, number: int, on: date, holidays: set[date]) -> None:
    oracle = Oracle(life, on, holidays)
    shown = desk.do("warranty", "show", f"A{number}", "--at", str(on))
    iso = [day.isoformat() if day else None for day in (oracle.start, oracle.whole, oracle.main)]
    assert [shown[key] for key in ("start_on", "whole_until", "main_until")] == iso, (life, on)
    assert (shown["repair_days"], shown["state"]) == (oracle.repair_days, oracle.state), (life, on)
    said = {row["rule"]: row["holds"] for row in desk.do("warranty", "check", f"A{number}", "--at", str(on))}
    expected = oracle.rules()
    assert {rule: said[rule] for rule in expected} == expected, (life, on)


def try_lives(desk: Desk, folder: Path, seed: int, count: int) -> None:
    desk.now = LATER
    rng = Random(seed)
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    lists = "\n".join(f"{day}..{day + (length - 1) * DAY}" for day, length in HOLIDAYS)
    (folder / "days.txt").write_text(lists, encoding="utf-8")
    desk.do("outlet", "holidays", str(folder / "days.txt"))
    holidays = {day + n * DAY for day, length in HOLIDAYS for n in range(length)}
    for _ in range(count):
        first = date(2025, 9, 20) + timedelta(days=rng.randint(0, 400))
        life = make_life(rng, first)
        number = typed(desk, life)
        for on in days_to_try(rng, life, first, holidays):
            compare(desk, life, number, on, holidays)
        if rng.random() < 0.4 and life.delivered and all(repair.ended for repair in life.repairs):
            came = max([first + 20 * DAY, *(r.ended for r in life.repairs if r.ended)]) + 3 * DAY
            desk.do("appliance", "exchange", f"A{number}", "--for", "new", "--on", str(came))
            new = Life(life.category, delivered=came, use=life.use, came=came, repairs=make_life(rng, came).repairs)
            successor = desk.do("appliance", "list", "--customer", "C1", "--limit", "1000")[-1]["id"]
            type_repairs(desk, new, successor)
            for on in days_to_try(rng, new, came, holidays):
                compare(desk, new, successor, on, holidays)


def test_a_few_lives_are_judged_as_the_oracle_judges_them(desk: Desk, tmp_path: Path) -> None:
    try_lives(desk, tmp_path, seed=7, count=8)


@pytest.mark.seeds
@pytest.mark.parametrize("seed", range(3))
def test_many_lives_are_judged_as_the_oracle_judges_them(desk: Desk, tmp_path: Path, seed: int) -> None:
    try_lives(desk, tmp_path, seed=100 + seed, count=25)

"""Sixty daily runs give what one run over the sixty days gives (M6, M10, M17), over random households."""

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from servicedesk.desk.maintenance import generate
from servicedesk.domain.birthday_rules import later
from servicedesk.domain.model import Stamp
from servicedesk.domain.ticket import Event
from servicedesk.file.opening import create_outlet, open_outlet
from servicedesk.records import tickets
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from tests import conftest

FIRST = "2028-01-15"  # the sixty days hold a 29 February
DAYS = 60
CATEGORIES = ("fridge", "crt_tv", "flat_tv", "washer", "computer")


def stamp(day: str) -> Stamp:
    return Stamp(f"{day}T08:00:00+08:00", "clerk")


def desk_on(db: Database, day: str) -> Desk:
    """Who types on that day."""
    return Desk(db, stamp(day), datetime.fromisoformat(stamp(day).recorded_at))


def outlet(path: Path, seed: int, *, homes: int = 60) -> Database:
    """Households whose machines have their birthdays around the sixty days; some overdue, some behind a repair."""
    chance = random.Random(seed)
    db = create_outlet(path, stamp("2026-01-01"), outlet="O", zone="Asia/Shanghai")
    with db.atomic():
        for _ in range(homes):
            home = db.insert("household", stamp("2026-01-01")) if chance.random() < 0.7 else None
            for name in range(chance.randint(1, 3) if home else 1):
                who = db.insert("customer", stamp("2026-01-01"), name=f"N{name}", household_id=home)
                if chance.random() < 0.4:
                    from_on = later("2026-01-01", chance.randint(0, 800))
                    db.insert("tier", stamp("2026-01-01"), customer_id=who, tier="vip", from_on=from_on)
                for _ in range(chance.randint(0, 4)):
                    _machine(db, chance, who)
            if chance.random() < 0.2:
                tickets.begin_ticket(db, stamp("2026-01-01"), type="repair", customer_id=who, appliance_id=None,
                              at="2026-01-01T08:00:00+08:00")  # fmt: skip
    return db


def _machine(db: Database, chance: random.Random, who: int) -> None:
    around = date.fromisoformat(FIRST) + timedelta(days=chance.randint(-60, 140))
    year = around.year - chance.randint(1, 10)
    day = around.replace(year=year, day=min(around.day, 28)) if chance.random() < 0.9 else date(2024, 2, 29)
    precision = "day" if chance.random() < 0.8 else "month"
    bought_on = day.isoformat() if precision == "day" else f"{day:%Y-%m}-01"
    db.insert("appliance", stamp(later("2026-01-01", chance.choice((0, 0, 400)))), customer_id=who,
              category=chance.choice(CATEGORIES), bought_on=bought_on, bought_precision=precision)  # fmt: skip


def run(db: Database, day: str, *, until: str | None = None) -> Any:
    return generate.generate_visits(desk_on(db, day), until=until or later(day, 30)).table


def lines(db: Database) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Every birthday with its status, and the planned day of its visit where it is still to be cared for."""
    rows = db.rows("SELECT * FROM maintenance_line_now WHERE role = 'care' AND ended_as IS NOT 'cancelled'")
    return {
        (x["appliance_id"], x["age"]): (x["status"], x["planned_on"] if x["status"] == "open" else None) for x in rows
    }


def groups(db: Database) -> set[frozenset[tuple[int, int | None]]]:
    """What stands together on the open visits, checks too."""
    found: dict[int, set[tuple[int, int | None]]] = {}
    sql = "SELECT * FROM maintenance_line_now WHERE ended_as IS NULL AND ticket_ended_at IS NULL AND ticket_id > 0"
    for x in db.rows(sql):
        found.setdefault(x["ticket_id"], set()).add((x["appliance_id"], x["age"]))
    return {frozenset(group) for group in found.values()}


def repaired(db: Database, day: str) -> None:
    at = f"{day}T09:00:00+08:00"
    fact = Event("completed", at, int(datetime.fromisoformat(at).timestamp()), outcome="fixed")
    with db.atomic():
        for row in db.rows("SELECT id FROM ticket WHERE type = 'repair' AND ended_at IS NULL"):
            tickets.insert_event(db, Stamp(at, "clerk"), row["id"], fact)


@pytest.mark.parametrize("seed", range(2))
def test_sixty_daily_runs_are_one_run_over_sixty_days(tmp_path: Path, seed: int) -> None:
    outlet(tmp_path / "o.db", seed).close()
    daily, late, early = (open_outlet(Path(shutil.copy(tmp_path / "o.db", tmp_path / f"{n}.db"))) for n in range(3))
    last = later(FIRST, DAYS - 1)
    for n in range(DAYS):
        run(daily, later(FIRST, n))
    run(late, last)
    run(early, FIRST, until=later(last, 30))
    assert lines(daily) == lines(late) == lines(early)
    assert groups(daily) == groups(late) == groups(early)
    assert {"open", "on_hold", "missed"} <= {status for status, _ in lines(daily).values()}
    for db in (daily, late, early):
        repaired(db, last)
        run(db, later(last, 1))
    assert lines(daily) == lines(late) == lines(early)
    assert groups(daily) == groups(late) == groups(early)


@pytest.mark.parametrize("seed", range(4, 6))
def test_whatever_happens_no_machine_has_two_open_lines(tmp_path: Path, seed: int) -> None:
    db = outlet(tmp_path / "o.db", seed)
    for n in range(0, 900, 13):
        run(db, later(FIRST, n))
        assert not db.rows(
            "SELECT appliance_id FROM maintenance_line_now WHERE role = 'care' AND status IN ('open', 'on_hold')"
            " GROUP BY appliance_id HAVING count(*) > 1"
        )
        assert not run(db, later(FIRST, n)).rows


def test_no_visit_stays_open_without_care(tmp_path: Path) -> None:
    db = outlet(tmp_path / "o.db", 9)
    for n in range(0, 500, 20):
        run(db, later(FIRST, n))
    empty = (
        "SELECT id FROM ticket AS t WHERE t.type = 'maintenance' AND t.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM"
        " maintenance_line AS l WHERE l.ticket_id = t.id AND l.role = 'care' AND l.ended_as IS NULL)"
    )
    assert not db.rows(empty)


def test_the_file_and_the_calendar_agree_on_every_birthday(tmp_path: Path) -> None:
    """The SQL against core.birthdays.birthday, for machines of all kinds over forty years."""
    from servicedesk.desk.maintenance.birthdays import list_celebrated
    from servicedesk.domain.birthday_rules import birthday
    from servicedesk.records.categories import get_interval
    from servicedesk.records.customers import get_tier

    db = outlet(tmp_path / "o.db", 11, homes=20)
    last_on = "2060-12-31"
    found = set(list_celebrated(db, range(1, 999), first_on="2020-01-01", last_on=last_on))
    expected = set()
    for row in db.rows("SELECT id, customer_id, category, base_on FROM appliance"):
        for age in range(1, 60):
            due_on = birthday(row["base_on"], age)
            years = get_interval(db, row["category"], get_tier(db, row["customer_id"], due_on), on=due_on)
            if "2020-01-01" <= due_on <= last_on and years and age % years == 0:
                expected.add((row["id"], age, due_on))
    assert found == expected
    assert len(found) > 500


def test_what_begins_at_once_is_measured_as_one_by_one(tmp_path: Path) -> None:
    db = outlet(tmp_path / "o.db", 12, homes=400)
    before = db.rows("SELECT name, sql FROM sqlite_master ORDER BY name")
    run(db, FIRST, until=later(FIRST, DAYS))
    assert db.value("SELECT count(*) FROM ticket WHERE type = 'maintenance'") > tickets._MANY
    assert db.rows("SELECT * FROM ticket_fact") == db.rows("SELECT * FROM ticket_fact_now")
    assert db.rows("SELECT name, sql FROM sqlite_master ORDER BY name") == before


def test_a_run_that_is_taken_back_is_due_again(desk: conftest.Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "1")
    desk.do("appliance", "add", "--customer", "C1", "--category", "flat_tv", "--bought", "2024-12-01")
    first = desk.do("maintenance", "generate")
    assert [line["age"] for line in first] == [2]
    desk.do("undo")
    assert [line["age"] for line in desk.do("maintenance", "due")] == [2]
    assert [line["age"] for line in desk.do("maintenance", "generate")] == [2]


def test_what_another_program_changes_is_seen_by_the_next_run(desk: conftest.Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "1")
    desk.do("appliance", "add", "--customer", "C1", "--category", "flat_tv", "--bought", "2024-06-01")
    assert desk.do("maintenance", "generate") == []
    with closing(sqlite3.connect(desk.path)) as other, other:
        other.execute("UPDATE appliance SET bought_on = '2024-12-01'")
    assert [line["age"] for line in desk.do("maintenance", "generate")] == [2]

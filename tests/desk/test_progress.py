"""What the daily run may pass over is what the whole search finds nothing in, whatever was done between the runs."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from servicedesk.base.errors import RefusedError
from servicedesk.desk.appliances import lifecycle, register
from servicedesk.desk.customers import register as customer_register
from servicedesk.desk.maintenance import birthdays, generate, lines, progress
from servicedesk.domain.birthday_rules import later
from servicedesk.domain.model import Stamp
from servicedesk.file.opening import create_outlet
from servicedesk.storage.database import Database
from tests.conftest import Desk
from tests.desk.test_maintenance import CATEGORIES, FIRST, desk_on, outlet, repaired, run, stamp

Deed = Callable[[Database, random.Random, str], object]


def some(db: Database, chance: random.Random, noun: str) -> int:
    found: int = chance.choice([row[0] for row in db.rows(f"SELECT id FROM {noun}")])
    return found


def near(chance: random.Random, day: str) -> str:
    return later(day, chance.randint(-40, 60))


def bought(db: Database, chance: random.Random, day: str) -> object:
    year = int(day[:4]) - chance.randint(0, 6)
    on = f"{year}{near(chance, day)[4:]}"
    on = f"{year}-02-28" if on.endswith("02-29") else min(on, day)
    date = (on, "day")
    if chance.random() < 0.5:
        return register.edit_appliance(desk_on(db, day), some(db, chance, "appliance"), bought=date)
    return register.add_appliance(
        desk_on(db, day), some(db, chance, "customer"), category=chance.choice(CATEGORIES), bought=date
    )


def given(db: Database, chance: random.Random, day: str) -> object:
    tier = chance.choice(("vip", "ordinary"))
    return customer_register.set_tier(desk_on(db, day), some(db, chance, "customer"), tier, from_on=near(chance, day))


def moved(db: Database, chance: random.Random, day: str) -> object:
    on = min(near(chance, day), day)
    return lifecycle.transfer_appliance(
        desk_on(db, day), some(db, chance, "appliance"), to_id=some(db, chance, "customer"), on=on
    )


def retired(db: Database, chance: random.Random, day: str) -> object:
    gone = db.rows("SELECT id FROM appliance WHERE retired_on IS NOT NULL")
    if gone and chance.random() < 0.6:
        return lifecycle.restore_appliance(desk_on(db, day), chance.choice(gone)[0])
    return lifecycle.retire_appliance(desk_on(db, day), some(db, chance, "appliance"), on=day, reason="scrapped")


def sorted_otherwise(db: Database, chance: random.Random, day: str) -> object:
    return register.edit_appliance(desk_on(db, day), some(db, chance, "appliance"), category=chance.choice(CATEGORIES))


def declined(db: Database, chance: random.Random, day: str) -> object:
    row = chance.choice(db.rows("SELECT appliance_id, age FROM maintenance_line WHERE age IS NOT NULL"))
    return lines.decline_birthday(desk_on(db, day), row[0], age=row[1], reason="no")


def ruled(db: Database, chance: random.Random, day: str) -> object:
    with db.atomic():
        category = chance.choice((*CATEGORIES, None))
        return db.insert("maintenance_interval", stamp(day), category=category, years=chance.randint(1, 4), from_on=day)


def freed(db: Database, chance: random.Random, day: str) -> object:
    with db.atomic():
        sql = "UPDATE maintenance_line SET ended_as = 'cancelled', ended_at = :at WHERE id = :id"
        return db.run(sql, at=stamp(day).recorded_at, id=some(db, chance, "maintenance_line"))


def housed(db: Database, chance: random.Random, day: str) -> object:
    home, who = some(db, chance, "household"), some(db, chance, "customer")
    with db.atomic():
        return db.run("UPDATE customer SET household_id = :home WHERE id = :id", home=home, id=who)


def mended(db: Database, chance: random.Random, day: str) -> None:
    repaired(db, day)


DEEDS: tuple[Deed, ...] = (
    bought, bought, given, moved, retired, sorted_otherwise, declined, freed, freed, ruled, mended, housed,
)  # fmt: skip


def found(db: Database, day: str) -> tuple[list[Any], list[Any]]:
    """What is due with what is known, and without."""
    until = later(day, 30)
    quick = birthdays.due_rows(db, today=day, until=until)
    with db.atomic(dry_run=True):
        db.run("DELETE FROM birthday_settled")
        whole = birthdays.due_rows(db, today=day, until=until)
    return [tuple(row) for row in quick], [tuple(row) for row in whole]


def lacking(db: Database, day: str) -> int:
    """How many machines a visit's sheet lacks."""
    with db.atomic(dry_run=True):
        before = db.value("SELECT count(*) FROM maintenance_line")
        generate._complete_lists(desk_on(db, day), None)
        return int(db.value("SELECT count(*) FROM maintenance_line")) - int(before)


@pytest.mark.parametrize(
    ("seed", "rounds"), [(2, 50), *(pytest.param(seed, 120, marks=pytest.mark.slow) for seed in (0,))]
)
def test_what_is_passed_over_is_not_due(tmp_path: Path, seed: int, rounds: int) -> None:
    chance, late = random.Random(seed), 0
    with closing(outlet(tmp_path / "o.db", seed, homes=25)) as db:
        run(db, FIRST)
        for n in range(1, rounds):
            day = later(FIRST, n * 5)
            for _ in range(chance.randint(0, 4)):
                try:
                    chance.choice(DEEDS)(db, chance, day)
                except RefusedError:
                    continue
            quick, whole = found(db, day)
            assert quick == whole
            assert n % 10 or birthdays.find_overlooked(db) == []
            late += sum(row[2] < day for row in quick)
            if chance.random() < 0.7:
                run(db, day, until=later(day, chance.choice((0, 30, 30, 30, 60))))
                quick, whole = found(db, later(day, 1))
                assert quick == whole
                assert lacking(db, day) == 0
    assert late


def test_a_run_looks_at_the_days_to_come_and_at_what_changed(tmp_path: Path) -> None:
    stamped = Stamp("2026-01-01T08:00:00+08:00", "clerk")
    with closing(create_outlet(tmp_path / "o.db", stamped, outlet="O", zone="Asia/Shanghai")) as db:
        with db.atomic():
            who = customer_register.enroll_customer(db, stamped, name="王芳")
            for month in range(1, 13):
                register.register_appliance(
                    db,
                    stamped,
                    customer_id=who,
                    category="flat_tv",
                    bought_on=f"2024-{month:02}-10",
                    bought_precision="day",
                )
        run(db, "2027-06-01", until="2027-06-30")
        assert (progress.until(db), db.rows("SELECT * FROM birthday_unsettled")) == ("2027-06-30", [])
        register.edit_appliance(desk_on(db, "2027-06-02"), 3, bought=("2024-03-11", "day"))
        assert [row[0] for row in db.rows("SELECT * FROM birthday_unsettled")] == [3]


def test_what_no_run_would_look_at_is_found(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "1", "--address", "1 Road")
    for serial in ("S1", "S2"):
        machine = ("--category", "flat_tv", "--brand", "Haier", "--serial", serial, "--bought", "2024-12-01")
        desk.do("appliance", "add", "--customer", "C1", *machine)
        if serial == "S1":
            desk.do("maintenance", "generate")
    assert desk.do("check") == []
    with closing(sqlite3.connect(desk.path)) as other, other:
        other.execute("DELETE FROM birthday_unsettled")
    answer = desk.run("check", "--format", "csv")
    assert (answer.code, answer.out.splitlines()[1].split(",")[:4]) == (5, ["rule", "appliance", "2", "1"])
    assert "no run looks at any more" in answer.out


def test_a_run_that_is_taken_back_is_due_again(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "1")
    desk.do("appliance", "add", "--customer", "C1", "--category", "flat_tv", "--bought", "2024-12-01")
    first = desk.do("maintenance", "generate")
    assert [line["age"] for line in first] == [2]
    desk.do("undo")
    assert [line["age"] for line in desk.do("maintenance", "due")] == [2]
    assert [line["age"] for line in desk.do("maintenance", "generate")] == [2]

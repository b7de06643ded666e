"""Customers found by whatever is typed, as whole processes, as ratios to `ticket list --limit 1` in the same run.

    python -m tests.bench.search [CUSTOMERS] [--rounds N] [--folder DIR]

Also: what the index weighs, how long it takes to fill, what it adds to a `customer add`. The folder keeps the file.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from servicedesk.demo.simulation import names
from servicedesk.domain.model import Stamp
from servicedesk.file import opening
from servicedesk.storage.database import Database
from servicedesk.storage.search import index

STAMP = Stamp("2026-10-01T09:00:00+08:00", "bench")
STAMPED = "'2026-10-01T09:00:00+08:00', 'bench', 'typed'"
LATIN = ("Anna", "Peter", "Zoë", "Müller", "Ingrid", "Novak", "Fischer", "Quirk")
ONE = ("单解区", "+49 (0)89 1234-5678", "Zugspitzstraße 7, Grünwald", "QX-9Z-000777")
# What is typed: very common, rare, in the middle, absent, exact; one sign, two, many.
TYPED = (
    "1", "13", "7788", "0000", "999999", "13888888888", "89 1234", "王", "王芳", "芳", "南", "新村", "江滨人民路",
    "栋1204室", "w", "wf", "wangf", "fang", "xie", "shanxieou", "Anna", "quirk", "ZOË", "qx-9z", "zugspitz", "-", "*",
    '"', "%", "nobody at all", "江滨人民路1号王芳", "A0", "B3000",
)  # fmt: skip


def people(many: int, seed: int = 7) -> Iterator[tuple[Any, ...]]:
    """Name, address, digits, serial."""
    chance = Random(seed)
    for number in range(1, many + 1):
        if number % 20:
            name = names.person(chance, chance.choice(names.SURNAMES), is_female=number % 2 == 0)
        else:
            name = f"{chance.choice(LATIN)} {chance.choice(LATIN)}"
        phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09}"
        serial = f"{chance.choice('ABC')}{chance.randrange(10**11):011}{number}"
        yield number, name, names.address(chance, chance.choice(names.AREAS)), phone, serial


def written(path: Path, many: int) -> Database:
    """The file of so many people, a phone and a machine each."""
    if path.exists():
        return opening.open_outlet(path)
    db = opening.create_outlet(path, STAMP, outlet="bench", zone="Asia/Shanghai")
    db.connection.execute("PRAGMA synchronous = OFF")
    db.connection.execute("PRAGMA cache_size = -65536")
    marks = [row[0] for row in db.rows("SELECT sql FROM sqlite_master WHERE name GLOB 'customer_text_[0-9]'")]
    last = (many + 1, *ONE)
    with db.atomic():
        for number in range(1, len(marks) + 1):
            db.run(f"DROP TRIGGER customer_text_{number}")
        db.run("CREATE TEMP TABLE one (id INTEGER PRIMARY KEY, name, address, phone, serial)")
        db.run_many("INSERT INTO one VALUES (?, ?, ?, ?, ?)", people(many))
        db.run_many("INSERT INTO one VALUES (?, ?, ?, ?, ?)", [(last[0], last[1], last[3], "4989012345678", last[4])])
        for sql in (
            "customer (id, name, address, recorded_at, actor, origin) SELECT id, name, address",
            "phone (customer_id, number, digits, recorded_at, actor, origin) SELECT id, phone, phone",
            "appliance (customer_id, category, serial, plate, recorded_at, actor, origin) SELECT id, 'fridge', serial,"
            " folded_serial(serial)",
        ):
            db.run(f"INSERT INTO {sql}, {STAMPED} FROM one")
        for sql in marks:
            db.run(sql)
    return db


def filled(db: Database) -> float:
    """Seconds of filling the index, as an upgrade does."""
    begun = time.perf_counter()
    with db.atomic():
        index.fill_index(db.connection)
    return time.perf_counter() - begun


def seconds(path: Path, *words: str) -> float:
    begun = time.perf_counter()
    program = [sys.executable, "-m", "servicedesk", "--db", str(path), *words]
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measured(path: Path, many: int, rounds: int) -> None:
    is_new = not path.exists()
    db = written(path, many)
    if is_new:
        took = filled(db)
        print(f"filled in {took:.1f} s, {took / many * 1e6:.0f} µs a customer")
    pages = db.value("SELECT sum(length(block)) FROM customer_text_data")
    whole = db.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    print(f"{many} customers: the index {pages / 2**20:.0f} MiB of {whole / 2**20:.0f} MiB")
    inside = {text: inner(db, text) for text in TYPED}
    db.close()
    empty = path.with_name("few.db")
    if not empty.exists():
        seconds(empty, "init")
    timed: dict[str, list[float]] = {name: [] for name in ("add", "add to few", *TYPED)}
    floors: list[float] = []
    for _ in range(rounds):
        person = ("王芳", "--phone", f"+1 {time.time_ns() % 10**12}", "--address", f"滨江路 {time.time_ns()} 号")
        deeds: dict[str, tuple[Any, ...]] = {
            "add": (path, "customer", "add", *person),
            "add to few": (empty, "customer", "add", *person),
        }
        deeds |= {text: (path, "customer", "find", "--", text) for text in TYPED}
        for name, words in deeds.items():
            floors.append(seconds(path, "ticket", "list", "--limit", "1"))
            timed[name].append(seconds(*words) / floors[-1])
    print(f"ticket list --limit 1: {statistics.median(floors) * 1000:.0f} ms")
    for name, ratios in timed.items():
        found, took = inside.get(name, ("", 0.0))
        print(f"{name:20} x {statistics.median(ratios):.2f}   {took * 1000:6.1f} ms inside, found {found}")


def inner(db: Database, text: str) -> tuple[str, float]:
    from servicedesk.desk.customers import register

    begun = time.perf_counter()
    found = register.find_customers(db, text, on="2026-11-01", limit=50)
    return f"{len(found.table.rows)}{'+' if found.notes else ''}", time.perf_counter() - begun


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.search")
    asked.add_argument("customers", nargs="?", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(exist_ok=True)
        measured(folder / f"people-{given.customers}.db", given.customers, given.rounds)


if __name__ == "__main__":
    main()

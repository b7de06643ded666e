"""A big outlet, written through SQL: the same rows for the same size and seed.

    python -m tests.bench.big PATH [TICKETS] [SEED]

One appliance for five tickets, 50 technicians, 5 years up to 2026-10-31; windows, several visits, surveys,
cancellations, late entries.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from servicedesk.core.model import Stamp
from servicedesk.desk.checks import Guard
from servicedesk.desk.database import Database
from servicedesk.desk.schema import created

YEARS_BEGIN, SECONDS = 1635696000, 5 * 365 * 86400  # 2021-11-01 00:00 in Shanghai
STAMP = Stamp("2021-11-01T00:00:00+08:00", "bench")
STAMPED = "'2021-11-01T00:00:00+08:00', 'bench', 'typed'"
CATEGORIES = ("ac", "fridge", "washer", "electric_water_heater", "flat_tv", "range_hood", "small", "freezer")


def instant(unix: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%S+08:00', {unix} + 28800, 'unixepoch')"


PLAN = """
CREATE TEMP TABLE plan (
  id INTEGER PRIMARY KEY, reported INTEGER, type TEXT, appliance_id INTEGER, technician_id INTEGER, waits INTEGER,
  fate INTEGER, asked INTEGER, again INTEGER, answer INTEGER, late INTEGER
)
"""
CHANCES = ("fate", "asked", "again", "answer", "late")  # each 0 to 999,999


def plan(tickets: int, seed: int) -> Iterator[tuple[int | str, ...]]:
    """The rows of the temporary table `plan`."""
    rng = Random(seed)
    for key in range(1, tickets + 1):
        reported = YEARS_BEGIN + key * SECONDS // tickets + rng.randrange(3600)
        type = rng.choices(("repair", "install", "maintenance"), (80, 10, 10))[0]
        waits = int(rng.lognormvariate(10.3, 0.7))  # eight hours, seldom more than a day
        chances = (rng.randrange(1_000_000) for _ in CHANCES)
        yield key, reported, type, rng.randrange(max(tickets // 5, 1)) + 1, rng.randrange(50) + 1, waits, *chances


EVENT = "INSERT INTO event (ticket_id, kind, at, technician_id, {names}recorded_at, actor, origin)"


def events(names: str, values: str, at: str, kind: str, where: str, recorded: str | None = None) -> str:
    technician = "technician_id" if kind in {"assigned", "arrived", "completed"} else "NULL"
    return (
        f"{EVENT.format(names=names)} SELECT id, '{kind}', {instant(at)}, {technician}, {values}"
        f"{instant(recorded or at)}, 'bench', 'typed' FROM plan WHERE {where} ORDER BY id"
    )


ARRIVED = "reported + waits"
DONE = "reported + waits + 3600 + again % 400000 * (again < 200000)"
OPEN = "id > :tickets - 300"

STEPS = (
    f"INSERT INTO customer (id, name, area, recorded_at, actor, origin) WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL"
    f" SELECT id + 1 FROM n WHERE id < max(:appliances / 2, 1)) SELECT id, '客户' || id, 'area ' || id % 12, {STAMPED}"
    f" FROM n",
    f"INSERT INTO appliance (id, customer_id, category, brand, recorded_at, actor, origin) WITH RECURSIVE n(id) AS"
    f" (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :appliances) SELECT id, 1 + id % max(:appliances / 2, 1),"
    f" (SELECT value FROM json_each(:categories) WHERE key = n.id % 8), 'Haier', {STAMPED} FROM n",
    f"INSERT INTO technician (id, name, recorded_at, actor, origin) WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL"
    f" SELECT id + 1 FROM n WHERE id < 50) SELECT id, 'Technician ' || printf('%02d', id), {STAMPED} FROM n",
    f"INSERT INTO ticket (id, type, customer_id, appliance_id, fault, ended_at, recorded_at, actor, origin)"
    f" SELECT id, type, 1 + appliance_id % max(:appliances / 2, 1),"
    " CASE WHEN late % 100 > 0 THEN appliance_id END, 'leak',"
    f" CASE WHEN {OPEN} THEN NULL WHEN fate < 40000 THEN {instant('reported + 20000')} ELSE {instant(DONE)} END,"
    f" {instant('reported')}, 'bench', 'typed' FROM plan ORDER BY id",
    events("", "", "reported", "reported", "1", "reported + late % 300"),
    events("", "", "reported + 200", "assigned", "fate > 10000"),
    events(
        "window_from, window_to, asked_by, ",
        f"{instant('reported + 90000')}, {instant('reported + 93600 + asked')},"
        " CASE WHEN asked % 4 = 0 THEN 'outlet' ELSE 'customer' END, ",
        "reported + 400", "appointed", "asked < 160000",
    ),
    events("no_access, ", "late % 25 = 0, ", ARRIVED, "arrived", f"fate > 60000 AND NOT {OPEN}",
           f"{ARRIVED} + late % 3000"),
    events("no_access, ", "0, ", DONE + " - 1800", "arrived", f"fate > 60000 AND again < 200000 AND NOT {OPEN}"),
    events(
        "outcome, ",
        "CASE WHEN type <> 'repair' THEN 'done' WHEN fate < 60000 THEN 'resolved_remotely' WHEN late % 50 = 1 THEN"
        " 'not_repairable' WHEN late % 12 = 2 THEN 'no_fault_found' ELSE 'fixed' END, ",
        DONE, "completed", f"fate >= 40000 AND NOT {OPEN}",
    ),
    events(
        "reason, cancelled_by, ",
        "CASE WHEN late % 2 = 0 THEN 'works_again' ELSE 'entry_error' END,"
        " CASE WHEN late % 2 = 0 THEN 'customer' ELSE 'outlet' END, ",
        "reported + 20000", "cancelled", f"fate < 40000 AND NOT {OPEN}",
    ),
    events("score, source, ", "5 - (answer % 100 > 60) - (answer % 100 > 85) - (answer % 100 > 95), 'callback', ",
           f"{DONE} + 200000 + answer % 500000", "surveyed", f"fate >= 40000 AND answer < 530000 AND NOT {OPEN}"),
    "DROP TABLE plan",
)  # fmt: skip


def written(path: Path, *, tickets: int, seed: int = 7) -> Database:
    """A new file of that many tickets."""
    db = created(path, STAMP, outlet="Big outlet", zone="Asia/Shanghai", classroom=True)
    db.connection.execute("PRAGMA cache_size = -256000")
    db.connection.execute("PRAGMA temp_store = memory")
    values = {"tickets": tickets, "appliances": max(tickets // 5, 1), "categories": json.dumps(CATEGORIES)}
    with db.atomic():
        guard = Guard(db)
        guard.step_aside()
        db.run(PLAN)
        db.run_many(f"INSERT INTO plan VALUES ({', '.join('?' * 11)})", plan(tickets, seed))
        for step in STEPS:
            db.run(step, **{name: value for name, value in values.items() if f":{name}" in step})
        guard.stand(path)
    db.connection.execute("PRAGMA optimize")
    return db


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[2:]] + [100_000, 7][len(sys.argv) - 2 :]
    written(Path(sys.argv[1]), tickets=numbers[0], seed=numbers[1]).close()

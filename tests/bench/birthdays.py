"""What the daily run of birthdays costs inside the process, at 100,000 and at a million machines.

    python -m tests.bench.birthdays [MACHINES …] [--folder DIR]

`finding` is the birthdays of 30 days without a line, and those that could join them; `table` what `maintenance due`
makes of it; `first` the run that makes their lines, tickets and checks, `writing` what it takes beside finding; `again`
the same run once more, `next day` the one a day later. The last machine was registered a year ago. The folder keeps
the files as they were before the first run (delete them after a change of the schema). Growth is that of the
processor's seconds.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from servicedesk.desk.maintenance import birthdays, generate
from servicedesk.domain.model import Stamp
from servicedesk.file import opening
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import Journal

SIZES = (100_000, 1_000_000)
STAMP = Stamp("2026-11-21T09:00:00+08:00", "bench")
STAMPED = "'2025-11-20T09:00:00+08:00', 'bench', 'typed'"
SERIES = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :many)"
KINDS = '\'["ac", "fridge", "washer", "flat_tv", "crt_tv", "range_hood", "computer", "flat_tv"]\''
# Two machines a customer, every tenth customer in a household of two, every twentieth a VIP.
FILL = (
    "INSERT INTO household (id, recorded_at, actor, origin) {series}"
    " SELECT id, {stamped} FROM n WHERE id <= :many / 40",
    "INSERT INTO customer (id, name, household_id, recorded_at, actor, origin) {series}"
    " SELECT id, 'c' || id, CASE WHEN id % 10 = 0 THEN 1 + id / 20 % max(:many / 40, 1) END, {stamped} FROM n"
    " WHERE id <= (:many + 1) / 2",
    "INSERT INTO tier (customer_id, tier, from_on, recorded_at, actor, origin)"
    " SELECT id, 'vip', '2020-01-01', {stamped} FROM customer WHERE id % 20 = 0",
    "INSERT INTO appliance (customer_id, category, brand, serial, plate, bought_on, bought_precision, recorded_at,"
    " actor, origin) {series}"
    " SELECT 1 + id / 2 % ((:many + 1) / 2), json_extract(" + KINDS + ", '$[' || (id * 7 % 8) || ']'),"
    " 'Haier', 'S' || id, 's' || id || ' haier',"
    " date('2008-01-01', (id * 7919 % 6500) || ' days'), 'day', {stamped} FROM n",
)  # fmt: skip


def written(path: Path, many: int) -> Path:
    if not path.exists():
        db = opening.create_outlet(path, STAMP, outlet="bench", zone="Asia/Shanghai")
        with db.atomic():
            for sql in FILL:
                db.run(sql.format(series=SERIES, stamped=STAMPED), many=many)
            db.run("DELETE FROM customer_text_stale")  # nobody searches here
        db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
    return path


def seconds(deed: Callable[[], object]) -> tuple[float, float, object]:
    """By the clock, of the processor, and what it found."""
    begun, worked = time.perf_counter(), time.process_time()
    found = deed()
    return time.perf_counter() - begun, time.process_time() - worked, found


def generated(db: Database, on: str, until: str) -> int:
    stamp = Stamp(f"{on}T09:00:00+08:00", "bench")
    db.journal = Journal("maintenance generate", stamp)
    desk = Desk(db, stamp, datetime.fromisoformat(stamp.recorded_at))
    return len(generate.generate_visits(desk, until=until).table.rows)


def measured(folder: Path, many: int) -> dict[str, float]:
    path = folder / "run.db"
    shutil.copyfile(written(folder / f"machines-{many}.db", many), path)
    db = opening.open_outlet(path)
    deeds: dict[str, Callable[[], object]] = {
        "finding": lambda: len(birthdays.due_rows(db, today="2026-11-21", until="2026-12-21")),
        "table": lambda: len(generate.list_due(db, on="2026-11-21", until="2026-12-21").table.rows),
        "first": lambda: generated(db, "2026-11-21", "2026-12-21"),
        "again": lambda: generated(db, "2026-11-21", "2026-12-21"),
        "next day": lambda: generated(db, "2026-11-22", "2026-12-22"),
        "table again": lambda: len(generate.list_due(db, on="2026-11-22", until="2026-12-22").table.rows),
    }
    taken = {}
    for name, deed in deeds.items():
        clock, taken[name], found = seconds(deed)
        print(f"{many:9} {name:12} {clock:7.2f} s, {taken[name]:6.2f} s of the processor   {found} lines")
    taken["writing"] = taken["first"] - taken["finding"]
    print(f"{many:9} {'writing':12} {'':9} {taken['writing']:7.2f} s of the processor")
    db.close()
    for one in folder.glob("run.db*"):
        one.unlink()
    return taken


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.birthdays")
    asked.add_argument("machines", nargs="*", type=int, default=SIZES)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(exist_ok=True)
        runs = [measured(folder, many) for many in given.machines]
        for name in runs[0]:
            print(
                f"{name:12} x {runs[-1][name] / runs[0][name]:.1f} for x {given.machines[-1] / given.machines[0]:.0f}"
            )


if __name__ == "__main__":
    main()

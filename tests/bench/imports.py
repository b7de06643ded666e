"""A stranger's file of tickets through a full map, as whole processes: rows a second, memory, the ratio to a bare load.

    python -m tests.bench.imports [TICKETS …] [--rounds N] [--folder DIR]

Every ticket names its customer, its machine and who came; it was reported, mostly visited and completed, often asked
about. The floor is Python's csv reader and one executemany into a table without keys, in the same run. What a command
costs before its first record (`import` of a file with one) is shown apart. The folder keeps the files.

Memory is what the command and the process that reads for it take together, pages they share counted once (Pss); looked
at twenty times a second, and never less than the peak of one of them.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.bench.kpis import Run, ours, run

SIZES = (10_000, 100_000, 1_000_000)
FIRST, DAYS = datetime(2021, 11, 1), 1825
HEADINGS = (
    "Ticket No", "Received", "Channel", "Kind", "Customer No", "Customer", "Phone", "Address", "District", "Tier",
    "Machine No", "Product", "Brand", "Model", "Serial", "Bought", "Fault", "Remarks", "Technician", "State", "Arrived",
    "Closed", "Result", "Closed by", "Why", "Score", "Asked",
)  # fmt: skip
MAP = """
source = "old-system"
dates = ["%d.%m.%Y %H:%M"]

[customer]
ref = "Customer No"
name = "Customer"
phone = "Phone"
address = "{District}, {Address}"
area = "District"
tier = { column = "Tier", map = { A = "vip" }, other = "ordinary" }

[appliance]
ref = "{Customer No}/{Machine No}"
category = { column = "Product", map = { Refrigerator = "fridge", Washer = "washer", "Air conditioner" = "ac" } }
brand = "Brand"
model = "Model"
serial = "Serial"
bought = { column = "Bought", dates = ["%d.%m.%Y"] }

[ticket]
ref = "Ticket No"
type = { column = "Kind", map = { Repair = "repair", Service = "maintenance" } }
channel = "Channel"
reported_at = "Received"
arrived_at = "Arrived"
completed_at = { column = "Closed", when = { State = ["Done"] } }
outcome = { column = "Result", map = { OK = "fixed", "No fault" = "no_fault_found", Serviced = "done" }, other = "" }
cancelled_at = { column = "Closed", when = { State = ["Cancelled"] } }
cancelled_by = { column = "Closed by", map = { C = "customer", O = "outlet" } }
cancel_reason = { column = "Why", map = { Runs = "works_again" }, other = "" }
technician = "Technician"
fault = "Fault"
text = "Remarks"
area = "District"

[survey]
score = "Score"
answered_at = "Asked"
"""
LOAD = f"""
import csv, sqlite3, sys
connection = sqlite3.connect(sys.argv[2])
with open(sys.argv[1], encoding="utf-8", newline="") as source, connection:
    rows = csv.reader(source)
    names = ", ".join(f'"{{name}}"' for name in next(rows))
    connection.execute(f"CREATE TABLE bare ({{names}})")
    connection.executemany("INSERT INTO bare VALUES ({", ".join("?" * len(HEADINGS))})", rows)
"""


def shown(at: datetime) -> str:
    return at.strftime("%d.%m.%Y %H:%M")


def record(chance: Random, number: int, tickets: int) -> list[str]:
    machine = chance.randrange(max(tickets // 5, 1))
    owner = machine // 2
    at = FIRST + timedelta(minutes=int(number * DAYS * 1440 / tickets))
    arrived = at + timedelta(minutes=chance.randrange(30, 3000))
    closed = arrived + timedelta(minutes=chance.randrange(5, 300))
    state = chance.choices(("Done", "Cancelled", "Open"), (90, 5, 5))[0]
    is_repair = chance.random() < 0.9
    rating = chance.choice("12345555") if state == "Done" and chance.random() < 0.6 else ""
    asked = shown(closed + timedelta(minutes=chance.randrange(60, 9000))) if rating else ""
    came = state == "Done"
    return [
        f"R{number:07}", shown(at), chance.choice(("Hotline", "Shop", "App")), "Repair" if is_repair else "Service",
        f"K{owner}", f"Customer {owner}", f"13{800000000 + owner}", f"{owner} Harbour Road", f"District {owner % 12}",
        "A" if owner % 20 == 0 else "B", str(machine % 2), ("Refrigerator", "Washer", "Air conditioner")[machine % 3],
        "Haier", f"BCD-{machine % 40}", f"{machine:08}", shown(FIRST - timedelta(days=owner % 3285))[:10],
        chance.choice(("leak", "noise", "no_power", "drain")), chance.choice(("", "rings first", "second floor")),
        f"Technician {number % 50:02}", state, shown(arrived) if came else "", shown(closed) if state != "Open" else "",
        ("OK" if is_repair else "Serviced") if came else "", "C" if state == "Cancelled" else "", "", rating, asked,
    ]  # fmt: skip


def written(path: Path, tickets: int) -> Path:
    if not path.exists():
        chance = Random(7)
        with path.open("w", encoding="utf-8", newline="") as out:
            write = csv.writer(out)
            write.writerow(HEADINGS)
            write.writerows(record(chance, number, tickets) for number in range(tickets))
    return path


def together(pid: int) -> float:
    """MiB of a process and its children just now; 0 where it has ended."""
    try:
        pids = [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        texts = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in pids]
    except OSError:
        return 0
    return sum(int(line.split()[1]) for text in texts for line in text.splitlines() if line.startswith("Pss:")) / 1024


def watched(command: list[str]) -> Run:
    begun, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, together(process.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        out.seek(0)
        used = ended[2]
        return Run(seconds, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss / 1024), out.read())


def loaded(folder: Path, rows: Path, mapping: Path) -> Run:
    """One import into a new file; SystemExit where it did not take every row."""
    db = folder / "desk.db"
    for path in folder.glob("desk.db*"):
        path.unlink()
    run(ours(db, "--quiet", "init"))
    done = watched(ours(db, "import", str(rows), "--map", str(mapping), "--format", "json"))
    told = json.loads(done.said)
    if (told["new"], told["rejected"]) != (told["read"], 0):
        raise SystemExit(f"not every row was taken: {told}")
    return done


def bare(folder: Path, rows: Path) -> Run:
    db = folder / "bare.db"
    db.unlink(missing_ok=True)
    return run([sys.executable, "-c", LOAD, str(rows), str(db)])


def median(runs: list[Run], part: str) -> float:
    return float(statistics.median(getattr(one, part) for one in runs))


def measured(folder: Path, sizes: list[int], rounds: int) -> None:
    mapping = folder / "full.toml"
    mapping.write_text(MAP, encoding="utf-8")
    one = written(folder / "one.csv", 1)
    print(f"{'tickets':>9}{'seconds':>9}{'cpu':>8}{'rows/s':>9}{'less start':>12}{'MiB':>6}{'bare s':>8}{'ratio':>7}")
    for size in sizes:
        rows = written(folder / f"{size}.csv", size)
        timed: dict[str, list[Run]] = {"start": [], "import": [], "bare": []}
        for _ in range(rounds):
            timed["start"].append(loaded(folder, one, mapping))
            timed["import"].append(loaded(folder, rows, mapping))
            timed["bare"].append(bare(folder, rows))
        seconds, start, floor = (median(timed[name], "seconds") for name in ("import", "start", "bare"))
        peak = max(found.peak for found in timed["import"])
        print(
            f"{size:9}{seconds:9.2f}{median(timed['import'], 'cpu'):8.2f}{size / seconds:9.0f}"
            f"{size / (seconds - start):12.0f}{peak:6.0f}{floor:8.2f}{seconds / floor:7.1f}"
        )


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.imports")
    asked.add_argument("tickets", nargs="*", type=int, default=SIZES)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(exist_ok=True)
        measured(folder, list(given.tickets), given.rounds)


if __name__ == "__main__":
    main()

"""A crowd on one file: writers through the library beside reports, backups and the daily run.

    python -m tests.crash.crowd [PROCESSES] [TICKETS]

Nothing is refused, nothing is lost; prints tickets a second and the worst wait of a writer.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.crash.deeds import NOW, Outlet, whole_file
from tests.crash.running import Ended, program, run

WRITER = """
import json, sys, time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from servicedesk.base.errors import ServiceDeskError
from servicedesk.domain.model import Stamp
from servicedesk.desk.tickets.open import NewTicket, open_ticket
from servicedesk.file.opening import open_outlet
from servicedesk.storage.desk import Desk

at = datetime(2026, 11, 21, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
stamp = Stamp(at.isoformat(timespec="seconds"), sys.argv[2])
db = open_outlet(Path(sys.argv[1]))
desk = Desk(db, stamp, at)
print("ready", flush=True)
sys.stdin.readline()
waits, ids, refused = [], [], []
for n in range(int(sys.argv[3])):
    begun = time.perf_counter()
    try:
        answer = open_ticket(desk, NewTicket("repair", f"{n}", customer_id=1, no_appliance=True))
        ids.append(answer.table.objects()[0]["id"])
    except Exception as error:
        refused.append(repr(error))
    waits.append(time.perf_counter() - begun)
db.close()
print(json.dumps({"waits": waits, "ids": ids, "refused": refused}))
"""


@dataclass
class Crowd:
    """The figures. `lost`: acknowledged ids that are not in the file, or that two got; `beside`: runs of others."""

    tickets: int
    seconds: float
    waits: list[float]
    refused: list[str]
    lost: int
    beside: dict[str, int]
    faults: list[str]

    def wait(self, part: float) -> float:
        """The wait that this part of the writers' calls stayed below, in seconds."""
        return sorted(self.waits)[min(int(len(self.waits) * part), len(self.waits) - 1)]


class Beside(threading.Thread):
    """Other commands as long as the writers write, one after the other and once at least."""

    def __init__(self, file: Path, copy: Path) -> None:
        super().__init__()
        self.ended: list[tuple[str, Ended]] = []
        self.is_over = threading.Event()
        self.commands = {
            "kpi report": program(file, "kpi", "report", "--month", "2026-11", now=NOW),
            "backup": program(file, "backup", str(copy), now=NOW),
            "maintenance generate": program(file, "maintenance", "generate", now=NOW),
        }
        self.copy, self.halves = copy, 0

    def run(self) -> None:
        while True:
            for name, command in self.commands.items():
                self.ended.append((name, run(command)))
                self.halves += name == "backup" and whole_file(self.copy) is not True
            if self.is_over.is_set():
                return


def crowded(folder: Path, processes: int, tickets: int) -> Crowd:
    """All writers at once on one new file."""
    outlet = Outlet(folder, 0)
    command = [sys.executable, "-c", WRITER, str(outlet.file)]
    writers = [
        subprocess.Popen(
            [*command, f"clerk {n}", str(tickets)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(processes)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    beside = Beside(outlet.file, outlet.copy)
    beside.start()
    begun = time.perf_counter()
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    answers = [json.loads(writer.communicate()[0]) for writer in writers]
    seconds = time.perf_counter() - begun
    beside.is_over.set()
    beside.join()
    ids = [ticket_id for answer in answers for ticket_id in answer["ids"]]
    with outlet.looked_at() as file, closing(file.execute("SELECT id FROM ticket WHERE actor LIKE 'clerk %'")) as rows:
        there = {row[0] for row in rows}
    faults = [f"{name}: {e.code} {e.err.strip()[-300:]}" for name, e in beside.ended if e.code]
    faults += [f"{beside.halves} backups were not whole"] if beside.halves else []
    check = run(program(outlet.file, "check", now=NOW))
    if check.code or {finding["kind"] for finding in json.loads(check.out)} - {"missing"}:
        faults.append(f"check: {check.out[:300]} {check.err.strip()}")
    names = [name for name, _ in beside.ended]
    return Crowd(
        len(ids),
        seconds,
        [wait for answer in answers for wait in answer["waits"]],
        [reason for answer in answers for reason in answer["refused"]],
        len(ids) - len(set(ids) & there),
        {name: names.count(name) for name in beside.commands},
        faults,
    )


def main(processes: int, tickets: int) -> int:
    """Print the figures; how many faults there were."""
    with tempfile.TemporaryDirectory() as folder:
        crowd = crowded(Path(folder), processes, tickets)
    others = ", ".join(f"{count} x {name}" for name, count in crowd.beside.items())
    print(f"{processes} processes x {tickets} tickets beside {others}")
    print(f"refused      {len(crowd.refused):6}")
    print(f"lost         {crowd.lost:6}")
    print(f"tickets/s    {crowd.tickets / crowd.seconds:6.0f}")
    print(f"median wait  {crowd.wait(0.5) * 1000:6.0f} ms")
    print(f"p99 wait     {crowd.wait(0.99) * 1000:6.0f} ms")
    print(f"worst wait   {max(crowd.waits) * 1000:6.0f} ms")
    for fault in [*crowd.refused[:10], *crowd.faults]:
        print(fault)
    return len(crowd.refused) + crowd.lost + len(crowd.faults)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.crash.crowd")
    asked.add_argument("processes", nargs="?", type=int, default=20)
    asked.add_argument("tickets", nargs="?", type=int, default=200)
    given = asked.parse_args()
    sys.exit(1 if main(given.processes, given.tickets) else 0)

"""What the journal costs who writes, and how fast an import is taken back and brought back.

    python -m tests.bench.undo [TICKETS] [--rounds N]

A command is a connection of its own, as at the keyboard; with and without a journal by turns, in milliseconds of the
processor. The import, its undo and its redo are whole processes.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from servicedesk.desk.customers import register
from servicedesk.desk.tickets.open import NewTicket, open_ticket
from servicedesk.domain.model import Stamp
from servicedesk.file.opening import open_outlet
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import Journal
from tests.bench.imports import MAP, written
from tests.bench.kpis import NOW, ours, run

AT = datetime.fromisoformat(NOW)
STAMP = Stamp(NOW, "bench", "typed")
Deed = Callable[[Database, int], object]


def _opened(db: Database, n: int) -> object:
    return open_ticket(Desk(db, STAMP, AT), NewTicket("repair", f"no heat {n}", appliance_id=1))


def _edited(db: Database, n: int) -> object:
    return register.edit_customer(Desk(db, STAMP, AT), 1, name=f"Name {n} {time.perf_counter_ns()}")


def _cost(path: Path, deed: Deed, n: int, *, journaled: bool) -> float:
    db = open_outlet(path)
    begun = time.process_time()
    if journaled:
        db.journal = Journal("bench", STAMP)
    deed(db, n)
    took = time.process_time() - begun
    db.close()
    return took * 1000


def measured(folder: Path, tickets: int, rounds: int) -> None:
    file = folder / "outlet.db"
    run([sys.executable, "-m", "tests.bench.big", str(file), str(tickets)])
    for name, deed in {"ticket open": _opened, "customer edit": _edited}.items():
        found: dict[bool, list[float]] = {False: [], True: []}
        for n in range(rounds * 20):
            for journaled in found:
                found[journaled].append(_cost(file, deed, n, journaled=journaled))
        bare, kept = (statistics.median(found[journaled]) for journaled in (False, True))
        print(f"{name}: {bare:.2f} ms without a journal, {kept - bare:+.2f} ms with one")
    rows, mapping, fresh = written(folder / "rows.csv", tickets), folder / "map.toml", folder / "fresh.db"
    mapping.write_text(MAP, encoding="utf-8")
    run(ours(fresh, "--quiet", "init"))
    for words in (("import", str(rows), "--map", str(mapping)), ("undo",), ("redo",), ("undo",)):
        took = run(ours(fresh, "--quiet", *words))
        print(f"{words[0]}: {took.seconds:.1f} s, {took.peak:.0f} MiB, {fresh.stat().st_size >> 20} MiB of file")


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.undo")
    asked.add_argument("tickets", nargs="?", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        measured(Path(made), given.tickets, given.rounds)


if __name__ == "__main__":
    main()

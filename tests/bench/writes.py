"""What the kept facts cost who writes: ratios to the same writing without them, in interleaved rounds of one run.

    python -m tests.bench.writes [TICKETS] [--rounds N]

Moves of tickets inside one transaction (microseconds an event, rolled back), whole commands, and a folder of so many
tickets that is imported, where the facts are filled once at the end.
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from servicedesk.file.opening import open_outlet
from servicedesk.records import ticket_facts
from servicedesk.storage.database import Database
from tests.bench.kpis import NOW, compared, ours, run

MOVES = 2000
MOVE = "INSERT INTO event (ticket_id, kind, at, technician_id, recorded_at, actor, origin) VALUES (?, ?, ?, ?, ?, ?, ?)"
KEPT = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'ticket_fact_*'"


def without_facts(source: Path, target: Path) -> Path:
    """A copy whose triggers do not keep the facts."""
    with sqlite3.connect(source) as ours, sqlite3.connect(target) as copy:
        ours.backup(copy)
        for (name,) in copy.execute(KEPT).fetchall():
            copy.execute(f"DROP TRIGGER {name}")
    return target


def an_event(db: Database) -> float:
    """Microseconds of one: tickets, each reported and assigned, rolled back."""
    begun = time.perf_counter()
    with db.atomic(dry_run=True):
        for n in range(MOVES // 2):
            key = db.run(
                "INSERT INTO ticket (type, customer_id, appliance_id, recorded_at, actor, origin)"
                " VALUES ('repair', :c, :c, :at, 'bench', 'typed')",
                c=n % 100 + 1,
                at=NOW,
            )
            moves = [
                (key, "reported", NOW, None, NOW, "bench", "typed"),
                (key, "assigned", NOW, 1, NOW, "bench", "typed"),
            ]
            db.run_many(MOVE, moves)
    return (time.perf_counter() - begun) / MOVES * 1e6


def seconds(deed: Callable[[], object]) -> float:
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def filled(path: Path) -> float:
    """Seconds of filling the facts of the whole file anew."""
    db = open_outlet(path)
    with db.atomic(dry_run=True):
        found = seconds(lambda: ticket_facts.fill(db))
    db.close()
    return found


def measured(folder: Path, tickets: int, rounds: int) -> None:
    kept = folder / "kept.db"
    run([sys.executable, "-m", "tests.bench.big", str(kept), str(tickets)])
    bare = without_facts(kept, folder / "bare.db")
    both = {"without": open_outlet(bare), "with": open_outlet(kept)}
    timed: dict[str, list[float]] = {name: [] for name in both}
    for _ in range(rounds + 1):
        for name, db in both.items():
            timed[name].append(an_event(db))
    for db in both.values():
        db.close()
    floor, cost = (statistics.median(timed[name][1:]) for name in ("without", "with"))
    print(f"an event: {floor:.0f} µs without kept facts, {cost:.0f} µs with them, x {cost / floor:.2f}")
    words = ("--quiet", "ticket", "open", "--appliance", "A1", "no heat")
    compared("ticket open", {"without": ours(bare, *words), "with": ours(kept, *words)}, rounds)
    again = folder / "again.db"
    run(ours(kept, "--quiet", "export", str(folder / "all")))
    run(ours(again, "--quiet", "init"))
    found = run(ours(again, "--quiet", "import", str(folder / "all")))
    share = filled(kept) / found.seconds
    print(f"\n{tickets} tickets imported from a folder: {found.seconds:.1f} s, {found.peak:.0f} MiB,")
    print(
        f"{tickets / found.seconds:.0f} tickets/s with all that happened to them; filling the facts {share:.0%} of it"
    )


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.writes")
    asked.add_argument("tickets", nargs="?", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=7)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        measured(Path(made), given.tickets, given.rounds)


if __name__ == "__main__":
    main()

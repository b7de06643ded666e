"""Figures over a big outlet as whole processes: ours beside DuckDB's, in interleaved rounds of one run.

    python -m tests.bench.kpis [TICKETS] [--rounds N] [--folder DIR]

The folder keeps the files for the next run. Medians are compared, memory is the peak of the process. Exit 1 where a
cell of ours (hits, total, pending, excluded of a month and technician) is another than DuckDB's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import duck

NOW = "2026-11-25T00:00:00+08:00"
FIRST, LAST, END = "2021-11-01", "2026-10-31", "2026-11-01"
PERIOD = ("--from", FIRST, "--to", LAST)
GROUPS = (*PERIOD, "--by", "month", "--by", "technician")
NOBODY = {"arrival_24h_rate": "(dispatch)", "arrival_24h_rate_strict": "(dispatch)"}
OURS = "servicedesk"


class Run(NamedTuple):
    """One process: seconds of the clock, seconds of processors, peak MiB, and what it wrote where it was kept."""

    seconds: float
    cpu: float
    peak: float
    said: bytes


def run(command: list[str], *, keep: bool = False) -> Run:
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out if keep else subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        out.seek(0)
        return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read())


def ours(path: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "servicedesk", "--db", str(path), "--now", NOW, *words]


def report(path: Path, *words: str) -> list[str]:
    only = [word for key in duck.KEYS for word in ("--only", key)]
    return ours(path, "kpi", "report", *words, *only, "--format", "json")


def theirs(path: Path, how: str, threads: int) -> list[str]:
    as_of = int(datetime.fromisoformat(NOW).timestamp())
    return [sys.executable, "-m", "tests.bench.duck", str(path), how, str(threads), str(as_of), FIRST, END]


def cells(said: bytes) -> dict[tuple[str, str, str], tuple[int, ...]]:
    """hits, total, pending, excluded by figure, month and technician, of our answer or of DuckDB's."""
    found: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for row in json.loads(said):
        if isinstance(row, dict):
            counted = tuple(row[name] for name in ("hits", "total", "pending", "excluded"))
            found[row["kpi"], row["period"], row["group"]] = counted
        else:
            found[row[0], row[1], row[2] or NOBODY.get(row[0], "(none)")] = tuple(row[3:])
    return found


def differing(commands: dict[str, list[str]]) -> int:
    """How many cells are not the same in all answers; each is told."""
    answers = {name: cells(run(command, keep=True).said) for name, command in commands.items()}
    keys = sorted(set().union(*answers.values()))
    wrong = [key for key in keys if len({answer.get(key) for answer in answers.values()}) > 1]
    for key in wrong[:10]:
        print(*key, {name: answer.get(key) for name, answer in answers.items()})
    print(f"\n{len(keys)} cells in {len(answers)} answers, {len(wrong)} differ")
    return len(wrong)


def compared(title: str, commands: dict[str, list[str]], rounds: int) -> None:
    """Medians of interleaved rounds, as ratios to the first command; the first round is not counted."""
    timed: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            timed[name].append(run(command))
    print(f"\n{title}\n{'':34}{'seconds':>9}{'ratio':>8}{'cpu':>8}{'ratio':>8}{'MiB':>7}")
    floor, work = (statistics.median(getattr(found, part) for found in next(iter(timed.values()))[1:])
                   for part in ("seconds", "cpu"))  # fmt: skip
    for name, found in timed.items():
        seconds, cpu = (statistics.median(getattr(one, part) for one in found[1:]) for part in ("seconds", "cpu"))
        peak = max(one.peak for one in found)
        print(f"{name:34}{seconds:9.2f}{seconds / floor:8.2f}{cpu:8.2f}{cpu / work:8.2f}{peak:7.0f}")


def all_groups(path: Path, copy: Path) -> dict[str, list[str]]:
    """The headline figures by month and technician, ours and DuckDB's."""
    rival = {
        f"DuckDB, {told}, {threads} thread{'s' * (threads > 1)}": theirs(copy, how, threads)
        for how, told in (("log", "log of events"), ("facts", "ticket_fact"))
        for threads in (2, 1)
    }
    # DuckDB over the log with two threads leads: the others are ratios to it.
    names = list(rival)
    return {names[0]: rival[names[0]], OURS: report(path, *GROUPS), **{name: rival[name] for name in names[1:]}}


def files(folder: Path, tickets: int) -> tuple[Path, Path, Path]:
    """The big file, one of a tenth of its tickets, and the big one in DuckDB; made where they are missing.

    By processes of their own: the peak of whatever we start is never less than our own size was.
    """
    big, tenth = (folder / f"big{size}.db" for size in (tickets, tickets // 10))
    for path, size in ((big, tickets), (tenth, tickets // 10)):
        if not path.exists():
            run([sys.executable, "-m", "tests.bench.big", str(path), str(size)])
    copy = big.with_suffix(".duckdb")
    if not copy.exists():
        run([sys.executable, "-m", "tests.bench.duck", str(copy), "copy", str(big)])
    return big, tenth, copy


def measured(folder: Path, tickets: int, rounds: int) -> int:
    big, tenth, copy = files(folder, tickets)
    commands = all_groups(big, copy)
    compared(f"{tickets} tickets, headline figures by month and technician", commands, rounds)
    month = report(big, "--month", "2026-09")
    compared("one month", {"ticket list": ours(big, "ticket", "list", "--format", "json"), OURS: month}, rounds)
    compared("ten times the tickets", {"a tenth": report(tenth, *GROUPS), "all": report(big, *GROUPS)}, rounds)
    whole = {"now": report(big, *GROUPS), "two months ago": report(big, *GROUPS, "--as-of", "2026-09-30")}
    compared("as of an earlier instant", whole, 1)
    rows = ("kpi", "rows", "arrival_24h_rate", *PERIOD, "--format", "csv")
    compared("kpi rows, five years", {"a tenth": ours(tenth, *rows), "all": ours(big, *rows)}, 1)
    page = ("report", "monthly", "--month", "2026-10", "--output", str(folder / "page.html"))
    compared("the monthly page", {"a tenth": ours(tenth, *page), "all": ours(big, *page)}, 1)
    return differing(commands)


def main(arguments: Any = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.kpis", description=__doc__.split("\n")[0])
    asked.add_argument("tickets", nargs="?", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(exist_ok=True)
        return 1 if measured(folder, given.tickets, given.rounds) else 0


if __name__ == "__main__":
    sys.exit(main())

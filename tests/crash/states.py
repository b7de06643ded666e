"""Commands that turn a whole file over, killed at random moments: the file is as before or as after, never between.

    python -m tests.crash.states [RUNS] [SEED]

Undo and redo (of an import too), undo of a command in the middle, merge, forget, restore, and the dated backups of
cron. Each run begins with a copy of the same file; an undisturbed one tells what it is to be like afterwards.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.crash.deeds import NOW, whole_file
from tests.crash.running import Ended, program, run
from tests.wild.running import content

TICKETS = 4_000  # of the import that is undone
CHECK_EVERY = 25
KINDS = ("undo", "undo 1", "redo", "merge", "forget", "restore", "keep")


def said(file: Path, *words: str) -> Ended:
    ended = run(program(file, *words, now=NOW))
    assert ended.code == 0, (words, ended.err)
    return ended


@dataclass
class Place:
    """The folder of one kind: what its file is like before a run, and after it."""

    kind: str
    folder: Path
    before: Path
    words: tuple[str, ...]
    states: tuple[str, str] = ("", "")
    took: float = 1.0

    @property
    def file(self) -> Path:
        return self.folder / "run" / "outlet.db"

    def laid_out(self) -> None:
        """The folder as it is before each run."""
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        shutil.copytree(self.before, self.folder / "run")

    def command(self) -> list[str]:
        return program(self.file, *(word.replace("RUN", str(self.folder / "run")) for word in self.words), now=NOW)

    def left_over(self) -> list[str]:
        """What lies beside the file and is no whole copy, or is missing there."""
        run = self.folder / "run"
        found = [path.name for path in (*run.glob("outlet.db.*"), *run.glob("copies/*.db")) if not _is_sound(path)]
        if self.kind == "keep" and len(list(run.glob("copies/*.db"))) < 2:
            found.append("a backup went before there was another")
        return found

    def rehearsed(self) -> None:
        self.laid_out()
        first = content(self.file)
        ended = run(self.command())
        assert ended.code == 0, (self.kind, ended.err)
        self.states, self.took = (first, content(self.file)), ended.took


@dataclass
class Tally:
    """The figures; `faults` tells each loss, each half and each odd end in a line."""

    runs: int = 0
    killed: int = 0
    acknowledged: int = 0
    before: int = 0
    after: int = 0
    checks: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def stock(folder: Path, *, tickets: int = TICKETS) -> dict[str, Path]:
    """A folder for each kind with its file, made from one outlet."""
    made = folder / "made.db"
    said(made, "demo", "--months", "1")
    rows = "".join(f"{n},2026-11-02 09:00,no heat {n},{n % 900},王{n % 900}\n" for n in range(tickets))
    (folder / "tickets.csv").write_text(f"ref,reported_at,text,customer_ref,customer_name\n{rows}", encoding="utf-8")
    copy = folder / "earlier.db"
    said(made, "backup", str(copy))
    said(made, "import", str(folder / "tickets.csv"), "--as", "tickets")
    folders = {}
    for kind in KINDS:
        folders[kind] = folder / kind.replace(" ", "-") / "before"
        folders[kind].mkdir(parents=True)
        file = folders[kind] / "outlet.db"
        said(made, "backup", str(file))
        if kind == "redo":
            said(file, "undo")
        if kind == "undo 1":
            said(file, "customer", "add", "Zhou", "--phone", "13800138222")
        if kind == "restore":
            shutil.copy(copy, folders[kind] / "backup.db")
        if kind == "keep":
            (folders[kind] / "copies").mkdir()
            for day in ("19", "20"):
                run(program(file, "backup", "--keep", "2", str(folders[kind] / "copies"), now=f"2026-11-{day} 03:00"))
    return folders


WORDS: dict[str, tuple[str, ...]] = {
    "undo": ("undo",),
    "undo 1": ("undo", "1"),  # the import, although a customer was added after it
    "redo": ("redo",),
    "merge": ("customer", "merge", "C5", "C6"),  # of one home
    "forget": ("customer", "forget", "C3", "--yes"),
    "restore": ("restore", "RUN/backup.db", "--yes"),
    "keep": ("backup", "--keep", "2", "RUN/copies"),
}


class Campaign:
    """Runs of all kinds in turn, at random moments."""

    def __init__(self, folder: Path, *, runs: int, seed: int, tickets: int = TICKETS) -> None:
        self.rng, self.runs, self.tally = Random(seed), runs, Tally()
        folders = stock(folder, tickets=tickets)
        self.places = [Place(kind, folders[kind].parent, folders[kind], WORDS.get(kind, ("info",))) for kind in KINDS]

    def fought(self) -> Tally:
        for place in self.places:
            place.rehearsed()
        for n in range(self.runs):
            self._one(self.places[n % len(self.places)], n)
        return self.tally

    def _one(self, place: Place, n: int) -> None:
        place.laid_out()
        tally, name = self.tally, f"run {n} {place.kind}"
        ended = run(place.command(), kill_after=self.rng.uniform(0.1, 1.15) * place.took)
        tally.runs += 1
        tally.kinds[place.kind] += 1
        tally.killed += ended.code == -9
        is_answered = _is_whole_answer(ended.out)
        tally.acknowledged += is_answered
        if ended.code not in {0, -9}:
            tally.faults.append(f"odd: {name} ended with {ended.code}: {ended.err.strip()[-300:]}")
        state = content(place.file) if place.file.exists() else "no file"
        if state not in place.states:
            tally.faults.append(f"half: {name} is neither as before nor as after")
        elif is_answered and state != place.states[1]:
            tally.faults.append(f"lost: {name} was answered and is as before")
        tally.after += state == place.states[1]
        tally.before += state != place.states[1]
        tally.faults += [f"half: {name}: {what}" for what in place.left_over()]
        if n % CHECK_EVERY < len(self.places):
            self._checked(place, name)

    def _checked(self, place: Place, name: str) -> None:
        """`check` finds nothing, and the command can be said again."""
        self.tally.checks += 1
        ended = run(program(place.file, "check", now=NOW))
        if ended.code:
            self.tally.faults.append(f"odd: check after {name}: {ended.out[:300]} {ended.err.strip()[-300:]}")
        if place.kind in {"undo", "redo"} and content(place.file) == place.states[1]:
            return  # said again it would take back one command more
        again = run(place.command())
        if again.code or content(place.file) != place.states[1]:
            self.tally.faults.append(f"odd: said again after {name}: {again.code} {again.err.strip()[-300:]}")


def _is_whole_answer(out: str) -> bool:
    try:
        json.loads(out)
    except ValueError:
        return False
    return True


def _is_sound(path: Path) -> bool:
    """What lies beside the file: logs of SQLite, or whole copies."""
    return path.name.endswith(("-wal", "-shm", "-journal")) or whole_file(path) is True


def main(runs: int, seed: int) -> int:
    """Print the figures; how many faults there were."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        tally = Campaign(Path(folder), runs=runs, seed=seed).fought()
    print(f"runs           {tally.runs:6}  seed {seed}, {(time.perf_counter() - begun) / 60:.1f} min")
    print(f"killed         {tally.killed:6}")
    print(f"acknowledged   {tally.acknowledged:6}")
    print(f"as before      {tally.before:6}")
    print(f"as after       {tally.after:6}")
    print(f"checks         {tally.checks:6}")
    print(f"faults         {len(tally.faults):6}")
    print("of each command  " + ", ".join(f"{kind} {count}" for kind, count in sorted(tally.kinds.items())))
    for fault in tally.faults:
        print(fault)
    return len(tally.faults)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.crash.states")
    asked.add_argument("runs", nargs="?", type=int, default=400)
    asked.add_argument("seed", nargs="?", type=int, default=7)
    given = asked.parse_args()
    sys.exit(1 if main(given.runs, given.seed) else 0)

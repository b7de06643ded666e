"""Writing commands killed at random moments: what was acknowledged is there, nothing is half done.

    python -m tests.crash.kill [RUNS] [SEED]

Half of the kills come at any moment of the process, half are aimed: soon after its first trace on the disk. An answer
counts as acknowledged when its JSON is whole, even if the process was killed before its exit code.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from tests.crash.deeds import FACTS, KINDS, NOW, Outlet, litter, rows_of, whole_export, whole_file
from tests.crash.running import Ended, program, run

CHECK_EVERY = 50


@dataclass
class Deed:
    """One run of the facts: what was to be left, and what was answered."""

    kind: str
    number: int
    whole: Counter[str]
    answer: Any


@dataclass
class Tally:
    """The figures of a campaign; `faults` tells each loss, each half and each odd end in a line."""

    runs: int = 0
    killed: int = 0
    acknowledged: int = 0
    killed_after_answer: int = 0
    nothing: int = 0
    unacknowledged_whole: int = 0
    lost: int = 0
    half: int = 0
    odd: int = 0
    checks: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def fault(self, what: str, sentence: str) -> None:
        setattr(self, what, getattr(self, what) + 1)
        self.faults.append(f"{what}: {sentence}")


class Campaign:
    """Runs against one outlet, and the book of what was answered."""

    def __init__(self, folder: Path, *, runs: int, seed: int, kinds: tuple[str, ...] = KINDS) -> None:
        self.rng = Random(seed)
        self.runs, self.kinds = runs, kinds
        self.tally = Tally()
        self.waiting: list[Deed] = []
        self.book: list[Deed] = []
        self.takes: dict[str, tuple[float, float]] = {}
        self.outlet = Outlet(folder, runs + 2 * len(kinds))
        self.copied = 0

    def fought(self) -> Tally:
        """All runs, the last look included."""
        self._calibrated()
        first = 2 * len(self.kinds)
        for n in range(first, first + self.runs):
            self._one(self.rng.choice(self.kinds), n)
            if n % CHECK_EVERY == 0:
                self._checked()
        self._verified()
        self.waiting = self.book
        self._verified(again=True)
        self._checked()
        self._swept()
        return self.tally

    def _calibrated(self) -> None:
        """Each command twice, undisturbed: how long it takes, and which rows it leaves."""
        for n, kind in enumerate(kind for kind in self.kinds for _ in range(2)):
            self._cleared(kind)
            ended = run(self.outlet.command(kind, n), watch=self.outlet.watched(kind))
            assert ended.code == 0, (kind, ended.err)
            first = ended.first if ended.first is not None else ended.took * 0.8
            self.takes[kind] = ended.took, ended.took - first
            with self.outlet.looked_at() as file:
                self.outlet.sizes[kind] = rows_of(file, f"run {n}")
            if kind == "demo":
                self.outlet.sizes[kind] = Counter(ticket=json.loads(ended.out)["tickets"])

    def _cleared(self, kind: str) -> None:
        if kind in {"init", "demo"}:
            for left in (self.outlet.folder / "made").glob(f"{kind}.db*"):
                left.unlink()

    def _one(self, kind: str, n: int) -> None:
        took, tail = self.takes[kind]
        self._cleared(kind)
        command = self.outlet.command(kind, n)
        whole = self.outlet.rehearsed(kind, n) if kind in FACTS else Counter[str]()
        if self.rng.random() < 0.5:
            ended = run(command, kill_after=self.rng.uniform(0, took * 1.25))
        else:
            ended = run(command, watch=self.outlet.watched(kind), kill_after_first=self.rng.uniform(0, tail * 1.1))
        if ended.code == 0:  # the machine is faster or slower by now
            self.takes[kind] = (took + ended.took) / 2, (tail + ended.took - ended.first) / 2 if ended.first else tail
        answer = self._answered(kind, n, ended)
        if kind in FACTS:
            self.waiting.append(Deed(kind, n, whole, answer))
            # Mostly the next command, not we, is the first to open what was left.
            if kind == "generate" or self.rng.random() < 0.3:
                self._verified()
        else:
            getattr(self, f"_{kind}_left")(n, answer)

    def _answered(self, kind: str, n: int, ended: Ended) -> Any:
        tally = self.tally
        tally.runs += 1
        tally.kinds[kind] += 1
        tally.killed += ended.code == -9
        if ended.code not in {0, -9}:
            tally.fault("odd", f"run {n} {kind} ended with {ended.code}: {ended.err.strip()}")
        answer = None
        with suppress(ValueError):
            answer = json.loads(ended.out)
        if answer is not None:
            tally.acknowledged += 1
            tally.killed_after_answer += ended.code == -9
        elif ended.code == 0:
            tally.fault("odd", f"run {n} {kind} ended with 0 without an answer")
        return answer

    def _verified(self, *, again: bool = False) -> None:
        """The rows of every run since the last look: all, or none where nothing was answered."""
        with self.outlet.looked_at() as file:
            for deed in self.waiting:
                found, name = rows_of(file, f"run {deed.number}"), f"run {deed.number} {deed.kind}"
                if found and found != deed.whole:
                    self.tally.fault("half", f"{name} left {dict(found)} of {dict(deed.whole)}")
                elif deed.answer is not None and found != deed.whole:
                    self.tally.fault("lost", f"{name} was answered and left nothing")
                elif deed.answer is None and not again:
                    self.tally.unacknowledged_whole += bool(found)
                    self.tally.nothing += not found
        if not again:
            self.book += self.waiting
            self.waiting = []

    def _checked(self) -> None:
        ended = run(program(self.outlet.file, "check", now=NOW))
        self.tally.checks += 1
        kinds = {finding["kind"] for finding in json.loads(ended.out)} if ended.out else {"no answer"}
        if ended.code or kinds - {"missing"}:
            self.tally.fault("odd", f"check: {ended.code} {ended.out[:300]} {ended.err.strip()}")

    def _file_left(self, what: str, *, is_whole: bool | None, is_answered: bool) -> None:
        if is_whole is False:
            self.tally.fault("half", what)
        elif is_answered and is_whole is None:
            self.tally.fault("lost", what)

    def _backup_left(self, n: int, answer: Any) -> None:
        is_whole = whole_file(self.outlet.copy)
        count = answer["tickets"] if answer else self.copied
        if is_whole and json.loads(run(program(self.outlet.copy, "info")).out)["tickets"] < count:
            self.tally.fault("lost", f"run {n} backup: less than the last one")
        self.copied = count
        self._file_left(f"run {n} backup", is_whole=is_whole, is_answered=answer is not None)

    def _export_left(self, n: int, answer: Any) -> None:
        self._file_left(f"run {n} export", is_whole=whole_export(self.outlet.export), is_answered=answer is not None)

    def _init_left(self, n: int, answer: Any) -> None:
        path = self.outlet.folder / "made" / "init.db"
        self._file_left(f"run {n} init", is_whole=whole_file(path), is_answered=answer is not None)
        self._again("init", n, path)

    def _demo_left(self, n: int, answer: Any) -> None:
        path = self.outlet.folder / "made" / "demo.db"
        is_whole = whole_file(path, self.outlet.sizes["demo"]["ticket"])
        self._file_left(f"run {n} demo", is_whole=is_whole, is_answered=answer is not None)
        if self.rng.random() < 0.3:
            self._again("demo", n, path)

    def _again(self, kind: str, n: int, path: Path) -> None:
        """The next run is not blocked: it makes the file, or finds it whole."""
        there = path.exists()
        ended = run(self.outlet.command(kind, n))
        if ended.code != (4 if there else 0) or litter(path.parent):
            left = f"{litter(path.parent)} folders left"
            self.tally.fault("odd", f"{kind} after run {n}: {ended.code} {ended.err.strip()}, {left}")

    def _swept(self) -> None:
        """Each of the files is written once more; then nothing lies about."""
        for kind in ("backup", "export", "init"):
            if kind in self.kinds:
                self._cleared(kind)
                ended = run(self.outlet.command(kind, 0))
                if ended.code:
                    self.tally.fault("odd", f"the last {kind}: {ended.err.strip()}")
        if litter(self.outlet.folder):
            self.tally.fault("odd", f"{litter(self.outlet.folder)} folders left")


def main(runs: int, seed: int) -> int:
    """Print the figures; how many faults there were."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), runs=runs, seed=seed)
        tally = campaign.fought()
    minutes = (time.perf_counter() - begun) / 60
    typical = median(took for took, _ in campaign.takes.values())
    print(f"runs                  {tally.runs:6}  seed {seed}, {minutes:.1f} min, a run takes {typical * 1000:.0f} ms")
    print(f"killed in flight      {tally.killed:6}  {tally.killed_after_answer} of them after the answer")
    print(f"acknowledged          {tally.acknowledged:6}")
    left = f"of the facts {tally.nothing} left nothing, {tally.unacknowledged_whole} all"
    print(f"not acknowledged      {tally.runs - tally.acknowledged:6}  {left}")
    print(f"lost                  {tally.lost:6}")
    print(f"half                  {tally.half:6}")
    print(f"odd                   {tally.odd:6}")
    print(f"checks                {tally.checks:6}")
    print("of each command       " + ", ".join(f"{kind} {count}" for kind, count in sorted(tally.kinds.items())))
    for fault in tally.faults:
        print(fault)
    return len(tally.faults)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.crash.kill")
    asked.add_argument("runs", nargs="?", type=int, default=1000)
    asked.add_argument("seed", nargs="?", type=int, default=7)
    given = asked.parse_args()
    sys.exit(1 if main(given.runs, given.seed) else 0)

"""Disks that are full, files that cannot be written, clocks that run back: one sentence, the file intact.

    python -m tests.crash.full

After each blow `check` must be clean, nothing may be half there, and the same command must work once the cause is gone.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from tests.crash.deeds import FACTS, KINDS, NOW, Outlet, rows_of, whole_export, whole_file
from tests.crash.running import Ended, program, run
from tests.usage import usage

KB = 1024
LIMITS = (0, 1, 5, 20, 33, 60, 150, 400, 1_000, 2_000)  # KB that any file may have
ROOMS = (0, 8, 40, 100, 300, 700)  # KB left on the disk
DAC_OVERRIDE, DAC_READ_SEARCH, DROP = 1, 2, 24


@dataclass
class Tally:
    """`blows`: commands run into it; `refused`: those that it stopped; `faults` in a line each."""

    blows: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    skipped: str = ""


class Trial:
    """One outlet, struck again and again; every command leaves all of it or one sentence."""

    def __init__(self, folder: Path, kinds: tuple[str, ...] = KINDS) -> None:
        self.outlet = Outlet(folder, 600)
        self.kinds = kinds
        self.number = 0
        self.tally = Tally()
        for kind in kinds:
            n = self._next(kind)
            self._worked(kind, n, run(self.outlet.command(kind, n)))
            with self.outlet.looked_at() as file:
                self.outlet.sizes[kind] = rows_of(file, f"run {n}")

    def _next(self, kind: str) -> int:
        self.number += 1
        if kind in {"init", "demo"}:
            for left in (self.outlet.folder / "made").glob(f"{kind}.db*"):
                left.unlink()
        return self.number

    def struck(
        self,
        kind: str,
        blow: str,
        *,
        prepare: Callable[[], None] | None = None,
        falls: Callable[[], object] = lambda: None,
        lifted: Callable[[], object] = lambda: None,
    ) -> None:
        """The command under the blow, the look at the file when it is lifted, and the command again."""
        n = self._next(kind)
        name = f"{blow}: {kind}"
        command = self.outlet.command(kind, n)
        whole = self.outlet.rehearsed(kind, n)
        falls()
        ended = run(command, prepare=prepare)
        lifted()
        self.tally.blows += 1
        self.tally.refused += ended.code == 5
        if ended.code not in {0, 5} or (ended.code and not ended.is_one_sentence):
            self.tally.faults.append(f"{name} ended with {ended.code}: {ended.err.strip()[-400:]}")
        self._intact(kind, n, name, whole if ended.code == 0 else Counter())
        self._made_whole(kind, name, is_answered=ended.code == 0)
        again = run(command if ended.code else self.outlet.command(kind, self._next(kind)))
        self._worked(name, self.number, again)

    def _worked(self, name: str, n: int, ended: Ended) -> None:
        if ended.code:
            self.tally.faults.append(f"{name}, undisturbed (run {n}), ended with {ended.code}: {ended.err.strip()}")

    def _intact(self, kind: str, n: int, name: str, left: Counter[str]) -> None:
        """`check` is clean, and of the run there is what was answered."""
        ended = run(program(self.outlet.file, "check", now=NOW))
        kinds = {finding["kind"] for finding in json.loads(ended.out)} if ended.out else {"no answer"}
        if ended.code or kinds - {"missing"}:
            self.tally.faults.append(f"{name}: check says {ended.code} {sorted(kinds)} {ended.err.strip()}")
        with self.outlet.looked_at() as file:
            found = rows_of(file, f"run {n}")
        if kind in FACTS and found != left:
            self.tally.faults.append(f"{name}: left {dict(found)} instead of {dict(left)}")

    def _made_whole(self, kind: str, name: str, *, is_answered: bool) -> None:
        made = self.outlet.folder / "made" / f"{kind}.db"
        looks: dict[str, tuple[Callable[[Path], bool | None], Path]] = {
            "backup": (whole_file, self.outlet.copy),
            "export": (whole_export, self.outlet.export),
            "init": (whole_file, made),
            "demo": (whole_file, made),
        }
        if kind in looks:
            look, path = looks[kind]
            if look(path) not in ({True} if is_answered else {True, None}):
                self.tally.faults.append(f"{name}: left half a file")


def limited(kilobytes: int) -> Callable[[], None]:
    """No file of the process grows beyond that."""

    def prepare() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * KB, kilobytes * KB))

    return prepare


def mortal() -> None:
    """Root without its right to overlook permissions."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for right in (DAC_OVERRIDE, DAC_READ_SEARCH):
            libc.prctl(DROP, right, 0, 0, 0)


def sizes(folder: Path, limits: tuple[int, ...] = LIMITS, kinds: tuple[str, ...] = KINDS) -> Tally:
    """Files that may not grow: every command under every limit."""
    trial = Trial(folder, kinds)
    for limit in limits:
        for kind in kinds:
            trial.struck(kind, f"{limit} KB a file", prepare=limited(limit))
    return trial.tally


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[str]:
    """A file system of that size mounted there; yields why not, or nothing."""
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True
        )
    except FileNotFoundError:
        yield "there is no mount"
        return
    if done.returncode:
        yield f"no small disk: {done.stderr.strip()}"
        return
    try:
        yield ""
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def disk(folder: Path, rooms: tuple[int, ...] = ROOMS, kinds: tuple[str, ...] = KINDS) -> Tally:
    """A disk that is full but for a little: every command in every room."""
    with small_disk(folder, 96) as refused:
        if refused:
            return Tally(skipped=refused)
        trial = Trial(folder, kinds)
        ballast = folder / "ballast"

        def filled(room: int) -> None:
            with ballast.open("wb") as out:
                free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
                os.posix_fallocate(out.fileno(), 0, max(free - room * KB, 1))

        for room in rooms:
            for kind in kinds:
                trial.struck(kind, f"{room} KB left", falls=partial(filled, room), lifted=ballast.unlink)
        return trial.tally


def permissions(folder: Path, kinds: tuple[str, ...] = FACTS) -> Tally:
    """A file, then a folder, that may not be written or not even be read, between two commands."""
    trial = Trial(folder, kinds)
    file = trial.outlet.file
    for path, mode in ((file, 0o400), (file, 0o000), (file.parent, 0o500), (file.parent, 0o000)):
        usual = path.stat().st_mode
        for kind in kinds:
            name = f"mode {mode:o} of the {'file' if path == file else 'folder'}"
            trial.struck(kind, name, prepare=mortal, falls=partial(path.chmod, mode), lifted=partial(path.chmod, usual))
    return trial.tally


def midway(folder: Path, runs: int = 40, seed: int = 7) -> Tally:
    """Permission taken away while the command runs."""
    trial = Trial(folder, FACTS)
    rng, file = Random(seed), trial.outlet.file
    for n in range(runs):
        path, kind = rng.choice((file, file.parent)), FACTS[n % len(FACTS)]
        usual = path.stat().st_mode & 0o7777
        script = f"sleep {rng.uniform(0.03, 0.12):.4f}; chmod {0o400 if path == file else 0o500:o} '{path}'"
        thief: list[subprocess.Popen[bytes]] = []

        def falls(script: str = script, thief: "list[subprocess.Popen[bytes]]" = thief) -> None:
            thief.append(subprocess.Popen(["sh", "-c", script]))

        def lifted(thief: "list[subprocess.Popen[bytes]]" = thief, path: Path = path, usual: int = usual) -> None:
            thief[0].wait()
            path.chmod(usual)

        trial.struck(kind, f"{path.name} taken away midway", prepare=mortal, falls=falls, lifted=lifted)
    return trial.tally


def clock(folder: Path) -> Tally:
    """A clock set back before what the file holds: refused in one sentence, or lawful and whole."""
    trial = Trial(folder, FACTS)
    outlet, tally = trial.outlet, trial.tally
    for kind in FACTS:
        n = trial._next(kind)
        command = outlet.command(kind, n)
        command[command.index(NOW)] = "2026-10-01 08:00"  # before the tickets in store were reported
        ended = run(command)
        tally.blows += 1
        tally.refused += ended.code in {4, 5}
        if ended.code not in {0, 4, 5} or (ended.code and not ended.is_one_sentence):
            tally.faults.append(f"clock set back: {kind} ended with {ended.code}: {ended.err.strip()[-300:]}")
        if kind in {"assign", "arrive", "complete", "import"} and not ended.code:
            tally.faults.append(f"clock set back: {kind} took what lies before the report")
        left = Counter[str]() if ended.code else outlet.sizes[kind]
        trial._intact("check" if kind == "generate" else kind, n, f"clock set back: {kind}", left)
        trial._worked(f"after the clock: {kind}", n, run(outlet.command(kind, trial._next(kind))))
    return tally


def deaf(folder: Path) -> Tally:
    """An answer that cannot be written: the fact is there, and the exit code says that the answer is not."""
    if not Path("/dev/full").exists():
        return Tally(skipped="there is no /dev/full")
    trial = Trial(folder, ("open",))
    n = trial._next("open")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(trial.outlet.command("open", n), stdout=full, stderr=subprocess.PIPE, text=True)
    trial.tally.blows, trial.tally.refused = 1, int(done.returncode == 5)
    if done.returncode != 5 or not Ended(5, "", done.stderr, None, 0).is_one_sentence:
        trial.tally.faults.append(f"no room for the answer: {done.returncode} {done.stderr}")
    trial._intact("open", n, "no room for the answer", trial.outlet.sizes["open"])
    return trial.tally


TRIALS: dict[str, Callable[[Path], Tally]] = {
    "files that may not grow": sizes,
    "a disk that is full": disk,
    "permissions taken away": permissions,
    "permission lost midway": midway,
    "clock set back": clock,
    "no room for the answer": deaf,
}


def main() -> int:
    """Print the figures; how many faults there were."""
    count = 0
    for name, trial in TRIALS.items():
        with tempfile.TemporaryDirectory() as folder:
            tally = trial(Path(folder))
        count += len(tally.faults)
        figures = tally.skipped or f"{tally.blows:4} blows  {tally.refused:4} refused  {len(tally.faults):4} faults"
        print(f"{name:26}{figures}")
        for fault in tally.faults:
            print(f"  {fault}")
    return count


if __name__ == "__main__":
    usage("tests.crash.full", __doc__).parse_args()
    sys.exit(1 if main() else 0)

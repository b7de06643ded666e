"""The program as real processes: run to its end, or killed with its whole group at a chosen moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0  # seconds until a process counts as hanging


@dataclass(frozen=True)
class Ended:
    """How a process ended. `first` and `took`: seconds from its start to its first trace on the disk, to its end."""

    code: int
    out: str
    err: str
    first: float | None
    took: float

    @property
    def is_one_sentence(self) -> bool:
        """An expected failure: `error: …`, perhaps a hint, nothing else of ours and no traceback."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        return len(lines) == 1 and "Traceback" not in self.err and "Exception ignored" not in self.err


# Coverage would write files of its own into the limits that are tried here.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "COVERAGE_"))}


def program(db: Path, *words: str, actor: str = "clerk", now: str | None = None) -> list[str]:
    """The command line of one run; the answer is JSON."""
    pinned = ["--now", now] if now else []
    return [sys.executable, "-m", "servicedesk", "--db", str(db), "--actor", actor, *pinned, *words, "--format", "json"]


def traces(folder: Path) -> frozenset[tuple[str, int]]:
    """Names and sizes in a folder: what tells that somebody has begun to write."""
    found = set()
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                found.add((entry.name, entry.stat().st_size))
    return frozenset(found)


def run(
    command: Sequence[str],
    *,
    watch: Path | None = None,
    kill_after: float | None = None,
    kill_after_first: float | None = None,
    prepare: Callable[[], None] | None = None,
) -> Ended:
    """Run it; SIGKILL that many seconds after its start, or after its first trace in the folder `watch`."""
    before = traces(watch) if watch else frozenset()
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=prepare,
        env=ENVIRONMENT,
    )
    with ThreadPoolExecutor(2) as readers:  # pipes, since a file could not grow under a limit
        texts = [readers.submit(stream.read) for stream in (process.stdout, process.stderr) if stream]
        first = None
        while process.poll() is None:
            passed = time.perf_counter() - begun
            if watch and first is None and traces(watch) != before:
                first = passed
            is_due = kill_after is not None and passed >= kill_after
            if kill_after_first is not None and first is not None:
                is_due = is_due or passed >= first + kill_after_first
            if is_due or passed > PATIENCE:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                break
            time.sleep(0.0002 if watch or kill_after is not None else 0.002)
        code = process.wait()
        took = time.perf_counter() - begun
        out, err = (text.result().decode("utf-8", "replace") for text in texts)
    return Ended(code, out, err, first, took)

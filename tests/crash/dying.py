"""Run one command in a process that kills itself at a chosen step of its work, the same step every time.

    python -m tests.crash.dying STEP WORDS…      (STEP 0: live to the end, and print the number of steps on stderr)

A step is what can leave something half done: a file opened for writing, renamed, removed, made, its rights changed,
and every SQL statement that writes, begins or commits. Kills at random moments (`kill.py`, `states.py`) hit these
points by luck; here they are hit one after the other.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.crash.running import ENVIRONMENT

CHANGES = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate", "os.utime",
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
READS = ("SELECT", "PRAGMA", "EXPLAIN", "WITH", "--")
MARK = "steps: "
CONNECT = sqlite3.connect


class Steps:
    """Counts the steps of this process, and kills it when the chosen one is about to be taken."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def begin(self) -> None:
        """Count from now on, in this process."""
        sys.addaudithook(self.watch)
        sqlite3.connect = self.connect  # type: ignore[assignment]

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if arguments and "__pycache__" in str(arguments[0]):  # what Python compiles at the first run is no step of ours
            return
        if event in CHANGES or (event == "open" and arguments[2] & WRITING and isinstance(arguments[0], (str, bytes))):
            self.take()

    def connect(self, *arguments: Any, **named: Any) -> sqlite3.Connection:
        """Stand in for sqlite3.connect: every statement of the connection is looked at."""
        connection: sqlite3.Connection = CONNECT(*arguments, **named)
        connection.set_trace_callback(self.statement)
        return connection

    def statement(self, sql: str) -> None:
        if not sql.lstrip().upper().startswith(READS):
            self.take()

    def take(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def run_and_die(command: list[str], step: int) -> subprocess.CompletedProcess[str]:
    """Run `command` (as `running.program` makes it); SIGKILL before its step number `step`, 0: never."""
    _, _, module, *words = command
    assert module == "servicedesk"
    whole = [sys.executable, "-m", "tests.crash.dying", str(step), *words]
    return subprocess.run(whole, capture_output=True, text=True, env=ENVIRONMENT, cwd=Path(__file__).parents[2])


def count_steps(command: list[str]) -> int:
    """Return how many steps `command` takes; it is run to its end, and must succeed."""
    done = run_and_die(command, 0)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rpartition(MARK)[2])


def main() -> None:
    steps = Steps(int(sys.argv.pop(1)))
    leave = os._exit

    def tell_and_leave(code: int) -> None:
        print(f"{MARK}{steps.count}", file=sys.stderr, flush=True)
        leave(code)

    if not steps.last:
        os._exit = tell_and_leave  # type: ignore[assignment]  # the program ends with it
    from servicedesk.__main__ import run

    steps.begin()
    run()


if __name__ == "__main__":
    if sys.argv[1:] == ["--help"]:
        print(__doc__)
        sys.exit()
    main()

"""Whole commands as processes, as ratios to `python -c "import typer"` in the same run.

    python -m tests.bench.startup [ROUNDS]

Rounds are interleaved, so that a machine whose speed drifts slows them all; the medians are compared.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.usage import usage

# As users have it: modules are compiled once, and the login has a name, as a terminal and cron set it. (To look it up
# in the system costs a bare container 0.13 ms.)
ENVIRONMENT = {"LOGNAME": "clerk"} | {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
FLOOR = [sys.executable, "-c", "import typer"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "ticket open": ["ticket", "open", "--customer", "C1", "no heat"],
    "ticket list -f json": ["ticket", "list", "-f", "json", "--limit", "50"],
    "ticket list -f table": ["ticket", "list", "-f", "table", "--limit", "50"],
    "ticket show": ["ticket", "show", "T1"],
    "today": ["today"],
    "customer show --phone": ["customer", "show", "--phone", "13800138000"],
    "kpi report -f json": ["kpi", "report", "-f", "json"],
    "maintenance generate": ["maintenance", "generate"],
    "--help": ["--help"],
    "help birthday": ["help", "birthday"],
    "TAB: a verb": ["env", "COMP_LINE=servicedesk ticket as"],
    "TAB: tickets": ["env", "COMP_LINE=servicedesk ticket show "],
    "TAB: technicians": ["env", "COMP_LINE=servicedesk ticket assign T1 --to "],
}


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - begun


def whole(words: list[str], program: list[str]) -> list[str]:
    """The command line: of another program as it is; of a shell at the TAB key; else behind our own."""
    if words[0] == "env":
        return [*words, "_SERVICEDESK_COMPLETE=bash", f"SERVICEDESK_DB={program[-1]}", *program[:-2]]
    return words if words[0] == sys.executable else [*program, *words]


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "servicedesk", "--db", str(Path(folder) / "bench.db")]
        for words in (["init"], ["technician", "add", "李强"], ["customer", "add", "王芳", "--phone", "13800138000"]):
            subprocess.run([*program, *words], check=True, stdout=subprocess.DEVNULL)
        timed: dict[str, list[float]] = {"import typer": [], **{name: [] for name in COMMANDS}}
        for _ in range(rounds + 1):
            timed["import typer"].append(seconds(FLOOR))
            for name, words in COMMANDS.items():
                timed[name].append(seconds(whole(words, program)))
        floor = statistics.median(timed["import typer"][1:])
        for name, runs in timed.items():
            median = statistics.median(runs[1:])
            print(f"{name:24} {median * 1000:7.1f} ms   x {median / floor:.2f}")


if __name__ == "__main__":
    asked = usage("tests.bench.startup", __doc__)
    asked.add_argument("rounds", nargs="?", type=int, default=15)
    main(asked.parse_args().rounds)

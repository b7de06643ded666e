"""One ticket made, listed and shown by us and by others, as whole processes of the same rounds.

    python -m tests.bench.peers [ROUNDS]

Others are measured where they are installed: Taskwarrior (`apt-get install taskwarrior`), Roundup (`pip install
roundup`, its `roundup-admin` on the PATH), the `sqlite3` shell with a bare table as the floor. All hold ten thousand
tickets (Roundup a thousand: it takes them singly). Rounds are interleaved, for the machine's speed drifts; medians are
compared. Ratios are ours by theirs: create, list, show.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.startup import ENVIRONMENT
from tests.usage import usage

TICKETS = 10_000
Commands = dict[str, list[str]]


def ours(folder: Path) -> Commands:
    program = [sys.executable, "-m", "servicedesk", "--db", str(folder / "bench.db")]
    for words in (["init"], ["customer", "add", "王芳", "--phone", "13800138000"]):
        subprocess.run([*program, *words], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    rows = "".join(f"{n},2026-11-02 09:00,no heat\n" for n in range(TICKETS))
    (folder / "tickets.csv").write_text(f"ref,reported_at,text\n{rows}")
    words = ["import", str(folder / "tickets.csv"), "--as", "tickets"]
    subprocess.run([*program, *words], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return {
        "create": [*program, "ticket", "open", "--customer", "C1", "no heat"],
        "list": [*program, "ticket", "list", "--limit", "50"],
        "show": [*program, "ticket", "show", "T1"],
    }


def taskwarrior(folder: Path) -> Commands:
    (folder / "taskrc").write_text(f"data.location={folder / 'task'}\nconfirmation=no\n")
    (folder / "task").mkdir()
    program = ["task", f"rc:{folder / 'taskrc'}", "rc.verbose=nothing", "rc.recurrence=no"]
    tasks = json.dumps([{"description": f"no heat {n}", "status": "pending"} for n in range(TICKETS)])
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*program, "import", "-"], input=tasks.encode(), **quiet)  # type: ignore[call-overload]
    return {
        "create": [*program, "add", "no heat"],
        "list": [*program, "limit:50", "list"],
        "show": [*program, "1", "info"],
    }


def roundup(folder: Path) -> Commands:
    program = ["roundup-admin", "-i", str(folder / "tracker")]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    settings = "mail_domain=localhost,mail_host=localhost,tracker_web=http://localhost/"
    subprocess.run([*program, "install", "classic", "sqlite", settings], **quiet)  # type: ignore[call-overload]
    subprocess.run([*program, "initialise", "secret"], **quiet)  # type: ignore[call-overload]
    create = [*program, "create", "issue", "title=no heat"]
    lines = "create issue title=x\n" * (TICKETS // 10) + "commit\nquit\n"
    subprocess.run(program, input=lines.encode(), **quiet)  # type: ignore[call-overload]
    return {"create": create, "list": [*program, "list", "issue"], "show": [*program, "display", "issue1"]}


def sqlite_shell(folder: Path) -> Commands:
    program = ["sqlite3", str(folder / "bare.db")]
    bare = (
        "PRAGMA journal_mode = WAL; CREATE TABLE ticket (id INTEGER PRIMARY KEY, at TEXT, text TEXT);"
        f"INSERT INTO ticket (text) SELECT value FROM generate_series(1, {TICKETS})"
    )
    subprocess.run([*program, bare], check=True, stdout=subprocess.DEVNULL)
    return {
        "create": [*program, "INSERT INTO ticket (at, text) VALUES ('2026-11-21T09:00:00+08:00', 'no heat')"],
        "list": [*program, "SELECT * FROM ticket ORDER BY id DESC LIMIT 50"],
        "show": [*program, "SELECT * FROM ticket WHERE id = 1"],
    }


PEERS = {"servicedesk": ours, "taskwarrior": taskwarrior, "roundup": roundup, "sqlite3 shell": sqlite_shell}
PROGRAMS = {"taskwarrior": "task", "roundup": "roundup-admin", "sqlite3 shell": "sqlite3"}


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - begun


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        present = [peer for peer in PEERS if peer not in PROGRAMS or shutil.which(PROGRAMS[peer])]
        commands = {}
        for peer in present:
            (folder := Path(name) / peer.replace(" ", "-")).mkdir()
            commands[peer] = PEERS[peer](folder)
        timed: dict[tuple[str, str], list[float]] = {(peer, deed): [] for peer in present for deed in commands[peer]}
        for _ in range(rounds + 1):
            for peer, deed in timed:
                timed[peer, deed].append(seconds(commands[peer][deed]))
        medians = {key: statistics.median(runs[1:]) for key, runs in timed.items()}
        for (peer, deed), median in medians.items():
            print(f"{peer:14} {deed:7} {median * 1000:7.1f} ms   ours x {medians['servicedesk', deed] / median:.2f}")
        for peer in set(PEERS) - set(present):
            print(f"{peer} is not installed", file=sys.stderr)


if __name__ == "__main__":
    os.environ.pop("SERVICEDESK_DB", None)
    asked = usage("tests.bench.peers", __doc__)
    asked.add_argument("rounds", nargs="?", type=int, default=15)
    main(asked.parse_args().rounds)

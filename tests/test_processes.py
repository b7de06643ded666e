"""Many processes on one file: nothing refused, nothing lost."""

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from servicedesk.storage.new_files import sync_folder
from servicedesk.storage.paths import lock_folder
from tests.conftest import Desk
from tests.crash.running import ENVIRONMENT, program, run

WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from servicedesk.domain.model import Stamp
from servicedesk.desk.tickets.open import NewTicket, open_ticket
from servicedesk.file.opening import open_outlet
from servicedesk.storage.desk import Desk

at = datetime(2026, 11, 21, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
db = open_outlet(Path(sys.argv[1]))
db.connection.execute("PRAGMA busy_timeout = 600000")  # nobody is to give up, however slow the machine is
for n in range(int(sys.argv[3])):
    stamp = Stamp(at.isoformat(timespec="seconds"), sys.argv[2])
    open_ticket(Desk(db, stamp, at), NewTicket("repair", f"{n}", customer_id=1))
"""


def test_thirty_processes_of_twenty_tickets_lose_nothing(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(desk.path), f"clerk {n}", "20"], stderr=subprocess.PIPE)
        for n in range(30)
    ]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 30
    assert sorted(ticket["id"] for ticket in desk.do("ticket", "list")) == list(range(1, 601))
    assert {found["kind"] for found in desk.do("check")} <= {"missing"}


TAKER = """
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from servicedesk.base.errors import RefusedError
from servicedesk.desk.parts.movements import issue_part
from servicedesk.domain.model import Stamp
from servicedesk.file.opening import open_outlet
from servicedesk.storage.desk import Desk

at = datetime(2026, 11, 21, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
db = open_outlet(Path(sys.argv[1]))
db.connection.execute("PRAGMA busy_timeout = 600000")
for n in range(3):
    stamp = Stamp(at.isoformat(timespec="seconds"), "clerk")
    try:
        issue_part(Desk(db, stamp, at), "COMP-12", 1, to=sys.argv[2], ticket_id=None, due_on=None, at=None)
        print("issued")
    except RefusedError as error:
        print("late" if "overdue" in error.sentence else "stock")
"""


def test_twenty_writers_take_no_more_parts_than_there_are_and_none_passes_the_gate(desk: Desk) -> None:
    """Wang takes the last ones; Li holds an overdue one and gets none, whoever types first."""
    for name in ("Li", "Wang"):
        desk.do("technician", "add", name)
    desk.do("part", "add", "COMP-12", "--name", "compressor")
    desk.do("part", "receive", "COMP-12", "21", now="2026-11-16 09:00")
    desk.do("part", "issue", "COMP-12", "--to", "Li", "--due", "2026-11-17", now="2026-11-16 09:00")
    running = [
        subprocess.Popen([sys.executable, "-c", TAKER, str(desk.path), name], stdout=subprocess.PIPE, text=True)
        for name in ("Li", "Wang") * 10
    ]
    told = Counter(word for process in running for word in process.communicate()[0].split())
    assert told == {"issued": 20, "late": 30, "stock": 10}
    shown = desk.do("part", "show", "COMP-12")
    assert (shown["stock"], shown["held"]) == (0, 21)
    assert desk.do("check") == []


def test_commands_beside_a_long_reader_are_not_refused(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    reader = sqlite3.connect(desk.path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    desk.do("ticket", "open", "--customer", "C1", "no heat")
    assert reader.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    reader.close()
    assert desk.do("info")["tickets"] == 1


def test_a_second_night_at_once_leaves_the_first_ones_lists_alone(desk: Desk, tmp_path: Path) -> None:
    night, folder = Path(__file__).parents[1] / "examples" / "nightly.sh", tmp_path / "out"
    folder.mkdir()
    (folder / "visits.json").write_text("[1]")
    way = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "SERVICEDESK_DB": str(desk.path)}
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["bash", str(night), str(folder)], capture_output=True, text=True, env=way)
    assert (done.returncode, done.stdout) == (0, f"nightly: another run is at work in {folder}\n")
    assert (folder / "visits.json").read_text() == "[1]"


@pytest.mark.parametrize("words", [["export"], ["report", "monthly", "--output"]])
def test_a_folder_that_another_run_makes_meanwhile_stays_whole(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    folder, real = tmp_path / "out", Path.mkdir

    def first(path: Path, mode: int = 0o777) -> None:
        monkeypatch.undo()
        assert run(program(desk.path, *words, f"{folder}/")).code == 0
        real(path, mode)

    monkeypatch.setattr(Path, "mkdir", first)
    desk.do(*words, f"{folder}/")
    assert list(folder.glob("*.csv"))


def test_two_exports_into_one_folder_take_turns(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that begins while another brings its files to their place waits: all files are of one export."""
    begun: list[subprocess.Popen[bytes]] = []

    def beside(path: Path) -> None:
        if not begun:
            words = program(desk.path, "export", str(tmp_path / "dump"))
            begun.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, env=ENVIRONMENT))
            with pytest.raises(BlockingIOError), lock_folder(tmp_path / "dump", waits=False):
                pass
        sync_folder(path)

    monkeypatch.setattr("servicedesk.file.exports.folder.sync_folder", beside)
    desk.do("export", str(tmp_path / "dump"))
    assert [one.wait() for one in begun] == [0]
    assert json.loads((tmp_path / "dump" / "servicedesk.json").read_text())["complete"]

"""The lines for cron and the units for systemd in the examples: silent, twice, beside themselves, without a home."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Desk

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = (EXAMPLES / "month-on-cron.md").read_text(encoding="utf-8")
LINES = [
    line.split(" ", 5)[5] for line in PAGE.partition("```text\nSERVICEDESK_DB=")[2].partition("```")[0].splitlines()[1:]
]
UNITS = sorted((EXAMPLES / "systemd").glob("*.service"))


def start(desk: Desk, line: str) -> subprocess.Popen[bytes]:
    """Start a line as cron does: by sh, in an environment with nothing but the file."""
    folder = str(desk.path.parent)
    line = line.replace("/srv/servicedesk", folder)
    line = re.sub(r"^(/usr/local/bin/)?servicedesk", f"{shlex.quote(sys.executable)} -m servicedesk", line)
    environment = {"SERVICEDESK_DB": str(desk.path), "PYTHONPATH": str(EXAMPLES.parent)}
    return subprocess.Popen(
        ["/bin/sh", "-c", line], env=environment, cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def test_every_line_is_silent_twice_and_beside_itself_where_there_is_nothing_to_read(desk: Desk) -> None:
    desk.now = None
    desk.do("backup", str(desk.path.parent / "backups"), "--keep", "3")
    for line in LINES:
        running = [start(desk, line) for _ in range(2)]
        assert [(one.communicate()[0], one.returncode) for one in running] == [(b"", 0), (b"", 0)], line
    assert not list(desk.path.parent.glob("calls-*"))
    assert len(list((desk.path.parent / "backups").iterdir())) <= 2


def test_a_line_speaks_where_there_is_something(desk: Desk) -> None:
    desk.now = None
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "--at", "-3d", "不制冷")
    said = start(desk, LINES[0]).communicate()[0].decode().splitlines()
    assert said[0] == "id\tcustomer\ttechnician\tdeadline_at"
    assert said[1].startswith("1\t王芳\t\t")
    (desk.path.parent / "backups").mkdir()
    assert b"there is no backup of this outlet" in start(desk, LINES[-1]).communicate()[0]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_of_systemd_runs_what_there_is_and_has_a_timer(desk: Desk, unit: Path) -> None:
    desk.now = None
    started = re.findall(r"(?m)^ExecStart=(.*)$", unit.read_text(encoding="utf-8"))
    assert "OnCalendar=" in unit.with_suffix(".timer").read_text(encoding="utf-8")
    for line in started:
        if "nightly.sh" in line:
            assert (EXAMPLES / "nightly.sh").exists()
            continue
        running = start(desk, line)
        assert (running.communicate()[0], running.returncode) == (b"", 0)

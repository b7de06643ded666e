"""A report is whole or not there: who fails in its middle leaves the earlier one; every process writes the same."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NOW, Desk
from tests.crash.running import ENVIRONMENT

FORM = [
    "october.html",
    *(pytest.param(form, marks=pytest.mark.slow) for form in ("october.md", "october.xlsx", "october/")),
]
MOST = 64 * 1024  # bytes of a file: less than any report of the made-up outlet takes


def written(desk: Desk, output: str, *, most: int | None = None, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """The report written by a process of its own, whose files may not grow beyond `most`."""

    def limited() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    words = ["--db", str(desk.path), "--now", NOW, "report", "monthly", "--month", "2026-10", "--output", output]
    return subprocess.run(
        [sys.executable, "-m", "servicedesk", *words, "--language", "zh"],
        capture_output=True, text=True, preexec_fn=limited, env=ENVIRONMENT | {"PYTHONHASHSEED": seed},
    )  # fmt: skip


def read(output: Path) -> dict[str, bytes]:
    files = sorted(output.iterdir()) if output.is_dir() else [output]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("form", FORM)
def test_two_processes_write_the_same_bytes(demo: Desk, tmp_path: Path, form: str) -> None:
    for seed in ("1", "2"):
        done = written(demo, f"{tmp_path}/{seed}{form}", seed=seed)
        assert (done.returncode, done.stderr) == (0, "")
    one, other = read(tmp_path / f"1{form}"), read(tmp_path / f"2{form}")
    assert list(one.values()) == list(other.values())


@pytest.mark.parametrize("form", FORM)
def test_a_writer_that_finds_no_room_leaves_the_earlier_report(
    demo: Desk, desk: Desk, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    desk.do("report", "monthly", "--month", "2026-10", "--output", f"{folder}/{form}")
    before = read(folder / form)
    done = written(demo, f"{folder}/{form}", most=MOST)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == f"error: {folder / form} cannot be written: File too large\n"
    assert read(folder / form) == before
    assert [path.name for path in folder.iterdir()] == [(folder / form).name]

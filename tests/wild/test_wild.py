"""Wild commands and files, twenty times as many by hand: one sentence or a right answer, nothing half written."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests import asking
from tests.conftest import Desk
from tests.wild import SEEDS, commands, files, running

EXAMPLES = {"commands": 50, "files": 30}  # of each seed
QUIET: dict[str, Any] = {
    "deadline": None, "suppress_health_check": list(HealthCheck), "database": None,
    "phases": (Phase.generate, Phase.shrink),
}  # fmt: skip
# One seed is tried in every run, the others in the slow one.
NUMBERS = [SEEDS[0], *(pytest.param(number, marks=pytest.mark.slow) for number in SEEDS[1:])]
MEMORY = Path("/dev/shm")  # a disk would be most of the time
# What no test looks at is not covered, however often it ran.
pytestmark = pytest.mark.no_cover


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A small outlet with one of everything, in memory where the system has such a folder."""
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield outlet(Path(folder) / "outlet.db")


def outlet(path: Path) -> Path:
    desk = Desk(path)
    desk.do("init", now="2020-01-01 08:00")
    asking.staffed(desk, machines=3)
    early = "2026-01-05 09:00"
    desk.do("customer", "add", "李雷", "--phone", "023-62801234", "--address", "南坪路 8 号", now=early)
    desk.do("customer", "add", "Anna Müller", "--phone", "4001", "--tier", "vip", now=early)
    for n, bought in enumerate(("2023-11-25", "2024-02-29", "2019")):
        words = ("--customer", f"C{n + 1}", "--category", "flat_tv", "--bought", bought, "--brand", "Haier")
        desk.do("appliance", "add", *words, now=early)
    asking.mended(desk, "2026-10-05 09:00", "2026-10-06 10:00", "--appliance", "A1", visits=("2026-10-05 15:00",))
    asking.mended(desk, "2026-10-20 09:00", "2026-10-22 10:00", "--appliance", "A1", visits=("!2026-10-21 15:00",))
    desk.do("survey", "record", "T1", "5", now="2026-10-08 09:00")
    desk.do("callback", "log", "T2", "--no-answer", now="2026-10-24 09:00")
    ticket = asking.opened(desk, "2026-11-20 09:00", "--appliance", "A2", "--fault", "leak")
    desk.do("promise", "add", f"T{ticket}", "--what", "call back", "--by", "2026-11-25 18:00", now="2026-11-20 09:05")
    desk.do("complaint", "open", "--ticket", f"T{ticket}", "--about", "lateness", now="2026-11-20 10:00")
    desk.do("note", "add", "C1", "a dog", now="2026-11-20 10:00")
    desk.do("ticket", "wait", f"T{ticket}", "--cause", "outlet_part", now="2026-11-20 11:00")
    desk.do("maintenance", "generate", now="2026-11-20 12:00")
    return path


@pytest.mark.parametrize("number", NUMBERS)
def test_any_words_end_in_an_answer_or_one_sentence(made: Path, number: int) -> None:
    @seed(number)
    @settings(max_examples=EXAMPLES["commands"], **QUIET)
    @given(st.lists(commands.typed(), min_size=1, max_size=8))
    def tried(lines: list[list[str]]) -> None:
        with running.outlet(made, made.parent / "run") as desk:
            for words in lines:
                running.tried(desk, words)
            if running.settled(desk.path) != made.read_bytes():
                running.is_whole(desk)

    tried()


@pytest.mark.parametrize("number", NUMBERS)
def test_any_file_is_read_right_or_refused_whole(made: Path, number: int) -> None:
    @seed(number)
    @settings(max_examples=EXAMPLES["files"], **QUIET)
    @given(files.any_file(), files.any_map(), st.booleans(), st.booleans())
    def tried(file: tuple[str, bytes], toml: str | None, with_rejects: bool, update: bool) -> None:
        noun, data = file
        with running.outlet(made, made.parent / "run") as desk:
            Path("in.csv").write_bytes(data)
            words = ["import", "in.csv"]
            if toml is None:
                words += ["--as", noun]
            else:
                Path("map.toml").write_text(toml, encoding="utf-8", errors="surrogatepass")
                words += ["--map", "map.toml"]
            words += ["--rejects", "rejects.csv"] * with_rejects + ["--update"] * update + ["--format", "json"]
            first = running.tried(desk, words)
            if first.code == 0:
                again = running.tried(desk, words)
                # What was rejected may find the second time what it needs: a later row has brought it.
                assert again.code == 0
                assert again.json["new"] <= first.json["rejected"], "read twice, it is written twice"
                running.is_whole(desk)

    tried()

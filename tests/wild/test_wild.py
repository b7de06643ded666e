"""Wild commands and files, twenty times as many by hand: one sentence or a right answer, nothing half written."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import asking
from tests.conftest import Desk
from tests.wild import commands, files, running

EXAMPLES = {"commands": 320, "files": 60}
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small outlet with one of everything."""
    return outlet(tmp_path_factory.mktemp("made") / "outlet.db")


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


@settings(max_examples=EXAMPLES["commands"], **QUIET)  # type: ignore[arg-type]
@given(st.lists(commands.typed(), min_size=1, max_size=4))
def test_any_words_end_in_an_answer_or_one_sentence(made: Path, lines: list[list[str]]) -> None:
    with running.outlet(made, made.parent / "run") as desk:
        for words in lines:
            running.tried(desk, words)
        if desk.path.read_bytes() != made.read_bytes():
            running.is_whole(desk)


@settings(max_examples=EXAMPLES["files"], **QUIET)  # type: ignore[arg-type]
@given(files.any_file(), files.any_map(), st.booleans(), st.booleans())
def test_any_file_is_read_right_or_refused_whole(
    made: Path, file: tuple[str, bytes], toml: str | None, with_rejects: bool, update: bool
) -> None:
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
            assert (again.code, again.json["new"]) == (0, 0), "read twice, it is written twice"
            running.is_whole(desk)

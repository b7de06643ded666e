"""The door that tests use: the command line, in one process, over a file of their own."""

import fcntl
import functools
import inspect
import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage.control
import pytest
import typer.testing
from coverage import Coverage
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from servicedesk.base.table import Result, Table
from servicedesk.cli import tree
from servicedesk.cli.main import app
from servicedesk.cli.run.session import Session
from servicedesk.storage.database import Database
from servicedesk.storage.journal import JOURNALED, Journal

# The tests read English, whatever the machine speaks.
os.environ.pop("SERVICEDESK_LANGUAGE", None)
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["XDG_DATA_HOME"] = os.devnull  # nobody's settings
# A process that may not keep what it compiled compiles all of it: the tests start a thousand of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["PAGER"] = "cat"  # nobody is there to turn pages
os.environ["SERVICEDESK_DEBUG"] = "1"  # a test that meets a bug shows where

# The same examples in every run; "python -m tests.wild" takes new ones. A busy machine is no failure.
BUSY = [HealthCheck.too_slow]  # looks at a clock; a test that suppresses another check names it too
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=BUSY)
settings.load_profile("repeatable")
# Started in the background of a script, a process ignores ^C, and so do its children, which some tests press it for.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A fork that ends is measured by itself (patch = fork): what its parent had covered till then, it need not write again.
# Coverage would make its patches anew after each test that is not covered, and every fork go through all of them; and
# a fork of such a test would be measured with all libraries.
if measured := Coverage.current():
    os.register_at_fork(after_in_child=lambda: setattr(measured, "save", lambda: None))
    control: Any = coverage.control
    make_patches, parent = control.apply_patches, os.getpid()
    control.apply_patches = lambda *args: make_patches(*args) if os.getpid() != parent else None
    control.process_startup = lambda *_, **__: None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first, so that nobody waits for them at the end; the slow ones try what is covered already."""
    slow = {item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("seeds")}
    for item in slow:
        item.add_marker("no_cover")
    items.sort(key=lambda item: item not in slow and item.path.name != "test_documents.py")


NOW = "2026-11-21 18:00"
RUNNER = CliRunner()
# The tree of commands is built once for all tests, not for each command that they type.
tree.leaf = functools.cache(tree.leaf)
typer.testing._get_command = functools.cache(typer.main.get_command)  # type: ignore[attr-defined]

show_answer = Session.show


def show(self: Session, answer: Table | Result, **options: Any) -> None:
    """Show the answer, and hold that a deed says `changed` where it wrote something, and only there."""
    assert not isinstance(answer, Result) or self.dry_run or answer.changed == self.has_written
    show_answer(self, answer, **options)


Session.show = show  # type: ignore[method-assign]

LAST_IDS = " UNION ALL ".join(f"SELECT '{noun}', max(rowid) FROM {noun}" for noun in JOURNALED)
begin_journal, end_journal = Journal.begin, Journal.end
before: dict[Journal, set[tuple[str, int]]] = {}


def begin(self: Journal, db: Database) -> None:
    """Begin, and note the last id of every table."""
    before[self] = {tuple(row) for row in db.rows(LAST_IDS)}
    begin_journal(self, db)


def end(self: Journal, db: Database) -> bool:
    """End, and hold that the journal has seen every row that came."""
    came = {tuple(row) for row in db.rows(LAST_IDS)} - before.pop(self)
    has_written = end_journal(self, db)
    spans = db.rows("SELECT noun, last_id FROM command_span WHERE command_id = :id", id=self.command_id)
    assert {tuple(row) for row in spans} == came
    return has_written


Journal.begin, Journal.end = begin, end  # type: ignore[method-assign]


@dataclass
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """The command line over one file; the clock is pinned unless told otherwise."""

    path: Path
    now: str | None = NOW

    def run(self, *words: str, now: str | None = None) -> Answer:
        """The command as typed; whatever its exit code is."""
        clock = now or self.now
        pinned = ["--now", clock] if clock else []
        arguments = ["--db", str(self.path), "--actor", "clerk", *pinned, *words]
        result = RUNNER.invoke(app, arguments, prog_name="servicedesk")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def do(self, *words: str, now: str | None = None) -> Any:
        """The JSON answer of a command that must work."""
        answer = self.run(*words, "--format", "json", now=now)
        assert answer.code == 0, answer.err
        return answer.json

    def refused(self, code: int, *words: str, now: str | None = None) -> str:
        """The talk of a command that must fail with that code and print no answer."""
        answer = self.run(*words, now=now)
        assert (answer.code, answer.out) == (code, ""), (answer.code, answer.out, answer.err)
        assert answer.err.startswith("error: "), answer.err
        return answer.err


KEPT: dict[Callable[..., Desk], bytes] = {}


def filled_once(fill: Callable[[Desk], Desk]) -> Any:
    """A fixture of one file that `fill` fills for the first test; later tests get a copy of what it wrote."""

    def filled(**given: Desk) -> Desk:
        (desk,) = given.values()
        if fill in KEPT:
            desk.path.write_bytes(KEPT[fill])
        else:
            fill(desk)
            KEPT[fill] = desk.path.read_bytes()
        return desk

    filled.__signature__ = inspect.signature(fill)  # type: ignore[attr-defined]
    filled.__doc__ = fill.__doc__
    return pytest.fixture(filled, name=fill.__name__)


@pytest.fixture
def blank(tmp_path: Path) -> Desk:
    """A path without a file."""
    return Desk(tmp_path / "outlet.db")


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new file, made once: each time it would be most of what a short test takes."""
    path = tmp_path_factory.mktemp("new") / "outlet.db"
    Desk(path).do("init", "--outlet", "Test outlet", now="2020-01-01 08:00")
    return path


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Desk]:
    """A copy of the made-up outlet of so many months, with these options; the first worker that asks makes it."""
    kept = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        kept = kept.parent

    def copied(months: int, place: Path, *options: str) -> Desk:
        whole = kept / f"made-up-{months}{''.join(options)}.db"
        with whole.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                Desk(whole).do("--actor", "trainer", "demo", "--seed", "7", "--months", str(months), *options)
        return Desk(Path(shutil.copy(whole, place)))

    return copied


@pytest.fixture
def desk(blank: Desk, new_file: Path) -> Desk:
    """A new file in Asia/Shanghai, made in 2020 so that anything may have happened since."""
    shutil.copy(new_file, blank.path)
    return blank


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Desk]:
    """Further files, with other zones or names."""

    def made(name: str = "other.db", *options: str, now: str = "2020-01-01 08:00") -> Desk:
        other = Desk(tmp_path / name)
        other.do("init", *options, now=now)
        return other

    return made


def at_a_terminal(patch: pytest.MonkeyPatch, *, says: bool) -> list[str]:
    """The questions that somebody there is asked and answers so."""
    asked: list[str] = []

    def confirm(self: Session, question: str) -> bool:
        asked.append(str(question))
        return says

    patch.setattr(Session, "may_ask", True)
    patch.setattr(Session, "confirm", confirm)
    return asked


class KilledError(BaseException):
    """The run ends there, and nothing cleans up that a kill would not let clean up."""


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Let a run die before its rename of that number, from 0 on; not after the test."""
    replace = os.replace

    def armed(step: int) -> None:
        steps = itertools.count()

        def replaced(made: Any, place: Any) -> None:
            if next(steps) == step:
                raise KilledError
            replace(made, place)

        monkeypatch.setattr(os, "replace", replaced)

    yield armed
    monkeypatch.undo()

"""A command run as a user would, and what must hold of it whatever was typed."""

import gc
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from servicedesk.cli.run.lists import HAS_ROWS
from tests.conftest import Answer, Desk

EXPECTED = {0, 2, 3, 4, 5, HAS_ROWS}


def content(path: Path) -> str:
    """A digest of every row of every table."""
    told = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall():
            try:
                for row in connection.execute(f"SELECT * FROM {name}"):
                    told.update(repr(row).encode("utf-8", "surrogatepass"))
            except sqlite3.OperationalError:  # the inside of a full-text index
                continue
    return told.hexdigest()


def settled(path: Path) -> bytes:
    """The bytes of a file that nobody has open: a list of which not all was shown holds it until it is collected."""
    if path.with_name(f"{path.name}-wal").exists():
        gc.collect()
    return path.read_bytes()


def differs(path: Path, before: bytes) -> bool:
    """Whether other rows are in it than were. Nobody has it open: its log is folded in."""
    if settled(path) == before:
        return False
    old = path.with_name("before.db")
    old.write_bytes(before)
    return content(path) != content(old)


def moves_the_cursor(text: str) -> bool:
    """Whether a terminal would do anything else with it than print it."""
    return any(not c.isprintable() and c not in "\n\t\u3000\u00a0" and ord(c) < 0x2100 for c in text)


def tried(desk: Desk, words: list[str]) -> Answer:
    """The answer, of which holds what holds of every answer."""
    before = settled(desk.path)
    answer = desk.run(*words)
    assert answer.code in EXPECTED, (answer.code, answer.err[:400])
    assert "Traceback" not in answer.err
    assert not moves_the_cursor(answer.err), answer.err[:400]
    if answer.code not in {0, HAS_ROWS}:
        assert answer.out == "" or words[0] == "check", answer.out[:400]
        assert answer.err.startswith(("error: ", "warning: ")) or "\nerror: " in answer.err, answer.err[:400]
        assert not differs(desk.path, before), "refused, and yet something was written"
    if answer.code == 0 and words[-1] == "json" and answer.out and not {"--help", "-h"} & set(words):
        if words[0] != "help" and not {"--output", "--ics", "--labels"} & set(words):
            json.loads(answer.out)
    elif words[-1] == "table":
        assert not moves_the_cursor(answer.out), answer.out[:400]
    return answer


@contextmanager
def outlet(made: Path, folder: Path) -> Iterator[Desk]:
    """A copy of that file in an empty folder, which is where the commands run."""
    shutil.rmtree(folder, ignore_errors=True)
    inside = folder / "a" / "b" / "c"
    inside.mkdir(parents=True)
    shutil.copy(made, folder / "outlet.db")
    old = os.getcwd()
    os.chdir(inside)
    try:
        yield Desk(folder / "outlet.db")
    finally:
        os.chdir(old)


def is_whole(desk: Desk) -> None:
    """No damage, no broken rule."""
    answer = desk.run("check", "--format", "json")
    bad = [finding for finding in json.loads(answer.out or "[]") if finding["kind"] != "missing"]
    assert bad == [], bad

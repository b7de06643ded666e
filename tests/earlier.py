"""Files of an earlier version: today's files, and a made-up next version that they are upgraded to.

Only one version has been released so far, so the tests pretend that a second one has.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from servicedesk.file import opening

NEXT = opening.VERSION + 1
# What a real step does: a new column, a new table that names an old one, a table made anew with another CHECK.
STEP = """
ALTER TABLE customer ADD COLUMN letter_box TEXT CHECK (letter_box <> '');
CREATE TABLE visit_photo (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  digest TEXT NOT NULL CHECK (digest <> ''),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;
CREATE INDEX visit_photo_ticket ON visit_photo (ticket_id);
"""
# For a process of its own: argv are the folder of the steps, the file to open, and the step to die at (0: none).
SCRIPT = f"""
import pathlib, sys
from servicedesk.file import opening
from tests.crash.dying import Steps
Steps(int(sys.argv[3])).begin()
opening.VERSION, opening.STEPS = {NEXT}, pathlib.Path(sys.argv[1])
opening.open_outlet(pathlib.Path(sys.argv[2])).close()
"""


def next_steps(folder: Path) -> Path:
    """Make a folder of steps: the true ones, and one more."""
    for version in opening.STEPS.iterdir():
        (folder / version.name).symlink_to(version)
    made = folder / f"version_{NEXT}"
    made.mkdir()
    (made / "01_step.sql").write_text(STEP, encoding="utf-8")
    return folder


@contextmanager
def next_version(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[int]:
    """While this lasts, files are of the made-up next version."""
    with monkeypatch.context() as patch:
        patch.setattr(opening, "VERSION", NEXT)
        patch.setattr(opening, "STEPS", folder)
        yield NEXT


def names_of(path: Path) -> set[tuple[str, str]]:
    """What the file is made of: tables, indexes, triggers and views, by name."""
    with closing(sqlite3.connect(path)) as file:
        return set(file.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))

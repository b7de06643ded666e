"""A file of an earlier schema opens as if it had been made today."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from servicedesk.desk import derived, schema
from tests.conftest import Desk

CONTACTS = ("callback", "promise_end", "promise", "complaint_step", "complaint")


@pytest.fixture
def old(tmp_path: Path) -> Desk:
    """A demo as the first version wrote it: without contacts, kept facts and views."""
    desk = Desk(tmp_path / "old.db", now="2026-11-21 18:00")
    desk.do("demo", "--months", "3")
    with closing(sqlite3.connect(desk.path)) as connection:
        derived.drop(connection)
        for table in CONTACTS:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return desk


def content(path: Path) -> list[tuple[object, ...]]:
    """The statements that made the file, as far as they differ between versions, and the kept facts."""
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1, 2"
        ).fetchall()
        return made + connection.execute("SELECT * FROM ticket_fact ORDER BY ticket_id").fetchall()


def test_an_older_file_gives_the_figures_of_a_new_one(old: Desk, tmp_path: Path) -> None:
    new = Desk(tmp_path / "new.db", now="2026-11-21 18:00")
    new.do("demo", "--months", "3")
    with closing(sqlite3.connect(new.path)) as connection:
        for table in CONTACTS:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
    assert old.do("kpi", "report") == new.do("kpi", "report")
    assert old.do("info")["schema"] == schema.VERSION


def test_an_upgraded_file_is_made_like_a_new_one(old: Desk, tmp_path: Path) -> None:
    new = Desk(tmp_path / "new.db", now="2026-11-21 18:00")
    new.do("demo", "--months", "3")
    old.do("info")
    assert content(old.path) == content(new.path)


def test_an_older_file_takes_the_new_nouns(old: Desk) -> None:
    old.do("complaint", "open", "--customer", "C1", "--about", "lateness")
    assert [row["status"] for row in old.do("complaint", "list")] == ["open"]


def test_what_is_kept_changes_only_with_the_version() -> None:
    """A file gets views and kept facts when it is made or upgraded: a new text needs a new schema.VERSION."""
    assert (schema.VERSION, derived.digest()) == (2, "")

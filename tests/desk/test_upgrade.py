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
    """A demo as the first version wrote it: without contacts, kept facts, views and commands."""
    desk = Desk(tmp_path / "old.db", now="2026-11-21 18:00")
    desk.do("demo", "--months", "3")
    made = tmp_path / "made.db"
    step = Path(schema.__file__).parent / "sql" / "001_initial.sql"
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        connection.executescript(step.read_text(encoding="utf-8"))
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("ATTACH ? AS filled", (str(desk.path),))
        for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            names = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM filled.{table}")
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("DETACH filled")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("PRAGMA journal_mode = WAL")
    made.chmod(0o600)
    made.replace(desk.path)
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


def test_an_older_file_is_put_aside_as_it_was(old: Desk) -> None:
    with closing(sqlite3.connect(old.path)) as connection:
        before = list(connection.iterdump())
    old.do("info")
    aside = old.path.with_name("old.db.schema-1")
    with closing(sqlite3.connect(aside)) as connection:
        assert (connection.execute("PRAGMA user_version").fetchone(), list(connection.iterdump())) == ((1,), before)
    assert aside.stat().st_mode & 0o777 == 0o600
    old.do("info")
    assert sorted(path.name for path in old.path.parent.glob("old.db*")) == ["old.db", "old.db.schema-1"]


def test_where_it_cannot_be_put_aside_nothing_is_upgraded(old: Desk) -> None:
    before = old.path.read_bytes()
    old.path.with_name("old.db.schema-1-journal").write_bytes(b"")
    told = old.refused(4, "info")
    assert "old.db.schema-1-journal is in use" in told
    assert old.path.read_bytes() == before


def test_an_older_file_takes_the_new_nouns(old: Desk) -> None:
    old.do("complaint", "open", "--customer", "C1", "--about", "lateness")
    assert [row["status"] for row in old.do("complaint", "list")] == ["open"]


def test_what_is_kept_changes_only_with_the_version() -> None:
    """A file gets views and kept facts when it is made or upgraded: a new text needs a new schema.VERSION."""
    assert (schema.VERSION, derived.digest()) == (5, "62a01c91263729db")

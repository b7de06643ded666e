"""Files as earlier versions wrote them: made by the SQL steps of their time, filled from a file of today."""

import sqlite3
from contextlib import closing
from pathlib import Path

from servicedesk.desk import schema

# Version 4 derived what version 3 did, but for the KPI views, of which only the smallest stand in the file.
DERIVED = {version: Path(__file__).with_name(f"earlier_{file}.sql") for version, file in ((2, 2), (3, 3), (4, 3))}
STEPS = sorted((Path(schema.__file__).parent / "sql").glob("[0-9][0-9][0-9]_*.sql"))


def earlier(today: Path, path: Path, version: int) -> Path:
    """The rows of `today` as far as that version had tables and columns for them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        for step in STEPS[:version]:
            old.executescript(step.read_text(encoding="utf-8"))
        triggers = old.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            old.execute(f"DROP TRIGGER {name}")
        old.execute("ATTACH ? AS today", [str(today)])
        for (table,) in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            names = ", ".join(row[1] for row in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"DELETE FROM main.{table}")
            old.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}")
        for _, sql in triggers:
            old.execute(sql)
        old.execute("DETACH today")
        if version in DERIVED:
            old.executescript(DERIVED[version].read_text(encoding="utf-8"))
        old.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        old.execute(f"PRAGMA user_version = {version}")
        old.execute("PRAGMA journal_mode = WAL")
    path.chmod(0o600)
    return path

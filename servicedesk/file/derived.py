"""What the file holds beside the facts and could do without: kept rows of facts, and the views that others read.

Nothing here is a fact. `build` drops and makes all of it; a file gets it when it is made or upgraded.
"""

import json
import sqlite3

from servicedesk.desk.maintenance import birthdays
from servicedesk.kpis import public_views
from servicedesk.records.ticket_facts import FILL, INDEXES, TRIGGERS, table_sql
from servicedesk.storage.search import index as searching

# What begins so is no fact: an export leaves it out, an import fills it anew.
KEPT = ("ticket_fact", "customer_text", "birthday_")
_OURS = """
SELECT type, name FROM sqlite_master
 WHERE (type = 'trigger' OR type = 'table' OR type = 'index') AND name GLOB 'birthday_*'
    OR type = 'trigger' AND (name GLOB 'ticket_fact_*' OR name GLOB 'customer_text_*')
    OR type = 'table' AND name IN ('ticket_fact', 'customer_text', 'customer_text_stale')
    OR type = 'view' AND name IN (SELECT value FROM json_each(:views))
"""


def build(connection: sqlite3.Connection) -> None:
    """Inside a transaction: make all of it anew, from the facts."""
    drop(connection)
    connection.execute(table_sql())
    for statement in _list_views():
        connection.execute(statement)
    connection.execute(FILL, {"first_id": 0})
    for statement in _list_after_fill():
        connection.execute(statement)
    searching.fill_index(connection)


def _list_views() -> list[str]:
    return [f"CREATE VIEW {name} AS\n{text}" for name, text in public_views.list_views().items()]


def _list_after_fill() -> list[str]:
    touched = "CREATE INDEX ticket_fact_touched ON ticket_fact (touched_unix)"
    return [*INDEXES, touched, *TRIGGERS, *searching.TABLES, birthdays.INDEX]


def drop(connection: sqlite3.Connection) -> None:
    """Inside a transaction: leave the facts alone."""
    names = json.dumps(list(public_views.list_views()))
    for kind, name in connection.execute(_OURS, {"views": names}).fetchall():
        connection.execute(f"DROP {kind} {name}")


def digest() -> str:
    """Return a short name for the texts above: files get new ones with a new schema.VERSION only."""
    import hashlib

    return hashlib.sha256("\n".join((table_sql(), *_list_views(), *_list_after_fill())).encode()).hexdigest()[:16]

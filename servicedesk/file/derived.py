"""Derived tables and views of the file: stored facts of tickets, the search, the views that other programs read.

All of them can be made again from the facts. A file gets them when it is made or upgraded; a copy for other programs
gets the views of the figures too.
"""

import json
import sqlite3

from servicedesk.desk.maintenance import birthdays
from servicedesk.kpis import public_views
from servicedesk.records.ticket_facts import FILL, INDEXES, TRIGGERS, list_tables, views_sql
from servicedesk.storage.search import index as searching

# Tables whose names begin like this are derived: an export leaves them out, an import fills them again.
DERIVED_TABLES = ("ticket_fact", "mystery_fact", "customer_text", "birthday_")
_OURS = """
SELECT type, name FROM sqlite_master
 WHERE (type = 'trigger' OR type = 'table' OR type = 'index') AND name GLOB 'birthday_*'
    OR type = 'trigger' AND (name GLOB 'ticket_fact_*' OR name GLOB 'customer_text_*')
    OR type = 'table' AND name IN ('ticket_fact', 'mystery_fact', 'customer_text', 'customer_text_stale')
    OR type = 'view' AND name IN (SELECT value FROM json_each(:views))
"""


def build(connection: sqlite3.Connection) -> None:
    """Create and fill all derived tables and views in a file that has none. Call inside a transaction."""
    for statement in list_tables():
        connection.execute(statement)
    for name, text in views_sql().items():
        connection.execute(f"CREATE VIEW {name} AS\n{text}")
    for statement in FILL:
        connection.execute(statement, {"first_id": 0})
    touched = "CREATE INDEX ticket_fact_touched ON ticket_fact (touched_unix)"
    for statement in (*INDEXES, touched, *TRIGGERS, *searching.TABLES, birthdays.INDEX):
        connection.execute(statement)
    searching.fill_index(connection)


def add_figures(connection: sqlite3.Connection) -> None:
    """Add the views of the figures to a copy, for other programs. Call inside a transaction."""
    for name, text in public_views.list_views().items():
        connection.execute(f"DROP VIEW IF EXISTS {name}")
        connection.execute(f"CREATE VIEW {name} AS\n{text}")


def drop(connection: sqlite3.Connection) -> None:
    """Drop all derived tables and views, so that only the facts are left. Call inside a transaction."""
    names = json.dumps([*views_sql(), *public_views.list_views()])
    for kind, name in connection.execute(_OURS, {"views": names}).fetchall():
        connection.execute(f"DROP {kind} {name}")

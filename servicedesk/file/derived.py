"""What the file holds beside the facts and could do without: kept rows of facts, and the views that others read.

Nothing here is a fact. A file gets it when it is made or upgraded; a copy for other programs gets the figures too.
"""

import json
import sqlite3

from servicedesk.desk.maintenance import birthdays
from servicedesk.kpis import public_views
from servicedesk.records.ticket_facts import FILL, INDEXES, TRIGGERS, list_tables, views_sql
from servicedesk.storage.search import index as searching

# What begins so is no fact: an export leaves it out, an import fills it anew.
DERIVED_TABLES = ("ticket_fact", "mystery_fact", "customer_text", "birthday_")
_OURS = """
SELECT type, name FROM sqlite_master
 WHERE (type = 'trigger' OR type = 'table' OR type = 'index') AND name GLOB 'birthday_*'
    OR type = 'trigger' AND (name GLOB 'ticket_fact_*' OR name GLOB 'customer_text_*')
    OR type = 'table' AND name IN ('ticket_fact', 'mystery_fact', 'customer_text', 'customer_text_stale')
    OR type = 'view' AND name IN (SELECT value FROM json_each(:views))
"""


def build(connection: sqlite3.Connection) -> None:
    """Make all that is derived from the facts, where nothing of it is, inside a transaction."""
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
    """Give a copy the views of the figures, for programs that count without us, inside a transaction."""
    for name, text in public_views.list_views().items():
        connection.execute(f"DROP VIEW IF EXISTS {name}")
        connection.execute(f"CREATE VIEW {name} AS\n{text}")


def drop(connection: sqlite3.Connection) -> None:
    """Remove all that is derived, inside a transaction: the facts alone are left."""
    names = json.dumps([*views_sql(), *public_views.list_views()])
    for kind, name in connection.execute(_OURS, {"views": names}).fetchall():
        connection.execute(f"DROP {kind} {name}")

"""What the file holds beside the facts and could do without: kept rows of facts, and the views that others read.

Nothing here is a fact. `build` drops and makes all of it; a file gets it when it is made or upgraded.
"""

import sqlite3

from servicedesk.desk.maintenance import birthdays
from servicedesk.kpis import public_views
from servicedesk.records.ticket_facts import _FILL, _NOW, _TRIGGERS, INDEXES, TABLE
from servicedesk.storage.search import index as searching

# What begins so is no fact: an export leaves it out, an import fills it anew.
KEPT = ("ticket_fact", searching.INDEX, "birthday_")
_AFTER_FILL = (
    *(index.format(temp="") for index in INDEXES),
    "CREATE INDEX ticket_fact_touched ON ticket_fact (touched_unix)",
    *_TRIGGERS,
    *public_views.ALL,
    *searching.TABLES,
    birthdays.INDEX,
)
_OURS = f"""
SELECT type, name FROM sqlite_master
 WHERE (type = 'trigger' OR type = 'table' OR type = 'index') AND name GLOB 'birthday_*'
    OR type = 'trigger' AND (name GLOB 'ticket_fact_*' OR name GLOB '{searching.INDEX}_*')
    OR type = 'table' AND name IN ('ticket_fact', '{searching.INDEX}', '{searching.STALE}')
    OR type = 'view' AND (name GLOB 'kpi_*' OR name GLOB 'fact_*' OR name = 'ticket_fact_now')
"""


def build(connection: sqlite3.Connection) -> None:
    """Inside a transaction: all of it anew, from the facts."""
    drop(connection)
    connection.execute(TABLE.format(temp=""))
    connection.execute(_NOW)
    connection.execute(_FILL, {"first_id": 0})
    for statement in _AFTER_FILL:
        connection.execute(statement)
    searching.fill_index(connection)


def drop(connection: sqlite3.Connection) -> None:
    """Inside a transaction: the facts alone are left."""
    for kind, name in connection.execute(_OURS).fetchall():
        connection.execute(f"DROP {kind} {name}")


def digest() -> str:
    """A short name for the texts above: files get new ones with a new schema.VERSION only."""
    import hashlib

    return hashlib.sha256("\n".join((TABLE, _NOW, *_AFTER_FILL)).encode()).hexdigest()[:16]

"""What the file holds beside the facts and could do without: kept rows of facts, and the views that others read.

Nothing here is a fact. `build` drops and makes all of it; a file gets it when it is made or upgraded.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from servicedesk.desk import searching, settled, views
from servicedesk.desk.database import Database
from servicedesk.desk.facts import INDEXES, STANDING, TABLE, formula

# What begins so is no fact: an export leaves it out, an import fills it anew.
KEPT = ("ticket_fact", searching.INDEX, settled.PREFIX)
_NOW = f"CREATE VIEW ticket_fact_now AS {formula(STANDING, 'TRUE')}"
_FILL = "INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id >= :first_id"
_AGAIN = "BEGIN INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.{key}; END"
_TRIGGERS = (
    f"CREATE TRIGGER ticket_fact_added AFTER INSERT ON event {_AGAIN.format(key='ticket_id')}",
    f"CREATE TRIGGER ticket_fact_voided AFTER UPDATE OF voided_at ON event {_AGAIN.format(key='ticket_id')}",
    "CREATE TRIGGER ticket_fact_changed AFTER UPDATE OF type, customer_id, appliance_id, fault, on_site ON ticket"
    f" {_AGAIN.format(key='id')}",
)
_AFTER_FILL = (
    *(index.format(temp="") for index in INDEXES),
    "CREATE INDEX ticket_fact_touched ON ticket_fact (touched_unix)",
    *_TRIGGERS,
    *views.ALL,
    *searching.TABLES,
    *settled.TABLES,
)
_OURS = f"""
SELECT type, name FROM sqlite_master
 WHERE (type = 'trigger' OR type = 'table' OR type = 'index') AND name GLOB '{settled.PREFIX}*'
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
    searching.filled(connection)


def drop(connection: sqlite3.Connection) -> None:
    """Inside a transaction: the facts alone are left."""
    for kind, name in connection.execute(_OURS).fetchall():
        connection.execute(f"DROP {kind} {name}")


def digest() -> str:
    """A short name for the texts above: files get new ones with a new schema.VERSION only."""
    import hashlib

    return hashlib.sha256("\n".join((TABLE, _NOW, *_AFTER_FILL)).encode()).hexdigest()[:16]


@contextmanager
def measured_at_once(db: Database, *, since_ticket_id: int) -> Iterator[None]:
    """Inside a transaction: tickets from that id on begin, and are measured together, for a third of the time."""
    db.run("DROP TRIGGER ticket_fact_added")
    yield
    db.run(_TRIGGERS[0])
    fill(db, since_ticket_id=since_ticket_id)


def fill(db: Database, *, since_ticket_id: int = 0) -> None:
    """Inside a transaction: the kept facts of the tickets from that id on, where the triggers stood aside."""
    db.run(_FILL, first_id=since_ticket_id)

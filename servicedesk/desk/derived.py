"""What the file holds beside the facts and could do without: kept rows of facts, and the views that others read.

Nothing here is a fact. `build` drops and makes all of it; a file gets it when it is made or upgraded.
"""

import sqlite3

from servicedesk.desk.database import Database
from servicedesk.desk.facts import INDEXES, STANDING, TABLE, formula

_NOW = f"CREATE VIEW ticket_fact_now AS {formula(STANDING, 'TRUE')}"
_FILL = "INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id >= :first_id"
_TOUCHED = "CREATE INDEX ticket_fact_touched ON ticket_fact (touched_unix)"
_AGAIN = "INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.{key}"
TRIGGERS = (
    f"CREATE TRIGGER ticket_fact_added AFTER INSERT ON event BEGIN {_AGAIN.format(key='ticket_id')}; END",
    f"CREATE TRIGGER ticket_fact_voided AFTER UPDATE OF voided_at ON event BEGIN {_AGAIN.format(key='ticket_id')}; END",
    "CREATE TRIGGER ticket_fact_changed AFTER UPDATE OF type, customer_id, appliance_id, fault, on_site ON ticket"
    f" BEGIN {_AGAIN.format(key='id')}; END",
)


def build(connection: sqlite3.Connection) -> None:
    """Inside a transaction: all of it anew, from the facts."""
    connection.execute("DROP TABLE IF EXISTS ticket_fact")
    connection.execute("DROP VIEW IF EXISTS ticket_fact_now")
    connection.execute(TABLE.format(temp=""))
    connection.execute(_NOW)
    connection.execute(_FILL, {"first_id": 0})
    for statement in (*(index.format(temp="") for index in INDEXES), _TOUCHED, *TRIGGERS):
        connection.execute(statement)


def fill(db: Database, *, since_ticket_id: int = 0) -> None:
    """Inside a transaction: the kept facts of the tickets from that id on, where the triggers stood aside."""
    db.run(_FILL, first_id=since_ticket_id)

"""The statements of the KPIs in DuckDB, over the rows that SQLite's views give: a second engine for the same texts."""

import duckdb

from servicedesk.kpis.definitions.kpi import load_texts
from servicedesk.records.ticket_facts import period_views
from servicedesk.storage.database import Database

# What the statements read: views of what could be seen, tables as they are.
READ = (
    "asked", "ticket_fact", "event_seen", "appointment_seen", "callback_seen", "promise_seen", "promise_end_seen",
    "complaint_seen", "complaint_step_seen", "complaint_then", "measure_done_seen", "contact_seen", "reply_seen",
    "staff_answer", "staff_remark",
    "consent_seen", "maintenance_line_seen", "appliance_then",
    "ticket_then", "event", "ticket", "complaint", "consent", "change", "quote_seen", "quote_answer_seen",
    "charge_seen", "part_issue_seen", "part", "part_movement_seen", "customer_seen", "appliance_seen",
    "category", "note_now", "contract_seen", "exchange_seen", "appliance_sold", "technician_then",
    "appliance",
)  # fmt: skip
_WHOLE = (
    "_unix", "as_of", "_day", "_month", "_id", "id", "monthly", "on_site", "no_access", "unknown", "assignments",
    "visits", "score", "satisfied", "upheld", "_fen", "consent", "under_14", "of_former_owner", "undone", "_years",
    "recommend", "csi_overall", "csi_expected", "csi_ideal", "again", "answers",
)  # fmt: skip


def connect_copy(db: Database) -> "duckdb.DuckDBPyConnection":
    """Return a DuckDB in memory that holds what the statements read, inside `facts_as_of` with a period asked for."""
    copy = duckdb.connect(config={"threads": 1})
    for name in READ:
        cursor = db.connection.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in cursor.description]
        typed = ", ".join(f'"{column}" {_type(column)}' for column in columns)
        copy.execute(f"CREATE TABLE {name} ({typed})")
        rows = [tuple(row) for row in cursor]
        if rows:
            marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
            copy.execute(f"INSERT INTO {name} VALUES {marks}", [cell for row in rows for cell in row])
    views = {name: statement.text for name, statement in load_texts().items() if statement.is_view}
    for name, text in (period_views() | views).items():
        copy.execute(f"CREATE VIEW {name} AS {text}")
    return copy


def _type(column: str) -> str:
    return "BIGINT" if column.endswith(_WHOLE) else "VARCHAR"

"""The table `ticket_fact`: the facts of each ticket in one row, kept by triggers, and as of any earlier instant (C3).

For an earlier instant a temporary table of the same name hides the kept one. It copies the rows that have not changed
since, and computes the few others from their events with the same formula. The views of sql/as_of.sql do the same for
events, calls, promises, complaints and edited fields. So the SQL of a figure is the same for every instant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path

from servicedesk.base import dates, periods
from servicedesk.base.statements import load_statements
from servicedesk.storage.database import Database

ANSWER_DAYS = 14  # after a completion in which an answer counts (K1)
FACT_TABLES = (
    "ticket_fact",
    "mystery_fact",
)  # derived tables: an export leaves them out, an import fills them again

# Each index begins with the columns that figures group by and holds all columns that a headline figure reads, so that a
# million tickets are counted in one pass along it, without a sort. A partial index covers a query only if it holds the
# column of its own WHERE (SQLite 3.40). The indexes belong to the temporary table if there is one.
INDEXES = (
    "CREATE INDEX ticket_fact_done ON ticket_fact"
    " (done_month, done_id, assigned_id, type, outcome, answer, appliance_id, done_day) WHERE done_month IS NOT NULL",
    "CREATE INDEX ticket_fact_repaired ON ticket_fact"
    " (done_month, done_id, assigned_id, appliance_id, outcome, done_unix, done_day, type)"
    " WHERE type = 'repair' AND done_month IS NOT NULL",
    "CREATE INDEX ticket_fact_reported ON ticket_fact"
    " (reported_month, arrived_id, assigned_due_id, assigned_strict_id, assigned_id, reported_day, reported_unix,"
    " deadline_unix, arrived_unix, on_site, arrived_no_access, cancelled_unix, cancel_reason, cancelled_by, done_unix,"
    " outcome, type) WHERE type = 'repair'",
    "CREATE INDEX ticket_fact_open ON ticket_fact (reported_unix) WHERE done_unix IS NULL AND cancelled_unix IS NULL",
    "CREATE INDEX ticket_fact_machine ON ticket_fact"
    " (appliance_id, reported_unix, ticket_id, reported_day, cancel_reason, type) WHERE type = 'repair'",
)
# The formula takes a millisecond to prepare, so each trigger runs it only once, and then moves the row of a mystery
# shopper's ticket to mystery_fact.
TRIGGERS = (
    """CREATE TRIGGER ticket_fact_added AFTER INSERT ON event BEGIN
  INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.ticket_id;
  INSERT OR REPLACE INTO mystery_fact SELECT * FROM mystery_fact_now WHERE ticket_id = NEW.ticket_id;
  DELETE FROM ticket_fact WHERE ticket_id = (SELECT id FROM ticket WHERE id = NEW.ticket_id AND is_mystery = 1);
END""",
    """CREATE TRIGGER ticket_fact_voided AFTER UPDATE OF voided_at ON event BEGIN
  INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.ticket_id;
  INSERT OR REPLACE INTO mystery_fact SELECT * FROM mystery_fact_now WHERE ticket_id = NEW.ticket_id;
  DELETE FROM ticket_fact WHERE ticket_id = (SELECT id FROM ticket WHERE id = NEW.ticket_id AND is_mystery = 1);
END""",
    """CREATE TRIGGER ticket_fact_changed
 AFTER UPDATE OF type, customer_id, appliance_id, fault, on_site, is_mystery ON ticket BEGIN
  DELETE FROM mystery_fact WHERE ticket_id = NEW.id;
  INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.id;
  INSERT OR REPLACE INTO mystery_fact SELECT * FROM mystery_fact_now WHERE ticket_id = NEW.id;
  DELETE FROM ticket_fact WHERE ticket_id = NEW.id AND NEW.is_mystery = 1;
END""",
)
FILL = (
    "INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id >= :first_id",
    "INSERT OR REPLACE INTO mystery_fact SELECT * FROM mystery_fact_now WHERE ticket_id >= :first_id",
    "DELETE FROM ticket_fact WHERE ticket_id IN (SELECT id FROM ticket WHERE is_mystery = 1 AND id >= :first_id)",
)

_ASKED = """
CREATE TEMP TABLE asked AS
SELECT :as_of AS as_of, :as_of_day AS as_of_day, 0 AS from_day, 0 AS until_day, 0 AS from_month, 0 AS until_month,
       0 AS from_unix, 0 AS until_unix, 0 AS monthly, 'outlet' AS by_person"""
_PERIOD = """
UPDATE temp.asked
   SET from_day = :from_day, until_day = :until_day, from_month = :from_month, until_month = :until_month,
       from_unix = :from_unix, until_unix = :until_unix, monthly = :monthly"""
# The tickets of mystery shoppers as of that instant (C7). In nearly every file this table is empty.
_MYSTERY = """
SELECT t.id AS ticket_id
  FROM ticket t
 WHERE t.id IN (SELECT id FROM ticket WHERE is_mystery = 1
                 UNION ALL
                SELECT ticket_id FROM change WHERE field = 'is_mystery' AND recorded_unix > (SELECT as_of FROM asked))
   AND coalesce((SELECT CAST(h.old AS INTEGER) FROM change h
                  WHERE h.ticket_id = t.id AND h.field = 'is_mystery' AND h.recorded_unix > (SELECT as_of FROM asked)
                  ORDER BY h.recorded_unix, h.id LIMIT 1), t.is_mystery) = 1"""
_IS_TOUCHED = """
SELECT EXISTS (SELECT 1 FROM main.ticket_fact WHERE touched_unix > (SELECT as_of FROM asked))
    OR EXISTS (SELECT 1 FROM mystery_fact WHERE touched_unix > (SELECT as_of FROM asked))"""
# The tickets that were changed since that instant. The formula runs only for these.
_MEASURED = """
SELECT id, on_site, assignment_unknown
  FROM ticket
 WHERE id IN (SELECT ticket_id FROM main.ticket_fact
               WHERE touched_unix > (SELECT as_of FROM asked) AND known_unix <= (SELECT as_of FROM asked)
               UNION ALL
              SELECT ticket_id FROM mystery_fact
               WHERE touched_unix > (SELECT as_of FROM asked) AND known_unix <= (SELECT as_of FROM asked))"""
_THEN = (
    # The unary plus keeps the planner off the index of touched_unix: nearly every ticket passes.
    "CREATE TEMP TABLE ticket_fact AS SELECT * FROM main.ticket_fact WHERE +touched_unix <= (SELECT as_of FROM asked)",
    "INSERT INTO temp.ticket_fact SELECT * FROM ticket_fact_then WHERE reported_unix IS NOT NULL",
    "CREATE UNIQUE INDEX temp.ticket_fact_ticket ON ticket_fact (ticket_id)",
    *INDEXES,
)


@cache
def _texts(name: str) -> dict[str, str]:
    """Return the statements of a file of this package by name."""
    return {key: found.text for key, found in load_statements(Path(__file__).parent / "sql" / name).items()}


def list_tables() -> list[str]:
    """Return the statements that create the tables `ticket_fact` and `mystery_fact`."""
    return [_texts("ticket_fact.sql")[name] for name in FACT_TABLES]


def views_sql() -> dict[str, str]:
    """Return the views of the file by name, as SELECTs: current facts, formulas of ticket_fact, lists of the desk."""
    formulas = {name: text for name, text in _texts("ticket_fact.sql").items() if name not in FACT_TABLES}
    return _texts("as_it_stands.sql") | formulas | _texts("by_now.sql")


def figure_views_sql() -> dict[str, str]:
    """Return the views of the current facts that only figures read, by name."""
    return _texts("figures_as_it_stands.sql")


def views_as_of() -> dict[str, str]:
    """Return the views as of the instant in table `asked`, by name; `ticket_fact_then` computes ticket_fact."""
    then = {
        "mystery_ticket": _MYSTERY,
        "ticket_measured": _texts("as_it_stands.sql")["ticket_measured"],
        "ticket_fact_then": _texts("ticket_fact.sql")["ticket_fact_now"],
    }
    return then | _texts("as_of.sql")


def period_views() -> dict[str, str]:
    """Return the views of the tickets in the asked period, by name."""
    return {name: text for name, text in _texts("as_of.sql").items() if name.endswith("_in_period")}


@contextmanager
def facts_as_of(db: Database, as_of: datetime) -> Iterator[None]:
    """Run the block in one read transaction in which `ticket_fact` and the views are as of that second.

    A block inside another one for the same second reuses it, so that a report of many figures makes the tables once.
    """
    second = dates.unix(as_of)
    if db.seen_at == second:
        yield
        return
    with db.snapshot():
        run = db.connection.execute
        run(_ASKED, {"as_of": second, "as_of_day": dates.day_number(as_of.date())})
        run("CREATE TEMP TABLE mystery_ticket AS" + _MYSTERY)
        for name, text in _texts("as_of.sql").items():
            db.make_view(name, text)
        if db.value(_IS_TOUCHED):
            db.make_view("ticket_measured", _MEASURED)
            db.make_view("ticket_fact_then", _texts("ticket_fact.sql")["ticket_fact_now"])
            for statement in _THEN:
                run(statement)
        db.seen_at = second
        try:
            yield
        finally:
            db.seen_at = None


def ask_period(db: Database, period: periods.Period, *, monthly: bool = False) -> None:
    """Set the period of the figures, with `monthly` separately for each month (C2). Call it inside `facts_as_of`."""
    db.connection.execute(_PERIOD, period_values(period, db.outlet.zone, monthly=monthly))


def period_values(period: periods.Period, zone: tzinfo, *, monthly: bool) -> dict[str, int]:
    """Return the values of a period for the columns of table `asked`."""
    first, last = period.first, date.fromordinal(period.end.toordinal() - 1)
    return {
        "from_unix": dates.unix(dates.start_of(first, zone)),
        "until_unix": dates.unix(dates.start_of(period.end, zone)),
        "from_day": dates.day_number(first),
        "until_day": dates.day_number(period.end),
        "from_month": first.year * 100 + first.month,
        "until_month": last.year * 100 + last.month,
        "monthly": int(monthly),
    }


@contextmanager
def measure_at_once(db: Database, *, since_ticket_id: int) -> Iterator[None]:
    """Write new tickets in the block without the trigger, then fill their facts at once, in a third of the time.

    `since_ticket_id` is the first of the new tickets. Call it inside a transaction. A block inside another one belongs
    to the outer one.
    """
    if not db.value("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'ticket_fact_added'"):
        yield
        return
    db.run("DROP TRIGGER ticket_fact_added")
    yield
    db.run(TRIGGERS[0])
    fill(db, since_ticket_id=since_ticket_id)


def fill(db: Database, *, since_ticket_id: int = 0) -> None:
    """Fill the facts of the tickets from that id on, after writes without triggers. Call it inside a transaction."""
    for statement in FILL:
        db.run(statement, first_id=since_ticket_id)

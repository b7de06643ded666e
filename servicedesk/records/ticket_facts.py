"""A ticket's facts in one row, every derived column once, as of an instant (C3).

The table `ticket_fact` holds the row of every ticket as its standing events say it; derived.py keeps it. As of an
earlier instant a temporary table of the same name and shape stands before it: the rows that nothing has touched since,
and those few that something has, anew from the events. So a figure reads `ticket_fact`, whatever the instant.

Columns: instants `…_unix` in seconds, local dates `…_day` in days since 1970-01-01 and `…_month` as 202610, people by
id. `known_unix` is when a report was first typed, `touched_unix` when any event was last typed or voided, or a ticket
changed (CHANGING).
`deadline_unix` is K6's (repairs), `assigned_id` who is assigned, `assigned_due_id` and `assigned_strict_id` who was
at the deadline and 24 hours after the report; `visits` are arrivals that got in, `no_access` those that did not;
`answer` is the counted answer of K1 as its reason reads.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from servicedesk.storage.database import Database

# The headline deadline of K6 for the report `r` among the facts that {visible} lets through: 24 hours after the
# report; a window the customer asked for moves it to its end, if it was recorded before the deadline valid then.
# A corrected window counts as recorded when the first of its line was: correcting cannot move it.
DEADLINE = """
CASE WHEN NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = r.ticket_id AND kind = 'appointed')
     THEN r.at_unix + 86400
     ELSE (
  WITH RECURSIVE
    asked AS (
      SELECT coalesce(f.recorded_unix, e.recorded_unix) AS recorded_unix, e.window_to_unix,
             row_number() OVER (ORDER BY coalesce(f.recorded_unix, e.recorded_unix), coalesce(f.id, e.id)) AS n
        FROM event e LEFT JOIN event f ON f.id = e.corrects_id
       WHERE e.ticket_id = r.ticket_id AND e.kind = 'appointed' AND e.asked_by = 'customer' AND {visible}
    ),
    moved(n, deadline) AS (
      SELECT 0, r.at_unix + 86400
       UNION ALL
      SELECT asked.n,
             CASE WHEN asked.recorded_unix <= moved.deadline
                  THEN max(r.at_unix + 86400, asked.window_to_unix) ELSE moved.deadline END
        FROM moved JOIN asked ON asked.n = moved.n + 1
    )
  SELECT deadline FROM moved ORDER BY n DESC LIMIT 1) END
"""


# The planned day of a ticket is its anchor: the first of its birthdays, ended ones too, so that it never moves.
ANCHOR = "(SELECT min(k.due_on) FROM maintenance_line AS k WHERE k.ticket_id = l.ticket_id AND k.voided_at IS NULL)"


ANSWER_DAYS = 14


# The answer that counts: the first in the order of recording (a corrected one keeps its place), up to fourteen
# local days after the completion `done`. {visible} says which facts are seen.
COUNTED = f"""
SELECT s.id
  FROM event s
 WHERE s.ticket_id = done.ticket_id AND s.kind = 'surveyed' AND {{visible}}
   AND substr(s.at, 1, 10) <= date(substr(done.at, 1, 10), '+{ANSWER_DAYS} days')
 ORDER BY coalesce(s.corrects_id, s.id)
 LIMIT 1
"""


STANDING = "{alias}.voided_at IS NULL"
SEEN = (
    "({alias}.at_unix <= :as_of AND {alias}.recorded_unix <= :as_of"
    " AND ({alias}.voided_unix IS NULL OR {alias}.voided_unix > :as_of))"
)

KEPT = "ticket_fact"  # no fact itself: an export leaves it out, an import fills it anew
COLUMNS = (
    "ticket_id", "type", "customer_id", "appliance_id", "fault", "on_site", "assignment_unknown", "known_unix",
    "touched_unix",
    "reported_unix", "reported_day", "reported_month", "deadline_unix", "first_assigned_unix", "assignments",
    "assigned_id", "assigned_due_id", "assigned_strict_id", "arrived_unix", "arrived_id", "arrived_no_access",
    "visits", "no_access", "cancelled_unix", "cancel_reason", "cancelled_by", "done_unix", "done_day", "done_month",
    "done_id", "outcome", "answer", "answer_source",
)  # fmt: skip


def day(at: str) -> str:
    """SQL for the local date of an RFC 3339 text in days since 1970."""
    return f"unixepoch(substr({at}, 1, 10)) / 86400"


def month(at: str) -> str:
    """SQL for its month as 202610."""
    return f"CAST(substr({at}, 1, 4) || substr({at}, 6, 2) AS INTEGER)"


def visible(alias: str) -> str:
    """Whether a fact is visible as of :as_of: it had happened, was recorded, and was not yet voided (C3)."""
    return SEEN.format(alias=alias)


def then(noun: str, field: str, key: str, instant: str) -> str:
    """SQL for what a field said at an instant: `old` of the first change recorded after it, else what it says now."""
    later = f"FROM change h WHERE h.{noun}_id = {key} AND h.field = '{field}' AND h.recorded_unix > {instant}"
    return (
        f"CASE WHEN EXISTS (SELECT 1 {later}) THEN (SELECT h.old {later} ORDER BY h.recorded_unix, h.id LIMIT 1)"
        f" ELSE (SELECT x.{field} FROM {noun} x WHERE x.id = {key}) END"
    )


def whose_then(noun: str, key: str, instant: str = ":as_of") -> str:
    """SQL for the customer of a ticket, a machine or a complaint at an instant, before a later merge or transfer."""
    return f"CAST({then(noun, 'customer_id', key, instant)} AS INTEGER)"


def _assignee_sql(at: str, visible: str) -> str:
    return f"""CASE WHEN assignments > 0 THEN
         (SELECT e.technician_id FROM event e
           WHERE e.ticket_id = fact.ticket_id AND e.kind = 'assigned' AND {visible.format(alias="e")}{at}
           ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END"""


# What of a ticket is no event and yet may change: an edit, an import that adds a fault, a merge. The row says what is
# said now, `change` what was.
CHANGING = ("type", "customer_id", "appliance_id", "fault")


def _said_now(field: str) -> str:
    return f"t.{field}"


def _said_then(field: str) -> str:
    said = then("ticket", field, "t.id", ":as_of")
    return f"CAST({said} AS INTEGER)" if field.endswith("_id") else said


def formula(visible: str, whose: str, said: Callable[[str], str] = _said_now) -> str:
    """The facts of the tickets `t` for which `whose` holds, from the events that `visible` lets through.

    `said` is the SQL for one of CHANGING.
    """
    fields = ", ".join(f"'{field}'" for field in CHANGING)

    def only(alias: str) -> str:
        return visible.format(alias=alias)

    return f"""
SELECT fact.ticket_id, type, customer_id, appliance_id, fault, on_site, assignment_unknown, known_unix,
       touched_unix,
       reported_unix, reported_day, reported_month, deadline_unix, first_assigned_unix, assignments,
       {_assignee_sql("", visible)} AS assigned_id,
       {_assignee_sql(" AND e.at_unix <= fact.deadline_unix", visible)} AS assigned_due_id,
       {_assignee_sql(" AND e.at_unix <= fact.reported_unix + 86400", visible)} AS assigned_strict_id,
       arrived_unix, arrived_id, arrived_no_access, visits, fact.no_access, cancelled_unix, cancel_reason,
       fact.cancelled_by, done_unix, done_day, done_month, done_id, fact.outcome,
       coalesce(CASE answer.satisfied WHEN 1 THEN 'satisfied' WHEN 0 THEN 'not_satisfied' END,
                'score_' || answer.score) AS answer,
       answer.source AS answer_source
  FROM (
SELECT t.id AS ticket_id, {", ".join(f"{said(field)} AS {field}" for field in CHANGING)}, t.on_site,
       t.assignment_unknown,
       (SELECT min(e.recorded_unix) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'reported') AS known_unix,
       max((SELECT max(max(e.recorded_unix, coalesce(e.voided_unix, 0))) FROM event e WHERE e.ticket_id = t.id),
           coalesce((SELECT max(h.recorded_unix) FROM change h
                      WHERE h.ticket_id = t.id AND h.field IN ({fields})), 0))
         AS touched_unix,
       r.at_unix AS reported_unix, {day("r.at")} AS reported_day, {month("r.at")} AS reported_month,
       CASE WHEN {said("type")} = 'repair' THEN {DEADLINE.format(visible=only("e"))} END AS deadline_unix,
       (SELECT min(e.at_unix) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND {only("e")})
         AS first_assigned_unix,
       (SELECT count(*) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND {only("e")}) AS assignments,
       a.at_unix AS arrived_unix, a.technician_id AS arrived_id, a.no_access AS arrived_no_access,
       CASE WHEN a.id IS NULL THEN 0 ELSE (
         SELECT count(*) FROM event e
          WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND NOT e.no_access AND {only("e")}) END AS visits,
       CASE WHEN a.id IS NULL THEN 0 ELSE (
         SELECT count(*) FROM event e
          WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND e.no_access AND {only("e")}) END AS no_access,
       x.at_unix AS cancelled_unix, x.reason AS cancel_reason, x.cancelled_by,
       done.at_unix AS done_unix, {day("done.at")} AS done_day, {month("done.at")} AS done_month,
       done.technician_id AS done_id, done.outcome,
       CASE WHEN done.id IS NOT NULL THEN ({COUNTED.format(visible=only("s"))}) END AS answer_id
  FROM ticket t
  LEFT JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND {only("r")}
  LEFT JOIN event a ON a.id = (
         SELECT e.id FROM event e WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND {only("e")}
          ORDER BY e.at_unix, e.id LIMIT 1)
  LEFT JOIN event x ON x.ticket_id = t.id AND x.kind = 'cancelled' AND {only("x")}
  LEFT JOIN event done ON done.ticket_id = t.id AND done.kind = 'completed' AND {only("done")}
 WHERE {whose}
       ) AS fact
  LEFT JOIN event answer ON answer.id = fact.answer_id"""


TABLE = f"CREATE {{temp}}TABLE ticket_fact (ticket_id INTEGER PRIMARY KEY, {', '.join(COLUMNS[1:])})"
# Each leads with what figures are grouped by and holds all that a headline figure reads, so that a million tickets are
# counted in one pass along it, unsorted. A partial index covers only where it holds the column of its WHERE (3.40).
INDEXES = (
    "CREATE INDEX {temp}ticket_fact_done ON ticket_fact"
    " (done_month, done_id, assigned_id, type, outcome, answer, done_day) WHERE done_month IS NOT NULL",
    "CREATE INDEX {temp}ticket_fact_repaired ON ticket_fact"
    " (done_month, done_id, assigned_id, appliance_id, outcome, done_unix, done_day, type)"
    " WHERE type = 'repair' AND done_month IS NOT NULL",
    "CREATE INDEX {temp}ticket_fact_reported ON ticket_fact"
    " (reported_month, arrived_id, assigned_due_id, assigned_strict_id, assigned_id, reported_day, reported_unix,"
    " deadline_unix, arrived_unix, on_site, arrived_no_access, cancelled_unix, cancel_reason, cancelled_by, done_unix,"
    " outcome, type) WHERE type = 'repair'",
    "CREATE INDEX {temp}ticket_fact_open ON ticket_fact (reported_unix)"
    " WHERE done_unix IS NULL AND cancelled_unix IS NULL",
    "CREATE INDEX {temp}ticket_fact_machine ON ticket_fact"
    " (appliance_id, reported_unix, ticket_id, reported_day, cancel_reason, type) WHERE type = 'repair'",
)

_TOUCHED = "t.id IN (SELECT ticket_id FROM main.ticket_fact WHERE touched_unix > :as_of AND known_unix <= :as_of)"
_THEN = (
    TABLE.format(temp="TEMP "),
    f"""INSERT INTO temp.ticket_fact
{formula(SEEN, _TOUCHED, _said_then)}
  WHERE fact.reported_unix IS NOT NULL""",
    # The unary plus keeps the planner off the index of touched_unix: nearly every ticket passes.
    "INSERT INTO temp.ticket_fact SELECT * FROM main.ticket_fact WHERE +touched_unix <= :as_of",
    *(index.format(temp="temp.") for index in INDEXES),
)


@contextmanager
def facts_as_of(db: Database, as_of: int) -> Iterator[None]:
    """One read transaction in which `ticket_fact` is what could be seen at that second, whoever writes meanwhile.

    Inside another one of the same second it is that one: a report of many figures makes the table once.
    """
    if db.seen_at == as_of:
        yield
        return
    with db.snapshot():
        if db.value("SELECT EXISTS (SELECT 1 FROM main.ticket_fact WHERE touched_unix > :as_of)", as_of=as_of):
            for statement in _THEN:
                db.connection.execute(statement, {"as_of": as_of} if ":as_of" in statement else {})
        db.seen_at = as_of
        try:
            yield
        finally:
            db.seen_at = None


_NOW = f"CREATE VIEW ticket_fact_now AS {formula(STANDING, 'TRUE')}"
_FILL = "INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id >= :first_id"
_AGAIN = "BEGIN INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.{key}; END"
_TRIGGERS = (
    f"CREATE TRIGGER ticket_fact_added AFTER INSERT ON event {_AGAIN.format(key='ticket_id')}",
    f"CREATE TRIGGER ticket_fact_voided AFTER UPDATE OF voided_at ON event {_AGAIN.format(key='ticket_id')}",
    "CREATE TRIGGER ticket_fact_changed AFTER UPDATE OF type, customer_id, appliance_id, fault, on_site ON ticket"
    f" {_AGAIN.format(key='id')}",
)


@contextmanager
def measure_at_once(db: Database, *, since_ticket_id: int) -> Iterator[None]:
    """Inside a transaction: tickets from that id on begin, and are measured together, for a third of the time."""
    db.run("DROP TRIGGER ticket_fact_added")
    yield
    db.run(_TRIGGERS[0])
    fill(db, since_ticket_id=since_ticket_id)


def fill(db: Database, *, since_ticket_id: int = 0) -> None:
    """Inside a transaction: the kept facts of the tickets from that id on, where the triggers stood aside."""
    db.run(_FILL, first_id=since_ticket_id)

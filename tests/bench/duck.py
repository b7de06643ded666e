"""The four headline figures by hand in DuckDB: the same definitions as the peer that kpis.py measures.

    python -m tests.bench.duck FILE.duckdb copy FILE.db
    python -m tests.bench.duck FILE.duckdb log|facts THREADS AS_OF FIRST END

`log` reads the log of events, the way a good engineer would keep it in DuckDB: instants as integers, local dates as
DATE, codes as ENUM, sorted by kind. `facts` reads a copy of our kept table `ticket_fact`: the hardest peer there is.
AS_OF is in seconds, FIRST and END (excluded) are local dates. One JSON list to stdout.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

KEYS = ("satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict")

# Each ticket's facts as of $as_of. (happened << 32 | id) orders by instant, then by id, in one integer.
LOG = """
WITH seen AS NOT MATERIALIZED (
  SELECT * FROM event WHERE happened <= $as_of AND recorded <= $as_of AND (voided IS NULL OR voided > $as_of)
), reported AS NOT MATERIALIZED (
  SELECT ticket_id, happened, day FROM seen WHERE kind = 'reported'
), asked AS (
  SELECT e.ticket_id, coalesce(f.recorded, e.recorded) AS recorded, e.window_to, coalesce(f.id, e.id) AS line
    FROM seen e LEFT JOIN event f ON f.id = e.corrects_id
   WHERE e.kind = 'appointed' AND e.asked_by = 'customer'
), moved AS (
  SELECT a.ticket_id, any_value(r.happened) + 86400 AS strict,
         list({'recorded': a.recorded, 'deadline': greatest(r.happened + 86400, a.window_to)}
              ORDER BY a.recorded, a.line) AS w
    FROM asked a JOIN reported r USING (ticket_id) GROUP BY a.ticket_id
), deadlines AS (
  SELECT ticket_id, list_reduce(
           w, lambda x, y: CASE WHEN y.recorded <= x.deadline THEN {'recorded': 0, 'deadline': y.deadline} ELSE x END,
           {'recorded': 0, 'deadline': strict}).deadline AS deadline
    FROM moved
), called AS (
  SELECT r.ticket_id, r.happened AS reported_unix, r.day AS reported_day,
         coalesce(d.deadline, r.happened + 86400) AS deadline_unix
    FROM reported r LEFT JOIN deadlines d USING (ticket_id)
), sent AS (
  SELECT ticket_id, arg_max(a.technician_id, a.happened << 32 | a.id) AS assigned_id,
         arg_max(a.technician_id, a.happened << 32 | a.id) FILTER (a.happened <= c.deadline_unix) AS assigned_due_id,
         arg_max(a.technician_id, a.happened << 32 | a.id) FILTER (a.happened <= c.reported_unix + 86400)
           AS assigned_strict_id
    FROM seen a JOIN called c USING (ticket_id) WHERE a.kind = 'assigned' GROUP BY ticket_id
), arrived AS (
  SELECT ticket_id, min(happened) AS arrived_unix, arg_min(technician_id, happened << 32 | id) AS arrived_id
    FROM seen WHERE kind = 'arrived' GROUP BY ticket_id
), cancelled AS (
  SELECT ticket_id, happened AS cancelled_unix, reason AS cancel_reason, cancelled_by FROM seen WHERE kind = 'cancelled'
), done AS NOT MATERIALIZED (
  SELECT ticket_id, happened AS done_unix, day AS done_day, technician_id AS done_id, outcome FROM seen
   WHERE kind = 'completed'
), answered AS (
  SELECT ticket_id, arg_min(coalesce(s.score >= 4, s.satisfied), coalesce(s.corrects_id, s.id)) AS is_satisfied
    FROM seen s JOIN done d USING (ticket_id) WHERE s.kind = 'surveyed' AND s.day <= d.done_day + 14 GROUP BY ticket_id
), fact AS MATERIALIZED (
  SELECT t.type, t.appliance_id, t.on_site, c.*, s.* EXCLUDE ticket_id, a.* EXCLUDE ticket_id, x.* EXCLUDE ticket_id,
         d.* EXCLUDE ticket_id, q.is_satisfied
    FROM called c JOIN ticket t ON t.id = c.ticket_id
    LEFT JOIN sent s USING (ticket_id) LEFT JOIN arrived a USING (ticket_id) LEFT JOIN cancelled x USING (ticket_id)
    LEFT JOIN done d USING (ticket_id) LEFT JOIN answered q USING (ticket_id)
)"""
FACTS = """
WITH fact AS (
  SELECT * REPLACE (DATE '1970-01-01' + reported_day AS reported_day, DATE '1970-01-01' + done_day AS done_day),
         CASE WHEN answer IS NOT NULL THEN answer IN ('score_4', 'score_5', 'satisfied') END AS is_satisfied
    FROM ticket_fact
)"""
_CALLS = """
  SELECT *, date_trunc('month', reported_day) AS month,
         coalesce(cancel_reason IN ('duplicate', 'entry_error'), false) OR on_site AS is_outside,
         arrived_unix IS NULL AND (cancelled_by = 'customer' OR cancel_reason = 'out_of_area') AS has_left,
         arrived_unix IS NULL AND outcome = 'resolved_remotely' AS is_remote
    FROM fact WHERE type = 'repair' AND reported_day >= $first AND reported_day < $end"""
_ARRIVAL = """
  SELECT '{key}' AS kpi, month, arrived_id AS hit_to, {due_to} AS miss_to, assigned_id AS else_to,
         CASE WHEN is_outside THEN 'excluded'
              WHEN arrived_unix IS NOT NULL AND {deadline} > $as_of THEN 'pending'
              WHEN arrived_unix <= {deadline} THEN 'hit'
              WHEN arrived_unix IS NOT NULL THEN 'miss'
              WHEN has_left AND cancelled_unix <= {deadline} OR is_remote AND done_unix <= {deadline} THEN 'excluded'
              WHEN {deadline} > $as_of THEN 'pending' ELSE 'miss' END AS verdict
    FROM calls"""
FIGURES = f"""
, calls AS ({_CALLS}
), repaired AS (
  SELECT *, date_trunc('month', done_day) AS month, row_number() OVER () AS n FROM fact
   WHERE type = 'repair' AND done_day >= $first AND done_day < $end
), again AS (
  SELECT DISTINCT r.n FROM repaired r JOIN fact f ON f.type = 'repair' AND f.appliance_id = r.appliance_id
     AND f.reported_unix > r.done_unix AND f.reported_day <= r.done_day + 30
   WHERE coalesce(f.cancel_reason NOT IN ('duplicate', 'entry_error'), true)
), judged AS (
  SELECT 'satisfaction_rate' AS kpi, date_trunc('month', done_day) AS month, done_id AS hit_to, done_id AS miss_to,
         assigned_id AS else_to,
         CASE WHEN outcome = 'resolved_remotely' THEN 'excluded'
              WHEN is_satisfied IS NULL AND done_day + 14 >= $today THEN 'pending'
              WHEN is_satisfied IS NULL THEN 'excluded'
              WHEN is_satisfied THEN 'hit' ELSE 'miss' END AS verdict
    FROM fact WHERE type IN ('repair', 'install', 'maintenance') AND done_day >= $first AND done_day < $end
   UNION ALL
  SELECT 'repeat_repair_rate', month, done_id, done_id, assigned_id,
         CASE WHEN appliance_id IS NULL OR outcome IN ('exchanged', 'not_repairable', 'resolved_remotely')
              THEN 'excluded' WHEN done_day + 30 >= $today THEN 'pending' WHEN a.n IS NULL THEN 'miss' ELSE 'hit' END
    FROM repaired LEFT JOIN again a USING (n)
   UNION ALL {_ARRIVAL.format(key=KEYS[2], deadline="deadline_unix", due_to="assigned_due_id")}
   UNION ALL {_ARRIVAL.format(key=KEYS[3], deadline="(reported_unix + 86400)", due_to="assigned_strict_id")}
), charged AS (
  SELECT kpi, month, verdict,
         CASE verdict WHEN 'hit' THEN hit_to WHEN 'miss' THEN miss_to ELSE else_to END AS technician_id
    FROM judged
)
SELECT kpi, strftime(month, '%Y-%m'), k.name, count(*) FILTER (verdict = 'hit'),
       count(*) FILTER (verdict = 'hit' OR verdict = 'miss'), count(*) FILTER (verdict = 'pending'),
       count(*) FILTER (verdict = 'excluded')
  FROM charged LEFT JOIN technician k ON k.id = technician_id GROUP BY ALL ORDER BY ALL"""
SELECTS = {"log": LOG + FIGURES, "facts": FACTS + FIGURES}

TABLES = {
    "technician": ("id INTEGER, name VARCHAR", "SELECT id, name FROM technician"),
    "ticket": (
        "id INTEGER, type ENUM ('repair', 'install', 'maintenance', 'guidance'), appliance_id INTEGER, on_site BOOLEAN",
        "SELECT id, type, appliance_id, on_site FROM ticket",
    ),
    "event": (
        "id BIGINT, ticket_id INTEGER, kind ENUM ('reported', 'assigned', 'appointed', 'arrived', 'waiting', 'resumed',"
        " 'completed', 'cancelled', 'surveyed', 'announced'), happened BIGINT, day DATE, recorded BIGINT,"
        " voided BIGINT, technician_id INTEGER, window_to BIGINT, asked_by ENUM ('customer', 'outlet'),"
        " outcome VARCHAR, reason VARCHAR, cancelled_by ENUM ('customer', 'outlet'), score TINYINT, satisfied BOOLEAN,"
        " corrects_id BIGINT",
        "SELECT id, ticket_id, kind, at_unix, substr(at, 1, 10), recorded_unix, voided_unix, technician_id,"
        " window_to_unix, asked_by, outcome, reason, cancelled_by, score, satisfied, corrects_id FROM event"
        " ORDER BY kind, ticket_id",
    ),
    "ticket_fact": (
        "type VARCHAR, appliance_id INTEGER, on_site BOOLEAN, reported_unix BIGINT, reported_day INTEGER,"
        " deadline_unix BIGINT, assigned_id INTEGER, assigned_due_id INTEGER, assigned_strict_id INTEGER,"
        " arrived_unix BIGINT, arrived_id INTEGER, cancelled_unix BIGINT, cancel_reason VARCHAR, cancelled_by VARCHAR,"
        " done_unix BIGINT, done_day INTEGER, done_id INTEGER, outcome VARCHAR, answer VARCHAR",
        "SELECT type, appliance_id, on_site, reported_unix, reported_day, deadline_unix, assigned_id, assigned_due_id,"
        " assigned_strict_id, arrived_unix, arrived_id, cancelled_unix, cancel_reason, cancelled_by, done_unix,"
        " done_day, done_id, outcome, answer FROM ticket_fact ORDER BY ticket_id",
    ),
}


def copied(source: Path, target: Path) -> None:
    """The tables of our file as DuckDB's own file."""
    import csv
    import sqlite3
    import tempfile

    import duckdb

    with sqlite3.connect(source) as ours, tempfile.TemporaryDirectory(dir=target.parent) as folder:
        theirs = duckdb.connect(str(target))
        for name, (fields, select) in TABLES.items():
            path = Path(folder) / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(ours.execute(select))
            theirs.execute(f"CREATE TABLE {name} ({fields})")
            theirs.execute(f"COPY {name} FROM '{path}' (HEADER false)")
            path.unlink()
        theirs.close()


def figures(connection: "duckdb.DuckDBPyConnection", how: str, as_of: int, first: str, end: str) -> list[Any]:
    """kpi, month, technician, hits, total, pending, excluded."""
    sql = SELECTS[how].replace("$today", f"(DATE '1970-01-01' + {(as_of + 28800) // 86400})")
    sql = sql.replace("$first", f"DATE '{first}'").replace("$end", f"DATE '{end}'")
    return connection.execute(sql, {"as_of": as_of}).fetchall()


if __name__ == "__main__":
    if sys.argv[1:] == ["--help"]:
        print(__doc__)
        sys.exit()
    import duckdb

    if sys.argv[2] == "copy":
        copied(Path(sys.argv[3]), Path(sys.argv[1]))
        sys.exit()
    path, how, threads, as_of, first, end = sys.argv[1:]
    connection = duckdb.connect(path, read_only=True, config={"threads": int(threads)})
    json.dump(figures(connection, how, int(as_of), first, end), sys.stdout, ensure_ascii=False)

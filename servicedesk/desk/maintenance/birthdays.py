"""Birthdays in the file: the SQL that finds them, and the lines that were made of them. Writes nothing."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import columns
from servicedesk.domain import wording
from servicedesk.domain.birthday_rules import VISIT_DAYS, later, windows
from servicedesk.domain.model import Tier
from servicedesk.records import consents
from servicedesk.records.categories import INTERVAL
from servicedesk.records.ticket_facts import ANCHOR
from servicedesk.storage.database import Database, Row

# The file is read in place: the rows of what is due lie all over it, and each asked for alone costs half as much again.
_MAPPED = "PRAGMA mmap_size = 1073741824"

# Machines in use by the month and day of their birthday: 30 days are a twelfth of them. The index holds all that says
# whether a birthday is celebrated, so that the rows of those that are not are never read.
MONTH_DAY = "substr(a.base_on, 6)"
_YEAR = "substr(a.base_on, 1, 4)"
_IN_USE = "(a.base_precision = 'day' OR a.base_precision = 'month') AND a.retired_on IS NULL AND a.voided_at IS NULL"
_OWNED = "a.customer_id IS NOT NULL"
INDEX = (
    f"CREATE INDEX birthday_month_day ON appliance ({MONTH_DAY}, {_YEAR}, category, customer_id)"
    f" WHERE {_IN_USE} AND {_OWNED}".replace("a.", "")
)

# Whose home: the household, else the customer alone.
HOME = "coalesce('H' || c.household_id, 'C' || c.id)"

_FARTHEST = 36525  # days; a year mistyped would go through all birthdays up to it

_TIERS = ", ".join(f"('{tier.value}')" for tier in Tier)

# Every celebrated birthday from :first_on to :last_on of the machines in use that {which} lets through: appliances x
# years, the years with their month-days from windows(). 29 February falls on the 28th in common years (M1). The tier
# is that of who owned the machine on the birthday (M11, M14), the rule set the one valid that day (M20).
# LIMIT -1: row by row, each column worked out once. Without it SQLite works out a day anew wherever it is named.
CELEBRATED = f"""
WITH
  year AS (SELECT value ->> 0 AS y, value ->> 1 AS first_md, value ->> 2 AS last_md FROM json_each(:years)),
  rule AS MATERIALIZED (
    SELECT category, tier, due_on AS from_on,
           lead(due_on, 1, 'later') OVER (PARTITION BY category, tier ORDER BY due_on) AS to_on,
           {INTERVAL} AS years
      FROM (SELECT k.code AS category, x.column1 AS tier, f.from_on AS due_on
              FROM category AS k, (VALUES {_TIERS}) AS x, (SELECT DISTINCT from_on FROM maintenance_interval) AS f
           ) AS birthday
  ),
  dated AS (
    SELECT a.id AS appliance_id, a.customer_id, a.category, year.y - {_YEAR} AS age,
           CASE WHEN {MONTH_DAY} = '02-29' AND (year.y % 4 > 0 OR year.y % 100 = 0 AND year.y % 400 > 0)
                THEN year.y || '-02-28' ELSE year.y || '-' || {MONTH_DAY} END AS due_on
      FROM year
     CROSS JOIN appliance AS a
     WHERE {{which}} BETWEEN year.first_md AND year.last_md AND {_IN_USE}
     LIMIT -1
  ),
  birthday AS (
    SELECT dated.*,
           coalesce((SELECT t.tier
                       FROM tier AS t
                      WHERE t.from_on <= dated.due_on AND t.voided_at IS NULL
                        AND t.customer_id = coalesce(
                              (SELECT h.old FROM change AS h
                                WHERE h.appliance_id = dated.appliance_id AND h.field = 'customer_id' AND NOT h.undone
                                  AND h.on_date > dated.due_on
                                ORDER BY h.on_date, h.id LIMIT 1),
                              dated.customer_id)
                      ORDER BY t.from_on DESC, t.id DESC LIMIT 1), 'ordinary') AS tier
      FROM dated
     WHERE dated.age >= 1 AND dated.due_on BETWEEN :first_on AND :last_on
     LIMIT -1
  ),
  celebrated AS (
    SELECT birthday.*
      FROM birthday
     CROSS JOIN rule ON rule.category = birthday.category AND rule.tier = birthday.tier
                    AND birthday.due_on >= rule.from_on AND birthday.due_on < rule.to_on
     WHERE birthday.age % rule.years = 0
  )
"""

UNWANTED = consents.refusal_sql("{id}", "visits")  # M22
_STANDS = "n.voided_at IS NULL AND (n.ended_as IS NULL OR n.ended_as <> 'cancelled')"
# First, because after some years nearly every birthday has its line: the search takes a third less.
_NO_LINE = f"""
{_OWNED} AND NOT EXISTS (
  SELECT 1 FROM maintenance_line AS n
   WHERE n.appliance_id = a.id AND n.age IS NOT NULL AND n.age = year.y - {_YEAR} AND {_STANDS})"""

# What falls due and has no line yet (M16, M17), nothing from before the registration. Of one machine only one line may
# be open (M10): has_newer, a later birthday has its line already; waits, an earlier open one is still to come.
_DUE = f"""{CELEBRATED}{{more}}
SELECT b.appliance_id, b.age, b.due_on, a.base_precision = 'month' AS approx, b.category, a.brand, b.customer_id,
       c.household_id, {HOME} AS home, c.name AS customer, {UNWANTED.format(id="b.customer_id")} AS unwanted,
       b.has_line AND
       EXISTS (SELECT 1 FROM maintenance_line AS n
                WHERE n.appliance_id = b.appliance_id AND n.age > b.age AND {_STANDS}
                  AND (n.ended_as IS NULL OR n.due_on <= :until)) AS has_newer,
       b.has_line AND
       EXISTS (SELECT 1 FROM maintenance_line AS n LEFT JOIN ticket AS t ON t.id = n.ticket_id
                WHERE n.appliance_id = b.appliance_id AND n.age < b.age AND {_STANDS}
                  AND n.ended_as IS NULL AND n.due_on >= :today AND t.ended_at IS NULL) AS waits
  FROM (SELECT celebrated.*,
               EXISTS (SELECT 1 FROM maintenance_line AS n
                        WHERE n.appliance_id = celebrated.appliance_id AND n.age IS NOT NULL AND {_STANDS}) AS has_line
          FROM celebrated
         LIMIT -1) AS b
 CROSS JOIN appliance AS a ON a.id = b.appliance_id
 CROSS JOIN customer AS c ON c.id = b.customer_id AND c.forgotten_at IS NULL
 WHERE b.due_on >= substr(a.recorded_at, 1, 10)
"""

# Beyond the horizon a birthday only joins (M6): there must be something in the home that it could join.
_WAITED_FOR = """,
  waiting AS MATERIALIZED (
    SELECT value AS customer_id FROM json_each(:customer_ids)
     UNION SELECT customer_id FROM ticket WHERE type = 'maintenance' AND ended_at IS NULL
  ),
  home AS MATERIALIZED (
    SELECT customer_id FROM waiting
     UNION SELECT m.id FROM waiting CROSS JOIN customer AS c ON c.id = waiting.customer_id
                            CROSS JOIN customer AS m ON m.household_id = c.household_id
  )
"""
_ON_HOLD = """
SELECT DISTINCT a.customer_id FROM maintenance_line AS l JOIN appliance AS a ON a.id = l.appliance_id
 WHERE l.ticket_id IS NULL AND l.voided_at IS NULL AND a.customer_id IS NOT NULL
"""
# A plus keeps the planner off the index of the days where the machines are few, and on it where they are many.
DUE = _DUE.format(which=f"{_NO_LINE} AND {MONTH_DAY}", more="")
DUE_BEYOND = _DUE.format(
    which=f"{_NO_LINE} AND +a.customer_id IN (SELECT customer_id FROM home) AND {MONTH_DAY}",
    more=_WAITED_FOR,
)
DUE_OF_ONE = _DUE.format(which=f"{_NO_LINE} AND a.id = :appliance_id AND +{MONTH_DAY}", more="")


def due_rows(
    db: Database, *, today: str, until: str, since: str | None = None, appliance_id: int | None = None
) -> list[Row]:
    """Return celebrated birthdays without a line, up to thirty days beyond `until`, for those may join a visit (M6).

    All machines are searched since the outlet began, so that no change is overlooked, whoever made it (M16, M17): of
    40,000 machines after five years a daily run takes 1 s, of which remembering what was searched would save 0.7 s.
    """
    if until > later(today, _FARTHEST):
        raise RefusedError(say("{until} is more than a hundred years ahead", until=until), hint=say("check the year"))
    first_on, last_on = max(db.outlet.maintenance_since, since or ""), later(until, VISIT_DAYS)
    seen = {"today": today, "until": until}
    if appliance_id is not None:
        rows = _between(db, DUE_OF_ONE, first_on, last_on, **seen, appliance_id=appliance_id)
        return sorted(rows, key=itemgetter("due_on"))
    db.connection.execute(_MAPPED)
    rows = _between(db, DUE, first_on, min(until, last_on), **seen)
    who = {row["customer_id"] for row in rows} | {row[0] for row in db.rows(_ON_HOLD)}
    first_on = max(first_on, later(until, 1))
    rows += _between(db, DUE_BEYOND, first_on, last_on, **seen, customer_ids=json.dumps(list(who)))
    return sorted(rows, key=itemgetter("due_on", "appliance_id"))


def _between(db: Database, sql: str, first_on: str, last_on: str, **values: Any) -> list[Row]:
    if last_on < first_on:
        return []
    return db.rows(sql, years=_years(first_on, last_on), first_on=first_on, last_on=last_on, **values)


def _years(first_on: str, last_on: str) -> str:
    return json.dumps(windows(first_on, last_on))


_OF_SOME = f"a.id IN (SELECT value FROM json_each(:appliance_ids)) AND +{MONTH_DAY}"
SOME = f"""{CELEBRATED.format(which=_OF_SOME)}
SELECT appliance_id, age, due_on FROM celebrated ORDER BY due_on, appliance_id
"""


def list_celebrated(db: Database, appliance_ids: Iterable[int], *, first_on: str, last_on: str) -> list[Row]:
    """All celebrated birthdays of those machines in use, generated or not: appliance_id, age, due_on."""
    return db.rows(
        SOME,
        years=_years(first_on, last_on),
        first_on=first_on,
        last_on=last_on,
        appliance_ids=json.dumps(list(appliance_ids)),
    )


def next_birthday(db: Database, appliance_id: int, *, on: str) -> tuple[str, int] | None:
    """Return the next celebrated birthday on or after that day as (due_on, age); None if retired or without a base
    date.
    """
    # Three years suffice but for rare intervals.
    for first_on, days in ((on, 3 * 366), (on, 101 * 366)):
        found = list_celebrated(db, [appliance_id], first_on=first_on, last_on=later(first_on, days))
        if found:
            return found[0]["due_on"], found[0]["age"]
    return None


# What became of a line `l` on the ticket `t`: only what ended apart from its visit is kept, the rest is derived.
# A ticket that ended otherwise closes the birthday too.
STATUS = """
CASE WHEN l.ended_as IS NOT NULL THEN l.ended_as
     WHEN l.ticket_id IS NULL THEN 'on_hold'
     WHEN t.ended_at IS NULL THEN 'open'
     WHEN EXISTS (SELECT 1 FROM event AS e
                   WHERE e.ticket_id = t.id AND e.kind = 'completed' AND e.voided_at IS NULL
                     AND (e.outcome = 'done' OR t.type <> 'maintenance')) THEN 'done'
     ELSE 'cancelled' END
"""


LINES = f"""
SELECT l.id, l.appliance_id, l.age, l.due_on, l.ticket_id, {ANCHOR} AS planned_on, a.customer_id, c.household_id,
       {HOME} AS home,
       l.role, {STATUS} AS status, l.ended_reason AS reason,
       l.role = 'care' AND a.base_precision = 'month' AS approx,
       a.category, a.brand, c.name AS customer
  FROM maintenance_line AS l
  JOIN appliance AS a ON a.id = l.appliance_id AND l.voided_at IS NULL
  LEFT JOIN customer AS c ON c.id = a.customer_id
  LEFT JOIN ticket AS t ON t.id = l.ticket_id
"""

# Scripts read the keys from appliance_id to status: they stay.
COLUMNS = columns(
    "day+=due", "years:count+=age", "machine+=appliance", "who+=customer", "phone+", "visit_on:date+=planned",
    "visit_id:T+=ticket", "what+=line",
    "appliance_id-", "age-", "due_on-", "ticket_id-", "planned_on-", "customer_id-", "household_id-", "role-",
    "status-", "approx-", "category-", "brand-", "customer-",
)  # fmt: skip


_KEYS = [column.key for column in COLUMNS[8:]]  # what only machines read
# A run has thousands of lines and few kinds of appliances.
_machine, _coded = lru_cache(maxsize=1000)(wording.appliance_name), lru_cache(coded)


def day_text(due_on: str | None, *, approx: object) -> str | None:
    """Return a birthday for people: only the month where no more is known of the purchase (M3)."""
    return due_on[:7] if due_on and approx else due_on


def line_cells(line: dict[str, Any], phones: dict[int, str]) -> list[Any]:
    """Return a line in the order of COLUMNS; if only the month is certain, people see no day (M3)."""
    day = day_text(line["due_on"], approx=line["approx"])
    planned = day_text(line["planned_on"], approx=line.get("planned_approx"))
    machine = joined(" ", (f"A{line['appliance_id']}", _machine(line["category"], line["brand"])))
    who = f"C{line['customer_id']} {line['customer']}" if line["customer_id"] else None
    status = _coded(line["status"] if line["role"] == "care" else line["role"])
    shown = [day, line["age"], machine, who, phones.get(line["customer_id"] or 0), planned,
             line["ticket_id"], status]  # fmt: skip
    line["approx"] = bool(line["approx"])
    return shown + [line[key] for key in _KEYS]


PHONES = """
SELECT customer_id, number FROM phone
 WHERE voided_at IS NULL AND customer_id IN (SELECT value FROM json_each(:ids)) ORDER BY id DESC
"""


def phones_of(db: Database, lines: Sequence[dict[str, Any]]) -> dict[int, str]:
    """Return the first phone of each customer in these lines."""
    ids = sorted({line["customer_id"] for line in lines if line["customer_id"]})
    return {row[0]: row[1] for row in db.rows(PHONES, ids=json.dumps(ids))}

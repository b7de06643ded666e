"""Find birthdays of appliances with SQL, and show the visit lines that were made of them. Writes nothing."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import columns
from servicedesk.domain import wording
from servicedesk.domain.birthday_rules import VISIT_DAYS, birthday, later, windows
from servicedesk.storage.database import Database, Row

# Map the file into memory: the due rows lie all over it, and reading each of them alone takes half as long again.
_MAPPED = "PRAGMA mmap_size = 1073741824"

# Appliances in use by month and day of their birthday: 30 days are a twelfth of them. The index holds all columns that
# decide whether a birthday is celebrated, so that the rows of the others are never read.
INDEX = """
CREATE INDEX birthday_month_day ON appliance (substr(base_on, 6), substr(base_on, 1, 4), category, customer_id)
 WHERE (base_precision = 'day' OR base_precision = 'month') AND retired_on IS NULL AND voided_at IS NULL
   AND customer_id IS NOT NULL"""

_FARTHEST = 36525  # days; with a mistyped year the search would go through all birthdays until then

# Celebrated birthdays from :first_on to :last_on of appliances in use: appliances x years, with the month-days of each
# year from windows(). 29 February falls on the 28th in common years (M1). The tier is that of the owner on the birthday
# (M11, M14), the rule set is the one valid that day (M20).
# With :appliance_ids every birthday of these appliances. Otherwise, of all appliances, birthdays that have no line yet
# (M16, M17) and are not before the registration. Beyond the horizon a birthday can only join a visit (M6): with
# :customer_ids, the home must have something that it could join.
# An appliance may have only one open line (M10). has_newer: a later birthday has a line already; waits: an earlier open
# line is still to come.
# Lines are looked up first, because after some years nearly every birthday has one: this takes a third less time.
# The plus keeps the planner off the index of the days if the appliances are few.
# LIMIT -1: row by row, each column computed once. Without it SQLite computes a day anew wherever it is named.
CELEBRATED = """
WITH
  year AS (SELECT value ->> 0 AS y, value ->> 1 AS first_md, value ->> 2 AS last_md FROM json_each(:years)),
  rule AS MATERIALIZED (SELECT category, tier, from_on, to_on, years FROM interval_rule),
  waiting AS MATERIALIZED (
    SELECT value AS customer_id FROM json_each(:customer_ids)
     UNION SELECT customer_id FROM ticket WHERE type = 'maintenance' AND ended_at IS NULL
  ),
  joinable AS MATERIALIZED (
    SELECT customer_id FROM waiting
     UNION SELECT m.id FROM waiting CROSS JOIN customer c ON c.id = waiting.customer_id
                            CROSS JOIN customer m ON m.household_id = c.household_id
  ),
  machine AS (
    SELECT a.id AS appliance_id, a.customer_id, a.category, year.y, substr(a.base_on, 1, 4) AS base_y,
           substr(a.base_on, 6) AS md
      FROM year
     CROSS JOIN appliance a
     WHERE :appliance_ids IS NULL AND a.customer_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM maintenance_line n
                        WHERE n.appliance_id = a.id AND n.age IS NOT NULL AND n.age = year.y - substr(a.base_on, 1, 4)
                          AND n.voided_at IS NULL AND (n.ended_as IS NULL OR n.ended_as <> 'cancelled'))
       AND (:customer_ids IS NULL OR a.customer_id IN (SELECT customer_id FROM joinable))
       AND substr(a.base_on, 6) BETWEEN year.first_md AND year.last_md
       AND (a.base_precision = 'day' OR a.base_precision = 'month') AND a.retired_on IS NULL AND a.voided_at IS NULL
     UNION ALL
    SELECT a.id, a.customer_id, a.category, year.y, substr(a.base_on, 1, 4), substr(a.base_on, 6)
      FROM year
     CROSS JOIN appliance a
     WHERE a.id IN (SELECT value FROM json_each(:appliance_ids))
       AND +substr(a.base_on, 6) BETWEEN year.first_md AND year.last_md
       AND (a.base_precision = 'day' OR a.base_precision = 'month') AND a.retired_on IS NULL AND a.voided_at IS NULL
     LIMIT -1
  ),
  dated AS (
    SELECT appliance_id, customer_id, category, y - base_y AS age,
           CASE WHEN md = '02-29' AND (y % 4 > 0 OR y % 100 = 0 AND y % 400 > 0)
                THEN y || '-02-28' ELSE y || '-' || md END AS due_on
      FROM machine
     LIMIT -1
  ),
  birthday AS (
    SELECT dated.*,
           coalesce((SELECT t.tier
                       FROM tier t
                      WHERE t.from_on <= dated.due_on AND t.voided_at IS NULL
                        AND t.customer_id = coalesce(
                              (SELECT h.old FROM change h
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
    SELECT birthday.*,
           EXISTS (SELECT 1 FROM maintenance_line n
                    WHERE n.appliance_id = birthday.appliance_id AND n.age IS NOT NULL
                      AND n.voided_at IS NULL AND (n.ended_as IS NULL OR n.ended_as <> 'cancelled')) AS has_line
      FROM birthday
     CROSS JOIN rule ON rule.category = birthday.category AND rule.tier = birthday.tier
                    AND birthday.due_on >= rule.from_on AND birthday.due_on < rule.to_on
     WHERE birthday.age % rule.years = 0
     LIMIT -1
  )
SELECT b.appliance_id, b.age, b.due_on, a.base_precision = 'month' AS approx, b.category, a.brand, b.customer_id,
       c.household_id, c.home, c.name AS customer,
       EXISTS (SELECT 1 FROM wish w
                WHERE w.customer_id = b.customer_id AND w.purpose = 'visits' AND w.wanted = 'no') AS unwanted,
       b.has_line AND
       EXISTS (SELECT 1 FROM maintenance_line n
                WHERE n.appliance_id = b.appliance_id AND n.age > b.age
                  AND n.voided_at IS NULL AND (n.ended_as IS NULL OR n.ended_as <> 'cancelled')
                  AND (n.ended_as IS NULL OR n.due_on <= :until)) AS has_newer,
       b.has_line AND
       EXISTS (SELECT 1 FROM maintenance_line n LEFT JOIN ticket t ON t.id = n.ticket_id
                WHERE n.appliance_id = b.appliance_id AND n.age < b.age AND n.voided_at IS NULL
                  AND n.ended_as IS NULL AND n.due_on >= :today AND t.ended_at IS NULL) AS waits
  FROM celebrated b
 CROSS JOIN appliance a ON a.id = b.appliance_id
  LEFT JOIN customer_home c ON c.id = b.customer_id
 WHERE :appliance_ids IS NOT NULL OR b.due_on >= substr(a.recorded_at, 1, 10) AND c.forgotten_at IS NULL
"""

_ON_HOLD = """
SELECT DISTINCT a.customer_id FROM maintenance_line AS l JOIN appliance AS a ON a.id = l.appliance_id
 WHERE l.ticket_id IS NULL AND l.voided_at IS NULL AND a.customer_id IS NOT NULL
"""


def due_rows(db: Database, *, today: str, until: str, since: str | None = None) -> list[Row]:
    """Return celebrated birthdays without a line, also up to thirty days after `until`, as they may join a visit (M6).

    The search covers all appliances since the outlet began, so that no change is overlooked, whoever made it (M16,
    M17). With 40,000 appliances after five years a daily run takes 1 s; remembering what was searched would save 0.7 s
    of it.
    """
    if until > later(today, _FARTHEST):
        raise RefusedError(say("{until} is more than a hundred years ahead", until=until), hint=say("check the year"))
    first_on, last_on = max(db.outlet.maintenance_since, since or ""), later(until, VISIT_DAYS)
    seen = {"today": today, "until": until}
    db.connection.execute(_MAPPED)
    rows = _between(db, first_on, min(until, last_on), **seen)
    who = {row["customer_id"] for row in rows} | {row[0] for row in db.rows(_ON_HOLD)}
    first_on = max(first_on, later(until, 1))
    rows += _between(db, first_on, last_on, **seen, customer_ids=json.dumps(list(who)))
    return sorted(rows, key=itemgetter("due_on", "appliance_id"))


def _between(db: Database, first_on: str, last_on: str, **values: str | None) -> list[Row]:
    """Return rows of CELEBRATED; `values` are what narrows them."""
    if last_on < first_on:
        return []
    years = json.dumps(windows(first_on, last_on))
    given = {"appliance_ids": None, "customer_ids": None, "today": None, "until": None} | values
    return db.rows(CELEBRATED, years=years, first_on=first_on, last_on=last_on, **given)


class Birthday(NamedTuple):
    """A birthday of an appliance that the rules give."""

    appliance_id: int
    age: int
    due_on: str


def list_celebrated(db: Database, appliance_ids: Iterable[int], *, first_on: str, last_on: str) -> list[Birthday]:
    """Return all celebrated birthdays of those machines in use, generated or not, by their day."""
    rows = _between(db, first_on, last_on, appliance_ids=json.dumps(list(appliance_ids)))
    return sorted((Birthday(*row[:3]) for row in rows), key=itemgetter(2, 0))


# Those of the given birthdays of one appliance that have no line, and no later birthday with a line.
_DUE_OF_ONE = """
SELECT b.value ->> 0 AS age, b.value ->> 1 AS due_on
  FROM appliance AS a
  JOIN customer AS c ON c.id = a.customer_id AND c.forgotten_at IS NULL
  JOIN json_each(:birthdays) AS b ON b.value ->> 1 >= substr(a.recorded_at, 1, 10)
 WHERE a.id = :appliance_id
   AND NOT EXISTS (SELECT 1 FROM maintenance_line AS n
                    WHERE n.appliance_id = a.id AND n.age >= b.value ->> 0
                      AND n.voided_at IS NULL AND (n.ended_as IS NULL OR n.ended_as <> 'cancelled')
                      AND (n.age = b.value ->> 0 OR n.ended_as IS NULL OR n.due_on <= :until))
"""


def list_due_of_machine(db: Database, appliance_id: int, *, on: str) -> list[tuple[int, str]]:
    """Return (age, day) of the birthdays up to thirty days ahead that care on that day would fulfil (M9)."""
    last_on = later(on, VISIT_DAYS)
    given = list_celebrated(db, [appliance_id], first_on=db.outlet.maintenance_since, last_on=last_on)
    days = json.dumps([(birthday.age, birthday.due_on) for birthday in given])
    return [(row[0], row[1]) for row in db.rows(_DUE_OF_ONE, appliance_id=appliance_id, birthdays=days, until=on)]


def next_birthday(db: Database, appliance_id: int, *, on: str) -> tuple[str, int] | None:
    """Return the next celebrated birthday on or after that day as (due_on, age); None if retired or without a base
    date.
    """
    # Three years are enough, except for rare intervals.
    for first_on, days in ((on, 3 * 366), (on, 101 * 366)):
        found = list_celebrated(db, [appliance_id], first_on=first_on, last_on=later(first_on, days))
        if found:
            return found[0].due_on, found[0].age
    return None


def age_in_years(row: Row, today: date) -> int | None:
    """Return full years from the base date to today or the retirement; None if at most the year is known (M4)."""
    if row["base_precision"] not in {"day", "month"}:
        return None
    end = row["retired_on"] or today.isoformat()
    years = int(end[:4]) - int(row["base_on"][:4])
    return max(years - (birthday(row["base_on"], years) > end), 0)


# Scripts read the keys from appliance_id to status, so these keys stay.
COLUMNS = columns(
    "day:date+=due", "years:count+=age", "machine:brief+=appliance", "who:name+=customer", "home_id:H?+=home",
    "phone:phone+", "visit_on:date??+=planned", "visit_id:T+=ticket", "what:code+=line",
    "appliance_id-", "age-", "due_on-", "ticket_id-", "planned_on-", "customer_id-", "household_id-", "role-",
    "status-", "approx-", "category-", "brand-", "customer-",
)  # fmt: skip


_KEYS = [column.key for column in COLUMNS[9:]]  # what only programs read
# A run has thousands of lines and few kinds of appliances.
_machine, _coded = lru_cache(maxsize=1000)(wording.appliance_name), lru_cache(coded)


def day_text(due_on: str | None, *, approx: object) -> str | None:
    """Return a birthday for people: only the month if no more is known of the purchase (M3)."""
    return due_on[:7] if due_on and approx else due_on


def line_cells(line: dict[str, Any], phones: dict[int, str]) -> list[Any]:
    """Return a line in the order of COLUMNS; if only the month is certain, people see no day (M3)."""
    day = day_text(line["due_on"], approx=line["approx"])
    planned = day_text(line["planned_on"], approx=line.get("planned_approx"))
    machine = joined(" ", (f"A{line['appliance_id']}", _machine(line["category"], line["brand"])))
    who = f"C{line['customer_id']} {line['customer']}" if line["customer_id"] else None
    status = _coded(line["status"] if line["role"] == "care" else line["role"])
    shown = [day, line["age"], machine, who, line["household_id"], phones.get(line["customer_id"] or 0), planned,
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

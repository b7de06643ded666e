"""How far birthdays are settled, so that the daily run looks at what is due, not at every machine of every year.

Up to the day in `birthday_settled` every celebrated birthday has its line, but for those of the machines in
`birthday_unsettled`: registered or changed since, whoever changed them, or waiting. No fact and no last run: without
the two tables the same birthdays are found, among all machines since the beginning (M16, M17).
"""

from collections.abc import Iterable

from servicedesk.storage.database import Database

PREFIX = "birthday_"
_UNSETTLED = "INSERT OR IGNORE INTO birthday_unsettled"
_MACHINES = f"""{_UNSETTLED}
  SELECT a.id FROM appliance a WHERE a.customer_id IN ({{ids}})
   UNION SELECT h.appliance_id FROM change h
   WHERE h.field = 'customer_id' AND h.appliance_id IS NOT NULL AND h.old IN ({{texts}})"""
_OWN = _MACHINES.format(ids="NEW.customer_id", texts="CAST(NEW.customer_id AS TEXT)")
_BOTH = _MACHINES.format(
    ids="OLD.customer_id, NEW.customer_id", texts="CAST(OLD.customer_id AS TEXT), CAST(NEW.customer_id AS TEXT)"
)
_ANEW = "DELETE FROM birthday_settled"
_KNOWN = "WHEN EXISTS (SELECT 1 FROM birthday_settled)"
_DATES = "bought_on, bought_precision, installed_on, installed_precision"
# Everything that birthdays.CELEBRATED and birthdays.DUE read; tickets only say how long a birthday waits.
_CHANGES = {
    "INSERT ON appliance": f"{_UNSETTLED} VALUES (NEW.id)",
    f"UPDATE OF customer_id, category, {_DATES}, retired_on, voided_at, recorded_at ON appliance":
        f"{_UNSETTLED} VALUES (NEW.id)",
    "UPDATE OF ended_as, voided_at, age, due_on, appliance_id ON maintenance_line":
        f"{_UNSETTLED} VALUES (OLD.appliance_id)",
    "DELETE ON maintenance_line": f"{_UNSETTLED} VALUES (OLD.appliance_id)",
    "INSERT ON tier": _OWN,
    "UPDATE ON tier": _BOTH,
    "UPDATE OF forgotten_at ON customer": _MACHINES.format(ids="NEW.id", texts="CAST(NEW.id AS TEXT)"),
    # Who lives together, and visits that are open again, say which machines stand on a sheet (M7).
    "UPDATE OF household_id ON customer": f"""{_UNSETTLED}
  SELECT a.id FROM customer m JOIN appliance a ON a.customer_id = m.id
   WHERE m.id = NEW.id OR m.household_id = NEW.household_id""",
    "UPDATE OF ended_at ON ticket": f"""{_UNSETTLED}
  SELECT appliance_id FROM maintenance_line WHERE ticket_id = NEW.id AND NEW.ended_at IS NULL""",
    "INSERT ON maintenance_interval": _ANEW,
    "UPDATE ON maintenance_interval": _ANEW,
    "DELETE ON maintenance_interval": _ANEW,
    "UPDATE OF maintenance_since ON outlet": _ANEW,
}  # fmt: skip
# Machines in use by the month and day of their birthday: 30 days are a twelfth of them. The index
# holds all that says whether a birthday is celebrated, so that the rows of those that are not are never read.
MONTH_DAY = "substr(a.base_on, 6)"
YEAR = "substr(a.base_on, 1, 4)"
IN_USE = "(a.base_precision = 'day' OR a.base_precision = 'month') AND a.retired_on IS NULL AND a.voided_at IS NULL"
OWNED = "a.customer_id IS NOT NULL"
TABLES = (
    f"CREATE INDEX birthday_month_day ON appliance ({MONTH_DAY}, {YEAR}, category, customer_id)"
    f" WHERE {IN_USE} AND {OWNED}".replace("a.", ""),
    "CREATE INDEX birthday_owner ON change (old) WHERE field = 'customer_id' AND appliance_id IS NOT NULL",
    "CREATE TABLE birthday_settled (id INTEGER PRIMARY KEY CHECK (id = 1), until_on TEXT NOT NULL) STRICT",
    "CREATE TABLE birthday_unsettled (appliance_id INTEGER PRIMARY KEY) STRICT",
    *(
        f"CREATE TRIGGER birthday_{number} AFTER {event} {_KNOWN} BEGIN {mark}; END"
        for number, (event, mark) in enumerate(_CHANGES.items(), 1)
    ),
)


def until(db: Database) -> str:
    """The last day up to which they are settled; '' where nothing is known."""
    return db.value("SELECT until_on FROM birthday_settled") or ""


# Open visits of the homes whose machines are unsettled. CROSS: begin at these few, not at all open visits.
_VISITS = """
SELECT DISTINCT t.id
  FROM birthday_unsettled AS u
 CROSS JOIN appliance AS a ON a.id = u.appliance_id
 CROSS JOIN customer AS c ON c.id = a.customer_id
 CROSS JOIN customer AS m ON m.id = c.id OR m.household_id = c.household_id
 CROSS JOIN ticket AS t ON t.customer_id = m.id AND t.type = 'maintenance' AND t.ended_at IS NULL
"""


def visits(db: Database) -> list[int] | None:
    """The open visits that may lack a machine, but for those that a run makes; None: any may."""
    return [row[0] for row in db.rows(_VISITS)] if until(db) else None


def begin(db: Database, last_on: str) -> None:
    """Inside a transaction that has read what is due up to that day: from now on, what changes is unsettled."""
    if until(db) <= last_on:
        db.run("DELETE FROM birthday_unsettled")


def mark_appliances(db: Database, *, appliance_id: int) -> None:
    """Inside a transaction: what the triggers would have marked of the machines from that id on."""
    if until(db):
        db.run(f"{_UNSETTLED} SELECT id FROM appliance WHERE id >= :appliance_id", appliance_id=appliance_id)


def end(db: Database, day: str, waiting: Iterable[int]) -> None:
    """Inside a transaction: up to that day all have their lines, but those of the machines that wait."""
    db.run_many(f"{_UNSETTLED} VALUES (?)", ((appliance_id,) for appliance_id in sorted(set(waiting))))
    db.run("INSERT OR REPLACE INTO birthday_settled VALUES (1, :day)", day=max(day, until(db)))

"""Checklists: the steps of a visit, by the type of its ticket and the day (S21)."""

from servicedesk.base.messages import coded, in_words, item_list, say
from servicedesk.base.table import Table, columns, record
from servicedesk.domain.job_rules import EXAMPLES
from servicedesk.storage.database import Database, Row

# For each type the newest row of a day is valid until the next one. An empty row means that there is no checklist.
CHECKLISTS = """
SELECT c.type, c.steps, c.from_on, lead(c.from_on) OVER (PARTITION BY c.type ORDER BY c.from_on) AS to_on
  FROM checklist c
 WHERE c.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM checklist n
                    WHERE n.type = c.type AND n.from_on = c.from_on AND n.id > c.id AND n.voided_at IS NULL)
 ORDER BY c.type, c.from_on
"""
COLUMNS = columns(
    "type:words", "steps:nested", "steps_told+=steps", "from_on:date=from", "to_on:date=up to", "example:code??"
)
_CHECKLIST = columns("type:words", "from_on:date=from", "to_on:date=up to")
_STEPS = columns("number:count=no", "step:words", "step_code:code+=code")


def load_steps(db: Database, *, on: str) -> dict[str, list[str]]:
    """Return the steps that are valid on that day, by ticket type; {} if the outlet has no checklists."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM checklist)"):
        return {}
    rows = [row for row in db.rows(CHECKLISTS) if row["from_on"] <= on and (row["to_on"] is None or row["to_on"] > on)]
    return {row["type"]: row["steps"].split(",") for row in rows if row["steps"]}


def list_checklists(db: Database, *, on: str, every: bool = False) -> Table:
    """Return a table of the checklists valid on that day and later; with `every` also past ones."""
    rows = [
        _cells(row)
        for row in db.rows(CHECKLISTS)
        if every or (row["steps"] and (row["to_on"] is None or row["to_on"] > on))
    ]
    return Table(
        COLUMNS, rows, empty=say("There is no checklist yet: 'checklist list --examples' shows some to begin with")
    )


def list_examples() -> Table:
    """Return a table of the example checklists that come with the program; no outlet uses them until it sets them."""
    rows = [[None, list(steps), _steps_told(steps), None, None, name] for name, steps in EXAMPLES.items()]
    return Table(COLUMNS, rows)


def _cells(row: Row) -> list[object]:
    steps = row["steps"].split(",") if row["steps"] else []
    example = next((name for name, known in EXAMPLES.items() if list(known) == steps), None)
    return [row["type"], steps, _steps_told(steps), row["from_on"], row["to_on"], example]


def _steps_told(steps: list[str] | tuple[str, ...]) -> str:
    return item_list(map(in_words, steps)) if steps else coded("none")


def find_checklist(db: Database, ticket_type: str, *, on: str) -> Row | None:
    """Return the checklist of that ticket type that is valid on that day, or None."""
    rows = [row for row in db.rows(CHECKLISTS) if row["type"] == ticket_type and row["from_on"] <= on]
    return rows[-1] if rows and rows[-1]["steps"] else None


def checklist_table(row: Row) -> Table:
    """Return a checklist as one object, with its steps in order below."""
    steps = [[number, step, step] for number, step in enumerate(row["steps"].split(","), 1) if step]
    told = record(_CHECKLIST, [row["type"], row["from_on"], row["to_on"]])
    return told._replace(sections=(("steps", Table(_STEPS, steps)),))

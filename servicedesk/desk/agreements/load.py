"""The work ahead by week: work known to come, beside the calls of the same weeks a year ago (S69)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from servicedesk.base import dates
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.desk.agreements import consumables
from servicedesk.desk.maintenance import generate
from servicedesk.records.agreements.contracts import list_contracts
from servicedesk.storage.database import Database

YEAR_DAYS = 364  # 52 weeks: the same weekdays a year ago
KINDS = ("birthdays", "contract_visits", "consumables", "calls_a_year_ago")
_WEEKS_AND_SKILLS = columns("week_on:date=week from", "category:words", *(f"{kind}:count" for kind in KINDS))
_WEEKS = columns("week_on:date=week from", *(f"{kind}:count" for kind in KINDS))
_SKILLS = columns("category:words", *(f"{kind}:count" for kind in KINDS))
Key = tuple[int, str | None, str]  # week, skill (a category of appliances), kind

CALLS = """
SELECT (e.at_unix - :first_unix) / 604800 AS week, a.category
  FROM event e
  JOIN ticket t ON t.id = e.ticket_id AND t.type = 'repair' AND t.voided_at IS NULL
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE e.kind = 'reported' AND e.voided_at IS NULL AND e.at_unix >= :first_unix AND e.at_unix < :end_unix
"""
CATEGORIES = """
SELECT DISTINCT a.category
  FROM contract_appliance k
  JOIN appliance a ON a.id = k.appliance_id
 WHERE k.contract_id = :id AND k.voided_at IS NULL
"""
OF_VISITS = """
SELECT l.due_on, a.category
  FROM maintenance_line l
  JOIN appliance a ON a.id = l.appliance_id
 WHERE l.role = 'care' AND l.voided_at IS NULL AND l.ended_as IS NULL AND l.due_on BETWEEN :first AND :last
"""


def get_load(db: Database, *, weeks: int, by_skill: bool = False, now: datetime) -> Table:
    """Return a row for each week and skill, from this week on; people see sums by week, or with `by_skill` by skill.

    Known work is birthdays with and without a visit, visits left in contracts, and consumables. Calls are repairs
    reported in the week 52 weeks earlier. Overdue work counts in the first week.
    """
    today = now.date()
    first = today - timedelta(days=today.weekday())
    last = first + timedelta(weeks=weeks, days=-1)
    counts: Counter[Key] = Counter()
    for day, skill, kind in _coming_work(db, today, last):
        counts[max(0, (day - first).days // 7), skill, kind] += 1
    start = dates.unix(dates.start_of(first - timedelta(days=YEAR_DAYS), db.outlet.zone))
    for row in db.rows(CALLS, first_unix=start, end_unix=start + weeks * 7 * 86400):
        counts[row["week"], row["category"], "calls_a_year_ago"] += 1
    found = sorted({(week, skill) for week, skill, _ in counts}, key=lambda key: (key[0], key[1] or "~"))
    rows = [
        [(first + timedelta(weeks=week)).isoformat(), skill, *(counts[week, skill, kind] for kind in KINDS)]
        for week, skill in found
    ]
    return Table(_WEEKS_AND_SKILLS, rows, drawn=lambda: _load_table(counts, first, weeks, by_skill=by_skill))


def _coming_work(db: Database, today: date, last: date) -> Iterator[tuple[date, str | None, str]]:
    """Yield day, skill and kind of everything that is known to come until that day."""
    for row in generate.find_due(db, on=today.isoformat(), until=last.isoformat()):
        if row["status"] == "due":
            yield date.fromisoformat(row["due_on"]), row["category"], "birthdays"
    for line in db.rows(OF_VISITS, first=today.isoformat(), last=last.isoformat()):
        yield date.fromisoformat(line["due_on"]), line["category"], "birthdays"
    for known in list_contracts(db):
        if known.visits_left and known.status(today) in {"running", "coming"}:
            kinds = [one["category"] for one in db.rows(CATEGORIES, id=known.id)]
            taken = known.row["used"] + known.row["planned"]
            days = [known.terms.visit_due_on(taken + number + 1) for number in range(known.visits_left)]
            yield from ((day, kinds[0] if len(kinds) == 1 else None, "contract_visits") for day in days if day <= last)
    for item in consumables.find_due(db, first=today, until=last, on=today.isoformat()):
        yield date.fromisoformat(item["due_on"]), item["category"], "consumables"


def _load_table(counts: Counter[Key], first: date, weeks: int, *, by_skill: bool) -> Table:
    """Return the sums of each week, or of each skill."""
    heading = say("what is known to come in {n} weeks, and the calls of the same weeks a year ago", n=weeks)
    if by_skill:
        skills = sorted({skill for _, skill, _ in counts}, key=lambda skill: (skill is None, skill))
        rows = [[skill or "any", *(_sum(counts, kind, skill=skill) for kind in KINDS)] for skill in skills]
        return Table(_SKILLS, rows, heading=heading)
    by_week = [
        [(first + timedelta(weeks=week)).isoformat(), *(_sum(counts, kind, week=week) for kind in KINDS)]
        for week in range(weeks)
    ]
    return Table(_WEEKS, by_week, heading=heading)


def _sum(counts: Counter[Key], kind: str, *, week: int | None = None, skill: str | None = "") -> int:
    return sum(n for (at, of, what), n in counts.items() if what == kind and week in {None, at} and skill in {"", of})

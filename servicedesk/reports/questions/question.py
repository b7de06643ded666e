"""Define a question of the boss and ask it: its definition, its SQL statements, its answer as of an instant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import dates, periods
from servicedesk.base.messages import joined, say
from servicedesk.base.statements import Statement, load_families
from servicedesk.base.table import Column, Result, Table, Value, shown
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database, Row

FAMILIES = ("customers", "appliances", "voices", "complaints", "work", "staff", "contacts")


@cache
def load_texts() -> dict[str, Statement]:
    """Return every statement of the .sql files of this folder by name."""
    return load_families(Path(__file__).parent, FAMILIES)


class Asked(NamedTuple):
    """The file as of an instant, for the statements of a question."""

    db: Database
    as_of: datetime

    @property
    def today(self) -> date:
        return self.as_of.date()

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """Return the rows of the named statement; `values` fill its parameters."""
        return self.db.rows(load_texts()[statement].text, **values)


class Answer(NamedTuple):
    """The rows of an answer under their columns.

    `told` are sentences above the rows. `missing` says what the answer cannot know, and what to record for it.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    told: Sequence[str] = ()
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the boss: a verb of `report`.

    `definition` says what is counted. `columns` are the columns of the answer. `row_columns` are the columns of
    `--rows`, which lists the rows that the figures are counted from.
    """

    key: str
    title: str
    definition: str
    answer: Callable[..., Answer]
    columns: tuple[Column, ...]
    row_columns: tuple[Column, ...] = ()


def ask(db: Database, question: Question, *, as_of: datetime, **options: Any) -> Result:
    """Return the answer to a question as of an instant, with its definition above it."""
    with facts_as_of(db, as_of):
        for name, statement in load_texts().items():
            if statement.is_view:
                db.make_view(name, statement.text)
        answer = question.answer(Asked(db, as_of), **options)
    head = say(
        "{title}: {name}, as of {as_of}",
        title=say(question.title),
        name=db.outlet.name,
        as_of=shown(dates.stamp(as_of), "instant"),
    )
    heading = joined("\n", (head, say(question.definition), *answer.told))
    return Result(Table(answer.columns, answer.rows, heading=heading), answer.missing, changed=False)


def last_year(as_of: datetime) -> periods.Period:
    """Return the twelve months that end with the day of `as_of`: the default period of a question."""
    return periods.between(dates.before(as_of.date() + timedelta(days=1), "1y"), as_of.date())


def period_days(period: periods.Period) -> dict[str, int]:
    """Return the period as SQL parameters: `from_day`, and `until_day` (exclusive), as day numbers."""
    return {"from_day": dates.day_number(period.first), "until_day": dates.day_number(period.end)}

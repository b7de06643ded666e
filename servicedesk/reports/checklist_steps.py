"""Checklist steps: how often each step of a visit was done. A figure of the outlet, never of a person."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from servicedesk.base.messages import in_words, say, say_count
from servicedesk.base.periods import Period
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Result, Table, columns
from servicedesk.kpis.figure import rate_text
from servicedesk.kpis.stats import wilson
from servicedesk.records.ticket_facts import ask_period, facts_as_of
from servicedesk.storage.database import Database

COLUMNS = columns(
    "type:words", "step:words-", "what+=step", "done:count", "asked:count=of", "share:count+", "rate-", "low-", "high-",
)  # fmt: skip


def report_steps(db: Database, period: Period, *, as_of: datetime, mystery: bool = False) -> Result:
    """Return how often each step was done, and all steps of a ticket type; `mystery`: only mystery shoppers' tickets.

    A ticket without any word on its steps counts as if none was done: missing data never helps (C8).
    """
    text = load_statements(Path(__file__).with_name("checklist_steps.sql"))["list_asked"].text
    with facts_as_of(db, as_of):
        ask_period(db, period)
        found = [(row["type"], row["asked"].split(","), row["done"]) for row in db.rows(text, mystery=int(mystery))
                 if row["asked"]]  # fmt: skip
    asked: Counter[tuple[str, str | None]] = Counter()
    done: Counter[tuple[str, str | None]] = Counter()
    for type_, steps, said in found:
        ticked = set((said or "").split(","))
        for step in steps:
            asked.update([(type_, step), (type_, None)])
            done.update([(type_, step), (type_, None)] if step in ticked else [])
    order = {key: place for place, key in enumerate(asked)}
    keys = sorted(asked, key=lambda key: (key[0], key[1] is not None, order[key]))
    rows = [_cells(*key, done[key], asked[key]) for key in keys]
    silent = sum(1 for _, _, said in found if said is None)
    quiet = say_count("{n} ticket says nothing of its steps, and counts as none done",
                      "{n} tickets say nothing of their steps, and count as none done", n=silent)  # fmt: skip
    what = say("mystery shoppers' tickets") if mystery else say("all tickets but mystery shoppers'")
    heading = say("Steps of the checklists, {period}: {what}", period=period.label, what=what)
    empty = say("no ticket with a checklist was completed in {period}", period=period.label)
    return Result(Table(COLUMNS, rows, heading=heading, empty=empty), [quiet] if silent else [], changed=False)


def _cells(type_: str, step: str | None, done: int, asked: int) -> list[object]:
    low, high = wilson(done, asked)
    what = in_words(step) if step else say("all steps")
    return [type_, step, what, done, asked, rate_text(done / asked, asked), done / asked, low, high]

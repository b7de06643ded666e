"""Every statement of the boss's questions gives the same rows in DuckDB as in SQLite, and runs over any outlet."""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("duckdb")

from servicedesk.base import dates, periods
from servicedesk.file.opening import open_outlet
from servicedesk.kpis import count
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.reports.questions.question import load_texts
from tests import random_outlets
from tests.kpis import duck
from tests.kpis.test_two_engines import ITS_OWN

MAY_BE_EMPTY = {"prospects", "old_appliances", "scores_afterwards", "staff_answers", "staff_remarks"}


@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 6))])
def test_every_statement_gives_the_same_rows_in_duckdb(tmp_path: Path, seed: int) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(seed), tickets=60)
    db = open_outlet(outlet.path)
    period = periods.between(outlet.first, outlet.day(outlet.now))
    days = {"from_day": dates.day_number(period.first), "until_day": dates.day_number(period.end)}
    on = {name: outlet.day(outlet.now).isoformat() for name in ("today", "old_on", "moved_on")}
    values = days | on | {"since_day": days["until_day"], "moved_on": "2000-01-01", "technician_id": 1}
    with facts_as_of(db, outlet.now):
        count.ask(db, period)
        copy = duck.connect_copy(db)
        for name, statement in load_texts().items():
            if statement.is_view:
                db.connection.execute(f"CREATE TEMP VIEW {name} AS {statement.text}")
                copy.execute(f"CREATE VIEW {name} AS {statement.text}")
                continue
            named = {key: value for key, value in values.items() if re.search(rf":{key}\b", statement.text)}
            ours = [tuple(row) for row in db.connection.execute(statement.text, named)]
            theirs = copy.execute(re.sub(r":([a-z_]+)", r"$\1", statement.text), named).fetchall()
            assert ordered(theirs) == ordered(ours), name
            assert ours or name in {
                "prospects",
                "old_appliances",
                "scores_afterwards",
                "staff_answers",
                "staff_remarks",
                "newcomers",
            }, name
    db.close()


def ordered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=str)


def test_no_statement_needs_what_only_sqlite_has() -> None:
    texts = {name: re.sub(r":\w+", "", statement.text) for name, statement in load_texts().items()}
    found = {name: re.findall(ITS_OWN, text) for name, text in texts.items()}
    assert {name: words for name, words in found.items() if words} == {}

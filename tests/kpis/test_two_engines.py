"""What is paid and issued gives the same rows in DuckDB as in SQLite: no engine's habit decides a figure.

So does the statement of every KPI: tests/rollup/test_judge.py.
"""

import re
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("duckdb")

from servicedesk.base import periods
from servicedesk.file.opening import open_outlet
from servicedesk.kpis import count
from servicedesk.kpis.definitions.kpi import load_texts
from servicedesk.kpis.integrity.registry import find_signal
from servicedesk.records.ticket_facts import facts_as_of
from tests import random_outlets
from tests.kpis import duck


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 4))])
def test_what_is_paid_or_issued_gives_the_same_rows_in_duckdb(tmp_path: Path, seed: int) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(seed), tickets=60)
    db = open_outlet(outlet.path)
    period = periods.between(outlet.first - timedelta(days=5), outlet.day(outlet.now))
    for as_of in (outlet.now, outlet.wall(outlet.first + timedelta(days=40), 12)):
        with facts_as_of(db, as_of):
            count.ask(db, period, monthly=True)
            copy = duck.connect_copy(db)
            for sql in (count.load_views()["ticket_charge"], *(find_signal(key).sql for key in ("I18", "I19", "I20"))):
                ours = sorted((tuple(row) for row in db.connection.execute(sql)), key=str)
                assert ours or seed > 1
                assert sorted(copy.execute(sql).fetchall(), key=str) == ours
    db.close()


# Words that SQLite reads in its own way, or alone.
ITS_OWN = r"LIMIT -1|\bIS (?!NULL|NOT NULL)|\bunixepoch\(|\bjulianday\(|\bprintf\(|\b(min|max)\([^()]*,|:\w|\bGLOB\b"


def test_no_statement_of_a_kpi_needs_what_only_sqlite_has() -> None:
    found = {name: re.findall(ITS_OWN, statement.text) for name, statement in load_texts().items()}
    assert {name: words for name, words in found.items() if words} == {}

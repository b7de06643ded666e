"""The big outlet of the benches, small: it is lawful, and DuckDB by hand finds the same figures."""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bench import duck
from tests.bench.big import written
from tests.conftest import Desk

NOW = "2026-11-25T00:00:00+08:00"
PERIOD = ("--from", "2021-11-01", "--to", "2026-10-31")
NOBODY = {"arrival_24h_rate": "(dispatch)", "arrival_24h_rate_strict": "(dispatch)"}


@pytest.fixture(scope="module")
def outlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.db"
    written(path, tickets=3000).close()
    return path


@pytest.fixture
def big(outlet: Path, tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copy(outlet, tmp_path / "big.db")))


def asked(desk: Desk, *words: str) -> Any:
    return desk.do(*words, now=NOW)


def test_a_big_outlet_breaks_no_rule(big: Desk) -> None:
    assert {finding["kind"] for finding in asked(big, "check")} == {"missing"}


def test_the_same_size_and_seed_make_the_same_outlet(big: Desk, tmp_path: Path) -> None:
    again = Desk(tmp_path / "again.db")
    written(again.path, tickets=3000).close()
    assert asked(again, "kpi", "report", *PERIOD) == asked(big, "kpi", "report", *PERIOD)


@pytest.mark.parametrize("as_of", [NOW, "2025-03-01T12:00:00+08:00"])
def test_figures_do_not_depend_on_what_sqlite_knows_of_the_file(big: Desk, as_of: str) -> None:
    before = asked(big, "kpi", "report", *PERIOD, "--as-of", as_of)
    with sqlite3.connect(big.path) as connection:
        connection.execute("ANALYZE")
    assert asked(big, "kpi", "report", *PERIOD, "--as-of", as_of) == before


@pytest.mark.parametrize("as_of", [NOW, "2025-03-01T12:00:00+08:00"])
def test_duckdb_finds_the_same_headline_figures_for_every_month_and_technician(
    big: Desk, tmp_path: Path, as_of: str
) -> None:
    duckdb = pytest.importorskip("duckdb")
    only = [word for key in duck.KEYS for word in ("--only", key)]
    groups = ("--by", "month", "--by", "technician")
    ours = {
        (row["kpi"], row["period"], row["group"]): (row["hits"], row["total"], row["pending"], row["excluded"])
        for row in asked(big, "kpi", "report", *PERIOD, *groups, *only, "--as-of", as_of)
    }
    duck.copied(big.path, tmp_path / "big.duckdb")
    with duckdb.connect(str(tmp_path / "big.duckdb"), read_only=True) as connection:
        at = int(datetime.fromisoformat(as_of).timestamp())
        found = duck.figures(connection, "log", at, "2021-11-01", "2026-11-01")
    assert ours == {(kpi, month, who or NOBODY.get(kpi, "(none)")): tuple(four) for kpi, month, who, *four in found}
    assert len(ours) > 1000

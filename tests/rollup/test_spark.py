"""The recipe of examples/rollup-spark.md: a cluster whose worker is killed in the middle counts as DuckDB alone."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from servicedesk.base import periods
from servicedesk.kpis.definitions.registry import HEADLINE, find_kpi
from servicedesk.rollup.catalogue import holding_catalogue, list_newest_shares, open_catalogue
from servicedesk.rollup.figures.counted_shares import choose_shares
from servicedesk.rollup.figures.tallies import Question, load_tallies
from tests.rollup.conftest import Brand
from tests.rollup.shares import place_as

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = ROOT / "examples" / "spark" / "cluster.py"
VENV = ROOT / ".venv-spark"  # made once: 900 MB


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python of an environment with Spark; skips where it cannot be installed."""
    python = VENV / "bin" / "python"
    if (
        subprocess.run([python, "-c", "import pyspark, pyarrow, duckdb"], check=False).returncode
        if python.exists()
        else 1
    ):
        made = subprocess.run(["python3", CLUSTER, "install", VENV], capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"Spark cannot be installed here: {made.stderr.splitlines()[-1]}")
    return python


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_in_the_middle_counts_as_duckdb_alone(
    made_brand: Brand, tmp_path: Path, python: Path
) -> None:
    catalogue = tmp_path / "catalogue"
    with holding_catalogue(catalogue):
        for number in range(12):
            place_as(list_newest_shares(open_catalogue(made_brand.catalogue))[number % 2], catalogue, number)
    shares = list_newest_shares(open_catalogue(catalogue))
    keys = (*HEADLINE, "time_to_repair")
    question = Question(
        [find_kpi(key) for key in keys], periods.month(made_brand.month), choose_shares(shares, None).as_of
    )
    alone: dict[str, Counter[str]] = {}
    for found in load_tallies(catalogue, shares, question).sums():
        alone.setdefault(found.kpi, Counter())[found.verdict] += found.tickets

    words = [str(python), str(CLUSTER), "run", str(catalogue), made_brand.month, "--kill-one", *keys]
    run = subprocess.run(words, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert answer["figures"] == {key: dict(counts) for key, counts in alone.items() if key != "origins"}
    done, tasks = answer["tasks_before_the_kill"]
    assert 1 <= done < tasks
    assert answer["workers_left"] == 1

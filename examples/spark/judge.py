"""Judge a brand's outlets on Apache Spark: it spreads the outlets over its workers, DuckDB judges inside each task.

    PYSPARK_PYTHON=VENV/bin/python VENV/bin/spark-submit --master spark://HOST:7077 judge.py CATALOGUE 2026-10 [KPI…]

Every worker sees the catalogue at the same path. One line for each figure: hits, misses, pending, excluded.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow
from pyspark.sql import DataFrame, SparkSession

from servicedesk.base import periods
from servicedesk.kpis.definitions.registry import KPIS, Kpi, find_kpi
from servicedesk.rollup.catalogue import list_newest_summaries, open_catalogue
from servicedesk.rollup.figures.counted_shares import choose_shares
from servicedesk.rollup.figures.facts import connect
from servicedesk.rollup.figures.judge import judge_share

COLUMNS = (
    "share string, kpi string, month long, category string, verdict string, why string, amount double, tickets long"
)
MOST = 32  # outlets of a task: a worker that is lost takes so many with it, and Spark gives them to another


def judge_outlets(spark: SparkSession, catalogue: Path, month: str, kpis: Sequence[Kpi] = KPIS) -> DataFrame:
    """Return the counted verdicts of all outlets, as of the oldest share."""
    shares, period = list_newest_summaries(open_catalogue(catalogue)), periods.month(month)
    as_of = choose_shares(shares, None).as_of

    def judge(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            engine = connect()
            for number in batch.column("id").to_pylist():
                judge_share(engine, shares[number], kpis, period, as_of)
            yield from engine.table("tally").to_arrow_table().to_batches()

    tasks = max(4 * spark.sparkContext.defaultParallelism, len(shares) // MOST)
    return spark.range(0, len(shares), numPartitions=min(tasks, len(shares))).mapInArrow(judge, COLUMNS)


def sum_verdicts(tallies: DataFrame) -> dict[str, dict[str, int]]:
    """Return the tickets of each figure by verdict."""
    found: dict[str, dict[str, int]] = {}
    for row in tallies.where("verdict IS NOT NULL").groupBy("kpi", "verdict").sum("tickets").collect():
        found.setdefault(row["kpi"], {})[row["verdict"]] = row["sum(tickets)"]
    return found


if __name__ == "__main__":
    chosen = [find_kpi(key) for key in sys.argv[3:]] or KPIS
    with SparkSession.builder.appName("servicedesk").getOrCreate() as session:
        sums = sum_verdicts(judge_outlets(session, Path(sys.argv[1]), sys.argv[2], chosen))
        for kpi, counts in sorted(sums.items()):
            print(kpi, *(f"{verdict}={n}" for verdict, n in sorted(counts.items())))

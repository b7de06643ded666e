"""The figures of a brand with many outlets, on DuckDB alone and on Spark, in one run.

    python -m tests.bench.rollup [--tickets 50000] [--outlets 20 200] [--many 5000] [--folder DIR] [--spark VENV]

An outlet of that many tickets (tests/bench/big.py) shares once; in the catalogue its facts stand under the names of
many outlets, as links to the same files. Each figure is a process of its own: the first report judges every share, the
second one finds what was kept. `--spark` names the environment that `examples/spark/cluster.py install` made: a master
and two workers, timed without their start. Growth is that of a number of outlets against the one before it, in seconds
of processors, which other work on the machine does not stretch. At last a report over `--many` small outlets. Exit 1
where the second of those takes more than two seconds of a processor, where ten times the outlets take more than eleven
times as long on DuckDB, or where Spark counts otherwise.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from servicedesk.base import periods
from servicedesk.kpis.definitions.registry import HEADLINE, KPIS, find_kpi
from servicedesk.rollup.catalogue import holding_catalogue, list_newest_summaries, open_catalogue
from servicedesk.rollup.figures.tallies import Question, load_tallies
from servicedesk.rollup.manifest import Share, read_share
from tests.bench.big import written
from tests.bench.kpis import NOW, Run, run
from tests.rollup.shares import place_as
from tests.usage import usage

CLUSTER = Path(__file__).parents[2] / "examples" / "spark" / "cluster.py"
MONTH = "2026-10"
SMALL = 400  # tickets of an outlet of which there are many
EVERY = tuple(kpi.key for kpi in KPIS)
Counts = dict[str, dict[str, int]]
MOST_GROWTH, MOST_SECONDS = 11, 2


def rollup(catalogue: Path, *words: str) -> Run:
    command = [sys.executable, "-m", "servicedesk", "--now", NOW, "rollup", *words]
    return run([*command, "--month", MONTH, "--catalogue", str(catalogue)])


def spent(took: Run) -> str:
    """Return what a process took."""
    return f"{took.seconds:.1f} s, {took.cpu:.1f} s of processors, {took.peak:.0f} MiB"


def shared(folder: Path, tickets: int) -> Share:
    """Make an outlet, share it, and print what the share costs."""
    path, inbox = folder / f"{tickets}.db", folder / f"inbox-{tickets}"
    if not inbox.exists():
        written(path, tickets=tickets).close()
        took = run([sys.executable, "-m", "servicedesk", "--db", str(path), "--now", NOW, "share", str(inbox)])
        size = sum(file.stat().st_size for file in inbox.rglob("*.parquet"))
        print(f"share of {tickets:,} tickets: {spent(took)}, {size / tickets:.0f} B a ticket")
    return read_share(next(inbox.glob("*/*")))


def catalogue_of(folder: Path, share: Share, outlets: int) -> Path:
    """Return a catalogue of that many outlets, of which nothing was counted yet."""
    catalogue = folder / f"catalogue-{outlets}"
    if not catalogue.exists():
        with holding_catalogue(catalogue):
            for number in range(outlets):
                place_as(share, catalogue, number)
    shutil.rmtree(catalogue / "tallies", ignore_errors=True)
    return catalogue


def on_spark(python: Path, catalogue: Path, keys: Sequence[str]) -> tuple[float, Counts]:
    """Return the seconds of judging and the tickets of each figure by verdict."""
    words = [str(python), str(CLUSTER), "run", str(catalogue), MONTH, *keys]
    answer = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return answer["seconds"], answer["figures"]


def kept_counts(catalogue: Path, keys: Sequence[str]) -> Counts:
    """Return the tickets of each figure by verdict, of what a report has kept."""
    shares = list_newest_summaries(open_catalogue(catalogue))
    question = Question([find_kpi(key) for key in keys], periods.month(MONTH), shares[0].as_of)
    found: Counts = {}
    for part in load_tallies(catalogue, shares, question).sums():
        if part.kpi in keys:
            verdicts = found.setdefault(part.kpi, {})
            verdicts[part.verdict] = verdicts.get(part.verdict, 0) + part.tickets
    return found


def measure(folder: Path, share: Share, outlets: int, spark: Path | None) -> tuple[dict[str, float], bool]:
    """Print what a catalogue of that many outlets takes; return the seconds, and whether both engines agree."""
    catalogue = catalogue_of(folder, share, outlets)
    seconds, agree = {}, True
    for name, keys, words in (("headline", HEADLINE, ()), (f"all {len(KPIS)}", EVERY, ("--all",))):
        for time in (name, f"{name} again"):
            took = rollup(catalogue, "report", *words, "--format", "csv")
            seconds[time] = took.cpu
            print(f"  {time}: {spent(took)}, {outlets / took.seconds:.1f} outlets a second")
        if spark:
            now, figures = on_spark(spark, catalogue, keys)
            print(f"  {name} on Spark: {now:.1f} s, {outlets / now:.1f} outlets a second")
            agree &= figures == kept_counts(catalogue, keys)
    took = rollup(catalogue, "repeats", "--format", "json")
    seconds["repeats"] = took.cpu
    print(f"  repeats: {spent(took)}")
    return seconds, agree


def main() -> int:
    """Print the measures of each number of outlets, and how they grow."""
    parser = usage("tests.bench.rollup", __doc__)
    parser.add_argument("--tickets", type=int, default=50_000)
    parser.add_argument("--outlets", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--many", type=int, default=5_000)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--spark", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        share = shared(folder, asked.tickets)
        spark = asked.spark / "bin" / "python" if asked.spark else None
        before: dict[str, float] = {}
        good = True
        for outlets in asked.outlets:
            print(f"{outlets:,} outlets, {outlets * asked.tickets:,} tickets:")
            seconds, agree = measure(folder, share, outlets, spark)
            good &= agree
            if spark:
                print(f"  both engines count alike: {agree}")
            for name, now in seconds.items() if before else ():
                growth = now / before[name] * 10 * before["outlets"] / outlets
                good &= growth <= MOST_GROWTH
                print(f"  {name}: {growth:.1f} × as long for 10 × as many")
            before = {**seconds, "outlets": outlets}
        catalogue = catalogue_of(folder, shared(folder, SMALL), asked.many)
        print(f"{asked.many:,} outlets, {asked.many * SMALL:,} tickets:")
        first, second = (rollup(catalogue, "report", "--format", "csv") for _ in range(2))
        print(f"  headline: {spent(first)}")
        print(f"  headline again: {spent(second)}")
    return int(not good or second.cpu > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

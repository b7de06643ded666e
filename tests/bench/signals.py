"""How often the signals of `kpi integrity` say `look` in years in which nothing is wrong: those of the demo.

    python -m tests.bench.signals [--first SEED] [--folder DIR] [--list]

Twenty seeds from the first on, a year of twelve months each, in one process; about three minutes. The folder keeps the
files for the next run, --list names each alarm. Exit 1 where `kpi explain` gives other numbers (of the seeds 1 to 20).
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.base import periods
from servicedesk.demo import make
from servicedesk.domain.groups import Person
from servicedesk.file import opening
from servicedesk.kpis.integrity import panel
from servicedesk.kpis.integrity.alarms import ALARMS, MONTHS, YEARS, Alarms
from servicedesk.kpis.integrity.registry import SIGNALS

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=ZoneInfo(make.ZONE))
YEAR = periods.Period(date(2025, 11, 1), date(2026, 11, 1), "2025-11..2026-10")
FIRST = 1


def raised(path: Path, seed: int) -> Iterator[tuple[periods.Period, Person | None, dict[str, Any]]]:
    """Each `look` of the honest year of that seed and of its months."""
    if not path.exists():
        make.make_demo(path, seed=seed, months=12, now=NOW).close()
    db = opening.open_outlet(path)
    try:
        for period in (YEAR, *YEAR.months()):
            for by in (None, Person.TECHNICIAN, Person.CLERK):
                for row in panel.panel(db, period, as_of=NOW, by=by).objects():
                    if row["look"]:
                        yield period, by, row
    finally:
        db.close()


def measured(folder: Path, first: int, *, is_listed: bool) -> dict[str, Alarms]:
    """How often each signal is raised in the twenty years from that seed on."""
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(first, first + YEARS):
        seen = set()
        for period, by, row in raised(folder / f"{seed}.db", seed):
            span = "years" if period is YEAR else "months"
            seen.add((row["signal"], f"{span}_by_person" if by else span, period.label))
            if is_listed:
                print(
                    seed, period.label, row["signal"], row["group"] or "outlet", row["hits"], row["total"], row["value"]
                )
        found.update((signal, unit) for signal, unit, _ in seen)
    return {signal.key: Alarms(*(found[signal.key, unit] for unit in Alarms._fields)) for signal in SIGNALS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        found = measured(asked.folder or Path(own), asked.first, is_listed=asked.list)
    print(f"       raised in: months of {MONTHS}, years of {YEARS}; for anybody by technician or clerk")
    for key, alarms in found.items():
        print(f"{key:4}{alarms.months:10}{alarms.years:10}{alarms.months_by_person:14}{alarms.years_by_person:10}")
    total = sum(alarms.years for alarms in found.values())
    print(f"{total} of {YEARS * len(SIGNALS)} years of a signal")
    if asked.first == FIRST and found != {key: ALARMS.get(key, Alarms()) for key in found}:
        sys.exit("'kpi explain' gives other numbers: put these into servicedesk/kpis/integrity/alarms.py")


if __name__ == "__main__":
    main()

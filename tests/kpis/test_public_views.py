"""A copy read by the bare sqlite3 module: facts and verdicts without our code, and the same figures as with it."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from servicedesk.kpis.definitions.kpi import Kpi
from servicedesk.kpis.definitions.registry import KPIS
from servicedesk.kpis.public_views import list_views
from tests.conftest import Desk

NOW = "2026-11-21 18:00"
SEEN = (
    "kpi",
    "ticket_id",
    "period",
    "technician",
    "category",
    "type",
    "area",
    "charge",
    "verdict",
    "reason",
    "amount",
    "counted_on",
)


@pytest.fixture(scope="module")
def demo(made_up: Callable[[int, Path], Desk], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = made_up(4, tmp_path_factory.mktemp("views") / "demo.db")
    desk.do("callback", "log", "T40", "--refused")
    desk.do("promise", "add", "T41", "--what", "the part", "--by", "2026-11-22 12:00")
    desk.do("complaint", "open", "--ticket", "T42", "--about", "lateness")
    return desk


@pytest.fixture(scope="module")
def copy(demo: Desk) -> Path:
    path = demo.path.with_name("copy.db")
    demo.do("backup", str(path), "--figures")
    return path


@pytest.fixture
def bare(copy: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
        yield connection


def newest(bare: sqlite3.Connection) -> str:
    at: str = bare.execute("SELECT at FROM kpi_as_of").fetchone()[0]
    return at


def test_the_views_are_as_of_the_newest_recorded_instant(bare: sqlite3.Connection) -> None:
    tables = ("event", "callback", "promise", "complaint", "contact", "reply", "contract", "exchange", "change")
    stamps = [bare.execute(f"SELECT max(recorded_at) FROM {table}").fetchone()[0] for table in tables]
    assert newest(bare) == max(stamp for stamp in stamps if stamp)


@pytest.fixture(scope="module")
def verdicts(copy: Path) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """The rows of the view by KPI and month."""
    found = defaultdict(list)
    with closing(sqlite3.connect(copy)) as bare:
        for row in bare.execute(f"SELECT {', '.join(SEEN)} FROM kpi_verdicts"):
            found[row[0], row[2]].append(row)
    return found


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: str(kpi.key))
def test_a_verdict_reads_the_same_without_our_code(
    demo: Desk, bare: sqlite3.Connection, verdicts: dict[tuple[str, str], list[tuple[Any, ...]]], kpi: Kpi
) -> None:
    months = sorted(month for key, month in verdicts if key == kpi.key)
    for month in months[-1:] if kpi.is_snapshot else months[-2:]:
        ours = demo.do("kpi", "rows", kpi.key, "--month", month, "--as-of", newest(bare))
        ours = [tuple(row[name] for name in SEEN) for row in ours if row["period"] == month]
        assert sorted(verdicts[kpi.key, month], key=repr) == sorted(ours, key=repr)


def test_the_figures_of_every_month_are_the_same(demo: Desk, bare: sqlite3.Connection) -> None:
    names = ("kpi", "period", "hits", "total", "rate", "pending", "excluded")
    query = f"SELECT {', '.join(names)} FROM kpi_months WHERE period BETWEEN '2026-08' AND '2026-11'"
    rows = bare.execute(query).fetchall()
    words = ("--from", "2026-08-01", "--to", "2026-11-30", "--by", "month", "--as-of", newest(bare))
    snapshots = {kpi.key for kpi in KPIS if kpi.is_snapshot}
    ours = [
        tuple(row[name] for name in names)
        for row in demo.do("kpi", "report", *words)
        if row["kpi"] not in snapshots and "hits" in row and (row["total"] or row["pending"] or row["excluded"])
    ]
    assert len(rows) > 100
    assert sorted(rows) == sorted(ours)


def test_facts_have_a_row_for_every_ticket_visit_and_answer_but_of_mystery_shoppers(
    demo: Desk, bare: sqlite3.Connection
) -> None:
    counts = {
        view: bare.execute(f"SELECT count(*) FROM {view}").fetchone()[0]
        for view in ("fact_tickets", "fact_visits", "fact_surveys")
    }
    info = demo.do("info")
    arrived = (
        "SELECT count(*) FROM event e JOIN ticket t ON t.id = e.ticket_id AND NOT t.is_mystery"
        " WHERE e.kind = 'arrived' AND e.voided_at IS NULL"
    )
    visits = bare.execute(arrived).fetchone()[0]
    assert counts == {"fact_tickets": info["tickets"] - 1, "fact_visits": visits, "fact_surveys": info["surveys"]}


def test_a_ticket_reads_as_it_is_shown(demo: Desk, bare: sqlite3.Connection) -> None:
    bare.row_factory = sqlite3.Row
    for ticket_id in (1, 25, 60):
        fact = bare.execute("SELECT * FROM fact_tickets WHERE ticket_id = ?", (ticket_id,)).fetchone()
        shown = demo.do("ticket", "show", f"T{ticket_id}")
        names = ("type", "customer_id", "appliance_id", "technician", "reported_at", "completed_at", "outcome", "fault")
        assert {name: fact[name] for name in names} == {name: shown[name] for name in names}


def names_of_views(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}


def test_only_a_copy_for_others_has_the_figures(demo: Desk, copy: Path) -> None:
    views, figures = names_of_views(demo.path), set(list_views())
    assert views > {"fact_tickets", "fact_visits", "fact_surveys", "kpi_as_of"}
    assert figures > {"kpi_verdicts", "kpi_months"}
    assert names_of_views(copy) == views | figures


def test_a_copy_with_the_figures_is_a_file_like_any_other(demo: Desk, copy: Path, tmp_path: Path) -> None:
    with_figures = Desk(tmp_path / "outlet.db", now=demo.now)
    with_figures.do("restore", str(copy))
    report = ("kpi", "report", "--month", "2026-10")
    assert with_figures.run(*report) == demo.run(*report)
    assert with_figures.do("check") == demo.do("check")
    again = tmp_path / "again.db"
    with_figures.do("backup", str(again), "--figures")
    assert names_of_views(again) == names_of_views(copy)


def test_the_kept_facts_are_what_the_events_say(demo: Desk, bare: sqlite3.Connection) -> None:
    assert not [row for row in demo.do("check") if row["kind"] != "missing"]
    kept = bare.execute("SELECT * FROM ticket_fact ORDER BY ticket_id").fetchall()
    mystery = "SELECT id FROM ticket WHERE is_mystery"
    said = f"SELECT * FROM ticket_fact_now WHERE ticket_id NOT IN ({mystery}) ORDER BY ticket_id"
    assert kept == bare.execute(said).fetchall()


def test_kept_facts_that_somebody_changed_are_found(make_copy: Path) -> None:
    with closing(sqlite3.connect(make_copy)) as connection:
        connection.execute("UPDATE ticket_fact SET visits = 9 WHERE ticket_id = 7")
        connection.commit()
    answer = Desk(make_copy, now=NOW).run("check", "--format", "json")
    assert answer.code == 5
    assert ("ticket", 7, "is measured otherwise than its events say") in [
        (row["noun"], row["id"], row["finding"]) for row in answer.json
    ]


@pytest.fixture
def make_copy(demo: Desk, tmp_path: Path) -> Path:
    demo.do("backup", str(tmp_path / "copy.db"))
    return tmp_path / "copy.db"

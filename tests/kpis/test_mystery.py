"""A mystery shopper's ticket is in no figure, whatever happens on it (C7): adding some changes no answer."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from servicedesk.domain.model import Stamp
from servicedesk.file.opening import open_outlet
from tests import random_outlets
from tests.chance import money
from tests.chance.outlets import Chance, Outlet
from tests.conftest import Desk
from tests.figures import figures, instants

# What counts tickets, beside the figures of tests/figures.py.
QUESTIONS = (
    ("kpi", "backlog"), ("kpi", "report", "--all", "--by", "category"), ("report", "pareto", "--by", "visits"),
    ("report", "failures", "--by", "brand"), ("report", "lost", "--no-contact", "1m"), ("report", "retention"),
    ("report", "technician", "Wang"), ("report", "money"), ("report", "recovery"),
)  # fmt: skip


def everything(desk: Desk, outlet: Outlet, now: str) -> dict[Any, Any]:
    found: dict[Any, Any] = dict(figures(desk, [instants(outlet, 1)[0], now], now))
    for words in QUESTIONS:
        found[words] = desk.run(*words, "-f", "json", now=now).out
    return found


def judged(desk: Desk, now: str) -> set[int]:
    """The tickets with a verdict in a copy for other programs."""
    copy = desk.path.with_name("copy.db")
    desk.do("backup", str(copy), "--figures", now=now)
    with closing(sqlite3.connect(copy)) as bare:
        return {row[0] for row in bare.execute("SELECT DISTINCT ticket_id FROM kpi_verdicts WHERE ticket_id > 0")}


def add_mystery(outlet: Outlet, rng: Random, tickets: int) -> None:
    """Tickets with all that chance does to any other one; only that they are a mystery shopper's."""
    db = open_outlet(outlet.path)
    with db.atomic():
        stamp = Stamp(outlet.text(outlet.wall(outlet.first - 30 * timedelta(days=1))), "chance")
        chance = Chance(outlet, db, rng, stamp)
        for noun, ids in (
            ("technician", chance.technicians),
            ("customer", chance.customers),
            ("appliance", chance.appliances),
        ):
            ids.extend(row[0] for row in db.rows(f"SELECT id FROM {noun}"))
        complaints = db.value("SELECT max(id) FROM complaint") or 0
        for _ in range(tickets):
            random_outlets.add_ticket(chance)
        _put_on_tickets(chance, complaints)
        for ticket_id in chance.ticket_ids:
            money.priced(chance, ticket_id)
            db.run("UPDATE ticket SET is_mystery = 1 WHERE id = :id", id=ticket_id)
    db.close()


def _put_on_tickets(chance: Chance, before: int) -> None:
    """Complaints that chance made beside the tickets are about one of them: others are no mystery shopper's."""
    trigger = chance.db.value("SELECT sql FROM sqlite_master WHERE name = 'complaint_only_voids'")
    chance.db.run("DROP TRIGGER complaint_only_voids")
    sql = "UPDATE complaint SET ticket_id = :ticket_id WHERE id > :before AND ticket_id IS NULL"
    chance.db.run(sql, ticket_id=chance.ticket_ids[0], before=before)
    chance.db.run(trigger)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.seeds) for seed in range(2, 6))])
def test_no_figure_moves_when_mystery_shoppers_come(tmp_path: Path, seed: int) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(seed), tickets=10)
    now = outlet.text(outlet.now + timedelta(hours=1))
    desk = Desk(outlet.path, now)
    before = everything(desk, outlet, now)
    moments = list(outlet.moments)
    add_mystery(outlet, Random(seed + 100), tickets=6)
    outlet.moments = moments
    after = everything(desk, outlet, now)
    assert [key for key, value in after.items() if value != before[key]] == []
    assert desk.do("info")["tickets"] == 16
    assert max(judged(desk, now)) <= 10
    assert "is measured otherwise" not in desk.run("check").out


def test_a_ticket_that_is_flagged_later_counts_as_of_before(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "noise", now="2026-11-02 09:00")
    desk.do("ticket", "edit", "T1", "--mystery", now="2026-11-10 09:00")

    def total(as_of: str) -> int:
        words = ("kpi", "report", "--only", "arrival_24h_rate", "--month", "2026-11", "--as-of", as_of)
        return int(desk.do(*words)[0]["total"])

    assert (total("2026-11-09"), total("2026-11-11")) == (1, 0)
    desk.do("ticket", "edit", "T1", "--no-mystery", now="2026-11-12 09:00")
    assert (total("2026-11-09"), total("2026-11-11"), total("2026-11-13")) == (1, 0, 1)


def test_the_desk_works_on_it_as_on_any_other(desk: Desk) -> None:
    """Whoever is tried must not see it: only the page of the ticket says so."""
    desk.do("technician", "add", "Li")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "--mystery", "noise")
    desk.do("ticket", "assign", "T1", "Li")
    (row,) = desk.do("ticket", "list")
    assert (row["status"], row["technician"], row["deadline_at"]) == ("assigned", "Li", "2026-11-22T18:00:00+08:00")
    assert "mystery" not in desk.run("technician", "day", "Li", "--sheet", "-").out
    assert desk.do("ticket", "show", "T1")["is_mystery"] is True
    assert "how         mystery shopper's, in no figure\n" in desk.run("ticket", "show", "T1", "-f", "table").out

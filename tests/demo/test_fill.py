"""A made-up outlet in a file: the kept facts of its tickets are those that follow from its events."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from servicedesk.demo.make import ZONE, make_demo
from servicedesk.demo.work.plan import SMALL
from servicedesk.records import tickets

NOW = datetime(2026, 8, 9, tzinfo=ZoneInfo(ZONE))


def test_facts_are_kept_though_many_birthday_visits_are_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "_MANY", 1)  # those of a large outlet in its first week
    with closing(make_demo(tmp_path / "x.db", seed=1, months=2, now=NOW, plan=replace(SMALL, homes=60))) as db:
        kept = db.value("SELECT count(*) FROM ticket_fact")
        stale = db.value("SELECT count(*) FROM (SELECT * FROM ticket_fact EXCEPT SELECT * FROM ticket_fact_now)")
        visits = db.value("SELECT count(*) FROM ticket WHERE type = 'maintenance'")
        mystery = db.value("SELECT count(*) FROM ticket WHERE is_mystery = 1")

        assert (kept, stale) == (db.value("SELECT count(*) FROM ticket") - mystery, 0)
        assert visits > 5

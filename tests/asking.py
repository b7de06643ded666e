"""What the KPI tests ask and do at the command line, in their own words."""

from typing import Any

import pytest
from rich.cells import cell_len

from servicedesk.output import formats
from tests.conftest import Desk

K1, K4, K6, K6_STRICT = "satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict"
KPIS = [K1, K4, K6, K6_STRICT]


def opened(desk: Desk, at: str, *words: str) -> int:
    """A ticket reported and typed at that instant; its number."""
    ticket: int = desk.do("ticket", "open", *words, "the problem", now=at)["id"]
    return ticket


def repaired(desk: Desk, reported: str, completed: str, *, score: int | None = None, technician: str = "Li") -> int:
    """A ticket of C1 without a machine, assigned, arrived at, completed, perhaps answered at once."""
    ticket = opened(desk, reported, "--customer", "C1", "--no-appliance")
    desk.do("ticket", "assign", f"T{ticket}", "--to", technician, now=reported)
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now=completed)
    if score:
        desk.do("survey", "record", f"T{ticket}", str(score), now=completed)
    return ticket


def figures(desk: Desk, *words: str, now: str | None = None) -> dict[str, Any]:
    """The ungrouped report by KPI."""
    return {row["kpi"]: row for row in desk.do("kpi", "report", *words, now=now)}


def counts(row: dict[str, Any]) -> tuple[int, int, int, int]:
    return row["hits"], row["total"], row["pending"], row["excluded"]


def verdicts(desk: Desk, kpi: str, *words: str, names: dict[int, str]) -> dict[str, str]:
    """What each ticket of the cohort got, by the name it has in the vector."""
    return {names[row["ticket_id"]]: row["verdict"] for row in desk.do("kpi", "rows", kpi, *words)}


def table(desk: Desk, *words: str, now: str | None = None) -> list[str]:
    """What a terminal of eighty columns shows, trailing blanks removed; no line is wider."""
    write = formats.write
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        patch.setenv("TERM", "dumb")
        patch.setattr(formats, "write", lambda answer, name, out, terminal: write(answer, name, out, terminal=True))
        answer = desk.run(*words, "--format", "table", now=now)
    assert answer.code == 0, answer.err
    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert max(cell_len(line) for line in lines) <= 80
    return lines

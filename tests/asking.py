"""What the KPI tests ask and do at the command line, in their own words."""

from typing import Any

import pytest
from rich.cells import cell_len

from servicedesk.render import formats
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


def staffed(desk: Desk, machines: int = 0) -> Desk:
    """An outlet with the technicians Li, Wang, Zhao, the customer C1 in the north, perhaps machines A1… of his."""
    for name in ("Li", "Wang", "Zhao"):
        desk.do("technician", "add", name, now="2020-01-02 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "North", now="2020-01-02 08:00")
    for n in range(machines):
        words = ("--customer", "C1", "--category", "fridge", "--serial", f"S{n}")
        desk.do("appliance", "add", *words, now="2020-01-02 08:00")
    return desk


def mended(
    desk: Desk,
    reported: str,
    completed: str,
    *about: str,
    visits: tuple[str, ...] = (),
    fault: str | None = None,
    technician: str = "Li",
    outcome: str = "fixed",
) -> str:
    """A repair with its visits, `!` before one at which nobody was home; its reference."""
    ticket = f"T{opened(desk, reported, *about, *(('--fault', fault) if fault else ()))}"
    desk.do("ticket", "assign", ticket, "--to", technician, now=reported)
    for at in visits:
        words = ("--no-access",) if at.startswith("!") else ()
        desk.do("ticket", "arrive", ticket, *words, now=at.removeprefix("!"))
    desk.do("ticket", "complete", ticket, "--outcome", outcome, now=completed)
    return ticket


def under_map(desk: Desk, toml: str, *lines: str) -> tuple[str, ...]:
    """The words that import these lines under that map; both are written beside the outlet."""
    file, mapped = desk.path.with_name("lines.csv"), desk.path.with_name("map.toml")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapped.write_text(toml, encoding="utf-8")
    return "import", str(file), "--map", str(mapped)


def judged(desk: Desk, kpi: str, *words: str, now: str | None = None) -> dict[str, str]:
    """The verdict on each ticket of the cohort, which has one."""
    rows = desk.do("kpi", "rows", kpi, *words, now=now)
    found = {f"T{row['ticket_id']}": row["verdict"] for row in rows}
    assert len(found) == len(rows)
    return found


def figures(desk: Desk, *words: str, now: str | None = None) -> dict[str, Any]:
    """The ungrouped report by KPI."""
    return {row["kpi"]: row for row in desk.do("kpi", "report", *words, now=now)}


def figure(desk: Desk, kpi: str, *words: str, now: str | None = None) -> dict[str, Any]:
    """One row of the ungrouped report; the others would take most of the time."""
    row: dict[str, Any]
    (row,) = desk.do("kpi", "report", *words, "--only", kpi, now=now)
    return row


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
        patch.setenv("LINES", "100")
        patch.setenv("TERM", "dumb")
        patch.setattr(formats, "write", lambda answer, name, out, **_: write(answer, name, out, terminal=True))
        answer = desk.run(*words, "--format", "table", now=now)
    assert answer.code == 0, answer.err
    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert max(cell_len(line) for line in lines) <= 80
    return lines

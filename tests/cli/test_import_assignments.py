"""When a file's tickets were assigned: as it says, and unknown where it says nothing (K7, C8)."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk

MAP = """
source = "register"
[customer]
ref = "no"
name = "no"
[ticket]
ref = "no"
reported_at = "reported"
arrived_at = "came"
completed_at = "done"
outcome = { value = "fixed" }
cancelled_at = "off"
cancelled_by = { value = "customer" }
technician = "who"
"""
SENT = MAP + 'assigned_at = "sent"\n'
HEADING = "no,reported,sent,came,done,off,who"
DONE = "1,2026-11-02 09:00,2026-11-02 09:04,2026-11-02 12:00,2026-11-02 13:00,,Li"
LATE = "2,2026-11-03 09:00,2026-11-03 10:00,,,,Li"
NOBODY = "3,2026-11-04 09:00,,,,,"
OFF = "4,2026-11-05 09:00,,,,2026-11-05 10:00,Li"
OPEN = "5,2026-11-06 09:00,,,,,Li"
KPI = ("kpi", "rows", "dispatch_5min_rate", "--month", "2026-11")


def words(folder: Path, *rows: str, toml: str = MAP) -> tuple[str, ...]:
    (folder / "r.csv").write_text("\n".join([HEADING, *rows]), encoding="utf-8")
    (folder / "r.toml").write_text(toml, encoding="utf-8")
    return "import", str(folder / "r.csv"), "--map", str(folder / "r.toml")


def events(desk: Desk, ticket: int = 1) -> list[tuple[str, str, int | None]]:
    found = [event for event in desk.do("export", "events") if event["ticket_id"] == ticket]
    return [(event["kind"], event["at"][5:16], event["technician_id"]) for event in found]


def verdicts(desk: Desk, *more: str) -> list[tuple[str, str]]:
    return [(row["verdict"], row["reason"]) for row in desk.do(*KPI, *more)]


def test_a_file_that_says_when_is_believed(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, DONE, LATE, NOBODY, toml=SENT))
    assert events(desk)[1] == ("assigned", "11-02T09:04", 1)
    assert verdicts(desk) == [("hit", "assigned"), ("miss", "assigned_late"), ("miss", "not_assigned")]
    assert desk.do("ticket", "show", "T2")["technician"] == "Li"


def test_a_file_that_does_not_say_when_has_no_rate_of_dispatch(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, DONE, NOBODY, OFF, OPEN))
    assert verdicts(desk) == [("excluded", "assignment_unknown")] * 4
    (row,) = desk.do("kpi", "report", "--month", "2026-11", "--only", "dispatch_5min_rate")
    assert (row["hits"], row["total"], row["rate"], row["excluded"]) == (0, 0, None, 4)
    assert verdicts(desk) == [
        (row["verdict"], row["reason"]) for row in desk.do("kpi", "rows", "reassigned_rate", "--month", "2026-11")
    ]
    assert "does not say when it was assigned" in desk.do("kpi", "explain", "dispatch_5min_rate")[0]["excluded"]


def test_people_read_it_in_their_language(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, DONE))
    assert "assignment unknown" in desk.run(*KPI, "--format", "table").out
    assert "派工时间未知" in desk.run("--language", "zh", *KPI, "--format", "table").out


def test_the_technician_is_who_came(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, DONE))
    assert events(desk) == [
        ("reported", "11-02T09:00", None), ("arrived", "11-02T12:00", 1), ("completed", "11-02T13:00", 1),
    ]  # fmt: skip
    assert desk.do("ticket", "show", "T1")["technician"] == "Li"
    assert [row["id"] for row in desk.do("ticket", "list", "--all", "--technician", "Li")] == [1]
    (row,) = desk.do("kpi", "rows", "arrival_24h_rate", "--month", "2026-11")
    assert (row["verdict"], row["technician"]) == ("hit", "Li")


def test_the_technician_of_an_open_ticket_has_it_since_the_import(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, OPEN))
    assert events(desk) == [("reported", "11-06T09:00", None), ("assigned", "11-21T18:00", 1)]
    assert [row["status"] for row in desk.do("ticket", "list", "--technician", "Li")] == ["assigned"]
    (row,) = desk.do("kpi", "rows", "arrival_24h_rate", "--month", "2026-11")
    assert (row["verdict"], row["technician"]) == ("miss", "(dispatch)")  # who had it at the deadline is not known


def test_the_technician_of_a_cancelled_ticket_is_kept(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, OFF))
    assert events(desk) == [("reported", "11-05T09:00", None), ("cancelled", "11-05T10:00", 1)]
    assert desk.do("ticket", "show", "T1")["technician"] == "Li"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,2026-11-02 09:00,2026-11-02 08:59,,,,Li", "it is before the report"),
        ("1,2026-11-02 09:00,2026-11-02 14:00,,2026-11-02 13:00,,Li", "it is after the end of the ticket"),
        ("1,2026-11-02 09:00,2026-11-02 14:00,,,2026-11-02 13:00,Li", "it is after the end of the ticket"),
        ("1,2026-11-02 09:00,2026-11-02 09:01,,,,", "an assignment names a technician"),
        ("1,2026-11-02 09:00,2027-11-02 09:01,,,,Li", "it lies in the future"),
    ],
)
def test_an_assignment_that_cannot_be_is_rejected(desk: Desk, tmp_path: Path, row: str, reason: str) -> None:
    said = desk.refused(4, *words(tmp_path, row, toml=SENT))
    assert f"column 'sent' '{row.split(',')[2]}': {reason}" in said


def test_a_map_that_dates_assignments_names_the_technician(desk: Desk, tmp_path: Path) -> None:
    said = desk.refused(2, *words(tmp_path, OPEN, toml=SENT.replace('technician = "who"\n', "")))
    assert "has assigned_at without technician" in said


def test_read_again_nothing_changes(desk: Desk, tmp_path: Path) -> None:
    rows = (DONE, NOBODY, OFF, OPEN)
    desk.do(*words(tmp_path, *rows))
    before = desk.do("export", "events")
    answer: Any = desk.do(*words(tmp_path, *rows), "--update", now="2026-11-25 09:00")
    assert (answer["known"], answer["changed"]) == (4, 0)
    assert desk.do("export", "events") == before


def test_update_gives_an_open_ticket_to_its_technician(desk: Desk, tmp_path: Path) -> None:
    desk.do(*words(tmp_path, OPEN.replace("Li", "")))
    desk.do(*words(tmp_path, OPEN), "--update", now="2026-11-22 09:00")
    assert events(desk)[1:] == [("assigned", "11-22T09:00", 1)]
    assert desk.do(*words(tmp_path, OPEN), "--update", now="2026-11-23 09:00")["known"] == 1
    assert desk.do(*words(tmp_path, OPEN.replace("Li", "Wu")), "--update", now="2026-11-23 09:00")["changed"] == 1
    assert events(desk)[1:] == [("assigned", "11-22T09:00", 1)]


@pytest.mark.parametrize("toml", [MAP, SENT])
def test_a_large_file_is_measured_as_a_small_one(desk: Desk, tmp_path: Path, toml: str) -> None:
    rows = [f"{number}{row[1:]}" for number in range(10, 310) for row in (DONE, NOBODY, OFF, OPEN)]
    rows = [f"{at}{row[row.index(',') :]}" for at, row in enumerate(rows)]
    desk.do(*words(tmp_path, *rows, toml=toml))
    assert {finding["kind"] for finding in desk.do("check")} == {"missing"}

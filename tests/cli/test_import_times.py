"""The times of other people's files: days of purchase given as instants, days without midnight, forms read in part."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk

FIELDS = """source = "register"
[customer]
ref = "no"
name = "name"
[appliance]
ref = "no"
category = "kind"
bought = "bought"
[ticket]
ref = "no"
reported_at = "reported"
"""


def imported(desk: Desk, folder: Path, bought: str, reported: str, head: str = "") -> tuple[str, str]:
    """What a file of one row becomes: when the machine was bought, when the ticket was reported."""
    (folder / "jobs.csv").write_text(f"no,name,kind,bought,reported\nK1,林娜,fridge,{bought},{reported}\n")
    (folder / "jobs.toml").write_text(head + FIELDS)
    desk.do("import", str(folder / "jobs.csv"), "--map", str(folder / "jobs.toml"), now="2026-11-29 12:00")
    return desk.do("export", "appliances")[0]["bought_on"], desk.do("export", "tickets")[0]["reported_at"]


@pytest.mark.parametrize(
    ("head", "bought", "day"),
    [
        ('dates = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"]\n', "2024-03-08T16:00:00Z", "2024-03-09"),
        ("", "2024-03-08T16:00:00Z", "2024-03-09"),
        ('zone = "UTC"\n', "2024-03-08 16:00", "2024-03-09"),
        ('zone = "UTC"\n', "2024-03-09 00:00:00", "2024-03-09"),
        ('zone = "America/New_York"\n', "2024-03-09", "2024-03-09"),
        ("", "2024-03-09 10:15", "2024-03-09"),
        ("", "2024-03", "2024-03-01"),
    ],
)
def test_a_purchase_is_of_the_day_that_it_was_here(
    desk: Desk, tmp_path: Path, head: str, bought: str, day: str
) -> None:
    assert imported(desk, tmp_path, bought, "2026-11-02", head)[0] == day


@pytest.mark.parametrize(
    ("zone", "day", "begin"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00"),
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"),
    ],
)
def test_a_day_without_midnight_begins_when_it_does(
    make: Callable[..., Desk], tmp_path: Path, zone: str, day: str, begin: str
) -> None:
    desk = make("outlet.db", "--zone", zone)
    assert imported(desk, tmp_path, "2024-03-09", day)[1] == begin


def test_an_hour_that_does_not_exist_is_still_refused(make: Callable[..., Desk], tmp_path: Path) -> None:
    desk = make("outlet.db", "--zone", "Africa/Cairo")
    (tmp_path / "jobs.csv").write_text("no,name,kind,bought,reported\nK1,林娜,fridge,2024,2026-04-24 00:00\n")
    (tmp_path / "jobs.toml").write_text(FIELDS)
    told = desk.refused(4, "import", str(tmp_path / "jobs.csv"), "--map", str(tmp_path / "jobs.toml"))
    assert "2026-04-24 00:00 does not exist in Africa/Cairo" in told


def test_a_form_that_says_too_little_refuses_the_file_with_the_way_out(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("no,name,kind,bought,reported\nK1,林娜,fridge,2024,11/02/2026 03:20 PM\n")
    (tmp_path / "jobs.toml").write_text('dates = ["%m/%d/%Y %H:%M %p"]\n' + FIELDS)
    told = desk.refused(2, "import", str(tmp_path / "jobs.csv"), "--map", str(tmp_path / "jobs.toml"))
    assert told == (
        "error: '%m/%d/%Y %H:%M %p' has %p without %I, where it means nothing\n"
        "hint: hours of a half day are %I with %p, hours of a whole day %H\n"
    )

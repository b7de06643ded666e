"""Short runs of the programs that break it: killed, out of room, without permission, in a crowd.

When a process is killed at random, how far it came differs from run to run; what must hold afterwards does not.
"""

from pathlib import Path

import pytest

from tests.crash import crowd, full, states
from tests.crash.kill import Campaign


@pytest.mark.slow
def test_killed_commands_lose_nothing_acknowledged_and_leave_nothing_half(tmp_path: Path) -> None:
    tally = Campaign(tmp_path, runs=12, seed=11).fought()
    assert tally.faults == []
    assert tally.runs == 12


@pytest.mark.slow
def test_a_file_that_is_turned_over_is_as_before_or_as_after(tmp_path: Path) -> None:
    tally = states.Campaign(tmp_path, runs=len(states.KINDS), seed=11, tickets=1_000).fought()
    assert tally.faults == []
    assert tally.runs == len(states.KINDS)


@pytest.mark.slow
def test_files_that_may_not_grow_are_told_in_one_sentence(tmp_path: Path) -> None:
    tally = full.sizes(tmp_path, (33,), ("open", "backup", "export", "init"))
    assert tally.faults == []
    assert tally.refused >= 3


@pytest.mark.slow
def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    tally = full.disk(tmp_path, (8,), ("open", "import", "backup", "init"))
    if tally.skipped:
        pytest.skip(tally.skipped)
    assert tally.faults == []
    assert tally.refused >= 3


@pytest.mark.slow
def test_permissions_taken_away_are_told_in_one_sentence(tmp_path: Path) -> None:
    assert full.permissions(tmp_path, ("open",)).faults == []


@pytest.mark.slow
def test_an_answer_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tally = full.deaf(tmp_path)
    if tally.skipped:
        pytest.skip(tally.skipped)
    assert (tally.refused, tally.faults) == (1, [])


def test_a_crowd_is_not_refused_and_loses_nothing(tmp_path: Path) -> None:
    found = crowd.crowded(tmp_path, 6, 20)
    assert (found.tickets, found.lost, found.refused, found.faults) == (120, 0, [], [])

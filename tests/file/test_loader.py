"""Large files: read by a second process, written without triggers and indexes, and nobody can tell."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import Message, say
from servicedesk.file.imports import batches
from servicedesk.file.imports.batches import Batch
from servicedesk.file.imports.load import loader
from servicedesk.file.imports.maps import numbering
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.tables.arrange import Record
from tests.bench import imports
from tests.conftest import Desk

KEPT = (
    "customer", "phone", "tier", "appliance", "technician", "ticket", "event", "ticket_fact", "customer_text_stale",
    "temp.gram",
)  # fmt: skip


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large: a second process reads it, and triggers and indexes step aside."""
    monkeypatch.setattr(batches, "LARGE", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(batches, "BATCH", 40)
    monkeypatch.setattr(loader, "MANY", 1)


def calls(folder: Path, count: int = 300) -> list[str]:
    """The words of an import of so many tickets, two of which cannot be."""
    (folder / "full.toml").write_text(imports.MAP, encoding="utf-8")
    rows = imports.written(folder / "calls.csv", count).read_text(encoding="utf-8").splitlines()
    rows[7] = rows[7].replace("Hotline", "Shop").replace(",Repair,", ",Guess,").replace(",Service,", ",Guess,")
    rows[-1] = rows[-1].replace(",2026,", ",").replace(".2026 ", ".2027 ")
    (folder / "calls.csv").write_text("\n".join(rows), encoding="utf-8")
    return ["import", str(folder / "calls.csv"), "--map", str(folder / "full.toml")]


def content(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """What the import wrote, and how the file is made."""
    with closing(sqlite3.connect(desk.path)) as file:
        file.execute("CREATE VIRTUAL TABLE temp.gram USING fts5vocab ('main', 'customer_text', 'instance')")
        found = {table: file.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in KEPT}
        made = "SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*' ORDER BY 1, 2"
        return found | {"made": file.execute(made).fetchall()}


@pytest.fixture
def twin(desk: Desk, tmp_path: Path) -> Desk:
    """A second file, made like the first."""
    twin = Desk(tmp_path / "twin.db")
    twin.do("init")
    return twin


def rejecting(words: list[str], folder: Path) -> list[str]:
    return [*words, "--rejects", str(folder / "bad.csv")]


def test_a_large_file_becomes_what_a_small_one_becomes(
    desk: Desk, twin: Desk, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    words = rejecting(calls(tmp_path), tmp_path)
    small, bad = desk.do(*words), (tmp_path / "bad.csv").read_bytes()
    request.getfixturevalue("large")
    assert twin.do(*words) == small
    assert small["rejected"] == 2
    assert (tmp_path / "bad.csv").read_bytes() == bad
    assert content(twin) == content(desk)
    assert content(twin)["temp.gram"]
    assert twin.do("check") == []


@pytest.mark.usefixtures("large")
def test_a_large_file_beside_many_tickets_keeps_their_indexes(desk: Desk, tmp_path: Path) -> None:
    words = rejecting(calls(tmp_path), tmp_path)
    desk.do(*words)
    before = content(desk)
    assert desk.do(*words)["known"] == 298
    assert content(desk) == before
    (tmp_path / "calls.csv").write_text(
        (tmp_path / "calls.csv").read_text(encoding="utf-8").replace("\nR00002", "\nN00002"), encoding="utf-8"
    )
    assert (answer := desk.do(*words))["new"] == 99, answer
    assert content(desk)["made"] == before["made"]
    assert desk.do("check") == []


TIMES = ("reported_at", "assigned_at", "arrived_at", "completed_at", "cancelled_at", "answered_at")


def chance_row(chance: Random, number: int) -> str:
    """A ticket whose times are any hours of two days, most of them missing or in a wrong order."""
    times = {name: f"2026-11-0{chance.choice('23')} {chance.randrange(24):02}:00" for name in TIMES}
    kept = [times[name] if name == "reported_at" or chance.random() < 0.5 else "" for name in TIMES]
    outcome = chance.choice(("fixed", "done", "referred")) if kept[3] else ""
    score = chance.choice("15") if kept[5] else ""
    kind = chance.choice(("repair", "install"))
    return ",".join([f"R{number}", kind, "Li", *kept, outcome, "outlet" if kept[4] else "", score])


@pytest.mark.usefixtures("large")
def test_what_is_taken_of_rows_with_any_times_breaks_no_rule(desk: Desk, tmp_path: Path) -> None:
    chance = Random(20261129)
    heading = f"ref,type,technician,{','.join(TIMES)},outcome,cancelled_by,score"
    rows = [heading, *(chance_row(chance, number) for number in range(2000))]
    (tmp_path / "chance.csv").write_text("\n".join(rows), encoding="utf-8")
    answer = desk.do(*rejecting(["import", str(tmp_path / "chance.csv"), "--as", "tickets"], tmp_path))
    assert min(answer["new"], answer["rejected"]) > 200
    assert {row["kind"] for row in desk.do("check")} == {"missing"}


@pytest.mark.usefixtures("large")
def test_a_large_file_that_is_refused_leaves_no_trace(desk: Desk, tmp_path: Path) -> None:
    before = content(desk)
    assert "2 of 300 records rejected" in desk.refused(4, *calls(tmp_path))
    assert content(desk) == before


@pytest.mark.usefixtures("large")
def test_what_breaks_off_the_reading_is_told(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, before = calls(tmp_path), content(desk)

    def killed(found: Iterator[Batch], theirs: Connection, ours: Connection) -> None:
        theirs.send(([], [], [1]))
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(batches, "send_batches", killed)
    assert "was not read to its end" in desk.refused(5, *words)
    assert content(desk) == before


def test_a_large_file_is_taken_from_the_input(desk: Desk, tmp_path: Path) -> None:
    mapping = calls(tmp_path, 6000)[-1]
    command = [sys.executable, "-m", "servicedesk", "--db", str(desk.path), "import", "-", "--map", mapping]
    with (tmp_path / "calls.csv").open("rb") as source:
        assert os.fstat(source.fileno()).st_size > batches.LARGE
        answer = subprocess.run(command, stdin=source, capture_output=True, text=True)
    assert "2 of 6000 records rejected" in answer.stderr


def through(found: Iterator[Batch]) -> Iterator[Batch]:
    """The batches as the process that writes receives them."""
    ours, theirs = Pipe()
    batches.send_batches(found, theirs, Pipe()[0])
    theirs.close()
    return batches.receive_batches(ours)


def test_batches_and_rejections_arrive_as_they_were_sent() -> None:
    error = RowError("Name", "x", say("unknown code: {nearest}", nearest="see the map"))
    sent = Batch([(1, 2, "a\0b", 1, 0, None)], [(Record(2, 3, ["x"]), error)], 99, [("1", None)])
    (found,) = through(iter([sent]))
    assert (found.rows, found.position, found.customers) == (sent.rows, 99, [("1", None)])
    ((record, back),) = found.bad
    assert (record, back.column, back.value) == (Record(2, 3, ["x"]), "Name", "x")
    assert isinstance(back.reason, Message)
    assert back.reason.values == {"nearest": "see the map"}


def test_an_error_of_the_reader_arrives_after_the_batches() -> None:
    def breaking() -> Iterator[Batch]:
        yield Batch([], [], 1)
        raise StorageError("the file is gone", hint="look for it")

    found = through(breaking())
    assert next(found).position == 1
    with pytest.raises(StorageError, match="the file is gone") as told:
        next(found)
    assert told.value.hint == "look for it"


def test_a_sender_that_ends_early_is_no_end() -> None:
    ours, theirs = Pipe()
    theirs.send(([], [], [1]))
    theirs.close()
    found = batches.receive_batches(ours)
    assert next(found).position == 1
    with pytest.raises(StorageError, match="not read to its end"):
        next(found)


def test_who_reads_for_nobody_stops() -> None:
    ours, theirs = Pipe()
    batches.send_batches(iter([Batch([], [], 1)]), theirs, ours)


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(["R1", "R2", "R10", "Ä", "一", "\U0001f600", "r", "2"]), min_size=1, max_size=12),
    st.sampled_from([1, 2, 4, 200]),
)
def test_keys_in_any_order_are_known_again(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], many: int
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    desk = Desk(folder / "desk.db")
    desk.do("init")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "BATCH", many)
        patch.setattr(numbering, "MOST", 1)
        rows = "".join(f"{key},2026-01-01,K{len(key)},n\n" for key in keys)
        (folder / "keys.csv").write_text("ref,reported_at,customer_ref,customer_name\n" + rows, encoding="utf-8")
        answer = desk.do("import", str(folder / "keys.csv"))
    assert (answer["new"], answer["known"]) == (len(set(keys)), len(keys) - len(set(keys)))

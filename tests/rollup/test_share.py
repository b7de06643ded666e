"""`share`: what leaves an outlet, and that nothing else does."""

import builtins
import hmac
import json
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("duckdb")

import duckdb

from servicedesk.base.sameness import plate
from servicedesk.file.opening import open_outlet
from servicedesk.records.ticket_facts import fill
from servicedesk.rollup import manifest
from servicedesk.rollup.receipt import receipt_line
from servicedesk.rollup.share import write_share
from tests import random_outlets
from tests.conftest import Desk
from tests.rollup.conftest import KEY, Shares, share
from tests.rollup.shares import without_receipt


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make receipts only where a test reads them."""
    if "receipt" not in request.node.name:
        without_receipt(monkeypatch)


def about(folder: Path) -> Any:
    return json.loads((folder / "share.json").read_text())


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table of a share."""
    engine = duckdb.connect()
    found = engine.read_parquet(str(folder / f"{name}.parquet"))
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_it_says_where_the_share_is_and_how_large(shares: Shares, tmp_path: Path) -> None:
    answer = shares.nanping.run("share", str(tmp_path / "out"), "--format", "table", now="2026-10-10 20:00")

    (folder,) = (path for home in (tmp_path / "out").iterdir() for path in home.iterdir())
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert answer.out.splitlines() == [
        "outlet     Nanping",
        "share no.  1",
        "as of      2026-10-10 20:00",
        "tickets    2",
        f"bytes      {size}",
        f"path       {folder}",
    ]


def test_share_json_tells_what_it_is(shares: Shares) -> None:
    found = about(shares.third)

    assert {key: found[key] for key in ("format", "schema", "sequence", "as_of", "months")} == {
        "format": 1,
        "schema": 6,
        "sequence": 3,
        "as_of": "2026-10-10T20:00:00+08:00",
        "months": ["2026-10", "2026-10"],
    }
    assert found["outlet"] | {"uuid": "?"} == {
        "uuid": "?",
        "name": "Nanping",
        "zone": "Asia/Shanghai",
        "classroom": False,
    }
    assert found["facts"] == {"tickets": 2, "imported": 0, "pinned": 11}
    assert found["files"]["ticket.parquet"] == {
        "rows": 2,
        "sha256": manifest.file_digest(shares.third / "ticket.parquet"),
    }
    manifest.check_files(manifest.read_share(shares.third))


def test_the_receipt_is_what_kpi_report_prints(tmp_path: Path) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(4), tickets=30)
    desk = Desk(outlet.path, outlet.text(outlet.moments[-1]))
    found = about(share(desk, tmp_path / "out"))
    first, last = found["months"]

    printed = desk.do("kpi", "report", "--from", f"{first}-01", "--to", f"{last}-28", "--by", "month")

    lines = {(row["kpi"], row["period"]): receipt_line(row) for row in printed}
    assert {key: line for key, line in lines.items() if any(line)} == {
        (kpi, month): line for kpi, months in found["receipt"].items() for month, line in months.items()
    }


def test_what_head_office_compares_goes_back_a_year_unless_more_is_asked_for(shares: Shares, tmp_path: Path) -> None:
    year = about(share(shares.nanping, tmp_path / "a", now="2027-12-01 20:00"))
    more = about(share(shares.nanping, tmp_path / "b", "--months", "24", now="2027-12-01 20:00"))

    assert (year["months"], more["months"]) == (["2026-12", "2027-12"], ["2026-10", "2027-12"])


def test_voided_rows_leave_so_that_figures_can_be_made_as_of_then(shares: Shares) -> None:
    completed = [row for row in table(shares.third, "event") if row["kind"] == "completed"]

    assert [row["voided_unix"] is not None for row in completed] == [True]
    assert [row["outcome"] for row in table(shares.third, "ticket_fact")] == [None, None]


def test_merged_and_undone_rows_leave_with_what_they_were(desk: Desk, tmp_path: Path) -> None:
    desk.do("customer", "add", "王芳", "--no-phone", now="2026-10-01 09:00")
    desk.do("customer", "add", "王芳芳", "--no-phone", now="2026-10-01 09:00")
    desk.do("ticket", "open", "--customer", "C2", "x", now="2026-10-01 09:00")
    desk.do("customer", "merge", "C1", "C2", now="2026-10-02 09:00")
    desk.do("ticket", "open", "--customer", "C1", "y", now="2026-10-03 09:00")
    desk.do("undo", "--yes", now="2026-10-03 09:01")

    folder = share(desk, tmp_path / "out", now="2026-10-04 09:00")

    moved = [row for row in table(folder, "change") if row["ticket_id"]]
    assert [(row["field"], row["old"], row["new"]) for row in moved] == [("customer_id", "2", "1")]
    assert [row["merged_into_id"] for row in table(folder, "customer")] == [None, 1]
    assert [row["voided_unix"] is None for row in table(folder, "event")] == [True, False]


def test_only_columns_of_the_list_leave_under_their_names(shares: Shares) -> None:
    with closing(sqlite3.connect(shares.nanping.path)) as file, closing(duckdb.connect()) as engine:
        for name in manifest.load_leaves():
            ours = {row[1] for row in file.execute(f"PRAGMA table_xinfo({name})")}
            leaving = set(engine.read_parquet(str(shares.third / f"{name}.parquet")).columns)
            assert leaving <= ours, name


def test_columns_have_the_types_that_their_values_have(tmp_path: Path) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(2), tickets=30)
    with closing(sqlite3.connect(outlet.path)) as file:
        for function, arguments in (("known", 2), ("keyed", 1), ("instant", 1)):
            file.create_function(function, arguments, lambda *given: given[-1])
        for sql in manifest.load_leaves().values():
            cursor = file.execute(sql)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, cell in zip(names, row, strict=True):
                    assert cell is None or isinstance(cell, int) == (manifest.column_type(name) == "BIGINT"), name


SECRET = "秘密ОчередьQx7"
# Texts that say what a row is about, or whether it holds: without them nothing would leave. And what the outlet is.
NOT_PLANTED = {
    ("change", "field"), ("event", "voided_at"), ("category", "code"),
    *(("outlet", column) for column in ("name", "zone", "uuid")),
}  # fmt: skip


def plant(path: Path) -> int:
    """Put the secret into every cell of text that the rules of the file let hold one; return how many."""
    planted = 0
    with closing(sqlite3.connect(path)) as file, file:
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            file.execute(f"DROP TRIGGER {name}")
        strict = [row[1] for row in file.execute("PRAGMA table_list") if row[5] and not row[4]]
        for noun in strict:
            names = {row[3] for row in file.execute(f"PRAGMA foreign_key_list({noun})")}
            for column in [row[1] for row in file.execute(f"PRAGMA table_info({noun})") if row[2] == "TEXT"]:
                if (noun, column) not in NOT_PLANTED and column not in names:
                    said = f"UPDATE OR IGNORE {noun} SET {column} = '{SECRET}' || rowid"
                    planted += file.execute(said).rowcount
        for _, sql in triggers:
            file.execute(sql)
    return planted


def test_no_word_that_stands_in_any_text_of_the_file_leaves(tmp_path: Path) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(1), tickets=25)
    db = open_outlet(outlet.path)  # which looks for breaches only when a file is opened
    assert plant(outlet.path) > 1000
    with db.atomic():
        fill(db)

    answer = write_share(db, tmp_path / "out", now=outlet.now.astimezone(outlet.zone), key=KEY.encode(), months=1)

    db.close()
    folder = Path(answer.table.column("path")[0])
    pieces = [SECRET, "秘密", "Qx7", "ОчередьQx7"]
    for path in folder.iterdir():
        cells = table(folder, path.stem) if path.suffix == ".parquet" else [{"": path.read_text()}]
        said = repr([list(row.values()) for row in cells])
        assert [piece for piece in pieces if piece in said or piece.encode() in path.read_bytes()] == [], path.name


def test_people_stand_as_numbers_alone(shares: Shares) -> None:
    texts = {
        cell
        for name in manifest.load_leaves()
        for row in table(shares.third, name)
        for cell in row.values()
        if isinstance(cell, str)
    }

    plain = re.compile(r"[a-z0-9_]+|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?")
    assert [text for text in texts if not plain.fullmatch(text)] == []
    assert not texts & {"li", "13800138000", "haier"}


def test_a_code_of_the_outlet_s_own_leaves_as_a_number(desk: Desk, tmp_path: Path) -> None:
    desk.do("customer", "add", "王芳", "--no-phone")
    desk.do("category", "add", "wang_laundry", "--years", "2")
    desk.do("appliance", "add", "--customer", "C1", "--category", "wang_laundry")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    for fault in ("wang_cried", "leak", "wang_cried", "her_dog"):
        desk.do("ticket", "open", "--appliance", "A1", "x", "--fault", fault, "--new-code")

    folder = share(desk, tmp_path / "out")

    assert [row["fault"] for row in table(folder, "ticket_fact")] == ["own_1", "leak", "own_1", "own_2"]
    assert [row["category"] for row in table(folder, "appliance")] == ["own", "fridge"]


def test_serials_leave_as_digests_under_the_key_alike_at_every_outlet(shares: Shares) -> None:
    digests = {row["plate"] for folder in (shares.third, shares.other) for row in table(folder, "appliance")}

    known = hmac.digest(KEY.encode(), plate("Haier", "SN77").encode(), "sha256").hex()[:32]
    assert digests == {known}


def test_without_a_key_serials_stay(shares: Shares, tmp_path: Path) -> None:
    folder = share(shares.nanping, tmp_path / "out")

    assert [row["plate"] for row in table(folder, "appliance")] == [None]
    assert about(folder)["key"] is None


def test_the_files_are_private(shares: Shares, tmp_path: Path) -> None:
    folder = share(shares.nanping, tmp_path / "out")

    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent, folder.parents[1])}
    assert (modes, folders) == ({0o600}, {0o700})


def test_twice_on_a_day_with_nothing_new_is_one_share(shares: Shares, tmp_path: Path) -> None:
    first = share(shares.nanping, tmp_path / "out", now="2026-10-10 20:00")

    answer = shares.nanping.run("share", str(tmp_path / "out"), "--format", "json", now="2026-10-10 23:00")

    assert (Path(answer.json["path"]), answer.err) == (first, "nothing changed since share 1\n")
    assert len(list(first.parent.iterdir())) == 1


def test_on_a_later_day_figures_have_matured(shares: Shares, tmp_path: Path) -> None:
    share(shares.nanping, tmp_path / "out", now="2026-10-10 20:00")

    folder = share(shares.nanping, tmp_path / "out", now="2026-10-11 20:00")

    assert (about(folder)["sequence"], about(folder)["as_of"]) == (2, "2026-10-11T20:00:00+08:00")


def test_where_the_folder_lost_its_shares_the_number_goes_on(shares: Shares, tmp_path: Path) -> None:
    folder = share(shares.nanping, tmp_path / "out", "--after", "41")

    assert about(folder)["sequence"] == 42


def test_a_run_that_is_killed_leaves_no_share(shares: Shares, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("os.rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        shares.nanping.run("share", str(tmp_path / "out"))
    assert [path for home in (tmp_path / "out").iterdir() for path in home.iterdir()] == []

    assert about(share(shares.nanping, tmp_path / "out"))["sequence"] == 1


def test_beside_a_writer_a_share_is_of_one_instant(shares: Shares, tmp_path: Path) -> None:
    desk = shares.nanping

    def write() -> None:
        with closing(sqlite3.connect(desk.path, timeout=30)) as file:
            for _ in range(100):
                with file:
                    file.execute("INSERT INTO ticket (type, customer_id, recorded_at, actor, origin)"
                                 " VALUES ('repair', 1, '2026-10-10T10:00:00+08:00', 'x', 'typed')")  # fmt: skip
                    file.execute("INSERT INTO event (ticket_id, kind, at, recorded_at, actor, origin)"
                                 " VALUES (last_insert_rowid(), 'reported', '2026-10-10T10:00:00+08:00',"
                                 " '2026-10-10T10:00:00+08:00', 'x', 'typed')")  # fmt: skip

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        folders = [share(desk, tmp_path / "out", "--after", str(n)) for n in range(2)]
        writing.result()

    for folder in folders:
        tickets = {row["id"] for row in table(folder, "ticket")}
        assert {row["ticket_id"] for row in table(folder, "event")} == tickets
        assert {row["ticket_id"] for row in table(folder, "ticket_fact")} == tickets
        assert about(folder)["facts"]["tickets"] == len(tickets)


@pytest.mark.slow
def test_runs_beside_each_other_never_give_one_number_twice(shares: Shares, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "servicedesk", "--db", str(shares.nanping.path)]
    runs = [
        subprocess.Popen([*words, "--now", f"2026-11-{day} 20:00", "share", str(tmp_path / "out")])
        for day in range(11, 19)
    ]

    assert [run.wait() for run in runs] == [0] * len(runs)
    (home,) = (tmp_path / "out").iterdir()
    assert sorted(int(path.name.partition("-")[0]) for path in home.iterdir()) == list(range(1, 9))


def test_without_duckdb_it_says_what_to_install(
    shares: Shares, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "duckdb":
            raise ImportError(name)
        return find(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)

    assert shares.nanping.refused(2, "share", str(tmp_path / "out")) == (
        "error: this needs DuckDB\nhint: pip install 'servicedesk[rollup]' brings it\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_key_that_is_none_is_refused(shares: Shares, tmp_path: Path) -> None:
    (tmp_path / "short.key").write_text("short\n")
    out = str(tmp_path / "out")

    missing = shares.nanping.refused(5, "share", out, "--key", str(tmp_path / "no.key"))
    short = shares.nanping.refused(2, "share", out, "--key", str(tmp_path / "short.key"))

    way = "hint: the brand gives all its outlets one key file: a line of random letters, 16 or more\n"
    assert missing == f"error: there is no file {tmp_path / 'no.key'}\n{way}"
    assert short == f"error: the key in {tmp_path / 'short.key'} is shorter than 16 bytes\n{way}"
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(shares: Shares, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")

    assert shares.nanping.refused(4, "share", str(tmp_path / "out")) == (
        f"error: {tmp_path / 'out'} exists already and is not a folder\n"
    )


def test_a_damaged_newest_share_says_the_way_out(shares: Shares, tmp_path: Path) -> None:
    folder = share(shares.nanping, tmp_path / "out")
    (folder / "share.json").write_text("{")

    assert shares.nanping.refused(5, "share", str(tmp_path / "out")) == (
        f"error: {folder}: share.json is damaged or cut short\n"
        "hint: move it away; --after 1 goes on with the next number\n"
    )


def test_a_folder_whose_name_is_a_pattern_is_written(shares: Shares, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    folder = share(shares.nanping, tmp_path / "[a]*?")

    assert len(table(shares.third, "ticket")) == 2
    shutil.copytree(folder, tmp_path / "a", dirs_exist_ok=True)
    assert len(table(tmp_path / "a", "ticket")) == 2


def test_an_outlet_without_a_ticket_shares_too(desk: Desk, tmp_path: Path) -> None:
    found = about(share(desk, tmp_path / "out"))

    assert (found["months"], found["receipt"], found["facts"]["tickets"]) == ([], {}, 0)

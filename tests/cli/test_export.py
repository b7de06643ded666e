"""The whole file to a folder and back, and one noun to stdout."""

import csv
import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests import random_outlets
from tests.conftest import Desk, KilledError, filled_once


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, generated columns too, and the triggers."""
    connection = sqlite3.connect(path)
    # How the search keeps its grams depends on who was written when.
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'customer_text*'"
    listed += " AND name NOT GLOB 'birthday_*' ORDER BY 1"
    names = [row[0] for row in connection.execute(listed)]
    found = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}
    found["sqlite_master"] = sorted(
        connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall(), key=repr
    )
    connection.close()
    return found


@filled_once
def busy(desk: Desk) -> Desk:
    """A file with a bit of everything: corrections, voids, texts that are hard to write down."""
    desk.do("customer", "add", '王"芳,\n', "--phone", "013800138000", "--tier", "vip", now="2026-10-01 08:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--serial", "000123", "--model", "-18")
    desk.do("technician", "add", "Li", "--skill", "fridge", "--area", "North")
    desk.do("ticket", "open", "--customer", "C1", "\\begins with a backslash", now="2026-10-02 08:00")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-10-02 09:00")
    desk.do("ticket", "arrive", "T1", now="2026-10-02 10:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-02 11:00")
    desk.do("survey", "record", "T1", "4", now="2026-10-03 11:00")
    desk.do(
        "ticket",
        "correct",
        "T1",
        "--event",
        "1",
        "--at",
        "2026-10-02 07:00",
        "--reason",
        "clock",
        now="2026-10-04 08:00",
    )
    desk.do("ticket", "void", "T1", "--event", "5", "--reason", "wrong ticket", now="2026-10-04 09:00")
    desk.do("note", "add", "C1", "rings twice\nthen opens")
    contacts(desk)
    return desk


def contacts(desk: Desk) -> None:
    """Call-backs, promises and complaints on T1, some of them taken back."""
    desk.do("callback", "log", "T1", "--no-answer", "--note", "\\rang", now="2026-10-04 10:00")
    desk.do("callback", "log", "T1", "--reached", "--score", "2", now="2026-10-04 11:00")
    desk.do("callback", "void", "2", "--reason", "wrong ticket", now="2026-10-04 12:00")
    what = 'a "new" part,\nby post'
    desk.do("promise", "add", "T1", "--what", what, "--by", "2026-10-09 09:00", now="2026-10-05 09:00")
    desk.do("promise", "kept", "P1", now="2026-10-06 09:00")
    desk.do("promise", "void", "P1", "--end", "--reason", "lost by the post", now="2026-10-07 09:00")
    desk.do("promise", "withdraw", "P1", "--by", "customer", now="2026-10-08 09:00")
    desk.do("complaint", "open", "--ticket", "T1", "--about", "lateness", "来晚了", now="2026-10-05 10:00")
    desk.do("complaint", "acknowledge", "K1", now="2026-10-05 11:00")
    desk.do("complaint", "void", "K1", "--step", "1", "--reason", "not yet", now="2026-10-05 12:00")
    desk.do("complaint", "close", "K1", "--not-upheld", "--remedy", "-", now="2026-10-06 12:00")


def test_a_folder_read_into_a_new_file_gives_the_same_file(busy: Desk, blank: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    other = Desk(tmp_path / "other.db")
    other.do("init", "--zone", "Europe/Berlin", "--outlet", "Other")
    answer = other.do("import", str(tmp_path / "dump"))
    assert tables(other.path) == tables(busy.path)
    assert (answer["new"], answer["customers"], answer["appliances"]) == (answer["read"], 1, 1)


def test_the_same_folder_again_is_known(busy: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    before = tables(busy.path)
    answer = busy.do("import", str(tmp_path / "dump"))
    assert (answer["new"], answer["known"], answer["changed"]) == (0, answer["read"], 0)
    assert tables(busy.path) == before


@pytest.mark.parametrize("seed", range(3))
def test_random_outlets_come_back_row_by_row(tmp_path: Path, seed: int) -> None:
    from random import Random

    outlet = random_outlets.made(tmp_path / "one.db", Random(seed), tickets=60)
    now = outlet.text(outlet.now)
    one, other = Desk(tmp_path / "one.db", now), Desk(tmp_path / "other.db", now)
    one.do("export", str(tmp_path / "dump"))
    other.do("init")
    other.do("import", str(tmp_path / "dump"))
    assert tables(other.path) == tables(one.path)


def test_what_changed_since_the_export_is_left(busy: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    busy.do("customer", "edit", "C1", "--area", "North")
    answer = busy.run("import", str(tmp_path / "dump"), "--format", "json")
    assert answer.json["changed"] == 1
    assert "which are left" in answer.err
    assert busy.do("customer", "show", "C1")["area"] == "North"


def test_a_folder_into_a_file_with_other_data_is_refused(busy: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    other.do("customer", "add", "Chen", "--phone", "1")
    before = tables(other.path)
    assert "another outlet" in other.refused(4, "import", str(tmp_path / "dump"))
    assert tables(other.path) == before


def test_a_folder_with_more_rows_than_the_file_is_refused(busy: Desk, tmp_path: Path) -> None:
    busy.do("backup", str(tmp_path / "old.db"))
    busy.do("customer", "add", "Chen", "--phone", "1")
    busy.do("export", str(tmp_path / "dump"))
    assert "lacks" in Desk(tmp_path / "old.db").refused(4, "import", str(tmp_path / "dump"))


def test_a_dry_run_of_a_folder_writes_nothing(busy: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    before = other.path.read_bytes()
    tried = other.do("import", str(tmp_path / "dump"), "--dry-run")
    assert other.path.read_bytes() == before
    assert other.do("import", str(tmp_path / "dump")) == tried


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("event.csv", "2026-10-02T11:00:00+08:00", "2026-10-02T06:00:00+08:00", "has an event before its report"),
        ("ticket.csv", ",repair,", ",repiar,", "breaks a rule of the file: CHECK constraint failed"),
        ("appliance.csv", "\r\n1,1,", "\r\n1,7,", "names a customer that is not there"),
        ("customer.csv", "name,", "nome,", "has other columns"),
        ("customer.csv", "\r\n1,", "\r\n1,x,", "line 2: 20 cells under 19 headings"),
        ("customer.csv", "\r\n1,", "\r\none,", "is not as 'export' wrote it, line 2"),
        ("customer.csv", "\r\n1,", "\r\n", "is not as 'export' wrote it, line 2"),
    ],
)  # fmt: skip
def test_a_folder_that_was_tampered_with_is_refused(
    busy: Desk, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    busy.do("export", str(tmp_path / "dump"))
    path = tmp_path / "dump" / file
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    before = tables(other.path)
    assert said in other.refused(4, "import", str(tmp_path / "dump"))
    assert tables(other.path) == before


def test_a_folder_that_lost_a_row_is_refused(busy: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    path = tmp_path / "dump" / "note.csv"
    path.write_bytes(path.read_bytes().split(b"\r\n")[0] + b"\r\n")
    other = Desk(tmp_path / "other.db")
    other.do("init")
    assert "has 0 rows, the export had 1" in other.refused(4, "import", str(tmp_path / "dump"))


def test_a_folder_of_somebody_else_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cat.txt").write_text("meow")
    assert "other things" in desk.refused(4, "export", str(tmp_path / "pictures"))
    assert "was not written by 'export'" in desk.refused(4, "import", str(tmp_path / "pictures"))
    assert "no folder" in desk.refused(5, "export", str(tmp_path / "no" / "where"))
    desk.do("export", str(tmp_path / "dump"))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    assert "another outlet" in other.refused(4, "export", str(tmp_path / "dump"))


def test_an_earlier_export_is_replaced_and_private(busy: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    busy.do("customer", "add", "Chen", "--phone", "1")
    counts = {row["table"]: row["rows"] for row in busy.do("export", str(tmp_path / "dump"))}
    with (tmp_path / "dump" / "customer.csv").open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))
    assert (counts["customer"], len(rows)) == (2, 3)
    assert rows[0][:3] == ["id", "name", "kind"]
    assert stat.S_IMODE((tmp_path / "dump").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "dump").iterdir()} == {0o600}
    assert json.loads((tmp_path / "dump" / "servicedesk.json").read_text())["tables"] == counts


def test_an_export_that_was_cut_short_is_not_read(busy: Desk, desk: Desk, tmp_path: Path) -> None:
    busy.do("export", str(tmp_path / "dump"))
    manifest = tmp_path / "dump" / "servicedesk.json"
    manifest.write_text(manifest.read_text().replace('"complete": true', '"complete": false'))
    assert "is not complete" in busy.refused(4, "import", str(tmp_path / "dump"))


NOUNS = ("customers", "appliances", "tickets", "surveys", "technicians", "categories", "households", "phones", "tiers",
         "absences", "changes", "events", "notes", "maintenance_lines", "maintenance_intervals",
         "callbacks", "promises", "promise_ends", "complaints", "complaint_steps")  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_goes_to_stdout_with_id_and_both_times(busy: Desk, noun: str) -> None:
    rows = busy.do("export", noun)
    heading = busy.run("export", noun, "--format", "csv").out.splitlines()[0].split(",")
    assert {"id" if noun != "categories" else "code", "recorded_at", "actor", "origin"} <= set(heading)
    assert all(list(row) == heading for row in rows)


@pytest.mark.parametrize(
    ("word", "noun"), [("ticket", "tickets"), ("Customer", "customers"), ("category", "categories")]
)
def test_the_singular_will_do(busy: Desk, word: str, noun: str) -> None:
    assert busy.do("export", word) == busy.do("export", noun)


def test_an_empty_noun_is_an_empty_list(desk: Desk) -> None:
    assert desk.run("export", "tickets", "--format", "json").out == "[]\n"


def test_voids_are_exported_too(busy: Desk) -> None:
    survey = busy.do("export", "surveys")[0]
    assert (survey["score"], survey["voided_at"], survey["void_reason"]) == (
        4,
        "2026-10-04T09:00:00+08:00",
        "wrong ticket",
    )


def test_a_misspelt_noun_makes_no_folder(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "did you mean customers" in desk.refused(2, "export", "custmers")
    assert not (tmp_path / "custmers").exists()
    desk.do("export", "./custmers")


@pytest.mark.parametrize("step", range(0, 40, 6))
def test_an_export_that_dies_over_an_older_one_is_either_or_says_so(
    busy: Desk, blank: Desk, tmp_path: Path, killed_at: Callable[[int], None], step: int
) -> None:
    busy.do("export", f"{tmp_path}/all")
    busy.do("customer", "add", "李娜", "--phone", "139")
    known = busy.do("info")["customers"]
    killed_at(step)
    with suppress(KilledError):
        busy.run("export", f"{tmp_path}/all")
    new = Desk(tmp_path / "new.db")
    new.do("init")
    answer = new.run("import", f"{tmp_path}/all", "-f", "json")
    assert "is not complete" in answer.err if answer.code else answer.json["customers"] == known - (step == 0)


def test_csv_is_exact_and_for_a_spreadsheet_it_is_guarded(desk: Desk) -> None:
    """Programs read back what was typed; --bom is for people who open it in Excel."""
    for name in ("=HYPERLINK(1)", "+1", "-1", "@x", "Wang"):
        assert desk.run("customer", "add", "--phone", "138", "--force", "--", name).code == 0
    exact = desk.run("export", "customers", "--format", "csv").out
    assert [row["name"] for row in csv.DictReader(exact.splitlines())] == ["=HYPERLINK(1)", "+1", "-1", "@x", "Wang"]
    sheet = desk.run("export", "customers", "--bom").out
    assert sheet.startswith("\ufeffid,name,")
    guarded = [row["name"] for row in csv.DictReader(sheet.removeprefix("\ufeff").splitlines())]
    assert guarded == ["'=HYPERLINK(1)", "'+1", "'-1", "'@x", "Wang"]


def test_a_spreadsheet_is_one_noun_as_csv(desk: Desk, tmp_path: Path) -> None:
    desk.refused(2, "export", "customers", "--bom", "--format", "json")
    desk.refused(2, "export", str(tmp_path / "all"), "--bom")


def test_opinions_go_to_those_who_develop_without_a_name(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "Haier", "--model", "BCD-520")
    desk.do("ticket", "open", "--appliance", "A1", "--fault", "noise", "吵", now="2026-11-02 09:00")
    desk.do(
        "ticket", "complete", "T1", "--outcome", "fixed", "--found", "motor", "--cause", "worn", now="2026-11-02 15:00"
    )
    desk.do("survey", "record", "T1", "2", "--reason", "夜里压缩机太响", now="2026-11-03 09:00")
    desk.do("complaint", "open", "--ticket", "T1", "--about", "quality", "门把手容易断", now="2026-11-04 09:00")
    for named in ("我是王芳", "送到人民路8号", "打138 0013 8000"):
        desk.do("complaint", "open", "--ticket", "T1", "--about", "other", named)
    answer = desk.run("export", "opinions", "-f", "json")
    assert answer.err == "3 opinions name a customer: left out\n"
    row = {"month": "2026-11", "category": "fridge", "brand": "Haier", "model": "BCD-520", "fault": "noise",
           "found": "motor", "found_cause": "worn"}  # fmt: skip
    assert answer.json == [
        {"kind": "complaint", **row, "score": None, "text": "门把手容易断"},
        {"kind": "survey", **row, "score": 2, "text": "夜里压缩机太响"},
    ]

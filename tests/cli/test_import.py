"""Other people's files into ours: counted, all or nothing, twice the same."""

import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk

MAP = """
source = "calls"

[customer]
ref = "Kunde"
name = "Name"
phone = "Tel"

[appliance]
ref = "Gerät"
category = "Art"
serial = "Nr"

[ticket]
ref = "Auftrag"
reported_at = "Gemeldet"
arrived_at = "Dort"
completed_at = "Fertig"
outcome = { column = "Ergebnis", map = { ok = "fixed" }, other = "" }
technician = "Wer"
[survey]
score = "Note"
"""
HEADING = "Auftrag;Kunde;Name;Tel;Gerät;Art;Nr;Gemeldet;Dort;Fertig;Ergebnis;Wer;Note\n"
FIRST = "1;K1;王芳;013800138000;G1;fridge;000123;2026-10-01 08:00;2026-10-01 12:00;2026-10-01 13:00;ok;Li;5\n"
SECOND = "2;K1;王芳;013800138000;G1;fridge;000123;2026-10-09 08:00;;;;;\n"
THIRD = "3;K2;李娜;;G2;Toaster;;2026-10-09 09:00;2026-10-09 08:00;;;;\n"
COUNTS = ("read", "new", "known", "changed", "rejected", "customers", "appliances")


@pytest.fixture
def calls(tmp_path: Path) -> Callable[..., list[str]]:
    """The words of an import of these lines under the map."""

    def written(*lines: str, name: str = "calls.csv") -> list[str]:
        (tmp_path / "calls.toml").write_text(MAP, encoding="utf-8")
        (tmp_path / name).write_text(HEADING + "".join(lines), encoding="utf-8")
        return ["import", str(tmp_path / name), "--map", str(tmp_path / "calls.toml")]

    return written


Calls = Callable[..., list[str]]


def counted(desk: Desk, *words: str) -> tuple[int, ...]:
    answer = desk.do(*words)
    return tuple(answer[key] for key in COUNTS)


def test_the_answer_has_the_keys_of_the_contract(desk: Desk, calls: Calls) -> None:
    answer = desk.do(*calls(FIRST, SECOND))
    assert list(answer) == [*COUNTS, "encoding"]
    assert tuple(answer.values()) == (2, 2, 0, 0, 0, 1, 1, "utf-8")


def test_rows_become_customers_appliances_tickets_and_their_events(desk: Desk, calls: Calls) -> None:
    desk.do(*calls(FIRST, SECOND))
    first, second = desk.do("export", "tickets")
    assert (first["status"], first["technician"], first["arrived_at"]) == (
        "completed",
        "Li",
        "2026-10-01T12:00:00+08:00",
    )
    assert (second["status"], second["customer_id"], second["appliance_id"]) == ("open", 1, 1)
    events = [(e["ticket_id"], e["kind"], e["technician_id"], e["score"]) for e in desk.do("export", "events")]
    assert events == [
        (1, "reported", None, None), (1, "arrived", 1, None), (1, "completed", 1, None), (1, "surveyed", None, 5),
        (2, "reported", None, None),
    ]  # fmt: skip


def test_facts_are_recorded_at_their_own_time_and_things_at_the_import(desk: Desk, calls: Calls) -> None:
    desk.do(*calls(FIRST))
    assert {e["at"] == e["recorded_at"] and e["origin"] == "imported" for e in desk.do("export", "events")} == {True}
    assert desk.do("export", "tickets")[0]["recorded_at"] == "2026-10-01T08:00:00+08:00"
    assert desk.do("export", "appliances")[0]["recorded_at"] == "2026-11-21T18:00:00+08:00"
    assert desk.do("export", "customers")[0]["recorded_at"] == "2026-11-21T18:00:00+08:00"
    assert (desk.do("info")["imported"], desk.do("info")["pinned"]) == (9, 0)


def test_phones_serials_and_codes_are_unchanged_after_import_and_export(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("ref,category,serial,model,customer_ref,customer_name,customer_phone\n"
                    "00601,fridge,000123,-18,007,王芳,013800138000\n", encoding="utf-8")  # fmt: skip
    desk.do("import", str(file))
    assert "\n1,1,fridge,,-18,000123," in desk.run("export", "appliances", "--format", "csv").out
    assert ",00601," in desk.run("export", "appliances", "--format", "csv").out
    assert "\n1,王芳,013800138000," in desk.run("export", "customers", "--format", "csv").out


def test_reading_twice_changes_nothing(desk: Desk, calls: Calls) -> None:
    words = calls(FIRST, SECOND)
    desk.do(*words)
    before = desk.path.read_bytes()
    assert counted(desk, *words, ) == (2, 0, 2, 0, 0, 0, 0)  # fmt: skip
    assert desk.path.read_bytes() == before


def test_the_first_row_of_a_ref_wins_with_a_warning(desk: Desk, calls: Calls) -> None:
    words = calls(FIRST, FIRST.replace("12:00;", "11:00;"), FIRST)
    answer = desk.run(*words, "--format", "json")
    assert [answer.json[key] for key in COUNTS] == [3, 1, 1, 1, 0, 1, 1]
    assert "warning: 1 record carries other values for a known key (first: record 2, line 3)" in answer.err
    assert desk.do("export", "tickets")[0]["arrived_at"] == "2026-10-01T12:00:00+08:00"


def test_a_customer_told_otherwise_by_a_new_ticket_stays_as_it_is(desk: Desk, calls: Calls) -> None:
    answer = desk.run(*calls(FIRST, SECOND.replace("王芳", "王小芳")), "--format", "json")
    assert [answer.json[key] for key in COUNTS] == [2, 2, 0, 0, 0, 1, 1]
    assert "warning: 1 record carries other values for an existing customer" in answer.err
    assert desk.do("export", "customers")[0]["name"] == "王芳"


def test_update_adds_what_was_missing_recorded_now(desk: Desk, calls: Calls) -> None:
    desk.do(*calls(SECOND.replace("013800138000", "")))
    later = SECOND.replace(";;;;;\n", ";2026-10-09 12:00;2026-10-09 13:00;ok;Li;4\n")
    assert counted(desk, *calls(later)) == (1, 0, 0, 1, 0, 0, 0)
    assert desk.do("ticket", "show", "T1")["status"] == "open"
    assert counted(desk, *calls(later), "--update") == (1, 0, 0, 1, 0, 0, 0)
    events = desk.do("export", "events")
    assert [e["kind"] for e in events] == ["reported", "arrived", "completed", "surveyed"]
    assert {e["recorded_at"] for e in events[1:]} == {"2026-11-21T18:00:00+08:00"}
    assert desk.do("export", "customers")[0]["phones"] == ["013800138000"]
    assert counted(desk, *calls(later), "--update") == (1, 0, 1, 0, 0, 0, 0)


def test_update_never_overwrites(desk: Desk, calls: Calls) -> None:
    desk.do(*calls(FIRST))
    before = desk.do("export", "events")
    other = FIRST.replace("12:00;", "11:00;").replace("王芳", "王小芳").replace("000123", "999")
    assert counted(desk, *calls(other), "--update") == (1, 0, 0, 1, 0, 0, 0)
    assert desk.do("export", "events") == before
    assert (desk.do("export", "customers")[0]["name"], desk.do("export", "appliances")[0]["serial"]) == (
        "王芳",
        "000123",
    )


def test_one_bad_row_refuses_the_whole_file(desk: Desk, calls: Calls) -> None:
    before = desk.path.read_bytes()
    words = calls(FIRST, THIRD)
    said = desk.refused(4, *words)
    assert said == (
        "error: 1 of 2 records rejected, nothing was written:\n"
        "  record 2, line 3, column 'Dort' '2026-10-09 08:00': it is before the report (2026-10-09T09:00:00+08:00)\n"
        "hint: --rejects FILE takes the good ones and writes the bad ones there\n"
    )
    assert desk.path.read_bytes() == before
    tried = desk.refused(4, *words, "--dry-run")
    first, hint = said.removesuffix("\n").rsplit("\n", 1)
    assert (tried.startswith(first), tried.endswith(f"{hint}\n")) == (True, True)
    assert "rejected, by cause:\n  1 × column 'Dort': it is before the report (…)\n" in tried


def test_rejects_take_the_good_rows_and_write_the_bad_ones(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    assert counted(desk, *calls(FIRST, THIRD), "--rejects", str(rejects)) == (2, 1, 0, 0, 1, 1, 1)
    assert rejects.read_text(encoding="utf-8").splitlines() == [
        HEADING.strip().replace(";", ",") + ",_record,_line,_column,_value,_reason",
        THIRD.strip().replace(";", ",")
        + ",2,3,Dort,2026-10-09 08:00,it is before the report (2026-10-09T09:00:00+08:00)",
    ]
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    assert "Toaster" not in {category["code"] for category in desk.do("export", "categories")}


def test_rejects_can_be_mended_and_read_again(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    words = calls(FIRST, THIRD)
    desk.do(*words, "--rejects", str(rejects))
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("-09 08:00", "-09 10:00"), encoding="utf-8")
    assert counted(desk, "import", str(rejects), *words[2:]) == (1, 1, 0, 0, 0, 1, 1)


def test_rejects_never_overwrite_what_is_read(desk: Desk, calls: Calls) -> None:
    words = calls(FIRST, THIRD)
    assert "itself" in desk.refused(2, *words, "--rejects", words[1])
    assert "itself" in desk.refused(2, *words, "--rejects", str(desk.path))
    desk.refused(5, *words, "--rejects", "/nowhere/bad.csv")
    assert desk.do("info")["tickets"] == 0


def test_a_dry_run_says_the_same_and_leaves_no_trace(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    words, before = calls(FIRST, THIRD), desk.path.read_bytes()
    rejects = tmp_path / "bad.csv"
    tried = desk.do(*words, "--dry-run", "--rejects", str(rejects))
    assert desk.path.read_bytes() == before
    assert not rejects.exists()
    assert desk.do(*words, "--rejects", str(rejects)) == tried


def test_as_reads_only_so_deep(desk: Desk, calls: Calls) -> None:
    words = calls(FIRST, SECOND)
    assert counted(desk, *words, "--as", "customers") == (2, 1, 1, 0, 0, 1, 0)
    assert counted(desk, *words, "--as", "appliances") == (2, 1, 1, 0, 0, 0, 1)
    assert counted(desk, *words, "--as", "tickets") == (2, 2, 0, 0, 0, 0, 0)
    assert "did you mean" in desk.refused(2, *words, "--as", "ticket")


def test_files_with_our_names_need_no_map_and_may_point_at_each_other(desk: Desk, tmp_path: Path) -> None:
    people, machines, calls = (tmp_path / name for name in ("people.csv", "machines.csv", "calls.csv"))
    people.write_text("ref,name,phone,address,area,tier\nK1,王芳,138,1 Road,North,vip\n", encoding="utf-8")
    machines.write_text("ref,customer_ref,category,bought\nG1,K1,fridge,2024-03\nG2,K9,ac,\n", encoding="utf-8")
    calls.write_text("ref,appliance_ref,customer_ref,reported_at\n1,G1,K1,2026-10-01 08:00\n", encoding="utf-8")
    assert counted(desk, "import", str(people)) == (1, 1, 0, 0, 0, 1, 0)
    assert "no customer of this key is known" in desk.refused(4, "import", str(machines))
    assert counted(desk, "import", str(machines), "--rejects", str(tmp_path / "r.csv")) == (2, 1, 0, 0, 1, 0, 1)
    assert counted(desk, "import", str(calls)) == (1, 1, 0, 0, 0, 0, 0)
    assert desk.do("customer", "show", "C1")["tier"] == "vip"
    ticket = desk.do("export", "tickets")[0]
    assert (ticket["customer_id"], ticket["appliance_id"]) == (1, 1)


def test_a_serial_that_another_machine_has_is_rejected(desk: Desk, calls: Calls) -> None:
    same = FIRST.replace("1;K1", "7;K1", 1).replace("G1", "G9")
    assert "'000123': the serial of A1" in desk.refused(4, *calls(FIRST, same))
    desk.do(*calls(FIRST))
    assert "'000123': the serial of A1" in desk.refused(4, *calls(same))


def test_rows_of_other_kinds_are_not_read(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    words = calls(FIRST, SECOND)
    (tmp_path / "calls.toml").write_text(MAP + '[[only]]\ncolumn = "Auftrag"\nin = ["2"]\n', encoding="utf-8")
    assert counted(desk, *words) == (1, 1, 0, 0, 0, 1, 1)


def test_one_record_stands_in_one_source(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    words = calls(FIRST.replace("000123", ""))
    desk.do(*words)
    (tmp_path / "calls.toml").write_text(MAP.replace('"calls"', '"others"'), encoding="utf-8")
    assert counted(desk, *words) == (1, 1, 0, 0, 0, 1, 1)


def test_errors_of_the_words_are_told_before_anything_is_read(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    words = calls(FIRST)
    desk.refused(5, "import", str(tmp_path / "none.csv"))
    desk.refused(5, *words[:3], str(tmp_path / "none.toml"))
    desk.refused(2, *words, "--encoding", "klingon")
    desk.refused(2, "import", str(tmp_path), "--update")
    (tmp_path / "calls.toml").write_text("[ticket]\nref = = 1", encoding="utf-8")
    assert "at line 2" in desk.refused(2, *words)


def test_a_column_that_the_file_lacks_refuses_all(desk: Desk, calls: Calls, tmp_path: Path) -> None:
    words = calls(FIRST)
    (tmp_path / "calls.toml").write_text(MAP.replace('"Dort"', '"Da"'), encoding="utf-8")
    assert "the file has no column Da that calls.toml names" in desk.refused(4, *words)


def test_a_pipe_can_be_read(desk: Desk, calls: Calls) -> None:
    words = calls(FIRST)
    reading, writing = os.pipe()
    os.write(writing, Path(words[1]).read_bytes())
    os.close(writing)
    assert counted(desk, "import", f"/dev/fd/{reading}", *words[2:]) == (1, 1, 0, 0, 0, 1, 1)
    os.close(reading)


def test_many_rows_of_one_ref_across_batches_are_known(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = "".join(f"K{n % 6000},name {n % 6000}\n" for n in range(12_500))
    file.write_text("ref,name\n" + rows, encoding="utf-8")
    assert counted(desk, "import", str(file)) == (12_500, 6_000, 6_500, 0, 0, 6_000, 0)


def test_an_import_on_a_terminal_shows_its_progress_and_ends_well(desk: Desk, tmp_path: Path) -> None:
    """A real terminal: the bar is drawn only there."""
    (tmp_path / "people.csv").write_text("ref,name\n1,王芳\n", encoding="utf-8")
    ours, theirs = pty.openpty()
    words = ["--db", str(desk.path), "import", str(tmp_path / "people.csv"), "--as", "customers"]
    env = os.environ | {"TERM": "xterm"}
    done = subprocess.run([sys.executable, "-m", "servicedesk", *words], stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    assert done.returncode == 0, os.read(ours, 65536).decode()
    assert desk.do("info")["customers"] == 1


def test_what_was_found_and_its_cause_get_their_columns_and_other_words_a_note(desk: Desk, tmp_path: Path) -> None:
    rows = ("1,2026-11-02 09:00,2026-11-02 15:00,漏水,密封件", "2,2026-11-02 09:00,2026-11-02 15:00,换温控器,worn",
            "3,2026-11-02 09:00,2026-11-02 15:00,,")  # fmt: skip
    (tmp_path / "jobs.csv").write_text("\n".join(("no,day,done,found,why", *rows)), encoding="utf-8")
    (tmp_path / "jobs.toml").write_text(
        'source = "jobs"\ndates = ["%Y-%m-%d %H:%M"]\n[ticket]\nref = "no"\nreported_at = "day"\n'
        'completed_at = "done"\noutcome = { value = "fixed" }\nfound = "found"\ncause = "why"\n'
    )
    for kept in ("new", "known"):
        assert desk.do("import", str(tmp_path / "jobs.csv"), "--map", str(tmp_path / "jobs.toml"))[kept] == 3
    done = [event for event in desk.do("export", "events") if event["kind"] == "completed"]
    assert [(event["found"], event["found_cause"], event["note"]) for event in done] == [
        ("leak", "seal", None), (None, "worn", "found: 换温控器"), (None, None, None)
    ]  # fmt: skip

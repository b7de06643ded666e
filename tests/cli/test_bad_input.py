"""What a user can get wrong ends in one sentence and its exit code, never in a traceback or a half write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from servicedesk.cli.main import app
from tests.conftest import Desk, filled_once


@filled_once
def caller(desk: Desk) -> Desk:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-01-05 09:00")
    return desk


@pytest.mark.parametrize("at", ["1900-01-01 00:00", "0026-11-20 09:00", "0001-01-01 00:00", "9999-12-31 23:59", ""])
def test_a_time_outside_our_years_is_refused(caller: Desk, at: str) -> None:
    caller.refused(2, "ticket", "open", "--customer", "C1", "--at", at, "x")
    assert caller.do("info")["tickets"] == 0


def test_a_window_in_another_age_is_refused(caller: Desk) -> None:
    caller.do("ticket", "open", "--customer", "C1", "x")
    window = ("ticket", "appoint", "T1", "--asked-by", "customer", "--from")
    caller.refused(2, *window, "0001-01-01 09:00", "--to", "0001-01-01 10:00")
    assert "before T1 was reported" in caller.refused(4, *window, "2026-11-01 09:00", "--to", "2026-11-01 10:00")


def test_an_import_of_an_impossible_year_is_a_rejected_row(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("ref,reported_at\n1,1900-01-01 00:00\n2,2026-11-01 09:00\n")
    rejects = str(tmp_path / "r.csv")
    words = ("import", str(tmp_path / "t.csv"), "--as", "tickets")
    assert "line 2" in desk.refused(4, *words)
    assert desk.do(*words, "--rejects", rejects)["new"] == 1


@pytest.mark.parametrize("clock", ["junk", "2026-99-99", "2026-11-21", ""])
def test_a_wrong_clock_is_told_by_every_command(desk: Desk, clock: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "servicedesk", "--db", str(desk.path), "--now", clock, "info"], capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")


def test_empty_values_are_not_taken_as_missing(caller: Desk) -> None:
    caller.refused(2, "kpi", "report", "--as-of", "")
    caller.refused(2, "ticket", "list", "--since", "")
    assert "--db is empty" in Desk(Path(""), now=None).run("--db", "", "info").err
    caller.refused(2, "appliance", "add", "--customer", "C1", "--category", "ac", "--bought", "")


@pytest.mark.parametrize(
    "words",
    [("--month", "9999-12"), ("--quarter", "9999-Q4"), ("--from", "9999-12-01", "--to", "9999-12-30"),
     ("--as-of", "0001-01-01"), ("--month", "1969-12")],
)  # fmt: skip
def test_periods_outside_our_years_are_refused(desk: Desk, words: tuple[str, ...]) -> None:
    desk.refused(2, "kpi", "report", *words)


def test_unknown_references_in_filters_are_not_found(desk: Desk) -> None:
    desk.refused(3, "ticket", "list", "--customer", "C99")
    desk.refused(3, "ticket", "list", "--appliance", "A99")


def test_a_limit_beyond_reason_is_wrong_usage(desk: Desk) -> None:
    desk.refused(2, "ticket", "list", "--limit", "99999999999999999999")


@pytest.mark.parametrize("name", ["", "   ", "a\nb"])
def test_an_outlet_has_a_name(blank: Desk, name: str) -> None:
    blank.refused(2, "init", "--outlet", name)
    assert not blank.path.exists()


def test_what_is_no_file_is_not_read(desk: Desk) -> None:
    assert "is not a file" in desk.refused(5, "import", "/dev/zero", "--as", "customers")


def test_an_answer_that_cannot_be_written_is_one_sentence(caller: Desk) -> None:
    """The work is done, and that is said first."""
    words = ["--db", str(caller.path), "customer", "add", "李雷", "--phone", "139"]
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "servicedesk", *words], stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, b"Traceback" in done.stderr) == (5, False)
    assert b"the command is done and in the file, but its answer could not be written" in done.stderr
    assert caller.do("info")["customers"] == 2


@pytest.mark.parametrize(("words", "code"), [(["info"], 5), (["--help"], 5), (["ticket", "show", "T9"], 3)])
def test_where_nothing_at_all_can_be_written_the_exit_code_still_says_it(
    caller: Desk, words: list[str], code: int
) -> None:
    command = [sys.executable, "-m", "servicedesk", "--db", str(caller.path), *words]
    with open("/dev/full", "w") as full:
        assert subprocess.run(command, stdout=full, stderr=full).returncode == code


@pytest.mark.parametrize("way", ["2>/dev/full", "2>&-"])
def test_talk_that_cannot_be_written_is_no_error(caller: Desk, way: str) -> None:
    command = f"'{sys.executable}' -m servicedesk --db '{caller.path}' --now '2026-11-21 18:00' backup - {way}"
    done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout[:15]) == (0, b"SQLite format 3")


@pytest.mark.parametrize("folder", ["here/.local/share", "~nobody/share"])
def test_without_a_home_the_way_out_is_db(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", folder)
    for words in ("info", "init"):
        done = CliRunner().invoke(app, [words])
        assert (done.exit_code, "hint: --db" in done.stderr) == (5, True), done.stderr


def test_a_home_where_nothing_can_be_made_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    for words in ("info", "init"):
        done = CliRunner().invoke(app, [words])
        assert (done.exit_code, "--db" in done.stderr) == (5, True), done.stderr


@pytest.mark.parametrize("words", [["--help"], ["ticket", "open", "--help"], ["--version"]])
def test_a_page_that_cannot_be_written_is_one_sentence(words: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "servicedesk", *words], stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr.count(b"\n"), b"could not be written" in done.stderr) == (5, 1, True)


def test_a_closed_stdout_is_no_error(desk: Desk) -> None:
    command = f"'{sys.executable}' -m servicedesk --db '{desk.path}' info >&-"
    done = subprocess.run(["bash", "-c", command], stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.getuid() == 0 and not os.path.exists("/usr/bin/setpriv"), reason="root reads everything")
def test_what_cannot_be_read_is_a_matter_of_the_file(desk: Desk, tmp_path: Path) -> None:
    for name, words in (("f.csv", ("import",)), ("folder", ("import",)), ("out", ("export",))):
        path = tmp_path / name
        path.touch() if name.endswith("csv") else path.mkdir()
        path.chmod(0)
        run = [sys.executable, "-m", "servicedesk", "--db", str(desk.path), *words, str(path)]
        if os.getuid() == 0:
            run = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *run]
        done = subprocess.run(run, capture_output=True, text=True)
        assert (done.returncode, "Traceback" in done.stderr) == (5, False), (name, done.stderr)


def test_a_repeated_completion_says_the_same_of_every_machine(caller: Desk) -> None:
    for category, bought in (("flat_tv", "2025-11-25"), ("flat_tv", "2025-11-28")):
        caller.do("appliance", "add", "--customer", "C1", "--category", category, "--bought", bought,
                  now="2026-01-05 09:00")  # fmt: skip
    caller.do("maintenance", "generate")
    done = ("ticket", "complete", "T1", "--outcome", "done", "--skip", "A1:away")
    caller.do(*done)
    assert "nothing changed" in caller.run(*done).err
    for other in (done[:-2], (*done[:-1], "A2:away"), (*done, "--fault-at", "A2:leak")):
        assert "other options for its appliances" in caller.refused(4, *other)


def test_update_fills_what_a_ticket_was_not_asked_for(desk: Desk, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("ref,reported_at,fault,text,area\n1,2026-11-01 09:00,,,\n")
    second.write_text("ref,reported_at,fault,text,area\n1,2026-11-01 09:00,leak,wet,north\n")
    desk.do("import", str(first), "--as", "tickets")
    assert desk.do("import", str(second), "--as", "tickets")["changed"] == 1
    desk.do("import", str(second), "--as", "tickets", "--update")
    shown = desk.do("ticket", "show", "T1")
    assert (shown["fault"], shown["text"]) == ("leak", "wet")
    assert desk.do("import", str(second), "--as", "tickets")["known"] == 1


@pytest.mark.parametrize("encoding", ["unicode_escape", "idna", "base64", "klingon"])
def test_what_is_no_encoding_of_text_is_refused(desk: Desk, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_text("ref,name\n1,x\n")
    desk.refused(2, "import", str(tmp_path / "t.csv"), "--as", "customers", "--encoding", encoding)


def test_a_table_in_a_pipe_says_where_its_parts_are(caller: Desk) -> None:
    caller.do("ticket", "open", "--customer", "C1", "x")
    assert "more in every other --format: events" in caller.run("ticket", "show", "T1", "--format", "csv").err


def test_globals_that_are_wrong_are_told_like_everything_else(desk: Desk) -> None:
    answer = desk.run("--bogus", "info")
    assert (answer.code, answer.err.startswith("error: no such option: --bogus")) == (2, True)
    assert "stands behind the verb" in desk.run("--format", "json", "info").err


def test_a_mistyped_option_gets_no_advice_about_dashes(desk: Desk) -> None:
    err = desk.refused(2, "customer", "add", "x", "--tel", "138")
    assert "'--'" not in err
    assert "None" not in desk.refused(2, "customer", "add", "x", "--phone")


def test_a_megabyte_in_the_place_of_a_reference_is_told_in_a_line(desk: Desk) -> None:
    assert len(desk.refused(2, "ticket", "show", "长" * 350_000)) < 400

"""What every list takes: --fields, --output, --if-any, --exit-code, --format jsonl; and `today --section`."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicedesk.cli.command_table import ALONE, NOUNS, command_module, noun_commands
from servicedesk.cli.run import lists
from servicedesk.cli.run.lists import SUFFIXES
from tests.conftest import Desk, filled_once

WITH_ROWS = [
    "customer find 王", "customer list", "appliance find fridge", "appliance list", "category list", "technician list",
    "technician day", "ticket list", "ticket find 不制冷",
    "callback due", "promise list", "complaint list", "maintenance due",
    "maintenance unknown", "note list", "note due", "kpi report --month 2026-10 --all",
    "kpi rows arrival_24h_rate --month 2026-11", "history", "today", "check", "export tickets",
    "price list", "part list", "contract list", "contract due", "consumable list", "consumable due", "report load",
    "report money --month 2026-11 --uncharged",
    "solution search leak", "solution list", "event list",
]  # fmt: skip


def commands() -> Iterator[tuple[str, bool]]:
    """Every command, and whether it takes the options of lists."""
    for noun in NOUNS:
        for info in noun_commands(noun):
            yield f"{noun} {info.name}", hasattr(info.callback, "is_list")
    for name in ALONE:
        (info,) = [one for one in command_module(name).app.registered_commands if one.name == name]
        yield name, hasattr(info.callback, "is_list")


@filled_once
def full(desk: Desk) -> Desk:
    """An outlet in which every list has a row."""
    desk.do("technician", "add", "李强")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "城东")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2021-11-25")
    desk.do("appliance", "add", "--customer", "C1", "--category", "washer")
    for day in ("10-20", "11-20", "11-21"):
        desk.do("ticket", "open", "--appliance", "A1", "不制冷", now=f"2026-{day} 09:00")
    desk.do("ticket", "assign", "T3", "--to", "李强")
    desk.do("ticket", "appoint", "T3", "--from", "2026-11-21 19:00", "--to", "20:00", "--asked-by", "outlet")
    desk.do("ticket", "complete", "T2", "--outcome", "fixed", "--technician", "李强", now="2026-11-20 15:00")
    desk.do("promise", "add", "T1", "--what", "配件", "--by", "2026-11-25 09:00")
    desk.do("complaint", "open", "--ticket", "T1", "--about", "lateness", "来晚了")
    desk.do("note", "add", "C1", "生日", "--on", "11-23", "--yearly")
    desk.do("part", "add", "COMP-12", "--name", "压缩机")
    desk.do("price", "set", "travel", "80")
    desk.do("event", "add", "lecture", "--on", "2026-11-21", "--place", "南坪广场")
    desk.do("solution", "add", "--category", "fridge", "--fault", "leak", "--fix", "seal")
    desk.do("contract", "add", "C1", "--kind", "service", "--from", "2026-01-01", "--to", "2026-11-30", "--visits", "2")
    desk.do("consumable", "add", "A1", "--item", "filter", "--per-year", "12", "--from", "2026-11-01")
    return desk


def test_every_list_takes_the_options_of_lists() -> None:
    taking = {name for name, is_list in commands() if is_list}
    assert {name for name, _ in commands() if name.partition(" ")[2] in {"list", "find", "due", "search"}} <= taking
    tried = [words.split() for words in WITH_ROWS]
    assert {" ".join(words[:2]) if words[0] in NOUNS else words[0] for words in tried} <= taking


@pytest.mark.parametrize("words", WITH_ROWS)
def test_a_list_has_only_the_fields_that_are_asked_for_in_every_format(full: Desk, words: str) -> None:
    asked = words.split()
    rows = full.do(*asked)
    keys = [*rows[0]][-2::-1][:2]
    keys += [key for key, value in rows[0].items() if isinstance(value, list | dict) and key not in keys]
    fields = ("--fields", ",".join(keys))
    narrow = [{key: row[key] for key in keys if key in row} for row in rows]
    assert full.do(*asked, *fields) == narrow
    lines = full.run(*asked, *fields, "-f", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == narrow
    assert full.run(*asked, *fields, "-f", "csv").out.splitlines()[0] == ",".join(keys)
    assert full.run(*asked, *fields, "-f", "table").code == 0
    assert full.run(*asked, "--exit-code", "--if-any", "--fields", keys[0]).code == lists.HAS_ROWS


def test_a_field_that_is_none_is_refused_with_the_nearest(full: Desk) -> None:
    assert full.refused(2, "ticket", "list", "--fields", "id,statis") == (
        "error: --fields: this list has no 'statis'\nhint: did you mean status?\n"
    )
    assert "--fields names none" in full.refused(2, "ticket", "list", "--fields", " , ")
    said = full.refused(2, "ticket", "list", "--customer", "C1", "--fields", "xyzxyz", "--if-any")
    assert said.endswith("hint: it has: " + ", ".join(full.do("ticket", "list")[0]) + "\n")


def test_where_nothing_is_listed_not_a_byte_is_written(full: Desk, tmp_path: Path) -> None:
    nothing = ("ticket", "list", "--status", "waiting", "--exit-code")
    made = tmp_path / "waiting.csv"
    for more in ((), ("-f", "table"), ("-f", "json"), ("--output", str(made))):
        answer = full.run(*nothing, "--if-any", *more)
        assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert not made.exists()
    assert full.run(*nothing, "-f", "json").out == "[]\n"
    assert full.run("customer", "find", "nobody", "--if-any").out == ""


def test_the_exit_code_says_whether_something_is_listed(full: Desk) -> None:
    asked = ("ticket", "list", "--overdue", "--exit-code")
    assert full.run(*asked).code == 10
    quiet = full.run("--quiet", *asked)
    assert (quiet.code, quiet.out, quiet.err) == (10, "", "")
    full.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer")
    assert full.run(*asked).code == 0


@pytest.mark.parametrize(("suffix", "form"), SUFFIXES.items())
def test_a_file_is_written_as_its_name_says(full: Desk, tmp_path: Path, suffix: str, form: str) -> None:
    made = tmp_path / f"open{suffix}"
    answer = full.run("ticket", "list", "--output", str(made))
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    text = full.run("ticket", "list", "-f", form).out
    assert made.read_text(encoding="utf-8") == ("\ufeff" if form == "csv" else "") + text
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_file_has_the_month_in_its_name_and_csv_is_exact_where_it_is_asked_for(full: Desk, tmp_path: Path) -> None:
    full.do("customer", "add", "=1+1", "--phone", "13900139000")
    named = str(tmp_path / "c-{month}-{date}.csv")
    full.run("customer", "list", "--fields", "id,name", "--output", named)
    made = tmp_path / "c-2026-11-2026-11-21.csv"
    assert made.read_text(encoding="utf-8-sig").splitlines()[-1] == "2,'=1+1"
    full.run("customer", "list", "--fields", "id,name", "--output", named, "-f", "csv")
    assert made.read_text(encoding="utf-8").splitlines() == ["id,name", "1,王芳", "2,=1+1"]
    said = full.refused(2, "customer", "list", "--output", "c-{year}.csv")
    assert said == ("error: --output has {year}, which stands for nothing\nhint: {month}, {date} stand for today's\n")
    assert "is the database file itself" in full.refused(4, "customer", "list", "--output", str(full.path))


def test_a_file_that_cannot_be_written_leaves_the_old_one(full: Desk, tmp_path: Path) -> None:
    made = tmp_path / "no" / "where.csv"
    assert "there is no folder" in full.refused(5, "ticket", "list", "--output", str(made))
    old = tmp_path / "old.csv"
    old.write_text("old")
    full.refused(2, "ticket", "list", "--output", str(old), "--fields", "x")
    assert old.read_text() == "old"


def test_one_object_is_one_line(full: Desk) -> None:
    (line,) = full.run("ticket", "show", "T1", "-f", "jsonl").out.splitlines()
    assert json.loads(line) == full.do("ticket", "show", "T1")


def test_today_has_the_sections_that_are_asked_for(full: Desk) -> None:
    sections = ("--section", "promises_due", "--section", "due_today")
    assert {row["section"] for row in full.do("today", *sections, "--on", "2026-11-25")} == {"promises_due"}
    assert full.run("today", "--section", "waiting", "--if-any").out == ""
    assert "did you mean overdue or parts_overdue?" in full.refused(2, "today", "--section", "overdu")
    text = full.run("today", "--section", "overdue", "-f", "table").out.splitlines()
    assert (text[2], len(text)) == ("Overdue (1)", 4)

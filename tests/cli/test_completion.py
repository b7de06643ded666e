"""The TAB key: what is offered, from which file, and what the real shells make of it."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest
from typer.testing import CliRunner

from servicedesk.cli.command_table import ALONE, NOUNS
from servicedesk.cli.completion.answer import FILES
from servicedesk.cli.completion.scripts import SCRIPTS
from servicedesk.cli.main import app
from servicedesk.file import opening
from tests.conftest import Desk, filled_once
from tests.registers.books import write_months
from tests.workbooks import write_ods


def tab(desk: Desk | None, line: str, *, shell: str = "zsh", code: int = 0) -> list[str]:
    """What the program tells that shell about `servicedesk LINE` with the cursor at its end."""
    env = {"_SERVICEDESK_COMPLETE": shell, "COMP_LINE": f"servicedesk {line}"}
    env["SERVICEDESK_DB"] = str(desk.path) if desk else "/nowhere/outlet.db"
    result = CliRunner().invoke(app, [], prog_name="servicedesk", env=env)
    assert (result.exit_code, result.stderr) == (code, "")
    return result.stdout.splitlines()


def values(desk: Desk | None, line: str) -> list[str]:
    """The offers without what is told beside them."""
    return [offer.partition("\t")[0] for offer in tab(desk, line)]


@filled_once
def known(desk: Desk) -> Desk:
    """Two customers, three machines, three technicians, twelve tickets of which T1 and T3 have ended."""
    desk.do("technician", "add", "李强", "--area", "城东")
    desk.do("technician", "add", "Zhang Wei")
    desk.do("technician", "add", "Gone")
    desk.do("technician", "leave", "Gone", "--on", "2026-01-01")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "城南", "--address", "人民路8号")
    desk.do("customer", "add", "Li Ming", "--phone", "13900139000")
    for customer, category, brand in (("C1", "fridge", "Haier"), ("C1", "washer", "Midea"), ("C2", "ac", "Haier")):
        desk.do("appliance", "add", "--customer", customer, "--category", category, "--brand", brand)
    for n in range(1, 13):
        fault = "not_cooling" if n % 2 else "leak"
        words = ("--type", "install") if n == 12 else ("--fault", fault)
        desk.do("ticket", "open", "--appliance", "A1", *words, "problem", now="2026-11-20 09:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed")
    desk.do("ticket", "cancel", "T3", "--reason", "no_contact", "--by", "outlet")
    desk.do("household", "add", "王家", "--member", "C1")
    desk.do("promise", "add", "T2", "--what", "part fitted", "--by", "tomorrow 18:00")
    desk.do("complaint", "open", "--customer", "C1", "--about", "lateness")
    desk.do("complaint", "recover", "K1", "--action", "apology")
    desk.do("appliance", "retire", "A2", "--reason", "scrapped", "--on", "today")
    return desk


def test_the_sheets_of_a_workbook_are_offered(tmp_path: Path) -> None:
    book = write_months(tmp_path / "months.xlsx")
    assert values(None, f"import {book} --sheet ") == ["1月", "2月", "3月", "去年", "使用说明"]
    other = write_ods(tmp_path / "months.ods", {"1月": [["a"]], "2月": []})
    assert values(None, f"import {other} --sheet ") == ["1月", "2月"]
    (tmp_path / "months.csv").write_text("a,b\n", encoding="utf-8")
    assert values(None, f"import --sketch {tmp_path}/months.csv --sheet ") == []


def test_nouns_verbs_and_options_need_no_file() -> None:
    assert set(values(None, "")) == {*NOUNS, *ALONE}
    assert values(None, "ti") == ["ticket"]
    assert "ticket\tOpen, assign, arrive" in tab(None, "ti")[0]
    assert values(None, "ticket re") == ["resume", "reopen", "refuse", "return"]
    assert values(None, "--n") == ["--now"]
    assert values(None, "ticket assign T1 --") == ["--to", "--auto", "--at", "--format", "--dry-run", "--help"]
    assert values(None, "ticket assign T1 --to x --a") == ["--auto", "--at"]
    assert values(None, "ticket assign T1 --to=x --t") == []
    assert values(None, "technician add 王 --skill ac --s") == ["--skill"]
    assert values(None, "kpi report --by mon") == ["month"]
    assert values(None, "ticket open --type=gui") == ["--type=guidance"]
    assert values(None, "help ticket op") == ["open"]
    assert values(None, "outlet zone Asia/Sh") == ["Asia/Shanghai"]
    assert values(None, "ticket ass T1 --to x --a") == ["--auto", "--at"]
    assert values(None, "help cal") == ["callback"]
    assert values(None, "completion ") == ["bash", "zsh", "fish"]
    assert values(None, "ticket list --format ") == ["table", "json", "jsonl", "csv", "tsv", "markdown"]
    assert values(None, "ticket list -f j") == ["json", "jsonl"]
    assert values(None, "kpi rows arrival") == ["arrival_24h_rate", "arrival_24h_rate_strict"]
    assert values(None, "kpi explain I1")[0] == "I1"
    assert values(None, "kpi integrity --only I9") == ["I9"]
    assert values(None, "survey record T1 ") == ["5", "4", "3", "2", "1"]
    assert "tomorrow" in values(None, "technician day 李 --on to")
    assert values(None, "export tick") == ["tickets"]
    assert values(None, "--quiet ticket li") == ["list"]


def test_references_come_with_what_they_are_open_tickets_first(known: Desk) -> None:
    assert tab(known, "customer show ") == ["C2\tLi Ming", "C1\t王芳"]
    assert tab(known, "appliance show ") == ["A3\tac Haier Li Ming", "A1\tfridge Haier 王芳"]
    assert tab(known, "ticket show T1") == [
        "T12\tinstall 王芳 problem",
        "T11\trepair 王芳 not_cooling",
        "T10\trepair 王芳 leak",
        "T1\trepair 王芳 not_cooling",
    ]
    assert values(known, "ticket show ") == [f"T{n}" for n in (12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 3, 1)]
    assert values(known, "ticket assign ") == [f"T{n}" for n in (12, 11, 10, 9, 8, 7, 6, 5, 4, 2)]
    assert values(known, "survey record ") == ["T1"]  # T3 was cancelled
    assert tab(known, "household show ") == ["H1\t王家"]
    assert values(known, "history A") == ["A3", "A1"]
    assert tab(known, "promise kept ") == ["P1\tpart fitted"]
    assert tab(known, "complaint show ") == ["K1\tlateness 王芳"]
    assert values(known, "note add ") == ["C2", "C1", "A3", "A1", *values(known, "ticket show "), "H1"]
    assert values(known, "note add A") == ["A3", "A1"]
    assert values(known, "household link H") == ["H1"]


def test_what_was_collected_is_offered_to_be_returned(known: Desk) -> None:
    assert values(known, "ticket return ") == []
    known.do("ticket", "collect", "T10")
    assert tab(known, "ticket return T") == ["T10\tfridge 王芳"]


def test_who_is_merged_into_another_is_offered_no_more(known: Desk) -> None:
    known.do("customer", "merge", "C1", "C2")
    assert values(known, "customer show ") == ["C1"]


def test_a_reference_goes_on_as_it_was_begun(known: Desk) -> None:
    assert values(known, "ticket show 1") == ["12", "11", "10", "1"]
    assert values(known, "ticket show t1") == ["t12", "t11", "t10", "t1"]
    assert values(known, "ticket list --customer=C") == ["--customer=C2", "--customer=C1"]
    for wrong in ("C1", "T0", "T１", "T-", "Tx", f"T{'9' * 30}", "T99"):
        assert values(known, f"ticket show {wrong}") == []


def test_what_was_typed_before_narrows_what_is_offered(known: Desk) -> None:
    assert tab(known, "ticket open --customer C1 --appliance ") == ["A1\tfridge Haier"]
    assert values(known, "ticket open --customer nobody --appliance ") == ["A3", "A1"]
    assert values(known, "ticket complete T12 --outcome ") == ["done", "referred", "resolved_remotely"]
    assert values(known, "ticket complete T2 --outcome f") == ["fixed"]
    assert "done" in values(known, "ticket complete --outcome ")
    assert tab(known, "ticket void T1 --event ") == ["1\treported 2026-11-20T09:00", "2\tcompleted 2026-11-21T18:00"]
    assert values(known, "ticket void --event ") == []


def test_names_and_codes_are_those_of_the_file(known: Desk) -> None:
    assert tab(known, "ticket assign T2 --to ") == ["李强\t", "Zhang Wei\t", "Gone\tleft 2026-01-01"]
    assert values(known, "technician day 李") == ["李强"]
    assert values(known, "ticket list --technician ZH") == ["Zhang Wei"]
    assert tab(known, "appliance add --category fr") == ["fridge\t冰箱", "freezer\t冷柜"]
    assert tab(known, "appliance add --category 冰") == ["冰箱\tfridge"]
    assert values(known, "technician add 王 --skill was") == ["washer"]
    assert values(known, "customer add 王 --area ") == ["城东", "城南"]
    assert values(known, "ticket open --fault ")[:3] == ["not_cooling", "leak", "weak_cooling"]
    assert values(known, "ticket open --channel w") == ["wechat"]
    stays = values(known, "ticket cancel T2 T4 --reason duplicate --duplicate-of ")
    assert stays == ["T12", "T11", "T10", "T9", "T8", "T7", "T6", "T5", "T1"]
    assert values(known, "ticket cancel T2 --reason duplicate --duplicate-of 1") == ["12", "11", "10", "1"]
    assert values(known, "ticket cancel T2 --reason cust") == ["customer_changed_mind", "customer_went_elsewhere"]
    assert values(known, "appliance retire A1 --reason ")[:2] == ["scrapped", "exchanged"]
    assert values(known, "ticket void T2 --reason ") == []
    assert values(known, "appliance edit A1 --brand H") == ["Haier"]
    assert values(known, "complaint open --about ")[:2] == ["lateness", "no_show"]
    assert values(known, "complaint recover K1 --action ") == ["apology"]
    assert values(known, "kpi rows repeat_repair_rate --type re") == ["repair"]
    assert values(known, "kpi report --month ")[0] == "2026-11"
    assert values(known, "kpi report --quarter ")[0] == "2026-Q4"
    assert values(known, "customer add ") == []


def test_months_go_back_to_the_first_report(desk: Desk) -> None:
    assert values(desk, "kpi report --month ") == []
    desk.do("customer", "add", "王芳", "--phone", "138")
    for now in ("2025-12-31 23:30", "2026-02-28 09:00"):
        desk.do("ticket", "open", "--customer", "C1", "x", now=now)
    assert values(desk, "kpi report --month ") == ["2026-02", "2026-01", "2025-12"]
    assert values(desk, "kpi report --quarter ") == ["2026-Q1", "2025-Q4"]


def test_the_file_is_the_one_that_the_line_names(known: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert values(None, f"--db {shlex.quote(str(known.path))} customer show ") == ["C2", "C1"]
    assert values(None, f"--db={known.path} customer show ") == ["C2", "C1"]
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WHERE", str(tmp_path))
    for path in ("~/outlet.db", "$WHERE/outlet.db", '"$WHERE"/outlet.db'):
        assert values(None, f"--db {path} customer show ") == ["C2", "C1"]


def test_quotes_and_blanks_are_read_as_the_shell_reads_them(known: Desk) -> None:
    for typed in ("Zhang\\ W", "'Zhang W", '"Zhang W', "Zh", "'Zhang Wei'"):
        assert values(known, f"ticket assign T2 --to {typed}") == ["Zhang Wei"]
    assert values(known, "ticket open --customer C1 'it is cold' --fa") == ["--fault"]
    assert values(known, "ticket open --at '2026-11-02 09:00' --fault le") == ["leak"]
    assert values(known, "note add A1 -- -18° --") == []
    assert tab(known, "ticket assign T2 --to Zh", shell="bash") == [r"Zhang\ Wei" + "\t"]
    assert tab(known, "ticket assign T2 --to 'Zh", shell="bash") == ["Zhang Wei\t"]
    assert tab(known, "ticket open --type=gui", shell="bash") == ["guidance\t"]
    assert tab(known, "customer show ", shell="bash") == ["C2\tLi Ming", "C1\t王芳"]
    assert tab(known, "customer show C1", shell="bash") == ["C1\t"]
    assert tab(known, "customer ", shell="bash")[0] == "add\t"


def test_where_a_path_is_typed_the_shell_is_asked() -> None:
    for line in ("--db ", "backup ", "import ./", "import x.csv --map ", "report monthly --output "):
        assert tab(None, line, code=FILES) == []


@pytest.mark.parametrize(
    "line", ["customer show ", "nonsense ", "ticket nonsense ", "ticket show T1 ", "--db '' customer show "]
)
def test_without_a_file_or_with_a_wrong_word_nothing_is_offered_nor_said(blank: Desk, line: str) -> None:
    assert tab(blank, line) == []
    assert not blank.path.exists()


def test_nothing_is_offered_from_a_damaged_a_foreign_or_an_older_file(known: Desk) -> None:
    good = known.path.read_bytes()
    for head in (b"", b"x" * 200, good[:60] + (opening.VERSION - 1).to_bytes(4) + good[64:], good[:5000]):
        known.path.write_bytes(head)
        before = sorted(known.path.parent.iterdir())
        assert tab(known, "customer show ") == []
        assert known.path.read_bytes() == head
        assert sorted(known.path.parent.iterdir()) == before


def test_the_file_is_read_and_never_written(known: Desk) -> None:
    before = known.path.read_bytes()
    assert values(known, "ticket show ")
    assert known.path.read_bytes() == before
    assert [path.name for path in known.path.parent.iterdir()] == ["outlet.db"]


def test_the_newest_forty_are_enough_and_no_name_moves_the_cursor(desk: Desk) -> None:
    for n in range(45):
        desk.do("customer", "add", f"赵{n}", "--phone", f"555{n:04}")
    desk.do("customer", "edit", "C45", "--name", "长" * 100)
    offers = tab(desk, "customer show ")
    assert len(offers) == 40
    assert offers[0] == f"C45\t{'长' * 60}"
    assert tab(desk, "customer show C4")[-1] == "C40\t赵39"


# --- the shells themselves

PROMPT = "desk> "
RUN = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i", "-C", f"function fish_prompt; printf '{PROMPT}'; end"],
}
SETUP = {
    # One TAB lists: of one that only rings, nothing on the screen tells that it is over.
    "bash": """bind 'set show-all-if-ambiguous on'; eval "$(servicedesk completion bash)\"""",
    "zsh": 'unsetopt list_ambiguous; autoload -Uz compinit; compinit -u -D; eval "$(servicedesk completion zsh)"',
    "fish": "servicedesk completion fish | source",
}
LINES, COLUMNS = 50, 250  # no line of a test is folded


class Typist:
    """A shell at a terminal, with our program on its path and our script read.

    Whoever types looks at the screen, never at a clock: at the prompt, at the echo of the keys, at what a TAB made.
    """

    def __init__(self, shell: str, desk: Desk) -> None:
        home = desk.path.parent
        (home / "bin").mkdir()
        program = home / "bin" / "servicedesk"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m servicedesk "$@"\n')
        program.chmod(0o755)
        env = {
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8",
            "SERVICEDESK_DB": str(desk.path), "PS1": PROMPT, "INPUTRC": "/dev/null",
        }  # fmt: skip
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.shown = pyte.ByteStream(self.screen)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            termios.tcsetwinsize(0, (LINES, COLUMNS))
            os.chdir(home)
            os.execvpe(RUN[shell][0], RUN[shell], env)
        self.waits_for(self.is_asked)
        self.runs(SETUP[shell])

    @property
    def line(self) -> str:
        """What stands before the cursor."""
        cursor = self.screen.cursor
        return "".join(self.screen.buffer[cursor.y][x].data for x in range(cursor.x))

    def is_asked(self) -> bool:
        """The prompt stands there, and nothing behind it: a line that is being drawn anew still has its end."""
        return self.line == PROMPT and self.screen.display[self.screen.cursor.y].rstrip() == PROMPT.rstrip()

    def waits_for(self, is_there: Callable[[], bool]) -> None:
        """Look at the screen until that holds."""
        patience = time.monotonic() + 300
        while not is_there():
            assert time.monotonic() < patience, "\n".join(self.screen.display).rstrip()
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.shown.feed(os.read(self.terminal, 65536))

    def types(self, text: str) -> None:
        """Each TAB is pressed when what is before it is shown, and ends one word: then a blank is before the cursor."""
        for keys in re.split("(\t)", text):
            os.write(self.terminal, keys.encode())
            shown = " " if keys == "\t" else keys
            self.waits_for(lambda shown=shown: self.line.endswith(shown))  # type: ignore[misc]

    def lists(self, text: str, expected: str) -> None:
        """Type the text and a TAB, and wait until that is offered."""
        self.types(text)
        os.write(self.terminal, b"\t")
        self.waits_for(lambda: any(expected in line for line in self.screen.display))

    def runs(self, line: str) -> None:
        """Type the line, with TABs in it, and wait for its end."""
        self.types(line)
        os.write(self.terminal, b"\n")
        self.waits_for(self.is_asked)

    def close(self) -> None:
        os.close(self.terminal)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


@pytest.fixture(params=["bash", *(pytest.param(shell, marks=pytest.mark.slow) for shell in ("zsh", "fish"))])
def typist(request: pytest.FixtureRequest, known: Desk) -> Iterator[Typist]:
    if shutil.which(request.param) is None:
        pytest.skip(f"no {request.param} here")
    typist = Typist(request.param, known)
    yield typist
    typist.close()


HOSTILE = ("O'Neil; touch owned #", '"$(touch owned)"', r"\$(touch owned)", "`touch owned`", "*|>&!{owned}:=~")


def test_what_a_shell_completes_is_what_the_program_gets(known: Desk, typist: Typist) -> None:
    def assigned() -> str | None:
        found: str | None = known.do("ticket", "show", "T2", now="2099-01-01 09:00")["technician"]
        return found

    typist.runs("servicedesk tick\tassign T2 --t\t李\t")
    assert assigned() == "李强"
    for typed in ("Zh\t", "Zhang\\ W\t", "'Zhang W\t", '"Zha\t'):
        typist.runs("servicedesk ticket assign T2 --to 李强")
        typist.runs(f"servicedesk ticket assign T2 --to {typed}")
        assert assigned() == "Zhang Wei"
    for number, name in enumerate(HOSTILE):
        known.do("technician", "add", f"{number}{name}")
        typist.runs(f"servicedesk ticket assign T2 --to {number}\t")
        assert assigned() == f"{number}{name}"
    assert not (known.path.parent / "owned").exists()


def test_a_shell_completes_files(known: Desk, typist: Typist) -> None:
    (known.path.parent / "calls-of-may.csv").write_text("x\n")
    typist.types("servicedesk import cal\t")
    assert typist.line.endswith("import calls-of-may.csv ")


def test_a_shell_shows_names_beside_ids(typist: Typist) -> None:
    typist.lists("servicedesk customer show ", "王芳")


def test_the_script_is_printed_as_it_is(blank: Desk) -> None:
    for shell, script in SCRIPTS.items():
        assert blank.run("completion", shell).out == script
        assert blank.do("completion", shell)["script"] == script.removesuffix("\n")
        if shutil.which(shell):
            assert subprocess.run([shell, "-n"], input=script, text=True, capture_output=True).stderr == ""


def test_a_customer_is_completed_by_name(known: Desk) -> None:
    assert tab(known, "customer show 王") == ["王芳\tC1"]
    assert tab(known, "appliance add --customer=li") == ["--customer=Li Ming\tC2"]
    assert values(known, "ticket open --customer 王芳 --appliance ") == ["A1"]
    assert values(known, "ticket open --customer 王芳 --appliance A") == ["A1"]
    assert values(known, "note add 王") == ["王芳"]


def test_in_chinese_codes_are_offered_as_the_screen_shows_them(known: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICEDESK_LANGUAGE", "zh")
    assert tab(known, "ticket wait T2 --cause ")[0] == "厂家配件\tmanufacturer_part"
    assert tab(known, "ticket wait T2 --cause 用") == ["用户\tcustomer"]
    assert tab(known, "ticket wait T2 --cause m") == ["manufacturer_part\t厂家配件"]
    assert tab(known, "ticket complete T2 --outcome 修") == ["修复\tfixed"]
    assert tab(known, "ticket open --fault 不制") == ["不制冷\tnot_cooling"]
    assert tab(known, "appliance add --category 冰") == ["冰箱\tfridge"]
    assert values(known, "appliance retire A1 --reason ")[:2] == ["报废", "换货"]
    assert values(known, "ticket assign T2 --to ") == ["李强", "Zhang Wei", "Gone"]


def test_what_is_paid_is_offered_with_its_numbers_and_codes(known: Desk) -> None:
    known.do("ticket", "quote", "T2", "--labour", "80")
    known.do("ticket", "accept", "T2")
    known.do("complaint", "open", "--customer", "C1", "--about", "damage")
    known.do("complaint", "pay", "K1", "--amount", "5", "--from", "outlet")
    assert tab(known, "ticket void T2 --money ") == ["1\tquoted 2026-11-21T18:00", "2\taccepted 2026-11-21T18:00"]
    assert tab(known, "complaint void K1 --payment ") == ["1\tpaid 2026-11-21T18:00"]
    assert values(known, "ticket charge T2 --free ") == ["guarantee", "contract", "goodwill", "recovery"]
    assert values(known, "ticket charge T2 --paid 5 --method ")[:2] == ["cash", "wechat"]
    assert {"not_cooling", "fridge", "travel"} <= set(values(known, "price set "))
    assert values(known, "kpi report --by cha") == ["charge", "channel"]

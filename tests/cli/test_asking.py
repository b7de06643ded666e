"""What is missing is asked for at a terminal, and of nobody else."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import NOW, Desk, filled_once

CALLER, MACHINE, PROBLEM = "Who calls? A phone, C12, or a part of the name or address: ", \
    "Which appliance? A34, or none: ", "The problem, in the customer's words: "  # fmt: skip
Answer = tuple[int, str]


class Person:
    """Somebody at a terminal, who answers each question when it has been asked."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def types(self, *words: str, answers: tuple[str, ...] = (), out: Path | None = None) -> Answer:
        """The exit code, and what the terminal showed; the answer of the command goes to `out` where it is given."""
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "servicedesk", "--db", str(self.desk.path), "--now", NOW, *words]
        env = os.environ | {"TERM": "dumb", "COLUMNS": "80", "LANG": "C.UTF-8"}
        with (out or Path(os.devnull)).open("wb") as file:
            target = file if out else theirs
            process = subprocess.Popen(
                command, stdin=theirs, stdout=target, stderr=theirs, env=env, start_new_session=True,
                preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # its controlling terminal, for ^C
            )  # fmt: skip
            os.close(theirs)
            shown = b""
            for answer in answers:
                shown += self._until(ours, b": ")
                os.write(ours, answer.encode())
            shown += self._until(ours, None, again=b"\x03" if answers[-1:] == ("\x03",) else b"")
            code = process.wait(60)
        os.close(ours)
        return code, shown.decode().replace("\r\n", "\n")

    def _until(self, terminal: int, end: bytes | None, again: bytes = b"") -> bytes:
        """What is shown until a question stands there, or until the end.

        A ^C between the question and the moment the process waits for its answer is noticed only with the next key:
        whoever sees nothing happen presses it again.
        """
        shown, patience = b"", time.monotonic() + 60
        while (end is None or not shown.endswith(end)) and time.monotonic() < patience:
            if select.select([terminal], [], [], 1)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:  # nobody holds the other end any more
                    break
            elif again:
                os.write(terminal, again)
        return shown


@filled_once
def callers(desk: Desk) -> Desk:
    """Two people called Wang, of whom the first has two machines and the other one."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("customer", "add", "王强", "--phone", "13900139000")
    for customer, category in (("C1", "fridge"), ("C1", "washer"), ("C2", "ac")):
        desk.do("appliance", "add", "--customer", customer, "--category", category, "--brand", "Haier")
    return desk


@pytest.fixture
def person(callers: Desk) -> Person:
    return Person(callers)


def ticket(person: Person, number: int = 1) -> tuple[int | None, int | None, str]:
    """Whose, about which machine, and what is told of it."""
    found = person.desk.do("ticket", "show", f"T{number}")
    return found["customer_id"], found["appliance_id"], found["text"]


def test_ticket_open_asks_who_calls_about_which_machine_and_what(person: Person) -> None:
    code, shown = person.types("ticket", "open", answers=("王\n", "C1\n", "A2\n", "漏水 -18°\n"))
    assert code == 0
    assert ticket(person) == (1, 2, "漏水 -18°")
    assert [question for question in (CALLER, MACHINE, PROBLEM) if question not in shown] == []
    assert shown.count(CALLER) == 2
    assert "  C1  王芳 人民路8号\n  C2  王强\n" in shown
    assert "  A1  fridge Haier\n  A2  washer Haier\n" in shown


def test_what_was_said_is_not_asked_for(person: Person) -> None:
    code, shown = person.types("ticket", "open", "--phone", "13900139000", answers=("no cold air\n",))
    assert (code, ticket(person)) == (0, (2, 3, "no cold air"))
    assert CALLER not in shown
    assert MACHINE not in shown
    code, shown = person.types("ticket", "open", "--customer", "C1", "leaks", answers=("A9\n", "1\n"))
    assert (code, ticket(person, 2)) == (0, (1, 1, "leaks"))
    assert shown.count(MACHINE) == 2
    code, shown = person.types("ticket", "open", "--appliance", "A1", answers=("-18 °C not reached\n",))
    assert (code, ticket(person, 3)) == (0, (1, 1, "-18 °C not reached"))
    code, shown = person.types("ticket", "open", "--customer", "C1", "--no-appliance", "leaks")
    assert (code, ticket(person, 4)) == (0, (1, None, "leaks"))
    assert MACHINE not in shown


def test_none_of_the_machines_may_be_meant(person: Person) -> None:
    assert person.types("ticket", "open", "a question", answers=("13800138000\n", "none\n"))[0] == 0
    assert ticket(person) == (1, None, "a question")


def test_who_is_not_found_is_asked_for_again_with_what_is_shown(person: Person) -> None:
    for n in range(12):
        person.desk.do("customer", "add", f"赵{n}", "--phone", f"1370013700{n}")
    code, shown = person.types("ticket", "open", "--phone", "555", "leaks", answers=("赵\n", "C99\n", "2\n"))
    assert (code, ticket(person)) == (0, (2, 3, "leaks"))
    assert "no customer matches '555'" in shown
    assert "no customer matches 'C99'" in shown
    assert "  and 2 more\n" in shown


@pytest.mark.parametrize(("key", "code"), [("\n", 2), ("  \n", 2), ("\x04", 2), ("\x03", 130)])
@pytest.mark.parametrize("before", [(), ("C1\n", "A1\n")])
def test_an_empty_answer_or_an_end_leaves_nothing_behind(
    person: Person, key: str, code: int, before: tuple[str, ...]
) -> None:
    kept = person.desk.path.read_bytes()
    ended, shown = person.types("ticket", "open", answers=(*before, key))
    assert ended == code
    assert ("nothing was typed" in shown) == (code == 2)
    assert "Traceback" not in shown
    assert person.desk.path.read_bytes() == kept


def test_every_command_asks_for_what_it_cannot_do_without(person: Person) -> None:
    code, shown = person.types("customer", "add", answers=("-李强\n", "13700137000\n"))
    assert code == 0
    assert "The customer's name (NAME): " in shown
    assert person.desk.do("customer", "show", "C3")["name"] == "-李强"
    person.desk.do("ticket", "open", "--appliance", "A1", "leaks")
    code, shown = person.types("ticket", "appoint", answers=("T1\n", "customer\n", "tomorrow 9-11\n"))
    assert code == 0
    assert "Who asked for the window (customer, outlet): " in shown
    assert person.desk.do("ticket", "show", "T1")["status"] == "appointed"
    assert person.types("household", "link", answers=("C1 C2\n",))[0] == 0
    assert [row["name"] for row in person.desk.do("household", "show", "H1")["members"]] == ["王芳", "王强"]
    code, shown = person.types("survey", "record", answers=("T1\n", "\n"))
    assert code == 2


def test_questions_go_beside_the_answer(person: Person, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    code, shown = person.types("ticket", "open", "--customer", "C2", answers=("leaks\n",), out=out)
    assert code == 0
    assert PROBLEM in shown
    assert out.read_text(encoding="utf-8").startswith("id\t")


@pytest.mark.parametrize("words", [("--format", "json"), ("--format", "tsv")])
def test_no_script_is_asked(person: Person, words: tuple[str, ...]) -> None:
    code, shown = person.types("ticket", "open", *words)
    assert code == 2
    assert shown.startswith("error: missing argument 'TEXT'\nhint: servicedesk ticket open --help")
    assert person.types("--quiet", "ticket", "open", "--customer", "C1", "leaks")[0] == 4
    code, shown = person.types("customer", "add", *words)
    assert (code, shown.partition("\n")[0]) == (2, "error: missing argument 'NAME'")


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE])
def test_nobody_is_asked_where_the_input_is_no_terminal(person: Person, stdin: int) -> None:
    ours, theirs = pty.openpty()
    for words in (["ticket", "open"], ["ticket", "open", "leaks"], ["customer", "add"], ["ticket", "wait", "T1"]):
        command = [sys.executable, "-m", "servicedesk", "--db", str(person.desk.path), *words]
        done = subprocess.run(command, stdin=stdin, stdout=theirs, stderr=theirs, timeout=60)
        assert done.returncode == 2
    os.close(theirs)
    os.close(ours)
    assert person.desk.refused(2, "ticket", "open").startswith("error: missing argument 'TEXT'")


def test_the_same_values_typed_wrongly_are_told_as_ever(person: Person) -> None:
    code, shown = person.types("ticket", "wait", "T1", answers=("weather\n",))
    assert code == 2
    assert "'weather' is not one of 'manufacturer_part'" in shown
    code, shown = person.types("ticket", "wait", "--cuase", "x")
    assert (code, shown.partition("\n")[0]) == (2, "error: no such option: --cuase (Possible options: --cause)")

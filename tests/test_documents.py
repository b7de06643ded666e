"""README and examples are replayed: every console block in a terminal of 80 columns, each answer compared in full.

A block is fenced as ```console; lines behind `$ ` (and `> `, their continuation) are typed, the others are what the
terminal then shows. What stands behind a question is typed when a command asks it. A line `…` stands for any lines. A
file's blocks share one shell in one empty folder. ```sh blocks are set-up commands, which .ci/run runs.
"""

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicedesk.cli.command_table import DAY_COMMANDS, FILE_COMMANDS, HISTORY_COMMANDS, NOUNS, noun_commands
from tests.reference import FOLDER, PAGES, page
from tests.terminal import END as EOF
from tests.terminal import Screen
from tests.usage import usage

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "examples").glob("*.md"))]
END = "--end-of-answer--"


def blocks(text: str) -> list[str]:
    return re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def turns(block: str) -> Iterator[tuple[str, list[str]]]:
    """(command, expected lines) for each command of a block."""
    command: list[str] = []
    expected: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield "\n".join(command), expected
            command, expected = [line[2:]], []
        elif line.startswith("> ") and command and not expected:
            command.append(line[2:])
        else:
            expected.append(line)
    if command:
        yield "\n".join(command), expected


class Terminal:
    """A shell behind a pseudo-terminal of 80 columns that understands no colours."""

    def __init__(self, folder: Path) -> None:
        self.ours, theirs = pty.openpty()
        env = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder), "COLUMNS": "80", "LINES": "40", "TERM": "dumb", "LANG": "C.UTF-8", "PS1": "",
            "SERVICEDESK_ACTOR": "clerk",
        }  # fmt: skip
        # Coverage follows the processes that the shell starts.
        env |= {name: value for name, value in os.environ.items() if name.startswith(("COVERAGE_", "COV_"))}
        self.shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=theirs, stderr=theirs
        )
        self.name = os.ttyname(theirs)
        self.screen = Screen(self.ours)
        os.close(theirs)

    def answer(self, command: str, expected: list[str]) -> list[str]:
        """What the terminal shows for the command, trailing blanks removed; its questions get the expected answers."""
        assert self.shell.stdin
        self.shell.stdin.write(f"{{ {command}\n}} <{self.name}; echo {END}\n".encode())
        self.shell.stdin.flush()
        left = iter(expected)
        text, is_asked = self.screen.until_asked(f"{END}\r\n")
        while is_asked:
            question = text.rpartition("\n")[2].rstrip()
            typed = next((line.removeprefix(question).strip() for line in left if line.startswith(question)), None)
            self.screen.press(EOF if typed is None else f"{typed}\r")
            more, is_asked = self.screen.until_asked(f"{END}\r\n")
            text += more
        assert "Traceback" not in text, text
        assert "command not found" not in text, text
        return [line.rstrip() for line in text.partition(END)[0].rstrip("\n").splitlines()]

    def close(self) -> None:
        self.shell.kill()
        self.shell.wait()
        os.close(self.ours)


def agrees(shown: list[str], expected: list[str]) -> bool:
    """Whether the answer is the expected one; `…` matches any lines."""
    pattern = "\n".join(r"(?:.*\n?)*?" if line == "…" else re.escape(line) for line in expected)
    return re.fullmatch(pattern.replace("(?:.*\\n?)*?\n", r"(?:.*\n)*?"), "\n".join(shown)) is not None


def replayed(document: Path, folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """(command, expected lines, shown lines) of all blocks, in a folder that holds the examples' small inputs."""
    for extra in (ROOT / "examples").iterdir():
        if extra.suffix != ".md" and extra.is_file():
            shutil.copy(extra, folder)
    terminal = Terminal(folder)
    try:
        for block in blocks(document.read_text(encoding="utf-8")):
            for command, expected in turns(block):
                wanted = [line.rstrip() for line in expected]
                while wanted and not wanted[-1]:
                    wanted.pop()
                yield command, wanted, terminal.answer(command, wanted)
    finally:
        terminal.close()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document_tells_what_happens(document: Path, tmp_path: Path) -> None:
    for command, expected, shown in replayed(document, tmp_path):
        assert agrees(shown, expected), f"$ {command}\n" + "\n".join(shown)


def test_every_command_of_the_documents_is_replayed() -> None:
    for document in DOCUMENTS:
        fences = re.findall(r"^```(\w*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(fences) <= {"console", "sh", "toml", "", "text"}, document.name
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    setup = re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert [block.count("\n") for block in setup] == [2]


def test_every_link_leads_somewhere() -> None:
    for document in [*DOCUMENTS, *(FOLDER / "reference").glob("*.md")]:
        links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == [], document.name


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_that_of_today(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == page(name), "python -m tests.reference"


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for noun in NOUNS:
        verbs = [info.name for info in noun_commands(noun)]
        assert f"| `{noun}` | {' '.join(f'`{verb}`' for verb in verbs)} |" in readme
    assert f"| the day | {' '.join(f'`{name}`' for name in DAY_COMMANDS)} |" in readme
    assert f"| what was written | {' '.join(f'`{name}`' for name in HISTORY_COMMANDS)} |" in readme
    assert f"| the file | {' '.join(f'`{name}`' for name in FILE_COMMANDS)} |" in readme


def rewrite(document: Path) -> None:
    """Put the answers of today into the document, except where the old answer (with its `…`) still agrees."""
    with tempfile.TemporaryDirectory() as folder:
        answers = iter(
            [expected if agrees(shown, expected) else shown for _, expected, shown in replayed(document, Path(folder))]
        )

    def renewed(match: re.Match[str]) -> str:
        lines = []
        for command, _ in turns(match[1]):
            first, *rest = command.split("\n")
            lines += [f"$ {first}", *(f"> {line}" for line in rest), *next(answers)]
        return "```console\n" + "\n".join(lines) + "\n```"

    text = document.read_text(encoding="utf-8")
    pattern = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    document.write_text(pattern.sub(renewed, text), encoding="utf-8")


if __name__ == "__main__":  # python -m tests.test_documents README.md: read the difference before you commit it
    asked = usage("tests.test_documents", __doc__)
    asked.add_argument("documents", nargs="+", type=Path)
    for document in asked.parse_args().documents:
        rewrite(document)

"""The house holds: imports run along the arrows, one clock, heavy modules only where they are used."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Desk

PACKAGE = Path(__file__).resolve().parents[1] / "servicedesk"
MODULES = sorted(PACKAGE.rglob("*.py"))
# A room may import itself and these.
ARROWS = {"core": set(), "desk": {"core"}, "output": {"core"}, "cli": {"core", "desk", "output"}}
HEAVY = ("rich", "sqlite_utils", "pydantic", "dateutil", "python_calamine", "charset_normalizer", "platformdirs",
         "asyncio", "email", "tomllib", "csv", "jinja2", "pygal", "xlsxwriter", "icalendar")  # fmt: skip


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_along_the_arrows(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    if room not in ARROWS:
        return
    rooms = {name.split(".")[1] for name in imported(ast.parse(path.read_text())) if name.startswith("servicedesk.")}
    assert rooms & set(ARROWS) <= ARROWS[room] | {room}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow", "time", "time_ns", "monotonic"}
        and isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date", "time"}
    ]  # fmt: skip
    assert len(reads) == (1 if path.relative_to(PACKAGE) == Path("cli/main.py") else 0)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sql_outside_the_desk_and_no_hidden_clock_in_it(path: Path) -> None:
    text = path.read_text()
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM")
    if path.relative_to(PACKAGE).parts[0] in {"core", "cli", "output"}:
        assert not any(word in text for word in words)
    assert "CURRENT_TIMESTAMP" not in text
    assert "'now'" not in text


def test_no_sql_step_reads_a_clock() -> None:
    for path in PACKAGE.rglob("*.sql"):
        assert "CURRENT_" not in path.read_text()
        assert "'now'" not in path.read_text()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_holds_and_stays_small(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 400


def loaded(desk: Desk, *words: str) -> set[str]:
    """The heavy modules that a fresh process holds after the command, its output piped."""
    script = (
        "import sys, json, os\nbefore = set(sys.modules)\nsys.argv = ['servicedesk', *json.loads(sys.argv[1])]\n"
        f"held = lambda: [m for m in {HEAVY!r} if m in sys.modules and m not in before]\n"
        "ended = os._exit\n"
        "os._exit = lambda code: print(json.dumps(held()), file=sys.stderr, flush=True) or ended(code)\n"
        "from servicedesk.__main__ import run\nrun()\n"
    )
    arguments = json.dumps(["--db", str(desk.path), "--now", "2026-11-21 18:00", *words])
    done = subprocess.run([sys.executable, "-c", script, arguments], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (("ticket", "open", "--customer", "C1", "no heat"), set()),
        (("ticket", "list", "--format", "json"), set()),
        (("ticket", "list", "--format", "table"), set()),
        (("ticket", "show", "T1"), set()),
        (("customer", "show", "C1"), set()),
        (("--help",), set()),
        (("kpi", "report", "--format", "json"), {"dateutil"}),
        (("maintenance", "due", "--format", "csv"), {"csv"}),
        (("today", "--format", "json"), set()),
        (("technician", "day", "Li", "--format", "json"), set()),
    ],
)
def test_commands_load_only_what_they_use(desk: Desk, words: tuple[str, ...], allowed: set[str]) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("technician", "add", "Li")
    desk.do("ticket", "open", "--customer", "C1", "no heat")
    assert loaded(desk, *words) <= allowed

"""The house holds: imports run along the arrows, one clock, heavy modules only where they are used."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import Desk

PACKAGE = Path(__file__).resolve().parents[1] / "servicedesk"
MODULES = sorted(PACKAGE.rglob("*.py"))
DOCUMENTS = [PACKAGE.parent / "README.md", *sorted((PACKAGE.parent / "examples").glob("*.md"))]
# A room may import itself and these; `cli` may import all.
ARROWS = {
    "base": (),
    "domain": ("base",),
    "language": ("base",),
    "render": ("base",),
    "storage": ("base", "domain"),
    "records": ("base", "domain", "storage"),
    "desk": ("base", "domain", "language", "storage", "records"),
    "kpis": ("base", "domain", "language", "storage", "records"),
    "reports": ("base", "domain", "language", "storage", "records", "kpis"),
    "file": ("base", "domain", "storage", "records", "desk", "kpis"),
    "history": ("base", "domain", "storage", "records", "file"),
    "rollup": ("base", "domain", "storage", "records", "kpis", "reports", "file"),
    "demo": ("base", "domain", "storage", "records", "desk", "kpis", "file"),
    "classroom": ("base", "domain", "language", "render", "storage", "records", "desk", "kpis", "file", "demo"),
}
# Inside the desk a family may ask these: what follows a repair, birthdays and technicians ask none of the others.
DESK = {
    "customers": ("aftercare", "agreements", "appliances", "maintenance"),
    "appliances": ("maintenance",),
    "parts": ("tickets",),
    "knowledge": (),
    "outreach": ("tickets",),
    "tickets": ("aftercare", "agreements", "appliances", "customers", "maintenance", "money", "technicians"),
    "today": ("aftercare", "agreements", "jobs", "maintenance", "parts", "technicians"),
    "outlet": (),
    "guarantee": (),
    "technicians": (),
    "aftercare": (),
    "money": (),
    "agreements": ("maintenance",),
    "jobs": ("tickets",),
    "maintenance": (),
}
MOST_MODULES = 13  # of a folder; `cli/nouns` has one a noun
HEAVY = ("rich", "sqlite_utils", "pydantic", "dateutil", "python_calamine", "charset_normalizer", "platformdirs",
         "asyncio", "email", "tomllib", "csv", "jinja2", "pygal", "xlsxwriter", "icalendar", "duckdb")  # fmt: skip


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def dotted(path: Path) -> str:
    return ".".join(("servicedesk", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


NAMES = {dotted(path): path for path in MODULES}


@cache
def ours(path: Path) -> set[str]:
    """The modules of ours that a file imports at any depth, also inside functions and for types alone."""
    found = {name for name in imported(parsed(path)) if name in NAMES}
    return {name for name in found if not any(other.startswith(f"{name}.") for other in found)} - {dotted(path)}


def test_imports_run_along_the_arrows() -> None:
    for path in MODULES:
        room = path.relative_to(PACKAGE).parts[0]
        others = {name.split(".")[1] for name in ours(path) if "." in name} - {room}
        assert room not in ARROWS or others <= set(ARROWS[room]), path
        if room == "desk" and path.stem != "__init__":
            family = path.relative_to(PACKAGE).with_suffix("").parts[1]
            beside = {name.split(".")[2] for name in ours(path) if name.startswith("servicedesk.desk.")} - {family}
            assert beside <= set(DESK[family]), path


def test_no_files_import_each_other_in_a_circle() -> None:
    left = {dotted(path): ours(path) for path in MODULES}
    while free := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in free}
    assert sorted(left) == []


def test_a_deed_takes_the_desk_and_gives_back_one_result() -> None:
    """Whatever opens a transaction below the commands is such a deed; `changed` is held by tests/conftest.py."""
    rooms = [path for room in ("desk", "records", "history") for path in (PACKAGE / room).rglob("*.py")]
    for path in rooms:
        for function in (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef)):
            if ".atomic(" in ast.unparse(function):
                assert function.args.args[0].arg == "desk", f"{path}:{function.lineno}"
                assert ast.unparse(function.returns or function) == "Result", f"{path}:{function.lineno}"


def test_no_folder_holds_more_than_one_can_survey() -> None:
    for folder in {path.parent for path in MODULES} - {PACKAGE / "cli" / "nouns"}:
        assert len([path for path in folder.glob("*.py") if path.stem != "__init__"]) <= MOST_MODULES, folder


def test_the_top_folder_holds_what_the_readme_says_and_nothing_that_a_test_left() -> None:
    made = ("build", "dist", "*.egg-info", "*.db", "*.db-*")  # by pip, and by people who try it out
    names = {path.name for path in PACKAGE.parent.iterdir() if not path.name.startswith(".")}

    left = {name for name in names if not any(fnmatch(name, pattern) for pattern in made)}

    assert left == {"LICENSE", "README.md", "examples", "pyproject.toml", "servicedesk", "tests"}


def test_the_clock_is_read_in_one_place() -> None:
    for path in MODULES:
        reads = [
            node.lineno
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Attribute)
            and node.attr in {"now", "today", "utcnow", "time", "time_ns", "monotonic"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date", "time"}
        ]
        assert len(reads) == (1 if path.relative_to(PACKAGE) == Path("cli/main.py") else 0), path


def test_no_sql_where_no_file_is_and_no_hidden_clock_in_it() -> None:
    for path in MODULES:
        text = path.read_text()
        words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM")
        room = path.relative_to(PACKAGE).parts[0]
        if room in {"base", "domain", "language", "render", "cli"} or "writers" in path.parts:
            assert not any(word in text for word in words), path
        assert "CURRENT_TIMESTAMP" not in text, path
        assert "'now'" not in text, path


def test_no_sql_step_reads_a_clock() -> None:
    for path in PACKAGE.rglob("*.sql"):
        assert "CURRENT_" not in path.read_text()
        assert "'now'" not in path.read_text()


def test_every_module_says_what_it_holds_and_stays_small() -> None:
    for path in MODULES:
        text = path.read_text()
        assert ast.get_docstring(parsed(path)), path
        assert text.count("\n") <= 400, path


# What no docstring of a function begins with, but for the program's own help page: all others begin with a verb.
NO_VERBS = {"A", "All", "Every", "From", "How", "In", "Inside", "It", "Its", "Of", "One", "Only", "The", "These",
            "This", "What", "When", "Where", "Whether", "Which", "Who", "Whom", "Whose", "With"}  # fmt: skip


def test_every_docstring_of_a_function_begins_with_a_verb() -> None:
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef) and (text := ast.get_docstring(node)) and node.name != "root":
                first = text.split()[0]
                assert first not in NO_VERBS, f"{path}:{node.lineno} {first}"
                assert first.istitle(), f"{path}:{node.lineno} {first}"


MOST_LINES = 54  # of a function: a screen; 40 are the goal
# Names that say nothing where they stand alone, in a traceback or an import.
BARE = {"data", "found", "helper", "info", "it", "kept", "known", "listed", "manager", "of", "one", "row", "rows",
        "told", "utils", "what", "who"}  # fmt: skip


def test_functions_are_short_and_names_of_a_module_are_more_than_told_or_rows() -> None:
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < MOST_LINES, f"{path}:{node.lineno}"
        for node in parsed(path).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            names |= {node.name} if isinstance(node, ast.FunctionDef) else set()
            is_command = "cli" in path.parts and path.parent.name in {"nouns", "commands"}
            bare = {name.strip("_").lower() for name in names if not name.istitle()} & BARE
            assert is_command or not bare, f"{path}:{node.lineno}"


def prose(document: Path) -> str:
    """Return a document without what is typed in it and answered."""
    return re.sub(r"(?ms)^```.*?^```$", "", document.read_text(encoding="utf-8"))


def test_every_file_that_a_text_names_is_there() -> None:
    """A file of Python or SQL: its last folders and its name stand in the text."""
    files = [file for room in ("servicedesk", "tests", "examples") for file in (PACKAGE.parent / room).rglob("*.*")]
    there = {f"/{file.relative_to(PACKAGE.parent)}" for file in files}
    values = {"kpi.sql", "signal.sql"}  # the statement of a value
    for path in [*MODULES, *PACKAGE.rglob("*.sql"), *DOCUMENTS]:
        text = prose(path) if path in DOCUMENTS else path.read_text(encoding="utf-8")
        named = set(re.findall(r"[\w/]*\w\.(?:py|sql)\b", text)) - values
        assert [name for name in named if not any(file.endswith(f"/{name}") for file in there)] == [], path


RULE_CODE = re.compile(r"\b(?:[CKM][1-9][0-9]?|S[0-9]{2}|W[1-9][0-9]?)\b")
# Customers, as help texts name them; a job in examples/class.csv; a student.
REFERENCES = {"C12", "C31", "C44", "K18", "S01"}


def test_every_rule_code_has_its_sentence_and_every_sentence_is_named() -> None:
    rules = tomllib.loads((PACKAGE / "domain" / "rules.toml").read_text(encoding="utf-8"))
    texts = [path.read_text(encoding="utf-8") for end in ("py", "sql", "html") for path in PACKAGE.rglob(f"*.{end}")]
    named = {code for text in texts for code in RULE_CODE.findall(text)} - REFERENCES
    assert {code for path in DOCUMENTS for code in RULE_CODE.findall(prose(path))} - REFERENCES <= rules.keys()
    assert (sorted(named - rules.keys()), sorted(rules.keys() - named)) == ([], [])


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


CALLS_FOR_INSTANTS = {"instant", "local", "start_of", "end_of", "as_of", "clock", "fromtimestamp"}
IS_INSTANT = re.compile(r"(?:\w+_)?at|window_(?:from|to)|now|started|moment|as_of")
# In SQL an instant is compared by its seconds too: its text in the hour that comes twice is the same with another end.
TEXTS_COMPARED = re.compile(
    r"\b(?:\w+_at|window_(?:from|to)|\w\.at) *(?:<|>|BETWEEN)|[<>]=? *(?:\w+\.)?(?:\w+_at|window_(?:from|to))\b(?!_)"
    r"|\b(?:min|max)\((?:\w+\.)?(?:\w+_at|at|window_\w+)\)"
    r"|ORDER BY (?:[\w.]+, )*(?:\w+\.)?(?:\w+_at|at|window_(?:from|to))\b"
)


def is_instant(node: ast.AST, local: set[str]) -> bool:
    """Whether the expression is a datetime, or the text of an instant, by the names that we give them."""
    if isinstance(node, ast.Name):
        return node.id in local
    if isinstance(node, ast.Attribute):
        return bool(IS_INSTANT.fullmatch(node.attr))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return bool(IS_INSTANT.fullmatch(str(node.slice.value)))
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("datetime.fromisoformat", "dates.stamp"))


def is_made_by(node: ast.AST, names: set[str]) -> bool:
    """Whether it is a call of one of these functions."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names


def bare_comparisons(tree: ast.AST) -> Iterator[str]:
    """Where two instants meet otherwise than as seconds since 1970."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        every = [*function.args.args, *function.args.kwonlyargs]
        local = {arg.arg for arg in every if arg.annotation and "datetime" in ast.unparse(arg.annotation)}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and is_made_by(node.value, CALLS_FOR_INSTANTS):
                local |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        for node in ast.walk(function):
            meeting: list[ast.expr] = []
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                meeting = [node.left, *node.comparators]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
                meeting = [node.left, node.right]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
                meeting = node.args if node.func.id in {"min", "max"} else []
            if any(is_instant(each, local) for each in meeting):
                yield ast.unparse(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TEXTS_COMPARED.search(node.value):
            yield node.value


def test_two_instants_meet_as_seconds() -> None:
    """`<` on two datetimes of one zone compares wall clocks; a made-up outlet stands where no clock is moved."""
    for path in MODULES:
        made_up = "demo" in path.parts
        assert made_up or list(bare_comparisons(parsed(path))) == [], path


def test_no_sql_step_compares_the_text_of_instants() -> None:
    for path in PACKAGE.rglob("*.sql"):
        assert TEXTS_COMPARED.findall(path.read_text()) == []

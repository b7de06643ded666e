"""The pages of examples/reference/ and the picture of the README, made from the program and what it answers.

`python -m tests.reference` writes them anew.
"""

import re
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from typer.main import get_command

from servicedesk.base.errors import ServiceDeskError
from servicedesk.base.width import cells
from servicedesk.cli.command_table import ALONE, NOUNS
from servicedesk.cli.help.rules import list_rules
from servicedesk.cli.main import app
from servicedesk.cli.run.lists import HAS_ROWS
from servicedesk.kpis.integrity import panel
from servicedesk.kpis.integrity.registry import SIGNALS
from servicedesk.kpis.report import explain
from servicedesk.reports.questions.registry import explain as questions
from tests.usage import usage

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "examples"
NEEDS = ROOT / "servicedesk" / "domain" / "needs.toml"
KINDS = {
    "C": "What all figures have in common",
    "K": "Figures",
    "M": "Appliance birthdays",
    "S": "Service",
    "W": "The guarantee",
}
# What nearly every table has; the page says at its beginning what these are.
COMMON = ("recorded_at", "actor", "origin", "voided_at", "voided_by")
COMMENT = re.compile(r"^-- ?", re.MULTILINE)
# The comment lines of a table or a view: right above its CREATE, or behind its name in a file of named statements.
ABOUT = (
    r"((?:^-- (?!name: |view: ).*\n)+)CREATE (?:VIRTUAL )?(?:TABLE|VIEW) {name}\b"
    r"|^-- (?:name|view): {name}\n((?:-- .*\n)+)"
)


def row(*texts: str) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    return "\n".join([row(*heads), f"|{'---|' * len(heads)}", *(row(*texts) for texts in rows)])


def commands() -> Iterator[str]:
    """Return every command: its page in short, a table of its words and options, an example."""
    root: Any = get_command(app)
    context = root.context_class(root)
    yield "# Commands\n\nEvery command has `--format` and `--help` too; these stand before the noun:"
    yield table(("option", "what it is"), map(option, root.params))
    for noun, (_, about) in NOUNS.items():
        yield f"## {noun}\n\n{about}"
        branch = root.get_command(context, noun)
        for verb in branch.list_commands(context):
            yield from command(f"{noun} {verb}", branch.get_command(context, verb))
    yield "## Without a noun"
    for name in ALONE:
        yield from command(name, root.get_command(context, name))


def command(path: str, leaf: Any) -> Iterator[str]:
    text, _, example = " ".join(leaf.help.split()).partition(" Example: ")
    yield f"### {path}\n\n{text}\n\n`{example}`"
    if options := [option(param) for param in leaf.params if param.name != "format"]:
        yield table(("option", "what it is"), options)


def option(param: Any) -> tuple[str, str]:
    """Return how it is typed, and what it is."""
    kind = param.metavar or "|".join(getattr(param.type, "choices", ()))
    if param.param_type_name == "argument":
        names = kind
    else:
        names = ", ".join(sorted(param.opts, key=len)) + (f" {kind}" if kind and not param.is_flag else "")
    return f"`{names}`", (param.help or "") + (" Needed." if param.required else "")


def definitions(objects: Iterable[dict[str, Any]], title: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    """Return a heading and a table of what is known for each figure or signal."""
    for found in objects:
        yield f"## {title(found)}"
        rest = {key: value for key, value in found.items() if key not in {"title", "chinese", "signal"}}
        head, *rows = ((key.replace("_", " "), text(value)) for key, value in rest.items() if value not in (None, ""))
        yield table(head, rows)


def text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def kpis() -> Iterator[str]:
    yield "# KPIs\n\nAs `servicedesk kpi explain` prints them. `servicedesk help K6` prints the rule behind a code."
    yield from definitions(explain().objects(), lambda kpi: str(kpi["title"]))


def signals() -> Iterator[str]:
    yield (
        "# Signals\n\nA signal is a reason to look, never a verdict on a person (rule K17). `servicedesk kpi integrity`"
        " prints them, `servicedesk kpi rows I9` the rows behind one."
    )
    objects = [panel.explain(signal.key).objects()[0] for signal in SIGNALS]
    yield from definitions(objects, lambda found: "{signal} {title} ({chinese})".format(**found))


def needs() -> Iterator[str]:
    """Return what the documents of the trade ask for, and the commands that serve it."""
    yield (
        "# Needs\n\nWhat the documents of the trade ask of an after-sales outlet, and the commands that serve it. S:"
        " what a phrase names; N: what they tell of without naming it."
    )
    found = tomllib.loads(NEEDS.read_text(encoding="utf-8"))
    served = {code: ", ".join(f"`{command}`" for command in row["served"]) for code, row in found.items()}
    rows = ((code, row["need"], served[code] or f"not ours: {row['not_ours']}") for code, row in found.items())
    yield table(("need", "what", "served by"), rows)


def reports() -> Iterator[str]:
    """Return the boss's questions: what each counts, and its keys for programs."""
    yield (
        "# Reports\n\nThe boss's questions, as `servicedesk report explain` prints them: what each counts, and the keys"
        " of `--format json`. With `--rows` a report lists what its figures are counted from."
    )
    for found in questions().objects():
        yield f"## report {found['report']}\n\n{found['title']}. {found['definition']}"
        keys = [("its answer", found["keys"]), ("`--rows`", found["row_keys"])]
        yield table(("", "keys"), ((of, ", ".join(f"`{key}`" for key in names)) for of, names in keys if names))


def exit_codes() -> Iterator[str]:
    yield "# Exit codes\n\nAn error is one sentence on stderr, mostly with a hint; stdout stays empty."
    errors: list[type[ServiceDeskError]] = [ServiceDeskError, *ServiceDeskError.__subclasses__()]
    found = {0: "done; also when nothing matched", 130: "interrupted"}
    found |= {HAS_ROWS: "with --exit-code: the list has rows"}
    found |= {error.code: error.meaning for error in errors}
    yield table(("code", "meaning"), ((str(code), meaning) for code, meaning in sorted(found.items())))


def rules() -> Iterator[str]:
    yield "# Rules\n\nEvery code that the program names. `servicedesk help K6` prints one, in Chinese too."
    for letter, title in KINDS.items():
        chosen = [rule for rule in list_rules() if rule.code.startswith(letter)]
        yield f"## {letter}: {title}"
        yield table(
            ("code", "rule", "source"), ((rule.code, rule.rule, rule.source or "our own choice") for rule in chosen)
        )


ONLY_IN_COPY = """# Figures

The verdicts of every figure, and what they are made of: only in a copy that `servicedesk backup copy.db --figures`
makes."""


def tables_and_views() -> Iterator[str]:
    """Return the tables of a new file with the comments of the schema, in the order of its steps."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "servicedesk").rglob("*.sql"))]
    yield "# Tables and views\n\nWhat an outlet's file holds, for [other tools](../other-tools.md) to read."
    first = next(text for text in texts if "CREATE TABLE outlet" in text)
    yield paragraph(first.partition("\n\n")[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outlet.db"
        copy = Path(folder) / "copy.db"
        program = [sys.executable, "-m", "servicedesk", "-q", "--db", str(path)]
        for words in (["init"], ["backup", str(copy), "--figures"]):
            subprocess.run([*program, *words], check=True)
        with sqlite3.connect(path) as file, sqlite3.connect(copy) as db:
            in_file = listed(file)
            figures = [view for view in listed(db) if view not in in_file]
            for name, kind in [*in_file, *figures]:
                if (name, kind) == figures[0]:
                    yield ONLY_IN_COPY
                about = next(filter(None, (re.search(ABOUT.format(name=name), text, re.M) for text in texts)), None)
                yield f"## {name}" + (" (view)" if kind == "view" else "")
                if about:
                    yield paragraph(about[1] or about[2])
                if kind == "view":
                    yield ", ".join(f"`{row[1]}`" for row in db.execute(f"PRAGMA table_info({name})"))
                else:
                    yield table(("column", "type", "what it is"), fields(db, name))


def listed(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the tables and views, in the order in which they are made; nothing that SQLite keeps for itself."""
    own = {name for name, kind in db.execute("SELECT name, type FROM pragma_table_list") if kind in {"table", "view"}}
    made = db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid")
    return [(name, kind) for name, kind in made if name in own and not name.startswith("sqlite_")]


def fields(db: sqlite3.Connection, name: str) -> Iterator[tuple[str, str, str]]:
    """Return each column: its type, and its key, its values and its comment as the schema has them."""
    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
    leads = {source: table for _, _, table, source, *_ in db.execute(f"PRAGMA foreign_key_list({name})")}
    comments = dict(column_comments(sql))
    common = []
    for _, column, type_, needed, _, key, hidden in db.execute(f"PRAGMA table_xinfo({name})"):
        if column in COMMON and column not in comments:
            common.append(f"`{column}`")
            continue
        values = list(dict.fromkeys(re.findall(rf"\b{column} = '(\w+)'", sql)))
        about = [
            "key" if key else "needed" if needed else "",
            f"→ `{leads[column]}`" if column in leads else "",
            "derived" if hidden else "",
            ", ".join(f"`{value}`" for value in values) if len(values) > 1 else "",
            comments.get(column, ""),
        ]
        yield f"`{column}`", type_.lower(), "; ".join(filter(None, about))
    if common:
        yield ", ".join(common), "text", ""


def column_comments(sql: str) -> Iterator[tuple[str, str]]:
    """Return the comments beside the columns, or in the lines above them."""
    above = ""
    for line in sql.splitlines()[1:]:
        code, _, comment = line.strip().partition("--")
        if not code:
            above += comment
            continue
        if comment or above:
            yield code.split()[0], (comment or above).strip()
        above = ""


def paragraph(comment: str) -> str:
    """Return comment lines as text: one line of them goes on in the next."""
    return " ".join(COMMENT.sub("", comment).split())


PICTURED = ("figures.md", "servicedesk today")  # the command whose answer is drawn
CELL, LINE = 8.4, 19.0  # a cell of the terminal, in pixels
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="14" fill="#d8dee9"
 font-family="ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace">
<title>A terminal: {command}</title>
<rect width="{width}" height="{height}" rx="8" fill="#1f2430"/>
{lines}
</svg>
"""


def picture() -> Iterator[str]:
    """Return a terminal as a drawing: the command and its answer as a replayed document has them."""
    document, command = PICTURED
    told = (FOLDER / document).read_text(encoding="utf-8").partition(f"$ {command}\n")[2]
    answer = re.split(r"\n(?:\$ |```)", told)[0].splitlines()
    lines = [draw_line(at, line) for at, line in enumerate([f"$ {command}", *answer], 1) if line]
    width, height = round(82 * CELL), round((len(answer) + 2.5) * LINE)
    yield SVG.format(width=width, height=height, command=command, lines="\n".join(lines)).rstrip()


def draw_line(number: int, line: str) -> str:
    """Return one line, each word at its own cell: a Chinese sign is two cells wide, whatever font draws it."""
    words = (
        f'<tspan x="{(1 + cells(line[: found.start()])) * CELL:g}">{escape(found[0])}</tspan>'
        for found in re.finditer(r"\S+(?: \S+)*", line)
    )
    weight = ' font-weight="bold"' if re.match(r"\$ |[a-z-][^…]*: \d", line) else ""
    return f'<text y="{(number + 0.5) * LINE:g}"{weight}>{"".join(words)}</text>'


def map_words() -> Iterator[str]:
    """Return every word of an import map with its meaning, and the examples with what an import makes of them."""
    from servicedesk.file.imports.maps.words import FIELD_MEANINGS, FIELD_WORDS, FILE_WORDS, REQUIRED, RULE_WORDS
    from tests.map_examples import pages

    yield "# Map words\n\nWhat a map of `servicedesk import` may say; [importing](../importing.md) tells the story."
    told = {
        "Above the sections": FILE_WORDS,
        "Tables of rows": RULE_WORDS,
        "A field": FIELD_WORDS,
    }
    for title, words in told.items():
        yield f"## {title}"
        yield table(("word", "what it means"), ((f"`{word}`", meaning) for word, meaning in words.items()))
    for section, fields in FIELD_MEANINGS.items():
        yield f"## [{section}]"
        needed = REQUIRED.get(section, ())
        yield table(
            ("field", "what it is"),
            (
                (f"`{field}`", f"{meaning}. Needed." if field in needed else meaning)
                for field, meaning in fields.items()
            ),
        )
    yield "## Examples\n\nEach is a file, its map, and what the import makes of it."
    for example, made in pages():
        yield "### " + ", ".join(f"`{word}`" for word in example.words)
        for kind, text in (("", example.text), ("toml", example.toml), ("", made)):
            yield f"```{kind or 'text'}\n{text.rstrip()}\n```"


PAGES = {
    "reference/commands.md": commands,
    "reference/exit-codes.md": exit_codes,
    "reference/kpis.md": kpis,
    "reference/map-words.md": map_words,
    "reference/needs.md": needs,
    "reference/reports.md": reports,
    "reference/rules.md": rules,
    "reference/signals.md": signals,
    "reference/tables-and-views.md": tables_and_views,
    "terminal.svg": picture,
}


def page(name: str) -> str:
    """Return the page as it should be."""
    made_by = ["*Made by `python -m tests.reference`.*"] if name.endswith(".md") else []
    return "\n\n".join([*PAGES[name](), *made_by]) + "\n"


if __name__ == "__main__":
    usage("tests.reference", __doc__).parse_args()
    for name in PAGES:
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(page(name), encoding="utf-8")

"""Every command of the program with arguments drawn for it: right ones, wrong ones, hostile ones."""

import re
from collections.abc import Iterator
from typing import Any

import typer
from hypothesis import strategies as st

from servicedesk.cli.main import app
from tests.wild import texts

# demo makes a year of an outlet, which takes seconds; its own tests try its arguments.
LEFT_OUT = {("demo",)}
FORMATS = ("json", "tsv", "table", "csv", "markdown")
PATHS = (
    "out.db", "out.csv", "in.csv", "map.toml", "folder", ".", "..", "./a/../b.csv", "no/where/x.db", " ", "-", "~",
    "x\ny", "%00", "file:evil?mode=memory", "x" * 300, "[red].csv", "𠮷.html", "o.html", "o.xlsx", "o.md", "o.ics",
)  # fmt: skip
_BY_META = {"C12": "C", "A34": "A", "T101": "T", "H5": "H", "P3": "P", "K2": "K", "T100": "T", "C44": "C", "C31": "C"}
_BY_WORD = (
    ("NAME", texts.NAMES), ("DATE", texts.DATES), ("INSTANT", texts.INSTANTS), ("CODE", texts.CODES),
    ("KEY", texts.CODES), ("PATH", PATHS), ("FILE", PATHS), ("DIR", PATHS), ("MAP", PATHS), ("N", texts.NUMBERS),
    ("P", texts.PHONES), ("D", texts.DATES), ("I", texts.INSTANTS),
)  # fmt: skip


def leaves() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by its words."""
    root: Any = typer.main.get_command(app)
    with typer.Context(root, info_name="servicedesk", resilient_parsing=True) as ctx:
        for name in root.list_commands(ctx):
            command = root.get_command(ctx, name)
            if hasattr(command, "commands"):
                for verb in command.list_commands(ctx):
                    yield (name, verb), command.get_command(ctx, verb)
            else:
                yield (name,), command


COMMANDS = {words: command for words, command in leaves() if words not in LEFT_OUT}


def value(param: Any) -> st.SearchStrategy[str]:
    """For one parameter: what its metavar asks for, something that is right elsewhere, or anything at all."""
    meta = str(param.metavar or param.name)
    is_path = any(word in meta.upper() for word in ("PATH", "FILE", "DIR", "MAP.TOML")) or "reject" in str(param.name)
    if is_path:  # whatever is written stays in the folder of the run
        return st.sampled_from(PATHS)
    kinds = [texts.refs(letter) for ref, letter in _BY_META.items() if ref in meta]
    words = set(re.findall(r"[A-Z]+", meta.upper()))
    kinds += [st.sampled_from(values) for word, values in _BY_WORD if word in words]
    choices = getattr(param.type, "choices", None)
    kinds += [st.sampled_from([str(getattr(c, "value", c)) for c in choices])] if choices else []
    right = st.one_of(*kinds) if kinds else texts.plausible()
    return st.one_of(right, right, right, texts.plausible(), texts.texts())


@st.composite
def typed(draw: st.DrawFn) -> list[str]:
    """A whole command, as words."""
    names = draw(st.sampled_from(sorted(COMMANDS)))
    command = COMMANDS[names]
    options: list[str] = []
    places: list[str] = []
    for param in command.params:
        if param.name in {"help", "format"} or "--format" in param.opts:
            continue
        chance = 9 if param.required else 8 if param.param_type_name == "argument" else 3
        if draw(st.integers(0, 9)) >= chance:
            continue
        if param.param_type_name == "argument":
            places += [draw(value(param)) for _ in range(draw(st.integers(1, 2)) if param.nargs != 1 else 1)]
        elif getattr(param, "is_flag", False):
            options.append(draw(st.sampled_from([*param.opts, *param.secondary_opts])))
        else:
            for _ in range(draw(st.integers(1, 2)) if param.multiple else 1):
                options += [param.opts[0], draw(value(param))]
    ordered = [*places, *options] if draw(st.booleans()) else [*options, *places]
    return [*names, *ordered, "--format", draw(st.sampled_from(FORMATS))]

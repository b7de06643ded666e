"""Every command of the program with arguments drawn for it: right ones, wrong ones, hostile ones."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import typer
from hypothesis import strategies as st

from servicedesk.cli.main import app
from tests.wild import texts

# These make a year of an outlet, or simulate summers, which takes seconds; their own tests try their arguments.
LEFT_OUT = {("demo",), ("exercise", "sim")}
FORMATS = ("json", "tsv", "table", "csv", "markdown")
PATHS = (
    "out.db", "out.csv", "in.csv", "map.toml", "folder", ".", "..", "./a/../b.csv", "no/where/x.db", " ", "-", "~",
    "x\ny", "%00", "file:evil?mode=memory", "x" * 300, "[red].csv", "𠮷.html", "o.html", "o.xlsx", "o.md", "o.ics",
)  # fmt: skip
_BY_META = {"C12": "C", "A34": "A", "T101": "T", "H5": "H", "P3": "P", "K2": "K", "T100": "T", "C44": "C", "C31": "C"}
_BY_WORD = (
    ("NAME", ("Li", "Wang", *texts.NAMES)), ("DATE", texts.DATES), ("INSTANT", texts.INSTANTS), ("CODE", texts.CODES),
    ("KEY", texts.CODES), ("N", texts.NUMBERS), ("P", texts.PHONES), ("T", texts.NAMES), ("R", texts.NAMES),
    ("TEXT", texts.NAMES), ("D", texts.DATES), ("I", texts.INSTANTS),
)  # fmt: skip
_PATHS = ("PATH", "FILE", "DIR", "MAP.TOML", "NEW", "BACKUP")
_BY_NAME = {
    "outcome": ("fixed", "done", "referred", "resolved_remotely"), "reason": ("duplicate", "entry_error", "away"),
    "category": ("fridge", "ac", "flat_tv"), "skill": ("fridge", "ac"), "to": ("Li", "Wang", "C2"),
    "who": ("Li", "Zhao"), "technician": ("Li", "Wang"), "score": ("1", "5"), "text": texts.NAMES,
    "key": ("satisfaction_rate", "repeat_repair_rate"), "only": ("arrival_24h_rate",), "from_on": ("2026-11-21",),
    "to_on": ("2026-11-30",), "until": ("+30d",), "event": ("1", "2", "3"), "number": ("1", "2"),
    "by": ("customer", "outlet", "month", "2026-11-25 18:00"),
}  # fmt: skip


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


@cache
def right(param: Any) -> st.SearchStrategy[str]:
    """What its name and its metavar ask for."""
    meta = str(param.metavar or param.name)
    if any(word in meta.upper() for word in _PATHS) or "reject" in str(param.name):
        return st.sampled_from(PATHS)
    kinds = [texts.refs(letter) for ref, letter in _BY_META.items() if ref in meta]
    choices = getattr(param.type, "choices", None)
    if choices:
        return st.sampled_from([str(getattr(choice, "value", choice)) for choice in choices])
    if not kinds and str(param.name) in _BY_NAME:
        return st.sampled_from(_BY_NAME[str(param.name)])
    words = set(re.findall(r"[A-Z]+", meta.upper()))
    kinds = kinds or [st.sampled_from(values) for word, values in _BY_WORD if word in words]
    return st.one_of(*kinds) if kinds else texts.plausible()


@cache
def value(param: Any, *, is_wild: bool) -> st.SearchStrategy[str]:
    """For one parameter: the right kind, or anything; whatever is written stays in the folder of the run."""
    is_path = any(word in str(param.metavar or param.name).upper() for word in _PATHS)
    if not is_wild:
        return right(param)
    return right(param) if is_path else st.one_of(texts.plausible(), texts.texts(), texts.texts())


@st.composite
def typed(draw: st.DrawFn) -> list[str]:
    """A whole command, as words; in half of them one value at most is wrong."""
    names = draw(st.sampled_from(sorted(COMMANDS)))
    params = [p for p in COMMANDS[names].params if p.name != "help" and "--format" not in p.opts]
    all_wild = draw(st.integers(0, 3)) == 0
    wild_at = draw(st.integers(0, 2 * len(params)))
    options: list[str] = []
    places: list[str] = []
    for at, param in enumerate(params):
        chance = 49 if param.required else 40 if param.param_type_name == "argument" else 10
        if at != wild_at and draw(st.integers(0, 49)) >= chance:
            continue
        drawn = value(param, is_wild=all_wild or at == wild_at)
        if param.param_type_name == "argument":
            places += [draw(drawn) for _ in range(draw(st.integers(1, 2)) if param.nargs != 1 else 1)]
        elif getattr(param, "is_flag", False):
            options.append(draw(st.sampled_from([*param.opts, *param.secondary_opts])))
        else:
            for _ in range(draw(st.integers(1, 2)) if param.multiple else 1):
                options += [param.opts[0], draw(drawn)]
    ordered = [*places, *options] if draw(st.booleans()) else [*options, *places]
    return [*names, *ordered, "--format", draw(st.sampled_from(FORMATS))]

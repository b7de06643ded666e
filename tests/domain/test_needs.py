"""Every need of the documents is served by a command that exists, with the option that it names."""

import tomllib
from typing import Any

from typer.main import get_command

from servicedesk.cli.main import app
from tests.reference import NEEDS

EVERY = {*(f"S{number:02d}" for number in range(1, 71)), *(f"N{number}" for number in range(1, 19))}


def test_every_need_has_a_command_or_says_why_it_is_not_ours() -> None:
    needs = tomllib.loads(NEEDS.read_text(encoding="utf-8"))
    assert set(needs) == EVERY
    assert [code for code, row in needs.items() if not (row["served"] or row.get("not_ours"))] == []
    assert [code for code, row in needs.items() if row.get("not_ours")] == ["N14"]


def test_every_command_that_serves_exists() -> None:
    needs = tomllib.loads(NEEDS.read_text(encoding="utf-8"))
    named = {command for row in needs.values() for command in row["served"]}
    assert sorted(command for command in named if not exists(command)) == []


def exists(command: str) -> bool:
    """Whether there is such a command with that option."""
    here: Any = get_command(app)
    context = here.context_class(here)
    words = command.split()
    for word in [word for word in words if not word.startswith("--")]:
        here = here.get_command(context, word) if hasattr(here, "get_command") else None
        if here is None:
            return False
    options = {name for param in here.params for name in param.opts}
    return all(word in options for word in words if word.startswith("--"))
